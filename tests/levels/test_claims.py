"""Claims: it may be sworn that no hand does it, and the explorer says whether that is so."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.kernel import trace as kinds
from core.kernel.claims import Claim
from core.kernel.hand import OATH
from core.kernel.laws import LawKind, sometimes
from core.kernel.scenario import Hand, NetworkSeat
from core.kernel.world import World, replayed
from core.protocols import PROTOCOLS
from core.search.claims import refute
from core.search.explorer import within
from core.search.misfortune import Budget
from levels.check import QUICK, Severity, check
from levels.claims import problem_of
from levels.loader import compiled, from_text
from levels.proofs import prove
from tests.levels.helpers import problems_of
from tests.patience import until
from tests.tui.helpers import drive, shown
from tests.tui.test_play import make, play_screen
from tui.plain import play

SEATS = "network = { hand = { pockets = 1, takes = 1 } }\nclaim = true"
TWICE = "a ping is answered twice"
NEVER = "broken: no answer is believed that was not asked for"
TEXT = f"""
[level]
title = "Can it be done?"
summary = "Swear, or do it."
seed = 1
proof = "search"
stumble = "a first oath"
[nodes]
client = {{ runs = "echo.client", count = 1, patience = "200ms" }}
server = {{ runs = "echo.server" }}
[links]
default = {{ latency = "40ms" }}
[seats]
{SEATS}
[goal]
win = ["{TWICE}"]
limit = "700ms"
[par]
messages = 9
time = "1s"
[text]
brief = "You are the **network**."
hints = ["a nudge", "a hint", "the solution"]
lift = "Best effort promises nothing."
debrief = "So it is."
sources = ["RFC 862"]
"""


CARELESS = 'server = { persona = "counts on its own" }'


def level(win=TWICE, seats=SEATS):
    return from_text(TEXT.replace(TWICE, win).replace(SEATS, seats), "course/claim.toml")


def sworn(made):
    world = World(made.scenario)
    while not world.offers("network"):
        world.step()
    world.move("network", "network.swear", OATH)
    return world


def test_a_false_oath_loses_and_the_shortest_run_that_does_it_is_known():
    world = sworn(level())
    assert world.outcome is not None
    assert not world.outcome.won
    assert world.outcome.reason == "sworn falsely: 1 act does it"
    found = world.hand.sworn
    again = replayed(level().scenario, found.answers)
    again.run()
    assert again.outcome.won


def test_a_right_oath_wins_when_everything_was_tried():
    world = sworn(level(NEVER))
    assert world.outcome.won
    assert world.outcome.reason.startswith("sworn rightly: no hand does it, in any of ")
    assert world.hand.sworn.complete


def test_what_was_not_all_tried_is_not_right():
    made = level(NEVER)
    scenario = replace(made.scenario, claim=Claim(refute, 20))
    world = sworn(replace(made, scenario=scenario))
    assert not world.outcome.won
    assert world.outcome.reason.startswith("sworn blindly")


def test_who_sits_there_decides_it():
    """A careless server answers with the next number of its own: there one packet held is enough."""
    world = sworn(level(NEVER, f"{SEATS}\n{CARELESS}"))
    assert not world.outcome.won


def test_what_is_held_may_be_let_go_of_at_any_time():
    """Nothing happens from 40 to 160 ms, and there the answer has to be let go of: it comes behind the alarm at 200 ms,
    and before anything else could."""
    scenario = level().scenario.unclaimed()
    between = sometimes("an answer comes just after the alarm", _just_after)
    scenario = replace(scenario, win=(between.bind(),), hand=Hand(pockets=1, takes=1))
    found = refute(scenario, 2_000)
    assert found.answers is not None
    again = replayed(scenario, found.answers)
    again.run()
    assert again.outcome.won


def _just_after(evidence):
    """Within 2 µs of the client's alarm, and behind it."""
    rung = [entry.time for entry in evidence.trace if entry.kind == kinds.TIMER and entry.node == "client"]
    came = [entry.time for entry in evidence.trace if entry.kind == kinds.RECEIVE and entry.node == "client"]
    return any(0 < time - alarm <= 2 for time in came for alarm in rung)


