"""`ackademy export`: a recorded run in the formats of others."""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tui.platform import EXIT_USAGE, error_words, version

if TYPE_CHECKING:
    from core.export import Capture, Told
    from core.kernel.scenario import Scenario
    from core.kernel.trace import Entry
    from core.kernel.world import World
    from core.record import Replay

SUMMARY = "write a recorded run as a capture, a log, a drawing or lines of JSON"
EXAMPLES = """\
  ackademy export mine.run --pcapng mine.pcapng     for Wireshark: every packet as sent and as delivered
  ackademy export mine.run --pcapng bob.pcapng --at bob     as bob saw it: sent by bob, delivered to bob
  ackademy export mine.run --svg mine.svg --shiviz mine.log
  ackademy export mine.run --jsonl - | jq .words
"""
FORMATS = {
    "pcapng": "a capture for Wireshark and tshark",
    "shiviz": "a log with vector clocks for ShiViz",
    "svg": "the space-time diagram, on A4 pages",
    "jsonl": "the whole trace, one JSON object a line",
}
STDOUT = "-"
PIECE = 1 << 20
"""Bytes that are copied at a time."""


class CannotExportError(Exception):
    """Why nothing can be written, in words."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("run", metavar="RUN", help="a run file")
    for name, words in FORMATS.items():
        parser.add_argument(f"--{name}", metavar="FILE", help=f"{words}; - is standard output")
    parser.add_argument(
        "--at", metavar="NODE", action="append", default=[], help="capture what this node sees (may be repeated)"
    )
    parser.add_argument(
        "--both-ends",
        action="store_true",
        help="capture each packet as sent and as delivered: the default, except for TCP segments",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="capture each packet once, as sent: the default for TCP segments, whose second sight Wireshark would flag",
    )
    parser.add_argument("--json", action="store_true", help="what was written as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Write the files; return 0, or 2 if that could not be done."""
    from core.record import RunFileError
    from core.wire.table import CodecError
    from levels.schema import LevelError

    wanted = {name: getattr(args, name) for name in FORMATS if getattr(args, name) is not None}
    try:
        _check(wanted, args)
        run = _Recorded(args.run)
        if run.cut_words:
            print(f"ackademy export: {args.run}: {run.cut_words}", file=sys.stderr)
        once = args.once if args.once or args.both_ends else None
        written = [_write(run, name, path, args.at, once) for name, path in wanted.items()]
        hints = {name: str(row.pop("hint")) for name, row in zip(wanted, written, strict=True)}
    except BrokenPipeError:
        raise
    except (OSError, RunFileError, LevelError, CodecError, CannotExportError) as error:
        print(f"ackademy export: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    if args.json:
        figures = {"run": args.run, "entries": run.entries, "time_us": run.time, "cut_us": run.cut}
        print(json.dumps({**figures, "written": written}))
    else:
        for row in written:
            if row["path"] != STDOUT:
                print(f"{row['path']}: {row['count']} {row['of']}{hints[str(row['format'])]}", file=sys.stderr)
    return 0


def _check(wanted: dict[str, str], args: argparse.Namespace) -> None:
    if not wanted:
        raise CannotExportError(f"say what to write: {', '.join(f'--{name} FILE' for name in FORMATS)}")
    if sum(path == STDOUT for path in wanted.values()) + args.json > 1:
        raise CannotExportError("only one thing can go to standard output")
    files = [os.path.realpath(path) for path in wanted.values() if path != STDOUT]
    if len(set(files)) < len(files):
        raise CannotExportError("two formats cannot go into one file")
    if os.path.realpath(args.run) in files:
        raise CannotExportError("that would write over the run itself")
    views = [name for name, said in (("--at", args.at), ("--both-ends", args.both_ends), ("--once", args.once)) if said]
    if views and "pcapng" not in wanted:
        raise CannotExportError(f"{views[0]} goes with --pcapng")
    if len(views) > 1:
        raise CannotExportError(f"say {views[0]} or {views[1]}, not both")


class _Recorded:
    """The run in a file. Raises RunFileError, LevelError, OSError and CannotExportError, each in words."""

    def __init__(self, path: str) -> None:
        from core.record import read_but_journal

        self.path = path
        self._run = read_but_journal(path)
        self.cut, self.cut_words = self._run.cut, self._run.cut_words
        self.entries = self.time = 0
        """How many entries its trace has, and when (µs) it ends: once it was executed."""

    def _scenario(self) -> Scenario:
        from core.record import clean, scenario_of
        from levels.explored import scenario_found
        from levels.loader import of_run

        def compiled(text: str, seed: int) -> Scenario:
            if self._run.header.explored is not None:
                return scenario_found(self._run.header)
            return of_run(text, self._run.header.level).scenario.reseeded(seed)

        try:
            return scenario_of(self._run, compiled)
        except ValueError as error:
            raise CannotExportError(f"{self.path}: {clean(str(error), 400)}") from None

    def told(self, folder: Path | None) -> tuple[World, Told]:
        """Execute it: the world at its end, and its trace, which lies in a file of `folder` and not in memory."""
        from core.export import Spool, Told
        from core.record import Replay, journal_in

        replay = Replay(self._scenario(), self._run.answers, journal_in(self.path))
        spool: Spool[Entry] = Spool(folder)

        def take(world: World, entries: Iterable[Entry]) -> None:
            for entry in entries:
                spool.append(entry)

        world = self._executed(replay, take)
        return world, Told(spool, replay.trace_sha256(), folder)

    def drawn(self, spool: IO[bytes]) -> int:
        """Execute it, and write its drawing, which ends where no reader would turn the pages any more; how many
        entries are drawn."""
        from core.export import MOST_DRAWN, spacetime_svg
        from core.record import Replay, journal_in

        replay = Replay(self._scenario(), self._run.answers, journal_in(self.path), keeps=True)
        drawn = 0

        def take(world: World, entries: Iterable[Entry]) -> None:
            nonlocal drawn
            for entry in entries:
                if entry.number == MOST_DRAWN:
                    spool.writelines(text.encode() for text in spacetime_svg(world, whole=False))
                    drawn = len(world.trace)
                    replay.let_go()
            if not drawn:
                drawn = len(world.trace)
                spool.writelines(text.encode() for text in spacetime_svg(world))

        self._executed(replay, take)
        return drawn

    def check_nodes(self, names: Iterable[str]) -> None:
        """Raises CannotExportError for a name that no node has."""
        nodes = [node.name for node in self._scenario().nodes]
        for name in names:
            if name not in nodes:
                raise CannotExportError(f"no node is called {name!r}: there are {', '.join(nodes)}")

    def spooled(self, lines: Callable[[World, Iterable[Entry]], Iterable[str]], spool: IO[bytes]) -> str:
        """Execute it, and write the lines that are made of its entries; the first line of its trace as JSON."""
        from core.export import first_json_line
        from core.record import Replay, journal_in

        scenario = self._scenario()
        replay = Replay(scenario, self._run.answers, journal_in(self.path))
        self._executed(replay, lambda world, entries: spool.writelines(line.encode() for line in lines(world, entries)))
        digest = scenario.digest(journal_in(self.path))
        return first_json_line(scenario, digest, self.entries, replay.trace_sha256())

    def _executed(self, replay: Replay, take: Callable[[World, Iterable[Entry]], object]) -> World:
        """The world at the end of its run, of which `take` got the entries one by one."""
        from core.kernel.world import DivergedError
        from core.record import RunFileError, clean
        from core.wire.table import CodecError

        world, self.entries = replay.world, 0

        def entries() -> Iterator[Entry]:
            for step in replay.steps():
                self.entries += len(step)
                yield from step

        try:
            take(world, entries())
        except DivergedError as error:
            raise CannotExportError(f"{self.path}: its answers do not fit: {clean(str(error), 200)}") from None
        except (CodecError, RunFileError):
            raise
        except ValueError as error:
            raise CannotExportError(f"{self.path}: {clean(str(error), 400)}") from None
        claimed = self._run.result
        if claimed is not None and claimed.trace_sha256 != replay.trace_sha256():
            raise CannotExportError(
                f"{self.path}: played again it goes another way: its trace is not the one that it claims"
            )
        self.time = world.now
        return world


def _write(run: _Recorded, name: str, path: str, at: list[str], once: bool | None) -> dict[str, object]:
    """Write one format; what was written, for --json."""
    from core import export

    of, hint = "entries", ""
    # Beside where it goes: some systems have their temporary files in memory.
    target = Path(os.path.realpath(path))
    folder = None if path == STDOUT or (target.exists() and not target.is_file()) else target.parent
    if folder is not None and not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target))
    with ExitStack() as open_files:
        pieces: Iterable[bytes]
        if name == "pcapng":
            run.check_nodes(at)
            world, told = run.told(folder)
            capture = export.capture_of(world, at, version(), once, told)
            count, of, pieces = len(capture.frames), "frames", capture.blocks()
            hint = _how_to_read(capture)
        else:
            spool = open_files.enter_context(tempfile.TemporaryFile(dir=folder))
            head, drawn = "", 0
            if name == "jsonl":
                head = run.spooled(export.entry_json_lines, spool)
            elif name == "shiviz":
                run.spooled(lambda world, entries: export.shiviz_log(entries, folder), spool)
            else:
                drawn = run.drawn(spool)
            spool.seek(0)
            count, pieces = drawn or run.entries, chain([head.encode()], iter(lambda: spool.read(PIECE), b""))
            if count < run.entries:
                hint = f" of {run.entries}: a drawing ends there; the other formats hold all"
        size = _to_standard_output(pieces) if path == STDOUT else _to_file(pieces, target)
    return {"format": name, "path": path, "bytes": size, "count": count, "of": of, "hint": hint}


def _how_to_read(capture: Capture) -> str:
    """What helps whoever opens this capture, behind the number of its frames."""
    from core.export import ANOTHER_SIGHT

    if not capture.twice:
        return ", each packet once" if len(capture.nodes) > 1 else ""
    node = capture.nodes[0]
    ends = f" at {len(capture.nodes)} ends"
    if not capture.segments:
        return f'{ends}; to see one of them in Wireshark: frame.interface_name == "{node}"'
    return (
        f"{ends}; Wireshark takes the second sight of a TCP segment for a retransmission: hide those with "
        f'!(frame.comment contains "{ANOTHER_SIGHT}"), or say --at {node}'
    )


def _to_standard_output(pieces: Iterable[bytes]) -> int:
    size = 0
    sys.stdout.flush()
    for piece in pieces:
        size += sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return size


def _to_file(pieces: Iterable[bytes], target: Path) -> int:
    """The whole file or nothing: what was there stays until the new one is complete."""
    if target.exists() and not target.is_file():  # a pipe or a device cannot be replaced
        with target.open("wb") as file:
            return sum(file.write(piece) for piece in pieces)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            size = sum(file.write(piece) for piece in pieces)
        draft.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None
    finally:
        draft.unlink(missing_ok=True)
    return size
