"""What the pump sleeps on while the clock stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trio


class Wake:
    """One sleeper, and anybody of the session's thread who rouses it. Rousing a pump that does not sleep does nothing:
    it looks at the state of things before it sleeps."""

    def __init__(self) -> None:
        self._event: trio.Event | None = None

    def rouse(self) -> None:
        """Something changed: look again."""
        if self._event is not None:
            self._event.set()

    async def sleep(self) -> None:
        """Until somebody rouses."""
        import trio

        self._event = trio.Event()
        try:
            await self._event.wait()
        finally:
            self._event = None
