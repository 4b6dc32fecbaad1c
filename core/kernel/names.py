"""What names of nodes say."""

from __future__ import annotations


def number_of(name: str) -> int:
    """The number at the end of a node's name: 7 of p7, 12 of 12. Raises ValueError, in words, if there is none."""
    digits = name[len(name.rstrip("0123456789")) :]
    if not digits:
        raise ValueError(f"{name} has no number at the end of its name")
    return int(digits)
