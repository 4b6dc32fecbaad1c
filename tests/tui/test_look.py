"""The look: colours that everybody can tell apart and read, and parts that are drawn as they are meant, at any size."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.look import blocks, dots, flight, moving, parts, places
from tui.look.palette import (
    ANSI,
    CONTRAST,
    DARK,
    DEFAULT,
    LIGHT,
    NODES,
    NONE,
    PALETTES,
    SHADES,
    SIXTEEN,
    WORLD_INKS,
    Ink,
    Palette,
    channels,
    contrast,
    legible,
    mix,
    node_ink,
)
from tui.theme import THEMES, palette_of
from tui.widgets.canvas import Canvas

NEVER_TEXT = {Ink.FAINT, Ink.FOG, Ink.ON, Ink.CHOSEN}


def canvas_of(width: int = 40, height: int = 7, palette: Palette = DARK, *, ascii_only: bool = False) -> Canvas:
    return Canvas(width, height, palette=palette, ascii_only=ascii_only, world="premise")


# Colours


@pytest.mark.parametrize("palette", [DARK, LIGHT, CONTRAST], ids=lambda palette: palette.name)
@pytest.mark.parametrize("ink", [ink for ink in Ink if ink not in NEVER_TEXT], ids=str)
def test_every_ink_of_text_can_be_read_on_the_stage(palette: Palette, ink: Ink) -> None:
    assert contrast(palette.colour(ink), palette.ground) >= 4.5


@pytest.mark.parametrize("palette", [DARK, LIGHT, CONTRAST], ids=lambda palette: palette.name)
@pytest.mark.parametrize("ink", [Ink.PLAIN, Ink.STRONG, Ink.QUIET, Ink.YOU])
def test_words_can_be_read_on_header_and_keys(palette: Palette, ink: Ink) -> None:
    assert contrast(palette.colour(ink), palette.raised) >= 4.5


@pytest.mark.parametrize("palette", [DARK, LIGHT, CONTRAST], ids=lambda palette: palette.name)
@pytest.mark.parametrize("ink", [*NODES, Ink.YOU, Ink.GOOD, Ink.BAD, Ink.COSTLY], ids=str)
def test_a_name_can_be_read_on_its_chip(palette: Palette, ink: Ink) -> None:
    fill = palette.fill(ink)
    style = palette.style(Ink.ON, 0, DEFAULT, fill)
    assert style.color is not None
    assert style.color.triplet is not None
    red, green, blue = style.color.triplet
    assert contrast(red << 16 | green << 8 | blue, fill) >= 4.5


@pytest.mark.parametrize("world", WORLD_INKS)
@pytest.mark.parametrize("palette", [DARK, LIGHT, CONTRAST], ids=lambda palette: palette.name)
def test_a_worlds_ink_can_be_read(palette: Palette, world: str) -> None:
    assert contrast(palette.colour(Ink.WORLD, 0, DEFAULT, world), palette.ground) >= 4.5


# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
MATRICES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}


def seen(colour: int, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """The colour as L*a*b* (D65), as somebody sees it whose eyes are described by the matrix."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels(colour))
    ]
    rgb = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in matrix]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in to_xyz]
    x, y, z = (
        share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116
        for share in (part / white for part, white in zip(xyz, (0.95047, 1.0, 1.08883), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", MATRICES)
@pytest.mark.parametrize(
    ("palette", "least"), [(DARK, 18), (LIGHT, 13), (CONTRAST, 20)], ids=["dark", "light", "contrast"]
)
def test_nodes_and_you_are_told_apart_without_red_or_green(palette: Palette, least: int, eyes: str) -> None:
    colours = {ink: seen(palette.fill(ink), MATRICES[eyes]) for ink in (*NODES, Ink.YOU)}
    far = {
        (one, other): sum((a - b) ** 2 for a, b in zip(colours[one], colours[other], strict=True)) ** 0.5
        for one, other in combinations(colours, 2)
    }
    assert min(far.values()) >= least, min(far, key=lambda pair: far[pair])


@pytest.mark.parametrize("eyes", MATRICES)
@pytest.mark.parametrize(
    ("palette", "one", "other", "least"),
    [
        (palette, one, other, 8 if palette is LIGHT and {one, other} != {Ink.GOOD, Ink.BAD} else 15)
        for palette in (DARK, LIGHT, CONTRAST)
        for one, other in ((Ink.GOOD, Ink.BAD), (Ink.GOOD, Ink.COSTLY))
    ],
)
def test_right_and_wrong_are_told_apart_without_red_or_green(
    palette: Palette, one: Ink, other: Ink, least: int, eyes: str
) -> None:
    first, second = (seen(palette.colour(ink), MATRICES[eyes]) for ink in (one, other))
    assert sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5 >= least


@pytest.mark.parametrize("ink", [ink for ink in Ink if ink not in NEVER_TEXT], ids=str)
def test_high_contrast_is_high_and_nothing_lies_below_letters(ink: Ink) -> None:
    assert contrast(CONTRAST.colour(ink), CONTRAST.ground) >= 7
    assert CONTRAST.colour(ink, 5) == CONTRAST.colour(ink)
    canvas = canvas_of(palette=CONTRAST)
    canvas.sky()
    canvas.pool(5, 3, 4, 2, ink)
    canvas.tint(0, 0, 10, 3, ink, 0.5)
    assert {ground for row in canvas.grounds for ground in row} <= {CONTRAST.ground, DEFAULT}


@pytest.mark.parametrize("world", WORLD_INKS)
def test_a_worlds_ink_is_of_high_contrast_too(world: str) -> None:
    assert contrast(CONTRAST.colour(Ink.WORLD, 0, DEFAULT, world), CONTRAST.ground) >= 7


def test_a_node_has_the_colour_of_its_place_among_the_others_and_you_are_gold() -> None:
    names = ["ana", "ben", "cy"]
    assert [node_ink(name, names, "ben") for name in names] == [Ink.NODE0, Ink.YOU, Ink.NODE1]
    assert node_ink("nobody", names) is Ink.PLAIN
    many = [f"p{number}" for number in range(20)]
    assert node_ink("p8", many) is node_ink("p0", many)


def test_colours_are_mixed_where_they_can_be() -> None:
    assert mix(0x000000, 0xFFFFFF, 0.5) == 0x808080
    assert mix(0x123456, 0xFFFFFF, 0) == 0x123456
    assert mix(0x000000, 0xFFFFFF, 7) == 0xFFFFFF
    assert mix(ANSI + 3, 0xFFFFFF, 0.5) == ANSI + 3
    assert mix(DEFAULT, 0xFFFFFF, 0.5) == DEFAULT


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_any_colour_becomes_legible_on_any_ground(colour: int, ground: int) -> None:
    assert contrast(legible(colour, ground), ground) >= 4.5


def test_shades_lead_to_the_ground() -> None:
    far = [contrast(DARK.colour(Ink.YOU, shade), DARK.ground) for shade in range(6)]
    assert far == sorted(far, reverse=True)
    assert SIXTEEN.colour(Ink.YOU, 4) == SIXTEEN.colour(Ink.YOU)


def test_every_theme_has_a_palette_and_another_ones_is_made_legible() -> None:
    from textual.theme import BUILTIN_THEMES

    assert {palette_of(theme).name for theme in THEMES} == set(PALETTES)
    for theme in BUILTIN_THEMES.values():
        palette = palette_of(theme)
        if palette.mixes:
            assert contrast(palette.colour(Ink.PLAIN), palette.ground) >= 4.5, theme.name


@pytest.mark.parametrize("palette", [DARK, LIGHT, CONTRAST], ids=lambda palette: palette.name)
def test_what_is_chosen_is_solid_on_every_ground(palette: Palette) -> None:
    """On a stage with a sky, too: its text is made for its own fill, and would be dark on dark."""
    plain = palette.style(Ink.CHOSEN, 0, DEFAULT, DEFAULT)
    for ground in (palette.ground, palette.raised, palette.sky_top("premise")):
        assert palette.style(Ink.CHOSEN, 0, DEFAULT, ground) == plain


def test_without_colours_what_is_chosen_is_turned_round() -> None:
    style = NONE.style(Ink.CHOSEN, 0, DEFAULT, DEFAULT)
    assert style.color is None
    assert style.bgcolor is None
    assert style.reverse
    assert style.bold


# Grounds and dots


def test_a_sky_goes_down_to_the_stage_and_a_pool_is_brightest_in_the_middle() -> None:
    canvas = canvas_of()
    canvas.sky()
    assert canvas.grounds[0][0] == DARK.sky_top("premise")
    assert canvas.grounds[6][0] == DARK.ground
    canvas.pool(20, 3, 8, 3, Ink.YOU)
    row = [contrast(canvas.ground(x, 3), DARK.ground) for x in (12, 16, 20)]
    assert row == sorted(row)
    canvas.tint(0, 6, 4, 1, Ink.BAD, 0.5)
    assert canvas.ground(0, 6) == mix(DARK.ground, DARK.colour(Ink.BAD), 0.5)


@pytest.mark.parametrize("palette", [SIXTEEN, NONE], ids=lambda palette: palette.name)
def test_where_nothing_can_be_mixed_there_is_no_ground(palette: Palette) -> None:
    canvas = canvas_of(palette=palette)
    canvas.sky()
    canvas.pool(20, 3, 8, 3, Ink.YOU)
    canvas.tint(0, 0, 40, 7, Ink.BAD, 0.5)
    assert {ground for row in canvas.grounds for ground in row} == {DEFAULT}


def test_dots_leave_text_alone() -> None:
    canvas = canvas_of(6, 1)
    canvas.put(2, 0, "ab")
    dots.stroke(canvas, (0, 1), (11, 1), Ink.YOU)
    canvas.flush()
    assert canvas.text(0) == "⠒⠒ab⠒⠒"
    assert canvas.inks[0][0] is Ink.YOU


def test_dots_in_ascii_are_signs_by_their_number() -> None:
    canvas = canvas_of(4, 1, ascii_only=True)
    for column, count in enumerate((1, 4, 6, 8)):
        for dot in range(count):
            canvas.dot(2 * column + dot % 2, dot // 2)
    canvas.flush()
    assert canvas.text(0) == ".:*#"


RING = [
    "  ⡠⠔⠒⠉⠉⠑⠒⠤⡀",
    " ⡜⠁       ⠙⡄",
    "⢸          ⢸",
    "⠸⡄         ⡼",
    " ⠑⣄      ⢀⡔⠁",
    "  ⠈⠑⠢⠤⠤⠤⠒⠉",
]


def test_a_ring_is_round_and_a_part_of_it_is_an_arc() -> None:
    canvas = canvas_of(13, 6)
    dots.ellipse(canvas, (12, 11), 11, 11, Ink.WORLD)
    canvas.flush()
    assert str(canvas).splitlines() == RING
    arc = canvas_of(13, 6)
    dots.ellipse(arc, (12, 11), 11, 11, Ink.YOU, start=0, end=0.25)
    arc.flush()
    assert all(not line[:6].strip() for line in str(arc).splitlines())
    assert not "".join(str(arc).splitlines()[3:]).strip()


def test_fog_is_the_same_each_time_and_as_dense_as_asked() -> None:
    def count(density: float) -> int:
        canvas = canvas_of(80, 24)
        dots.fog(canvas, density)
        canvas.flush()
        return sum((ord(char) - 0x2800).bit_count() for row in canvas.chars for char in row if char != " ")

    assert count(0.1) == count(0.1)
    assert 0.08 < count(0.1) / (80 * 24 * 8) < 0.12
    assert count(0) == 0


def test_an_arc_goes_to_where_it_should_and_bends() -> None:
    way = dots.bent((0, 40), (60, 40), 0.25)
    assert way[0] == (0, 40)
    assert way[-1] == (60, 40)
    assert min(y for _, y in way) < 40 - 10
    assert all(max(abs(a - c), abs(b - d)) == 1 for (a, b), (c, d) in pairwise(way))


# Blocks


def test_two_pixels_share_a_cell() -> None:
    canvas = canvas_of(1, 1)
    blocks.pixel(canvas, 0, 0, 0xFF0000)
    blocks.pixel(canvas, 0, 1, 0x00FF00)
    assert canvas.chars[0][0] == "▀"
    assert canvas.fores[0][0] == 0xFF0000
    assert canvas.grounds[0][0] == 0x00FF00


def test_a_planet_is_lit_from_the_upper_left() -> None:
    canvas = canvas_of(21, 11)
    blocks.planet(canvas, (10, 10), 9, 0x2F6FC4, 0x05080F)
    left, right = canvas.fores[2][7], canvas.ground(14, 8)
    assert contrast(left, 0) > contrast(right, 0)
    flat = canvas_of(21, 11, ascii_only=True)
    blocks.planet(flat, (10, 10), 9, 0x2F6FC4, 0x05080F)
    assert set(str(flat)) <= {" ", "#", ":", "\n"}
    assert "#" in str(flat)
    assert ":" in str(flat)


def test_big_digits_are_three_rows_high_or_bold_text() -> None:
    canvas = canvas_of(12, 3)
    assert blocks.big(canvas, 0, 0, "1.5") == 9 == blocks.big_width("1.5")
    assert all(line.strip() for line in str(canvas).splitlines())
    plain = canvas_of(12, 3, ascii_only=True)
    blocks.big(plain, 0, 0, "1.5")
    assert str(plain) == "\n1.5\n"


# Parts


def test_a_chip_is_a_name_in_its_colour() -> None:
    canvas = canvas_of(8, 1)
    assert parts.chip(canvas, 1, 0, "7", Ink.NODE1) == 4 == 1 + parts.chip_width(canvas, "7")
    assert canvas.grounds[0][1:4] == [DARK.colour(Ink.NODE1)] * 3
    plain = canvas_of(8, 1, ascii_only=True)
    parts.chip(plain, 1, 0, "7", Ink.NODE1)
    assert str(plain) == " [ 7 ]"


@pytest.mark.parametrize(
    ("state", "rows"),
    [
        (parts.Tile.FULL, ["▄▄▄▄▄", " abc ", "▀▀▀▀▀"]),
        (parts.Tile.MISSING, ["╭┄┄┄╮", "┊   ┊", "╰┄┄┄╯"]),
        (parts.Tile.PROMISED, ["╭───╮", "│abc│", "╰───╯"]),
    ],
)
def test_tiles(state: parts.Tile, rows: list[str]) -> None:
    canvas = canvas_of(5, 3)
    parts.tile(canvas, 0, 1, "abc", Ink.NODE0, state)
    assert [canvas.text(y) for y in range(3)] == rows


def test_a_missing_tile_says_nothing_of_its_text() -> None:
    for ascii_only in (False, True):
        canvas = canvas_of(9, 3, ascii_only=ascii_only)
        parts.tile(canvas, 0, 1, "secret", Ink.NODE0, parts.Tile.MISSING)
        assert "secret" not in str(canvas)


def test_a_gauge_is_as_full_as_its_share_and_has_its_marks() -> None:
    canvas = canvas_of(10, 1)
    assert parts.gauge(canvas, 0, 0, 10, 0.45, book=1.0, ghost=0.0) == 10
    assert canvas.text(0) == "*███▌    |"
    over = canvas_of(4, 1)
    parts.gauge(over, 0, 0, 4, 1.5)
    assert over.text(0) == "████"
    assert over.inks[0][0] is Ink.COSTLY
    plain = canvas_of(4, 1, ascii_only=True)
    parts.gauge(plain, 0, 0, 4, 0.5)
    assert plain.text(0) == "##--"


def test_a_spark_has_one_scale() -> None:
    canvas = canvas_of(4, 2)
    parts.spark(canvas, 0, 1, [0, 4, 8, 16], 2, 16, Ink.GOOD)
    assert [canvas.text(y) for y in range(2)] == ["   █", " ▄██"]


def test_a_ruler_has_its_dots_wave_and_blade() -> None:
    canvas = canvas_of(21, 4)
    parts.ruler(canvas, 2, 2000, [(0, "0"), (1000, "1 s"), (2000, "2 s")], [300, 310, 900], 1500, 500)
    assert str(canvas).splitlines() == [
        "   .",
        "   .     .     ▼",
        "━━━━━━────┴────│────┴",
        "0        1 s       2 s"[:18] + "2 s",
    ]


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("state", parts.STATES)
def test_words_have_stripe_and_glyph(state: str, ascii_only: bool) -> None:
    canvas = canvas_of(20, 3, ascii_only=ascii_only)
    assert parts.words(canvas, 0, state, ["you said 7", "it was yours"]) == 2
    assert canvas.text(0)[4:].rstrip() == "you said 7"
    assert canvas.text(1)[4:].rstrip() == "it was yours"
    assert canvas.text(0)[0] == canvas.text(1)[0] != " "
    assert canvas.text(0)[2] != " " == canvas.text(1)[2]
    assert not ascii_only or str(canvas).isascii()


def test_states_of_words_differ_without_colour() -> None:
    for which in (0, 1):
        signs = [state[which] for state in parts.STATES.values()]
        assert len({sign[0] for sign in signs}) == len({sign[1] for sign in signs}) == len(parts.STATES)


def test_keycaps_leave_out_what_has_no_room() -> None:
    canvas = canvas_of(24, 1)
    parts.keycaps(canvas, 0, [("Enter", "take"), ("space", "pause the world")])
    assert canvas.text(0).split() == ["Enter", "take"]
    assert canvas.at(2, 0) == ("key", "Enter")


# Ways and flights


def test_places_on_a_ring_and_in_lanes() -> None:
    box = places.Box(0, 0, 21, 9)
    assert places.around(4, box) == [(10, 0), (20, 4), (10, 8), (0, 4)]
    assert places.lanes(3, box) == [1, 4, 7]
    assert places.lanes(20, box) == list(range(9))
    assert places.between((0, 0), (3, 0)) == [(x, 2) for x in range(7)]
    assert places.between((0, 4), (20, 4), 0.2)[-1] == (40, 18)


WAY = flight.Flight(places.between((2, 3), (36, 3)), 1_000, 2_000)


def test_a_packet_is_where_its_plan_says() -> None:
    assert [WAY.part(now) for now in (0, 1_000, 1_500, 2_000, 9_000)] == [0, 0, 0.5, 1, 1]
    assert WAY.at(0) == (4, 14)
    assert WAY.at(1) == (72, 14)


def drawn(draw: Callable[[Canvas], None], *, ascii_only: bool = False) -> Canvas:
    canvas = canvas_of(ascii_only=ascii_only)
    draw(canvas)
    canvas.flush()
    return canvas


def test_a_comet_has_head_tail_and_label() -> None:
    canvas = drawn(lambda canvas: flight.comet(canvas, WAY, 0.5, Ink.NODE0, "1001"))
    head = 19
    assert "1001" in canvas.text(2)
    assert canvas.chars[3][head] != " "
    shades = [canvas.shades[3][x] for x in range(head, 8, -1) if canvas.chars[3][x] != " "]
    assert shades == sorted(shades)
    assert shades[-1] > 2
    still = drawn(lambda canvas: flight.comet(canvas, WAY, 0.5, Ink.NODE0, "1001", still=True))
    assert len(still.text(3).split()) == 1
    assert sum(char != " " for char in still.chars[3]) <= 4


def test_less_motion_moves_in_steps() -> None:
    def head(part: float) -> str:
        return str(drawn(lambda canvas: flight.comet(canvas, WAY, part, Ink.NODE0, still=True)))

    pictures = [head(step / 68) for step in range(69)]
    assert len(set(pictures)) <= 68 // flight.STEP + 2
    assert pictures[0] != pictures[-1]


@pytest.mark.parametrize("still", [False, True])
def test_what_is_lost_bursts_and_its_word_stays(still: bool) -> None:
    at = WAY.at(0.5)
    first = drawn(lambda canvas: flight.burst(canvas, at, 0, "7", still=still))
    later = drawn(lambda canvas: flight.burst(canvas, at, flight.BURST, "7", still=still))
    assert str(first) != " "
    assert "LOST 7" in str(later)
    assert "╳" in str(later)
    assert ("LOST 7" in str(first)) is still
    gone = drawn(lambda canvas: flight.burst(canvas, at, flight.WORDED, "7"))
    assert not str(gone).strip()


def glide(**more: Any) -> flight.Glide:
    return flight.Glide(1, WAY, 1_500, Ink.NODE2, "A", **more)


def flown(thing: flight.Glide) -> Canvas:
    return drawn(lambda canvas: canvas.fly(thing))


def test_what_is_late_leaves_an_empty_ring_where_it_is_due() -> None:
    canvas = flown(glide(planned=1_200))
    assert "due" in str(canvas)
    ring = [x for x in range(40) if canvas.chars[3][x] != " " and canvas.inks[3][x] is Ink.QUIET]
    own = [x for x in range(40) if canvas.chars[3][x] != " " and canvas.inks[3][x] is Ink.COSTLY]
    assert max(own) < min(ring)
    in_time = flown(glide())
    assert "due" not in str(in_time)
    assert not any(ink is Ink.COSTLY for row in in_time.inks for ink in row)


def test_what_is_doubled_forks() -> None:
    canvas = flown(glide(again=True))
    assert "A again" in str(canvas)
    assert not canvas.text(3)[17:22].strip()
    assert canvas.text(5).strip() or canvas.text(6).strip()
    way = flight.beside(WAY.way)
    assert (way[0], way[-1]) == (WAY.way[0], WAY.way[-1])
    assert max(y for _, y in way) == WAY.way[0][1] + flight.ASIDE


def test_what_nobody_sees_arrive_sinks_into_the_mist() -> None:
    def head(now: int, *, lost: bool = False) -> int:
        over = moving.layer(canvas_of(), [moving.Placed(glide(sinks=True, lost=lost), 0, 0, (0, 0, 40, 7))], now)
        return min(cell.shade for cell in over.settle().values())

    shades = [head(now) for now in range(0, 500, 10)]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (0, SHADES - 1)


def test_what_is_lost_is_under_way_until_it_bursts() -> None:
    lost = flight.Glide(1, WAY, 1_000, Ink.NODE2, "A", lost=True)
    assert lost.burst(400) is None
    found = lost.burst(600)
    assert found is not None
    assert found.at == WAY.at(0.5)
    assert found.label == "A"
    early, late = (str(drawn(lambda canvas, now=now: lost.draw(canvas, now, moving.Look()))) for now in (400, 600))
    assert "A" in early
    assert not late.strip()


# Everywhere


def way_of(x: int, y: int, **more: Any) -> flight.Glide:
    return flight.Glide(1, flight.Flight(places.between((x, y), (y, x)), 0, 9), 5 + x % 4, Ink.BAD, "7", **more)


ANYWHERE = st.integers(-30, 60)
DRAWINGS: dict[str, Callable[[Canvas, int, int], object]] = {
    "stroke": lambda canvas, x, y: dots.stroke(canvas, (x, y), (y, x)),
    "ellipse": lambda canvas, x, y: dots.ellipse(canvas, (x, y), x, y, thick=3),
    "disc": lambda canvas, x, y: dots.disc(canvas, (x, y), abs(y) / 2),
    "bent": lambda canvas, x, y: dots.curve(canvas, dots.bent((x, y), (y, x), 0.3)),
    "pixel": lambda canvas, x, y: blocks.pixel(canvas, x, y, 0x123456),
    "sprite": lambda canvas, x, y: blocks.sprite(canvas, x, y, ["a b", "bab"], {"a": 0xFF0000, "b": 0}),
    "planet": lambda canvas, x, y: blocks.planet(canvas, (x, y), abs(x) / 3, 0xFFFFFF, 0),
    "big": lambda canvas, x, y: blocks.big(canvas, x, y, "-1.5 %"),
    "chip": lambda canvas, x, y: parts.chip(canvas, x, y, "alice", Ink.YOU),
    "tile": lambda canvas, x, y: parts.tile(canvas, x, y, "7", Ink.YOU),
    "hole": lambda canvas, x, y: parts.tile(canvas, x, y, "7", Ink.YOU, parts.Tile.MISSING),
    "done": lambda canvas, x, y: parts.tile(canvas, x, y, "7", Ink.YOU, parts.Tile.DONE),
    "gauge": lambda canvas, x, y: parts.gauge(canvas, x, y, 9, x / 20, book=y / 20, ghost=0.3),
    "spark": lambda canvas, x, y: parts.spark(canvas, x, y, [1, 2, 3], 3, y, Ink.GOOD),
    "ruler": lambda canvas, x, y: parts.ruler(canvas, y, 100, [(50, "half")], [x, y], x, y, x, 12),
    "words": lambda canvas, x, y: parts.words(canvas, y, "wrong", ["what happened to whom, and why it did"], x),
    "keycaps": lambda canvas, x, y: parts.keycaps(canvas, y, [("a", "b")], x),
    "fog": lambda canvas, x, y: dots.fog(canvas, 0.2, drift=x),
    "burst": lambda canvas, x, y: flight.burst(canvas, (x, y), abs(x) % 25, "7"),
    "late": lambda canvas, x, y: canvas.fly(way_of(x, y, planned=4)),
    "twin": lambda canvas, x, y: canvas.fly(way_of(x, y, again=True)),
    "lost": lambda canvas, x, y: canvas.fly(way_of(x, y, lost=True)),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("ascii_only", [False, True])
@given(x=ANYWHERE, y=ANYWHERE)
def test_nothing_is_drawn_outside_and_every_glyph_is_one_cell(
    name: str, palette: str, ascii_only: bool, x: int, y: int
) -> None:
    canvas = canvas_of(23, 6, PALETTES[palette], ascii_only=ascii_only)
    DRAWINGS[name](canvas, x, y)
    canvas.flush()
    for row in (canvas.chars, canvas.inks, canvas.shades, canvas.fores, canvas.grounds, canvas.owned):
        assert [len(cells) for cells in row] == [23] * 6
    text = str(canvas)
    assert all(cell_len(char) == 1 for char in text if char != "\n")
    assert not ascii_only or text.isascii()
    for cells in zip(canvas.inks, canvas.shades, canvas.fores, canvas.grounds, strict=True):
        for cell in zip(*cells, strict=True):
            canvas.palette.style(*cell)
