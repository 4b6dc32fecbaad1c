"""The bare stage of texts over a wire: Earth, Mars with the rover's ground, arrows on the wire, the network's hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.kernel.scenario import NodeSpec
from core.kernel.trace import RECEIVE, SEND
from core.protocols.premise.arq import PROTOCOL
from core.protocols.premise.arq.ground import FLAG, PLAIN, START, Spot, rows_of
from core.protocols.premise.arq.machine import TOLD, Sender
from core.protocols.premise.arq.messages import Frame
from core.protocols.premise.arq.teacher import Teacher
from tui.language import said
from tui.look.blocks import planet, sprite
from tui.look.dots import fog
from tui.look.palette import mix
from tui.look.parts import tile
from tui.look.places import between
from tui.pictures import BELOW, Canvas, Grab, Ink, Scene
from tui.pictures.flights import glide
from tui.pictures.premise.arq_ground import STUBS, Ground, draw_candle, drawn, ends_of, is_hidden
from tui.pictures.premise.arq_strips import draw_strips
from tui.widgets.canvas import Hot, cut

STARS = 0.006
"""Of the sky's dots so many are stars."""
LIFTED = 3
"""Rows from the middle of the stage to either of two wires, where there are few rows."""
RISE = 3
"""Rows from place to place on Mars, where there are few; so high a place is five columns wide."""
ROOMY = 5
"""From this rise on there is room for large tiles and a large hand."""
EARTH_LIT, EARTH_DARK, LAND, CLOUD = 0x2F7BD0, 0x0C1F45, 0x3F8F3C, 0xD5DCE8
MARS_LIT, MARS_DARK, CRATER, DUST = 0xB4552F, 0x3A140C, 0x54200F, 0x9A4526
HAND_LIT, HAND_DARK = 0xFFF0B8, 0xE0A24A
ARM = 2
"""Columns of the hand's arm on either side of its middle, at most."""
OPEN = (
    "...ooooo...",
    "..ooooooo..",
    ".ooooooooo.",
    "ooo.ooo.ooo",
    "oo.......oo",
    "oo.......oo",
    "oo.......oo",
    ".oo.....oo.",
)
SHUT = (
    "...ooooo...",
    "..ooooooo..",
    ".ooooooooo.",
    ".ooooooooo.",
    "..oo...oo..",
    "..oo...oo..",
    "..oo...oo..",
    "...o...o...",
)
"""The hand as pixels, over the tile: its fingers stand beside it, or close on it."""


