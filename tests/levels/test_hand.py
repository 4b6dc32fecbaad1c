"""Levels in which the player is the network's hand."""

import pytest

from core.kernel.scenario import Hand
from core.kernel.seats import Idle
from core.kernel.world import replayed
from core.search import find_win
from levels.check import QUICK, check
from levels.loader import from_text
from levels.proofs import play, prove
from levels.report import BLIND, Severity
from tests.levels.helpers import changed, problems_of

SEAT = 'server = { player = ["echo.number"] }'
COVERS = 'covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }'
PROOF = """proof = { answers = [
  { move = "network.take", value = "Pong server -> client", at = "70ms" },
  { move = "network.take", value = "Pong server -> client", at = "270ms" },
] }"""


def level_of(hand, proof=PROOF, *more):
    return changed(
        (SEAT, f"network = {hand}"),
        ('[[happens]]\nlose = "server -> client"\nnth = 2\n', ""),
        (COVERS, 'covers = { message-purposes = ["network.take"] }'),
        ('proof = "book"', proof),
        ('"client has every answer, in order, once", "no', '"starves: client has every answer, in order, once", "no'),
        ('limit = "5s"', 'limit = "600ms"'),
        *more,
    )


TWO = "{ hand = { pockets = 2, takes = 2 } }"


def test_a_level_of_the_hand_is_proven():
    level = from_text(level_of(TWO), "course/hand.toml")
    assert level.you == "network"
    assert level.scenario.hand == Hand(2, 2)
    assert list(level.moves) == ["let_go", "take"]
    world = prove(level)
    assert world.outcome.won
    assert world.outcome.reason.startswith("starves: client has every answer")
    assert [given.value for given in world.answers] == ["Pong server -> client"] * 2
    report = check(level, QUICK)
    errors = [found for found in report.findings if found.severity is Severity.ERROR]
    assert {found.rule for found in errors} == {BLIND}, "any two answers that are held long enough will do"
    assert report.figures["proof acts"] == 2
    assert report.figures["chance"]["acts a run"] > 0
    assert all(count["acts a run"] > 0 for count in report.figures["lists"].values())
    assert report.figures["nobody"]["wins"] == 0


def test_one_take_is_too_few_for_it_and_the_search_finds_two():
    level = from_text(level_of("{ hand = { pockets = 1, takes = 1 } }"), "course/hand.toml")
    assert find_win(level.scenario, 3_000) is None
    level = from_text(level_of(TWO), "course/hand.toml")
    answers = find_win(level.scenario, 20_000)
    assert [given.choice for given in answers].count("network.take") == 2
    assert replayed(level.scenario, answers).outcome.won


def test_a_proof_that_makes_no_act_is_refused():
    level = from_text(level_of(TWO, 'proof = "book"', ('"starves: client', '"client')), "course/hand.toml")
    found = [str(one.problem) for one in check(level, QUICK).findings if one.severity is Severity.ERROR]
    assert any("its proof makes no act" in words for words in found)


def test_a_tile_that_is_not_there_is_said_in_words():
    level = from_text(level_of(TWO, PROOF.replace("Pong server", "Pang server")), "course/hand.toml")
    found = [str(one.problem) for one in check(level, QUICK).findings if one.severity is Severity.ERROR]
    assert any("'Pang server -> client' is not one of Pong server -> client" in words for words in found)


def test_all_that_a_hand_can_say():
    hand = (
        '{ hand = { pockets = 1, takes = 2, hold = "3s", lose = 1, copy = 2, garble = 3, crash = 4, cut = 5, '
        'push_clock = 6, back = "never", heals = "2s", push = "1s" }, dice = { loss = 0.1 }, '
        'only = ["server -> client"] }'
    )
    scenario = from_text(level_of(hand), "course/hand.toml").scenario
    second = 1_000_000
    only = (("server", "client"),)
    assert scenario.hand == Hand(1, 2, 3 * second, 1, 2, 3, 4, 5, 6, only, None, 2 * second, second)
    assert scenario.network.loss == 0.1


@pytest.mark.parametrize(
    ("hand", "words"),
    [
        ("{ hand = {} }", "a hand that can do nothing: write { pockets = 2"),
        ("{ hand = { pockets = 0, copy = 0 } }", "a hand that can do nothing"),
        ("{ hand = { copy = 1, takes = 2 } }", "takes without pockets"),
        ('{ hand = { copy = 1, hold = "1s" } }', "hold without pockets"),
        ('{ hand = { pockets = 1, hold = "0s" } }', "held for no time"),
        ('{ hand = { pockets = 1, back = "1s" } }', "back without crash"),
        ("{ hand = { pocket = 1 } }", "has no 'pocket'"),
        ("{ hand = { pockets = -1 } }", "pockets is -1"),
        ("{ player = { lost = 1 } }", "who answers for the network?: write dice = {…}, or hand = {…}"),
        ("{ hand = { pockets = 1 } }\nserver = { player = '*' }", "two chairs"),
    ],
)
def test_what_is_no_hand(hand, words):
    problems = problems_of(level_of(hand))
    assert any(words in problem for problem in problems), problems


