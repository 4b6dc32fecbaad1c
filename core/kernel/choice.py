"""Choices: everything that is undetermined, as a question with a domain, cases, the book's answer and words for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from string import Formatter
from typing import Any, TypeAlias

from core.kernel.dice import Dice
from core.kernel.language import later, retold, said
from core.kernel.text import harmless

Value: TypeAlias = Any
"""An answer: int, str, bytes, bool, None, or a tuple of these. `None` is `PASS` for a standing offer."""

PASS: Value = None


OMITTED = "omitted"
"""The label of a move that was due and was not made in time."""


RESERVED_KEYS = ".,+-?hjrubm"
"""Keys that no move can have: what they do is the same in every level. Their capitals are free."""


class Kind(Enum):
    """How an answer is judged."""

    BOOK = "by the book"
    FINE = "as good"
    COSTLY = "allowed, but costly"
    WRONG = "wrong"


@dataclass(frozen=True)
class Answer:
    """What is said of one kind of answer. `words` may name the question's subject, {answer} and {book}."""

    kind: Kind
    words: str
    source: str = ""


class Asked:
    """A question as it is put to a seat: the choice, who asks, the asker's state and what it is about.

    The parts of the subject are attributes: `asked.segment`. `me` is the asker's machine at that moment, to read only.
    `now` is the asker's local clock (µs). No part of a subject can have a name that a question has for itself, see
    `RESERVED`: raises ValueError.
    """

    __slots__ = ("_case", "choice", "fixed", "me", "node", "now", "subject")

    def __init__(
        self,
        choice: Choice,
        node: str,
        me: Any,
        subject: Mapping[str, Any],
        now: int,
        dice_key: tuple[Any, ...] | None = None,
    ) -> None:
        if not RESERVED.isdisjoint(subject):
            taken = ", ".join(repr(name) for name in sorted(RESERVED & subject.keys()))
            raise ValueError(f"{choice.name} cannot be asked about {taken}: every question has that for itself")
        self.choice = choice
        self.node = node
        self.me = me
        self.subject = subject
        self.now = now
        self.fixed: tuple[Any, ...] | None = dice_key
        """What its dice depend on, once that is known."""
        self._case: str | None = None

    def __getattr__(self, name: str) -> Any:
        try:
            return self.subject[name]
        except KeyError:
            raise AttributeError(f"the question {self.choice.name} is not about {name!r}") from None

    @property
    def dice_key(self) -> tuple[Any, ...]:
        """What the dice of this question depend on."""
        assert self.fixed is not None
        return self.fixed

    @property
    def dice(self) -> Dice:
        """The dice for this question: always the same draws, whoever rolls them."""
        return Dice(*self.dice_key)

    @property
    def case(self) -> str:
        """Which of the choice's cases this is."""
        if self._case is None:
            self._case = self.choice.case(self)
        return self._case

    @property
    def words(self) -> str:
        """The question in words."""
        return fill(self.choice.question, self)

    @property
    def candidates(self) -> tuple[Value, ...]:
        """The book's answer, every plausible mistake, in the choice's order, each once."""
        return tuple(dict.fromkeys(self.choice.candidates(self)))

    @property
    def book(self) -> Value:
        """What the standard prescribes here."""
        return self.choice.domain.within(self, self.choice.book(self))

    @property
    def book_draws(self) -> bool:
        """Does the book roll dice here, so that its answer is one of several that are as right?"""
        probe = _Probe(self.choice, self.node, self.me, self.subject, self.now)
        _ = probe.book
        return probe.drew

    @property
    def is_due(self) -> bool:
        """Would the book take up this standing offer now?"""
        return self.choice.standing and self.choice.available(self) and self.choice.due(self)

    @property
    def grace(self) -> int | None:
        """Local µs that the player has for a move that is due; None: for ever."""
        grace = self.choice.grace
        return grace(self) if callable(grace) else grace

    @property
    def preview(self) -> str:
        """What the move would do if it were made now, in a few words; "" if there is nothing to say."""
        return retold(self.choice.preview(self)) if self.choice.preview is not None else ""

    @property
    def holds(self) -> str:
        """Of a setting: from when a change holds, in words."""
        holds = self.choice.holds
        return retold((holds(self) if callable(holds) else holds) or later("from now on"))

    @property
    def is_odd(self) -> bool:
        """Is this one of the cases in which a setting is asked, though it is kept?"""
        return bool(self.choice.odd) and self.case in self.choice.odd

    @property
    def inaction(self) -> Value:
        """What happens if nobody answers."""
        inaction = self.choice.inaction
        return inaction(self) if callable(inaction) else inaction


class _Probe(Asked):
    """A question that notices whether somebody rolls its dice; the world's counts know nothing of it."""

    __slots__ = ("drew",)

    def __init__(self, choice: Choice, node: str, me: Any, subject: Mapping[str, Any], now: int) -> None:
        super().__init__(choice, node, me, subject, now, ("probe",))
        self.drew = False

    @property
    def dice_key(self) -> tuple[Any, ...]:
        """What the dice depend on: nothing that matters."""
        self.drew = True
        return super().dice_key


