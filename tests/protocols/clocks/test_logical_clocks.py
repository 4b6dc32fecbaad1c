"""Processes, beads and a detective: what could have led to what, by letters, by clocks and by stamps."""

from dataclasses import replace
from itertools import combinations, permutations

import pytest

from core.kernel.protocol import UnfitNodesError
from core.kernel.scenario import LinkSpec, NodeSpec, PlayerSeat, Request, Scenario
from core.kernel.seats import Book, PersonaSeat, Player
from core.kernel.time import SECOND
from core.kernel.world import World
from core.protocols.clocks.logical_clocks import PROTOCOL
from core.protocols.clocks.logical_clocks.detective import Detective, fitting_at_most, kinds_of
from core.protocols.clocks.logical_clocks.detective_personas import PERSONAS
from core.protocols.clocks.logical_clocks.messages import Chat, Deposition, Line, Night, Write
from core.protocols.clocks.logical_clocks.order import (
    AFTER,
    BEFORE,
    BESIDE,
    Event,
    causes_of,
    laid_by,
    letters_on,
    pasts_of,
    relation,
    slid,
    way,
)
from levels.loader import from_text, load
from levels.proofs import play
from levels.schema import LevelError

LEVEL = "stamps/alibi"
A, B, C, D, E, F = ("p1", 1), ("p1", 2), ("p2", 1), ("p2", 3), ("p2", 4), ("p3", 5)
FIGURE = (
    Event("p1", 1, 0), Event("p1", 2, 10), Event("p2", 1, 5), Event("p2", 3, 20, "p1", 2), Event("p2", 4, 30),
    Event("p3", 5, 40, "p2", 4),
)  # fmt: skip
"""p1 does something and writes to p2, which has done something before, reads, and writes to p3."""


# What could have led to what


def test_what_precedes_what_is_lamports_three_rules():
    """Lamport 1978, definition of →: in one process by its order; a letter's sending its reading; and transitively."""
    pasts = pasts_of(causes_of(FIGURE))
    assert relation(pasts, A, B) == BEFORE
    assert relation(pasts, B, D) == BEFORE
    assert relation(pasts, A, F) == BEFORE
    assert relation(pasts, F, C) == AFTER
    assert relation(pasts, C, A) == relation(pasts, C, B) == BESIDE
    assert all(relation(pasts, one, one) == BESIDE for one in pasts)


def test_a_way_takes_as_few_letters_as_it_can():
    causes = causes_of(FIGURE)
    assert way(causes, A, F) == (A, B, D, E, F)
    assert letters_on(way(causes, A, F)) == 2
    assert letters_on(way(causes, C, D)) == 0
    assert way(causes, C, A) == ()


def test_whoever_is_pushed_takes_along_what_it_led_to_and_nothing_else():
    causes = causes_of(FIGURE)
    base = laid_by(causes, {event.key: event.reading for event in FIGURE}, 12)
    pushed = slid(causes, base, C)
    assert {key for key in base if pushed[key] != base[key]} == {C, D, E, F}
    assert pushed[C] > pushed[B]


@pytest.mark.parametrize("seed", range(6))
def test_on_every_run_a_bead_can_be_pushed_past_exactly_what_it_did_not_lead_to(seed):
    """The push and the relation are two computations: they agree on all pairs, and every push leaves a legal run."""
    me = night_of(seed)
    causes = causes_of(me.events)
    pasts = pasts_of(causes)
    for bead in causes:
        pushed = slid(causes, me.base, bead)
        assert all(pushed[cause] < pushed[key] for key, direct in causes.items() for cause in direct)
        for other in causes:
            if other != bead:
                moves = pushed[other] > me.base[other]
                assert moves == (bead in pasts[other])
                assert (pushed[other] < pushed[bead]) == (not moves)


def test_beads_lie_by_their_clocks_as_far_as_letters_let_them():
    late = (Event("p1", 1, 100), Event("p2", 2, 50, "p1", 1), Event("p2", 3, 150))
    places = laid_by(causes_of(late), {event.key: event.reading for event in late}, 12)
    assert places["p1", 1] < places["p2", 2] < places["p2", 3]


