"""A node of the ring: its tables, and what it does upon every message, timer and request."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from core.kernel.effects import Key
from core.kernel.protocol import Context, Machine
from core.kernel.time import MILLISECOND, SECOND, show_duration
from core.protocols.dht_chord import choices
from core.protocols.dht_chord.circle import ahead, finger_start, in_half_open, in_open, successor_of
from core.protocols.dht_chord.messages import (
    Answer,
    Ask,
    Copy,
    Find,
    Found,
    Get,
    Got,
    Insert,
    Inserted,
    Kept,
    Keys,
    Leave,
    Leaving,
    Lookup,
    Lost,
    Notify,
    Ping,
    Pong,
    Put,
    Record,
    Store,
    Stored,
    Taken,
    Told,
)

MOST_HOPS = 32
"""Messages after which a lookup that runs in circles is dropped."""
BESIDE = " / "
"""Between two values under one key."""
NOBODY = -1
JOIN = 0
"""The number of the lookup by which a node finds its place."""


@dataclass
class Search:
    """One lookup that this node has begun and not finished."""

    key: int
    purpose: str
    started: int
    entry: int = 0
    value: str = ""
    tries: int = 0
    hops: int = 0
    asked: tuple[int, ...] = ()
    learned: tuple[int, ...] = ()
    waiting: int = NOBODY
    since: int = 0


@dataclass
class Waiting:
    """A lookup handed on to `target`, whose receipt is not here yet."""

    find: Find
    target: int
    since: int


@dataclass
class Node(Machine):
    """A node; its name is its identifier in decimal."""

    bits: int = 6
    ring: tuple[int, ...] = ()
    peers: tuple[str, ...] = ()
    route: str = "fingers"
    style: str = "recursive"
    contact: int = NOBODY
    holds: tuple[int, ...] = ()
    asks: tuple[int, ...] = ()
    asks_after: int = SECOND
    every: int = 2 * SECOND
    caller: int = 5 * SECOND
    retries: int = 0
    receipts: bool = False
    patience: int = 300 * MILLISECOND
    round_trip: int = 80 * MILLISECOND
    period: int = 0
    misses: int = 2
    shortcuts: int = 2
    neighbours: int = 2
    fixes: bool = False

    predecessor: int | None = None
    successors: list[int] = field(default_factory=list)
    fingers: list[int] = field(default_factory=list)
    store: dict[int, str] = field(default_factory=dict)
    searches: dict[int, Search] = field(default_factory=dict)
    pending: dict[tuple[int, int], Waiting] = field(default_factory=dict)
    puts: dict[int, Record] = field(default_factory=dict)
    silences: dict[int, int] = field(default_factory=dict)
    unanswered: list[int] = field(default_factory=list)
    buried: set[int] = field(default_factory=set)
    second_from: int = NOBODY
    rhythm: int = 0
    number: int = 0
    asked: int = 0
    fixing: int = 0
    answers: list[Answer] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    joined: bool = False
    since: int = 0
    leaving: bool = False
    gone: bool = False
    step: int = NOBODY
    cards: tuple[str, ...] = ()
    place: tuple[int, int, int] = (NOBODY, NOBODY, NOBODY)
    """While joining: predecessor, successor and the successor's successor."""

    # What it knows

    @property
    def id(self) -> int:
        """Its identifier."""
        return int(self.name)

    @property
    def size(self) -> int:
        """How many identifiers the circle has: 2^m."""
        return 1 << self.bits

    @property
    def last(self) -> int:
        """The greatest identifier."""
        return self.size - 1

    @property
    def first(self) -> int | None:
        """Its immediate successor."""
        return self.successors[0] if self.successors else None

    @property
    def arc(self) -> str:
        """The keys it owns, in words."""
        return f"({'?' if self.predecessor is None else self.predecessor}, {self.id}]"

    def members(self) -> tuple[int, ...]:
        """Who is in the ring at the start, as far as this node was told."""
        return self.ring or tuple(sorted({self.id, *map(int, self.peers)}))

    def table(self) -> tuple[int, ...]:
        """Every other node in its tables, the buried too."""
        near = () if self.predecessor is None else (self.predecessor,)
        far = self.members() if self.route == "mesh" and self.joined else ()
        return tuple(sorted({*near, *self.successors, *self.fingers, *far, *self.buried} - {self.id}))

    def known(self) -> tuple[int, ...]:
        """Every other node in its tables that it has not buried."""
        return tuple(node for node in self.table() if node not in self.buried)

    def owns(self, key: int) -> bool:
        """Does the key lie in (predecessor, me]? A node that left owns nothing."""
        if self.gone or self.predecessor is None:
            return False
        return in_half_open(key, self.predecessor, self.id, self.size)

    def next_owns(self, key: int) -> bool:
        """Does the key lie in (me, successor]?"""
        return self.first is not None and in_half_open(key, self.id, self.first, self.size)

    # Start

    def on_start(self, ctx: Context) -> None:
        if self.contact != NOBODY:
            self._find_place(ctx)
        else:
            self._sit_in_ring(ctx)
        if self.asks:
            ctx.set_timer("ask", self.asks_after)

    def on_restart(self, ctx: Context) -> None:
        if self.contact == NOBODY:
            others = [node for node in self.members() if node != self.id]
            self.contact = successor_of(self.id, others, self.size) if others else NOBODY
        self.on_start(ctx)

    def _sit_in_ring(self, ctx: Context) -> None:
        ring = [*self.members()]
        others = [node for node in ring if node != self.id]
        order = sorted(others, key=lambda node: ahead(self.id, node, self.size))
        self.joined = True
        self.predecessor = order[-1] if order else self.id
        self.successors = order[: self.neighbours] or [self.id]
        self.store = {
            key: f"v{key}" for key in sorted({key % self.size for key in self.holds}) if self.owns(key)
        }
        if self.route in ("fingers", "shortcuts"):
            # Every node at a moment of its own, within the first ms: nobody's table waits for somebody else's question.
            ctx.set_timer("table", ring.index(self.id) * self.bits if self.id in ring else 0)
        self._begin_rounds(ctx)

    def _fill_table(self, ctx: Context) -> None:
        """One entry of the finger table, or all shortcuts at once."""
        if self.route == "shortcuts":
            self.fingers = [int(name) for name in ctx.choose(choices.SHORTCUTS)]
            return
        entry = len(self.fingers) + 1
        start = finger_start(self.id, entry, self.bits)
        self.fingers.append(int(ctx.choose(choices.FINGER, entry=entry, start=start)))
        if entry < self.bits:
            ctx.set_timer("table", 1)

    def _begin_rounds(self, ctx: Context) -> None:
        if self.period:
            self.rhythm = ctx.choose(choices.PERIOD, why="two of them")
            ctx.set_timer("stabilise", self.rhythm)

    # Requests of the user

    def on_request(self, ctx: Context, request: Any) -> None:
        if isinstance(request, Lookup):
            self._begin(ctx, Search(request.key % self.size, "lookup", ctx.now))
        elif isinstance(request, Put):
            key = ctx.choose(choices.KEY_OF, record=request.name, number=request.number, putting=True)
            self._begin(ctx, Search(key, "put", ctx.now, value=request.value))
        elif isinstance(request, Get):
            key = ctx.choose(choices.KEY_OF, record=request.name, number=request.number, putting=False)
            self._begin(ctx, Search(key, "lookup", ctx.now))
        elif isinstance(request, Leave):
            self._leave(ctx)

    def _begin(self, ctx: Context, search: Search) -> None:
        self.number += 1
        self.searches[self.number] = search
        if search.purpose != "finger":
            ctx.set_timer(("caller", self.number), self.caller)
        self._look(ctx, self.number)

    def _look(self, ctx: Context, number: int) -> None:
        search = self.searches[number]
        if self.style == "iterative":
            self._ask_next(ctx, number)
        else:
            self._route(ctx, Find(search.key, self.id, number, 0))

    # Recursive: from node to node

    def _route(self, ctx: Context, find: Find) -> None:
        """Mine: answer the origin. Else one node further. A node that knows nobody is where lookups end."""
        if self.first is None:
            return
        target = self._decide(ctx, find.key)
        if target == self.id:
            self._answer(ctx, find)
        elif find.hops < MOST_HOPS:
            self._hand_on(ctx, replace(find, hops=find.hops + 1), target)

    def _decide(self, ctx: Context, key: int) -> int:
        choice = choices.PASS_ON if self.route == "successors" else choices.NEXT_HOP
        return int(ctx.choose(choice, key=key))

    def _answer(self, ctx: Context, find: Find) -> None:
        found = Found(
            find.key, find.number, find.hops, self.id, self.predecessor, self.successors[0], self.store.get(find.key)
        )
        if find.origin == self.id:
            self._found(ctx, found)
        else:
            ctx.send(str(find.origin), found)

    def _hand_on(self, ctx: Context, find: Find, target: int) -> None:
        ctx.send(str(target), find)
        if self.receipts:
            self.pending[find.origin, find.number] = Waiting(find, target, ctx.now)
            self._wait(ctx, ("receipt", find.origin, find.number), target)

    def _wait(self, ctx: Context, key: Key, about: int) -> None:
        patience = ctx.choose(choices.PATIENCE, about=about, silent=self.silences.get(about, 0))
        ctx.set_timer(key, patience)

    def _no_receipt(self, ctx: Context, key: tuple[int, int]) -> None:
        waiting = self.pending[key]
        if self._silence(ctx, ("receipt", *key), waiting.find.key, waiting.target, waiting.since):
            del self.pending[key]
            self._bury(ctx, waiting.target)
            self._route(ctx, waiting.find)

    def _silence(self, ctx: Context, timer: Key, key: int, about: int, since: int) -> bool:
        """Nothing came from `about`: is it to be buried? Otherwise it is pinged or waited for."""
        self.silences[about] = silent = self.silences.get(about, 0) + 1
        waited = show_duration(ctx.now - since)
        what = ctx.choose(choices.SILENCE, key=key, about=about, silent=silent, waited=waited)
        if what == "without":
            return True
        if what == "ping":
            ctx.send(str(about), Ping())
        self._wait(ctx, timer, about)
        return False

    # Iterative: the asker keeps the lookup in its own hands

    def _ask_next(self, ctx: Context, number: int) -> None:
        search = self.searches[number]
        if self.first is None:
            return
        if len(search.asked) >= MOST_HOPS:
            self._hang_up(ctx, number)
            return
        target = int(
            ctx.choose(
                choices.ASK_NEXT,
                key=search.key,
                hops=search.hops,
                asked=search.asked,
                learned=search.learned,
            )
        )
        if target == self.id:
            self._believe(ctx, number, self.id, self.store.get(search.key))
        else:
            search.hops += 1
            search.asked = (*search.asked, target)
            search.waiting = target
            search.since = ctx.now
            ctx.send(str(target), Ask(search.key, number))
            self._wait(ctx, ("answer", number), target)

    def _believe(self, ctx: Context, number: int, owner: int, value: str | None) -> None:
        search = self.searches[number]
        ctx.cancel_timer(("answer", number))
        self._found(ctx, Found(search.key, number, search.hops, owner, None, owner, value))

    def _told(self, ctx: Context, source: int, told: Told) -> None:
        search = self.searches.get(told.number)
        if search is None or search.waiting != source or search.key != told.key:
            return
        search.waiting = NOBODY
        ctx.cancel_timer(("answer", told.number))
        search.learned = tuple(sorted({*search.learned, *told.nodes, source} - {self.id}))
        if told.mine:
            known = {"key": search.key, "claimer": source, "learned": search.learned}
            if ctx.choose(choices.BELIEVE, **known) == "believe":
                self._believe(ctx, told.number, source, told.value)
                return
        self._ask_next(ctx, told.number)

    def _tell(self, ctx: Context, source: str, ask: Ask) -> None:
        if self.first is None:
            return
        target = self._decide(ctx, ask.key)
        if target == self.id:
            ctx.send(source, Told(ask.key, ask.number, True, (), self.store.get(ask.key)))
        else:
            further = [node for node in self.successors if node != target]
            ctx.send(source, Told(ask.key, ask.number, False, (target, *further), None))

    def _no_answer(self, ctx: Context, number: int) -> None:
        search = self.searches[number]
        if self._silence(ctx, ("answer", number), search.key, search.waiting, search.since):
            dead, search.waiting = search.waiting, NOBODY
            self._bury(ctx, dead)
            self._ask_next(ctx, number)

    # The end of a lookup

    def _found(self, ctx: Context, found: Found) -> None:
        search = self.searches.get(found.number)
        if search is None or search.key != found.key:
            return
        del self.searches[found.number]
        ctx.cancel_timer(("caller", found.number))
        if search.purpose == "join":
            self._begin_join(ctx, found)
        elif search.purpose == "finger":
            if search.entry <= len(self.fingers):
                self.fingers[search.entry - 1] = found.owner
        elif search.purpose == "put":
            self._put(ctx, found.number, Record(found.key, search.value), found.owner)
        else:
            answer = Answer(found.key, found.owner, found.hops, search.started, found.value)
            self.answers.append(answer)
            ctx.deliver(answer)

    def _put(self, ctx: Context, number: int, record: Record, owner: int) -> None:
        if owner == self.id:
            self._keep(record)
            ctx.deliver(Kept(record.key, owner, record.value))
        else:
            self.puts[number] = record
            ctx.send(str(owner), Store(record, number))

    def _keep(self, record: Record) -> None:
        """Two names may share a key: both values stay."""
        old = self.store.get(record.key)
        values = old.split(BESIDE) if old else []
        self.store[record.key] = BESIDE.join([*values, *([] if record.value in values else [record.value])])

    def _hang_up(self, ctx: Context, number: int) -> None:
        """The caller's patience is at its end: once more, or lost."""
        search = self.searches[number]
        ctx.cancel_timer(("answer", number))
        if search.purpose == "join" or search.tries < self.retries:
            search.tries += 1
            search.asked, search.waiting = (), NOBODY
            ctx.set_timer(("caller", number), self.caller)
            if search.purpose == "join":
                ctx.send(str(self.contact), Find(self.id, self.id, JOIN, 1))
            else:
                self._look(ctx, number)
            return
        del self.searches[number]
        ctx.cancel_timer(("caller", number))
        self.lost.append(search.key)
        ctx.deliver(Lost(search.key))

    # Messages

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        self._heard(int(source))
        match message:
            case Find():
                if self.receipts:
                    ctx.send(source, Got(message.origin, message.number))
                self._route(ctx, message)
            case Found():
                self._found(ctx, message)
            case Got(origin, number):
                waiting = self.pending.get((origin, number))
                if waiting is not None and waiting.target == int(source):
                    del self.pending[origin, number]
                    ctx.cancel_timer(("receipt", origin, number))
            case Ask():
                self._tell(ctx, source, message)
            case Told():
                self._told(ctx, int(source), message)
            case Store(record, number):
                self._keep(record)
                ctx.send(source, Stored(record.key, number))
            case Stored(key, number):
                put = self.puts.pop(number, None)
                if put is not None:
                    ctx.deliver(Kept(key, int(source), put.value))
            case Ping():
                if self.first is not None and not self.gone:
                    ctx.send(source, Pong(self.predecessor, tuple(self.successors)))
            case Pong():
                self._pong(ctx, int(source), message)
            case Notify(dead):
                self._notified(ctx, int(source), dead)
            case Copy(after):
                wanted = [key for key in sorted(self.store) if in_half_open(key, after, int(source), self.size)]
                ctx.send(source, Keys(self._records(wanted), False))
            case Insert():
                self.successors = self._in_order(int(source), *self.successors)
                ctx.send(source, Inserted())
            case Inserted():
                self._card_done(ctx, choices.INSERT)
            case Keys():
                self._take_keys(ctx, source, message)
            case Taken(keys):
                self._taken(ctx, keys)
            case Leaving():
                self._left(int(source), message)

    def _heard(self, source: int) -> None:
        """Whoever speaks lives, and comes back to where it belongs."""
        self.silences.pop(source, None)
        if source in self.buried:
            self.buried.discard(source)
            if self.first is not None and in_open(source, self.id, self.first, self.size):
                self.successors = [source, *self.successors][: self.neighbours]

    def on_timer(self, ctx: Context, key: Key) -> None:
        match key:
            case "ask":
                self._begin(ctx, Search(self.asks[self.asked] % self.size, "lookup", ctx.now))
                self.asked += 1
                if self.asked < len(self.asks):
                    ctx.set_timer("ask", self.every)
            case ("caller", int(number)):
                self._hang_up(ctx, number)
            case ("receipt", int(origin), int(number)):
                self._no_receipt(ctx, (origin, number))
            case ("answer", int(number)):
                self._no_answer(ctx, number)
            case "table":
                self._fill_table(ctx)
            case "stabilise":
                self._stabilise(ctx)
            case "join":
                self._play_card(ctx)

    # Stabilise: pings, notify, repair

    def _stabilise(self, ctx: Context) -> None:
        if self.gone:
            return
        missing = [node for node in self.successors if node in self.unanswered]
        for node in missing:
            self.silences[node] = silent = self.silences.get(node, 0) + 1
            if ctx.choose(choices.BURY, about=node, silent=silent) == "bury":
                self._bury(ctx, node)
        self.unanswered = [node for node in self.successors if node != self.id]
        for node in self.unanswered:
            ctx.send(str(node), Ping())
        if self.fixes and self.route == "fingers" and self.first is not None:
            self.fixing = self.fixing % self.bits + 1
            start = finger_start(self.id, self.fixing, self.bits)
            if not any(search.purpose == "finger" and search.entry == self.fixing for search in self.searches.values()):
                self._begin(ctx, Search(start, "finger", ctx.now, self.fixing))
        if missing and any(node in self.buried for node in missing):
            self.rhythm = ctx.choose(choices.PERIOD, why="after a death")
        ctx.set_timer("stabilise", self.rhythm)

    def _pong(self, ctx: Context, source: int, pong: Pong) -> None:
        if source in self.unanswered:
            self.unanswered.remove(source)
        for waiting in [waiting for waiting in self.pending.values() if waiting.target == source]:
            ctx.send(str(source), waiting.find)
        for number, search in self.searches.items():
            if search.waiting == source and self.style == "iterative":
                ctx.send(str(source), Ask(search.key, number))
        if source == self.second_from:
            self.second_from = NOBODY
            self._second(source, pong)
        elif source == self.first and not self.gone:
            between = pong.predecessor
            if between is not None and between not in self.buried and in_open(between, self.id, source, self.size):
                self.successors = [between, source][: self.neighbours]
                if self.step != NOBODY:  # somebody joined here a moment before me
                    self.place = (self.place[0], between, source)
                ctx.send(str(between), Notify(()))
            else:
                self._second(source, pong)
                if between is not None and between in self.buried and in_open(between, self.id, source, self.size):
                    ctx.send(str(between), Ping())  # who is buried and still has a neighbour may be alive
                if between != self.id:
                    ctx.send(str(source), Notify(self._dead_before(source)))

    def _second(self, source: int, pong: Pong) -> None:
        """Its immediate successor is my second one."""
        seconds = [node for node in pong.successors if node not in self.buried and node != self.first]
        if seconds and self.successors and seconds[0] != self.id and self.neighbours > 1:
            self.successors = [self.successors[0], seconds[0]]

    def _dead_before(self, node: int) -> tuple[int, ...]:
        return tuple(sorted(dead for dead in self.buried if in_open(dead, self.id, node, self.size)))

    def _bury(self, ctx: Context, dead: int) -> None:
        """It is gone: out of the successor list; the next one becomes the successor and is told."""
        was_first = self.first == dead
        self.buried.add(dead)
        self.silences.pop(dead, None)
        self.successors = [node for node in self.successors if node != dead]
        ahead_of_me = [node for node in (*self.successors, *self.fingers) if node not in self.buried]
        if not was_first or not [node for node in ahead_of_me if node != self.id]:
            return
        new = int(ctx.choose(choices.REPAIR, dead=dead))
        beyond = [node for node in self.successors if in_open(node, new, self.id, self.size)]
        self.successors = [new, *beyond][: self.neighbours]
        if new == self.id:
            return
        ctx.send(str(new), Notify(self._dead_before(new)))
        if self.period and len(self.successors) < self.neighbours:
            self.second_from = int(ctx.choose(choices.ASK_SECOND))
            ctx.send(str(self.second_from), Ping())

    def _notified(self, ctx: Context, source: int, dead: tuple[int, ...]) -> None:
        old = self.predecessor
        if old == self.id and self.first == self.id:
            self.successors = [source]
        if old is None or old == source or old in dead or in_open(source, old, self.id, self.size):
            if old is not None and old in dead:
                self.buried.add(old)
            self.predecessor = source
            foreign = [key for key in sorted(self.store) if not self.owns(key)]
            ctx.send(str(source), Keys(self._records(foreign), True))
        elif self.successors and not self.gone:
            ctx.send(str(source), Pong(old, tuple(self.successors)))  # somebody stands between us

    def _in_order(self, *nodes: int) -> list[int]:
        """The nearest of these nodes ahead of me, each once: as many as a successor list has."""
        order = sorted({*nodes} - {self.id}, key=lambda node: ahead(self.id, node, self.size))
        return order[: self.neighbours]

    def _records(self, keys: list[int]) -> tuple[Record, ...]:
        return tuple(Record(key, self.store[key]) for key in keys)

    def _take_keys(self, ctx: Context, source: str, keys: Keys) -> None:
        for record in keys.records:
            self.store.setdefault(record.key, record.value)
        if keys.moved:
            ctx.send(source, Taken(tuple(record.key for record in keys.records)))
        if self.step != NOBODY and int(source) == self.place[1]:
            self._card_done(ctx, choices.NOTIFY if keys.moved else choices.COPY)

    def _taken(self, ctx: Context, keys: tuple[int, ...]) -> None:
        for key in keys:
            if self.leaving or not self.owns(key):
                self.store.pop(key, None)
        if self.leaving and not self.gone:
            self.gone = True
            notice = Leaving(self.predecessor, tuple(self.successors))
            for node in sorted({self.predecessor, self.first} - {None, self.id}, key=str):
                ctx.send(str(node), notice)

    # Joining and leaving

    def _find_place(self, ctx: Context) -> None:
        self.searches[JOIN] = Search(self.id, "join", ctx.now)
        ctx.send(str(self.contact), Find(self.id, self.id, JOIN, 1))
        ctx.set_timer(("caller", JOIN), self.caller)

    def _begin_join(self, ctx: Context, found: Found) -> None:
        before = found.owner if found.predecessor is None else found.predecessor
        if found.owner == self.id or self.joined:
            return
        self.place = (before, found.owner, found.successor)
        self.cards = ctx.choose(choices.JOIN_ORDER, predecessor=before, successor=found.owner)
        self.step = 0
        self._play_card(ctx)

    def _play_card(self, ctx: Context) -> None:
        """One pointer after another; each waits for the other side's word."""
        before, after, second = self.place
        while self.step < len(self.cards):
            card = self.cards[self.step]
            if card == choices.TAKE:
                self.predecessor = before
                self.successors = [after, second][: self.neighbours if second not in (self.id, after) else 1]
                self.fingers = [after] * self.bits if self.route == "fingers" else []
                self.step += 1
                continue
            if card == choices.COPY:
                ctx.send(str(after), Copy(before))
            elif card == choices.INSERT:
                ctx.send(str(before), Insert())
            else:
                ctx.send(str(after), Notify(()))
            ctx.set_timer("join", self.patience * 4)
            return
        ctx.cancel_timer("join")
        self.step = NOBODY
        self.joined = True
        self.since = ctx.now
        self._begin_rounds(ctx)

    def _card_done(self, ctx: Context, card: str) -> None:
        if self.step != NOBODY and self.cards[self.step] == card:
            self.step += 1
            self._play_card(ctx)

    def _leave(self, ctx: Context) -> None:
        if self.joined and not self.leaving and self.first not in (None, self.id):
            self.leaving = True
            ctx.send(str(self.first), Keys(self._records(sorted(self.store)), True))

    def _left(self, source: int, leaving: Leaving) -> None:
        if self.predecessor == source and leaving.predecessor is not None:
            self.predecessor = leaving.predecessor
        if source in self.successors:
            rest = [*self.successors, *leaving.successors]
            self.successors = self._in_order(*(node for node in rest if node != source)) or [self.id]
        if source in self.fingers and self.first is not None:
            after = leaving.successors[0] if leaving.successors else self.first
            self.fingers = [after if node == source else node for node in self.fingers]

    # What a person reads

    def view(self) -> dict[str, str | int]:
        before = "?" if self.predecessor is None else self.predecessor
        shown: dict[str, str | int] = {
            "you are": self.id,
            "your keys": self.arc,
            "predecessor": before,
            "successors": ", ".join(map(str, self.successors)) or "none",
        }
        if self.fingers:
            shown["fingers" if self.route == "fingers" else "shortcuts"] = " ".join(map(str, self.fingers))
        if self.store:
            shown["holds keys"] = " ".join(map(str, sorted(self.store)))
        if self.silences:
            shown["silent"] = ", ".join(f"{node} ({count}x)" for node, count in sorted(self.silences.items()))
        if self.buried:
            shown["buried"] = ", ".join(map(str, sorted(self.buried)))
        if self.searches:
            shown["looking for"] = ", ".join(str(search.key) for search in self.searches.values())
        shown["answered"] = len(self.answers)
        if self.lost:
            shown["callers lost"] = len(self.lost)
        return shown


__all__ = ["MOST_HOPS", "NOBODY", "Node", "Search", "Waiting"]
