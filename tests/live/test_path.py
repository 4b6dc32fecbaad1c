"""The path between a transport and a world does to packets what its shape says, and nothing else."""

from itertools import pairwise

import pytest

from core.kernel.time import MILLISECOND, SECOND
from core.live.path import REORDER_DELAY, Path, Shape

COUNT = 2000
PACKETS = [bytes([place >> 8, place & 255]) + bytes(998) for place in range(COUNT)]
"""Each is another, and 1,000 bytes long."""


def through(shape, seed=1, every=MILLISECOND):
    """What comes out of packets that enter every so many µs, as (µs that it took, place in the order of entering);
    and the path."""
    path = Path(shape, seed, "out")
    for place, packet in enumerate(PACKETS):
        path.put(place * every, packet)
    out = []
    while (due := path.due()) is not None:
        for packet in path.take(due):
            place = PACKETS.index(packet)
            out.append((due - place * every, place))
    return out, path


def overtaken(out):
    """How often a packet came out right after one that had entered later."""
    return sum(then < before for (_, before), (_, then) in pairwise(out))


def test_a_plain_path_does_nothing():
    assert Shape().plain
    out, path = through(Shape())
    assert out == [(0, place) for place in range(COUNT)]
    assert (path.lost, path.overtaken, path.passed) == (0, 0, COUNT)


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_it_loses_the_share_that_it_is_told_to(share):
    shape = Shape(loss=share)
    assert not shape.plain
    out, path = through(shape)
    assert share / 2 < path.lost / COUNT < 2 * share
    assert len(out) == path.passed == COUNT - path.lost
    assert out == sorted(out, key=lambda row: row[1])
    assert {took for took, _ in out} == {0}


def test_what_is_held_back_is_overtaken():
    out, path = through(Shape(reorder=0.1))
    late = [took for took, _ in out if took]
    assert COUNT * 0.05 < len(late) == path.overtaken < COUNT * 0.2
    least, most = REORDER_DELAY
    assert all(least <= took <= most for took in late)
    assert overtaken(out) > COUNT * 0.03
    assert sorted(place for _, place in out) == list(range(COUNT))  # all come, and each once


def test_a_second_copy_follows_the_first():
    out, _ = through(Shape(duplicate=0.05))
    assert COUNT * 1.025 < len(out) < COUNT * 1.1
    assert {place for _, place in out} == set(range(COUNT))
    assert overtaken(out) == 0


def test_latency_is_for_all_alike():
    out, path = through(Shape(latency=5_000))
    assert out == [(5_000, place) for place in range(COUNT)]
    assert path.lost == 0


def test_a_rate_makes_a_queue_and_what_finds_it_full_is_lost():
    """1,000 bytes at 4 Mbit/s take 2 ms; they come every ms."""
    out, path = through(Shape(rate=4_000_000, queue=10))
    times = [place * MILLISECOND + took for took, place in out]
    assert {then - before for before, then in pairwise(times)} == {2 * MILLISECOND}
    assert max(took for took, _ in out) <= (10 + 2) * 2 * MILLISECOND
    assert COUNT * 0.45 < path.lost < COUNT * 0.5
    slower, path = through(Shape(rate=4_000_000, queue=10), every=3 * MILLISECOND)
    assert {took for took, _ in slower} == {2 * MILLISECOND}  # nobody waits for another
    assert path.lost == 0


def test_the_dice_are_those_of_seed_and_direction():
    shape = Shape(loss=0.1, reorder=0.1, duplicate=0.05)
    assert through(shape)[0] == through(shape)[0]
    assert through(shape)[0] != through(shape, seed=2)[0]
    inward, outward = (Path(shape, 1, name) for name in ("in", "out"))
    for packet in PACKETS:
        inward.put(0, packet)
        outward.put(0, packet)
    assert inward.take(SECOND) != outward.take(SECOND)
