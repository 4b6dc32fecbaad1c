"""Frames and what comes back: receipts, complaints, and that something is written.

Bytes by CDR, and behind them a check sequence (CRC-32, as Ethernet's): a frame of which a bit has flipped is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from core.wire.cdr import Octet, ULong, UShort, codec_for
from core.wire.table import CodecError, Envelope, Span


@dataclass(frozen=True)
class Frame:
    """A text. Its number has `bits` bits (none: it is 0); `window` places from the awaited one on may be kept;
    `service` is how sure its sender wants to be, see `choices.STOP`."""

    number: ULong
    bits: Octet
    window: UShort
    service: Octet
    text: str

    def __str__(self) -> str:
        return f"{self.number} {self.text}" if self.bits and self.service > 1 else self.text


@dataclass(frozen=True)
class Receipt:
    """All up to number `last` was read, in order; and what has just come, numbered `this`, was taken."""

    last: ULong
    this: ULong
    bits: Octet

    def __str__(self) -> str:
        return _words("ACK", self.last, self.this, self.bits)


@dataclass(frozen=True)
class Complaint:
    """`wanted`, please, not `instead`. Of what arrived in pieces nobody knows the number: then both are the same."""

    wanted: ULong
    instead: ULong
    bits: Octet

    def __str__(self) -> str:
        instead = f", not {self.instead}" if self.instead != self.wanted else ""
        return f"{self.wanted} please{instead}"


@dataclass(frozen=True)
class Written:
    """As a receipt, and the reader has it: all up to number `last` is written."""

    last: ULong
    this: ULong
    bits: Octet

    def __str__(self) -> str:
        return _words("written", self.last, self.this, self.bits)


def _words(word: str, last: int, this: int, bits: int) -> str:
    """ "ACK", "ACK 3", "ACK 3, has 5"."""
    if not bits:
        return word
    return f"{word} {last}" if last == this else f"{word} {last}, has {this}"


@dataclass(frozen=True)
class Say:
    """A request: the sender's user wants one more text sent. It never travels."""

    text: str = "x"


@dataclass(frozen=True)
class Disk:
    """A request: the reader's disk is full, or has room again. It never travels."""

    full: bool = True


MESSAGES = (Frame, Receipt, Complaint, Written)
CHECK = 4
"""Bytes of the check sequence."""
CHECKED = "IEEE 802.3 §3.2.9"


class Checked:
    """A codec's bytes with a check sequence behind them."""

    name = "arq"

    def __init__(self) -> None:
        self._body = codec_for(*MESSAGES)

    def encode(self, message: Any, envelope: Envelope | None = None) -> bytes:
        """The message's bytes and their check sequence. Raises CodecError as CDR does."""
        body = self._body.encode(message)
        return body + crc32(body).to_bytes(CHECK, "big")

    def decode(self, data: bytes, envelope: Envelope | None = None) -> Any:
        """Raises CodecError for bytes that were not sent so."""
        body, check = data[:-CHECK], data[-CHECK:]
        if len(data) < CHECK or crc32(body) != int.from_bytes(check, "big"):
            raise CodecError(self.name, max(0, len(data) - CHECK), "the check sequence is another: bits have flipped")
        return self._body.decode(body)

    def spans(self, data: bytes) -> list[Span]:
        """CDR's fields, and the check sequence."""
        place = max(0, len(data) - CHECK)
        body, check = data[:place], int.from_bytes(data[place:], "big")
        words = "as computed" if crc32(body) == check else f"computed {crc32(body):08x}"
        trailer = Span("check", 8 * place, 8 * (len(data) - place), check, f"{check:08x}", words, CHECKED)
        return [*self._body.spans(body), trailer]


CODEC = Checked()
