"""What a peer gets: it asks those who unchoke it, checks every piece, and bans who sent noise."""

from __future__ import annotations

from core.kernel.protocol import Context
from core.protocols.peers.bittorrent.choices import BAN, ENDGAME, EVERYONE, KEEP, LEAVE, NOBODY, PIECE, STAY, VERIFY
from core.protocols.peers.bittorrent.connections import Connections
from core.protocols.peers.bittorrent.messages import COMPLETED, sha1_of
from core.protocols.peers.bittorrent.picking import EVIDENCE, KEPT, SOURCES, WISH
from core.protocols.peers.bittorrent.state import Block, Neighbour, Partial, numbers, recorded
from core.wire.peerwire import Cancel, Have, Piece, Request, pieces_of
from core.wire.table import CodecError


class Downloading(Connections):
    """Keeps requests waiting wherever it is unchoked, until the file is whole."""

    def bitfield(self, ctx: Context, neighbour: Neighbour, bits: bytes) -> None:
        try:
            pieces = pieces_of(bits, self.pieces)
        except CodecError:
            self.drop(ctx, neighbour)
            return
        for index in pieces:
            if not neighbour.has >> index & 1:
                self._note_piece(neighbour, index)
        self.weigh(ctx, neighbour)

    def _note_piece(self, neighbour: Neighbour, index: int) -> None:
        """It has this piece, which we did not know."""
        neighbour.has |= 1 << index
        if not self.availability[index]:
            neighbour.first |= 1 << index
        self.availability[index] += 1

    def hear_have(self, ctx: Context, neighbour: Neighbour, index: int) -> None:
        if index >= self.pieces or neighbour.has >> index & 1:
            return
        self._note_piece(neighbour, index)
        if not self.have >> index & 1:
            if not neighbour.interesting:
                self.weigh(ctx, neighbour)
            if neighbour.unchokes and len(neighbour.asked) < self.pipeline:
                self.ask_blocks(ctx, neighbour)

    def ask_all(self, ctx: Context) -> None:
        """What one neighbour no longer sends, others may."""
        for neighbour in list(self.neighbours.values()):
            if neighbour.unchokes:
                self.ask_blocks(ctx, neighbour)

    def ask_blocks(self, ctx: Context, neighbour: Neighbour) -> None:
        """Keep `pipeline` requests waiting there: pieces begun first (strict priority), then a new piece."""
        while neighbour.unchokes and len(neighbour.asked) < self.pipeline:
            block = self.block_begun(neighbour) or self._another(ctx, neighbour)
            if block is None:
                break
            neighbour.asked.append(block)
            ctx.send_on(neighbour.connection, Request(*block, self.block_length(block[1])))
        if neighbour.unchokes and not neighbour.asked:
            self._finish(ctx, neighbour)

    def _another(self, ctx: Context, neighbour: Neighbour) -> Block | None:
        if not neighbour.has & self.untouched():
            return None
        if self.picks:
            return None if self.partial else self._pick(ctx, neighbour)
        index = self._wished(ctx, neighbour) if self.wishes else ctx.choose(PIECE, peer=neighbour.label)
        partial = self.begin_piece(index)
        if index in self.doubted:
            partial.only = neighbour.connection
        return self.take_block(index, partial)

    def _wished(self, ctx: Context, neighbour: Neighbour) -> int:
        """The first of the wishes that this one has, else the first piece that it has."""
        self.wish = tuple(ctx.choose(WISH, peer=neighbour.label))
        self.listed, self.departed = list(self.availability), ()
        can = self.choosable(neighbour.label)
        return next((index for index in self.wish if index in can), can[0])

    def _pick(self, ctx: Context, neighbour: Neighbour) -> Block | None:
        """The next piece in order, from those who are picked."""
        index = numbers(self.untouched())[0]
        if not self.picked:
            self.suspects = list(self.labels())
        picked = tuple(ctx.choose(SOURCES, piece=index))
        self.picked += 1
        self.last_was_bad = False
        self.begin_piece(index).picked = picked
        block = self.block_begun(neighbour)
        for other in self.ready():
            if other is not neighbour and other.unchokes:
                self.ask_blocks(ctx, other)
        return block

    def _finish(self, ctx: Context, neighbour: Neighbour) -> None:
        """Endgame mode: all that is missing is asked for, so ask this idle one too, for what fewest were asked.

        One block at a time: everything to everyone, as BEP 3 has it, would fill the swarm with copies.
        """
        if not self.partial or self.open or self.untouched() or self.picks:
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
            ctx.send_on(neighbour.connection, Request(*block, self.block_length(block[1])))

    def arrived(self, ctx: Context, neighbour: Neighbour, message: Piece) -> None:
        block = (message.index, message.begin)
        size = len(message.block)
        neighbour.gave = recorded(neighbour.gave, ctx.came, size)
        neighbour.gave_all += size
        neighbour.heard = ctx.came
        late = block not in neighbour.asked
        if not late:
            neighbour.asked.remove(block)
        partial = self.partial.get(message.index)
        fits = message.begin % self.block == 0 and size == self.block_length(message.begin)
        if partial is None and fits and message.index < self.pieces and not self.have >> message.index & 1:
            # Given up too early: a snubbing neighbour woke.
            partial = self.begin_piece(message.index)
        if partial is None or not fits or message.begin in partial.blocks:
            self.wasted += size
            self.ask_blocks(ctx, neighbour)
            return
        self.received += size
        partial.blocks[message.begin] = message.block
        if message.begin in partial.todo:
            partial.todo.remove(message.begin)
            if not partial.todo:
                self.open.remove(message.index)
        partial.by[message.begin] = neighbour.label
        if neighbour.label not in partial.sources:
            partial.sources = (*partial.sources, neighbour.label)
        if self.endgame or late:
            self._cancel(ctx, message.index, message.begin)
        if len(partial.blocks) * self.block >= self.piece_length:
            self._whole(ctx, message.index, partial)
        if neighbour.connection in self.neighbours:
            self.ask_blocks(ctx, neighbour)

    def _cancel(self, ctx: Context, index: int, begin: int) -> None:
        for other in self.neighbours.values():
            if (index, begin) in other.asked:
                other.asked.remove((index, begin))
                ctx.send_on(other.connection, Cancel(index, begin, self.block_length(begin)))

    def _whole(self, ctx: Context, index: int, partial: Partial) -> None:
        """Every block of a piece is here: is it what the torrent lists?"""
        blocks = tuple(partial.blocks[begin] for begin in sorted(partial.blocks))
        expected, found = self.torrent.hash_of(index).hex()[:8], sha1_of(blocks).hex()[:8]
        del self.partial[index]
        self.begun &= ~(1 << index)
        answer = ctx.choose(VERIFY, piece=index, expected=expected, found=found)
        if self.picks:
            self._learn(index, partial, expected == found)
        if answer == KEEP:
            self._keep(ctx, index, blocks)
            if self.picks:
                self._compare(ctx, index, blocks)
            return
        self.wasted += self.piece_length
        self.received -= self.piece_length
        if expected == found:
            return
        if self.picks and ctx.choose(EVIDENCE, piece=index) == KEPT:
            blocks_by = {begin: (partial.by[begin], partial.blocks[begin]) for begin in partial.blocks}
            self.evidence.setdefault(index, []).append(blocks_by)
            self.wasted += self.piece_length
        self.doubted.append(index)
        suspects = tuple(label for label in partial.sources if label not in self.banned)
        if not suspects:
            return
        suspect = ctx.choose(BAN, piece=index, sources=suspects, names=", ".join(suspects))
        if suspect != NOBODY:
            self._ban(ctx, suspect)

    def _learn(self, index: int, partial: Partial, good: bool) -> None:
        """What a whole piece tells of those who sent it."""
        sources = partial.sources
        self.results.append((index, sources, good))
        if good:
            self.suspects = [label for label in self.suspects if label not in sources]
            self.last_words = f"Piece {index} was good."
        else:
            self.bad_pieces += 1
            self.last_was_bad = True
            narrowed = [label for label in self.suspects if label in sources]
            self.contradicted |= not narrowed
            self.suspects = narrowed or [label for label in sources if label not in self.convicted]
            self.last_words = f"Piece {index} was bad."
        if self.bad_pieces and len(self.suspects) == 1 and not self.contradicted:
            self.convicted.append(self.suspects.pop())

    def _compare(self, ctx: Context, index: int, blocks: tuple[bytes, ...]) -> None:
        """Hold what was kept of a bad piece against the good one: whose block differs has lied."""
        kept = [
            (label, data == blocks[begin // self.block])
            for version in self.evidence.pop(index, ())
            for begin, (label, data) in version.items()
        ]
        liars = {label for label, true in kept if not true and label not in self.banned}
        if liars:  # who did it is known: of the others every block was as it should be
            self.suspects = [label for label in self.suspects if label not in {label for label, _ in kept}]
        for label in sorted(liars):
            self.last_words = f"Block against block: {label} lied."
            self._ban(ctx, label)

    def _ban(self, ctx: Context, label: str) -> None:
        self.banned = (*self.banned, label)
        neighbour = self.neighbour(label)
        if neighbour is not None:
            self.drop(ctx, neighbour)
            self.ask_all(ctx)

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
                    self.weigh(ctx, neighbour)
        if self.complete:
            self._completed(ctx)

    def _completed(self, ctx: Context) -> None:
        self.completed = ctx.now
        if self.tracker:
            self.announce(ctx, COMPLETED)
        self.stay_or_leave(ctx)

    def stay_or_leave(self, ctx: Context) -> None:
        needy = sum(1 for neighbour in self.ready() if neighbour.has != self.everything)
        rare = bool(needy) and min(self.availability) == 0
        if ctx.choose(STAY, needy=needy, rare=rare, sum=sum(self.availability) // self.pieces) == LEAVE:
            self.leave(ctx)
