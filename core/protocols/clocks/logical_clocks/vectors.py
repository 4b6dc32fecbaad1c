"""Vectors: who has known of what, a number for each process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from core.protocols.clocks.logical_clocks.messages import Version

Vector: TypeAlias = tuple[int, ...]


def joined(vectors: Iterable[Vector], size: int) -> Vector:
    """Of every number the largest; all 0 if there are no vectors."""
    found = (0,) * size
    for vector in vectors:
        found = tuple(map(max, found, vector))
    return found


def covers(one: Vector, other: Vector) -> bool:
    """Has whoever wrote the one known of the other? No number of the other is larger, and they are not the same."""
    return one != other and all(mine >= its for mine, its in zip(one, other, strict=True))


def newest(versions: Sequence[Version]) -> tuple[Version, ...]:
    """Those that no other covers, each once: only of these can nobody say that they are old."""
    once = tuple(dict.fromkeys(versions))
    return tuple(each for each in once if not any(covers(other.vector, each.vector) for other in once))


def label(version: Version) -> str:
    """Its vector in a line."""
    return " ".join(map(str, version.vector))
