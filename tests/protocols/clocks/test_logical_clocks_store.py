"""Stores that keep one cart between them: vectors, what they say of two versions, and what a shelf costs."""

from dataclasses import replace
from itertools import permutations, product

import pytest

from core.kernel.protocol import UnfitNodesError
from core.kernel.scenario import PlayerSeat
from core.kernel.seats import Book, PersonaSeat, Player
from core.kernel.time import SECOND
from core.kernel.trace import RECEIVE, SEND
from core.kernel.world import World
from core.protocols.clocks.logical_clocks import PROTOCOL
from core.protocols.clocks.logical_clocks.messages import Copy, Got, Put, Version
from core.protocols.clocks.logical_clocks.store import Store
from core.protocols.clocks.logical_clocks.store_personas import PERSONAS
from core.protocols.clocks.logical_clocks.vectors import covers, joined, label, newest
from levels.loader import from_text, load
from levels.proofs import play
from levels.schema import LevelError

LEVEL = load("stamps/who-knew-what-when").scenario
MERGED, UNREAD = PROTOCOL.scenarios[5:7]


def store_of(world, name="s2"):
    return world.nodes[name].machine


# Vectors


def test_one_vector_is_smaller_if_no_number_of_it_is_larger():
    assert covers((2, 1, 1), (2, 0, 1))
    assert not covers((2, 0, 1), (2, 1, 1))
    assert not covers((2, 1, 1), (2, 1, 1))
    assert not covers((3, 0, 1), (2, 1, 1))
    assert not covers((2, 1, 1), (3, 0, 1))


def test_smaller_is_a_partial_order():
    """Mattern 1989: irreflexive, asymmetric, transitive; and not total."""
    vectors = list(product(range(3), repeat=3))
    assert not any(covers(one, one) for one in vectors)
    assert not any(covers(one, other) and covers(other, one) for one, other in permutations(vectors, 2))
    for one, other in permutations(vectors, 2):
        if covers(one, other):
            assert all(covers(one, third) for third in vectors if covers(other, third))
    assert any(not covers(one, other) and not covers(other, one) for one, other in permutations(vectors, 2))


def test_what_is_joined_is_the_least_that_covers_both():
    assert joined([(2, 0, 1), (0, 3, 0)], 3) == (2, 3, 1)
    assert joined([], 3) == (0, 0, 0)


def test_dynamo_4_4_two_versions_of_which_neither_descends_from_the_other_are_both_kept():
    """Its figure 3: D2 [(Sx, 2)] is handled by Sy and by Sz, which gives D3 and D4; who has read both writes D5."""
    d1, d2 = Version((1, 0, 0), ("1",)), Version((2, 0, 0), ("2",))
    d3, d4, d5 = Version((2, 1, 0), ("3",)), Version((2, 0, 1), ("4",)), Version((3, 1, 1), ("5",))
    assert newest([d1, d2]) == (d2,)
    assert newest([d2, d3, d4]) == (d3, d4)
    assert newest([d3, d4, d5]) == (d5,)
    assert newest([d3, d3]) == (d3,)


# Runs


def histories(world):
    """Of every version of a run those that led to it, read off its messages alone."""
    read, past = {}, {}
    for entry in world.trace:
        if entry.kind == RECEIVE and isinstance(entry.detail, Got):
            read[entry.node] = entry.detail.versions
        elif entry.kind == SEND and isinstance(entry.detail, Copy):
            put = world.trace[entry.cause]
            seen = read.get(put.peer, ()) if any(put.detail.context) else ()
            past[entry.detail.version] = set(seen).union(*(past[version] for version in seen))
    return past


@pytest.mark.parametrize("scenario", [MERGED, UNREAD, *(LEVEL.reseeded(seed) for seed in range(6))])
def test_a_leads_to_b_if_and_only_if_its_vector_is_smaller(scenario):
    """Fidge 1988; Mattern 1989 theorem 10: a → b ⇔ V(a) < V(b)."""
    world = World(replace(scenario, player=()), Book())
    world.run()
    pruned = [version for node in world.nodes.values() for version in getattr(node.machine, "pruned", ())]
    past = {version: before for version, before in histories(world).items() if version not in pruned}
    assert len(past) >= 5
    for one, other in permutations(past, 2):
        assert covers(other.vector, one.vector) is (one in past[other])
    assert any(one not in past[other] and other not in past[one] for one, other in permutations(past, 2))


