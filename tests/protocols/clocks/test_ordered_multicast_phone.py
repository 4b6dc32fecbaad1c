"""A forum with phones: what Saltzer, Reed & Clark, and Cheriton & Skeen, say of causes that no network sees."""

import random
from dataclasses import replace

import pytest

from core.kernel.protocol import Cast, UnfitNodesError
from core.kernel.scenario import DiceSpec, LinkSpec, LoseMessage, NodeSpec, Request, Scenario
from core.kernel.seats import Book, PersonaSeat
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import DELIVER, RECEIVE, SEND
from core.kernel.world import World
from core.protocols.clocks.ordered_multicast import PROTOCOL
from core.protocols.clocks.ordered_multicast.forum_laws import CAUSAL
from core.protocols.clocks.ordered_multicast.forum_messages import Post, Write
from core.protocols.clocks.ordered_multicast.messages import Deposit, Interest
from core.protocols.clocks.ordered_multicast.phone_messages import Call, Lacking, Note, Say, Shown, author_of, name_of
from levels.loader import load

LEVEL = "stamps/the-phone-call"
MEMBERS = ("ana", "kim", "lea", "moe")
SLOW = {("ana", "moe"): LinkSpec(latency=1500 * MILLISECOND)}
"""ana's letters come to moe long after kim's."""


def forum(*happenings, role="caller", jitter=0, seed=1, persona="", win=()):
    """Four members, 200 ms from each other, but for what ana writes to moe."""
    return Scenario(
        "test", {"ordered_multicast": PROTOCOL},
        tuple(NodeSpec(name, "ordered_multicast", role) for name in MEMBERS),
        links={} if jitter else SLOW, default_link=LinkSpec(latency=200 * MILLISECOND),
        seats=dict.fromkeys(MEMBERS, persona) if persona else {},
        network=DiceSpec(jitter=(0, jitter * MILLISECOND)) if jitter else None,
        happenings=happenings, win=tuple(PROTOCOL.goal(law) for law in win), limit=40 * SECOND, seed=seed,
    )  # fmt: skip


def says(ms, member, words="words", *about):
    return Request(ms * MILLISECOND, member, Say(words, about))


def calls(ms, member, caller, note=""):
    return Request(ms * MILLISECOND, member, Call(caller, "I say", note))


def ran(scenario, seat=None):
    world = World(scenario, seat or Book())
    world.run()
    return world


def hung(world, name):
    return list(world.nodes[name].machine.hanging)


def notes(world):
    """What each note names."""
    sent = [entry for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Note)]
    return {name_of(entry.node, entry.detail.number): entry.detail.after for entry in sent}


OVEN = (says(1, "ana", "oven on"), calls(300, "kim", "ana", "ana.1"), says(301, "kim", "come and eat", "ana.1"))

# Where the network is blind


def test_cheriton_skeen_3_1_vectors_miss_a_cause_that_goes_round_the_network():
    """ana's word is still under way to kim when she phones him: his vector says that he has read nothing."""
    late = LoseMessage("ana", "kim", "Post", 1, "late", 2 * SECOND)
    writes = [Request(request.at, request.node, Write(request.request.words)) for request in (OVEN[0], OVEN[2])]
    world = ran(forum(*writes, late, role="reader", win=[CAUSAL, "moe has hung 2 posts"]))
    assert [slip.words for slip in world.nodes["moe"].machine.hung] == ["come and eat", "oven on"]
    assert world.outcome.won  # the order of causes that it promises is kept


def test_cheriton_skeen_3_1_one_order_of_all_is_not_that_of_the_phone():
    """A deposit at SF, a phone call, interest at NY, whose logical clock has heard no phone: NY's stamp is smaller."""
    world = ran(Scenario(
        "test", {"ordered_multicast": PROTOCOL},
        (NodeSpec("SF", "ordered_multicast", "replica", {"began": 5}), NodeSpec("NY", "ordered_multicast", "replica")),
        default_link=LinkSpec(latency=200 * MILLISECOND), limit=5 * SECOND,
        happenings=(Request(1 * SECOND, "SF", Deposit(100)), Request(1100 * MILLISECOND, "NY", Interest(1))),
    ))  # fmt: skip
    books = [world.nodes[city].machine.view() for city in ("SF", "NY")]
    assert [book["applied"] for book in books] == ["x1.01 +100"] * 2
    assert [book["book"] for book in books] == ["1,110"] * 2