def test_an_oath_is_recorded_and_replayed_and_part_of_the_scenario():
    made = level()
    world = sworn(made)
    again = replayed(compiled(made.text, 1), world.answers)
    assert again.outcome == world.outcome
    assert again.trace_sha256() == world.trace_sha256()
    assert made.scenario.digest() != made.scenario.unclaimed().digest()
    assert within(made.scenario, Budget()).claim is None


@pytest.mark.parametrize("win", [TWICE, NEVER])
def test_a_level_with_an_oath_is_proved_by_search(win):
    made = level(win)
    assert prove(made).outcome.won
    errors = [str(one.problem) for one in check(made, QUICK).findings if one.severity is Severity.ERROR]
    assert not [words for words in errors if win == NEVER or "sworn" in words or "swear" in words]


def test_check_wants_that_the_explorer_knows():
    made = level(NEVER)
    scenario = replace(made.scenario, claim=Claim(refute, 20))
    found = [str(one.problem) for one in check(replace(made, scenario=scenario), QUICK).findings]
    assert any("sworn blindly" in words for words in found), found
    assert "whoever swears could not be judged" in problem_of(scenario)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("network = { hand = { pockets = 1, takes = 1 } }", 'server = { player = "*" }', "an oath about a hand"),
        ("takes = 1 }", "takes = 1, crash = 1 }", "nobody can try every microsecond for crash"),
        ("} }\nclaim", "}, dice = { loss = 0.1 } }\nclaim", "what dice decide nobody can swear to"),
        (
            "claim = true",
            'claim = true\nserver = { persona = "counts on its own" }\ntwin = "book"',
            "an oath in a fair trap",
        ),
        ("claim = true", "claim = 3", "claim is a whole number"),
        (TWICE, "no answer is believed that was not asked for", "holds as long as nothing is done"),
    ],
)
def test_what_no_oath_goes_with_is_said_with_the_mend(old, new, words):
    assert old in TEXT
    problems = problems_of(TEXT.replace(old, new))
    assert any(words in problem for problem in problems), problems


def test_on_the_screen_the_shortest_run_is_played(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        screen = play_screen(pilot.app)
        await pilot.press("s")
        await until(lambda: "sworn falsely: 1 act does it" in shown(pilot.app))
        film = screen.film.shown
        assert film is not None
        await until(lambda: film.session.world.answers or film.over)
        screen.bridge.session.back()
        screen._something_changed()
        await until(lambda: screen.film.shown is None)

    drive(make(tmp_path, level()), steps)


def test_plain_play_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    out: list[str] = []
    answers = tmp_path / "answers"
    answers.write_text("swear\n", "utf-8")
    with answers.open() as lines:
        assert play(level(), lines=lines, out=out.append) == 1
    told = "\n".join(out)
    assert "LOST: sworn falsely: 1 act does it" in told
    assert "This does it: take P" in told


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)
def test_in_every_room_an_oath_is_judged_the_same_again(protocol):
    """No room needs a special case."""
    scenario = protocol.scenarios[0]
    law = next((law for law in protocol.laws if law.kind is LawKind.SOMETIMES and not law.places), None)
    if law is None or isinstance(scenario.network, NetworkSeat):
        return  # there is nothing to be brought about
    scenario = replace(scenario, player=(), hand=Hand(pockets=1, takes=1), network=None, win=(law.bind(),), lose=())
    outcomes = []
    for _ in range(2):
        world = World(replace(scenario, claim=Claim(refute, 60)))
        world.move("network", "network.swear", OATH)
        outcomes.append((world.outcome, world.trace_sha256()))
        if world.hand.sworn.answers:
            again = replayed(scenario, world.hand.sworn.answers)
            again.run()
            assert again.outcome.won
    assert outcomes[0] == outcomes[1]
