"""The first screen: a world that runs, and the keys that lead into the game."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from tui import theme
from tui.guest import GuestJob
from tui.keymap import Scope
from tui.language import later, said
from tui.look import logo
from tui.look.effects import LEAST_MOTION
from tui.look.palette import Ink
from tui.platform import version
from tui.screens.base import AckademyScreen, bindings
from tui.screens.title_sky import draw_sky
from tui.widgets.bars import KeyBar
from tui.widgets.canvas import Canvas, cut
from tui.widgets.view import CanvasView

if TYPE_CHECKING:
    from tui.screens.title_world import TitleWorld

MOTTO = later("be one node of a running protocol")
WAITS = 30
"""Columns of the key bar that the title of the level to go on with may take."""


class TitleScreen(AckademyScreen[None]):
    """The name under a sky, a world in which one question is the player's, and a menu of keys.

    `world` is None until the levels are loaded, and where there is none to run.
    """

    SCOPE = Scope.TITLE
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(self) -> None:
        super().__init__()
        self.world: TitleWorld | None = None
        self._frame = 0
        self._job: GuestJob | None = None
        self._timer: Timer | None = None
        self._complete = False

    def compose(self) -> ComposeResult:
        yield CanvasView(self._draw, id="title", ascii_only=self.game.options.ascii, world="title")
        yield KeyBar(self.SCOPE, self.game.keymap)

    # Life

    def on_mount(self) -> None:
        game = self.game
        self.set_class(game.progress.is_first_start and not game.levels_are_loaded, "-blank")
        self._timer = self.set_interval(1 / self.game.fps, self._tick, pause=True)

    def on_screen_resume(self) -> None:  # beside the base class's own: Textual calls both
        if self._complete:
            self._show()
        else:
            self.call_after_refresh(self._load)  # first the picture, then what takes long

    def on_screen_suspend(self) -> None:
        """Something lies above: the world waits."""
        if self._timer is not None:
            self._timer.pause()
        if self.world is not None:
            self.world.bridge.session.pause()

    async def on_unmount(self) -> None:
        await self._end_world()

    def _load(self) -> None:
        if self._complete:
            return
        self._complete = True
        from_title = not self.game.levels_are_loaded  # not so where a level, or a course, was asked for
        _ = self.game.entries
        if self.is_current and from_title:
            self.game.open_first()
        self.remove_class("-blank")
        if self.is_current:
            self._show()

    def _show(self) -> None:
        """Say what there is to go on with, and let the world run."""
        game = self.game
        advised = game.advised()
        if advised is None:
            word = said("no levels were found") if not game.entries else said("all levels have three stars")
        else:
            first = game.progress.is_first_start
            word = f"{said('begin') if first else said('go on')}: {cut(game.text(advised.title), WAITS)}"
        self.query_one(KeyBar).call("title.start", word)
        if self.world is None:
            self._begin_world()
        elif not self.world.over:
            self.world.bridge.session.resume()
        if self._timer is not None and self._moves:
            self._timer.resume()
        self._redraw()

    def _begin_world(self) -> None:
        bridge = self.game.stage.title() if self.game.stage is not None else None
        if bridge is not None:
            from tui.screens.title_world import TitleWorld  # it loads the protocols: only after the first paint

            self.world = TitleWorld(bridge)
            self._job = self.game.host.start(bridge.session.run, name="session of the title")

    async def _end_world(self) -> None:
        world, job = self.world, self._job
        self.world = self._job = None
        if world is not None:
            world.bridge.close()
        if job is not None:
            job.cancel()
            await job.wait()

    # Drawing

    @property
    def _still(self) -> bool:
        """With few pictures in a second nothing moves but what happens."""
        return self.game.fps < LEAST_MOTION

    @property
    def _moves(self) -> bool:
        """Is there anything to draw anew, picture by picture?"""
        return not self._still or (self.world is not None and not self.world.over)

    def _tick(self) -> None:
        self._frame += 1
        if self.world is not None:
            self.world.go_on()
        self._redraw()

    def _redraw(self) -> None:
        self.query_one("#title", CanvasView).redraw()

    def _draw(self, canvas: Canvas) -> None:
        draw_sky(canvas, self._frame, has_world=self.world is not None, still=self._still, motto=said(MOTTO))
        if self.world is not None:
            self.world.draw(canvas, self._frame, still=self._still)
        last = canvas.height - 1
        entries = self.game.entries if self._complete else []
        words = said("version {version}").format(version=version())
        if entries:
            words = said("{stars} in {count} levels").format(stars=self.game.stars_status(), count=len(entries))
        canvas.right(last, words if canvas.width > logo.WIDTH else "", Ink.QUIET, 1)

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Digits and Enter answer the world; all other keys are commands."""
        world = self.world
        if world is None:
            return
        if event.character is not None and event.character.isascii() and event.character.isdigit():
            world.type(event.character)
        elif event.key == "backspace":
            world.erase()
        elif event.key == "enter" and not world.over:
            world.give()
        else:
            return
        event.stop()
        event.prevent_default()
        self._redraw()

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        if event.target == "enter" and self.world is not None and not event.delta:
            self.world.give()
            self._redraw()

    def action_start(self) -> None:
        advised = self.game.advised()
        if advised is None:
            self.game.show_map()
        else:
            self.game.start_level(advised.id, brief=not self.game.progress.is_first_start)

    def action_campaign(self) -> None:
        self.game.show_map()

    async def action_again(self) -> None:
        """The title's world once more, from its beginning."""
        await self._end_world()
        self._show()

    def action_daily(self) -> None:
        self.game.show_daily()

    def action_colours(self) -> None:
        """The next set of colours."""
        names = [one.name for one in theme.THEMES]
        place = names.index(self.app.theme) if self.app.theme in names else -1
        self.app.theme = names[(place + 1) % len(names)]
        self._redraw()

    def action_quit(self) -> None:
        self.game.exit()