def test_letters_of_which_nobody_tells_and_tales_that_go_round_in_a_circle():
    unknown = causes_of((Event("p1", 4, 0, "p9", 3),))
    assert unknown == {("p1", 4): ()}
    circle = (
        Event("p1", 1, 0, "p2", 2), Event("p1", 2, 1), Event("p2", 1, 0, "p1", 2), Event("p2", 2, 1),
    )  # fmt: skip
    causes = causes_of(circle)
    assert set(causes) == {event.key for event in circle}
    assert all(one not in pasts_of(causes)[one] for one in causes)
    assert laid_by({}, {}, 12) == {}


# Lamport's clocks


def ticking(*letters, persona="", rates=(6, 8, 10)):
    """Three processes whose clocks tick 6, 8 and 10 times a second; letters (when, from, to) take a second."""
    names = ("p1", "p2", "p3")
    scenario = Scenario(
        name="three clocks",
        protocols={"logical_clocks": PROTOCOL},
        nodes=tuple(
            NodeSpec(name, "logical_clocks", "process", {"rate": rate}) for name, rate in zip(names, rates, strict=True)
        ),
        default_link=LinkSpec(latency=SECOND),
        seats=dict.fromkeys(names, persona) if persona else {},
        happenings=tuple(Request(at * SECOND, one, Write(other)) for at, one, other in letters),
        limit=20 * SECOND,
    )
    world = World(scenario, Book())
    world.run()
    return {name: [event.stamp for event in world.nodes[name].machine.log] for name in names}, world


M1_TO_M4 = ((1, "p1", "p2"), (3, "p2", "p3"), (6, "p3", "p2"), (8, "p2", "p1"))


def test_tanenbaum_van_steen_figure_6_9_clocks_that_tick_6_8_and_10_times():
    """m1 6 to 16, m2 24 to 40, m3 60 to 56, which becomes 61, m4 64, which becomes 69, to 54, which becomes 70."""
    stamps, world = ticking(*M1_TO_M4)
    assert stamps == {"p1": [6, 70], "p2": [16, 24, 61, 69], "p3": [40, 60]}
    assert world.nodes["p2"].machine.shown(9 * SECOND) == 77
    assert world.nodes["p1"].machine.shown(10 * SECOND) == 76


def test_figure_6_9_a_without_the_correction_two_letters_are_read_before_they_are_written():
    stamps, _ = ticking(*M1_TO_M4, persona="forgets the maximum")
    assert stamps == {"p1": [6, 54], "p2": [16, 24, 56, 64], "p3": [40, 60]}


def test_two_events_of_one_tick_have_two_stamps():
    stamps, _ = ticking((1, "p1", "p2"), (1, "p1", "p3"), rates=(6, 0, 0))
    assert stamps == {"p1": [6, 7], "p2": [7], "p3": [8]}


def test_a_process_that_comes_back_counts_on():
    _, world = ticking(*M1_TO_M4)
    p2 = world.nodes["p2"]

    class Told:
        stored = p2.stored
        now = 9 * SECOND

    other = replace(p2.machine, log=[], last=0, ahead=0)
    other.on_restart(Told())
    assert other.log == p2.machine.log
    assert other.last == 69


# Runs


def night_of(seed, scenario=PROTOCOL.scenarios[2]):
    world = World(scenario.reseeded(seed), Book())
    world.run(until=400 * SECOND)
    return world.nodes["detective"].machine


@pytest.mark.parametrize("seed", range(4))
def test_clock_condition_a_leads_to_b_only_with_a_smaller_stamp_and_not_the_other_way(seed):
    """Lamport 1978, Clock Condition; that its converse does not hold is said there, too."""
    me = night_of(seed)
    pasts = pasts_of(causes_of(me.events))
    loose = 0
    for one, other in permutations(pasts, 2):
        if one in pasts[other]:
            assert one[1] < other[1]
        elif other not in pasts[one]:
            loose += one[1] < other[1]
    assert loose > 20


def test_how_often_a_smaller_stamp_is_no_cause():
    """The figure that the level file names: of two events in two processes, with two stamps."""
    pairs = beside = 0
    for seed in range(8):
        me = me_of(play(load(LEVEL).scenario.reseeded(seed), Book()))
        pasts = pasts_of(causes_of(me.events))
        for one, other in combinations(pasts, 2):
            if one[0] != other[0] and one[1] != other[1]:
                pairs += 1
                beside += relation(pasts, one, other) == BESIDE
    assert round(100 * beside / pairs) == 27


