"""What the keys do, made from the keymap."""

from __future__ import annotations

from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from tui.keymap import BY_ID, Action, Keymap, Scope, in_scope
from tui.language import later, said
from tui.screens.base import PageScreen
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import wrapped

KEYS = 18
"""Columns of the keys."""
WIDE, GAP = 100, 4
"""Columns of a page from which on a table has two halves beside each other, and columns between them."""
MOUSE = later(
    "Whatever a key does, a click does too. Hold shift while dragging to mark text, as your terminal does it."
)
STARS = later(
    "Stars: *.. won, **. within par in messages and in time, *** again on a seed you had not seen, "
    "with no hint and no step back."
)


class HelpScreen(PageScreen):
    """The keys of the screen below first, then those of everywhere, then all the others."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def compose(self) -> ComposeResult:
        keymap = self.game.keymap
        yield HeaderBar("Ackademy", said("Help"), status=said(self._scope.value))
        with VerticalScroll(id="page", classes="scroll", can_focus=False):
            others = [s for s in Scope if s not in (self._scope, Scope.EVERYWHERE)]
            for scope in (self._scope, Scope.EVERYWHERE, *others):
                yield Static(said(scope.value), classes="heading")
                yield KeyTable(scope, keymap)
            own = keymap.shown(BY_ID["help.keys"])
            yield Static(said("Good to know"), classes="heading")
            where = said("Own keys: key {key}, or {file}", key=own, file=self.game.paths.keys)
            yield Static(f"{said(MOUSE)}\n\n{said(STARS)}\n\n{where}", markup=False)
        yield KeyBar(self.SCOPE, keymap, without=frozenset({"app.help"}))


class KeyTable(Static):
    """One line an action: its keys and what it does, what is long below itself; on a wide page in two halves."""

    def __init__(self, scope: Scope, keymap: Keymap) -> None:
        super().__init__()
        self._actions = list(in_scope(scope))
        self._keymap = keymap

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def render(self) -> Content:
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        if width < WIDE:
            return self._lines(self._actions, width)
        half, room = -(-len(self._actions) // 2), (width - GAP) // 2
        left, right = (self._lines(part, room) for part in (self._actions[:half], self._actions[half:]))
        beside = zip_longest(left, right, fillvalue=Content())
        return [Content.assemble(one.pad_right(room + GAP - len(one)), other) for one, other in beside]

    def _lines(self, actions: list[Action], width: int) -> list[Content]:
        found = []
        for action in actions:
            for place, line in enumerate(wrapped(said(action.help), max(20, width - KEYS))):
                keys = "" if place else self._keymap.shown(action)
                found.append(Content.assemble((f"{keys:<{KEYS}}", "$accent"), line))
        return found
