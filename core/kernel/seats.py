"""Seats: who answers a choice."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum
from typing import Final, Protocol

from core.kernel.choice import PASS, Asked, Persona, Value
from core.kernel.dice import Dice


class Pending(Enum):
    """The seat has no answer yet."""

    PENDING = "pending"


PENDING: Final = Pending.PENDING


class Seat(Protocol):
    """Answers questions. `waits`: it may say PENDING, so the kernel keeps the node's state until the answer comes."""

    @property
    def waits(self) -> bool: ...

    def answer(self, asked: Asked) -> Value | Pending:
        """The answer, or PENDING."""


class Book:
    """What the standard prescribes; where chance decides, the dice. A standing offer is started when the book does."""

    waits = False

    def answer(self, asked: Asked) -> Value | Pending:
        return asked.book


class PersonaSeat:
    """The book, but for the persona's own answers."""

    waits = False

    def __init__(self, persona: Persona) -> None:
        self.persona = persona

    def answer(self, asked: Asked) -> Value | Pending:
        override = self.persona.answers.get(asked.choice.name, asked.choice.book)
        return override(asked)


class Keeping:
    """The same answer to a choice all the time, as far as it is one; the book where nothing is kept."""

    waits = False

    def __init__(self, kept: tuple[tuple[str, str, Value], ...]) -> None:
        """`kept`: (node, choice, value)."""
        self._kept = {(node, choice): value for node, choice, value in kept}

    def answer(self, asked: Asked) -> Value | Pending:
        value = self._kept.get((asked.node, asked.choice.name), asked.book)
        domain = asked.choice.domain
        if domain.problem(asked, value) and isinstance(value, str):
            with suppress(ValueError):  # as a person types it
                value = domain.parse(asked, value)
        return asked.book if domain.problem(asked, value) else value


class Idle:
    """Nobody: every choice's declared inaction, and no standing offer is ever taken."""

    waits = False

    def answer(self, asked: Asked) -> Value | Pending:
        if asked.choice.chance:
            return asked.book
        return PASS if asked.choice.standing else asked.inaction


class Random:
    """Chance among the candidates; the draw is a digest of the question and this seat's own seed."""

    waits = False

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def answer(self, asked: Asked) -> Value | Pending:
        if asked.choice.chance:
            return asked.book
        dice = Dice(self.seed, "random seat", *asked.dice_key)
        if asked.choice.standing:
            moves = [value for value in asked.candidates if value is not PASS]
            return dice.pick(moves) if moves and dice.chance(0.1) else PASS
        return dice.pick(asked.candidates)


class Player:
    """A person, or whoever answers later by `World.answer`. Standing offers reach a person by `World.move`."""

    waits = True

    def answer(self, asked: Asked) -> Value | Pending:
        return PASS if asked.choice.standing else PENDING
