"""The game: its screens, its settings, and the trio guest that levels run in.

How the parts meet:

- `AckademyApp(options, entries=..., stage=...)`: `entries` are the levels in order; `stage` makes their screens. Or
  `load=...`, which gives both when they are first needed: the title is painted before protocols are imported.
- Screens call `start_level`, `show_debrief`, `show_map`; nothing else pushes or pops.
- A play screen starts its session with `self.game.host.start(session.run)`, and cancels and awaits that job when it is
  unmounted. What still runs when the app ends is stopped here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import SuspendNotSupported, SystemCommand
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender

from tui import theme
from tui.copying import text_of
from tui.cropping import CroppingApp
from tui.game import Options, Stage
from tui.guest import GuestHost, GuestJob
from tui.input_first import input_first
from tui.keymap import Keymap, Scope, load_keymap
from tui.language import said
from tui.platform import (
    EXIT_SIGHUP,
    Paths,
    error_words,
    find_paths,
    free_picture,
    hang_up,
    on_end_signals,
    release_signals,
    terminal_has_gone,
    write_crash_report,
)
from tui.progress import STARS, LevelProgress, Progress, stars_of
from tui.prose import prose, to_ascii
from tui.screens.base import AckademyScreen, bindings
from tui.screens.commands import CommandsScreen
from tui.screens.too_small import LEAST, TooSmallScreen
from tui.widgets.bars import KeyBar

if TYPE_CHECKING:
    from tui.bridge import Bridge
    from tui.model import CampaignEntry, Debrief, Turn
    from tui.rival import Tape

DEFAULT_FPS = 20
LESS = "less"
"""The setting `motion` of who wants less of it."""
KNOWN = "levels known"
"""The setting that holds the ids of all levels that are not new to this player."""
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")


def _known(course: str) -> str:
    """The setting with the ids of the levels that are not new: a course has one of its own."""
    return f"{KNOWN} of {course}" if course else KNOWN


class EngineCrashed(Message):
    """A trio job has raised."""

    def __init__(self, job: GuestJob, error: BaseException) -> None:
        super().__init__()
        self.job = job
        self.error = error


class PlainScrollBar(ScrollBarRender):
    """A scroll bar of shades alone; Textual's own ends it in glyphs of uncertain width."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


