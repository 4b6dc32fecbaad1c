"""Rooms on plain sockets of loopback: whoever speaks their bytes is answered, and the run replays without a socket."""

import errno
import socket
import struct
import sys
from dataclasses import dataclass, field

import pytest
import trio
import trio.testing

from core.kernel.protocol import Context, Envelope, Machine, Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import SECOND
from core.kernel.world import World, replayed
from core.live import Live, LiveError, sockets
from core.live.sockets import StreamPort, UdpPort
from core.live.swarm import SwarmPort
from core.protocols.peers import bittorrent
from core.protocols.premise import echo
from core.record import with_journal
from tests.patience import ENOUGH

WHO = Envelope("a", "b", 0, 0)
PING = echo.PROTOCOL.codec.encode


def live_scenario(protocol, inside, names, role="server", **parameters):
    nodes = (
        NodeSpec(inside, protocol.name, role, parameters),
        *(NodeSpec(name, protocol.name, outside=True) for name in names),
    )
    return Scenario(
        "live/test", {protocol.name: protocol}, nodes, default_link=LinkSpec(latency=0), limit=3600 * SECOND
    )


def same_again(live):
    """Does the run replay in a simulator, entry for entry?"""
    scenario = with_journal(live.world.scenario, live.journal, live.ended)
    return replayed(scenario, live.world.answers).trace_sha256() == live.world.trace_sha256()


class Running:
    """A live world in the background of a test."""

    def __init__(self, live):
        self.live = live

    async def __aenter__(self):
        self._manager = trio.open_nursery()
        self._nursery = await self._manager.__aenter__()
        self._nursery.start_soon(self.live.run, ENOUGH)
        await trio.testing.wait_all_tasks_blocked()
        return self.live

    async def __aexit__(self, *error):
        self.live.end()
        self._nursery.cancel_scope.cancel()
        await self._manager.__aexit__(*error)


# Datagrams


async def asked(port, *numbers):
    """What a client on a real socket hears from the echo server."""
    heard = []
    with trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        await client.connect(("127.0.0.1", port))
        for number in numbers:
            await client.send(PING(echo.Ping(number), WHO))
            with trio.fail_after(ENOUGH):
                heard.append(echo.PROTOCOL.codec.decode(await client.recv(100), WHO))
    return heard


async def test_a_datagram_room_answers_real_sockets_and_replays():
    live = Live(World(live_scenario(echo.PROTOCOL, "server", ["one", "two"])))
    port = UdpPort(live, "server", ["one", "two"])
    async with Running(live):
        assert await asked(port.address[1], 7, 8) == [echo.Pong(7), echo.Pong(8)]
        assert await asked(port.address[1], 9) == [echo.Pong(9)]
        assert await asked(port.address[1], 1) == [echo.Pong(1)]  # a third caller takes over the first one's place
    assert [arrival.source for arrival in live.journal] == ["one", "one", "two", "one"]
    assert live.world.nodes["server"].machine.answered == 4
    assert same_again(live)


async def test_what_is_no_message_reaches_the_machine_as_garbled_and_hurts_nobody():
    live = Live(World(live_scenario(echo.PROTOCOL, "server", ["one", "two"])))
    port = UdpPort(live, "server", ["one", "two"])
    async with Running(live):
        with trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            await client.sendto(b"\xff" * 40, ("127.0.0.1", port.address[1]))
            await client.sendto(b"", ("127.0.0.1", port.address[1]))
            assert await asked(port.address[1], 7) == [echo.Pong(7)]
    assert [entry.kind for entry in live.world.trace if entry.node == "server"].count("garbled") == 2
    assert same_again(live)


async def test_our_client_asks_a_real_server_and_times_out_as_in_the_simulator():
    scenario = live_scenario(echo.PROTOCOL, "client", ["server"], "client", count=2, patience=50_000)
    with trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        await server.bind(("127.0.0.1", 0))
        live = Live(World(scenario))
        UdpPort(live, "client", ["server"], peers={"server": server.getsockname()})
        async with Running(live):
            with trio.fail_after(ENOUGH):
                await server.recvfrom(100)  # ignored: so it asks again
                number = 0
                while len(live.world.nodes["client"].machine.heard) < 2:
                    data, where = await server.recvfrom(100)
                    ping = echo.PROTOCOL.codec.decode(data, WHO)
                    assert ping.number in (number, number + 1)  # it asks again where we are late, and never ahead
                    number = ping.number
                    await server.sendto(PING(echo.Pong(number), WHO), where)
                    await trio.testing.wait_all_tasks_blocked()
                assert number == 2
    assert live.world.nodes["client"].machine.heard == [1, 2]
    assert same_again(live)


