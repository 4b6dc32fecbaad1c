"""A run's whole trace as lines of JSON, and back.

The first line tells the format, scenario and hash; every other is one entry of the trace:

    {"number": 3, "time": 40000, "node": "server", "kind": "receive", "peer": "client",
     "detail": {"class": "echo:Ping", "fields": {"number": 1}}, "bytes": "0000…", "words": "…",
     "cause": 2, "answers": [["echo.number", 1]], "note": "", "event": 3}

`time` is true µs. `bytes` are a message's encoded bytes where it was sent, `words` what people read: both follow from
the rest. A long message that arrives as it was sent has {"of": number of its sending} for its detail. Of plain data,
what JSON lacks is written as an object: {"bytes": hex}, {"tuple": […]}, {"set": […]}, {"frozenset": […]},
{"dict": [[key, value], …]}, {"enum": "module:Name", "value": …}, {"class": "module:Name", "fields": {…}}. A module of
a room is named from the room on ("tcp.messages"), wherever the room lies.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any
from weakref import WeakValueDictionary

from core.kernel.data import canonical
from core.kernel.scenario import Scenario
from core.kernel.told import entry_words
from core.kernel.trace import CARRIES_MESSAGE, SEND, TRACE_FORMAT, Entry
from core.kernel.world import World
from core.protocols import BY_NAME, module_of

FORMAT = 2
_ROOM = re.compile(r"^core\.protocols\.\w+\.")
LONG = 400
"""Letters of a detail that is written once only."""


class JsonLinesError(ValueError):
    """Lines that are no trace: str() names the line and what is wrong with it."""


def json_lines(world: World) -> Iterator[str]:
    """The lines of a world's run, each with its end."""
    yield first_json_line(world.scenario, world.scenario.digest(), len(world.trace), world.trace_sha256())
    yield from entry_json_lines(world, world.trace)


def first_json_line(scenario: Scenario, digest: str, entries: int, trace_sha256: str) -> str:
    """The line that tells what the others are of: a trace of so many entries with this hash."""
    return _line(
        {
            "ackademy": "trace",
            "format": FORMAT,
            "trace_format": TRACE_FORMAT,
            "scenario": scenario.name,
            "digest": digest,
            "seed": scenario.seed,
            "entries": entries,
            "trace_sha256": trace_sha256,
        }
    )