# The detective


def asked(scenario=PROTOCOL.scenarios[2], until=400 * SECOND):
    player = (PlayerSeat("detective", ("logical_clocks.slide", "logical_clocks.verdict")),)
    world = World(replace(scenario, player=player, win=()), Player())
    world.run(until=until)
    return world


def me_of(world):
    return world.nodes["detective"].machine


@pytest.mark.parametrize("seed", [116, 1, 16, 22, 28])
def test_a_slip_of_every_kind_that_the_night_wants(seed):
    me = me_of(play(load(LEVEL).scenario.reseeded(seed), Book()))
    causes = causes_of(me.events)
    found = []
    for slip in me.slips:
        truth = me.between(slip.bead, me.crime)
        found.append((truth, min(2, letters_on(way(causes, slip.bead, me.crime))), slip.claim))
    assert sorted(found) == sorted([
        (BEFORE, 2, "letters"), (BEFORE, 1, "stamp"), (AFTER, 0, "stamp"), (BESIDE, 0, "stamp"), (BESIDE, 0, "clock"),
        (BESIDE, 0, "stamp"),
    ])  # fmt: skip
    assert len({slip.bead for slip in me.slips}) == 6
    assert all(slip.bead[0] != me.crime[0] for slip in me.slips)


def test_of_kinds_that_do_not_all_fit_as_many_as_can_be_are_brought():
    assert fitting_at_most([[A, B], [A], [B, C]]) == 3
    assert fitting_at_most([[A], [A], [B]]) == 2
    assert fitting_at_most([]) == fitting_at_most([[]]) == 0


def test_what_the_sergeant_says_is_wrong_of_chains_clocks_and_stamps_that_are_none():
    wrong = right = 0
    for seed in range(8):
        world = asked(PROTOCOL.scenarios[2].reseeded(seed))
        me = me_of(world)
        while me.slip is not None:
            wrong, right = wrong + (me.claimed != me.truth), right + (me.claimed == me.truth)
            world.move("detective", "logical_clocks.verdict", me.truth)
            world.run(until=world.now + 40 * SECOND)
            me = me_of(world)
    assert (wrong, right) == (24, 16)


def test_a_push_costs_and_stays_until_the_next_slip():
    world = asked()
    me = me_of(world)
    before = me.places
    world.move("detective", "logical_clocks.slide", me.left)
    me = me_of(world)
    assert me.places != before
    assert (me.pushed, me.may_push) == (1, True)
    for bead in me.beads[2:4]:
        world.move("detective", "logical_clocks.slide", bead)
    assert not me_of(world).may_push
    with pytest.raises(LookupError):
        world.move("detective", "logical_clocks.slide", me.left)
    world.move("detective", "logical_clocks.verdict", me.truth)
    with pytest.raises(LookupError):
        world.move("detective", "logical_clocks.verdict", me.truth)
    world.run(until=world.now + 40 * SECOND)
    assert me_of(world).places == before


def test_what_is_said_of_a_push():
    world = asked()
    me = me_of(world)
    right = me.crime if me.left != me.crime else me.slip.bead
    labels = [world.fork().move("detective", "logical_clocks.slide", bead).label
              for bead in (me.left, right, me.beads[5])]  # fmt: skip
    assert labels == ["book", "right", "aside"]
    world.move("detective", "logical_clocks.slide", me.left)
    assert world.move("detective", "logical_clocks.slide", me.left).label == "again"


def test_what_is_said_of_a_verdict():
    """Every way to be wrong has its own words; the run that is shown then bears them out."""
    labels = {}
    for seed in range(12):
        world = asked(PROTOCOL.scenarios[2].reseeded(seed))
        me = me_of(world)
        while me.slip is not None:
            for value in (BEFORE, AFTER, BESIDE):
                verdict = world.fork().move("detective", "logical_clocks.verdict", value)
                labels.setdefault(verdict.label, []).append((me.truth, value))
                assert (verdict.label == "book") is (value == me.truth)
            truth, crime, bead = me.truth, me.crime, me.slip.bead
            world.move("detective", "logical_clocks.verdict", truth)
            places = me_of(world).places
            if truth == BESIDE:
                assert (places[bead] < places[crime]) is (me.base[bead] > me.base[crime])
            else:
                assert (places[bead] < places[crime]) is (truth == BEFORE)
            world.run(until=world.now + 40 * SECOND)
            me = me_of(world)
    assert set(labels) == {"book", "clock", "smaller", "through", "letter", "turned", "none"}
    assert set(labels["through"]) == {(BEFORE, BESIDE), (AFTER, BESIDE)}
    assert {truth for truth, _ in labels["smaller"] + labels["clock"]} == {BESIDE}