async def test_a_stranger_is_not_taken_for_the_server_that_we_asked():
    scenario = live_scenario(echo.PROTOCOL, "client", ["server"], "client", count=1, patience=50_000)
    kind = socket.AF_INET, socket.SOCK_DGRAM
    with trio.socket.socket(*kind) as server, trio.socket.socket(*kind) as stranger:
        await server.bind(("127.0.0.1", 0))
        live = Live(World(scenario))
        port = UdpPort(live, "client", ["server"], peers={"server": server.getsockname()})
        async with Running(live):
            with trio.fail_after(ENOUGH):
                await server.recvfrom(100)
                await stranger.sendto(PING(echo.Pong(1), WHO), port.address)
                _, where = await server.recvfrom(100)  # nobody has answered: it asks again, and asks the same one
                assert live.world.nodes["client"].machine.heard == []
                await server.sendto(PING(echo.Pong(1), WHO), where)
                await live.until(lambda: live.world.nodes["client"].machine.heard == [1])
        assert port.unheard == 1
    assert same_again(live)


async def test_a_port_in_use_is_one_sentence():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        live = Live(World(live_scenario(echo.PROTOCOL, "server", ["one"])))
        with pytest.raises(LiveError, match=r"^UDP port \d+ of 127\.0\.0\.1 cannot be had: address already in use$"):
            UdpPort(live, "server", ["one"], port=taken.getsockname()[1])


def every_port():
    """One of each kind, with no port named, and the addresses at which they take what comes."""
    udp = Live(World(live_scenario(echo.PROTOCOL, "server", ["one"])))
    tcp = Live(World(live_scenario(SHOUT, "server", ["one"])))
    file = {"file": "x", "pieces": 1, "piece_length": 16384}
    nodes = (
        NodeSpec("tracker", "bittorrent", "tracker", file),
        *(NodeSpec(name, "bittorrent", "peer", {**file, "tracker": "tracker", "seed": True}) for name in ("a", "b")),
        NodeSpec("client", "bittorrent", outside=True),
    )
    protocols = {"bittorrent": bittorrent.PROTOCOL}
    torrent = Live(World(Scenario("live/swarm", protocols, nodes, default_link=LinkSpec(latency=0), limit=SECOND)))
    swarm = SwarmPort(torrent, ["a", "b"], ["client"], tracker="tracker")
    datagrams, stream = UdpPort(udp, "server", ["one"]), StreamPort(tcp, "server", ["one"], decoder=Framed)
    return [(udp, datagrams), (tcp, stream), (torrent, swarm)], [
        (socket.SOCK_DGRAM, datagrams.address),
        *((socket.SOCK_STREAM, where) for where in (stream.address, swarm.address, *swarm.addresses.values())),
    ]


async def test_no_port_is_fixed_two_of_every_kind_stand_side_by_side():
    first, second = every_port(), every_port()
    addresses = [*first[1], *second[1]]
    assert len(addresses) == 10
    assert len(set(addresses)) == 10
    assert all(port > 1023 for _, (_, port) in addresses)
    async with trio.open_nursery() as nursery:
        for live, _ in (*first[0], *second[0]):
            nursery.start_soon(live.run, 0)  # which closes what is open


@pytest.mark.parametrize("how", ["never begun", "begun when it is over"])
async def test_a_run_that_does_not_begin_lets_go_of_its_ports(how):
    """Whoever leaves a level at once: its ports are bound, and nobody has let them run."""
    ports, addresses = every_port()
    for live, _ in ports:
        if how == "never begun":
            live.end()
            live.end()
        else:
            live.world.end(1)
            live.world.run()
            await live.run()
    for kind, (host, port) in addresses:
        with socket.socket(socket.AF_INET, kind) as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((host, port))


def test_a_swarm_of_which_one_port_cannot_be_had_lets_go_of_the_others(monkeypatch):
    made = []

    def bound(kind, port=0):
        if len(made) == 2:  # the tracker's, and one peer's
            raise LiveError("no more")
        made.append(real(kind, port))
        return made[-1]

    real = sockets.bound
    monkeypatch.setattr(sockets, "bound", bound)
    monkeypatch.setattr("core.live.swarm.bound", bound)
    with pytest.raises(LiveError, match="no more"):
        every_port()
    assert [one.fileno() for one in made] == [-1, -1]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere loopback has one address only")
