"""The teacher: a sender that does what its cards say, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.parameters import fixed, parameter
from core.kernel.protocol import Context
from core.protocols.premise.arq.choices import (
    ANSWERED,
    CARDS,
    COUNTED,
    CURES,
    FORGET,
    LONGER,
    MOST_BITS,
    NUMBER,
    SAY_AGAIN,
    TWICE,
    WAIT,
)
from core.protocols.premise.arq.machine import SILENT, Sender

CARD_PRICE = 2
"""Coins that a card costs, once: both ends must learn it."""
LONG = 3
"""So many times as long is a longer alarm."""


@dataclass
class Teacher(Sender):
    """Has cards, asked for when it starts: of what a sender can do it does what they say.

    Without any it sends its texts one behind another, without numbers, and listens to nobody.
    """

    bits: int = parameter(4, "bits of a number, if texts have one", low=1, high=MOST_BITS)
    fears: str = parameter("", "what may befall a text, by which the book picks its cards", options=tuple(CURES))
    width: int = fixed(1)
    shelf: bool = fixed(False)
    stop: int = fixed(FORGET)
    cards: tuple[str, ...] = ()

    def on_start(self, ctx: Context) -> None:
        self.cards = tuple(ctx.choose(CARDS))
        self.coins = CARD_PRICE * len(self.cards)
        self.width = 1 if WAIT in self.cards else max(1, len(self.plan))
        self.stop = FORGET
        if WAIT in self.cards or SAY_AGAIN in self.cards:
            self.stop = ANSWERED
        elif NUMBER in self.cards:
            self.stop = COUNTED
        if NUMBER not in self.cards:
            self.bits = 0
        if LONGER in self.cards:
            self.patience *= LONG
        super().on_start(ctx)

    def _send(self, ctx: Context, place: int) -> None:
        super()._send(ctx, place)
        if TWICE in self.cards:
            super()._send(ctx, place)

    def _miss(self, ctx: Context, place: int) -> None:
        """Only what was not answered itself is said again: the far side has read what followed it."""
        if SAY_AGAIN in self.cards:
            self.told[place] = SILENT
            self.owed = sorted({*self.owed, place + 1})

    def view(self) -> dict[str, str | int]:
        return {"cards": ", ".join(self.cards) or "none", **super().view()}
