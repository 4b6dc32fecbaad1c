"""Controls: keys and clicks in, a value out. No screen is needed for any of it."""

from typing import Any

import pytest

from core.kernel.choice import Answer, Asked, Choice, Domain, Kind
from core.kernel.domains import Duration, Fields, NodeOf, Number, OneOf, OrderOf, SomeOf
from core.kernel.time import SECOND
from tui.controls import Control, Press, Setting, control_for
from tui.controls.alarm import AlarmControl, nice
from tui.controls.cards import CardsControl
from tui.controls.chairs import ChairsControl
from tui.controls.header import FieldsControl
from tui.controls.listing import ListControl
from tui.controls.needle import NeedleControl
from tui.controls.typed import TypedControl
from tui.widgets.canvas import Canvas


def make(domain: Domain, options: tuple[Any, ...] = (), **more: Any) -> Control:
    choice = Choice(
        name="test.what", question="What?", domain=domain, book=lambda asked: 0,
        answers={"book": Answer(Kind.BOOK, "yes"), "other": Answer(Kind.WRONG, "no")}, source="none", inaction=0,
    )  # fmt: skip
    return control_for(Setting(Asked(choice, "me", None, {}, 0), options, **more))


def drawn(control: Control, width: int = 60) -> str:
    canvas = Canvas(width, control.rows(width))
    control.draw(canvas)
    return str(canvas)


def press(control: Control, *keys: str) -> Press:
    result = Press.NOT_MINE
    for key in keys:
        result = control.press(key, {"space": " "}.get(key, key if len(key) == 1 else None))
    return result


@pytest.mark.parametrize(
    ("domain", "options", "kind"),
    [
        (Number(0, 9), (), TypedControl),
        (Number(0, 9), (1, 2), ListControl),
        (OneOf(("a", "b")), ("a", "b"), ListControl),
        (NodeOf(("a", "b")), (), NeedleControl),
        (SomeOf(("a", "b")), (), ChairsControl),
        (OrderOf(("a", "b")), (), CardsControl),
        (Duration(0, 9_000_000), (1, 2), AlarmControl),
        (Fields((("x", Number(0, 9)),)), (), FieldsControl),
    ],
)
def test_every_domain_has_its_control(domain: Domain, options: tuple[Any, ...], kind: type) -> None:
    assert type(make(domain, options)) is kind


def test_a_number_is_typed_and_until_then_letters_are_commands() -> None:
    control = make(Number(0, 4000))
    assert not control.typing
    assert press(control, "h") is Press.NOT_MINE
    assert press(control, "enter") is Press.CHANGED
    assert "a number from 0 to 4000" in control.problem
    assert press(control, "5", "0", "1") is Press.CHANGED
    assert control.typing
    assert control.problem == ""
    assert control.draft == 501
    assert "501" in drawn(control)
    assert press(control, "enter") is Press.GIVE


def test_a_number_out_of_range_says_what_would_be_right_and_loses_nothing() -> None:
    control = make(Number(0, 100))
    press(control, "5", "0", "1", "enter")
    assert control.draft is None
    assert control.problem == "501 is not between 0 and 100"
    press(control, "backspace")
    assert control.problem == ""
    assert control.draft == 50


def test_the_caret_moves_and_arrows_count() -> None:
    control = make(Number(0, 100))
    press(control, "1", "2", "left", "0")
    assert control.draft is None  # 102
    press(control, "backspace")
    assert control.draft == 12
    press(control, "up")
    assert control.draft == 13
    press(control, "escape")
    assert control.draft is None
    assert press(control, "escape") is Press.NOT_MINE


def test_a_list_is_chosen_from_by_arrows_numbers_and_clicks() -> None:
    control = make(OneOf(("yes", "no", "later"), {"later": "not now"}), ("yes", "no", "later"))
    assert control.draft == "yes"
    press(control, "down")
    assert control.draft == "no"
    press(control, "3")
    assert control.draft == "later"
    assert "> 3 later  not now" in drawn(control)
    press(control, "down")
    assert control.draft == "yes"
    assert control.click(("option", 1)) is Press.CHANGED
    assert control.click(("option", 1)) is Press.GIVE
    assert control.draft == "no"


