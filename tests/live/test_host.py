"""Our end of a TUN device is a host: it answers ping, and says what cannot be reached (RFC 1122)."""

import dataclasses
import re
import shutil
import subprocess
import sys

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.protocol import Envelope
from core.kernel.world import World
from core.live import LiveError, facing, host, tun
from core.live.path import Shape
from core.protocols.transport.tcp.web import noise
from core.wire import icmp, ipv4, tcp, udp
from core.wire.fragments import Reassembly, fragments
from levels.live import tcp_server
from tests.live.test_tcp_kernel import journalled, machine_of, md5
from tests.patience import ENOUGH

OURS, KERNEL = ipv4.address("10.201.0.2"), ipv4.address("10.201.0.1")
TCP = 6
MTU = 1500
DATA = bytes(range(256)) * 10


def packet_of(payload, protocol=icmp.PROTOCOL, **fields):
    return ipv4.Packet(**{"source": KERNEL, "destination": OURS, "protocol": protocol, "payload": payload, **fields})


def echo(data=b"abc", **fields):
    return packet_of(icmp.pack(icmp.Echo(7, 1, data)), **fields)


def heard(packet, at=0, ours=None):
    """What the host sends back for a packet."""
    came = (ours or host.Host(OURS, TCP, MTU)).hear(packet if isinstance(packet, bytes) else ipv4.pack(packet), at)
    assert came.datagram is None
    return [ipv4.unpack(answer) for answer in came.answers]


def said(packet, **more):
    """The one message that it sends back; how it is addressed is looked at here."""
    (answer,) = heard(packet, **more)
    assert (answer.source, answer.destination, answer.protocol) == (OURS, KERNEL, icmp.PROTOCOL)
    return icmp.unpack(answer.payload)


# Echo: RFC 1122, 3.2.2.6


@pytest.mark.parametrize("data", [b"", b"a", DATA[:1472]])
def test_an_echo_comes_back_with_all_that_it_carried(data):
    assert said(echo(data)) == icmp.EchoReply(7, 1, data)


def test_a_reply_has_the_service_of_what_it_replies_to():
    (answer,) = heard(echo(dscp=46, ecn=1))
    assert (answer.dscp, answer.ecn) == (46, 0)


def test_an_echo_that_came_in_pieces_is_answered_in_pieces():
    pieces = fragments(echo(DATA, identification=9), MTU)
    assert len(pieces) == 2
    ours = host.Host(OURS, TCP, MTU)
    for piece in reversed(pieces[1:]):
        assert heard(piece, ours=ours) == []
    answers = heard(pieces[0], ours=ours)
    assert len(answers) == 2
    assert all(answer.size <= MTU for answer in answers)
    together = Reassembly()
    for answer in answers:
        together = together.with_fragment(answer)
    assert icmp.unpack(together.whole.payload) == icmp.EchoReply(7, 1, DATA)
    assert ours.due() is None


def test_an_echo_that_records_its_route_passes_here():
    before = ipv4.RecordRoute.empty(9).recorded(KERNEL)
    (answer,) = heard(echo(options=ipv4.pack_options((before, ipv4.NoOperation()))))
    (route,) = ipv4.options_of(answer.options)
    assert route.route == (KERNEL, OURS)


def spoilt(packet, at):
    data = bytearray(ipv4.pack(packet))
    data[at] ^= 1
    return bytes(data)


