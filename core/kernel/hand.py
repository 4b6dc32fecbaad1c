"""The network's hand: whoever sits in the network's chair sees every packet in flight and every running alarm, and may
take packets off their way, let them go, lose, copy and garble them, crash nodes, cut links and push clocks, within the
budget of the scenario's `Hand`.

All of it are moves that nobody asks for, made between two events and recorded as such at the node "network"; nothing
here knows of any protocol. A packet is called by its message's type and its ends, "Ping a -> b"; the second of that
name in the order of arrival is "Ping a -> b #2". What is held is called "Ping a -> b, held".

A packet that is let go of goes the rest of its way in the time that the rest takes, behind whatever has passed. What
was held for `Hand.hold` goes on by itself; what is held at the end of the run is lost. On a stream order is kept: what
comes behind a held message waits for it; it cannot be copied, garbled or lost, and is held for the stream's patience at
most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from core.kernel import trace as kinds
from core.kernel.agenda import DOWNLINK, HEAL, HOP, NOBODY, RECEIVE, RELEASE, Event
from core.kernel.chance import Chance
from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value, Verdict
from core.kernel.claims import Found
from core.kernel.course import Course
from core.kernel.datagrams import LOST_ON_THE_WAY, Datagrams
from core.kernel.desk import Desk
from core.kernel.domains import Duration, Fields, OneOf
from core.kernel.goals import Goals
from core.kernel.language import later, written
from core.kernel.links import Links
from core.kernel.network import Packet
from core.kernel.node import Outcome, Roster
from core.kernel.offers import Offers
from core.kernel.runner import Runner
from core.kernel.scenario import NETWORK, Hand
from core.kernel.seats import Pending
from core.kernel.streams import STREAM_PATIENCE, Streams

MOST_CUTS = 64
"""Links that are listed as candidates for a cut, where the scenario names none: any two nodes may be typed."""
COPY_BEHIND = 10
"""A copy follows at a tenth of the way's latency."""
FLIPPED = (77,)
"""Which bit flips in a garbled packet."""
_BEST_EFFORT = "RFC 791 §1.2"
_FAILURES = "Cristian 1991, Understanding Fault-Tolerant Distributed Systems"


def _options(asked: Asked) -> Sequence[Value]:
    options: Sequence[Value] = asked.options
    return options


def _pushes(asked: Asked) -> Sequence[Value]:
    return [(name, by) for name in asked.options for by in (asked.push, -asked.push)]


def _act(name: str, key: str, question: str, words: str, source: str, **more: Any) -> Choice:
    """One of the hand's moves. The book makes none of them."""
    return Choice(
        name=f"{NETWORK}.{name}",
        question=question,
        domain=more.pop("domain", OneOf(_options)),
        book=lambda asked: PASS,
        answers={"act": Answer(Kind.FINE, words)},
        judge=lambda asked, value: "act",
        candidates=more.pop("candidates", _options),
        cases=("the network's hand",),
        source=source,
        inaction=PASS,
        standing=True,
        key=key,
    )


LET_GO = _act("let_go", "l", "Let go of what?", "It flies on, behind whatever has passed.", _BEST_EFFORT)
TAKE = _act("take", "t", "Take what off its way?", "Taken: what comes behind it passes.", _BEST_EFFORT)
LOSE = _act("lose", "x", "Lose what?", "Best effort promises nothing: it never arrives.", _BEST_EFFORT)
COPY = _act("copy", "c", "Copy what?", "A copy follows: datagrams may come twice.", _BEST_EFFORT)
GARBLE = _act("garble", "g", "Garble what?", "A bit flips on the way.", _BEST_EFFORT)
CRASH = _act("crash", "k", "Crash which node?", "It stops; what it did not save is gone.", _FAILURES)
CUT = _act("cut", "d", "Cut which link?", "Nothing passes until it is whole again.", _FAILURES)
PUSH_CLOCK = _act(
    "push_clock", "p", "Push whose clock, and by how much?", "It is wrong now, and does not know it.", _FAILURES,
    domain=Fields((("node", OneOf(_options)), ("by", Duration(lambda asked: -asked.push, lambda asked: asked.push)))),
    candidates=_pushes,
)  # fmt: skip

