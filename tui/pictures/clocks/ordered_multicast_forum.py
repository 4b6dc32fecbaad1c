"""A member's wall: what hangs on it, how many posts of everybody that makes; below it the shelf, with vectors."""

from __future__ import annotations

from core.kernel.choice import Asked
from core.kernel.time import SECOND
from core.protocols.clocks.ordered_multicast.forum import Reader, Slip
from core.protocols.clocks.ordered_multicast.forum_choices import AGAIN, HANG, NAME
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width, tile
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

SHOWN = {"wall", "order", "hung", "shelf", "told"}
LEAST = (52, 7)
"""Columns and rows below which there is no room for a wall and a shelf."""
HEADER = 2
"""Rows above the wall: whose numbers, and how many of each hang."""
WAIT = 11
"""Columns behind the numbers: how long a post has lain there."""
NUMBER = 9
"""Columns of a number at most."""
SHELF = 3
"""Rows of the shelf at least."""
TALL = 3
"""Rows of a post on the shelf, where there is room."""


def reader_of(scene: Scene) -> Reader | None:
    """The player's machine, in the middle of the event in which it asks, if it keeps a wall."""
    return scene.own(Reader)


def fits(canvas: Canvas) -> bool:
    """Is there room for both?"""
    return canvas.width >= LEAST[0] and canvas.height >= LEAST[1]


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Posts, numbers and members are pointed at on it."""
    return (
        asked.choice.name in (HANG.name, NAME.name, AGAIN.name) and reader_of(scene) is not None and width >= LEAST[0]
    )


def draw(canvas: Canvas, scene: Scene, me: Reader) -> None:
    """Wall and shelf; when the fog has lifted, everybody's wall."""
    if scene.lifted:
        _draw_walls(canvas, scene)
    elif me.wall:
        _Wall(canvas, scene, me).draw()


class _Wall:
    """One drawing of a wall and a shelf."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Reader) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.members = me.everybody
        self.pitch = max(4, min(NUMBER, (canvas.width - WAIT) // 2 // len(self.members)))
        self.left = canvas.width - WAIT - self.pitch * len(self.members)
        self.asked = scene.asked.choice if scene.asked is not None else None

    def x(self, member: str) -> int:
        """The middle column of a member's numbers."""
        return self.left + self.members.index(member) * self.pitch + self.pitch // 2

    def ink(self, member: str) -> Ink:
        """A member's colour."""
        return node_ink(member, self.scene.nodes, self.scene.you)

    def draw(self) -> None:
        """Numbers above, the wall, the shelf at the foot."""
        canvas, me = self.canvas, self.me
        below = canvas.height - HEADER - 1
        tall = TALL if canvas.height >= HEADER + 1 + 5 * TALL and TALL * len(me.shelf) <= below - TALL else 1
        shelf = max(SHELF * tall, len(me.shelf) * tall)
        shelf = min(shelf, below - 1)
        line = canvas.height - shelf - 1
        for member in self.members:
            wide = self.pitch - 2
            canvas.tint(self.x(member) - wide // 2, HEADER - 1, wide, canvas.height, self.ink(member), 0.1)
        canvas.tint(0, line + 1, self.left - 1, shelf, Ink.WORLD, 0.1)
        for member in self.members:
            self._draw_head(member)
        canvas.put(1, 0, "wall", Ink.QUIET)
        self._draw_hung(1, line - 1)
        canvas.put(0, line, "─" * canvas.width, Ink.FAINT)
        canvas.put(1, line, " shelf ", Ink.QUIET)
        told = ", ".join(f"{name}: I have sent {count}" for name, count in me.told.items())
        canvas.put(9, line, f" {told} " if told else "", Ink.ACCENT)
        canvas.right(line, " readers ", Ink.QUIET)
        for place, slip in enumerate(me.shelf[: max(1, shelf // tall)]):
            self._draw_slip(line + 1 + place * tall, tall, slip)

    def _draw_head(self, member: str) -> None:
        """Whose numbers, and how many of his posts hang."""
        canvas, x = self.canvas, self.x(member)
        name = "you" if member == self.me.name else member
        wide = chip_width(canvas, name)
        chip(canvas, x - wide // 2, 0, name, self.ink(member))
        if self.asked is AGAIN and self.scene.draft == member:
            canvas.put(x - wide // 2 - 1, 0, ">", Ink.CHOSEN)
            canvas.put(x - wide // 2 + wide, 0, "<", Ink.CHOSEN)
        canvas.hot(x - wide // 2, 0, wide, member if self.asked is AGAIN else ("setting", AGAIN.name), HEADER)
        canvas.centre(x, 1, str(self.me.count_of(member)), Ink.STRONG)

    def _draw_hung(self, top: int, bottom: int) -> None:
        """What hangs, the newest at the foot."""
        room = bottom - top + 1
        last = self.me.hung[-room:] if room > 0 else []
        for place, slip in enumerate(last):
            words = f"{slip.author}  {slip.words}"
            self.canvas.put(3, top + place, cut(words, self.left - 5), self.ink(slip.author))
        if not self.me.hung:
            self.canvas.put(3, top + 1, "nothing hangs yet", Ink.QUIET)

    def _draw_slip(self, y: int, rows: int, slip: Slip) -> None:
        """A post on the shelf: whose, its words, its numbers, how long it has lain there."""
        canvas, middle = self.canvas, y + (rows >= TALL)
        here = self.asked is HANG and slip.place in (self.scene.draft, self.scene.at_hand)
        if here:
            canvas.put(0, middle, ">", Ink.CHOSEN)
        words = cut(f"{slip.author}  {slip.words}", self.left - 6)
        tile(canvas, 1, middle, words, Ink.YOU if here else self.ink(slip.author), tall=rows >= TALL)
        canvas.hot(0, y, self.left, slip.place if self.asked is HANG else ("setting", HANG.name), rows)
        for member, number in zip(self.members, slip.vector, strict=True):
            x, cell = self.x(member), (*slip.place, member)
            pointed = self.asked is NAME and cell in (self.scene.draft, self.scene.at_hand)
            own = Ink.STRONG if member == slip.author else Ink.PLAIN
            canvas.centre(x, middle, f">{number}<" if pointed else str(number), Ink.CHOSEN if pointed else own)
            canvas.hot(x - 2, y, 5, cell if self.asked is NAME else ("setting", NAME.name), rows)
        waits = max(0, self.scene.now - slip.came)
        canvas.right(middle, f"{waits / SECOND:.1f} s", Ink.COSTLY if waits > SECOND else Ink.QUIET, 1)


def _draw_walls(canvas: Canvas, scene: Scene) -> None:
    """What hangs on each wall, in the order in which it was hung."""
    members = [name for name in scene.nodes if scene.view_of(name)]
    pitch = max(2, canvas.height // max(1, len(members)))
    for place, name in enumerate(members):
        y = place * pitch
        chip(canvas, 1, y, "you" if name == scene.you else name, node_ink(name, scene.nodes, scene.you))
        view = scene.view_of(name)
        canvas.put(8, y, cut(str(view.get("order", "")), canvas.width - 9), Ink.STRONG)
        canvas.wrap(8, y + 1, str(view.get("hung", "")), canvas.width - 9, max(1, pitch - 2), Ink.QUIET)
