"""What a cloakroom may cost, in mishaps and in nanoseconds."""

from __future__ import annotations

from core.kernel.laws import OWN, Evidence, Measure, Tally, always, eventually
from core.protocols.transport.demultiplexing.machine import Host, Street


def _host(evidence: Evidence, host: str) -> Host | None:
    return evidence.machine(host, Host)


def _few(evidence: Evidence, host: str, count: int) -> bool:
    machine = _host(evidence, host)
    return machine is None or machine.mishaps <= count


def _quick(evidence: Evidence, host: str, count: int) -> bool:
    machine = _host(evidence, host)
    return machine is None or machine.ns <= count


def _taken(evidence: Evidence, host: str, count: int) -> bool:
    machine = _host(evidence, host)
    return machine is not None and machine.taken >= count


def _taking(evidence: Evidence, host: str, count: int) -> Tally | None:
    machine = _host(evidence, host)
    return None if machine is None else Tally(machine.taken, count)


def _gone(evidence: Evidence) -> bool:
    return not evidence.unstarted and all(
        not street.left and not street.queue for street in evidence.running(Street)
    ) and all(host.hooks.left for host in evidence.running(Host))  # fmt: skip


LAWS = (
    always("{host:node} makes at most {count:number} mishaps", _few),
    always("{host:node} reads tickets for at most {count:number} ns", _quick),
    eventually(
        "{host:node} has taken {count:number} segments",
        _taken,
        assumes=("no_loss", "no_crash"),
        known="host",
        tally=_taking,
    ),
    eventually("everybody has come and gone", _gone, assumes=("no_loss", "no_crash")),
)

MEASURES = (
    Measure("mishaps", "words in a wrong coat, and strangers at the desk",
            lambda evidence, node: sum(host.mishaps for host in evidence.running(Host) if node in ("", host.name)),
            known=OWN, roles=(Host,)),
    Measure("ns", "nanoseconds spent on reading tickets",
            lambda evidence, node: sum(host.ns for host in evidence.running(Host) if node in ("", host.name)),
            "ns", known=OWN, roles=(Host,)),
)  # fmt: skip
