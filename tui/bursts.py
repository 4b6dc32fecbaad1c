"""What a terminal sends, cut into keys and what was pasted.

A terminal without bracketed paste sends what is pasted as so many single keys, as fast as they are taken: in the game
each is a command, or a picture. So text that comes faster than anybody types is a paste, wherever its pieces are cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BURST = 64
"""So many characters within `WINDOW` nobody types; a key that is held down repeats some four times in it."""
WINDOW = 0.1
"""Seconds."""
PAUSE = 0.05
"""Seconds. What follows a burst without such a pause belongs to it."""
MOST = 4096
"""Characters that are handed on as one paste."""

START, END = "\x1b[200~", "\x1b[201~"
_PIECES = re.compile(
    r"(?P<plain>[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+)"  # text, with tabs and ends of lines
    r"|\x1b(?:\[[0-?]*[ -/]*(?:[@-~]|(?P<cut>\Z)|)|O?(?:[^\[O]|(?P<bare>\Z)|))"  # an escape sequence, perhaps cut
    r"|.",  # another control character: a command, whatever comes before
    re.DOTALL,
)


class Bursts:
    """Cuts text as it comes. What is a terminal's own paste, in brackets, is left as it is."""

    def __init__(self) -> None:
        self._pasted = ""
        self._since = self._last = float("-inf")
        self._count = 0
        self._is_bracketed = False
        self._beginning = ""  # of an escape sequence whose end has not come

    @property
    def is_pasting(self) -> bool:
        """Is something held back, which `pause` will hand on?"""
        return bool(self._pasted)

    def cut(self, text: str, now: float) -> Iterator[tuple[bool, str]]:
        """(Was it pasted?, the text) of each piece that is complete, in order. `now` is in seconds."""
        told = len(self._beginning)
        text = self._beginning + text
        at = 0
        while at < len(text):
            piece = _PIECES.match(text, at)
            assert piece is not None
            at = piece.end()
            if piece["plain"] is not None and not self._is_bracketed and self._is_burst(len(piece[0]), now):
                self._pasted += piece[0]
                while len(self._pasted) >= MOST:
                    yield True, self._pasted[:MOST]
                    self._pasted = self._pasted[MOST:]
                continue
            yield from self._flush()
            self._beginning = piece[0] if piece["cut"] is not None or piece["bare"] is not None else ""
            if piece[0] in (START, END):
                self._is_bracketed = piece[0] == START
            if rest := piece[0][told:]:
                yield False, rest
            told = 0

    def pause(self, now: float) -> Iterator[tuple[bool, str]]:
        """What was held back, if nothing has followed it for long enough."""
        if now - self._last >= PAUSE:
            yield from self._flush()

    def _flush(self) -> Iterator[tuple[bool, str]]:
        if self._pasted:
            pasted, self._pasted = self._pasted, ""
            yield True, pasted

    def _is_burst(self, count: int, now: float) -> bool:
        if now - self._since > WINDOW:
            self._since, self._count = now, 0
        self._count += count
        goes_on = now - self._last < PAUSE
        if self._count < BURST and not goes_on:
            return False
        self._last = now
        return True
