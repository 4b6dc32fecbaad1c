"""Named wrong and selfish variants: of a router, of a host, of one who probes a path."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.protocols.internet.ip import choices as c
from core.protocols.internet.ip import policies as p
from core.protocols.internet.ip import routing as r
from core.wire.fragments import UNIT

NO_FORGERY = "no router passes on a forgery"
ADDS_UP = "every packet leaves a router with a true checksum"
ONE_HOP = "every router takes one hop from a packet's life"
TO_SOURCE = "errors go to the source of the packet that they are about"
NO_ERROR_ABOUT = "no error is sent about an error or a later fragment"
TRUE_DATA = "no program reads what nobody sent"


def _complaint(asked: Asked) -> Value:
    return {r.DYING_MUTE: c.TIME_EXCEEDED, r.NO_ROUTE_MUTE: c.UNREACHABLE, r.TOO_LARGE_MUTE: c.TOO_BIG}.get(
        asked.case, asked.book
    )


def _of_that_number(asked: Asked) -> Value:
    number = f"{asked.identification} of "
    return next((label for label in asked.labels if label.startswith(number)), asked.label)


def _by_number_alone(asked: Asked) -> Value:
    return _of_that_number(asked), asked.offset * UNIT


ROUTERS = (
    Persona(
        "never checks",
        "forwards whatever arrives, right or forged",
        {"ip.check": lambda asked: c.PASS},
        fault=NO_FORGERY,
    ),
    Persona(
        "checks the sum only",
        "believes every header that adds up",
        {"ip.check": lambda asked: c.DISCARD if asked.case == r.BAD_SUM else c.PASS},
        fault=NO_FORGERY,
    ),
    Persona(
        "writes to forgers",
        "complains to whoever a forged packet names",
        {"ip.check": lambda asked: c.PASS if asked.case == r.SOUND else c.COMPLAIN},
    ),
    Persona(
        "forgets to sum up again",
        "takes one from the TTL and leaves the checksum as it was",
        {"ip.header": lambda asked: (asked.right_ttl, asked.sum)},
        fault=ADDS_UP,
    ),
    Persona(
        "sums the wrong way",
        "takes 0x0100 from the checksum, as it did from the TTL's word",
        {"ip.header": lambda asked: (asked.right_ttl, (asked.sum - 0x100) % 0xFFFF)},
        fault=ADDS_UP,
    ),
    Persona(
        "free rides",
        "sends the header on as it came",
        {"ip.header": lambda asked: (asked.ttl, asked.sum)},
        fault=ONE_HOP,
    ),
    Persona(
        "lets the dying live",
        "forwards a packet on its last hop",
        {"ip.verdict": lambda asked: c.FORWARD if asked.case in (r.DYING, r.DYING_MUTE) else asked.book},
        fault=ONE_HOP,
    ),
    Persona(
        "complains about everything",
        "answers errors with errors",
        {"ip.verdict": _complaint},
        fault=NO_ERROR_ABOUT,
    ),
    Persona(
        "says nothing",
        "drops without a word what it cannot forward",
        {"ip.verdict": lambda asked: c.DISCARD if asked.book in c.ERRORS else asked.book},
    ),
    Persona(
        "cuts everything",
        "fragments what must not be fragmented",
        {"ip.verdict": lambda asked: c.FRAGMENT if asked.case in (r.TOO_LARGE_DF, r.TOO_LARGE_MUTE) else asked.book},
    ),
    Persona(
        "never cuts",
        "pushes every packet whole into the link",
        {"ip.verdict": lambda asked: c.FORWARD if asked.case == r.TOO_LARGE else asked.book},
    ),
    Persona(
        "tells the neighbour",
        "sends its errors back over the link the packet came by",
        {"ip.tell": lambda asked: c.TO_NEIGHBOUR},
        fault=TO_SOURCE,
    ),
    Persona(
        "tells the other end",
        "sends its errors to where the packet wanted to go",
        {"ip.tell": lambda asked: c.TO_DESTINATION},
        fault=TO_SOURCE,
    ),
    Persona(
        "takes the widest road", "follows the shortest prefix that fits", {"ip.next_hop": lambda asked: asked.fit[-1]}
    ),
    Persona("fills the link", "forgets that every fragment has a header", {"ip.cut": lambda asked: asked.mtu}),
    Persona(
        "forgets the eights",
        "cuts at any byte",
        {"ip.cut": lambda asked: asked.room if asked.room % UNIT else asked.book - UNIT // 2},
    ),
    Persona("makes crumbs", "cuts into the smallest pieces there are", {"ip.cut": lambda asked: UNIT}),
)

HOSTS = (
    Persona(
        "hands up garbage",
        "delivers datagrams with a wrong checksum",
        {"ip.accept": lambda asked: c.DELIVER if asked.case == "bad checksum" else asked.book},
        fault=TRUE_DATA,
    ),
    Persona(
        "keeps to itself",
        "answers neither echoes nor knocks at closed ports",
        {"ip.accept": lambda asked: c.DISCARD if asked.case in ("echo request", "closed port") else asked.book},
    ),
    Persona(
        "slams every door",
        "says port unreachable to everybody",
        {"ip.accept": lambda asked: c.NO_PORT},
    ),
    Persona(
        "counts in bytes",
        "takes a fragment's offset for bytes",
        {"ip.place": lambda asked: (asked.label, asked.offset)},
    ),
    Persona(
        "by number alone",
        "takes fragments of one identification for one datagram, whoever sent them",
        {"ip.place": _by_number_alone, "ip.whose": _of_that_number},
    ),
    Persona(
        "in order of arrival",
        "puts every fragment behind those that came before",
        {"ip.place": lambda asked: (asked.label, min(asked.end, 65535))},
    ),
    Persona("never gives up", "keeps the pieces of lost datagrams", {"ip.late": lambda asked: c.WAIT}),
    Persona("gives up in silence", "tells nobody that a datagram was lost", {"ip.late": lambda asked: c.GIVE_UP}),
    Persona(
        "tells in any case",
        "reports datagrams of which it has no first fragment",
        {"ip.late": lambda asked: c.TELL_SOURCE},
    ),
)

PROBERS = (
    Persona("goes all the way", "gives every probe 64 hops", {"ip.ttl": lambda asked: 64}),
    Persona(
        "doubles",
        "gives every probe twice the hops of the one before",
        {"ip.ttl": lambda asked: min(255, 1 << min(7, asked.number - 1))},
    ),
    Persona(
        "never looks back",
        "goes one hop further whatever was answered",
        {"ip.ttl": lambda asked: min(255, asked.number)},
    ),
)

TWICE = "no transfer is booked twice"
ECHO = "no frame is heard twice"


def _without_numbers(asked: Asked) -> Value:
    return tuple(feature for feature in asked.book if feature != p.NUMBERS)


DESKS = (
    Persona("sends and forgets", "lets every datagram take its chance", {"ip.policy": lambda asked: ()}),
    Persona("buys everything", "builds all of TCP, and more, for everybody", {"ip.policy": lambda asked: p.FEATURES}),
    Persona(
        "sends again until it is heard",
        "wants a receipt for everything",
        {"ip.policy": lambda asked: (p.NUMBERS, p.RECEIPTS)},
    ),
    Persona("copies everything", "sends everything twice", {"ip.policy": lambda asked: (p.NUMBERS, p.COPIES)}),
    Persona("saves the numbers", "cannot tell a copy from a new one", {"ip.policy": _without_numbers}, fault=ECHO),
)

SURVEYORS = (
    Persona(
        "trusts its own link", "sends what its own link takes, again and again", {"ip.size": lambda asked: asked.most}
    ),
    Persona(
        "waits for a word", "repeats what met with silence", {"ip.size": lambda asked: min(asked.most, asked.fails)}
    ),
    Persona(
        "creeps", "asks for eight bytes more each time", {"ip.size": lambda asked: min(asked.most, asked.arrives + 8)}
    ),
)

PERSONAS = (*ROUTERS, *HOSTS, *PROBERS, *DESKS, *SURVEYORS)
