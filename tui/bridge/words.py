"""What is said to the player, and what is drawn of choices and goals: words, none of it knows a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, is_dataclass, replace

from core.kernel import trace as kinds
from core.kernel.beside import SECOND_ROW
from core.kernel.choice import Asked, Choice, Kind, Value, Verdict
from core.kernel.laws import Tally
from core.kernel.scenario import NETWORK
from core.kernel.shown import DOWN, Turn
from core.kernel.time import show_duration
from core.kernel.told import entry_words, message_words
from core.kernel.trace import Entry
from core.kernel.world import Question
from core.session.ghost import AT
from tui.controls import Control
from tui.language import later, retold, said
from tui.widgets.canvas import Ink, wrapped
from tui.widgets.panels import LogLine

LEFT_OUT = "_"
"""The sign of a move that was due and was not made."""
SIGNS = {Kind.BOOK: "ok", Kind.FINE: "ok", Kind.COSTLY: "~", Kind.WRONG: "!!"}
INKS = {Kind.BOOK: Ink.GOOD, Kind.FINE: Ink.GOOD, Kind.COSTLY: Ink.COSTLY, Kind.WRONG: Ink.BAD}
BROKEN = "broken: "
STARVES = "starves: "
"""How a level writes that an always law is to be broken."""
TIME_IS_UP = "time is up: "
"""How the reason begins of a run in which something has not come about."""
LOG_LIMIT = 400
"""Lines of the log that are kept ready to draw."""
LOOK_LIMIT = 4 * LOG_LIMIT
"""Entries that the log reads at most at once: not each gives a line."""
ENTRY_LIMIT = 600
"""Entries that pictures and diagrams look back at while a level runs."""


@dataclass(frozen=True)
class Words:
    """Something said to the player: a sign, the words, how it is meant; `time` on the watcher's clock.

    parts   the words in sentences, what matters most first; () if they are one.
    """

    sign: str
    text: str
    ink: Ink = Ink.PLAIN
    time: int = 0
    parts: tuple[str, ...] = ()

    def fitting(self, width: int, rows: int) -> str:
        """As many of its sentences as have room, the first in any case: none is broken off where a whole one fits."""
        for count in range(len(self.parts), 0, -1):
            text = " ".join(self.parts[:count])
            if count == 1 or len(wrapped(text, width)) <= rows:
                return text
        return self.text


@dataclass(frozen=True)
class Standing:
    """A move or setting with a key of its own.

    keeps    it is a setting, a kept answer.
    preview  what the move would do if it were made now, in a few words; "" if it does not say.
    """

    key: str
    choice: Choice
    label: str
    keeps: bool = False
    preview: str = ""


@dataclass
class Doing:
    """What the control at the bottom is for: the open question, a standing move, or a kept answer."""

    asked: Asked
    control: Control
    question: Question | None = None
    how: str = "answer"
    title: str = ""
    always: bool = False
    """It is there whenever nothing is asked: a kept answer of a level in which nobody asks."""


@dataclass(frozen=True)
class Mistake:
    """What was found wrong or costly, in words, and the verdict that says so."""

    text: str
    verdict: Verdict


@dataclass(frozen=True)
class Goal:
    """One law of win: reached (or unbroken), still to be reached, or broken for good; `done` is None where that cannot
    be known. `tally`: how far it is, and what is missing, as far as that may be known."""

    text: str
    done: bool | None
    broken: bool = False
    tally: Tally | None = None

    @property
    def mark(self) -> str:
        """`[x]`, `[ ]`, `[!]`, or `[?]` for what cannot be known."""
        return "[!]" if self.broken else "[?]" if self.done is None else "[x]" if self.done else "[ ]"


@dataclass
class Figure:
    """One measure beside its par; the value is None where it cannot be known; `higher` is better, or lower. `ghost`:
    what the player's best earlier run came to; None if there is none."""

    name: str
    value: int | None
    par: int | None
    unit: str = ""
    higher: bool = False
    ghost: int | None = None

    def __str__(self) -> str:
        name = said(self.name)
        if self.value is None:
            par = "" if self.par is None else str(Figure("", self.par, None, self.unit)).strip()
            return f"{name} ?{f'/{par}' if par else ''}"
        if self.unit in ("µs", "us"):
            value = self.value // 1000 * 1000
            par = f"/{show_duration(self.par)}" if self.par is not None else ""
            return f"{name} {show_duration(value)}{par}"
        if self.unit == "B" and max(self.value, self.par or 0) >= 10_000:
            par = f"/{self.par // 1000}" if self.par is not None else ""
            return f"{name} {self.value // 1000}{par} KB"
        par = f"/{self.par}" if self.par is not None else ""
        return f"{name} {self.value}{par}{' ' + self.unit if self.unit else ''}"

    @property
    def spelt(self) -> str:
        """The same where there is room for the word: "sent 7 (par 5)"."""
        if self.par is None or self.value is None:
            return str(self)
        par = str(replace(self, name="", value=self.par, par=None)).strip()
        return f"{replace(self, par=None)} ({said('par')} {par})"


def apart(asked: Asked) -> Asked:
    """The same question with dice of its own: looking at it must not use up any of the world's chance."""
    return Asked(asked.choice, asked.node, asked.me, asked.subject, asked.now, ("looking", asked.choice.name))


def goal_words(text: str) -> str:
    """A law of win as the player's task: one that is to be broken is said so."""
    if text.startswith(STARVES):
        return f"{said('let this never come about')}: {text.removeprefix(STARVES)}"
    return f"{said('break this')}: {text.removeprefix(BROKEN)}" if text.startswith(BROKEN) else retold(text)


