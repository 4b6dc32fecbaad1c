"""The picture of a detective: lines, beads, rods, what is pushed, and what nobody may read off it."""

from dataclasses import replace

import pytest

from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Book, Player
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.logical_clocks import PROTOCOL
from core.protocols.clocks.logical_clocks.detective_choices import SLIDE, VERDICT
from core.protocols.clocks.logical_clocks.order import BESIDE
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.logical_clocks import carries, draw, shows

LEVEL = load("stamps/alibi").scenario


def asked(until=310, scenario=LEVEL):
    world = World(replace(scenario, win=()), Player())
    world.run(until=until * SECOND)
    return world


def scene_of(world, you="detective", **more):
    sight = Sight(world, you)
    return Scene(sight, world.scenario, you, sight.clock(), me=world.evidence().machine(you) if you else None, **more)


def drawn(world, width=80, height=12, **more):
    canvas = Canvas(width, height)
    draw(canvas, scene_of(world, **more))
    canvas.flush()
    return canvas


def judge(world, value):
    world.move("detective", VERDICT.name, value)
    return world


def me_of(world):
    return world.nodes["detective"].machine


def test_a_night_before_and_after_everybody_has_told():
    assert "letters go about" in str(drawn(asked(until=100)))
    picture = str(drawn(asked()))
    assert "[3]" in picture
    assert picture.splitlines()[2].index("X") == picture.splitlines()[1].index("9") + 1
    assert "pushes left 3" in picture
    same("alibi-slips", picture)


def test_each_letter_has_one_end_and_a_rod_that_only_passes_a_bead_has_none_there():
    world = asked()
    picture = str(drawn(world))
    read = [event for event in me_of(world).events if event.letter is not None]
    upward = [event for event in read if event.letter[0] > event.place]
    assert picture.count("▲") == len(upward)
    assert picture.count("▼") == len(read) - len(upward)


def test_what_is_pushed_leaves_a_trail_and_takes_along_what_it_led_to():
    world = asked()
    before = str(drawn(world)).splitlines()
    world.move("detective", SLIDE.name, me_of(world).left)
    after = str(drawn(world)).splitlines()
    assert "pushes left 2" in after[-1]
    assert any(">>>" in line for line in after)
    assert after[2].index("X") > before[2].index("X")
    assert after[1].index("3") == before[1].index("3")
    same("alibi-pushed", "\n".join(after))


def test_after_a_verdict_the_run_is_seen_that_bears_it_out_and_not_before():
    world = asked()
    assert "as legal" not in str(drawn(world))
    assert "X goes along with p2's 3" in str(drawn(judge(world, BESIDE)))
    assert "p2 3 no" in str(drawn(world))
    world.run(until=world.now + 160 * SECOND)
    picture = str(drawn(judge(world, BESIDE)))
    assert "before" in picture
    assert "p3 9 ok" in picture


def test_the_sergeant_says_the_same_whatever_is_true():
    """A claim of clocks, of stamps and of letters has one form each, right or wrong."""
    words = set()
    for seed in range(8):
        world = asked(scenario=LEVEL.reseeded(seed))
        while me_of(world).slip is not None:
            said = str(drawn(world)).splitlines()[0].partition("Sergeant: ")[2]
            words.add("".join(char for char in said.partition(",")[0] if not char.isdigit())[:9].strip())
            judge(world, BESIDE)
            world.run(until=world.now + 160 * SECOND)
    assert words - {"="} == {"no letter", "its clock", "<", ">"}


def test_the_needle_stands_on_the_picture():
    world = asked()
    question = type("Asked", (), {"choice": SLIDE, "node": "detective", "me": me_of(world)})()
    canvas = drawn(world, asked=question, at_hand=me_of(world).crime)
    assert ">9<" in str(canvas)
    assert {hot.target for hot in canvas.hots} >= set(me_of(world).beads)
    assert carries(scene_of(world), question, 80)
    assert not carries(scene_of(world), type("Asked", (), {"choice": VERDICT})(), 80)
    assert set(shows(scene_of(world))) == set(scene_of(world).view)


def test_how_wrong_the_clocks_were_is_not_on_it_before_the_fog_lifts():
    """The same depositions, and other true times: one picture until the fog lifts, and two after."""
    pictures = []
    for lifted in (False, True):
        for wrong in (0, 70 * SECOND):
            world = asked()
            nodes = tuple(replace(node, clock=node.clock - wrong if node.name == "p3" else node.clock)
                          for node in LEVEL.nodes)  # fmt: skip
            canvas = Canvas(80, 12)
            draw(canvas, replace(scene_of(world), scenario=replace(world.scenario, nodes=nodes), lifted=lifted))
            canvas.flush()
            pictures.append(str(canvas))
    fog, fog_elsewhere, clear, clear_elsewhere = pictures
    assert fog == fog_elsewhere
    assert clear != clear_elsewhere


@pytest.mark.parametrize("you", ["detective", "p1", ""])
@pytest.mark.parametrize("lifted", [False, True])
def test_it_fits_every_size(you, lifted):
    late = World(PROTOCOL.scenarios[2], Book())
    late.run()
    for world in (asked(1), asked(), late):
        for width, height in ((1, 1), (10, 3), (43, 12), (44, 8), (66, 7), (80, 12), (84, 26), (124, 36)):
            canvas = drawn(world, width, height, you=you, lifted=lifted)
            assert all(len(line) <= width for line in str(canvas).splitlines())


def test_beads_never_hide_each_other():
    """However much is pushed, on every line every stamp can be read at 80 columns."""
    for seed in range(6):
        world = World(replace(LEVEL.reseeded(seed), player=(PlayerSeat("detective", ("*",)),), win=()), Player())
        world.run(until=310 * SECOND)
        while me_of(world).slip is not None:
            judge(world, BESIDE)
            world.run(until=world.now + 160 * SECOND)
        world.run(until=1400 * SECOND)
        for bead in me_of(world).beads[:8]:
            fork = world.fork()
            fork.move("detective", SLIDE.name, bead)
            lines = str(drawn(fork)).splitlines()
            for number, name in enumerate(("p1", "p2", "p3")):
                found = [word.strip("[]>─") for word in lines[1 + number * 9 // 2].replace("─", " ").split()[1:]]
                stamps = [str(event.stamp) for event in me_of(fork).events if event.place == name]
                assert [word for word in found if word] == stamps
