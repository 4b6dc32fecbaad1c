"""Lengths, flags and dots: where a message ends."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.wire.framing import FRAMINGS, StreamDecoder
from core.wire.table import CodecError

EXAMPLES = [
    ("netstring", b"hello world!", b"12:hello world!,"),  # the example of Netstrings §2
    ("netstring", b"", b"0:,"),
    ("netstring", b"5:a,b,", b"6:5:a,b,,"),
    ("flag", b"hello", b"hello~"),
    ("flag", b"a~b}c", b"a}^b}]c~"),  # RFC 1662 §4.2: 7e is 7d 5e, 7d is 7d 5d
    ("dot", b"hello", b"hello\r\n.\r\n"),
    ("dot", b"a\r\n.\r\nb", b"a\r\n..\r\nb\r\n.\r\n"),  # RFC 5321 §4.5.2
    ("dot", b"", b"\r\n.\r\n"),
]
every = st.sampled_from(sorted(FRAMINGS))
payloads = st.one_of(st.binary(min_size=1, max_size=12), st.text("a.,~}:5\r\n", min_size=1).map(str.encode))


@pytest.mark.parametrize(("name", "message", "frame"), EXAMPLES)
def test_examples(name, message, frame):
    framing = FRAMINGS[name]
    assert framing.frame(message) == frame
    assert framing.end_of(frame + b"rest") == len(frame)
    assert framing.end_of(frame[:-1]) == 0
    assert framing.opened(frame) == message


def test_flags_carry_no_empty_message():
    with pytest.raises(CodecError):
        FRAMINGS["flag"].frame(b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("netstring", b"05:hello,"), ("netstring", b"x"), ("netstring", b"-1:,"), ("netstring", b"5:hello!"),
        ("netstring", b"99999999:"), ("netstring", b"123456789"), ("netstring", b"5 :"), ("flag", b"~"),
        ("flag", b"a}~"), ("dot", b".\r\n"),
    ],
)  # fmt: skip
def test_what_can_become_no_frame_is_refused(name, data):
    with pytest.raises(CodecError):
        StreamDecoder(name).feed(data)


@pytest.mark.parametrize("name", sorted(FRAMINGS))
@pytest.mark.parametrize("frame", [b"", b"5:hel", b"hello~x", b"5:hello,x"])
def test_only_a_whole_frame_is_opened(name, frame):
    with pytest.raises(CodecError):
        FRAMINGS[name].opened(frame)


@given(every, st.lists(payloads, max_size=5), st.lists(st.integers(0, 200), max_size=20))
@settings(max_examples=300)
def test_any_cut_of_a_stream_gives_the_same_messages(name, messages, cuts):
    stream = b"".join(FRAMINGS[name].frame(message) for message in messages)
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    decoder, found = StreamDecoder(name), []
    for start, end in pairwise(edges):
        found += decoder.feed(stream[start:end])
    assert found == messages
    assert decoder.buffer == b""


@given(every, st.one_of(st.binary(max_size=30), st.text("a.,~}:5\r\n", max_size=30).map(str.encode)))
@settings(max_examples=500)
def test_garbage_is_read_or_refused(name, data):
    decoder, found = StreamDecoder(name), []
    try:
        found = decoder.feed(data)
    except CodecError as error:
        found = list(error.decoded)
    frames = b"".join(FRAMINGS[name].frame(message) for message in found if message or name != "flag")
    assert len(frames) <= len(data) + len(found)
    one_by_one, again = StreamDecoder(name), []
    try:
        for place in range(len(data)):
            again += one_by_one.feed(data[place : place + 1])
    except CodecError as error:
        again += error.decoded
    assert again == found
