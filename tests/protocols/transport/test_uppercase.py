"""The lecture's uppercase apps: whom to answer, how long to wait, which socket, which call (Kurose & Ross 8e §2.7)."""

import errno
import socket
import sys
from dataclasses import replace

import pytest

from core.kernel.choice import Kind, judge
from core.kernel.scenario import Crash, Forge, LinkSpec, Lose, NodeSpec, PlayerSeat, Scenario
from core.kernel.seats import Book, Player
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import SEND
from core.kernel.world import World
from core.protocols.transport import uppercase
from core.protocols.transport.uppercase import MEASURES, PROTOCOL, Text
from core.protocols.transport.uppercase.choices import SOCKET
from core.protocols.transport.uppercase.personas import OWN_LINES
from core.protocols.transport.uppercase.server import FIRST_PORT
from core.protocols.transport.uppercase.sockets import (
    BOUND,
    ELSEWHERE,
    LISTENING,
    NONE,
    ONE,
    SEVERAL,
    UNBOUND,
    Socket,
    error_of,
)


def node(name, role, starts=0, **parameters):
    return NodeSpec(name, "uppercase", role, parameters, starts=starts)


def world_of(*nodes, seats=None, player=(), happenings=(), win=(), seed=1, limit=20 * SECOND, until=None):
    scenario = Scenario(
        "test", {"uppercase": PROTOCOL}, nodes, default_link=LinkSpec(40 * MILLISECOND), seats=seats or {},
        player=player, happenings=happenings, win=win, limit=limit, seed=seed,
    )  # fmt: skip
    world = World(scenario, Player() if player else Book())
    world.run(until=until)
    return world


def printed(world, client):
    return [found[-1].decode() for found in world.evidence().machine(client).printed]


def sends(world, who=None):
    return [entry.detail.data for entry in world.trace if entry.kind == SEND and who in (None, entry.node)]


class Server:
    """A state of the server's process, for what depends on nothing else."""

    serves = "one at a time"

    def __init__(self, welcome, **sockets):
        self.welcome, self.sockets = welcome, sockets


# Datagrams


def test_kurose_2_7_1_a_line_is_two_datagrams_if_none_is_lost():
    world = world_of(node("ana", "udp_client", text="one\ntwo\nthree"), node("server", "udp_server"))
    assert printed(world, "ana") == ["ONE", "TWO", "THREE"]
    assert sends(world) == [b"one", b"ONE", b"two", b"TWO", b"three", b"THREE"]


@pytest.mark.parametrize("lost", [("ana", "server"), ("server", "ana")])
def test_kurose_2_7_1_the_lectures_client_blocks_for_ever_after_a_loss(lost):
    law = PROTOCOL.goal("ana waits for ever")
    nodes = (node("ana", "udp_client", blocks=True), node("server", "udp_server"))
    world = world_of(*nodes, happenings=(Lose(*lost, 1),), win=(law,))
    assert world.outcome.won
    assert printed(world, "ana") == []
    mended = (node("ana", "udp_client"), node("server", "udp_server"))
    world = world_of(
        *mended, happenings=(Lose(*lost, 1),), win=(PROTOCOL.goal("ana has every line in capitals, in order"),)
    )
    assert (world.outcome.won, world.now) == (True, 1_080 * MILLISECOND)


def test_a_client_gives_up_after_its_tries():
    nodes = (node("ana", "udp_client", text="one\ntwo", tries=3), node("server", "udp_server"))
    world = world_of(*nodes, happenings=(Crash(1, "server"),))
    assert sends(world, "ana") == [b"one"] * 3 + [b"two"] * 3


def test_recvfrom_2048_cuts_longer_datagrams_off():
    nodes = (node("ana", "udp_client", text="x" * 3000), node("server", "udp_server"))
    world = world_of(*nodes, win=(PROTOCOL.goal("ana has every line in capitals, in order"),), until=100 * MILLISECOND)
    assert sends(world, "server") == [b"X" * 2048]
    assert world.evidence().machine("ana").printed == []


