"""A level, before it begins: who you are, what to reach, and sixty words at most; where there is room, how it looks."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.clock import seconds
from tui.glimpse import FULL
from tui.keymap import Scope, key_name
from tui.language import said
from tui.model import Brief, star_glyphs
from tui.prose import prose
from tui.screens.base import AckademyScreen, bindings
from tui.screens.glimpses import Glimpses
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, wrapped
from tui.widgets.view import CanvasView

LEAST_PICTURE, WIDEST_PICTURE = 9, 112
"""Rows that are left over from which on the level's picture stands in them; columns of it at most."""


class BriefScreen(AckademyScreen[None]):
    """Shows a `Brief`; Enter plays. `unfinished`: how far a play got that was cut short, or left between acts: Enter
    goes on with it. `anew`: the level or act that is begun instead; "": the brief's own."""

    SCOPE = Scope.BRIEF
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(self, brief: Brief, seed: int | None = None, unfinished: str = "", anew: str = "") -> None:
        super().__init__()
        self.brief = brief
        self._anew = anew or brief.level
        self._seed = seed
        self._unfinished = unfinished
        self._glimpses = Glimpses(self, self._fit_picture)

    def compose(self) -> ComposeResult:
        game, brief = self.game, self.brief
        stars = game.progress.level(brief.level).stars
        yield HeaderBar("Ackademy", game.text(brief.world), game.text(brief.title), status=star_glyphs(stars))
        with VerticalScroll(id="page", classes="scroll", can_focus=False):
            yield Static(Content(game.text(brief.title)), id="name")
            if self._unfinished:
                yield self._go()  # above the fold, however long the rest is
            yield Static(prose(brief.text, ascii_only=game.options.ascii), classes="text")
            yield Static(id="facts")
            if brief.sources:
                yield Static(Content(game.text("; ".join(brief.sources))), classes="text quiet")
            if not self._unfinished:
                yield self._go()
            yield CanvasView(self._draw_picture, id="glimpse", ascii_only=game.options.ascii)
        yield KeyBar(self.SCOPE, game.keymap)

    def _go(self) -> Static:
        """Which key plays; where a play was cut short, which goes on with it."""
        start, anew = (key_name(self.game.keymap.keys_of(name)[0]) for name in ("brief.start", "brief.anew"))
        words = said("{key} to play").format(key=start)
        if self._unfinished:
            middle = said("You were in the middle of this level: {where}.").format(where=self._unfinished)
            on = said("{key} to go on where you were, {anew} to begin anew").format(key=start, anew=anew)
            words = f"{middle}\n{on}"
        return Static(Content(words), id="go")

    def on_resize(self) -> None:
        self.call_after_refresh(self._update_facts)

    def _update_facts(self) -> None:
        for widget in self.query("#facts").results(Static):  # none, while the screen is being taken away
            width = widget.content_size.width
            widget.update(facts(self.brief, width or 68, ascii_only=self.game.options.ascii))
            self.call_after_refresh(self._fit_picture)

    def _fit_picture(self) -> None:
        """Let the picture have what the words leave over, if that is enough; it keeps its shape."""
        for picture in self.query("#glimpse").results(CanvasView):
            self._glimpses.want([self.brief.level], picture.palette)
            page = self.query_one("#page")
            above = max(widget.region.bottom for widget in page.children if widget is not picture)
            rows = page.content_region.bottom - above - 1
            picture.display = rows >= LEAST_PICTURE and self._glimpses.of(self.brief.level) is not None
            picture.styles.height = rows
            picture.styles.width = min(WIDEST_PICTURE, self.size.width - 8, rows * FULL[0] // FULL[1])
            self.call_after_refresh(picture.redraw)

    def _draw_picture(self, canvas: Canvas) -> None:
        glimpse = self._glimpses.of(self.brief.level)
        if glimpse is not None:
            glimpse(canvas)

    def action_start(self) -> None:
        if self._unfinished:
            self.game.go_on(self.brief.level, self._seed)
        else:
            self.game.start_level(self.brief.level, seed=self._seed, brief=False)

    def action_anew(self) -> None:
        self.game.start_level(self._anew, seed=self._seed, brief=False, anew=True)

    def action_ghosts(self) -> None:
        self.game.show_ghosts(self.brief.level)

    def action_leave(self) -> None:
        self.game.show_map(self.brief.level)


NAMES = 12
"""Columns of the facts' names."""


def facts(brief: Brief, width: int, *, ascii_only: bool = False) -> Content:
    """Return the facts of a level: you, goal, limit, par, what is simplified; what is long goes on below itself."""
    rows = [(said("you are"), brief.you_are)] if brief.you_are != "you" else []
    rows += [(said("goal"), brief.goal), (said("limit"), seconds(brief.limit_us))]
    if brief.pars:
        rows.append((said("par"), ", ".join(brief.pars)))
    if brief.simplified:
        rows.append((said("simplified"), brief.simplified))
    lines = []
    for name, text in rows:
        words = prose(text, ascii_only=ascii_only).plain
        for place, line in enumerate(wrapped(words, max(20, width - NAMES)) if words else []):
            lines.append(Content.assemble((f"{'' if place else name:<{NAMES}}", "$quiet"), line))
    return Content("\n").join(lines)
