"""CDR (CORBA 3.3 part 2, 9.3), against vectors worked out by hand."""

import dataclasses
from dataclasses import dataclass
from enum import Enum, IntFlag
from typing import Annotated, ClassVar, NewType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire import cdr
from core.wire.table import CodecError

Id = NewType("Id", int)


class Colour(Enum):
    RED = "r"
    GREEN = "g"
    BLUE = "b"


class Rights(IntFlag):
    READ = 1


@dataclass(frozen=True)
class Election:
    sender: int


@dataclass(frozen=True)
class Ok:
    pass


@dataclass(frozen=True)
class Entry:
    mark: cdr.Octet
    name: str


@dataclass(frozen=True)
class Person:
    name: str
    place: str
    year: cdr.ULong


@dataclass(frozen=True)
class Everything:
    colour: Colour
    entries: tuple[Entry, ...]
    hop: Id | None
    pair: tuple[int, str]
    raw: bytes
    either: Entry | Election | None
    port: cdr.UShort
    short: cdr.Short
    long: cdr.Long
    wide: cdr.ULongLong
    rate: float
    flag: bool
    size: ClassVar[int] = 1


CODEC = cdr.codec_for(Election, Ok, Person, Everything)
LITTLE = cdr.codec_for(Election, Ok, Person, Everything, little_endian=True)

entries = st.builds(Entry, st.integers(0, 255), st.text().filter(lambda text: "\0" not in text))
long_longs = st.integers(-(2**63), 2**63 - 1)
messages = st.one_of(
    st.builds(Election, long_longs),
    st.just(Ok()),
    st.builds(
        Everything,
        st.sampled_from(Colour),
        st.lists(entries, max_size=4).map(tuple),
        st.none() | long_longs,
        st.tuples(long_longs, st.just("x")),
        st.binary(max_size=20),
        st.none() | entries | st.builds(Election, long_longs),
        st.integers(0, 65535),
        st.integers(-32768, 32767),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(0, 2**64 - 1),
        st.floats(allow_nan=False),
        st.booleans(),
    ),
)
SAMPLE = Everything(
    Colour.BLUE, (Entry(3, "hé"), Entry(255, "")), None, (1, "x"), b"abc", Election(9), 7, -1, -2, 2**64 - 1, 0.5, True
)


def encoded(annotation, value, little_endian=False):
    return cdr.encode_value(annotation, value, little_endian).hex()


@pytest.mark.parametrize(
    ("annotation", "value", "big", "little"),
    [
        (cdr.Octet, 255, "ff", "ff"),
        (bool, True, "01", "01"),
        (cdr.Short, -2, "fffe", "feff"),
        (cdr.UShort, 1, "0001", "0100"),
        (cdr.Long, -2, "fffffffe", "feffffff"),
        (cdr.ULong, 1934, "0000078e", "8e070000"),
        (int, 1, "0000000000000001", "0100000000000000"),
        (cdr.ULongLong, 2**63, "8000000000000000", "0000000000000080"),
        (float, 1.0, "3ff0000000000000", "000000000000f03f"),
        (cdr.Float, 1.0, "3f800000", "0000803f"),
    ],
)
def test_corba_9_3_1_primitives_in_both_byte_orders(annotation, value, big, little):
    assert encoded(annotation, value) == big
    assert encoded(annotation, value, little_endian=True) == little
    assert cdr.decode_value(annotation, bytes.fromhex(little), little_endian=True) == value


@pytest.mark.parametrize(
    ("annotation", "gap"), [(cdr.UShort, 1), (cdr.ULong, 3), (int, 7), (float, 7), (str, 3), (cdr.Octet, 0), (bool, 0)]
)
def test_corba_9_3_1_1_a_primitive_of_n_bytes_begins_at_a_multiple_of_n(annotation, gap):
    value = "" if annotation is str else 0 if annotation is not bool else False
    alone = cdr.encode_value(annotation, value)
    after_an_octet = cdr.encode_value(tuple[cdr.Octet, annotation], (0xAA, value))
    assert after_an_octet == b"\xaa" + bytes(gap) + alone


