"""The signs of the pictures, in words: what the key of words and signs says of a level's picture.

A room with others than these has a function `signs() -> Sequence[tuple[str, str]]` in its picture, each sign with what
it means; those of all screens are in GENERAL.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.pictures import hook

GENERAL: Sequence[tuple[str, str]] = (
    ("▸bob  ◂bob", "on the line of events: sent to bob, got from bob"),
    ("■", "on the line of events: you decided something"),
    ("●  ╳", "on the line of events: a node started, a node fell"),
    ("?", "your turn; or nobody here can know it"),
    ("▌✓", "what was said: right"),
    ("▒~", "what was said: allowed, but it cost something"),
    ("█✗", "what was said: wrong"),
    ("░…", "what was said: a move was due, and nobody made it"),
    ("│?", "a hint"),
    ("┊◌", "you did this; what comes of it is still to be seen"),
    ("◇ ✓ ✗ ?", "a goal: open, reached, broken for good, not to be known from here"),
    ("|  *", "on a gauge: what the book needs, your best run"),
    ("..", "there is more than has room: all of it is in the log"),
)
HAND: Sequence[tuple[str, str]] = (
    ("[ ]", "a packet under way"),
    (">[ ]<", "the frame: what Enter takes, or lets go of"),
    ("( )", "a packet that you hold; a bar shows for how long"),
    ("┊", "from a packet to its twin in the other row"),
)
OF_ROOMS: dict[str, Sequence[tuple[str, str]]] = {
    "echo": (
        ("·", "an answer that came, at its time on the ruler"),
        ("A", "your alarm: when it is reached you ask again"),
        ("━", "how long this silence has lasted"),
    ),
    "arq": (
        ("[ > ]", "a text on its way"),
        ("r", "where the receipts say that the rover stands"),
        ("F", "the flag that it is to reach"),
        ("▒", "haze: what is behind it you do not see"),
    ),
    "tapes": (("▲", "a note on a tape"), ("<<  >>", "the edge of what still fits"), ("#", "an arrow that leans back")),
    "maxfind": (("✓", "a ring that has found its greatest number"), ("bright, faint", "told just now, told before")),
    "tcp": (
        ("▀▄ tile", "bytes that came, with what they say"),
        ("┄┄ frame", "a hole: bytes that did not come"),
        ("── frame", "bytes that you have promised room for"),
        ("▲", "the byte whose number you typed"),
        ("┊", "the end of the window"),
    ),
    "ip": (("▓ ░", "pieces: there, missing"), ("?", "a machine that nobody has told you about")),
    "demultiplexing": (("lit field", "what your ticket is read from"), ("!", "a packet in the wrong hands")),
    "uppercase": (("──", "a line that is open"), ("╌╌", "a line that waits, or is closing")),
    "marshal": (("__", "bytes that mean nothing"), ("·", "not written yet")),
    "http": (("|", "where the page ends, by your answer"),),
    "sntp": (("T1 T4", "your clock: when it left, when it came back"), ("T2 T3", "the server's clock in between")),
    "bittorrent": (
        ("[x]", "has a seat: gets pieces from you"),
        ("[*]", "the gamble: has a seat without having given"),
        (">", "gives to you"),
        ("█ ▓ ░", "pieces: here, on their way, missing"),
    ),
    "dht_chord": (
        ("◆", "the key that is looked for"),
        ("needle", "whom you would ask"),
        ("?", "there may be a node: you know none"),
        ("bars", "how long your callers will still wait"),
    ),
    "election_bully": (
        ("crown", "whom you believe to be in charge"),
        ("·", "an answer that came, at its time on the ruler"),
        ("A", "your alarm: silence for so long, and you take it for dead"),
        ("?", "nobody has heard from it lately"),
    ),
}


def signs_of(protocol: str, *, hand: bool = False) -> list[tuple[str, str]]:
    """The signs of a room's picture; `hand`: as the network's hand sees it."""
    own = hook(protocol, "signs")
    found = list(own()) if own is not None else list(OF_ROOMS.get(protocol, ()))
    return [*(HAND if hand else ()), *found]
