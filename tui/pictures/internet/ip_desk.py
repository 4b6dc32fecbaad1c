"""A desk with three services: what was built for each on top of UDP, and its datagrams under way."""

from __future__ import annotations

from core.protocols.internet.ip.messages import Frame
from core.protocols.internet.ip.policies import POLICY
from core.protocols.internet.ip.services import SERVICES, Desk
from tui.look.parts import gauge
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide, lane

NAME = 12
"""Columns for the name of a service."""
LEAST = 3
"""Rows of a service, with the lane of its datagrams."""


def carries(scene: Scene, choice: str) -> bool:
    """What is built for a service is ticked beside its name."""
    return choice == POLICY.name and isinstance(scene.me, Desk)


def draw_desk(canvas: Canvas, scene: Scene, desk: Desk) -> None:
    """A band a service: what is built for it, how much of it went out, and, where it may be seen, how much of it was of
    use; below these its lane."""
    other = next((name for name in scene.nodes if name != scene.you), "")
    used = scene.view_of(other)
    asks = scene.asked is not None and scene.asked.choice.name == POLICY.name
    at_hand = scene.asked.service if asks and scene.asked is not None else ""
    given = scene.question.given if at_hand and scene.question is not None else ()
    pitch = max(1, canvas.height // len(SERVICES))
    for place, (port, service) in enumerate(SERVICES.items()):
        row = place * pitch
        before = given[place] if place < len(given) else None
        if service == at_hand:
            canvas.tint(0, row, canvas.width, max(1, pitch - 1), Ink.YOU, 0.12)
        canvas.put(1, row, service, Ink.STRONG)
        if service == at_hand and scene.listed:
            _draw_ticks(canvas, scene, row)
        else:
            features = desk.policies.get(service, before)
            if service == at_hand and isinstance(scene.draft, tuple):
                features = scene.draft  # where it is ticked elsewhere, it is seen here all the same
            words = "?" if features is None else ", ".join(features) or "send and forget"
            canvas.put(NAME, row, words, Ink.PLAIN if features is not None else Ink.QUIET)
        _draw_sent(canvas, desk, service, row, pitch)
        if pitch > 1 and service in used:
            canvas.put(NAME, row + 1, f"of use to the {other}: {used[service]}", Ink.GOOD)
        if pitch >= LEAST and canvas.width >= 30:
            lanes = max(1, (pitch - LEAST) // 2 + 1)
            for lane in range(lanes):
                _draw_lane(canvas, scene, port, row + 2 + lane, other, (lane, lanes))


def _draw_ticks(canvas: Canvas, scene: Scene, row: int) -> None:
    """What can be built, ticked or not, the one at hand lit."""
    x = NAME
    for option in scene.listed:
        text = f"[{'x' if option.taken else ' '}] {option.name}"
        text = f">{text}<" if option.here else f" {text} "
        canvas.put(x, row, text, Ink.CHOSEN if option.here else Ink.STRONG if option.taken else Ink.PLAIN)
        canvas.hot(x, row, len(text), option.value)
        x += len(text) + 1


def _draw_sent(canvas: Canvas, desk: Desk, service: str, row: int, pitch: int) -> None:
    """How much of a service went out, in words and as a bar."""
    sent, plan = desk.serials.get(service, 0), desk.plan(service)[0]
    words = f"{sent} of {plan} sent"
    canvas.right(row, words, Ink.QUIET, 1)
    if pitch > 1 and canvas.width >= 60:
        gauge(canvas, canvas.width - 21, row + 1, 20, sent / plan if plan else 0.0, Ink.PACKET)


def _draw_lane(canvas: Canvas, scene: Scene, port: int, row: int, other: str, which: tuple[int, int]) -> None:
    """The datagrams of one service under way: items to the right, receipts to the left. Where it has
    several lanes, each datagram has its own."""
    left, right = 3, canvas.width - 3
    lane(canvas, left, right - 1, row)
    for number, flight in enumerate(scene.flights[-200:]):
        if not isinstance(flight.message, Frame) or {flight.source, flight.destination} != {scene.you, other}:
            continue
        data = flight.message.data
        if len(data) < 28 or int.from_bytes(data[22:24], "big") != port or number % which[1] != which[0]:
            continue
        ends = ((left, row), (right - 1, row))
        way = between(*(ends if flight.source == scene.you else ends[::-1]))
        glide(canvas, scene, flight, way, "", first=0.0, last=1.0)
