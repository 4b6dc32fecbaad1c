"""A ledger of two nodes: the model of a room that saves and restarts.

Problem      a keeper that crashes must neither lose what it has confirmed nor book the same order twice.
Rule         write an order into stable storage, then confirm it; after a crash read everything that is written there;
             confirm again what is in the books, and never book it again.
Simplified   one cell is written at once or not at all; the disk never fails; nothing is ever taken out of the books.
Source       Gray 1978, Notes on Data Base Operating Systems (write-ahead log); Tanenbaum & van Steen 2e §8.3.2 (a
             server that crashes), §8.6.1 (stable storage).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.kernel.choice import Answer, Choice, Kind, Persona
from core.kernel.effects import Key
from core.kernel.laws import Evidence, always
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine, Protocol, State
from core.kernel.ready_choices import alarm, lookup
from core.kernel.ready_laws import everybody_gets, sometimes_one, written_before_said
from core.kernel.scenario import Crash, DiceSpec, Happening, LinkSpec, Lose, NodeSpec, Request, Scenario
from core.kernel.shown import Interval
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, SAVE, SEND, Entry
from core.wire.cdr import ULong, codec_for

SOURCE = "Gray 1978 (write-ahead log)"
CRASHES = "Tanenbaum & van Steen 2e §8.3.2"

# Messages


@dataclass(frozen=True)
class Book:
    """My order `number`: book `amount` coins."""

    number: ULong
    amount: ULong


@dataclass(frozen=True)
class Booked:
    """Your order `number` is in the books; they come to `balance` coins now."""

    number: ULong
    balance: ULong


@dataclass(frozen=True)
class Order:
    """The clerk's user wants `amount` coins booked."""

    amount: int = 5


# Choices

BOOK, CONFIRM, IGNORE = "book it", "confirm it", "nothing"

ENTRY = lookup(
    "ledger.entry",
    "{source} sends order {number}, {amount} coins. What do you do?",
    {BOOK: "and confirm it", CONFIRM: "the books stay as they are", IGNORE: ""},
    right={"a new order": BOOK, "an order that is in the books": CONFIRM},
    case=lambda asked: "an order that is in the books" if asked.me.knows(asked.source, asked.number) else "a new order",
    mistakes={BOOK: "twice", CONFIRM: "hollow", IGNORE: "silent"},
    inaction=IGNORE,
    answers={
        "book": Answer(Kind.BOOK, "{source} hears what is in the books, and every order is there once."),
        "twice": Answer(Kind.WRONG, "Order {number} is in the books: this is a copy of it, whoever made it."),
        "hollow": Answer(Kind.WRONG, "Order {number} is not in the books: {source} believes what is not so."),
        "silent": Answer(Kind.COSTLY, "{source} cannot tell your silence from a loss: it asks again."),
    },
    source=CRASHES,
)

WRITE_FIRST, ANSWER_FIRST, NEVER = "write, then confirm", "confirm, then write", "confirm only"

LOG = lookup(
    "ledger.log",
    "Order {number} of {source} is to be booked. In which order?",
    (WRITE_FIRST, ANSWER_FIRST, NEVER),
    right={"an order is booked": WRITE_FIRST},
    mistakes={ANSWER_FIRST: "late", NEVER: "never"},
    inaction=WRITE_FIRST,
    answers={
        "book": Answer(Kind.BOOK, "Whatever {source} is told is on the disk by then: a crash takes nothing back."),
        "late": Answer(Kind.WRONG, "Crash between the two, and {source} holds a confirmation of what nobody wrote."),
        "never": Answer(Kind.WRONG, "What is in memory alone is gone with the next crash, confirmed or not."),
    },
    source=SOURCE,
)

EVERYTHING, THE_SUM, NOTHING = "every entry", "the sum alone", "nothing"

