"""A live journal is the run: whatever comes from outside, in whatever order and when, replays the same."""

import random
import struct
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
import trio

from core.kernel.choice import Answer, Choice, Kind
from core.kernel.domains import OneOf
from core.kernel.protocol import Machine, Protocol
from core.kernel.scenario import Arrival, LinkSpec, NodeSpec, PlayerSeat, Scenario
from core.kernel.time import SECOND
from core.kernel.world import World, replayed
from core.live import Live
from core.live.session import LiveSession
from core.record import header_of, read, result_of, verify, with_journal, write
from tests.patience import ENOUGH

WHAT = Choice(
    name="loud.say", question="{text} came.", domain=OneOf(("loud", "twice", "later", "close", "reset", "nothing")),
    book=lambda asked: "loud", answers={"said": Answer(Kind.FINE, "Said.")}, judge=lambda asked, value: "said",
    source="here", inaction="nothing",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Say this."""

    text: str


@dataclass
class Shouter(Machine):
    """Asks what to do with every line; notes what becomes of streams."""

    seen: list[str] = field(default_factory=list)
    offers: ClassVar[tuple[Choice, ...]] = ()

    def on_start(self, ctx):
        ctx.set_timer("beat", 20_000)

    def on_open(self, ctx, connection, peer):
        self.seen.append(f"open {connection}")

    def on_message(self, ctx, source, message):
        what = ctx.choose(WHAT, text=message.text)
        stream = ctx.connection
        if what == "later":
            ctx.set_timer((source, stream, message.text), 7_000)
        elif what in ("close", "reset") and stream:
            (ctx.close if what == "close" else ctx.reset)(stream)
        for _ in range({"loud": 1, "twice": 2}.get(what, 0)):
            self.say(ctx, source, stream, message.text.upper())

    def say(self, ctx, source, stream, text):
        if stream:
            ctx.send_on(stream, Line(text))
        else:
            ctx.send(source, Line(text))

    def on_timer(self, ctx, key):
        if key == "beat":
            ctx.set_timer("beat", 20_000)
        else:
            self.say(ctx, *key)

    def on_garbled(self, ctx, source, data):
        self.seen.append(f"garbled {len(data)}")

    def on_close(self, ctx, connection, peer, reset):
        self.seen.append(f"{'reset' if reset else 'closed'} {connection}")
        if not reset:
            ctx.send_on(connection, Line("BYE"))
            ctx.close(connection)


class Codec:
    """A length of two bytes, then the line."""

    def encode(self, message, envelope):
        return struct.pack(">H", len(message.text)) + message.text.encode()

    def decode(self, data, envelope):
        if len(data) < 2 or len(data) != 2 + struct.unpack_from(">H", data)[0]:
            raise ValueError("not one line")
        return Line(data[2:].decode())

    def spans(self, data):
        return []


LOUD = Protocol("loud", "Loud", {"server": Shouter}, (Line,), Codec(), (WHAT,), service="stream")
OUTSIDE = ("one", "two", "three")


def scenario(played=False, seed=1):
    nodes = (NodeSpec("server", "loud", "server"), *(NodeSpec(name, "loud", outside=True) for name in OUTSIDE))
    seats = (PlayerSeat("server", ("*",)),) if played else ()
    return Scenario("live/loud", {"loud": LOUD}, nodes, default_link=LinkSpec(latency=0), limit=3600 * SECOND,
                    player=seats, seed=seed)  # fmt: skip


class Chaos:
    """A port without a transport: opens, says, half-closes, closes and resets by the dice of the test."""

    nodes = OUTSIDE

    def __init__(self, live, dice, count):
        self.live, self.dice, self.count = live, dice, count
        self.left = []
        self.open = []
        live.attach(self)

    def depart(self, departure):
        self.left.append(departure)
        # A transport's answer to what leaves may come at once, in the middle of the world's own work.
        if departure.what == "reset" and departure.connection in self.open:
            self.open.remove(departure.connection)

    async def run(self):
        for _ in range(self.count):
            self.one()
            await trio.sleep(self.dice.choice((0, 0, 0.000_001, 0.003, 0.007, 0.02)))
        self.live.end()

    def one(self):
        dice, live = self.dice, self.live
        what = dice.choice(("open", "datagram", "data", "data", "data", "end", "close", "reset", "garbage"))
        who = dice.choice(OUTSIDE)
        if what == "open":
            self.open.append(live.arrive(who, "server", "open"))
        elif what == "datagram":
            live.arrive(who, "server", "datagram", Codec().encode(Line(f"hello {dice.random():.3f}"), None))
        elif what == "garbage" and not self.open:
            live.arrive(who, "server", "datagram", b"\xff")
        elif self.open:
            name = dice.choice(self.open)
            source = name.partition(">")[0]
            data = b"\xff" * 3 if what == "garbage" else Codec().encode(Line(what), None) if what == "data" else b""
            live.arrive(source, "server", "data" if what == "garbage" else what, data, name)
            if what == "reset" or (what == "close" and dice.random() < 0.7):
                self.open.remove(name)  # else somebody goes on with a stream that is gone: nothing happens


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_comes_replays(seed, autojump_clock, tmp_path):
    game = scenario()
    live = Live(World(game))
    port = Chaos(live, random.Random(seed), 60)
    with trio.fail_after(ENOUGH):
        await live.run()
    assert live.over
    assert len(live.journal) > 30
    assert port.left
    world = live.world
    again = replayed(with_journal(game, live.journal, live.ended), world.answers)
    assert again.trace.rows == world.trace.rows
    assert again.trace_sha256() == world.trace_sha256()
    assert again.outcome == world.outcome
    path = tmp_path / "one.run"
    write(path, header_of(game, "live/loud", "text"), world.answers, result_of(world), journal=live.journal,
          ended=live.ended)  # fmt: skip
    found = verify(read(path), lambda text, seed: scenario(seed=seed))
    assert found.verified, found.why


def test_the_dice_reach_all_that_may_happen():
    """Else the test above would promise more than it looks at."""
    came, seen = set(), set()

    async def one(seed):
        live = Live(World(scenario()))
        Chaos(live, random.Random(seed), 60)
        await live.run()
        came.update(arrival.what for arrival in live.journal)
        seen.update(words.split()[0] for words in live.world.nodes["server"].machine.seen)

    for seed in range(4):
        trio.run(one, seed, clock=trio.testing.MockClock(autojump_threshold=0))
    assert came == {"open", "datagram", "data", "end", "close", "reset"}
    assert seen == {"open", "garbled", "reset", "closed"}


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_comes_to_a_player_replays(seed, autojump_clock):
    """Answers come while the world goes on: what arrives meanwhile waits in the inbox."""
    game = scenario(played=True)
    session = LiveSession(game)
    dice = random.Random(seed)
    Chaos(session.live, dice, 50)

    async def answer():
        while not session.over:
            if session.question is not None:
                session.answer(dice.choice(list(session.question.asked.candidates)))
            await trio.sleep(dice.choice((0.000_001, 0.001, 0.004, 0.02)))

    with trio.fail_after(ENOUGH):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.run)
            nursery.start_soon(answer)
            await session.until_over()
            session.close()
    live, world = session.live, session.live.world
    assert world.answers
    again = replayed(with_journal(game, live.journal, live.ended), world.answers)
    assert again.trace.rows == world.trace.rows
    assert again.trace_sha256() == world.trace_sha256()
    assert again.verdicts == world.verdicts


def test_a_journal_that_is_changed_is_another_run():
    game = scenario()
    frame = Codec().encode(Line("hi"), None)
    hashes = set()
    for at, data in ((10, frame), (11, frame), (10, frame.replace(b"hi", b"ho"))):
        world = World(with_journal(game, [Arrival(at, "one", "server", "datagram", data)], 1000))
        world.run()
        hashes.add(world.trace_sha256())
    assert len(hashes) == 3
