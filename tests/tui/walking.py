"""A level walked on canvases, without a terminal: what the play screen draws at each stop, whoever answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.kernel.choice import PASS, Value
from core.session import Session
from levels.proofs import with_par_figures
from levels.schema import Level
from tui.bridge import Bridge, session_of
from tui.keymap import Keymap
from tui.screens.bare import BareStage
from tui.screens.inspector import InspectorStage
from tui.screens.play_header import PlayHeader
from tui.screens.play_layout import PlayLayout
from tui.screens.play_painting import PlayPainting
from tui.screens.play_panels import PlayPanels
from tui.screens.play_words import PlayWords
from tui.widgets.canvas import Canvas

MOST_STEPS = 20_000
MOST_STOPS = 12
"""Of a long level so many questions are looked at."""


class Size(NamedTuple):
    """What of a Textual screen the layout reads."""

    width: int
    height: int


class Walked:
    """A level at play, drawn part by part as the play screen does."""

    def __init__(self, level: Level, width: int = 80, height: int = 24) -> None:
        self.level = level
        self.width, self.height = width, height
        self.bridge = Bridge(level, session_of(level, paused=True), pars(level))
        self.panels = PlayPanels(self.bridge)
        self.header = PlayHeader(self.bridge, "The Premise", lambda: "i", ascii_only=False)
        self.painting = PlayPainting(self.bridge, ascii_only=False)
        self.words = PlayWords(self.bridge, Keymap(), ascii_only=False)
        self.layout = PlayLayout(None, self.bridge, self.header, self.painting, self.words, self.panels)
        stage = BareStage if self.bridge.inspecting is None else InspectorStage
        self.bare = stage(self.bridge, "The Premise", ascii_only=False) if level.play.bare else None

    def draw(self) -> dict[str, Canvas]:
        """All parts of the screen as they stand."""
        self.bridge.refresh_doing()
        self.bridge.freshen()
        if self.bare is not None:
            parts = {"head": (self.bare.draw_header, 1), "picture": (self.bare.draw, self.height - 1)}
        else:
            shares = self.layout.shares(self.width, self.height)
            parts = {
                "head": (self.header.draw, 1),
                "goal": (self.header.draw_goal, shares.goal),
                "picture": (self.painting.draw_picture, shares.stage),
                "ribbon": (self.painting.draw_ribbon, shares.ribbon),
                "control": (self.words.draw, shares.control),
            }
        drawn = {}
        for name, (draw, rows) in parts.items():
            canvas = Canvas(self.width, rows, world="premise")
            draw(canvas)
            canvas.flush()
            drawn[name] = canvas
        return drawn


def pars(level: Level) -> dict[str, int]:
    return {par.measure.name: par.number for par in with_par_figures(level).par if par.number is not None}


HOW = ("right", "wrong", "idle")


def answer_of(session: Session, how: str) -> Value:
    """What somebody who plays so answers to the open question."""
    assert session.question is not None
    asked = session.question.asked
    if how == "right":
        return asked.book
    others = [value for value in asked.candidates if value != asked.book and value is not PASS]
    if how == "idle" or not others:
        return asked.inaction if asked.choice.domain.problem(asked, asked.inaction) is None else asked.book
    return others[len(session.world.answers) % len(others)]


def walk(level: Level, how: str, width: int = 80, height: int = 24) -> Iterator[tuple[Walked, dict[str, Canvas]]]:
    """(the level, its screen) at each stop, from the first picture to the end."""
    walked = Walked(level, width, height)
    session = walked.bridge.session
    yield walked, walked.draw()
    stops = steps = 0
    while not session.over and steps < MOST_STEPS:
        if session.question is None:
            steps += 1
            if not session.step():
                break
            continue
        stops += 1
        if stops <= MOST_STOPS:
            yield walked, walked.draw()
        if stops == 1:
            while session.hint() is not None:
                yield walked, walked.draw()
        session.answer(answer_of(session, how))
        if stops <= MOST_STOPS:
            yield walked, walked.draw()
    if session.over:
        yield walked, walked.draw()
    walked.bridge.close()
