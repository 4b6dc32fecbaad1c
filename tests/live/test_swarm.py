"""Our tracker, seeds and downloaders in one swarm with aria2 and libtorrent, over real sockets of loopback."""

import importlib.util
import re
import shutil
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from urllib.parse import quote_from_bytes

import pytest
import trio
import trio.testing

from core.kernel import trace as kinds
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import SECOND
from core.kernel.world import World, replayed
from core.live import Live, sockets
from core.live import swarm as swarm_of
from core.live.swarm import AnnounceError, SwarmPort, announce_of, content, metainfo
from core.protocols.peers import bittorrent
from core.protocols.peers.bittorrent.messages import STARTED, AnnounceResponse, PeerAddress, peer_id_of, torrent_of
from core.protocols.peers.bittorrent.state import MOST_WANTS, MUTE
from core.protocols.peers.bittorrent.tracker import STALE
from core.record import with_journal
from core.wire import bencode, http1, peerwire
from tests.patience import ENOUGH

FILE = {"file": "lecture.ogg", "pieces": 64, "piece_length": 65536}
TORRENT = torrent_of("lecture.ogg", 64, 65536)
assert TORRENT.length == 4 << 20
OUTSIDE = ("client-1", "client-2", "client-3")

needs_aria2 = pytest.mark.skipif(shutil.which("aria2c") is None, reason="aria2c is not installed")
needs_libtorrent = pytest.mark.skipif(
    importlib.util.find_spec("libtorrent") is None, reason="libtorrent is not installed (extra: peers)"
)


def scenario(seeds=("seed",), liars=(), leeches=(), upload=80_000_000):
    """Our part of a swarm; `upload`: bit/s."""
    peer = {**FILE, "tracker": "tracker", "upload": upload}
    nodes = [NodeSpec("tracker", "bittorrent", "tracker", {**FILE, "interval": 5 * SECOND})]
    nodes += [NodeSpec(name, "bittorrent", "peer", {**peer, "seed": True}) for name in (*seeds, *liars)]
    nodes += [NodeSpec(name, "bittorrent", "peer", peer) for name in leeches]
    nodes += [NodeSpec(name, "bittorrent", outside=True) for name in OUTSIDE]
    return Scenario(
        "live/swarm",
        {"bittorrent": bittorrent.PROTOCOL},
        tuple(nodes),
        default_link=LinkSpec(latency=0),
        limit=3600 * SECOND,
        seats=dict.fromkeys(liars, "poisoner"),
    )


@asynccontextmanager
async def swarm(**ours):
    """The live world and its port, at work."""
    wanted = scenario(**ours)
    live = Live(World(wanted))
    ours = [node.name for node in wanted.nodes if node.role == "peer"]
    port = SwarmPort(live, ours, OUTSIDE, tracker="tracker")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(live.run, ENOUGH)
        await trio.testing.wait_all_tasks_blocked()
        yield live, port
        live.end()
        nursery.cancel_scope.cancel()
    assert replayed(with_journal(wanted, live.journal, live.ended), live.world.answers).trace_sha256() == (
        live.world.trace_sha256()
    )


def machine(live, name):
    return live.world.nodes[name].machine


def false_blocks(live, name):
    """How many blocks that a peer of ours sent are not the file's."""
    said = [entry.detail for entry in live.world.trace if entry.node == name and entry.kind == kinds.SEND]
    blocks = [message for message in said if isinstance(message, peerwire.Piece)]
    return sum(block.block != TORRENT.block(block.index, block.begin, len(block.block)) for block in blocks)


# Downloads from our seeds through our tracker

ARIA2 = [
    "aria2c", "-q", "--no-conf", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false",
    "--enable-peer-exchange=false", "--interface=127.0.0.1", "--bt-require-crypto=false", "--file-allocation=none",
]  # fmt: skip


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def aria2(folder, port, *words):
    (folder / "x.torrent").write_bytes(metainfo(TORRENT, port.announce))
    with trio.fail_after(ENOUGH):
        return await trio.run_process(
            [*ARIA2, f"--dir={folder}", f"--listen-port={free_port()}", *words, str(folder / "x.torrent")],
            check=False,
            capture_stdout=True,
        )


