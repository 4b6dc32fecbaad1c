"""Packets that glide along a way: head and thinning tail, and what becomes of one that is lost, late or doubled.

Time is counted in pictures (frames) since something happened, so that the same moment always looks the same; less
motion (`still`) keeps every fact and takes away tails and sparks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tui.look.dots import Dot
from tui.look.palette import Ink
from tui.widgets.canvas import Canvas

HEAD = 4
TAIL = 16
"""Dots of head and tail: the tail is full for six, has every second to eleven, and every third after."""
SPARKS = 22
BURST = 6
"""A burst lasts so many pictures; its word stays for `WORDED`."""
WORDED = 20
STEP = 8
"""With less motion a packet moves in steps of so many dots."""


@dataclass(frozen=True)
class Flight:
    """A packet's way, as dots from sender to receiver, and its plan: it left at `start` and is due at `due` (µs)."""

    way: Sequence[Dot]
    start: int
    due: int

    def part(self, now: int) -> float:
        """How far along it would be by plan: 0 at its start, 1 when due and after."""
        length = self.due - self.start
        return 1.0 if length <= 0 else min(1.0, max(0.0, (now - self.start) / length))

    def at(self, part: float) -> Dot:
        """The dot at a share of the way."""
        return self.way[round(min(1.0, max(0.0, part)) * (len(self.way) - 1))]


def comet(
    canvas: Canvas, flight: Flight, part: float, ink: Ink, label: str = "", *, still: bool = False, tail: int = TAIL
) -> None:
    """The packet at a share of its way: its head, the tail behind it, and its label above, where there is room."""
    last = len(flight.way) - 1
    head = round(min(1.0, max(0.0, part)) * last)
    if still:
        head -= head % STEP if head < last else 0
        tail = 0
    for behind in range(HEAD + tail, -1, -1):
        if head - behind < 0:
            continue
        x, y = flight.way[head - behind]
        far = behind - HEAD
        if far <= 0:
            for side in (0, 1, -1) if 0 < behind < HEAD else (0,):
                canvas.dot(x, y + side, ink)
        elif far <= 6 or (far <= 11 and far % 2 == 0) or far % 3 == 0:
            canvas.dot(x, y, ink, min(5, 1 + far // 4))
    if label:
        _label(canvas, flight.way[head], label, ink)


def burst(canvas: Canvas, centre: Dot, frame: int, label: str = "", *, still: bool = False) -> None:
    """A packet is lost, so many pictures ago: a white core, sparks that fly and fade, and the word that stays."""
    x, y = centre[0] // 2, centre[1] // 4
    if frame >= BURST or still:
        if frame < WORDED or still:
            canvas.put(x, y, "╳", Ink.BAD)
            words = f"LOST {label}".rstrip()
            canvas.centre(x, y + 1, words, Ink.BAD)
        return
    if frame == 0:
        for across in range(-2, 3):
            for down in range(-2, 3):
                canvas.dot(centre[0] + across, centre[1] + down, Ink.LIVE)
    radius = 3 + 3.2 * frame
    for spark in range(SPARKS):
        angle = 2 * math.pi * spark / SPARKS + frame * 0.13
        wide = radius * (0.75 + 0.25 * ((spark * 7) % 4) / 3)
        canvas.dot(
            round(centre[0] + wide * math.cos(angle)), round(centre[1] + wide * math.sin(angle) * 0.9), Ink.BAD, frame
        )


def late(
    canvas: Canvas,
    flight: Flight,
    now: int,
    part: float,
    label: str = "",
    *,
    still: bool = False,
    ink: Ink = Ink.COSTLY,
) -> None:
    """A packet behind its plan: where it should be goes on as an empty ring, `due`; its own tail grows."""
    x, y = flight.at(flight.part(now))
    for angle in range(0, 360, 30):
        canvas.dot(
            round(x + 4 * math.cos(math.radians(angle))), round(y + 4 * math.sin(math.radians(angle))), Ink.QUIET
        )
    if y // 4 + 1 < canvas.height:
        canvas.centre(x // 2, y // 4 + 2, "due", Ink.QUIET)
    comet(canvas, flight, part, Ink.COSTLY, label, still=still, tail=TAIL + 6)


def fork(
    canvas: Canvas, flight: Flight, part: float, frame: int, ink: Ink, label: str = "", *, still: bool = False
) -> None:
    """A packet and its twin: the twin leaves the way on an S-curve, ten dots down within eight pictures."""
    comet(canvas, flight, part, ink, label, still=still)
    lower = [(x, y + _leaving(place, frame, len(flight.way), part)) for place, (x, y) in enumerate(flight.way)]
    twin = Flight(lower, flight.start, flight.due)
    comet(canvas, twin, part, ink, still=still)
    x, y = twin.at(part)
    canvas.centre(x // 2, min(y // 4 + 1, canvas.height - 1), f"{label} again".strip(), Ink.QUIET)


def _leaving(place: int, frame: int, length: int, part: float) -> int:
    """How far below the way the twin is at this place."""
    head = part * (length - 1)
    since = min(1.0, frame / 8) if place >= head - 12 else 0.0
    smooth = since * since * (3 - 2 * since)
    near = min(1.0, max(0.0, (place - (head - 12)) / 12))
    return round(10 * smooth * near)


def _label(canvas: Canvas, at: Dot, label: str, ink: Ink) -> None:
    x, y = at[0] // 2, at[1] // 4
    for row in (y - 1, y + 1):
        start = max(0, min(x - len(label) // 2, canvas.width - len(label)))
        if 0 <= row < canvas.height and not any(canvas.owned[row][start : start + len(label)]):
            canvas.put(start, row, label, ink)
            return
