"""One line of the map, unrolled: its stations with their levels, what each does with the idea, and its stars."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tui.language import later, said
from tui.look.palette import DEFAULT, Ink, mix
from tui.model import CampaignEntry
from tui.progress import STARS
from tui.widgets.canvas import Canvas, cut

LEVEL = 6
"""Columns of a level in an unrolled line."""
OPEN, TRIED, GO_ON, LIVE = "○", "◌", "▸", "◆"
FILLED = (OPEN, "◔", "◑", "●")
STEP_WORDS = {
    later("break"): later("break it"),
    later("be"): later("be it"),
    later("fails"): later("it fails"),
    "": "",
}
LINE_WORLDS = {"Doors": "sockets", "Time": "clocks", "Ownership": "booth"}
"""Lines whose colour is that of a world of another name."""


@dataclass(frozen=True)
class Standing:
    """How the player stands on the map.

    here     the id of the level that is chosen; `advised`: of the one to play next.
    begun    level id → how far a play got that was cut short. `tried`: those that were ever begun.
    new      ids of levels that have come since the map was last looked at.
    """

    here: str = ""
    advised: str = ""
    begun: Mapping[str, str] = field(default_factory=dict)
    tried: Collection[str] = ()
    new: Collection[str] = ()


def glyph_of(entry: CampaignEntry, standing: Standing) -> str:
    """A level's bead: filled by its stars; of one that is not won, whether it was tried, and can be gone on with."""
    if entry.id in standing.begun:
        return GO_ON
    if entry.live:
        return LIVE
    if entry.stars == 0 and entry.id in standing.tried:
        return TRIED
    return FILLED[entry.stars]


def stars_of(entry: CampaignEntry) -> str:
    """`★★☆` for two stars of three."""
    return "★" * entry.stars + "☆" * (STARS - entry.stars)


def colour_of(canvas: Canvas, line: str) -> int:
    """A line's colour; DEFAULT where there are no colours."""
    return canvas.palette.colour(Ink.WORLD, 0, DEFAULT, LINE_WORLDS.get(line, line.lower()))


def dye(canvas: Canvas, x: int, y: int, width: int, colour: int) -> None:
    """Give cells that are written already a colour of their own."""
    if colour != DEFAULT and 0 <= y < canvas.height:
        for column in range(max(0, x), min(canvas.width, x + width)):
            canvas.fores[y][column] = colour


def fill(canvas: Canvas, x: int, y: int, width: int, colour: int, share: float = 1.0, height: int = 1) -> None:
    """Lay so much (0 to 1) of a colour behind cells; without colours a full one turns them round."""
    if share < 1 and not canvas.palette.mixes:
        return
    if colour == DEFAULT:
        colour = canvas.palette.fill(Ink.YOU)
    mixed: dict[int, int] = {}
    for row in range(max(0, y), min(canvas.height, y + height)):
        for column in range(max(0, x), min(canvas.width, x + width)):
            behind = canvas.ground(column, row)
            if behind not in mixed:
                mixed[behind] = colour if share >= 1 else mix(behind, colour, share)
            canvas.grounds[row][column] = mixed[behind]


def bead(canvas: Canvas, x: int, y: int, entry: CampaignEntry, standing: Standing) -> None:
    """One level on the map: gold if it is chosen, white if it is new, else in its line's colour."""
    glyph = glyph_of(entry, standing)
    if entry.id == standing.here:
        canvas.put(x, y, glyph, Ink.CHOSEN)
    elif entry.id in standing.new:
        canvas.put(x, y, glyph, Ink.ON, fill=Ink.LIVE)
    elif entry.id in standing.begun:
        canvas.put(x, y, glyph, Ink.YOU)
    else:
        canvas.put(x, y, glyph, Ink.PLAIN)
        if entry.stars:
            dye(canvas, x, y, 1, colour_of(canvas, entry.line))
        else:
            canvas.paint(x, y, 1, Ink.QUIET)
    canvas.hot(x, y, 1, ("level", entry.id))


