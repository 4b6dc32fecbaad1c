"""The campaign map: all lines as a net, the one that the player stands on unrolled, and the card of the chosen level.

It advises; nothing is locked. It zooms: all lines, one line level by level, one level.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import Static

from tui.keymap import Scope, key_name
from tui.language import said
from tui.look.palette import Ink
from tui.model import CampaignEntry
from tui.screens.base import AckademyScreen, bindings
from tui.screens.glimpses import Glimpses
from tui.widgets import level_card
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas
from tui.widgets.level_card import Card
from tui.widgets.line_view import Standing, draw_line, draw_list, stations
from tui.widgets.map_view import draw_net, lines_of
from tui.widgets.net import Net, lay_out
from tui.widgets.view import CanvasView

BESIDE = 110
"""Columns from which on the card stands beside the map."""
PANEL = 36
STRIP = 5
"""Rows of the card below the map."""
UNROLLED = 4
"""Rows of the unrolled line; twice as many on a tall screen."""
LOOKED = 0.2
"""Seconds on a level after which its picture is made."""


class Zoom(Enum):
    """How much is shown."""

    WORLD = "all lines"
    LINE = "one line"
    LEVEL = "one level"


class CampaignScreen(AckademyScreen[None]):
    """The map, on one canvas."""

    SCOPE = Scope.CAMPAIGN
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(self, here: str = "") -> None:
        """`here`: the level to stand on; "" for the one that is advised."""
        super().__init__()
        self.zoom = Zoom.WORLD
        self.here = here
        """The id of the level that is chosen."""
        self._lines: dict[str, list[CampaignEntry]] = {}
        self._begun: Mapping[str, str] = {}  # level id → how far its play got that was cut short
        self._standing = Standing()
        self._net: Net | None = None
        self._scroll = 0
        self._glimpses = Glimpses(self, self._redraw_map)
        self._missing: dict[str, str] = {}
        """Live level → what is missing for it on this machine, once that has been looked for; "" if nothing is."""
        self._timer: Timer | None = None
        self._is_told = False  # that Esc ends nothing here

    def compose(self) -> ComposeResult:
        game = self.game
        yield HeaderBar("Ackademy", said("map"), status=game.stars_status())
        if game.entries:
            yield CanvasView(self._draw, id="map", ascii_only=game.options.ascii, world="map")
        else:
            yield Static(said("No levels were found in this installation."), id="empty")
        yield KeyBar(self.SCOPE, game.keymap)

    def on_mount(self) -> None:
        self._look_anew()

    def on_screen_resume(self) -> None:  # beside the base class's own: Textual calls both
        self._look_anew()

    def _look_anew(self) -> None:
        """Have the levels as the player stands in them now."""
        self._begun = self._cut_short()
        self._lines = lines_of(self.game.entries_with_stars())
        advised = self.game.advised()
        if self.entry is None and advised is not None:
            self.here = advised.id
        self._refresh()

    # What is chosen

    @property
    def order(self) -> list[CampaignEntry]:
        """All levels, line by line."""
        return [entry for entries in self._lines.values() for entry in entries]

    @property
    def entry(self) -> CampaignEntry | None:
        """The level that is chosen; None if there are none."""
        return next((entry for entry in self.order if entry.id == self.here), None)

    def choose(self, level: str) -> None:
        """Stand on this level."""
        self.here = level
        self.game.know(level)
        self._refresh()

    def arrive(self, level: str) -> bool:
        """Stand on this level; is it on the map?"""
        if level not in (entry.id for entry in self.order):
            return False
        self.choose(level)
        return True

    def _refresh(self) -> None:
        if not self._lines or not self.is_mounted:
            return
        if self.entry is None:
            self.here = self.order[0].id
        advised = self.game.advised(self.here)
        self._standing = Standing(
            self.here, advised.id if advised is not None else "", self._begun,
            frozenset(self.game.progress.levels()), self.game.new_levels(),
        )  # fmt: skip
        new = said("{count} new, ").format(count=len(self._standing.new)) if self._standing.new else ""
        self.query_one(HeaderBar).set_status(f"{new}{self.game.stars_status(self.here)}")
        self.query_one(KeyBar).call("campaign.close", said("back") if self.zoom is not Zoom.WORLD else "")
        self.query_one(KeyBar).call("campaign.new", said("new") if self._marked else "")
        self.query_one(KeyBar).call("campaign.finale", said("live") if self._finale is not None else "")
        self.query_one("#map", CanvasView).redraw()
        if self._timer is not None:
            self._timer.stop()
        if self._shows_glimpse or (self.entry is not None and self.entry.live):
            self._timer = self.set_timer(LOOKED, self._look)

    # Drawing

    def _draw(self, canvas: Canvas) -> None:
        entry = self.entry
        if entry is None:
            return
        canvas.sky()
        card = self._card(entry)
        if self.zoom is Zoom.LEVEL:
            level_card.draw_page(canvas, card)
            return
        width, height = canvas.width, canvas.height
        is_beside = width >= BESIDE
        if is_beside:
            panel = canvas.part(PANEL, height)
            panel.grounds = [[canvas.ground(0, y)] * PANEL for y in range(height)]
            level_card.draw_panel(panel, card)
            canvas.blit(panel, width - PANEL, 0)
            width -= PANEL + 1
        else:
            height -= STRIP
            strip = canvas.part(width, STRIP)
            level_card.draw_strip(strip, card)
            canvas.blit(strip, 0, height)
        entries = self._lines[entry.line or entry.world]
        if self.zoom is Zoom.LINE:
            part = canvas.part(width, height)
            draw_list(part, entries, self._standing)
            canvas.blit(part, 0, 0)
            return
        unrolled = UNROLLED if height < 26 else UNROLLED + 3
        line = canvas.part(width, unrolled)
        line.grounds = [[canvas.ground(0, height - unrolled + y)] * width for y in range(unrolled)]
        draw_line(line, entries, self._standing)
        canvas.blit(line, 0, height - unrolled)
        self._draw_net(canvas, width, height - unrolled)

    def _draw_net(self, canvas: Canvas, width: int, height: int) -> None:
        early = list(dict.fromkeys(one.line for one in self.order if one.early and one.stars == 0))
        net = self._net = lay_out({name: len(some) for name, some in self._lines.items()}, width, height, early)
        whole = canvas.part(width, max(height, net.rows))
        rows = [canvas.ground(0, min(y, height - 1)) for y in range(whole.height)]
        whole.grounds = [[row] * width for row in rows]
        draw_net(whole, net, self._lines, self._standing)
        if whole.height > height:  # lines below one another may be more than there is room for
            y = next((cell[1] for name in net.lines if (cell := self._bead(name)) is not None), 0)
            self._scroll = min(max(min(self._scroll, y - 1), y + 2 - height, 0), whole.height - height)
        else:
            self._scroll = 0
        part = canvas.part(width, height)
        part.blit(whole, 0, -self._scroll)
        hidden = sum(laid.label[1] >= self._scroll + height for laid in net.lines.values())
        if hidden:
            part.right(height - 1, said("{count} more").format(count=hidden), Ink.STRONG, 1)
        canvas.blit(part, 0, 0)

    def _bead(self, line: str) -> tuple[int, int] | None:
        """Where the chosen level lies in the net, if it is on this line."""
        if self._net is None:
            return None
        beads = zip(self._lines.get(line, ()), self._net.lines[line].beads, strict=False)
        return next((cell for entry, cell in beads if entry.id == self.here), None)

    def _card(self, entry: CampaignEntry) -> Card:
        game = self.game
        order = self.order
        place = order.index(entry)
        before = order[place - 1] if place and order[place - 1].line == entry.line else None
        facts = game.stage.facts(entry.id) if game.stage is not None else None
        return Card(
            entry, game.progress.level(entry.id), self._begun.get(entry.id, ""),
            facts.pars if facts is not None else (), facts.par if facts is not None else None, before,
            self._glimpses.of(entry.id), key_name(game.keymap.keys_of("campaign.open")[0]),
            self._missing.get(entry.id, ""),
        )  # fmt: skip

    # The picture in small

    @property
    def _shows_glimpse(self) -> bool:
        return self.zoom is Zoom.LEVEL or self.size.width >= BESIDE

    def _look(self) -> None:
        """Have the picture of the chosen level made, beside the screen: its world must go to its first question."""
        entry, stage = self.entry, self.game.stage
        if entry is None or stage is None:
            return
        if not entry.live:
            self._glimpses.want([entry.id], self.query_one("#map", CanvasView).palette)
        elif entry.id not in self._missing:
            self.run_worker(partial(self._ask_missing, entry.id, partial(stage.missing, entry.id)), thread=True,
                            exclusive=True, exit_on_error=False)  # fmt: skip

    def _redraw_map(self) -> None:
        self.query_one("#map", CanvasView).redraw()

    def _ask_missing(self, level: str, ask: partial[str]) -> None:
        """In a thread: a network is made, and gone again."""
        words = ask()
        if self.is_attached:
            self.app.call_from_thread(self._found_missing, level, words)

    def _found_missing(self, level: str, words: str) -> None:
        self._missing[level] = words
        if self.is_attached:
            self._redraw_map()

    # Keys

    def action_move(self, step: int) -> None:
        """Along the line; beyond its end to the next one."""
        self._choose_at(self._place + step)

    def action_line(self, step: int) -> None:
        """To the nearest line above or below; in one line's list to the level above or below."""
        if self.zoom is Zoom.LINE:
            self.action_move(step)
        elif (entry := self.entry) is not None and (found := self._beyond(entry, step)) is not None:
            self.choose(found)

    def _beyond(self, entry: CampaignEntry, step: int) -> str | None:
        """The level nearest to the chosen one in the next row of the net that has levels."""
        net = self._net
        at = self._bead(entry.line or entry.world)
        if net is None or at is None:
            names = list(self._lines)
            place = names.index(entry.line or entry.world) + step
            return self._lines[names[place]][0].id if 0 <= place < len(names) else None
        cells = [
            (abs(y - at[1]), abs(x - at[0]), one.id)
            for name, some in self._lines.items()
            for one, (x, y) in zip(some, net.lines[name].beads, strict=False)
            if (y - at[1]) * step > 0
        ]
        return min(cells)[2] if cells else None

    def action_station(self, step: int) -> None:
        """To the first level of the next station of the line, or of this or the one before."""
        starts = [self.order.index(levels[0]) for some in self._lines.values() for _, levels in stations(some)]
        if step > 0:
            self._choose_at(next((i for i in starts if i > self._place), len(self.order) - 1))
        else:
            self._choose_at(next((i for i in reversed(starts) if i < self._place), 0))

    @property
    def _place(self) -> int:
        return next((place for place, entry in enumerate(self.order) if entry.id == self.here), 0)

    def _choose_at(self, place: int) -> None:
        if self.order:
            self.choose(self.order[min(max(place, 0), len(self.order) - 1)].id)

    def action_first(self) -> None:
        self._choose_at(0)

    def action_last(self) -> None:
        self._choose_at(len(self.order) - 1)

    def action_advised(self) -> None:
        advised = self.game.advised(self.here)
        if advised is not None:
            self.choose(advised.id)

    def action_new(self) -> None:
        """To the next level that is new, or can be gone on with; round and round."""
        if marked := self._marked:
            self._choose_at(next((place for place in marked if place > self._place), marked[0]))

    @property
    def _marked(self) -> list[int]:
        """The places of levels that are new, or can be gone on with."""
        standing = self._standing
        return [
            place for place, entry in enumerate(self.order) if entry.id in standing.new or entry.id in standing.begun
        ]

    def action_zoom(self) -> None:
        zooms = list(Zoom)
        self._zoom_to(zooms[(zooms.index(self.zoom) + 1) % len(zooms)])

    def _zoom_to(self, zoom: Zoom) -> None:
        self.zoom = zoom
        self._refresh()

    def action_find(self) -> None:
        self.app.action_command_palette()

    @property
    def _finale(self) -> CampaignEntry | None:
        """The last live level of the world that is stood on; else of another world of its line."""
        here = self.entry
        if here is None:
            return None
        live = [entry for entry in self._lines[here.line or here.world] if entry.live]
        return next((entry for entry in reversed(live) if entry.world == here.world), live[0] if live else None)

    def action_finale(self) -> None:
        """To the world's finale, and into it."""
        if (finale := self._finale) is not None:
            self.choose(finale.id)
            self.game.start_level(finale.id)

    def action_open(self) -> None:
        if (entry := self.entry) is not None:
            self.game.start_level(entry.id)

    def action_daily(self) -> None:
        self.game.show_daily()

    def action_toolbox(self) -> None:
        self.game.show_toolbox()

    def action_close(self) -> None:
        """Esc closes what was opened, and stops at the whole map: whoever came out of a level by it presses it once
        more than needed."""
        if self.zoom is not Zoom.WORLD:
            self._zoom_to(Zoom.WORLD)
        elif not self._is_told:
            self._is_told = True
            leave, end = (key_name(self.game.keymap.keys_of(name)[0]) for name in ("campaign.leave", "app.quit"))
            words = said("This is the whole map. {leave} goes to the title, {end} ends the game.")
            self.notify(words.format(leave=leave, end=end), timeout=3)

    def action_leave(self) -> None:
        self.dismiss()

    # Mouse

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        if event.delta:
            self.action_move(event.delta)
            return
        match event.target:
            case ("level", str() as level):
                if level == self.here:
                    self.action_open()
                else:
                    self.choose(level)
            case ("line", str() as name) if self._lines.get(name):
                self.choose(self._lines[name][0].id)
            case ("open", _):
                self.action_open()

    # What can be gone on with

    def _cut_short(self) -> dict[str, str]:
        """The levels that can be gone on with, and how far each play got. Only those are asked for a play that was cut
        short of which a journal is left: asking loads a level."""
        from core.recorder import levels_begun

        stage = self.game.stage
        if stage is None:
            return {}
        ids = [entry.id for entry in self.game.entries]
        begun = levels_begun(self.game.paths.journals)
        found = {}
        for level in ids:
            act = self.game.reached(level)
            cut_short = stage.unfinished(act, None) if act in begun else ""
            if words := ", ".join(filter(None, (self.game.reached_words(level), cut_short))):
                found[level] = words
        return found
