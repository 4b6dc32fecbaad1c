"""The card of the level that is chosen on the map: what it is about, how the player stands, and what to press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.clock import seconds
from tui.language import later, said
from tui.look.palette import Ink
from tui.model import CampaignEntry
from tui.progress import STARS, LevelProgress
from tui.prose import prose
from tui.widgets.canvas import Canvas, cut
from tui.widgets.line_view import LEGEND, STEP_WORDS, colour_of, dye, fill, stars_of

Glimpse = Callable[[Canvas], None]
THIRD = later("par, on a new seed, no hint, no step back")
PLANE_ROWS = 6
GLIMPSE_ROWS = 8


@dataclass(frozen=True)
class Card:
    """All that a card says.

    where     what kind of a level it is: station and step.
    standing  the player's record in it; `begun`: how far a play got that was cut short.
    pars      its pars in words; `par`: the same as (messages, µs), if these are what it is measured by.
    before    the level that it builds on, as title and stars.
    glimpse   draws its picture in small; None while that is not known.
    verb, key what the key does that opens it, and which that is.
    missing   of a level with a real program: what is missing for it on this machine, in a sentence; "" if nothing is.
    """

    entry: CampaignEntry
    standing: LevelProgress
    begun: str = ""
    pars: Sequence[str] = ()
    par: tuple[int, int] | None = None
    before: CampaignEntry | None = None
    glimpse: Glimpse | None = None
    key: str = "enter"
    missing: str = ""

    @property
    def where(self) -> str:
        """Its station and what it does with that, or its protocol."""
        entry = self.entry
        return " · ".join(part for part in (entry.arc or entry.protocol, said(STEP_WORDS[entry.step])) if part)

    @property
    def verb(self) -> str:
        """What opening it does."""
        if self.missing:
            return said("what it is")
        if self.begun:
            return f"{said('go on')}: {self.begun}"
        return said("play again") if self.standing.attempts else said("play")

    @property
    def absence(self) -> str:
        """Why it cannot be played on this machine."""
        return f"{said('not on this machine')}: {self.missing}"

    def record(self) -> list[str]:
        """How the player stands in it, in words."""
        standing = self.standing
        if not standing.attempts:
            return [self.absence] if self.missing else [said("never played")]
        found = [self.absence] if self.missing else []
        found += [said("{attempts} played, {wins} won").format(attempts=standing.attempts, wins=standing.wins)]
        if standing.wins and not self.entry.stars:
            found.append(said("not all of its tasks are won"))
        if self.entry.old:
            found.append(said("stars are from before it was changed"))
        if standing.best_messages is not None and standing.best_time_us is not None:
            best = said("best {messages} messages, {time}")
            found.append(best.format(messages=standing.best_messages, time=seconds(standing.best_time_us)))
        return found


def draw_strip(canvas: Canvas, card: Card) -> None:
    """The card in five rows, below a map that has no room beside it."""
    entry = card.entry
    fill(canvas, 0, 0, canvas.width, canvas.palette.raised, 1.0 if canvas.palette.mixes else 0.0, canvas.height)
    for y in range(canvas.height):
        canvas.put(0, y, "▌", Ink.YOU)
    x = canvas.put(2, 0, cut(entry.title, 34), Ink.STRONG)
    x = canvas.put(x + 2, 0, stars_of(entry), Ink.YOU if entry.stars else Ink.QUIET)
    where = cut(card.where, canvas.width - x - 3)
    canvas.put(x + 2, 0, where, Ink.PLAIN)
    dye(canvas, x + 2, 0, len(where), colour_of(canvas, entry.line))
    if x + len(where) + len(said(LEGEND)) + 5 <= canvas.width:
        canvas.right(0, said(LEGEND), Ink.QUIET, 1)
    y = 1 + canvas.wrap(2, 1, _plain(canvas, entry.summary), canvas.width - 4, 2)
    pars = [f"{said('par')} {', '.join(card.pars)}"] if card.pars else []
    told = "   ".join([*([entry.handed_in] if entry.handed_in else []), *card.record(), *pars])
    canvas.wrap(2, y, _plain(canvas, told), canvas.width - 3, 4 - y, Ink.QUIET)
    _draw_open(canvas, 1, 4, card)


def draw_panel(canvas: Canvas, card: Card) -> None:
    """The card beside the map: with the picture in small, the plane of results, and where it comes from."""
    entry = card.entry
    fill(canvas, 0, 0, canvas.width, canvas.palette.raised, 0.6, canvas.height)
    left, room = 2, canvas.width - 4
    y = 1 + canvas.wrap(left, 1, entry.title, room - 5, 2, Ink.STRONG)
    canvas.right(1, stars_of(entry), Ink.YOU if entry.stars else Ink.QUIET, 2)
    canvas.put(left, y, cut(card.where, room), Ink.PLAIN)
    dye(canvas, left, y, room, colour_of(canvas, entry.line))
    y += 2
    rows = min(GLIMPSE_ROWS + max(0, canvas.height - 46), room // 4)
    if canvas.palette.mixes and not canvas.ascii_only:
        inner = canvas.part(room, rows)
        inner.grounds = [[canvas.palette.ground] * room for _ in range(rows)]
        if card.glimpse is not None:
            card.glimpse(inner)
        canvas.blit(inner, left, y)
        y += rows + 1
    y += canvas.wrap(left, y, _plain(canvas, entry.summary), room, 4) + 1
    if card.par is not None and canvas.height - y >= PLANE_ROWS + 12:
        _draw_plane(canvas, left, y, room, card)
        y += PLANE_ROWS + 2
    last = canvas.height - 3
    for name, words in _facts(card):
        if y < last:
            canvas.put(left, y, name, Ink.QUIET)
            y += canvas.wrap(left + 10, y, _plain(canvas, words), room - 10, min(2, last - y))
    _draw_open(canvas, left - 1, canvas.height - 2, card)


def draw_page(canvas: Canvas, card: Card) -> None:
    """The card over the whole map: all of it."""
    entry = card.entry
    left, room = 2, canvas.width - 4
    x = canvas.put(left, 1, entry.title, Ink.STRONG)
    x = canvas.put(x + 2, 1, stars_of(entry), Ink.YOU if entry.stars else Ink.QUIET)
    canvas.put(x + 2, 1, card.where, Ink.PLAIN)
    dye(canvas, x + 2, 1, len(card.where), colour_of(canvas, entry.line))
    y = 2 + canvas.wrap(left, 2, _plain(canvas, entry.summary), room, 3) + 1
    wide = min(84, room * 3 // 5)
    rows = max(5, min(canvas.height - y - 9, wide * 26 // 84))
    beside = left
    if canvas.palette.mixes and not canvas.ascii_only:
        inner = canvas.part(wide, rows)
        inner.grounds = [[canvas.palette.raised] * wide for _ in range(rows)]
        if card.glimpse is not None:
            card.glimpse(inner)
        canvas.blit(inner, left, y)
        beside = left + wide + 3
    if card.par is not None:
        _draw_plane(canvas, beside, y, canvas.width - beside - 2, card, max(4, rows - 2))
    else:
        canvas.wrap(beside, y, f"{said('par')}: {', '.join(card.pars)}", canvas.width - beside - 2, 3, Ink.QUIET)
    y += rows + 1
    for name, words in _facts(card):
        if y < canvas.height - 2:
            canvas.put(left, y, name, Ink.QUIET)
            y += canvas.wrap(left + 11, y, _plain(canvas, words), room - 11, min(2, canvas.height - 2 - y))
    _draw_open(canvas, left - 1, canvas.height - 1, card)


def _facts(card: Card) -> list[tuple[str, str]]:
    """What else there is to say of it: name and words."""
    entry, before = card.entry, card.before
    here = said("not here: see above") if card.missing else said("a real program comes to it, from this machine")
    facts = [(said("record"), "; ".join(card.record()))]
    facts += [(said("live"), here)] if entry.live else []
    facts += [(said("hand in"), entry.handed_in)] if entry.handed_in else []
    facts += [(said("par"), ", ".join(card.pars))] if card.pars else []
    facts += [(said("builds on"), f"{before.title} {stars_of(before)}")] if before is not None else []
    facts += [(said("teaches"), "; ".join(entry.covers))] if entry.covers else []
    facts += [(said("source"), "; ".join(entry.sources))] if entry.sources else []
    return [*facts, (said("third ★"), said(THIRD))] if entry.stars < STARS else facts


def _plain(canvas: Canvas, text: str) -> str:
    return prose(text, ascii_only=canvas.ascii_only).plain


def _draw_open(canvas: Canvas, x: int, y: int, card: Card) -> None:
    """The key that opens the level, as a button."""
    words = f" {card.key}  {cut(card.verb, canvas.width - x - len(card.key) - 6)} "
    if not canvas.palette.mixes and not canvas.palette.fills:
        words = f"[{words.strip()}]"
    canvas.put(x, y, words, Ink.CHOSEN)
    canvas.hot(x, y, len(words), ("open", card.entry.id))


def _draw_plane(canvas: Canvas, x: int, y: int, width: int, card: Card, rows: int = PLANE_ROWS) -> None:
    """Messages across, time upward: the area of par, and the player's best where there is one."""
    assert card.par is not None
    best = card.standing.best_messages, card.standing.best_time_us
    most = [max(1, par, mine or 0) * 5 // 4 for par, mine in zip(card.par, best, strict=True)]
    floor, top = y + rows, y + 1
    for row in range(top, floor):
        canvas.put(x, row, "│", Ink.FAINT)
    canvas.put(x, floor, "└" + "─" * (width - 1), Ink.FAINT)
    canvas.put(x, y, said("time"), Ink.QUIET)
    canvas.right(floor + 1, said("messages"), Ink.QUIET, canvas.width - x - width)
    wide = max(2, card.par[0] * (width - 2) // most[0])
    high = max(1, card.par[1] * (rows - 1) // most[1])
    canvas.tint(x + 1, floor - high, wide, high, Ink.GOOD, 0.3)
    if not canvas.palette.mixes:
        canvas.put(x + 1, floor - high, "╌" * wide, Ink.GOOD)
        for row in range(floor - high + 1, floor):
            canvas.put(x + wide, row, "╎", Ink.GOOD)
    canvas.put(x + 2, floor - 1, said("par"), Ink.GOOD)
    if best[0] is not None and best[1] is not None:
        column = x + 1 + min(width - 3, best[0] * (width - 2) // most[0])
        row = floor - 1 - min(rows - 2, best[1] * (rows - 1) // most[1])
        words = said("● your best")
        canvas.put(min(column, x + width - len(words)), row, words, Ink.YOU)
