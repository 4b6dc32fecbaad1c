"""TCP's segments (RFC 9293, 3.1 and 3.2), alone and in IPv4 packets."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.ipv4 import IPV4, Packet
from core.wire.table import CodecError
from core.wire.tcp import (
    TCP,
    TCP_OVER_IPV4,
    Flags,
    MaximumSegmentSize,
    NoOperation,
    Sack,
    SackPermitted,
    Segment,
    Timestamps,
    UnknownOption,
    WindowScale,
)

SYN = Segment(
    51000, 80, 1000, 0, Flags.SYN, 65535,
    options=(MaximumSegmentSize(1460), SackPermitted(), Timestamps(1, 0), NoOperation(), WindowScale(7)),
)  # fmt: skip
DATA = Segment(51000, 80, 1001, 5001, Flags.ACK | Flags.PSH, 512, payload=b"GET / HTTP/1.1\r\n")

numbers = st.integers(0, 2**32 - 1)
ports = st.integers(0, 65535)
options = st.lists(
    st.one_of(
        st.just(NoOperation()),
        st.builds(MaximumSegmentSize, ports),
        st.builds(WindowScale, st.integers(0, 255)),
        st.just(SackPermitted()),
        st.builds(Timestamps, numbers, numbers),
        st.builds(Sack, st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4).map(tuple)),
        st.builds(UnknownOption, st.sampled_from([6, 30, 34, 253, 255]), st.binary(max_size=6)),
    ),
    max_size=8,
).map(tuple)
segments = st.builds(
    Segment, ports, ports, numbers, numbers, st.integers(0, 255).map(Flags), ports, ports,
    options.filter(lambda found: sum(option.size for option in found) <= 40), st.binary(max_size=40),
)  # fmt: skip


def word_sum(data):
    """Ones' complement sum, word by word, as the standard words it."""
    total = 0
    for place in range(0, len(data), 2):
        total += data[place] << 8 | (data[place + 1] if place + 1 < len(data) else 0)
        total = (total & 0xFFFF) + (total >> 16)
    return total


def header(segment, envelope):
    return TCP.encode(replace(segment, payload=b""), envelope)


def test_rfc9293_3_1_places_of_the_fields(envelope):
    segment = Segment(0x0102, 0x0304, 0x05060708, 0x090A0B0C, Flags.SYN | Flags.ACK, 0x0D0E, 0x0F10, payload=b"hi")
    data = TCP.encode(segment, envelope)
    assert data[:16].hex(" ") == "01 02 03 04 05 06 07 08 09 0a 0b 0c 50 12 0d 0e"
    assert data[18:].hex(" ") == "0f 10 68 69"
    assert [(span.name.removeprefix("TCP."), span.bits) for span in TCP.spans(data)] == [
        ("source_port", 16), ("destination_port", 16), ("sequence", 32), ("acknowledgment", 32),
        ("data_offset", 4), ("reserved", 4),
        ("cwr", 1), ("ece", 1), ("urg", 1), ("ack", 1), ("psh", 1), ("rst", 1), ("syn", 1), ("fin", 1),
        ("window", 16), ("checksum", 16), ("urgent", 16), ("payload", 16),
    ]  # fmt: skip


@pytest.mark.parametrize("flag", Flags)
def test_rfc9293_3_1_every_control_bit_has_its_place(flag, envelope):
    data = header(replace(SYN, flags=flag), envelope)
    assert data[13] == flag
    assert [span.name for span in TCP.spans(data) if span.bits == 1 and span.value] == [f"TCP.{flag.name.lower()}"]
    assert TCP.decode(data, envelope).flags == flag


def test_rfc9293_3_1_data_offset_counts_32_bit_words(envelope):
    assert header(DATA, envelope)[12] >> 4 == 5
    assert header(SYN, envelope)[12] >> 4 == 10
    full = replace(DATA, options=(UnknownOption(254, bytes(38)),))
    assert header(full, envelope)[12] >> 4 == 15
    assert TCP.decode(TCP.encode(full, envelope), envelope) == full
    with pytest.raises(CodecError, match="options fill 44 bytes, 40 at most"):
        header(replace(DATA, options=(UnknownOption(254, bytes(39)),)), envelope)


@pytest.mark.parametrize("words", [0, 4])
def test_rfc9293_3_1_data_offset_of_less_than_a_header(words, envelope):
    with pytest.raises(CodecError, match="leaves -"):
        TCP.decode(resummed(header(DATA, envelope), 12, bytes([words << 4]), envelope), envelope)


