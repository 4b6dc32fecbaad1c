"""What a router has before it: the header that came and what is done with it, a signpost with an arm for every route,
and a datagram that is cut to fit a link."""

from __future__ import annotations

from core.protocols.internet.ip.choices import CHECK, CUT, HEADER, NEXT_HOP, TELL, VERDICT
from core.protocols.internet.ip.messages import Frame
from core.protocols.internet.ip.router import Router, with_header
from core.protocols.internet.ip.routing import DEFAULT_MTU, header_bytes, sum_of
from tui.look.blocks import big, big_width
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.internet.ip_header import draw_figure, draw_sum, figure_width, ip_words
from tui.pictures.listed import draw_listed
from tui.widgets.canvas import cut

POST = 38
"""Columns of a signpost: a destination in big digits fits, and so does the longest prefix with its neighbour."""
TALL, MAP = 22, 8
"""Rows from which on the nodes are drawn below a header, and rows of that."""
WIDE = 100
"""Columns from which on a signpost has half of them."""
APART = 2
"""Columns between the neighbours, with what is said of packets there, and the post."""
TALLEST = 8
"""Rows of an arm at most."""
LISTED = (CHECK.name, VERDICT.name, TELL.name)
CARRIED = (*LISTED, HEADER.name, NEXT_HOP.name, CUT.name)
"""What is answered on the picture."""
NARROW = 72
"""Columns below which there is no room for two things beside each other."""
PIECES = 12
"""Pieces that are drawn at most."""


def carries(scene: Scene, choice: str, width: int = NARROW) -> bool:
    """Is this answered on the picture?"""
    return isinstance(scene.me, Router) and choice in CARRIED and width >= NARROW


def draw_router(canvas: Canvas, scene: Scene, me: Router, frame: Frame | None) -> None:
    """The cut while a datagram is cut; the header while one is looked at; else the neighbours and the signpost."""
    asked = scene.asked.choice.name if scene.asked is not None else ""
    if asked == CUT.name:
        _draw_cut(canvas, scene)
    elif frame is not None and asked in (*LISTED, HEADER.name):
        _draw_header(canvas, scene, me, frame, asked)
    else:
        _draw_signpost(canvas, scene, me)


def _draw_header(canvas: Canvas, scene: Scene, me: Router, frame: Frame, asked: str) -> None:
    """The header at the left; at its right what it adds up to, what can be done with it, and the routes that are known;
    below both the nodes."""
    data = frame.data
    draft = scene.draft if asked == HEADER.name else None
    shown = with_header(data, *draft) if isinstance(draft, tuple) else data
    width = figure_width(canvas)
    rows = canvas.height if canvas.height < TALL else canvas.height - MAP
    written = scene.written if asked == HEADER.name else None
    used = draw_figure(canvas, ip_words(data), 1, 0, width, rows, written, str(scene.at_hand or ""))
    x, y = width + 3, 0
    table = sorted(me.table, key=lambda route: -route.length)
    options = 0 if asked == HEADER.name else len(scene.listed)
    spare = rows - len(table) - options
    y += draw_sum(canvas, x, y, sum_of(shown), spare)
    if shown is not data:
        canvas.put(x, y, "with what is typed", Ink.CHOSEN)
        y += 1
    more = header_bytes(data) - 20
    if more > 0:
        canvas.put(x, y, f"with {more} bytes of options", Ink.QUIET)
        y += 1
    if options:
        y += spare - y > 2
        y += draw_listed(canvas, scene, x, y, canvas.width - x - 1, max(options, rows - y - len(table) - 1))
    if rows - y > len(table) + 1:
        canvas.put(x, y + 1, f"{scene.you}, which you are, knows", Ink.QUIET)
        y += 2
    for route in table[: max(0, rows - y)]:
        end = canvas.put(x, y, f"{route} by ", Ink.QUIET)
        end = canvas.put(end, y, route.via, node_ink(route.via, scene.nodes, scene.you))
        canvas.put(end, y, f", MTU {route.mtu}" if route.mtu != DEFAULT_MTU else "", Ink.QUIET)
        y += 1
    below = max(used, y)
    if canvas.height - below >= MAP - 1:
        inner = canvas.window(0, below, canvas.width, canvas.height - below)
        general.draw(inner, scene)
        canvas.blit(inner, 0, below)


