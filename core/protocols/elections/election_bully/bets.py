"""What may be bet on while nobody can know it: is the coordinator dead, or only slow?"""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.bets import Bet
from core.kernel.choice import Value
from core.kernel.laws import Evidence
from core.kernel.ready_bets import sent_as
from core.protocols.elections.election_bully.machine import Process
from core.protocols.elections.election_bully.messages import Alive, Probe


def _probing(process: Process, now: int) -> Mapping[str, Value] | None:
    return {"number": process.probe} if process.waiting else None


def _was_dead(evidence: Evidence, node: str, number: int) -> bool | None:
    """Was this probe never answered, as whom it asked had died? None if he lived, and had not answered by the end."""
    asked = sent_as(evidence, node, lambda message: message == Probe(number))
    if not asked:
        return None
    king = asked[-1].peer
    if any(entry.peer == node for entry in sent_as(evidence, king, lambda message: message == Alive(number))):
        return False
    return None if evidence.up(king) else True


SILENCE = Bet(
    "election_bully.silence",
    "Probe {number} is out: silence. How likely is it that the coordinator is dead?",
    "probe {number}",
    ("dead", "slow"),
    about=_probing,
    truth=_was_dead,
    roles=(Process,),
    source="Fischer, Lynch & Paterson 1985 §1",
)
