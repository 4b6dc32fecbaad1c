"""Notices: what a session tells its taps, as small frozen facts, in the order in which they happen.

A tap is called in the session's own thread, inside the control or the pump that caused the notice: it must be quick and
must not call the session's controls. Read the state from the session; a notice only says what changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.choice import Value, Verdict
from core.kernel.scenario import Arrival
from core.kernel.world import Answered as Given
from core.kernel.world import Outcome, Question


@dataclass(frozen=True)
class Notice:
    """Something that a tap may want to know."""


@dataclass(frozen=True)
class Asked(Notice):
    """A question waits for the player. `options`: show the candidates (the case is new, or the level asks so)."""

    question: Question
    case: str
    options: bool = True


@dataclass(frozen=True)
class Possible(Notice):
    """A move of the player's can be made now that could not be made before (see Session.offers)."""

    node: str
    choice: str


@dataclass(frozen=True)
class Bell(Notice):
    """A move of the player's at this node is due: the book would make it now. Which one is for the player to know."""

    node: str


@dataclass(frozen=True)
class Answered(Notice):
    """An answer, a move or a kept answer was given and recorded.

    by      "you", "autopilot", "tape" (watched), "kept" (a default of `asks = "notice"`), "policy", or the name of an
            asynchronous seat.
    place   its place in the run's answers, from 0: after going back, a place that was taken before.
    """

    given: Given
    by: str = "you"
    place: int = 0


@dataclass(frozen=True)
class Judged(Notice):
    """An answer was judged. Whether its words may be shown yet is for the session to say: see `Consequence`."""

    verdict: Verdict


@dataclass(frozen=True)
class Consequence(Notice):
    """The words on an answer may be shown now.

    saw       what the player saw, in words ("" if nothing: silence).
    instead   what would have been seen had the book answered, in words ("" if nothing).
    early     it was asked for by `why()`.
    time      when it is said, by the watcher's clock (µs).
    """

    verdict: Verdict
    saw: str = ""
    instead: str = ""
    early: bool = False
    time: int = 0


@dataclass(frozen=True)
class Expired(Notice):
    """A question's deadline passed: `value`, its inaction, was taken."""

    question: Question
    value: Value


@dataclass(frozen=True)
class Withdrawn(Notice):
    """A question is gone without an answer: its node crashed, or the run ended."""

    question: Question


@dataclass(frozen=True)
class Stepped(Notice):
    """The world went on: from event `first` to event `last` (see World.count); `now` is true time (µs)."""

    first: int
    last: int
    now: int


@dataclass(frozen=True)
class Paced(Notice):
    """Pause or speed changed."""

    paused: bool
    speed: float
    to_question: bool = False


@dataclass(frozen=True)
class Offered(Notice):
    """This case may be handed over: `hand_over()` lets it run by itself."""

    choice: str
    case: str


@dataclass(frozen=True)
class HandedOver(Notice):
    """This case runs by itself from now on: `take_back()` takes it back."""

    choice: str
    case: str


@dataclass(frozen=True)
class TakenBack(Notice):
    """This case no longer runs by itself."""

    choice: str
    case: str


@dataclass(frozen=True)
class Hinted(Notice):
    """Hint number `stage` (from 1) of `stages`, in words."""

    stage: int
    stages: int
    words: str


@dataclass(frozen=True)
class Jumped(Notice):
    """The world stands somewhere else: stepped back, or gone to an event of the tape. Draw everything anew."""

    event: int
    now: int


@dataclass(frozen=True)
class Branched(Notice):
    """An answer left the recorded ones: `branch` is the number of the new branch, `at` the event where it leaves."""

    branch: int
    at: int


@dataclass(frozen=True)
class Trouble(Notice):
    """A seat or a tap failed, or a tap keeps the world waiting. The level goes on.

    who    the seat's or tap's name.
    words  what is wrong, for people.
    error  what was raised; None if nothing was.
    """

    who: str
    words: str
    error: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Came(Notice):
    """Something came from outside, into a live world."""

    arrival: Arrival


@dataclass(frozen=True)
class Leaving(Notice):
    """Something is about to leave a live world, which has run up to `at` (µs)."""

    at: int


@dataclass(frozen=True)
class Ending(Notice):
    """A live run is ended by hand at `at` (µs); `Over` follows."""

    at: int


@dataclass(frozen=True)
class Over(Notice):
    """The run ended. `remaining`: the words on answers whose consequence never showed."""

    outcome: Outcome
    remaining: tuple[Consequence, ...] = field(default=())