def test_rfc8085_6_what_a_stranger_says_is_not_printed():
    nodes = (node("ana", "udp_client"), node("mallory", "udp_server"), node("server", "udp_server"))
    world = world_of(*nodes, happenings=(Forge(50 * MILLISECOND, "mallory", "ana", Text(b"HELLO")),))
    asked = [entry for entry in world.trace if ("uppercase.print", "ignore") in entry.answers]
    assert [entry.peer for entry in asked] == ["mallory"]
    assert printed(world, "ana") == ["HELLO"]


def test_a_late_answer_to_an_earlier_line_is_not_printed():
    late = Lose("server", "ana", 1, "late", 150 * MILLISECOND)
    nodes = (node("ana", "udp_client", text="one\ntwo", patience=100 * MILLISECOND), node("server", "udp_server"))
    assert printed(world_of(*nodes, happenings=(late,)), "ana") == ["ONE", "TWO"]
    believing = world_of(
        *nodes, happenings=(late,), seats={"ana": "prints whatever comes"}, win=(PROTOCOL.goal(OWN_LINES),)
    )
    assert printed(believing, "ana")[:2] == ["ONE", "ONE"]
    assert not believing.outcome.won


def test_any_bytes_are_a_datagram_and_only_ascii_letters_change():
    nodes = (node("ana", "udp_client"), node("server", "udp_server"))
    heard = [b"", b"\xff\x00a", "stra\u00dfe".encode()]
    forged = tuple(Forge(place * MILLISECOND, "ana", "server", Text(data)) for place, data in enumerate(heard, 1))
    answers = sends(world_of(*nodes, happenings=forged), "server")
    assert answers[:3] == [b"", b"\xff\x00A", b"STRA\xc3\x9fE"]


# Streams


def test_kurose_2_7_2_one_line_over_a_welcome_socket():
    world = world_of(node("server", "tcp_server"), node("ana", "tcp_client", 20 * MILLISECOND))
    calls = [value for entry in world.trace for name, value in entry.answers if name == "uppercase.call"]
    ana = f"ana:{FIRST_PORT}"
    assert calls == [
        "socket", "bind", "listen", "accept", f"recv {ana}", f"send {ana}", f"recv {ana}", f"close {ana}", "accept",
    ]  # fmt: skip
    assert printed(world, "ana") == ["HELLO"]
    assert MEASURES[0].of(world.evidence(), "server") == 9
    assert world.evidence().machine("server").welcome == LISTENING


def test_the_server_must_be_running_first():
    world = world_of(node("ana", "tcp_client"), node("server", "tcp_server", 100 * MILLISECOND))
    assert world.evidence().machine("ana").turned_away == 1
    world = world_of(
        node("ana", "tcp_client", retry=200 * MILLISECOND), node("server", "tcp_server", 100 * MILLISECOND)
    )
    assert printed(world, "ana") == ["HELLO"]


@pytest.mark.parametrize("piece", [1, 2, 3, 0])
def test_a_line_is_answered_once_however_it_is_cut(piece):
    client = node("ana", "tcp_client", 20 * MILLISECOND, text="hello\nworld", piece=piece, gap=70 * MILLISECOND)
    world = world_of(node("server", "tcp_server"), client)
    assert sends(world, "server") == [b"HELLO\n", b"WORLD\n"]
    assert printed(world, "ana") == ["HELLO", "WORLD"]
    hasty = world_of(
        node("server", "tcp_server"), client, seats={"server": "one recv, one message"}, win=(PROTOCOL.goal(OWN_LINES),)
    )
    assert not hasty.outcome.won
    assert printed(hasty, "ana")[0] != "HELLO"
    hasty = world_of(node("server", "tcp_server"), client, seats={"server": "one recv, one message"})
    assert b"".join(sends(hasty, "ana")) == b"hello\nworld\n", "a client asks its line to the end before it reads"


def test_two_lines_in_one_piece_are_two_lines():
    """A client that does not wait: both lines are in one piece."""
    world = world_of(
        node("server", "tcp_server", serves=SEVERAL), node("ana", "tcp_client", 20 * MILLISECOND, text="a")
    )
    server = world.evidence().machine("server")
    server.sockets["ben:1"] = Socket("x", "ben", 1, True, held=b"one\r\ntwo\nthr")
    assert uppercase.sockets.next_call(server) == "send ben:1"


