"""The Internet Control Message Protocol (RFC 792), with the codes of RFC 1122 and RFC 1812 and the MTU of RFC 1191.

Echo, echo reply, destination unreachable, time exceeded and parameter problem are known; other types are carried as
`Other`, whatever they mean. Error messages quote the header and the first 8 data bytes of the packet that they are
about (more is allowed, and RFC 1812 4.3.2.3 asks routers for it: up to 576 bytes in all).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from core.wire import ipv4
from core.wire.table import (
    Codec,
    CodecError,
    Envelope,
    Field,
    Octets,
    Span,
    Table,
    Values,
    When,
    hexadecimal,
    octets_in_words,
)

CODEC = "ICMP"
PROTOCOL = 1
"""ICMP's number in IPv4's protocol field."""
HEADER = 8
"""Bytes before the data."""
QUOTED = 8
"""Data bytes of the packet that an error message quotes after its header: enough for both ports."""

ECHO_REPLY, UNREACHABLE, ECHO, TIME_EXCEEDED, PARAMETER_PROBLEM = 0, 3, 8, 11, 12
_READ = (ECHO_REPLY, UNREACHABLE, ECHO, TIME_EXCEEDED, PARAMETER_PROBLEM)
"""The types that have a class of their own here."""
TYPES = {
    0: "echo reply", 3: "destination unreachable", 4: "source quench", 5: "redirect", 8: "echo", 11: "time exceeded",
    12: "parameter problem", 13: "timestamp", 14: "timestamp reply", 15: "information request",
    16: "information reply",
}  # fmt: skip
_ERRORS = frozenset({3, 4, 5, 11, 12})
NET, HOST, PROTOCOL_UNREACHABLE, PORT, FRAGMENTATION_NEEDED, SOURCE_ROUTE = range(6)
ADMINISTRATIVELY = 13
TTL, REASSEMBLY = 0, 1
CODES = {
    (3, 0): "net unreachable", (3, 1): "host unreachable", (3, 2): "protocol unreachable", (3, 3): "port unreachable",
    (3, 4): "fragmentation needed and DF set", (3, 5): "source route failed", (3, 6): "destination network unknown",
    (3, 7): "destination host unknown", (3, 8): "source host isolated",
    (3, 9): "network administratively prohibited", (3, 10): "host administratively prohibited",
    (3, 11): "network unreachable for this type of service", (3, 12): "host unreachable for this type of service",
    (3, 13): "communication administratively prohibited", (3, 14): "host precedence violation",
    (3, 15): "precedence cutoff in effect",
    (11, 0): "time to live exceeded in transit", (11, 1): "fragment reassembly time exceeded",
    (12, 0): "parameter problem", (12, 1): "a required option is missing",
}  # fmt: skip
"""What the codes of (type, code) mean: RFC 792, RFC 1122 3.2.2.1 and 3.2.2.5, RFC 1812 5.2.7.1."""
_RFC = "RFC 792"


def _is(*types: int) -> Any:
    return lambda values: values["type"] in types


def _tells_mtu(values: Values) -> bool:
    return (values["type"], values["code"]) == (UNREACHABLE, FRAGMENTATION_NEEDED)


def _is_error_without_mtu(values: Values) -> bool:
    return values["type"] in (UNREACHABLE, TIME_EXCEEDED) and not _tells_mtu(values)


def _quoted_words(data: bytes) -> str:
    try:
        packet = ipv4.unpack_cut(data)
    except CodecError:
        return f"{octets_in_words(data)}, no packet"
    source, destination = ipv4.dotted(packet.source), ipv4.dotted(packet.destination)
    return f"{source} > {destination}, TTL {packet.ttl}, with {len(packet.payload)} bytes of data"


TABLE = Table(
    CODEC,
    Field("type", 8, "what the message is", _RFC, lambda value: f"{value}, {TYPES.get(value, 'unknown')}"),
    Field("code", 8, "which kind of it", _RFC),
    Field("checksum", 16, "over the whole message", _RFC, hexadecimal),
    When(
        _is(ECHO, ECHO_REPLY),
        (
            Field("identifier", 16, "tells the askers of one host apart", _RFC),
            Field("sequence", 16, "tells the questions of one asker apart", _RFC),
            Octets("data", None, "what must come back", _RFC),
        ),
    ),
    When(
        _is_error_without_mtu,
        (
            Field("unused", 32, "zero", _RFC),
            Octets("quoted", None, "the packet's header and data", _RFC, _quoted_words),
        ),
    ),
    When(
        _tells_mtu,
        (
            Field("unused", 16, "zero", _RFC),
            Field("next_hop_mtu", 16, "what the link would take", "RFC 1191, 4", lambda value: f"{value} bytes"),
            Octets("quoted", None, "the packet's header and data", _RFC, _quoted_words),
        ),
    ),
    When(
        _is(PARAMETER_PROBLEM),
        (
            Field("pointer", 8, "which of the packet's octets is wrong", _RFC, lambda value: f"octet {value}"),
            Field("unused", 24, "zero", _RFC),
            Octets("quoted", None, "the packet's header and data", _RFC, _quoted_words),
        ),
    ),
    When(
        lambda values: values["type"] not in _READ,
        (Field("rest", 32, "of the header", _RFC), Octets("body", None, "data", _RFC)),
    ),
    label=CODEC,
)


@dataclass(frozen=True)
class Echo:
    """Type 8: send this back."""

    identifier: int
    sequence: int
    data: bytes = b""
    kind = ECHO

    def __str__(self) -> str:
        return f"echo {self.sequence}"


@dataclass(frozen=True)
class EchoReply:
    """Type 0: what an echo carried, sent back."""

    identifier: int
    sequence: int
    data: bytes = b""
    kind = ECHO_REPLY

    def __str__(self) -> str:
        return f"echo reply {self.sequence}"


@dataclass(frozen=True)
class Unreachable:
    """Type 3: the packet could not be delivered. `next_hop_mtu` goes with code 4 only; 0: the router does not say."""

    code: int
    quoted: bytes = b""
    next_hop_mtu: int = 0
    kind = UNREACHABLE

    def __str__(self) -> str:
        words = CODES.get((UNREACHABLE, self.code), f"unreachable {self.code}")
        return f"{words}, MTU {self.next_hop_mtu}" if self.code == FRAGMENTATION_NEEDED else words


@dataclass(frozen=True)
class TimeExceeded:
    """Type 11: the packet lived too long: code 0 on its way, code 1 in fragments."""

    code: int
    quoted: bytes = b""
    kind = TIME_EXCEEDED

    def __str__(self) -> str:
        return CODES.get((TIME_EXCEEDED, self.code), f"time exceeded {self.code}")


@dataclass(frozen=True)
class ParameterProblem:
    """Type 12: the octet at `pointer` of the packet's header, counted from 0, cannot be acted on."""

    pointer: int
    quoted: bytes = b""
    code: int = 0
    kind = PARAMETER_PROBLEM

    def __str__(self) -> str:
        words = CODES.get((PARAMETER_PROBLEM, self.code), f"parameter problem {self.code}")
        return f"{words}, octet {self.pointer}" if self.code == 0 else words


