"""Wrong and selfish variants of a chord node."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.kernel.time import SECOND
from core.protocols.peers.dht_chord.choices import named, nearest_by_number
from core.protocols.peers.dht_chord.circle import ahead, apart
from core.protocols.peers.dht_chord.laws import ANSWERED, EMPTY, OWNER, WHOLE
from core.protocols.peers.dht_chord.upkeep import COPY, INSERT, NOTIFY, TAKE


def _nearest_neighbour(asked: Asked) -> Value:
    me = asked.me
    options = [int(name) for name in asked.candidates]
    return named(min(options, key=lambda node: (apart(node, asked.key, me.size), node)))


def _past_the_key(asked: Asked) -> Value:
    me = asked.me
    options = [int(name) for name in asked.candidates if int(name) not in (*asked.asked, *me.buried, me.id)]
    return named(min(options or [me.first], key=lambda node: ahead(asked.key, node, me.size)))


def _nearest_member(asked: Asked) -> Value:
    me = asked.me
    return named(min(me.members(), key=lambda node: (apart(node, asked.start, me.size), node)))


def _not_mine(asked: Asked) -> Value:
    """The book, but a key that is mine goes on to the successor."""
    return named(asked.me.first) if asked.me.owns(asked.key) else asked.book


def _nearest_doors(asked: Asked) -> Value:
    me = asked.me
    others = [node for node in me.members() if node not in (me.id, me.first)]
    near = sorted(others, key=lambda node: ahead(me.id, node, me.size))[: me.shortcuts]
    return tuple(str(node) for node in sorted(near))


PERSONAS = (
    Persona(
        "nearest id",
        "takes for closest the node whose number differs least from the key, before or after it",
        {
            "dht_chord.pass_on": _nearest_neighbour,
            "dht_chord.next_hop": lambda asked: named(nearest_by_number(asked)),
            "dht_chord.finger": _nearest_member,
        },
        fault=OWNER,
    ),
    Persona(
        "always the successor",
        "knows fingers and never uses them: every lookup goes round the ring",
        {
            "dht_chord.next_hop": lambda asked: asked.me.name if asked.me.owns(asked.key) else named(asked.me.first),
            "dht_chord.finger": lambda asked: named(asked.me.first),
            "dht_chord.shortcuts": _nearest_doors,
        },
    ),
    Persona(
        "never says mine",
        "hands on every lookup, its own keys too",
        {"dht_chord.pass_on": _not_mine, "dht_chord.next_hop": _not_mine},
        fault=ANSWERED,
    ),
    Persona(
        "claims every key",
        "says that it owns whatever it is asked for",
        {"dht_chord.pass_on": lambda asked: asked.me.name, "dht_chord.next_hop": lambda asked: asked.me.name},
        fault=OWNER,
    ),
    Persona(
        "comes from behind",
        "asks the first node it knows past the key, not the last one before it",
        {"dht_chord.ask_next": _past_the_key},
    ),
    Persona(
        "believes the first claim",
        "takes anybody's word for owning a key, even with a living node between",
        {"dht_chord.believe": lambda asked: "believe"},
    ),
    Persona(
        "believes the table",
        "waits for whoever its table names; silence tells it nothing",
        {"dht_chord.silence": lambda asked: "wait", "dht_chord.bury": lambda asked: "ping again"},
        fault=ANSWERED,
    ),
    Persona(
        "buries at the first missed ping",
        "one missed ping, and a neighbour is dead to it",
        {"dht_chord.bury": lambda asked: "bury"},
        fault=OWNER,
    ),
    Persona(
        "tells the owner too early",
        "goes by the second successor after one silence, and tells it that the first is dead",
        {"dht_chord.silence": lambda asked: "without"},
        fault=OWNER,
    ),
    Persona(
        "folds the ring back",
        "takes its predecessor for the next when its successor is gone",
        {
            "dht_chord.repair": lambda asked: (
                named(asked.me.predecessor) if named(asked.me.predecessor) in asked.candidates else asked.book
            )
        },
        fault=WHOLE,
    ),
    Persona(
        "pings without end",
        "eight rounds of pings where one would do",
        {"dht_chord.period": lambda asked: asked.candidates[1]},
    ),
    Persona("seldom looks", "pings its neighbours once in a minute", {"dht_chord.period": lambda asked: 60 * SECOND}),
    Persona(
        "impatient",
        "waits less than a round trip and takes everybody for silent",
        {"dht_chord.patience": lambda asked: asked.candidates[1]},
    ),
    Persona(
        "found before it can serve",
        "lets its predecessor point to it before it has keys or a way on",
        {"dht_chord.join_order": lambda asked: (INSERT, TAKE, COPY, NOTIFY)},
    ),
    Persona(
        "found before it has the keys",
        "copies the keys last",
        {"dht_chord.join_order": lambda asked: (TAKE, INSERT, COPY, NOTIFY)},
        fault=EMPTY,
    ),
    Persona(
        "tells the old owner first",
        "its successor refuses keys that its predecessor still sends there",
        {"dht_chord.join_order": lambda asked: (TAKE, COPY, NOTIFY, INSERT)},
    ),
    Persona(
        "keys by their last digits",
        "puts a record where the last two decimal digits of its hash say",
        {"dht_chord.key_of": lambda asked: asked.number % 100 % asked.me.size},
    ),
)
