"""What the play screen shows: header, goal, picture, the node's own view, the panels and the control."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.kernel.scenario import NETWORK, NetworkSeat
from core.kernel.time import MILLISECOND, show_duration
from tui.bridge import Bridge, Figure, Words, reason_words
from tui.keymap import key_name
from tui.pictures import picture_of
from tui.prose import prose
from tui.screens.base import AckademyScreen
from tui.widgets import spacetime
from tui.widgets.canvas import Canvas, Ink, cut, wrapped
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
WORD_ROWS = 2
MOST_WORD_ROWS = 4


class PlayPainting(AckademyScreen[None]):
    """What the play screen shows: the bridge's level at play, drawn on canvases. It changes nothing of the play."""

    def __init__(self, bridge: Bridge, world_title: str) -> None:
        super().__init__()
        self.bridge = bridge
        self.ending: Ending | None = None
        self._crumbs = (world_title, _title(bridge.level.protocol), bridge.level.title)
        self._draw_picture = picture_of(bridge.level.protocol)
        self._panel = SPACE_TIME
        self._back = 0  # how far the panel is scrolled
        self._in_bytes = False  # the arrows go from field to field
        self._message = -1  # number of the entry whose bytes are shown; -1: the one at hand, or the last
        self._field = 0

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
        scenario = self.bridge.level.scenario
        until = "" if scenario.live else f"   until {show_duration(scenario.limit)}"
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
        elif session.is_live:
            canvas.put(0, y, "Nobody asks. Whoever comes is real, and does not wait for you.", Ink.QUIET)
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
        known = self.ending.debrief.cut if self.ending is not None else ""
        head = " CUT SHORT " if known else " WON " if won else " LOST "
        canvas.put(0, 0, head, Ink.CHOSEN)
        reason = self.game.text(known or reason_words(over.outcome.reason))
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
