"""The Internet Control Message Protocol (RFC 792, RFC 1191, RFC 1122)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire import ipv4
from core.wire.icmp import (
    CODES,
    ICMP,
    Echo,
    EchoReply,
    Other,
    ParameterProblem,
    TimeExceeded,
    Unreachable,
    is_error,
    pack,
    quote,
    unpack,
)
from core.wire.ipv4 import IPV4, Packet, address, checksum, unpack_cut
from core.wire.table import CodecError
from core.wire.udp import Datagram
from core.wire.udp import pack as pack_udp

A, B = address("10.0.1.2"), address("10.0.9.9")
ECHO = Echo(1, 2, b"abcdefgh")
PACKET = IPV4.encode(Packet(A, B, 17, pack_udp(Datagram(5000, 33434, b"a probe"), A, B), ttl=1), None)
halves, octets = st.integers(0, 65535), st.integers(0, 255)
messages = st.one_of(
    st.builds(Echo, halves, halves, st.binary(max_size=60)),
    st.builds(EchoReply, halves, halves, st.binary(max_size=60)),
    st.builds(Unreachable, octets, st.binary(max_size=60)),
    st.builds(Unreachable, st.just(4), st.binary(max_size=60), halves),
    st.builds(TimeExceeded, octets, st.binary(max_size=60)),
    st.builds(ParameterProblem, octets, st.binary(max_size=60), octets),
    st.builds(
        Other, octets.filter(lambda kind: kind not in (0, 3, 8, 11, 12)), octets, st.integers(0, 2**32 - 1), st.binary()
    ),
)


def test_rfc792_echo_stands_as_in_the_figure():
    assert pack(Echo(1, 2)).hex(" ", 2) == "0800 f7fc 0001 0002"
    assert pack(EchoReply(1, 2)).hex(" ", 2) == "0000 fffc 0001 0002"


def test_rfc792_the_checksum_is_over_the_message_from_its_type_on():
    data = pack(ECHO)
    assert checksum(data) == 0
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(CodecError, match="bad ICMP checksum"):
            unpack(bytes(flipped))


def test_rfc792_the_data_received_in_the_echo_must_be_returned_in_the_reply():
    back = EchoReply(ECHO.identifier, ECHO.sequence, ECHO.data)
    assert pack(back)[4:] == pack(ECHO)[4:]
    assert unpack(pack(back)) == back


@pytest.mark.parametrize("code", range(6))
def test_rfc792_codes_0_to_5_of_destination_unreachable_have_words(code):
    words = {span.name: span.words for span in ICMP.spans(pack(Unreachable(code, quote(PACKET))))}
    assert words["ICMP.type"] == "3, destination unreachable"
    assert (3, code) in CODES
    assert str(Unreachable(code)).startswith(CODES[3, code])


def test_rfc792_an_error_quotes_the_internet_header_and_the_first_64_bits_of_data():
    assert quote(PACKET) == PACKET[:28]
    assert len(pack(TimeExceeded(0, quote(PACKET)))) == 36
    quoted = unpack_cut(unpack(pack(TimeExceeded(0, quote(PACKET)))).quoted)
    assert (quoted.source, quoted.destination, quoted.ttl) == (A, B, 1)
    ports = (int.from_bytes(quoted.payload[:2], "big"), int.from_bytes(quoted.payload[2:4], "big"))
    assert ports == (5000, 33434)


def test_rfc792_the_quoted_header_is_as_long_as_it_says():
    with_options = IPV4.encode(Packet(A, B, 17, bytes(20), options=bytes(8)), None)
    assert len(quote(with_options)) == 36
    assert quote(PACKET[:24]) == PACKET[:24]


def test_rfc792_unused_is_zero():
    assert pack(TimeExceeded(1))[4:8] == bytes(4)
    assert pack(Unreachable(3))[4:8] == bytes(4)


def test_rfc1191_4_code_4_has_the_mtu_of_the_next_hop_in_its_last_16_bits():
    data = pack(Unreachable(4, quote(PACKET), 576))
    assert data[4:8].hex() == "00000240"
    assert {span.name: span.words for span in ICMP.spans(data)}["ICMP.next_hop_mtu"] == "576 bytes"
    with pytest.raises(CodecError, match="tells no MTU"):
        pack(Unreachable(3, b"", 576))


def test_rfc1191_3_a_router_that_does_not_know_of_it_sends_zero():
    assert unpack(pack(Unreachable(4, quote(PACKET)))) == Unreachable(4, quote(PACKET), 0)


@pytest.mark.parametrize("code", [0, 1])
def test_rfc792_time_exceeded_in_transit_and_in_reassembly(code):
    assert unpack(pack(TimeExceeded(code, quote(PACKET)))) == TimeExceeded(code, quote(PACKET))
    assert str(TimeExceeded(code)) == ("time to live exceeded in transit", "fragment reassembly time exceeded")[code]


def test_rfc792_a_parameter_problem_points_at_an_octet():
    data = pack(ParameterProblem(22, quote(PACKET)))
    assert data[:2] + data[4:8] == bytes((12, 0, 22, 0, 0, 0))
    assert unpack(data) == ParameterProblem(22, quote(PACKET))
    words = {span.name: span.words for span in ICMP.spans(data)}
    assert (words["ICMP.type"], words["ICMP.pointer"]) == ("12, parameter problem", "octet 22")
    assert str(ParameterProblem(2)) == "parameter problem, octet 2"
    assert str(ParameterProblem(0, b"", 1)) == "a required option is missing"  # RFC 1122, 3.2.2.5


def test_rfc1122_3_2_2_which_messages_are_errors():
    errors = [Unreachable(0), TimeExceeded(0), Other(4, 0), Other(5, 1), ParameterProblem(2)]
    queries = [ECHO, EchoReply(1, 2), Other(13, 0), Other(14, 0), Other(17, 0), Other(200, 0)]
    assert all(map(is_error, errors))
    assert not any(map(is_error, queries))


def test_rfc1122_3_2_2_an_unknown_type_is_read_so_that_it_can_be_discarded():
    data = pack(Other(200, 7, 0x01020304, b"??"))
    assert unpack(data) == Other(200, 7, 0x01020304, b"??")
    assert ICMP.spans(data)[0].words == "200, unknown"


def test_an_echo_has_no_code():
    data = bytearray(pack(ECHO))
    data[1] = 1
    data[2:4] = bytes(2)
    data[2:4] = checksum(bytes(data)).to_bytes(2, "big")
    with pytest.raises(CodecError, match="code is 1"):
        unpack(bytes(data))


@pytest.mark.parametrize(
    "wrong", [Echo(-1, 0), Echo(0, 65536), Unreachable(256), Unreachable(4, b"", 65536), Other(8, 0),
              ParameterProblem(256), Other(12, 0),
              Other(4, 0, 2**32), Echo(0, 0, bytes(65535)), TimeExceeded(0, None)]
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(wrong):
    with pytest.raises(CodecError):
        pack(wrong)


def test_what_an_error_quotes_is_read_in_words():
    words = {span.name: span.words for span in ICMP.spans(pack(Unreachable(3, quote(PACKET))))}
    assert words["ICMP.quoted"] == "10.0.1.2 > 10.0.9.9, TTL 1, with 8 bytes of data"
    assert {s.name: s.words for s in ICMP.spans(pack(Unreachable(3, b"?")))}["ICMP.quoted"] == "1 byte, no packet"


def test_a_quoted_header_must_be_whole():
    with pytest.raises(CodecError, match="cut short"):
        unpack_cut(PACKET[:19])
    assert unpack_cut(PACKET[:20]).payload == b""
    assert unpack_cut(PACKET) == IPV4.decode(PACKET, None)


def test_inside_a_packet_its_fields_are_shown(tiles):
    from core.wire.icmp import PROTOCOL, TABLE

    data = IPV4.encode(Packet(A, B, 1, pack(ECHO)), None)
    found = ipv4.spans(data, {PROTOCOL: TABLE})
    tiles(found, data)
    assert "ICMP.sequence" in [span.name for span in found]
    fragment = IPV4.encode(replace(IPV4.decode(data, None), more_fragments=True), None)
    assert "IPv4.payload" in [span.name for span in ipv4.spans(fragment, {PROTOCOL: TABLE})]


@settings(deadline=None)
@given(messages)
def test_decode_undoes_encode(message):
    data = pack(message)
    assert unpack(data) == message
    assert checksum(data) == 0


def test_garbage_raises_only_the_codecs_error(survives_garbage):
    kinds = (ECHO, Unreachable(4, quote(PACKET), 576), TimeExceeded(0, quote(PACKET)), Other(13, 0))
    refused, _ = survives_garbage(ICMP, [pack(message) for message in kinds])
    assert refused > 1000
