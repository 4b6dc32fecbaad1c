"""The User Datagram Protocol (RFC 768)."""

import socket
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire import ipv4
from core.wire.ipv4 import IPV4, Packet, address
from core.wire.table import CodecError
from core.wire.udp import GREATEST_PAYLOAD, UDP, UDP_OVER_IPV4, Datagram, pack, unpack

A, B = address("192.168.0.1"), address("192.168.0.199")
DATAGRAM = Datagram(50_000, 12_000, b"hello, world")
ports = st.integers(0, 65535)
datagrams = st.builds(Datagram, ports, ports, st.binary(max_size=80), st.booleans())


def ones_complement_sum(data):
    total = 0
    for place in range(0, len(data), 2):
        total += data[place] << 8 | (data[place + 1] if place + 1 < len(data) else 0)
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo(length):
    """The RFC's figure, written out: source, destination, zero, protocol 17, UDP length."""
    return bytes([192, 168, 0, 1, 192, 168, 0, 199, 0, 17, length >> 8, length & 255])


def test_rfc768_the_fields_stand_where_the_figure_has_them(envelope):
    data = UDP.encode(DATAGRAM, envelope)
    assert data[:6] == bytes.fromhex("c350 2ee0 0014")
    assert data[8:] == b"hello, world"
    assert [(span.name, span.bits) for span in UDP.spans(data)] == [
        ("UDP.source_port", 16), ("UDP.destination_port", 16), ("UDP.length", 16), ("UDP.checksum", 16),
        ("UDP.payload", 96),
    ]  # fmt: skip


def test_rfc768_length_counts_header_and_data_and_is_at_least_8(envelope):
    assert len(UDP.encode(Datagram(1, 2), envelope)) == 8
    with pytest.raises(CodecError, match="leaves -1 bytes"):
        UDP.decode(bytes.fromhex("0001 0002 0007 0000"), envelope)


def test_rfc768_the_checksum_covers_pseudo_header_header_and_data():
    data = pack(DATAGRAM, A, B)
    assert ones_complement_sum(pseudo(len(data)) + data) == 0xFFFF
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(CodecError):
            unpack(bytes(flipped), A, B)


def test_rfc768_the_pseudo_header_protects_against_misrouted_datagrams():
    data = pack(DATAGRAM, A, B)
    assert unpack(data, A, B) == DATAGRAM
    with pytest.raises(CodecError, match="bad UDP checksum") as caught:
        unpack(data, A, B + 1)
    assert caught.value.offset == 6


def test_rfc768_data_of_an_odd_number_of_octets_are_padded_for_the_sum_only():
    data = pack(replace(DATAGRAM, payload=b"odd"), A, B)
    assert len(data) == 11
    assert ones_complement_sum(pseudo(11) + data) == 0xFFFF


def test_rfc768_a_computed_sum_of_zero_is_sent_as_all_ones():
    for number in range(1 << 16):
        datagram = Datagram(7, 7, number.to_bytes(2, "big"))
        covered = pseudo(10) + bytes.fromhex("0007 0007 000a 0000") + datagram.payload
        if ones_complement_sum(covered) == 0xFFFF:
            break
    data = pack(datagram, A, B)
    assert data[6:8] == b"\xff\xff"
    assert unpack(data, A, B) == datagram


def test_rfc768_an_all_zero_sum_means_that_the_sender_computed_none():
    data = pack(replace(DATAGRAM, checked=False), A, B)
    assert data[6:8] == bytes(2)
    garbled = data[:-1] + b"!"
    assert unpack(garbled, A, B) == Datagram(50_000, 12_000, b"hello, worl!", checked=False)
    assert UDP.spans(data)[3].words == "0, the sender computed none"


def test_rfc768_protocol_17_when_used_in_the_internet_protocol(envelope):
    data = UDP_OVER_IPV4.encode(DATAGRAM, envelope)
    assert data[9] == 17
    assert len(data) == DATAGRAM.size == 40
    assert UDP_OVER_IPV4.decode(data, envelope) == DATAGRAM
    names = [span.name for span in UDP_OVER_IPV4.spans(data)]
    assert names[-5:] == ["UDP.source_port", "UDP.destination_port", "UDP.length", "UDP.checksum", "UDP.payload"]


