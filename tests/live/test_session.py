"""A live session: the player is the node, the clock is the wall's, and nobody outside waits."""

import socket

import pytest
import trio
import trio.testing

from core.kernel.protocol import Envelope
from core.kernel.scenario import LinkSpec, NodeSpec, PlayerSeat, Scenario
from core.kernel.time import SECOND
from core.live.session import LiveSession
from core.live.sockets import UdpPort
from core.protocols.premise import echo
from core.record import read, verify
from core.recorder import Recorder
from core.session import notices
from tests.patience import ENOUGH

WHO = Envelope("a", "b", 0, 0)
CODEC = echo.PROTOCOL.codec


def played():
    nodes = (NodeSpec("server", "echo", "server"), NodeSpec("peer", "echo", outside=True))
    seats = (PlayerSeat("server", ("echo.number",)),)
    return Scenario(
        "live/echo", {"echo": echo.PROTOCOL}, nodes, default_link=LinkSpec(latency=0), player=seats,
        limit=3600 * SECOND,
    )  # fmt: skip


@pytest.fixture
async def session(nursery, tmp_path):
    """A session whose port is open, with a recorder."""
    made = LiveSession(played())
    made.port = UdpPort(made.live, "server", ["peer"])
    made.seen = []
    made.tap(made.seen.append)
    with Recorder(tmp_path / "live.run", made, level="live/echo", text="") as made.recorder:
        nursery.start_soon(made.run)
        await trio.testing.wait_all_tasks_blocked()
        yield made
        made.live.end()
        made.close()
        await trio.testing.wait_all_tasks_blocked()


@pytest.fixture
async def client(session):
    with trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        await made.connect(session.port.address)
        yield made


async def ask(client, *numbers):
    for number in numbers:
        await client.send(CODEC.encode(echo.Ping(number), WHO))


async def heard(client):
    with trio.fail_after(ENOUGH):
        return CODEC.decode(await client.recv(100), WHO).number


async def asked(session):
    """The open question, once there is one."""
    with trio.fail_after(ENOUGH):
        await session.live.until(lambda: session.question is not None)
    return session.question


async def test_who_asks_waits_for_the_players_answer(session, client):
    await ask(client, 7)
    question = await asked(session)
    assert question.asked.number == 7
    assert not question.stops
    with trio.move_on_after(0.05) as waited:
        await client.recv(100)
    assert waited.cancelled_caught
    session.answer(7)
    assert await heard(client) == 7
    given = session.world.answers[0]
    assert given.at >= session.live.journal[0].at + 50_000


async def test_what_comes_meanwhile_waits_in_the_inbox_and_the_clock_goes_on(session, client):
    await ask(client, 1, 2, 3)
    await asked(session)
    with trio.fail_after(ENOUGH):
        await session.live.until(lambda: len(session.live.journal) == 3)
    before = session.world.now
    for number in (1, 2, 3):
        question = await asked(session)
        assert question.asked.number == number
        session.answer(number)
    assert [await heard(client) for _ in range(3)] == [1, 2, 3]
    assert session.world.now > before


async def test_an_answer_goes_to_who_waits_for_it_and_to_nobody_who_came_meanwhile(session, client):
    """There is one node for all that come: it is not given to another while its question is open."""
    await ask(client, 1)
    await asked(session)
    with trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        await other.connect(session.port.address)
        await ask(other, 2)
        await trio.testing.wait_all_tasks_blocked(0.01)
        session.answer(1)
        assert await heard(client) == 1
        assert session.port.unheard == 1
        await ask(other, 3)  # it asks again, as who speaks by datagrams must
        await asked(session)
        session.answer(3)
        assert await heard(other) == 3


async def test_there_is_no_pausing_and_no_going_back_while_it_is_live(session, client):
    await ask(client, 1)
    await asked(session)
    session.pause()
    session.faster()
    session.to_question()
    session.restart()
    session.jump(0)
    assert not session.back()
    assert not session.step()
    assert (session.paused, session.speed, session.question is not None) == (False, 1.0, True)


async def test_once_it_has_ended_it_can_be_rewound_and_its_run_file_verifies(session, client):
    await ask(client, 1)
    await asked(session)
    session.answer(1)
    assert await heard(client) == 1
    await ask(client, 2)
    await asked(session)
    session.answer(1)
    assert await heard(client) == 1
    session.live.end()
    with trio.fail_after(ENOUGH):
        await session.until_over()
    await trio.testing.wait_all_tasks_blocked()
    whole = session.world.trace_sha256()
    assert [type(notice) for notice in session.seen if isinstance(notice, notices.Came)] == [notices.Came] * 2
    end = session.position[1]
    assert session.back()
    assert session.back()
    session.jump(end, answered=True)
    assert session.world.trace_sha256() == whole

    run = read(session.recorder.path)
    assert len(run.journal) == 2
    assert run.result.mistakes == 1
    found = verify(run, lambda text, seed: played().reseeded(seed))
    assert found.verified, found.why


async def test_words_on_what_might_have_been_are_refused(session):
    with pytest.raises(ValueError, match="nobody outside can tell"):
        LiveSession(played(), say="when-it-shows")
