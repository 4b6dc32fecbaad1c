"""The two strips of a sender whose fog has lifted: its silences, which were all alike, and beside each what was so."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.trace import DROP, RECEIVE, SEND, Entry
from core.protocols.premise.arq.machine import Sender
from core.protocols.premise.arq.messages import Frame
from tui.language import later, said
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.premise.arq_ground import drawn
from tui.widgets.canvas import cut

LEFT, WIDE = 12, 15
"""The first column of the strips, and the columns of the first."""
LOST, UNHEARD, LATE = later("nothing came"), later("came, ACK lost"), later("came, ACK late")


@dataclass(frozen=True)
class Silence:
    """A text after which its sender heard nothing as long as it waited, and what had become of it."""

    text: str
    truth: str


def silences(scene: Scene, me: Sender, reader: str) -> list[Silence]:
    """All of them, in order; the fog must have lifted."""
    answers: dict[int, list[Entry]] = {}
    for entry in scene.entries:
        if entry.kind in (SEND, RECEIVE, DROP):
            answers.setdefault(entry.cause, []).append(entry)

    def after(entry: Entry, kind: str, node: str) -> Entry | None:
        return next((each for each in answers.get(entry.number, ()) if (each.kind, each.node) == (kind, node)), None)

    found = []
    for sent in scene.entries:
        if sent.kind != SEND or sent.node != me.name or not isinstance(sent.detail, Frame):
            continue
        until = sent.time + me.patience
        came = after(sent, RECEIVE, reader)
        receipt = after(came, SEND, reader) if came is not None else None
        back = after(receipt, RECEIVE, me.name) if receipt is not None else None
        if (back is None and scene.now < until) or (back is not None and back.time <= until):
            continue
        truth = LOST if came is None else UNHEARD if back is None else LATE
        found.append(Silence(scene.words(sent.detail), truth))
    return found


def draw_strips(canvas: Canvas, scene: Scene, me: Sender, reader: str, rows: int) -> None:
    """In so many rows at the top, between the two planets; what finds no room is counted."""
    all_of_them = silences(scene, me, reader)
    if not all_of_them or rows < 2:
        return
    canvas.put(LEFT, 0, said("{node} heard", node=me.name.upper()), Ink.QUIET)
    canvas.put(LEFT + WIDE, 0, said("on {node}", node=reader.upper()), Ink.QUIET)
    shown = all_of_them if len(all_of_them) < rows else all_of_them[: rows - 2]
    for y, silence in enumerate(shown, 1):
        text = cut(drawn(canvas, silence.text), 4)
        canvas.put(LEFT, y, f" {text:<4} {said('silence')} ", Ink.ON, fill=Ink.QUIET)
        truth = said(silence.truth) if silence.truth == LOST else f"{text} {said(silence.truth)}"
        canvas.put(LEFT + WIDE, y, f" {truth:<20} ", Ink.ON, fill=Ink.BAD if silence.truth == LOST else Ink.COSTLY)
    if len(shown) < len(all_of_them):
        canvas.put(LEFT, len(shown) + 1, said("and {count} more", count=len(all_of_them) - len(shown)), Ink.QUIET)
