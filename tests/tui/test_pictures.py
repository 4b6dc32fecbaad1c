"""Pictures, panels and the canvas, as text: every level's picture at many sizes, in the fog and out of it."""

from dataclasses import replace

import pytest

from core.kernel.choice import PASS
from core.kernel.sight import Sight
from core.kernel.time import MILLISECOND
from core.kernel.trace import RECEIVE
from core.kernel.world import World
from core.protocols.premise.echo import PROTOCOL as ECHO
from core.protocols.premise.echo import Ping, Pong
from core.wire.cdr import CdrCodec, idl
from levels.loader import every_act
from levels.schema import Level
from tui.bridge import Bridge, session_of
from tui.pictures import Scene, general, general_delays
from tui.pictures.general import picture_of
from tui.widgets import spacetime, spacetime_tall
from tui.widgets.canvas import Canvas, Ink, cells_between, cut, wrapped
from tui.widgets.panels import Bytes, book_lines, draw_bytes, draw_log, draw_view, rule_of
from tui.widgets.spacetime_scale import Window

LEVELS = every_act()


def scene_at(until: int, everything: bool = True, draft: object = None) -> Scene:
    world = World(ECHO.scenarios[0])
    world.run(until=until)
    sight = Sight(world, "server", everything)
    return Scene(sight, world.scenario, "server", sight.clock(), draft=draft, entries=list(sight.entries()))


def drawn(scene: Scene, width: int = 50, height: int = 9) -> str:
    canvas = Canvas(width, height)
    general.draw(canvas, scene)
    canvas.flush()
    return str(canvas)


def test_a_packet_glides_with_its_name() -> None:
    early, late = drawn(scene_at(10_000)), drawn(scene_at(30_000))
    row = next(line for line in early.splitlines() if "PING number 1" in line)
    assert row.index("PING") < next(line for line in late.splitlines() if "PING number 1" in line).index("PING")
    assert early != late
    assert "server" in early
    assert "you" in early


def test_in_the_fog_the_packets_of_others_are_not_drawn() -> None:
    assert "PING" not in drawn(scene_at(10_000, everything=False))
    assert "PONG" in drawn(scene_at(50_000, everything=False))


def test_the_needle_points() -> None:
    assert "> client <" in drawn(scene_at(10_000, draft="client"))


def test_delays_are_from_a_message_to_its_answer() -> None:
    world = World(ECHO.scenarios[0])
    world.run()
    sight = Sight(world, "client")
    scene = Scene(sight, world.scenario, "client", sight.clock(), entries=list(sight.entries()))
    assert general_delays(scene) == [80_000, 80_000]


@pytest.mark.parametrize(("patience", "delays"), [(50, []), (80, []), (81, [80_000, 80_000])])
def test_an_answer_to_what_was_asked_twice_gives_no_delay(patience: int, delays: list[int]) -> None:
    """With 80 ms a copy leaves in the very moment in which the answer comes: it was not answered after 0 ms."""
    client, server = ECHO.scenarios[0].nodes
    hurried = replace(client, parameters={**client.parameters, "patience": patience * MILLISECOND})
    world = World(replace(ECHO.scenarios[0], nodes=(hurried, server)))
    world.run()
    sight = Sight(world, "client")
    assert (
        general_delays(Scene(sight, world.scenario, "client", sight.clock(), entries=list(sight.entries()))) == delays
    )