def test_saltzer_reed_clark_1984_who_writes_says_after_what_it_hangs_and_it_does_everywhere():
    world = ran(forum(*OVEN))
    assert notes(world)["kim.1"] == ("ana.1",)
    assert {tuple(hung(world, name)) for name in MEMBERS} == {("ana.1", "kim.1")}


def test_who_leaves_the_order_to_the_network_dines_without_an_oven():
    world = ran(forum(*OVEN, persona="names nothing", win=["no note of kim hangs before what it is about"]))
    assert not world.outcome.won
    assert hung(world, "moe")[:1] == ["kim.1"]


# What is named


def test_a_note_waits_for_what_it_names_and_for_nothing_else():
    world = ran(forum(says(1, "ana"), says(300, "kim", "answer", "ana.1"), says(301, "lea", "else")))
    assert hung(world, "moe") == ["lea.1", "ana.1", "kim.1"]


def test_names_carry_on_what_their_own_notes_name():
    """kim names lea's answer alone; ana's question hangs before both."""
    posts = says(1, "ana"), says(300, "lea", "answer", "ana.1"), says(600, "kim", "so it is", "lea.1")
    assert hung(ran(forum(*posts)), "moe") == ["ana.1", "lea.1", "kim.1"]


def test_an_own_note_comes_in_no_order_of_its_own_either():
    late = LoseMessage("kim", "moe", "Note", 1, "late", 2 * SECOND)
    posts = says(1, "kim"), says(300, "kim", "I was wrong", "kim.1")
    assert hung(ran(forum(*posts, late)), "moe") == ["kim.1", "kim.2"]
    assert hung(ran(forum(*posts, late, persona="names nothing")), "moe") == ["kim.2", "kim.1"]


def test_what_is_not_here_is_asked_for_on_the_phone_and_is_named():
    late = LoseMessage("ana", "kim", "Note", 1, "late", 5 * SECOND)
    world = ran(forum(*OVEN, late))
    kim = world.nodes["kim"].machine
    first = next(entry.time for entry in world.trace if entry.node == "kim" and entry.kind == SEND)
    assert first == 301 * MILLISECOND + kim.phone
    assert (notes(world)["kim.1"], kim.ink, kim.delayed) == (("ana.1",), 1, 0)


def test_who_asks_though_it_hangs_there_is_late_for_nothing():
    world = ran(forum(*OVEN, persona="asks every caller"))
    assert world.nodes["kim"].machine.delayed == 2 * SECOND
    assert notes(world)["kim.1"] == ("ana.1",)


def test_what_is_lost_is_asked_for_if_another_names_it_and_else_by_nobody():
    lost = LoseMessage("ana", "moe", "Note", 1)
    world = ran(forum(*OVEN, lost))
    asked = [entry for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Lacking)]
    assert [(entry.node, entry.peer, entry.detail.number) for entry in asked] == [("moe", "ana", 1)]
    assert hung(world, "moe") == ["ana.1", "kim.1"]
    assert hung(ran(forum(says(1, "ana"), says(300, "kim"), lost)), "moe") == ["kim.1"]


def test_a_note_that_comes_twice_hangs_once():
    assert hung(ran(forum(says(1, "ana"), LoseMessage("ana", "moe", "Note", 1, "twice"))), "moe") == ["ana.1"]


# What it costs


def random_posts(chance):
    """Sixteen posts of four, half of them about another's that their writer was told of on the phone."""
    found, count = [], dict.fromkeys(MEMBERS, 0)
    for number in range(16):
        ms, member = 300 * number + chance.randrange(200), chance.choice(MEMBERS)
        others = [author for author in MEMBERS if author != member and count[author]]
        about = ()
        if others and chance.random() < 0.5:
            author = chance.choice(others)
            about = (name_of(author, count[author]),)
            found.append(calls(ms - 1, member, author, about[0]))
        count[member] += 1
        found.append(says(ms, member, "words", *about))
    return found


