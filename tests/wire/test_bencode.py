"""Bencoding (BEP 3)."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire import bencode
from core.wire.bencode import BENCODING, decode, encode, spans
from core.wire.table import CodecError

VECTORS = [
    (b"4:spam", b"spam"),
    (b"0:", b""),
    (b"i3e", 3),
    (b"i-3e", -3),
    (b"i0e", 0),
    (b"l4:spam4:eggse", [b"spam", b"eggs"]),
    (b"le", []),
    (b"d3:cow3:moo4:spam4:eggse", {b"cow": b"moo", b"spam": b"eggs"}),
    (b"d4:spaml1:a1:bee", {b"spam": [b"a", b"b"]}),
    (b"de", {}),
]
values = st.recursive(
    st.integers() | st.binary(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(("data", "value"), VECTORS)
def test_bep3_the_examples(data, value):
    assert decode(data) == value
    assert encode(value) == data


def test_bep3_integers_have_no_size_limitation():
    assert decode(b"i" + b"9" * 100 + b"e") == 10**100 - 1
    assert encode(-(10**300)) == b"i-1" + b"0" * 300 + b"e"


def test_integers_have_a_limit_all_the_same():
    longest = 10**bencode.DIGITS - 1
    assert decode(encode(longest)) == longest
    with pytest.raises(CodecError, match="more than 4000 digits"):
        decode(b"i1" + b"0" * bencode.DIGITS + b"e")
    with pytest.raises(CodecError, match="more than 4000 digits"):
        encode(-longest - 1)
    with pytest.raises(CodecError):
        decode(b"9" * 100_000 + b":")


def test_bep3_i_minus_zero_e_is_invalid():
    with pytest.raises(CodecError, match="minus zero"):
        decode(b"i-0e")


@pytest.mark.parametrize("data", [b"i03e", b"i-03e", b"i00e", b"04:spam", b"00:"])
def test_bep3_leading_zeros_are_invalid(data):
    with pytest.raises(CodecError, match="leading zero"):
        decode(data)


def test_bep3_keys_must_be_strings():
    with pytest.raises(CodecError, match="a key is a byte string"):
        decode(b"di1ei2ee")
    with pytest.raises(CodecError, match="a key is a byte string"):
        encode({"cow": 1})


def test_bep3_keys_appear_in_sorted_order_as_raw_strings():
    assert encode({b"b": 1, b"a": 2, b"B": 3, b"\xff": 4, b"aa": 5}) == b"d1:Bi3e1:ai2e2:aai5e1:bi1e1:\xffi4ee"
    with pytest.raises(CodecError, match="not in order"):
        decode(b"d4:spam4:eggs3:cow3:mooe")


def test_a_key_twice():
    with pytest.raises(CodecError, match="a key twice"):
        decode(b"d3:cow3:moo3:cow3:mooe")


@pytest.mark.parametrize(
    "data",
    [b"", b"i", b"ie", b"i-e", b"i3", b"i+3e", b"i 3e", b"i3.0e", b"5:spam", b"4spam", b"4", b"l", b"li3e", b"d",
     b"d3:cow", b"d3:cowe", b"e", b"x", b"-4:spam", b"4:spamx", b"i3ei4e", "i٣e".encode()],
)  # fmt: skip
def test_what_is_no_bencoding(data):
    with pytest.raises(CodecError):
        decode(data)


def test_nesting_has_a_limit():
    deep = b"l" * bencode.DEPTH + b"le" + b"e" * bencode.DEPTH
    assert encode(decode(deep)) == deep
    for data in (b"l" + deep + b"e", b"l" * 1_000_000, b"d1:a" * 1_000_000):
        with pytest.raises(CodecError, match="nested deeper than 64"):
            decode(data)
    circle: list = []
    circle.append(circle)
    with pytest.raises(CodecError, match="nested deeper than 64"):
        encode(circle)


@pytest.mark.parametrize("value", [True, None, "text", 1.5, {1: 2}, [b"a", object()], {b"a": "b"}])
def test_what_bencoding_cannot_carry(value):
    with pytest.raises(CodecError):
        encode(value)


def test_a_tuple_is_a_list():
    assert encode((1, (b"a",))) == b"li1el1:aee"


@settings(deadline=None)
@given(values)
def test_decode_undoes_encode(value):
    assert decode(encode(value)) == value


def test_garbage_raises_only_the_codecs_error(survives_garbage):
    originals = [data for data, _ in VECTORS] + [b"d8:intervali1800e5:peersld2:ip9:192.0.2.14:porti6881eeee"]
    refused, read = survives_garbage(BENCODING, originals)
    assert refused > 1000
    assert read > 1000


@settings(deadline=None)
@given(st.binary(max_size=30) | st.text("ilde0123456789:-a", max_size=12).map(str.encode))
def test_one_encoding_a_value(data):
    try:
        value = decode(data)
    except CodecError:
        return
    assert encode(value) == data


def test_an_info_hash_survives_decoding():
    info = b"d6:lengthi3e4:name1:a12:piece lengthi16384e6:pieces20:" + b"\x01" * 20 + b"e"
    torrent = decode(b"d8:announce3:url4:info" + info + b"e")
    assert hashlib.sha1(encode(torrent[b"info"])).digest() == hashlib.sha1(info).digest()


def test_spans_name_values_by_their_keys(tiles):
    data = b"d5:peersld2:ip9:192.0.2.14:porti6881eee1:q0:e"
    found = spans(data)
    tiles(found, data)
    port = next(span for span in found if span.name == "peers[0].port")
    assert (port.value, data[port.first_bit // 8 :][: port.bits // 8]) == (6881, b"i6881e")
    assert "peers[0].ip.length" in {span.name for span in found}


def test_spans_of_broken_bytes(tiles):
    data = b"d3:cow3:moo2:ab"
    found = spans(data)
    tiles(found, data)
    assert found[-1].name != "unreadable"  # every byte is readable, the end is missing
    found = spans(b"li3ei04ee")
    assert (found[-1].name, found[-1].words) == ("unreadable", "an integer has a leading zero")
    assert spans(b"i3ex")[-1].words == "1 bytes after the end"
