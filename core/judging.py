"""Judging by what comes of it: the mean over reseeded futures, the book playing on from both answers.

Judgement by rule is in the kernel (`choice.judge`), what one mistake costs in `core.costing`. Here are the judgement by
value of gambles and strategies, and the diagnosis of a whole run: which persona answers so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import isqrt
from typing import TypeAlias

from core.kernel.choice import OMITTED, PASS, Asked, Choice, Value
from core.kernel.dice import Dice
from core.kernel.language import later, said
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.seats import Book, Player
from core.kernel.world import Answered, DivergedError, Question, World

FUTURES = 20
"""Reseeded futures that a judgement by value looks at."""
MOST_EVENTS = 200_000
"""Events that one future runs at most."""


class Worth(Enum):
    """An answer beside the book's, by value."""

    BETTER = later("better than the book")
    AS_GOOD = later("as good")
    COSTLY = later("costly")


@dataclass(frozen=True)
class Kept:
    """What a kept answer is about, for judging it by value. `lasts`: µs until the player changed it."""

    node: str
    choice: Choice
    lasts: int


@dataclass(frozen=True)
class Judgement:
    """A judgement by value, as far as it has come: after `done` of `of` futures.

    value, book   mean worth of the player's answer and of the book's (higher is better).
    worth         of what is known so far; final when done == of.
    """

    done: int
    of: int
    value: Fraction
    book: Fraction
    worth: Worth

    @property
    def words(self) -> str:
        """The judgement in words."""
        mine, book = _shown(self.value), _shown(self.book)
        texts = {
            Worth.BETTER: later("You beat the book over {count} futures from here: {mine}, by the book {book}."),
            Worth.COSTLY: later("Costly over {count} futures from here: {mine}, by the book {book}."),
        }
        even = later("As good as the book over {count} futures from here: {mine}, by the book {book}.")
        return said(texts.get(self.worth, even), count=self.done, mine=mine, book=book)


@dataclass(frozen=True)
class Diagnosis:
    """How a run's answers compare with a persona's, where that differs from the book.

    told        answers that were the persona's and not the book's, and moves that it would have left out, too.
    against     answers that were not the persona's although it would have differed from the book.
    """

    persona: str
    words: str
    told: int
    against: int


def _shown(number: Fraction) -> str:
    return f"{float(number):.4g}"


Subject: TypeAlias = Question | Asked | Kept
"""What is judged: the answer to a question, a standing offer's move, or a kept answer."""


def _take(world: World, asked: Question | Asked, value: Value) -> None:
    """Give `value` in a fork: to an open question, or as a standing offer's move (PASS declines it)."""
    if isinstance(asked, Question):
        world.answer(value, asked)
    elif value is not PASS:
        world.move(asked.node, asked.choice.name, value)


def _asked(asked: Question | Asked) -> Asked:
    return asked.asked if isinstance(asked, Question) else asked


def played_on(world: World, asked: Question | Asked, value: Value, *, seed: int | None = None) -> World:
    """A fork in which `value` was answered and the book plays on; not yet run."""
    future = world.fork(player=Player(), seed=seed)
    _take(future, asked, value)
    future.sit(Book())
    return future


def by_value(world: World, subject: Subject, value: Value, *, futures: int = FUTURES) -> Iterator[Judgement]:
    """The judgement by value of `value`, future by future, for a progress bar: the last one is final.

    `world` stands where the question is open (or the standing offer can be taken up, or the answer is about to be
    kept); it may go on meanwhile. Both answers meet the same dice in every future. Raises ValueError if the choice is
    not judged by value.
    """
    choice = subject.choice if isinstance(subject, Kept) else _asked(subject).choice
    if choice.value is None or choice.horizon <= 0:
        raise ValueError(f"{choice.name} is not judged by value")
    judgements = _by_value(world.fork(player=Player()), subject, choice, value, futures, MOST_EVENTS)
    return (judgement for judgement in judgements if judgement is not None)


def _by_value(
    moment: World, subject: Subject, choice: Choice, value: Value, futures: int, slice_events: int
) -> Iterator[Judgement | None]:
    """The judgement after every future; None after every `slice_events` events within one.

    An answer that is the book's own meets the book in every future: it is run once for both.
    """
    assert choice.value is not None
    same = not isinstance(subject, Kept) and value == _asked(subject).book
    node = subject.node
    until = moment.now + choice.horizon
    mine: list[int] = []
    books: list[int] = []
    for number in range(futures):
        seed = Dice(moment.seed, "future", number).below(1 << 48)
        for scores, by_book in ((mine, False), (books, True)):
            if same and by_book:
                books.append(mine[-1])
                continue
            if isinstance(subject, Kept):
                future = _kept_future(moment, subject, value, seed, by_book)
            else:
                future = played_on(moment, subject, _asked(subject).book if by_book else value, seed=seed)
            done = 0
            while done < MOST_EVENTS and (time := future.next_time()) is not None and time <= until and future.step():
                done += 1
                if done % slice_events == 0:
                    yield None
            if not future.stopped and future.outcome is None:
                future.advance(until)
            scores.append(choice.value(future.evidence(), "" if node == NETWORK else node))
        yield Judgement(
            number + 1, futures, Fraction(sum(mine), len(mine)), Fraction(sum(books), len(books)), _worth(mine, books)
        )


def _kept_future(moment: World, kept: Kept, value: Value, seed: int, by_book: bool) -> World:
    """A fork in which `value` is kept for as long as the player kept it, or is asked of the book each time."""
    future = moment.fork(player=Player(), seed=seed)
    future.forget(kept.node, kept.choice.name)
    if not by_book:
        future.keep(kept.node, kept.choice.name, value)
    future.sit(Book())
    if not by_book and kept.lasts < kept.choice.horizon:
        future.run(moment.now + kept.lasts, MOST_EVENTS)
        future.forget(kept.node, kept.choice.name)
    return future


