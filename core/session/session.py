"""The session itself: see core.session. It holds the parts and offers their controls; what they do is theirs.

Pump ─ Service        lets the clock go on; lets seats think
  └─ Play             what follows from an event or an answer
       ├─ Row         a world, and what of it was seen and told
       ├─ Timeline    going back, the tape, the lines of play
       ├─ Desk        who answers what
       └─ Words       what is said of answers, and when
Clock, Taps, Wake     shared by all of them: pause and pace, who is told, what the pump sleeps on
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from core.kernel.bets import Settled, Wager
from core.kernel.choice import Asked, Value, Verdict
from core.kernel.language import said
from core.kernel.scenario import Scenario
from core.kernel.seats import Seat
from core.kernel.sight import Sight
from core.kernel.world import Answered, Outcome, Question, World
from core.session import notices
from core.session.clock import SPEEDS, Clock
from core.session.desk import Desk
from core.session.lines import Branch
from core.session.mastery import Case
from core.session.notices import Consequence, Notice, Paced, Trouble
from core.session.outside import Outside
from core.session.pace import Pace
from core.session.play import Play
from core.session.pump import Pump
from core.session.seats import AsyncSeat
from core.session.taps import AsyncTap, Taps
from core.session.wake import Wake
from core.session.words import Speech, VerdictLine


class Session:
    """A scenario at play.

    say          when verdicts are said: "at-once", "when-it-shows" (with their consequence; right answers' words with
                 the next thing seen, so that silence betrays nothing) or "after".
    asks         "choose" or "type"; "notice": nobody asks what `keeps`, the kept answer starts as inaction.
    pace         "auto" (a median link delay lasts 0.8 s, longer silences pass within a second more), or virtual µs a
                 screen second.
    everything   no fog (who plays the network sees everything anyway).
    answers      recorded answers to watch: they are given at their times until a person does otherwise.
    policy       a seat that answers at once instead of a person: Book() for a demonstration.
    seats        node → an asynchronous seat that answers for the person there: a script, somebody elsewhere.
    hints        staged hints, mildest first.
    handed_over  cases that run by themselves from the start.
    may_hand_over  may cases be handed over in this level, or of which choices?
    bell         is a person told when a move is due (not which)?
    stops        what stops the clock: "questions", or what is "due", too.
    paused       start with the clock stopped.

    Controls are plain calls from the thread in which `run` runs; they work before and after `run`, too.
    """

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
        handed_over: Iterable[Case] = (),
        may_hand_over: bool | Collection[str] = True,
        bell: bool = True,
        stops: str = "questions",
        paused: bool = False,
    ) -> None:
        self.say = Speech(say)
        self.hints = tuple(hints)
        self.hints_used = 0
        self.whys = 0
        self._outside: Outside | None = None
        self._wake = Wake()
        self._taps = Taps(self._wake)
        self._clock = Clock(Pace(pace, scenario), paused, self._paced)
        desk = Desk(
            scenario, asks=asks, policy=policy, seats=seats, handed_over=handed_over, may_hand_over=may_hand_over
        )
        self._play = Play(
            scenario, say=self.say, everything=everything, answers=answers, desk=desk, clock=self._clock,
            taps=self._taps, wake=self._wake, bell=bell, stops=stops,
        )  # fmt: skip
        self._pump = Pump(self._play, self._clock, self._taps, self._wake)

    def _paced(self, notice: Paced) -> None:
        self._taps.tell(notice)
        self._wake.rouse()

    # Running

    async def run(self) -> None:
        """Pace the world until `close` is called or the task is cancelled. Goes on after the end, for looking back.

        One nursery: the pump, a task for every question that waits for a seat, one for every asynchronous tap. Nothing
        of it outlives this call, and what was played stays: the session can be read, used, and run again.
        """
        await self._pump.run()

    async def until_over(self) -> Outcome:
        """Wait until the run has ended; how."""
        import trio

        changed = trio.Event()

        def look(notice: Notice) -> None:
            if isinstance(notice, notices.Over):
                changed.set()

        while self.outcome is None:
            changed = trio.Event()
            untap = self.tap(look)
            try:
                await changed.wait()
            finally:
                untap()
        return self.outcome

    def close(self) -> None:
        """Let `run` return."""
        self._pump.close()

    def stand_aside(self) -> None:
        """Let whoever sits at the screen go first, for a moment: the world catches up after it. From any thread."""
        self._pump.stand_aside()

    @property
    def aside(self) -> float:
        """Seconds that the world still stands aside; not above 0 if it does not."""
        return self._pump.aside

    # Taps

    def tap(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call `callback` with every notice from now on; returns what ends it."""
        return self._taps.tap(callback)

    def attach(self, tap: AsyncTap[Any]) -> Callable[[], None]:
        """Let `tap` be told of every notice from now on, in a task of its own; returns what ends it."""
        return self._taps.attach(tap)

    @property
    def troubles(self) -> Sequence[Trouble]:
        """What went wrong with seats and taps."""
        return self._taps.troubles

    # Those outside (see core.live.session)

    def face(self, outside: Outside) -> None:
        """From now on, and until they are gone, those outside keep the time; they let the world go on by `run_to`."""
        self._outside = outside

    @property
    def is_live(self) -> bool:
        """Are there people or programs outside that do not wait?"""
        return self._outside is not None and not self._outside.over

    def run_to(self, until: int) -> None:
        """Let the world run up to the true time `until` (µs), and tell of it."""
        self._pump.run_to(until)

    def tell(self, notice: Notice) -> None:
        """Tell the taps of what those outside did."""
        self._taps.tell(notice)

    def complain(self, who: str, words: str) -> None:
        """Something went wrong beside the level: say so once, and play on."""
        self._taps.complain(who, words)

    def rescript(self, scenario: Scenario) -> None:
        """What has been played was a run of this scenario: what is gone back to is re-executed in it."""
        self._play.rescript(scenario)

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Something is done to the world, now."""
        outside = self._outside if self.is_live else None
        if outside is not None:
            outside.catch_up()
        yield
        self._pump.acted()
        if outside is not None:
            outside.changed()

    # State

    @property
    def scenario(self) -> Scenario:
        """What is played."""
        return self._play.scenario

    @property
    def world(self) -> World:
        """The world as it is; for the session's own friends (recorder, debrief). Screens read `sight`."""
        return self._play.world

    @property
    def sight(self) -> Sight:
        """What the player may see of the world. Another object after every jump."""
        return self._play.row.sight

    @property
    def fog_lifts(self) -> bool:
        """May everything be seen: has the run been told to be over, or is all in sight anyway? An event that ends it
        is told of before that."""
        return self._play.timeline.ended or self.sight.everything

    @property
    def truth(self) -> Sight:
        """Everything, once the fog has lifted. Raises LookupError before the run is over, unless all is in sight."""
        if not self.fog_lifts:
            raise LookupError("the fog lifts when the run is over")
        return self._play.row.truth

    @property
    def sides(self) -> tuple[Sight, ...]:
        """What the player may see of the worlds beside this one, up to now. Other objects after every jump."""
        self._catch_up()
        return self._play.row.sides

    @property
    def side_truths(self) -> tuple[Sight, ...]:
        """Everything of them, up to now. Raises LookupError before the run is over, unless all is in sight."""
        if not self.fog_lifts:
            raise LookupError("the fog lifts when the run is over")
        self._catch_up()
        return self._play.row.side_truths

    def _catch_up(self) -> None:
        for side in self.world.sides:
            side.catch_up(self.world.now)

    @property
    def beside(self) -> Sight | None:
        """All of a fair trap's second row; None of other levels. Another object after every jump."""
        trap = self.world.beside
        return None if trap is None else self.sides[self.world.sides.index(trap)]

    @property
    def player(self) -> str:
        """The player's node; "network"; "" if nobody plays."""
        return self.scenario.seat_of_player

    @property
    def asks(self) -> str:
        """How is asked: see the constructor."""
        return self._play.desk.asks

    @property
    def question(self) -> Question | None:
        """The question to answer now, the oldest; None if none is open (or recorded answers are being watched)."""
        questions = self.questions
        return questions[0] if questions else None

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions open to the player, oldest first; those that an asynchronous seat answers are not."""
        return self._play.questions

    def offers(self) -> list[Asked]:
        """The standing offers that may be taken up now."""
        return self._play.offers()

    def bets(self) -> list[Asked]:
        """What may be bet on now: each as a question for the chance of its first side."""
        return self._play.bets()

    @property
    def wagers(self) -> tuple[Wager, ...]:
        """The chips that lie, the latest last."""
        return () if self.world.betting is None else self.world.betting.wagers

    @property
    def chips(self) -> int:
        """On how many more things may be bet."""
        return 0 if self.world.betting is None else self.world.betting.chips

    @property
    def settled(self) -> list[Settled]:
        """All that could have been bet on, with what was true and what was laid on it. Raises LookupError while the
        run goes on: until then nobody can know."""
        return [] if self.world.betting is None else self.world.betting.settled()

    @property
    def kept(self) -> Mapping[tuple[str, str], Value]:
        """(node, choice) → the answer in force without a question."""
        return {(node.name, choice): value for node in self.world.nodes.values() for choice, value in node.kept.items()}

    @property
    def paused(self) -> bool:
        """Has the player stopped the clock? (An open question stops it too: see `waiting`.)"""
        return self._clock.paused

    @property
    def stands_for_move(self) -> bool:
        """Does the clock stand only until the player has moved?"""
        return self._clock.for_move

    @property
    def rings(self) -> tuple[str, ...]:
        """The nodes at which a move of the player's is due now, if the level has a bell; not which move."""
        return self._play.rings

    @property
    def waiting(self) -> str:
        """Why the clock stands: "over", "question" (to the person), "paused", "seat" (somebody else thinks); "" if it
        runs."""
        play = self._play
        if play.world.over:
            return "over"
        if play.world.stopped and play.due() is None and self.questions:
            return "question"
        if self.paused:
            return "paused"
        return "seat" if play.stands else ""

    @property
    def speed(self) -> float:
        """One of SPEEDS."""
        return self._clock.speed

    @property
    def over(self) -> bool:
        """Has the run ended (and does the world stand at its end)?"""
        return self.world.over

    @property
    def outcome(self) -> Outcome | None:
        """How it ended."""
        return self.world.outcome

    @property
    def verdict_lines(self) -> tuple[VerdictLine, ...]:
        """Every judged answer in order; words only where they may be said by now."""
        return self._play.words.lines(self.world)

    @property
    def offered(self) -> tuple[Case, ...]:
        """The cases that may be handed over, the latest last."""
        return self._play.desk.offered

    @property
    def handed_over(self) -> tuple[Case, ...]:
        """The cases that run by themselves, the latest last."""
        return self._play.desk.handed_over

    @property
    def watching(self) -> bool:
        """Are recorded answers being played?"""
        return self._play.watching

    @property
    def rewinds(self) -> int:
        """Times that play went on from where the player had gone back to."""
        return self._play.timeline.rewinds

    @property
    def position(self) -> tuple[int, int]:
        """(event at which the world stands, last event known on this branch). Not for the screen in the fog."""
        return self.world.count, self._play.timeline.last(self.world)

    @property
    def branch(self) -> int:
        """The number of the present line of play."""
        return self._play.timeline.branch

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All lines of play, by number."""
        return self._play.timeline.branches

    # The clock. Nothing of this while it is live: those outside have the time of day.

    def pause(self) -> None:
        """Stop the clock."""
        self._set_paused(True)

    def resume(self) -> None:
        """Let the clock run."""
        self._set_paused(False)

    def toggle(self) -> None:
        """Pause or resume."""
        self._set_paused(not self.paused)

    def _set_paused(self, paused: bool) -> None:
        if not self.is_live:
            self._clock.set_paused(paused)

    def set_speed(self, speed: float) -> None:
        """The nearest of SPEEDS."""
        if not self.is_live:
            self._clock.set_speed(speed)

    def faster(self) -> None:
        """Twice as fast."""
        self.set_speed(min(self.speed * 2, SPEEDS[-1]))

    def slower(self) -> None:
        """Half as fast."""
        self.set_speed(max(self.speed / 2, SPEEDS[0]))

    def to_question(self) -> None:
        """As fast as it goes, until the next question (or the end)."""
        if not self.is_live:
            self._clock.rush()

    def step(self) -> bool:
        """To the next thing that can be seen (in the fog, what goes on elsewhere is passed), then pause.

        False if a question stops the world or the run is over.
        """
        if self.is_live:
            return False
        if not self.paused:
            self.pause()
        return self._pump.step()

    def wait(self, duration: int) -> bool:
        """Let so many µs pass, or as many as do until something stops the world: then pause. False if none could."""
        if self.is_live:
            return False
        if not self.paused:
            self.pause()
        return self._pump.wait(self.world.now + duration)

    # Answers and moves

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """Answer an open question (the oldest, if none is named).

        Raises LookupError if none is open, ValueError in words for a value out of the question.
        """
        with self._acting():
            found = question or self.question
            if found is None or found.number not in {q.number for q in self.world.questions}:
                raise LookupError(
                    said("no question is open") if question is None else said("that question is no longer open")
                )
            return self._play.answer(value, found)

    def hand_over(self, case: Case | None = None) -> Case | None:
        """Let a case that is `offered` run by itself from now on (the latest, if none is named): its questions are
        answered by the book. The case; None if it is not offered."""
        with self._acting():
            return self._play.hand_over(case)

    def take_back(self) -> Case | None:
        """The latest case that was handed over is asked again. The case; None if there is none."""
        return self._play.take_back()

    def take_over(self) -> None:
        """Stop watching recorded answers, and empty the seats of those who answer in the person's place: from here on
        the person plays. Nothing happens if there is neither."""
        self._pump.service.take_over()

    def move(self, choice: str, value: Value, node: str = "") -> Verdict:
        """Take up a standing offer now, between events. Raises LookupError, ValueError in words."""
        with self._acting():
            self.take_over()
            return self._play.move(node or self.player, choice, value)

    def keep(self, choice: str, value: Value, node: str = "") -> None:
        """From now on `value` answers this choice without a question. An open question of it is answered with it.

        Raises LookupError if the choice is not the player's, ValueError in words if it cannot answer the open question.
        """
        name = node or self.player
        if name not in self.world.nodes or choice not in self.world.nodes[name].played:
            raise LookupError(f"{choice} is not yours to keep")
        with self._acting():
            self.take_over()
            self._play.keep(name, choice, value)

    def bet(self, bet: str, share: Value, node: str = "") -> None:
        """Lay a chip: the chance, in per cent, that what may be bet on now is the bet's first side.

        Raises LookupError if there is nothing to bet on, or no chip left; ValueError in words for what is no chance.
        """
        with self._acting():
            self.take_over()
            self._play.bet(node or self.player, bet, share)

    def hint(self) -> str | None:
        """The next staged hint; None if there are no more."""
        if self.hints_used >= len(self.hints):
            return None
        words = self.hints[self.hints_used]
        self.hints_used += 1
        self.tell(notices.Hinted(self.hints_used, len(self.hints), words))
        return words

    def why(self) -> Consequence | None:
        """The words on the latest answer that have not been said, now, with the difference that the book playing on
        from here would soon show. None if everything is said. Logged."""
        consequence = self._play.words.why(self.world)
        self.whys += consequence is not None
        return consequence

    # Back and forth. Nothing of this while it is live.

    def back(self) -> bool:
        """One seen event (or answer) back, and pause. False at the start."""
        if self.is_live:
            return False
        way = self._play.timeline.step_back(self.world, self._play.row.seen_before(self.world.count))
        if way is not None:
            self._play.go_to(*way)
        return way is not None

    def jump(self, event: int, answered: bool = False) -> None:
        """To just after event number `event` (see World.count) of this line of play, back or forth, and pause.

        A question that came with that event is open again, unless `answered` or nothing is known after it: to stand
        before the answer that a verdict is about, jump to `verdict.event`.
        """
        if not self.is_live:
            self._play.go_to(*self._play.timeline.way_to(self.world, event, answered))

    def stand(self, event: int, answers: int) -> None:
        """To just after event number `event` of this line of play with its first so many answers given, and pause.

        Raises DivergedError if they do not fit.
        """
        if not self.is_live:
            self._play.go_to(*self._play.timeline.way_with(event, answers))

    def forward(self) -> bool:
        """One seen event forth along the known answers, and pause. False at the end of the known."""
        if self.is_live:
            return False
        timeline = self._play.timeline
        before = timeline.watching
        timeline.watch(True)
        if self.world.count >= timeline.last(self.world) and timeline.due(self.world) is None:
            timeline.watch(before)
            return False
        went = self.step()
        timeline.watch(timeline.watching and before)
        return went

    def restart(self) -> None:
        """From the start, with the clock running; what was played stays as a branch. Counts as going back.

        After a live run the same arrivals come again, whatever is answered.
        """
        if not self.is_live:
            self._play.restart()

    def go_on(self, by: Sequence[str] = (), *, hints: int = 0, whys: int = 0, rewinds: int = 0) -> None:
        """Go on where the recorded answers end, as if they had just been given here: none of them is watched. `by`: who
        gave each. What was handed over still is; hints, whys and rewinds count on.

        Raises DivergedError if the answers do not fit the scenario.
        """
        self._play.go_on(by, rewinds)
        self.hints_used, self.whys = hints, whys

    def go(self, branch: int) -> None:
        """To the end of another line of play, and pause. Raises IndexError if there is none of that number."""
        if not self.is_live:
            self.jump(self._play.timeline.go(branch), answered=True)
