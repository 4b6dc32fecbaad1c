"""The terminal's screens and commands."""

import os

__version__ = "0.1.0"
"""The one place of the game's version: the package's metadata are made from it."""

# Textual collects what has to be repainted and does so at most so often, 60 times a second unless told otherwise. While
# a world moves, a key press would wait for the next turn: up to 16 ms. The pictures' own timer limits what is drawn.
os.environ.setdefault("TEXTUAL_FPS", "1000")
