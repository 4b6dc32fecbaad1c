"""The toolbox: of every world that was won its tools, what each does, what it costs, and when it is the right one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.language import said
from tui.model import Page
from tui.screens.base import PageScreen
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import wrapped

WORDS = 62
"""Columns of what is said of a card: so it has its indent on the smallest screen, too."""


class ToolboxScreen(PageScreen):
    """All pages, those of worlds that are not won yet as a count."""

    def __init__(self, pages: Sequence[Page], won: Collection[str]) -> None:
        """`won`: the titles of the worlds that are won."""
        super().__init__()
        self._pages = pages
        self._won = won

    def compose(self) -> ComposeResult:
        mine = sum(page.world in self._won for page in self._pages)
        cards = said("{mine} of {most} cards")
        yield HeaderBar("Ackademy", said("Toolbox"), status=cards.format(mine=mine, most=len(self._pages)))
        with VerticalScroll(id="page", classes="scroll", can_focus=False):
            for world, found in groupby(self._pages, lambda page: page.world):
                yield Static(world, classes="heading", markup=False)
                yield Static(self._text(list(found)), markup=False)
        yield KeyBar(self.SCOPE, self.game.keymap, without=frozenset({"app.help"}))

    def _text(self, pages: Sequence[Page]) -> Content:
        if pages[0].world not in self._won:
            one, more = said("1 card"), said("{count} cards").format(count=len(pages))
            return Content(f"{one if len(pages) == 1 else more}: {said('to read, win every level of this world.')}")
        lines: list[Content] = []
        for page in pages:
            lines.append(Content.assemble((self.game.text(page.name), "$accent")))
            for sign, words in (("+", page.pro), ("-", page.con), (said("when"), page.when)):
                for place, line in enumerate(wrapped(self.game.text(words), WORDS)):
                    lines.append(Content(f"  {sign if place == 0 else '':<5}{line}"))
        return Content("\n").join(lines)
