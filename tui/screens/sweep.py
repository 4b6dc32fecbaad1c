"""A player's script on many seeds: how far it is, how it does beside the book, the personas and his earlier ones, and
which seed is the worst."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from core.kernel.time import show_duration
from levels.schema import Level
from levels.sweeping import Outcome, Sweep, Tally, main_measure, players_of, quantile
from tui.bridge import reason_words
from tui.keymap import Scope, key_name
from tui.language import later, retold, said
from tui.look.blocks import big
from tui.look.histogram import Scale, counts, scale_of
from tui.look.palette import NODES
from tui.look.parts import gauge, spark
from tui.look.parts import words as say_words
from tui.model import Axis
from tui.platform import error_words
from tui.policies import PolicyFile
from tui.screens.base import AckademyScreen, bindings
from tui.sweeps import Kept, Sweeps, digest_of, named
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, Ink, cut, wrapped
from tui.widgets.view import CanvasView

SEEDS = 1_000
TICK = 0.2
"""Seconds between two looks at how far it is."""
NAME = 20
"""Columns of a player's name."""
SHARE = 8
"""Columns of how much was won."""
MEDIAN = 14
"""Columns of what is in the middle."""
MOST_OTHERS = 4
"""Rows of another player's chart at most; the script's own has all that is left."""
LARGE = 5
"""Rows of a chart from which on its share stands beside it in big digits."""
BELOW = 7
"""Rows below the charts: the scale, the worst seed, what is wrong."""
YOU = later("your script")


@dataclass(frozen=True)
class Row:
    """One player's line: whose, how many seeds were won of how many, what these came to, and how high it is drawn."""

    name: str
    won: int
    seeds: int
    values: Sequence[int]
    ink: Ink
    height: int = 1


@dataclass(frozen=True)
class Mine:
    """What the player did by hand, in the run that the script is made of: that it was won, and what it came to."""

    won: bool
    value: int | None


