"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "NTP": "how a machine asks another one for the time.",
    "T1": "when the question left, by the asker's clock.",
    "T2": "when it came, by the server's clock.",
    "T3": "when the answer left, by the server's clock.",
    "T4": "when it came back, by the asker's clock.",
    "offset": "by how much one clock is ahead of another.",
    "slew": "to let a clock run a little faster or slower until it is right: it never jumps.",
    "step": "to set a clock at once: times may be skipped, or come twice.",
    "round trip": "the time for a message to go there and its answer to come back.",
}
