"""`ackademy translations`: which texts a language does not say yet."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter

from tui.platform import EXIT_USAGE

SUMMARY = "which texts a language does not say yet; they are said in English"
EXAMPLES = """\
  ackademy translations               the languages that there are, and how much of each is missing
  ackademy translations de            every text that German does not say, by where it is from
  ackademy translations --template    a catalogue without translations, to begin with
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("language", nargs="?", metavar="CODE", help="one language, such as de")
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")
    parser.add_argument("--template", action="store_true", help="all texts, as a gettext catalogue to be filled in")


def main(args: argparse.Namespace) -> int:
    """List; return 0 whatever is missing, or 2 if there is no such language."""
    from levels.languages import UnknownLanguageError, codes, messages, missing, stale, template

    if args.template:
        print(template())
        return 0
    if args.language is None:
        count = len({one.text for one in messages()})
        rows = {code: len({one.text for one in missing(code)}) for code in codes()}
        if args.json:
            print(json.dumps({"texts": count, "missing": rows}))
        else:
            for code, lacks in rows.items():
                print(f"{code}: {count - lacks} of {count} texts")
        return 0
    try:
        found, old = missing(args.language), stale(args.language)
    except UnknownLanguageError as error:
        print(f"ackademy translations: {error}", file=sys.stderr)
        return EXIT_USAGE
    if args.json:
        rows_of = [{"text": one.text, "origin": one.origin} for one in found]
        print(json.dumps({"missing": rows_of, "stale": old}, ensure_ascii=False))
        return 0
    for one in found:
        print(f"{one.origin}: {one.text!r}")
    for origin, lacks in Counter(one.origin for one in found).items():
        print(f"{origin}: {lacks} missing", file=sys.stderr)
    for text in old:
        print(f"nobody says any more: {text!r}", file=sys.stderr)
    return 0
