"""The panels of the play screen: which is open, how far it is scrolled, and which message and field the bytes show."""

from __future__ import annotations

from dataclasses import replace

from core.kernel.told import entry_words
from core.kernel.trace import Entry
from core.kernel.world import DivergedError
from core.policy import NoPolicyError, policy_of
from tui.bridge import Bridge, with_keys
from tui.clock import show_clock
from tui.language import later, said
from tui.prose import prose, to_ascii
from tui.widgets import spacetime, spacetime_tall
from tui.widgets.canvas import Canvas, Ink, cut, wrapped
from tui.widgets.disk import draw_disks
from tui.widgets.panels import book_lines, draw_bytes, draw_lines, draw_log, rule_of
from tui.widgets.spacetime_scale import FIRST_ZOOM, PITCHES, spaced

PANELS = (later("space-time"), later("bytes"), later("log"), later("book"), later("policy"), later("disk"))
SPACE_TIME, BYTES, LOG, BOOK, POLICY, DISK = range(len(PANELS))

KEPT_AFTER = 2
"""Events that stay in sight behind the one that is pointed at."""
LAST = -1
"""Instead of an entry's number: the message at hand, or the last one."""
DIAGRAM_ENTRIES = 300


class PlayPanels:
    """The panels. They own where they stand, and draw the open one; of the play they only read."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.open = SPACE_TIME
        """The panel that is open, or was last."""
        self.shown = False
        """Does it lie over the stage, where there is no room beside it?"""
        self.in_bytes = False
        """Do the arrows go from field to field?"""
        self.field = 0
        """The field of the bytes that is pointed at."""
        self._before: int | None = None  # what was open before that
        self._message = LAST
        self._back = 0  # how far the panel is scrolled
        self.by_time = False
        """Is the diagram spaced by time, and not by events?"""
        self._zoom = FIRST_ZOOM
        self._event = LAST  # the entry that is pointed at
        self._policy_at: tuple[object, ...] = ()  # for which moment the policy was made
        self._policy_lines: list[tuple[str, Ink]] = []

    # What keys and clicks do

    def show(self, panel: int) -> None:
        """Open a panel, as it stands at first."""
        self.open, self._back, self.in_bytes, self.shown = panel, 0, False, True

    def toggle(self, panel: int, *, beside: bool = False) -> None:
        """Open a panel; the one that was opened is closed. `beside`: one stands there always."""
        if self.open == panel and (self._before is not None if beside else self.shown):
            self.close(beside=beside)
        else:
            before = self._before if self._before is not None else self.open
            self.show(panel)
            self._before = before

    def close(self, *, beside: bool = False) -> None:
        """Let the whole stage be seen; where a panel stands beside it always, let the one be seen that was there before
        another was opened."""
        self.shown = self.in_bytes = False
        if beside and self._before is not None:
            self.show(self._before)
        self._before = None

    @property
    def opened(self) -> bool:
        """Was a panel opened in place of another, or over the stage?"""
        return self._before is not None

    def turn(self, step: int) -> None:
        """Open the next panel, or (-1) the one before; the last one again, where none lies there. It stays."""
        self._before = None
        self.show((self.open + step) % len(PANELS) if self.shown else self.open)

    def scroll(self, pages: int, rows: int) -> None:
        """Scroll by pages of `rows`: back into the past of log and diagram, down the text of book and policy."""
        towards = -pages if self.open in (SPACE_TIME, LOG, DISK) else pages
        self._back = max(0, self._back + towards * rows)

    def toggle_bytes(self) -> None:
        """Have the arrows go through the bytes, or no more."""
        if self.open == BYTES and self.in_bytes:
            self.close()
        else:
            self.show(BYTES)
            self.in_bytes = True

    def leave_bytes(self) -> None:
        """Have the arrows mean the control again."""
        self.in_bytes = False

    def bytes_key(self, key: str) -> bool:
        """An arrow (or Esc) in the bytes; was it one?"""
        if key in ("left", "right"):
            self.field = max(0, self.field + (1 if key == "right" else -1))
        elif key in ("up", "down"):
            self._other_message(-1 if key == "up" else 1)
        elif key == "escape":
            self.in_bytes = False
        else:
            return False
        return True

    def _other_message(self, step: int) -> None:
        numbers = [entry.number for entry in self._bridge.reading.messages()]
        if not numbers:
            return
        place = numbers.index(self._message) if self._message in numbers else len(numbers) - (step > 0)
        place += step
        self._message = numbers[place] if 0 <= place < len(numbers) else (numbers[0] if place < 0 else LAST)
        self.field = 0

    def point(self, field: int) -> None:
        """Point at a field of the bytes."""
        self.field = field

    # The diagram

    def rescale(self) -> None:
        """Space the diagram by time, or by events again."""
        self.by_time = not self.by_time
        self._back = 0
        self._open_diagram()

    def zoom_diagram(self, step: int) -> None:
        """More or fewer columns from one moment to the next."""
        self._zoom = max(0, min(len(PITCHES) - 1, self._zoom + step))
        self._open_diagram()

    def other_event(self, step: int) -> None:
        """Point at the event before, or after; the diagram follows."""
        events = self._events()
        self._open_diagram()
        if not events:
            return
        numbers = [entry.number for entry in events]
        place = numbers.index(self._event) if self._event in numbers else len(numbers) - (step > 0)
        place = max(0, min(len(numbers) - 1, place + step))
        self._event = numbers[place]
        self._back = max(0, len(numbers) - 1 - place - KEPT_AFTER)

    def point_at(self, number: int) -> None:
        """Point at an event; what is pointed at already shows its bytes."""
        if self.open != SPACE_TIME or self._event == number:
            self.show_message(number)
        elif any(entry.number == number for entry in self._events()):
            self._event = number

    def _open_diagram(self) -> None:
        if self.open != SPACE_TIME:
            self.show(SPACE_TIME)
        self.shown = True

    def _events(self) -> list[Entry]:
        """What can be pointed at, oldest first."""
        return [one for one in self._bridge.reading.diagram(DIAGRAM_ENTRIES).entries if spacetime.is_marked(one)]

    def show_message(self, number: int) -> None:
        """Open the bytes of a known entry, if it carries a message."""
        if any(entry.number == number for entry in self._bridge.reading.messages()):
            self.show(BYTES)
            self._message, self.field = number, 0

    def forget_message(self) -> None:
        """The bytes are those at hand again."""
        self.field, self._message = 0, LAST

    # Drawing

    def _draw_tabs(self, canvas: Canvas) -> None:
        """The panels' names, the open one marked; their numbers, where there is no room for names."""
        names = [f" {place + 1} {said(name)} " for place, name in enumerate(PANELS)]
        whole = sum(map(len, names)) <= canvas.width
        x = 0
        canvas.raise_row(0)
        for place, name in enumerate(names):
            text = name if whole or place == self.open else f" {place + 1} "
            canvas.put(x, 0, text, Ink.CHOSEN if place == self.open else Ink.QUIET)
            canvas.hot(x, 0, len(text), ("panel", place))
            x += len(text)
        if self.open == BYTES and whole:
            words = said("arrows: fields, messages") if self.in_bytes else said("b: field to field")
            if x + len(words) < canvas.width:
                canvas.right(0, words, Ink.QUIET, 1)

    def draw(self, canvas: Canvas) -> None:
        """The names of all panels, and the open one."""
        self._draw_tabs(canvas)
        inner = canvas.part(canvas.width, max(0, canvas.height - 1))
        (self._space_time, self._bytes, self._log, self._book, self._policy, self._disk)[self.open](inner)
        canvas.blit(inner, 0, 1)

    def _space_time(self, canvas: Canvas) -> None:
        reading = self._bridge.reading
        diagram = replace(reading.diagram(DIAGRAM_ENTRIES), at=self._event)
        told = self._told(diagram, canvas.width - 2)
        inner = canvas.part(canvas.width, canvas.height - len(told))
        if canvas.width < spacetime_tall.NARROW and canvas.height > canvas.width // 4:
            spacetime_tall.draw(inner, diagram, self._back)
        else:
            self._draw_wide(inner, diagram)
        canvas.blit(inner, 0, 0)
        for row, line in enumerate(told):
            canvas.put(1, inner.height + row, line, Ink.STRONG if row == 0 else Ink.QUIET)

    def _draw_wide(self, canvas: Canvas, diagram: spacetime.Diagram) -> None:
        """Time to the right, by events or evenly."""
        reading = self._bridge.reading
        width = canvas.width - spacetime.name_width(diagram.nodes)
        if self.by_time:
            zoom = PITCHES[self._zoom] / PITCHES[FIRST_ZOOM]
            back = self._back * reading.latency
            spacetime.draw(canvas, diagram, spacetime.window_for(width, reading.moment, reading.latency, back, zoom))
            return
        times = [entry.time for entry in diagram.entries if spacetime.is_marked(entry)]
        spacetime.draw(canvas, diagram, spaced(width, times, PITCHES[self._zoom], self._back))

    def _told(self, diagram: spacetime.Diagram, width: int) -> list[str]:
        """Of the event that is pointed at what it was, and what it came of; else how one is pointed at."""
        by_number = {entry.number: entry for entry in diagram.entries}
        entry = by_number.get(self._event)
        if entry is None:
            keys = said("[ ] event  < > zoom  = by time") if self.by_time else said("[ ] event  < > zoom  = by events")
            return [cut(keys, width)]
        cause = by_number.get(entry.cause)
        lines = [f"{show_clock(entry.time)}  {entry.node}: {entry_words(entry)}"]
        if cause is not None:
            lines.append(f"{said('because of')} {show_clock(cause.time)}  {cause.node}: {entry_words(cause)}")
        return [cut(line, width) for line in lines]

    def _bytes(self, canvas: Canvas) -> None:
        reading = self._bridge.reading
        shown = reading.bytes_asked(self.field) if self._message == LAST else None
        if shown is None:
            messages = reading.messages()
            chosen = [entry for entry in messages if entry.number == self._message] or messages[-1:]
            shown = reading.bytes_of(chosen[0], self.field) if chosen else None
        if shown is not None:
            self.field = shown.at
        draw_bytes(canvas, shown)

    def _log(self, canvas: Canvas) -> None:
        lines = self._bridge.log()
        self._clamp(draw_log(canvas, lines, self._back), canvas)

    def _book(self, canvas: Canvas) -> None:
        bridge = self._bridge
        texts, width = bridge.level.texts, canvas.width - 3
        brief = prose(with_keys(texts.brief, self._bridge.level), ascii_only=canvas.ascii_only).plain
        rule = rule_of(bridge.level.protocol, idl=bridge.reading.speaks_idl)
        lines = [(line, Ink.YOU) for line in wrapped(" ".join(brief.split()), width)]
        lines += book_lines(to_ascii(rule) if canvas.ascii_only else rule, width)
        rows = (
            [(said("This question: "), bridge.doing.asked.choice.source, Ink.ACCENT)]
            if bridge.doing is not None
            else []
        )
        rows += [
            (said("This level:    "), f"{goal.mark} {goal.text}", Ink.BAD if goal.broken else Ink.PLAIN)
            for goal in bridge.reading.goal()
        ]
        rows += [(said("This level:    "), source, Ink.QUIET) for source in texts.sources]
        rows += [
            (said("What you know: "), f"{name.replace('_', ' ')} {value}", Ink.PLAIN) for name, value in self._known()
        ]
        for name, words, ink in rows:
            text = to_ascii(words) if canvas.ascii_only else words
            for place, line in enumerate(wrapped(text, width - len(name))):
                lines.append(((" " * len(name) if place else name) + line, ink))
        self._lines(canvas, lines)

    def _known(self) -> list[tuple[str, str | int]]:
        """All that the own node says of itself, that has no room beside the picture, too."""
        return list(self._bridge.scene().view.items())

    def _policy(self, canvas: Canvas) -> None:
        session = self._bridge.session
        key = (session.branch, len(session.world.answers), session.world.count, session.handed_over)
        if self._policy_at != key:  # the run is played again for it
            self._policy_at, self._policy_lines = key, policy_lines(self._bridge)
        self._lines(canvas, self._policy_lines)

    def _disk(self, canvas: Canvas) -> None:
        rows = draw_disks(canvas, self._bridge.reading.disks(), self._back)
        self._clamp(rows, canvas)

    def _lines(self, canvas: Canvas, lines: list[tuple[str, Ink]]) -> None:
        self._clamp(len(lines), canvas)
        draw_lines(canvas, lines, self._back)

    def _clamp(self, lines: int, canvas: Canvas) -> None:
        self._back = max(0, min(self._back, lines - canvas.height))


def policy_lines(bridge: Bridge) -> list[tuple[str, Ink]]:
    """What the player has done so far, as a policy in Python; and the cases that run by themselves."""
    session = bridge.session
    try:
        text = policy_of(
            session.scenario, session.world.answers, bridge.level.title, bridge.level.id, session.world.count
        )
    except (NoPolicyError, DivergedError) as error:
        return [(f"# No script can be made: {error}.", Ink.QUIET)]
    alone = [f"# {choice} runs by itself: {case!r}" for choice, case in sorted(session.handed_over)]
    return [(line, Ink.QUIET if line.lstrip().startswith("#") else Ink.PLAIN) for line in [*alone, *text.splitlines()]]