RECOVER = lookup(
    "ledger.recover",
    "You come back after a crash; the disk holds {written} entries. What do you take from it?",
    {EVERYTHING: "whose orders, and how much", THE_SUM: "how much it comes to", NOTHING: "begin anew"},
    right={"after a crash": EVERYTHING},
    mistakes={THE_SUM: "blind", NOTHING: "anew"},
    inaction=NOTHING,
    answers={
        "book": Answer(Kind.BOOK, "Your memory is what it was at the last write: no order counts twice, none is lost."),
        "blind": Answer(Kind.WRONG, "Whose orders they were is forgotten: one that is sent again is booked again."),
        "anew": Answer(Kind.WRONG, "{written} entries are on the disk, and you know none of them."),
    },
    source=SOURCE,
)

PATIENCE = alarm(
    "ledger.patience",
    "Order {number} is out, copy {copy}. How long do you wait for its confirmation?",
    least=10 * MILLISECOND,
    most=10 * SECOND,
    book=lambda asked: asked.me.patience,
    early=lambda asked: asked.me.round_trip,
    late=lambda asked: 5 * asked.me.patience,
    mistakes=lambda asked: [20 * MILLISECOND, 10 * SECOND],
    answers={
        "book": Answer(Kind.BOOK, "Longer than a round trip; a keeper that is down needs some time to come back."),
        "near": Answer(Kind.FINE, "{answer}: longer than a round trip, and not for ever."),
        "early": Answer(
            Kind.COSTLY, "No confirmation of this copy can be back before {answer} are over: every order goes twice."
        ),
        "late": Answer(
            Kind.COSTLY, "{answer} of silence say no more than {book}, and after every loss your user waits so long."
        ),
    },
    source=CRASHES,
)

CHOICES: tuple[Choice, ...] = (ENTRY, LOG, RECOVER, PATIENCE)

# Machine


@dataclass
class Clerk(Machine):
    """Has its user's orders booked, one after another, and keeps them until they are confirmed."""

    keeper: str = parameter("keeper", "who has the books", kind="node")
    patience: int = parameter(200 * MILLISECOND, "the book's wait for a confirmation", kind="duration", low=1)
    round_trip: int = parameter(80 * MILLISECOND, "the shortest round trip", kind="duration", low=1)
    orders: list[int] = field(default_factory=list)
    confirmed: int = 0
    copy: int = 0
    balance: int = 0

    @property
    def waits(self) -> bool:
        """Is an order under way?"""
        return self.confirmed < len(self.orders)

    def on_request(self, ctx: Context, request: Order) -> None:
        idle = not self.waits
        self.orders.append(request.amount)
        ctx.save(("order", len(self.orders)), request.amount)
        if idle:
            self._next(ctx)

    def on_restart(self, ctx: Context) -> None:
        self.confirmed = ctx.stored.get("confirmed", 0)
        while ("order", len(self.orders) + 1) in ctx.stored:
            self.orders.append(ctx.stored["order", len(self.orders) + 1])
        self._next(ctx)

    def on_message(self, ctx: Context, source: str, message: Book | Booked) -> None:
        if isinstance(message, Booked) and self.waits and message.number == self.confirmed + 1:
            self.confirmed = message.number
            self.balance = message.balance
            ctx.save("confirmed", message.number)
            ctx.deliver(message.number)
            ctx.cancel_timer("silence")
            self._next(ctx)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self._ask(ctx)

    def _next(self, ctx: Context) -> None:
        self.copy = 0
        if self.waits:
            self._ask(ctx)

    def _ask(self, ctx: Context) -> None:
        self.copy += 1
        number = self.confirmed + 1
        ctx.send(self.keeper, Book(number, self.orders[self.confirmed]))
        ctx.set_timer("silence", ctx.choose(PATIENCE, number=number, copy=self.copy))

    def view(self) -> dict[str, str | int]:
        waiting = f"order {self.confirmed + 1}, copy {self.copy}" if self.waits else "none"
        return {"waiting for": waiting, "confirmed": f"{self.confirmed} of {len(self.orders)}", "balance": self.balance}

    def badge(self) -> str:
        return f"asks {self.confirmed + 1}" if self.waits else ""


