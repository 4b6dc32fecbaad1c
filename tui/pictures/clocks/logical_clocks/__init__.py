"""The pictures of logical clocks: one for each group of roles, a module of its own here.

A module says whom it is for (`suits`) and has `draw`; it may have `carries`, `notes` and `shows`, as `tui.pictures` has
them. Scenes that suit nobody have the general picture.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import ModuleType
from typing import Any

from core.kernel.choice import Asked, Value
from tui.pictures import Canvas, Scene, general
from tui.pictures.clocks.logical_clocks import alibi, cart, stamp_office

PICTURES: tuple[ModuleType, ...] = (alibi, stamp_office, cart)


def _own(scene: Scene, name: str) -> Any:
    """What the picture that suits the scene says under this name; None if it says nothing, or none suits."""
    picture = next((picture for picture in PICTURES if picture.suits(scene)), None)
    return getattr(picture, name, None)


def draw(canvas: Canvas, scene: Scene) -> None:
    """The picture of the role that is played."""
    (_own(scene, "draw") or general.draw)(canvas, scene)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Is this control on the picture itself, so wide?"""
    own = _own(scene, "carries")
    return bool(own and own(scene, asked, width))


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """A few words on each option of a chairs control."""
    own = _own(scene, "notes")
    return own(scene, asked) if own else {}


def shows(scene: Scene) -> Collection[str]:
    """Entries of the own view that the picture itself says."""
    own = _own(scene, "shows")
    return own(scene) if own else ()
