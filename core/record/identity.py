"""Who plays: an ed25519 key pair, whose public key is the player's id, and what it signs.

What a signature shows: whoever has the private key has sealed these bytes, and nobody has changed one since. Not who
typed: keys can be lent, and so can chairs.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

CONTEXT = b"ackademy run seal 1\n"
"""Stands before all that is signed: no signature of something else is one of a run."""
MISSING = "signatures need the Python package `cryptography`, which is not installed here: pip install cryptography"
_KEY = re.compile(r"[0-9a-f]{64}")


class IdentityError(ValueError):
    """A key pair cannot be used; in words."""


class Signer(Protocol):
    """Who signs runs."""

    @property
    def player(self) -> str:
        """The public key, in hexadecimal digits."""

    def sign(self, checksum: bytes) -> str | None:
        """The signature of a run with this SHA-256, in hexadecimal digits; None if it cannot be signed."""


@dataclass(frozen=True)
class Identity:
    """A player's key pair. `player` is the public key, by which he is known; `name` is what he calls himself."""

    player: str
    key: str = field(repr=False)
    name: str = ""

    def sign(self, checksum: bytes) -> str | None:
        """The signature of a run with this SHA-256; None where signing is not possible, which never stops a game."""
        try:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        except ImportError:
            return None
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.key)).sign(CONTEXT + checksum).hex()


def is_signed(player: str, checksum: bytes, signature: str) -> bool:
    """Has the private key of this player signed this checksum? Raises IdentityError where that cannot be told."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise IdentityError(MISSING) from None
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(player)).verify(bytes.fromhex(signature), CONTEXT + checksum)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_identity(name: str = "") -> Identity:
    """A new key pair. Raises IdentityError."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        raise IdentityError(MISSING) from None
    key = Ed25519PrivateKey.generate()
    return Identity(key.public_key().public_bytes_raw().hex(), key.private_bytes_raw().hex(), name)


def read_identity(path: Path) -> Identity | None:
    """The key pair in this file; None if there is no such file. Raises IdentityError, OSError."""
    try:
        with path.open("rb") as file:
            raw = file.read(64 * 1024)
    except FileNotFoundError:
        return None
    try:
        data = json.loads(raw)
        player, key, name = data["player"], data["key"], data.get("name", "")
        fine = data["ackademy"] == "identity" and all(isinstance(one, str) for one in (player, key, name))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        fine = False
    if not fine or not _KEY.fullmatch(player) or not _KEY.fullmatch(key):
        raise IdentityError(f"{path} holds no key pair of a player")
    return Identity(player, key, name)


def write_identity(path: Path, identity: Identity) -> None:
    """Write a new key pair, for its owner's eyes only. Raises OSError; FileExistsError where there is one, for a lost
    key is lost for good."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = {"ackademy": "identity", "player": identity.player, "key": identity.key, "name": identity.name}
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        draft.unlink()
    # 0o600 from its first moment: between writing and a later chmod others could read it.
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(json.dumps(data) + "\n")
        os.link(draft, path)  # and not `replace`, which would take the place of a key that is there
    except OSError as error:
        if isinstance(error, FileExistsError) or path.exists():
            raise FileExistsError(error.errno, "there is a key pair already", str(path)) from None
        draft.rename(path)  # a file system without links
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
