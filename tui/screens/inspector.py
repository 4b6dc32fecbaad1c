"""The inspector's stage: all suspects at once, each in the picture of its room; or one of them looked at closely, the
changed run beside the old one, with a needle for the next blow below them."""

from __future__ import annotations

from core.kernel.choice import Kind
from core.kernel.inspector import ACCUSED, REFUTED, SIGNED
from core.kernel.suspects import ACCUSE, HIT, JOIN, SIGN, Suspect
from core.kernel.time import MILLISECOND, show_duration
from tui.bridge import Bridge
from tui.bridge.inspecting import HAMMER_KEYS, Inspecting, Rerun, Run, hammer_words
from tui.bridge.words import SIGNS, log_line
from tui.language import later, retold, said
from tui.look.palette import Ink
from tui.look.parts import chip
from tui.pictures.general import picture_of
from tui.prose import to_ascii
from tui.screens.bare import BareStage
from tui.widgets.canvas import Canvas, cut

STAMPS = {
    REFUTED: (later("REFUTED"), Ink.BAD), ACCUSED: (later("ACCUSED"), Ink.BAD), SIGNED: (later("SIGNED"), Ink.GOOD),
}  # fmt: skip
FLASH = 350 * MILLISECOND
"""For so long a blow is seen to fall."""
LEAST_BOX = 22
"""Columns of a suspect's box."""
LEAST_HALF = 26
"""Columns of a run that stands beside another; where there is no room for two the changed one is shown."""


