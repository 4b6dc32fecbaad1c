"""Chance without a stream: every draw is a digest of (seed, asker, choice, content, how often seen).

One more packet somewhere does not shift anybody's later luck; two branches of a run differ by the move, not by the
dice.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

from core.kernel.data import canonical

T = TypeVar("T")


class Dice:
    """The dice for one question: an endless row of draws that depend on the key alone."""

    __slots__ = ("_drawn", "_key")

    def __init__(self, seed: int, *parts: object) -> None:
        self._key = blake2b(canonical((seed, *parts)), digest_size=16).digest()
        self._drawn = 0

    def bits(self) -> int:
        """The next 64 bits."""
        self._drawn += 1
        return int.from_bytes(blake2b(self._drawn.to_bytes(8, "big"), digest_size=8, key=self._key).digest(), "big")

    def below(self, bound: int) -> int:
        """A whole number in [0, bound). Raises ValueError if bound is not positive."""
        if bound <= 0:
            raise ValueError("the bound of a draw must be positive")
        return (self.bits() * bound) >> 64 if bound < 1 << 32 else ((self.bits() << 64 | self.bits()) * bound) >> 128

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + self.below(high - low + 1)

    def chance(self, probability: float) -> bool:
        """True with this probability (0 to 1)."""
        return probability > 0 and self.bits() < int(probability * (1 << 64))

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        return options[self.below(len(options))]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different options (fewer if there are fewer), in random order."""
        rest = list(options)
        return [rest.pop(self.below(len(rest))) for _ in range(min(count, len(rest)))]
