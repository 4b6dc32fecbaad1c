"""Offices whose clocks count by themselves, and one of which forgets what it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key as TimerKey
from core.kernel.names import number_of
from core.kernel.parameters import parameter
from core.kernel.protocol import Context
from core.kernel.time import SECOND
from core.protocols.clocks.logical_clocks.messages import Closing, Letter, Parcel, Question, Reply
from core.protocols.clocks.logical_clocks.office_choices import (
    ASK,
    BAIT,
    BLAME,
    DELAY,
    FINE,
    FURTHEST,
    PLACE,
    RATE,
    WITHIN,
)
from core.protocols.clocks.logical_clocks.process import Correspondent

KEPT = 10
"""So many of an office's last letters are remembered."""
ENOUGH = 6
"""From so many letters on it can be seen whether they lie on a line."""
FLAT = 3
"""By so many numbers at most letters lie beside their line, if no jump is in them."""


ROUND = 100
"""The day is closed at a round number: a multiple of this,"""
LEAD = 40
"""and so far ahead that all who do not forget have to jump for it."""


class Dot(NamedTuple):
    """A letter: when it came by the own clock on the wall (µs), and its stamp."""

    came: int
    stamp: int


class Query(NamedTuple):
    """A question: whom it went to, its stamp, when it left (µs); the reply's stamp and when that came, 0 before."""

    whom: str
    stamp: int
    left: int
    reply: int = 0
    came: int = 0


