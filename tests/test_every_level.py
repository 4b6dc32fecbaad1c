"""What every level of the campaign must be, without an edit here: loaded, winnable, losable, teaching something."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from core.kernel.seats import Idle
from core.kernel.trace import RECEIVE
from core.session.scoring import stars
from levels.check import CHANCE_SEEDS, PERSONA_SEEDS, Effort, Severity, check
from levels.loader import CAMPAIGN, HOME, campaign, every_act, every_act_of, load, retired
from levels.proofs import play, prove, prove_scenario, with_par_figures
from levels.report import BLIND
from levels.schema import BRIEF_WORDS, HINTS, UnknownLevelError
from tests.open_levels import BLIND_SO_FAR

ALL = Effort(chance=CHANCE_SEEDS, personas=PERSONA_SEEDS, shortest=False)
"""All seeds; a count ends early only where no further seed can change the verdict."""
FILES = sorted(path for path in HOME.glob("*/*.toml"))
LEVELS = {level.id: level for level in every_act()}
FIRST = [level.id for level in LEVELS.values() if level.act == 1]
"""What is checked, each with all of its acts."""


@cache
def proved(name):
    return prove(LEVELS[name])


@pytest.fixture(params=list(LEVELS))
def level(request):
    return LEVELS[request.param]


def test_the_campaign_has_every_file_that_lies_there():
    broken = [str(problem) for world in campaign() for problem in world.problems]
    assert not broken, "\n".join(broken)
    finales = [Path(finale.path) for world in campaign() for finale in world.finales]
    assert sorted([*(Path(level.path) for level in LEVELS.values() if level.act == 1), *finales]) == FILES
    assert len(FILES) > 0
    assert CAMPAIGN.is_file()


def test_no_level_has_the_id_of_one_that_is_no_more():
    assert not set(retired()) & set(LEVELS)
    assert set(retired().values()) <= set(FIRST)
    for name, heir in retired().items():
        with pytest.raises(UnknownLevelError, match=f"is no more: {heir}"):
            load(name)


REAL_PROTOCOLS = (
    "udp-datagram", "udp-uppercase-app", "tcp-uppercase-app", "berkeley-sockets", "welcome-socket", "http-get-response",
    "http-page-load", "ipv4-header", "ip-fragmentation", "ttl-expiry", "ip-best-effort", "message-framing", "corba-cdr",
)  # fmt: skip
"""Rows of the curriculum for which there are codecs and machines that speak to other people's software."""


@pytest.mark.parametrize("row", REAL_PROTOCOLS)
def test_what_the_real_protocols_teach_is_asked_in_a_level(row):
    """By choices and cases that it names, which `check` holds against what is asked there."""
    assert [level.id for level in LEVELS.values() if row in level.covers and level.shows.get(row)]


def test_it_is_found_by_its_id(level):
    found = load(level.id)
    assert (found.id, found.text, found.path) == (level.id, level.text, level.path)
    assert found.scenario.digest() == every_act_of(load(level.path))[level.act - 1].scenario.digest()
    assert Path(level.path).parent.name == level.world


def test_its_texts_are_short_and_complete(level):
    assert level.title
    assert level.summary
    assert 0 < len(level.texts.brief.split()) <= BRIEF_WORDS
    assert len(level.texts.hints) == HINTS
    assert level.texts.debrief
    assert level.texts.sources
    assert level.covers or level.stumble
    assert len(level.scenario.par) <= 2
    assert level.scenario.par or level.stumble


def test_its_proof_wins_within_par(level):
    world = proved(level.id)
    assert world.outcome.won, world.outcome.reason
    assert world.now <= level.scenario.limit
    assert stars(prove_scenario(level, with_par_figures(level))) == 2


def test_doing_nothing_does_not_win(level):
    assert not play(level.scenario, Idle()).outcome.won


def test_the_same_run_twice_has_the_same_trace(level):
    assert prove(level).trace_sha256() == proved(level.id).trace_sha256()


def test_the_same_run_over_bytes_has_the_same_trace(level):
    """Every message is encoded and decoded on its way."""
    rooms, plain = level.scenario.protocols, proved(level.id)
    scenario = replace(level.scenario, protocols={name: over_bytes(room, plain) for name, room in rooms.items()})
    world = prove_scenario(level, scenario)
    assert any(entry.kind == RECEIVE for entry in world.trace)
    assert world.trace_sha256() == plain.trace_sha256()


def test_the_numbers_of_seeds_are_those_that_were_promised():
    assert (ALL.chance, ALL.personas) == (200, 32)


@pytest.mark.parametrize("name", FIRST)
def test_the_linter_finds_nothing(name):
    """Chance, personas, cases, faults, questions: see tests/levels/test_check.py for what it would find. What is won
    blindly so far must be, or it leaves the list."""
    errors = [finding for finding in check(LEVELS[name], ALL).findings if finding.severity is Severity.ERROR]
    blind = [str(error) for error in errors if error.rule == BLIND]
    others = [str(error) for error in errors if error.rule != BLIND]
    assert not others, "\n".join(others)
    if name in BLIND_SO_FAR:
        assert blind, f"nobody wins {name} blindly any more: take it off the list"
        pytest.xfail(BLIND_SO_FAR[name])
    assert not blind, "\n".join(blind)


def over_bytes(room, plain):
    def wrapped(role):
        def on_message(self, ctx, source, message):
            envelope = plain.envelope(source, ctx.name)
            role.on_message(self, ctx, source, room.codec.decode(room.codec.encode(message, envelope), envelope))

        return type(role.__name__, (role,), {"on_message": on_message, "__qualname__": role.__qualname__})

    return replace(room, roles={name: wrapped(role) for name, role in room.roles.items()})
