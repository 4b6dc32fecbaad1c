"""Bets: laid between two events, recorded like moves, true or not by the world at its end."""

from dataclasses import replace
from fractions import Fraction

import pytest

from core.kernel.bets import Bet, brier, law_bet
from core.kernel.domains import Odds
from core.kernel.scenario import LinkSpec, Lose, NodeSpec, PlayerSeat, Scenario
from core.kernel.seats import Book, Player
from core.kernel.world import DivergedError, World, replayed
from core.protocols.premise import echo

MS = 1_000
ALL = echo.PROTOCOL.goal("client has every answer, in order, once")
TWICE = law_bet(echo.PROTOCOL.goal("a ping is answered twice"))
ASKED = law_bet(echo.PROTOCOL.goal("no answer is believed that was not asked for"))
BETTING = Scenario(
    name="betting",
    protocols={"echo": echo.PROTOCOL},
    nodes=(NodeSpec("client", "echo", "client", {"count": 3}), NodeSpec("server", "echo", "server")),
    default_link=LinkSpec(latency=40 * MS),
    player=(PlayerSeat("client", ("echo.patience",)),),
    happenings=(Lose("client", "server", 1), Lose("server", "client", 2)),
    win=(ALL,),
    limit=5_000 * MS,
    bets=(echo.SILENCE, TWICE, ASKED),
    chips=2,
)


def at(time, scenario=BETTING, seat=None):
    """The book's world at that moment."""
    world = World(scenario, seat or Book())
    world.run(until=time)
    return world


def ended(world):
    world.sit(Book())
    world.run()
    return world


def outcome_of(world, number, copy):
    wanted = ("number", number), ("copy", copy)
    return next(one for one in world.betting.settled() if one.subject == wanted)


def test_what_was_true_is_known_at_the_end_and_not_before():
    world = at(100 * MS)
    world.bet("client", "echo.silence", 80)
    with pytest.raises(LookupError, match="when the run is over"):
        world.betting.settled()
    ended(world)
    assert world.outcome.won
    first, again = outcome_of(world, 1, 1), outcome_of(world, 1, 2)
    assert (first.came, again.came) == ("lost", "slow")
    assert (first.wager.what, first.wager.words) == ("ping 1, copy 1", "lost 80 %")
    assert again.wager is None
    assert again.loss is None
    assert outcome_of(world, 2, 1).came == "lost", "the ping came there, and its answer was lost"
    assert first.loss == Fraction(1, 25)
    assert brier(world.betting.settled()) == Fraction(1, 25)


def test_laws_come_about_or_are_kept():
    sides = {one.bet.name: one.came for one in ended(at(0)).betting.settled() if one.bet.law is not None}
    assert sides == {"a ping is answered twice": "yes", "no answer is believed that was not asked for": "yes"}
    calm = replace(BETTING, happenings=())
    sides = {one.bet.name: one.came for one in ended(at(0, calm)).betting.settled() if one.bet.law is not None}
    assert sides["a ping is answered twice"] == "no"


def test_a_bet_decides_nothing():
    bare = ended(World(replace(BETTING, bets=()), Book()))
    bet_on = ended(World(BETTING, Book()))
    assert bet_on.outcome == bare.outcome
    assert bet_on.trace_sha256() == bare.trace_sha256()


def test_a_second_chance_takes_the_place_of_the_first_and_chips_end():
    world = at(100 * MS)
    world.bet("client", "echo.silence", 80)
    assert world.betting.chips == 1
    world.bet("client", "echo.silence", 20)
    assert world.betting.chips == 1
    assert [wager.share for wager in world.betting.wagers] == [20]
    world.bet("client", "a ping is answered twice", 60)
    assert world.betting.chips == 0
    with pytest.raises(LookupError, match="all chips lie"):
        world.bet("client", "no answer is believed that was not asked for", 60)
    world.bet("client", "echo.silence", 70)
    assert brier(ended(world).betting.settled()) == (Fraction(9, 100) + Fraction(16, 100)) / 2


def test_what_cannot_be_bet():
    world = at(100 * MS)
    with pytest.raises(LookupError, match="nothing to bet on"):
        world.bet("client", "echo.noise", 80)
    with pytest.raises(LookupError, match="nothing to bet on"):
        world.bet("server", "echo.silence", 80)
    with pytest.raises(ValueError, match="none of"):
        world.bet("client", "echo.silence", 85)
    with pytest.raises(ValueError, match="whole number"):
        world.bet("client", "echo.silence", "lost")
    with pytest.raises(LookupError):
        ended(world).bet("client", "echo.silence", 80)
    with pytest.raises(LookupError, match="nothing to bet on in this run"):
        World(replace(BETTING, bets=()), Book()).bet("client", "echo.silence", 80)


def test_a_run_with_bets_replays_byte_for_byte_and_forks():
    world = World(BETTING)
    for value, bet in ((200 * MS, None), (150 * MS, 80), (150 * MS, None), (150 * MS, 30)):
        world.run()
        world.answer(value)
        if bet is not None:
            world.bet("client", "echo.silence", bet)
    fork = world.fork(player=Player())
    fork.bet("client", "a ping is answered twice", 90) if fork.betting.chips else None
    ended(world)
    again = replayed(BETTING, world.answers)
    assert [given.how for given in world.answers].count("bet") == 2
    assert again.trace_sha256() == world.trace_sha256()
    assert again.betting.settled() == world.betting.settled()
    with pytest.raises(DivergedError):
        replayed(replace(BETTING, bets=()), world.answers)
    stolen = [replace(given, node="server") if given.how == "bet" else given for given in world.answers]
    with pytest.raises(DivergedError):
        replayed(BETTING, stolen)


def test_no_seat_is_ever_put_a_bet():
    class Greedy:
        waits = False

        def answer(self, asked):
            assert not isinstance(asked.choice.domain, Odds)
            return asked.book

    ended(World(BETTING, Greedy()))


def test_odds_are_typed_by_their_sides():
    asked = at(100 * MS).betting.open("client")[0]
    domain = asked.choice.domain
    for text, share in (("lost", 80), ("slow", 20), ("slow 70 %", 30), ("Lost 100", 100), ("even", 50), ("90", 90)):
        assert domain.parse(asked, text) == share
    for share in range(0, 101, 10):
        assert domain.parse(asked, domain.write(share)) == share
    for text in ("lost 85", "late", "slowly 70", "lost 110"):
        with pytest.raises(ValueError, match=r"not|none"):
            domain.parse(asked, text)


def test_a_bet_has_two_sides_and_one_truth():
    with pytest.raises(ValueError, match="two sides"):
        Bet("x.y", "?", "it", ("lost", "lost"), truth=lambda evidence, node: True)
    with pytest.raises(ValueError, match="one of them"):
        Bet("x.y", "?", "it", ("lost", "late"))
