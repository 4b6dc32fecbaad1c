"""The tracker: it keeps who is in the torrent and names some of them to whoever asks (BEP 3, "trackers")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import SomeOf
from core.kernel.parameters import parameter
from core.kernel.protocol import Context
from core.kernel.time import SECOND
from core.protocols.peers.bittorrent.messages import (
    STOPPED,
    AnnounceRequest,
    AnnounceResponse,
    PeerAddress,
    label_of,
    torrent_of,
)
from core.protocols.peers.bittorrent.state import Sharing

STALE = 2
"""Intervals of silence after which a peer is taken for gone."""

# Choices


def _fresh(asked: Asked) -> list[str]:
    fresh: list[str] = asked.me.fresh(asked.peer, asked.now)
    return fresh


def _most_named(asked: Asked) -> int:
    most: int = asked.me.hands
    return most


def _named(asked: Asked) -> tuple[str, ...]:
    chosen = set(asked.dice.sample(_fresh(asked), _most_named(asked)))
    return tuple(label for label in asked.me.known(asked.peer) if label in chosen)


def _judge_handout(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    fresh = _fresh(asked)
    if not value:
        return "silence"
    if any(label not in fresh for label in value):
        return "stale"
    if len(value) < min(len(fresh), _most_named(asked)):
        return "few"
    return "worn" if asked.me.worn(asked.peer, value, asked.now) else "fair"


HANDOUT = Choice(
    name="bittorrent.handout",
    question="{peer} announces itself ({event}, {left} bytes left). Whom do you name?",
    domain=SomeOf(lambda asked: asked.me.known(asked.peer), _most_named, taken="named"),
    book=_named,
    candidates=lambda asked: [
        asked.book,
        asked.me.known(asked.peer)[: _most_named(asked)],
        asked.me.known(asked.peer)[-_most_named(asked) :],
        asked.book[:1],
        (),
    ],
    inaction=(),
    cases=("a newcomer", "asks again"),
    case=lambda asked: "a newcomer" if asked.event == "started" else "asks again",
    judge=_judge_handout,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: some of the living, at random, so that the swarm hangs together."),
        "fair": Answer(Kind.FINE, "{answer}: all alive, as many as may be named."),
        "worn": Answer(Kind.COSTLY, "You name {answer} to everybody: when they leave, the swarm breaks into islands."),
        "stale": Answer(Kind.COSTLY, "One of {answer} was silent for two intervals: {peer} may knock at a dead door."),
        "few": Answer(Kind.COSTLY, "You could name more: with few neighbours {peer} is cut off when they leave."),
        "silence": Answer(Kind.WRONG, "{peer} hears of nobody, and knows no other way.", "BEP 3, trackers"),
    },
    source="BEP 3, trackers (the selection is the tracker's own; at random is practice)",
)

# Machine


@dataclass(frozen=True)
class Registered:
    """A peer as the tracker knows it; `seen` is the tracker's clock (µs) at its last announce."""

    address: PeerAddress
    left: int
    seen: int


@dataclass
class Tracker(Sharing):
    """Registers announces and answers each with some other peers."""

    interval: int = parameter(60 * SECOND, "between two announces", kind="duration", low=SECOND)
    hands: int = parameter(50, "the most peers that one answer names", low=0, high=200)
    registered: dict[str, Registered] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    announces: int = 0

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        if not isinstance(message, AnnounceRequest) or ctx.connection is None:
            return
        self.announces += 1
        if message.info_hash != torrent_of(self.file, self.pieces, self.piece_length).info_hash:
            ctx.send_on(ctx.connection, AnnounceResponse(0, (), "no such torrent here"))
            return
        label = label_of(message.peer_id)
        if message.event == STOPPED:
            self.registered.pop(label, None)
            ctx.send_on(ctx.connection, AnnounceResponse(self.interval // SECOND))
            return
        address = PeerAddress(message.peer_id, source, message.port)
        self.registered[label] = Registered(address, message.left, ctx.came)
        names: tuple[str, ...] = ()
        if self.known(label):
            names = ctx.choose(HANDOUT, peer=label, event=message.event or "again", left=message.left)
        for name in names:
            self.named[name] = self.named.get(name, 0) + 1
        peers = tuple(self.registered[name].address for name in names)
        ctx.send_on(ctx.connection, AnnounceResponse(self.interval // SECOND, peers))

    def known(self, asker: str) -> tuple[str, ...]:
        """All registered peers but the asker, in the order in which they came."""
        return tuple(label for label in self.registered if label != asker)

    def fresh(self, asker: str, now: int) -> list[str]:
        """Those of them that announced themselves lately and, for a seed, have use for one."""
        mine = self.registered.get(asker)
        return [
            label
            for label in self.known(asker)
            if self.registered[label].seen >= now - STALE * self.interval
            and (mine is None or mine.left or self.registered[label].left)
        ]

    def worn(self, asker: str, names: tuple[str, ...], now: int) -> bool:
        """Were all of these named three times and more while a living peer was never named?"""
        never = any(not self.named.get(label, 0) for label in self.fresh(asker, now) if label not in names)
        return never and all(self.named.get(label, 0) >= 3 for label in names)

    def view(self) -> dict[str, str | int]:
        view: dict[str, str | int] = {"announces": self.announces}
        for label, peer in self.registered.items():
            left = "seed" if not peer.left else f"{peer.left // 1000} KB left"
            view[label] = f"{left}, named {self.named.get(label, 0)}, at {peer.seen // SECOND} s"
        return view