OATH = later("no hand does it")
SWEAR = _act(
    "swear", "s", "Swear that no hand within this budget does it?",
    "Sworn: now everything is tried.", "Clarke, Emerson & Sifakis 2009",
)  # fmt: skip

MOVES = (LET_GO, TAKE, LOSE, COPY, GARBLE, CRASH, CUT, PUSH_CLOCK, SWEAR)
"""In the order in which they are put to seats: what is let go of was held for one event at least."""
MOVE_BY_NAME = {choice.name: choice for choice in MOVES}
_CARRIES = (RECEIVE, HOP, DOWNLINK)


def moves_of(hand: Hand, claims: bool = False) -> list[Choice]:
    """The moves that this hand may make at all; `claims`: may it swear, too?"""
    counts = {"take": hand.pockets, "let_go": hand.pockets, "swear": int(claims)}
    return [choice for choice in MOVES if counts.get(act := choice.name.partition(".")[2], getattr(hand, act, 0))]


class Tile(NamedTuple):
    """A packet in flight, or in the hand. `stream`: the one that it is on, "" for a datagram; `time`: when it comes to
    the end of the link that it is on (true µs), of what is held: when it would if it were let go of now."""

    name: str
    source: str
    destination: str
    message: Any
    stream: str
    time: int
    event: Event


Mirror: TypeAlias = Callable[[str, Value, Tile | None], None]
"""Called with an act's choice and value, before it is done, and with the packet that it is about."""


class Fuse(NamedTuple):
    """A running alarm: at which node, by what key, when it will ring (true µs)."""

    node: str
    key: Any
    rings: int


class Held(NamedTuple):
    """What is in a pocket: the event that was taken out of the agenda, the µs of its way that were left, the planned
    end of its holding (None: it may be held to the end)."""

    event: Event
    rest: int
    ends: Event | None


class Parts(NamedTuple):
    """The parts of a world that its hand works with."""

    course: Course
    roster: Roster
    links: Links
    chance: Chance
    desk: Desk
    datagrams: Datagrams
    streams: Streams
    runner: Runner
    goals: Goals
    offers: Offers