def resummed(data, place, octets, envelope):
    """The bytes with some replaced and the checksum made right again."""
    data = data[:place] + octets + data[place + len(octets) :]
    data = data[:16] + bytes(2) + data[18:]
    pseudo = (
        envelope.source_address.to_bytes(4, "big")
        + envelope.destination_address.to_bytes(4, "big")
        + b"\x00\x06"
        + len(data).to_bytes(2, "big")
    )
    return data[:16] + (0xFFFF - word_sum(pseudo + data)).to_bytes(2, "big") + data[18:]


def test_rfc9293_3_1_reserved_bits_are_sent_zero_and_ignored_when_received(envelope):
    data = header(DATA, envelope)
    assert data[12] & 15 == 0
    assert TCP.decode(resummed(data, 12, b"\x5f", envelope), envelope) == replace(DATA, payload=b"")


def test_rfc9293_3_1_checksum_covers_pseudo_header_header_and_data(envelope):
    """By hand: c0a8 0001 c0a8 00c7 0006 0015 | 0001 0002 0000 0003 0000 0004 5010 0005 .... 0000 | 61 (00)."""
    segment = Segment(1, 2, 3, 4, Flags.ACK, 5, payload=b"a")
    by_hand = 0xC0A8 + 0x0001 + 0xC0A8 + 0x00C7 + 0x0006 + 0x0015
    by_hand += 0x0001 + 0x0002 + 0x0003 + 0x0004 + 0x5010 + 0x0005 + 0x6100
    by_hand = (by_hand & 0xFFFF) + (by_hand >> 16)
    data = TCP.encode(segment, envelope)
    assert int.from_bytes(data[16:18], "big") == by_hand ^ 0xFFFF
    assert TCP.decode(data, envelope) == segment


def test_rfc9293_3_1_pseudo_header_guards_against_misrouted_segments(envelope):
    data = TCP.encode(DATA, envelope)
    with pytest.raises(CodecError, match="bad TCP checksum"):
        TCP.decode(data, envelope._replace(destination_address=0xC0A800C8))


def test_rfc9293_3_1_any_flipped_bit_is_noticed(envelope):
    data = TCP.encode(SYN, envelope)
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(CodecError, match="bad TCP checksum") as caught:
            TCP.decode(bytes(flipped), envelope)
        assert caught.value.offset == 16


@pytest.mark.parametrize(
    ("option", "octets"),
    [
        (NoOperation(), "01"),
        (MaximumSegmentSize(1460), "02 04 05 b4"),
        (WindowScale(7), "03 03 07"),
        (SackPermitted(), "04 02"),
        (Sack(((1, 2),)), "05 0a 00 00 00 01 00 00 00 02"),
        (Timestamps(1, 2), "08 0a 00 00 00 01 00 00 00 02"),
        (UnknownOption(253, b"\x0f\x89"), "fd 04 0f 89"),
    ],
)
def test_rfc9293_3_2_options(option, octets, envelope):
    data = header(replace(DATA, options=(option,)), envelope)
    octets = bytes.fromhex(octets)
    assert option.size == len(octets)
    assert data[20:] == octets + bytes(-len(octets) % 4)
    assert TCP.decode(data, envelope).options == (option,)


def test_rfc9293_3_1_what_follows_the_end_of_options_is_padding(envelope):
    options = bytes.fromhex("02 04 05 b4 00 02 04 ff")
    data = header(replace(DATA, options=(UnknownOption(253, bytes(6)),)), envelope)
    data = resummed(data, 20, options, envelope)
    assert TCP.decode(data, envelope).options == (MaximumSegmentSize(1460),)
    assert [(span.name, span.bits) for span in TCP.spans(data)[-5:]] == [
        ("TCP.MSS.kind", 8), ("TCP.MSS.length", 8), ("TCP.MSS.value", 16), ("TCP.end.kind", 8), ("TCP.padding", 24)
    ]  # fmt: skip


def test_rfc2018_3_four_blocks_are_the_most_that_fit(envelope):
    sack = Sack(((5001, 6001), (8001, 9001), (11001, 12001), (2**32 - 1, 5)))
    data = header(replace(DATA, options=(NoOperation(), NoOperation(), sack)), envelope)
    assert data[20:24].hex() == "01010522"
    assert TCP.decode(data, envelope).options[2] == sack
    words = {span.name: span.words for span in TCP.spans(data)}
    assert words["TCP.SACK.blocks"] == "5001 to 6001, 8001 to 9001, 11001 to 12001, 4294967295 to 5"