@dataclass
class Office(Correspondent):
    """Counts, writes letters and answers questions. One may watch all others and ask them; at closing time each office
    posts a parcel to every other, and strings all of them in one order.

    within   how long it takes to answer, at most (µs). `waiting`: questions that it has still to answer.
    dots     of every other office the last letters. `queries`: all questions that it has asked.
    burnt    numbers by which it has pushed its clock. `fines`: false accusations.
    early    how often it gave a stamp that is not larger than what it had just read.
    parcels  the day's parcels, by office, its own among them. `strung`: the order it has put them into.
    """

    rates: tuple[int, ...] = parameter((), "how many numbers it counts in a second: one of these, by chance")
    delays: tuple[int, ...] = parameter((1,), "within how many seconds it answers: one of these, by chance")
    hand: int = parameter(-1, "so many stamps are asked of whoever sits there, it counts the others; -1: all", low=-1)
    copies: str = parameter("", "who gets a copy of every letter; nobody's name: nobody")
    watches: bool = parameter(False, "does it keep others' letters, and ask?")
    closing: int = parameter(3 * SECOND, "from a conviction to closing time", kind="duration", low=1)
    collect: int = parameter(5 * SECOND, "from the own parcel until all are strung", kind="duration", low=1)
    within: int = 0
    waiting: dict[str, tuple[str, int]] = field(default_factory=dict)
    stamps: int = 0
    dots: dict[str, list[Dot]] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)
    burnt: int = 0
    fines: int = 0
    convicted: str = ""
    early: int = 0
    parcels: dict[str, int] = field(default_factory=dict)
    strung: tuple[str, ...] = ()

    offers: ClassVar[tuple[Choice, ...]] = (BLAME, ASK)

    # What it knows

    @property
    def letters(self) -> int:
        """What its questions and false accusations have cost, in letters."""
        return len(self.queries) + FINE * self.fines

    @property
    def free(self) -> tuple[str, ...]:
        """Whom it may ask: nobody who still has a question of its, and nobody once the case is closed."""
        if not self.watches or self.convicted:
            return ()
        open_to = {query.whom for query in self.queries if not query.reply}
        return tuple(name for name in self.others if name not in open_to)

    @property
    def replies(self) -> tuple[tuple[str, int], ...]:
        """All replies, the newest first: whose, and with which stamp."""
        return tuple((query.whom, query.reply) for query in reversed(self.queries) if query.reply)

    @property
    def proof(self) -> tuple[tuple[str, int], ...]:
        """The replies whose stamp is not larger than that of the question that had been read."""
        return tuple((query.whom, query.reply) for query in reversed(self.queries) if 0 < query.reply <= query.stamp)

    def pace(self, name: str) -> float:
        """How many numbers an office's letters go up in a second."""
        dots = self.dots.get(name, [])
        if len(dots) < 2 or dots[-1].came == dots[0].came:
            return 0.0
        return (dots[-1].stamp - dots[0].stamp) * SECOND / (dots[-1].came - dots[0].came)

    def beside(self, name: str) -> list[float]:
        """By how many numbers each of an office's letters lies beside the line from the first to the last."""
        dots, pace = self.dots.get(name, []), self.pace(name)
        return [dot.stamp - dots[0].stamp - pace * (dot.came - dots[0].came) / SECOND for dot in dots]

    @property
    def straight(self) -> tuple[str, ...]:
        """The offices whose letters lie on a line: they jump for nobody, or never have to."""
        return tuple(
            name
            for name in self.others
            if len(self.dots.get(name, [])) >= ENOUGH and max(map(abs, self.beside(name))) <= FLAT
        )

    @property
    def longest(self) -> int:
        """The longest round trip of a question so far (µs)."""
        return max((query.came - query.left for query in self.queries if query.reply), default=0)

    @property
    def fastest(self) -> str:
        """Of the straight ones the one whose letters are ahead of the others'; "" if there is none."""
        return max(self.straight, key=lambda name: self.dots[name][-1].stamp, default="")

    @property
    def to_ask(self) -> str:
        """Whom the book asks now: each straight one once, as it is; when all have replied, and as soon as its letter is
        read, the fastest of them, with a bait. "" for nobody."""
        asked = {query.whom for query in self.queries}
        if self.proof or not self.free:
            return ""
        fresh = next((name for name in self.straight if name not in asked), "")
        seen = all(len(self.dots.get(name, [])) >= ENOUGH for name in self.others)
        if fresh or not seen or not all(query.reply for query in self.queries):
            return fresh
        name = self.fastest
        return name if name and self.last == self.dots[name][-1].stamp + 1 else ""

    @property
    def bait_wanted(self) -> int:
        """How far the book pushes: not at all before the straight ones have answered; then as far as the fastest counts
        in one and a half of the longest round trip."""
        asked = {query.whom for query in self.queries if query.reply}
        if self.proof or not self.straight or not asked >= set(self.straight):
            return 0
        return min(FURTHEST, round(1.5 * self.pace(self.fastest) * self.longest / SECOND))

    # Parcels

    def card(self, name: str) -> str:
        """A parcel as it is labelled: its stamp, a point, the number of its office. A sign before it tells it from the
        places of a row, by which cards are typed, too."""
        return f"#{self.parcels[name]}.{number_of(name)}"

    @property
    def cards(self) -> tuple[str, ...]:
        """All parcels, in the order in which they lie there."""
        return tuple(self.card(name) for name in self.parcels)

    @property
    def in_order(self) -> tuple[str, ...]:
        """By stamps, and where these are equal by the offices' numbers."""
        return tuple(
            self.card(name) for name in sorted(self.parcels, key=lambda name: (self.parcels[name], number_of(name)))
        )

    @property
    def by_decimals(self) -> tuple[str, ...]:
        """As whoever takes the point for a decimal one has them."""
        return tuple(sorted(self.cards, key=lambda card: float(card[1:])))

    @property
    def has_tie(self) -> bool:
        """Have two parcels one stamp?"""
        return len(set(self.parcels.values())) < len(self.parcels)

    # What it does

    def on_start(self, ctx: Context) -> None:
        if self.rates:
            self.rate = ctx.choose(RATE)
        self.within = SECOND * ctx.choose(WITHIN)

    def stamped(self, ctx: Context, shown: int, source: str, read: int) -> int:
        self.stamps += 1
        stamp = rule = max(shown, self.last + 1, read + 1)
        if not 0 <= self.hand < self.stamps:
            stamp = super().stamped(ctx, shown, source, read)
        self.early += stamp <= read
        self.burnt += max(0, stamp - rule)
        return stamp

    def write(self, ctx: Context, whom: str) -> None:
        letter = Letter(self.happen(ctx))
        ctx.send(whom, letter)
        if self.copies not in ("", self.name, whom):
            ctx.send(self.copies, letter)

    def on_message(self, ctx: Context, source: str, message: object) -> None:
        if isinstance(message, Letter | Question | Reply | Closing | Parcel):
            self.happen(ctx, source, message.stamp)
        if isinstance(message, Letter):
            if self.watches:
                self.dots[source] = [*self.dots.get(source, []), Dot(ctx.came, message.stamp)][-KEPT:]
        elif isinstance(message, Question):
            key = f"answer {source} {message.stamp}"
            self.waiting[key] = (source, message.stamp)
            ctx.set_timer(key, ctx.choose(DELAY))
        elif isinstance(message, Reply):
            self.queries = [
                query._replace(reply=message.stamp, came=ctx.came)
                if (query.whom, query.stamp) == (source, message.to) and not query.reply
                else query
                for query in self.queries
            ]
        elif isinstance(message, Closing):
            self._post(ctx)
        elif isinstance(message, Parcel):
            self.parcels[source] = message.stamp

    def on_timer(self, ctx: Context, key: TimerKey) -> None:
        if key == "next":
            super().on_timer(ctx, key)
        elif key == "close":
            over = self.shown(ctx.now) + LEAD
            self.ahead += LEAD + -over % ROUND
            closing = Closing(self.happen(ctx))
            for name in self.others:
                ctx.send(name, closing)
            self._post(ctx)
        elif key == "string":
            self.strung = ctx.choose(PLACE)
            ctx.deliver(self.strung)
        else:
            source, stamp = self.waiting.pop(str(key))
            ctx.send(source, Reply(self.happen(ctx), stamp))

    def _post(self, ctx: Context) -> None:
        """Closing time: a parcel to everybody, and no more letters."""
        self.todo = 0
        ctx.cancel_timer("next")
        self.parcels[self.name] = stamp = self.happen(ctx)
        for name in self.others:
            ctx.send(name, Parcel(stamp))
        ctx.set_timer("string", self.collect)

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is BLAME:
            if value in self.proof:
                self.convicted = value[0]
                ctx.set_timer("close", self.closing)
            else:
                self.fines += 1
            return
        bait = ctx.choose(BAIT, whom=value, shown=max(self.shown(ctx.now), self.last + 1))
        self.ahead += bait
        self.burnt += bait
        stamp = self.happen(ctx)
        self.queries.append(Query(value, stamp, ctx.now))
        ctx.send(value, Question(stamp))

    def on_restart(self, ctx: Context) -> None:
        """An office that comes back knows nothing; the next letter tells it what time it is."""
        self.on_start(ctx)

    def view(self) -> dict[str, str | int]:
        return {
            "last stamp": self.last,
            "a second": self.rate,
            "answers within": f"{self.within // SECOND} s",
            "too early": self.early,
            "burnt": self.burnt,
            "letters": self.letters,
        }
