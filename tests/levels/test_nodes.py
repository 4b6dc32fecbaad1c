"""A room says in words which nodes it cannot run with: whatever names and roles stand in a level file, no traceback."""

import re

import pytest

from core.kernel.protocol import Cast
from core.kernel.seats import Book, Random
from core.kernel.world import World
from core.protocols import BY_NAME, PROTOCOLS
from levels.loader import from_text
from levels.schema import LevelError

NAMES = {
    "words": ("ana", "ben", "cy", "dan", "eve", "fay", "gus", "hal"),
    "numbers": ("1", "2", "3", "4", "5", "6", "7", "8"),
    "mixed": ("x-1", "y.2", "3z", "ä4", "_", "v007", "0", "-"),
    "alike": ("p1", "q1", "r1", "s1", "t1", "u1", "v1", "w1"),
    "great": ("99999", "100000", "007", "p00000000000000000000001", "18446744073709551616", "64", "63", "00"),
}
MOST_EVENTS = 200
PLACES = {"node": "{}", "word": "A", "text": r"\"A\"", "number": "1", "duration": "1s"}


def casts(room):
    """(what, ((name, role), …)) of names wrong and right, of too few, too many, two where one is wanted."""
    roles = list(room.roles)
    for kind, names in NAMES.items():
        for role in roles:
            yield f"{kind}: one {role}", ((names[0], role),)
            yield f"{kind}: four {role}", tuple((name, role) for name in names[:4])
            yield f"{kind}: two {role} among one of each", tuple(zip(names, [*roles, role], strict=False))
    yield "forty", tuple((f"n{number}", roles[number % len(roles)]) for number in range(40))


def level_of(room, cast, law, pointing):
    """The level in which `cast` runs and its first node is played. `pointing`: does a node name another of its own role
    where it must name a node?"""
    lines = []
    for place, (name, role) in enumerate(cast):
        values = {"runs": f"{room.name}.{role}"}
        for parameter in room.parameters:
            if parameter.roles and role not in parameter.roles:
                continue
            if parameter.kind == "node":
                others = [other for other, it in cast if (it == role) is pointing] or [name]
                values[parameter.name] = others[-1]
            elif parameter.name in ("address", "target", "office"):
                values[parameter.name] = f"10.0.0.{place % 60 + 1}" if parameter.name == "address" else "10.0.0.1"
        lines.append(f'"{name}" = {{ {", ".join(f"{key} = {value!r}" for key, value in values.items())} }}')
    nodes = "\n".join(lines)
    return (
        f'[level]\ntitle = "t"\n[nodes]\n{nodes}\n[seats]\n"{cast[0][0]}" = {{ player = "*" }}\n'
        f'[goal]\nwin = ["{law}"]\nlimit = "900ms"\n[par]\nmessages = 9\n[text]\nbrief = "b"\n'
    )


def laws_of(room, cast):
    """Every law of the room, its places filled with the last node."""
    for law in room.laws:
        yield re.sub(r"\{\w+(?::(\w+))?\}", lambda place: PLACES[place[1] or "node"].format(cast[-1][0]), law.name)


def refused(room, text, seat):
    """Was this level refused? If not, it is played. Raises whatever else comes of it."""
    try:
        scenario = from_text(text, "course/a.toml").scenario
    except LevelError:
        return True
    world = World(scenario, seat)
    world.run(limit=MOST_EVENTS)
    for measure in room.measures:
        assert isinstance(measure.of(world.evidence(), scenario.seat_of_player), int)
    assert [node.machine.view() for node in world.nodes.values() if node.machine is not None]
    return False


@pytest.mark.parametrize("room", PROTOCOLS, ids=lambda room: room.name)
def test_no_nodes_end_in_a_traceback(room):
    played = 0
    for number, (_, cast) in enumerate(casts(room)):
        laws = list(laws_of(room, cast))
        for pointing in (False, True):
            seat = Book() if pointing else Random(number)
            played += not refused(room, level_of(room, cast, laws[number % len(laws)], pointing), seat)
    assert played
    law = next(laws_of(room, (("ana", ""),)))
    nobody = f'[level]\ntitle = "t"\n[nodes]\n[seats]\n[goal]\nwin = ["{law}"]\n[text]\nbrief = "b"\n'
    assert refused(room, nobody, Book())


@pytest.mark.parametrize("room", PROTOCOLS, ids=lambda room: room.name)
def test_no_law_ends_in_a_traceback_whatever_node_it_names(room):
    roles = list(room.roles)
    names = NAMES["numbers"]
    for turn in range(len(roles)):  # the node that the laws name has every role once
        cast = tuple(zip(names, [*roles[turn:], *roles[:turn]], strict=False))
        for law in laws_of(room, cast):
            refused(room, level_of(room, cast, law, False), Book())


