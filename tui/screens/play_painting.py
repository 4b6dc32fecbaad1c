"""The stage of the play screen, what the own node says of itself, and the ribbon of what happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from core.kernel.scenario import NETWORK, NetworkSeat
from core.kernel.time import show_duration
from tui.bridge import Bridge
from tui.bridge.holding import Holding
from tui.language import retold, said
from tui.look import ribbon, strip
from tui.look.wipe import wipe
from tui.pictures import Scene, hook
from tui.pictures.general import picture_of
from tui.pictures.rows import draw_rows, lies
from tui.prose import to_ascii
from tui.widgets.canvas import Canvas, Ink, cut, wrapped
from tui.widgets.panels import draw_view

LONG_VALUE = 18
"""Letters of a value after which it takes a row more beside the stage."""
VIEW_WIDTH = 33
"""Columns of it there."""
LIFTED_ROWS = 4
"""Rows of the stage in which it is said at the end what the fog hid."""
LEAST_STAGE = 7
"""Rows of a picture that are left to it: below that there is no strip."""
GHOST_NAME = 16
"""Columns of the name of a ghost's run."""
FACT_ROWS = 2
"""Rows of the stage in which the own node says of itself what the picture does not show."""


class PlayPainting:
    """Draws the bridge's level at play on canvases. It changes nothing of the play.

    beside   does the own node's view stand beside the stage, and not on it?
    wide     is there room for worlds beside each other?
    film     a play of the same level that is shown instead of it; None otherwise.
    lift     which picture of the lift this is, from 1; 0: the fog has lifted, or is there still.
    timeless   did the last picture not show the clock? `drawn_at`: the watcher's clock (µs) when it was drawn.

    `brief_key`, the key now, opens what says the rest of what has no room.
    """

    def __init__(self, bridge: Bridge, *, ascii_only: bool, brief_key: Callable[[], str] = lambda: "i") -> None:
        self._brief_key = brief_key
        self.beside = self.wide = False
        self.lift = self.drawn_at = 0
        self.timeless = False
        self.film: Bridge | None = None
        self._bridge = bridge
        self._ascii = ascii_only
        self._draw_picture = picture_of(bridge.level.protocol)
        self._shows = hook(bridge.level.protocol, "shows")

    def _text(self, text: str) -> str:
        """A level's text as this terminal is to show it."""
        return to_ascii(text) if self._ascii else text

    # The stage

    def draw_picture(self, canvas: Canvas) -> None:
        """The room's picture, or that of each world beside this one, under the world's sky; below it, where nothing
        stands beside it, who you are and what you know of yourself that the picture does not show."""
        canvas.sky()
        shown = self.film or self._bridge
        scene = shown.scene()
        lines = [] if self.beside else self._lifted(canvas.width - 2) or self._facts(scene, canvas.width - 2)
        strips = strip.rows_of(scene)
        if canvas.height - len(lines) - strips < LEAST_STAGE:
            strips = 0
        stage = canvas.part(canvas.width, max(1, canvas.height - len(lines) - strips))
        stage.sky()
        rows = shown.rows()
        if rows:
            draw_rows(stage, self._draw_picture, rows, wide=self.wide, lies=lies(rows))
        else:
            self._draw_picture(stage, scene)
            if self.lift:
                fogged = stage.part(stage.width, stage.height)
                fogged.sky()
                self._draw_picture(fogged, self._bridge.reading.scene_in_fog())
                wipe(stage, fogged, self.lift)
        canvas.blit(stage, 0, 0)
        if strips:
            inner = canvas.part(canvas.width, strips)
            strip.draw(inner, scene)
            canvas.blit(inner, 0, stage.height)
        for place, line in enumerate(lines):
            y = canvas.height - len(lines) + place
            x = 1
            for text, ink in line:
                x = canvas.put(x, y, text, ink)
        self.drawn_at, self.timeless = scene.drawn_at, scene.is_timeless and not rows and not self.lift

    def _lifted(self, width: int) -> list[list[tuple[str, Ink]]]:
        """What the lift shows of what the fog hid, in a row or two."""
        things = self._bridge.reading.lifted_things
        rows = [row for one in things for row in wrapped(self._text(one.words), width, FACT_ROWS)]
        return [[(row, Ink.HINT)] for row in rows[:LIFTED_ROWS]]

    def _facts(self, scene: Scene, width: int) -> list[list[tuple[str, Ink]]]:
        """Who you are and what you know of yourself, in a row or two. An idle hand has nothing to say at the end, when
        the words below take more rows: the picture has them."""
        if self._bridge.holding is not None and self._bridge.over is not None:
            return []
        title, view, kept, quiet = self._own(scene)
        if self._shows is not None and scene.view and not (view or kept or quiet):
            return []  # the picture says all of it
        pieces = [[(title, Ink.YOU)]]
        if not view and quiet:
            pieces.append([(quiet, Ink.QUIET)])
        pieces += [[(f"{name} ", Ink.QUIET), (str(value), Ink.PLAIN)] for name, value in view.items()]
        pieces += [[(words, Ink.ACCENT)] for words in kept]
        pieces = [[(self._text(text), ink) for text, ink in piece] for piece in pieces]
        lines = _flowed(pieces, width)
        if len(lines) > FACT_ROWS:
            more = f"   {self._brief_key()} {said('more')}"
            lines = _flowed(pieces, width - len(more))[:FACT_ROWS]
            lines[-1].append((more, Ink.HINT))
        return lines

    def _own(self, scene: Scene) -> tuple[str, dict[str, str | int], list[str], str]:
        """Who you are; what you know of yourself, by name; the settings in force; why there is nothing to know."""
        bridge = self._bridge
        if bridge.holding is not None:
            return said("you are the network"), hand_view(bridge.holding, scene.now), [], ""
        if bridge.reading.you == NETWORK:
            left = bridge.session.world.left
            network = bridge.level.scenario.network
            by = show_duration(network.late) if isinstance(network, NetworkSeat) else ""
            view: dict[str, str | int] = {
                said("may be {fate}", fate=said(fate)): said("{count}, by {time}", count=count, time=by)
                if fate == "late"
                else said("{count} more", count=count)
                for fate, count in left.items()
            }
            return said("you are the network"), view, [], ""
        if not bridge.reading.you:
            return said("you only watch"), {}, [], said("Nobody sits in a player's seat.")
        kept = [] if bridge.session.over else bridge.reading.kept_line()
        shown = self._shows(scene) if self._shows is not None else ()
        view = _shown_view(scene.view, shown)
        title = said("you") if bridge.reading.you == "you" else said("you are {node}").format(node=bridge.reading.you)
        return title, view, kept, bridge.reading.absence()

    def draw_view(self, canvas: Canvas) -> None:
        """What the own node says of itself, beside a large stage; at the end what the fog hid."""
        if things := self._bridge.reading.lifted_things:
            canvas.put(1, 0, said("what the fog hid"), Ink.HINT)
            y = 1
            for one in things:
                y += canvas.wrap(1, y, self._text(one.words), canvas.width - 2, max(0, canvas.height - y))
            return
        title, view, kept, quiet = self._own(self._bridge.scene())
        draw_view(canvas, title, view, kept, quiet)

    def view_rows(self) -> int:
        """The rows that this wants."""
        if things := self._bridge.reading.lifted_things:
            return 1 + sum(len(wrapped(self._text(one.words), VIEW_WIDTH)) for one in things)
        _, view, kept, quiet = self._own(self._bridge.scene())
        own = sum(1 + len(str(value)) // LONG_VALUE for value in view.values())
        return 1 + own + len(kept) + (2 if quiet and not view else 0)

    # The ribbon

    def draw_ribbon(self, canvas: Canvas) -> None:
        """Your own line of events, and the book's, once it was another."""
        for y in range(canvas.height):
            canvas.raise_row(y)
        bridge = self._bridge
        inner = canvas.part(canvas.width - 2, canvas.height)
        for y in range(inner.height):
            inner.raise_row(y)
        scene = bridge.scene()
        moments = bridge.reading.history(scene, bridge.judged)
        asked = bridge.reading.question is not None
        silent = 0 if bridge.over is not None else bridge.reading.silence()
        own = inner.part(inner.width, inner.height - (1 if self.has_rival else 0))
        ribbon.draw(own, said("you"), moments, asked=asked, silent=silent)
        inner.blit(own, 0, 0)
        if self.has_rival:
            inner.blit(self._rival(inner.part(inner.width, 1)), 0, inner.height - 1)
        canvas.blit(inner, 1, 0)

    def _rival(self, canvas: Canvas) -> Canvas:
        """The line of the ghost beside you, and how it stands."""
        rival = self._bridge.reading.rival
        assert rival is not None
        moments = self._bridge.reading.rival_line()
        words = f"{cut(self._text(rival.name), GHOST_NAME)}: {rival.words()}"
        line = canvas.part(max(0, canvas.width - len(words) - 1), 1)
        ribbon.draw(line, said("ghost"), moments, silent=0, ink=Ink.STRONG)
        canvas.blit(line, 0, 0)
        canvas.put(canvas.width - len(words), 0, words, Ink.QUIET)
        return canvas

    @property
    def has_rival(self) -> bool:
        """Does a recorded run play beside this one?"""
        return self._bridge.reading.rival is not None

    @property
    def has_ribbon(self) -> bool:
        """Is there a line of events at all? Who only watches has none."""
        return self._bridge.reading.you != ""


def _flowed(pieces: Sequence[Sequence[tuple[str, Ink]]], width: int) -> list[list[tuple[str, Ink]]]:
    """Pieces, each of texts with their inks, one after the other in rows: a piece goes on in the next row only where
    a whole one does not hold it."""
    lines: list[list[tuple[str, Ink]]] = [[]]
    used = 0
    for piece in pieces:
        wide = sum(len(text) for text, _ in piece)
        if used and used + 3 + wide > width and (wide <= width or used * 2 > width):
            lines.append([])
            used = 0
        elif used:
            lines[-1].append(("   ", Ink.QUIET))
            used += 3
        for text, ink in piece:
            for place, word in enumerate(text.split(" ")):
                piece_words = f" {word}" if place else word
                if used and used + len(piece_words) > width:
                    lines.append([])
                    used, piece_words = 0, word
                lines[-1].append((piece_words, ink))
                used += len(piece_words)
    return lines


def _shown_view(view: Mapping[str, str | int], without: Collection[str]) -> dict[str, str | int]:
    """What a node tells of itself, in the language that is used, but for these names."""
    return {
        said(name.replace("_", " ")): retold(value) if isinstance(value, str) else value
        for name, value in view.items()
        if name not in without
    }


def hand_view(holding: Holding, clock: int) -> dict[str, str | int]:
    """What the network's hand holds and for how long at the watcher's clock (µs), and what it may still do."""
    held, most = holding.pockets
    view: dict[str, str | int] = {said("frame"): framed} if (framed := holding.framed_words) else {}
    if most:
        view[said("pockets")] = said("{held} of {most} full", held=held, most=most)
    for act, left in holding.left().items():
        view[said(act.replace("_", " "))] = said("no limit") if left is None else said("{count} more", count=left)
    if waited := holding.waited(clock):
        view[said("held for")] = waited
    return {**view, **holding.second_row()}
