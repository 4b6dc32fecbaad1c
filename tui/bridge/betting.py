"""Bets at the screen: which keys lay a chip now, the control that gives a chance, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.bets import Settled, brier, score_words
from core.kernel.choice import Asked, Value
from core.session import Session
from levels.schema import BetKey, Level
from tui.language import later, retold, said

BET_KEY = "b"
"""Opens the control of what may be bet on, in every level that has bets."""


GONE_ON = later("That is over: what could be bet on has gone on.")


@dataclass(frozen=True)
class BetMove:
    """A key that has to do with bets, what it does in a few words, and whether it does so now."""

    key: str
    label: str
    alive: bool


class Betting:
    """The bets of a level at play, for whoever sits at the screen."""

    def __init__(self, level: Level, session: Session) -> None:
        self._session = session
        self._keys = level.bet_keys
        self.any = bool(level.scenario.bets)
        """Has the level bets?"""
        self.most = level.scenario.chips
        """Chips at the start."""

    @property
    def chips(self) -> int:
        """Chips left."""
        return self._session.chips

    def open(self) -> list[Asked]:
        """What may be bet on now."""
        return self._session.bets() if self.any else []

    def moves(self) -> list[BetMove]:
        """The level's own keys, and the one that opens the control."""
        if not self.any:
            return []
        names = {asked.choice.name for asked in self.open()}
        own = [BetMove(key.key, said("bet {side}", side=said(key.side)), key.bet in names) for key in self._keys]
        return [*own, BetMove(BET_KEY, said("bet"), bool(names))]

    def key(self, key: str | None) -> BetKey | None:
        """What this key of the level's own lays; None if it is none."""
        return next((one for one in self._keys if one.key == key), None)

    def lay(self, key: BetKey) -> str:
        """Lay a chip at once; why that was not possible, in words, "" if it was."""
        try:
            self._session.bet(key.bet, key.share)
        except (LookupError, ValueError) as error:
            return self.refusal(error)
        return ""

    def next(self, asked: Asked | None) -> Asked | None:
        """What may be bet on now, behind this one in their order; None if nothing may."""
        found = self.open()
        names = [one.choice.name for one in found]
        place = names.index(asked.choice.name) + 1 if asked is not None and asked.choice.name in names else 0
        return found[place % len(found)] if found else None

    def is_on(self, asked: Asked) -> bool:
        """May this still be bet on?"""
        return any(one.choice.name == asked.choice.name and one.subject == asked.subject for one in self.open())

    def give(self, asked: Asked, share: Value) -> str:
        """Lay what stands in the control, on what it was opened for; why that was not possible, "" if it was."""
        if not self.is_on(asked):
            return said(GONE_ON)
        try:
            self._session.bet(asked.choice.name, share)
        except (LookupError, ValueError) as error:
            return self.refusal(error)
        return ""

    def laid(self, asked: Asked) -> int | None:
        """The chance that lies on this already; None if none does."""
        subject = tuple(asked.subject.items())
        for wager in self._session.wagers:
            if (wager.bet.name, wager.node, wager.subject) == (asked.choice.name, asked.node, subject):
                return wager.share
        return None

    @property
    def nothing(self) -> str:
        """Why nothing can be bet on now."""
        if not self.any:
            return said("There is nothing to bet on in this level.")
        return said("Nothing to bet on now.") if self.chips else said("All your chips lie already.")

    def refusal(self, error: Exception) -> str:
        """Why a chip could not be laid, in words."""
        if isinstance(error, LookupError):
            return self.nothing
        return retold(str(error))


def settled_words(settled: list[Settled]) -> list[str]:
    """What the wagers came to, the score first; [] where nobody bet."""
    laid = [one for one in settled if one.wager is not None]
    if not laid:
        return []
    score = score_words(brier(settled), sum(one.loss is not None for one in laid))
    lines = [score] if score else []
    for one in laid:
        assert one.wager is not None
        if one.came in ("", "yes", "no"):
            came = said(one.came or later("that never came out"))
        else:
            came = said("it was {side}", side=said(one.came))
        loss = "" if one.loss is None else f" ({float(one.loss):.2f})"
        told = said("{what}: you said {chance}; {came}", what=retold(one.what), chance=one.wager.words, came=came)
        lines.append(f"{told}{loss}")
    return lines