class _Stage:
    """Where things are on a canvas of this size."""

    def __init__(self, canvas: Canvas, ground: str, two: bool = False) -> None:
        """`two`: is there a second row, below the first?"""
        rows = rows_of(ground)
        self.rows = rows
        height = canvas.height
        self.rise = RISE if len(rows) * RISE + 2 <= height - 1 else 2 if len(rows) * 2 + 1 <= height - 1 else 1
        self.rise = max(self.rise, min(height * 18 // 25 // len(rows), canvas.width // 20))
        self.pitch = max(5, self.rise * 7 // 4)
        self.large = self.rise >= ROOMY
        lifted = max(LIFTED, height // 8)
        self.wire = max(3, (height - BELOW) // 2 + 1 - (lifted if two else 0))
        self.second = self.wire + 2 * lifted if two else 0
        self.radius = max(4.0, min(height, (canvas.width - 20) * 0.385))
        self.mars = (canvas.width - round(self.radius * 0.25), height - 1)
        self.earth_radius = max(3.0, min(canvas.width * 0.15, height * 0.55))
        self.earth = (0, 2 * self.wire + 1)
        self.left = round(self.earth_radius) + 2
        self.right = round(self.mars[0] - self.radius) - 1
        self.ground_x = max(self.right + 3, canvas.width - 1 - len(rows[0]) * self.pitch + (self.pitch - 5) // 2)
        self.ground_y = max(1, (height - 4 - len(rows) * self.rise) // 2 - 1)

    def cell(self, spot: Spot) -> tuple[int, int]:
        """The cell of a place on Mars."""
        return self.ground_x + spot.x * self.pitch, self.ground_y + (len(self.rows) - 1 - spot.y) * self.rise

    def backdrop(self, canvas: Canvas) -> None:
        """Stars, Earth, and Mars with its pits."""
        fog(canvas, STARS)
        canvas.settle()
        land = ((0.2, -0.3, 0.3, LAND), (0.5, 0.4, 0.25, LAND), (0.55, -0.6, 0.16, CLOUD), (0.3, 0.75, 0.14, CLOUD))
        planet(canvas, self.earth, self.earth_radius, EARTH_LIT, EARTH_DARK, land)
        spots: list[tuple[float, float, float, int]] = [(-0.2, -0.7, 0.3, DUST), (0.1, 0.5, 0.4, DUST)]
        for down, row in enumerate(self.rows):
            for across, letter in enumerate(row):
                if letter not in (PLAIN, START, FLAG):
                    x, y = self.cell(Spot(across, len(self.rows) - 1 - down))
                    share = ((x - self.mars[0]) / self.radius, (2 * y + 0.5 - self.mars[1]) / self.radius)
                    spots.append((*share, (2.6 + 0.6 * (self.rise - RISE)) / self.radius, CRATER))
        planet(canvas, self.mars, self.radius, MARS_LIT, MARS_DARK, spots)


_BACKDROPS: dict[tuple[Any, ...], Canvas] = {}
"""Drawn once for a size, a look and a map: what stands still costs nothing while arrows glide."""


def draw_bare(canvas: Canvas, scene: Scene) -> None:
    """The whole stage; its lowest rows are left to the words."""
    ends = ends_of(scene)
    if ends is None or canvas.height < BELOW + 5 or canvas.width < 40:
        return
    sender, reader = ends
    ground = Ground.of(scene, sender, reader, canvas)
    mapped = ground.map if ground is not None else str(PROTOCOL.defaults("rover")["map"])
    stage = _Stage(canvas, mapped, scene.second is not None)
    if canvas.palette.mixes and not canvas.ascii_only:
        key = (canvas.width, canvas.height, canvas.palette.name, canvas.world, mapped, stage.second)
        if key not in _BACKDROPS:
            if len(_BACKDROPS) > 8:
                _BACKDROPS.clear()
            fresh = canvas.part(canvas.width, canvas.height - 1)  # the keys' own row is not ours
            fresh.sky()
            stage.backdrop(fresh)
            _BACKDROPS[key] = fresh
        canvas.blit(_BACKDROPS[key], 0, 0)
    for x in range(stage.left, stage.right):
        hazy = is_hidden(scene) and x > stage.left + (stage.right - stage.left) * 2 // 5
        canvas.put(x, stage.wire, ":" if hazy else "·", Ink.FAINT)
    if ground is not None:
        _draw_ground(canvas, stage, ground)
    if scene.second is not None:
        _draw_second(canvas, scene, stage, sender, reader)
    _draw_packets(canvas, scene, stage, sender.name)
    _draw_names(canvas, scene, stage, sender, reader)
    if scene.lifted and scene.you == sender.name and isinstance(scene.me, Sender):
        draw_strips(canvas, scene, scene.me, reader.name, stage.wire - 3)


def _draw_names(canvas: Canvas, scene: Scene, stage: _Stage, sender: NodeSpec, reader: NodeSpec) -> None:
    """Who is at either end, and what was sent and came: over the hand's arm, if that is there."""
    if scene.wordless:
        return
    sent = sum(1 for entry in scene.entries if entry.kind == SEND and isinstance(entry.detail, Frame))
    canvas.put(2, 0, sender.name.upper(), Ink.STRONG)
    canvas.put(2, 1, said("sent {count}", count=sent), Ink.QUIET)
    if isinstance(scene.me, Teacher):  # below: to the right the silences are shown at the end
        canvas.put(2, 2, said("coins {count}", count=scene.me.coins), Ink.QUIET)
    canvas.put(max(2, stage.right - len(reader.name) - 1), 0, reader.name.upper(), Ink.STRONG)
    if scene.has_hand:
        came = sum(
            1
            for entry in scene.entries
            if entry.kind == RECEIVE and entry.node == reader.name and isinstance(entry.detail, Frame)
        )
        canvas.put(_arrived_at(stage), 1, said("arrived {count}", count=came), Ink.QUIET)


def _arrived_at(stage: _Stage) -> int:
    """The column in which it is said how much has arrived."""
    return max(2, stage.right - 11)


def _below_words(scene: Scene, stage: _Stage, middle: int) -> int:
    """The first row of the hand's arm: where it would touch what is said of the far end it begins below that."""
    reach = ARM + 1
    if not scene.has_hand or middle + reach < _arrived_at(stage) or middle - reach > stage.right:
        return 1
    return 3


def _draw_second(canvas: Canvas, scene: Scene, stage: _Stage, sender: NodeSpec, reader: NodeSpec) -> None:
    """Of a fair trap the second row: its wire with its tiles, a thread from the framed one to its twin, its rover."""
    second = scene.second
    assert second is not None
    for y, name in ((stage.wire, "1"), (stage.second, "2")):
        canvas.put(stage.left - 2, y, name, Ink.STRONG)
    for x in range(stage.left, stage.right):
        canvas.put(x, stage.second, "·", Ink.FAINT)
    here = next((grab for grab in scene.grabs if grab.framed), None)
    if here is not None:
        _draw_thread(canvas, stage, here.part if here.source == sender.name else 1 - here.part, scene.twin)
    for grab in scene.grabs_of_second:
        forth = grab.source == sender.name
        down = stage.second - stage.wire + (2 if grab.held else 0)
        _draw_tile(canvas, stage, scene.words(grab.message), grab.part, forth, Ink.QUIET, down)
    other = Ground.of(replace(scene, entries=tuple(second.entries())), sender, reader, canvas)
    if other is not None:
        x, y = stage.cell(other.spot)
        fallen = stage.rows[len(stage.rows) - 1 - other.spot.y][other.spot.x] not in (PLAIN, START, FLAG)
        ink = Ink.BAD if fallen else Ink.BOOK
        if stage.large and canvas.palette.mixes and not canvas.ascii_only:
            tile(canvas, x + 3, y, "2", ink)
        else:
            canvas.put(x + 2, y, "2)" if canvas.ascii_only else "2 ", Ink.ON, fill=ink)


def _draw_thread(canvas: Canvas, stage: _Stage, part: float, twin: Grab | None) -> None:
    """From the framed tile down to its twin; to a hollow place where it has none."""
    x = stage.left + round((stage.right - stage.left - 3) * part) + 1
    for y in range(stage.wire + 2, stage.second - 1):
        canvas.put(x, y, "┊", Ink.BOOK)
    if twin is None:
        canvas.put(x - 1, stage.second, "( )", Ink.BOOK)


def _draw_ground(canvas: Canvas, stage: _Stage, ground: Ground) -> None:
    """Letters of pits and flag, the track, and the rover with where it goes next."""
    for down, row in enumerate(stage.rows):
        for across, letter in enumerate(row):
            spot = Spot(across, len(stage.rows) - 1 - down)
            x, y = stage.cell(spot)
            if letter == FLAG:
                _draw_chip(canvas, stage, x, y, FLAG, Ink.GOOD)
            elif letter in (PLAIN, START):
                canvas.put(
                    x, y, ":" if spot in ground.track else "·", Ink.STRONG if spot in ground.track else Ink.QUIET
                )
            else:
                canvas.put(x, y, letter, Ink.STRONG)
    x, y = stage.cell(ground.spot)
    rover = "1" if stage.second else "R" if ground.seen else "r"
    fallen = stage.rows[len(stage.rows) - 1 - ground.spot.y][ground.spot.x] not in (PLAIN, START, FLAG)
    _draw_chip(canvas, stage, x, y, rover, Ink.BAD if fallen else Ink.YOU)


def _draw_chip(canvas: Canvas, stage: _Stage, x: int, y: int, letter: str, ink: Ink) -> None:
    """The rover or the flag on its place, as large as there is room for."""
    if canvas.ascii_only:
        canvas.put(x - 1, y, f"({letter})" if letter != FLAG else f" {letter} ", Ink.ON, fill=ink)
    elif stage.large and canvas.palette.mixes:
        tile(canvas, x - 2, y, f" {letter} ", ink)
    else:
        canvas.put(x - 1, y, f" {letter} ", Ink.ON, fill=ink)


def _draw_packets(canvas: Canvas, scene: Scene, stage: _Stage, sender: str) -> None:
    """Tiles on the wire; for the hand with its frame, and the hand itself over the framed one."""
    hots: list[Hot] = []
    if not scene.has_hand:
        hidden = is_hidden(scene)
        for flight in scene.flights:
            forth = flight.source == sender
            row = stage.wire if forth else stage.wire + 2
            ends = ((stage.left, row), (stage.right - 1, row))
            way, label = between(*(ends if forth else ends[::-1])), cut(drawn(canvas, scene.words(flight.message)), 10)
            glide(canvas, scene, flight, way, label, first=0.0, last=1.0, until=0.4 if hidden else 1.0)
        _draw_desk(canvas, scene, stage)
        return
    for grab in sorted(scene.grabs, key=lambda grab: grab.framed):
        forth = grab.source == sender
        ink = Ink.YOU if grab.framed or grab.held else Ink.PACKET
        lift = 2 if grab.held else 0
        x, width = _draw_tile(canvas, stage, scene.words(grab.message), grab.part, forth, ink, lift)
        hots.append(Hot(x, stage.wire - 1 + lift, width, 3, grab))
        if grab.framed:
            below = 0 if scene.wordless else _below_words(scene, stage, x + width // 2)
            _draw_hand(canvas, x + width // 2, stage.wire + lift, grab.held, stage.large, below)
    canvas.hots += hots


def _draw_tile(
    canvas: Canvas, stage: _Stage, text: str, share: float, forth: bool, ink: Ink, lift: int
) -> tuple[int, int]:
    """A tile at a share of its way; its first column and its width. What is held hangs under the wire."""
    text = cut(drawn(canvas, text), 10)
    if stage.large and canvas.palette.mixes and not canvas.ascii_only:
        text = f" {text} "
    width = len(text) + 2
    place = share if forth else 1 - share
    x = stage.left + round((stage.right - stage.left - width) * place)
    tile(canvas, x, stage.wire + lift + (0 if forth else 2), text, ink)
    return x, width


def _larger(rows: tuple[str, ...]) -> tuple[str, ...]:
    """Pixels half as many again, across and down: every second one twice."""
    wide = ["".join(pixel * (1 + place % 2) for place, pixel in enumerate(row)) for row in rows]
    return tuple(row for place, row in enumerate(wide) for _ in range(1 + place % 2))


def _draw_hand(canvas: Canvas, middle: int, y: int, shut: bool, large: bool, begin: int) -> None:
    """The network's hand: an arm from above, from the row `begin` on, its fingers over the tile."""
    if canvas.ascii_only or not canvas.palette.mixes:
        canvas.put(middle - 1, y - 1, "\\_/" if not shut else "\\o/", Ink.YOU)
        return
    rows: tuple[str, ...] = SHUT if shut else OPEN
    rows = _larger(rows) if large else rows
    half = len(rows[0]) // 2
    bottom = 2 * (y + 1)
    top = bottom - len(rows)
    for up in range(2 * max(1, begin), max(2, top)):
        share = up / max(1, top)
        for across in range(-(half // 4), half // 4 + 1):
            if up < top:
                colour = mix(canvas.ground(middle + across, up // 2), HAND_LIT, share)
                sprite(canvas, middle + across, up, ["x"], {"x": colour})
    for down, row in enumerate(rows):
        colour = mix(HAND_LIT, HAND_DARK, down / len(rows))
        sprite(canvas, middle - half, top + down, [row], {"o": colour})


def _draw_desk(canvas: Canvas, scene: Scene, stage: _Stage) -> None:
    """Of a sender that plays: its plan, a stub under what was answered, its candle, what there is to think about."""
    me = scene.me
    if not isinstance(me, Sender) or scene.lifted or not me.told:
        return
    x, y = 16, 1
    canvas.put(x - 6, y, said("plan"), Ink.QUIET)
    canvas.put(x - 6, y + 1, said("told"), Ink.QUIET)
    for place, text in enumerate(me.plan):
        stub, ink = STUBS.get(me.told[place], ("", Ink.QUIET))
        due = place == me.top and not me.owed and not me.crowded
        canvas.put(x, y, drawn(canvas, text), Ink.CHOSEN if due else Ink.PLAIN)
        canvas.put(x, y + 1, stub, ink)
        x += max(4, len(text) + 2)
    if me.bits or me.bits_now:  # else coins only count what was sent
        canvas.put(2, y + 2, said("coins {count}", count=me.coins), Ink.QUIET)
    row = stage.wire + 3
    draw_candle(canvas, scene, me, stage.left, row, stage.right - stage.left, bare=True)
    if me.heard and scene.entries:
        last = next((e for e in reversed(scene.entries) if e.kind == RECEIVE and e.node == scene.you), None)
        if last is not None:
            old = me.heard == "old receipt"
            words = f"({scene.words(last.detail)})"
            if old:
                words = said("{message} falls to the floor", message=words)
            elif me.told.count(TOLD) == 1:
                words = said('{message} = "got it"', message=words)
            canvas.put(stage.left, row + 1, words, Ink.QUIET if old else Ink.GOOD)
