"""A wall whose notes name others, and a phone: what hangs, who phones, and what is written under the own note."""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.choice import Asked, Value
from core.protocols.clocks.ordered_multicast.phone import Caller, Sheet
from core.protocols.clocks.ordered_multicast.phone_choices import AFTER
from core.protocols.clocks.ordered_multicast.phone_messages import author_of
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut, wrapped

SHOWN = {"wall", "notes", "shelf", "phone", "names written"}
LEAST = (52, 7)
"""Columns and rows below which there is no room for a wall and a phone."""
ASIDE = 28
"""Columns of the phone, and of the own note, at most."""
TALL = 24
"""Rows from which on a line is free between two notes."""
RING = "┄"
"""What a phone's line is drawn of: no network sees it."""
Row = tuple[str, Value, str, str, Ink]
"""Of a row of the wall: its mark, what a click there means, a name, words, the name's ink."""


def caller_of(scene: Scene) -> Caller | None:
    """The player's machine, in the middle of the event in which it asks, if it has a phone."""
    return scene.own(Caller)


def fits(canvas: Canvas) -> bool:
    """Is there room for both?"""
    return canvas.width >= LEAST[0] and canvas.height >= LEAST[1]


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Notes are pointed at where they hang."""
    return asked.choice.name == AFTER.name and caller_of(scene) is not None and width >= LEAST[0]


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """What stands on each note; of whoever phoned, that he would have to be asked."""
    me = caller_of(scene)
    if me is None or asked.choice.name != AFTER.name:
        return {}
    return {sheet.name: sheet.words for sheet in me.wall} | dict.fromkeys(me.callers, "ask on the phone which: 2 s")


def draw(canvas: Canvas, scene: Scene, me: Caller) -> None:
    """Wall and phone; when the fog has lifted, everybody's wall, and who phoned whom."""
    if scene.lifted:
        _draw_walls(canvas, scene)
    else:
        _Desk(canvas, scene, me).draw()


