"""The disk panel: what is in stable storage, also while the node is down, and beside it how it came there.

What was saved stays; a crash takes all else; a restart begins with what the disk has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from core.kernel import trace as kinds
from core.kernel.effects import Key
from core.kernel.sight import Sight
from core.kernel.told import entry_words, saved_words
from core.kernel.trace import Entry
from tui.clock import show_clock
from tui.language import later, retold, said
from tui.widgets.canvas import Canvas, Ink, cut, wrapped
from tui.widgets.panels import LogLine

NARROW = 60
"""Columns from which on disks and their story stand side by side."""
UP = "up"
"""How a node is that runs."""
NOTHING_SAVED = later("Nothing has been saved: a crash would take all that is known.")
MOST_STORY = 200
"""Lines of the story that are kept."""
TORN_ROWS = 6
"""Rows that one line of the story may take: what a crash tore is told whole where it can be."""


@dataclass(frozen=True)
class Cell:
    """What a key holds on a disk, in words ("vote = yes"), and when it was saved (the watcher's clock, µs)."""

    words: str
    saved: int


@dataclass(frozen=True)
class Disk:
    """The disk of a node: `state` is "up", "down since 1.2 s" or "starts at 10 ms"; `cells` in the order of their
    first saving."""

    node: str
    state: str
    cells: tuple[Cell, ...]


@dataclass
class Disks:
    """Follows the disks that may be seen: through what is known to have been saved, and nothing else."""

    sight: Sight
    story: list[LogLine] = field(default_factory=list)
    _cells: dict[str, dict[Key, Cell]] = field(default_factory=dict)
    _read: int = 0

    def look(self) -> Iterator[Disk]:
        """The disks as they stand: the own first; those on which something is or was; `story` is brought up to date."""
        for entry in self.sight.entries(self._read):
            if entry.kind in (kinds.SAVE, kinds.CRASH, kinds.RESTART):
                self._take(entry)
        self._read = len(self.sight)
        del self.story[:-MOST_STORY]
        return map(self._disk, sorted(self._cells, key=lambda name: name != self.sight.node))

    def _disk(self, name: str) -> Disk:
        return Disk(name, self.sight.look(name).absence or UP, tuple(self._cells[name].values()))

    def _take(self, entry: Entry) -> None:
        cells = self._cells.setdefault(entry.node, {})
        words = entry_words(entry)
        if entry.kind == kinds.SAVE:
            key, value = entry.detail
            cells[key] = Cell(saved_words(key, value), entry.time)
            self.story.append(LogLine(entry.time, "S", f"{entry.node} {words}", Ink.PLAIN, entry.number))
        elif entry.kind == kinds.CRASH:
            self.story.append(LogLine(entry.time, "X", words, Ink.BAD, entry.number))
        else:
            kept = ", ".join(cell.words for cell in cells.values()) or said("an empty disk")
            words = said("{words} with {kept}", words=words, kept=kept)
            self.story.append(LogLine(entry.time, "R", words, Ink.GOOD, entry.number))


def _headed(disk: Disk) -> str:
    if disk.state == UP:
        return said("{node}, up", node=disk.node)
    return f"{disk.node}, {retold(disk.state)}"


def disk_lines(disks: Iterable[Disk]) -> Iterator[tuple[str, Ink]]:
    """The disks as lines: a node's name and state, below it its cells, each with the time at which it was saved."""
    for disk in disks:
        yield _headed(disk), Ink.BAD if disk.state.startswith("down") else Ink.STRONG
        for cell in disk.cells:
            yield f"{show_clock(cell.saved):>8} {cell.words}", Ink.PLAIN
        if not disk.cells:
            yield "  " + said("nothing: all that it knew is lost"), Ink.QUIET


def draw_disks(canvas: Canvas, disks: Disks, back: int = 0) -> int:
    """The disks on the left, their story on the right, the newest at the bottom, `back` rows scrolled up; how many rows
    the story has."""
    lines = list(islice(disk_lines(disks.look()), canvas.height))
    if not lines:
        canvas.wrap(1, 0, said(NOTHING_SAVED), canvas.width - 2, canvas.height, Ink.QUIET)
        return 0
    if canvas.width < NARROW:  # one above the other
        above = min(len(lines), canvas.height // 2)
        for y, (text, ink) in enumerate(lines[:above]):
            canvas.put(1, y, cut(text, canvas.width - 2), ink)
        below = canvas.part(canvas.width, canvas.height - above - 1)
        rows = _draw_story(below, disks, back, 0)
        canvas.blit(below, 0, above + 1)
        return rows
    middle = canvas.width * 2 // 5
    for y, (text, ink) in enumerate(lines):
        canvas.put(1, y, cut(text, middle - 2), ink)
    return _draw_story(canvas, disks, back, middle)


def _draw_story(canvas: Canvas, disks: Disks, back: int, middle: int) -> int:
    """What was saved, torn and read again, from the column `middle` on; how many rows that is."""
    room = canvas.width - middle - 13
    rows: list[tuple[str, str, Ink, int]] = []
    for line in disks.story:
        parts = [line.words] if len(line.words) <= room else wrapped(line.words, room, TORN_ROWS)
        for place, words in enumerate(parts):
            when = f"{show_clock(line.time):>9} {line.sign}" if place == 0 else ""
            rows.append((when, words, line.ink, line.number))
    end = max(min(len(rows), canvas.height), len(rows) - back)
    for y, (when, words, ink, number) in enumerate(rows[max(0, end - canvas.height) : end]):
        canvas.put(middle, y, when, Ink.QUIET)
        canvas.put(middle + 12, y, words, ink)
        canvas.hot(middle, y, canvas.width - middle, ("entry", number))
    return len(rows)
