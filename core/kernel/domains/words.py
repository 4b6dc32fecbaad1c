"""How options are written, found by what is typed, and named in sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.kernel.choice import Value
from core.kernel.language import is_english, later, retold, said

LISTED = 8
"""How many options a sentence names."""


def spelled(value: Value) -> str:
    """A value as it is typed: the parts of a tuple with a blank between."""
    return " ".join(map(spelled, value)) if isinstance(value, tuple) else str(value)


def told(value: Value) -> str:
    """A value as a person reads it: as it is typed, in the language that is used."""
    return retold(spelled(value))


_MORE = {later("and"): later("{names} and {count} more"), later("or"): later("{names} or {count} more")}


def listed(options: Sequence[Value], last: str = "and") -> str:
    """Options in a sentence: "a, b and c"; of many the first few, and how many more there are."""
    names = [told(option) for option in options[:LISTED]]
    if len(options) > LISTED:
        return said(_MORE[last], names=", ".join(names), count=len(options) - LISTED)
    return f" {said(last)} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def matching(options: Sequence[Value], text: str) -> list[Value]:
    """The options that a typed text may mean: the one that is spelled so, else all that begin so, in letters of any
    case; as it is written, or in the language that is used. Nothing typed means none of them."""
    wanted = text.strip()
    if not wanted:
        return []
    found = _matching(options, wanted, spelled)
    return found if found or is_english() else _matching(options, wanted, told)


def _matching(options: Sequence[Value], wanted: str, spell: Callable[[Value], str]) -> list[Value]:
    exact = [option for option in options if spell(option) == wanted]
    if exact:
        return exact[:1]
    begins = [option for option in options if spell(option).lower().startswith(wanted.lower())]
    whole = [option for option in begins if len(spell(option)) == len(wanted)]
    return whole if len(whole) == 1 else begins


def beginning(names: Sequence[str]) -> str:
    """What all these names begin with, in letters of any case: spelled as the first one has it."""
    length = len(names[0])
    while any(name[:length].lower() != names[0][:length].lower() for name in names):
        length -= 1
    return names[0][:length]


def how_many(least: int, most: int) -> str:
    """A range of counts: "3", "up to 3", "1 to 3"."""
    if least == most:
        return f"{most}"
    return said("{least} to {most}", least=least, most=most) if least else said("up to {most}", most=most)


def not_recognised(options: Sequence[Value], text: str) -> str:
    """Why a typed text is none of the options, in words; "" if it is one."""
    found = matching(options, text)
    if len(found) == 1:
        return ""
    if found:
        return said("{text} may be {options}: type more of it", text=repr(text.strip()), options=listed(found, "or"))
    return said("{text} is not one of {options}", text=repr(text), options=listed(options))


def match(options: Sequence[Value], text: str) -> Value:
    """The one option that a typed text means. Raises ValueError in words."""
    problem = not_recognised(options, text)
    if problem:
        raise ValueError(problem)
    return matching(options, text)[0]


# Quotes: a text that would be read as something else


def quoted(text: str) -> str:
    """The text between quotes: what blanks, commas and quotes in it cannot break."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(text: str) -> str | None:
    """The text that `quoted` wrote; None if it is not one text between quotes."""
    found = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text, re.DOTALL)
    return re.sub(r'\\(["\\])', r"\1", found[1]) if found else None


def pieces(text: str, separators: str) -> list[str]:
    """A line in pieces, at any of these signs, or at blanks (" "), but not between quotes. Empty pieces are left out.

    Each piece is as it stands in the line, without blanks around it, its quotes still on.
    """
    found: list[str] = []
    piece, inside, escaped = "", False, False
    for sign in text:
        if not inside and (sign in separators or (sign.isspace() and " " in separators)):
            found.append(piece)
            piece = ""
            continue
        if escaped:
            escaped = False
        elif inside and sign == "\\":
            escaped = True
        elif sign == '"' and (inside or not piece.strip() or piece.rstrip()[-1:] in "=: "):
            inside = not inside
        piece += sign
    found.append(piece)
    return [piece.strip() for piece in found if piece.strip()]


# A few of many


def spaced(values: Sequence[Value], most: int) -> list[Value]:
    """At most so many of the values, evenly spaced, the first and the last among them."""
    if len(values) <= most:
        return list(values)
    return [values[place * (len(values) - 1) // (most - 1)] for place in range(most)]
