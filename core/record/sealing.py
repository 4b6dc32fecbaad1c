"""Run files: was anything changed since it was written, and who has signed it?

Every file of format 4 ends in a seal: the SHA-256 of all bytes before it, signed if its player has signed in
(`ackademy sign-in`). Whoever changes a byte breaks the seal. He may make a new one: of a signed run not without the
private key, of an unsigned one easily. What of that re-execution does not prove (see core.grading) is claimed, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.record.identity import is_signed
from core.record.run import FORMAT, Run


class Sealed(Enum):
    """How the bytes of a run file are held together."""

    SIGNED = "signed"
    CHECKSUM = "checksum"
    NONE = "none"


@dataclass(frozen=True)
class Sealing:
    """How a run is sealed; `problem`: in words what is wrong with that, "" if nothing is."""

    sealed: Sealed
    problem: str = ""


def sealing_of(run: Run) -> Sealing:
    """Look at the seals of a run. Raises IdentityError where no signature can be checked."""
    if run.header.format < FORMAT:
        return Sealing(Sealed.NONE)
    sealed = Sealed.SIGNED if run.header.player else Sealed.CHECKSUM
    if run.cr_lf:
        return Sealing(
            sealed, "something on its way has changed its line ends to CR LF: the file as it was written is wanted"
        )
    before = 1
    for seal in run.seals:
        if seal.said != seal.found:
            lines = f"line {before}" if before == seal.line - 1 else f"one of the lines {before} to {seal.line - 1}"
            return Sealing(sealed, f"{lines} was changed, added or taken out after it was sealed in line {seal.line}")
        before = seal.line + 1
    if not run.seals:
        return Sealing(sealed, "it has no seal: the game was killed, or its last lines were taken away")
    last = run.seals[-1]
    if run.torn or last.line != run.last_line:
        words = f"what follows line {last.line} has no seal: the game was killed while it went on, or this was added"
        return Sealing(sealed, words)
    if run.header.player and not last.signature:
        return Sealing(sealed, "it names a player who has not signed it")
    if last.signature and not run.header.player:
        return Sealing(sealed, "it is signed, but names no player")
    if last.signature and not is_signed(run.header.player, bytes.fromhex(last.said), last.signature):
        return Sealing(sealed, "its signature is not that of the player whom it names")
    return Sealing(sealed)