def test_kurose_2_7_2_a_client_waits_while_another_one_is_served():
    slow = node("ana", "tcp_client", 20 * MILLISECOND, text="slow", piece=1, gap=500 * MILLISECOND)
    quick = node("ben", "tcp_client", 40 * MILLISECOND, text="quick")
    one = world_of(node("server", "tcp_server"), slow, quick)
    several = world_of(node("server", "tcp_server", serves=SEVERAL), slow, quick)
    assert printed(one, "ben") == printed(several, "ben") == ["QUICK"]

    def at(world):
        return next(entry.time for entry in world.trace if entry.node == "ben" and entry.kind == "deliver")

    assert at(several) < 300 * MILLISECOND < 2 * SECOND < at(one)


def test_who_never_stops_talking_holds_nobody_up():
    """With several clients all are read in turn, and the door is minded before more is read."""
    world = world_of(node("server", "tcp_server", serves=SEVERAL), node("ana", "tcp_client", 20 * MILLISECOND))
    server = world.evidence().machine("server")
    next_call = uppercase.sockets.next_call
    for name in ("ana", "ben", "eve"):
        server.sockets[f"{name}:1"] = Socket(name, name, 1, True, unread=b"and so on" * 1000)
    server.last = ""
    assert next_call(server) == "recv ana:1"
    turns = []
    for _ in range(4):
        turns.append(next_call(server))
        server.last = turns[-1].removeprefix("recv ")
    assert turns == ["recv ana:1", "recv ben:1", "recv eve:1", "recv ana:1"]
    server.sockets["leo:1"] = Socket("leo", "leo", 1)
    assert next_call(server) == "accept"
    server.serves = ONE
    assert next_call(server) == "recv ben:1"


def test_recv_1024_takes_no_more():
    world = world_of(
        node("server", "tcp_server"), node("ana", "tcp_client", 20 * MILLISECOND, text="x" * 2500, piece=9999)
    )
    calls = [value for entry in world.trace for name, value in entry.answers if name == "uppercase.call"]
    assert [call.split()[0] for call in calls[4:8]] == ["recv", "recv", "recv", "send"]
    assert printed(world, "ana") == ["X" * 2500]


def test_a_full_queue_refuses():
    clients = [node(name, "tcp_client", 20 * MILLISECOND) for name in ("ana", "ben", "cem", "dan")]
    slow = node("eve", "tcp_client", 10 * MILLISECOND, piece=1, gap=SECOND)
    server = node("server", "tcp_server", backlog=2)
    world = world_of(server, slow, *clients)
    turned_away = [world.evidence().machine(client.name).turned_away for client in clients]
    assert turned_away == [0, 0, 1, 1]
    assert world.evidence().machine("server").refused == 2


def test_rfc9293_3_1_a_connection_is_named_by_both_ends():
    """Two programs of one host: the port tells them apart."""
    clients = node(
        "ana", "tcp_client", 20 * MILLISECOND, text="a\nb\nc\nd", connections=2, piece=1, gap=20 * MILLISECOND
    )
    server = node("server", "tcp_server", serves=SEVERAL)
    assert sorted(printed(world_of(server, clients), "ana")) == ["A", "B", "C", "D"]
    for persona in ("by host only", "by port only"):
        world = world_of(server, clients, seats={"server": persona}, win=(PROTOCOL.goal(OWN_LINES),))
        assert not world.outcome.won, persona


def test_bytes_at_the_door_reset_the_connection():
    seats = (PlayerSeat("server", (SOCKET.name,)),)
    world = world_of(node("server", "tcp_server"), node("ana", "tcp_client", 20 * MILLISECOND), player=seats)
    question = next(iter(world.questions))
    assert question.asked.words == 'From ana port 49152 to your port 12000: the bytes "hello\\n". Which socket gets it?'
    verdict = world.answer("welcome")
    assert verdict.kind is Kind.WRONG
    world.run()
    assert world.evidence().machine("ana").turned_away == 1


def test_a_line_without_an_end_is_not_kept():
    long = node("ana", "tcp_client", 20 * MILLISECOND, text="x" * 20_000, piece=1000)
    world = world_of(node("server", "tcp_server"), long, node("ben", "tcp_client", 30 * MILLISECOND))
    assert world.evidence().machine("ana").turned_away == 1
    assert printed(world, "ben") == ["HELLO"]


