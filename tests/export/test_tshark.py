"""Captures as tshark sees them: nothing malformed, no bad sum that no level flipped, and the same retransmissions."""

from dataclasses import replace

import pytest

from core.export import ANOTHER_SIGHT, capture_of
from core.export.order import Mark
from core.kernel import trace as kinds
from core.kernel.scenario import DiceSpec, Forge
from core.protocols.clocks.sntp import PROTOCOL as SNTP
from core.protocols.elections.election_bully import PROTOCOL as BULLY
from core.protocols.peers.bittorrent import PROTOCOL as BITTORRENT
from core.protocols.peers.dht_chord import PROTOCOL as CHORD
from core.protocols.premise.echo import PROTOCOL as ECHO
from core.protocols.transport.tcp import PROTOCOL as TCP
from core.wire.peerwire import Piece
from levels.loader import every_act, load
from levels.proofs import prove
from tests.export.captures import (
    AGAIN,
    BAD_SUMS,
    CHECK_SUMS,
    GOOD_SUMS,
    MALFORMED,
    WARNINGS,
    file_of,
    frames_with,
    needs_tshark,
    played,
    tcp_run,
    tshark,
)

pytestmark = needs_tshark
CLEAN = {
    "echo": lambda: played(ECHO.scenarios[0], network=None),
    "election_bully": lambda: played(BULLY.scenarios[0], network=None),
    "dht_chord": lambda: played(CHORD.scenarios[-1], network=None),
    "bittorrent": lambda: played(BITTORRENT.scenarios[1], network=None),
    "tcp": lambda: tcp_run(1, 1),
    "sntp": lambda: played(SNTP.scenarios[0], network=None),
    "http": lambda: prove(load("web/keep-in-line")),
    "ip": lambda: prove(load("wire/roundabout")),
}
FLAGS = "tcp.analysis.flags && !tcp.analysis.window_update"
FIRST_SIGHTS = f'!(frame.comment contains "{ANOTHER_SIGHT}")'
IN_ORDER = (Mark.IN_ORDER, Mark.PROBE)


def marked(capture):
    """The numbers of the frames that our trace marks resent or overtaken."""
    return {number for number, frame in enumerate(capture.frames, 1) if frame.mark not in IN_ORDER}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_runs_have_nothing_to_complain_about_on_the_whole_and_at_any_end(name, tmp_path):
    world = CLEAN[name]()
    for once in (True, False):
        path, capture = file_of(world, tmp_path, once=once)
        everything = tshark(path, "-T", "fields", "-e", "frame.number")
        assert len(everything) == len(capture.frames) > 0
        assert frames_with(path, MALFORMED) == set()
        assert frames_with(path, BAD_SUMS) == set()
        assert len(frames_with(path, "ip.checksum.status==1")) == len(capture.frames), "every sum was looked at"
        assert frames_with(path, GOOD_SUMS) == frames_with(path, "(tcp || udp) && !icmp") != set()
    for at in [(), *((node,) for node in list(world.nodes)[:3])]:
        path, capture = file_of(world, tmp_path, *at)
        assert frames_with(path, WARNINGS) == set()
        assert frames_with(path, FLAGS) == set()


LOSSY = ["pipe/bathtub-with-a-hole", "pipe/say-it-thrice", "premise/silence", "swarm/is-it-alive"]
PICTURES = ["web/ten-pictures", "web/second-hand"]


@pytest.mark.parametrize("level", [*LOSSY, *PICTURES])
def test_levels_with_losses_and_with_pictures_are_well_formed(level, tmp_path):
    path, capture = file_of(prove(load(level)), tmp_path)
    assert len(capture.frames) > 10
    assert frames_with(path, MALFORMED) == set()
    assert frames_with(path, BAD_SUMS) == set()


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("number", [1, 2])
def test_what_is_sent_again_or_overtaken_is_what_tshark_flags(number, seed, tmp_path):
    """Loss, second copies and jitter: on the whole and at both ends the very frames that our trace marks."""
    world = tcp_run(number, seed, loss=0.1, duplicate=0.05, jitter=(0, 60_000))
    for at in [(), *((node,) for node in world.nodes)]:
        path, capture = file_of(world, tmp_path, *at)
        assert frames_with(path, AGAIN) == marked(capture)
        assert frames_with(path, MALFORMED) == set()
        assert frames_with(path, "tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment") == set() or at
    sent_twice = [frame for frame in capture.frames if frame.mark is Mark.RESENT]
    assert all("resent" in frame.comments[-1] and frame.outbound for frame in sent_twice)


@pytest.mark.parametrize(
    "level",
    ["bathtub-with-a-hole", "nobody-asks-you", "ghost-syn", "say-it-thrice", "last-words", "fair-share"],
)
def test_so_it_is_in_levels_too(level, tmp_path):
    """With strangers' segments, connections that open again with old numbers, and a router between."""
    world = played(load(f"pipe/{level}").scenario)
    for at in [(), *((node,) for node in world.nodes)]:
        path, capture = file_of(world, tmp_path, *at)
        assert frames_with(path, AGAIN) == marked(capture), at
    marks = {frame.mark for frame in file_of(world, tmp_path)[1].frames}
    assert Mark.RESENT in marks


