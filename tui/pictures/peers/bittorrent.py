"""The BitTorrent picture: the chairs, a row for each neighbour with what it gave, and the own file filling below.

A row reads: seated [x], the gamble [*], the name, what it gave over the last 20 s, KB that it gave and got in them, how
many of its pieces are missing here (to a seed: how many pieces it passed on, of how many that it had first, and how
many it has); `>` behind it: it gives to you (you are unchoked). A tracker sees its register.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.kernel.choice import Asked, Value
from core.kernel.time import SECOND
from core.protocols.peers.bittorrent.choices import GAMBLE, NOBODY, PIECE, UNCHOKE
from core.protocols.peers.bittorrent.peer import Peer
from core.protocols.peers.bittorrent.picking import SOURCES, WISH
from core.protocols.peers.bittorrent.state import WINDOW, History, Neighbour, within
from core.protocols.peers.bittorrent.tracker import HANDOUT, Tracker
from tui.look.parts import gauge
from tui.look.parts import spark as chart
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.peers.bittorrent_cards import LEAST_COLUMNS, draw_cards
from tui.pictures.peers.bittorrent_lists import candles, trials

LEVELS = "▁▂▃▄▅▆▇█"
_TINY = 15
"""Cells of a row with mark, name and what it gave."""
_NARROW = 23
"""Cells of a row with a sparkline, too."""
_WIDE = 46
"""Cells of a row with everything."""
ROOMY = 20
"""Rows from which on rows and pieces are tall."""
TALLEST, WIDEST = 6, 8
"""Rows of a neighbour, and columns of a piece, at most."""
FREE_ROWS = 4
"""So many rows are shown free while there is nobody yet."""
SEATED = 16
"""Of more neighbours not each has a place on the picture where it can be taken."""
NAMED_AT = 32
"""Columns of a register's row before the bar of how often it was named."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """The player's own neighbours and file, or the tracker's register."""
    if isinstance(scene.me, Peer) and (scene.me.wishes or scene.me.picks):
        # What has just come is there, though the question that it raised is open.
        half_way = scene.asked.me if scene.question is not None and scene.asked is not None else None
        me = half_way if isinstance(half_way, Peer) and half_way.name == scene.me.name else scene.me
        (candles if me.wishes else trials)(canvas, scene, me)
    elif isinstance(scene.me, Peer):
        _swarm(canvas, scene, scene.me)
    elif isinstance(scene.me, Tracker):
        _register(canvas, scene, scene.me)
    else:
        general.draw(canvas, scene)


