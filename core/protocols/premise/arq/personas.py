"""Senders that are wrong, each in one way."""

from __future__ import annotations

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.premise.arq.choices import (
    AGAIN,
    BITS,
    CARDS,
    FORGET,
    NEXT,
    NUMBER,
    ORDERED,
    SAY_AGAIN,
    SHELF,
    SHELF_KEEPS,
    STOP,
    TWICE,
    WIDTH,
)
from core.protocols.premise.arq.laws import EVERYTHING, ON_DISK, ONCE

GO_ON = "next"


def _regardless(asked: Asked) -> Value:
    """On after every silence."""
    return GO_ON if asked.me.owed or not asked.me.crowded else PASS


def _every_receipt(asked: Asked) -> Value:
    """Any receipt asks for the text that is out, also the second one to the same text."""
    if asked.me.heard == "old receipt" and asked.candidates:
        return asked.candidates[0]
    return AGAIN.book(asked)


def _next_to_a_complaint(asked: Asked) -> Value:
    return GO_ON if asked.me.heard == "complaint" else NEXT.book(asked)


def _not_to_a_complaint(asked: Asked) -> Value:
    return PASS if asked.me.heard == "complaint" else AGAIN.book(asked)


def _at_once(asked: Asked) -> Value:
    """Every text twice, before anything can be back."""
    me = asked.me
    hasty = [number for number in me.outstanding if me.copies[number - 1] == 1]
    return hasty[0] if hasty else AGAIN.book(asked)


PERSONAS = (
    Persona("no numbers", "sends texts without a number", {BITS.name: lambda asked: 0}, fault=ONCE.name),
    Persona(
        "sends and forgets", "never says anything again",
        {STOP.name: lambda asked: FORGET, NEXT.name: _regardless, AGAIN.name: lambda asked: PASS},
        fault=EVERYTHING.name,
    ),
    Persona("answers every receipt", "takes a second receipt for a question", {AGAIN.name: _every_receipt}),
    Persona(
        "next frame to a complaint", 'sends the next text when it hears "this one, please"',
        {NEXT.name: _next_to_a_complaint, AGAIN.name: _not_to_a_complaint}, fault=ONCE.name,
    ),
    Persona(
        "too wide", "has as many texts under way as there are numbers",
        {WIDTH.name: lambda asked: 1 << asked.me.bits_now}, fault=ONCE.name,
    ),
    Persona(
        "keeps too many", "has all but one number under way, and keeps what comes too early",
        {SHELF.name: lambda asked: SHELF_KEEPS, WIDTH.name: lambda asked: max(1, (1 << asked.me.bits_now) - 1)},
        fault=ONCE.name,
    ),
    Persona("one at a time", "has one text under way", {WIDTH.name: lambda asked: 1}),
    Persona(
        "believes the transport", "takes what was received for what was written",
        {STOP.name: lambda asked: min(asked.me.stop, ORDERED)}, fault=ON_DISK.name,
    ),
    Persona("in a hurry", "says everything twice at once", {AGAIN.name: _at_once}),
    Persona("all twice", "cures whatever it is by saying all twice", {CARDS.name: lambda asked: (TWICE,)}),
    Persona(
        "the same cards each time", "numbers, and asks again, whatever it is",
        {CARDS.name: lambda asked: (NUMBER, SAY_AGAIN)},
    ),
)  # fmt: skip
