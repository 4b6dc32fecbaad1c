"""The last winnable moment of a run: the last one from which the book, or what is left of a proof, still wins.

It is looked for from the end backwards, by playing on from one moment after the other on the same seed. Whoever asks
stops when there is no time left, and then has the latest moment that was found until then. Of the events of the work
nothing depends on how fast the machine is: asked to the end, the answer is the same everywhere.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from core.judging import MOST_EVENTS
from core.kernel.choice import PASS, Asked, Kind, Value
from core.kernel.scenario import Scenario
from core.kernel.seats import Book, Pending, Player
from core.kernel.world import Answered, World

SLICE = 400
"""Events after which a screen may breathe."""
MOST_MOMENTS = 600
"""The latest so many moments of a run are tried."""
BY_BOOK = "book"
BY_PROOF = "proof"

Wins = Callable[[World], bool]
"""Has a run that is at its end been what is wanted?"""


@dataclass(frozen=True)
class Moment:
    """A moment of a run: right after event number `event`, at `at` (µs), with the first `answers` answers given;
    `entries`: so long is the trace."""

    event: int
    answers: int
    at: int
    entries: int = 0


@dataclass(frozen=True)
class Turning:
    """The last winnable moment, as far as it has been looked for.

    moment   the latest that was found; None if none was.
    world    how it goes on from there, at its end; `by`: BY_BOOK or BY_PROOF.
    final    was every later moment tried, in a world that would have gone on as it does here?
    tried    so many moments of `of` were.
    """

    moment: Moment | None = None
    world: World | None = None
    by: str = ""
    final: bool = False
    tried: int = 0
    of: int = 0


def has_won(world: World) -> bool:
    """Was the run won?"""
    return world.outcome is not None and world.outcome.won


def last_winnable(
    run: World,
    *,
    proof: Sequence[Answered] = (),
    wins: Wins = has_won,
    slice_events: int = SLICE,
) -> Iterator[Turning]:
    """Look for the last winnable moment of a run that has ended, or of one under way as far as it has come.

    How far the search is comes after every `slice_events` events, the answer last. `proof`: the answers of a run of
    this scenario that was won.

    Raises DivergedError if the run's answers do not fit its scenario.
    """
    return _Search(run, proof, wins, slice_events).found()


def winnable_from(
    world: World, proof: Sequence[Answered] = (), wins: Wins = has_won, slice_events: int = SLICE
) -> Iterator[bool | None]:
    """Could the book, or what is left of the proof, still win from where this world stands? None after every
    `slice_events` events, and the answer last. It is the world as it is now that is meant; it is not touched."""
    return _winnable(world.fork(player=Player()), proof, wins, slice_events)


def _winnable(here: World, proof: Sequence[Answered], wins: Wins, slice_events: int) -> Iterator[bool | None]:
    for _, future in _futures(here, here.answers, proof):
        for _ in future.run(slice_events):
            yield None
        if future.fits and wins(future.world):
            yield True
            return
    yield False


def future_of(run: World, turning: Turning, proof: Sequence[Answered] = ()) -> Future:
    """How it goes on from the moment that was found, to be run again step by step. Raises LookupError if none was."""
    moment = turning.moment
    if moment is None:
        raise LookupError("no moment was found")
    return Future(
        world_at(run.scenario, run.answers[: moment.answers], moment), run.answers[: moment.answers],
        None if turning.by == BY_BOOK else proof,
    )  # fmt: skip


def world_at(scenario: Scenario, answers: Sequence[Answered], moment: Moment) -> World:
    """The world at a moment, after these answers. Raises DivergedError if they do not fit."""
    world = World(scenario)
    for given in answers:
        while world.count < given.after and world.step():
            pass
        world.take(given)
    while world.count < moment.event and world.step():
        pass
    world.advance(moment.at)
    return world


class _Rest:
    """What is left of a proof: its answers in their order, choice by choice; the book for all that it says nothing of.

    fits   could every answer be given so far?
    """

    waits = False

    def __init__(self, left: Sequence[Answered]) -> None:
        self.fits = True
        self._answers: dict[tuple[str, str], deque[Value]] = {}
        self._moves = {(given.node, given.choice) for given in left if given.how == "move"}
        for given in left:
            if given.how == "answer":
                self._answers.setdefault((given.node, given.choice), deque()).append(given.value)

    def answer(self, asked: Asked) -> Value | Pending:
        name = (asked.node, asked.choice.name)
        if asked.choice.standing:
            return PASS if name in self._moves else asked.book
        left = self._answers.get(name)
        if not left:
            return asked.book
        value = left.popleft()
        if asked.choice.domain.problem(asked, value) is None:
            return value
        self.fits = False
        return asked.book


class Future:
    """A fork in which somebody else plays on: the book, or what is left of a proof.

    acts   moves and settings that are still to be made, in their order.
    """

    def __init__(self, world: World, given: Sequence[Answered], proof: Sequence[Answered] | None) -> None:
        self.world = world.fork(player=Player())
        left = [] if proof is None else _left(self.world, given, proof)
        self._rest = None if proof is None else _Rest(left)
        self._acts = deque(one for one in left if one.how in ("move", "keep"))
        kept = {(one.node, one.choice) for one in proof or () if one.how == "keep" and one.at <= world.now}
        for node in self.world.nodes.values():
            for choice in list(node.kept):
                if (node.name, choice) not in kept:
                    self.world.forget(node.name, choice)
        self.world.sit(Book() if self._rest is None else self._rest)

    @property
    def fits(self) -> bool:
        """Could everything be done so far that the proof does?"""
        return self._rest is None or self._rest.fits

    def run(self, slice_events: int) -> Iterator[None]:
        """To the end, or to where the proof does not fit any more."""
        done = 0
        while done < MOST_EVENTS and not self.world.over and self.fits:
            until = self._acts[0].at if self._acts else None
            ran = self.world.run(until, slice_events)
            done += ran
            if ran:
                yield
            upcoming = self.world.next_time()
            if self._acts and (upcoming is None or upcoming > self._acts[0].at):
                self._act(self._acts.popleft())
            elif not ran:
                return

    def step(self) -> bool:
        """One event, or one act of the proof's; False at the end, or where the proof does not fit any more."""
        if self.world.over or not self.fits:
            return False
        upcoming = self.world.next_time()
        if self._acts and (upcoming is None or upcoming > self._acts[0].at):
            self._act(self._acts.popleft())
            return True
        return self.world.step()

    def _act(self, given: Answered) -> None:
        assert self._rest is not None
        world = self.world
        world.advance(given.at)
        try:
            if given.how == "keep":
                world.keep(given.node, given.choice, given.value)
            else:
                world.move(given.node, given.choice, given.value)
        except (LookupError, ValueError):
            self._rest.fits = False


