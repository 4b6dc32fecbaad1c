"""At 80 columns a question has two lines; one that is longer would lose its end."""

import pytest

from core.kernel.seats import Book, Random
from core.kernel.world import World
from levels.loader import every_act
from tui.bridge import words_of
from tui.bridge.words import Words
from tui.widgets.canvas import Ink, wrapped

LEVELS = {level.id: level for level in every_act()}
WIDTH, ROWS = 76, 2
"""What the control has of a screen of 80 columns."""


class Listening:
    """Answers as another seat does, and keeps what was asked."""

    def __init__(self, seat):
        self.seat = seat
        self.waits = seat.waits
        self.heard = {}

    def answer(self, asked):
        if not asked.choice.standing:
            self.heard.setdefault(words_of(asked), asked.choice.name)
        return self.seat.answer(asked)


@pytest.mark.parametrize("seat", [Book(), Random(1)], ids=["by the book", "by chance"])
@pytest.mark.parametrize("level", LEVELS)
def test_every_question_fits(level, seat):
    listening = Listening(seat)
    World(LEVELS[level].scenario, player=listening).run()
    cut = {words: name for words, name in listening.heard.items() if len(wrapped(words, WIDTH)) > ROWS}
    assert not cut


def test_of_several_sentences_as_many_are_said_as_have_room_and_none_is_broken_off() -> None:
    parts = ("The list has room.", "So answers one who never looks again.", "(Cohen 2003)")
    words = Words("~", " ".join(parts), Ink.COSTLY, 0, parts)
    assert words.fitting(80, 1) == words.text
    assert words.fitting(60, 1) == " ".join(parts[:2])
    assert words.fitting(30, 1) == parts[0]
    assert words.fitting(8, 1) == parts[0], "something is said in any case"
