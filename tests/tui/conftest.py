"""What all tests of screens take for granted."""

import pytest

from tui.look import effects
from tui.screens import debrief, play, play_lift, play_nudges, play_terms


@pytest.fixture(autouse=True)
def read_at_once(monkeypatch):
    """Nobody here needs a second to read a screen, to see the fog go, or a hint be typed; and all know the words of the
    trade."""
    monkeypatch.setattr(play_terms, "MOST", 0)
    monkeypatch.setattr(play_nudges, "READ_AFTER", 0.0)
    monkeypatch.setattr(play_lift, "LIFT_FRAMES", 0)
    monkeypatch.setattr(play, "DEAF", 0.0)
    monkeypatch.setattr(debrief, "SECONDS", 3600.0)  # what is found does not depend on how fast this machine is
    monkeypatch.setattr(effects, "TYPED", 1_000)
