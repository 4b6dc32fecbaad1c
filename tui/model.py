"""What the screens are given: plain data, so that they know neither level files nor a running session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.clock import seconds
from tui.language import later, said
from tui.progress import STARS

if TYPE_CHECKING:
    from tui.comparing import Line
    from tui.look.fork import Fork
    from tui.widgets.spacetime import Diagram

STAR_WORDS = (later("not won yet"), later("won"), later("won within par"), later("won by heart"))


@dataclass(frozen=True)
class CampaignEntry:
    """One level as the map shows it. `covers`: what it teaches, in words; `stars` is 0 to 3; `acts`: the ids of its
    further acts; the stars are the last one's."""

    id: str
    world: str
    title: str
    summary: str
    protocol: str
    covers: tuple[str, ...] = ()
    stars: int = 0
    acts: tuple[str, ...] = ()
    bare: bool = False
    """Is it played on a bare stage, so that nothing is read before it?"""
    edition: int = 1
    """How often the level was made anew, from 1."""
    old: bool = False
    """Are its stars those of an earlier edition?"""
    early: int = 0
    """Place of its world among those that are advised first, from 1; 0 for the others."""
    line: str = ""
    """The line of the map on which it lies."""
    arc: str = ""
    """The station of that line to which it belongs; "" for one of its own."""
    step: str = ""
    """What it does with the station's idea: "break", "be" or "fails"; "" where that is not said."""
    live: bool = False
    """Is it played against programs that nobody here wrote?"""
    sources: tuple[str, ...] = ()
    course: str = ""
    """The id of the course that it belongs to; "" for the campaign's."""
    handed_in: str = ""
    """With what it is handed in in its course, and by when, in words; "" if it is not."""

    @property
    def counts(self) -> str:
        """The id of the act whose stars are the level's."""
        return self.acts[-1] if self.acts else self.id


@dataclass(frozen=True)
class Page:
    """A page of the toolbox, and the world whose winning opens it."""

    world: str
    name: str
    pro: str
    con: str
    when: str


@dataclass(frozen=True)
class Brief:
    """What a player reads before a level: 60 words at most in `text` (see tui.prose for its markup)."""

    level: str
    world: str
    title: str
    you_are: str
    text: str
    goal: str
    limit_us: int
    pars: tuple[str, ...] = ()
    simplified: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a level is measured by: its pars in words, and as (messages, µs) where these are what it is measured by."""

    pars: tuple[str, ...] = ()
    par: tuple[int, int] | None = None


@dataclass(frozen=True)
class Axis:
    """What one axis of the plane of results counts: a measure's name and unit. Less is better unless `higher`."""

    name: str
    unit: str = ""
    higher: bool = False

    def show(self, value: int) -> str:
        """A value with its name: `24 hops`, `1.5 s`."""
        if self.unit == MICROSECONDS:
            return seconds(value) if self.name == "time" else f"{said(self.name)} {seconds(value)}"
        if self.unit:
            return f"{said(self.name)} {self.scale(value)}"
        return f"{value} {said(self.name.removesuffix('s') if value == 1 else self.name)}"

    def scale(self, value: int) -> str:
        """A value alone, as it stands at the axis."""
        if self.unit == MICROSECONDS:
            return seconds(value)
        if self.unit == "B" and value >= 10_000:
            return f"{value // 1000} KB"
        return f"{value} {self.unit}".rstrip()


MICROSECONDS = "µs"
MESSAGES = Axis("messages")
TIME = Axis("time", MICROSECONDS)


@dataclass(frozen=True)
class Ghost:
    """Somebody's result on the plane, beside the player's own: its place on the axis across and on that upward."""

    name: str
    across: int
    upward: int
    beaten: str = ""
    """In what the player's run was better than this one, in words."""
    words: str = ""
    """How this one answers, in words."""