class NetworkHand:
    """The hand of one world: what it may still do, and what it holds."""

    __slots__ = (
        "_chance", "_course", "_datagrams", "_desk", "_goals", "_hand", "_linked", "_links", "_oath", "_offers",
        "_roster", "_runner", "_streams", "after", "held", "left", "mirror", "sworn",
    )  # fmt: skip

    def __init__(
        self, hand: Hand, linked: Iterable[tuple[str, str]], parts: Parts, oath: Callable[[], Found] | None = None
    ) -> None:
        """`linked`: the pairs of nodes that the scenario gives a link of their own; `oath`: what is so, if it may be
        sworn that this hand can do nothing."""
        self._oath = oath
        self.sworn: Found | None = None
        """What was found of what was sworn; None before."""
        self._hand = hand
        self._linked = tuple(linked)
        self._course, self._roster, self._links, self._chance = parts.course, parts.roster, parts.links, parts.chance
        self._desk, self._datagrams, self._streams = parts.desk, parts.datagrams, parts.streams
        self._runner, self._goals, self._offers = parts.runner, parts.goals, parts.offers
        self.left: dict[str, int | None] = {
            "take": hand.takes if hand.pockets else 0, "lose": hand.lose, "copy": hand.copy, "garble": hand.garble,
            "crash": hand.crash, "cut": hand.cut, "push_clock": hand.push_clock,
        }  # fmt: skip
        """How often each may still be done; None: any number of times. "acts": all of them together."""
        if oath is not None:
            self.left["swear"] = 1
        if hand.acts is not None:
            self.left["acts"] = hand.acts
            self._share_budget()
        self.held: tuple[Held, ...] = ()
        """What is in the pockets, in the order in which it was taken."""
        self.mirror: Mirror | None = None
        """Where the same is done to the second row of a fair trap, if there is one."""
        self.after = 0
        """After which event the moves were last put to a seat that takes its time."""

    def _share_budget(self) -> None:
        """Let nothing be left of any act of which all together allow no more."""
        most = self.left["acts"]
        assert most is not None
        for act, left in self.left.items():
            if act != "swear":
                self.left[act] = most if left is None else min(left, most)

    def fork(self, parts: Parts) -> NetworkHand:
        """The same, among the parts of a fork."""
        copy = NetworkHand(self._hand, self._linked, parts, self._oath)
        copy.sworn = self.sworn
        copy.left, copy.held, copy.after = self.left.copy(), self.held, self.after
        return copy

    # What is seen

    def tiles(self) -> list[Tile]:
        """Every packet in flight that may be touched, in the order of arrival."""
        return list(self._named(self._flying(), ""))

    def pockets(self) -> list[Tile]:
        """What is held, in the order in which it was taken."""
        now = self._course.now
        return list(self._named(((held.event, now + held.rest) for held in self.held), ", held"))

    def fuses(self) -> list[Fuse]:
        """Every running alarm, node by node."""
        now = self._course.now
        return [
            Fuse(node.name, key, max(now, node.clock.true_at(target)))
            for node in self._roster.nodes
            if node.up
            for key, (_, target, _) in node.timers.items()
        ]

    def key(self) -> tuple[Any, ...]:
        """All that the future depends on, but for what is held, relative to now."""
        now = self._course.now
        ends = [None if held.ends is None else held.ends[0] - now for held in self.held]
        return tuple(self.left.items()), ends

    def kept_back(self) -> list[tuple[int, Event]]:
        """What is held, and what waits behind it on streams: (µs until it would arrive, event)."""
        now = self._course.now
        waiting = [(max(0, event[0] - now), event) for event in self._streams.waiting()]
        return [*((held.rest, held.event) for held in self.held), *waiting]

    def _flying(self) -> Iterator[tuple[Event, int]]:
        for event in self._course.agenda:
            if event[2] in _CARRIES and event[5] >= 0:
                yield event, event[0]

    def _named(self, events: Iterable[tuple[Event, int]], mark: str) -> Iterator[Tile]:
        only = self._hand.only
        nodes = self._roster.nodes
        met: Counter[str] = Counter()
        for event, time in events:
            payload = event[4]
            if len(payload) == 1:
                packet: Packet = payload[0]
                source, destination, message, stream = packet.source, packet.destination, packet.message, ""
            else:
                source, message, stream = payload
                destination = nodes[event[3]].name
            if only and (source, destination) not in only:
                continue
            name = f"{type(message).__name__} {source} -> {destination}{mark}"
            met[name] += 1
            if met[name] > 1:
                name += f" #{met[name]}"
            yield Tile(name, source, destination, message, stream or "", time, event)

    # What may be done

    @property
    def _may(self) -> bool:
        """May anything be done yet?"""
        return self._course.now >= self._hand.since

    def offers(self) -> list[Asked]:
        """The moves that can be made now."""
        if self._goals.outcome is not None or self._desk.stopped or not self._may:
            return []
        return [asked for choice in MOVES if (asked := self._offer(choice)) is not None]

    def _offer(self, choice: Choice) -> Asked | None:
        act = choice.name.partition(".")[2]
        left = self.left.get(act, 0 if act == "swear" else None)
        options = () if left == 0 else tuple(self._options(act))
        if not options:
            return None
        subject = {"options": options, "left": left, "push": self._hand.push}
        asked = self._desk.asked(NETWORK, choice, None, subject, self._course.now)
        # What is in flight differs after every event: that is what dice for it depend on.
        asked.fixed = (self._chance.seed, NETWORK, choice.name, b"", self._course.count)
        return asked

    def _options(self, act: str) -> Iterator[Value]:
        if act == "swear":
            yield OATH
        elif act == "take":
            if len(self.held) < self._hand.pockets:
                yield from (tile.name for tile in self.tiles())
        elif act == "let_go":
            yield from (tile.name for tile in self.pockets())
        elif act in ("lose", "copy"):
            yield from (tile.name for tile in (*self.tiles(), *self.pockets()) if not tile.stream)
        elif act == "garble":
            yield from (tile.name for tile in self.tiles() if self._can_garble(tile))
        elif act == "crash":
            yield from (node.name for node in self._roster.nodes if node.up and node.runs)
        elif act == "push_clock":
            yield from (node.name for node in self._roster.nodes if node.runs)
        else:
            yield from self._cuttable()

    def _can_garble(self, tile: Tile) -> bool:
        """Is it on a link still, as bits that flip are noticed at the end of it?"""
        behind = tile.event[2] == RECEIVE and self._roster.nodes[tile.event[3]].spec.down is not None
        return not tile.stream and not behind

    def _cuttable(self) -> Iterator[str]:
        """Links one way, and both ways."""
        names = [node.name for node in self._roster.nodes if not node.spec.router]
        pairs = self._linked or [(a, b) for a in names for b in names if a != b][:MOST_CUTS]
        for a, b in pairs:
            yield f"{a} -> {b}"
        for a, b in pairs:
            if a < b and (b, a) in pairs:
                yield f"{a} <-> {b}"

    # Moves

    def move(self, name: str, value: Value) -> Verdict:
        """Make a move now; the verdict. Raises LookupError if it cannot be made now, ValueError in words if the value
        is not in its domain."""
        asked = self._desk.taken(self.offers(), name, value)
        verdict = self._desk.record(asked, value, "move", ())
        if self.mirror is not None:
            self.mirror(name, value, self._tile(value))
        self._course.count += 1
        self._do(asked.choice.name.partition(".")[2], value)
        if self._goals.active:
            self._goals.look()
        return verdict

    def _do(self, act: str, value: Value) -> None:
        left = self.left.get(act)
        if left is not None:
            self.left[act] = left - 1
        if act in self.left and act != "swear" and (most := self.left.get("acts")) is not None:
            self.left["acts"] = most - 1
            self._share_budget()
        tile = self._tile(value)
        note = partial(self._course.note, NETWORK, kinds.MOVE, (f"{NETWORK}.{act}", value))
        if tile is not None:
            note(cause=tile.event[5])
            {
                "take": self._take, "let_go": self._let_go, "lose": self._lose, "copy": self._copy,
                "garble": self._garble,
            }[act](tile)  # fmt: skip
        elif act == "swear":
            note()
            self._swear()
        elif act == "crash":
            self._runner.crash(self._roster.own_named(value), self._hand.back, note())
        elif act == "push_clock":
            node = self._roster.own_named(value[0])
            self._runner.step_clock(node, value[1], note())
            if node.offers:
                self._offers.put(node)
        else:
            self._cut(value, note())

    def _tile(self, name: Value) -> Tile | None:
        """The packet of this name; None if there is none, as what is done may be about something else."""
        return next((tile for tile in (*self.tiles(), *self.pockets()) if tile.name == name), None)

    def _take(self, tile: Tile) -> None:
        agenda, now = self._course.agenda, self._course.now
        event = tile.event
        agenda.take(event)
        hold = self._hand.hold
        if tile.stream:
            self._streams.hold(event)
            hold = STREAM_PATIENCE if hold is None else min(hold, STREAM_PATIENCE)
        ends = None
        if hold is not None:
            number = agenda.plan(now + hold, RELEASE, NOBODY, (), event[5])
            ends = (now + hold, number, RELEASE, NOBODY, (), event[5])
        self.held = (*self.held, Held(event, event[0] - now, ends))

    def _drop_from_hand(self, event: Event) -> Held | None:
        """What was held of this event, held no more."""
        for place, held in enumerate(self.held):
            if held.event is event:
                self.held = (*self.held[:place], *self.held[place + 1 :])
                return held
        return None

    def _let_go(self, tile: Tile) -> None:
        held = self._drop_from_hand(tile.event)
        assert held is not None
        if held.ends is not None:
            self._course.agenda.take(held.ends)
        self._fly_on(held)

    def release(self, number: int) -> None:
        """What was held for as long as may be goes on; `number` is that of the event that says so."""
        for held in self.held:
            if held.ends is not None and held.ends[1] == number:
                self._drop_from_hand(held.event)
                self._fly_on(held)
                return

    def _fly_on(self, held: Held) -> None:
        arrival = self._course.now + held.rest
        _, _, kind, index, payload, cause = held.event
        if len(payload) == 3 and payload[2] is not None:
            self._streams.let_go(held.event, arrival)
        else:
            self._course.agenda.plan(arrival, kind, index, payload, cause)

    def _lose(self, tile: Tile) -> None:
        held = self._drop_from_hand(tile.event)
        if held is None:
            self._course.agenda.take(tile.event)
        elif held.ends is not None:
            self._course.agenda.take(held.ends)
        self._drop(tile.event, LOST_ON_THE_WAY)

    def _drop(self, event: Event, why: str) -> None:
        payload = event[4]
        if len(payload) == 1:
            packet: Packet = payload[0]
            self._datagrams.drop(packet.source, packet.destination, packet.message, event[5], why)
        else:
            self._datagrams.drop(payload[0], self._roster.nodes[event[3]].name, payload[1], event[5], why)

    def _copy(self, tile: Tile) -> None:
        _, _, kind, index, payload, cause = tile.event
        behind = 0
        if any(tile.event is event for event, _ in self._flying()):
            behind = max(1, self._links.latency(tile.source, tile.destination) // COPY_BEHIND)
        self._course.agenda.plan(tile.time + behind, kind, index, payload, cause)

    def _garble(self, tile: Tile) -> None:
        time, _, kind, index, payload, cause = tile.event
        self._course.agenda.take(tile.event)
        packet = payload[0] if len(payload) == 1 else Packet(tile.source, tile.destination, tile.message, cause)
        packet = packet._replace(flips=FLIPPED)
        self._course.agenda.plan(time, HOP if kind == HOP else DOWNLINK, index, (packet,), cause)

    def _swear(self) -> None:
        assert self._oath is not None
        found = self.sworn = self._oath()
        if found.holds:
            words = written("sworn rightly: no hand does it, in any of {count} worlds", count=f"{found.tried:,}")
        elif found.answers is None:
            words = later("sworn blindly: nobody knows, for not all worlds could be tried")
        else:
            count = len(found.answers)
            words = (
                later("sworn falsely: 1 act does it")
                if count == 1
                else written("sworn falsely: {count} acts do it", count=count)
            )
        self._goals.outcome = Outcome(found.holds, words, self._course.now)

    def _cut(self, link: str, number: int) -> None:
        here, arrow, there = link.split()
        pairs = ((here, there), (there, here)) if arrow == "<->" else ((here, there),)
        self._links.cut(pairs)
        course = self._course
        course.note(NETWORK, kinds.CUT, pairs, cause=number)
        if self._hand.heals is not None:
            course.agenda.plan(course.now + self._hand.heals, HEAL, NOBODY, (pairs,), number)

    def end(self) -> None:
        """The run's time is up: what is held is lost."""
        for held in self.held:
            self._drop(held.event, later("held to the end"))
        self.held = ()

    # Put to a seat

    @property
    def waits(self) -> bool:
        """Did something happen since the moves were put to a seat, so that they may be put to it now?"""
        return self.after != self._course.count and bool(self.offers())

    def round(self) -> Generator[Asked, Value, None]:
        """Put every move that can be made now to the player's seat, once each: yields it, if that is one that answers
        later, and takes the answer; PASS declines. Raises ValueError in words for an answer out of the domain."""
        desk = self._desk
        self.after = self._course.count
        for choice in MOVES:
            asked = self._offer(choice)
            if asked is None or self._goals.outcome is not None or desk.stopped or not self._may:
                continue
            value: Value | Pending = (yield asked) if desk.player.waits else desk.player.answer(asked)
            if value is not PASS and not isinstance(value, Pending):
                self.move(choice.name, value)
                self.after = self._course.count
