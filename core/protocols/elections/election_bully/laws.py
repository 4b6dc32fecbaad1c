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
    """Where the processes stand, and what their coins came to up to a moment: beliefs change only at events."""

    sums: Sums = NO_COINS
    at: int = 0

    def until(self, now: int) -> Sums:
        """What they come to at `now`, if nothing has happened since."""
        floor, forked = self._rates()
        passed = now - self.at
        return Sums(
            self.sums.floor + floor * passed,
            self.sums.forked + forked * passed,
            self.sums.empty + (passed if floor else 0),
            self.sums.split + (passed if forked else 0),
        )

    def _rates(self) -> tuple[int, int]:
        """How many of the living pay nobody (the floor): the king is gone, or they are choosing; and how many pay into
        another chest than the fullest (forked)."""
        kings = {stand.coordinator for stand in self.count if stand.reigns}
        chests: dict[int, int] = {}
        floor = 0
        for stand, number in self.count.items():
            if stand.coordinator in kings and not stand.electing:
                chests[stand.coordinator] = chests.get(stand.coordinator, 0) + number
            else:
                floor += number
        return floor, sum(chests.values()) - max(chests.values(), default=0)


def _count_coins(evidence: Evidence, entry: Entry, **places: Any) -> None:
    coins = evidence.recall(Coins)
    coins.sums, coins.at = coins.until(entry.time), entry.time
    _call_stands(evidence, entry)


def _lasted(what: str) -> Callable[..., bool]:
    def holds(evidence: Evidence, time: int) -> bool:
        return bool(getattr(evidence.recall(Coins).until(evidence.now), what) > time)

    return holds


def _coins(what: str) -> Callable[[Evidence, str], int]:
    def of(evidence: Evidence, node: str) -> int:
        return int(getattr(evidence.recall(Coins).until(evidence.now), what)) // COIN

    return of


def _elections(evidence: Evidence, process: str, count: int) -> bool:
    rounds = {entry.cause for entry in evidence.trace if entry.kind == SEND and entry.node == process
              and isinstance(entry.detail, Election)}  # fmt: skip
    return len(rounds) > count


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
BUSY = sometimes("{process:node} holds more than {count:number} elections", _elections, assumes=("unbounded_delay",))

LAWS = (ONE_KING, ANSWERED, TWO_KINGS, RENEWED, AGREED_AT, EMPTY, SPLIT, BUSY)

MEASURES = (
    Measure("floor", "coins on the floor", _coins("floor"), "coins", watch=_count_coins),
    Measure("forked", "coins in the wrong chest", _coins("forked"), "coins", watch=_count_coins),
)
