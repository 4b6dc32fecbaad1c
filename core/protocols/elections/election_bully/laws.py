"""What must hold, and what is counted: coins on the floor, coins in the wrong chest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.kernel.laws import Evidence, Measure, eventually, sometimes
from core.kernel.ready_laws import Roll, at_most_one, roll_call, sometimes_one
from core.kernel.time import MILLISECOND
from core.kernel.trace import SEND, Entry
from core.protocols.elections.election_bully.machine import Process
from core.protocols.elections.election_bully.messages import Coordinator, Election

COIN = 100 * MILLISECOND
"""A citizen drops a coin so often into the chest of whomever it calls king."""


class Stand(NamedTuple):
    """Where a process stands: whom it obeys, whether that is itself, whether it holds an election."""

    coordinator: int
    reigns: bool
    electing: bool


def _reigns(process: Process) -> bool:
    return process.coordinator == process.number


def _stand(process: Process) -> Stand:
    return Stand(process.coordinator, _reigns(process), process.electing)


_call_stands = roll_call(Process, _stand)


def _agreed(stands: Roll) -> bool:
    """The living obey one king, who lives, and nobody holds an election."""
    kings = [stand for stand in stands.count if stand.reigns]
    if len(kings) != 1 or stands.count[kings[0]] != 1:
        return False
    return all(stand.coordinator == kings[0].coordinator and not stand.electing for stand in stands.count)


@dataclass
class Realm(Roll):
    """Where the processes stand; and whether somebody has been proclaimed."""

    news: bool = False


def _note_news(evidence: Evidence, entry: Entry) -> None:
    realm = evidence.recall(Realm)
    _call_stands(evidence, entry)
    realm.news |= entry.kind == SEND and isinstance(entry.detail, Coordinator)


def _renewed(evidence: Evidence) -> bool:
    realm = evidence.recall(Realm)
    return realm.news and _agreed(realm)


def _agreed_at(evidence: Evidence, time: int) -> bool:
    return evidence.now >= time and _agreed(evidence.recall(Roll))


class Sums(NamedTuple):
    """Of the time so far: coin·µs on the floor and in the wrong chest, µs in which there were any."""

    floor: int
    forked: int
    empty: int
    split: int


NO_COINS = Sums(0, 0, 0, 0)


@dataclass
class Coins(Roll):
    """Where the processes stand, and what their coins came to up to the moment when one of them last changed its mind.

    rates   how many of the living have paid nobody since (the floor): the king is gone, or they are choosing; and how
            many have paid into another chest than the fullest (forked).
    """

    sums: Sums = NO_COINS
    at: int = 0
    rates: tuple[int, int] = (0, 0)

    def until(self, now: int) -> Sums:
        """What they come to at `now`, if nobody has changed his mind since."""
        floor, forked = self.rates
        passed = now - self.at
        return Sums(
            self.sums.floor + floor * passed,
            self.sums.forked + forked * passed,
            self.sums.empty + (passed if floor else 0),
            self.sums.split + (passed if forked else 0),
        )

    def turn(self, now: int) -> None:
        """Somebody has changed his mind."""
        self.sums, self.at = self.until(now), now
        kings = {stand.coordinator for stand in self.count if stand.reigns}
        chests: dict[int, int] = {}
        floor = 0
        for stand, number in self.count.items():
            if stand.coordinator in kings and not stand.electing:
                chests[stand.coordinator] = chests.get(stand.coordinator, 0) + number
            else:
                floor += number
        self.rates = floor, sum(chests.values()) - max(chests.values(), default=0)


def _count_coins(evidence: Evidence, entry: Entry, **places: Any) -> None:
    coins = evidence.recall(Coins)
    before = coins.of.get(entry.node)
    _call_stands(evidence, entry)
    if coins.of.get(entry.node) != before:
        coins.turn(entry.time)


def _lasted(what: str) -> Callable[..., bool]:
    def holds(evidence: Evidence, time: int) -> bool:
        return bool(getattr(evidence.recall(Coins).until(evidence.now), what) > time)

    return holds


def _coins(what: str) -> Callable[[Evidence, str], int]:
    def of(evidence: Evidence, node: str) -> int:
        return int(getattr(evidence.recall(Coins).until(evidence.now), what)) // COIN

    return of


@dataclass
class Held:
    """How many elections a process has held, and the event from which the last one came: it asks several at once."""

    count: int = 0
    cause: int = -1


def _count_elections(evidence: Evidence, entry: Entry, process: str, count: int) -> None:
    if entry.kind == SEND and entry.node == process and isinstance(entry.detail, Election):
        held = evidence.recall(Held)
        held.count += entry.cause != held.cause
        held.cause = entry.cause


PEACE = ("no_loss", "no_duplicates", "bounded_delay", "no_crash")

ONE_KING = at_most_one(Process, _reigns, name="no two living processes reign at once", assumes=PEACE)
ANSWERED = sometimes_one("an election is answered", Process, lambda process: process.answered_by >= 0)
TWO_KINGS = sometimes(
    "two processes reign at once",
    lambda evidence: evidence.recall(Roll).count.get(True, 0) > 1,
    watch=roll_call(Process, _reigns),
    assumes=("unbounded_delay",),
)
RENEWED = eventually("the living agree on a new coordinator", _renewed, watch=_note_news, assumes=PEACE)
AGREED_AT = eventually("at {time:duration} every living process obeys one king", _agreed_at, watch=_call_stands)
EMPTY = sometimes("somebody obeys no king for {time:duration} in all", _lasted("empty"), watch=_count_coins,
                  assumes=("unbounded_delay",))  # fmt: skip
SPLIT = sometimes("the realm is split for {time:duration} in all", _lasted("split"), watch=_count_coins,
                  assumes=("unbounded_delay",))  # fmt: skip
CRIED = sometimes(
    "{process:node} holds an election",
    lambda evidence, process: evidence.recall(Held).count > 0,
    watch=lambda evidence, entry, process: _count_elections(evidence, entry, process, 0),
    assumes=("unbounded_delay",),
)
BUSY = sometimes(
    "{process:node} holds more than {count:number} elections",
    lambda evidence, process, count: evidence.recall(Held).count > count,
    watch=_count_elections,
    assumes=("unbounded_delay",),
)

LAWS = (ONE_KING, ANSWERED, TWO_KINGS, RENEWED, AGREED_AT, EMPTY, SPLIT, CRIED, BUSY)

MEASURES = (
    Measure("floor", "coins on the floor", _coins("floor"), "coins", watch=_count_coins),
    Measure("forked", "coins in the wrong chest", _coins("forked"), "coins", watch=_count_coins),
)
