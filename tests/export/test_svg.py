"""The space-time diagram: XML, A4, text as text, every message an arrow, every loss a cross, every answer marked."""

import math
import re
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from core.export import spacetime_svg
from core.export.lettering import TEXT, Lettering
from core.export.moves import moves_in, short
from core.export.svg import BOTTOM, HEIGHT, TOP, WIDTH
from core.kernel import trace as kinds
from core.kernel.scenario import Crash, Cut, DiceSpec, NetworkSeat, NodeSpec, PlayerSeat
from core.kernel.seats import Book
from core.kernel.shown import DOWN
from core.kernel.sight import Sight
from core.kernel.told import entry_words
from core.kernel.world import World
from core.protocols import PROTOCOLS
from core.protocols.premise.echo import PROTOCOL as ECHO
from levels.loader import load
from tests.export.captures import played, tcp_run
from tests.kernel.crowd import crowd
from tests.patience import ENOUGH
from tests.tui.browser import PROGRAM

PINGS = ECHO.scenarios[0]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(world):
    return ET.fromstring("".join(spacetime_svg(world)))


def classes(root):
    return Counter(node.get("class") for node in root.iter() if node.get("class"))


def texts(root):
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def test_pages_are_a4_and_text_is_eight_points():
    root = drawn(tcp_run(1, 1, loss=0.2))
    assert root.get("width") == "210mm"
    _, _, width, height = map(float, root.get("viewBox").split())
    assert (width, height % HEIGHT) == (WIDTH, 0)
    assert root.get("height") == f"{height:g}mm"
    assert 2.8 < TEXT * 1.0 < 2.9  # 8 points
    assert f"font-size: {TEXT}px" in root.find(f"{SVG}style").text
    assert not any("font-size" in node.attrib for node in root.iter())


@pytest.mark.skipif(PROGRAM is None, reason="no browser here")
@pytest.mark.parametrize(("level", "lying"), [("pipe/say-it-thrice", False), ("swarm/quid-pro-quo", True)])
def test_printed_it_is_so_many_pages_of_a4(level, lying, tmp_path):
    """By a browser, as a student prints it, whose own paper is another."""
    drawing = "".join(spacetime_svg(played(load(level).scenario)))
    (tmp_path / "run.svg").write_text(drawing, "utf-8")
    root = ET.fromstring(drawing)
    page = WIDTH if lying else HEIGHT
    pages = round(float(root.get("height").removesuffix("mm")) / page)
    assert pages > 1
    subprocess.run(
        [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'browser'}", f"--print-to-pdf={tmp_path / 'run.pdf'}",
         (tmp_path / "run.svg").as_uri()],
        check=True, capture_output=True, timeout=ENOUGH,
    )  # fmt: skip
    pdf = (tmp_path / "run.pdf").read_bytes()
    boxes = [tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox ?\[([^\]]*)\]", pdf)]
    a4 = (HEIGHT, WIDTH) if lying else (WIDTH, HEIGHT)
    assert len(boxes) == pages
    assert all(abs(box[2 + side] * 25.4 / 72 - a4[side]) < 0.5 for box in boxes for side in (0, 1))


def test_every_message_is_an_arrow_and_every_loss_a_cross():
    world = played(PINGS.reseeded(3), network=DiceSpec(loss=0.3, duplicate=0.2, jitter=(0, 30_000)))
    count = Counter(entry.kind for entry in world.trace)
    found = classes(drawn(world))
    assert count[kinds.DROP] > 0
    assert found["way"] == count[kinds.RECEIVE]
    assert found["cross"] == found["lost"] == count[kinds.DROP]


def test_a_lost_message_does_not_reach_the_other_lifeline():
    root = drawn(played(PINGS.reseeded(3), network=DiceSpec(loss=0.3)))
    lines = {kind: [] for kind in ("life", "way", "lost")}
    for line in root.iter(f"{SVG}line"):
        lines.setdefault(line.get("class"), []).append((float(line.get("x1")), float(line.get("x2"))))
    lives = {x for x, _ in lines["life"]}
    assert len(lives) == 2
    assert all({start, end} == lives for start, end in lines["way"])
    assert lines["lost"]
    for start, end in lines["lost"]:
        assert start in lives
        assert min(lives) < end < max(lives)


