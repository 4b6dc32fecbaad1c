"""The HTTP picture: a page's bytes while its length is asked; a browser's connections and what waits on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.kernel.choice import Asked, Value
from core.kernel.trace import RECEIVE
from core.protocols.applications.http.choices import FETCH, LENGTH, NEW, WAIT
from core.protocols.applications.http.client import Browser
from core.protocols.applications.http.server import Server
from core.wire import http_date
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.octets import draw_octets, lines
from tui.widgets.canvas import cut


def draw(canvas: Canvas, scene: Scene) -> None:
    """A server's page or its peers; a browser's connections."""
    if isinstance(scene.me, Browser):
        _draw_browser(canvas, scene, scene.me)
        return
    asked = scene.asked
    if asked is None or asked.choice.name != LENGTH.name or not asked.start:
        if isinstance(scene.me, Server):
            _draw_server(canvas, scene, scene.me)
        else:
            general.draw(canvas, scene)
        return
    draft = scene.draft if isinstance(scene.draft, int) else None
    canvas.put(1, 0, cut(asked.line, canvas.width - 2), Ink.ACCENT)
    canvas.put(1, 1, "the page, letters and bytes:", Ink.QUIET)
    y = draw_octets(canvas, 2, asked.start, draft, codes=True)
    if draft is not None and draft > asked.octets:
        canvas.put(1, y, "the reader waits for more than there is", Ink.QUIET)


def _draw_server(canvas: Canvas, scene: Scene, me: Server) -> None:
    """What lies here, with tags and dates; who is connected, and what waits for its turn."""
    y = 0
    for page in list(me.site.values())[: max(1, canvas.height - 2 - len(me.sessions))]:
        canvas.put(1, y, f"{page.path:<10}"[: max(10, len(page.path))], Ink.STRONG)
        canvas.put(12, y, page.etag, Ink.ACCENT)
        about = http_date.show(page.modified) if page.modified >= 0 else ""
        canvas.put(18, y, about or ("made while it is sent" if page.parts else page.kind), Ink.PLAIN)
        y += 1
    y += canvas.height > y + len(me.sessions) + 3
    question = scene.question
    at_hand = question.payload[1] if question is not None and question.kind == RECEIVE else None
    for connection, session in me.sessions.items():
        x = canvas.put(1, y, f"{session.peer} ", Ink.PLAIN)
        x = canvas.put(x, y, "──── ", Ink.QUIET)
        for exchange in session.waiting:
            x = canvas.put(x, y, f"[{exchange.request or 'no request'}]", Ink.GOOD if exchange.ready else Ink.PACKET)
        if at_hand is not None and question is not None and question.payload[2:3] == (connection,):
            canvas.put(x, y, f"[{scene.words(at_hand)}]", Ink.CHOSEN)
        y += 1
    for flight in scene.flights[-3:]:
        canvas.put(1, y, f"{'<' if flight.source == scene.you else '>'} {scene.words(flight.message)}", Ink.PACKET)
        y += 1


def _draw_browser(canvas: Canvas, scene: Scene, me: Browser) -> None:
    draft = scene.draft
    rounds = max(0, scene.now - me.began) // max(1, me.round_trip) if me.began >= 0 else 0
    files = "1 file" if len(me.got) == 1 else f"{len(me.got)} files"
    canvas.put(1, 0, f"{files} here after {rounds} round trip{'' if rounds == 1 else 's'}", Ink.STRONG)
    y = 2 if canvas.height > 8 else 1
    target = scene.asked.target if scene.asked is not None and "target" in scene.asked.subject else ""
    for name, lane in me.lanes.items():
        mine = draft == name
        head = f"{'>' if mine else ' '}{name} {'────' if lane.standing else '╌╌╌╌'} "
        x = canvas.put(0, y, head, Ink.CHOSEN if mine else Ink.PLAIN)
        room = canvas.width - x - (len(f"[{target}]") if mine and target else 0)
        room -= 0 if lane.standing else len(" opening")
        for place, waiting in enumerate(lane.waiting):
            more = f"+{len(lane.waiting) - place}"
            room -= len(f"[{waiting}]")
            if room < (len(more) if place + 1 < len(lane.waiting) else 0):
                x = canvas.put(x, y, more, Ink.QUIET)
                break
            x = canvas.put(x, y, f"[{waiting}]", Ink.BAD if me.is_made(waiting) else Ink.PACKET)
        if not lane.waiting:
            words = "free" if lane.standing else "opening"
            if not (mine and target):
                x = canvas.put(x, y, words, Ink.QUIET)
        elif not lane.standing:
            x = canvas.put(x, y, " opening", Ink.QUIET)
        if mine and target:
            x = canvas.put(x, y, f"[{target}]", Ink.CHOSEN)
        canvas.hot(0, y, canvas.width, name)
        y += 1
    if draft == NEW and target:
        canvas.put(0, y, f">+ ╌╌╌╌ [{target}] opening", Ink.CHOSEN)
    y += 1
    here = [path for path in me.got if path != me.page]
    rows = [
        ("to ask", _listed(me.todo, canvas.width - 11) or "nothing", Ink.CHOSEN if draft == WAIT else Ink.PLAIN),
        ("here", _listed(here, canvas.width - 11) or "nothing yet", Ink.GOOD),
    ]
    lines(canvas, y, rows, 9)


def _listed(paths: Sequence[str], width: int) -> str:
    """As many of the paths as there is room for, and how many more there are."""
    for shown in range(len(paths), 0, -1):
        more = len(paths) - shown
        words = " ".join(paths[:shown]) + (f" +{more}" if more else "")
        if len(words) <= width:
            return words
    return f"{len(paths)}" if paths else ""


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """What stands on each connection of a browser."""
    if asked.choice.name != FETCH.name or not isinstance(scene.me, Browser):
        return {}
    found: dict[Value, str] = {}
    for name, lane in scene.me.lanes.items():
        state = "free" if lane.standing else "opening"
        found[name] = f"behind {' '.join(lane.waiting)}" if lane.waiting else state
    return found