@dataclass(frozen=True)
class Judging:
    """How the player's answers compare with the book's by value, as far as it has been computed.

    lines      one for every answer that is judged and was not the book's own.
    progress   what is being computed; "" when all is known.
    summary    the whole, in a sentence.
    beaten     was the book beaten?
    """

    lines: tuple[str, ...] = ()
    progress: str = ""
    summary: str = ""
    beaten: bool = False


@dataclass(frozen=True)
class Turn:
    """The last winnable moment of a play, as far as it has been looked for.

    progress  how far that is, in words; "" when it is known.
    head      what was found, or that nothing was.
    event     after which event the moment is, -1 if there is none; `answers`: how many had been given. `at`: its time
              (µs), `when` in words.
    cause     what was done or left out there, in words; "" if nothing is said of it.
    entry     the number of the first thing that was done there or later; -1 if nothing was.
    place     which of the debrief's mistakes that is, -1 for none.
    decides   did that mistake, made at the moment itself, cost the level?
    fork      this play and a better one from there on.
    """

    progress: str = ""
    head: str = ""
    event: int = -1
    answers: int = 0
    at: int = 0
    when: str = ""
    cause: str = ""
    entry: int = -1
    place: int = -1
    decides: bool = False
    fork: Fork | None = None


Enough = Callable[[], bool]
"""Is there no more time?"""


@dataclass(frozen=True)
class Debrief:
    """How a play ended, and what there is to say about it.

    reason   the law that was met or broken.
    point    the play's place on the plane of results, on `axes`; `par` that of par.
    cut      that the run is not known to its end, in words: it is neither won nor lost.
    """

    level: str
    world: str
    title: str
    won: bool
    stars: int
    reason: str
    point: tuple[int, int]
    par: tuple[int, int] | None = None
    axes: tuple[Axis, Axis] = (MESSAGES, TIME)
    ghosts: tuple[Ghost, ...] = ()
    mistakes: tuple[str, ...] = ()
    bets: tuple[str, ...] = ()
    """What the player's wagers came to: the score, then each."""
    text: str = ""
    sources: tuple[str, ...] = ()
    seed: int = 0
    run_file: str = ""
    cut: str = ""
    signs: tuple[str, ...] = ()
    """What each of the mistakes was: "wrong", "costly", "omitted"."""
    hero: tuple[str, str] = ("", "")
    """The one number of it, in digits, and what it counts; ("", "") where there is none."""
    near: str = ""
    """By how little it was missed, in words; "" if it was not, or by much."""
    lifted: tuple[str, ...] = ()
    """What the fog hid, in words."""
    figures: tuple[str, ...] = ()
    story: Diagram | None = None
    waiting_turn: Callable[[Enough], Iterator[Turn]] | None = None
    """The last winnable moment, computed first, for as long as there is time; None where nothing was lost."""
    lines: Callable[[], Sequence[Line]] | None = None
    """The lines of play that can be laid beside each other, once the moment has been looked for: this run first."""
    waiting_luck: Callable[[], Iterator[str]] | None = None
    """What is to be said of a win that was a lucky one, computed after the moment; "" between slices of the work."""
    waiting_ghosts: Callable[[], Iterator[Ghost | None]] | None = None
    """Who else might have played, computed when the debrief is on the screen; None between slices of the work."""
    waiting_alike: Callable[[], Iterator[bool | None]] | None = None
    """Whether the level goes alike on every seed, computed before the ghosts; None between slices of the work."""
    waiting_costs: Callable[[], Iterator[tuple[str, ...] | None]] | None = None
    """What each of the first mistakes cost, in words ("" while that is not known), computed after the ghosts; None
    between slices of the work."""
    waiting_values: Callable[[], Iterator[Judging | None]] | None = None
    """How the answers compare with the book's by value, computed after that; None between slices of the work."""


@dataclass(frozen=True)
class Ending:
    """How a play ended, for its screen."""

    debrief: Debrief
    stars_words: str
    run_file: str


def star_glyphs(stars: int) -> str:
    """Return `**.` for two of three stars."""
    return "*" * stars + "." * (STARS - stars)
