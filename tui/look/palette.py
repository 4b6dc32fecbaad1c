"""What inks and grounds look like: on a dark screen, on a light one, in sixteen colours, and in none.

A colour is an int: 0xRRGGBB, or one of the terminal's own sixteen as `ANSI + n`, or `DEFAULT`. Node colours and gold
are told apart by people with deuteranopia and protanopia too (ΔE76 of at least 19 on the dark ground, 13 on the
light one, 18 in high contrast), so there is no theme of its own for them; every state is a glyph and a word as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from rich.color import Color
from rich.style import Style

DEFAULT = -1
"""The terminal's own foreground or background; as a ground: whatever lies below."""
ANSI = 1 << 24
"""The first of the sixteen colours of a terminal."""
SHADES = 6
"""An ink has so many shades: 0 is the ink itself, each further one is nearer to the ground."""
MOST_STYLES = 8192
LEGIBLE = 4.6
"""Contrast that every letter has on its ground (WCAG 2.2 asks for 4.5)."""

HIGHLY_LEGIBLE = 7.0
"""The same for the theme of high contrast (WCAG 2.2, AAA)."""


class Ink(StrEnum):
    """What a cell means; the palette says how that looks. A glyph or a word must say it as well."""

    PLAIN = "plain"
    QUIET = "quiet"
    STRONG = "strong"
    FAINT = "faint"
    """Lines and marks; never text."""
    FOG = "fog"
    """What cannot be seen; never text."""
    YOU = "you"
    """The player, his choice, the cursor; nobody else."""
    PACKET = "packet"
    ACCENT = "accent"
    BOOK = "book"
    """The book's own: its line, its mark on a gauge, what was omitted."""
    GOOD = "good"
    COSTLY = "costly"
    BAD = "bad"
    HINT = "hint"
    LIVE = "live"
    """A flash: what has happened this very moment."""
    WORLD = "world"
    """The world's own ink."""
    CHOSEN = "chosen"
    DONE = "done"
    ON = "on"
    """Text on a solid fill."""
    NODE0 = "node0"
    NODE1 = "node1"
    NODE2 = "node2"
    NODE3 = "node3"
    NODE4 = "node4"
    NODE5 = "node5"
    NODE6 = "node6"
    NODE7 = "node7"


NODES = (Ink.NODE0, Ink.NODE1, Ink.NODE2, Ink.NODE3, Ink.NODE4, Ink.NODE5, Ink.NODE6, Ink.NODE7)
"""Colours of the others, in order of name; from the ninth on they repeat, and the name tells them apart."""


def node_ink(name: str, names: list[str] | tuple[str, ...], you: str = "") -> Ink:
    """The ink of a node: the player's own is gold, the others have theirs in the order in which they are named."""
    if name == you:
        return Ink.YOU
    others = [other for other in names if other != you]
    return NODES[others.index(name) % len(NODES)] if name in others else Ink.PLAIN


BOLD = frozenset({Ink.STRONG, Ink.YOU, Ink.ACCENT, Ink.GOOD, Ink.BAD, Ink.CHOSEN, Ink.ON, Ink.LIVE})
ITALIC = frozenset({Ink.DONE})

