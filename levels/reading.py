"""Reading a parsed level file table by table: every wrong thing becomes a problem, none ends the reading."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from core.kernel.text import harmless, obeyed_at
from levels.headings import put_back
from levels.places import Places, find_places
from levels.schema import KeyPath, LevelError, Problem
from levels.syntax import syntax_problem
from levels.values import did_you_mean

T = TypeVar("T")
LARGEST = 512 * 1024
"""Bytes; a level is a page of text."""

DEEPEST = 50
"""Lists and tables within each other: so deep that no level needs it, and far from where Python's stack ends."""

_KEPT = "\n\t"
"""What a text may hold of the characters that a terminal might obey."""


def too_large(path: object) -> Problem:
    """The problem with a file of more than LARGEST bytes."""
    return Problem(str(path), 1, 1, "this file is too large", f"at most {LARGEST} bytes")


class File:
    """A level file: its text, its values, and the problems found so far."""

    def __init__(self, text: str, path: str, kind: str = "a level") -> None:
        """`kind`: what such a file is, in words; headings that were lost are looked for in levels."""
        self.text = text
        self.path = path
        self.kind = kind
        self.problems: list[Problem] = []
        self._places: Places | None = None
        self._moved: dict[KeyPath, KeyPath] = {}
        """Where the file has what stands under a wrong heading, by where it belongs."""
        self._unheard: tuple[str, ...] = ()
        """Tables whose problems would only follow from one that was said."""
        self.values = self._parse()
        if kind == "a level":
            self._put_headings_back()

    @property
    def places(self) -> Places:
        """Where everything stands; only looked for when something is wrong."""
        if self._places is None:
            self._places = find_places(self.text)
        return self._places

    def problem(self, path: KeyPath, found: str, mend: str = "", *, key: bool = False) -> None:
        """Note a problem with a value, or with its key."""
        inner = path[2:] if path[:1] == ("act",) else path
        if inner and inner[0] in self._unheard:
            return
        for length in range(1, len(path) + 1):
            if path[:length] in self._moved:
                path = (*self._moved[path[:length]], *path[length:])
                break
        place = self.places.of_key(path) if key else self.places.of_value(path)
        # What is quoted from a file goes to a terminal, too.
        self.problems.append(Problem(self.path, *place, harmless(found), harmless(mend)))

    def leave(self, *tables: str) -> None:
        """Say no more of these tables: whatever is found there follows from what was said."""
        self._unheard += tables

    def _put_headings_back(self) -> None:
        for lost in put_back(self.values):
            self.problem(lost.first, f"{lost.first[-1]} belongs under {lost.name}, and there is no {lost.name}",
                         f"write {lost.name} on a line above it", key=True)  # fmt: skip
            self._moved |= lost.moved

    def finish(self) -> None:
        """Raise LevelError if anything was wrong."""
        if self.problems:
            raise LevelError(*dict.fromkeys(self.problems))

    def _parse(self) -> dict[str, Any]:
        if len(self.text) > LARGEST:
            raise LevelError(too_large(self.path))
        try:
            values = tomllib.loads(self.text)
            deep = _is_deep(values)
        except RecursionError:
            deep = True
        except ValueError as error:
            raise LevelError(syntax_problem(self.text, self.path, str(error))) from None
        if deep:  # all that comes after this goes down into it, too
            raise LevelError(Problem(self.path, 1, 1, "lists or tables lie too deep in each other"))
        self._refuse_control_characters(values, ())
        return values

    def _refuse_control_characters(self, value: Any, path: KeyPath) -> None:
        if isinstance(value, str):
            if found := _obeyed(value):
                self.problem(path, f"the character U+{ord(found):04X} would reach the terminal", "leave it out")
        elif isinstance(value, dict):
            for name, inner in value.items():
                if found := _obeyed(name):
                    self.problem((*path, name), f"a key with the character U+{ord(found):04X}", "leave it out")
                self._refuse_control_characters(inner, (*path, name))
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                self._refuse_control_characters(inner, (*path, place))


CHANGED_BY_KEY = ("nodes", "links", "play", "text")
"""Tables of which an act may change single keys; of others it replaces the whole."""
OF_LEVEL = ("title", "summary", "covers", "proof", "exempt", "stumble", "fed")
"""What of [level] an act may have of its own."""


