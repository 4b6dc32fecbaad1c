"""Messages, requests and bytes of a level file: into the rooms' dataclasses, by their fields' types."""

from __future__ import annotations

import re
import typing
from dataclasses import fields, is_dataclass
from enum import Enum, Flag
from types import UnionType
from typing import Any

from core.kernel.time import parse_duration
from levels.reading import kind_of
from levels.values import did_you_mean

MOST_BYTES = 16 * 1024 * 1024
"""So many bytes one text may be repeated to."""


def typed(value: Any, kind: type, wanted: str) -> Any:
    """The value, if it is of this type. Raises ValueError in words."""
    if type(value) is not kind:
        raise ValueError(f"this is {kind_of(value)}, but {wanted} is wanted")
    return value


def read_bytes(raw: Any) -> bytes:
    """Bytes: a text (as UTF-8), { hex = "00ff" }, or { text = "fox ", bytes = 20000 }. Raises ValueError in words."""
    if isinstance(raw, str):
        return raw.encode()
    if isinstance(raw, dict) and set(raw) == {"hex"} and isinstance(raw["hex"], str):
        try:
            return bytes.fromhex(raw["hex"])
        except ValueError:
            raise ValueError(f"{raw['hex']!r} is not in hexadecimal digits") from None
    if isinstance(raw, dict) and set(raw) == {"text", "bytes"}:
        text: bytes = typed(raw["text"], str, "a text").encode()
        count: int = typed(raw["bytes"], int, "a whole number")
        if not text or not 0 <= count <= MOST_BYTES:
            raise ValueError(f"from 0 to {MOST_BYTES} bytes of a text that is not empty")
        return (text * (count // len(text) + 1))[:count]
    raise ValueError('write a text, { hex = "00ff" } or { text = "fox ", bytes = 20000 }')


def field_value(hint: Any, raw: Any) -> Any:
    """The value of a message's or a request's field, by the field's type. Raises ValueError in words."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, UnionType):
        problems: list[str] = []
        for option in typing.get_args(hint):
            if option is not type(None):
                try:
                    return field_value(option, raw)
                except ValueError as error:
                    problems.append(str(error))
        raise ValueError("; ".join(problems))
    if origin is tuple:
        items = typed(raw, list, "a list")
        parts = typing.get_args(hint)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(field_value(parts[0], item) for item in items)
        if len(parts) != len(items):
            raise ValueError(f"{len(parts)} values are wanted, not {len(items)}")
        return tuple(field_value(part, item) for part, item in zip(parts, items, strict=True))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint, raw)
    if hint is bytes:
        return read_bytes(raw)
    if hint is int and isinstance(raw, str):
        return parse_duration(raw)
    if hint in (int, str, bool):
        wanted = {int: "a whole number", str: "a text", bool: "true or false"}[hint]
        return typed(raw, hint, wanted)
    if is_dataclass(hint) and isinstance(hint, type):
        return _inner_record(hint, typed(raw, dict, "a table"))
    raise ValueError("a level file cannot say this")


def _member(hint: type[Enum], raw: Any) -> Any:
    words = re.split(r"[\s,|]+", raw.strip()) if isinstance(raw, str) else raw if isinstance(raw, list) else []
    members = {name.lower(): member for name, member in hint.__members__.items()}
    found = [members.get(str(word).lower()) for word in words if word != ""]
    if None in found or (len(found) != 1 and not issubclass(hint, Flag)) or (isinstance(raw, int)):
        unknown = next((str(word) for word in words if str(word).lower() not in members), str(raw))
        raise ValueError(f"{unknown!r}, {did_you_mean(unknown, list(hint.__members__))}")
    value: Any = found[0] if found else hint(0)
    for member in found[1:]:
        value |= member
    return value


def _inner_record(kind: type, raw: dict[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    names = [item.name for item in fields(kind)]
    for name in raw:
        if name not in names:
            raise ValueError(f"{kind.__name__} has no {name!r}, {did_you_mean(name, names)}")
    try:
        return kind(**{name: field_value(hints[name], value) for name, value in raw.items()})
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from None
