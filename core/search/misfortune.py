"""What may go wrong in an exploration, and which assumptions of laws that keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.kernel.protocol import Machine
from core.kernel.scenario import DiceSpec, Hand, NetworkSeat, Scenario
from core.kernel.time import show_duration

NEVER = "never"
"""Who crashed stays down."""
MOST_TAKES = 3
"""So many packets the network's hand takes in an exploration, if its scenario says nothing of how many."""
ANYTIME = "at any later point"
"""Who crashed comes back, at every later point in turn."""


@dataclass(frozen=True)
class Budget:
    """What misfortune may do: how many packets may be lost, come twice, come late; how many crashes there may be.

    back    when a crashed node comes back, with its stable storage only: NEVER, ANYTIME, or so many µs later.
    """

    lost: int = 0
    twice: int = 0
    late: int = 0
    crashes: int = 0
    back: str | int = NEVER

    @classmethod
    def of(cls, scenario: Scenario) -> Budget:
        """One of each misfortune that the scenario's network can do."""
        network = scenario.network
        if isinstance(network, DiceSpec):
            return cls(int(network.loss > 0), int(network.duplicate > 0), int(network.jitter[1] > 0))
        if isinstance(network, NetworkSeat):
            return cls(*(network.budget.get(word, 0) for word in ("lost", "twice", "late")))
        return cls()

    def with_hand(self, hand: Hand) -> Budget:
        """What may go wrong in all where the network's hand may do its worst, too."""
        takes = MOST_TAKES if hand.takes is None else hand.takes
        takes = takes if hand.pockets else 0
        lost = hand.lose + hand.garble + hand.cut + (takes if hand.hold is None else 0)
        back = self.back if not hand.crash else NEVER if hand.back is None else hand.back
        return replace(
            self, lost=self.lost + lost, twice=self.twice + hand.copy, late=self.late + takes,
            crashes=self.crashes + hand.crash, back=NEVER if self.crashes and self.back == NEVER else back,
        )  # fmt: skip

    def allows(self, assumption: str) -> bool:
        """Does this budget keep the assumption of a law? Raises ValueError for one that it does not know.

        "no_loss", "no_duplicates", "bounded_delay", "unbounded_delay" are about packets; "no_crash" and "crashes <= N"
        about crashes; "crashed nodes come back" (whoever crashes does) is kept where nobody crashes, too.
        """
        if assumption == "no_loss":
            return self.lost == 0
        if assumption == "no_duplicates":
            return self.twice == 0
        if assumption == "bounded_delay":
            return self.late == 0
        if assumption == "unbounded_delay":
            return self.late > 0
        if assumption == "no_crash":
            return self.crashes == 0
        if assumption == "crashed nodes come back":
            return self.crashes == 0 or self.back != NEVER
        if assumption.startswith("crashes <= "):
            return self.crashes <= int(assumption.removeprefix("crashes <= "))
        raise ValueError(f"unknown assumption {assumption!r}")

    @property
    def words(self) -> str:
        """What was tried: "1 packet lost, 1 crash (back at any later point)"; "no misfortune" if nothing."""
        packets = [
            f"{count} {'packet' if count == 1 else 'packets'} {word}"
            for count, word in ((self.lost, "lost"), (self.twice, "twice"), (self.late, "late"))
            if count
        ]
        back = f"after {show_duration(self.back)}" if isinstance(self.back, int) else self.back
        crashes = f"{self.crashes} {'crash' if self.crashes == 1 else 'crashes'} (back {back})"
        return ", ".join([*packets, *([crashes] if self.crashes else [])]) or "no misfortune"

    def network(self, scenario: Scenario) -> NetworkSeat | None:
        """The network's seat within this budget; None if nothing may befall packets."""
        budget = {word: count for word, count in vars(replace(self)).items() if word in _PACKETS and count}
        return NetworkSeat(budget, _late(scenario)) if budget else None


def recovers(scenario: Scenario) -> bool:
    """Has a node of this scenario a way of its own to come back after a crash?"""
    roles = (scenario.protocols[node.protocol].roles[node.role] for node in scenario.nodes if node.role)
    return any(role.on_restart is not Machine.on_restart for role in roles)


_PACKETS = ("lost", "twice", "late")


def _late(scenario: Scenario) -> int:
    """µs that a late packet is late by."""
    network = scenario.network
    if isinstance(network, NetworkSeat):
        return network.late
    return network.jitter[1] if isinstance(network, DiceSpec) and network.jitter[1] else 200_000
