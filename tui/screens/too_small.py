"""Shown while the terminal is smaller than 80x24. It swallows every key, so that nothing happens unseen."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.language import said

LEAST = Size(80, 24)
"""What a screen needs that does not say otherwise."""


class TooSmallScreen(ModalScreen[None]):
    """Says how large the terminal is and how large it has to be; the app takes it away when it fits."""

    def __init__(self, least: Size = LEAST) -> None:
        super().__init__()
        self._least = least

    def compose(self) -> ComposeResult:
        yield Static()

    def on_mount(self) -> None:
        self.show(self.app.size, self._least)

    def show(self, size: Size, least: Size) -> None:
        """Say the size, and that needed, in as many words as have room."""
        words = [
            said("This terminal is {width} x {height}.").format(width=size.width, height=size.height),
            said("Ackademy needs {width} x {height}.").format(width=least.width, height=least.height),
            "",
            said("Everything waits."),
            said("Make it larger to go on,"),
            said("or ^q to leave."),
        ]
        if size.width < max(map(len, words)) or size.height < len(words):
            words = [
                said("{width} x {height}: too small").format(width=size.width, height=size.height),
                said("{width} x {height} needed").format(width=least.width, height=least.height),
                said("^q leaves"),
            ]
        for static in self.query(Static):  # none, while this screen is only about to be shown
            static.update("\n".join(words[: max(1, size.height)]))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
