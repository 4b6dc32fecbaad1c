"""Plain data: the one canonical byte form of states and messages, and their copies.

Plain data is None, bool, int, str, bytes, Enum, tuple, list, dict, set, frozenset and dataclasses of these. Floats are
refused: their text differs between machines. Tuples and frozen dataclasses hold immutable things only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from marshal import dumps
from typing import Any


class _Encoders(dict[type, Callable[[Any], bytes]]):
    """How each type is written; found when it is first met."""

    def __missing__(self, kind: type) -> Callable[[Any], bytes]:
        encoder = self[kind] = _encoder_for(kind)
        return encoder


class _Freezers(dict[type, Callable[[Any], Any] | None]):
    """How each type is frozen for `packed`; None: it is written as it is."""

    def __missing__(self, kind: type) -> Callable[[Any], Any] | None:
        freezer = self[kind] = _freezer_for(kind)
        return freezer


class _Cloners(dict[type, Callable[[Any], Any] | None]):
    """How each type is copied; None: it is immutable."""

    def __missing__(self, kind: type) -> Callable[[Any], Any] | None:
        cloner = self[kind] = _cloner_for(kind)
        return cloner


_ENCODERS = _Encoders()
_FREEZERS = _Freezers()
_CLONERS = _Cloners()
_TEXTS: dict[str, bytes] = {}
"""The bytes of short texts that were written before: the same names come again and again."""
MOST_TEXTS, LONGEST = 20_000, 40


def canonical(value: Any) -> bytes:
    """The canonical bytes of plain data: typed, sorted, the same on every machine and Python.

    Raises TypeError for anything that is not plain data.
    """
    return _ENCODERS[type(value)](value)


def _encoder_for(kind: type) -> Callable[[Any], bytes]:
    if issubclass(kind, Enum):
        name = kind.__qualname__
        if hasattr(kind, "__or__") and issubclass(kind, int):
            return lambda value: b"e%s.%d;" % (name.encode(), int(value))
        return lambda value: f"e{name}.{value.name};".encode()
    if issubclass(kind, tuple):
        return _encode_tuple
    if is_dataclass(kind):
        head = b"c" + kind.__qualname__.encode() + b"{"
        items = [f"encoders[type(item := value.{field.name})](item)" for field in fields(kind)]
        return _function(f"b''.join((head, {', '.join([*items, repr(b'}')])}))", head=head, encoders=_ENCODERS)
    raise _not_plain(kind)


def _not_plain(kind: type) -> TypeError:
    return TypeError(
        f"{kind.__qualname__} is not plain data: use int, str, bytes, tuples, lists, dicts, sets or dataclasses"
    )


def _function(expression: str, statements: Iterable[str] = (), **names: Any) -> Callable[[Any], Any]:
    """A function of `value` that runs the statements and returns the expression, both over these names: what is done
    field by field for every machine and message is written out for each class, as `dataclasses` does it itself."""
    parameters = ", ".join(["value", *(f"{name}={name}" for name in names)])
    lines = [f"def made({parameters}):", *(f"    {line}" for line in statements), f"    return {expression}"]
    space = dict(names)
    exec("\n".join(lines), space)
    made: Callable[[Any], Any] = space["made"]
    return made


def encode_as_tuple(kind: type) -> None:
    """Let this immutable sequence have the canonical bytes that a tuple of the same items has."""
    _ENCODERS[kind] = _encode_tuple
    _FREEZERS[kind] = _freeze_tuple


def _encode_all(items: Iterable[Any]) -> list[bytes]:
    return [_ENCODERS[type(item)](item) for item in items]


def _encode_tuple(value: Iterable[Any]) -> bytes:
    return b"(" + b"".join([_ENCODERS[type(item)](item) for item in value]) + b")"


def _encode_dict(value: dict[Any, Any]) -> bytes:
    pairs = [_ENCODERS[type(key)](key) + _ENCODERS[type(item)](item) for key, item in value.items()]
    pairs.sort()
    return b"{" + b"".join(pairs) + b"}"


def _encode_text(value: str) -> bytes:
    known = _TEXTS.get(value)
    if known is not None:
        return known
    data = value.encode("utf-8", "surrogatepass")
    written = b"s%d:%s" % (len(data), data)
    if len(value) <= LONGEST and len(_TEXTS) < MOST_TEXTS:
        _TEXTS[value] = written
    return written


_ENCODERS.update(
    {
        type(None): lambda value: b"N",
        bool: lambda value: b"T" if value else b"F",
        int: lambda value: b"i%d;" % value,
        str: _encode_text,
        bytes: lambda value: b"b%d:%s" % (len(value), value),
        tuple: _encode_tuple,
        list: lambda value: b"[" + b"".join(_encode_all(value)) + b"]",
        set: lambda value: b"<" + b"".join(sorted(_encode_all(value))) + b">",
        frozenset: lambda value: b"<" + b"".join(sorted(_encode_all(value))) + b">",
        dict: _encode_dict,
    }
)


def packed(value: Any) -> bytes:
    """Bytes that two values share exactly if they share their canonical bytes; made several times faster, and good in
    this process only, for keys that are written nowhere.

    Raises TypeError for anything that is not plain data.
    """
    freezer = _FREEZERS[type(value)]
    return dumps(value if freezer is None else freezer(value), MARSHALLED)


def packed_with(value: Any, said: Callable[[str], Any]) -> bytes:
    """As `packed`, with what `said` gives in the place of every text in the value: a text, or another plain value."""
    freezer = _FREEZERS[type(value)]
    return dumps(_said_otherwise(value if freezer is None else freezer(value), said), MARSHALLED)


def _said_otherwise(frozen: Any, said: Callable[[str], Any]) -> Any:
    kind = type(frozen)
    if kind is str:
        return said(frozen)
    if kind is not tuple and kind is not list:
        return frozen
    parts = [
        said(item) if (of := type(item)) is str else _said_otherwise(item, said) if of is tuple or of is list else item
        for item in frozen
    ]
    return tuple(parts) if kind is tuple else parts


MARSHALLED = 2
"""The version of Python's marshal format in which the bytes of a value depend on the value alone: in later ones also on
which of its parts are one object."""


def _freezer_for(kind: type) -> Callable[[Any], Any] | None:
    """To what `marshal` can write. Whatever is no tuple, list or atom becomes a tuple that begins with `...`, which is
    no plain data, and goes on with what it is."""
    if issubclass(kind, Enum):
        name = kind.__qualname__
        if hasattr(kind, "__or__") and issubclass(kind, int):
            return lambda value: (..., "enum", name, int(value))
        return lambda value: (..., "enum", name, value.name)
    if issubclass(kind, tuple):
        return _freeze_tuple
    if is_dataclass(kind):
        items = [
            f"item if (freezer := freezers[type(item := value.{field.name})]) is None else freezer(item)"
            for field in fields(kind)
        ]
        return _function(f"(..., 'class', {', '.join([repr(kind.__qualname__), *items])})", freezers=_FREEZERS)
    raise _not_plain(kind)


def _freeze_all(items: Iterable[Any]) -> list[Any]:
    return [item if (freezer := _FREEZERS[type(item)]) is None else freezer(item) for item in items]


def _freeze_tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(_freeze_all(value))


def _freeze_dict(value: dict[Any, Any]) -> tuple[Any, ...]:
    if not value:
        return (..., "dict")
    keys = sorted(value) if _alike(value) else sorted(value, key=packed)
    return (..., "dict", *_freeze_all(keys), *_freeze_all([value[key] for key in keys]))


def _freeze_set(value: set[Any] | frozenset[Any]) -> tuple[Any, ...]:
    items = sorted(value) if _alike(value) else sorted(value, key=packed)
    return (..., type(value).__name__, *_freeze_all(items))


def _alike(keys: Iterable[Any]) -> bool:
    """Are these all of one kind that Python can sort?"""
    kinds = set(map(type, keys))
    return kinds <= {str} or kinds <= {int}


_FREEZERS.update(
    {
        **dict.fromkeys((type(None), bool, int, str, bytes)),
        tuple: _freeze_tuple,
        list: _freeze_all,
        set: _freeze_set,
        frozenset: _freeze_set,
        dict: _freeze_dict,
    }
)


def clone(value: Any) -> Any:
    """A copy of plain data that shares nothing mutable with it. Immutable parts are shared."""
    cloner = _CLONERS[type(value)]
    return value if cloner is None else cloner(value)


def _cloner_for(kind: type) -> Callable[[Any], Any] | None:
    if is_dataclass(kind) and not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        lines = ["copy = new(kind)"]
        for field in fields(kind):
            lines.append(f"item = value.{field.name}")
            lines.append(f"copy.{field.name} = item if (cloner := cloners[type(item)]) is None else cloner(item)")
        return _function("copy", lines, new=kind.__new__, kind=kind, cloners=_CLONERS)
    if kind is list:
        return _clone_list
    if kind is dict:
        return _clone_dict
    if kind is set:
        return lambda value: set(value)
    return None


def _clone_list(value: list[Any]) -> list[Any]:
    if not value:
        return []
    return [item if (cloner := _CLONERS[type(item)]) is None else cloner(item) for item in value]


def _clone_dict(value: dict[Any, Any]) -> dict[Any, Any]:
    if not value:
        return {}
    return {key: item if (cloner := _CLONERS[type(item)]) is None else cloner(item) for key, item in value.items()}


def as_json(value: Any) -> Any:
    """An answer as JSON keeps it: tuples become lists, bytes become {"hex": …}."""
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    return value


def from_json(value: Any) -> Any:
    """The answer that `as_json` wrote: lists become tuples. Raises ValueError for what no answer can be."""
    if isinstance(value, list):
        return tuple(from_json(item) for item in value)
    if isinstance(value, dict):
        if set(value) == {"hex"} and isinstance(value["hex"], str):
            return bytes.fromhex(value["hex"])
        raise ValueError("an answer is a number, a text, a list of these or {hex}")
    if value is None or isinstance(value, bool | int | str):
        return value
    raise ValueError(f"an answer is a whole number, a text or a list of these, not {value!r}")
