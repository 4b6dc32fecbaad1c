"""Who signs the runs that are played here: see core.record.identity."""

from __future__ import annotations

import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tui.language import said
from tui.platform import Paths, error_words

if TYPE_CHECKING:
    from core.record import Identity


def signer_of(paths: Paths) -> tuple[Identity | None, str]:
    """Who has signed in here, None if nobody has; and why what is played cannot be signed although somebody has, in
    words. Nothing of this stops a game: a run without a signature is a run."""
    from core.record import IdentityError, read_identity

    try:
        found = read_identity(paths.identity)
    except (IdentityError, OSError) as error:
        return None, said("This run is not signed: {error}", error=error_words(error))
    if found is not None and find_spec("cryptography") is None:  # a header that names a player wants his signature
        return None, said("This run is not signed: the Python package cryptography is not installed")
    return found, ""


def now() -> str:
    """This moment, as a run file tells it."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")
