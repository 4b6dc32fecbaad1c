"""The bare stage of pings: how long this silence is, on a ruler with the dots of all answers before it.

The general picture serves everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.bets import Settled
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DROP, RECEIVE, SEND
from core.protocols.premise.echo import PATIENCE, SILENCE, Client, Ping, Pong
from tui.language import counted, said
from tui.look.blocks import big, big_width
from tui.look.dots import fog
from tui.look.parts import along, tile, waiting
from tui.look.places import between
from tui.pictures import BELOW, Canvas, Ink, Scene, general
from tui.pictures.flights import glide, lane
from tui.widgets.canvas import cut

COLUMN = 10 * MILLISECOND
"""Of the ruler where there is little room; half of it where there is more."""
LEFT = 4
BESIDE = 20
"""Columns beside the ruler, for the silence in big digits."""
ROWS = 14
"""What the picture needs; where there are more rows its parts stand apart."""
MOST_GAP = 8
"""Rows that they stand apart at most."""
LEAST = 60
"""Columns below which there is no room for a ruler."""
LATE = 2
"""An answer that took so many times the usual was slow."""


@dataclass
class Told:
    """One ping as its client has lived it: when it first went out, how often by the time of its answer, and when that
    came (µs; -1: not yet)."""

    first: int
    copies: int = 1
    answered: int = -1


@dataclass
class Past:
    """All pings so far, by number; and of those whose answers fell on the floor, how many did."""

    pings: dict[int, Told] = field(default_factory=dict)

    @property
    def dots(self) -> list[int]:
        """Answer times (µs) of pings that went out once."""
        return [ping.answered - ping.first for ping in self.pings.values() if ping.answered >= 0 and ping.copies == 1]

    @property
    def doubtful(self) -> list[int]:
        """Of those that went out again: from the first copy on, and nobody knows which was answered."""
        return [ping.answered - ping.first for ping in self.pings.values() if ping.answered >= 0 and ping.copies > 1]


def past_of(scene: Scene) -> Past:
    """What the client knows of its pings."""
    past = Past()
    for entry in scene.sight.entries():
        if entry.node != scene.you:
            continue
        if entry.kind == SEND and isinstance(entry.detail, Ping):
            ping = past.pings.get(entry.detail.number)
            if ping is None:
                past.pings[entry.detail.number] = Told(entry.time)
            elif ping.answered < 0:
                ping.copies += 1
        elif entry.kind == RECEIVE and isinstance(entry.detail, Pong):
            ping = past.pings.get(entry.detail.number)
            if ping is not None and ping.answered < 0:
                ping.answered = entry.time
    return past


def draw_bare(canvas: Canvas, scene: Scene) -> None:
    """A client sees its silence; everybody else, and whoever has no room for it, the nodes."""
    me = scene.me
    if not isinstance(me, Client) or canvas.width < LEAST or canvas.height < ROWS + BELOW:
        stage = canvas.part(canvas.width, max(0, canvas.height - BELOW))
        general.draw(stage, scene)
        canvas.blit(stage, 0, 0)
        return
    spare = max(0, canvas.height - BELOW - ROWS)
    gap = min(spare // 3, MOST_GAP)
    top = (spare - 2 * gap) // 2
    columns = me.longest // COLUMN if me.longest <= SECOND else 50
    room = canvas.width - LEFT - BESIDE
    width = columns + 1 if room < 3 * columns // 2 else min(2 * columns, room) + 1
    _draw_way(canvas, scene, me, top + 1, gap // 2)
    past = past_of(scene)
    kept = scene.kept.get(PATIENCE.name, me.longest)
    alarm = kept if isinstance(kept, int) else me.longest
    elapsed = scene.now - me.asked_at if me.asking and not scene.lifted else None
    _draw_ruler(canvas, scene, me, past, top + 6 + gap, width, alarm, elapsed)
    if scene.lifted:
        _draw_truth(canvas, scene, me, top + 9 + 2 * gap)
        return
    top += gap
    if elapsed is not None:
        ms = str(max(0, elapsed) // MILLISECOND // 10 * 10)
        x = max(LEFT + width + 3, canvas.width - 4 - big_width(ms) - 3)
        x = big(canvas, x, top + 7, ms, Ink.STRONG)
        canvas.put(x + 1, top + 9, "ms", Ink.QUIET)
    _draw_chips(canvas, scene, me, top + 9, width, elapsed)
    _draw_row(canvas, scene, me, top + 11 + gap)


def _draw_way(canvas: Canvas, scene: Scene, me: Client, y: int, tall: int) -> None:
    """The ping as it leaves, until the mist has it, which is so many rows taller above and below."""
    misty = range(canvas.width - 22, canvas.width - 2)
    x = tile(canvas, 2, y + 1, said("ping {number}", number=min(me.number, me.count)), Ink.YOU)
    lane(canvas, x, misty.start - 1, y + 1)
    for flight in scene.flights:
        if not isinstance(flight.message, Ping | Pong):
            continue
        forth = isinstance(flight.message, Ping)
        ends = ((x, y + 1), (misty.stop - 3, y + 1))
        way = between(*(ends if forth else ends[::-1]))
        seen = 1.0 if scene.lifted else max(0.1, (misty.start - x) / max(1, misty.stop - 3 - x))
        glide(canvas, scene, flight, way, str(flight.message.number), first=0.0, last=1.0, until=seen)
    canvas.put(misty.start + 6, y + 1, "?  ?  ?", Ink.QUIET)
    if not scene.lifted:
        fog(canvas, 0.25, [(column, row) for column in misty for row in range(max(0, y - tall), y + 3 + tall)])
        canvas.settle()


def _draw_ruler(
    canvas: Canvas, scene: Scene, me: Client, past: Past, y: int, width: int, alarm: int, elapsed: int | None
) -> None:
    most = me.longest if me.longest <= SECOND else 500 * MILLISECOND
    step = 100 * MILLISECOND
    labels = [(value, str(value // MILLISECOND)) for value in range(0, most + 1, step)]
    words = said("silent, copy {number}", number=me.copy) if me.copy > 1 else said("silent")
    waiting(
        canvas, LEFT, y, width, most, labels, alarm=alarm, elapsed=elapsed, dots=past.dots, doubtful=past.doubtful,
        words="" if scene.lifted else words,
    )  # fmt: skip
    for column in range(width):
        value = round(column * most / (width - 1) / COLUMN) * COLUMN
        canvas.hot(LEFT + column, y - 2, 1, ("ruler", value), 5)
    if past.doubtful:
        words = f"o  {said('asked twice')}"
        canvas.put(min(LEFT + width + 2, canvas.width - len(words)), y - 1, words, Ink.QUIET)


def _draw_chips(canvas: Canvas, scene: Scene, me: Client, y: int, width: int, elapsed: int | None) -> None:
    """The chip on this silence, lying on its bar."""
    here = (("number", me.number), ("copy", me.copy))
    for wager in scene.wagers:
        if wager.bet is SILENCE and wager.subject == here and elapsed is not None:
            x = LEFT + max(10, along(elapsed, me.longest, width) // 2)
            tile(canvas, x, y, wager.words, Ink.HINT, tall=False)


def _draw_row(canvas: Canvas, scene: Scene, me: Client, y: int) -> None:
    """The pings as a row, what fell on the floor, and what it took so far."""
    x = LEFT
    for number in range(1, me.count + 1):
        done = number in me.heard
        sign = "■" if done else "?" if number == me.number else "·"
        canvas.put(x, y, sign, Ink.GOOD if done else Ink.YOU if number == me.number else Ink.FAINT)
        x += 2
    sent = sum(1 for entry in scene.entries if entry.kind == SEND and entry.node == scene.you)
    time = f"{scene.now // (100 * MILLISECOND) / 10:.1f} s"
    words = counted("asked once, {time}", "asked {count} times, {time}", sent, time=time)
    canvas.put(x + 2, y, words, Ink.QUIET)
    if me.floor:
        x = canvas.put(LEFT, y + 2, "x" * min(me.floor, 12), Ink.COSTLY)
        words = counted(
            "on the floor: 1 answer to what had been answered already",
            "on the floor: {count} answers to what had been answered already",
            me.floor,
        )
        canvas.put(x + 1, y + 2, words, Ink.QUIET)


def _draw_truth(canvas: Canvas, scene: Scene, me: Client, y: int) -> None:
    """The fog has lifted: what each silence was, and under it the chips."""
    lost: dict[int, str] = {}
    for entry in scene.sight.entries():
        if entry.kind == DROP and isinstance(entry.detail, Ping | Pong):
            lost.setdefault(entry.detail.number, said("ping") if isinstance(entry.detail, Ping) else said("answer"))
    pitch = 4 if canvas.width < 110 else 5
    settled = {one.subject: one for one in scene.settled if one.bet is SILENCE}
    past = past_of(scene)
    usual = sorted(past.dots)[len(past.dots) // 2] if past.dots else me.round_trip
    for row, words in enumerate(("", said("was"), said("you") if scene.wagers else "")):
        canvas.put(1, y + row, words, Ink.QUIET)
    kinds = [
        f"{what}s {' '.join(str(number) for number, lies in sorted(lost.items()) if lies == what)}"
        for what in dict.fromkeys(lost.values())
    ]
    lost_words = said("lost: {what}", what=", ".join(kinds)) if kinds else said("lost")
    words = f"╳ {lost_words}   ~ {said('only slow')}"
    canvas.put(LEFT + 2, y + 4, cut(words, canvas.width - LEFT - 3), Ink.QUIET)
    for number in range(1, me.count + 1):
        x = LEFT + 2 + (number - 1) * pitch
        canvas.put(x, y, str(number), Ink.QUIET)
        told = past.pings.get(number)
        if number in lost:
            canvas.put(x, y + 1, "╳", Ink.BAD)
        elif told is not None and (told.copies > 1 or told.answered - told.first > LATE * usual):
            canvas.put(x, y + 1, "~", Ink.COSTLY)
        else:
            canvas.put(x, y + 1, "·", Ink.FAINT)
        _draw_bets(canvas, [settled[key] for key in settled if dict(key)["number"] == number], x, y + 2)


def _draw_bets(canvas: Canvas, settled: list[Settled], x: int, y: int) -> None:
    """The chips on one ping, right or wrong."""
    laid = [one for one in settled if one.wager is not None]
    if not laid:
        return
    one = laid[-1]
    assert one.wager is not None
    share = one.wager.share
    right = one.truth is not None and (share > 50) == one.truth and share != 50
    sign = "=" if share == 50 else "✓" if right else "✗"
    word = one.bet.sides[0 if share > 50 else 1][:1] if share != 50 else "e"
    canvas.put(x, y, f"{word}{sign}", Ink.GOOD if right else Ink.QUIET if share == 50 else Ink.BAD)
