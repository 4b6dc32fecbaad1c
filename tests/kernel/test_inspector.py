"""The inspector: a free run, blows each tried from zero, and who is settled how."""

from dataclasses import replace

import pytest

from core.kernel.choice import Kind
from core.kernel.inspector import REFUTED, SIGNED, Trials, entries_of, struck
from core.kernel.scenario import ClockJump, Crash, Cut, LinkSpec, Scenario
from core.kernel.seats import Book, Idle, Random
from core.kernel.suspects import ACCUSE, HAMMERS, HIT, INSPECTOR, SIGN, Blow, Inspector, Suspect
from core.kernel.world import DivergedError, World, replayed
from core.protocols.premise.maxfind import PROTOCOL, ring
from core.search import explore, find_loss, find_win

MS, S = 1_000, 1_000_000
CAST = {"a": "hub", "b": "noon", "c": None}
GOAL = PROTOCOL.goal("at 5 s all the living name the greatest")


def audit(cast=None, **more):
    """Rings of four, one each by a persona (or the book), of which the inspector has to say who is sound."""
    cast = CAST if cast is None else cast
    nodes, seats, suspects = [], {}, []
    for prefix, persona in cast.items():
        names = tuple(f"{prefix}{place}" for place in range(1, 5))
        specs = ring(4, prefix, rounds=20)
        nodes += [replace(node, parameters={**node.parameters, "told_of": names}) for node in specs]
        suspects.append(Suspect(prefix, names))
        seats |= dict.fromkeys(names, persona) if persona else {}
    usual = {"hits": 4, "hammers": HAMMERS, "every": 200 * MS, "until": 3 * S, "skew": S, "newcomer": {"number": 20}}
    inspector = Inspector(tuple(suspects), (GOAL,), **{**usual, **more})
    rooms, link = {"maxfind": PROTOCOL}, LinkSpec(250 * MS)
    return Scenario("audit", rooms, tuple(nodes), {}, link, seats, limit=5500 * MS, inspector=inspector)


def at_the_end(scenario):
    world = World(scenario)
    world.run(until=scenario.limit - 1)
    return world


def trials(scenario):
    return Trials(scenario, lambda one: World(one, intervals=False))


def hit(world, *blow):
    return world.move(INSPECTOR, "inspector.hit", blow)


def sign(world, name):
    return world.move(INSPECTOR, "inspector.sign", name)


def test_the_free_run_is_over_when_nothing_is_left_but_its_end():
    world = World(audit())
    assert not world.free_run_is_over
    world.run(until=4 * S)
    assert not world.free_run_is_over
    world.run(until=5 * S)
    assert world.free_run_is_over
    assert world.offers_wait == INSPECTOR
    world.run()
    assert world.over
    assert not world.free_run_is_over


def test_nobody_in_the_chair_loses_when_the_free_run_ends():
    world = World(audit(), Idle())
    world.run()
    assert world.outcome == replace(world.outcome, won=False, reason="nobody has settled a, b, c")


def test_a_blow_is_struck_in_the_world_of_its_suspect_alone():
    scenario = audit()
    a = scenario.inspector.named("a")
    kill = struck(scenario, a, Blow("kill", "a1", 200 * MS))
    assert [node.name for node in kill.nodes] == ["a1", "a2", "a3", "a4"]
    assert kill.happenings == (Crash(200 * MS, "a1"),)
    assert struck(scenario, a, Blow("skew", "a1", 200 * MS)).happenings == (ClockJump(200 * MS, "a1", S),)
    pairs = (("a1", "a2"), ("a1", "a3"), ("a1", "a4"))
    assert struck(scenario, a, Blow("loss", "a1", 0)).happenings == (Cut(0, pairs, 500 * MS),)
    assert kill.win == (GOAL,)
    assert kill.inspector is None
    assert set(kill.seats) == {"a1", "a2", "a3", "a4"}


def test_of_a_stranger_nobody_is_told():
    scenario = audit()
    plain = tuple(replace(node, parameters={"number": 3}) for node in scenario.nodes)
    joined = struck(replace(scenario, nodes=plain), scenario.inspector.named("a"), Blow("join", "a2", 400 * MS))
    world = World(joined)
    world.run()
    stranger = joined.nodes[-1]
    assert (stranger.name, stranger.unannounced, stranger.starts) == ("a5", True, 400 * MS)
    assert stranger.parameters["number"] == 20
    assert joined.seats["a5"] == "hub"
    assert tuple(world.nodes["a1"].machine.peers) == ("a2", "a3", "a4")
    assert tuple(world.nodes["a5"].machine.peers) == ("a1", "a2", "a3", "a4")
    assert len(world.nodes["a5"].machine.peers) == 4
    assert "a5" not in world.nodes["a1"].machine.peers


