"""The occupancy strip: who is inside, as the seat believes; then as it was."""

from dataclasses import replace

from core.kernel.shown import DOWN, Interval, Span
from core.kernel.sight import Sight
from core.kernel.time import SECOND
from core.kernel.world import World
from levels.loader import load
from levels.proofs import prove
from tui.bridge import Bridge, session_of
from tui.look import strip
from tui.pictures import Scene
from tui.widgets.canvas import Canvas

LEVEL = load("crown/two-kings")


ANSWERS = prove(LEVEL).answers


def bridge_at(time: int) -> Bridge:
    """The level, played by the book up to this time."""
    bridge = Bridge(LEVEL, session_of(LEVEL, answers=ANSWERS, paused=True))
    while bridge.session.world.now < time and not bridge.session.over:
        assert bridge.session.step()
    return bridge


def drawn(scene: Scene, *, ascii_only: bool = False) -> list[str]:
    canvas = Canvas(70, strip.rows_of(scene), ascii_only=ascii_only)
    strip.draw(canvas, scene)
    return str(canvas).splitlines()


def test_in_the_fog_only_what_the_seat_believes_is_there() -> None:
    """7 dies at 12 s; 6 does not know it yet, half a second later."""
    scene = bridge_at(12_000_000).scene()
    head, believed = drawn(scene)
    assert head.split() == ["who", "reigns", "16", "s"]
    assert believed.startswith(" believed  7777")
    assert "6" not in believed
    assert [line.split(":")[0] for line in strip.told(scene)] == ["reigning, believed"]


def test_when_the_fog_has_lifted_it_stands_as_it_was_too() -> None:
    bridge = bridge_at(24 * SECOND)
    assert bridge.session.over
    scene = bridge.scene()
    _, believed, was = drawn(scene)
    assert was.startswith(" as it was 777")
    assert believed.split()[1].count("7") > was.split()[3].count("7")
    assert strip.told(scene)[1].startswith("reigning, as it was: p7 from 0 ms to 12 s; p6 from ")


def test_it_fits_between_picture_and_facts_and_goes_first_where_there_is_no_room() -> None:
    from tui.screens.play_painting import PlayPainting

    bridge = bridge_at(3 * SECOND)
    for height, seen in ((16, True), (8, False)):
        canvas = Canvas(80, height, ascii_only=True)
        PlayPainting(bridge, ascii_only=True).draw_picture(canvas)
        assert ("who reigns" in str(canvas)) == seen
        assert str(canvas).isascii()


def test_who_asks_of_a_room_without_one_has_none() -> None:
    bridge = Bridge(load("premise/echo"), session_of(load("premise/echo"), paused=True))
    assert strip.rows_of(bridge.scene()) == 0
    assert strip.told(bridge.scene()) == []


def test_two_at_once_are_a_clash_and_one_after_the_other_are_none() -> None:
    inside = Interval("inside", "is inside", lambda machine: False, believed=lambda machine: ())
    room = replace(next(iter(LEVEL.scenario.protocols.values())), intervals=(inside,))
    scenario = replace(LEVEL.scenario, protocols={room.name: room})

    class Told(Sight):
        def spans(self) -> list[Span]:
            return [Span("p1", inside, 0, SECOND, 0), Span("p2", inside, SECOND, None, 1),
                    Span("p3", inside, 1_500_000, 1_800_000, 2), Span("p1", DOWN, 0, None, 3)]  # fmt: skip

    sight = Told(World(scenario), "network", True)
    head, line = drawn(Scene(sight, scenario, "network", 2 * SECOND, lifted=True))
    assert head.split()[:3] == ["who", "is", "inside"]
    cells = line[strip.LABEL :].rstrip()
    assert set(cells) == {"1", "2", "!"}
    assert cells.index("!") > cells.index("2") > cells.index("1")
    assert cells.rindex("2") > cells.rindex("!")


def test_a_letter_tells_all_apart() -> None:
    assert strip.letters_of(["p1", "p2"]) == {"p1": "1", "p2": "2"}
    assert strip.letters_of(["ana", "ben"]) == {"ana": "a", "ben": "n"}
    assert strip.letters_of(["ana", "bella", "cara"]) == {"ana": "a", "bella": "b", "cara": "c"}
    assert strip.letters_of(["ana", "anna"]) == {"ana": "a", "anna": "b"}
