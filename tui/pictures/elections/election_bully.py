"""The bully picture: chairs by number, the crown on whom you believe, and the ruler of the coordinator's delays."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Asked
from core.kernel.names import number_of
from core.kernel.time import SECOND, show_duration
from core.protocols.elections.election_bully.choices import ALARM
from core.protocols.elections.election_bully.machine import Process
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.general import draw_fuses, draw_tile

RULER = 2 * SECOND


def draw(canvas: Canvas, scene: Scene) -> None:
    """Chairs in a row, who obeys whom (as far as it may be seen), messages between them, dots on the ruler."""
    names = sorted((name for name in scene.nodes if name[-1:].isdigit()), key=number_of)
    if not names:
        return
    pitch = max(4, min(10, (canvas.width - 2) // len(names)))
    left = max(0, (canvas.width - pitch * len(names)) // 2)
    columns = {name: left + place * pitch + pitch // 2 for place, name in enumerate(names)}
    ruler = isinstance(scene.me, Process)
    room = canvas.height - (3 if ruler else 0)
    chairs = max(3, room // 2)
    _chairs(canvas, scene, columns, chairs)
    if scene.has_hand:
        _grabs(canvas, scene, columns, chairs, room)
    else:
        _messages(canvas, scene, columns, chairs, room)
    if ruler:
        _ruler(canvas, scene, canvas.height - 3)


def _belief(scene: Scene, name: str) -> str:
    """Whom this process obeys, as far as it may be seen: "7", "-" (nobody), "?" (fog)."""
    shown = str(scene.view_of(name).get("coordinator", "?"))
    if shown == "you":
        return str(number_of(name))
    return {"nobody": "-"}.get(shown, shown.removeprefix("process "))


def _chairs(canvas: Canvas, scene: Scene, columns: dict[str, int], y: int) -> None:
    mine = _belief(scene, scene.you) if isinstance(scene.me, Process) and not scene.lifted else ""
    for name, x in columns.items():
        number = str(number_of(name))
        belief = _belief(scene, name)
        you = name == scene.you
        crowned = belief == number or mine == number
        if crowned:
            canvas.centre(x, y - 2, "\\^/", Ink.ACCENT)
        ink = Ink.YOU if you else Ink.STRONG if crowned else Ink.PLAIN
        canvas.centre(x, y - 1, f"[{number}]", ink)
        canvas.hot(x - 1, y - 1, 3, name)
        dead = scene.lifted and not scene.view_of(name)
        below = "you" if you else "dead" if dead else f">{belief}" if belief != "?" else "."
        canvas.centre(x, y, below, Ink.YOU if you else Ink.QUIET)


def _messages(canvas: Canvas, scene: Scene, columns: dict[str, int], chairs: int, room: int) -> None:
    """Every message on a line of its own, as an arrow from chair to chair: above while there is room, else below."""
    rows = [*range(chairs + 1, room), *range(chairs - 3, -1, -1)]
    flights = [f for f in scene.flights if f.source in columns and f.destination in columns][-len(rows) :]
    for row, flight in zip(rows, flights, strict=False):
        start, end = columns[flight.source], columns[flight.destination]
        x = round(start + (end - start) * scene.progress(flight))
        step = 1 if end > start else -1
        for column in range(start, x, step):
            canvas.put(column, row, "-", Ink.QUIET)
        canvas.put(x, row, ">" if step > 0 else "<", Ink.PACKET)
        words = scene.words(flight.message)
        at = x + 2 if step > 0 else x - 1 - len(words)
        if at < 0 or at + len(words) > canvas.width:
            at = start + 2 if step < 0 else start - 1 - len(words)
        canvas.put(max(0, at), row, words, Ink.PACKET)


def _grabs(canvas: Canvas, scene: Scene, columns: dict[str, int], chairs: int, room: int) -> None:
    """For the network's hand: fuses below the chairs, and every packet on a line of its own."""
    draw_fuses(canvas, scene, {name: (x, chairs + 1) for name, x in columns.items()})
    rows = [*range(chairs + 2, room), *range(chairs - 3, -1, -1)]
    grabs = [grab for grab in scene.grabs if grab.source in columns and grab.destination in columns]
    for row, grab in zip(rows, grabs, strict=False):
        start, end = columns[grab.source], columns[grab.destination]
        step = 1 if end > start else -1
        x = round(start + (end - start) * grab.part)
        for column in range(start, x, step):
            canvas.put(column, row, "-", Ink.QUIET)
        canvas.put(end, row, "|", Ink.QUIET)
        canvas.hots.append(draw_tile(canvas, scene, grab, (x, row)))


def _ruler(canvas: Canvas, scene: Scene, y: int) -> None:
    """The delays of the coordinator's answers as dots, the alarm as a mark."""
    width = canvas.width - 9
    if width < 20:
        return
    alarm = scene.kept.get(ALARM.name, scene.me.alarm if scene.draft is None else scene.draft)
    if scene.asked is not None and scene.asked.choice.name == ALARM.name and isinstance(scene.draft, int):
        alarm = scene.draft
    canvas.put(0, y, "answers of the coordinator, and your alarm", Ink.QUIET)
    canvas.put(0, y + 1, "|" + "." * width + "|", Ink.QUIET)
    canvas.put(width + 3, y + 1, show_duration(RULER), Ink.QUIET)
    for delay in scene.me.delays:
        canvas.put(1 + min(width - 1, delay * width // RULER), y + 1, "o", Ink.GOOD if delay < alarm else Ink.BAD)
    at = 1 + min(width - 1, alarm * width // RULER)
    canvas.put(at, y + 1, "!", Ink.CHOSEN)
    for column in range(width):
        canvas.hot(1 + column, y + 1, 1, ("ruler", column * RULER // width))
    canvas.hot(0, y + 2, canvas.width, ("setting", ALARM.name))
    words = f"^ alarm {show_duration(alarm)}"
    canvas.put(at if at + len(words) < canvas.width else at - len(words) + 1, y + 2, _turned(words, at, canvas.width))


def _turned(words: str, at: int, width: int) -> str:
    """The mark points at its place from either side."""
    return words if at + len(words) < width else f"{words[2:]} ^"


def delays(scene: Scene, asked: Asked) -> Sequence[int]:
    """The delays seen so far, for the ruler of the alarm."""
    return list(asked.me.delays) if isinstance(asked.me, Process) else []
