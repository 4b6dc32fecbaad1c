"""The levels of live runs on plain sockets of loopback: the lecture's uppercase app, network time, web pages."""

from __future__ import annotations

import json

from levels.live import FOREVER
from levels.loader import from_text
from levels.schema import Level

GUESTS = tuple(f"guest-{number}" for number in range(1, 9))
"""Nodes that stand for whoever comes; a ninth address takes over the one that was silent longest."""

SITE = """
= / type=text/html;charset=utf-8 etag=v1 modified=2026-11-01
<h1>Ackademy</h1><p>A machine of the game serves this page. <a href="/made">Another</a>, made while it is sent.</p>
= /made every=200ms
one
two
three
= /slow after=500ms
That took half a second.
= /big size=1000000
All bytes of this page are in this line, again and again.
"""
"""What our web server has."""


def uppercase_udp(played: bool = False, seed: int = 1) -> Level:
    """The lecture's UDP server."""
    server = 'runs = "uppercase.udp_server"'
    return _served("uppercase", server, "every datagram comes back in capitals", seed, played and "uppercase.reply_to")


def uppercase_tcp(played: bool = False, seed: int = 1) -> Level:
    """The lecture's TCP server, for several clients at a time; real ones may come in crowds."""
    server = 'runs = "uppercase.tcp_server", serves = "several", backlog = 100'
    return _served("uppercase", server, "every line comes back in capitals", seed, played and "uppercase.call")


def time_server(epoch: int, played: bool = False, seed: int = 1) -> Level:
    """A server of the time; `epoch`: µs from 1970 to the run's time 0. Its clock is this machine's."""
    server = f'runs = "sntp.server", epoch = {epoch}, stratum = 2, reference = "ACKA"'
    return _served("sntp", server, "this machine's time", seed, played and "sntp.originate")


def time_client(epoch: int, ahead: int = 0, requests: int = 4, seed: int = 1) -> Level:
    """A client that asks a server of the time, with a clock that is wrong by `ahead` µs.

    It starts when the run does, however long that took: a question that should have left before would tell an old time.
    """
    client = (
        f'client = {{ runs = "sntp.client", epoch = {epoch}, clock = "{ahead}us", requests = {requests}, '
        f'poll = "15s", patience = "1s", starts = "{FOREVER}" }}'
    )
    return _level("sntp", client, 'server = { outside = "sntp" }', "our clock is mended", seed)


def web_server(began: int, site: str = SITE, played: bool = False, seed: int = 1) -> Level:
    """A web server; `began`: Unix time (s) of the run's time 0."""
    pages = json.dumps(site, ensure_ascii=False)  # TOML has the same escapes, but no pairs of surrogates
    server = f'runs = "http.server", pages = {pages}, began = {began}, idle = "15s"'
    return _served("http", server, "its pages are for any browser", seed, played and "http.status")


def _served(protocol: str, server: str, about: str, seed: int, choice: str | bool) -> Level:
    guests = f'"{", ".join(GUESTS)}" = {{ outside = "{protocol}" }}'
    return _level(protocol, f"server = {{ {server} }}", guests, about, seed, str(choice or ""))


def _level(protocol: str, ours: str, theirs: str, about: str, seed: int, choice: str = "") -> Level:
    seats = f'server = {{ player = ["{choice}"] }}' if choice else ""
    return from_text(
        f"""\
[level]
title = "Live: {protocol}"
summary = "A machine of ours on a real socket: {about}."
seed = {seed}
[nodes]
{ours}
{theirs}
[links]
default = {{ latency = "0ms" }}
[seats]
{seats}
[play]
say = "at-once"
[goal]
limit = "{FOREVER}"
[text]
brief = "You are a server on a real socket of this machine. Whoever comes is a real program, and does not wait for you."
""",
        f"live/{protocol}",
    )