def test_a_long_list_stands_in_columns_and_left_and_right_cross_them() -> None:
    control = make(Number(0, 99), tuple(range(10, 18)))
    assert control.rows(60) == 2
    drawn(control)
    press(control, "right")
    assert control.draft == 12
    press(control, "left")
    assert control.draft == 10


def test_the_needle_turns_round_and_a_click_on_the_picture_points() -> None:
    control = make(NodeOf(("a", "b", "c")))
    press(control, "left")
    assert control.draft == "c"
    press(control, "right")
    assert control.draft == "a"
    assert control.click("b") is Press.CHANGED
    assert control.draft == "b"
    assert control.click("b") is Press.GIVE
    assert ">b<" in drawn(control)


def test_chairs_say_what_it_means_to_take_none_where_that_is_not_nobody() -> None:
    control = make(SomeOf(("ana", "moe"), 2, none="everybody", taken="asked"))
    assert "none ticked: everybody asked" in drawn(control)
    press(control, "space")
    assert "1 of 2 asked" in drawn(control)
    assert "0 of 2 chosen" in drawn(make(SomeOf(("ana", "moe"), 2)))


def test_chairs_persist_and_say_when_all_are_taken() -> None:
    control = make(SomeOf(("ana", "moe", "ivy"), 2, taken="chairs taken"), previous=("moe",))
    assert control.draft == ("moe",)
    assert "1 of 2 chairs taken" in drawn(control)
    press(control, "space")
    assert control.draft == ("ana", "moe")
    press(control, "down", "down", "space")
    assert control.draft == ("ana", "moe")
    assert "2 of 2 chairs taken: take one back first" in control.problem
    press(control, "up", "space", "down", "space")
    assert control.draft == ("ana", "ivy")
    assert press(control, "enter") is Press.GIVE
    assert "[x] ana" in drawn(control)


def test_chairs_follow_the_options_and_keep_who_sits() -> None:
    people = ["ana", "moe"]
    control = make(SomeOf(lambda asked: tuple(people), 2), previous=("moe",))
    people.insert(0, "zoe")
    control.freshen(control.setting)
    assert "zoe" in drawn(control)
    assert control.draft == ("moe",)


def test_cards_are_lifted_carried_and_laid_down() -> None:
    control = make(OrderOf(("copy", "point", "tell")))
    press(control, "space", "down", "down", "space", "up")
    assert control.draft == ("point", "tell", "copy")
    assert press(control, "enter") is Press.GIVE
    control.click(("option", 0))
    control.click(("option", 2))
    assert control.draft == ("tell", "copy", "point")


@pytest.mark.parametrize(("items", "line", "order"), [
    (("24.2", "30.10", "30.1"), "3 1 2", (2, 0, 1)), (("24.2", "30.10", "30.1"), "2 1 3", (1, 0, 2)),
    ((3, 1, 2), "1 2 3", (1, 2, 0)),  # what is a name is one
])  # fmt: skip
def test_places_are_those_that_are_shown_though_names_begin_with_a_digit(
    items: tuple[Any, ...], line: str, order: tuple[int, ...]
) -> None:
    wanted = tuple(items[place] for place in order)
    control = make(OrderOf(items[::-1]), (), pieces=items)
    press(control, *("space" if sign == " " else sign for sign in line))
    press(control, "enter")
    assert control.draft == wanted
    assert OrderOf(items).parse(control.asked, line) == wanted


def test_the_alarm_is_pushed_typed_and_clicked() -> None:
    control = make(Duration(10_000, 10_000_000), previous=900_000, delays=(80_000, 120_000))
    assert isinstance(control, AlarmControl)
    assert control.draft == 900_000
    press(control, "right")
    assert control.draft == 900_000 + control.coarse
    press(control, "left", "down")
    assert control.draft == 900_000 - control.coarse // 10
    press(control, *"250", "space", *"ms")
    assert control.typing
    assert control.draft == 250_000
    press(control, "escape")
    assert control.click(("ruler", 500_000)) is Press.CHANGED
    assert control.draft == 500_000
    assert "[500 ms]" in drawn(control)
    assert "2 past delays, the longest 120 ms" in drawn(control)


