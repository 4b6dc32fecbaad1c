"""The words of the play screen, and the control of what is asked; what the keys do while nothing is; how it ended."""

from __future__ import annotations

from tui.bridge import Bridge, Doing, Words, reason_words
from tui.keymap import Keymap, key_name
from tui.look import parts
from tui.look.wipe import typed_letters
from tui.model import Ending
from tui.prose import prose, to_ascii
from tui.widgets.canvas import Canvas, Ink, cut, wrapped

END_KEY = "f8"
"""Watches the rest of a run that is lost."""
WORD_ROWS = 2
MOST_WORD_ROWS = 4
OVER_ROWS = 8
"""How it ended, the lift, stars, where it is kept, the keys."""
STRIPES = {"ok": "right", "~": "costly", "!!": "wrong", "_": "omitted", "?": "hint", ":": "pending"}
"""The state of words, by their sign."""


class PlayWords:
    """Draws what was said and what is asked in the bridge's level at play. It changes nothing of the play.

    ending   how it ended, once it has.
    lift     which picture of the lift this is, from 1; 0: the fog has lifted, or is there still.
    """

    def __init__(self, bridge: Bridge, keymap: Keymap, *, ascii_only: bool) -> None:
        self.ending: Ending | None = None
        self.lift = 0
        self._bridge = bridge
        self._keymap = keymap
        self._ascii = ascii_only

    def _text(self, text: str) -> str:
        """A level's text as this terminal is to show it."""
        return to_ascii(text) if self._ascii else text

    def _key(self, action: str) -> str:
        return key_name(self._keymap.keys_of(action)[0])

    def draw(self, canvas: Canvas) -> None:
        """The words, and the control of what is asked; what the keys do while nothing is; or how it ended."""
        bridge = self._bridge
        doomed = bridge.doom.told and bridge.over is None
        inner = canvas.part(canvas.width - 2, canvas.height - doomed)
        if doomed:
            again, moment = self._key("play.restart"), self._key("play.moment")
            words = f"{bridge.doom.words}:  {moment}  back   {again}  again   {key_name(END_KEY)}  watch it end"
            canvas.put(1, canvas.height - 1, cut(words, canvas.width - 2), Ink.COSTLY)
        if bridge.over is not None:
            self._paint_over(inner)
        elif bridge.doing is not None:
            self._paint_doing(inner)
        else:
            self._paint_waiting(inner)
        canvas.blit(inner, 1, 0)

    def rows(self, width: int) -> int:
        """The rows that words and control would have on a screen of this width."""
        doing = self._bridge.doing
        if self._bridge.over is not None:
            return OVER_ROWS
        doomed = int(self._bridge.doom.told)
        if doing is None:
            return WORD_ROWS + 3 + doomed
        words = self._words_now()
        said = len(wrapped(self._text(words.text), width - 2 - parts.WORDS_AT))
        rows = max(WORD_ROWS, min(MOST_WORD_ROWS, said))
        rows += len(wrapped(self._title(doing), width - 2, 2)) + self._control_rows(doing, width - 2) + 1
        rows += self._says_more(doing) + doomed
        return rows + (doing.always and self._stands_beside)

    @property
    def _stands_beside(self) -> bool:
        """Is there more that may be done unasked than one setting?"""
        return len(self._bridge.reading.standing) > 1 or self._bridge.betting.any

    def _words_now(self) -> Words:
        """The last thing said."""
        if (passing := self._bridge.passing) is not None:
            return passing
        if self._bridge.pending is not None:
            return self._bridge.pending
        words = next((words for words in reversed(self._bridge.words) if words.sign != "."), None)
        if words is None and self._bridge.words:
            words = self._bridge.words[-1]
        if words is None:  # nothing has been said yet: who you are, for those who came past the brief
            summary = prose(self._bridge.level.summary).plain
            brief = self._key("play.brief")
            words = Words("i", f"{summary} (the whole brief: key {brief})", Ink.QUIET)
        return words

    def _paint_words(self, canvas: Canvas, rows: int) -> int:
        """The last thing said, in at most `rows` rows; how many it took."""
        return self._put_words(canvas, self._words_now(), 0, rows)

    def _put_words(self, canvas: Canvas, words: Words, y: int, rows: int) -> int:
        """Something said, with the stripe and sign of its state; how many rows it took."""
        text = self._text(words.fitting(canvas.width - parts.WORDS_AT, rows))
        state = STRIPES.get(words.sign)
        if state is not None:
            return parts.words(canvas, y, state, [text], rows=rows) - y
        if rows <= 0:
            return 0
        canvas.put(2, y, words.sign, Ink.QUIET)
        return canvas.wrap(parts.WORDS_AT, y, text, canvas.width - parts.WORDS_AT, rows, words.ink)

    def _paint_doing(self, canvas: Canvas) -> None:
        """The question, its control, what the answer means so far, the control's status line, and moves beside it."""
        doing = self._bridge.doing
        assert doing is not None
        control = doing.control
        title = wrapped(self._text(self._title(doing)), canvas.width, 2)
        rows = self._control_rows(doing, canvas.width)
        means = int(self._says_more(doing))
        standing = 1 if doing.always and self._stands_beside else 0
        spare = canvas.height - len(title) - rows - means - 1 - standing
        y = self._paint_words(canvas, max(0, min(MOST_WORD_ROWS, spare)))
        y = max(0, min(spare, max(y, WORD_ROWS)))
        for line in title:
            canvas.put(0, y, line, Ink.STRONG)
            y += 1
        room = min(rows, max(1, canvas.height - y - means - 1 - standing))
        if room:
            inner = canvas.part(canvas.width, room)
            control.draw(inner)
            canvas.blit(inner, 0, y)
        y = min(y + room, canvas.height - means - 1 - standing)
        if means:
            said = "   ".join(filter(None, (f"= {control.meaning}" if control.meaning else "", self._holds(doing))))
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

    def _control_rows(self, doing: Doing, width: int) -> int:
        """The rows of the control; none where the picture carries it."""
        return 0 if self._bridge.carried(doing.asked) else doing.control.rows(width)

    def _title(self, doing: Doing) -> str:
        """What is asked; of a control that the picture carries, with what it stands at."""
        control = doing.control
        if not self._bridge.carried(doing.asked):
            return doing.title
        if any(control.written):
            return doing.title  # what is typed stands in its field
        if control.typing:
            return f"{doing.title} {control.typed}_"
        if control.listed:
            return doing.title  # what is at hand is seen where it stands
        shown = "" if control.draft is None else self._bridge.reading.show(doing.asked.choice.name, control.draft)
        return f"{doing.title} {shown}".rstrip()

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
            words = "The world stands until you touch something: "
            words += "arrows choose a packet, Enter takes it, space lets it run."
            y += canvas.wrap(0, y, words, canvas.width, 2, Ink.STRONG) - 1
        elif session.paused and self._bridge.level.play.stands and not session.world.now:
            words = "The clock stands, and nobody will ask. Look around; Enter lets it run."
            canvas.put(0, y, cut(words, canvas.width), Ink.STRONG)
        elif session.paused:
            pause, step, back = (self._key(f"play.{action}") for action in ("pause", "step", "back"))
            held = self._bridge.holding is not None  # Enter is the hand's there
            on = pause if held else f"{pause} or Enter"
            words = f"Paused.   {on}  on   {step}  one event on   {back}  one event back"
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
        bottom = canvas.height - 1
        if bad is not None:
            y += self._put_words(canvas, bad, y, max(0, bottom - y - len(self._lift_lines(canvas.width)) - 1))
        if self.ending is not None:
            y += self._paint_lift(canvas, y)
            if y < bottom:
                canvas.put(0, y, self.ending.stars_words, Ink.GOOD if won else Ink.COSTLY)
            if self.ending.run_file and y + 1 < bottom:
                y += 1
                canvas.put(0, y, cut(f"saved as {self.ending.run_file}", canvas.width), Ink.QUIET)
        self._paint_keys_at_end(canvas, min(y + 1, bottom), won)

    def _paint_keys_at_end(self, canvas: Canvas, y: int, won: bool) -> None:
        """What can be done now, as far as there is room for it."""
        missed = self.ending.debrief.near if self.ending is not None else ""
        near = f"{self._text(missed)}: again?" if missed else "again"
        keys = [("Enter", "what there is to learn"), (self._key("play.restart"), near)]
        if not won and not self._bridge.session.scenario.live:
            keys.append((self._key("play.moment"), "the last moment"))
        keys.append((self._key("play.back"), "a step back"))
        x = 0
        for place, (key, words) in enumerate(keys):
            said = f"{key}  {words}"
            if x + len(said) > canvas.width:
                break
            end = canvas.put(x, y, said, Ink.ACCENT)
            if place == 0:
                canvas.hot(x, y, end, "enter")
            x = end + 4

    def _lift_lines(self, width: int) -> list[str]:
        """The level's one sentence, in lines."""
        words = self._text(self._bridge.level.texts.lift)
        over = self._bridge.over
        if over is not None and not over.outcome.won and self._bridge.holding is not None:
            return []  # it tells of the blow that did it: it is not true of another, and gives this one away
        if not words and not self._bridge.session.sight.everything:
            words = "The fog has lifted: above is what really happened."
        return wrapped(words, width, 2) if words else []

    def _paint_lift(self, canvas: Canvas, y: int) -> int:
        """The sentence, typed in while the fog is wiped away; how many rows it takes."""
        lines = self._lift_lines(canvas.width)
        words = " ".join(lines)
        left = typed_letters(words, self.lift)
        for row, line in enumerate(lines):
            canvas.put(0, y + row, line[:left], Ink.HINT)
            left = max(0, left - len(line) - 1)
        return len(lines)
