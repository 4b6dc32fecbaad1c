"""Input goes first: whoever works in the background hears of a key press before Textual takes it up.

Textual reads the terminal in a thread of its own, and hands what was typed to its event loop. A key that comes while
that loop is busy waits; and its way to the screen takes five turns of the loop, in each of which others may be busy.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.driver import Driver
from textual.message import Message

DOES_SOMETHING = (events.Key, events.MouseDown, events.MouseUp, events.MouseScrollDown, events.MouseScrollUp)
"""Not the mouse's moving about: it would hold up the world for as long as it lasts."""


def input_first(driver: type[Driver], heard: Callable[[], None]) -> type[Driver]:
    """This driver, but `heard` is called with every key and click, in the thread that reads the terminal.

    `heard` must be quick, and safe to call from any thread.
    """

    class InputFirst(driver):  # type: ignore[valid-type, misc]
        def send_message(self, message: Message) -> None:
            if isinstance(message, DOES_SOMETHING):
                heard()
            super().send_message(message)

    return InputFirst