def entry_json_lines(world: World, entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of a trace's entries, each with its end; the world may forget those that were taken."""
    under_way = _UnderWay()
    for entry in entries:
        row: dict[str, Any] = {
            "number": entry.number,
            "time": entry.time,
            "node": entry.node,
            "kind": entry.kind,
            "peer": entry.peer,
            "detail": _detail(under_way, entry),
        }
        if entry.kind == SEND:
            under_way.sent(entry)
            row["bytes"] = world.bytes_of(entry).hex()
        row["words"] = entry_words(entry)
        row["cause"] = entry.cause
        row["answers"] = [[name, _out(value)] for name, value in entry.answers]
        row["note"] = entry.note
        row["event"] = entry.event
        yield _line(row)


class _UnderWay:
    """What was sent, by the number of its sending, for as long as the world has it: what arrives is the same object."""

    def __init__(self) -> None:
        self._messages: WeakValueDictionary[int, Any] = WeakValueDictionary()
        self._plain: dict[int, Any] = {}
        """Messages that are no objects of a class, but a text, say."""

    def sent(self, entry: Entry) -> None:
        try:
            self._messages[entry.number] = entry.detail
        except TypeError:
            self._plain[entry.number] = entry.detail

    def is_of(self, entry: Entry) -> bool:
        """Is this the message of its cause, as it was sent?"""
        sent = self._messages.get(entry.cause, self._plain.get(entry.cause))
        return sent is not None and bool(sent == entry.detail)


def _detail(under_way: _UnderWay, entry: Entry) -> Any:
    """The entry's detail, or where it stands already."""
    detail = _out(entry.detail)
    if entry.cause >= 0 and entry.kind in CARRIES_MESSAGE and len(str(detail)) > LONG and under_way.is_of(entry):
        return {"of": entry.cause}
    return detail


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _out(value: Any) -> Any:
    """Plain data as JSON."""
    if value is None or type(value) in (bool, int, str):
        return value
    kind = type(value)
    name = f"{_ROOM.sub('', kind.__module__)}:{kind.__qualname__}"
    if isinstance(value, Enum):
        return {"enum": name, "value": _out(value.value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {"class": name, "fields": {field.name: _out(getattr(value, field.name)) for field in fields(value)}}
    if kind is bytes:
        return {"bytes": value.hex()}
    if kind is list:
        return [_out(item) for item in value]
    if kind is tuple:
        return {"tuple": [_out(item) for item in value]}
    if kind in (set, frozenset):
        return {kind.__name__: [_out(item) for item in sorted(value, key=canonical)]}
    if kind is dict:
        return {"dict": [[_out(key), _out(item)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return {"named": name, "items": [_out(item) for item in value]}
    raise TypeError(f"{name} is not plain data")


def read_json_lines(lines: Iterable[str]) -> tuple[dict[str, Any], list[Entry]]:
    """The header and the entries in such lines. The rooms must have been imported: no name in a file imports anything.

    Raises JsonLinesError.
    """
    header: dict[str, Any] = {}
    entries: list[Entry] = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("a line is an object")
            if number == 1:
                if row.get("ackademy") != "trace" or row.get("format") != FORMAT:
                    raise ValueError(f"this is no trace of format {FORMAT}")
                header = row
                continue
            answers = tuple((str(name), _in(value)) for name, value in row["answers"])
            entries.append(
                Entry(
                    row["number"], row["time"], row["node"], row["kind"], row["peer"], _read(row["detail"], entries),
                    row["cause"], answers, row["note"], row["event"],
                )
            )  # fmt: skip
        except KeyError as error:
            raise JsonLinesError(f"line {number}: {error} is missing") from None
        except (ValueError, TypeError, RecursionError) as error:
            raise JsonLinesError(f"line {number}: {error}") from None
    if not header:
        raise JsonLinesError("line 1: there is none")
    return header, entries


def _read(detail: Any, entries: list[Entry]) -> Any:
    """A detail, or that of the earlier entry to which it points."""
    if isinstance(detail, dict) and set(detail) == {"of"}:
        place = detail["of"]
        if type(place) is not int or not 0 <= place < len(entries):
            raise ValueError(f"no entry {place} stands before it")
        return entries[place].detail
    return _in(detail)


def _in(value: Any) -> Any:
    """What `_out` wrote."""
    if isinstance(value, list):
        return [_in(item) for item in value]
    if not isinstance(value, dict):
        if isinstance(value, float):
            raise ValueError("numbers here are whole")
        return value
    keys = set(value)
    if keys == {"bytes"}:
        return bytes.fromhex(value["bytes"])
    if keys == {"tuple"}:
        return tuple(_in(item) for item in value["tuple"])
    if keys == {"set"}:
        return {_in(item) for item in value["set"]}
    if keys == {"frozenset"}:
        return frozenset(_in(item) for item in value["frozenset"])
    if keys == {"dict"}:
        return {_in(key): _in(item) for key, item in value["dict"]}
    if keys == {"enum", "value"}:
        return _type(value["enum"], Enum)(_in(value["value"]))
    if keys == {"named", "items"}:
        return _type(value["named"], tuple)(*(_in(item) for item in value["items"]))
    if keys == {"class", "fields"}:
        return _made(_type(value["class"], object), {name: _in(item) for name, item in value["fields"].items()})
    raise ValueError(f"nothing is written as {sorted(keys)}")


def _type(name: str, base: type) -> Any:
    """A type of the rooms, the codecs or the kernel that is loaded already."""
    module, _, path = name.partition(":")
    room, _, rest = module.partition(".")
    if room in BY_NAME:
        module = f"{module_of(room).__name__}.{rest}".rstrip(".")
    found: Any = sys.modules.get(module) if room in BY_NAME or module.split(".")[0] == "core" else None
    for part in path.split("."):
        found = getattr(found, part, None)
    good = isinstance(found, type) and issubclass(found, base)
    if not good or (base is object and not is_dataclass(found)):
        raise ValueError(f"no message here is called {name}")
    return found


def _made(kind: Any, values: dict[str, Any]) -> Any:
    """An instance with exactly these fields, those too that its constructor would not take."""
    if {field.name for field in fields(kind)} != set(values):
        raise ValueError(f"{kind.__name__} has other fields")
    made = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made
