"""The rooms, in teaching order: the one explicit list from which levels, suites and commands know them."""

from __future__ import annotations

from core.kernel.protocol import Protocol
from core.protocols import dht_chord, echo

PROTOCOLS: tuple[Protocol, ...] = (
    echo.PROTOCOL,
    dht_chord.PROTOCOL,
)

BY_NAME: dict[str, Protocol] = {protocol.name: protocol for protocol in PROTOCOLS}
