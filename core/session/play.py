"""A scenario at play: what follows from an event or an answer, in what order, and where the world stands."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Asked, Choice, Value, Verdict
from core.kernel.scenario import Scenario
from core.kernel.world import Answered, DivergedError, Question, World
from core.session import notices
from core.session.clock import Clock
from core.session.desk import Desk, Who
from core.session.mastery import Case
from core.session.row import Row
from core.session.taps import Taps
from core.session.timeline import Timeline
from core.session.wake import Wake
from core.session.words import Speech, Words

MOST_AHEAD = 5_000
"""Events that are looked ahead at most, whether what runs by itself would end the run."""


class Play:
    """One scenario at play: its row, its timeline, its desk and its words, kept in step.

    Whatever changes the world goes through here, so that all of them hear of it, and the taps: `event`, `put`, `move`,
    `keep`, `bet`, `take`, `go_to`, `restart`; who changes the world another way says so by `look`. Several acts are
    several plays, one after the other, under the same clock and taps.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        say: Speech,
        everything: bool,
        answers: Sequence[Answered],
        desk: Desk,
        clock: Clock,
        taps: Taps,
        wake: Wake,
        bell: bool,
        stops: str,
    ) -> None:
        if stops not in ("questions", "due"):
            raise ValueError(f'stops is "questions" or "due", not {stops!r}')
        self._bell = bell
        self._stops_when_due = stops == "due"
        self.scenario = scenario
        self.desk = desk
        self.timeline = Timeline(scenario, answers)
        self.words = Words(say, scenario, everything, taps.tell)
        self.row = Row(World(scenario), scenario.seat_of_player, everything)
        self._clock = clock
        self._taps = taps
        self._wake = wake
        self._begin(self.row.world)
        self._settle_in()

    @property
    def world(self) -> World:
        """The world as it is."""
        return self.row.world

    @property
    def watching(self) -> bool:
        """Are recorded answers being played?"""
        return self.timeline.watching

    # Does the clock stand?

    def due(self) -> Answered | None:
        """The next watched answer, if it is to be given before the next event."""
        return self.timeline.due(self.world)

    @property
    def held(self) -> bool:
        """Does the world wait for a seat, whatever its questions' deadlines?"""
        return self.desk.has_seats and not self.watching and self.desk.holds(self.world)

    @property
    def stands(self) -> bool:
        """Does the world stand until somebody answers, or for good?"""
        return self.world.over or (self.world.stopped and self.due() is None) or self.held or self.stands_for_inspector

    @property
    def stands_for_inspector(self) -> bool:
        """Is a person's free run over, so that there is all the time to settle the suspects?"""
        desk = self.desk
        return (
            desk.policy is None and not desk.has_seats and self.world.free_run_is_over and self.due() is None
        )  # fmt: skip

    @property
    def stands_for_seat(self) -> bool:
        """Does it stand for an asynchronous seat?"""
        return not self.world.over and (self.held or (self.world.stopped and bool(self.desk.for_seats(self.world))))

    # What is asked

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions open to a person, oldest first."""
        return () if self.due() is not None else self.desk.for_person(self.world, self.watching)

    @property
    def unhurried(self) -> bool:
        """Is something open to a person, so that no silence is shortened? A question; or a move that is due, in a level
        that stops for such."""
        alone = self.watching or self.desk.policy is not None or self.desk.has_seats
        return bool(self.questions) or (self._stops_when_due and not alone and bool(self.row.rings))

    def offers(self) -> list[Asked]:
        """The standing offers that a person may take up now."""
        return [] if self.watching else self.desk.offers(self.world)

    def bets(self) -> list[Asked]:
        """What a person may bet on now: each as a question for the chance of its first side."""
        betting = self.world.betting
        if betting is None or self.watching or self.desk.policy is not None or self.desk.has_seats:
            return []
        return [asked for seat in self.scenario.player for asked in betting.open(seat.node)]

    @property
    def rings(self) -> tuple[str, ...]:
        """The nodes at which a move is due that a person may make, if there is a bell for it."""
        if not self._bell or self.watching or self.desk.policy is not None or self.desk.has_seats or self.world.over:
            return ()
        return self.row.rings

    # What changes the world

    def event(self) -> bool:
        """Run one event; was anything seen of it?"""
        if not self.world.step():
            return False
        self.timeline.reached(self.world)
        return self.look(self._sitter)

    def put(self, value: Value, question: Question, by: str) -> Verdict:
        """Answer an open question. Raises LookupError, ValueError in words."""
        problem = question.asked.choice.domain.problem(question.asked, value)
        if problem:  # a tape's answer may be anything, and none but answers can be judged
            raise ValueError(problem)
        self.words.prepare(self.world, question, value)
        try:
            verdict = self.world.answer(value, question)
        except (LookupError, ValueError):
            self.words.unprepare()
            raise
        self.look(by)
        return verdict

    def answer(self, value: Value, question: Question) -> Verdict:
        """A person answers. Raises as `put`."""
        self.timeline.watch(False)
        first_time = not self.timeline.gone_back
        asked = question.asked
        if self.desk.asks == "notice" and asked.choice.keeps and asked.choice.domain.problem(asked, value) is None:
            self.world.keep(question.node, question.asked.choice.name, value)
            self.look("you")
        verdict = self.put(value, question, "you")
        if first_time and (case := self.desk.count(question.asked, verdict)) is not None:
            self._taps.tell(notices.Offered(*case))
        return verdict

    def hand_over(self, case: Case | None) -> Case | None:
        """Let an offered case (the latest, if none is named) run by itself, open questions too; None if it is not
        offered."""
        case = self.desk.hand_over(case)
        if case is None:
            return None
        self._taps.tell(notices.HandedOver(*case))
        for waiting in self.questions:
            mine = self.desk.who(waiting) is Who.AUTOPILOT
            if mine and any(waiting is other for other in self.world.questions) and not self._would_end(waiting):
                self.put(waiting.asked.book, waiting, "autopilot")
        return case

    def _would_end(self, question: Question) -> bool:
        """Is this the last question of the run, if it is answered by the book? Then nobody but the player answers it:
        what runs by itself never ends a level. Not looked at where those outside are real: there nothing can be tried.
        """
        if self.scenario.live:
            return False
        ahead = self.world.fork()
        copy = next((one for one in ahead.questions if one.number == question.number), None)
        if copy is None:
            return False
        ahead.answer(copy.asked.book, copy)
        for _ in range(MOST_AHEAD):
            if ahead.questions or ahead.over or not ahead.step():
                break
        return ahead.over

    def take_back(self) -> Case | None:
        """Take back the latest case that was handed over; None if there is none."""
        case = self.desk.take_back()
        if case is not None:
            self._taps.tell(notices.TakenBack(*case))
        return case

    def move(self, node: str, choice: str, value: Value) -> Verdict:
        """A person takes up a standing offer. Raises LookupError, ValueError in words."""
        place = len(self.world.verdicts)
        self.world.move(node, choice, value)
        verdict = self.world.verdicts[place]
        self.look("you")
        if not self.world.due(node):
            self._clock.moved()
        return verdict

    def keep(self, node: str, choice: str, value: Value) -> None:
        """From now on `value` answers this choice without a question; an open question of it is answered with it.

        Raises ValueError in words if it cannot answer the open question.
        """
        waiting = [q for q in self.world.questions if q.node == node and q.asked.choice.name == choice]
        for question in waiting:
            problem = question.asked.choice.domain.problem(question.asked, value)
            if problem:
                raise ValueError(problem)
        self.words.kept_anew(node, choice)
        self.world.keep(node, choice, value)
        self.look("you")
        for question in waiting:
            self.put(value, question, "you")

    def bet(self, node: str, bet: str, share: Value) -> None:
        """A person lays a chip. Raises LookupError, ValueError in words."""
        self.world.bet(node, bet, share)
        self.look("you")

    def take(self, given: Answered) -> None:
        """The tape's answer that is due. One that does not fit ends the watching."""
        try:
            if given.how == "answer":
                self.put(given.value, self._question_of(given), "tape")
            else:
                self.world.take(given)
                self.look("tape")
        except (DivergedError, LookupError, ValueError):
            self.stop_watching()

    def _question_of(self, given: Answered) -> Question:
        for question in self.world.questions:
            if (question.node, question.asked.choice.name) == (given.node, given.choice):
                return question
        raise LookupError(f"{given.node} is not asked {given.choice}")

    # Who sits

    @property
    def _sitter(self) -> str:
        """Who gives what is answered inside an event."""
        return "policy" if self.desk.policy is not None and not self.watching else "you"

    def _settle_in(self) -> None:
        """At the start of a run: what is kept, and who sits."""
        if not self.watching:
            kept = self.desk.kept_at_first(self.world)
            for node, choice in kept:
                self.world.keep(node, choice.name, choice.inaction)
            if kept:
                self.look("kept")
            self.timeline.began(self.world.count)
        self._sit_down()

    def _sit_down(self) -> None:
        if self.watching:
            return
        if self.desk.policy is None:
            self.ask_anew()
        else:
            self.world.sit(self.desk.policy)
            self.look("policy")

    def ask_anew(self) -> None:
        """Somebody else is to answer what is open."""
        self.row.open_again()
        self.look("you")

    def stop_watching(self) -> None:
        """The person takes over from the recorded answers: open questions are theirs."""
        self.timeline.watch(False)
        self._sit_down()

    # What follows from a change

    def look(self, by: str) -> bool:
        """Tell what is new in the world; was anything seen? `by`: who gave what was answered."""
        row, world = self.row, self.world
        seen = row.look()
        for place, given in row.answers():
            branch = self.timeline.follow(world, place, given, by)
            if branch is not None:
                self._taps.tell(notices.Branched(branch, given.after))
            self._taps.tell(notices.Answered(given, by, place))
        for place in row.verdicts():
            self._taps.tell(notices.Judged(world.verdicts[place]))
            self.words.judged(world, place, row.inward, lambda: self.timeline.before(world))
        self._look_at_questions()
        self._look_at_moves()
        if world is not self.world:
            return True
        if self.watching and self.desk.has_seats and self.timeline.known(world) is None:
            self.stop_watching()
        self.words.look(world.now, row.inward)
        if row.ended():
            self._end()
        return seen

    def _look_at_moves(self) -> None:
        """Tell a person who sits there what can be done now, and ring when something is due."""
        possible, due = self.row.moves()
        if self.watching or self.desk.policy is not None or self.desk.has_seats:
            return
        for node, choice in possible:
            self._taps.tell(notices.Possible(node, choice))
        for node in due if self._bell else ():
            self._clock.ease()
            self._taps.tell(notices.Bell(node))
        if due and self._stops_when_due:
            self._clock.stop_for_move()

    def _look_at_questions(self) -> None:
        """Tell of questions that went; answer those that nobody need be asked; tell of the rest."""
        for question in self.row.gone():
            self.desk.let_go(question.number)
            self._tell_gone(question)
        for question in self.row.opened():
            self._meet(question)

    def _tell_gone(self, question: Question) -> None:
        """A question went: was it answered, did its deadline pass, did its node crash?"""
        name = question.asked.choice.name
        for given in reversed(self.world.answers):
            if given.after < question.opened:
                break
            if given.how == "answer" and (given.node, given.choice) == (question.node, name):
                return
        if question.deadline is not None and question.deadline <= self.world.now:
            self._taps.tell(notices.Expired(question, question.fallback))
        else:
            self._taps.tell(notices.Withdrawn(question))

    def _meet(self, question: Question) -> None:
        """A new question: one that answers itself, or one to ask."""
        due = self.due()
        if due is not None and due.how == "answer":
            return
        if self.watching and self.timeline.known(self.world) is None:
            self.stop_watching()
            return
        who = self.desk.who(question)
        if who is Who.SEAT:
            self._wake.rouse()
        elif who is Who.KEPT:
            self._settle_kept(question)
        elif who is Who.AUTOPILOT and not self._would_end(question):
            self.put(question.asked.book, question, "autopilot")
        else:
            self._clock.ease()
            self._taps.tell(notices.Asked(question, question.asked.case, self.desk.asks == "choose"))

    def _settle_kept(self, question: Question) -> None:
        """Nobody asks what is kept. Inaction is kept where nothing was."""
        name = question.asked.choice.name
        value = self.desk.left_of_kept(self.world, question)
        if name not in self.world.nodes[question.node].kept:
            self.world.keep(question.node, name, value)
        self.put(value, question, "kept")

    def _end(self) -> None:
        self._clock.ease()
        self.timeline.end()
        world = self.world
        if self.timeline.known(world) is not None:
            branch = self.timeline.leave(world, len(world.answers), world.count)
            self._taps.tell(notices.Branched(branch, world.count))
        assert world.outcome is not None
        self._taps.tell(notices.Over(world.outcome, self.words.rest(world.now)))

    # Somewhere else

    def _begin(self, world: World) -> None:
        """Let `world` be the world, with nothing of it told yet."""
        self.desk.let_all_go()
        self.row.begin(world)
        self.words.begin(world, self.row.inward)
        self._clock.mark(world.now)

    def go_to(self, event: int, answers: Sequence[Answered]) -> None:
        """To just after event number `event`, with these answers given, and pause. Raises DivergedError."""
        world = self.timeline.moment(self.world, event, answers)
        self._clock.stop()
        self._begin(world)
        if self.desk.policy is not None and not self.watching:
            self._sit_down()
        self._taps.tell(notices.Jumped(event, world.now))
        self._wake.rouse()

    def go_on(self, by: Sequence[str], rewinds: int) -> None:
        """Go on where the recorded answers end, as if they had just been given here. Raises DivergedError."""
        paused = self._clock.paused
        event, answers = self.timeline.known_end(by)
        self.go_to(event, answers)
        if not paused:
            self._clock.start()
        self.timeline.resume(rewinds)
        given = {(each.after, each.node, each.choice): who for each, who in zip(answers, by, strict=False)}
        for verdict in self.world.verdicts:
            who = given.get((verdict.event, verdict.node, verdict.choice))
            if who is not None:
                self.desk.recount(self._choice_of(verdict), verdict, who)
        self._sit_down()

    def _choice_of(self, verdict: Verdict) -> Choice | None:
        node = self.world.nodes.get(verdict.node)
        return node.protocol.choice(verdict.choice) if node is not None and node.protocol is not None else None

    def restart(self) -> None:
        """From the start, with the clock running; what was played stays as a branch."""
        self.timeline.restart()
        self._clock.start()
        self.words.forget()
        self._begin(World(self.scenario))
        self._taps.tell(notices.Branched(self.timeline.branch, 0))
        self._taps.tell(notices.Jumped(0, 0))
        self._settle_in()
        self._wake.rouse()

    def rescript(self, scenario: Scenario) -> None:
        """What has been played was a run of this scenario: what is gone back to is re-executed in it."""
        self.scenario = self.world.scenario = scenario
        self.timeline.rescript(scenario)
