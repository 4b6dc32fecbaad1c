"""The header of DNS messages and the fixed parts of questions and records, as field tables (RFC 1035, 4.1)."""

from __future__ import annotations

from ipaddress import IPv6Address

from core.wire.dns.messages import class_in_words, code_in_words, type_in_words
from core.wire.ipv4 import dotted
from core.wire.table import Field, Octets, Table

CODEC = "DNS"
HEADER = 12
"""Bytes of the header."""
UDP_GREATEST = 512
"""Bytes of the longest message in a datagram (RFC 1035, 2.3.4)."""
GREATEST = 65_535
"""Bytes of the longest message at all: on a stream 16 bits tell its length (RFC 1035, 4.2.2)."""


def _opcode_in_words(value: int) -> str:
    return {0: "standard query", 1: "inverse query", 2: "status request"}.get(value, str(value))


def _seconds(value: int) -> str:
    return f"{value} s"


def _set(value: int) -> str:
    return "set" if value else "not set"


FLAGS = (
    "response", "authoritative", "truncated", "recursion_desired", "recursion_available", "authentic",
    "checking_disabled",
)  # fmt: skip
_RFC = "RFC 1035, 4.1.1"
SECTIONS = ("questions", "answers", "authority", "additional")

TABLE = Table(
    CODEC,
    Field("id", 16, "tells which query a response belongs to", _RFC),
    Field("response", 1, "QR", _RFC, lambda value: "response" if value else "query"),
    Field("opcode", 4, "kind of query", _RFC, _opcode_in_words),
    Field("authoritative", 1, "AA: the server owns the name", _RFC, _set),
    Field("truncated", 1, "TC: the message was too long for its channel", _RFC, _set),
    Field("recursion_desired", 1, "RD", _RFC, _set),
    Field("recursion_available", 1, "RA", _RFC, _set),
    Field("reserved", 1, "Z: zero when sent, ignored when received", _RFC),
    Field("authentic", 1, "AD: the data were verified", "RFC 4035, 3.2.3", _set),
    Field("checking_disabled", 1, "CD: do not verify", "RFC 4035, 3.2.2", _set),
    Field("code", 4, "RCODE", _RFC, code_in_words),
    *(Field(f"{part}_count", 16, f"records in {part}" if place else part, _RFC) for place, part in enumerate(SECTIONS)),
)


QUESTION = Table(
    CODEC,
    Field("type", 16, "QTYPE", "RFC 1035, 4.1.2", type_in_words),
    Field("class", 16, "QCLASS", "RFC 1035, 4.1.2", class_in_words),
)
RECORD = Table(
    CODEC,
    Field("type", 16, "what the data are", "RFC 1035, 4.1.3", type_in_words),
    Field("class", 16, "class of the data", "RFC 1035, 4.1.3", class_in_words),
    Field("ttl", 32, "how long it may be kept", "RFC 1035, 4.1.3", _seconds),
    Field("length", 16, "bytes of data", "RFC 1035, 4.1.3", lambda value: f"{value} bytes"),
)


def _text_in_words(value: bytes) -> str:
    return value.decode("ascii", "backslashreplace")


ADDRESS = Table(CODEC, Field("address", 32, "an IPv4 address", "RFC 1035, 3.4.1", dotted))
ADDRESS_6 = Table(
    CODEC, Field("address", 128, "an IPv6 address", "RFC 3596, 2.2", lambda value: str(IPv6Address(value)))
)
PREFERENCE = Table(CODEC, Field("preference", 16, "a lower one is tried first", "RFC 1035, 3.3.9"))
ZONE = Table(
    CODEC,
    Field("serial", 32, "version of the zone", "RFC 1035, 3.3.13"),
    Field("refresh", 32, "until a secondary looks again", "RFC 1035, 3.3.13", _seconds),
    Field("retry", 32, "until it tries a failed look again", "RFC 1035, 3.3.13", _seconds),
    Field("expire", 32, "until it gives the zone up", "RFC 1035, 3.3.13", _seconds),
    Field("minimum", 32, "how long a name error may be kept", "RFC 2308, 4", _seconds),
)
STRING = Table(
    CODEC,
    Field("string_length", 8, "bytes of the string", "RFC 1035, 3.3", lambda value: f"{value} bytes"),
    Octets("string", lambda values: values["string_length"], "a string", "RFC 1035, 3.3", _text_in_words),
)

UNKNOWN = Table(CODEC, Octets("data", None, "data of an unknown type", "RFC 3597, 5"))
