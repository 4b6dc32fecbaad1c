"""The picture of a cloakroom: the ticket with what is lit on it, the belt of segments, the coats on their hooks."""

from __future__ import annotations

from collections.abc import Collection

from core.kernel.choice import Asked
from core.protocols.transport.demultiplexing.choices import KEY
from core.protocols.transport.demultiplexing.hooks import STRANGER
from core.protocols.transport.demultiplexing.machine import Host
from core.protocols.transport.demultiplexing.messages import FIELDS, PRICE, SAID, Segment, price_of
from tui.look.parts import tile
from tui.pictures import Canvas, Ink, Scene, general
from tui.widgets.canvas import cut

NARROW = ((2, 8, 14, 18, 22, 28), 33, 39)
WIDE = ((3, 13, 23, 31, 39, 48), 56, 64)
"""Columns of the fields, of a segment's word, and of what came of it: on a narrow canvas and on a wide one."""
ROOMY = 76
"""Columns from which on there is room for the wide one."""
SPREAD = 108
"""Columns from which on fields bear their names in words above them."""
HEADS = {"src": "from address", "spt": "from port", "dst": "to address", "dpt": "to port", "seq": "piece", "own": "own"}
LEAST = 5
"""Rows below which there is no room for belt and hooks."""
TALL = 13
"""Rows from which on coats are drawn as such."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """A host sees its cloakroom; everybody else the nodes."""
    me = _host(scene)
    if me is None or canvas.width < NARROW[2] or canvas.height < LEAST:
        general.draw(canvas, scene)
        return
    room = _Cloakroom(canvas, scene, me)
    if scene.lifted and me.hooks.left:
        room.draw_past()
    else:
        room.draw()


def _host(scene: Scene) -> Host | None:
    """The player's machine; an empty cloakroom before it has started."""
    if isinstance(scene.me, Host):
        return scene.me
    roles = {node.name: node.role for node in scene.scenario.nodes}
    return Host() if roles.get(scene.you) == "host" and not scene.entries else None


