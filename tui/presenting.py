"""A level before a lecture: a question, the room's vote by hands, two futures, and what there is to say of them.

It knows nothing of screens. The room is the player: what most hands are for is answered, whatever the book says, and
the level goes on from there. A future is a play of its own that stands where the level stands, is given one of the
answers, and is then played by the book.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from core.kernel.choice import PASS, Asked, Value, Verdict
from core.kernel.dice import Dice
from core.kernel.scenario import NETWORK
from core.kernel.suspects import INSPECTOR
from core.kernel.unbiased import unbiased
from core.session import Session
from levels.schema import Asks, Level
from tui.bridge import Bridge, reason_words, session_of, words_of
from tui.controls import shown
from tui.language import said

MOST_OPTIONS = 6
"""Answers among which a room can vote by hands."""
MOST_HANDS = 999
MOST_STEPS = 40
"""Seen events of a future that are played; how it ends is known all the same."""
LONGEST = 20_000
"""Steps after which an end is no longer looked for."""
LETTERS = "ABCDEF"


class NoQuestionError(Exception):
    """Why a room has nothing to vote on in this level, in words."""


class Phase(Enum):
    """What the room is at."""

    VOTE = "vote"
    FUTURES = "futures"
    REVEAL = "reveal"
    OVER = "over"


@dataclass
class Option:
    """An answer to vote for."""

    letter: str
    value: Value
    words: str
    hands: int = 0


class Future:
    """What comes of one answer, if the book goes on from there."""

    def __init__(self, level: Level, session: Session, option: Option) -> None:
        self.option = option
        self.steps = 0
        self._session = session_of(level, session.scenario.seed, session.world.answers, paused=True)
        self._session.go_on()
        while self._session.world.count < session.world.count or self._session.question is None:
            if not self._session.step():
                break
        self.bridge = Bridge(level, self._session)
        self.verdict: Verdict = self._session.answer(option.value)

    @property
    def done(self) -> bool:
        """Has it been played as far as it is shown?"""
        return self._session.over or self.steps >= MOST_STEPS

    def step(self) -> None:
        """On to the next thing that can be seen."""
        if not self.done:
            self.steps += 1
            by_the_book(self._session)
            if not self._session.step():
                self.steps = MOST_STEPS

    @property
    def said(self) -> str:
        """The last thing that happened in it, and nothing that is said of answers."""
        lines = self.bridge.reading.log([])
        return lines[-1].words if lines else ""

    def end(self) -> str:
        """How it ends, in words."""
        for _ in range(LONGEST):
            by_the_book(self._session)
            if self._session.over or not self._session.step():
                break
        outcome = self._session.outcome
        if outcome is None:
            return said("its end is far away")
        if not outcome.won:
            return f"{said('lost')}: {reason_words(outcome.reason)}"
        return f"{said('won')}; {'; '.join(map(str, self.bridge.reading.figures()))}"


def by_the_book(session: Session) -> None:
    """Answer all that is asked now as the book does."""
    while (question := session.question) is not None and not session.over:
        session.answer(question.asked.book, question)


class Presenting:
    """One level before a room.

    options   what may be voted for; `chosen`: the place of that whose hands are being counted.
    futures   the two that are played once the hands are counted.
    """

    def __init__(self, level: Level, seed: int | None = None) -> None:
        """Raises NoQuestionError if nobody is asked anything in this level."""
        if level.you in (NETWORK, INSPECTOR):
            who = "the network" if level.you == NETWORK else "the inspector"
            raise NoQuestionError(f"in {level.id} one is {who}, who is asked nothing: play it instead")
        self.level = replace(level, play=replace(level.play, asks=Asks.CHOOSE, hand_over=False))
        self.session = session_of(self.level, seed, paused=True, by_hand=True)
        self.bridge = Bridge(self.level, self.session)
        self.phase = Phase.VOTE
        self.options: list[Option] = []
        self.futures: list[Future] = []
        self.chosen = 0
        self.number = 0
        self._ends: list[str] = []
        self._to_question()
        if self.phase is Phase.OVER:
            raise NoQuestionError(f"in {level.id} nobody is asked anything: play it instead")

    def close(self) -> None:
        """End what is being played."""
        for future in self.futures:
            future.bridge.close()
        self.bridge.close()

    @property
    def asked(self) -> Asked | None:
        """What the room is asked."""
        question = self.session.question
        return None if question is None else question.asked

    @property
    def words(self) -> str:
        """The question."""
        return "" if self.asked is None else words_of(self.asked)

    # Counting hands

    def choose(self, step: int) -> None:
        """The hands for the next answer are counted, or for the one before."""
        self.chosen = (self.chosen + step) % len(self.options)

    def digit(self, digit: int) -> None:
        """A digit of the number of hands for the answer that is chosen."""
        option = self.options[self.chosen]
        if option.hands * 10 + digit <= MOST_HANDS:
            option.hands = option.hands * 10 + digit

    def rub_out(self) -> None:
        """Take the last digit back."""
        self.options[self.chosen].hands //= 10

    @property
    def hands(self) -> int:
        """How many were raised."""
        return sum(option.hands for option in self.options)

    @property
    def winner(self) -> Option:
        """What the room has decided: most hands; of a tie, and if there was no vote, what is chosen or comes first."""
        most = max(option.hands for option in self.options)
        if self.options[self.chosen].hands == most:
            return self.options[self.chosen]
        return next(option for option in self.options if option.hands == most)

    # Going on

    def play(self) -> None:
        """The hands are counted: play two futures, the room's and the book's; if those are the same, the next one's."""
        asked = self.asked
        assert asked is not None
        winner = self.winner
        others = sorted((option for option in self.options if option is not winner), key=lambda one: -one.hands)
        book = next((option for option in others if option.value == asked.book), None)
        shown_options = [winner, *([book] if book is not None else others[:1])]
        shown_options.sort(key=lambda option: option.letter)
        self.futures = [Future(self.level, self.session, option) for option in shown_options]
        self.phase = Phase.FUTURES

    def step(self) -> None:
        """Both futures go on; where neither can, they are over."""
        for future in self.futures:
            future.step()
        if all(future.done for future in self.futures):
            self.reveal()

    def reveal(self) -> None:
        """Say what there is to say."""
        self._ends = [future.end() for future in self.futures]
        self.phase = Phase.REVEAL

    def told(self) -> list[tuple[Future, str]]:
        """Each future, and how it ends."""
        return list(zip(self.futures, self._ends, strict=True))

    def go_on(self) -> None:
        """The room's answer is given, and the level goes on to the next question."""
        self._answer(self.winner.value)

    def skip(self) -> None:
        """This question is not for the room: the book answers."""
        if self.asked is not None:
            self._answer(self.asked.book)

    def _answer(self, value: Value) -> None:
        for future in self.futures:
            future.bridge.close()
        self.futures = []
        self.session.answer(value)
        self._to_question()

    def _to_question(self) -> None:
        """On to what there are two answers to: where there is but one, it is given."""
        for _ in range(LONGEST):
            asked = self.asked
            values = [] if asked is None else self._some(asked)
            if asked is not None and len(values) > 1:
                break
            if asked is not None and not self.session.over:
                self.session.answer(asked.book)
            elif self.session.over or not self.session.step():
                break
        asked = self.asked
        if asked is None or self.session.over:
            self.phase = Phase.OVER
            return
        self.number += 1
        self.phase = Phase.VOTE
        self.chosen = 0
        self.options = [
            Option(letter, value, shown(asked, value)) for letter, value in zip(LETTERS, values, strict=False)
        ]

    def _some(self, asked: Asked) -> list[Value]:
        """The answers among which the room votes: the book's is one of them, and its place says nothing of it."""
        choice, seed = asked.choice, self.session.world.seed
        values = [value for value in asked.candidates if value is not PASS]
        if asked.book is not PASS and asked.book not in values:
            values.append(asked.book)
        if len(values) > MOST_OPTIONS:
            others = sorted(
                (value for value in values if value != asked.book),
                key=lambda value: Dice(seed, "presented", choice.name, value).bits(),
            )
            values = [asked.book, *others[: MOST_OPTIONS - 1]]
        return list(unbiased(choice, values, seed))
