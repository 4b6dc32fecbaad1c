"""Values as a level file has them: durations, texts, tables on one line, what happens as a table of [[happens]]."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum, Flag
from typing import Any

from core.kernel.protocol import Protocol
from core.kernel.scenario import (
    ClockJump,
    Crash,
    Cut,
    Forge,
    Happening,
    Lose,
    LoseAlike,
    LoseMessage,
    Request,
    Strike,
)
from core.kernel.time import MILLISECOND, MINUTE, SECOND


class UnwrittenError(Exception):
    """A level file cannot say that."""


def duration(microseconds: int) -> str:
    """A duration as a level file has it."""
    sign = "-" if microseconds < 0 else ""
    value = abs(microseconds)
    for unit, name in ((MINUTE, "min"), (SECOND, "s"), (MILLISECOND, "ms")):
        if value and value % unit == 0 and (name != "min" or value > 2 * MINUTE):
            return f"{sign}{value // unit}{name}"
    return f"{sign}{value}us"


def quoted(text: str) -> str:
    """A text as TOML has it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline_table(values: Mapping[str, Any]) -> str:
    """A table on one line, as TOML has it."""
    return "{ " + ", ".join(f"{key_text(name)} = {value_text(value)}" for name, value in values.items()) + " }"


def key_text(name: str) -> str:
    """A key, quoted if it must be."""
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else quoted(name)


class _Written(str):
    """A text that is TOML already."""

    __slots__ = ()


def value_text(value: Any) -> str:
    """A value as TOML has it; records as tables."""
    if isinstance(value, _Written):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Flag):
        return quoted(" ".join(str(member.name) for member in type(value) if member in value))
    if isinstance(value, Enum):
        return quoted(value.name)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, bytes):
        try:
            return quoted(value.decode())
        except UnicodeDecodeError:
            return f'{{ hex = "{value.hex()}" }}'
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(value_text, value)) + "]"
    if isinstance(value, Mapping):
        return inline_table(value)
    if is_dataclass(value):
        return inline_table(fields_of(value))
    return quoted(str(value))


def fields_of(record: Any) -> dict[str, Any]:
    """What a record says, by its fields' names."""
    found = {item.name: getattr(record, item.name) for item in fields(record) if item.init}
    return {name: value for name, value in found.items() if value is not None}


def happening_table(protocol: Protocol | None, happening: Happening) -> dict[str, Any]:
    """What happens as a table of [[happens]]; `protocol`: the room that is asked, of a request. Raises UnwrittenError
    for what a level file cannot say."""
    match happening:
        case Crash(at, node, back, effects):
            more = {"back": None if back is None else duration(back), "effects": effects}
            return {
                "at": duration(at),
                "crash": node,
                **{key: value for key, value in more.items() if value is not None},
            }
        case Strike(node, effect, what, before, nth, at, back):
            word = "before" if before else "after"
            struck: dict[str, Any] = {"crash": node, word: f"{effect} {what}".strip(), "nth": nth, "at": duration(at)}
            return struck if back is None else {**struck, "back": duration(back)}
        case Cut(at, pairs, length):
            over = {} if length is None else {"for": duration(length)}
            return {"at": duration(at), "cut": [f"{a} -> {b}" for a, b in pairs], **over}
        case Lose(source, destination, nth, fate, late):
            return {"lose": f"{source} -> {destination}", "nth": nth, "fate": fate, "late": duration(late)}
        case LoseAlike(source, destination, message, nth, fate, late, _, key):
            return {
                "lose": f"{source} -> {destination}", "message": message, "key": key, "nth": nth, "fate": fate,
                "late": duration(late),
            }  # fmt: skip
        case LoseMessage(source, destination, message, nth, fate, late, after):
            return {
                "lose": f"{source} -> {destination}", "message": message, "nth": nth, "fate": fate,
                "late": duration(late), "after": duration(after),
            }  # fmt: skip
        case ClockJump(at, node, by):
            return {"at": duration(at), "clock": node, "by": duration(by)}
        case Request(at, node, request) if protocol is not None:
            name = next(name for name, kind in protocol.requests.items() if kind is type(request))
            return {"at": duration(at), "ask": node, "request": name, **fields_of(request)}
        case Forge(at, source, destination, message):
            name = type(message).__name__
            return {"at": duration(at), "forge": f"{source} -> {destination}", "message": name, **fields_of(message)}
        case _:
            raise UnwrittenError(f"a level file cannot say {happening}")
