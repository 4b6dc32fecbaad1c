"""Packets that glide along a way: head and thinning tail, and what becomes of one that is lost, late or doubled.

A picture puts a `Glide` down on its canvas; where it is at any moment follows from its plan and the clock alone. What
lasts for some pictures (a burst) is counted in pictures (frames) since it happened. Less motion (`still`) keeps every
fact and takes away tails and sparks.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from tui.language import said
from tui.look.dots import Dot
from tui.look.moving import Burst, Look, Surface
from tui.look.palette import SHADES, Ink

HEAD = 4
TAIL = 16
"""Dots of head and tail: the tail is full for six, has every second to eleven, and every third after."""
LATE_TAIL = 6
"""Dots that the tail of a late packet has more."""
SPARKS = 22
BURST = 6
"""A burst lasts so many pictures; its word stays for `WORDED`."""
WORDED = 20
STEP = 8
"""With less motion a packet moves in steps of so many dots."""
LOST_AT = 0.5
"""How far along its way a packet is seen to be lost."""
SINKS_AT = 0.7
"""In the fog nobody sees a packet arrive, or not: from here on it sinks into the mist, each as any other."""
LEGIBLE = 2
"""The last shade in which a label can be read."""
ASIDE = 10
"""Dots that a twin leaves the way by."""


class Flight(NamedTuple):
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


class Glide(NamedTuple):
    """A packet under way over a picture (a `tui.look.moving.Moving`).

    key      what tells it from other packets, in one picture and the next.
    flight   its way, and when it left and arrives; `now`: the clock when it was put down.
    first, last   the part of the way on which it is seen: not on the chips at its ends.
    lost     it does not arrive, and that may be seen.
    planned  when it should have arrived, if it is late and that may be seen.
    again    it is a twin: the same packet is under way already.
    sinks    nobody here can see whether it arrives; `until`: the share of the way on which it is seen.
    """

    key: Hashable
    flight: Flight
    now: int
    ink: Ink
    label: str = ""
    first: float = 0.06
    last: float = 0.94
    lost: bool = False
    planned: int | None = None
    again: bool = False
    sinks: bool = False
    until: float = 1.0

    def draw(self, over: Surface, passed: int, look: Look) -> None:
        """The packet as it is so long after it was put down."""
        now = self.now + passed
        part = self.flight.part(now)
        if part > self.until:
            return
        label = self.label if look.labels else ""
        if self.lost and part > LOST_AT:
            if look.alone:
                frame = int((part - LOST_AT) / (1 - LOST_AT) * WORDED)
                burst(over, self.flight.at(self._share(LOST_AT)), frame, label, still=look.still)
            return
        flight, ink, tail = self.flight, self.ink, look.tail
        if self.planned is not None:
            ink, tail = Ink.COSTLY, tail + LATE_TAIL if tail else 0
        if self.again:
            flight, label = (
                Flight(beside(flight.way), flight.start, flight.due),
                said("{label} again", label=label).strip(),
            )
        shade = 0
        sunk = (part / self.until - SINKS_AT) / (1 - SINKS_AT)
        if self.sinks and sunk > 0:
            shade = min(SHADES - 1, 1 + int(sunk * (SHADES - 1)))
        comet(over, flight, self._share(part), ink, label, still=look.still, tail=tail, shade=shade)
        if self.planned is not None:
            plan = Flight(flight.way, flight.start, self.planned)
            due(over, plan.at(self._share(plan.part(now))))

    def burst(self, passed: int) -> Burst | None:
        """Where it was lost, once it has been."""
        if not self.lost or self.until < LOST_AT or self.flight.part(self.now + passed) <= LOST_AT:
            return None
        return Burst(self.flight.at(self._share(LOST_AT)), self.label)

    def _share(self, part: float) -> float:
        return self.first + (self.last - self.first) * part


def comet(
    canvas: Surface,
    flight: Flight,
    part: float,
    ink: Ink,
    label: str = "",
    *,
    still: bool = False,
    tail: int = TAIL,
    shade: int = 0,
) -> None:
    """The packet at a share of its way: its head, the tail behind it, and its label near it, where there is room. The
    whole of it is so many shades nearer to the ground."""
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
                canvas.dot(x, y + side, ink, shade)
        elif far <= 6 or (head - behind) % (2 if far <= 11 else 3) == 0:  # they stand, so that few cells change
            canvas.dot(x, y, ink, min(SHADES - 1, shade + 1 + far // 4))
    if label and shade <= LEGIBLE:
        canvas.label(flight.way[head], label, ink, shade)


def burst(canvas: Surface, centre: Dot, frame: int, label: str = "", *, still: bool = False) -> None:
    """A packet is lost, so many pictures ago: a white core, sparks that fly and fade, and the word that stays."""
    x, y = centre[0] // 2, centre[1] // 4
    if frame >= BURST or still:
        if frame < WORDED or still:
            canvas.put(x, y, "╳", Ink.BAD)
            canvas.label(centre, f"{said('LOST')} {label}".rstrip(), Ink.BAD)
        return
    radius = 3 + 3.2 * frame
    for spark in range(SPARKS):
        angle = 2 * math.pi * spark / SPARKS + frame * 0.13
        wide = radius * (0.75 + 0.25 * ((spark * 7) % 4) / 3)
        canvas.dot(
            round(centre[0] + wide * math.cos(angle)), round(centre[1] + wide * math.sin(angle) * 0.9), Ink.BAD, frame
        )
    if frame == 0:
        for across in range(-2, 3):
            for down in range(-2, 3):
                canvas.dot(centre[0] + across, centre[1] + down, Ink.LIVE)


def due(canvas: Surface, at: Dot) -> None:
    """Where a late packet should be: an empty ring that keeps the planned pace."""
    x, y = at
    for angle in range(0, 360, 30):
        canvas.dot(
            round(x + 4 * math.cos(math.radians(angle))), round(y + 4 * math.sin(math.radians(angle))), Ink.QUIET
        )
    canvas.label((x, y + 4), said("due"), Ink.QUIET)


def beside(way: Sequence[Dot]) -> list[Dot]:
    """The way of a twin: it leaves the other on an S-curve, ten dots down, and comes back to it at the end."""
    ease = min(2 * ASIDE, max(1, len(way) // 3))
    last = len(way) - 1
    found = []
    for place, (x, y) in enumerate(way):
        near = min(1.0, place / ease, (last - place) / ease)
        found.append((x, y + round(ASIDE * near * near * (3 - 2 * near))))
    return found
