"""Named wrong and selfish variants: of a receiver, of a sender, and of a host that opens and closes."""

from __future__ import annotations

from functools import partial

from core.kernel.choice import PASS, Asked, Persona, Value
from core.kernel.time import MILLISECOND
from core.protocols.transport.tcp import choices as c
from core.protocols.transport.tcp.connection import GREATEST_WINDOW
from core.protocols.transport.tcp.dots import LEAST, mark, mean
from core.protocols.transport.tcp.messages import NUMBERS

SAFE = "every user reads only what its peer wrote, in order, once"
HONEST = "no byte is acknowledged before it arrived"
CONFIRMED = "no connection is taken for open that its peer never opened"


def _silent(asked: Asked) -> Value:
    return c.SILENT if asked.case in c.PROMPT and asked.case != "second segment" else asked.book


def _deaf(asked: Asked) -> Value:
    return asked.book if asked.case == "alarm" else c.NOTHING


def _oldest(asked: Asked) -> Value:
    return asked.candidates[0] if asked.candidates else PASS


def _always(wait: int, asked: Asked) -> Value:
    return min(wait, asked.me.rto_most)


def _by_the_mean(asked: Asked) -> Value:
    found = mean(asked.me.dots)
    return asked.book if found is None else max(LEAST, min(2 * found, asked.me.rto_most))


def _by_all_dots(asked: Asked) -> Value:
    found = mark(asked.me.dots)
    return asked.book if found is None else min(found << min(asked.tries, 10), asked.me.rto_most)


RECEIVERS = (
    Persona(
        "no numbers",
        "hands over whatever arrives, as it arrives",
        {"tcp.place": lambda asked: c.DELIVER},
        fault=SAFE,
    ),
    Persona(
        "acks the last byte it got",
        "acknowledges the byte it has, not the byte it wants",
        {"tcp.ack": lambda asked: (asked.next - 1) % NUMBERS},
    ),
    Persona(
        "acks the highest",
        "acknowledges the highest byte that ever arrived, holes or not",
        {"tcp.ack": lambda asked: asked.highest},
        fault=HONEST,
    ),
    Persona(
        "forgets its shelf",
        "acknowledges the filler of a hole alone",
        {"tcp.ack": lambda asked: asked.end if asked.case == "fills the hole" else asked.book},
    ),
    Persona(
        "silent at gaps",
        "says nothing of surprises",
        {"tcp.ack_time": _silent, "tcp.ack_now": lambda asked: PASS if c.record(asked).shelf else asked.book},
    ),
    Persona(
        "answers every sound",
        "sends an ACK for every segment, at once",
        {
            "tcp.ack_now": lambda asked: True if c.record(asked).owed else PASS,
        },
    ),
    Persona("sits on its hands", "sends no ACK of its own accord", {"tcp.ack_now": lambda asked: PASS}),
    Persona(
        "acks at leisure",
        "takes half a second for every ACK",
        {"tcp.ack_time": lambda asked: c.ACK_DELAY_LIMIT},
    ),
    Persona(
        "keeps nothing",
        "discards whatever is not the next byte",
        {"tcp.place": lambda asked: c.DISCARD if asked.case == "beyond a hole" else asked.book},
    ),
    Persona(
        "opens the window by one byte",
        "promises every byte of room as soon as there is one",
        {
            "tcp.window": lambda asked: min(1, asked.free),
            "tcp.update": lambda asked: c.record(asked).promised + 1 if c.record(asked).promised == 0 else PASS,
        },
    ),
    Persona(
        "promises the whole bathtub",
        "advertises its whole buffer, however full it is",
        {"tcp.window": lambda asked: min(asked.me.buffer, GREATEST_WINDOW)},
    ),
    Persona("never reopens", "leaves a shut window to be found open", {"tcp.update": lambda asked: PASS}),
)

SENDERS = (
    Persona(
        "goes back over everything",
        "sends all again at every duplicate ACK and every alarm",
        {"tcp.repeat": lambda asked: c.ALL},
    ),
    *(
        Persona(
            f"always {wait} ms", f"waits {wait} ms for every ACK", {"tcp.rto": partial(_always, wait * MILLISECOND)}
        )
        for wait in (150, 300, 800)
    ),
    Persona("mean only", "waits twice the mean round trip, whatever the spread", {"tcp.rto": _by_the_mean}),
    Persona(
        "counts doubtful dots",
        "takes every ACK for one of the last copy",
        {"tcp.rto": _by_all_dots, "tcp.strike": lambda asked: PASS},
    ),
    Persona("impatient", "sets its alarm to 50 ms", {"tcp.rto": lambda asked: 50 * MILLISECOND}),
    Persona(
        "never backs off",
        "waits after every alarm as long as before",
        {"tcp.rto": lambda asked: max(min(asked.me.rto_least, asked.rto), asked.rto >> asked.tries)},
    ),
    Persona("deaf to duplicates", "waits for its alarm, whatever it hears", {"tcp.repeat": _deaf}),
    Persona(
        "jumps at the first duplicate",
        "takes one duplicate ACK for a loss",
        {"tcp.repeat": lambda asked: c.FIRST if asked.case == "first or second duplicate" else asked.book},
    ),
    Persona("pours", "sends all it has, whatever the windows say", {"tcp.burst": lambda asked: asked.unsent}),
    Persona(
        "never slows down",
        "keeps its congestion window when segments are lost",
        {"tcp.cwnd": lambda asked: max(asked.cwnd, asked.due)},
    ),
    Persona("one knock", "takes every knock for a loss", {"tcp.dup_threshold": lambda asked: 1}),
    Persona("three for ever", "believes in three knocks on every wire", {"tcp.dup_threshold": lambda asked: 3}),
    Persona(
        "five for ever", "waits for five knocks, though so many may not come", {"tcp.dup_threshold": lambda asked: 5}
    ),
    Persona("never probes", "waits for answers to the last tile", {"tcp.resend": lambda asked: PASS}),
    Persona("all again", "sends the oldest tile again whenever anything happens", {"tcp.resend": _oldest}),
    Persona("one at a time", "keeps one segment under way", {"tcp.cwnd": lambda asked: c.record(asked).mss}),
)

HOSTS = (
    Persona(
        "trusts the first SYN",
        "takes a connection for open before its number is confirmed",
        {"tcp.answer": lambda asked: c.ACCEPT if asked.case == "a SYN at an open door" else asked.book},
        fault=CONFIRMED,
    ),
    Persona(
        "resets what it knows",
        "answers every surprise with RST",
        {"tcp.answer": lambda asked: asked.book if asked.case == "a SYN at an open door" else c.RESET},
    ),
    Persona(
        "says nothing to strangers",
        "answers only what it understands",
        {"tcp.answer": lambda asked: asked.book if "door" in asked.case else c.SILENCE},
    ),
    Persona(
        "answers anything",
        "sends SYN+ACK to whatever knocks",
        {"tcp.answer": lambda asked: c.SYN_ACK},
    ),
    Persona("hangs up", "says FIN as soon as its peer does", {"tcp.close": lambda asked: c.CUT}),
    Persona("slams the door", "ends every connection with RST", {"tcp.close": lambda asked: c.ABORT}),
    Persona("closes later", "acknowledges a FIN and thinks about its own", {"tcp.close": lambda asked: c.WAIT}),
    Persona("leaves at once", "skips TIME-WAIT", {"tcp.linger": lambda asked: 0}),
)

PERSONAS = (*RECEIVERS, *SENDERS, *HOSTS)
