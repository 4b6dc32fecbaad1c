"""By how little a run was lost, and whether a win was a lucky one."""

from dataclasses import replace

import pytest

from core.kernel.seats import Book, Idle, PersonaSeat, Seat
from core.kernel.world import World
from core.luck import Luck, luck_of
from core.near import near_miss
from levels.loader import load
from levels.proofs import personas_of, play, with_par_figures


def run_of(name: str, persona: str) -> World:
    level = load(name)
    seat: Seat = Idle() if persona == "idle" else Book()
    for one in personas_of(level):
        if one.name == persona:
            seat = PersonaSeat(one)
    return play(with_par_figures(level), seat)


def last(run: World, futures: int = 20) -> Luck | None:
    *_, found = None, *luck_of(run, futures=futures)
    return found


def test_what_was_counted_up_says_by_how_little_it_was_missed() -> None:
    """Leech: 430 KB are wanted; who ranks nobody gets 376."""
    miss = near_miss(run_of("swarm/leech", "idle"))
    assert miss is not None
    assert (miss.of, miss.what) == (430, "KB")
    assert miss.words == f"{miss.short} KB short"
    run = run_of("swarm/leech", "idle")
    enough = replace(run.scenario, win=tuple(
        law.law.bind(**{**law.arguments, "kilobytes": 430 - miss.short}) if "kilobytes" in law.arguments else law
        for law in run.scenario.win
    ))  # fmt: skip
    more = replace(run.scenario, win=tuple(
        law.law.bind(**{**law.arguments, "kilobytes": 431 - miss.short}) if "kilobytes" in law.arguments else law
        for law in run.scenario.win
    ))  # fmt: skip
    assert play(enough, Idle()).outcome.won  # type: ignore[union-attr]
    assert not play(more, Idle()).outcome.won  # type: ignore[union-attr]


def test_a_bound_that_was_passed_by_one_is_no_near_miss() -> None:
    """Two kings: the run ends the moment that there are too many elections."""
    run = run_of("crown/two-kings", "alarm of 200 ms")
    assert run.outcome is not None
    assert run.outcome.reason == "p6 holds more than 8 elections"
    assert near_miss(run) is None


@pytest.mark.parametrize("name", ["premise/echo", "wire/bring-me-the-ack"])
def test_far_misses_and_wins_say_nothing(name: str) -> None:
    assert near_miss(run_of(name, "idle")) is None
    assert near_miss(play(with_par_figures(load(name)), Book())) is None


def test_a_win_is_lucky_if_other_dice_would_have_lost_it() -> None:
    found = last(run_of("swarm/quid-pro-quo", "seats all"), 8)
    assert found is not None
    assert found.of == 8
    assert 0 < found.won < 4
    assert found.was_needed
    assert set(found.means) == {"time", "uploaded"}


def test_where_no_dice_fall_nobody_is_lucky() -> None:
    found = last(run_of("ring/mine-or-yours", "always the successor"), 3)
    assert found is not None
    assert found.won == found.of == 3
    assert not found.was_needed


def test_who_made_no_mistake_was_not_lucky() -> None:
    assert last(run_of("premise/echo", "nobody of that name")) is None
