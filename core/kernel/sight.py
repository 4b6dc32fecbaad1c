"""Sight: the one filter between the truth and the screen. What a node knows, and nothing else.

A node knows its own entries: that it started, what it sent (leaving, never what became of it), what it received, its
timers, moves, requests, deliveries, saves, clock, connections, and its own crash and restart: the dead notice nothing,
but who sits there does. It does not know drops, other nodes' packets, deaths, cuts, or true time: times are readings of
its own clock, and entries are numbered anew, so that not even a gap in the numbers tells of what happened elsewhere.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import DOWNLINK, HOP, RECEIVE
from core.kernel.language import written
from core.kernel.laws import BoundLaw, Measure, Tally
from core.kernel.own import Own
from core.kernel.protocol import Protocol
from core.kernel.scenario import DRIFT, NETWORK, Par
from core.kernel.shown import DOWN, HIDDEN, Belief, Interval, Look, Span, Turn
from core.kernel.suspects import INSPECTOR
from core.kernel.time import LocalClock, show_duration
from core.kernel.trace import Entry
from core.kernel.world import World

OWN = frozenset(
    {
        kinds.START, kinds.SEND, kinds.RECEIVE, kinds.GARBLED, kinds.TIMER, kinds.MOVE, kinds.REQUEST, kinds.DELIVER,
        kinds.SAVE, kinds.CLOCK, kinds.OPEN, kinds.OPENED, kinds.CLOSE, kinds.CLOSED, kinds.CRASH, kinds.RESTART,
        kinds.KEEP, kinds.BET,
    }
)  # fmt: skip
"""What a node, or who sits there, knows of it."""

INWARD = frozenset(
    {
        kinds.RECEIVE, kinds.GARBLED, kinds.TIMER, kinds.REQUEST, kinds.DELIVER, kinds.OPENED, kinds.CLOSED,
        kinds.CRASH, kinds.RESTART,
    }
)  # fmt: skip
"""Of these, what happens to the node, rather than what it does."""
_WAVES = (kinds.WAVE, kinds.CALM)


@dataclass(frozen=True)
class Flight:
    """A packet on its way, for the picture.

    departed, arrival   the watcher's clock (µs); true time with everything in sight. In the fog `arrival` is when it
                        would arrive if nothing befell it: a lost packet looks like a delivered one.
    number              of the sending's entry, as `Sight.entries` numbers it.
    lost, why           known only with everything in sight. A lost packet's arrival is when it would have arrived.
    planned             when it arrives if nothing disturbs it.
    source, destination the ends of the leg it is on: with routers, of one hop.
    """

    number: int
    source: str
    destination: str
    message: Any
    departed: int
    arrival: int
    planned: int
    lost: bool = False
    why: str = ""


class _ClockBook:
    """A node's clock, followed through its trace: what it read at any past moment, taken in order."""

    def __init__(self, ahead: int, drift: int) -> None:
        self._clock = LocalClock(0, ahead, drift)
        self._slew_ends: int | None = None
        self._before: dict[int, int] = {}
        """By the number of a wave, what the drift was before it."""

    def read(self, true: int) -> int:
        """The reading at the true time `true`, which must not lie before an earlier call's."""
        if self._slew_ends is not None and true >= self._slew_ends:
            self._clock.slew(self._slew_ends, 0)
            self._slew_ends = None
        return self._clock.read(true)

    def adjusted(self, entry: Entry) -> None:
        """Follow a clock entry of this node."""
        self.read(entry.time)
        if entry.note == "stepped":
            self._clock.step(entry.time, entry.detail)
            return
        over = int(entry.note.split()[2])
        self._clock.slew(entry.time, entry.detail * 1_000_000 // over)
        self._slew_ends = self._clock.slew_ends = self._clock.true_at(self._clock.read(entry.time) + over)

    def waved(self, entry: Entry) -> None:
        """Follow a wave that changes this node's drift, or its end."""
        changed = dict(entry.detail[1]).get(DRIFT)
        if changed is None:
            return
        self.read(entry.time)
        if entry.kind == kinds.WAVE:
            self._before[entry.number] = self._clock.drift
        elif self._clock.drift != changed:
            return
        ends = self._clock.rush(entry.time, changed if entry.kind == kinds.WAVE else self._before[entry.cause])
        self._slew_ends = None if self._slew_ends is None else ends


class Sight:
    """What may be shown of a world to whoever sits at `node` ("network", "inspector" or "": everything; so with
    `everything`)."""

    def __init__(self, world: World, node: str, everything: bool = False) -> None:
        self._world = world
        self.node = node
        """Whose sight this is."""
        self.everything = everything or node in ("", NETWORK, INSPECTOR)
        """Is nothing hidden?"""
        self._entries: list[Entry] = []
        self._true: list[int] = []
        self._events: list[int] = []
        self._read = 0
        self._spans: list[Span] = []
        self._turns: list[Turn] = []
        self._open: dict[tuple[str, str], int] = {}
        self._changed = 0
        self._believed: list[Span] = []
        self._believes: dict[tuple[str, str], int] = {}
        self._heard = 0
        self._looks: dict[str, Look] = {}
        self._stale = set(world.nodes) if self.everything else {node}
        spec = None if self.everything else world.nodes[node].spec
        self._clock = _ClockBook(spec.clock, spec.drift) if spec else None
        self._own = None if self.everything else Own(self, world)

    # Goals and measures

    @property
    def pars(self) -> tuple[Par, ...]:
        """The pars of this world."""
        return self._world.scenario.par

    def measure(self, measure: Measure) -> int | None:
        """The measure as it stands; in the fog, the own part of it, None if nothing of it can be known."""
        if self._own is None:
            return self._world.measures()[measure.name]
        return self._own.measure(measure)

    def goals(self) -> list[tuple[BoundLaw, bool | None]]:
        """Every law of win with whether it is reached (always: unbroken); in the fog None for what cannot be known."""
        goals = self._world.goals()
        if self._own is None:
            return list(goals)
        return [(law, self._own.goal(law, stands)) for law, stands in goals]

    def tallies(self) -> list[Tally | None]:
        """How far each law of win is, in the order of `goals`; in the fog as far as the node can count it itself."""
        if self._own is None:
            return self._world.tallies()
        return [self._own.tally(law) for law, _ in self._world.goals()]

    # Entries

    def known(self, entry: Entry) -> bool:
        """May this (true) entry be shown?"""
        if self.everything:
            return True
        if entry.node != self.node or entry.kind not in OWN:
            return False
        # A clock that was made to jump from outside has no cause in the node: it does not notice.
        return entry.kind != kinds.CLOCK or entry.cause >= 0

    def _catch_up(self) -> None:
        for entry in self._world.trace.since(self._read):
            if self._clock is not None and entry.kind == kinds.CLOCK and entry.node == self.node:
                self._clock.adjusted(entry)
            elif self._clock is not None and entry.kind in _WAVES and entry.detail[0] == self.node:
                self._clock.waved(entry)
            if self.known(entry):
                self._take(entry)
                self._note_spans(entry)
            if self.everything or entry.node == self.node:
                self._stale.add(entry.node)
        self._read = len(self._world.trace)

    def _note_spans(self, entry: Entry) -> None:
        """Follow the intervals that this known entry, the last taken, opened and closed."""
        if entry.kind == kinds.CRASH:
            self._turn(entry.node, DOWN, True)
        elif entry.kind == kinds.RESTART:
            self._turn(entry.node, DOWN, False)
        if self._world.changes is None:
            return
        changes = self._world.changes.rows
        while self._changed < len(changes) and changes[self._changed].number <= entry.number:
            change = changes[self._changed]
            self._changed += 1
            if self.everything or change.node == self.node:
                self._turn(change.node, change.interval, change.opened)
        beliefs = self._world.changes.beliefs
        while self._heard < len(beliefs) and beliefs[self._heard].number <= entry.number:
            belief = beliefs[self._heard]
            self._heard += 1
            if belief.holder == self.node:
                self._believe(belief)

    def _believe(self, belief: Belief) -> None:
        """The own node takes another to be in an interval, or no more."""
        last = self._entries[-1]
        key = (belief.node, belief.interval.name)
        if belief.opened:
            self._believes[key] = len(self._believed)
            self._believed.append(Span(belief.node, belief.interval, last.time, None, last.number))
        elif key in self._believes:
            place = self._believes.pop(key)
            self._believed[place] = replace(self._believed[place], closed=last.time)

    def _turn(self, node: str, interval: Interval, opened: bool) -> None:
        last = self._entries[-1]
        key = (node, interval.name)
        self._turns.append(Turn(last.time, node, interval, opened))
        if opened:
            self._open[key] = len(self._spans)
            self._spans.append(Span(node, interval, last.time, None, last.number))
        elif key in self._open:
            place = self._open.pop(key)
            self._spans[place] = replace(self._spans[place], closed=last.time)

    def _take(self, entry: Entry) -> None:
        if not self._events or self._events[-1] != entry.event:
            self._events.append(entry.event)
        number = len(self._entries)
        self._true.append(entry.number)
        if self._clock is None:
            self._entries.append(entry)
            return
        _, time, node, kind, peer, detail, cause, answers, note, _ = entry
        self._entries.append(
            Entry(
                number, self._clock.read(time), node, kind, peer, detail, self._own_number(cause), answers,
                "" if kind == kinds.GARBLED else note, len(self._events),
            )
        )  # fmt: skip

    def _own_number(self, true: int) -> int:
        if true < 0:
            return -1
        place = bisect_left(self._true, true)
        return place if place < len(self._true) and self._true[place] == true else -1

    def entries(self, since: int = 0) -> Iterator[Entry]:
        """The known entries, as they may be shown, from the entry numbered `since` on.

        In the fog times are local, numbers and events count what is known only, and an unknown cause is -1.
        """
        self._catch_up()
        for place in range(since, len(self._entries)):
            yield self._entries[place]

    def __len__(self) -> int:
        """How many entries are known."""
        self._catch_up()
        return len(self._entries)

    def events(self) -> list[int]:
        """The true events of which something is known, in order. Never for the screen in the fog."""
        self._catch_up()
        return self._events.copy()

    # Now

    def clock(self) -> int:
        """The watcher's own clock (µs); true time with everything in sight."""
        if self.everything:
            return self._world.now
        return self._world.nodes[self.node].clock.read(self._world.now)

    def lasts(self, duration: int) -> int:
        """How long (true µs) so much of the watcher's own time lasts from now on, at the rate of its clock now."""
        if self.everything:
            return duration
        clock, now = self._world.nodes[self.node].clock, self._world.now
        return clock.true_at(clock.read(now) + duration) - now

    def view(self, node: str = "") -> dict[str, str | int]:
        """The own machine's view; with everything in sight, any node's. {} if it is down or may not be seen."""
        name = node or self.node
        if not self.everything and name != self.node:
            return {}
        found = self._world.nodes.get(name)
        return found.machine.view() if found is not None and found.up and found.machine is not None else {}

    def looks(self) -> Mapping[str, Look]:
        """Badge, shade and absence of every node of which they may be known, as they stand. Do not keep it.

        Made anew only for nodes to which something has happened since: a crowd may be looked at in every frame.
        """
        self._catch_up()
        for name in self._stale & self._world.nodes.keys():
            self._looks[name] = self._look(name)
        self._stale.clear()
        return self._looks

    def look(self, node: str) -> Look:
        """Badge, shade and absence of one node; HIDDEN where they may not be known."""
        return self.looks().get(node, HIDDEN)

    def _look(self, name: str) -> Look:
        node = self._world.nodes[name]
        if not node.up:
            return Look(absence=self._absence(name))
        return look_at(node.machine, node.protocol)

    def _absence(self, name: str) -> str:
        spec = self._world.nodes[name].spec
        if spec.router:
            return ""
        place = self._open.get((name, DOWN.name))
        if place is not None:
            return written("down since {time}", time=show_duration(self._spans[place].opened))
        starts = spec.starts if self._clock is None else LocalClock(0, spec.clock, spec.drift).read(spec.starts)
        return written("starts at {time}", time=show_duration(starts))

    def spans(self) -> list[Span]:
        """The known times of nodes in their room's intervals, and down, in the order in which they began."""
        self._catch_up()
        return self._spans.copy()

    def believed(self) -> list[Span]:
        """When the own node took whom to be in an interval, in the order in which it began to. [] for the network."""
        self._catch_up()
        return self._believed.copy()

    def turns(self, since: int = 0) -> list[Turn]:
        """When nodes came into these intervals and left them, in order, from the turn numbered `since` on."""
        self._catch_up()
        return self._turns[since:]

    def up(self, node: str) -> bool | None:
        """Is the node running? None: not to be known from here."""
        if self.everything or node == self.node:
            return self._world.nodes[node].up
        return None

    def inbox(self) -> list[tuple[str, Any]]:
        """What waits at the own node for its open question: (kind of event, message or timer's key)."""
        if self.everything and self.node not in self._world.nodes:
            return []
        waiting = self._world.nodes[self.node].inbox
        return [(kind, payload[1] if kind in (kinds.RECEIVE, kinds.GARBLED) else payload[0]) for kind, payload, *_ in
                waiting if payload]  # fmt: skip

    def flights(self) -> list[Flight]:
        """Packets on their way now, in the order of their departure."""
        return self._all_flights() if self.everything else self._own_flights()

    def _latency(self, here: str, there: str) -> int:
        """The undisturbed way's µs."""
        return self._world.latency(here, there) if there in self._world.nodes else 0

    def _longest(self) -> int:
        scenario = self._world.scenario
        delays = [link.latency for link in scenario.links.values()]
        if scenario.default_link is not None:
            delays.append(scenario.default_link.latency)
        return max(delays, default=0) * (len(scenario.nodes) if self._world.routed else 1)

    def _own_flights(self) -> list[Flight]:
        self._catch_up()
        now = self._world.now
        oldest = now - self._longest()
        found = []
        for place in range(len(self._entries) - 1, -1, -1):
            true = self._world.trace[self._true[place]]
            if true.time < oldest:
                break
            if true.kind != kinds.SEND:
                continue
            entry = self._entries[place]
            latency = self._latency(self.node, entry.peer)
            if true.time + latency > now:
                arrival = entry.time + latency
                found.append(Flight(place, self.node, entry.peer, entry.detail, entry.time, arrival, arrival))
        return found[::-1]

    def _all_flights(self) -> list[Flight]:
        world = self._world
        names = tuple(world.nodes)
        found = []
        for time, seq, kind, index, payload, cause in world.agenda:
            if kind not in (RECEIVE, DOWNLINK, HOP) or cause < 0:
                continue
            sending = world.trace[cause]
            message = payload[0].message if len(payload) == 1 else payload[1]
            leg = self._leg(sending)
            there = names[index]
            planned = leg.time + self._latency(leg.node, there)
            found.append(((leg.time, seq), Flight(cause, leg.node, there, message, leg.time, time, planned)))
        found += self._lost_flights()
        return [flight for _, flight in sorted(found, key=lambda pair: pair[0])]

    def _leg(self, sending: Entry) -> Entry:
        """The latest entry that put this packet on a link: its sending, or a router's forwarding."""
        if not self._world.routed:
            return sending
        latest = sending
        for entry in self._world.trace.since(sending.number + 1):
            if entry.kind == kinds.FORWARD and entry.cause == sending.number:
                latest = entry
        return latest

    def _lost_flights(self) -> list[tuple[tuple[int, int], Flight]]:
        world = self._world
        oldest = world.now - self._longest()
        found = []
        for number in range(len(world.trace) - 1, -1, -1):
            entry = world.trace[number]
            if entry.time < oldest:
                break
            if entry.kind != kinds.DROP or entry.cause < 0:
                continue
            leg = self._leg(world.trace[entry.cause])
            there = entry.peer if leg.kind == kinds.SEND and not world.routed else leg.peer
            arrival = leg.time + self._latency(leg.node, there)
            if arrival > world.now:
                flight = Flight(
                    entry.cause, leg.node, there, entry.detail, leg.time, arrival, arrival, True, entry.note
                )
                found.append(((leg.time, number), flight))
        return found


def look_at(machine: Any, protocol: Protocol | None) -> Look:
    """Badge and shade of a machine that is up."""
    if machine is None or protocol is None:
        return Look()
    shade = protocol.shade.value(machine) if protocol.shade is not None else None
    return Look(machine.badge(), shade)
