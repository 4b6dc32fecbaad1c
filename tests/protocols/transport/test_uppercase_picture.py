"""The picture of sockets: doors, who stands before them, and the pointer of the answer under construction."""

from dataclasses import replace

from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Player
from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.transport.uppercase import PROTOCOL
from levels.loader import load
from tests.tui.snapshots import same
from tui.pictures import Canvas, Scene
from tui.pictures.transport.uppercase import draw

TWO_PROGRAMS = replace(PROTOCOL.scenarios[-1], player=(PlayerSeat("server", ("uppercase.socket",)),))
"""The system below decides which socket gets what comes; ana's host has two connections."""


def asked(level, *answers):
    """The level's (or scenario's) world at the question after these answers."""
    world = World(load(level).scenario if isinstance(level, str) else level, Player())
    world.run()
    for answer in answers:
        world.answer(answer)
        world.run()
    return world


def drawn(world, draft=None, width=48, height=9, you="server", everything=False):
    question = next(iter(world.questions))
    sight = Sight(world, you, everything)
    me = world.evidence().machine(you) if you != "network" else None
    scene = Scene(sight, world.scenario, you, sight.clock(), question, question.asked, draft, me=me)
    canvas = Canvas(width, height)
    draw(canvas, scene)
    return str(canvas)


def line(picture, word):
    return next(line for line in picture.splitlines() if word in line)


def band(picture, word):
    """The rows of the door with that word on it."""
    rows = picture.splitlines()
    at = next(place for place, row in enumerate(rows) if word in row)
    start = end = at
    while start > 0 and rows[start - 1].strip():
        start -= 1
    while end + 1 < len(rows) and rows[end + 1].strip():
        end += 1
    return "\n".join(rows[start : end + 1])


def test_what_has_come_stands_before_the_door_that_is_meant():
    world = asked(TWO_PROGRAMS, "welcome", "welcome")
    first = drawn(world, "ana:49152")
    assert '"on" >' in line(first, "ana:49152")
    assert "on" not in line(first, "ana:49153")
    second = drawn(world, "ana:49153")
    assert '"on" >' in line(second, "ana:49153")


def test_a_request_asks_to_be_let_in():
    world = asked(TWO_PROGRAMS)
    picture = drawn(world, "welcome", 80, 12)
    assert "may I? >" in line(picture, "welcome")
    assert "port 12000, listening, 1 in the queue" in band(picture, "welcome")
    assert "12000" not in band(picture, "ana:49152")
    same("uppercase-may-i", picture)


def test_a_program_sees_what_it_has_read_and_not_what_has_come():
    world = asked("sockets/half-a-shout", "socket", "bind", "listen", "accept")
    sockets = world.evidence().machine("server").sockets
    name = next(iter(sockets))
    sockets[name] = replace(sockets[name], unread=b"not read yet")
    unread = drawn(world, f"recv {name}")
    assert "nothing yet" in band(unread, name)
    assert "not read" not in unread
    sockets[name] = replace(sockets[name], held=b"hel")
    assert '"hel"' in band(drawn(world, f"recv {name}"), name)


def test_the_door_before_there_is_one():
    world = asked("sockets/doorman")
    before = drawn(world, "socket")
    assert "none" in band(before, "no door")
    assert "welcome" not in before
    assert "port 12000" not in before
    world.answer("socket")
    world.run()
    after = drawn(world, "bind")
    assert "no door" not in after
    assert "welcome" in after
    same("uppercase-no-door", before)
    same("uppercase-a-door", after)


def test_more_doors_than_room():
    world = asked(TWO_PROGRAMS, "welcome", "welcome", "ana:49152", "ana:49153")
    last = list(world.evidence().machine("server").sockets)[-1]
    assert last in drawn(world, last, height=4)
    for width in (1, 5, 20, 200):
        for height in (1, 2, 3, 40):
            drawn(world, last, width, height)
