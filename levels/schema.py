"""What a level is, in memory. How its file is written: levels/README.md, and levels.keys for every key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from core.kernel.choice import Choice, Value
from core.kernel.hand import moves_of
from core.kernel.inspector import moves_of as moves_of_inspector
from core.kernel.language import said
from core.kernel.laws import BoundLaw
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.suspects import INSPECTOR

BRIEF_WORDS = 60
"""A brief has at most so many words: play comes first."""
MOST_TERM = 150
"""Letters of the sentence that explains a word."""
LIFT_LETTERS = 130
"""A lift has at most so many letters: two lines on a small screen, read while the fog goes."""
PROGRAMS: Mapping[str, str] = {
    "curl puts": "tcp.web", "nc calls": "uppercase.tcp_server", "curl gets": "http.server",
    "aria2 leeches": "bittorrent.peer", "ntplib asks": "sntp.server",
    "chronyd asks": "sntp.server",
}  # fmt: skip
"""The programs that a live level may name, each with the machine that it comes to: core.live.programs has them."""
HINTS = 3
"""A nudge, a hint, the solution."""
MOST_SEED = (1 << 63) - 1
"""What the progress file can hold."""
PAR_AXES = 2
"""Two currencies in tension make a decision; three make a table."""


class Sight(StrEnum):
    """What the screen shows while a level runs."""

    MINE = "mine"
    ALL = "all"


class Say(StrEnum):
    """When verdicts are said."""

    AT_ONCE = "at-once"
    WHEN_IT_SHOWS = "when-it-shows"
    AFTER = "after"


class Asks(StrEnum):
    """How questions reach the player."""

    CHOOSE = "choose"
    TYPE = "type"
    NOTICE = "notice"


NAMED_KEY = re.compile(r"\{key:([^}]*)\}")
"""A move whose key a text names."""


class Stops(StrEnum):
    """What stops the clock."""

    QUESTIONS = "questions"
    DUE = "due"


@dataclass(frozen=True)
class Play:
    """How a level is shown.

    pace       the world's µs in one second on the screen; None finds a pace by itself.
    stops      what stops the clock.
    stands     does the clock stand until the player lets it run? Where nobody asks, nothing else waits for the reader.
    bell       is the player told when a move is due?
    hand_over  may cases be handed over to run by themselves, or of which choices?
    hands_over does the level live from that? Then what runs by itself is no question to the player any more.
    bare       a bare stage: picture, goal, one spoken line and the keys alive now; no panels, counters, brief.
    debrief    does a bare stage lead to the debrief, as others do?
    at_once    settings that are in force with every push of their control; Enter makes the player's first move then.
    film       before the first key the level is shown as it goes if nobody touches it, from this time on (µs), then it
               is wound back; None: there is no film.
    """

    sight: Sight = Sight.MINE
    say: Say = Say.WHEN_IT_SHOWS
    asks: Asks = Asks.CHOOSE
    pace: int | None = None
    hand_over: bool | tuple[str, ...] = True
    stops: Stops = Stops.QUESTIONS
    bell: bool = True
    bare: bool = False
    film: int | None = None
    stands: bool = False
    at_once: tuple[str, ...] = ()
    debrief: bool = False
    hands_over: bool = False


@dataclass(frozen=True)
class Shown:
    """One thing that the lift shows.

    name   as the file has it.
    node   whose it is; "" for everybody's.
    what   an interval's name, an entry's kind or a message's type, or the name of a value.
    how    "interval", "entry", "message" or "value".
    """

    name: str
    node: str
    what: str
    how: str


@dataclass(frozen=True)
class Texts:
    """What people read. Plain text in a small markdown subset; control characters were refused at loading.

    task   what is to be done, in a few words, and `line`, said below it: on a bare stage, before anything else is said.
    nudge  said on a bare stage to whoever has done nothing for a while.
    lift   one sentence, while the fog is wiped away, and `show`: what is shown then.
    terms  words that come up in this level and are declared by no room, each in one plain sentence.
    ends   how a run may end, by a law that holds then, and what is said of it: the first that holds.
    """

    brief: str
    hints: tuple[str, ...] = ()
    debrief: str = ""
    sources: tuple[str, ...] = ()
    task: str = ""
    line: str = ""
    nudge: str = ""
    lift: str = ""
    ends: tuple[tuple[BoundLaw, str], ...] = ()
    show: tuple[Shown, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)


TERMS: Mapping[str, str] = {
    "RFC": "a document in which the rules of the Internet are written down.",
    "the book": "the protocol as it is written down, playing in your place.",
    "KB": "a thousand bytes.",
    "node": "one of the machines that take part.",
}
"""Words that come up in any level."""


class How(StrEnum):
    """The kinds of proof that a level can be won."""

    BOOK = "book"
    SEARCH = "search"
    ANSWERS = "answers"
    RUN = "run"
    WITHHELD = "withheld"


class Does(StrEnum):
    """What one line of a proof does."""

    ANSWER = "answer"
    MOVE = "move"
    KEEP = "keep"
    BET = "bet"


@dataclass(frozen=True)
class ProofStep:
    """One thing that the player does in a proof.

    choice  whose question is answered, taken up or kept; "" for whatever is asked next.
    case    only in this case of the choice; "" for any.
    nth     the n-th question that fits, counted from 1.
    at      true µs, for moves and kept answers; None: now.
    """

    does: Does
    value: Value
    choice: str = ""
    case: str = ""
    nth: int = 1
    at: int | None = None
    node: str = ""


@dataclass(frozen=True)
class Proof:
    """How a level is won. `run` names a run file beside the level."""

    how: How = How.BOOK
    steps: tuple[ProofStep, ...] = ()
    run: str = ""


@dataclass(frozen=True)
class BetKey:
    """A key of the level's own: it lays a chip on one side of a bet at once. `share`: the chance, in per cent, that it
    gives to the first side."""

    key: str
    bet: str
    side: str
    share: int


@dataclass(frozen=True)
class Within:
    """What a level has from the course that it belongs to.

    course  its id; of a file that belongs to none, OWN.
    rows    the course's own rows of the curriculum; None: they are not known, and any may be covered.
    texts   its texts in another language than its file's, by their names there (levels.courses.languages).
    """

    course: str
    rows: Mapping[str, str] | None = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)


OWN = "own"
"""Where the ids of level files begin that belong neither to the campaign nor to a course: they earn nobody's stars."""
TAKEN = (OWN, "live", "inspect", "explored", "traps", "course")
"""Where ids of levels begin that belong to no course; the campaign's worlds are taken, too."""