def reason_words(reason: str) -> str:
    """How a run ended, in words; a law that was to be broken and was not "still holds", another is "not so". Of
    a second row, which a trap must spare, that it was not spared.
    """
    if reason.startswith(SECOND_ROW):
        found = reason.removeprefix(SECOND_ROW)
        later_on = found.startswith("later, ")
        found = found.removeprefix("later, ").removeprefix("too: ")
        if found.startswith("time is up: ") and BROKEN not in found:
            law = _laws_words(found.removeprefix("time is up: "))
            return said("row 2 was not spared: this never came there: {law}", law=law)
        if found.startswith(f"{BROKEN}never: "):
            law = _laws_words(found.removeprefix(f"{BROKEN}never: "))
            happened = (
                later("row 2 was not spared: later {law}") if later_on else later("row 2 was not spared: there {law}")
            )
            return said(happened, law=law)
        too = (
            later("row 2 was not spared: later, too, {law}")
            if later_on
            else later("row 2 was not spared: there, too, {law}")
        )
        return said(too, law=reason_words(found))
    for start, words in _REASONS.items():
        if reason.startswith(start):
            return said(words, law=_laws_words(reason.removeprefix(start)))
    return _laws_words(reason)


_REASONS = {
    f"{BROKEN}{STARVES}": later("this has come about: {law}"),
    f"{BROKEN}never: ": later("this happened: {law}"),
    f"time is up: {BROKEN}": later("time is up, and this still holds: {law}"),
    "time is up: ": later("time is up, and this is not so: {law}"),
    BROKEN: later("broken: {law}"),
    STARVES: later("never: {law}"),
}
"""What the reason of an end begins with, and how it is said; the longer beginning first."""


def _laws_words(text: str) -> str:
    """Several laws, or what else ended a run, as they are told to people."""
    return "; ".join(map(_law_words, text.split("; ")))


def _law_words(text: str) -> str:
    return said("never: {law}", law=retold(text.removeprefix(STARVES))) if text.startswith(STARVES) else retold(text)


_DUMB = ("the timer {words} rang", "saved: {words}", "moved: {words}", "kept: {words}", "UDP ttl ")
"""What happens inside a node (core.kernel.told), or says nothing of what it carries: one datagram more."""


def instead_words(instead: str) -> str:
    """What the player would have seen by now had the book answered, as a sentence; "" if it is of no use to a person:
    a timer of the node's own that rang, say.
    """
    seen = instead.removesuffix(".")
    if not seen or seen.startswith(tuple(said(text).partition("{")[0] for text in _DUMB)):
        return ""
    handed = said("handed up: {words}").partition("{")[0]
    if seen.startswith(handed):
        at = said(AT).replace("{what}", "").replace("{time}", "")
        what, _, time = seen.removeprefix(handed).rpartition(at)
        what = what.removeprefix("[").removesuffix("]")
        seen = said(AT, what=said("{words} handed up", words=what), time=time)
    return said("By the book you would have seen: {seen}.").format(seen=seen)


def words_of(asked: Asked) -> str:
    """The question in words, with messages as a person reads them; for a setting without a subject, its name."""
    try:
        words = asked.words
    except (AttributeError, KeyError):
        return said("Your {setting}, until you change it:").format(setting=label_of(asked.choice))
    for value in asked.subject.values():
        if is_dataclass(value):
            words = words.replace(str(value), message_words(value))
    return words


def label_of(choice: Choice) -> str:
    """What a move or a setting is called: in the footer, where it is told of, and as what is typed in plain play."""
    return said(choice.label) if choice.label else short(choice.name)


def short(choice: str) -> str:
    return said(choice.rpartition(".")[2].replace("_", " "))


_SIGNS = {
    kinds.SEND: "->",
    kinds.RECEIVE: "<-",
    kinds.TIMER: "!",
    kinds.DROP: "x",
    kinds.CRASH: "X",
    kinds.RESTART: "R",
    kinds.SAVE: "S",
    kinds.DELIVER: "^",
    kinds.MOVE: "*",
    kinds.KEEP: "*",
    kinds.BET: "%",
}
_SILENT = frozenset({kinds.START, kinds.FORWARD})


def turn_line(turn: Turn) -> LogLine | None:
    """A node's coming into an interval, or leaving it, as a line of the log; None where its crash has one already."""
    if turn.interval is DOWN:
        return None
    return LogLine(turn.time, "[" if turn.opened else "]", turn.words, Ink.QUIET)


def log_line(entry: Entry, you: str, everything: bool, show: Callable[[str, Value], str]) -> LogLine | None:
    """An entry as a line of the log; None for what needs no line. `show`: an answer as a person reads it."""
    if entry.kind in _SILENT:
        return None
    words = entry_words(entry)
    if entry.kind in (kinds.MOVE, kinds.KEEP, kinds.BET):
        name, value = entry.detail
        word = said("bet") if entry.kind == kinds.BET else short(name)
        words = f"{word}: {show(name, value)}"
        words = f"{words} {said('from now on')}" if entry.kind == kinds.KEEP else words
    if everything and entry.node != NETWORK:
        words = f"{entry.node}: {words}"
    ink = Ink.BAD if entry.kind in (kinds.DROP, kinds.CRASH) else Ink.PLAIN if entry.node == you else Ink.QUIET
    return LogLine(entry.time, _SIGNS.get(entry.kind, "."), words, ink, entry.number)
