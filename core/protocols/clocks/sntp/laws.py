"""What must hold of clients of time, and how far their clocks are off."""

from __future__ import annotations

from core.kernel.laws import PART, Evidence, Measure, Tally, eventually, sometimes
from core.kernel.ready_laws import always_each, sometimes_one
from core.protocols.clocks.sntp.machine import Client, Server
from core.protocols.clocks.sntp.personas import ASKED_FOR, UNHURRIED, WELCOME, WITHIN


def _within(evidence: Evidence, client: str, error: int, server: str) -> bool:
    machine = evidence.machine(client)
    apart = evidence.clock(client) - evidence.clock(server)
    return bool(isinstance(machine, Client) and machine.samples and abs(apart) <= error)


def _after(evidence: Evidence, client: str, answers: int, error: int, server: str) -> bool:
    machine = evidence.machine(client)
    return bool(isinstance(machine, Client) and machine.used >= answers and _within(evidence, client, error, server))


def _misled(evidence: Evidence, client: str, error: int, server: str, answers: int) -> bool:
    machine = evidence.machine(client)
    apart = evidence.clock(client) - evidence.clock(server)
    return bool(isinstance(machine, Client) and machine.used >= answers and abs(apart) >= error)


def _between(evidence: Evidence, client: str, least: int, most: int, server: str) -> bool:
    """Since it has set its clock: is the client's that far ahead of the server's (if negative, behind)?"""
    machine = evidence.machine(client)
    apart = evidence.clock(client) - evidence.clock(server)
    return bool(isinstance(machine, Client) and machine.used and least <= apart <= most)


def _recognized(evidence: Evidence, server: str, count: int) -> bool:
    machine = evidence.machine(server)
    return isinstance(machine, Server) and machine.recognized >= count


def _recognizing(evidence: Evidence, server: str, count: int) -> Tally | None:
    machine = evidence.machine(server)
    return Tally(min(machine.recognized, count), count) if isinstance(machine, Server) else None


def _off(evidence: Evidence, node: str) -> int:
    clients = [client.name for client in evidence.running(Client) if node in ("", client.name)]
    servers = [server.name for server in evidence.running(Server)]
    if not servers:
        return 0
    return max((abs(evidence.clock(client) - evidence.clock(servers[0])) for client in clients), default=0)


def _steps(evidence: Evidence, node: str) -> int:
    return sum(client.steps for client in evidence.running(Client))


CALM = ("no_loss", "bounded_delay", "no_crash")
LAWS = (
    always_each(ASKED_FOR, Client, lambda client: not client.invalid),
    eventually(WITHIN, _within, assumes=CALM),
    eventually(
        "{client:node} has used {answers:number} answers and is within {error:duration} of {server:node}",
        _after,
        assumes=CALM,
    ),
    always_each(WELCOME, Client, lambda client: not client.unwelcome),
    always_each(UNHURRIED, Client, lambda client: not client.hurried),
    sometimes(
        "{client:node} is {error:duration} off {server:node} after {answers:number} answers",
        _misled,
        assumes=("unbounded_delay",),
    ),
    sometimes(
        "{client:node} is {least:duration} to {most:duration} behind {server:node}",
        lambda evidence, client, least, most, server: _between(evidence, client, -most, -least, server),
        assumes=("unbounded_delay",),
    ),
    sometimes(
        "{client:node} is {least:duration} to {most:duration} ahead of {server:node}",
        _between,
        assumes=("unbounded_delay",),
    ),
    eventually(
        "{server:node} has given {count:number} answers that fit their questions",
        _recognized,
        assumes=CALM,
        known="server",
        tally=_recognizing,
    ),
    sometimes_one("a server says kiss-o'-death", Server, lambda server: server.kissed > 0),
)

MEASURES = (
    Measure("off", "how far the clock is off at the end", _off, "µs"),
    Measure("steps", "steps of the clients' clocks", _steps, known=PART, roles=(Client,)),
)