def _draw_signpost(canvas: Canvas, scene: Scene, me: Router) -> None:
    """The neighbours around the router, and beside them what its table says of the way: an arm for every route, as long
    as its prefix."""
    beside = canvas.width >= NARROW
    post = canvas.width // 2 if canvas.width >= WIDE else POST
    wide = canvas.width - post if beside else canvas.width
    inner = canvas.window(0, 0, wide - APART if beside else wide, canvas.height)
    general.draw(inner, scene)
    canvas.blit(inner, 0, 0)
    if not beside:
        return
    x, y = wide, 0
    asked = scene.asked if scene.asked is not None and scene.asked.choice.name == NEXT_HOP.name else None
    if asked is not None:
        to = str(asked.destination)
        canvas.put(x, 0, "it wants to go to", Ink.QUIET)
        if canvas.height >= 10 and big_width(to) < post:
            big(canvas, x, 1, to, Ink.ACCENT)
            y = 4
        else:
            canvas.put(x, 1, to, Ink.ACCENT)
            y = 2
    table = sorted(me.table, key=lambda route: -route.length)
    step = max(1, min(TALLEST, (canvas.height - y - 1) // max(1, len(table))))
    y += step > 1 and asked is not None
    routes = table[: max(0, (canvas.height - y) // step)]
    for row in range(y if step > 2 else canvas.height, canvas.height):  # what tall arms are nailed to
        canvas.put(x, row, "│", Ink.FAINT)
    for route in routes:
        pointed = asked is not None and scene.draft == route.via
        name = str(route)
        top, y = y, y + (step - 1) // 2 if step > 2 else y
        arm = canvas.put(x, y, "┤ ", Ink.FAINT)
        arm = canvas.put(arm, y, name, Ink.CHOSEN if pointed else Ink.PLAIN)
        stop = canvas.width - 2 - chip_width(canvas, route.via)
        reach = arm + 1 + (stop - arm - 2) * route.length // 32
        if step > 2:  # a board, and its name in the middle of it
            shade = 0.40 if pointed else 0.18
            canvas.tint(x + 1, top, reach - x, step - 1, Ink.YOU if pointed else Ink.WORLD, shade)
        canvas.put(arm + 1, y, "━" * max(0, reach - arm - 1) + "▸", Ink.YOU if pointed else Ink.FAINT)
        start = reach + 2 if reach + 2 + chip_width(canvas, route.via) < canvas.width else stop
        chip(canvas, start, y, route.via, Ink.YOU if pointed else node_ink(route.via, scene.nodes, scene.you))
        canvas.hot(x, top, post, route.via, step if step > 2 else 1)
        y = top + step


def _draw_cut(canvas: Canvas, scene: Scene) -> None:
    """The data as one bar, below it the pieces as they would leave, each with its header, and the link as a gate."""
    asked = scene.asked
    assert asked is not None
    left, right = 2, canvas.width - 3
    whole = asked.head + asked.length
    scale = (right - left) / max(whole, asked.mtu)
    gate = left + round(asked.mtu * scale)
    size = scene.draft if isinstance(scene.draft, int) else 0
    canvas.put(left, 0, f"{asked.length} bytes of data behind a header of {asked.head}", Ink.QUIET)
    thick = 1 if canvas.height < TALL else 2
    for row in range(thick):
        _piece(canvas, left, 1 + row, asked.head, asked.length, scale, "" if row else f"{asked.length}")
    top = 1 + thick
    words = f"the link takes {asked.mtu} bytes"
    canvas.put(gate, top, "▼", Ink.ACCENT)
    canvas.put(gate + 2 if gate + 2 + len(words) < right else gate - 1 - len(words), top, words, Ink.ACCENT)
    canvas.tint(gate + 1, top + 1, canvas.width - gate - 1, canvas.height - top - 1, Ink.BAD, 0.12)
    for y in range(top + 1, canvas.height):
        canvas.put(gate, y, "│", Ink.ACCENT)
    starts = list(range(0, asked.length, size)) if size > 0 else []
    step = thick + 1 if canvas.height - top - 1 >= (thick + 1) * len(starts) else 1
    room = min(PIECES, (canvas.height - top - 1) // step)
    for place, at in enumerate(starts[:room]):
        y = top + 1 + step * place
        data = min(size, asked.length - at)
        for row in range(min(thick, step)):
            end = _piece(canvas, left, y + row, asked.head, data, scale, "" if row else f"{data}")
        canvas.put(gate, y, "│", Ink.ACCENT)
        canvas.put(max(end, gate) + 2, y, cut(f"from byte {at}", canvas.width - max(end, gate) - 2), Ink.QUIET)
    if len(starts) > room:
        canvas.put(left, canvas.height - 1, f"{len(starts)} pieces in all", Ink.QUIET)
    if not starts:
        canvas.put(left, top + 2, f"?  bytes of data in each piece, behind {asked.head} of header", Ink.QUIET)


def _piece(canvas: Canvas, x: int, y: int, head: int, data: int, scale: float, said: str) -> int:
    """One datagram to scale: its header, and its data with their number; the column after it."""
    wide = max(2, round(head * scale)), max(1, round(data * scale))
    canvas.put(x, y, "░" * wide[0], Ink.QUIET)
    canvas.put(x + wide[0], y, "█" * wide[1], Ink.YOU)
    if not said:
        return x + wide[0] + wide[1]
    if len(said) + 1 < wide[1] and canvas.palette.mixes and not canvas.ascii_only:
        canvas.put(x + wide[0] + 1, y, said, Ink.ON, fill=Ink.YOU)
    elif len(said) + 1 < wide[1]:
        canvas.put(x + wide[0] + 1, y, said, Ink.YOU)
    return x + wide[0] + wide[1]
