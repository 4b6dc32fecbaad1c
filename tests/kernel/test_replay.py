"""A run by a seat that answers at once, and the same answers given later one by one, are the same run."""

from dataclasses import replace

import pytest

from core.kernel.choice import PASS, Answer, Choice, Kind
from core.kernel.domains import Number, OneOf
from core.kernel.network import AS_IT_IS
from core.kernel.scenario import NetworkSeat, PlayerSeat
from core.kernel.seats import Book, Player, Random
from core.kernel.world import World, replayed
from core.session import Session
from tests.kernel.actors import Note, scenario, sends

MS, S = 1_000, 1_000_000
RIGHT = {"right": Answer(Kind.BOOK, "Right."), "else": Answer(Kind.WRONG, "Wrong.", "here")}


def bell(name, most):
    """A standing offer to ring until so many of it were rung here."""
    return Choice(
        name=f"stage.{name}", question="Ring?", domain=OneOf((name,)), source="here", inaction=PASS, standing=True,
        book=lambda asked: name if asked.me.log.count(name) < most else PASS,
        available=lambda asked: bool(asked.me.log) and asked.me.log.count(name) < most,
        judge=lambda asked, value: "right" if asked.dice.chance(0.5) else "else", answers=RIGHT,
    )  # fmt: skip


LOW, HIGH = bell("low", 3), bell("high", 2)
NUMBER = Choice(
    name="stage.number", question="Which?", domain=Number(0, 9), book=lambda asked: 3, answers=RIGHT, source="here",
    candidates=lambda asked: range(9), inaction=0, judge=lambda asked, value: "right" if value == 3 else "else",
    deadline=lambda asked: 100 * MS,
)  # fmt: skip


class Rings:
    """Takes up every offer that it is put, but for the first few."""

    waits = False

    def __init__(self, declines=0):
        self.left = declines

    def answer(self, asked):
        self.left -= 1
        _ = asked.dice_key  # as a seat does that looks at what chance might answer
        return PASS if self.left >= 0 else asked.choice.domain.of(asked)[0]


def ringing(offers, played):
    def on_move(self, ctx, choice, value):
        self.log.append(value)
        ctx.send("c", Note(len(self.log)))

    return scenario("c a", choices=(LOW, HIGH), roles={"c": sends(*range(6), to="a"), "a": {
        "offers": offers, "on_move": on_move}}, player=(PlayerSeat("a", played),), limit=S)  # fmt: skip


def same(world, again):
    assert again.outcome == world.outcome
    assert again.trace.rows == world.trace.rows
    assert again.trace_sha256() == world.trace_sha256()
    assert again.answers == world.answers
    assert again.verdicts == world.verdicts


@pytest.mark.parametrize("declines", [0, 1, 3])
@pytest.mark.parametrize("played", ["stage.low", "stage.high"])
@pytest.mark.parametrize("offers", [(LOW, HIGH), (HIGH, LOW)], ids=["low first", "high first"])
def test_offers_of_the_node_and_of_the_player_come_in_the_same_order_again(offers, played, declines):
    """Some offers of one node are automated and others are played: by a seat at once, or later, by moves."""
    world = World(ringing(offers, (played,)), Rings(declines))
    world.run()
    assert [given.how for given in world.answers] == ["move"] * (3 if played == "stage.low" else 2)
    assert [world.nodes["a"].machine.log.count(name) for name in ("low", "high")] == [3, 2]
    same(world, replayed(world.scenario, world.answers))


async def test_offers_put_to_a_seat_of_a_session_are_those_put_to_a_seat_at_once(autojump_clock):
    class Slow:
        name = "slow"
        stops = True

        async def answer(self, asked):
            return asked.choice.domain.of(asked)[0]

        def close(self):
            pass

    game = ringing((LOW, HIGH), ("stage.low",))
    session = Session(game, seats={"a": Slow()})
    await run_to_the_end(session)
    same(session.world, replayed(game, session.world.answers))
    by_seat = World(game, Rings())
    by_seat.run()
    same(session.world, by_seat)


async def run_to_the_end(session):
    import trio

    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        with trio.fail_after(600):
            await session.until_over()
        session.close()


def asking(seat, deadline=True):
    """`a` is asked about each of its messages, and tells `c`; a timer of `c` counts on."""

    def on_message(self, ctx, source, message):
        ctx.send("c", Note(ctx.choose(choice, number=message.number)))

    def on_start(self, ctx):
        for number in range(4):
            ctx.set_timer(number, 50 * MS * number)

    def on_timer(self, ctx, key):
        ctx.send("a", Note(key))

    choice = NUMBER if deadline else replace(NUMBER, deadline=None)
    roles = {"c": {"on_start": on_start, "on_timer": on_timer}, "a": {"on_message": on_message}}
    return World(scenario("c a", choices=(choice,), roles=roles, player=(PlayerSeat("a", ("*",)),), limit=S), seat)


