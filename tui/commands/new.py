"""`ackademy new`: write a level that already passes the check, to change."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tui.platform import EXIT_USAGE, error_words

SUMMARY = "write a level that already passes the check, to change"
EXAMPLES = """\
  ackademy new my-level.toml
  ackademy new my-level.toml --protocol tcp
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("file", metavar="FILE", help="the level file to write; one that is there is left alone")
    parser.add_argument("--protocol", default="echo", metavar="P", help="the protocol it plays (default: echo)")


def main(args: argparse.Namespace) -> int:
    """Write the file; return 0, or 2 if it cannot be written."""
    from core.protocols import BY_NAME
    from levels.template import NoTemplateError, new_level
    from levels.values import did_you_mean
    from levels.writing import UnwrittenError

    path = Path(args.file)
    try:
        if args.protocol not in BY_NAME:
            raise NoTemplateError(f"no protocol {args.protocol!r}: {did_you_mean(args.protocol, list(BY_NAME))}")
        if path.suffix != ".toml":
            raise NoTemplateError(f"a level file ends in .toml: {path}.toml")
        if path.exists():
            raise NoTemplateError(f"{path} is there already")
        text = new_level(BY_NAME[args.protocol], str(path))
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except (UnwrittenError, OSError) as error:
        print(f"ackademy new: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    print(f"wrote {path}; next: ackademy check {path}, ackademy play {path}", file=sys.stderr)
    return 0