def test_fifty_nodes_have_places_of_their_own() -> None:
    names = [f"n{n}" for n in range(50)]
    assert len(set(general.places(names, 80, 24).values())) == 50
    assert general.places([], 10, 5) == {}


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.id)
def test_every_level_is_drawn_at_any_size_and_any_moment(level: Level) -> None:
    bridge = Bridge(level, session_of(level, paused=True))
    session = bridge.session
    draw = picture_of(level.protocol)
    for _ in range(25):
        bridge.refresh_doing()
        bridge.freshen()
        scene = bridge.scene()
        for size in ((48, 9), (76, 21), (20, 4), (1, 1), (0, 0), (150, 50)):
            draw(Canvas(*size), scene)
            general.draw(Canvas(*size), scene)
        spacetime.draw(
            canvas := Canvas(76, 6),
            bridge.reading.diagram(),
            spacetime.window_for(70, bridge.reading.clock, bridge.reading.latency),
        )
        draw_log(canvas, bridge.log())
        draw_view(canvas, "you", scene.view, bridge.reading.kept_line())
        assert bridge.reading.figures()
        if bridge.doing is not None and bridge.doing.how == "answer":
            if bridge.doing.control.draft is None or bridge.give():
                question = session.question
                assert question is not None
                session.answer(question.asked.book, question)
        elif not session.step():
            break


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (20, 3), (80, 6), (120, 20)])
def test_the_diagram_shows_lost_packets_and_who_got_what(size: tuple[int, int]) -> None:
    world = World(ECHO.scenarios[1])
    world.run()
    entries = list(world.trace)
    nodes = tuple(world.nodes)
    diagram = spacetime.Diagram(entries, nodes, "server", world.now, True, latency=40_000)
    canvas = Canvas(*size)
    spacetime.draw(canvas, diagram, spacetime.whole(size[0], world.now))
    if size[0] >= 80:
        text = str(canvas)
        assert "x" in text
        assert "\\" in text
        assert "/" in text
        assert canvas.at(*next((x, y) for y in range(size[1]) for x in range(size[0]) if canvas.at(x, y))) is not None


def test_the_fogged_diagram_has_one_line_and_half_arrows() -> None:
    scene = scene_at(45_000, everything=False)
    canvas = Canvas(60, 6)
    diagram = spacetime.Diagram(scene.entries, scene.nodes, "server", scene.now, False)
    spacetime.draw(canvas, diagram, Window(0, 1_000))
    text = str(canvas)
    assert "client " not in text.replace("to client", "").replace("from client", "")
    assert "PING number 1 from client" in text
    assert "PONG number 1 to client" in text


def test_a_long_run_is_shown_around_the_moment() -> None:
    diagram = spacetime.Diagram([], ("a",), "a", 60_000_000, True, latency=40_000)
    window = spacetime.around(80, diagram, 30_000_000)
    assert window.start < 30_000_000 < window.start + 80 * window.scale
    assert spacetime.around(80, diagram, 60_000_000).column(60_000_000) <= 80


def test_the_canvas_cuts_off_and_never_fails() -> None:
    canvas = Canvas(5, 2)
    canvas.put(-2, 0, "abcdefghij", Ink.YOU)
    canvas.put(3, 1, "xyz\x1b")
    canvas.put(0, 9, "no")
    canvas.line(-5, -4, 9, 10)
    assert canvas.text(0) == "cdefg"
    assert canvas.text(1)[3:] == "xy"
    assert str(Canvas(3, 1)) == ""


def test_in_ascii_every_glyph_has_a_likeness() -> None:
    canvas = Canvas(12, 1, ascii_only=True)
    canvas.put(0, 0, "─│┌▓░▁█→µé")
    assert str(canvas).isascii()
    assert "?" not in str(canvas)


def test_text_helpers() -> None:
    assert cut("abcdef", 4) == "ab.."
    assert wrapped("one two three four", 9, 2) == ["one two", "three ..."]
    assert cells_between(0, 0, 4, 2) == [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2)]
    assert any("Problem" in text for text, _ in book_lines(rule_of("echo"), 60))
    assert all(len(text) <= 60 for text, _ in book_lines(rule_of("echo"), 60))


