"""The picture of four timestamps: both clocks, the ways between them, and how a clock is mended."""

from __future__ import annotations

from collections.abc import Collection

from core.kernel.choice import Asked
from core.kernel.time import SECOND, show_duration
from core.kernel.trace import RECEIVE
from core.protocols.clocks.sntp.choices import ADJUST, BELIEVE, KISS, OFFSET
from core.protocols.clocks.sntp.machine import Client, Server
from core.protocols.clocks.sntp.times import Packet, clock_words, difference, slew_time, timestamp
from tui.look.blocks import big, big_width
from tui.look.dots import curve, middle
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.clocks import sntp_leap
from tui.pictures.flights import glide
from tui.pictures.general import Place, draw_fuses
from tui.pictures.lanes import TALL, TALLEST, draw_lane, tile_rows
from tui.pictures.listed import draw_listed
from tui.widgets.canvas import cut

NAMES = 9
"""Columns before the lines of the clocks."""
SAID = 4
"""Rows above and below the hand's lanes."""
LYING = 2 * TALL + SAID
"""Rows from which on the hand has two lanes."""
LEAST = 26
"""Columns below which there is no room for two clocks."""
NARROW = 72
"""Columns below which there is no room for two clocks and what is done with them."""
SIDE = 24
"""Columns of that."""
LISTED = (BELIEVE.name, ADJUST.name, KISS.name)
ROOMY = 18
"""Rows from which on the clocks have bodies, and the ground between the ways is lit."""
CURVE = 9
"""Rows from which on it is drawn how a clock is mended."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """A client sees its exchange with the server, with as many of the four times as it knows; the hand the two
    lanes; a server on a leap night what it tells; all others the nodes."""
    ends = _ends(scene)
    if scene.has_hand and len(ends) == 2 and canvas.height >= LYING:
        _draw_hand(canvas, scene, *ends)
        return
    server = _server(scene)
    if server is not None and canvas.width >= sntp_leap.LEAST[0] and canvas.height >= sntp_leap.LEAST[1]:
        sntp_leap.draw_night(canvas, scene, server)
        return
    me = _client(scene)
    if me is None or scene.lifted or canvas.width < LEAST or canvas.height < 6:
        general.draw(canvas, scene)
        _draw_samples(canvas, scene)
        _draw_held(canvas, scene)
        return
    asked = scene.asked.choice.name if scene.asked is not None else ""
    side = SIDE if canvas.width >= NARROW else 0
    if asked == ADJUST.name and canvas.height >= CURVE and side:
        _draw_mending(canvas, scene, canvas.width - side)
    else:
        _draw_exchange(canvas, scene, me, canvas.width - side)
    if side:
        _draw_side(canvas, scene, me, canvas.width - side + 1, side - 2)


def _client(scene: Scene) -> Client | None:
    """Your machine, in the middle of the event that asks you something, if you are a client."""
    return scene.own(Client)


def _server(scene: Scene) -> Server | None:
    """Your machine, if you are a server in a night with a leap second."""
    me = scene.own(Server)
    return me if me is not None and me.evening else None


def _times(scene: Scene, me: Client) -> list[str]:
    """T1 to T4 as clocks say them, of the exchange under way or the last one; "" for what is not known."""
    asked = scene.asked
    if asked is not None and asked.choice.name == OFFSET.name:
        return [asked.t1, asked.t2, asked.t3, asked.t4]
    packet, back = None, 0
    if asked is not None and asked.choice.name == BELIEVE.name:
        packet, back = asked.packet, scene.now
    elif not me.asked:
        answers = [entry for entry in scene.entries if entry.kind == RECEIVE and isinstance(entry.detail, Packet)]
        packet, back = (answers[-1].detail, answers[-1].time) if answers else (None, 0)
    if packet is None:
        return [clock_words(me.asked) if me.asked else "", "", "", ""]
    stamps = (packet.originate, packet.receive, packet.transmit, timestamp(me.epoch + back))
    return [clock_words(stamp) if stamp else "" for stamp in stamps]


def _draw_exchange(canvas: Canvas, scene: Scene, me: Client, width: int) -> None:
    """The two clocks one above the other, and the ways between them."""
    left, right = NAMES, width - 1
    first, last = left + 4, right - 12
    arrives, leaves = first + (last - first) // 3, first + 2 * (last - first) // 3
    asks = scene.asked is not None and scene.asked.choice.name == OFFSET.name
    ways = 3 if asks else 0
    thick = canvas.height // 7 if canvas.height >= ROOMY else 0
    top, bottom = 1 + thick, max(3, canvas.height - 2 - ways - thick)
    canvas.pool(left + 6, bottom, 18, 5, Ink.YOU, 0.18)
    believes = scene.asked is not None and scene.asked.choice.name == BELIEVE.name
    server = str(scene.asked.source if believes and scene.asked is not None else me.server)
    chip(canvas, 0, top, cut(server, NAMES - 3), node_ink(server, scene.nodes, scene.you))
    chip(canvas, 0, bottom, "you", Ink.YOU)
    for y in (top, bottom):
        canvas.put(left, y, "─" * (right - left), Ink.FAINT)
    times = _times(scene, me)
    ink = node_ink(server, scene.nodes, scene.you)
    if thick:
        canvas.tint(left, 0, right - left, thick + 1, ink, 0.2)
        canvas.tint(left, bottom + 1, right - left, thick + 1, Ink.YOU, 0.2)
        _draw_between(canvas, (first, arrives), (leaves, last), (top, bottom), times)
    for shown, start, end, colour in (
        (times[0], (first, bottom), (arrives, top), Ink.YOU), (times[3], (leaves, top), (last, bottom), ink)
    ):  # fmt: skip
        if shown and (start[1] == top or not believes or times[0]):
            points = between(start, end)
            curve(canvas, points, colour)
            curve(canvas, [(x, y + 1) for x, y in points], colour, 2, every=2)
    for x, y, name, time in (
        (first, bottom, "T1", times[0]), (arrives, top, "T2", times[1]), (leaves, top, "T3", times[2]),
        (last, bottom, "T4", times[3]),
    ):  # fmt: skip
        canvas.put(x, y, f" {name} ", Ink.ON, fill=Ink.ACCENT if time else Ink.FAINT)
        row = y - 1 if y == top else y + 1
        at = x + 2 - len(time) if name == "T2" else x if name == "T3" else x - 3
        canvas.put(max(0, min(at, width - len(time))), row, time, Ink.STRONG)
    _draw_under_way(canvas, scene, me, ((first, bottom), (arrives, top)), ((leaves, top), (last, bottom)))
    if asks and isinstance(scene.draft, int) and scene.asked is not None:
        _draw_ways(canvas, scene.draft, scene.asked.times, bottom + 2, width)


def _draw_between(
    canvas: Canvas, there: tuple[int, int], back: tuple[int, int], rows: tuple[int, int], times: list[str]
) -> None:
    """The ground between the two ways, as far as they are known: all that the four times speak of."""
    top, bottom = rows
    for y in range(top + 1, bottom):
        share = (bottom - y) / (bottom - top)
        start = round(there[0] + (there[1] - there[0]) * share)
        stop = round(back[1] + (back[0] - back[1]) * share)
        if times[0] or times[2]:
            canvas.tint(start, y, stop - start, 1, Ink.ACCENT, 0.16 if times[3] else 0.08)


def _draw_under_way(canvas: Canvas, scene: Scene, me: Client, *ways: tuple[Place, Place]) -> None:
    """Questions and answers that may be seen, on their ways."""
    for flight in scene.flights[-4:]:
        if {flight.source, flight.destination} == {scene.you, me.server}:
            start, end = ways[0] if flight.source == scene.you else ways[1]
            glide(canvas, scene, flight, between(start, end), "", first=0.0, last=1.0)


def _draw_side(canvas: Canvas, scene: Scene, me: Client, x: int, width: int) -> None:
    """The one number, and what there is to choose."""
    asked = scene.asked
    name = asked.choice.name if asked is not None else ""
    number, said = "", ""
    if name == OFFSET.name:
        number = _seconds(scene.draft) if isinstance(scene.draft, int) else "?"
        said = "s behind, you say"
    elif name == ADJUST.name and asked is not None:
        number, said = _seconds(abs(asked.offset)), f"s {'behind' if asked.offset > 0 else 'ahead'}"
    elif me.samples:
        number, said = _seconds(me.samples[-1].offset), "s, the last offset"
    y = 0
    if number and canvas.height >= CURVE and big_width(number) <= width:
        big(canvas, x, 0, number, Ink.YOU)
        canvas.put(x, 3, said, Ink.QUIET)
        y = 5
    elif number:
        canvas.put(canvas.put(x, 0, number, Ink.YOU) + 1, 0, cut(said, width - len(number) - 1), Ink.QUIET)
        y = 2
    if scene.listed and name in (OFFSET.name, *LISTED):
        draw_listed(canvas, scene, x, y, width, canvas.height - y)


def _seconds(time: int) -> str:
    """A time (µs) as seconds to the millisecond, what is less cut off."""
    return f"{'-' if time < 0 else ''}{abs(time) // 1000 / 1000:.3f}"


def _draw_mending(canvas: Canvas, scene: Scene, width: int) -> None:
    """How far your clock is from the server's, past and to come, by what is chosen: a step, a slope, or nothing."""
    asked = scene.asked
    assert asked is not None
    zero, top = canvas.height - 3, 2
    wrong = top if asked.offset > 0 else zero
    right = zero if asked.offset > 0 else top
    here = width // 3
    canvas.put(0, right, "─" * (width - 2), Ink.FAINT)
    canvas.put(1, right + 1, "the server's clock", Ink.QUIET)
    canvas.put(1, wrong - 1, "yours", Ink.YOU)
    canvas.put(here, canvas.height - 1, "▲ now", Ink.QUIET)
    stop = width - 3
    ways = {
        "step": [(1, wrong), (here, wrong), (here, right), (stop, right)],
        "slew": [(1, wrong), (here, wrong), (stop - 4, right), (stop, right)],
        "leave": [(1, wrong), (stop, wrong)],
    }
    for option, cells in ways.items():
        chosen = scene.draft == option
        points = [middle(*cell) for cell in cells]
        curve(canvas, points, Ink.YOU if chosen else Ink.FAINT, every=1 if chosen else 4)
        if chosen:
            curve(canvas, [(x, y + 1) for x, y in points], Ink.YOU)
    if scene.draft == "slew":
        canvas.right(canvas.height - 1, f"there after {show_duration(slew_time(asked.offset))}", Ink.QUIET, SIDE + 2)
    elif scene.draft == "step":
        canvas.put(here + 2, (wrong + right) // 2, f"{show_duration(abs(asked.offset))} at once", Ink.QUIET)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Offset, verdicts and how the clock is mended stand beside the exchange."""
    return asked.choice.name in (OFFSET.name, *LISTED) and _client(scene) is not None and width >= NARROW


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    if _server(scene) is not None:
        return {"of the second told", "leap indicator"}
    return {"open question", "last offset", "last round trip"} if _client(scene) is not None else ()


def _ends(scene: Scene) -> list[str]:
    """The client and the server of a level in which there is one of each; else all nodes."""
    found = {node.role: node.name for node in scene.scenario.nodes}
    return [found["client"], found["server"]] if set(found) == {"client", "server"} else list(scene.nodes)


def _draw_hand(canvas: Canvas, scene: Scene, client: str, server: str) -> None:
    """For the network's hand: questions on their way there, answers on their way back; what was measured, and what the
    holding makes of the client's clock."""
    ink = {name: node_ink(name, scene.nodes, scene.you) for name in (client, server)}
    wide = max(chip_width(canvas, name) for name in ink)
    rows = min(TALLEST, (canvas.height - SAID) // 2)
    top = SAID // 2 + max(0, canvas.height - SAID - 2 * rows) // 2
    _draw_samples(canvas, scene)
    draw_fuses(canvas, scene, {client: (canvas.width // 2, top - 1)})
    span = (wide + 2, canvas.width - wide - 2)
    for y, way in ((top, {"forth": (client, server)}), (top + rows, {"back": (server, client)})):
        middle_row = y + tile_rows(rows) // 2
        chip(canvas, 1, middle_row, client, ink[client])
        chip(canvas, canvas.width - 1 - chip_width(canvas, server), middle_row, server, ink[server])
        draw_lane(canvas, scene, y, span, rows=rows, **way)
    _draw_held(canvas, scene)


def _draw_samples(canvas: Canvas, scene: Scene) -> None:
    """What each client that one can look into has measured last."""
    row = 0
    for name in scene.nodes:
        view = scene.view_of(name)
        if name != scene.you and view.get("last offset", "none") != "none":
            offset = str(view["last offset"])
            wrong = f"{offset.removeprefix('-')} {'ahead' if offset.startswith('-') else 'behind'}"
            words = f"{name} heard: {wrong}; round trip {view['last round trip']}"
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


def _draw_ways(canvas: Canvas, offset: int, times: tuple[int, int, int, int], y: int, width: int) -> None:
    """How long each way was if the clock is `offset` µs behind: of two that are alike nobody could tell it better."""
    sent, arrived, left, back = times
    there, home = difference(arrived, sent) - offset, difference(back, left) + offset
    scale = max(abs(there), abs(home), 1)
    room = max(1, width - 10 - 2 * NAMES)
    for row, name, way in ((y, "so, there", there), (y + 1, "and back", home)):
        canvas.put(0, row, name, Ink.QUIET)
        if way < 0:
            canvas.put(10, row, cut(f"{show_duration(way)}: there before it left", width - 10), Ink.BAD)
            continue
        end = canvas.put(10, row, "█" * -(-way * room // scale), Ink.YOU)
        canvas.put(end + 1, row, show_duration(way), Ink.YOU)
