"""What the tests of every codec need: an envelope, and the promise that no bytes whatever bring a codec down."""

import random
from typing import NamedTuple

import pytest

from core.wire.table import CodecError


class Envelope(NamedTuple):
    source: str
    destination: str
    source_address: int
    destination_address: int


ENVELOPE = Envelope("alice", "bob", 0xC0A80001, 0xC0A800C7)


def assert_tiles(spans, data):
    """The spans cover every bit of the data once, in order."""
    bit = 0
    for span in spans:
        assert span.first_bit == bit, span
        assert span.bits > 0, span
        bit += span.bits
    assert bit == len(data) * 8


def garbled(originals, count, seed):
    """`count` inputs: originals cut short, with flipped bits, overwritten, spliced, and plain noise."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(chance.choice(originals))
        kind = chance.randrange(5)
        if kind == 0:
            del data[chance.randrange(len(data) + 1) :]
        elif kind == 1 and data:
            for _ in range(chance.randrange(1, 4)):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        elif kind == 2 and data:
            place = chance.randrange(len(data))
            data[place : place + 4] = chance.randbytes(chance.randrange(8))
        elif kind == 3:
            other = chance.choice(originals)
            data[chance.randrange(len(data) + 1) :] = other[chance.randrange(len(other) + 1) :]
        else:
            data = bytearray(chance.randbytes(chance.randrange(80)))
        yield bytes(data)


@pytest.fixture
def envelope():
    return ENVELOPE


@pytest.fixture
def tiles():
    return assert_tiles


@pytest.fixture
def survives_garbage():
    """Check a codec with garbled forms of encoded messages; returns how many were refused and how many were read."""

    def check(codec, originals, count=20_000, seed=1):
        refused = read = 0
        for place, data in enumerate(garbled(originals, count, seed)):
            offset = 0
            try:
                message = codec.decode(data, ENVELOPE)
            except CodecError as error:
                offset = error.offset
                refused += 1
            else:
                assert codec.decode(codec.encode(message, ENVELOPE), ENVELOPE) == message
                read += 1
            assert 0 <= offset <= len(data), data
            if place % 10 == 0:
                assert_tiles(codec.spans(data), data)
        return refused, read

    return check
