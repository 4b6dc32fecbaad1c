"""`ackademy sign-in`: a key of one's own, with which one's runs are signed from then on."""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE, error_words, find_paths

if TYPE_CHECKING:
    from core.record import Identity

SUMMARY = "make a key of your own; what you play is signed with it from then on"
EXAMPLES = """\
  ackademy sign-in                  make the key, once; then: show who you are
  ackademy sign-in --name "Ada L."  with what you call yourself
  ackademy sign-in --json

Give the id that it prints to whoever grades you, and the file that it names to
nobody: it is you. Copy that file to play on another machine as the same player.
"""
MOST_NAME = 80


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--name", default="", help="what you call yourself; it stays beside the key")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def main(args: argparse.Namespace) -> int:
    """Make the key pair if there is none, and say who one is; return 0, or 2 if that could not be done."""
    from core.record import IdentityError

    path = find_paths().identity
    try:
        identity, new = _identity(path, args.name)
        opened = not new and _close(path)
    except (IdentityError, OSError) as error:
        print(f"ackademy sign-in: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    if args.json:
        said = {"player": identity.player, "name": identity.name, "file": str(path), "new": new}
        print(json.dumps(said))
        return 0
    if args.name and identity.name != args.name and not new:
        known = f" as {identity.name}" if identity.name else ""
        print(f"You have signed in before{known}; that stays.", file=sys.stderr)
    if opened:
        print(f"Others could read {path}; now only you can.", file=sys.stderr)
    if new:
        print(f"You are signed in{f', {identity.name}' if identity.name else ''}: what you play is signed from now on.")
    print(f"Your id:   {identity.player}")
    print(f"Your key:  {path} (keep it: nobody can make it again)")
    return 0


def _identity(path: Path, name: str) -> tuple[Identity, bool]:
    """Who has signed in here, and whether that is new."""
    from core.record import IdentityError, is_signed, new_identity, read_identity, write_identity

    if len(name) > MOST_NAME or not name.isprintable():
        raise IdentityError(f"a name is one line of at most {MOST_NAME} letters")
    found = read_identity(path)
    if found is None:
        try:
            made = new_identity(name)
            write_identity(path, made)
            return made, True
        except FileExistsError:  # somebody signs in beside us
            found = read_identity(path)
            assert found is not None
    probe = bytes(32)
    if not is_signed(found.player, probe, found.sign(probe) or "00"):
        raise IdentityError(f"in {path} the id is not that of the key")
    return found, False


def _close(path: Path) -> bool:
    """Let nobody but its owner read the key; could others?"""
    if os.name != "posix" or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return False
    path.chmod(0o600)
    return True
