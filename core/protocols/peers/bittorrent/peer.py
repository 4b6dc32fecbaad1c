"""A peer: a downloader that becomes a seed, or a seed from the start: what it does upon each event, and every 10 s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.kernel.effects import Key
from core.kernel.protocol import Context
from core.kernel.time import MINUTE, SECOND
from core.protocols.peers.bittorrent.choices import CHAIRS, GAMBLE, NAME, NEW, NOBODY, UNCHOKE
from core.protocols.peers.bittorrent.downloading import Downloading
from core.protocols.peers.bittorrent.messages import (
    PORT,
    REGULAR,
    STARTED,
    AnnounceRequest,
    AnnounceResponse,
    draw,
    label_of,
    peer_id_of,
)
from core.protocols.peers.bittorrent.state import (
    LIMIT,
    MOST_WANTS,
    MUTE,
    QUIET,
    ROUND,
    SETTLE,
    SNUBBED,
    TURNS,
    Neighbour,
    share_of,
    view_of,
)
from core.wire.peerwire import (
    Bitfield,
    Cancel,
    Choke,
    Handshake,
    Have,
    Interested,
    KeepAlive,
    NotInterested,
    Piece,
    Request,
    Unchoke,
)


@dataclass
class Peer(Downloading):
    """Downloads the file by asking those who unchoke it, uploads one block after another to those it unchokes."""

    # Joining

    def on_start(self, ctx: Context) -> None:
        self.have = self.everything if self.seed else sum(1 << index for index in self._at_the_start())
        self.availability = [0] * self.pieces
        if self.complete:
            self.completed = ctx.now
        self.chairs = ctx.choose(CHAIRS)
        if self.leaves:
            ctx.set_timer("leave", self.leaves)
        self._join(ctx)
        ctx.set_timer("round", SETTLE)

    def _at_the_start(self) -> set[int]:
        """The pieces named, and a share of all pieces that follows from the names of the file and the peer."""
        drawn = {i for i in range(self.pieces) if draw(self.file, self.name, i) < self.share}
        return drawn | set(self.holds)

    def _join(self, ctx: Context) -> None:
        if self.tracker:
            self.announce(ctx, STARTED)
        for address in self.knows:
            self.call_peer(ctx, address)

    def _answered(self, ctx: Context, connection: str, message: AnnounceResponse) -> None:
        del self.announcing[connection]
        ctx.close(connection)
        if self.gone:
            return
        ctx.set_timer("announce", MINUTE if message.failure else max(1, message.interval) * SECOND)
        known = {neighbour.label for neighbour in self.neighbours.values()}
        under_way = {self.neighbours[name].address for name in self.calling}
        for peer in message.peers:
            label = label_of(peer.peer_id)
            if label != self.label and label not in known and label not in self.banned and peer.ip not in under_way:
                self.call_peer(ctx, peer.ip)

    def _return(self, ctx: Context) -> None:
        """Leave, and come back as somebody else."""
        names = self.aliases.split()
        self.hang_up(ctx)
        self.alias = names[self.lives % len(names)]
        self.lives += 1
        self._join(ctx)
        ctx.set_timer("round", SETTLE)

    # What comes

    def on_open(self, ctx: Context, connection: str, peer: str) -> None:
        if connection in self.announcing:
            event = self.announcing[connection]
            missing = (self.pieces - self.have.bit_count()) * self.piece_length
            torrent = self.torrent
            ctx.send_on(
                connection,
                AnnounceRequest(
                    torrent.info_hash, peer_id_of(self.label), PORT, self.sent, self.received, missing, event
                ),
            )
        elif connection in self.neighbours:
            ctx.send_on(connection, Handshake(self.torrent.info_hash, peer_id_of(self.label)))
        elif self.gone or len(self.neighbours) >= self.most:
            ctx.close(connection)
        else:
            self.neighbours[connection] = Neighbour(connection, peer, False, ctx.now)

    def on_close(self, ctx: Context, connection: str, peer: str, reset: bool) -> None:
        if self.announcing.pop(connection, None) is not None:
            if not self.gone:
                ctx.set_timer("announce", MINUTE)
        elif connection in self.neighbours:
            self.forget(ctx, connection)
            self.ask_all(ctx)

    def on_message(self, ctx: Context, source: str, message: Any) -> None:
        connection = ctx.connection
        if connection is None:
            return
        neighbour = self.neighbours.get(connection)
        if neighbour is None:
            if isinstance(message, AnnounceResponse) and connection in self.announcing:
                self._answered(ctx, connection, message)
            return
        if not neighbour.ready:
            self.shake_hands(ctx, neighbour, message)
            return
        kind = type(message)
        if kind is Have:
            self.hear_have(ctx, neighbour, message.index)
        elif kind is Piece:
            self.arrived(ctx, neighbour, message)
        elif kind is Request:
            self._requested(ctx, neighbour, message)
        elif kind is Cancel:
            wanted = (message.index, message.begin, message.length)
            if wanted in neighbour.wants:
                neighbour.wants.remove(wanted)
        elif kind is Interested:
            neighbour.interested = True
        elif kind is NotInterested:
            neighbour.interested = False
        elif kind is Choke:
            neighbour.unchokes = False
            self.release(neighbour)
            self.ask_all(ctx)
        elif kind is Unchoke:
            neighbour.unchokes = True
            self.ask_blocks(ctx, neighbour)
        elif kind is Bitfield:
            self.bitfield(ctx, neighbour, message.bits)

    def _requested(self, ctx: Context, neighbour: Neighbour, message: Request) -> None:
        if message.length > max(LIMIT, self.block) or message.begin + message.length > self.piece_length:
            self.drop(ctx, neighbour)
            return
        wanted = (message.index, message.begin, message.length)
        if not neighbour.unchoked or not self.have >> message.index & 1 or len(neighbour.wants) >= MOST_WANTS:
            return
        if wanted not in neighbour.wants:
            neighbour.wants.append(wanted)
            if self.sending is None:
                self.serve(ctx)

    # Rounds

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "block":
            self.block_sent(ctx)
        elif key == "round":
            self._round(ctx)
        elif key == "announce":
            self.announce(ctx, REGULAR)
        elif key == "leave":
            self.leave(ctx)

    def _round(self, ctx: Context) -> None:
        """Every 10 s: who sits on the chairs? Every 30 s, or when that chair is free: on whom to gamble?"""
        ctx.set_timer("round", ROUND)
        gamble = self.round % TURNS == 0
        self.round += 1
        if self.aliases and gamble and self.round > 1 and ctx.choose(NAME, label=self.label) == NEW:
            self._return(ctx)
            return
        if self.complete and any(neighbour.interested for neighbour in self.ready()):
            self.stay_or_leave(ctx)
            if self.gone:
                ctx.cancel_timer("round")
                return
        self._mind(ctx)
        if self.labels():
            self.regular = ctx.choose(UNCHOKE, round=self.round)
            if gamble or self.gambler in (*self.regular, NOBODY) or not self.wants_us(self.gambler):
                self.gambler = ctx.choose(GAMBLE, round=self.round)
                if self.gambler != NOBODY:
                    self.gambled[self.gambler] = self.round
        for neighbour in self.ready():
            unchoked = neighbour.label in self.regular or neighbour.label == self.gambler
            if unchoked != neighbour.unchoked:
                neighbour.unchoked = unchoked
                neighbour.wants.clear()
                neighbour.spoken = ctx.now
                under_way = self.sending is not None and self.sending[0] == neighbour.connection
                if unchoked:
                    if under_way:
                        ctx.send_on(neighbour.connection, Choke())
                    ctx.send_on(neighbour.connection, Unchoke())
                elif not under_way:  # else the choke comes behind that block, as bytes on a stream do
                    ctx.send_on(neighbour.connection, Choke())
        if self.sending is None:
            self.serve(ctx)

    def _mind(self, ctx: Context) -> None:
        """Keep quiet connections alive; ask others for what a snubbing neighbour owes; hang up on who never says who
        it is."""
        for neighbour in list(self.neighbours.values()):
            if not neighbour.ready and not neighbour.mine and neighbour.since <= ctx.now - MUTE:
                self.drop(ctx, neighbour)
        owed = False
        for neighbour in self.ready():
            if neighbour.spoken <= ctx.now - QUIET:
                neighbour.spoken = ctx.now
                ctx.send_on(neighbour.connection, KeepAlive())
            if neighbour.asked and neighbour.heard <= ctx.now - SNUBBED:
                self.release(neighbour)
                owed = True
        if owed:
            for neighbour in self.ready():
                if neighbour.unchokes and neighbour.heard > ctx.now - SNUBBED:
                    self.ask_blocks(ctx, neighbour)

    def view(self) -> dict[str, str | int]:
        return view_of(self)

    def badge(self) -> str:
        return "gone" if self.gone else "has all" if self.complete else f"{share_of(self)} %"