def test_what_is_under_way_when_the_run_ends_is_drawn_without_a_cross():
    world = played(PINGS, limit=100_000)
    open_ends = [entry for entry in world.trace if entry.kind == kinds.SEND and entry.time > 60_000]
    assert len(open_ends) == 1
    root = drawn(world)
    assert classes(root)["lost"] == 1
    assert classes(root)["cross"] == 0
    assert any("under way at the end" in title.text for title in root.iter(f"{SVG}title"))


def test_what_the_player_does_as_the_network_is_marked():
    seat = NetworkSeat({"lost": 1, "late": 1})
    fates = iter(["late", "as it is", "lost"])

    class Hand(Book):
        def answer(self, asked):
            return next(fates, "as it is") if asked.choice.name == "network.fate" else asked.book

    world = World(replace(PINGS, network=seat), Hand())
    world.run()
    root = drawn(world)
    assert classes(root)["move"] == 2
    assert [text for text in texts(root) if text in ("late", "lost")] == ["late", "lost"]


def test_answers_of_the_player_are_marked_and_named():
    seat = (PlayerSeat("server", ("echo.number",)),)
    world = played(PINGS, player=seat)
    answers = sum(len(entry.answers) for entry in world.trace if entry.node == "server")
    root = drawn(world)
    assert classes(root)["move"] == answers > 0
    assert any(text.endswith("number = 1") for text in texts(root))
    assert "server (you)" in texts(root)
    assert classes(drawn(played(PINGS)))["move"] == 0


def test_crashes_cuts_and_messages_are_told():
    both = (("client", "server"), ("server", "client"))
    world = played(PINGS, happenings=(Crash(100_000, "server", 200_000), Cut(50_000, both, 30_000)))
    root = drawn(world)
    words = "\n".join(texts(root))
    assert "server crashed" in words
    assert "server restarted" in words
    assert "cut: client -> server" in words
    assert "PING number 1" in words
    assert classes(root)["down"] > 0


def test_nothing_lies_outside_the_page_and_arrows_run_downwards():
    root = drawn(tcp_run(2, 3, loss=0.1))
    _, _, width, height = map(float, root.get("viewBox").split())
    for line in root.iter(f"{SVG}line"):
        x1, y1, x2, y2 = (float(line.get(name)) for name in ("x1", "y1", "x2", "y2"))
        assert 0 <= min(x1, x2) <= max(x1, x2) <= width
        assert 0 <= y1 <= y2 <= height


def test_rows_of_time_do_not_overlap_and_stay_clear_of_the_pages_edges():
    root = drawn(tcp_run(2, 3, loss=0.1))
    rows = [float(node.get("y")) for node in root.iter(f"{SVG}text") if node.get("class") == "time" and
            re.search(r"\d m?s$", node.text)]  # fmt: skip
    assert len(rows) > 50
    assert all(b - a > 3.4 for a, b in pairwise(rows))
    assert all(20 < y % HEIGHT < HEIGHT - 8 for y in rows)


ROOMS = [
    "wire/roundabout", "pipe/bathtub-with-a-hole", "sockets/doorman", "web/keep-in-line", "swarm/bad-apple",
    "ring/new-neighbour", "ring/fingers-crossed", "clocks/what-time-is-it-there", "crown/two-kings",
]  # fmt: skip


@pytest.fixture(scope="module", params=ROOMS)
def printed(request):
    """A level of every room, played by the book, with its drawing."""
    world = played(load(request.param).scenario)
    return world, drawn(world)


def test_the_players_answers_can_be_read_in_full_on_paper(printed):
    """Paper has no mouse: what is cut there is lost."""
    world, root = printed
    marked = [text for text in root.iter(f"{SVG}text") if "you" in text.get("class", "").split()]
    words = " ".join("".join(text.itertext()) for text in marked if "halo" in text.get("class"))
    moves = [move for entry in world.trace for move in moves_in(world, entry)]
    assert moves
    for name, value in moves:
        assert " ".join(f"{short(name)} = {value}".split()) in words


