"""The picture of a detective: a line for every process, a bead for every event with its stamp, a rod for every letter.
A bead that is pushed takes along whatever it led to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.kernel.choice import Asked
from core.kernel.scenario import NodeSpec
from core.kernel.time import SECOND
from core.protocols.clocks.logical_clocks.detective import TICKS, Detective
from core.protocols.clocks.logical_clocks.detective_choices import SLIDE
from core.protocols.clocks.logical_clocks.order import AFTER, BEFORE, Key, causes_of, laid_by, pasts_of, slid
from tui.look.dots import fog, middle, stroke
from tui.look.palette import node_ink
from tui.pictures import Canvas, Ink, Scene, general

LEAST = (44, 8)
"""Columns and rows below which there is no room for lines and rods."""
LEFT = 4
"""Columns before the first tick: the names of the lines."""
WIDE = 4
"""Columns from one tick to the next, where there is room."""
MINUTE = 60
MILLION = 1_000_000


def suits(scene: Scene) -> bool:
    """Is it the detective who sits here?"""
    return _role(scene) == "detective"


def _role(scene: Scene) -> str:
    return next((node.role for node in scene.scenario.nodes if node.name == scene.you), "")


def draw(canvas: Canvas, scene: Scene) -> None:
    """Claim, lines, slips."""
    if canvas.width < LEAST[0] or canvas.height < LEAST[1]:
        general.draw(canvas, scene)
        return
    _Board(canvas, scene, scene.own(Detective) or Detective()).draw()


class _Board:
    """One drawing, with all beads where they lie now."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Detective) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.lines = [node.name for node in scene.scenario.nodes if node.role == "process"]
        self.causes = causes_of(me.events)
        self.base = me.base
        self.places = _true_places(scene, me) if scene.lifted else me.places
        self.rows = canvas.height - 2
        self.step = self._step()
        self.pushing = scene.asked is not None and scene.asked.choice.name == SLIDE.name

    def _step(self) -> int:
        """Columns of a tick, so that whatever is pushed stays on the board."""
        if not self.base:
            return WIDE
        furthest = max(max(slid(self.causes, self.base, bead).values()) for bead in self.base)
        return max(1, min(WIDE, (self.canvas.width - LEFT - 4) // max(1, furthest)))

    def draw(self) -> None:
        """Heading, lines with rods, beads, and what is still to be judged."""
        self._draw_heading()
        for name in self.lines:
            y = self._row(name)
            self.canvas.put(0, y, name, self._ink(name))
            self.canvas.line(LEFT, y, self.canvas.width - 1, y, "─", Ink.FAINT)
        if not self.me.events:
            between = [y for y in range(1, 1 + self.rows) if y not in map(self._row, self.lines)]
            fog(self.canvas, 0.18, ((x, y) for y in between for x in range(LEFT, self.canvas.width)))
        self._draw_rods()
        self._draw_trail()
        for event in self.me.events:
            self._draw_bead(event.key)
        self._draw_slips(self.canvas.height - 1)

    def _ink(self, name: str) -> Ink:
        return node_ink(name, self.scene.nodes, self.scene.you)

    def _row(self, name: str) -> int:
        """The row of a line; all are as far apart as there is room for."""
        gaps = max(1, len(self.lines) - 1)
        return 1 + self.lines.index(name) * (self.rows - 1) // gaps

    def _column(self, key: Key, places: Mapping[Key, int] | None = None) -> int:
        return LEFT + 1 + (places or self.places)[key] * self.step

    def _draw_heading(self) -> None:
        canvas, me, scene = self.canvas, self.me, self.scene
        if scene.lifted:
            canvas.put(0, 0, "the last night as it was, by a clock that is right", Ink.ACCENT)
        elif me.slip is not None:
            x = canvas.put(0, 0, f"{me.called(me.slip.bead)} and X? ", Ink.ACCENT)
            canvas.put(x, 0, f"Sergeant: {_claim(me)}", Ink.QUIET)
        elif me.replays:
            canvas.put(0, 0, f"A run as legal as any other: {_replayed(me)}", Ink.ACCENT)
        elif me.slips:
            canvas.put(0, 0, "All slips of this night are judged.", Ink.QUIET)
        else:
            words = "Nobody has testified yet." if me.night else "It is night, and letters go about."
            canvas.put(0, 0, words, Ink.QUIET)

    def _moved(self) -> set[Key]:
        """What lies elsewhere than it was laid out, as something was pushed."""
        if self.me.shown is None or self.scene.lifted:
            return set()
        pasts = pasts_of(self.causes)
        return {key for key in self.places if key == self.me.shown or self.me.shown in pasts[key]}

    def _draw_rods(self) -> None:
        moved = self._moved()
        for event in self.me.events:
            letter = event.letter
            if letter is None or letter not in self.causes[event.key]:
                continue
            start = middle(self._column(letter), self._row(letter[0]))
            end = middle(self._column(event.key), self._row(event.place))
            lit = letter in moved and event.key in moved
            ink = Ink.LIVE if lit else self._ink(letter[0])
            stroke(self.canvas, start, end, ink, 0 if lit else 2, every=1 if lit else 2)
            self._draw_head(event.key, letter, ink)

    def _draw_head(self, key: Key, letter: Key, ink: Ink) -> None:
        """Where a rod ends: another may pass behind the same bead."""
        x, y, tall = self._column(key), self._row(key[0]), self._row(letter[0]) - self._row(key[0])
        leans = min(1, (x - self._column(letter)) // max(1, abs(tall)))
        self.canvas.put(x - leans, y + (1 if tall > 0 else -1), "▲" if tall > 0 else "▼", ink)

    def _draw_trail(self) -> None:
        """Where the bead that was pushed came along."""
        bead = self.me.shown
        if bead is None or self.scene.lifted:
            return
        start, end = self._column(bead, self.base), self._column(bead)
        self.canvas.put(start, self._row(bead[0]), ">" * max(0, end - start), Ink.FAINT)

    def _draw_bead(self, key: Key) -> None:
        """A stamp, as a chip for the two that are in question; marked where the needle points."""
        canvas, me, scene = self.canvas, self.me, self.scene
        slip = me.slips[me.done].bead if me.done < len(me.slips) and not scene.lifted else None
        label = str(key[1])
        ink = self._ink(key[0])
        if key == slip:
            label, ink = f"[{label}]", Ink.ACCENT
        elif key == me.crime:
            ink = Ink.STRONG
        elif key in self._moved():
            ink = Ink.LIVE
        x, y = self._column(key), self._row(key[0])
        if self.pushing and scene.at_hand == key:
            label, ink = f">{label.strip('[]')}<", Ink.CHOSEN
        if key == me.crime:
            canvas.put(x + 1, y + 1 if y == 1 else y - 1, "X", ink)  # a rod ends at its left
        shift = 1 if label[0] in "[>" else 0
        canvas.put(x - shift, y, label, ink)
        canvas.hot(x - shift, y, len(label), key if self.pushing else ("setting", SLIDE.name))

    def _draw_slips(self, y: int) -> None:
        """Pushes that are left, and the slips of this night: judged, at hand, to come."""
        canvas, me = self.canvas, self.me
        if not me.slips:
            return
        left = me.budget - len(me.slides)
        x = canvas.put(0, y, f"pushes left {left}", Ink.YOU if left else Ink.COSTLY)
        canvas.hot(0, y, x, ("setting", SLIDE.name))
        x += 1
        given = me.given[len(me.given) - me.done - me.replays :]
        for number, slip in enumerate(me.slips):
            name = f"{slip.bead[0]} {slip.bead[1]}"
            if number < len(given):
                words, ink = f"{name} {'ok' if given[number] else 'no'}", Ink.GOOD if given[number] else Ink.BAD
            elif number == me.done:
                words, ink = f">{name}<", Ink.ACCENT
            else:
                words, ink = name, Ink.QUIET
            x = canvas.put(x + 2, y, words, ink)


def _replayed(me: Detective) -> str:
    """What is to be seen after a verdict: that the one goes along with the other, or that it does not."""
    assert me.shown is not None
    assert me.crime is not None
    bead = me.slips[me.done].bead
    other = me.crime if me.shown == bead else bead
    relation = me.between(me.shown, other)
    return f"{me.called(other)} {'goes along with' if relation == BEFORE else 'before'} {me.called(me.shown)}."


def _claim(me: Detective) -> str:
    """What the sergeant goes by, and what he makes of it."""
    assert me.slip is not None
    bead, crime = me.pair
    name = me.called(bead)
    so = {BEFORE: "so it led to X", AFTER: "so X led to it"}.get(me.claimed, "so an alibi")
    if me.slip.claim == "clock":
        mine, its = (_time(me.event(key).reading) for key in me.pair)
        return f"its clock read {mine}, X's {its}, {so}."
    if me.slip.claim == "stamp":
        sign = "<" if bead[1] < crime[1] else ">" if bead[1] > crime[1] else "="
        return f"{bead[1]} {sign} {crime[1]}, {so}."
    return f"no letter from {name} to X, nor back, {so}."


def _time(reading: int) -> str:
    """A clock on the wall, in minutes and seconds."""
    seconds = reading // SECOND
    return f"{seconds // MINUTE}:{seconds % MINUTE:02d}"


def _true_places(scene: Scene, me: Detective) -> dict[Key, int]:
    """Where all beads lie by a clock that is right: what each process's own read, less what that was wrong by."""
    specs: dict[str, NodeSpec] = {node.name: node for node in scene.scenario.nodes}
    times = {}
    for event in me.events:
        spec = specs[event.place]
        times[event.key] = (event.reading - spec.clock) * MILLION // (MILLION + spec.drift)
    return laid_by(causes_of(me.events), times, TICKS)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Beads are pushed where they lie."""
    return width >= LEAST[0] and asked.choice.name == SLIDE.name


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    return {"verdicts", "false", "pushes left"}
