"""The receiving half: text, the shelf, when an ACK is due, and the peer's FIN (RFC 9293, 3.10.7.4)."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.protocol import Context
from core.kernel.time import MILLISECOND
from core.protocols.transport.tcp import choices as c
from core.protocols.transport.tcp.connection import Connection, State
from core.protocols.transport.tcp.messages import Flags, Segment
from core.protocols.transport.tcp.sending import Sending

FIN_PAUSE = 500 * MILLISECOND
"""How long an end that does not close with its peer waits with its own FIN."""


@dataclass
class Receiving(Sending):
    """A host that also takes text."""

    def take_text(self, ctx: Context, key: str, conn: Connection, segment: Segment, start: int) -> None:
        """The seventh and eighth check of 3.10.7.4: text and FIN."""
        payload = segment.payload
        fin = bool(segment.flags & Flags.FIN)
        if start + len(payload) + fin > conn.edge:
            payload, fin = payload[: conn.edge - start], False
        if fin:
            conn.end_at(start + len(payload))
        if conn.peer_end >= 0:
            payload = payload[: max(0, conn.peer_end - start)]
        if start < conn.expected:
            payload, start = payload[conn.expected - start :], conn.expected
        situation = "FIN"
        if payload:
            situation = self._place(ctx, key, conn, start, payload)
            if self.connections.get(key) is not conn:
                return
        if conn.peer_end >= 0:
            if fin:
                conn.highest = max(conn.highest, conn.peer_end + 1)
            if conn.expected >= conn.peer_end:
                self._hear_fin(ctx, key, conn, start, segment)
                return
            if fin:
                situation = "FIN beyond a hole"
            elif not payload:  # all of it lies behind the FIN
                situation = "beyond a hole"
        self.owe(ctx, key, conn, start, segment, situation)

    def _place(self, ctx: Context, key: str, conn: Connection, start: int, payload: bytes) -> str:
        """Deliver, hold or discard; the situation that it was."""
        after = start + len(payload)
        full = after > conn.expected + conn.free(self.buffer)
        if full:
            situation = "no room"
        elif start > conn.expected:
            situation = "held already" if conn.shelf.get(start, b"") == payload else "beyond a hole"
        else:
            situation = "fills the hole" if conn.shelf else "in order"
        answer = ctx.choose(
            c.PLACE, key=key, situation=situation, seq=conn.theirs(start), last=conn.theirs(after - 1),
            next=conn.theirs(conn.expected),
        )  # fmt: skip
        conn.highest = max(conn.highest, after)
        if full:
            self.bounced += 1
        elif answer == c.DELIVER:
            conn.unread += payload
            conn.expected = max(conn.expected, after)
            conn.challenges = 0
            conn.take()
        elif answer == c.HOLD:
            conn.shelf[start] = payload
        if situation == "held already":
            self.seen_twice += 1
        tiles = -(-len(conn.unread) // conn.mss) + len(conn.shelf)
        self.shelf_peak = max(self.shelf_peak, tiles)
        if not self.read_every:
            self.eat(ctx, conn, len(conn.unread))
        return situation

    def owe(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment, situation: str) -> None:
        """An ACK is due: now or later."""
        if situation == "seen before":
            self.seen_twice += 1
            situation = self._seen_before(ctx, key, conn, start, segment)
        conn.owed += 1
        timing = situation
        if situation == "in order":
            timing = "second segment" if conn.owed >= 2 else "first segment"
        if self.by_hand:
            conn.surprised = conn.surprised or timing in c.PROMPT
            ctx.set_timer(("ack", key), self.ack_delay)
            return
        wait = ctx.choose(c.ACK_TIME, key=key, peer=conn.peer, situation=timing, count=conn.owed)
        if wait == 0:
            self.acknowledge(ctx, key, conn, situation, start, start + len(segment.payload))
        else:
            ctx.set_timer(("ack", key), wait)

    def _seen_before(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> str:
        """Bytes below RCV.NXT: nothing to do with them, if one counts."""
        after = start + len(segment.payload)
        answer = ctx.choose(
            c.PLACE, key=key, situation="seen before", seq=segment.sequence, last=conn.theirs(after - 1),
            next=conn.theirs(conn.expected),
        )  # fmt: skip
        if answer == c.DELIVER:
            conn.unread += segment.payload
            if not self.read_every:
                self.eat(ctx, conn, len(conn.unread))
        return "seen before"

    def read_all(self, ctx: Context) -> None:
        for conn in list(self.connections.values()):
            self.eat(ctx, conn, self.read_bytes or len(conn.unread))

    # The peer has said all (RFC 9293, 3.6)

    def _hear_fin(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        conn.expected = conn.peer_end + 1
        conn.edge = max(conn.edge, conn.expected)
        conn.highest = max(conn.highest, conn.expected)
        conn.owed += 1
        conn.challenges = 0
        if conn.state is State.ESTABLISHED:
            conn.state = State.CLOSE_WAIT
            self.close_too(ctx, key, conn, start, segment)
            return
        if conn.state is State.FIN_WAIT_1:
            conn.state = State.CLOSING
        self._acknowledge_fin(ctx, key, conn, start, segment)
        if conn.state is State.FIN_WAIT_2:
            self.time_wait(ctx, key, conn)

    def _acknowledge_fin(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        self.acknowledge(ctx, key, conn, "FIN", start, start + len(segment.payload))

    def close_too(self, ctx: Context, key: str, conn: Connection, start: int, segment: Segment) -> None:
        if not self.closes or conn.finish:
            self._acknowledge_fin(ctx, key, conn, start, segment)
            return
        answer = ctx.choose(
            c.CLOSE, key=key, peer=conn.peer, unsent=max(0, conn.end - conn.una), more=conn.peer in self.still_writes
        )
        if answer == c.ABORT:
            self.reset(ctx, conn)
            self.gone(ctx, key, conn, "aborted")
            return
        if answer == c.WAIT:
            self._acknowledge_fin(ctx, key, conn, start, segment)
            if conn.peer not in self.still_writes:  # there its user closes
                ctx.set_timer(("close", key), FIN_PAUSE)
            return
        if answer == c.CUT:
            conn.written = conn.written[: conn.nxt - 1]
        conn.finish = True
        self.choose_ack(ctx, key, conn, "FIN", start, start + len(segment.payload))
        self.choose_window(ctx, key, conn)
        conn.owed = 0
        if not self.send_what_fits(ctx, key, conn):
            self.emit(ctx, key, conn, conn.front, b"", Flags.ACK)
