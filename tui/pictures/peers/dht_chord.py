"""The ring as a dial: identifiers clockwise from 0 at the top, the nodes you know lit, the needle, and your callers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from core.kernel.choice import Asked
from core.kernel.domains import OneOf, SomeOf
from core.kernel.scenario import NETWORK
from core.kernel.trace import CRASH, RESTART
from core.protocols.peers.dht_chord.circle import ahead, in_half_open
from core.protocols.peers.dht_chord.machine import Node
from tui.pictures import Canvas, Ink, Scene, general_delays
from tui.pictures.general import Place, draw_flights, draw_grabs
from tui.widgets.canvas import cut

SIDE = 13
"""Columns kept for the callers, where there is room."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """The dial on the left, who waits for you on the right."""
    ids = {name: int(name) for name in scene.nodes if name.isdigit()}
    if not ids or canvas.height < 3:
        return
    dial = _Dial(canvas, scene, ids, canvas.width - (SIDE if canvas.width >= 44 else 0))
    dial.draw()
    me = _own(scene)
    if canvas.width >= 44 and me is not None:
        _callers(canvas, scene, me, canvas.width - SIDE)


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
        self.labels: list[tuple[int, str, str, Ink]] = []
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

    def draw(self) -> None:
        self._rim()
        self._needle()
        self._key()
        lit = self.lit()
        for name, number in self.ids.items():
            if number in lit:
                self._node(name, number)
        for _, name, label, ink in sorted(self.labels, key=lambda each: each[0]):
            self._label(name, label, ink)
        if self.scene.has_hand:
            self.canvas.hots += draw_grabs(self.canvas, self.scene, self.where)
        else:
            draw_flights(self.canvas, self.scene, self.where)

    def _rim(self) -> None:
        """The circle: your own arc thick, the arc that a lookup still has before it marked."""
        me, key, draft = self.me, self.key, self.draft
        own = None if me is None or me.predecessor is None or not me.joined else (me.predecessor, me.id)
        rest = self._rest()
        for x, y, part in _circle(self.middle, self.across, self.down):
            number = part * self.size
            if rest is not None and self._on(number, rest) and key is not None and draft is not None:
                self.canvas.put(x, y, "▒", Ink.CHOSEN)
            elif own is not None and self._on(number, own):
                self.canvas.put(x, y, "▓", Ink.YOU)
            else:
                self.canvas.put(x, y, "·", Ink.QUIET)

    def _on(self, number: float, arc: tuple[int, int]) -> bool:
        low, high = arc
        return (number - low) % self.size <= (ahead(low, high, self.size) or self.size)

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
        start, end = self.place(self.me.id, 0.12), self.place(self.draft, 0.12)
        self.canvas.line(*start, *end, "*", Ink.CHOSEN, every=2)

    def _node(self, name: str, number: int) -> None:
        canvas, me = self.canvas, self.me
        x, y = self.where[name]
        mine = name == self.scene.you
        glyph, ink = ("@", Ink.YOU) if mine else ("o", Ink.STRONG)
        label = f"{name} you" if mine else name
        if self.scene.lifted and (records := self.scene.view_of(name).get("records")):
            label = cut(f"{label} [{records}]", 16)
        if me is not None and number in me.buried:
            glyph, ink = "+", Ink.BAD
        elif me is not None and number in me.silences:
            glyph, ink, label = "?", Ink.COSTLY, f"{name} silent"
        if name in self.dead:
            glyph, ink = "x", Ink.BAD
        pointed = number in self.chosen
        if pointed:
            ink = Ink.CHOSEN
            others = {place for other, place in self.where.items() if self.ids[other] in self.lit() and other != name}
            for column, mark in ((x - 1, ">"), (x, glyph), (x + 1, "<")):
                if (column, y) not in others:  # of two close together the pointer must not hide the other
                    canvas.put(column, y, mark, ink)
        else:
            canvas.put(x, y, glyph, ink)
        self.labels.append((0 if mine else 1 if pointed else 2, name, label, ink))

    def _label(self, name: str, label: str, ink: Ink) -> None:
        """The name where it covers no other: outside if it can be, on blanks rather than on the rim."""
        canvas = self.canvas
        x, y = self.where[name]
        right, left, out = x + 2, x - 1 - len(label), -1 if y < self.middle[1] else 1
        sides = [(right, y), (right - 1, y + out), (x - len(label) // 2, y + out), (left, y)]
        if x < self.middle[0] - 1:
            sides = [(left, y), (left + 1, y + out), (x - len(label) // 2, y + out), (right, y)]
        wide = 1 if self.ids[name] in self.chosen else 0
        sides = [(start + (wide if start > x else -wide), row) for start, row in sides]
        others = {place for other, place in self.where.items() if other != name}
        if sides[0][1] == y and (x + (1 if sides[0][0] > x else -1), y) in others:
            sides = [*sides[1:], sides[0]]  # beside another node the name would be taken for that one's
        for allowed in (" ", " ·▓▒.#=*"):
            for start, row in sides:
                if not (0 <= row < canvas.height and start >= 0 and start + len(label) <= self.width):
                    continue
                if not canvas.text(row)[start : start + len(label)].strip(allowed):
                    canvas.put(start, row, label, ink)
                    canvas.hot(min(x, start), row, abs(start - x) + len(label), name)
                    canvas.hot(x, y, 1, name)
                    return
        canvas.hot(x, y, 1, name)

    def _key(self) -> None:
        if self.key is None:
            return
        x, y = self.place(self.key)
        canvas = self.canvas
        canvas.put(x, y, "#", Ink.ACCENT)
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
            canvas.centre(round(self.middle[0]), top + row, f" {line} ", Ink.ACCENT if row == 0 else Ink.CHOSEN)


@lru_cache(maxsize=8)
def _circle(middle: tuple[float, float], across: float, down: float) -> tuple[tuple[int, int, float], ...]:
    """The cells of the rim, clockwise from the top, each with the part of the circle it stands for (0 to 1)."""
    steps = round(8 * (across + down))
    found: dict[tuple[int, int], float] = {}
    for step in range(steps):
        angle = 2 * math.pi * step / steps
        cell = (round(middle[0] + across * math.sin(angle)), round(middle[1] - down * math.cos(angle)))
        found.setdefault(cell, step / steps)
    return tuple((x, y, part) for (x, y), part in found.items())


def _dead(scene: Scene) -> set[str]:
    """Who has crashed and is not back, as far as it may be seen."""
    dead: set[str] = set()
    for entry in scene.entries:
        if entry.kind == CRASH:
            dead.add(entry.node)
        elif entry.kind == RESTART:
            dead.discard(entry.node)
    return dead


def _callers(canvas: Canvas, scene: Scene, me: Node, x: int) -> None:
    """Who waits at your door, and how patient they still are; and what you have said so far."""
    canvas.put(x, 0, "callers", Ink.QUIET)
    y = 1
    waiting = [search for search in me.searches.values() if search.purpose in ("lookup", "put")]
    for search in waiting[: canvas.height - 4]:
        left = max(0, min(6, 6 - (scene.now - search.started) * 6 // max(1, me.caller * (me.retries + 1))))
        ink = Ink.GOOD if left > 3 else Ink.COSTLY if left > 1 else Ink.BAD
        end = canvas.put(x, y, f"{search.key:>3} ", Ink.STRONG)
        canvas.put(end, y, "▓" * left + "░" * (6 - left), ink)
        y += 1
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


__all__ = ["delays", "draw"]
