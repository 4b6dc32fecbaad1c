"""Captures, read by a reader of their own and by the codecs of core.wire."""

import struct
from collections import defaultdict
from dataclasses import replace

import pytest

from core.export import ANOTHER_SIGHT, capture_of
from core.export.carriage import SEEN_THERE
from core.export.framing import MSS
from core.export.moves import Move, moves_in
from core.export.order import Mark, Marks
from core.kernel import trace as kinds
from core.kernel.node import address_of
from core.kernel.protocol import Envelope
from core.kernel.scenario import Arrival, Crash, Cut, DiceSpec, Forge, LinkSpec, Lose, NetworkSeat, NodeSpec, PlayerSeat
from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols.peers.bittorrent import PROTOCOL as BITTORRENT
from core.protocols.premise.echo import PROTOCOL as ECHO
from core.protocols.premise.echo import Ping
from core.protocols.transport.tcp import PROTOCOL as TCP
from core.wire import ipv4
from core.wire.table import CodecError
from core.wire.tcp import TCP_OVER_IPV4, Flags, MaximumSegmentSize, Segment
from core.wire.udp import UDP_OVER_IPV4
from levels.loader import load
from levels.proofs import prove
from tests.export.captures import blocks, file_of, options, packets, played, tcp_run
from tests.kernel.actors import Note, scenario

NOBODY = Envelope("", "", 0, 0)
PINGS = ECHO.scenarios[0]
SWARM = BITTORRENT.scenarios[1]


def bytes_of(world, *at):
    return b"".join(capture_of(world, at).blocks())


def both_ends(world):
    """The capture of all that was seen at all ends."""
    return capture_of(world, once=False)


def each_once(world):
    """The capture of the whole network with every packet once, as sent."""
    return capture_of(world, once=True)


def test_the_file_names_its_ends_and_counts_nanoseconds():
    world = played(PINGS)
    found = blocks(bytes_of(world))
    assert [block.kind for block in found[:4]] == [0x0A0D0D0A, 1, 1, 4]
    assert {block.kind for block in found[4:]} == {6}
    assert struct.unpack_from("<IHHq", found[0].body) == (0x1A2B3C4D, 1, 0, -1)
    told = dict(options(found[0].body[16:]))
    assert world.trace_sha256() in told[1].decode()
    for place, name in enumerate(world.nodes):
        assert struct.unpack_from("<HHI", found[1 + place].body) == (101, 0, 0)
        told = dict(options(found[1 + place].body[8:]))
        assert told[2].decode() == name
        assert all(word in told[3].decode() for word in ("outbound", "inbound"))
        assert told[9] == b"\x09"
    assert ipv4.address("192.0.2.1").to_bytes(4, "big") + b"client\0" in found[3].body


