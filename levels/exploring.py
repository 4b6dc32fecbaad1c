"""Explorations, searches one by one: in this process, or by the workers of a dask scheduler. One piece of work is one
search: a room's scenario or a level with one kind of misfortune, or the shortest win or loss of a level. Each is the
same wherever it is made, and a search is never divided: what it has seen is all in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.cluster import ClusterError, spread
from core.kernel.scenario import Scenario
from core.kernel.world import Answered, World, replayed
from core.protocols import BY_NAME
from core.search import Broken, Budget, Exploration, Progress, explore, find_loss, find_win, laws_of
from core.search.explorer import within
from levels.loader import of_run
from levels.packages import add_rooms

Shown = Callable[[str, int], AbstractContextManager[Progress | None]]
"""Called with what is done and its bound; what it gives is called as the search goes on."""


class Search(StrEnum):
    """What is looked for."""

    BREACH = "breach"
    WIN = "win"
    LOSS = "loss"


@dataclass(frozen=True)
class Subject:
    """What is explored, in words that another machine understands.

    room    the protocol's name, `number` the place of its scenario, from 1; "" for a level.
    level   the level's id, and its `text`. `seats`: node → the persona that sits there instead.
    """

    room: str = ""
    number: int = 1
    level: str = ""
    text: str = ""
    seats: Mapping[str, str] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """The scenario, as it is here."""
        if self.room:
            add_rooms()
            found: Scenario = BY_NAME[self.room].scenarios[self.number - 1]
        else:
            found = of_run(self.text, self.level).scenario
        return replace(found, seats={**found.seats, **self.seats})


@dataclass(frozen=True)
class Piece:
    """One search: visits at most `bound` states, or tries so many worlds. `budget`: the misfortune, of a breach."""

    subject: Subject
    search: Search
    bound: int
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True)
class Way:
    """How a world came about: the answers, and how many events there were."""

    answers: tuple[Answered, ...]
    events: int


@dataclass(frozen=True)
class Sent:
    """What came of a search, without worlds, which stay where they are: those in which a law broke by their `ways`.
    `answers`: the shortest win or loss; None if there is none."""

    exploration: Exploration | None = None
    ways: tuple[tuple[str, Way], ...] = ()
    answers: tuple[Answered, ...] | None = None


@dataclass(frozen=True)
class Made:
    """All searches of a subject: the explorations, up to the first in which a law breaks, and of a level its shortest
    win and loss, as far as the bound allows; None for one that was not found."""

    tried: Sequence[Exploration]
    win: Sequence[Answered] | None = None
    loss: Sequence[Answered] | None = None


def breach(
    scenario: Scenario, budget: Budget, bound: int, shown: Shown = lambda what, of: nullcontext()
) -> Exploration:
    """One exploration; a counterexample is the shortest that a second, wider search finds in reasonable time."""
    with shown(f"exploring, {budget.words}", bound) as progress:
        result = explore(scenario, budget=budget, bound=bound, progress=progress)
    if result.broken:
        law = next(law for law in laws_of(scenario) if law.text == result.broken[0].law)
        enough = min(bound, 4 * result.states + 1_000)
        with shown("looking for a shorter way to break it", enough) as progress:
            nearest = explore(scenario, budget=budget, bound=enough, laws=[law], shortest=True, progress=progress)
        if nearest.broken and len(nearest.broken[0].world.trace) < len(result.broken[0].world.trace):
            result.broken = nearest.broken
    return result


def explored_here(subject: Subject, budgets: Sequence[Budget], bound: int, shown: Shown) -> Made:
    """All of it in this process."""
    scenario = subject.scenario
    tried: list[Exploration] = []
    for budget in budgets:
        tried.append(breach(scenario, budget, bound, shown))
        if tried[-1].broken:
            break
    if subject.room:
        return Made(tried)
    with shown("looking for the shortest win", bound) as progress:
        win = find_win(scenario, bound, progress)
    with shown("looking for the shortest loss", bound) as progress:
        return Made(tried, win, find_loss(scenario, bound, progress))


def made(piece: Piece) -> Sent:
    """What comes of a search, where this is called."""
    scenario = piece.subject.scenario
    if piece.search is not Search.BREACH:
        found = (find_win if piece.search is Search.WIN else find_loss)(scenario, piece.bound)
        return Sent(answers=None if found is None else tuple(found))
    result = breach(scenario, piece.budget, piece.bound)
    ways = tuple((one.law, Way(tuple(one.world.answers), one.world.count)) for one in result.broken)
    return Sent(replace(result, broken=[]), ways)


def explored_there(
    subject: Subject, budgets: Sequence[Budget], bound: int, address: str, heard: Callable[[int, int], None]
) -> Made:
    """The same by the workers of the scheduler at this address. `heard`: called with how many searches are done, of how
    many. A search that a breach before it makes needless is left.

    Raises ClusterError.
    """
    pieces = [Piece(subject, Search.BREACH, bound, budget) for budget in budgets]
    if not subject.room:
        pieces += [Piece(subject, search, bound) for search in (Search.WIN, Search.LOSS)]
    come: dict[int, Sent] = {}
    coming = spread(address, made, pieces)
    try:
        while (needed := awaited(come, len(budgets), len(pieces))) - set(come):
            heard(len(needed & set(come)), len(needed))
            try:
                place, sent = next(coming)
            except StopIteration:
                raise ClusterError(f"at {address}: some of it never came back") from None
            come[place] = sent
    finally:
        _close(coming)
    scenario = subject.scenario
    tried = [_restored(scenario, come[place]) for place in sorted(come) if place in needed and place < len(budgets)]
    if subject.room:
        return Made(tried)
    win, loss = (come[len(budgets) + place].answers for place in range(2))
    return Made(tried, win, loss)


def awaited(come: Mapping[int, Sent], explorations: int, pieces: int) -> set[int]:
    """The pieces that are to come: no exploration behind the first in which a law is known to break."""
    last = min((place for place, sent in come.items() if sent.ways), default=explorations - 1)
    return {*range(last + 1), *range(explorations, pieces)}


def _restored(scenario: Scenario, sent: Sent) -> Exploration:
    """The exploration with its worlds."""
    assert sent.exploration is not None
    explored = within(scenario, sent.exploration.budget)
    broken = [Broken(law, _world(explored, way)) for law, way in sent.ways]
    return replace(sent.exploration, broken=broken)


def _world(scenario: Scenario, way: Way) -> World:
    """The world to which these answers have led."""
    world = replayed(scenario, way.answers, way.events, intervals=False)
    for answered in way.answers:
        if answered.after == way.events:
            world.take(answered)
    return world


def _close(coming: Iterator[tuple[int, Sent]]) -> None:
    """Let go of the cluster, and of what has not come."""
    close = getattr(coming, "close", None)
    if close is not None:
        close()
