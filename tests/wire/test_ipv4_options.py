"""The options of IPv4 headers (RFC 791, 3.1)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.ipv4 import (
    IPV4,
    NoOperation,
    Packet,
    RecordRoute,
    UnknownOption,
    address,
    options_of,
    pack_options,
)
from core.wire.table import CodecError

STREAM = UnknownOption(136, b"\x00\x07")
R1, R2 = address("10.0.0.1"), address("10.0.0.2")
kinds = st.integers(0, 255).filter(lambda kind: kind not in (0, 1, 7))
options = st.lists(
    st.one_of(
        st.just(NoOperation()),
        st.builds(UnknownOption, kinds, st.binary(max_size=6)),
        st.builds(RecordRoute, st.integers(0, 255), st.binary(max_size=9)),
    ),
    max_size=4,
).map(tuple)


def test_rfc791_3_1_end_of_option_list_ends_the_options_and_pads_to_32_bits():
    assert pack_options((STREAM,)) == bytes.fromhex("88040007")
    assert pack_options((NoOperation(), STREAM)) == bytes.fromhex("0188040007000000")
    assert options_of(bytes.fromhex("01 00 88 04 00 07 00 00")) == (NoOperation(),)


def test_rfc791_3_1_no_operation_may_stand_between_options():
    assert options_of(bytes.fromhex("01 01 88040007 01 00")) == (
        NoOperation(), NoOperation(), STREAM, NoOperation(),
    )  # fmt: skip


def test_rfc791_3_1_the_length_counts_type_length_and_data():
    data = pack_options((RecordRoute.empty(2),))
    assert data.hex() == "070b04" + "00" * 8 + "00"
    assert options_of(data) == (RecordRoute(4, bytes(8)),)


def test_rfc791_3_1_the_types_highest_bit_is_the_copied_flag():
    assert STREAM.copied  # stream identifier, type 136
    assert UnknownOption(130, b"").copied  # security
    assert UnknownOption(131, b"").copied  # loose source route
    assert not UnknownOption(68, b"").copied  # timestamp
    assert not RecordRoute.empty(1).copied
    assert not NoOperation().copied


def test_rfc791_3_1_record_route_takes_one_address_after_another():
    option = RecordRoute.empty(2)
    assert option.route == ()
    once = option.recorded(R1)
    assert (once.pointer, once.route) == (8, (R1,))
    twice = once.recorded(R2)
    assert (twice.pointer, twice.route) == (12, (R1, R2))


def test_rfc791_3_1_if_the_route_data_area_is_full_the_datagram_is_forwarded_without_recording():
    full = RecordRoute.empty(1).recorded(R1)
    assert full.recorded(R2) == full


def test_rfc791_3_1_room_that_is_too_small_for_an_address_is_an_error():
    with pytest.raises(CodecError, match="no address fits"):
        RecordRoute(8, bytes(6)).recorded(R1)
    with pytest.raises(CodecError, match="no address fits"):
        RecordRoute(3, bytes(4)).recorded(R1)


def test_rfc791_3_1_nine_addresses_are_the_most():
    assert len(pack_options((RecordRoute.empty(9),))) == 40
    with pytest.raises(CodecError, match="40 at most"):
        pack_options((RecordRoute.empty(10),))


@pytest.mark.parametrize("data", ["88 00 00 00", "88 01 00 00", "07 02 00 00", "88 05 00 00", "88", "07 0b 04 00"])
def test_a_length_that_is_none_is_an_error_and_no_loop(data):
    with pytest.raises(CodecError):
        options_of(bytes.fromhex(data))


def test_a_packet_carries_options_that_cannot_be_read(envelope, tiles):
    packet = Packet(1, 2, 6, b"x", options=bytes.fromhex("88000000"))
    data = IPV4.encode(packet, envelope)
    assert IPV4.decode(data, envelope) == packet
    spans = IPV4.spans(data)
    tiles(spans, data)
    assert "unreadable" in [span.name for span in spans]


def test_the_panel_shows_what_every_option_says(envelope, tiles):
    options = pack_options((NoOperation(), RecordRoute.empty(2).recorded(R1), STREAM))
    data = IPV4.encode(Packet(1, 2, 6, b"x", options=options), envelope)
    tiles(IPV4.spans(data), data)
    words = {span.name: span.words for span in IPV4.spans(data)}
    assert words["IPv4.record route.room"] == "10.0.0.1, 0.0.0.0"
    assert words["IPv4.record route.kind"] == "7, record route (in the first fragment only, control, number 7)"
    assert words["IPv4.unknown option.kind"].startswith("136, unknown option (copied into every fragment, control")


@pytest.mark.parametrize("wrong", [UnknownOption(7, b""), UnknownOption(256, b""), RecordRoute(256, b""),
                                   UnknownOption(2, bytes(254))])  # fmt: skip
def test_values_that_do_not_fit_are_refused(wrong):
    with pytest.raises(CodecError):
        pack_options((wrong,))


@settings(deadline=None)
@given(options)
def test_reading_undoes_packing(options):
    assert options_of(pack_options(options)) == options


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=44))
def test_any_bytes_are_options_or_the_codecs_error(data):
    try:
        found = options_of(data)
    except CodecError:
        return
    assert sum(option.size for option in found) <= len(data)
