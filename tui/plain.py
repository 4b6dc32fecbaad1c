"""Plain play: the same levels as lines of text, on any terminal, for a screen reader, or over a pipe.

They are played, written down and remembered as on the screen; recorded runs are told as lines, too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TextIO

from core.kernel.shown import Turn
from core.kernel.trace import SEND
from core.kernel.world import Answered, DivergedError, World
from core.record import Replay, result_of
from core.recorder import Recorder, Unfinished, journal_name, unfinished
from core.session import Session, par_of
from levels.daily import Situation
from levels.loader import feed
from levels.schema import Level
from tui.bridge import (
    Bridge,
    Figure,
    log_line,
    session_at,
    session_of,
    turn_line,
)
from tui.bridge.doom import Doom
from tui.ending import proof_of
from tui.model import STAR_WORDS, star_glyphs
from tui.plain_lines import Lines
from tui.platform import EXIT_USAGE, error_words, find_paths, free_name
from tui.progress import Progress
from tui.signing import now, signer_of


def play_acts(level: Level, *, seed: int | None = None, record: Path | None = None) -> int:
    """Play a level by lines, one act after the other as far as they are won; the last exit status. See `play`."""
    worlds: dict[int, World] = {}
    with closing(Progress(find_paths().progress)) as progress:
        if progress.problem:
            print(progress.problem, file=sys.stderr)
        if level.edition != 1:  # what was won before is noted before anything of it is played
            first = level.id.partition("#")[0]
            progress.stars_by_edition(first, f"{first}#{level.of}" if level.of > 1 else first, level.edition)
        status = play(level, seed=seed, record=record, ended=partial(worlds.__setitem__, level.act), progress=progress)
        for begun, act in enumerate(level.acts, 2):
            if status != 0 or record is not None:
                break
            print()
            played = feed(act, worlds[act.fed]) if act.fed else act
            ended = partial(worlds.__setitem__, act.act)
            status = play(played, seed=seed, ended=ended, progress=progress, begun=begun)
    return status


def play(
    level: Level,
    *,
    seed: int | None = None,
    record: Path | None = None,
    lines: TextIO | None = None,
    out: Callable[[str], None] = print,
    ended: Callable[[World], None] = lambda world: None,
    progress: Progress | None = None,
    begun: int = 1,
    start: Callable[[int | None], Session] | None = None,
    go: Callable[[Lines], int] | None = None,
) -> int:
    """Play one level by lines; the exit status: 0 won, 1 lost or left, 2 if it cannot be recorded where it should.

    `ended` is told the world as it was left. `progress`: where it is remembered; None: nowhere. `begun`: how many acts
    of the level have been, this one included. `start` begins a session on a seed, and `go` plays it: those of a level
    that waits for its player, if they are not given."""
    start = start or (lambda seed: session_of(level, seed, paused=True, by_hand=True))
    go = go or Lines.play
    source = sys.stdin if lines is None else lines
    paths = find_paths()
    found = unfinished(paths.journals, level.id, level.scenario.digest(), seed) if record is None else None
    session: Session | None = None
    if found is not None:
        out(f"You were in the middle of this level: {found.words}.")
        out("An empty line goes on where you were; anything else begins anew. >")
        session = _gone_on(level, found) if not source.readline().strip() else None
    if session is None:
        if found is not None:  # a run among the others
            try:
                paths.runs.mkdir(parents=True, exist_ok=True)
                found.run.path.replace(free_name(paths.runs, level.id, found.run.header.seed))
            except OSError as error:
                out(f"The play before stays in {found.run.path}: {error_words(error)}")
        session, found = start(seed), None
    kept = _Remembered(level, session, found, progress, begun)
    bridge = Bridge(level, session, par_of(session.scenario))
    target = record or free_name(paths.runs, level.id, session.scenario.seed)
    name = journal_name(target.stem, kept.number, kept.unseen)
    path = record or (found.run.path if found is not None else paths.journals / name)
    run = found.run if found is not None else None
    if session.sight.everything:  # elsewhere nobody may know it before the end
        bridge.doom = Doom(session, proof_of(level, session.scenario))
    plain = Lines(bridge, source, out)
    signer, unsigned = signer_of(paths)
    if unsigned:
        out(unsigned)
    try:
        recorder = Recorder(
            path, session, level=level.id, text=level.text, unseen=kept.unseen, goes_on=run, signer=signer, began=now()
        )
    except OSError as error:
        if record is not None:
            print(f"ackademy play: {error_words(error)}", file=sys.stderr)
            return EXIT_USAGE
        out(f"This run cannot be saved: {error_words(error)}")
        status = go(plain)
        kept.finish(out)
        ended(session.world)
        return status
    with recorder:
        status = go(plain)
        ended(session.world)
        if path != target:
            try:
                recorder.move(target)
            except OSError as error:
                out(f"It could not be put among the runs: {error_words(error)}")
    kept.finish(out, str(recorder.path))
    if recorder.error is not None:
        out(f"Not all of this run could be saved as {recorder.path}: {error_words(recorder.error)}")
    else:
        out(f"The run is saved as {recorder.path}")
    return status


def play_situation(
    situation: Situation, *, lines: TextIO | None = None, out: Callable[[str], None] = print
) -> World | None:
    """One answer of a daily, by lines: what is known by then, the question, and how the book plays on from the answer.
    The world at its end; None if it was left before the answer."""
    session = session_at(situation)
    bridge = Bridge(situation.level, session, par_of(session.scenario))
    plain = Lines(bridge, sys.stdin if lines is None else lines, out)
    plain.head()
    plain.tell()
    question = session.question
    if question is None or not plain.ask(question.asked):
        plain.out("You have left it.")
        bridge.close()
        return None
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        elif not session.step():
            break
    plain.tell()
    plain.end_as(session.outcome, bridge.reading.figures())
    bridge.close()
    return session.world


class _Remembered:
    """One play in the progress file, if there is one: begun now, or before it was cut short."""

    def __init__(
        self, level: Level, session: Session, found: Unfinished | None, progress: Progress | None, begun: int
    ) -> None:
        self._level = level
        self._session = session
        self._progress = progress
        self._begun = begun
        self.number, self.unseen = (0, False) if found is None else (found.play, found.unseen)
        if progress is not None and not self.number:
            seeds, seed = progress.seeds(level.id), session.scenario.seed
            self.unseen = bool(seeds) and seed not in seeds
            self.number = progress.begin(level.id, seed)

    def finish(self, out: Callable[[str], None], run_file: str = "") -> None:
        """Remember how it ended, and say the stars; nothing where it was left."""
        session, level = self._session, self._level
        if not session.over:
            return
        result = result_of(session.world, hints=session.hints_used, rewinds=session.rewinds, unseen=self.unseen)
        stars = min(result.stars, 1) if level.tries and self._begun > level.tries else result.stars
        if result.won:
            out(f"{star_glyphs(stars)}  {STAR_WORDS[stars]}")
        if self._progress is not None:
            self._progress.finish(
                self.number, won=result.won, stars=stars, messages=result.messages, time_us=result.time_us,
                hints=result.hints, run_file=run_file,
            )  # fmt: skip
            if self._progress.problem:
                out(self._progress.problem)


def _gone_on(level: Level, found: Unfinished) -> Session | None:
    """A session that stands where a play was cut short; None if it does not fit any more."""
    run = found.run
    session = session_of(level, run.header.seed, run.answers, paused=True, by_hand=True)
    try:
        session.go_on(run.by, hints=run.hints, whys=run.whys, rewinds=run.rewinds)
    except DivergedError:
        return None
    return session


def tell_run(
    level: Level, answers: Sequence[Answered], seed: int, out: Callable[[str], None] = print, cut: str = ""
) -> None:
    """A recorded run as lines: what its player knew, what was said of the answers, and how it ended; or that it was
    `cut` short, in words."""
    session = session_of(level, seed, answers, paused=True)
    bridge = Bridge(level, session, par_of(session.scenario))
    told = Lines(bridge, sys.stdin, out)
    told.head()
    while not session.over and session.step():
        told.tell()
    told.tell()
    if cut:
        told.out(f"{cut[0].upper()}{cut[1:]}.")
    else:
        told.end()
    bridge.close()


def tell_replay(level: Level, replay: Replay, out: Callable[[str], None] = print, cut: str = "") -> None:
    """A run that is only watched as lines, as `tell_run` tells it, while it happens again: however long it is, it is
    not held. Raises DivergedError, or ValueError in words, if its file does not fit."""
    bridge = Bridge(level, session_of(level, paused=True), {})
    told = Lines(bridge, sys.stdin, out)
    told.head()
    world = replay.world
    sent = turned = 0
    for entries in replay.steps():
        for entry in entries:
            sent += entry.kind == SEND
            told.tell_line(log_line(entry, bridge.reading.you, True, bridge.reading.show))
        changes = [] if world.changes is None else world.changes.rows
        for change in changes[turned:]:
            time = entries[change.number - entries[0].number].time
            told.tell_line(turn_line(Turn(time, change.node, change.interval, change.opened)))
        turned = len(changes)
    if cut:
        told.out(f"{cut[0].upper()}{cut[1:]}.")
    else:
        told.end_as(world.outcome, [Figure("messages", sent, None)])
    bridge.close()
