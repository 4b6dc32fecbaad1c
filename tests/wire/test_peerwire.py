"""The peer wire protocol (BEP 3)."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.peerwire import (
    PEER_WIRE,
    Bitfield,
    Cancel,
    Choke,
    Handshake,
    Have,
    Interested,
    KeepAlive,
    NotInterested,
    Piece,
    Request,
    StreamDecoder,
    Unchoke,
    bits_of,
    decode,
    encode,
    pieces_of,
)
from core.wire.table import CodecError

HELLO = Handshake(bytes(range(20)), b"-AK0001-abcdefghijkl")
EXAMPLES = [
    (KeepAlive(), "00000000"),
    (Choke(), "00000001 00"),
    (Unchoke(), "00000001 01"),
    (Interested(), "00000001 02"),
    (NotInterested(), "00000001 03"),
    (Have(258), "00000005 04 00000102"),
    (Bitfield(b"\xa0"), "00000002 05 a0"),
    (Request(1, 16384, 16384), "0000000d 06 00000001 00004000 00004000"),
    (Piece(1, 16384, b"spam"), "0000000d 07 00000001 00004000 7370616d"),
    (Cancel(1, 16384, 16384), "0000000d 08 00000001 00004000 00004000"),
]
numbers = st.integers(0, 2**32 - 1)
messages = st.one_of(
    st.sampled_from([KeepAlive(), Choke(), Unchoke(), Interested(), NotInterested()]),
    st.builds(Have, numbers),
    st.builds(Bitfield, st.binary(max_size=20)),
    st.builds(Request, numbers, numbers, numbers),
    st.builds(Piece, numbers, numbers, st.binary(max_size=40)),
    st.builds(Cancel, numbers, numbers, numbers),
)
twenty = st.binary(min_size=20, max_size=20)
handshakes = st.builds(Handshake, twenty, twenty, st.binary(min_size=8, max_size=8))


@pytest.mark.parametrize(("message", "octets"), EXAMPLES)
def test_bep3_messages(message, octets, tiles):
    data = bytes.fromhex(octets)
    assert encode(message) == data
    assert decode(data) == message
    assert message.size == len(data)
    tiles(PEER_WIRE.spans(data), data)


def test_bep3_the_handshake_is_19_the_name_8_reserved_20_info_hash_20_peer_id(tiles):
    data = encode(HELLO)
    assert data == b"\x13BitTorrent protocol" + bytes(8) + bytes(range(20)) + b"-AK0001-abcdefghijkl"
    assert len(data) == HELLO.size == 68
    assert decode(data) == HELLO
    tiles(PEER_WIRE.spans(data), data)
    assert [span.name for span in PEER_WIRE.spans(data)] == [
        f"handshake.{name}" for name in ("protocol_length", "protocol", "reserved", "info_hash", "peer_id")
    ]


def test_bep3_the_first_byte_of_a_bitfield_is_indices_0_to_7_from_high_bit_to_low_bit():
    assert bits_of([0, 2, 9], 10) == b"\xa0\x40"
    assert pieces_of(b"\xa0\x40", 10) == (0, 2, 9)
    assert bits_of([], 0) == b""
    assert pieces_of(b"", 0) == ()


def test_bep3_spare_bits_at_the_end_are_zero():
    with pytest.raises(CodecError, match="spare bits"):
        pieces_of(b"\xa0\x60", 10)
    with pytest.raises(CodecError, match="10 pieces take 2"):
        pieces_of(b"\xa0\x40\x00", 10)
    with pytest.raises(CodecError, match="no piece 10"):
        bits_of([10], 10)


@settings(deadline=None)
@given(st.integers(0, 100).flatmap(lambda count: st.tuples(st.just(count), st.sets(st.integers(0, max(count - 1, 0))))))
def test_pieces_of_undoes_bits_of(drawn):
    count, pieces = drawn
    pieces = {piece for piece in pieces if piece < count}
    assert pieces_of(bits_of(pieces, count), count) == tuple(sorted(pieces))


def test_spans_say_what_a_message_is():
    spans = {span.name: span for span in PEER_WIRE.spans(encode(Piece(3, 16384, b"spam")))}
    assert spans["prefix"].words == "13 bytes follow"
    assert spans["id"].words == "7, piece"
    assert spans["begin"].words == "from byte 16384"
    assert (spans["block"].value, spans["block"].first_bit) == (b"spam", 13 * 8)
    assert PEER_WIRE.spans(encode(KeepAlive()))[0].words == "0, keep-alive"


@pytest.mark.parametrize(
    "octets",
    [
        "", "00", "000000", "00000001", "0000000000", "0000000100ff", "00000002 00 00", "00000001 09",
        "00000003 14 0000", "00000002 00", "0000000c 06 00000001 00004000 00004000", "00000000 00",
        "00000004 04 00000001",
        "00000001 ff", "00000004 04 000001", "00000006 04 00000001 00", "0000000c 06 00000001 00004000 000040",
        "0000000e 06 00000001 00004000 00004000 00", "00000008 07 00000001 000040", "00000002 05", "ffffffff 05 00",
    ],
)  # fmt: skip
def test_what_is_no_message(octets):
    with pytest.raises(CodecError):
        decode(bytes.fromhex(octets))


@pytest.mark.parametrize(
    "message",
    [Have(-1), Have(2**32), Request(0, 0, 2**32), Handshake(b"short", bytes(20)), Handshake(bytes(20), bytes(21)),
     Handshake(bytes(20), bytes(20), bytes(7)), "choke"],
)  # fmt: skip
def test_what_does_not_fit_is_refused(message):
    with pytest.raises(CodecError):
        encode(message)


@settings(deadline=None)
@given(messages | handshakes)
def test_decode_undoes_encode(message):
    data = encode(message)
    assert decode(data) == message
    assert message.size == len(data)


def test_garbage_raises_only_the_codecs_error(survives_garbage):
    originals = [encode(message) for message, _ in EXAMPLES] + [encode(HELLO)]
    refused, read = survives_garbage(PEER_WIRE, originals)
    assert refused > 1000
    assert read > 1000


@settings(deadline=None)
@given(handshakes, st.lists(messages, max_size=8), st.data())
def test_a_stream_gives_the_same_messages_however_it_is_cut(handshake, following, draw):
    stream = encode(handshake) + b"".join(encode(message) for message in following)
    whole = StreamDecoder()
    assert whole.feed(stream) == [handshake, *following]
    assert whole.buffer == b""

    single = StreamDecoder()
    assert [message for octet in stream for message in single.feed(bytes([octet]))] == [handshake, *following]
    assert single == whole

    cuts = sorted(draw.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    parts = StreamDecoder()
    got = []
    for first, last in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += parts.feed(stream[first:last])
    assert got == [handshake, *following]


def test_a_message_comes_with_its_last_byte_and_not_before():
    decoder = StreamDecoder(handshake=False)
    data = encode(Have(7))
    assert decoder.feed(data[:-1]) == []
    assert decoder.feed(data[-1:]) == [Have(7)]


def outcome(stream, size, **options):
    """What comes out of a stream fed `size` bytes at a time: the messages, and the error that ends it, if any."""
    decoder, got = StreamDecoder(**options), []
    for first in range(0, len(stream), size):
        try:
            got += decoder.feed(stream[first : first + size])
        except CodecError as error:
            return [*got, *error.decoded], error.message
    return got, None


def test_garbled_streams_end_alike_however_they_are_cut():
    chance = random.Random(5)
    originals = [encode(HELLO), *(encode(message) for message, _ in EXAMPLES)]
    ended = 0
    for _ in range(300):
        stream = bytearray(originals[0] + b"".join(chance.choices(originals[1:], k=6)))
        for _ in range(chance.randrange(3)):
            stream[chance.randrange(len(stream))] ^= 1 << chance.randrange(8)
        whole = outcome(bytes(stream), len(stream))
        assert outcome(bytes(stream), 1) == whole
        assert outcome(bytes(stream), 7) == whole
        ended += whole[1] is not None
    assert 30 < ended < 270


def test_a_long_message_is_refused_by_its_length_alone():
    decoder = StreamDecoder(handshake=False, limit=9 + 16384)
    assert decoder.feed(encode(Piece(0, 0, bytes(16384)))) == [Piece(0, 0, bytes(16384))]
    with pytest.raises(CodecError, match="longer than 16393"):
        decoder.feed((9 + 16385).to_bytes(4, "big"))


def test_another_protocol_is_refused_at_its_first_wrong_byte():
    decoder = StreamDecoder()
    assert decoder.feed(b"\x13Bit") == []
    with pytest.raises(CodecError, match="no handshake"):
        decoder.feed(b"C")


def test_messages_before_the_fault_are_not_lost():
    decoder = StreamDecoder(handshake=False)
    with pytest.raises(CodecError, match="no message has number 9") as caught:
        decoder.feed(encode(Choke()) + encode(Have(3)) + b"\0\0\0\1\x09")
    assert caught.value.decoded == (Choke(), Have(3))
    with pytest.raises(CodecError, match="no message has number 9"):
        decoder.feed(encode(Choke()))
