"""The session itself: see core.session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.kernel.choice import Asked, Choice, SomeOf, Value, Verdict
from core.kernel.dice import Dice
from core.kernel.scenario import Scenario
from core.kernel.seats import Seat
from core.kernel.sight import INWARD, Sight
from core.kernel.world import Answered, DivergedError, Outcome, Question, World
from core.session import notices
from core.session.history import History
from core.session.lines import Branch, Lines, until
from core.session.mastery import Case, Mastery, case_of
from core.session.notices import Consequence, Notice
from core.session.pace import Pace
from core.session.words import Speech, VerdictLine, Words

if TYPE_CHECKING:
    import trio

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
SLICE = 0.004
"""Seconds that the pump runs events for before it lets the screen have a turn."""
NAP = 0.002
"""Seconds between slices while there is more to run."""
FRAME = 1 / 30
"""Seconds between slices while the clock merely moves on: always the same, or its rhythm would tell of the unseen."""
LONGEST_TICK = 0.25
"""Screen seconds that one slice makes up for at most: a machine that was asleep does not catch up."""
MOST_STEPS = 100_000
"""Unseen events that one step of the player's may pass."""


class Session:
    """A scenario at play.

    say          when verdicts are said: "at-once", "when-it-shows" (with their consequence; right answers' words with
                 the next thing seen, so that silence betrays nothing) or "after".
    asks         "choose" or "type"; "notice": nobody asks what `keeps`, the kept answer starts as inaction.
    pace         "auto" (a median link delay lasts 0.8 s, longer silences pass within a second more), or virtual µs a
                 screen second.
    everything   no fog (who plays the network sees everything anyway).
    answers      recorded answers to watch: they are given at their times until a person does otherwise.
    policy       a seat that answers instead of a person: Book() for a demonstration, a script.
    hints        staged hints, mildest first.
    mastered     cases that run by themselves from the start; read `mastered` at the end for the next level.
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

    def _settle_in(self) -> None:
        """At the start of a run: what is kept, and who sits."""
        self._floor = 0
        if not self._watching:
            self._keep_defaults()
            self._floor = self._world.count
        self._sit_down()

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

    def _sit_down(self) -> None:
        if self._policy is not None and not self._watching:
            self._by = "policy"
            self._world.sit(self._policy)
            self._after_change()
        elif not self._watching:
            self._by = "you"
            self._told_questions = {}
            self._after_change()

    # Running

    async def run(self) -> None:
        """Pace the world until `close` is called or the task is cancelled. Goes on after the end, for looking back."""
        import trio  # only where a world is paced: headless commands start without it

        if self._running:
            raise RuntimeError("this session is running already")
        self._running = True
        try:
            last = trio.current_time()
            while not self._closed:
                if self._stands():
                    self._wake = trio.Event()
                    await self._wake.wait()
                    last = trio.current_time()
                    continue
                now = trio.current_time()
                tick, last = min(now - last, LONGEST_TICK), now
                await trio.sleep(self._advance(tick * self._speed))
        finally:
            self._running = False
            self._wake = None

    async def until_over(self) -> Outcome:
        """Wait until the run has ended; how."""
        import trio

        while self._world.outcome is None:
            event = trio.Event()
            self._over_waiters.append(event)
            await event.wait()
        return self._world.outcome

    def close(self) -> None:
        """Let `run` return."""
        self._closed = True
        self._rouse()

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

    def _advance(self, seconds: float) -> float:
        """Let `seconds` of screen time (times speed) pass; the nap until the next slice."""
        world = self._world
        started = time.perf_counter()
        first = world.count
        left = seconds
        nap = FRAME
        while world is self._world and not self._stands():
            due = self._due()
            if due is not None and (due.how == "answer" or due.at <= world.now):
                self._take_from_tape(due)
                continue
            upcoming = world.next_time()
            target = upcoming if due is None else due.at if upcoming is None else min(due.at, upcoming)
            if target is None:
                break
            if not self._flat_out:
                base = self._pace.passed(self._idle)
                reach = self._clock + self._pace.passed(self._idle + left) - base
                if target > reach:
                    self._clock, self._idle = reach, self._idle + left
                    world.advance(int(reach + 1e-3))
                    break
                used = self._pace.seconds(base + target - self._clock) - self._idle
                left, self._idle = max(0.0, left - used), self._idle + used
            self._clock = max(self._clock, float(target))
            if upcoming is None or target < upcoming:
                world.advance(target)
            elif self._event():
                self._idle = 0.0
            if time.perf_counter() - started > SLICE:
                nap = NAP
                break
        if self._world.count > first and world is self._world:
            self._tell(notices.Stepped(first, world.count, world.now))
        return nap

    # One event, and what follows from it

    def _event(self) -> bool:
        """Run one event; was anything seen of it?"""
        if not self._world.step():
            return False
        self._history.remember(self._world)
        self._lines.reached(self._world.count)
        return self._after_change()

    def _after_change(self) -> bool:
        """Tell what is new in the world; was anything seen?"""
        world = self._world
        seen = self._note_seen()
        self._tell_answers()
        self._tell_verdicts()
        self._tell_questions()
        if world is not self._world:
            return True
        self._words.look(world.now, self._inward)
        if world.over and not self._told_over:
            self._tell_over()
        return seen

    def _note_seen(self) -> bool:
        new = list(self._sight.entries(self._told_entries))
        self._told_entries += len(new)
        self._inward += sum(1 for entry in new if entry.kind in INWARD)
        opened = any(question.number not in self._told_questions for question in self._world.questions)
        if not new and not opened and not self._world.over:
            return False
        if not self._visible or self._visible[-1] < self._world.count:
            self._visible.append(self._world.count)
        return True

    def _tell_answers(self) -> None:
        for given in self._world.answers[self._told_answers :]:
            self._told_answers += 1
            self._follow_tape(given)
            self._tell(notices.Answered(given, self._by, self._told_answers - 1))

    def _tell_verdicts(self) -> None:
        for place in range(self._told_verdicts, len(self._world.verdicts)):
            self._told_verdicts = place + 1
            self._tell(notices.Judged(self._world.verdicts[place]))
            self._words.judged(self._world, place, self._inward, self._world_before)

    def _world_before(self) -> World | None:
        """The world before the present event, made anew."""
        before = self._world.count - 1
        try:
            return self._history.at(until(self._world.answers, before), before)
        except DivergedError:
            return None

    def _tell_questions(self) -> None:
        """Tell of questions that went; answer those that nobody need be asked; tell of the rest."""
        world = self._world
        open_now = {question.number for question in world.questions}
        for number in [number for number in self._told_questions if number not in open_now]:
            self._tell_gone(self._told_questions.pop(number))
        for question in list(world.questions):
            if question.number in self._told_questions or all(question is not other for other in world.questions):
                continue
            self._told_questions[question.number] = question
            self._meet(question)
            if world is not self._world:
                return

    def _tell_gone(self, question: Question) -> None:
        """A question went: was it answered, did its deadline pass, did its node crash?"""
        world = self._world
        name = question.asked.choice.name
        for given in reversed(world.answers):
            if given.after < question.opened:
                break
            if given.how == "answer" and (given.node, given.choice) == (question.node, name):
                return
        if question.deadline is not None and question.deadline <= world.now:
            self._tell(notices.Expired(question, question.fallback))
        else:
            self._tell(notices.Withdrawn(question))

    def _meet(self, question: Question) -> None:
        """A new question: one that answers itself, or one to ask."""
        asked = question.asked
        due = self._due()
        if due is not None and due.how == "answer":
            return
        if self._watching and self._lines.next(len(self._world.answers)) is None:
            self._stop_watching()
            return
        if self.asks == "notice" and asked.choice.keeps:
            self._settle_kept(question)
        elif self._mastery.runs(asked):
            self._settle_by("autopilot", question, asked.book)
        else:
            self._flat_out = False
            self._tell(notices.Asked(question, asked.case, self.asks == "choose"))

    def _settle_by(self, by: str, question: Question, value: Value) -> None:
        before, self._by = self._by, by
        try:
            self._world.answer(value, question)
            self._after_change()
        finally:
            self._by = before

    def _settle_kept(self, question: Question) -> None:
        """Nobody asks what is kept. What was kept does not fit this question: what is left of it does (chairs of peers
        who went stay empty), else inaction; inaction is kept where nothing was."""
        asked = question.asked
        name = asked.choice.name
        node = self._world.nodes[question.node]
        value = asked.inaction
        if name not in node.kept:
            before, self._by = self._by, "kept"
            self._world.keep(question.node, name, value)
            self._by = before
        elif isinstance(asked.choice.domain, SomeOf) and isinstance(node.kept[name], tuple):
            options = list(asked.choice.domain.of(asked))
            left = tuple(item for item in node.kept[name] if item in options)[: asked.choice.domain.most(asked)]
            if asked.choice.domain.problem(asked, left) is None:
                value = left
        self._settle_by("kept", question, value)

    def _keep_defaults(self) -> None:
        """With `asks = "notice"`: what the player keeps starts as inaction, where inaction needs no question."""
        if self.asks != "notice":
            return
        self._by = "kept"
        for name, choice in self._kept_choices():
            if not callable(choice.inaction):
                self._world.keep(name, choice.name, choice.inaction)
        self._after_change()
        self._by = "you"

    def _kept_choices(self) -> list[tuple[str, Choice]]:
        return [
            (node.name, choice)
            for node in self._world.nodes.values()
            if node.protocol is not None
            for choice in node.protocol.choices
            if choice.name in node.played and choice.keeps
        ]

    def _tell_over(self) -> None:
        self._told_over = self._ended = True
        self._flat_out = False
        if self._lines.next(len(self._world.answers)) is not None:
            self._branch_off(self._world.count, len(self._world.answers))
        self._watching = False
        rest = self._words.rest(self._world.now)
        assert self._world.outcome is not None
        self._tell(notices.Over(self._world.outcome, rest))
        for event in self._over_waiters:
            event.set()
        self._over_waiters = []

    # The tape: recorded answers ahead

    def _due(self) -> Answered | None:
        """The next recorded answer, if it is to be given before the next event."""
        given = self._lines.next(len(self._world.answers)) if self._watching else None
        return given if given is not None and given.after == self._world.count else None

    def _take_from_tape(self, given: Answered) -> None:
        before, self._by = self._by, "tape"
        try:
            if given.how == "answer":
                self._put(given.value, self._question_of(given))
            else:
                self._world.take(given)
                self._after_change()
        except (DivergedError, LookupError, ValueError):
            self._stop_watching()
        finally:
            self._by = before

    def _question_of(self, given: Answered) -> Question:
        for question in self._world.questions:
            if (question.node, question.asked.choice.name) == (given.node, given.choice):
                return question
        raise LookupError(f"{given.node} is not asked {given.choice}")

    def _stop_watching(self) -> None:
        """The person takes over from the recorded answers: open questions are theirs."""
        self._watching = False
        self._sit_down()

    def _follow_tape(self, given: Answered) -> None:
        """Note an answer just given: along the known answers, or off them on a branch of its own."""
        place = self._told_answers - 1
        if self._went_back and self._by == "you":
            self._went_back = False
            self.rewinds += 1
        known = self._lines.next(place)
        if known is not None and known != given:
            self._branch_off(given.after, place)
        self._lines.given(place, given, self._by)
        self._lines.reached(self._world.count)

    def _branch_off(self, at: int, answers: int) -> None:
        self._watching = False
        self._tell(notices.Branched(self._lines.leave(answers, at, self._world.count), at))

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

    # Controls: plain calls from the session's thread

    def pause(self) -> None:
        """Stop the clock."""
        self._set_paused(True)

    def resume(self) -> None:
        """Let the clock run."""
        self._set_paused(False)

    def toggle(self) -> None:
        """Pause or resume."""
        self._set_paused(not self._paused)

    def _set_paused(self, paused: bool) -> None:
        self._paused = paused
        if paused:
            self._flat_out = False
        self._tell(notices.Paced(self._paused, self._speed, self._flat_out))
        self._rouse()

    def set_speed(self, speed: float) -> None:
        """The nearest of SPEEDS."""
        self._speed = min(SPEEDS, key=lambda offered: abs(offered - speed))
        self._tell(notices.Paced(self._paused, self._speed, self._flat_out))
        self._rouse()

    def faster(self) -> None:
        """Twice as fast."""
        self.set_speed(min(self._speed * 2, SPEEDS[-1]))

    def slower(self) -> None:
        """Half as fast."""
        self.set_speed(max(self._speed / 2, SPEEDS[0]))

    def to_question(self) -> None:
        """As fast as it goes, until the next question (or the end)."""
        self._flat_out = True
        self._set_paused(False)

    def step(self) -> bool:
        """To the next thing that can be seen (in the fog, what goes on elsewhere is passed), then pause.

        False if a question stops the world or the run is over.
        """
        if not self._paused:
            self._set_paused(True)
        first = self._world.count
        went = False
        for _ in range(MOST_STEPS):
            due = self._due()
            if due is not None:
                self._take_from_tape(due)
                went = True
                break
            if self._world.over or self._world.stopped:
                break
            went = True
            if self._event():
                break
        self._mark_time()
        if went:
            self._tell(notices.Stepped(first, self._world.count, self._world.now))
        return went

    def _mark_time(self) -> None:
        """The pace goes on from here."""
        self._idle, self._clock = 0.0, float(self._world.now)

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """Answer an open question (the oldest, if none is named).

        Raises LookupError if none is open, ValueError in words for a value out of the question.
        """
        found = question or self.question
        if found is None or found.number not in {q.number for q in self._world.questions}:
            raise LookupError("no question is open" if question is None else "that question is no longer open")
        problem = found.asked.choice.domain.problem(found.asked, value)
        if problem:
            raise ValueError(problem)
        self._watching = False
        self._by = "you"
        first_time = not self._went_back
        verdict = self._put(value, found)
        if first_time:
            self._count(found.asked, verdict)
        self._mark_time()
        self._rouse()
        return verdict

    def answer_text(self, text: str, question: Question | None = None) -> Verdict:
        """Answer with what was typed. Raises as `answer`."""
        found = question or self.question
        if found is None:
            raise LookupError("no question is open")
        return self.answer(found.asked.choice.domain.parse(found.asked, text), found)

    def _put(self, value: Value, question: Question) -> Verdict:
        self._words.prepare(self._world, question, value)
        try:
            verdict = self._world.answer(value, question)
        except (LookupError, ValueError):
            self._words.unprepare()
            raise
        self._after_change()
        return verdict

    def _count(self, asked: Asked, verdict: Verdict) -> None:
        """Three right first answers in a row: the case runs by itself from now on."""
        case = self._mastery.count(asked, verdict)
        if case is None:
            return
        self._tell(notices.Mastered(*case))
        for waiting in list(self._world.questions):
            if case_of(waiting.asked) == case and any(waiting is other for other in self._world.questions):
                self._settle_by("autopilot", waiting, waiting.asked.book)

    def undo(self) -> Case | None:
        """Take back the latest case that went to run by itself: it is asked again, for the rest of this session.
        None if there is none."""
        case = self._mastery.undo()
        if case is not None:
            self._tell(notices.Released(*case))
        return case

    def take_over(self) -> None:
        """Stop watching recorded answers: from here on the person plays. Nothing happens if none are watched."""
        if self._watching:
            self._stop_watching()
            self._mark_time()
            self._rouse()

    def move(self, choice: str, value: Value, node: str = "") -> Verdict:
        """Take up a standing offer now, between events. Raises LookupError, ValueError in words."""
        self.take_over()
        self._by = "you"
        place = len(self._world.verdicts)
        self._world.move(node or self.player, choice, value)
        verdict = self._world.verdicts[place]
        self._after_change()
        self._mark_time()
        self._rouse()
        return verdict

    def keep(self, choice: str, value: Value, node: str = "") -> None:
        """From now on `value` answers this choice without a question. An open question of it is answered with it.

        Raises LookupError if the choice is not the player's, ValueError in words if it cannot answer the open question.
        """
        name = node or self.player
        if name not in self._world.nodes or choice not in self._world.nodes[name].played:
            raise LookupError(f"{choice} is not yours to keep")
        self.take_over()
        waiting = [q for q in self._world.questions if q.node == name and q.asked.choice.name == choice]
        for question in waiting:
            problem = question.asked.choice.domain.problem(question.asked, value)
            if problem:
                raise ValueError(problem)
        self._by = "you"
        self._words.kept_anew(name, choice)
        self._world.keep(name, choice, value)
        self._after_change()
        for question in waiting:
            self._put(value, question)
        self._mark_time()
        self._rouse()

    def hint(self) -> str | None:
        """The next staged hint; None if there are no more."""
        if self.hints_used >= len(self.hints):
            return None
        words = self.hints[self.hints_used]
        self.hints_used += 1
        self._tell(notices.Hinted(self.hints_used, len(self.hints), words))
        return words

    def why(self) -> Consequence | None:
        """The words on the latest answer that have not been said, now, with the difference that the book playing on
        from here would soon show. None if everything is said. Logged."""
        consequence = self._words.why(self._world)
        self.whys += consequence is not None
        return consequence

    # Back and forth

    def back(self) -> bool:
        """One seen event (or answer) back, and pause. False at the start."""
        answers = self._world.answers
        event = self._world.count
        given = answers[-1] if answers else None
        by_hand = given is not None and self._lines.now.by[len(answers) - 1] in ("you", "tape")
        if given is not None and by_hand and given.how == "answer" and given.after == event > self._floor:
            self._go_to(event, answers[:-1])
            return True
        earlier = [seen for seen in self._visible if self._floor <= seen < event]
        if event <= self._floor:
            return False
        target = earlier[-1] if earlier else self._floor
        self._go_to(target, until(answers, target))
        return True

    def jump(self, event: int, answered: bool = False) -> None:
        """To just after event number `event` (see World.count) of this line of play, back or forth, and pause.

        A question that came with that event is open again, unless `answered` or nothing is known after it: to stand
        before the answer that a verdict is about, jump to `verdict.event`.
        """
        target = min(max(event, self._floor), self.position[1])
        answers = until(self._lines.now.tape, target)
        if not answered and self._floor < target < self.position[1]:
            while answers and answers[-1].after == target and answers[-1].how == "answer":
                answers.pop()
        self._go_to(target, answers)

    def forward(self) -> bool:
        """One seen event forth along the known answers, and pause. False at the end of the known."""
        before, self._watching = self._watching, True
        if self.position[0] >= self._lines.now.end and self._due() is None:
            self._watching = before
            return False
        went = self.step()
        self._watching = self._watching and before
        return went

    def restart(self) -> None:
        """From the start, with the clock running; what was played stays as a branch. Counts as going back."""
        self._lines.leave(0, 0, 0)
        self.rewinds += 1
        self._ended = self._watching = self._went_back = self._paused = self._flat_out = False
        self._words.forget()
        self._begin(World(self.scenario))
        self._tell(notices.Branched(self.branch, 0))
        self._tell(notices.Jumped(0, 0))
        self._settle_in()
        self._rouse()

    def go(self, branch: int) -> None:
        """To the end of another line of play, and pause. Raises IndexError if there is none of that number."""
        self._lines.go(branch)
        self._watching = False
        self.jump(self._lines.now.end, answered=True)

    def _go_to(self, event: int, answers: Sequence[Answered]) -> None:
        try:
            world = self._history.at(answers, event)
        except DivergedError:
            # The last answer itself led on (an automated move of the node followed at once): there is no moment after
            # it at that event, only the one at which it was asked.
            if not answers or answers[-1].after != event:
                raise
            answers = answers[:-1]
            world = self._history.at(answers, event)
        self._paused, self._flat_out = True, False
        self._went_back = self._went_back or event < self._world.count or len(answers) < len(self._world.answers)
        self._begin(world)
        if self._policy is not None and not self._watching:
            world.sit(self._policy)
            self._after_change()
        self._tell(notices.Jumped(event, world.now))
        self._rouse()
