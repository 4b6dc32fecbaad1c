"""Pictures as text, beside the tests: readable in a diff, and written anew on request.

A test says `same(name, text)`. With ACKADEMY_SNAPSHOTS=write the files are written instead of compared; look at what
has changed before it is committed.
"""

import os
from pathlib import Path

FOLDER = Path(__file__).with_name("shots")


def same(name: str, text: str) -> None:
    """The text is what `shots/NAME.txt` says."""
    path = FOLDER / f"{name}.txt"
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    if os.environ.get("ACKADEMY_SNAPSHOTS") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
        return
    assert path.is_file(), f"there is no {path.name} yet: ACKADEMY_SNAPSHOTS=write"
    assert text == path.read_text("utf-8"), f"{path.name} shows another picture"
