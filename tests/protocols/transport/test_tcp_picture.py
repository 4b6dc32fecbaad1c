"""The byte line and its relatives: drawn at every size at every question, the typed answer on it before Enter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.kernel.scenario import NETWORK, PlayerSeat
from core.kernel.sight import Sight
from core.kernel.world import World
from levels.loader import load
from tui.pictures import Canvas, Scene, hook
from tui.pictures.general import picture_of

LEVELS = (
    "wire/bring-me-the-ack",
    "pipe/next-byte-please", "pipe/bathtub-with-a-hole", "pipe/nobody-asks-you", "pipe/ghost-syn", "pipe/patience",
    "pipe/say-it-thrice", "pipe/last-words", "pipe/fair-share",
)  # fmt: skip
STAGE = (80, 12)
"""What a terminal of 80x24 has for a picture."""
SIZES = ((48, 9), (76, 21), (30, 5), (8, 3), (1, 1), (0, 0))


def scene_of(level_id: str, world: World, draft: object = None) -> Scene:
    level = load(level_id)
    sight = Sight(world, level.you, level.play.sight.value == "all")
    question = world.questions[0] if world.questions else None
    return Scene(
        sight=sight,
        scenario=world.scenario,
        you=level.you,
        now=sight.clock(),
        question=question,
        asked=question.asked if question else None,
        draft=draft if draft is not None else question.asked.book if question else None,
        entries=list(sight.entries()),
        me=None if level.you == NETWORK else world.nodes[level.you].machine,
    )


def questions(level_id: str, most: int = 40, choice: str = "") -> Iterator[World]:
    """The world at every question of the book's run, and at its end; with `choice` that one is played instead."""
    level = load(level_id)
    played = (PlayerSeat(level.you, (choice,)),) if choice else level.scenario.player
    world = World(replace(level.scenario, player=played))
    for _ in range(most):
        while not world.questions and world.step():
            pass
        yield world
        if not world.questions:
            return
        world.answer(world.questions[0].asked.book)


def at(world: World, until: int, line: int, draft: object = None) -> tuple[str, list[object]]:
    """The picture of Say it thrice at this time (µs), with the line where it is; and what can be clicked."""
    world.run(until=until)
    sight = Sight(world, "alice")
    kept = {"tcp.dup_threshold": line}
    canvas = Canvas(80, 16, ascii_only=True)
    machine = world.nodes["alice"].machine
    picture_of("tcp")(canvas, Scene(sight, world.scenario, "alice", sight.clock(), me=machine, kept=kept))
    return str(canvas), [hot.target for hot in canvas.hots]


def test_knocks_stack_on_the_tile_that_is_missing_up_to_the_line() -> None:
    world = World(load("pipe/say-it-thrice").scenario)
    world.keep("alice", "tcp.dup_threshold", 5)
    text, hots = at(world, 550_000, 5)
    assert "7 is missing: knocked for" in text
    lines = text.splitlines()
    assert next(y for y, line in enumerate(lines) if "-----" in line) == 5, "five rows above the tiles"
    assert sum(line[2:3] == "3" for line in lines) == 3, "three knocks"  # of a dot's likeness
    assert "3 1" in text, "an earlier hole: tile 3, after one knock"
    assert ("setting", "tcp.dup_threshold") in hots
    assert ("setting", "tcp.resend") in hots
    text, _ = at(world, 2_690_000, 5)
    assert "of 72 tiles are there" in text


def picture(scene: Scene, width: int = 48, height: int = 9, ascii_only: bool = False) -> str:
    canvas = Canvas(width, height, ascii_only=ascii_only)
    picture_of("tcp")(canvas, scene)
    return str(canvas)


@pytest.mark.parametrize("level_id", LEVELS)
def test_every_question_of_every_level_is_drawn_at_every_size(level_id: str) -> None:
    for world in questions(level_id):
        for width, height in SIZES:
            text = picture(scene_of(level_id, world), width, height, ascii_only=True)
            assert text.isascii()


