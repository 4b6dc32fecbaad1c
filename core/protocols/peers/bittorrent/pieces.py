"""The pieces under way: which of their blocks are here, asked for, or free to be asked for again."""

from __future__ import annotations

from core.protocols.peers.bittorrent.state import Block, Neighbour, Partial, PeerState


class Pieces(PeerState):
    """Keeps the books of what is asked for and what is not; sends nothing."""

    def begin_piece(self, index: int) -> Partial:
        self.partial[index] = partial = Partial(list(range(0, self.piece_length, self.block)))
        self.begun |= 1 << index
        self.open.append(index)
        return partial

    def block_begun(self, neighbour: Neighbour) -> Block | None:
        for index in self.open:
            partial = self.partial[index]
            if neighbour.has >> index & 1 and partial.only in ("", neighbour.connection):
                if not self._is_picked(partial, neighbour):
                    continue
                if index in self.doubted and not self.picks:
                    partial.only = neighbour.connection
                return self.take_block(index, partial)
        return None

    def _is_picked(self, partial: Partial, neighbour: Neighbour) -> bool:
        """May this piece come from this one? From anybody, if none of those picked is there any more."""
        there = [label for label in partial.picked if label in self.directory]
        return not there or neighbour.label in there

    def take_block(self, index: int, partial: Partial) -> Block:
        begin = partial.todo.pop(0)
        if not partial.todo:
            self.open.remove(index)
        return index, begin

    def block_length(self, begin: int) -> int:
        return min(self.block, self.piece_length - begin)

    def release(self, neighbour: Neighbour) -> None:
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
