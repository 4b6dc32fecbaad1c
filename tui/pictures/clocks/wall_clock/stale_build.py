"""The picture of a stale build: for every file of the night a ruler of dates, its own and its object's on it."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.hand import PUSH_CLOCK
from core.kernel.time import MILLISECOND, SECOND, show_duration
from core.kernel.trace import CLOCK, DELIVER, SEND, WAVE
from core.protocols.clocks.wall_clock.syncing.messages import COMPILED, Made, Saved
from tui.look.blocks import big, big_width
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

NIGHT = 2 * SECOND
"""First versions that are saved closer together than this belong to one night."""
EARLIEST, LATEST = -1500 * MILLISECOND, 3000 * MILLISECOND
"""So much of the dates is seen, from the object's on; more if a bead lies beyond."""
NAMES = 7
"""Columns before the rulers."""
LEAST = 44
"""Columns below which there is no room for a ruler."""
ROOMY = 18
"""Rows from which on the clocks are large and the rulers have bodies."""
MOST_ROWS = 15
"""As many rows a ruler has at most."""


def suits(scene: Scene) -> bool:
    """For the network's hand over one laptop and a builder."""
    return scene.has_hand and sorted(node.role for node in scene.scenario.nodes) == ["builder", "laptop"]


@dataclass
class _File:
    """A file of the night, as far as it has come: dates in µs, those to come by the alarms that run; in what steps (µs)
    the disk kept dates that night."""

    name: str
    grain: int = 1
    made: int | None = None
    is_made: bool = False
    saved: int | None = None
    is_saved: bool = False
    found: Made | None = None


class _Night:
    """What is known of the night: its files, whose clocks read what, in what steps dates are kept."""

    def __init__(self, scene: Scene) -> None:
        roles = {node.role: node.name for node in scene.scenario.nodes}
        self.laptop, self.builder = roles["laptop"], roles["builder"]
        self.now = scene.now
        self.ahead = {self.laptop: 0, self.builder: 0}
        grains = self._grains(scene)
        self.grain = grains[-1][1]
        self.files: dict[str, _File] = {}
        begun = 0
        for entry in scene.entries:
            if entry.kind == CLOCK:
                self.ahead[entry.node] += entry.detail
            elif entry.kind == SEND and isinstance(entry.detail, Saved):
                saved = entry.detail
                if saved.number == 1:
                    if entry.time - begun > NIGHT:
                        self.files = {}
                    begun = entry.time
                    then = [grain for time, grain in grains if time <= entry.time][-1]
                    self.files[saved.file] = _File(saved.file, then)
                elif saved.file in self.files:
                    self.files[saved.file].saved, self.files[saved.file].is_saved = saved.date, True
            elif entry.kind == DELIVER and isinstance(entry.detail, Made) and entry.detail.file in self.files:
                file = self.files[entry.detail.file]
                if file.made is None:
                    file.made, file.is_made = entry.time + self.ahead[self.builder], True
                else:
                    file.found = entry.detail
        draft = _draft(scene)
        self.pushed, self.push = draft if draft is not None else ("", 0)
        makes = sorted(alarm.left for alarm in scene.alarms if alarm.node == self.builder and _is(alarm.key, "make"))
        for alarm in scene.alarms:
            if alarm.node == self.laptop and _is(alarm.key, "save") and alarm.key[1] in self.files:
                self.files[alarm.key[1]].saved = self.now + alarm.left + self.reads(self.laptop)
        for file in self.files.values():
            if file.made is None and makes:
                file.made = self.now + makes[0] + self.reads(self.builder)

    def reads(self, name: str) -> int:
        """By how much (µs) a clock is ahead, with the push that is being typed."""
        return self.ahead[name] + (self.push if name == self.pushed else 0)

    @staticmethod
    def _grains(scene: Scene) -> list[tuple[int, int]]:
        """(from when on, in what steps) the builder's disk keeps dates, both µs; the latest last."""
        builder = next((node for node in scene.scenario.nodes if node.role == "builder"), None)
        grains = [(0, int(builder.parameters.get("grain", 1)) if builder is not None else 1)]
        for entry in scene.entries:
            if entry.kind == WAVE and isinstance(entry.detail[0], str) and "grain" in dict(entry.detail[1]):
                grains.append((entry.time, dict(entry.detail[1])["grain"]))
        return grains

    @staticmethod
    def kept(file: _File, date: int) -> int:
        """A date of the file, as the disk keeps it."""
        return date // file.grain * file.grain

    def source(self, file: _File) -> int | None:
        """The file's date on the disk, as far as anybody can tell now."""
        if file.saved is None:
            return None
        return self.kept(file, file.saved)


def _is(key: object, what: str) -> bool:
    return isinstance(key, tuple) and key[0] == what


def _draft(scene: Scene) -> tuple[str, int] | None:
    """Whose clock is about to be pushed, and by how much (µs)."""
    if scene.asked is None or scene.asked.choice.name != PUSH_CLOCK.name:
        return None
    draft = scene.draft
    sound = isinstance(draft, tuple) and len(draft) == 2 and isinstance(draft[0], str) and isinstance(draft[1], int)
    return draft if sound else None


