"""What must hold: every line answered in capitals, to whom it belongs; and what a server's process is scored by."""

from __future__ import annotations

from collections.abc import Iterator

from core.kernel.laws import Evidence, Law, LawKind, Measure, always, eventually, sometimes
from core.protocols.transport.uppercase.client import TcpClient
from core.protocols.transport.uppercase.datagram import UdpClient, UdpServer
from core.protocols.transport.uppercase.messages import BUFFER, capitals
from core.protocols.transport.uppercase.personas import ALL_SERVED, EVERY_DATAGRAM, EVERY_LINE, OWN_LINES
from core.protocols.transport.uppercase.server import TcpServer


def _printed(client: UdpClient | TcpClient) -> Iterator[tuple[bytes, bytes]]:
    """(the line, what was printed for it)"""
    if isinstance(client, UdpClient):
        yield from ((client.lines[place], data) for place, data in client.printed)
    else:
        yield from ((client.lines(number)[line], data) for number, line, data in client.printed)


def _own_lines(evidence: Evidence) -> bool:
    clients = [*evidence.running(UdpClient), *evidence.running(TcpClient)]
    return all(data == capitals(line)[:BUFFER] for client in clients for line, data in _printed(client))


def _every_line(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client)
    if not isinstance(machine, UdpClient | TcpClient):
        return False
    asked = machine.text.split("\n")
    return len(machine.printed) == len(asked) and all(
        data == capitals(line)[:BUFFER] for line, data in _printed(machine)
    )


def _all_lines(evidence: Evidence) -> bool:
    machines = [evidence.machine(node) for node in evidence.nodes]
    if None in machines:
        return False  # somebody has not started
    clients = [machine.name for machine in machines if isinstance(machine, UdpClient | TcpClient)]
    return all(_every_line(evidence, client) for client in clients)


def _every_datagram(evidence: Evidence) -> bool:
    return all(server.answered == server.received for server in evidence.running(UdpServer))


def _all_served(evidence: Evidence, server: str, clients: int) -> bool:
    machine = evidence.machine(server)
    return bool(isinstance(machine, TcpServer) and machine.served >= clients and not machine.sockets)


def _turned_away(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client)
    return bool(isinstance(machine, TcpClient) and machine.turned_away)


def _anybody_turned_away(evidence: Evidence) -> bool:
    return any(client.turned_away for client in evidence.running(TcpClient))


def _for_ever(evidence: Evidence, client: str) -> bool:
    machine = evidence.machine(client)
    return bool(isinstance(machine, UdpClient) and machine.blocks and machine.line is not None and evidence.idle)


LAWS = (
    always(OWN_LINES, _own_lines),
    always(EVERY_DATAGRAM, _every_datagram),
    eventually(EVERY_LINE, _every_line, assumes=("no_loss",)),
    eventually("every client has every line in capitals, in order", _all_lines, assumes=("no_loss",)),
    Law(ALL_SERVED, LawKind.EVENTUALLY, _all_served),
    sometimes("{client:node} is turned away", _turned_away),
    sometimes("a client is turned away", _anybody_turned_away),
    sometimes("{client:node} waits for ever", _for_ever),
)

MEASURES = (
    Measure(
        "calls", "system calls of the servers",
        lambda evidence, node: sum(server.calls for server in evidence.running(TcpServer)),
    ),
    Measure(
        "errors", "calls that failed",
        lambda evidence, node: sum(server.errors for server in evidence.running(TcpServer)),
    ),
)  # fmt: skip
