"""A replica's desk: the queue of cards, sorted by their stamps, a lamp for every city, and what each city said last."""

from __future__ import annotations

from core.kernel.choice import Asked
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.ordered_multicast.messages import stamp_words
from core.protocols.clocks.ordered_multicast.replica import NEVER, Card, Replica
from core.protocols.clocks.ordered_multicast.replica_choices import ACK, DELIVER, STRIKE
from tui.look.blocks import big
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width, tile
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide
from tui.widgets.canvas import cut

SHOWN = {"book", "applied", "logical clock", "queue", "last stamps", "struck"}
LEAST = (52, 7)
"""Columns and rows below which there is no room for a desk."""
HEADER = 4
"""Rows above the queue."""
CARD = 20
"""Columns before the lamps: where a card lies."""
WAIT = 14
"""Columns behind them: how long its customers have waited."""
TALL = 3
"""Rows of a card, where there is room."""
MOODS = ((100 * MILLISECOND, ":)", Ink.GOOD), (250 * MILLISECOND, ":|", Ink.COSTLY))
"""What customers look like who have waited for less than that."""
LEDGER = 4
"""Rows of a city's ledger, when the fog has lifted."""


def replica_of(scene: Scene) -> Replica | None:
    """The player's machine, in the middle of the event in which it asks, if it is a replica."""
    return scene.own(Replica)


def fits(canvas: Canvas) -> bool:
    """Is there room for the queue?"""
    return canvas.width >= LEAST[0] and canvas.height >= LEAST[1]


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The needle points at a city's head."""
    return asked.choice.name == STRIKE.name and replica_of(scene) is not None and width >= LEAST[0]


def draw(canvas: Canvas, scene: Scene, me: Replica) -> None:
    """The desk; when the fog has lifted, what every city has applied."""
    if scene.lifted:
        _draw_ledgers(canvas, scene)
    else:
        _Desk(canvas, scene, me).draw()


