"""What of a level is read: has it room on a screen of 80 columns, does it say something, is what it names there?"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple
from unicodedata import category

from core.kernel.text import columns
from levels.schema import HINTS, NAMED_KEY, KeyPath, Level
from levels.values import did_you_mean

ROW = 76
"""Columns that a row of words has on the smallest screen."""
TITLE = 60
SUMMARY = 2 * ROW
BRIEF = 8 * ROW
"""Columns: in writing without blanks nobody counts words."""
TASK_ROWS = 2
LINE_ROWS = 3
"""Rows of what is said on a stage; of a hint, too."""
WORD = 60
"""Columns of one word: a longer one has no place on a row, and cannot be broken."""
SOURCE = 2 * ROW
DEBRIEF = 40 * ROW


class Wording(NamedTuple):
    """Something that is wrong with a text of a level."""

    path: KeyPath
    found: str
    mend: str


def wrong_words(level: Level) -> Iterator[Wording]:
    """All that is wrong with the texts of a level, but for how many there are."""
    unbroken = set()
    for path, text in _texts_of(level):
        for found in _long_words(path, text):
            unbroken.add(path)  # that it has no room is the same mistake
            yield found
        yield from _missing_keys(level, path, text)
    texts = level.texts
    for path, text, most in (
        (("level", "title"), level.title, TITLE),
        (("level", "summary"), level.summary, SUMMARY),
        (("text", "brief"), texts.brief, BRIEF),
        (("text", "debrief"), texts.debrief, DEBRIEF),
        *((("text", "sources", place), source, SOURCE) for place, source in enumerate(texts.sources)),
    ):
        if columns(text) > most and path not in unbroken:
            name = path[-1] if isinstance(path[-1], str) else "source"
            yield Wording(path, f"the {name} is {columns(text):,} columns wide", f"at most {most:,}")
    for name, text, most in (
        ("task", texts.task, TASK_ROWS), ("line", texts.line, LINE_ROWS), ("nudge", texts.nudge, LINE_ROWS)
    ):  # fmt: skip
        yield from _too_long(("text", name), f"the {name}", text, most)
    for law, text in texts.ends:
        yield from _too_long(("text", "ends", law.text), "what is said of this end", text, LINE_ROWS)
    yield from _wrong_hints(texts.hints)


def _texts_of(level: Level) -> Iterator[tuple[KeyPath, str]]:
    texts = level.texts
    yield ("level", "title"), level.title
    yield ("level", "summary"), level.summary
    for name in ("brief", "debrief", "task", "line", "nudge", "lift"):
        yield ("text", name), getattr(texts, name)
    for name, several in (("hints", texts.hints), ("sources", texts.sources)):
        for place, text in enumerate(several):
            yield ("text", name, place), text
    for law, text in texts.ends:
        yield ("text", "ends", law.text), text


def _long_words(path: KeyPath, text: str) -> Iterator[Wording]:
    longest = max(text.split(), key=columns, default="")
    blankless = any(category(letter) == "Lo" for letter in longest)
    if columns(longest) > WORD and not blankless:  # writing without blanks may be broken anywhere
        yield Wording(path, f"a word of {len(longest):,} letters, {longest[:12]!r} …", f"at most {WORD}")


def _missing_keys(level: Level, path: KeyPath, text: str) -> Iterator[Wording]:
    """Texts name the keys of the player's moves, and of nothing else: what a command does the help says."""
    for name in NAMED_KEY.findall(text):
        if name not in level.moves:
            yield Wording(path, f"no move of the player's is called {name!r}", did_you_mean(name, list(level.moves)))
    if "{key:" in NAMED_KEY.sub("", text):
        yield Wording(path, "a key is begun, and not ended", "such as {key:ack_now}")


def rows_of(text: str) -> int:
    """How many rows of the smallest screen a text takes, without the marks of its letters."""
    plain = NAMED_KEY.sub("k", text).replace("**", "").replace("`", "")
    return max(len(wrap(plain, ROW, break_on_hyphens=False)), -(-columns(plain) // ROW))


def _too_long(path: KeyPath, what: str, text: str, most: int) -> Iterator[Wording]:
    rows = rows_of(text)
    if rows > most:
        yield Wording(path, f"{what} is cut on a small screen: it takes {rows} rows of {ROW}", f"at most {most}")


def _wrong_hints(hints: tuple[str, ...]) -> Iterator[Wording]:
    seen: dict[str, int] = {}
    for place, hint in enumerate(hints):
        path: KeyPath = ("text", "hints", place)
        words = " ".join(hint.casefold().split())
        if not any(letter.isalnum() for letter in words):
            yield Wording(path, f"hint {place + 1} says nothing", "a nudge, a hint, the solution")
        elif words in seen:
            yield Wording(path, f"hint {place + 1} says the same as hint {seen[words]}", "each says more than the last")
        seen.setdefault(words, place + 1)
        yield from _too_long(path, f"hint {place + 1}", f"Hint {place + 1} of {HINTS}: {hint}", LINE_ROWS)
