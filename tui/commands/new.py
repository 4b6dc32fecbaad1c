"""`ackademy new`: write a level that already passes the check, or an arc of three, to change."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.schema import schema_of
from tui.platform import EXIT_USAGE, error_words

if TYPE_CHECKING:
    from core.kernel.protocol import Protocol

SUMMARY = "write a level that already passes the check, to change"
EXAMPLES = """\
  ackademy new                                             asks: which protocol, whose chair, one level or three
  ackademy new my-level.toml --protocol tcp
  ackademy new my-level.toml --protocol election_bully --chair network
  ackademy new my-course/ --protocol tcp --arc three       a course: break it, be it, see it fail
"""
NODE, NETWORK, INSPECTOR = CHAIRS = ("node", "network", "inspector")
ONE, THREE = ARCS = ("one", "three")
CHAIR_WORDS = {
    NODE: "a node: the player decides what its standard leaves open",
    NETWORK: "the network: the player holds, loses and copies packets, to break what is built wrong",
    INSPECTOR: "the inspector: the player finds out who does not play by the book",
}
ARC_WORDS = {ONE: "one level", THREE: "an arc of three, as a course: break it, be it, see it fail"}
COURSE = """\
#:schema ./{schema}
# A course: what stands in it is in levels/README.md. ackademy check {folder} looks at all of it.
[course]
id = {id}
title = {title}
summary = "One line for the map."

[[chapter]]
title = {title}
summary = "One idea: break it, be it, see it fail."
levels = {levels}
"""


@dataclass(frozen=True)
class Wanted:
    """What is to be written. `chair`: one of CHAIRS, or the name of a node or role; "" for any node."""

    path: Path
    protocol: Protocol
    chair: str
    arc: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE|FOLDER", help="the level file to write, or of an arc the folder; what is there"
        " is left alone. Without it, on a terminal, it is asked for",
    )  # fmt: skip
    parser.add_argument("--protocol", metavar="P", help="the protocol it plays (default: echo)")
    parser.add_argument("--chair", metavar="C", help="node (default), a node's name or role, network, or inspector")
    parser.add_argument("--arc", choices=ARCS, help="one level (default), or three as a course")


def main(args: argparse.Namespace) -> int:
    """Write it; return 0, or 2 if it cannot be written."""
    from levels.schema import LevelError, UnknownLevelError
    from levels.writing import UnwrittenError

    try:
        wanted = _wanted(args)
        if wanted is None:
            return EXIT_USAGE
        if wanted.arc == THREE:
            return _write_arc(wanted)
        text = _level(wanted.protocol, str(wanted.path), wanted.chair)
        _write(wanted.path, text)
    except (UnwrittenError, UnknownLevelError, LevelError, OSError) as error:
        print(f"ackademy new: {error_words(error) if isinstance(error, OSError) else error}", file=sys.stderr)
        return EXIT_USAGE
    path = wanted.path
    print(f"wrote {path}; next: ackademy check {path}, ackademy play {path}", file=sys.stderr)
    return 0


def _wanted(args: argparse.Namespace) -> Wanted | None:
    """What the flags say, and what is asked on a terminal; None if nobody says it. Raises NoTemplateError."""
    from core.protocols import BY_NAME
    from levels.packages import add_rooms
    from levels.template import NoTemplateError
    from levels.values import did_you_mean

    add_rooms()
    if args.file is None and not (sys.stdin.isatty() and sys.stderr.isatty()):
        print("ackademy new: which file? On a terminal it would be asked for", file=sys.stderr)
        return None
    if args.protocol is not None and args.protocol not in BY_NAME:
        raise NoTemplateError(f"no protocol {args.protocol!r}: {did_you_mean(args.protocol, list(BY_NAME))}")
    name, chair, arc, file = args.protocol, args.chair, args.arc, args.file
    if file is None:
        titles = {room.name: room.title for room in BY_NAME.values()}
        name = name or _ask("Which protocol?", titles, "echo")
        arc = arc or _ask("One level, or three?", ARC_WORDS, ONE)
        if arc == ONE:
            chair = chair or _ask("Whose chair is the player's?", CHAIR_WORDS, NODE)
        default = f"{name}-arc" if arc == THREE else "my-level.toml"
        file = _line(f"Which {'folder' if arc == THREE else 'file'}? [{default}] ") or default
    if arc == THREE and chair:
        raise NoTemplateError("an arc has three chairs, one after the other: leave --chair out")
    path = Path(file)
    if arc != THREE and path.suffix != ".toml":
        raise NoTemplateError(f"a level file ends in .toml: {path}.toml")
    if path.exists():
        raise NoTemplateError(f"{path} is there already")
    return Wanted(path, BY_NAME[name or "echo"], "" if chair in (None, NODE) else chair, arc or ONE)


def _ask(question: str, options: dict[str, str], default: str) -> str:
    """One of the options, by its name or its number."""
    print(question, file=sys.stderr)
    for number, (name, words) in enumerate(options.items(), 1):
        print(f"  {number:>2}  {name:<16} {words}", file=sys.stderr)
    names = list(options)
    while True:
        said = _line(f"[{default}] ").lower() or default
        if said in options:
            return said
        if said.isdecimal() and 1 <= int(said) <= len(names):
            return names[int(said) - 1]
        print(f"a number from 1 to {len(names)}, or a name", file=sys.stderr)


def _line(prompt: str) -> str:
    """What is typed. At the end of what there is to read nobody answers: that ends the command as Ctrl+C does."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def _level(protocol: Protocol, path: str, chair: str, *, unlike: str = "") -> str:
    from levels.inspected import inspecting
    from levels.template import HEAD, SCHEMA_FILE, new_level
    from levels.template_hand import new_hand_level

    if chair == NETWORK:
        return new_hand_level(protocol, path)
    if chair == INSPECTOR:
        return f"#:schema ./{SCHEMA_FILE}\n{HEAD}\n{inspecting(protocol.name)}"
    return new_level(protocol, path, chair, bool(unlike), unlike)


