"""The garbage collector beside a running world."""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 10, 20)
"""New objects before a round over the youngest, and so many of those before one over the older, and the oldest."""


def relax() -> None:
    """Let the collector go its rounds less often: of a process that runs worlds.

    A running world makes thousands of objects a second and no circles: a round of the youngest every 700 finds nothing,
    and takes a fifth of the world's time.
    """
    gc.set_threshold(*THRESHOLDS)


def spare() -> None:
    """Take all that exists by now out of the collector's rounds.

    Modules, rooms and levels stay for good; a full round over them, while a level runs, holds up the screen for 50 ms.
    """
    gc.freeze()
