"""Segments with the fields that can make a key, and the reset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.wire.cdr import ULong, UShort, codec_for

SRC, SPT, DST, DPT, SEQ, OWN_NUMBER = "src", "spt", "dst", "dpt", "seq", "own"
FIELDS = (SRC, SPT, DST, DPT, SEQ, OWN_NUMBER)
"""What a ticket can bear: the sender's address and port, ours, the segment's number, and a number which the guest
chose itself and carries along."""
SAID = {
    SRC: "address it comes from", SPT: "port it comes from", DST: "address it goes to", DPT: "port it goes to",
    SEQ: "number of this piece", OWN_NUMBER: "number the guest carries, if he has one",
}  # fmt: skip
"""The fields in words."""
PRICE = {name: 2 if name == OWN_NUMBER else 1 for name in FIELDS}
"""Nanoseconds to read a field."""


@dataclass(frozen=True)
class Segment:
    """A piece of what a guest says. `own` is 0 for a guest that has no number; `guest` is who wrote `text`: no field of
    a header, but whoever reads the text knows it."""

    src: str
    spt: UShort
    dst: str
    dpt: UShort
    seq: ULong
    own: UShort
    begins: bool
    ends: bool
    guest: str
    text: str

    def __str__(self) -> str:
        return f"{self.src}:{self.spt}>{self.dst}:{self.dpt} {self.text}"


def ticket_of(segment: Segment, fields: Sequence[str]) -> tuple[str, ...]:
    """What these fields print on a ticket. An own number, where there is one, stands alone."""
    if OWN_NUMBER in fields and segment.own:
        return (f"{OWN_NUMBER} {segment.own}",)
    return tuple(f"{name} {getattr(segment, name)}" for name in fields if name != OWN_NUMBER)


def price_of(fields: Sequence[str]) -> int:
    """What a ticket costs (ns a segment)."""
    return sum(PRICE[name] for name in fields)


@dataclass(frozen=True)
class Reset:
    """RST: nobody here knows of this word's beginning."""

    guest: str

    def __str__(self) -> str:
        return f"RST {self.guest}"


MESSAGES = (Segment, Reset)
CODEC = codec_for(*MESSAGES)
