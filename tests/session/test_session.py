"""The session: controls, pace, autopilot, consequences, rewinding and branches."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import pytest
import trio

from core.kernel.choice import Answer, Choice, Kind
from core.kernel.domains import SomeOf
from core.kernel.effects import Key
from core.kernel.protocol import Context, Machine
from core.kernel.scenario import LinkSpec, Lose, NodeSpec, PlayerSeat, Scenario
from core.kernel.seats import Book
from core.kernel.world import Answered, World, replayed
from core.protocols.premise.echo import Pong
from core.session import Session, notices, par_of, stars
from core.session.pace import LINK_SECONDS


def heard(session: Session, kind: type = notices.Notice) -> list:
    """All notices of a kind from now on."""
    told: list = []
    session.tap(lambda notice: told.append(notice) if isinstance(notice, kind) else None)
    return told


def finish(session: Session) -> None:
    """Step to the end, with the book's answers."""
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()


def book_hash(scenario: Scenario) -> str:
    world = World(scenario, player=Book())
    world.run()
    return world.trace_sha256()


async def autoplay(session: Session) -> None:
    """A person who knows the book, at once."""
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        await trio.sleep(0.01)


@pytest.mark.parametrize("who", ["server", "client"])
async def test_paced_unpaced_interrupted_and_stepped_give_the_same_trace(who, request, autojump_clock):
    scenario = request.getfixturevalue(who)
    hashes = {book_hash(scenario)}

    paced = Session(scenario)
    interrupted = Session(scenario, pace=400_000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(paced.run)
        nursery.start_soon(interrupted.run)
        nursery.start_soon(autoplay, paced)
        nursery.start_soon(autoplay, interrupted)
        for turn in itertools.count():
            if interrupted.over and paced.over:
                break
            interrupted.toggle()
            interrupted.set_speed((0.25, 64, 2)[turn % 3])
            await trio.sleep(0.07)
        paced.close()
        interrupted.close()
    hashes |= {paced.world.trace_sha256(), interrupted.world.trace_sha256()}

    stepped = Session(scenario)
    finish(stepped)
    hashes.add(stepped.world.trace_sha256())
    assert len(hashes) == 1
    assert replayed(scenario, paced.world.answers).trace_sha256() in hashes


async def test_a_link_delay_lasts_its_time_and_silence_passes_quickly(server, autojump_clock):
    scenario = replace(server, default_link=LinkSpec(latency=40_000))
    session = Session(scenario)
    asked = trio.Event()
    session.tap(lambda notice: asked.set() if isinstance(notice, notices.Asked) else None)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        started = trio.current_time()
        await asked.wait()
        assert trio.current_time() - started == pytest.approx(0.8, abs=0.05)
        session.close()

    # Ten seconds in which nothing is to be seen: the ping is lost and the client waits, as long as it may.
    quiet = replace(
        server,
        nodes=(NodeSpec("client", "echo", "client", {"count": 1, "patience": 10_000_000}), server.nodes[1]),
        happenings=(Lose("client", "server", 1),),
        player=(PlayerSeat("client", ()),),
        limit=90_000_000,
    )
    session = Session(quiet)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        started = trio.current_time()
        await session.until_over()
        assert session.world.now >= 10_000_000
        assert trio.current_time() - started < 4.0
        session.close()


@pytest.mark.parametrize("lost_on", [("client", "server"), ("server", "client")])
async def test_the_pace_does_not_give_a_loss_away(server, lost_on, autojump_clock, monkeypatch):
    monkeypatch.setattr("core.session.pump.SLICE", 60.0)  # no frame is cut short by a busy machine
    nodes = (NodeSpec("client", "echo", "client", {"count": 3, "patience": 900_000}), server.nodes[1])
    readings = []
    for happenings in ((), (Lose(*lost_on, 1),)):
        scenario = replace(server, nodes=nodes, player=(PlayerSeat("client", ()),), happenings=happenings)
        session = Session(scenario)
        seen = []
        with trio.move_on_after(5):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(session.run)
                await trio.sleep(0.005)  # between the session's frames
                while len(session.sight) < 3:
                    seen.append((trio.current_time(), session.sight.clock()))
                    await trio.sleep(1 / 60)
                nursery.cancel_scope.cancel()
        readings.append([clock for _, clock in seen])
    delivered, lost = readings
    assert len(lost) > len(delivered) > 20
    assert lost[: len(delivered) - 3] == delivered[: len(delivered) - 3]


async def test_a_paused_session_sleeps_until_it_is_roused(server, autojump_clock):
    session = Session(server, paused=True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        before = trio.current_time()
        await trio.sleep(3600)  # jumps only if nothing else wakes up
        assert trio.current_time() - before == 3600
        assert session.world.count == 0
        tasks = trio.lowlevel.current_statistics()
        assert tasks.tasks_runnable == 0
        session.resume()
        await trio.sleep(2)
        assert session.question is not None
        assert session.waiting == "question"
        session.close()


async def test_cancellation_leaves_no_task_and_the_controls_still_work(server, autojump_clock):
    session = Session(server)
    before = trio.lowlevel.current_statistics().tasks_living
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await trio.sleep(0.3)
        nursery.cancel_scope.cancel()
    assert trio.lowlevel.current_statistics().tasks_living == before
    finish(session)
    assert session.outcome is not None
    assert session.outcome.won
    with trio.fail_after(1):
        assert await session.until_over() == session.outcome
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await trio.sleep(0.1)
        with pytest.raises(RuntimeError):
            await session.run()
        session.close()


async def test_a_deadline_passes_in_paced_time_and_inaction_is_taken(client, autojump_clock):
    """As long as a link's delay of that length: while somebody is asked no silence is shortened."""
    choice = client.protocols["echo"].choice("echo.patience")
    hurried = replace(choice, deadline=lambda asked: 400_000, inaction=300_000)
    import core.protocols.premise.echo as echo

    original, echo.PATIENCE = echo.PATIENCE, hurried
    protocol = replace(client.protocols["echo"], choices=(echo.NUMBER, hurried))
    try:
        session = Session(replace(client, protocols={"echo": protocol}, network=None))
        told: list[notices.Notice] = []
        expired = trio.Event()

        def listen(notice: notices.Notice) -> None:
            if isinstance(notice, notices.Expired):
                told.append(notice)
                expired.set()

        session.tap(listen)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            started = trio.current_time()
            with trio.fail_after(30):
                await expired.wait()
            assert trio.current_time() - started == pytest.approx(10 * LINK_SECONDS, abs=0.1)  # of 40 ms each
            session.close()
        assert told[0].value == 300_000
        assert session.world.now >= 400_000
        assert not session.world.answers
    finally:
        echo.PATIENCE = original


async def test_to_question_runs_flat_out(server, autojump_clock):
    session = Session(replace(server, default_link=LinkSpec(latency=4_000_000)), pace=1000, paused=True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await trio.sleep(1)
        session.to_question()
        await trio.sleep(0.1)
        assert session.question is not None
        session.close()


def test_answers_are_checked_in_words(server):
    session = Session(server)
    with pytest.raises(LookupError, match="no question"):
        session.answer(1)
    while session.question is None:
        session.step()
    with pytest.raises(ValueError, match="whole number"):
        session.answer("seven")
    question = session.question
    assert session.answer(1).kind is Kind.BOOK
    with pytest.raises(LookupError, match="no longer"):
        session.answer(1, question)


NUMBER = ("echo.number", "a new ping")


def answered(session, *answers):
    """Let the player answer so, each as soon as it is asked; None is what the book would."""
    for answer in answers:
        while session.question is None:
            session.step()
        session.answer(session.question.asked.book if answer is None else answer)


def test_after_three_right_first_answers_a_case_may_be_handed_over(server):
    session = Session(server)
    told = heard(session)
    answered(session, None, None)
    assert session.hand_over() is None
    answered(session, None)
    assert notices.Offered(*NUMBER) in told
    assert (session.offered, session.handed_over) == ((NUMBER,), ())
    while session.question is None:  # an offer is not imposed
        session.step()
    assert session.hand_over(("echo.number", "another case")) is None
    assert session.hand_over() == NUMBER
    assert session.question is None  # the open question, too
    assert (session.offered, session.handed_over) == ((), (NUMBER,))
    while session.question is None:
        session.step()
    assert session.handed_over == (NUMBER,)
    session.answer(session.question.asked.book)  # the last one: what runs by itself never ends a level
    while not session.over:
        assert session.question is None
        session.step()
    by = [notice.by for notice in told if isinstance(notice, notices.Answered)]
    assert by == ["you"] * 3 + ["autopilot"] * 2 + ["you"]
    assert len(session.world.answers) == 6
    assert session.world.trace_sha256() == book_hash(server)


def test_a_case_is_taken_back_and_offered_anew_after_three_more(server):
    session = Session(server, handed_over=[NUMBER])
    told = heard(session)
    assert session.take_back() == NUMBER
    assert session.take_back() is None
    assert notices.TakenBack(*NUMBER) in told
    answered(session, None, None)
    assert session.offered == ()
    answered(session, None)
    assert session.offered == (NUMBER,)


def test_a_wrong_answer_starts_the_row_anew(server):
    session = Session(server)
    answered(session, None, None, 0, None, None)
    assert not session.offered


def test_a_wrong_answer_takes_the_offer_away(server):
    session = Session(server)
    answered(session, None, None, None, 0)
    assert not session.offered
    assert session.hand_over() is None


@pytest.mark.parametrize(
    ("may", "offered"), [(True, True), (False, False), (["echo.number"], True), (["echo.patience"], False)]
)
def test_a_level_says_what_may_be_handed_over(server, may, offered):
    session = Session(server, may_hand_over=may)
    answered(session, None, None, None)
    assert bool(session.offered) is offered


def changed(scenario, **fields):
    """The scenario with another echo.number."""
    echo = scenario.protocols["echo"]
    choices = tuple(replace(one, **fields) if one.name == "echo.number" else one for one in echo.choices)

    number = next(one for one in choices if one.name == "echo.number")

    class Server(echo.roles["server"]):
        def on_message(self, ctx, source, message):
            ctx.send(source, Pong(ctx.choose(number, source=source, number=message.number)))

    return replace(scenario, protocols={"echo": replace(echo, choices=choices, roles={**echo.roles, "server": Server})})


@pytest.mark.parametrize(
    "fields", [{"by_hand": True}, {"chance": True}, {"book": lambda asked: asked.number + asked.dice.below(1)}]
)
def test_what_a_room_keeps_for_the_player_and_where_the_book_draws_is_never_handed_over(server, fields):
    scenario = changed(server, **fields)
    session = Session(scenario)
    answered(session, None, None, None, None)
    assert not session.offered
    if "book" in fields:  # nor by what was mastered where the book does not draw
        session = Session(scenario, handed_over=[NUMBER])
        answered(session, None)
        assert [given.value for given in session.world.answers] == [1]


def test_whether_the_book_draws_is_looked_at_without_a_mark(server):
    scenario = changed(server, book=lambda asked: asked.number + asked.dice.below(3))
    session = Session(scenario)
    while not session.over:
        if session.question is None:
            session.step()
        else:
            assert session.question.asked.book_draws
            session.answer(session.question.asked.book)
    assert session.world.trace_sha256() == book_hash(scenario)


def test_the_consequence_comes_before_the_verdict(server):
    session = Session(server)
    told = heard(session)
    while session.question is None:
        session.step()
    session.answer(0)
    assert not [notice for notice in told if isinstance(notice, notices.Consequence)]
    assert session.verdict_lines[0].said is False
    while not (said := [notice for notice in told if isinstance(notice, notices.Consequence)]):
        if session.question is not None:
            session.answer(session.question.asked.book)
        session.step()
    assert said[0].verdict.kind is Kind.WRONG
    assert "older ping" in said[0].verdict.words
    assert said[0].instead == "PING number 2 from client at 120 ms"
    assert said[0].saw == ""  # silence, where there would have been a new ping
    assert session.verdict_lines[0].consequence == said[0]


def test_silence_on_the_verdict_does_not_betray_the_right_answer(server):
    """Neither a right nor a wrong answer's words come with the answer itself."""
    for answer in (1, 0):
        session = Session(server)
        while session.question is None:
            session.step()
        told = heard(session, notices.Consequence)
        session.answer(answer)
        assert not told
    session = Session(server, say="at-once")
    while session.question is None:
        session.step()
    told = heard(session, notices.Consequence)
    session.answer(0)
    assert len(told) == 1


def test_why_is_answered_early_and_logged(server):
    session = Session(server)
    assert session.why() is None
    while session.question is None:
        session.step()
    session.answer(0)
    consequence = session.why()
    assert consequence is not None
    assert consequence.early
    assert "older" in consequence.verdict.words
    assert "number 2" in consequence.instead
    assert session.whys == 1
    assert session.why() is None


def test_words_after_the_run(server):
    session = Session(server, say="after")
    told = heard(session)
    finish(session)
    assert not [notice for notice in told if isinstance(notice, notices.Consequence)]
    over = told[-1] if isinstance(told[-1], notices.Over) else told[-2]
    assert len(over.remaining) == 6
    assert all(line.said for line in session.verdict_lines)


def test_kept_answers_stop_nobody_and_their_mistakes_are_told(lossy_client):
    session = Session(lossy_client, asks="notice")
    told = heard(session)
    assert session.kept == {}  # how long at most, its machine says; that is asked with the first question
    session.keep("echo.patience", 20_000)
    while not session.over:
        assert session.question is None
        session.step()
    said = [notice for notice in told if isinstance(notice, notices.Consequence)]
    assert said[0].verdict.label == "early"
    assert said[0].saw == "the timer silence rang at 20 ms"
    assert replayed(session.scenario, session.world.answers).trace_sha256() == session.world.trace_sha256()
    with pytest.raises(LookupError, match="not yours"):
        session.keep("echo.number", 3)


def test_back_goes_through_everything_that_was_seen(server):
    session = Session(server)
    states = []
    while not session.over:
        states.append((session.world.count, len(session.world.answers), session.world.trace_sha256()))
        if session.question is not None:
            session.answer(session.question.asked.book)
        else:
            session.step()
    for count, answers, sha in reversed(states):
        assert session.back()
        assert (session.world.count, len(session.world.answers), session.world.trace_sha256()) == (count, answers, sha)
        assert session.paused
    assert not session.back()
    assert session.rewinds == 0
    # Forward again along what is known.
    while session.forward():
        pass
    assert session.over
    assert session.world.trace_sha256() == book_hash(server)


def test_playing_on_from_an_earlier_point_branches_and_keeps_all(server):
    session = Session(server)
    finish(session)
    won = session.world.trace_sha256()
    told = heard(session)
    session.jump(3)
    assert session.world.count == 3
    assert session.question is not None
    session.answer(0)
    assert session.rewinds == 1
    assert notices.Branched(1, 3) in told
    while not session.over:
        if session.question is not None:
            session.answer(1)
        else:
            session.step()
    assert session.world.trace_sha256() != won
    first, second = session.branches
    assert (first.number, second.number, second.parent, second.at) == (0, 1, 0, 3)
    assert first.answers != second.answers
    session.go(0)
    assert session.world.trace_sha256() == won
    session.restart()
    assert len(session.branches) == 3
    assert session.world.count == 0
    assert not session.over


def test_the_same_answer_again_stays_on_its_branch(server):
    session = Session(server)
    finish(session)
    session.jump(3)
    finish(session)
    assert len(session.branches) == 1
    assert session.rewinds == 1


async def test_a_recorded_run_is_watched_and_taken_over(client, autojump_clock):
    played = Session(client)
    finish(played)
    watched = Session(client, answers=played.world.answers)
    assert watched.watching
    told = heard(watched, notices.Asked)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(watched.run)
        await watched.until_over()
        watched.close()
    assert watched.world.trace_sha256() == played.world.trace_sha256()
    assert not told
    taken = Session(client, answers=played.world.answers)
    while not taken.over:
        if taken.world.questions:
            taken.answer(50_000, taken.world.questions[0])
            break
        taken.step()
    assert not taken.watching
    assert len(taken.branches) == 2


async def test_a_policy_plays_by_itself(server, autojump_clock):
    session = Session(server, policy=Book())
    told = heard(session, notices.Answered)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.run)
        await session.until_over()
        session.close()
    assert [notice.by for notice in told] == ["policy"] * 6
    assert session.back()
    assert session.back()
    while not session.over:
        session.step()
    assert session.world.trace_sha256() == book_hash(server)


def test_the_network_is_asked_for_each_packet_and_never_runs_by_itself(network):
    session = Session(network)
    for _ in range(8):
        while session.question is None:
            session.step()
        session.answer("as it is")
    assert not session.offered
    assert session.sight.everything


def test_stepping_back_through_two_thousand_events_takes_no_visible_time(server, monkeypatch):
    nodes = (NodeSpec("client", "echo", "client", {"count": 1100}), server.nodes[1])
    session = Session(replace(server, nodes=nodes, limit=3_600_000_000), say="after")
    answered(session, None, None, None)
    session.hand_over()
    finish(session)
    length = session.world.count
    assert length > 2_000
    ran = 0
    step = World.step

    def counted(world: World) -> bool:
        nonlocal ran
        ran += 1
        return step(world)

    monkeypatch.setattr(World, "step", counted)
    most, backs = 0, 0
    for event in range(length, 0, -17):  # seventeen shares no factor with the keyframes' interval
        ran = 0
        session.jump(event)
        most, ran = max(most, ran), 0
        backs += session.back()
        most = max(most, ran)
    assert backs > 120
    assert most > 60
    # From the nearest keyframe, never from the start: some 10 ms, where the whole takes 130.
    assert most <= 130
    ran = 0
    session.jump(length)
    assert ran <= 130


def test_fog_lifts_only_at_the_end(server):
    session = Session(server)
    with pytest.raises(LookupError):
        _ = session.truth
    finish(session)
    assert len(session.truth) > len(session.sight)


def test_stars(server):
    world = World(server, player=Book())
    world.run()
    assert par_of(server) == {"messages": 14, "time": 576_000}
    assert stars(world) == 2
    assert stars(world, unseen=True) == 3
    assert stars(world, unseen=True, hints=1) == 2
    assert stars(world, unseen=True, rewinds=1) == 2
    slow = World(server)
    while not slow.over:
        if slow.questions:
            slow.answer(0 if len(slow.answers) < 2 else slow.questions[0].asked.book)
        else:
            slow.step()
    assert slow.outcome is not None
    assert slow.outcome.won
    assert stars(slow, unseen=True) == 1


def test_hints_come_in_stages(server):
    session = Session(server, hints=("look", "count", "the same number"))
    assert [session.hint() for _ in range(4)] == ["look", "count", "the same number", None]
    assert session.hints_used == 3


SEATS = Choice(
    name="echo.seats",
    question="Who sits?",
    domain=SomeOf(lambda asked: asked.me.present, 2),
    book=lambda asked: tuple(asked.me.present[:2]),
    inaction=(),
    answers={"book": Answer(Kind.BOOK, "Right."), "other": Answer(Kind.COSTLY, "Hm.")},
    source="none",
    keeps=True,
)


@dataclass
class Host(Machine):
    """Seats two guests every 100 ms; `leaver` leaves after the second time."""

    present: list[str] = field(default_factory=lambda: ["ann", "bob", "cat"])
    rounds: int = 0

    def on_start(self, ctx: Context) -> None:
        ctx.set_timer("seat", 100_000)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self.rounds += 1
        if self.rounds == 3:
            self.present.remove("bob")
        ctx.deliver(",".join(ctx.choose(SEATS)))
        ctx.set_timer("seat", 100_000)


def test_a_kept_chair_stays_empty_when_its_guest_has_gone(server):
    protocol = replace(server.protocols["echo"], roles={"host": Host}, choices=(SEATS,))
    scenario = replace(
        server,
        protocols={"echo": protocol},
        nodes=(NodeSpec("host", "echo", "host"),),
        player=(PlayerSeat("host", ("*",)),),
        win=(),
        par=(),
        limit=550_000,
    )
    session = Session(scenario, asks="notice")
    session.step()
    session.step()
    session.keep("echo.seats", ("ann", "bob"))
    while not session.over:
        assert session.question is None
        session.step()
    delivered = session.world.nodes["host"].delivered
    assert delivered == ["", "ann,bob", "ann", "ann", "ann"]
    assert session.kept == {("host", "echo.seats"): ("ann", "bob")}
    assert replayed(scenario, session.world.answers).trace_sha256() == session.world.trace_sha256()


def test_an_end_that_comes_before_the_known_answers_is_a_branch_too(lossy_client):
    session = Session(lossy_client, asks="notice")
    session.step()
    session.keep("echo.patience", 90_000)
    while not session.over:
        session.step()
    with_it = session.world.trace_sha256()
    session.jump(session.world.answers[-1].after)
    assert [given.how for given in session.world.answers] == ["keep"]
    assert session.question is not None
    session.answer(session.question.asked.inaction)
    while not session.over:
        session.step()
    assert session.world.trace_sha256() != with_it
    assert [len(branch.answers) for branch in session.branches] == [3, 3]
    session.go(0)
    assert session.world.trace_sha256() == with_it


def test_taking_over_a_watched_run(server):
    played = Session(server)
    finish(played)
    session = Session(server, answers=played.world.answers)
    told = heard(session, notices.Asked)
    while not session.world.questions:
        session.step()
    assert session.question is None
    with pytest.raises(LookupError):
        session.answer(1)
    session.take_over()
    assert session.question is not None
    assert len(told) == 1
    finish(session)
    assert session.world.trace_sha256() == played.world.trace_sha256()


def test_recorded_answers_that_do_not_fit_hand_over_to_the_person(server):
    played = Session(server)
    finish(played)
    wrong = [replace(given, choice="echo.patience") for given in played.world.answers]
    session = Session(server, answers=wrong)
    while session.question is None:
        session.step()
    assert not session.watching


def test_a_mistake_is_not_blamed_for_what_a_later_one_has_done(client):
    """The first, far too patient, does no harm, for nothing is lost; the second rings before an answer can be back."""
    session = Session(replace(client, network=None))
    told = heard(session)
    waits = [5_000_000, 20_000]
    while not session.over:
        if session.question is not None:
            session.answer(waits.pop(0) if waits else session.question.asked.book)
        else:
            session.step()
    (early,) = [one for one in told if isinstance(one, notices.Consequence) and one.verdict.kind is Kind.COSTLY]
    assert early.verdict.label == "early"
    assert early.saw == "the timer silence rang at 100 ms"
    (over,) = [one for one in told if isinstance(one, notices.Over)]
    (late,) = [one for one in over.remaining if one.verdict.kind is Kind.COSTLY]
    assert late.verdict.label == "late"
    assert late.saw == late.instead == ""


@pytest.mark.parametrize("value", ["x", None, (1, 2), -1])
def test_a_recorded_answer_that_is_none_is_left_to_the_person(client, value):
    """A run file may hold anything: it is not judged, and does not end the session."""
    asked = Session(client)
    while asked.question is None:
        asked.step()
    given = Answered(asked.world.count, asked.world.now, "client", "echo.patience", value)
    session = Session(client, answers=[given], say="when-it-shows")
    while session.question is None:
        assert session.step()
    assert not session.watching
    assert not session.world.answers
    assert session.answer(300_000).choice == "echo.patience"
