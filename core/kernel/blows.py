"""What a network's hand did in one world, as happenings of another: the same packets are struck there.

A packet is the one that `core.kernel.beside` takes for a twin: same sender, receiver, type and `Protocol.twin_key`, the
n-th of these. What was held and let go of comes so much later, what was held to the end is lost. What was done to
nodes, links and clocks happens at the same time as it did. What waited on a stream is left out: nothing is lost there.
"""

from __future__ import annotations

from core.kernel import trace as kinds
from core.kernel.beside import kind_of
from core.kernel.hand import COPY_BEHIND
from core.kernel.scenario import NETWORK, ClockJump, Crash, Cut, Hand, Happening, LoseAlike
from core.kernel.trace import Entry
from core.kernel.world import World

_FATES = {"lose": "lost", "copy": "twice", "garble": "garbled"}


def blows_of(world: World) -> tuple[Happening, ...]:
    """All that its hand did to a world, in order; () if there was none."""
    hand = world.scenario.hand
    if hand is None:
        return ()
    moves = [entry for entry in world.trace if entry.kind == kinds.MOVE and entry.node == NETWORK]
    found: list[Happening] = []
    for place, entry in enumerate(moves):
        act, value = entry.detail[0].partition(".")[2], entry.detail[1]
        if act in _FATES:
            found.append(_befalls(world, entry, _FATES[act], 0))
        elif act == "take":
            found.append(_held(world, hand, entry, moves[place + 1 :]))
        elif act == "crash":
            found.append(Crash(entry.time, value, hand.back))
        elif act == "push_clock":
            found.append(ClockJump(entry.time, *value))
        elif act == "cut":
            found.append(Cut(entry.time, _pairs(value), hand.heals))
    return tuple(blow for blow in found if not isinstance(blow, LoseAlike) or blow.message)


def _held(world: World, hand: Hand, taken: Entry, later: list[Entry]) -> LoseAlike:
    """A packet that was taken: late by as long as it was held, or lost."""
    ends = [entry for entry in later if entry.cause == taken.cause and entry.detail[0] == "network.let_go"]
    end = ends[0].time if ends else world.now + 1 if hand.hold is None else taken.time + hand.hold
    if end > world.now:
        return _befalls(world, taken, "lost", 0)
    return _befalls(world, taken, "late", end - taken.time)


def _befalls(world: World, move: Entry, fate: str, late: int) -> LoseAlike:
    """That fate of the packet that the move was about; of one on a stream a blow without a message."""
    sent = world.trace[move.cause]
    (source, destination, message, key), rank = kind_of(world, move.cause)
    behind = world.latency(source, destination) // COPY_BEHIND if fate == "twice" else late
    return LoseAlike(source, destination, "" if sent.note else message, rank + 1, fate, behind, 0, key)


def _pairs(link: str) -> tuple[tuple[str, str], ...]:
    here, arrow, there = link.split()
    return ((here, there), (there, here)) if arrow == "<->" else ((here, there),)