def test_a_single_number_cannot_say_so():
    """By the sums of their numbers all versions stand in a row, also those of which neither led to the other."""
    world = World(replace(LEVEL, player=()), Book())
    world.run()
    past = histories(world)
    beside = [(one, other) for one, other in permutations(past, 2) if one not in past[other] and other not in past[one]]
    assert beside
    assert any(sum(one.vector) < sum(other.vector) for one, other in beside)


def test_the_vectors_of_the_script():
    """Milk is (2,0,1); who reads it and writes at the second store gets (2,1,1); beer is (3,0,1), and both merge."""
    world = World(MERGED, Book())
    world.run()
    made = [version.vector for version in store_of(world).made]
    assert made == [(2, 1, 1), (3, 2, 1), (3, 3, 2)]
    assert (3, 0, 1) in [version.vector for version in store_of(world, "s1").made]
    assert set(store_of(world).shelf[0].items) == {"milk", "tea", "rice", "egg", "beer", "salt", "oil", "jam"}


def test_who_writes_unread_gets_a_number_that_was_not_given_yet():
    world = World(UNREAD, Book())
    world.run()
    assert [version.vector for version in store_of(world).made] == [(1, 1, 0), (0, 2, 0), (2, 3, 0)]


def test_a_store_that_comes_back_has_its_shelf_and_its_number():
    world = World(MERGED, Book())
    world.run()
    node = world.nodes["s2"]

    class Told:
        stored = node.stored

    fresh = Store(name="s2")
    fresh.on_restart(Told())
    assert fresh.shelf == node.machine.shelf
    assert fresh.count == node.machine.count == 3


# What is said


def asked(scenario=MERGED):
    played = ("logical_clocks.vector", "logical_clocks.shelf")
    world = World(replace(scenario, player=(PlayerSeat("s2", played),), win=()), Player())
    world.run()
    return world


def answered(world, value):
    """What is said of an answer to the open question, in a fork."""
    fork = world.fork()
    fork.answer(value)
    return [verdict.label for verdict in fork.verdicts if verdict.choice == world.questions[0].asked.choice.name][-1]


def test_what_is_said_of_a_vector():
    world = asked()
    while world.questions[0].asked.choice.name.endswith("shelf"):
        world.answer(world.questions[0].asked.book)
        world.run()
    question = world.questions[0].asked
    assert (question.source, question.item, question.read, question.book) == ("ana", "egg", "2 0 1", (2, 1, 1))
    labels = {value: answered(world, value) for value in ((2, 1, 1), (2, 4, 1), (0, 1, 0), (3, 1, 1), (2, 0, 1))}
    assert labels == {
        (2, 1, 1): "book", (2, 4, 1): "ahead", (0, 1, 0): "no max", (3, 1, 1): "claims", (2, 0, 1): "again",
    }  # fmt: skip


def test_what_is_said_of_a_shelf():
    world = asked()
    while world.questions[0].asked.case != "it stands beside":
        world.answer(world.questions[0].asked.book)
        world.run()
    question = world.questions[0].asked
    assert question.book == ("2 1 1", "3 0 1")
    assert answered(world, ("2 1 1", "3 0 1")) == "book"
    for value in (("2 1 1",), ("3 0 1",), ()):
        assert answered(world, value) == "lost"
    assert question.me.missed == "Whoever wrote 3 0 1 had not seen 2 1 1: 0 < 1 at s2."
    world.answer(("3 0 1",))
    assert store_of(world).lost == ["egg"]


def test_a_cart_that_is_kept_too_long_costs_frowns_and_nothing_else():
    world = asked()
    while world.questions:
        question = world.questions[0].asked
        is_shelf = question.choice.name.endswith("shelf")
        value = question.choice.domain.of(question) if is_shelf else question.book
        assert not is_shelf or answered(world, value) in ("book", "stale")
        world.answer(value)
        world.run()
    assert store_of(world).lost == []
    assert store_of(world).frowns > 5


def test_a_copy_that_comes_twice_asks_nothing_if_it_stands_there_alone():
    class Told:
        def __getattr__(self, name):
            return lambda *args, **more: None

        def choose(self, choice, **subject):
            raise AssertionError(choice.name)

    me = Store(name="s2")
    copy = Copy(Version((1, 0, 0), ("milk",)))
    me.on_message(Told(), "s1", copy)
    me.on_message(Told(), "s1", copy)
    assert list(map(label, me.shelf)) == ["1 0 0"]


