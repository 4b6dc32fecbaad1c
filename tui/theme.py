"""Textual's themes, made of the palette: dark, light, high contrast, sixteen colours, and the terminal's own two."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from textual.color import Color
from textual.theme import Theme

from tui.look import palette
from tui.look.palette import Ink, Palette, legible


def _hex(colour: int) -> str:
    return f"ansi_{ANSI_NAMES[colour - palette.ANSI]}" if colour >= palette.ANSI else f"#{colour:06x}"


ANSI_NAMES = (
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright_black", "bright_red", "bright_green", "bright_yellow", "bright_blue", "bright_magenta", "bright_cyan",
    "bright_white",
)  # fmt: skip


def _theme(name: str, colours: Palette, surface: str, chosen: str, chosen_text: str) -> Theme:
    """A theme in a palette's colours. `surface`: the ground of panels; `chosen`: that of the line under the cursor."""
    ink = {one: _hex(colours.inks[one]) for one in colours.inks}
    ansi = not colours.mixes
    ground = "ansi_default" if ansi else _hex(colours.ground)
    raised = "ansi_default" if ansi else _hex(colours.raised)
    return Theme(
        name=name,
        ansi=ansi,
        primary=ink[Ink.BOOK],
        secondary=ink[Ink.QUIET],
        accent=ink[Ink.ACCENT],
        success=ink[Ink.GOOD],
        warning=ink[Ink.COSTLY],
        error=ink[Ink.BAD],
        foreground=ink[Ink.PLAIN],
        background=ground,
        surface=surface,
        panel=raised,
        boost="ansi_default" if ansi else None,
        dark=not colours.light,
        variables={
            "quiet": ink[Ink.QUIET],
            "bar": raised,
            "chosen": chosen,
            "chosen-text": chosen_text,
            "footer-key-foreground": ink[Ink.ACCENT],
            **({"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"} if ansi else {}),
        },
    )


DARK = _theme("ackademy-dark", palette.DARK, "#101522", "#2b3a60", "#ffffff")
LIGHT = _theme("ackademy-light", palette.LIGHT, "#efeadf", "#ffdf8a", "#1b2230")
CONTRAST = _theme("ackademy-contrast", palette.CONTRAST, "#000000", "#ffe14d", "#000000")
SIXTEEN = _theme("ackademy-16", palette.SIXTEEN, "ansi_default", "ansi_bright_yellow", "ansi_black")
PLAIN = Theme(  # the terminal's own two colours: for NO_COLOR, and for those who have set up a terminal they can read
    name="ackademy-plain",
    ansi=True,
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_default",
    success="ansi_default",
    warning="ansi_default",
    error="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "quiet": "ansi_default",
        "bar": "ansi_default",
        "chosen": "ansi_default",
        "chosen-text": "ansi_default",
    },
)
THEMES = (DARK, LIGHT, CONTRAST, SIXTEEN, PLAIN)
DEFAULT = DARK.name

_PALETTES = {
    DARK.name: palette.DARK,
    LIGHT.name: palette.LIGHT,
    CONTRAST.name: palette.CONTRAST,
    SIXTEEN.name: palette.SIXTEEN,
    PLAIN.name: palette.NONE,
}

# What our style sheet names and other themes do not have, and the variable of Textual's that stands in for it.
STAND_INS = {
    "quiet": "text-muted",
    "bar": "panel",
    "chosen": "block-cursor-background",
    "chosen-text": "block-cursor-foreground",
}


def palette_of(theme: Theme) -> Palette:
    """The palette of a theme: of one that is not ours the dark or light one, made legible on its ground."""
    found = _PALETTES.get(theme.name)
    if found is not None:
        return found
    base = palette.DARK if theme.dark else palette.LIGHT
    ground = _ground(theme)
    return base if ground is None else _on(base, theme.name, ground)


def _ground(theme: Theme) -> int | None:
    if theme.background is None:
        return None
    try:
        red, green, blue = Color.parse(theme.background).rgb
    except ValueError:  # the terminal's own: nothing is known of it
        return None
    return red << 16 | green << 8 | blue


@lru_cache(maxsize=32)
def _on(base: Palette, name: str, ground: int) -> Palette:
    never = (Ink.FAINT, Ink.FOG, Ink.ON, Ink.CHOSEN)
    inks = {ink: colour if ink in never else legible(colour, ground) for ink, colour in base.inks.items()}
    return replace(base, name=name, inks=inks, ground=ground, sky=ground, styles={})