RESERVED = frozenset(name for name in dir(Asked) if name[0] != "_") | {"answer", "peek", "rebound"}
"""Names that no part of a question's subject can have: what every question has, and what a verdict's words fill in."""


def fill(template: str, asked: Asked, **more: Any) -> str:
    """The template with {names} of the subject, of `me` ({me.attribute}) and of `more` filled in, fit to be shown."""

    return harmless(said(template).format_map(_Names(asked, more)), kept="\n")


class _Names(dict[str, Any]):
    """What a template can name."""

    def __init__(self, asked: Asked, more: Mapping[str, Any]) -> None:
        super().__init__(more)
        self._asked = asked

    def __missing__(self, key: str) -> Any:
        return self._asked.me if key == "me" else getattr(self._asked, key)


class Domain:
    """What may be answered. `control` names the control of the screen that enters it.

    Four things a domain must say: whether a value is inside (`problem`), how it is read (`parse`), how it is shown
    (`show`; `write`, if what is shown cannot be read again), and which values are plausible (`default_candidates`).
    The rest has an answer that does for most.
    """

    control = "list"
    ordered = False
    """Have the values an order of their own, in which they are listed?"""
    whole = True
    """Are whole answers listed where a level lists them? If not, only the `pieces` that they are made of are."""
    numbered = False
    """Are the pieces typed by their numbers, too?"""
    stays = False
    """Does the screen begin with what was answered the last time?"""

    def problem(self, asked: Asked, value: Value) -> str | None:
        """Why this value cannot be an answer, in words; None if it can."""
        raise NotImplementedError

    def within(self, asked: Asked, value: Value) -> Value:
        """What the book answers, where a level has set it by a parameter and that lies outside: the nearest inside."""
        return value

    def parse(self, asked: Asked, text: str) -> Value:
        """The value a person typed. Raises ValueError in words."""
        raise NotImplementedError

    def show(self, value: Value) -> str:
        """The value as a person reads it."""
        return str(value)

    def write(self, value: Value) -> str:
        """The value as a person types it: `parse` reads it."""
        return self.show(value)

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        """Candidates of a choice that names none."""
        raise NotImplementedError

    def spread(self, asked: Asked) -> Sequence[Value]:
        """Values that whoever knows nothing of the question would always give: none at all, all of them, each alone.
        They are tried in a level beside the candidates; () if the candidates are all that there is."""
        return ()

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        """The value so many places further on; the same one, where values do not stand in a row."""
        return value

    def pieces(self, asked: Asked) -> Sequence[Value]:
        """What an answer is made of, if several things: they are listed instead of whole answers."""
        return ()

    def how(self, asked: Asked) -> str:
        """How an answer is typed, in words, with what must be seen for it; "" if that says itself."""
        return ""

    def completions(self, asked: Asked, text: str) -> Sequence[str]:
        """What a typed text may become, as it would stand there."""
        return ()

    def left_of(self, asked: Asked, value: Value) -> Value:
        """What of a kept value still fits a question that it does not fit as a whole; PASS if nothing does."""
        return PASS


# Choices


ONLY_CASE = "always"
"""The case of a choice that has no more than one."""


def _one_case(asked: Asked) -> str:
    return asked.choice.cases[0]


def _default_candidates(asked: Asked) -> Sequence[Value]:
    return [asked.book, *asked.choice.domain.default_candidates(asked)]


def _by_comparison(asked: Asked, value: Value) -> str:
    return "book" if value == asked.book else "other"


_TELLING = frozenset({"answer", "book", "candidates", "inaction", "words"})
"""What the text of a question would give away, or wait for itself to say."""


