"""What must hold of routers and hosts, and what a run is scored by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from core.kernel.laws import PART, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import always_each
from core.kernel.trace import RECEIVE, SEND, Entry
from core.protocols.internet.ip import routing as r
from core.protocols.internet.ip.choices import FORGED
from core.protocols.internet.ip.host import Host, Prober, Probing
from core.protocols.internet.ip.messages import Frame
from core.protocols.internet.ip.personas import (
    ADDS_UP,
    ECHO,
    NO_ERROR_ABOUT,
    NO_FORGERY,
    ONE_HOP,
    TO_SOURCE,
    TRUE_DATA,
    TWICE,
)
from core.protocols.internet.ip.policies import BANK, TELEMETRY, VOICE
from core.protocols.internet.ip.router import Router
from core.protocols.internet.ip.services import Desk, Office
from core.protocols.internet.ip.surveyor import Surveyor
from core.wire import icmp
from core.wire.ipv4 import Packet, unpack_cut, unpack_unchecked
from core.wire.table import CodecError


@lru_cache(maxsize=4096)
def _packet(data: bytes) -> Packet | None:
    try:
        return unpack_unchecked(data)
    except CodecError:
        return None


def _sent(evidence: Evidence, entry: Entry) -> tuple[Host, Packet] | None:
    """Who sends which packet, if this entry is such a sending."""
    if entry.kind != SEND or not isinstance(entry.detail, Frame):
        return None
    machine, packet = evidence.machine(entry.node), _packet(entry.detail.data)
    return (machine, packet) if isinstance(machine, Host) and packet is not None else None


def _error(packet: Packet) -> tuple[icmp.Message, Packet] | None:
    """The ICMP error in a packet, and what it quotes."""
    if packet.protocol != icmp.PROTOCOL or packet.fragmented:
        return None
    try:
        message = icmp.unpack(packet.payload)
        if isinstance(message, icmp.Error):
            return message, unpack_cut(message.quoted)
    except CodecError:
        pass
    return None


def _arrived(evidence: Evidence, entry: Entry) -> Entry | None:
    """The arrival that led to this sending; None if it was something else."""
    cause = evidence.trace[entry.cause] if entry.cause >= 0 else None
    return cause if cause is not None and cause.kind == RECEIVE and isinstance(cause.detail, Frame) else None


@dataclass
class Seen:
    """What was seen to be sent."""

    false_sum: bool = False
    forgery: bool = False
    free_ride: bool = False
    astray: bool = False
    about_an_error: bool = False
    old_age: bool = False
    pieces: bool = False


def _watch_router(evidence: Evidence, entry: Entry, **_: str) -> None:
    found = _sent(evidence, entry)
    router, packet = found if found is not None else (None, None)
    if not isinstance(router, Router) or packet is None:
        return
    seen = evidence.recall(Seen)
    if r.sum_of(entry.detail.data) != 0xFFFF:
        seen.false_sum = True
    came = _arrived(evidence, entry)
    if came is None or packet.source == router.own:
        return
    data = came.detail.data
    if r.genuine(data, router.table, came.peer, router.guards) in FORGED:
        seen.forgery = True
    if packet.ttl == 0 or (len(data) >= 20 and packet.ttl != max(1, data[8]) - 1):
        seen.free_ride = True


def _watch_errors(evidence: Evidence, entry: Entry, **_: str) -> None:
    found = _sent(evidence, entry)
    error = _error(found[1]) if found is not None and found[1].source == found[0].own else None
    if found is None or error is None:
        return
    message, about = error
    seen = evidence.recall(Seen)
    if about.source != found[1].destination:
        seen.astray = True
    quoted_error = about.protocol == icmp.PROTOCOL and about.payload[:1] in (
        b"\x03",
        b"\x04",
        b"\x05",
        b"\x0b",
        b"\x0c",
    )
    if about.fragment_offset or quoted_error:
        seen.about_an_error = True
    if isinstance(message, icmp.TimeExceeded) and message.code == icmp.TTL:
        seen.old_age = True


def _watch_pieces(evidence: Evidence, entry: Entry, **_: str) -> None:
    found = _sent(evidence, entry)
    if found is not None and found[1].fragmented:
        evidence.recall(Seen).pieces = True


@dataclass
class Written:
    """What programs at every address ever sent, over crashes too; and of how much every node's machine knows."""

    of: dict[int, set[bytes]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)


