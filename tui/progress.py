"""What a player has done, in one small SQLite file.

Every play is a row of its own and every write is one statement, so a `kill -9` loses at most the write it hits, and two
games at once cannot undo each other. A file that cannot be used never stops the game: `problem` says in a sentence what
is wrong, a broken file is moved aside, and where nothing can be saved the game goes on in memory.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tui.language import said

FORMAT = 1  # PRAGMA user_version
BUSY_MS = 2000  # how long a write waits for another game's
MOST = (1 << 63) - 1  # of an INTEGER: a run file of another person's may hold more

_SCHEMA = """
CREATE TABLE play (
    id INTEGER PRIMARY KEY,
    level TEXT NOT NULL,
    seed INTEGER NOT NULL,
    started_s REAL NOT NULL,
    won INTEGER,
    stars INTEGER,
    messages INTEGER,
    time_us INTEGER,
    hints INTEGER,
    run_file TEXT
);
CREATE INDEX play_by_level ON play (level);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_ADDED = "CREATE TABLE IF NOT EXISTS measure (play INTEGER, name TEXT, value INTEGER, PRIMARY KEY (play, name))"
"""What came later than the format: a file without it is as good, and one with it as good for an older game."""
_BEST = """
SELECT play.id FROM play JOIN measure ON measure.play = play.id AND measure.name = ?
WHERE play.level = ? AND play.won AND play.id > ? ORDER BY play.stars DESC, measure.value * ?, play.id LIMIT 1
"""
_LEVELS = """
SELECT level, coalesce(max(CASE WHEN won THEN stars END), 0), min(CASE WHEN won THEN messages END),
       min(CASE WHEN won THEN time_us END), count(*), coalesce(sum(won), 0), coalesce(sum(hints), 0), max(started_s)
FROM play GROUP BY level
"""


STARS = 3
"""The most that a level gives."""


@dataclass(frozen=True)
class LevelProgress:
    """One player's standing in one level. Messages and time are the least of any won play, not of the same one."""

    stars: int = 0
    best_messages: int | None = None
    best_time_us: int | None = None
    attempts: int = 0
    wins: int = 0
    hints: int = 0
    last_played_s: float | None = None  # seconds since the epoch


