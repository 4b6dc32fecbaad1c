"""A live level by lines: the program outside does not wait while a line is typed; what it does is told as it comes."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from io import UnsupportedOperation
from pathlib import Path
from typing import TextIO

import trio

from core.live import LiveError
from core.live.session import FRAME, LiveSession
from core.session import Session
from levels.schema import Level
from tui import plain
from tui.live import dated, face, live_session
from tui.plain_lines import Lines
from tui.platform import EXIT_USAGE, error_words, find_paths
from tui.progress import Progress


def play(
    level: Level,
    *,
    seed: int | None = None,
    record: Path | None = None,
    lines: TextIO | None = None,
    out: Callable[[str], None] = print,
    progress: Progress | None = None,
) -> int:
    """Play a live level by lines; the exit status, as of `tui.plain.play`: 2 also where its program cannot be had.

    `progress`: where it is remembered; None: in this player's own file.
    """
    from core.live.programs import PROGRAMS

    program = PROGRAMS.get(level.program)
    missing = program.missing() if program is not None else "it names no program that comes to it"
    if missing:
        print(f"ackademy play: {level.id} cannot be played on this machine: {missing}", file=sys.stderr)
        return EXIT_USAGE
    assert program is not None
    if instead := program.instead():
        out(f"{instead[:1].upper()}{instead[1:]}.")
    level = dated(level)
    closers: list[Callable[[], None]] = []

    def start(number: int | None) -> Session:
        session = live_session(level, number)
        closers.append(face(level, session))
        return session

    kept = progress or Progress(find_paths().progress)
    try:
        return plain.play(
            level, seed=seed, record=record, lines=lines, out=out, progress=kept, start=start,
            go=lambda told: trio.run(partial(converse, told)),
        )  # fmt: skip
    except (LiveError, OSError) as error:
        words = error_words(error) if isinstance(error, OSError) else error
        print(f"ackademy play: {level.id} cannot be played on this machine: {words}", file=sys.stderr)
        return EXIT_USAGE
    finally:
        for close in closers:
            close()
        if progress is None:
            kept.close()


async def converse(told: Lines) -> int:
    """Let the session run, and its player type, until it is over or left; the exit status."""
    session = told.session
    assert isinstance(session, LiveSession)
    told.head()
    told.out('Type "help" for the words that work here, "quit" to leave. Nobody waits for you.')
    async with trio.open_nursery() as running:
        running.start_soon(session.run)
        async with trio.open_nursery() as typing:
            sender, heard = trio.open_memory_channel[str](0)
            typing.start_soon(_pass_on, _typed(told.source), sender)
            left = await _talk(told, session, heard)
            typing.cancel_scope.cancel()
        session.live.end()
        session.close()  # its ports close, and what came is put into the run
    if left:
        told.out("You have left the level.")
        return 1
    told.tell()
    told.end()
    return 0 if session.outcome is not None and session.outcome.won else 1


async def _talk(told: Lines, session: LiveSession, heard: trio.MemoryReceiveChannel[str]) -> bool:
    """Tell and hear until it is over; has the player left before?"""
    put = None
    while not session.over:
        told.tell()
        question = session.question
        if question is not None and question is not put:
            told.put(question.asked)
        put = question
        if question is None and not told.able():
            await trio.sleep(FRAME)  # what is typed ahead waits for its question
            continue
        with trio.move_on_after(FRAME):
            try:
                text = await heard.receive()
            except trio.EndOfChannel:
                return True
            if text in ("quit", "exit"):
                return True
            if session.question is not None:
                told.reply(session.question.asked, text)
            elif text:
                told.act(text)
    return False


async def _pass_on(lines: AsyncIterator[str], to: trio.MemorySendChannel[str]) -> None:
    async with to:
        async for line in lines:
            await to.send(line)


async def _typed(source: TextIO) -> AsyncIterator[str]:
    """The lines of a stream as they come, without its line ends. A terminal and a pipe are waited for without a thread:
    one that still reads when all is over would hold the process."""
    try:
        number = source.fileno()
    except (UnsupportedOperation, AttributeError, ValueError):
        for line in source:
            yield line.strip()
            await trio.lowlevel.checkpoint()
        return
    if sys.platform == "win32":
        while line := await trio.to_thread.run_sync(source.readline, abandon_on_cancel=True):
            yield line.strip()
        return
    rest = b""
    while True:
        with suppress(OSError):  # a plain file is always readable
            await trio.lowlevel.wait_readable(number)
        data = os.read(number, 4096)
        if not data:
            break
        *whole, rest = (rest + data).split(b"\n")
        for one in whole:
            yield one.decode(source.encoding or "utf-8", "replace").strip()
    if rest:
        yield rest.decode(source.encoding or "utf-8", "replace").strip()
