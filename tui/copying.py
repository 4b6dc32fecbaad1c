"""What stands on the screen, as text: the one place that asks Textual's compositor, which keeps it to itself.

Textual (8.2) gives a screen as SVG only. `tests/tui/test_everywhere.py` looks at what comes out.
"""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def text_of(screen: Screen[Any]) -> str:
    """The screen's lines, without the spaces at their ends and the empty lines above and below."""
    strips = screen._compositor.render_strips(screen.size)
    return "\n".join(strip.text.rstrip() for strip in strips).strip("\n")
