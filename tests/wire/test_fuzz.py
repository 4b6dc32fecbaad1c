"""Every reader of bytes in core.wire, against bytes that nobody meant: it reads them or raises its one error, soon.

20,000 inputs each, a million with --soak: messages cut, flipped, overwritten, spliced, with lengths and counts that
lie, and noise. Where a checksum would refuse them all at the door, every second input has its sums mended.
"""

import contextlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pytest

from core.wire import (
    bencode,
    cdr,
    dns,
    domain,
    fragments,
    framing,
    http1,
    http_date,
    icmp,
    ipv4,
    lines,
    peerwire,
    sntp,
    tcp,
    udp,
)
from core.wire.table import CodecError

WIRE = Path(ipv4.__file__).parent
NO_READERS = {
    "__init__": "nothing in it",
    "table": "what the others are made of: its readers are the tables that they name",
}
FEW, MANY = 20_000, 1_000_000
SLOW = 1.0
"""Seconds of this thread's own time that one input may take: a thousand times what it needs."""


class Envelope(NamedTuple):
    source: str
    destination: str
    source_address: int
    destination_address: int


ENVELOPE = Envelope("alice", "bob", 0xC0000201, 0xC0000202)


@dataclass(frozen=True)
class Reader:
    """Something that reads bytes. `file`: where in core/wire it lives; `again`: the bytes of what was read;
    `spans`: the fields, which must tile the input; `mend`: makes checksums right."""

    name: str
    file: str
    originals: Sequence[bytes]
    read: Callable[[bytes], Any]
    again: Callable[[Any], bytes] | None = None
    spans: Callable[[bytes], Sequence[Any]] | None = None
    mend: Callable[[bytearray], None] | None = None
    error: type[ValueError] = CodecError


def of_codec(file: str, codec: Any, messages: Sequence[Any], mend=None, label: str = "") -> Reader:
    """The reader that a codec is."""
    return Reader(
        label or codec.name,
        file,
        [codec.encode(message, ENVELOPE) for message in messages],
        lambda data: codec.decode(data, ENVELOPE),
        lambda message: codec.encode(message, ENVELOPE),
        codec.spans,
        mend,
    )


# Sums made right


def _put_sum(data: bytearray, place: int, total: int) -> None:
    data[place : place + 2] = total.to_bytes(2, "big")


def mend_ipv4(data: bytearray) -> None:
    size = (data[0] & 15) * 4 if data else 0
    if 20 <= size <= len(data):
        _put_sum(data, 10, 0)
        _put_sum(data, 10, ipv4.checksum(bytes(data[:size])))


def mend_tcp(data: bytearray, start: int = 0) -> None:
    if len(data) >= start + 18:
        _put_sum(data, start + 16, 0)
        covered = ipv4.pseudo_header("TCP", ENVELOPE.source_address, ENVELOPE.destination_address, 6, len(data) - start)
        _put_sum(data, start + 16, ipv4.checksum(covered + bytes(data[start:])))


def mend_udp(data: bytearray, start: int = 0) -> None:
    if len(data) >= start + 8:
        _put_sum(data, start + 6, 0)  # none was computed


def mend_icmp(data: bytearray) -> None:
    if len(data) >= 4:
        _put_sum(data, 2, 0)
        _put_sum(data, 2, ipv4.checksum(bytes(data)))


def mend_tcp_over_ipv4(data: bytearray) -> None:
    mend_tcp(data, 20)
    mend_ipv4(data)


def mend_udp_over_ipv4(data: bytearray) -> None:
    mend_udp(data, 20)
    mend_ipv4(data)


# Messages to begin with


