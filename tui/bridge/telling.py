"""What is said to the player: of what was done, what came of it, and what the session has to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.kernel.choice import OMITTED, ONLY_CASE, Kind, Verdict
from core.kernel.hand import MOVE_BY_NAME
from core.kernel.world import Answered
from core.session import Session, notices
from levels.schema import Level
from tui.bridge.moves import with_keys
from tui.bridge.reading import Reading
from tui.bridge.words import INKS, LEFT_OUT, LOG_LIMIT, SIGNS, Mistake, Words, instead_words, label_of, short
from tui.clock import show_clock
from tui.controls import shown
from tui.language import retold, said
from tui.prose import prose
from tui.widgets.canvas import Ink

MISTAKES = (Kind.WRONG, Kind.COSTLY)
"""The kinds of answers that are held against one."""


class Telling:
    """What was said in one play, oldest first.

    words      all of it; `mistakes`: what was found wrong; `judged`: the verdicts whose words were said.
    pending    the last answer, while nothing has been said of it.
    """

    def __init__(self, level: Level, session: Session, reading: Reading, changed: Callable[[], None]) -> None:
        """`changed` is called after each thing that is said."""
        self.words: list[Words] = []
        self.mistakes: list[Mistake] = []
        self.judged: list[Verdict] = []
        self.pending: Words | None = None
        self._level = level
        self._session = session
        self._reading = reading
        self._changed = changed
        self._settings = frozenset(choice.name for choice in level.choices if choice.keeps)
        self._said_of_move: tuple[Words, Verdict] | None = None
        self._said_at: dict[tuple[int, str], int] = {}
        self._passing: tuple[tuple[int | None, bool], Words | None] = ((None, False), None)
        self._missed = self._misses

    # Notices

    def take(self, notice: notices.Notice) -> None:
        """Say what there is to say of a notice of the session's."""
        if isinstance(notice, notices.Answered):
            self._tell_misses()
            if notice.by == "you" and notice.given.how != "keep" and notice.given.choice not in MOVE_BY_NAME:
                self._wait_for(notice.given)  # what the network's hand does is seen at once
            if notice.by == "autopilot":
                shown_value = self._reading.show(notice.given.choice, notice.given.value)
                self.say(".", f"{self._called(notice.given.choice)}: {shown_value}, {said('by itself')}", Ink.QUIET)
        elif isinstance(notice, notices.Judged):
            self._said_at[notice.verdict.event, notice.verdict.choice] = self._session.sight.clock()
        elif isinstance(notice, notices.Bell):
            self.say("!", said("{node}: something is due.", node=notice.node), Ink.ACCENT)
        elif isinstance(notice, notices.Consequence):
            self._say_consequence(notice)
        elif isinstance(notice, notices.Expired):
            value = shown(notice.question.asked, notice.value)
            self.say("~", said("Too late: {value}, since nobody answered.").format(value=value), Ink.COSTLY)
        elif isinstance(notice, notices.Withdrawn):
            self.say(".", said("The question is gone."), Ink.QUIET)
        elif isinstance(notice, notices.Offered | notices.HandedOver | notices.TakenBack):
            self._say_case(notice)
        elif isinstance(notice, notices.Hinted):
            words = prose(with_keys(notice.words, self._level)).plain
            hint = said("Hint {stage} of {stages}: {words}", stage=notice.stage, stages=notice.stages, words=words)
            self.say("?", hint, Ink.ACCENT)
        elif isinstance(notice, notices.Branched):
            words = said("From here on another branch, number {number}; the old one is kept.")
            self.say("/", words.format(number=notice.branch + 1), Ink.DONE)
        elif isinstance(notice, notices.Trouble):
            self.say("!!", f"{notice.who}: {retold(notice.words)}", Ink.BAD)
        elif isinstance(notice, notices.Over):
            for consequence in notice.remaining:
                self._say_consequence(consequence)
        elif isinstance(notice, notices.Jumped):
            self.pending = None
            self._missed = self._misses
            self.words = [words for words in self.words if words.time <= self._reading.clock]
            self.judged = [verdict for verdict in self.judged if verdict.event < self._session.world.count]

    def _say_case(self, notice: notices.Offered | notices.HandedOver | notices.TakenBack) -> None:
        """Which case may run by itself, does so now, or does so no more."""
        choice = self._called_in(notice.choice, notice.case)
        if isinstance(notice, notices.Offered):
            self.say("*", said("{choice}: three right in a row. It may run by itself now: u", choice=choice), Ink.QUIET)
        elif isinstance(notice, notices.HandedOver):
            words = said("{choice}: runs by itself from now on (u takes it back).", choice=choice)
            self.say("*", words, Ink.DONE)
        else:
            self.say("*", said("{choice}: yours again.", choice=choice), Ink.DONE)

    @property
    def _misses(self) -> int:
        return sum(len(side.missed) for side in self._session.world.sides)

    def _tell_misses(self) -> None:
        """Say that an act had nothing to hit in a world beside this one."""
        before, self._missed = self._missed, self._misses
        for place, side in enumerate(self._session.world.sides, 2):
            if self._missed > before and side.missed and side.missed[-1][0] == self._session.world.count - 1:
                self.say(".", said("Row {row} has no such packet now: there it hit nothing.", row=place), Ink.QUIET)

    def say(self, sign: str, text: str, ink: Ink = Ink.PLAIN, parts: Sequence[str] = ()) -> None:
        """Say something to the player, here and in the log; `parts`: its sentences, where not all may have room."""
        if sign != ".":
            self.pending = None
            self._passing = ((None, False), None)  # it would lie over this
        self.words.append(Words(sign, text, ink, self._session.sight.clock(), tuple(parts)))
        del self.words[:-LOG_LIMIT]
        self._changed()

    def take_back(self, text: str) -> None:
        """What was said last is not so any more, if this is it: what was said before it is said again."""
        if self.words and self.words[-1].text == text:
            del self.words[-1]
            self._changed()

    def say_until_answered(self, text: str, sign: str = "?", ink: Ink = Ink.QUIET) -> None:
        """Say something that is true only as long as what is asked now is open, and nothing else is done."""
        self._passing = (self._standing, Words(sign, text, ink, self._reading.clock))
        self._changed()

    @property
    def passing(self) -> Words | None:
        """What is true only for now; None if it is so no more."""
        standing, words = self._passing
        return words if standing == self._standing else None

    @property
    def _standing(self) -> tuple[int | None, bool]:
        """Which question is open, and does the world stand?"""
        question = self._session.question
        return (None if question is None else question.number, self._session.paused)

    def _wait_for(self, given: Answered) -> None:
        """Something was done: that is all that there is to say of it, until it shows what came of it."""
        shown_value = self._reading.show(given.choice, given.value)
        text = f"{self._called(given.choice)}: {shown_value}. {said('What comes of it, you will see.')}"
        self.pending = Words(":", text, Ink.QUIET, self._reading.clock)

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
        found = self._level.moves.get(choice)
        return short(choice) if found is None else label_of(found)

    def _answer_of(self, verdict: Verdict) -> str:
        """Which answer a verdict is about, and when it was given: `ack 1001 at 0.616 s: `; "" of what was left out, and
        on a bare stage, where things have no names yet."""
        at = self._said_at.get((verdict.event, verdict.choice))
        if at is None or verdict.label == OMITTED or self._level.play.bare:
            return ""
        called, value = self._called(verdict.choice), self._reading.show(verdict.choice, verdict.value)
        answer = called if value == called else f"{called} {value}"
        return f"{said('{answer} at {time}').format(answer=answer, time=show_clock(at))}: "