class InspectorStage(BareStage):
    """Draws a level of the inspector's on its stage; it changes nothing of the play."""

    below = 6

    def __init__(self, bridge: Bridge, world_title: str, *, ascii_only: bool) -> None:
        super().__init__(bridge, world_title, ascii_only=ascii_only)
        assert bridge.inspecting is not None
        self._at: Inspecting = bridge.inspecting
        self._play = bridge
        self._likeness = ascii_only
        self._picture = picture_of(bridge.level.protocol)

    def _fit(self, text: str) -> str:
        """A text as this terminal is to show it."""
        return to_ascii(text) if self._likeness else text

    def draw_header(self, canvas: Canvas) -> None:
        """Where this is, and how many blows are left."""
        super().draw_header(canvas)
        at = self._at
        if at.may(HIT):
            full, free = ("#", ".") if self._likeness else ("●", "○")
            left, most = at.inspection.left, at.inspector.hits
            canvas.right(0, said("blows {left}", left=full * left + free * (most - left)), Ink.PLAIN, 1)

    def draw_stage(self, canvas: Canvas, bridge: Bridge) -> None:
        """Everything above the words."""
        part = canvas.part(canvas.width, max(0, canvas.height - self.below))
        if self._at.aims:
            self._draw_aim(part)
        elif self._at.inspector.apart:
            self._draw_all(part)
        else:
            self._picture(part, bridge.scene())
            self._frame(part, self._at.node)
            chip(part, 1, 0, self._at.node, Ink.YOU)
        canvas.blit(part, 0, 0)

    # All of them

    def _draw_all(self, canvas: Canvas) -> None:
        at = self._at
        suspects = at.suspects
        across = columns(len(suspects), canvas.width)
        down = -(-len(suspects) // across)
        width, height = canvas.width // across, max(2, (canvas.height - 1) // down)
        for place, suspect in enumerate(suspects):
            x, y = place % across * width, place // across * height
            chosen = suspect is at.suspect
            inner = canvas.part(width - 2, height - 1)
            self._picture(inner, at.free_run(suspect).scene(at.clock))
            canvas.blit(inner, x + 1, y + 1)
            if chosen:
                canvas.tint(x, y, width - 1, height, Ink.YOU, 0.16)
            self._draw_name(canvas, x + 1, y, suspect, chosen)
            canvas.hot(x, y, width - 1, ("suspect", suspect.name), height)
        self._draw_track(canvas, canvas.height - 1, at.clock)

    def _draw_name(self, canvas: Canvas, x: int, y: int, suspect: Suspect, chosen: bool) -> None:
        name = f">{suspect.name}<" if chosen and self._likeness else suspect.name
        x = chip(canvas, x, y, name, Ink.YOU if chosen else Ink.QUIET) + 1
        stamp = self._at.stamp(suspect)
        if stamp:
            canvas.put(x, y, said(STAMPS[stamp][0]), self._stamp_ink(suspect, stamp))
        elif blows := self._at.blows(suspect):
            canvas.put(x, y, said("{blows} stood", blows="x" * len(blows)), Ink.QUIET)

    def _draw_track(self, canvas: Canvas, y: int, now: int) -> None:
        """How far the free run has come."""
        over = self._at.ended and self._at.again is None
        time = f"{now // (100 * MILLISECOND) / 10:.1f} s"
        words = said("free run  is over") if over else said("free run  {time}", time=time)
        canvas.put(1, y, words, Ink.QUIET)
        start, width = 22, canvas.width - 24
        if width > 0:
            line, done = ("-", "=") if self._likeness else ("─", "━")
            canvas.put(start, y, line * width, Ink.FAINT)
            canvas.put(start, y, done * (width * min(now, self._at.limit) // self._at.limit), Ink.LIVE)

    # One of them

    def _draw_aim(self, canvas: Canvas) -> None:
        at, rerun = self._at, self._at.rerun
        both = canvas.width >= 2 * LEAST_HALF + 2
        half = (canvas.width - 1) // 2 if both else canvas.width
        rows = max(3, canvas.height - (4 if at.may(HIT) else 0))
        time = at.shown_time
        if both or rerun is None:
            title = said("as it ran  {time}", time=f"{time // (100 * MILLISECOND) / 10:.1f} s")
            self._draw_run(canvas, (0, half, rows), at.free_run(at.suspect), title, None)
        x = half + 1 if both else 0
        width = canvas.width - x
        if at.reads:
            self._draw_log(canvas, x, width, rows)
        elif rerun is not None:
            self._draw_run(canvas, (x, width, rows), rerun.after, retold(f"{rerun.blow.blow}"), rerun)
        elif both:
            canvas.put(x + 1, 0, said("with one blow"), Ink.QUIET)
            words = said("the changed run stands here") if at.may(HIT) else said("a opens the log")
            canvas.centre(x + width // 2, rows // 2, words, Ink.QUIET)
        if both:
            for y in range(rows):
                canvas.put(half, y, "|" if self._likeness else "│", Ink.FAINT)
        if at.may(HIT):
            self._draw_needle(canvas, rows, time)
            self._draw_hammers(canvas, canvas.height - 1)

    def _draw_run(self, canvas: Canvas, box: tuple[int, int, int], run: Run, title: str, rerun: Rerun | None) -> None:
        """A run at the time that is shown: the old one with the frame on a node, or the changed one with its blow."""
        at = self._at
        x, width, rows = box
        time = at.shown_time
        inner = canvas.part(width, rows - 1)
        self._picture(inner, run.scene(time, "" if rerun else at.node))
        if rerun is None:
            self._frame(inner, at.node)
        else:
            self._mark_blow(inner, rerun, time)
        canvas.blit(inner, x, 1)
        end = chip(canvas, x + 1, 0, at.suspect.name, Ink.YOU if rerun is None else Ink.BAD) + 1
        canvas.put(end, 0, cut(self._fit(title), x + width - end), Ink.PLAIN if rerun else Ink.QUIET)
        stamp = at.stamp(at.suspect)
        if rerun is None and stamp:
            words = said(STAMPS[stamp][0])
            canvas.put(x + width - len(words) - 1, 0, words, self._stamp_ink(at.suspect, stamp))

    def _stamp_ink(self, suspect: Suspect, stamp: str) -> Ink:
        """A signature that a blow has shown to be false is no good one."""
        false = stamp == SIGNED and any(blow.ruined for blow in self._at.blows(suspect))
        return Ink.BAD if false else STAMPS[stamp][1]

    def _frame(self, canvas: Canvas, node: str) -> None:
        """The frame on the node at hand, wherever the room's picture has put it."""
        left, right = (">", "<") if self._likeness else ("▐", "▌")
        for hot in canvas.hots:
            if hot.target == node:
                canvas.paint(hot.x, hot.y, hot.width, Ink.YOU)
                canvas.put(hot.x - 1, hot.y, left, Ink.YOU)
                canvas.put(hot.x + hot.width, hot.y, right, Ink.YOU)

    def _mark_blow(self, canvas: Canvas, rerun: Rerun, time: int) -> None:
        """The blow falls on its node: a flash, then a mark that stays."""
        blow = rerun.blow.blow
        since = time - blow.time
        if since < 0:
            return
        changed = rerun.changed(time)
        for hot in canvas.hots:
            if hot.target in changed:
                canvas.tint(hot.x - 1, hot.y, hot.width + 2, 1, Ink.COSTLY, 0.4)
        mark = "X" if self._likeness else "╳"
        for hot in canvas.hots:
            if hot.target == blow.node and blow.hammer != JOIN:
                if since < FLASH:
                    canvas.tint(hot.x - 2, hot.y - 1, hot.width + 4, 3, Ink.LIVE, 0.7)
                    canvas.paint(hot.x, hot.y, hot.width, Ink.LIVE)
                canvas.put(hot.x - 1, hot.y, mark, Ink.BAD)
            elif hot.target not in self._at.suspect.nodes and isinstance(hot.target, str) and since < FLASH:
                canvas.tint(hot.x - 2, hot.y - 1, hot.width + 4, 3, Ink.LIVE, 0.7)

    def _draw_needle(self, canvas: Canvas, y: int, shown: int) -> None:
        """The times at which a blow may fall, with those that fell, and the needle."""
        at = self._at
        x0, width = 2, canvas.width - 4

        def column(time: int) -> int:
            return x0 + min(width - 1, max(0, time * (width - 1) // max(1, at.limit)))

        canvas.put(x0, y + 1, ("-" if self._likeness else "─") * width, Ink.FAINT)
        for time in at.inspector.times:
            canvas.put(column(time), y + 1, "+" if self._likeness else "┴", Ink.QUIET)
        for one in at.blows(at.suspect):
            canvas.put(column(one.blow.time), y + 1, "x", Ink.BAD if one.ruined else Ink.COSTLY)
        if at.plays:
            canvas.put(column(shown), y + 1, "o" if self._likeness else "●", Ink.LIVE)
        canvas.put(column(at.time), y, "v" if self._likeness else "▼", Ink.YOU)
        canvas.put(x0, y + 2, "0 s", Ink.QUIET)
        end = show_duration(at.limit)
        canvas.put(x0 + width - len(end), y + 2, end, Ink.QUIET)
        words = show_duration(at.time)
        canvas.put(min(canvas.width - len(words) - 1, column(at.time) + 2), y, words, Ink.YOU)
        for time in at.inspector.times:
            canvas.hot(column(time) - 1, y, 3, ("ruler", time), 2)

    def _draw_hammers(self, canvas: Canvas, y: int) -> None:
        at = self._at
        x = 2
        for hammer in at.inspector.hammers:
            chosen = hammer == at.hammer
            words = hammer_words(at.inspector, hammer, at.node)
            start = x
            x = canvas.put(x, y, f" {HAMMER_KEYS[hammer]} ", Ink.STRONG, fill=Ink.FAINT)
            mark = (">" if self._likeness else "▸") if chosen else " "
            x = canvas.put(x, y, mark, Ink.YOU)
            x = canvas.put(x, y, words, Ink.YOU if chosen else Ink.QUIET)
            canvas.hot(start, y, x - start, ("hammer", hammer))
            x += 3

    def _draw_log(self, canvas: Canvas, x: int, width: int, rows: int) -> None:
        """The log of the node at hand, with the entry that is touched."""
        at, reading = self._at, self._play.reading
        end = chip(canvas, x + 1, 0, at.node, Ink.YOU) + 1
        entries = at.log()
        canvas.put(end, 0, said("its log, {count} lines", count=len(entries)), Ink.QUIET)
        first = max(0, min(len(entries) - rows + 1, at.entry - rows // 2))
        for row, entry in enumerate(entries[first : first + rows - 1], 1):
            number = first + row
            line = log_line(entry, at.node, False, reading.show)
            words = line.words if line is not None else entry.kind
            text = cut(f"{number:3} {show_duration(entry.time)}  {self._fit(words)}", width - 3)
            touched = number == at.entry
            canvas.put(x + 1, row, ">" if touched else " ", Ink.YOU)
            canvas.put(x + 2, row, text, Ink.YOU if touched else Ink.PLAIN)
            canvas.hot(x + 1, row, width - 1, ("line", number))

    # Words and keys

    def said(self) -> tuple[str, str, Ink]:
        """The task, the spoken line below it, and the line's ink."""
        bridge, at = self._play, self._at
        task = bridge.level.texts.task or "; ".join(goal.text for goal in bridge.reading.goal())
        told = at.told()
        if at.plays:
            return self._fit(task), self._fit(told), Ink.PLAIN
        if bridge.over is not None:
            task, line, ink = super().said()
            task = f"{task[:1].upper()}{task[1:]}"
            return (task, line, ink) if bridge.over.outcome.won else (f"{task}.", self._fit(told), Ink.BAD)
        last = bridge.words[-1] if bridge.words else None
        struck = last is None or last.sign == SIGNS[Kind.FINE]
        if struck and told:
            ruined = at.rerun is not None and at.rerun.blow.ruined
            return self._fit(task), self._fit(told), Ink.BAD if ruined else Ink.GOOD
        if last is not None and not struck:
            return self._fit(task), self._fit(last.text), last.ink
        return super().said() if last is None else (self._fit(task), "", Ink.QUIET)

    def keys(self) -> list[tuple[str, str]]:
        """The keys that are alive now, each with what it does."""
        bridge, at = self._play, self._at
        if at.plays:
            return [("Enter", said("to its end"))]
        if bridge.over is not None:
            return super().keys()
        arrows, down = ("<- ->", "up dn") if self._likeness else ("← →", "↑ ↓")
        if at.reads:
            return [(down, said("line")), ("Enter", said("accuse by it")), ("Esc", said("back"))]
        found: list[tuple[str, str]] = []
        if at.aims:
            found = [(down, said("whom"))]
            found += [(arrows, said("when")), ("Enter", said("strike"))] if at.may(HIT) else []
        else:
            found = [(arrows, said("choose")), ("Enter", said("look closer"))]
        if at.may(SIGN):
            found.append(("s", said("sign")))
        if at.may(ACCUSE):
            found.append(("a", said("log")))
        if at.aims:
            found.append(("Esc", said("all")))
        if at.ended:
            found.append(("space", said("again") if at.again is None else said("enough")))
        elif not at.aims:
            found.append(("space", said("go on") if bridge.session.paused else said("stop the clock")))
        return found


def columns(count: int, width: int) -> int:
    """How many suspects stand beside each other."""
    return max(1, min(-(-count // 2) if count > 3 else count, width // LEAST_BOX))
