"""Stores that keep a cart between them, and customers who read and write it at one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.protocols.clocks.logical_clocks.messages import Copy, Get, Got, Put, Shop, Version
from core.protocols.clocks.logical_clocks.store_choices import SHELF, STORES, VECTOR
from core.protocols.clocks.logical_clocks.vectors import Vector, joined, label, newest

NOTHING = (0,) * STORES


@dataclass
class Customer(Machine):
    """Reads the cart at its store, puts something in, writes it back: all versions that it has read, in one.

    wants   what it is about to put in. `full`: what it read when it read last.
    """

    store: str = parameter("s1", "where it reads and writes", kind="node")
    wants: list[str] = field(default_factory=list)
    read: tuple[Version, ...] = ()
    frowns: int = 0
    """So many versions it got beside one."""
    bought: int = 0

    def on_request(self, ctx: Context, request: Shop) -> None:
        if request.unread:
            ctx.send(self.store, Put((request.item,), NOTHING))
            return
        self.wants.append(request.item)
        ctx.send(self.store, Get())

    def on_message(self, ctx: Context, source: str, message: object) -> None:
        if not isinstance(message, Got) or source != self.store or not self.wants:
            return
        self.read = message.versions
        self.frowns += max(0, len(self.read) - 1)
        items = {item: None for version in self.read for item in version.items}
        context = joined((version.vector for version in self.read), STORES)
        ctx.send(self.store, Put((*items, self.wants.pop(0)), context))
        self.bought += 1

    def view(self) -> dict[str, str | int]:
        return {"bought": self.bought, "frowns": self.frowns}

    def badge(self) -> str:
        return "frowns" if len(self.read) > 1 else ""


@dataclass
class Store(Machine):
    """Keeps versions of one cart: of those that it has heard of the ones that no other is known to replace.

    shelf   what it keeps. `made`: every version that was written here. `count`: its own largest number.
    pruned  those of them of whose vectors it has forgotten a number.
    known   of every number the largest that it has heard of, and when that was (µs).
    frowns  versions beside one that it has given out. `lost`: things that it threw away, and that no other version has.
    """

    stores: tuple[str, ...] = parameter(("s1", "s2", "s3"), "all stores, in the order of a vector's numbers")
    pairs: int = parameter(STORES, "so many numbers of a vector it keeps: of more it forgets the one that has not "
                           "grown for longest, its own apart", low=1, high=STORES)  # fmt: skip
    shelf: list[Version] = field(default_factory=list)
    made: list[Version] = field(default_factory=list)
    pruned: list[Version] = field(default_factory=list)
    known: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)] * STORES)
    count: int = 0
    frowns: int = 0
    lost: list[str] = field(default_factory=list)
    come: Version | None = None
    """What has come and is to be put on the shelf, or not."""

    @property
    def place(self) -> int:
        """Which number of a vector is its own."""
        return self.stores.index(self.name) if self.name in self.stores else 0

    @property
    def missed(self) -> str:
        """What shows of two versions that neither replaces the other, in words."""
        versions = newest([*self.shelf, *([self.come] if self.come is not None else [])])
        if len(versions) < 2:
            return "Nothing replaces it."
        one, other = versions[-1], versions[0]
        place = next((place for place in range(STORES) if one.vector[place] < other.vector[place]), None)
        if place is None:
            return f"Two versions claim to be {label(one)}."
        return (
            f"Whoever wrote {label(one)} had not seen {label(other)}: "
            f"{one.vector[place]} < {other.vector[place]} at {self.stores[place]}."
        )

    def on_message(self, ctx: Context, source: str, message: object) -> None:
        if isinstance(message, Get):
            self.frowns += max(0, len(self.shelf) - 1)
            ctx.send(source, Got(tuple(self.shelf)))
        elif isinstance(message, Put):
            self._write(ctx, source, message)
        elif isinstance(message, Copy):
            self._hear(ctx, message.version.vector)
            self._settle(ctx, message.version)

    def _hear(self, ctx: Context, vector: Vector) -> None:
        for place, number in enumerate(vector):
            if number > self.known[place][0]:
                self.known[place] = (number, ctx.now)

    def _kept(self, vector: Vector) -> Vector:
        """The vector, or what is left of it where it has more numbers than are kept."""
        oldest = sorted(
            (self.known[place][1], place) for place in range(STORES) if vector[place] and place != self.place
        )
        gone = [place for _, place in oldest[: max(0, len(oldest) + 1 - self.pairs)]]
        return tuple(0 if place in gone else number for place, number in enumerate(vector))

    def _write(self, ctx: Context, source: str, put: Put) -> None:
        seen = [label(each) for each in self.shelf if joined((put.context, each.vector), STORES) == tuple(put.context)]
        read = " and ".join(seen) if seen else "nothing"
        vector = ctx.choose(VECTOR, source=source, item=put.items[-1], read=read, context=tuple(put.context))
        self._hear(ctx, vector)
        version = Version(self._kept(vector), tuple(put.items))
        self.count = max(self.count, version.vector[self.place])
        self.made.append(version)
        if version.vector != vector:
            self.pruned.append(version)
        for name in self.stores:
            if name != self.name:
                ctx.send(name, Copy(version))
        self._settle(ctx, version)

    def _settle(self, ctx: Context, version: Version) -> None:
        """What has come is put on the shelf, or not, and what it replaces goes."""
        self.come = version
        if self.shelf and not (len(self.shelf) == 1 and version in self.shelf):
            chosen = ctx.choose(SHELF, version=version, new=label(version))
            before = list(dict.fromkeys((*self.shelf, version)))
            self.shelf = [each for each in before if label(each) in chosen]
            kept = {item for each in self.shelf for item in each.items}
            for each in newest(before):
                self.lost += [item for item in each.items if each not in self.shelf and item not in kept]
        elif not self.shelf:
            self.shelf = [version]
        self.come = None
        ctx.save("shelf", tuple((each.vector, each.items) for each in self.shelf))
        ctx.save("count", self.count)

    def on_restart(self, ctx: Context) -> None:
        self.shelf = [Version(vector, items) for vector, items in ctx.stored.get("shelf", ())]
        self.count = ctx.stored.get("count", 0)

    def view(self) -> dict[str, str | int]:
        return {
            "shelf": ", ".join(map(label, self.shelf)) or "empty",
            "written here": len(self.made),
            "frowns": self.frowns,
            "lost": len(self.lost),
        }

    def badge(self) -> str:
        return " | ".join(map(label, self.shelf))
