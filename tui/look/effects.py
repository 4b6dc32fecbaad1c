"""What lasts for some pictures after it has happened: a burst, a flash. It is counted in pictures, not in time, so that
it looks alike at every speed of the world; while the world is paused it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from tui.look.dots import Dot
from tui.look.flight import BURST, WORDED, burst
from tui.look.moving import Over, Placed
from tui.look.palette import Ink
from tui.look.parts import WORDS_AT
from tui.widgets.canvas import Canvas, Hot

LEAST_MOTION = 10
"""With fewer pictures in a second nothing moves for the sake of moving: the lift is one cut, the sky stands."""
ON = 3
"""Pictures of a flash, and of the dark after it."""
TYPED = 3
"""Letters a picture of words that are typed in."""
BREATH = 20
"""Pictures in each shade of words that wait."""
SHARE = 0.55
"""So much of a flash's ink is in the ground of what it lights."""


class Effect(Protocol):
    """Something that lasts for some pictures."""

    @property
    def frames(self) -> int:
        """How many."""

    def draw(self, over: Over, frame: int, *, still: bool) -> None:
        """Its picture, counted from 0."""


class Loss(NamedTuple):
    """A packet has burst; `place`: of the picture in which it was under way."""

    place: Placed
    at: Dot
    label: str
    frames: int = BURST + WORDED

    def draw(self, over: Over, frame: int, *, still: bool) -> None:
        """Core, sparks, and the word that stays."""
        over.at(self.place)
        burst(over, self.at, frame if frame < BURST else BURST, self.label, still=still)
        over.at(None)


class Flash(NamedTuple):
    """These cells light up `times` times: one to whom something has come, words that have just been said."""

    x: int
    y: int
    width: int
    height: int
    ink: Ink
    times: int = 1

    @property
    def frames(self) -> int:
        return self.times * 2 * ON - ON

    def draw(self, over: Over, frame: int, *, still: bool) -> None:
        """Lit, or between two of its flashes; with less motion it does not flicker, and is lit but once."""
        if frame // ON % 2 == 0 and not (still and frame >= ON):
            for row in range(self.y, self.y + self.height):
                over.light(self.x, row, self.width, self.ink, SHARE)


class Snap(NamedTuple):
    """A thing that has come snaps in: its outline, and then all of it lit."""

    x: int
    y: int
    width: int
    height: int
    frames: int = 2

    def draw(self, over: Over, frame: int, *, still: bool) -> None:
        """First the outline, then the light; with less motion it just is there."""
        if still:
            return
        if frame:
            for row in range(self.y, self.y + self.height):
                over.light(self.x, row, self.width, Ink.LIVE, SHARE)
            return
        if self.height < 2 or self.width < 2:
            over.put(self.x, self.y, f"[{' ' * (self.width - 2)}]"[: self.width], Ink.LIVE)
            return
        inside = self.width - 2
        over.put(self.x, self.y, f"╭{'─' * inside}╮", Ink.LIVE)
        for row in range(self.y + 1, self.y + self.height - 1):
            over.put(self.x, row, f"│{' ' * inside}│", Ink.LIVE)
        over.put(self.x, self.y + self.height - 1, f"╰{'─' * inside}╯", Ink.LIVE)


class Shake(NamedTuple):
    """These cells are shaken: one column to the right, to the left, to the right."""

    x: int
    y: int
    width: int
    height: int
    frames: int = 3

    def draw(self, over: Over, frame: int, *, still: bool) -> None:
        """Moved by a column; not at all with less motion."""
        if not still:
            for row in range(self.y, self.y + self.height):
                over.shift(self.x, row, self.width, 1 if frame % 2 == 0 else -1)


class Typing(NamedTuple):
    """Words that come letter by letter."""

    x: int
    y: int
    width: int
    frames: int
    late: int = 0
    """Pictures before the first letter."""

    def draw(self, over: Over, frame: int, *, still: bool) -> None:
        """What has not been typed yet is blank; with less motion all of it is there at once."""
        typed = max(0, frame + 1 - self.late) * TYPED
        if not still and typed < self.width:
            over.put(self.x + typed, self.y, " " * (self.width - typed))


class Breath(NamedTuple):
    """Words that wait for what comes of them: they breathe in two shades."""

    x: int
    y: int
    width: int
    height: int
    frames: int = 6 * BREATH

    def draw(self, over: Over, frame: int, *, still: bool) -> None:
        """Darker in each second breath; with less motion they wait quietly."""
        if not still and frame // BREATH % 2:
            for row in range(self.y, self.y + self.height):
                over.dim(self.x, row, self.width, 2)


def spoken(state: str, spots: Sequence[Hot], canvas: Canvas) -> list[Effect]:
    """How words of this state (`tui.look.parts.STATES`) come in, whose rows lie in these spots."""
    first = spots[0]
    area = first.x, first.y, first.width, sum(spot.height for spot in spots)
    if state == "right":
        return [Flash(*area, Ink.GOOD, 2)]
    if state == "costly":
        return [Flash(*area, Ink.COSTLY)]
    if state == "wrong":
        return [Shake(*area)]
    if state == "omitted":
        return [Flash(*area, Ink.BOOK, 2)]
    if state == "pending":
        return [Breath(*area)]
    found: list[Effect] = []
    late = 0
    for spot in spots:
        start = spot.x + WORDS_AT
        wide = len(canvas.text(spot.y)[start : spot.x + spot.width].rstrip())
        takes = -(-wide // TYPED)
        found.append(Typing(start, spot.y, wide, late + takes, late))
        late += takes
    return found