def spark(history: History, now: int, cells: int, top: int) -> str:
    """What came in the last 20 s, oldest left, in cells. `top` bytes fill a cell, none leave it blank."""
    if not cells:
        return ""
    return "".join(LEVELS[min(7, 8 * count // (top + 1))] if count else " " for count in sums(history, now, cells))


def sums(history: History, now: int, cells: int) -> list[int]:
    """What came in each of so many parts of the last 20 s, oldest first, in bytes."""
    part = WINDOW // cells
    found = [0] * cells
    for time, count in history:
        place = cells - 1 - (now - time) // part
        if 0 <= place < cells:
            found[place] += count
    return found


def _top(peer: Peer, now: int, cells: int) -> int:
    """The most that any neighbour gave in one cell: all rows have one scale."""
    part = WINDOW // max(1, cells)
    most = 1
    for neighbour in peer.ready():
        found: dict[int, int] = {}
        for time, count in neighbour.got if peer.complete else neighbour.gave:
            if time > now - WINDOW:
                found[(now - time) // part] = found.get((now - time) // part, 0) + count
        most = max(most, *found.values(), 1)
    return most


def _swarm(canvas: Canvas, scene: Scene, peer: Peer) -> None:
    neighbours = peer.ready()
    foot = 2 if canvas.height < ROOMY else 1 + canvas.height // 7
    cards = _chairs_played(scene) and (bool(neighbours) or canvas.height >= ROOMY)
    if cards and draw_cards(canvas, scene, peer, _seated(scene, peer), _gambler(scene, peer), foot):
        _file(canvas, scene, peer, canvas.height - foot, foot)
        return
    room, columns = _table(canvas, len(neighbours), foot)
    if canvas.height < 7 and canvas.width // columns < _NARROW:  # there is no row to spare for a second one
        foot = 1
        room, columns = _table(canvas, len(neighbours), foot)
    width = canvas.width // columns
    seated = _seated(scene, peer)
    gambler = _gambler(scene, peer)
    _head(canvas, width, columns, peer.complete)
    rows = -(-len(neighbours) // columns) if neighbours else 0
    tall = max(1, min(TALLEST, room // max(1, rows)))
    cells = 10 if width >= _WIDE - 6 else 5 if width >= _NARROW else 0
    top = _top(peer, scene.now, cells)
    for place, neighbour in enumerate(neighbours):
        x, y = place // rows * width, 1 + place % rows * tall
        if y <= room:
            _row(canvas, scene, peer, neighbour, (x, y, width, cells, tall), (seated, gambler, top))
    option = next((option for option in scene.listed if option.value == NOBODY), None)
    if option is not None:
        words = f"{'>' if option.here else option.number or ' '}{NOBODY}"
        y = min(1 + rows * tall, room)
        canvas.right(y, words, Ink.CHOSEN if option.here else Ink.PLAIN, 1)
        canvas.hot(canvas.width - 1 - len(words), y, len(words), NOBODY)
    if not neighbours:
        _nobody(canvas, room)
    elif rows > room:
        canvas.right(room, f" {len(neighbours) - room * columns} more", Ink.QUIET)
    _file(canvas, scene, peer, canvas.height - foot, foot)


def _chairs_played(scene: Scene) -> bool:
    """Are the chairs what the player decides?"""
    return any(scene.plays(choice.name) for choice in (UNCHOKE, GAMBLE))


def _table(canvas: Canvas, neighbours: int, foot: int) -> tuple[int, int]:
    """(rows, columns) for so many neighbours above `foot` lines."""
    room = max(1, canvas.height - 1 - foot)
    return room, min(max(1, -(-neighbours // room)), max(1, canvas.width // _TINY))


def _seated(scene: Scene, peer: Peer) -> Sequence[str]:
    """Who sits: those of the answer under construction, while it is one."""
    if scene.asked is not None and scene.asked.choice.name == UNCHOKE.name and isinstance(scene.draft, tuple):
        return scene.draft
    return peer.regular


def _gambler(scene: Scene, peer: Peer) -> str:
    if scene.asked is not None and scene.asked.choice.name == GAMBLE.name and isinstance(scene.draft, str):
        return scene.draft
    return peer.gambler


def _head(canvas: Canvas, width: int, columns: int, seeding: bool) -> None:
    for column in range(columns):
        x = column * width
        canvas.put(x, 0, "chair who" if width >= _NARROW else "    who", Ink.QUIET)
        if width >= _WIDE - 6:
            canvas.put(x + width - 17, 0, "  on  got   has" if seeding else "gave  got   new", Ink.QUIET)
            if width >= _WIDE + 12:
                canvas.put(x + width - 37, 0, "KB in the last 20 s", Ink.QUIET)
        else:
            canvas.put(x + width - 6, 0, "  on" if seeding else "gave", Ink.QUIET)


def _row(
    canvas: Canvas,
    scene: Scene,
    peer: Peer,
    neighbour: Neighbour,
    place: tuple[int, int, int, int, int],
    marks: tuple[Sequence[str], str, int],
) -> None:
    x, top_row, width, cells, tall = place
    y = top_row + (tall - 1) // 2
    seated, gambler, top = marks
    now, label = scene.now, neighbour.label
    sits = label in seated
    mark = "[x]" if sits else "[*]" if label == gambler else "[ ]" if neighbour.interested else " . "
    ink = Ink.CHOSEN if sits else Ink.ACCENT if label == gambler else Ink.QUIET
    wide = width >= _WIDE - 6
    names = max(3, min(10, width - cells - (24 if wide else 12)))
    canvas.put(x, y, mark, ink)
    option = next((option for option in scene.listed if option.value == label), None)
    if option is not None:
        canvas.put(x + 3, y, ">" if option.here else str(option.number or " "), Ink.CHOSEN)
    canvas.put(x + 4, y, label[:names], Ink.STRONG if sits or label == gambler else Ink.PLAIN)
    history = neighbour.got if peer.complete else neighbour.gave
    if tall > 2 and cells:
        canvas.tint(x, top_row, width - 1, tall - 1, Ink.GOOD if neighbour.interested else Ink.WORLD, 0.12)
        each = max(1, (width - names - 24) // cells) if wide else 1
        values = [value for value in sums(history, now, cells) for _ in range(each)]
        chart(canvas, x + 5 + names, top_row + tall - 2, values, tall - 1, top, Ink.GOOD)
    else:
        canvas.put(x + 5 + names, y, spark(history, now, cells, top), Ink.GOOD)
    canvas.hot(x, top_row, width - 1, label, max(1, tall - 1))
    if wide:
        got = within(neighbour.got, now, WINDOW) // 1000
        lacking = (neighbour.has if peer.complete else neighbour.has & ~peer.have).bit_count()
        if peer.complete:
            ink = Ink.GOOD if peer.passed_on(neighbour)[0] else Ink.QUIET
            canvas.put(x + width - 18, y, f"{_on(peer, neighbour):>5}", ink)
        else:
            gave = within(neighbour.gave, now, WINDOW) // 1000
            canvas.put(x + width - 18, y, f"{gave:5}", Ink.GOOD if gave else Ink.QUIET)
        canvas.put(x + width - 13, y, f"{got:5}", Ink.PLAIN if got else Ink.QUIET)
        canvas.put(x + width - 7, y, f"{lacking:4}", Ink.PLAIN if lacking else Ink.QUIET)
    elif peer.complete:
        canvas.put(
            x + width - 7, y, f"{_on(peer, neighbour):>5}", Ink.GOOD if peer.passed_on(neighbour)[0] else Ink.QUIET
        )
    else:
        shown = within(history, now, WINDOW) // 1000
        canvas.put(x + width - 7, y, f"{shown:5}", Ink.GOOD if shown else Ink.QUIET)
    if neighbour.unchokes:
        canvas.put(x + width - 2, y, ">", Ink.PACKET)


def _nobody(canvas: Canvas, room: int) -> None:
    """Rows that are still free, where there is room to see them."""
    canvas.put(2, 1, "no neighbours yet", Ink.QUIET)
    tall = (room - 2) // FREE_ROWS
    for row in range(FREE_ROWS if tall > 1 else 0):
        y = 3 + row * tall
        for line in range(tall - 1):
            canvas.put(1, y + line, "┊", Ink.FAINT)
            canvas.put(canvas.width - 2, y + line, "┊", Ink.FAINT)
        canvas.tint(1, y, canvas.width - 2, tall - 1, Ink.WORLD, 0.08)


def _on(peer: Peer, neighbour: Neighbour) -> str:
    """How many of the pieces that it had first it passed on: "3/4"."""
    passed, of = peer.passed_on(neighbour)
    return f"{passed}/{of}"


def _file(canvas: Canvas, scene: Scene, peer: Peer, y: int, foot: int) -> None:
    """The file as a bar, and over each piece how many neighbours have it: a digit, while there is room for all. With
    more rows each piece is a tile."""
    done = f" {peer.have.bit_count()}/{peer.pieces}"
    width = max(1, canvas.width - 6 - len(done))
    each = -(-peer.pieces // width)
    wide = max(1, min(4 if foot <= 2 else WIDEST, width // peer.pieces))
    tiles = foot > 2 and wide > 2
    bar = ""
    for first in range(0, peer.pieces, each):
        pieces = range(first, min(first + each, peer.pieces))
        have = sum(peer.have >> index & 1 for index in pieces)
        begun = any(peer.begun >> index & 1 for index in pieces)
        sign = "█" if have == len(pieces) else "▓" if have or begun else "░"
        bar += sign * (wide - tiles) + " " * tiles
    bottom = y + foot - 1
    canvas.put(0, bottom, "file", Ink.QUIET)
    for row in range(y + min(1, foot - 1), bottom + 1):
        end = canvas.put(5, row, bar, Ink.YOU)
    canvas.put(end, bottom, done, Ink.STRONG)
    if foot > 1:
        if each == 1 or peer.complete:
            _copies(canvas, peer, y, each, wide)
        else:
            rate = within(_all(peer), scene.now, WINDOW) * SECOND // WINDOW // 1000
            canvas.put(0, y, f"{peer.received // 1000} KB got, {rate} KB/s   {peer.sent // 1000} KB given", Ink.QUIET)
    if scene.asked is not None and scene.asked.choice.name == PIECE.name and isinstance(scene.draft, int):
        canvas.put(5 + scene.draft // each * wide, bottom, "^", Ink.CHOSEN)


def _copies(canvas: Canvas, peer: Peer, y: int, each: int, wide: int) -> None:
    """How many neighbours have each piece (where a cell is several pieces, the rarest of them)."""
    canvas.put(0, y, "seen", Ink.QUIET)
    for first in range(0, peer.pieces, each):
        count = min(peer.availability[first : first + each])
        rare = count == 0 if peer.complete else count <= 1 and not peer.have >> first & 1
        canvas.put(5 + first // each * wide, y, str(min(count, 9)), Ink.COSTLY if rare else Ink.QUIET)


def _all(peer: Peer) -> History:
    return tuple(item for neighbour in peer.ready() for item in neighbour.gave)


def _register(canvas: Canvas, scene: Scene, tracker: Tracker) -> None:
    """Whom the tracker knows: what each lacks, how often it was named, how long it has been silent."""
    chosen: Sequence[str] = ()
    if scene.asked is not None and scene.asked.choice.name == HANDOUT.name:
        chosen = scene.draft if isinstance(scene.draft, tuple) else ()
    rows = max(1, canvas.height - 1)
    columns = max(1, min(canvas.width // 30, -(-len(tracker.registered) // rows)))
    width = canvas.width // columns
    for column in range(columns):
        canvas.put(column * width, 0, "peer      lacks named silent", Ink.QUIET)
    deep = -(-len(tracker.registered) // columns)
    tall = max(1, min(TALLEST, rows // max(1, deep)))
    for place, (label, peer) in enumerate(tracker.registered.items()):
        x, y = place // (rows // tall) * width, 1 + place % (rows // tall) * tall
        if place // (rows // tall) >= columns:
            break
        lacks = f"{peer.left // 1000}" if peer.left else "seed"
        silent = max(0, scene.now - peer.seen) // SECOND
        mark = "x" if label in chosen else " "
        ink = Ink.CHOSEN if label in chosen else Ink.PLAIN
        if tall > 1:
            canvas.tint(x, y, width - 2, tall - (tall > 2), Ink.YOU if label in chosen else Ink.WORLD, 0.14)
        line = y + (tall - 1) // 2
        canvas.put(x, line, f"{mark} {label:<8.8}{lacks:>5} {tracker.named.get(label, 0):>5} {silent:>4} s", ink)
        if tall > 2 and width >= NAMED_AT + 10:  # how often it was named, to be compared at a glance
            most = max(tracker.named.values(), default=0)
            gauge(canvas, x + NAMED_AT, line, width - NAMED_AT - 4, tracker.named.get(label, 0) / max(1, most))
        canvas.hot(x, y, width - 1, label, tall)
    if not tracker.registered:
        _nobody(canvas, rows)
        canvas.put(2, 1, "nobody has announced itself yet", Ink.QUIET)


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """On each option what the node knows of it."""
    me = asked.me
    if isinstance(me, Tracker):
        return {label: _register_note(scene, me, label) for label in me.registered}
    if not isinstance(me, Peer):
        return {}
    if asked.choice.name in (PIECE.name, WISH.name):
        return {index: f"{count} have it" for index, count in enumerate(me.availability)}
    if asked.choice.name == SOURCES.name:
        return {label: _trial_note(me, label) for label in me.labels()}
    return {neighbour.label: _neighbour_note(scene, me, neighbour) for neighbour in me.ready()}


def _trial_note(peer: Peer, label: str) -> str:
    """In how many good and bad pieces there were blocks of this one."""
    mine = [good for _, sources, good in peer.results if label in sources]
    return f"in {sum(mine)} good, {len(mine) - sum(mine)} bad"


def _neighbour_note(scene: Scene, peer: Peer, neighbour: Neighbour) -> str:
    gave, got = (within(history, scene.now, WINDOW) // 1000 for history in (neighbour.gave, neighbour.got))
    if not neighbour.interested:
        return f"wants nothing, gave {gave}"
    if peer.complete:
        return f"passed on {_on(peer, neighbour)} got {got}"
    return f"gave {gave} got {got}" + (", tried" if peer.disappointed(neighbour.label) else "")


def _register_note(scene: Scene, tracker: Tracker, label: str) -> str:
    peer = tracker.registered[label]
    return f"{'seed' if not peer.left else 'peer'}, named {tracker.named.get(label, 0)}"


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Wishes are ranked on their candles, sources ticked under their names; who sits, and who is gambled on, is taken
    where everybody is drawn."""
    if not isinstance(scene.me, Peer):
        return False
    if asked.choice.name in (UNCHOKE.name, GAMBLE.name):
        return width >= LEAST_COLUMNS and len(scene.me.ready()) <= SEATED
    return asked.choice.name in (WISH.name, SOURCES.name)


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself: the file, the chairs, and a row for each neighbour."""
    known = scene.me.labels() if isinstance(scene.me, Peer) else ()
    return {"name", "file", "chairs", "gamble", "pieces", "seen", *known}
