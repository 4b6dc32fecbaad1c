"""A peer: a downloader that becomes a seed, or a seed from the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.kernel.effects import Key
from core.kernel.protocol import Context
from core.kernel.time import MINUTE, SECOND
from core.protocols.bittorrent.choices import (
    BAN,
    BLOCK,
    CHAIRS,
    ENDGAME,
    EVERYONE,
    GAMBLE,
    KEEP,
    LEAVE,
    NAME,
    NEW,
    NOBODY,
    NOISE,
    PIECE,
    STAY,
    UNCHOKE,
    VERIFY,
)
from core.protocols.bittorrent.messages import (
    COMPLETED,
    PORT,
    REGULAR,
    STARTED,
    STOPPED,
    AnnounceRequest,
    AnnounceResponse,
    draw,
    label_of,
    noise,
    peer_id_of,
    sha1_of,
)
from core.protocols.bittorrent.state import (
    LIMIT,
    QUIET,
    ROUND,
    SETTLE,
    SNUBBED,
    TURNS,
    Block,
    Neighbour,
    Partial,
    PeerState,
    numbers,
    recorded,
    view_of,
)  # fmt: skip
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
    bits_of,
    pieces_of,
)
from core.wire.table import CodecError


@dataclass
class Peer(PeerState):
    """Downloads the file by asking those who unchoke it, uploads one block after another to those it unchokes."""

    # Joining and leaving

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
            self._announce(ctx, STARTED)
        for address in self.knows:
            self._call(ctx, address)

    def _announce(self, ctx: Context, event: str) -> None:
        connection = ctx.open(self.tracker)
        self.announcing[connection] = event

    def _call(self, ctx: Context, address: str) -> None:
        if len(self.neighbours) < self.most:
            connection = ctx.open(address)
            self.calling.append(connection)
            self.neighbours[connection] = Neighbour(connection, address, True, ctx.now)

    def _leave(self, ctx: Context) -> None:
        self._hang_up(ctx)
        self.gone = True
        ctx.cancel_timer("announce")
        ctx.cancel_timer("leave")

    def _hang_up(self, ctx: Context) -> None:
        """End every connection and tell the tracker."""
        for connection in list(self.neighbours):
            ctx.close(connection)
            self._forget(ctx, connection)
        ctx.cancel_timer("round")
        ctx.cancel_timer("block")
        self.sending = None
        self.regular, self.gambler = (), NOBODY
        if self.tracker:
            self._announce(ctx, STOPPED)

    def _forget(self, ctx: Context, connection: str) -> None:
        neighbour = self.neighbours.pop(connection)
        if connection in self.calling:
            self.calling.remove(connection)
        if neighbour.ready:
            del self.directory[neighbour.label]
        for index in numbers(neighbour.has):
            self.availability[index] -= 1
        self._release(neighbour)
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
            self._serve(ctx)

    # Connections

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
            self._forget(ctx, connection)
            self._ask_all(ctx)

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
            self._shake_hands(ctx, neighbour, message)
            return
        kind = type(message)
        if kind is Have:
            self._has(ctx, neighbour, message.index)
        elif kind is Piece:
            self._arrived(ctx, neighbour, message)
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
            self._release(neighbour)
            self._ask_all(ctx)
        elif kind is Unchoke:
            neighbour.unchokes = True
            self._ask(ctx, neighbour)
        elif kind is Bitfield:
            self._bitfield(ctx, neighbour, message.bits)

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
                self._call(ctx, peer.ip)

    def _shake_hands(self, ctx: Context, neighbour: Neighbour, message: Any) -> None:
        """The first message each way; whoever was called answers with its own."""
        label = label_of(message.peer_id) if isinstance(message, Handshake) else ""
        twin = self.neighbour(label)
        if (
            not isinstance(message, Handshake)
            or message.info_hash != self.torrent.info_hash
            or label == self.label
            or label in self.banned
        ):
            self._drop(ctx, neighbour)
            return
        if twin is not None:
            # Both called at once: the call of the smaller peer id stands, which both ends see alike.
            caller = self.label if neighbour.mine else label
            if caller != min(self.label, label) and twin.mine != neighbour.mine:
                self._drop(ctx, neighbour)
                return
            self._drop(ctx, twin)
        if not neighbour.mine:
            ctx.send_on(neighbour.connection, Handshake(self.torrent.info_hash, peer_id_of(self.label)))
        else:
            self.calling.remove(neighbour.connection)
        neighbour.label, neighbour.peer_id, neighbour.ready = label, message.peer_id, True
        self.directory[label] = neighbour.connection
        neighbour.since = neighbour.heard = neighbour.spoken = ctx.now
        if self.have:
            ctx.send_on(neighbour.connection, Bitfield(bits_of(numbers(self.have), self.pieces)))

    def _drop(self, ctx: Context, neighbour: Neighbour) -> None:
        ctx.close(neighbour.connection)
        self._forget(ctx, neighbour.connection)

    def _bitfield(self, ctx: Context, neighbour: Neighbour, bits: bytes) -> None:
        try:
            pieces = pieces_of(bits, self.pieces)
        except CodecError:
            self._drop(ctx, neighbour)
            return
        for index in pieces:
            if not neighbour.has >> index & 1:
                neighbour.has |= 1 << index
                self.availability[index] += 1
        self._weigh(ctx, neighbour)

    def _has(self, ctx: Context, neighbour: Neighbour, index: int) -> None:
        bit = 1 << index
        if index >= self.pieces or neighbour.has & bit:
            return
        neighbour.has |= bit
        self.availability[index] += 1
        if not self.have & bit:
            if not neighbour.interesting:
                self._weigh(ctx, neighbour)
            elif neighbour.unchokes and len(neighbour.asked) < self.pipeline:
                self._ask(ctx, neighbour)

    def _weigh(self, ctx: Context, neighbour: Neighbour) -> None:
        """Tell it when we begin or cease to want something of it."""
        interesting = bool(neighbour.has & ~self.have)
        if interesting != neighbour.interesting:
            neighbour.interesting = interesting
            neighbour.heard = neighbour.spoken = ctx.now
            ctx.send_on(neighbour.connection, Interested() if interesting else NotInterested())

    # Downloading

    def _ask_all(self, ctx: Context) -> None:
        """What one neighbour no longer sends, others may."""
        for neighbour in list(self.neighbours.values()):
            if neighbour.unchokes:
                self._ask(ctx, neighbour)

    def _ask(self, ctx: Context, neighbour: Neighbour) -> None:
        """Keep `pipeline` requests waiting there: pieces begun first (strict priority), then a new piece."""
        while neighbour.unchokes and len(neighbour.asked) < self.pipeline:
            block = self._begun(neighbour) or self._another(ctx, neighbour)
            if block is None:
                break
            neighbour.asked.append(block)
            ctx.send_on(neighbour.connection, Request(*block, self._length(block[1])))
        if neighbour.unchokes and not neighbour.asked:
            self._finish(ctx, neighbour)

    def _begun(self, neighbour: Neighbour) -> Block | None:
        for index in self.open:
            partial = self.partial[index]
            if neighbour.has >> index & 1 and partial.only in ("", neighbour.connection):
                if index in self.doubted:
                    partial.only = neighbour.connection
                return self._take(index, partial)
        return None

    def _take(self, index: int, partial: Partial) -> Block:
        begin = partial.todo.pop(0)
        if not partial.todo:
            self.open.remove(index)
        return index, begin

    def _another(self, ctx: Context, neighbour: Neighbour) -> Block | None:
        if not neighbour.has & self._untouched():
            return None
        index = ctx.choose(PIECE, peer=neighbour.label)
        partial = self._begin(index)
        if index in self.doubted:
            partial.only = neighbour.connection
        return self._take(index, partial)

    def _begin(self, index: int) -> Partial:
        self.partial[index] = partial = Partial(list(range(0, self.piece_length, self.block)))
        self.begun |= 1 << index
        self.open.append(index)
        return partial

    def _finish(self, ctx: Context, neighbour: Neighbour) -> None:
        """Endgame mode: all that is missing is asked for, so ask this idle one too, for what fewest were asked.

        One block at a time: everything to everyone, as BEP 3 has it, would fill the swarm with copies.
        """
        if not self.partial or self.open or self._untouched():
            return
        wanted = [
            (index, begin)
            for index, partial in self.partial.items()
            if neighbour.has >> index & 1 and partial.only in ("", neighbour.connection)
            for begin in range(0, self.piece_length, self.block)
            if begin not in partial.blocks
        ]
        if not wanted:
            return
        if self.endgame is None:
            missing = sum(-(-self.piece_length // self.block) - len(p.blocks) for p in self.partial.values())
            self.endgame = ctx.choose(ENDGAME, missing=missing) == EVERYONE
        if self.endgame:
            asked = [block for other in self.neighbours.values() for block in other.asked]
            block = min(wanted, key=asked.count)
            neighbour.asked.append(block)
            ctx.send_on(neighbour.connection, Request(*block, self._length(block[1])))

    def _length(self, begin: int) -> int:
        return min(self.block, self.piece_length - begin)

    def _release(self, neighbour: Neighbour) -> None:
        """It will not send what it was asked for: others may be asked."""
        lost, neighbour.asked = neighbour.asked, []
        for index, begin in lost:
            partial = self.partial.get(index)
            if partial is None or begin in partial.blocks or begin in partial.todo:
                continue
            if any((index, begin) in other.asked for other in self.neighbours.values()):
                continue
            if not partial.blocks and len(partial.todo) + 1 == -(-self.piece_length // self.block):
                # Nothing of it is here or asked for: it is a free choice again.
                if index in self.open:
                    self.open.remove(index)
                del self.partial[index]
                self.begun &= ~(1 << index)
                continue
            partial.todo.append(begin)
            partial.todo.sort()
            if index not in self.open:
                self.open.append(index)

    def _arrived(self, ctx: Context, neighbour: Neighbour, message: Piece) -> None:
        block = (message.index, message.begin)
        size = len(message.block)
        neighbour.gave = recorded(neighbour.gave, ctx.now, size)
        neighbour.gave_all += size
        neighbour.heard = ctx.now
        late = block not in neighbour.asked
        if not late:
            neighbour.asked.remove(block)
        partial = self.partial.get(message.index)
        if partial is None and message.index < self.pieces and not self.have >> message.index & 1:
            # Given up too early: a snubbing neighbour woke.
            partial = self._begin(message.index)
        if partial is None or message.begin in partial.blocks or size != self._length(message.begin):
            self.wasted += size
            self._ask(ctx, neighbour)
            return
        self.received += size
        partial.blocks[message.begin] = message.block
        if message.begin in partial.todo:
            partial.todo.remove(message.begin)
            if not partial.todo:
                self.open.remove(message.index)
        if neighbour.label not in partial.sources:
            partial.sources = (*partial.sources, neighbour.label)
        if self.endgame or late:
            self._cancel(ctx, message.index, message.begin)
        if len(partial.blocks) * self.block >= self.piece_length:
            self._whole(ctx, message.index, partial)
        if neighbour.connection in self.neighbours:
            self._ask(ctx, neighbour)

    def _cancel(self, ctx: Context, index: int, begin: int) -> None:
        for other in self.neighbours.values():
            if (index, begin) in other.asked:
                other.asked.remove((index, begin))
                ctx.send_on(other.connection, Cancel(index, begin, self._length(begin)))

    def _whole(self, ctx: Context, index: int, partial: Partial) -> None:
        """Every block of a piece is here: is it what the torrent lists?"""
        blocks = tuple(partial.blocks[begin] for begin in sorted(partial.blocks))
        expected, found = self.torrent.hash_of(index).hex()[:8], sha1_of(blocks).hex()[:8]
        del self.partial[index]
        self.begun &= ~(1 << index)
        answer = ctx.choose(VERIFY, piece=index, expected=expected, found=found)
        if answer == KEEP:
            self._keep(ctx, index, blocks)
            return
        self.wasted += self.piece_length
        self.received -= self.piece_length
        if expected == found:
            return
        self.doubted.append(index)
        suspects = tuple(label for label in partial.sources if label not in self.banned)
        if not suspects:
            return
        suspect = ctx.choose(BAN, piece=index, sources=suspects, names=", ".join(suspects))
        if suspect != NOBODY:
            self._ban(ctx, suspect)

    def _ban(self, ctx: Context, label: str) -> None:
        self.banned = (*self.banned, label)
        neighbour = self.neighbour(label)
        if neighbour is not None:
            self._drop(ctx, neighbour)
            self._ask_all(ctx)

    def _keep(self, ctx: Context, index: int, blocks: tuple[bytes, ...]) -> None:
        self.stored[index] = blocks
        self.have |= 1 << index
        if index in self.doubted:
            self.doubted.remove(index)
        ctx.deliver(index)
        have = Have(index)
        missing = ~self.have
        for neighbour in self.neighbours.values():
            if neighbour.ready:
                neighbour.spoken = ctx.now
                ctx.send_on(neighbour.connection, have)
                if neighbour.interesting and not neighbour.has & missing:
                    self._weigh(ctx, neighbour)
        if self.complete:
            self._completed(ctx)

    def _completed(self, ctx: Context) -> None:
        self.completed = ctx.now
        if self.tracker:
            self._announce(ctx, COMPLETED)
        self._stay_or_leave(ctx)

    def _stay_or_leave(self, ctx: Context) -> None:
        needy = sum(1 for neighbour in self.ready() if neighbour.has != self.everything)
        rare = bool(needy) and min(self.availability) == 0
        if ctx.choose(STAY, needy=needy, rare=rare, sum=sum(self.availability) // self.pieces) == LEAVE:
            self._leave(ctx)

    # Uploading

    def _requested(self, ctx: Context, neighbour: Neighbour, message: Request) -> None:
        if message.length > max(LIMIT, self.block) or message.begin + message.length > self.piece_length:
            self._drop(ctx, neighbour)
            return
        wanted = (message.index, message.begin, message.length)
        if neighbour.unchoked and self.have >> message.index & 1 and wanted not in neighbour.wants:
            neighbour.wants.append(wanted)
            if self.sending is None:
                self._serve(ctx)

    def _serve(self, ctx: Context) -> None:
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

    def _sent(self, ctx: Context) -> None:
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
        neighbour.got_all += length
        neighbour.spoken = ctx.now
        self.sent += length
        if not neighbour.unchoked:
            ctx.send_on(connection, Choke())
        self._serve(ctx)

    def _stored(self, index: int, begin: int, length: int) -> bytes:
        blocks = self.stored.get(index)
        if blocks is None:
            return self.torrent.block(index, begin, length)
        if begin % self.block == 0 and begin // self.block < len(blocks) and len(blocks[begin // self.block]) == length:
            return blocks[begin // self.block]
        return b"".join(blocks)[begin : begin + length]

    # Rounds

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "block":
            self._sent(ctx)
        elif key == "round":
            self._round(ctx)
        elif key == "announce":
            self._announce(ctx, REGULAR)
        elif key == "leave":
            self._leave(ctx)

    def _round(self, ctx: Context) -> None:
        """Every 10 s: who sits on the chairs? Every 30 s, or when that chair is free: on whom to gamble?"""
        ctx.set_timer("round", ROUND)
        gamble = self.round % TURNS == 0
        self.round += 1
        if self.aliases and gamble and self.round > 1 and ctx.choose(NAME, label=self.label) == NEW:
            self._return(ctx)
            return
        if self.complete and any(neighbour.interested for neighbour in self.ready()):
            self._stay_or_leave(ctx)
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
            self._serve(ctx)

    def _mind(self, ctx: Context) -> None:
        """Keep quiet connections alive; ask others for what a snubbing neighbour owes."""
        owed = False
        for neighbour in self.ready():
            if neighbour.spoken <= ctx.now - QUIET:
                neighbour.spoken = ctx.now
                ctx.send_on(neighbour.connection, KeepAlive())
            if neighbour.asked and neighbour.heard <= ctx.now - SNUBBED:
                self._release(neighbour)
                owed = True
        if owed:
            for neighbour in self.ready():
                if neighbour.unchokes and neighbour.heard > ctx.now - SNUBBED:
                    self._ask(ctx, neighbour)

    def _return(self, ctx: Context) -> None:
        """Leave, and come back as somebody else."""
        names = self.aliases.split()
        self._hang_up(ctx)
        self.alias = names[self.lives % len(names)]
        self.lives += 1
        self._join(ctx)
        ctx.set_timer("round", SETTLE)

    def view(self) -> dict[str, str | int]:
        return view_of(self)