@needs_aria2
async def test_aria2_downloads_4_mb_from_our_seed_through_our_tracker(tmp_path):
    async with swarm() as (live, port):
        ended = await aria2(tmp_path, port, "--seed-time=0")
        assert ended.returncode == 0, ended.stdout
        assert (tmp_path / "lecture.ogg").read_bytes() == content(TORRENT)
        assert machine(live, "seed").sent == TORRENT.length


@needs_aria2
async def test_aria2_gets_the_true_file_with_a_poisoner_in_the_swarm(tmp_path):
    async with swarm(liars=("mal",)) as (live, port):
        ended = await aria2(tmp_path, port, "--seed-time=0")
        assert ended.returncode == 0, ended.stdout
        assert (tmp_path / "lecture.ogg").read_bytes() == content(TORRENT)
        assert false_blocks(live, "mal") > 0  # it did try
        assert false_blocks(live, "seed") == 0


class LibTorrent:
    """A libtorrent session on loopback that speaks plain TCP only."""

    def __init__(self):
        import libtorrent

        self._lt = libtorrent
        self._session = libtorrent.session(
            {
                "listen_interfaces": "127.0.0.1:0",
                "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
                "allow_multiple_connections_per_ip": True, "in_enc_policy": 2, "out_enc_policy": 2,
                "enable_incoming_utp": False, "enable_outgoing_utp": False,
            },
            # Without its plugins: of those who share an address, its smart ban may take the wrong one.
            flags=0,
        )  # fmt: skip

    def add(self, folder, port):
        wanted = self._lt.load_torrent_buffer(metainfo(TORRENT, port.announce))
        wanted.save_path = str(folder)
        self._handle = self._session.add_torrent(wanted)

    async def seeding(self):
        with trio.fail_after(ENOUGH):
            while not self._handle.status().is_seeding:
                # Its alerts come from threads of its own; it is asked, as it has nothing to wait for here.
                await trio.to_thread.run_sync(self._session.wait_for_alert, 200)
                self._session.pop_alerts()


@needs_libtorrent
@pytest.mark.parametrize("liars", [(), ("mal",)], ids=["honest", "with a poisoner"])
async def test_libtorrent_downloads_4_mb_from_our_seed_through_our_tracker(tmp_path, liars):
    client = LibTorrent()
    async with swarm(liars=liars) as (live, port):
        client.add(tmp_path, port)
        await client.seeding()
        assert machine(live, "seed").sent > 0
        assert all(false_blocks(live, name) > 0 for name in liars)
    assert (tmp_path / "lecture.ogg").read_bytes() == content(TORRENT)


# Our peers download from theirs


@needs_aria2
async def test_our_peer_downloads_4_mb_from_aria2(tmp_path):
    (tmp_path / "lecture.ogg").write_bytes(content(TORRENT))
    async with swarm(seeds=(), leeches=("alice",)) as (live, port), trio.open_nursery() as nursery:
        nursery.start_soon(aria2, tmp_path, port, "--check-integrity=true", "--seed-ratio=0.0")
        await live.until(lambda: machine(live, "alice").complete)
        assert machine(live, "alice").received == TORRENT.length
        nursery.cancel_scope.cancel()


@needs_libtorrent
@pytest.mark.parametrize("liars", [(), ("mal",)], ids=["honest", "with a poisoner"])
async def test_our_peer_downloads_4_mb_from_libtorrent(tmp_path, liars):
    (tmp_path / "lecture.ogg").write_bytes(content(TORRENT))
    client = LibTorrent()
    async with swarm(seeds=(), liars=liars, leeches=("alice",)) as (live, port):
        await live.until(lambda: machine(live, "alice").banned == liars)  # the poisoner comes first, if there is one
        client.add(tmp_path, port)
        await client.seeding()
        await live.until(lambda: machine(live, "alice").complete)
        alice = machine(live, "alice")
        assert not live.failed
        assert alice.complete
        assert b"".join(block for index in range(64) for block in alice.stored[index]) == content(TORRENT)
        assert alice.banned == liars


# The tracker over HTTP


def query(**changes):
    values = {
        "info_hash": quote_from_bytes(TORRENT.info_hash),
        "peer_id": quote_from_bytes(peer_id_of("tester")),
        "port": "7000",
        "left": "5",
        **changes,
    }
    return "/announce?" + "&".join(f"{key}={value}" for key, value in values.items() if value is not None)