class _Desk:
    """One drawing of a replica's desk."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Replica) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.cities = sorted((me.name, *me.peers), key=scene.nodes.index)
        self.pitch = max(8, (canvas.width - CARD - WAIT) // len(self.cities))

    def x(self, city: str) -> int:
        """The middle column of a city's lamps."""
        return CARD + self.cities.index(city) * self.pitch + self.pitch // 2

    def draw(self) -> None:
        """The book, who said what last, and the queue below."""
        canvas, me = self.canvas, self.me
        dollars, cents = divmod(me.cents, 100)
        end = big(canvas, 1, 0, str(dollars), Ink.YOU) + 1
        canvas.put(end, 0, "$", Ink.YOU)
        canvas.put(end, 2, f".{cents:02d}" if cents else "", Ink.YOU)
        canvas.right(2, "said last", Ink.QUIET, 1)
        for city in self.cities:
            self._draw_city(city)
        for flight in self.scene.flights:
            if flight.source == me.name and flight.destination in self.cities:
                way = between((self.x(me.name), 1), (self.x(flight.destination), 1))
                glide(canvas, self.scene, flight, way, "", first=0.15, last=0.85)
        self._draw_queue()

    def _draw_grounds(self) -> None:
        """Where cards lie, and a lane of lamps for each city that is still asked."""
        canvas, tall = self.canvas, self.canvas.height - HEADER
        canvas.tint(1, HEADER, CARD - 3, tall, Ink.WORLD, 0.1)
        for city in self.cities:
            wide = self.pitch // 2 | 1
            ink = Ink.QUIET if city in self.me.gone else node_ink(city, self.scene.nodes, self.scene.you)
            canvas.tint(self.x(city) - wide // 2, HEADER, wide, tall, ink, 0.08)

    def _draw_city(self, city: str) -> None:
        """Its head: its name, the last stamp that came from it, and how long the head of the queue waits for it."""
        canvas, me = self.canvas, self.me
        x, mine = self.x(city), city == me.name
        out = city in me.gone
        ink = Ink.QUIET if out else node_ink(city, self.scene.nodes, self.scene.you)
        name = "you" if mine else city
        wide = chip_width(canvas, name)
        chip(canvas, x - wide // 2, 1, name, ink)
        if self.scene.draft == city:
            canvas.put(x - wide // 2 - 1, 1, ">", Ink.CHOSEN)
            canvas.put(x - wide // 2 + wide, 1, "<", Ink.CHOSEN)
        canvas.hot(x - wide // 2, 0, wide, city if self.scene.asked is not None else ("setting", STRIKE.name), 3)
        last = (me.said, me.name) if mine else me.last_of(city)
        nothing = last[0] < 0 or last == NEVER
        canvas.centre(x, 2, "nothing" if nothing else stamp_words(last), Ink.QUIET if nothing or out else Ink.STRONG)
        if out:
            canvas.centre(x, 0, "struck", Ink.BAD)
        elif city in me.struck:
            canvas.centre(x, 0, "striking", Ink.COSTLY)
        elif city in me.since:
            silence = self.scene.now - me.since[city]
            canvas.centre(x, 0, f"{silence / SECOND:.2f} s", Ink.COSTLY if silence > MOODS[1][0] else Ink.QUIET)

    def _draw_queue(self) -> None:
        """The cards, the smallest stamp first, as tall as there is room for all."""
        canvas, me = self.canvas, self.me
        top, room = HEADER, canvas.height - HEADER
        self._draw_grounds()
        canvas.put(0, top - 1, "─" * canvas.width, Ink.FAINT)
        canvas.right(top - 1, " customers ", Ink.QUIET)
        if not me.queue:
            canvas.put(2, top + 1, "the queue is empty", Ink.QUIET)
        pitch = TALL if TALL * len(me.queue) <= room else max(1, room // len(me.queue))
        for place, card in enumerate(me.queue[:room]):
            self._draw_card(top + place * pitch, pitch, card, first=place == 0)
        self._draw_past(canvas.height - 1, room - TALL - max(0, len(me.queue) * pitch - TALL) - 1)

    def _draw_past(self, bottom: int, rows: int) -> None:
        """The last cards that were applied, the newest first, in so many rows at most."""
        canvas, me = self.canvas, self.me
        last = me.past[::-1][: max(0, rows)]
        for place, card in enumerate(last):
            y = bottom - len(last) + 1 + place
            ink = node_ink(card.stamp[1], self.scene.nodes, self.scene.you)
            end = canvas.put(2, y, f" {stamp_words(card.stamp):<6} {card.words}", ink, 2)
            canvas.put(max(end, CARD - 2) + 2, y, "applied last" if place == 0 else "", Ink.QUIET)

    def _draw_card(self, y: int, rows: int, card: Card, *, first: bool) -> None:
        """One card: its stamp, what it does, who has acknowledged it, and how its customers look."""
        canvas, me = self.canvas, self.me
        middle = y + (rows >= TALL)
        ink = node_ink(card.stamp[1], self.scene.nodes, self.scene.you)
        if first:
            canvas.tint(0, y, canvas.width, min(rows, TALL), Ink.YOU, 0.12)
            canvas.put(0, middle, ">", Ink.YOU)
        words = f"{stamp_words(card.stamp):<6} {card.words}"
        tile(canvas, 2, middle, cut(f"{words:<14}", CARD - 5), ink, tall=rows >= TALL)
        canvas.hot(0, y, CARD, ("setting", DELIVER.name), rows)
        lit = (*me.lamps.get(card.stamp, ()), card.stamp[1])
        for city in self.cities:
            x = self.x(city)
            if city in me.gone:
                canvas.put(x, middle, "-", Ink.QUIET)
            elif city == me.name:
                owed = card.stamp in me.owed
                canvas.put(x, middle, "○" if owed else "●", Ink.YOU)
                canvas.hot(x - 3, y, 7, ("setting", ACK.name), rows)
            else:
                on = city in lit
                canvas.put(x, middle, "●" if on else "○", Ink.GOOD if on else Ink.QUIET)
        waits = max(0, self.scene.now - card.came)
        mood, ink = next(((mood, ink) for most, mood, ink in MOODS if waits < most), (":(", Ink.BAD))
        canvas.right(middle, f"{mood} {waits / SECOND:.2f} s", ink, 1)


# When the fog has lifted


def _draw_ledgers(canvas: Canvas, scene: Scene) -> None:
    """City by city what was applied, in its order, and what it came to."""
    cities = [name for name in scene.nodes if scene.view_of(name)]
    pitch = max(2, min(LEDGER, canvas.height // max(1, len(cities))))
    struck = {word for name in cities for word in str(scene.view_of(name).get("struck", "")).split(", ") if word}
    books = [str(scene.view_of(name).get("book", "")) for name in cities if name not in struck]
    for place, name in enumerate(cities):
        y = place * pitch
        view = scene.view_of(name)
        end = chip(canvas, 1, y, name, node_ink(name, scene.nodes, scene.you))
        same = name in struck or len(set(books)) == 1
        end = canvas.put(end + 1, y, str(view.get("book", "")), Ink.STRONG if same else Ink.BAD)
        if name == scene.you:
            canvas.put(end + 2, y, "you", Ink.YOU)
        elif name in struck:
            canvas.put(end + 2, y, "struck, and alive", Ink.COSTLY)
        canvas.put(3, y + 1, cut(str(view.get("applied", "")), canvas.width - 4), Ink.PLAIN)
        queue = str(view.get("queue", "empty"))
        if queue != "empty" and pitch > 2:
            canvas.put(3, y + 2, cut(f"waits: {queue}", canvas.width - 4), Ink.QUIET)
