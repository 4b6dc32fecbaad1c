"""The ring as a dial: identifiers clockwise from 0 at the top, the nodes you know lit, the needle, and your callers."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from core.kernel.choice import Asked
from core.kernel.domains import NodeOf, OneOf, SomeOf
from core.kernel.scenario import NETWORK
from core.kernel.trace import CRASH, RESTART
from core.protocols.peers.dht_chord.circle import ahead, in_half_open
from core.protocols.peers.dht_chord.machine import Node
from tui.look.dots import ellipse, middle, stroke
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width, gauge
from tui.pictures import Canvas, Ink, Scene, general_delays
from tui.pictures.general import Place, draw_flights, draw_grabs, draw_mist
from tui.widgets.canvas import cut

SIDE = 13
"""Columns kept for the callers, where there is room."""
DIAL = 60
"""Columns from which on every node that the needle may point at has its chip."""
ROOMY_FACE = 10
"""Rows from which on the dial has a face."""
ROOMY, ROOMY_SIDE = 70, 19
"""From so many columns on they have more."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """The dial on the left, who waits for you on the right."""
    ids = {name: int(name) for name in scene.nodes if name.isdigit()}
    if not ids or canvas.height < 3:
        return
    me = _own(scene)
    side = SIDE if canvas.width < ROOMY else ROOMY_SIDE
    beside = canvas.width >= 44 and me is not None
    dial = _Dial(canvas, scene, ids, canvas.width - (side if beside else 0))
    dial.draw()
    if beside and me is not None:
        _callers(canvas, scene, me, canvas.width - side, dial.key)


def _own(scene: Scene) -> Node | None:
    """Your machine: as it stands within the event that asks you something, or else as it is."""
    me = scene.asked.me if scene.asked is not None and scene.asked.node == scene.you else scene.me
    return me if isinstance(me, Node) else None


class _Dial:
    """One drawing of the circle of identifiers."""

    def __init__(self, canvas: Canvas, scene: Scene, ids: dict[str, int], width: int) -> None:
        self.canvas, self.scene, self.ids = canvas, scene, ids
        self.width = width
        self.me: Node | None = _own(scene)
        bits = scene.scenario.nodes[0].parameters.get("bits", 6)
        self.size = 1 << int(bits)
        self.down = (canvas.height - 1) / 2
        self.across = max(3.0, min(width / 2 - 7, self.down * 2.6))
        self.middle = (width / 2, self.down)
        self.asked: Asked | None = scene.asked
        subject = {} if self.asked is None else self.asked.subject
        key = subject.get("key", subject.get("start"))
        self.key: int | None = key if isinstance(key, int) else None
        self.entry = subject.get("entry")
        self.after = self.entry is not None or (self.me is not None and self.me.route == "mesh")
        """Is the needle to point at the first node after a place, rather than at the last before a key?"""
        draft = scene.draft if isinstance(scene.draft, str) and scene.draft in ids else None
        self.draft: int | None = None if draft is None else ids[draft]
        chosen = scene.draft if isinstance(scene.draft, tuple) else (draft,)
        self.chosen = {ids[name] for name in chosen if isinstance(name, str) and name in ids}
        self.dead = _dead(scene) if scene.lifted else set()
        self.where: dict[str, Place] = self._places()

    def _places(self) -> dict[str, Place]:
        """Where each node stands; of two that would have one cell the later stands in the next free one, clockwise,
        as long as it stays before the node that follows."""
        found: dict[str, Place] = {}
        order = sorted(self.ids.items(), key=lambda each: each[1])
        for at, (name, number) in enumerate(order):
            end = order[at + 1][1] if at + 1 < len(order) else self.size
            taken = set(found.values())
            steps = (self.place(number + (end - number) * part / 8) for part in range(8))
            found[name] = next((cell for cell in steps if cell not in taken), self.place(number))
        return {name: found[name] for name in self.ids}

    def place(self, number: float, inwards: float = 0.0) -> Place:
        """The cell of an identifier; `inwards` of the way to the middle."""
        angle = 2 * math.pi * number / self.size
        part = 1 - inwards
        x = self.middle[0] + self.across * part * math.sin(angle)
        return round(x), round(self.middle[1] - self.down * part * math.cos(angle))

    def lit(self) -> set[int]:
        """The nodes that may be drawn: those of your tables, and whom you were told of; all without fog."""
        if self.scene.lifted or self.scene.you in ("", NETWORK):
            return set(self.ids.values())
        known: set[int] = set()
        if self.me is not None:
            known |= {self.me.id, *self.me.table(), *(node for node in self.me.place if node >= 0)}
            for search in self.me.searches.values():
                known |= {*search.learned, *search.asked}
        if self.asked is not None:
            for part in ("learned", "asked"):
                known |= set(self.asked.subject.get(part, ()))
            for part in ("predecessor", "successor", "about", "claimer", "dead"):
                told = self.asked.subject.get(part)
                known |= {told} if isinstance(told, int) else set()
            domain = self.asked.choice.domain
            if isinstance(domain, OneOf | SomeOf):
                known |= {self.ids[name] for name in domain.of(self.asked) if name in self.ids}
        return known

    def _face(self) -> None:
        """The ground of a large dial, a little lighter than what lies around it."""
        if self.canvas.height >= ROOMY_FACE:
            across, down = round(self.across), round(self.down)
            self.canvas.pool(round(self.middle[0]), round(self.middle[1]), across, down, Ink.WORLD, 0.16)

    def draw(self) -> None:
        self._face()
        if self.scene.you in self.where:
            self.canvas.pool(*self.where[self.scene.you], 18, 6, Ink.YOU, 0.2)
        lit = self.lit()
        order = sorted(self.ids.items(), key=lambda each: (each[0] != self.scene.you, each[1] not in self.chosen))
        for name, number in order:
            if number in lit:
                self._node(name, number)
        self._key()
        self._rim()
        self._needle()
        if self.scene.has_hand:
            self.canvas.hots += draw_grabs(self.canvas, self.scene, self.where)
        else:
            draw_flights(self.canvas, self.scene, self.where)
        if self.scene.you in self.where:
            draw_mist(self.canvas, self.scene, self.where)

    def _rim(self) -> None:
        """The circle: your own arc thick, the arc that a lookup still has before it lit."""
        me, key, draft = self.me, self.key, self.draft
        self._arc(0, 0, Ink.FAINT, 1)
        if me is not None and me.predecessor is not None and me.joined:
            self._arc(me.predecessor, me.id, Ink.YOU, 3)
        rest = self._rest()
        if rest is not None and key is not None and draft is not None:
            self._arc(*rest, Ink.HINT, 2)

    def _arc(self, low: int, high: int, ink: Ink, thick: int) -> None:
        """The part of the circle from one identifier clockwise to another; all of it, if they are the same."""
        centre = (round(2 * self.middle[0]), round(4 * self.middle[1]) + 2)
        start, end = low / self.size, high / self.size
        parts = [(0.0, 1.0)] if low == high else [(start, end)] if start < end else [(start, 1.0), (0.0, end)]
        for first, last in parts:
            ellipse(
                self.canvas, centre, 2 * self.across, 4 * self.down, ink, start=first, end=last, thick=thick,
                every=1 if thick > 1 else 2,
            )  # fmt: skip

    def _rest(self) -> tuple[int, int] | None:
        """From where the needle points to the key: what is left of the way; of a finger, from its start to the needle.
        None if nothing is left."""
        me, key, draft = self.me, self.key, self.draft
        if me is None or key is None or draft is None or draft == key:
            return None
        if self.after:
            return (key, draft)
        if draft == me.id:
            return None
        if draft == me.first and in_half_open(key, me.id, draft, self.size):
            return None
        return (draft, key)

    def _needle(self) -> None:
        if self.me is None or self.draft is None or self.draft == self.me.id:
            return
        start, end = middle(*self.place(self.me.id, 0.12)), middle(*self.place(self.draft, 0.2))
        for aside in (-1, 0, 1):
            stroke(self.canvas, (start[0], start[1] + aside), (end[0], end[1] + aside), Ink.YOU, abs(aside))

    def _node(self, name: str, number: int) -> None:
        """A node in its chip, on the rim or as near to it as no other hides it; what is known of it stands in it."""
        canvas, me = self.canvas, self.me
        ink = node_ink(name, self.scene.nodes, self.scene.you)
        label = f"{name} you" if name == self.scene.you else name
        if self.scene.lifted and (records := self.scene.view_of(name).get("records")):
            label = cut(f"{label} [{records}]", 16)
        if me is not None and number in me.buried:
            ink, label = Ink.BAD, f"+ {name}"
        elif me is not None and number in me.silences:
            ink, label = Ink.COSTLY, f"{name} silent"
        if name in self.dead:
            ink, label = Ink.BAD, f"x {name}"
        wide = chip_width(canvas, label)
        start, row = self._spot(name, wide)
        chip(canvas, start, row, label, ink)
        if number in self.chosen:
            canvas.put(start - 1, row, ">", Ink.CHOSEN)
            canvas.put(start + wide, row, "<", Ink.CHOSEN)
        canvas.hot(start - 1, row, wide + 2, name)

    def _spot(self, name: str, wide: int) -> Place:
        """Where a chip begins that covers no other: over its place, or to its side, or a row further."""
        x, y = self.where[name]
        out = -1 if y < self.middle[1] else 1
        outward = x - wide + 1 if x < self.middle[0] else x
        starts = (x - wide // 2, outward, x + 1, x - wide)
        spots = [(start, row) for row in (y, y + out, y - out) for start in starts]
        for start, row in spots:
            inside = 0 <= row < self.canvas.height and start >= 1 and start + wide < self.width
            if inside and self.canvas.free(start - 1, row, wide + 2):
                return start, row
        return max(0, min(x - wide // 2, self.width - wide)), y

    def _key(self) -> None:
        if self.key is None:
            return
        canvas = self.canvas
        spots = [self.place(self.key, inwards) for inwards in (0.0, 0.15, 0.3, 0.45)]
        x, y = next((spot for spot in spots if canvas.free(*spot, 1)), spots[0])
        canvas.put(x, y, "◆", Ink.ACCENT)
        words = [f"key {self.key}" if self.entry is None else f"finger {self.entry} from {self.key}"]
        if self.draft is not None and self.after:
            words.append(f"{self.draft}: {ahead(self.key, self.draft, self.size)} after")
        elif self.draft is not None and self.me is not None:
            if self.draft == self.me.id:
                words.append("you say: mine")
            else:
                left = ahead(self.draft, self.key, self.size) if self._rest() else 0
                words.append(f"{self.draft}: {left} left" if left else f"{self.draft} is at the key")
        top = round(self.middle[1]) - (1 if len(words) > 1 and canvas.height > 6 else 0)
        for row, line in enumerate(words):
            canvas.centre(round(self.middle[0]), top + row, f" {line} ", Ink.ACCENT if row == 0 else Ink.QUIET)


def _dead(scene: Scene) -> set[str]:
    """Who has crashed and is not back, as far as it may be seen."""
    dead: set[str] = set()
    for entry in scene.entries:
        if entry.kind == CRASH:
            dead.add(entry.node)
        elif entry.kind == RESTART:
            dead.discard(entry.node)
    return dead


def _callers(canvas: Canvas, scene: Scene, me: Node, x: int, key: int | None) -> None:
    """Who waits at your door, and how patient they still are; and what you have said so far."""
    canvas.put(x, 0, "callers", Ink.QUIET)
    y = 1
    waiting = [search for search in me.searches.values() if search.purpose in ("lookup", "put")]
    step = 2 if canvas.height >= 2 * len(waiting) + 4 else 1
    for search in waiting[: (canvas.height - 4) // step]:
        left = max(0.0, 1 - (scene.now - search.started) / max(1, me.caller * (me.retries + 1)))
        ink = Ink.GOOD if left > 0.5 else Ink.COSTLY if left > 0.25 else Ink.BAD
        mine = search.key == key
        end = canvas.put(x, y, f"key {search.key:>2} ", Ink.ACCENT if mine else Ink.STRONG)
        gauge(canvas, end, y, max(4, canvas.width - end - 1), left, ink)
        y += step
    if y == 1:
        canvas.put(x, y, "nobody", Ink.QUIET)
    lines = [f"told {len(me.answers)}", f"lost {len(me.lost)}"]
    if me.answers:
        last = me.answers[-1]
        lines.insert(0, cut(f"{last.key} at {last.owner}", SIDE))
    for row, line in enumerate(reversed(lines)):
        bad = line.startswith("lost") and me.lost
        canvas.put(x, canvas.height - 1 - row, line, Ink.BAD if bad else Ink.QUIET)


def delays(scene: Scene, asked: Asked) -> Sequence[int]:
    """The dots on the ruler of an alarm: the answers seen so far."""
    return general_delays(scene)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The needle is in the dial."""
    return isinstance(asked.choice.domain, NodeOf) and isinstance(scene.me, Node) and width >= DIAL


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    return {"you are", "looking for"}


__all__ = ["carries", "delays", "draw", "shows"]
