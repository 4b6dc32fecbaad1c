"""Replicas of one account: what Lamport, and Tanenbaum & van Steen, say of multicasts in one order."""

import random

import pytest

from core.kernel.protocol import Cast, UnfitNodesError
from core.kernel.scenario import Cut, DiceSpec, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.seats import Book, PersonaSeat
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, RECEIVE, SEND
from core.kernel.world import World
from core.protocols.clocks.ordered_multicast import PROTOCOL
from core.protocols.clocks.ordered_multicast.messages import (
    Ack,
    Applied,
    Deposit,
    Held,
    Interest,
    Strike,
    Update,
    money,
    update_words,
)
from core.protocols.clocks.ordered_multicast.replica import Replica
from levels.loader import load
from levels.proofs import prove

CITIES = ("SF", "NY", "RO", "LA")


def account(*happenings, count=3, persona="", jitter=0, seed=1, limit=10 * SECOND, **parameters):
    """So many cities with one account, 40 ms from each other."""
    names = CITIES[:count]
    return Scenario(
        "test", {"ordered_multicast": PROTOCOL},
        tuple(NodeSpec(name, "ordered_multicast", "replica", parameters) for name in names),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        seats=dict.fromkeys(names, persona) if persona else {},
        network=DiceSpec(jitter=(0, jitter * MILLISECOND)) if jitter else None,
        happenings=happenings, limit=limit, seed=seed,
    )  # fmt: skip


def at(ms, city, dollars=0, percent=0):
    return Request(ms * MILLISECOND, city, Interest(percent) if percent else Deposit(dollars))


def ran(scenario, seat=None):
    world = World(scenario, seat or Book())
    world.run()
    return world


def books(world):
    return {name: node.machine.cents for name, node in world.nodes.items()}


def replica(world, name="NY"):
    return world.nodes[name].machine


def letters(world, kind=None):
    return [entry for entry in world.trace if entry.kind == SEND and (kind is None or isinstance(entry.detail, kind))]


# Tanenbaum & van Steen 2e §6.2.1


def test_tanenbaum_6_2_1_applied_on_arrival_san_francisco_has_1111_and_new_york_1110():
    crossing = at(300, "SF", 100), at(300, "NY", percent=1)
    apart = ran(account(*crossing, count=2, persona="applies on arrival"))
    assert books(apart) == {"SF": 111_100, "NY": 111_000}
    together = books(ran(account(*crossing, count=2)))
    assert together["SF"] == together["NY"]
    assert together["SF"] in (111_100, 111_000)


@pytest.mark.parametrize(("count", "expected"), [(2, 2), (3, 6), (4, 12)])
def test_an_update_alone_takes_n_times_n_minus_1_letters(count, expected):
    """n - 1 copies, and of each of the n - 1 who get one an acknowledgement to all others; the copy is the sender's."""
    world = ran(account(at(300, "SF", 100), count=count))
    assert len(letters(world)) == count * (count - 1) == expected
    assert len(letters(world, Ack)) == (count - 1) ** 2


def test_nothing_is_applied_before_everybody_has_said_something_later():
    """Said of the trace: whoever applies an update has had a later stamp from each of the others."""
    updates = [at(300 + 13 * place, CITIES[place % 3], 1 + place) for place in range(9)]
    world = ran(account(*updates, jitter=60))
    heard = {}
    applied = 0
    for entry in world.trace:
        if entry.kind == RECEIVE:
            heard[entry.node, entry.peer] = (entry.detail.clock, entry.peer)
        elif entry.kind == DELIVER:
            stamp = (entry.detail.time, entry.detail.origin)
            assert all(heard[entry.node, other] >= stamp for other in CITIES[:3] if other != entry.node)
            applied += 1
    assert applied == 3 * 9


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_delays_all_apply_the_same_in_the_same_order(seed):
    chance = random.Random(seed)
    wanted = [
        at(chance.randrange(1, 900), chance.choice(CITIES[:3]), chance.randrange(1, 50), chance.choice((0, 0, 3)))
        for _ in range(8)
    ]
    world = ran(account(*wanted, jitter=90, seed=seed))
    orders = [node.machine.applied for node in world.nodes.values()]
    assert len(orders[0]) == 8
    assert orders[0] == orders[1] == orders[2] == sorted(orders[0])
    assert len(set(books(world).values())) == 1


