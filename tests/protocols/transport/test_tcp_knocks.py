"""Say it thrice: how many duplicate ACKs mean a loss, what a copy in vain looks like, and the probe for the tail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.kernel.choice import PASS, Asked, Value
from core.kernel.seats import Book
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.transport.tcp import Endpoint
from core.protocols.transport.tcp.choices import DUP_THRESHOLD, RESEND
from core.protocols.transport.tcp.connection import FILLED, LATE, NEEDLESS
from levels.loader import load

SEEDS = range(1, 9)


class Line:
    """The line at `first`, and at `second` once there is room for twelve; with the probe, or without."""

    waits = False

    def __init__(self, first: int, second: int = 0, probes: bool = True) -> None:
        self.lines, self.probes = (first, second or first), probes

    def answer(self, asked: Asked) -> Value:
        if asked.choice is DUP_THRESHOLD:
            return self.lines[asked.me.dup_threshold == 5]
        if asked.choice is RESEND and not self.probes:
            return PASS
        return asked.book


def run(seat: object, seed: int = 1) -> tuple[int, Endpoint]:
    """How long it takes (µs) with nobody to end it early, and the sender."""
    scenario = replace(load("pipe/say-it-thrice").scenario.reseeded(seed), lose=(), limit=9 * SECOND)
    world = World(scenario, seat)  # type: ignore[arg-type]
    world.run()
    machine = world.evidence().machine("alice", Endpoint)
    assert machine is not None
    return world.now, machine


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_low_line_copies_what_was_only_overtaken(line: int) -> None:
    for seed in SEEDS:
        _, alice = run(Line(line), seed)
        assert alice.retransmissions > 6


@pytest.mark.parametrize("line", [5, 8])
def test_a_high_line_waits_for_the_alarm_in_a_small_window(line: int) -> None:
    for seed in SEEDS:
        time, alice = run(Line(line), seed)
        assert time > 2_700_000
        assert alice.retransmissions == 4


def test_three_then_five_and_a_probe_is_fast_and_copies_nothing_in_vain() -> None:
    for seed in SEEDS:
        time, alice = run(Book(), seed)
        assert time < 2_500_000
        main = alice.main
        assert main is not None
        assert alice.retransmissions == 4
        assert [how for _, _, how in main.healed].count(FILLED) == 4
        assert NEEDLESS not in [how for _, _, how in main.healed]
        overtaken = [knocks for _, knocks, how in main.healed if how == LATE]
        assert max(overtaken) == 4


def test_nothing_knocks_for_the_last_tile() -> None:
    for seed in SEEDS:
        assert run(Line(3, 5, probes=False), seed)[0] > run(Line(3, 5), seed)[0] + SECOND // 2


def test_a_copy_whose_answer_comes_too_soon_was_in_vain() -> None:
    _, alice = run(Line(1))
    assert alice.main is not None
    assert [how for _, _, how in alice.main.healed].count(NEEDLESS) >= 3
