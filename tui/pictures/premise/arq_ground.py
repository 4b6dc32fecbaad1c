"""What the pictures of texts over a wire share: the two ends, what is seen of the far one, the ground of a rover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.kernel.scenario import NETWORK, NodeSpec
from core.kernel.trace import DELIVER, Entry
from core.protocols.premise.arq import PROTOCOL
from core.protocols.premise.arq.ground import PLAIN, START, STEPS, Spot, pit_at, rows_of, start_of, stepped
from core.protocols.premise.arq.machine import ASSUMED, OUT, SILENT, TOLD, Rover, Sender
from tui.language import said
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

CANDLE = 10
"""Cells of a candle that is whole."""
STUBS = {TOLD: ("ACK", Ink.GOOD), ASSUMED: ("?", Ink.COSTLY), OUT: ("..", Ink.QUIET), SILENT: ("--", Ink.BAD)}
"""What stands under a text, by what its sender knows of it."""


ARROWS = str.maketrans("^>v<", "↑→↓←")
"""How the steps of a rover are drawn."""


def drawn(canvas: Canvas, text: str) -> str:
    """A text as it is drawn: steps of the rover's (with their number, if they have one) as arrows."""
    steps = text.rpartition(" ")[2]
    if canvas.ascii_only or not steps or not set(steps) <= set(STEPS):
        return text
    return text.translate(ARROWS)


def ends_of(scene: Scene) -> tuple[NodeSpec, NodeSpec] | None:
    """The sender that the picture is of, yours if you are one, and its reader."""
    room = [node for node in scene.scenario.nodes if node.protocol == PROTOCOL.name]
    senders = [node for node in room if node.role in ("sender", "teacher")]
    senders.sort(key=lambda node: node.name != scene.you)
    for sender in senders:
        for node in room:
            if node.name == sender.parameters.get("receiver", "receiver"):
                return sender, node
    return None


def is_hidden(scene: Scene) -> bool:
    """Is the far end in the fog?"""
    return not scene.lifted and scene.you not in ("", NETWORK) and not scene.sight.everything


def read_by(entries: Iterable[Entry], reader: NodeSpec) -> list[str]:
    """What the far end has read, as far as it may be seen."""
    return [str(entry.detail) for entry in entries if entry.kind == DELIVER and entry.node == reader.name]


@dataclass
class Ground:
    """A rover's map, where it stands (or where receipts say it does), and its track."""

    map: str
    spot: Spot
    track: list[Spot]
    seen: bool
    pitch: int
    rise: int
    name: str

    @staticmethod
    def of(scene: Scene, sender: NodeSpec, reader: NodeSpec, canvas: Canvas) -> Ground | None:
        """The ground, if the reader is a rover."""
        if reader.role != "rover":
            return None
        ground = str(reader.parameters.get("map", PROTOCOL.defaults("rover")["map"]))
        rows = rows_of(ground)
        pitch = 5 if canvas.width >= 70 else 3
        rise = 2 if canvas.height >= 2 * len(rows) + 1 else 1
        hidden = is_hidden(scene)
        if isinstance(scene.me, Rover) and reader.name == scene.you:
            steps, hidden = scene.me.read, False
        elif hidden and isinstance(scene.me, Sender):
            told = [place for place, told in enumerate(scene.me.told) if told in (TOLD, ASSUMED)]
            steps = [scene.me.plan[place] for place in told]
        else:
            steps = [] if hidden else read_by(scene.entries, reader)
        track = [start_of(ground)]
        for step in steps:
            track.append(stepped(ground, track[-1], step))
        return Ground(ground, track[-1], track, not hidden, pitch, rise, reader.name)

    @property
    def width(self) -> int:
        """Its columns."""
        return len(rows_of(self.map)[0]) * self.pitch

    def draw(self, canvas: Canvas) -> None:
        """The ground at the right edge: pits and flag by their letters, the rover `R` (as believed: `r`)."""
        rows = rows_of(self.map)
        left = canvas.width - self.width
        canvas.put(
            left,
            0,
            cut(self.name.upper() if self.seen else said("{name} (photo)", name=self.name.upper()), self.width),
            Ink.STRONG,
        )
        for row, letters in enumerate(rows):
            for column, letter in enumerate(letters):
                spot = Spot(column, len(rows) - 1 - row)
                x, y = left + column * self.pitch + 1, 1 + row * self.rise
                ink = Ink.QUIET if letter in (PLAIN, START) else Ink.BAD if pit_at(self.map, spot) else Ink.GOOD
                glyph = letter
                if letter == PLAIN and spot in self.track:
                    glyph, ink = ":", Ink.PLAIN
                if spot == self.spot:
                    glyph, ink = ("R" if self.seen else "r"), Ink.CHOSEN
                canvas.put(x, y, glyph, ink)
        if pit_at(self.map, self.spot):
            canvas.put(
                left, 1 + len(rows) * self.rise, said("fell into {pit}", pit=pit_at(self.map, self.spot)), Ink.BAD
            )


def draw_candle(canvas: Canvas, scene: Scene, me: Sender, x: int, y: int, width: int, *, bare: bool = False) -> None:
    """How long the oldest text that is out is still waited for; what can be done now, in words."""
    out = me.outstanding
    if out and not me.owed:
        burnt = (scene.now - me.lit[out[0] - 1]) / me.patience
        left = max(0, min(CANDLE, round(CANDLE * (1 - burnt))))
        x = canvas.put(x, y, f"{said('candle')} |", Ink.QUIET)
        canvas.put(x, y, "▓" * left, Ink.ACCENT)
        canvas.put(x + left, y, "." * (CANDLE - left) + "|", Ink.QUIET)
        return
    words, ink = "", Ink.ACCENT
    if me.owed:
        words = said("Nothing came. Again, or next?")
    elif me.heard == "old receipt":
        words, ink = said("That receipt tells nothing new."), Ink.QUIET
    elif not me.top and not bare:  # there the level's own line says it
        words, ink = said("It is at S. You cannot see it."), Ink.QUIET
    canvas.wrap(x, y, words, max(10, width), 2, ink)
