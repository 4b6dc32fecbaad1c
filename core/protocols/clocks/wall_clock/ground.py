"""What all roles of this room share: how they come into it, and how fast clocks run apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.kernel.choice import Choice, Persona
from core.kernel.laws import Law, Measure
from core.kernel.protocol import Cast, Context, Machine, Protocol
from core.kernel.scenario import Scenario
from core.kernel.time import SECOND

MILLION = 1_000_000


@dataclass(frozen=True)
class Group:
    """Roles that belong together, and all that they bring: one module of this room says it, as its GROUP.

    fits    looks at the nodes before there is a world; raises UnfitNodesError in words.
    scenes  its scenarios, made of the room that all groups have become.
    """

    roles: Mapping[str, type[Machine]]
    messages: tuple[type, ...]
    laws: tuple[Law, ...]
    scenes: Callable[[Protocol], tuple[Scenario, ...]]
    choices: tuple[Choice, ...] = ()
    personas: tuple[Persona, ...] = ()
    measures: tuple[Measure, ...] = ()
    requests: Mapping[str, type] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    fits: Callable[[Cast], object] = lambda cast: None


def until_apart(distance: int, rate: int) -> int:
    """After how many µs two clocks are `distance` µs apart that part by `rate` µs a second. Raises ZeroDivisionError
    for clocks that do not part."""
    return distance * SECOND // rate


def bend(ctx: Context, slope: int, length: int) -> None:
    """Let the own clock run `slope` per cent faster (slower if negative) for `length` µs of its own; then as before.

    The clock reads `length` in the end, and so much of that was bent: true time is length / (1 + slope / 100).
    """
    ctx.adjust_clock(length * slope // 100, length)


def step(ctx: Context, by: int) -> None:
    """Set the own clock forth (back if negative) by `by` µs, at once."""
    ctx.adjust_clock(by)