async def test_nobody_but_who_asks_for_this_very_loopback_address_is_heard():
    """127.0.0.2 is this machine too: who listens everywhere is found there, and from other machines."""
    ports, addresses = every_port()
    async with trio.open_nursery() as nursery:
        for live, _ in ports:
            nursery.start_soon(live.run, ENOUGH)
        await trio.testing.wait_all_tasks_blocked()
        for kind, (host, port) in addresses:
            assert host == "127.0.0.1"
            for there in ("127.0.0.1", "127.0.0.2"):
                with trio.fail_after(ENOUGH), trio.socket.socket(socket.AF_INET, kind) as client:
                    heard = True
                    try:
                        await client.connect((there, port))
                        if kind == socket.SOCK_DGRAM:
                            await client.send(PING(echo.Ping(1), WHO))
                            await client.recv(100)
                    except ConnectionRefusedError:
                        heard = False
                assert heard == (there == host), (kind, there, port)
        for live, _ in ports:
            live.end()


# Streams: a room made for this test, of lines with a length before them


@dataclass(frozen=True)
class Line:
    """Say this."""

    text: str


@dataclass
class Shouter(Machine):
    """Says everything again, louder; ends after `last` lines; "wait" is answered a while later."""

    last: int = 99
    said: int = 0
    garbled: int = 0
    ended: list[str] = field(default_factory=list)

    def on_message(self, ctx: Context, source: str, message: Line) -> None:
        assert ctx.connection is not None
        if message.text == "wait":
            ctx.set_timer(("later", ctx.connection), 30_000)
            return
        self.said += 1
        ctx.send_on(ctx.connection, Line(message.text.upper()))
        if self.said == self.last:
            ctx.close(ctx.connection)

    def on_timer(self, ctx: Context, key: tuple[str, str]) -> None:
        ctx.send_on(key[1], Line("WAITED"))

    def on_garbled(self, ctx: Context, source: str, data: bytes) -> None:
        self.garbled += 1
        if ctx.connection:
            ctx.send_on(ctx.connection, Line("WHAT?"))

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        self.ended.append("reset" if reset else "close")


@dataclass
class Caller(Machine):
    """Opens a stream, says one line, closes when it is answered."""

    server: str = "server"
    heard: list[str] = field(default_factory=list)

    def on_start(self, ctx: Context) -> None:
        ctx.open(self.server)

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        ctx.send_on(connection, Line("hello"))

    def on_message(self, ctx: Context, source: str, message: Line) -> None:
        self.heard.append(message.text)
        assert ctx.connection is not None
        ctx.close(ctx.connection)

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        self.heard.append("reset" if reset else "closed")


class Framed:
    """Finds frames: a length of four bytes, then the line."""

    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        found = []
        while len(self.buffer) >= 4:
            size = struct.unpack(">I", self.buffer[:4])[0]
            if size > 1000:
                error = ValueError("too long")
                error.decoded = tuple(found)
                raise error
            if len(self.buffer) < 4 + size:
                break
            found.append(Line(self.buffer[4 : 4 + size].decode()))
            self.buffer = self.buffer[4 + size :]
        return found


class FramedCodec:
    """One frame."""

    def encode(self, message, envelope):
        text = message.text.encode()
        return struct.pack(">I", len(text)) + text

    def decode(self, data, envelope):
        found = Framed().feed(data)
        if len(found) != 1:
            raise ValueError("not one line")
        return found[0]

    def spans(self, data):
        return []


SHOUT = Protocol("shout", "Shout", {"server": Shouter, "client": Caller}, (Line,), FramedCodec(), service="stream")


def frame(text):
    return struct.pack(">I", len(text)) + text.encode()


async def read_all(stream):
    data = b""
    with trio.fail_after(ENOUGH):
        while more := await stream.receive_some():
            data += more
    return data


def streams(names=("one", "two"), half_open=False, **parameters):
    live = Live(World(live_scenario(SHOUT, "server", names, **parameters)))
    return live, StreamPort(live, "server", names, decoder=Framed, half_open=half_open)


async def test_a_stream_room_finds_its_messages_however_they_are_cut():
    live, port = streams()
    async with Running(live):
        stream = await trio.open_tcp_stream(*port.address)
        for byte in frame("one") + frame("two"):
            await stream.send_all(bytes([byte]))
        await stream.send_eof()  # a half-close: what was asked before it is still answered
        assert await read_all(stream) == frame("ONE") + frame("TWO")
        await stream.aclose()
    assert live.world.nodes["server"].machine.ended == ["close"]
    assert [arrival.what for arrival in live.journal] == ["open", "data", "data", "close"]
    assert same_again(live)


