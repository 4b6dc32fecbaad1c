"""German screens, looked through for English: what words of the catalogue's English are none of its German."""

import re

from levels.languages import catalogue, messages, plurals

COMPLETE = (
    "world premise", "level premise/wrong-turn", "level premise/did-you-get-it", "level premise/silence",
    "level premise/show-and-tell", "level premise/two-tapes", "level premise/the-audit", "level premise/echo",
    "room echo", "room arq", "room tapes", "room maxfind", "kernel", "screens",
)  # fmt: skip
"""Of these every text is said in German."""

WORD = re.compile(r"[^\W\d_]+(?:'s)?")
PLACES = re.compile(r"\{[^{}]*\}")
SOURCE = re.compile(
    r"\b(?:RFC|IEEE|Tanenbaum|Lamport|Garcia-Molina|Cristian|Clarke|Brier|Fischer|Stenning|Bartlett|Lynch|OMG|CORBA|"
    r"Akkoyunlu|Halpern|Saltzer|Kurose|Gray|Mills|Chang|Franklin|Birrell|Cerf)\b.*$"
)
"""Where a source is cited, its title stands as it is."""
NOTATION = re.compile(r"\b(?:ACK|written) \d+, has \d+|\b\d+ please(?:, not \d+)?")
"""Messages that are told in a notation of their own."""
FILES = re.compile(r"--[a-z][\w-]*|\backademy \w.*|\S*/\S*|\S+\.(?:run|py|toml)\b|\w+ ?\.\.\.")
"""Commands, where something lies, and the half of a word behind which more would follow."""
NAMES = frozenset(
    """
    ackademy ping pong text texts live log seed seeds par bot rover server client arq echo best effort selective repeat
    go back n token tokens bits byte bytes code index path premise shift tab
    """.split()  # noqa: SIM905 - that many are read better so
)
"""What is called so in every language."""


def words_of(text):
    return {word.lower().removesuffix("'s") for word in WORD.findall(PLACES.sub(" ", text))}


def english_words(code="de"):
    """Words that stand in English texts of what is complete, and in no German one."""
    german = {word for said in catalogue(code).values() for word in words_of(said)}
    german |= {word for forms in plurals(code).values() for said in forms for word in words_of(said)}
    english = {word for one in messages() if one.origin in COMPLETE for word in words_of(f"{one.text} {one.many}")}
    return frozenset(word for word in english - german - NAMES if len(word) > 1)


class Looked:
    """What was found, line by line. `names`: what a level calls its nodes, and other names that are no words."""

    def __init__(self, names=()):
        self.english = english_words() - {name.lower() for name in names}
        self.found = {}

    def at(self, where, text):
        for line in text.splitlines():
            if words := words_of(FILES.sub(" ", NOTATION.sub(" ", SOURCE.sub("", line)))) & self.english:
                self.found.setdefault(f"{', '.join(sorted(words))}: {line.strip()}", where)
