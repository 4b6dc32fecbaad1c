"""`ackademy export`: a recorded run in the formats of others."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE, error_words, version

if TYPE_CHECKING:
    from core.export import Capture
    from core.kernel.world import World
    from core.record import Run

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
        world, run = _world(args.run)
        if run.cut_words:
            print(f"ackademy export: {args.run}: {run.cut_words}", file=sys.stderr)
        once = args.once if args.once or args.both_ends else None
        written = [_write(world, name, path, args.at, once) for name, path in wanted.items()]
        hints = {name: str(row.pop("hint")) for name, row in zip(wanted, written, strict=True)}
    except BrokenPipeError:
        raise
    except (OSError, RunFileError, LevelError, CodecError, CannotExportError) as error:
        print(f"ackademy export: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    if args.json:
        figures = {"run": args.run, "entries": len(world.trace), "time_us": world.now, "cut_us": run.cut}
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


def _world(path: str) -> tuple[World, Run]:
    """The world at the end of the run in the file, and the run."""
    from core.kernel.scenario import Scenario
    from core.kernel.world import DivergedError, replayed
    from core.record import clean, read, scenario_of
    from levels.loader import from_text

    run = read(path)

    def compiled(text: str, seed: int) -> Scenario:
        return from_text(text, run.header.level).scenario.reseeded(seed)

    try:
        scenario = scenario_of(run, compiled)
        world = replayed(scenario, run.answers)
    except DivergedError as error:
        raise CannotExportError(f"{path}: its answers do not fit: {clean(str(error), 200)}") from None
    except ValueError as error:
        raise CannotExportError(f"{path}: {clean(str(error), 400)}") from None
    if run.result is not None and run.result.trace_sha256 != world.trace_sha256():
        raise CannotExportError(f"{path}: played again it goes another way: its trace is not the one that it claims")
    return world, run


def _write(world: World, name: str, path: str, at: list[str], once: bool | None) -> dict[str, object]:
    """Write one format; what was written, for --json."""
    from core import export

    count, of, hint = len(world.trace), "entries", ""
    pieces: Iterator[bytes]
    if name == "pcapng":
        for node in at:
            if node not in world.nodes:
                raise CannotExportError(f"no node is called {node!r}: there are {', '.join(world.nodes)}")
        capture = export.capture_of(world, at, version(), once)
        count, of, pieces = len(capture.frames), "frames", capture.blocks()
        hint = _how_to_read(capture)
    else:
        texts = {"shiviz": export.shiviz_log, "svg": export.spacetime_svg, "jsonl": export.json_lines}[name](world)
        pieces = (text.encode() for text in texts)
    size = _to_standard_output(pieces) if path == STDOUT else _to_file(pieces, Path(os.path.realpath(path)))
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


def _to_standard_output(pieces: Iterator[bytes]) -> int:
    size = 0
    sys.stdout.flush()
    for piece in pieces:
        size += sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return size


def _to_file(pieces: Iterator[bytes], target: Path) -> int:
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
