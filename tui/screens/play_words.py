"""The words of the play screen, and the control of what is asked; what the keys do while nothing is; how it ended."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import PurePath
from typing import NamedTuple

from rich.cells import cell_len

from core.session import notices
from tui.bridge import Bridge, Doing, Words, reason_words
from tui.keymap import Keymap, key_name
from tui.language import said, said_each
from tui.look import parts
from tui.look.wipe import typed_letters
from tui.model import Ending
from tui.prose import prose, to_ascii
from tui.screens.play_keys import command_key, is_typed
from tui.widgets.canvas import Canvas, Ink, cut, wrapped

END_KEY = "f8"
"""Watches the rest of a run that is lost."""
WORD_ROWS = 2
MOST_WORD_ROWS = 4
WAITING_ROWS = 2
"""Rows of what the keys do while nothing is asked; that a run is lost is said in one of them, so the picture stays."""
TERM_ROWS = 3
"""Rows at most in which it is said what a new term means."""
REASON_ROWS = 3
"""Rows at most in which it is said why it ended."""
OVER_ROWS = 8
"""How it ended, the lift, stars, where it is kept, the keys."""
STRIPES = {"ok": "right", "~": "costly", "!!": "wrong", "_": "omitted", "?": "hint", ":": "pending"}
"""The state of words, by their sign."""


def fitting(keys: str, width: int) -> str:
    """What keys do, set apart by three blanks, as far as there is room: what has none is in the help."""
    groups = keys.split("   ")
    while len(groups) > 1 and len("   ".join(groups)) > width:
        groups.pop(-1 if "Enter" not in groups[-1] else -2)
    return cut("   ".join(groups), width)


def saved_as(file: str, width: int) -> str:
    """Where a run is kept; where its folder has no room, its name alone: the folder is in the debrief."""
    words = said("saved as {file}").format(file=file)
    return words if cell_len(words) <= width else cut(said("saved as {file}").format(file=PurePath(file).name), width)


class _Entry(NamedTuple):
    """A move that may be made unprompted: what stands there, whether it can be made now, what a click means."""

    text: str
    alive: bool
    target: Hashable


class PlayWords:
    """Draws what was said and what is asked in the bridge's level at play. It changes nothing of the play.

    ending   how it ended, once it has.
    lift     which picture of the lift this is, from 1; 0: the fog has lifted, or is there still.
    aside    does the play lie above a screen to which one goes back at its end, and nowhere else?
    terms    words that have just come up, each with its sentence; `explained`: for how many of them there was room.
    """

    def __init__(self, bridge: Bridge, keymap: Keymap, *, ascii_only: bool) -> None:
        self.ending: Ending | None = None
        self.lift = 0
        self._end: tuple[notices.Over, str] | None = None
        self.aside = False
        self.terms: Sequence[tuple[str, str]] = ()
        self.explained = 0
        self._page = 0
        self._pages = 1
        self._paged: Words | None = None
        self._bridge = bridge
        self._keymap = keymap
        self._ascii = ascii_only

    def _text(self, text: str) -> str:
        """A level's text as this terminal is to show it."""
        return to_ascii(text) if self._ascii else text

    def _key(self, action: str) -> str:
        return key_name(command_key(self._keymap, action, self._bridge.doing))

    def draw(self, canvas: Canvas) -> None:
        """The words, and the control of what is asked; what the keys do while nothing is; or how it ended."""
        bridge = self._bridge
        doomed = bridge.doom.told and bridge.over is None
        inner = canvas.part(canvas.width - 2, canvas.height - doomed)
        if doomed:
            again, moment = self._key("play.restart"), self._key("play.moment")
            keys = said("{moment}  back   {again}  again   {end}  watch it end")
            words = f"{said(bridge.doom.words)}:  {keys.format(moment=moment, again=again, end=key_name(END_KEY))}"
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
            return self._over_rows(width - 2)
        doomed = int(self._bridge.doom.told)
        if doing is None:
            waiting = len(wrapped(self._waiting_words()[0], width - 2)) + doomed
            return WORD_ROWS + max(WAITING_ROWS, waiting) + len(self._standing_rows(width - 2))
        words = self._words_now()
        told = len(wrapped(self._text(words.text), width - 2 - parts.WORDS_AT))
        rows = max(WORD_ROWS, min(MOST_WORD_ROWS, told))
        rows += len(wrapped(self._title(doing), width - 2, 2)) + self._control_rows(doing, width - 2) + 1
        rows += self._means_rows(doing, width - 2) + doomed
        return rows + (len(self._standing_rows(width - 2)) if doing.always and self._stands_beside else 0)

    @property
    def _stands_beside(self) -> bool:
        """Is there more that may be done unasked than one setting?"""
        return len(self._bridge.reading.standing) > 1 or self._bridge.betting.any

    @property
    def has_more(self) -> bool:
        """Is there more of what was said than one page holds?"""
        return self._pages > 1

    def more(self) -> None:
        """The next page of what was said; after the last one the first."""
        self._page = (self._page + 1) % self._pages

    def term_lines(self, width: int, rows: int = TERM_ROWS) -> list[str]:
        """The words that have just come up, each in its sentence, as far as whole sentences have room; of the first as
        much as there is room for, with the key that says all of it."""
        found: list[str] = []
        self.explained = 0
        for term, meaning in self.terms if rows > 0 else ():
            lines = wrapped(self._text(f"{term}: {meaning}"), width)
            if len(found) + len(lines) > rows:
                if not found:
                    more = f" ... {self._key('play.terms')} {said('more')}"
                    found = wrapped(self._text(f"{term}: {meaning}"), width - len(more))[:rows]
                    found[-1] += more
                    self.explained = 1
                break
            found += lines
            self.explained += 1
        return found

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
            whole = said("(the whole brief: key {key})").format(key=brief)
            words = Words("i", f"{summary} {whole}", Ink.QUIET, parts=(summary, whole))
        return words

    def _paint_words(self, canvas: Canvas, rows: int) -> int:
        """The last thing said, in at most `rows` rows; how many it took."""
        return self._put_words(canvas, self._words_now(), 0, rows)

    def _put_words(self, canvas: Canvas, words: Words, y: int, rows: int) -> int:
        """Something said, with the stripe and sign of its state; how many rows it took."""
        if words != self._paged:
            self._page, self._paged = 0, words
        state = STRIPES.get(words.sign)
        key = key_name("pagedown") if self._types_more else self._key("play.more")
        pages = self._pages_of(words, canvas.width, rows, len(f"{key} {said('more')} 9/9") + 2)
        self._pages = len(pages)
        page = pages[self._page % len(pages)]
        if not page:
            return 0
        if state is not None:
            parts.page_of_words(canvas, y, state, page)
        else:
            canvas.put(2, y, words.sign, Ink.QUIET)
            for row, (text, _) in enumerate(page):
                canvas.put(parts.WORDS_AT, y + row, text, words.ink)
        if len(pages) > 1:
            place = self._page % len(pages) + 1
            more = f"{key} {said('more') if place < len(pages) else said('back')} {place}/{len(pages)}"
            canvas.right(y + len(page) - 1, more, Ink.HINT)
            canvas.hot(canvas.width - len(more), y + len(page) - 1, len(more), "more")
        return len(page)

    def _pages_of(self, words: Words, width: int, rows: int, more: int) -> list[list[tuple[str, bool]]]:
        """What was said, on as many pages as it takes: sentences stay whole where one page holds them."""
        pages = parts.pages([self._text(words.text)], width, rows, more)
        first = words.fitting(width - parts.WORDS_AT - more, rows)
        if len(pages) == 1 or first == words.text:
            return pages
        rest = words.text.removeprefix(first).strip()
        return [page for text in (first, rest) for page in parts.pages([self._text(text)], width - more, rows, 0)]

    @property
    def _types_more(self) -> bool:
        """Is the key for more typed, and no command?"""
        doing = self._bridge.doing
        return doing is not None and is_typed(doing.control, command_key(self._keymap, "play.more", doing))

    def _paint_doing(self, canvas: Canvas) -> None:
        """The question, its control, what the answer means so far, the control's status line, and moves beside it."""
        doing = self._bridge.doing
        assert doing is not None
        control = doing.control
        title = wrapped(self._text(self._title(doing)), canvas.width, 2)
        rows = self._control_rows(doing, canvas.width)
        means = self._means_rows(doing, canvas.width)
        standing = len(self._standing_rows(canvas.width)) if doing.always and self._stands_beside else 0
        spare = canvas.height - len(title) - rows - means - 1 - standing
        terms = self.term_lines(canvas.width, min(TERM_ROWS, spare - 1))
        y = self._paint_words(canvas, max(0, min(MOST_WORD_ROWS, spare - len(terms))))
        y = self._paint_terms(canvas, y, terms)
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
            for line in wrapped(self._text(self._means(doing)), canvas.width, means):
                canvas.put(0, y, line, Ink.PACKET)
                y += 1
        if control.problem:
            problem = wrapped(f"!! {self._text(control.problem)}", canvas.width - 9)
            y = max(0, min(y, canvas.height - len(problem)))  # over the control: it is about what stands there
            for row, line in enumerate(problem):
                canvas.put(0, y + row, line.ljust(canvas.width - 9) if row else line, Ink.BAD)
            y = min(canvas.height - 1, y + len(problem) - 1)
        else:
            ink = Ink.ACCENT if control.typing else Ink.QUIET
            canvas.put(0, y, fitting(said_each(self._status(doing)), canvas.width - 16), ink)
        canvas.right(y, " [Enter] ", Ink.QUIET)
        canvas.hot(canvas.width - 9, y, 9, "enter")
        if doing.how != "answer" and not doing.always and not control.problem:  # it may be left as it is
            canvas.put(canvas.width - 15, y, " [Esc]", Ink.QUIET)
            canvas.hot(canvas.width - 15, y, 6, "escape")
        if standing and y + 1 < canvas.height:
            self._paint_standing(canvas, y + 1)

    def _status(self, doing: Doing) -> str:
        """What the keys do at the control; where every push is in force, Enter makes a move, or does nothing."""
        status = doing.control.status
        if not self._bridge.at_once or doing.control.typing:
            return status
        move = self._bridge.first_move()
        label = said("go on") if self._bridge.stands_at_start else "" if move is None else move.label
        groups = [group for group in status.split("   ") if not group.startswith("Enter ")]
        return "   ".join([*groups[:2], f"Enter {label}", *groups[2:]] if label else groups)

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
        return f"({said(doing.asked.holds)})" if doing.how == "keep" and doing.asked.choice.holds else ""

    def _means(self, doing: Doing) -> str:
        """What the answer that stands there means, and from when it holds."""
        meaning = doing.control.meaning
        return "   ".join(filter(None, (f"= {meaning}" if meaning else "", self._holds(doing))))

    def _means_rows(self, doing: Doing, width: int) -> int:
        """The rows for that: one at least where there can be something to say."""
        if not self._says_more(doing):
            return 0
        return max(1, len(wrapped(self._text(self._means(doing)), width, 2)))

    def _says_more(self, doing: Doing) -> bool:
        """Is there a line for what the answer means, or from when it holds?"""
        return doing.asked.choice.means is not None or bool(self._holds(doing))

    def _paint_terms(self, canvas: Canvas, y: int, lines: Sequence[str]) -> int:
        """What a term means that has just come up; the row after it."""
        for line in lines:
            canvas.put(0, y, line, Ink.HINT)
            canvas.hot(0, y, len(line), "terms")
            y += 1
        return y

    def _paint_waiting(self, canvas: Canvas) -> None:
        standing = self._standing_rows(canvas.width)
        waiting, ink = self._waiting_words()
        lines = wrapped(waiting, canvas.width)
        terms = self.term_lines(canvas.width, min(TERM_ROWS, canvas.height - 1 - len(lines) - len(standing)))
        room = canvas.height - len(lines) - len(standing) - len(terms)
        y = self._paint_terms(canvas, self._paint_words(canvas, min(MOST_WORD_ROWS, room)), terms)
        y = max(y, min(WORD_ROWS, room))
        for line in lines:
            canvas.put(0, y, line, ink)
            y += 1
        self._paint_standing(canvas, y)

    def _waiting_words(self) -> tuple[str, Ink]:
        """What the keys do while nothing is asked, and the ink of it."""
        session = self._bridge.session
        if session.paused and self._bridge.holding is not None and not session.world.answers:
            touch = said("arrows choose a packet, Enter takes it, space lets it run.")
            if not self._bridge.holding.pockets[1]:
                touch = said("space lets it run.")
            return f"{said('The world stands until you touch something')}: {touch}", Ink.STRONG
        if session.paused and self._bridge.level.play.stands and not session.world.now:
            level = self._bridge.level
            asks = len(level.moves) < len({choice.name for choice in level.choices})
            if asks:
                return said("The clock stands. Look around; Enter lets it run."), Ink.STRONG
            return said("The clock stands, and nobody will ask. Look around; Enter lets it run."), Ink.STRONG
        if session.paused:
            pause, step, back = (self._key(f"play.{action}") for action in ("pause", "step", "back"))
            either = said("{key} or Enter").format(key=pause)
            on = pause if self._bridge.holding is not None else either  # Enter is the hand's there
            words = said("Paused.   {on}  on   {step}  one event on   {back}  one event back")
            return words.format(on=on, step=step, back=back), Ink.STRONG
        if self._bridge.holding is not None and self._bridge.holding.pockets[1]:
            return said("arrows choose a packet   Enter takes it, or lets it go"), Ink.QUIET
        if self._bridge.holding is not None:
            return said("The world runs, and nobody asks."), Ink.QUIET
        if session.watching:
            words = said("A recorded run is playing. Answer differently at any question to branch off.")
            return words, Ink.QUIET
        if session.is_live:
            return said("Nobody asks. Whoever comes is real, and does not wait for you."), Ink.QUIET
        if session.asks == "notice":
            return said("The world runs, and nobody asks."), Ink.QUIET
        return said("The world runs. It stops when it is your turn."), Ink.QUIET

    def _standing_rows(self, width: int) -> list[list[_Entry]]:
        """Moves that may be made unprompted, and bets, in rows; how many chips are left stands in the last."""
        reading, betting = self._bridge.reading, self._bridge.betting
        now = {one.key: one for one in reading.standing_now()}
        entries: list[_Entry] = []
        for one in reading.standing:
            kept = self._bridge.session.kept.get((reading.you, one.choice.name))
            shown = "" if kept is None else f" {reading.show(one.choice.name, kept)}"
            preview = f" ({now[one.key].preview})" if one.key in now and now[one.key].preview else ""
            entries.append(_Entry(f"{one.key} {one.label}{shown}{preview}", one.key in now, ("standing", one.key)))
        entries += [_Entry(f"{move.key} {move.label}", move.alive, ("bet", move.key)) for move in betting.moves()]
        if betting.any:
            entries.append(
                _Entry(said("chips {left} of {most}").format(left=betting.chips, most=betting.most), False, None)
            )
        rows: list[list[_Entry]] = []
        used = width
        for entry in entries:
            if used + 3 + len(entry.text) > width:
                rows.append([])
                used = -3
            rows[-1].append(entry)
            used += 3 + len(entry.text)
        return rows

    def _paint_standing(self, canvas: Canvas, y: int) -> None:
        """The same, each with its key."""
        for row in self._standing_rows(canvas.width):
            x = 0
            for entry in row:
                canvas.put(x, y, entry.text, Ink.PLAIN if entry.alive else Ink.QUIET)
                if entry.alive:
                    canvas.paint(x, y, 1, Ink.ACCENT)
                if entry.target is not None:
                    canvas.hot(x, y, len(entry.text), entry.target)
                x += len(entry.text) + 3
            y += 1

    @property
    def _worst(self) -> Words | None:
        """The gravest of what was said, of these the last."""
        told = list(reversed(self._bridge.words))
        return next((words for sign in ("!!", "~", "_") for words in told if words.sign == sign), None)

    def _over_rows(self, width: int) -> int:
        """How it ended, the lift, stars, where it is kept, the keys: what the picture need not give up, it keeps."""
        over = self._bridge.over
        assert over is not None
        if self._worst is not None:
            return OVER_ROWS
        reason = self._reason(self._why(over), width - len(f" {said('CUT SHORT')} ") - 1)
        return min(OVER_ROWS, len(reason) + len(self._lift_lines(width)) + 3)

    def _why(self, over: notices.Over) -> str:
        """What the level says of such an end; else the laws that it hung on."""
        if self._end is None or self._end[0] is not over:  # it is looked for in the whole run
            self._end = over, self._bridge.end_words() or reason_words(over.outcome.reason)
        return self._end[1]

    def _reason(self, words: str, width: int) -> list[str]:
        """Why it ended so, in a few rows; where that is not all of it, with the key that shows all."""
        lines = wrapped(self._text(words), width)
        if len(lines) > REASON_ROWS:
            more = f" ... Enter {said('more')}"
            lines = wrapped(self._text(words), width - len(more))[:REASON_ROWS]
            lines[-1] += more
        return lines

    def _paint_over(self, canvas: Canvas) -> None:
        over = self._bridge.over
        assert over is not None
        won = over.outcome.won
        known = self.ending.debrief.cut if self.ending is not None else ""
        head = f" {said('CUT SHORT') if known else said('WON') if won else said('LOST')} "
        canvas.put(0, 0, head, Ink.CHOSEN)
        y = 0
        for line in self._reason(known or self._why(over), canvas.width - len(head) - 1):
            canvas.put(len(head) + 1, y, line, Ink.STRONG)
            y += 1
        bad = self._worst
        bottom = canvas.height - 1
        if bad is not None:
            y += self._put_words(canvas, bad, y, max(0, bottom - y - len(self._lift_lines(canvas.width)) - 1))
        if self.ending is not None:
            y += self._paint_lift(canvas, y)
            if y < bottom:
                canvas.put(0, y, self.ending.stars_words, Ink.GOOD if won else Ink.COSTLY)
            if self.ending.run_file and y + 1 < bottom:
                y += 1
                canvas.put(0, y, saved_as(self.ending.run_file, canvas.width), Ink.QUIET)
        self._paint_keys_at_end(canvas, min(y + 1, bottom), won)

    def _paint_keys_at_end(self, canvas: Canvas, y: int, won: bool) -> None:
        """What can be done now, as far as there is room for it."""
        missed = self.ending.debrief.near if self.ending is not None else ""
        near = f"{self._text(missed)}: {said('again?')}" if missed else said("again")
        keys = [("Enter", said("what there is to learn")), (self._key("play.restart"), near)]
        if self.aside:
            keys = [("Enter", said("go on"))]
        elif not won and not self._bridge.session.scenario.live:
            keys.append((self._key("play.moment"), said("the last moment")))
        if not self.aside:
            keys.append((self._key("play.back"), said("a step back")))
        x = 0
        for place, (key, words) in enumerate(keys):
            line = f"{key}  {words}"
            if x + len(line) > canvas.width:
                break
            end = canvas.put(x, y, line, Ink.ACCENT)
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
            words = said("The fog has lifted: above is what really happened.")
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
