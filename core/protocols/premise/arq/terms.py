"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "ACK": "a short answer that says: this came to me.",
    "receipt": "an answer that says: this came to me.",
    "bits": "each bit doubles how many different numbers there are: 1 bit has two, 2 bits have four.",
    "shelf": "where the reader keeps what came too early, until what belongs before it is there.",
    "under way": "sent, and no receipt for it has come back yet.",
    "coin": "what sending costs here: each message takes some.",
}
