"""A keyboard as a picture: which keys do something where the chosen action is alive, which are its own, which are
free."""

from __future__ import annotations

from collections.abc import Iterable

from tui.keymap import ACTIONS, Action, Keymap, Scope, key_name
from tui.language import said
from tui.look.palette import Ink
from tui.widgets.canvas import Canvas, cut
from tui.widgets.line_view import fill

ROWS = (
    (0, ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "minus", "equals_sign")),
    (1, ("q", "w", "e", "r", "t", "y", "u", "i", "o", "p", "left_square_bracket", "right_square_bracket")),
    (2, ("a", "s", "d", "f", "g", "h", "j", "k", "l", "semicolon", "apostrophe")),
    (3, ("z", "x", "c", "v", "b", "n", "m", "comma", "full_stop", "slash")),
)
"""The keys of letters and digits (US): each row's shift to the right in half keys, and its keys."""
BELOW = (
    (("escape", 2), ("tab", 2), ("space", 4), ("enter", 2), ("delete", 2)),
    (("left", 2), ("down", 2), ("up", 2), ("right", 2), ("home", 2), ("end", 2)),
)
"""The others, with their width in keys."""
SIGNS = {"semicolon": ";", "apostrophe": "'", "left": "←", "right": "→", "up": "↑", "down": "↓", "delete": "del"}
SHIFTED = {"question_mark": "slash", "plus": "equals_sign", "less_than_sign": "comma", "greater_than_sign": "full_stop"}
"""What is typed with shift, and the key on which it stands."""
KEYS = 13
"""So many keys are as wide as a row."""


def base_of(key: str) -> str:
    """The key of the keyboard that is pressed for this one, whatever is held beside it."""
    key = key.rpartition("+")[2] if "+" in key else key
    if len(key) == 1 and key.isalpha():
        return key.lower()
    return SHIFTED.get(key, key)


def alive_with(action: Action) -> Iterable[Action]:
    """The actions that are alive where this one is."""
    if action.scope is Scope.EVERYWHERE:
        return ACTIONS
    return (one for one in ACTIONS if one.scope in (action.scope, Scope.EVERYWHERE))


def free_keys(keymap: Keymap, action: Action) -> list[str]:
    """The letters and digits that do nothing where this action is alive."""
    taken = {key for one in alive_with(action) for key in keymap.keys_of(one.id)}
    return [key for _, row in ROWS for key in row if len(key) == 1 and key not in taken]


def draw_keyboard(canvas: Canvas, keymap: Keymap, action: Action | None) -> None:
    """The keyboard over the whole width, and below it what is said of the action."""
    if canvas.palette.mixes:
        fill(canvas, 0, 0, canvas.width, canvas.palette.raised, 1.0, canvas.height)
    unit = max(3, (canvas.width - 3) // KEYS)
    tall = 3 if canvas.height >= 46 else 2 if canvas.height >= 34 else 1
    step = tall + 1
    own = {base_of(key) for key in keymap.keys_of(action.id)} if action is not None else set()
    others = {base_of(key) for one in alive_with(action) for key in keymap.keys_of(one.id)} if action else set()
    y = 1
    for shift, row in ROWS:
        for place, key in enumerate(row):
            _cap(canvas, (2 + shift * unit // 2 + place * unit, y, unit - 1, tall), key, own, others)
        y += step
    for line in BELOW:
        x = 2
        for key, wide in line:
            _cap(canvas, (x, y, wide * unit - 1, tall), key, own, others)
            x += wide * unit
        y += step
    if action is None:
        return
    width = canvas.width - 4
    y += canvas.wrap(2, y, said(action.help), width, 3, Ink.STRONG) + 1
    y = _fact(canvas, y, said("where"), said(action.scope.value))
    y = _fact(canvas, y, said("keys now"), " ".join(map(key_name, keymap.keys_of(action.id))))
    y = _fact(canvas, y, said("usual"), " ".join(map(key_name, action.keys)))
    _fact(canvas, y, said("free here"), " ".join(free_keys(keymap, action)) or said("none"))


def _fact(canvas: Canvas, y: int, name: str, words: str) -> int:
    canvas.put(2, y, cut(name, 11), Ink.QUIET)
    return y + canvas.wrap(14, y, words, canvas.width - 16, 4)


def _cap(canvas: Canvas, box: tuple[int, int, int, int], key: str, own: set[str], others: set[str]) -> None:
    """One key: gold if it is the action's own, blue if it does something else there, plain if it is free."""
    x, y, width, height = box
    sign = cut(SIGNS.get(key) or key_name(key), width)
    if not canvas.palette.mixes or canvas.ascii_only:
        edges = "<>" if key in own else "[]" if key in others else "  "
        canvas.put(x, y, f"{edges[0]}{sign}{edges[1]}"[: width + 1], Ink.YOU if key in own else Ink.QUIET)
        return
    ink = Ink.YOU if key in own else Ink.BOOK if key in others else None
    for row in range(y, y + height):
        if ink is not None:
            canvas.put(x, row, " " * width, Ink.ON, fill=ink)
        else:
            canvas.tint(x, row, width, 1, Ink.FAINT, 0.35)
    canvas.put(x + (width - len(sign)) // 2, y + (height - 1) // 2, sign, Ink.ON if ink is not None else Ink.PLAIN,
               fill=ink)  # fmt: skip