def test_the_typed_number_is_shown_on_the_byte_line_before_enter() -> None:
    worlds = questions("pipe/next-byte-please")
    world = next(worlds)
    text = picture(scene_of("pipe/next-byte-please", world, 501), *STAGE)
    assert " ACK 501  everything before 501 is here" in text
    lines = picture(scene_of("pipe/next-byte-please", world, 1001), *STAGE).splitlines()
    frames, mark = next(line for line in lines if "╭" in line), next(line for line in lines if "▲" in line)
    begins = [place for place, glyph in enumerate(frames) if glyph == "╭"][1]
    assert mark.index("▲") == begins - 1, "in the gap before the tile of 1001"
    assert "beyond the right edge" in picture(scene_of("pipe/next-byte-please", world, 900_000), *STAGE)


def test_a_hole_is_marked_and_held_tiles_differ_from_read_ones() -> None:
    for world in questions("pipe/next-byte-please"):
        machine = world.nodes["bob"].machine
        if world.questions and len(machine.main.shelf) == 2:
            text = picture(scene_of("pipe/next-byte-please", world), 76, 21)
            assert "╭┄┄┄┄┄┄╮" in text
            assert "3 held" in text
            assert "next 1001" not in text, "that is what is asked"
            return
    pytest.fail("no question with two held tiles")


def test_short_tiles_show_their_text() -> None:
    worlds = questions("wire/bring-me-the-ack")
    next(worlds)
    world = next(worlds)
    lines = picture(scene_of("wire/bring-me-the-ack", world), *STAGE).splitlines()
    assert any(line[3:].startswith(" the ") for line in lines)


def test_the_senders_line_shows_what_is_under_way_and_that_the_same_was_asked_for_again_but_not_how_often() -> None:
    for world in questions("pipe/say-it-thrice", choice="tcp.repeat"):
        if world.questions and world.questions[0].asked.case == "third duplicate":
            text = picture(scene_of("pipe/say-it-thrice", world))
            assert "the same again" in text
            assert not re.search(r"\b(4|four) times", text)
            assert "bob wants" in text
            return
    pytest.fail("no third duplicate")


def test_the_door_shows_who_knocks_and_never_who_stands_behind() -> None:
    for world in questions("pipe/ghost-syn"):
        if world.questions and world.questions[0].asked.peer == "cat":
            text = picture(scene_of("pipe/ghost-syn", world))
            assert "> cat: SYN 9000" in text
            assert "half open 0 of 2" in text
            return
    pytest.fail("cat never knocks")


def test_the_ruler_of_a_senders_alarm_leaves_out_what_was_sent_twice() -> None:
    delays = hook("tcp", "delays")
    assert delays is not None
    *_, world = questions("pipe/patience")
    scene = scene_of("pipe/patience", world)
    asked = next(iter(questions("pipe/patience"))).questions[0].asked
    found = delays(scene, asked)
    assert found
    assert all(106_000 <= delay <= 745_000 for delay in found), "2 * 53 ms calm, 2 * 366 ms and jitter at the worst"


def test_what_is_asked_stands_neither_in_the_picture_nor_in_the_view_beside_it() -> None:
    """The next byte, in the level that has it typed; once the fog has lifted, and elsewhere, it is said."""
    for name, told in (("pipe/next-byte-please", False), ("pipe/bathtub-with-a-hole", True)):
        world = next(world for world in questions(name) if world.questions)
        scene = scene_of(name, world)
        assert ("next expected" in scene.view) == told
        untyped = picture(replace(scene, draft=None), *STAGE)
        assert "▲" not in untyped, "nothing points at it before something is typed"
        assert "next" not in untyped
        assert "next expected" in replace(scene, lifted=True).view
    asked = next(world for world in questions("pipe/next-byte-please") if world.questions).questions[0].asked
    assert str(asked.book) not in asked.words
    assert str(asked.have) not in asked.words
