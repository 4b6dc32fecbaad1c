"""The picture of rings: the arrows that betray them, the dead, and what is named."""

from dataclasses import replace

import pytest

from core.kernel.scenario import ClockJump, Crash
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.premise.maxfind import PROTOCOL, ring
from tui.pictures import Canvas, Scene
from tui.pictures.premise.maxfind import draw

ONE = next(scenario for scenario in PROTOCOL.scenarios if scenario.name == "one dies")


def drawn(scenario, until=3, you="", width=48, height=9, **seats):
    world = World(replace(scenario, win=(), **seats))
    world.run(until=until * SECOND)
    sight = Sight(world, you, everything=not you)
    canvas = Canvas(width, height)
    draw(canvas, Scene(sight, scenario, you, sight.clock(), lifted=not you, entries=list(sight.entries())))
    return str(canvas)


def test_every_node_has_its_number_and_what_all_name_stands_in_the_middle():
    picture = drawn(replace(ONE, happenings=()), until=6)  # all are silent by then
    for words in ("n1: 14", "n2: 3", "n3: 27", "n4: 8", "n5: 52", "n6: 31"):
        assert words in picture
    assert picture.count("52") == 2


def test_who_is_dead_is_seen_to_be():
    picture = drawn(replace(ONE, happenings=(Crash(SECOND, "n3"),)))
    assert "n3 down" in picture


def dots(picture):
    """How many dots of lines there are."""
    return sum(bin(ord(char) - 0x2800).count("1") for char in picture if 0x2800 < ord(char) < 0x2900)


def test_a_hub_is_seen_by_its_arrows():
    star = {"seats": dict.fromkeys((f"n{place}" for place in range(1, 7)), "hub")}
    plain = replace(ONE, happenings=())
    assert 0 < dots(drawn(plain, **star)) < dots(drawn(plain))


def test_six_rings_stand_beside_each_other():
    nodes = tuple(node for prefix in "abcdef" for node in ring(prefix=prefix, rounds=5))
    scenario = replace(ONE, nodes=nodes, happenings=())
    picture = drawn(scenario, width=78, height=14)
    assert picture.count("27") == 6
    assert "a5" not in picture, "there is no room for names beside the numbers"


def test_what_was_just_told_is_bright_and_what_was_told_before_is_faint():
    quiet, fresh = drawn(replace(ONE, happenings=()), until=6), drawn(replace(ONE, happenings=()), until=1)
    assert 0 < dots(quiet) < dots(fresh)


def test_who_names_the_greatest_and_who_names_another_is_said_by_a_mark():
    picture = drawn(replace(ONE, happenings=()), until=6)
    assert picture.count("✓") == 6
    assert "says" not in picture
    early = {"happenings": (ClockJump(SECOND, "n1", SECOND),), "limit": 9 * SECOND}
    picture = drawn(replace(ONE, **early), until=8, seats={f"n{place}": "noon" for place in range(1, 7)})
    assert "n1: 14 says 14" in picture
    assert picture.count("✓") == 5


def test_in_the_fog_only_ones_own_number_is_seen():
    picture = drawn(replace(ONE, happenings=()), you="n2")
    assert "n2: 3" in picture
    assert "n5: 52" not in picture
    assert "n5" in picture


@pytest.mark.parametrize("you", ["", "n1"])
def test_it_fits_every_size(you):
    for width in (1, 10, 18, 48, 76, 120):
        for height in (1, 3, 7, 9, 14, 30):
            assert all(len(line) <= width for line in drawn(ONE, 1, you, width, height).splitlines())