def test_nobody_starves_of_what_need_not_come():
    text = level_of(TWO, PROOF, ('"starves: client has every answer, in order, once", "no', '"starves: no'))
    assert any("nobody starves of it" in problem for problem in problems_of(text))


def test_who_reaches_it_does_not_starve():
    level = from_text(level_of(TWO), "course/hand.toml")
    outcome = play(level.scenario, Idle()).outcome
    assert not outcome.won
    assert outcome.reason.startswith("broken: starves: client")


# The fair trap

NAIVE = 'server = { persona = "counts on its own" }\ntwin = "book"'
LOST = 'proof = { answers = [{ move = "network.lose", value = "Pong server -> client", at = "70ms" }] }'
BREAKS = ('"starves: client has every answer, in order, once", "no', '"broken: no')


def trap_of(seats=NAIVE, proof=LOST, goal=BREAKS):
    return level_of(
        f"{{ hand = {{ copy = 1, lose = 1 }} }}\n{seats}",
        proof,
        goal,
        ('covers = { message-purposes = ["network.take"] }', 'covers = { message-purposes = ["network.lose"] }'),
    )


def test_a_fair_trap_is_proven():
    level = from_text(trap_of(), "course/trap.toml")
    assert level.scenario.twin.book
    assert [law.text for law in level.scenario.twin.keeps] == ["no answer is believed that was not asked for"]
    world = prove(level)
    assert world.outcome.won
    assert world.beside.world.outcome is None
    assert not world.beside.missed
    report = check(level, QUICK)
    errors = [found for found in report.findings if found.severity is Severity.ERROR]
    assert {found.rule for found in errors} <= {BLIND}, [str(found.problem) for found in errors]
    assert report.figures["nobody"]["wins"] == 0
    copied = from_text(trap_of(proof=LOST.replace("lose", "copy")), "course/trap.toml")
    assert not prove(copied).outcome.won


def test_the_books_row_may_have_words_of_its_own():
    seats = NAIVE.replace('"book"', '{ title = "it counts with its client", book = true }')
    twin = from_text(trap_of(seats), "course/trap.toml").scenario.twin
    assert (twin.name, twin.book, twin.parameters) == ("it counts with its client", True, {})


def test_a_trap_by_parameters():
    seats = 'twin = { title = "she waits", client = { patience = "900ms" } }'
    goal = ('"starves: client has every answer, in order, once", "no', '"a ping is answered twice", "no')
    level = from_text(trap_of(seats, goal=goal), "course/trap.toml")
    assert level.scenario.twin.parameters == {"client": {"patience": 900_000}}
    assert level.scenario.twin.name == "she waits"
    assert [law.text for law in level.scenario.twin.keeps] == ["never: a ping is answered twice"]
    assert prove(level).outcome.won, "the second row does not ask again before the end"
    soon = from_text(trap_of(seats.replace("900", "300"), goal=goal), "course/trap.toml")
    assert prove(soon).outcome.reason.startswith("in the second row, later, too: broken: never: a ping is")


@pytest.mark.parametrize(
    ("seats", "goal", "words"),
    [
        ('twin = "book"', BREAKS, "nobody here plays otherwise than the book"),
        ('twin = "naive"', BREAKS, "twin is 'naive'"),
        ('twin = { title = "the same" }', BREAKS, "nothing is otherwise in the second row, so that both rows are the"),
        ("twin = {}", BREAKS, "twin is a table"),
        ('twin = { clint = { patience = "1s" } }', BREAKS, "there is no node 'clint'"),
        ('twin = { title = 3, client = { patience = "900ms" } }', BREAKS, "title is a whole number"),
        ("twin = { client = 3 }", BREAKS, "client is a whole number"),
        ('twin = { client = { patient = "1s" } }', BREAKS, "has no 'patient'"),
        ("twin = { client = { count = 4 } }", BREAKS, "has these parameters in the first row, too"),
        (NAIVE.replace('"book"', '{ book = true, client = { patience = "1s" } }'), BREAKS, "as it is in the first"),
        (NAIVE, ('"starves: client', '"client'), "nothing is to break here"),
    ],
)
def test_what_is_no_trap(seats, goal, words):
    problems = problems_of(trap_of(seats, goal=goal))
    assert any(words in problem for problem in problems), problems


def test_a_trap_needs_a_hand():
    text = changed((SEAT, f"{SEAT}\nclient = {{ persona = 'in a hurry' }}\ntwin = 'book'"))
    assert any("without the network's hand" in problem for problem in problems_of(text)), problems_of(text)
