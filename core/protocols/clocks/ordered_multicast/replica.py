"""A replica of one account: queues updates by their stamps, and applies the first once nothing older can come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.protocols.clocks.ordered_multicast.messages import (
    Ack,
    Applied,
    Deposit,
    Held,
    Interest,
    Letter,
    Stamp,
    Strike,
    Update,
    money,
    stamp_words,
    update_words,
)
from core.protocols.clocks.ordered_multicast.replica_choices import ACK, DELIVER, STRIKE

NEVER: Stamp = (-1, "")
"""Before every stamp."""


@dataclass(frozen=True)
class Card:
    """An update that waits in a queue: its stamp, what it does, and when it came (local µs)."""

    stamp: Stamp
    dollars: int
    percent: int
    came: int

    @property
    def words(self) -> str:
        """What it does."""
        return update_words(self.dollars, self.percent)


@dataclass
class Replica(Machine):
    """Stamps what its user wants, sends it to all, and applies everybody's updates in the order of their stamps.

    lines   the line to each peer, once it stands; `unsent`: what waits for it.
    queue   the updates that are not applied yet, by stamp; `past`: those that are, in the order in which they were.
    heard   of each peer the logical time of the last that came from it; `said`: the own one.
    lamps   who has acknowledged what, in so many words.
    owed    updates of others that came, and nothing that was said since stands for an acknowledgement of them.
    since   for whom the head waits, and since when (local µs); `silent`: those for whom it did too long.
    votes   who has struck whom; `gone`: those whom all others have.
    """

    peers: tuple[str, ...] = ()
    balance: int = parameter(1000, "dollars in the account at the start", low=0, high=1_000_000)
    began: int = parameter(0, "what its logical clock reads at the start", low=0, high=1_000_000)
    patience: int = parameter(
        0, "after what silence the book strikes somebody for whom the head waits; 0: never", kind="duration", low=0
    )
    clock: int = 0
    cents: int = 0
    lines: dict[str, str] = field(default_factory=dict)
    unsent: dict[str, list[Letter]] = field(default_factory=dict)
    queue: list[Card] = field(default_factory=list)
    past: list[Card] = field(default_factory=list)
    heard: dict[str, int] = field(default_factory=dict)
    said: int = -1
    lamps: dict[Stamp, tuple[str, ...]] = field(default_factory=dict)
    owed: list[Stamp] = field(default_factory=list)
    since: dict[str, int] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    votes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    waited: int = 0
    """Local µs that customers have waited for what is applied, all together."""

    offers: ClassVar[tuple[Choice, ...]] = (ACK, DELIVER, STRIKE)

    # What it knows

    @property
    def applied(self) -> list[Stamp]:
        """The stamps of what is applied, in that order."""
        return [card.stamp for card in self.past]

    @property
    def others(self) -> tuple[str, ...]:
        """Those whom it waits for."""
        return tuple(peer for peer in self.peers if peer not in self.gone)

    @property
    def head(self) -> Card | None:
        """The card with the smallest stamp."""
        return self.queue[0] if self.queue else None

    def last_of(self, peer: str) -> Stamp:
        """The last stamp that came from a peer: on a line that keeps its order nothing older can follow."""
        return (self.heard[peer], peer) if peer in self.heard else NEVER

    def has_passed(self, peer: str, stamp: Stamp) -> bool:
        """Can nothing older than this stamp come from a peer any more?"""
        return self.last_of(peer) >= stamp

    @property
    def missing(self) -> tuple[str, ...]:
        """Those from whom something older than the head may still come."""
        head = self.head
        return () if head is None else tuple(peer for peer in self.others if not self.has_passed(peer, head.stamp))

    @property
    def first_missing(self) -> str:
        """One of them; "" if there is none."""
        return next(iter(self.missing), "")

    @property
    def safe(self) -> bool:
        """Can nothing older than the head come?"""
        return self.head is not None and not self.missing

    @property
    def dark(self) -> tuple[str, ...]:
        """Those who have not acknowledged the head in so many words."""
        head = self.head
        if head is None:
            return ()
        lit = (*self.lamps.get(head.stamp, ()), head.stamp[1])
        return tuple(peer for peer in self.others if peer not in lit)

    @property
    def is_own(self) -> bool:
        """Is the head its own customers'?"""
        return self.head is not None and self.head.stamp[1] == self.name

    @property
    def struck(self) -> tuple[str, ...]:
        """Those whom it has struck, and not all others yet."""
        return tuple(who for who, by in self.votes.items() if self.name in by and who not in self.gone)

    @property
    def strikable(self) -> tuple[str, ...]:
        """Whom it may strike: those who stay must be more than half of all."""
        left = [peer for peer in self.others if peer not in self.struck]
        return tuple(left) if 2 * len(left) > 1 + len(self.peers) else ()

    @property
    def suspect(self) -> str:
        """Who has been silent for too long, of those whom it may strike; "" if nobody has."""
        return next((peer for peer in self.strikable if peer in self.silent), "")

    def waited_until(self, now: int) -> int:
        """Local µs that customers have waited until now, those who still wait included."""
        return self.waited + sum(now - card.came for card in self.queue)

    # Lines

    def on_start(self, ctx: Context) -> None:
        self.clock = self.began
        self.cents = 100 * self.balance
        for peer in self.peers:
            if self.name < peer:  # one line for two
                ctx.open(peer)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        self.lines[peer] = connection
        for letter in self.unsent.pop(peer, []):
            ctx.send_on(connection, letter)

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        if self.lines.get(peer) == connection:
            del self.lines[peer]

    def _tick(self) -> int:
        """The stamp of what is said now: it stands for an acknowledgement of all that came before."""
        self.clock += 1
        self.said = self.clock
        self.owed = []
        return self.clock

    def _tell_all(self, ctx: Context, letter: Letter) -> None:
        for peer in self.others:
            if peer in self.struck:
                continue
            if peer in self.lines:
                ctx.send_on(self.lines[peer], letter)
            else:
                self.unsent[peer] = [*self.unsent.get(peer, []), letter]

    # Updates

    def on_request(self, ctx: Context, request: Deposit | Interest) -> None:
        dollars = request.dollars if isinstance(request, Deposit) else 0
        percent = request.percent if isinstance(request, Interest) else 0
        time = self._tick()
        self._queue(Card((time, self.name), dollars, percent, ctx.now))
        self._tell_all(ctx, Update(time, dollars, percent))
        self._mind(ctx)

    def _queue(self, card: Card) -> None:
        if card.stamp not in self.applied and all(card.stamp != other.stamp for other in self.queue):
            self.queue.append(card)
            self.queue.sort(key=lambda each: each.stamp)

    def on_message(self, ctx: Context, source: str, message: Letter) -> None:
        if source in self.gone or source in self.struck:
            return
        self.clock = max(self.clock, message.clock) + 1
        self.heard[source] = message.clock
        self._forgive(ctx, source)
        if isinstance(message, Update):
            self._owe(Card((message.clock, source), message.dollars, message.percent, ctx.came))
        elif isinstance(message, Ack):
            stamp = (message.time, message.origin)
            if stamp not in self.applied:
                self.lamps[stamp] = (*self.lamps.get(stamp, ()), source)
        elif message.who != self.name:
            for held in message.held:
                self._owe(Card((held.time, message.who), held.dollars, held.percent, ctx.came))
            self._vote(ctx, message.who, source)
        self._mind(ctx)

    def _owe(self, card: Card) -> None:
        """A card of somebody else has come."""
        self._queue(card)
        if card.stamp > (self.said, self.name):
            self.owed.append(card.stamp)

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is ACK:
            self._acknowledge(ctx)
        elif choice is DELIVER:
            self._apply(ctx)
        else:
            self._vote(ctx, value, self.name)
        self._mind(ctx)

    def _acknowledge(self, ctx: Context) -> None:
        stamp = min(self.owed) if self.owed else self.queue[0].stamp
        self.lamps[stamp] = tuple(dict.fromkeys((*self.lamps.get(stamp, ()), self.name)))
        self._tell_all(ctx, Ack(self._tick(), *stamp))

    def _apply(self, ctx: Context) -> None:
        card = self.queue.pop(0)
        self.cents = self.cents * (100 + card.percent) // 100 + 100 * card.dollars
        self.past.append(card)
        self.lamps.pop(card.stamp, None)
        self.waited += ctx.now - card.came
        ctx.deliver(Applied(*card.stamp, self.cents))

    # Silence

    def _forgive(self, ctx: Context, peer: str) -> None:
        """Somebody has said something."""
        self.silent = tuple(name for name in self.silent if name != peer)
        if self.since.pop(peer, None) is not None and self.patience:
            ctx.cancel_timer(("silence", peer))

    def _mind(self, ctx: Context) -> None:
        """For whom does the head wait now?"""
        missing = self.missing
        for peer in self.peers:
            if peer in missing and peer not in self.since:
                self.since[peer] = ctx.now
                if self.patience:
                    ctx.set_timer(("silence", peer), self.patience)
            elif peer not in missing and peer in self.since:
                self._forgive(ctx, peer)

    def on_timer(self, ctx: Context, key: Key) -> None:
        assert isinstance(key, tuple)
        self.silent = (*self.silent, str(key[1]))

    def _vote(self, ctx: Context, who: str, by: str) -> None:
        """Somebody asks `who` no more; whoever hears of it does the same, and says what he holds of him."""
        self.votes[who] = tuple(dict.fromkeys((*self.votes.get(who, ()), by)))
        if self.name not in self.votes[who]:
            self.votes[who] = (*self.votes[who], self.name)
            by = self.name
        if by == self.name:
            # What is applied here, too: who has passed a stamp need not hold what lies before it.
            his = [card for card in (*self.past, *self.queue) if card.stamp[1] == who]
            held = tuple(Held(card.stamp[0], card.dollars, card.percent) for card in his)
            self._tell_all(ctx, Strike(self._tick(), who, held))
        if all(peer in self.votes[who] for peer in self.others if peer != who):
            self.gone = (*self.gone, who)

    def view(self) -> dict[str, str | int]:
        return {
            "book": money(self.cents),
            "applied": " ".join(card.words for card in self.past) or "nothing",
            "logical clock": self.clock,
            "queue": ", ".join(f"{stamp_words(card.stamp)} {card.words}" for card in self.queue) or "empty",
            "last stamps": ", ".join(stamp_words(self.last_of(peer)) for peer in self.others if peer in self.heard)
            or "none",
            **({"struck": ", ".join(self.votes)} if self.votes else {}),
        }

    def badge(self) -> str:
        return money(self.cents)
