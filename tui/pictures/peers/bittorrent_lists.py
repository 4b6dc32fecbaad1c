"""Pictures of a download that is decided beforehand, and the control on them: candles with a flame per owner for a list
of wishes, and trials, a row a piece, for whoever picks its sources."""

from __future__ import annotations

from collections.abc import Sequence

from core.protocols.peers.bittorrent.peer import Peer
from core.protocols.peers.bittorrent.picking import SOURCES, WISH
from tui.look.palette import node_ink
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

CANDLE = (3, 12)
"""Columns from one candle to the next, at least and at most."""
NAMED = 5
"""From so many on the owner's name is on a flame."""
TALL = 12
"""Rows from which on candles are two rows tall, and trials are counted."""
TRIAL = (4, 12)
"""Columns from one name of the trials to the next, at least and at most."""
LEFT = 11
"""Columns before the names."""


def candles(canvas: Canvas, scene: Scene, peer: Peer) -> None:
    """Every piece a candle: above it a flame for every owner among the neighbours, on it its place on the list."""
    pitch = max(CANDLE[0], min(CANDLE[1], (canvas.width - 2) // max(1, peer.pieces)))
    wide = 2 if pitch < NAMED else pitch - 2
    shown = max(1, (canvas.width - 2) // pitch)
    left = max(0, (canvas.width - pitch * min(shown, peer.pieces)) // 2)
    kept = scene.kept.get(WISH.name, peer.wish)
    asked = scene.asked is not None and scene.asked.choice.name == WISH.name
    wish = scene.draft if asked else kept
    wish = wish if isinstance(wish, tuple) else ()
    body = 2 if canvas.height >= TALL else 1
    foot = canvas.height - 1
    for place in range(min(peer.pieces, shown)):
        x = left + place * pitch
        mine = peer.have >> place & 1
        owners = [neighbour.label for neighbour in peer.ready() if neighbour.has >> place & 1]
        rare = len(owners) <= 1 and not mine
        for up, owner in enumerate(owners[: foot - body - 1]):
            _draw_flame(canvas, scene, (x, foot - body - 1 - up), wide, owner, rare=rare)
        on = str(wish.index(place) + 1) if place in wish and not mine else ""
        fill = "█" if mine else "▓" if peer.begun >> place & 1 else " " if on else "░"
        ink = Ink.YOU if mine else Ink.CHOSEN if on else Ink.QUIET
        for row in range(body):
            canvas.put(x, foot - body + row, fill * wide, ink)
        if on:
            canvas.put(x, foot - body, f"{on:^{wide}}", Ink.CHOSEN)
        here = asked and scene.at_hand == place
        number = f">{place}<" if here and wide > 2 else str(place)
        canvas.put(x, foot, f"{number:^{wide}}", Ink.CHOSEN if here else Ink.COSTLY if rare else Ink.QUIET)
        canvas.hot(x, 1, wide, place if asked else ("setting", WISH.name), canvas.height - 1)
    x = canvas.put(0, 0, "there: ", Ink.QUIET)
    for neighbour in peer.ready():
        x = canvas.put(x, 0, f"{neighbour.label}{'>' if neighbour.unchokes else ''} ", Ink.PLAIN)
    if x + 24 < canvas.width:
        canvas.right(0, "> gives to you", Ink.QUIET, 1)


def _draw_flame(canvas: Canvas, scene: Scene, place: tuple[int, int], wide: int, owner: str, *, rare: bool) -> None:
    """A flame: whose it is, where there is room for a name."""
    x, y = place
    if wide + 2 < NAMED:
        canvas.put(x, y, "'", Ink.COSTLY if rare else Ink.GOOD)
    elif canvas.ascii_only or not canvas.palette.mixes:
        sign = "!" if rare else "'"
        canvas.put(x, y, f"{cut(owner, wide - 1):^{wide - 1}}{sign}", Ink.COSTLY if rare else Ink.GOOD)
    else:
        canvas.put(x, y, f"{cut(owner, wide):^{wide}}", Ink.ON, fill=node_ink(owner, scene.nodes, scene.you))


def trials(canvas: Canvas, scene: Scene, peer: Peer) -> None:
    """Every whole piece a row: who sent blocks of it, and whether it was good; below, whom the next one comes from."""
    known = {label for _, sources, _ in peer.results for label in sources}
    names = sorted(known | {neighbour.label for neighbour in peer.ready()})  # whoever leaves keeps the column
    pitch = max(TRIAL[0], min(TRIAL[1], (canvas.width - LEFT - 1) // max(1, len(names))))
    columns = {name: LEFT + place * pitch for place, name in enumerate(names)}
    tall = canvas.height >= TALL
    canvas.put(0, 0, "piece", Ink.QUIET)
    for name, x in columns.items():
        canvas.put(x, 0, name[: pitch - 1], Ink.BAD if name in peer.banned else Ink.STRONG)
        canvas.hot(x, 0, pitch - 1, name)
    foot = canvas.height - (5 if tall else 3)
    for row, (index, sources, good) in enumerate(peer.results[-max(1, foot - 1) :]):
        ink = Ink.GOOD if good else Ink.BAD
        canvas.put(0, 1 + row, f"{index:>4} {'good' if good else 'BAD'}", ink)
        for name in sources:
            canvas.put(columns[name], 1 + row, " o" if good else " X", ink)
    if tall:
        _draw_counts(canvas, peer, columns, foot + 1)
    _draw_picked(canvas, scene, peer, columns, canvas.height - 2)
    done = peer.have.bit_count()
    bar = "█" * done + "░" * (peer.pieces - done)
    x = canvas.put(0, canvas.height - 1, "file ", Ink.QUIET)
    x = canvas.put(x, canvas.height - 1, bar[: max(1, canvas.width - 20)], Ink.YOU)
    canvas.put(x, canvas.height - 1, f" {done}/{peer.pieces}", Ink.STRONG)
    if peer.evidence:
        kept = sum(len(versions) for versions in peer.evidence.values())
        canvas.right(canvas.height - 1, f"bad blocks kept {kept}", Ink.ACCENT)


def _draw_counts(canvas: Canvas, peer: Peer, columns: dict[str, int], y: int) -> None:
    """In how many good and bad pieces there were blocks of each."""
    canvas.put(0, y, "good, bad", Ink.QUIET)
    for name, x in columns.items():
        mine = [good for _, sources, good in peer.results if name in sources]
        canvas.put(x, y, cut(f"{sum(mine)}, {len(mine) - sum(mine)}", 4), Ink.PLAIN if mine else Ink.QUIET)


def _draw_picked(canvas: Canvas, scene: Scene, peer: Peer, columns: dict[str, int], y: int) -> None:
    """Whom the next piece comes from: a click, or space, ticks a name."""
    asked = scene.asked is not None and scene.asked.choice.name == SOURCES.name
    picked: Sequence[object] = ()
    if asked and isinstance(scene.draft, tuple):
        picked = scene.draft
    elif not asked:
        kept = scene.kept.get(SOURCES.name, ())
        picked = kept if isinstance(kept, tuple) and kept else tuple(columns)  # nobody named is everybody
    canvas.put(0, y, "next from", Ink.CHOSEN if asked else Ink.QUIET)
    for name, x in columns.items():
        chosen, here = name in picked, asked and scene.at_hand == name
        ends = "><" if here else "[]"
        ink = Ink.CHOSEN if here else Ink.YOU if chosen else Ink.QUIET
        canvas.put(x, y, f"{ends[0]}{'x' if chosen else ' '}{ends[1]}", ink)
        canvas.hot(x, y, 3, name if asked else ("setting", SOURCES.name))
    if asked and not picked:
        canvas.put(0, y - 1, "none ticked: everybody is asked", Ink.ACCENT)