WORLD_INKS = {
    "premise": 0xE0C89A, "wire": 0x6CB6FF, "pipe": 0x3FCF9F, "sockets": 0x9BE7FF, "web": 0x9BE7FF, "call": 0xFF93B4,
    "shape": 0xB8CF4A, "swarm": 0xFF8A5C, "ring": 0xB9A0FF, "rumour": 0xFFD166, "stream": 0x6CB6FF, "clocks": 0x3FCF9F,
    "stamps": 0x3FCF9F, "booth": 0xFF93B4, "vault": 0xFF93B4, "crown": 0xFFD166, "finals": 0xFF6F61,
}  # fmt: skip
SKIES = {
    "title": 0x141A38, "map": 0x141A38, "premise": 0x0B0D20, "wire": 0x0F1C33, "pipe": 0x0F1C33, "sockets": 0x101B2E,
    "web": 0x101B2E, "call": 0x23142A, "shape": 0x161C14, "swarm": 0x1F1526, "ring": 0x1A1436, "rumour": 0x1B1A4A,
    "stream": 0x0F1C33, "clocks": 0x0D2028, "stamps": 0x0D2028, "booth": 0x23142A, "vault": 0x23142A,
    "crown": 0x161433, "finals": 0x2B1420, "lost": 0x33131C, "won": 0x10281F,
}  # fmt: skip
"""The top of each world's sky on a dark screen; a light screen has one for all."""


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours of a kind of screen.

    inks    colour of each ink; DEFAULT where it has none of its own.
    fills   colour of a solid area in that ink, where it is not the ink itself.
    ground  what the stage lies on; `sky`: the top of a sky whose world has none of its own.
    mixes   whether colours can be mixed: without, there is no sky, no pool, no tint and no shade.
    light   dark letters on a light ground.
    flat    nothing lies below letters but the ground: no sky, pool or tint, and no shade takes contrast from them.
    styles  what has been made so far.
    """

    name: str
    inks: dict[Ink, int]
    ground: int
    raised: int
    sky: int
    mixes: bool = True
    light: bool = False
    flat: bool = False
    fills: dict[Ink, int] = field(default_factory=dict)
    styles: dict[tuple[Ink, int, int, int, str], Style] = field(default_factory=dict, repr=False)

    def colour(self, ink: Ink, shade: int = 0, ground: int = DEFAULT, world: str = "") -> int:
        """The colour of an ink; each shade is a sixth nearer to the ground it lies on."""
        found = self.inks.get(ink, DEFAULT)
        if ink is Ink.WORLD and self.mixes and world in WORLD_INKS:
            found = legible(WORLD_INKS[world], self.ground, HIGHLY_LEGIBLE if self.flat else LEGIBLE)
        if shade and self.mixes and not self.flat:
            found = mix(found, self.ground if ground == DEFAULT else ground, shade / SHADES)
        return found

    def fill(self, ink: Ink, world: str = "") -> int:
        """The colour of a solid area in this ink; DEFAULT where there are no colours."""
        return self.fills.get(ink, self.colour(ink, 0, DEFAULT, world))

    def sky_top(self, world: str) -> int:
        """The top of a world's sky."""
        return self.sky if self.light or self.flat else SKIES.get(world, self.sky)

    def style(self, ink: Ink, shade: int, fore: int, ground: int, world: str = "") -> Style:
        """How a cell looks: `fore`, where it is not DEFAULT, instead of the ink's own colour."""
        key = ink, shade, fore, ground, world
        found = self.styles.get(key)
        if found is None:
            if len(self.styles) > MOST_STYLES:
                self.styles.clear()
            found = self.styles[key] = self._make(ink, shade, fore, ground, world)
        return found

    def _make(self, ink: Ink, shade: int, fore: int, ground: int, world: str) -> Style:
        if ink is Ink.CHOSEN and fore == DEFAULT:  # solid, on whatever ground: its text is made for that
            ground = self.fill(Ink.CHOSEN)
        colour = fore
        if fore == DEFAULT:
            colour = self.colour(ink, shade, ground, world)
            if ink is Ink.ON and ground != DEFAULT and self.mixes:
                colour = max((self.colour(Ink.ON), self.colour(Ink.LIVE)), key=lambda one: contrast(one, ground))
        # Without colours what is solid, or chosen, is turned round; the bold letter says the rest.
        reverse = not self.inks and (ground != DEFAULT or ink is Ink.CHOSEN)
        return Style(
            color=_rich(colour),
            bgcolor=None if not self.inks else _rich(ground),
            bold=ink in BOLD or None,
            italic=ink in ITALIC or None,
            dim=True if not self.inks and ink in (Ink.QUIET, Ink.FAINT, Ink.FOG) else None,
            reverse=reverse or None,
        )


def _rich(colour: int) -> Color | None:
    if colour == DEFAULT:
        return None
    if colour >= ANSI:
        return Color.from_ansi(colour - ANSI)
    return Color.from_rgb(*channels(colour))