def _futures(world: World, given: Sequence[Answered], proof: Sequence[Answered]) -> Iterator[tuple[str, Future]]:
    """Who might still win from here, after these answers, each in a fork that has not been run."""
    if world.hand is None and world.inspection is None:  # for them there is no book: it would do nothing
        yield BY_BOOK, Future(world, given, None)
    if proof:
        yield BY_PROOF, Future(world, given, proof)


def _left(world: World, given: Sequence[Answered], proof: Sequence[Answered]) -> list[Answered]:
    """What is left of a proof from here on, after these answers: what it answers, and the moves that were not made, at
    their times; what is overdue, and what should have been set, at once."""
    now = world.now
    made = Counter((one.node, one.choice, repr(one.value)) for one in given if one.how == "move")
    left, due = [], {}
    for one in proof:
        key = (one.node, one.choice, repr(one.value))
        if one.how == "keep" and one.at <= now:
            due[one.node, one.choice] = one
        elif one.how == "move" and made[key]:
            made[key] -= 1
        elif one.how == "move" and one.at < now:
            left.append(replace(one, at=now))
        elif one.how != "bet" and one.at >= now:
            left.append(one)
    setting = [
        replace(one, at=now)
        for (node, choice), one in due.items()
        if world.nodes[node].kept.get(choice) != one.value
    ]  # fmt: skip
    return [*setting, *left]