class SweepScreen(AckademyScreen[None]):
    """Runs `policy` on SEEDS seeds as soon as it is there. `edit` opens the player's editor first.

    watch   opens the script's run on a seed.
    today   the day, by which it is remembered.
    mine    the player's own run, if it has ended.
    """

    SCOPE = Scope.SWEEP
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(
        self,
        level: Level,
        policy: PolicyFile,
        *,
        watch: Callable[[SweepScreen, int], None],
        today: date,
        mine: Mine | None = None,
        edits: bool = True,
        seeds: int = SEEDS,
        jobs: int | None = None,
    ) -> None:
        super().__init__()
        self.level = level
        self.policy = policy
        self.sweep: Sweep | None = None
        self.tallies: list[Tally] = []
        self.before: Kept | None = None
        self.problem = ""
        """What went wrong, in words."""
        self.note = ""
        self._measure = main_measure(level.scenario)
        self._axis = Axis(self._measure.name, self._measure.unit, self._measure.higher)
        self._watch = watch
        self._today = today
        self._mine = mine
        self._edits = edits
        self._seeds = range(1, seeds + 1)
        self._jobs = jobs
        self._timer: Timer | None = None
        self._kept = False
        self._digest = ""

    def compose(self) -> ComposeResult:
        yield HeaderBar("Ackademy", self.game.text(self.level.title), said("your script on many seeds"))
        ascii_only = self.game.options.ascii
        yield CanvasView(self._paint, id="sweep", ascii_only=ascii_only, world=self.level.world)
        yield KeyBar(self.SCOPE, self.game.keymap)

    # Life

    def on_mount(self) -> None:
        self._timer = self.set_interval(TICK, self._tick, pause=True)
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        if self._edits:
            self.action_edit()
        else:
            self.begin()

    def on_unmount(self) -> None:
        self.end()

    def begin(self) -> None:
        """Run the script on all seeds, from the first."""
        self.end()
        self.problem, self._kept, self.before = "", False, None
        try:
            self._digest = digest_of(self.policy.path)
            self.sweep = Sweep(self.level, players_of(self.level, self.policy.path), self._seeds, self._jobs)
        except OSError as error:
            self.problem = error_words(error)
            self._redraw()
            return
        self.tallies = self.sweep.tallies
        if self._timer is not None:
            self._timer.resume()
        self._redraw()

    def end(self) -> None:
        """Stop what runs; what has come stays."""
        if self._timer is not None:
            self._timer.pause()
        if self.sweep is not None:
            self.sweep.stop()

    @property
    def runs(self) -> bool:
        """Is it at work?"""
        return self.sweep is not None and self.sweep.left

    def _tick(self) -> None:
        if self.sweep is None:
            return
        if self.sweep.heard() or not self.sweep.left:
            self._remember()
            self._redraw()
        if not self.sweep.left and self._timer is not None:
            self._timer.pause()

    def _remember(self) -> None:
        """Once the script has played all seeds: keep what it did, and find what an earlier one did."""
        mine = self._script
        if self._kept or mine is None or mine.seeds < len(self._seeds) or mine.failures:
            return
        self._kept = True
        name = self._measure.name
        kept = Kept(
            self._today.isoformat(), self._digest, self.level.scenario.digest(), self._seeds[0], len(self._seeds),
            mine.wins, name, tuple(mine.values(name)),
        )  # fmt: skip
        sweeps = Sweeps(self.game.paths.sweeps, self.level.id)
        self.before = sweeps.before(kept)
        try:
            sweeps.keep(kept)
        except OSError as error:
            self.note = said("This is not kept for tomorrow: {error}", error=error_words(error))

    # Drawing

    @property
    def _script(self) -> Tally | None:
        return self.tallies[0] if self.tallies else None

    @property
    def worst(self) -> Outcome | None:
        """The script's worst seed so far."""
        return self._script.worst(self._measure) if self._script is not None else None

    def _redraw(self) -> None:
        for view in self.query("#sweep").results(CanvasView):  # none, while the screen is being taken away
            view.redraw()
        for bar in self.query(KeyBar):
            bar.call("sweep.run", said("stop") if self.runs else said("run again") if self.tallies else said("run"))
            bar.leave_out(frozenset({"sweep.worst"}) if self.worst is None else frozenset())

    def _rows(self, height: int) -> list[Row]:
        """The lines, as high as there is room: the script's own takes what the others, also those whose turn has not
        come, do not."""
        name = self._measure.name
        others = len(self.tallies) - 1 + (self.before is not None)
        low = max(1, min(MOST_OTHERS, height // (2 * others))) if others > 0 else 0
        rows = []
        for place, tally in enumerate(self.tallies):
            ink = Ink.YOU if place == 0 else Ink.BOOK if place == 1 else NODES[(place - 2) % len(NODES)]
            if place and not tally.seeds:
                continue  # not its turn yet
            tall = max(1, height - others * low) if place == 0 else low
            rows.append(Row(tally.player.words, tally.wins, tally.seeds, tally.values(name), ink, tall))
        if self.before is not None:
            before = self.before
            rows.insert(1, Row(named(before, self._today), before.won, before.seeds, before.values, Ink.HINT, low))
        return rows

    def _paint(self, canvas: Canvas) -> None:
        canvas.sky()
        y = self._head(canvas)
        room = canvas.height - y - BELOW
        rows = self._rows(room)
        left = NAME + SHARE + 3
        scale = scale_of([row.values for row in rows], max(8, canvas.width - left - MEDIAN - 2))
        if not rows:
            self._wait(canvas, y, room)
        for row in rows[: max(1, room)]:
            y += row.height
            self._chart(canvas, y - 1, row, scale, left)
        if any(row.values for row in rows):
            y = self._scale(canvas, max(y, canvas.height - BELOW), scale, left)
        self._foot(canvas, min(y + 1, canvas.height - 4))

    def _head(self, canvas: Canvas) -> int:
        """Which file it is, and how far the work is; the row after it."""
        canvas.put(1, 0, cut(self.policy.path.name, canvas.width // 2), Ink.STRONG)
        sweep = self.sweep
        if sweep is not None and sweep.of:
            words = said("{done} of {all} runs", done=f"{sweep.done:,}", all=f"{sweep.of:,}")
            state = "" if self.runs else f"  {said('stopped')}" if sweep.done < sweep.of else f"  {said('done')}"
            start = canvas.width - len(words) - len(state) - 1
            canvas.put(start, 0, words, Ink.PLAIN)
            canvas.put(start + len(words), 0, state, Ink.QUIET)
            wide = min(20, start - canvas.width // 2 - 2)
            if wide >= 4:
                gauge(canvas, start - wide - 1, 0, wide, min(1.0, sweep.done / sweep.of))
        lines = wrapped(self.policy.words, canvas.width - 2, 2)
        for place, line in enumerate(lines):
            canvas.put(1, 1 + place, line, Ink.QUIET)
        return 2 + len(lines)

    def _wait(self, canvas: Canvas, y: int, room: int) -> None:
        """What is to come, before there is anything."""
        canvas.tint(1, y, canvas.width - 2, room, Ink.FAINT, 0.12)
        seeds = self._seeds
        words = (
            f"Here stand the charts: your script, the book and every persona on the seeds {seeds[0]} to {seeds[-1]:,}."
        )
        for place, line in enumerate(wrapped(words, canvas.width - 8, 3)):
            canvas.centre(canvas.width // 2, y + max(0, room // 2 - 1) + place, line, Ink.QUIET)

    def _chart(self, canvas: Canvas, y: int, row: Row, scale: Scale, left: int) -> None:
        """One player, the lowest row of his chart at `y`."""
        canvas.tint(left, y - row.height + 1, scale.columns, row.height, row.ink, 0.07)
        canvas.put(1, y, cut(self.game.text(retold(row.name)), NAME), row.ink)
        share = f"{row.won / row.seeds:.1%}" if row.seeds else "-"
        is_large = row.height >= LARGE and row.ink is Ink.YOU and bool(row.seeds)
        if is_large:
            big(canvas, 1, y - 4, share, Ink.YOU)
        else:
            canvas.put(1 + NAME + SHARE - len(share), y, share, Ink.STRONG if row.ink is Ink.YOU else Ink.PLAIN)
        heights = counts(row.values, scale)
        spark(canvas, left, y, [float(one) for one in heights], row.height, max(heights, default=0) or 1, row.ink)
        for place, one in enumerate(heights):
            if one and not canvas.chars[y][left + place].strip():
                canvas.put(left + place, y, "▁", row.ink)  # what came at all is never as low as nothing
        middle = quantile(row.values, 0.5)
        words = said("none won") if middle is None and row.seeds else "" if middle is None else self._axis.scale(middle)
        canvas.put(left + scale.columns + 1, y, cut(words, MEDIAN), Ink.QUIET)
        if row.name == YOU and row.height > 2:
            told = said("won {won} of {all}", won=f"{row.won:,}", all=f"{row.seeds:,}")
            if is_large:
                canvas.put(1 + NAME + SHARE - len(told), y, told, Ink.QUIET)
            else:
                canvas.put(1, y - 1, cut(told, NAME + SHARE), Ink.QUIET)

    def _scale(self, canvas: Canvas, y: int, scale: Scale, left: int) -> int:
        """What the charts stand on, with the player's own run on it; the row after it."""
        canvas.put(left, y, "─" * scale.columns, Ink.FAINT)
        least, most = self._axis.scale(scale.least), self._axis.scale(scale.most)
        name = said(self._axis.name)
        middle = said("{measure}, more is better", measure=name) if self._axis.higher else name
        canvas.put(1 + NAME, y, said("won"), Ink.QUIET)
        canvas.put(left + scale.columns + 1, y, said("median"), Ink.QUIET)
        canvas.put(left, y + 1, least, Ink.QUIET)
        if scale.most > scale.least:
            canvas.put(left + scale.columns - len(most), y + 1, most, Ink.QUIET)
        canvas.centre(left + scale.columns // 2, y + 1, middle, Ink.QUIET)
        mine = self._mine
        if mine is not None and mine.value is not None and mine.won:
            canvas.put(left + scale.column(mine.value), y, "▲", Ink.YOU)
            canvas.put(1, y + 1, cut(said("▲ you, by hand"), NAME + SHARE), Ink.YOU)
        return y + 2

    def _foot(self, canvas: Canvas, y: int) -> None:
        """The worst seed, and what is wrong."""
        worst, mine = self.worst, self._script
        if self.problem or (self.sweep is not None and self.sweep.failed):
            failed = self.problem or (self.sweep.failed if self.sweep is not None else "")
            y = say_words(canvas, y, "wrong", [self.game.text(f"{failed[:1].upper()}{failed[1:]}.")], 1, 2)
        if mine is not None and mine.failures:
            first = mine.failures[0]
            where = self.policy.path.name
            if first.line:
                where = said("{file}, line {line}", file=where, line=first.line)
            on = said(
                "on seed {seed}, {count} of {all} seeds in all",
                seed=first.seed,
                count=len(mine.failures),
                all=mine.seeds,
            )
            say_words(canvas, y, "wrong", [self.game.text(f"{where}: {first.failure} ({on})")], 1, 3)
            return
        if worst is not None:
            text = (
                later("Worst seed {seed}: won after {time}: {reason}.")
                if worst.won
                else later("Worst seed {seed}: lost after {time}: {reason}.")
            )
            told = said(text, seed=worst.seed, time=show_duration(worst.time_us), reason=reason_words(worst.reason))
            key = key_name(self.game.keymap.keys_of("sweep.worst")[0])
            y = say_words(
                canvas, y, said("costly"), [self.game.text(told), said("{key} opens it as a run.", key=key)], 1, 4
            )
        if self.note and y < canvas.height:
            canvas.put(1, y, cut(self.note, canvas.width - 2), Ink.QUIET)

    # Keys

    def action_run(self) -> None:
        if self.runs:
            self.end()
            self._redraw()
        else:
            self.begin()

    def action_edit(self) -> None:
        self.end()
        problem = self.game.edit(self.policy.path)
        try:
            self.policy.look()
        except OSError as error:
            problem = error_words(error)
        self.begin()
        if problem:
            self.note = said(
                "{problem}. The file is {file}",
                problem=f"{problem[:1].upper()}{problem[1:]}",
                file=self.policy.path,
            )
        self._redraw()

    def action_anew(self) -> None:
        try:
            aside = self.policy.anew()
        except OSError as error:
            self.problem = error_words(error)
            self._redraw()
            return
        self.note = said("Yours is kept as {file}.", file=aside.name) if aside is not None else ""
        self.begin()

    def action_worst(self) -> None:
        worst = self.worst
        if worst is not None:
            self.end()
            self._watch(self, worst.seed)

    def on_screen_resume(self) -> None:  # beside the base class's own: Textual calls both
        self._redraw()

    def action_leave(self) -> None:
        self.dismiss()
