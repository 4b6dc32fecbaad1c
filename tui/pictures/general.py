"""The general picture: any protocol, as nodes on a circle (two: face to face) with packets gliding between them.

Beside each node's name stands its badge, where it may be known. A crowd that has no room on a circle is a field.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from core.kernel.choice import Asked
from core.kernel.domains import NodeOf
from core.kernel.scenario import NETWORK
from core.kernel.shown import HIDDEN, Look
from core.kernel.trace import RECEIVE, SEND
from tui.language import said
from tui.look.dots import Dot, curve, mist
from tui.look.palette import SHADES, node_ink
from tui.look.parts import chip, chip_width
from tui.look.places import between
from tui.pictures import Canvas, Draw, Flight, Grab, Ink, Scene, crowd, hook
from tui.pictures.flights import MOST, glide
from tui.pictures.lanes import Wanted, draw_tile, draw_tiles, tile_words
from tui.widgets.canvas import Hot, cells_between, cut

Place = tuple[int, int]

DRAWN_LINKS = 12
"""Up to so many nodes their links are drawn; beyond, they would be a blot."""
MESHED = 5
"""The same, where everybody is linked with everybody."""
CROWD = 24
"""More nodes than that are a field, unless the canvas has a row for every second of them."""
ROOMY = 20
"""Rows from which on a node is a card and not only its name."""
CARDS = 9
"""More nodes than that have no cards."""
MARGIN = 2
"""Columns between a card and the edge."""
TRAIL = 30
"""Dots behind a tile of the hand's, half of them under it."""
WAY = 8
"""Columns between two cards side by side, at least."""