def test_corba_9_3_1_1_worked_by_hand():
    data = cdr.encode_value(tuple[cdr.Octet, cdr.UShort, cdr.Octet, cdr.ULong, bool, int], (1, 2, 3, 4, True, 5))
    assert data.hex(" ") == "01 00 00 02 03 00 00 00 00 00 00 04 01 00 00 00 00 00 00 00 00 00 00 05"


def test_corba_9_3_1_1_a_gap_may_hold_anything():
    data = bytes.fromhex("01 ff 00 02".replace(" ", ""))
    assert cdr.decode_value(tuple[cdr.Octet, cdr.UShort], data) == (1, 2)


def test_corba_9_3_2_7_a_string_counts_its_nul():
    assert encoded(str, "Smith") == "00000006" + b"Smith\0".hex()
    assert encoded(str, "") == "0000000100"


@pytest.mark.parametrize(
    "data", ["00000000", "0000000141", "00000003410041", "000000034100", "000000024142", "00000002ff00"]
)
def test_corba_9_3_2_7_no_string(data):
    with pytest.raises(CodecError):
        cdr.decode_value(str, bytes.fromhex(data))


def test_curriculum_corba_cdr_smith_london_1934_takes_28_bytes():
    person = cdr.encode_value(Person, Person("Smith", "London", 1934))
    assert len(person) == 28
    assert person[:4] == bytes((0, 0, 0, 6))
    assert person[4:10] == b"Smith\0"
    assert person[12:16] == bytes((0, 0, 0, 7))
    assert person[16:23] == b"London\0"
    assert person[24:] == bytes.fromhex("0000078e")


def test_corba_9_3_2_4_an_array_or_struct_has_no_length_and_a_sequence_has_one():
    assert encoded(tuple[cdr.UShort, cdr.UShort], (1, 2)) == "00010002"
    assert encoded(tuple[cdr.UShort, ...], (1, 2)) == "0000000200010002"
    assert encoded(bytes, b"ab") == "000000026162"


def test_corba_9_3_2_6_an_enum_is_an_unsigned_long_by_order_of_declaration():
    assert [encoded(Colour, colour) for colour in Colour] == ["00000000", "00000001", "00000002"]
    with pytest.raises(CodecError, match="no member number 3"):
        cdr.decode_value(Colour, bytes.fromhex("00000003"))


def test_corba_9_3_2_3_a_union_is_its_discriminator_and_the_member_it_selects():
    assert encoded(cdr.ULong | None, None) == "00"
    assert encoded(Annotated[int, cdr.Primitive("unsigned long", "I", 4)] | None, 5) == "0100000000000005"
    assert encoded(Election | Ok, Ok()) == "00000001"


def test_a_boolean_is_0_or_1():
    with pytest.raises(CodecError, match="0 or 1, not 2"):
        cdr.decode_value(bool, b"\2")


def test_the_discriminator_is_the_place_of_the_message_type(envelope):
    assert CODEC.encode(Election(4), envelope).hex() == "00000000" + "00000000" + "0000000000000004"
    assert CODEC.encode(Ok(), envelope).hex() == "00000001"
    assert LITTLE.encode(Ok(), envelope).hex() == "01000000"
    with pytest.raises(CodecError, match="no message type has number 4"):
        CODEC.decode(bytes.fromhex("00000004"), envelope)


def test_spans_name_type_and_member(tiles):
    data = CODEC.encode(Election(4))
    assert [(span.name, span.first_bit, span.bits, span.value) for span in CODEC.spans(data)] == [
        ("Election.type", 0, 32, 0),
        ("gap", 32, 32, bytes(4)),
        ("Election.sender", 64, 64, 4),
    ]
    data = CODEC.encode(SAMPLE)
    tiles(CODEC.spans(data), data)
    names = {span.name for span in CODEC.spans(data)}
    assert {"Everything.entries[1].mark", "Everything.either.Election.sender", "Everything.pair.item1.NUL"} <= names


def test_spans_of_broken_bytes_end_in_what_cannot_be_read(tiles):
    data = CODEC.encode(SAMPLE)[:21]
    spans = CODEC.spans(data)
    tiles(spans, data)
    assert spans[-1].name == "unreadable"
    assert "cut short" in spans[-1].words
    assert CODEC.spans(CODEC.encode(Ok()) + b"x")[-1].name == "trailing"


