"""Own keys: every action with its keys; the chosen one gets the key that is pressed next. What is set is kept in the
player's `keys.toml`, and holds at once."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.keymap import ACTIONS, BY_ID, Keymap, Scope, with_key, write_keymap
from tui.language import said
from tui.platform import error_words
from tui.screens.base import AckademyScreen, bindings
from tui.screens.keyboard import draw_keyboard
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, wrapped
from tui.widgets.view import CanvasView

HELP_AT = 23
"""The column in which what an action does begins: below itself where it needs more lines."""
AROUND = 4
"""Columns that the list takes for its edges and its bar."""
LEAST_HELP = 20
WIDE, KEYBOARD = 100, 35
"""From so many columns on a keyboard stands beside the list, and its share in percent: as in the style sheet."""
FIXED = ("play.panel",)
"""Actions whose keys mean what they say: the panels' numbers."""


class KeysScreen(AckademyScreen[None]):
    """The list of all actions that may have other keys."""

    SCOPE = Scope.KEYS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def compose(self) -> ComposeResult:
        yield HeaderBar("Ackademy", said("Own keys"), status=str(self.game.paths.keys))
        yield CanvasView(self._paint, id="keyboard", ascii_only=self.game.options.ascii, world="map")
        yield OptionList(id="keys", classes="scroll")
        yield KeyBar(self.SCOPE, self.game.keymap)

    def on_mount(self) -> None:
        self._fill()
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        """All actions, each below the heading of where it is alive; the place stays."""
        for keys in self.query(OptionList):  # none, while the screen is being taken away
            self._fill_in(keys)

    def _fill_in(self, keys: OptionList) -> None:
        beside = self.size.width * KEYBOARD // 100 + 1 if self.size.width >= WIDE else 0
        width = max(LEAST_HELP, self.size.width - beside - HELP_AT - AROUND)
        place = keys.highlighted
        keys.clear_options()
        scope: Scope | None = None
        for action in ACTIONS:
            if action.id in FIXED:
                continue
            if action.scope is not scope:
                scope = action.scope
                keys.add_option(Option(Content.styled(said(scope.value), "bold"), disabled=True))
            own = said("own") if action.id in self.game.keymap.overrides else ""
            shown = f"{self.game.keymap.shown(action):<18}{own:<5}"
            words = f"\n{'':<{HELP_AT}}".join(wrapped(said(action.help), width))
            keys.add_option(Option(Content.assemble((shown, "bold"), words), id=action.id))
        keys.highlighted = 1 if place is None else place
        self._redraw()

    def on_option_list_option_highlighted(self) -> None:
        self._redraw()

    def _redraw(self) -> None:
        for view in self.query("#keyboard").results(CanvasView):  # none, while the screen is being taken away
            view.redraw()

    def _paint(self, canvas: Canvas) -> None:
        draw_keyboard(canvas, self.game.keymap, BY_ID.get(self._chosen))

    @property
    def _chosen(self) -> str:
        """The id of the action that is chosen."""
        keys = next(iter(self.query(OptionList)), None)
        if keys is None or keys.highlighted is None:
            return ""
        return keys.get_option_at_index(keys.highlighted).id or ""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click: ask for its key."""
        self._ask(event.option_id or "")

    def action_set(self) -> None:
        """As Enter in the list, from the footer."""
        self._ask(self._chosen)

    def _ask(self, action: str) -> None:
        if action:
            self.app.push_screen(KeyPrompt(said(BY_ID[action].help)), lambda key: self._set(action, key))

    def _set(self, action: str, key: str | None) -> None:
        if key:
            self._put(*with_key(self.game.keymap, action, key))

    def action_usual(self) -> None:
        """The chosen action has its usual keys again."""
        if self._chosen:
            self._put(*with_key(self.game.keymap, self._chosen, ""))

    def _put(self, keymap: Keymap, problem: str) -> None:
        """Let these keys hold, and keep them."""
        if problem:
            self.app.notify(problem, severity="warning", markup=False)
            return
        try:
            write_keymap(self.game.paths.keys, keymap)
        except OSError as error:
            words = f"{said('The keys hold until you leave; they cannot be kept')}: {error_words(error)}"
            self.app.notify(words, severity="warning", markup=False)
        self.game.use_keys(keymap)
        self._fill()

    def action_leave(self) -> None:
        self.dismiss()


class KeyPrompt(ModalScreen[str | None]):
    """Waits for one key, whatever it is; Esc takes none, as Esc must always lead out."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self._answered = False

    def compose(self) -> ComposeResult:
        asked = said("{action}: press the key that is to do it. Esc: leave it as it is.")
        yield Static(Content(asked.format(action=self._words)), id="prompt")

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self._answer(None if event.key == "escape" else event.key)

    def on_click(self) -> None:
        self._answer(None)

    def _answer(self, key: str | None) -> None:
        """Once: a second key of one burst comes while this goes; and not from below another screen."""
        if not self._answered and self.app.screen is self:
            self._answered = True
            self.dismiss(key)


__all__ = ["KeyPrompt", "KeysScreen"]
