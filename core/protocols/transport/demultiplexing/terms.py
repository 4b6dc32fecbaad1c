"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "port": "a number that says to which program of a machine a packet belongs.",
    "field": "one of the numbers in a header: an address, or a port.",
    "mishap": "a packet that was handed to the wrong one, or to nobody.",
    "hash": "a number mixed from all of them, as if at random, and always the same for the same ones.",
    "segment": "a packet as the ports see it: from which to which it goes, and what it brings.",
    "queue": "the packets that wait to be told where they belong.",
}
