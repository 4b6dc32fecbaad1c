"""Fragmentation and reassembly of IPv4 datagrams (RFC 791, 3.2; RFC 815; RFC 1858)."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.fragments import Hole, Reassembly, buffer_of, copied_options, fragments
from core.wire.ipv4 import IPV4, NoOperation, Packet, RecordRoute, UnknownOption, options_of, pack_options
from core.wire.table import CodecError

DATA = bytes(range(251)) * 16
DATAGRAM = Packet(1, 2, 17, DATA[:3980], identification=777)
STREAM = UnknownOption(136, b"\x00\x07")
BOTH = pack_options((NoOperation(), RecordRoute.empty(1), STREAM))


def figure(pieces):
    return [(len(piece.payload), piece.fragment_offset, piece.more_fragments) for piece in pieces]


def joined(pieces):
    found = Reassembly()
    for piece in pieces:
        found = found.with_fragment(piece)
    return found


def piece(at, data, more=True):
    """A fragment at byte `at`."""
    return Packet(1, 2, 17, data, identification=777, fragment_offset=at // 8, more_fragments=more)


def test_rfc791_3_2_a_datagram_of_4000_bytes_over_an_mtu_of_1500():
    assert DATAGRAM.size == 4000
    assert figure(fragments(DATAGRAM, 1500)) == [(1480, 0, True), (1480, 185, True), (1020, 370, False)]


def test_rfc791_3_2_what_fits_goes_on_as_it_is():
    assert fragments(DATAGRAM, 4000) == (DATAGRAM,)


def test_rfc791_3_2_the_header_fields_are_copied():
    for part in fragments(replace(DATAGRAM, ttl=9, dscp=46), 1500):
        assert (part.identification, part.source, part.destination, part.protocol) == (777, 1, 2, 17)
        assert (part.ttl, part.dscp) == (9, 46)


def test_rfc791_3_2_fragments_are_counted_in_units_of_8_octets():
    assert figure(fragments(replace(DATAGRAM, payload=DATA[:100]), 68)) == [
        (48, 0, True),
        (48, 6, True),
        (4, 12, False),
    ]
    assert figure(fragments(replace(DATAGRAM, payload=DATA[:110]), 75)) == [
        (48, 0, True),
        (48, 6, True),
        (14, 12, False),
    ]
    assert figure(fragments(replace(DATAGRAM, payload=DATA[:100]), 75)) == [(48, 0, True), (52, 6, False)]


def test_rfc791_3_2_a_fragment_is_fragmented_in_the_same_way():
    _, middle, last = fragments(DATAGRAM, 1500)
    assert figure(fragments(middle, 576)) == [(552, 185, True), (552, 254, True), (376, 323, True)]
    assert figure(fragments(last, 576)) == [(552, 370, True), (468, 439, False)]


def test_rfc791_3_1_dont_fragment_must_not_be_fragmented():
    with pytest.raises(ValueError, match="4000 bytes, don't fragment, and an MTU of 1500"):
        fragments(replace(DATAGRAM, dont_fragment=True), 1500)


def test_rfc791_3_2_every_link_carries_68_octets_without_further_fragmentation():
    longest = replace(DATAGRAM, options=pack_options((UnknownOption(136, bytes(38)),)))
    assert all(part.size <= 68 for part in fragments(longest, 68))
    with pytest.raises(ValueError, match="leaves no room"):
        fragments(longest, 67)


def test_rfc791_3_1_options_are_copied_by_their_flag():
    first, *later = fragments(replace(DATAGRAM, options=BOTH), 1500)
    assert first.options == BOTH
    assert [options_of(part.options) for part in later] == [(STREAM,)] * len(later)
    assert len(copied_options(BOTH)) == 4
    assert joined([first, *later]).whole == replace(DATAGRAM, options=BOTH)


def test_rfc791_2_3_fragments_are_put_back_in_any_order():
    pieces = list(fragments(DATAGRAM, 300))
    random.Random(1).shuffle(pieces)
    assert joined(pieces).whole == DATAGRAM


def test_rfc791_2_3_all_four_of_bufid_tell_datagrams_apart():
    others = [replace(DATAGRAM, source=9), replace(DATAGRAM, destination=9), replace(DATAGRAM, protocol=9),
              replace(DATAGRAM, identification=9)]  # fmt: skip
    assert len({buffer_of(packet) for packet in (DATAGRAM, *others)}) == 5
    assert {buffer_of(part) for part in fragments(DATAGRAM, 100)} == {buffer_of(DATAGRAM)}


def test_rfc815_3_the_holes():
    found = Reassembly()
    assert found.holes == (Hole(0, None),)
    found = found.with_fragment(piece(16, b"c" * 8))
    assert found.holes == (Hole(0, 15), Hole(24, None))
    found = found.with_fragment(piece(32, b"e" * 4, more=False))
    assert found.holes == (Hole(0, 15), Hole(24, 31))
    found = found.with_fragment(piece(0, b"a" * 16)).with_fragment(piece(24, b"d" * 8))
    assert found.holes == ()
    assert found.whole.payload == b"a" * 16 + b"c" * 8 + b"d" * 8 + b"e" * 4


def test_a_missing_fragment_leaves_no_datagram():
    pieces = fragments(DATAGRAM, 600)
    for lost in range(len(pieces)):
        assert joined(pieces[:lost] + pieces[lost + 1 :]).whole is None


def test_a_duplicate_changes_nothing():
    pieces = fragments(DATAGRAM, 1500)
    assert joined([*pieces, *pieces]).whole == DATAGRAM


def test_rfc791_3_2_of_overlapping_fragments_the_more_recently_arrived_one_counts():
    early, late = piece(0, b"a" * 24), piece(8, b"B" * 8)
    last = piece(24, b"z", more=False)
    assert joined([early, late, last]).whole.payload == b"a" * 8 + b"B" * 8 + b"a" * 8 + b"z"
    assert joined([late, early, last]).whole.payload == b"a" * 24 + b"z"


@pytest.mark.parametrize(
    ("before", "then", "words"),
    [
        ([], piece(0, b""), "without data"),
        ([], piece(0, b"1234567"), "no multiple of 8"),
        ([], piece(65528, bytes(8)), "no datagram is so long"),
        ([piece(16, b"end", more=False)], piece(24, bytes(8)), "end at byte 32 and at byte 19"),
        ([piece(16, b"end", more=False)], piece(16, b"ending", more=False), "end at byte 22 and at byte 19"),
        ([piece(16, bytes(8))], piece(8, b"end", more=False), "end at byte 11 and at byte 24"),
    ],
)
def test_fragments_of_no_datagram_are_refused(before, then, words):
    with pytest.raises(CodecError, match=words):
        joined(before).with_fragment(then)


def test_rfc791_3_1_with_its_own_header_no_datagram_is_longer_than_65535():
    options = pack_options((UnknownOption(68, bytes(38)),))
    first = replace(piece(0, bytes(65480)), options=options)
    found = joined([first, piece(65480, bytes(35), more=False)])
    with pytest.raises(CodecError, match="65575 bytes"):
        _ = found.whole
    longest = Packet(1, 2, 17, bytes(65515), identification=3)
    assert joined(fragments(longest, 1500)).whole == longest


@settings(deadline=None)
@given(
    st.integers(1, 3000),
    st.integers(68, 700),
    st.integers(68, 400),
    st.sampled_from([b"", BOTH, copied_options(BOTH)]),
    st.randoms(use_true_random=False),
)
def test_reassembly_undoes_fragmentation_through_two_links(size, mtu, second, options, chance):
    packet = replace(DATAGRAM, payload=DATA[:size], options=options)
    pieces = [small for part in fragments(packet, mtu) for small in fragments(part, second)]
    assert all(part.size <= min(mtu, second) for part in pieces)
    pieces = [IPV4.decode(IPV4.encode(part, None), None) for part in pieces]
    chance.shuffle(pieces)
    assert joined(pieces).whole == packet
    assert sum(len(part.payload) for part in pieces) == size


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.binary(min_size=1, max_size=40), st.booleans()), max_size=8))
def test_pieces_never_overlap_and_agree_with_a_plain_buffer(parts):
    found, plain = Reassembly(), {}
    for offset, data, more in parts:
        try:
            found = found.with_fragment(piece(offset * 8, data, more))
        except CodecError:
            continue
        plain.update({offset * 8 + place: octet for place, octet in enumerate(data)})
    ends = [0]
    for at, data in found.pieces:
        assert at >= ends[-1]
        assert data
        ends.append(at + len(data))
    assert {at + place: octet for at, data in found.pieces for place, octet in enumerate(data)} == plain
