"""Lines on a stream, however it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire.lines import GREATEST, cut, join
from core.wire.table import CodecError


def fed(pieces):
    lines, held = [], b""
    for piece in pieces:
        whole, held = cut(held, piece)
        lines += whole
    return lines, held


@pytest.mark.parametrize(
    "pieces",
    [[b"hello\nworld\n!"], [b"hel", b"lo\nwor", b"ld\n!"], [bytes([octet]) for octet in b"hello\nworld\n!"]],
    ids=["whole", "in pieces", "byte by byte"],
)
def test_lines_do_not_depend_on_the_pieces(pieces):
    assert fed(pieces) == ([b"hello", b"world"], b"!")


def test_a_carriage_return_before_the_end_is_no_part_of_the_line():
    assert fed([b"hello\r", b"\nwor\rld\r\n\n"]) == ([b"hello", b"wor\rld", b""], b"")


def test_a_line_is_not_kept_for_ever():
    assert fed([b"x" * GREATEST, b"\r", b"\n"]) == ([b"x" * GREATEST], b"")
    with pytest.raises(CodecError, match="more than 8192 bytes") as refused:
        fed([b"first\n" + b"x" * 8193])
    assert refused.value.decoded == (b"first",)
    assert refused.value.offset == 6
    with pytest.raises(CodecError):
        fed([b"x" * 8193 + b"\n"])


def test_what_is_joined_is_one_line():
    assert join(b"HELLO") == b"HELLO\n"
    with pytest.raises(CodecError, match="a line feed within a line"):
        join(b"a\nb")


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))), st.data())
def test_all_lines_come_back_out_of_any_pieces(lines, data):
    sent = b"".join(map(join, lines))
    pieces = []
    while sent:
        size = data.draw(st.integers(1, len(sent)))
        pieces.append(sent[:size])
        sent = sent[size:]
    assert fed(pieces) == (lines, b"")