@settings(deadline=None)
@given(messages)
def test_decode_undoes_encode(message):
    for codec in (CODEC, LITTLE):
        data = codec.encode(message)
        assert codec.decode(data) == message
        spans = codec.spans(data)
        assert sum(span.bits for span in spans) == len(data) * 8
        assert spans[-1].name != "unreadable"


@settings(deadline=None)
@given(messages, st.data())
def test_nothing_cut_short_is_a_message(message, data):
    whole = CODEC.encode(message)
    with pytest.raises(CodecError):
        CODEC.decode(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_garbage_raises_only_the_codecs_error(survives_garbage):
    originals = [CODEC.encode(message) for message in (Election(7), Ok(), Person("Smith", "London", 1934), SAMPLE)]
    refused, read = survives_garbage(CODEC, originals)
    assert refused > 1000
    assert read > 1000


def test_a_length_larger_than_the_message_is_refused_before_anything_is_made():
    with pytest.raises(CodecError, match="no room for 4294967295 elements"):
        cdr.decode_value(tuple[Entry, ...], bytes.fromhex("ffffffff"))


@pytest.mark.parametrize(
    "value",
    [
        Election(2**63),
        Election("4"),
        Election(1.5),
        Person("nul\0", "", 0),
        Person("\ud800", "", 0),
        Person(b"Smith", "", 0),
        Person("", "", -1),
        Colour.RED,
        dataclasses.replace(SAMPLE, colour="r"),
        dataclasses.replace(SAMPLE, entries=[]),
        dataclasses.replace(SAMPLE, pair=(1,)),
        dataclasses.replace(SAMPLE, flag=1),
        dataclasses.replace(SAMPLE, either=Ok()),
        dataclasses.replace(SAMPLE, port=65536),
        dataclasses.replace(SAMPLE, raw="text"),
    ],
)
def test_what_does_not_fit_is_refused(value):
    with pytest.raises(CodecError):
        CODEC.encode(value)


def test_what_a_message_refuses_is_no_message():
    @dataclass(frozen=True)
    class Even:
        number: cdr.Octet

        def __post_init__(self):
            if self.number % 2:
                raise ValueError("odd")

    assert cdr.decode_value(Even, b"\2") == Even(2)
    with pytest.raises(CodecError, match="no Even: odd"):
        cdr.decode_value(Even, b"\3")


def test_members_by_keyword():
    @dataclass(frozen=True, kw_only=True)
    class Named:
        one: cdr.Octet
        two: cdr.Octet

    assert cdr.decode_value(Named, b"\1\2") == Named(one=1, two=2)


def test_unions_of_sequences_are_not_mixed_up():
    @dataclass(frozen=True)
    class Both:
        texts: tuple[str, ...] | str
        numbers: tuple[cdr.Octet, ...] | str

    codec = cdr.codec_for(Both)
    both = Both(("a",), (1, 2))
    assert codec.decode(codec.encode(both)) == both


@pytest.mark.parametrize(
    "annotation", [dict[str, int], list[int], object, set[int], Rights, complex, int | Id, tuple[Ok, ...]]
)
def test_an_annotation_that_cdr_cannot_carry_is_a_type_error(annotation):
    with pytest.raises(TypeError):
        cdr.encode_value(annotation, None)


def test_idl():
    assert cdr.idl(Election, Ok) == (
        "struct Election {\n  long long sender;\n};\n\n"
        "struct Ok {};\n\n"
        "union Message switch (unsigned long) {\n  case 0: ::Election as_Election;\n  case 1: ::Ok as_Ok;\n};\n"
    )
    text = cdr.idl(Everything)
    assert "enum Colour { RED, GREEN, BLUE };" in text
    assert "  ::OptionalLongLong hop;" in text
    assert "union OptionalLongLong switch (boolean) {\n  case TRUE: long long value;\n};" in text
    assert "  sequence<::Entry> entries;" in text
    assert "  unsigned short _port;" in text  # a keyword of IDL, escaped
    assert "  short _short;" in text
    assert text.index("enum Colour") < text.index("struct Entry") < text.index("struct Everything")


def test_two_types_of_one_name_are_refused():
    other = dataclasses.make_dataclass("Election", [("receiver", str)], frozen=True)
    with pytest.raises(TypeError, match="two different types are called Election"):
        cdr.codec_for(Election, other)