class AckademyApp(CroppingApp):
    """The Textual app. `crash_note` is set, once it has ended, if it ended by an error."""

    TITLE = "Ackademy"
    CSS_PATH = Path(__file__).with_name("ackademy.tcss")  # absolute: right in subclasses elsewhere, too
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EVERYWHERE)]

    def __init__(
        self,
        options: Options | None = None,
        *,
        entries: Sequence[CampaignEntry] = (),
        stage: Stage | None = None,
        load: Callable[[AckademyApp], tuple[Sequence[CampaignEntry], Stage]] | None = None,
        progress: Progress | None = None,
        paths: Paths | None = None,
        first_level: str | None = None,
        seed: int | None = None,
        opens: Screen[Any] | None = None,
    ) -> None:
        """`opens`: a screen of its own, with which it begins and ends."""
        self.options = options or Options()
        super().__init__(ansi_color=True if self.options.no_color else None)
        ScrollBar.renderer = PlainScrollBar
        self.paths = paths or find_paths()
        self.progress = progress or Progress(self.paths.progress)
        self.keymap = load_keymap(self.paths.keys)
        self._entries = list(entries)
        self._stage = stage
        self._load = load
        self.host = GuestHost(self._engine_crashed)
        self.driver_class = input_first(self.driver_class, self._input_came, hang_up)
        self._hearers: tuple[Callable[[], None], ...] = ()
        self.crash_note: str | None = None  # what to print once the terminal is restored
        self.ended_by: int | None = None  # the exit status, where a signal or a hang-up has ended the game
        self.crash_context: dict[str, object] = {}  # level, seed and so on: for a crash report
        self._first = (first_level, seed)
        self._opens = opens
        self._signals: list[Any] = []
        for ours in theme.THEMES:
            self.register_theme(ours)
        self.theme = self._wanted_theme()
        self.set_keymap(self.keymap.textual_keymap())

    # What screens ask

    @property
    def entries(self) -> list[CampaignEntry]:
        """The levels, in order; read now if they have not been."""
        self._load_levels()
        return self._entries

    @property
    def stage(self) -> Stage | None:
        """What makes the levels' screens; None if nothing can be played."""
        self._load_levels()
        return self._stage

    @property
    def levels_are_loaded(self) -> bool:
        """False until something has asked for the levels that are to be read late."""
        return self._load is None

    def _load_levels(self) -> None:
        if self._load is not None:
            load, self._load = self._load, None
            entries, self._stage = load(self)
            self._entries = list(entries)

    @property
    def fps(self) -> int:
        """Pictures a second while a world runs."""
        if self.options.fps is not None:
            return self.options.fps
        saved = self.progress.setting("fps")
        return int(saved) if saved.isdigit() and 1 <= int(saved) <= 60 else DEFAULT_FPS

    @property
    def less_motion(self) -> bool:
        """Is there to be less motion: no tails, no flicker, packets in steps?"""
        return self.options.less_motion or self.progress.setting("motion") == LESS

    @property
    def backlog(self) -> int:
        """How many writes wait for the terminal to take them; 0 where that cannot be known."""
        return int(getattr(self._driver, "backlog", 0))

    @property
    def written(self) -> int:
        """How much has been written to the terminal so far, in characters."""
        return int(getattr(self._driver, "written", 0))

    def text(self, text: str) -> str:
        """Return a level's text as this terminal is to show it."""
        return to_ascii(text) if self.options.ascii else text

    def entries_with_stars(self) -> list[CampaignEntry]:
        """Return the campaign with this player's stars."""
        levels = self.progress.levels()
        return [self._with_stars(entry, levels) for entry in self.entries]

    def _with_stars(self, entry: CampaignEntry, levels: Mapping[str, LevelProgress]) -> CampaignEntry:
        """The entry with its stars; those of an earlier edition count until the level is won as it is now."""
        if entry.edition == 1:
            return replace(entry, stars=stars_of(levels, entry.counts))
        before, now = self.progress.stars_by_edition(entry.id, entry.counts, entry.edition)
        return replace(entry, stars=now or before, old=before > 0 and not now)

    def _course_of(self, level: str) -> str:
        """The installed course that this level is of; "" for the campaign. Where none is named, and for a level that
        is not here, what the map begins with."""
        first = self.entries[0].course if self.entries else ""
        return next((entry.course for entry in self.entries if level in (entry.id, *entry.acts)), first)

    def _collection(self, level: str = "") -> list[CampaignEntry]:
        """The levels, with stars, that count together with this one."""
        course = self._course_of(level)
        return [entry for entry in self.entries_with_stars() if entry.course == course]

    def advised(self, beside: str = "") -> CampaignEntry | None:
        """Return the level to play next: the first not won, else the first without all stars; None if there is none.
        Of the campaign, or of the installed course that the level `beside` is of.

        Some worlds are advised before their turn: the best of the game should not come after forty levels. Live levels
        are not: what they take may not be here.
        """
        entries = [entry for entry in self._collection(beside) if not entry.live]
        entries.sort(key=lambda entry: (not entry.early, entry.early))
        for enough in (1, STARS):
            for entry in entries:
                if entry.stars < enough:
                    return entry
        return None

    def reached(self, level: str) -> str:
        """Return the id of the act at which whoever opens this level goes on: the first that was not won since it was
        begun; the level's own id where that is its first, and where all are won."""
        entry = next((entry for entry in self.entries if entry.id == level), None)
        if entry is None or not entry.acts:
            return level
        acts = [entry.id, *entry.acts]
        won = self.progress.won_in_a_row(acts, self.progress.before_edition(entry.id))
        return acts[won] if won < len(acts) else level

    def reached_words(self, level: str) -> str:
        """Return at which task of a level whoever opens it goes on; "" if that is its first."""
        act = self.reached(level)
        if act == level:
            return ""
        acts = next([entry.id, *entry.acts] for entry in self.entries if entry.id == level)
        return said("task {place} of {count}", place=acts.index(act) + 1, count=len(acts))

    def new_levels(self) -> frozenset[str]:
        """Return the ids of levels that have come since the map was first looked at, and were not looked at yet."""
        courses: dict[str, list[str]] = {}
        for entry in self.entries:
            courses.setdefault(entry.course, []).append(entry.id)
        new: set[str] = set()
        for course, ids in courses.items():
            if known := self.progress.setting(_known(course)).split():
                new |= {*ids} - {*known}
            else:
                self.progress.set_setting(_known(course), " ".join(ids))
        return frozenset(new) - frozenset(self.progress.levels())

    def know(self, level: str) -> None:
        """From now on this level is not new."""
        if level in self.new_levels():
            name = _known(next(entry.course for entry in self.entries if entry.id == level))
            self.progress.set_setting(name, f"{self.progress.setting(name)} {level}")

    def open_first(self) -> None:
        """On the very first start the first level opens itself, if nothing is to be read before it."""
        if self.progress.is_first_start and self.entries and self.entries[0].bare:
            self.start_level(self.entries[0].id, brief=False)

    def go_on_after(self, level: str) -> None:
        """Play what follows: the next act of this level at once, or the next level by its brief; else the map."""
        act, following = self.next_act(level), self.after(level)
        if act:
            self.start_level(act, brief=False)
        elif following is not None:
            self.start_level(following.id)
        else:
            self.show_map(level, won=True)

    def next_act(self, level: str) -> str:
        """Return the id of the act that follows this one in its level; "" after the last."""
        for entry in self.entries:
            acts = [entry.id, *entry.acts]
            if level in acts[:-1]:
                return acts[acts.index(level) + 1]
        return ""

    def after(self, level: str) -> CampaignEntry | None:
        """Return the level that follows on its line. At the end of a line: the one that is advised, as long as there is
        one that is not won, then the next line's first. None after the last, and for a level outside the campaign. An
        installed course is on its own in that."""
        course = self._course_of(level)
        entries = [entry for entry in self.entries if entry.course == course]
        place = next((place for place, entry in enumerate(entries) if level in (entry.id, *entry.acts)), -1)
        if place < 0:
            return None
        following = entries[place + 1] if place + 1 < len(entries) else None
        if following is not None and following.line == entries[place].line:
            return following
        advised = self.advised(level)
        if advised is not None and advised.stars == 0 and advised.id != entries[place].id:
            return advised
        return following

    def won_worlds(self) -> frozenset[str]:
        """Return the titles of the worlds of which every level is won: their pages of the toolbox may be read. Live
        levels are left out: what they take may not be here."""
        entries = [entry for entry in self._collection() if not entry.live]
        return frozenset(entry.world for entry in entries) - {entry.world for entry in entries if not entry.stars}

    def stars_status(self, beside: str = "") -> str:
        """Return how many stars there are, in words: in the campaign, or in the installed course that the level
        `beside` is of."""
        entries = self._collection(beside)
        mine = sum(entry.stars for entry in entries)
        return said("{mine} of {most} stars").format(mine=mine, most=STARS * len(entries))

    def unseen_seed(self, level: str) -> int:
        """Return the smallest positive seed that this player has never begun this level with."""
        seen = self.progress.seeds(level)
        return next(seed for seed in range(1, len(seen) + 2) if seed not in seen)

    def hear_of_input(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` at every key and click, from another thread and before anything is done; returns what ends it.

        Keys that a test presses come another way, and are not told of.
        """
        self._hearers += (heard,)

        def enough() -> None:
            self._hearers = tuple(other for other in self._hearers if other is not heard)

        return enough

    def _input_came(self) -> None:
        for heard in self._hearers:
            heard()

    # Going from screen to screen

    def start_level(self, level: str, *, seed: int | None = None, brief: bool = True, anew: bool = False) -> None:
        """Show a level's brief, or with `brief=False` its play screen, above the map (or the title).

        Where a play was cut short, or left between two acts, the brief comes in any case and offers to go on there,
        unless it begins `anew`.
        """
        if self.stage is None:
            self.notify(
                said("{level} cannot be played here: no stage was given.", level=level),
                severity="error",
                markup=False,
            )
            return
        screen: Screen[Any]
        if anew:
            for act in next(([entry.id, *entry.acts] for entry in self.entries if entry.id == level), [level]):
                self.stage.forget(act, seed)
        act, task = (self.reached(level), self.reached_words(level)) if brief and seed is None else (level, "")
        unfinished = ", ".join(filter(None, (task, self.stage.unfinished(act, seed))))
        is_bare = any(entry.bare for entry in self.entries if level in (entry.id, *entry.acts))
        if (brief and not is_bare) or unfinished:
            from tui.screens.brief import BriefScreen

            screen = BriefScreen(self.stage.brief(act), seed, unfinished, anew=level)
        else:
            screen = self.stage.play(level, seed)
        self._show(screen)

    def go_on(self, level: str, seed: int | None = None) -> None:
        """Show the play screen of a play that was cut short, as it stood."""
        if self.stage is not None:
            self._show(self.stage.go_on(level, seed))

    def reload(self, bridge: Bridge) -> None:
        """Show the level that is at play as its file says it now, at the same place; while it is broken, say why."""
        from levels.schema import LevelError, UnknownLevelError

        if self.stage is None:
            return
        try:
            screen, words = self.stage.reloaded(bridge)
        except (LevelError, UnknownLevelError) as error:
            first = error.problems[0] if isinstance(error, LevelError) else error
            self.notify(f"{first}\n{said('It is played as it was.')}", severity="warning", timeout=12, markup=False)
            return
        self._entries = self.stage.entries()
        self._show(screen)
        self.notify(words, markup=False)

    def show_debrief(self, debrief: Debrief) -> None:
        """Show how a level ended, in place of its play screen."""
        from tui.screens.debrief import DebriefScreen

        self._show(DebriefScreen(debrief))

    def show_lines(self, debrief: Debrief) -> None:
        """Lay this play and others beside each other, above the debrief."""
        if self.stage is not None and debrief.lines is not None:
            self.push_screen(self.stage.lines(debrief))

    def watch_again(self, debrief: Debrief) -> None:
        """Watch this play from its start, without the fog."""
        if self.stage is not None:
            self._show(self.stage.watch(debrief))

    def jump(self, debrief: Debrief, turn: Turn) -> None:
        """Open the play screen at the last winnable moment of a play."""
        if self.stage is not None:
            self._show(self.stage.jump(debrief, turn))

    def show_script(self, level: str, bridge: Bridge | None = None) -> None:
        """Lay the screen of the player's script of a level above this one: of his moves in this play, or in the last
        one that has ended."""
        if self.options.visitor:
            self.notify(said("Scripts and editors are for whoever sits at the machine itself."), severity="warning")
        elif self.stage is not None:
            try:
                self.push_screen(self.stage.scripted(level, bridge))
            except (OSError, ValueError) as error:
                self._warn(said("There is no script of this: {error}", error=error_words(error)))

    def show_daily(self) -> None:
        """Show the five situations of the day."""
        from tui.screens.daily import DailyScreen

        if self.stage is not None:
            self.push_screen(DailyScreen())

    def show_ghosts(self, level: str) -> None:
        """Show the runs that can play beside the player in this level, to choose one."""
        from tui.screens.ghosts import GhostsScreen

        if self.stage is not None:
            brief = self.stage.brief(level)
            self.push_screen(GhostsScreen(level, brief.title, self.stage.tapes(level), self.paths.runs))

    def race(self, level: str, tape: Tape) -> None:
        """Play the level on this run's seed, with the run as a ghost beside the player."""
        if self.stage is not None:
            self.stage.race(level, tape)
            self.start_level(level, seed=tape.seed, brief=False, anew=True)

    def lay_above(self, screen: Screen[Any]) -> None:
        """Show a screen above this one, which it goes back to."""
        self.push_screen(screen)

    def edit(self, path: Path) -> str:
        """Open a file in the player's editor, in place of the game; why it could not be, in words."""
        from tui.editor import NoEditorError, edit, editor_of

        try:
            command = editor_of()
            with self.suspend():
                edit(command, path)
        except (NoEditorError, OSError) as error:
            return error_words(error)
        except SuspendNotSupported:
            return said("this terminal cannot be lent to an editor")
        return ""

    def today(self) -> date:
        """The day by the world's clock (UTC): the same for everybody."""
        return datetime.now(UTC).date()

    def show_keys(self) -> None:
        """Show the screen on which actions get keys of the player's own."""
        from tui.screens.keys import KeysScreen

        self.push_screen(KeysScreen())

    def use_keys(self, keymap: Keymap) -> None:
        """Let these keys hold from now on, on every screen."""
        self.keymap = keymap
        self.set_keymap(keymap.textual_keymap())
        for screen in self.screen_stack:
            for bar in screen.query(KeyBar):
                bar.use(keymap)

    def show_toolbox(self) -> None:
        """Show the pages of the toolbox, those of worlds that are won to be read."""
        from tui.screens.toolbox import ToolboxScreen

        if self.stage is not None:
            self.push_screen(ToolboxScreen(self.stage.pages(), self.won_worlds()))

    def show_map(self, left: str = "", *, won: bool = False) -> None:
        """Show the campaign map, taking away whatever is above it: at the level that was `left`, or at what follows it
        if it was won; without one where it was, or at the level that is advised."""
        from tui.screens.campaign import CampaignScreen

        self._drop_above_base()
        here = self._place_after(left, won) if left else ""
        if not isinstance(self.screen, CampaignScreen):
            self.push_screen(CampaignScreen(here))
        elif here:
            self.screen.arrive(here)

    def _place_after(self, level: str, won: bool) -> str:
        """Where on the map whoever leaves this level (or act) stands; "" if that is not on it."""
        entry = next((entry for entry in self.entries if level in (entry.id, *entry.acts)), None)
        if entry is None:
            return ""
        following = self.after(level) if won and not self.next_act(level) else None
        return (following or entry).id

    def check_size(self) -> None:
        """Cover the screen while the terminal is too small, and uncover it when it is not."""
        top = self.screen
        below = next((screen for screen in reversed(self.screen_stack) if not isinstance(screen, TooSmallScreen)), top)
        least = getattr(below, "LEAST", LEAST)
        if self.size.width < least.width or self.size.height < least.height:
            if isinstance(top, TooSmallScreen):
                top.show(self.size, least)
            else:
                self.push_screen(TooSmallScreen(least))
        elif isinstance(top, TooSmallScreen):
            self.pop_screen()

    def get_default_screen(self) -> Screen[Any]:
        from tui.screens.title import TitleScreen

        return TitleScreen()

    # Commands

    def action_help(self) -> None:
        from tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen(getattr(self.screen, "SCOPE", Scope.EVERYWHERE)))

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandsScreen):
            self.push_screen(CommandsScreen(id="--command-palette"))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        yield SystemCommand(said("Campaign map"), said("All levels and your stars"), self.show_map)
        yield SystemCommand(said("Own keys"), said("Give actions keys of your own"), self.show_keys)
        yield SystemCommand(said("Help"), said("What the keys do here"), self.action_help)
        for entry in self.entries:
            # The palette takes texts for markup: a level's could break it, or have it do something at a click.
            title, summary = (
                text.replace("[", r"\[")
                for text in (said("Play: {title}", title=entry.title), prose(entry.summary).plain)
            )
            yield SystemCommand(title, summary, lambda entry=entry: self.start_level(entry.id))
        for command in super().get_system_commands(screen):
            if command.title != "Keys":  # our own help says it better
                yield command

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as an SVG that loads nothing: Rich's would fetch its letters from elsewhere."""
        return FONT_FACE.sub("", super().export_screenshot(title=title, simplify=simplify))

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Keep the screen as a picture: among the player's own files, and of a visitor's in his browser."""
        if self.is_web:
            return super().deliver_screenshot(filename, path, time_format)
        folder = Path(path) if path is not None else self.paths.pictures
        picture = free_picture(folder) if filename is None else folder / filename
        try:
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_text(self.export_screenshot(), "utf-8")
        except OSError as error:
            self._warn(said("The picture cannot be kept: {error}", error=error_words(error)))
        else:
            self.notify(said("The screen is kept as {file}", file=picture), markup=False)
        return None

    def action_keep_picture(self) -> None:
        self.deliver_screenshot()

    def action_copy_screen(self) -> None:
        """Onto the clipboard of the terminal, which may be another machine's."""
        text = text_of(self.screen)
        self.copy_to_clipboard(text)
        self.notify(
            said(
                "Copied: {count} lines. Where nothing arrives, the terminal does not allow it.",
                count=text.count(chr(10)) + 1,
            )
        )

    # Life and death

    def on_load(self) -> None:
        self._signals = on_end_signals(asyncio.get_running_loop(), self._end)

    def on_mount(self) -> None:
        self.set_class(self.options.ascii, "-ascii")
        self.progress.on_problem = self._warn
        for problem in (*self.keymap.problems, *([self.progress.problem] if self.progress.problem else [])):
            self._warn(problem)
        if self.options.theme is not None and self.options.theme not in self.available_themes:
            themes = ", ".join(sorted(self.available_themes))
            self._warn(
                said('There is no theme "{theme}"; there are {themes}.', theme=self.options.theme, themes=themes)
            )
        chosen = self.options.theme or self.options.no_color or self.progress.setting("theme", "")
        if self.console.color_system == "standard" and not self.is_headless and not chosen:
            self.theme = theme.SIXTEEN.name  # what is mixed would be a blot in sixteen colours
        self.theme_changed_signal.subscribe(self, lambda chosen: self._keep_theme(chosen.name))
        if self.options.fps is not None:
            self.progress.set_setting("fps", str(self.options.fps))
        if self.options.theme in self.available_themes:
            self._keep_theme(str(self.options.theme))
        level, seed = self._first
        if level is not None:
            self.start_level(level, seed=seed, brief=False)
        if self._opens is not None:
            self.push_screen(self._opens)
        self.check_size()

    def on_resize(self, event: events.Resize) -> None:
        self.call_later(self.check_size)

    def _end(self, status: int) -> None:
        """Leave because of a signal."""
        self.ended_by = status
        self.exit(return_code=status)

    async def on_unmount(self) -> None:
        release_signals(self._signals)
        self._signals = []
        await self.host.stop()
        self.progress.close()

    def on_engine_crashed(self, event: EngineCrashed) -> None:
        self.crash_context.setdefault("job", event.job.name)
        raise event.error

    def get_theme_variable_defaults(self) -> dict[str, str]:
        generated = self.current_theme.to_color_system().generate()
        return {ours: generated[theirs] for ours, theirs in theme.STAND_INS.items()}

    def crashed(self, error: BaseException) -> None:
        """Write a report into a file; but what fails while the game is being ended, or for want of a terminal, is no
        crash: it may end in the midst of its first picture."""
        if self.ended_by is None and terminal_has_gone():
            self.ended_by = EXIT_SIGHUP
        if self.ended_by is not None:
            return
        size = {"size": f"{self.size.width}x{self.size.height}", "theme": self.theme}
        report = write_crash_report(self.paths.reports, error, {**self.crash_context, **size})
        reason = f"{type(error).__name__}: {error}".strip().splitlines()[0][:200]
        where = said("The report is in {file}", file=report) if report else said("No report could be written")
        self.crash_note = f"{said('Ackademy has crashed, and is sorry.')} {reason}\n{where}"

    def _engine_crashed(self, job: GuestJob, error: BaseException) -> None:
        self.post_message(EngineCrashed(job, error))

    def _show(self, screen: Screen[Any]) -> None:
        """Put a screen above the map or title, in place of whatever else is there."""
        self._drop_above_base()
        self.push_screen(screen)

    def _drop_above_base(self) -> None:
        from tui.screens.campaign import CampaignScreen
        from tui.screens.title import TitleScreen

        while not isinstance(self.screen, CampaignScreen | TitleScreen):
            self.pop_screen()

    def _warn(self, problem: str) -> None:
        self.notify(problem, severity="warning", timeout=12, markup=False)

    def _wanted_theme(self) -> str:
        if self.options.no_color:
            return theme.PLAIN.name
        wanted = self.options.theme or self.progress.setting("theme", theme.DEFAULT)
        return wanted if wanted in self.available_themes else theme.DEFAULT

    def _keep_theme(self, name: str) -> None:
        if not self.options.no_color:
            self.progress.set_setting("theme", name)


__all__ = ["AckademyApp", "AckademyScreen", "EngineCrashed", "Options", "Stage"]
