"""What the player does, and what the session says to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from core.kernel.beside import SECOND_ROW, Beside
from core.kernel.choice import OMITTED, ONLY_CASE, PASS, Asked, Choice, Kind, Value, Verdict
from core.kernel.domains import OneOf
from core.kernel.hand import MOVE_BY_NAME
from core.kernel.unbiased import unbiased
from core.kernel.world import Answered, Question, World
from core.session import AsyncSeat, Session, for_player, notices
from levels.daily import Situation
from levels.proofs import with_par_figures
from levels.schema import Level
from levels.schema import Sight as LevelSight
from tui.bridge.betting import GONE_ON, Betting, settled_words
from tui.bridge.doom import Doom
from tui.bridge.holding import ON_TILES, Holding, alarms_of
from tui.bridge.inspecting import Inspecting
from tui.bridge.moves import with_keys
from tui.bridge.reading import Reading
from tui.bridge.words import (
    INKS,
    LEFT_OUT,
    LOG_LIMIT,
    SIGNS,
    Doing,
    Mistake,
    Standing,
    Words,
    apart,
    instead_words,
    label_of,
    short,
    words_of,
)
from tui.clock import show_clock
from tui.controls import Setting, control_for, shown
from tui.language import retold, said
from tui.numbering import Numbers
from tui.pictures import Scene, general_delays, hook
from tui.pictures.rows import Row
from tui.prose import prose
from tui.widgets.canvas import Ink
from tui.widgets.panels import LogLine

MISTAKES = (Kind.WRONG, Kind.COSTLY)
"""The kinds of answers that are held against one."""
STAGE = 80
"""Columns of a picture, unless somebody says so."""


def session_of(
    level: Level,
    seed: int | None = None,
    answers: Sequence[Answered] = (),
    *,
    paused: bool = False,
    seat: AsyncSeat | None = None,
    by_hand: bool = False,
    lifted: bool = False,
) -> Session:
    """A session of this level, on this seed (None: the level's own), with recorded answers to watch; `seat` answers in
    the player's place; `by_hand`: no case is offered to run by itself; `lifted`: there is no fog."""
    play = level.play
    scenario = with_par_figures(level, seed)
    session = Session(
        scenario,
        seats=for_player(scenario, seat) if seat is not None else None,
        say=str(play.say),
        asks=str(play.asks),
        pace="auto" if play.pace is None else play.pace,
        everything=lifted or play.sight is LevelSight.ALL,
        answers=answers,
        hints=level.texts.hints,
        paused=paused or scenario.hand is not None,  # the hand moves first
        may_hand_over=play.hand_over and not by_hand,
        bell=play.bell,
        stops=str(play.stops),
    )
    if not answers:
        to_first_look(session)
    return session


def session_at(situation: Situation) -> Session:
    """A session that stands at a situation of the daily, its question open."""
    session = session_of(situation.level, situation.seed, situation.given, paused=True, by_hand=True)
    session.stand(situation.event, len(situation.given))
    session.take_over()
    return session


def to_first_look(session: Session) -> None:
    """Let a world of the network's hand run to where it may act and there is something to touch, unless it is there. It
    stands then."""
    hand = session.scenario.hand
    if hand is None:
        return
    if session.world.now < hand.since:
        session.run_to(hand.since)
    here = session.world.hand
    while here is not None and not here.tiles() and session.step():
        pass
    session.pause()


class Bridge:
    """A level at play: what the player is at, and what was said. `reading` is what there is to see.

    changed    called (in the session's thread) when something other than time has changed.
    closers    what else ends when this play does: whoever writes it down.
    words      what was said, oldest first; `mistakes`: what was found wrong; `judged`: the verdicts whose words were
               said; `pending`: the last answer, while nothing has been said of it.
    acted      has the player done anything, or set anything?
    doing      what the control is for; None while there is nothing to enter.
    last_given the last answer to each choice.
    over       how it ended, once it has.
    holding    the network's hand, in levels that have it; None in others. `inspecting`: the same of an inspector.
    betting    what may be bet on.
    stage      columns of the picture while all of it is in sight; 0 while something lies over it, or in its place.
    """

    def __init__(
        self,
        level: Level,
        session: Session,
        pars: Mapping[str, int] | None = None,
        best: Mapping[str, int] | None = None,
    ) -> None:
        self.level = level
        self.session = session
        self.pars: Mapping[str, int] = pars or {}
        self.reading = Reading(level, session, self.pars, best or {})
        self.changed: Callable[[], None] = lambda: None
        self.closers: list[Callable[[], None]] = []
        self.words: list[Words] = []
        self.mistakes: list[Mistake] = []
        self.judged: list[Verdict] = []
        self._said_of_move: tuple[Words, Verdict] | None = None
        self._settings = frozenset(choice.name for choice in level.choices if choice.keeps)
        self.pending: Words | None = None
        self.acted = False
        self._passing: tuple[tuple[int | None, bool], Words | None] = ((None, False), None)
        self._said_at: dict[tuple[int, str], int] = {}
        self.doing: Doing | None = None
        self.over: notices.Over | None = None
        self.last_given: dict[str, Value] = {}
        self._numbers = Numbers()
        self._last_asked: dict[str, Asked] = {}
        self._fresh = 0
        self._put_by: Doing | None = None  # what was begun before another setting was opened: it goes on after that
        self._was_paused = session.paused
        self._missed = self._misses
        self.holding = Holding(session) if session.scenario.hand is not None else None
        self.betting = Betting(level, session)
        self.stage = STAGE
        self.inspecting = Inspecting(session) if session.scenario.inspector is not None else None
        self.doom = Doom(session)
        self._untap = session.tap(self._take)

    def close(self) -> None:
        """Listen no more, and let the session end."""
        self._untap()
        self.session.close()
        for close in self.closers:
            close()

    # What there is, with what the player is at

    def scene(self) -> Scene:
        """What a picture may draw now."""
        scene = self.reading.scene(self.doing)
        if self.holding is None:
            return scene
        clock, holding = scene.now, self.holding
        return replace(
            scene,
            grabs=holding.grabs(clock),
            alarms=holding.alarms(clock),
            has_hand=True,
            second=holding.second,
            grabs_of_second=holding.grabs_of_second(),
        )

    def rows(self) -> list[Row]:
        """This world and those beside it, as pictures may draw them; [] if there are none beside it."""
        sides = self.reading.sides()
        if not sides:
            return []
        own = self.reading.own_row(self.scene())
        if self.holding is not None:
            sides = [
                replace(row, scene=self._handed(row.scene, side, self.holding))
                for row, side in zip(sides, self.session.world.sides, strict=True)
            ]
        return [own, *sides]

    @staticmethod
    def _handed(scene: Scene, side: Beside[World], holding: Holding) -> Scene:
        """A world beside this one, with what is under way there and what is its twin here."""
        return replace(scene, grabs=holding.grabs_beside(side), alarms=alarms_of(side.world), has_hand=True)

    def log(self) -> list[LogLine]:
        """What happened and what was said, oldest first."""
        return self.reading.log(self.words)

    # Notices

    def _take(self, notice: notices.Notice) -> None:
        if isinstance(notice, notices.Stepped):
            return  # the clock's own timer draws that
        if isinstance(notice, notices.Paced):
            before, self._was_paused = self._was_paused, notice.paused
            if notice.paused == before:
                return  # who changes the speed draws it
        if isinstance(notice, notices.Answered):
            self.last_given[notice.given.choice] = notice.given.value
            self.acted = self.acted or notice.by == "you"
            self._tell_misses()
            if notice.by == "you" and notice.given.how != "keep" and notice.given.choice not in MOVE_BY_NAME:
                self._wait_for(notice.given)  # what the network's hand does is seen at once
            if notice.by == "autopilot":
                shown_value = self.reading.show(notice.given.choice, notice.given.value)
                self.say(".", f"{self._called(notice.given.choice)}: {shown_value}, {said('by itself')}", Ink.QUIET)
            if self.holding is not None and notice.by == "you":
                self.doom.look()
        elif isinstance(notice, notices.Judged):
            if notice.verdict.kind in MISTAKES:
                self.doom.look()
            self._said_at[notice.verdict.event, notice.verdict.choice] = self.session.sight.clock()
        elif isinstance(notice, notices.Bell):
            self.say("!", said("{node}: something is due.", node=notice.node), Ink.ACCENT)
        elif isinstance(notice, notices.Consequence):
            self._say_consequence(notice)
        elif isinstance(notice, notices.Expired):
            value = shown(notice.question.asked, notice.value)
            self.say("~", said("Too late: {value}, since nobody answered.").format(value=value), Ink.COSTLY)
        elif isinstance(notice, notices.Withdrawn):
            self.say(".", said("The question is gone."), Ink.QUIET)
        elif isinstance(notice, notices.Offered):
            words = said(
                "{choice}: three right in a row. It may run by itself now: u",
                choice=self._called_in(notice.choice, notice.case),
            )
            self.say("*", words, Ink.QUIET)
        elif isinstance(notice, notices.HandedOver):
            self.say(
                "*",
                said(
                    "{choice}: runs by itself from now on (u takes it back).",
                    choice=self._called_in(notice.choice, notice.case),
                ),
                Ink.DONE,
            )
        elif isinstance(notice, notices.TakenBack):
            words = said("{choice}: yours again.", choice=self._called_in(notice.choice, notice.case))
            self.say("*", words, Ink.DONE)
        elif isinstance(notice, notices.Hinted):
            self.say(
                "?",
                said(
                    "Hint {stage} of {stages}: {words}",
                    stage=notice.stage,
                    stages=notice.stages,
                    words=prose(with_keys(notice.words, self.level)).plain,
                ),
                Ink.ACCENT,
            )
        elif isinstance(notice, notices.Branched):
            words = said("From here on another branch, number {number}; the old one is kept.")
            self.say("/", words.format(number=notice.branch + 1), Ink.DONE)
        elif isinstance(notice, notices.Trouble):
            self.say("!!", f"{notice.who}: {retold(notice.words)}", Ink.BAD)
        elif isinstance(notice, notices.Over):
            self.over = notice
            for consequence in notice.remaining:
                self._say_consequence(consequence)
        elif isinstance(notice, notices.Jumped):
            self.over = self.doing = self.pending = self._put_by = None
            self.doom.forget()
            self._missed = self._misses
            self.words = [words for words in self.words if words.time <= self.reading.clock]
            self.judged = [verdict for verdict in self.judged if verdict.event < self.session.world.count]
        if self.inspecting is not None:
            self.inspecting.look()
        self.changed()

    @property
    def _misses(self) -> int:
        return sum(len(side.missed) for side in self.session.world.sides)

    def _tell_misses(self) -> None:
        """Say that an act had nothing to hit in a world beside this one."""
        before, self._missed = self._missed, self._misses
        for place, side in enumerate(self.session.world.sides, 2):
            if self._missed > before and side.missed and side.missed[-1][0] == self.session.world.count - 1:
                self.say(".", said("Row {row} has no such packet now: there it hit nothing.", row=place), Ink.QUIET)

    def say(self, sign: str, text: str, ink: Ink = Ink.PLAIN, parts: Sequence[str] = ()) -> None:
        """Say something to the player, here and in the log; `parts`: its sentences, where not all may have room."""
        if sign != ".":
            self.pending = None
            self._passing = ((None, False), None)  # it would lie over this
        self.words.append(Words(sign, text, ink, self.session.sight.clock(), tuple(parts)))
        del self.words[:-LOG_LIMIT]
        self.changed()

    def take_back(self, text: str) -> None:
        """What was said last is not so any more, if this is it: what was said before it is said again."""
        if self.words and self.words[-1].text == text:
            del self.words[-1]
            self.changed()

    def say_until_answered(self, text: str, sign: str = "?", ink: Ink = Ink.QUIET) -> None:
        """Say something that is true only as long as what is asked now is open, and nothing else is done."""
        self._passing = (self._standing, Words(sign, text, ink, self.reading.clock))
        self.changed()

    @property
    def passing(self) -> Words | None:
        """What is true only for now; None if it is so no more."""
        standing, words = self._passing
        return words if standing == self._standing else None

    @property
    def _standing(self) -> tuple[int | None, bool]:
        """Which question is open, and does the world stand?"""
        question = self.session.question
        return (None if question is None else question.number, self.session.paused)

    def _wait_for(self, given: Answered) -> None:
        """Something was done: that is all that there is to say of it, until it shows what came of it."""
        shown_value = self.reading.show(given.choice, given.value)
        text = f"{self._called(given.choice)}: {shown_value}. {said('What comes of it, you will see.')}"
        self.pending = Words(":", text, Ink.QUIET, self.reading.clock)

    def end_words(self) -> str:
        """What the level says of how this run ended: of the first of its ends that holds; "" if none does, or if the
        second row did not keep its laws: what is said of an end is said of the first row, and of a trap that was one.
        """
        if self.over is not None and self.over.outcome.reason.startswith(SECOND_ROW):
            return ""
        for law, words in self.level.texts.ends:
            evidence = self.session.world.evidence()
            for entry in evidence.trace:
                law.watch(evidence, entry)
            if law.holds(evidence):
                return words
        return ""

    def bet_words(self) -> list[str]:
        """What the player's wagers came to, once the run is over; [] before, and where nobody bet."""
        return settled_words(self.session.settled) if self.session.over else []

    def _say_consequence(self, notice: notices.Consequence) -> None:
        verdict = notice.verdict
        self.judged.append(verdict)
        parts = [verdict.words]
        if verdict.kind in MISTAKES:
            if instead := instead_words(notice.instead):
                parts.append(instead)
            if verdict.persona:
                parts.append(said('So answers one who is called "{name}".').format(name=said(verdict.persona)))
            if verdict.source:
                parts.append(f"({verdict.source})")
            self.mistakes.append(Mistake(self._mistake_words(verdict, " ".join(parts)), verdict))
        if verdict.label == OMITTED:
            parts[0] = f"{said('Left out')}: {parts[0]}"
        else:
            parts[0] = f"{self._answer_of(verdict)}{parts[0]}"
        sign = LEFT_OUT if verdict.label == OMITTED else SIGNS[verdict.kind]
        self.say(sign, " ".join(parts), INKS[verdict.kind], parts)
        self._put_move_last(verdict)

    def _mistake_words(self, verdict: Verdict, words: str) -> str:
        """A mistake by itself: which choice it was, in which case if it has several, and what is said of it."""
        called = self._called_in(verdict.choice, verdict.case)
        return f"{said('Left out')}: {called}. {words}" if verdict.label == OMITTED else f"{called}: {words}"

    def _put_move_last(self, verdict: Verdict) -> None:
        """What was said of a setting does not hide what was said of the move in whose course it was used, unless it is
        worse than that."""
        before, last = self._said_of_move, self.words[-1]
        setting = verdict.choice in self._settings
        if setting and before is not None and self.words[-2:-1] == [before[0]]:
            words, move = before
            worse = verdict.kind in MISTAKES and move.kind not in MISTAKES
            if not worse and verdict.time == move.time and 0 <= verdict.event - move.event <= 1:
                self.words[-2:] = [last, words]
                return
        self._said_of_move = None if setting else (last, verdict)

    def _called_in(self, choice: str, case: str) -> str:
        """What a choice is called, and in which case, if it has several."""
        called = self._called(choice)
        return called if case == ONLY_CASE else f"{called}, {retold(case)}"

    def _called(self, choice: str) -> str:
        """What a choice is called on the screen."""
        found = self.level.moves.get(choice)
        return short(choice) if found is None else label_of(found)

    def _answer_of(self, verdict: Verdict) -> str:
        """Which answer a verdict is about, and when it was given: `ack 1001 at 0.616 s: `; "" of what was left out, and
        on a bare stage, where things have no names yet."""
        at = self._said_at.get((verdict.event, verdict.choice))
        if at is None or verdict.label == OMITTED or self.level.play.bare:
            return ""
        called, value = self._called(verdict.choice), self.reading.show(verdict.choice, verdict.value)
        answer = called if value == called else f"{called} {value}"
        return f"{said('{answer} at {time}').format(answer=answer, time=show_clock(at))}: "

    # What the player does

    def refresh_doing(self) -> bool:
        """Have the control that fits what is asked; whether it is another one than before."""
        question = self.reading.question
        doing = self.doing
        if question is not None:
            if doing is not None and doing.question is not None and doing.question.number == question.number:
                return False
            if doing is not None and self._is_first_set(doing, question):
                return False
            put_by, self._put_by = self._put_by, None
            if put_by is not None and put_by.question is not None and put_by.question.number == question.number:
                self.doing = put_by
                return True
            begun = doing.control if doing is not None and doing.asked.choice is question.asked.choice else None
            self.doing = self._ask(question.asked, question=question)
            if begun is not None and begun.draft is not None and doing is not None and doing.how == "keep":
                begun.freshen(self.setting(question.asked, question))
                self.doing.control = begun  # a setting that is being changed when it is asked for is not begun anew
            return True
        if doing is not None and (doing.question is not None or self.session.over):
            self.doing = doing = None
            self.doing, self._put_by = self._resting(), None
            return True
        if doing is None and (resting := self._resting()) is not None:
            self.doing, self._put_by = resting, None
            return True
        return False

    @property
    def has_rest(self) -> bool:
        """Is there a control for while nothing is asked?"""
        return self.session.question is None and self._resting() is not None

    def _is_first_set(self, doing: Doing, question: Question) -> bool:
        """Is another setting being changed while the world stands for this question? That is done first."""
        other = doing.how == "keep" and not doing.always and doing.asked.choice is not question.asked.choice
        return other and self.session.waiting == "question"

    def _resting(self) -> Doing | None:
        """What the control is for while nothing is asked: in a level in which nobody asks, the first kept answer."""
        if self.session.asks != "notice" or self.session.over or self.session.watching:
            return None
        if self._put_by is not None and self._put_by.always:
            return self._put_by
        for one in self.reading.standing:
            if one.keeps and (asked := self._asked_to_keep(one.choice)) is not None:
                doing = self._ask(asked, how="keep")
                doing.always = True
                return doing
        return None

    def freshen(self) -> None:
        """Let the control have newer delays and notes, if anything new is known."""
        doing = self.doing
        if (
            doing is None
            or (doing.question is not None and self.session.waiting)
            or len(self.reading.sight) == self._fresh
        ):
            return
        self._fresh = len(self.reading.sight)
        if doing.how == "bet":
            if not self.betting.is_on(doing.asked):
                self.doing = None
                self.say("?", said(GONE_ON), Ink.QUIET)
            return
        if doing.question is None:
            renewed = self._asked_to_keep if doing.how == "keep" else self._offered
            doing.asked = renewed(doing.asked.choice) or doing.asked
            doing.title = words_of(doing.asked)
        doing.control.freshen(self.setting(doing.asked, doing.question))

    def _ask(self, asked: Asked, *, question: Question | None = None, how: str = "answer") -> Doing:
        if question is not None:
            self._last_asked[asked.choice.name] = asked
        return Doing(asked, control_for(self.setting(asked, question)), question, how, words_of(asked))

    def setting(self, asked: Asked, question: Question | None) -> Setting:
        choice = asked.choice
        options = self.options(asked)
        kept = {name: value for (_, name), value in self.session.kept.items()}
        stays = choice.keeps or choice.domain.stays
        previous = kept.get(choice.name, self.last_given.get(choice.name) if stays else None)
        protocol = choice.name.partition(".")[0]
        scene = self.scene()
        delays_of, notes_of = hook(protocol, "delays"), hook(protocol, "notes")
        delays: Sequence[int] = delays_of(scene, asked) if delays_of else general_delays(scene)
        notes: Mapping[Value, str] = notes_of(scene, asked) if notes_of else {}
        notes = {option: retold(words) for option, words in notes.items()}
        return Setting(
            asked, options, previous, delays, notes, unlisted=self.session.asks == "type",
            numbers=self.numbers(asked), pieces=self.pieces(asked), carried=self.carried(asked),
        )  # fmt: skip

    def carried(self, asked: Asked) -> bool:
        """Does the picture itself carry this control?"""
        carries = hook(asked.choice.name.partition(".")[0], "carries")
        return self.stage > 0 and carries is not None and bool(carries(self.scene(), asked, self.stage))

    def pieces(self, asked: Asked) -> Sequence[Value]:
        """What an answer is made of. Where they are to be put in an order, they lie in one that says nothing of it."""
        domain = asked.choice.domain
        pieces = domain.pieces(asked)
        return unbiased(asked.choice, pieces, self.session.world.seed) if domain.numbered else pieces

    def numbers(self, asked: Asked) -> Mapping[Value, int]:
        """By which number each option that is listed is picked; words keep theirs from question to question."""
        options = self.options(asked)
        if isinstance(asked.choice.domain, OneOf):
            return self._numbers.of(asked.choice.name, options)
        return {option: place for place, option in enumerate(options, 1)}

    def options(self, asked: Asked) -> tuple[Value, ...]:
        """What is listed, in an order that says nothing of the book. One of a few words is a list always; numbers and
        fields only where the level says so."""
        choice = asked.choice
        domain = choice.domain
        if isinstance(domain, OneOf):
            if domain.in_place:
                return tuple(domain.of(asked))
            options = domain.of(asked)
        elif self.session.asks == "choose" and domain.whole:
            options = asked.candidates
        else:
            return ()
        found = unbiased(choice, (value for value in options if value is not PASS), self.session.world.seed)
        return tuple(self._numbers.of(choice.name, found)) if isinstance(choice.domain, OneOf) else found

    def give(self) -> str:
        """Give what stands in the control. Returns why that was not possible, in words; "" if it was."""
        doing = self.doing
        assert doing is not None
        value = doing.control.draft
        name = doing.asked.choice.name
        try:
            if doing.how == "bet":
                problem = self.betting.give(doing.asked, value)
                if not problem:
                    self.doing = None
                return problem
            if doing.how == "move":
                self.session.move(name, value, doing.asked.node)
            elif doing.how == "keep":
                self.session.keep(name, value, doing.asked.node)
            else:
                self.session.answer(value, doing.question)
            if doing.how != "move" and doing.asked.choice.keeps and not self.at_once:
                set_to = f"{label_of(doing.asked.choice)}: {shown(doing.asked, value)}"
                self.say(".", f"{set_to}, {doing.asked.holds}", Ink.DONE)
        except (LookupError, ValueError) as error:
            return retold(str(error.args[0] if error.args else error))
        self.last_given[name] = value
        self.doing = self._still_at(doing) if doing.how == "keep" and name in self.level.play.at_once else None
        return ""

    def _still_at(self, doing: Doing) -> Doing | None:
        """A setting's control once more, after a push of it that is in force."""
        asked = self._asked_to_keep(doing.asked.choice)
        if asked is None:
            return None
        again = self._ask(asked, how="keep")
        again.always = doing.always
        again.control.resume(doing.control)
        return again

    @property
    def stands_at_start(self) -> bool:
        """Has the clock not run yet, because the level says that it stands?"""
        return self.session.paused and self.level.play.stands and not self.session.world.now

    @property
    def at_once(self) -> bool:
        """Is the player at a setting that is in force with every push?"""
        doing = self.doing
        return doing is not None and doing.how == "keep" and doing.asked.choice.name in self.level.play.at_once

    def first_move(self) -> Standing | None:
        """The first of the player's moves, which Enter makes where settings are in force with every push; None while it
        cannot be made: Enter never makes another in its place."""
        first = next((one.choice for one in self.reading.standing if not one.keeps), None)
        return next((one for one in self.reading.standing_now() if one.choice is first), None)

    def only_move(self) -> Standing | None:
        """The one move that can be made while the world stands and nothing else can be done: Enter makes it on a bare
        stage. None if there are none or several, or Enter is for something else."""
        if self.doing is not None or self.holding is not None or not self.session.paused or self.over is not None:
            return None
        found = [one for one in self.reading.standing_now() if not one.keeps]
        return found[0] if len(found) == 1 and found[0].key else None

    def start(self, standing: Standing) -> str:
        """A standing move's or setting's key: do it, or open its control. Why that was not possible; "" if it was."""
        choice = standing.choice
        act = choice.name.partition(".")[2]
        if self.holding is not None and choice.name in MOVE_BY_NAME and act in ON_TILES:
            return self.holding.act(act)
        if standing.keeps:
            asked = self._asked_to_keep(choice)
            if asked is None:
                absence = self.reading.absence()
                if absence:
                    return said("{setting} cannot be set yet: {why}", setting=standing.label, why=absence)
                return said("{setting} cannot be set now", setting=standing.label)
            begun = self.doing
            if begun is not None and begun.asked.choice is not choice and (begun.question is not None or begun.always):
                self._put_by = begun
            self.doing = self._ask(asked, how="keep")
            return ""
        for offer in self.session.offers():
            if offer.choice.name == choice.name:
                asked = apart(offer)
                moves = [value for value in asked.candidates if value is not PASS]
                self.doing = self._ask(asked, how="move")
                if len(moves) == 1 and self.doing.control.draft in (None, moves[0]):
                    return self._move_at_once(asked, moves[0])
                return ""
        return said(choice.not_now) if choice.not_now else said("{move}: not now", move=standing.label)

    def _offered(self, choice: Choice) -> Asked | None:
        """This move as it is offered now; None if it cannot be made."""
        offer = next((offer for offer in self.session.offers() if offer.choice.name == choice.name), None)
        return None if offer is None else apart(offer)

    def start_bet(self) -> str:
        """Open the control of what may be bet on now; where it is open, that of the next. Why that was not possible; ""
        if it was."""
        doing = self.doing
        asked = self.betting.next(doing.asked if doing is not None and doing.how == "bet" else None)
        if asked is None:
            return self.betting.nothing
        asked = apart(asked)
        setting = Setting(asked, previous=self.betting.laid(asked))
        self.doing = Doing(asked, control_for(setting), None, "bet", asked.words)
        return ""

    def _move_at_once(self, asked: Asked, value: Value) -> str:
        self.doing = None
        try:
            self.session.move(asked.choice.name, value, asked.node)
        except (LookupError, ValueError) as error:
            return retold(str(error.args[0] if error.args else error))
        return ""

    def _asked_to_keep(self, choice: Choice) -> Asked | None:
        """A question to set a kept answer with: the last one asked, or one that is about nothing in particular."""
        node = self.session.world.nodes.get(self.reading.you)
        if node is None or not node.up:
            return None
        last = self._last_asked.get(choice.name)
        subject = last.subject if last is not None else {}
        asked = apart(Asked(choice, self.reading.you, node.machine, subject, self.session.sight.clock()))
        with suppress(AttributeError, KeyError):
            control_for(Setting(asked)).rows(80)
            return asked
        return None
