"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "ACK": "an acknowledgement: the number of the byte that the receiver wants next.",
    "SYN": "the first word of a connection: it says from which number its bytes are counted.",
    "FIN": "the last word of one direction: nothing more will come from here.",
    "RST": "a reset: there is no such connection here, or it is broken off.",
    "SEQ": "the number of the first byte that a segment carries.",
    "segment": "a piece of the stream of bytes, with its number on it, that travels as one packet.",
    "window": "how many bytes the receiver has room for: more must not be under way.",
    "cwnd": (
        "the congestion window: how many bytes the sender dares to have under way, whatever the receiver has room for."
    ),
    "congestion window": (
        "how many bytes the sender dares to have under way, so that the path between is not flooded."
    ),
    "threshold": "up to this the window doubles each round trip, above it grows by one segment.",
    "rto": "the retransmission time-out: how long the sender waits for an ACK before it sends again.",
    "duplicate": "an ACK that says the same number again: something came, but not what is wanted next.",
    "round trip": "the time for a message to go there and its answer to come back.",
    "TIME-WAIT": ("closed, but the port is kept for a while: the last ACK may be lost, old segments may still come."),
    "CLOSE-WAIT": "the other end is done, this one is not yet.",
    "LAST-ACK": "both ends are done: only the ACK of the own FIN is missing.",
    "SYN-RECEIVED": "a SYN came and was answered: the connection is half open.",
    "LISTEN": "waits for somebody to knock.",
    "ESTABLISHED": "open: both ends know each other's numbers.",
    "linger": "how long the port is kept after both ends have closed.",
    "coin": "what an ACK costs here: each one that is sent takes one.",
    "peer": "who is at the other end of the connection.",
    "half open": "a SYN came and was answered, but nobody knows yet whether the other end hears that.",
    "retransmission": "a segment that is sent again, because no ACK came for it.",
    "time-out": "how long one waits before one does without an answer.",
    "header": "the numbers before the bytes of a segment: 40 bytes of them, however few bytes follow.",
    "queue": "where packets wait whose link is busy; when it is full the next ones are thrown away.",
}