@dataclass(frozen=True, eq=False)
class Choice:
    """One decision that a standard leaves to a node, or that chance decides.

    name        "<protocol>.<what>"; the same in level files, traces, run files.
    question    in words; may name {parts} of the subject and {me.attributes}.
    domain      what may be answered.
    cases       the situations it can be asked in, each a few words; `case` says which one this is.
    book        the answer that the standard prescribes; for `chance` it rolls `asked.dice`.
    inaction    what happens if nobody answers (a value, or a function of the question).
    judge       the label of an answer: a key of `answers`. Every label that judge can give has words.
    candidates  the book's answer and every plausible mistake.
    source      section of the standard or paper.
    chance      decided by chance: the book rolls the dice and nothing is judged.
    standing    a standing offer: a move that may be started unprompted; `available` says when. `PASS` declines it.
    not_now     of a move: what is said to whoever tries it while it cannot be made. "": that it cannot be made now.
    due         would the book make this move now? By default: does its answer to the offer say so?
    grace       local µs that the player has for a move that is due. Whoever lets it pass has left something out, and is
                told so once: `answers` has words for OMITTED. None: nobody minds.
    preview     in a few words, what the move would do if it were made now; recomputed as time goes on.
    holds       of a setting: from when a change holds ("a probe that is out keeps its alarm"). "": from now on.
    means       in a few words, what an answer selects, decodes to or comes to: told while it is being entered. It says
                nothing of whether the answer is right.
    label       of a move or a setting: what it is called on the screen, and as what it is typed in plain play. "": as
                the last part of its name.
    key         of a move or a setting: the letter that starts it; none of RESERVED_KEYS. "": the screen finds one.
    keeps       a person's last answer stays in force until changed (chairs, an alarm): with `asks = "notice"` it
                does not stop the world.
    odd         of a setting: cases in which the world stops all the same, and the player is asked: a tie, a mishap.
    by_hand     never runs by itself, however often it was answered rightly: what is scarce, or the lesson itself.
    hides       entries of the asker's view, and parts of the subject, that would say the answer: whoever plays this
                choice sees none of them, neither on the screen nor in a script.
    deadline    local µs the asker waits before inaction is taken; None: for ever.
    value       judged by value: the node's worth (higher is better) in a world, after `horizon` µs, compared over
                reseeded futures. Called as value(evidence, node).
    """

    name: str
    question: str
    domain: Domain
    book: Callable[[Asked], Value]
    answers: Mapping[str, Answer]
    source: str
    inaction: Any
    cases: tuple[str, ...] = (ONLY_CASE,)
    case: Callable[[Asked], str] = _one_case
    judge: Callable[[Asked, Value], str] = _by_comparison
    candidates: Callable[[Asked], Sequence[Value]] = _default_candidates
    chance: bool = False
    standing: bool = False
    available: Callable[[Asked], bool] = lambda asked: True
    not_now: str = ""
    due: Callable[[Asked], bool] = lambda asked: asked.book is not PASS
    grace: Callable[[Asked], int] | int | None = None
    preview: Callable[[Asked], str] | None = None
    holds: Callable[[Asked], str] | str = ""
    means: Callable[[Asked, Value], str] | None = None
    key: str = ""
    label: str = ""
    keeps: bool = False
    odd: tuple[str, ...] = ()
    by_hand: bool = False
    hides: tuple[str, ...] = ()
    deadline: Callable[[Asked], int | None] | None = None
    value: Callable[[Any, str], int] | None = None
    horizon: int = 0

    def __post_init__(self) -> None:
        if self.key and (len(self.key) > 1 or not self.key.isalpha() or self.key in RESERVED_KEYS):
            raise ValueError(f"the key of {self.name} is {self.key!r}: one letter, and none of {RESERVED_KEYS}")
        if self.grace is not None and (not self.standing or OMITTED not in self.answers):
            raise ValueError(f"{self.name} has a grace: that is for standing offers, with words for {OMITTED!r}")
        told = {name for _, name, _, _ in Formatter().parse(self.question) if name} & _TELLING
        if told:
            raise ValueError(
                f"the question of {self.name} cannot contain {{{min(told)}}}: that is known after it is put"
            )


@dataclass(frozen=True)
class Persona:
    """A named wrong or selfish variant of the book: its answers override the book's, choice by choice.

    `fault` is the law (by name) that it breaks in the explorer's scenario; "" if it is merely selfish or slow.
    """

    name: str
    words: str
    answers: Mapping[str, Callable[[Asked], Value]]
    fault: str = ""


@dataclass(frozen=True)
class Verdict:
    """What is said of one answer of the player."""

    event: int
    time: int
    node: str
    choice: str
    case: str
    value: Value
    book: Value
    kind: Kind
    label: str
    words: str
    source: str
    persona: str = ""


def judge(asked: Asked, value: Value, event: int, time: int, personas: Sequence[Persona] = ()) -> Verdict:
    """The verdict on an answer: the book's answer, what kind this one is, in words, and the persona that answers so."""
    choice = asked.choice
    if choice.chance:
        label, answer = "book", Answer(Kind.FINE, later("Chance decides this; nothing is judged."))
    else:
        label = choice.judge(asked, value)
        answer = choice.answers[label]
    return _verdict(asked, value, label, answer, event, time, personas)


def omission(asked: Asked, event: int, time: int, personas: Sequence[Persona] = ()) -> Verdict:
    """The verdict on a move that was due and was not made while its grace lasted."""
    return _verdict(asked, PASS, OMITTED, asked.choice.answers[OMITTED], event, time, personas)


def _verdict(
    asked: Asked, value: Value, label: str, answer: Answer, event: int, time: int, personas: Sequence[Persona]
) -> Verdict:
    choice, book = asked.choice, asked.book
    persona = ""
    if answer.kind in (Kind.WRONG, Kind.COSTLY):
        for candidate in personas:
            answers = candidate.answers.get(choice.name)
            if answers is not None and answers(asked) == value:
                persona = candidate.name
                break
    shown = {"answer": _shown(choice, value), "book": _shown(choice, book)}
    words = fill(answer.words, asked, **shown)
    return Verdict(
        event, time, asked.node, choice.name, asked.case, value, book, answer.kind, label, words,
        answer.source or choice.source, persona,
    )  # fmt: skip


def _shown(choice: Choice, value: Value) -> str:
    return "nothing" if value is PASS and choice.standing else choice.domain.show(value)
