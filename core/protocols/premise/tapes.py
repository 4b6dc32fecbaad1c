"""Two tapes: the diaries of two who write letters, each by its own clock, and somebody who lays them side by side.

Problem      two diaries, two clocks that nobody has set, no referee: which of two things came first?
Rule         a letter arrives after it was sent: slide one tape along the other until no arrow leans back. Between what
             fits and what does not lies a slack, and inside it nobody knows; if no shift fits, a clock runs otherwise.
Simplified   clocks run evenly, one some parts in a thousand faster than the other; no page is ever lost.
Source       Lamport 1978 (happened before); Cristian 1989 §2 (bounds by round trips); Tanenbaum & van Steen 2e §6.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Persona, Value
from core.kernel.domains import Duration, OneOf, Slider
from core.kernel.effects import Key
from core.kernel.laws import OWN, PART, Evidence, Measure, eventually
from core.kernel.parameters import parameter
from core.kernel.protocol import Cast, Context, Machine, Protocol
from core.kernel.ready_choices import move
from core.kernel.ready_laws import always_each, sometimes_one
from core.kernel.scenario import DiceSpec, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.wire.cdr import LongLong, ULong, codec_for

CRISTIAN = "Cristian 1989 §2"
LAMPORT = "Lamport 1978"
EVEN = 1000
"""The stretch of a tape whose clock runs as the other."""
STEP = 5
"""Stretches are tried in steps of so many thousandths."""
MOST_SHIFT = 1000
SENT, GOT, NOTE = "sent", "got", "note"

# Messages


@dataclass(frozen=True)
class Letter:
    """A letter, and whether it answers the other's letter of the same number."""

    number: ULong
    answer: bool


@dataclass(frozen=True)
class Line:
    """A line of a diary: when, by the writer's clock (µs), what, and which letter or note."""

    stamp: LongLong
    what: str
    number: ULong


