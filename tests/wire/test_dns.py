"""DNS messages (RFC 1035, 2.3.4, 3.2, 3.3 and 4; RFC 2181, 3596, 3597, 4343)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire import dns
from core.wire.dns import (
    AAAA,
    CNAME,
    DNS,
    MX,
    NS,
    PTR,
    SOA,
    TXT,
    A,
    Class,
    Code,
    Message,
    Question,
    Record,
    Type,
    Unknown,
    fitted,
)
from core.wire.domain import length, name, same, show
from core.wire.ipv4 import address
from core.wire.table import CodecError

WWW = name("www.example.com")
QUERY = Message(0x2B5C, recursion_desired=True, questions=(Question(WWW),))
ANSWER = replace(
    QUERY,
    response=True,
    recursion_available=True,
    answers=(
        Record(WWW, 300, CNAME(name("edge.example.com"))),
        Record(name("edge.example.com"), 60, A(address("192.0.2.7"))),
        Record(name("edge.example.com"), 60, AAAA(0x20010DB8 << 96 | 7)),
    ),
    authority=(
        Record(name("example.com"), 3600, NS(name("ns.example.com"))),
        Record(
            name("example.com"), 3600,
            SOA(name("ns.example.com"), name(r"ann\.lee.example.com"), 2024010101, 7200, 900, 1209600, 300),
        ),
    ),
    additional=(
        Record(name("example.com"), 3600, MX(10, name("mail.example.com"))),
        Record(name("example.com"), 3600, TXT((b"v=spf1 -all", b""))),
        Record(name("7.2.0.192.in-addr.arpa"), 3600, PTR(WWW)),
        Record((), 0, Unknown(41, b"\x00\x0a\x00\x02\x01\x02"), 1232),
        Record(WWW, 5, Unknown(65, bytes(9))),
    ),
)  # fmt: skip

labels = st.binary(min_size=1, max_size=12) | st.sampled_from([b"www", b"example", b"com", bytes(63)])
names = st.lists(labels, max_size=4).map(tuple).filter(lambda found: length(found) <= 255)
shorts = st.integers(0, 0xFFFF)
longs = st.integers(0, 0xFFFF_FFFF)
known = st.one_of(
    st.builds(A, longs), st.builds(AAAA, st.integers(0, 2**128 - 1)), st.builds(NS, names), st.builds(CNAME, names),
    st.builds(PTR, names), st.builds(MX, shorts, names),
    st.builds(TXT, st.lists(st.binary(max_size=255), min_size=1, max_size=3).map(tuple)),
    st.builds(SOA, names, names, longs, longs, longs, longs, longs),
)  # fmt: skip
unknown = st.builds(Unknown, st.sampled_from([13, 33, 41, 65, 65280]), st.binary(max_size=30))
records = st.builds(Record, names, longs, known) | st.builds(Record, names, longs, unknown, shorts)
sections = st.lists(records, max_size=4).map(tuple)
flags = st.booleans()
messages = st.builds(
    Message, shorts, flags, st.integers(0, 15), flags, flags, flags, flags, flags, flags, st.integers(0, 15),
    st.lists(st.builds(Question, names, shorts, shorts), max_size=2).map(tuple), sections, sections, sections,
)  # fmt: skip


def header(**counts):
    parts = ("questions", "answers", "authority", "additional")
    return b"\x00\x01\x80\x00" + b"".join(counts.get(part, 0).to_bytes(2, "big") for part in parts)


def refused(data, match):
    with pytest.raises(CodecError, match=match) as error:
        DNS.decode(data, None)
    return error.value.offset


# Names


def test_rfc1035_2_3_4_a_label_has_63_octets_at_most():
    assert name("a" * 63 + ".b") == (b"a" * 63, b"b")
    with pytest.raises(ValueError, match="a label has 64 octets, 63 at most"):
        name("a" * 64)
    with pytest.raises(CodecError, match="a label has 64 octets"):
        DNS.encode(replace(QUERY, questions=(Question((bytes(64),)),)), None)


def test_rfc1035_2_3_4_a_name_has_255_octets_at_most():
    longest = (b"a" * 63,) * 3 + (b"b" * 61,)
    assert length(longest) == 255
    assert DNS.decode(DNS.encode(Message(1, questions=(Question(longest),)), None), None).questions[0].name == longest
    with pytest.raises(CodecError, match="it has 256 octets, 255 at most"):
        DNS.encode(Message(1, questions=(Question((*longest[:3], b"b" * 62)),)), None)


def test_rfc1035_2_3_4_a_name_longer_than_255_octets_by_its_pointer_is_refused():
    first = b"".join(b"\x3f" + b"a" * 63 for _ in range(3)) + b"\x00"
    second = b"\x3f" + b"b" * 63 + b"\xc0\x0c"
    assert refused(header(questions=2) + first + bytes(4) + second + bytes(4), "more than 255 octets") >= 12


def test_rfc1035_5_1_escapes():
    assert name(r"ann\.lee.example.com") == (b"ann.lee", b"example", b"com")
    assert name(r"\000\255\\") == (b"\x00\xff\\",)
    assert show((b"a.b", b" \x07\\")) == r"a\.b.\032\007\\"
    for wrong in (r"\25", r"\256", r"\2a5", "a..b", ".a", "caf\u00e9", "a\\"):
        with pytest.raises(ValueError, match=r"octet|empty|ASCII|backslash"):
            name(wrong)


@given(names)
def test_rfc1035_5_1_every_name_comes_back_from_its_text(found):
    assert name(show(found)) == found
    assert name(show(found) + "." if found else "") == found


def test_rfc4343_3_names_are_compared_without_case_and_carried_with_it():
    assert same(name("WWW.eXample.com"), WWW)
    assert not same(name("ww.example.com"), WWW)
    mixed = replace(QUERY, questions=(Question(name("WWW.eXample.com")), Question(WWW)))
    assert DNS.decode(DNS.encode(mixed, None), None) == mixed


# Messages


def test_rfc1035_4_1_1_places_of_the_header(tiles):
    data = DNS.encode(QUERY, None)
    assert data.hex(" ") == (
        "2b 5c 01 00 00 01 00 00 00 00 00 00 03 77 77 77 07 65 78 61 6d 70 6c 65 03 63 6f 6d 00 00 01 00 01"
    )
    tiles(DNS.spans(data), data)
    assert [(span.name, span.bits) for span in DNS.spans(data)] == [
        ("DNS.id", 16), ("DNS.response", 1), ("DNS.opcode", 4), ("DNS.authoritative", 1), ("DNS.truncated", 1),
        ("DNS.recursion_desired", 1), ("DNS.recursion_available", 1), ("DNS.reserved", 1), ("DNS.authentic", 1),
        ("DNS.checking_disabled", 1), ("DNS.code", 4), ("DNS.questions_count", 16), ("DNS.answers_count", 16),
        ("DNS.authority_count", 16), ("DNS.additional_count", 16), ("DNS.questions[0].name", 136),
        ("DNS.questions[0].type", 16), ("DNS.questions[0].class", 16),
    ]  # fmt: skip
    assert next(span.words for span in DNS.spans(data) if span.name.endswith("name")) == "www.example.com"


@pytest.mark.parametrize(
    ("flag", "octets"),
    [
        ("response", "80 00"), ("authoritative", "04 00"), ("truncated", "02 00"), ("recursion_desired", "01 00"),
        ("recursion_available", "00 80"), ("authentic", "00 20"), ("checking_disabled", "00 10"),
    ],
)  # fmt: skip
def test_rfc1035_4_1_1_every_flag_has_its_bit(flag, octets):
    message = Message(0, **{flag: True})
    data = DNS.encode(message, None)
    assert data[2:4].hex(" ") == octets
    assert DNS.decode(data, None) == message


def test_rfc1035_4_1_1_opcode_and_response_code():
    data = DNS.encode(Message(0, opcode=2, code=Code.NAME_ERROR), None)
    assert data[2:4].hex(" ") == "10 03"
    words = {span.name: span.words for span in DNS.spans(data)}
    assert (words["DNS.opcode"], words["DNS.code"]) == ("status request", "name error")


def test_rfc1035_4_1_1_z_is_sent_zero_and_ignored_when_received():
    data = bytearray(DNS.encode(QUERY, None))
    data[3] |= 0x40
    assert DNS.decode(bytes(data), None) == QUERY


def test_rfc1035_4_1_3_and_3_3_every_type_has_its_place():
    data = DNS.encode(ANSWER, None)
    assert DNS.decode(data, None) == ANSWER
    assert [record.type for record in (*ANSWER.answers, *ANSWER.authority, *ANSWER.additional)] == [
        Type.CNAME, Type.A, Type.AAAA, Type.NS, Type.SOA, Type.MX, Type.TXT, Type.PTR, 41, 65,
    ]  # fmt: skip
    words = {span.name: span.words for span in DNS.spans(data)}
    assert words["DNS.answers[1].address"] == "192.0.2.7"
    assert words["DNS.answers[2].address"] == "2001:db8::7"
    assert words["DNS.authority[1].mailbox"] == r"ann\.lee.example.com, compressed"
    assert words["DNS.authority[1].minimum"] == "300 s"
    assert words["DNS.additional[1].string"] == "v=spf1 -all"


def test_rfc1035_4_1_3_a_record_by_hand():
    data = header(answers=1) + b"\x01a\x00" + bytes.fromhex("0001 0001 0000003c 0004 c0000207")
    assert DNS.decode(data, None).answers == (Record(name("a"), 60, A(address("192.0.2.7"))),)


@pytest.mark.parametrize(
    ("length_and_data", "match"),
    [
        ("0003 c00002", "cut short"),
        ("0005 c000020700", "1 byte of data too many"),
        ("0005 c0000207", "cut short: 5 bytes of data are needed, 4 are there"),
    ],
)
def test_rfc1035_4_1_3_rdlength_must_be_the_length_of_the_data(length_and_data, match):
    refused(header(answers=1) + b"\x01a\x00" + bytes.fromhex("0001 0001 0000003c" + length_and_data), match)


def test_rfc1035_3_3_a_name_must_not_leave_its_record():
    record = b"\x01a\x00" + bytes.fromhex("0002 0001 0000003c 0002") + b"\x03com\x00"
    refused(header(answers=1) + record, "a label is cut short")


def test_rfc1035_3_3_14_a_text_has_one_string_at_least():
    refused(header(answers=1) + b"\x01a\x00" + bytes.fromhex("0010 0001 0000003c 0000"), "cut short")
    with pytest.raises(CodecError, match="one at least"):
        DNS.encode(replace(ANSWER, answers=(Record(WWW, 1, TXT(())),)), None)
    with pytest.raises(CodecError, match="string_length is 256"):
        DNS.encode(replace(ANSWER, answers=(Record(WWW, 1, TXT((bytes(256),))),)), None)


def test_rfc3597_5_data_of_unknown_types_are_bytes_also_of_known_types_in_other_classes():
    chaos = Record(WWW, 5, Unknown(Type.A, b"\x01\x02\x03"), Class.CH)
    assert DNS.decode(DNS.encode(replace(ANSWER, answers=(chaos,)), None), None).answers == (chaos,)
    for wrong in (Record(WWW, 5, Unknown(Type.A, bytes(4))), Record(WWW, 5, A(1), Class.CH)):
        with pytest.raises(CodecError, match="carried as bytes"):
            DNS.encode(replace(ANSWER, answers=(wrong,)), None)


def test_rfc2181_8_a_ttl_with_the_uppermost_bit_is_none():
    record = Record(WWW, 0x8000_0001, A(1))
    assert DNS.decode(DNS.encode(replace(ANSWER, answers=(record,)), None), None).answers[0].lifetime == 0
    assert replace(record, ttl=0x7FFF_FFFF).lifetime == 0x7FFF_FFFF


# Compression


def test_rfc1035_4_1_4_the_example_of_the_standard():
    """F.ISI.ARPA at byte 20, FOO.F.ISI.ARPA at 40, ARPA at 64 and the root at 92: with the offsets they have here."""
    asked = tuple(Question(name(text)) for text in ("F.ISI.ARPA", "FOO.F.ISI.ARPA", "ARPA", "."))
    data = DNS.encode(Message(0, questions=asked), None)
    first = bytes.fromhex("01 46 03 49 53 49 04 41 52 50 41 00")
    fixed = bytes.fromhex("00 01 00 01")
    assert data[12:] == first + fixed + b"\x03FOO\xc0\x0c" + fixed + b"\xc0\x12" + fixed + b"\x00" + fixed


def test_rfc1035_4_1_4_a_name_may_end_in_labels_of_its_own_or_a_pointer():
    plain = header(questions=2) + b"\x03com\x00" + bytes(4) + b"\x01a\xc0\x0c" + bytes(4)
    assert [question.name for question in DNS.decode(plain, None).questions] == [(b"com",), (b"a", b"com")]


def test_rfc1035_4_1_4_compression_saves_what_it_saves():
    whole = sum(length(record.name) for record in ANSWER.answers)
    data = DNS.encode(ANSWER, None)
    spans = [span for span in DNS.spans(data) if span.name.startswith("DNS.answers") and span.name.endswith(".name")]
    assert sum(span.bits for span in spans) // 8 == 6 < whole
    assert all(span.words.endswith(", compressed") for span in spans)


@pytest.mark.parametrize(
    ("pointed", "match"),
    [
        (b"\xc0\x0c", "leads to no earlier name"),  # at itself
        (b"\x01a\xc0\x0c", "leads to no earlier name"),  # at its own start
        (b"\xc0\x0e\xc0\x0c", "leads to no earlier name"),  # forward
        (b"\xc0\x00", "leads to no earlier name"),  # into the header
        (b"\xc0", "a pointer is cut short"),
        (b"\x40", "reserved type 1"),
        (b"\x80", "reserved type 2"),
        (b"\x05abc", "a label is cut short"),
        (b"\x01a", "a name is cut short"),
        (b"", "a name is cut short"),
    ],
)
def test_rfc1035_4_1_4_pointers_lead_to_a_prior_name_only(pointed, match):
    refused(header(questions=1) + pointed, match)


def test_a_chain_of_pointers_keeps_nobody_busy():
    question = b"\x00" + bytes(4)
    record = b"\x00" + bytes.fromhex("ff00 0001 00000000") + (8000).to_bytes(2, "big")
    start = 12 + len(question) + len(record)
    links = b"".join((0xC000 | (start + 2 * (place - 1) if place else 12)).to_bytes(2, "big") for place in range(4000))
    last = (0xC000 | start + 2 * 3999).to_bytes(2, "big")
    data = header(questions=1, answers=2) + question + record + links + last
    assert refused(data + bytes.fromhex("ff00 0001 00000000 0000"), "follows more than 127 pointers") > start
    short = (0xC000 | start + 2 * 100).to_bytes(2, "big")
    data = header(questions=1, answers=2) + question + record + links + short
    assert DNS.decode(data + bytes.fromhex("ff00 0001 00000000 0000"), None).answers[1].name == ()


def test_rfc1035_4_1_4_beyond_14_bits_there_is_nothing_to_point_to():
    filler = Record((), 0, Unknown(65280, bytes(20_000)))
    late = Record(name("far.example.org"), 1, A(1))
    message = Message(0, answers=(filler, late, late))
    data = DNS.encode(message, None)
    assert DNS.decode(data, None) == message
    assert data.count(b"\x03far") == 2


# Lengths


def test_rfc1035_4_2_1_what_does_not_fit_512_bytes_is_truncated():
    many = tuple(Record(WWW, 60, A(place)) for place in range(40))
    message = replace(QUERY, response=True, answers=many)
    cut = fitted(message)
    assert cut.truncated
    assert cut.answers == many[: len(cut.answers)]
    assert len(DNS.encode(cut, None)) <= 512 < len(DNS.encode(cut, None)) + 16
    assert fitted(replace(message, answers=many[:20])) == replace(message, answers=many[:20])
    size = len(DNS.encode(message, None))
    assert fitted(message, size) == message
    assert fitted(message, size - 1).answers == many[:-1]


def test_rfc2181_9_tc_is_not_set_for_additional_records_left_out():
    many = tuple(Record(WWW, 60, A(place)) for place in range(40))
    cut = fitted(replace(ANSWER, additional=many))
    assert not cut.truncated
    assert (cut.answers, cut.authority) == (ANSWER.answers, ANSWER.authority)
    assert 0 < len(cut.additional) < 40
    cut = fitted(replace(ANSWER, authority=many))
    assert cut.truncated
    assert not cut.additional


def test_rfc1035_4_2_2_no_message_is_longer_than_16_bits_tell():
    big = Record((), 0, Unknown(65280, bytes(40_000)))
    message = Message(0, answers=(big, big))
    with pytest.raises(CodecError, match="is too long"):
        DNS.encode(message, None)
    assert fitted(message, 65_535).answers == (big,)


def test_bytes_after_the_end_are_no_part_of_a_message():
    assert refused(DNS.encode(QUERY, None) + b"\x00", "1 byte after the end") == len(DNS.encode(QUERY, None))


def test_counts_beyond_the_bytes_are_cut_short():
    refused(header(answers=65_535), "a name is cut short")


@pytest.mark.parametrize("message", [QUERY, ANSWER], ids=["query", "answer"])
def test_no_beginning_of_a_message_is_one(message, tiles):
    data = DNS.encode(message, None)
    for cut in range(len(data)):
        assert refused(data[:cut], "cut short") <= cut
        tiles(DNS.spans(data[:cut]), data[:cut])


def test_in_a_few_words():
    assert str(QUERY) == "? A www.example.com"
    assert str(ANSWER) == "A www.example.com: 3 answers"
    assert str(replace(ANSWER, answers=ANSWER.answers[:1])) == "A www.example.com: 1 answer"
    assert str(replace(ANSWER, code=Code.NAME_ERROR)) == "A www.example.com: name error"


@settings(deadline=None)
@given(messages)
def test_every_message_comes_back(message):
    data = DNS.encode(message, None)
    assert DNS.decode(data, None) == message
    spans = DNS.spans(data)
    assert sum(span.bits for span in spans) == len(data) * 8
    assert all(span.name != "unreadable" for span in spans)


@given(messages, st.integers(12, 300))
def test_what_is_fitted_fits(message, limit):
    cut = fitted(message, limit)
    assert len(DNS.encode(cut, None)) <= max(limit, len(DNS.encode(Message(0, questions=message.questions), None)))
    assert dns.DNS.decode(DNS.encode(cut, None), None) == cut


def test_garbage(survives_garbage):
    tiny = Message(1, questions=(Question(()),))
    refused_, read = survives_garbage(DNS, [DNS.encode(message, None) for message in (QUERY, ANSWER, tiny)])
    assert refused_ > 2_000
    assert read > 1_000


@pytest.mark.parametrize(
    "message",
    [
        Message(1, answers=(Record(WWW, 1, None),)),
        Message(1, questions=(Question(None),)),
        Message(1, questions=None),
        Message(1, questions=(5,)),
        Message(1, answers=(Question(WWW),)),
        Message(1, response="x"),
        Message(1, response=None),
        Message(1, answers=(Record(WWW, 1, TXT(5)),)),
        Message(1, answers=(Record(WWW, 1, TXT((5,))),)),
        Message(1, answers=(Record(WWW, 1, NS(5)),)),
        Message(1, questions=(Question([b"a"]),)),
        5,
    ],
    ids=repr,
)
def test_members_of_a_wrong_type_are_refused_in_words(message):
    with pytest.raises(CodecError):
        DNS.encode(message, None)
    if isinstance(message, Message):
        with pytest.raises(CodecError):
            fitted(message)