class ActFile(File):
    """A further act of a level file, as a file of its own: the first act, but for what this act changes. Its problems
    are the file's, at the places where the act stands."""

    def __init__(self, whole: File, place: int) -> None:
        """`place`: which of the `[[act]]` tables, from 0."""
        self.text, self.path, self.problems, self._places = whole.text, whole.path, whole.problems, None
        self.kind = whole.kind
        self._whole = whole
        self._place = place
        own: dict[str, Any] = whole.values["act"][place]
        self._own = own
        base = {name: value for name, value in whole.values.items() if name != "act"}
        head = base.get("level")
        if isinstance(head, dict):
            named = {name: own[name] for name in OF_LEVEL if name in own}
            # What the first act covers and how it is won is no business of this one.
            base["level"] = {name: head[name] for name in head if name in ("title", "summary", "seed", "swaps")} | named
        for name, value in own.items():
            if name in OF_LEVEL:
                continue
            found = base.get(name)
            if name in CHANGED_BY_KEY and isinstance(found, dict) and isinstance(value, dict):
                base[name] = _changed(found, value) if name == "nodes" else {**found, **value}
            else:
                base[name] = value
        self.values = base

    @property
    def places(self) -> Places:
        return self._whole.places

    def problem(self, path: KeyPath, found: str, mend: str = "", *, key: bool = False) -> None:
        home = self.at_home(path)
        is_own = len(home) > 2 and home[0] == "act"
        if not is_own and any((one.found, one.mend) == (harmless(found), harmless(mend)) for one in self.problems):
            return  # what it has from the first act was said of that one
        self._whole.problem(home, found, mend, key=key)

    def leave(self, *tables: str) -> None:
        self._whole.leave(*tables)

    def at_home(self, path: KeyPath) -> KeyPath:
        """Where in the whole file this stands: in the act, if it is there, else in the first act."""
        inner = path[1:] if path[:1] == ("level",) and path[1:2] and path[1] in OF_LEVEL else path
        value: Any = self._own
        for part in inner[:1]:
            if not isinstance(value, dict) or part not in value:
                return path
        return ("act", self._place, *inner)


def _changed(base: dict[str, Any], by: dict[str, Any]) -> dict[str, Any]:
    """The nodes, with single parameters of single ones changed."""
    found = dict(base)
    for name, value in by.items():
        inner = found.get(name)
        found[name] = {**inner, **value} if isinstance(inner, dict) and isinstance(value, dict) else value
    return found


def _is_deep(values: Mapping[str, Any]) -> bool:
    """Do more than DEEPEST lists and tables lie in each other?"""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _obeyed(text: str) -> str:
    """The first character that has no place in a text; "" if there is none."""
    if text.replace("\n", "").isprintable():
        return ""
    return next((letter for at, letter in enumerate(text) if letter not in _KEPT and obeyed_at(text, at)), "")


_KIND_NAMES = {
    bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list", dict: "a table",
}  # fmt: skip


def kind_of(value: Any) -> str:
    """What a value is, in words."""
    return _KIND_NAMES.get(type(value), "a date")


class Table:
    """One table of a file. What is read is ticked off; `done` complains of the rest."""

    def __init__(self, file: File, path: KeyPath, values: Mapping[str, Any]) -> None:
        self.file = file
        self.path = path
        self.values = values
        self.known: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def at(self, name: str | int) -> KeyPath:
        """The key path of something in this table."""
        return (*self.path, name)

    def problem(self, name: str, found: str, mend: str = "", *, key: bool = False) -> None:
        """Note a problem with one of this table's values."""
        self.file.problem(self.at(name), found, mend, key=key)

    def raw(self, name: str) -> Any:
        """The value as it is; None if it is not there."""
        self.known.append(name)
        return self.values.get(name)

    def get(self, name: str, kind: type[T], default: T) -> T:
        """The value of this type."""
        value = self.raw(name)
        if value is None:
            return default
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            self.problem(name, f"{name} is {kind_of(value)}", f"{_KIND_NAMES[kind]} is wanted")
            return default
        return value

    def number(self, name: str, default: int, low: int, high: int | None = None) -> int:
        """A whole number of at least `low`."""
        value = self.get(name, int, default)
        if name in self and (value < low or (high is not None and value > high)):
            self.problem(name, f"{name} is {value}", f"from {low} to {high}" if high is not None else f"at least {low}")
            return default
        return value

    def word(self, name: str, words: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self.get(name, str, default)
        if value not in words:
            self.problem(name, f"{name} is {value!r}", did_you_mean(value, words))
            return default
        return value

    def parsed(self, name: str, parse: Callable[[str], T], default: T, wants: str = "a text") -> T:
        """A text in a written form of its own, such as a duration."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.problem(name, f"{name} is {kind_of(value)}", f"{wants} is wanted")
            return default
        try:
            return parse(value)
        except ValueError as error:
            self.problem(name, str(error))
            return default

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self.get(name, list, [])
        for place, value in enumerate(values):
            if not isinstance(value, str):
                self.file.problem((*self.at(name), place), f"this is {kind_of(value)}", "a text is wanted")
        return tuple(value for value in values if isinstance(value, str))

    def table(self, name: str, *, wanted: str = "") -> Table:
        """A table inside; an empty one if it is not there (a problem, if it is wanted: says what for)."""
        value = self.raw(name)
        if value is None and wanted:
            self.file.problem(self.path, f"there is no [{name}]", wanted)
        elif value is not None and not isinstance(value, dict):
            self.problem(name, f"{name} is {kind_of(value)}", "a table is wanted")
        return Table(self.file, self.at(name), value if isinstance(value, dict) else {})

    def items(self) -> list[tuple[str, Any]]:
        """All that is in it; nothing is left for `done`."""
        self.known += self.values
        return list(self.values.items())

    def done(self) -> None:
        """Complain of keys that nothing read."""
        known = list(dict.fromkeys(self.known))
        for name in self.values:
            if name not in known:
                where = ".".join(str(part) for part in self.path) or self.file.kind
                self.problem(name, f"{where} has no {name!r}", did_you_mean(name, known), key=True)