async def test_our_end_comes_after_all_that_was_said():
    live, port = streams(last=1)
    async with Running(live), await trio.open_tcp_stream(*port.address) as stream:
        await stream.send_all(frame("x" * 900))
        assert await read_all(stream) == frame("X" * 900)
    assert same_again(live)


async def test_garbage_is_answered_then_reset_and_the_neighbour_goes_on():
    live, port = streams()
    async with Running(live):
        neighbour = await trio.open_tcp_stream(*port.address)
        await neighbour.send_all(frame("wait"))
        async with await trio.open_tcp_stream(*port.address) as stream:
            await stream.send_all(frame("fine") + b"\xff\xff\xff\xff rubbish")
            with pytest.raises(trio.BrokenResourceError):
                await read_all(stream)
        with trio.fail_after(ENOUGH):
            assert await neighbour.receive_some() == frame("WAITED")
        await neighbour.aclose()
    machine = live.world.nodes["server"].machine
    assert machine.garbled == 1
    assert machine.said == 1
    assert same_again(live)


async def test_a_reset_from_outside_is_one_inside():
    live, port = streams()
    async with Running(live):
        stream = await trio.open_tcp_stream(*port.address)
        await stream.send_all(frame("hello"))
        with trio.fail_after(ENOUGH):
            await stream.receive_some()
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await stream.aclose()
            while not live.world.nodes["server"].machine.ended:
                await trio.testing.wait_all_tasks_blocked()
    assert live.world.nodes["server"].machine.ended == ["reset"]
    assert same_again(live)


async def test_a_reset_from_outside_hurts_no_neighbour():
    """Neither one at another node nor one at the same."""

    async def reset_one():
        stream = await trio.open_tcp_stream(*port.address)
        await stream.send_all(frame("hello") + frame("half of it")[:6])
        with trio.fail_after(ENOUGH):
            await stream.receive_some()
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await stream.aclose()
        with trio.fail_after(ENOUGH):
            await live.until(lambda: live.journal[-1].what == "reset")
        return live.journal[-1].source

    live, port = streams()
    async with Running(live):
        neighbour = await trio.open_tcp_stream(*port.address)
        await neighbour.send_all(frame("wait"))
        assert await reset_one() == "two"
        async with await trio.open_tcp_stream(*port.address):
            await trio.testing.wait_all_tasks_blocked(0.01)
            assert await reset_one() == "one"
            assert live.journal[0].source == "one"
            with trio.fail_after(ENOUGH):
                assert await neighbour.receive_some() == frame("WAITED")
                await neighbour.send_all(frame("still here"))
                assert await neighbour.receive_some() == frame("STILL HERE")
        await neighbour.aclose()
    assert live.world.nodes["server"].machine.ended[:2] == ["reset", "reset"]
    assert same_again(live)


async def test_who_half_closes_and_then_resets_is_gone_for_our_node():
    live, port = streams(half_open=True)
    async with Running(live):
        stream = await trio.open_tcp_stream(*port.address)
        await stream.send_all(frame("hello"))
        await stream.send_eof()
        with trio.fail_after(ENOUGH):
            await stream.receive_some()
            await live.until(lambda: live.journal[-1].what == "end")
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await stream.aclose()
            live.arrive(live.journal[-1].source, "server", "reset", connection=live.journal[-1].connection)
    assert live.world.nodes["server"].machine.ended == ["close", "reset"]
    assert not live.world.connections
    assert same_again(live)


async def test_who_waits_for_our_end_in_vain_is_reset(monkeypatch):
    monkeypatch.setattr(sockets, "HALF_OPEN", 0.05)
    live, port = streams(half_open=True)
    async with Running(live), await trio.open_tcp_stream(*port.address) as stream:
        await stream.send_eof()
        with trio.fail_after(ENOUGH), pytest.raises(trio.BrokenResourceError):
            await stream.receive_some()
    assert live.world.nodes["server"].machine.ended == ["close", "reset"]
    assert same_again(live)


