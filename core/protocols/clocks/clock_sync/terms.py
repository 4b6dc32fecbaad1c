"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "daemon": "a program in the background; this one asks all clocks and writes to all of them.",
    "mean": "the place where those who count pull as much to one side as to the other.",
    "round trip": "the time for a question to go there and its answer to come back.",
    "doubt": "by how much a reading may be wrong: half of its round trip.",
    "offset": "by how much one clock is ahead of another.",
    "slope": "by how much the offset grows in a second: how much faster one clock runs.",
    "beacon": "a radio that fires shots; all who hear one hear it at the same time.",
    "BANG": "something happens somewhere, and who is near enough hears it.",
    "camp": "clocks that stand close together.",
}
