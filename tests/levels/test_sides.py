"""[[beside]]: worlds side by side in a level file, and what is wrong with them."""

import pytest

from levels.check import QUICK, Severity, check
from levels.loader import compiled, from_text
from tests.levels.helpers import SOUND, changed, problems_of

BESIDE = """
[[beside]]
title = "in a hurry"
nodes = { client = { patience = "60ms" } }
[[beside]]
title = "always seven"
keep = { server = { number = 7 } }
"""


def test_worlds_beside_a_level_are_read_and_the_level_stays_sound():
    level = from_text(SOUND + BESIDE, "course/a.toml")
    hasty, seven = level.scenario.sides
    assert (hasty.name, hasty.parameters) == ("in a hurry", {"client": {"patience": 60_000}})
    assert seven.kept == (("server", "echo.number", 7),)
    assert level.scenario.twin is None
    assert not [one for one in check(level, QUICK).findings if one.severity is Severity.ERROR]


def test_a_run_file_finds_them_again():
    scenario = compiled(SOUND + BESIDE, 4)
    assert [side.name for side in scenario.sides] == ["in a hurry", "always seven"]
    assert scenario.digest() == from_text(SOUND + BESIDE, "course/a.toml").scenario.digest()


def test_an_act_may_have_worlds_of_its_own_beside_it():
    act = f'\n[[act]]\n[act.nodes]\nclient = {{ patience = "201ms" }}\n{BESIDE.replace("[[beside]]", "[[act.beside]]")}'
    level = from_text(SOUND + act, "course/a.toml")
    assert not level.scenario.sides
    assert len(level.acts[0].scenario.sides) == 2


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        ("beside = 3", "beside is a whole number: write [[beside]] for each"),
        ("[[beside]]\nbook = true", 'this world has no title: write title = "by the book"'),
        ('[[beside]]\ntitle = "x"', "this world is the same as the first: book = true, seats = {…}"),
        ('[[beside]]\ntitle = "x"\nseats = { servr = "counts" }', "there is no node 'servr'"),
        ('[[beside]]\ntitle = "x"\nseats = { server = "counts" }', "echo knows no 'counts'"),
        ('[[beside]]\ntitle = "x"\nseats = { server = 3 }', "server is a whole number"),
        (
            '[[beside]]\ntitle = "x"\nbook = true\nseats = { server = "counts on its own" }',
            "everybody plays by the book here: either book = true or seats",
        ),
        ('[[beside]]\ntitle = "x"\nnodes = { client = { patient = "1s" } }', "has no 'patient'"),
        ('[[beside]]\ntitle = "x"\nnodes = { client = { count = 4 } }', "has these parameters in the first row, too"),
        ('[[beside]]\ntitle = "x"\nkeep = { client = { number = 4 } }', "the player is not asked 'number' at client"),
        ('[[beside]]\ntitle = "x"\nkeep = { server = 4 }', "server is a whole number"),
        ('[[beside]]\ntitle = "x"\nkept = 4', "has no 'kept'"),
        ('[[beside]]\ntitle = "x"\nbook = true\n' * 3, "4 worlds on one screen: 3 at most"),
    ],
)
def test_what_is_wrong_with_a_world_is_said_with_the_mend(beside, words):
    text = f"{beside}\n{SOUND}" if beside.startswith("beside") else f"{SOUND}\n{beside}\n"
    problems = problems_of(text)
    assert any(words in problem for problem in problems), problems


def test_those_outside_are_there_only_once():
    live = changed(
        ('client = { runs = "echo.client", count = 4, patience = "200ms" }', 'client = { outside = "echo" }'),
    )  # fmt: skip
    problems = problems_of(f'{live}\n[[beside]]\ntitle = "x"\nbook = true\n')
    assert any("those outside are there only once" in problem for problem in problems), problems
