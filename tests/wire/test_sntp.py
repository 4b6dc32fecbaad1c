"""The packet of NTP (RFC 5905, 7.3; RFC 4330, 3, 4 and 8)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire.sntp import (
    ERA,
    HEADER,
    SNTP,
    UNIX_EPOCH,
    Leap,
    Mode,
    Packet,
    difference,
    microseconds,
    short,
    timestamp,
)
from core.wire.table import CodecError

REPLY = Packet(
    Mode.SERVER, 4, Leap.NO_WARNING, 1, 6, -20, short(1_500), short(20_000), b"GPS\0",
    0xE0000000_00000000, 0xE0000001_80000000, 0xE0000001_C0000000, 0xE0000001_C0001000,
)  # fmt: skip

stamps = st.integers(0, 2**64 - 1)
octets = st.integers(-128, 127)
shorts = st.integers(0, 2**32 - 1)
packets = st.builds(
    Packet, st.integers(0, 5), st.integers(0, 7), st.integers(0, 3), st.integers(0, 255),
    octets, octets, shorts, shorts,
    st.binary(min_size=4, max_size=4), stamps, stamps, stamps, stamps, st.binary(max_size=80),
)  # fmt: skip


def in_utc(*date):
    return int(datetime(*date, tzinfo=UTC).timestamp() * 1_000_000)


def test_rfc5905_7_3_places_of_the_fields(envelope):
    data = SNTP.encode(REPLY, envelope)
    assert data.hex(" ") == (
        "24 01 06 ec 00 00 00 62 00 00 05 1f 47 50 53 00 "
        "e0 00 00 00 00 00 00 00 e0 00 00 01 80 00 00 00 e0 00 00 01 c0 00 00 00 e0 00 00 01 c0 00 10 00"
    )
    assert [(span.name.removeprefix("NTP."), span.bits) for span in SNTP.spans(data)] == [
        ("leap", 2), ("version", 3), ("mode", 3), ("stratum", 8), ("poll", 8), ("precision", 8),
        ("root_delay", 32), ("root_dispersion", 32), ("reference_id", 32),
        ("reference", 64), ("originate", 64), ("receive", 64), ("transmit", 64),
    ]  # fmt: skip


def test_rfc4330_4_a_client_request_is_all_zero_but_for_the_first_octet_and_the_transmit_timestamp(envelope):
    request = Packet(Mode.CLIENT, transmit=timestamp(in_utc(2024, 1, 1)))
    data = SNTP.encode(request, envelope)
    assert data[0] == 0x23
    assert data[1:40] == bytes(39)
    assert data[40:] == timestamp(in_utc(2024, 1, 1)).to_bytes(8, "big")


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_rfc4330_5_older_versions_are_read(version, envelope):
    data = SNTP.encode(replace(REPLY, version=version), envelope)
    assert data[0] >> 3 & 7 == version
    assert SNTP.decode(data, envelope).version == version


def test_rfc5905_7_3_poll_and_precision_are_signed(envelope):
    data = SNTP.encode(replace(REPLY, poll=-1, precision=-128), envelope)
    assert data[2:4] == b"\xff\x80"
    assert (SNTP.decode(data, envelope).poll, SNTP.decode(data, envelope).precision) == (-1, -128)
    words = {span.name: span.words for span in SNTP.spans(data)}
    assert words["NTP.poll"] == "2^-1 s"
    with pytest.raises(CodecError, match="poll is 128, no number from -128 to 127") as refused:
        SNTP.encode(replace(REPLY, poll=128), envelope)
    assert refused.value.offset == 2


def test_rfc5905_6_the_short_format_has_16_bits_of_seconds_and_16_of_fraction():
    assert short(0) == 0
    assert short(1_000_000) == 0x0001_0000
    assert short(1_500_000) == 0x0001_8000
    assert short(65_535_500_000) == 0xFFFF_8000
    for wrong in (-1_000, 65_536_000_000):
        with pytest.raises(ValueError, match="do not fit the NTP short format"):
            short(wrong)


# Dates of RFC 5905, figure 4
@pytest.mark.parametrize(
    ("date", "era", "seconds"),
    [
        ((1968, 1, 20, 3, 14, 8), 0, 0x8000_0000),
        ((1970, 1, 1), 0, 2_208_988_800),
        ((1972, 1, 1), 0, 2_272_060_800),
        ((1999, 12, 31), 0, 3_155_587_200),
        ((2000, 1, 1), 0, 3_155_673_600),
        ((2036, 2, 7, 6, 28, 15), 0, 0xFFFF_FFFF),
        ((2036, 2, 7, 6, 28, 16), 1, 0),
        ((2036, 2, 8), 1, 63_104),
    ],
)
def test_rfc5905_figure_4_eras(date, era, seconds):
    stamp = timestamp(in_utc(*date))
    assert stamp >> 32 == seconds
    assert era == (0 if stamp >> 63 else 1)
    if stamp != 1:  # the first instant of era 1 would be the special value 0
        assert microseconds(stamp) == in_utc(*date)


def test_rfc4330_3_bit_0_set_is_before_2036_and_not_set_from_2036_on():
    assert microseconds(0x8000_0000 << 32) == in_utc(1968, 1, 20, 3, 14, 8)
    assert microseconds(0xFFFF_FFFF << 32) == in_utc(2036, 2, 7, 6, 28, 15)
    assert microseconds(1 << 32) == in_utc(2036, 2, 7, 6, 28, 17)
    assert microseconds(0x7FFF_FFFF << 32) == in_utc(2104, 2, 26, 9, 42, 23)


def test_rfc5905_7_3_zero_is_unknown_so_no_clock_says_it(envelope):
    assert timestamp((ERA - UNIX_EPOCH) * 1_000_000) == 1
    words = {span.name: span.words for span in SNTP.spans(SNTP.encode(Packet(Mode.CLIENT), envelope))}
    assert words["NTP.originate"] == "unknown"


@given(st.integers(in_utc(1968, 1, 21), in_utc(2104, 2, 26)))
def test_a_microsecond_comes_back_from_a_timestamp(reading):
    assert microseconds(timestamp(reading)) == reading


@given(st.integers(in_utc(1971, 1, 1), in_utc(2100, 1, 1)), st.integers(-(10**15), 10**15))
def test_rfc5905_6_a_difference_needs_no_era(reading, apart):
    assert difference(timestamp(reading + apart), timestamp(reading)) == apart


def test_rfc5905_6_a_difference_over_the_end_of_an_era():
    before, after = timestamp(in_utc(2036, 2, 7, 6, 28, 14)), timestamp(in_utc(2036, 2, 7, 6, 28, 18))
    assert (difference(after, before), difference(before, after)) == (4_000_000, -4_000_000)


def test_rfc4330_8_stratum_0_is_a_kiss_of_death_with_its_code(envelope):
    kiss = Packet(Mode.SERVER, leap=Leap.UNSYNCHRONIZED, stratum=0, reference_id=b"RATE")
    assert SNTP.decode(SNTP.encode(kiss, envelope), envelope).kiss == "RATE"
    assert str(kiss) == "kiss-o'-death RATE"
    assert REPLY.kiss is None
    assert (str(REPLY), str(Packet(Mode.CLIENT))) == ("NTP reply", "NTP request")
    assert str(Packet(Mode.SYMMETRIC_ACTIVE)) == "NTP symmetric active"
    assert Packet(Mode.CLIENT).kiss is None, "a request has stratum 0 too"


def test_rfc5905_7_3_the_reference_is_a_code_or_an_address(envelope):
    def words(reference):
        data = SNTP.encode(replace(REPLY, reference_id=reference), envelope)
        return next(span.words for span in SNTP.spans(data) if span.name == "NTP.reference_id")

    assert words(b"GPS\0") == "GPS"
    assert words(bytes([192, 0, 2, 7])) == "192.0.2.7"
    with pytest.raises(CodecError, match="reference_id has 3 bytes, not 4"):
        words(b"GPS")


@pytest.mark.parametrize(
    ("trailer", "words"),
    [
        (bytes(4), "crypto-NAK"),
        (bytes(20), "key identifier and digest of 16 bytes"),
        (bytes(24), "key identifier and digest of 20 bytes"),
        (b"\x01\x04\x00\x1c" + bytes(24), "extension fields, 28 bytes"),
        (b"\x01\x04\x00\x1c" + bytes(44), "extension fields, 48 bytes"),
    ],
)
def test_rfc7822_3_extension_fields_and_the_authentication_code_are_kept(trailer, words, envelope):
    data = SNTP.encode(replace(REPLY, trailer=trailer), envelope)
    assert data[:HEADER] == SNTP.encode(REPLY, envelope)
    assert SNTP.decode(data, envelope) == replace(REPLY, trailer=trailer)
    assert SNTP.spans(data)[-1].words == words


@pytest.mark.parametrize("mode", [Mode.CONTROL, Mode.PRIVATE])
def test_rfc5905_7_3_modes_6_and_7_have_formats_of_their_own(mode, envelope):
    data = SNTP.encode(REPLY, envelope)
    with pytest.raises(CodecError, match="which has another format"):
        SNTP.decode(bytes([data[0] & 0xF8 | mode]) + data[1:], envelope)
    with pytest.raises(CodecError, match="which has another format"):
        SNTP.encode(replace(REPLY, mode=mode), envelope)


@pytest.mark.parametrize("length", range(HEADER))
def test_fewer_than_48_bytes_are_no_packet(length, envelope, tiles):
    data = SNTP.encode(REPLY, envelope)[:length]
    with pytest.raises(CodecError, match="cut short"):
        SNTP.decode(data, envelope)
    tiles(SNTP.spans(data), data)


@given(packets)
def test_every_packet_comes_back(packet):
    data = SNTP.encode(packet, None)
    assert SNTP.decode(data, None) == packet
    assert len(data) == HEADER + len(packet.trailer)


@given(st.binary(min_size=HEADER, max_size=120).filter(lambda data: data[0] & 7 < 6))
def test_all_bytes_of_enough_length_come_back(data):
    assert SNTP.encode(SNTP.decode(data, None), None) == data


def test_garbage(survives_garbage, envelope):
    originals = [SNTP.encode(packet, envelope) for packet in (REPLY, Packet(3), replace(REPLY, trailer=bytes(20)))]
    refused, read = survives_garbage(SNTP, originals)
    assert refused > 2_000
    assert read > 2_000
