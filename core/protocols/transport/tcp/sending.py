"""The sending half: acknowledgments heard, segments, the retransmission timer (RFC 6298), congestion (RFC 5681)."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.choice import Choice, Value
from core.kernel.protocol import Context
from core.protocols.transport.tcp import choices as c
from core.protocols.transport.tcp.connection import SENDING, Connection, State
from core.protocols.transport.tcp.dots import Dot
from core.protocols.transport.tcp.host import Host, in_ms
from core.protocols.transport.tcp.messages import Flags, Segment


@dataclass
class Sending(Host):
    """A host that sends: RFC 9293, 3.8."""

    # Acknowledgments heard

    def hear_ack(self, ctx: Context, key: str, conn: Connection, segment: Segment, start: int) -> bool:
        """The fifth check of 3.10.7.4; False if the segment is to be dropped."""
        if not segment.flags & Flags.ACK:
            return False
        ack = conn.ours_at(segment.acknowledgment)
        if not conn.una - conn.widest <= ack <= conn.top:  # RFC 5961, 5.2
            self.say(ctx, key, conn)
            return False
        same_window = segment.window == conn.window
        start = max(start, conn.expected)  # what is old of a segment is cut off before its window counts
        if ack >= conn.una and (conn.window_seq < start or (conn.window_seq == start and conn.window_ack <= ack)):
            conn.window, conn.window_seq, conn.window_ack = segment.window, start, ack
            conn.widest = max(conn.widest, segment.window)
        if ack > conn.una:
            self._new_ack(ctx, key, conn, ack)
        elif (
            ack == conn.una
            and conn.flight
            and not conn.probes
            and not segment.payload
            and not segment.flags & (Flags.SYN | Flags.FIN)
            and same_window
        ):
            self._duplicate_ack(ctx, key, conn)
        elif conn.state in SENDING:
            if conn.window and conn.probes:
                conn.probes = 0
                ctx.cancel_timer(("probe", key))
            self.send_what_fits(ctx, key, conn)
        return True

    def _new_ack(self, ctx: Context, key: str, conn: Connection, ack: int) -> None:
        acknowledged = ack - conn.una
        if 0 <= conn.timed <= ack:
            conn.measured(ctx.came - conn.timed_at, self.rto_least, self.rto_most)
            conn.timed = -1
        if self.notes:
            conn.heals(ctx.came)
        if self.keeps_dots:
            self.dots = (*self.dots, Dot(ctx.came - self.data_at, conn.tries > 0))
        conn.una = ack
        conn.nxt = max(conn.nxt, ack)
        conn.copied = {place: at for place, at in conn.copied.items() if place >= ack}
        conn.tail_silent = False
        conn.tries = conn.probes = conn.challenges = 0
        situation = "slow start" if conn.cwnd < conn.ssthresh else "congestion avoidance"
        due = conn.grown(acknowledged)
        if conn.recovering:
            conn.recovering = False
            situation, due = "recovered", conn.ssthresh
        conn.duplicates = 0
        asks = True
        if self.by_rounds and situation != "recovered":
            conn.gained += min(acknowledged, conn.mss)
            due = conn.grown_by_round()
            asks = ack >= conn.turn
        if asks and (ack <= conn.end or conn.unsent):
            self._set_cwnd(ctx, key, conn, situation, due)
        ctx.cancel_timer(("probe", key))
        if conn.flight:
            self.set_alarm(ctx, key, conn)
        else:
            ctx.cancel_timer(("alarm", key))
        if conn.finish and ack >= conn.last:
            self._fin_acknowledged(ctx, key, conn)
        if self.connections.get(key) is conn and conn.state in SENDING:
            self.send_what_fits(ctx, key, conn)

    def _fin_acknowledged(self, ctx: Context, key: str, conn: Connection) -> None:
        if conn.state is State.FIN_WAIT_1:
            conn.state = State.FIN_WAIT_2
        elif conn.state is State.CLOSING:
            self.time_wait(ctx, key, conn)
        elif conn.state is State.LAST_ACK:
            self.gone(ctx, key, conn, "closed")

    def _duplicate_ack(self, ctx: Context, key: str, conn: Connection) -> None:
        """RFC 5681, 3.2."""
        conn.duplicates += 1
        count = conn.duplicates
        guarded = conn.una < conn.recover
        threshold = ctx.choose(c.DUP_THRESHOLD, key=key, count=count)
        situation = (
            "first or second duplicate"
            if count < threshold
            else "third duplicate"
            if not conn.recovering and not guarded
            else "more duplicates"
        )
        if situation == "third duplicate":
            conn.ssthresh = conn.half()
            conn.recovering = True
            self._set_cwnd(ctx, key, conn, situation, conn.ssthresh + count * conn.mss)
        elif conn.recovering and self.by_rounds:
            conn.cwnd += conn.mss
        elif conn.recovering:
            self._set_cwnd(ctx, key, conn, situation, conn.cwnd + conn.mss)
        self._ask_repeat(ctx, key, conn, situation)
        self.send_what_fits(ctx, key, conn)

    def _ask_repeat(self, ctx: Context, key: str, conn: Connection, situation: str) -> None:
        answer = ctx.choose(
            c.REPEAT, key=key, peer=conn.peer, situation=situation, una=conn.ours(conn.una), flight=conn.flight
        )
        self.repeat(ctx, key, conn, answer)

    def _set_cwnd(self, ctx: Context, key: str, conn: Connection, situation: str, due: int) -> None:
        if not self.slows:
            return
        conn.cwnd = ctx.choose(
            c.CWND, key=key, peer=conn.peer, situation=situation, flight=conn.flight, ssthresh=conn.ssthresh,
            cwnd=conn.cwnd, due=min(due, c.WIDEST),
        )  # fmt: skip
        conn.turn, conn.gained = conn.una + conn.cwnd, 0

    # Segments sent

    def _room(self, conn: Connection) -> tuple[int, int, int]:
        """How many segments from SND.NXT on (all by both windows, by the receiver's, by the network's)."""
        limited = conn.mss * min(conn.duplicates, 2) if not conn.recovering else 0
        network = max(0, conn.una + conn.cwnd + limited - conn.nxt)
        return (
            self._count(conn, min(conn.usable, network)),
            self._count(conn, conn.usable),
            self._count(conn, network),
        )

    def _count(self, conn: Connection, room: int) -> int:
        """Segments that fit into `room` bytes, without silly ones (RFC 9293, 3.8.6.2.1) and by Nagle's rule (3.7.4)."""
        left = conn.unsent
        whole = min(left, room) // conn.mss
        rest = left - whole * conn.mss
        quiet = conn.nxt + whole * conn.mss == conn.una
        if 0 < rest < conn.mss and rest <= room - whole * conn.mss:
            if quiet or not self.nagle or conn.nxt < conn.top:
                return whole + 1
        elif rest and whole == 0 and quiet and room >= max(1, conn.widest // 2):
            return 1
        return whole

    def send_what_fits(self, ctx: Context, key: str, conn: Connection) -> bool:
        """New segments, and the FIN after the last; True if anything went out."""
        if conn.state not in (State.ESTABLISHED, State.CLOSE_WAIT, State.FIN_WAIT_1, State.LAST_ACK, State.CLOSING):
            return False
        sent = False
        if conn.unsent:
            room, window_room, network_room = self._room(conn)
            waiting = -(-conn.unsent // conn.mss)
            count = ctx.choose(
                c.BURST, key=key, peer=conn.peer, unsent=waiting, room=room, window_room=window_room,
                network_room=network_room, next=conn.ours(conn.nxt),
            )  # fmt: skip
            for _ in range(count):
                # Only the last segment may be short; one that the window cuts is cut there.
                size = min(conn.mss, conn.unsent)
                if count == room and 0 < conn.usable < size:
                    size = conn.usable
                if size <= 0:
                    break
                self._send_data(ctx, key, conn, conn.nxt, size)
                sent = True
        if conn.finish and conn.nxt == conn.end:
            self._send_fin(ctx, key, conn)
            sent = True
        if conn.nxt == conn.una and conn.usable < min(conn.mss, conn.unsent):
            ctx.set_timer(("probe", key), min(self.rto_most, conn.rto << conn.probes))
        return sent

    def _send_data(self, ctx: Context, key: str, conn: Connection, place: int, size: int) -> None:
        self.ride(ctx, key, conn)
        payload = conn.written[place - 1 : place - 1 + size]
        after = place + len(payload)
        flags = Flags.ACK
        if after == conn.end:
            flags |= Flags.PSH
            if conn.finish:
                flags |= Flags.FIN
                after += 1
                self._fin_leaves(conn)
        self.emit(ctx, key, conn, place, payload, flags)
        self._left(ctx, key, conn, place, after)

    def _send_fin(self, ctx: Context, key: str, conn: Connection) -> None:
        self.ride(ctx, key, conn)
        self._fin_leaves(conn)
        self.emit(ctx, key, conn, conn.end, b"", Flags.FIN | Flags.ACK)
        self._left(ctx, key, conn, conn.end, conn.end + 1)

    def _fin_leaves(self, conn: Connection) -> None:
        if conn.state is State.ESTABLISHED:
            conn.state = State.FIN_WAIT_1
        elif conn.state is State.CLOSE_WAIT:
            conn.state = State.LAST_ACK

    def _left(self, ctx: Context, key: str, conn: Connection, place: int, after: int) -> None:
        """A segment with the places from `place` to `after` has left."""
        if self.keeps_dots:
            self.data_at = ctx.now
        overlap = min(after, conn.top) - place
        if overlap > 1 or after <= conn.top:  # a probe's single byte is not the whole segment sent before
            self.retransmissions += 1
            if self.notes:
                conn.copied[place] = ctx.now
            conn.timed = -1  # Karn: an ACK would not tell which copy it is for
        elif conn.timed < 0:
            conn.timed, conn.timed_at = after, ctx.now
        idle = conn.nxt == conn.una
        conn.nxt = max(conn.nxt, after)
        conn.top = max(conn.top, after)
        if idle:
            self.set_alarm(ctx, key, conn)

    # Segments sent again

    def resend(self, ctx: Context, key: str, conn: Connection, number: int) -> None:
        """Send the segment of this number (from 1) again, if it is under way."""
        place = 1 + (number - 1) * conn.mss
        if conn.una <= place < min(conn.top, conn.end):
            conn.tail_silent = False
            self._send_data(ctx, key, conn, place, min(conn.mss, conn.end - place, conn.top - place))

    def repeat(self, ctx: Context, key: str, conn: Connection, what: Value) -> None:
        """Send again the first, the last, or all of what is not acknowledged."""
        if what == c.NOTHING or not conn.flight:
            return
        if conn.una == 0:
            self.retransmissions += 1
            conn.timed = -1
            conn.shaky = True
            flags = Flags.SYN if conn.state is State.SYN_SENT else Flags.SYN | Flags.ACK
            self.emit(ctx, key, conn, 0, b"", flags)
            return
        places = list(range(conn.una, min(conn.top, conn.end), conn.mss)) or [conn.end]
        if what != c.ALL:
            places = places[:1] if what == c.FIRST else places[-1:]
        for place in places:
            if place < conn.end:
                self._send_data(ctx, key, conn, place, min(conn.mss, conn.end - place, conn.top - place))
            else:
                self._send_fin(ctx, key, conn)

    def set_alarm(self, ctx: Context, key: str, conn: Connection) -> None:
        """RFC 6298, 5.1 and 5.3."""
        spread = in_ms(conn.rttvar) if conn.srtt >= 0 else "unknown"
        wait = ctx.choose(
            c.RTO, key=key, una=conn.ours(conn.una), copy=conn.tries + 1, tries=conn.tries, srtt=conn.srtt,
            rttvar=conn.rttvar, rto=conn.rto, before=conn.rto // 2 if conn.tries else conn.rto,
            srtt_words=in_ms(conn.srtt) if conn.srtt >= 0 else "unknown", rttvar_words=spread,
        )  # fmt: skip
        if self.follows:
            self.alarm_at = ctx.now
        ctx.set_timer(("alarm", key), wait)
        if self.tail_probe and not conn.unsent and conn.srtt >= 0:
            ctx.set_timer(("tail", key), 2 * conn.srtt)

    def on_keep(self, ctx: Context, choice: Choice, value: Value) -> None:
        conn = self.main
        if self.follows and choice is c.RTO and conn is not None and conn.flight and isinstance(value, int):
            ctx.set_timer(("alarm", self.first), max(0, self.alarm_at + value - ctx.now))

    def alarm(self, ctx: Context, key: str, conn: Connection) -> None:
        """RFC 6298, 5.4 to 5.7; RFC 5681, 3.1."""
        if not conn.flight:
            return
        if conn.tries >= self.retries:
            self.gone(ctx, key, conn, "gave up")
            return
        if conn.tries == 0 and conn.una:
            conn.ssthresh = conn.half()
        conn.tries += 1
        conn.rto = min(self.rto_most, 2 * conn.rto)
        conn.timed = -1
        conn.duplicates = 0
        conn.recovering = False
        conn.recover = conn.top
        if conn.una:
            self._set_cwnd(ctx, key, conn, "alarm", conn.mss)
            conn.nxt = conn.una
        self._ask_repeat(ctx, key, conn, "alarm")
        if conn.una == 0 or conn.nxt == conn.una:
            self.set_alarm(ctx, key, conn)

    def probe(self, ctx: Context, key: str, conn: Connection) -> None:
        """One byte into a shut window (RFC 9293, 3.8.6.1), again and again, each time after twice the wait."""
        if not conn.unsent or conn.nxt != conn.una or conn.state not in SENDING:
            return
        conn.probes = min(conn.probes + 1, 10)
        size = max(1, min(conn.usable, conn.mss, conn.unsent))
        payload = conn.written[conn.nxt - 1 : conn.nxt - 1 + size]
        self.ride(ctx, key, conn)
        self.emit(ctx, key, conn, conn.nxt, payload, Flags.ACK)
        if conn.usable:
            self._left(ctx, key, conn, conn.nxt, conn.nxt + size)
        else:
            conn.top = max(conn.top, conn.nxt + size)
            conn.timed = -1
            ctx.set_timer(("probe", key), min(self.rto_most, conn.rto << conn.probes))
