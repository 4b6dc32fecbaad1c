"""The reference of level files, as Markdown: every key (levels.keys), and of every room all that a file can name.

It stands in levels/README.md between two marks, and `ackademy reference --write` puts it there: a test says when it has
fallen behind.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any

from core.kernel import domains
from core.kernel.choice import Choice, Domain
from core.kernel.domains import OneOf
from core.kernel.inspector import MEASURES as INSPECTOR_MEASURES
from core.kernel.laws import COMMON_MEASURES, Law, Measure
from core.kernel.parameters import Parameter
from core.kernel.protocol import Protocol
from levels.courses.keys import TABLES as COURSE_TABLES
from levels.courses.keys import VERSION as COURSE_VERSION
from levels.json_schema import parameter_default, parameter_shape
from levels.keys import TABLES, VERSION, Keys
from levels.loader import curriculum

BEGINS = "<!-- the reference begins: written by `ackademy reference --write levels/README.md` -->"
ENDS = "<!-- the reference ends -->"
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_ANSWERS: Mapping[type, str] = {
    OneOf: "one of a few options", domains.NodeOf: "a node", domains.PlaceOf: "a place of the picture",
    domains.Track: "a post of a row", domains.SomeOf: "some of a few options", domains.Grid: "cells of a table",
    domains.OrderOf: "an order of all", domains.RankedOf: "some, the first first", domains.Odds: "a chance",
    domains.Duration: "a time", domains.Slider: "a place on a bar", domains.Number: "a whole number",
    domains.Text: "typed", domains.Places: "where to cut", domains.Tokens: "a line of a program",
    domains.Handles: "handles that are pushed", domains.BudgetedFields: "fields, not all of them",
    domains.Fields: "the fields of a header",
}  # fmt: skip
"""What may be answered, by the kind of domain, or the nearest that it is made of."""
_PLAIN = {int: "whole number", str: "text", bytes: "bytes", bool: "true or false"}


class UnmarkedError(ValueError):
    """A text has no place for the reference."""


def reference(rooms: Mapping[str, Protocol]) -> str:
    """The whole reference: the keys, then the rooms in teaching order."""
    lines = [*_keys(), *_measures(), *_curriculum(), *_course_keys()]
    return "\n".join([*lines, *(line for room in rooms.values() for line in room_lines(room))]) + "\n"


def rows_reference() -> str:
    """The rows of the curriculum."""
    return "\n".join(_curriculum()) + "\n"


def keys_reference() -> str:
    """The keys alone."""
    return "\n".join([*_keys(), *_measures()]) + "\n"


def course_reference() -> str:
    """The keys of a `course.toml`."""
    return "\n".join(_course_keys()) + "\n"


def room_reference(room: Protocol) -> str:
    """What a file can name of one room."""
    return "\n".join(room_lines(room)) + "\n"


def with_reference(text: str, rooms: Mapping[str, Protocol]) -> str:
    """The text, with the reference as it is now between the marks. Raises UnmarkedError, in words."""
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise UnmarkedError(f"there is no place for the reference: two lines, {BEGINS} and {ENDS}")
    return f"{before}{BEGINS}\n\n{reference(rooms)}\n{ENDS}{after}"


# Keys


def _keys() -> Iterator[str]:
    yield f"## Reference: every key (format {VERSION})"
    yield ""
    yield "Where a table says no more, any other key is an error. What is **bold** must be there."
    yield ""
    for table in TABLES:
        yield from _table(table)


def _course_keys() -> Iterator[str]:
    yield f"## Reference: every key of `course.toml` (format {COURSE_VERSION})"
    yield ""
    yield "Any other key is an error. What is **bold** must be there."
    yield ""
    for table in COURSE_TABLES:
        yield from _table(table)


def _table(table: Keys) -> Iterator[str]:
    yield f"### `{table.heading}`" if table.heading.startswith("[") else f"### {table.heading}"
    yield ""
    yield table.words
    yield ""
    if table.keys:
        rows = [
            (f"**`{key.name}`**" if key.wanted else f"`{key.name}`", key.shape.words, key.words, key.default)
            for key in table.keys
        ]
        yield from _rows(("key", "takes", "what it is", "without it"), rows)
    if table.free:
        takes = f": {table.other.words}" if table.other is not None and table.other.words != "a table" else ""
        yield f"Any other key is {table.free}{takes}."
        yield ""


def _measures() -> Iterator[str]:
    yield "### Measures of every level"
    yield ""
    yield from _rows(("measure", "what it counts"), [_measure(one) for one in COMMON_MEASURES])
    yield "Where the player inspects, also:"
    yield ""
    yield from _rows(("measure", "what it counts"), [_measure(one) for one in INSPECTOR_MEASURES])


def _curriculum() -> Iterator[str]:
    yield "### Rows of the curriculum, for `covers`"
    yield ""
    yield from _rows(("row", "what it is about"), [(f"`{row}`", _cell(words)) for row, words in curriculum().items()])


def _measure(measure: Measure) -> tuple[str, str]:
    unit = f" ({measure.unit})" if measure.unit else ""
    return f"`{measure.name}`", f"{measure.words}{unit}{'; more is better' if measure.higher else ''}"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    kept = [place for place in range(len(heads)) if place == 0 or any(row[place] for row in rows)]
    yield f"| {' | '.join(heads[place] for place in kept)} |"
    yield f"|{'---|' * len(kept)}"
    for row in rows:
        yield f"| {' | '.join(row[place] for place in kept)} |"
    yield ""


# Rooms


def room_lines(room: Protocol) -> Iterator[str]:
    """A room, line by line."""
    yield f"## Room `{room.name}`: {room.title}"
    yield ""
    for role in room.roles:
        yield f"### `{room.name}.{role}`"
        yield ""
        parameters = room.parameters_of(role)
        if parameters:
            yield from _rows(
                ("parameter", "takes", "what it is", "without it"), [_parameter(one) for one in parameters]
            )
        else:
            yield "It has no parameters."
            yield ""
    yield from _section(
        room, "choices: what may be asked", ("choice", "the question", "an answer", "cases"),
        [_choice(choice) for choice in room.choices],
    )  # fmt: skip
    yield from _section(
        room, "personas", ("persona", "what it does", "breaks"),
        [(f"`{one.name}`", _cell(one.words), _law_text(one.fault)) for one in room.personas],
    )  # fmt: skip
    yield from _section(room, "laws", ("law", "must hold", "as long as"), [_law(law) for law in room.laws])
    yield from _section(room, "measures", ("measure", "what it counts"), [_measure(one) for one in room.measures])
    requests = [(f"`{name}`", _fields(kind), _first_line(kind)) for name, kind in room.requests.items()]
    yield from _section(room, "requests", ("request", "fields", "what it asks for"), requests)
    messages = [(f"`{kind.__name__}`", _fields(kind), _first_line(kind)) for kind in room.messages]
    yield from _section(room, "messages", ("message", "fields", "what it says"), messages)
    yield from _section(
        room, "bets", ("bet", "the question", "sides"),
        [(f"`{bet.name}`", _cell(bet.question), ", ".join(f"`{side}`" for side in bet.sides)) for bet in room.bets],
    )  # fmt: skip
    yield from _section(
        room, "intervals: states that last", ("interval", "a node in it"),
        [(f"`{one.name}`", _cell(one.words)) for one in room.intervals],
    )  # fmt: skip


def _section(room: Protocol, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield f"### `{room.name}` {title}"
        yield ""
        yield from _rows(heads, rows)


def _parameter(parameter: Parameter) -> tuple[str, str, str, str]:
    shape = parameter_shape(parameter)
    return f"`{parameter.name}`", shape.words, _cell(parameter.words), parameter_default(parameter)


def _choice(choice: Choice) -> tuple[str, str, str, str]:
    kind = "a move; " if choice.standing else "a setting; " if choice.keeps else "chance; " if choice.chance else ""
    cases = "; ".join(choice.cases) if choice.cases != ("always",) else ""
    return f"`{choice.name}`", _cell(choice.question), _cell(f"{kind}{_answers(choice.domain)}"), _cell(cases)


def _answers(domain: Domain) -> str:
    """What may be answered, in a few words: options and bounds, where they are the same whatever is asked."""
    options, low, high = (getattr(domain, name, None) for name in ("options", "low", "high"))
    if type(domain) is OneOf and isinstance(options, Sequence | Mapping):
        return f"one of {', '.join(f'“{domain.show(option)}”' for option in options)}"
    words = next((_ANSWERS[kind] for kind in type(domain).__mro__ if kind in _ANSWERS), "a value")
    if isinstance(low, int) and isinstance(high, int):
        return f"{words} from {domain.show(low)} to {domain.show(high)}"
    return words


def _law(law: Law) -> tuple[str, str, str]:
    return _law_text(law.name), law.kind.value, _cell(", ".join(law.assumes).replace("_", " "))


def _law_text(name: str) -> str:
    """A law with its places marked: <receiver>, <n: number>."""
    shown = _PLACE.sub(lambda at: f"<{at[1]}>" if at[2] in (None, "node") else f"<{at[1]}: {at[2]}>", name)
    return f"`{shown}`" if name else ""


def _fields(kind: type) -> str:
    hints = typing.get_type_hints(kind)
    shown = []
    for item in fields(kind) if is_dataclass(kind) else ():
        if item.init:
            may = item.default is not MISSING or item.default_factory is not MISSING
            shown.append(f"`{item.name}` ({_hint(hints[item.name])}{'; may be left out' if may else ''})")
    return _cell(", ".join(shown))


def _hint(hint: Any) -> str:
    """The type of a field, in words."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_hint(part) for part in typing.get_args(hint) if part is not type(None))
    if origin is tuple:
        parts = [part for part in typing.get_args(hint) if part is not Ellipsis]
        return f"list of {_hint(parts[0])}" if len(set(parts)) == 1 else f"list: {', '.join(map(_hint, parts))}"
    if origin is not None:  # a number with what it is in bytes
        return _hint(typing.get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, Enum):
        names = list(hint.__members__)
        return f"of {', '.join(names)}" if len(names) <= 10 else hint.__name__
    if isinstance(hint, type) and is_dataclass(hint):
        return f"table {hint.__name__}"
    return _PLAIN.get(hint, str(getattr(hint, "__name__", hint)))


def _first_line(kind: type) -> str:
    told = (inspect.getdoc(kind) or "").split("\n\n")[0]
    return _cell(" ".join(told.split())) if not told.startswith(f"{kind.__name__}(") else ""


def _cell(text: str) -> str:
    """A text as a cell of a table holds it."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