@dataclass(frozen=True)
class Other:
    """Any other type: `rest` are the last 32 bits of its header."""

    kind: int
    code: int
    rest: int = 0
    body: bytes = b""

    def __str__(self) -> str:
        return TYPES.get(self.kind, f"ICMP type {self.kind}")


Error: TypeAlias = Unreachable | TimeExceeded | ParameterProblem
"""The messages about a packet that went wrong that are read here."""
Message: TypeAlias = Echo | EchoReply | Error | Other


def is_error(message: Message) -> bool:
    """Is it about a packet that went wrong? No error message is ever sent about one of these (RFC 1122, 3.2.2)."""
    return message.kind in _ERRORS


def quote(packet: bytes) -> bytes:
    """What an error message quotes of a packet: its header and 8 bytes more (RFC 792; the least that RFC 1122 asks)."""
    header = (packet[0] & 15) * 4 if packet else 0
    return packet[: max(header, ipv4.HEADER) + QUOTED]


def pack(message: Message) -> bytes:
    """The message's bytes, with checksum. Raises CodecError for numbers out of range."""
    values: dict[str, Any] = {"type": message.kind, "code": 0, "checksum": 0, "unused": 0}
    match message:
        case Echo() | EchoReply():
            values.update(identifier=message.identifier, sequence=message.sequence, data=message.data)
        case Unreachable():
            values.update(code=message.code, next_hop_mtu=message.next_hop_mtu, quoted=message.quoted)
            if message.next_hop_mtu and message.code != FRAGMENTATION_NEEDED:
                raise CodecError(CODEC, 6, f"code {message.code} tells no MTU")
        case TimeExceeded():
            values.update(code=message.code, quoted=message.quoted)
        case ParameterProblem():
            values.update(code=message.code, pointer=message.pointer, quoted=message.quoted)
        case Other():
            if message.kind in _READ:
                raise CodecError(CODEC, 0, f"type {message.kind} is no other type")
            values.update(code=message.code, rest=message.rest, body=message.body)
    data = TABLE.pack(values)
    if len(data) > ipv4.GREATEST - ipv4.HEADER:
        raise CodecError(CODEC, 0, f"a message of {len(data)} bytes is too long")
    return data[:2] + ipv4.checksum(data).to_bytes(2, "big") + data[4:]


def unpack(data: bytes) -> Message:
    """The message in the bytes. Raises CodecError for a bad checksum, an echo with a code, and missing bytes."""
    if len(data) > ipv4.GREATEST - ipv4.HEADER:
        raise CodecError(CODEC, 0, f"a message of {len(data)} bytes is too long")
    if len(data) >= HEADER and ipv4.checksum(data):
        raise TABLE.error("checksum", f"bad ICMP checksum 0x{data[2:4].hex()}")
    values, _ = TABLE.unpack(data)
    match values["type"]:
        case 0 | 8:
            if values["code"]:
                raise TABLE.error("code", f"code is {values['code']}, but must be 0")
            kind = Echo if values["type"] == ECHO else EchoReply
            return kind(values["identifier"], values["sequence"], values["data"])
        case 3:
            return Unreachable(values["code"], values["quoted"], values.get("next_hop_mtu", 0))
        case 11:
            return TimeExceeded(values["code"], values["quoted"])
        case 12:
            return ParameterProblem(values["pointer"], values["quoted"], values["code"])
        case kind:
            return Other(kind, values["code"], values["rest"], values["body"])


class Icmp:
    """The codec of bare messages; nothing of the envelope is used."""

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        """Raises CodecError for numbers out of range."""
        return pack(message)

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        """Raises CodecError for a bad checksum and missing bytes."""
        return unpack(data)

    def spans(self, data: bytes) -> list[Span]:
        return TABLE.spans(data)


ICMP: Codec[Message] = Icmp()
