"""Bets in level files: which there are, by which keys, and what check wants of them."""

import pytest

from levels.check import QUICK, check
from levels.loader import from_text
from levels.proofs import prove
from levels.report import Severity
from tests.levels.helpers import changed, problems_of

SEATS = ('server = { player = ["echo.number"] }', 'client = { player = ["echo.patience"] }')
COVERS = (
    'covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }',
    'covers = { no-monitor = ["echo.patience"] }',
)
BETS = """[bets]
"echo.silence" = { l = "lost", s = "slow" }
chips = 2
"""


def level_text(bets=BETS, *more):
    return changed(SEATS, COVERS, ("[goal]", f"{bets}\n[goal]"), *more)


def found(bets, *more):
    return problems_of(level_text(bets, *more))


def errors(text):
    report = check(from_text(text, "course/bets.toml"), QUICK)
    return [one.words for one in report.findings if one.severity is Severity.ERROR and "bet" in one.words]


def test_a_level_has_bets_with_keys_and_chips():
    level = from_text(level_text(), "course/bets.toml")
    assert [bet.name for bet in level.scenario.bets] == ["echo.silence"]
    assert level.scenario.chips == 2
    assert [(key.key, key.side, key.share) for key in level.bet_keys] == [("l", "lost", 80), ("s", "slow", 20)]
    without = from_text(level_text(""), "course/bets.toml")
    assert without.scenario.bets == ()
    assert without.scenario.digest() != level.scenario.digest()
    assert not errors(level_text()), "its first answer is lost, others are not"


def test_any_law_may_be_bet_on_and_a_proof_may_bet():
    bets = '[bets]\n"a ping is answered twice" = { t = "yes" }\n'
    proof = (
        'proof = "book"',
        'proof = { answers = [{ bet = "a ping is answered twice", value = "no", at = "20ms" }] }',
    )
    world = prove(from_text(level_text(bets, proof), "course/bets.toml"))
    (settled,) = world.betting.settled()
    assert (settled.came, settled.wager.words) == ("yes", "no 80 %")
    assert errors(level_text(bets)) == [
        "the bet 'a ping is answered twice' always comes out as 'yes', on 8 seeds: nobody doubts it for long: a level "
        "in which it is now this, now that"
    ]


@pytest.mark.parametrize(
    ("bets", "words"),
    [
        ('[bets]\n"echo.silense" = {}', "did you mean 'echo.silence'?"),
        ('[bets]\n"echo.silence" = { l = "lots" }', "did you mean 'lost'?"),
        ('[bets]\n"echo.silence" = { b = "lost" }', "'b' can be no key of a bet"),
        ('[bets]\n"echo.silence" = { lost = "lost" }', "'lost' can be no key of a bet"),
        ('[bets]\n"echo.silence" = "lost"', "a table is wanted"),
        ('[bets]\n"echo.silence" = {}\nchips = 4', "chips is 4: from 1 to 3"),
        (
            '[bets]\n"echo.silence" = { l = "lost" }\n"a ping is answered twice" = { l = "yes" }',
            "the key 'l' is echo.silence's already",
        ),
        (
            "[bets]\n"
            + "\n".join(
                f'"{law}" = {{}}'
                for law in (
                    "echo.silence", "a ping is answered twice", "no answer is believed that was not asked for",
                    "client has every answer, in order, once",
                )
            ),
            "4 bets: at most 3",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_bets_is_said_with_the_mend(bets, words):
    assert any(words in str(problem) for problem in found(bets)), found(bets)


def test_whoever_is_the_network_knows_all_that_could_be_bet_on():
    seat = (SEATS[1], "network = { hand = { lose = 1 } }")
    assert any("knows all that could be bet on" in str(problem) for problem in problems_of(
        changed(SEATS, COVERS, seat, ("[goal]", '[bets]\n"a ping is answered twice" = {}\n[goal]'))
    ))  # fmt: skip


def test_a_bet_that_is_never_open_or_never_comes_out_is_said(monkeypatch):
    from dataclasses import replace

    from core.protocols import BY_NAME

    echo = BY_NAME["echo"]
    for changes, words in (
        ({"about": lambda client, now: None}, "can never be laid"),
        ({"truth": lambda evidence, node, **subject: None}, "never comes out"),
    ):
        room = replace(echo, bets=(replace(echo.bets[0], **changes),))
        monkeypatch.setitem(BY_NAME, "echo", room)
        assert any(words in one for one in errors(level_text()))


def test_who_pays_is_judged_by_par_though_others_lose():
    slow = ('limit = "5s"', 'limit = "1s"')
    pays = ('title = "Anybody there?"', 'title = "Anybody there?"\npays = "every wait ends"')
    cheap = ('messages = "book"\ntime = "book + 20%"', 'messages = 900\ntime = "1s"')

    def said(*more):
        report = check(from_text(level_text("", *more), "course/pays.toml"), QUICK)
        return [one.words.partition(":")[0] for one in report.findings if "make it a decision" in one.words]

    assert "'always 0/8 of the range to echo.patience' wins on 8 of 8 seeds" in said(slow)
    assert not said(slow, pays), "they win, and pay"
    assert "'always 0/8 of the range to echo.patience' wins within par on 8 of 8 seeds" in said(slow, pays, cheap)
    one_measure = ('messages = "book"\ntime = "book + 20%"', 'time = "900ms"')
    report = check(from_text(level_text("", slow, pays, one_measure), "course/pays.toml"), QUICK)
    assert any("pays by a par of one measure" in one.words for one in report.findings)
    no_reason = ('title = "Anybody there?"', 'title = "Anybody there?"\npays = " "')
    assert any("pays gives no reason" in problem for problem in problems_of(level_text("", no_reason)))
