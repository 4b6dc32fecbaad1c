"""A level at play: what the player is at, and what a key of his does to the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from core.kernel.beside import SECOND_ROW, Beside
from core.kernel.choice import PASS, Asked, Choice, Value, Verdict
from core.kernel.domains import OneOf
from core.kernel.hand import MOVE_BY_NAME
from core.kernel.unbiased import unbiased
from core.kernel.world import Question, World
from core.session import Session, notices
from levels.schema import Level
from tui.bridge.betting import GONE_ON, Betting, settled_words
from tui.bridge.doom import Doom
from tui.bridge.holding import ON_TILES, Holding, alarms_of
from tui.bridge.inspecting import Inspecting
from tui.bridge.reading import Reading
from tui.bridge.telling import MISTAKES, Telling
from tui.bridge.words import (
    BROKEN,
    STARVES,
    TIME_IS_UP,
    Doing,
    Mistake,
    Standing,
    Words,
    apart,
    label_of,
    words_of,
)
from tui.controls import Setting, control_for, shown
from tui.language import retold, said
from tui.numbering import Numbers
from tui.pictures import Scene, general_delays, hook
from tui.pictures.rows import Row
from tui.widgets.canvas import Ink
from tui.widgets.panels import LogLine

STAGE = 80
"""Columns of a picture, unless somebody says so."""


class Bridge:
    """A level at play: what the player is at, and what was said. `reading` is what there is to see.

    changed    called (in the session's thread) when something other than time has changed.
    closers    what else ends when this play does: whoever writes it down.
    telling    what is said to the player.
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
        self.telling = Telling(level, session, self.reading, lambda: self.changed())
        self.acted = False
        self.doing: Doing | None = None
        self.over: notices.Over | None = None
        self.last_given: dict[str, Value] = {}
        self._numbers = Numbers()
        self._last_asked: dict[str, Asked] = {}
        self._fresh = 0
        self._put_by: Doing | None = None  # what was begun before another setting was opened: it goes on after that
        self._was_paused = session.paused
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

    # What is said

    @property
    def words(self) -> list[Words]:
        """What was said, oldest first."""
        return self.telling.words

    @property
    def mistakes(self) -> list[Mistake]:
        """What was found wrong."""
        return self.telling.mistakes

    @property
    def judged(self) -> list[Verdict]:
        """The verdicts whose words were said."""
        return self.telling.judged

    @property
    def pending(self) -> Words | None:
        """The last answer, while nothing has been said of it."""
        return self.telling.pending

    @property
    def passing(self) -> Words | None:
        """What is true only for now; None if it is so no more."""
        return self.telling.passing

    def say(self, sign: str, text: str, ink: Ink = Ink.PLAIN, parts: Sequence[str] = ()) -> None:
        """Say something to the player; see Telling.say."""
        self.telling.say(sign, text, ink, parts)

    def say_until_answered(self, text: str, sign: str = "?", ink: Ink = Ink.QUIET) -> None:
        """Say something that is true only for now; see Telling.say_until_answered."""
        self.telling.say_until_answered(text, sign, ink)

    def take_back(self, text: str) -> None:
        """What was said last is not so any more, if this is it."""
        self.telling.take_back(text)

    def end_words(self) -> str:
        """What the level says of how this run ended: of the first of its ends that holds; "" if none does, or if the
        second row did not keep its laws: what is said of an end is said of the first row, and of a trap that was one.
        Of what has not come about nothing is said where a run was lost before its time was up: it could have come yet.
        """
        if self.over is not None and self.over.outcome.reason.startswith(SECOND_ROW):
            return ""
        outcome = None if self.over is None else self.over.outcome
        late = outcome is not None and outcome.reason.startswith(TIME_IS_UP)  # what is named then has not come about
        early = outcome is not None and not outcome.won and not late
        for law, words in self.level.texts.ends:
            if outcome is not None and not late and law.text in outcome.reason.split("; "):
                return words
            if outcome is not None and outcome.won and law.text.startswith(BROKEN):
                continue  # its memory may be of clocks as they read then, which cannot be looked up any more
            if early and law.text.startswith(STARVES):
                continue
            evidence = self.session.world.evidence()
            for entry in evidence.trace:
                law.watch(evidence, entry)
            if law.holds(evidence):
                return words
        return ""

    def bet_words(self) -> list[str]:
        """What the player's wagers came to, once the run is over; [] before, and where nobody bet."""
        return settled_words(self.session.settled) if self.session.over else []

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
        elif isinstance(notice, notices.Over):
            self.over = notice
        elif isinstance(notice, notices.Jumped):
            self.over = self.doing = self._put_by = None
            self.doom.forget()
        self.telling.take(notice)
        if (isinstance(notice, notices.Answered) and self.holding is not None and notice.by == "you") or (
            isinstance(notice, notices.Judged) and notice.verdict.kind in MISTAKES
        ):
            self.doom.look()
        if self.inspecting is not None:
            self.inspecting.look()
        self.changed()

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
