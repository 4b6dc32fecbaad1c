"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "event": "something that happens in one place: a letter is sent, or read, or something is done there.",
    "stamp": "a number that an event gets: larger than that of all that could have led to it.",
    "round trip": "the time for a question to go there and its answer to come back.",
    "vector": "a number for each process: how much of what happened there had been known.",
    "version": "what somebody has written: it replaces only what he had read.",
    "concurrent": "said of two events of which neither could have led to the other.",
}
