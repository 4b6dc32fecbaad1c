"""What must hold of clients of time, and how far their clocks are off."""

from __future__ import annotations

from functools import partial

from core.kernel.laws import PART, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import always_each, sometimes_one
from core.protocols.clocks.sntp.leap import Night
from core.protocols.clocks.sntp.machine import Client, Server
from core.protocols.clocks.sntp.personas import (
    ASKED_FOR,
    NEAR_UTC,
    SMOOTH,
    SMOOTH_FOR_MINDERS,
    UNHURRIED,
    WELCOME,
    WITHIN,
)


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


def _night(evidence: Evidence, server: str) -> Night | None:
    """The night of a server that has to get a leap second in."""
    machine = evidence.machine(server)
    return machine.night if isinstance(machine, Server) and machine.evening else None


def _smooth(evidence: Evidence, server: str, most: int, *, minds: bool = False) -> bool:
    night = _night(evidence, server)
    return night is None or night.jump(minds=minds) <= most


def _near_utc(evidence: Evidence, server: str, most: int) -> bool:
    night = _night(evidence, server)
    return night is None or night.farthest <= most


def _right(evidence: Evidence, server: str, count: int) -> bool:
    night = _night(evidence, server)
    return night is not None and night.right_after >= count


def _counting_right(evidence: Evidence, server: str, count: int) -> Tally | None:
    night = _night(evidence, server)
    return None if night is None else Tally(min(night.right_after, count), count)


def _nights(evidence: Evidence, node: str) -> list[Night]:
    return [server.night for server in evidence.running(Server) if node in ("", server.name) and server.evening]


def _largest_jump(evidence: Evidence, node: str) -> int:
    return max((night.jump(minds=minds) for night in _nights(evidence, node) for minds in (False, True)), default=0)


def _astray(evidence: Evidence, node: str) -> int:
    return max((night.astray for night in _nights(evidence, node)), default=0)


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
    always(SMOOTH, _smooth, assumes=CALM),
    always(SMOOTH_FOR_MINDERS, partial(_smooth, minds=True), assumes=CALM),
    always(NEAR_UTC, _near_utc, assumes=CALM),
    eventually(
        "{server:node} has told the right time {count:number} times after midnight",
        _right,
        assumes=CALM,
        known="server",
        tally=_counting_right,
    ),
)

MEASURES = (
    Measure("off", "how far the clock is off at the end", _off, "µs"),
    Measure("steps", "steps of the clients' clocks", _steps, known=PART, roles=(Client,)),
    Measure("jump", "largest jump from one answer to the next", _largest_jump, "µs", known=PART, roles=(Server,)),
    Measure("astray", "how long another time than UTC was told", _astray, "µs", known=PART, roles=(Server,)),
)
