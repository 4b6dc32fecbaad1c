"""Ready-made truths of bets: what became of something that a node said."""

from __future__ import annotations

from collections.abc import Callable

from core.kernel.laws import Evidence
from core.kernel.trace import DROP, SEND, Entry


def sent_as(evidence: Evidence, node: str, is_it: Callable[[object], bool]) -> list[Entry]:
    """Where a node said what `is_it` is true of, in order."""
    return [entry for entry in evidence.trace if entry.kind == SEND and entry.node == node and is_it(entry.detail)]


def was_lost(evidence: Evidence, sent: Entry) -> bool:
    """Was this message lost, or all that was said because of it, so that nothing ever came back to who said it?"""
    led_to = {sent.number}
    alive = dropped = False
    for entry in evidence.trace.since(sent.number + 1):
        if entry.cause not in led_to:
            continue
        if entry.kind == DROP:
            dropped = True
        else:
            led_to.add(entry.number)
            alive |= entry.node == sent.node
    return dropped and not alive


__all__ = ["sent_as", "was_lost"]
