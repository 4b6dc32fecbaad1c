"""What there is to say about a play that has ended: the move that decided it, who else might have played, and what
came of other answers. What takes time comes in slices, so that a screen can breathe meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from core.judging import FUTURES, Judgement, Worth, diagnose, run_in_slices
from core.kernel.choice import OMITTED, Kind, Verdict
from core.kernel.laws import MESSAGES, TIME, Measure
from core.kernel.scenario import DiceSpec, Scenario
from core.kernel.seats import Book, PersonaSeat, Seat
from core.kernel.time import SECOND
from core.kernel.trace import Entry
from core.kernel.world import Answered, DivergedError, World
from core.record import Result
from tui.bridge import Bridge, Figure, reason_words, with_keys
from tui.clock import seconds
from tui.costs import costs, mistakes_of
from tui.ending import Decided, is_turned, luck_words, near_words
from tui.language import later, said
from tui.model import Axis, Debrief, Ghost, Judging
from tui.progress import STARS

BOOK_WORDS = later("answers as the source prescribes")
GHOST_EVENTS = 200_000
"""Events after which a ghost's run is given up."""


def debrief_of(bridge: Bridge, world: str, result: Result, run_file: str) -> Debrief:
    """What there is to say about a play that ended; its ghosts come later, see `ghosts`."""
    level, session = bridge.level, bridge.session
    axes = axes_of(session.scenario)
    par = all(axis.name in bridge.pars for axis in axes)
    groups, decided = mistakes_of(bridge), Decided(bridge)
    mistakes = list(groups)
    with suppress(DivergedError):
        for found in diagnose(session.scenario, session.world.answers)[:1]:
            words = said('You answered as one who is called "{name}": {words} ({told} of {most} telling answers).')
            name, most = said(found.persona), found.told + found.against
            mistakes.append(words.format(name=name, words=said(found.words), told=found.told, most=most))
    return Debrief(
        level=level.id,
        world=world,
        title=level.title,
        won=result.won,
        stars=result.stars,
        reason=bridge.end_words() or reason_words(result.reason),
        axes=(_axis(axes[0]), _axis(axes[1])),
        point=point_of(session.world, axes),
        par=(bridge.pars[axes[0].name], bridge.pars[axes[1].name]) if par else None,
        mistakes=tuple(mistakes),
        bets=tuple(bridge.bet_words()),
        text=with_keys(level.texts.debrief, level),
        sources=level.texts.sources,
        seed=session.scenario.seed,
        run_file=run_file,
        signs=tuple(sign_of(verdicts[0]) for verdicts in groups.values()),
        lifted=tuple(one.words for one in bridge.reading.lifted_things),
        figures=tuple(str(figure) for figure in bridge.reading.figures()),
        story=bridge.reading.story(),
        waiting_alike=(lambda: alike(session.scenario)) if result.won and result.stars < STARS else None,
        waiting_turn=decided.turns if is_turned(bridge, result.stars) else None,
        lines=decided.lines if session.player and not session.scenario.live else None,
        near=near_words(bridge),
        hero=hero_of(bridge, axes, won=result.won),
        waiting_luck=(lambda: luck_words(bridge)) if result.won and not session.scenario.live else None,
        waiting_ghosts=lambda: ghosts(session.scenario, mine=session.world),
        waiting_costs=(lambda: costs(bridge)) if bridge.mistakes else None,
        waiting_values=(lambda: judged(bridge)) if judged_count(bridge) else None,
    )


def sign_of(verdict: Verdict) -> str:
    """What a mistake was, as the state of its words."""
    return "omitted" if verdict.label == OMITTED else "wrong" if verdict.kind is Kind.WRONG else "costly"


def axes_of(scenario: Scenario) -> tuple[Measure, Measure]:
    """What the plane of results has across and upward: what par counts; time goes upward, messages fill a gap."""
    counted = [par.measure for par in scenario.par if par.measure.name != TIME.name]
    timed = len(counted) < len(scenario.par) or len(counted) < 2
    return (counted[0] if counted else MESSAGES), (TIME if timed else counted[1])