def test_what_is_written_beside_the_lifelines_is_out_of_the_arrows_way(printed):
    _, root = printed
    lives = [float(line.get("x1")) for line in root.iter(f"{SVG}line") if line.get("class") == "life"]
    beside = [text for text in root.iter(f"{SVG}text") if "halo" in text.get("class", "") and text.get("y")]
    beside = [text for text in beside if float(text.get("x")) not in lives]
    assert beside
    for text in beside:
        left = "left" in text.get("class").split()
        x, width = float(text.get("x")), len("".join(text.itertext())) * TEXT * 0.56
        assert x < min(lives) if left else x > max(lives)
        assert (x - width > 24) if left else (x + width < float(root.get("width").removesuffix("mm")))


def test_no_arrow_runs_through_the_head_or_foot_of_a_page(printed):
    _, root = printed
    page = WIDTH if root.get("width") == f"{HEIGHT:g}mm" else HEIGHT  # of many nodes it lies
    pieces = [line for line in root.iter(f"{SVG}line") if line.get("class") in ("way", "lost", "part", "lost-part")]
    for line in pieces:
        y1, y2 = float(line.get("y1")), float(line.get("y2"))
        assert y1 // page == y2 // page
        assert y1 % page >= TOP - 6.01
        assert y2 % page <= page - BOTTOM + 0.01
    cut = sum(line.get("class") in ("part", "lost-part") for line in pieces)
    assert cut <= len(pieces) / 10, "pages end where few arrows are cut"
    ends = [float(line.get("y2")) % page for line in root.iter(f"{SVG}line") if line.get("class") == "life"]
    assert max(ends) <= page - BOTTOM + 0.01
    breaks = [path.get("d") for path in root.iter(f"{SVG}path") if path.get("stroke") == "#777"]
    assert all(TOP - 6 < float(d.split(",")[1].split()[0]) % page < page - BOTTOM + 1 for d in breaks)


def test_many_nodes_lie_on_lying_pages():
    """Eleven: A4 still, in the same letters."""
    world = played(load("swarm/quid-pro-quo").scenario)
    root = drawn(world)
    assert len(world.nodes) == 11
    assert root.get("width") == f"{HEIGHT:g}mm"
    assert float(root.get("height").removesuffix("mm")) % WIDTH == 0
    for line in root.iter(f"{SVG}line"):
        if line.get("class") in ("way", "part", "life"):
            y1, y2 = float(line.get("y1")), float(line.get("y2"))
            assert y1 // WIDTH == y2 // WIDTH
            assert y1 % WIDTH >= TOP - 6.01
            assert y2 % WIDTH <= WIDTH - BOTTOM + 0.01


def test_a_crowd_has_a_page_as_wide_as_it_needs():
    world = played(load("swarm/matchmaker").scenario)
    assert len(world.nodes) == 19
    assert float(drawn(world).get("width").removesuffix("mm")) > HEIGHT


def test_two_texts_at_one_level_arrow_lie_above_and_below():
    """A question and its answer at one moment, as live runs have them."""
    lettering = Lettering()
    (asked,) = lettering.along("INTERESTED", (20.0, 30.0, 50.0, 30.0))
    (answered,) = lettering.along("UNCHOKE", (50.0, 30.0, 20.0, 30.0))
    assert asked.above < 0 < answered.above


def test_names_stay_on_the_page(printed):
    _, root = printed
    for name in root.iter(f"{SVG}text"):
        if "name" in name.get("class", "").split():
            half = len("".join(name.itertext())) * TEXT * 0.6 / 2
            assert half < float(name.get("x")) < float(root.get("width").removesuffix("mm")) - half


def test_a_long_name_without_notes_beside_it_stays_on_the_page():
    long = "the-first-server-of-its-kind"
    nodes = (replace(PINGS.nodes[0], parameters={"server": long}), replace(PINGS.nodes[1], name=long))
    root = drawn(played(PINGS, nodes=nodes, win=(), limit=1_000_000))
    (name,) = [text for text in root.iter(f"{SVG}text") if "".join(text.itertext()).startswith("the-first")]
    assert "".join(name.itertext()) == "the-first-serve…"
    assert float(name.get("x")) + 16 * TEXT * 0.6 / 2 < WIDTH


@pytest.mark.parametrize("level", ["ring/fingers-crossed", "crown/two-kings", "swarm/bad-apple"])
def test_pages_end_in_a_pause_if_there_is_one_near_their_end(level):
    root = drawn(played(load(level).scenario))
    assert float(root.get("height").removesuffix("mm")) > 2 * HEIGHT
    assert classes(root)["way"] > 50
    assert classes(root)["part"] == classes(root)["lost-part"] == 0


