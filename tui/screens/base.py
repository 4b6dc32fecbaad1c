"""What all our screens share: bindings from the keymap, and a terminal that may become too small."""

from __future__ import annotations

from typing import ClassVar, TypeVar, cast

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.game import Game
from tui.keymap import Scope, in_scope

ResultType = TypeVar("ResultType")


def bindings(scope: Scope) -> list[Binding]:
    """Return Textual's bindings for one scope of the keymap; their ids are what `keys.toml` names."""
    found: list[Binding] = []
    for action in in_scope(scope):
        if action.action == "panel":  # one action with nine keys, each of which is its argument
            found += [Binding(key, f"panel({key})", action.help, show=False) for key in action.keys]
        else:
            keys = ",".join(action.keys)
            found.append(Binding(keys, action.action, action.help, show=False, id=action.id))
    return found


class AckademyScreen(Screen[ResultType]):
    """A screen with a scope of keys. A subclass sets `SCOPE` and `BINDINGS = bindings(SCOPE)`."""

    SCOPE: ClassVar[Scope]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it so

    @property
    def game(self) -> Game:
        """The app, as its screens know it."""
        return cast(Game, self.app)

    @property
    def is_current(self) -> bool:
        """Can it be seen? Textual says so of whatever lies right below the uppermost screen, and then has the whole of
        that painted anew whenever something changes below it."""
        if not super().is_current:
            return False
        top = self.app.screen
        return top is self or top.styles.background.a < 1

    def on_screen_resume(self) -> None:
        self.game.check_size()


class PageScreen(AckademyScreen[None]):
    """A page to read, in a `VerticalScroll` with the id "page", with the keys of the help."""

    SCOPE = Scope.HELP
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def action_leave(self) -> None:
        self.dismiss()

    def action_own_keys(self) -> None:
        self.game.show_keys()

    def action_scroll(self, lines: int) -> None:
        self.query_one("#page").scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        page = self.query_one("#page")
        page.scroll_relative(y=pages * (page.size.height - 1), animate=False)
