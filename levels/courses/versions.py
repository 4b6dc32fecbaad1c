"""Ranges of versions: by which versions of the engine a course is played."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(r"(>=|<=|>|<|==|=)?\s*([0-9]+(?:\.[0-9]+)*)")
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")


@dataclass(frozen=True)
class Range:
    """Bounds on a version, all of which hold: (sign, release numbers)."""

    bounds: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Range:
        """The range in a text such as ">=0.1, <1". Raises ValueError in words."""
        bounds = []
        for part in text.split(","):
            found = _PART.fullmatch(part.strip())
            if not found or len(found[2]) > 40:
                raise ValueError(f'{text!r} is no range of versions: such as ">=0.1, <1"')
            bounds.append((found[1] or "==", _numbers(found[2])))
        return cls(tuple(bounds))

    def has(self, version: str) -> bool:
        """Is this version within it? One that is not known ("0": it runs uninstalled) is given the benefit of the
        doubt."""
        if version in ("0", "unknown"):
            return True
        release = _RELEASE.match(version)
        here = _numbers(release[0]) if release else ()
        return all(_holds(here, sign, bound) for sign, bound in self.bounds)

    def __str__(self) -> str:
        return ", ".join(f"{sign}{'.'.join(map(str, bound))}" for sign, bound in self.bounds)


def _numbers(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _holds(here: tuple[int, ...], sign: str, bound: tuple[int, ...]) -> bool:
    if sign in ("==", "="):
        return here == bound
    return {">=": here >= bound, "<=": here <= bound, ">": here > bound, "<": here < bound}[sign]