def hero_of(bridge: Bridge, axes: tuple[Measure, Measure], *, won: bool) -> tuple[str, str]:
    """The one number of an ending and what it counts: of a win what it took, in the level's first currency, else after
    how many seconds it was lost; ("", "") where nothing can be counted."""
    if not won:
        return f"{max(0, bridge.reading.clock) / SECOND:.1f}", said("s until it was lost")
    axis, value = _axis(axes[0]), point_of(bridge.session.world, axes)[0]
    number, _, unit = axis.scale(value).partition(" ")
    return number, f"{unit} {said(axis.name.removesuffix('s') if value == 1 else axis.name)}".strip()


def _axis(measure: Measure) -> Axis:
    return Axis(measure.name, measure.unit, measure.higher)


def point_of(world: World, axes: tuple[Measure, Measure]) -> tuple[int, int]:
    """A run's place on the plane."""
    known = {MESSAGES.name: world.evidence().sent(), TIME.name: world.now, **world.measures()}
    return known[axes[0].name], known[axes[1].name]


def ghost_seats(scenario: Scenario) -> list[tuple[str, str, Seat]]:
    """Who else might have sat in the player's seat, with a word on how they answer: the book, and every persona that
    would answer otherwise."""
    seats: list[tuple[str, str, Seat]] = [(said("book"), said(BOOK_WORDS), Book())]
    if not scenario.player:
        return seats
    played = {name for seat in scenario.player for name in seat.choices}
    spec = next(node for node in scenario.nodes if node.name == scenario.player[0].node)
    for persona in scenario.protocols[spec.protocol].personas:
        if "*" in played or any(name in played for name in persona.answers):
            seats.append((said(persona.name), said(persona.words), PersonaSeat(persona)))
    return seats


def ghosts(scenario: Scenario, slice_events: int = 400, mine: World | None = None) -> Iterator[Ghost | None]:
    """The same level, headless, with others in the player's seat: each one's point on the plane; with `mine`, the
    player's own run, the book's says where it was beaten.

    Yields None after every `slice_events` events, so that a screen can breathe meanwhile. Who does not win is named
    so: a point that is cheap because it lost is no example.
    """
    for name, words, seat in ghost_seats(scenario):
        world = World(scenario, player=seat, intervals=False)
        done = 0
        while not world.over and done < GHOST_EVENTS and (ran := world.run(limit=slice_events)):
            done += ran
            yield None
        lost = world.outcome is None or not world.outcome.won
        beaten = beats(mine, world) if mine is not None and isinstance(seat, Book) and world.over else ""
        yield Ghost(f"{name} ({said('lost')})" if lost else name, *point_of(world, axes_of(scenario)), beaten, words)


def alike(scenario: Scenario, slice_events: int = 400) -> Iterator[bool | None]:
    """Does the book's run go the same way on another seed? Then a seed that was not seen has nothing new in it.

    Compares what happens when and where, not the values in it: an initial sequence number makes no other level.
    Yields None after every `slice_events` events, and the answer last.
    """
    if isinstance(scenario.network, DiceSpec) or scenario.spreads or scenario.swaps:
        yield False
        return
    here = World(scenario, Book(), intervals=False)
    there = World(scenario.reseeded(scenario.seed + 1), Book(), intervals=False)
    compared = done = 0
    while not here.over and done < GHOST_EVENTS and (ran := here.run(limit=slice_events)):
        done += ran
        there.run(limit=ran)
        both = min(len(here.trace), len(there.trace))
        if any(_what(here.trace[place]) != _what(there.trace[place]) for place in range(compared, both)):
            yield False
            return
        compared = both
        yield None
    yield here.over == there.over and len(here.trace) == len(there.trace)


def _what(entry: Entry) -> tuple[object, ...]:
    return entry.time, entry.node, entry.kind, entry.peer, type(entry.detail)


