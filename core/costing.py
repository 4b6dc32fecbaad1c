"""What a mistake costs: the same run from there on, by the book, beside the one in which the mistake was made.

Only the one answer differs: all that is decided later the book decides in both, so no mistake is charged with another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.judging import MOST_EVENTS, offer_of, played_on, question_of
from core.kernel.choice import OMITTED, PASS, Asked, Kind, Value, Verdict
from core.kernel.seats import Book, Pending, Player
from core.kernel.world import Answered, Question, World

SLICE = 400
"""Events after which a screen may breathe."""
EVENTS_IN_ALL = 400_000
"""Events that all futures of a run's mistakes have together: a bound on the time, the same on every machine."""


@dataclass(frozen=True)
class Cost:
    """What an answer costs beside the book's, the book playing on from both: more (or fewer, if negative) messages and
    µs until the run ends, of each of the level's measures by its name, and whether it is won."""

    messages: int
    time: int
    won: bool
    book_won: bool
    measures: Mapping[str, int] = field(default_factory=dict)


def cost(world: World, asked: Question | Asked, value: Value) -> Cost:
    """What answering `value` instead of the book's answer costs, to the end of the run (or MOST_EVENTS)."""
    mine, book = _futures(world, asked, value)
    for future in (mine, book):
        future.run(limit=MOST_EVENTS)
    return _difference(mine, book)


def _futures(world: World, asked: Question | Asked, value: Value) -> tuple[World, World]:
    """Both not yet run."""
    book = asked.asked.book if isinstance(asked, Question) else asked.book
    return played_on(world, asked, value), played_on(world, asked, book)


def _difference(mine: World, book: World) -> Cost:
    ours, theirs = mine.measures(), book.measures()
    return Cost(
        mine.evidence().sent() - book.evidence().sent(),
        mine.now - book.now,
        mine.outcome is not None and mine.outcome.won,
        book.outcome is not None and book.outcome.won,
        {name: ours[name] - theirs[name] for name in ours},
    )


def run_costs(
    run: World, *, slice_events: int = SLICE, most: int = EVENTS_IN_ALL
) -> Iterator[tuple[Verdict, Cost | None] | None]:
    """What each wrong or costly verdict of a run that has ended cost, in its order; without a cost if the events are
    used up before it is known. A kept answer that is judged again and again costs once. None after every `slice_events`
    events of the work.

    A wrong or costly answer is compared with the book's. A move that was left out is left out until the player made
    it, or for good, beside a run in which the book makes it at the last moment. A kept answer is kept until the player
    changed it, beside a run in which the book is asked.

    Raises DivergedError if the run's answers do not fit its scenario.
    """
    return _Costs(run, slice_events, most).found()


class _Leaves:
    """The book, but that it leaves one choice's move out."""

    waits = False

    def __init__(self, choice: str) -> None:
        self._choice = choice
        self._book = Book()

    def answer(self, asked: Asked) -> Value | Pending:
        return PASS if asked.choice.name == self._choice else self._book.answer(asked)


class _Costs:
    def __init__(self, run: World, slice_events: int, most: int) -> None:
        self._answers = tuple(run.answers)
        self._wanted = [verdict for verdict in run.verdicts if verdict.kind in (Kind.WRONG, Kind.COSTLY)]
        self._events = {verdict.event for verdict in self._wanted}
        self._world = World(run.scenario, intervals=False)
        self._slice = slice_events
        self._left = most
        self._charged: dict[tuple[str, str], int] = {}
        """Of every kept choice of a node, the place of the answers from which on it was charged."""

    def found(self) -> Iterator[tuple[Verdict, Cost | None] | None]:
        for place, given in enumerate((*self._answers, None)):
            yield from self._events_until(place, given)
            if given is None:
                return
            world = self._world
            world.advance(given.at)
            before, count = world.fork(), len(world.verdicts)
            world.take(given)
            for verdict in self._mistakes(count):
                asked = question_of(before, given) or offer_of(before, given)
                if asked is None or verdict.choice != given.choice:
                    yield from self._of_kept(verdict, before, place)
                else:
                    yield from self._compare(verdict, *_futures(before, asked, given.value))

    def _events_until(self, place: int, given: Answered | None) -> Iterator[tuple[Verdict, Cost | None] | None]:
        """What happens before the answer at this place, or to the end: with the verdicts that come of no answer."""
        world, done = self._world, 0
        while given is None or world.count < given.after:
            watched = world.count + 1 in self._events or world.count in self._events
            before = world.fork() if watched else world
            count = len(world.verdicts)
            if not world.step():
                return
            done += 1
            if done % self._slice == 0:
                yield None
            for verdict in self._mistakes(count) if watched else ():
                if verdict.label == OMITTED:
                    yield from self._of_omitted(verdict, before, place)
                else:
                    yield from self._of_kept(verdict, before, place)

    def _mistakes(self, count: int) -> list[Verdict]:
        return [verdict for verdict in self._world.verdicts[count:] if verdict in self._wanted]

    def _of_omitted(self, verdict: Verdict, before: World, place: int) -> Iterator[tuple[Verdict, Cost | None] | None]:
        node, choice = verdict.node, verdict.choice
        made = next((each.at for each in self._answers[place:]
                     if (each.how, each.node, each.choice) == ("move", node, choice)), None)  # fmt: skip
        book, mine = before.fork(player=Player()), before.fork(player=Player())
        _make(book, node, choice)
        book.sit(Book())
        mine.sit(_Leaves(choice))
        if made is not None:
            yield from self._run(mine, made)
            if not mine.over:
                mine.advance(made)
            _make(mine, node, choice)
            mine.sit(Book())
        yield from self._compare(verdict, mine, book)

    def _of_kept(self, verdict: Verdict, before: World, place: int) -> Iterator[tuple[Verdict, Cost | None] | None]:
        node, choice = verdict.node, verdict.choice
        since = sum((each.how, each.node, each.choice) == ("keep", node, choice) for each in self._answers[:place])
        if self._charged.get((node, choice)) == since:
            return
        self._charged[node, choice] = since
        changed = next((each.at for each in self._answers[place:]
                        if (each.how, each.node, each.choice) == ("keep", node, choice)), None)  # fmt: skip
        book, mine = before.fork(player=Player()), before.fork(player=Player())
        book.forget(node, choice)
        book.sit(Book())
        mine.sit(Book())
        if changed is not None:
            yield from self._run(mine, changed)
            mine.forget(node, choice)
        yield from self._compare(verdict, mine, book)

    def _compare(self, verdict: Verdict, mine: World, book: World) -> Iterator[tuple[Verdict, Cost | None] | None]:
        for future in (mine, book):
            yield from self._run(future)
        yield verdict, _difference(mine, book) if self._left > 0 else None

    def _run(self, future: World, until: int | None = None) -> Iterator[None]:
        """As far as there are events left."""
        while self._left > 0 and (ran := future.run(until, min(self._slice, self._left))):
            self._left -= ran
            yield None


def _make(world: World, node: str, choice: str) -> None:
    """The book's move, if it can be made now and the book would."""
    asked = next((one for one in world.offers(node) if one.choice.name == choice), None)
    if asked is not None and asked.book is not PASS:
        world.move(node, choice, asked.book)