def test_moments_late_in_a_run_can_be_told_apart():
    root = drawn(played(load("clocks/what-time-is-it-there").scenario))
    times = [text for text in texts(root) if re.fullmatch(r"[\d.]+ m?s", text)]
    assert any(float(text.split()[0]) > 120 for text in times if text.endswith(" s"))
    assert len(set(times)) == len(times) > 10


def test_texts_at_arrows_keep_clear_of_each_other():
    """Of many parallel arrows, and of such as cross: no text's middle lies on another's."""
    lettering = Lettering()
    arrows = [(20.0, 30.0 + n, 180.0, 44.0 + 2 * n) for n in range(0, 12, 4)]
    arrows += [(180.0, 30.0 + n, 20.0, 44.0 + 2 * n) for n in range(0, 12, 4)]
    placed = [lettering.along("a message of some length", arrow) for arrow in arrows]
    assert all(" ".join(line.text for line in lines) == "a message of some length" for lines in placed)
    middles = [(lines[0].x, lines[0].y) for lines in placed]
    assert all(math.dist(a, b) > TEXT for a, b in combinations(middles, 2))
    (alone,) = Lettering().along("a message of some length", arrows[0])
    assert (alone.x, alone.y) == (100.0, 37.0)
    above, below = Lettering().along("a message that is too long for this", (20.0, 30.0, 60.0, 30.0))
    assert (above.text, below.text, above.above < 0 < below.above) == ("a message that is too", "long for this", True)


def test_names_are_escaped():
    nodes = (replace(PINGS.nodes[0], name="a<b>&'\"", parameters={"server": "x\x01\u202ey"}),
             NodeSpec("x\x01\u202ey", "echo", "server"))  # fmt: skip
    root = drawn(played(PINGS, nodes=nodes, win=(), name="<script>alert(1)</script>", limit=1_000_000))
    assert "a<b>&'\"" in texts(root)
    assert "x  y" in texts(root)
    assert root.find(f"{SVG}title").text == "<script>alert(1)</script>"
    assert not list(root.iter("script"))


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_every_protocol_can_be_drawn(protocol):
    world = played(protocol.scenarios[0])
    root = drawn(world)
    for name in world.nodes:
        assert any(text.startswith(name[:6]) for text in texts(root))


def test_a_run_in_which_nothing_happens():
    root = drawn(played(PINGS, nodes=(NodeSpec("alone", "echo", "server"),), win=(), limit=1_000))
    assert "alone" in texts(root)


def test_what_lasts_is_a_bar_along_its_lifeline_named_at_its_start():
    world = played(crowd(3, Crash(200_000, "n1", back=300_000)))
    root = drawn(world)
    spans = [span for span in Sight(world, "", True).spans() if span.interval is not DOWN]
    assert classes(root)["bar"] >= len(spans) > 4
    titles = Counter(node.text for node in root.iter(f"{SVG}title"))
    assert titles["n1 has heard"] == 2
    assert sum(text.endswith("has heard") for text in texts(root)) >= 4
    assert any("bar: what is written at its start" in text for text in texts(root))
    # n1 stands in the middle: its bars end where its line is dotted, and begin again where it is whole.
    bars = [node for node in root.iter(f"{SVG}line") if node.get("class") == "bar"]
    dotted = next(node for node in root.iter(f"{SVG}line") if node.get("class") == "down")
    mine = [node for node in bars if node.get("x1") == dotted.get("x1")]
    assert {node.get("y2") for node in mine} >= {dotted.get("y1")}
    assert {node.get("y1") for node in mine} >= {dotted.get("y2")}


def test_a_room_without_intervals_has_no_bars():
    root = drawn(played(PINGS))
    assert classes(root)["bar"] == 0
    assert not any("bar:" in text for text in texts(root))


def test_what_was_saved_and_what_a_crash_tore_is_told_beside_the_lifelines():
    world = played(crowd(3, Crash(100_000, "n1", back=300_000, effects=1)))
    told = " ".join(texts(drawn(world)))
    assert told.count("saved: hops") >= 3
    crash = next(entry_words(entry) for entry in world.trace if entry.kind == kinds.CRASH)
    assert "not done: timer turn set" in crash
    assert all(word in told for word in crash.split())  # not cut, however many lines it takes
    assert "n1: n1 restarted" in told
