"""The picture of a stale build: beads on rulers of dates, where a push would put them, and what make made of them."""

from dataclasses import replace

from core.kernel.time import MILLISECOND
from levels.loader import load
from tests.tui.snapshots import same
from tui.bridge import Bridge, session_of
from tui.pictures import Canvas
from tui.pictures.clocks.wall_clock import draw


def drawn(until, *pushes, width=80, height=12, draft=None):
    """The stage at that time (ms), after these pushes (at ms, by ms); `draft`: whose clock is about to be pushed."""
    level = load("clocks/stale-build")
    session = session_of(level)
    session.pause()
    now = 0
    for at, by in pushes:
        session.wait((at - now) * MILLISECOND)
        session.move("network.push_clock", ("ana", by * MILLISECOND))
        now = at
    session.wait((until - now) * MILLISECOND)
    scene = Bridge(level, session).scene()
    if draft is not None:
        asked = next(asked for asked in session.offers() if asked.choice.name == "network.push_clock")
        scene = replace(scene, asked=asked, draft=(draft[0], draft[1] * MILLISECOND))
    canvas = Canvas(width, height)
    draw(canvas, scene)
    return str(canvas)


def row(picture, word):
    return next(line for line in picture.splitlines() if line.startswith(word))


def test_what_will_be_saved_is_seen_where_its_date_will_lie():
    picture = drawn(2)
    assert "+200 ms" in row(picture, "out.c")
    assert "░" in row(picture, "out.c")
    same("wall-clock-stale-build-before", picture)


def test_the_bead_slides_while_a_push_is_typed_and_nothing_has_happened_yet():
    assert "-100 ms" in row(drawn(2, draft=("ana", -300)), "out.c")
    assert "-100 ms" in row(drawn(2, draft=("builder", 300)), "out.c")
    assert "300 ms behind" in drawn(2, draft=("ana", -300))
    assert "+200 ms" in row(drawn(2), "out.c")


def test_what_make_made_of_it_stands_beside_it():
    assert "up to date" in drawn(4500, (500, -200))
    assert "newer, made again" in drawn(3990 + 10, (500, -199))
    assert "Clock skew detected" in drawn(4001, (500, 2500))


def test_the_second_night_has_three_rulers():
    picture = drawn(6300, (500, -200))
    assert "+900 ms" in row(picture, "a.c")
    assert "+1400 ms" in row(picture, "b.c")
    assert "+2500 ms" in row(picture, "c.c")
    assert "out.c" not in picture
    same("wall-clock-stale-build-three", drawn(6300, (500, -200), width=84, height=26))


def test_on_a_disk_of_whole_seconds_beads_stand_on_seconds():
    picture = drawn(13300, (500, -200), (6500, -900))
    assert "0 ms" in row(picture, "x.c")
    assert "+1000 ms" in row(picture, "y.c")
    assert "steps of 1 s" in picture


def test_the_dates_of_a_night_that_is_over_are_kept_as_they_were():
    picture = drawn(12700, (500, -200), (6500, -900))
    assert "+500 ms" in row(picture, "b.c")
    assert "steps of" not in picture


def test_a_bead_at_the_edge_has_its_words_before_it():
    line = row(drawn(6300, (500, -200)), "c.c")
    assert line.index("+2500 ms") < line.index("○")


def test_in_two_rows_a_file_what_make_did_covers_no_date():
    picture = drawn(11500, (500, -200), height=10)
    assert "+1400 ms" in row(picture, "b.c")
    assert picture.count("newer, made again") == 3


def test_it_is_right_at_every_size():
    for width, height in ((1, 1), (44, 6), (60, 9), (200, 50), (30, 40)):
        lines = drawn(6300, (500, -200), width=width, height=height).splitlines()
        assert len(lines) <= height
        assert all(len(line) <= width for line in lines)
