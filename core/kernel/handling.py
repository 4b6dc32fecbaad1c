"""The handler at work: what the kernel keeps of it until it has ended. `protocol.Context` is what the handler sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.seats import Pending
from core.kernel.time import LocalClock


class SuspendedError(Exception):
    """A handler's question has no answer yet. Only the kernel raises and catches it."""


class Host(Protocol):
    """The node whose handler is at work, as far as it sees its own node."""

    @property
    def name(self) -> str: ...
    @property
    def clock(self) -> LocalClock: ...
    @property
    def machine(self) -> Any: ...
    @property
    def stored(self) -> Mapping[Key, Any]: ...
    @property
    def opened(self) -> int:
        """How many streams it has opened."""


class Moment(Protocol):
    """Where the present is read."""

    @property
    def now(self) -> int:
        """True time (µs)."""


class Desk(Protocol):
    """Where choices are put to their seats."""

    def ask(self, host: Host, choice: Choice, subject: Mapping[str, Any]) -> Value | Pending:
        """The answer of the choice's seat."""


class Handling:
    """One serves all handlers of a world, one after another: between two, `effects`, `answers` and `given` are empty.

    host      the node whose handler it is.
    effects   what the handler has caused so far, each an Effect or a Datagram; the kernel applies it when the handler
              has ended.
    answers   (choice, value) of what was asked so far.
    given     values that are known already: the handler runs again after a question was answered.
    came      what the node's clock read when the event came, if that is not now; else None.
    """

    __slots__ = ("answers", "came", "desk", "effects", "given", "host", "moment")

    def __init__(self, moment: Moment, desk: Desk, host: Host) -> None:
        self.moment = moment
        self.desk = desk
        self.host = host
        self.effects: list[Any] = []
        self.answers: list[tuple[str, Value]] = []
        self.given: Sequence[Value] = ()
        self.came: int | None = None

    def choose(self, choice: Choice, subject: Mapping[str, Any]) -> Value:
        """The answer, from those that are given or from the choice's seat. Raises SuspendedError if it has none yet."""
        place = len(self.answers)
        if place < len(self.given):
            value = self.given[place]
        else:
            value = self.desk.ask(self.host, choice, subject)
            if isinstance(value, Pending):
                raise SuspendedError(choice.name)
        self.answers.append((choice.name, value))
        return value

    def taken(self) -> tuple[tuple[str, Value], ...]:
        """The answers of a handler that has ended, or was stopped: it has no more."""
        answers = tuple(self.answers)
        self.answers.clear()
        self.given = ()
        return answers
