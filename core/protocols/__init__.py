"""The rooms, in teaching order: the one explicit list from which levels, suites and commands know them."""

from __future__ import annotations

from core.kernel.protocol import Protocol
from core.protocols import echo

PROTOCOLS: tuple[Protocol, ...] = (echo.PROTOCOL,)

BY_NAME: dict[str, Protocol] = {protocol.name: protocol for protocol in PROTOCOLS}
