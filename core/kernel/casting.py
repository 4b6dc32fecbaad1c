"""Who is who in a world: its nodes as the scenario casts them, each with who sits there."""

from __future__ import annotations

from core.kernel.node import Node, Roster
from core.kernel.protocol import Machine
from core.kernel.scenario import NodeSpec, Scenario, Strike
from core.kernel.seats import PersonaSeat


def roster_of(scenario: Scenario) -> Roster:
    """The nodes, each with who sits there."""
    owner = object()
    nodes = [_node_of(scenario, spec, index, owner) for index, spec in enumerate(scenario.nodes)]
    roster = Roster(nodes, owner)
    for name, persona in scenario.seats.items():
        node = roster[name]
        assert node.protocol is not None
        node.seat = PersonaSeat(node.protocol.persona(persona))
    for seat in scenario.player:
        node = roster[seat.node]
        assert node.protocol is not None
        names = [choice.name for choice in node.protocol.choices]
        node.played |= frozenset(names if "*" in seat.choices else [name for name in names if name in seat.choices])
    for happening in scenario.happenings:
        if isinstance(happening, Strike):
            node = roster[happening.node]
            node.strikes = (*node.strikes, (happening, happening.nth))
    for node in nodes:
        choices = node.protocol.choices if node.protocol else ()
        node.thinks = bool(node.played) or (scenario.decided and any(choice.chance for choice in choices))
    return roster


def _node_of(scenario: Scenario, spec: NodeSpec, index: int, owner: object) -> Node:
    if spec.router:
        return Node(spec, index, None, Machine, owner)
    protocol = scenario.protocols[spec.protocol]
    return Node(spec, index, protocol, Machine if spec.outside else protocol.roles[spec.role], owner)
