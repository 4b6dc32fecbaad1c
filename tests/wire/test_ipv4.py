"""The Internet Protocol (RFC 791)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.ipv4 import IPV4, Packet, address, checksum, dotted
from core.wire.table import CodecError

VECTOR = bytes.fromhex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7")
packets = st.builds(
    Packet,
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 255),
    st.binary(max_size=60),
    ttl=st.integers(0, 255),
    identification=st.integers(0, 65535),
    dont_fragment=st.booleans(),
    more_fragments=st.booleans(),
    fragment_offset=st.integers(0, 8191),
    dscp=st.integers(0, 63),
    ecn=st.integers(0, 3),
    options=st.integers(0, 10).flatmap(lambda words: st.binary(min_size=words * 4, max_size=words * 4)),
)
SAMPLE = Packet(address("192.168.0.1"), address("192.168.0.199"), 17, bytes(95), dont_fragment=True)


def summed(header):
    """The checksum by the RFC's own words, word by word, to compare with."""
    total = 0
    for place in range(0, len(header), 2):
        total += header[place] << 8 | (header[place + 1] if place + 1 < len(header) else 0)
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def test_rfc791_3_1_checksum_vector():
    assert checksum(VECTOR) == 0
    assert checksum(VECTOR[:10] + bytes(2) + VECTOR[12:]) == 0xB861


def test_rfc791_3_1_the_vector_is_what_the_packet_encodes_to(envelope):
    assert IPV4.encode(SAMPLE, envelope) == VECTOR + bytes(95)
    assert IPV4.decode(VECTOR + bytes(95), envelope) == SAMPLE


def test_rfc1071_3_the_numerical_example():
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == ~0xDDF2 & 0xFFFF


@settings(deadline=None)
@given(st.binary(max_size=70))
def test_rfc1071_1_the_checksum_is_the_complement_of_the_ones_complement_sum(data):
    assert checksum(data) == summed(data)


@pytest.mark.parametrize("data", [b"", bytes(4), b"\xff\xff", b"\xff\xff\x00\x00", b"\xff\xfe\x00\x01"])
def test_rfc1071_both_zeros(data):
    assert checksum(data) == summed(data)


def test_rfc791_3_1_places_of_the_fields(envelope):
    packet = Packet(0x01020304, 0x05060708, 6, b"data", 63, 0xABCD, False, True, 0x1234, 46, 3)
    data = IPV4.encode(packet, envelope)
    assert data[:10].hex(" ") == "45 bb 00 18 ab cd 32 34 3f 06"
    assert data[12:].hex(" ") == "01 02 03 04 05 06 07 08 64 61 74 61"
    assert [(span.name.removeprefix("IPv4."), span.bits) for span in IPV4.spans(data)] == [
        ("version", 4), ("ihl", 4), ("dscp", 6), ("ecn", 2), ("total_length", 16),
        ("identification", 16), ("reserved", 1), ("dont_fragment", 1), ("more_fragments", 1), ("fragment_offset", 13),
        ("ttl", 8), ("protocol", 8), ("checksum", 16),
        ("source", 32), ("destination", 32), ("payload", 32),
    ]  # fmt: skip


def test_rfc791_3_1_words_of_the_fields(envelope):
    words = {span.name: span.words for span in IPV4.spans(IPV4.encode(SAMPLE, envelope))}
    assert words["IPv4.ihl"] == "5 32-bit words, 20 bytes"
    assert words["IPv4.source"] == "192.168.0.1"
    assert words["IPv4.checksum"] == "0xb861"
    assert words["IPv4.protocol"] == "UDP"
    assert words["IPv4.dont_fragment"] == "don't fragment"


def test_rfc791_3_1_fragment_offset_counts_units_of_8_octets(envelope):
    second = Packet(1, 2, 17, bytes(1480), more_fragments=True, fragment_offset=185)
    spans = {span.name: span.words for span in IPV4.spans(IPV4.encode(second, envelope))}
    assert spans["IPv4.fragment_offset"] == "185 units, 1480 bytes"


