"""What the keys do, made from the keymap."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.keymap import BY_ID, Keymap, Scope, in_scope
from tui.language import later, said
from tui.screens.base import PageScreen
from tui.widgets.bars import HeaderBar, KeyBar

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
                yield Static(key_table(scope, keymap))
            own = keymap.shown(BY_ID["help.keys"])
            yield Static(said("Good to know"), classes="heading")
            where = said("Own keys: key {key}, or {file}", key=own, file=self.game.paths.keys)
            yield Static(f"{said(MOUSE)}\n\n{said(STARS)}\n\n{where}", markup=False)
        yield KeyBar(self.SCOPE, keymap, without=frozenset({"app.help"}))


def key_table(scope: Scope, keymap: Keymap) -> Content:
    """Return one line an action: its keys and what it does."""
    lines = [Content.assemble((f"{keymap.shown(a):<18}", "$accent"), said(a.help)) for a in in_scope(scope)]
    return Content("\n").join(lines)
