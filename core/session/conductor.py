"""The session itself: see core.session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from core.kernel.choice import Asked, Value, Verdict
from core.kernel.scenario import Scenario
from core.kernel.seats import Seat
from core.kernel.sight import Sight
from core.kernel.world import Answered, Outcome, Question, World
from core.session.notices import Consequence, Notice

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
Case = tuple[str, str]
"""(choice, case)."""


class Speech(Enum):
    """When the words on an answer are said."""

    AT_ONCE = "at-once"
    WHEN_IT_SHOWS = "when-it-shows"
    AFTER = "after"


@dataclass(frozen=True)
class VerdictLine:
    """One judged answer for the list of answers. `said`: may its words be shown? If not, `consequence` is None."""

    verdict: Verdict
    said: bool
    consequence: Consequence | None = None


@dataclass(frozen=True)
class Branch:
    """One line of play: the answers on it. `parent` and `at` (event): where it left another; -1, 0 for the first."""

    number: int
    answers: tuple[Answered, ...]
    parent: int = -1
    at: int = 0


class Session:
    """A scenario at play.

    say          when verdicts are said: "at-once", "when-it-shows" (with their consequence) or "after".
    asks         "choose", "type" or "notice" (nobody asks what `keeps`; the kept answer is changed by `keep`).
    pace         "auto" (a median link delay lasts 0.8 s, idle stretches pass within 1 s), or virtual µs a screen second.
    everything   no fog (the player as the network sees everything anyway).
    answers      recorded answers to watch: they are given at their times until a person does otherwise.
    policy       who answers instead of a person: Book() for a demonstration, a script.
    hints        staged hints, mildest first.
    mastered     cases that run by themselves from the start; read `mastered` at the end for the next level.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        say: str = "when-it-shows",
        asks: str = "choose",
        pace: str | int = "auto",
        everything: bool = False,
        answers: Sequence[Answered] = (),
        policy: Seat | None = None,
        hints: Sequence[str] = (),
        mastered: Iterable[Case] = (),
        paused: bool = False,
    ) -> None:
        raise NotImplementedError

    # Running

    async def run(self) -> None:
        """Pace the world until `close()` is called or the task is cancelled. Also after the end, for looking back."""
        raise NotImplementedError

    async def until_over(self) -> Outcome:
        """Wait until the run has ended."""
        raise NotImplementedError

    def close(self) -> None:
        """Let `run` return."""
        raise NotImplementedError

    def tap(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call `callback` with every notice from now on; returns what ends it."""
        raise NotImplementedError

    # State

    scenario: Scenario

    @property
    def world(self) -> World:
        """The world as it is; for the session's own friends (recorder, debrief). Screens read `sight`."""
        raise NotImplementedError

    @property
    def sight(self) -> Sight:
        """What the player may see of the world. Another object after every jump."""
        raise NotImplementedError

    @property
    def truth(self) -> Sight:
        """Everything, for when the fog has lifted (`over`), or if `everything` was given. Raises LookupError before."""
        raise NotImplementedError

    @property
    def player(self) -> str:
        """The player's node; "network"; "" if nobody plays."""
        raise NotImplementedError

    @property
    def question(self) -> Question | None:
        """The question to answer now, the oldest; None if none is open."""
        raise NotImplementedError

    @property
    def questions(self) -> tuple[Question, ...]:
        """All open questions, oldest first."""
        raise NotImplementedError

    @property
    def options(self) -> tuple[Value, ...]:
        """What may be listed for the open question: its candidates in a seeded order that does not betray the book;
        () when the level wants them typed and the case is not new."""
        raise NotImplementedError

    def offers(self) -> list[Asked]:
        """The standing offers that may be taken up now."""
        raise NotImplementedError

    @property
    def kept(self) -> Mapping[tuple[str, str], Value]:
        """(node, choice) → the answer in force without a question."""
        raise NotImplementedError

    @property
    def paused(self) -> bool:
        """Has the player stopped the clock? (An open question stops it too: see `waiting`.)"""
        raise NotImplementedError

    @property
    def waiting(self) -> str:
        """Why the clock stands: "over", "question", "paused"; "" if it runs."""
        raise NotImplementedError

    @property
    def speed(self) -> float:
        """One of SPEEDS."""
        raise NotImplementedError

    @property
    def over(self) -> bool:
        """Has the run ended?"""
        raise NotImplementedError

    @property
    def outcome(self) -> Outcome | None:
        """How it ended."""
        raise NotImplementedError

    @property
    def verdict_lines(self) -> tuple[VerdictLine, ...]:
        """Every judged answer in order; words only where they may be said by now."""
        raise NotImplementedError

    @property
    def mastered(self) -> frozenset[Case]:
        """The cases that run by themselves."""
        raise NotImplementedError

    @property
    def watching(self) -> bool:
        """Are recorded answers being played?"""
        raise NotImplementedError

    @property
    def position(self) -> tuple[int, int]:
        """(event at which the world stands, last event known on this branch)."""
        raise NotImplementedError

    @property
    def branches(self) -> tuple[Branch, ...]:
        """All lines of play, the present one last."""
        raise NotImplementedError

    hints_used: int
    whys: int
    rewinds: int

    # Controls: plain calls from the session's thread

    def pause(self) -> None:
        """Stop the clock."""
        raise NotImplementedError

    def resume(self) -> None:
        """Let the clock run."""
        raise NotImplementedError

    def toggle(self) -> None:
        """Pause or resume."""
        raise NotImplementedError

    def step(self) -> bool:
        """One event, then pause. False if a question stops the world or the run is over."""
        raise NotImplementedError

    def to_question(self) -> None:
        """As fast as it goes, until the next question (or the end)."""
        raise NotImplementedError

    def set_speed(self, speed: float) -> None:
        """The nearest of SPEEDS."""
        raise NotImplementedError

    def faster(self) -> None:
        """Twice as fast."""
        raise NotImplementedError

    def slower(self) -> None:
        """Half as fast."""
        raise NotImplementedError

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """Answer the open question. Raises LookupError if none is open, ValueError in words for an impossible value."""
        raise NotImplementedError

    def answer_text(self, text: str, question: Question | None = None) -> Verdict:
        """Answer with what was typed. Raises as `answer`."""
        raise NotImplementedError

    def move(self, choice: str, value: Value, node: str = "") -> Verdict:
        """Take up a standing offer now, between events. Raises LookupError, ValueError in words."""
        raise NotImplementedError

    def keep(self, choice: str, value: Value, node: str = "") -> None:
        """From now on `value` answers this choice without a question. An open question of it is answered too.
        Raises LookupError if the choice is not the player's, ValueError in words."""
        raise NotImplementedError

    def hint(self) -> str | None:
        """The next staged hint; None if there are no more."""
        raise NotImplementedError

    def why(self) -> Consequence | None:
        """The words on the latest answer that have not been said yet, now; None if there are none. Logged."""
        raise NotImplementedError

    def undo(self) -> Case | None:
        """Take back the latest case that went to run by itself; None if there is none."""
        raise NotImplementedError

    def back(self) -> bool:
        """One event (or answer) back, and pause. False at the start."""
        raise NotImplementedError

    def jump(self, event: int) -> None:
        """To just after event number `event` (see World.count) of this branch, back or forth, and pause."""
        raise NotImplementedError

    def forward(self) -> bool:
        """One event forth along the known answers, and pause. False at the end of the known."""
        raise NotImplementedError

    def restart(self) -> None:
        """From the start; what was played stays as a branch."""
        raise NotImplementedError

    def go(self, branch: int) -> None:
        """To the end of another branch, and pause."""
        raise NotImplementedError


def stars(
    scenario: Scenario,
    world: World,
    *,
    hints: int = 0,
    rewinds: int = 0,
    unseen: bool = False,
) -> int:
    """0–3: won; within par on every axis; again on an unseen seed (`unseen`) with no hint and no rewind."""
    raise NotImplementedError
