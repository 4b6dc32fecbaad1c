"""Members of a forum who say wrongly after what their notes hang, each in one way."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona, Value
from core.protocols.clocks.ordered_multicast.phone_choices import AFTER
from core.protocols.clocks.ordered_multicast.phone_laws import SENSE
from core.protocols.clocks.ordered_multicast.phone_messages import author_of


def _last_of_the_caller(asked: Asked) -> Value:
    """What hangs of whoever phoned, the newest; what was read it names rightly."""
    me = asked.me
    if not me.callers:
        return asked.book
    his = [name for name in me.last if author_of(name) == me.callers[-1]]
    return tuple(his[-1:])


def _asks(asked: Asked) -> Value:
    """Asks whoever has phoned, beside what the book names."""
    me = asked.me
    return tuple(name for name in me.nameable if name in asked.book or name in me.callers)


PERSONAS: tuple[Persona, ...] = (
    Persona("names nothing", "leaves the order to the network", {AFTER.name: lambda asked: ()}, SENSE),
    Persona("names what came last", "hangs it after the newest", {AFTER.name: lambda asked: asked.me.last[-1:]}, SENSE),
    Persona("names the caller's last", "takes the last that hangs of whoever phoned for what he spoke of",
            {AFTER.name: _last_of_the_caller}, SENSE),
    Persona("names one", "names one note, though it depends on two", {AFTER.name: lambda asked: asked.book[:1]}, SENSE),
    Persona("names all", "names all that hangs", {AFTER.name: lambda asked: asked.me.nameable}),
    Persona("asks every caller", "asks back on the phone whenever it rang", {AFTER.name: _asks}),
)  # fmt: skip
