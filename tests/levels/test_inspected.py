"""Inspectors' levels that make themselves, of every room that shows who does not play by the book."""

import io

import pytest

from core.kernel.suspects import SIGN
from core.kernel.world import World
from core.protocols import BY_NAME, PROTOCOLS
from core.search import find_win
from levels.check import QUICK, check
from levels.inspected import SUSPECTS, inspect_level, inspecting
from levels.inspecting import findings
from levels.loader import from_text
from levels.proofs import prove
from levels.report import Severity
from levels.schema import UnknownLevelError
from tui.plain import play

HARD = {"framing", "marshal", "dht_chord"}
"""Rooms whose own scenarios show nobody, or cannot stand there several times."""
MADE = [room.name for room in PROTOCOLS if room.name not in HARD]


@pytest.mark.parametrize("name", MADE)
def test_a_room_with_personas_makes_a_level(name):
    level = inspect_level(f"inspect:{name}")
    assert level.id == f"inspect/{name}"
    inspector = level.scenario.inspector
    assert len(inspector.suspects) == SUSPECTS
    assert SIGN in inspector.acts
    unsound = {next(one.name for one in inspector.suspects if node in one.nodes) for node in level.scenario.seats}
    assert 0 < len(unsound) < SUSPECTS
    assert findings(level.scenario) == []
    assert prove(level).outcome.won
    assert from_text(level.text, level.path).scenario.digest() == level.scenario.digest()


@pytest.mark.parametrize("name", MADE)
def test_on_another_seed_others_are_unsound_and_it_is_won_too(name):
    scenario = inspect_level(f"inspect:{name}").scenario
    dealt = [scenario.reseeded(seed) for seed in range(scenario.seed, scenario.seed + 6)]
    assert len({tuple(sorted(one.seats)) for one in dealt}) > 1
    assert find_win(dealt[-1]) is not None


@pytest.mark.parametrize("name", ["ledger", "tcp"])
def test_check_has_nothing_against_it(name):
    report = check(inspect_level(f"inspect:{name}"), QUICK)
    assert [str(one.problem) for one in report.findings if one.severity is Severity.ERROR] == []


def test_the_free_runs_keep_what_is_promised_whoever_sits_there():
    world = World(inspect_level("inspect:ledger").scenario)
    world.run(until=world.scenario.limit - 1)
    assert world.free_run_is_over


def test_a_room_that_shows_nobody_is_refused_in_words():
    for name in ("framing", "marshal"):
        words = f"no scenario of {name} shows who does not play by the book: whoever does not breaks what is promised"
        with pytest.raises(UnknownLevelError, match=words):
            inspecting(name)
    with pytest.raises(UnknownLevelError, match=r"cannot stand there several times: .*its place on the circle"):
        inspecting("dht_chord")
    with pytest.raises(UnknownLevelError, match=r"no protocol is called 'tpc': .*tcp"):
        inspecting("tpc")
    assert not HARD - set(BY_NAME)


@pytest.mark.parametrize("name", MADE)
def test_it_is_played_by_lines(name, tmp_path):
    level = inspect_level(f"inspect:{name}")
    acts = [(given.choice.partition(".")[2], given.value) for given in prove(level).answers]
    lines = [f"{act} {value if isinstance(value, str) else ', '.join(map(str, value))}" for act, value in acts]
    lines = [f"{line}us" if line.startswith("hit") else line for line in lines]
    told = []
    status = play(level, record=tmp_path / "a.run", lines=io.StringIO("\n".join([*lines, ""])), out=told.append)
    assert status == 0, "\n".join(told)
