"""The player's own editor, for a file of his: in place of the game, which goes on when it is closed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

USUAL = ("sensible-editor", "editor", "nano", "vi")
"""Editors that a machine has where nobody has said which one he wants."""


class NoEditorError(Exception):
    """No editor can be opened; in words."""


def editor_of(environ: Mapping[str, str] | None = None) -> list[str]:
    """The command of the player's editor: VISUAL, EDITOR, or one that is there. Raises NoEditorError."""
    environ = os.environ if environ is None else environ
    for name in ("VISUAL", "EDITOR"):
        if wanted := environ.get(name, "").strip():
            try:
                words = shlex.split(wanted, posix=sys.platform != "win32")
            except ValueError as error:
                raise NoEditorError(f"{name} is {wanted!r}: {error}") from None
            if shutil.which(words[0], path=environ.get("PATH")) is None:
                raise NoEditorError(f"{name} is {wanted!r}, and there is no such program")
            return words
    usual = ("notepad",) if sys.platform == "win32" else USUAL
    for name in usual:
        if shutil.which(name, path=environ.get("PATH")) is not None:
            return [name]
    raise NoEditorError("there is no editor here: set EDITOR to the one that you want")


def edit(command: list[str], path: Path) -> None:
    """Wait until the editor is closed. Raises OSError where it cannot be started."""
    subprocess.run([*command, str(path)], check=False)
