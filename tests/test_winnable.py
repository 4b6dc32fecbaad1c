"""The last winnable moment of a run: found by playing on from one moment after the other."""

from collections.abc import Sequence

import pytest

from core.kernel.scenario import Scenario
from core.kernel.seats import Book, Idle, PersonaSeat, Player, Random, Seat
from core.kernel.world import Answered, World, replayed
from core.search import Moment, Turning, has_won, last_winnable, winnable_from
from levels.loader import from_text, load
from levels.proofs import personas_of, play, prove, with_par_figures
from levels.schema import Level
from tests.levels.helpers import SOUND


def found(run: World, proof: Sequence[Answered] = (), slice_events: int = 400) -> Turning:
    """What is found when there is all the time."""
    *_, last = last_winnable(run, proof=proof, slice_events=slice_events)
    return last


def lost(level: Level, seat: Seat) -> World:
    run = play(with_par_figures(level), seat)
    assert not has_won(run)
    return run


def run_to(world: World, given: Answered) -> None:
    while world.count < given.after:
        world.step()
    world.advance(given.at)


def by_hand(run: World) -> int:
    """The place of the last answer before which the book still wins, tried one by one."""
    for place in range(len(run.answers) - 1, -1, -1):
        world = World(run.scenario)
        for given in run.answers[:place]:
            run_to(world, given)
            world.take(given)
        run_to(world, run.answers[place])
        for node in world.nodes.values():
            for choice in list(node.kept):
                world.forget(node.name, choice)
        world.sit(Book())
        world.run()
        if has_won(world):
            return place
    return -1


@pytest.mark.parametrize("name", ["premise/echo", "premise/two-tapes", "pipe/next-byte-please"])
def test_it_is_the_last_answer_before_which_the_book_wins(name: str) -> None:
    level = load(name)
    tried = 0
    seats: list[Seat] = [Random(1), Random(2), *map(PersonaSeat, personas_of(level))]
    for seat in seats:
        run = play(with_par_figures(level), seat)
        if has_won(run):
            continue
        tried += 1
        turning = found(run)
        assert turning.final
        assert turning.moment is not None
        assert turning.moment.answers >= by_hand(run) >= 0
        assert turning.world is not None
        assert has_won(turning.world)
        again = turning.world.answers[: turning.moment.answers]
        assert list(again) == list(run.answers[: turning.moment.answers])
    assert tried


def test_nothing_depends_on_how_the_work_is_cut_up() -> None:
    run = lost(load("crown/two-kings"), Random(1))
    one, other = found(run), found(run, slice_events=3)
    assert one.moment == other.moment
    assert one.moment is not None
    assert (one.by, one.final, one.tried, one.of) == (other.by, other.final, other.tried, other.of)


def test_who_stops_early_has_the_latest_that_was_found_or_none_and_is_told_so() -> None:
    run = lost(load("crown/two-kings"), PersonaSeat(personas_of(load("crown/two-kings"))[0]))
    seen = list(last_winnable(run, slice_events=10))
    assert seen[0].moment is None
    assert not seen[0].final
    early = next(each for each in seen if each.moment is not None)
    assert not early.final
    assert early.moment is not None
    assert seen[-1].moment is not None
    assert seen[-1].moment.event >= early.moment.event
    assert [each.final for each in seen[:-1]] == [False] * (len(seen) - 1)
    assert seen[-1].final
    assert seen[-1].tried <= seen[-1].of


def test_in_a_hand_it_is_the_last_moment_for_the_proofs_act() -> None:
    """Wrong turn: whoever touches nothing lost the run when the first packet that the proof loses had arrived."""
    level = load("premise/wrong-turn")
    proof = prove(level)
    (act,) = [given for given in proof.answers if given.how == "move"]
    turning = found(lost(level, Idle()), proof.answers)
    assert turning.by == "proof"
    assert turning.moment is not None
    assert turning.moment.at == act.at
    assert found(lost(level, Idle())).moment is None  # there is no book for the network's hand


def test_an_act_that_the_rest_of_the_proof_does_not_survive_is_the_last_one() -> None:
    """Whoever has done what the proof does, and then undoes it, lost by the second act."""
    level = load("premise/wrong-turn#2")
    proof = [given for given in prove(level).answers if given.how == "move"]
    world = replayed(level.scenario, prove(level).answers, proof[0].after)
    world.take(proof[0])
    wrong = next(
        (asked, value)
        for asked in world.offers("network")
        for value in asked.candidates
        if (asked.choice.name, value) != (proof[0].choice, proof[0].value) and isinstance(value, str)
    )
    world.move("network", wrong[0].choice.name, wrong[1])
    world.run()
    if has_won(world):
        pytest.skip("the second act changes nothing here")
    turning = found(world, prove(level).answers)
    assert turning.moment is not None
    assert turning.moment.answers <= 1


def test_a_move_that_was_left_out_is_found_though_nobody_answered_anything() -> None:
    turning = found(lost(load("premise/two-tapes"), Idle()))
    assert turning.final
    assert turning.moment is not None
    assert turning.moment.at > 0


def test_what_is_wanted_may_be_more_than_winning() -> None:
    """A run that was won above par: from where would the book have stayed within it?"""
    level = from_text(SOUND, "test/sound.toml")
    book = play(with_par_figures(level), Book()).measures()
    world = World(with_par_figures(level))
    given = [0]
    while not world.over:
        while world.questions:
            world.answer(given.pop() if given else world.questions[0].asked.book)
        world.step()
    assert has_won(world)
    assert world.measures()["messages"] > book["messages"]
    *_, turning = last_winnable(
        world, wins=lambda other: has_won(other) and other.measures()["messages"] <= book["messages"]
    )
    first = world.answers[0]
    assert turning.moment is not None
    assert turning.moment == Moment(first.after, 0, first.at, turning.moment.entries)


def test_of_a_live_run_nobody_knows_what_those_outside_would_have_done(monkeypatch: pytest.MonkeyPatch) -> None:
    run = lost(load("premise/two-tapes"), Idle())
    assert found(run).final
    monkeypatch.setattr(Scenario, "live", property(lambda scenario: True))
    assert not found(run).final


def test_from_here_the_book_may_win_or_lose() -> None:
    level = load("premise/echo")
    run = lost(level, PersonaSeat(personas_of(level)[0]))
    turning = found(run)
    assert turning.moment is not None
    before = replayed(run.scenario, run.answers[: turning.moment.answers], turning.moment.event)
    count = before.count
    assert list(winnable_from(before))[-1] is True
    assert before.count == count
    after = before.fork(player=Player())
    after.take(run.answers[turning.moment.answers])
    assert list(winnable_from(after, slice_events=5))[-1] is False
