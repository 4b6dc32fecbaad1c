"""The two rows at the top of the play screen: where this is, the clock, the price so far, and what is to be done."""

from __future__ import annotations

from collections.abc import Callable

from core.kernel.time import show_duration
from tui.bridge import Bridge, Figure
from tui.bridge.words import Goal
from tui.clock import show_clock
from tui.language import said
from tui.look.palette import node_ink
from tui.look.parts import gauge
from tui.prose import to_ascii
from tui.widgets.canvas import Canvas, Ink, cut, wrapped

MARKS = {"[ ]": "◇", "[x]": "✓", "[!]": "✗", "[?]": "?"}
GOAL_INKS = {"[ ]": Ink.ACCENT, "[x]": Ink.GOOD, "[!]": Ink.BAD, "[?]": Ink.QUIET}
MOST_GOAL_ROWS = 3
"""Rows that a single goal has at most."""
GLUE = "\xa0"
"""A blank at which no line is broken."""
BOOK_AT = 2 / 3
"""Where on a gauge the book's figure stands."""
LEAST_TRACK, MOST_TRACK = 6, 30
"""Columns of the clock's track."""
WIDE = 110
"""Columns from which on there is room for long gauges."""
BARS = (10, 5, 3, 0)
"""How long a gauge may be, the longest first."""
STATES = {"runs": "", "paused": "||", "your turn": "", "thinking": "...", "over": "="}


def _share(value: int, par: int) -> float:
    """How full the gauge of a figure is; beyond a par of 0 it is over at once."""
    return BOOK_AT * value / par if par else 2.0 * bool(value)


def _in_full(goal: Goal) -> str:
    """How far a goal is, and what is missing."""
    tally = goal.tally
    if tally is None or goal.done or (tally.of == 1 and not tally.missing):
        return ""
    return f" ({tally.words})"


def _in_short(goal: Goal) -> str:
    """How far a goal is, in one word."""
    if goal.tally is None or goal.done or goal.tally.of < 2:
        return ""
    return f"{GLUE}({goal.tally.done}/{goal.tally.of})"


def title_in(title: str, room: int) -> str:
    """A level's title in so many columns: where the whole has no room, of an act what is its own."""
    own = title.partition(": ")[2]
    return cut(own[:1].upper() + own[1:] if own and len(title) > room else title, room)


def _unsaid(goal: Goal) -> str:
    return ""


