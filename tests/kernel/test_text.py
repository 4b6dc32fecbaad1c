"""Text from elsewhere: nothing in it is obeyed by a terminal, wherever it is shown."""

from dataclasses import dataclass

import pytest

from core.kernel.choice import Asked, fill
from core.kernel.text import harmless
from core.kernel.told import message_words
from core.protocols.premise.echo import PROTOCOL

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt\u2028\x00\x7f\ud800"


@pytest.mark.parametrize("letter", sorted(set(EVIL) - set("]0;owned[2J31mtxt")))
def test_what_a_terminal_obeys_is_replaced(letter):
    assert harmless(f"a{letter}b") == "a?b"
    assert harmless(f"a{letter}b", " ") == "a b"
    assert harmless(f"a{letter}b", kept=letter) == f"a{letter}b"


def test_what_people_write_stays():
    text = "Grüße, 你好\xa0→ [red] <b> 100 %"
    assert harmless(text) == text


@dataclass(frozen=True)
class Said:
    text: str


@dataclass(frozen=True)
class Worded:
    text: str

    def __str__(self) -> str:
        return f"said {self.text}"


@pytest.mark.parametrize("message", [Said(EVIL), Worded(EVIL), Said((EVIL,)), EVIL])
def test_the_words_of_a_message_are_harmless(message):
    words = message_words(message)
    assert "owned" in words
    assert harmless(words) == words


def test_the_words_of_a_question_are_harmless():
    asked = Asked(PROTOCOL.choices[0], "server", None, {"text": EVIL}, 0)
    words = fill("What of {text}?\nSay it.", asked)
    assert "owned" in words
    assert "\n" in words
    assert harmless(words, kept="\n") == words
