"""A night whose last minute has 61 seconds, as a server of the time lives it: what it tells, and what is seen of that.

The server's own clock counts seconds and knows nothing of the night. From `midnight` on UTC is one second behind it,
as a clock of POSIX is that reads one second twice. What the server tells is its clock less `inserted`, which it may let
grow little by little: that is to smear (RFC 8633, 3.7.1). Whoever minds the leap indicator of its answers (RFC 5905,
7.3) leaps by itself at midnight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Slider
from core.kernel.ready_choices import duty
from core.kernel.time import MILLISECOND, SECOND

NONE, LONGER, SHORTER = "00", "01", "10"
"""The two bits of the leap indicator, as far as a server that knows the time may send them (RFC 5905, figure 9)."""
OWN_LEAP = {NONE: 0, LONGER: SECOND, SHORTER: -SECOND}
"""By how many µs who minds the indicator sets its clock back at midnight."""
STEEPEST = 150
STEP = 5
GENTLY = 15
"""The book's slope: ms that the told time loses a second. So the second is in after 67 s."""
HALF = SECOND * 1000 // (2 * GENTLY)
"""µs before midnight at which the book begins: at midnight half of the second is in."""
FAIR = 100
"""ms a second: two answers two seconds apart are 200 ms further apart than they should be."""
KEPT = 512
"""Answers that are remembered."""
SMEAR = "RFC 8633 §3.7.1"


@dataclass(frozen=True)
class Told:
    """An answer: when it left (µs by the server's clock), how much of the second was in it, its leap indicator."""

    at: int
    inserted: int
    leap: str


@dataclass
class Night:
    """The night so far; all times are µs by the server's clock.

    midnight   when UTC falls one second behind; 0: it is not known yet.
    leap       what answers say before midnight.
    slope      ms that the told time gains a second; if negative, loses.
    since      when what follows was so:
    inserted   by how much the told time was behind the clock.
    astray     how long the told time has not been UTC.
    told       the last answers.
    """

    midnight: int = 0
    leap: str = NONE
    slope: int = 0
    since: int = 0
    inserted: int = 0
    astray: int = 0
    told: list[Told] = field(default_factory=list)

    def inserted_at(self, now: int) -> int:
        """How much of the second is in the told time: no more than one, however long it is bent."""
        gone = self.inserted - self.slope * max(0, now - self.since) // 1000
        return max(-SECOND, min(SECOND, gone))

    def utc_at(self, now: int) -> int:
        """By how much UTC is behind the server's clock."""
        return SECOND if self.midnight and now >= self.midnight else 0

    def off_at(self, now: int) -> int:
        """By how much the told time is ahead of UTC."""
        return self.utc_at(now) - self.inserted_at(now)

    def pass_to(self, now: int) -> None:
        """Time has gone on to `now`; since the last call neither slope nor UTC has changed."""
        before, after = self.off_at(self.since), self.off_at(now)
        if before or after:
            self.astray += ((self.full_at() or now) if not after else now) - self.since
        self.inserted, self.since = self.inserted_at(now), now

    def full_at(self) -> int | None:
        """When the whole second is in, at this slope; None if it will not be."""
        if self.slope >= 0 or self.inserted >= SECOND:
            return None
        return self.since - (SECOND - self.inserted) * 1000 // self.slope

    def note(self, now: int) -> None:
        """An answer leaves."""
        self.told = [*self.told, Told(now, self.inserted_at(now), self.leap_at(now))][-KEPT:]

    def leap_at(self, now: int) -> str:
        """The leap indicator of an answer that leaves now."""
        return NONE if self.utc_at(now) else self.leap

    def jump(self, *, minds: bool) -> int:
        """The largest change (µs) of the told time between two answers that is no passing of time, as it looks to a
        client; `minds`: to one that leaps by itself when it was told to."""
        return max((abs(change) for change in self.changes(minds=minds)), default=0)

    def changes(self, *, minds: bool) -> list[int]:
        """Of every answer but the first, by how much (µs) it is later than the client's clock that the one before had
        set."""
        return [
            before.inserted - after.inserted + (OWN_LEAP[before.leap] if minds and self._between(before, after) else 0)
            for before, after in pairwise(self.told)
        ]

    def _between(self, before: Told, after: Told) -> bool:
        return before.at < self.midnight <= after.at

    @property
    def farthest(self) -> int:
        """The farthest (µs) that an answer was from UTC."""
        return max((abs(self.utc_at(told.at) - told.inserted) for told in self.told), default=0)

    @property
    def right_after(self) -> int:
        """Answers after midnight that told UTC, to the millisecond."""
        return sum(self.utc_at(told.at) == SECOND and abs(SECOND - told.inserted) <= MILLISECOND for told in self.told)


