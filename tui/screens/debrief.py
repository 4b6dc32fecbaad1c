"""A level, after it has ended: what happened and why, as a point among others, never as one number."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.costs import THE_LEVEL
from tui.ending import SECONDS
from tui.keymap import Scope, key_name
from tui.language import later, said
from tui.look.plane import Point
from tui.model import MESSAGES, TIME, Axis, Debrief, Ghost, Judging, Turn
from tui.progress import STARS
from tui.prose import prose
from tui.screens.base import AckademyScreen, bindings
from tui.screens.debrief_ending import LEAST_ROWS, MOST_ROWS, EndingPainting
from tui.widgets import spacetime
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.canvas import Canvas, Ink, wrapped
from tui.widgets.spacetime_scale import Window
from tui.widgets.view import CanvasView

PLANE_ROWS = 7
YOU = later("you")
PAR = later("par")
TO_ITS_END = later("What there is to it (when it is played to its end)")
PAR_WORDS = later("no more than this earns the second star")


class DebriefScreen(AckademyScreen[None]):
    """Shows a `Debrief`."""

    SCOPE = Scope.DEBRIEF
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def __init__(self, debrief: Debrief) -> None:
        super().__init__()
        self.debrief = debrief
        self.ghosts = list(debrief.ghosts)
        self._moved = 0  # how many half windows the diagram is scrolled
        self.working = debrief.waiting_ghosts is not None
        self.judging = Judging(progress=said("soon")) if debrief.waiting_values is not None else None
        self.turn = Turn(progress=said("looking for the moment that decided it")) if debrief.waiting_turn else None
        """The last winnable moment, as far as it has been looked for."""
        self._painting: EndingPainting

    def compose(self) -> ComposeResult:
        game, end = self.game, self.debrief
        ascii_only = game.options.ascii
        self._painting = painting = EndingPainting(end, self._key("again"), self._key("jump"), ascii_only=ascii_only)
        painting.turn, painting.star_words = self.turn, self._next_star()
        painting.points = self._points()
        yield HeaderBar(
            "Ackademy", game.text(end.world), game.text(end.title), status=said("seed {seed}").format(seed=end.seed)
        )
        with VerticalScroll(id="page", classes="scroll", can_focus=False):
            yield CanvasView(painting.draw, id="ending", ascii_only=ascii_only)
            with Vertical(id="more"):
                yield from self._more()
        yield KeyBar(self.SCOPE, game.keymap, without=self._hidden())

    def _key(self, action: str) -> str:
        return key_name(self.game.keymap.keys_of(f"debrief.{action}")[0])

    def _more(self) -> ComposeResult:
        """What is read below the head."""
        end, ascii_only = self.debrief, self.game.options.ascii
        if end.text:
            yield Static(said("What there is to it") if end.won else said(TO_ITS_END), classes="heading")
            yield Static(prose(end.text, ascii_only=ascii_only))
        if end.sources:
            yield Static(Content(self.game.text("; ".join(end.sources))), classes="text quiet")
        if end.mistakes:
            yield Static(said("What cost you"), classes="heading")
        for mistake in end.mistakes:
            yield Static(self._mistake(mistake), classes="mistake")
        if end.story is not None:
            yield Static(said("The fog has lifted: what really happened"), classes="heading")
            yield CanvasView(self._paint_story, id="story", ascii_only=ascii_only)
        yield Static(said("Your play beside others'"), classes="heading")
        beaten = Static(id="beaten")
        beaten.display = False
        yield beaten
        yield Static(id="plane")
        yield Static(id="who", classes="quiet")
        if self.judging is not None:
            yield Static(said("Your answers beside the book's, by what comes of them"), classes="heading")
            yield Static(id="judging")
        if end.bets:
            yield Static(said("Your bets"), classes="heading")
            lines = [end.bets[0], *(f"- {line}" for line in end.bets[1:])]
            yield Static(Content(self.game.text("\n".join(lines))), id="bets", classes="text")
        if end.run_file:
            yield Static(Content(said("saved as {file}").format(file=end.run_file)), classes="text quiet")

    def _hidden(self) -> frozenset[str]:
        """Commands that can do nothing here."""
        hidden = set() if self.turn is not None and self.turn.event >= 0 else {"debrief.jump"}
        if self.debrief.lines is None:
            hidden |= {"debrief.lines", "debrief.watch", "debrief.script", "debrief.race"}
        if self.game.after(self.debrief.level) is None and not self.game.next_act(self.debrief.level):
            hidden.add("debrief.next")
        return frozenset(hidden)

    def on_mount(self) -> None:
        self._update_judging()
        end = self.debrief
        waits = (
            end.waiting_turn,
            end.waiting_luck,
            end.waiting_alike,
            end.waiting_ghosts,
            end.waiting_values,
            end.waiting_costs,
        )
        if any(one is not None for one in waits):
            self.run_worker(self._compute(), name="ghosts")

    async def _compute(self) -> None:
        """What takes time, one after the other; leaving the screen ends its workers, and so this."""
        if self.debrief.waiting_turn is not None:
            until = monotonic() + SECONDS
            for turn in self.debrief.waiting_turn(lambda: monotonic() > until):
                self.turn = self._painting.turn = turn
                self._redraw_ending()
                await asyncio.sleep(0.001)
            for bar in self.query(KeyBar):
                bar.leave_out(self._hidden())
            for story in self.query("#story").results(CanvasView):
                story.redraw()
        if self.debrief.waiting_luck is not None:
            for words in self.debrief.waiting_luck():
                if words:
                    self._painting.luck = words
                    self._redraw_ending()
                await asyncio.sleep(0.001)
        if self.debrief.waiting_alike is not None:
            for alike in self.debrief.waiting_alike():
                if alike:
                    self._painting.star_words = self._next_star(alike=True)
                    self._redraw_ending()
                    for bar in self.query(KeyBar):
                        bar.call("debrief.seed", said("once more"))
                await asyncio.sleep(0.001)
        if self.debrief.waiting_ghosts is not None:
            await self._compute_ghosts()
        if self.debrief.waiting_costs is not None:
            for costs in self.debrief.waiting_costs():
                if costs is not None:
                    costs = self._with_decisive(costs)
                    self._painting.costs = costs
                    self._redraw_ending()
                widgets = list(self.query(".mistake").results(Static))  # none, while the screen is being taken away
                for widget, mistake, cost in zip(widgets, self.debrief.mistakes, costs or (), strict=False):
                    widget.update(self._mistake(mistake, cost))
                await asyncio.sleep(0.001)
        if self.debrief.waiting_values is not None:
            for found in self.debrief.waiting_values():
                if found is not None:
                    self.judging = found
                    self._update_judging()
                await asyncio.sleep(0.001)

    def _with_decisive(self, costs: tuple[str, ...]) -> tuple[str, ...]:
        """The mistake after which nobody won any more cost the level, whatever the book alone makes of it."""
        turn = self.turn
        if turn is None or not turn.decides or not 0 <= turn.place < len(costs):
            return costs
        return (*costs[: turn.place], THE_LEVEL, *costs[turn.place + 1 :])

    def _redraw_ending(self) -> None:
        for widget in self.query("#ending").results(CanvasView):  # none, while the screen is being taken away
            self._fit(widget)
            widget.redraw()

    def _fit(self, ending: CanvasView) -> None:
        """Give the head the rows that it takes, so that what is read comes right below it."""
        most = MOST_ROWS if self.size.height - 10 > LEAST_ROWS else LEAST_ROWS
        self._painting.draw(Canvas(self.size.width, most, ascii_only=self.game.options.ascii))
        height = self._painting.used
        if ending.styles.height is None or ending.styles.height.value != height:
            ending.styles.height = height

    def _mistake(self, text: str, cost: str = "") -> Content:
        """One mistake, under what it cost once that is known."""
        words = prose(text, ascii_only=self.game.options.ascii)
        return (
            Content.assemble("- ", (f"{self.game.text(_sentence(said(cost)))} ", "bold"), words)
            if cost
            else "- " + words
        )

    def _update_judging(self) -> None:
        if self.judging is None:
            return
        text, now = self.game.text, self.judging
        parts = [f"- {text(line)}" for line in now.lines]
        if now.progress:
            parts.append(f"({said('playing out what comes of each')}: {now.progress})")
        head = Content.styled(text(now.summary), "bold $success" if now.beaten else "bold") if now.summary else None
        body = Content("\n".join(parts))
        for widget in self.query("#judging").results(Static):  # none, while the screen is being taken away
            widget.update(body if head is None else Content("\n").join([head, body]) if parts else head)

    async def _compute_ghosts(self) -> None:
        """Let the others play, a slice at a time, while the screen stays alive."""
        assert self.debrief.waiting_ghosts is not None
        for ghost in self.debrief.waiting_ghosts():
            if ghost is not None:
                self.ghosts.append(ghost)
                self._painting.points = self._points()
                self._redraw_ending()
                self._update_plane()
                for widget in self.query("#beaten").results(Static):
                    if ghost.beaten:
                        widget.update(Content.styled(self.game.text(ghost.beaten), "bold $success"))
                        widget.display = True
            await asyncio.sleep(0.001)
        self.working = False
        self._update_plane()
        self._redraw_ending()

    def _next_star(self, *, alike: bool = False) -> str:
        """What the next star asks for."""
        if self.debrief.stars >= STARS:
            return said("All three stars.")
        if self.debrief.stars < 2:
            return said("The second star asks for no more than par on every count.")
        if alike:  # another seed has nothing new in it
            words = said("The third star asks for the same once more (key {key}), with no hint and no step back.")
            return words.format(key=self._key("seed"))
        return said(
            "The third star asks for the same on a seed that you have not played, with no hint and no step back."
        )

    def on_resize(self) -> None:
        for ending in self.query("#ending").results(CanvasView):  # none, before the screen is made
            self._fit(ending)
        story = self.debrief.story
        if story is not None:
            most = 11 if self.size.height < 30 else 20
            self.query_one("#story").styles.height = max(6, min(most, 2 * len(story.nodes) + 4))
        self.call_after_refresh(self._update_plane)

    def _paint_story(self, canvas: Canvas) -> None:
        story = self.debrief.story
        if story is None:
            return
        width = canvas.width - spacetime.name_width(story.nodes)
        story = replace(story, at=self.turn.entry) if self.turn is not None else story
        window = spacetime.around(width, story, self._moment())
        start = max(0, window.start + self._moved * window.scale * width // 2)
        start = min(start, max(0, story.now - window.scale * width // 2))
        spacetime.draw(canvas, story, Window(start, window.scale))

    def _moment(self) -> int:
        """What the diagram is about: the last winnable moment, else the end."""
        story = self.debrief.story
        assert story is not None
        if self.turn is not None and self.turn.event >= 0:
            return self.turn.at
        return story.entries[-1].time if story.entries else story.now  # a limit may lie long after it

    def action_story(self, step: int) -> None:
        if self.debrief.story is not None:
            self._moved += step
            self.query_one("#story", CanvasView).redraw()

    def action_scroll(self, lines: int) -> None:
        self.query_one("#page").scroll_relative(y=lines * 2, animate=False)

    def action_page(self, pages: int) -> None:
        page = self.query_one("#page")
        page.scroll_relative(y=pages * max(1, page.size.height - 2), animate=False)

    def _update_plane(self) -> None:
        for widget in self.query("#plane").results(Static):  # none, while the screen is being taken away
            widget.update(self._plane(widget.content_size.width))
        for widget in self.query("#who").results(Static):
            widget.update(self._who())

    def _plane(self, width: int) -> Content:
        end = self.debrief
        you = Ghost(said(YOU), *end.point)
        ghosts = list(self.ghosts)
        figures = f"{said(YOU)}: {_shown(end.axes, end.point)}"
        names = {said(axis.name) for axis in end.axes}
        others = [figure for figure in end.figures if not any(figure.startswith(f"{name} ") for name in names)]
        figures = ", ".join([figures, *others])
        if end.par is not None:
            ghosts.append(Ghost(said(PAR), *end.par))
            figures += f"     {said(PAR)}: {_shown(end.axes, end.par)}"
        if self.working:
            figures += f"     ({said('the others are playing it now')})"
        figures = "\n".join(wrapped(figures, max(width, 30)))
        if not ghosts or self._painting.has_plane(self.size.width):  # there it stands above
            return Content(figures)
        picture = Content("\n".join(plane([you, *ghosts], max(width, 30), PLANE_ROWS, end.axes)))
        picture = picture.highlight_regex(rf"# {said(YOU)}\b", style="bold $primary")
        return Content(figures) + "\n\n" + picture

    def _points(self) -> list[Point]:
        """The points of the plane that stands in the head."""
        mine = Point(said(YOU), *self.debrief.point, "●", Ink.YOU)
        others = []
        for ghost in self.ghosts:
            sign, ink = ("◇", Ink.BOOK) if ghost.name == said("book") else ("×", Ink.QUIET)
            others.append(Point(ghost.name, ghost.across, ghost.upward, sign, ink))
        return [mine, *others]

    def _who(self) -> Content:
        """Who the points of the plane are."""
        words = [(ghost.name, ghost.words) for ghost in self.ghosts if ghost.words]
        if self.debrief.par is not None:
            words.append((said(PAR), said(PAR_WORDS)))
        return Content("\n").join(Content.assemble((name, "bold"), f": {self.game.text(text)}") for name, text in words)

    def action_next(self) -> None:
        self.game.go_on_after(self.debrief.level)

    def action_again(self) -> None:
        self.game.start_level(self.debrief.level, seed=self.debrief.seed, brief=False)

    def action_seed(self) -> None:
        self.game.start_level(self.debrief.level, seed=self.game.unseen_seed(self.debrief.level), brief=False)

    def action_jump(self) -> None:
        if self.turn is not None and self.turn.event >= 0:
            self.game.jump(self.debrief, self.turn)

    def action_lines(self) -> None:
        searched = self.turn is None or not self.turn.progress
        if self.debrief.lines is not None and searched:
            self.game.show_lines(self.debrief)

    def action_race(self) -> None:
        if self.debrief.lines is not None and self.game.stage is not None:
            self.game.race(self.debrief.level, self.game.stage.own_tape(self.debrief))

    def action_script(self) -> None:
        self.game.show_script(self.debrief.level)

    def action_watch(self) -> None:
        if self.debrief.lines is not None:
            self.game.watch_again(self.debrief)

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        if event.target == ("key", "jump"):
            self.action_jump()
        elif event.target == ("key", "again"):
            self.action_again()
        elif event.target == ("key", "more"):
            self.action_page(1)

    def action_leave(self) -> None:
        self.game.show_map(self.debrief.level, won=self.debrief.won)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _shown(axes: tuple[Axis, Axis], point: tuple[int, int]) -> str:
    return ", ".join(axis.show(value) for axis, value in zip(axes, point, strict=True))


def plane(points: Sequence[Ghost], width: int, height: int, axes: tuple[Axis, Axis] = (MESSAGES, TIME)) -> list[str]:
    """Draw results as points with names, on these axes; left and low is good, but where more is better.

    The first point is `#`, the others `o`; points on one spot share it, and their names stand side by side.
    """
    across, upward = axes
    most_across = max(point.across for point in points) or 1
    most_upward = max(point.upward for point in points) or 1
    name = said(upward.name)
    scale = f"{upward.scale(most_upward):>{max(9, len(name) + 1)}} |"
    columns = width - len(scale)
    longest = max(len(point.name) for point in points) + 2
    span = max(columns - longest - 1, 1)
    grid = [[" "] * columns for _ in range(height)]
    spots: dict[tuple[int, int], list[str]] = {}
    for point in points:
        x = round(point.across * span / most_across)
        y = height - 1 - round(point.upward * (height - 1) / most_upward)
        spots.setdefault((x, y), []).append(point.name)
    for (x, y), names in spots.items():
        for some in _lines_of(names, columns - x - 2):
            label = f"{'#' if points[0].name in some else 'o'} {', '.join(some)}"
            # Names may run into one another: one then moves to the nearest free line.
            for row in sorted(range(height), key=lambda row: (abs(row - y), row)):
                if all(cell == " " for cell in grid[row][max(x - 1, 0) : x + len(label) + 1]):
                    grid[row][x : x + len(label)] = label
                    break
    rows = [(name.rjust(len(scale) - 2) + " |") if r == 1 else " " * (len(scale) - 1) + "|" for r in range(height)]
    rows[0] = scale
    picture = [axis + "".join(line).rstrip() for axis, line in zip(rows, grid, strict=True)]
    most = across.show(most_across) + (f", {said('more is better')}" if across.higher else "")
    return [*picture, " " * (len(scale) - 1) + "+" + "-" * (span + 1), f"{most:>{len(scale) + span + 1}}"]


def _lines_of(names: Sequence[str], width: int) -> list[list[str]]:
    """The names in as few lines as hold them, each at most `width` wide."""
    lines: list[list[str]] = []
    for name in names:
        if lines and len(", ".join([*lines[-1], name])) <= width:
            lines[-1].append(name)
        else:
            lines.append([name])
    return lines
