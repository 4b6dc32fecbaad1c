"""The links of a world at work: their physics, what waits before them, how often they are cut, who routes over them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.kernel.network import LinkState, next_hops
from core.kernel.scenario import LinkSpec, Scenario


class Links:
    """What lies between nodes, one way each. Forks share the state of a link until one of them changes it."""

    __slots__ = ("_hops", "_scenario", "_states", "_token")

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._hops = next_hops(scenario)
        self._states: dict[tuple[str, str], LinkState] = {}
        """Of those only that differ from their beginning."""
        self._token = object()

    def fork(self) -> Links:
        """The same links, to be used apart."""
        self._token = object()
        copy = object.__new__(Links)
        copy._scenario, copy._hops = self._scenario, self._hops
        copy._states, copy._token = self._states.copy(), object()
        return copy

    # The way

    @property
    def routed(self) -> bool:
        """Are there routers, so that packets go hop by hop?"""
        return bool(self._hops)

    def hop(self, here: str, destination: str) -> str | None:
        """The next node on the way; `destination` itself over a link of its own; None if no router knows a way."""
        if not self._hops or (here, destination) in self._scenario.links:
            return destination
        return self._hops.get((here, destination))

    def latency(self, here: str, there: str) -> int:
        """µs of the undisturbed way from node to node, without queues, and without waves: what everybody may know."""
        if self._hops and (here, there) not in self._scenario.links:
            total, place = 0, here
            while place != there:
                hop = self._hops.get((place, there))
                if hop is None:
                    break
                total += self._scenario.links[place, hop].latency
                place = hop
            else:
                return total
        spec = self._scenario.links.get((here, there), self._scenario.default_link)
        return spec.latency if spec else 0

    def reachable(self, here: str, there: str) -> bool:
        """Is there a way now?"""
        if self.spec(here, there) is not None and not self.is_cut(here, there):
            return True
        return bool(self._hops.get((here, there)))

    # One link

    def spec(self, here: str, there: str) -> LinkSpec | None:
        """The physics of the link; None if there is none."""
        state = self._states.get((here, there))
        return state.spec if state else self._scenario.links.get((here, there), self._scenario.default_link)

    def is_cut(self, here: str, there: str) -> bool:
        """Does nothing pass?"""
        state = self._states.get((here, there))
        return state is not None and state.cuts > 0

    def own(self, here: str, there: str) -> LinkState | None:
        """The state of the link, to change it; None if there is no link."""
        state = self._states.get((here, there))
        if state is None:
            spec = self._scenario.links.get((here, there), self._scenario.default_link)
            if spec is None:
                return None
            state = self._states[here, there] = LinkState(spec, self._token)
        elif state.owner is not self._token:
            state = self._states[here, there] = state.copy(self._token)
        return state

    def cut(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Nothing passes any more, until healed as often as cut."""
        for pair in pairs:
            state = self.own(*pair)
            if state is not None:
                state.cuts += 1

    def heal(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take one cut of each back."""
        for pair in pairs:
            state = self.own(*pair)
            if state is not None:
                state.cuts -= 1

    def wave(self, pairs: Iterable[tuple[str, str]], number: int, changes: tuple[tuple[str, Any], ...]) -> None:
        """A wave goes over these links; `number` is its own."""
        for pair in pairs:
            state = self.own(*pair)
            if state is not None:
                state.rough((*state.waves, (number, changes)))

    def calm(self, pairs: Iterable[tuple[str, str]], number: int) -> None:
        """That wave has passed."""
        for pair in pairs:
            state = self.own(*pair)
            if state is not None:
                state.rough(tuple(wave for wave in state.waves if wave[0] != number))

    def latency_now(self, here: str, there: str) -> int:
        """µs of the way from node to node as it is now, without queues: `latency`, but for waves."""
        if self._hops and (here, there) not in self._scenario.links:
            return self.latency(here, there)
        spec = self.spec(here, there)
        return spec.latency if spec else 0

    def loss(self, here: str, there: str) -> int:
        """Of 1,000 datagrams so many are lost on the link now."""
        state = self._states.get((here, there))
        return 0 if state is None else state.loss

    def key(self, now: int) -> dict[tuple[str, str], tuple[Any, ...]]:
        """All that the future depends on, relative to `now`."""
        found = {
            pair: (
                max(0, state.free_at - now), sum(1 for start in state.waiting if start > now), state.cuts,
                tuple(changes for _, changes in state.waves),
            )
            for pair, state in self._states.items()
        }  # fmt: skip
        return {pair: state for pair, state in found.items() if state != (0, 0, 0, ())}
