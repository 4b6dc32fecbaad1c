"""Whom a peer knows: the tracker's announces, calls, handshakes, who leaves, who is interesting."""

from __future__ import annotations

from typing import Any

from core.kernel.protocol import Context
from core.protocols.peers.bittorrent.choices import NOBODY
from core.protocols.peers.bittorrent.messages import STOPPED, label_of, peer_id_of
from core.protocols.peers.bittorrent.pieces import Pieces
from core.protocols.peers.bittorrent.state import Neighbour, numbers
from core.protocols.peers.bittorrent.uploading import Uploading
from core.wire.peerwire import Bitfield, Handshake, Interested, NotInterested, bits_of


class Connections(Pieces, Uploading):
    """Begins and ends connections to neighbours, and forgets what was theirs."""

    def announce(self, ctx: Context, event: str) -> None:
        connection = ctx.open(self.tracker)
        self.announcing[connection] = event

    def call_peer(self, ctx: Context, address: str) -> None:
        if len(self.neighbours) < self.most:
            connection = ctx.open(address)
            self.calling.append(connection)
            self.neighbours[connection] = Neighbour(connection, address, True, ctx.now)

    def shake_hands(self, ctx: Context, neighbour: Neighbour, message: Any) -> None:
        """The first message each way; whoever was called answers with its own."""
        label = label_of(message.peer_id) if isinstance(message, Handshake) else ""
        twin = self.neighbour(label)
        if (
            not isinstance(message, Handshake)
            or message.info_hash != self.torrent.info_hash
            or label == self.label
            or label in self.banned
        ):
            self.drop(ctx, neighbour)
            return
        if twin is not None:
            # Both called at once: the call of the smaller peer id stands, which both ends see alike.
            caller = self.label if neighbour.mine else label
            if caller != min(self.label, label) and twin.mine != neighbour.mine:
                self.drop(ctx, neighbour)
                return
            self.drop(ctx, twin)
        if not neighbour.mine:
            ctx.send_on(neighbour.connection, Handshake(self.torrent.info_hash, peer_id_of(self.label)))
        else:
            self.calling.remove(neighbour.connection)
        neighbour.label, neighbour.peer_id, neighbour.ready = label, message.peer_id, True
        self.directory[label] = neighbour.connection
        neighbour.since = neighbour.heard = neighbour.spoken = ctx.now
        if self.have:
            ctx.send_on(neighbour.connection, Bitfield(bits_of(numbers(self.have), self.pieces)))

    def drop(self, ctx: Context, neighbour: Neighbour) -> None:
        ctx.close(neighbour.connection)
        self.forget(ctx, neighbour.connection)

    def forget(self, ctx: Context, connection: str) -> None:
        neighbour = self.neighbours.pop(connection)
        if connection in self.calling:
            self.calling.remove(connection)
        if neighbour.ready:
            del self.directory[neighbour.label]
            if self.wishes:
                self.departed = (*self.departed, neighbour.label)
        for index in numbers(neighbour.has):
            self.availability[index] -= 1
        self.release(neighbour)
        if neighbour.label == self.gambler:
            self.gambler = NOBODY
        if neighbour.label in self.regular:
            self.regular = tuple(label for label in self.regular if label != neighbour.label)
        for partial in self.partial.values():
            if partial.only == connection:
                partial.only = ""
        if self.sending is not None and self.sending[0] == connection:
            self.sending = None
            ctx.cancel_timer("block")
            self.serve(ctx)

    def hang_up(self, ctx: Context) -> None:
        """End every connection and tell the tracker."""
        for connection in list(self.neighbours):
            ctx.close(connection)
            self.forget(ctx, connection)
        ctx.cancel_timer("round")
        ctx.cancel_timer("block")
        self.sending = None
        self.regular, self.gambler = (), NOBODY
        if self.tracker:
            self.announce(ctx, STOPPED)

    def leave(self, ctx: Context) -> None:
        self.hang_up(ctx)
        self.gone = True
        ctx.cancel_timer("announce")
        ctx.cancel_timer("leave")

    def weigh(self, ctx: Context, neighbour: Neighbour) -> None:
        """Tell it when we begin or cease to want something of it."""
        interesting = bool(neighbour.has & ~self.have)
        if interesting != neighbour.interesting:
            neighbour.interesting = interesting
            neighbour.heard = neighbour.spoken = ctx.now
            ctx.send_on(neighbour.connection, Interested() if interesting else NotInterested())
