"""The JSON Schema of level files, for editors: the keys of levels.keys, and what the rooms bring.

Draft 7, which Taplo and the TOML extensions of editors read. A file that is sound passes; one that passes may still be
wrong in ways that only `check` sees, such as a law that names a node that there is not. `description` is what an editor
shows of a key: the words of the reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.kernel.inspector import MEASURES as INSPECTOR_MEASURES
from core.kernel.laws import COMMON_MEASURES, Law, LawKind, Measure
from core.kernel.parameters import Parameter
from core.kernel.protocol import Protocol
from core.kernel.time import show_duration
from levels.keys import (
    ANY,
    BYTES,
    DURATION,
    FLAG,
    NODE,
    RATE,
    SIZE,
    TABLES,
    TEXT,
    VERSION,
    Key,
    Keys,
    Shape,
    listed,
    one_of,
    whole,
)
from levels.loader import curriculum

NAME = f"ackademy-level.{VERSION}.schema.json"
"""The file that `#:schema` lines name."""
Schema = dict[str, Any]
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_PLACE_TEXTS = {
    "node": r"[\w.-]+", "word": r"[\w-]+", "text": '"[^"]*"', "number": "[0-9][0-9_]*",
    "duration": "[0-9.]+ ?(us|µs|ms|s|min)",
}  # fmt: skip
_OTHER_MARKS = ("ask", "forge")
"""Happenings whose fields may be called as the keys of others."""


def level_schema(rooms: Mapping[str, Protocol]) -> Schema:
    """The schema of a level file in which these rooms are known."""
    top = _only(())
    whole_file = _object(top, rooms)
    definitions = {key.name: whole_file["properties"][key.name] for key in top.keys if key.name not in ("level", "act")}
    whole_file["properties"] |= {name: {"$ref": f"#/definitions/{name}"} for name in definitions}
    act = _object(_only(("act", "[]")), rooms)
    act["properties"] |= {name: {"$ref": f"#/definitions/{name}"} for name in definitions}
    whole_file["properties"]["act"] = {"type": "array", "items": act, **told(_key_of(top, "act"))}
    definitions |= {"law": _laws(rooms.values()), "node": _node(rooms)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"urn:ackademy:level:{VERSION}",
        "title": f"A level of Ackademy, format {VERSION}",
        **whole_file,
        "definitions": definitions,
    }


def parameter_shape(parameter: Parameter) -> Shape:
    """What a parameter takes, by its kind."""
    if parameter.kind == "number":
        return whole(parameter.low, parameter.high)
    if parameter.kind == "word":
        return one_of(*parameter.options)
    if parameter.kind == "numbers":
        return listed(whole(parameter.low, parameter.high), "a list of whole numbers")
    return {
        "text": TEXT, "bytes": BYTES, "duration": DURATION, "rate": RATE, "size": SIZE, "node": NODE, "flag": FLAG,
        "nodes": listed(TEXT, "a list of nodes' names"),
    }[parameter.kind]  # fmt: skip


def parameter_default(parameter: Parameter) -> str:
    """What a parameter is where nothing is said, as a file would have it."""
    value = parameter.default
    if value is None or value == () or value == "":
        return ""
    if parameter.kind == "duration":
        return f'`"{show_duration(value)}"`'
    if parameter.kind == "rate":
        return f'`"{value} bit/s"`'
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return f"`{value}`" if isinstance(value, int) else f'`"{value}"`'


# Tables


def _tables(path: tuple[str, ...]) -> list[Keys]:
    return [table for table in TABLES if table.path == path]


def _only(path: tuple[str, ...]) -> Keys:
    (table,) = _tables(path)
    return table


def _key_of(table: Keys, name: str) -> Key:
    return next(key for key in table.keys if key.name == name)


def told(key: Key) -> Schema:
    """What an editor says of a key."""
    without = f" Without it: {key.default}." if key.default else ""
    return {"description": f"{key.words}{without}"}


def _object(table: Keys, rooms: Mapping[str, Protocol]) -> Schema:
    """A table, with all that stands in it."""
    found: Schema = {"type": "object", "description": table.words, "properties": {}}
    for key in table.keys:
        found["properties"][key.name] = {**_value(table, key, rooms), **told(key)}
    if wanted := [key.name for key in table.keys if key.wanted]:
        found["required"] = wanted
    if not table.free:
        found["additionalProperties"] = False
    elif table.path == ("nodes",):
        found["additionalProperties"] = {"$ref": "#/definitions/node"}
    elif inner := _tables((*table.path, "*")):
        found["additionalProperties"] = _object(inner[0], rooms)
    elif table.other is not None:
        found["additionalProperties"] = dict(table.other.schema)
    found["properties"].update(_known(table, rooms))
    return found


def _value(table: Keys, key: Key, rooms: Mapping[str, Protocol]) -> Schema:
    """The value of a key: what is a table of its own is that table."""
    path = (*table.path, key.name)
    if path == ("links", "default"):  # a link as any other
        path = ("links", "*")
    if table.path == ("act", "[]") and key.name in ("covers", "exempt"):
        path = ("level", key.name)
    inner: Schema | None = None
    if key.name == "happens":
        return {"type": "array", "items": _happening(rooms)}
    if listed_tables := _tables((*path, "[]")):
        return {"type": "array", "items": _object(listed_tables[0], rooms)} if key.name != "act" else {}
    if len(tables := _tables(path)) == 1:
        inner = _object(tables[0], rooms)
    if inner is None:
        shape = dict(key.shape.schema)
        if table.path == ("seats", "*"):
            shape = _seat_value(key, rooms) or shape
        return shape
    others = [one for one in key.shape.schema.get("anyOf", ()) if one != {"type": "object"}]
    if key.name == "covers":  # a list is read, too, and fails the check
        others = [dict(listed(TEXT, "").schema)]
    return {"anyOf": [inner, *others]} if others else inner


def _seat_value(key: Key, rooms: Mapping[str, Protocol]) -> Schema | None:
    """The player's choices and the personas, by their names."""
    if key.name == "persona":
        return {"enum": sorted({one.name for room in rooms.values() for one in room.personas})}
    names = {choice.name for room in rooms.values() for choice in room.choices}
    short = {name.partition(".")[2] for name in names}
    items = {"enum": [*sorted(names), *sorted(short - names)]}
    return {"anyOf": [{"const": "*"}, {"type": "array", "items": items, "minItems": 1}]}


