"""What holds on every screen: pictures to keep, text to copy, settings that stay, colours for all eyes."""

from __future__ import annotations

import re
from pathlib import Path

from textual.pilot import Pilot

from tests.tui.helpers import drive, make_app


def test_a_screenshot_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    app = make_app(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        picture = app.export_screenshot()
        assert "</svg>" in picture
        assert "Fira Code" in picture  # where it is installed, it is used
        assert "@font-face" not in picture
        found = set(re.findall(r"https?://[\w./]+", picture))
        assert found <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}

    drive(app, steps)
