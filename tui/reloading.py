"""Files that are looked at while they are edited: an open level is read anew when its file has changed."""

from __future__ import annotations

from pathlib import Path

EVERY = 0.4
"""Seconds between two looks."""


class WatchedFile:
    """A file, and whether it has changed since it was looked at last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = self._stamp()

    def changed(self) -> bool:
        """Has it? Says so once. A file that is away just now, as between an editor's two steps, has not."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return False
        self._seen = stamp
        return True

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
