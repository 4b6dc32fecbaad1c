"""Runs to grade, and what a forger does to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.record import Signer, line_of
from core.record.writing import seal_line
from core.recorder import Recorder
from core.session import Session
from levels.loader import load
from levels.proofs import with_par_figures

LEVELS = ("premise/echo", "pipe/next-byte-please")


def to_question(session: Session) -> None:
    while session.question is None:
        assert not session.over
        session.step()


def finish(session: Session) -> None:
    """By the book to the end."""
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()


def stumble(session: Session) -> None:
    """A hint, a right answer, gone back, and by the book to the end."""
    to_question(session)
    session.hint()
    verdict = session.answer(session.question.asked.book)
    to_question(session)
    session.jump(verdict.event)
    finish(session)


def played(
    path: Path, play: Callable[[Session], None] = finish, level: str = LEVELS[0], seed: int | None = None, **named: Any
) -> Path:
    """A run of the level, played in a session."""
    found = load(level)
    session = Session(with_par_figures(found, seed), hints=("look", "look there"))
    with Recorder(path, session, level=found.id, text=found.text, **named):
        play(session)
    return path


Lines = list[dict[str, Any]]


def lines_of(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def put(path: Path, lines: Lines) -> Path:
    path.write_text("".join(map(line_of, lines)), "utf-8", newline="\n")
    return path


def resealed(path: Path, lines: Lines, signer: Signer | None = None) -> Path:
    """As a patient forger does it: the checksum is made anew."""
    from hashlib import sha256

    lines = [line for line in lines if "seal" not in line]
    text = "".join(map(line_of, lines))
    path.write_text(text + seal_line(sha256(text.encode()).digest(), signer), "utf-8", newline="\n")
    return path


def answers_of(lines: Lines) -> Lines:
    return [line for line in lines if "after" in line]
