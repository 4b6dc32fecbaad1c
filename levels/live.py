"""The levels of live runs: small texts, made from a command's options, so that a run file holds all it was run with."""

from __future__ import annotations

from levels.loader import from_text
from levels.schema import Level

FOREVER = "2880min"
"""The limit of a run that somebody ends: two days."""
MSS = 1460
"""What an Ethernet's MTU leaves: 1500 bytes less two headers of 20."""

_TCP = """\
mss = {mss}, rto_first = "1s", rto_least = "200ms", msl = "250ms\""""
"""RFC 6298 asks for a least time-out of a second; here it is Linux's, as the peer's is. Nothing lives for minutes on a
path inside one machine, so TIME-WAIT is short."""


def tcp_server(size: int = 100_000, *, waits: bool = False, mss: int = MSS, seed: int = 1) -> Level:
    """Our TCP has a page of `size` bytes for whoever asks; `waits`: it lets the client close first."""
    role = f"length = {size}, waits = {str(waits).lower()}"
    return from_text(
        f"""\
[level]
title = "Live: our TCP serves"
summary = "A page of {size} bytes over our own TCP, for any program that speaks through the kernel's."
seed = {seed}
[nodes]
server = {{ runs = "tcp.web", peer = "client", {role}, {_TCP.format(mss=mss)} }}
client = {{ outside = "tcp" }}
[links]
default = {{ latency = "0ms" }}
[seats]
[goal]
limit = "{FOREVER}"
""",
        "live/tcp-server",
    )


def tcp_client(path: str = "/", port: int = 80, *, waits: bool = True, mss: int = MSS, seed: int = 1) -> Level:
    """Our TCP fetches a page from a server; `waits`: it lets the server close first."""
    role = f"path = {_quoted(path)}, port = {40_000 + seed % 20_000}, peer_port = {port}, waits = {str(waits).lower()}"
    return from_text(
        f"""\
[level]
title = "Live: our TCP fetches"
summary = "A page from a server that speaks through the kernel's TCP."
seed = {seed}
[nodes]
client = {{ runs = "tcp.fetch", peer = "server", {role}, {_TCP.format(mss=mss)} }}
server = {{ outside = "tcp" }}
[links]
default = {{ latency = "0ms" }}
[seats]
[goal]
limit = "{FOREVER}"
""",
        "live/tcp-client",
    )


def tcp_played(where: str, *, seed: int = 1) -> Level:
    """The player is the TCP to which curl puts a text; `where`: our address, for the brief."""
    return from_text(
        f"""\
[level]
title = "Live: you are TCP"
summary = "curl, on the kernel's TCP, puts a text here. The ACKs are yours."
seed = {seed}
[nodes]
server = {{ runs = "tcp.web", peer = "curl", waits = true, {_TCP.format(mss=160)} }}
curl = {{ outside = "tcp" }}
[links]
default = {{ latency = "0ms" }}
[seats]
server = {{ player = ["tcp.ack"] }}
[play]
asks = "type"
say = "at-once"
[goal]
win = ["both ends are closed"]
limit = "60min"
[text]
brief = \"\"\"
You are the TCP at {where}. A real curl puts a text here through the kernel's own TCP, which waits for nobody: what you
do not acknowledge it sends again, and after that more and more rarely. The numbers are its own.
\"\"\"
hints = [
    "The number of an ACK is the byte that you expect next.",
    "Its number plus its length: of `100..259` it is 260.",
    "The panel shows it: `next expected`.",
]
debrief = \"\"\"
That was no simulation: the segments were real, and the kernel checked every one. It sent again what you were slow to
acknowledge, each time after twice the wait. Now that it is over the run can be rewound like any other.
\"\"\"
sources = ["RFC 9293 §3.4", "RFC 6298 §5.5"]
""",
        "live/tcp",
    )


def _quoted(text: str) -> str:
    """A text as TOML has it. Raises ValueError for what no path holds."""
    if not text.isascii() or not text.isprintable() or '"' in text or "\\" in text:
        raise ValueError(f"{text!r} is no path of a page")
    return f'"{text}"'


CLIENTS = 8
"""Nodes that stand for BitTorrent clients from outside: so many may be in the swarm at once."""


def swarm(
    size: int = 4_194_304, *, liar: bool = False, fetch: bool = False, played: bool = False, seed: int = 1
) -> Level:
    """Our tracker and our seed, or with `fetch` our downloader, for BitTorrent clients from outside.

    `liar`: a poisoner is in the swarm, too. `played`: our peer's chairs and gambles are the player's.
    """
    pieces = max(1, -(-size // PIECE))
    file = f'file = "ackademy.bin", pieces = {pieces}, piece_length = "64KiB"'
    peer = f'runs = "bittorrent.peer", tracker = "tracker", {file}, upload = "10MB/s"'
    name = "leech" if fetch else "seed"
    liars = f"mal = {{ {peer}, seed = true }}" if liar else ""
    seats = [f'{name} = {{ player = ["unchoke", "gamble"] }}'] if played else []
    seats += ['mal = { persona = "poisoner" }'] if liar else []
    clients = ", ".join(f"client-{number}" for number in range(1, CLIENTS + 1))
    here = "downloads" if fetch else "seeds"
    return from_text(
        f"""\
[level]
title = "Live: our peer {here}"
summary = "A file of {pieces * PIECE} bytes in a swarm with BitTorrent clients from outside."
seed = {seed}
[nodes]
tracker = {{ runs = "bittorrent.tracker", {file}, interval = "10s" }}
{name} = {{ {peer}, seed = {str(not fetch).lower()} }}
{liars}
"{clients}" = {{ outside = "bittorrent" }}
[links]
default = {{ latency = "0ms" }}
[seats]
{chr(10).join(seats)}
[play]
asks = "notice"
say = "at-once"
pace = "1s"
sight = "mine"
[goal]
limit = "{FOREVER}"
[text]
brief = "{SWARM_BRIEF}"
sources = ["BEP 3, choking"]
""",
        f"live/bittorrent-{name}",
    )


SWARM_BRIEF = (
    "You are a peer. The others are real programs on this machine: aria2, libtorrent, whoever has the torrent file. "
    "Every 10 s your chairs are dealt anew, every 30 s a gamble: seat whom you like. They do not wait for you."
)
PIECE = 65_536
"""Bytes of a live torrent's piece."""
