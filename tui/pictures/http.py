"""The HTTP picture: a page's bytes while its length is asked; a browser's connections and what waits on each."""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.choice import Asked, Value
from core.protocols.http.choices import FETCH, LENGTH, NEW, WAIT
from core.protocols.http.client import Browser
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.octets import draw_octets, lines


def draw(canvas: Canvas, scene: Scene) -> None:
    """A server's page or its peers; a browser's connections."""
    if isinstance(scene.me, Browser):
        _draw_browser(canvas, scene, scene.me)
        return
    asked = scene.asked
    if asked is None or asked.choice.name != LENGTH.name or not asked.start:
        general.draw(canvas, scene)
        return
    draft = scene.draft if isinstance(scene.draft, int) else None
    canvas.put(1, 0, asked.line, Ink.ACCENT)
    canvas.put(1, 1, "the page, letters and bytes:", Ink.QUIET)
    y = draw_octets(canvas, 2, asked.start, draft, codes=True)
    if draft is not None and draft > asked.octets:
        canvas.put(1, y, "the reader waits for more than there is", Ink.QUIET)


def _draw_browser(canvas: Canvas, scene: Scene, me: Browser) -> None:
    draft = scene.draft
    rounds = max(0, scene.now - me.began) // max(1, me.round_trip) if me.began >= 0 else 0
    canvas.put(1, 0, f"{len(me.got)} here after {rounds} round trips", Ink.STRONG)
    y = 2 if canvas.height > 8 else 1
    target = scene.asked.target if scene.asked is not None and "target" in scene.asked.subject else ""
    for name, lane in me.lanes.items():
        mine = draft == name
        head = f"{'>' if mine else ' '}{name} {'────' if lane.standing else '╌╌╌╌'} "
        x = canvas.put(0, y, head, Ink.CHOSEN if mine else Ink.PLAIN)
        for waiting in lane.waiting:
            x = canvas.put(x, y, f"[{waiting}]", Ink.BAD if me.is_made(waiting) else Ink.PACKET)
        if not lane.waiting:
            x = canvas.put(x, y, "free" if lane.standing else "opening", Ink.QUIET)
        elif not lane.standing:
            x = canvas.put(x, y, " opening", Ink.QUIET)
        if mine and target:
            canvas.put(x, y, f"[{target}]", Ink.CHOSEN)
        canvas.hot(0, y, canvas.width, name)
        y += 1
    if draft == NEW and target:
        canvas.put(0, y, f">+ ╌╌╌╌ [{target}] opening", Ink.CHOSEN)
    y += 1
    here = [path for path in me.got if path != me.page]
    rows = [
        ("to ask", " ".join(me.todo) or "nothing", Ink.CHOSEN if draft == WAIT else Ink.PLAIN),
        ("here", " ".join(here) or "nothing yet", Ink.GOOD),
    ]
    lines(canvas, y, rows, 9)


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """What stands on each connection of a browser."""
    if asked.choice.name != FETCH.name or not isinstance(scene.me, Browser):
        return {}
    found: dict[Value, str] = {}
    for name, lane in scene.me.lanes.items():
        state = "free" if lane.standing else "opening"
        found[name] = f"behind {' '.join(lane.waiting)}" if lane.waiting else state
    return found