async def asked(port, *targets, method="GET"):
    """What an HTTP client hears on one connection."""
    stream = await trio.open_tcp_stream(*port.address)
    decoder = http1.StreamDecoder(responses=True)
    heard = []
    async with stream:
        for target in targets:
            decoder.expect(method)
            await stream.send_all(http1.encode(http1.Request(method, target, (("Host", "tracker"),))))
            before = len(heard)
            with trio.fail_after(ENOUGH):
                while len(heard) == before:
                    heard += decoder.feed(await stream.receive_some(65536))
    return heard


async def test_the_tracker_names_our_seed_to_a_client_in_both_forms_of_bep_3_and_bep_23():
    async with swarm() as (_, port):
        plain, compact = await asked(port, query(event=STARTED), query(compact="1"))
        where = port.addresses["seed"]
        peers = bencode.decode(plain.body)[b"peers"]
        assert peers == [{b"peer id": peer_id_of("seed"), b"ip": where[0].encode(), b"port": where[1]}]
        packed = bencode.decode(compact.body)[b"peers"]
        assert packed == socket.inet_aton(where[0]) + where[1].to_bytes(2, "big")
        assert port.clients == {peer_id_of("tester"): "client-1"}


async def test_a_client_that_stops_gives_its_place_back():
    async with swarm() as (_, port):
        await asked(port, query(event="started"), query(event="stopped"))
        assert port.clients == {}


async def test_a_full_swarm_is_a_failure_reason():
    async with swarm() as (_, port):
        answers = await asked(port, *(query(peer_id=ident(number)) for number in range(4)))
        assert [reason(answer) for answer in answers] == [None, None, None, b"the swarm is full"]


def ident(number):
    return quote_from_bytes(peer_id_of(f"tester{number}"))


def reason(answer):
    return bencode.decode(answer.body).get(b"failure reason")


def named(answer):
    """The peers in an answer that are no peers of ours."""
    ids = {peer[b"peer id"] for peer in bencode.decode(answer.body)[b"peers"]}
    return ids - {peer_id_of("seed")}


SILENT = STALE * 5
"""Seconds after which our tracker takes a client for gone."""


async def test_a_client_that_was_killed_is_forgotten_after_two_intervals(mock_clock):
    """It says nothing when it dies: its place is free, and nobody is sent to it, once it missed two announces."""
    async with swarm() as (_, port):
        for number in range(3):
            (answer,) = await asked(port, query(peer_id=ident(number), port=str(7000 + number)))
            assert reason(answer) is None
        mock_clock.jump(SILENT - 3)
        (still,) = await asked(port, query(peer_id=ident(2), port="7002"))
        assert named(still) == {peer_id_of("tester0"), peer_id_of("tester1")}
        (early,) = await asked(port, query(peer_id=ident(3)))
        assert reason(early) == b"the swarm is full"
        mock_clock.jump(4)
        (late,) = await asked(port, query(peer_id=ident(3), port="7003"))
        assert named(late) == {peer_id_of("tester2")}
        assert port.clients == {peer_id_of("tester2"): "client-3", peer_id_of("tester3"): "client-1"}
        (other,) = await asked(port, query(peer_id=ident(2), port="7002"))
        assert named(other) == {peer_id_of("tester3")}
        (back,) = await asked(port, query(peer_id=ident(0), port="7000"))  # it had only slept
        assert named(back) == {peer_id_of("tester2"), peer_id_of("tester3")}
        assert port.clients[peer_id_of("tester0")] == "client-2"


async def test_a_client_that_talks_to_our_peer_keeps_its_place(mock_clock):
    async with swarm() as (live, port):
        for number in range(3):
            await asked(port, query(peer_id=ident(number)))
        streams = [await shaken(port, peer_id_of(f"tester{number}")) for number in range(3)]
        mock_clock.jump(SILENT + 5)
        (full,) = await asked(port, query(peer_id=ident(3)))
        assert reason(full) == b"the swarm is full"
        await streams[1].aclose()
        await live.until(lambda: len(machine(live, "seed").labels()) == 2)
        (answer,) = await asked(port, query(peer_id=ident(3)))
        assert reason(answer) is None
        assert port.clients[peer_id_of("tester3")] == "client-2"
        assert peer_id_of("tester1") not in port.clients
        for stream in streams:
            await stream.aclose()


