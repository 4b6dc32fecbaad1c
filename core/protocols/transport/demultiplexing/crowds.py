"""Who comes: six kinds of crowds, and what they say."""

from __future__ import annotations

from typing import NamedTuple

from core.protocols.transport.demultiplexing.messages import Segment

HOUSES, DORM, SHOPS, SIGNS, WALKERS, MIXED = "houses", "dorm", "two shops", "two signs", "walkers", "mixed"
CROWDS = (HOUSES, DORM, SHOPS, SIGNS, WALKERS, MIXED)
WORDS = ("tea", "milk", "rum", "soup", "fish", "salt", "plum", "leek", "rice", "ham", "corn", "kale")


class Guest(NamedTuple):
    """Somebody of a crowd: how its segments are headed, before and after half of them."""

    name: str
    before: tuple[str, int, str, int]
    after: tuple[str, int, str, int]
    own: int


def crowd_of(kind: str, size: int, number: int) -> list[Guest]:
    """The guests of the `number`-th crowd. Houses: an address each. Dorm: one address, a port each. Two shops: two of
    our ports, and of each pair with one address one at each. Two signs: the same with our addresses, and a port.
    Walkers: half-way into one of two towers' addresses, with another port. Mixed: one address; half get another port
    half-way and carry a number of their own, the others have none."""
    street = 9 + number
    found: list[Guest] = []
    for at in range(size):
        src, spt, dst, dpt, own = f"{street}.1", 49152, "1", 80, 0
        if kind in (HOUSES, WALKERS):
            src = f"{street}.{at + 1}"
        if kind in (DORM, WALKERS, MIXED):
            spt += 11 * at + number
        if kind == SHOPS:
            src, dpt = f"{street}.{at // 2 + 1}", 80 + at % 2
        if kind == SIGNS:
            spt, dst = spt + 11 * (at // 2), str(1 + at % 2)
        before = after = (src, spt, dst, dpt)
        if kind == WALKERS or (kind == MIXED and at % 2):
            own = 40 + 7 * at + number
            tower = f"{street}.{80 + at % 2}" if kind == WALKERS else src
            after = (tower, spt + 300, dst, dpt)
        found.append(Guest(WORDS[(number % 2 * size + at) % len(WORDS)], before, after, own))
    return found


def segments_of(kind: str, size: int, pieces: int, number: int) -> list[Segment]:
    """All that a crowd says, as it comes: all at once, in turn."""
    guests = crowd_of(kind, size, number)
    found: list[Segment] = []
    for piece in range(pieces):
        for at in range(size):
            guest = guests[(at + piece) % size if piece else at]
            head = guest.before if 2 * piece < pieces else guest.after
            seq = 1000 * (at + 1) + 37 * len(found)
            begins, ends = piece == 0, piece == pieces - 1
            found.append(Segment(*head, seq, guest.own, begins, ends, guest.name, guest.name))
    return found
