"""The header's figure, the byte lines of a jigsaw, the path: at every size, with no more than is known."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.kernel.sight import Sight
from core.kernel.world import World
from core.protocols.internet.ip import Frame
from core.wire import ipv4
from levels.loader import load
from levels.proofs import prove
from tests.tui.snapshots import same
from tui.look.blocks import big
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import picture_of

SIZES = [(48, 9), (76, 21), (48, 6), (30, 5), (8, 3), (2, 1), (120, 40)]
LEVELS = (
    "wire/roundabout",
    "wire/signposts",
    "wire/customs",
    "wire/scissors",
    "wire/jigsaw",
    "wire/doors",
    "wire/policy-desk",
    "wire/black-hole",
)


STAGE = (80, 12)
"""The stage of a terminal of 80 columns and 24 rows."""


def scene_of(level_id: str, answers: int, draft: object = None, lifted: bool = False) -> Scene:
    """The scene at a question, `answers` of them having been answered by the book."""
    level = load(level_id)
    world = World(level.scenario)
    for place in range(answers + 1):
        while not world.questions and world.step():
            pass
        if place < answers and world.questions:
            world.answer(world.questions[0].asked.book)
    question = world.questions[0] if world.questions else None
    sight = Sight(world, level.you, everything=lifted)
    asked = question.asked if question else None
    return Scene(
        sight, level.scenario, level.you, sight.clock(), question=question, asked=asked,
        draft=asked.book if draft is None and asked else draft, me=world.nodes[level.you].machine,
        entries=list(sight.entries()), lifted=lifted,
    )  # fmt: skip


def drawn(scene: Scene, width: int = 48, height: int = 9) -> str:
    canvas = Canvas(width, height)
    picture_of("ip")(canvas, scene)
    return str(canvas)


def says_large(picture: str, words: str) -> bool:
    """Do these words stand in the picture in big digits, none before them and none behind?"""
    canvas = Canvas(80, 3)
    end = big(canvas, 1, 0, words, Ink.ACCENT)
    digits = [canvas.text(row)[:end].ljust(end + 1) for row in range(3)]
    rows = [f" {row}".ljust(82) for row in picture.splitlines()]
    return any(
        all(rows[y + down][x : x + end + 1] == digits[down] for down in range(3))
        for y in range(len(rows) - 2)
        for x in range(80 - end)
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("level_id", LEVELS)
def test_it_is_drawn_at_every_size(level_id: str, size: tuple[int, int]) -> None:
    for answers in (0, 1, 4):
        drawn(scene_of(level_id, answers), *size)
        drawn(scene_of(level_id, answers, lifted=True), *size)


def test_the_header_at_hand_is_shown_word_by_word() -> None:
    text = drawn(scene_of("wire/customs", 0), *STAGE)
    for words in ("40        │11        │5ca8", "TTL 64    │UDP       │checksum", "from 10.0.1.2"):
        assert words in text
    assert says_large(text, "ffff")
    same("ip-customs", text)


def test_what_is_typed_is_seen_in_the_header_and_in_its_sum() -> None:
    scene = scene_of("wire/customs", 1, draft="nothing yet")
    assert "with what is typed" not in drawn(scene, *STAGE)
    right = drawn(replace(scene, draft=(63, 0x5DA8), written={"TTL": "63", "checksum": "5da8"}), *STAGE)
    assert "63        │11        │5da8" in right
    assert "with what is typed" in right
    assert says_large(right, "ffff")
    wrong = drawn(replace(scene, draft=(63, 0x5CA8), written={"TTL": "63", "checksum": "5ca8"}), *STAGE)
    assert "63        │11        │5ca8" in wrong
    assert "with what is typed" in wrong
    assert says_large(wrong, "feff")


def test_a_header_that_lies_about_its_length_says_so() -> None:
    scene = scene_of("wire/customs", 10)
    assert scene.asked is not None
    assert scene.asked.case == "wrong version or lengths"
    text = drawn(scene, *STAGE)
    assert "v4 20 B   │service   │18 B, 42 came" in text
    same("ip-customs-length", text)


def test_the_sum_of_a_datagram_ends_where_the_datagram_does() -> None:
    scene = scene_of("wire/doors", 0)
    assert says_large(drawn(scene), "ffff")
    assert scene.question is not None
    source, frame = scene.question.payload[:2]
    packet = ipv4.unpack(frame.data)
    longer = Frame(ipv4.pack(replace(packet, payload=packet.payload + b"pad?")))
    question = replace(scene.question, payload=(source, longer, *scene.question.payload[2:]))
    assert says_large(drawn(replace(scene, question=question)), "ffff")


def test_a_piece_is_seen_where_it_would_go() -> None:
    held = drawn(scene_of("wire/jigsaw", 1, draft="nothing yet"))
    assert "▓" in held
    assert "█" not in held
    assert "offset 70" in held
    assert "█" in drawn(scene_of("wire/jigsaw", 1))
    assert "█" in drawn(scene_of("wire/jigsaw", 3)), "where only the datagram is asked for, too"


def test_an_offset_is_translated_once_and_then_only_the_datagram_is_asked_for_where_there_are_several() -> None:
    verdicts = prove(load("wire/jigsaw")).verdicts
    bytes_typed = [verdict.value[1] for verdict in verdicts if verdict.choice == "ip.place"]
    assert sorted(bytes_typed) == [0, 280, 560]
    whose = [verdict.value for verdict in verdicts if verdict.choice == "ip.whose"]
    assert whose == ["7 of 10.0.3.3", "7 of 10.0.1.2", "8 of 10.0.3.3", "8 of 10.0.3.3"]


def test_the_path_shows_only_those_who_answered() -> None:
    text = drawn(scene_of("wire/roundabout", 2), 76, 21)
    assert "10.0.0.1" in text
    for unknown in ("r3", "172.16.0.3", "r5"):
        assert unknown not in text
    assert "r5" in drawn(scene_of("wire/roundabout", 2, lifted=True), 76, 21)


def test_udp_is_shown_with_the_sum_over_its_pseudo_header() -> None:
    text = drawn(scene_of("wire/doors", 2), *STAGE)
    assert "from port 5001       │to port 4053" in text
    assert says_large(text, "fffe")
    same("ip-doors", text)


def test_the_desk_sees_what_it_builds_before_it_says_so() -> None:
    text = drawn(scene_of("wire/policy-desk", 1, draft=("numbers",)))
    assert "telemetry  send and forget" in text
    assert "bank       numbers" in text
    assert "voice      ?" in text


def test_what_was_of_use_is_seen_only_where_the_office_is() -> None:
    level = load("wire/policy-desk")
    world = World(level.scenario)
    while world.now < 400_000 and world.step():
        while world.questions:
            world.answer(world.questions[0].asked.book)
    me = world.nodes["desk"].machine
    for everything in (False, True):
        sight = Sight(world, "desk", everything=everything)
        text = drawn(Scene(sight, level.scenario, "desk", sight.clock(), me=me, lifted=everything))
        assert ("of use to the office" in text) is everything
        assert any("⠀" < char <= "⣿" and char != "⠄" for char in text)  # what is under way


def test_a_needle_points_on_the_map_and_along_the_signpost_where_there_is_room() -> None:
    scene = scene_of("wire/signposts", 0)
    small, large = drawn(scene), drawn(scene, *STAGE)
    assert "> ben <" in small
    assert "┤" not in small
    assert "> ben <" in large
    assert "it wants to go to" in large
    assert says_large(large, "10.0.9.9")
    assert scene.me is not None
    for route in scene.me.table:
        assert re.search(rf"┤ {re.escape(str(route))} ━*▸  {route.via}", large)
    same("ip-signposts", large)


def test_the_ruler_shows_what_arrives_what_does_not_and_the_size_that_is_typed() -> None:
    text = drawn(scene_of("wire/black-hole", 4, draft=900))
    assert "734 arrives" in text
    assert "1067 does not" in text
    assert "900 ▼" in text
    assert "▓" in text
    assert "xxx" in text
