"""Machines in the state of their beginning, with the parameters of the level and the names of their peers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from core.kernel.data import encode_as_tuple
from core.kernel.node import Node
from core.kernel.scenario import NodeSpec, Scenario


class Peers(Sequence[str]):
    """The names of all nodes of one protocol but one, in the scenario's order.

    All of them share one list. Equal to a tuple of the same names, and has the same canonical bytes.
    """

    __slots__ = ("_names", "_places", "_without")

    def __init__(self, names: Sequence[str], places: Mapping[str, int], without: int) -> None:
        """`places` has the place of every name; `without` is the place of the one that is left out; behind the last, if
        nobody is."""
        self._names = names
        self._places = places
        self._without = without

    def __len__(self) -> int:
        return len(self._names) - (self._without < len(self._names))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError("there are not so many peers")
        return self._names[place + (place >= self._without)]

    def __iter__(self) -> Iterator[str]:
        yield from self._names[: self._without]
        yield from self._names[self._without + 1 :]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._places.get(name, self._without) != self._without

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Peers) and other._names is self._names:
            return other._without == self._without
        return isinstance(other, tuple | Peers) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __add__(self, other: tuple[str, ...]) -> tuple[str, ...]:
        return (*self, *other)

    def __repr__(self) -> str:
        return repr(tuple(self))


encode_as_tuple(Peers)


class Machines:
    """Makes the machines of one scenario; for all of its worlds.

    Who knows of whom: the nodes of one protocol, but for those that are unannounced, and where suspects are apart those
    of one suspect.
    """

    __slots__ = ("_inspector", "_names", "_places")

    def __init__(self, scenario: Scenario) -> None:
        self._inspector = scenario.inspector
        self._places: dict[tuple[str, str], dict[str, int]] = {}
        """By circle: the place of every name among its nodes."""
        for node in scenario.nodes:
            if not node.unannounced:
                places = self._places.setdefault(self._circle(node), {})
                places[node.name] = len(places)
        self._names = {circle: tuple(places) for circle, places in self._places.items()}

    def _circle(self, node: NodeSpec) -> tuple[str, str]:
        """Protocol, and suspect where these are apart."""
        inspector = self._inspector
        suspect = None if inspector is None or not inspector.apart else inspector.suspect_of(node.name)
        return node.protocol, "" if suspect is None else suspect.name

    def fresh(self, node: Node) -> Any:
        """A machine for this node."""
        spec = node.spec
        machine = node.role(name=node.name, **spec.parameters)
        if getattr(machine, "peers", None) == () and "peers" not in spec.parameters:
            circle = self._circle(spec)
            places, names = self._places.get(circle, {}), self._names.get(circle, ())
            # Who is unannounced is in nobody's list, and has all of it for its own.
            machine.peers = Peers(names, places, places.get(spec.name, len(names)))  # type: ignore[attr-defined]
        return machine