def judged_by_value(world: World, subject: Subject, value: Value, *, futures: int = FUTURES) -> Judgement:
    """The final judgement by value. Raises as `by_value`."""
    *_, last = by_value(world, subject, value, futures=futures)
    return last


def run_by_value(scenario: Scenario, answers: Sequence[Answered]) -> Iterator[tuple[Answered, Judgement]]:
    """Every answer of a run that is judged by value, with its judgement as it grows (see `by_value`): for a debrief.

    Raises DivergedError if the answers do not fit the scenario.
    """
    for found in run_in_slices(scenario, answers, MOST_EVENTS):
        if found is not None:
            yield found


def run_in_slices(
    scenario: Scenario, answers: Sequence[Answered], slice_events: int
) -> Iterator[tuple[Answered, Judgement] | None]:
    """`run_by_value` for a screen that must breathe meanwhile: None after every `slice_events` events of the work.

    Raises DivergedError if the answers do not fit the scenario.
    """
    world = World(scenario, intervals=False)
    for place, given in enumerate(answers):
        for _ in _run_in_slices(world, given, slice_events):
            yield None
        subject = _subject(world, given, answers[place + 1 :])
        if subject is not None:
            choice = subject.choice if isinstance(subject, Kept) else _asked(subject).choice
            if choice.value is not None and choice.horizon > 0:
                moment = world.fork(player=Player())
                for judgement in _by_value(moment, subject, choice, given.value, FUTURES, slice_events):
                    yield None if judgement is None else (given, judgement)
        world.take(given)


def _run_to(world: World, given: Answered) -> None:
    """To where a recorded answer was given."""
    for _ in _run_in_slices(world, given, MOST_EVENTS):
        pass


def _run_in_slices(world: World, given: Answered, slice_events: int) -> Iterator[None]:
    """To where a recorded answer was given, with a pause after every `slice_events` events."""
    done = 0
    while world.count < given.after and world.step():
        done += 1
        if done % slice_events == 0:
            yield
    if world.count != given.after:
        raise DivergedError(f"no event {given.after}: the run stands at event {world.count}")
    world.advance(given.at)


def _subject(world: World, given: Answered, later: Sequence[Answered]) -> Subject | None:
    """What a recorded answer is about, in the world that stands where it was given; None if it was about nothing."""
    if given.how != "keep":
        return question_of(world, given) or offer_of(world, given)
    protocol = world.nodes[given.node].protocol
    assert protocol is not None
    choice = protocol.choice(given.choice)
    for other in later:
        if other.how == "keep" and (other.node, other.choice) == (given.node, given.choice):
            # Changed before anything happened: it answered nothing. (Keeping is an event of its own.)
            return Kept(given.node, choice, other.at - world.now) if other.after > given.after + 1 else None
    return Kept(given.node, choice, world.scenario.limit - world.now)


def _worth(mine: Sequence[int], books: Sequence[int]) -> Worth:
    """Better or costly if the mean difference is more than two standard errors of the paired differences from nought,
    and more than a hundredth of the book's mean. Whole numbers throughout: every machine judges alike."""
    differences = [a - b for a, b in zip(mine, books, strict=True)]
    count = len(differences)
    total = sum(differences)
    if abs(total) * 100 <= abs(sum(books)):
        return Worth.AS_GOOD
    # The mean is total / n, its standard error sqrt((n Σd² − total²) / (n² (n − 1))); both sides times n.
    spread = count * sum(d * d for d in differences) - total * total
    if count > 1 and abs(total) <= 2 * isqrt(spread // (count - 1)):
        return Worth.AS_GOOD
    return Worth.BETTER if total > 0 else Worth.COSTLY


def diagnose(scenario: Scenario, answers: Sequence[Answered]) -> list[Diagnosis]:
    """Which personas answer as this run's player did, the most telling first; only those that told more than they
    spoke against. Raises DivergedError if the answers do not fit the scenario."""
    world = World(scenario, intervals=False)
    told: dict[tuple[str, str], list[int]] = {}
    for given in answers:
        _run_to(world, given)
        question = question_of(world, given)
        asked = question.asked if question is not None else offer_of(world, given)
        node = world.nodes.get(given.node)
        if asked is not None and node is not None and not asked.choice.chance:
            book = asked.book
            for persona in node.personas:
                answer = persona.answers.get(given.choice)
                if answer is None or (wanted := answer(asked)) == book:
                    continue
                told.setdefault((persona.name, persona.words), [0, 0])[0 if wanted == given.value else 1] += 1
        world.take(given)
    world.run(limit=MOST_EVENTS)
    for verdict in world.verdicts:
        if verdict.label == OMITTED and verdict.persona:
            words = next(
                persona.words for persona in world.nodes[verdict.node].personas if persona.name == verdict.persona
            )
            told.setdefault((verdict.persona, words), [0, 0])[0] += 1
    found = [Diagnosis(name, words, counts[0], counts[1]) for (name, words), counts in told.items()]
    return sorted(
        (one for one in found if one.told > one.against), key=lambda one: (one.against - one.told, one.persona)
    )


def question_of(world: World, given: Answered) -> Question | None:
    """The open question that a recorded answer answers."""
    for question in world.questions:
        if given.how == "answer" and (question.node, question.asked.choice.name) == (given.node, given.choice):
            return question
    return None


def offer_of(world: World, given: Answered) -> Asked | None:
    """The standing offer that a recorded move takes up."""
    if given.how == "move":
        for asked in world.offers(given.node):
            if asked.choice.name == given.choice:
                return asked
    return None
