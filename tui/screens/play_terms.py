"""The words of a level: each is explained where it first comes up on a player's screen, and by a key ever after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from levels.schema import Level
from tui.game import Game

MOST = 3
"""Words that are explained at once at most; more wait for the next screen."""


class PlayTerms:
    """Which words of a level this player has met, and which have just come up.

    now   the words that have just come up, each with its sentence.
    met   those of this level that have come up by now, these too.
    """

    def __init__(self, level: Level, met: Iterable[str], meet: Callable[[str], None]) -> None:
        """`met`: the words that this player met before, as `meet` was called with them."""
        rooms = level.scenario.protocols.values()
        own = {name: room.name for room in rooms for name in room.terms}
        own |= dict.fromkeys(level.texts.terms, level.id)
        self.now: tuple[tuple[str, str], ...] = ()
        self._terms = level.terms
        self._ids = {name: f"{own.get(name, '')}/{name}" for name in self._terms}
        known = frozenset(met)
        self._left = {name: _pattern(name) for name in self._terms if self._ids[name] not in known}
        self._meet = meet

    @property
    def met(self) -> Mapping[str, str]:
        """The words met so far, each with its sentence, in order of the alphabet."""
        return {name: self._terms[name] for name in sorted(self._terms, key=str.lower) if name not in self._left}

    def look(self, text: str) -> bool:
        """This stands on the screen: is there a word in it that was never met?"""
        if self.now or not self._left:
            return False
        places = {name: found.start() for name, pattern in self._left.items() if (found := pattern.search(text))}
        new = sorted(places, key=lambda name: (places[name], -len(name)))[:MOST]
        self.now = tuple((name, self._terms[name]) for name in new)
        return bool(new)

    def shown(self, count: int) -> None:
        """So many of them have been explained; the others come up again."""
        for name, _ in self.now[:count]:
            if self._left.pop(name, None) is not None:
                self._meet(self._ids[name])
        self.now = self.now[:count]

    def go_on(self) -> None:
        """The player has done something: what was explained has been read."""
        self.now = ()


class Explainer(Protocol):
    """Who draws what words mean that have just come up, each with its sentence."""

    terms: Sequence[tuple[str, str]]
    explained: int
    """For how many of them there was room."""


class Explaining:
    """Has words explained where they come up."""

    def __init__(self, terms: PlayTerms, explainer: Explainer) -> None:
        self._terms = terms
        self._explainer = explainer

    def look(self, text: str) -> bool:
        """This stands on the screen: is there a word in it that was never met? Then it is to be drawn anew, and `drawn`
        to be called."""
        found = self._terms.look(text)
        if found:
            self._put()
        return found

    def drawn(self) -> None:
        """It stands there now, as far as there was room."""
        self._terms.shown(self._explainer.explained)
        self._put()

    def was_read(self) -> None:
        """The player does something: what was explained has been read."""
        if self._terms.now:
            self._terms.go_on()
            self._put()

    def _put(self) -> None:
        self._explainer.terms = self._terms.now


def _pattern(name: str) -> re.Pattern[str]:
    """How a word is found: in capitals as it stands, else in any case, and as several too."""
    blanks = r"\s+".join(map(re.escape, name.split()))
    ending = "" if name.isupper() else "(?:s|es)?"
    return re.compile(rf"(?<![\w-]){blanks}{ending}(?![\w-])", 0 if name.isupper() else re.IGNORECASE)


SETTING = "words met"


def terms_met(game: Game) -> frozenset[str]:
    """The words that this player has met, in whatever level."""
    return frozenset(game.progress.setting(SETTING).split("\n"))


def meet_term(game: Game, name: str) -> None:
    """Remember that the player has met a word."""
    game.progress.set_setting(SETTING, "\n".join(sorted(terms_met(game) | {name})))
