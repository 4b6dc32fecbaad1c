"""Pace: how much of the world's time passes in a moment of screen time."""

from __future__ import annotations

from math import exp, log
from statistics import median_low

from core.kernel.scenario import Scenario

LINK_SECONDS = 0.8
"""Screen seconds that a median link delay lasts at speed 1."""
SURGE = 10.0
"""Growth (e-folds a screen second) of the clock once nothing has been seen for a link delay's time: the longest silence
that matters passes within a second."""


LIVE_LATENCY = 500_000
"""µs: what stands for a link's delay where only those outside know it; a person's answers take about so long."""


def median_latency(scenario: Scenario) -> int:
    """The median link's delay (µs), every way from node to node counted, those by default too; 1 ms if links take no
    time."""
    if scenario.live:
        return LIVE_LATENCY
    delays = [link.latency for link in scenario.links.values()]
    if scenario.default_link is not None:
        others = len(scenario.nodes) * (len(scenario.nodes) - 1) - len(delays)
        delays += [scenario.default_link.latency] * max(0, others)
    return max(median_low(delays), 1_000) if delays else 1_000


class Pace:
    """Screen seconds → µs, from the last thing seen. It depends on nothing that the player does not see: a clock that
    raced because a packet was lost would give the loss away.

    `of`: "auto", or µs of world time a screen second (then silences are not shortened). `surges`: are they?
    """

    def __init__(self, of: str | int, scenario: Scenario) -> None:
        self.rate = float(of) if isinstance(of, int) else median_latency(scenario) / LINK_SECONDS
        self.surges = of == "auto"

    def passed(self, idle: float, grace: float | None = None) -> float:
        """µs that pass in the first `idle` screen seconds after something was seen. `grace`: the seconds after which
        this silence is shortened, even if the level shortens none."""
        calm = self._calm(grace)
        if calm is None or idle <= calm:
            return self.rate * idle
        return self.rate * (calm + (exp(min(SURGE * (idle - calm), 40.0)) - 1) / SURGE)

    def seconds(self, passed: float, grace: float | None = None) -> float:
        """Screen seconds after which `passed` µs have gone by: the inverse of `passed`."""
        plain = passed / self.rate
        calm = self._calm(grace)
        if calm is None or plain <= calm:
            return plain
        return calm + log(1 + SURGE * (plain - calm)) / SURGE

    def _calm(self, grace: float | None) -> float | None:
        return LINK_SECONDS if self.surges else grace