def test_suspects_do_not_know_of_each_other():
    scenario = audit()
    plain = tuple(replace(node, parameters={"number": 3}) for node in scenario.nodes)
    world = at_the_end(replace(scenario, nodes=plain))
    assert tuple(world.nodes["b2"].machine.peers) == ("b1", "b3", "b4")


def test_the_free_run_of_one_is_that_of_all():
    scenario = audit()
    whole = at_the_end(scenario)
    for suspect in scenario.inspector.suspects:
        alone = World(struck(scenario, suspect))
        alone.run(until=whole.now - 1)
        for name in suspect.nodes:
            mine, theirs = entries_of(whole.trace, name), entries_of(alone.trace, name)
            assert [(one.time, one.kind, one.detail) for one in mine] == [(o.time, o.kind, o.detail) for o in theirs]


def test_what_refutes_whom():
    scenario = audit()
    hub, noon, gossip = scenario.inspector.suspects
    tried = trials(scenario)
    assert tried.refuting(hub) == Blow("kill", "a1", 200 * MS)
    assert tried.refuting(noon).hammer == "skew"
    assert tried.refuting(gossip, ("kill", "skew", "join")) is None
    assert not tried.effect(hub, None).ruined


def test_everybody_is_settled_rightly():
    scenario = audit(hammers=("kill", "skew", "join"))
    world = at_the_end(scenario)
    verdict = hit(world, "kill", "a1", 200 * MS)
    assert (verdict.kind, verdict.label) == (Kind.FINE, "ruined")
    assert hit(world, "kill", "b1", 200 * MS).label == "stands"
    hit(world, "skew", "b1", 200 * MS)
    assert world.inspection.settled == {"a": REFUTED, "b": REFUTED}
    assert world.inspection.left == 1
    assert [one.ruined for one in world.inspection.struck] == [True, False, True]
    assert not world.over
    assert sign(world, "c").kind is Kind.BOOK
    assert world.inspection.settled["c"] == SIGNED
    assert world.outcome.won
    again = replayed(scenario, world.answers)
    assert again.trace_sha256() == world.trace_sha256()
    assert again.outcome == world.outcome


def test_a_false_signature_is_lost_and_the_engine_swings_the_hammer():
    world = at_the_end(audit())
    assert sign(world, "a").kind is Kind.WRONG
    assert not world.outcome.won
    assert world.outcome.reason == "a false signature for a: a1 dies at 200 ms, and it breaks"
    (shown,) = world.inspection.struck
    assert shown.own
    assert shown.ruined
    assert shown.blow == Blow("kill", "a1", 200 * MS)
    assert not world.offers(INSPECTOR)


def test_the_last_blow_in_vain_is_lost():
    world = at_the_end(audit(hits=1))
    hit(world, "skew", "a1", 200 * MS)
    assert world.outcome.reason == "no blow is left, and a, b stand unrefuted"
    assert [one.own for one in world.inspection.struck] == [False, True]


def test_who_is_settled_is_struck_no_more():
    world = at_the_end(audit())
    hit(world, "kill", "a1", 200 * MS)
    with pytest.raises(ValueError, match="a1"):
        hit(world, "kill", "a1", 400 * MS)
    with pytest.raises(ValueError, match="a blow falls at a multiple of 200 ms"):
        hit(world, "kill", "b1", 300 * MS)
    with pytest.raises(ValueError, match="is not one of"):
        hit(world, "garble", "b1", 200 * MS)
    with pytest.raises(LookupError):
        world.move(INSPECTOR, "inspector.accuse", ("b1", 1))


def test_moves_that_do_not_fit_are_refused_when_replayed():
    scenario = audit()
    world = at_the_end(scenario)
    hit(world, "kill", "a1", 200 * MS)
    (given,) = world.answers
    with pytest.raises(DivergedError):
        replayed(scenario, [given, replace(given, after=given.after + 1)])


def test_a_fork_goes_on_apart():
    world = at_the_end(audit())
    fork = world.fork()
    hit(fork, "kill", "a1", 200 * MS)
    assert world.inspection.settled == {}
    assert world.inspection.left == 4
    assert fork.inspection.settled == {"a": REFUTED}
    sign(world, "c")
    assert "c" not in fork.inspection.settled


def test_another_seed_deals_who_is_which_and_the_own_seed_deals_as_the_file_says():
    scenario = audit()
    deals = set()
    for seed in range(2, 12):
        dealt = scenario.reseeded(seed)
        cast = tuple(dealt.seats.get(f"{prefix}1") for prefix in "abc")
        assert sorted(cast, key=str) == sorted(CAST.values(), key=str)
        assert all(dealt.seats.get(f"{prefix}{place}") == dealt.seats.get(f"{prefix}1")
                   for prefix in "abc" for place in range(1, 5))  # fmt: skip
        deals.add(cast)
        assert dict(dealt.reseeded(1).seats) == scenario.seats
        assert dealt.digest() == scenario.digest()
    assert len(deals) > 3


