"""Numbers of a command line, for argparse: what is none of them is said in words."""

from __future__ import annotations

import argparse


def seed(text: str) -> int:
    """A seed, as a level may have it."""
    from levels.schema import MOST_SEED

    number = whole(text)
    if number > MOST_SEED:
        raise argparse.ArgumentTypeError(f"{text!r} is more than {MOST_SEED}")
    return number


def whole(text: str, least: int = 0) -> int:
    """A whole number of at least `least`."""
    if not text.isascii() or not text.isdigit() or len(text) > 100 or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
    return int(text)


def positive(text: str) -> int:
    """A whole number of at least 1."""
    return whole(text, 1)
