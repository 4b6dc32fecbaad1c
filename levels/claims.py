"""Claims: a level in which the player may swear that no hand within its budget does it."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.claims import Claim, Found
from core.kernel.laws import BoundLaw, LawKind
from core.kernel.scenario import DiceSpec, Hand, NetworkSeat, Scenario
from levels.compile import Compiler
from levels.reading import Table

FREE = ("crash", "cut", "push_clock")
"""Acts whose time is free: what comes of them depends on the very microsecond, so that nobody can try all."""


def read_claim(
    compiler: Compiler,
    table: Table,
    hand: Hand | None,
    network: DiceSpec | NetworkSeat | None,
    win: Sequence[BoundLaw],
) -> Claim | None:
    """`claim = true` of [seats], which `table` is."""
    if not compiler.claims:
        return None
    found, mend = "", ""
    if hand is None:
        found, mend = "an oath about a hand, and there is none", "network = { hand = {…} }"
    elif compiler.twin is not None:
        found, mend = "an oath in a fair trap: a second row says that it can be done", "either claim or twin"
    elif network is not None:
        found, mend = "what dice decide nobody can swear to", "network = { hand = {…} } alone"
    elif free := [act for act in FREE if getattr(hand, act)]:
        found = f"nobody can try every microsecond for {', '.join(free)}"
        mend = "an oath goes with pockets, lose, copy and garble"
    elif any(law.law.kind is LawKind.ALWAYS for law in win):
        found, mend = "what is wanted holds as long as nothing is done", 'win = ["broken: …"], or what some run reaches'
    if found and not table.file.problems:
        table.problem("claim", found, mend, key=True)
    return Claim(_explored)


def _explored(scenario: Scenario, bound: int) -> Found:
    from core.search.claims import refute  # not before somebody swears

    return refute(scenario, bound)


def problem_of(scenario: Scenario) -> str:
    """What `check` says of a claim: that nobody knows whether it is so; "" if the explorer does."""
    if scenario.claim is None:
        return ""
    found = scenario.claim.found(scenario)
    if found.answers is None and not found.complete:
        return f"in {found.tried:,} worlds no hand does it, and there are more: whoever swears could not be judged"
    return ""
