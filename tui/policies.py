"""A player's script of a level: the file that is made of his moves, and is his own once he has changed it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tui.language import later
from tui.progress import Progress

FRESH = later("It is made of your moves: nothing in it is changed yet.")
OWN = later("It is the one that you have changed; n makes another of your moves of now.")


class PolicyFile:
    """The file of one level. `text` is the policy of the moves that were made just now; `is_own`: has the player
    changed what stands there?"""

    def __init__(self, folder: Path, level: str, text: str, progress: Progress) -> None:
        name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in level)
        self.path = folder / f"{name}.py"
        self.text = text
        self._setting = f"policy of {level}"
        self._progress = progress
        self.is_own = False

    @property
    def words(self) -> str:
        """What stands there, for people."""
        return OWN if self.is_own else FRESH

    def prepare(self) -> None:
        """Have the file there: of the moves of now, unless the player has changed it. Raises OSError."""
        try:
            there = self.path.read_bytes()
        except FileNotFoundError:
            there = b""
        self.is_own = bool(there) and _digest(there) != self._progress.setting(self._setting)
        if not self.is_own:
            self._write()

    def look(self) -> None:
        """See whether it has been changed. Raises OSError."""
        self.is_own = _digest(self.path.read_bytes()) != self._progress.setting(self._setting)

    def anew(self) -> Path | None:
        """Make it of the moves of now; where the player's own is kept, None if there was none. Raises OSError."""
        aside = None
        if self.is_own:
            aside, place = self._beside(1), 1
            while aside.exists():
                place += 1
                aside = self._beside(place)
            self.path.replace(aside)
        self._write()
        self.is_own = False
        return aside

    def _beside(self, place: int) -> Path:
        return self.path.with_name(f"{self.path.stem}-{place}.py")

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data = self.text.encode()
        self.path.write_bytes(data)
        self._progress.set_setting(self._setting, _digest(data))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
