"""Time without clocks: what could have led to what, and stamps that respect it.

Problem      no two clocks agree, and yet it must be known which of two things can have been the cause of the other.
Rule         an event precedes another if it comes before it in the same process, or sends what that reads, or through
             others. A counter that goes up at every event, and jumps beyond whatever it reads, gives no effect a
             smaller number than its cause; that a number is smaller proves nothing. A vector has a number for each
             process, the largest that was read, and of the own one more: it is smaller just if it led to the other.
Simplified   letters may overtake each other, and are lost or doubled only where a level says so. Whoever testifies
             remembers all, and tells the truth. Beads lie on whole ticks. A store's vectors have three numbers; of two
             customers of one store the second reads when the first has written, as otherwise his version would look
             like the first one's heir; carts only grow.
Source       Lamport 1978; Tanenbaum & van Steen 2e §6.2.1 and §6.2.2; Fidge 1988; Mattern 1989; DeCandia et al. 2007
             (Dynamo) §4.4.
"""

from __future__ import annotations

from core.kernel.protocol import Cast, Protocol, UnfitNodesError
from core.kernel.scenario import Happening, LinkSpec, NodeSpec, Request, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.clocks.logical_clocks import (
    detective_choices,
    detective_laws,
    detective_personas,
    office_choices,
    office_laws,
    office_personas,
    process_choices,
    store_choices,
    store_laws,
    store_personas,
)
from core.protocols.clocks.logical_clocks.detective import Detective
from core.protocols.clocks.logical_clocks.messages import (
    Chat,
    Closing,
    Copy,
    Deposition,
    Get,
    Got,
    Letter,
    Night,
    Parcel,
    Put,
    Question,
    Reply,
    Shop,
    Tell,
    Write,
)
from core.protocols.clocks.logical_clocks.office import Office
from core.protocols.clocks.logical_clocks.process import Process
from core.protocols.clocks.logical_clocks.store import Customer, Store
from core.protocols.clocks.logical_clocks.store_choices import STORES
from core.protocols.clocks.logical_clocks.terms import TERMS
from core.wire.cdr import codec_for


def _admits(cast: Cast) -> None:
    """What processes with a detective need, and what offices do."""
    if cast.names["office"]:
        _admits_offices(cast)
    if cast.names["store"] or cast.names["customer"]:
        _admits_stores(cast)
    if cast.names["process"] or cast.names["detective"]:
        _admits_processes(cast)


def _admits_stores(cast: Cast) -> None:
    """As many stores as a vector has numbers, all of which know each other; customers go to one of them."""
    stores = cast.names["store"]
    if len(stores) != STORES:
        raise UnfitNodesError(f"{len(stores)} stores: a vector has {STORES} numbers", "", f"{STORES} nodes that run "
                              "logical_clocks.store")  # fmt: skip
    for name in stores:
        if set(cast.parameters[name]["stores"]) != set(stores):
            raise UnfitNodesError(f"{name} does not know all stores", name, f"stores = {list(stores)}")
    cast.points("store", "store")


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


_MESSAGES = (Letter, Tell, Deposition, Question, Reply, Closing, Parcel, Get, Got, Put, Copy)
_ROOM = Protocol(
    name="logical_clocks",
    title="Logical clocks",
    terms=TERMS,
    roles={"process": Process, "detective": Detective, "office": Office, "store": Store, "customer": Customer},
    messages=_MESSAGES,
    codec=codec_for(*_MESSAGES),
    choices=(*detective_choices.CHOICES, *process_choices.CHOICES, *office_choices.CHOICES, *store_choices.CHOICES),
    personas=(*detective_personas.PERSONAS, *office_personas.PERSONAS, *store_personas.PERSONAS),
    laws=(*detective_laws.LAWS, *office_laws.LAWS, *store_laws.LAWS),
    measures=(*detective_laws.MEASURES, *office_laws.MEASURES, *store_laws.MEASURES),
    requests={"chat": Chat, "write": Write, "night": Night, "shop": Shop},
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


def _carts(name: str, *shopping: tuple[int, str, str], unread: int = 0) -> Scenario:
    """Three stores, a customer at each; who puts what in at which second. The `unread`-th of these reads nothing."""
    stores = ("s1", "s2", "s3")
    customers = {"ana": "s2", "bob": "s1", "eve": "s3"}
    shops = enumerate(shopping, 1)
    return Scenario(
        name=name,
        protocols={"logical_clocks": _ROOM},
        nodes=(
            *(NodeSpec(store, "logical_clocks", "store") for store in stores),
            *(NodeSpec(each, "logical_clocks", "customer", {"store": store}) for each, store in customers.items()),
        ),
        default_link=LinkSpec(latency=100 * MILLISECOND),
        links={(one, other): LinkSpec(latency=2 * SECOND) for one in stores for other in stores if one != other},
        happenings=tuple(Request(at * SECOND, who, Shop(item, number == unread)) for number, (at, who, item) in shops),
        win=(
            _ROOM.goal(f"{sum(who == 'ana' for _, who, _ in shopping)} carts are written at s2"),
            _ROOM.goal("no store throws away what no other version has"),
            _ROOM.goal("a version's vector is smaller than another's just if it led to that"),
        ),
        limit=100 * SECOND,
    )


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
    _carts(
        "siblings that are merged", (1, "bob", "milk"), (5, "eve", "tea"), (9, "bob", "rice"), (13, "ana", "egg"),
        (14, "bob", "beer"), (18, "ana", "salt"), (18, "eve", "oil"), (22, "ana", "jam"),
    ),
    _carts(
        "a cart that is written unread", (1, "bob", "milk"), (5, "ana", "egg"), (9, "ana", "jam"), (12, "bob", "tea"),
        (15, "ana", "oil"), unread=3,
    ),
)  # fmt: skip
