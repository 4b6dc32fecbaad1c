"""What all of TCP's choices have in common: the connection that a question is about, and how answers are judged."""

from __future__ import annotations

from core.kernel.choice import Asked, Kind
from core.protocols.transport.tcp.connection import Connection

BOOK, FINE, COSTLY, WRONG = Kind.BOOK, Kind.FINE, Kind.COSTLY, Kind.WRONG
YES = (True,)


def record(asked: Asked) -> Connection:
    """The connection that a question is about; for a standing offer the endpoint's main one."""
    found = asked.me.connections[asked.key] if "key" in asked.subject else asked.me.main
    assert isinstance(found, Connection)
    return found
