"""Replicas that are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.ordered_multicast.replica_choices import ACK, DELIVER, STRIKE
from core.protocols.clocks.ordered_multicast.replica_laws import EVERYWHERE, SAME


def _apply(now: bool) -> Value:
    return "apply" if now else PASS


def _most(asked: Asked) -> bool:
    """Has more than half of all, itself included, said something later?"""
    me = asked.me
    return me.head is not None and 2 * (1 + len(me.others) - len(me.missing)) > 1 + len(me.others)


def _alone(asked: Asked) -> Value:
    """Waits for nobody whom it has struck itself, whatever the others hold of him."""
    me = asked.me
    return _apply(me.head is not None and set(me.missing) <= set(me.struck))


def _for_ever(asked: Asked) -> Value:
    """Acknowledges also a head that something later of its own stands for, once."""
    me = asked.me
    head = me.head
    unlit = head is not None and not me.is_own and me.name not in me.lamps.get(head.stamp, ())
    return "acknowledge" if me.owed or unlit else PASS


def _impatient(asked: Asked) -> Value:
    """Strikes whoever has been silent for an eighth of the book's time."""
    me = asked.me
    late = [
        peer for peer in me.strikable if me.patience and asked.now - me.since.get(peer, asked.now) >= me.patience // 8
    ]
    return late[0] if late else PASS


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "applies on arrival", "applies whatever comes, when it comes, and acknowledges nothing",
        {DELIVER.name: lambda asked: _apply(asked.me.head is not None), ACK.name: lambda asked: PASS}, SAME,
    ),
    Persona(
        "two lamps will do", "applies what most have passed", {DELIVER.name: lambda asked: _apply(_most(asked))}, SAME,
    ),
    Persona(
        "own customers first", "applies its own at once",
        {DELIVER.name: lambda asked: _apply(asked.me.safe or asked.me.is_own)}, SAME,
    ),
    Persona("never acknowledges", "acknowledges nothing", {ACK.name: lambda asked: PASS}, EVERYWHERE),
    Persona(
        "wants every lamp", "waits until everybody has acknowledged it in so many words",
        {DELIVER.name: lambda asked: _apply(asked.me.safe and not asked.me.dark)}, EVERYWHERE,
    ),
    Persona(
        "acknowledges for ever", "acknowledges also what its stamps stand for",
        {ACK.name: _for_ever},
    ),
    Persona("strikes alone", "goes on as soon as it has struck somebody", {DELIVER.name: _alone}, SAME),
    Persona("never strikes", "waits for whoever is silent", {STRIKE.name: lambda asked: PASS}, EVERYWHERE),
    Persona("strikes at once", "takes slow for gone", {STRIKE.name: _impatient}, EVERYWHERE),
)  # fmt: skip
