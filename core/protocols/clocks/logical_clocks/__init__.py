"""Time without clocks: what could have led to what, and stamps that respect it.

Problem      no two clocks agree, and yet it must be known which of two things can have been the cause of the other.
Rule         an event precedes another if it comes before it in the same process, or sends what that reads, or through
             others. A counter that goes up at every event, and jumps beyond whatever it reads, gives no effect a
             smaller number than its cause. That a stamp is smaller proves nothing.
Simplified   letters may overtake each other, and are lost or doubled only where a level says so. Whoever testifies
             remembers all, and tells the truth. Beads lie on whole ticks.
Source       Lamport 1978; Tanenbaum & van Steen 2e §6.2.1 and §6.2.2.
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import Happening, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import SECOND
from core.protocols.clocks.logical_clocks import (
    detective_choices,
    detective_laws,
    detective_personas,
    office_choices,
    office_laws,
    office_personas,
    process_choices,
)
from core.protocols.clocks.logical_clocks.detective import Detective
from core.protocols.clocks.logical_clocks.messages import (
    Chat,
    Closing,
    Deposition,
    Letter,
    Night,
    Parcel,
    Question,
    Reply,
    Tell,
    Write,
)
from core.protocols.clocks.logical_clocks.office import Office
from core.protocols.clocks.logical_clocks.process import Process
from core.protocols.clocks.logical_clocks.terms import TERMS
from core.wire.cdr import codec_for


def _admits(cast: Cast) -> None:
    """What processes with a detective need, and what offices do."""
    if not cast.names["office"] or cast.names["process"] or cast.names["detective"]:
        _admits_processes(cast)
    if cast.names["office"]:
        _admits_offices(cast)


def _admits_offices(cast: Cast) -> None:
    """Offices that know each other and no one else, each with a number of its own: by that ties are settled."""
    offices = cast.names["office"]
    cast.numbers()
    if len(offices) < 2:
        raise UnfitNodesError("1 office: nobody writes to it", "", "2 nodes or more that run logical_clocks.office")
    for name in offices:
        own = cast.parameters[name]
        for friend in (*own["friends"], *([own["copies"]] if own["copies"] else [])):
            if friend not in offices:
                raise UnfitNodesError(f"{name} writes to {friend}, which is no office", name, "offices only")
        if not own["delays"]:
            raise UnfitNodesError(f"{name} has no time in which it answers", name, "delays = [3]")


def _admits_processes(cast: Cast) -> None:
    """Two processes at least, who write to processes; one detective, if any."""
    processes, detectives = cast.names["process"], cast.names["detective"]
    if len(processes) < 2:
        raise UnfitNodesError(
            f"{len(processes)} process: where things happen in one place only, their order is plain", "",
            "2 nodes or more that run logical_clocks.process",
        )  # fmt: skip
    if len(detectives) > 1:
        raise UnfitNodesError(f"{detectives[1]} is a second detective", detectives[1], "one: whose verdict would hold?")
    for name in processes:
        for friend in cast.parameters[name]["friends"]:
            if friend not in processes:
                raise UnfitNodesError(f"{name} writes to {friend}, which is no process", name, "friends that are")


_MESSAGES = (Letter, Tell, Deposition, Question, Reply, Closing, Parcel)
_ROOM = Protocol(
    name="logical_clocks",
    title="Logical clocks",
    terms=TERMS,
    roles={"process": Process, "detective": Detective, "office": Office},
    messages=_MESSAGES,
    codec=codec_for(*_MESSAGES),
    choices=(*detective_choices.CHOICES, *process_choices.CHOICES, *office_choices.CHOICES),
    personas=(*detective_personas.PERSONAS, *office_personas.PERSONAS),
    laws=(*detective_laws.LAWS, *office_laws.LAWS),
    measures=(*detective_laws.MEASURES, *office_laws.MEASURES),
    requests={"chat": Chat, "write": Write, "night": Night},
    admits=_admits,
)


def _alibi(
    name: str, *happenings: Happening, processes: int, nights: str, pushes: tuple[int, ...] = (3,), seed: int = 1,
    wrong: int = 0, latency: int = 5,
) -> Scenario:  # fmt: skip
    """Processes with clocks on the wall of which the last is so many seconds behind, and a detective."""
    names = tuple(f"p{number + 1}" for number in range(processes))
    verdicts = sum(len(night.split()) for night in nights.split("/"))
    return Scenario(
        name=name,
        protocols={"logical_clocks": _ROOM},
        nodes=(
            NodeSpec("detective", "logical_clocks", "detective", {"nights": nights, "pushes": pushes}),
            *(
                NodeSpec(each, "logical_clocks", "process", {"friends": names},
                         clock=-wrong * SECOND if each == names[-1] else 0)
                for each in names
            ),
        ),
        default_link=LinkSpec(latency=latency * SECOND),
        happenings=happenings,
        win=(_ROOM.goal(f"detective has given {verdicts} verdicts"), _ROOM.goal("no verdict is false")),
        limit=2000 * SECOND,
        seed=seed,
    )  # fmt: skip


def _offices(
    name: str, rates: dict[str, tuple[int, ...]], *happenings: Happening, liar: str, delays: tuple[int, ...] = (3,),
    letters: int = 16, seed: int = 1,
) -> Scenario:  # fmt: skip
    """Offices whose clocks count so many numbers a second, by chance one of these; p2 watches them all."""
    names = tuple(rates)
    return Scenario(
        name=name,
        protocols={"logical_clocks": _ROOM},
        nodes=tuple(
            NodeSpec(
                each, "logical_clocks", "office",
                {"friends": names, "rates": counts, "delays": delays if each == liar else (3,), "copies": "p2",
                 "watches": each == "p2", "hand": -1 if each == liar else 0, "every": 4 * SECOND, "alone": 0},
            )
            for each, counts in rates.items()
        ),
        default_link=LinkSpec(latency=SECOND),
        seats={liar: "forgets the maximum"},
        happenings=(*(Request(SECOND, each, Chat(letters)) for each in names), *happenings),
        win=(_ROOM.goal("p2 convicts who forgets"), _ROOM.goal(f"{len(names)} offices have strung the parcels"),
             _ROOM.goal("no two offices string the parcels in different orders")),
        limit=150 * SECOND,
        seed=seed,
    )  # fmt: skip


_NAMES = ("p1", "p2", "p3")
PROTOCOL = _ROOM.with_scenarios(
    _alibi(
        "one letter",
        Request(SECOND, "p1", Write("p2")),
        Request(20 * SECOND, "detective", Night()),
        processes=2, nights="letter",
    ),
    _alibi(
        "a letter that is handed on, an alibi, and a clock that is slow",
        Request(SECOND, "p3", Chat(1)),
        Request(2 * SECOND, "p1", Write("p2")),
        Request(9 * SECOND, "p2", Write("p3")),
        Request(10 * SECOND, "p1", Chat(2)),
        Request(120 * SECOND, "detective", Night()),
        processes=3, nights="chain stamp clock", wrong=15,
    ),
    _alibi(
        "a night in which everybody writes",
        *(Request(SECOND, name, Chat(4)) for name in _NAMES),
        Request(300 * SECOND, "detective", Night()),
        processes=3, nights="chain letter clock stamp after", wrong=60, latency=12,
    ),
    _offices("a slow clock that forgets", {"p1": (6,), "p2": (8,), "p3": (7,), "p10": (9,), "p4": (5,)}, liar="p4"),
    _offices("a fast clock that forgets", {"p1": (6,), "p2": (8,), "p3": (9,), "p10": (5,), "p4": (12, 20)}, liar="p4",
             delays=(3, 8), letters=30),
)  # fmt: skip
