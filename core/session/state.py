"""What a session stands on: its parts, what of it others may read, and how its taps are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.kernel.choice import Asked, Value
from core.kernel.dice import Dice
from core.kernel.scenario import Scenario
from core.kernel.seats import Seat
from core.kernel.sight import INWARD, Sight
from core.kernel.world import Answered, Outcome, Question, World
from core.session.history import History
from core.session.lines import Branch, Lines
from core.session.mastery import Case, Mastery
from core.session.notices import Notice
from core.session.pace import Pace
from core.session.words import Speech, VerdictLine, Words

if TYPE_CHECKING:
    import trio


class SessionState:
    """The state of a session, to read; what changes it is in the classes that stand on this one."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        say: str | Speech = "when-it-shows",
        asks: str = "choose",
        pace: str | int = "auto",
        everything: bool = False,
        answers: Sequence[Answered] = (),
        policy: Seat | None = None,
        hints: Sequence[str] = (),
        mastered: Iterable[Case] = (),
        paused: bool = False,
    ) -> None:
        if asks not in ("choose", "type", "notice"):
            raise ValueError(f'asks is "choose", "type" or "notice", not {asks!r}')
        self.scenario = scenario
        self.say = Speech(say)
        self.asks = asks
        self.hints = tuple(hints)
        self.hints_used = 0
        self.whys = 0
        self.rewinds = 0
        """Times that play went on from where the player had gone back to."""
        self._everything = everything
        self._policy = policy
        self._pace = Pace(pace, scenario)
        self._paused = paused
        self._speed = 1.0
        self._flat_out = False
        self._taps: list[Callable[[Notice], None]] = []
        self._mastery = Mastery(mastered)
        self._lines = Lines(answers)
        self._words = Words(self.say, scenario, everything, self._tell)
        self._watching = bool(answers)
        self._closed = False
        self._running = False
        self._wake: trio.Event | None = None
        self._over_waiters: list[trio.Event] = []
        self._history = History(scenario)
        self._floor = 0
        self._ended = False
        self._went_back = False
        self._by = "you"
        self._begin(World(scenario))
        self._settle_in()

    def _begin(self, world: World) -> None:
        """Let `world` be the world, with nothing of it told yet."""
        self._world = world
        self._sight = Sight(world, self.player, self._everything)
        self._visible = self._sight.events()
        self._told_answers = len(world.answers)
        self._told_verdicts = len(world.verdicts)
        self._told_questions: dict[int, Question] = {q.number: q for q in world.questions}
        self._told_entries = len(self._sight)
        self._inward = sum(1 for entry in self._sight.entries() if entry.kind in INWARD)
        self._words.begin(world, self._inward)
        self._told_over = world.over
        self._idle = 0.0
        self._clock = float(world.now)

    def tap(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call `callback` with every notice from now on; returns what ends it."""
        self._taps.append(callback)

        def untap() -> None:
            if callback in self._taps:
                self._taps.remove(callback)

        return untap

    def _tell(self, notice: Notice) -> None:
        for callback in tuple(self._taps):
            callback(notice)

    def _rouse(self) -> None:
        if self._wake is not None:
            self._wake.set()

    def _stands(self) -> bool:
        """Does the clock stand until a control is used?"""
        if self._paused or self._world.over:
            return True
        return self._world.stopped and self._due() is None

    def _due(self) -> Answered | None:
        """The next recorded answer, if it is to be given before the next event."""
        given = self._lines.next(len(self._world.answers)) if self._watching else None
        return given if given is not None and given.after == self._world.count else None

    def _mark_time(self) -> None:
        """The pace goes on from here."""
        self._idle, self._clock = 0.0, float(self._world.now)

    # State

    @property
    def world(self) -> World:
        """The world as it is; for the session's own friends (recorder, debrief). Screens read `sight`."""
        return self._world

    @property
    def sight(self) -> Sight:
        """What the player may see of the world. Another object after every jump."""
        return self._sight

    @property
    def truth(self) -> Sight:
        """Everything, once the fog has lifted. Raises LookupError before the run is over, unless all is in sight."""
        if not (self._ended or self._sight.everything):
            raise LookupError("the fog lifts when the run is over")
        return Sight(self._world, self.player, True)

    @property
    def player(self) -> str:
        """The player's node; "network"; "" if nobody plays."""
        return self.scenario.seat_of_player

    @property
    def question(self) -> Question | None:
        """The question to answer now, the oldest; None if none is open (or recorded answers are being watched)."""
        questions = self.questions
        return questions[0] if questions else None

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions open to the player, oldest first."""
        return () if self._due() is not None else tuple(self._world.questions)

    @property
    def options(self) -> tuple[Value, ...]:
        """The open question's candidates in an order that does not betray the book; () if none is open."""
        question = self.question
        if question is None:
            return ()
        candidates = list(question.asked.candidates)
        if all(isinstance(value, int) and not isinstance(value, bool) for value in candidates):
            return tuple(sorted(candidates))
        return tuple(Dice(self._world.seed, "options", question.number).sample(candidates, len(candidates)))

    def offers(self) -> list[Asked]:
        """The standing offers that may be taken up now."""
        if self._watching or self._policy is not None:
            return []
        nodes = dict.fromkeys(seat.node for seat in self.scenario.player)
        return [asked for name in nodes for asked in self._world.offers(name)]

    @property
    def kept(self) -> Mapping[tuple[str, str], Value]:
        """(node, choice) → the answer in force without a question."""
        return {
            (node.name, choice): value for node in self._world.nodes.values() for choice, value in node.kept.items()
        }

    @property
    def paused(self) -> bool:
        """Has the player stopped the clock? (An open question stops it too: see `waiting`.)"""
        return self._paused

    @property
    def waiting(self) -> str:
        """Why the clock stands: "over", "question", "paused"; "" if it runs."""
        if self._world.over:
            return "over"
        if self._world.stopped and self._due() is None:
            return "question"
        return "paused" if self._paused else ""

    @property
    def speed(self) -> float:
        """One of SPEEDS."""
        return self._speed

    @property
    def over(self) -> bool:
        """Has the run ended (and does the world stand at its end)?"""
        return self._world.over

    @property
    def outcome(self) -> Outcome | None:
        """How it ended."""
        return self._world.outcome

    @property
    def verdict_lines(self) -> tuple[VerdictLine, ...]:
        """Every judged answer in order; words only where they may be said by now."""
        return self._words.lines(self._world)

    @property
    def mastered(self) -> frozenset[Case]:
        """The cases that run by themselves."""
        return self._mastery.cases

    @property
    def watching(self) -> bool:
        """Are recorded answers being played?"""
        return self._watching

    @property
    def position(self) -> tuple[int, int]:
        """(event at which the world stands, last event known on this branch). Not for the screen in the fog."""
        return self._world.count, max(self._lines.now.end, self._world.count)

    @property
    def branch(self) -> int:
        """The number of the present line of play."""
        return self._lines.now.number

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All lines of play, by number."""
        return self._lines.branches()

    # What the parts above this one do

    def _settle_in(self) -> None:
        raise NotImplementedError
