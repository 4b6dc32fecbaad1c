"""A member of a forum: hangs a post once all that its author had read hangs there, too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND
from core.protocols.clocks.ordered_multicast.forum_choices import AGAIN, HANG, NAME
from core.protocols.clocks.ordered_multicast.forum_messages import Again, Hung, Post, Sent, Vector, Write, vector_words

Place = tuple[str, int]
"""A post: its author, and which of his own it is."""


@dataclass(frozen=True)
class Slip:
    """A post that lies on the shelf, or hangs: when it came (local µs)."""

    author: str
    number: int
    vector: Vector
    words: str
    came: int

    @property
    def place(self) -> Place:
        """What it is called."""
        return self.author, self.number


@dataclass
class Reader(Machine):
    """Posts what its user writes, with what hangs on its wall as a vector; hangs what others post.

    wall    of each member how many posts hang, in the order of names; `hung`: the posts, as they were hung.
    shelf   posts that came and do not hang yet; `outbox`: the own ones, for whoever lacks one.
    since   of whom a post is missing, and since when (local µs); `late`: those of whom for too long.
    told    how many posts somebody says that he has sent, who was asked for one that he never sent.
    named   whose own numbers it has called false, and heeds no more; `wronged`: was one of them right?
    """

    peers: tuple[str, ...] = ()
    patience: int = parameter(2 * SECOND, "how long the book waits before it asks for a post", kind="duration", low=1)
    receipts: bool = parameter(False, "its own number counts what it gets, too: a mistake")
    wall: list[int] = field(default_factory=list)
    hung: list[Slip] = field(default_factory=list)
    shelf: list[Slip] = field(default_factory=list)
    outbox: list[Post] = field(default_factory=list)
    since: dict[str, int] = field(default_factory=dict)
    late: tuple[str, ...] = ()
    told: dict[str, int] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    wronged: bool = False
    waited: int = 0
    """Local µs that what hangs has lain on the shelf, all together."""

    offers: ClassVar[tuple[Choice, ...]] = (HANG, NAME, AGAIN)

    # What it knows

    @property
    def everybody(self) -> tuple[str, ...]:
        """All members, in the order of a vector's entries."""
        return tuple(sorted((self.name, *self.peers)))

    def count_of(self, member: str) -> int:
        """The last number of a member's that hangs."""
        return self.wall[self.everybody.index(member)]

    @property
    def places(self) -> tuple[Place, ...]:
        """What lies on the shelf."""
        return tuple(slip.place for slip in self.shelf)

    @property
    def numbers(self) -> tuple[tuple[str, int, str], ...]:
        """All numbers that lie there: whose post, which, and whose entry."""
        return tuple((*slip.place, member) for slip in self.shelf for member in self.everybody)

    def card(self, place: Value) -> Slip | None:
        """What lies on the shelf under this name."""
        return next((slip for slip in self.shelf if slip.place == place), None)

    def lacks(self, slip: Slip) -> tuple[str, ...]:
        """Those of whose posts its author had read more than hang here."""
        entries = zip(self.everybody, slip.vector, self.wall, strict=True)
        return tuple(member for member, theirs, mine in entries if member != slip.author and theirs > mine)

    def is_next(self, slip: Slip) -> bool:
        """Is it the next of its author's own? His whose numbers are false come as they do."""
        if slip.author in self.named:
            return slip.number == min(other.number for other in self.shelf if other.author == slip.author)
        return slip.number == self.count_of(slip.author) + 1

    def fits(self, slip: Slip) -> bool:
        """May it hang now?"""
        return self.is_next(slip) and not self.lacks(slip)

    @property
    def fitting(self) -> tuple[Place, ...]:
        """What may hang now."""
        return tuple(slip.place for slip in self.shelf if self.fits(slip))

    @property
    def missing(self) -> tuple[str, ...]:
        """Those whose next post others had read, or was followed by another, and is not here."""
        found = []
        for member in self.everybody:
            wanted = self.count_of(member) + 1
            here = any(slip.author == member and (slip.number == wanted or member in self.named) for slip in self.shelf)
            place = self.everybody.index(member)
            if member != self.name and not here and any(slip.vector[place] >= wanted for slip in self.shelf):
                found.append(member)
        return tuple(found)

    @property
    def gaps(self) -> tuple[str, ...]:
        """Those of them who may be asked: who has said that there is none is asked no more."""
        return tuple(member for member in self.missing if member not in self.told)

    @property
    def false(self) -> tuple[tuple[str, int, str], ...]:
        """The numbers that are greater than what their author has sent, as he says."""
        return tuple(
            (slip.author, slip.number, slip.author)
            for slip in self.shelf
            if slip.author not in self.named and slip.number > self.told.get(slip.author, slip.number)
        )

    def waited_until(self, now: int) -> int:
        """Local µs that posts have lain on the shelf until now."""
        return self.waited + sum(now - slip.came for slip in self.shelf)

    # Posts

    def on_start(self, ctx: Context) -> None:
        self.wall = [0] * len(self.everybody)

    def on_request(self, ctx: Context, request: Write) -> None:
        mine = self.everybody.index(self.name)
        self.wall[mine] += 1
        post = Post(tuple(self.wall), request.words)
        self.outbox.append(post)
        for peer in self.peers:
            ctx.send(peer, post)
        self.hung.append(Slip(self.name, self.wall[mine], post.vector, post.words, ctx.now))
        ctx.deliver(Hung(self.name, self.wall[mine], post.words))

    def on_message(self, ctx: Context, source: str, message: Post | Again | Sent) -> None:
        if isinstance(message, Post):
            self._shelve(ctx, source, message)
        elif isinstance(message, Again):
            mine = self.everybody.index(self.name)
            found = [post for post in self.outbox if post.vector[mine] == message.number]
            ctx.send(source, found[0] if found else Sent(len(self.outbox)))
        elif any(slip.author == source for slip in self.shelf):
            self.told[source] = message.count
        self._mind(ctx)

    def _shelve(self, ctx: Context, author: str, post: Post) -> None:
        members = self.everybody
        if author not in members or len(post.vector) != len(members):
            return
        number = post.vector[members.index(author)]
        if number > self.count_of(author) and (author, number) not in self.places:
            self.shelf.append(Slip(author, number, post.vector, post.words, ctx.came))

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is HANG:
            self._hang(ctx, value)
        elif choice is AGAIN:
            ctx.send(value, Again(self.count_of(value) + 1))
            self._forget(ctx, value)
        else:
            self.wronged = self.wronged or value not in self.false
            self.named = (*self.named, value[0])
        self._mind(ctx)

    def _hang(self, ctx: Context, place: Place) -> None:
        slip = self.card(place)
        assert slip is not None
        self.shelf.remove(slip)
        author = self.everybody.index(slip.author)
        self.wall[author] = max(self.wall[author], slip.number)
        if self.receipts:
            self.wall[self.everybody.index(self.name)] += 1
        self.hung.append(slip)
        self.waited += ctx.now - slip.came
        ctx.deliver(Hung(slip.author, slip.number, slip.words))

    # What is missing

    def _forget(self, ctx: Context, member: str) -> None:
        self.late = tuple(name for name in self.late if name != member)
        if self.since.pop(member, None) is not None:
            ctx.cancel_timer(("gap", member))

    def _mind(self, ctx: Context) -> None:
        """Of whom is a post missing now?"""
        gaps = self.gaps
        for member in self.peers:
            if member in gaps and member not in self.since:
                self.since[member] = ctx.now
                ctx.set_timer(("gap", member), self.patience)
            elif member not in gaps:
                self._forget(ctx, member)

    def on_timer(self, ctx: Context, key: Key) -> None:
        assert isinstance(key, tuple)
        self.late = (*self.late, str(key[1]))

    def view(self) -> dict[str, str | int]:
        told = ", ".join(f"{name} has sent {count}" for name, count in self.told.items())
        return {
            "wall": vector_words(tuple(self.wall)),
            "order": " ".join(f"{slip.author}.{slip.number}" for slip in self.hung) or "nothing",
            "hung": " / ".join(slip.words for slip in self.hung) or "nothing",
            "shelf": ", ".join(f"{slip.author} {vector_words(slip.vector)}" for slip in self.shelf) or "empty",
            **({"told": told} if told else {}),
        }

    def badge(self) -> str:
        return vector_words(tuple(self.wall)) if self.wall else ""