@dataclass(frozen=True)
class Level:
    """A level: its scenario and all that people read of it.

    id      <world>/<slug>, or <course>/<slug>; `within`: what it has from that course.
    covers  curriculum rows; `shows`: row → what shows it ("<choice>" or "<choice>: <case>"), for rows that say so.
    exempt  personas that may win, and why; `stumble`: why players may win who know nothing, "" if they may not.
    text    the file's own text, for run files; `path`: where it was read, or the name it was given.
    tries   within how many plays of all acts together the level is within par; 0: that does not count.
    act     which act of its file it is, from 1, `of` how many; `acts`: the further acts, with the first one.
    fed     by which act it is fed, 0 for none: what the network's hand did there befalls the same packets here.
    bet_keys  the keys that bet on one side at once.
    pays    why whoever knows nothing may win, but not within par; "" if they may not win.
    """

    id: str
    world: str
    title: str
    summary: str
    covers: tuple[str, ...]
    shows: Mapping[str, tuple[str, ...]]
    texts: Texts
    play: Play
    proof: Proof
    scenario: Scenario
    text: str
    path: str
    exempt: Mapping[str, str] = field(default_factory=dict)
    stumble: str = ""
    tries: int = 0
    act: int = 1
    of: int = 1
    acts: tuple[Level, ...] = ()
    fed: int = 0
    bet_keys: tuple[BetKey, ...] = ()
    pays: str = ""
    edition: int = 1
    """How often it was made anew, from 1: stars of an earlier edition are marked as such on the map."""
    within: Within | None = None
    program: str = ""
    """The real program that comes to a live level; "" for all others, and where only `ackademy live` knows it."""

    @property
    def last(self) -> Level:
        """The last act: whoever wins it has won the level."""
        return self.acts[-1] if self.acts else self

    @property
    def you(self) -> str:
        """The player's node, or "network"."""
        return self.scenario.seat_of_player

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The player's choices, in the order of their rooms."""
        rooms = {node.name: node.protocol for node in self.scenario.nodes}
        found = [
            choice
            for seat in self.scenario.player
            for choice in self.scenario.protocols[rooms[seat.node]].choices
            if "*" in seat.choices or choice.name in seat.choices
        ]
        if self.scenario.hand is not None:
            found += moves_of(self.scenario.hand, self.scenario.claim is not None)
        if self.scenario.inspector is not None:
            found += moves_of_inspector(self.scenario.inspector)
        return tuple(dict.fromkeys(found))

    @property
    def moves(self) -> Mapping[str, Choice]:
        """What the player does unasked, moves and settings, by the name that texts use: {key:ack_now}."""
        return {choice.name.rpartition(".")[2]: choice for choice in self.choices if choice.standing or choice.keeps}

    @property
    def terms(self) -> Mapping[str, str]:
        """The words that this level, its rooms, and all levels bring, each in one plain sentence."""
        rooms = {name: words for room in self.scenario.protocols.values() for name, words in room.terms.items()}
        return {**{name: said(words) for name, words in {**TERMS, **rooms}.items()}, **self.texts.terms}

    @property
    def protocol(self) -> str:
        """The protocol that the player plays (the first node's, if the player is the network)."""
        you = self.you
        for node in self.scenario.nodes:
            if node.protocol and you in (node.name, NETWORK, INSPECTOR, ""):
                return node.protocol
        return ""


