"""CDR (CORBA 3.3 part 2, 9.3), against vectors worked out by hand."""

import dataclasses
import math
import struct
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


@pytest.mark.parametrize(
    ("annotation", "value", "big", "little"),
    [
        (cdr.LongLong, -2, "fffffffffffffffe", "feffffffffffffff"),
        (cdr.Double, -2.0, "c000000000000000", "00000000000000c0"),
        (cdr.LongDouble, 1.0, "3fff" + "00" * 14, "00" * 14 + "ff3f"),
        (cdr.LongDouble, -1.5, "bfff8000" + "00" * 12, "00" * 12 + "0080ffbf"),
        (cdr.LongDouble, 0.0, "00" * 16, "00" * 16),
        (cdr.LongDouble, math.inf, "7fff" + "00" * 14, "00" * 14 + "ff7f"),
        (cdr.LongDouble, 5e-324, "3bcd" + "00" * 14, "00" * 14 + "cd3b"),  # 2 ** -1074
        (cdr.Char, "e", "65", "65"),
        (cdr.Char, "é", "e9", "e9"),
        (cdr.WChar, "é", "0200e9", "0200e9"),
        (cdr.WChar, "€", "0220ac", "0220ac"),
        (cdr.WChar, "𝄞", "04d834dd1e", "04d834dd1e"),
        (cdr.WString, "Aé", "00000004004100e9", "04000000004100e9"),
        (cdr.WString, "", "00000000", "00000000"),
        (cdr.WString, "\ufeffA", "00000006fefffeff0041", "06000000fefffeff0041"),
        (cdr.AnyValue, cdr.AnyValue(cdr.TypeCode.ULONG, 1934), "000000050000078e", "050000008e070000"),
        (
            cdr.AnyValue,
            cdr.AnyValue(cdr.TypeCode.STRING, "A"),
            "000000120000000000000002" + "4100",
            "120000000000000002000000" + "4100",
        ),
    ],
)
def test_corba_9_3_1_the_rarer_types_in_both_byte_orders(annotation, value, big, little):
    assert encoded(annotation, value) == big
    assert encoded(annotation, value, little_endian=True) == little
    assert cdr.decode_value(annotation, bytes.fromhex(big)) == value
    assert cdr.decode_value(annotation, bytes.fromhex(little), little_endian=True) == value


def test_all_fifteen_basic_types_have_a_name_in_idl():
    @dataclass(frozen=True)
    class All:
        a: bool
        b: cdr.Octet
        c: cdr.Char
        d: cdr.WChar
        e: cdr.Short
        f: cdr.UShort
        g: cdr.Long
        h: cdr.ULong
        i: cdr.LongLong
        j: cdr.ULongLong
        k: cdr.Float
        wide: cdr.Double
        m: cdr.LongDouble
        n: str
        o: cdr.WString

    text = cdr.idl(All)
    for name, line in zip(
        [*"abcdefghijk", "wide", *"mno"],
        ["boolean", "octet", "char", "wchar", "short", "unsigned short", "long", "unsigned long", "long long",
         "unsigned long long", "float", "double", "long double", "string", "wstring"],
        strict=True,
    ):  # fmt: skip
        assert f"  {line} {name};\n" in text


@given(st.floats(allow_nan=False), st.booleans())
def test_a_double_survives_as_long_double(value, little):
    data = cdr.encode_value(cdr.LongDouble, value, little)
    found = cdr.decode_value(cdr.LongDouble, data, little)
    assert struct.pack(">d", found) == struct.pack(">d", value)  # -0.0 too
    assert math.isnan(cdr.decode_value(cdr.LongDouble, cdr.encode_value(cdr.LongDouble, math.nan, little), little))


def test_a_long_double_is_aligned_to_8_and_may_be_too_large():
    assert cdr.encode_value(tuple[cdr.Octet, cdr.LongDouble], (1, 1.0)).hex() == "01" + "00" * 7 + "3fff" + "00" * 14
    after_an_octet = cdr.encode_value(tuple[cdr.Octet, cdr.LongDouble], (1, 1.0))
    assert cdr.decode_value(tuple[cdr.Octet, cdr.LongDouble], after_an_octet) == (1, 1.0)
    with pytest.raises(CodecError, match="too large for a double"):
        cdr.decode_value(cdr.LongDouble, bytes.fromhex("7ffe" + "00" * 14))
    assert cdr.decode_value(cdr.LongDouble, bytes.fromhex("0001" + "00" * 14)) == 0.0
    assert cdr.decode_value(cdr.LongDouble, bytes.fromhex("3fff" + "ff" * 14)) == 2.0  # to the nearest


