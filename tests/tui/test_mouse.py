"""Mouse everywhere: what the footer names can be clicked, and every control of every domain answers by clicks alone."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import tui.screens
from core.kernel.choice import Domain
from tests.domains import DOMAINS, asked_of
from tui.app import AckademyApp
from tui.controls import Press, Setting, control_for
from tui.controls.text import TextControl
from tui.keymap import Keymap, Scope, in_scope
from tui.screens.base import AckademyScreen
from tui.widgets.bars import click, target
from tui.widgets.canvas import Canvas

MODULES = [importlib.import_module(f"tui.screens.{one.name}") for one in pkgutil.iter_modules(tui.screens.__path__)]
SCREENS = {
    found.__name__: found
    for module in MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, AckademyScreen) and "SCOPE" in dir(found)
}
ROOM = 76


@pytest.mark.parametrize("name", SCREENS)
def test_what_the_footer_names_is_clicked(name: str) -> None:
    """Each entry carries the action of its key, and the screen (or the app) has that action."""
    screen = SCREENS[name]
    for action, _, _ in Keymap().bar(screen.SCOPE):
        place, _, called = target(action).partition(".")
        assert click(action).meta["@click"] == target(action)
        owner = AckademyApp if place == "app" else screen
        assert callable(getattr(owner, f"action_{called.partition('(')[0]}", None)), f"{action.id} of {name}"


def test_every_scope_has_a_screen() -> None:
    shown = {screen.SCOPE for screen in SCREENS.values()} | {Scope.EVERYWHERE}
    assert [scope for scope in Scope if in_scope(scope) and scope not in shown] == []


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS.keys())
def test_every_control_answers_by_clicks_alone(domain: Domain) -> None:
    """From anywhere on it some clicks lead to another draft, or give one: nobody needs a key but for free text, which
    is typed, or pasted as the terminal does it."""
    asked = asked_of(domain)
    options = tuple(domain.default_candidates(asked)) if domain.whole else ()
    fresh = control_for(Setting(asked, options))
    if isinstance(fresh, TextControl):
        return
    before = fresh.draft
    reached = set()
    for delta in (0, 1, -1):
        control = control_for(Setting(asked, options))
        canvas = Canvas(ROOM, control.rows(ROOM))
        control.draw(canvas)
        for hot in [(x, y) for y in range(canvas.height) for x in range(ROOM) if canvas.at(x, y) is not None]:
            result = control.click(canvas.at(*hot), delta)
            if result is Press.GIVE or (control.draft is not None and control.draft != before):
                reached.add(result)
            canvas = Canvas(ROOM, control.rows(ROOM))
            control.draw(canvas)
    assert reached, f"no click changes what {type(fresh).__name__} would give"
