"""A run as a space-time diagram to print: lifelines downwards, messages as arrows, losses crossed, answers marked.

Drawn in millimetres on A4 pages one below the other (upright, or lying if there are many nodes), each with the nodes'
names at its top; text stays text, in 8 points. Time runs down, but not to scale: moments at which something happens
keep a distance that can be read, and long silence is cut short (the lifelines are broken there). Every row tells its
time. What a node does is written beside the lifelines, where no arrow runs: left of the first, right of the last. What
lasts a while (a node reigns, is inside) is a bar along its lifeline.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from xml.sax.saxutils import escape

from core.export.lettering import LETTER, LINE, Arrow, Lettering, cut, wrapped
from core.export.moves import moves_in, short
from core.kernel import trace as kinds
from core.kernel.effects import Torn
from core.kernel.network import AS_IT_IS
from core.kernel.scenario import NETWORK
from core.kernel.shown import DOWN, Span
from core.kernel.sight import Sight
from core.kernel.time import MINUTE, SECOND, show_duration
from core.kernel.told import entry_words, message_words
from core.kernel.trace import Entry
from core.kernel.world import World

WIDTH, HEIGHT = 210.0, 297.0
"""A4, mm."""
TIMES, EDGE, TOP, BOTTOM = 24.0, 8.0, 24.0, 14.0
"""mm: the column of times at the left, the least margin at the right, the head and foot of a page."""
BESIDE, NAMED = 40.0, 52.0
"""mm for what is written beside a lifeline; if it must tell whose it is, too."""
LEAST_COLUMN = 15.0
MOST_LINES, WHOLE_LINES = 4, 40
"""Of one thing that is written beside the lifelines: what the player answered and what a crash tore are not cut."""
LEAST_GAP, USUAL_GAP, MOST_GAP = 4.2, 14.0, 24.0
"""mm between two moments: at least, for an undisturbed way, at most."""
MOST_NAME = 16
"""Letters of a node's name at the head of a page."""
FULL = 0.6
"""Part of a page that is filled before it may end for the sake of the arrows that would be cut."""
_STYLE = """
text { font-family: "DejaVu Sans", "Helvetica Neue", Helvetica, Arial, sans-serif; font-size: 2.82px; fill: #000; }
.name { font-weight: bold; text-anchor: middle; }
.time { text-anchor: end; fill: #444; }
.on, .halo { paint-order: stroke; stroke: #fff; stroke-width: 0.9px; stroke-linejoin: round; }
.on { text-anchor: middle; }
.left { text-anchor: end; }
.lead { stroke: #999; stroke-width: 0.2; stroke-dasharray: 0.3 1.2; }
.you { fill: #004a80; font-weight: bold; }
.life { stroke: #777; stroke-width: 0.3; }
.down { stroke: #777; stroke-width: 0.3; stroke-dasharray: 0.6 1; }
.bar { stroke: #9cc3e6; stroke-width: 1.4; }
.way, .part { stroke: #000; stroke-width: 0.35; fill: none; }
.lost, .lost-part { stroke: #000; stroke-width: 0.35; stroke-dasharray: 1.6 1; fill: none; }
.cross { stroke: #b00000; stroke-width: 0.6; }
.move { fill: #004a80; stroke: #fff; stroke-width: 0.3; }
.event { fill: #fff; stroke: #000; stroke-width: 0.3; }
.all { stroke: #b00000; stroke-width: 0.3; stroke-dasharray: 3 1.5; }
"""
_TOLD = frozenset(
    {
        kinds.CRASH, kinds.RESTART, kinds.SAVE, kinds.CLOCK, kinds.DELIVER, kinds.REQUEST, kinds.OPEN, kinds.CLOSED,
        kinds.GARBLED,
    }
)  # fmt: skip
"""What is written beside a lifeline, besides the player's answers."""
UNDER_WAY = "under way at the end"
MOST_DRAWN = 10_000
"""Entries of a trace that are drawn at most: hundreds of pages, 4 MB, which a browser still opens."""
_ARRIVALS = frozenset({kinds.RECEIVE, kinds.GARBLED, kinds.FORWARD, kinds.DROP})


