"""Can a run still be won from here? Reckoned beside the play, a slice at a time: keys never wait for it.

It is said only where the seat may know it: where it sees everything, and of the network's hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from core.kernel.choice import Kind
from core.kernel.world import Answered, DivergedError
from core.search import winnable_from
from core.session import Session
from core.session.stillness import Stillness, stillness
from tui.language import later

SLICE = 150
"""Events of the work that are done at once."""

BOOK_LOSES = later("From here the book loses too")
WAY_IS_GONE = later("From here the known way fails")


class Doom:
    """Of one session. `lost`: is it known that neither the book nor the level's proof wins from where it stands?
    `told`: was that said?"""

    def __init__(self, session: Session, proof: Sequence[Answered] | None = None) -> None:
        """`proof`: the answers of the level's own proof; None: they are not known, and nothing is said of a hand."""
        self.lost = self.told = False
        self._session = session
        self._proof = proof
        self._work: Iterator[bool | None] | None = None

    @property
    def may_know(self) -> bool:
        """May whoever sits there know it?"""
        session = self._session
        hand = session.scenario.hand is not None
        if session.scenario.live or session.scenario.inspector is not None or not session.player:
            return False
        return bool(self._proof) if hand else session.sight.everything

    @property
    def words(self) -> str:
        """What is said when it is known."""
        return WAY_IS_GONE if self._session.scenario.hand is not None else BOOK_LOSES

    @property
    def at_work(self) -> bool:
        """Is it being reckoned?"""
        return self._work is not None

    def look(self) -> None:
        """Something was done, or left out, that the book would not have: reckon it from here."""
        session = self._session
        if not self.lost and not session.over and not session.watching and self.may_know:
            self._work = winnable_from(session.world, self._proof or (), slice_events=SLICE)

    def forget(self) -> None:
        """The session stands somewhere else."""
        self.lost = self.told = False
        self._work = None

    def work(self) -> None:
        """Do a slice of the work."""
        if self._work is None:
            return
        found: bool | None = True
        with suppress(DivergedError):
            found = next(self._work, True)
        if found is not None:
            self._work = None
            self.lost = not found and not self._session.over

    def tell(self) -> bool:
        """Is it to be said now? Not before the words on what lost it, or it were a verdict before its consequence."""
        if not self.lost or self.told or self._session.over:
            return False
        hand = self._session.scenario.hand is not None
        if hand and stillness(self._session.world) is not Stillness.WATCHING:
            return False  # there may be another way than the one that is known, as long as anything can be done
        mistakes = (Kind.WRONG, Kind.COSTLY)
        self.told = all(line.said for line in self._session.verdict_lines if line.verdict.kind in mistakes)
        return self.told
