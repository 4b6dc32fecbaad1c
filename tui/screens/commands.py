"""Every command, found by its name."""

from __future__ import annotations

from typing import Any

from textual.command import CommandPalette
from textual.worker import Worker, WorkerState


class CommandsScreen(CommandPalette):
    """Textual's palette, whose search may outlive it.

    Textual (8.2) starts a search at each letter as a worker. One that begins when the palette has just been left finds
    no list to fill, and its error would end the app.
    """

    def run_worker(self, work: Any, *positional: Any, **named: Any) -> Worker[Any]:
        """As everywhere, but an error comes to `on_worker_state_changed`, and does not end the app by itself."""
        return super().run_worker(work, *positional, **{**named, "exit_on_error": False})

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Nobody waits for what is searched after it was left; any other error is one."""
        if event.state is WorkerState.ERROR and self.is_current and event.worker.error is not None:
            raise event.worker.error
