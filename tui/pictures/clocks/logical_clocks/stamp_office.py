"""The picture of an office that watches the others: of each its letters, as far as they lie beside a line; what it was
asked and with which stamp it replied; at closing time the parcels."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from core.kernel.choice import Asked
from core.kernel.time import SECOND
from core.kernel.trace import RECEIVE
from core.protocols.clocks.logical_clocks.office import Office
from core.protocols.clocks.logical_clocks.office_choices import ASK, BLAME
from core.protocols.clocks.logical_clocks.process_choices import STAMP
from tui.look.blocks import big
from tui.look.dots import Dot, stroke
from tui.look.palette import node_ink
from tui.pictures import Canvas, Ink, Scene, general

LEAST = (60, 8)
"""Columns and rows below which there is no room for lines and replies."""
LEFT = 5
"""Columns of an office's name."""
RIGHT = 33
"""Columns of what is said of an office."""
SPAN = 45 * SECOND
"""So much of the past is seen."""
NUMBERS = 32
"""So many numbers beside its line, up and down together, a letter is still seen in its place."""


def suits(scene: Scene) -> bool:
    """Is it an office that watches, which sits here?"""
    own = next((node for node in scene.scenario.nodes if node.name == scene.you), None)
    return own is not None and own.role == "office" and bool(own.parameters.get("watches"))


def draw(canvas: Canvas, scene: Scene) -> None:
    """Heading, a strip for each office, and what it has cost."""
    if canvas.width < LEAST[0] or canvas.height < LEAST[1]:
        general.draw(canvas, scene)
        return
    _Desk(canvas, scene, scene.own(Office) or Office()).draw()