LEAP = duty(
    "sntp.leap",
    "At midnight UTC gets one second more. Which leap indicator do your answers have until then?",
    {
        NONE: "no warning",
        LONGER: "last minute has 61 seconds",
        SHORTER: "last minute has 59 seconds",
    },
    inaction=LONGER,
    answers={
        "book": Answer(Kind.BOOK, "Who asks gets the second from you, bit by bit, and has nothing to do besides."),
        LONGER: Answer(
            Kind.WRONG, "Who minds it is 2.0 s back in the end: it bent with you, and at midnight it leapt as well."
        ),
        SHORTER: Answer(Kind.WRONG, "Who minds it skips a second at midnight, while you put one in."),
    },
    source=f"RFC 5905 §7.3; {SMEAR}",
)


def is_time_to_bend(night: Night, now: int) -> bool:
    """From the book's beginning until the second is in."""
    return bool(night.midnight) and now >= night.midnight - HALF and night.inserted_at(now) < SECOND


EARLY, BENDING, IN = "long before midnight", "around midnight", "the second is in"


def _case_of_slope(asked: Asked) -> str:
    night = asked.me.night
    if night.inserted_at(asked.now) >= SECOND:
        return IN
    return BENDING if is_time_to_bend(night, asked.now) else EARLY


def _judge_slope(asked: Asked, value: Value) -> str:
    night = asked.me.night
    if value == asked.book:
        return "book"
    if value > 0:
        return "wrong way"
    if value < -FAIR:
        return "steep"
    if value == 0:
        return "late"
    return "early" if not is_time_to_bend(night, asked.now) else "near"


SLOPE = Choice(
    name="sntp.slope",
    question="By how many ms a second does what you tell gain? Below zero it loses.",
    domain=Slider(-STEEPEST, STEEPEST, "ms/s", by=STEP, coarse=STEP),
    cases=(EARLY, BENDING, IN),
    case=_case_of_slope,
    book=lambda asked: -GENTLY if is_time_to_bend(asked.me.night, asked.now) else 0,
    candidates=lambda asked: [-GENTLY, 0, -STEEPEST, GENTLY],
    inaction=0,
    judge=_judge_slope,
    keeps=True,
    by_hand=True,
    means=lambda asked, value: f"one second in {1000 / -value:.0f} s" if value < 0 else "",
    answers={
        "book": Answer(Kind.BOOK, "Half of the second before midnight and half after it: never more than 0.5 s off."),
        "near": Answer(Kind.FINE, "The second goes in bit by bit."),
        "wrong way": Answer(Kind.WRONG, "One second more to a day: a clock that shows it in time must lose it."),
        "steep": Answer(Kind.WRONG, "At {answer} a client sees a jump between two answers that are two seconds apart."),
        "late": Answer(Kind.COSTLY, "All that is not in by midnight you are off by, from then on."),
        "early": Answer(Kind.COSTLY, "All that is in before midnight you are off by, until then."),
    },
    source=SMEAR,
    key="s",
    label="slope",
)  # fmt: skip
