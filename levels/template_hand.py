"""A new level in which the player is the network: it breaks what a persona does wrong, and the book does not.

The first of a room's laws that one of its personas breaks, in a scenario of the room, with a small budget; the proof is
found by trying every packet of the free run. What knows nothing and wins all the same is no level, as elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.kernel.choice import Persona
from core.kernel.laws import LawKind
from core.kernel.protocol import Protocol
from core.kernel.scenario import Hand, NodeSpec, Scenario, Side
from core.kernel.world import World
from core.search import find_win
from levels.report import Work
from levels.template import SELDOM, STUMBLE, Against, NoTemplateError, Part, copied, examples_of, luck_of, written
from levels.writing import duration, inline_table, key_text, quoted, value_text

MOST_TRIES = 12
MOST_WORLDS = 800
MOST_EVENTS = 3_000
BUDGETS: tuple[Mapping[str, int], ...] = (
    {"lose": 1}, {"pockets": 1, "takes": 1}, {"copy": 1}, {"pockets": 2, "takes": 2}, {"lose": 2},
)  # fmt: skip
PATTERN = 'levels/README.md has the pattern, "The network\'s chair", and a level to copy'


@dataclass(frozen=True)
class _Trap:
    scenario: Scenario
    node: NodeSpec
    persona: Persona
    budget: Mapping[str, int]


def new_hand_level(protocol: Protocol, path: str) -> str:
    """The text of a level of the network's hand that passes the check. Raises NoTemplateError, in words."""
    against = ""
    best: tuple[float, str] = (1.0, "")
    work: list[Work] = []
    for tried, trap in enumerate(_traps(protocol)):
        if tried >= MOST_TRIES or best[1]:
            break
        answers = find_win(trap.scenario, MOST_WORLDS)
        if not answers:
            continue
        proof = [{"move": one.choice, "value": one.value, "at": duration(one.at)} for one in answers]
        for stumble in ("", STUMBLE):
            text = written(protocol, trap.scenario, _part(trap, proof, stumble))
            luck = luck_of(text, path, work)
            if isinstance(luck, Against):
                against = against or f"{trap.persona.name!r}, {_budget(trap)}: {luck.words}"
                if not luck.blind:
                    break
            elif luck < SELDOM:
                return text
            else:
                best = min(best, (luck, text))
    if best[1]:
        return best[1]
    for level in examples_of(protocol):
        if level.scenario.hand is not None and isinstance(luck_of(level.text, path, work), float):
            return copied(level)
    why = f" ({against})" if against else ""
    raise NoTemplateError(f"no scenario of {protocol.name} makes a level of the hand by itself{why}: {PATTERN}")


def _traps(protocol: Protocol) -> Iterator[_Trap]:
    laws = {law.name: law for law in protocol.laws}
    for scenario in (
        protocol.scenarios if protocol.service == "datagram" else ()
    ):  # of a stream it can only hold packets
        if _long(scenario):
            continue
        for persona in protocol.personas:
            law = laws.get(persona.fault)
            if law is None or law.kind is not LawKind.ALWAYS or law.places:
                continue
            for node in scenario.nodes:
                if node.protocol != protocol.name:
                    continue
                for budget in BUDGETS:
                    yield _Trap(_with_hand(scenario, node.name, persona, law.name, budget), node, persona, budget)


def _long(scenario: Scenario) -> bool:
    world = World(replace(scenario, player=()), intervals=False)
    world.run(limit=MOST_EVENTS)
    return not world.over and world.next_time() is not None


def _with_hand(scenario: Scenario, node: str, persona: Persona, law: str, budget: Mapping[str, Any]) -> Scenario:
    room = next(iter(scenario.protocols.values()))
    broken = _broken(room, law)
    return replace(
        scenario, player=(), network=None, seats={**scenario.seats, node: persona.name}, win=(broken,), lose=(),
        hand=Hand(**budget), sides=(Side(book=True, keeps=(room.goal(law),)),),
    )  # fmt: skip


def _broken(room: Protocol, law: str) -> Any:
    from levels.compile import Compiler
    from levels.goals import read_law

    compiler = Compiler({room.name: room})
    compiler.protocols[room.name] = room
    return read_law(compiler, f"broken: {law}")


def _budget(trap: _Trap) -> str:
    return ", ".join(f"{name} = {count}" for name, count in trap.budget.items())


def _part(trap: _Trap, proof: list[dict[str, Any]], stumble: str) -> Part:
    seats = [f"{key_text(name)} = {inline_table({'persona': who})}" for name, who in trap.scenario.seats.items()]
    seats += [
        f"network = {inline_table({'hand': dict(trap.budget)})}",
        'twin = "book"                    # the second row: the same blows, and the book stands',
    ]
    brief = (
        f"You are the **network**. {trap.node.name} {trap.persona.words}. Touch what is in flight so that it shows;"
        " where everybody plays by the book the same must do no harm."
    )
    sources = list(dict.fromkeys(choice.source for room in trap.scenario.protocols.values() for choice in room.choices))
    return Part(
        seats, [law.text for law in trap.scenario.win], brief, sources[:1],
        proof=f"{{ answers = {value_text(proof)} }}", stumble=stumble,
        play=('sight = "all"', 'say = "after"', f"pace = {quoted('40ms')}"),
    )  # fmt: skip
