"""The bully picture: a hall of processes, the crown on whom you believe, and the ruler of the coordinator's delays."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.kernel.choice import Asked
from core.kernel.names import number_of
from core.kernel.time import MILLISECOND, SECOND, show_duration
from core.protocols.elections.election_bully.choices import ALARM
from core.protocols.elections.election_bully.machine import Process
from tui.look.blocks import big, big_width
from tui.look.dots import ellipse
from tui.look.palette import node_ink
from tui.look.parts import along, chip, chip_width, ruler
from tui.look.places import Box, around, between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide
from tui.pictures.general import draw_flights, draw_fuses, draw_grabs, draw_mist
from tui.pictures.lanes import Wanted, draw_tiles

RULER = 2 * SECOND
RULER_ROWS = 4
"""Dots, the blade's name among them, the ruler itself and its labels."""
HALL = (56, 7)
"""Columns and rows from which on the processes stand in a hall, and not in a row."""
HANDS_HALL = 16
"""Rows of a hall in which the network's hand has room for its tiles."""
TOP = 1
"""The row of whoever stands highest in the hall: the crown is above."""
WORDED = 9
"""Columns from one process to the next from which on there is room for words below them."""
CROWN = "▙▟▙▟"


def draw(canvas: Canvas, scene: Scene) -> None:
    """The processes, who obeys whom (as far as it may be seen), messages between them; below, for a process that
    believes in another, the ruler of its answers."""
    names = sorted((name for name in scene.nodes if name[-1:].isdigit()), key=number_of)
    if not names:
        return
    ruler = isinstance(scene.me, Process)
    room = canvas.height - (RULER_ROWS if ruler else 0)
    if canvas.width >= HALL[0] and room >= (HALL[1] if ruler else HANDS_HALL):
        _hall(canvas, scene, names, room)
    else:
        _row(canvas, scene, names, canvas.height - (3 if ruler else 0))
    if ruler:
        _ruler(canvas, scene, canvas.height - 2)


