"""The player's own line of events, as the ribbon shows it: what came, what left, what was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from core.kernel import trace as kinds
from core.kernel.choice import Kind, Value, Verdict
from core.kernel.domains import Fields
from core.kernel.hand import MOVE_BY_NAME
from core.kernel.scenario import NETWORK
from core.kernel.suspects import INSPECTOR
from core.kernel.told import message_words
from core.kernel.trace import Entry
from tui.language import said
from tui.look.palette import Ink, node_ink
from tui.look.ribbon import WORD, Mark, Moment

LONG = 4
"""A wait of more than so many median link delays is a long one."""
MOST = 80
"""Entries that are looked back at."""
_INKS = {Kind.WRONG: Ink.BAD, Kind.COSTLY: Ink.COSTLY}


class History:
    """What makes moments of entries.

    you, nodes   the player's node, and all nodes; `latency`: a median link delay (µs).
    mine         is a choice one of those that the player decides?
    show         an answer to a choice, as a person reads it; `called`: a message, as whoever sees all calls it.
    """

    def __init__(
        self,
        you: str,
        nodes: Sequence[str],
        latency: int,
        mine: Callable[[str], bool],
        show: Callable[[str, Value], str],
        called: Callable[[object], str] = message_words,
    ) -> None:
        self._you = you
        self._nodes = tuple(nodes)
        self._latency = latency
        self._mine = mine
        self._show = show
        self._called = called

    def moments(self, entries: Sequence[Entry], judged: Sequence[Verdict]) -> list[Moment]:
        """The latest events of the player's own among what is known, oldest first; `judged`: the verdicts whose words
        were said."""
        told = {(verdict.event, verdict.choice): verdict for verdict in judged}
        if self._you in (NETWORK, INSPECTOR):
            return self._of_all(entries)
        own = [entry for entry in entries if entry.node == self._you][-MOST:]
        found: list[Moment] = []
        before: int | None = None
        for _, group in groupby(own, lambda entry: entry.event):
            event = list(group)
            waited = before is not None and event[0].time - before > LONG * self._latency
            for moment in self._of(event, told):
                found.append(replace(moment, waited=waited))
                waited = False
                before = event[-1].time
        return found

    def _of_all(self, entries: Sequence[Entry]) -> list[Moment]:
        """For whoever is at no node, and sees all: what came where, what was lost, and what was done about it."""
        found: list[Moment] = []
        before: int | None = None
        for entry in entries[-MOST:]:
            moment = self._seen(entry, entries)
            if moment is not None:
                waited = before is not None and entry.time - before > LONG * self._latency
                found.append(replace(moment, waited=waited))
                before = entry.time
        return found

    def _seen(self, entry: Entry, entries: Sequence[Entry]) -> Moment | None:
        """The moment of one entry among these, as it is seen from nowhere; None if it is none."""
        ink = node_ink(entry.node, self._nodes, "")
        if entry.kind == kinds.MOVE and entry.node == self._you:
            sent = next((one for one in reversed(entries) if one.number == entry.cause), None)
            return Moment(Mark.DECIDED, act_words(entry, sent, self._called), Ink.YOU)
        if entry.kind == kinds.RECEIVE:
            return Moment(Mark.GOT, f"{entry.node} {_first(self._called(entry.detail))}", ink)
        if entry.kind in (kinds.DROP, kinds.CRASH):
            return Moment(Mark.FELL, entry.node if entry.kind == kinds.CRASH else said("lost"), Ink.BAD)
        return Moment(Mark.STARTED, entry.node, Ink.GOOD) if entry.kind == kinds.RESTART else None

    def _of(self, event: Sequence[Entry], told: dict[tuple[int, str], Verdict]) -> list[Moment]:
        """The moments of one event: what came, what was decided of it, what left."""
        came = [entry for entry in event if entry.kind == kinds.RECEIVE]
        left = [entry for entry in event if entry.kind == kinds.SEND]
        found = [Moment(Mark.GOT, self._word(entry), node_ink(entry.peer, self._nodes, self._you)) for entry in came]
        found += [Moment(Mark.FELL, "", Ink.BAD) for entry in event if entry.kind == kinds.CRASH]
        found += [Moment(Mark.STARTED, "", Ink.GOOD) for entry in event if entry.kind == kinds.RESTART]
        answers = [
            (name, value)
            for entry in event
            if entry.kind != kinds.KEEP
            for name, value in entry.answers
            if self._mine(name)
        ]
        for name, value in answers:
            verdict = told.get((event[0].event, name))
            differs = verdict is not None and verdict.kind in _INKS
            ink = _INKS[verdict.kind] if verdict is not None and differs else Ink.YOU
            book = self._show(name, verdict.book) if verdict is not None else ""
            if len(answers) == 1 and len(left) == 1:  # what was decided is what left
                found.append(Moment(Mark.SENT, self._word(left.pop()), ink, False, book, differs))
            else:
                found.append(Moment(Mark.DECIDED, self._show(name, value), ink, False, book, differs))
        for _, group in groupby(left, lambda entry: self._word(entry, "")):
            alike = list(group)
            word = self._word(alike[0]) if len(alike) == 1 else self._word(alike[0], f"{len(alike)}x")
            found.append(Moment(Mark.SENT, word, Ink.YOU if answers else Ink.QUIET))
        return found

    def _word(self, entry: Entry, peer: str | None = None) -> str:
        """A message on the line: what it says; where there are several others, with whom."""
        words = message_words(entry.detail).split(" ")
        if len(self._nodes) > 2:
            return f"{entry.peer if peer is None else peer} {words[0]}".strip()
        kept = [words[0]]
        for word in words[1:]:
            if len(" ".join((*kept, word))) > WORD:
                if not kept[-1].isupper() and not kept[-1][:1].isdigit() and word[:1].isdigit():
                    kept.pop()  # a figure's name without its figure says nothing
                break
            kept.append(word)
        shown = " ".join(kept)
        return shown.rpartition(' "')[0] if shown.count('"') == 1 else shown  # nor does half of what was said


def act_words(entry: Entry, cause: Entry | None, called: Callable[[object], str] = message_words) -> str:
    """An act of the network's hand, or of an inspector, in two words: what was done and to what; `cause`: the packet as
    it was sent, if it was about one, and `called` what it is called."""
    name, value = entry.detail
    done = said(name.rpartition(".")[2].replace("_", " "))
    if cause is not None and cause.kind in kinds.CARRIES_MESSAGE:
        return f"{done} {_first(called(cause.detail))}"
    move = MOVE_BY_NAME.get(name)
    if move is not None and isinstance(move.domain, Fields) and value is not None:
        parts = zip(move.domain.parts, value, strict=True)
        return " ".join([done, *(domain.show(part) for (_, domain), part in parts)])
    return done if value is None else f"{done} {value}"


def _first(words: str) -> str:
    """The first word of a message; of one that is a text in quotes, all of it."""
    return words if words.startswith('"') else words.partition(" ")[0]
