"""Lookups: handed on from node to node, or carried from node to node by the asker."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.kernel.effects import Key
from core.kernel.protocol import Context
from core.kernel.time import show_duration
from core.protocols.peers.dht_chord import choices, upkeep
from core.protocols.peers.dht_chord.messages import Answer, Ask, Find, Found, Kept, Lost, Ping, Record, Store, Told
from core.protocols.peers.dht_chord.tables import BESIDE, JOIN, MOST_HOPS, NOBODY, Search, Tables, Waiting


@dataclass
class Lookups(Tables):
    """A node as far as lookups go. What it does about the dead and about joining is the whole node's."""

    def bury(self, ctx: Context, dead: int) -> None:
        """A silent node is given up."""
        raise NotImplementedError

    def begin_join(self, ctx: Context, found: Found) -> None:
        """The lookup of this node's own place has come back."""
        raise NotImplementedError

    def begin_search(self, ctx: Context, search: Search) -> None:
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
            self.route_find(ctx, Find(search.key, self.id, number, 0))

    # Recursive: from node to node

    def route_find(self, ctx: Context, find: Find) -> None:
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
            self.hear_found(ctx, found)
        else:
            ctx.send(str(find.origin), found)

    def _hand_on(self, ctx: Context, find: Find, target: int) -> None:
        ctx.send(str(target), find)
        if self.receipts:
            self.pending[find.origin, find.number] = Waiting(find, target, ctx.now)
            self._wait(ctx, ("receipt", find.origin, find.number), target)

    def _wait(self, ctx: Context, key: Key, about: int) -> None:
        patience = ctx.choose(upkeep.PATIENCE, about=about, silent=self.silences.get(about, 0))
        ctx.set_timer(key, patience)

    def no_receipt(self, ctx: Context, key: tuple[int, int]) -> None:
        waiting = self.pending[key]
        if self._silence(ctx, ("receipt", *key), waiting.find.key, waiting.target, waiting.since):
            del self.pending[key]
            self.bury(ctx, waiting.target)
            self.route_find(ctx, waiting.find)

    def _silence(self, ctx: Context, timer: Key, key: int, about: int, since: int) -> bool:
        """Nothing came from `about`: is it to be buried? Otherwise it is pinged or waited for."""
        self.silences[about] = silent = self.silences.get(about, 0) + 1
        waited = show_duration(ctx.now - since)
        what = ctx.choose(upkeep.SILENCE, key=key, about=about, silent=silent, waited=waited)
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
            self.hang_up(ctx, number)
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
        self.hear_found(ctx, Found(search.key, number, search.hops, owner, None, owner, value))

    def hear_told(self, ctx: Context, source: int, told: Told) -> None:
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

    def tell_next(self, ctx: Context, source: str, ask: Ask) -> None:
        if self.first is None:
            return
        target = self._decide(ctx, ask.key)
        if target == self.id:
            ctx.send(source, Told(ask.key, ask.number, True, (), self.store.get(ask.key)))
        else:
            further = [node for node in self.successors if node != target]
            ctx.send(source, Told(ask.key, ask.number, False, (target, *further), None))

    def no_answer(self, ctx: Context, number: int) -> None:
        search = self.searches[number]
        if self._silence(ctx, ("answer", number), search.key, search.waiting, search.since):
            dead, search.waiting = search.waiting, NOBODY
            self.bury(ctx, dead)
            self._ask_next(ctx, number)

    # The end of a lookup

    def hear_found(self, ctx: Context, found: Found) -> None:
        search = self.searches.get(found.number)
        if search is None or search.key != found.key:
            return
        del self.searches[found.number]
        ctx.cancel_timer(("caller", found.number))
        if search.purpose == "join":
            self.begin_join(ctx, found)
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
            self.keep_record(record)
            ctx.deliver(Kept(record.key, owner, record.value))
        else:
            self.puts[number] = record
            ctx.send(str(owner), Store(record, number))

    def keep_record(self, record: Record) -> None:
        """Two names may share a key: both values stay."""
        old = self.store.get(record.key)
        values = old.split(BESIDE) if old else []
        self.store[record.key] = BESIDE.join([*values, *([] if record.value in values else [record.value])])

    def hang_up(self, ctx: Context, number: int) -> None:
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
