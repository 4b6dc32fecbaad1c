"""Inspectors' levels that make themselves: `inspect:tcp` is one of any room that has personas.

A scenario of the room stands there several times, by the book or with one persona at one node. Nothing of a free run
tells who is who but what they do: a line of a log proves it, and where a hammer leaves the book's way standing, a blow
may. The level is written as a level file, so that runs of it are kept and replayed as any other's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from core.kernel.choice import Persona
from core.kernel.inspector import Trials
from core.kernel.laws import BoundLaw
from core.kernel.protocol import Protocol
from core.kernel.scenario import Happening, NetworkSeat, NodeSpec, Scenario
from core.kernel.suspects import ACCUSE, HIT, LOSS, SIGN, SKEW, Inspector, Suspect
from core.kernel.time import MILLISECOND, SECOND
from core.kernel.trace import SEND
from core.kernel.world import World
from core.protocols import BY_NAME
from levels.inspecting import findings
from levels.loader import from_text
from levels.schema import Level, LevelError, UnknownLevelError
from levels.template import link_text, network_lines, node_table
from levels.values import did_you_mean
from levels.writing import UnwrittenError, duration, happening_table, inline_table, key_text, quoted, value_text

PREFIX = "inspect:"
SUSPECTS = 4
MOST_PERSONAS = 3
"""So many of them are unsound at most."""
MOST_NODES = 12
"""A scenario with more is too much to look at several times."""
MOST_EVENTS = 4_000
"""So is one that lasts longer."""
TIMES = 6
"""So many moments at which a blow may fall."""
HAMMERS = (LOSS, SKEW)
"""What a sound protocol is expected to bear; those under which the book breaks are left out."""


def inspect_level(name: str) -> Level:
    """The level of this name, "inspect:tcp". Raises UnknownLevelError in words."""
    room = name.removeprefix(PREFIX)
    return from_text(inspecting(room), f"inspect/{room}.toml")


def inspecting(name: str) -> str:
    """The text of the level that inspects this room. Raises UnknownLevelError in words."""
    room = BY_NAME.get(name)
    if room is None:
        raise UnknownLevelError(f"no protocol is called {name!r}: {did_you_mean(name, list(BY_NAME))}")
    if not room.personas:
        raise UnknownLevelError(f"{name} has no personas: there is nobody to be found")
    why = ""
    for cast in _casts(room):
        try:
            text = _write(room, cast)
            found = findings(from_text(text, name).scenario)  # side by side the dice fall otherwise
        except (UnwrittenError, LevelError) as error:
            why = why or f"{cast.scenario.name!r} cannot stand there several times: {_first(error)}"
        else:
            if not found:
                return text
            why = why or f"in {cast.scenario.name!r} {found[0][0]}"
    raise UnknownLevelError(f"no scenario of {name} shows who does not play by the book: {why or NOTHING_TO_FIND}")


NOTHING_TO_FIND = (
    "whoever does not breaks what is promised in every run, which needs no inspector, or does nothing that the book "
    "would not do"
)


def _first(error: UnwrittenError | LevelError) -> str:
    """What is wrong, without where in a text that nobody has written; a name of which another is made is that one's."""
    if not isinstance(error, LevelError):
        return str(error)
    problem = error.problems[0]
    return f"{problem.found}: {problem.mend}" if problem.mend else problem.found