@dataclass(frozen=True)
class Page:
    """New lines of a diary, for the archive."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Please:
    """The archivist asks for one more exchange of letters."""


@dataclass(frozen=True)
class Write:
    """A request: write a letter to your friend. It never travels."""


@dataclass(frozen=True)
class Jot:
    """A request: something happens, and is noted under this number. It never travels."""

    number: int = 1


# What letters prove


class Arrow(NamedTuple):
    """A letter on both tapes: `early` is its stamp where it was sent, `late` where it arrived (µs)."""

    forth: bool
    early: int
    late: int


class Slack(NamedTuple):
    """The least and the greatest shift (µs) at which no arrow leans back; none fits if `low` is above `high`."""

    low: int
    high: int

    @property
    def fits(self) -> bool:
        """Is there any?"""
        return self.low <= self.high

    @property
    def middle(self) -> int:
        """Half-way between both."""
        return (self.low + self.high) // 2


FREE = 10**12
"""A bound that no letter has set yet (µs)."""


def stretched(stamp: int, stretch: int) -> int:
    """A stamp of the second tape, stretched by thousandths."""
    return stamp * stretch // EVEN


def slack_at(arrows: list[Arrow], stretch: int) -> Slack:
    """The shifts of the second tape that fit, with it stretched so."""
    low = max((arrow.early - stretched(arrow.late, stretch) for arrow in arrows if arrow.forth), default=-FREE)
    high = min((arrow.late - stretched(arrow.early, stretch) for arrow in arrows if not arrow.forth), default=FREE)
    return Slack(low, high)


def fitting(arrows: list[Arrow], band: int) -> list[int]:
    """The stretches within the band (thousandths to either side) at which a shift fits."""
    return [
        stretch
        for stretch in range(EVEN - band // STEP * STEP, EVEN + band + 1, STEP)
        if slack_at(arrows, stretch).fits
    ]


def leaning(arrows: list[Arrow], shift: int, stretch: int) -> int:
    """How many arrows lean back: there before they left."""
    placed = [(arrow, stretched(arrow.late if arrow.forth else arrow.early, stretch) + shift) for arrow in arrows]
    return sum(there < arrow.early if arrow.forth else arrow.late < there for arrow, there in placed)


# Choices

NOBODY_KNOWS = "nobody knows"


def _slides_well(asked: Asked, value: Value) -> str:
    return "leans" if leaning(asked.me.arrows, value * MILLISECOND, asked.me.stretch) else "book"


SHIFT = Choice(
    name="tapes.shift",
    question="By how much do you push the second tape?",
    domain=Slider(-MOST_SHIFT, MOST_SHIFT, "ms", coarse=20),
    cases=("some shift fits", "none fits"),
    case=lambda asked: "some shift fits" if slack_at(asked.me.arrows, asked.me.stretch).fits else "none fits",
    book=lambda asked: asked.me.middle_at(asked.me.stretch),
    candidates=lambda asked: [
        asked.me.middle_at(asked.me.stretch),
        0,
        max(-MOST_SHIFT, asked.me.middle_at(asked.me.stretch) - 200),
        MOST_SHIFT,
        -MOST_SHIFT,
    ],
    inaction=0,
    judge=lambda asked, value: "book" if value == asked.book else _slides_well(asked, value),
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "No letter is there before it left, as far as the tapes can be pushed."),
        "leans": Answer(Kind.WRONG, "So {me.leaning_words}: that cannot have been."),
    },
    source=CRISTIAN,
)  # fmt: skip

STRETCH = Choice(
    name="tapes.stretch",
    question="How far do you stretch the second tape, in thousandths of its length?",
    domain=Slider(500, 1500, "per mille", by=STEP, coarse=5 * STEP),
    cases=("the clocks may run alike", "they cannot"),
    case=lambda asked: "the clocks may run alike" if slack_at(asked.me.arrows, EVEN).fits else "they cannot",
    book=lambda asked: asked.me.best_stretch,
    candidates=lambda asked: [asked.me.best_stretch, EVEN, 800, 1200],
    inaction=EVEN,
    judge=lambda asked, value: (
        "book" if value == asked.book else "near" if slack_at(asked.me.arrows, value).fits else "none"
    ),
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "So stretched the tape can be pushed to where every arrow leans forward."),
        "near": Answer(Kind.FINE, "So stretched some shift fits, too: the letters do not say it better."),
        "none": Answer(Kind.WRONG, "With the tape at {answer} no shift fits: one letter or another leans back."),
    },
    source="Tanenbaum & van Steen 2e §6.1.1 (drift)",
)


def _judge_first(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    return "missed" if value == NOBODY_KNOWS else "guess" if asked.book == NOBODY_KNOWS else "false"


def _who(asked: Asked) -> tuple[str, ...]:
    return (asked.me.one, asked.me.other, NOBODY_KNOWS)


FIRST = Choice(
    name="tapes.first",
    question="{me.pair_words} Who was first?",
    domain=OneOf(_who),
    cases=("the letters tell", "the letters do not tell"),
    case=lambda asked: (
        "the letters do not tell" if asked.me.proved(asked.me.number) == NOBODY_KNOWS else "the letters tell"
    ),
    book=lambda asked: asked.me.proved(asked.me.number) if asked.me.asks else PASS,
    candidates=_who,
    inaction=PASS,
    judge=_judge_first,
    available=lambda asked: bool(asked.me.asks),
    standing=True,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: so it is wherever in the slack the tape may lie."),
        "guess": Answer(Kind.WRONG, "Inside the slack nobody knows: slide to its other end, and it is the other one."),
        "false": Answer(Kind.WRONG, "Wherever the tape may lie, {book} was first."),
        "missed": Answer(Kind.COSTLY, "The letters prove it: from one end of the slack to the other {book} is first."),
    },
    source=LAMPORT,
    key="f",
)

BUY = move(
    "tapes.letters",
    "Ask for one more exchange of letters?",
    "letters",
    available=lambda asked: asked.me.may_ask,
    due=lambda asked: asked.me.may_ask and any(asked.me.tries[number] < 1 for number in asked.me.open),
    label=lambda asked: "book" if asked.me.open else "early",
    answers={
        "book": Answer(Kind.BOOK, "A letter that was quick narrows the slack; a slow one leaves it as it is."),
        "early": Answer(Kind.COSTLY, "Nothing is undecided: two letters for nothing."),
    },
    source=CRISTIAN,
    key="l",
)

SET = Choice(
    name="tapes.set",
    question="How far is this clock from the other? Nobody has set it.",
    domain=Duration(0, 2 * MOST_SHIFT * MILLISECOND),
    cases=("a clock starts",),
    book=lambda asked: asked.dice.between(0, asked.me.unset) // MILLISECOND * MILLISECOND,
    candidates=lambda asked: [0, asked.me.unset],
    inaction=0,
    answers={},
    source="Tanenbaum & van Steen 2e §6.1",
    chance=True,
)
CHOICES: tuple[Choice, ...] = (SHIFT, STRETCH, FIRST, BUY, SET)

# Machine


@dataclass
class Diarist(Machine):
    """Notes by its own clock what it sends, gets and sees; what it has noted goes to the archive."""

    friend: str = parameter("bob", "whom it writes to", kind="node")
    archivist: str = parameter("archivist", "who collects its pages", kind="node")
    pause: int = parameter(20 * MILLISECOND, "how long it thinks before it answers a letter", kind="duration", low=1)
    unset: int = parameter(0, "by how much its clock may be ahead at the start: chance says", kind="duration", low=0)
    letters: int = 0
    lines: list[Line] = field(default_factory=list)
    """Those that are not in the archive yet."""

    def on_start(self, ctx: Context) -> None:
        if self.unset:
            ctx.adjust_clock(ctx.choose(SET))

    def _note(self, ctx: Context, what: str, number: int) -> None:
        self.lines.append(Line(ctx.now, what, number))

    def _turn_in(self, ctx: Context) -> None:
        ctx.send(self.archivist, Page(tuple(self.lines)))
        self.lines = []

    def _write(self, ctx: Context) -> None:
        self.letters += 1
        self._note(ctx, SENT, self.letters)
        ctx.send(self.friend, Letter(self.letters, False))

    def on_request(self, ctx: Context, request: Write | Jot) -> None:
        if isinstance(request, Write):
            self._write(ctx)
        else:
            self._note(ctx, NOTE, request.number)
            self._turn_in(ctx)

    def on_message(self, ctx: Context, source: str, message: Letter | Page | Please) -> None:
        if isinstance(message, Please):
            self._write(ctx)
        elif isinstance(message, Letter):
            self._note(ctx, GOT, message.number)
            if message.answer:
                self._turn_in(ctx)
            else:
                ctx.set_timer(("answer", message.number), self.pause)

    def on_timer(self, ctx: Context, key: Key) -> None:
        _, number = key if isinstance(key, tuple) else (key, 0)
        assert isinstance(number, int)
        self._note(ctx, SENT, number)
        ctx.send(self.friend, Letter(number, True))
        self._turn_in(ctx)

    def view(self) -> dict[str, str | int]:
        return {"letters": self.letters, "lines not turned in": len(self.lines)}


@dataclass
class Archivist(Machine):
    """Lays two diaries side by side and files which of two notes came first, where the letters prove it.

    stamps  of each letter its four stamps, by (whose diary, what).
    notes   of each note its two stamps, by whose diary.
    filed   of each pair that was asked, what was filed.
    """

    one: str = parameter("alice", "whose tape lies still", kind="node")
    other: str = parameter("bob", "whose tape is pushed", kind="node")
    band: int = parameter(100, "how far, in thousandths, clocks of this make run apart", low=0, high=400)
    most: int = parameter(10, "exchanges that it may ask for", low=0, high=100)
    stamps: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)
    notes: dict[int, dict[str, int]] = field(default_factory=dict)
    filed: dict[int, str] = field(default_factory=dict)
    tries: dict[int, int] = field(default_factory=dict)
    """Exchanges that were asked for since a pair was left open."""
    shift: int = 0
    stretch: int = EVEN
    leaned: int = 0
    """Arrows that leaned back when something was filed."""
    guesses: int = 0
    missed: int = 0
    asked: int = 0
    complete: int = 0
    """Exchanges whose four stamps are here."""

    asks: list[int] = field(default_factory=list)
    """Pairs of which somebody wants to know who was first, the first to be answered first."""

    offers: ClassVar[tuple[Choice, ...]] = (FIRST, BUY)

    @property
    def number(self) -> int:
        """The pair that is asked about; 0 for none."""
        return self.asks[0] if self.asks else 0

    @property
    def pair_words(self) -> str:
        """The pair that is asked about, by both clocks."""
        if not self.asks:
            return "Nobody asks."
        mine, theirs = (self.notes[self.number][name] // MILLISECOND for name in (self.one, self.other))
        return f"{self.one} noted {self.number} at {mine} ms, {self.other} at {theirs} ms of its own."

    @property
    def arrows(self) -> list[Arrow]:
        """The letters of which both stamps are here."""
        found: list[Arrow] = []
        for _, stamps in sorted(self.stamps.items()):
            for forth, here, there in ((True, self.one, self.other), (False, self.other, self.one)):
                if (here, SENT) in stamps and (there, GOT) in stamps:
                    found.append(Arrow(forth, stamps[here, SENT], stamps[there, GOT]))
        return found

    @property
    def open(self) -> list[int]:
        """Pairs of which nobody knew who was first."""
        return [number for number, who in self.filed.items() if who == NOBODY_KNOWS]

    @property
    def orders(self) -> int:
        """Pairs that are filed with an order."""
        return len(self.filed) - len(self.open)

    @property
    def may_ask(self) -> bool:
        """Is no exchange under way that it asked for, and may it ask for another?"""
        return self.asked < self.most and bool(self.filed) and not self.asks and not self._under_way

    @property
    def _under_way(self) -> bool:
        return any(len(stamps) < 4 for stamps in self.stamps.values()) or self.waits

    waits: bool = False
    """Has it asked for letters of which no line is here yet?"""

    @property
    def best_stretch(self) -> int:
        """As the clocks may run: alike, if that fits; else in the middle of what fits."""
        if slack_at(self.arrows, EVEN).fits:
            return EVEN
        found = fitting(self.arrows, self.band)
        return found[len(found) // 2] if found else EVEN

    def middle_at(self, stretch: int) -> int:
        """The middle (ms) of the slack at this stretch, as far as a tape can be pushed; 0 while no letter bounds it."""
        slack = slack_at(self.arrows, stretch)
        low, high = -(-slack.low // MILLISECOND), slack.high // MILLISECOND
        if slack.low <= -FREE or slack.high >= FREE:
            middle = low if slack.low > -FREE else high if slack.high < FREE else 0
        else:
            middle = max(low, min(high, slack.middle // MILLISECOND))
        return max(-MOST_SHIFT, min(MOST_SHIFT, middle))

    @property
    def leaning_words(self) -> str:
        """How many arrows lean back, as the tapes lie."""
        count = leaning(self.arrows, self.shift * MILLISECOND, self.stretch)
        return f"{count} letter{' is' if count == 1 else 's are'} there before {'it' if count == 1 else 'they'} left"

    def proved(self, number: int) -> str:
        """Who noted this first at every stretch and shift that fit; else that nobody knows."""
        mine, theirs = self.notes[number][self.one], self.notes[number][self.other]
        sure: set[str] = set()
        for stretch in fitting(self.arrows, self.band):
            slack = slack_at(self.arrows, stretch)
            place = stretched(theirs, stretch)
            sure.add(self.one if mine < place + slack.low else self.other if place + slack.high < mine else "")
        return sure.pop() if len(sure) == 1 and "" not in sure else NOBODY_KNOWS

    def on_message(self, ctx: Context, source: str, message: Letter | Page | Please) -> None:
        if not isinstance(message, Page):
            return
        for line in message.lines:
            if line.what == NOTE:
                pair = self.notes.setdefault(line.number, {})
                pair[source] = line.stamp
                self.asks += [line.number] * (len(pair) == 2)
            else:
                self.waits = False
                self.stamps.setdefault(line.number, {})[source, line.what] = line.stamp
        complete = sum(len(stamps) == 4 for stamps in self.stamps.values())
        if complete > self.complete:
            self.complete = complete
            self.asks += [number for number in self.open if number not in self.asks]

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is FIRST:
            self._file(ctx, self.asks.pop(0), value)
            return
        self.asked += 1
        self.waits = True
        for number in self.open:
            self.tries[number] += 1
        ctx.send(self.one, Please())

    def _file(self, ctx: Context, number: int, who: str) -> None:
        proved = self.proved(number)
        self.stretch = ctx.choose(STRETCH)
        self.shift = ctx.choose(SHIFT)
        self.leaned = leaning(self.arrows, self.shift * MILLISECOND, self.stretch)
        self.guesses += who not in (NOBODY_KNOWS, proved)
        self.missed += who == NOBODY_KNOWS != proved
        self.filed[number] = who
        self.tries.setdefault(number, 0)
        if who != NOBODY_KNOWS:
            ctx.deliver((number, who))

    def view(self) -> dict[str, str | int]:
        filed = ", ".join(f"{number} {who}" for number, who in self.filed.items() if who != NOBODY_KNOWS)
        return {
            "letters": 2 * len(self.stamps),
            "filed": filed or "none",
            "open": ", ".join(map(str, self.open)) or "none",
        }

    def badge(self) -> str:
        return f"{self.orders} filed"


# Personas


def _raw(asked: Asked) -> Value:
    me = asked.me
    if not me.asks:
        return PASS
    pair = me.notes[me.number]
    return me.one if pair[me.one] <= pair[me.other] else me.other


def _by_the_middle(asked: Asked) -> Value:
    me = asked.me
    if not me.asks:
        return PASS
    pair = me.notes[me.number]
    place = stretched(pair[me.other], me.best_stretch) + me.middle_at(me.best_stretch) * MILLISECOND
    return me.one if pair[me.one] <= place else me.other


NO_LEANING = always_each("no arrow leans back", Archivist, lambda archivist: not archivist.leaned)
NO_GUESS = always_each(
    "no order is filed that the letters do not prove", Archivist, lambda archivist: not archivist.guesses
)

PERSONAS = (
    Persona(
        "one clock", "takes all stamps for those of one clock",
        {SHIFT.name: lambda asked: 0, STRETCH.name: lambda asked: EVEN, FIRST.name: _raw}, NO_LEANING.name,
    ),
    Persona(
        "middle of the slack", "takes the middle for the truth", {FIRST.name: _by_the_middle}, NO_GUESS.name,
    ),
    Persona(
        "never stretches", "takes both clocks for even", {STRETCH.name: lambda asked: EVEN}, NO_LEANING.name,
    ),
    Persona("hoards", "asks for letters as long as it may", {BUY.name: lambda asked: "letters"}),
)  # fmt: skip

# Laws


def _filed(evidence: Evidence, archivist: str, orders: int) -> bool:
    machine = evidence.machine(archivist, Archivist)
    return machine is not None and machine.orders >= orders


ALL_FILED = eventually(
    "{archivist:node} has filed {orders:number} orders", _filed, assumes=("no_crash",), known="archivist"
)
UNKNOWN = sometimes_one("nobody knows who was first", Archivist, lambda archivist: bool(archivist.open))
DRIFTED = sometimes_one(
    "no shift fits", Archivist, lambda archivist: not slack_at(archivist.arrows, EVEN).fits
)  # fmt: skip
LAWS = (NO_LEANING, NO_GUESS, ALL_FILED, UNKNOWN, DRIFTED)


def _letters(evidence: Evidence, node: str) -> int:
    """Of an archivist those whose lines it has, or has asked for; else all that were written."""
    found = [each for each in evidence.running(Archivist) if node in ("", each.name)]
    return sum(2 * (len(each.stamps) + each.waits) for each in found)


def _missed(evidence: Evidence, node: str) -> int:
    return sum(each.missed for each in evidence.running(Archivist) if node in ("", each.name))


MEASURES = (
    Measure("letters", "letters that were written for the archive", _letters, known=OWN, roles=(Archivist,)),
    Measure("missed", "orders that the letters proved, and nobody filed", _missed, known=PART, roles=(Archivist,)),
)


def _admits(cast: Cast) -> None:
    """Diarists write to each other, and an archivist knows both. A diarist may be sent pages: it leaves them unread."""
    cast.points("friend", "diarist")
    cast.points("archivist", "archivist", "diarist")
    cast.points("one", "diarist")
    cast.points("other", "diarist")


_ROOM = Protocol(
    name="tapes",
    title="Two tapes",
    roles={"diarist": Diarist, "archivist": Archivist},
    messages=(Letter, Page, Please),
    codec=codec_for(Letter, Page, Please),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"write": Write, "jot": Jot},
    admits=_admits,
)


def _jot(number: int, alice: int, bob: int) -> tuple[Request, Request]:
    """Both note number so many at these true times (ms)."""
    return (
        Request(alice * MILLISECOND, "alice", Jot(number)),
        Request(bob * MILLISECOND, "bob", Jot(number)),
    )


def _scenario(name: str, *happenings: Request, orders: int, drift: int = 0, **more: int) -> Scenario:
    return Scenario(
        name=name,
        protocols={"tapes": _ROOM},
        nodes=(
            NodeSpec("alice", "tapes", "diarist", {"friend": "bob"}, clock=500 * MILLISECOND),
            NodeSpec("bob", "tapes", "diarist", {"friend": "alice", **more}, drift=drift),
            NodeSpec("archivist", "tapes", "archivist", {"band": 150}),
        ),
        default_link=LinkSpec(latency=10 * MILLISECOND),
        happenings=happenings,
        network=DiceSpec(jitter=(0, 50 * MILLISECOND)) if more else None,
        win=(_ROOM.goal(f"archivist has filed {orders} orders"), _ROOM.goal("no arrow leans back")),
        limit=20 * SECOND,
    )


_FIRST_LETTER = Request(100 * MILLISECOND, "alice", Write())
PROTOCOL = _ROOM.with_scenarios(
    _scenario("two letters, one order", _FIRST_LETTER, *_jot(1, 160, 220), orders=1),
    _scenario(
        "a pair that nobody knows", _FIRST_LETTER, *_jot(1, 160, 165), *_jot(2, 200, 280), orders=1, unset=400_000
    ),
    _scenario(
        "a clock that runs slow", _FIRST_LETTER, *_jot(1, 160, 260),
        Request(2500 * MILLISECOND, "alice", Write()), *_jot(2, 2700, 2580), orders=2, drift=-100_000,
    ),
)  # fmt: skip
