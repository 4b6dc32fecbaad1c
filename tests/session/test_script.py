"""The script seat: a student's function in a process of its own."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from core.kernel.seats import Book
from core.kernel.world import World
from core.script import Script, ScriptError
from tests.patience import ENOUGH


def script(tmp_path, text, **options):
    path = tmp_path / "policy.py"
    path.write_text(text)
    return Script(path, **options)


def test_it_plays_by_the_book(tmp_path, server):
    with script(tmp_path, "def answer(question, memory):\n    return question.number\n") as seat:
        world = World(server, player=seat)
        world.run()
    book = World(server, player=Book())
    book.run()
    assert world.outcome == book.outcome
    assert world.trace_sha256() == book.trace_sha256()


def test_it_sees_what_the_player_is_shown(tmp_path, server):
    text = """
def answer(question, memory):
    print("thinking aloud does no harm")
    memory["asked"] = memory.get("asked", 0) + 1
    assert question.choice == "echo.number"
    assert question.case == "a new ping"
    assert question.words.startswith("client asks with number")
    assert question.view["answers sent"] == memory["asked"] - 1
    assert question.now > 0 and question.node == "server"
    assert question.subject == {"source": "client", "number": question.number}
    assert list(question.candidates) == sorted(question.candidates)  # the book's first would give it away
    return question.number
"""
    with script(tmp_path, text) as seat:
        world = World(server, player=seat)
        world.run()
    assert world.outcome is not None
    assert world.outcome.won


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("def answer(question, memory):\n    x = 1\n    return 1 / 0\n", 3, "ZeroDivisionError: division by zero"),
        ("def answer(question memory):\n    pass\n", 1, "SyntaxError"),
        ("import nothing_of_that_name\n", 1, "ModuleNotFoundError"),
        ("x = 1\n", None, "no function answer"),
        ("def answer(question, memory):\n    return 1.5\n", None, "whole number"),
        ("def answer(question, memory):\n    return -7\n", None, "not between 0 and 4294967295"),
        ("def answer(question, memory):\n    return None\n", None, "None is not a whole number"),
        ("import os\ndef answer(question, memory):\n    os._exit(3)\n", None, "exit status 3"),
        ("def answer(question, memory):\n    raise SystemExit\n", 2, "SystemExit"),
        ("def helper():\n    return {}['key']\ndef answer(question, memory):\n    return helper()\n", 2, "KeyError"),
    ],
)
def test_its_error_names_line_and_reason(tmp_path, server, text, line, words):
    with pytest.raises(ScriptError) as caught, script(tmp_path, text) as seat:
        World(server, player=seat).run()
    assert caught.value.line == line
    assert words in str(caught.value)
    assert "policy.py" in str(caught.value)


def test_its_time_is_limited_and_its_process_ends(tmp_path, server):
    started = time.monotonic()
    text = "def answer(question, memory):\n    while True: pass\n"
    with script(tmp_path, text, seconds=0.3) as seat:
        with pytest.raises(ScriptError, match=r"did not answer echo.number within 0.3 s"):
            World(server, player=seat).run()
        assert seat._process.poll() is not None
    assert time.monotonic() - started < ENOUGH


def test_closing_ends_the_process(tmp_path):
    with script(tmp_path, "def answer(question, memory):\n    return 1\n") as seat:
        assert seat._process.poll() is None
    assert seat._process.poll() is not None
    assert not seat._reader.is_alive()


def test_no_such_file(tmp_path):
    with pytest.raises(ScriptError, match="no such file"):
        Script(tmp_path / "missing.py")


def test_a_thousand_seeds_are_feasible(tmp_path, client):
    """One process serves many worlds; `memory` lasts, so a script tells runs apart by itself."""
    with script(tmp_path, "def answer(question, memory):\n    return 150_000\n") as seat:
        for seed in range(20):
            world = World(replace(client, seed=seed), player=seat)
            world.run()
            assert world.outcome is not None
