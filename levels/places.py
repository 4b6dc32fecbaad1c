"""Where in a TOML file every key and value stands: `tomllib` says what is there, this says on which line.

Only text that tomllib accepts is scanned, so nothing here checks the syntax again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from levels.schema import KeyPath


class Place(NamedTuple):
    """Line and column, both counted from 1; columns count characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Places:
    """The places of all keys and values of one file."""

    keys: Mapping[KeyPath, Place] = field(default_factory=dict)
    values: Mapping[KeyPath, Place] = field(default_factory=dict)

    def of_value(self, path: KeyPath) -> Place:
        """Where the value stands; of what is missing, where the table stands in which it should be."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))

    def of_key(self, path: KeyPath) -> Place:
        """Where the key stands (an item of a list has no key: where the item stands)."""
        return self.keys[path] if path in self.keys else self.of_value(path)


_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_COMMENT = re.compile(r"#[^\n]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\]|\\.)*"')
_LITERAL = re.compile(r"'[^']*'")
_LONG_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\r\n]*")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.keys: dict[KeyPath, int] = {}
        self.values: dict[KeyPath, int] = {(): 0}
        self.lengths: dict[KeyPath, int] = {}
        """How many tables an array of tables has so far."""
        self.ends: dict[KeyPath, int] = {}
        """Where values end."""
        self.comments: list[tuple[int, int]] = []

    def scan(self) -> None:
        table: KeyPath = ()
        self._skip(_GAP)
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self._header(2)
            elif self.text[self.at] == "[":
                table = self._header(1)
            else:
                self._pair(table)
            self._skip(_GAP)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        assert match is not None, f"not TOML at offset {self.at}"
        if pattern is _GAP and "#" in match[0]:
            self.comments += [(self.at + found.start(), self.at + found.end()) for found in _COMMENT.finditer(match[0])]
        self.at = match.end()
        return match[0]

    def _header(self, brackets: int) -> KeyPath:
        start = self.at
        self.at += brackets
        names, places = self._key()
        self.at += brackets
        path: KeyPath = ()
        for depth, (name, place) in enumerate(zip(names, places, strict=True), 1):
            path = (*path, name)
            self.keys.setdefault(path, place)
            self.values.setdefault(path, start)
            if depth < len(names) and path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        if brackets == 2:
            count = self.lengths.get(path, 0)
            self.lengths[path] = count + 1
            path = (*path, count)
        self.keys.setdefault(path, start)
        self.values[path] = start
        return path

    def _key(self) -> tuple[list[str], list[int]]:
        """A dotted key: its parts and where each stands."""
        names, places = [], []
        while True:
            self._skip(_SPACE)
            places.append(self.at)
            names.append(self._name())
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return names, places
            self.at += 1

    def _name(self) -> str:
        quote = self.text[self.at]
        if quote == '"':
            raw = self._skip(_BASIC)
            return str(tomllib.loads(f"k = {raw}")["k"]) if "\\" in raw else raw[1:-1]
        return self._skip(_LITERAL)[1:-1] if quote == "'" else self._skip(_BARE)

    def _pair(self, table: KeyPath) -> None:
        names, places = self._key()
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        path = table
        for name, place in zip(names, places, strict=True):
            path = (*path, name)
            self.keys.setdefault(path, place)
            self.values.setdefault(path, place)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        self.values[path] = self.at
        text, at = self.text, self.at
        if text.startswith('"""', at):
            self._skip(_LONG_BASIC)
        elif text.startswith("'''", at):
            self._skip(_LONG_LITERAL)
        elif text[at] == '"':
            self._skip(_BASIC)
        elif text[at] == "'":
            self._skip(_LITERAL)
        elif text[at] == "[":
            self._array(path)
        elif text[at] == "{":
            self._inline(path)
        else:
            written = self._skip(_SCALAR)
            self.ends[path] = at + len(written.rstrip())
            return
        self.ends[path] = self.at

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        count = 0
        self._skip(_GAP)
        while self.text[self.at] != "]":
            self._value((*path, count))
            count += 1
            self._skip(_GAP)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_GAP)
        self.at += 1

    def _inline(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_GAP)
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip(_GAP)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_GAP)
        self.at += 1


def place_at(text: str, offset: int) -> Place:
    """The line and column of a character."""
    start = text.rfind("\n", 0, offset) + 1
    return Place(text.count("\n", 0, offset) + 1, offset - start + 1)


def find_places(text: str) -> Places:
    """The places of all keys and values of a text that tomllib accepts."""
    scanner = _Scanner(text)
    scanner.scan()
    return Places(
        {path: place_at(text, offset) for path, offset in scanner.keys.items()},
        {path: place_at(text, offset) for path, offset in scanner.values.items()},
    )


@dataclass(frozen=True)
class Spans:
    """Where values begin and end, by offsets, and what is comment."""

    values: Mapping[KeyPath, tuple[int, int]]
    comments: tuple[tuple[int, int], ...]


def find_spans(text: str) -> Spans:
    """Where in a text that tomllib accepts its values and comments lie: for whoever changes some of it and nothing
    else."""
    scanner = _Scanner(text)
    scanner.scan()
    return Spans({path: (scanner.values[path], end) for path, end in scanner.ends.items()}, tuple(scanner.comments))
