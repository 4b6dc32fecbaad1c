"""The picture of four timestamps: both clocks, and how long the ways would have been if you were right."""

from __future__ import annotations

from core.kernel.time import SECOND, show_duration
from core.protocols.clocks.sntp.choices import OFFSET
from core.protocols.clocks.sntp.times import difference
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.general import draw_fuses
from tui.pictures.lanes import TALL, draw_lane
from tui.widgets.canvas import cut

NAMES = 9
"""Columns before the lines of the clocks."""
SAID = 4
"""Rows above and below the hand's lanes."""
LYING = 2 * TALL + SAID
"""Rows from which on the hand has two lanes."""
LEAST = 26
"""Columns below which there is no room for two clocks."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """While an offset is asked the exchange with its four times, else the nodes."""
    asked = scene.asked
    ends = _ends(scene)
    if scene.has_hand and len(ends) == 2 and canvas.height >= LYING:
        _draw_hand(canvas, scene, *ends)
        return
    if asked is None or asked.choice.name != OFFSET.name or canvas.width < LEAST:
        general.draw(canvas, scene)
        _draw_samples(canvas, scene)
        _draw_held(canvas, scene)
        return
    left, right = NAMES, canvas.width - 1
    first, last = left + 4, right - 12
    arrives, leaves = first + (last - first) // 3, first + 2 * (last - first) // 3
    top, bottom = 1, max(3, min(7, canvas.height - 4))
    for y, name in ((top, asked.me.server), (bottom, "you")):
        canvas.put(0, y, cut(str(name), NAMES - 1), Ink.YOU if name == "you" else Ink.PLAIN)
        canvas.put(left, y, "─" * (right - left), Ink.QUIET)
    canvas.line(first, bottom - 1, arrives, top + 1, "·", Ink.PACKET)
    canvas.line(leaves, top + 1, last, bottom - 1, "·", Ink.PACKET)
    for x, y, name in ((first, bottom, "T1"), (arrives, top, "T2"), (leaves, top, "T3"), (last, bottom, "T4")):
        canvas.put(x, y, name, Ink.STRONG)
    canvas.put(first - 3, bottom + 1, asked.t1)
    canvas.put(arrives + 2 - len(asked.t2), top - 1, asked.t2)
    canvas.put(leaves, top - 1, asked.t3)
    canvas.put(last - 3, bottom + 1, asked.t4)
    if isinstance(scene.draft, int):
        _draw_ways(canvas, scene.draft, asked.times, bottom + 2)


def _ends(scene: Scene) -> list[str]:
    """The client and the server of a level in which there is one of each; else all nodes."""
    found = {node.role: node.name for node in scene.scenario.nodes}
    return [found["client"], found["server"]] if set(found) == {"client", "server"} else list(scene.nodes)


def _draw_hand(canvas: Canvas, scene: Scene, client: str, server: str) -> None:
    """For the network's hand: questions on their way there, answers on their way back; what was measured, and what the
    holding makes of the client's clock."""
    ink = {name: node_ink(name, scene.nodes, scene.you) for name in (client, server)}
    wide = max(chip_width(canvas, name) for name in ink)
    rows = min(TALL + 1, (canvas.height - SAID) // 2)
    top = SAID // 2 + max(0, canvas.height - SAID - 2 * rows) // 2
    _draw_samples(canvas, scene)
    draw_fuses(canvas, scene, {client: (canvas.width // 2, top - 1)})
    span = (wide + 2, canvas.width - wide - 2)
    for y, way in ((top, {"forth": (client, server)}), (top + rows, {"back": (server, client)})):
        chip(canvas, 1, y + 1, client, ink[client])
        chip(canvas, canvas.width - 1 - chip_width(canvas, server), y + 1, server, ink[server])
        draw_lane(canvas, scene, y, span, rows=rows, **way)
    _draw_held(canvas, scene)


def _draw_samples(canvas: Canvas, scene: Scene) -> None:
    """What each client that one can look into has measured last."""
    row = 0
    for name in scene.nodes:
        view = scene.view_of(name)
        if name != scene.you and view.get("last offset", "none") != "none":
            words = f"{name} was told {view['last offset']}; round trip {view['last round trip']}"
            canvas.put(0, row, cut(words, canvas.width), Ink.QUIET)
            row += 1


def _draw_held(canvas: Canvas, scene: Scene) -> None:
    """Of what the network's hand holds: for how long, and what that makes of the client's clock, at half the speed."""
    servers = {node.name for node in scene.scenario.nodes if node.role == "server"}
    room = max(2, canvas.width - 27)
    for grab in scene.grabs:
        if not grab.held or canvas.height < 4:
            continue
        half, late = grab.waited // 2, grab.source in servers
        client = grab.destination if late else grab.source
        cells = min(room // 2, half * room // SECOND)
        y = canvas.height - 2
        for row, name, bar, time in ((y, "held", 2 * cells, grab.waited), (y + 1, client, cells, half)):
            canvas.put(0, row, " " * canvas.width)
            canvas.put(0, row, cut(name, NAMES - 1), Ink.QUIET)
            end = canvas.put(NAMES, row, "█" * bar, Ink.YOU)
            words = f"{time // 1000} ms" + ("" if name == "held" else " late" if late else " early")
            canvas.put(end + 1, row, words, Ink.YOU)
        return


def _draw_ways(canvas: Canvas, offset: int, times: tuple[int, int, int, int], y: int) -> None:
    """How long each way was if the clock is `offset` µs behind: of two that are alike nobody could tell it better."""
    sent, arrived, left, back = times
    there, home = difference(arrived, sent) - offset, difference(back, left) + offset
    scale = max(abs(there), abs(home), 1)
    room = max(1, canvas.width - 10 - 2 * NAMES)
    for row, name, way in ((y, "so, there", there), (y + 1, "and back", home)):
        canvas.put(0, row, name, Ink.QUIET)
        if way < 0:
            canvas.put(10, row, cut(f"{show_duration(way)}: there before it left", canvas.width - 10), Ink.BAD)
            continue
        end = canvas.put(10, row, "█" * -(-way * room // scale), Ink.CHOSEN)
        canvas.put(end + 1, row, show_duration(way), Ink.CHOSEN)