def costs(world, posts):
    """Absurd hangings, and seconds that notes were held though all that they are about hung, read off the trace."""
    meant, count, came, absurd, held = {}, dict.fromkeys(MEMBERS, 0), {}, 0, 0
    for request in posts:
        if isinstance(request.request, Say):
            count[request.node] += 1
            meant[name_of(request.node, count[request.node])] = request.request.about
    hanging = {name: {} for name in MEMBERS}
    for entry in world.trace:
        wall = hanging.get(entry.node)
        if entry.kind == RECEIVE and isinstance(entry.detail, Note | Post):
            number = entry.detail.number if isinstance(entry.detail, Note) else entry.detail.vector[
                MEMBERS.index(entry.peer)]  # fmt: skip
            came[entry.node, name_of(entry.peer, number)] = entry.time
        elif entry.kind == DELIVER:
            name = entry.detail.name if isinstance(entry.detail, Shown) else name_of(
                entry.detail.author, entry.detail.number)  # fmt: skip
            if author_of(name) != entry.node:
                absurd += not set(meant[name]) <= wall.keys()
                since = max([came[entry.node, name], *(wall.get(other, entry.time) for other in meant[name])])
                held += entry.time - since
            wall[name] = entry.time
    return absurd, held / SECOND


def test_no_names_cost_sense_all_names_time_vectors_both_and_chosen_ones_neither():
    """Mean of 20 forums; the figures stand in the level."""
    total = {}
    for seed in range(20):
        posts = random_posts(random.Random(seed))
        writes = [
            Request(request.at, request.node, Write("words")) for request in posts if isinstance(request.request, Say)
        ]
        for way, scenario in {
            "none": forum(*posts, persona="names nothing", jitter=900, seed=seed),
            "vectors": forum(*writes, role="reader", jitter=900, seed=seed),
            "all": forum(*posts, persona="names all", jitter=900, seed=seed),
            "chosen": forum(*posts, jitter=900, seed=seed),
        }.items():
            absurd, held = costs(ran(scenario), posts)
            before = total.get(way, (0, 0))
            total[way] = before[0] + absurd / 20, before[1] + held / 20
    assert total["none"][0] > total["vectors"][0] > total["chosen"][0] == 0
    assert total["all"][0] == total["none"][1] == total["chosen"][1] == 0
    assert min(total["vectors"][1], total["all"][1]) > 0


# Words and bytes


def test_the_messages_have_bytes():
    envelope = ran(forum()).envelope("ana", "kim")
    for message in (Note(2, ("ana.1", "kim.7"), "Come"), Note(1, (), ""), Lacking(2)):
        assert PROTOCOL.codec.decode(PROTOCOL.codec.encode(message, envelope), envelope) == message
    assert (name_of("p.1", 2), author_of("p.1.2")) == ("p.1.2", "p.1")


def test_callers_do_not_mix_with_others_and_nobody_is_alone():
    with pytest.raises(UnfitNodesError, match="a and c understand no word"):
        PROTOCOL.admits(Cast({"replica": (), "reader": ("a", "b"), "caller": ("c", "d")}, {}))
    with pytest.raises(UnfitNodesError, match="c is alone"):
        PROTOCOL.admits(Cast({"replica": (), "reader": (), "caller": ("c",)}, {}))


# The level


@pytest.mark.parametrize(
    "persona",
    ["names nothing", "names what came last", "names the caller's last", "names one", "names all", "asks every caller"],
)
def test_in_the_level_who_is_wrong_loses(persona):
    assert not ran(load(LEVEL).scenario, PersonaSeat(PROTOCOL.persona(persona))).outcome.won


def test_in_the_level_eight_names_do_and_nothing_is_held_for_nothing():
    world = ran(load(LEVEL).scenario)
    assert world.outcome.won
    assert world.measures() == {"ink": 8, "needless": 0}


def test_in_the_level_one_who_is_phoned_and_names_nothing_shows_first_what_comes_of_it():
    assert hung(ran(load(LEVEL).scenario), "kim")[:2] == ["lea.1", "ana.1"]


def test_in_the_level_a_single_needless_word_costs_and_does_not_lose():
    class Asks(Book):
        def answer(self, asked):
            right = super().answer(asked)
            return (*right, "moe") if "moe" in getattr(asked.me, "callers", ()) else right

    world = ran(replace(load(LEVEL).scenario), Asks())
    assert world.measures()["needless"] >= 2 * SECOND
