"""The command line: what `ackademy` is, and which file does which command.

Only argparse is imported here; textual and trio wait until a screen is wanted, so that `--version` is instant.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO

from core import collector
from tui.commands import NAMES, module_of
from tui.commands import game as the_game
from tui.commands.screen_options import add_screen_arguments
from tui.platform import EXIT_SIGHUP, EXIT_USAGE, error_words, language, terminal_has_gone

LANGUAGES = Path(__file__).parents[1] / "levels" / "languages"

DESCRIPTION = """\
Be a node. Learn distributed systems by being one node of a running one:
every other node runs the real protocol.

Without a command, the game opens.
"""
EXAMPLES = """\
examples:
  ackademy                          the game; one key leads to the first move
  ackademy list                     what there is to play
  ackademy play premise/echo        straight into one level
  ackademy run premise/echo --json  the same level without a screen
  ackademy COMMAND --help           more on one command

exit status: 0 done, 1 lost or not sound, 2 wrong usage or could not run
"""


class _Parser(argparse.ArgumentParser):
    """Says "did you mean" of a mistyped command, and leaves with status 2 on wrong usage."""

    def error(self, message: str) -> NoReturn:
        if found := re.match(r"argument COMMAND: invalid choice: '(.*?)'", message):
            near = difflib.get_close_matches(found[1], NAMES, n=1)
            mend = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
            message = f"no command {found[1]!r}: {mend}"
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n(see {self.prog} --help)\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        if message:  # argparse would say nothing of help that cannot be written
            (sys.stderr if file is None else file).write(message)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from tui.platform import version

        print(f"ackademy {version()}")
        parser.exit()


def make_parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser for a command line of these words: the commands that they name are in it.

    All are, where a word could be a mistyped command or help is wanted. The game itself names none, and its title is
    not to wait for what belongs to others.
    """
    named = [name for name in NAMES if name in words]
    if not named and any(word in ("-h", "--help") or not word.startswith("-") for word in words):
        named = list(NAMES)
    formatter = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="ackademy", description=DESCRIPTION, epilog=EXAMPLES, formatter_class=formatter)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    add_screen_arguments(parser)
    parser.set_defaults(main=the_game.main)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for name in named:
        module = importlib.import_module(f"tui.commands.{module_of(name)}")
        command = commands.add_parser(
            name,
            help=module.SUMMARY,
            description=f"{module.SUMMARY[0].upper()}{module.SUMMARY[1:]}.",
            epilog=f"examples:\n{module.EXAMPLES}",
            formatter_class=formatter,
        )
        module.arguments(command)
        command.set_defaults(main=module.main)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: this process's) and return its exit status.

    Whatever goes wrong where the terminal has gone is a hang-up: the system's own signal, which ends a process before
    the game takes care of it, may come later than the first word that cannot be written.
    """
    try:
        return _run(arguments)
    except BaseException:
        if not terminal_has_gone():
            raise
        _write_no_more(sys.stdout, sys.stderr)
        return EXIT_SIGHUP


def _run(arguments: Sequence[str] | None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    collector.relax()
    if (
        (kind := (sys.stdout.encoding or "").lower())
        and not kind.startswith("utf")
        and hasattr(sys.stdout, "reconfigure")
    ):
        sys.stdout.reconfigure(errors="replace")  # letters that this locale lacks are no error
    try:
        try:
            args = make_parser(words).parse_args(words)
            _speak()
            status = int(args.main(args))
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # `ackademy list | head`: the reader has left, and that is no error of ours
        _write_no_more(sys.stdout)
        return 0
    except OSError as error:  # a full disk, say, under standard output
        if terminal_has_gone():
            raise
        _write_no_more(sys.stdout)
        print(f"ackademy: what it says could not be written: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        return 130
    return status


def _speak() -> None:
    """Say texts in this user's language, if there is a catalogue of it; who reads English waits for nothing."""
    code = language()
    if code and code.partition("_")[0] not in ("en", "C") and next(LANGUAGES.glob("*.po"), None) is not None:
        from tui.language import speak

        speak(code)


def _write_no_more(*streams: TextIO) -> None:
    """What is left in the buffers of these goes nowhere: Python would stumble over it once more at its end."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