def stations(entries: Sequence[CampaignEntry]) -> list[tuple[str, list[CampaignEntry]]]:
    """The stations of a line, each with its levels; one without a name is a level of its own."""
    found: list[tuple[str, list[CampaignEntry]]] = []
    for arc, some in groupby(entries, lambda entry: entry.arc):
        levels = list(some)
        if arc:
            found.append((arc, levels))
        else:
            found += [("", [level]) for level in levels]
    return found


@dataclass(frozen=True)
class _Spot:
    entry: CampaignEntry
    x: int
    first: bool
    """Is it the first level of its station?"""
    last: bool


def _spots(found: Sequence[tuple[str, Sequence[CampaignEntry]]]) -> tuple[list[_Spot], list[tuple[int, str]], int]:
    """Where each level stands, where the stations' names, and how wide all of it is."""
    spots: list[_Spot] = []
    names: list[tuple[int, str]] = []
    x = 0
    for name, levels in found:
        names.append((x, name))
        for place, entry in enumerate(levels):
            spots.append(_Spot(entry, x + place * LEVEL, place == 0, place == len(levels) - 1))
        x += max(len(levels) * LEVEL, len(name) + 1) + 2
    return spots, names, x


def draw_line(canvas: Canvas, entries: Sequence[CampaignEntry], standing: Standing) -> None:
    """The line over the whole canvas, in four rows: stations, beads, stars, and what the levels of this station do. It
    moves so that the chosen level is in sight; how much lies further on is said at its ends."""
    if not entries:
        return
    colour = colour_of(canvas, entries[0].line)
    fill(canvas, 0, 0, canvas.width, colour, 0.14, canvas.height)
    for y in range(canvas.height):
        canvas.put(0, y, "▌", Ink.WORLD)
        dye(canvas, 0, y, 1, colour)
    spots, names, whole = _spots(stations(entries))
    here = next((spot for spot in spots if spot.entry.id == standing.here), spots[0])
    room = canvas.width - 4
    start = max(0, min(here.x - room // 3, whole - room)) if whole > room else 0
    start = min((spot.x for spot in [*spots, here] if spot.x >= start), default=start)  # no level is cut at the left
    inner = canvas.part(room, canvas.height)
    for y in range(inner.height):
        inner.grounds[y] = [canvas.ground(2, y)] * inner.width
    arc = here.entry.arc
    top = max(0, (canvas.height - 4) // 2)
    for place, (x, name) in enumerate(names):
        behind = names[place + 1][0] if place + 1 < len(names) else whole
        its = next((spot.entry.arc for spot in spots if spot.x == x), "")
        if behind - start > len(name) + 1:  # of a station whose beginning lies further on the name stays
            inner.put(max(0, x - start), top, name, Ink.STRONG if its == arc and name else Ink.QUIET)
    for spot in spots:
        x = spot.x - start
        if not spot.last:
            inner.put(x + 2, top + 1, "━" * (LEVEL - 1), Ink.WORLD)
            dye(inner, x + 2, top + 1, LEVEL - 1, mix(colour, inner.ground(0, top + 1), 0.4) if colour >= 0 else colour)
        inner.hot(x, top, LEVEL, ("level", spot.entry.id), 3)
        _draw_spot(inner, x, top, spot.entry, standing)
        if spot.entry.arc == arc and (arc or spot is here):
            _draw_step(inner, x, top + 3, spot.entry, standing)
    canvas.blit(inner, 2, 0)
    if canvas.height > top + 5:
        _draw_titles(canvas, top + 5, [spot.entry for spot in spots if spot is here or (arc and spot.entry.arc == arc)],
                     standing)  # fmt: skip
    before = sum(spot.x < start for spot in spots)
    behind = sum(spot.x - start + LEVEL > room for spot in spots)
    if before:
        canvas.put(1, top + 1, "<", Ink.STRONG)
    if behind:
        canvas.right(top + 1, ">", Ink.STRONG, 1)


def _draw_spot(canvas: Canvas, x: int, y: int, entry: CampaignEntry, standing: Standing) -> None:
    is_here = entry.id == standing.here
    if is_here:
        canvas.put(x, y + 1, f" {glyph_of(entry, standing)} ", Ink.CHOSEN)
    elif entry.id in standing.new:
        canvas.put(x, y + 1, cut(said("new"), STARS), Ink.ON, fill=Ink.LIVE)
    else:
        bead(canvas, x + 1, y + 1, entry, standing)
    canvas.put(x, y + 2, stars_of(entry), Ink.YOU if is_here else Ink.QUIET)
    if entry.stars and not is_here:
        dye(canvas, x, y + 2, STARS, colour_of(canvas, entry.line))


def _draw_titles(canvas: Canvas, y: int, levels: Sequence[CampaignEntry], standing: Standing) -> None:
    """What the levels of a station are called, and what each does."""
    x = 2
    for entry in levels:
        if x + len(said(entry.step)) + len(entry.title) + 1 >= canvas.width:
            return
        x = canvas.put(x, y, said(entry.step), Ink.QUIET) + (1 if entry.step else 0)
        x = canvas.put(x, y, entry.title, Ink.YOU if entry.id == standing.here else Ink.STRONG) + 3


def _draw_step(canvas: Canvas, x: int, y: int, entry: CampaignEntry, standing: Standing) -> None:
    canvas.put(x, y, cut(said(entry.step), LEVEL), Ink.STRONG if entry.id == standing.here else Ink.QUIET)


def draw_list(canvas: Canvas, entries: Sequence[CampaignEntry], standing: Standing) -> None:
    """The line level by level, below one another: station, what it does, bead, title and stars, and below it what it is
    about, where there is room for all. The chosen one is always in sight."""
    if not entries:
        return
    colour = colour_of(canvas, entries[0].line)
    rows: list[tuple[str, CampaignEntry]] = []
    for name, levels in stations(entries):
        rows += [(name if place == 0 else "", level) for place, level in enumerate(levels)]
    at = next((place for place, (_, entry) in enumerate(rows) if entry.id == standing.here), 0)
    is_roomy = 2 * len(rows) <= canvas.height - 2
    height = canvas.height - 2
    first = max(0, min(at - height // 2, len(rows) - height))
    for place, (name, entry) in enumerate(rows[first : first + height]):
        y = 1 + (2 * place if is_roomy else place)
        x = canvas.put(2, y, f"{cut(name, 11):<11}", Ink.QUIET)
        canvas.put(x, y, f"{said(entry.step):<6}", Ink.PLAIN)
        dye(canvas, x, y, 6, colour)
        bead(canvas, x + 6, y, entry, standing)
        is_here = entry.id == standing.here
        title = cut(entry.title, 24)
        canvas.put(x + 8, y, f" {title:<24} ", Ink.CHOSEN if is_here else Ink.PLAIN)
        canvas.put(x + 35, y, stars_of(entry), Ink.YOU if entry.stars else Ink.QUIET)
        word = word_of(entry, standing)
        canvas.put(x + 40, y, word, Ink.STRONG)
        if is_roomy:
            canvas.put(x + 9, y + 1, cut(entry.summary, canvas.width - x - 10), Ink.QUIET)
        canvas.hot(0, y, canvas.width, ("level", entry.id), 2 if is_roomy else 1)
    for y, more in ((0, first), (canvas.height - 1, len(rows) - first - height)):
        if more > 0:
            canvas.put(2, y, said("{count} more").format(count=more), Ink.QUIET)


LEGEND = later("○ open  ◌ tried  ▸ go on  ◔ ◑ ● stars")


def word_of(entry: CampaignEntry, standing: Standing) -> str:
    """The most urgent word on a level: `go on`, `next`, `new`, or that its stars are of an earlier edition."""
    if entry.id in standing.begun:
        return said("go on")
    if entry.id == standing.advised:
        return said("next")
    if entry.id in standing.new:
        return said("new")
    return said("old") if entry.old else ""