@pytest.mark.parametrize(
    ("annotation", "data"),
    [
        (cdr.WChar, "0100"),  # half of UTF-16
        (cdr.WChar, "0400410042"),  # two characters
        (cdr.WChar, "00"),
        (cdr.WChar, "02d834"),  # half a character
        (cdr.WString, "00000003004100"),
        (cdr.WString, "00000002d834"),
        (cdr.WString, "000000040041"),
        (cdr.AnyValue, "0000000b"),  # a kind that is no basic type
        (cdr.AnyValue, "000000120000000500000002" + "4100"),  # a bounded string
    ],
)
def test_what_the_rarer_types_refuse(annotation, data):
    with pytest.raises(CodecError):
        cdr.decode_value(annotation, bytes.fromhex(data))


def test_a_byte_order_mark_tells_the_order_of_wide_characters():
    assert cdr.decode_value(cdr.WString, bytes.fromhex("00000004fffe4100")) == "A"
    assert cdr.decode_value(cdr.WString, bytes.fromhex("00000004feff0041")) == "A"


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (cdr.Char, "€"),
        (cdr.Char, ""),
        (cdr.Char, b"a"),
        (cdr.WChar, "ab"),
        (cdr.WChar, "\ud834"),
        (cdr.WString, "\ud834"),
        (cdr.WString, b"a"),
        (cdr.LongDouble, 1),
        (cdr.AnyValue, cdr.AnyValue("no kind", 1)),
        (cdr.AnyValue, 1),
        (cdr.AnyValue, cdr.AnyValue(cdr.TypeCode.CHAR, 1)),
    ],
)
def test_what_the_rarer_types_cannot_carry(annotation, value):
    with pytest.raises(CodecError):
        cdr.encode_value(annotation, value)


Matrix = Annotated[tuple[Annotated[tuple[cdr.UShort, ...], cdr.Array(3)], ...], cdr.Array(2)]


def test_corba_9_3_2_4_a_fixed_array_has_no_length_and_must_be_full():
    assert encoded(Matrix, ((1, 2, 3), (4, 5, 6))) == "000100020003000400050006"
    assert cdr.decode_value(Matrix, bytes.fromhex("000100020003000400050006")) == ((1, 2, 3), (4, 5, 6))
    for wrong in (((1, 2, 3),), ((1, 2, 3), (4, 5)), [(1, 2, 3), (4, 5, 6)], 5):
        with pytest.raises(CodecError):
            cdr.encode_value(Matrix, wrong)
    with pytest.raises(CodecError, match="no room for 2 elements"):
        cdr.decode_value(Matrix, bytes(11))

    @dataclass(frozen=True)
    class Board:
        cells: Matrix

    text = cdr.idl(Board)
    assert "typedef unsigned short UnsignedShortArray3[3];" in text
    assert "typedef ::UnsignedShortArray3 UnsignedShortArray3Array2[2];" in text
    assert "  ::UnsignedShortArray3Array2 cells;" in text


@pytest.mark.parametrize("annotation", [Annotated[int, cdr.Array(3)], Annotated[tuple[int, ...], cdr.Array(0)]])
def test_what_is_no_array(annotation):
    with pytest.raises(TypeError):
        cdr.encode_value(annotation, ())


Price = Annotated[
    cdr.UnionValue,
    cdr.Switch(
        "Price",
        Colour,
        (cdr.Case((Colour.RED, Colour.BLUE), "cents", cdr.ULong), cdr.Case((Colour.GREEN,), "words", str)),
    ),
]
Open = Annotated[
    cdr.UnionValue,
    cdr.Switch("Open", cdr.Char, (cdr.Case(("a", "'"), "number", cdr.Octet),), cdr.Case((), "other", bool)),
]
Maybe = Annotated[cdr.UnionValue, cdr.Switch("Maybe", bool, (cdr.Case((True,), "number", cdr.Octet),))]


@pytest.mark.parametrize(
    ("annotation", "value", "data"),
    [
        (Price, cdr.UnionValue(Colour.RED, 5), "0000000000000005"),
        (Price, cdr.UnionValue(Colour.BLUE, 5), "0000000200000005"),
        (Price, cdr.UnionValue(Colour.GREEN, "A"), "00000001000000024100"),
        (Open, cdr.UnionValue("'", 7), "2707"),
        (Open, cdr.UnionValue("z", True), "7a01"),
        (Maybe, cdr.UnionValue(True, 7), "0107"),
        (Maybe, cdr.UnionValue(False), "00"),
    ],
)
def test_corba_9_3_2_3_a_union_by_its_own_discriminator(annotation, value, data):
    assert encoded(annotation, value) == data
    assert cdr.decode_value(annotation, bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Price, cdr.UnionValue(Colour.GREEN, 5)),
        (Price, cdr.UnionValue(0, 5)),
        (Price, 5),
        (Maybe, cdr.UnionValue(False, 7)),
        (Open, cdr.UnionValue("z", 5)),
    ],
)
def test_what_no_union_can_carry(annotation, value):
    with pytest.raises(CodecError):
        cdr.encode_value(annotation, value)


