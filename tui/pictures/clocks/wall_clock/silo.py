"""The picture of headquarters and silo: a clock on a wall, and a silence that grows towards the end of its window."""

from __future__ import annotations

from collections.abc import Collection

from core.kernel.time import MINUTE, SECOND
from core.protocols.clocks.wall_clock.silo.choices import (
    COUNTS,
    LOSSES,
    PERIOD,
    READS,
    RESET,
    SLOPE,
    TELL,
    TIMER,
    WINDOW,
)
from core.protocols.clocks.wall_clock.silo.machine import Exchange, Faced, Headquarters, Silo
from tui.look.blocks import big, big_width
from tui.look.palette import node_ink
from tui.look.parts import chip
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

LEAST = 40
"""Columns below which there is no room for it."""
LOW = 7
"""Rows below which there is none."""
NAMES = 14
"""Columns before the bars."""
ROOMY = 12
"""Rows from which on the levers stand on the wall; else they stand below the picture alone."""
TALL = 20
"""Rows from which on bars and clock have room around them."""


def suits(scene: Scene) -> bool:
    """Is it headquarters or an exchange whose view this is?"""
    return scene.own(Faced) is not None


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    return ("resets", "a reset each", "by", "bent by", "may still say the time")


def draw(canvas: Canvas, scene: Scene) -> None:
    """Headquarters see their clock and three silences that may be; the exchange two clocks that run towards an hour."""
    me = scene.own(Faced)
    if canvas.width < LEAST or canvas.height < LOW:
        general.draw(canvas, scene)
    elif isinstance(me, Headquarters):
        _draw_wall(canvas, scene, me)
    elif isinstance(me, Exchange):
        _draw_race(canvas, scene, me)
    else:
        general.draw(canvas, scene)


# Headquarters


