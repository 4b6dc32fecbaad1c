"""What there is to choose from, as pictures list it: every option is there, and what is said of it is whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.test_room_pictures import at_question
from tui.controls import Option
from tui.pictures.listed import draw_listed
from tui.widgets.canvas import Canvas

LONG = "send it if it is newer than what I have here"
OPTIONS = [Option(number, f"option{number}", number, LONG, here=number == 2) for number in (1, 2, 3)]


def listed(width: int, rows: int) -> tuple[str, int]:
    canvas = Canvas(80, 24)
    used = draw_listed(canvas, replace(at_question("premise/echo", ()).scene(), listed=OPTIONS), 0, 0, width, rows)
    return str(canvas), used


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("width", "rows", "times"), [(70, 3, 3), (24, 12, 3), (24, 6, 1)])
def test_what_is_said_of_an_option_is_whole(width: int, rows: int, times: int) -> None:
    text, used = listed(width, rows)
    assert words(text).count(LONG) == times
    assert used <= rows


def test_that_an_option_is_there_comes_before_what_is_said_of_it() -> None:
    text, used = listed(24, 3)
    assert all(option.name in text for option in OPTIONS)
    assert used == 3