def test_the_book_and_the_bytes_tell_the_idl_of_what_cdr_carries() -> None:
    lines = [text for text, _ in book_lines(rule_of("echo"), 60)]
    assert lines[lines.index("struct Ping {") :][:3] == ["struct Ping {", "  unsigned long number;", "};"]
    assert "struct" not in rule_of("tcp")
    codec = ECHO.codec
    data = codec.encode(Ping(1), World(ECHO.scenarios[0]).envelope("client", "server"))
    shown = Bytes("PING", data, codec.spans(data), 0, tuple(idl(Ping, Pong).splitlines()[:3]))
    for height, wanted in ((7, "struct Ping {"), (4, " unsigned long number;"), (2, "")):
        canvas = Canvas(80, height)
        draw_bytes(canvas, shown)
        assert wanted in str(canvas)
        assert "Ping.number" in str(canvas) or height == 2
    canvas = Canvas(80, 2)
    draw_bytes(canvas, shown)
    assert "unsigned" not in str(canvas)


@pytest.mark.parametrize(
    "level", {level.protocol: level for level in LEVELS}.values(), ids=lambda level: level.protocol
)
def test_a_message_without_a_published_format_shows_its_idl_below_its_bytes(level: Level) -> None:
    bridge = Bridge(level, session_of(level, paused=True))
    for _ in range(300):
        if bridge.reading.messages():
            break
        question = bridge.session.question
        if question is not None:
            bridge.session.answer(question.asked.book, question)
        elif due := [asked for asked in bridge.session.offers() if asked.book is not PASS]:
            bridge.session.move(due[0].choice.name, due[0].book)
        else:
            bridge.session.step()
    entry = bridge.reading.messages()[0]
    codec = level.scenario.protocols[bridge.session.world.nodes[entry.node].spec.protocol].codec
    canvas = Canvas(150, 60)
    draw_bytes(canvas, bridge.reading.bytes_of(entry, 0))
    shown = f"struct {type(entry.detail).__name__} {{" in str(canvas)
    assert shown == (isinstance(codec, CdrCodec) and bridge.reading.speaks_idl)
    assert all(line in str(canvas) for line in (codec.declaration(type(entry.detail)).splitlines() if shown else ()))


def test_kinds_of_entries_are_what_this_test_believes() -> None:
    assert RECEIVE in {entry.kind for entry in scene_at(45_000).entries}


def tall(everything: bool, until: int, size: tuple[int, int] = (35, 24)) -> list[str]:
    """The diagram in which time runs down, of echo's first scenario."""
    world = World(ECHO.scenarios[0])
    world.run(until=until)
    sight = Sight(world, "server", everything)
    diagram = spacetime.Diagram(list(sight.entries()), ("client", "server"), "server", sight.clock(), everything)
    canvas = Canvas(*size)
    spacetime_tall.draw(canvas, diagram)
    canvas.flush()
    return str(canvas).splitlines()


def test_where_there_is_more_height_time_runs_down_spaced_by_events() -> None:
    lines = tall(everything=False, until=60_000)
    assert "server" in lines[0]
    came = next(y for y, line in enumerate(lines) if "PING number 1" in line)
    left = next(y for y, line in enumerate(lines) if "PONG number 1" in line)
    assert left == came + 2
    assert lines[came].lstrip().startswith("0.040")
    assert not any("PING number 1" in line for line in lines[left:]), "each message once"


def test_of_a_column_for_each_node_the_fog_leaves_the_own_events_only() -> None:
    fogged, whole = (sum("●" in line for line in tall(everything, 200_000)) for everything in (False, True))
    assert 0 < fogged < whole
    for size in ((35, 3), (12, 5), (2, 2), (0, 0)):
        tall(True, 200_000, size)


def test_a_number_that_is_wider_than_its_tile_keeps_the_digits_that_tell_it_apart():
    from tui.pictures.transport.tcp_tiles import short_number

    assert short_number(1001, 6) == "1001"
    assert short_number(2495260743, 6) == "…60743"
    assert short_number(2495260743, 6, ascii_only=True) == "..0743"
