"""An act that is fed by an earlier one: what the network's hand did there befalls the same packets here.

The blows stand in the act's text, before the file's own, one a line, each as a table of [[happens]]: "#:fed { … }". So
a run file, or a file that somebody keeps of it, is a level like any other.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from core.kernel.blows import blows_of
from core.kernel.world import World
from levels.writing import happening_table, inline_table

FED = "#:fed "
_LINE = re.compile(rf"{FED}(.*)\n")
WORDS = re.compile(r"act ([0-9]+)")
"""How an act says by which it is fed."""


def fed_lines(world: World) -> str:
    """What the hand did in this world, as lines of an act's text; "" if it did nothing."""
    return "".join(f"{FED}{inline_table(happening_table(None, blow))}\n" for blow in blows_of(world))


def fed_tables(lines: str) -> list[dict[str, Any]]:
    """The blows of an act's text, as tables of [[happens]]. Raises ValueError where they are none."""
    found: list[dict[str, Any]] = []
    for line in _LINE.findall(lines):
        value = tomllib.loads(f"blow = {line}")["blow"]
        if not isinstance(value, dict):
            raise ValueError(f"{line} is no table")
        found.append(value)
    return found


def act_fed_by(text: str) -> int:
    """Which act "act 1" names. Raises ValueError in words."""
    found = WORDS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} names no act")
    return int(found[1])
