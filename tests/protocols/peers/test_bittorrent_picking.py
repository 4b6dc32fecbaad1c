"""Lists of wishes, picked sources and kept evidence; what their pictures show."""

import pytest

from core.kernel.choice import Kind
from core.kernel.seats import Book, PersonaSeat
from core.kernel.world import World
from core.protocols.peers.bittorrent import PROTOCOL
from core.protocols.peers.bittorrent.personas import PERSONAS
from core.protocols.peers.bittorrent.picking import EVIDENCE, FORGOTTEN, GONE, KEPT, MISHAP, WISH
from core.wire.peerwire import Request
from levels.loader import load
from levels.proofs import play, prove
from tui.bridge import Bridge, session_of
from tui.widgets.canvas import Canvas

LISTED, PICKED = load("swarm/last-copy"), load("swarm/bad-apple")
BY_NAME = {persona.name: persona for persona in PERSONAS}


class Gives:
    """These answers to these choices; the book's to all others."""

    waits = False

    def __init__(self, answers):
        self.answers = answers

    def answer(self, asked):
        given = self.answers.get(asked.choice.name)
        return asked.book if given is None else given(asked)


def asked_in(world, choice):
    return [verdict.case for verdict in world.verdicts if verdict.choice == choice.name]


def test_wishes_go_first_and_all_else_comes_in_order():
    world = play(LISTED.scenario, Gives({WISH.name: lambda asked: ()}))
    assert not world.outcome.won
    order = [
        entry.detail.index
        for entry in world.trace
        if entry.kind == "send" and (entry.node, entry.peer) == ("you", "seed") and isinstance(entry.detail, Request)
    ]
    assert list(dict.fromkeys(order))[:4] == [0, 3, 2, 4], "in order, but for 1, which ana was asked for"
    world = prove(LISTED)
    assert world.outcome.won
    assert asked_in(world, WISH)[0] == "the first list"
    assert GONE in asked_in(world, WISH), "dan packs, and it is asked anew"
    first = next(verdict for verdict in world.verdicts if verdict.choice == WISH.name)
    assert first.value == (2, 4, 6, 7), "four of the six that only the seed has"


@pytest.mark.parametrize("name", ["in order", "never looks again"])
def test_who_lists_otherwise_loses_a_last_copy(name):
    world = play(LISTED.scenario, PersonaSeat(BY_NAME[name]))
    assert world.outcome.reason.startswith("broken: every piece is somewhere")


def test_a_piece_comes_from_whom_was_picked_one_at_a_time():
    scenario = next(one for one in PROTOCOL.scenarios if one.name.startswith("picked sources"))
    world = World(scenario, Book())
    world.run(limit=50_000)
    me = world.nodes["you"].machine
    assert me.complete
    assert "max" in me.convicted
    assert "max" not in me.banned, "of several sources a bad piece bans nobody"
    bad = [sources for _, sources, good in me.results if not good]
    assert all("max" in sources or "mia" in sources for sources in bad)


def test_halves_find_who_always_lies_in_three_trials_at_most():
    for seed in range(1, 9):
        world = play(PICKED.scenario.reseeded(seed), Book())
        me = world.nodes["you"].machine
        bad = next(place for place, (_, _, good) in enumerate(me.results) if not good)
        assert bad == 0
        assert len(me.convicted) == 1
        liar = next(name for name, persona in world.scenario.seats.items() if persona == "poisoner")
        assert me.convicted == [liar]
        assert world.outcome.won


def test_kept_blocks_held_against_good_ones_ban_who_lied_now_and_then():
    without = play(PICKED.scenario, Gives({EVIDENCE.name: lambda asked: FORGOTTEN}))
    world = prove(PICKED)
    sly = next(name for name, persona in world.scenario.seats.items() if persona == "sly poisoner")
    assert sly in world.nodes["you"].machine.banned
    assert sly not in without.nodes["you"].machine.banned
    kinds = {(verdict.case, verdict.kind) for verdict in world.verdicts if verdict.choice == EVIDENCE.name}
    assert kinds == {("nothing contradicts", Kind.BOOK), ("a cleared one lies", Kind.BOOK)}
    always = play(PICKED.scenario, Gives({EVIDENCE.name: lambda asked: KEPT}))
    assert always.measures()["wasted"] > world.measures()["wasted"] - 1


