"""A daemon of time and its members: what the Berkeley algorithm says, and its textbook figures."""

from dataclasses import replace

import pytest

from core.kernel.choice import Asked, Kind, judge
from core.kernel.protocol import Cast, UnfitNodesError
from core.kernel.scenario import LinkSpec, LoseMessage, NodeSpec, PlayerSeat, Scenario
from core.kernel.seats import Book, PersonaSeat, Player
from core.kernel.time import MILLISECOND, MINUTE, SECOND
from core.kernel.trace import SEND
from core.kernel.world import World
from core.protocols.clocks.clock_sync import PROTOCOL
from core.protocols.clocks.clock_sync.averaging import Sample, camps, letters_of, mean_of, sample_of
from core.protocols.clocks.clock_sync.daemon_choices import BY, COUNT, LETTER, MEAN, TO
from core.protocols.clocks.clock_sync.messages import Adjust, Ask, Mine
from levels.loader import load

THREE = PROTOCOL.scenarios[1]


def parliament(clocks, own=0, happenings=(), latency=30, **daemon):
    nodes = [NodeSpec("a", "clock_sync", "daemon", {"first": 1, **daemon}, clock=own)]
    nodes += [NodeSpec(name, "clock_sync", "member", clock=clock) for name, clock in clocks.items()]
    return Scenario(
        "test", {"clock_sync": PROTOCOL}, tuple(nodes), default_link=LinkSpec(latency=latency * MILLISECOND),
        happenings=tuple(happenings), limit=60 * SECOND,
    )  # fmt: skip


def ran(scenario, seat=None):
    world = World(scenario, seat or Book())
    world.run()
    return world


def apart(world, names):
    read = [world.evidence().clock(name) for name in names]
    return max(read) - min(read)


# The arithmetic


def test_tanenbaum_6_1_3_three_o_clock_three_twenty_five_and_ten_to_three_make_five_past():
    """The daemon's clock reads 3:00, the others' 3:25 and 2:50: it tells them −20 and +15, and itself +5 (minutes)."""
    clocks = {"b": 25 * MINUTE, "c": -10 * MINUTE}
    world = ran(parliament(clocks, gamma=60 * MINUTE, reach=60 * 60 * 1000))
    assert world.nodes["a"].machine.moved == {"a": 5 * MINUTE, "b": -20 * MINUTE, "c": 15 * MINUTE}
    assert apart(world, "abc") == 0


def test_the_sum_of_all_letters_is_nothing_when_all_count():
    offsets = {"a": 0, "b": -10, "c": 25, "d": 5}
    assert sum(letters_of(offsets, mean_of(list(offsets.values()))).values()) == 0


def test_a_mean_is_taken_to_the_nearest_step_a_half_upwards():
    assert [mean_of(values, 10) for values in ([14], [15], [-15], [-16], [])] == [10, 20, -10, -20, 0]


def test_a_clock_was_read_in_the_middle_of_the_round_trip_and_half_of_it_is_doubt():
    """Cristian 1989: whatever the way there took, the reading is wrong by half of the round trip at most."""
    for there, back in ((30, 30), (0, 60), (60, 0), (17, 22)):
        true = 1234
        sample = sample_of(100, 100 + there + back, 100 + there + true)
        assert abs(sample.offset - true) <= sample.doubt
    assert sample_of(0, 60, 30) == Sample(0, 30)


def test_only_the_largest_set_that_stands_within_gamma_counts():
    """Gusella & Zatti 1989: the clocks of which no two differ by more than γ."""
    assert camps({"a": 0, "b": -10, "c": 25, "z": 4000}, 100) == [("a", "b", "c")]
    assert camps({"a": 0, "b": 1500, "c": 1490}, 100) == [("b", "c")]
    assert camps({"a": 0, "b": 60, "c": 120}, 100) == [("a", "b")]  # not a chain: a and c differ by more


