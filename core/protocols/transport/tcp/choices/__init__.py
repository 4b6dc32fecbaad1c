"""What TCP leaves to its ends, and what the standard has them do: first the receiver's choices, then the sender's, then
those of opening and closing.

Every question names its connection in `key`; numbers in it are numbers on the wire, sizes are bytes, times µs.
"""

from __future__ import annotations

from core.protocols.transport.tcp.choices.opening import (
    ABORT,
    ACCEPT,
    ANSWER,
    CLOSE,
    CUT,
    ISN,
    JUST_ACK,
    LINGER,
    RESET,
    SILENCE,
    SYN_ACK,
    WAIT,
)
from core.protocols.transport.tcp.choices.receiver import (
    ACK,
    ACK_DELAY_LIMIT,
    ACK_NOW,
    ACK_TIME,
    DELIVER,
    DISCARD,
    HOLD,
    HOLED,
    LONGEST_ACK_DELAY,
    PLACE,
    PROMPT,
    SILENT,
    THROW,
    UPDATE,
    WINDOW,
)
from core.protocols.transport.tcp.choices.record import record
from core.protocols.transport.tcp.choices.sender import (
    AGAIN,
    ALL,
    BURST,
    CWND,
    DUP_THRESHOLD,
    FIRST,
    MOST_KNOCKS,
    NOTHING,
    REPEAT,
    RESEND,
    RTO,
    STRIKE,
    WIDEST,
)

CHOICES = (PLACE, ACK, ACK_TIME, WINDOW, UPDATE, ACK_NOW, THROW, BURST, REPEAT, RTO, CWND, AGAIN, STRIKE, ANSWER, CLOSE,
           LINGER, ISN, DUP_THRESHOLD, RESEND)  # fmt: skip

__all__ = [
    "ABORT",
    "ACCEPT",
    "ACK",
    "ACK_DELAY_LIMIT",
    "ACK_NOW",
    "ACK_TIME",
    "AGAIN",
    "ALL",
    "ANSWER",
    "BURST",
    "CHOICES",
    "CLOSE",
    "CUT",
    "CWND",
    "DELIVER",
    "DISCARD",
    "DUP_THRESHOLD",
    "FIRST",
    "HOLD",
    "HOLED",
    "ISN",
    "JUST_ACK",
    "LINGER",
    "LONGEST_ACK_DELAY",
    "MOST_KNOCKS",
    "NOTHING",
    "PLACE",
    "PROMPT",
    "REPEAT",
    "RESEND",
    "RESET",
    "RTO",
    "SILENCE",
    "SILENT",
    "STRIKE",
    "SYN_ACK",
    "THROW",
    "UPDATE",
    "WAIT",
    "WIDEST",
    "WINDOW",
    "record",
]