def beats(mine: World, book: World) -> str:
    """In what a run that was won beat the book's on the same seed, by the level's own measures; "" if in nothing."""
    if mine.outcome is None or not mine.outcome.won or mine.scenario.hand is not None:
        return ""  # there is no book for the network's hand: it does nothing
    if book.outcome is None or not book.outcome.won:
        return said("You beat the book: on this seed it does not win, and you did.")
    better: list[str] = []
    worse: list[str] = []
    ours, theirs = mine.measures(), book.measures()
    for par in mine.scenario.par:
        name, unit = par.measure.name, par.measure.unit
        more = ours[name] - theirs[name]
        if more:
            book_s = str(Figure(name, theirs[name], None, unit)).removeprefix(f"{said(name)} ")
            words = said("{mine} against {other}").format(mine=Figure(name, ours[name], None, unit), other=book_s)
            (better if (more > 0) == par.measure.higher else worse).append(words)
    if not better:
        return ""
    if worse:
        words = said("Better than the book: {better}; but {worse}.")
        return words.format(better=", ".join(better), worse=", ".join(worse))
    return said("You beat the book on this seed: {better}.").format(better=", ".join(better))


def judged_count(bridge: Bridge) -> int:
    """How many of the run's answers are to choices that are judged by value."""
    return sum(1 for given in bridge.session.world.answers if _by_value(bridge, given.choice))


def _by_value(bridge: Bridge, name: str) -> bool:
    choice = bridge.reading.choices.get(name)
    return choice is not None and choice.value is not None and choice.horizon > 0


def judged(bridge: Bridge, slice_events: int = 150) -> Iterator[Judging | None]:
    """The player's answers beside the book's, the mean over reseeded futures; None after every `slice_events` events.

    An answer that is the book's own is not listed, but counted.
    """
    world = bridge.session.world
    count = judged_count(bridge)
    lines: list[str] = []
    counts = dict.fromkeys(Worth, 0)
    place = 0
    with suppress(DivergedError):
        for found in run_in_slices(bridge.session.scenario, tuple(world.answers), slice_events):
            if found is None:
                yield None
                continue
            given, now = found
            if now.done == now.of:
                place += 1
                counts[now.worth] += 1
                if now.value != now.book:
                    lines.append(_judged_words(bridge, given, now))
            yield Judging(
                tuple(lines),
                said(
                    "answer {place} of {all}, future {future} of {futures}",
                    place=min(place + 1, count),
                    all=count,
                    future=now.done,
                    futures=now.of,
                ),
            )
    yield Judging(tuple(lines), "", _judged_summary(place, counts), counts[Worth.BETTER] > counts[Worth.COSTLY])


def _judged_words(bridge: Bridge, given: Answered, found: Judgement) -> str:
    """One answer: when, what, and how much more or less it earns than the book's, on the mean."""
    name = said(given.choice.rpartition(".")[2].replace("_", " "))
    words = said(found.worth.value)
    if found.worth is not Worth.AS_GOOD:
        more = found.value - found.book
        by = f"{float(abs(more) / abs(found.book)):.1%}" if found.book else f"{float(abs(more)):.4g}"
        words = said("{words}, by {much}", words=words, much=by)
    return f"{seconds(given.at // 1000 * 1000)}, {name} {bridge.reading.show(given.choice, given.value)}: {words}"


def _judged_summary(count: int, counts: Mapping[Worth, int]) -> str:
    better, costly = counts[Worth.BETTER], counts[Worth.COSTLY]
    if not count:
        return said("Nothing here could be judged by value.")
    if count == 1:
        how = said(next(worth.value for worth in Worth if counts[worth]))
        tally = said("The one answer was {how} (means over {futures} futures each).", how=how, futures=FUTURES)
    else:
        tally = said(
            "Of {count} answers: {better} better than the book's, {good} as good, {costly} costly "
            "(means over {futures} futures each).",
            count=count,
            better=better,
            good=counts[Worth.AS_GOOD],
            costly=costly,
            futures=FUTURES,
        )
    return f"{said('You beat the book.')} {tally}" if better > costly else tally