class Colour(Enum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Entry:
    mark: cdr.Octet
    name: str


@dataclass(frozen=True)
class Everything:
    colour: Colour
    entries: tuple[Entry, ...]
    hop: int | None
    pair: tuple[cdr.Short, str]
    raw: bytes
    either: Entry | Colour | None
    wide: cdr.WString
    letters: tuple[cdr.WChar, ...]
    long: cdr.LongDouble
    board: Annotated[tuple[cdr.UShort, ...], cdr.Array(3)]
    price: Annotated[cdr.UnionValue, cdr.Switch("P", Colour, (cdr.Case((Colour.RED,), "c", cdr.ULong),))]
    any: cdr.AnyValue
    flag: bool


@dataclass(frozen=True)
class Nothing:
    pass


EVERYTHING = Everything(
    Colour.BLUE, (Entry(3, "hé"), Entry(255, "")), 7, (-1, "x"), b"abc", Entry(1, "one"), "wide €", ("a", "𝄞"), 1.5,
    (1, 2, 3), cdr.UnionValue(Colour.RED, 5), cdr.AnyValue(cdr.TypeCode.WSTRING, "any"), True,
)  # fmt: skip
SEGMENTS = (
    tcp.Segment(1024, 80, 1, 2, tcp.Flags.ACK, 65535, payload=b"the quick brown fox"),
    tcp.Segment(
        1024, 80, 1, 0, tcp.Flags.SYN, 8192,
        options=(tcp.MaximumSegmentSize(1460), tcp.NoOperation(), tcp.WindowScale(7), tcp.SackPermitted(),
                 tcp.Timestamps(1, 2), tcp.UnknownOption(30, b"ab")),
    ),
)  # fmt: skip
PACKETS = (
    ipv4.Packet(ENVELOPE.source_address, ENVELOPE.destination_address, 17, b"payload" * 9),
    ipv4.Packet(1, 2, 1, bytes(16), more_fragments=True, fragment_offset=3, options=bytes((7, 7, 4, 0, 0, 0, 0, 0))),
)
OPTIONS = ipv4.pack_options((ipv4.RecordRoute.empty(3), ipv4.NoOperation(), ipv4.UnknownOption(0x94, b"\0\0")))
WEB = [
    b"GET /index.html HTTP/1.1\r\nHost: example.org\r\nAccept: text/html,\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nhello\r\n3;a=b\r\nyou\r\n0\r\nT: 1\r\n\r\n",
    b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',
    b"HTTP/1.1 200 OK\r\n\r\nto the end",
]
PEERS = [
    peerwire.Handshake(bytes(20), b"-AK0100-" + bytes(12)), peerwire.KeepAlive(), peerwire.Choke(), peerwire.Have(3),
    peerwire.Bitfield(b"\xf0\x0f"), peerwire.Request(1, 16384, 16384), peerwire.Piece(1, 0, b"block"),
]  # fmt: skip
NAME = domain.name("www.example.com")
QUESTION = dns.Question(NAME, dns.Type.A)
NAMES = [
    dns.Message(7, questions=(QUESTION,), recursion_desired=True),
    dns.Message(
        7, response=True, questions=(QUESTION,),
        answers=(
            dns.Record(NAME, 60, dns.CNAME(domain.name("a.example.com"))), dns.Record(NAME, 60, dns.A(0xC0000201)),
            dns.Record(NAME, 60, dns.MX(10, domain.name("mail.example.com"))),
            dns.Record(NAME, 1, dns.TXT((b"a", b"bc"))),
        ),
    ),
]  # fmt: skip


# Streams: in one piece, and in as many as chance likes


def in_pieces(make: Callable[[], Any]) -> Callable[[bytes], Any]:
    """Reads a stream whole and in pieces: both must find the same messages, and the same fault or none."""

    def fed(pieces: Sequence[bytes]) -> tuple[list[Any], str]:
        decoder, found = make(), []
        for piece in pieces:
            try:
                found += decoder.feed(piece)
            except CodecError as error:
                return [*found, *error.decoded], "fault"
        return found, ""

    def read(data: bytes) -> Any:
        chance = random.Random(data)
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(6)))
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        whole = fed([data])
        assert fed(pieces) == whole, [piece.hex() for piece in pieces]
        return whole

    return read


def expecting() -> http1.StreamDecoder:
    decoder = http1.StreamDecoder(responses=True)
    for method in ("GET", "HEAD", "GET"):
        decoder.expect(method)
    return decoder


def reassembled(data: bytes) -> Any:
    """The packets that lie one after another in the bytes, put together."""
    held, at = fragments.Reassembly(), 0
    while at + 20 <= len(data):
        packet = ipv4.IPV4.decode(data[at:], ENVELOPE)
        held = held.with_fragment(packet)
        assert all(hole.last is None or hole.first <= hole.last for hole in held.holes)
        at += max(20, packet.size)
    return held.whole


def mend_all(data: bytearray) -> None:
    at = 0
    while at + 20 <= len(data):
        packet = data[at:]
        mend_ipv4(packet)
        data[at:] = packet
        at += max(20, int.from_bytes(data[at + 2 : at + 4], "big"))


PIECES = [ipv4.IPV4.encode(piece, ENVELOPE) for piece in fragments.fragments(replace(PACKETS[0], identification=9), 48)]