def test_the_options_of_a_syn_that_linux_sends(envelope):
    data = header(replace(DATA, options=(UnknownOption(253, bytes(18)),)), envelope)
    data = resummed(data, 20, bytes.fromhex("020405b4 0402 080a 36f1b2c8 00000000 01 030307"), envelope)
    assert TCP.decode(data, envelope).options == (
        MaximumSegmentSize(1460), SackPermitted(), Timestamps(0x36F1B2C8, 0), NoOperation(), WindowScale(7),
    )  # fmt: skip


def test_rfc9293_must_4_must_6_an_unknown_option_is_stepped_over(envelope):
    segment = replace(SYN, options=(UnknownOption(99, b"??"), MaximumSegmentSize(536)))
    assert TCP.decode(header(segment, envelope), envelope).options[1] == MaximumSegmentSize(536)


@pytest.mark.parametrize(
    "options",
    ["02 00 05 b4", "02 01 05 b4", "02 03 05 b4", "63 00 00 00", "63 01 00 00", "63 05 00 00", "01 01 01 02",
     "05 00 00 00", "05 01 00 00", "05 02 00 00", "05 03 00 00", "08 04 00 00", "03 04 07 00", "04 03 00 00",
     "01 01 01 63"],
)  # fmt: skip
def test_rfc9293_must_7_an_illegal_option_length_is_an_error(options, envelope, tiles):
    data = header(replace(DATA, options=(UnknownOption(253, bytes(2)),)), envelope)
    data = resummed(data, 20, bytes.fromhex(options), envelope)
    with pytest.raises(CodecError) as caught:
        TCP.decode(data, envelope)
    assert 20 <= caught.value.offset <= 24
    tiles(TCP.spans(data), data)


def test_rfc9293_3_4_syn_and_fin_occupy_a_sequence_number_each():
    assert SYN.length == 1
    assert DATA.length == 16
    assert replace(DATA, flags=Flags.FIN | Flags.ACK).length == 17
    assert replace(DATA, flags=Flags.FIN | Flags.SYN).length == 18
    assert replace(DATA, flags=Flags.RST | Flags.URG, payload=b"").length == 0


def test_size_is_what_lies_on_the_wire(envelope):
    for segment in (SYN, DATA, replace(DATA, options=(WindowScale(1),))):
        assert segment.size == len(TCP_OVER_IPV4.encode(segment, envelope))
    assert SYN.size == 60
    assert DATA.size == 56