@dataclass
class Keeper(Machine):
    """Keeps the books: every order once, in stable storage before it is confirmed."""

    balance: int = 0
    known: list[tuple[str, int]] = field(default_factory=list)
    """(whose, number) of the orders that it knows to be in the books."""
    written: int = 0
    """Entries on the disk; the next one gets this number."""
    repeats: int = 0

    def knows(self, source: str, number: int) -> bool:
        """Does it know this order to be in the books?"""
        return (source, number) in self.known

    def on_message(self, ctx: Context, source: str, message: Book | Booked) -> None:
        if not isinstance(message, Book):
            return
        number, amount = message.number, message.amount
        self.repeats += self.knows(source, number)
        what = ctx.choose(ENTRY, source=source, number=number, amount=amount)
        if what == BOOK:
            self._book(ctx, source, message)
        elif what == CONFIRM:
            ctx.send(source, Booked(number, self.balance))

    def _book(self, ctx: Context, source: str, order: Book) -> None:
        how = ctx.choose(LOG, source=source, number=order.number)
        self.balance += order.amount
        self.known.append((source, order.number))
        if how == WRITE_FIRST:
            self._write(ctx, source, order)
        ctx.send(source, Booked(order.number, self.balance))
        if how == ANSWER_FIRST:
            self._write(ctx, source, order)

    def _write(self, ctx: Context, source: str, order: Book) -> None:
        ctx.save(("entry", self.written), (source, order.number, order.amount))
        self.written += 1

    def on_restart(self, ctx: Context) -> None:
        books = entries_of(ctx.stored)
        self.written = len(books)
        what = ctx.choose(RECOVER, written=self.written)
        if what != NOTHING:
            self.balance = sum(amount for _, _, amount in books)
        if what == EVERYTHING:
            self.known = [(source, number) for source, number, _ in books]

    def view(self) -> dict[str, str | int]:
        return {"balance": self.balance, "entries on the disk": self.written, "orders known": len(self.known)}

    def badge(self) -> str:
        return f"{self.balance} coins"


def entries_of(stored: Mapping[Key, Any]) -> list[tuple[str, int, int]]:
    """(whose, number, amount) of every entry of the books in a keeper's stable storage, in their order."""
    found: list[tuple[str, int, int]] = []
    while ("entry", len(found)) in stored:
        found.append(stored["entry", len(found)])
    return found


# Laws


def _written(stored: Mapping[Key, Any], said: Book | Booked) -> bool:
    """A clerk has its order, a keeper an entry for what it confirms."""
    if isinstance(said, Book):
        return ("order", said.number) in stored
    return any(number == said.number for _, number, _ in entries_of(stored))


@dataclass
class Books:
    """What the disks hold, and what clerks were told."""

    entries: set[tuple[str, int]] = field(default_factory=set)
    """(whose, number) of what is in the books."""
    twice: bool = False
    sums: dict[str, int] = field(default_factory=dict)
    """What the books of every keeper come to."""
    false_sum: bool = False
    """Has a keeper told another?"""
    told: set[tuple[str, int]] = field(default_factory=set)
    """(who, number) of what clerks have told their users."""


def _watch(evidence: Evidence, entry: Entry) -> None:
    books = evidence.recall(Books)
    name = entry.node
    if evidence.machine(name, Clerk) is not None:
        if entry.kind == DELIVER:
            books.told.add((name, entry.detail))
    elif entry.kind == SAVE:
        source, number, amount = entry.detail[1]
        books.twice |= (source, number) in books.entries
        books.entries.add((source, number))
        books.sums[name] = books.sums.get(name, 0) + amount
    elif entry.kind == SEND:
        books.false_sum |= entry.detail.balance != books.sums.get(name, 0)


def _all_told_is_written(evidence: Evidence) -> bool:
    books = evidence.recall(Books)
    return books.told <= books.entries


