"""A forum: what Birman, Schiper & Stephenson, and Tanenbaum & van Steen, say of multicasts in causal order."""

import random
from dataclasses import replace

import pytest

from core.kernel.protocol import Cast, UnfitNodesError
from core.kernel.scenario import DiceSpec, LinkSpec, LoseMessage, NodeSpec, Request, Scenario
from core.kernel.seats import Book, PersonaSeat
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, SEND
from core.kernel.world import World
from core.protocols.clocks.ordered_multicast import PROTOCOL
from core.protocols.clocks.ordered_multicast.forum import Reader, Slip
from core.protocols.clocks.ordered_multicast.forum_messages import Again, Post, Sent, Write, vector_words
from levels.loader import load

LEVEL = "stamps/the-answer-before-the-question"


def forum(*happenings, count=3, ways=None, jitter=0, seed=1, wrong="", persona="", limit=20 * SECOND):
    """So many members, 200 ms from each other but for `ways` (ms)."""
    names = [f"p{number}" for number in range(1, count + 1)]
    return Scenario(
        "test", {"ordered_multicast": PROTOCOL},
        tuple(NodeSpec(name, "ordered_multicast", "reader", {"receipts": name == wrong}) for name in names),
        links={pair: LinkSpec(latency=ms * MILLISECOND) for pair, ms in (ways or {}).items()},
        default_link=LinkSpec(latency=200 * MILLISECOND),
        seats=dict.fromkeys(names, persona) if persona else {},
        network=DiceSpec(jitter=(0, jitter * MILLISECOND)) if jitter else None,
        happenings=happenings, limit=limit, seed=seed,
    )  # fmt: skip


def writes(ms, member, words="words"):
    return Request(ms * MILLISECOND, member, Write(words))


def ran(scenario, seat=None):
    world = World(scenario, seat or Book())
    world.run()
    return world


def hung(world, name):
    return [slip.place for slip in world.nodes[name].machine.hung]


def reader(wall, *slips, **more):
    """p3's wall of three, with posts on the shelf: (author, vector)."""
    members = ("p1", "p2", "p3")
    lying = [Slip(author, vector[members.index(author)], vector, "words", 0) for author, vector in slips]
    return Reader(name="p3", peers=("p1", "p2"), wall=list(wall), shelf=lying, **more)


# The rule


def test_tanenbaum_6_2_2_an_answer_that_overtakes_its_question_is_held_back():
    """P2 gets m = (1,0,0) and answers m* = (1,1,0), which comes to P3 before m."""
    slow = {("p1", "p3"): 1000}
    world = ran(forum(writes(1, "p1", "m"), writes(300, "p2", "m*"), ways=slow))
    posts = {entry.detail.words: entry.detail.vector for entry in world.trace if entry.kind == SEND}
    assert posts == {"m": (1, 0, 0), "m*": (1, 1, 0)}
    assert hung(world, "p3") == [("p1", 1), ("p2", 1)]
    assert world.nodes["p3"].machine.waited == 501 * MILLISECOND


@pytest.mark.parametrize(
    ("author", "vector", "fits"),
    [
        ("p1", (2, 1, 0), True), ("p1", (3, 1, 0), False), ("p1", (2, 2, 0), False), ("p2", (1, 2, 0), True),
        ("p2", (0, 2, 0), True), ("p2", (2, 2, 0), False), ("p2", (1, 2, 1), False),
    ],
)  # fmt: skip
def test_birman_1991_a_post_is_its_authors_next_and_its_author_had_read_no_more(author, vector, fits):
    me = reader((1, 1, 0), (author, vector))
    assert me.fits(me.shelf[0]) is fits


def test_what_has_nothing_to_do_with_each_other_may_hang_in_any_order():
    """Causal order is weaker than total order: p1 and p3 hang the same two posts the other way round."""
    world = ran(forum(writes(1, "p1", "a"), writes(1, "p3", "b")))
    assert hung(world, "p1") == [("p1", 1), ("p3", 1)]
    assert hung(world, "p3") == [("p3", 1), ("p1", 1)]


def test_a_post_takes_a_letter_to_each_of_the_others_and_no_more():
    world = ran(forum(writes(1, "p1"), count=4))
    assert len([entry for entry in world.trace if entry.kind == SEND]) == 3


@pytest.mark.parametrize("seed", range(10))
def test_whatever_the_delays_nothing_hangs_before_what_its_author_had_hung(seed):
    """By a second way to see it: what hung on its author's wall when he wrote it, read off the trace."""
    chance = random.Random(seed)
    world = ran(forum(*(writes(chance.randrange(4000), f"p{chance.randrange(1, 5)}") for _ in range(12)), count=4,
                      jitter=900, seed=seed))  # fmt: skip
    walls, read = {}, {}
    for entry in world.trace:
        if entry.kind == DELIVER:
            post, wall = (entry.detail.author, entry.detail.number), walls.setdefault(entry.node, set())
            if entry.node == post[0]:
                read[post] = set(wall)
            assert read[post] <= wall
            wall.add(post)
    assert all(len(wall) == 12 for wall in walls.values())