class _Search:
    def __init__(self, run: World, proof: Sequence[Answered], wins: Wins, slice_events: int) -> None:
        self._scenario = run.scenario
        self._answers = tuple(run.answers)
        self._last = run.count
        self._proof = tuple(proof)
        self._wins = wins
        self._slice = slice_events
        judged = {v.event for v in run.verdicts if v.kind in (Kind.WRONG, Kind.COSTLY)}
        self._events = {event for each in judged for event in (each - 1, each)}
        self._times: deque[int] = deque()
        self._moments: deque[tuple[Moment, World]] = deque(maxlen=MOST_MOMENTS)
        self._dropped = False
        self._tried: set[int] = set()
        self._best = Turning()
        self._place = -1

    def found(self) -> Iterator[Turning]:
        yield from self._look_for_times()
        for _ in self._replay():
            yield self._now
        count = len(self._moments)
        places = list(range(count - 1, -1, -1))
        step, lost = 1, count
        while places and self._place < 0 and step < 2 * count:  # where about: twice as far back each time
            yield from self._try(max(0, count - step))
            lost = lost if self._place >= 0 else max(0, count - step)
            step *= 2
        while self._place >= 0 and lost - self._place > 1:  # nearer and nearer
            middle = (self._place + lost) // 2
            yield from self._try(middle)
            lost = lost if self._place == middle else middle
        for place in places:  # and whether there is a later one
            if place <= self._place:
                break
            if place not in self._tried:
                before = self._place
                yield from self._try(place)
                if self._place != before:
                    break
        whole = self._place >= 0 or not self._dropped
        yield replace(self._now, final=whole and not self._scenario.live)

    @property
    def _now(self) -> Turning:
        return replace(self._best, tried=len(self._tried), of=len(self._moments))

    def _look_for_times(self) -> Iterator[Turning]:
        """When the proof, or the book from the start, acts unasked: who left that out had such a moment."""
        acts = list(self._proof)
        start = World(self._scenario, intervals=False)
        for by, future in _futures(start, (), ()):
            for _ in future.run(self._slice):
                yield self._now
            if by == BY_BOOK and self._wins(future.world):
                acts += future.world.answers
        self._times.extend(sorted({one.at for one in acts if one.how in ("move", "keep")}))

    def _replay(self) -> Iterator[None]:
        """Play the run again, and keep its moments."""
        world, done = World(self._scenario, intervals=False), 0
        self._keep(world, 0)
        for place, given in enumerate((*self._answers, None)):
            while world.count < (self._last if given is None else given.after):
                if world.count in self._events:
                    self._keep(world, place)
                self._keep_times(world, place, world.next_time())
                if not world.step():
                    break
                done += 1
                if done % self._slice == 0:
                    yield
            if given is None:
                return
            self._keep_times(world, place, given.at)
            world.advance(given.at)
            if given.how != "bet":
                self._keep(world, place)
            world.take(given)

    def _keep_times(self, world: World, place: int, before: int | None) -> None:
        """Keep the moments at which the proof acts, as far as nothing happens before them."""
        while before is not None and self._times and self._times[0] < before:
            time = self._times.popleft()
            moment = world.fork(player=Player())
            moment.advance(time)
            self._keep(moment, place)

    def _keep(self, world: World, place: int) -> None:
        if world.over:
            return
        moment = Moment(world.count, place, world.now, len(world.trace))
        if self._moments and self._moments[-1][0] == moment:
            return
        self._dropped = self._dropped or len(self._moments) == MOST_MOMENTS
        self._moments.append((moment, world.fork(player=Player())))

    def _try(self, place: int) -> Iterator[Turning]:
        """Play on from this moment."""
        if place in self._tried:
            return
        moment, world = self._moments[place]
        for by, future in _futures(world, self._answers[: moment.answers], self._proof):
            for _ in future.run(self._slice):
                yield self._now
            if future.fits and self._wins(future.world):
                self._best, self._place = Turning(moment, future.world, by), place
                break
        self._tried.add(place)
        yield self._now
