"""Numbers of options: whoever has learnt that accept is 3 presses 3 again."""

from __future__ import annotations

import pytest

from levels.loader import load
from tui.bridge import Bridge, session_of
from tui.controls import control_for
from tui.numbering import Numbers


def test_what_is_offered_again_keeps_its_number_and_what_is_new_takes_a_free_one() -> None:
    numbers = Numbers()
    assert numbers.of("a.call", ("listen", "accept", "bind")) == {"listen": 1, "accept": 2, "bind": 3}
    assert numbers.of("a.call", ("send", "bind", "accept", "recv")) == {"send": 1, "accept": 2, "bind": 3, "recv": 4}
    assert list(numbers.of("a.call", ("send", "bind", "accept", "recv"))) == ["send", "accept", "bind", "recv"]
    assert numbers.of("a.call", ("bind",)) == {"bind": 3}
    assert numbers.of("b.call", ("bind",)) == {"bind": 1}


@pytest.mark.parametrize("name", ["sockets/doorman", "pipe/ghost-syn"])
def test_over_a_level_a_digit_means_the_same_as_long_as_it_is_offered(name: str) -> None:
    session = session_of(load(name), paused=True)
    bridge = Bridge(load(name), session, {})
    before: dict[str, int] = {}
    asked = 0
    while not session.over:
        question = session.question
        if question is None:
            session.step()
            continue
        numbers = dict(bridge.numbers(question.asked))
        assert {option: number for option, number in numbers.items() if option in before} == {
            option: number for option, number in before.items() if option in numbers
        }
        control = control_for(bridge.setting(question.asked, question))
        for option, number in numbers.items():
            control.press(str(number), str(number))
            assert control.draft == option
        before, asked = numbers, asked + 1
        session.answer(question.asked.book)
    assert asked > 8
