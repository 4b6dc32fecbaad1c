"""The first screen: one key leads to the first move."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from tui.keymap import BY_ID, Scope, key_name
from tui.platform import version
from tui.screens.base import AckademyScreen, bindings
from tui.widgets.bars import click

NAME = "A C K A D E M Y"
MOTTO = "be a node"
PROMISE = "Every other node in here runs the real protocol.\nYou run yours by hand."
# RFC 9293 figure 6, and the first data after it: o is an event, letters are what is said.
LOGO = """\
  you   --o------------------------o---o--------------o------->
           \\ SYN                  /     \\ ACK        / data
            \\                    /       \\          /
             \\          SYN ACK /         \\        /
  peer  ------o----------------o-----------o------o----------->"""
WORDS = ("SYN ACK", "SYN", "ACK", "data")


def logo() -> Content:
    """Return the space-time diagram of a TCP handshake, drawn in two colours."""
    content = Content(LOGO)
    for word in ("you", "peer"):
        content = content.highlight_regex(rf"\b{word}\b", style="bold $foreground")
    content = content.highlight_regex(r"(?<=-)o(?=-)", style="bold $primary")
    return content.highlight_regex("|".join(WORDS), style="$accent")


class TitleScreen(AckademyScreen[None]):
    """Name, promise and a menu of four keys."""

    SCOPE = Scope.TITLE
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    def compose(self) -> ComposeResult:
        yield Static(NAME, id="name")
        yield Static(MOTTO, id="motto")
        yield Static(logo(), id="logo")
        yield Static(PROMISE, id="promise")
        menu = Static(id="menu")
        menu.auto_links = False
        yield menu
        yield Static(f"version {version()}", id="version")

    def on_screen_resume(self) -> None:  # beside the base class's own: Textual calls both
        self._show_menu()
        if not self.game.levels_are_loaded:
            self.call_after_refresh(self._show_menu, complete=True)  # first the picture, then what takes long

    def _show_menu(self, complete: bool = False) -> None:
        self.query_one("#menu", Static).update(self._menu(complete or self.game.levels_are_loaded))
        if complete and self.is_current:
            self.game.open_first()

    def _menu(self, complete: bool) -> Content:
        game = self.game
        advised = game.advised() if complete else None
        if not complete:
            start = "begin" if game.progress.is_first_start else "go on"
        elif advised is None:
            start = "no levels were found" if not game.entries else "all levels have three stars: play any again"
        else:
            start = f"{'begin' if game.progress.is_first_start else 'go on'}: {game.text(advised.title)}"
        rows = {
            "title.start": start,
            "title.campaign": f"campaign map, {game.stars_status()}" if complete else "campaign map",
            "app.help": "help",
            "title.quit": "quit",
        }
        lines = []
        for action_id, words in rows.items():
            action = BY_ID[action_id]
            key = key_name(game.keymap.keys_of(action_id)[0])
            line = Content.assemble((f"{key:<8}", "bold $accent"), words)
            lines.append(line.stylize(click(action)))
        return Content("\n").join(lines)

    def action_start(self) -> None:
        advised = self.game.advised()
        if advised is None:
            self.game.show_map()
        else:
            self.game.start_level(advised.id, brief=not self.game.progress.is_first_start)

    def action_campaign(self) -> None:
        self.game.show_map()

    def action_quit(self) -> None:
        self.game.exit()
