"""What must hold in a swarm, and what is measured: distributed copies, bytes, time to the whole file."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.laws import COMMON_MEASURES, OWN, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import eventually_each, sometimes_one
from core.kernel.trace import DELIVER, RECEIVE, SEND, START, Entry
from core.protocols.peers.bittorrent.messages import sha1_of
from core.protocols.peers.bittorrent.peer import Peer
from core.protocols.peers.bittorrent.personas import HASH_LAW
from core.protocols.peers.bittorrent.tracker import Tracker

KILOBYTE = 1000


def peers(evidence: Evidence) -> list[Peer]:
    """The peers that are in the swarm now."""
    return [peer for peer in evidence.running(Peer) if not peer.gone]


def piece_counts(swarm: list[Peer]) -> list[int]:
    """Of every piece, how many have it."""
    return [sum(peer.have >> index & 1 for peer in swarm) for index in range(swarm[0].pieces)] if swarm else []


def distributed_copies(swarm: list[Peer]) -> int:
    """Hundredths of copies: the least piece count, and the fraction of pieces that are more frequent than that."""
    counts = piece_counts(swarm)
    if not counts:
        return 0
    least = min(counts)
    return least * 100 + sum(count > least for count in counts) * 100 // len(counts)


@dataclass
class Swarm:
    """What became of the pieces: how many were kept with another hash, and whether all that there are were there."""

    bad: int = 0
    whole: bool = False


def _watch_hashes(evidence: Evidence, entry: Entry) -> None:
    if entry.kind == DELIVER:
        peer = evidence.machine(entry.node, Peer)
        if peer is not None and isinstance(entry.detail, int):
            blocks = peer.stored.get(entry.detail)
            if blocks is not None and sha1_of(blocks) != peer.torrent.hash_of(entry.detail):
                evidence.recall(Swarm).bad += 1


def _hashes_hold(evidence: Evidence) -> bool:
    return not evidence.recall(Swarm).bad


def _all_there(evidence: Evidence) -> bool:
    have = full = 0
    for peer in peers(evidence):
        have |= peer.have
        full = peer.everything
    return have == full


def _watch_pieces(evidence: Evidence, entry: Entry) -> None:
    """Nothing is lost before it was there: the first nodes start one after another."""
    swarm = evidence.recall(Swarm)
    if entry.kind == START and not swarm.whole:
        swarm.whole = any(peer.have for peer in peers(evidence)) and _all_there(evidence)


def _every_piece_somewhere(evidence: Evidence) -> bool:
    return not evidence.recall(Swarm).whole or _all_there(evidence)


def _complete(evidence: Evidence, peer: str) -> bool:
    machine = evidence.machine(peer, Peer)
    return machine is not None and machine.completed >= 0


def _received(evidence: Evidence, peer: str, kilobytes: int) -> bool:
    machine = evidence.machine(peer, Peer)
    return machine is not None and machine.received >= kilobytes * KILOBYTE


def _receiving(evidence: Evidence, peer: str, kilobytes: int) -> Tally | None:
    machine = evidence.machine(peer, Peer)
    return None if machine is None else Tally(machine.received // KILOBYTE, kilobytes)


def _collecting(evidence: Evidence, peer: str) -> Tally | None:
    machine = evidence.machine(peer, Peer)
    return None if machine is None else Tally(machine.have.bit_count(), machine.everything.bit_count())


@dataclass
class Received:
    """Bytes of the file that each peer got, and their sum."""

    of: dict[str, int] = field(default_factory=dict)
    sum: int = 0


def _watch_received(evidence: Evidence, entry: Entry, **places: int) -> None:
    if entry.kind != RECEIVE:
        return  # nothing else brings bytes
    peer = evidence.machine(entry.node, Peer)
    if peer is not None:
        received = evidence.recall(Received)
        received.sum += peer.received - received.of.get(entry.node, 0)
        received.of[entry.node] = peer.received


def _whole(evidence: Evidence, tracker: str) -> int:
    """How many have told a tracker that they lack nothing."""
    machine = evidence.machine(tracker, Tracker)
    return 0 if machine is None else sum(not peer.left for peer in machine.registered.values())


def _swarm_received(evidence: Evidence, kilobytes: int) -> bool:
    return evidence.recall(Received).sum >= kilobytes * KILOBYTE


def _swarm_behind(evidence: Evidence, kilobytes: int, time: int) -> bool:
    return evidence.now >= time and not _swarm_received(evidence, kilobytes)


def _banned(evidence: Evidence, peer: str, other: str) -> bool:
    machine = evidence.machine(peer, Peer)
    return machine is not None and other in machine.banned


def _banned_innocent(evidence: Evidence, peer: str, other: str) -> bool:
    machine = evidence.machine(peer, Peer)
    return machine is not None and any(label != other for label in machine.banned)


@dataclass
class Shunned:
    """Who has a regular chair for a peer, by name, as of its last round; is it shut out, and was it ever?"""

    hosts: set[str] = field(default_factory=set)
    out: bool = False
    once: bool = False


def _watch_chairs(evidence: Evidence, entry: Entry, peer: str) -> None:
    """Looked at when somebody's round, or the end of a connection, may have changed who sits where."""
    if entry.kind == SEND or (entry.kind == RECEIVE and entry.node != peer):
        return
    shunned = evidence.recall(Shunned)
    machine = evidence.machine(peer, Peer)
    other = evidence.machine(entry.node, Peer)
    if machine is None or other is None:
        return
    if evidence.up(entry.node) and not other.gone and machine.label in other.regular:
        shunned.hosts.add(entry.node)
    else:
        shunned.hosts.discard(entry.node)
    shunned.out = (
        not shunned.hosts and machine.round > 3 and any(neighbour.interesting for neighbour in machine.ready())
    )
    shunned.once |= shunned.out