def test_who_speaks_for_another_takes_its_numbers(tmp_path):
    """A stranger's data under the sender's name: on the whole the sender's own then look sent again, at its end not."""
    clean = tcp_run(1, 1)
    own = [e for e in clean.trace if e.kind == kinds.SEND and e.node == "sender" and e.detail.payload]
    forged = Forge(own[0].time + 1, "sender", "receiver", replace(own[1].detail, payload=b"x" * 500))
    world = played(TCP.scenarios[1].reseeded(1), network=None, happenings=(forged,))
    found = {}
    for at in [(), ("sender",), ("receiver",)]:
        path, capture = file_of(world, tmp_path, *at)
        found[at] = frames_with(path, AGAIN)
        assert found[at] == marked(capture), at
    assert 0 < len(found["sender",]) < len(found[()])


def test_there_are_such_frames(tmp_path):
    """So the comparison above compares something: every mark occurs."""
    seen = set()
    for seed in range(1, 8):
        world = tcp_run(1, seed, loss=0.1, duplicate=0.1, jitter=(0, 60_000))
        _, capture = file_of(world, tmp_path, *world.nodes)
        seen |= {frame.mark for frame in capture.frames}
    assert {Mark.RESENT, Mark.LATE_AGAIN, Mark.OVERTAKEN, Mark.SECOND_COPY} <= seen


def test_bad_sums_are_those_that_the_level_flipped(tmp_path):
    for seed in (1, 2, 4, 5, 6):  # in each of which bits flip
        world = tcp_run(1, seed, garble=0.15)
        path, _ = file_of(world, tmp_path)
        assert frames_with(path, f"{BAD_SUMS} || {MALFORMED}") == set(), "all is there as it was sent"
        path, capture = file_of(world, tmp_path, *world.nodes)
        flipped = {
            number for number, frame in enumerate(capture.frames, 1) if world.trace[frame.entry].kind == kinds.GARBLED
        }
        assert flipped
        bad = frames_with(path, BAD_SUMS)
        assert bad <= flipped
        # A flip in IPv4's header may make another protocol of it: then there is no TCP sum to look at.
        assert flipped & frames_with(path, "tcp.checksum.status") <= bad
        assert frames_with(path, MALFORMED) <= flipped


def test_a_flipped_byte_is_found(tmp_path):
    path, capture = file_of(CLEAN["echo"](), tmp_path)
    data = bytearray(path.read_bytes())
    place = bytes(data).index(capture.frames[0].data)
    data[place + 30] ^= 0x10
    path.write_bytes(data)
    assert frames_with(path, BAD_SUMS) == {1}
    assert frames_with(path, WARNINGS) == {1}


def test_names_times_directions_and_comments_are_shown(tmp_path):
    world = CLEAN["echo"]()
    path, _ = file_of(world, tmp_path, *world.nodes)
    fields = ["frame.time_epoch", "frame.interface_name", "frame.packet_flags_direction", "ip.src_host", "ip.dst_host"]
    fields.append("frame.packet_id")
    lines = tshark(path, "-N", "n", "-T", "fields", *(part for name in fields for part in ("-e", name)))
    first, second = (line.split("\t") for line in lines[:2])
    assert first[:5] == ["0.000000000", "client", "0x00000002", "client", "server"]
    assert second[:5] == ["0.040000000", "server", "0x00000001", "client", "server"]
    assert first[5] == second[5] != ""
    path, _ = file_of(world, tmp_path, once=True)
    lines = tshark(path, "-N", "n", "-T", "fields", *(part for name in fields for part in ("-e", name)))
    assert lines[0].split("\t")[:5] == first[:5]
    assert lines[1].split("\t")[:5] == ["0.040000000", "server", "0x00000002", "server", "client"]
    (comment,) = tshark(path, "-Y", "frame.number==1", "-T", "fields", "-e", "frame.comment")
    assert comment.startswith("trace 1, 0 ms, client: PING number 1 sent to server")
    assert comment.endswith("delivered to server at 0.040000 s, trace 3")


