"""Cloakrooms that print the same whoever comes, and one that never takes a field away."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.protocols.transport.demultiplexing.choices import KEY
from core.protocols.transport.demultiplexing.messages import FIELDS, OWN_NUMBER, SEQ, SPT


def _adds(asked: Asked) -> Value:
    """What is lit stays lit."""
    return tuple(name for name in FIELDS if name in asked.me.fields or name in asked.me.advice)


PERSONAS = (
    Persona("port only", "knows its guests by their port", {KEY.name: lambda asked: (SPT,)}),
    Persona(
        "four for ever", "prints both addresses and both ports, whoever comes", {KEY.name: lambda asked: FIELDS[:4]}
    ),
    Persona("numbers segments", "prints what is another in every segment", {KEY.name: lambda asked: (SEQ,)}),
    Persona("own number only", "believes that everybody carries one", {KEY.name: lambda asked: (OWN_NUMBER,)}),
    Persona("only ever adds", "never takes a field away", {KEY.name: _adds}),
)  # fmt: skip