@dataclass(frozen=True)
class _Note:
    """What is written beside the lifelines: whose it is, whether it is the player's, and its lines."""

    node: str
    yours: bool
    lines: tuple[str, ...]


@dataclass
class _Row:
    """One moment."""

    time: int
    labels: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    """By node: what is written there, and whether it is the player's."""
    everywhere: list[str] = field(default_factory=list)
    network: list[str] = field(default_factory=list)
    """What the player, being the network, did to packets then."""
    notes: tuple[list[_Note], list[_Note]] = field(default_factory=lambda: ([], []))
    """The labels in lines, left and right."""
    after_silence: bool = False
    """Was the silence before it cut short?"""
    y: float = 0.0

    @property
    def lines(self) -> int:
        """Lines of text that the fullest column needs."""
        beside = [sum(len(note.lines) for note in notes) for notes in self.notes]
        return max([*beside, len(self.everywhere), len(self.network) + 1 if self.network else 0])


@dataclass(frozen=True)
class _Way:
    """A message from node to node; `why` it was lost, or "". One that is UNDER_WAY has not arrived at the run's end."""

    source: str
    destination: str
    departed: int
    arrived: int
    why: str = ""


def spacetime_svg(world: World, whole: bool = True) -> Iterator[str]:
    """The drawing of what has happened in this world, in pieces of text. `whole`: is that the run, or its beginning?"""
    return _Drawing(world, whole).pieces()


