"""A page of the words met so far in a level, and of the signs in its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.language import said
from tui.screens.base import PageScreen
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import wrapped


class TermsScreen(PageScreen):
    """The words, each with its sentence, and below them the signs."""

    def __init__(self, title: str, terms: Mapping[str, str], signs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._terms = terms
        self._signs = signs

    def compose(self) -> ComposeResult:
        yield HeaderBar("Ackademy", self._title, status=said("words and signs"))
        with VerticalScroll(id="page", classes="scroll", can_focus=False):
            yield Static(said("Words that have come up"), classes="heading")
            yield Static(id="terms")
            yield Static(said("Signs of the picture"), classes="heading")
            yield Static(id="signs")
        yield KeyBar(self.SCOPE, self.game.keymap, without=frozenset({"app.help"}))

    def on_key(self, event: events.Key) -> None:
        """What opened it closes it."""
        if event.key in self.game.keymap.keys_of("play.terms"):
            event.stop()
            event.prevent_default()
            self.dismiss()

    def on_resize(self) -> None:
        self.call_after_refresh(self._update)

    def _update(self) -> None:
        for name, rows in (("terms", list(self._terms.items())), ("signs", list(self._signs))):
            for widget in self.query(f"#{name}").results(Static):
                width = max(20, widget.content_size.width or 68)
                widget.update(self._table(rows, width))

    def _table(self, rows: Sequence[tuple[str, str]], width: int) -> Content:
        game = self.game
        lines = []
        widest = min(20, max((len(name) for name, _ in rows), default=0)) + 2
        for name, meaning in rows:
            for place, line in enumerate(wrapped(game.text(said(meaning)), width - widest)):
                head = "" if place else game.text(said(name))
                lines.append(Content.assemble((f"{head:<{widest}}", "$accent"), line))
        return Content("\n").join(lines) if lines else Content(said("None has come up yet."))
