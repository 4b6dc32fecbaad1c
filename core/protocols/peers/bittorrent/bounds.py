"""How long it must take to give a file to everybody (Kurose & Ross 8e §2.5): lower bounds, whatever the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def client_server(length: int, server: int, peers: int, slowest: int | None = None) -> Fraction:
    """Seconds: a server of `server` bit/s sends `length` bytes to each of `peers`, at most at `slowest`."""
    bits = 8 * length
    bounds = [Fraction(peers * bits, server)]
    if slowest is not None:
        bounds.append(Fraction(bits, slowest))
    return max(bounds)


def peer_to_peer(length: int, server: int, uploads: Sequence[int], slowest: int | None = None) -> Fraction:
    """Seconds: the same, when each peer passes on what it has at its rate in `uploads` (bit/s)."""
    bits = 8 * length
    bounds = [Fraction(bits, server), Fraction(len(uploads) * bits, server + sum(uploads))]
    if slowest is not None:
        bounds.append(Fraction(bits, slowest))
    return max(bounds)