def test_every_message_is_a_packet_at_both_ends_at_its_time():
    world = played(PINGS)
    names = list(world.nodes)
    seen = [(names[p.interface], p.direction, p.time // 1000, p.data) for p in packets(bytes_of(world, *names))]
    wanted = []
    for entry in world.trace:
        if entry.kind in (kinds.SEND, kinds.RECEIVE):
            wanted.append((entry.node, 2 if entry.kind == kinds.SEND else 1, entry.time, world.bytes_of(entry)))
    assert len(seen) == len(wanted) > 6
    for (node, direction, time, data), (wanted_node, wanted_direction, wanted_time, message) in zip(
        seen, wanted, strict=True
    ):
        datagram = UDP_OVER_IPV4.decode(data, NOBODY)
        assert (node, direction, time, datagram.payload) == (wanted_node, wanted_direction, wanted_time, message)
        assert datagram.checked


def unlinked(frame):
    """The frame without what it says of other frames of its file."""
    return replace(frame, comments=tuple(words for words in frame.comments if not words.startswith(ANOTHER_SIGHT)))


def test_at_one_end_only():
    world = played(PINGS)
    both = both_ends(world).frames
    server = capture_of(world, ["server"])
    assert server.nodes == ("server",)
    assert [unlinked(frame) for frame in both if frame.node == "server"] == list(server.frames)
    assert 0 < len(server.frames) < len(both)
    with pytest.raises(KeyError):
        capture_of(world, ["nobody"])


def opened(data):
    """A segment of a stream with the port that its opener has at its own end."""
    packet, segment = ipv4.IPV4.decode(data, NOBODY), TCP_OVER_IPV4.decode(data, NOBODY)
    ports = [segment.source_port, segment.destination_port]
    here, there = (port - SEEN_THERE if port >= 49_152 + SEEN_THERE else port for port in ports)
    envelope = Envelope("", "", packet.source, packet.destination)
    return TCP_OVER_IPV4.encode(replace(segment, source_port=here, destination_port=there), envelope)


SEEN_ONCE = {
    "datagrams": lambda: played(PINGS),
    "segments, lost, late and twice": lambda: tcp_run(1, 3, loss=0.1, duplicate=0.2, jitter=(0, 60_000)),
    "streams": lambda: played(SWARM),
}


@pytest.mark.parametrize("name", SEEN_ONCE)
def test_the_whole_network_holds_every_packet_once_as_sent(name):
    """The very frames that left, each with every delivery of its packet, to the microsecond, in its comments."""
    world = SEEN_ONCE[name]()
    capture, both = each_once(world), both_ends(world)
    assert (capture.nodes, capture.twice, both.twice) == (tuple(world.nodes), False, True)
    assert "Every packet lies here once" in capture.comment
    assert "lies here twice" in both.comment
    left = [frame for frame in both.frames if frame.outbound]
    assert [(f.time, f.node, f.data, f.entry, f.mark) for f in capture.frames] == [
        (f.time, f.node, opened(f.data) if name == "streams" else f.data, f.entry, f.mark) for f in left
    ]
    came = defaultdict(list)
    for frame in both.frames:
        if not frame.outbound:
            came[frame.packet].append((frame.node, f"{frame.time / 1_000_000:.6f} s"))
    assert came
    for frame, there in zip(capture.frames, left, strict=True):
        own = [words for words in there.comments if " is shown as " not in words]
        assert list(frame.comments[: len(own)]) == own
        told = [words.split(",")[0] for words in frame.comments if words.startswith("delivered ")]
        again = ["", *[" once more"] * len(came[there.packet])]
        assert told == [
            f"delivered{again[place]} to {node} at {when}" for place, (node, when) in enumerate(came[there.packet])
        ]
        never = any(words.startswith("it ") for words in frame.comments)
        assert never == (not told), frame.comments


def test_the_whole_network_tells_what_the_receiver_answered():
    world = played(TCP.scenarios[1], network=None, player=(PlayerSeat("receiver", ("tcp.ack",)),))
    answered = [entry for entry in world.trace if entry.kind == kinds.RECEIVE and entry.node == "receiver"]
    for entry in answered:
        (frame,) = [f for f in each_once(world).frames if f.entry == entry.cause]
        place = frame.comments.index(f"delivered to receiver at {entry.time / 1_000_000:.6f} s, trace {entry.number}")
        moves = [f"move of the player: tcp.ack = {value}" for name, value in entry.answers if name == "tcp.ack"]
        assert list(frame.comments[place + 1 :]) == moves
    assert any(name == "tcp.ack" for entry in answered for name, _ in entry.answers)


def test_the_whole_network_tells_which_bytes_flipped_and_who_was_overtaken():
    flips = overtaken = 0
    for seed in range(1, 8):
        world = tcp_run(1, seed, garble=0.15, jitter=(0, 60_000))
        once, both = each_once(world).frames, both_ends(world).frames
        told = {frame.packet: " ".join(frame.comments) for frame in once}
        sent = {frame.packet: frame.data for frame in both if frame.outbound}
        for frame in both:
            if frame.outbound:
                continue
            assert (frame.mark is Mark.OVERTAKEN) == ("after what was sent behind it" in told[frame.packet])
            overtaken += frame.mark is Mark.OVERTAKEN
            assert (frame.data != sent[frame.packet]) == ("bits flipped on the way: byte" in told[frame.packet])
            for place, (before, after) in enumerate(zip(sent[frame.packet], frame.data, strict=True)):
                if before != after:
                    flips += 1
                    assert f"byte 0x{place:02x} came as {after:02x}, sent as {before:02x}" in told[frame.packet]
    assert flips > 5
    assert overtaken > 5


@pytest.mark.parametrize("once", [True, False])
def test_what_is_under_way_when_the_run_ends_is_told(once):
    world = played(PINGS, limit=100_000)
    frames = capture_of(world, once=once).frames
    last = [frame for frame in frames if frame.outbound][-1]
    assert last.comments[-1] == "it is not delivered before the run ends"
    told = [frame for frame in frames for words in frame.comments if "not delivered" in words]
    assert told == [last]
    assert not any(
        "not delivered" in words for frame in capture_of(world, ["client"]).frames for words in frame.comments
    )


@pytest.mark.parametrize("limit", [65_000, 75_000])
def test_what_a_router_passed_on_may_be_under_way_too(limit):
    world = played(between_routers(), limit=limit)
    (last,) = [frame for frame in each_once(world).frames if "not delivered" in frame.comments[-1]]
    assert last.comments[-2].startswith("passed on by r1" if limit > 70_000 else "trace")


def test_what_is_seen_again_says_at_which_frame_it_was_seen_first():
    """Whatever the packet: one that a router passed on, a segment that came twice, a segment of a stream."""
    for world in (played(between_routers()), tcp_run(1, 3, duplicate=0.3), played(SWARM)):
        frames, again = both_ends(world).frames, 0
        for place, frame in enumerate(frames):
            told = [words for words in frame.comments if words.startswith(ANOTHER_SIGHT)]
            first = next(number for number, other in enumerate(frames) if other.packet == frame.packet)
            assert told == ([f"{ANOTHER_SIGHT} {first + 1}"] if first < place else [])
            again += len(told)
        assert again > len(frames) // 3
        assert not any(words.startswith(ANOTHER_SIGHT) for frame in each_once(world).frames for words in frame.comments)


def test_the_whole_network_is_captured_at_both_ends_unless_the_room_speaks_tcp_itself():
    """And whoever names ends gets what those saw, segments or not."""
    packets_of_ip = prove(load("wire/roundabout"))
    for world, own in ((played(PINGS), False), (played(SWARM), False), (packets_of_ip, False), (tcp_run(1, 1), True)):
        capture = capture_of(world)
        assert (capture.twice, capture.segments) == (not own, own)
        assert list(capture.frames) == list(capture_of(world, once=own).frames)
        assert list(capture.frames) != list(capture_of(world, once=not own).frames)
        assert list(capture_of(world, list(world.nodes)).frames) == list(both_ends(world).frames)
    assert "take the second of a TCP segment for a retransmission" in both_ends(world).comment


def test_both_sights_of_a_packet_have_one_number_in_the_file():
    world = tcp_run(1, 3, loss=0.1, duplicate=0.2, jitter=(0, 60_000))
    seen = packets(bytes_of(world, *world.nodes))
    sent = {packet.number: packet.data for packet in seen if packet.direction == 2}
    assert len(sent) == sum(packet.direction == 2 for packet in seen)
    came = [packet for packet in seen if packet.direction == 1]
    assert all(sent[packet.number] == packet.data for packet in came)
    assert len({packet.number for packet in came}) < len(came), "one came twice"


def test_comments_tell_the_number_and_the_players_moves():
    world = played(PINGS, player=(PlayerSeat("server", ("echo.number",)),))
    received, sent, *_ = packets(bytes_of(world, "server"))
    file = b"".join(each_once(world).blocks())
    (once,) = [packet for packet in packets(file) if packet.number == received.number]
    assert once.comments.count("move of the player: echo.number = 1") == 1
    entry = next(entry for entry in world.trace if entry.kind == kinds.RECEIVE)
    assert received.comments[0].startswith(f"trace {entry.number}, ")
    assert "move of the player: echo.number = 1" in received.comments
    assert "move of the player: echo.number = 1" in sent.comments
    book = packets(bytes_of(played(PINGS), "server"))
    assert not any("move of the player" in words for packet in book for words in packet.comments)


SILENT = ["sockets/doorman", "web/second-hand", "wire/jigsaw", "wire/policy-desk", "ring/wormholes"]


@pytest.mark.parametrize("level", SILENT)
def test_moves_that_send_nothing_are_told_at_a_packet_too(level):
    """Each at a packet that is not earlier, unless there is none: at both ends, once, and at the player's own."""
    world = played(load(level).scenario)
    (player,) = (seat.node for seat in world.scenario.player)
    ridden = {entry.cause for entry in world.trace if entry.kind in (kinds.SEND, kinds.OPEN, kinds.CLOSE)}
    silent = [(entry, *move) for entry in world.trace for move in moves_in(world, entry) if entry.number not in ridden]
    silent = [move for move in silent if move[0].kind not in (kinds.RECEIVE, kinds.CLOSED)]
    assert silent
    for capture in (both_ends(world), each_once(world), capture_of(world, [player])):
        frames = capture.frames
        for entry, name, value in silent:
            words = f"move of the player: {name} = {value} ({entry.time / 1_000_000:.6f} s, trace {entry.number})"
            (place,) = [place for place, frame in enumerate(frames) if words in frame.comments]
            own = [n for n, frame in enumerate(frames) if frame.node == player and frame.time > entry.time]
            later = own or [n for n, frame in enumerate(frames) if frame.time > entry.time] or [len(frames) - 1]
            assert place <= later[0]
            assert frames[place].time >= entry.time or place == len(frames) - 1
        told = {words.entry for frame in frames for words in frame.comments if isinstance(words, Move)}
        assert told == {entry.number for entry in world.trace if moves_in(world, entry)}


def test_what_the_player_does_as_the_network_is_told_at_the_very_packet():
    class Hand(Book):
        def answer(self, asked):
            if asked.choice.name != "network.fate":
                return asked.book
            message = asked.subject["message"]
            fates = {"Alive(number=2)": "twice", "Alive(number=3)": "late"}
            wanted = fates.get(str(message), "as it is")
            if not asked.subject["left"].get(wanted):
                wanted = "as it is"
            given.append((str(message), wanted))
            return wanted

    given = []
    seat = NetworkSeat({"late": 2, "twice": 2}, 700_000, (("p2", "p3"), ("p3", "p2")))
    world = World(replace(load("crown/make-two-kings").scenario, hand=None, sides=(), network=seat), Hand())
    world.run()
    done = [(message, fate) for message, fate in given if fate != "as it is"]
    assert {fate for _, fate in done} == {"twice", "late"}
    for capture in (both_ends(world), each_once(world)):
        told = [
            (str(world.trace[frame.entry].detail), words.rpartition(" = ")[2])
            for frame in capture.frames
            for words in frame.comments
            if words.startswith("move of the player: network.fate")
        ]
        assert told == done


def test_only_the_players_own_choices_are_moves():
    world = played(TCP.scenarios[1], network=None, player=(PlayerSeat("receiver", ("tcp.window",)),))
    comments = [words for frame in each_once(world).frames for words in frame.comments]
    moves = [words for words in comments if words.startswith("move of the player")]
    assert moves
    assert all(words.startswith("move of the player: tcp.window = ") for words in moves)
    answered = {name for entry in world.trace if entry.node == "receiver" for name, _ in entry.answers}
    assert len(answered) > 1


def test_a_lost_packet_is_sent_and_never_delivered():
    world = played(PINGS.reseeded(3), network=DiceSpec(loss=0.4))
    drops = [entry for entry in world.trace if entry.kind == kinds.DROP]
    assert drops
    for capture in (each_once(world), both_ends(world)):
        for drop in drops:
            (frame,) = [frame for frame in capture.frames if frame.entry == drop.cause]
            assert frame.outbound
            assert [words for words in frame.comments if words.startswith("it ")] == [f"it never arrives: {drop.note}"]


def test_of_two_copies_one_may_be_lost():
    happenings = (Lose("client", "server", 1, "twice", 100_000), Crash(100_000, "server", 200_000))
    world = played(PINGS, happenings=happenings, limit=300_000)
    first = each_once(world).frames[0]
    (drop,) = [entry for entry in world.trace if entry.kind == kinds.DROP and entry.cause == first.entry]
    assert [words.partition(",")[0] for words in first.comments[1:]] == [
        f"a copy of it is lost: {drop.note}", "delivered to server at 0.040000 s",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(1, 6))
def test_tcp_segments_are_the_rooms_own(seed):
    """Packet by packet the segments of the trace, except for a port 80 that readers would take for HTTP."""
    world = tcp_run(1, seed, loss=0.1, duplicate=0.1, jitter=(0, 60_000))
    frames = both_ends(world).frames
    wanted = [entry for entry in world.trace if entry.kind in (kinds.SEND, kinds.RECEIVE)]
    assert len(frames) == len(wanted)
    for frame, entry in zip(frames, wanted, strict=True):
        found = TCP_OVER_IPV4.decode(frame.data, NOBODY)
        assert (found.source_port, found.destination_port) == (50080, 50080)
        assert replace(found, source_port=80, destination_port=80) == entry.detail
        assert (frame.time, frame.node, frame.entry) == (entry.time, entry.node, entry.number)


def test_flipped_bits_stay_flipped_and_only_they_spoil_checksums():
    spoilt = 0
    for seed in range(1, 8):
        world = tcp_run(1, seed, garble=0.2)
        for frame in both_ends(world).frames:
            try:
                TCP_OVER_IPV4.decode(frame.data, NOBODY)
            except CodecError:
                assert world.trace[frame.entry].kind == kinds.GARBLED
                assert "bits flipped on the way" in frame.comments
                spoilt += 1
            else:
                assert world.trace[frame.entry].kind != kinds.GARBLED
    assert spoilt > 5


def test_flipped_bits_of_a_message_in_udp_fail_the_checksum_that_was_sent():
    spoilt = 0
    for seed in range(1, 20):
        world = played(PINGS.reseeded(seed), network=DiceSpec(garble=0.3))
        for frame in both_ends(world).frames:
            entry = world.trace[frame.entry]
            flipped = not frame.outbound and (
                entry.kind == kinds.GARBLED or entry.detail != world.trace[entry.cause].detail
            )
            if flipped:
                spoilt += 1
                with pytest.raises(CodecError, match="checksum"):
                    UDP_OVER_IPV4.decode(frame.data, NOBODY)
            else:
                UDP_OVER_IPV4.decode(frame.data, NOBODY)
    assert spoilt > 5


def test_a_packet_that_nobody_sent():
    world = played(PINGS, happenings=(Forge(5_000, "ghost", "server", Ping(9)),))
    frames = [frame for frame in each_once(world).frames if "nobody in this world sent it" in frame.comments]
    assert [frame.outbound for frame in frames] == [False]
    assert "ghost" in each_once(world).names.values()


def between_routers():
    """Pings that two routers pass on, 10 ms from one to the next."""
    links = {}
    for a, b in (("client", "r1"), ("r1", "r2"), ("r2", "server")):
        links[a, b] = links[b, a] = LinkSpec(latency=10_000)
    nodes = (*PINGS.nodes, NodeSpec("r1", router=True), NodeSpec("r2", router=True))
    return replace(PINGS, nodes=nodes, links=links, default_link=None)


def test_routers_show_what_they_pass_on_with_less_time_to_live():
    world = played(between_routers())
    first = [frame for frame in both_ends(world).frames if "PING number 1 " in frame.comments[0]]
    lives = [(frame.node, ipv4.IPV4.decode(frame.data, NOBODY).ttl) for frame in first]
    assert lives == [("client", 64), ("r1", 63), ("r2", 62), ("server", 62)]
    assert len({frame.packet for frame in first}) == 1
    once = [frame for frame in each_once(world).frames if "PING number 1 " in frame.comments[0]]
    assert [(frame.node, frame.data) for frame in once] == [("client", first[0].data)]
    assert [words.partition(", trace")[0] for words in once[0].comments[1:]] == [
        "passed on by r1 at 0.010000 s", "passed on by r2 at 0.020000 s", "delivered to server at 0.030000 s",
    ]  # fmt: skip


def test_addresses_of_many_nodes_are_documentation_and_test_ranges():
    assert ipv4.dotted(address_of(0)) == "192.0.2.1"
    assert ipv4.dotted(address_of(253)) == "192.0.2.254"
    assert ipv4.dotted(address_of(254)) == "203.0.113.1"
    assert ipv4.dotted(address_of(508)) == "198.18.0.1"
    assert ipv4.dotted(address_of(508 + 131_069)) == "198.19.255.254"
    assert ipv4.dotted(address_of(508 + 131_070)) == "10.0.0.1"
    found = {address_of(index) for index in range(200_000)}
    assert len(found) == 200_000


def test_a_live_run_with_several_ends_of_ours():
    """Between two of ours at both ends, or as sent; from a real peer as it came; and of what goes to one, nobody here
    knows the fate."""
    nodes = (*PINGS.nodes, NodeSpec("peer", "echo", outside=True))
    ping = ECHO.codec.encode(Ping(5), NOBODY)
    world = played(PINGS, nodes=nodes, win=(), limit=500_000,
                   happenings=(Arrival(5_000, "peer", "server", "datagram", ping),))  # fmt: skip
    capture, both = each_once(world), capture_of(world)
    for found in (capture, both):
        assert found.nodes == ("client", "server")
        assert found.comment.startswith("a live run of ")
        away = [frame for frame in found.frames if world.trace[frame.entry].peer == "peer" and frame.outbound]
        assert len(away) == 1
        assert not any("deliver" in words for words in away[0].comments)
    assert "what came from real peers, as it was delivered" in capture.comment
    assert "what came from them, as it was delivered" in both.comment
    inbound = [frame for frame in capture.frames if not frame.outbound]
    assert [(frame.time, UDP_OVER_IPV4.decode(frame.data, NOBODY).payload) for frame in inbound] == [(45_000, ping)]
    assert len(capture.frames) == sum(entry.kind == kinds.SEND for entry in world.trace) > 4
    came = [entry for entry in world.trace if entry.kind == kinds.RECEIVE and entry.node in both.nodes]
    assert [frame.entry for frame in both.frames if not frame.outbound] == [entry.number for entry in came]
    assert len(came) > 3


def test_a_live_run_is_captured_at_our_end_with_the_peers_very_bytes():
    """A segment that came from outside, journalled as bytes: it is shown as it came, port 80 and all."""
    nodes = (NodeSpec("server", "tcp", "server"), NodeSpec("curl", "tcp", outside=True))
    base = replace(TCP.scenarios[1], nodes=nodes, network=None, win=(), limit=1_000_000)
    syn = Segment(40_000, 80, 7, 0, Flags.SYN, 1000, options=(MaximumSegmentSize(1460),))
    came = TCP_OVER_IPV4.encode(syn, World(base).envelope("curl", "server"))
    world = played(base, happenings=(Arrival(50_000, "curl", "server", "datagram", came),))
    capture = capture_of(world)
    assert capture.nodes == ("server",)
    assert next(frame.data for frame in capture.frames if not frame.outbound) == came
    answer = TCP_OVER_IPV4.decode(next(frame.data for frame in capture.frames if frame.outbound), NOBODY)
    assert (answer.source_port, answer.flags) == (80, Flags.SYN | Flags.ACK)


def test_another_syn_begins_both_directions_anew_and_an_answer_none():
    world = World(TCP.scenarios[1])
    a, b = (world.envelope(*pair) for pair in (("sender", "receiver"), ("receiver", "sender")))

    def mark(envelope, sequence, flags, payload=b""):
        segment = Segment(80, 80, sequence, 0, flags, 1000, payload=payload)
        return marks.seen("", TCP_OVER_IPV4.encode(segment, envelope))

    opening, data = Flags.SYN | Flags.ACK, Flags.ACK
    marks = Marks()
    first = [mark(a, 100, Flags.SYN), mark(b, 300, opening), mark(b, 301, data, b"welcome"), mark(b, 300, opening)]
    assert first == [Mark.IN_ORDER] * 3 + [Mark.RESENT]
    again = [mark(a, 100, Flags.SYN), mark(b, 301, data, b"welcome"), mark(b, 200, opening)]
    assert again == [Mark.RESENT] * 3
    anew = [mark(a, 50, Flags.SYN), mark(b, 300, opening), mark(b, 301, data, b"welcome"), mark(a, 51, data, b"?")]
    assert anew == [Mark.IN_ORDER] * 4
    assert mark(a, 900, Flags.RST) is mark(a, 52, data, b"!") is Mark.IN_ORDER


# Streams


def followed(frames, node):
    """What one capture point at `node` shows of each direction of each stream: bytes, checked number by number.

    Without a node: what the capture of the whole network shows.
    """
    expected: dict = {}
    data = defaultdict(bytes)
    for frame in frames:
        if node and frame.node != node:
            continue
        packet = ipv4.IPV4.decode(frame.data, NOBODY)
        segment = TCP_OVER_IPV4.decode(frame.data, NOBODY)
        here = (packet.source, segment.source_port, packet.destination, segment.destination_port)
        there = (*here[2:], *here[:2])
        if segment.flags & Flags.SYN:
            expected[here] = segment.sequence
        assert segment.sequence == expected[here], "a gap, or something twice"
        assert len(segment.payload) <= MSS
        expected[here] = (segment.sequence + segment.length) % 2**32
        if segment.flags & Flags.ACK:
            assert (expected[there] - segment.acknowledgment) % 2**32 < 2**31, "acknowledges what was not seen here"
        data[here] += segment.payload
    return data


def said(world, kind, node):
    """By (source, destination): the bytes of all messages on streams that were sent or received at `node`."""
    found = defaultdict(bytes)
    for entry in world.trace:
        if entry.kind == kind and entry.node == node and entry.note:
            pair = (entry.node, entry.peer) if kind == kinds.SEND else (entry.peer, entry.node)
            found[pair] += world.bytes_of(entry)
    return found


def by_names(world, data):
    names = {world.envelope(name, name).source_address: name for name in world.nodes}
    found = defaultdict(bytes)
    for (source, _, destination, _), octets in data.items():
        if octets:
            found[names[source], names[destination]] += octets
    return found


@pytest.mark.parametrize("network", [None, DiceSpec(loss=0.05, jitter=(0, 50_000))], ids=["clean", "loss"])
def test_streams_get_framing_that_carries_exactly_what_was_said(network):
    world = played(SWARM, network=network)
    frames = both_ends(world).frames
    for node in world.nodes:
        data = by_names(world, followed(frames, node))
        sent, received = said(world, kinds.SEND, node), said(world, kinds.RECEIVE, node)
        assert {pair: octets for pair, octets in data.items() if pair[0] == node} == sent
        for pair, octets in received.items():
            assert data[pair].startswith(octets)  # what came after the other end was closed is shown too
    notes = [frame.comments for frame in frames]
    assert all(any("made for the capture" in words for words in comments) for comments in notes)
    assert {frame.mark for frame in frames} == {Mark.IN_ORDER}
    everything = defaultdict(bytes)
    for node in world.nodes:
        everything |= said(world, kinds.SEND, node)
    assert by_names(world, followed(each_once(world).frames, None)) == everything


def test_at_both_ends_of_a_stream_each_sight_is_a_connection_of_its_own():
    """With the port of its opener moved by 10,000 where it is seen by who listened, and so it says; no other."""
    world = played(SWARM)
    openers = {entry.detail: entry.node for entry in world.trace if entry.kind == kinds.OPEN}
    listeners = {entry.peer for entry in world.trace if entry.kind == kinds.OPEN}
    assert openers
    seen = defaultdict(set)
    for frame in both_ends(world).frames:
        segment = TCP_OVER_IPV4.decode(frame.data, NOBODY)
        (port,) = {segment.source_port, segment.destination_port} - {6881, 6969}
        moved = port >= 49_152 + SEEN_THERE
        shown = f"as seen by {frame.node}, a connection of its own: port {port - SEEN_THERE} is shown as {port} here"
        assert (shown in frame.comments) == moved
        assert any(" is shown as " in words for words in frame.comments) == moved
        seen[port].add(frame.node)
    assert all(len(nodes) == 1 for nodes in seen.values()), "one end a connection"
    arrived = {entry.note for entry in world.trace if entry.kind == kinds.OPENED}
    assert len(seen) == len(openers) + len(arrived)
    first = 49_152
    assert [next(iter(seen[first + number])) for number in range(len(openers))] == list(openers.values())
    assert {node for port in seen if port >= first + SEEN_THERE for node in seen[port]} == listeners
    for at in ([], ["tracker"], ["alice"]):
        for frame in capture_of(world, at, once=not at).frames:
            assert opened(frame.data) == frame.data


def test_of_several_chosen_ends_only_streams_between_them_are_seen_twice():
    world = played(SWARM)
    frames = capture_of(world, ["alice", "bob"]).frames
    between = {world.envelope(name, name).source_address for name in ("alice", "bob")}
    moved = other = 0
    for frame in frames:
        packet = ipv4.IPV4.decode(frame.data, NOBODY)
        inside = {packet.source, packet.destination} == between
        moved += opened(frame.data) != frame.data
        other += not inside
        assert inside or opened(frame.data) == frame.data
    assert moved
    assert other


def test_streams_open_with_a_handshake_and_close_with_fins():
    world = played(SWARM)
    frames = capture_of(world, ["tracker"]).frames
    segments = [TCP_OVER_IPV4.decode(frame.data, NOBODY) for frame in frames]
    first = segments[0]
    one = [s for s in segments if first.source_port in (s.source_port, s.destination_port)]
    assert [s.flags & ~Flags.PSH for s in one[:3]] == [Flags.SYN, Flags.SYN | Flags.ACK, Flags.ACK]
    assert {s.destination_port for s in one} == {first.source_port, 6969}
    assert sum(bool(s.flags & Flags.FIN) for s in one) == 2
    assert one[-1].flags == Flags.ACK


def test_both_ends_may_close_at_once():
    """The handler of whoever has closed already is told of no end: the FIN that arrives there is no trace's entry."""
    world = prove(load("web/keep-in-line"))
    closed = {(entry.node, entry.detail) for entry in world.trace if entry.kind == kinds.CLOSED}
    both = [
        entry
        for entry in world.trace
        if entry.kind == kinds.CLOSE
        and not entry.note
        and (entry.peer, entry.detail) not in closed
        and entry.time < 2_400_000
    ]
    assert both
    frames = both_ends(world).frames
    followed(each_once(world).frames, None)
    for node in world.nodes:
        followed(frames, node)
    fins = [frame for frame in frames if TCP_OVER_IPV4.decode(frame.data, NOBODY).flags & Flags.FIN]
    assert {entry.number for entry in both} <= {frame.entry for frame in fins if not frame.outbound}


def test_a_crash_and_a_cut_leave_the_framing_consistent():
    pair = (("alice", "bob"), ("bob", "alice"))
    world = played(SWARM, happenings=(Crash(900_000, "carol", 2_000_000), Cut(1_000_000, pair, 1_500_000)))
    frames = both_ends(world).frames
    resets = [frame for frame in frames if TCP_OVER_IPV4.decode(frame.data, NOBODY).flags & Flags.RST]
    assert {frame.node for frame in resets if frame.outbound} == {"carol"}
    assert any("crashed" in words for frame in resets for words in frame.comments)
    followed(each_once(world).frames, None)
    for node in world.nodes:
        followed(frames, node)


def test_nobody_is_there_to_open_to():
    world = played(SWARM, nodes=tuple(node for node in SWARM.nodes if node.name != "tracker"), limit=20_000_000)
    flags = {TCP_OVER_IPV4.decode(frame.data, NOBODY).flags for frame in each_once(world).frames}
    assert flags <= {Flags.SYN}


def test_the_same_run_gives_the_same_file(tmp_path):
    world = played(SWARM)
    first, _ = file_of(world, tmp_path, name="one")
    second, _ = file_of(played(SWARM), tmp_path, name="two")
    assert first.read_bytes() == second.read_bytes()


def test_the_comments_tell_what_was_on_disk_before_a_packet_left_and_what_a_crash_tore():
    def saves(self, ctx):
        ctx.save("n", 1)
        ctx.send("b", Note(1))
        ctx.save("n", 2)

    def hears(self, ctx, source, message):
        ctx.save("heard", message.number)
        ctx.send("a", Note(9))

    roles = {"a": {"on_start": saves}, "b": {"on_message": hears}}
    world = played(scenario(roles=roles, happenings=(Crash(1, "b", effects=1),)), limit=1_000_000)
    sent, received = (frame.comments for frame in both_ends(world).frames)
    assert "a before it saved: n = 1" in sent
    assert not any("n = 2" in words for words in sent)
    assert "b then: saved: heard = 1" in received
    assert "b then: b crashed; done: heard = 1 saved; not done: NOTE number 9 to a" in received
