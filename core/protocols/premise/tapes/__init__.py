"""Two tapes: the diaries of two who write letters, each by its own clock, and somebody who lays them side by side.

Problem      two diaries, two clocks that nobody has set, no referee: which of two things came first?
Rule         a letter arrives after it was sent: slide one tape along the other until no arrow leans back. Between what
             fits and what does not lies a slack, and inside it nobody knows; if no shift fits, a clock runs otherwise.
Simplified   clocks run evenly, one some parts in a thousand faster than the other, and count as alike as long as the
             letters let them; no page is ever lost.
Source       Lamport 1978 (happened before); Cristian 1989 (bounds by round trips); Tanenbaum & van Steen 2e §6.1.
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol
from core.kernel.scenario import DiceSpec, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.premise.tapes.choices import CHOICES
from core.protocols.premise.tapes.laws import LAWS, MEASURES
from core.protocols.premise.tapes.machine import Archivist, Diarist
from core.protocols.premise.tapes.messages import Jot, Letter, Page, Please, Write
from core.protocols.premise.tapes.personas import PERSONAS
from core.protocols.premise.tapes.terms import TERMS
from core.wire.cdr import codec_for


def _admits(cast: Cast) -> None:
    """Diarists write to each other, and an archivist knows both. A diarist may be sent pages: it leaves them unread."""
    cast.points("friend", "diarist")
    cast.points("archivist", "archivist", "diarist")
    cast.points("one", "diarist")
    cast.points("other", "diarist")


_ROOM = Protocol(
    name="tapes",
    title="Two tapes",
    terms=TERMS,
    roles={"diarist": Diarist, "archivist": Archivist},
    messages=(Letter, Page, Please),
    codec=codec_for(Letter, Page, Please),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"write": Write, "jot": Jot},
    admits=_admits,
    rules=3,
)


def _jot(number: int, alice: int, bob: int) -> tuple[Request, Request]:
    """Both note number so many at these true times (ms)."""
    return (
        Request(alice * MILLISECOND, "alice", Jot(number)),
        Request(bob * MILLISECOND, "bob", Jot(number)),
    )


def _scenario(name: str, *happenings: Request, orders: int, drift: int = 0, **more: int) -> Scenario:
    return Scenario(
        name=name,
        protocols={"tapes": _ROOM},
        nodes=(
            NodeSpec("alice", "tapes", "diarist", {"friend": "bob"}, clock=500 * MILLISECOND),
            NodeSpec("bob", "tapes", "diarist", {"friend": "alice", **more}, drift=drift),
            NodeSpec("archivist", "tapes", "archivist", {"band": 150}),
        ),
        default_link=LinkSpec(latency=10 * MILLISECOND),
        happenings=happenings,
        network=DiceSpec(jitter=(0, 50 * MILLISECOND)) if more else None,
        win=(_ROOM.goal(f"archivist has filed {orders} orders"), _ROOM.goal("no arrow leans back")),
        limit=20 * SECOND,
    )


_FIRST_LETTER = Request(100 * MILLISECOND, "alice", Write())
PROTOCOL = _ROOM.with_scenarios(
    _scenario("two letters, one order", _FIRST_LETTER, *_jot(1, 160, 220), orders=1),
    _scenario(
        "a pair that nobody knows", _FIRST_LETTER, *_jot(1, 160, 165), *_jot(2, 200, 280), orders=1, unset=400_000
    ),
    _scenario(
        "a clock that runs slow", _FIRST_LETTER, *_jot(1, 160, 260),
        Request(2500 * MILLISECOND, "alice", Write()), *_jot(2, 2700, 2580), orders=2, drift=-100_000,
    ),
)  # fmt: skip
