"""Input goes first: whoever works in the background hears of a key press before Textual takes it up.

Textual reads the terminal in a thread of its own, and hands what was typed to its event loop. A key that comes while
that loop is busy waits; and its way to the screen takes five turns of the loop, in each of which others may be busy.
"""

from __future__ import annotations

import codecs
import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.message import Message

from tui.bursts import MOST, PAUSE, Bursts

IDLE = 0.1
"""Seconds after which the thread that reads sees whether it is to end, and whether an Esc stands alone."""

DOES_SOMETHING = (events.Key, events.MouseDown, events.MouseUp, events.MouseScrollDown, events.MouseScrollUp)
"""Not the mouse's moving about: it would hold up the world for as long as it lasts."""


class Lasting:
    """A terminal as a file that takes what is written also when it has gone, and tells of that once.

    Textual's thread that writes would die of it; then what waits for that thread fills up, and whoever paints waits
    for ever.
    """

    def __init__(self, file: Any, gone: Callable[[], None]) -> None:
        self._file = file
        self._gone = gone
        self._is_there = True

    def _do(self, what: Callable[..., object], *words: object) -> None:
        if self._is_there:
            try:
                what(*words)
            except (OSError, ValueError):
                self._is_there = False
                self._gone()

    def write(self, text: str) -> None:
        """Write it, or nothing."""
        self._do(self._file.write, text)

    def flush(self) -> None:
        """Flush, or nothing."""
        self._do(self._file.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def input_first(
    driver: type[Driver], heard: Callable[[], None], gone: Callable[[], None] = lambda: None
) -> type[Driver]:
    """This driver, but `heard` is called with every key and click, in the thread that reads the terminal; and `gone`
    once the terminal is found to have gone, in whatever thread.

    Both must be quick, and safe to call from any thread.
    """

    class InputFirst(driver):  # type: ignore[valid-type, misc]
        _file: Any

        def __init__(self, *words: Any, **how: Any) -> None:
            super().__init__(*words, **how)
            self.written = 0
            """What has been sent so far, in characters."""
            file = getattr(self, "_file", None)
            if file is not None:
                self._file = Lasting(file, gone)

        @property
        def backlog(self) -> int:
            """How many writes wait for the terminal to take them."""
            thread = getattr(self, "_writer_thread", None)
            return 0 if thread is None else int(thread._queue.qsize())

        def write(self, data: str) -> None:
            """Write it; where the terminal is a page, and its server has gone, that is told instead of raised."""
            self.written += len(data)
            try:
                super().write(data)
            except OSError:
                if not self.is_web:
                    raise
                gone()

        def send_message(self, message: Message) -> None:
            if isinstance(message, DOES_SOMETHING):
                heard()
            super().send_message(message)

        def run_input_thread(self) -> None:
            """Textual's own loop with two things besides: what was pasted is one message, however it comes, and an end
            of what there is to read means that the terminal has gone."""
            if self.is_web:  # it reads packets; a browser says itself what was pasted
                super().run_input_thread()
                if not self.exit_event.is_set():
                    gone()
                return
            parser, bursts = XTermParser(), Bursts()
            decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
            while not self.exit_event.is_set():
                try:
                    ready, _, _ = select.select([self.fileno], [], [], PAUSE if bursts.is_pasting else IDLE)
                    data = os.read(self.fileno, MOST) if ready else None
                except OSError:
                    data = b""
                if data == b"":
                    gone()
                    break
                now = time.monotonic()
                for pasted, text in bursts.cut(decode(data), now) if data else bursts.pause(now):
                    for message in [events.Paste(text)] if pasted else parser.feed(text):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
            with suppress(EOFError, ParseError):
                for _ in parser.feed(""):
                    pass

        def _sigcont_application(self, *_: object) -> None:
            # A hang-up comes with a SIGCONT, too. Only who has stopped (see LinuxDriver) may go on: else there would be
            # two threads each for what is read and what is written.
            if self._must_signal_resume:
                super()._sigcont_application(*_)

    return InputFirst