def test_the_alarm_stays_within_its_bounds() -> None:
    control = make(Duration(10_000, 1_000_000), previous=20_000, delays=(80_000,))
    press(control, *["left"] * 20)
    assert control.draft == 10_000
    press(control, *["right"] * 400)
    assert control.draft == 1_000_000


@pytest.mark.parametrize(("least", "most"), [(1, 1), (3, 5), (6, 10), (101, 200), (999, 1000)])
def test_nice_numbers(least: int, most: int) -> None:
    assert nice(least) == most


def test_fields_are_gone_through_and_the_wrong_one_is_pointed_at() -> None:
    control = make(Fields((("ack", Number(0, 9999)), ("window", Number(0, 4000)), ("flag", OneOf(("SYN", "ACK"))))))
    press(control, *"501", "right", *"9000", "right", "up")
    assert control.draft is None
    assert press(control, "enter") is Press.CHANGED
    assert control.problem.startswith("window: 9000 is not between")
    press(control, "backspace")
    assert control.draft == (501, 900, "SYN")
    assert press(control, "enter") is Press.GIVE
    assert "window" in drawn(control, 70)


@pytest.mark.parametrize("width", [20, 76, 116])
@pytest.mark.parametrize(
    "domain",
    [
        Number(0, 2**32 - 1), OneOf(("a" * 30, "b" * 30)), NodeOf(tuple(f"n{n}" for n in range(50))),
        SomeOf(tuple(f"peer{n}" for n in range(13)), 4), OrderOf(("a", "b", "c", "d")), Duration(0, 10**7),
        Fields((("a", Number(0, 9)), ("b", Number(0, 9)))),
    ],
)  # fmt: skip
def test_no_size_and_no_key_breaks_a_control(domain: Domain, width: int) -> None:
    control = make(domain)
    for key in ("up", "down", "left", "right", "space", "enter", "x", "5", "backspace", "tab", "escape", "home"):
        press(control, key)
        for height in (0, 1, 3, 10):
            control.draw(Canvas(width, height))
        drawn(control, width)
    for target in (("option", 0), ("ruler", 5), "n1", None, ("entry", 3)):
        control.click(target, 0)
        control.click(target, 1)


def test_who_comes_while_everybody_counts_counts_as_well_and_the_cursor_stays() -> None:
    here = ["a", "b"]
    domain = SomeOf(lambda asked: tuple(here), lambda asked: len(here), means_all=True)
    control = make(domain)
    press(control, "down")
    here.append("c")
    control.freshen(control.setting)
    assert control.draft == ("a", "b", "c")
    assert control.at_hand == "b"
    chosen = make(domain, previous=("a", "b"))
    here.append("d")
    chosen.freshen(chosen.setting)
    assert chosen.draft == ("a", "b")


def test_who_was_left_out_stays_out_when_somebody_comes() -> None:
    here = ["a", "b"]
    control = make(SomeOf(lambda asked: tuple(here), lambda asked: len(here), means_all=True))
    press(control, "space")
    here.append("c")
    control.freshen(control.setting)
    assert control.draft == ("b",)


def test_a_bare_number_is_in_seconds_where_nothing_is_shorter_than_one() -> None:
    long, short = (
        Duration(SECOND, 3600 * SECOND, fine=5 * SECOND, coarse=20 * SECOND),
        Duration(0, SECOND, fine=10, coarse=50),
    )
    for domain, typed, meant, example in ((long, "80", 80 * SECOND, "7 s"), (short, "80", 80_000, "900 ms")):
        control = make(domain)
        assert f"or type {example}" in control.status
        press(control, *typed)
        assert control.draft == meant
        assert "900 ms" not in control.status or example == "900 ms"
        assert f'such as "{example}"' in domain.how(control.asked)


def test_a_control_goes_on_where_an_earlier_one_was() -> None:
    domain = SomeOf(("a", "b", "c"), 3)
    before = make(domain)
    press(before, "down", "down")
    after = make(domain)
    after.resume(before)
    assert after.at_hand == "c"
    press(after, "space")
    assert after.draft == ("c",)