class Progress:
    """Plays and settings of this user.

    `problem` is None, or a sentence for the player on why (some of) it is not being saved or was not found;
    `on_problem` is called with it when it arises later on. `in_memory` says that nothing is being saved.
    """

    def __init__(self, path: Path | None, *, clock: Callable[[], float] = time.time) -> None:
        """Open or create the file at `path`; None keeps everything in memory. Never raises because of the file."""
        self.path = path
        self.problem: str | None = None
        self.on_problem: Callable[[str], object] | None = None
        self.in_memory = path is None
        self._clock = clock
        self._db = _memory() if path is None else self._open(path)

    def begin(self, level: str, seed: int) -> int:
        """Note that a play has begun, and return its number. A play that never finishes counts as an attempt."""
        return self._write("INSERT INTO play (level, seed, started_s) VALUES (?, ?, ?)", (level, seed, self._clock()))

    def finish(
        self, play: int, *, won: bool, stars: int, messages: int, time_us: int, hints: int = 0, run_file: str = ""
    ) -> None:
        """Note how play number `play` ended; `time_us` is virtual time."""
        values = (won, stars if won else 0, messages, time_us, hints, run_file, play)
        self._write(
            "UPDATE play SET won = ?, stars = ?, messages = ?, time_us = ?, hints = ?, run_file = ? WHERE id = ?",
            values,
        )

    def measured(self, play: int, measures: Mapping[str, int]) -> None:
        """Note what a play that has finished came to, by the names of its measures."""
        for name, value in measures.items():
            self._write("INSERT OR REPLACE INTO measure VALUES (?, ?, ?)", (play, name, value))

    def best_run(self, level: str, first: str, *, higher: bool = False, since: int = 0) -> dict[str, int]:
        """What the best earlier play of a level came to, by its measures: the one of the most stars, among those the
        least of the measure `first` (the most, if `higher`); {} if none was won. `since`: the last play before the
        level was made anew."""
        found = self._read(_BEST, (first, level, since, -1 if higher else 1))
        if not found:
            return {}
        return {str(name): int(value) for name, value in self._read(
            "SELECT name, value FROM measure WHERE play = ?", (found[0][0],)
        )}  # fmt: skip

    def before_edition(self, level: str) -> int:
        """The last play before the edition of this level that was seen last; 0 if there was none."""
        noted = self.setting(f"edition of {level}").split()
        return int(noted[1]) if len(noted) == 3 and noted[1].isdigit() else 0

    def levels(self) -> dict[str, LevelProgress]:
        """Return the standing in every level that was ever begun, by level id."""
        return {row[0]: LevelProgress(*row[1:]) for row in self._read(_LEVELS)}

    def level(self, level: str) -> LevelProgress:
        """Return the standing in one level."""
        return self.levels().get(level, LevelProgress())

    def seeds(self, level: str) -> frozenset[int]:
        """Return the seeds this level was ever begun with."""
        return frozenset(row[0] for row in self._read("SELECT DISTINCT seed FROM play WHERE level = ?", (level,)))

    def stars_by_edition(self, level: str, counts: str, edition: int) -> tuple[int, int]:
        """(stars of earlier editions of this level, stars of this one, which the act `counts` earns).

        Which plays are older is noted when an edition is first seen.
        """
        name = f"edition of {level}"
        noted = self.setting(name).split()
        if len(noted) != 3 or not all(word.isdigit() for word in noted) or int(noted[0]) < edition:
            last = self._read("SELECT coalesce(max(id), 0) FROM play")[0][0]
            noted = [str(edition), str(last), str(self.level(level).stars)]
            self.set_setting(name, " ".join(noted))
        since = self._read(
            "SELECT coalesce(max(CASE WHEN won THEN stars END), 0) FROM play WHERE level = ? AND id > ?",
            (counts, int(noted[1])),
        )
        return int(noted[2]), int(since[0][0] or 0)

    def won_in_a_row(self, acts: Sequence[str], since: int) -> int:
        """How many of a level's acts were won, one after the other, since the first was begun last (after play number
        `since`)."""
        (begun,) = self._read("SELECT coalesce(max(id), 0) FROM play WHERE level = ? AND id > ?", (acts[0], since))[0]
        if not begun:
            return 0
        won = {row[0] for row in self._read("SELECT DISTINCT level FROM play WHERE won AND id >= ?", (begun,))}
        return next((place for place, act in enumerate(acts) if act not in won), len(acts))

    def last_won_run(self, level: str) -> str:
        """The file of the last play of a level that was won and kept; "" if there is none."""
        kept = "SELECT run_file FROM play WHERE level = ? AND won AND run_file != '' ORDER BY id DESC LIMIT 1"
        rows = self._read(kept, (level,))
        return str(rows[0][0]) if rows else ""

    def tries_since_won(self, acts: Sequence[str], since: int) -> int:
        """How often any of a level's acts was begun since the last of them was won last (after play number `since`)."""
        last = self._read("SELECT coalesce(max(id), 0) FROM play WHERE level = ? AND won", (acts[-1],))[0][0]
        rows = self._read("SELECT level FROM play WHERE id > ?", (max(since, int(last)),))
        return sum(row[0] in acts for row in rows)

    @property
    def is_first_start(self) -> bool:
        """Whether no level was ever begun."""
        return not self._read("SELECT 1 FROM play LIMIT 1")

    def setting(self, name: str, default: str = "") -> str:
        """Return a setting, or the default if it was never set."""
        rows = self._read("SELECT value FROM setting WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else default

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting for the next start."""
        self._write(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def close(self) -> None:
        """Close the file. Everything is saved already."""
        with contextlib.suppress(sqlite3.Error):
            self._db.close()

    def _read(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._go_to_memory(error)
            return self._db.execute(statement, values).fetchall()

    def _write(self, statement: str, values: tuple[object, ...]) -> int:
        values = tuple(max(-MOST - 1, min(MOST, value)) if isinstance(value, int) else value for value in values)
        try:
            return self._db.execute(statement, values).lastrowid or 0
        except sqlite3.Error as error:
            self._go_to_memory(error)
            return self._db.execute(statement, values).lastrowid or 0

    def _open(self, path: Path) -> sqlite3.Connection:
        for attempt in ("as it is", "after a broken file was moved aside"):
            identity = _identity(path)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                return _connect(path)
            except _NewerFormatError as newer:
                self._note(
                    said(
                        "Progress was saved by a newer Ackademy (format {format}); this game is not saved.",
                        format=newer,
                    )
                )
                break
            except sqlite3.OperationalError as error:
                self._note(said("This game is not saved: {file} cannot be written ({error}).", file=path, error=error))
                return self._copy_of(path)
            except sqlite3.DatabaseError as error:
                if attempt != "as it is":
                    self._note(said("This game is not saved: {file} is broken ({error}).", file=path, error=error))
                    break
                aside = _move_aside(path, identity)
                if aside is None:
                    self._note(
                        said(
                            "This game is not saved: {file} is broken and cannot be moved ({error}).",
                            file=path,
                            error=error,
                        )
                    )
                    break
                self._note(
                    said("The progress file was broken; it is kept as {file}, and a new one was begun.", file=aside)
                )
            except OSError as error:
                self._note(
                    said(
                        "This game is not saved: {folder} cannot be used ({error}).",
                        folder=path.parent,
                        error=error.strerror,
                    )
                )
                break
        self.in_memory = True
        return _memory()

    def _copy_of(self, path: Path) -> sqlite3.Connection:
        """Return a copy in memory of a file that can be read but not written: the stars still show."""
        self.in_memory = True
        memory = _memory()
        with contextlib.suppress(sqlite3.Error):
            source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            with contextlib.closing(source):
                if source.execute("PRAGMA user_version").fetchone()[0] == FORMAT:
                    source.backup(memory)
                    memory.execute(_ADDED)
        return memory

    def _go_to_memory(self, error: sqlite3.Error) -> None:
        """Carry on in memory with whatever can still be read, after the file failed while the game runs."""
        if self.in_memory:
            raise error  # our own mistake, not the file's
        self._note(said("Progress is no longer saved: {file} failed ({error}).", file=self.path, error=error))
        self.in_memory = True
        memory = _memory()
        copy = _memory()
        try:
            self._db.backup(copy)
            copy.execute(_LEVELS).fetchall()
            memory, copy = copy, memory
        except sqlite3.Error:
            pass
        copy.close()
        self.close()
        self._db = memory
        if self.on_problem is not None and self.problem is not None:
            self.on_problem(self.problem)

    def _note(self, problem: str) -> None:
        self.problem = problem if self.problem is None else f"{self.problem} {problem}"


class _NewerFormatError(Exception):
    """The file's format is one that this version does not know."""


def _memory() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(_SCHEMA)
    db.execute(_ADDED)
    db.execute(f"PRAGMA user_version = {FORMAT}")
    return db


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file, create what is missing, and make sure that it is whole and can be written."""
    db = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
    try:
        _use_wal(db)
        db.execute("PRAGMA synchronous = NORMAL")  # with WAL: no kill of a process loses or breaks anything
        db.execute("BEGIN IMMEDIATE")
        found = db.execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise _NewerFormatError(found)
        if found == 0:
            for statement in _SCHEMA.strip().split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {FORMAT}")
        db.execute(_ADDED)
        db.execute("COMMIT")
        (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        db.execute(_LEVELS).fetchall()
    except sqlite3.OperationalError as error:
        db.close()
        if "no such" in str(error):  # right number, other tables: not a file of ours
            raise sqlite3.DatabaseError(str(error)) from error
        if "already exists" in str(error):
            raise sqlite3.DatabaseError(said("it is not a progress file")) from error
        raise
    except BaseException:
        db.close()
        raise
    return db


def _use_wal(db: sqlite3.Connection) -> None:
    """Turn on the write-ahead log. Two games that do so in the same instant get "locked" without any waiting."""
    for _ in range(50):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.01)
        else:
            return  # also where the file system has none and the mode stays "delete"


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _move_aside(path: Path, identity: tuple[int, int] | None) -> Path | None:
    """Rename a broken file and its log; return its new path, or None if that failed.

    If another game has put a new file there since we looked at the broken one, that file stays.
    """
    aside = path.with_name(f"{path.stem}.broken-{datetime.now():%Y%m%d-%H%M%S-%f}{path.suffix}")
    if _identity(path) != identity:
        return aside
    try:
        path.rename(aside)
    except OSError:
        return None
    for ending in ("-wal", "-shm"):
        with contextlib.suppress(OSError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    return aside


def stars_of(levels: Mapping[str, LevelProgress], level: str) -> int:
    """Return the best stars of a level, 0 if it was never won."""
    found = levels.get(level)
    return found.stars if found else 0