FRAMED = (b"hello", b"a~}b", b"one\r\n..two")
RECORDS = (Everything, Nothing, Entry)
READERS = [
    Reader("bencoding", "bencode", [bencode.encode(value) for value in (
        {b"info": {b"length": 4, b"name": b"x"}, b"peers": [1, b"two", []]}, [[[[]]]], 12345, b"spam")],
        bencode.decode, bencode.encode, bencode.spans),
    of_codec("cdr", cdr.codec_for(*RECORDS), [EVERYTHING, Nothing(), Entry(1, "a")], label="CDR, big"),
    of_codec("cdr", cdr.codec_for(*RECORDS, little_endian=True), [EVERYTHING, Nothing()], label="CDR, little"),
    of_codec("dns", dns.DNS, NAMES),
    Reader("domain names", "domain", [b"www.example.com", b"a\\.b.\\032c.", b"x" * 63 + b".y"],
           lambda data: domain.name(data.decode("latin-1")), lambda name: domain.show(name).encode(), error=ValueError),
    Reader("fragments", "fragments", [b"".join(PIECES), b"".join(PIECES[::-1])], reassembled, mend=mend_all),
    *(Reader(f"framing, {name}", "framing", [way.frame(text) for text in FRAMED], way.opened, way.frame)
      for name, way in framing.FRAMINGS.items()),
    *(Reader(f"framing on a stream, {name}", "framing", [b"".join(map(way.frame, FRAMED)), way.frame(b"hello")],
             in_pieces(lambda name=name: framing.StreamDecoder(name))) for name, way in framing.FRAMINGS.items()),
    Reader("HTTP/1.1", "http1", WEB, http1.decode, http1.encode, http1.HTTP1.spans),
    Reader("HTTP requests on a stream", "http1", [WEB[0] + WEB[1], WEB[0] * 3], in_pieces(http1.StreamDecoder)),
    Reader("HTTP responses on a stream", "http1", [WEB[2] + WEB[3], WEB[3] * 2 + WEB[2]], in_pieces(expecting)),
    Reader("HTTP dates", "http_date", [b"Sun, 06 Nov 1994 08:49:37 GMT", b"Sunday, 06-Nov-94 08:49:37 GMT",
                                       b"Sun Nov  6 08:49:37 1994"],
           lambda data: http_date.parse(data.decode("latin-1"))),
    of_codec("icmp", icmp.ICMP, [icmp.Echo(1, 2, b"ping"), icmp.Unreachable(4, bytes(28), 576), icmp.TimeExceeded(0),
                                 icmp.ParameterProblem(2, bytes(28)), icmp.Other(13, 0, 5, b"x")], mend_icmp),
    of_codec("ipv4", ipv4.IPV4, PACKETS, mend_ipv4),
    Reader("IPv4 options", "ipv4", [OPTIONS], lambda data: ipv4.options_of(data[:40]), ipv4.pack_options),
    Reader("lines", "lines", [b"one\r\ntwo\nthree\n", b"\n\n"], lambda data: lines.cut(b"", data, 40)),
    of_codec("peerwire", peerwire.PEER_WIRE, PEERS),
    Reader("peer wire on a stream", "peerwire", [b"".join(map(peerwire.encode, PEERS)), peerwire.encode(PEERS[0])],
           in_pieces(peerwire.StreamDecoder)),
    of_codec("sntp", sntp.SNTP, [sntp.Packet(3, transmit=1 << 63), sntp.Packet(4, stratum=2, trailer=bytes(20))]),
    of_codec("tcp", tcp.TCP, SEGMENTS, mend_tcp),
    of_codec("tcp", tcp.TCP_OVER_IPV4, SEGMENTS, mend_tcp_over_ipv4),
    of_codec("udp", udp.UDP, [udp.Datagram(5353, 53, b"query"), udp.Datagram(0, 1, b"", False)], mend_udp),
    of_codec("udp", udp.UDP_OVER_IPV4, [udp.Datagram(5353, 53, b"query")], mend_udp_over_ipv4),
]  # fmt: skip


# Inputs

