"""What happens in a level: faults, requests, forgeries, each a table of [[happens]]."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from core.kernel.scenario import (
    STRIKES,
    ClockJump,
    Crash,
    Cut,
    Forge,
    Happening,
    Lose,
    LoseAlike,
    LoseMessage,
    LoseWhere,
    Mark,
    MarkedWave,
    Request,
    Strike,
    Wave,
)
from core.kernel.time import parse_duration
from levels.compile import FATE_WORDS, Compiler
from levels.reading import Table, kind_of
from levels.records import field_value
from levels.values import did_you_mean, parse_signed_duration


def read_happenings(compiler: Compiler, table: Table) -> tuple[Happening, ...]:
    """All of [[happens]], in the order of the file. What another seed has strike another packet goes to the compiler's
    `spreads`."""
    values = table.raw("happens")
    if values is None:
        return ()
    if not isinstance(values, list):
        table.problem("happens", f"happens is {kind_of(values)}", "write [[happens]] for each")
        return ()
    happenings: list[Happening] = []
    for place, value in enumerate(values):
        inner = Table(table.file, (*table.at("happens"), place), value if isinstance(value, dict) else {})
        named = [kind for kind in _KINDS if kind in inner]
        if len(named) > 1:  # a request, or a forged message, may have fields of these names
            named = [kind for kind in named if _KINDS[kind] is not _wave]
        if len(named) != 1:
            mend = f"each [[happens]] has one of {', '.join(_KINDS)}"
            inner.file.problem(inner.path, f"{' and '.join(named) or 'nothing'} happens here", mend)
            continue
        before = len(inner.file.problems)
        part, among = _among(inner) if named[0] == "lose" else _later(inner) if _is_wave_of_node(inner) else ("", ())
        happening = _KINDS[named[0]](compiler, inner)
        inner.done()
        if happening is not None and len(inner.file.problems) == before:
            if among:
                compiler.spreads.append((len(happenings), among, part))
            happenings.append(happening)
    return tuple(happenings)


def _is_wave_of_node(table: Table) -> bool:
    return "node" in table and "set" in table


def _later(table: Table) -> tuple[str, tuple[int, ...]]:
    """When a wave comes on other seeds: later = ["0s", "2min"], counted from `at`."""
    if "later" not in table:
        return "", ()
    words = table.get("later", list, [])
    table.known.append("later")
    try:
        late = [parse_duration(word) for word in words]
    except (TypeError, ValueError, AttributeError):
        late = []
    if len(late) < 2 or late[0] or len(set(late)) < len(late):
        mend = 'write a list of times, the first of them "0s", such as later = ["0s", "2min"]'
        table.problem("later", f"{words!r} does not say when it comes on other seeds", mend)
        return "", ()
    at = table.parsed("at", parse_duration, 0, 'a time such as "2s"')
    return "at", tuple(at + one for one in late)


def _at(table: Table) -> int:
    if "at" not in table:
        table.file.problem(table.path, "when does this happen?", 'write at = "2s"')
    return table.parsed("at", parse_duration, 0, 'a time such as "2s"')


def _crash(compiler: Compiler, table: Table) -> Happening | None:
    meant = [name for name in ("after", "before") if name in table]
    if meant:
        return _strike(compiler, table, meant)
    at = _at(table)
    back = table.parsed("back", parse_duration, None, 'a duration such as "500ms"')
    effects = table.number("effects", 0, 0) if "effects" in table else None
    table.known.append("effects")
    return Crash(at, compiler.node_of(table, "crash"), back, effects)


def _strike(compiler: Compiler, table: Table, meant: list[str]) -> Happening | None:
    """A crash by what the node does: after = "save decided", or before = "send Yes"."""
    at = table.parsed("at", parse_duration, 0, 'a time such as "2s"')
    back = table.parsed("back", parse_duration, None, 'a duration such as "500ms"')
    nth = table.number("nth", 1, 1)
    node = compiler.node_of(table, "crash")
    table.known += meant
    if len(meant) > 1:
        table.problem("before", "the crash is before one thing and after another", "one of them")
    name = meant[0]
    effect, _, what = table.get(name, str, "").strip().partition(" ")
    what = what.strip()
    room = compiler.room_of.get(node)
    if effect not in STRIKES:
        words = ", ".join(f'"{word} …"' for word in STRIKES)
        table.problem(name, f"{table.values[name]!r} is nothing that a node does", f"write one of {words}")
    elif effect == "send" and what and room is not None:
        names = [message.__name__ for message in room.messages]
        if what not in names:
            table.problem(name, f"{room.name} has no message {what!r}", did_you_mean(what, names))
    return Strike(node, effect, what, name == "before", nth, at, back)


def _cut(compiler: Compiler, table: Table) -> Happening:
    length = table.parsed("for", parse_duration, None, 'a duration such as "500ms"')
    return Cut(_at(table), compiler.pairs_of(table, "cut"), length)


def _wave(compiler: Compiler, table: Table) -> Happening | None:
    """Physics of links, or parameters of a node, that are others for a while."""
    if "from" in table:
        return _marked_wave(compiler, table)
    at = _at(table)
    length = table.parsed("for", parse_duration, None, 'a duration such as "5s"')
    inner = table.table("set", wanted='write set = { latency = "300ms" }')
    if "node" in table:
        name = compiler.node_of(table, "node")
        changes = compiler.read_changes(inner, name)
        return Wave(at, changes, (), name, length)
    return Wave(at, compiler.read_roughness(inner), compiler.pairs_of(table, "link"), "", length)


def _marked_wave(compiler: Compiler, table: Table) -> Happening | None:
    """Physics of links that are others from one message on, until another."""
    for name in ("at", "node"):
        if name in table:
            table.problem(name, f"a wave that begins with a message has no {name}", "from, until and link", key=True)
            table.known.append(name)
    begins = _mark(compiler, table.table("from"))
    ends = _mark(compiler, table.table("until")) if "until" in table else None
    length = table.parsed("for", parse_duration, None, 'a duration such as "5s"')
    if ends is not None and length is not None:
        table.problem("for", "this wave ends twice", "until or for, one of them", key=True)
    changes = compiler.read_roughness(table.table("set", wanted='write set = { latency = "300ms" }'))
    return MarkedWave(begins, ends, changes, compiler.pairs_of(table, "link"), length)


def _mark(compiler: Compiler, table: Table) -> Mark:
    """The first message of a type and a key: { sent = "alice -> bob", message = "Ping", key = [7] }."""
    if "sent" not in table:
        table.file.problem(table.path, "who sends it to whom?", 'write sent = "alice -> bob"')
    source, destination = _pair(compiler, table, "sent")
    message = _message_named(compiler, table, source, destination)
    key = table.raw("key")
    fields = _fields_of(compiler, table, source, destination, message) if "where" in table else ()
    table.done()
    return Mark(source, destination, message, () if key is None else _as_key(key), fields)


def _fields_of(
    compiler: Compiler, table: Table, source: str, destination: str, message: str
) -> tuple[tuple[str, Any], ...]:
    """What the fields of a message must be: where = { sequence = 46 }."""
    inner = table.table("where")
    room = compiler.room_of.get(source) or compiler.room_of.get(destination)
    kind = next((one for one in room.messages if one.__name__ == message), None) if room is not None else None
    names = [item.name for item in fields(kind)] if kind is not None else []
    found = inner.items()
    for name, _ in found:
        if kind is not None and name not in names:
            inner.problem(name, f"{message} has no {name!r}", did_you_mean(name, names), key=True)
    if not found:
        table.problem("where", "where what is so?", "such as where = { sequence = 46 }")
    return tuple(found)


def _message_named(compiler: Compiler, table: Table, source: str, destination: str) -> str:
    """The type of a message of the room in which these two speak."""
    message = table.get("message", str, "")
    room = compiler.room_of.get(source) or compiler.room_of.get(destination)
    names = [one.__name__ for one in room.messages] if room is not None else []
    if room is not None and message not in names:
        table.problem("message", f"{room.name} has no message {message!r}", did_you_mean(message, names))
    if room is not None and room.twin_key is None and table.values.get("key", []) != []:
        table.problem("key", f"messages of {room.name} have no key by which they are alike", "leave it out")
    return message


def _pair(compiler: Compiler, table: Table, name: str) -> tuple[str, str]:
    pairs = compiler.pairs_of(table, name)
    if len(pairs) != 1:
        if pairs:
            table.problem(name, f"{table.values[name]!r} is more than one way", 'write "alice -> bob"')
        return ("", "")
    return pairs[0]


def _among(table: Table) -> tuple[str, tuple[int, ...]]:
    """Of nth = [3, 2, 5], or keys = [3, 2, 5], which it is and the numbers: the seed says which of them. The first
    takes its place. ("", ()) if it is one packet always."""
    where = table.values.get("where")
    if isinstance(where, dict):
        for field, value in where.items():
            if isinstance(value, list):
                inner = Table(table.file, table.at("where"), {"nth": value})
                _, among = _among(inner)
                table.values = {**table.values, "where": {**where, field: inner.values["nth"]}}
                return field, among
    for part, name in (("nth", "nth"), ("key", "keys")):
        value = table.values.get(name)
        if value is None or (part == "nth" and not isinstance(value, list)):
            continue
        numbers: list[Any] = value if isinstance(value, list) else []
        sound = all(type(number) is int and number >= 1 for number in numbers) and len(set(numbers)) == len(numbers)
        if not numbers or not sound:
            table.problem(name, f"{name} is {value}", _DIFFERENT)
            numbers = [1]
        first = numbers[0]
        table.values = {**table.values, part: first if part == "nth" else [first]}
        table.known.append(name)
        return part, tuple(numbers) if len(numbers) > 1 else ()
    return "", ()


_DIFFERENT = "different whole numbers, at least 1: the level's own seed has the first"


def _lose(compiler: Compiler, table: Table) -> Happening:
    source, destination = _pair(compiler, table, "lose")
    late = table.parsed("late", parse_duration, 200_000, 'a duration such as "200ms"')
    if "message" in table:
        return _lose_message(compiler, table, source, destination, late)
    if "nth" not in table:
        table.file.problem(table.path, "which packet?", "write nth = 3, counted from 1")
    return Lose(source, destination, table.number("nth", 1, 1), table.word("fate", FATE_WORDS, "lost"), late)


def _lose_message(compiler: Compiler, table: Table, source: str, destination: str, late: int) -> Happening:
    """A packet by what it carries: the nth message of a type (and of those alike, by their key), from a time on."""
    message = _message_named(compiler, table, source, destination)
    after = table.parsed("after", parse_duration, 0, 'a time such as "9s"')
    nth = table.number("nth", 1, 1)
    fate = table.word("fate", FATE_WORDS, "lost")
    if "where" in table:
        fields = _fields_of(compiler, table, source, destination, message)
        return LoseWhere(source, destination, message, nth, fate, late, after, fields)
    if "key" not in table:
        return LoseMessage(source, destination, message, nth, fate, late, after)
    return LoseAlike(source, destination, message, nth, fate, late, after, _as_key(table.raw("key")))


def _as_key(raw: Any) -> tuple[Any, ...]:
    """`Protocol.twin_key` as the file has it: lists are tuples."""
    parts = raw if isinstance(raw, list) else [raw]
    return tuple(_as_key(part) if isinstance(part, list) else part for part in parts)


def _clock(compiler: Compiler, table: Table) -> Happening:
    if "by" not in table:
        table.file.problem(table.path, "by how much?", 'write by = "-300ms"')
    by = table.parsed("by", parse_signed_duration, 0, 'a duration such as "-300ms"')
    return ClockJump(_at(table), compiler.node_of(table, "clock"), by)


def _ask(compiler: Compiler, table: Table) -> Happening | None:
    at = _at(table)
    name = compiler.node_of(table, "ask")
    room = compiler.room_of.get(name)
    word = table.get("request", str, "")
    if room is None:
        table.items()
        return None
    if not word and len(room.requests) == 1:
        word = next(iter(room.requests))
    if word not in room.requests:
        table.problem("request", f"nobody can ask {room.name} for {word!r}", did_you_mean(word, [*room.requests]))
        table.items()
        return None
    return Request(at, name, _record(table, room.requests[word]))


def _forge(compiler: Compiler, table: Table) -> Happening | None:
    at = _at(table)
    source, destination = _forged_pair(compiler, table)
    room = compiler.room_of.get(destination)
    word = table.get("message", str, "")
    if room is None:
        table.items()
        return None
    types = {message.__name__: message for message in room.messages}
    if not word and len(types) == 1:
        word = next(iter(types))
    if word not in types:
        table.problem("message", f"{room.name} has no message {word!r}", did_you_mean(word, [*types]))
        table.items()
        return None
    return Forge(at, source, destination, _record(table, types[word]))


def _forged_pair(compiler: Compiler, table: Table) -> tuple[str, str]:
    """The source of a forgery need not exist."""
    text = table.get("forge", str, "")
    source, arrow, destination = (part.strip() for part in text.partition("->"))
    if not arrow or destination not in compiler.names:
        mend = did_you_mean(destination, compiler.names) if arrow else 'write "alice -> bob"'
        table.problem("forge", f"{text!r} reaches nobody", mend)
    return source, destination


def _record(table: Table, kind: type) -> Any:
    """A frozen dataclass from the table's keys."""
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for item in fields(kind):
        if not item.init:
            continue
        if item.name not in table.values:
            table.known.append(item.name)
            if item.default is MISSING and item.default_factory is MISSING:
                table.file.problem(table.path, f"{kind.__name__} wants {item.name}", f"write {item.name} = …")
            continue
        raw = table.raw(item.name)
        try:
            values[item.name] = field_value(hints[item.name], raw)
        except ValueError as error:
            table.problem(item.name, f"{item.name}: {error}")
    if table.file.problems:
        return None
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        table.file.problem(table.path, f"{kind.__name__}: {error}")
        return None


_KINDS: Mapping[str, Callable[[Compiler, Table], Happening | None]] = {
    "crash": _crash, "cut": _cut, "lose": _lose, "clock": _clock, "ask": _ask, "forge": _forge,
    "link": _wave, "node": _wave,
}  # fmt: skip
"""By the key that says what happens."""
