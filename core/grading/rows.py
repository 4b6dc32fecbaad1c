"""What is found out about one run file, and what was wanted of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Any

from core.kernel.choice import Value
from core.kernel.data import as_json
from core.record import Sealed


class Standing(Enum):
    """What a run file is worth."""

    VERIFIED = "verified"
    """It happened so: its seal is whole, and the same answers come to the same end again."""
    REFUSED = "refused"
    """It was changed, or claims what its answers do not come to, or is not of the level that was wanted."""
    OTHER_VERSION = "other version"
    """It was played by another version of the game, which could tell; nobody calls it forged."""
    UNFINISHED = "unfinished"
    """No attempt in it came to an end."""
    UNREADABLE = "unreadable"
    """It is no run file, or cannot be opened, or signatures cannot be checked here."""


def text_digest(text: str) -> str:
    """Which level a text is, letter by letter."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Wanted:
    """What a run should be of; what is left out may be anything.

    level      the digest of the level's text, by `digest_of` (a function of a module: it goes to other processes). A
               run of another text is refused.
    seed       the seed that was given out. A run on another one is reported (Row.remarks), not refused.
    player     the key of the student whose run it is said to be. A run under another key is reported.
    signed     refuse what nobody has signed.
    """

    level: str = ""
    seed: int | None = None
    player: str = ""
    signed: bool = False
    digest_of: Callable[[str], str] = text_digest


@dataclass(frozen=True)
class Figure:
    """One measure of a run, and its par; None if the level has no par of it."""

    value: int
    par: int | None
    unit: str
    higher: bool = False


@dataclass(frozen=True)
class FirstAnswer:
    """The first answer that was given to a case, in whichever attempt.

    kind     "by the book", "as good", "allowed, but costly" or "wrong".
    label    what kind of answer it is, as its room calls it: which rule it keeps or breaks.
    persona  who answers so, if anybody does.
    source   where the rule is written.
    """

    node: str
    choice: str
    case: str
    value: Value
    kind: str
    label: str
    persona: str
    source: str

    @property
    def right(self) -> bool:
        """Is it by the book, or as good?"""
        return self.kind in ("by the book", "as good")


@dataclass(frozen=True)
class Try:
    """An attempt that came to its end, as executed: the how-manieth of the run it was, from 1. `hints` is claimed."""

    number: int
    won: bool
    stars: int
    hints: int


@dataclass(frozen=True)
class Row:
    """One run file, judged.

    file       its path. `id` is the SHA-256 of its lines: which file it is, whatever it is called.
    why        why it is not verified, in words; "" if it is.
    remarks    what is to be known besides, in words: another key or seed than was wanted, say.
    level      the id that it gives its level; `digest`: which text that is (Wanted.digest_of).
    player     the public key that its bytes are signed with; "" if nobody signed. `student`: whose key that is, by a
               roster (core.grading.Roster).
    sealed     "signed", "checksum" (an unsigned run) or "none" (of an older format).
    won, stars, reason, figures, mistakes, time_us  of its best attempt, as executed. `figures`: by measure; `mistakes`:
               by rule, "<choice> <label>", over that attempt.
    attempts   how many were begun; `ended`: how many of them came to an end; `tries`: those, in order.
    first      the first answer to each case, over all attempts.
    handed_over  "<choice> <case>" of what was let run by itself at some time.
    hints, rewinds, unseen, by, began, thought_ms  are claimed: whoever can sign the run, or make a checksum, can write
               there what he likes. `by`: who → how many answers of the best attempt; `thought_ms`: how long its player
               took over each answer of his own, over all attempts.
    """

    file: str
    standing: Standing
    why: str = ""
    remarks: tuple[str, ...] = ()
    id: str = ""
    level: str = ""
    digest: str = ""
    seed: int = 0
    engine: str = ""
    rules: Mapping[str, int] = field(default_factory=dict)
    player: str = ""
    student: str = ""
    sealed: Sealed = Sealed.NONE
    won: bool = False
    stars: int = 0
    reason: str = ""
    time_us: int = 0
    figures: Mapping[str, Figure] = field(default_factory=dict)
    mistakes: Mapping[str, int] = field(default_factory=dict)
    attempts: int = 0
    ended: int = 0
    tries: tuple[Try, ...] = ()
    first: tuple[FirstAnswer, ...] = ()
    handed_over: tuple[str, ...] = ()
    hints: int = 0
    rewinds: int = 0
    unseen: bool = False
    by: Mapping[str, int] = field(default_factory=dict)
    began: str = ""
    thought_ms: tuple[int, ...] = ()

    @property
    def verified(self) -> bool:
        """Did it happen so?"""
        return self.standing is Standing.VERIFIED

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs; what is claimed only stands under "claimed"."""
        data = asdict(self)
        data["standing"], data["sealed"] = self.standing.value, self.sealed.value
        for first, said in zip(data["first"], self.first, strict=True):
            first["value"] = as_json(said.value)
        claimed = {name: data.pop(name) for name in CLAIMED}
        return {**data, "verified": self.verified, "claimed": claimed}


CLAIMED = ("hints", "rewinds", "unseen", "by", "began", "thought_ms")
"""What no re-execution proves."""
