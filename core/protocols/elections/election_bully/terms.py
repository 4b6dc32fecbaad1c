"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "coordinator": "the one who is in charge: the living process with the highest number.",
    "ELECTION": "asks all with higher numbers: is one of you alive?",
    "OK": "answers: I am alive, and stand above you.",
    "COORDINATOR": "says: I am in charge from now on.",
    "PROBE": "asks the one in charge: are you there?",
    "ALIVE": "the answer to PROBE.",
    "bully": "who has a higher number takes over from who has a lower one.",
    "election": "how they find out who is in charge: whoever suspects something asks all above.",
}