def _watch_written(evidence: Evidence, entry: Entry, **_: str) -> None:
    host = evidence.machine(entry.node, Host)
    if host is None:
        return
    written = evidence.recall(Written)
    before = written.known.get(entry.node, 0)
    if len(host.sent) < before:
        before = 0  # it has come back, and remembers nothing
    if len(host.sent) > before or entry.node not in written.known:
        written.of.setdefault(host.own, set()).update(data for _, _, data in host.sent[before:])
    written.known[entry.node] = len(host.sent)


def _reads_true(evidence: Evidence, reader: Host) -> bool:
    """Has somebody at its source sent all that this host's programs read? Of strangers nobody knows."""
    written = evidence.recall(Written).of
    return all(arrival.source not in written or arrival.data in written[arrival.source] for arrival in reader.read)


def _true_data(evidence: Evidence) -> bool:
    return all(_reads_true(evidence, reader) for reader in evidence.running(Host))


def _reads(evidence: Evidence, receiver: str, text: str) -> bool:
    machine = evidence.machine(receiver, Host)
    return machine is not None and any(arrival.words == text for arrival in machine.read)


def _has_read_all(evidence: Evidence, receiver: str, sender: str) -> bool:
    reader, writer = evidence.machine(receiver), evidence.machine(sender)
    if not isinstance(reader, Host) or not isinstance(writer, Host):
        return False
    sent = Counter(data for to, port, data in writer.sent if to == reader.address and port in reader.ports)
    read = Counter(one.data for one in reader.read if one.source == writer.own)
    return bool(sent) and sent <= read


def _knows_the_way(evidence: Evidence, host: str) -> bool:
    machine = evidence.machine(host, Prober)
    return machine is not None and machine.done


def _gives_up(evidence: Evidence, host: str) -> bool:
    machine = evidence.machine(host, Probing)
    return machine is not None and machine.gave_up


def _knows_the_size(evidence: Evidence, host: str) -> bool:
    machine = evidence.machine(host, Surveyor)
    return machine is not None and machine.done


def _has_read(evidence: Evidence, receiver: str, number: int) -> bool:
    machine = evidence.machine(receiver, Host)
    return machine is not None and len(machine.read) >= number


def _was_told(evidence: Evidence, host: str, number: int) -> bool:
    machine = evidence.machine(host, Host)
    return machine is not None and len(machine.told) >= number


def _has_handled(evidence: Evidence, router: str, number: int) -> bool:
    machine = evidence.machine(router, Router)
    return machine is not None and machine.forwarded + machine.discarded >= number


def _reading(evidence: Evidence, receiver: str, number: int) -> Tally | None:
    machine = evidence.machine(receiver, Host)
    return None if machine is None else Tally(len(machine.read), number)


def _being_told(evidence: Evidence, host: str, number: int) -> Tally | None:
    machine = evidence.machine(host, Host)
    return None if machine is None else Tally(len(machine.told), number)


def _handling(evidence: Evidence, router: str, number: int) -> Tally | None:
    machine = evidence.machine(router, Router)
    return None if machine is None else Tally(machine.forwarded + machine.discarded, number)


def _probing(evidence: Evidence, host: str) -> Tally | None:
    machine = evidence.machine(host, Prober)
    if machine is None:
        return None
    far = max(0, machine.reached - 1)
    return Tally(len(machine.hops), far, "" if far else "how far it is, nobody has said")


def _gave_up(evidence: Evidence, host: str) -> bool:
    machine = evidence.machine(host, Host)
    return machine is not None and machine.given_up > 0


def _once(office: Office, service: str) -> bool:
    serials = office.items.get(service, [])
    return len(serials) == len(set(serials))


def _used(evidence: Evidence, office: str, service: str) -> list[int]:
    machine = evidence.machine(office, Office)
    return machine.items.get(service, []) if machine is not None else []


