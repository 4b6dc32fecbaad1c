"""What must hold: every line answered in capitals, to whom it belongs; and what a server's process is scored by."""

from __future__ import annotations

from core.kernel.laws import PART, Evidence, Measure, Tally, eventually, sometimes
from core.kernel.ready_laws import always_each, eventually_each, sometimes_one
from core.protocols.transport.uppercase.asking import Asker
from core.protocols.transport.uppercase.client import TcpClient
from core.protocols.transport.uppercase.datagram import UdpClient, UdpServer
from core.protocols.transport.uppercase.messages import BUFFER, capitals
from core.protocols.transport.uppercase.personas import ALL_SERVED, EVERY_DATAGRAM, EVERY_LINE, OWN_LINES
from core.protocols.transport.uppercase.server import TcpServer


def _own_lines(client: Asker) -> bool:
    return all(data == capitals(line)[:BUFFER] for line, data in client.answered())


def _done(client: Asker) -> bool:
    return len(list(client.answered())) == len(client.text.split("\n")) and _own_lines(client)


def _every_line(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client, Asker)
    return machine is not None and _done(machine)


def _printing(evidence: Evidence, client: str) -> Tally | None:
    machine = evidence.machine(client, Asker)
    return None if machine is None else Tally(len(list(machine.answered())), len(machine.text.split("\n")))


def _serving(evidence: Evidence, server: str, clients: int) -> Tally | None:
    machine = evidence.machine(server)
    if not isinstance(machine, TcpServer):
        return None
    left = f"{len(machine.sockets)} still open" if machine.sockets and machine.served >= clients else ""
    return Tally(machine.served, clients, left)


def _all_served(evidence: Evidence, server: str, clients: int) -> bool:
    machine = evidence.machine(server)
    return bool(isinstance(machine, TcpServer) and machine.served >= clients and not machine.sockets)


def _turned_away(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client, TcpClient)
    return bool(machine is not None and machine.turned_away)


def _for_ever(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client, UdpClient)
    return bool(machine is not None and machine.blocks and machine.line is not None and evidence.idle)


def _waits_for(evidence: Evidence, line: str) -> bool:
    """Does a client that blocks wait for ever for the answer to this line, with an answer to each before it?"""
    return evidence.idle and any(
        client.blocks and client.line == line.encode() and client.place == len(client.printed)
        for client in evidence.running(UdpClient)
    )


def _all_but(evidence: Evidence, line: str) -> bool:
    """Is a client through that has an answer to each of its lines, but to this one?"""
    for client in evidence.running(UdpClient):
        given_up = set(range(len(client.lines))) - {place for place, _ in client.printed}
        if client.line is None and [client.lines[place] for place in given_up] == [line.encode()]:
            return True
    return False


def _printed_for(evidence: Evidence, answer: str, line: str) -> bool:
    pair = (line.encode(), answer.encode())
    return any(pair in client.answered() for client in evidence.running(UdpClient))


CALM = ("no_loss", "no_crash")
"""Neither end keeps anything over a crash, and a client gives up after some tries."""

LAWS = (
    always_each(OWN_LINES, Asker, _own_lines),
    always_each(EVERY_DATAGRAM, UdpServer, lambda server: server.answered == server.received),
    eventually(EVERY_LINE, _every_line, assumes=CALM, known="client", tally=_printing),
    eventually_each("every client has every line in capitals, in order", Asker, _done, fallen=True, assumes=CALM),
    eventually(ALL_SERVED, _all_served, assumes=("no_crash",), known="server", tally=_serving),
    sometimes("{client:node} is turned away", _turned_away, known="client"),
    sometimes_one("a client is turned away", TcpClient, lambda client: client.turned_away > 0),
    sometimes("{client:node} waits for ever", _for_ever),
    sometimes("a client waits for ever for an answer to {line:text}", _waits_for),
    sometimes("a client has an answer to every line but {line:text}", _all_but),
    sometimes("a client prints {answer:text} for {line:text}", _printed_for),
)

MEASURES = (
    Measure(
        "calls", "system calls of the servers",
        lambda evidence, node: sum(server.calls for server in evidence.running(TcpServer)),
        known=PART, roles=(TcpServer,),
    ),
    Measure(
        "errors", "calls that failed",
        lambda evidence, node: sum(server.errors for server in evidence.running(TcpServer)),
        known=PART, roles=(TcpServer,),
    ),
)  # fmt: skip
