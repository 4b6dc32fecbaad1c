"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "slack": "how far a tape can still be pushed before an arrow leans back: inside it nobody knows the order.",
    "stretch": "one second on a slow clock is longer than on another: a stretched tape makes up for it.",
    "per mille": "parts of a thousand: 1000 per mille is no stretch at all.",
}
