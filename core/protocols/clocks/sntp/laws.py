"""What must hold of clients of time, and how far their clocks are off."""

from __future__ import annotations

from core.kernel.laws import Evidence, Law, LawKind, Measure, always, sometimes
from core.protocols.clocks.sntp.machine import Client, Server
from core.protocols.clocks.sntp.personas import ASKED_FOR, UNHURRIED, WELCOME, WITHIN


def _asked_for(evidence: Evidence) -> bool:
    return not any(client.invalid for client in evidence.running(Client))


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


def _welcome(evidence: Evidence) -> bool:
    return not any(client.unwelcome for client in evidence.running(Client))


def _unhurried(evidence: Evidence) -> bool:
    return not any(client.hurried for client in evidence.running(Client))


def _kissed(evidence: Evidence) -> bool:
    return any(server.kissed for server in evidence.running(Server))


def _off(evidence: Evidence, node: str) -> int:
    clients = [client.name for client in evidence.running(Client) if node in ("", client.name)]
    servers = [server.name for server in evidence.running(Server)]
    if not servers:
        return 0
    return max((abs(evidence.clock(client) - evidence.clock(servers[0])) for client in clients), default=0)


def _steps(evidence: Evidence, node: str) -> int:
    return sum(client.steps for client in evidence.running(Client))


MISLED = "{client:node} is {error:duration} off {server:node} after {answers:number} answers"
AFTER = "{client:node} has used {answers:number} answers and is within {error:duration} of {server:node}"

LAWS = (
    always(ASKED_FOR, _asked_for),
    Law(WITHIN, LawKind.EVENTUALLY, _within, assumes=("no_loss", "bounded_delay", "no_crash")),
    Law(AFTER, LawKind.EVENTUALLY, _after, assumes=("no_loss", "bounded_delay", "no_crash")),
    always(WELCOME, _welcome),
    always(UNHURRIED, _unhurried),
    sometimes(MISLED, _misled, assumes=("unbounded_delay",)),
    sometimes("a server says kiss-o'-death", _kissed),
)

MEASURES = (
    Measure("off", "how far the clock is off at the end", _off, "µs"),
    Measure("steps", "steps of the clients' clocks", _steps),
)
