"""The circle of identifiers: arithmetic modulo 2^m, clockwise (Stoica et al. 2003 §IV.B, §IV.C)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def in_half_open(number: int, low: int, high: int, size: int) -> bool:
    """Does `number` lie in (low, high], clockwise on a circle of `size`? (x, x] is the whole circle."""
    return low % size == high % size or 0 < (number - low) % size <= (high - low) % size


def in_open(number: int, low: int, high: int, size: int) -> bool:
    """Does `number` lie in (low, high), clockwise? (x, x) is the whole circle without x."""
    arc = (high - low) % size or size
    return 0 < (number - low) % size < arc


def ahead(here: int, there: int, size: int) -> int:
    """Steps clockwise from `here` to `there`, in [0, size)."""
    return (there - here) % size


def apart(one: int, other: int, size: int) -> int:
    """The distance of two identifiers whichever way is shorter: what "nearest" wrongly means to a beginner."""
    return min(ahead(one, other, size), ahead(other, one, size))


def successor_of(key: int, nodes: Iterable[int], size: int) -> int:
    """The first node at or clockwise after `key`: the owner of the key. Raises ValueError without nodes."""
    return min(nodes, key=lambda node: ahead(key, node, size))


def predecessor_of(key: int, nodes: Iterable[int], size: int) -> int:
    """The first node strictly before `key`, going back. Raises ValueError without nodes."""
    return min(nodes, key=lambda node: ahead(node, key, size) or size)


def finger_start(node: int, entry: int, bits: int) -> int:
    """Where finger `entry` (from 1 to m) begins: (node + 2^(entry-1)) mod 2^m."""
    return (node + (1 << (entry - 1))) % (1 << bits)


def fingers_of(node: int, nodes: Sequence[int], bits: int) -> list[int]:
    """The finger table of `node` in a ring of `nodes`: entry i is the successor of (node + 2^(i-1)) mod 2^m."""
    return [successor_of(finger_start(node, entry, bits), nodes, 1 << bits) for entry in range(1, bits + 1)]
