"""The sorting office: stamps on a dial, a sheet of two dozen places, and the sender's two levers.

Its reader lays envelopes on a sheet; its sender sees which stamps can come again, and for which the reader waits then.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.scenario import NodeSpec
from core.kernel.time import MILLISECOND
from core.protocols.premise.arq import PROTOCOL
from core.protocols.premise.arq.choices import PLACE, SHELF, SHELF_KEEPS, SHELF_NONE, WIDTH
from core.protocols.premise.arq.machine import ASSUMED, OUT, SILENT, TOLD, Receiver, Sender
from core.protocols.premise.arq.messages import Frame
from tui.language import later, said
from tui.look.parts import Tile, tile
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide, lane
from tui.pictures.premise.arq_ground import is_hidden, read_by
from tui.widgets.canvas import cut

ACROSS, SHEET = 12, 24
"""Places in a row, and on a sheet."""
LEAST_ROWS, LEAST_COLUMNS = 11, 60
"""Below this there is no room for a dial and a sheet."""
MOST_ROWS = 28
"""It grows no taller than this."""
TALL = 22
"""Rows from which on places of the sheet are three rows tall, and the dial is wider."""
MOST_STAMPS = 8
"""So many numbers have room on a dial."""
SPOTS = {
    2: ((0, -2), (0, 2)),
    4: ((0, -2), (8, 0), (0, 2), (-8, 0)),
    8: ((0, -2), (6, -1), (9, 0), (6, 1), (0, 2), (-6, 1), (-9, 0), (-6, -1)),
}
"""Where the numbers of a dial stand, columns and rows from its middle."""
HAZE = 0.4
"""From this share of its way on a sender sees its frame no more."""
INKS = {TOLD: Ink.GOOD, ASSUMED: Ink.QUIET, OUT: Ink.PACKET, SILENT: Ink.BAD}


def is_office(scene: Scene) -> bool:
    """Is this a level about windows of numbers?"""
    return any(scene.plays(choice.name) for choice in (PLACE, WIDTH, SHELF))


def draw_office(canvas: Canvas, scene: Scene, sender: NodeSpec, reader: NodeSpec) -> bool:
    """The office of whoever plays; False if there is no room for it, or nobody's to be seen."""
    if canvas.width < LEAST_COLUMNS or canvas.height < LEAST_ROWS:
        return False
    me = scene.asked.me if scene.asked is not None and scene.asked.node == scene.you else scene.me
    if not isinstance(me, Receiver | Sender):
        return False
    desk = canvas.part(canvas.width, min(canvas.height, MOST_ROWS))  # what belongs together stands together
    if isinstance(me, Receiver):
        _Office(desk, scene).draw_reader(me, sender)
    else:
        _Office(desk, scene).draw_sender(me, sender, reader)
    canvas.blit(desk, 0, (canvas.height - desk.height) // 2)
    return True


NEW, AGAIN, BOTH = later("new"), later("again"), later("again+new")
"""What stands at a stamp of the dial: how it may come."""


class _Office:
    """One drawing of an office."""

    def __init__(self, canvas: Canvas, scene: Scene) -> None:
        self.canvas, self.scene = canvas, scene
        self.cell = max(5, min(11, (canvas.width - 2) // ACROSS))
        self.left = max(0, (canvas.width - ACROSS * self.cell) // 2)
        self._reads = isinstance(scene.me, Receiver)
        self.tall = canvas.height >= TALL
        self.pitch = 5 if self.tall else 3
        self.sheet = canvas.height - 2 * self.pitch + self.tall
        """The row of the sheet's first places."""
        self.dial = 6 if self.tall else 3
        """The row of the dial's middle."""

    # Bob

    def draw_reader(self, me: Receiver, sender: NodeSpec) -> None:
        """The dial with the numbers that are waited for, the envelope in hand, and the sheet."""
        canvas, scene = self.canvas, self.scene
        asked = scene.asked if scene.asked is not None and scene.asked.choice.name == PLACE.name else None
        told = {**PROTOCOL.defaults("sender"), **sender.parameters}
        bits = int(asked.bits if asked is not None else told["bits"])
        count = 1 << bits
        window = asked.window if asked is not None else int(told["width"]) if told["shelf"] else 1
        awaited = {(me.awaited + ahead) % count for ahead in range(max(1, min(window, count)))}
        middle = canvas.width // 4
        self._draw_dial(middle, self.dial, count, dict.fromkeys(awaited, NEW), asked.number if asked else -1)
        x, y = middle + (28 if self.tall else 18), self.dial - 2
        canvas.put(x, y, said("arc: what can come now"), Ink.QUIET)
        canvas.put(x, y + 1, said("the rest: said again"), Ink.QUIET)
        if asked is not None:
            canvas.put(x, y + 3, said("in your hand:"), Ink.QUIET)
            tile(canvas, x + 14, y + 3, said("stamp {number}", number=asked.number), Ink.PACKET)
        meant = scene.draft if asked is not None and isinstance(scene.draft, int) else -1
        first = max(0, meant if meant >= 0 else me.awaited) // SHEET * SHEET
        self._draw_frame(first, count)
        for place in range(first, first + SHEET):
            x, y = self._cell(place - first)
            text, ink = "·", Ink.QUIET
            if place < len(me.read):
                text, ink = me.read[place], Ink.STRONG
            elif place in me.early:
                text, ink = f"({me.early[place][: self.cell - 3]})", Ink.ACCENT
            self._draw_place(x, y, text, ink, empty=text == "·")
            if place == meant and asked is not None:
                free = text == "·"  # what lies there already stays in sight
                words = f" {asked.number} " if free else cut(text, self.cell - 1)
                if canvas.ascii_only or not canvas.palette.mixes:
                    framed = f"[{asked.number}]" if free else f">{cut(text, self.cell - 3)}<"
                    canvas.put(x, y, framed, Ink.CHOSEN)
                else:
                    canvas.put(x, y, words, Ink.ON, fill=Ink.YOU)
            canvas.hot(x, y, self.cell - 1, place, 2)

    # Alice

    def draw_sender(self, me: Sender, sender: NodeSpec, reader: NodeSpec) -> None:
        """The dial with both arcs, the levers, the wire and the sheet as receipts tell it."""
        canvas, scene = self.canvas, self.scene
        count = 1 << me.bits_now
        width = scene.setting(WIDTH.name, me.width_now)
        shelf = scene.setting(SHELF.name, SHELF_KEEPS if me.shelf_now else SHELF_NONE)
        window = width if shelf == SHELF_KEEPS else 1
        words: dict[int, str] = {}
        for ahead in range(min(width, count)):
            words[(me.base + ahead) % count] = AGAIN
        for ahead in range(min(window, count)):
            number = (me.base + width + ahead) % count
            words[number] = BOTH if words.get(number, NEW) != NEW else NEW
        middle = 19
        self._draw_dial(middle, self.dial, count, words, -1)
        x = 42
        canvas.put(x, 0, f"{scene.now / (1000 * MILLISECOND):.2f} s", Ink.STRONG)
        canvas.put(x + 10, 0, said("{coins} coins, a frame {price}", coins=me.coins, price=me.frame_price), Ink.STRONG)
        self._draw_lever(x, 2, said("under way"), WIDTH.name, [(n, str(n)) for n in range(1, count + 1)], width)
        shelves = [(SHELF_KEEPS, said("shelf")), (SHELF_NONE, said("none"))]
        self._draw_lever(x, 4, said("{reader} has", reader=reader.name), SHELF.name, shelves, shelf)
        canvas.put(x, 5, said("again: can be said again"), Ink.QUIET)
        canvas.put(x, 6, said("new: {reader} would take it as new", reader=reader.name), Ink.QUIET)
        self._draw_wire(sender, reader, self.sheet - (5 if self.tall else 3))
        first = min(me.base, len(me.plan) - 1) // SHEET * SHEET
        self._draw_frame(first, count)
        read = read_by(scene.entries, reader) if scene.lifted else []
        for place in range(first, min(first + SHEET, len(me.plan))):
            column, y = self._cell(place - first)
            if place < len(read) and read[place] != me.plan[place]:  # what became of it, now that it can be seen
                canvas.put(column, y, cut(read[place], self.cell - 1), Ink.BAD)
                continue
            ink = INKS.get(me.told[place], Ink.QUIET) if place < len(me.told) else Ink.QUIET
            self._draw_place(column, y, me.plan[place], ink, empty=ink is Ink.QUIET)

    def _draw_lever(
        self, x: int, y: int, name: str, choice: str, posts: Sequence[tuple[object, str]], at: object
    ) -> None:
        """A lever with its posts, the one at which it stands in its frame; a click moves it, or opens it."""
        canvas, scene = self.canvas, self.scene
        moving = scene.asked is not None and scene.asked.choice.name == choice
        canvas.put(x, y, name, Ink.CHOSEN if moving else Ink.PLAIN)
        x += 11
        for value, words in posts:
            if value == at and not canvas.ascii_only and canvas.palette.mixes:
                end = canvas.put(x, y, f" {words} ", Ink.ON, fill=Ink.YOU)
            else:
                end = canvas.put(x, y, f"[{words}]" if value == at else f" {words} ",
                                 Ink.YOU if value == at else Ink.QUIET)  # fmt: skip
            target = ("ruler", value) if choice == WIDTH.name else value
            canvas.hot(x, y, end - x, target if moving else ("setting", choice))
            x = end + 1

    def _draw_wire(self, sender: NodeSpec, reader: NodeSpec, y: int) -> None:
        """The wire with stamped frames, as far as they may be seen, and receipts under it."""
        canvas, scene = self.canvas, self.scene
        left, right = 8, canvas.width - 8
        canvas.put(1, y, sender.name, Ink.YOU)
        canvas.put(right + 1, y, reader.name, Ink.PLAIN)
        hidden = is_hidden(scene)
        haze = left + round((right - left) * HAZE)
        lane(canvas, left, haze if hidden else right - 1, y)
        for x in range(haze + 1, right if hidden else 0):
            canvas.put(x, y, ":", Ink.FAINT)
        for flight in scene.flights:
            forth = flight.source == sender.name
            message = flight.message
            words = f"[{message.number}]" if isinstance(message, Frame) else f"({scene.words(message)})"
            row = y if forth else y + 1
            ends = ((left, row), (right - 1, row))
            way = between(*(ends if forth else ends[::-1]))
            glide(canvas, scene, flight, way, words, first=0.0, last=1.0, until=HAZE if hidden and forth else 1.0)

    # Both

    def _draw_dial(self, middle: int, y: int, count: int, words: dict[int, str], at: int) -> None:
        """The numbers round a dial, those of an arc solid, with what they mean; of more than fit, a row."""
        canvas = self.canvas
        spots = SPOTS.get(count, tuple((4 * place - 2 * min(count, 9), 0) for place in range(min(count, MOST_STAMPS))))
        canvas.put(middle - 2, y, said("stamp"), Ink.FAINT)
        wide, high = (1.5, 2) if self.tall else (1, 1)
        for number, spot in enumerate(spots):
            across, down = round(spot[0] * wide), spot[1] * high
            x = middle + across
            told = words.get(number, "")
            ink = Ink.YOU if AGAIN in told else Ink.GOOD if told == NEW else Ink.QUIET
            if number == at:
                canvas.put(x - 3, y + down, ">", Ink.PACKET)
            if told and not canvas.ascii_only and canvas.palette.mixes:
                canvas.put(x - 1, y + down, f" {number} ", Ink.ON, fill=ink)
            else:
                canvas.put(x - 1, y + down, f"[{number}]" if told else f" {number} ", ink)
            if told and not self._reads:
                text = said(told)
                canvas.put(x - 2 - len(text) if across < 0 else x + 3, y + down, text, ink)

    def _draw_place(self, x: int, y: int, text: str, ink: Ink, *, empty: bool) -> None:
        """What lies on a place of the sheet; a frame round it, where there is the height for one."""
        canvas, room = self.canvas, self.cell - 3
        plain = canvas.ascii_only or not canvas.palette.mixes
        if not self.tall or (plain and not empty):
            canvas.put(x, y, cut(text, self.cell - 1), ink)
        elif empty:
            tile(canvas, x, y, f"{cut(text, room):^{room}}", ink, Tile.PROMISED)
        else:
            tile(canvas, x, y, f"{cut(text, room):^{room}}", ink)

    def _draw_frame(self, first: int, count: int) -> None:
        """Of every place of the sheet its stamp, below it."""
        canvas = self.canvas
        canvas.put(
            self.left,
            self.sheet - (2 if self.tall else 1),
            said("sheet {number}", number=first // SHEET + 1),
            Ink.QUIET,
        )
        for place in range(first, first + SHEET):
            x, y = self._cell(place - first)
            ink = Ink.FAINT if not canvas.ascii_only else Ink.QUIET
            canvas.put(x + 1, y + (2 if self.tall else 1), str(place % count), ink)

    def _cell(self, place: int) -> tuple[int, int]:
        """Where a place of the sheet is."""
        return self.left + place % ACROSS * self.cell, self.sheet + place // ACROSS * self.pitch