def test_as_many_here_as_there_are_two_camps():
    assert camps({"a": 0, "b": 300, "c": -5, "d": 295}, 100) == [("a", "c"), ("b", "d")]


# The round


def test_a_round_costs_three_messages_for_every_member():
    assert ran(THREE).nodes["a"].machine.letters == 3 * 2


def test_a_stray_gets_a_letter_though_it_does_not_count():
    world = ran(parliament({"b": 10 * MILLISECOND, "c": -10 * MILLISECOND, "z": 4 * SECOND}))
    daemon = world.nodes["a"].machine
    assert daemon.counted == ("a", "b", "c")
    assert daemon.moved["z"] == -4 * SECOND
    assert apart(world, "abcz") == 0


def test_the_daemon_moves_itself_when_it_stands_alone():
    world = ran(parliament({"b": 10 * MILLISECOND, "c": 0}, own=-1500 * MILLISECOND))
    daemon = world.nodes["a"].machine
    assert daemon.counted == ("b", "c")
    assert daemon.moved["a"] == 1505 * MILLISECOND


def test_a_time_is_old_when_it_comes_and_a_difference_is_not():
    persona = PersonaSeat(PROTOCOL.persona("tells the time"))
    scenario = replace(THREE, player=(PlayerSeat("a", ("*",)),))
    assert apart(ran(scenario), "abc") == 0
    assert apart(ran(scenario, persona), "abc") == 30 * MILLISECOND  # as long as the letters took


def test_an_answer_that_was_long_under_way_is_asked_for_again_and_the_quicker_one_counts():
    late = LoseMessage("b", "a", "Mine", 1, "late", 280 * MILLISECOND)
    world = ran(parliament({"b": 0, "c": 0}, happenings=[late]))
    daemon = world.nodes["a"].machine
    assert daemon.times == {"b": 2, "c": 1}
    assert daemon.samples["b"].doubt == 30 * MILLISECOND
    assert apart(world, "abc") == 0


def test_who_is_not_asked_again_is_moved_by_its_doubt():
    late = LoseMessage("b", "a", "Mine", 1, "late", 280 * MILLISECOND)
    scenario = replace(parliament({"b": 0, "c": 0}, happenings=[late]), player=(PlayerSeat("a", ("*",)),))
    world = ran(scenario, PersonaSeat(PROTOCOL.persona("takes any answer")))
    assert apart(world, "abc") == 140 * MILLISECOND


def test_between_two_camps_the_watch_decides_and_costs_twenty_letters():
    scenario = PROTOCOL.scenarios[3]
    world = ran(scenario)
    daemon = world.nodes["a"].machine
    assert daemon.counted == ("c", "d")
    assert daemon.letters == 3 * 3 + 20
    assert not [
        entry for entry in world.trace if entry.kind == SEND and entry.peer == "w" and isinstance(entry.detail, Adjust)
    ]


def test_a_letter_that_comes_twice_is_followed_once():
    twice = LoseMessage("a", "b", "Adjust", 1, "twice")
    assert apart(ran(parliament({"b": 40 * MILLISECOND}, happenings=[twice])), "ab") == 0


def test_who_does_not_answer_is_waited_for_and_gets_no_letter():
    lost = LoseMessage("b", "a", "Mine", 1, "lost")
    world = ran(parliament({"b": 40 * MILLISECOND, "c": 20 * MILLISECOND}, happenings=[lost], patience=500_000))
    assert set(world.nodes["a"].machine.moved) == {"a", "c"}


def test_an_answer_of_somebody_who_was_not_asked_changes_nothing():
    world = World(THREE, Book())
    world.run(until=10 * MILLISECOND)
    daemon = world.nodes["a"].machine
    before = dict(daemon.samples)
    daemon.on_message(None, "c", Mine(1, 5))  # question 1 went to b
    assert daemon.samples == before


