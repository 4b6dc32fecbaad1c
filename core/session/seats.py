"""Asynchronous seats: those who take their time over an answer. A script, a person elsewhere."""

from __future__ import annotations

from typing import Protocol

from core.kernel.choice import Asked, Value
from core.kernel.scenario import NETWORK, NetworkSeat, Scenario
from core.kernel.suspects import INSPECTOR


class AsyncSeat(Protocol):
    """Answers the questions of a node, each in a task of its own, which is cancelled when the question goes: answered
    by somebody else, its deadline passed, its node crashed, play gone back, the session closed.

    What `answer` raises empties the seat: people are told in words, and a person answers from there on.
    """

    @property
    def name(self) -> str:
        """One word on who this is; it is recorded with the answers."""

    @property
    def stops(self) -> bool:
        """Does the world wait for it even where a question has a deadline? It does for a script, whose answer takes
        none of the world's time; a person elsewhere must be as quick as one at this screen."""

    async def answer(self, asked: Asked) -> Value:
        """The answer; PASS declines a standing offer. May be cancelled at any checkpoint."""

    def close(self) -> None:
        """Let go of what it holds, at once. Harmless twice; `answer` may be called again afterwards."""


def for_player(scenario: Scenario, seat: AsyncSeat) -> dict[str, AsyncSeat]:
    """This seat at every node that the scenario gives to the player, and at the network if that is the player's."""
    nodes = [place.node for place in scenario.player]
    if isinstance(scenario.network, NetworkSeat) or scenario.hand is not None:
        nodes.append(NETWORK)
    if scenario.inspector is not None:
        nodes.append(INSPECTOR)
    return dict.fromkeys(nodes, seat)
