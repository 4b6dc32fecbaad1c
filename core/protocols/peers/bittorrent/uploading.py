"""What a peer gives: one block after another, in turn to those it has unchoked."""

from __future__ import annotations

from core.kernel.protocol import Context
from core.kernel.time import SECOND
from core.protocols.peers.bittorrent.choices import BLOCK, NOISE
from core.protocols.peers.bittorrent.messages import noise
from core.protocols.peers.bittorrent.state import PeerState, recorded
from core.wire.peerwire import Choke, Piece


class Uploading(PeerState):
    """Uploads one block at a time, at the peer's rate."""

    def serve(self, ctx: Context) -> None:
        """The next block goes out, to whoever of those unchoked comes after the one served last."""
        waiting = [n.connection for n in self.neighbours.values() if n.unchoked and n.wants]
        if self.sending is not None or not waiting:
            return
        order = list(self.neighbours)
        last = order.index(self.served) if self.served in self.neighbours else -1
        connection = next((name for name in waiting if order.index(name) > last), waiting[0])
        index, begin, length = self.neighbours[connection].wants.pop(0)
        self.served = connection
        self.sending = (connection, index, begin, length)
        ctx.set_timer("block", -(-(length + 13) * 8 * SECOND // self.upload))

    def block_sent(self, ctx: Context) -> None:
        """The last byte of a block has left."""
        if self.sending is None:
            return
        connection, index, begin, length = self.sending
        self.sending = None
        neighbour = self.neighbours[connection]
        lie = ctx.choose(BLOCK, peer=neighbour.label, piece=index) == NOISE
        data = noise(index, begin, length) if lie else self._stored(index, begin, length)
        ctx.send_on(connection, Piece(index, begin, data))
        neighbour.got = recorded(neighbour.got, ctx.now, length)
        neighbour.given |= 1 << index
        neighbour.spoken = ctx.now
        self.sent += length
        if not neighbour.unchoked:
            ctx.send_on(connection, Choke())
        self.serve(ctx)

    def _stored(self, index: int, begin: int, length: int) -> bytes:
        blocks = self.stored.get(index)
        if blocks is None:
            return self.torrent.block(index, begin, length)
        if begin % self.block == 0 and begin // self.block < len(blocks) and len(blocks[begin // self.block]) == length:
            return blocks[begin // self.block]
        return b"".join(blocks)[begin : begin + length]
