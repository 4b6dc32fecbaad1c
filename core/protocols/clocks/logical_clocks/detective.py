"""A detective who has read everybody's testimony, and is to say what could have led to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key as TimerKey
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND
from core.protocols.clocks.logical_clocks.detective_choices import DRAW, SLIDE, VERDICT
from core.protocols.clocks.logical_clocks.messages import Deposition, Night, Tell
from core.protocols.clocks.logical_clocks.order import (
    AFTER,
    BEFORE,
    BESIDE,
    Event,
    Key,
    causes_of,
    laid_by,
    letters_on,
    pasts_of,
    relation,
    slid,
    way,
)

TICKS = 10
"""On about so many ticks the beads of a night are laid out."""

CLAIMS = {
    "letter": "stamp", "chain": "letters", "after": "stamp", "clock": "clock", "stamp": "stamp", "alibi": "letters",
}  # fmt: skip
"""The kinds of slips, and what the sergeant goes by for each: clocks, stamps or letters. What he concludes is wrong of
chain, clock and stamp."""


def kinds_of(nights: str) -> list[list[str]]:
    """The kinds of slips of every night. Raises ValueError in words if there is another."""
    found = [night.split() for night in nights.split("/")]
    for kind in (kind for night in found for kind in night):
        if kind not in CLAIMS:
            raise ValueError(f"{kind!r} is no kind of slip: {', '.join(CLAIMS)}, and / between two nights")
    return found


class Slip(NamedTuple):
    """A bead that is to be judged, and what the sergeant goes by: a clock, a stamp or letters."""

    bead: Key
    claim: str


@dataclass
class Detective(Machine):
    """Asks everybody what has happened, lays all events out by their clocks, and judges slips: events that may have led
    to X, or X to them, or neither. `reading`, `stamp` and all times are as the witnesses say.

    told    what each witness has said of this night.
    events  all of it; `crime` is X. `slips` are to be judged, the first `done` of them have been.
    slides  the beads that were pushed this night.
    shown   the bead that stands pushed to the right now; None: all lie as they were laid out.
    given   every verdict, of all nights, and whether it was right.
    """

    nights: str = parameter(
        "chain clock stamp",
        "kinds of slips: letter, chain, after, clock, stamp, alibi; a / between two nights",
        check=kinds_of,
    )
    pushes: tuple[int, ...] = parameter((3,), "how many beads it may push each night")
    patience: int = parameter(30 * SECOND, "when it asks again who has not answered", kind="duration", low=1)
    replay: int = parameter(30 * SECOND, "how long a verdict's run is to be seen", kind="duration", low=1)
    peers: Sequence[str] = ()
    night: int = 0
    told: dict[str, list[Event]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    """The last stamp of every witness that earlier nights have told."""
    events: tuple[Event, ...] = ()
    crime: Key | None = None
    slips: list[Slip] = field(default_factory=list)
    done: int = 0
    slides: list[Key] = field(default_factory=list)
    shown: Key | None = None
    replays: bool = False
    given: list[bool] = field(default_factory=list)
    pushed: int = 0
    """How many beads were pushed, all nights together."""

    offers: ClassVar[tuple[Choice, ...]] = (SLIDE, VERDICT)

    # What it knows

    @property
    def slip(self) -> Slip | None:
        """What is to be judged now."""
        return self.slips[self.done] if self.done < len(self.slips) and not self.replays else None

    @property
    def budget(self) -> int:
        """How many beads it may push this night."""
        return self.pushes[min(self.night, len(self.pushes)) - 1] if self.pushes and self.night else 0

    @property
    def may_push(self) -> bool:
        """Is there something to find out, and a push left?"""
        return self.slip is not None and len(self.slides) < self.budget

    def event(self, key: Key) -> Event:
        """The event of this key."""
        return next(event for event in self.events if event.key == key)

    def between(self, one: Key, other: Key) -> str:
        """Which of two events led to the other, if one did."""
        return relation(pasts_of(causes_of(self.events)), one, other)

    @property
    def truth(self) -> str:
        """What the slip's bead and X are to each other, by what was told; "" if there is no slip."""
        return self.between(*self.pair) if self.slip is not None else ""

    @property
    def chain(self) -> tuple[Key, ...]:
        """How the one led to the other, by as few letters as possible; () if it did not."""
        if self.slip is None:
            return ()
        bead, crime = self.pair
        causes = causes_of(self.events)
        return way(causes, bead, crime) or way(causes, crime, bead)

    @property
    def letters(self) -> int:
        """How many letters that took."""
        return letters_on(self.chain)

    @property
    def base(self) -> dict[Key, int]:
        """Where all beads lie by the clocks of their places, as far as letters let them."""
        return laid_by(causes_of(self.events), {event.key: event.reading for event in self.events}, TICKS)

    @property
    def places(self) -> dict[Key, int]:
        """Where all beads lie now."""
        base = self.base
        return base if self.shown is None else slid(causes_of(self.events), base, self.shown)

    @property
    def left(self) -> Key | None:
        """Of the slip's bead and X the one that lies further left: its push shows what they are to each other."""
        return min(self.pair, key=self.base.__getitem__) if self.slip is not None else None

    @property
    def beads(self) -> tuple[Key, ...]:
        """All beads: the two in question first, the others place by place."""
        two = self.pair if self.slip is not None else ()
        return (*two, *(event.key for event in self.events if event.key not in two))

    @property
    def worth_a_push(self) -> Key | None:
        """What the book pushes: once a night, when no single letter joins the two. All else it reads off the rods."""
        plain = self.letters == 1 or self.slides
        return self.left if self.may_push and not plain else None

    def _compared(self, one: int, other: int) -> str:
        return BEFORE if one < other else AFTER if one > other else BESIDE

    @property
    def pair(self) -> tuple[Key, Key]:
        """The bead that is to be judged now, and X."""
        assert self.slip is not None
        assert self.crime is not None
        return self.slip.bead, self.crime

    @property
    def by_clock(self) -> str:
        """What the clocks on the wall say of the slip."""
        bead, crime = self.pair
        return self._compared(self.event(bead).reading, self.event(crime).reading)

    @property
    def by_stamp(self) -> str:
        """What whoever takes a smaller stamp for a cause says of the slip."""
        bead, crime = self.pair
        return self._compared(bead[1], crime[1])

    @property
    def by_letters(self) -> str:
        """What whoever knows of no letters but those between the two says of the slip."""
        return self.truth if self.letters == 1 else BESIDE

    @property
    def claimed(self) -> str:
        """What the sergeant concludes of the slip."""
        assert self.slip is not None
        return {"clock": self.by_clock, "stamp": self.by_stamp, "letters": BESIDE}[self.slip.claim]

    def called(self, key: Key) -> str:
        """An event in words."""
        return "X" if key == self.crime else f"{key[0]}'s {key[1]}"

    @property
    def stamps(self) -> str:
        """Both stamps, the smaller first."""
        small, large = sorted(stamp for _, stamp in self.pair)
        return f"{small} < {large}" if small < large else f"{small} = {large}"

    @property
    def why(self) -> str:
        """What shows what the slip's bead and X are to each other, in words."""
        if self.chain:
            return f"{self.called(self.chain[-1])} moves along: {' > '.join(map(self.called, self.chain))}."
        left, right = sorted(self.pair, key=self.base.__getitem__)
        return f"{self.called(left)} slides past {self.called(right)}, and breaks no rod."

    # What it does

    def on_request(self, ctx: Context, request: Night) -> None:
        self.night += 1
        for event in self.events:
            self.known[event.place] = max(self.known.get(event.place, 0), event.stamp)
        self.told, self.events, self.crime, self.slips = {}, (), None, []
        self.done, self.slides, self.shown, self.replays = 0, [], None, False
        self._ask(ctx)

    def _ask(self, ctx: Context) -> None:
        for name in self.peers:
            if name not in self.told:
                ctx.send(name, Tell(self.known.get(name, 0)))
        ctx.set_timer("ask", self.patience)

    def on_message(self, ctx: Context, source: str, message: object) -> None:
        if not isinstance(message, Deposition) or not self.night or self.events or source in self.told:
            return
        self.told[source] = [Event(source, line.stamp, line.reading, line.source, line.sent) for line in message.lines]
        if len(self.told) == len(self.peers):
            ctx.cancel_timer("ask")
            self.events = tuple(event for name in self.peers for event in self.told[name])
            self._draw_slips(ctx)

    def on_timer(self, ctx: Context, key: TimerKey) -> None:
        if key == "ask":
            self._ask(ctx)
            return
        self.done += 1
        self.replays, self.shown = False, None

    def _draw_slips(self, ctx: Context) -> None:
        """The sergeant brings X, and a slip of every kind that this night wants, in any order: an X that fits as many
        of them as can be. Of a kind that no event fits he brings any other."""
        nights = kinds_of(self.nights)
        kinds = nights[min(self.night, len(nights)) - 1]
        pasts = pasts_of(causes_of(self.events))
        fitting = {event.key: self._fitting(event.key, kinds, pasts) for event in self.events}
        if not self.events:
            return
        fit = {key: fitting_at_most([fits[kind] for kind in kinds]) for key, fits in fitting.items()}
        crimes = tuple(key for key, count in fit.items() if count == max(fit.values()))
        self.crime = crime = ctx.choose(DRAW, what="X", among=crimes)
        left = list(kinds)
        while left:
            kind = ctx.choose(DRAW, what="kind", among=tuple(dict.fromkeys(left)))
            left.remove(kind)
            used = [slip.bead for slip in self.slips]
            free = [key for key in fitting[crime][kind] if key not in used]
            rest = [[key for key in fitting[crime][other] if key not in used] for other in left]
            after = {key: fitting_at_most([[each for each in row if each != key] for row in rest]) for key in free}
            good = [key for key, count in after.items() if count == max(after.values())]
            spare = [event.key for event in self.events if event.key != crime and event.key not in used]
            among = good or spare
            if not among:
                return
            self.slips.append(Slip(ctx.choose(DRAW, what="bead", among=tuple(among)), CLAIMS[kind]))

    def _fitting(self, crime: Key, kinds: Sequence[str], pasts: dict[Key, frozenset[Key]]) -> dict[str, list[Key]]:
        """Of every kind the events that are so to X."""
        causes = causes_of(self.events)
        found: dict[str, list[Key]] = {kind: [] for kind in kinds}
        late = self.event(crime).reading
        for event in self.events:
            if event.place == crime[0]:
                continue
            is_so = relation(pasts, event.key, crime)
            letters = letters_on(way(causes, event.key, crime)) if is_so == BEFORE else 0
            fits = {
                "letter": letters == 1,
                "chain": letters > 1,
                "after": is_so == AFTER,
                "clock": is_so == BESIDE and event.reading < late,
                "stamp": is_so == BESIDE and event.stamp != crime[1],
                "alibi": is_so == BESIDE,
            }
            for kind in found:
                if fits[kind]:
                    found[kind].append(event.key)
        return found

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is SLIDE:
            self.slides.append(value)
            self.pushed += 1
            self.shown = value
            return
        assert self.slip is not None
        self.given.append(value == self.truth)
        self.shown = self.left if not self.chain else self.chain[0]
        ctx.deliver((self.slip.bead, value))
        self.replays = True
        ctx.set_timer("replay", self.replay)

    @property
    def false(self) -> int:
        """How many verdicts were false."""
        return self.given.count(False)

    def view(self) -> dict[str, str | int]:
        return {
            "verdicts": len(self.given),
            "false": self.false,
            "pushes left": max(0, self.budget - len(self.slides)),
        }

    def badge(self) -> str:
        return self.called(self.slip.bead) if self.slip is not None else ""


def fitting_at_most(rows: Sequence[Sequence[Key]]) -> int:
    """How many rows at most can have one of their events, none of them twice: a matching, by augmenting paths."""
    owner: dict[Key, int] = {}

    def seats(row: int, tried: set[Key]) -> bool:
        for key in rows[row]:
            if key not in tried:
                tried.add(key)
                if key not in owner or seats(owner[key], tried):
                    owner[key] = row
                    return True
        return False

    return sum(seats(row, set()) for row in range(len(rows)))
