"""The rooms, in teaching order: the one explicit list from which levels, suites and commands know them."""

from __future__ import annotations

from core.kernel.protocol import Protocol
from core.protocols import bittorrent, dht_chord, echo, election_bully, framing, http, ip, marshal, sntp, tcp, uppercase

PROTOCOLS: tuple[Protocol, ...] = (
    echo.PROTOCOL,
    ip.PROTOCOL,
    tcp.PROTOCOL,
    uppercase.PROTOCOL,
    framing.PROTOCOL,
    marshal.PROTOCOL,
    http.PROTOCOL,
    sntp.PROTOCOL,
    bittorrent.PROTOCOL,
    dht_chord.PROTOCOL,
    election_bully.PROTOCOL,
)

BY_NAME: dict[str, Protocol] = {protocol.name: protocol for protocol in PROTOCOLS}
