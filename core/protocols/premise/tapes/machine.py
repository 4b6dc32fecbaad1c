"""Those who keep diaries, and the archivist."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.language import later, written
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND
from core.protocols.premise.tapes.choices import BUY, FIRST, MOST_SHIFT, NOBODY_KNOWS, SET, SHIFT, STRETCH
from core.protocols.premise.tapes.messages import GOT, NOTE, SENT, Jot, Letter, Line, Page, Please, Write
from core.protocols.premise.tapes.slack import EVEN, FREE, Arrow, fitting, leaning, slack_at, stretched

FARTHEST = MOST_SHIFT * MILLISECOND
"""As far as a tape can be pushed (µs)."""


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
                ctx.set_timer((later("answer"), message.number), self.pause)

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
    """Lays two diaries side by side and files which of two notes came first, where the letters prove it. What they do
    not prove is handed back, and asked once more.

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
    wrong: int = 0
    """Verdicts that were handed back: the letters do not prove them, or the tapes lay so that they cannot be."""
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
        return self.asked < self.most and bool(self.filed) and not self.asks and not self.expects_lines

    @property
    def expects_lines(self) -> bool:
        """Are letters under way of which not all lines are here?"""
        return any(len(stamps) < 4 for stamps in self.stamps.values()) or self.waits

    waits: bool = False
    """Has it asked for letters of which no line is here yet?"""

    @property
    def possible(self) -> list[int]:
        """The stretches that come into question: as if the clocks ran alike, if that fits; else all that fit."""
        return [EVEN] if slack_at(self.arrows, EVEN).fits else fitting(self.arrows, self.band)

    @property
    def best_stretch(self) -> int:
        """As the clocks may run: in the middle of what comes into question."""
        found = self.possible
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
        """Who noted this first at every stretch and shift that fit; else that nobody knows. As long as the letters let
        both clocks run alike they are taken to: no tape is stretched without need."""
        mine, theirs = self.notes[number][self.one], self.notes[number][self.other]
        sure: set[str] = set()
        for stretch in self.possible:
            slack = slack_at(self.arrows, stretch)
            place = stretched(theirs, stretch)
            sure.add(self.one if mine < place + slack.low else self.other if place + slack.high < mine else "")
        return sure.pop() if len(sure) == 1 and "" not in sure else NOBODY_KNOWS

    @property
    def doubt_words(self) -> str:
        """Two ways in which the tapes may lie, and who was first in each, of the pair that is asked about."""
        mine, theirs = (self.notes[self.number][name] for name in (self.one, self.other))
        found: dict[str, str] = {}
        for stretch in self.possible:
            slack, place = slack_at(self.arrows, stretch), stretched(theirs, stretch)
            low, high = max(slack.low, -FARTHEST), min(slack.high, FARTHEST)
            for shift in (-(-low // MILLISECOND), high // MILLISECOND):
                there = place + shift * MILLISECOND
                if there != mine:
                    stretching = "" if stretch == EVEN else f" stretched to {stretch}"
                    who = self.one if mine < there else self.other
                    found.setdefault(who, f"at {shift} ms{stretching} it is {who}")
        return f"{', '.join(found.values())}, and both can be true" if len(found) == 2 else "it may be the other, too"

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
        guessed = who not in (NOBODY_KNOWS, proved)
        self.guesses += guessed
        if guessed or self.leaned:
            self.wrong += 1
            self.asks.insert(0, number)
            return
        self.filed[number] = who
        self.tries.setdefault(number, 0)
        if who != NOBODY_KNOWS:
            ctx.deliver((number, who))

    def view(self) -> dict[str, str | int]:
        filed = ", ".join(f"{number} {who}" for number, who in self.filed.items() if who != NOBODY_KNOWS)
        return {
            "letters": 2 * len(self.stamps),
            "filed": filed or "none",
            "still open": ", ".join(map(str, self.open)) or "none",
        }

    def badge(self) -> str:
        return written("{count} filed", count=self.orders)
