"""A heading that was lost: what stood under it stands under the one before. One cause, so one problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from levels.schema import KeyPath


class Lost(NamedTuple):
    """A heading that is not there, where the first thing stands that belongs under it, and where each was found."""

    name: str
    first: KeyPath
    moved: dict[KeyPath, KeyPath]


def _runs(name: str, value: Any) -> bool:
    return isinstance(value, dict) and not {"runs", "router", "outside"}.isdisjoint(value)


def _seats(name: str, value: Any) -> bool:
    return isinstance(value, dict) and not {"player", "persona", "dice", "hand"}.isdisjoint(value)


def _links(name: str, value: Any) -> bool:
    return isinstance(value, dict) and (name == "default" or "->" in name)


def _goal(name: str, value: Any) -> bool:
    return name in ("win", "limit") or (name == "lose" and isinstance(value, list))


def _par(name: str, value: Any) -> bool:
    return name in ("messages", "sent", "time") or (isinstance(value, str) and value.startswith("book"))


_LEVEL = ("title", "summary", "seed", "covers", "proof", "exempt", "stumble", "swaps", "pays", "edition", "program")
_PLAY = ("sight", "say", "asks", "pace", "stops", "at_once", "stands", "bell", "bare", "film", "hand_over")
_TEXT = ("brief", "hints", "debrief", "sources", "task", "line", "nudge", "lift", "show", "ends")
_BELONGS: Mapping[str, Callable[[str, Any], bool]] = {
    "level": lambda name, value: name in _LEVEL,
    "nodes": _runs,
    "links": _links,
    "seats": _seats,
    "goal": _goal,
    "par": _par,
    "play": lambda name, value: name in _PLAY,
    "text": lambda name, value: name in _TEXT,
}
"""By heading: does this belong under it?"""
_NEEDED = ("level", "nodes", "seats", "goal")
"""Without these there is no level, so that one was surely lost."""
_HAPPENS = frozenset({"at", "crash", "cut", "link", "node", "lose", "clock", "ask", "forge"})
"""What a happening has one of."""


def put_back(values: dict[str, Any]) -> list[Lost]:
    """Put what stands under a wrong heading, as its own is nowhere, under its own."""
    lost = []
    for name, belongs in _BELONGS.items():
        if name in values:
            continue
        found = [
            path
            for path, value in _within(values, name in _NEEDED)
            if belongs(str(path[-1]), value) and not _at_home(path, value)
        ]
        if found:
            moved: dict[KeyPath, KeyPath] = {(name, path[-1]): path for path in found}
            values[name] = {str(path[-1]): _taken(values, path) for path in found}
            lost.append(Lost(f"[{name}]", found[0], moved))
    if "happens" not in values:
        lost += _happening(values)
    return lost


def _happening(values: dict[str, Any]) -> list[Lost]:
    """The only happening, without its heading: all that it is made of stands together."""
    for name in ("seats", "links", "nodes"):
        table = values.get(name)
        if not isinstance(table, dict):
            continue
        found: list[KeyPath] = [(name, key) for key, value in table.items() if not isinstance(value, dict)]
        if not _HAPPENS.isdisjoint(path[-1] for path in found):
            moved: dict[KeyPath, KeyPath] = {("happens", 0, path[-1]): path for path in found}
            values["happens"] = [{str(path[-1]): _taken(values, path) for path in found}]
            return [Lost("[[happens]]", found[0], moved)]
    return []


def _within(values: Mapping[str, Any], every: bool) -> list[tuple[KeyPath, Any]]:
    """All that stands under no heading, or directly under one; not `every`: without happenings whose fields may be
    called anything."""
    found: list[tuple[KeyPath, Any]] = []
    for name, value in values.items():
        if name in _BELONGS:
            found += [((name, key), inner) for key, inner in value.items()] if isinstance(value, dict) else []
        elif name in ("happens", "beside"):
            tables = [(place, table) for place, table in enumerate(value if isinstance(value, list) else ())]
            found += [
                ((name, place, key), inner)
                for place, table in tables
                if isinstance(table, dict) and (every or not {"ask", "forge"} & set(table))
                for key, inner in table.items()
            ]  # fmt: skip
        elif name != "act":
            found.append(((name,), value))
    return found


def _at_home(path: KeyPath, value: Any) -> bool:
    """Does it belong where it stands?"""
    if path[0] == "beside":
        return path[-1] in ("title", "nodes", "seats", "keep", "book")
    belongs = _BELONGS.get(str(path[0]))
    return len(path) > 1 and belongs is not None and belongs(str(path[-1]), value)


def _taken(values: dict[str, Any], path: KeyPath) -> Any:
    table: Any = values
    for part in path[:-1]:
        table = table[part]
    return table.pop(path[-1])