def _watch_chairs_until(evidence: Evidence, entry: Entry, peer: str, time: int) -> None:
    _watch_chairs(evidence, entry, peer)


def _shut_out(evidence: Evidence, peer: str) -> bool:
    """It wants something, and after three rounds sits on nobody's regular chair: gambles are all that it gets."""
    return evidence.recall(Shunned).out


def _seated_still(evidence: Evidence, peer: str, time: int) -> bool:
    return evidence.now >= time and not evidence.recall(Shunned).once


def _behind(evidence: Evidence, peer: str, kilobytes: int, time: int) -> bool:
    return evidence.now >= time and not _received(evidence, peer, kilobytes)


def _choked(peer: Peer) -> bool:
    return not peer.gone and any(neighbour.interesting and not neighbour.unchokes for neighbour in peer.ready())


def _left(evidence: Evidence, peer: str) -> bool:
    machine = evidence.machine(peer, Peer)
    return machine is not None and machine.gone


def islands(swarm: list[Peer]) -> int:
    """Into how many parts the swarm falls, by its standing connections."""
    names = {peer.name for peer in swarm}
    links = {peer.name: [n.address for n in peer.ready() if n.address in names] for peer in swarm}
    count = 0
    left = [peer.name for peer in swarm]
    seen: set[str] = set()
    for name in left:
        if name in seen:
            continue
        count += 1
        reached = [name]
        while reached:
            here = reached.pop()
            if here not in seen:
                seen.add(here)
                reached += links[here]
    return count


