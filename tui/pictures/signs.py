"""The signs of the pictures, in words: what the key of words and signs says of a level's picture.

A room with others than these has a function `signs() -> Sequence[tuple[str, str]]` in its picture, each sign with what
it means; those of all screens are in GENERAL.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.language import later
from tui.pictures import hook

GENERAL: Sequence[tuple[str, str]] = (
    ("▸bob  ◂bob", later("on the line of events: sent to bob, got from bob")),
    ("■", later("on the line of events: you decided something")),
    ("●  ╳", later("on the line of events: a node started, a node fell")),
    ("?", later("your turn; or nobody here can know it")),
    ("▌✓", later("what was said: right")),
    ("▒~", later("what was said: allowed, but it cost something")),
    ("█✗", later("what was said: wrong")),
    ("░…", later("what was said: a move was due, and nobody made it")),
    ("│?", later("a hint")),
    ("┊◌", later("you did this; what comes of it is still to be seen")),
    ("◇ ✓ ✗ ?", later("a goal: open, reached, broken for good, not to be known from here")),
    ("|  *", later("on a gauge: what the book needs, your best run")),
    ("..", later("there is more than has room: all of it is in the log")),
)
HAND: Sequence[tuple[str, str]] = (
    ("[ ]", later("a packet under way")),
    (">[ ]<", later("the frame: what Enter takes, or lets go of")),
    ("( )", later("a packet that you hold; a bar shows for how long")),
    ("┊", later("from a packet to its twin in the other row")),
)
OF_ROOMS: dict[str, Sequence[tuple[str, str]]] = {
    "echo": (
        ("·", later("an answer that came, at its time on the ruler")),
        ("A", later("your alarm: when it is reached you ask again")),
        ("━", later("how long this silence has lasted")),
    ),
    "arq": (
        ("[ > ]", later("a text on its way")),
        ("r", later("where the receipts say that the rover stands")),
        ("F", later("the flag that it is to reach")),
        ("▒", later("haze: what is behind it you do not see")),
    ),
    "tapes": (
        ("▲", later("a note on a tape")),
        ("<<  >>", later("the edge of what still fits")),
        ("#", later("an arrow that leans back")),
    ),
    "maxfind": (
        ("✓", later("a ring that has found its greatest number")),
        (later("bright, faint"), later("told just now, told before")),
    ),
    "tcp": (
        (later("▀▄ tile"), later("bytes that came, with what they say")),
        (later("┄┄ frame"), later("a hole: bytes that did not come")),
        (later("── frame"), later("bytes that you have promised room for")),
        ("▲", later("the byte whose number you typed")),
        ("┊", later("the end of the window")),
    ),
    "ip": (("▓ ░", later("pieces: there, missing")), ("?", later("a machine that nobody has told you about"))),
    "demultiplexing": (
        (later("lit field"), later("what your ticket is read from")),
        ("!", later("a packet in the wrong hands")),
    ),
    "uppercase": (("──", later("a line that is open")), ("╌╌", later("a line that waits, or is closing"))),
    "marshal": (("__", later("bytes that mean nothing")), ("·", later("not written yet"))),
    "http": (("|", later("where the page ends, by your answer")),),
    "sntp": (
        ("T1 T4", later("your clock: when it left, when it came back")),
        ("T2 T3", later("the server's clock in between")),
    ),
    "bittorrent": (
        ("[x]", later("has a seat: gets pieces from you")),
        ("[*]", later("the gamble: has a seat without having given")),
        (">", later("gives to you")),
        ("█ ▓ ░", later("pieces: here, on their way, missing")),
    ),
    "dht_chord": (
        ("◆", later("the key that is looked for")),
        (later("needle"), later("whom you would ask")),
        ("?", later("there may be a node: you know none")),
        (later("bars"), later("how long your callers will still wait")),
    ),
    "election_bully": (
        (later("crown"), later("whom you believe to be in charge")),
        ("·", later("an answer that came, at its time on the ruler")),
        ("A", later("your alarm: silence for so long, and you take it for dead")),
        ("?", later("nobody has heard from it lately")),
    ),
}


def signs_of(protocol: str, *, hand: bool = False) -> list[tuple[str, str]]:
    """The signs of a room's picture; `hand`: as the network's hand sees it."""
    own = hook(protocol, "signs")
    found = list(own()) if own is not None else list(OF_ROOMS.get(protocol, ()))
    return [*(HAND if hand else ()), *found]