WRITTEN = written_before_said((Book, Booked), _written)
ONCE = always("no order is booked twice", lambda evidence: not evidence.recall(Books).twice, watch=_watch)
TOLD = always("what a clerk was told is in the books", _all_told_is_written, watch=_watch)
SUM = always("a balance is what the books come to", lambda evidence: not evidence.recall(Books).false_sum, watch=_watch)
REPEATED = sometimes_one("an order comes again that is in the books", Keeper, lambda keeper: keeper.repeats > 0)
SERVED = everybody_gets(
    Clerk, lambda clerk: len(clerk.orders), lambda clerk: clerk.confirmed, name="every order is confirmed",
    assumes=("no_crash",),
)  # fmt: skip

LAWS = (WRITTEN, ONCE, TOLD, SUM, REPEATED, SERVED)

# Personas

PERSONAS = (
    Persona(
        "logs after answering", "confirms first and writes then", {LOG.name: lambda asked: ANSWER_FIRST}, WRITTEN.name
    ),
    Persona("never writes", "keeps the books in its head", {LOG.name: lambda asked: NEVER}, TOLD.name),
    Persona(
        "books every copy", "does not look whether it has an order", {ENTRY.name: lambda asked: BOOK}, ONCE.name
    ),
    Persona(
        "remembers the sum alone", "reads after a crash how much, and not whose", {RECOVER.name: lambda asked: THE_SUM},
        ONCE.name,
    ),
    Persona("begins anew", "reads nothing after a crash", {RECOVER.name: lambda asked: NOTHING}, SUM.name),
    Persona("in a hurry", "asks again before an answer can be back", {PATIENCE.name: lambda asked: 20 * MILLISECOND}),
)  # fmt: skip


def _normal(state: State) -> None:
    """Which copy it is, and how often an order came again: only whether it is the first tells anything."""
    for machine in state.machines:
        if isinstance(machine, Clerk):
            machine.copy = min(machine.copy, 1)
        elif isinstance(machine, Keeper):
            machine.repeats = min(machine.repeats, 1)


PROTOCOL = Protocol(
    name="ledger",
    title="Ledger",
    roles={"clerk": Clerk, "keeper": Keeper},
    messages=(Book, Booked),
    codec=codec_for(Book, Booked),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    requests={"order": Order},
    intervals=(Interval("waiting", "waits for a confirmation", lambda clerk: clerk.waits, roles=("clerk",)),),
    normal=_normal,
    admits=lambda cast: cast.points("keeper", "keeper"),
)


def _scenario(name: str, *happenings: Happening, orders: int = 1, network: DiceSpec | None = None) -> Scenario:
    """The clerk's orders come 10 ms apart."""
    wanted = (Request((1 + 10 * number) * MILLISECOND, "clerk", Order(5 + number)) for number in range(orders))
    return Scenario(
        name=name,
        protocols={"ledger": PROTOCOL},
        nodes=(NodeSpec("clerk", "ledger", "clerk"), NodeSpec("keeper", "ledger", "keeper")),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        happenings=(*wanted, *happenings),
        network=network,
        win=(PROTOCOL.goal("every order is confirmed"),),
        limit=10 * SECOND,
    )


PROTOCOL = PROTOCOL.with_scenarios(
    _scenario("one order"),
    _scenario("two orders, a confirmation is lost", Lose("keeper", "clerk", 1), orders=2),
    _scenario(
        "two orders, a crash between writing and confirming",
        Crash(2 * MILLISECOND, "keeper", back=300 * MILLISECOND, effects=1), orders=2,
    ),
    _scenario("two orders, the clerk crashes", Crash(60 * MILLISECOND, "clerk", back=50 * MILLISECOND), orders=2),
    _scenario(
        "five orders over a bad wire, two crashes",
        Crash(90 * MILLISECOND, "keeper", back=200 * MILLISECOND),
        Crash(700 * MILLISECOND, "clerk", back=200 * MILLISECOND), orders=5,
        network=DiceSpec(loss=0.2, duplicate=0.1, jitter=(0, 60 * MILLISECOND)),
    ),
)  # fmt: skip
