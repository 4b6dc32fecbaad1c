"""Whom an inspector has before him, and what he may do: plain data, a part of a scenario. See core.kernel.inspector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.kernel.language import later, written
from core.kernel.laws import BoundLaw
from core.kernel.time import MILLISECOND, SECOND, show_duration

INSPECTOR = "inspector"
"""The name under which the inspector's moves are recorded."""

KILL, SKEW, JOIN, LOSS = HAMMERS = ("kill", "skew", "join", "loss")
"""Blows: a node stops for good; its clock jumps; somebody comes of whom nobody was told, and who knows what that node
knows; what that node sends is lost for a while."""

HIT, ACCUSE, SIGN = ACTS = ("hit", "accuse", "sign")
"""What an inspector may do."""


_BLOWS = {
    KILL: later("{node} dies at {time}"),
    SKEW: later("{node}'s clock jumps at {time}"),
    JOIN: later("a stranger joins {node} at {time}"),
    LOSS: later("{node} is not heard at {time}"),
}


class Blow(NamedTuple):
    """One blow: which hammer, at which node, when (true µs)."""

    hammer: str
    node: str
    time: int

    def __str__(self) -> str:
        return written(_BLOWS[self.hammer], node=self.node, time=show_duration(self.time))


@dataclass(frozen=True)
class Suspect:
    """Nodes that are judged as one."""

    name: str
    nodes: tuple[str, ...]


@dataclass(frozen=True)
class Inspector:
    """The inspector's seat: a free run is looked at, blows are struck, and everybody is settled in the end.

    suspects  who is judged. Whoever sits somewhere else than the book is unsound.
    promise   laws that a sound suspect keeps, whatever single blow falls.
    hits      how many blows may be struck; `hammers`: which.
    acts      of ACTS, what may be done. Where one may sign, the sound ones have to be signed.
    apart     is each suspect a world of its own? Nobody was told of other suspects' nodes then, and a blow is struck in
              the world of its suspect alone. Otherwise all are in one world, and a blow says something of all of them.
    every, until    blows fall at multiples of `every` (µs), up to `until`.
    skew      µs by which a clock jumps; `loss`: for how long what a node sends is lost (µs).
    newcomer  parameters in which somebody who comes differs from the node beside which they come.
    home      the level's own seed, on which everybody is who the file says; on others the suspects change places.
    memo      what came of blows that were tried: nothing of a scenario, only known already.
    """

    suspects: tuple[Suspect, ...]
    promise: tuple[BoundLaw, ...]
    hits: int = 0
    hammers: tuple[str, ...] = ()
    acts: tuple[str, ...] = (HIT, SIGN)
    apart: bool = True
    every: int = 500 * MILLISECOND
    until: int = 5 * SECOND
    skew: int = -SECOND
    loss: int = 500 * MILLISECOND
    newcomer: Mapping[str, Any] = field(default_factory=dict)
    home: int = 1
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def times(self) -> tuple[int, ...]:
        """When a blow may fall (true µs)."""
        return tuple(range(self.every, self.until + 1, self.every))

    def suspect_of(self, node: str) -> Suspect | None:
        """The suspect that a node belongs to; None if it is nobody's."""
        return next((one for one in self.suspects if node in one.nodes), None)

    def named(self, name: str) -> Suspect:
        """The suspect of this name. Raises LookupError."""
        for one in self.suspects:
            if one.name == name:
                return one
        raise LookupError(f"there is no suspect {name!r}")

    def parts(self) -> Any:
        """All of it that a digest is about."""
        return (
            "inspector", tuple((one.name, one.nodes) for one in self.suspects), tuple(law.text for law in self.promise),
            self.hits, self.hammers, self.acts, self.apart, self.every, self.until, self.skew, self.loss,
            dict(self.newcomer),
        )  # fmt: skip
