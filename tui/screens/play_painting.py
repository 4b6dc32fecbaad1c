"""What the play screen shows: header, goal, picture, the node's own view, the panels and the control."""

from __future__ import annotations

from collections.abc import Callable

from core.kernel.scenario import NETWORK, NetworkSeat
from core.kernel.time import MILLISECOND, show_duration
from core.protocols import BY_NAME
from tui.bridge import Bridge, Doing, Figure, Words, reason_words
from tui.bridge.holding import Holding
from tui.clock import show_clock
from tui.keymap import Keymap, key_name
from tui.model import Ending
from tui.pictures import picture_of
from tui.pictures.rows import draw_rows
from tui.prose import prose, to_ascii
from tui.widgets.canvas import Canvas, Ink, cut, wrapped
from tui.widgets.panels import draw_view

WORD_ROWS = 2
MOST_WORD_ROWS = 4


class PlayPainting:
    """Draws the bridge's level at play on canvases. It changes nothing of the play.

    ending   how it ended, once it has.
    wide     is there room for worlds beside each other?
    """

    def __init__(self, bridge: Bridge, world_title: str, keymap: Keymap, *, ascii_only: bool) -> None:
        self.ending: Ending | None = None
        self.wide = False
        self._bridge = bridge
        self._keymap = keymap
        self._ascii = ascii_only
        self._crumbs = (world_title, _title(bridge.level.protocol), bridge.level.title)
        self._draw_picture = picture_of(bridge.level.protocol)

    def _text(self, text: str) -> str:
        """A level's text as this terminal is to show it."""
        return to_ascii(text) if self._ascii else text

    def _key(self, action: str) -> str:
        return key_name(self._keymap.keys_of(action)[0])

    # Header and goal

    def draw_header(self, canvas: Canvas) -> None:
        """Where this is, the clock, and the figures beside their pars."""
        bridge = self._bridge
        session = bridge.session
        speed = f"x{session.speed:g}"
        states = {"runs": ">", "paused": "||", "your turn": "?", "thinking": "...", "over": "="}
        state = states[bridge.reading.waiting_words()]
        figures = bridge.reading.figures()
        # The clock is the time that a par is about: one figure less to read.
        time = next((figure for figure in figures if figure.name == "time" and figure.par is not None), None)
        clock = show_clock(bridge.reading.clock)
        if time is not None and time.par is not None:
            clock = f"{clock.removesuffix(' s')} of {show_clock(time.par)}"
        others = "  ".join(_beside(figure, bridge.reading.clock) for figure in figures if figure.name != "time")
        bell = f"! {', '.join(session.rings)}" if session.rings else ""
        before = f"{bell}   " if bell else ""
        right = f"{before}{clock}  {speed} {state} {bridge.reading.waiting_words()}   {others}".rstrip()
        if len(right) + len(self._crumbs[-1]) + 6 > canvas.width or canvas.width < 100:
            right = f"{before}{clock}  {speed} {state}  {others}".rstrip()
        room = canvas.width - len(right) - 4
        crumbs = list(self._crumbs)
        while len(crumbs) > 1 and len(" > ".join(crumbs)) >= room:
            crumbs.pop(0)
        x = 1
        for place, crumb in enumerate(crumbs):
            last = place == len(crumbs) - 1
            x = canvas.put(x, 0, cut(self._text(crumb), max(0, room - x)), Ink.STRONG if last else Ink.QUIET)
            if not last:
                x = canvas.put(x, 0, " > ", Ink.QUIET)
        canvas.right(0, right, Ink.PLAIN, 1)
        canvas.paint(canvas.width - len(right) - 1, 0, len(bell), Ink.ACCENT)
        canvas.hot(canvas.width - len(right) - 1, 0, len(right), "pause")

    @property
    def _brief_key(self) -> str:
        """The key of the book panel: digits may be an answer."""
        return self._key("play.brief")

    def goal_lines(self, width: int) -> list[str]:
        """What is still to be reached first; rules that must hold follow, as far as two lines go."""
        goals = sorted(self._bridge.reading.goal(), key=lambda goal: (not goal.broken, bool(goal.done)))
        scenario = self._bridge.level.scenario
        until = "" if scenario.live else f"   until {show_duration(scenario.limit)}"
        for shown in range(len(goals), 0, -1):
            texts = "; ".join(f"{goal.mark} {goal.text}" for goal in goals[:shown])
            more = f"; {len(goals) - shown} more: key {self._brief_key}" if shown < len(goals) else ""
            lines = wrapped(self._text(f"goal  {texts}{more}{until}"), width)
            if len(lines) <= 2 or shown == 1:
                return lines[:3]
        return [f"goal  none: look around{until}"]

    def draw_goal(self, canvas: Canvas) -> None:
        """What is to be reached."""
        for y, line in enumerate(self.goal_lines(canvas.width - 2)):
            canvas.put(1, y, line, Ink.PLAIN)
        canvas.paint(1, 0, 4, Ink.ACCENT)

    # Picture and view

    def draw_picture(self, canvas: Canvas) -> None:
        """The room's picture; with worlds beside this one, each of them."""
        rows = self._bridge.rows()
        if rows:
            draw_rows(canvas, self._draw_picture, rows, wide=self.wide)
        else:
            self._draw_picture(canvas, self._bridge.scene())

    def draw_view(self, canvas: Canvas) -> None:
        """What the own node says of itself."""
        bridge = self._bridge
        scene = bridge.scene()
        if bridge.holding is not None:
            draw_view(canvas, "you are the network", hand_view(bridge.holding, scene.now), [])
            return
        if bridge.reading.you == NETWORK:
            left = bridge.session.world.left
            network = bridge.level.scenario.network
            by = f", by {show_duration(network.late)}" if isinstance(network, NetworkSeat) else ""
            view: dict[str, str | int] = {
                f"may be {word}": f"{count}{by if word == 'late' else ' more'}" for word, count in left.items()
            }
            draw_view(canvas, "you are the network", view, [])
            return
        if not bridge.reading.you:
            draw_view(canvas, "you only watch", {}, [], "Nobody sits in a player's seat.")
            return
        kept = [] if bridge.session.over else bridge.reading.kept_line()
        view = {name.replace("_", " "): value for name, value in scene.view.items()}
        draw_view(
            canvas,
            "you" if bridge.reading.you == "you" else f"you are {bridge.reading.you}",
            view,
            kept,
            bridge.reading.absence(),
        )

    # The control

    def draw_control(self, canvas: Canvas) -> None:
        """The words, and the control of what is asked; what the keys do while nothing is; or how it ended."""
        bridge = self._bridge
        inner = Canvas(canvas.width - 4, canvas.height, ascii_only=canvas.ascii_only)
        if bridge.over is not None:
            self._paint_over(inner)
        elif bridge.doing is not None:
            self._paint_doing(inner)
        else:
            self._paint_waiting(inner)
        canvas.blit(inner, 2, 0)

    def control_rows(self, width: int) -> int:
        """The rows that words and control would have on a screen of this width."""
        doing = self._bridge.doing
        if doing is None:
            return WORD_ROWS + 3
        words = self._words_now()
        said = len(wrapped(self._text(words.text), width - 5 - len(words.sign)))
        rows = max(WORD_ROWS, min(MOST_WORD_ROWS, said))
        rows += len(wrapped(doing.title, width - 4, 2)) + doing.control.rows(width - 4) + 1
        rows += self._says_more(doing)
        return rows + (doing.always and self._stands_beside)

    @property
    def _stands_beside(self) -> bool:
        """Is there more that may be done unasked than one setting?"""
        return len(self._bridge.reading.standing) > 1 or self._bridge.betting.any

    def _words_now(self) -> Words:
        """The last thing said."""
        words = next((words for words in reversed(self._bridge.words) if words.sign != "."), None)
        if words is None and self._bridge.words:
            words = self._bridge.words[-1]
        if words is None:  # nothing has been said yet: who you are, for those who came past the brief
            summary = prose(self._bridge.level.summary).plain
            words = Words("i", f"{summary} (the whole brief: key {self._brief_key})", Ink.QUIET)
        return words

    def _paint_words(self, canvas: Canvas, rows: int) -> int:
        """The last thing said, in at most `rows` rows; how many it took."""
        return draw_words(canvas, self._words_now(), 0, rows, self._text)

    def _paint_doing(self, canvas: Canvas) -> None:
        """The question, its control, what the answer means so far, the control's status line, and moves beside it."""
        doing = self._bridge.doing
        assert doing is not None
        control = doing.control
        title = wrapped(self._text(doing.title), canvas.width, 2)
        rows = control.rows(canvas.width)
        means = int(self._says_more(doing))
        standing = 1 if doing.always and self._stands_beside else 0
        spare = canvas.height - len(title) - rows - means - 1 - standing
        y = self._paint_words(canvas, max(0, min(MOST_WORD_ROWS, spare)))
        y = max(0, min(spare, max(y, WORD_ROWS)))
        for line in title:
            canvas.put(0, y, line, Ink.STRONG)
            y += 1
        room = max(1, min(rows, canvas.height - y - means - 1 - standing))
        inner = Canvas(canvas.width, room, ascii_only=canvas.ascii_only)
        control.draw(inner)
        canvas.blit(inner, 0, y)
        y = min(y + room, canvas.height - means - 1 - standing)
        if means:
            parts = [f"= {control.meaning}" if control.meaning else "", self._holds(doing)]
            said = "   ".join(part for part in parts if part)
            canvas.put(0, y, cut(self._text(said), canvas.width), Ink.PACKET)
            y += 1
        if control.problem:
            canvas.put(0, y, cut(f"!! {self._text(control.problem)}", canvas.width - 9), Ink.BAD)
        else:
            ink = Ink.ACCENT if control.typing else Ink.QUIET
            canvas.put(0, y, cut(control.status, canvas.width - 9), ink)
        canvas.right(y, " [Enter] ", Ink.QUIET)
        canvas.hot(canvas.width - 9, y, 9, "enter")
        if doing.how != "answer" and not doing.always and not control.problem:  # it may be left as it is
            canvas.put(canvas.width - 15, y, " [Esc]", Ink.QUIET)
            canvas.hot(canvas.width - 15, y, 6, "escape")
        if standing and y + 1 < canvas.height:
            self._paint_standing(canvas, y + 1)

    @staticmethod
    def _holds(doing: Doing) -> str:
        """From when a change of the setting at hand holds, where the room says so."""
        return f"({doing.asked.holds})" if doing.how == "keep" and doing.asked.choice.holds else ""

    def _says_more(self, doing: Doing) -> bool:
        """Is there a line for what the answer means, or from when it holds?"""
        return doing.asked.choice.means is not None or bool(self._holds(doing))

    def _paint_waiting(self, canvas: Canvas) -> None:
        y = max(WORD_ROWS, self._paint_words(canvas, canvas.height - 2))
        session = self._bridge.session
        if session.paused and self._bridge.holding is not None and not session.world.answers:
            words = "The world stands until you touch something: arrows choose a packet, Enter takes it."
            canvas.put(0, y, cut(words, canvas.width), Ink.STRONG)
        elif session.paused and self._bridge.level.play.stands and not session.world.count:
            words = "The clock stands, and nobody will ask. Look around; Enter lets it run."
            canvas.put(0, y, cut(words, canvas.width), Ink.STRONG)
        elif session.paused:
            pause, step, back = (self._key(f"play.{action}") for action in ("pause", "step", "back"))
            words = f"Paused. {pause} or Enter lets the world run, {step} goes one event on, {back} one back."
            canvas.put(0, y, cut(words, canvas.width), Ink.STRONG)
        elif self._bridge.holding is not None:
            canvas.put(0, y, cut("arrows choose a packet   Enter takes it, or lets it go", canvas.width), Ink.QUIET)
        elif session.watching:
            canvas.put(0, y, "A recorded run is playing. Answer differently at any question to branch off.", Ink.QUIET)
        elif session.is_live:
            canvas.put(0, y, "Nobody asks. Whoever comes is real, and does not wait for you.", Ink.QUIET)
        elif session.asks == "notice":
            canvas.put(0, y, "The world runs, and nobody asks.", Ink.QUIET)
        else:
            canvas.put(0, y, "The world runs. It stops when it is your turn.", Ink.QUIET)
        self._paint_standing(canvas, y + 1)

    def _paint_standing(self, canvas: Canvas, y: int) -> None:
        """Moves that may be made unprompted, each with its key."""
        now = {one.key: one for one in self._bridge.reading.standing_now()}
        x = 0
        for one in self._bridge.reading.standing:
            kept = self._bridge.session.kept.get((self._bridge.reading.you, one.choice.name))
            shown = "" if kept is None else f" {self._bridge.reading.show(one.choice.name, kept)}"
            preview = f" ({now[one.key].preview})" if one.key in now and now[one.key].preview else ""
            text = f"{one.key} {one.label}{shown}{preview}"
            if x and x + len(text) > canvas.width:
                x, y = 0, y + 1
            canvas.put(x, y, text, Ink.PLAIN if one.key in now else Ink.QUIET)
            if one.key in now:
                canvas.paint(x, y, 1, Ink.ACCENT)
            canvas.hot(x, y, len(text), ("standing", one.key))
            x += len(text) + 3
        for move in self._bridge.betting.moves():
            text = f"{move.key} {move.label}"
            if x and x + len(text) > canvas.width:
                x, y = 0, y + 1
            canvas.put(x, y, text, Ink.PLAIN if move.alive else Ink.QUIET)
            if move.alive:
                canvas.paint(x, y, 1, Ink.ACCENT)
            canvas.hot(x, y, len(text), ("bet", move.key))
            x += len(text) + 3
        if self._bridge.betting.any:
            betting = self._bridge.betting
            canvas.put(x, y, cut(f"chips {betting.chips} of {betting.most}", max(0, canvas.width - x)), Ink.QUIET)

    def _paint_over(self, canvas: Canvas) -> None:
        over = self._bridge.over
        assert over is not None
        won = over.outcome.won
        known = self.ending.debrief.cut if self.ending is not None else ""
        head = " CUT SHORT " if known else " WON " if won else " LOST "
        canvas.put(0, 0, head, Ink.CHOSEN)
        reason = self._text(known or reason_words(over.outcome.reason))
        y = canvas.wrap(len(head) + 1, 0, reason, canvas.width - len(head) - 1, 2, Ink.STRONG)
        said = list(reversed(self._bridge.words))
        bad = next((words for sign in ("!!", "~", "_") for words in said if words.sign == sign), None)
        if bad is not None:
            y += draw_words(canvas, bad, y, max(0, canvas.height - y - 3), self._text)
        if self.ending is not None:
            canvas.put(0, y, self.ending.stars_words, Ink.GOOD if won else Ink.COSTLY)
            if not self._bridge.session.sight.everything:
                x = len(self.ending.stars_words) + 3
                lift = self._bridge.level.texts.lift
                words = lift or "the fog has lifted: above is what really happened"
                canvas.put(x, y, cut(self._text(words), canvas.width - x), Ink.HINT if lift else Ink.QUIET)
            if self.ending.run_file:
                y += 1
                canvas.put(0, y, cut(f"saved as {self.ending.run_file}", canvas.width), Ink.QUIET)
        again = self._key("play.restart")
        back = self._key("play.back")
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


def hand_view(holding: Holding, clock: int) -> dict[str, str | int]:
    """What the network's hand holds and for how long at the watcher's clock (µs), and what it may still do."""
    held, most = holding.pockets
    view: dict[str, str | int] = {"pockets": f"{held} of {most} full"} if most else {}
    for act, left in holding.left().items():
        view[act.replace("_", " ")] = "no limit" if left is None else f"{left} more"
    if waited := holding.waited(clock):
        view["held for"] = waited
    return {**view, **holding.second_row()}


def _beside(figure: Figure, clock: int) -> str:
    """A figure of the header. A time that has not come yet is the clock's own: only its par is told."""
    waiting = figure.value is not None and abs(figure.value - clock) < MILLISECOND
    if figure.unit == "µs" and figure.par is not None and waiting:
        return f"{figure.name} by {show_duration(figure.par)}"
    return str(figure)


def _title(protocol: str) -> str:
    return BY_NAME[protocol].title if protocol in BY_NAME else protocol