class FailsAtFirst:
    """A socket whose `accept` and `recvfrom` fail twice, as where no descriptor is left, before they work."""

    def __init__(self, real):
        self._real = real
        self.failures = 0

    def __getattr__(self, name):
        return getattr(self._real, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._real.close()

    def _fail(self):
        if self.failures < 2:
            self.failures += 1
            raise OSError(errno.EMFILE, "Too many open files")

    async def accept(self):
        await trio.lowlevel.checkpoint()
        self._fail()
        return await self._real.accept()

    async def recvmsg(self, *sizes):
        await trio.lowlevel.checkpoint()
        self._fail()
        return await self._real.recvmsg(*sizes)


class RefusedAtFirst:
    """A datagram socket that hears twice that an earlier datagram found nobody there."""

    def __init__(self, real):
        self.real = real
        self.failures = 0

    def recvmsg(self, *sizes):
        if self.failures < 2:
            self.failures += 1
            raise ConnectionRefusedError
        return self.real.recvmsg(*sizes)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.real.close()

    def __getattr__(self, name):
        return getattr(self.real, name)


async def test_a_call_that_fails_once_ends_no_port(monkeypatch):
    real, made = trio.socket.from_stdlib_socket, []

    def from_stdlib_socket(plain):
        made.append(FailsAtFirst(real(plain)))
        return made[-1]

    live, port = streams()
    monkeypatch.setattr(trio.socket, "from_stdlib_socket", from_stdlib_socket)
    async with Running(live):
        assert await asked_again(port) == frame("FINE")
    live = Live(World(live_scenario(echo.PROTOCOL, "server", ["one"])))
    port = UdpPort(live, "server", ["one"])
    port.socket = refused = RefusedAtFirst(port.socket)
    async with Running(live):
        assert await asked(port.address[1], 7) == [echo.Pong(7)]
    assert [one.failures for one in (*made, refused)] == [2, 2]


async def test_no_more_than_so_many_connections_at_once(monkeypatch):
    monkeypatch.setattr(sockets, "MOST_LINES", 3)
    live, port = streams()
    async with Running(live):
        lines = [await trio.open_tcp_stream(*port.address) for _ in range(3)]
        await trio.testing.wait_all_tasks_blocked(0.01)
        with pytest.raises((OSError, trio.BrokenResourceError)):  # reset, early or late
            await asked_again(port)
        await lines[0].send_all(frame("still here"))
        with trio.fail_after(ENOUGH):
            assert await lines[0].receive_some() == frame("STILL HERE")
        await lines.pop().aclose()
        with trio.fail_after(ENOUGH):
            await live.until(lambda: bool(live.world.nodes["server"].machine.ended))
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert await asked_again(port) == frame("FINE")
        for line in lines:
            await line.aclose()
    assert same_again(live)


async def test_who_takes_nothing_of_what_we_say_is_reset_and_not_listened_to(monkeypatch):
    monkeypatch.setattr(sockets, "STALLED", 0.3)
    monkeypatch.setattr(sockets, "MOST_WAITING", 50_000)
    live, port = streams(last=1 << 30)
    async with Running(live), await trio.open_tcp_stream(*port.address) as stream:
        machine = live.world.nodes["server"].machine
        with trio.fail_after(ENOUGH), pytest.raises(trio.BrokenResourceError):
            await stream.send_all(frame("x" * 1000) * 20_000)
        with trio.fail_after(ENOUGH):
            await live.until(lambda: bool(machine.ended))
        assert await asked_again(port) == frame("FINE")
    assert machine.ended[0] == "reset"


async def asked_again(port):
    async with await trio.open_tcp_stream(*port.address) as stream:
        await stream.send_all(frame("fine"))
        with trio.fail_after(ENOUGH):
            return await stream.receive_some()


async def test_our_node_opens_a_stream_to_a_real_server():
    heard = []

    async def serve(stream):
        heard.append(await stream.receive_some())
        await stream.send_all(frame("well heard"))
        heard.append(await stream.receive_some())

    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(trio.serve_tcp, serve, 0)
        where = ("127.0.0.1", listeners[0].socket.getsockname()[1])
        live = Live(World(live_scenario(SHOUT, "client", ["server"], "client")))
        StreamPort(live, "client", ["server"], decoder=Framed, listens=False, peers={"server": where})
        async with Running(live):
            with trio.fail_after(ENOUGH):
                while len(heard) < 2:
                    await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    assert heard == [frame("hello"), b""]
    assert live.world.nodes["client"].machine.heard == ["well heard"]
    assert same_again(live)


async def test_nobody_listens():
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # bound, so that nobody else gets it, and not listening
        live = Live(World(live_scenario(SHOUT, "client", ["server"], "client")))
        peers = {"server": unheard.getsockname()}
        StreamPort(live, "client", ["server"], decoder=Framed, listens=False, peers=peers)
        async with Running(live):
            with trio.fail_after(ENOUGH):
                while not live.world.nodes["client"].machine.heard:
                    await trio.testing.wait_all_tasks_blocked()
    assert live.world.nodes["client"].machine.heard == ["reset"]
    assert same_again(live)
