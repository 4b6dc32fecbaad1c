"""The picture of four timestamps: the ways that an offset would mean."""

from dataclasses import replace

from core.kernel.seats import Idle, Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.clocks.sntp.choices import OFFSET
from core.protocols.clocks.sntp.machine import Client, Server
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.clocks.sntp import draw


def at_the_offset():
    world = World(load("clocks/what-time-is-it-there").scenario, Player())
    world.run()
    world.answer("use")
    return world


def drawn(world, draft=None, width=48, height=9):
    question = next(iter(world.questions))
    sight = Sight(world, "client")
    me = world.evidence().machine("client")
    scene = Scene(sight, world.scenario, "client", sight.clock(), question, question.asked, draft, me=me)
    canvas = Canvas(width, height)
    draw(canvas, scene)
    return str(canvas)


def row(picture, word):
    return next(line for line in picture.splitlines() if word in line)


def test_the_right_offset_makes_both_ways_alike():
    world = at_the_offset()
    right = drawn(world, 2_499_998)
    there, back = row(right, "so, there"), row(right, "and back")
    assert there.count("█") == back.count("█") > 5
    assert "40.002 ms" in there
    assert "40.002 ms" in back


def test_an_offset_of_one_way_only_makes_the_other_way_long():
    world = at_the_offset()
    one = drawn(world, 2_540_000)
    assert "0 ms" in row(one, "so, there")
    assert "80.004 ms" in row(one, "and back")


def test_an_impossible_offset_has_the_answer_there_before_it_left():
    world = at_the_offset()
    assert "there before it left" in row(drawn(world, 3_000_000), "so, there")
    assert "there before it left" in row(drawn(world, -2_499_998), "and back")


def test_a_scene_has_the_own_machine_in_the_middle_of_the_event_and_a_setting_as_it_is_entered():
    world = at_the_offset()
    asked = next(iter(world.questions)).asked
    me, sight = world.evidence().machine("client"), Sight(world, "client")
    scene = Scene(sight, world.scenario, "client", sight.clock(), me=me, kept={OFFSET.name: 7})
    assert asked.me is not me
    assert scene.own(Client) is me
    assert replace(scene, asked=asked).own(Client) is asked.me
    assert replace(scene, asked=asked, you="server", me=None).own(Client) is None
    assert scene.own(Server) is None
    assert (scene.setting(OFFSET.name, 0), scene.setting("sntp.slope", 3), scene.setting(OFFSET.name, ())) == (7, 3, ())
    entered = replace(scene, asked=asked, draft=9)
    assert (entered.setting(OFFSET.name, 0), entered.setting("sntp.slope", 3)) == (9, 3)
    assert replace(entered, draft=None).setting(OFFSET.name, 0) == 7


def test_all_four_times_are_shown_at_every_size():
    world = at_the_offset()
    times = next(iter(world.questions)).asked.subject
    for width, height in ((48, 9), (76, 21), (40, 7)):
        picture = drawn(world, 2_500_000, width, height)
        for name in ("t1", "t2", "t3", "t4"):
            assert times[name] in picture, (width, height, name)
        assert "and back" in picture
    for width in (1, 10, 26, 300):
        for height in (1, 3, 50):
            drawn(world, 0, width, height)


def test_both_clocks_have_their_times_while_something_else_is_asked():
    world = World(load("clocks/what-time-is-it-there").scenario, Player())
    world.run()
    picture = drawn(world, "use")
    theirs, mine = row(picture, "server"), row(picture, "you")
    assert theirs.index("T2") < theirs.index("T3")
    assert mine.index("T1") < mine.index("T4")
    assert "so, there" not in picture
    same("sntp-use", picture)


def test_the_network_sees_what_a_client_has_measured():
    world = World(load("clocks/the-long-way-round").scenario, Idle())
    world.run(until=1_000_000)
    sight = Sight(world, "network", True)
    canvas = Canvas(48, 9)
    draw(canvas, Scene(sight, world.scenario, "network", sight.clock(), has_hand=True))
    assert "client heard: 900 ms behind; round trip 200 ms" in str(canvas)
