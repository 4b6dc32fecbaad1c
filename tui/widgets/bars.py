"""The line at the top that says where you are, and the line at the bottom that says which keys there are."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from tui.keymap import Action, Keymap, Scope


class HeaderBar(Widget):
    """`Ackademy > map` on the left, a few words on the right."""

    def __init__(self, *trail: str, status: str = "") -> None:
        super().__init__()
        self._trail = trail
        self._status = status

    def compose(self) -> ComposeResult:
        trail = Content(" > ").join(Content(part) for part in self._trail[:-1])
        last = Content.styled(self._trail[-1], "bold")
        yield Static(trail + " > " + last if self._trail[:-1] else last, id="trail")
        yield Static(Content(self._status), id="status")

    def set_status(self, status: str) -> None:
        """Change the words on the right."""
        self._status = status
        for words in self.query("#status").results(Static):  # it is made a moment after this is
            words.update(Content(status))


class KeyBar(Static):
    """The keys alive on this screen, from the keymap; a click is as good as the key."""

    auto_links = False  # they look like keys, not like links

    def __init__(
        self,
        scope: Scope,
        keymap: Keymap,
        *,
        without: frozenset[str] = frozenset(),
        moves: Collection[str] = (),
    ) -> None:
        """`without`: actions that are not shown; `moves`: keys that a level's moves have."""
        super().__init__()
        self._scope, self._keymap, self._without = scope, keymap, without
        self._moves = frozenset(moves)
        self._dead: frozenset[str] = frozenset()
        self._words: dict[str, str] = {}
        self._entries = self._of(self._moves)

    def _of(self, moves: Collection[str]) -> list[Entry]:
        return [
            (action, key, self._words.get(action.id, word))
            for action, key, word in self._keymap.bar(self._scope, moves)
            if action.id not in self._without | self._dead and self._words.get(action.id, word)
        ]

    def use(self, keymap: Keymap) -> None:
        """From now on these keys are in force."""
        self._keymap = keymap
        self._entries = self._of(self._moves)
        self.on_resize()

    def call(self, action: str, word: str) -> None:
        """From now on the bar says this word for an action: what it does now; "" if it does nothing."""
        if self._words.get(action) != word:
            self._words[action] = word
            self._entries = self._of(self._moves)
            self.on_resize()

    def leave_out(self, without: frozenset[str]) -> None:
        """From now on these actions are not shown."""
        if self._without != without:
            self._without = without
            self._entries = self._of(self._moves)
            self.on_resize()

    def yield_to(self, moves: Collection[str], dead: Collection[str] = ()) -> None:
        """From now on these keys are taken: a command shows its next one, none if it has none; and these actions do
        nothing: they are not shown."""
        if (self._moves, self._dead) != (frozenset(moves), frozenset(dead)):
            self._moves, self._dead = frozenset(moves), frozenset(dead)
            self._entries = self._of(self._moves)
            self.on_resize()

    @property
    def entries(self) -> list[Entry]:
        """What it shows, as far as there is room: action, key, word."""
        return fitting(self._entries, self.content_size.width)

    def on_resize(self) -> None:
        self.update(_bar(self.entries))


Entry = tuple[Action, str, str]


def fitting(entries: list[Entry], width: int) -> list[Entry]:
    """Return the entries that fit in `width` cells, leaving out the least needed first."""
    kept = list(entries)
    while kept and sum(len(key) + 1 + len(word) for _, key, word in kept) + 2 * (len(kept) - 1) > width:
        kept.remove(max(kept, key=lambda entry: entry[0].bar))
    return kept


def _bar(entries: list[Entry]) -> Content:
    parts = [Content.assemble((key, "bold $accent"), " ", word).stylize(click(action)) for action, key, word in entries]
    return Content("  ").join(parts)


def click(action: Action) -> Style:
    """Return the style that makes text do an action when it is clicked."""
    return Style.from_meta({"@click": target(action)})


def target(action: Action) -> str:
    """Return the action string of Textual's that does this, wherever it is called from."""
    if action.scope is Scope.EVERYWHERE:
        return f"app.{action.action}" if "(" in action.action else f"app.{action.action}()"
    return f"screen.{action.action}" if "(" in action.action else f"screen.{action.action}()"