def test_the_digest_is_about_the_seat_and_not_about_what_was_tried():
    scenario = audit()
    before = scenario.digest()
    trials(scenario).refuting(scenario.inspector.suspects[0])
    assert scenario.inspector.memo
    assert scenario.digest() == before
    assert audit(hits=5).digest() != before
    assert replace(scenario, inspector=None).digest() != before


def test_what_was_tried_is_known_only_for_the_same_cast():
    scenario = audit()
    blow = Blow("kill", "a1", 200 * MS)
    first = scenario.inspector.suspects[0]
    assert trials(scenario).effect(first, blow).ruined
    sound = replace(scenario, seats={})
    assert not trials(sound).effect(first, blow).ruined


def test_chance_in_the_chair_goes_the_same_way_again_and_seldom_wins():
    wins = 0
    for seed in range(20):
        world = World(audit(), Random(seed))
        world.run()
        wins += world.outcome.won
        again = replayed(audit(), world.answers)
        assert again.outcome == world.outcome
        assert again.trace_sha256() == world.trace_sha256()
    assert wins < 4
    book = World(audit(), Book())
    book.run()
    assert not book.outcome.won


# Accusations


def careless(**more):
    """All in one world: one of the ring tells nobody anything."""
    nodes = ring(4, rounds=6)
    suspects = tuple(Suspect(node.name, (node.name,)) for node in nodes)
    inspector = Inspector(suspects, (GOAL,), acts=(ACCUSE,), apart=False, **more)
    seats = {"n2": "full list"}
    return Scenario(
        "ring", {"maxfind": PROTOCOL}, nodes, {}, LinkSpec(40 * MS), seats, limit=3 * S, inspector=inspector
    )


def test_what_proves_that_somebody_does_not_play_by_the_book():
    scenario = careless()
    proofs = trials(scenario).evidence()
    assert set(proofs) == {"n2"}
    log = list(entries_of(at_the_end(scenario).trace, "n2"))
    assert proofs["n2"]
    assert max(proofs["n2"]) <= len(log)
    assert any(number not in proofs["n2"] for number in range(1, len(log) + 1)), "not all that it does is wrong"


def test_an_accusation_needs_the_entry_that_proves_it():
    scenario = careless()
    proof = min(trials(scenario).evidence()["n2"])
    world = at_the_end(scenario)
    assert world.move(INSPECTOR, "inspector.accuse", ("n2", proof)).kind is Kind.BOOK
    assert world.outcome.won
    harmless = next(entry for entry in range(1, 99) if entry not in trials(scenario).evidence()["n2"])
    for node, entry in (("n1", 1), ("n2", harmless)):
        world = at_the_end(scenario)
        assert world.move(INSPECTOR, "inspector.accuse", (node, entry)).kind is Kind.WRONG
        assert world.outcome.reason == f"a false accusation: entry {entry} of {node} proves nothing"


def test_in_one_world_a_blow_tells_of_all_and_settles_nobody():
    scenario = careless(hits=2, hammers=("kill",))
    scenario = replace(scenario, inspector=replace(scenario.inspector, acts=(HIT, ACCUSE)))
    world = at_the_end(scenario)
    hit(world, "kill", "n1", 500 * MS)
    assert world.inspection.settled == {}
    assert len(struck(scenario, scenario.inspector.suspects[0]).nodes) == 4
    hit(world, "kill", "n1", 500 * MS)
    assert not world.over, "there is still the log"


# Search


def test_search_settles_everybody_and_finds_what_is_false():
    scenario = audit(hammers=("kill", "skew", "join"))
    for seed in (1, 2, 3):
        dealt = scenario.reseeded(seed)
        won = find_win(dealt)
        assert [given.choice for given in won].count("inspector.hit") == 2
        assert replayed(dealt, won).outcome.won
        lost = find_loss(dealt)
        assert len(lost) == 1
        assert not replayed(dealt, lost).outcome.won
    accused = find_win(careless())
    assert replayed(careless(), accused).outcome.won
    assert not replayed(careless(), find_loss(careless())).outcome.won
    assert find_win(audit(hits=1)) is None


def test_an_inspectors_level_is_not_explored():
    with pytest.raises(ValueError, match="every blow is tried apart"):
        explore(audit())


def test_signing_is_asked_of_those_who_may_sign():
    scenario = audit(acts=(HIT,))
    world = at_the_end(scenario)
    hit(world, "kill", "a1", 200 * MS)
    hit(world, "skew", "b1", 200 * MS)
    assert world.outcome.won, "nobody has to be signed"
    assert SIGN not in scenario.inspector.acts
