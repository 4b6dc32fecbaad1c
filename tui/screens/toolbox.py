"""The toolbox: of every world that was won its tools, what each does, what it costs, and when it is the right one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import groupby

from textual.app import ComposeResult
from textual.containers import ItemGrid, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.language import said
from tui.model import Page
from tui.screens.base import PageScreen
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import wrapped

NARROWEST = 44
"""Columns of a card at least: beside it stands another where there are twice as many."""
INDENT = 7
"""Columns of the sign before what is said of a card."""


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
                if world in self._won:
                    with ItemGrid(min_column_width=NARROWEST, classes="cards"):
                        for page in found:
                            yield PageCard(page, self.game.text)
                else:
                    yield Static(closed(len(list(found)), ascii_only=self.game.options.ascii), classes="closed")
        yield KeyBar(self.SCOPE, self.game.keymap, without=frozenset({"app.help"}))


class PageCard(Static):
    """One page, wrapped to its own width. `text`: what makes a level's text fit to be shown."""

    def __init__(self, page: Page, text: Callable[[str], str]) -> None:
        super().__init__(classes="card", markup=False)
        self._page = page
        self._text = text

    def on_resize(self) -> None:
        page = self._page
        lines: list[Content] = [Content.assemble((self._text(page.name), "bold $accent"))]
        for sign, words in (("+", page.pro), ("-", page.con), (said("when"), page.when)):
            for place, line in enumerate(wrapped(self._text(words), self.content_size.width - INDENT)):
                lines.append(Content(f"  {sign if place == 0 else '':<5}{line}"))
        self.update(Content("\n").join(lines))


def closed(count: int, *, ascii_only: bool) -> Content:
    """So many pages that cannot be read yet: their backs, and what opens them."""
    one, more = said("1 card"), said("{count} cards").format(count=count)
    backs: list[Content | tuple[str, str]] = []
    for _ in range(count):
        backs += [("[ ? ]" if ascii_only else "  ?  ", "$quiet on $background"), Content(" ")]
    words = f"{one if count == 1 else more}: {said('to read, win every level of this world.')}"
    return Content("\n").join([Content.assemble(*backs), Content(words)])