@pytest.mark.parametrize("seat", [Book(), Random(5)], ids=["book", "random"])
def test_a_deadline_that_was_kept_leaves_nothing_behind(seat):
    """Who answers at once sets no deadline; who answers in time must have the same run."""
    world = asking(seat)
    world.run()
    assert len(world.answers) == 4
    again = replayed(world.scenario, world.answers)
    same(world, again)
    assert again.count == world.count
    player = asking(None)
    player.run(until=41 * MS)
    assert len(player.questions) == 1
    player.answer(3)
    assert player.next_time() == 50 * MS
    player.run(until=60 * MS)
    assert not player.questions
    unasked = asking(Book())
    unasked.run(until=60 * MS)
    assert player.count == unasked.count


def test_a_deadline_that_passed_passes_again():
    world = asking(None)
    for _ in range(3):
        while not world.over and world.next_time() is not None and world.step():
            pass
    assert world.over
    assert not world.answers
    same(world, replayed(world.scenario, []))


def chaired(budget, seat=None, **more):
    """`a` sends three at once and rings when they were sent; the network is the player's."""

    def on_start(self, ctx):
        for number in (1, 2, 3):
            ctx.send("b", Note(number))
        ctx.set_timer("later", 40 * MS)

    def on_timer(self, ctx, key):
        for number in (4, 5):
            ctx.send("b", Note(number))
            ctx.send("c", Note(number))

    return World(scenario("a b c", roles={"a": {"on_start": on_start, "on_timer": on_timer}},
                          network=NetworkSeat(budget, **more), limit=S), seat)  # fmt: skip


class Always:
    """The network that does its worst while it can."""

    waits = False

    def answer(self, asked):
        return asked.choice.domain.of(asked)[-1]


@pytest.mark.parametrize("only", [None, frozenset({("a", "c")})], ids=["all", "one link"])
@pytest.mark.parametrize("budget", [{"lost": 2}, {"lost": 1, "late": 2, "twice": 1}, {"late": 9}])
@pytest.mark.parametrize("seat", [Always, lambda: Random(1), lambda: Random(2), Book], ids=["worst", "1", "2", "book"])
def test_the_network_by_a_seat_is_the_network_by_a_person(seat, budget, only):
    world = chaired(budget, seat(), only=only or ())
    world.run()
    assert world.answers
    same(world, replayed(world.scenario, world.answers))


def test_the_network_cannot_spend_more_than_it_has():
    """Three packets leave at once: what was spent on the first is not there for the others."""
    world = chaired({"lost": 1, "late": 1})
    world.run()
    assert [question.node for question in world.questions] == ["network"]
    world.answer("lost")
    with pytest.raises(ValueError, match="not one of"):
        world.answer("lost")
    assert world.questions[0].asked.left == {"lost": 0, "late": 1}
    world.answer(AS_IT_IS)
    world.answer("late")
    world.run()
    assert not world.questions
    assert world.left == {"lost": 0, "late": 0}


def test_a_fork_with_packets_that_wait_goes_its_own_way():
    world = chaired({"lost": 2, "late": 2})
    world.run()
    world.answer(AS_IT_IS)
    twin = world.fork()
    by_book = world.fork(player=Book())
    twin.answer("lost")
    assert world.left == {"lost": 2, "late": 2}
    world.answer("late")
    for each in (world, twin):
        each.sit(Book())
    for each in (world, twin, by_book):
        each.run()
        same(each, replayed(each.scenario, each.answers))
    assert len({each.trace_sha256() for each in (world, twin, by_book)}) == 3


def test_a_fork_with_an_open_question_is_a_fresh_run_with_those_answers():
    """Each of some branches, left from a world with a question open, against a run from the start."""
    trunk = asking(None, deadline=False)
    trunk.run()
    trunk.answer(3)
    trunk.run()
    assert len(trunk.questions) == 1
    hashes = set()
    for values in ([3, 3, 3], [0, 8, 3], [8, 3, 1]):
        branch = trunk.fork(player=Player())
        for value in values:
            branch.answer(value)
            branch.run()
        fresh = asking(None, deadline=False)
        fresh.run()
        for value in (3, *values):
            fresh.answer(value)
            fresh.run()
        same(branch, fresh)
        same(branch, replayed(branch.scenario, branch.answers))
        hashes.add(branch.trace_sha256())
    assert len(hashes) == 3
    assert len(trunk.questions) == 1
    assert len(trunk.answers) == 1


def test_stepping_back_and_branching_is_a_fresh_run_with_those_answers():
    game = asking(None, deadline=False).scenario
    session = Session(game)

    def play(*values):
        for value in values:
            while session.question is None:
                assert session.step()
            session.answer(value)

    play(3, 4, 4)
    first = session.world.trace_sha256()
    for _ in range(20):
        assert session.back()
        if len(session.world.answers) == 1 and session.question is not None:
            break
    assert len(session.world.answers) == 1
    play(8, 2, 3)
    session.resume()
    while session.step():
        pass
    assert session.over
    assert session.branch == 1
    fresh = asking(None, deadline=False)
    fresh.run()
    for value in (3, 8, 2, 3):
        fresh.answer(value)
        fresh.run()
    same(session.world, fresh)
    assert first != fresh.trace_sha256()
