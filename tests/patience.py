"""How long a test waits for what is sure to come.

What real transports, processes and terminals do takes as long as the machine lets it. So a test waits for an event,
never for a time, and what it claims is counted. Its end is there for a program that hangs: no busy machine comes near
it, and nothing follows from how much of it was used.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

ENOUGH = 300
"""Seconds."""


async def until(condition: Callable[[], object]) -> None:
    """Wait, in Textual, for what an engine at work brings about: a pilot would wait for the engine to rest."""
    end = time.monotonic() + ENOUGH
    while not condition():
        assert time.monotonic() < end, "it does not come to that"
        await asyncio.sleep(0.005)
