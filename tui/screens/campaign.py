"""The campaign map: all levels, what they are about, and how you stand. It advises; nothing is locked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.clock import seconds
from tui.keymap import Scope, key_name
from tui.model import STAR_WORDS, CampaignEntry, star_glyphs
from tui.prose import prose
from tui.screens.base import AckademyScreen, bindings
from tui.widgets.bars import HeaderBar, KeyBar
from tui.widgets.level_list import LevelList


class CampaignScreen(AckademyScreen[None]):
    """The list of levels on the left, the chosen one on the right."""

    SCOPE = Scope.CAMPAIGN
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]
    _begun: Mapping[str, str] = {}  # level id → how far its play got that was cut short

    def __init__(self, here: str = "") -> None:
        """`here`: the level to stand on; "" for the one that is advised."""
        super().__init__()
        self._here = here

    def compose(self) -> ComposeResult:
        game = self.game
        yield HeaderBar("Ackademy", "Campaign", status=game.stars_status())
        if game.entries:
            advised = game.advised()
            with Horizontal(id="columns"):
                yield LevelList(self._shown(), advised.id if advised else None, pointer=">")
                with VerticalScroll(id="details", classes="scroll", can_focus=False):
                    yield Static(id="title")
                    yield Static(id="summary")
                    yield Static(id="stars")
                    yield Static(id="record")
                    yield Static(id="covers")
        else:
            yield Static("No levels were found in this installation.", id="empty")
        yield KeyBar(self.SCOPE, game.keymap)

    def on_mount(self) -> None:
        self._begun = self._cut_short()
        self._show_standing()
        if not self.arrive(self._here):
            self.action_advised()
        if (entry := self._entry) is not None:
            self._describe(entry)

    def on_screen_resume(self) -> None:  # after a level: its stars may have changed
        if self._list is not None:
            self._begun = self._cut_short()
            self._show_standing()
            self.query_one(HeaderBar).set_status(self.game.stars_status())
            if (entry := self._entry) is not None:
                self._describe(entry)

    @on(LevelList.Chosen)
    def _on_chosen(self, event: LevelList.Chosen) -> None:
        self._describe(event.entry)

    @on(LevelList.Opened)
    def _on_opened(self) -> None:
        self.action_open()

    def action_move(self, step: int) -> None:
        if self._list is not None:
            self._list.choose(self._list.chosen + step)

    def action_page(self, step: int) -> None:
        if self._list is not None:
            self._list.choose_world(step)

    def action_first(self) -> None:
        if self._list is not None:
            self._list.choose(0)

    def action_last(self) -> None:
        if self._list is not None:
            self._list.choose(len(self._list.entries) - 1)

    def arrive(self, level: str) -> bool:
        """Stand on this level; is it on the map?"""
        ids = [] if self._list is None else [entry.id for entry in self._list.entries]
        if self._list is None or level not in ids:
            return False
        self._list.choose(ids.index(level))
        return True

    def action_advised(self) -> None:
        advised = self.game.advised()
        if self._list is not None and advised is not None:
            self._list.choose([entry.id for entry in self._list.entries].index(advised.id))

    def action_open(self) -> None:
        if (entry := self._entry) is not None:
            self.game.start_level(entry.id)

    def action_toolbox(self) -> None:
        self.game.show_toolbox()

    def action_leave(self) -> None:
        self.dismiss()

    @property
    def _list(self) -> LevelList | None:
        return self.query_one(LevelList) if self.game.entries else None

    @property
    def _entry(self) -> CampaignEntry | None:
        return self._list.entry if self._list is not None else None

    def _shown(self) -> list[CampaignEntry]:
        return self.game.entries_with_stars()

    def _show_standing(self) -> None:
        if self._list is not None:
            advised = self.game.advised()
            self._list.update(self._shown(), advised.id if advised else None, frozenset(self._begun))

    def _cut_short(self) -> dict[str, str]:
        """The levels that can be gone on with, and how far each play got. Only those are asked of which a journal is
        left: asking loads a level."""
        from core.recorder import levels_begun

        stage = self.game.stage
        if stage is None:
            return {}
        ids = [entry.id for entry in self.game.entries]
        begun = levels_begun(self.game.paths.journals)
        return {level: words for level in ids if level in begun and (words := stage.unfinished(level, None))}

    def _describe(self, entry: CampaignEntry) -> None:
        game = self.game
        standing = game.progress.level(entry.id)
        word = STAR_WORDS[entry.stars]
        if standing.attempts and not entry.stars:
            word = "its first task is won, not all" if standing.wins else "tried, not won yet"
        word += ", before the change" if entry.old else ""
        begun = self._begun.get(entry.id, "")
        record = [f"cut short: {begun}; {key_name(game.keymap.keys_of('campaign.open')[0])} to go on"] if begun else []
        record += [f"{standing.attempts} played, {standing.wins} won"] if standing.attempts else ["never played"]
        if standing.best_messages is not None and standing.best_time_us is not None:
            record.append(f"best: {standing.best_messages} messages, {seconds(standing.best_time_us)}")
        covers = "\n".join(f"- {row}" for row in entry.covers)
        texts = {
            "title": Content(game.text(entry.title)),
            "summary": prose(entry.summary, ascii_only=game.options.ascii),
            "stars": Content(f"{star_glyphs(entry.stars)}  {word}"),
            "record": Content("\n".join(record)),
            "covers": Content(f"protocol  {entry.protocol}\n\nteaches\n{covers}" if covers else ""),
        }
        for name, text in texts.items():
            self.query_one(f"#{name}", Static).update(text)