def test_peer_wire_is_decoded_as_bittorrent(tmp_path):
    world = CLEAN["bittorrent"]()
    for at, only in ((("bob",), "bittorrent"), ((), 'bittorrent && frame.interface_name == "bob"'), ((), "bittorrent")):
        path, _ = file_of(world, tmp_path, *at)
        types = tshark(path, "-Y", only, "-T", "fields", "-e", "bittorrent.msg.type")
        seen = {int(number) for line in types for number in line.split(",") if number}
        assert {2, 4, 6, 7} <= seen  # interested, have, request, piece (BEP 3)
        blocks = sum(line.split(",").count("7") for line in types)
        pieces = [
            entry
            for entry in world.trace
            if isinstance(entry.detail, Piece) and entry.kind in (kinds.SEND, kinds.RECEIVE)
            and (entry.node == "bob" or "bob" not in only + str(at))
        ]  # fmt: skip
        assert blocks == len(pieces) > 4


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("http", {"http", "tcp"}), ("ip", {"icmp", "udp"}), ("sntp", {"ntp", "udp"}), ("bittorrent", {"bittorrent"})],
)
def test_published_formats_are_decoded_as_what_they_are(name, wanted, tmp_path):
    path, _ = file_of(CLEAN[name](), tmp_path)
    assert wanted <= {line.split()[0] for line in tshark(path, "-q", "-z", "io,phs") if line.strip()}


def test_requests_and_statuses_of_http_are_read(tmp_path):
    world = prove(load("web/front-page"))
    read = {}
    for at in ((), ("paper",), ("reader",)):
        path, _ = file_of(world, tmp_path, *at)
        for what in ("request.method", "response.code"):
            read[what, *at] = tshark(path, "-Y", f"http.{what}", "-T", "fields", "-e", f"http.{what}")
    for what, some in (("request.method", "GET"), ("response.code", "200")):
        assert some in read[what, "paper"]
        assert len(read[what, "paper"]) > 5
        assert sorted(read[what,]) == sorted(read[what, "paper"] + read[what, "reader"]), "at each end all is read"


def test_loss_under_a_stream_is_delay_and_nothing_is_sent_twice(tmp_path):
    world = played(BITTORRENT.scenarios[1], network=DiceSpec(loss=0.05, jitter=(0, 50_000)))
    for at in ((), ("bob",)):
        path, _ = file_of(world, tmp_path, *at)
        assert frames_with(path, MALFORMED) == set()
        assert frames_with(path, f"{AGAIN} || tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment") == set()


def test_sums_are_really_checked(tmp_path):
    path, _ = file_of(CLEAN["tcp"](), tmp_path)
    assert len(tshark(path, "-Y", GOOD_SUMS)) == 0, "without the options nothing is checked"
    assert len(tshark(path, *CHECK_SUMS, "-Y", GOOD_SUMS)) > 0


BIG = ("swarm/leech", "swarm/quid-pro-quo", "swarm/blind-date", "swarm/race-the-server", "swarm/tragedy")
"""Swarms of a hundred thousand packets: the small ones speak for them."""
SMALL = [level.id for level in every_act() if level.id not in BIG]


@pytest.mark.parametrize("level", [*SMALL, *(pytest.param(level, marks=pytest.mark.soak) for level in BIG)])
def test_both_ends_of_any_level_lie_in_one_capture_without_noise(level, tmp_path):
    """Nothing is malformed, no sum is bad but of what came so, and nothing is flagged.

    Where the room's own messages are TCP segments, whose second sight is flagged, the others are flagged as they
    would be if every packet lay there once.
    """
    world = played(load(level).scenario)
    path, capture = file_of(world, tmp_path, once=False)
    assert {(frame.node, frame.outbound) for frame in capture.frames} >= {(node, True) for node in senders(world)}
    assert frames_with(path, MALFORMED) == set()
    bad = frames_with(path, BAD_SUMS if capture.segments else f"{BAD_SUMS} || {WARNINGS} || ({FLAGS})")
    came_so = {"bits flipped on the way", "nobody in this world sent it"}
    assert [capture.frames[n - 1].comments for n in bad if not came_so & set(capture.frames[n - 1].comments)] == []
    if not capture.segments:
        return
    first = frames_with(path, f"({AGAIN}) && {FIRST_SIGHTS}")
    _, once = file_of(world, tmp_path, name="once.pcapng", once=True)
    assert {capture.frames[number - 1].packet for number in first} == {
        once.frames[number - 1].packet for number in marked(once)
    }


def senders(world):
    """The nodes that sent anything to another."""
    return {entry.node for entry in world.trace if entry.kind in (kinds.SEND, kinds.OPEN) and entry.node != entry.peer}


def test_no_capture_of_any_level_with_each_packet_once_has_a_malformed_frame(tmp_path):
    """All levels, played by the book, every packet once, one after the other in one file."""
    levels = [level for level in every_act() if level.id in SMALL]
    places, total = [], 0
    with (tmp_path / "all.pcapng").open("wb") as file:
        for level in levels:
            capture = capture_of(played(level.scenario), once=True)
            file.writelines(capture.blocks())
            total += len(capture.frames)
            places.append((total, level.id))
    bad = frames_with(tmp_path / "all.pcapng", MALFORMED)
    assert {next(name for last, name in places if frame <= last) for frame in bad} == set()
    assert len(tshark(tmp_path / "all.pcapng", "-T", "fields", "-e", "frame.number")) == total