@pytest.mark.parametrize(
    "packet",
    [
        spoilt(echo(), 8),
        spoilt(echo(), 25),
        echo(destination=OURS + 1),
        echo(source=0),
        echo(source=ipv4.address("127.0.0.1")),
        echo(source=ipv4.address("224.0.0.1")),
        echo(source=ipv4.address("255.255.255.255")),
        packet_of(icmp.pack(icmp.EchoReply(7, 1))),
        packet_of(icmp.pack(icmp.Unreachable(icmp.PORT, bytes(28)))),
        packet_of(icmp.pack(icmp.Other(13, 0, 0, bytes(12)))),
        packet_of(icmp.pack(icmp.Other(99, 0))),
        packet_of(b"\x08\x00"),
        echo(options=b"\x07\x00\x00\x00"),
        ipv4.pack(echo())[:24],
        b"",
    ],
    ids=[
        "header checksum", "ICMP checksum", "another address", "from nobody", "from loopback", "from many",
        "from all", "a reply", "an error", "another question", "no such type", "no header", "no option", "cut", "empty",
    ],
)  # fmt: skip
def test_silence(packet):
    assert heard(packet) == []


# What cannot be reached: RFC 1122, 3.2.2.1


def test_a_protocol_that_is_not_spoken_here():
    asked = packet_of(b"what is this", protocol=132)
    assert said(asked) == icmp.Unreachable(icmp.PROTOCOL_UNREACHABLE, ipv4.pack(asked)[:28])


def test_a_port_where_nobody_listens():
    asked = packet_of(udp.pack(udp.Datagram(5000, 53, b"who?"), KERNEL, OURS), udp.PROTOCOL)
    assert said(asked) == icmp.Unreachable(icmp.PORT, ipv4.pack(asked)[:28])
    garbled = dataclasses.replace(asked, payload=asked.payload[:-1] + b"!")
    assert heard(garbled) == []


# Fragments: RFC 1122, 3.3.2


def test_the_machines_own_datagram_is_put_together():
    whole = packet_of(DATA, protocol=TCP, identification=3)
    first, second = (ipv4.pack(piece) for piece in fragments(whole, MTU))
    ours = host.Host(OURS, TCP, MTU)
    assert ours.hear(first, 0) == host.NOTHING
    assert ours.hear(second, 1) == host.Heard(ipv4.pack(whole))


@pytest.mark.parametrize("first_is_here", [True, False])
def test_who_sent_the_first_fragment_hears_that_others_did_not_come(first_is_here):
    pieces = fragments(echo(DATA), MTU)
    came = pieces[0] if first_is_here else pieces[1]
    ours = host.Host(OURS, TCP, MTU)
    assert heard(came, 5, ours) == []
    assert ours.due() == 5 + host.PATIENCE
    assert ours.expire(4 + host.PATIENCE) == ()
    answers = ours.expire(5 + host.PATIENCE)
    assert ours.due() is None
    if not first_is_here:
        assert answers == ()
        return
    (answer,) = answers
    message = icmp.unpack(ipv4.unpack(answer).payload)
    assert message == icmp.TimeExceeded(icmp.REASSEMBLY, ipv4.pack(came)[:28])


def test_a_fragment_of_garbage_leaves_the_others_alone():
    pieces = fragments(echo(DATA), MTU)
    ours = host.Host(OURS, TCP, MTU)
    assert heard(pieces[1], ours=ours) == []
    assert heard(dataclasses.replace(pieces[1], fragment_offset=8000), ours=ours) == []  # another end
    assert len(heard(pieces[0], ours=ours)) == 2


def test_fragments_take_no_more_than_their_room():
    ours = host.Host(OURS, TCP, MTU)
    for number in range(host.MOST_PARTIAL + 1):
        assert heard(fragments(echo(DATA, identification=number), MTU)[0], number, ours) == []
    assert ours.due() == 1 + host.PATIENCE  # the oldest is forgotten
    assert len(ours.expire(1000 + host.PATIENCE)) == host.MOST_PARTIAL
    crumbs = [packet_of(bytes(8), fragment_offset=2 * at, more_fragments=True) for at in range(host.MOST_PIECES + 1)]
    for crumb in crumbs:
        assert heard(crumb, ours=ours) == []
    assert ours.due() is None


# Garbage