@pytest.mark.parametrize(
    "change",
    [
        {"source_port": 65536}, {"destination_port": -1}, {"sequence": 2**32}, {"acknowledgment": -1},
        {"window": 65536}, {"urgent": 65536}, {"flags": 256}, {"flags": -1}, {"payload": bytes(65516)},
        {"options": (MaximumSegmentSize(65536),)}, {"options": (WindowScale(256),)},
        {"options": (Timestamps(2**32, 0),)}, {"options": (UnknownOption(2, b""),)},
        {"options": (UnknownOption(256, b""),)}, {"options": (NoOperation(),) * 41},
        {"options": (Sack(()),)}, {"options": (Sack(((0, 2**32),)),)}, {"options": (Sack(((0, 1),) * 5),)},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(change, envelope):
    with pytest.raises(CodecError):
        TCP.encode(replace(DATA, **change), envelope)


def test_an_envelope_without_addresses_is_refused(envelope):
    for change in ({"source_address": -1}, {"destination_address": 2**32}):
        with pytest.raises(CodecError, match="no two IPv4 addresses"):
            TCP.encode(DATA, envelope._replace(**change))
        with pytest.raises(CodecError, match="no two IPv4 addresses"):
            TCP.decode(TCP.encode(DATA, envelope), envelope._replace(**change))


def test_a_whole_packet(envelope):
    data = TCP_OVER_IPV4.encode(SYN, envelope)
    packet = IPV4.decode(data, envelope)
    assert (packet.source, packet.destination) == (envelope.source_address, envelope.destination_address)
    assert (packet.protocol, packet.ttl, packet.dont_fragment) == (6, 64, True)
    assert packet.payload == TCP.encode(SYN, envelope)
    assert TCP_OVER_IPV4.decode(data, envelope) == SYN


def test_every_single_flipped_bit_of_a_packet_is_noticed_and_the_right_checksum_blamed(envelope):
    data = TCP_OVER_IPV4.encode(DATA, envelope)
    blamed = set()
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(CodecError) as caught:
            TCP_OVER_IPV4.decode(bytes(flipped), envelope)
        if bit >= 160:
            assert "bad TCP checksum" in str(caught.value)
            assert caught.value.offset == 36
        elif bit // 4 != 1:
            assert "bad header checksum" in str(caught.value)
        blamed.add(caught.value.codec)
    assert blamed == {"IPv4", "TCP"}


def test_other_protocols_and_fragments_are_refused(envelope):
    data = TCP.encode(DATA, envelope)
    plain = Packet(envelope.source_address, envelope.destination_address, 6, data)
    assert TCP_OVER_IPV4.decode(IPV4.encode(plain, envelope), envelope) == DATA
    for change, message in (
        ({"protocol": 17}, "protocol 17 is not TCP"),
        ({"more_fragments": True}, "reassembled"),
        ({"fragment_offset": 1}, "reassembled"),
    ):
        packet = IPV4.encode(replace(plain, **change), envelope)
        with pytest.raises(CodecError, match=message):
            TCP_OVER_IPV4.decode(packet, envelope)
        assert TCP_OVER_IPV4.spans(packet)[-1].name == "IPv4.payload"


def test_options_of_ipv4_in_front_of_tcp(envelope):
    packet = Packet(
        envelope.source_address, envelope.destination_address, 6, TCP.encode(DATA, envelope), options=bytes(8)
    )
    data = IPV4.encode(packet, envelope)
    assert TCP_OVER_IPV4.decode(data, envelope) == DATA
    damaged = data[:-1] + bytes([data[-1] ^ 1])
    with pytest.raises(CodecError) as caught:
        TCP_OVER_IPV4.decode(damaged, envelope)
    assert caught.value.offset == 20 + 8 + 16


def test_spans_of_a_packet_name_both_headers(envelope, tiles):
    data = TCP_OVER_IPV4.encode(SYN, envelope) + b"pad"
    spans = TCP_OVER_IPV4.spans(data)
    tiles(spans, data)
    named = {span.name: span for span in spans}
    assert named["IPv4.ttl"].value == 64
    assert named["TCP.sequence"].first_bit == (20 + 4) * 8
    assert named["TCP.MSS.value"].value == 1460
    assert named["TCP.window scale.shift"].value == 7
    assert spans[-1].name == "trailing"


@settings(deadline=None)
@given(segment=segments, source=numbers, destination=numbers)
def test_decode_undoes_encode(segment, source, destination):
    class Between:
        source_address = source
        destination_address = destination

    for codec in (TCP, TCP_OVER_IPV4):
        data = codec.encode(segment, Between())
        assert codec.decode(data, Between()) == segment
        assert sum(span.bits for span in codec.spans(data)) == len(data) * 8
    assert len(data) == segment.size
    addresses = source.to_bytes(4, "big") + destination.to_bytes(4, "big")
    pseudo = addresses + b"\x00\x06" + (len(data) - 20).to_bytes(2, "big")
    assert word_sum(data[:20]) == 0xFFFF
    assert word_sum(pseudo + data[20:]) == 0xFFFF


def test_garbage_raises_only_the_codecs_error(envelope, survives_garbage):
    originals = [TCP_OVER_IPV4.encode(segment, envelope) for segment in (SYN, DATA)]
    refused, read = survives_garbage(TCP_OVER_IPV4, originals)
    assert refused > 1000
    assert read > 100


def test_garbage_with_a_right_checksum_raises_only_the_codecs_error(envelope, survives_garbage):
    class Summed:
        """TCP with every checksum made right, or nothing behind the checksum would ever see garbage."""

        encode = staticmethod(TCP.encode)
        spans = staticmethod(TCP.spans)

        @staticmethod
        def decode(data, envelope):
            return TCP.decode(resummed(data, 0, b"", envelope) if len(data) >= 20 else data, envelope)

    refused, read = survives_garbage(Summed, [TCP.encode(segment, envelope) for segment in (SYN, DATA)])
    assert refused > 1000
    assert read > 1000
