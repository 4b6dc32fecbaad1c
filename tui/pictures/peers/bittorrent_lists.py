"""Pictures of a download that is decided beforehand: candles with a flame per owner for a list of wishes, and trials,
a row a piece, for whoever picks its sources."""

from __future__ import annotations

from core.protocols.peers.bittorrent.peer import Peer
from core.protocols.peers.bittorrent.picking import SOURCES, WISH
from tui.pictures import Canvas, Ink, Scene

FLAMES = 5
"""Rows of flames at most; more owners than that are no news."""
NAMES = 4
"""Columns of a name above the trials."""


def candles(canvas: Canvas, scene: Scene, peer: Peer) -> None:
    """Every piece a candle: above it a flame for every owner among the neighbours, on it its place on the list."""
    pitch = max(3, min(6, (canvas.width - 2) // max(1, peer.pieces)))
    shown = max(1, (canvas.width - 2) // pitch)
    kept = scene.kept.get(WISH.name, peer.wish)
    wish = scene.draft if scene.asked is not None and scene.asked.choice.name == WISH.name else kept
    wish = wish if isinstance(wish, tuple) else ()
    foot = canvas.height - 2
    for place in range(min(peer.pieces, shown)):
        x = 1 + place * pitch
        mine, count = peer.have >> place & 1, peer.availability[place]
        rare = count <= 1 and not mine
        for flame in range(min(count, FLAMES, foot - 1)):
            canvas.put(x, foot - 1 - flame, "'", Ink.COSTLY if rare else Ink.GOOD)
        at_hand = scene.at_hand == place and scene.asked is not None
        on = str(wish.index(place) + 1) if place in wish and not mine else ""
        body = "██" if mine else f"{on:>1} " if on else "▓▓" if peer.begun >> place & 1 else "░░"
        canvas.put(x - 1, foot, body, Ink.YOU if mine else Ink.CHOSEN if on else Ink.QUIET)
        canvas.put(x - 1, foot + 1, f"{place:<2}", Ink.CHOSEN if at_hand else Ink.STRONG if rare else Ink.QUIET)
        canvas.hot(x - 1, 1, 2, place)
    x = canvas.put(0, 0, "there: ", Ink.QUIET)
    for neighbour in peer.ready():
        x = canvas.put(x, 0, f"{neighbour.label}{'>' if neighbour.unchokes else ''} ", Ink.PLAIN)


def trials(canvas: Canvas, scene: Scene, peer: Peer) -> None:
    """Every whole piece a row: who sent blocks of it, and whether it was good; below, whom the next one comes from."""
    labels = [neighbour.label for neighbour in peer.ready()]
    known = {label for _, sources, _ in peer.results for label in sources}
    names = [*labels, *(label for label in sorted(known) if label not in labels)]
    left = 11
    canvas.put(0, 0, "piece", Ink.QUIET)
    for place, name in enumerate(names):
        ink = Ink.BAD if name in peer.banned else Ink.STRONG
        canvas.put(left + place * NAMES, 0, name[: NAMES - 1], ink)
        canvas.hot(left + place * NAMES, 0, NAMES - 1, name)
    room = max(1, canvas.height - 4)
    for row, (index, sources, good) in enumerate(peer.results[-room:]):
        ink = Ink.GOOD if good else Ink.BAD
        canvas.put(0, 1 + row, f"{index:>4} {'good' if good else 'BAD'}", ink)
        for place, name in enumerate(names):
            if name in sources:
                canvas.put(left + place * NAMES, 1 + row, " o" if good else " X", ink)
    asked = scene.asked is not None and scene.asked.choice.name == SOURCES.name
    picked = scene.draft if asked else scene.kept.get(SOURCES.name, ())
    picked = picked if isinstance(picked, tuple) else ()
    canvas.put(0, canvas.height - 2, "next from", Ink.QUIET)
    for place, name in enumerate(names):
        chosen = not picked or name in picked
        canvas.put(
            left + place * NAMES, canvas.height - 2, "[x]" if chosen else "[ ]", Ink.CHOSEN if chosen else Ink.QUIET
        )
        canvas.hot(left + place * NAMES, canvas.height - 2, 3, name)
    done = peer.have.bit_count()
    bar = "█" * done + "░" * (peer.pieces - done)
    x = canvas.put(0, canvas.height - 1, "file ", Ink.QUIET)
    x = canvas.put(x, canvas.height - 1, bar[: max(1, canvas.width - 20)], Ink.YOU)
    canvas.put(x, canvas.height - 1, f" {done}/{peer.pieces}", Ink.STRONG)
    if peer.evidence:
        kept = sum(len(versions) for versions in peer.evidence.values())
        canvas.right(canvas.height - 1, f"kept {kept}", Ink.ACCENT)