LIES = (0, 1, 2, 3, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(originals: Sequence[bytes], chance: random.Random) -> bytearray:
    """One input."""
    data = bytearray(chance.choice(originals))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(9):
            case 0:
                del data[place:]
            case 1 if data:
                data[place - 1] ^= 1 << chance.randrange(8)
            case 2:
                data[place : place + chance.randrange(5)] = chance.randbytes(chance.randrange(8))
            case 3:
                other = chance.choice(originals)
                data[place:] = other[chance.randrange(len(other) + 1) :]
            case 4:  # a number that lies, as bytes
                size = chance.choice((1, 2, 4))
                lie = (chance.choice(LIES) + chance.choice((-1, 0, 0, 1))) % (1 << 8 * size)
                data[place : place + size] = lie.to_bytes(size, chance.choice(("big", "little")))
            case 5:  # a number that lies, as digits
                digits = [at for at, octet in enumerate(data) if 48 <= octet <= 57]
                if digits:
                    at = chance.choice(digits)
                    data[at : at + 1] = chance.choice((b"0", b"9", b"-1", b"99999999999999999999", b"00", b"7fffffff"))
            case 6 if data:  # something twice
                end = min(len(data), place + chance.randrange(1, 20))
                data[end:end] = data[place:end]
            case 7:
                del data[place : place + chance.randrange(1, 5)]
            case 8 if chance.random() < 0.3:
                data = bytearray(chance.randbytes(chance.randrange(120)))
    return data


def refuse_well(error: ValueError, data: bytes) -> None:
    """An error names its codec and a place in the input, in words that no terminal would obey."""
    if isinstance(error, CodecError):
        assert 0 <= error.offset <= len(data), data.hex()
        assert error.codec
    assert not isinstance(error, UnicodeError), data.hex()
    assert str(error).isprintable(), data.hex()


def fuzz(reader: Reader, count: int) -> tuple[int, int]:
    """How many inputs were refused, and how many were read."""
    chance = random.Random(f"fuzz {reader.name}")
    refused = accepted = 0
    for number in range(count):
        changed = mutated(reader.originals, chance)
        if reader.mend is not None and number % 2:
            reader.mend(changed)
        data = bytes(changed)
        began = time.thread_time()
        try:
            message = reader.read(data)
        except reader.error as error:
            refuse_well(error, data)
            refused += 1
        except BaseException as error:
            raise AssertionError(f"{reader.name}: {error!r} at {data.hex()}") from error
        else:
            accepted += 1
            if reader.again is not None:
                assert repr(reader.read(reader.again(message))) == repr(message), data.hex()
        assert time.thread_time() - began < SLOW, data.hex()
        if reader.spans is not None and number % 10 == 0:
            assert_tiles(reader.spans(data), data)
    return refused, accepted


def assert_tiles(spans, data):
    bit = 0
    for span in spans:
        assert span.first_bit == bit, data.hex()
        bit += span.bits
    assert bit == len(data) * 8, data.hex()


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_whatever_comes_is_read_or_refused(reader):
    refused, accepted = fuzz(reader, FEW)
    assert refused + accepted == FEW
    assert accepted > FEW // 200, "nearly all are refused at the door: what lies behind it is not tried"
    if not reader.name.startswith(("framing on a stream", "HTTP requests on", "HTTP responses on", "peer wire on")):
        assert refused > FEW // 200


@pytest.mark.soak
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_million_of_each(reader):
    refused, accepted = fuzz(reader, MANY)
    assert refused + accepted == MANY


# Nothing is forgotten


def test_it_is_as_many_as_is_promised():
    assert (FEW, MANY) == (20_000, 1_000_000)


def test_every_file_of_core_wire_is_fuzzed():
    files = {path.stem for path in WIRE.glob("*.py")} | {path.parent.name for path in WIRE.glob("*/__init__.py")}
    fuzzed = {reader.file for reader in READERS}
    assert fuzzed | set(NO_READERS) == files
    assert not fuzzed & set(NO_READERS)
    names = [reader.name for reader in READERS]
    assert len(set(names)) == len(names), "each has its own inputs"


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_what_it_begins_with_can_be_read(reader):
    for original in reader.originals:
        reader.read(original)


# Much of the same


HUGE = [
    bytes(60_000), b"\xff" * 60_000, b"\xc0" * 60_000, b"\xc0\x0c" * 30_000, b"l" * 60_000, b"d1:a" * 15_000,
    b"1" * 60_000, b"-" * 60_000, b"\r\n" * 30_000, b" " * 60_000, b"a:b\r\n" * 12_000, b"\\" * 60_000, b"." * 60_000,
    b"~}" * 30_000, b"\x01a" * 30_000, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10_000, b"i" + b"9" * 59_000 + b"e",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 10_000, b"\x00\x00\x00\x00" * 15_000,
    b"GET / HTTP/1.1\r\nHost: " + b"," * 50_000, b"\x00\x00\x00\x01\x00" * 12_000,
]  # fmt: skip
"""What makes a careless reader square: deep nesting, endless numbers, pointers to pointers, thousands of lines."""


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_much_of_the_same_takes_no_time(reader):
    inputs = [*HUGE, *(original * (60_000 // max(1, len(original))) for original in reader.originals)]
    for data in inputs:
        began = time.thread_time()
        with contextlib.suppress(reader.error):
            reader.read(data)
        if reader.spans is not None:
            reader.spans(data)
        assert time.thread_time() - began < 2 * SLOW, (len(data), data[:40])