def channels(colour: int) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255 each."""
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


def mix(one: int, other: int, share: float) -> int:
    """`one` with so much (0 to 1) of `other` in it. What cannot be mixed stays as it is."""
    if not (0 <= one < ANSI and 0 <= other < ANSI):
        return one
    share = min(1.0, max(0.0, share))
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(channels(one), channels(other), strict=True))
    return red << 16 | green << 8 | blue


def _luminance(colour: int) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@lru_cache(maxsize=1024)
def contrast(one: int, other: int) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=1024)
def legible(colour: int, ground: int, least: float = LEGIBLE) -> int:
    """The colour, moved towards black or white until its contrast on the ground is at least `least`."""
    if not (0 <= colour < ANSI and 0 <= ground < ANSI):
        return colour
    end = 0x000000 if _luminance(ground) > 0.18 else 0xFFFFFF
    for step in range(21):
        found = mix(colour, end, step / 20)
        if contrast(found, ground) >= least:
            return found
    return end


def _inks(text: str) -> dict[Ink, int]:
    """Inks from "you #ffd166  good #4fd6a8", or "you 11": one of the sixteen."""
    found = {}
    for name, value in re.findall(r"(\w+) (#[0-9a-f]{6}|\d+)", text):
        found[Ink(name)] = int(value[1:], 16) if value.startswith("#") else ANSI + int(value)
    return found


DARK = Palette(
    "dark",
    _inks(
        "plain #e9eef7  quiet #94a1ba  strong #ffffff  faint #4c5875  fog #2e3853  you #ffd166  packet #e9eef7"
        " accent #ffd166  book #8fc7ff  good #4fd6a8  costly #ff9d5c  bad #ff6f61  hint #b9a0ff  live #ffffff"
        " world #8fc7ff  chosen #0b0e16  done #94a1ba  on #0b0e16"
        " node0 #44a7e4  node1 #62e3b4  node2 #e4629a  node3 #876ef1  node4 #ac8860  node5 #ff6a2b  node6 #bfdaf8"
        " node7 #d9e49a"
    ),
    ground=0x0A0D16,
    raised=0x1A2136,
    sky=0x141A38,
    fills={Ink.CHOSEN: 0xFFD166},
)
LIGHT = Palette(
    "light",
    _inks(
        "plain #1b2230  quiet #4f5868  strong #000000  faint #a9a797  fog #d5cfc0  you #7a4f00  packet #1b2230"
        " accent #7a4f00  book #1a5fa8  good #07654a  costly #8f3f00  bad #a81e18  hint #5e3fb8  live #000000"
        " world #1a5fa8  chosen #1b2230  done #4f5868  on #ffffff"
        " node0 #0f53e3  node1 #136358  node2 #5e0d30  node3 #6437aa  node4 #696043  node5 #411207  node6 #0d3e5d"
        " node7 #334b18"
    ),
    ground=0xF6F3EC,
    raised=0xE2DCCD,
    sky=0xECE7DB,
    light=True,
    fills={Ink.YOU: 0xFFC53D, Ink.ACCENT: 0xFFC53D, Ink.CHOSEN: 0xFFC53D},
)
CONTRAST = Palette(
    "contrast",
    _inks(
        "plain #ffffff  quiet #d6dce8  strong #ffffff  faint #9aa3b8  fog #5c6478  you #ffe14d  packet #ffffff"
        " accent #ffe14d  book #9fd4ff  good #6bffc4  costly #ffb37a  bad #ff9f94  hint #d4c4ff  live #ffffff"
        " world #9fd4ff  chosen #000000  done #d6dce8  on #000000"
        " node0 #549cff  node1 #9fff8d  node2 #fdffff  node3 #dc8300  node4 #00deff  node5 #82cea7  node6 #b49959"
        " node7 #c583b4"
    ),
    ground=0x000000,
    raised=0x000000,
    sky=0x000000,
    fills={Ink.CHOSEN: 0xFFE14D},
    flat=True,
)
"""Every letter at 7:1 (WCAG 2.2, AAA) on black, and nothing tinted: no sky, no pool, no shade."""
SIXTEEN = Palette(
    "sixteen",
    _inks(
        "plain 15  quiet 7  strong 15  faint 8  fog 8  you 11  packet 15  accent 11  book 14  good 10  costly 3  bad 9"
        " hint 13  live 15  world 14  chosen 0  done 7  on 0"
        " node0 12  node1 10  node2 13  node3 5  node4 3  node5 9  node6 14  node7 2"
    ),
    ground=DEFAULT,
    raised=DEFAULT,
    sky=DEFAULT,
    mixes=False,
    fills={Ink.CHOSEN: ANSI + 11},
)
NONE = Palette("none", {}, DEFAULT, DEFAULT, DEFAULT, mixes=False, fills=dict.fromkeys(Ink, ANSI))
"""No colours at all: what is solid is turned round, what is meant stands in glyphs and words."""
PALETTES = {palette.name: palette for palette in (DARK, LIGHT, CONTRAST, SIXTEEN, NONE)}
