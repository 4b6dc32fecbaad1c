"""A small sound level, and what tests do to it."""

from levels.loader import from_text
from levels.schema import LevelError

SOUND = """\
[level]
title = "Anybody there?"
summary = "Answer pings over a wire that loses one."
seed = 4
covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }
proof = "book"

[nodes]
client = { runs = "echo.client", count = 4, patience = "200ms" }
server = { runs = "echo.server" }

[links]
default = { latency = "40ms" }

[seats]
server = { player = ["echo.number"] }

[[happens]]
lose = "server -> client"
nth = 2

[goal]
win = ["client has every answer, in order, once", "no answer is believed that was not asked for"]
limit = "5s"

[par]
messages = "book"
time = "book + 20%"

[text]
brief = "You are **server**. Send the number back."
hints = ["a nudge", "a hint", "the number"]
lift = "The second answer was lost, and nobody knew."
debrief = "The second answer was lost."
sources = ["RFC 862"]
"""


def changed(*pairs):
    """The sound level with texts replaced; each must be there."""
    text = SOUND
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def problems_of(text, path="course/a-level.toml"):
    """All problems of a text, as people read them, without the file's name."""
    try:
        from_text(text, path)
    except LevelError as error:
        return [str(problem).removeprefix(f"{path}:") for problem in error.problems]
    return []
