"""The levels of the campaign, world by world, drawn line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.model import SHORT_STAR_WORDS, CampaignEntry, star_glyphs

PROTOCOL_WIDTH = 17  # cells: the longest name of a protocol
PROTOCOL_FROM = 60  # columns from which the protocol is shown too


class LevelList(ScrollView, can_focus=False):
    """A list of levels under headings of their worlds; one is chosen. The screen's keys move it; the mouse does too."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "level-list--world",
        "level-list--level",
        "level-list--protocol",
        "level-list--stars",
        "level-list--no-stars",
        "level-list--advised",
        "level-list--chosen",
    }

    class Chosen(Message):
        """Another level is chosen."""

        def __init__(self, entry: CampaignEntry) -> None:
            super().__init__()
            self.entry = entry

    class Opened(Message):
        """A level that was chosen already has been clicked."""

        def __init__(self, entry: CampaignEntry) -> None:
            super().__init__()
            self.entry = entry

    chosen = reactive(0, init=False)

    def __init__(self, entries: Sequence[CampaignEntry], advised: str | None, *, pointer: str = ">") -> None:
        super().__init__()
        self.entries = list(entries)
        self._advised = advised
        self._begun: frozenset[str] = frozenset()
        self._pointer = pointer
        self._rows: list[str | int] = []  # a world's name, "" for a gap, or the index of a level
        for index, entry in enumerate(self.entries):
            if index == 0 or entry.world != self.entries[index - 1].world:
                self._rows += ["", entry.world] if index else [entry.world]
            self._rows.append(index)

    @property
    def entry(self) -> CampaignEntry | None:
        """The chosen level; None if there are no levels."""
        return self.entries[self.chosen] if self.entries else None

    def update(
        self, entries: Sequence[CampaignEntry], advised: str | None, begun: frozenset[str] = frozenset()
    ) -> None:
        """Show the same levels with other stars; `begun`: the ids of those that can be gone on with."""
        self.entries = list(entries)
        self._advised = advised
        self._begun = begun
        self.refresh()

    def choose(self, index: int) -> None:
        """Choose a level by its place in the campaign, held to the ends of the list."""
        if self.entries:
            self.chosen = min(max(index, 0), len(self.entries) - 1)

    def choose_world(self, step: int) -> None:
        """Choose the first level of the next world (1) or of this or the world before (-1)."""
        starts = [i for i, e in enumerate(self.entries) if i == 0 or e.world != self.entries[i - 1].world]
        if step > 0:
            self.choose(next((i for i in starts if i > self.chosen), len(self.entries) - 1))
        else:
            self.choose(next((i for i in reversed(starts) if i < self.chosen), 0))

    def watch_chosen(self) -> None:
        self.refresh()
        self._follow()
        if self.entry is not None:
            self.post_message(self.Chosen(self.entry))

    def on_resize(self) -> None:
        self.virtual_size = Size(self.content_size.width, len(self._rows))
        self.call_after_refresh(self._follow)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        row = offset.y + self.scroll_offset.y
        if row < len(self._rows) and isinstance(index := self._rows[row], int):
            if index == self.chosen:
                self.post_message(self.Opened(self.entries[index]))
            self.choose(index)

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        width = self.content_size.width
        if row >= len(self._rows) or (content := self._rows[row]) == "":
            return Strip.blank(width, self.rich_style)
        if isinstance(content, str):
            line = [Segment(f"  {content}", self.get_component_rich_style("level-list--world"))]
        else:
            line = self._level(content, width)
        return Strip(line).adjust_cell_length(width, line[-1].style)

    def _level(self, index: int, width: int) -> list[Segment]:
        entry = self.entries[index]
        is_advised = entry.id == self._advised
        is_begun = entry.id in self._begun
        earned = "old" if entry.old else SHORT_STAR_WORDS[entry.stars]
        tail = f"{'go on' if is_begun else 'next' if is_advised else earned:<6}"
        protocol = f"{entry.protocol[:PROTOCOL_WIDTH]:<{PROTOCOL_WIDTH + 1}}" if width >= PROTOCOL_FROM else ""
        room = width - 4 - len(protocol) - 5 - len(tail)
        title = Strip([Segment(entry.title)]).adjust_cell_length(room - 1).text + " "
        pointer = f"  {self._pointer} " if index == self.chosen else "    "
        parts = [
            (pointer + title, "level-list--advised" if is_advised else "level-list--level"),
            (protocol, "level-list--protocol"),
            (f"{star_glyphs(entry.stars)}  ", "level-list--stars" if entry.stars else "level-list--no-stars"),
            (tail, "level-list--advised" if is_advised or is_begun else "level-list--protocol"),
        ]
        if index == self.chosen:
            return [Segment("".join(text for text, _ in parts), self.get_component_rich_style("level-list--chosen"))]
        return [Segment(text, self.get_component_rich_style(name)) for text, name in parts if text]

    def _follow(self) -> None:
        """Keep the chosen level in sight, and its world's heading if that is just above."""
        if not self.entries:
            return
        row = self._rows.index(self.chosen)
        top = row - 1 if isinstance(self._rows[row - 1], str) and row else row
        self.scroll_to_region(Region(0, top, 1, row - top + 1), animate=False)
