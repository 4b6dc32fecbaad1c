"""Those outside: who keeps a session's time as long as they are there, because they do not wait."""

from __future__ import annotations

from typing import Protocol


class Outside(Protocol):
    """What a session must know of them (core.live makes it so). While they are there the world keeps the time of day:
    no pausing, no other pace, no stepping, no going back."""

    @property
    def over(self) -> bool:
        """Are they gone?"""

    def catch_up(self) -> None:
        """Before something is done: let the world run up to the present."""

    def changed(self) -> None:
        """Something was done: let out what leaves, and mind the timers that were set."""
