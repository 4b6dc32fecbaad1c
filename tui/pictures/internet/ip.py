"""The picture of IP: what a router, a host, a prober or a desk has before it, and the nodes where there is room."""

from __future__ import annotations

from collections.abc import Collection

from core.kernel.choice import Asked
from core.kernel.trace import RECEIVE
from core.protocols.internet.ip.choices import ACCEPT, LATE, PLACE, TTL, WHOSE
from core.protocols.internet.ip.host import Host, Prober
from core.protocols.internet.ip.messages import Frame
from core.protocols.internet.ip.router import Router
from core.protocols.internet.ip.services import Desk
from core.protocols.internet.ip.surveyor import Surveyor
from tui.pictures import Canvas, Scene, general
from tui.pictures.internet import ip_desk, ip_host, ip_router
from tui.pictures.internet.ip_hand import draw_hand, packet_words
from tui.pictures.internet.ip_path import draw_path

__all__ = ["carries", "draw", "packet_words", "shows"]
LEAST_MAP = 6
"""Rows that the picture of the nodes needs below a figure."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """What is at hand above, the nodes below, as far as there is room."""
    if isinstance(scene.me, Prober) or (scene.lifted and _prober(scene) and not scene.me):
        draw_path(canvas, scene)
        return
    if isinstance(scene.me, Desk):
        ip_desk.draw_desk(canvas, scene, scene.me)
        return
    if scene.has_hand and scene.scenario.hand is not None and len(scene.scenario.hand.only) == 1:
        draw_hand(canvas, scene, *scene.scenario.hand.only[0])
        return
    at_hand = _at_hand(scene)
    if isinstance(scene.me, Router):
        ip_router.draw_router(canvas, scene, scene.me, at_hand)
        return
    rows = 0
    if isinstance(scene.me, Surveyor):
        rows = ip_host.draw_sizes(canvas, scene, scene.me)
    elif isinstance(scene.me, Host) and (scene.me.buffers or ip_host.asks(scene, PLACE.name, WHOSE.name, LATE.name)):
        rows = ip_host.draw_jigsaw(canvas, scene, at_hand)
    elif at_hand is not None and ip_host.asks(scene, ACCEPT.name):
        rows = ip_host.draw_ports(canvas, scene, at_hand)
    if canvas.height - rows >= LEAST_MAP:
        below = canvas.window(0, rows, canvas.width, canvas.height - rows)
        general.draw(below, scene)
        canvas.blit(below, 0, rows)


def _prober(scene: Scene) -> str:
    """The node that probes; "" if there is none."""
    return next((node.name for node in scene.scenario.nodes if node.role == "prober"), "")


def _at_hand(scene: Scene) -> Frame | None:
    """The frame that the open question is about."""
    question = scene.question
    if question is None or question.kind != RECEIVE or question.node != scene.you:
        return None
    message = question.payload[1]
    return message if isinstance(message, Frame) else None


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """A router's verdicts stand beside the header, what is typed in it; its needle points along the signpost; a host's
    piece lies on its line; the probe's life is the height of its way, and a size a blade on the ruler."""
    name = asked.choice.name
    if isinstance(scene.me, Prober) or isinstance(asked.me, Prober):
        return name == TTL.name
    parts = (ip_desk.carries(scene, name), ip_router.carries(scene, name, width), ip_host.carries(scene, name, width))
    return any(parts)


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    me = scene.me
    if isinstance(me, Prober):
        return {name for name in scene.view if name.startswith("TTL")}
    if isinstance(me, Desk):
        return set(scene.view) - {"receipts"}
    if isinstance(me, Surveyor):
        return {"arrives", "fails", "under way"}
    if isinstance(me, Router):
        return set(scene.view) - ({"errors sent"} if me.reported else set())
    if isinstance(me, Host):
        return {"listens at", *(name for name in scene.view if name.startswith("datagram"))}
    return ()
