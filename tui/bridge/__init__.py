"""The bridge: the only part that knows both a session and the screens.

`Bridge` holds one level at play. It turns notices into words, the session's state into what widgets draw, and key
presses into controls of the session; it never draws. It learns of the world through the session's `sight` alone, but
for the end, when the fog has lifted.
"""

from tui.bridge.moves import with_keys
from tui.bridge.playing import Bridge
from tui.bridge.reading import Reading
from tui.bridge.sessions import session_at, session_of, to_first_look
from tui.bridge.words import (
    Doing,
    Figure,
    Goal,
    Standing,
    Words,
    goal_words,
    log_line,
    reason_words,
    turn_line,
    words_of,
)

__all__ = [
    "Bridge", "Doing", "Figure", "Goal", "Reading", "Standing", "Words", "goal_words", "log_line", "reason_words",
    "session_at", "session_of", "to_first_look", "turn_line", "with_keys", "words_of",
]  # fmt: skip
