"""Lines of play that are laid beside each other, step by step: this run, the better way from its last winnable moment,
and the branches that were left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.kernel.told import entry_words
from core.kernel.world import Answered, DivergedError, World
from core.search import BY_BOOK, Moment, Turning, future_of, has_won, world_at
from core.session.lines import Branch
from tui.bridge import Bridge
from tui.clock import seconds
from tui.language import later, said

MOST_STEPS = 160
"""Steps of a line that are kept."""
LONGEST = 20_000
"""Events after which a line is cut off."""
START = Moment(0, 0, 0)


@dataclass(frozen=True)
class Step:
    """A line at one time (µs): the world then, and the last thing that happened to the player's node, in words."""

    time: int
    world: World
    said: str


@dataclass
class Line:
    """One line of play, named by the move with which it leaves this run; its steps from there on, the last at its end.
    `parts`: the time (µs) at which it leaves it."""

    name: str
    steps: list[Step]
    parts: int = 0

    @property
    def won(self) -> bool:
        """Is it won at its end?"""
        return has_won(self.steps[-1].world)

    def at(self, time: int, *, before: bool = False) -> Step:
        """How it stands at a time: the latest step that is not later; `before` anything happened then."""
        found = self.steps[0]
        for step in self.steps:
            if step.time < time or (step.time == time and not before):
                found = step
        return found

    def world(self, time: int, *, before: bool = False) -> World:
        """The world then: between two steps, too, when what goes on is elsewhere."""
        found = self.at(time, before=before).world.fork()
        if not before:
            found.run(time, LONGEST)
        return found


def lines_of(bridge: Bridge, turning: Turning, proof: Sequence[Answered]) -> list[Line]:
    """This run first; then the better way from its last winnable moment (not of the network's hand or an inspector:
    what does it is for them to find), and the branches that were left. Each is followed from where it parts."""
    session = bridge.session
    world, now = session.world, session.branch
    others: list[Line] = []
    moment = turning.moment
    if moment is not None and bridge.reading.you in world.nodes:
        text = later("by the book from {time}") if turning.by == BY_BOOK else later("a way to win from {time}")
        name = said(text, time=seconds(moment.at // 1000 * 1000))
        with suppress(DivergedError):
            others.append(Line(name, _steps(bridge, _futures(world, turning, proof)), moment.at))
    for branch in session.branches:
        if branch.number != now and branch.answers:
            with suppress(DivergedError):
                others.append(_branch_line(bridge, branch, world))
    if not others:
        return []
    start = min((_parting(branch.answers, world.answers) for branch in session.branches if branch.number != now
                 and branch.answers), default=len(world.answers))  # fmt: skip
    begin = moment if moment is not None and moment.answers <= start else _moment_before(world.answers, start)
    mine = _steps(bridge, _walk(world_at(world.scenario, world.answers[: begin.answers], begin), world.answers, begin))
    return [Line(said("this run"), mine, begin.at), *others]


def _branch_line(bridge: Bridge, branch: Branch, world: World) -> Line:
    part = _parting(branch.answers, world.answers)
    begin = _moment_before(branch.answers, part)
    walk = _walk(world_at(world.scenario, branch.answers[:part], begin), branch.answers, begin)
    return Line(_name(bridge, branch, part), _steps(bridge, walk), begin.at)


def _parting(one: Sequence[Answered], other: Sequence[Answered]) -> int:
    """How many answers both begin with."""
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return same


def _moment_before(answers: Sequence[Answered], place: int) -> Moment:
    if place >= len(answers):
        return Moment(answers[-1].after, len(answers), answers[-1].at) if answers else START
    return Moment(answers[place].after, place, answers[place].at)


def _name(bridge: Bridge, branch: Branch, place: int) -> str:
    """A branch by its first move that this run has not."""
    if place >= len(branch.answers):
        return said("branch {number}: as far as it was played", number=branch.number + 1)
    given = branch.answers[place]
    choice = said(given.choice.rpartition(".")[2].replace("_", " "))
    value = bridge.reading.show(given.choice, given.value)
    return said(
        "branch {number}: {choice} {value}, {time}",
        number=branch.number + 1,
        choice=choice,
        value=value,
        time=seconds(given.at // 1000 * 1000),
    )


def _futures(run: World, turning: Turning, proof: Sequence[Answered]) -> Iterator[World]:
    """The better way, from the moment at which nothing has been done yet."""
    assert turning.moment is not None
    yield world_at(run.scenario, run.answers[: turning.moment.answers], turning.moment)
    future = future_of(run, turning, proof)
    yield future.world
    while future.step():
        yield future.world


def _walk(world: World, answers: Sequence[Answered], begin: Moment) -> Iterator[World]:
    """A world, event by event and answer by answer, to its end."""
    yield world
    for given in answers[begin.answers :]:
        while world.count < given.after and world.step():
            yield world
        world.take(given)
        yield world
    while world.step():
        yield world


def _steps(bridge: Bridge, walk: Iterator[World]) -> list[Step]:
    """Those at which something happened to the player's node (to anybody, where there is none), and the end."""
    you = bridge.reading.you
    found: list[Step] = []
    read = -1
    last: World | None = None
    said = ""
    for count, world in enumerate(walk):
        last = world
        if read < 0:
            read = len(world.trace)
            found.append(Step(world.now, world.fork(), said))
        own = [entry for entry in world.trace.since(read) if entry.node == you or you not in world.nodes]
        read = len(world.trace)
        if own:
            said = entry_words(own[-1])
            if len(found) < MOST_STEPS:
                found.append(Step(world.now, world.fork(), said))
        if count >= LONGEST:
            break
    assert last is not None
    found.append(Step(last.now, last.fork(), said))
    return found