def _draw_wall(canvas: Canvas, scene: Scene, me: Headquarters) -> None:
    """The clock, what is set, and the silences."""
    tall = canvas.height >= TALL
    face = me.face(scene.now)
    y = 1 if tall else 0
    canvas.pool(big_width(face) // 2 + 2, y + 1, 14, 4, Ink.YOU, 0.2)
    big(canvas, 2, y, face, Ink.BAD if me.fallen else Ink.YOU)
    x = big_width(face) + 5
    canvas.put(x, y, f"night {me.night_at(scene.now)}", Ink.STRONG)
    state = "hit: nobody is there any more" if me.fallen else _clock_words(me)
    canvas.put(x, y + 1, cut(state, canvas.width - x), Ink.BAD if me.fallen else Ink.QUIET)
    coins = f"{me.sent} coin{'' if me.sent == 1 else 's'} for resets"
    canvas.put(x, y + 2, coins, Ink.ACCENT)
    if canvas.height >= ROOMY:
        _draw_settings(canvas, scene, me, y + (5 if tall else 3))
    if me.unheeded:
        row = y + (6 if tall else 4 if canvas.height >= ROOMY else 3)
        canvas.put(3, row, "what you have changed holds from the next reset on", Ink.COSTLY)
    _draw_silences(canvas, scene, me, y + (8 if tall else 5 if canvas.height >= ROOMY else 4))


def _clock_words(me: Headquarters) -> str:
    """What was done to the clock last."""
    if not me.told:
        return "nobody has set the clock"
    minutes = -(-abs(me.told) // me.minute)
    way = "forth" if me.told > 0 else "back"
    return f"told: {minutes} min {way}" + (f", bent by {me.rate:+d} %" if me.rate else "")


def _draw_settings(canvas: Canvas, scene: Scene, me: Headquarters, y: int) -> None:
    """The levers in a row: each is opened where it stands."""
    period = scene.setting(PERIOD.name, me.pause)
    words = (
        (PERIOD, f"a reset each {period} min"),
        (TIMER, scene.setting(TIMER.name, COUNTS if me.counting else READS)),
        (WINDOW, f"window {scene.setting(WINDOW.name, WINDOW.inaction)} min"),
        (SLOPE, f"bend {scene.setting(SLOPE.name, SLOPE.inaction)} %"),
        (RESET, "reset"),
    )
    x = 2
    for choice, text in words:
        at_hand = scene.asked is not None and scene.asked.choice.name == choice.name
        ink = Ink.CHOSEN if at_hand else Ink.YOU if choice is RESET and me.unheeded else Ink.PLAIN
        canvas.hot(x, y, len(text) + 2, ("setting", choice.name))
        x = canvas.put(x, y, f" {text} ", ink) + 1


def _draw_silences(canvas: Canvas, scene: Scene, me: Headquarters, y: int) -> None:
    """How long the silo has heard nothing, if all resets came, or the last, or the last two, did not; and the window
    that it was told. Headquarters cannot know which."""
    window = scene.setting(WINDOW.name, WINDOW.inaction)
    period = scene.setting(PERIOD.name, me.pause)
    most = max(window, (LOSSES + 1) * period) * 5 // 4
    left, room = NAMES, canvas.width - NAMES - 2
    thick = max(1, min(4, (canvas.height - y - 3) // (LOSSES + 1)))
    edge = left + window * room // most
    canvas.put(2, y, "the silo's silence", Ink.QUIET)
    words = f"fires at {window} min"
    canvas.put(max(left, min(edge - len(words) // 2, canvas.width - len(words))), y, words, Ink.BAD)
    for place in range(LOSSES + 1):
        top = y + 1 + place * thick
        if top >= canvas.height - 1:
            break
        _draw_silence(canvas, scene, me, (top, thick, place), (left, room, most, window))
    bottom = y + 1 + thick * (LOSSES + 1)
    for row in range(y + 1, min(bottom, canvas.height - 1)):
        canvas.put(edge, row, "┃", Ink.BAD)
    _draw_minutes(canvas, min(bottom, canvas.height - 1), left, room, most)
    canvas.hot(left, y, room, ("setting", WINDOW.name), bottom - y)


def _draw_silence(
    canvas: Canvas, scene: Scene, me: Headquarters, row: tuple[int, int, int], scale: tuple[int, int, int, int]
) -> None:
    """One of them: what has passed is solid, what will have before the next reset comes is light."""
    top, thick, place = row
    left, room, most, window = scale
    names = ("all came", "1 is lost", "2 are lost")
    canvas.put(2, top, names[place], Ink.PLAIN)
    passed = (me.ticks_at(scene.now) - me.marks[place]) // me.minute if place < len(me.marks) else 0
    period = scene.setting(PERIOD.name, me.pause)
    ends = max(passed, (place + 1) * period)
    for line in range(top, min(top + max(1, thick - 1), canvas.height - 1)):
        solid, light = passed * room // most, ends * room // most
        ink = Ink.BAD if passed >= window else Ink.YOU
        canvas.put(left, line, "█" * min(room, solid), ink)
        later = Ink.BAD if ends >= window else Ink.GOOD
        canvas.put(left + solid, line, "░" * max(0, min(room, light) - solid), later)
    words = f"{ends} min"
    at = left + ends * room // most + 1
    edge = left + window * room // most
    at = edge + 2 if at <= edge < at + len(words) else at
    canvas.put(min(at, canvas.width - len(words)), top, words, Ink.BAD if ends >= window else Ink.GOOD)


def _draw_minutes(canvas: Canvas, y: int, left: int, room: int, most: int) -> None:
    """The ruler below: a mark each so many minutes."""
    each = next((step for step in (10, 20, 60, 120, 240, 480) if most // step <= room // 8), 480)
    canvas.put(left, y, "─" * room, Ink.FAINT)
    for minute in range(0, most + 1, each):
        x = left + minute * room // most
        if x + len(str(minute)) <= canvas.width:
            canvas.put(x, y, str(minute), Ink.QUIET)


# The exchange


def _draw_race(canvas: Canvas, scene: Scene, me: Exchange) -> None:
    """Two beads on two wires: what the clock of headquarters reads runs towards the hour, what the silo has counted
    towards its window. Whichever is there first has won."""
    lie = int(scene.draft) if _is_telling(scene) and isinstance(scene.draft, int) else None
    silo = next(node for node in scene.scenario.nodes if node.role == "silo")
    window = int(silo.parameters.get("window", Silo.window))
    silent = int(silo.parameters.get("silent", 0))
    wrong = me.said[0]
    reads = scene.now + wrong
    gate = window - silent
    start, stop = -MINUTE, gate + MINUTE
    left, right = 2, canvas.width - 3

    def x(time: int) -> int:
        return left + (min(max(time, start), stop) - start) * (right - left) // (stop - start)

    tall = canvas.height >= TALL
    gap = max(4, (canvas.height - 1) // 2)
    for place, (name, time, ends, says) in enumerate(
        (
            (me.hq, reads, f"{me.face(gate)} RESET", me.face(reads)),
            (me.silo, scene.now, f"{_clock(window)} fires", _clock(scene.now + silent)),
        )
    ):
        y = place * gap
        wire = y + (5 if tall else 2)
        ink = node_ink(name, scene.nodes, scene.you)
        chip(canvas, 1, y, name, ink)
        verb = "reads" if place == 0 else "has counted"
        after = canvas.put(len(name) + 5, y, verb, Ink.QUIET) + 1
        if tall:
            canvas.pool(after + big_width(says) // 2, y + 1, 16, 4, ink, 0.18)
            big(canvas, after, y, says, ink)
        else:
            canvas.put(after, y, says, Ink.STRONG)
        canvas.tint(left, wire - 1, right - left, max(3, y + gap - wire - 1), ink, 0.12)
        canvas.put(left, wire, "─" * (right - left), Ink.FAINT)
        canvas.put(x(gate), wire - 1, "┃", Ink.BAD if place else Ink.GOOD)
        canvas.put(x(gate), wire, "┃", Ink.BAD if place else Ink.GOOD)
        canvas.put(min(x(gate) + 2, right - len(ends)), wire - 1, ends, Ink.BAD if place else Ink.GOOD)
        canvas.put(x(time), wire, "●", ink)
        if place == 0 and lie is not None and not me.told:
            told = scene.now + lie * SECOND
            canvas.put(x(told), wire + 1, "▲", Ink.CHOSEN)
            words = f"you would tell {me.face(told)}"
            canvas.put(max(0, min(x(told) - len(words) // 2, canvas.width - len(words))), wire + 2, words, Ink.CHOSEN)
        elif place == 0 and me.told:
            words = f"{abs(wrong) // SECOND} s {'ahead' if wrong > 0 else 'behind'}" if wrong else "told the truth"
            canvas.put(max(0, min(x(time), canvas.width - len(words))), wire + 1, words, Ink.YOU)
        canvas.hot(left, wire - 1, right - left, ("setting", TELL.name), 3)


def _is_telling(scene: Scene) -> bool:
    return scene.asked is not None and scene.asked.choice.name == TELL.name


def _clock(time: int) -> str:
    """Minutes and seconds: "59:59"."""
    return f"{time // MINUTE}:{time // SECOND % 60:02d}"