def places(names: Sequence[str], width: int, height: int, first: str = "") -> dict[str, Place]:
    """Where each node stands: two face to face, more on an ellipse; `first` at the bottom of it.

    Room is left for names beside the nodes.
    """
    count = len(names)
    if count == 0:
        return {}
    middle_x, middle_y = width // 2, height // 2
    if count == 1:
        return {names[0]: (middle_x, middle_y)}
    if count == 2:
        margin = min(max(map(len, names)) // 2 + 4, width // 4)
        return {names[0]: (margin, middle_y), names[1]: (width - 1 - margin, middle_y)}
    longest = min(max(map(len, names)) + 7, width // 4)
    across = max(4.0, (width - 2 * longest) / 2)
    down = max(1.0, (height - 3) / 2)
    turn = names.index(first) if first in names else 0
    found: dict[str, Place] = {}
    for place, name in enumerate(names):
        angle = math.pi / 2 - 2 * math.pi * (place - turn) / count
        found[name] = (round(width / 2 + across * math.cos(angle)), round((height - 1) / 2 + down * math.sin(angle)))
    return found


def draw(canvas: Canvas, scene: Scene) -> None:
    """Draw the nodes, the links of a few, the packets that may be seen, and what is being asked."""
    if len(scene.nodes) > max(CROWD, 2 * canvas.height):
        crowd.draw(canvas, scene)
        return
    where = places(scene.nodes, canvas.width, canvas.height, scene.you)
    card = _card_size(canvas, where)
    if card[1]:
        where = {name: _inwards(canvas.width, canvas.height, place, *card) for name, place in where.items()}
    if scene.you in where:
        canvas.pool(*where[scene.you], max(16, 2 * card[0]), max(6, 2 * card[1]), Ink.YOU, 0.16)
    _draw_links(canvas, scene, where)
    if card[1]:
        _draw_cards(canvas, scene, where, card)
    for name, place in where.items():  # so that no words hide a node
        _own_chip(canvas, name, place)
    hots = draw_grabs(canvas, scene, where) if scene.has_hand else []
    if not scene.has_hand:
        draw_flights(canvas, scene, where, card=card)
    for name in sorted(where, key=lambda name: name not in (scene.you, scene.draft)):
        draw_node(canvas, scene, name, where[name])
    canvas.hots += hots
    _draw_at_hand(canvas, scene, where)
    _draw_nobody(canvas, scene, where)
    if scene.you == NETWORK and not scene.has_hand:
        canvas.centre(canvas.width // 2, canvas.height - 1, said("you are the network"), Ink.YOU)
    draw_mist(canvas, scene, where)


def _card_size(canvas: Canvas, where: Mapping[str, Place]) -> Place:
    """How far, in columns and rows, the card of each node reaches from its name where there is much room: none lies on
    another, and between two there is a way for packets. (0, 0): only names."""
    if not 0 < len(where) <= CARDS or canvas.height < ROOMY:
        return 0, 0
    least = max(chip_width(canvas, name) for name in where) // 2 + 2
    return _largest(canvas.width, canvas.height, tuple(where.values()), least)


@lru_cache(256)
def _largest(width: int, height: int, spots: tuple[Place, ...], least: int) -> Place:
    """The largest card, at least so many columns to a side, of which none lies on another."""
    best = (0, 0)
    for down in range(2, height // 4 + 1):
        for aside in range(least, max(least, width // 8) + 1):
            if aside * down > best[0] * best[1] and _apart(width, height, spots, aside, down):
                best = (aside, down)
    return best


def _apart(width: int, height: int, spots: Sequence[Place], aside: int, down: int) -> bool:
    """Is there room between cards of that size?"""
    moved = [_inwards(width, height, spot, aside, down) for spot in spots]
    return all(
        abs(y - other_y) > 2 * down + 1 or abs(x - other_x) > 2 * aside + WAY
        for place, (x, y) in enumerate(moved)
        for other_x, other_y in moved[place + 1 :]
    )


def _inwards(width: int, height: int, place: Place, aside: int, down: int) -> Place:
    """The place of a card, moved in so that it is not cut at an edge."""
    left = aside + MARGIN
    return max(left, min(place[0], width - 1 - left)), max(down, min(place[1], height - 1 - down))


def _draw_cards(canvas: Canvas, scene: Scene, where: Mapping[str, Place], size: Place) -> None:
    """The ground of each node's card, under its name: a dull one while it is absent, and filled as far as its shade
    says. Whom one knows of glows."""
    aside, down = size
    wide, tall = 2 * aside + 1, 2 * down + 1
    for name, (x, y) in where.items():
        if name != scene.you and scene.look_of(name) != HIDDEN:
            canvas.pool(x, y, 2 * aside, 2 * down, node_ink(name, scene.nodes, scene.you), 0.12)
    for name, (x, y) in where.items():
        look = scene.look_of(name)
        ink = Ink.FAINT if look.absence else node_ink(name, scene.nodes, scene.you)
        canvas.tint(x - aside, y - down, wide, tall, ink, 0.16)
        canvas.own(x - aside, y - down, wide, tall)
        canvas.hot(x - aside, y - down, wide, name, tall)
        if look.shade is not None and scene.shade is not None and not look.absence:
            full = round(tall * look.shade / scene.shade.top)
            canvas.tint(x - aside, y + down + 1 - full, wide, full, ink, 0.2)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """A needle that turns from node to node stands on the picture, if each node is drawn by its name."""
    return isinstance(asked.choice.domain, NodeOf) and len(scene.nodes) <= CROWD and width >= 2 * CROWD


def _draw_nobody(canvas: Canvas, scene: Scene, where: Mapping[str, Place]) -> None:
    """Where a needle may point that is no node here, in the last row: nobody, or somebody elsewhere."""
    asked = scene.asked
    if asked is None or not isinstance(asked.choice.domain, NodeOf):
        return
    x = 1
    for option in scene.listed:
        if option.value not in where:
            text = f">{option.name}<" if option.here else f" {option.name} "
            canvas.hot(x, canvas.height - 1, len(text), option.value)
            x = canvas.put(x, canvas.height - 1, text, Ink.CHOSEN if option.here else Ink.PLAIN) + 1


def draw_mist(canvas: Canvas, scene: Scene, where: Mapping[str, Place], rows: int | None = None) -> None:
    """What the node cannot see lies in mist, in the first so many `rows` (None: everywhere); there is none once the fog
    has lifted, nor before the eyes of somebody who sees everything."""
    if not scene.lifted and scene.you in where:
        canvas.stamp(mist(canvas.width, canvas.height if rows is None else rows, *where[scene.you]), Ink.FOG)


def _own_chip(canvas: Canvas, name: str, place: Place) -> None:
    wide = chip_width(canvas, name)
    canvas.own(_start(canvas, place[0], wide), place[1], wide, 1)


def _start(canvas: Canvas, x: int, wide: int) -> int:
    """Where something so wide begins whose middle is to be at `x`: moved in at the edges."""
    return max(0, min(x - wide // 2, canvas.width - wide))


def draw_node(canvas: Canvas, scene: Scene, name: str, place: Place) -> None:
    """One node: its name in a chip of its colour, the player's own in gold; `>` and `<` where a needle points; what is
    known of it above or below; a click means the node."""
    x, y = place
    mine = name == scene.you
    look = scene.look_of(name)
    pointed = scene.draft == name
    wide = chip_width(canvas, name)
    start = _start(canvas, x, wide)
    ink = Ink.QUIET if look.absence else node_ink(name, scene.nodes, scene.you)
    chip(canvas, start, y, name, ink)
    if pointed:
        canvas.put(start - 1, y, ">", Ink.CHOSEN)
        canvas.put(start + wide, y, "<", Ink.CHOSEN)
    canvas.hot(start - 1, y, wide + 2, name)
    pieces = [(said("you"), Ink.YOU)] if mine and name != "you" else []
    if badge := _badge(scene, look):
        room = canvas.width // 2 - 2 if len(scene.nodes) <= 2 else canvas.width // 3
        pieces.append((cut(badge, max(0, room)), Ink.BAD if look.absence else Ink.STRONG))
    whole = " ".join(text for text, _ in pieces)
    for text in dict.fromkeys((whole, pieces[0][0] if pieces else "")):
        if text and _put_beside(canvas, text, pieces, start, wide, y, two=len(scene.nodes) <= 2):
            return


def _put_beside(
    canvas: Canvas, text: str, pieces: Sequence[tuple[str, Ink]], start: int, wide: int, y: int, *, two: bool
) -> bool:
    """Write words near a chip, where there is room; could they be?"""
    middle = _start(canvas, start + wide // 2, len(text))
    spots = [(middle, y + 1), (middle, y - 1), (start + wide + 1, y), (start - 1 - len(text), y)]
    if two:  # the row between is the lane of packets that come back
        spots = [(middle, y + 2), (middle, y + 1)]
    for column, row in spots:
        if canvas.free(column, row, len(text)):
            for words, ink in pieces:
                if words in text:
                    column = canvas.put(column, row, words, ink) + 1
            return True
    return False


def _badge(scene: Scene, look: Look) -> str:
    """What stands beside a node's name: its badge, or else its shade in words."""
    if look.words or look.shade is None or scene.shade is None:
        return look.words
    return scene.shade.said(look.shade)


def draw_flights(
    canvas: Canvas, scene: Scene, where: Mapping[str, Place], *, labels: bool = True, card: Place = (0, 0)
) -> None:
    """The packets under way: each glides along its link, head and tail, in its sender's colour, with its name where
    there is room, if there are to be `labels`; from edge to edge of cards of that size."""
    for flight in scene.flights[-MOST:]:
        if flight.source in where and flight.destination in where:
            glide(canvas, scene, flight, _way(scene, flight, where, card), None if labels else "")


def _way(scene: Scene, flight: Flight, where: Mapping[str, Place], card: Place) -> list[Dot]:
    """The dots of a packet's way. Two nodes: one lane for each direction, so that packets that meet do not hide each
    other."""
    start, end = where[flight.source], where[flight.destination]
    if len(scene.nodes) == 2:
        aside = -1 if start[0] < end[0] else 1
        start, end = (start[0], start[1] + aside), (end[0], end[1] + aside)
    return between(_edge(start, end, card), _edge(end, start, card))


def _edge(place: Place, towards: Place, card: Place) -> Place:
    """Where the straight line to another place leaves the card around this one."""
    (x, y), across, down = place, towards[0] - place[0], towards[1] - place[1]
    parts = [reach / abs(by) for reach, by in zip(card, (across, down), strict=True) if by]
    part = min(parts, default=0.0)
    return (x + round(across * part), y + round(down * part)) if part < 0.5 else place


def draw_grabs(canvas: Canvas, scene: Scene, where: Mapping[str, Place], below: int = 1) -> list[Hot]:
    """Every packet that the network's hand sees, as a tile on its way: `>..<` in the frame, `(..)` in a pocket; and at
    each node, so many rows `below` it, how soon its alarm rings. A click on a tile brings the frame there: those parts
    are returned, to lie above all others. No tile lies on another, nor on the name of a node."""
    below = -3 if len(where) == 2 else below
    fuses = {name: (x, max(0, min(canvas.height - 1, y + below))) for name, (x, y) in where.items()}
    draw_fuses(canvas, scene, fuses)
    rows: dict[int, list[Wanted]] = {}
    hots: list[Hot] = []
    wide = {name: chip_width(canvas, name) for name in where}
    chips = [Hot(_start(canvas, x, wide[name]), y, wide[name], 1, name) for name, (x, y) in where.items()]
    for grab in sorted(scene.grabs, key=lambda grab: (not grab.framed, not grab.held, -grab.part)):
        if grab.source not in where or grab.destination not in where:
            continue
        (x0, y0), (x1, y1) = where[grab.source], where[grab.destination]
        part = 0.12 + 0.76 * grab.part
        x, y = round(x0 + (x1 - x0) * part), round(y0 + (y1 - y0) * part)
        aside = -1 if x0 < x1 else 1
        lane = aside if len(scene.nodes) == 2 else 0  # one for each direction
        y += lane
        if not grab.held:
            _draw_trail(canvas, grab, between((x0, y0 + lane), (x, y)))
        y = max(0, min(canvas.height - 1, y + aside)) if grab.held else y  # what is held hangs beside its lane
        if len(scene.nodes) == 2:
            rows.setdefault(y, []).append(Wanted(grab, x))
        else:
            hots.append(_lay(canvas, scene, grab, (x, y), [*chips, *hots]))
    for y, wanted in rows.items():
        hots += draw_tiles(canvas, scene, wanted, y, (0, canvas.width))
    return hots


def _draw_trail(canvas: Canvas, grab: Grab, way: Sequence[Dot]) -> None:
    """What a tile that flies leaves behind it on its way, fainter the farther away."""
    for behind, dot in enumerate(reversed(way[-TRAIL:])):
        if behind < TRAIL // 2 or behind % 2:
            canvas.dot(*dot, Ink.YOU if grab.framed else Ink.PACKET, min(SHADES - 1, 1 + behind * SHADES // TRAIL))


def _lay(canvas: Canvas, scene: Scene, grab: Grab, place: Place, taken: Sequence[Hot]) -> Hot:
    """A tile where no other lies, nor a node, as near to its place as there is room: rather on a bare spot than on
    words, and rather with a blank at both ends than next to them."""
    x, y = place
    label = tile_words(scene, grab)
    wide = len(label)
    middle = _start(canvas, x, wide)
    spots = [
        (_start(canvas, x + across * (wide + 1), wide), y + down)
        for down in (0, 1, -1, 2, -2, 3, -3)
        for across in (0, 1, -1)
        if 0 <= y + down < canvas.height
    ]
    spots.sort(key=lambda spot: abs(spot[0] - middle) + 3 * abs(spot[1] - y))
    open_ = [
        (start, row)
        for start, row in spots
        if not any(hot.y == row and start < hot.x + hot.width and hot.x < start + wide for hot in taken)
    ]
    bare = [(start, row) for start, row in open_ if canvas.free(start, row, wide)]
    apart = [(start, row) for start, row in bare if canvas.free(start - 1, row, wide + 2)]
    start, row = next(iter([*apart[:1], *bare[:1], *open_[:1]]), (middle, y))
    return draw_tile(canvas, start, row, label, grab)


def draw_fuses(canvas: Canvas, scene: Scene, where: Mapping[str, Place]) -> None:
    """How soon the next alarm of each node rings, its middle at the place."""
    for name, (x, y) in where.items():
        soonest = min((alarm.left for alarm in scene.alarms if alarm.node == name), default=None)
        if soonest is not None:
            canvas.centre(x, y, fuse_words(soonest), Ink.COSTLY)


def fuse_words(left: int) -> str:
    """A running alarm as a fuse that burns down: `~~~* 180 ms`, a `~` for every 100 ms, twelve at most."""
    return f"{'~' * min(12, -(-left // 100_000))}* {left // 1000} ms"


def _only_dots(canvas: Canvas, x: int, y: int, width: int) -> bool:
    return (
        0 <= y < canvas.height
        and x >= 0
        and x + width <= canvas.width
        and not canvas.text(y)[x : x + width].strip(" ·.-")
    )


def _draw_links(canvas: Canvas, scene: Scene, where: Mapping[str, Place]) -> None:
    everybody = scene.scenario.default_link is not None and not any(node.router for node in scene.scenario.nodes)
    if len(where) > (MESHED if everybody else DRAWN_LINKS):
        return
    drawn: set[frozenset[str]] = set()
    for source, destination in _links(scene):
        pair = frozenset((source, destination))
        if len(pair) == 2 and pair not in drawn and source in where and destination in where:
            drawn.add(pair)
            curve(canvas, between(where[source], where[destination]), Ink.FAINT, every=4)


def _links(scene: Scene) -> list[tuple[str, str]]:
    if scene.scenario.default_link is None or any(node.router for node in scene.scenario.nodes):
        return list(scene.scenario.links)
    return [(a, b) for a in scene.nodes for b in scene.nodes if a < b]


def _draw_at_hand(canvas: Canvas, scene: Scene, where: Mapping[str, Place]) -> None:
    """The message that a question is about, lying at the door where it waits for the answer."""
    question = scene.question
    if question is None:
        return
    if question.kind == RECEIVE and question.node in where:
        source, message = question.payload[0], question.payload[1]
        at, other = where[question.node], where.get(source)
    elif question.kind == SEND and question.node == NETWORK:
        packet = question.payload[0]
        message, other = packet.message, where.get(packet.destination)
        found = where.get(packet.source)
        if found is None:
            return
        at = found
    else:
        return
    words = f"[{cut(scene.words(message), 24)}]"
    if other is None:
        canvas.centre(at[0], at[1] - 1, words, Ink.ACCENT)
        return
    towards = cells_between(*at, *other)
    step = min(len(towards) - 1, max(3, len(towards) // 5))
    x, y = towards[step]
    if len(scene.nodes) == 2:
        y -= 1
    wide = len(words)
    towards_it = max(0, min(x - (wide if other[0] < at[0] else 0), canvas.width - wide))
    spots = [(start, row, words) for start in (towards_it, at[0] + 3, at[0] - 2 - wide) for row in (y, y + 1, y - 1)]
    for start, room in ((at[0] + 3, canvas.width - at[0] - 3), (0, at[0] - 1)):  # beside the node, cut shorter
        spots.append((start, at[1], f"[{cut(scene.words(message), min(24, room - 2))}]"))
    for start, row, label in spots:
        if _only_dots(canvas, start, row, len(label)):  # it hides no node and no name
            canvas.put(start, row, label, Ink.ACCENT)
            return
    covering = [any(row == b and start <= a < start + wide for a, b in where.values()) for start, row, _ in spots[:3]]
    start, row, _ = spots[covering.index(False) if False in covering else 0]
    canvas.put(start, row, words, Ink.ACCENT)


def picture_of(protocol: str) -> Draw:
    """How this protocol is drawn: by its own module, else here."""
    found = hook(protocol, "draw")
    return found if found is not None else draw
