"""An account in several cities: the network's hand sees books and letters, a replica its queue. A forum: a member sees
his wall, and what is said on the phone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations

from core.kernel.choice import Asked, Value
from core.protocols.clocks.ordered_multicast.forum_messages import Again, Post, Sent, vector_words
from core.protocols.clocks.ordered_multicast.messages import Ack, Letter, Strike, Update, stamp_words, update_words
from core.protocols.clocks.ordered_multicast.phone_messages import Lacking, Note
from tui.look.blocks import big, big_width
from tui.look.dots import curve
from tui.look.palette import node_ink
from tui.look.parts import chip, chip_width
from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene, general
from tui.pictures.clocks import ordered_multicast_forum, ordered_multicast_phone, ordered_multicast_replica
from tui.pictures.general import draw_grabs

LEAST = (44, 5)
"""Columns and rows below which there is no room for books."""
ROOMY, FACING = 18, 7
"""Rows from which on books are big; of two cities that face each other."""


def draw(canvas: Canvas, scene: Scene) -> None:
    """A replica sees its queue, a member its wall, whoever sees everything the books; all others the nodes."""
    me, reader = ordered_multicast_replica.replica_of(scene), ordered_multicast_forum.reader_of(scene)
    caller = ordered_multicast_phone.caller_of(scene)
    if caller is not None and ordered_multicast_phone.fits(canvas):
        ordered_multicast_phone.draw(canvas, scene, caller)
    elif reader is not None and ordered_multicast_forum.fits(canvas):
        ordered_multicast_forum.draw(canvas, scene, reader)
    elif me is not None and ordered_multicast_replica.fits(canvas):
        ordered_multicast_replica.draw(canvas, scene, me)
    elif scene.has_hand and len(scene.nodes) > 1 and canvas.width >= LEAST[0] and canvas.height >= LEAST[1]:
        _draw_cities(canvas, scene)
    else:
        general.draw(canvas, scene)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Whoever is to be struck or asked, posts and numbers are pointed at on it."""
    kinds = (ordered_multicast_replica, ordered_multicast_forum, ordered_multicast_phone)
    return any(kind.carries(scene, asked, width) for kind in kinds)


def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:
    """What stands on each note that may be named."""
    return ordered_multicast_phone.notes(scene, asked)


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    if ordered_multicast_phone.caller_of(scene) is not None:
        return ordered_multicast_phone.SHOWN
    if ordered_multicast_forum.reader_of(scene) is not None:
        return ordered_multicast_forum.SHOWN
    return ordered_multicast_replica.SHOWN if ordered_multicast_replica.replica_of(scene) is not None else ()


def packet_words(message: Letter | Post | Again | Sent | Note | Lacking) -> str:
    """A letter in a word or two, as it lies in the network's hand."""
    if isinstance(message, Update):
        return update_words(message.dollars, message.percent)
    if isinstance(message, Ack):
        return f"ack {stamp_words((message.time, message.origin))}"
    if isinstance(message, Strike):
        return f"no {message.who}"
    if isinstance(message, Note):
        return f"note {message.number}"
    if isinstance(message, Lacking):
        return f"again {message.number}"
    if isinstance(message, Post):
        return vector_words(message.vector)
    return f"again {message.number}" if isinstance(message, Again) else f"sent {message.count}"


# The network's hand


def _draw_cities(canvas: Canvas, scene: Scene) -> None:
    """Each city with what its book came to, and how; the letters between them as tiles."""
    names = scene.nodes
    facing = len(names) == 2
    if facing:
        y = canvas.height - 2 if canvas.height < ROOMY else canvas.height * 2 // 3
        where = {names[0]: (4, y), names[1]: (canvas.width - 5, y)}
    else:
        where = general.places(names, canvas.width, canvas.height - (4 if canvas.height >= ROOMY else 1))
    for one, other in combinations(where.values(), 2):
        curve(canvas, between(one, other), Ink.FAINT, every=4)
    ledgers = {name: _ledger(scene, name) for name in names}
    ground = canvas.width // 3, canvas.height if facing else canvas.height // 2
    for name, (x, y) in where.items():
        ink = node_ink(name, names, scene.you)
        left, above = x - ground[0] // 2, y - ground[1] // 2
        canvas.tint(
            max(0, min(left, canvas.width - ground[0])),
            max(0, min(above, canvas.height - ground[1])),
            *ground,
            ink,
            0.1,
        )
        wide = chip_width(canvas, name)
        chip(canvas, x - wide // 2, y, name, ink)
        book, applied = ledgers[name]
        parted = any(len(applied) == len(other) and book != sums for sums, other in ledgers.values())
        top = 0 if facing else y + 1
        sum_ink = Ink.BAD if parted and applied else Ink.STRONG
        _draw_ledger(
            canvas, ledgers[name], (x, top), ink, sum_ink, is_big=canvas.height >= (FACING if facing else ROOMY)
        )
    canvas.hots += draw_grabs(canvas, scene, where, 2)


def _ledger(scene: Scene, name: str) -> tuple[str, list[str]]:
    """What a book stands at, and what was applied to it, in its order."""
    view = scene.view_of(name)
    applied = str(view.get("applied", ""))
    return str(view.get("book", "")), [] if applied == "nothing" else applied.split()


def _draw_ledger(
    canvas: Canvas, ledger: tuple[str, list[str]], place: tuple[int, int], ink: Ink, sum_ink: Ink, *, is_big: bool
) -> None:
    """What was applied, and what it came to, in the middle over or under a city, moved in at the edges."""
    book, applied = ledger
    x, y = place
    before = " ".join(applied) + (" = " if applied else "")
    wide = len(before) + len(book)
    start = max(1, min(x - wide // 2, canvas.width - 1 - wide))
    canvas.put(canvas.put(start, y, before, ink), y, book, sum_ink)
    digits = big_width(book)
    if is_big and y + 4 < canvas.height:
        big(canvas, max(1, min(x - digits // 2, canvas.width - 1 - digits)), y + 1, book, sum_ink)