def _known(table: Keys, rooms: Mapping[str, Protocol]) -> dict[str, Schema]:
    """Names that may stand in a table, each with what it is, so that an editor offers them."""
    shape = dict((table.other or ANY).schema)
    if table.path == ("par",):
        every: list[Measure] = [*COMMON_MEASURES, *INSPECTOR_MEASURES]
        every += [measure for room in rooms.values() for measure in room.measures]
        return {one.name: {**shape, "description": _sentence(one.words)} for one in every}
    if table.path == ("level", "covers"):
        return {row: {**shape, "description": words} for row, words in curriculum().items()}
    if table.path == ("bets",):
        return {bet.name: {**shape, "description": bet.question} for room in rooms.values() for bet in room.bets}
    return {}


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


# Nodes


def _node(rooms: Mapping[str, Protocol]) -> Schema:
    """One node: its own keys, and by what it runs the parameters of that role."""
    found = _object(_only(("nodes", "*")), rooms)
    own = dict(found["properties"])
    roles = {f"{room.name}.{role}": room.parameters_of(role) for room in rooms.values() for role in room.roles}
    found["properties"]["runs"] |= {"enum": list(roles)}
    found["properties"]["outside"] |= {"enum": list(rooms)}
    said: dict[str, dict[str, list[str]]] = {}
    for role, parameters in roles.items():
        for parameter in parameters:
            said.setdefault(parameter.name, {}).setdefault(parameter.words, []).append(role)
    for name, words in said.items():
        if name not in own:
            hover = "\n\n".join(f"{text} ({', '.join(of)})" for text, of in words.items())
            found["properties"][name] = {"description": hover}
    found["additionalProperties"] = False
    found["allOf"] = [
        {
            "if": {"properties": {"runs": {"const": role}}, "required": ["runs"]},
            "then": {
                "propertyNames": {"enum": [*own, *(one.name for one in parameters)]},
                "properties": {one.name: _or_each(parameter_shape(one)) for one in parameters if one.name not in own},
            },
        }
        for role, parameters in roles.items()
    ]
    return found


def _or_each(shape: Shape) -> Schema:
    each = {"type": "array", "items": dict(shape.schema)}
    several = {"type": "object", "required": ["each"], "additionalProperties": False, "properties": {"each": each}}
    return {"anyOf": [dict(shape.schema), several]}


# Happenings


def _happening(rooms: Mapping[str, Protocol]) -> Schema:
    """One of [[happens]]: all keys that there are, and by the one that says what happens those that go with it."""
    tables = _tables(("happens", "[]"))
    mark = _tables(("happens", "[]", "from"))[0]
    properties: dict[str, list[Schema]] = {}
    branches = []
    for table in tables:
        values = {key.name: {**_value(table, key, rooms), **told(key)} for key in table.keys}
        if table.marks == ("link",):
            values |= {name: {**_object(mark, rooms), **told(_key_of(table, name))} for name in ("from", "until")}
        if table.marks in (("link",), ("node",)):
            values["set"] = {**_object(_set_of(table.marks[0]), rooms), **told(_key_of(table, "set"))}
        for name, value in values.items():
            properties.setdefault(name, []).append(value)
        then: Schema = {"properties": values, "required": [key.name for key in table.keys if key.wanted]}
        if not table.free:
            then["propertyNames"] = {"enum": list(values)}
        known: Schema = {"required": list(table.marks)}
        if table.marks[0] not in _OTHER_MARKS:
            other = [{"not": {"required": [name]}} for name in _OTHER_MARKS]
            known = {"allOf": [known, *other]}
        branches.append({"if": known, "then": then})
    marks = [{"required": list(table.marks)} for table in tables]
    hovers = {
        name: {"description": "\n\n".join(dict.fromkeys(value["description"] for value in values))}
        for name, values in properties.items()
    }
    return {"type": "object", "properties": hovers, "anyOf": marks, "allOf": branches}


def _set_of(mark: str) -> Keys:
    return next(table for table in _tables(("happens", "[]", "set")) if table.marks == (mark,))


# Laws


def _laws(rooms: Iterable[Protocol]) -> Schema:
    """What a goal may name."""
    every = [law for room in rooms for law in room.laws]
    return {"type": "string", "anyOf": [{"pattern": _law_pattern(law), "title": law.name} for law in every]}


def _law_pattern(law: Law) -> str:
    text = ""
    end = 0
    for match in _PLACE.finditer(law.name):
        text += _escaped(law.name[end : match.start()]) + _PLACE_TEXTS[match[2] or "node"]
        end = match.end()
    text += _escaped(law.name[end:])
    before = {LawKind.ALWAYS: "(broken: )?", LawKind.EVENTUALLY: "(starves: )?"}.get(law.kind, "")
    return rf"^\s*{before}{text}\s*$"


def _escaped(text: str) -> str:
    """The text in a pattern as every reader of JSON Schema takes it: nothing escaped that need not be."""
    return re.sub(r"([.*+?^${}()|\[\]\\])", r"\\\1", text)
