"""The field table itself: one walk packs, unpacks and names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.table import CodecError, Field, Octets, Records, Table, When

TAG = Table("toy", Field("kind", 8, "", ""), Field("value", 16, "", ""), label="tag")
END = Table("toy", Field("kind", 8, "", ""), label="end")
TOY = Table(
    "toy",
    Field("version", 3, "of the format", "here", equals=5),
    Field("long", 1, "whether extra is there", "here"),
    Field("count", 12, "bytes of tags", "here", lambda n: f"{n} bytes of tags"),
    When(lambda values: values["long"] == 1, (Field("extra", 32, "", ""),)),
    Records("tags", lambda values: values["count"], lambda kind: TAG if kind else END, "", "", last=0),
    Octets("rest", None, "", ""),
)
PLAIN = {"long": 0, "count": 4, "tags": ({"kind": 7, "value": 258},), "rest": b"hi"}


def test_bits_go_most_significant_first():
    assert TOY.pack(PLAIN).hex(" ") == "a0 04 07 01 02 00 68 69"
    assert TOY.pack(PLAIN | {"long": 1, "extra": 0x01020304}).hex(" ") == "b0 04 01 02 03 04 07 01 02 00 68 69"


def test_offsets_are_computed():
    assert {name: bit for name, (bit, _) in TOY.layout.items()} == {"version": 0, "long": 3, "count": 4}
    assert TOY.error("count", "too many", start=20).offset == 20


def test_spans_name_every_bit(tiles):
    data = TOY.pack(PLAIN)
    spans = TOY.spans(data)
    tiles(spans, data)
    assert [(span.name, span.first_bit, span.bits, span.value) for span in spans] == [
        ("version", 0, 3, 5),
        ("long", 3, 1, 0),
        ("count", 4, 12, 4),
        ("tag.kind", 16, 8, 7),
        ("tag.value", 24, 16, 258),
        ("end.kind", 40, 8, 0),
        ("rest", 48, 16, b"hi"),
    ]
    assert spans[2].words == "4 bytes of tags"
    assert spans[2].meaning == "bytes of tags"
    assert spans[2].source == "here"


def test_spans_of_a_table_in_the_middle():
    data = b"xyz" + TOY.pack(PLAIN)
    assert TOY.spans(data, 3)[0].first_bit == 24
    assert TOY.unpack(data, 3) == ({"version": 5, **PLAIN}, len(data))


def test_spans_show_a_wrong_constant_and_go_on(tiles):
    data = bytes([TOY.pack(PLAIN)[0] ^ 0x20]) + TOY.pack(PLAIN)[1:]
    spans = TOY.spans(data)
    tiles(spans, data)
    assert spans[0].words == "4, but must be 5"
    assert spans[-1].name == "rest"
    with pytest.raises(CodecError, match="version is 4, but must be 5") as caught:
        TOY.unpack(data)
    assert (caught.value.codec, caught.value.offset) == ("toy", 0)


@pytest.mark.parametrize(
    ("size", "names"),
    [
        (0, []),
        (1, ["version", "long", "unreadable"]),
        (2, ["version", "long", "count"]),
        (3, ["version", "long", "count", "tag.kind"]),
        (4, ["version", "long", "count", "tag.kind", "unreadable"]),
        (5, ["version", "long", "count", "tag.kind", "tag.value"]),
    ],
)
def test_spans_show_what_there_is_of_bytes_cut_short(size, names, tiles):
    data = TOY.pack(PLAIN)[:size]
    spans = TOY.spans(data)
    tiles(spans, data)
    assert [span.name for span in spans] == names
    with pytest.raises(CodecError, match="cut short"):
        TOY.unpack(data)


@pytest.mark.parametrize(
    "change",
    [
        {"count": 4096},
        {"count": -1},
        {"count": None},
        {"count": 1.5},
        {"count": 2},
        {"long": 1},
        {"rest": "text"},
        {"tags": ({"kind": 7, "value": 65536},)},
    ],
)
def test_values_that_do_not_fit_are_refused(change):
    with pytest.raises(CodecError):
        TOY.pack(PLAIN | change)


def test_fields_must_fill_whole_bytes():
    with pytest.raises(TypeError, match="fill 7 bits"):
        Table("toy", Field("odd", 7, "", ""))


def test_the_error_says_where():
    error = CodecError("toy", 3, "no good")
    assert isinstance(error, ValueError)
    assert str(error) == "toy: no good (byte 3)"


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 70), st.integers(0)), min_size=1, max_size=12))
def test_fields_of_any_width_come_back(widths):
    widths = [*widths, (-sum(bits for bits, _ in widths) % 8 + 8, 0)]
    table = Table("toy", *(Field(f"f{place}", bits, "", "") for place, (bits, _) in enumerate(widths)))
    values = {f"f{place}": value % (1 << bits) for place, (bits, value) in enumerate(widths)}
    data = table.pack(values)
    bits = "".join(f"{values[f'f{place}']:0{width}b}" for place, (width, _) in enumerate(widths))
    assert data == int(bits, 2).to_bytes(len(bits) // 8, "big")
    assert table.unpack(data) == (values, len(data))
    assert [(span.value, span.bits) for span in table.spans(data)] == [
        (values[f"f{place}"], width) for place, (width, _) in enumerate(widths)
    ]