def test_a_client_that_dies_leaves_no_socket():
    dying = node("ana", "tcp_client", 20 * MILLISECOND, piece=1, gap=SECOND)
    world = world_of(
        node("server", "tcp_server"), dying, node("ben", "tcp_client", 30 * MILLISECOND),
        happenings=(Crash(1500 * MILLISECOND, "ana"),),
    )  # fmt: skip
    assert printed(world, "ben") == ["HELLO"]
    assert world.evidence().machine("server").sockets == {}


# Calls and their errors


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the errors are Linux's")
@pytest.mark.parametrize("state", [UNBOUND, BOUND, LISTENING, ELSEWHERE])
@pytest.mark.parametrize("call", ["bind", "listen", "accept", "recv welcome", "send welcome"])
def test_every_call_in_every_state_returns_what_linux_returns(state, call):
    with socket.socket() as door:
        if state in (BOUND, LISTENING):
            door.bind(("127.0.0.1", 0))
        if state in (LISTENING, ELSEWHERE):
            door.listen(1)
        door.setblocking(False)
        does = {
            "bind": lambda: door.bind(("127.0.0.1", 0)),
            "listen": lambda: door.listen(1),
            "accept": door.accept,
            "recv welcome": lambda: door.recv(1024),
            "send welcome": lambda: door.send(b"x"),
        }
        found = ""
        try:
            does[call]()
        except OSError as error:
            found = errno.errorcode[error.errno]
    assert error_of(Server(state), call) == ("" if found == "EAGAIN" else found)


@pytest.mark.parametrize("call", ["bind", "listen", "accept", "recv welcome", "send welcome", "close welcome"])
def test_without_a_socket_every_call_fails(call):
    assert error_of(Server(NONE), call) == "EBADF"


def test_listen_without_bind_listens_where_nobody_knows():
    world = world_of(
        node("server", "tcp_server"), node("ana", "tcp_client", 20 * MILLISECOND), seats={"server": "forgets bind"}
    )
    assert world.evidence().machine("server").welcome == ELSEWHERE
    assert world.evidence().machine("ana").turned_away == 1


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("accept", Kind.WRONG, "EINVAL"),
        ("send welcome", Kind.WRONG, "EPIPE"),
        ("recv welcome", Kind.WRONG, "ENOTCONN"),
        ("socket", Kind.COSTLY, "nobody needs"),
        ("listen", Kind.WRONG, "the system picked"),
        ("wait", Kind.COSTLY, "you sleep"),
        ("bind", Kind.BOOK, "port 12000"),
    ],
)
def test_a_call_is_judged_by_what_it_does(answer, kind, words):
    player = (PlayerSeat("server", ("uppercase.call",)),)
    world = world_of(node("server", "tcp_server"), node("ana", "tcp_client", SECOND), player=player)
    world.answer("socket")
    world.run()
    asked = next(iter(world.questions)).asked
    verdict = judge(asked, answer, 0, 0)
    assert verdict.kind is kind
    assert words in verdict.words
    now = world.now
    assert world.answer(answer).kind is kind
    if kind is Kind.WRONG and answer != "listen":
        world.run()
        assert world.now - now == 100 * MILLISECOND, "a call that failed costs a pause"
        assert world.evidence().machine("server").errors == 1


def test_closing_the_welcome_socket_refuses_who_waits_there():
    player = (PlayerSeat("server", ("uppercase.call",)),)
    clients = [node(name, "tcp_client", 10 * MILLISECOND) for name in ("ana", "ben")]
    world = world_of(node("server", "tcp_server", call_time=20 * MILLISECOND), *clients, player=player)
    for call in ("socket", "bind", "listen", "accept", "close welcome"):
        world.answer(call)
        world.run()
    ana = f"ana:{FIRST_PORT}"
    for call in (f"recv {ana}", f"send {ana}", f"recv {ana}"):
        world.answer(call)
        world.run()
    assert world.evidence().machine("ben").turned_away == 1
    assert printed(world, "ana") == ["HELLO"], "a connection socket lives on without the door"