# The level


def frowns(persona, seed):
    world = play(LEVEL.reseeded(seed), PersonaSeat(PROTOCOL.persona(persona)) if persona else Book())
    return world.outcome.won, store_of(world).frowns


def test_the_level_has_every_case_on_every_seed():
    for seed in range(8):
        world = play(LEVEL.reseeded(seed), Book())
        cases = {verdict.case for verdict in world.verdicts}
        assert world.outcome.won
        assert {"nothing was read", "several versions were read", "it stands beside", "it is old"} <= cases
        assert 14 <= len(world.verdicts) <= 16
        assert any(isinstance(entry.detail, Put) and not any(entry.detail.context) for entry in world.trace)


@pytest.mark.parametrize("persona", [each.name for each in PERSONAS])
def test_every_wrong_rule_loses_the_level_or_pays(persona):
    for seed in range(6):
        won, cost = frowns(persona, seed)
        assert not won or cost >= frowns("", seed)[1] + 10
        assert won is (persona == "keeps every version")


# Level errors


NODES = """
[level]
title = "t"
[nodes]
{nodes}
[seats]
s1 = {{ player = "*" }}
[goal]
win = ["1 carts are written at s1"]
limit = "9s"
[par]
messages = 9
[text]
brief = "b"
"""
STORE = 'runs = "logical_clocks.store"'


@pytest.mark.parametrize(("nodes", "words"), [
    (f"s1 = {{ {STORE} }}", "1 stores: a vector has 3 numbers"),
    (f'"s1..s3" = {{ {STORE}, stores = ["s1", "s2"] }}', "does not know all stores"),
    (f'"s1..s3" = {{ {STORE} }}\nana = {{ runs = "logical_clocks.customer", store = "ana" }}', "store of ana is ana"),
])  # fmt: skip
def test_what_a_level_cannot_have_is_said(nodes, words):
    with pytest.raises((LevelError, UnfitNodesError), match=words):
        World(from_text(NODES.format(nodes=nodes), "t.toml").scenario, Book())


def test_the_late_copy_comes_when_it_is_old():
    world = play(LEVEL, Book())
    old = [verdict for verdict in world.verdicts if verdict.case == "it is old"]
    assert [verdict.time // SECOND for verdict in old] == [17]


def test_dynamo_4_4_a_vector_that_was_pruned_looks_as_if_it_had_not_seen_what_it_has():
    """Clock truncation: of more pairs than are kept the one that has not grown for longest is removed."""
    world = World(replace(LEVEL, player=()), Book())
    world.run()
    (pruned,) = store_of(world, "s1").pruned
    assert pruned.vector == (4, 3, 0)
    seen = {version.vector for version in histories(world)[pruned]}
    assert {(3, 3, 1), (3, 1, 2)} <= seen
    assert not any(covers(pruned.vector, vector) for vector in ((3, 3, 1), (3, 1, 2)))
    assert [version.vector for version in store_of(world).shelf] == [(4, 5, 2)]


def test_a_store_forgets_the_number_that_has_not_grown_for_longest_and_never_its_own():
    class Told:
        now = 0

        def __getattr__(self, name):
            return lambda *args, **more: None

        def choose(self, choice, **subject):
            asked = type("Asked", (), {**subject, "me": me})()
            return choice.book(asked)

    me = Store(name="s1", pairs=2)
    ctx = Told()
    for now, vector in enumerate([(0, 0, 1), (0, 1, 1), (0, 1, 2)], 1):
        ctx.now = now
        me.on_message(ctx, "s3", Copy(Version(vector, (str(now),))))
    me.on_message(ctx, "bob", Put(("x",), (0, 1, 2)))
    assert me.made == me.pruned == [Version((1, 0, 2), ("x",))]
    me.pairs = 1
    me.on_message(ctx, "bob", Put(("y",), (1, 1, 2)))
    assert me.made[-1].vector == (2, 0, 0)


def test_two_versions_of_one_vector_are_said_to_claim_to_be_the_same():
    me = Store(name="s2", shelf=[Version((1, 0, 0), ("milk",)), Version((1, 0, 0), ("tea",))])
    assert me.missed == "Two versions claim to be 1 0 0."
    me.shelf = me.shelf[:1]
    assert me.missed == "Nothing replaces it."
