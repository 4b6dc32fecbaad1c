"""What a session stands on: its parts, what of it others may read, and how its taps are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.kernel.choice import Asked, Value
from core.kernel.dice import Dice
from core.kernel.scenario import Scenario
from core.kernel.seats import Seat
from core.kernel.sight import INWARD, Sight
from core.kernel.world import Answered, Outcome, Question, World
from core.session.history import History
from core.session.lines import Branch, Lines
from core.session.mastery import Case, Mastery
from core.session.notices import Notice, Trouble
from core.session.pace import Pace
from core.session.seats import AsyncSeat
from core.session.taps import AsyncTap
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
        seats: Mapping[str, AsyncSeat] | None = None,
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
        self._async_taps: list[AsyncTap[Any]] = []
        self._tap_scopes: dict[AsyncTap[Any], trio.CancelScope] = {}
        self._slow_taps: list[AsyncTap[Any]] = []
        self._failing: list[Callable[[Notice], None]] = []
        self.troubles: list[Trouble] = []
        """What went wrong with seats and taps."""
        self._seats = dict(seats or {})
        self._at_work: dict[int, trio.CancelScope] = {}
        self._round: trio.CancelScope | None = None
        self._urged = False
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
        self._aside_until = float("-inf")
        self._ended = False
        self._went_back = False
        self._by = "you"
        self._begin(World(scenario))
        self._settle_in()

    def _begin(self, world: World) -> None:
        """Let `world` be the world, with nothing of it told yet."""
        self._let_all_go()
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
            try:
                callback(notice)
            except Exception as error:
                if callback not in self._failing:
                    self._failing.append(callback)
                    self._complain("a tap", f"{type(error).__name__}: {error}", error)
        for tap in tuple(self._async_taps):
            try:
                tap.tell(notice)
            except Exception as error:
                self._async_taps.remove(tap)
                self._complain(tap.name, f"{type(error).__name__}: {error}", error)
            if tap.behind:
                self._rouse()

    def _complain(self, who: str, words: str, error: Exception | None = None) -> None:
        """Something went wrong beside the level: say so once, and play on."""
        trouble = Trouble(who, words, error)
        self.troubles.append(trouble)
        self._tell(trouble)

    def _let_go(self, number: int) -> None:
        """A question went: whoever is at work on it need not be."""
        scope = self._at_work.pop(number, None)
        if scope is not None:
            scope.cancel()

    def _let_all_go(self) -> None:
        for number in list(self._at_work):
            self._let_go(number)
        if self._round is not None:
            self._round.cancel()
            self._round = None

    def _rouse(self) -> None:
        if self._wake is not None:
            self._wake.set()

    def _stands(self) -> bool:
        """Does the clock stand until a control is used?"""
        if self._paused or self._world.over:
            return True
        return (self._world.stopped and self._due() is None) or self._held()

    def _held(self) -> bool:
        """Does the world wait for a seat, whatever its questions' deadlines?"""
        if not self._seats or self._watching:
            return False
        if self._round is not None or self._offers_for_seat():
            return True
        return any(question.node in self._seats and self._seats[question.node].stops for question in self._at_seats())

    def _offers_for_seat(self) -> bool:
        """Are there standing offers that an asynchronous seat has still to be put?"""
        return self._world.offers_wait and self._world.offered[0] in self._seats

    def _at_seats(self) -> list[Question]:
        """The open questions that asynchronous seats answer."""
        return [question for question in self._world.questions if question.node in self._seats]

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
        """All questions open to the player, oldest first; those that an asynchronous seat answers are not."""
        if self._due() is not None:
            return ()
        if self._seats and not self._watching:
            return tuple(question for question in self._world.questions if question.node not in self._seats)
        return tuple(self._world.questions)

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
        if self._watching or self._policy is not None or self._seats:
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
        """Why the clock stands: "over", "question" (to the person), "paused", "seat" (somebody else thinks); "" if it
        runs."""
        if self._world.over:
            return "over"
        if self._world.stopped and self._due() is None and self.questions:
            return "question"
        if self._paused:
            return "paused"
        return "seat" if self._stands() else ""

    @property
    def is_live(self) -> bool:
        """Are there people or programs outside that do not wait? (see core.live.session)"""
        return False

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
