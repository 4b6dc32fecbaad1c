"""The levels of live runs: small texts, made from a command's options, so that a run file holds all it was run with."""

from __future__ import annotations

from levels.loader import from_text
from levels.schema import Level

FOREVER = "2880min"
"""The limit of a run that somebody ends: two days."""
MSS = 1460
"""What an Ethernet's MTU leaves: 1500 bytes less two headers of 20."""

_TCP = """\
mss = {mss}, rto_first = "1s", rto_least = "200ms", msl = "500ms\""""
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


def _quoted(text: str) -> str:
    """A text as TOML has it. Raises ValueError for what no path holds."""
    if not text.isascii() or not text.isprintable() or '"' in text or "\\" in text:
        raise ValueError(f"{text!r} is no path of a page")
    return f'"{text}"'
