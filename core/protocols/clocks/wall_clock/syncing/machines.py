"""Laptops, whose clocks date what is saved, and the builder, whose clock dates what is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND, show_duration
from core.protocols.clocks.wall_clock.ground import step, until_apart
from core.protocols.clocks.wall_clock.syncing.choices import RESYNC
from core.protocols.clocks.wall_clock.syncing.messages import (
    COMPILED,
    UP_TO_DATE,
    Build,
    Dot,
    Edit,
    Made,
    Saved,
    Settle,
    Shift,
    Sync,
    Time,
    Version,
)

DATES, VERSIONS = "dates", "versions"
"""By what a builder tells that a source is newer than what was made of it."""
KEPT = 64
"""So many measured dots are remembered."""
PATIENCE = 200 * MILLISECOND
"""So long a builder waits for what laptops read."""


@dataclass
class Laptop(Machine):
    """Saves files with the date that its clock reads; its clock is set by the builder."""

    builder: str = parameter("builder", "who builds what it saves", kind="node")
    friend: str = parameter("", "with whom it shares files: who is told of a version saves the next", kind="node")
    edits: int = parameter(0, "how often it saves a file of its own; 0: by request only", kind="duration", low=0)
    gap: int = parameter(10 * MILLISECOND, "how long after the other's version it saves the next", kind="duration")
    known: dict[str, int] = field(default_factory=dict)
    """Of every file the last version that it knows of."""
    told: int = 0
    """The round after which its clock was set last."""

    def on_start(self, ctx: Context) -> None:
        if self.edits:
            ctx.set_timer("edit", self.edits)

    def on_restart(self, ctx: Context) -> None:
        self.known = {file: number for file, number in ctx.stored.items() if isinstance(file, str)}
        self.on_start(ctx)

    def on_request(self, ctx: Context, request: Edit) -> None:
        if request.after:
            ctx.set_timer(("save", request.file), request.after)
        else:
            self._save(ctx, request.file)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if isinstance(key, tuple):
            self._save(ctx, str(key[1]))
            return
        ctx.set_timer("edit", self.edits)
        file = f"{self.name}.c"
        self._save(ctx, file)
        if self.friend:
            ctx.send(self.friend, Saved(file, self.known[file], ctx.now))

    def _save(self, ctx: Context, file: str) -> None:
        """The next version of the file; on the own disk before anybody hears of it."""
        self.known[file] = self.known.get(file, 0) + 1
        ctx.save(file, self.known[file])
        ctx.send(self.builder, Saved(file, self.known[file], ctx.now))

    def on_message(self, ctx: Context, source: str, message: Saved | Sync | Time | Shift) -> None:
        if isinstance(message, Saved) and message.number > self.known.get(message.file, 0):
            self.known[message.file] = message.number
            ctx.set_timer(("save", message.file), self.gap)
        elif isinstance(message, Sync):
            ctx.send(source, Time(message.round, ctx.came))
        elif isinstance(message, Shift) and message.round > self.told:
            self.told = message.round
            step(ctx, message.by)

    def view(self) -> dict[str, str | int]:
        return {"versions saved": sum(self.known.values())}


@dataclass
class Builder(Machine):
    """Takes in what laptops save, makes what is out of date, and sets the clocks of its laptops.

    Of two versions of a file that two laptops have saved it keeps the one with the later date. It compiles what is
    newer than what was made of it, as make does: by the dates. Or by the versions, as those do that keep a record of
    what they have built.
    """

    laptops: tuple[str, ...] = parameter((), "whose clocks it sets")
    sheet: int = parameter(50, "how many parts per million a clock may go wrong, as its data sheet says", low=1)
    apart: int = parameter(10 * MILLISECOND, "less than this two clocks may differ by", kind="duration", low=1)
    error: int = parameter(MILLISECOND, "how wrong a clock may be that was just set", kind="duration", low=0)
    brisk: int = parameter(30 * SECOND, "the book's pause while clocks run apart steeply", kind="duration", low=1)
    grain: int = parameter(1, "in what steps its disk keeps dates", kind="duration", low=1)
    tells: str = parameter(DATES, "by what it tells that a source is newer", options=(DATES, VERSIONS))
    sources: dict[str, Version] = field(default_factory=dict)
    objects: dict[str, Version] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    """What the last make did, file by file."""
    planned: int = 0
    """How many runs of make were planned."""
    makes: int = 0
    """How often make has run."""
    missing: int = 0
    """Versions that were not kept, since an earlier one had a later date."""
    syncs: int = 0
    dots: tuple[Dot, ...] = ()
    pause: int = 0
    """How long after the last round the next one comes (µs)."""
    asked: int = 0
    """When the last round began, by the own clock (µs)."""
    heard: dict[str, int] = field(default_factory=dict)
    """Of this round, by how much each laptop that has answered was ahead (µs)."""
    set_at: dict[str, int] = field(default_factory=dict)
    """When each laptop was set last, by the own clock (µs)."""
    waits: bool = False
    """Is a round under way?"""

    def on_start(self, ctx: Context) -> None:
        """Whoever switched all of them on has set all clocks."""
        self.asked = ctx.now
        self.set_at = dict.fromkeys(self.laptops, ctx.now)
        if self.laptops:
            self._plan(ctx)

    def on_restart(self, ctx: Context) -> None:
        for key, value in ctx.stored.items():
            if isinstance(key, tuple) and key[0] == "source":
                self.sources[str(key[1])] = value
            elif isinstance(key, tuple):
                self.objects[str(key[1])] = value
        self.syncs = ctx.stored.get("round", 0)
        self.asked = ctx.now
        if self.laptops:
            self._plan(ctx)

    def on_request(self, ctx: Context, request: Build | Settle) -> None:
        if isinstance(request, Settle):
            self._sync(ctx)
        elif request.after:
            self.planned += 1
            ctx.set_timer(("make", self.planned), request.after)
        else:
            self._make(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        if isinstance(key, tuple):
            self._make(ctx)
        elif key == "sync":
            self._sync(ctx)
        else:
            self._close(ctx)

    def on_message(self, ctx: Context, source: str, message: Saved | Sync | Time | Shift) -> None:
        if isinstance(message, Saved):
            self._take_in(ctx, source, message)
        elif isinstance(message, Time) and source in self.laptops:
            self._hear(ctx, source, message)

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        """The next round comes as long after the last one as is said now."""
        self.pause = int(value)
        if not self.waits and self.laptops:
            ctx.set_timer("sync", self.asked + self.pause - ctx.now)

    # Files

    def _take_in(self, ctx: Context, source: str, saved: Saved) -> None:
        known = self.sources.get(saved.file)
        if known is not None and saved.number <= known.number:
            return
        date = saved.date // self.grain * self.grain
        if known is not None and known.by != source and date <= known.date:
            self.missing += 1
            return
        self.sources[saved.file] = Version(saved.number, date, source)
        ctx.save(("source", saved.file), self.sources[saved.file])

    def _make(self, ctx: Context) -> None:
        """Compile what is newer than what was made of it: of the same date it is not."""
        self.makes += 1
        for file, source in self.sources.items():
            built = self.objects.get(file)
            skewed = source.date > ctx.now
            if built is None or self._is_newer(source, built):
                built = self.objects[file] = Version(source.number, ctx.now // self.grain * self.grain)
                ctx.save(("object", file), built)
                self.made[file] = Made(file, COMPILED, source.number, source.number, skewed)
            else:
                self.made[file] = Made(file, UP_TO_DATE, source.number, built.number, skewed)
            ctx.deliver(self.made[file])

    def _is_newer(self, source: Version, built: Version) -> bool:
        return source.number > built.number if self.tells == VERSIONS else source.date > built.date

    # Clocks

    def _plan(self, ctx: Context) -> None:
        """When does the next round come?"""
        self.pause = int(ctx.choose(RESYNC))
        ctx.set_timer("sync", max(1, self.asked + self.pause - ctx.now))

    def _sync(self, ctx: Context) -> None:
        self.syncs += 1
        ctx.save("round", self.syncs)
        self.asked, self.heard, self.waits = ctx.now, {}, True
        for laptop in self.laptops:
            ctx.send(laptop, Sync(self.syncs))
        ctx.set_timer("silence", PATIENCE)

    def _hear(self, ctx: Context, source: str, time: Time) -> None:
        """A laptop's clock, as it read half a round trip ago (Cristian 1989): set it right."""
        if not self.waits or time.round != self.syncs or source in self.heard:
            return
        ahead = time.reading - (self.asked + ctx.came) // 2
        self.heard[source] = ahead
        ctx.send(source, Shift(time.round, -ahead))
        if len(self.heard) == len(self.laptops):
            ctx.cancel_timer("silence")
            self._close(ctx)

    def _close(self, ctx: Context) -> None:
        """All have answered, or whoever has not is not waited for."""
        self.waits = False
        if len(self.heard) == len(self.laptops):
            known = [self.set_at[laptop] for laptop in self.laptops if laptop in self.set_at]
            since = self.asked - min(known) if len(known) == len(self.laptops) else 0
            self.dots = (*self.dots, Dot(self.asked, tuple(self.heard.items()), since))[-KEPT:]
        self.set_at.update(dict.fromkeys(self.heard, self.asked))
        self._plan(ctx)

    @property
    def silent(self) -> tuple[str, ...]:
        """Who did not answer in the last round."""
        return () if self.waits or not self.syncs else tuple(name for name in self.laptops if name not in self.heard)

    @property
    def parting(self) -> int:
        """How fast (parts per million) the clocks run apart, by the last two rounds that were whole; 0: unknown."""
        return self.dots[-1].parting if self.dots else 0

    @property
    def steep(self) -> bool:
        """Did they run apart about as fast as their sheet allows, or faster, in one of the last two rounds? One flat
        dot may be an error of the syncs."""
        return any(dot.parting * 100 >= 85 * 2 * self.sheet for dot in self.dots[-2:])

    @property
    def flat(self) -> bool:
        """Do they run apart less than half as fast as their sheet allows?"""
        return 0 < self.parting * 100 < 50 * 2 * self.sheet

    @property
    def longest(self) -> int:
        """How long (µs) after a round two clocks are in bounds by their sheet: each errs when it is set, and both
        drift."""
        return until_apart(max(1, self.apart - 2 * self.error), 2 * self.sheet)

    @property
    def reply(self) -> str:
        """The fastest of the last two dots, as a verdict says it."""
        fastest = max((dot.parting for dot in self.dots[-2:]), default=0)
        return f"{fastest / 1000:.2f} ms a second, and the sheet allows {2 * self.sheet / 1000:.2f}"

    def view(self) -> dict[str, str | int]:
        found: dict[str, Any] = {"syncs": self.syncs}
        if self.laptops:
            found |= {"next after": show_duration(self.pause), "edits missing": self.missing}
        built = [f"{made.file} {made.did}" for made in self.made.values()]
        return found | ({"make": ", ".join(built)} if built else {})
