"""Words on answers, when they may be said: consequence before verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from core.kernel.choice import OMITTED, Kind, Value, Verdict, judge
from core.kernel.scenario import Scenario
from core.kernel.seats import Book
from core.kernel.world import Question, World
from core.session.ghost import Ghost, foreseen
from core.session.notices import Consequence
from core.session.pace import median_latency

MOST_GHOSTS = 3
"""Ghosts at work at the same time; the oldest speaks when there would be more."""
FORESIGHT = 50
"""Median link delays that an early "why" looks ahead."""

Mistake = tuple[str, str, Value, str]
"""(node, choice, value, label): the same mistake again has the same."""


class Speech(Enum):
    """When the words on an answer are said."""

    AT_ONCE = "at-once"
    WHEN_IT_SHOWS = "when-it-shows"
    AFTER = "after"


@dataclass(frozen=True)
class VerdictLine:
    """One judged answer for the list of answers. `said`: may its words be shown? If not, `consequence` is None."""

    verdict: Verdict
    said: bool
    consequence: Consequence | None = None


@dataclass
class _Unsaid:
    """An answer whose words are held back: with its ghost, or (a right one) until something else happens to the node.

    place   of its verdict among the world's.
    seen    what had happened to the node when it was judged.
    """

    place: int
    verdict: Verdict
    ghost: Ghost | None
    seen: int


class Words:
    """The verdicts of one world, with the words that were said and those that wait for their moment.

    Right answers' words wait for the next thing that happens to the node: else silence would tell right from wrong.
    """

    def __init__(self, say: Speech, scenario: Scenario, everything: bool, tell: Callable[[Consequence], None]) -> None:
        self.say = say
        self._node = scenario.seat_of_player
        self._everything = everything
        self._delay = median_latency(scenario)
        self._tell = tell
        self._said: dict[int, Consequence] = {}
        self._unsaid: list[_Unsaid] = []
        self._prepared: dict[int, Ghost] = {}
        self._doubted: set[Mistake] = set()

    def begin(self, world: World, seen: int) -> None:
        """Another world (after going back): what was said of answers that are given in it stays said."""
        self._world = world
        count = len(world.verdicts)
        self._said = {place: words for place, words in self._said.items() if place < count}
        self._unsaid = [
            _Unsaid(place, verdict, None, seen)
            for place, verdict in enumerate(world.verdicts)
            if place not in self._said
        ]
        self._prepared = {}
        self._doubted = set()

    def _clock(self) -> int:
        """The watcher's clock (µs): true time is not for the fog."""
        node = self._world.nodes.get(self._node)
        return self._world.now if node is None or self._everything else node.clock.read(self._world.now)

    def forget(self) -> None:
        """A run starts anew: nothing was said."""
        self._said = {}

    def lines(self, world: World) -> tuple[VerdictLine, ...]:
        """Every verdict in order; words only where they may be said by now."""
        return tuple(
            VerdictLine(verdict, place in self._said, self._said.get(place))
            for place, verdict in enumerate(world.verdicts)
        )

    # Ghosts

    def prepare(self, world: World, question: Question, value: Value) -> None:
        """Before an answer: if it will be wrong or costly, a ghost in which the book answers instead."""
        if self.say is not Speech.WHEN_IT_SHOWS:
            return
        node = world.nodes.get(question.node)
        verdict = judge(question.asked, value, world.count, world.now, node.personas if node is not None else ())
        if verdict.kind in (Kind.WRONG, Kind.COSTLY):
            twin = world.fork(player=Book())
            self._prepared[len(world.verdicts)] = self._ghost(verdict, world, twin, len(world.trace))

    def unprepare(self) -> None:
        """The answer was not given after all."""
        self._prepared.clear()

    def _ghost(self, verdict: Verdict, world: World, twin: World, since: int) -> Ghost:
        return Ghost(verdict, world, twin, self._node, self._everything, self._delay // 2, since)

    def _ghost_of_kept(self, verdict: Verdict, world: World, earlier: Callable[[], World | None]) -> Ghost | None:
        """A kept answer went wrong inside an event: the ghost starts before that event, without what was kept.

        The same mistake over and over has one ghost."""
        node = world.nodes.get(verdict.node)
        if verdict.kind not in (Kind.WRONG, Kind.COSTLY) or node is None or verdict.choice not in node.kept:
            return None
        if _mistake(verdict) in self._doubted:
            return None
        self._doubted.add(_mistake(verdict))
        twin = earlier()
        if twin is None:
            return None
        since = len(twin.trace)
        twin.forget(verdict.node, verdict.choice)
        twin.sit(Book())
        return self._ghost(verdict, world, twin, since)

    def _ghost_of_omitted(self, verdict: Verdict, world: World, earlier: Callable[[], World | None]) -> Ghost | None:
        """A move that was due was not made in time: in the ghost the book makes it at the last moment."""
        if verdict.kind not in (Kind.WRONG, Kind.COSTLY) or verdict.label != OMITTED:
            return None
        twin = earlier()
        if twin is None:
            return None
        since = len(twin.trace)
        asked = next((one for one in twin.offers(verdict.node) if one.choice.name == verdict.choice), None)
        if asked is None:
            return None
        twin.move(verdict.node, verdict.choice, asked.book)
        twin.sit(Book())
        return self._ghost(verdict, world, twin, since)

    def kept_anew(self, node: str, choice: str) -> None:
        """Something else is kept from now on: its mistakes are mistakes of their own."""
        self._doubted = {mistake for mistake in self._doubted if mistake[:2] != (node, choice)}

    # When

    def judged(self, world: World, place: int, seen: int, earlier: Callable[[], World | None]) -> None:
        """A new verdict. `earlier` makes the world before the present event."""
        verdict = world.verdicts[place]
        if self.say is Speech.AT_ONCE:
            self._speak(place, Consequence(verdict, time=self._clock()))
            return
        ghost = self._prepared.pop(place, None)
        if ghost is None and self.say is Speech.WHEN_IT_SHOWS:
            ghost = self._ghost_of_kept(verdict, world, earlier) or self._ghost_of_omitted(verdict, world, earlier)
        if ghost is not None:
            for unsaid in self._unsaid:
                if unsaid.ghost is not None and not unsaid.ghost.follows:
                    unsaid.ghost.follow(ghost)
        self._unsaid.append(_Unsaid(place, verdict, ghost, seen))

    def look(self, now: int, seen: int) -> None:
        """Say the words on all answers whose consequence shows by true time `now`; `seen` as in `judged`."""
        if self.say is not Speech.WHEN_IT_SHOWS or not self._unsaid:
            return
        ghosts = sum(1 for unsaid in self._unsaid if unsaid.ghost is not None)
        for unsaid in list(self._unsaid):
            if unsaid.ghost is None:
                if seen > unsaid.seen and not self._told_with_another(unsaid):
                    self._speak(unsaid.place, Consequence(unsaid.verdict, time=self._clock()))
                continue
            found = unsaid.ghost.compare(now)
            if found is None and (unsaid.ghost.spent or ghosts > MOST_GHOSTS):
                found = Consequence(unsaid.verdict, time=self._clock())
            if found is not None:
                ghosts -= 1
                self._speak(unsaid.place, replace(found, time=self._clock()))

    def _told_with_another(self, unsaid: _Unsaid) -> bool:
        """The same mistake again is told no sooner than the first."""
        mistake = _mistake(unsaid.verdict)
        return any(other.ghost is not None and _mistake(other.verdict) == mistake for other in self._unsaid)

    def _speak(self, place: int, consequence: Consequence) -> None:
        self._unsaid = [unsaid for unsaid in self._unsaid if unsaid.place != place]
        self._said[place] = consequence
        self._tell(consequence)

    def why(self, world: World) -> Consequence | None:
        """The words on the latest answer that were not said yet, now, with the difference that would soon show."""
        if not self._unsaid:
            return None
        unsaid = self._unsaid[-1]
        found = None
        if unsaid.ghost is not None:
            found = unsaid.ghost.compare(world.now) or foreseen(unsaid.ghost, world, FORESIGHT * self._delay)
        saw, instead = (found.saw, found.instead) if found else ("", "")
        consequence = Consequence(unsaid.verdict, saw, instead, True, self._clock())
        self._speak(unsaid.place, consequence)
        return consequence

    def rest(self, now: int) -> tuple[Consequence, ...]:
        """The run is over: all words that were not said yet. They count as said; nobody is told."""
        rest = []
        for unsaid in self._unsaid:
            found = unsaid.ghost.compare(now) if unsaid.ghost is not None else None
            found = found or Consequence(unsaid.verdict, time=self._clock())
            found = self._said[unsaid.place] = replace(found, time=self._clock())
            rest.append(found)
        self._unsaid = []
        return tuple(rest)


def _mistake(verdict: Verdict) -> Mistake:
    return (verdict.node, verdict.choice, verdict.value, verdict.label)