def test_a_testimony_that_comes_twice_or_from_an_earlier_night_is_not_taken():
    me = Detective(name="d", peers=("p1", "p2"))

    class Told:
        def __init__(self):
            self.sent = []

        def send(self, to, message):
            self.sent.append((to, message.after))

        def set_timer(self, key, after):
            pass

        def cancel_timer(self, key):
            pass

        def choose(self, choice, **subject):
            return subject["among"][0]

    ctx = Told()
    said = Deposition((Line(1, 5, "", 0), Line(2, 9, "", 0)))
    me.on_message(ctx, "p1", said)
    assert me.told == {}
    me.on_request(ctx, Night())
    me.on_message(ctx, "p1", said)
    me.on_message(ctx, "p1", Deposition(()))
    assert len(me.told["p1"]) == 2
    me.on_timer(ctx, "ask")
    assert ctx.sent == [("p1", 0), ("p2", 0), ("p2", 0)]
    me.on_message(ctx, "p2", Deposition((Line(3, 7, "p1", 2),)))
    assert len(me.events) == 3
    me.on_request(ctx, Night())
    assert ctx.sent[3:] == [("p1", 2), ("p2", 3)]


def test_a_night_in_which_nothing_happens_has_no_slips():
    scenario = replace(PROTOCOL.scenarios[0], happenings=(Request(SECOND, "detective", Night()),), win=())
    world = World(scenario, Book())
    world.run(until=100 * SECOND)
    assert me_of(world).slips == []


# The level


def test_the_book_judges_nine_slips_and_pushes_once_a_night():
    world = play(load(LEVEL).scenario, Book())
    assert world.outcome.won
    assert me_of(world).given == [True] * 9
    assert me_of(world).pushed == 2


@pytest.mark.parametrize("persona", [each.name for each in PERSONAS[1:]])
def test_every_wrong_rule_loses_the_level_or_pays(persona):
    for seed in range(4):
        world = play(load(LEVEL).scenario.reseeded(seed), PersonaSeat(PROTOCOL.persona(persona)))
        assert not (world.outcome.won and me_of(world).pushed <= 2 and not me_of(world).false)


# Level errors


NODES = """
[level]
title = "t"
[nodes]
detective = {{ runs = "logical_clocks.detective", nights = "{nights}" }}
{more}
[seats]
detective = {{ player = "*" }}
[goal]
win = ["detective has given 1 verdicts"]
limit = "9s"
[par]
messages = 9
[text]
brief = "b"
"""
TWO = '"p1, p2" = { runs = "logical_clocks.process", friends = ["p1", "p2"] }'


@pytest.mark.parametrize(("nights", "more", "words"), [
    ("chain", 'p1 = { runs = "logical_clocks.process" }', "1 process"),
    ("chain", TWO + '\ne = { runs = "logical_clocks.detective" }', "a second detective"),
    ("chain", TWO.replace('"p2"] }', '"detective"] }'), "writes to detective, which is no process"),
    ("motive", TWO, "no kind of slip"),
])  # fmt: skip
def test_what_a_level_cannot_have_is_said(nights, more, words):
    with pytest.raises((LevelError, UnfitNodesError), match=words):
        World(from_text(NODES.format(nights=nights, more=more), "t.toml").scenario, Book())


def test_the_kinds_of_a_night():
    assert kinds_of("chain clock / alibi") == [["chain", "clock"], ["alibi"]]


def test_chat_of_nothing_is_nothing():
    scenario = replace(PROTOCOL.scenarios[0], happenings=(Request(SECOND, "p1", Chat(0)),), win=())
    world = World(scenario, Book())
    world.run(until=100 * SECOND)
    assert world.nodes["p1"].machine.log == []
