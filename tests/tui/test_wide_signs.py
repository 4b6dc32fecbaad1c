"""Signs that take two columns, or none, are wrapped, cut and drawn by columns, not by letters."""

import pytest
from rich.cells import cell_len

from tui.widgets.canvas import Canvas, clip, cut, wrapped

WIDE = "鮑勃要的是下一個位元組 next byte 的號碼"


@pytest.mark.parametrize("width", range(4, 50))
def test_wide_signs_wrap_by_columns_and_nothing_is_lost(width):
    lines = wrapped(WIDE, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == WIDE.replace(" ", "")


def test_words_of_narrow_signs_are_not_torn_apart():
    assert wrapped("的 acknowledgement 的", 17) == ["的", "acknowledgement", "的"]


@pytest.mark.parametrize("width", range(45))
def test_wide_signs_are_cut_by_columns(width):
    assert cell_len(clip(WIDE, width)) <= width
    assert cell_len(cut(WIDE, width)) <= width
    assert cut(WIDE, width) == WIDE or cut(WIDE, width).endswith(".."[:width])


@pytest.mark.parametrize("at", range(-3, 12))
def test_a_row_keeps_its_width_wherever_wide_signs_stand(at):
    canvas = Canvas(10, 1)
    end = canvas.put(at, 0, "號碼e\u0301x")
    assert cell_len(canvas.text(0)) == 10
    assert end == at + 6
    if at == 2:
        assert canvas.text(0) == "  號碼e\u0301x  "


@pytest.mark.parametrize("at", range(10))
def test_what_is_written_over_half_of_a_wide_sign_leaves_a_blank(at):
    canvas = Canvas(10, 1)
    canvas.put(0, 0, "號碼號碼號")
    canvas.put(at, 0, "x")
    assert cell_len(canvas.text(0)) == 10
    assert "x" in canvas.text(0)


def test_words_in_the_middle_and_at_the_right_are_placed_by_columns():
    canvas = Canvas(10, 2)
    canvas.centre(5, 0, "號碼")
    canvas.right(1, "號碼", margin=1)
    assert canvas.text(0) == "   號碼   "
    assert canvas.text(1) == "     號碼 "