def test_kurose_2_7_2_the_lectures_server_closes_after_one_line():
    """Right for a client with one line, which is all that the lecture's has; another one is cut off."""
    for text, turned_away in (("one", 0), ("one\ntwo", 1)):
        player = (PlayerSeat("server", ("uppercase.call",)),)
        clients = [node("ana", "tcp_client", 10 * MILLISECOND, text=text)]
        world = world_of(node("server", "tcp_server"), *clients, player=player)
        ana = f"ana:{FIRST_PORT}"
        for call in ("socket", "bind", "listen", "accept", f"recv {ana}", f"send {ana}"):
            world.answer(call)
            world.run()
        assert world.answer(f"close {ana}").kind is Kind.FINE
        world.run()
        world.answer("accept")
        world.run()
        assert world.evidence().machine("ana").turned_away == turned_away
        assert printed(world, "ana") == ["ONE"]
        assert world.evidence().machine("server").served == 1


def test_to_read_on_with_a_whole_line_in_hand_is_a_deadlock():
    player = (PlayerSeat("server", ("uppercase.call",)),)
    world = world_of(node("server", "tcp_server"), node("ana", "tcp_client", 10 * MILLISECOND), player=player)
    ana = f"ana:{FIRST_PORT}"
    for call in ("socket", "bind", "listen", "accept", f"recv {ana}"):
        world.answer(call)
        world.run()
    assert world.answer(f"recv {ana}").label == "stuck"
    world.run()
    assert world.outcome is not None
    assert printed(world, "ana") == []


def test_the_same_seed_cuts_the_same_pieces_and_another_seed_others():
    scenario = PROTOCOL.scenarios[4]

    def pieces(seed):
        world = World(replace(scenario, seed=seed), Book())
        world.run()
        return sends(world, "ana")

    assert pieces(1) == pieces(1)
    assert len({tuple(pieces(seed)) for seed in range(5)}) > 1


@pytest.mark.parametrize("text", ["hello\r\nyou", "x" * 8193])
def test_lines_that_nobody_could_answer_are_refused_when_they_are_written(text):
    check = next(parameter.check for parameter in PROTOCOL.parameters if parameter.name == "text")
    assert check("hello\n" + "x" * 8192)
    with pytest.raises(ValueError, match="carriage return"):
        check(text)


# What comes of a bad network


LINES = "one\ntwo\nthree"


@pytest.mark.parametrize(("which", "goal"), [(2, True), (1, False), (3, False)])
def test_who_blocks_waits_for_ever_for_the_line_that_was_lost(which, goal):
    clients = node("ana", "udp_client", text=LINES, blocks=True), node("server", "udp_server")
    win = (PROTOCOL.goal('a client waits for ever for an answer to "two"'),)
    world = world_of(*clients, happenings=(Lose("ana", "server", which),), win=win)
    assert world.outcome.won is goal


@pytest.mark.parametrize(("lost", "goal"), [((2, 3), True), ((2,), False), ((1, 2), False), ((2, 3, 4, 5), False)])
def test_a_line_that_was_given_up_has_no_answer_and_all_others_have(lost, goal):
    clients = node("ana", "udp_client", text=LINES, tries=2), node("server", "udp_server")
    losses = tuple(Lose("ana", "server", number) for number in lost)
    win = (PROTOCOL.goal('a client has an answer to every line but "two"'),)
    world = world_of(*clients, happenings=losses, win=win)
    assert world.outcome.won is goal
    if goal:
        assert world.evidence().machine("ana").view()["printed"] == '"ONE", -, "THREE"'


def test_an_old_answer_is_printed_for_another_line():
    clients = node("ana", "udp_client", text=LINES), node("server", "udp_server")
    late = (Forge(150 * MILLISECOND, "server", "ana", Text(b"ONE")),)
    law = PROTOCOL.goal('a client prints "ONE" for "two"')
    assert not world_of(*clients, happenings=late, win=(law,)).outcome.won
    believing = {"ana": "prints whatever comes"}
    assert world_of(*clients, seats=believing, happenings=late, win=(law,)).outcome.won


def test_a_line_has_its_twin_where_it_is_asked_at_another_time():
    assert PROTOCOL.twin_key(Text(b"hello")) != PROTOCOL.twin_key(Text(b"HELLO"))
