"""How far the own clock is pushed, whose circles count, whether the place is written down, and what UTC it is."""

from __future__ import annotations

from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, OneOf, Slider, SomeOf
from core.kernel.ready_choices import move

FARTHEST = 300
"""By so many µs either way the clock can be pushed."""
GPS_BEHIND_TAI = 19
"""Seconds by which GPS time is behind TAI, for good: as UTC was when GPS began to count, on 6 January 1980."""
GPS = "Tanenbaum & van Steen 2e §6.1.2 (Global Positioning System)"
INTEGRITY = "Parkinson & Axelrad 1988 (integrity by residuals)"
UTC_SOURCE = "IS-GPS-200 §20.3.3.5.2.4"

TWO, THREE, OLD, SHUT_ALL = "two circles", "three circles", "a place is old", "all of them shut"
FOUR_OPEN, FIVE_OPEN = "four that do not shut", "one against four"


def case_of(asked: Asked) -> str:
    """What the circles look like that can be drawn now."""
    me = asked.me
    if len(me.audible) < 3:
        return TWO
    if len(me.fresh) < 3:
        return OLD
    if len(me.fresh) == 3:
        return THREE
    if not me.advice:
        return FOUR_OPEN
    return SHUT_ALL if me.advice == me.fresh else FIVE_OPEN


_EARLY = {TWO: "two", OLD: "old", FOUR_OPEN: "open"}


def _judge_fix(asked: Asked, value: Value) -> str:
    return _EARLY.get(asked.case, "book")


FIX = Choice(
    name="gps.fix",
    question="Where are you? Write the place at which the circles meet into the log?",
    domain=OneOf(("fix",), {"fix": "write it into the log"}),
    cases=(TWO, THREE, OLD, SHUT_ALL, FOUR_OPEN, FIVE_OPEN),
    case=case_of,
    book=lambda asked: "fix" if asked.me.waits and asked.me.advice else PASS,
    candidates=lambda asked: ["fix", PASS],
    inaction=PASS,
    judge=_judge_fix,
    standing=True,
    available=lambda asked: asked.me.waits,
    not_now="Nobody asks where you are: the boat is on its way.",
    answers={
        "book": Answer(Kind.BOOK, "Nothing that can be heard speaks against it."),
        "two": Answer(Kind.WRONG, "Two circles cross whatever your clock says: that they do proves nothing."),
        "old": Answer(Kind.COSTLY, "Of three circles one is drawn around where its beacon was some time ago."),
        "open": Answer(Kind.WRONG, "No push shuts these four: one of them lies, and any three of them shut."),
    },
    source=INTEGRITY,
    key="f",
)

LISTEN = move(
    "gps.listen",
    "Listen on, while time goes by?",
    "listen",
    available=lambda asked: asked.me.may_listen,
    not_now="You listen already, or nobody asks where you are, or the skipper waits no longer.",
    due=lambda asked: asked.me.may_listen and not asked.me.advice,
    label=lambda asked: "late" if asked.me.advice else "book",
    cases=FIX.cases,
    case=case_of,
    answers={
        "book": Answer(Kind.BOOK, "What is heard now does not say where you are: another beacon may."),
        "late": Answer(Kind.COSTLY, "What was needed was there: these seconds brought nothing."),
    },
    source=GPS,
    key="l",
)


def _judge_use(asked: Asked, value: Value) -> str:
    me = asked.me
    value = me.meant(value)
    if value == asked.book:
        return "book"
    if len(value) < 3:
        return "two"
    if not set(value) <= set(me.fresh):
        return "old"
    if me.advice and not set(value) <= set(me.advice):
        return "liar"
    return "fewer" if me.advice else "guess"


USE = Choice(
    name="gps.use",
    question="Whose circles count?",
    domain=SomeOf(
        lambda asked: asked.me.peers,
        lambda asked: len(asked.me.peers),
        none="all that are heard",
        means_all=True,
        taken="in use",
    ),
    cases=FIX.cases,
    case=case_of,
    book=lambda asked: asked.me.advice or asked.me.audible,
    candidates=lambda asked: [
        asked.me.advice or asked.me.audible,
        asked.me.audible,
        asked.me.audible[:2],
        asked.me.audible[:3],
        asked.me.audible[-3:],
        asked.me.audible[1:],
    ],
    inaction=lambda asked: asked.me.audible,
    judge=_judge_use,
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "As many as agree, and nobody who does not."),
        "two": Answer(Kind.WRONG, "With fewer than three your own clock stays as wrong as it is, unseen."),
        "old": Answer(Kind.COSTLY, "One of them says where it was a while ago, and floats."),
        "liar": Answer(Kind.WRONG, "Others agree with each other, and not with one of these."),
        "fewer": Answer(Kind.FINE, "These agree; one more would have borne it out."),
        "guess": Answer(Kind.COSTLY, "Perhaps; nothing that is heard says that it is not one of these that lies."),
    },
    source=INTEGRITY,
    key="w",
    label="use",
)  # fmt: skip


def _judge_clock(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if asked.me.push_for(asked.used) is None:
        return "unseen"
    return "near" if abs(value - asked.book) == 1 else "open"


CLOCK = Choice(
    name="gps.clock",
    question="By how many µs do you push your clock?",
    domain=Slider(-FARTHEST, FARTHEST, "µs", coarse=10),
    cases=("three or more", "fewer"),
    case=lambda asked: "fewer" if asked.me.push_for(asked.used) is None else "three or more",
    book=lambda asked: asked.me.push_for(asked.used) or 0,
    candidates=lambda asked: [asked.me.push_for(asked.used) or 0, 0, 100, -100, -FARTHEST, FARTHEST],
    inaction=0,
    judge=_judge_clock,
    keeps=True,
    answers={
        "book": Answer(Kind.BOOK, "So pushed, these circles meet as well as they can."),
        "near": Answer(Kind.FINE, "A µs off, which is 300 m of every circle; at {book} they meet best."),
        "open": Answer(Kind.WRONG, "The circles do not meet so: at {book} these come nearest to it."),
        "unseen": Answer(Kind.COSTLY, "Fewer than three circles do not tell how wrong your clock is."),
    },
    source=GPS,
    key="c",
    label="clock",
)

UTC = Choice(
    name="gps.utc",
    question=(
        "How many seconds do you add to GPS time for UTC? It began as UTC in 1980, TAI {first} s ahead, and ran on. "
        "Today TAI is {leap} s ahead of UTC."
    ),
    domain=Number(-99, 99, "s"),
    book=lambda asked: asked.first - asked.leap,
    candidates=lambda asked: [
        asked.first - asked.leap, asked.leap - asked.first, 0, asked.leap, -asked.leap, asked.first, -asked.first,
    ],
    inaction=0,
    judge=lambda asked, value: (
        "book" if value == asked.book else "sign" if value == -asked.book else "none" if value == 0 else "other"
    ),
    answers={
        "book": Answer(Kind.BOOK, "{answer}: what was put into UTC since 1980 is not in yours."),
        "sign": Answer(Kind.WRONG, "Turned round: UTC has been held back, so yours is ahead of it."),
        "none": Answer(Kind.WRONG, "GPS counts no leap seconds: it was right once, and has run away since."),
        "other": Answer(Kind.WRONG, "TAI is ahead of both: of UTC by more, of GPS time by what UTC had in 1980."),
    },
    source=UTC_SOURCE,
)  # fmt: skip
CHOICES: tuple[Choice, ...] = (CLOCK, USE, FIX, LISTEN, UTC)