def test_applied_on_arrival_most_runs_part():
    """The price of order is time, that of haste is that books part."""
    parted, quick, slow = 0, 0, 0
    for seed in range(20):
        chance = random.Random(seed)
        wanted = [at(300 + chance.randrange(600), chance.choice(CITIES[:3]), 5, place % 2) for place in range(8)]
        hasty = ran(account(*wanted, persona="applies on arrival", jitter=30, seed=seed, limit=3 * SECOND))
        orderly = ran(account(*wanted, jitter=30, seed=seed, limit=3 * SECOND))
        parted += len(set(books(hasty).values())) > 1
        assert len(set(books(orderly).values())) == 1
        quick += sum(node.machine.waited for node in hasty.nodes.values())
        slow += sum(node.machine.waited for node in orderly.nodes.values())
    assert parted > 10
    assert quick == 0
    assert slow > 0


# Lamport 1978


def test_of_two_equal_times_the_name_decides():
    world = ran(account(at(300, "SF", 100), at(300, "NY", percent=1)))
    assert replica(world).applied == [(1, "NY"), (1, "SF")]


def test_what_is_sent_after_something_came_has_a_later_stamp():
    world = ran(account(at(300, "SF", 1), at(341, "NY", 2), began=7))
    assert replica(world).applied[0] == (8, "SF")
    assert replica(world).applied[1] > (9, "NY")


def test_a_later_stamp_is_an_acknowledgement_and_no_other_is_sent():
    """NY's own update is stamped later than SF's, which comes after it was sent: on a line that keeps its order nothing
    older can follow, so NY says no more."""
    world = ran(account(at(300, "NY", 1), at(301, "NY", 2), at(302, "SF", 3), count=2))
    assert not [entry for entry in letters(world, Ack) if entry.node == "NY"]
    assert books(world) == {"SF": 100_600, "NY": 100_600}


def test_somebody_who_never_says_anything_stops_the_others():
    world = ran(account(at(300, "SF", 100), persona="never acknowledges"))
    assert replica(world, "SF").head is not None
    assert replica(world).applied == []


# Striking


def cut_off(first, gap, *more, patience=400):
    """RO is cut off from NY at `first`, says something, and then is cut off from SF, too."""
    scenario = account(
        at(1, "NY", 1), at(300, "SF", percent=1), at(first + 1, "RO", -300), *more,
        Cut(first * MILLISECOND, (("RO", "NY"), ("NY", "RO"))),
        Cut((first + gap) * MILLISECOND, (("RO", "SF"), ("SF", "RO"))),
    )  # fmt: skip
    nodes = [
        NodeSpec(node.name, node.protocol, node.role, {"patience": patience * MILLISECOND if node.name == "NY" else 0})
        for node in scenario.nodes
    ]
    return ran(Scenario(**{**vars(scenario), "nodes": tuple(nodes)}))


def test_what_one_has_applied_already_comes_along_when_somebody_is_struck():
    """SF needs no lamp of NY's: NY has said something later, and does not hold RO's card for all that."""
    world = cut_off(800, 3, at(802, "NY", percent=1), at(820, "SF", 7))
    strike = next(entry.detail for entry in letters(world, Strike) if entry.node == "SF")
    assert Held(replica(world).applied[-1][0], -300, 0) in strike.held or any(
        held.dollars == -300 for held in strike.held
    )
    assert replica(world).applied == replica(world, "SF").applied
    assert any(origin == "RO" for _, origin in replica(world).applied)


@pytest.mark.parametrize("first", range(300, 500, 17))
@pytest.mark.parametrize("gap", [1, 30, 60])
def test_whenever_somebody_is_cut_off_those_who_stay_apply_the_same(first, gap):
    world = cut_off(first, gap, at(first + 5, "NY", 12), at(first + 40, "SF", percent=2), at(first + 90, "NY", 3))
    one, other = replica(world), replica(world, "SF")
    assert one.gone == other.gone == ("RO",)
    assert one.applied == other.applied == sorted(one.applied)
    assert len(one.applied) >= 5
    assert not one.queue
    assert not other.queue