def _row(canvas: Canvas, scene: Scene, names: Sequence[str], room: int) -> None:
    """Chairs in a row, where there is little room."""
    pitch = max(4, min(10, (canvas.width - 2) // len(names)))
    left = max(0, (canvas.width - pitch * len(names)) // 2)
    columns = {name: left + place * pitch + pitch // 2 for place, name in enumerate(names)}
    chairs = max(3, room // 2)
    for name, x in columns.items():
        _seat(canvas, scene, name, x, chairs - 1, pitch)
    if scene.has_hand:
        _grabs(canvas, scene, columns, chairs, room)
    else:
        _messages(canvas, scene, columns, chairs, room)


def _hall(canvas: Canvas, scene: Scene, names: Sequence[str], room: int) -> None:
    """All around a hall, the highest at the top; in the middle how long the king has been silent."""
    wide = min(canvas.width - 8, 5 * room + 34)
    box = Box((canvas.width - wide) // 2, TOP, wide, max(3, room - 2))
    places = around(len(names), box, 0.02)
    where = dict(zip(sorted(names, key=number_of, reverse=True), places, strict=True))
    if scene.you in where:
        canvas.pool(*where[scene.you], 18, 6, Ink.YOU, 0.2)
    middle_x, middle_y = box.x + (box.width - 1) / 2, box.y + (box.height - 1) / 2
    centre = (round(2 * middle_x), round(4 * middle_y) + 2)
    ellipse(canvas, centre, box.width - 1, 2 * (box.height - 1), Ink.FAINT, 1, every=3)
    for name, (x, y) in where.items():
        _seat(canvas, scene, name, x, y)
    if isinstance(scene.me, Process):
        _silence(canvas, scene, round(middle_x), round(middle_y))
    if scene.has_hand:
        canvas.hots += draw_grabs(canvas, scene, where, 2)
        return
    draw_flights(canvas, scene, where)
    draw_mist(canvas, scene, where, room)


def _seat(canvas: Canvas, scene: Scene, name: str, x: int, y: int, room: int = WORDED) -> None:
    """One process: its number in its colour, the crown above, below whom it obeys, in words where there is room."""
    number = str(number_of(name))
    dead = scene.lifted and not scene.view_of(name)
    wide = chip_width(canvas, number)
    chip(canvas, x - wide // 2, y, number, Ink.QUIET if dead else node_ink(name, scene.nodes, scene.you))
    canvas.hot(x - wide // 2, y, wide, name)
    belief = _belief(scene, name)
    mine = _belief(scene, scene.you) if isinstance(scene.me, Process) and not scene.lifted else ""
    if number in (belief, mine):
        canvas.centre(x, y - 1, "\\^/" if canvas.ascii_only else CROWN, Ink.ACCENT)
    if name == scene.you:
        canvas.centre(x, y + 1, "you", Ink.YOU)
    elif dead:
        canvas.centre(x, y + 1, "dead", Ink.BAD)
    elif belief not in ("?", number):
        words = "no king" if belief == "-" else f"obeys {belief}"
        canvas.centre(x, y + 1, words if room >= WORDED else f">{belief}", Ink.QUIET)


def _silence(canvas: Canvas, scene: Scene, x: int, y: int) -> None:
    """How long the king has not answered: the one large number; or what else the process is at."""
    me = scene.me
    if scene.lifted:
        return
    if me.reigns:
        canvas.centre(x, y, "you reign", Ink.ACCENT)
    elif me.electing:
        heard = "nobody has said OK" if me.answered_by < 0 else f"{me.answered_by} has said OK"
        canvas.centre(x, y, "you have cried ELECTION", Ink.STRONG)
        canvas.centre(x, y + 1, heard, Ink.QUIET)
    elif me.coordinator < 0:
        canvas.centre(x, y, "you obey nobody", Ink.QUIET)
    elif me.waiting:
        words = f"{max(0, scene.now - me.probed_at) / SECOND:.2f}"
        start = x - big_width(words) // 2
        said = f"{me.coordinator} is silent for"
        if y - 2 > TOP:
            canvas.centre(x, y - 2, said, Ink.QUIET)
        else:  # above the number stands whoever is highest
            canvas.put(start - 2 - len(said), y, said, Ink.QUIET)
        end = big(canvas, start, y - 1, words, Ink.YOU)
        canvas.put(end + 1, y + 1, "s", Ink.QUIET)
    else:
        canvas.centre(x, y, f"{me.coordinator} has answered", Ink.QUIET)


def _belief(scene: Scene, name: str) -> str:
    """Whom this process obeys, as far as it may be seen: "7", "-" (nobody), "?" (fog)."""
    shown = str(scene.view_of(name).get("coordinator", "?"))
    if shown == "you":
        return str(number_of(name))
    return {"nobody": "-"}.get(shown, shown.removeprefix("process "))


def _messages(canvas: Canvas, scene: Scene, columns: dict[str, int], chairs: int, room: int) -> None:
    """Every message on a line of its own, on its way from chair to chair: above while there is room, else below."""
    rows = [*range(chairs + 1, room), *range(chairs - 3, -1, -1)]
    flights = [f for f in scene.flights if f.source in columns and f.destination in columns][-len(rows) :]
    for row, flight in zip(rows, flights, strict=False):
        start, end = columns[flight.source], columns[flight.destination]
        glide(canvas, scene, flight, between((start, row), (end, row)), "", first=0.0, last=1.0)
        words = scene.words(flight.message)
        at = start - 1 - len(words) if end > start else start + 2
        if at < 0 or at + len(words) > canvas.width:
            at = end + 2 if end > start else end - 1 - len(words)
        canvas.put(max(0, at), row, words, Ink.PACKET)


def _grabs(canvas: Canvas, scene: Scene, columns: dict[str, int], chairs: int, room: int) -> None:
    """For the network's hand: fuses below the chairs, and every packet on a line of its own while there are any."""
    draw_fuses(canvas, scene, {name: (x, chairs + 1) for name, x in columns.items()})
    rows = [*range(chairs + 2, room), *range(chairs - 3, -1, -1)] or [chairs + 1]
    wanted: dict[int, list[Wanted]] = {}
    grabs = [grab for grab in scene.grabs if grab.source in columns and grab.destination in columns]
    for place, grab in enumerate(grabs):
        row = rows[place % len(rows)]  # of more than there are rows several share one
        start, end = columns[grab.source], columns[grab.destination]
        step = 1 if end > start else -1
        x = round(start + (end - start) * grab.part)
        for column in range(start, x, step):
            canvas.put(column, row, "-", Ink.QUIET)
        canvas.put(end, row, "|", Ink.QUIET)
        wanted.setdefault(row, []).append(Wanted(grab, x))
    for row, tiles in wanted.items():
        canvas.hots += draw_tiles(canvas, scene, tiles, row, (0, canvas.width))


def _ruler(canvas: Canvas, scene: Scene, y: int) -> None:
    """The coordinator's answers as dots, this silence as a wave that climbs, and the alarm as a blade over it."""
    left = 3
    width = canvas.width - 2 * left - 3
    if width < 20:
        return
    me = scene.me
    alarm = scene.kept.get(ALARM.name, me.alarm if scene.draft is None else scene.draft)
    if scene.asked is not None and scene.asked.choice.name == ALARM.name and isinstance(scene.draft, int):
        alarm = scene.draft
    elapsed = scene.now - me.probed_at if me.waiting and not scene.lifted else None
    if elapsed is not None:
        reach = along(elapsed, RULER, width) + 1
        canvas.tint(left, y - 1, reach, 2, Ink.YOU, 0.22)
    labels = [(value, show_duration(value)) for value in range(0, RULER + 1, SECOND // 2)]
    early = [delay for delay in me.delays if delay < alarm]
    late = [delay for delay in me.delays if delay >= alarm]
    ruler(canvas, y, RULER, labels, early, elapsed=elapsed, x=left, width=width, doubtful=late)
    blade = left + along(alarm, RULER, width)
    for row in (y - 1, y):
        canvas.put(blade, row, " " if canvas.palette.mixes and not canvas.ascii_only else "|", Ink.ON, fill=Ink.YOU)
    words = f" alarm {show_duration(alarm)}{' >' if alarm > RULER else ''} "
    start = max(0, min(blade - len(words) // 2, canvas.width - len(words)))
    canvas.put(start, y - 2, words, Ink.ON, fill=Ink.YOU)
    if me.delays and not scene.lifted:
        longest = f"slowest answer {show_duration(max(me.delays) // MILLISECOND * MILLISECOND)}"
        at = 1 if start > len(longest) + 3 else canvas.width - len(longest) - 1
        canvas.put(at, y - 2, longest, Ink.GOOD)
    for column in range(width):
        canvas.hot(left + column, y - 1, 1, ("ruler", column * RULER // width), 2)
    canvas.hot(start, y - 2, len(words), ("setting", ALARM.name))
    canvas.hot(0, y + 1, canvas.width, ("setting", ALARM.name))


def delays(scene: Scene, asked: Asked) -> Sequence[int]:
    """The delays seen so far, for the ruler of the alarm."""
    return list(asked.me.delays) if isinstance(asked.me, Process) else []


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The alarm is pushed on the ruler."""
    return asked.choice.name == ALARM.name and isinstance(scene.me, Process)


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    return {"you are", "coordinator", "probe", "last delays", "election"}
