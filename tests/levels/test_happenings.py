"""Faults by meaning, and nodes that start one after the other."""

import pytest

from core.kernel.scenario import Crash, Lose, LoseMessage, Spread, Strike
from levels.check import QUICK, check
from levels.loader import from_text
from tests.levels.helpers import changed

LOSE = 'lose = "server -> client"\nnth = 2'


def level(text):
    return from_text(changed((LOSE, text)), "course/a-level.toml")


@pytest.mark.parametrize(
    ("text", "happening"),
    [
        ('crash = "server"\nafter = "save decided"', Strike("server", "save", "decided")),
        ('crash = "server"\nbefore = "send Pong"\nnth = 2\nat = "1s"\nback = "2s"',
         Strike("server", "send", "Pong", True, 2, 1_000_000, 2_000_000)),
        ('crash = "client"\nafter = "deliver"', Strike("client", "deliver")),
        ('crash = "server"\nat = "1s"\neffects = 2', Crash(1_000_000, "server", None, 2)),
        ('lose = "server -> client"\nmessage = "Pong"', LoseMessage("server", "client", "Pong")),
        ('lose = "client -> server"\nmessage = "Ping"\nnth = 3\nafter = "1s"\nfate = "late"\nlate = "10ms"',
         LoseMessage("client", "server", "Ping", 3, "late", 10_000, 1_000_000)),
        (LOSE, Lose("server", "client", 2)),
    ],
)  # fmt: skip
def test_what_happens_is_said_by_meaning_or_by_count(text, happening):
    assert level(text).scenario.happenings == (happening,)


def test_a_message_that_another_seed_strikes():
    scenario = level('lose = "server -> client"\nmessage = "Pong"\nnth = [2, 3]').scenario
    assert scenario.spreads == (Spread(0, (2, 3), 4),)
    numbers = {scenario.reseeded(seed).happenings[0].nth for seed in range(20)}
    assert numbers == {2, 3}


def test_a_fault_by_meaning_that_nobody_meets_is_found():
    for text, word in (
        ('lose = "server -> client"\nmessage = "Pong"\nnth = 40', "lose"),
        ('crash = "server"\nafter = "save x"', "crash"),
    ):
        found = check(level(text), QUICK).findings
        assert any(f"this {word} changes nothing" in finding.words for finding in found)


@pytest.mark.parametrize(
    ("starts", "times"),
    [
        ('"0..1s"', [0, 333_333, 666_666, 1_000_000]),
        ('"2s..5s"', [2_000_000, 3_000_000, 4_000_000, 5_000_000]),
        ('"1s"', [1_000_000] * 4),
    ],
)
def test_nodes_of_a_pattern_start_one_after_the_other(starts, times):
    text = changed(("server = { runs", f'"s1..s4" = {{ runs = "echo.server", starts = {starts} }}\nserver = {{ runs'))
    nodes = from_text(text, "course/a-level.toml").scenario.nodes
    assert [node.starts for node in nodes if node.name[0] == "s" and node.name != "server"] == times


def test_a_text_names_the_keys_of_the_players_moves_and_no_other():
    found = check(from_text(changed(('"a nudge"', '"press {key:enter}"')), "course/a-level.toml"), QUICK).findings
    assert any(finding.words.startswith("no move of the player's is called 'enter'") for finding in found)
    sound = check(from_text(changed(), "course/a-level.toml"), QUICK).findings
    assert not any("no move" in finding.words for finding in sound)
