"""The seam between a world and its transports: arrivals in, departures out, and the time of day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import trio

from core.kernel import trace as kinds
from core.kernel.protocol import Codec
from core.kernel.scenario import Arrival
from core.kernel.time import SECOND
from core.kernel.world import World

FOREVER = 1 << 62
"""µs that never come."""
AT_ONCE = 0.001
"""Seconds within which two clocks are read at one moment."""
MOST_READINGS = 100


class LiveError(Exception):
    """A transport cannot be had: why, in one sentence."""


class Departure(NamedTuple):
    """Something that leaves a world.

    what        "datagram" or "data" (`message` leaves), "open" (our node opens a stream), "close", "reset".
    source      our node; `to`: the node that stands for whoever it is meant for.
    connection  the stream's name, for all but datagrams.
    """

    what: str
    source: str
    to: str
    message: object = None
    connection: str = ""


class Port(Protocol):
    """One transport: the way in and out of some nodes outside."""

    nodes: tuple[str, ...]
    """The nodes for whose messages it is the way."""

    def depart(self, departure: Departure) -> None:
        """Send this now, or queue it; never waits."""

    async def run(self) -> None:
        """Let arrivals in, until cancelled; then `close` by itself."""

    def close(self) -> None:
        """Let go of what was bound when it was made: for a port that nobody lets run. Harmless twice."""


class Live:
    """A world that keeps the time of day, with its ports.

    Plain calls from one trio thread; `run` is the pump of its timers. World time is µs since the start of `run`.

    advance   lets the world run up to a time (a session does more than that).
    """

    def __init__(self, world: World, *, advance: Callable[[int], object] | None = None) -> None:
        if not world.scenario.live:
            raise ValueError("no node of this scenario is outside")
        self.world = world
        self.journal: list[Arrival] = []
        """Everything that came, in order."""
        self.ended: int | None = None
        """When the run was ended (µs); None if it ended by itself, or has not."""
        self.failed: LiveError | None = None
        """Why a port gave up, if one did: the run ends with that."""
        self._advance = advance or (lambda until: world.run(until=until))
        self._arrived: list[Callable[[Arrival], object]] = []
        self._leaving: list[Callable[[int], object]] = []
        self._ending: list[Callable[[int], object]] = []
        self._ports: dict[str, Port] = {}
        self._let_in: list[Callable[[], object]] = []
        self._told = 0
        self._opened = 0
        self._start: float | None = None
        self._napping: trio.CancelScope | None = None
        self._nap_until = 0
        self._waiters: list[tuple[Callable[[], bool], trio.Event]] = []
        self._outside = frozenset(node.name for node in world.scenario.nodes if node.outside)

    # Time

    def now(self) -> int:
        """µs since the start; 0 before it."""
        return 0 if self._start is None else int((trio.current_time() - self._start) * 1_000_000)

    @property
    def over(self) -> bool:
        """Has the run ended?"""
        return self.world.over

    def codec(self, node: str) -> Codec:
        """The codec of what this node says."""
        protocol = self.world.nodes[node].protocol
        assert protocol is not None
        return protocol.codec

    # In and out

    def attach(self, port: Port, let_in: Callable[[], object] | None = None) -> None:
        """Let `port` be the way out to its nodes. `let_in`, if it knows when a thing came, lets in what has come by
        now: the world does not run past that unheard."""
        if let_in is not None:
            self._let_in.append(let_in)
        for name in port.nodes:
            if name not in self._outside:
                raise ValueError(f"{name} is not outside")
            self._ports[name] = port

    def tap(
        self, arrived: Callable[[Arrival], object], leaving: Callable[[int], object], ending: Callable[[int], object]
    ) -> None:
        """Tell `arrived` of every arrival, before our node hears of it; `leaving` that something leaves, before it
        does, with the time (µs) up to which the world has run; `ending` of the time at which the run is ended by hand.
        """
        self._arrived.append(arrived)
        self._leaving.append(leaving)
        self._ending.append(ending)

    def catch_up(self) -> None:
        """Let the world run up to the present, and let out what leaves."""
        for let_in in self._let_in:
            let_in()
        if not self.world.over:
            self._advance(self.now())
        self.flush()

    def arrive(
        self, source: str, to: str, what: str, data: bytes = b"", connection: str = "", *, ago: float = 0.0
    ) -> str:
        """Something comes from outside, now, or came `ago` seconds before if the world has not run so far; the name of
        its stream. Nothing happens once the run is over.

        `what` is one of `core.kernel.scenario.ARRIVALS`; "open" makes a name for the stream.
        """
        if self.world.over:
            return connection
        if what == "open":
            self._opened += 1
            connection = f"{source}>{to}#{self._opened}"
        at = self._moment(ago)
        if at is None:
            return connection
        arrival = Arrival(at, source, to, what, data, connection)
        self.world.happen(arrival)
        self.journal.append(arrival)
        for arrived in self._arrived:
            arrived(arrival)
        self._advance(arrival.at)
        self.flush()
        self._rouse()
        return connection

    def _moment(self, ago: float = 0.0) -> int | None:
        """A free microsecond, the present one or that of `ago` seconds before if it is, with the world just before it;
        None if the run ended first."""
        wanted = self.now() - int(ago * SECOND)
        while True:
            at = self.world.moment(wanted)
            self._advance(at - 1)
            if self.world.over:
                return None
            if self.world.moment(at) == at:
                return at

    def flush(self) -> None:
        """Hand what left since the last time to the ports."""
        told = False
        for departure in self._departures():
            if not told:
                told = True
                for leaving in self._leaving:
                    leaving(self.world.now)
            try:
                self._ports[departure.to].depart(departure)
            except LiveError as error:
                self._fail(error)
        for waiter in [waiter for waiter in self._waiters if self.world.over or waiter[0]()]:
            self._waiters.remove(waiter)
            waiter[1].set()

    def _departures(self) -> Iterator[Departure]:
        for number, (_, node, kind, peer, detail, _, _, note, _) in self.world.trace.rows_since(self._told):
            self._told = number + 1
            if node not in self._ports:
                continue
            if kind == kinds.RECEIVE:
                yield Departure("data" if note else "datagram", peer, node, detail, note)
            elif kind == kinds.OPENED and not str(detail).startswith(f"{node}>"):
                yield Departure("open", peer, node, None, detail)
            elif kind == kinds.CLOSED:
                yield Departure("reset" if note else "close", peer, node, None, detail)

    # Running

    async def run(self, patience: float | None = None, began: float | None = None) -> None:
        """Start the clock; let timers ring and ports work until the run is over, or for `patience` seconds. Ends the
        run by itself in the latter case, and if a port fails: `failed` says why.

        began   the time of day (s since 1970) at which the world's time is 0; now, if None.
        """
        self._start = trio.current_time() if began is None else _current_time_at(began)
        self.catch_up()
        if self.world.over:
            self._close_ports()
            return
        async with trio.open_nursery() as nursery:
            for port in self._all_ports():
                nursery.start_soon(self._run_port, port)
            await self._start_nodes()
            with trio.move_on_after(float("inf") if patience is None else patience):
                while not self.world.over and self.failed is None:
                    await self._nap()
                    self.catch_up()
            self.end()
            nursery.cancel_scope.cancel()

    async def _start_nodes(self) -> None:
        """Start our nodes that are not to start before the run does: the time that they tell first is the present.

        Such a node `starts` at the scenario's limit or later, so that it never does by itself.
        """
        await trio.lowlevel.checkpoint()  # the ports come first: an answer must find somebody who looks at the clock
        outside = min(self._outside)
        for node in self.world.nodes.values():
            if not node.up and not node.spec.outside and node.spec.starts >= self.world.scenario.limit:
                self.arrive(outside, node.name, "start")

    async def _run_port(self, port: Port) -> None:
        try:
            await port.run()
        except* LiveError as group:  # a port may have tasks of its own
            self._fail(_first(group))

    def _fail(self, error: LiveError) -> None:
        self.failed = self.failed or error
        self._rouse()

    async def _nap(self) -> None:
        """Until the world's next event, or until somebody rouses the pump."""
        upcoming = self.world.next_time()
        self._nap_until = FOREVER if upcoming is None else upcoming
        with trio.CancelScope() as self._napping:
            await trio.sleep(max(0.0, (self._nap_until - self.now()) / SECOND))
        self._napping = None

    def _rouse(self) -> None:
        """Wake the pump, if there is now something to do before it would wake."""
        if self._napping is None:
            return
        upcoming = self.world.next_time()
        if self.world.over or self.failed is not None or (upcoming is not None and upcoming < self._nap_until):
            self._napping.cancel()

    def changed(self) -> None:
        """An answer was given: let out what leaves, and mind the timers that were set."""
        self.catch_up()
        self._rouse()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of the world, or until the run is over."""
        while not holds() and not self.world.over:
            event = trio.Event()
            self._waiters.append((holds, event))
            await event.wait()

    async def settled(self, node: str) -> None:
        """Wait until nobody is asked at this node, so that it has heard all that came."""
        await self.until(lambda: self.world.nodes[node].question is None)

    def _all_ports(self) -> list[Port]:
        return list(dict.fromkeys(self._ports.values()))

    def _close_ports(self) -> None:
        for port in self._all_ports():
            port.close()

    def end(self) -> None:
        """End the run now, if it has not ended: as a scenario's limit does. One that has not begun lets go of its
        ports. Harmless twice."""
        if self._start is None:
            self._close_ports()
        if self.ended is not None:
            return
        at = None if self.world.over else self._moment()
        if at is not None:
            self.world.end(at)
            self.ended = at
            for ending in self._ending:
                ending(at)
            self._advance(at)
        self.flush()
        self._rouse()


def _current_time_at(began: float) -> float:
    """What trio's clock showed at this time of day (s since 1970), if that is past; else now.

    The two clocks are read one right after the other: once more if somebody else had the processor in between.
    """
    for _ in range(MOST_READINGS):
        before, day, after = trio.current_time(), time.time(), trio.current_time()
        if after - before < AT_ONCE:
            break
    return after - max(0.0, day - began)


def _first(group: BaseExceptionGroup[LiveError]) -> LiveError:
    """One of the errors of a group."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
