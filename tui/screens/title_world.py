"""The world that runs on the title: one question of a real session is the player's, and what he says is played out."""

from __future__ import annotations

from core.kernel.told import message_words
from core.protocols.transport.tcp import Connection
from core.protocols.transport.tcp.messages import Flags, Segment
from tui.bridge import Bridge
from tui.language import said
from tui.look import dots
from tui.look.flight import WORDED, burst, comet
from tui.look.flight import Flight as Way
from tui.look.palette import Ink, node_ink
from tui.look.parts import Tile, tile
from tui.look.places import Box, between
from tui.pictures import Scene
from tui.screens.title_sky import THEIRS, TILE, Places, boxes, places_in
from tui.widgets.canvas import Canvas, cut, wrapped

YOURS = "beyond a hole"
"""The case that the player is asked about; all others are answered by the book."""
MOST = 10
"""Digits of a number."""
LOST_AT = 0.45
"""Where on its way a lost page bursts."""
PAGE = 500


class TitleWorld:
    """A level at play on the title: nothing of it is written down.

    typed    what has been typed of an answer.
    said     what there is to say of the answer that was given; "" before.
    problem  why what was typed is no answer; "" if it is, or nothing was.
    """

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.typed = ""
        self.said = ""
        self.ink = Ink.QUIET
        self.problem = ""
        bridge.session.slower()

    @property
    def asks(self) -> bool:
        """Is it the player's turn?"""
        question = self.bridge.session.question
        return question is not None and not self.said and question.asked.case == YOURS

    @property
    def over(self) -> bool:
        """Has it ended?"""
        return self.bridge.session.over

    def go_on(self) -> None:
        """Answer by the book what is not asked of the player."""
        question = self.bridge.session.question
        if question is not None and not self.asks:
            self.bridge.session.answer(question.asked.book, question)

    def type(self, digit: str) -> None:
        """One more digit."""
        if not self.over and not self.said:
            self.typed = (self.typed + digit)[:MOST]
            self.problem = ""

    def erase(self) -> None:
        """One digit less."""
        self.typed, self.problem = self.typed[:-1], ""

    def give(self) -> None:
        """Say what was typed."""
        question = self.bridge.session.question
        if not self.asks or question is None:
            return
        if not self.typed:
            self.problem = said("Type a number first.")
            return
        try:
            self.bridge.session.answer(int(self.typed), question)
        except ValueError as error:
            self.problem = str(error)
            self.typed = ""
            return
        words = self.bridge.words[-1]
        persona = said('So answers one who is called "{name}".').partition("{")[0]
        self.said = words.text.partition(": ")[2].partition(f" {persona}")[0].partition(" (")[0]
        self.ink = words.ink

    # What is drawn

    def draw(self, canvas: Canvas, frame: int, *, still: bool = False) -> None:
        """The world, and below it what there is to say; the sky is there already."""
        _, box, words = boxes(canvas.width, canvas.height)
        _draw_world(canvas, self, places_in(box), frame, still)
        _draw_words(canvas, self, words, frame, still)

    def line(self) -> tuple[str, Ink]:
        """What happens now, in a sentence."""
        outcome = self.bridge.session.outcome
        if outcome is not None:
            ending = (
                said("Every page has arrived.") if outcome.won else f"{outcome.reason[:1].upper()}{outcome.reason[1:]}."
            )
            return ending, Ink.GOOD if outcome.won else Ink.BAD
        if self.said:
            return said("You said {number}.").format(number=self.typed), Ink.STRONG
        if self.asks:
            return said("You are bob. Some page is missing."), Ink.STRONG
        return said("You are bob. Alice sends you pages."), Ink.STRONG

    def why(self) -> tuple[str, Ink]:
        """What there is to say of it."""
        if self.problem:
            return self.problem, Ink.COSTLY
        if self.said:
            return self.said, self.ink
        if self.asks:
            return said("Type the number of the byte that you want next."), Ink.QUIET
        return said("You tell her what you want next."), Ink.QUIET


