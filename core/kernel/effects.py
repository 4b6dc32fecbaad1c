"""What a handler may cause. The kernel applies effects one by one, in order; a crash may fall between any two."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Key: TypeAlias = str | int | tuple[str | int, ...]
"""The name of a timer or of a cell in stable storage."""


class Send(NamedTuple):
    """A message to `to`: a datagram, or on the stream `connection`."""

    to: str
    message: Any
    connection: str | None = None


class SetTimer(NamedTuple):
    """A timer: after a local duration, or when the local clock reads `at` (µs). A timer of the same key is replaced."""

    key: Key
    after: int | None
    at: int | None = None


class CancelTimer(NamedTuple):
    """The timer `key` will not ring. Cancelling an unset timer does nothing."""

    key: Key


class Save(NamedTuple):
    """`value` into the cell `key` of stable storage: it survives a crash, all other state is lost."""

    key: Key
    value: Any


class AdjustClock(NamedTuple):
    """The local clock: stepped by `by` µs at once, or slewed by `by` µs over `over` µs of local time."""

    by: int
    over: int = 0


class Deliver(NamedTuple):
    """`value` to the user above this node."""

    value: Any


class Open(NamedTuple):
    """A stream to `to`, known as `connection` to both ends."""

    to: str
    connection: str


class Close(NamedTuple):
    """The stream ends after everything that was sent on it."""

    connection: str


class Reset(NamedTuple):
    """The stream ends at once; what is under way is lost."""

    connection: str


Effect: TypeAlias = Send | SetTimer | CancelTimer | Save | AdjustClock | Deliver | Open | Close | Reset


Datagram: TypeAlias = tuple[str, Any]
"""(to, message): how a handler's context notes a `Send` that is no stream's. It is what worlds do most, and a bare
tuple is made and read in a fraction of the time."""


def named(effect: Effect | Datagram) -> Effect:
    """The effect under its name."""
    found: Any = effect
    return Send(*found) if type(found) is tuple else found


class Torn(NamedTuple):
    """What a crash between two effects left of a handler: those that had happened, and those that never did."""

    happened: tuple[Effect, ...]
    undone: tuple[Effect, ...]
