"""The Network Time Protocol's packet, version 4 (RFC 5905, 7.3), as SNTP uses it too (RFC 4330, 4).

Timestamps are kept as they are sent: 64 bits, seconds since 1900 in the upper half, a fraction of a second in the
lower; 0 means unknown. The seconds wrap every 136 years, which are an era; `timestamp` and `microseconds` turn
them into µs since 1970 and back, `difference` needs no era at all.

What follows the 48 bytes (extension fields, RFC 7822, and an authentication code, RFC 5905, 7.3) is kept as bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from core.wire.ipv4 import dotted
from core.wire.table import Codec, CodecError, Envelope, Field, Octets, Span, Table, octets_in_words

CODEC = "NTP"
HEADER = 48
"""Bytes of a packet without extension fields and authentication code."""
UNIX_EPOCH = 2_208_988_800
"""Seconds from 1 January 1900 to 1 January 1970 (RFC 5905, figure 4)."""
ERA = 1 << 32
"""Seconds of an era. Era 1 begins on 7 February 2036 at 6:28:16 UTC."""
_SECOND = 1_000_000
_MODES = ("reserved", "symmetric active", "symmetric passive", "client", "server", "broadcast", "control", "private")
_SHORT = {3: "request", 4: "reply"}
_LEAPS = ("no warning", "last minute has 61 seconds", "last minute has 59 seconds", "clock not synchronized")


class Mode(IntEnum):
    """What the sender is to the receiver (RFC 5905, figure 10)."""

    RESERVED = 0
    SYMMETRIC_ACTIVE = 1
    SYMMETRIC_PASSIVE = 2
    CLIENT = 3
    SERVER = 4
    BROADCAST = 5
    CONTROL = 6
    PRIVATE = 7


class Leap(IntEnum):
    """The leap indicator (RFC 5905, figure 9)."""

    NO_WARNING = 0
    LAST_MINUTE_61 = 1
    LAST_MINUTE_59 = 2
    UNSYNCHRONIZED = 3


def timestamp(date: int) -> int:
    """µs since 1970 as a timestamp. A reading that would be the special value 0 becomes 1, a quarter nanosecond later.

    Every date has a timestamp, and every era begins anew: the era itself is not sent.
    """
    seconds, part = divmod(date, _SECOND)
    return ((seconds + UNIX_EPOCH) % ERA << 32 | ((part << 32) + _SECOND // 2) // _SECOND) or 1


def microseconds(stamp: int) -> int:
    """A timestamp as µs since 1970, by the rule of RFC 4330, 3, to the nearest µs.

    With the uppermost bit set it lies in 1968 .. 2036 (era 0), without it in 2036 .. 2104 (era 1).
    """
    seconds = (stamp >> 32) + (0 if stamp >> 63 else ERA) - UNIX_EPOCH
    return seconds * _SECOND + ((stamp & 0xFFFF_FFFF) * _SECOND + (1 << 31) >> 32)


def difference(later: int, earlier: int) -> int:
    """`later` minus `earlier` in µs, signed, whatever their eras: right for dates within 68 years (RFC 5905, 6)."""
    apart = (later - earlier + (1 << 63)) % (1 << 64) - (1 << 63)
    return apart * _SECOND + (1 << 31) >> 32


def short(duration: int) -> int:
    """A duration in µs in the NTP short format: seconds in 16 bits, a fraction in 16. Raises ValueError beyond that."""
    value = ((duration << 16) + _SECOND // 2) // _SECOND
    if not 0 <= value < 1 << 32:
        raise ValueError(f"{duration} µs do not fit the NTP short format: 0 to 65536 s")
    return value


def _signed(octet: int) -> int:
    return octet - 256 if octet > 127 else octet


def _power_in_words(octet: int) -> str:
    """`2^6 s`"""
    return f"2^{_signed(octet)} s"


def _short_in_words(value: int) -> str:
    return f"{value * 1000 / 65536:.3f} ms"


def _stamp_in_words(stamp: int) -> str:
    if not stamp:
        return "unknown"
    apart = microseconds(stamp)
    return f"{apart // _SECOND}.{apart % _SECOND:06d} s since 1970"


def _stratum_in_words(stratum: int) -> str:
    if stratum == 0:
        return "0, unspecified or a kiss-o'-death"
    if stratum == 1:
        return "1, a primary server"
    if stratum < 16:
        return f"{stratum}, a secondary server"
    return "16, not synchronized" if stratum == 16 else f"{stratum}, reserved"


def _reference_in_words(value: bytes) -> str:
    code = value.rstrip(b"\0")
    if code and all(32 < octet < 127 for octet in code):
        return code.decode("ascii")
    return dotted(int.from_bytes(value, "big")) if len(value) == 4 else value.hex()


def _trailer_in_words(value: bytes) -> str:
    """What RFC 7822, 3 makes of these lengths."""
    if len(value) == 4:
        return "crypto-NAK"
    if len(value) in (20, 24):
        return f"key identifier and digest of {len(value) - 4} bytes"
    return f"extension fields, {octets_in_words(value)}"


_RFC = "RFC 5905, 7.3"
TABLE = Table(
    CODEC,
    Field("leap", 2, "leap indicator", _RFC, lambda value: _LEAPS[value]),
    Field("version", 3, "version number", _RFC),
    Field("mode", 3, "what the sender is", _RFC, lambda value: _MODES[value]),
    Field("stratum", 8, "distance from a reference clock", _RFC, _stratum_in_words),
    Field("poll", 8, "greatest interval between messages", _RFC, _power_in_words),
    Field("precision", 8, "precision of the sender's clock", _RFC, _power_in_words),
    Field("root_delay", 32, "round trip to the reference clock", _RFC, _short_in_words),
    Field("root_dispersion", 32, "error up to the reference clock", _RFC, _short_in_words),
    Octets("reference_id", lambda values: 4, "which server or clock it follows", _RFC, _reference_in_words),
    Field("reference", 64, "when the sender's clock was last set", _RFC, _stamp_in_words),
    Field("originate", 64, "T1: when the request left the client", _RFC, _stamp_in_words),
    Field("receive", 64, "T2: when the request reached the server", _RFC, _stamp_in_words),
    Field("transmit", 64, "T3: when this packet left", _RFC, _stamp_in_words),
    Octets("trailer", None, "extension fields and authentication code", "RFC 7822, 3", _trailer_in_words),
    label=CODEC,
)


@dataclass(frozen=True)
class Packet:
    """One NTP packet.

    `poll` and `precision` are powers of two in seconds, -128 .. 127. `root_delay` and `root_dispersion` are in
    2**-16 s (RFC 4330 lets the first be negative, RFC 5905 does not). `reference_id` has four bytes. The four
    timestamps have 64 bits. `version` is whatever was sent: a server answers older ones.
    """

    mode: int
    version: int = 4
    leap: int = 0
    stratum: int = 0
    poll: int = 0
    precision: int = 0
    root_delay: int = 0
    root_dispersion: int = 0
    reference_id: bytes = bytes(4)
    reference: int = 0
    originate: int = 0
    receive: int = 0
    transmit: int = 0
    trailer: bytes = b""

    @property
    def kiss(self) -> str | None:
        """The kiss code, `RATE` or `DENY`, of a server's packet with stratum 0 (RFC 4330, 8); None of any other."""
        if self.mode not in (Mode.SERVER, Mode.BROADCAST) or self.stratum:
            return None
        return self.reference_id.rstrip(b"\0").decode("ascii", "replace")

    def __str__(self) -> str:
        """The packet in a few words."""
        if self.kiss is not None:
            return f"kiss-o'-death {self.kiss}".rstrip()
        return f"NTP {_SHORT.get(self.mode, _MODES[self.mode])}"


