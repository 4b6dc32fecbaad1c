"""What is wrong with a text that is not TOML: tomllib's words, as an author reads them, with the mend that fits."""

from __future__ import annotations

import re

from core.kernel.text import harmless
from levels.places import Place, place_at
from levels.schema import Problem

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TWICE = "this name is there already"
_REWORDED = (
    ("Illegal character '\\n'", "a text does not end on its line", 'close it with ", or begin and end it with """'),
    ("Illegal character", "a control character", "leave it out"),
    ("Invalid value", "a value should stand here", "texts stand in quotes, numbers without"),
    ("Cannot overwrite a value", _TWICE, "each name once in a table"),
    ("Cannot declare", _TWICE, "each table once; [[happens]] for several happenings"),
    ("Duplicate inline table key", _TWICE, "each name once in a table"),
    ("Cannot mutate immutable", _TWICE, "a table in { } is complete"),
    ("Invalid initial character for a key part", "a name should stand here", "names with spaces stand in quotes"),
    ("Expected '=' after a key", "an '=' should stand here", "name = value; names with spaces stand in quotes"),
    ("Expected newline or end", "the line should end here", "one name = value a line; texts stand in quotes"),
    ("Unclosed array", "a list does not end", "close it with ]"),
    ("Unclosed inline table", "a table does not end", "close it with }"),
    ("Unterminated string", "a text does not end", "close it with the quotes that began it"),
    ("Expected \"'", "a text does not end", "close it with the quotes that began it"),
    ("Unescaped '\\'", "a backslash begins nothing known", "write \\\\ for a backslash"),
    ("Exceeds the limit", "a number of thousands of digits", "a number that fits on a line"),
    ("Expected ']", "a heading does not end", "close it with as many ] as it began with ["),
    ("Invalid statement", "a name or a heading should stand here", "name = value, or [name] above several of them"),
)
"""tomllib's messages, by their beginnings, as an author reads them."""
_OVER_LINES = ("a table in { } stands on one line", "write it all on the line on which it began, and close it with }")
_COMMA = "put a comma between two things of a list"
_COMMA_IN_TABLE = "put a comma between two things of a table"
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*')
_PAIR = re.compile(r"""(?:[\w.-]+|"[^"]*"|'[^']*')\s*=""")
_HEADING = re.compile(r"\[\[?[A-Za-z][\w.-]*\]\]?\s*(?:#.*)?$")
_ASCII_NAME = re.compile(r"[A-Za-z0-9_ .-]*")


def syntax_problem(text: str, path: str, message: str) -> Problem:
    """The problem with a text that tomllib refuses with this message."""
    at = _AT.search(message)
    if at is None:
        return Problem(path, 1, 1, message, "this is not TOML")
    said = message[: at.start()]
    if at[1] is None:
        words, mend = _reworded(said)
        return Problem(path, *place_at(text, len(text)), f"{words}, but the file ends here", mend)
    place = Place(int(at[1]), int(at[2]))
    line = text.split("\n")[place.line - 1]
    before, rest = line[: place.column - 1], line[place.column - 1 :].strip()
    words, mend = _in_place(said, before, rest) or _reworded(said)
    if words == _TWICE:  # tomllib notices it behind the value
        place, rest = Place(place.line, 1 + len(line) - len(line.lstrip())), line.strip()
    found = "the line ends here" if not rest or rest.startswith("#") else f"found {harmless(rest[:30])!r}"
    return Problem(path, *place, f"{words}, {found}", mend)


def _reworded(message: str) -> tuple[str, str]:
    for start, words, mend in _REWORDED:
        if message.startswith(start):
            return words, mend
    return message[:1].lower() + message[1:], "this is not TOML"


def _in_place(message: str, before: str, rest: str) -> tuple[str, str] | None:
    """What is said where the place tells more than the message: what stands before it on its line, and the rest."""
    ends = not rest or rest.startswith("#")
    in_table = _is_open(before)
    if message.startswith("Unclosed array"):
        begins_line = not before.strip()
        other = _PAIR.match(rest) or (begins_line and _HEADING.match(rest))
        return None if ends or other else ("a comma is missing in a list", _COMMA)
    if message.startswith("Unclosed inline table"):
        if ends:
            return _OVER_LINES
        return ("a comma is missing in a table", _COMMA_IN_TABLE) if _PAIR.match(rest) else None
    if message.startswith("Invalid initial character for a key part"):
        if in_table and ends:
            return _OVER_LINES
        if in_table and rest.startswith("}"):
            return "a table in { } ends with a comma", "leave the last comma out"
        return ("a heading has no name", "such as [goal]") if rest.startswith("]") else None
    if message.startswith("Expected '=' after a key"):
        if rest.startswith("]"):
            return "a heading does not begin", "open it with [, such as [goal]"
        if rest.startswith(":"):
            return "an '=' should stand here", "name = value"
        if not _ASCII_NAME.fullmatch(rest[:1]) and rest[:1].isalpha():
            return "an '=' should stand here", "names with other letters than a to z stand in quotes"
    if message.startswith("Expected ']") and rest.partition("#")[0].strip().strip("]") and "]" in rest:
        return "a heading is one name", "names with spaces stand in quotes"
    return None


def _is_open(before: str) -> bool:
    """Is a table in { } open at the end of this much of a line?"""
    bare = _TEXTS.sub("", before)
    return bare.count("{") > bare.count("}")
