"""A room that asks a question of every domain is a room like any other: for the suite, the explorer, levels and their
blind players, run files, scripts, and whoever answers typed lines."""

import io
import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from core import protocols
from core.kernel import domains
from core.kernel.choice import Domain
from core.kernel.domains import Text
from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Book
from core.kernel.world import World, replayed
from core.record import read
from core.script import Script
from core.search import explore
from levels.check import QUICK, Severity, check
from levels.loader import from_text
from levels.players import Listed, Survey, Surveyed
from levels.proofs import prove
from levels.schema import LevelError
from tests import test_every_protocol as suite
from tests import workbench
from tests.domains import DOMAINS
from tests.workbench import CHOICES, PROTOCOL, scenario_of
from tui.plain import play

EACH = pytest.mark.parametrize("kind", CHOICES)
IN_THIS_PROCESS = [check for check in suite.CHECKS if check is not suite.check_same_in_another_process]
"""The other process would have to find the room on the list."""


@pytest.fixture
def listed(monkeypatch):
    """The room is on the list, as rooms are."""
    module = SimpleNamespace(__name__="core.protocols.premise.workbench", __doc__=workbench.__doc__, PROTOCOL=PROTOCOL)
    monkeypatch.setitem(protocols.BY_NAME, "workbench", PROTOCOL)
    monkeypatch.setitem(protocols._MODULES, "workbench", module)


@pytest.mark.parametrize("check", IN_THIS_PROCESS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_it_is_what_every_room_must_be(listed, check):
    check(PROTOCOL)


def test_it_says_what_it_is():
    suite.check_docstring(workbench.__doc__)


def level_text(kind, count=4, proof='"book"', asks="choose"):
    """A level in which this kind of job is done."""
    return f"""
[level]
title = "Workbench"
summary = "Do what the slip says."
seed = 4
proof = {proof}
[nodes]
boss = {{ runs = "workbench.boss", kinds = "{kind}", count = {count} }}
clerk = {{ runs = "workbench.clerk" }}
[links]
default = {{ latency = "40ms" }}
[seats]
clerk = {{ player = ["workbench.{kind.replace(" ", "_")}"] }}
[play]
asks = "{asks}"
[goal]
win = ["boss has every job done", "no job is done badly"]
limit = "30s"
[par]
messages = "book"
[text]
brief = "Do what the slip says."
hints = ["a nudge", "a hint", "the answer"]
debrief = "So it is."
sources = ["none"]
"""


def books_of(kind, count):
    return [workbench.right(CHOICES[kind], number) for number in range(1, count + 1)]


@EACH
def test_a_level_names_its_values_as_they_are_typed(listed, kind):
    """A proof's answers are typed texts; numbers, lists and { hex } will do as well, where TOML has them."""
    domain = CHOICES[kind].domain
    literal = isinstance(domain, Text)  # of a text each letter counts, quotes, too
    texts = [value if literal and isinstance(value, str) else domain.write(value) for value in books_of(kind, 4)]
    answers = [json.dumps(text, ensure_ascii=False) for text in texts]
    level = from_text(level_text(kind, proof=f"{{ answers = [{', '.join(answers)}] }}"), "course/a.toml")
    assert prove(level).outcome.won


def test_bytes_of_a_level_are_hexadecimal_digits_too(listed):
    answers = ", ".join(f'{{ hex = "{value.hex()}" }}' for value in books_of("hexadecimal", 4))
    level = from_text(level_text("hexadecimal", proof=f"{{ answers = [{answers}] }}"), "course/a.toml")
    assert prove(level).outcome.won
    wrong = ", ".join(f'{{ choice = "hexadecimal", value = {{ hex = "{text}" }} }}' for text in ("0g",))
    with pytest.raises(Exception, match="0g"):
        from_text(level_text("hexadecimal", proof=f"{{ answers = [{wrong}] }}"), "course/a.toml")


@EACH
def test_whoever_is_blind_does_not_win(listed, kind):
    level = from_text(level_text(kind, count=6), "course/a.toml")
    found = check(level, QUICK)
    assert not [str(one) for one in found.findings if one.severity is Severity.ERROR]


def test_constants_are_what_the_domain_names_besides_the_candidates():
    survey = Survey()
    scenario = replace(scenario_of("grid"), player=(PlayerSeat("clerk", ("*",)),))
    World(scenario, Surveyed(Listed(0), survey)).run()
    words = [constant.words for constant in survey.constants()]
    assert any("always none to" in one for one in words)
    assert any("always in: w1, w2, w3, w4, w5, w6 to" in one for one in words)


@EACH
def test_it_is_explored_with_all_candidates(kind):
    scenario = replace(scenario_of(kind, 1), player=(PlayerSeat("clerk", ("*",)),))
    found = explore(scenario, laws=[workbench.ALL_DONE.bind(boss="boss")])
    assert found.verdict == "broken"
    assert found.states > 3


@EACH
def test_plain_play_takes_it_typed_and_the_run_file_keeps_it(listed, tmp_path, kind):
    level = from_text(level_text(kind, asks="type"), "course/a.toml")
    domain = CHOICES[kind].domain
    wanted = books_of(kind, 4)
    lines = [line for value in wanted for line in (f"={domain.write(value)}", domain.write(value))]
    told = []
    assert play(level, record=tmp_path / "a.run", lines=io.StringIO("\n".join(lines) + "\n"), out=told.append) == 0
    assert "!! " not in "\n".join(told)
    assert sum(one.startswith("= ") for one in told) == 4
    run = read(tmp_path / "a.run")
    assert [given.value for given in run.answers] == wanted
    assert replayed(level.scenario, run.answers).outcome.won


def test_every_kind_of_answer_there_is_is_typed_above():
    kinds = {kind for kind in vars(domains).values() if isinstance(kind, type) and issubclass(kind, Domain)}
    only_a_base = {domains.Selection}
    assert kinds - only_a_base == {type(domain) for domain in DOMAINS.values()}


def test_what_no_text_can_give_is_refused_where_it_must_be_typed(listed, monkeypatch):
    class Mute(domains.OneOf):
        """Read off a picture, say."""

        parse = Domain.parse

    choice = replace(CHOICES["one of"], domain=Mute(("yes", "no", "not yet")))
    choices = tuple(choice if other.name == choice.name else other for other in PROTOCOL.choices)
    monkeypatch.setitem(protocols.BY_NAME, "workbench", replace(PROTOCOL, choices=choices))
    assert from_text(level_text("one of", asks="choose"), "course/a.toml")
    with pytest.raises(LevelError, match=r"workbench\.one_of cannot be typed: Mute reads no text"):
        from_text(level_text("one of", asks="type"), "course/a.toml")


@EACH
def test_a_script_is_given_values_and_gives_them_back(listed, tmp_path, kind):
    path = tmp_path / "policy.py"
    path.write_text("def answer(question, memory):\n    return question.slip\n", encoding="utf-8")
    scenario = replace(scenario_of(kind), player=(PlayerSeat("clerk", ("*",)),))
    with Script(path) as script:
        world = World(scenario, script)
        world.run()
    assert world.outcome.won
    assert [given.value for given in world.answers] == books_of(kind, 4)


@EACH
def test_the_book_wins(kind):
    world = World(scenario_of(kind), Book())
    world.run()
    assert world.outcome.won