class Sntp:
    """The codec of packets. No addresses are needed, so the envelope is not used."""

    name = CODEC

    def encode(self, message: Packet, envelope: Envelope) -> bytes:
        """Raises CodecError for numbers out of range and for modes 6 and 7, which have other formats."""
        values = {name: getattr(message, name) for name in message.__dataclass_fields__}
        for power in ("poll", "precision"):
            value = values[power]
            if not isinstance(value, int) or not -128 <= value <= 127:
                raise TABLE.error(power, f"{power} is {value!r}, no number from -128 to 127")
            values[power] = value % 256
        data = TABLE.pack(values)
        _refuse_other_formats(message.mode)
        return data

    def decode(self, data: bytes, envelope: Envelope) -> Packet:
        """Raises CodecError for fewer than 48 bytes and for modes 6 and 7, which have other formats."""
        values, _ = TABLE.unpack(data)
        _refuse_other_formats(values["mode"])
        for power in ("poll", "precision"):
            values[power] = _signed(values[power])
        return Packet(**values)

    def spans(self, data: bytes) -> list[Span]:
        return TABLE.spans(data)


def _refuse_other_formats(mode: int) -> None:
    if mode in (Mode.CONTROL, Mode.PRIVATE):
        raise CodecError(CODEC, 0, f"mode {int(mode)} is a {_MODES[mode]} message, which has another format")


SNTP: Codec[Packet] = Sntp()