@pytest.mark.parametrize("name", ["asks all", "one by one", "trusts one good piece"])
def test_who_picks_otherwise_does_not_have_it_in_time(name):
    assert not play(PICKED.scenario, PersonaSeat(BY_NAME[name])).outcome.won


def drawn(bridge, width=48, height=9):
    bridge.refresh_doing()
    canvas = Canvas(width, height)
    from tui.pictures.general import picture_of

    picture_of("bittorrent")(canvas, bridge.scene())
    return str(canvas)


def test_candles_have_a_flame_for_every_owner_and_trials_a_row_for_every_piece():
    bridge = Bridge(LISTED, session_of(LISTED))
    while bridge.session.question is None:
        assert bridge.session.step()
    words = drawn(bridge)
    assert words.splitlines()[0].replace(">", "").split() == ["there:", "seed", "ana", "ben", "cat", "dan"]
    assert words.splitlines()[-1].split() == [str(place) for place in range(12)]
    flames = words.splitlines()[1:-2]
    left = words.splitlines()[-1].index("0")
    columns = {place: sum(row[left + 3 * place : left + 3 * place + 1] == "'" for row in flames) for place in range(12)}
    assert columns[2] == 1 < columns[10] == 2 < columns[0]
    bridge = Bridge(PICKED, session_of(PICKED))
    world = bridge.session.world
    while MISHAP not in [question.asked.case for question in world.questions]:
        for question in world.questions:
            bridge.session.answer(question.asked.book, question)
        bridge.session.step()
    words = drawn(bridge)
    assert words.splitlines()[0].split()[0] == "piece"
    assert "BAD" in words.splitlines()[1]
    assert words.splitlines()[1].count("X") == 8
    assert "next from" in words


def at_first_question(level):
    bridge = Bridge(level, session_of(level))
    while bridge.session.question is None:
        assert bridge.session.step()
    bridge.refresh_doing()
    return bridge


def test_whose_a_flame_is_stands_on_it_and_wishes_are_ranked_on_the_candles():
    bridge = at_first_question(LISTED)
    assert bridge.carried(bridge.doing.asked)
    control = bridge.doing.control
    for key in ("right", "right", "space", "right", "right", "space"):
        control.press(key)
    assert control.draft == (2, 4)
    control.press("up")
    assert control.draft == (4, 2), "it is carried forwards"
    assert "left right walk" in control.status
    assert "1-9" not in control.status, "digits are typed where pieces begin with them"
    _, *flames, upper, _, numbers = drawn(bridge, 78, 14).splitlines()
    column = numbers.index(" 10 ")
    over = [row[column : column + 5].strip() for row in flames]
    assert [name for name in over if name] == ["dan", "seed"]
    assert upper[numbers.index(">4<") : numbers.index(">4<") + 3].strip() == "1"
    assert bridge.doing.control.click(7) is not None
    assert control.draft == (4, 2, 7)


def test_who_asks_everybody_begins_with_everybody_ticked_under_the_names():
    bridge = at_first_question(PICKED)
    control = bridge.doing.control
    everybody = ("ana", "ben", "cat", "dan", "eva", "max", "mia", "tom")
    assert control.draft == everybody
    assert drawn(bridge, 78, 12).splitlines()[-2].count("x") == 9, "eight, and that of the word"
    control.press("right")
    control.press("space")
    assert control.draft == tuple(name for name in everybody if name != "ben")
    assert "> <" in drawn(bridge, 78, 12).splitlines()[-2]
    for _ in everybody:
        if control.meant in control.seated:
            control.press("space")
        control.press("right")
    control.press("left")
    while control.seated:
        if control.meant in control.seated:
            control.press("space")
        control.press("left")
    assert "none ticked: everybody is asked" in drawn(bridge, 78, 12)


def test_who_asks_all_is_judged_alike_whether_all_are_named_or_none():
    bridge = at_first_question(PICKED)
    asked = bridge.doing.asked
    assert asked.choice.judge(asked, ()) == asked.choice.judge(asked, asked.book) == "book"