class _Drawing:
    def __init__(self, world: World, whole: bool) -> None:
        self.world = world
        self.whole = whole
        self.spans = Sight(world, NETWORK).spans()
        self.rows: list[_Row] = []
        self.ways: dict[_Way, list[str]] = {}
        self._torn = {entry_words(entry) for entry in world.trace if isinstance(entry.detail, Torn)}
        self.played = {seat.node for seat in world.scenario.player}
        self._gather()
        self.names = list(world.nodes)
        self.names += sorted({way.source for way in self.ways} - set(self.names))
        self.first, self.last = (self.names[0] if len(self.names) > 1 else ""), self.names[-1]
        written = {name for row in self.rows for name in row.labels}
        self.left = TIMES + (BESIDE if self.first in written else 0)
        half_a_name = len(self._shown(self.last)) * LETTER * 1.1 / 2
        self.right = NAMED if written - {self.first, self.last} else BESIDE if self.last in written else EDGE
        self.right = max(self.right, half_a_name + 4.0)
        columns = max(1, len(self.names) - 1)
        upright = self.left + self.right + LEAST_COLUMN * columns <= WIDTH
        self.width, self.height = (WIDTH, HEIGHT) if upright else (HEIGHT, WIDTH)
        self.step = max(LEAST_COLUMN, (self.width - self.left - self.right) / columns)
        self.width = max(self.width, self.left + self.right + self.step * columns)
        self.x = {name: self.left + self.step * place for place, name in enumerate(self.names)}
        self._write()
        self.lettering = Lettering()
        self._place()
        self._times = [row.time for row in self.rows]

    # What is drawn

    def _gather(self) -> None:
        world = self.world
        moments: dict[int, _Row] = {}

        def row(time: int) -> _Row:
            return moments.setdefault(time, _Row(time))

        legs: dict[int, tuple[str, int]] = {}
        settled: set[int] = set()
        for entry in world.trace:
            if entry.kind == kinds.SEND:
                legs[entry.number] = (entry.node, entry.time)
                row(entry.time)
            elif entry.kind in _ARRIVALS:
                row(entry.time)
                settled.add(entry.cause)
                self._arrival(entry, legs)
            elif entry.kind in (kinds.CUT, kinds.HEAL, kinds.WAVE, kinds.CALM):
                row(entry.time).everywhere.append(entry_words(entry))
            for words, yours in self._labels(entry):
                labels = row(entry.time).labels.setdefault(entry.node, [])
                if (words, yours) not in labels:
                    labels.append((words, yours))
        for number in sorted(legs.keys() - settled):
            sending = world.trace[number]
            way = _Way(sending.node, sending.peer, sending.time, world.now, UNDER_WAY)
            self.ways.setdefault(way, []).append(message_words(sending.detail))
        for given in world.answers:
            if given.node == NETWORK and given.value != AS_IT_IS:
                row(given.at).network.append(str(given.value))
        for span in self.spans:
            if span.interval is not DOWN:
                row(span.opened).labels.setdefault(span.node, []).append((span.interval.words, False))
        moments.setdefault(world.now, _Row(world.now))
        self.rows = [moments[time] for time in sorted(moments)]

    def _arrival(self, entry: Entry, legs: dict[int, tuple[str, int]]) -> None:
        world = self.world
        if entry.kind == kinds.DROP:
            source, departed = legs.get(entry.cause, (entry.node, entry.time))
            arrived = entry.time if entry.time > departed else departed + world.latency(source, entry.peer)
            way = _Way(source, entry.peer, departed, arrived, entry.note)
        elif entry.kind == kinds.FORWARD:
            source, departed = legs.get(entry.cause, (entry.node, entry.time))
            way = _Way(source, entry.node, departed, entry.time)
            legs[entry.cause] = (entry.node, entry.time)
        else:
            source, departed = legs.get(entry.cause, (entry.peer, entry.time))
            way = _Way(source, entry.node, departed, entry.time)
        words = "flipped bits" if entry.kind == kinds.GARBLED else message_words(entry.detail)
        if way.source in world.nodes or way.source == entry.peer:
            self.ways.setdefault(way, []).append(words)

    def _labels(self, entry: Entry) -> Iterator[tuple[str, bool]]:
        if entry.node not in self.world.nodes:
            return
        for name, value in moves_in(self.world, entry):
            yield f"{short(name)} = {value}", True
        if entry.kind in _TOLD:
            yield entry_words(entry), False

    def _write(self) -> None:
        """Break the labels into lines."""
        bold = LETTER * 1.1
        beside = self.width - self.x[self.last]
        rooms = (int((BESIDE - 5) / bold), int((beside - 5) / bold))
        for row in self.rows:
            for name in sorted(row.labels, key=self.names.index):
                side = 0 if name == self.first else 1
                whose = "" if name in (self.first, self.last) else f"{name}: "
                for words, yours in row.labels[name]:
                    whole = yours or words in self._torn
                    lines = wrapped(f"{whose}{words}", rooms[side], WHOLE_LINES if whole else MOST_LINES)
                    row.notes[side].append(_Note(name, yours, tuple(lines)))

    # Where it lies

    def _place(self) -> None:
        """Give every moment its height, page by page."""
        rows, across = self.rows, self._across()
        gaps = self._gaps()
        page = first = 0
        while first < len(rows):
            top, end = page * self.height + TOP, (page + 1) * self.height - BOTTOM
            rows[first].y = top + LINE
            after = first + 1
            while after < len(rows):
                y = rows[after - 1].y + gaps[after]
                if y + LINE * max(1, rows[after].lines) > end:
                    break
                rows[after].y = y
                after += 1
            if after < len(rows):
                least = top + FULL * (end - top)
                breaks = [number for number in range(first + 1, after + 1) if rows[number - 1].y >= least]
                after = min(breaks or [after], key=lambda number: (across[number], -number))
            last = rows[after - 1].y + LINE * rows[after - 1].lines
            page = max(page, int(last // self.height)) + 1
            first = after
        self.pages = page

    def _gaps(self) -> list[float]:
        """How far (mm) every moment would lie below the one before; long silence is cut short."""
        delays = sorted(
            way.arrived - way.departed for way in self.ways if way.arrived > way.departed and way.why != UNDER_WAY
        )
        usual = delays[len(delays) // 2] if delays else 1
        gaps = [0.0]
        for previous, row in pairwise(self.rows):
            scaled = (row.time - previous.time) * USUAL_GAP / usual
            needed = max(LEAST_GAP, 1.2 + LINE * previous.lines)
            row.after_silence = scaled > MOST_GAP
            gaps.append(min(max(scaled, needed), max(MOST_GAP, needed)))
        return gaps

    def _across(self) -> list[int]:
        """For every row: how many arrows a page break before it would cut."""
        times = [row.time for row in self.rows]
        change = [0] * (len(times) + 2)
        for way in self.ways:
            if way.why != UNDER_WAY:
                change[bisect_right(times, way.departed)] += 1
                change[bisect_right(times, way.arrived)] -= 1
        return list(accumulate(change))

    def y(self, time: int) -> float:
        """Where a moment lies, also one between two rows."""
        place = bisect_right(self._times, time) - 1
        if place < 0:
            return self.rows[0].y
        if place == len(self.rows) - 1:
            return self.rows[-1].y + (8.0 if time > self._times[-1] else 0.0)
        here, after = self.rows[place], self.rows[place + 1]
        return here.y + (after.y - here.y) * (time - here.time) / (after.time - here.time)

    # Drawing

    def pieces(self) -> Iterator[str]:
        height = self.pages * self.height
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(self.width)}mm" height="{_n(height)}mm" '
            f'viewBox="0 0 {_n(self.width)} {_n(height)}">\n'
        )
        yield f"<title>{_text(self.world.scenario.name)}</title>\n<style>{self._sheet()}{_STYLE}</style>\n"
        yield (
            '<defs><marker id="head" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" '
            'orient="auto-start-reverse"><path d="M0,0.5 L6,3 L0,5.5 z"/></marker></defs>\n'
        )
        yield f'<rect width="{_n(self.width)}" height="{_n(height)}" fill="#fff"/>\n'
        for page in range(self.pages):
            yield from self._head(page)
        for name in self.names:
            yield from self._lifeline(name)
        for row in self.rows:
            yield from self._moment(row)
        texts: list[str] = []  # over all lines: a line through a text cannot be read
        for way, words in self.ways.items():
            yield from self._way(way, words, texts)
        yield from texts
        for row in self.rows:
            yield from self._written(row)
        yield "</svg>\n"

    def _sheet(self) -> str:
        """What makes a printer's page of each of ours, whatever its paper is by itself."""
        return f"\n@page {{ size: {_n(self.width)}mm {_n(self.height)}mm; margin: 0; }}"

    def _head(self, page: int) -> Iterator[str]:
        world, top = self.world, page * self.height
        ended = f"{'won' if world.outcome.won else 'lost'}: {world.outcome.reason}" if world.outcome else "not ended"
        if not self.whole:
            ended = f"the beginning, {len(world.trace)} entries, of a longer run"
        title = f"{world.scenario.name}, seed {world.scenario.seed}. {ended}"
        most = int((self.width - 40) / LETTER)
        yield f'<text x="6" y="{_n(top + 8)}">{_text(cut(title, most))}</text>\n'
        yield f'<text class="time" x="{_n(self.width - 6)}" y="{_n(top + 8)}">{page + 1} / {self.pages}</text>\n'
        for name in self.names:
            kind = "name you" if name in self.played else "name"
            shown = self._shown(name, min(MOST_NAME, max(6, int(self.step / LETTER))))
            yield f'<text class="{kind}" x="{_n(self.x[name])}" y="{_n(top + 16)}">{_text(shown)}</text>\n'
        bars = "bar: what is written at its start. " if any(one.interval is not DOWN for one in self.spans) else ""
        legend = "arrow: message. dashed, crossed: lost. diamond: your answer. circle: event. "
        legend += f"{bars}time is not to scale"
        yield f'<text x="6" y="{_n(top + self.height - 5)}">{legend}</text>\n'

    def _shown(self, name: str, most: int = MOST_NAME) -> str:
        return cut(name, most) + (" (you)" if name in self.played else "")

    def _lifeline(self, name: str) -> Iterator[str]:
        """A line a page, dotted while the node is down, open where silence was cut short; bars under it."""
        x = self.x[name]
        end = self.rows[-1].y + LINE
        down: list[tuple[float, float]] = []
        for span in self.spans:
            if span.node != name:
                continue
            upper, lower = self.y(span.opened), end if span.closed is None else self.y(span.closed)
            if span.interval is DOWN:
                down.append((upper, lower))
            else:
                yield from self._bar(span, x, upper, lower)
        cuts = sorted({y for pair in down for y in pair})
        for page in range(self.pages):
            first, last = page * self.height + TOP - 6, min((page + 1) * self.height - BOTTOM, end)
            stops = [first, *(y for y in cuts if first < y < last), last]
            for upper, lower in pairwise(stops):
                middle = (upper + lower) / 2
                kind = "down" if any(a <= middle <= b for a, b in down) else "life"
                yield f'<line class="{kind}" x1="{_n(x)}" y1="{_n(upper)}" x2="{_n(x)}" y2="{_n(lower)}"/>\n'
        for row in self.rows:
            y = row.y - 2.0
            if not row.after_silence:
                continue
            yield (
                f'<path d="M{_n(x - 1.4)},{_n(y + 0.7)} l2.8,-1.4 m0,1.2 l-2.8,1.4" stroke="#777" stroke-width="0.3" '
                'fill="none"/>\n'
            )

    def _bar(self, span: Span, x: float, upper: float, lower: float) -> Iterator[str]:
        """The time that a node spent in one of its intervals; a second kind of interval stands beside the first."""
        names = dict.fromkeys(other.interval.name for other in self.spans if other.interval is not DOWN)
        place = x + 1.4 * list(names).index(span.interval.name)
        yield f"<g><title>{_text(f'{span.node} {span.interval.words}')}</title>"
        for piece in self._on_pages(place, upper, place, lower):
            yield _line("bar", *piece)
        yield "</g>\n"

    def _moment(self, row: _Row) -> Iterator[str]:
        yield f'<text class="time" x="{_n(TIMES - 4)}" y="{_n(row.y + 1)}">{_clock(row.time)}</text>\n'
        for place, words in enumerate(row.network, 1):
            y = row.y + LINE * place
            yield f'<path class="move" d="M{_n(TIMES - 4)},{_n(y - 1.5)} l1.5,1.5 l-1.5,1.5 l-1.5,-1.5 z"/>'
            yield f'<text class="time you" x="{_n(TIMES - 6.5)}" y="{_n(y + 1)}">{_text(cut(words, 9))}</text>\n'
        for place, words in enumerate(row.everywhere):
            right = max(self.x.values()) + EDGE / 2
            yield f'<line class="all" x1="{_n(self.left)}" y1="{_n(row.y)}" x2="{_n(right)}" y2="{_n(row.y)}"/>\n'
            most = int((right - self.left) / LETTER)
            yield (
                f'<text class="halo" x="{_n(self.left + 2)}" y="{_n(row.y + LINE * place - 0.6)}">'
                f"{_text(cut(words, most))}</text>\n"
            )

    def _way(self, way: _Way, words: list[str], texts: list[str]) -> Iterator[str]:
        if way.destination not in self.x:
            return
        x1, x2 = self.x[way.source], self.x[way.destination]
        y1, y2 = self.y(way.departed), self.y(way.arrived)
        text = "; ".join(words)
        if way.why == UNDER_WAY:
            text += f" ({UNDER_WAY})"
            x2, y2 = x1 + (x2 - x1) * 0.4, max(y1 + 4.0, min(y2, y1 + USUAL_GAP))
        elif way.why:
            text += f" ({way.why if way.why.startswith('lost') else 'lost: ' + way.why})"
        if way.why and way.why != UNDER_WAY:
            part = 0.55 if x1 != x2 else 1.0
            x2, y2 = x1 + (x2 - x1) * part, y1 + (y2 - y1) * part
        kind, head = ("lost", "") if way.why else ("way", ' marker-end="url(#head)"')
        pieces = self._on_pages(x1, y1, x2, y2)
        yield f"<g><title>{_text(text)}</title>"
        for piece in pieces[:-1]:
            yield _line("lost-part" if way.why else "part", *piece)
        yield _line(kind, *pieces[-1], head)
        if way.why and way.why != UNDER_WAY:
            yield f'<path class="cross" d="M{_n(x2 - 1.4)},{_n(y2 - 1.4)} l2.8,2.8 m0,-2.8 l-2.8,2.8"/>'
        yield "</g>\n"
        longest = max(pieces, key=lambda piece: math.dist(piece[:2], piece[2:]))
        for line in self.lettering.along(text, longest):
            rotate = f"rotate({_n(line.degrees)} {_n(line.x)} {_n(line.y)})"
            place = f'x="{_n(line.x)}" y="{_n(line.y + line.above)}" transform="{rotate}"'
            texts.append(f'<text class="on" {place}>{_text(line.text)}</text>\n')

    def _on_pages(self, x1: float, y1: float, x2: float, y2: float) -> list[Arrow]:
        """A line without what would run through the head or foot of a page."""
        pieces = []
        for page in range(int(y1 // self.height), int(y2 // self.height) + 1):
            start, end = max(y1, page * self.height + TOP - 6), min(y2, (page + 1) * self.height - BOTTOM)
            if start < end or y1 == y2:
                slope = (x2 - x1) / (y2 - y1) if y1 != y2 else 0.0
                low, high = (x1 + (start - y1) * slope, x1 + (end - y1) * slope) if y1 != y2 else (x1, x2)
                pieces.append((low, start, high, end))
        return pieces or [(x1, y1, x2, y2)]

    def _written(self, row: _Row) -> Iterator[str]:
        """The marks on the lifelines at one moment, with their words beside the lifelines."""
        for side, notes in enumerate(row.notes):
            place = 0
            for note in notes:
                x, y = self.x[note.node], row.y + LINE * place
                edge = self.x[self.last] + 2.4 if side else self.x[self.first] - 2.4
                if note.node not in (self.first, self.last):
                    yield _line("lead", x, y, edge - 0.8, y)
                if note.yours:
                    yield f'<path class="move" d="M{_n(x)},{_n(y - 1.5)} l1.5,1.5 l-1.5,1.5 l-1.5,-1.5 z"/>'
                else:
                    yield f'<circle class="event" cx="{_n(x)}" cy="{_n(y)}" r="0.9"/>'
                kind = f"halo{'' if side else ' left'}{' you' if note.yours else ''}"
                for line in note.lines:
                    yield (
                        f'<text class="{kind}" x="{_n(edge)}" y="{_n(row.y + LINE * place + 1)}">{_text(line)}</text>\n'
                    )
                    place += 1


def _line(kind: str, x1: float, y1: float, x2: float, y2: float, more: str = "") -> str:
    return f'<line class="{kind}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"{more}/>'


def _clock(time: int) -> str:
    """A moment's time; what people read as minutes in seconds, for two moments may lie within one second."""
    return show_duration(time) if time < 2 * MINUTE else f"{time // SECOND}.{time % SECOND // 1000:03d} s"


def _n(number: float) -> str:
    """A number of millimetres, to a hundredth."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """Text for XML: escaped, without what XML 1.0 cannot hold."""
    bad = ("Cc", "Cf", "Cs", "Cn")
    return escape("".join(" " if unicodedata.category(letter) in bad else letter for letter in text))