def test_the_messages_have_bytes():
    envelope = World(THREE, Book()).envelope("a", "b")
    for message in (Ask(7), Mine(7, -(2**40)), Adjust(3, True, 2**50)):
        assert PROTOCOL.codec.decode(PROTOCOL.codec.encode(message, envelope), envelope) == message


# Answers and their verdicts


def asked_in(scenario):
    """The world stopped where the letters are due."""
    world = World(replace(scenario, player=(PlayerSeat("a", ("*",)),), win=()), Player())
    while not world.due("a"):
        world.step()
    return world


@pytest.mark.parametrize(
    ("seated", "mean", "form", "labels"),
    [
        (("a", "b", "c"), 5, BY, ["book", "book", "book"]),
        ((), 5, BY, ["book", "book", "book"]),
        (("a", "b", "c"), 7, TO, ["book", "near", "old"]),
        (("b", "c"), 0, BY, ["few", "mine", "book"]),
        (("a", "b", "c"), 40, BY, ["book", "off", "book"]),
    ],
)
def test_what_is_said_of_seats_mean_and_letters(seated, mean, form, labels):
    world = asked_in(THREE)
    world.keep("a", COUNT.name, seated)
    world.keep("a", MEAN.name, mean)
    world.move("a", "clock_sync.write", "write")
    world.answer(form)
    said = [next(v for v in world.verdicts if v.choice == name) for name in (COUNT.name, MEAN.name, LETTER.name)]
    assert [verdict.label for verdict in said] == labels


def test_whoever_counts_one_that_is_far_off_is_told_where_the_others_stood():
    scenario = parliament({"b": 0, "c": 0, "z": 4 * SECOND})
    world = asked_in(scenario)
    verdict = judge(_count(world), ("a", "b", "c", "z"), 0, 0)
    assert verdict.kind is Kind.WRONG
    assert "far from where a, b, c stood" in verdict.words


def _count(world):
    return Asked(COUNT, "a", world.nodes["a"].machine, {}, 0)


def test_whoever_counts_itself_while_it_stands_alone_is_told_that_it_is_its_own_clock():
    world = asked_in(parliament({"b": 0, "c": 0}, own=-1500 * MILLISECOND))
    verdict = judge(_count(world), ("a", "b", "c"), 0, 0, PROTOCOL.personas)
    assert (verdict.label, verdict.case) == ("self", "you stand apart")


# What a room cannot run with


@pytest.mark.parametrize(
    ("names", "watch", "words"),
    [
        ({"daemon": ("a", "x"), "member": ("b",)}, "", "x is a second daemon"),
        ({"daemon": ("a",), "member": ()}, "", "a has no clock to ask"),
        ({"daemon": ("a",), "member": ("b",)}, "b", "a has no clock to ask"),
        ({"daemon": ("a",), "member": ("b",)}, "a", "which is a daemon"),
    ],
)
def test_what_cannot_be_is_refused_in_words(names, watch, words):
    parameters = {name: {"watch": watch} for name in names["daemon"]} | {name: {} for name in names["member"]}
    with pytest.raises(UnfitNodesError, match=words):
        PROTOCOL.admits(Cast(names, parameters))


# The level


@pytest.mark.parametrize(
    "persona", ["all are equal", "I am right", "one of us", "tells the time", "takes any answer", "trusts its own camp"]
)
def test_in_the_level_who_is_wrong_loses(persona):
    scenario = load("clocks/parliament-of-clocks").scenario
    assert not ran(scenario, PersonaSeat(PROTOCOL.persona(persona))).outcome.won


def test_in_the_level_whoever_asks_all_day_pays():
    scenario = load("clocks/parliament-of-clocks").scenario
    by_book, all_day = ran(scenario), ran(scenario, PersonaSeat(PROTOCOL.persona("asks all day")))
    assert all_day.outcome.won
    assert all_day.measures()["letters"] > by_book.measures()["letters"]
    assert by_book.measures()["moved"] < 300 * MILLISECOND
