"""The controls of all domains, by keys, by mouse and typed: whatever is pressed, what they give is inside."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.choice import Domain
from core.kernel.domains import (
    BudgetedFields,
    Grid,
    Handles,
    Number,
    PlaceOf,
    Places,
    RankedOf,
    Shape,
    SomeOf,
    Text,
    selecting,
)
from tests.domains import DOMAINS, TOPICS, asked_of, selects
from tui.controls import Control, Press, Setting, control_for
from tui.controls.choosing import Choosing
from tui.controls.grid import GridControl
from tui.controls.handles import HandlesControl
from tui.controls.header import FieldsControl
from tui.controls.needle import NeedleControl
from tui.controls.ranked import RankedControl
from tui.controls.scissors import ScissorsControl
from tui.controls.slider import OddsControl, SliderControl
from tui.controls.text import TextControl
from tui.controls.tokens import TokensControl
from tui.controls.track import TrackControl
from tui.widgets.canvas import Canvas

EACH = pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS.keys())
KEYS = [
    "up", "down", "left", "right", "space", "enter", "backspace", "delete", "home", "end", "tab", "escape", "ctrl+u",
    "shift+left", "shift+right", *"0123456789abotwfy|,;:*>-=\"\\",
]  # fmt: skip
SIGNS = {"comma": ",", "space": " "}


def make(domain: Domain, **more: Any) -> Control:
    means = more.pop("means", None)
    return control_for(Setting(asked_of(domain, means=means), **more))


def press(control: Control, *keys: str) -> Press:
    result = Press.NOT_MINE
    for key in keys:
        result = control.press(key, " " if key == "space" else key if len(key) == 1 else None)
    return result


def drawn(control: Control, width: int = 76) -> str:
    canvas = Canvas(width, control.rows(width))
    control.draw(canvas)
    return str(canvas)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("place", NeedleControl), ("track", TrackControl), ("grid", GridControl), ("ranked", RankedControl),
        ("slider", SliderControl), ("odds", OddsControl), ("bits", TextControl), ("cuts in a text", ScissorsControl),
        ("budgeted fields", FieldsControl), ("bracket", HandlesControl), ("tokens", TokensControl),
    ],
)  # fmt: skip
def test_each_has_its_control_whatever_is_listed(name: str, kind: type) -> None:
    domain = DOMAINS[name]
    options = tuple(domain.default_candidates(asked_of(domain)))
    assert type(make(domain)) is type(make(domain, options=options)) is kind


@EACH
@settings(max_examples=120, deadline=None)
@given(keys=st.lists(st.sampled_from(KEYS), max_size=40), again=st.booleans())
def test_no_key_leads_out_of_a_domain(domain: Domain, keys: list[str], again: bool) -> None:
    asked = asked_of(domain)
    previous = domain.default_candidates(asked)[-1] if again else None
    control = make(domain, previous=previous)
    for key in keys:
        result = press(control, key)
        if result is Press.GIVE:
            assert key == "enter"
            assert domain.problem(asked, control.draft) is None
        if key == "enter" and result is Press.CHANGED and not control.typing:
            assert control.problem or isinstance(control, Choosing | HandlesControl)
        for width in (20, 76, 116):
            canvas = Canvas(width, control.rows(width))
            control.draw(canvas)
            for hot in canvas.hots[:2] + canvas.hots[-1:]:
                assert hot.width > 0
        assert isinstance(control.status, str)
        hash(control.at_hand)


@EACH
@settings(max_examples=60, deadline=None)
@given(
    clicks=st.lists(st.tuples(st.integers(0, 75), st.integers(0, 6), st.sampled_from([0, 0, 0, -1, 1])), max_size=25)
)
def test_no_click_leads_out_of_a_domain(domain: Domain, clicks: list[tuple[int, int, int]]) -> None:
    asked = asked_of(domain)
    control = make(domain)
    for x, y, delta in clicks:
        canvas = Canvas(76, control.rows(76))
        control.draw(canvas)
        if control.click(canvas.at(x, y), delta) is Press.GIVE:
            assert domain.problem(asked, control.draft) is None


@EACH
@pytest.mark.parametrize("target", [None, (), ("option", 999), ("cut", -3), ("handle", "x", 1), ("ruler", 10**9), "zz"])
@pytest.mark.parametrize("delta", [0, 1, -1])
def test_a_click_that_means_nothing_breaks_nothing(domain: Domain, target: Any, delta: int) -> None:
    control = make(domain)
    control.click(target, delta)
    drawn(control)


@EACH
@pytest.mark.parametrize("height", [0, 1, 2, 9])
@pytest.mark.parametrize("width", [0, 3, 20, 200])
def test_no_size_breaks_a_control(domain: Domain, width: int, height: int) -> None:
    control = make(domain)
    for key in ("1", "right", "a", "escape"):
        control.draw(Canvas(width, height))
        press(control, key)


@EACH
def test_what_the_keys_do_fits_beside_enter(domain: Domain) -> None:
    assert len(make(domain).status) <= 80 - 4 - 9


@EACH
def test_what_was_kept_stands_there_at_first(domain: Domain) -> None:
    asked = asked_of(domain)
    value = domain.default_candidates(asked)[-1]
    control = make(domain, previous=value)
    if type(control).__name__ not in ("TypedControl",):
        assert control.draft == value


@EACH
def test_enter_on_what_is_not_recognised_gives_nothing(domain: Domain) -> None:
    control = make(domain)
    first = domain.parts[0][1] if isinstance(domain, BudgetedFields) else domain
    if isinstance(first, Text) and first.form.value in ("letters", "bytes", "signs") and not first.alphabet:
        return  # any word is one
    for letter in "xq7":
        if control.press(letter, letter) is Press.NOT_MINE:
            control.take_character(letter)
    assert control.typing
    assert press(control, "enter") is Press.CHANGED
    assert control.problem
    press(control, "escape")
    assert not control.typing or isinstance(control, FieldsControl)


# Each by itself


def test_a_text_is_typed_completed_and_says_what_it_means() -> None:
    control = make(DOMAINS["pattern"], means=selecting(TOPICS, selects))
    assert control.draft is None
    assert control.meaning == ""
    assert press(control, "c") is Press.CHANGED
    assert control.meaning == "selects 0 of 3"
    assert "= cafe/*   Tab complete" in control.status
    press(control, "tab")
    assert control.draft == "cafe/*"
    assert control.meaning.startswith("selects 2 of 3")
    press(control, "down")
    assert control.draft == "*/orders"
    press(control, "escape")
    assert press(control, "enter") is Press.CHANGED
    assert "nothing is typed" in control.problem


def test_bits_and_bytes_are_counted_and_letters_are_commands_where_only_digits_stand() -> None:
    bits = make(DOMAINS["bits"])
    assert press(bits, "h") is Press.NOT_MINE
    press(bits, *"00100")
    assert "5 bits" in drawn(bits)
    assert press(bits, "enter") is Press.GIVE
    code = make(DOMAINS["hexadecimal"])
    assert press(code, *"b", *"eef") is Press.CHANGED
    assert code.draft == b"\xbe\xef"


def test_a_long_text_scrolls() -> None:
    control = make(Text(most=500))
    press(control, *("ab" * 100))
    assert "<" in drawn(control, 40)
    press(control, "home")
    assert "<" not in drawn(control, 40)
    control.click(("letter", 3))
    press(control, "x")
    assert control.draft is not None
    assert control.draft[:5] == "abaxb"


def test_scissors_cut_and_mend() -> None:
    control = make(DOMAINS["cuts in a text"])
    press(control, *["right"] * 6, "space")
    assert control.draft == (7,)
    assert control.at_hand == 7
    press(control, "end", "space", "home", "space", "right", "space", "right", "space")
    assert "4 of 4 cuts made: mend one first" in control.problem
    press(control, "left", "space")
    assert control.draft == (1, 7, 34)
    assert control.click(("cut", 7)) is Press.CHANGED
    assert control.draft == (1, 34)
    press(control, *"7 19")
    assert "= at 7, 19" in control.status
    assert control.draft == (7, 19)
    assert press(control, "enter") is Press.GIVE


def test_a_knife_is_where_the_scissors_are() -> None:
    control = make(DOMAINS["a cut in bytes"])
    assert control.draft == (1,)
    press(control, "right", "down")
    assert control.draft == (10,)
    assert "10 before, 30 after" in drawn(control)
    press(control, *"14")
    assert control.draft == (14,)


def test_a_cut_moves_nothing_in_the_line() -> None:
    control = make(Places("GET /index", 2))
    before = drawn(control)
    press(control, "right", "right", "space")
    assert "".join(drawn(control).split()).replace("│", "") == "".join(before.split()).replace("╎", "").replace(
        "0of2cuts1before,9after", "1of2cuts3before,7after"
    )
    assert drawn(control).splitlines()[1].index("E") == before.splitlines()[1].index("E")


def test_a_sheet_counts_what_is_filled_in() -> None:
    control = make(DOMAINS["budgeted fields"])
    assert "0 of 2 filled in; the others stay blank" in drawn(control)
    assert control.draft == (None, None, None, None)
    press(control, "right", "up", "right", "up")
    assert control.draft == (None, 0, "ana", None)
    press(control, "right", *"00ff")
    assert control.draft is None
    assert press(control, "enter") is Press.CHANGED
    assert "3 are filled in: at most 2 of 4" in control.problem
    press(control, "escape")
    assert press(control, "enter") is Press.GIVE


def test_a_grid_is_walked_and_painted_and_shut_cells_are_stepped_over() -> None:
    control = make(DOMAINS["grid with shut cells"])
    assert control.at_hand == (1, "a b")
    press(control, "down", "space", "right", "space")
    assert control.draft == ((3, "a b"), (3, "c"))
    assert control.click((1, "c")) is Press.CHANGED
    assert (1, "c") in control.draft
    assert " · " in drawn(control)
    press(control, *"1: *", "enter")
    assert control.draft == ((1, "a b"), (1, "c"))
    wide = make(Grid(("sound", "clock"), tuple(range(1, 41))))
    press(wide, *["right"] * 39, "space")
    assert wide.draft == (("sound", 40),)
    assert "40" in drawn(wide)


def test_a_ranking_is_carried_and_inserted() -> None:
    control = make(DOMAINS["ranked"])
    assert press(control, "enter") is Press.CHANGED
    assert "at least 1" in control.problem
    press(control, "down", "down", "space")
    assert control.draft == ("allow",)
    press(control, "down", "space", "down", "space")
    assert control.draft == ("allow", "rule 1", "rule 2")
    press(control, "1")
    assert control.draft == ("rule 2", "allow", "rule 1")
    press(control, "right")
    assert control.draft == ("allow", "rule 2", "rule 1")
    press(control, "down", "down", "space")
    assert "3 of 3 ranked" in control.problem
    press(control, *"deny, allow", "enter")
    assert control.draft == ("deny", "allow")
    assert press(control, "enter") is Press.GIVE


FEWER = {
    "ranked": lambda items: RankedOf(items, 4),
    "some of": lambda items: SomeOf(items, 4),
    "grid": lambda items: Grid(("in",), items),
    "place": lambda items: PlaceOf(items),
}


@pytest.mark.parametrize("name", FEWER)
@pytest.mark.parametrize("carried", [False, True])
def test_a_control_that_stays_gives_nothing_that_has_gone_meanwhile(name: str, carried: bool) -> None:
    """Pieces arrive, sources leave: what has gone leaves the answer too, and the rest can be given at once."""
    items = list(range(8))
    control = make(FEWER[name](lambda asked: tuple(items)), carried=carried)
    for key in ("space", "right", "space", "right", "space", "right", "space"):
        press(control, key)
    here = control.at_hand
    for gone in (0, 2):
        items.remove(gone)
    control.freshen(control.setting)
    assert control.check() == ""
    left = control.draft if isinstance(control.draft, tuple) else (control.draft,)
    assert not {0, 2} & set(left)
    if here not in (0, 2, None):
        assert control.at_hand == here
    assert press(control, "enter") is Press.GIVE


def test_a_peg_moves_along_its_track() -> None:
    control = make(DOMAINS["track"])
    press(control, "right", "right")
    assert control.draft == "tray"
    assert "tray: the clerk has it" in drawn(control)
    press(control, "end", "right")
    assert control.draft == "done"
    press(control, "b")
    assert control.draft == "begun"
    assert press(control, "enter") is Press.GIVE
    assert control.click("window") is Press.CHANGED
    assert control.draft == "window"


def test_a_share_is_pushed_typed_and_clicked() -> None:
    control = make(DOMAINS["slider"])
    assert control.draft == 50
    press(control, "right", "up")
    assert control.draft == 61
    assert "▲ 61 %" in drawn(control)
    press(control, *"40", "space", "%")
    assert control.draft == 40
    press(control, "escape")
    control.click(("ruler", 33))
    assert control.draft == 33


def test_odds_are_pushed_in_tens_from_even_or_typed_by_their_side() -> None:
    control = make(DOMAINS["odds"])
    assert control.draft == 50
    press(control, "right", "right")
    assert control.draft == 70
    assert "▲ lost 70 %" in drawn(control)
    press(control, *["left"] * 4)
    assert control.draft == 30
    assert "late 70 %" in drawn(control)
    press(control, *"lost")
    assert control.draft == 80
    press(control, "escape", *"late", "space", *"90")
    assert control.draft == 10
    press(control, *"5")
    assert press(control, "enter") is Press.CHANGED
    assert "905" in control.problem


def test_handles_are_chosen_and_pushed_and_a_bracket_never_turns_round() -> None:
    control = make(DOMAINS["bracket"])
    assert control.draft == (3, 3)
    press(control, "left", "down", "right")
    assert control.draft == (2, 4)
    assert control.at_hand == "to"
    press(control, "home")
    assert control.draft == (1, 1)
    press(control, "4", "enter", "up", "3", "enter")
    assert control.draft == (3, 4)
    assert control.click(("handle", "to", 5)) is Press.CHANGED
    assert control.draft == (3, 5)
    assert "[" in drawn(control)


def test_who_types_where_a_handle_goes_and_walks_on_has_put_it_there() -> None:
    control = make(Handles((("offset", Number(-50, 50)), ("slope", Number(-100, 100))), Shape.SLOPE))
    press(control, "1", "0", "down", "9", "7", "up")
    assert control.draft == (10, 97)
    assert control.at_hand == "offset"
    press(control, "9", "9", "down")  # no such place: it says so, and stays
    assert control.draft == (10, 97)
    assert control.at_hand == "offset"
    assert "offset: " in control.problem


def test_a_slope_is_drawn_as_a_line() -> None:
    control = make(Handles((("offset", Number(-50, 50)), ("slope", Number(-100, 100))), Shape.SLOPE))
    level = drawn(control)
    press(control, "down", "end")
    assert control.draft == (0, 100)
    assert drawn(control).splitlines()[-1] != level.splitlines()[-1]


def test_a_needle_goes_through_a_table() -> None:
    control = make(DOMAINS["place"])
    press(control, "down")
    assert control.draft == ("bob", "in")
    press(control, "right")
    assert control.draft == ("bob", "out")
    press(control, "down")
    assert control.draft == ("bob", "out")
    assert ">bob out<" in drawn(control).splitlines()[1]
    assert control.click(("ana", "both")) is Press.CHANGED
    assert control.draft == ("ana", "both")
    assert control.click(("ana", "both")) is Press.GIVE


def test_tokens_are_replaced_and_put_back() -> None:
    control = make(DOMAINS["tokens"])
    press(control, "right", "right", "down")
    assert control.draft is not None
    assert control.draft[2] == "R"
    press(control, "0", "enter")
    assert control.draft[2] == "0"
    assert "it does not read: 0 is no place" in drawn(control)
    assert press(control, "enter") is Press.CHANGED
    press(control, "backspace")
    assert control.draft[2] == "W"
    press(control, "down", "end", "down", "left", "left", "left", "down")
    assert "2 of 2 tokens replaced" in control.problem
    control.click(("token", 9))
    control.click(("option", 0))
    assert control.draft[9] == "R"
    press(control, *"if(W+0)%n==R", "enter")
    assert control.draft[4] == "0"
    assert press(control, "enter") is Press.GIVE


def test_a_long_paste_is_typed_as_far_as_there_is_room() -> None:
    control = make(Text(most=5_000))
    control.paste("x" * 3_000 + "\nmore")
    assert control.draft == "x" * 1_000
    assert control.typing


@EACH
def test_ascii_has_a_likeness_of_every_sign(domain: Domain) -> None:
    control = make(domain)
    press(control, "right", "space", "right")
    canvas = Canvas(76, control.rows(76), ascii_only=True)
    control.draw(canvas)
    assert str(canvas).isascii()
    assert str(canvas).count("?") == drawn(control).count("?")
