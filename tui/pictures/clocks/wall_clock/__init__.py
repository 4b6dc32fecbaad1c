"""The pictures of the clock on the wall: one for each group of roles, a module of its own here.

A module says whom it is for (`suits`) and has `draw`; it may have `delays`, `notes`, `carries` and `shows`, as
`tui.pictures` has them. Scenes that suit nobody have the general picture.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import ModuleType
from typing import Any

from core.kernel.choice import Asked, Value
from tui.pictures import Canvas, Scene, general, general_delays
from tui.pictures.clocks.wall_clock import bending, bureau, just_in_time, silo, stale_build

PICTURES: tuple[ModuleType, ...] = (stale_build, just_in_time, bending, bureau, silo)


def _own(scene: Scene, name: str) -> Any:
    """What the picture that suits the scene says under this name; None if it says nothing, or none suits."""
    picture = next((picture for picture in PICTURES if picture.suits(scene)), None)
    return getattr(picture, name, None)


def draw(canvas: Canvas, scene: Scene) -> None:
    """The picture of the roles that are played."""
    (_own(scene, "draw") or general.draw)(canvas, scene)


def delays(scene: Scene, asked: Asked) -> Sequence[int]:
    """The dots on the ruler of an alarm (µs)."""
    own = _own(scene, "delays")
    return own(scene, asked) if own else general_delays(scene)


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """A few words on each option of a chairs control."""
    own = _own(scene, "notes")
    return own(scene, asked) if own else {}


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Is this control on the picture itself, so wide?"""
    own = _own(scene, "carries")
    return bool(own and own(scene, asked, width))


def shows(scene: Scene) -> Collection[str]:
    """Entries of the own view that the picture itself says."""
    own = _own(scene, "shows")
    return own(scene) if own else ()
