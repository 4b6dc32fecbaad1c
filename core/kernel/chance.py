"""Chance in a world: how often each thing was asked before, on which its dice depend; and questions that know it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from core.kernel.choice import Asked, Choice
from core.kernel.data import canonical
from core.kernel.dice import Dice


class Tally:
    """How often each thing was seen. Forks share what was counted before, and count on apart."""

    __slots__ = ("_new", "_old")

    def __init__(self) -> None:
        self._old: tuple[dict[bytes, int], ...] = ()
        """Counts that nobody changes any more, the newest last, each more than twice as many as the next."""
        self._new: dict[bytes, int] = {}

    def get(self, thing: bytes) -> int:
        """How often it was seen."""
        times = self._new.get(thing)
        if times is not None:
            return times
        for counts in reversed(self._old):
            if thing in counts:
                return counts[thing]
        return 0

    def count(self, thing: bytes) -> int:
        """How often it was seen before; from now on it has been seen once more."""
        times = self.get(thing)
        self._new[thing] = times + 1
        return times

    def items(self) -> dict[bytes, int]:
        """All counts."""
        return {thing: times for counts in (*self._old, self._new) for thing, times in counts.items()}

    def fork(self) -> Tally:
        """The same counts, to be continued apart."""
        if self._new:
            new, old = self._new, self._old
            while old and len(old[-1]) <= 2 * len(new):
                new, old = {**old[-1], **new}, old[:-1]
            self._old, self._new = (*old, new), {}
        copy = object.__new__(Tally)
        copy._old, copy._new = self._old, {}
        return copy


class Chance:
    """The dice of one world: every draw follows from the seed, from what is asked, and from how often it was."""

    __slots__ = ("_drawn", "rolled", "seed", "seen")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.seen = Tally()
        self.rolled = False
        """Was any die of this seed thrown?"""
        self._drawn: frozenset[bytes] = frozenset()
        """What was asked of a seat of the world's own that threw dice for it: more such dice may come."""

    def fork(self, seed: int | None) -> Chance:
        """The same past; other dice from here on, if there is another seed."""
        copy = object.__new__(Chance)
        copy.seed = self.seed if seed is None else seed
        copy.seen = self.seen.fork()
        copy.rolled, copy._drawn = self.rolled, self._drawn
        return copy

    def answered(self, asked: Asked) -> None:
        """A seat of the world's own has answered this: did it throw dice?"""
        if asked.fixed is not None:
            content = asked.fixed[3]
            self._drawn |= {b"offered " + content if asked.choice.standing else content}

    def key(self) -> dict[bytes, int]:
        """All that the dice of the future depend on: how often was asked what dice were thrown for."""
        return {thing: self.seen.get(thing) for thing in self._drawn}

    def key_of(self, asked: Asked, counted: bool = True) -> tuple[Any, ...]:
        """(seed, asker, choice, content, how often seen): what the dice of a question depend on.

        `counted`: from now on it has been seen once more.
        """
        content = blake2b(canonical((asked.node, asked.choice.name, dict(asked.subject))), digest_size=16).digest()
        # Seats that are put an offer may decline it for ever, a person is not even asked: that has a count of its own.
        counter = b"offered " + content if counted and asked.choice.standing else content
        times = self.seen.count(counter) if counted else self.seen.get(counter)
        return (self.seed, asked.node, asked.choice.name, content, times)

    def dice(self, asker: str, what: str, *subject: Any) -> Dice:
        """The dice for something that is no question; counted as seen."""
        self.rolled = True
        content = blake2b(canonical(subject), digest_size=16).digest()
        return Dice(self.seed, asker, what, content, self.seen.count(content))


class WorldAsked(Asked):
    """A question whose dice know how often the same was asked in this world."""

    __slots__ = ("_chance",)

    def __init__(
        self, chance: Chance, choice: Choice, node: str, me: Any, subject: Mapping[str, Any], now: int
    ) -> None:
        super().__init__(choice, node, me, subject, now)
        self._chance = chance

    def rebound(self, chance: Chance) -> WorldAsked:
        """The same question, drawing from the chance of another world."""
        twin = WorldAsked(chance, self.choice, self.node, self.me, self.subject, self.now)
        if self.fixed is not None:
            twin.fixed = (chance.seed, *self.fixed[1:])
        return twin

    @property
    def dice(self) -> Dice:
        """The dice for this question: always the same draws, whoever rolls them."""
        self._chance.rolled = True
        return super().dice

    def peek(self) -> None:
        """Fix this question's dice without counting it as seen."""
        self.fixed = self._chance.key_of(self, counted=False)

    @property
    def dice_key(self) -> tuple[Any, ...]:
        """What the dice of this question depend on; counted as seen when first used."""
        if self.fixed is None:
            self.fixed = self._chance.key_of(self)
        return self.fixed