class _Desk:
    """One drawing of a wall, a phone, and a note that is being written."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Caller) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        self.aside = min(ASIDE, canvas.width * 2 // 5)
        self.left = canvas.width - self.aside - 2
        asked = scene.asked
        self.asked = asked if asked is not None and asked.choice.name == AFTER.name else None

    def ink(self, member: str) -> Ink:
        """A member's colour."""
        return node_ink(member, self.scene.nodes, self.scene.you)

    def draw(self) -> None:
        """The wall on the left, the phone and the own note on the right."""
        canvas, me = self.canvas, self.me
        canvas.tint(0, 1, self.left, canvas.height - 1, Ink.WORLD, 0.1)
        canvas.put(1, 0, f"wall of {me.name}", Ink.QUIET)
        canvas.put(self.left - 13, 0, "(names after)", Ink.QUIET)
        rows = self._rows()
        if not rows:
            canvas.put(1, 2, "nothing hangs yet", Ink.QUIET)
        pitch = 2 if canvas.height >= TALL else 1
        room = max(1, (canvas.height - 1) // pitch)
        here = next((place for place, row in enumerate(rows) if row[0].startswith(">")), len(rows) - 1)
        first = max(0, min(here, len(rows) - room)) if here < len(rows) - room else max(0, len(rows) - room)
        for place, row in enumerate(rows[first : first + room]):
            self._draw_row(pitch * (1 + place), row)
        below = self._draw_phone(0)
        self._draw_own(below + 1)

    def _rows(self) -> list[Row]:
        """What hangs, and, while a note is written, what can be named under it."""
        me = self.me
        listed = self.scene.listed if self.asked is not None else ()
        older = me.wall[: -me.recent] if listed else me.wall
        rows: list[Row] = [self._row("", sheet) for sheet in older]
        for option in listed:
            mark = f"{'>' if option.here else ' '}{'[x]' if option.taken else '[ ]'} "
            sheet = me.read(option.value)
            if sheet is not None:
                rows.append(self._row(mark, sheet))
            else:
                rows.append(
                    (mark, option.value, str(option.value), "ask on the phone which: 2 s", self.ink(option.value))
                )
        return rows

    def _row(self, mark: str, sheet: Sheet) -> Row:
        after = f" ({' '.join(sheet.after)})" if sheet.after else ""
        return mark or "     ", sheet.name, sheet.name, sheet.words + after, self.ink(sheet.author)

    def _draw_row(self, y: int, row: Row) -> None:
        canvas, (mark, target, name, words, ink) = self.canvas, row
        here, taken = mark.startswith(">"), "x" in mark
        x = canvas.put(0, y, mark, Ink.CHOSEN if here or taken else Ink.QUIET)
        canvas.put(x, y, name, ink)
        canvas.put(x + 7, y, cut(words, self.left - x - 7), Ink.STRONG if here or taken else Ink.PLAIN)
        if self.asked is not None and mark.strip():
            canvas.hot(0, y, self.left, target)

    def _draw_phone(self, y: int) -> int:
        """Who phones, and what he says; the row below."""
        canvas, me, x = self.canvas, self.me, self.left + 2
        fresh = me.calls[len(me.calls) - me.fresh :]
        if not fresh:
            canvas.put(x, y, "the phone is silent", Ink.QUIET)
            return y + 1
        call = fresh[-1]
        from_x = x + chip_width(canvas, call.caller)
        wide = chip_width(canvas, "you")
        chip(canvas, x, y, call.caller, self.ink(call.caller))
        canvas.put(from_x, y, RING * (canvas.width - wide - from_x), Ink.QUIET)
        chip(canvas, canvas.width - wide, y, "you", Ink.YOU)
        return y + 1 + canvas.wrap(x, y + 1, f'"{call.words}"', self.aside, 3, Ink.ACCENT)

    def _draw_own(self, y: int) -> None:
        """What is being written, and what stands under it so far."""
        canvas, x, asked = self.canvas, self.left + 2, self.asked
        if asked is None:
            waits = ", ".join(f"{self.me.name}.{note.number}" for note in self.me.drafts)
            canvas.wrap(x, y, f"{waits} waits for a word on the phone" if waits else "", self.aside, 3, Ink.QUIET)
            return
        room = max(1, canvas.height - y - 3)
        lines = wrapped(asked.text, self.aside - 4, room)
        canvas.put(x, y, f"╭{'─' * (self.aside - 2)}╮", Ink.YOU)
        chosen = ", ".join(map(str, self.scene.draft or ())) or "nothing"
        for place, (line, ink) in enumerate([*((line, Ink.STRONG) for line in lines), ("", Ink.QUIET)]):
            canvas.put(x, y + 1 + place, "│", Ink.YOU)
            canvas.put(x + 2, y + 1 + place, line, ink)
            canvas.put(x + self.aside - 1, y + 1 + place, "│", Ink.YOU)
        foot = y + 1 + len(lines)
        canvas.put(x + 2, foot, cut(f"after {chosen}", self.aside - 4), Ink.CHOSEN)
        canvas.put(x, foot + 1, f"╰{'─' * (self.aside - 2)}╯", Ink.YOU)


def _draw_walls(canvas: Canvas, scene: Scene) -> None:
    """What hangs on each wall, in the order in which it was hung; on the left the phones that rang."""
    members = [name for name in scene.nodes if scene.view_of(name)]
    pitch = max(2, canvas.height // max(1, len(members)))
    at = {name: place * pitch for place, name in enumerate(members)}
    rang = []
    for name in members:
        calls = str(scene.view_of(name).get("phone", ""))
        for caller in members:
            if any(call.startswith(f"{caller}:") for call in calls.split(" / ")):
                rang.append((caller, name))
    left = 6 + 2 * len(rang) + 1
    for place, (caller, name) in enumerate(rang):
        x, top, bottom = 7 + 2 * place, *sorted((at[caller], at[name]))
        for y in range(top + 1, bottom):
            canvas.put(x, y, "┆", Ink.ACCENT)
        for y in (top, bottom):
            canvas.put(5, y, RING * (x - 5), Ink.ACCENT)
            canvas.put(x, y, "╮" if y == top else "╯", Ink.ACCENT)
    me = caller_of(scene)
    meant = me.meant if me is not None else {}
    for name in members:
        y, words = at[name], str(scene.view_of(name).get("notes", ""))
        chip(canvas, 0, y, "you" if name == scene.you else name, node_ink(name, scene.nodes, scene.you))
        hung = str(scene.view_of(name).get("wall", "")).split()
        early = {
            note
            for place, note in enumerate(hung)
            if name != scene.you and not set(meant.get(note, ())) <= set(hung[:place])
        }
        lines = wrapped(" ".join(f"!{note}" if note in early else note for note in hung), canvas.width - left - 3)
        rows = max(1, min(pitch, canvas.height - y))
        if len(lines) > rows:
            lines = [f".. {lines[-rows].partition(' ')[2]}", *lines[len(lines) - rows + 1 :]]
        for place, line in enumerate(lines):
            x = left + 2
            for note in line.split():
                x = canvas.put(x, y + place, note, Ink.BAD if note[0] == "!" else _ink(scene, note)) + 1
        if (rows := rows - len(lines) - 1) > 0:
            canvas.wrap(left + 2, y + len(lines), words, canvas.width - left - 3, rows, Ink.QUIET)


def _ink(scene: Scene, note: str) -> Ink:
    """The colour of a note's author."""
    author = author_of(note)
    return node_ink(author, scene.nodes, scene.you) if author in scene.nodes else Ink.QUIET
