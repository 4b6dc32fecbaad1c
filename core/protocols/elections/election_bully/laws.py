"""What must hold, and what is counted: coins on the floor, coins in the wrong chest."""

from __future__ import annotations

from typing import Any

from core.kernel.laws import Evidence, Law, LawKind, Measure, always, eventually, sometimes
from core.kernel.time import MILLISECOND
from core.kernel.trace import SEND, Entry
from core.protocols.elections.election_bully.machine import Process
from core.protocols.elections.election_bully.messages import Coordinator, Election

COIN = 100 * MILLISECOND
"""A citizen drops a coin so often into the chest of whomever it calls king."""


def _kings(evidence: Evidence) -> list[Process]:
    return [process for process in evidence.running(Process) if process.coordinator == process.number]


def _agreed(evidence: Evidence) -> bool:
    living = evidence.running(Process)
    kings = _kings(evidence)
    return len(kings) == 1 and all(
        process.coordinator == kings[0].number and not process.electing for process in living
    )


def _at_most_one(evidence: Evidence) -> bool:
    return len(_kings(evidence)) <= 1


def _two(evidence: Evidence) -> bool:
    return len(_kings(evidence)) > 1


def _answered(evidence: Evidence) -> bool:
    return any(process.answered_by >= 0 for process in evidence.running(Process))


def _note_news(evidence: Evidence, entry: Entry) -> None:
    if entry.kind == SEND and isinstance(entry.detail, Coordinator):
        evidence.memory["news"] = True


def _renewed(evidence: Evidence) -> bool:
    return "news" in evidence.memory and _agreed(evidence)


def _agreed_at(evidence: Evidence, time: int) -> bool:
    return evidence.now >= time and _agreed(evidence)


def _rates(evidence: Evidence) -> tuple[int, int]:
    """How many of the living pay nobody (the floor): the king is gone, or they are choosing; and how many pay into
    another chest than the fullest (forked)."""
    living = evidence.running(Process)
    kings = {process.number for process in _kings(evidence)}
    chests: dict[int, int] = {}
    floor = 0
    for process in living:
        if process.coordinator in kings and not process.electing:
            chests[process.coordinator] = chests.get(process.coordinator, 0) + 1
        else:
            floor += 1
    forked = sum(chests.values()) - max(chests.values(), default=0)
    return floor, forked


def _count_coins(evidence: Evidence, entry: Entry, **_: Any) -> None:
    """Integrate coin·µs between entries: beliefs change only at events."""
    memory = evidence.memory
    _settle(evidence, entry.time)
    memory["rates"] = _rates(evidence)


def _settle(evidence: Evidence, now: int) -> None:
    memory = evidence.memory
    floor, forked = memory.get("rates", (0, 0))
    passed = now - memory.get("at", 0)
    memory["floor"] = memory.get("floor", 0) + floor * passed
    memory["forked"] = memory.get("forked", 0) + forked * passed
    memory["empty"] = memory.get("empty", 0) + (passed if floor else 0)
    memory["split"] = memory.get("split", 0) + (passed if forked else 0)
    memory["at"] = now


def _lasted(what: str) -> Any:
    def holds(evidence: Evidence, time: int) -> bool:
        _settle(evidence, evidence.now)
        return bool(evidence.memory[what] > time)

    return holds


def _coins(what: str) -> Any:
    def of(evidence: Evidence, node: str) -> int:
        _settle(evidence, evidence.now)
        return int(evidence.memory[what]) // COIN

    return of


def _elections(evidence: Evidence, process: str, count: int) -> bool:
    rounds = {entry.cause for entry in evidence.trace if entry.kind == SEND and entry.node == process
              and isinstance(entry.detail, Election)}  # fmt: skip
    return len(rounds) > count


PEACE = ("no_loss", "no_duplicates", "bounded_delay", "no_crash")
LAWS = (
    always("no two living processes reign at once", _at_most_one, assumes=PEACE),
    sometimes("an election is answered", _answered),
    sometimes("two processes reign at once", _two, assumes=("unbounded_delay",)),
    eventually("the living agree on a new coordinator", _renewed, watch=_note_news, assumes=PEACE),
    Law("at {time:duration} every living process obeys one king", LawKind.EVENTUALLY, _agreed_at),
    Law("somebody obeys no king for {time:duration} in all", LawKind.SOMETIMES, _lasted("empty"), _count_coins,
        ("unbounded_delay",)),
    Law("the realm is split for {time:duration} in all", LawKind.SOMETIMES, _lasted("split"), _count_coins,
        ("unbounded_delay",)),
    Law("{process:node} holds more than {count:number} elections", LawKind.SOMETIMES, _elections,
        assumes=("unbounded_delay",)),
)  # fmt: skip

MEASURES = (
    Measure("floor", "coins on the floor", _coins("floor"), "coins", watch=_count_coins),
    Measure("forked", "coins in the wrong chest", _coins("forked"), "coins", watch=_count_coins),
)