KEPT_HASH = always(HASH_LAW, _hashes_hold, watch=_watch_hashes)
EVERY_PIECE = always(
    "every piece is somewhere in the swarm", _every_piece_somewhere, watch=_watch_pieces, assumes=("no_crash",)
)
CHOKED = sometimes_one("somebody is choked though it wants something", Peer, _choked)
STAYING = ("no_crash",)
"""BEP 3 promises a file to nobody: who crashes may have had the only copy of a piece, and only a tracker, if there is
one, ever brings those together again who lost each other."""
WHOLE = eventually("the whole file reached {peer:node}", _complete, assumes=STAYING, known="peer", tally=_collecting)
ALL_WHOLE = eventually_each(
    "every peer that stayed has the whole file", Peer, lambda peer: peer.completed >= 0 or peer.gone, assumes=STAYING
)
NOBODY_WITHOUT = eventually_each(
    "every peer got the whole file", Peer, lambda peer: peer.completed >= 0, fallen=True, assumes=STAYING
)
RECEIVED = eventually(
    "{kilobytes:number} KB reached {peer:node}", _received, assumes=STAYING, known="peer", tally=_receiving
)
REPORTED = eventually(
    "{count:number} peers have told {tracker:node} that they have the whole file",
    lambda evidence, count, tracker: _whole(evidence, tracker) >= count,
    assumes=STAYING, tally=lambda evidence, count, tracker: Tally(min(_whole(evidence, tracker), count), count),
)  # fmt: skip
"""Of a swarm whose members nobody here sees into."""
BANNED = eventually("{other:node} is banned by {peer:node}", _banned, known="peer")
INNOCENT = sometimes("somebody other than {other:node} is banned by {peer:node}", _banned_innocent, known="peer")
LEFT = sometimes("the swarm goes on without {peer:node}", _left, known="peer")
SHUT_OUT = sometimes("nobody has a chair for {peer:node}", _shut_out, watch=_watch_chairs)
SEATED_STILL = sometimes(
    "somebody still has a chair for {peer:node} at {time:duration}", _seated_still, watch=_watch_chairs_until
)
BEHIND = sometimes("less than {kilobytes:number} KB reached {peer:node} by {time:duration}", _behind)
TOGETHER = eventually(
    "{kilobytes:number} KB reached all peers together",
    _swarm_received,
    watch=_watch_received,
    tally=lambda evidence, kilobytes: Tally(evidence.recall(Received).sum // KILOBYTE, kilobytes),
)
TOGETHER_BEHIND = sometimes(
    "less than {kilobytes:number} KB reached all peers together by {time:duration}",
    _swarm_behind,
    watch=_watch_received,
)

LAWS = (
    KEPT_HASH, EVERY_PIECE, CHOKED, WHOLE, ALL_WHOLE, NOBODY_WITHOUT, RECEIVED, REPORTED, BANNED, INNOCENT, LEFT,
    SHUT_OUT, SEATED_STILL, BEHIND, TOGETHER, TOGETHER_BEHIND,
)  # fmt: skip


def _finish(evidence: Evidence, node: str) -> int:
    machine = evidence.machine(node, Peer)
    done = machine.completed if machine is not None else -1
    return done if done >= 0 else evidence.now


def _swarm_finish(evidence: Evidence, node: str) -> int:
    """When the last of those who have finished did; now, while somebody in the swarm has not."""
    swarm = [machine for machine in map(evidence.machine, evidence.nodes) if isinstance(machine, Peer)]
    if any(peer.completed < 0 and not peer.gone for peer in swarm):
        return evidence.now
    return max((peer.completed for peer in swarm), default=0)


def _machine_number(evidence: Evidence, node: str, read: str) -> int:
    machine = evidence.machine(node, Peer)
    return int(getattr(machine, read)) if machine is not None else 0


MEASURES: tuple[Measure, ...] = (
    *COMMON_MEASURES,
    Measure(
        "received",
        "bytes of the file that you got",
        lambda e, n: _machine_number(e, n, "received"),
        "B",
        True,
        known=OWN,
    ),
    Measure("uploaded", "bytes that you gave", lambda e, n: _machine_number(e, n, "sent"), "B", known=OWN),
    Measure("wasted", "bytes that came for nothing", lambda e, n: _machine_number(e, n, "wasted"), "B", known=OWN),
    Measure("finish", "when you had the whole file", _finish, "µs", known=OWN),
    Measure("swarm finish", "when the last one had the whole file", _swarm_finish, "µs"),
    Measure("copies", "hundredths of distributed copies", lambda e, n: distributed_copies(peers(e)), "", True),
    Measure("islands", "parts that the swarm falls into", lambda e, n: islands(peers(e))),
)
