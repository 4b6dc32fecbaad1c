"""IP's facts, by section: routers (RFC 1812), hosts (RFC 1122), ICMP (RFC 792, 1191), fragments (RFC 791), a path."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kernel.choice import Asked, Kind, judge
from core.kernel.scenario import Cut, DiceSpec, Forge, LinkSpec, Lose, NodeSpec, PlayerSeat, Request, Scenario
from core.kernel.seats import Random
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import RECEIVE, SEND, TIMER
from core.kernel.world import World
from core.protocols.internet.ip import PROTOCOL, Frame, Ping, Send
from core.protocols.internet.ip import routing as r
from core.protocols.internet.ip.choices import GIVE_UP, TELL_SOURCE, WAIT
from core.protocols.internet.ip.host import Host, Prober
from core.protocols.internet.ip.messages import OCTETS
from core.protocols.internet.ip.router import Router, cut, recorded, right_sum, with_header
from core.protocols.internet.ip.services import Desk, Office
from core.protocols.internet.ip.surveyor import Surveyor
from core.wire import icmp, ipv4, udp
from core.wire.ipv4 import Packet, RecordRoute, address, checksum, options_of, pack_options, unpack_cut
from levels.loader import from_text
from levels.schema import LevelError

ANA, BEN, R1, R2 = "10.0.1.2", "10.0.9.9", "10.0.0.1", "10.0.0.2"
MS = MILLISECOND


def host(name: str, at: str, gateway: str, **more: Any) -> NodeSpec:
    return NodeSpec(name, "ip", "host", {"address": at, "routes": f"0.0.0.0/0 via {gateway}", **more})


def router(name: str, at: str, routes: str, **more: Any) -> NodeSpec:
    return NodeSpec(name, "ip", "router", {"address": at, "routes": routes, **more})


def line(*happenings: Any, mtu: int = 1500, mtu2: int = 1500, ben: dict[str, Any] | None = None, **more: Any) -> World:
    """ana - r1 - r2 - ben, with the MTU of r1's link to r2 and of r2's to ben; run to its end."""
    links = {}
    for a, b, size in (("ana", "r1", 65535), ("r1", "r2", mtu), ("r2", "ben", mtu2)):
        links[a, b] = links[b, a] = LinkSpec(latency=10 * MS, mtu=size)
    world = World(
        Scenario(
            name="a test",
            protocols={"ip": PROTOCOL},
            nodes=(
                NodeSpec("ana", "ip", "host", {"address": ANA, "routes": "0.0.0.0/0 via r1 mtu 65535"}),
                router("r1", R1, f"10.0.1.0/24 via ana, 10.0.0.0/8 via r2 mtu {mtu}"),
                router("r2", R2, f"10.0.9.0/24 via ben mtu {mtu2}, 10.0.1.0/24 via r1 mtu {mtu}"),
                host("ben", BEN, "r2", **(ben or {})),
            ),
            links=links,
            default_link=None,
            happenings=happenings,
            limit=60 * SECOND,
            **more,
        )
    )
    world.run()
    return world


def asks(request: Any, at: int = MS, node: str = "ana") -> Request:
    return Request(at, node, request)


def forged(packet: Packet | bytes, at: int = MS, link: tuple[str, str] = ("ana", "r1")) -> Forge:
    return Forge(at, *link, Frame(packet if isinstance(packet, bytes) else ipv4.pack(packet)))


def a_datagram(text: bytes = b"hello", ttl: int = 64, **more: Any) -> Packet:
    data = udp.pack(udp.Datagram(4000, 7, text), address(ANA), address(BEN))
    return replace(Packet(address(ANA), address(BEN), udp.PROTOCOL, data, ttl), **more)


def seen(world: World, node: str, kind: str = SEND) -> list[Packet]:
    """The packets that a node sent, or got."""
    return [ipv4.unpack_unchecked(e.detail.data) for e in world.trace if e.kind == kind and e.node == node]


def errors(world: World, node: str) -> list[icmp.Message]:
    """The ICMP messages that a node sent of its own."""
    own = machine(world, node).own
    return [icmp.unpack(p.payload) for p in seen(world, node) if p.protocol == icmp.PROTOCOL and p.source == own]


def machine(world: World, node: str) -> Host:
    found = world.nodes[node].machine
    assert isinstance(found, Host)
    return found


def read(world: World, node: str = "ben") -> list[bytes]:
    return [arrival.data for arrival in machine(world, node).read]


# Routers


def test_rfc_1812_5_3_1_a_router_decrements_the_ttl_by_one() -> None:
    world = line(asks(Send(BEN, ttl=9)))
    assert [packet.ttl for packet in (*seen(world, "ana"), *seen(world, "r1"), *seen(world, "r2"))] == [9, 8, 7]
    assert read(world) == [b"hello"]


def test_rfc_1812_5_2_2_every_hop_computes_the_checksum_anew() -> None:
    world = line(asks(Send(BEN)))
    sums = [e.detail.data[10:12] for e in world.trace if e.kind == SEND]
    assert len(set(sums)) == 3
    assert all(checksum(e.detail.data[:20]) == 0 for e in world.trace if e.kind == SEND)


@settings(deadline=None)
@given(st.integers(2, 255), st.integers(0, 65535), st.integers(0, 2**32 - 1))
def test_rfc_1141_the_sum_gains_what_the_ttl_lost(ttl: int, number: int, source: int) -> None:
    data = ipv4.pack(Packet(source, address(BEN), 17, b"", ttl, number))
    old = int.from_bytes(data[10:12], "big")
    new = right_sum(data, ttl - 1)
    carried = old + 0x100
    assert new == (carried if carried <= 0xFFFF else carried - 0xFFFF) or {new, carried - 0xFFFF} == {0, 0xFFFF}
    assert r.sum_of(with_header(data, ttl - 1, new)) == 0xFFFF


def test_rfc_1812_5_3_1_a_packet_on_its_last_hop_is_dropped_and_its_source_told() -> None:
    world = line(asks(Send(BEN, ttl=1)))
    assert [packet.destination for packet in seen(world, "r1")] == [address(ANA)]
    (error,) = errors(world, "r1")
    assert isinstance(error, icmp.TimeExceeded)
    assert error.code == icmp.TTL
    assert machine(world, "ana").told == [(11, 0, address(R1), "time to live exceeded in transit")]


def test_rfc_792_an_error_quotes_the_header_and_the_first_8_bytes() -> None:
    (error,) = errors(line(asks(Send(BEN, text="a long text", ttl=2))), "r2")
    assert isinstance(error, icmp.TimeExceeded)
    assert len(error.quoted) == 28
    quoted = unpack_cut(error.quoted)
    assert (quoted.source, quoted.destination, quoted.ttl) == (address(ANA), address(BEN), 1)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x45", ipv4.pack(a_datagram())[:19],
        ipv4.pack(a_datagram())[:8] + b"\x20" + ipv4.pack(a_datagram())[9:],  # another TTL under the old sum
    ],
)  # fmt: skip
def test_rfc_1812_5_2_2_what_is_no_header_is_discarded_in_silence(data: bytes) -> None:
    world = line(forged(data))
    assert seen(world, "r1") == []
    assert machine(world, "r1").view()["discarded"] == 1


@pytest.mark.parametrize("place", [(0, 0x65), (0, 0x4F), (0, 0x44), (3, 10)])
def test_rfc_1812_5_2_2_a_true_sum_over_a_false_version_or_length_is_no_excuse(place: tuple[int, int]) -> None:
    data = bytearray(ipv4.pack(a_datagram()))
    data[place[0]] = place[1]
    size = max(20, (data[0] & 15) * 4)
    data[10:12] = bytes(2)
    data[10:12] = checksum(bytes(data[:size])).to_bytes(2, "big")
    world = line(forged(bytes(data)))
    assert seen(world, "r1") == []


ERROR = icmp.pack(icmp.TimeExceeded(icmp.TTL, icmp.quote(ipv4.pack(a_datagram()))))


def summed(data: bytes) -> bytes:
    """With a true checksum over whatever the header says."""
    data = data[:10] + bytes(2) + data[12:]
    return data[:10] + checksum(data[: r.header_bytes(data)]).to_bytes(2, "big") + data[12:]


PLAIN = ipv4.pack(a_datagram())
CUT_SHORT = summed(PLAIN[:3] + b"\xc8" + PLAIN[4:])
HALF_A_PLACE = ipv4.pack(a_datagram(options=b"\x07\x06\x04\0\0\0\0\0"))


@pytest.mark.parametrize(
    ("data", "octet"),
    [
        (CUT_SHORT, 2),
        (HALF_A_PLACE, 22),
        (ipv4.pack(a_datagram(options=b"\x07\x07\x03\0\0\0\0\0")), 22),
        (ipv4.pack(a_datagram(options=b"\x01\x07\x09\x04\0\0\0\0")), 22),
        (ipv4.pack(a_datagram(options=b"\x94\x01\0\0")), 21),
        (ipv4.pack(a_datagram(options=b"\x01\x01\x01\x94")), 24),
    ],
    ids=["cut short", "half a place", "pointer too small", "option too long", "option too short", "no length"],
)
def test_rfc_1812_5_2_2_and_4_3_3_5_a_parameter_that_is_wrong_is_told_to_the_source(data: bytes, octet: int) -> None:
    world = line(forged(data))
    (error,) = errors(world, "r1")
    assert isinstance(error, icmp.ParameterProblem)
    assert (error.pointer, error.quoted) == (octet, icmp.quote(data))
    assert seen(world, "r2", RECEIVE) == []
    assert machine(world, "ana").told == [(12, 0, address(R1), f"parameter problem, octet {octet}")]


@pytest.mark.parametrize("options", [bytes(4), b"\x07\x07\x08\1\2\3\4\0", b"\x07\x07\x04\0\0\0\0\1", b"\x94\4\0\0"])
def test_rfc_791_3_1_options_that_are_full_or_not_known_are_no_fault(options: bytes) -> None:
    assert read(line(forged(a_datagram(options=options)))) == [b"hello"]


def test_rfc_1122_3_2_2_a_wrong_parameter_of_an_error_or_a_later_fragment_is_told_to_nobody() -> None:
    short = ipv4.pack(Packet(address(ANA), address(BEN), icmp.PROTOCOL, ERROR))[:-4]
    later = summed(PLAIN[:3] + b"\xc8" + PLAIN[4:6] + b"\0\5" + PLAIN[8:])
    for data in (short, later):
        assert r.genuine(data, (), "ana", guards=False) == r.BAD_HEADER
        assert seen(line(forged(data)), "r1") == []


def asked(name: str, **subject: Any) -> Asked:
    return Asked(PROTOCOL.choice(name), "r1", None, subject, 0)


def kind(question: Asked, value: Any) -> Kind:
    return judge(question, value, 0, 0).kind


def test_rfc_1122_3_3_2_who_has_the_first_fragment_must_tell_its_source_and_who_has_not_may_not() -> None:
    here = asked("ip.late", label="a", waited="60 s", first=True)
    assert [kind(here, value) for value in (TELL_SOURCE, GIVE_UP, WAIT)] == [Kind.BOOK, Kind.WRONG, Kind.COSTLY]
    missing = asked("ip.late", label="a", waited="60 s", first=False)
    assert [kind(missing, value) for value in (TELL_SOURCE, GIVE_UP, WAIT)] == [Kind.WRONG, Kind.BOOK, Kind.COSTLY]


def checked(data: bytes, guards: bool = False) -> Asked:
    situation = r.genuine(data, r.routes_of("10.0.1.0/24 via ana, 0.0.0.0/0 via r2"), "ana", guards)
    return asked("ip.check", situation=situation, senseless=r.senseless(data), data=data)


def test_rfc_1812_5_2_2_whom_a_router_may_tell_of_a_header_that_it_discards() -> None:
    for data in (summed(PLAIN[:3] + b"\x12" + PLAIN[4:]), summed(b"\x44" + PLAIN[1:])):  # tests 5 and 4: MAY
        assert kind(checked(data), "discard") is Kind.BOOK
        assert kind(checked(data), "complain") is Kind.FINE
    for data in (summed(b"\x65" + PLAIN[1:]), PLAIN[:8] + b"\0" + PLAIN[9:]):  # tests 3 and 2: silently
        assert kind(checked(data), "complain") is Kind.WRONG
    assert kind(checked(CUT_SHORT), "complain") is Kind.BOOK
    assert kind(checked(CUT_SHORT), "discard") is Kind.COSTLY  # SHOULD
    assert kind(checked(CUT_SHORT), "pass") is Kind.WRONG


@pytest.mark.parametrize("to", ["127.0.0.1", "0.1.2.3", "224.0.0.1", "255.255.255.255", "240.1.1.1"])
def test_rfc_1812_5_3_7_no_packet_goes_to_a_martian(to: str) -> None:
    routes = "10.0.1.0/24 via ana, 0.0.0.0/0 via r2"
    assert r.genuine(ipv4.pack(a_datagram(destination=address(to))), r.routes_of(routes), "ana", False) not in (
        r.SOUND, r.BAD_SOURCE,
    )  # fmt: skip


@pytest.mark.parametrize("to", ["224.0.0.1", "239.255.255.255", "255.255.255.255"])
def test_rfc_1122_3_2_2_no_error_about_what_went_to_many(to: str) -> None:
    data = ipv4.pack(a_datagram(destination=address(to), ttl=1))
    assert r.mute(data)
    assert r.outlook(data, r.routes_of("0.0.0.0/0 via r2")) == r.DYING_MUTE
    assert r.outlook(data, ()) == r.NO_ROUTE_MUTE


@pytest.mark.parametrize("source", ["127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.1.1.1"])
def test_rfc_1812_5_3_7_no_packet_comes_from_a_martian(source: str) -> None:
    world = line(forged(a_datagram(source=address(source))))
    assert seen(world, "r1") == []


def test_rfc_2827_a_guard_believes_a_source_only_from_where_it_lives() -> None:
    routes = r.routes_of("10.0.1.0/24 via ana, 0.0.0.0/0 via r2")
    data = ipv4.pack(a_datagram())
    assert r.genuine(data, routes, "ana", guards=True) == r.SOUND
    assert r.genuine(data, routes, "r2", guards=True) == r.BAD_SOURCE
    assert r.genuine(data, routes, "r2", guards=False) == r.SOUND


def test_rfc_1812_5_2_4_3_the_longest_prefix_wins() -> None:
    routes = r.routes_of("0.0.0.0/0 via west, 10.0.0.0/8 via north, 10.0.9.0/24 via ben, 10.0.9.9 via host")
    for to, via in (("10.0.9.9", "host"), ("10.0.9.8", "ben"), ("10.1.2.3", "north"), ("192.0.2.1", "west")):
        assert r.fitting(routes, address(to))[0].via == via
    assert r.fitting(r.routes_of("10.0.9.0/24 via a, 10.0.9.0/24 via b"), address(BEN))[0].via == "a"
    assert r.fitting(r.routes_of("10.0.8.0/24 via a"), address(BEN)) == ()


def test_rfc_1812_5_2_7_1_no_route_is_told_to_the_source() -> None:
    world = line(asks(Send("172.16.0.1")))
    (error,) = errors(world, "r1")
    assert isinstance(error, icmp.Unreachable)
    assert error.code == icmp.NET


def test_rfc_1191_4_a_packet_with_df_brings_back_the_mtu() -> None:
    world = line(asks(Send(BEN, length=800, dont_fragment=True)), mtu2=576)
    (error,) = errors(world, "r2")
    assert isinstance(error, icmp.Unreachable)
    assert (error.code, error.next_hop_mtu) == (icmp.FRAGMENTATION_NEEDED, 576)
    assert machine(world, "ana").told[0][3] == "fragmentation needed and DF set, MTU 576"
    assert read(world) == []


def test_rfc_791_3_2_routers_cut_and_cut_again_and_only_the_host_puts_together() -> None:
    world = line(asks(Send(BEN, text="0123456789abcdef", length=3000)), mtu=1000, mtu2=300)
    assert len([packet for packet in seen(world, "r1") if packet.fragmented]) == 4
    assert len([packet for packet in seen(world, "r2") if packet.fragmented]) == 13
    assert read(world) == [(b"0123456789abcdef" * 200)[:3000]]


def test_the_longest_datagram_passes_small_links() -> None:
    world = line(asks(Send(BEN, text="x", length=65507)), mtu2=576)
    assert read(world) == [b"x" * 65507]


@pytest.mark.parametrize(
    "packet",
    [
        Packet(address(ANA), address(BEN), icmp.PROTOCOL, ERROR, 1),
        Packet(address(ANA), address("172.16.0.1"), icmp.PROTOCOL, ERROR),
        Packet(address(ANA), address(BEN), icmp.PROTOCOL, ERROR + bytes(600), dont_fragment=True),
        a_datagram(ttl=1, fragment_offset=5),
        a_datagram(destination=address("172.16.0.1"), fragment_offset=5, more_fragments=True),
    ],
)
def test_rfc_1122_3_2_2_no_error_about_an_error_or_a_later_fragment(packet: Packet) -> None:
    world = line(forged(packet), mtu=300)
    assert seen(world, "r1") == []


def test_rfc_1122_3_2_2_but_about_a_first_fragment_and_about_an_echo() -> None:
    echo = icmp.pack(icmp.Echo(1, 1, b"?"))
    for packet in (a_datagram(ttl=1, more_fragments=True), Packet(address(ANA), address(BEN), 1, echo, 1)):
        assert len(errors(line(forged(packet)), "r1")) == 1


def test_a_loop_ends_when_the_time_to_live_does() -> None:
    world = line(forged(a_datagram(destination=address("10.0.7.7"), ttl=20)))  # r2 has no route there
    assert len(errors(world, "r2")) == 1
    looped = World(
        replace(
            world.scenario,
            nodes=(*world.scenario.nodes[:2], router("r2", R2, "0.0.0.0/0 via r1"), world.scenario.nodes[3]),
        )
    )
    looped.run()
    crossings = [p for node in ("r1", "r2") for p in seen(looped, node) if p.protocol == udp.PROTOCOL]
    assert sorted(packet.ttl for packet in crossings) == list(range(1, 20))
    assert len(errors(looped, "r1") + errors(looped, "r2")) == 1


def test_rfc_791_3_1_record_route_is_filled_on_the_way() -> None:
    world = line(forged(a_datagram(options=pack_options((RecordRoute.empty(3),)))))
    (option,) = options_of(seen(world, "ben", RECEIVE)[0].options)
    assert isinstance(option, RecordRoute)
    assert option.route == (address(R1), address(R2))
    assert read(world) == [b"hello"]


def test_rfc_1812_4_3_3_6_a_router_answers_echoes_too() -> None:
    world = line(asks(Ping(R2)))
    assert machine(world, "ana").told == [(0, 0, address(R2), "echo reply 1")]


# Hosts


def test_rfc_1122_3_2_2_6_an_echo_comes_back_with_its_data() -> None:
    world = line(asks(Ping(BEN)))
    (reply,) = errors(world, "ben")
    assert reply == icmp.EchoReply(1, 1, b"ping")


def test_rfc_1122_4_1_3_1_nobody_at_the_port_is_said() -> None:
    world = line(asks(Send(BEN, port=9)))
    (error,) = errors(world, "ben")
    assert isinstance(error, icmp.Unreachable)
    assert error.code == icmp.PORT
    assert int.from_bytes(unpack_cut(error.quoted).payload[2:4], "big") == 9


def test_rfc_1122_3_2_2_1_an_unknown_protocol_is_said() -> None:
    world = line(forged(a_datagram(protocol=200)))
    (error,) = errors(world, "ben")
    assert isinstance(error, icmp.Unreachable)
    assert error.code == icmp.PROTOCOL_UNREACHABLE


def test_rfc_1122_4_1_3_4_a_bad_udp_sum_is_discarded_in_silence() -> None:
    good = a_datagram()
    world = line(forged(replace(good, payload=good.payload[:-1] + b"!")))
    assert read(world) == []
    assert seen(world, "ben") == []


def test_rfc_768_no_checksum_is_taken_as_it_is() -> None:
    good = a_datagram()
    world = line(forged(replace(good, payload=good.payload[:6] + bytes(2) + b"hallo")))
    assert read(world) == [b"hallo"]


def test_rfc_1122_3_2_1_3_what_is_for_another_host_is_discarded() -> None:
    world = line(forged(a_datagram(destination=address("10.0.9.8"))))
    assert seen(world, "ben") == []
    assert machine(world, "ben").refused == 1


def test_rfc_768_udp_passes_copies_up_as_they_come() -> None:
    world = line(asks(Send(BEN)), Lose("r2", "ben", 1, "twice"))
    assert read(world) == [b"hello", b"hello"]


def test_rfc_1122_3_3_2_a_datagram_without_its_last_piece_is_given_up_and_its_source_told() -> None:
    world = line(asks(Send(BEN, length=700)), Lose("r1", "r2", 3), mtu=300, ben={"patience": SECOND})
    (error,) = errors(world, "ben")
    assert error == icmp.TimeExceeded(icmp.REASSEMBLY, error.quoted)  # type: ignore[union-attr]
    assert machine(world, "ben").buffers == {}
    assert machine(world, "ana").told[0][:2] == (11, 1)


def test_rfc_792_without_fragment_zero_no_message_need_be_sent() -> None:
    world = line(asks(Send(BEN, length=700)), Lose("r1", "r2", 1), mtu=300, ben={"patience": SECOND})
    assert errors(world, "ben") == []
    assert machine(world, "ben").given_up == 1


def test_rfc_1122_3_2_2_of_pieces_of_an_error_that_are_given_up_nobody_is_told() -> None:
    piece = Packet(address(ANA), address(BEN), icmp.PROTOCOL, (ERROR + bytes(8))[:40], identification=5,
                   more_fragments=True)  # fmt: skip
    world = line(forged(piece), ben={"patience": SECOND})
    assert machine(world, "ben").given_up == 1
    assert seen(world, "ben") == []


def test_rfc_1122_3_2_2_an_icmp_message_of_an_unknown_type_is_discarded() -> None:
    unknown = icmp.pack(icmp.Other(200, 0, 0, b"??"))
    world = line(forged(Packet(address(ANA), address(BEN), icmp.PROTOCOL, unknown)))
    assert machine(world, "ben").told == []
    assert machine(world, "ben").refused == 1


def test_who_was_sent_two_of_a_kind_has_not_read_all_when_one_is_lost() -> None:
    law = PROTOCOL.goal("ben has read all that ana sent it")
    twice = (asks(Send(BEN)), asks(Send(BEN), 5 * MS))
    assert line(*twice, win=(law,)).outcome.won  # type: ignore[union-attr]
    lost = line(*twice, Lose("r2", "ben", 2), win=(law,))
    assert read(lost) == [b"hello"]
    assert not lost.outcome.won  # type: ignore[union-attr]


def test_rfc_791_3_2_the_timer_ends_with_the_last_piece() -> None:
    world = line(asks(Send(BEN, length=700)), mtu=300, ben={"patience": 50 * MS})
    assert read(world)[0].startswith(b"hello")
    assert not any(entry.kind == TIMER for entry in world.trace)


def test_rfc_791_2_3_one_identification_of_two_senders_is_two_datagrams() -> None:
    first = forged(a_datagram(b"a" * 400, identification=5))
    data = udp.pack(udp.Datagram(1, 7, b"b" * 400), address("10.0.1.3"), address(BEN))
    second = forged(a_datagram(identification=5, source=address("10.0.1.3"), payload=data))
    assert sorted(read(line(first, second, mtu=300))) == [b"a" * 400, b"b" * 400]


def test_a_fragment_that_contradicts_the_others_is_refused() -> None:
    pieces = [a_datagram(identification=5, payload=bytes(16), more_fragments=True),
              a_datagram(identification=5, payload=b"1", fragment_offset=2),
              a_datagram(identification=5, payload=bytes(8), fragment_offset=9)]  # fmt: skip
    world = line(forged(pieces[1]), forged(pieces[2], 2 * MS), ben={"patience": SECOND})
    assert machine(world, "ben").refused == 1


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2500), st.integers(68, 700), st.integers(68, 700), st.integers(0, 1000))
def test_whatever_the_links_a_datagram_arrives_whole_or_not_at_all(size: int, mtu: int, mtu2: int, seed: int) -> None:
    request = Send(BEN, text="All work and no play. ", length=size)
    assert read(line(asks(request), mtu=mtu, mtu2=mtu2)) == [request.data]
    # One flipped bit at most: of two in one datagram, the sum would not notice one in 32 (RFC 1071).
    garbled = Lose("r2", "ben", 1 + seed % 5, "garbled")
    dice = DiceSpec(loss=0.05, duplicate=0.1, jitter=(0, 50 * MS))
    arrived = read(line(asks(request), garbled, mtu=mtu, mtu2=mtu2, network=dice, seed=seed))
    assert all(data == request.data for data in arrived)


# The path


def test_what_is_read_is_what_it_says_however_many_blanks_there_are() -> None:
    world = line(Request(MS, "ana", Send(BEN, text="Meet   me\n at nine. ")))
    for text, reads in (("Meet me at nine.", True), ("Meet me", False)):
        assert PROTOCOL.goal(f'ben reads "{text}"').holds(world.evidence()) is reads


def path(lost: tuple[Lose, ...] = (), **more: Any) -> Prober:
    world = line()
    ana = NodeSpec("ana", "ip", "prober", {"address": ANA, "routes": "0.0.0.0/0 via r1", "target": BEN, **more})
    run = World(replace(world.scenario, nodes=(ana, *world.scenario.nodes[1:]), happenings=lost))
    run.run()
    found = run.nodes["ana"].machine
    assert isinstance(found, Prober)
    return found


def test_traceroute_takes_one_probe_a_hop() -> None:
    found = path()
    assert found.done
    assert found.hops == {1: R1, 2: R2}
    assert (found.reached, found.used) == (3, 3)


def test_after_a_silence_the_same_hop_is_asked_again() -> None:
    found = path((Lose("r1", "ana", 2),))
    assert found.done
    assert found.used == 4


def test_it_gives_up_when_the_probes_are_used_up() -> None:
    found = path((Lose("r1", "ana", 2),), probes=3)
    assert found.gave_up
    assert not found.done


def test_a_user_s_datagram_to_a_closed_port_is_no_probe() -> None:
    world = line()
    ana = NodeSpec("ana", "ip", "prober", {"address": ANA, "routes": "0.0.0.0/0 via r1", "target": BEN})
    asks_too = (asks(Send(BEN, 9)), asks(Send(BEN, 9, ttl=1)), asks(Send("10.0.9.8", 33435, ttl=2)))
    run = World(replace(world.scenario, nodes=(ana, *world.scenario.nodes[1:]), happenings=asks_too))
    run.run()
    found = run.nodes["ana"].machine
    assert (found.done, found.hops, found.reached) == (True, {1: R1, 2: R2}, 3)


# What is said of answers


def header(data: bytes) -> Asked:
    """The question about the header of a packet that a router with the address R1 forwards."""
    shown = recorded(data, address(R1))
    old = int.from_bytes(data[10:12], "big")
    return asked("ip.header", packet="", ttl=data[8], sum=old, sum_words="", right_ttl=data[8] - 1,
                 right_sum=right_sum(shown, data[8] - 1), recorded=shown != data)  # fmt: skip


def test_rfc_1812_5_3_1_who_takes_more_than_one_from_the_ttl_must_have_the_sum_for_it() -> None:
    question = header(PLAIN)
    ttl, total = question.book
    assert kind(question, (ttl - 1, right_sum(PLAIN, ttl - 1))) is Kind.COSTLY
    assert kind(question, (ttl - 1, total)) is Kind.WRONG  # the next one discards it
    for value in question.candidates:
        adds_up = r.sum_of(with_header(PLAIN, *value)) == 0xFFFF
        assert (kind(question, value) is not Kind.WRONG) == (adds_up and value[0] <= ttl)


def test_rfc_1624_3_of_the_two_zeros_both_add_up() -> None:
    number = next(n for n in range(65536) if ipv4.pack(a_datagram(identification=n))[10:12] == b"\xfe\xff")
    data = ipv4.pack(a_datagram(identification=number))
    question = header(data)
    assert question.book == (63, 0)
    assert r.sum_of(with_header(data, 63, 0xFFFF)) == 0xFFFF
    assert kind(question, (63, 0xFFFF)) is Kind.FINE  # 0xfeff + 0x0100, as RFC 1141 has it


def test_rfc_791_3_1_an_address_in_the_record_route_counts_in_the_sum() -> None:
    data = ipv4.pack(a_datagram(options=pack_options((RecordRoute.empty(3),))))
    question = header(data)
    ttl, total = question.book
    assert "record route" in judge(question, (ttl, total), 0, 0).words
    naive = (int.from_bytes(data[10:12], "big") + 0x100) % 0xFFFF
    assert naive != total
    assert "record route" in judge(question, (ttl, naive), 0, 0).words


def test_rfc_1812_4_3_2_where_the_neighbour_is_the_source_it_may_be_told_so() -> None:
    question = asked("ip.tell", error="", packet="", from_address=ANA, to_address=BEN, source="ana", direct=True)
    assert kind(question, "neighbour") is Kind.FINE
    world = line(asks(Send(BEN, ttl=1)))
    routes = {"routes": "10.0.1.2 via ana, 10.0.0.0/8 via r2", "address": R1}
    scenario = world.scenario
    nodes = tuple(replace(n, parameters=routes) if n.name == "r1" else n for n in scenario.nodes)
    told = World(replace(scenario, nodes=nodes, seats={"r1": "tells the neighbour"}))
    told.run()
    assert machine(told, "ana").told[0][:2] == (11, 0)  # and it is
    far = asked("ip.tell", **{**question.subject, "direct": False})
    assert kind(far, "neighbour") is Kind.WRONG


def test_rfc_1812_5_2_4_3_of_routes_of_one_length_either_is_right() -> None:
    question = asked("ip.next_hop", destination=BEN, packet="", neighbours=("a", "b", "c"), fit=("a", "b", "c"),
                     default=False, equal=("a", "b"))  # fmt: skip
    assert [kind(question, via) for via in "abc"] == [Kind.BOOK, Kind.FINE, Kind.COSTLY]


@pytest.mark.parametrize(
    ("situation", "answer", "judged"),
    [
        (r.NO_ROUTE, "forward", Kind.WRONG), (r.NO_ROUTE_MUTE, "forward", Kind.FINE),
        (r.TOO_LARGE, "forward", Kind.WRONG), (r.TOO_LARGE_DF, "forward", Kind.WRONG),
        (r.TOO_LARGE_MUTE, "forward", Kind.FINE), (r.TOO_LARGE_MUTE, "fragment", Kind.WRONG),
        (r.TOO_LARGE_DF, "discard", Kind.WRONG), (r.TOO_LARGE, "discard", Kind.WRONG),
    ],
)  # fmt: skip
def test_rfc_1812_5_2_7_1_what_ends_here_without_a_word_is_wrong_if_a_word_is_due(
    situation: str, answer: str, judged: Kind
) -> None:
    question = asked("ip.verdict", situation=situation, data=PLAIN, source="ana", packet="", size=900, mtu=576)
    assert kind(question, answer) is judged


def test_rfc_768_to_discard_what_has_no_sum_is_not_called_a_wrong_sum() -> None:
    question = asked("ip.accept", situation="no checksum", packet="", what="")
    assert "none was taken" in judge(question, "discard", 0, 0).words


def test_rfc_768_what_follows_the_udp_length_is_not_summed_up() -> None:
    good = a_datagram()
    world = line(forged(replace(good, payload=good.payload + b"????")), player=(PlayerSeat("ben", ("ip.accept",)),))
    (question,) = world.questions
    assert question.asked.case == "open port"
    assert question.asked.what.endswith("add up to 0xffff")


# Frames, routes, requests


def test_a_frame_is_its_octets_and_says_what_it_is() -> None:
    frame = Frame(ipv4.pack(a_datagram(ttl=5)))
    assert str(frame) == "UDP ttl 5 10.0.1.2 > 10.0.9.9"
    assert str(Frame(b"noise")) == "5 odd bytes"
    assert str(Frame(b"\x65" + frame.data[1:])) == str(frame)  # what is wrong is not said
    assert str(Frame(ipv4.pack(a_datagram(fragment_offset=35)))).startswith("fragment, offset 35 ")
    assert OCTETS.decode(OCTETS.encode(frame, None), None) == frame  # type: ignore[arg-type]
    names = {span.name for span in OCTETS.spans(frame.data)}
    assert {"IPv4.ttl", "UDP.length"} <= names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10.0.0.0/8", "is no route"), ("10.0.0.0/33 via a", "32 bits at most"),
        ("10.0.0.1/8 via a", "beyond the first 8"),
        ("10.0.0.0.1/8 via a", "no IPv4 address"), ("0.0.0.0/0 via a mtu 67", "68 bytes"), ("nonsense", "is no route"),
    ],
)  # fmt: skip
def test_routes_that_are_none_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        r.routes_of(text)


@pytest.mark.parametrize("wrong", [{"to": "ben"}, {"port": 0}, {"ttl": 0}, {"ttl": 256}, {"length": 65508},
                                   {"text": "x" * 65508}])  # fmt: skip
def test_requests_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Send(**{"to": BEN, **wrong})


def test_a_level_with_a_wrong_route_names_its_line() -> None:
    text = '[level]\ntitle = "x"\n[nodes]\nr = { runs = "ip.router", address = "10.0.0.1", routes = "10.0.0.0/8" }\n'
    with pytest.raises(LevelError) as caught:
        from_text(text, "x.toml")
    assert any("is no route" in problem.found and problem.line == 4 for problem in caught.value.problems)


@pytest.mark.parametrize("at", ["127.0.0.1", "0.0.0.7", "224.0.0.1", "255.255.255.255"])
def test_rfc_1122_3_2_1_3_a_node_whose_packets_nobody_would_take_is_named_with_its_line(at: str) -> None:
    text = f'[level]\ntitle = "x"\n[nodes]\nr = {{ runs = "ip.host", address = "{at}", routes = "0.0.0.0/0 via r" }}\n'
    with pytest.raises(LevelError) as caught:
        from_text(text, "x.toml")
    assert any("no host's address" in problem.found and problem.line == 4 for problem in caught.value.problems)


def test_pieces_that_begin_between_the_eights_cannot_be_put_together() -> None:
    pieces = cut(a_datagram(bytes(range(100))), 36)
    assert [piece.fragment_offset for piece in pieces] == [0, 4, 9]
    assert isinstance(line(*(forged(piece, n * MS) for n, piece in enumerate(pieces, 1))).nodes["r1"].machine, Router)
    assert read(line(*(forged(piece, n * MS) for n, piece in enumerate(pieces, 1)))) == []


# What passes whole


def survey(
    persona: str = "", within: int = 8, lost: tuple[Lose, ...] = (), mtu: int = 1000, mtu2: int = 600
) -> Surveyor:
    """ana, a surveyor, before two links that take less than hers; r2 plays a persona."""
    world = line(mtu=mtu, mtu2=mtu2)
    ana = NodeSpec("ana", "ip", "surveyor",
                   {"address": ANA, "routes": "0.0.0.0/0 via r1", "target": BEN, "within": within})  # fmt: skip
    seats = {"r2": persona} if persona else {}
    nodes = (ana, *world.scenario.nodes[1:])
    run = World(replace(world.scenario, nodes=nodes, happenings=lost, seats=seats))
    run.run()
    found = run.nodes["ana"].machine
    assert isinstance(found, Surveyor)
    return found


def test_rfc_1191_5_what_routers_tell_is_found_in_one_probe_a_bottleneck() -> None:
    found = survey(within=1)
    assert found.done
    assert (found.arrives, found.used) == (600, 3)


def test_rfc_4821_7_a_black_hole_is_searched_by_what_arrives() -> None:
    found = survey("says nothing")
    assert found.done
    assert found.arrives <= 600 < found.fails
    assert found.fails - found.arrives <= 8
    assert found.used > 5


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(68, 1500), st.integers(68, 1500), st.booleans())
def test_whatever_the_links_the_survey_ends_below_the_least_of_them(mtu: int, mtu2: int, silent: bool) -> None:
    found = survey("says nothing" if silent else "", mtu=mtu, mtu2=mtu2)
    least = min(mtu, mtu2, 1500)
    assert found.done
    assert found.arrives <= least < found.fails
    assert least - found.arrives < 8


def test_rfc_1191_3_what_is_said_of_an_earlier_packet_says_nothing_of_this_one() -> None:
    late = Lose("r1", "ana", 1, "late", late=1000 * MS)  # r1's word on the first probe, when the second is under way
    found = survey(lost=(late,), within=1, mtu2=1000)
    assert found.done
    assert found.arrives == 1000


def test_where_no_way_leads_nothing_is_known_of_what_passes() -> None:
    world = line()
    ana = NodeSpec("ana", "ip", "surveyor", {"address": ANA, "routes": "10.0.0.0/24 via r1", "target": BEN})
    run = World(replace(world.scenario, nodes=(ana, *world.scenario.nodes[1:])))
    run.run()
    found = run.nodes["ana"].machine
    assert (found.done, found.gave_up, found.used) == (False, True, 0)


def test_a_lost_answer_makes_it_modest_and_no_more() -> None:
    found = survey(lost=(Lose("r2", "r1", 1),))
    assert found.done
    assert found.arrives <= 600


# Services


def services(
    policies: dict[str, tuple[str, ...]],
    *happenings: Any,
    desk: dict[str, Any] | None = None,
    link: Any = None,
    **more: Any,
) -> tuple[Desk, Office]:
    """A desk and an office whose policies are these."""
    own = {"address": ANA, "routes": "0.0.0.0/0 via office", "office": BEN, **(desk or {})}
    nodes = (
        NodeSpec("desk", "ip", "desk", own),
        NodeSpec("office", "ip", "office", {"address": BEN, "routes": "0.0.0.0/0 via desk"}),
    )
    world = World(
        Scenario(
            name="a test", protocols={"ip": PROTOCOL}, nodes=nodes,
            default_link=link or LinkSpec(latency=30 * MS),
            player=(PlayerSeat("desk", ("ip.policy",)),), happenings=happenings, limit=6 * SECOND, **more,
        )
    )  # fmt: skip
    world.run()
    while world.questions:
        world.answer(policies.get(world.questions[0].asked.service, ()))
        world.run()
    return world.nodes["desk"].machine, world.nodes["office"].machine


def test_without_loss_nothing_needs_to_be_built() -> None:
    desk, office = services({})
    assert {service: len(used) for service, used in office.items.items()} == {"telemetry": 20, "bank": 12, "voice": 40}
    assert len(desk.sent) == 72


def test_a_receipt_brings_back_what_was_lost_and_a_number_finds_the_copy() -> None:
    lost = DiceSpec(loss=0.3)
    doubled = 0
    for seed in range(4):
        _, office = services({"bank": ("numbers", "receipts")}, network=lost, seed=seed)
        assert sorted(office.items["bank"]) == list(range(1, 13))
        _, office = services({"bank": ("receipts",)}, network=lost, seed=seed)
        assert set(office.items["bank"]) == set(range(1, 13))
        doubled += len(office.items["bank"]) - 12
        _, office = services({"bank": ("numbers",)}, network=lost, seed=seed)
        assert len(office.items["bank"]) < 12
    assert doubled > 0


def test_what_a_receipt_brings_back_is_too_late_for_a_voice() -> None:
    _, office = services({"voice": ("receipts",)}, network=DiceSpec(loss=0.3), seed=2)
    assert office.late > 0
    assert len(set(office.items["voice"])) < 36
    _, copied = services({"voice": ("numbers", "copies")}, network=DiceSpec(loss=0.3), seed=2)
    assert len(copied.items["voice"]) > len(set(office.items["voice"]))
    assert copied.dropped > 0


def test_copies_without_numbers_are_heard_twice() -> None:
    _, office = services({"voice": ("copies",)})
    assert len(office.items["voice"]) == 80


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_a_narrow_wire_whoever_buys_everything_is_heard_too_late(seed: int) -> None:
    everything = ("numbers", "receipts", "copies")
    wire = {"link": LinkSpec(latency=40 * MS, rate=43_000, queue=30), "network": DiceSpec(loss=0.2), "seed": seed}
    desk = {"readings": 30, "readings_every": 40 * MS, "transfers_every": 100 * MS, "frames": 50}
    _, bought = services(dict.fromkeys(("telemetry", "bank", "voice"), everything), desk=desk, **wire)
    _, needed = services({"bank": everything[:2], "voice": ("numbers", "copies")}, desk=desk, **wire)
    assert bought.holes > 5 >= needed.holes
    assert bought.late > 20 > needed.late


def test_a_hole_in_the_voice_is_a_frame_that_came_neither_in_time_nor_at_all() -> None:
    _, office = services({}, network=DiceSpec(loss=0.3), seed=2)
    missing = [serial for serial in range(1, office.newest - 1) if serial not in office.items["voice"]]
    assert 0 < len(missing) - 2 <= office.holes <= len(missing)
    assert services({})[1].holes == 0


def test_a_desk_gives_up_an_office_that_never_answers() -> None:
    desk, _ = services({"bank": ("numbers", "receipts")}, Cut(0, (("office", "desk"),)))
    assert desk.waiting == {}
    assert sum(1 for _, port, _ in desk.sent if port == 5002) == 120


# Anything at all


_VALID = (
    ipv4.pack(a_datagram(b"x" * 400)),
    ipv4.pack(a_datagram(options=pack_options((RecordRoute.empty(2),)))),
    ipv4.pack(a_datagram(more_fragments=True, payload=bytes(24))),
    ipv4.pack(Packet(address(ANA), address(BEN), icmp.PROTOCOL, ERROR)),
    ipv4.pack(Packet(address(ANA), address(R1), icmp.PROTOCOL, icmp.pack(icmp.Echo(1, 1, b"?")))),
)


@st.composite
def octets(draw: st.DrawFn) -> bytes:
    """Noise, or a packet with some octets changed, cut short or grown; half of them with a true sum again."""
    data = bytearray(draw(st.one_of(st.sampled_from(_VALID), st.binary(max_size=80))))
    for place, value in draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=4)):
        data[place : place + 1] = bytes((value,))
    del data[draw(st.integers(0, 120)) :]
    if len(data) >= 20 and draw(st.booleans()):
        size = max(20, (data[0] & 15) * 4)
        data[10:12] = bytes(2)
        data[10:12] = checksum(bytes(data[:size])).to_bytes(2, "big")
    return bytes(data)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(octets(), min_size=1, max_size=5), st.integers(0, 1000), st.booleans())
def test_no_octets_whatever_bring_a_node_down_whoever_answers(data: list[bytes], seed: int, by_chance: bool) -> None:
    links = (("ana", "r1"), ("r2", "ben"))
    happenings = tuple(
        forged(one, (2 * n + m + 1) * MS, link) for n, one in enumerate(data) for m, link in enumerate(links)
    )
    world = line(mtu=300)
    seats = tuple(PlayerSeat(node.name, ("*",)) for node in world.scenario.nodes)
    run = World(replace(world.scenario, happenings=happenings, player=seats if by_chance else ()), Random(seed))
    run.run(limit=2_000)
    assert run.now > 0
    assert all(len(ipv4.pack(packet)) <= 65535 for node in ("r1", "ben") for packet in seen_whole(run, node))


def seen_whole(world: World, node: str) -> list[Packet]:
    """The readable ones of the packets that a node sent."""
    found = []
    for entry in world.trace:
        if entry.kind == SEND and entry.node == node:
            try:
                found.append(ipv4.unpack_unchecked(entry.detail.data))
            except ValueError:
                continue
    return found


@pytest.mark.parametrize(
    ("role", "parameters", "said"),
    [
        ("host", {}, "host has no address"),
        ("prober", {"address": ANA}, "prober has no target"),
        ("surveyor", {"address": ANA}, "surveyor has no target"),
        ("desk", {"address": ANA}, "desk has no office"),
    ],
)
def test_a_node_needs_its_addresses(role, parameters, said):
    assert PROTOCOL.fits is not None
    every = {parameter.name: parameter.default for parameter in PROTOCOL.parameters}
    with pytest.raises(ValueError, match=said):
        PROTOCOL.fits(role, every | parameters)


def test_no_link_takes_more_than_a_packet_can_have():
    assert r.routes_of("0.0.0.0/0 via ben mtu 65535")[0].mtu == 65535
    with pytest.raises(ValueError, match="no packet has more than 65535"):
        r.routes_of("0.0.0.0/0 via ben mtu 65536")
