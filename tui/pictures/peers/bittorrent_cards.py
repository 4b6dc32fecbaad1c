"""Chairs as cards: whoever sits has one with what it gave lately, all on one scale, what you gave, and how it goes; the
others stand below."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.time import SECOND
from core.protocols.peers.bittorrent.choices import NOBODY
from core.protocols.peers.bittorrent.peer import Peer
from core.protocols.peers.bittorrent.state import WINDOW, History, Neighbour, within
from tui.look.palette import node_ink
from tui.look.parts import gauge, spark
from tui.pictures import Canvas, Ink, Scene
from tui.widgets.canvas import cut

LEAST_COLUMNS, LEAST_ROWS = 64, 10
"""Below this there is no room for cards."""
WIDEST, TALLEST = 34, 22
"""Columns of a card, and rows of its chart, where there is room for it."""
CHART = 3
"""Rows of a chart where there is little room."""
CELLS = 10
"""Columns of a chart, each a tenth of the last 20 s."""
STANDING = 19
"""Columns of somebody who stands."""
STANDING_ROWS = 6
"""Rows of somebody who stands, at most."""
FADES = 2
"""Whoever gives less than one part in so many of what it gave before is fading."""


def draw_cards(canvas: Canvas, scene: Scene, peer: Peer, seated: Sequence[str], gambler: str, foot: int) -> bool:
    """Draw them above the last `foot` rows; False if there is no room."""
    if canvas.width < LEAST_COLUMNS or canvas.height - foot < LEAST_ROWS - 2:
        return False
    known = {neighbour.label: neighbour for neighbour in peer.ready()}
    sitting = [name for name in seated if name in known]
    has_gambler = gambler in known and gambler not in sitting
    chairs = max(len(sitting), peer.chairs) + 1
    width = min(WIDEST, (canvas.width - 1) // chairs)
    rows = min(TALLEST, CHART + max(0, canvas.height - foot - LEAST_ROWS) * 2 // 3)
    charts = _charts(peer, scene.now)
    most = max([1, *(max(chart) for chart in charts.values())])
    for place in range(chairs):
        x = 1 + place * width
        last = place == chairs - 1
        label = gambler if last and has_gambler else sitting[place] if not last and place < len(sitting) else ""
        if label:
            _card(canvas, scene, peer, known[label], (x, rows, width - 1), charts[label], most, gamble=last)
        else:
            _free(canvas, x, rows, width - 1, "gamble" if last else "free")
    standing = [known[label] for label in known if label not in sitting and not (has_gambler and label == gambler)]
    _standing(canvas, scene, peer, standing, charts, most, rows + 3, canvas.height - foot)
    return True


def _charts(peer: Peer, now: int) -> dict[str, list[float]]:
    """What each gave (to a seed: got) in each tenth of the last 20 s, oldest first, in bytes."""
    part = WINDOW // CELLS
    found: dict[str, list[float]] = {}
    for neighbour in peer.ready():
        sums: list[float] = [0.0] * CELLS
        for time, count in _history(peer, neighbour):
            place = CELLS - 1 - (now - time) // part
            if 0 <= place < CELLS:
                sums[place] += count
        found[neighbour.label] = sums
    return found


def _history(peer: Peer, neighbour: Neighbour) -> History:
    return neighbour.got if peer.complete else neighbour.gave


def _ink(scene: Scene, label: str) -> Ink:
    return node_ink(label, scene.nodes, scene.you) if label in scene.nodes else Ink.PLAIN


def _card(
    canvas: Canvas,
    scene: Scene,
    peer: Peer,
    neighbour: Neighbour,
    place: tuple[int, int, int],
    chart: Sequence[float],
    most: float,
    *,
    gamble: bool,
) -> None:
    x, rows, width = place
    label = neighbour.label
    ink = _ink(scene, label)
    canvas.tint(x, 0, width, rows + 3, ink, 0.22)
    for row in range(rows + 3):
        canvas.put(x, row, "▌" if not canvas.ascii_only else "|", ink)
    _name(canvas, scene, x + 1, 0, label, width - 8, ink)
    gave = str(int(sum(chart)) // 1000)
    canvas.put(x + width - 1 - len(gave), 0, gave, Ink.STRONG if sum(chart) else Ink.QUIET)
    each = max(1, (width - 3) // CELLS)
    spark(canvas, x + 2, rows, [value for value in chart for _ in range(each)], rows, most, ink)
    canvas.put(x + 2, rows + 1, "you", Ink.QUIET)
    got = within(neighbour.got if not peer.complete else neighbour.gave, scene.now, WINDOW)
    room = max(3, width - 8)
    gauge(canvas, x + 6, rows + 1, room, got / max(1.0, most * CELLS), Ink.YOU)
    mood, how = _mood(scene, peer, neighbour, chart, gamble=gamble)
    canvas.put(x + 2, rows + 2, cut(mood, width - 3), how)
    if neighbour.unchokes:
        canvas.put(x + width - 2, rows + 2, ">", Ink.PACKET)
    canvas.hot(x, 0, width, label, rows + 3)


def _name(canvas: Canvas, scene: Scene, x: int, y: int, label: str, width: int, ink: Ink) -> None:
    """A name, behind two columns for the sign of what can be chosen: `>` where one is, else the digit that picks it. A
    name that would not have its room behind the blank goes without that."""
    option = next((option for option in scene.listed if option.value == label), None)
    gap = " " if len(label) < width else ""
    if option is not None and option.here:
        canvas.put(x, y, f">{gap}{cut(label, width)}", Ink.CHOSEN)
        return
    canvas.put(x + 1 + len(gap), y, cut(label, width), ink)
    if option is not None and option.number:
        canvas.put(x, y, str(option.number), Ink.STRONG)


def _is_here(scene: Scene, label: str) -> bool:
    """Would the next key take this one?"""
    return any(option.here and option.value == label for option in scene.listed)


def _mood(scene: Scene, peer: Peer, neighbour: Neighbour, chart: Sequence[float], *, gamble: bool) -> tuple[str, Ink]:
    """How it goes with whoever sits, in a word or two."""
    if peer.complete:
        passed, of = peer.passed_on(neighbour)
        return f"passed on {passed}/{of}", Ink.GOOD if passed else Ink.QUIET
    if not neighbour.interested:
        return "wants nothing", Ink.QUIET
    before, lately = sum(chart[: CELLS // 2]), sum(chart[CELLS // 2 :])
    if not before and not lately:
        silent = (scene.now - neighbour.heard) // SECOND if neighbour.heard else 0
        words = f"silent {silent} s" if silent else "nothing yet"
        return ("gamble" if gamble and not silent else words), Ink.COSTLY if silent else Ink.QUIET
    if lately * FADES < before:
        return "fading", Ink.COSTLY
    best = max(within(other.gave, scene.now, WINDOW) for other in peer.ready())
    if within(neighbour.gave, scene.now, WINDOW) == best:
        return "best", Ink.GOOD
    return ("gamble" if gamble else "steady"), Ink.PLAIN


def _free(canvas: Canvas, x: int, rows: int, width: int, word: str) -> None:
    """A chair on which nobody sits."""
    canvas.put(x, 0, "╭" + "┄" * (width - 2) + "╮", Ink.FAINT)
    for row in range(1, rows + 2):
        canvas.put(x, row, "┊", Ink.FAINT)
        canvas.put(x + width - 1, row, "┊", Ink.FAINT)
    canvas.put(x, rows + 2, "╰" + "┄" * (width - 2) + "╯", Ink.FAINT)
    canvas.centre(x + width // 2, rows // 2 + 1, word, Ink.QUIET)


def _standing(
    canvas: Canvas,
    scene: Scene,
    peer: Peer,
    standing: Sequence[Neighbour],
    charts: dict[str, list[float]],
    most: float,
    top: int,
    bottom: int,
) -> None:
    """Whoever has no chair: a small chart each, what it gave, and how many of its pieces are missing here."""
    rows = bottom - top - 1
    if rows >= 1:
        what = "got from you" if peer.complete else "gave you"
        canvas.put(1, top, "standing", Ink.STRONG)
        canvas.put(12, top, f"KB that each {what} in 20 s, and pieces of its that you lack", Ink.QUIET)
        top += 1
    if not peer.ready():
        canvas.put(12, top, "no neighbours yet", Ink.QUIET)
    rows = bottom - top
    columns = max(1, (canvas.width - 1) // STANDING)
    deep = -(-(len(standing) + any(option.value == NOBODY for option in scene.listed)) // columns)
    tall = max(1, min(STANDING_ROWS, rows // max(1, deep)))
    room = max(1, rows // tall * columns)
    here = next((place for place, one in enumerate(standing) if _is_here(scene, one.label)), 0)
    first = here // room * room
    for place, neighbour in enumerate(standing[first : first + room] if rows > 0 else ()):
        x, y = 1 + place % columns * STANDING, top + place // columns * tall
        label = neighbour.label
        chart = charts[label]
        ink = _ink(scene, label) if neighbour.interested or sum(chart) > 0 else Ink.QUIET
        halves = [chart[at] + chart[at + 1] for at in range(0, CELLS, 2)]
        foot = y + max(0, tall - 2)
        canvas.hot(x, y, STANDING - 1, label, tall)
        if tall > 2:
            canvas.tint(x, y, STANDING - 1, tall - 1, ink, 0.14)
        _name(canvas, scene, x, y, label, 5, ink)
        canvas.put(x + 6, foot, "▁" * len(halves), Ink.FAINT)
        spark(canvas, x + 6, foot, halves, max(1, tall - 1), 2 * most, ink)
        lacking = (neighbour.has if peer.complete else neighbour.has & ~peer.have).bit_count()
        canvas.put(x + 11, y, f"{int(sum(chart)) // 1000:4}", Ink.GOOD if sum(chart) else Ink.QUIET)
        canvas.put(x + 15, y, f"{lacking:3}", Ink.PLAIN if lacking else Ink.QUIET)
    if any(option.value == NOBODY for option in scene.listed):  # that nobody is gambled on
        place = min(len(standing), room)
        x, y = 1 + place % columns * STANDING, top + place // columns * tall
        _name(canvas, scene, x, min(y, bottom - 1), NOBODY, len(NOBODY) + 1, Ink.PLAIN)
        canvas.hot(x, min(y, bottom - 1), STANDING - 1, NOBODY, tall)
    if len(standing) > room:
        canvas.right(bottom - 1, f" {len(standing) - room} more ", Ink.QUIET)
