"""TCP's smallest scenario under more misfortune than the shared suite tries, walked completely."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.protocols.transport.tcp import PROTOCOL
from core.protocols.transport.tcp.messages import NUMBERS
from core.search import Budget, explore

SMALLEST = PROTOCOL.scenarios[0]


def test_it_is_sound_where_the_numbers_wrap() -> None:
    nodes = tuple(replace(node, parameters={**node.parameters, "isn": NUMBERS - 2}) for node in SMALLEST.nodes)
    result = explore(replace(SMALLEST, nodes=nodes))
    assert (result.verdict, result.unreached) == ("sound", set())


@pytest.mark.parametrize(
    ("budget", "states"), [(Budget(lost=2, twice=1), 3915), (Budget(lost=1, twice=1, late=1), 5858)]
)
def test_it_is_sound_with_three_misfortunes(budget: Budget, states: int) -> None:
    """The number of states is the same everywhere: another one means that the machine, or what a state is, is another.
    A part of the walk that goes missing would be no failure otherwise."""
    result = explore(SMALLEST, budget=budget)
    assert (result.verdict, result.states) == ("sound", states)


@pytest.mark.parametrize("persona", [persona.name for persona in PROTOCOL.personas if persona.fault])
def test_a_planted_fault_breaks_the_law_that_it_names(persona: str) -> None:
    result = explore(replace(SMALLEST, seats={"receiver": persona}))
    assert [broken.law for broken in result.broken] == [PROTOCOL.persona(persona).fault]