def _draw_world(canvas: Canvas, world: TitleWorld, at: Places, frame: int, still: bool) -> None:
    scene, box = world.bridge.scene(), at.box
    centre = dots.middle(at.x, at.y)
    beat = 0 if still or frame % 20 < 10 else 1
    dots.ellipse(canvas, centre, 2 * at.radius - 1, min(2 * box.height - 3, 2 * at.radius - 2), THEIRS, 0)
    dots.ellipse(canvas, centre, at.radius + beat, min(box.height, at.radius) + beat, THEIRS, 3, every=2)
    dots.disc(canvas, centre, 3, THEIRS, 0)
    below = box.y + box.height - 1
    canvas.centre(at.x, below, "alice", THEIRS)
    start, end = at.x + at.radius + 1, at.shelf - 3
    bend = min(0.24, box.height / max(1, end - start) * 0.85)
    forth, back = between((start, at.y), (end, at.y), bend), between((end, at.y), (start, at.y), bend)
    dots.curve(canvas, forth, THEIRS, 4, 3)
    dots.curve(canvas, back, Ink.YOU, 4, 3)
    _draw_flights(canvas, world, scene, (forth, back), still)
    _draw_shelf(canvas, scene, at)
    canvas.centre(at.desk, below, said("bob: you"), Ink.YOU)


def _draw_flights(
    canvas: Canvas, world: TitleWorld, scene: Scene, ways: tuple[list[dots.Dot], list[dots.Dot]], still: bool
) -> None:
    """Pages and answers under way. What bob has said so far would say what he says now, and so would a lost page's
    number: neither is told."""
    for flight in scene.flights:
        part = scene.progress(flight)
        mine = flight.source == scene.you
        way = Way(ways[mine], flight.departed, flight.arrival)
        words = "ACK" if mine and not world.said else _short(flight.message)
        if flight.lost and part > LOST_AT:
            burst(canvas, way.at(LOST_AT), int((part - LOST_AT) * 2 * WORDED), still=still)
        else:
            comet(canvas, way, part, node_ink(flight.source, scene.nodes, scene.you), words, still=still)


def _short(message: object) -> str:
    """A page by its first byte, an answer by its number."""
    if isinstance(message, Segment):
        if message.payload:
            return str(message.sequence)
        if message.flags & Flags.ACK:
            return f"ACK {message.acknowledgment}"
    return message_words(message)


def _draw_shelf(canvas: Canvas, scene: Scene, at: Places) -> None:
    """Bob's pages: what is here, and the hole, whose number nobody says."""
    connections = list(scene.me.connections.values()) if scene.me is not None else []
    if not connections:
        return
    conn: Connection = connections[0]
    asked = scene.question.payload[1] if scene.question is not None else None
    coming = {asked.sequence} if isinstance(asked, Segment) and asked.payload else set()
    here = set(conn.shelf) | coming | set(range(1, conn.expected, PAGE))
    if not here:
        return
    last = max(here) // PAGE
    first = max(0, last + 1 - at.many)
    x, y = at.shelf + (at.many - min(at.many, last + 1)) * TILE // 2, at.y
    for place in range(first, last + 1):
        byte = 1 + place * PAGE
        state = Tile.FULL if byte in here else Tile.MISSING
        tile(canvas, x + (place - first) * TILE, y, f"{byte:^4}" if state is Tile.FULL else "    ",
             Ink.YOU if state is Tile.FULL else Ink.BAD, state)  # fmt: skip
        if state is Tile.MISSING:
            canvas.put(x + (place - first) * TILE + 2, y, "?", Ink.BAD)


def _draw_words(canvas: Canvas, world: TitleWorld, box: Box, frame: int, still: bool) -> None:
    middle = canvas.width // 2
    line, ink = world.line()
    canvas.centre(middle, box.y, cut(line, canvas.width - 2), ink)
    why, ink = world.why()
    y = box.y + 1
    for row in wrapped(why, canvas.width - 4, 2):
        canvas.centre(middle, y, row, ink)
        y += 1
    if not world.asks:
        return
    wide = 26
    x, y = middle - wide // 2, box.y + 3
    canvas.put(x, y, " " * wide)
    if canvas.palette.mixes:
        canvas.tint(x, y, wide, 1, Ink.QUIET, 0.22)
    else:
        canvas.put(x - 1, y, "[", Ink.QUIET)
        canvas.put(x + wide, y, "]", Ink.QUIET)
    column = canvas.put(x + 2, y, "ack ", Ink.YOU)
    column = canvas.put(column, y, world.typed, Ink.STRONG)
    if still or frame % 20 < 10:
        canvas.put(column, y, " ", Ink.CHOSEN)
    canvas.put(x + wide - 7, y, "enter", Ink.QUIET)
    canvas.hot(x, y, wide, "enter")