def test_65507_bytes_are_the_most_over_ipv4(envelope):
    longest = Datagram(1, 2, bytes(GREATEST_PAYLOAD))
    assert GREATEST_PAYLOAD == 65507
    data = UDP_OVER_IPV4.encode(longest, envelope)
    assert len(data) == 65535
    assert UDP_OVER_IPV4.decode(data, envelope) == longest
    with pytest.raises(CodecError, match="65507 at most"):
        UDP.encode(Datagram(1, 2, bytes(GREATEST_PAYLOAD + 1)), envelope)


def test_what_follows_the_length_is_ignored(envelope, tiles):
    data = UDP.encode(DATAGRAM, envelope) + b"pad"
    assert UDP.decode(data, envelope) == DATAGRAM
    tiles(UDP.spans(data), data)


def test_other_protocols_and_fragments_are_refused(envelope):
    data = pack(DATAGRAM, A, B)
    with pytest.raises(CodecError, match="protocol 6 is not UDP"):
        UDP_OVER_IPV4.decode(IPV4.encode(Packet(A, B, 6, data), envelope), envelope)
    with pytest.raises(CodecError, match="reassembled first"):
        UDP_OVER_IPV4.decode(IPV4.encode(Packet(A, B, 17, data, more_fragments=True), envelope), envelope)
    with pytest.raises(CodecError, match="bad UDP checksum") as caught:
        UDP_OVER_IPV4.decode(IPV4.encode(Packet(A, B + 1, 17, data), envelope), envelope)
    assert caught.value.offset == 26


@pytest.mark.parametrize("wrong", [{"source_port": 65536}, {"destination_port": -1}, {"payload": "text"}])
def test_values_that_do_not_fit_are_refused(envelope, wrong):
    with pytest.raises(CodecError):
        UDP.encode(replace(DATAGRAM, **wrong), envelope)


@settings(deadline=None)
@given(datagrams, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_decode_undoes_encode(datagram, source, destination):
    data = pack(datagram, source, destination)
    assert unpack(data, source, destination) == datagram


def test_garbage_raises_only_the_codecs_error(envelope, survives_garbage):
    bare = [UDP.encode(DATAGRAM, envelope), UDP.encode(replace(DATAGRAM, checked=False), envelope)]
    refused, read = survives_garbage(UDP, bare)
    assert refused > 1000
    assert read > 100
    refused, read = survives_garbage(UDP_OVER_IPV4, [UDP_OVER_IPV4.encode(DATAGRAM, envelope)], 5_000)
    assert refused > 1000


def test_the_kernel_next_door_computes_the_same_sum():
    """A raw look at what another implementation sends over loopback; skipped without the right to look."""
    here = address("127.0.0.1")
    try:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    except OSError as error:
        pytest.skip(f"no raw socket: {error}")
    with (
        raw,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as theirs,
    ):
        raw.settimeout(5)
        theirs.bind(("127.0.0.1", 0))
        ours.connect(theirs.getsockname())
        port = ours.getsockname()[1]
        while True:
            ours.send(b"hello")
            data = raw.recv(2000)
            packet = IPV4.decode(data, None)
            if int.from_bytes(packet.payload[:2], "big") == port:
                break
    datagram = unpack(packet.payload[:6] + bytes(2) + packet.payload[8:], here, here)
    assert (datagram.payload, datagram.checked) == (b"hello", False)
    # The kernel may leave the sum over the data to a network card: then it has summed up the pseudo-header only.
    partial = 0xFFFF - ipv4.checksum(ipv4.pseudo_header("UDP", here, here, 17, 13))
    assert packet.payload[6:8] in (pack(replace(datagram, checked=True), here, here)[6:8], partial.to_bytes(2, "big"))


def test_rfc1071_2_a_sum_is_the_same_in_any_order_so_pieces_that_are_exchanged_pass():
    a, b, c = (bytes(range(n, n + 8)) for n in (0, 100, 200))
    data = pack(Datagram(1, 2, a + b + c), A, B)
    assert unpack(data[:8] + a + c + b, A, B).payload == a + c + b
    with pytest.raises(CodecError, match="checksum"):
        unpack(data[:8] + a + b + b, A, B)
