"""Colours. Blue and orange only, which people with any common colour blindness tell apart; and every state that a
colour shows is a glyph and a word as well.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="ackademy-dark",
    primary="#63b0ee",
    secondary="#9cc4e4",
    accent="#f2a64a",
    success="#63b0ee",
    warning="#f2a64a",
    error="#ff8a4c",
    foreground="#d9e0ea",
    background="#0f141b",
    surface="#151c26",
    panel="#1d2733",
    dark=True,
    variables={
        "quiet": "#8796a8",
        "bar": "#1a2330",
        "chosen": "#24476b",
        "chosen-text": "#ffffff",
        "footer-key-foreground": "#f2a64a",
    },
)
LIGHT = Theme(
    name="ackademy-light",
    primary="#0b5ea8",
    secondary="#33628c",
    accent="#a85400",
    success="#0b5ea8",
    warning="#a85400",
    error="#a03000",
    foreground="#1c2733",
    background="#f7f5f0",
    surface="#efece4",
    panel="#e3dfd4",
    dark=False,
    variables={
        "quiet": "#59636f",
        "bar": "#e6e2d8",
        "chosen": "#bcd7ee",
        "chosen-text": "#0c1a28",
        "footer-key-foreground": "#a85400",
    },
)
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
THEMES = (DARK, LIGHT, PLAIN)
DEFAULT = DARK.name

# What our style sheet names and other themes do not have, and the variable of Textual's that stands in for it.
STAND_INS = {
    "quiet": "text-muted",
    "bar": "panel",
    "chosen": "block-cursor-background",
    "chosen-text": "block-cursor-foreground",
}