@dataclass(frozen=True)
class Card:
    """A page of the toolbox: a tool, what it does for you, what it costs, and when it is the right one."""

    name: str
    pro: str
    con: str
    when: str


@dataclass(frozen=True)
class Arc:
    """A station of a line of the map: its name, and level id → what it does with the idea: "break", "be", "fails"."""

    name: str
    steps: Mapping[str, str]


STEPS = ("break", "be", "fails")
"""What a level does with its station's idea."""


@dataclass(frozen=True)
class CampaignWorld:
    """One world of the campaign, or a course: its levels in order, and the problems of files that are broken.

    early   its place among the worlds that are advised first, from 1; 0 for one that is advised in the order of all.
    rows    a course's own rows of the curriculum.
    cards   pages of the toolbox that whoever has won this world may read.
    line    the line of the map on which it lies; "" for a course's chapter. `arcs`: its stations.
    finales its last levels, which are played against real programs.
    """

    id: str
    title: str
    summary: str
    levels: tuple[Level, ...]
    problems: tuple[Problem, ...] = ()
    early: int = 0
    cards: tuple[Card, ...] = ()
    line: str = ""
    arcs: tuple[Arc, ...] = ()
    rows: Mapping[str, str] = field(default_factory=dict)
    finales: tuple[Level, ...] = ()

    @property
    def all(self) -> tuple[Level, ...]:
        """Its levels, the finales last."""
        return (*self.levels, *self.finales)


KeyPath: TypeAlias = tuple[str | int, ...]
"""Where something is in a level file: ("nodes", "alice", "runs"), ("happens", 2, "at")."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a file: what was found, and what would be right."""

    path: str
    line: int
    column: int
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.found}{': ' + self.mend if self.mend else ''}"

    def as_json(self) -> dict[str, Any]:
        """The problem as JSON keeps it."""
        return {
            "path": self.path, "line": self.line, "column": self.column, "found": self.found, "mend": self.mend,
        }  # fmt: skip


class LevelError(Exception):
    """A level file is broken; `problems` has all that is wrong, in the order of the file."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class UnknownLevelError(LookupError):
    """No level has this id, and no file this name."""
