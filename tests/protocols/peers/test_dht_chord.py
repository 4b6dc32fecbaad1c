"""What the sources say of Chord and the circular hash table, sentence by sentence; and any ring, any key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.laws import Evidence
from core.kernel.scenario import Crash, Forge, LinkSpec, Lose, NodeSpec, PlayerSeat, Request, Scenario
from core.kernel.seats import Book, Idle
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import RECEIVE, SEND
from core.kernel.world import World
from core.protocols.peers.dht_chord import PROTOCOL
from core.protocols.peers.dht_chord.choices import arcs_squared
from core.protocols.peers.dht_chord.circle import ahead, fingers_of, in_half_open, in_open, predecessor_of, successor_of
from core.protocols.peers.dht_chord.laws import Ring, ring_is_whole
from core.protocols.peers.dht_chord.machine import Node
from core.protocols.peers.dht_chord.messages import (
    Answer,
    Ask,
    Find,
    Get,
    Keys,
    Leave,
    Leaving,
    Lookup,
    Notify,
    Ping,
    Put,
)
from core.protocols.peers.dht_chord.upkeep import CARDS, COPY, INSERT, NOTIFY, TAKE
from levels.cost import dear_laws
from levels.loader import load

SLIDES = (1, 12, 13, 25, 32, 40, 48, 60)
KUROSE = (1, 3, 4, 5, 8, 10, 12, 15)
LATENCY = 40 * MILLISECOND


def ring(*ids: int, happenings: tuple = (), limit: int = 60 * SECOND, extra: tuple = (), **parameters) -> Scenario:
    parameters.setdefault("ring", ids)
    return Scenario(
        name="test",
        protocols={"dht_chord": PROTOCOL},
        nodes=(*(NodeSpec(str(node), "dht_chord", "node", parameters) for node in ids), *extra),
        default_link=LinkSpec(latency=LATENCY),
        happenings=happenings,
        limit=limit,
    )


def world_of(*ids: int, until: int | None = None, **parameters) -> World:
    world = World(ring(*ids, **parameters))
    world.run(until)
    return world


def machine(world: World, node: int) -> Node:
    return world.nodes[str(node)].machine


def look(ids: tuple[int, ...], origin: int, key: int, **parameters) -> tuple[int, int, list[int]]:
    """Owner, messages until the owner has it, and the nodes on the way (the origin first)."""
    world = world_of(*ids, happenings=(Request(1000, str(origin), Lookup(key)),), **parameters)
    (answer,) = machine(world, origin).answers
    way = [origin] + [
        int(entry.peer) for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Find | Ask)
    ]
    assert answer.hops == len(way) - 1
    return answer.owner, answer.hops, way


# The circle


@pytest.mark.parametrize(("key", "owner"), [(51, 60), (60, 60), (61, 1), (0, 1), (1, 1), (2, 12), (13, 13)])
def test_kurose_2_6_2_a_key_belongs_to_its_immediate_successor(key: int, owner: int) -> None:
    assert successor_of(key, SLIDES, 64) == owner
    for route in ("fingers", "successors", "mesh"):
        assert look(SLIDES, 25, key, route=route)[0] == owner


def test_kurose_2_6_2_keys_a_peer_owns_are_its_arc_and_together_the_whole_space() -> None:
    world = world_of(*SLIDES, holds=tuple(range(64)))
    sizes = {node: len(machine(world, node).store) for node in SLIDES}
    assert sizes == {1: 5, 12: 11, 13: 1, 25: 12, 32: 7, 40: 8, 48: 8, 60: 12}
    assert sum(sizes.values()) == 64


@given(st.integers(0, 63), st.integers(0, 63), st.integers(0, 63))
def test_arcs_agree_with_walking_the_circle(number: int, low: int, high: int) -> None:
    walked = [(low + step) % 64 for step in range(1, 65)]
    walked = walked[: walked.index(high) + 1]
    assert in_half_open(number, low, high, 64) == (number in walked)
    assert in_open(number, low, high, 64) == (number in walked[:-1])


# Lookup


def test_kurose_2_6_2_resolving_53_at_12_takes_six_messages_round_the_ring() -> None:
    assert look(SLIDES, 12, 53, route="successors") == (60, 6, [12, 13, 25, 32, 40, 48, 60])


def test_stoica_iv_d_resolving_53_at_12_takes_two_messages_by_fingers() -> None:
    assert look(SLIDES, 12, 53) == (60, 2, [12, 48, 60])


def test_stoica_v_a_the_iterative_asker_asks_the_same_nodes() -> None:
    assert look(SLIDES, 12, 53, style="iterative") == (60, 2, [12, 48, 60])


def test_an_iterative_asker_who_is_told_two_successors_skips_every_second_node() -> None:
    assert look(SLIDES, 12, 53, style="iterative", route="successors") == (60, 4, [12, 25, 40, 48, 60])


def test_slides_4_shortcuts_reduce_six_messages_to_at_most_three() -> None:
    assert look(SLIDES, 12, 53, route="shortcuts", shortcuts=2)[1] <= 3


def test_level_script_key_10_at_48_goes_by_1_and_not_by_25_which_overshoots() -> None:
    assert look(SLIDES, 48, 10) == (12, 2, [48, 1, 12])


def test_a_key_that_is_mine_costs_no_message() -> None:
    assert look(SLIDES, 48, 41) == (48, 0, [48])


def test_mesh_reaches_every_owner_in_one_message() -> None:
    for key in range(64):
        assert look(SLIDES, 12, key, route="mesh")[1] <= 1


@pytest.mark.parametrize(
    ("node", "fingers"),
    [(1, [12, 12, 12, 12, 25, 40]), (12, [13, 25, 25, 25, 32, 48]), (48, [60, 60, 60, 60, 1, 25]),
     (60, [1, 1, 1, 12, 12, 32])],
)  # fmt: skip
def test_stoica_iv_d_finger_tables_of_the_slides_ring(node: int, fingers: list[int]) -> None:
    assert fingers_of(node, SLIDES, 6) == fingers
    assert machine(world_of(*SLIDES), node).fingers == fingers


def test_stoica_iv_d_fingers_of_the_ring_1_4_7_12_15() -> None:
    extra = (1, 4, 7, 12, 15)
    world = world_of(*extra, bits=4)
    assert {node: machine(world, node).fingers for node in extra} == {
        1: [4, 4, 7, 12], 4: [7, 7, 12, 12], 7: [12, 12, 12, 15], 12: [15, 15, 1, 4], 15: [1, 1, 4, 7],
    }  # fmt: skip


rings = st.sets(st.integers(0, 63), min_size=1, max_size=16).map(lambda ids: tuple(sorted(ids)))


@settings(max_examples=80, deadline=None)
@given(rings, st.data())
def test_stoica_iv_theorem_2_any_ring_any_key_the_owner_within_the_bounds(ids: tuple[int, ...], data) -> None:
    origin, key = data.draw(st.sampled_from(ids)), data.draw(st.integers(0, 63))
    owner = min(ids, key=lambda node: (node - key) % 64)
    found, hops, way = look(ids, origin, key)
    assert found == owner
    assert hops <= 6 + 1  # every hop but the last halves the arc that is left
    arcs = [ahead(node, key, 64) for node in way[:-1]]
    assert arcs == sorted(arcs, reverse=True)
    found, hops, _ = look(ids, origin, key, route="successors")
    assert found == owner
    assert hops == sorted(ids, key=lambda node: ahead(origin, node, 64)).index(owner)
    assert look(ids, origin, key, style="iterative")[0] == owner


def test_stoica_vi_c_the_mean_path_at_64_nodes_is_about_half_of_log2() -> None:
    """½ log2 64 = 3 messages to the predecessor; the last hop to the owner is counted here, so about one more."""
    ids = tuple(sorted({(place * 2654435761) % 4096 for place in range(1, 65)}))
    assert len(ids) == 64
    world = World(
        ring(
            *ids, bits=12,
            happenings=tuple(
                Request(1000 + place, str(ids[place * 7 % 64]), Lookup(place * 40503 % 4096)) for place in range(400)
            ),
        )
    )  # fmt: skip
    world.run()
    hops = [answer.hops for node in ids for answer in machine(world, node).answers]
    assert len(hops) == 400
    assert 3.0 <= sum(hops) / len(hops) <= 4.5


# Names and keys


RECORDS = (
    ("John Washington", 8962458, "132-54-3570"), ("Diana Louise Jones", 7800356, "761-55-3791"),
    ("Xiaoming Liu", 1567109, "385-41-0902"), ("Rakesh Gopal", 2360012, "441-89-1956"),
    ("Linda Cohen", 5430938, "217-66-5609"), ("Lisa Kobayashi", 9290124, "177-23-0199"),
)  # fmt: skip


def test_slides_hash_table_the_six_records_lie_at_key_mod_2_to_the_m_and_are_found() -> None:
    puts = tuple(Request(SECOND * place, "12", Put(*record)) for place, record in enumerate(RECORDS, 1))
    gets = tuple(Request(SECOND * (10 + place), "40", Get(*record[:2])) for place, record in enumerate(RECORDS))
    world = world_of(*SLIDES, happenings=puts + gets)
    assert [number % 64 for _, number, _ in RECORDS] == [26, 36, 5, 12, 26, 12]
    assert machine(world, 32).store == {26: "132-54-3570 / 217-66-5609"}
    assert machine(world, 12).store.keys() == {5, 12}
    assert all(answer.value is not None for answer in machine(world, 40).answers)
    wide = world_of(*SLIDES, happenings=puts + gets, bits=12)
    assert [answer.value for answer in machine(wide, 40).answers] == [value for _, _, value in RECORDS]


# Join and leave


def joined(order: tuple[str, ...] = CARDS, **parameters) -> World:
    new = NodeSpec("55", "dht_chord", "node", {"contact": 12, "ring": SLIDES}, starts=SECOND)
    calls = tuple(Request(SECOND + place * 20 * MILLISECOND, "25", Lookup(51)) for place in range(60))
    calls += tuple(Request(SECOND + place * 20 * MILLISECOND, "40", Lookup(58)) for place in range(60))
    scenario = ring(*SLIDES, holds=(51, 55, 56, 58, 2), extra=(new,), happenings=calls, limit=20 * SECOND, **parameters)
    scenario = replace(scenario, player=(PlayerSeat("55", ("dht_chord.join_order",)),))
    world = World(scenario)
    world.run()
    assert world.questions
    assert world.questions[0].asked.candidates[0] == CARDS
    world.answer(order)
    world.run()
    return world


def answers_of(world: World) -> list[Answer]:
    return [answer for node in (25, 40) for answer in machine(world, node).answers]


@pytest.mark.parametrize("order", [CARDS, (COPY, TAKE, INSERT, NOTIFY)])
def test_stoica_v_c_a_join_in_the_right_order_loses_no_lookup_and_moves_only_its_arc(order: tuple[str, ...]) -> None:
    world = joined(order)
    assert ring_is_whole(world.evidence())
    assert machine(world, 55).store == {51: "v51", 55: "v55"}
    assert machine(world, 60).store == {56: "v56", 58: "v58"}
    moved = {record.key for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Keys)
             for record in entry.detail.records}  # fmt: skip
    assert moved == {51, 55}
    for node in (25, 40):
        assert len(machine(world, node).answers) == 60
        assert all(answer.value is not None for answer in machine(world, node).answers)
    assert world.verdicts[0].kind.name in ("BOOK", "FINE")


@pytest.mark.parametrize(
    ("order", "harm"),
    [((INSERT, TAKE, COPY, NOTIFY), "empty"), ((TAKE, INSERT, COPY, NOTIFY), "empty"),
     ((TAKE, COPY, NOTIFY, INSERT), "more"), ((NOTIFY, INSERT, COPY, TAKE), "lost")],
)  # fmt: skip
def test_stoica_v_c_every_wrong_order_harms_a_caller(order: tuple[str, ...], harm: str) -> None:
    world = joined(order)
    assert world.verdicts[0].kind.name == "WRONG"
    answers = answers_of(world)
    if harm == "empty":
        assert any(answer.value is None for answer in answers)
    elif harm == "more":
        assert max(answer.hops for answer in answers) > max(answer.hops for answer in answers_of(joined()))
    else:
        assert sum(len(machine(world, node).lost) for node in (25, 40)) > 0


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 63), min_size=3, max_size=10), st.data())
def test_stoica_iv_a_a_join_moves_only_the_keys_between_predecessor_and_newcomer(ids: set[int], data) -> None:
    new = data.draw(st.sampled_from(sorted(ids)))
    old = tuple(sorted(ids - {new}))
    contact = data.draw(st.sampled_from(old))
    spec = NodeSpec(str(new), "dht_chord", "node", {"contact": contact, "ring": old}, starts=1000)
    world = World(ring(*old, holds=tuple(range(64)), extra=(spec,)))
    world.run()
    assert ring_is_whole(world.evidence())
    before = predecessor_of(new, old, 64)
    assert set(machine(world, new).store) == {key for key in range(64) if in_half_open(key, before, new, 64)}
    stores = [machine(world, node).store for node in (*old, new)]
    assert sorted(key for store in stores for key in store) == list(range(64))


def test_dis_slides_removal_is_the_reverse_the_keys_go_to_the_successor() -> None:
    world = world_of(*SLIDES, holds=(33, 40, 41, 48), happenings=(Request(SECOND, "40", Leave()),))
    assert machine(world, 48).store == {33: "v33", 40: "v40", 41: "v41", 48: "v48"}
    assert machine(world, 40).store == {}
    assert machine(world, 40).gone
    assert ring_is_whole(world.evidence())
    assert machine(world, 32).successors == [48, 60]


def test_who_has_left_passes_on_what_old_fingers_still_send_there() -> None:
    lookups = (Request(2 * SECOND, "25", Lookup(40)), Request(3 * SECOND, "25", Lookup(45)))
    world = world_of(*SLIDES, holds=(38,), happenings=(Request(SECOND, "40", Leave()), *lookups))
    assert 40 in machine(world, 25).fingers
    assert [(answer.key, answer.owner) for answer in machine(world, 25).answers] == [(40, 48), (45, 48)]


# Churn


def churn(*happenings, until: int = 10 * SECOND, **parameters) -> World:
    parameters = {"bits": 4, "route": "successors", "period": SECOND, **parameters}
    return world_of(*KUROSE, happenings=happenings, until=until, **parameters)


def test_kurose_2_6_2_peer_5_leaves_4_takes_8_and_asks_8_for_its_successor() -> None:
    world = churn(Crash(1500 * MILLISECOND, "5"))
    assert machine(world, 4).successors == [8, 10]
    assert machine(world, 3).successors == [4, 8]
    assert machine(world, 8).predecessor == 4
    assert ring_is_whole(world.evidence())
    asked = [entry for entry in world.trace if entry.node == "8" and entry.kind == RECEIVE and entry.peer == "4"]
    assert any(isinstance(entry.detail, Ping) for entry in asked)


def test_kurose_2_6_2_each_peer_pings_its_two_successors_2n_pings_a_period() -> None:
    world = churn(until=5 * SECOND + 500 * MILLISECOND)
    assert world.evidence().sent(None, Ping) == 2 * len(KUROSE) * 5


def test_two_adjacent_deaths_within_a_ping_period_cut_the_ring() -> None:
    world = churn(Crash(1500 * MILLISECOND, "5"), Crash(1600 * MILLISECOND, "8"))
    assert machine(world, 4).first is None
    assert not ring_is_whole(world.evidence())
    apart = churn(Crash(1500 * MILLISECOND, "5"), Crash(6500 * MILLISECOND, "8"), until=15 * SECOND)
    assert machine(apart, 4).successors == [10, 12]
    assert ring_is_whole(apart.evidence())


def test_one_lost_ping_buries_nobody() -> None:
    world = churn(Lose("4", "5", 1))
    assert machine(world, 4).successors == [5, 8]
    assert not any(entry.kind == SEND and isinstance(entry.detail, Notify) for entry in world.trace)


def test_only_silences_in_a_row_bury() -> None:
    world = churn(Lose("4", "5", 1), Lose("4", "5", 3), Lose("4", "5", 5))
    assert not any(entry.kind == SEND and isinstance(entry.detail, Notify) for entry in world.trace)


def test_stoica_iv_e_stabilise_finds_the_node_that_the_successor_has_for_its_predecessor() -> None:
    farewell = Leaving(4, (8, 10))  # a forged one: 5 is still there, and 8 knows it
    world = churn(Forge(2500 * MILLISECOND, "5", "4", farewell), until=2600 * MILLISECOND)
    assert machine(world, 4).successors == [8, 10]
    world.run(until=6 * SECOND)
    assert machine(world, 4).successors == [5, 8]
    assert ring_is_whole(world.evidence())


def test_a_node_buried_alive_comes_back() -> None:
    scenario = ring(
        *KUROSE, bits=4, route="successors", period=SECOND, limit=30 * SECOND,
        happenings=(Lose("4", "5", 1), Lose("4", "5", 2), Lose("4", "5", 3)),
    )  # fmt: skip
    world = World(scenario)
    world.run(until=20 * SECOND)
    assert any(entry.kind == SEND and entry.node == "4" and entry.peer == "8" and isinstance(entry.detail, Notify)
               for entry in world.trace)  # fmt: skip
    assert ring_is_whole(world.evidence())


@pytest.mark.parametrize("back", [100 * MILLISECOND, 8 * SECOND])
def test_a_node_that_comes_back_joins_again(back: int) -> None:
    world = churn(Crash(1500 * MILLISECOND, "5", back=back), until=30 * SECOND)
    assert machine(world, 5).joined
    assert ring_is_whole(world.evidence())


def test_stoica_iv_e_two_nodes_that_join_in_one_gap_are_put_in_order_by_stabilise() -> None:
    new = tuple(NodeSpec(str(node), "dht_chord", "node", {"contact": contact, "ring": SLIDES, "period": SECOND},
                         starts=SECOND) for node, contact in ((57, 12), (55, 25)))  # fmt: skip
    world = World(ring(*SLIDES, period=SECOND, extra=new))
    world.run(until=10 * SECOND)
    assert ring_is_whole(world.evidence())
    assert machine(world, 48).successors == [55, 57]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 63), min_size=4, max_size=9), st.data())
def test_stoica_iv_e_any_one_death_is_closed_within_a_few_rounds(ids: set[int], data) -> None:
    nodes = tuple(sorted(ids))
    dead, when = data.draw(st.sampled_from(nodes)), data.draw(st.integers(0, 2_000_000))
    route = data.draw(st.sampled_from(["fingers", "successors"]))
    world = world_of(*nodes, happenings=(Crash(when, str(dead)),), period=SECOND, route=route, until=12 * SECOND)
    assert ring_is_whole(world.evidence())


def test_the_asker_goes_round_a_dead_finger() -> None:
    world = world_of(
        *SLIDES, style="iterative", happenings=(Crash(500, "48"), Request(1000, "12", Lookup(53))), limit=20 * SECOND
    )
    assert [answer.owner for answer in machine(world, 12).answers] == [60]
    assert 48 in machine(world, 12).buried


def test_a_claim_is_refuted_by_a_living_node_between() -> None:
    scenario = ring(*SLIDES, style="iterative", happenings=(Request(1000, "12", Lookup(38)),))
    liar = {"32": "claims every key"}
    world = World(replace(scenario, seats=liar))
    world.run()
    assert [answer.owner for answer in machine(world, 12).answers] == [40]
    world = World(replace(scenario, seats={**liar, "12": "believes the first claim"}))
    world.run()
    assert [answer.owner for answer in machine(world, 12).answers] == [32]


def test_who_buries_a_slow_node_makes_two_owners_of_its_keys() -> None:
    puts = (Request(1000, "25", Put("the door", 53, "open")), Request(3 * SECOND, "40", Put("the door", 53, "shut")))
    scenario = ring(*SLIDES, receipts=True, happenings=(Lose("48", "60", 1, "late", SECOND), *puts))
    world = World(scenario)
    world.run()
    assert machine(world, 60).store == {53: "open / shut"}
    world = World(replace(scenario, seats={"48": "tells the owner too early"}))
    world.run()
    assert machine(world, 1).store == {53: "open"}
    assert machine(world, 60).store == {53: "shut"}


def test_a_value_is_read_back_only_if_another_came_between() -> None:
    level = load("ring/two-truths").last
    law = next(law for law in level.scenario.win if law.text.startswith("40 reads the old value"))
    for hold, comes in ((340_000, False), (900_000, True)):
        world = World(replace(level.scenario, sides=()), Idle())
        world.run(until=1_350_000)
        world.hand.move("network.take", "Find 48 -> 60")
        world.run(until=1_350_000 + hold)
        world.hand.move("network.let_go", "Find 48 -> 60, held")
        world.run()
        values = [answer.value for answer in machine(world, 40).answers if answer.key == 53]
        assert (values == ["shut", "open", "shut"]) is comes
        assert world.outcome.won is comes
        assert (world.outcome.reason == law.text) is comes


# Choices


def test_every_right_next_hop_is_accepted_and_mistakes_are_named() -> None:
    world = World(replace(ring(*SLIDES, happenings=(Request(1000, "48", Lookup(10)),)),
                          player=(PlayerSeat("48", ("dht_chord.next_hop",)),)))  # fmt: skip
    world.run()
    (question,) = world.questions
    asked = question.asked
    assert asked.case == "round zero"
    labels = {value: asked.choice.judge(asked, value) for value in asked.candidates}
    assert labels == {"1": "book", "25": "overshoot", "40": "overshoot", "48": "not yours", "60": "slow"}
    world.answer("25")
    world.run()
    assert machine(world, 48).answers[0].hops == 4  # 25-60-1-12: a whole lap


def test_key_53_whose_owner_is_the_successor_and_41_that_is_mine() -> None:
    for key, case, book in (
        (53, "your successor's", "60"),
        (41, "the key is yours", "48"),
        (5, "round zero", "1"),
        (35, "one overshoots", "25"),
    ):
        scenario = replace(ring(*SLIDES, happenings=(Request(1000, "48", Lookup(key)),)),
                           player=(PlayerSeat("48", ("dht_chord.next_hop",)),))  # fmt: skip
        world = World(scenario)
        world.run()
        asked = world.questions[0].asked
        assert asked.book == book
        assert asked.case == case


def test_shortcuts_cut_the_circle_evenly() -> None:
    assert arcs_squared(0, 8, [16, 24], 32) == 4 * 64
    world = world_of(*range(0, 64, 8), route="shortcuts", shortcuts=3)
    assert machine(world, 0).fingers == [16, 32, 48] or len(machine(world, 0).fingers) == 3


# Laws that look only at the node that changed say what a look at all would


@pytest.mark.parametrize("number", range(len(PROTOCOL.scenarios)))
def test_laws_that_look_at_the_node_that_changed_say_what_a_look_at_all_would(number):
    world = World(PROTOCOL.scenarios[number], Book())
    whole, split, lost, answered = laws = [
        next(filter(None, (law.read(text) for law in PROTOCOL.laws)))
        for text in (
            "the ring is whole after 0 s",
            "no key lies at two nodes with different values",
            "at most 0 callers are lost",
            "3 lookups are answered",
        )
    ]
    remembered = {law: Evidence(world.facts) for law in laws}
    told = 0
    while world.step():
        for entry in world.trace.since(told):
            for law, evidence in remembered.items():
                law.watch(evidence, entry)
        told = len(world.trace)
        running = world.evidence().running(Node)
        values = {}
        for node in running:
            if node.joined and not node.gone:
                for key, value in node.store.items():
                    values.setdefault(key, set()).add(value)
        found = {law: law.holds(evidence) for law, evidence in remembered.items()}
        assert found[whole] == ring_is_whole(world.evidence())
        assert found[split] == all(len(each) == 1 for each in values.values())
        assert found[lost] == (not any(node.lost for node in running))
        assert found[answered] == (sum(len(node.answers) for node in running) >= 3)


def test_a_ring_of_links_is_whole_only_if_each_two_know_each_other():
    ring = Ring()
    assert not ring.whole
    ring.put("a", (1, 1, 1))
    assert ring.whole  # alone
    ring.put("c", (9, 1, 1))
    assert not ring.whole
    ring.put("a", (1, 9, 9))
    assert ring.whole
    ring.put("b", (5, 9, 1))
    assert not ring.whole
    ring.put("a", (1, 5, 9))
    ring.put("c", (9, 1, 5))
    assert ring.whole
    ring.put("a", None)
    assert not ring.whole
    ring.put("b", (5, 9, 9))
    ring.put("c", (9, 5, 5))
    assert ring.whole


def test_laws_of_a_ring_cost_no_more_than_the_ring_the_more_nodes_there_are():
    slides = next(scenario for scenario in PROTOCOL.scenarios if len(scenario.nodes) == 8)
    texts = ("no key is lost", "no caller is lost", "every lookup is answered", "99 lookups are answered")
    laws = tuple(next(filter(None, (law.read(text) for law in PROTOCOL.laws))) for text in texts)
    nodes = tuple(replace(slides.nodes[0], name=str(place)) for place in range(60))
    assert not dear_laws(replace(load("ring/hearsay"), scenario=replace(slides, nodes=nodes, win=laws)))
