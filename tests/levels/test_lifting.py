"""The lift: what `show` names is read, found in a run, and missed by the check where there is nothing of it."""

import pytest

from core.kernel.sight import Sight
from core.kernel.world import replayed
from levels.check import QUICK, Severity, check
from levels.lifting import MOST_TIMES, lifted
from levels.loader import from_text, load
from levels.proofs import prove
from tests.levels.helpers import SOUND, problems_of

LIFT = 'lift = "The second answer was lost, and nobody knew."'


def showing(show):
    return SOUND.replace(LIFT, f"{LIFT}\nshow = {show}")


def things(level):
    proof = prove(level)
    world = replayed(proof.scenario, proof.answers)
    world.run()
    return lifted(level.texts.show, Sight(world, "", True))


def test_entries_messages_and_values_are_found_in_the_truth():
    level = from_text(
        showing('["lost", "Ping", "client Ping", "server Ping", "server: highest number heard"]'), "a/b.toml"
    )
    lost, pings, mine, none, value = things(level)
    assert lost.words == "lost: PONG number 2 to client, 120 ms"
    assert len(lost.entries) == 1
    assert len(pings.entries) > MOST_TIMES
    assert pings.words.endswith(f"and {len(pings.entries) - MOST_TIMES} more")
    assert pings.entries == mine.entries
    assert (none.entries, none.words) == (frozenset(), "server Ping: never, this time")
    assert value.words == "server, highest number heard: 4"


def test_intervals_are_told_with_their_times():
    level = load("crown/two-kings")
    found = {one.shown.name: one.words for one in things(level)}
    assert found["p7 down"] == "p7 down: 12 s to the end"
    assert found["reigning"].startswith("reigning: p7 0 ms to 12 s; p6 ")
    assert "and" in found["p7 frozen"]


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ('["lots"]', "nothing here is called 'lots': did you mean 'lost'?"),
        ('["servr: heard"]', "there is no node 'servr'"),
        ('["server reigning"]', "nothing here is called 'reigning'"),
        ("[3]", "a text is wanted"),
    ],
)
def test_what_is_no_name_is_said_with_the_mend(show, words):
    problems = problems_of(showing(show))
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ('["crash"]', "there is nothing of 'crash' on the way of the proof"),
        ('["server: higest number heard"]', "server says nothing of 'higest number heard'"),
    ],
)
def test_what_there_is_nothing_of_fails_the_level(show, words):
    report = check(from_text(showing(show), "course/a.toml"), QUICK)
    found = [str(one.problem) for one in report.findings if one.severity is Severity.ERROR]
    assert any(words in line for line in found), found
