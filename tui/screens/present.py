"""A level before a lecture: picture, goal, question and the hands counted, for whoever sits in the last row."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.timer import Timer

from core.kernel.choice import Kind
from tui.bridge import Bridge
from tui.keymap import Scope, key_name
from tui.language import said
from tui.look import parts
from tui.pictures import hook
from tui.pictures.general import picture_of
from tui.presenting import Future, Phase, Presenting
from tui.prose import to_ascii
from tui.screens.base import AckademyScreen, bindings
from tui.widgets.canvas import Canvas, Ink, cut, wrapped
from tui.widgets.view import CanvasView

STEPS = 2.5
"""Steps of a future in a second."""
WIDE = 110
"""From so many columns on two futures lie side by side."""
BAR = 8
"""Columns of an answer's bar, at least: it has what its words leave."""
AROUND = 14
"""Columns of its letter and number, and of the gaps."""
STATES = {Kind.BOOK: "right", Kind.FINE: "right", Kind.COSTLY: "costly", Kind.WRONG: "wrong"}
INKS = (Ink.NODE0, Ink.NODE1, Ink.NODE2, Ink.NODE3, Ink.NODE4, Ink.NODE5)


class PresentScreen(AckademyScreen[None]):
    """One level before a room."""

    SCOPE = Scope.PRESENT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]
    LEAST = Size(60, 20)

    def __init__(self, presenting: Presenting) -> None:
        super().__init__()
        self.presenting = presenting
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        world = self.presenting.level.world
        yield CanvasView(self._draw, id="present", ascii_only=self.game.options.ascii, world=world)

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / STEPS, self._tick, pause=True)

    def on_unmount(self) -> None:
        self.presenting.close()

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Digits count hands while there is a vote."""
        presenting = self.presenting
        if presenting.phase is Phase.VOTE and event.character is not None and event.character in "0123456789":
            presenting.digit(int(event.character))
        elif presenting.phase is Phase.VOTE and event.key == "backspace":
            presenting.rub_out()
        else:
            return
        event.stop()
        event.prevent_default()
        self._changed()

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        """A click on an answer is a hand for it; one on a key is that key."""
        presenting, target = self.presenting, event.target
        if isinstance(target, tuple) and target[0] == "option" and presenting.phase is Phase.VOTE and not event.delta:
            presenting.chosen = target[1]
            presenting.options[target[1]].hands += 1
        elif isinstance(target, tuple) and target[0] == "key" and not event.delta:
            for name, _, run in self._keys():
                if name == target[1]:
                    run()
        self._changed()

    def action_move(self, step: int) -> None:
        if self.presenting.phase is Phase.VOTE:
            self.presenting.choose(step)
            self._changed()

    def action_go_on(self) -> None:
        """The next thing: two futures, the reveal, the next question, the end."""
        presenting = self.presenting
        if presenting.phase is Phase.VOTE:
            presenting.play()
        elif presenting.phase is Phase.FUTURES:
            presenting.reveal()
        elif presenting.phase is Phase.REVEAL:
            presenting.go_on()
        else:
            self.action_leave()
        self._changed()

    def action_step(self) -> None:
        if self.presenting.phase is Phase.FUTURES:
            self.presenting.step()
            self._changed()

    def action_skip(self) -> None:
        if self.presenting.phase is Phase.VOTE:
            self.presenting.skip()
            self._changed()

    def action_leave(self) -> None:
        self.game.exit()

    def _tick(self) -> None:
        self.presenting.step()
        self._changed()

    def _changed(self) -> None:
        if self._timer is not None:
            if self.presenting.phase is Phase.FUTURES:
                self._timer.resume()
            else:
                self._timer.pause()
        self.query_one("#present", CanvasView).redraw()

    # Drawing

    def _text(self, text: str) -> str:
        return to_ascii(text) if self.game.options.ascii else text

    def _key(self, name: str) -> str:
        return key_name(self.game.keymap.keys_of(f"present.{name}")[0])

    def _keys(self) -> list[tuple[str, str, Callable[[], None]]]:
        """What works now: key, words, and what does it."""
        phase = self.presenting.phase
        go_on, leave = self._key("go_on"), (self._key("leave"), said("leave"), self.action_leave)
        if phase is Phase.VOTE:
            up = self._key("up"), "/".join((self._key("up"), self._key("down")))
            return [
                (go_on, said("counted"), self.action_go_on), (up[1], said("answer"), lambda: self.action_move(1)),
                ("0-9", said("hands"), lambda: None), (self._key("skip"), said("by the book"), self.action_skip), leave,
            ]  # fmt: skip
        words = {
            Phase.FUTURES: said("what is to be said"),
            Phase.REVEAL: said("on, as the room said"),
            Phase.OVER: said("the end"),
        }
        return [(go_on, words[phase], self.action_go_on), leave]

    def _draw(self, canvas: Canvas) -> None:
        canvas.sky()
        presenting = self.presenting
        canvas.raise_row(0)
        canvas.put(1, 0, self._text(presenting.level.title), Ink.STRONG)
        if presenting.phase is not Phase.OVER:
            canvas.right(0, said("question {number}").format(number=presenting.number), Ink.QUIET, 1)
        canvas.raise_row(canvas.height - 1)
        parts.keycaps(canvas, canvas.height - 1, [(key, words) for key, words, _ in self._keys()])
        {
            Phase.VOTE: self._draw_vote, Phase.FUTURES: self._draw_futures, Phase.REVEAL: self._draw_reveal,
            Phase.OVER: self._draw_end,
        }[presenting.phase](canvas)  # fmt: skip

    def _draw_picture(self, canvas: Canvas, x: int, y: int, width: int, height: int, bridge: Bridge) -> None:
        if width < 1 or height < 1:
            return
        stage = canvas.part(width, height)
        stage.sky()
        level = bridge.level
        draw = (hook(level.protocol, "draw_bare") if level.play.bare else None) or picture_of(level.protocol)
        draw(stage, bridge.scene())
        stage.flush()
        stage.hots.clear()
        canvas.blit(stage, x, y)

    def _draw_vote(self, canvas: Canvas) -> None:
        presenting = self.presenting
        width = canvas.width - 2
        goal = "; ".join(one.text for one in presenting.bridge.reading.goal())
        goals = wrapped(self._text(goal), width - 2, 2)
        question = wrapped(self._text(presenting.words), width, 3)
        many = len(presenting.options)
        room = canvas.height - 2 - len(goals) - len(question)
        tall = room - 2 * many >= 8  # a row between the answers, and enough for the picture
        below = many * (2 if tall else 1)
        top = canvas.height - 1 - below - len(question) - len(goals)
        self._draw_picture(canvas, 0, 1, canvas.width, top - 1, presenting.bridge)
        for row, line in enumerate(goals):
            canvas.put(1, top + row, ("* " if canvas.ascii_only else "◇ ") if row == 0 else "  ", Ink.ACCENT)
            canvas.put(3, top + row, line, Ink.QUIET)
        top += len(goals)
        for row, line in enumerate(question):
            canvas.put(1, top + row, line, Ink.STRONG)
        top += len(question)
        most = max(1, *(option.hands for option in presenting.options))
        widest = max((len(self._text(option.words)) for option in presenting.options), default=0)
        wide = max(BAR, min(canvas.width * 3 // 5, canvas.width - widest - AROUND))
        for place, option in enumerate(presenting.options):
            y = top + place * (2 if tall else 1)
            chosen = place == presenting.chosen
            x = parts.chip(canvas, 1, y, option.letter, Ink.YOU if chosen else INKS[place])
            hands = f"{option.hands:>3}"
            canvas.put(x + 1, y, cut(self._text(option.words), canvas.width - x - wide - 7), Ink.STRONG)
            parts.gauge(canvas, canvas.width - wide - 6, y, wide, option.hands / most, INKS[place])
            canvas.put(canvas.width - 4, y, hands, Ink.YOU if chosen else Ink.PLAIN)
            canvas.hot(0, y, canvas.width, ("option", place))

    def _draw_futures(self, canvas: Canvas) -> None:
        """Side by side where there is room, else one above the other."""
        futures = self.presenting.futures
        height = canvas.height - 2
        for place, future in enumerate(futures):
            if canvas.width >= WIDE:
                share = canvas.width // len(futures)
                self._draw_future(canvas, place * share, 1, share - 1, height, future)
            else:
                share = height // len(futures)
                self._draw_future(canvas, 0, 1 + place * share, canvas.width, share, future)

    def _draw_future(self, canvas: Canvas, x: int, y: int, width: int, height: int, future: Future) -> None:
        part = canvas.part(width, height)
        part.sky()
        option = future.option
        part.raise_row(0)
        after = parts.chip(part, 1, 0, option.letter, INKS[ord(option.letter) - ord("A")])
        part.put(after + 1, 0, cut(self._text(option.words), width - after - 12), Ink.STRONG)
        part.right(0, said("{count} hands").format(count=option.hands), Ink.QUIET, 1)
        self._draw_picture(part, 0, 1, width, height - 2, future.bridge)
        part.put(1, height - 1, cut(self._text(future.said), width - 2), Ink.QUIET)
        canvas.blit(part, x, y)

    def _draw_reveal(self, canvas: Canvas) -> None:
        presenting = self.presenting
        y = 2
        room = canvas.height - 3
        for future, end in presenting.told():
            verdict, option = future.verdict, future.option
            rows = room // len(presenting.futures)
            x = parts.chip(canvas, 1, y, option.letter, INKS[ord(option.letter) - ord("A")])
            x = canvas.put(x + 1, y, cut(self._text(option.words), canvas.width - x - 16), Ink.STRONG)
            if option is presenting.winner:
                canvas.right(y, said("the room"), Ink.YOU, 1)
            lines = [self._text(verdict.words), self._text(said("By the book from there: {end}.").format(end=end))]
            if verdict.source:
                lines.append(self._text(f"({verdict.source})"))
            parts.words(canvas, y + 1, STATES.get(verdict.kind, "pending"), lines, 1, rows - 2)
            y += rows

    def _draw_end(self, canvas: Canvas) -> None:
        presenting = self.presenting
        bridge = presenting.bridge
        outcome = presenting.session.outcome
        rows = [*presenting.bridge.end_words().splitlines(), presenting.level.texts.lift]
        text = wrapped(self._text(" ".join(row for row in rows if row)), canvas.width - 4, 4)
        top = canvas.height - 3 - len(text)
        self._draw_picture(canvas, 0, 1, canvas.width, top - 1, bridge)
        if outcome is not None:
            words = said("The room has won.") if outcome.won else said("The room has lost.")
            canvas.centre(canvas.width // 2, top, words, Ink.GOOD if outcome.won else Ink.BAD)
        for row, line in enumerate(text):
            canvas.centre(canvas.width // 2, top + 1 + row, line)