@dataclass(frozen=True)
class Cast:
    """A scenario, who does not play by the book in it (node and persona), and the blows that the book bears."""

    scenario: Scenario
    unsound: tuple[tuple[str, str], ...]
    hammers: tuple[str, ...]
    every: int

    @property
    def seats(self) -> tuple[tuple[str, str] | None, ...]:
        """The suspects; None for a sound one. On every other seed than the level's they change places."""
        found: list[tuple[str, str] | None] = [*self.unsound, *[None] * (SUSPECTS - len(self.unsound))]
        return tuple(found[place % 2 * 2 + place // 2] for place in range(SUSPECTS))


def _casts(room: Protocol) -> Iterator[Cast]:
    """Scenarios that show somebody: those that show enough, in their order, then those that show most."""
    fewer: list[Cast] = []
    for scenario in room.scenarios:
        cast = _cast(room, scenario)
        if cast is not None and len(cast.unsound) == MOST_PERSONAS:
            yield cast
        elif cast is not None:
            fewer.append(cast)
    yield from sorted(fewer, key=lambda cast: -len(cast.unsound))


def _cast(room: Protocol, scenario: Scenario) -> Cast | None:
    """What can be inspected in this scenario; None if nothing can."""
    if isinstance(scenario.network, NetworkSeat) or scenario.hand is not None or scenario.live or not scenario.win:
        return None
    if len(scenario.nodes) > MOST_NODES:
        return None
    plain = replace(scenario, player=(), seats={}, par=(), spreads=(), swaps=(), sides=())
    world = World(plain, intervals=False)
    world.run(limit=MOST_EVENTS)
    if world.outcome is None or not world.outcome.won:
        return None
    limit = min(plain.limit, max(SECOND, -(-2 * world.now // (100 * MILLISECOND)) * 100 * MILLISECOND))
    plain = replace(plain, limit=limit)
    busy = max((entry.time for entry in world.trace if entry.kind == SEND), default=world.now)
    every = max(MILLISECOND, busy // TIMES // MILLISECOND * MILLISECOND)
    names = tuple(node.name for node in plain.nodes)
    hammers = tuple(hammer for hammer in HAMMERS if _bears(plain, names, hammer, every))
    shown: list[tuple[str, str]] = []
    for persona in room.personas:
        node = next((name for name in names if _shows(plain, names, name, persona)), None)
        if node is not None and len(shown) < MOST_PERSONAS:
            shown.append((node, persona.name))
    return Cast(plain, tuple(shown), hammers, every) if shown else None


def _trials(scenario: Scenario, names: tuple[str, ...], hammers: Sequence[str], every: int, **seats: str) -> Trials:
    suspect = Suspect("it", names)
    inspector = Inspector((suspect,), scenario.win, 1, tuple(hammers), every=every, until=every * TIMES)
    return Trials(replace(scenario, seats=seats, inspector=inspector), lambda one: World(one, intervals=False))


def _bears(scenario: Scenario, names: tuple[str, ...], hammer: str, every: int) -> bool:
    """Does the book's way stand under this hammer?"""
    return _trials(scenario, names, (hammer,), every).refuting(Suspect("it", names)) is None


def _shows(scenario: Scenario, names: tuple[str, ...], node: str, persona: Persona) -> bool:
    """Does the persona at this node keep what is promised in a free run, and betray itself by what it does?"""
    spec = next(one for one in scenario.nodes if one.name == node)
    if not spec.protocol or persona not in scenario.protocols[spec.protocol].personas:
        return False
    trials = _trials(scenario, names, (), MILLISECOND, **{node: persona.name})
    return bool(trials.evidence().get(node)) and not trials.effect(Suspect("it", names), None).ruined


# Writing

_VIA = re.compile(r"(?<=\bvia )[^\s,]+")
"""The next hop of a route."""


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A value with nodes called by their new names, also within tuples, addresses and records."""
    if isinstance(value, str) and _VIA.search(value):  # routes are one text
        return _VIA.sub(lambda found: names.get(found[0], found[0]), value)
    if isinstance(value, str):
        head, mark, port = value.partition(":")
        return f"{names[head]}{mark}{port}" if head in names else value
    if isinstance(value, tuple):
        return tuple(_renamed(item, names) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {item.name: _renamed(getattr(value, item.name), names) for item in fields(value) if item.init}
        return replace(value, **changed)
    return value


def _of(room: Protocol, node: NodeSpec, names: dict[str, str]) -> NodeSpec:
    """The node under its new name; what a parameter left out would name is said."""
    if node.router:
        return replace(node, name=names[node.name])
    own = {one.name: one.default for one in room.parameters_of(node.role) if one.default in names}
    parameters = {name: _renamed(value, names) for name, value in {**own, **node.parameters}.items()}
    return replace(node, name=names[node.name], parameters=parameters)


def _law(bound: BoundLaw, names: dict[str, str]) -> str:
    places = dict(bound.law.places)
    return bound.law.bind(**{
        place: names.get(value, value) if places[place] == "node" else value for place, value in bound.arguments.items()
    }).text  # fmt: skip


def _write(room: Protocol, cast: Cast) -> str:
    """The file's text. Raises UnwrittenError for what a level file cannot say."""
    scenario = cast.scenario
    letters = "abcdef"[: len(cast.seats)]
    names = {letter: {node.name: f"{letter}.{node.name}" for node in scenario.nodes} for letter in letters}
    acts = (HIT, ACCUSE, SIGN) if cast.hammers else (ACCUSE, SIGN)
    hits = len(cast.unsound) + 2
    seat: dict[str, Any] = {
        "suspects": {letter: ", ".join(names[letter].values()) for letter in letters}, "acts": acts,
    }  # fmt: skip
    if cast.hammers:
        seat |= {"hits": hits, "hammers": cast.hammers, "every": duration(cast.every),
                 "until": duration(cast.every * TIMES)}  # fmt: skip
    how = f"{'Strike, or touch' if cast.hammers else 'Touch'} the line of a log that proves it."
    many = f"{len(cast.unsound)} of {len(letters)} {'does' if len(cast.unsound) == 1 else 'do'} not play by the book."
    brief = f"{len(letters)} times the same: {room.title}. {many} {how} Sign for the sound."
    lines = [
        "[level]",
        f"title = {quoted(f'Inspect: {room.title}')}",
        f"summary = {quoted(f'Who does not play by the book? {scenario.name.capitalize()}.')}",
        f"seed = {scenario.seed}",
        "covers = []",
        'proof = "search"',
        "",
        "[nodes]",
    ]
    for letter in letters:
        lines += [f"{key_text(names[letter][node.name])} = {node_table(room, _of(room, node, names[letter]))}"
                  for node in scenario.nodes]  # fmt: skip
    lines += ["", "[links]", f"default = {link_text(scenario.default_link)}"]
    for letter in letters:
        called = names[letter]
        lines += [f"{quoted(f'{called[a]} -> {called[b]}')} = {link_text(link)}"
                  for (a, b), link in scenario.links.items()]  # fmt: skip
    lines += ["", "[seats]"]
    for letter, one in zip(letters, cast.seats, strict=True):
        if one is not None:
            lines.append(f"{key_text(names[letter][one[0]])} = {inline_table({'persona': one[1]})}")
    lines += [line for line in network_lines(scenario.network) if not line.startswith("#")]
    lines += [f"inspector = {inline_table(seat)}", ""]
    for letter in letters:
        for happening in scenario.happenings:
            lines += ["[[happens]]", *_happening(room, happening, names[letter]), ""]
    first = names[letters[0]]
    lines += [
        "[goal]",
        f"win = {value_text([_law(law, first) for law in scenario.win])}",
        *([f"lose = {value_text([_law(law, first) for law in scenario.lose])}"] if scenario.lose else []),
        f"limit = {quoted(duration(scenario.limit))}",
        "",
        "[par]",
        *([f"hits = {hits}"] if cast.hammers else []),
        f"time = {quoted(duration(scenario.limit))}",
        "",
        "[text]",
        f"task = {quoted('Sign for those who play by the book.')}",
        f"line = {quoted(f'{many} {how}')}",
        f"brief = {quoted(brief)}",
        "hints = [",
        f"  {quoted('What does each of them do at the same moment? Put two logs beside each other.')},",
        f"  {quoted('Look for the first line in which one differs: that, or what came just before it.')},",
        f"  {quoted(f'Among them: {_faults(cast)}.')},",
        "]",
        f"lift = {quoted('All of them ended well: what they did at one moment tells them apart.')}",
        f"debrief = {quoted(f'Not by the book: {_people(room, cast)}.')}",
        f"sources = {value_text(tuple(dict.fromkeys(choice.source for choice in room.choices))[:2])}",
        "",
    ]
    return "\n".join(lines)


def _happening(room: Protocol, happening: Happening, names: dict[str, str]) -> list[str]:
    values = happening_table(room, _renamed(happening, names))
    return [f"{key_text(name)} = {value_text(value)}" for name, value in values.items()]


def _faults(cast: Cast) -> str:
    """What those who are not sound are called, without who they are."""
    return ", ".join(dict.fromkeys(f'"{name}"' for _, name in cast.unsound))


def _people(room: Protocol, cast: Cast) -> str:
    words = {persona.name: persona.words for persona in room.personas}
    return "; ".join(f'"{name}" ({words[name]}, {node})' for node, name in cast.unsound)


__all__ = ["PREFIX", "inspect_level", "inspecting"]