class _Desk:
    """One drawing."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Office) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.names = [node.name for node in scene.scenario.nodes if node.role == "office" and node.name != scene.you]
        self.rows = max(1, (canvas.height - 2) // max(1, len(self.names)))
        """Rows of a strip."""
        self.columns = canvas.width - LEFT - RIGHT
        self.now = max((dots[-1].came for dots in me.dots.values() if dots), default=0)
        asked = scene.asked.choice.name if scene.asked is not None else ""
        self.asking, self.blaming = asked == ASK.name, asked == BLAME.name

    def draw(self) -> None:
        """All of it."""
        self._draw_heading()
        if self.scene.asked is not None and self.scene.asked.choice.name == STAMP.name:
            self._draw_stamping(self.scene.asked)
            self._draw_standing(self.canvas.height - 1)
            return
        for place, name in enumerate(self.names):
            y = 1 + place * self.rows
            if y + self.rows <= self.canvas.height - 1:
                self._draw_strip(name, y)
                self._draw_said(name, y)
        self._draw_standing(self.canvas.height - 1)

    def _draw_heading(self) -> None:
        canvas, me = self.canvas, self.me
        waiting = [query.whom for query in me.queries if not query.reply]
        stamping = self.scene.asked is not None and self.scene.asked.choice.name == STAMP.name
        if stamping:
            canvas.put(0, 0, "an event waits for its stamp", Ink.ACCENT)
            return
        if self.scene.lifted:
            canvas.put(0, 0, "how fast they count, how late they answer, what they stamped too early", Ink.ACCENT)
        elif me.strung:
            canvas.put(0, 0, f"strung: {'  '.join(me.strung)}", Ink.ACCENT)
        elif me.convicted:
            canvas.put(0, 0, f"{me.convicted} is convicted. Closing time: a parcel from everybody.", Ink.ACCENT)
        elif waiting:
            canvas.put(0, 0, f"{', '.join(waiting)}: no reply yet", Ink.ACCENT)
        elif any(me.dots.values()):
            canvas.put(0, 0, "the stamps of their letters, beside a line", Ink.QUIET)
        else:
            canvas.put(0, 0, "The day begins.", Ink.QUIET)
        for column, words in (
            (self.canvas.width - RIGHT + 1, "numbers/s"),
            (self.canvas.width - RIGHT + 11, "last stamp"),
        ):
            if not self.scene.lifted and any(me.dots.values()) and not me.strung and not me.convicted:
                canvas.put(column, 0, words, Ink.QUIET)

    def _draw_stamping(self, asked: Asked) -> None:
        """An event waits for its stamp: what the own clock shows, and what the letter says that is read."""
        canvas, scene, half = self.canvas, self.scene, self.canvas.width // 2
        y = max(1, (canvas.height - 5) // 2)
        tall = max(5, min(canvas.height - 2, canvas.height * 2 // 3))
        for left, pane in ((2, Ink.YOU), (half - 2, Ink.WORLD)):
            canvas.tint(left, (canvas.height - tall) // 2, half - 6, tall, pane, 0.12)
        canvas.put(4, y, "your clock", Ink.YOU)
        big(canvas, 4, y + 1, str(asked.shown), Ink.YOU)
        if asked.read:
            writer = next((entry.peer for entry in reversed(scene.entries_at_hand) if entry.kind == RECEIVE), "")
            ink = node_ink(writer, scene.nodes, scene.you)
            canvas.put(half, y, f"read: a letter of {writer}'s", ink)
            big(canvas, half, y + 1, str(asked.read), ink)
        else:
            canvas.put(half, y, "a letter leaves", Ink.QUIET)
        if self.me.last:
            canvas.put(4, y + 4, f"your last event {self.me.last}", Ink.QUIET)

    def _draw_strip(self, name: str, y: int) -> None:
        """Letters as a line: flat, where none of them jumps."""
        canvas, scene = self.canvas, self.scene
        ink = node_ink(name, scene.nodes, scene.you)
        here = self.asking and scene.at_hand == name
        canvas.tint(LEFT, y, canvas.width - LEFT, max(1, self.rows - 1), ink, 0.1)
        canvas.put(0, y, f">{name}<" if here else f" {name}", Ink.CHOSEN if here else ink)
        canvas.hot(0, y, LEFT, name if self.asking else ("setting", ASK.name), self.rows)
        places = self._places(name, y)
        for one, other in pairwise(places):
            stroke(canvas, one, other, ink, 1)
        for column, row in places:
            for across in (0, 1):
                canvas.dot(column + across, row, ink)

    def _places(self, name: str, y: int) -> list[Dot]:
        """The dots of an office's letters: by when they came, and by how much they lie beside their line."""
        tall = 4 * self.rows
        found = []
        for dot, beside in zip(self.me.dots.get(name, []), self.me.beside(name), strict=True):
            column = 2 * LEFT + round((SPAN - (self.now - dot.came)) * (2 * self.columns - 4) / SPAN)
            row = round(tall / 2 - beside * tall / NUMBERS)
            if column >= 2 * LEFT:
                found.append((column, 4 * y + max(0, min(tall - 1, row))))
        return found

    def _draw_said(self, name: str, y: int) -> None:
        """Beside the strip: how fast the stamps go up, the last of them; below it what was asked and replied."""
        canvas, me, scene = self.canvas, self.me, self.scene
        x = canvas.width - RIGHT + 1
        if scene.lifted:
            view = scene.view_of(name)
            words = f"{view.get('a second', '?')}/s, {view.get('answers within', '?')}"
            early = view.get("too early", 0)
            canvas.put(x, y, words, Ink.QUIET)
            canvas.put(x + 12, y, f"too early: {early}", Ink.BAD if early else Ink.GOOD)
        elif len(me.dots.get(name, [])) > 1:
            canvas.put(x, y, f"{me.pace(name):.1f}", Ink.PLAIN)
            canvas.put(x + 10, y, str(me.dots[name][-1].stamp), Ink.PLAIN)
        mine = [query for query in me.queries if query.whom == name and not scene.lifted][-1:]
        at = (x + 17, y) if self.rows == 1 else (x, y + 1)
        for query in mine:
            reply = (query.whom, query.reply)
            here = self.blaming and scene.at_hand == reply
            got = query.reply or "..."
            words = f"asked {query.stamp} replied {got}" if self.rows > 1 else f"{query.stamp}, {got}"
            canvas.put(*at, f">{words}<" if here else f" {words}", Ink.CHOSEN if here else Ink.STRONG)
            canvas.hot(*at, len(words) + 2, reply if self.blaming else ("setting", BLAME.name))

    def _draw_standing(self, y: int) -> None:
        canvas, me = self.canvas, self.me
        x = canvas.put(0, y, f"you  last stamp {me.last}", Ink.YOU)
        x = canvas.put(x + 3, y, f"burnt {me.burnt}", Ink.COSTLY if me.burnt else Ink.QUIET)
        canvas.put(x + 3, y, f"letters {me.letters}", Ink.QUIET)
        if not self.scene.lifted:
            canvas.right(y, f"closing at {self.scene.scenario.limit // SECOND} s", Ink.QUIET)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Offices are picked by their strips, replies where they stand."""
    return width >= LEAST[0] and asked.choice.name in (ASK.name, BLAME.name)


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself: what else is there is of the others, or of the clock's making."""
    return {"last stamp", "a second", "answers within", "too early", "burnt", "letters"}