def draw(canvas: Canvas, scene: Scene) -> None:
    """Both clocks, and a ruler of dates for every file of the night."""
    if canvas.width < LEAST or canvas.height < 6:
        general.draw(canvas, scene)
        return
    night = _Night(scene)
    top = _draw_clocks(canvas, scene, night)
    files = list(night.files.values())
    if not files:
        canvas.put(0, top + 1, "nothing is saved yet", Ink.QUIET)
        return
    made = next((night.kept(file, file.made) for file in files if file.made is not None), None)
    middle = made if made is not None else night.now
    places = [date - middle for file in files if (date := night.source(file)) is not None]
    span = min([EARLIEST, *places]), max([LATEST, *places])
    room = canvas.height - top - 2
    each = max(2, min(MOST_ROWS, room // len(files)))
    for place, file in enumerate(files):
        _draw_ruler(canvas, scene, night, file, top + place * each, each, (middle, *span))
    _draw_scale(canvas, night, canvas.height - 1, (middle, *span))


def _draw_clocks(canvas: Canvas, scene: Scene, night: _Night) -> int:
    """What both clocks read, in seconds; the row below."""
    y = 0
    for name, ahead, x in (
        (night.builder, night.reads(night.builder), 0),
        (night.laptop, night.reads(night.laptop), canvas.width // 2),
    ):
        ink = node_ink(name, scene.nodes, scene.you)
        reading = f"{(night.now + ahead) / SECOND:.3f}"
        chip(canvas, x, y, name, ink)
        after = x + chip_width(canvas, name) + 1
        if canvas.height >= ROOMY and big_width(reading) < canvas.width // 2 - 4:
            canvas.tint(x, 0, canvas.width // 2 - 2, 5, ink, 0.16)
            big(canvas, x + 2, 2, reading, ink)
        else:
            after = canvas.put(after, y, reading, Ink.STRONG) + 1
        if ahead:
            words = f"{show_duration(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}"
            canvas.put(after, y, words, Ink.CHOSEN if name == night.pushed else Ink.ACCENT)
    return 6 if canvas.height >= ROOMY else 2


def _draw_ruler(
    canvas: Canvas, scene: Scene, night: _Night, file: _File, y: int, rows: int, span: tuple[int, int, int]
) -> None:
    """One file: its object's date and its own, and what make made of them."""
    left, right = NAMES, canvas.width - 2
    line = y + rows // 2
    builder, laptop = (node_ink(name, scene.nodes, scene.you) for name in (night.builder, night.laptop))

    def at(date: int) -> int:
        middle, first, last = span
        return left + (date - middle - first) * (right - left) // max(1, last - first)

    canvas.put(0, line, cut(file.name, NAMES - 1), Ink.STRONG)
    canvas.put(left, line, "─" * (right - left + 1), Ink.FAINT)
    if file.made is not None:
        made = at(night.kept(file, file.made))
        canvas.tint(left, y, made - left, rows, builder, 0.10)
        if rows > 3:
            canvas.tint(made, y, right - made + 1, rows, laptop, 0.07)
        for row in range(y, y + rows):
            canvas.put(made, row, "│", builder)
        canvas.put(made, line, "█" if file.is_made else "░", builder)
        name = f"{file.name.rpartition('.')[0]}.o"
        canvas.put(max(left, made - len(name) - 1), line - 1 if rows > 2 else line, name, builder)
    source = night.source(file)
    if source is not None:
        x = at(source)
        canvas.thing(x, line, 1, 1, ("bead", file.name))
        canvas.put(x, line, "●" if file.is_saved else "○", Ink.CHOSEN if night.pushed and not file.is_saved else laptop)
        if file.made is not None:
            apart = source - night.kept(file, file.made)
            words = f"{'+' if apart > 0 else ''}{apart // MILLISECOND} ms"
            canvas.put(
                x + 2 if x + 2 + len(words) <= right else x - 1 - len(words),
                line,
                words,
                Ink.QUIET if file.is_saved else Ink.PLAIN,
            )
    if file.found is not None:
        compiled = file.found.did == COMPILED
        words = "make: newer, made again" if compiled else "make: up to date. Stale!"
        if file.found.skewed:
            words = "make: Clock skew detected; made again"
        canvas.right(line + 1 if rows > 2 else line - 1, words, Ink.PLAIN if compiled else Ink.GOOD, 1)


def _draw_scale(canvas: Canvas, night: _Night, y: int, span: tuple[int, int, int]) -> None:
    """Whole seconds under the rulers; in what steps the disk keeps dates."""
    middle, first, last = span
    left, right = NAMES, canvas.width - 2
    canvas.put(0, y, "dates", Ink.QUIET)
    second = -(-(middle + first) // SECOND) * SECOND
    while second <= middle + last:
        x = left + (second - middle - first) * (right - left) // max(1, last - first)
        canvas.put(x, y, f"{second // SECOND}", Ink.QUIET)
        second += SECOND
    if night.grain > 1 and all(file.grain == night.grain for file in night.files.values()):
        canvas.right(y - 1, f"this disk keeps dates in steps of {show_duration(night.grain)}", Ink.ACCENT, 1)