def _has_booked(evidence: Evidence, office: str, desk: str) -> bool:
    machine = evidence.machine(desk, Desk)
    return machine is not None and len(set(_used(evidence, office, BANK))) == machine.transfers > 0


def _has_heard(evidence: Evidence, office: str, number: int) -> bool:
    return len(set(_used(evidence, office, VOICE))) >= number


def _hears_holes(evidence: Evidence, office: str, number: int) -> bool:
    machine = evidence.machine(office, Office)
    return machine is not None and machine.holes > number


def _has_noted(evidence: Evidence, office: str, number: int) -> bool:
    return len(set(_used(evidence, office, TELEMETRY))) >= number


CALM = ("no_loss", "no_crash")
"""IP promises nothing (best effort), and a host that crashes forgets what its programs wanted (RFC 791 §1.4)."""

LAWS = (
    always(NO_FORGERY, lambda evidence: not evidence.recall(Seen).forgery, watch=_watch_router),
    always(ADDS_UP, lambda evidence: not evidence.recall(Seen).false_sum, watch=_watch_router),
    always(ONE_HOP, lambda evidence: not evidence.recall(Seen).free_ride, watch=_watch_router),
    always(TO_SOURCE, lambda evidence: not evidence.recall(Seen).astray, watch=_watch_errors),
    always(NO_ERROR_ABOUT, lambda evidence: not evidence.recall(Seen).about_an_error, watch=_watch_errors),
    always(TRUE_DATA, _true_data, watch=_watch_written),
    always_each(TWICE, Office, lambda office: _once(office, BANK)),
    always_each(ECHO, Office, lambda office: _once(office, VOICE)),
    sometimes("a packet dies of old age", lambda evidence: evidence.recall(Seen).old_age, watch=_watch_errors),
    sometimes("a datagram travels in pieces", lambda evidence: evidence.recall(Seen).pieces, watch=_watch_pieces),
    sometimes("{receiver:node} reads {text:text}", _reads, known="receiver"),
    sometimes("{host:node} gives up a datagram", _gave_up, known="host"),
    sometimes("{host:node} gives up the search", _gives_up, known="host"),
    eventually("{receiver:node} has read all that {sender:node} sent it", _has_read_all, assumes=CALM),
    eventually(
        "datagrams that {receiver:node} has read: {number:number}",
        _has_read,
        assumes=CALM,
        known="receiver",
        tally=_reading,
    ),
    eventually(
        "ICMP messages that reached {host:node}: {number:number}",
        _was_told,
        assumes=CALM,
        known="host",
        tally=_being_told,
    ),
    eventually(
        "{router:node} has handled {number:number} packets", _has_handled, assumes=CALM, known="router", tally=_handling
    ),
    sometimes("{office:node} hears more than {number:number} holes in the voice", _hears_holes),
    eventually("{office:node} has booked every transfer of {desk:node}", _has_booked, assumes=CALM),
    eventually(
        "{office:node} has heard {number:number} frames in time",
        _has_heard,
        assumes=CALM,
        tally=lambda evidence, office, number: Tally(len(set(_used(evidence, office, VOICE))), number),
        counted="office",
    ),
    eventually(
        "{office:node} has noted {number:number} readings",
        _has_noted,
        assumes=CALM,
        tally=lambda evidence, office, number: Tally(len(set(_used(evidence, office, TELEMETRY))), number),
        counted="office",
    ),
    eventually("{host:node} knows what passes whole", _knows_the_size, assumes=CALM, known="host"),
    eventually("{host:node} knows every hop", _knows_the_way, assumes=CALM, known="host", tally=_probing),
)


def _unread(evidence: Evidence, node: str) -> int:
    hosts = evidence.running(Host)
    return sum(len(host.sent) for host in hosts) - sum(len(host.read) for host in hosts)


def _probes(evidence: Evidence, node: str) -> int:
    return sum(host.used for host in evidence.running(Probing))


MEASURES = (
    Measure("unread", "datagrams sent and never read", _unread),
    Measure("probes", "probes sent", _probes, known=PART, roles=(Probing,)),
    Measure(
        "given up",
        "datagrams given up",
        lambda evidence, node: sum(h.given_up for h in evidence.running(Host)),
        known=PART,
        roles=(Host,),
    ),
)