def _write(path: Path, text: str) -> None:
    """The level, and beside it the schema that its first line names, if that is not there."""
    from core.protocols import BY_NAME
    from levels.json_schema import NAME, level_schema

    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    schema = path.parent / NAME
    if not schema.exists():
        schema.write_text(json.dumps(level_schema(BY_NAME), ensure_ascii=False), encoding="utf-8", newline="\n")


def _write_arc(wanted: Wanted) -> int:
    """The three levels and the course around them: all of it, or nothing."""
    protocol, folder = wanted.protocol, wanted.path
    slug = re.sub(r"[^a-z0-9]+", "-", folder.absolute().name.lower()).strip("-") or "my-course"
    texts: dict[str, str] = {}
    for name in ("01-break-it.toml", "02-be-it.toml", "03-see-it-fail.toml"):
        print(f"{name} …", file=sys.stderr, flush=True)
        path = str(folder / name)
        if not texts:
            texts[name] = _first_chair(protocol, path)
        else:  # be it; and once more with a fault that the first of the two has not
            texts[name] = _level(protocol, path, "", unlike=texts.get("02-be-it.toml", ""))
    folder.mkdir(parents=True)
    for name, text in texts.items():
        _write(folder / name, text)
    levels = [name.partition("-")[2].removesuffix(".toml") for name in texts]
    schema, schema_text = schema_of("course")
    course = COURSE.format(
        schema=schema,
        folder=folder, id=json.dumps(slug), title=json.dumps(protocol.title, ensure_ascii=False),
        levels=json.dumps(levels),
    )  # fmt: skip
    (folder / schema).write_text(f"{schema_text}\n", encoding="utf-8", newline="\n")
    (folder / "course.toml").write_text(course, encoding="utf-8", newline="\n")
    print(f"wrote {folder}; next: ackademy check {folder}, ackademy play {folder}", file=sys.stderr)
    return 0


def _first_chair(protocol: Protocol, path: str) -> str:
    """Who breaks it: the network, or where no hand makes a level the inspector."""
    from levels.template import NoTemplateError

    try:
        return _level(protocol, path, NETWORK)
    except NoTemplateError:
        return _level(protocol, path, INSPECTOR)