fields = st.fixed_dictionaries(
    {},
    optional={
        "identification": st.integers(0, 2),
        "more_fragments": st.booleans(),
        "fragment_offset": st.one_of(st.integers(0, 20), st.integers(0, 8191)),
        "options": st.binary(max_size=40).map(lambda data: data[: len(data) // 4 * 4]),
        "source": st.integers(0, (1 << 32) - 1),
    },
)


@given(st.lists(st.one_of(st.binary(max_size=60), st.builds(
    lambda payload, protocol, more: ipv4.pack(packet_of(payload, protocol, **more)),
    st.one_of(st.binary(max_size=64), st.binary(max_size=64).map(lambda data: icmp.pack(icmp.Echo(1, 2, data)))),
    st.sampled_from((1, 1, 1, 6, 17, 99)), fields,
)), max_size=30))  # fmt: skip
def test_whatever_comes_is_answered_with_packets_or_not_at_all(packets):
    ours = host.Host(OURS, TCP, 100)
    for now, data in enumerate(packets):
        came = ours.hear(data, now)
        for answer in came.answers:
            packet = ipv4.unpack(answer)
            assert packet.source == OURS
            assert packet.size <= 100
        if came.datagram is not None:
            assert ipv4.unpack(came.datagram).protocol == TCP
    for answer in ours.expire(1 << 60):
        assert isinstance(icmp.unpack(ipv4.unpack(answer).payload), icmp.TimeExceeded)
    assert ours.due() is None


# Without what it takes


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it is refused before that")
def test_a_system_that_lets_nobody_have_a_network_is_one_sentence(monkeypatch):
    """As where user namespaces can be had, but no rights in them."""
    refused = "import core.live.tun as t; t._bring_up = lambda name: (_ for _ in ()).throw(PermissionError(1, 'no'))"
    monkeypatch.setattr(tun, "_CHILD", tun._CHILD.replace("from core", f"{refused}; from core", 1))
    with pytest.raises(LiveError, match=r"^a network apart cannot be made here: "):
        tun.apart(["true"])


# Against the kernel


@pytest.fixture
def ping():
    """ping is here."""
    if shutil.which("ping") is None:
        pytest.skip("ping is not installed")


async def beside(*command, shape=None, level=None):
    """Face a program in a network apart: what it printed, and the run."""
    with tun.apart(command, output=subprocess.PIPE) as device:
        faced = await facing.face(World((level or tcp_server(1000)).scenario), device, shape=shape, patience=ENOUGH)
        return await trio.to_thread.run_sync(device.peer.stdout.read, limiter=trio.CapacityLimiter(1)), faced


def counts(printed):
    """Packets that ping sent, and replies that it got."""
    sent, got = re.search(rb"(\d+) packets transmitted, (\d+) received", printed).groups()
    assert b"duplicates" not in printed
    return int(sent), int(got)


@pytest.mark.usefixtures("network_apart", "ping")
@pytest.mark.parametrize("words", [[], ["-s", "0"], ["-s", "3000"], ["-s", "65507"], ["-R"]], ids=" ".join)
async def test_ping_is_answered(words):
    printed, faced = await beside("ping", "-n", "-c", "3", "-i", "0.01", "-W", str(ENOUGH), *words, "{ours}")
    assert counts(printed) == (3, 3)
    assert faced.status == 0
    assert b"wrong data byte" not in printed
    if words == ["-R"]:
        ours = ipv4.dotted(tun.FIRST + 2).encode()
        assert re.search(rb"RR:.*\n\t%s" % ours, printed), printed
    assert not faced.live.journal  # the world does not hear of it


@pytest.mark.usefixtures("network_apart", "ping")
async def test_ping_sees_what_the_path_loses():
    printed, faced = await beside(
        "ping", "-n", "-c", "60", "-i", "0.002", "-W", "0.5", "{ours}", shape=Shape(loss=0.2, reorder=0.1)
    )
    sent, got = counts(printed)
    lost = faced.port.inward.lost + faced.port.outward.lost
    assert 0 < lost < 60
    assert 0 < got <= sent - lost  # what comes after ping has left is not counted


@pytest.mark.usefixtures("network_apart", "ping", "curl")
async def test_a_flood_of_pings_hurts_no_connection(tmp_path):
    level = tcp_server(1_000_000)
    script = (
        f"ping -q -f -s 4000 -w {ENOUGH} {{ours}} >/dev/null & "
        f"curl -sS -m {ENOUGH} -o {tmp_path}/got http://{{ours}}/; "
        "status=$?; kill $!; wait $!; exit $status"
    )
    _, faced = await beside("sh", "-c", script, level=level)
    assert faced.status == 0
    assert md5((tmp_path / "got").read_bytes()) == md5(noise(1_000_000))
    assert faced.port.answered > 3
    assert [how for _, how in machine_of(faced.live.world).ended] == ["closed"]


NOBODY = """
import socket, sys
where = sys.argv[1]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
    plain.settimeout(300)
    plain.connect((where, 53))
    plain.send(b"who?")
    try:
        plain.recv(100)
    except OSError as error:
        print(type(error).__name__)
with socket.socket(socket.AF_INET, socket.SOCK_RAW, 253) as raw:
    raw.settimeout(300)
    raw.connect((where, 0))
    raw.send(b"what is it?")  # the kernel minds no error that quotes less than 8 bytes
    try:
        raw.recv(100)
    except OSError as error:
        print(error.strerror)
"""


@pytest.mark.usefixtures("network_apart")
async def test_the_kernel_hears_what_is_not_here():
    printed, faced = await beside(sys.executable, "-I", "-c", NOBODY, "{ours}")
    assert printed.split(b"\n")[:2] == [b"ConnectionRefusedError", b"Protocol not available"]
    assert faced.port.answered == 2


PIECES = """
import socket, sys, time
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
    for piece in sys.argv[2:]:
        raw.sendto(bytes.fromhex(piece), (sys.argv[1], 0))
with socket.create_connection((sys.argv[1], 80), timeout=300):
    pass
"""


@pytest.mark.usefixtures("network_apart")
async def test_a_segment_in_pieces_reaches_our_tcp():
    level = tcp_server(100)
    source, destination = tun.FIRST + 1, tun.FIRST + 2
    syn = tcp.Segment(5000, 80, 1, 0, tcp.Flags.SYN, 1000, options=(tcp.MaximumSegmentSize(1460),) * 3)
    data = tcp.TCP.encode(syn, Envelope("", "", source, destination))
    whole = ipv4.Packet(source, destination, TCP, data, identification=77)
    pieces = [ipv4.pack(piece).hex() for piece in fragments(whole, 44)]
    assert len(pieces) == 2
    _, faced = await beside(sys.executable, "-I", "-c", PIECES, "{ours}", *pieces, level=level)
    assert faced.live.journal[0].data == ipv4.pack(whole)
    ended = [how for _, how in machine_of(faced.live.world).ended]
    assert ended[0] == "refused"  # the kernel has no such connection, which shows that our TCP answered
    journalled(level, faced)


HALF = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as ear:
    ear.settimeout(300)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(bytes.fromhex(sys.argv[2]), (sys.argv[1], 0))
    print(ear.recv(1000)[20:22].hex())
"""


@pytest.mark.usefixtures("network_apart")
async def test_the_kernel_hears_that_fragments_did_not_come(monkeypatch):
    monkeypatch.setattr(host, "PATIENCE", 200_000)
    first, _ = fragments(echo(DATA, source=tun.FIRST + 1, destination=tun.FIRST + 2, identification=5), MTU)
    printed, faced = await beside(sys.executable, "-I", "-c", HALF, "{ours}", ipv4.pack(first).hex())
    assert printed == b"0b01\n"  # time exceeded, in fragments
    assert faced.seconds >= 0.2