async def test_who_is_gone_is_not_named_by_another_ones_address(mock_clock):
    """Whomever the tracker names: a place that has changed hands does not lead to who has it now."""
    async with swarm() as (_, port):
        await asked(port, query(peer_id=ident(0)))
        mock_clock.jump(SILENT + 1)
        await asked(port, query(peer_id=ident(1), port="7001"))
        assert port.clients == {peer_id_of("tester1"): "client-1"}
        gone, here = (PeerAddress(peer_id_of(f"tester{number}"), "client-1", 7000 + number) for number in range(2))
        body = port._body(AnnounceResponse(5, (gone, here)), announce_of(query(compact="1")))
        assert bencode.decode(body)[b"peers"] == socket.inet_aton("127.0.0.1") + (7001).to_bytes(2, "big")


async def test_who_asks_for_another_torrent_takes_nobodys_place():
    async with swarm() as (_, port):
        await asked(port, query(peer_id=ident(0)))
        for number in range(6):
            (answer,) = await asked(port, query(peer_id=ident(number), info_hash="%00" * 20))
            assert reason(answer) == b"no such torrent here"
        assert port.clients == {peer_id_of("tester0"): "client-1", peer_id_of("tester5"): "client-2"}


async def test_another_torrent_is_a_failure_reason():
    async with swarm() as (_, port):
        (answer,) = await asked(port, query(info_hash="%00" * 20))
        assert bencode.decode(answer.body) == {b"failure reason": b"no such torrent here"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"info_hash": "abc"}, "info_hash has 20 bytes"),
        ({"peer_id": None}, "peer_id has 20 bytes"),
        ({"port": "0"}, "port is a number"),
        ({"port": "99999"}, "port is a number"),
        ({"left": "-1"}, "left is a whole number"),
        ({"left": None}, "left is a whole number"),
        ({"numwant": "many"}, "numwant is a whole number"),
    ],
)
def test_an_announce_that_makes_no_sense_says_why(changes, reason):
    with pytest.raises(AnnounceError, match=reason):
        announce_of(query(**changes))


async def said_to(port, data):
    """The status lines with which the tracker answers these bytes, until it ends the connection."""
    async with await trio.open_tcp_stream(*port.address) as stream:
        await stream.send_all(data)
        heard = b""
        with trio.fail_after(ENOUGH):
            async for more in stream:
                heard += more
    return re.findall(rb"HTTP/1\.1 ([^\r]*)\r", heard)


async def test_http_errors_of_the_tracker():
    async with swarm() as (_, port):
        assert [answer.status for answer in await asked(port, "/", "/scrape")] == [404, 404]
        assert [answer.status for answer in await asked(port, "/announce", method="POST")] == [405]
        stream = await trio.open_tcp_stream(*port.address)
        async with stream:
            await stream.send_all(b"\x13BitTorrent protocol\r\n\r\n")
            with trio.fail_after(ENOUGH):
                said = await stream.receive_some(1000)
            assert said.startswith(b"HTTP/1.1 400 ")
        assert await said_to(port, b"GET / HTTP/2.7\r\n\r\n") == [b"505 HTTP Version Not Supported"]
        # What was asked before the garbage is answered before it.
        pipelined = b"GET /scrape HTTP/1.1\r\nHost: x\r\n\r\nrubbish\r\n"
        assert await said_to(port, pipelined) == [b"404 Not Found", b"400 Bad Request"]
        (answer,) = await asked(port, query())  # nobody else is hurt
        assert b"peers" in bencode.decode(answer.body)