class _Cloakroom:
    """One drawing of a cloakroom, with the ticket as it is, or would be with what is being punched."""

    def __init__(self, canvas: Canvas, scene: Scene, me: Host) -> None:
        self.canvas, self.scene, self.me = canvas, scene, me
        columns: tuple[int, ...]
        columns, self.text, self.fault = WIDE if canvas.width >= ROOMY else NARROW
        self.spread = canvas.width >= SPREAD
        if self.spread:
            pitch = (canvas.width - 4) // (len(FIELDS) + 2)
            columns = tuple(3 + place * pitch for place in range(len(FIELDS)))
            self.text, self.fault = 3 + len(FIELDS) * pitch, 3 + (len(FIELDS) + 1) * pitch
        self.columns = dict(zip(FIELDS, columns, strict=True))
        self.punching = scene.asked is not None and scene.asked.choice.name == KEY.name
        kept = scene.kept.get(KEY.name, me.fields)
        lit = scene.draft if self.punching and isinstance(scene.draft, tuple) else kept
        self.lit: tuple[str, ...] = lit if isinstance(lit, tuple) else me.fields
        if scene.lifted:  # what was different, while it went wrong
            self.lit = FIELDS

    def draw(self) -> None:
        """Ticket, belt, hooks, and what went wrong so far."""
        canvas, me = self.canvas, self.me
        tall = canvas.height >= TALL
        top = 1 if tall else 0
        self._draw_ticket(top)
        if tall:
            self._draw_meaning(top)
        rail = canvas.height - (6 if tall else 2)
        first = top + (2 if tall else 1)
        belt = list(zip(me.seen, me.faults, strict=True))[::-1][: rail - first]
        for row, (segment, fault) in enumerate(belt):
            self._draw_segment(first + row, segment, fault, row == 0)
        if not belt:
            canvas.put(self.columns[FIELDS[0]], first, "nobody yet: the street is empty", Ink.QUIET)
        if tall:
            self._draw_rail(rail)
        else:
            self._draw_coats(rail)
        y = canvas.height - 1
        x = canvas.put(1, y, f"wrong coats {me.wrong}", Ink.BAD if me.wrong else Ink.QUIET)
        x = canvas.put(x + 3, y, f"strangers {me.strangers}", Ink.BAD if me.strangers else Ink.QUIET)
        mean = f"{me.ns / me.taken:.1f}" if me.taken else "0"
        canvas.put(x + 3, y, f"{mean} ns a word", Ink.QUIET)

    def _draw_ticket(self, y: int) -> None:
        """The fields in a row, those on the ticket solid; a click punches."""
        canvas = self.canvas
        plain = canvas.ascii_only or not canvas.palette.mixes
        for name, x in self.columns.items():
            on, here = name in self.lit, self.punching and self.scene.at_hand == name
            if on and not plain:
                canvas.put(x - 1, y, f"{'>' if here else ' '}{name}{'<' if here else ' '}", Ink.ON, fill=Ink.YOU)
            else:
                words = f"[{name}]" if on else f">{name}<" if here else f" {name} "
                canvas.put(x - 1, y, words, Ink.YOU if on else Ink.CHOSEN if here else Ink.PLAIN)
            canvas.hot(x - 1, y, len(name) + 2, name if self.punching else ("setting", KEY.name))
        canvas.put(self.text, y, "word", Ink.QUIET)
        canvas.put(self.fault, y, f"{price_of(self.lit)} ns", Ink.STRONG)

    def _draw_meaning(self, y: int) -> None:
        """What the field at hand is, below the ticket, in words and in its price; above it, where there is room, a name
        for each."""
        canvas, here = self.canvas, self.scene.at_hand
        if self.spread:
            for name, x in self.columns.items():
                canvas.put(x, y - 1, HEADS[name], Ink.QUIET)
        if self.punching and isinstance(here, str) and here in SAID:
            words = f"{here}: {SAID[here]}, {PRICE[here]} ns"
            x = min(self.columns[here] - 1, canvas.width - len(words))
            canvas.put(max(0, x), y + 1, words, Ink.CHOSEN)

    def _draw_segment(self, y: int, segment: Segment, fault: str, fresh: bool) -> None:
        """A segment on the belt, its fields under the ticket's; what the ticket reads of it stands out."""
        canvas = self.canvas
        for name, x in self.columns.items():
            value = getattr(segment, name)
            words = "-" if name == "own" and not value else str(value)
            canvas.put(x, y, words, Ink.YOU if name in self.lit else Ink.QUIET)
        canvas.put(self.text, y, cut(segment.text, self.fault - self.text - 1), Ink.STRONG)
        if fault:
            canvas.put(0, y, "!", Ink.BAD)
            canvas.put(self.fault, y, fault, Ink.BAD)
        else:
            if fresh:
                canvas.put(0, y, ">", Ink.PACKET)
            words = "comes in" if segment.begins else "goes" if segment.ends else ""
            canvas.put(self.fault, y, words, Ink.QUIET)

    def _coats(self) -> list[tuple[str, bool]]:
        """Whose words are in every coat that hangs, and whether those are of several."""
        hooks = self.me.hooks
        found = [hooks.texts.get(owner, [owner]) for owner in dict.fromkeys(hooks.of.values())]
        return [("".join(words), len(words) > 1) for words in found]

    def _draw_coats(self, y: int) -> None:
        """In one row."""
        x = self.canvas.put(1, y, "coats", Ink.QUIET) + 1
        for words, mixed in self._coats():
            x = self.canvas.put(x, y, f"({cut(words, 12)})", Ink.BAD if mixed else Ink.GOOD) + 1

    def _draw_rail(self, y: int) -> None:
        """A rail with hooks, and the coats; the welcome desk at its end."""
        canvas, me = self.canvas, self.me
        desk = canvas.width - 17
        canvas.put(1, y, "─" * (desk - 2), Ink.FAINT)
        coats = self._coats()
        wide = (desk - 2) // 6
        for place, (words, mixed) in enumerate(coats[:6]):
            x = 1 + place * wide
            canvas.put(x + 1, y, "┬", Ink.QUIET)
            room = wide - 3 if len(coats) > place + 1 else desk - x - 4
            tile(canvas, x, y + 2, cut(words, room), Ink.BAD if mixed else Ink.GOOD)
        if not coats:
            canvas.put(1, y + 2, "no coat hangs yet", Ink.QUIET)
        canvas.put(desk, y, "welcome desk", Ink.QUIET)
        last = me.faults[-1] if me.faults else ""
        if last == STRANGER:
            canvas.put(desk, y + 1, cut(me.seen[-1].text, 15), Ink.BAD)
            canvas.put(desk, y + 2, "in the rain,", Ink.BAD)
            canvas.put(desk, y + 3, "with half a word", Ink.BAD)
        elif me.seen and me.seen[-1].begins and not last:
            canvas.put(desk, y + 2, cut(me.seen[-1].text, 15), Ink.GOOD)

    def draw_past(self) -> None:
        """The fog has lifted, and everybody has gone: of every crowd what would have done for it."""
        canvas, scene, me = self.canvas, self.scene, self.me
        street = next((name for name in scene.nodes if name != scene.you), "")
        names = [name for name in str(scene.view_of(street).get("crowds", "")).split(", ") if name]
        rows = [*me.past, me.verdict] if me.seen else me.past
        top = 1 if canvas.height > len(rows) + 3 else 0
        canvas.put(2, top, "who came", Ink.QUIET)
        canvas.put(15, top, "a ticket that does", Ink.QUIET)
        canvas.put(self.fault, top, "mishaps", Ink.QUIET)
        for row, (fields, mishaps) in enumerate(rows, top + 1):
            name = names[row - top - 1] if row - top - 1 < len(names) else ""
            canvas.put(2, row, name, Ink.STRONG)
            canvas.put(15, row, " ".join(fields) or "nothing", Ink.GOOD)
            canvas.put(self.fault, row, str(mishaps), Ink.BAD if mishaps else Ink.QUIET)
        canvas.put(2, canvas.height - 1, f"{me.mishaps} mishaps, {me.taken} words in {me.ns} ns", Ink.QUIET)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """The ticket is punched where it is drawn."""
    return width >= NARROW[2] and asked.choice.name == KEY.name


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself: all of it."""
    return {"ticket", "segments", "wrong coats", "strangers", "ns"}
