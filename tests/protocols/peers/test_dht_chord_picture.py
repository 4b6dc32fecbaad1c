"""The dial of the ring: what is known is lit, what is not stays dark, at every size."""

from __future__ import annotations

import pytest

from core.kernel.sight import Sight
from core.kernel.world import World
from levels.loader import load
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import picture_of

SIZES = [(48, 9), (76, 21), (30, 5), (8, 3), (2, 1), (120, 40)]


def scene_of(level_id: str, answers: int, draft: object = None) -> Scene:
    """The scene at a question, `answers` of them having been answered by the book."""
    level = load(level_id)
    world = World(level.scenario)
    for place in range(answers + 1):
        while not world.questions and world.step():
            pass
        if place < answers:
            world.answer(world.questions[0].asked.book)
    question = world.questions[0]
    everything = level.play.sight.value == "all"
    sight = Sight(world, level.you, everything=everything)
    node = world.nodes.get(level.you)
    return Scene(
        sight, level.scenario, level.you, sight.clock(), question=question, asked=question.asked,
        draft=question.asked.book if draft is None else draft, me=node.machine if node else None,
        entries=list(sight.entries()), lifted=everything,
    )  # fmt: skip


def drawn(scene: Scene, width: int, height: int) -> str:
    canvas = Canvas(width, height)
    picture_of("dht_chord")(canvas, scene)
    return str(canvas)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("level_id", "answers"),
    [("ring/round-the-ring", 3), ("ring/wormholes", 0), ("ring/fingers-crossed", 2),
     ("ring/new-neighbour", 0), ("ring/mind-the-gap", 5), ("ring/hearsay", 8)],
)  # fmt: skip
def test_it_is_drawn_at_every_size(level_id: str, answers: int, size: tuple[int, int]) -> None:
    drawn(scene_of(level_id, answers), *size)


@pytest.mark.parametrize("size", SIZES[:2])
def test_only_nodes_of_the_own_tables_are_lit(size: tuple[int, int]) -> None:
    text = drawn(scene_of("ring/fingers-crossed", 8, "25"), *size)
    for known in ("48 you", "40", "60", "25", "key 10", "25: 49 left"):
        assert known in text
    for unknown in ("12", "13", "32"):
        assert unknown not in text.replace("25: 49 left", "")


def test_the_way_left_is_painted_as_the_needle_turns() -> None:
    def painted(draft: str) -> int:
        canvas = Canvas(76, 21)
        picture_of("dht_chord")(canvas, scene_of("ring/fingers-crossed", 8, draft))
        canvas.flush()
        return sum(row.count(Ink.HINT) for row in canvas.inks)

    assert 0 < painted("1") < painted("25") / 3


def test_a_click_on_a_node_means_the_node() -> None:
    canvas = Canvas(48, 9)
    scene = scene_of("ring/fingers-crossed", 8)
    picture_of("dht_chord")(canvas, scene)
    targets = {hot.target for hot in canvas.hots}
    assert targets == {"1", "25", "40", "48", "60"}