class PlayHeader:
    """Draws the bridge's level: its place, its clock, its stakes, its goal. It changes nothing of the play."""

    def __init__(self, bridge: Bridge, world_title: str, brief_key: Callable[[], str], *, ascii_only: bool) -> None:
        self._bridge = bridge
        self._world_title = world_title
        self._brief_key = brief_key
        self._ascii = ascii_only

    def _text(self, text: str) -> str:
        return to_ascii(text) if self._ascii else text

    @property
    def world_words(self) -> str:
        """The name of the world, as it stands in the first row where there is room for it."""
        return self._text(self._world_title).upper()

    # Where, when, at what price

    def draw(self, canvas: Canvas) -> None:
        """The first row."""
        bridge = self._bridge
        session = bridge.session
        figures = [figure for figure in bridge.reading.figures() if figure.name != "time" or figure.par is not None]
        x = 1
        world, title = self.world_words, self._text(bridge.level.title)
        clock = f"{STATES[bridge.reading.waiting_words()]} {show_clock(bridge.reading.clock)}".strip()
        if session.speed != 1:
            clock = f"x{session.speed:g} {clock}"
        bell = f"! {', '.join(session.rings)}" if session.rings else ""
        bar, right = 0, canvas.width
        for bar in BARS[0 if canvas.width >= WIDE else 1 :]:  # the title is never cut: the gauges shrink
            right = self._stakes(canvas.part(canvas.width, 1), figures, bar).width
            if len(title) + len(clock) + len(bell) + right + 6 <= canvas.width:
                break
        limit = "" if bridge.level.scenario.live else show_duration(bridge.level.scenario.limit)
        least = len(title) + len(clock) + len(bell) + right + 6
        if least + len(world) + 1 <= canvas.width:
            x = canvas.put(x, 0, world, Ink.WORLD) + 1
        x = canvas.put(x, 0, title_in(title, max(8, canvas.width - right - len(clock) - len(bell) - 5)), Ink.STRONG) + 2
        if bell:
            x = canvas.put(x, 0, bell, Ink.ACCENT) + 1
        start = x
        x = canvas.put(x, 0, clock, Ink.PLAIN) + 1
        room = canvas.width - right - 2 - x - len(limit) - 3
        if limit and room >= LEAST_TRACK:
            x = self._track(canvas, x, min(room, MOST_TRACK), limit)
        canvas.hot(start, 0, x - start, "pause")
        canvas.blit(self._stakes(canvas.part(right, 1), figures, bar), canvas.width - right - 1, 0)

    def _track(self, canvas: Canvas, x: int, width: int, limit: str) -> int:
        """How much of the time is gone."""
        bridge = self._bridge
        share = min(1.0, bridge.reading.clock / max(1, bridge.level.scenario.limit))
        at = round(share * (width - 1))
        canvas.put(x, 0, "─" * width, Ink.FAINT)
        canvas.put(x, 0, "━" * at, Ink.YOU)
        canvas.put(x + at, 0, "●" if not self._ascii else "o", Ink.YOU)
        return canvas.put(x + width + 1, 0, limit, Ink.QUIET) + 1

    def _stakes(self, canvas: Canvas, figures: list[Figure], bar: int) -> Canvas:
        """The figures, each with its gauge where it has a par: a canvas as wide as they are."""
        x = 0
        for figure in figures:
            name = said(figure.name)
            x = canvas.put(x, 0, name, Ink.QUIET) + 1
            if figure.par is not None and bar:
                share, ghost = _share(figure.value or 0, figure.par), None
                if figure.ghost is not None:
                    ghost = min(1.0, _share(figure.ghost, figure.par))
                x = gauge(canvas, x, 0, bar, share, book=BOOK_AT, ghost=ghost) + 1
            words = str(figure).removeprefix(name).strip()
            if figure.name == "time" and figure.par is not None and canvas.width < WIDE:  # the clock says the rest
                words = show_clock(figure.par)
            if not bar:  # the narrowest
                words = words.replace(" min ", ":").removesuffix(" s") if figure.unit in ("µs", "us") else words
            over = figure.value is not None and figure.par is not None and figure.value > figure.par
            x = canvas.put(x, 0, words, Ink.COSTLY if over and not figure.higher else Ink.PLAIN) + 2
        part = canvas.part(max(0, x - 2), 1)
        part.blit(canvas, 0, 0)
        return part

    # The goal

    def goal_lines(self, width: int) -> list[list[tuple[str, Ink]]]:
        """What is still to be reached first; rules that must hold follow, as far as two lines go. Each line as pieces
        with their inks."""
        goals = sorted(self._bridge.reading.goal(), key=lambda goal: (not goal.broken, bool(goal.done)))
        if not goals:
            return [[(said("none: look around"), Ink.QUIET)]]
        for shown in range(len(goals), 0, -1):
            more = said("{count} more: key {key}").format(count=len(goals) - shown, key=self._brief_key())
            more = f"   {more}" if shown < len(goals) else ""
            # How far they are takes no row of the picture's.
            plain, *counted = (
                self._wrapped(goals[:shown], how_far, more, width) for how_far in (_unsaid, _in_full, _in_short)
            )
            if len(plain) <= 2 or shown == 1:
                lines = next((lines for lines in counted if len(lines) <= len(plain)), plain)
                inks = {self._mark(goal.mark): GOAL_INKS[goal.mark] for goal in goals[:shown]}
                if len(lines) > MOST_GOAL_ROWS:
                    lines = wrapped(" ".join(lines), width - len(self._all_of_it))[:MOST_GOAL_ROWS]
                    lines[-1] += self._all_of_it
                return [self._pieces(line, inks) for line in lines]
        return []

    def _wrapped(self, goals: list[Goal], how_far: Callable[[Goal], str], more: str, width: int) -> list[str]:
        """Goals in lines; a mark and its first word stay together."""
        texts = (f"{self._mark(goal.mark)}{GLUE}{self._text(goal.text + how_far(goal))}" for goal in goals)
        return wrapped("   ".join(texts) + more, width)

    @property
    def _all_of_it(self) -> str:
        """Where the rest of a long goal stands."""
        return f" ... {self._brief_key()} {said('more')}"

    def _mark(self, mark: str) -> str:
        return mark if self._ascii else MARKS[mark]

    def _pieces(self, line: str, inks: dict[str, Ink]) -> list[tuple[str, Ink]]:
        """A line in pieces: the marks in their inks, whose it is in theirs, how far it is in the player's, the other
        words plain."""
        found: list[tuple[str, Ink]] = []
        names = [node.name for node in self._bridge.level.scenario.nodes]
        inside = False
        for place, word in enumerate(line.replace(GLUE, " ").split(" ")):
            inside = inside or word.startswith("(")
            bare = word.strip("(),:;").removesuffix("'s")
            ink = inks.get(word, Ink.YOU if inside else Ink.PLAIN)
            if bare in names and not inside:
                ink = node_ink(bare, names, self._bridge.reading.you)
            found.append(((" " if place else "") + word, ink))
            inside = inside and not word.endswith(")")
        return found

    def draw_goal(self, canvas: Canvas) -> None:
        """The row or two below."""
        for y, pieces in enumerate(self.goal_lines(canvas.width - 2)):
            x = 1
            for text, ink in pieces:
                x = canvas.put(x, y, text, ink)
