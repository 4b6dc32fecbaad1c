"""At 80 columns a question has two lines; one that is longer would lose its end."""

import pytest

from core.kernel.seats import Book, Random
from core.kernel.world import World
from levels.loader import every_act
from tui.bridge import words_of
from tui.widgets.canvas import wrapped

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
