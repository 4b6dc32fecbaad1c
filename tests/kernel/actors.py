"""Small machines for tests of the kernel: a protocol made from the handlers that a test needs."""

from dataclasses import dataclass, field

from core.kernel.protocol import Machine, Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND
from core.wire.cdr import ULong, codec_for


@dataclass(frozen=True)
class Note:
    """A number on its way."""

    number: ULong


@dataclass(frozen=True)
class Load:
    """A packet of a thousand bytes."""

    number: ULong
    size = 1000


@dataclass
class Actor(Machine):
    """Writes everything down: (its own clock, what, from whom or which)."""

    log: list = field(default_factory=list)

    def on_message(self, ctx, source, message):
        self.log.append((ctx.now, message.number, source))

    def on_timer(self, ctx, key):
        self.log.append((ctx.now, key))

    def on_garbled(self, ctx, source, data):
        self.log.append((ctx.now, "garbled", source))

    def on_open(self, ctx, connection, peer):
        self.log.append((ctx.now, "open", peer))

    def on_close(self, ctx, connection, peer, reset):
        self.log.append((ctx.now, "reset" if reset else "closed", peer))


def scenario(names="a b", choices=(), roles=None, nodes=None, latency=40 * MILLISECOND, **more):
    """Nodes by name, all Actors, but for `roles`: name → dict of handlers (and `offers`)."""
    classes = {name: type("Actor", (Actor,), dict(handlers)) for name, handlers in (roles or {}).items()}
    room = Protocol("stage", "Stage", {"actor": Actor, **classes}, (Note, Load), codec_for(Note, Load), tuple(choices))
    specs = nodes or tuple(NodeSpec(name, "stage", name if name in classes else "actor") for name in names.split())
    more.setdefault("default_link", LinkSpec(latency))
    return Scenario("stage", {"stage": room}, specs, **more)


def sends(*numbers, to="b", message=Note):
    """A handler that sends these numbers when it starts."""

    def on_start(self, ctx):
        for number in numbers:
            ctx.send(to, message(number))

    return {"on_start": on_start}
