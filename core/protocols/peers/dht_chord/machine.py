"""A node of the ring: what it does upon every message, timer and request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.kernel.effects import Key
from core.kernel.protocol import Context
from core.protocols.peers.dht_chord import choices, upkeep
from core.protocols.peers.dht_chord.circle import ahead, finger_start, in_half_open, in_open, successor_of
from core.protocols.peers.dht_chord.lookup import Lookups
from core.protocols.peers.dht_chord.messages import (
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
    Notify,
    Ping,
    Pong,
    Put,
    Record,
    Store,
    Stored,
    Taken,
    Told,
)  # fmt: skip
from core.protocols.peers.dht_chord.tables import JOIN, NOBODY, Search


@dataclass
class Node(Lookups):
    """A node; its name is its identifier in decimal."""

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
        self.store = {key: f"v{key}" for key in sorted({key % self.size for key in self.holds}) if self.owns(key)}
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
            self.rhythm = ctx.choose(upkeep.PERIOD, why="two of them")
            ctx.set_timer("stabilise", self.rhythm)

    # Requests of the user

    def on_request(self, ctx: Context, request: Any) -> None:
        if isinstance(request, Lookup):
            self.begin_search(ctx, Search(request.key % self.size, "lookup", ctx.now))
        elif isinstance(request, Put):
            key = ctx.choose(choices.KEY_OF, record=request.name, number=request.number, putting=True)
            self.begin_search(ctx, Search(key, "put", ctx.now, value=request.value))
        elif isinstance(request, Get):
            key = ctx.choose(choices.KEY_OF, record=request.name, number=request.number, putting=False)
            self.begin_search(ctx, Search(key, "lookup", ctx.now))
        elif isinstance(request, Leave):
            self._leave(ctx)

    # Messages

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        self._heard(int(source))
        match message:
            case Find():
                if self.receipts:
                    ctx.send(source, Got(message.origin, message.number))
                self.route_find(ctx, message)
            case Found():
                self.hear_found(ctx, message)
            case Got(origin, number):
                waiting = self.pending.get((origin, number))
                if waiting is not None and waiting.target == int(source):
                    del self.pending[origin, number]
                    ctx.cancel_timer(("receipt", origin, number))
            case Ask():
                self.tell_next(ctx, source, message)
            case Told():
                self.hear_told(ctx, int(source), message)
            case Store(record, number):
                self.keep_record(record)
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
                self.successors = self.in_order(int(source), *self.successors)
                ctx.send(source, Inserted())
            case Inserted():
                self._card_done(ctx, upkeep.INSERT)
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
                self.begin_search(ctx, Search(self.asks[self.asked] % self.size, "lookup", ctx.now))
                self.asked += 1
                if self.asked < len(self.asks):
                    ctx.set_timer("ask", self.every)
            case ("caller", int(number)):
                self.hang_up(ctx, number)
            case ("receipt", int(origin), int(number)):
                self.no_receipt(ctx, (origin, number))
            case ("answer", int(number)):
                self.no_answer(ctx, number)
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
            if ctx.choose(upkeep.BURY, about=node, silent=silent) == "bury":
                self.bury(ctx, node)
        self.unanswered = [node for node in self.successors if node != self.id]
        for node in self.unanswered:
            ctx.send(str(node), Ping())
        if self.fixes and self.route == "fingers" and self.first is not None:
            self.fixing = self.fixing % self.bits + 1
            start = finger_start(self.id, self.fixing, self.bits)
            if not any(search.purpose == "finger" and search.entry == self.fixing for search in self.searches.values()):
                self.begin_search(ctx, Search(start, "finger", ctx.now, self.fixing))
        if missing and any(node in self.buried for node in missing):
            self.rhythm = ctx.choose(upkeep.PERIOD, why="after a death")
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

    def bury(self, ctx: Context, dead: int) -> None:
        """It is gone: out of the successor list; the next one becomes the successor and is told."""
        was_first = self.first == dead
        self.buried.add(dead)
        self.silences.pop(dead, None)
        self.successors = [node for node in self.successors if node != dead]
        ahead_of_me = [node for node in (*self.successors, *self.fingers) if node not in self.buried]
        if not was_first or not [node for node in ahead_of_me if node != self.id]:
            return
        new = int(ctx.choose(upkeep.REPAIR, dead=dead))
        beyond = [node for node in self.successors if in_open(node, new, self.id, self.size)]
        self.successors = [new, *beyond][: self.neighbours]
        if new == self.id:
            return
        ctx.send(str(new), Notify(self._dead_before(new)))
        if self.period and len(self.successors) < self.neighbours:
            self.second_from = int(ctx.choose(upkeep.ASK_SECOND))
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

    def _records(self, keys: list[int]) -> tuple[Record, ...]:
        return tuple(Record(key, self.store[key]) for key in keys)

    def _take_keys(self, ctx: Context, source: str, keys: Keys) -> None:
        for record in keys.records:
            self.store.setdefault(record.key, record.value)
        if keys.moved:
            ctx.send(source, Taken(tuple(record.key for record in keys.records)))
        if self.step != NOBODY and int(source) == self.place[1]:
            self._card_done(ctx, upkeep.NOTIFY if keys.moved else upkeep.COPY)

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

    def begin_join(self, ctx: Context, found: Found) -> None:
        before = found.owner if found.predecessor is None else found.predecessor
        if found.owner == self.id or self.joined:
            return
        self.place = (before, found.owner, found.successor)
        self.cards = ctx.choose(upkeep.JOIN_ORDER, predecessor=before, successor=found.owner)
        self.step = 0
        self._play_card(ctx)

    def _play_card(self, ctx: Context) -> None:
        """One pointer after another; each waits for the other side's word."""
        before, after, second = self.place
        while self.step < len(self.cards):
            card = self.cards[self.step]
            if card == upkeep.TAKE:
                self.predecessor = before
                self.successors = [after, second][: self.neighbours if second not in (self.id, after) else 1]
                self.fingers = [after] * self.bits if self.route == "fingers" else []
                self.step += 1
                continue
            if card == upkeep.COPY:
                ctx.send(str(after), Copy(before))
            elif card == upkeep.INSERT:
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
            self.successors = self.in_order(*(node for node in rest if node != source)) or [self.id]
        if source in self.fingers and self.first is not None:
            after = leaving.successors[0] if leaving.successors else self.first
            self.fingers = [after if node == source else node for node in self.fingers]
