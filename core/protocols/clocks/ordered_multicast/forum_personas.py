"""Members of a forum who are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.ordered_multicast.forum_choices import AGAIN, HANG, NAME
from core.protocols.clocks.ordered_multicast.forum_laws import CAUSAL, HUNG, RIGHTLY


def _first(values: tuple[Value, ...]) -> Value:
    return values[0] if values else PASS


def _in_turn(asked: Asked) -> Value:
    """The first author's next of whom the fewest hang, others' only when everybody has had his turn."""
    me = asked.me
    least = min(me.count_of(peer) for peer in me.peers)
    return _first(tuple(place for place in me.fitting if me.count_of(place[0]) <= least))


def _own_order(asked: Asked) -> Value:
    """Minds each author's own order, and nobody else's."""
    me = asked.me
    return _first(tuple(slip.place for slip in me.shelf if me.is_next(slip)))


def _blames(asked: Asked) -> Value:
    """Calls the own number of whoever leaves a gap false."""
    me = asked.me
    found = [(*slip.place, slip.author) for slip in me.shelf if slip.author not in me.named and not me.is_next(slip)]
    return found[0] if found else PASS


PERSONAS: tuple[Persona, ...] = (
    Persona("hangs all", "hangs whatever comes", {HANG.name: lambda asked: _first(asked.me.places)}, CAUSAL),
    Persona("each in his own order", "minds the order of each author, and no more", {HANG.name: _own_order}, CAUSAL),
    Persona("in turn", "hangs one of each before another of one", {HANG.name: _in_turn}),
    Persona("never asks", "waits for what is lost", {AGAIN.name: lambda asked: PASS}, HUNG),
    Persona("asks at once", "asks for whatever is not there yet", {AGAIN.name: lambda asked: _first(asked.me.gaps)}),
    Persona("believes all numbers", "calls no number false", {NAME.name: lambda asked: PASS}, HUNG),
    Persona("blames at once", "calls the number false before which one is missing", {NAME.name: _blames}, RIGHTLY),
)
