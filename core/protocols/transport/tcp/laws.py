"""What must hold of two endpoints, and what a run is scored by."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import OWN, PART, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import Roll, roll_call, sometimes_one
from core.kernel.trace import CRASH, SEND, Entry
from core.protocols.transport.tcp.connection import Connection, State
from core.protocols.transport.tcp.machine import Endpoint
from core.protocols.transport.tcp.personas import CONFIRMED, HONEST, SAFE


def writers(evidence: Evidence, receiver: str) -> list[Endpoint]:
    """The endpoints with a line to `receiver`: opened by either."""
    machine = evidence.machine(receiver, Endpoint)
    called = machine.peer if machine is not None else ""
    return [
        other
        for other in evidence.running(Endpoint)
        if other.name != receiver and (other.peer == receiver or other.name == called)
    ]


@dataclass
class Spoken:
    """What was written to whom before a crash: (by whom, to whom); and whether somebody ever read anything else."""

    of: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    misread: bool = False


def _watch_spoken(evidence: Evidence, entry: Entry, **_: str) -> None:
    if entry.kind == CRASH and evidence.machine(entry.node, Endpoint) is not None:
        for receiver in evidence.nodes:
            text = _spoken(evidence, entry.node, receiver)
            if text:
                evidence.recall(Spoken).of.setdefault((entry.node, receiver), []).append(text)


def _spoken(evidence: Evidence, peer: str, receiver: str) -> bytes:
    """What `peer` wrote to `receiver` since it last started: its data, and what its user wrote later."""
    machine = evidence.machine(peer, Endpoint)
    if machine is None:
        return b""
    written = [conn.written for conn in machine.connections.values() if conn.peer == receiver]
    longest = max(written, key=len, default=b"")
    return max(longest, _all_of(machine, receiver), key=len)


def _all_of(machine: Endpoint, receiver: str) -> bytes:
    """All that its user ever had to say to `receiver`, whether it was sent or not."""
    return machine.stream + machine.added.get(receiver, b"")


def _reads_right(evidence: Evidence, receiver: str) -> bool:
    """TCP promises it of every connection: after a crash another one may begin with the same bytes again."""
    machine = evidence.machine(receiver, Endpoint)
    if machine is None:
        return True
    for peer, text in machine.heard.items():
        begins = machine.heard_from.get(peer, (0,))
        spoken = [_spoken(evidence, peer, receiver), *evidence.recall(Spoken).of.get((peer, receiver), ())]
        for start, end in zip(begins, (*begins[1:], len(text)), strict=True):
            if not any(one.startswith(text[start:end]) for one in spoken):
                return False
    return True


def _watch_readers(evidence: Evidence, entry: Entry) -> None:
    """What was written only grows: only whoever has just read can have read wrong."""
    _watch_spoken(evidence, entry)
    if entry.kind != SEND and evidence.machine(entry.node, Endpoint) is not None and evidence.up(entry.node):
        evidence.recall(Spoken).misread |= not _reads_right(evidence, entry.node)


def _has_all(evidence: Evidence, receiver: str) -> bool:
    machine = evidence.machine(receiver, Endpoint)
    speakers = [writer for writer in writers(evidence, receiver) if _all_of(writer, receiver)]
    if machine is None:
        return False
    if evidence.nodes == (receiver,):
        return bool(machine.heard) and all(_heard_to_its_end(machine, peer) for peer in machine.heard)
    return bool(speakers) and all(_has_all_of(evidence, receiver, writer.name) for writer in speakers)


def _heard_to_its_end(machine: Endpoint, peer: str) -> bool:
    """As far as a receiver knows who sees nobody but itself: whoever spoke has said that this was all (a FIN), and
    every byte before that was read."""
    lines = [conn for conn in machine.connections.values() if conn.peer == peer]
    if lines:
        return all(0 <= conn.peer_end < conn.expected and not conn.unread for conn in lines)
    return (peer, "closed") in machine.ended


def _has_all_of(evidence: Evidence, receiver: str, sender: str) -> bool:
    machine, writer = evidence.machine(receiver, Endpoint), evidence.machine(sender, Endpoint)
    if machine is not None and evidence.nodes == (receiver,):
        return bool(machine.heard.get(sender)) and _heard_to_its_end(machine, sender)
    if machine is None or writer is None or (receiver in writer.still_writes and receiver not in writer.said_all):
        return False
    heard = machine.heard.get(sender)
    return bool(heard) and heard == _all_of(writer, receiver)


def _knows(evidence: Evidence, sender: str) -> bool:
    machine = evidence.machine(sender, Endpoint)
    if machine is None:
        return False
    if machine.known >= len(machine.stream) and machine.ended:
        return True
    main = machine.main
    return main is not None and main.state is not State.SYN_SENT and main.una > 0 and main.all_heard


def _hearing(evidence: Evidence, receiver: str) -> Tally | None:
    """Bytes read, of all that were ever written to it; who sees nobody but itself knows that when the end is there."""
    machine = evidence.machine(receiver, Endpoint)
    if machine is None:
        return None
    read = sum(len(heard) for heard in machine.heard.values())
    if evidence.nodes != (receiver,):
        return Tally(read, sum(len(_all_of(writer, receiver)) for writer in writers(evidence, receiver)))
    ends = [conn.peer_end for conn in machine.connections.values() if conn.peer_end >= 0]
    return Tally(read, max(0, ends[0] - 1) if len(ends) == 1 else 0)


def _telling(evidence: Evidence, sender: str) -> Tally | None:
    """Bytes acknowledged, of those that it has to say."""
    machine = evidence.machine(sender, Endpoint)
    if machine is None or not machine.stream or machine.main is None:
        return None
    main, all_of_it = machine.main, len(machine.stream)
    known = min(all_of_it, max(0, main.una - 1))
    unheard = known == all_of_it and not main.all_heard
    return Tally(known, all_of_it, f"{sender}'s FIN not yet acknowledged" if unheard else "")


def _ended(evidence: Evidence, node: str, how: str) -> bool:
    machine = evidence.machine(node, Endpoint)
    return machine is not None and any(end == how for _, end in machine.ended)


def _is_closed(machine: Endpoint) -> bool:
    return any(how == "closed" for _, how in machine.ended) and not machine.connections


def _both_closed(evidence: Evidence) -> bool:
    return set(evidence.recall(Roll).count) == {True}


def _closed_all(evidence: Evidence, node: str) -> bool:
    """Has this end had lines, and did every one of them end in order?"""
    machine = evidence.machine(node, Endpoint)
    return machine is not None and not machine.connections and {how for _, how in machine.ended} == {"closed"}


def _has_one_open(machine: Endpoint) -> bool:
    return any(conn.state is State.ESTABLISHED for conn in machine.connections.values())


@dataclass
class Trust:
    """Did ever one end take for acknowledged what the other does not have?"""

    deceived: bool = False


def _watch_trust(evidence: Evidence, entry: Entry) -> None:
    """Of every pair of ends of one connection, when either of them changed."""
    machine = evidence.machine(entry.node, Endpoint)
    if machine is None or entry.kind == SEND:
        return
    trust = evidence.recall(Trust)
    for conn in machine.connections.values():
        other = evidence.machine(conn.peer, Endpoint)
        if other is None:
            continue
        trust.deceived |= evidence.up(machine.name) and _takes_too_much(machine, conn, other)
        for twin in other.connections.values():
            if twin.peer == machine.name:
                trust.deceived |= evidence.up(other.name) and _takes_too_much(other, twin, machine)


def _takes_too_much(machine: Endpoint, conn: Connection, other: Endpoint) -> bool:
    """Does this end of a connection take for acknowledged what the other does not have?"""
    twin = other.connections.get(f"{machine.name}:{machine.port}")
    if twin is None or twin.state is State.SYN_RECEIVED or twin.irs != conn.iss or not twin.expected:
        return False
    return bool(conn.una > twin.expected)


@dataclass
class Begun:
    """Of every node, the connections that it took for open before it crashed: (peer, first number); and whether a
    server ever took one for open that nobody had opened."""

    of: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    haunted: bool = False


def _remember(evidence: Evidence, entry: Entry, **_: str) -> None:
    machine = evidence.machine(entry.node, Endpoint)
    if machine is not None and entry.kind == CRASH and machine.begun:
        evidence.recall(Begun).of.setdefault(entry.node, []).extend(machine.begun)


def _opened(evidence: Evidence, node: str, server: str, number: int) -> int:
    """How often `node` took a connection to the server, with this first number, for open."""
    machine = evidence.machine(node, Endpoint) if evidence.up(node) else None
    now = machine.begun if machine is not None else []
    return [*evidence.recall(Begun).of.get(node, ()), *now].count((server, number))


def _confirmed_at(evidence: Evidence, server: str) -> bool:
    machine = evidence.machine(server, Endpoint)
    if machine is None:
        return True
    for peer, number in machine.accepted:
        other = evidence.machine(peer, Endpoint)
        if other is None:
            return False
        if machine.accepted.count((peer, number)) > _opened(evidence, peer, server, number):
            return False
    return True


def _watch_guests(evidence: Evidence, entry: Entry) -> None:
    """What hosts open is remembered for good: only the server that has just accepted can be wrong."""
    _remember(evidence, entry)
    machine = evidence.machine(entry.node, Endpoint)
    if machine is not None and entry.kind != SEND and not machine.opens and evidence.up(entry.node):
        evidence.recall(Begun).haunted |= not _confirmed_at(evidence, entry.node)


def _ghosts(evidence: Evidence, server: str) -> int:
    """How many connections the server takes for open that a host never opened which is gone: nobody disowns them."""
    machine = evidence.machine(server, Endpoint)
    if machine is None:
        return 0
    return sum(
        not evidence.up(conn.peer)
        and machine.accepted.count((conn.peer, conn.irs)) > _opened(evidence, conn.peer, server, conn.irs)
        for conn in machine.connections.values()
    )


@dataclass
class Answers:
    """What every host read, from which it opens a connection to whom: (host, server) → bytes."""

    of: dict[tuple[str, str], bytes] = field(default_factory=dict)


def _watch_answers(evidence: Evidence, entry: Entry, server: str) -> None:
    machine = evidence.machine(entry.node, Endpoint)
    if machine is not None and machine.opens and machine.peer == server:
        evidence.recall(Answers).of[entry.node, server] = machine.heard.get(server, b"")


def _all_answered(evidence: Evidence, server: str) -> bool:
    """Also those that have gone since."""
    machine, answers = evidence.machine(server, Endpoint), evidence.recall(Answers).of
    if machine is None or evidence.unstarted or not answers:
        return False
    return all(answer == machine.stream for answer in answers.values())


def _all_served(evidence: Evidence, server: str) -> bool:
    """Every host that opens to the server has its answer, whole, and is gone in order."""
    machines = [evidence.machine(name) for name in evidence.nodes]
    guests = [other for other in machines if isinstance(other, Endpoint) and other.peer == server and other.opens]
    return bool(guests) and all((server, "closed") in guest.ended for guest in guests)


LAWS = (
    always(SAFE, lambda evidence: not evidence.recall(Spoken).misread, watch=_watch_readers),
    always("{receiver:node} delivers only bytes that were sent, in order, once", _reads_right, watch=_watch_spoken),
    always(HONEST, lambda evidence: not evidence.recall(Trust).deceived, watch=_watch_trust),
    always(CONFIRMED, lambda evidence: not evidence.recall(Begun).haunted, watch=_watch_guests),
    always("{server:node} takes no ghost for a guest", _confirmed_at, watch=_remember),
    sometimes_one("a segment is retransmitted", Endpoint, lambda end: end.retransmissions > 0),
    sometimes_one("a segment waits on the shelf", Endpoint, lambda end: end.shelf_peak > 1),
    sometimes_one("a connection stands", Endpoint, _has_one_open),
    eventually(
        "{receiver:node} has every byte, in order, once",
        _has_all,
        assumes=("no_crash",),
        known="receiver",
        late=True,
        tally=_hearing,
    ),
    eventually(
        "{receiver:node} has every byte of {sender:node}",
        _has_all_of,
        assumes=("no_crash",),
        known="receiver",
        late=True,
    ),
    eventually(
        "{sender:node} knows that every byte arrived", _knows, assumes=("no_crash",), known="sender", tally=_telling
    ),
    eventually("{sender:node} gives up", lambda evidence, sender: _ended(evidence, sender, "gave up"), known="sender"),
    eventually(
        "{sender:node} sends more than {count:number} segments again",
        lambda evidence, sender, count: _of(evidence, sender, "retransmissions") > int(count),
    ),
    eventually(
        "{receiver:node} pays more than {count:number} coins for ACKs",
        lambda evidence, receiver, count: _of(evidence, receiver, "acks") > int(count),
        known="receiver",
    ),
    eventually(
        "{receiver:node} has no room for more than {count:number} of the tiles",
        lambda evidence, receiver, count: _of(evidence, receiver, "bounced") > int(count),
        known="receiver",
    ),
    eventually("{node:node} has closed every line in order", _closed_all, assumes=("no_crash",), known="node"),
    eventually("{node:node} is reset", lambda evidence, node: _ended(evidence, node, "reset"), known="node"),
    eventually("{server:node} has served every guest", _all_served, assumes=("no_crash",)),
    eventually(
        "every guest of {server:node} has had its answer", _all_answered, watch=_watch_answers, assumes=("no_crash",)
    ),
    sometimes(
        "{count:number} ghosts sit at {server:node}",
        lambda evidence, server, count: _ghosts(evidence, server) >= count,
        watch=_remember,
    ),
    eventually("both ends are closed", _both_closed, watch=roll_call(Endpoint, _is_closed), assumes=("no_crash",)),
)


def _of(evidence: Evidence, node: str, field: str) -> int:
    machines = [evidence.machine(node)] if node else evidence.running(Endpoint)
    return sum(getattr(machine, field) for machine in machines if isinstance(machine, Endpoint))


MEASURES = (
    Measure("acks", "ACKs sent without data", lambda evidence, node: _of(evidence, node, "acks"), "coins", known=OWN),
    Measure("segments", "segments of both ends", lambda evidence, node: _of(evidence, "", "segments"), known=PART),
    Measure(
        "retransmissions", "segments sent again", lambda evidence, node: _of(evidence, "", "retransmissions"),
        known=PART,
    ),
    Measure("shelf", "most tiles held at once", lambda evidence, node: max(
        (machine.shelf_peak for machine in evidence.running(Endpoint)), default=0), "tiles", known=PART),
    Measure("bounced", "tiles that found no room", lambda evidence, node: _of(evidence, "", "bounced"), known=PART),
)  # fmt: skip
