"""Automatic repeat request: texts over a wire that loses, doubles and delays.

Problem      a text, or the receipt for it, may be lost, and to its sender both are the same silence.
Rule         number the texts; wait for the receipt of each, or of a window of them; after a silence say it again. The
             far side reads the number that it waits for, and answers with the last one that it has read.
Simplified   texts go one way and receipts the other; what both ends agree on when a link is set up (bits of a number,
             window, service) stands in every frame.
Source       Tanenbaum & Wetherall 5e §3.1.1, §3.3.3 (stop-and-wait), §3.4.2 (go back n), §3.4.3 (selective repeat);
             RFC 3366 §1.4; RFC 1123 §4.2.3.1 (the sorcerer's apprentice). The rover is ours.
"""

from __future__ import annotations

from typing import Any

from core.kernel.protocol import Cast, Protocol, State
from core.kernel.scenario import DiceSpec, Happening, LinkSpec, Lose, NodeSpec, Request, Scenario
from core.kernel.shown import Interval
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.premise.arq.choices import CHOICES, ON_PAPER
from core.protocols.premise.arq.laws import LAWS, MEASURES
from core.protocols.premise.arq.machine import Receiver, Rover, Sender
from core.protocols.premise.arq.messages import CODEC, MESSAGES, Disk, Frame, Say
from core.protocols.premise.arq.personas import PERSONAS
from core.protocols.premise.arq.teacher import Teacher
from core.protocols.premise.arq.terms import TERMS


def _admits(cast: Cast) -> None:
    """Every sender has somebody who reads."""
    cast.points("receiver", "receiver", "rover")


def _twin_key(message: object) -> tuple[str, ...]:
    """In another world a text has another number, or none: it is the same if it says the same."""
    return (message.text,) if isinstance(message, Frame) else ()


def _normal(state: State) -> None:
    """Who says the same again for ever: of a copy only that it is one matters, of a candle whether it was lit just now;
    what all of it costs is the law's to count."""
    for machine, now in zip(state.machines, state.clocks, strict=True):
        if isinstance(machine, Sender):
            machine.copies = [min(copies, 2) for copies in machine.copies]
            machine.lit = [int(lit < now) for lit in machine.lit]
            machine.coins = machine.floor = 0
        elif isinstance(machine, Receiver):
            machine.copies = min(machine.copies, 1)


_ROOM = Protocol(
    name="arq",
    title="Say it again",
    terms=TERMS,
    roles={"sender": Sender, "teacher": Teacher, "receiver": Receiver, "rover": Rover},
    messages=MESSAGES,
    codec=CODEC,
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    requests={"say": Say, "disk": Disk},
    intervals=(
        Interval("waiting", "waits for a receipt", lambda sender: bool(sender.outstanding), roles=("sender",)),
        Interval("full", "has a full disk", lambda receiver: receiver.full, roles=("receiver",)),
        Interval("fallen", "lies in a pit", lambda rover: bool(rover.pit), roles=("rover",)),
    ),
    normal=_normal,
    admits=_admits,
    rules=3,
    twin_key=_twin_key,
)


def _scenario(
    name: str,
    *happenings: Happening,
    reader: dict[str, Any] | None = None,
    role: str = "receiver",
    by: str = "sender",
    network: DiceSpec | None = None,
    limit: int = 60 * SECOND,
    **sender: Any,
) -> Scenario:
    """Two nodes a second apart."""
    goal = "reader reaches the flag" if role == "rover" else "every text is read"
    return Scenario(
        name=name,
        protocols={"arq": _ROOM},
        nodes=(
            NodeSpec("sender", "arq", by, {"receiver": "reader", **sender}),
            NodeSpec("reader", "arq", role, reader or {}),
        ),
        default_link=LinkSpec(latency=SECOND),
        happenings=happenings,
        network=network,
        win=(_ROOM.goal(goal),),
        limit=limit,
    )


PROTOCOL = _ROOM.with_scenarios(
    _scenario("two texts, one bit", texts="a b"),
    _scenario("a lost text and a lost receipt", Lose("sender", "reader", 2), Lose("reader", "sender", 3),
              texts="a b c d"),
    _scenario("a complaint", Lose("sender", "reader", 2, "garbled"), texts="a b c d", reader={"complains": True}),
    _scenario("go back n: two receipts are lost", Lose("reader", "sender", 1), Lose("reader", "sender", 2),
              texts="a b c d e", bits=1),
    _scenario("selective repeat, a window of two", Lose("sender", "reader", 1), Lose("reader", "sender", 3),
              texts="a b c d e f", bits=2, width=2, shelf=True),
    _scenario("a full disk", Request(1500 * MILLISECOND, "reader", Disk()),
              Request(9 * SECOND, "reader", Disk(False)), texts="a b c", stop=ON_PAPER),
    _scenario("a receipt that comes late", Lose("reader", "sender", 1, "late", 2 * SECOND), texts="a b c"),
    _scenario("a rover", Lose("sender", "reader", 3), Lose("reader", "sender", 4), role="rover",
              texts="^ > ^ > ^ >", reader={"map": "..O./.O.F/...O/..O./S..."}),
    _scenario("cards, and nothing befalls", by="teacher", texts="a b"),
    _scenario("cards against copies", Lose("sender", "reader", 2, "twice", 100 * MILLISECOND), by="teacher",
              texts="a b c", fears="comes twice"),
    _scenario("cards against losses", Lose("sender", "reader", 2), by="teacher", texts="a b c", fears="is lost"),
    _scenario("cards against delays", Lose("sender", "reader", 2, "late", SECOND), by="teacher", texts="a b c",
              fears="is late"),
    _scenario("a bad wire", texts="the quick brown fox jumps over the lazy dog", bits=3, width=4, shelf=True,
              network=DiceSpec(loss=0.2, duplicate=0.1), limit=300 * SECOND),
)  # fmt: skip
