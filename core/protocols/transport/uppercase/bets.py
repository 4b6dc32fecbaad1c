"""What may be bet on while nobody can know it: is a datagram lost, or its answer only slow?"""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.bets import Bet
from core.kernel.choice import Value
from core.kernel.laws import Evidence
from core.kernel.ready_bets import sent_as, was_lost
from core.protocols.transport.uppercase.datagram import UdpClient
from core.protocols.transport.uppercase.messages import Text, shown


def _asking(client: UdpClient, now: int) -> Mapping[str, Value] | None:
    """The line that it is at: which of them, and which copy."""
    if client.line is None or not client.copy:
        return None
    return {"place": client.place, "copy": client.copy, "text": shown(client.line)}


def _was_lost(evidence: Evidence, node: str, place: int, copy: int, text: str) -> bool | None:
    """Was this copy lost, or the answer to it? None if it never went out."""
    client = evidence.machine(node, UdpClient)
    if client is None:
        return None
    line = client.lines[place]
    before = sum(other == line for other in client.lines[:place])
    sent = sent_as(evidence, node, lambda message: message == Text(line))
    if before or copy > len(sent):  # a line said before: whose copies these are is not told by what they say
        return None
    return was_lost(evidence, sent[copy - 1])


SILENCE = Bet(
    "uppercase.fate",
    "Copy {copy} of {text} is out: silence. How likely is it that it or its answer is lost?",
    "{text}, copy {copy}",
    ("lost", "slow"),
    about=_asking,
    truth=_was_lost,
    roles=(UdpClient,),
    source="Kurose & Ross 8e §2.7.1",
)
