"""Keys and clicks of the inspector's stage."""

from __future__ import annotations

from core.kernel.inspector import HIT_MOVE
from core.kernel.suspects import ACCUSE, HIT, SIGN
from tui.bridge.inspecting import HAMMER_KEYS, Inspecting

STEPS = {"left": -1, "up": -1, "right": 1, "down": 1}
_CAPS = {"Enter": "enter", "Esc": "escape"}


def inspector_took(at: Inspecting, key: str, character: str | None, *, over: bool) -> str | None:
    """Do what a key does here. None if it does nothing of the inspector's; else what is to be said, "" for nothing."""
    if at.plays:
        if key == "enter":
            at.finish()
            return ""
        return None
    if over:
        return None
    if key == "space" and at.ended:
        at.watch()
        return ""
    if at.reads:
        return _reading(at, key)
    if character == HIT_MOVE.key and at.may(HIT):
        key = "enter"
    if character == "s" and at.may(SIGN):
        return at.sign()
    if character == "a" and at.may(ACCUSE):
        at.aims = at.reads = True
        return ""
    return _aiming(at, key, character) if at.aims else _choosing(at, key)


def _choosing(at: Inspecting, key: str) -> str | None:
    if key in STEPS:
        across = -(-len(at.suspects) // 2) if len(at.suspects) > 3 and at.inspector.apart else 1
        at.walk(STEPS[key] * (across if key in ("up", "down") else 1))
        return ""
    if key == "enter":
        at.aims = True
        return ""
    return None


def _aiming(at: Inspecting, key: str, character: str | None) -> str | None:
    if key == "escape":
        at.aims = False
    elif key in ("up", "down"):
        at.next_node(STEPS[key])
    elif not at.may(HIT):
        return None
    elif key in ("left", "right"):
        at.push(STEPS[key])
    elif key == "enter":
        return at.strike()
    elif (hammer := next((one for one in at.inspector.hammers if HAMMER_KEYS[one] == character), "")) != "":
        at.hammer = hammer
    else:
        return None
    return ""


def _reading(at: Inspecting, key: str) -> str | None:
    if key == "escape":
        at.reads = False
        at.aims = at.may(HIT)
    elif key in STEPS:
        at.scroll(STEPS[key])
    elif key in ("pageup", "pagedown"):
        at.scroll(-8 if key == "pageup" else 8)
    elif key == "enter":
        return at.accuse()
    else:
        return None
    return ""


def inspector_clicked(at: Inspecting, target: object, *, over: bool) -> str | None:
    """Do what a click on this part of the picture does. As `inspector_took`."""
    kind, value = target if isinstance(target, tuple) and len(target) == 2 else ("", None)
    if kind == "key":
        key = _CAPS.get(str(value), str(value))
        return inspector_took(at, key, key if len(key) == 1 else None, over=over)
    if over or at.plays:
        return None
    if kind == "suspect":
        if at.suspect.name == value:
            at.aims = True
        else:
            at.point(str(value))
    elif kind == "ruler" and isinstance(value, int):
        at.push_to(value)
    elif kind == "hammer":
        at.hammer = str(value)
    elif kind == "line" and isinstance(value, int):
        if at.entry == value:
            return at.accuse()
        at.entry = value
    elif isinstance(target, str) and at.point(target):
        return ""
    else:
        return None
    return ""