def test_rfc791_3_1_options_lengthen_the_header(envelope):
    packet = Packet(1, 2, 6, b"x", options=bytes.fromhex("94040000"))
    data = IPV4.encode(packet, envelope)
    assert data[0] == 0x46
    assert packet.size == len(data) == 25
    assert IPV4.decode(data, envelope) == packet
    with pytest.raises(CodecError, match="no whole 32-bit words"):
        IPV4.encode(Packet(1, 2, 6, b"", options=b"abc"), envelope)
    with pytest.raises(CodecError, match="ihl is 16"):
        IPV4.encode(Packet(1, 2, 6, b"", options=bytes(44)), envelope)


def test_rfc791_3_1_total_length_allows_65535_octets(envelope):
    longest = Packet(1, 2, 17, bytes(65515))
    assert len(IPV4.encode(longest, envelope)) == 65535
    with pytest.raises(CodecError, match="total_length is 65536"):
        IPV4.encode(Packet(1, 2, 17, bytes(65516)), envelope)


def with_checksum(data):
    size = (data[0] & 15) * 4
    return data[:10] + summed(data[:10] + bytes(2) + data[12:size]).to_bytes(2, "big") + data[12:]


def test_rfc791_3_1_any_flipped_bit_of_the_header_is_noticed(envelope):
    data = IPV4.encode(SAMPLE, envelope)
    for bit in range(160):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(CodecError) as caught:
            IPV4.decode(bytes(flipped), envelope)
        if bit // 4 != 1:  # a wrong IHL makes another header of it
            assert "bad header checksum" in str(caught.value)
            assert caught.value.offset == 10


@pytest.mark.parametrize(
    ("place", "octet", "message"),
    [(0, 0x55, "version is 5, but must be 4"), (3, 19, "leaves -1 bytes for payload"), (2, 1, "cut short")],
)
def test_rfc791_3_1_headers_that_contradict_themselves(envelope, place, octet, message):
    data = bytearray(IPV4.encode(SAMPLE, envelope))
    data[place] = octet
    with pytest.raises(CodecError, match=message):
        IPV4.decode(with_checksum(bytes(data)), envelope)


def test_rfc791_3_1_ihl_of_a_right_header_is_at_least_5(envelope):
    with pytest.raises(CodecError):
        IPV4.decode(with_checksum(b"\x44" + IPV4.encode(SAMPLE, envelope)[1:]), envelope)


def test_what_the_link_padded_is_no_part_of_the_packet(envelope, tiles):
    data = IPV4.encode(SAMPLE, envelope) + bytes(7)
    assert IPV4.decode(data, envelope) == SAMPLE
    tiles(IPV4.spans(data), data)
    assert IPV4.spans(data)[-1].name == "trailing"


@settings(deadline=None)
@given(packet=packets)
def test_decode_undoes_encode(packet):
    data = IPV4.encode(packet, None)
    assert IPV4.decode(data, None) == packet
    assert len(data) == packet.size
    assert checksum(data[: 20 + len(packet.options)]) == 0


def test_garbage_raises_only_the_codecs_error(envelope, survives_garbage):
    originals = [VECTOR + bytes(95), IPV4.encode(Packet(1, 2, 6, b"abc", options=bytes(8)), envelope), VECTOR[:20]]
    refused, read = survives_garbage(IPV4, originals)
    assert refused > 1000
    assert read > 100


@pytest.mark.parametrize("field", ["source", "ttl", "identification", "fragment_offset", "dscp", "ecn", "protocol"])
def test_values_that_do_not_fit_are_refused(envelope, field):
    for value in (-1, 2**32):
        with pytest.raises(CodecError, match=field):
            IPV4.encode(replace(SAMPLE, **{field: value}), envelope)


def test_addresses():
    assert address("192.0.2.1") == 0xC0000201
    assert dotted(0xC0000201) == "192.0.2.1"
    assert dotted(0) == "0.0.0.0"
    assert address("255.255.255.255") == 2**32 - 1


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_address_undoes_dotted(number):
    assert address(dotted(number)) == number


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "01.2.3.4", "1.2.3.x",
                                  "1.2.3. 4", "1.2.3.٤", "1.2.3.²", "1..2.3", "1.2.3.99999999999"])  # fmt: skip
def test_what_is_no_address(text):
    with pytest.raises(ValueError, match="no IPv4 address"):
        address(text)


@pytest.mark.parametrize("number", [-1, 2**32])
def test_what_is_no_number_of_an_address(number):
    with pytest.raises(ValueError, match="no IPv4 address"):
        dotted(number)