def test_whoever_is_cut_off_applies_nothing_more_of_his_own():
    world = cut_off(800, 3, at(820, "SF", 7))
    assert replica(world, "RO").queue
    done = replica(world, "RO").applied
    assert done == replica(world).applied[: len(done)]


def test_nobody_is_struck_where_those_who_stay_are_not_more_than_half():
    assert Replica(name="a", peers=("b",)).strikable == ()
    assert Replica(name="a", peers=("b", "c")).strikable == ("b", "c")
    assert Replica(name="a", peers=("b", "c", "d")).strikable == ("b", "c", "d")
    assert Replica(name="a", peers=("b", "c", "d"), votes={"d": ("a",)}).strikable == ()


# Words and bytes


def test_amounts_are_said_as_in_the_book():
    assert [money(cents) for cents in (111_100, 107_060, 5, -4_000)] == ["1,111", "1,070.60", "0.05", "-40"]
    assert [update_words(*both) for both in ((100, 0), (-40, 0), (0, 1), (5, 2))] == ["+100", "-40", "x1.01", "x1.02+5"]


def test_the_messages_have_bytes():
    envelope = ran(account()).envelope("SF", "NY")
    for message in (Update(7, -40, 0), Ack(8, 7, "SF"), Strike(9, "RO", (Held(7, -40, 1),)), Strike(9, "RO", ())):
        assert PROTOCOL.codec.decode(PROTOCOL.codec.encode(message, envelope), envelope) == message


@pytest.mark.parametrize(
    ("balances", "words"),
    [({"SF": 1000}, "SF is alone"), ({"SF": 1000, "NY": 900}, "NY begins with 900 dollars, and SF with 1000")],
)
def test_what_cannot_be_is_refused_in_words(balances, words):
    with pytest.raises(UnfitNodesError, match=words) as caught:
        PROTOCOL.admits(
            Cast({"replica": tuple(balances), "reader": ()}, {name: {"balance": it} for name, it in balances.items()})
        )
    assert caught.value.mend


# The levels


def test_in_eleven_ten_the_books_come_to_1111_and_1110_and_with_three_to_three():
    level = load("stamps/eleven-ten")
    assert books(prove(level)) == {"SF": 111_100, "NY": 111_000}
    assert books(prove(level.acts[0])) == {"SF": 107_100, "NY": 107_000, "RO": 107_060}


def test_in_eleven_ten_two_updates_have_two_orders_and_all_was_tried():
    scenario = load("stamps/eleven-ten").acts[1].scenario
    found = scenario.claim.found(scenario)
    assert found.holds
    assert found.tried > 100


NY = "stamps/sf-and-ny"


LOSERS = (
    "applies on arrival", "two lamps will do", "own customers first", "wants every lamp", "strikes alone",
    "never strikes", "strikes at once",
)  # fmt: skip


@pytest.mark.parametrize("persona", LOSERS)
def test_in_sf_and_ny_who_is_wrong_loses(persona):
    assert not ran(load(NY).scenario, PersonaSeat(PROTOCOL.persona(persona))).outcome.won


@pytest.mark.parametrize(
    ("persona", "measure"), [("never acknowledges", "waiting"), ("acknowledges for ever", "messages")]
)
def test_in_sf_and_ny_who_is_slow_or_talks_pays(persona, measure):
    by_book, by_persona = ran(load(NY).scenario), ran(load(NY).scenario, PersonaSeat(PROTOCOL.persona(persona)))
    assert by_book.outcome.won
    assert by_persona.measures()[measure] > 1.1 * by_book.measures()[measure]


def test_in_sf_and_ny_the_struck_city_lives_and_has_applied_nothing_that_others_have_not():
    world = ran(load(NY).scenario)
    assert world.nodes["RO"].up
    done = replica(world, "RO").applied
    assert done == replica(world).applied[: len(done)]
    assert [entry.detail for entry in world.trace if entry.kind == DELIVER][-1] == Applied(
        replica(world).applied[-1][0], "SF", replica(world).cents
    )