def test_the_idl_of_unions_names_labels_and_default():
    @dataclass(frozen=True)
    class Offer:
        price: Price
        open: Open
        maybe: Maybe

    text = cdr.idl(Offer)
    assert (
        "union Price switch (::Colour) {\n  case RED: case BLUE: unsigned long cents;\n  case GREEN: string words;\n};"
        in text
    )
    assert "union Open switch (char) {\n  case 'a': case '\\'': octet number;\n  default: boolean other;\n};" in text
    assert "union Maybe switch (boolean) {\n  case TRUE: octet number;\n};" in text
    assert "  ::Price price;" in text


def test_two_arms_for_one_label_are_a_type_error():
    twice = cdr.Switch("Twice", cdr.Octet, (cdr.Case((1,), "a", cdr.Octet), cdr.Case((1,), "b", bool)))
    with pytest.raises(TypeError, match="two arms for 1"):
        cdr.encode_value(Annotated[cdr.UnionValue, twice], None)


def test_spans_of_the_rarer_types(tiles):
    data = cdr.encode_value(Price, cdr.UnionValue(Colour.GREEN, "A"))
    spans = cdr.value_spans(Price, data, "price")
    tiles(spans, data)
    assert [span.name for span in spans] == [
        "price.discriminator",
        "price.words.length",
        "price.words",
        "price.words.NUL",
    ]
    data = cdr.encode_value(
        tuple[cdr.WChar, cdr.LongDouble, cdr.AnyValue], ("é", 1.0, cdr.AnyValue(cdr.TypeCode.CHAR, "x"))
    )
    tiles(cdr.value_spans(tuple[cdr.WChar, cdr.LongDouble, cdr.AnyValue], data, "all"), data)


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


@pytest.mark.parametrize(
    ("annotation", "value", "big", "little"),
    [
        (Colour, Colour.BLUE, "00000002", "02000000"),
        (bytes, b"ab", "00000002" + "6162", "02000000" + "6162"),
        (tuple[cdr.UShort, ...], (1, 2), "00000002" + "00010002", "02000000" + "01000200"),
        (tuple[cdr.UShort, cdr.ULong], (1, 2), "0001000000000002", "0100000002000000"),
        (Entry, Entry(3, "A"), "03000000" + "00000002" + "4100", "03000000" + "02000000" + "4100"),
        (str, "A", "00000002" + "4100", "02000000" + "4100"),
        (cdr.ULong | None, 5, "0100000000000005", "0100000005000000"),
        (Election | Ok, Ok(), "00000001", "01000000"),
        (Price, cdr.UnionValue(Colour.BLUE, 5), "0000000200000005", "0200000005000000"),
        (Matrix, ((1, 2, 3), (4, 5, 6)), "000100020003000400050006", "010002000300040005000600"),
    ],
)
def test_corba_9_3_2_the_constructed_types_in_both_byte_orders(annotation, value, big, little):
    """Lengths, places of enums and discriminators are numbers too, in the sender's order as all others."""
    assert encoded(annotation, value) == big
    assert encoded(annotation, value, little_endian=True) == little
    assert cdr.decode_value(annotation, bytes.fromhex(big)) == value
    assert cdr.decode_value(annotation, bytes.fromhex(little), little_endian=True) == value


@pytest.mark.parametrize(
    ("annotation", "value", "data"),
    [
        (Election | Ok, Ok(), "aa000000" + "00000001"),
        (Price, cdr.UnionValue(Colour.RED, 5), "aa000000" + "0000000000000005"),
        (Colour, Colour.BLUE, "aa000000" + "00000002"),
        (bytes, b"a", "aa000000" + "0000000161"),
        (tuple[cdr.Octet, ...], (1,), "aa000000" + "0000000101"),
    ],
)
def test_corba_9_3_1_1_lengths_enums_and_discriminators_are_aligned_too(annotation, value, data):
    assert encoded(tuple[cdr.Octet, annotation], (0xAA, value)) == data
    assert cdr.decode_value(tuple[cdr.Octet, annotation], bytes.fromhex(data)) == (0xAA, value)


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


def test_a_codec_knows_its_idl():
    assert CODEC.idl == cdr.idl(Election, Ok, Person, Everything)
    assert CODEC.declaration(Election) == "struct Election {\n  long long sender;\n};"
    assert CODEC.declaration(int) == ""


def test_two_types_of_one_name_are_refused():
    other = dataclasses.make_dataclass("Election", [("receiver", str)], frozen=True)
    with pytest.raises(TypeError, match="two different types are called Election"):
        cdr.codec_for(Election, other)
