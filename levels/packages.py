"""What other Python packages bring: rooms, pictures and courses, by entry points.

    [project.entry-points."ackademy.rooms"]
    guestbook = "my_package.guestbook"              # a module with a PROTOCOL, as those of core/protocols
    [project.entry-points."ackademy.pictures"]
    guestbook = "my_package.picture"                # a module as those of tui/pictures, named as the room is
    [project.entry-points."ackademy.courses"]
    receipts = "my_package.receipts"                # a package in whose folder a course.toml lies

Whatever is wrong with one of them is said in words, once, and leaves the others as they are.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from core.protocols import add

ROOMS, PICTURES, COURSES = "ackademy.rooms", "ackademy.pictures", "ackademy.courses"
T = TypeVar("T")


@dataclass(frozen=True)
class Trouble:
    """Something that a package brings and that cannot be used: which package, which entry, and why."""

    package: str
    entry: str
    words: str

    def __str__(self) -> str:
        return f"the package {self.package} brings {self.entry}, which cannot be used: {self.words}"


_troubles: dict[tuple[str, str, str], Trouble] = {}


def troubles() -> list[Trouble]:
    """All that could not be used of what was looked for so far."""
    return list(_troubles.values())


@cache
def add_rooms() -> tuple[str, ...]:
    """Let the rooms of other packages be known, in the order of their names: these names."""
    return tuple(_found(ROOMS, lambda module: add(module).name).values())


@cache
def courses() -> Mapping[str, Path]:
    """The folders of the courses in other packages, by the names of their entries."""
    return _found(COURSES, _folder, load=_located)


def picture_of(protocol: str) -> ModuleType | None:
    """The picture that another package brings for this room; None if there is none."""
    return _pictures().get(protocol)


@cache
def _pictures() -> Mapping[str, ModuleType]:
    return _found(PICTURES, _drawing)


def _drawing(module: ModuleType) -> ModuleType:
    if not callable(getattr(module, "draw", None)):
        raise ValueError(f"{module.__name__} has no draw(canvas, scene)")
    return module


def _folder(path: Path) -> Path:
    if not (path / "course.toml").is_file():
        raise ValueError(f"there is no course.toml in {path}")
    return path


def _located(name: str) -> Path:
    """The folder of a package, which is not run for that."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"there is no package {name}")
    return Path(next(iter(spec.submodule_search_locations)))


def _found(group: str, take: Callable[..., T], load: Callable[[str], object] = importlib.import_module) -> dict[str, T]:
    """All entries of a group, by name, each as `take` has it; what is wrong goes to the troubles."""
    found: dict[str, T] = {}
    for entry in sorted(metadata.entry_points(group=group), key=lambda one: (one.name, one.value)):
        package = entry.dist.name if entry.dist is not None else "?"
        kind = group.partition(".")[2].removesuffix("s")
        try:
            if entry.name in found:
                raise ValueError(f"there is another {kind} of this name")
            found[entry.name] = take(load(entry.value))
        except Exception as error:  # somebody else's code: whatever it raises must not end the game
            words = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            _troubles[group, package, entry.name] = Trouble(package, f"the {kind} {entry.name!r}", words)
    return found
