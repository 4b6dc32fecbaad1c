"""What each mistake of a play cost, in words: reckoned beside the screen, a slice at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from core.costing import EVENTS_IN_ALL, SLICE, Cost, run_costs
from core.kernel.choice import Verdict
from core.kernel.laws import MESSAGES, TIME, Measure
from core.kernel.scenario import Scenario
from core.kernel.world import DivergedError
from tui.bridge import Bridge
from tui.clock import seconds
from tui.language import later, said

NOTHING = later("cost nothing")
THE_LEVEL = later("cost the level")
LOST_ALREADY = later("cost nothing more: by the book it is lost from there, too")
TAKEN_BACK = later("taken back: cost nothing in this run")
ABOVE = later("counted with the one above")
TOO_LONG = later("what it cost is not reckoned: the run is too long")
EVENTS_AT_ONCE = 40_000
"""As many events have all futures together where somebody waits for them."""


def mistakes_of(bridge: Bridge) -> dict[str, list[Verdict]]:
    """What was wrong or costly, in words, each once, in the order in which it was said; with how often."""
    found: dict[str, list[Verdict]] = {}
    for mistake in bridge.mistakes:
        found.setdefault(mistake.text, []).append(mistake.verdict)
    return found


def costs(bridge: Bridge, slice_events: int = SLICE, most: int = EVENTS_IN_ALL) -> Iterator[tuple[str, ...] | None]:
    """What each of `mistakes_of` cost, in words ("" while it is not known), whenever one more is known; None after
    every `slice_events` events. Of a live run nothing: nobody knows what the other side would have said."""
    groups = mistakes_of(bridge)
    world = bridge.session.world
    if not groups or world.scenario.live:
        return
    won = world.outcome is not None and world.outcome.won
    known: dict[str, list[Cost]] = {text: [] for text in groups}
    place_of = {_key(verdict): text for text, verdicts in groups.items() for verdict in verdicts}
    missing: set[str] = set()
    given = {_key(verdict) for verdict in world.verdicts}
    many = {text for text, verdicts in groups.items() if sum(_key(verdict) in given for verdict in verdicts) > 1}
    with suppress(DivergedError):
        for found in run_costs(world, slice_events=slice_events, most=most):
            if found is None:
                yield None
                continue
            verdict, cost = found
            text = place_of.get(_key(verdict))
            if text is None:
                continue
            if cost is None:
                missing.add(text)
            else:
                known[text].append(cost)
            yield tuple(
                cost_words(world.scenario, known[each], won) if known[each] and each not in many else ""
                for each in groups
            )  # of what was done several times nothing is said before all of it is known
    yield tuple(
        cost_words(world.scenario, known[text], won)
        if known[text]
        else TOO_LONG
        if text in missing
        else ABOVE
        if any(_key(verdict) in given for verdict in verdicts)
        else TAKEN_BACK
        for text, verdicts in groups.items()
    )


def cost_lines(bridge: Bridge, most: int = EVENTS_AT_ONCE) -> list[str]:
    """Each of `mistakes_of`, after what it cost: for a reader who waits meanwhile."""
    last: tuple[str, ...] = ()
    for found in costs(bridge, most=most):
        last = last if found is None else found
    return [
        f"- {cost[:1].upper()}{cost[1:]}. {text}"
        for text, cost in zip(mistakes_of(bridge), map(said, last), strict=False)
    ]


def _key(verdict: Verdict) -> tuple[int, str, str, str]:
    return verdict.event, verdict.node, verdict.choice, verdict.label


def cost_words(scenario: Scenario, found: Sequence[Cost], won: bool = False) -> str:
    """What the same mistake cost, made once or several times: "cost the level", "cost 3 messages, saved 40 ms".

    Counted in what the level counts: its pars, or messages and time. `won`: the run itself was, whatever the book
    would have made of it.
    """
    if scenario.win and any(cost.book_won and not cost.won for cost in found):
        return THE_LEVEL
    if scenario.win and not any(cost.book_won for cost in found):
        if any(cost.won for cost in found):
            return later("won the level: the book loses from there")
        return NOTHING if won else LOST_ALREADY
    both = said("and")
    parts: dict[str, list[str]] = {later("cost"): [], later("saved"): []}
    for measure in [par.measure for par in scenario.par] or [MESSAGES, TIME]:
        more = sum(_of(cost, measure) for cost in found)
        if measure.unit == TIME.unit:
            more = abs(more) // 1000 * 1000 * (1 if more > 0 else -1)
        if more:
            parts["cost" if (more > 0) != measure.higher else "saved"].append(_shown(measure, abs(more)))
    words = ", ".join(f"{said(word)} {f' {both} '.join(what)}" for word, what in parts.items() if what) or NOTHING
    return (
        said("{count} times, in all: {words}").format(count=len(found), words=words)
        if len(found) > 1 and words != NOTHING
        else words
    )


def _of(cost: Cost, measure: Measure) -> int:
    known = {MESSAGES.name: cost.messages, TIME.name: cost.time, **cost.measures}
    return known[measure.name]


def _shown(measure: Measure, amount: int) -> str:
    name = said(measure.name)
    if measure.unit == TIME.unit:
        return seconds(amount) if measure.name == TIME.name else f"{seconds(amount)} {said('of')} {name}"
    if measure.unit:
        return f"{amount} {measure.unit} {said('of')} {name}"
    return f"{amount} {said(measure.name.removesuffix('s') if amount == 1 else measure.name)}"
