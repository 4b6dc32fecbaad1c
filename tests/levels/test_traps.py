"""A fair trap has to be sprung by some grabs, and not by all."""

from dataclasses import replace

from core.kernel import trace as kinds
from core.kernel.laws import always, sometimes
from core.kernel.scenario import Side
from levels.check import QUICK, Severity, check
from levels.loader import from_text, load
from levels.traps import MOST_GRABS, UNSPRUNG, grabs, problem_of
from tests.levels.test_hand import BREAKS, trap_of

TAKEN = sometimes("anything is taken", lambda seen: any(entry.kind == kinds.MOVE for entry in seen.trace))
FINE = always("all is well", lambda seen: True)


def test_whatever_is_taken_springs_no_trap_of_the_campaign():
    for name in ("crown/make-two-kings", "ring/two-truths", "sockets/hello-hello"):
        tried = grabs(load(name).scenario)
        assert 1 < len(tried) <= MOST_GRABS
        assert problem_of(load(name).scenario) == ""


def test_a_trap_that_every_grab_springs_is_none():
    level = load("crown/make-two-kings")
    scenario = replace(level.scenario, win=(TAKEN.bind(),), sides=(Side("well", keeps=(FINE.bind(),)),))
    assert problem_of(scenario).startswith("every grab springs this trap: each of the first ")
    errors = [str(one.problem) for one in check(replace(level, scenario=scenario), QUICK).findings]
    assert any("a law that only the right packet breaks" in words for words in errors), errors


def test_what_nothing_springs_says_what_may_help():
    text = trap_of(proof='proof = "search"', goal=BREAKS).replace(
        "copy = 1, lose = 1", 'pockets = 1, takes = 1, hold = "1ms"'
    )
    found = [one.problem for one in check(from_text(text, "course/trap.toml"), QUICK).findings
             if one.severity is Severity.ERROR]  # fmt: skip
    assert any(one.mend == UNSPRUNG for one in found), found
