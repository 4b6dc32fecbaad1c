"""The space-time diagram: XML, A4, text as text, every message an arrow, every loss a cross, every answer marked."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from core.export import spacetime_svg
from core.export.svg import HEIGHT, TEXT, WIDTH
from core.kernel import trace as kinds
from core.kernel.scenario import Crash, Cut, DiceSpec, NetworkSeat, NodeSpec, PlayerSeat
from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols import PROTOCOLS
from core.protocols.echo import PROTOCOL as ECHO
from tests.export.captures import played, tcp_run

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
