"""The HTTP picture: a page's bytes while its length is asked; a browser's connections and what waits on each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.kernel.choice import Asked, Value
from core.kernel.trace import RECEIVE
from core.protocols.applications.http.choices import (
    BODY,
    CONDITION,
    FETCH,
    LENGTH,
    NEW,
    PERSIST,
    STATUS,
    WAIT,
)
from core.protocols.applications.http.client import Browser
from core.protocols.applications.http.server import Server
from core.wire import http_date
from tui.look.blocks import big, big_width
from tui.look.palette import node_ink
from tui.look.parts import Tile, chip, tile
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.flights import glide_off
from tui.pictures.listed import draw_listed
from tui.pictures.octets import draw_octets
from tui.widgets.canvas import cut

SIDE = 30
"""Columns of what there is to choose, beside what it is about."""
NARROW = 72
"""Columns below which there is no room for both."""
LISTED = (STATUS.name, BODY.name, PERSIST.name, CONDITION.name)
BANDS = (12, 10, 9, 8, 7, 6, 5, 4, 3, 2)
"""Rows of a page or a connection, the most that there is room for."""
FRAME = 12
"""Columns of a picture in its frame."""
ROOMY, TALLEST = 16, 18
"""Rows for connections from which on each is as tall as it can be, and how tall that is at most."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """A server's page or its peers; a browser's connections."""
    asked = scene.asked
    inner = canvas
    if asked is not None and asked.choice.name in LISTED and canvas.width >= NARROW:
        inner = canvas.window(0, 0, canvas.width - SIDE, canvas.height)
        draw_listed(canvas, scene, inner.width + 1, 1, SIDE - 2, canvas.height - 1)
    if isinstance(scene.me, Browser):
        _draw_browser(inner, scene, scene.me)
    elif asked is not None and asked.choice.name == LENGTH.name and asked.start:
        _draw_page(inner, scene, asked)
    elif isinstance(scene.me, Server):
        _draw_server(inner, scene, scene.me)
    else:
        general.draw(inner, scene)
    if inner is not canvas:
        canvas.blit(inner, 0, 0)


def _draw_page(canvas: Canvas, scene: Scene, asked: Asked) -> None:
    """A page in letters and bytes, and how far what is typed reaches."""
    draft = scene.draft if isinstance(scene.draft, int) else None
    words = str(draft) if draft is not None else "?"
    wide = max(big_width(words), 12)
    x = canvas.width - wide - 2
    roomy = canvas.width >= NARROW and canvas.height >= 8
    if roomy:
        big(canvas, x, 0, words, Ink.YOU)
        canvas.put(x, 3, "bytes, by you", Ink.QUIET)
    canvas.put(1, 0, cut(asked.line, (x if roomy else canvas.width) - 2), Ink.ACCENT)
    canvas.put(1, 1, "the page, letters and bytes:", Ink.QUIET)
    y = draw_octets(canvas, 4 if roomy else 2, asked.start, draft, codes=True)
    if draft is not None and draft > asked.octets:
        canvas.put(1, y, "the reader waits for more than there is", Ink.QUIET)


def _draw_server(canvas: Canvas, scene: Scene, me: Server) -> None:
    """What lies here, with tags and dates; who is connected, and what waits for its turn."""
    y = 0
    pages = list(me.site.values())[: max(1, canvas.height - 2 - len(me.sessions))]
    bands = len(pages) + len(me.sessions)
    step = next((each for each in BANDS if canvas.height >= each * bands + 3), 1)
    question = scene.question
    at_hand = question.payload[1] if question is not None and question.kind == RECEIVE else None
    wanted = scene.words(at_hand).split()[1:2] if at_hand is not None else []
    for page in pages:
        lit = wanted == [page.path]
        canvas.tint(1, y, canvas.width - 2, max(1, step - 1), Ink.YOU if lit else Ink.WORLD, 0.22 if lit else 0.12)
        row = y + (step - 2) // 2 if step > 4 else y  # in the middle of a tall band
        canvas.put(2, row, page.path, Ink.STRONG)
        canvas.put(14, row, page.etag, Ink.ACCENT)
        about = http_date.show(page.modified) if page.modified >= 0 else ""
        said = about or ("made while it is sent" if page.parts else page.kind)
        canvas.put(20, row, cut(said, canvas.width - 21), Ink.PLAIN)
        y += step
    y += canvas.height > y + len(me.sessions) + 3
    for connection, session in me.sessions.items():
        end = chip(canvas, 1, y, session.peer, node_ink(session.peer, scene.nodes, scene.you))
        here = [(str(one.request or "no request"), Ink.GOOD if one.ready else Ink.PACKET) for one in session.waiting]
        if at_hand is not None and question is not None and question.payload[2:3] == (connection,):
            here.append((scene.words(at_hand), Ink.YOU))
        _draw_line(canvas, end + 1, y, here)
        y += step
    for flight in scene.flights[-3:]:
        sign = "<" if flight.source == scene.you else ">"
        glide_off(canvas, scene, flight, 1, y, f"{sign} {scene.words(flight.message)}")
        y += 1


def _draw_line(
    canvas: Canvas, x: int, y: int, waiting: Sequence[tuple[str, Ink]], broken: bool = False, *, tall: bool = False
) -> None:
    """A connection to the right edge, and what waits on it, the first the nearest to its end there."""
    canvas.put(x, y, ("┄" if broken else "━") * max(0, canvas.width - x - 1), Ink.FAINT)
    at = canvas.width - 2
    for place, (words, ink) in enumerate(waiting):
        more = f"+{len(waiting) - place}"
        said = cut(words, max(4, canvas.width - x - 4))
        wide = len(said) + 2
        last = place + 1 == len(waiting)
        if at - wide < x + (0 if last else len(more)):
            canvas.put(max(x, at - len(more)), y, more, Ink.QUIET)
            return
        tile(canvas, at - wide, y, said, ink, tall=tall)
        at -= wide + 1


def _draw_browser(canvas: Canvas, scene: Scene, me: Browser) -> None:
    """The connections as lines to the server, what waits on each, and where what is next would go; below, the page's
    pictures in their frames. How many round trips have gone is the one number."""
    rounds = max(0, scene.now - me.began) // max(1, me.round_trip) if me.began >= 0 else 0
    asked = scene.asked
    target = asked.target if asked is not None and "target" in asked.subject else ""
    roomy = canvas.width >= NARROW - SIDE and canvas.height >= 10
    if roomy:
        wide = max(big_width(str(rounds)), len("round trips"))
        inner = canvas.window(0, 0, canvas.width - wide - 3, canvas.height)
        big(canvas, inner.width + 1, 0, str(rounds), Ink.YOU)
        canvas.put(inner.width + 1, 3, "round trips", Ink.QUIET)
    else:
        inner = canvas.window(0, 0, canvas.width, canvas.height)
    frames = _frames(scene, me, target)
    across = max(1, (canvas.width - 2) // FRAME)
    rows = min(-(-len(frames) // across), max(1, canvas.height // 3)) if frames else 0
    lanes = len(me.lanes) + 2
    tall = next((each for each in (4, 2) if canvas.height - each * rows >= 2 * lanes + 3), 1)
    if asked is not None and asked.choice.name == CONDITION.name:
        _draw_copy(inner, scene, me, target, canvas.height - rows * tall - 1)
    else:
        _draw_lanes(inner, scene, me, target, canvas.height - rows * tall - 1)
    canvas.blit(inner, 0, 0)
    top = canvas.height - rows * tall
    for place, (name, ink, state) in enumerate(frames[: rows * across]):
        x, y = 1 + place % across * FRAME, top + place // across * tall + (tall > 2)
        said = cut(name, FRAME - 3)
        if state is Tile.PROMISED and tall < 3:
            canvas.put(x, y, f"┊{said}┊", ink)
        else:
            tile(canvas, x, y, said, ink, state, tall=tall > 2)
    if len(frames) > rows * across:
        canvas.right(canvas.height - 1, f"+{len(frames) - rows * across}", Ink.QUIET, 0)


def _frames(scene: Scene, me: Browser, target: str) -> list[tuple[str, Ink, Tile]]:
    """All that the page shows: what is here, under way, next, and still to be asked."""
    here = [(path, Ink.GOOD, Tile.FULL) for path in me.got if path != me.page]
    awaited = [path for lane in me.lanes.values() for path in lane.waiting if path != me.page]
    under_way = [(path, Ink.PACKET, Tile.HELD) for path in awaited]
    left = [(path, Ink.YOU if path == target else Ink.QUIET, Tile.PROMISED) for path in me.todo]
    return [*here, *under_way, *left]


def _draw_lanes(canvas: Canvas, scene: Scene, me: Browser, target: str, room: int) -> None:
    """A line a connection; behind what waits on it, or on a new one, or nowhere, what is asked next."""
    asks = scene.asked is not None and scene.asked.choice.name == FETCH.name
    options = {option.value: option for option in scene.listed} if asks else {}
    names = [*me.lanes, *(name for name in (NEW, WAIT) if name in options)]
    step = max(1, min(4 if room < ROOMY else TALLEST, room // max(1, len(names))))
    for row, name in enumerate(names):
        y = row * step
        option, lane = options.get(name), me.lanes.get(name)
        if step > 4:  # a pipe with walls, wherever its line is
            open_ = lane is not None and lane.standing
            canvas.tint(0, y, canvas.width - 1, step - 1, Ink.GOOD if open_ else Ink.WORLD, 0.14)
            y += (step - 2) // 2
        mine = option is not None and option.here
        number = f"{option.number} " if option is not None and option.number else ""
        label = f"{'>' if mine else ' '}{number}{name}"
        x = canvas.put(0, y, label, Ink.CHOSEN if mine else Ink.PLAIN)
        canvas.hot(0, row * step, canvas.width, name, step)
        x = max(x, 6) + 1
        if name == WAIT:
            said = f"{target} stays here until something has arrived" if mine else "until something has arrived"
            canvas.put(x, y, cut(said, canvas.width - x), Ink.YOU if mine else Ink.QUIET)
            continue
        waiting = [(path, Ink.BAD if me.is_made(path) else Ink.PACKET) for path in lane.waiting] if lane else []
        if mine and target:
            waiting.append((target, Ink.YOU))
        _draw_line(canvas, x, y, waiting, broken=lane is None or not lane.standing, tall=step > 4)
        state = "" if lane is not None and lane.standing else "opening" if lane is not None else "a round trip first"
        if lane is not None and lane.standing and not waiting:
            state = "free"
        if state and len(state) + 2 + sum(len(path) + 3 for path, _ in waiting) < canvas.width - x:
            canvas.put(x, y, f"{state} ", Ink.QUIET)


def _draw_copy(canvas: Canvas, scene: Scene, me: Browser, target: str, room: int) -> None:
    """The copy that one has, as a card: what it says of itself, and what would be asked."""
    asked = scene.asked
    assert asked is not None
    wide = min(canvas.width - 2, 46)
    tall = max(4, min(10, room - len(me.lanes)))
    canvas.tint(1, 0, wide, tall, Ink.GOOD, 0.22)
    canvas.put(3, 0, "your copy of", Ink.QUIET)
    canvas.put(16, 0, target, Ink.STRONG)
    for row, part in enumerate(str(asked.what).split(", ", 1 if asked.date else 3)):
        if row + 2 < tall:
            canvas.put(3, row + 2, cut(part, wide - 4), Ink.PLAIN)
    for row, (name, lane) in enumerate(list(me.lanes.items())[: max(0, room - tall)]):
        y = tall + row + (room > tall + len(me.lanes))
        x = canvas.put(0, y, f" {name}", Ink.QUIET)
        _draw_line(canvas, max(x, 6) + 1, y, [(path, Ink.PACKET) for path in lane.waiting], broken=not lane.standing)


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """What stands on each connection of a browser."""
    if asked.choice.name != FETCH.name or not isinstance(scene.me, Browser):
        return {}
    found: dict[Value, str] = {}
    for name, lane in scene.me.lanes.items():
        state = "free" if lane.standing else "opening"
        found[name] = f"behind {' '.join(lane.waiting)}" if lane.waiting else state
    return found


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """A request goes on a line of the picture; what is answered stands beside what it is about."""
    if asked.choice.name == FETCH.name:
        return isinstance(scene.me, Browser)
    return asked.choice.name in (*LISTED, LENGTH.name) and width >= NARROW


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    if isinstance(scene.me, Browser):
        return {"here", "still to ask", *(name for name in scene.view if name.startswith("connection"))}
    if isinstance(scene.me, Server):
        return {"connections", *scene.me.site}
    return ()