async def test_who_never_ends_a_request_hears_so_and_who_asks_nothing_is_left(mock_clock):
    async with swarm() as (_, port):
        async with (
            await trio.open_tcp_stream(*port.address) as slow,
            await trio.open_tcp_stream(*port.address) as silent,
        ):
            for letter in b"GET /announce?and-so-on":
                await slow.send_all(bytes([letter]))
                await trio.testing.wait_all_tasks_blocked()
                mock_clock.jump(swarm_of.PATIENCE / 30)
            assert await left(slow) is None
            mock_clock.jump(swarm_of.PATIENCE)
            assert (await left(slow)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
            assert await left(silent) == b""
        async with await trio.open_tcp_stream(*port.address) as kept:  # each of its requests has that time anew
            for _ in range(2):
                await trio.testing.wait_all_tasks_blocked()
                mock_clock.jump(swarm_of.PATIENCE * 0.9)
                await kept.send_all(http1.encode(http1.Request("GET", query(), (("Host", "x"),))))
                assert b"peers" in await kept.receive_some(1000)


async def left(stream):
    """All that comes until the end, if it has come to an end by now, however long it had; None if it has not."""
    heard = b""
    while True:
        more = None
        async with trio.open_nursery() as nursery:

            async def hear():
                nonlocal more
                more = await stream.receive_some(1000)
                nursery.cancel_scope.cancel()

            nursery.start_soon(hear)
            await trio.testing.wait_all_tasks_blocked(0.01)
            nursery.cancel_scope.cancel()
        if not more:
            return more if more is None else heard
        heard += more


async def test_a_head_has_no_body_and_a_body_is_no_announce():
    async with swarm() as (_, port):
        lines = b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        async with await trio.open_tcp_stream(*port.address) as stream:
            await stream.send_all(lines)
            decoder = http1.StreamDecoder(responses=True)
            decoder.expect("HEAD")
            decoder.expect("GET")
            heard = []
            with trio.fail_after(ENOUGH):
                async for more in stream:
                    heard += decoder.feed(more)
        assert [(answer.status, len(answer.body)) for answer in heard] == [(405, 0), (404, 28)]
        long = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n" + bytes(500_000)
        assert await said_to(port, long) == [b"413 Content Too Large"]  # which all that came behind does not destroy


async def test_no_more_than_so_many_connections_at_the_tracker(monkeypatch):
    monkeypatch.setattr(sockets, "MOST_LINES", 3)
    async with swarm() as (_, port):
        lines = [await trio.open_tcp_stream(*port.address) for _ in range(3)]
        with trio.fail_after(ENOUGH), pytest.raises((OSError, trio.BrokenResourceError)):  # reset, early or late
            async with await trio.open_tcp_stream(*port.address) as late:
                await late.receive_some(10)
        await lines.pop().aclose()
        await trio.testing.wait_all_tasks_blocked(0.01)
        (answer,) = await asked(port, query())
        assert b"peers" in bencode.decode(answer.body)
        for line in lines:
            await line.aclose()


# Peers that misbehave


async def shaken(port, peer_id, to="seed"):
    """A connection to our peer with the handshakes done."""
    stream = await trio.open_tcp_stream(*port.addresses[to])
    await stream.send_all(peerwire.encode(peerwire.Handshake(TORRENT.info_hash, peer_id)))
    decoder = peerwire.StreamDecoder()
    heard = []
    with trio.fail_after(ENOUGH):
        while len(heard) < 1 + (to == "seed"):
            heard += decoder.feed(await stream.receive_some(65536))
    assert isinstance(heard[0], peerwire.Handshake)
    assert to != "seed" or isinstance(heard[1], peerwire.Bitfield)
    return stream


async def test_garbage_on_the_peer_wire_ends_that_connection_and_no_other():
    async with swarm() as (live, port):
        good = await shaken(port, peer_id_of("good"))
        async with await shaken(port, peer_id_of("bad")) as bad:
            await bad.send_all(b"\xff" * 64)
            with trio.fail_after(ENOUGH), suppress(trio.BrokenResourceError):  # a reset, or an orderly end
                while await bad.receive_some(1000):
                    pass
        seed = machine(live, "seed")
        assert set(seed.labels()) == {"good"}
        await good.send_all(peerwire.encode(peerwire.Interested()))
        await live.until(lambda: seed.wants_us("good"))
        await good.aclose()
        await live.until(lambda: not seed.labels())


async def test_a_handshake_for_another_torrent_is_hung_up_on():
    async with swarm() as (live, port):
        async with await trio.open_tcp_stream(*port.addresses["seed"]) as stream:
            await stream.send_all(peerwire.encode(peerwire.Handshake(bytes(20), peer_id_of("lost"))))
            with trio.fail_after(ENOUGH):
                assert await stream.receive_some(1000) == b""
        assert machine(live, "seed").labels() == ()


async def offered(port, name):
    """The first request of alice to a client that has the file and unchokes her, and the connection."""
    stream = await shaken(port, peer_id_of(name), to="alice")
    await stream.send_all(peerwire.encode(peerwire.Bitfield(peerwire.bits_of(range(64), 64))))
    await stream.send_all(peerwire.encode(peerwire.Unchoke()))
    decoder = peerwire.StreamDecoder(handshake=False)
    with trio.fail_after(ENOUGH):
        while True:
            for message in decoder.feed(await stream.receive_some(65536)):
                if isinstance(message, peerwire.Request):
                    return stream, message


async def test_blocks_that_nobody_asked_for_hurt_nobody():
    """At places where no block begins, of pieces that do not exist, of another length."""
    async with swarm(seeds=(), leeches=("alice",)) as (live, port):
        bad, wanted = await offered(port, "bad")
        odd = [peerwire.Piece(wanted.index, begin, bytes(16384)) for begin in (1, 2, 3, 4, 5)]
        odd += [peerwire.Piece(63, begin, bytes(16384)) for begin in (7, 8, 9, 10)]
        odd += [peerwire.Piece(64, 0, bytes(16384)), peerwire.Piece(62, 0, b"short"), peerwire.Have(0xFFFFFFFF)]
        await bad.send_all(b"".join(peerwire.encode(message) for message in odd))
        good, asked_for = await offered(port, "good")
        await good.send_all(
            peerwire.encode(
                peerwire.Piece(
                    asked_for.index,
                    asked_for.begin,
                    TORRENT.block(asked_for.index, asked_for.begin, asked_for.length),
                )
            )
        )
        alice = machine(live, "alice")
        with trio.fail_after(ENOUGH):
            await live.until(lambda: alice.received == 16384)
        assert alice.banned == ()
        assert alice.wasted == 10 * 16384 + 5
        for stream in (bad, good):
            await stream.aclose()


async def test_who_asks_for_ever_is_remembered_up_to_a_bound():
    async with swarm(upload=1) as (live, port):  # so slow that nothing is sent meanwhile, however long that takes
        stream = await shaken(port, peer_id_of("greedy"))
        await stream.send_all(peerwire.encode(peerwire.Interested()))
        seed = machine(live, "seed")
        with trio.fail_after(ENOUGH):
            await live.until(lambda: seed.neighbour("greedy").unchoked)
        many = b"".join(peerwire.encode(peerwire.Request(0, begin, 16384)) for begin in range(3 * MOST_WANTS))
        before = len(live.journal)
        await stream.send_all(many)
        with trio.fail_after(ENOUGH):
            await live.until(lambda: len(live.journal) >= before + 3 * MOST_WANTS)
        assert len(seed.neighbour("greedy").wants) == MOST_WANTS
        await stream.aclose()


async def test_who_calls_and_says_nothing_loses_its_place(mock_clock):
    async with swarm() as (live, port):
        seed = machine(live, "seed")
        mute = [await trio.open_tcp_stream(*port.addresses["seed"]) for _ in range(seed.most)]
        await live.until(lambda: len(seed.neighbours) == seed.most)
        async with await trio.open_tcp_stream(*port.addresses["seed"]) as late:
            with trio.fail_after(ENOUGH):
                assert await late.receive_some(100) == b""
        mock_clock.jump(MUTE / SECOND + 11)
        await live.until(lambda: not seed.neighbours)
        good = await shaken(port, peer_id_of("good"))
        assert set(seed.labels()) == {"good"}
        for stream in (good, *mute):
            await stream.aclose()


def test_the_scenario_of_this_file_plays_in_the_simulator_too():
    """The same machines, with nobody outside: what a live swarm runs is what a level runs."""
    inside = tuple(node for node in scenario(leeches=("alice",)).nodes if not node.outside)
    world = World(replace(scenario(leeches=("alice",)), nodes=inside, limit=60 * SECOND))
    world.run()
    assert world.nodes["alice"].machine.complete