def test_order_costs_time_and_no_order_costs_sense():
    """Held for causes: some; hung at once: none, and most such forums have an answer before its question."""
    absurd = waited = 0
    for seed in range(20):
        chance = random.Random(seed)
        posts = [writes(chance.randrange(4000), f"p{chance.randrange(1, 5)}") for _ in range(16)]
        win = (PROTOCOL.goal("no answer hangs before what its author had read"),)
        hasty = ran(replace(forum(*posts, count=4, jitter=900, seed=seed, persona="hangs all"), win=win))
        absurd += not hasty.outcome.won
        orderly = ran(forum(*posts, count=4, jitter=900, seed=seed))
        waited += sum(node.machine.waited for node in orderly.nodes.values())
    assert absurd > 10
    assert waited > 0


# What is lost


def test_what_is_lost_and_was_answered_is_asked_for_and_sent_once_more():
    world = ran(forum(writes(1, "p1", "m"), writes(300, "p2", "m*"), LoseMessage("p1", "p3", "Post", 1)))
    asked = [entry for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Again)]
    assert [(entry.node, entry.peer, entry.detail.number) for entry in asked] == [("p3", "p1", 1)]
    assert asked[0].time >= 2 * SECOND
    assert hung(world, "p3") == [("p1", 1), ("p2", 1)]


def test_a_post_that_comes_twice_hangs_once():
    twice = LoseMessage("p1", "p3", "Post", 1, "twice")
    assert hung(ran(forum(writes(1, "p1"), twice)), "p3") == [("p1", 1)]


# Two rules do not mix


def test_by_the_general_rule_a_second_post_never_comes_next():
    """Who counts receipts, too, sends (1,0,0), gets two, and sends (4,2,0), which is never next."""
    posts = writes(1, "p1"), writes(500, "p2"), writes(1000, "p2"), writes(1500, "p1")
    world = ran(forum(*posts, wrong="p1", persona="believes all numbers"))
    last = [entry.detail.vector for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Post)][-1]
    assert last == (4, 2, 0)
    assert ("p1", 4) in world.nodes["p3"].machine.places
    assert ("p1", 4) not in hung(world, "p3")


def test_whoever_is_asked_for_what_he_never_sent_says_how_many_he_sent_and_his_number_is_named():
    posts = writes(1, "p1"), writes(500, "p2"), writes(1000, "p2"), writes(1500, "p1"), writes(8000, "p2")
    world = ran(forum(*posts, wrong="p1"))
    told = {entry.detail.count for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Sent)}
    assert told == {2}
    assert world.nodes["p3"].machine.named == ("p1",)
    assert hung(world, "p3")[-2:] == [("p1", 4), ("p2", 3)]
    assert not world.nodes["p3"].machine.wronged


def test_a_number_is_false_only_if_its_author_says_so():
    assert reader((1, 0, 0), ("p1", (3, 0, 0))).false == ()
    assert reader((1, 0, 0), ("p1", (3, 0, 0)), told={"p1": 3}).false == ()
    assert reader((1, 0, 0), ("p1", (3, 0, 0)), told={"p1": 2}).false == (("p1", 3, "p1"),)


def test_of_whom_a_post_is_missing():
    assert reader((0, 0, 0), ("p2", (1, 1, 0))).missing == ("p1",)
    assert reader((0, 0, 0), ("p2", (1, 1, 0)), ("p1", (1, 0, 0))).missing == ()
    assert reader((1, 0, 0), ("p1", (3, 0, 0))).missing == ("p1",)


# Words and bytes


def test_the_messages_have_bytes():
    envelope = ran(forum()).envelope("p1", "p2")
    for message in (Post((1, 0, 4), "My cat"), Again(2), Sent(2)):
        assert PROTOCOL.codec.decode(PROTOCOL.codec.encode(message, envelope), envelope) == message
    assert vector_words((1, 0, 4)) == "(1,0,4)"


def test_readers_and_replicas_do_not_mix_and_nobody_is_alone():
    with pytest.raises(UnfitNodesError, match="a and c understand no word"):
        PROTOCOL.admits(Cast({"replica": ("a", "b"), "reader": ("c", "d")}, {}))
    with pytest.raises(UnfitNodesError, match="c is alone"):
        PROTOCOL.admits(Cast({"replica": (), "reader": ("c",)}, {}))


# The level


@pytest.mark.parametrize(
    "persona", ["hangs all", "each in his own order", "in turn", "never asks", "believes all numbers", "blames at once"]
)
def test_in_the_level_who_is_wrong_loses(persona):
    assert not ran(load(LEVEL).scenario, PersonaSeat(PROTOCOL.persona(persona))).outcome.won


def test_in_the_level_whoever_asks_at_once_pays():
    by_book, at_once = (
        ran(load(LEVEL).scenario),
        ran(load(LEVEL).scenario, PersonaSeat(PROTOCOL.persona("asks at once"))),
    )
    assert by_book.outcome.won
    assert (by_book.measures()["sent"], at_once.measures()["sent"] > 20) == (2, True)


def test_in_the_level_walls_have_orders_of_their_own():
    world = ran(load(LEVEL).scenario)
    orders = {tuple(hung(world, f"p{number}")) for number in (1, 2, 3, 4)}
    assert len({frozenset(order) for order in orders}) == 1
    assert len(orders) > 1
