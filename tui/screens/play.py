"""The play screen: the picture, the node's own view, a panel, and the control with which you answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer

from core.kernel.scenario import NETWORK, NetworkSeat
from core.kernel.time import MILLISECOND, show_duration
from tui.bridge import Bridge, Figure, Words, reason_words
from tui.controls import Press
from tui.guest import GuestJob
from tui.keymap import Scope, key_name, works_while_typing
from tui.pictures import picture_of
from tui.prose import prose
from tui.screens.base import AckademyScreen, bindings
from tui.widgets import spacetime
from tui.widgets.bars import KeyBar
from tui.widgets.canvas import Canvas, CanvasView, Ink, cut, wrapped
from tui.widgets.panels import (
    book_lines,
    draw_bytes,
    draw_lines,
    draw_log,
    draw_view,
    rule_of,
    show_clock,
)

if TYPE_CHECKING:
    from tui.stage import Ending

PANELS = ("space-time", "bytes", "log", "book", "policy")
SPACE_TIME, BYTES, LOG, BOOK, POLICY = range(5)
LEAST_PICTURE = 6
LEAST_PANEL = 4
LEAST_CONTROL = 6
WORD_ROWS = 2
MOST_WORD_ROWS = 4
SLICES = (("head", "goal", "tabs", "view", "control"), ("picture",), ("panel",))
"""While the world runs these are drawn one after the other, with time for keys in between; the panel, in which nothing
jumps, in every second picture."""
SLICE_GAP = 0.006
"""Seconds between two slices: one is painted by then."""


class PlayScreen(AckademyScreen[None]):
    """One level at play. `finish` is called once, when the run has ended, and says how it is to be remembered."""

    SCOPE = Scope.PLAY
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    class Changed(Message):
        """Something other than time has changed."""

    def __init__(self, bridge: Bridge, world_title: str, finish: Callable[[PlayScreen], Ending | None]) -> None:
        super().__init__()
        self.bridge = bridge
        self.ending: Ending | None = None
        self._crumbs = (world_title, _title(bridge.level.protocol), bridge.level.title)
        self._finish = finish
        self._draw_picture = picture_of(bridge.level.protocol)
        self._job: GuestJob | None = None
        self._timer: Timer | None = None
        self._posted = False
        self._panel = SPACE_TIME
        self._zoomed = False
        self._back = 0  # how far the panel is scrolled
        self._in_bytes = False  # the arrows go from field to field
        self._message = -1  # number of the entry whose bytes are shown; -1: the one at hand, or the last
        self._field = 0
        self._control_rows = LEAST_CONTROL
        self._over_shown = False
        self._leaving = False  # asked whether to
        self._views: dict[str, CanvasView] = {}
        self._stale: list[tuple[str, ...]] = []
        self._pictures = 0

    # Life

    def compose(self) -> ComposeResult:
        ascii_only = self.game.options.ascii
        yield CanvasView(self._paint_header, id="head", ascii_only=ascii_only)
        yield CanvasView(self._paint_goal, id="goal", ascii_only=ascii_only)
        with Horizontal(id="middle"):
            yield CanvasView(self._paint_picture, id="picture", ascii_only=ascii_only)
            yield CanvasView(self._paint_view, id="view", ascii_only=ascii_only)
        yield CanvasView(self._paint_tabs, id="tabs", ascii_only=ascii_only)
        yield CanvasView(self._paint_panel, id="panel", ascii_only=ascii_only)
        yield CanvasView(self._paint_control, id="control", ascii_only=ascii_only)
        yield KeyBar(self.SCOPE, self.game.keymap)

    def on_mount(self) -> None:
        bridge = self.bridge
        self._views = {view.id or "": view for view in self.query(CanvasView)}
        bridge.changed = self._something_changed
        self.game.crash_context.update(level=bridge.level.id, seed=bridge.session.scenario.seed)
        self._timer = self.set_interval(1 / self.game.fps, self._tick, pause=True)
        self._job = self.game.host.start(bridge.session.run, name=f"session of {bridge.level.id}")
        self._something_changed()

    async def on_unmount(self) -> None:
        self.bridge.changed = lambda: None
        self.bridge.close()
        if self._job is not None:
            self._job.cancel()
            await self._job.wait()

    def on_resize(self) -> None:
        self._lay_out()

    def on_screen_suspend(self) -> None:
        """A help page or the palette lies above: the world waits."""
        if not self.bridge.session.paused and not self.bridge.session.over:
            self._resume_later = True
            self.bridge.session.pause()

    _resume_later = False

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self._resume_later:
            self._resume_later = False
            self.bridge.session.resume()
        self._something_changed()

    # Drawing anew

    def _something_changed(self) -> None:
        """May be called from the session: only leaves a note."""
        if not self._posted:
            self._posted = True
            self.post_message(self.Changed())

    def on_play_screen_changed(self) -> None:
        self._posted = False
        if not self.is_attached:
            return
        bridge = self.bridge
        if bridge.refresh_doing():
            self._in_bytes = False
        if bridge.over is not None and not self._over_shown:
            self._over_shown = True
            self.ending = self._finish(self)
        elif bridge.over is None:
            self._over_shown = False
            self.ending = None
        self._lay_out()
        self._redraw()
        self._watch_time()

    def _watch_time(self) -> None:
        """The timer runs while the world does: a screen at rest costs nothing."""
        if self._timer is not None:
            if self.bridge.session.waiting:
                self._timer.pause()
            else:
                self._timer.resume()

    def _tick(self) -> None:
        self.bridge.freshen()
        if not self.bridge.session.waiting:
            self._pictures += 1
            self._redraw_in_slices(SLICES[: 2 + self._pictures % 2])
            return
        self._redraw()
        if self._timer is not None:
            self._timer.pause()

    def _redraw(self) -> None:
        """Draw everything anew: at once if the world stands, else what keys change at once and the rest in slices."""
        if self.bridge.session.waiting or not self._views:
            self._stale = []
            for view in self.query(CanvasView):
                view.redraw()
        else:
            for name in ("head", "control"):
                self._views[name].redraw()
            self._redraw_in_slices()

    def _redraw_in_slices(self, slices: Sequence[tuple[str, ...]] = SLICES) -> None:
        """A frame of a running world, cut up so that a key press never waits for a whole one."""
        pending = bool(self._stale)
        self._stale = list(slices)
        if not pending:
            self.set_timer(SLICE_GAP, self._redraw_slice)

    def _redraw_slice(self) -> None:
        if not self._stale or not self.is_attached:
            return
        for name in self._stale.pop(0):
            self._views[name].redraw()
        if self._stale:
            self.set_timer(SLICE_GAP, self._redraw_slice)

    def _lay_out(self) -> None:
        """Give the control the rows that it needs, and the rest to picture and panel."""
        width, height = self.size
        if height == 0:
            return
        goals = len(self._goal_lines(width - 2))
        left = height - 3 - goals
        wanted = WORD_ROWS + 3
        if self.bridge.doing is not None:
            doing = self.bridge.doing
            words = self._words_now()
            said = len(wrapped(self.game.text(words.text), width - 5 - len(words.sign)))
            wanted = max(WORD_ROWS, min(MOST_WORD_ROWS, said))
            wanted += len(wrapped(doing.title, width - 4, 2)) + doing.control.rows(width - 4) + 1
            wanted += 1 if doing.always and len(self.bridge.standing) > 1 else 0
        # It grows with what is asked and does not shrink again: a screen that jumps is tiring.
        self._control_rows = max(self._control_rows, wanted)
        control = max(LEAST_CONTROL, min(self._control_rows, left - LEAST_PICTURE - LEAST_PANEL))
        panel = max(LEAST_PANEL, min((left - control) * 2 // 5, 9))
        if self._zoomed:
            panel = left - control
        for name, rows in (("goal", goals), ("panel", panel), ("control", control)):
            widget = self.query_one(f"#{name}")
            if widget.styles.height is None or widget.styles.height.value != rows:
                widget.styles.height = rows
        self.query_one("#middle").display = not self._zoomed

    # Header and goal

    def _paint_header(self, canvas: Canvas) -> None:
        bridge = self.bridge
        session = bridge.session
        speed = f"x{session.speed:g}"
        states = {"runs": ">", "paused": "||", "your turn": "?", "thinking": "...", "over": "="}
        state = states[bridge.waiting_words()]
        figures = bridge.figures()
        # The clock is the time that a par is about: one figure less to read.
        time = next((figure for figure in figures if figure.name == "time" and figure.par is not None), None)
        clock = show_clock(bridge.clock)
        if time is not None and time.par is not None:
            clock = f"{clock.removesuffix(' s')} of {show_clock(time.par)}"
        others = "  ".join(_beside(figure, bridge.clock) for figure in figures if figure.name != "time")
        right = f"{clock}  {speed} {state} {bridge.waiting_words()}   {others}".rstrip()
        if len(right) + len(self._crumbs[-1]) + 6 > canvas.width or canvas.width < 100:
            right = f"{clock}  {speed} {state}  {others}".rstrip()
        room = canvas.width - len(right) - 4
        crumbs = list(self._crumbs)
        while len(crumbs) > 1 and len(" > ".join(crumbs)) >= room:
            crumbs.pop(0)
        x = 1
        for place, crumb in enumerate(crumbs):
            last = place == len(crumbs) - 1
            x = canvas.put(x, 0, cut(self.game.text(crumb), max(0, room - x)), Ink.STRONG if last else Ink.QUIET)
            if not last:
                x = canvas.put(x, 0, " > ", Ink.QUIET)
        canvas.right(0, right, Ink.PLAIN, 1)
        canvas.hot(canvas.width - len(right) - 1, 0, len(right), "pause")

    @property
    def _brief_key(self) -> str:
        """The key of the book panel: digits may be an answer."""
        return key_name(self.game.keymap.keys_of("play.brief")[0])

    def _goal_lines(self, width: int) -> list[str]:
        """What is still to be reached first; rules that must hold follow, as far as two lines go."""
        goals = sorted(self.bridge.goal(), key=lambda goal: (not goal.broken, goal.done))
        until = f"   until {show_duration(self.bridge.level.scenario.limit)}"
        for shown in range(len(goals), 0, -1):
            texts = "; ".join(f"{goal.mark} {goal.text}" for goal in goals[:shown])
            more = f"; {len(goals) - shown} more: key {self._brief_key}" if shown < len(goals) else ""
            lines = wrapped(self.game.text(f"goal  {texts}{more}{until}"), width)
            if len(lines) <= 2 or shown == 1:
                return lines[:3]
        return [f"goal  none: look around{until}"]

    def _paint_goal(self, canvas: Canvas) -> None:
        for y, line in enumerate(self._goal_lines(canvas.width - 2)):
            canvas.put(1, y, line, Ink.PLAIN)
        canvas.paint(1, 0, 4, Ink.ACCENT)

    # Picture and view

    def _paint_picture(self, canvas: Canvas) -> None:
        self._draw_picture(canvas, self.bridge.scene())

    def _paint_view(self, canvas: Canvas) -> None:
        bridge = self.bridge
        scene = bridge.scene()
        if bridge.you == NETWORK:
            left = bridge.session.world.left
            network = bridge.level.scenario.network
            by = f", by {show_duration(network.late)}" if isinstance(network, NetworkSeat) else ""
            view: dict[str, str | int] = {
                f"may be {word}": f"{count}{by if word == 'late' else ' more'}" for word, count in left.items()
            }
            draw_view(canvas, "you are the network", view, [])
            return
        if not bridge.you:
            draw_view(canvas, "you only watch", {}, [], "Nobody sits in a player's seat.")
            return
        kept = [] if bridge.session.over else bridge.kept_line()
        view = {name.replace("_", " "): value for name, value in scene.view.items()}
        draw_view(canvas, "you" if bridge.you == "you" else f"you are {bridge.you}", view, kept, bridge.absence())

    # Panels

    def _paint_tabs(self, canvas: Canvas) -> None:
        x = 1
        for place, name in enumerate(PANELS):
            chosen = place == self._panel
            text = f" {place + 1} {name} "
            canvas.put(x, 0, text, Ink.CHOSEN if chosen else Ink.QUIET)
            canvas.hot(x, 0, len(text), ("panel", place))
            x += len(text) + 1
        if self._panel == BYTES:
            words = "arrows: fields, messages" if self._in_bytes else "b: go from field to field"
            canvas.right(0, words, Ink.QUIET, 1)

    def _paint_panel(self, canvas: Canvas) -> None:
        (self._paint_space_time, self._paint_bytes, self._paint_log, self._paint_book, self._paint_policy)[self._panel](
            canvas
        )

    def _paint_space_time(self, canvas: Canvas) -> None:
        bridge = self.bridge
        diagram = bridge.diagram(300)
        width = canvas.width - spacetime.name_width(diagram.nodes)
        window = spacetime.window_for(width, bridge.moment, bridge.latency, self._back * bridge.latency)
        spacetime.draw(canvas, diagram, window)

    def _paint_bytes(self, canvas: Canvas) -> None:
        bridge = self.bridge
        shown = bridge.bytes_asked(self._field) if self._message < 0 else None
        if shown is None:
            messages = bridge.messages()
            chosen = [entry for entry in messages if entry.number == self._message] or messages[-1:]
            shown = bridge.bytes_of(chosen[0], self._field) if chosen else None
        if shown is not None:
            self._field = shown.at
        draw_bytes(canvas, shown)

    def _paint_log(self, canvas: Canvas) -> None:
        lines = self.bridge.log()
        self._back = max(0, min(self._back, len(lines) - canvas.height))
        draw_log(canvas, lines, self._back)

    def _paint_book(self, canvas: Canvas) -> None:
        bridge = self.bridge
        brief = prose(bridge.level.texts.brief, ascii_only=self.game.options.ascii).plain
        lines = [(line, Ink.YOU) for line in wrapped(" ".join(brief.split()), canvas.width - 3)]
        lines += book_lines(self.game.text(rule_of(bridge.level.protocol)), canvas.width - 3)
        if bridge.doing is not None:
            lines = [*lines, (f"This question: {bridge.doing.asked.choice.source}", Ink.ACCENT)]
        for goal in bridge.goal():
            lines.append(
                (f"This level:    {goal.mark} {self.game.text(goal.text)}", Ink.BAD if goal.broken else Ink.PLAIN)
            )
        for source in bridge.level.texts.sources:
            lines.append((f"This level:    {self.game.text(source)}", Ink.QUIET))
        self._back = max(0, min(self._back, len(lines) - canvas.height))
        draw_lines(canvas, lines, self._back)

    def _paint_policy(self, canvas: Canvas) -> None:
        lines = bridge_policy(self.bridge)
        self._back = max(0, min(self._back, len(lines) - canvas.height))
        draw_lines(canvas, lines, self._back)

    # The control

    def _paint_control(self, canvas: Canvas) -> None:
        bridge = self.bridge
        inner = Canvas(canvas.width - 4, canvas.height, ascii_only=canvas.ascii_only)
        if bridge.over is not None:
            self._paint_over(inner)
        elif bridge.doing is not None:
            self._paint_doing(inner)
        else:
            self._paint_waiting(inner)
        canvas.blit(inner, 2, 0)

    def _words_now(self) -> Words:
        """The last thing said."""
        words = next((words for words in reversed(self.bridge.words) if words.sign != "."), None)
        if words is None and self.bridge.words:
            words = self.bridge.words[-1]
        if words is None:  # nothing has been said yet: who you are, for those who came past the brief
            summary = prose(self.bridge.level.summary).plain
            words = Words("i", f"{summary} (the whole brief: key {self._brief_key})", Ink.QUIET)
        return words

    def _paint_words(self, canvas: Canvas, rows: int) -> int:
        """The last thing said, in at most `rows` rows; how many it took."""
        return draw_words(canvas, self._words_now(), 0, rows, self.game.text)

    def _paint_doing(self, canvas: Canvas) -> None:
        doing = self.bridge.doing
        assert doing is not None
        title = wrapped(self.game.text(doing.title), canvas.width, 2)
        rows = doing.control.rows(canvas.width)
        standing = 1 if doing.always and len(self.bridge.standing) > 1 else 0
        spare = canvas.height - len(title) - rows - 1 - standing
        y = self._paint_words(canvas, max(0, min(MOST_WORD_ROWS, spare)))
        y = max(0, min(spare, max(y, WORD_ROWS)))
        for line in title:
            canvas.put(0, y, line, Ink.STRONG)
            y += 1
        room = max(1, min(rows, canvas.height - y - 1 - standing))
        inner = Canvas(canvas.width, room, ascii_only=canvas.ascii_only)
        doing.control.draw(inner)
        canvas.blit(inner, 0, y)
        y = min(y + room, canvas.height - 1 - standing)
        if doing.control.problem:
            canvas.put(0, y, cut(f"!! {self.game.text(doing.control.problem)}", canvas.width - 9), Ink.BAD)
        else:
            canvas.put(0, y, cut(doing.control.keys, canvas.width), Ink.QUIET)
        canvas.right(y, " [Enter] ", Ink.QUIET)
        canvas.hot(canvas.width - 9, y, 9, "enter")
        if doing.how != "answer" and not doing.always and not doing.control.problem:  # it may be left as it is
            canvas.put(canvas.width - 15, y, " [Esc]", Ink.QUIET)
            canvas.hot(canvas.width - 15, y, 6, "escape")
        if doing.always and len(self.bridge.standing) > 1 and y + 1 < canvas.height:
            self._paint_standing(canvas, y + 1)

    def _paint_waiting(self, canvas: Canvas) -> None:
        y = max(WORD_ROWS, self._paint_words(canvas, canvas.height - 2))
        session = self.bridge.session
        if session.paused:
            keys = self.game.keymap
            words = (
                f"Paused. {key_name(keys.keys_of('play.pause')[0])} or Enter lets the world run, "
                f"{key_name(keys.keys_of('play.step')[0])} goes one event on, "
                f"{key_name(keys.keys_of('play.back')[0])} one back."
            )
            canvas.put(0, y, cut(words, canvas.width), Ink.STRONG)
        elif session.watching:
            canvas.put(0, y, "A recorded run is playing. Answer differently at any question to branch off.", Ink.QUIET)
        else:
            canvas.put(0, y, "The world runs. It stops when it is your turn.", Ink.QUIET)
        self._paint_standing(canvas, y + 1)

    def _paint_standing(self, canvas: Canvas, y: int) -> None:
        """Moves that may be made unprompted, each with its key."""
        now = {one.key for one in self.bridge.standing_now()}
        x = 0
        for one in self.bridge.standing:
            kept = self.bridge.session.kept.get((self.bridge.you, one.choice.name))
            text = f"{one.key} {one.label}{'' if kept is None else f' {self.bridge.show(one.choice.name, kept)}'}"
            if x and x + len(text) > canvas.width:
                x, y = 0, y + 1
            canvas.put(x, y, text, Ink.PLAIN if one.key in now else Ink.QUIET)
            if one.key in now:
                canvas.paint(x, y, 1, Ink.ACCENT)
            canvas.hot(x, y, len(text), ("standing", one.key))
            x += len(text) + 3

    def _paint_over(self, canvas: Canvas) -> None:
        over = self.bridge.over
        assert over is not None
        won = over.outcome.won
        head = " WON " if won else " LOST "
        canvas.put(0, 0, head, Ink.CHOSEN)
        reason = self.game.text(reason_words(over.outcome.reason))
        y = canvas.wrap(len(head) + 1, 0, reason, canvas.width - len(head) - 1, 2, Ink.STRONG)
        said = list(reversed(self.bridge.words))
        bad = next((words for sign in ("!!", "~") for words in said if words.sign == sign), None)
        if bad is not None:
            y += draw_words(canvas, bad, y, max(0, canvas.height - y - 3), self.game.text)
        if self.ending is not None:
            canvas.put(0, y, self.ending.stars_words, Ink.GOOD if won else Ink.COSTLY)
            if not self.bridge.session.sight.everything:
                x = len(self.ending.stars_words) + 3
                canvas.put(x, y, "the fog has lifted: above is what really happened", Ink.QUIET)
            if self.ending.run_file:
                y += 1
                canvas.put(0, y, cut(f"saved as {self.ending.run_file}", canvas.width), Ink.QUIET)
        again = key_name(self.game.keymap.keys_of("play.restart")[0])
        back = key_name(self.game.keymap.keys_of("play.back")[0])
        keys = f"Enter  what there is to learn     {again}  again     {back}  back a step, and play on"
        canvas.put(0, y + 1, cut(keys, canvas.width), Ink.ACCENT)
        canvas.hot(0, y + 1, canvas.width, "enter")

    # Keys and clicks

    def on_key(self, event: events.Key) -> None:
        """The control first, then the panel, then moves with a key of their own; what is left are commands."""
        if self._took(event.key, event.character):
            event.stop()
            event.prevent_default()
            self._lay_out()
            self._redraw()

    def _took(self, key: str, character: str | None) -> bool:
        bridge = self.bridge
        self._leaving = self._leaving and key in self.game.keymap.keys_of("play.leave")
        if self._in_bytes and self._bytes_key(key):
            return True
        if bridge.over is not None:
            if key == "enter":
                self._to_debrief()
                return True
            return False
        doing = bridge.doing
        if doing is not None:
            press = doing.control.press(key, character)
            if press is Press.GIVE:
                self._give()
                return True
            if press is Press.CHANGED:
                return True
            if key == "escape" and doing.how != "answer" and not doing.always:
                bridge.doing = None
                self._something_changed()
                return True
            if doing.control.typing and not works_while_typing(key):
                return True
        if doing is None and key == "enter" and bridge.session.paused:
            self.action_pause()  # there is nothing to answer: on
            return True
        if doing is None and key in ("up", "down", "left", "right"):
            if self._panel == BYTES:
                return self._bytes_key(key)
            self.action_scroll(-1 if key in ("up", "left") else 1, 1)
            return True
        for one in bridge.standing:
            if character == one.key and (doing is None or not doing.control.typing):
                self._start(one.key)
                return True
        return False

    def _give(self) -> None:
        doing = self.bridge.doing
        problem = self.bridge.give()
        if problem and doing is not None:
            doing.control.problem = problem
        self._field, self._message = 0, -1
        self._something_changed()

    def _start(self, key: str) -> None:
        standing = next(one for one in self.bridge.standing if one.key == key)
        problem = self.bridge.start(standing)
        if problem:
            self.bridge.say("~", problem, Ink.COSTLY)
        self._something_changed()

    def _bytes_key(self, key: str) -> bool:
        if key in ("left", "right"):
            self._field = max(0, self._field + (1 if key == "right" else -1))
        elif key in ("up", "down"):
            self._other_message(-1 if key == "up" else 1)
        elif key == "escape":
            self._in_bytes = False
        else:
            return False
        return True

    def _other_message(self, step: int) -> None:
        numbers = [entry.number for entry in self.bridge.messages()]
        if not numbers:
            return
        place = numbers.index(self._message) if self._message in numbers else len(numbers) - (step > 0)
        place += step
        self._message = numbers[place] if 0 <= place < len(numbers) else (numbers[0] if place < 0 else -1)
        self._field = 0

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        target, delta = event.target, event.delta
        name = event.view.id
        if name == "panel" and delta:
            self.action_scroll(delta, 2)
        elif target in ("enter", "escape"):
            self._took(str(target), None)
        elif name in ("control", "picture") and self._clicked_control(target, delta, name):
            pass
        elif target == "pause":
            self.action_pause()
        elif isinstance(target, tuple) and not delta:
            kind, value = target
            if kind == "panel":
                self.action_panel(value + 1)
            elif kind == "standing":
                self._start(value)
            elif kind == "span":
                self._field = value
            elif kind == "entry":
                self._show_message(value)
        self._lay_out()
        self._redraw()

    def _clicked_control(self, target: object, delta: int, name: str) -> bool:
        doing = self.bridge.doing
        if doing is None or (name == "picture" and delta):
            return False
        press = doing.control.click(target, delta)
        if press is Press.GIVE:
            self._give()
        return press is not Press.NOT_MINE

    def _show_message(self, number: int) -> None:
        if any(entry.number == number for entry in self.bridge.messages()):
            self._message, self._field, self._panel = number, 0, BYTES

    # Actions

    def action_pause(self) -> None:
        session = self.bridge.session
        if session.over:
            return
        if session.question is not None:
            self.bridge.say("?", "The world waits for your answer: it goes on when you have given it.", Ink.QUIET)
        else:
            session.toggle()
        self._something_changed()

    def action_step(self) -> None:
        session = self.bridge.session
        if session.question is not None:
            self.bridge.say("?", "It is your turn: answer first.", Ink.ACCENT)
        else:
            session.step()
        self._something_changed()

    def action_back(self) -> None:
        if not self.bridge.session.back():
            self.bridge.say(".", "This is the start.", Ink.QUIET)
        self.bridge.doing = None
        self._something_changed()

    def action_faster(self) -> None:
        self.bridge.session.faster()
        self._something_changed()

    def action_slower(self) -> None:
        self.bridge.session.slower()
        self._something_changed()

    def action_to_question(self) -> None:
        self.bridge.session.to_question()
        self._something_changed()

    def action_next_panel(self) -> None:
        self.action_panel((self._panel + 1) % len(PANELS) + 1)

    def action_previous_panel(self) -> None:
        self.action_panel((self._panel - 1) % len(PANELS) + 1)

    def action_panel(self, number: int) -> None:
        if 1 <= number <= len(PANELS):
            self._panel, self._back, self._in_bytes = number - 1, 0, False
            self._redraw()

    def action_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self._lay_out()
        self._redraw()

    def action_scroll(self, pages: int, rows: int = 0) -> None:
        """Scroll the panel: back into the past of log and diagram, down the text of book and policy."""
        step = rows or max(1, self.query_one("#panel").size.height - 1)
        towards = -pages if self._panel in (SPACE_TIME, LOG) else pages
        self._back = max(0, self._back + towards * step)
        self._redraw()

    def action_bytes(self) -> None:
        if self._panel == BYTES and self._in_bytes:
            self._in_bytes = False
        else:
            self._panel, self._in_bytes = BYTES, True
        self._redraw()

    def action_brief(self) -> None:
        self.action_panel(BOOK + 1)

    def action_policy(self) -> None:
        self.action_panel(POLICY + 1)

    def action_hint(self) -> None:
        if self.bridge.session.hint() is None:
            self.bridge.say("?", "There are no more hints.", Ink.QUIET)
        self._something_changed()

    def action_why(self) -> None:
        if self.bridge.session.why() is None:
            self.bridge.say(".", "There is nothing left to say on your answers so far.", Ink.QUIET)
            self.bridge.words[-1] = Words("-", self.bridge.words[-1].text, Ink.QUIET, self.bridge.words[-1].time)
        self._something_changed()

    def action_undo_autopilot(self) -> None:
        if self.bridge.session.undo() is None:
            self.bridge.say("-", "Nothing runs by itself.", Ink.QUIET)
        self._something_changed()

    def action_restart(self) -> None:
        self.game.start_level(self.bridge.level.id, seed=self.bridge.session.scenario.seed, brief=False)

    def action_leave(self) -> None:
        session = self.bridge.session
        played = any(given.how != "keep" for given in session.world.answers)
        if played and not session.over and not session.watching and not self._leaving:
            self._leaving = True  # Esc has other uses here: one too many should not end a level
            self.bridge.say("?", "Once more, and you leave this level; your run is kept.", Ink.ACCENT)
            return
        if self.ending is None:
            self._finish(self)
        self.game.show_map()

    def _to_debrief(self) -> None:
        if self.ending is not None:
            self.game.show_debrief(self.ending.debrief)


def draw_words(canvas: Canvas, words: Words, y: int, rows: int, text: Callable[[str], str] = str) -> int:
    """Something said, with its sign; how many rows it took."""
    if rows <= 0:
        return 0
    indent = len(words.sign) + 1
    canvas.put(0, y, words.sign, words.ink)
    return canvas.wrap(indent, y, text(words.text), canvas.width - indent, rows, words.ink)


def bridge_policy(bridge: Bridge) -> list[tuple[str, Ink]]:
    """The cases that run by themselves, as the start of a policy in Python."""
    mastered = sorted(bridge.session.mastered)
    lines: list[tuple[str, Ink]] = [
        (f"# Save as mine.py: ackademy run {bridge.level.id} --player script:mine.py", Ink.QUIET),
        ("# A question has .choice, .case, .view, .candidates and .now; memory lasts.", Ink.QUIET),
    ]
    if not mastered:
        lines.append(("# Nothing runs by itself yet: three right answers in a row, and a case does.", Ink.QUIET))
    lines.append(("def answer(question, memory):", Ink.PLAIN))
    for place, choice in enumerate(dict.fromkeys(name for name, _ in mastered)):
        lines.append((f"    {'el' if place else ''}if question.choice == {choice!r}:", Ink.PLAIN))
        for case in (case for name, case in mastered if name == choice):
            lines.append((f"        if question.case == {case!r}:", Ink.PLAIN))
            lines.append(("            # You know this one: write down how you answer it.", Ink.QUIET))
            lines.append(("            return question.candidates[0]", Ink.PLAIN))
    lines.append(("    # The first that is listed, whatever it is: yours to write.", Ink.QUIET))
    lines.append(("    return question.candidates[0]", Ink.PLAIN))
    return lines


def _beside(figure: Figure, clock: int) -> str:
    """A figure of the header. A time that has not come yet is the clock's own: only its par is told."""
    if figure.unit == "µs" and figure.par is not None and abs(figure.value - clock) < MILLISECOND:
        return f"{figure.name} by {show_duration(figure.par)}"
    return str(figure)


def _title(protocol: str) -> str:
    from core.protocols import BY_NAME

    return BY_NAME[protocol].title if protocol in BY_NAME else protocol