@pytest.mark.parametrize("room", PROTOCOLS, ids=lambda room: room.name)
def test_a_rooms_own_scenarios_are_admitted(room):
    assert room.admits is not None
    for scenario in room.scenarios:
        mine = [node for node in scenario.nodes if node.protocol == room.name]
        names = {role: tuple(node.name for node in mine if node.role == role) for role in room.roles}
        room.admits(Cast(names, {node.name: room.defaults(node.role) | node.parameters for node in mine}))


REFUSED = [
    ("election_bully", "ana, p1 = process", "4:1: ana has no number at the end of its name"),
    ("election_bully", "p1, q1 = process", "5:1: q1 has the number of p1: the rules go by"),
    ("election_bully", "p1 = process coordinator=4", "4:1: coordinator 4 of p1 is no process here: one of 1; -1:"),
    ("dht_chord", "1, ana = node", "5:1: ana is no identifier: a node of Chord is called by its place on the circle"),
    ("dht_chord", "07 = node", "4:1: 07 is no identifier"),
    ("dht_chord", "1, 64 = node", "5:1: 64 lies beyond a circle of 64 identifiers: at most 63, or more bits"),
    ("dht_chord", "1 = node bits=6; 2 = node bits=5", "5:1: 2 has 5 bits, 1 has 6: one circle"),
    ("dht_chord", "1 = node contact=3", "4:1: contact of 1 names 3, and there is no such node: there are 1"),
    ("dht_chord", "1 = node ring=[1,9]", "4:1: ring of 1 names 9, and there is no such node"),
    ("echo", "a = client server='b'; b = client server='a'", "4:1: server of a is b, which is a client: there is no"),
    ("marshal", "a = clerk archive='a'; b = archive", "4:1: archive of a is a, which is a clerk: one of b"),
    ("sntp", "a = client server='a'; b = server", "4:1: server of a is a, which is a client: one of b"),
    ("http", "a = browser server='a'; b = server", "4:1: server of a is a, which is a browser: one of b"),
    ("tcp", "a = endpoint peer='a'", "4:1: peer of a is a itself: the host at the other end"),
    (
        "uppercase",
        "a = udp_client server='b'; b = tcp_server",
        "4:1: server of a is b, which is a tcp_server: there is",
    ),
    ("framing", "a = sender receiver='a'; r = receiver formats='a dot'", "4:1: receiver of a is a, which is a sender"),
    (
        "bittorrent",
        "a = peer tracker='b'; b = peer tracker='a'",
        "4:1: tracker of a is b, which is a peer: there is no",
    ),
    ("bittorrent", "a = peer pieces=4; b = peer pieces=5", "5:1: pieces of b is 5, that of a is 4: one swarm has one"),
    ("bittorrent", "a = peer holds=[4]", "4:1: a holds piece 4, and there are 4: pieces are counted from 0 to 3"),
    (
        "ip",
        "a = host address='10.0.0.1'; b = host address='10.0.0.1'",
        "5:1: b has the address of a, 10.0.0.1: to each",
    ),
    (
        "ip",
        "a = host address='10.0.0.1' routes='0.0.0.0/0 via r'",
        "4:1: a route of a leads via r, and there is no such",
    ),
]


@pytest.mark.parametrize(("name", "nodes", "said"), REFUSED, ids=[f"{name}: {nodes}" for name, nodes, _ in REFUSED])
def test_what_a_room_cannot_run_with_is_said_with_its_place_and_the_mend(name, nodes, said):
    lines = []
    for entry in nodes.split("; "):
        names, _, rest = entry.partition(" = ")
        role, *values = re.findall(r"(?:[^\s']|'[^']*')+", rest)
        more = "".join(f", {value.replace('=', ' = ', 1)}" for value in values)
        lines += [f'"{node}" = {{ runs = "{name}.{role}"{more} }}' for node in names.split(", ")]
    room = BY_NAME[name]
    law = next(laws_of(room, (("a", ""),)))
    text = '[level]\ntitle = "t"\n[nodes]\n' + "\n".join(lines)
    text += f'\n[seats]\n[goal]\nwin = ["{law}"]\n[text]\nbrief = "b"\n'
    with pytest.raises(LevelError) as error:
        from_text(text, "course/a.toml")
    found = [str(problem).removeprefix("course/a.toml:") for problem in error.value.problems]
    assert [line for line in found if line.startswith(said)], found
