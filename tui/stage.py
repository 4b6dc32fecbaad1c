"""The stage: makes what a level shows, before, during and after it, from level files and sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.kernel.laws import Measure
from core.kernel.scenario import NETWORK
from core.kernel.suspects import INSPECTOR
from core.kernel.time import show_duration
from core.kernel.world import Answered, DivergedError, World, replayed
from core.protocols import BY_NAME, simplified
from core.record import RunFileError, read, result_of
from core.recorder import Unfinished, unfinished
from core.script import ScriptSeat, hidden_of
from core.session import Session, par_of
from core.session.refit import refit
from levels.daily import Mark, Situation
from levels.loader import HOME, curriculum, every_act_of, feed, from_text, load, read_text
from levels.proofs import with_par_figures
from levels.schema import CampaignWorld, Level, LevelError, UnknownLevelError
from tui.bridge import Bridge, Figure, goal_words, session_at, session_of, to_first_look, with_keys
from tui.debriefing import axes_of, debrief_of, point_of
from tui.language import said
from tui.model import STAR_WORDS, Brief, CampaignEntry, Debrief, Ending, Facts, Ghost, Page, Turn, star_glyphs
from tui.platform import error_words, free_name
from tui.reloading import WatchedFile
from tui.rival import Rival, Tape, tapes_in
from tui.written import Play

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.daily import Played
    from tui.game import Game
    from tui.look.palette import Palette
    from tui.screens.play import PlayScreen
    from tui.widgets.canvas import Canvas

TITLE = HOME / "title.toml"


@dataclass
class Stage:
    """The levels that can be played: the campaign's, an instructor's course, or one file.

    record   where plays are written, instead of the usual place.
    tape     recorded answers that the first play screen plays.
    cut      that the run of which they are is not known to its end, in words.
    opens    the event at which that screen stands at first, paused; None: at the start.
    said     what is said once when that screen opens; `doubted`: as a warning.
    script   a student's script that answers in the player's place.
    seeds    level id → the seed that stands for the level's own, in a course: every student has another one.
    watches  are the files of its levels being edited? Then they are read anew when they change, also at play.
    ghost    a recorded run that plays beside whoever plays its level on its seed: level id and run.
    """

    worlds: Sequence[CampaignWorld]
    record: Path | None = None
    tape: Sequence[Answered] = ()
    cut: str = ""
    opens: int | None = None
    said: str = ""
    doubted: bool = False
    app: Game | None = None
    script: Path | None = None
    seeds: Mapping[str, int] = field(default_factory=dict)
    handed_in: Mapping[str, str] = field(default_factory=dict)
    """Level id → with what it is handed in in its course, and by when, in words."""
    watches: bool = False
    ghost: tuple[str, Tape] | None = None
    _files: dict[str, WatchedFile] = field(default_factory=dict)
    """Path → the file, of levels that are being edited."""
    _pars: dict[tuple[str, int], Mapping[str, int]] = field(default_factory=dict)
    _ended: dict[str, Bridge] = field(default_factory=dict)
    _tries: dict[str, int] = field(default_factory=dict)
    """File of levels of several acts → how often their acts were begun since the first was begun anew."""
    _won: dict[tuple[str, int], World] = field(default_factory=dict)
    """(file, act) → how that act was won last: what acts are fed by."""
    _lost: set[str] = field(default_factory=set)
    """Files of such levels of which an act was lost just now: it is tried again."""

    @cached_property
    def levels(self) -> dict[str, tuple[Level, str]]:
        """Level id → the level and its world's title; every act has an id of its own."""
        return {
            act.id: (act, world.title) for world in self.worlds for level in world.all for act in every_act_of(level)
        }

    def entries(self) -> list[CampaignEntry]:
        """The map: all levels in order."""
        return [entry for world in self.worlds for entry in self._entries_of(world)]

    def _entries_of(self, world: CampaignWorld) -> list[CampaignEntry]:
        rows = {**curriculum(), **world.rows}
        arcs = {name: (arc.name, step) for arc in world.arcs for name, step in arc.steps.items()}
        return [
            CampaignEntry(
                level.id, world.title, level.title, level.summary, BY_NAME[level.protocol].title,
                tuple(said(rows.get(row, row)) for act in every_act_of(level) for row in act.covers),
                acts=tuple(act.id for act in level.acts), bare=level.play.bare, edition=level.edition,
                early=world.early, line=world.line or world.title,
                arc=arcs.get(level.id, ("live" if level.program else "", ""))[0], step=arcs.get(level.id, ("", ""))[1],
                live=level.scenario.live, sources=level.texts.sources,
                course="" if level.within is None else level.within.course,
                handed_in=self.handed_in.get(level.id, ""),
            )
            for level in world.all
        ]  # fmt: skip

    def pages(self) -> list[Page]:
        """The pages of the toolbox, in the worlds' order."""
        return [
            Page(world.title, card.name, card.pro, card.con, card.when) for world in self.worlds for card in world.cards
        ]

    def level_of(self, name: str) -> tuple[Level, str]:
        """A level by its id, fed by what was played, and its world's title."""
        try:
            level, world = self.levels[name]
        except KeyError:
            raise UnknownLevelError(f"no level is called {name!r}") from None
        before = self._feeds(level) if level.fed else None
        return (level if before is None else feed(level, before)), world

    def _seed(self, level: Level) -> int:
        """The seed on which a level is played where none is named."""
        return self.seeds.get(level.id.partition("#")[0], level.scenario.seed)

    def _feeds(self, level: Level) -> World | None:
        """How the act was won by which this one is fed: just now, or before the game was left; None if it was not."""
        place = level.path, level.fed
        if place not in self._won and self.app is not None:
            acts = {act.act: act for act, _ in self.levels.values() if act.path == level.path}
            file = self.app.progress.last_won_run(acts[level.fed].id)
            with suppress(OSError, RunFileError, DivergedError):
                if file and (run := read(file)).header.level == acts[level.fed].id:
                    scenario = with_par_figures(acts[level.fed], run.header.seed)
                    if scenario.digest() == run.header.scenario:  # as it is now: else other packets were struck
                        world = replayed(scenario, run.answers)
                        world.run()
                        self._won[place] = world
        return self._won.get(place)

    def _par(self, level: Level, seed: int) -> Mapping[str, int]:
        if (level.text, seed) not in self._pars:
            self._pars[level.text, seed] = par_of(with_par_figures(level, seed))
        return self._pars[level.text, seed]

    def _best(self, level: Level) -> Mapping[str, int]:
        """What the player's best earlier run of this level came to, by its measures; {} if there is none."""
        pars = level.scenario.par
        if self.app is None or not pars:
            return {}
        first, progress = pars[0].measure, self.app.progress
        since = progress.before_edition(level.id.partition("#")[0])
        return progress.best_run(level.id, first.name, higher=first.higher, since=since)

    def ended(self, level: str) -> Bridge | None:
        """The last play of this level that has ended."""
        return self._ended.get(level)

    # Before, during

    def brief(self, level: str) -> Brief:
        """A level's brief."""
        self._refresh(level)
        found, world = self.level_of(level)
        scenario = found.scenario
        you = {NETWORK: said("the network"), INSPECTOR: said("the inspector")}.get(found.you, found.you)
        wanted = scenario.win if scenario.inspector is None else scenario.inspector.promise
        goal = "; ".join(goal_words(law.words) for law in wanted)
        return Brief(
            found.id, world, found.title, you, with_keys(found.texts.brief, found), goal,
            scenario.limit, self.facts(level).pars, said(simplified(found.protocol)), found.texts.sources,
        )  # fmt: skip

    def facts(self, level: str) -> Facts:
        """What a level is measured by."""
        found, _ = self.level_of(level)
        par = self._par(found, self._seed(found))
        pars = tuple(
            par_words(one.measure, par[one.measure.name]) for one in found.scenario.par if one.measure.name in par
        )
        both = (par["messages"], par["time"]) if {"messages", "time"} <= set(par) else None
        return Facts(pars, both)

    def glimpse(self, level: str, palette: Palette) -> Callable[[Canvas], None] | None:
        """What draws a level's first picture in small; None of a level that is played against programs outside."""
        from tui.glimpse import glimpse_of, paint

        found, _ = self.levels[level]  # as it is unfed: what was played is the app's own thread's to ask for
        if found.scenario.live:
            return None
        picture = glimpse_of(found, palette)
        return lambda canvas: paint(canvas, picture)

    def missing(self, level: str) -> str:
        """What is missing on this machine for a level, in a sentence; "" if nothing is."""
        return said("it is played by `ackademy live`") if self.level_of(level)[0].scenario.live else ""

    def title(self) -> Bridge | None:
        """The level that runs on the title, at play; None: nothing runs there."""
        level = load(TITLE)
        return Bridge(level, session_of(level))

    def play(self, level: str, seed: int | None) -> Screen[Any]:
        """A new play screen; a seed of None is the level's own."""
        self._refresh(level)
        tape, self.tape = self.tape, ()
        opens, self.opens = self.opens, None
        words, self.said = self.said, ""
        if words and self.app is not None:
            self.app.notify(words, severity="warning" if self.doubted else "information", markup=False)
        screen = self._screen(level, seed, tape, paused=opens is not None)
        if opens is not None:
            screen.bridge.session.jump(opens)
        return screen

    def unfinished(self, level: str, seed: int | None) -> str:
        """How far a play of this level got that was cut short, in words; "" if none was."""
        found = self._unfinished(level, seed)
        return found.words if found is not None else ""

    def _unfinished(self, name: str, seed: int | None) -> Unfinished | None:
        if self.app is None or self.script is not None or self.tape:
            return None
        level, _ = self.level_of(name)
        if level.scenario.live:
            return None  # those outside have gone
        return unfinished(self.app.paths.journals, name, level.scenario.digest(), seed)

    def go_on(self, level: str, seed: int | None) -> Screen[Any]:
        """A play screen that stands where that play was cut short; a new one, if there is no such play any more."""
        found = self._unfinished(level, seed)
        return self.play(level, seed) if found is None else self._screen(level, found.run.header.seed, goes_on=found)

    def forget(self, level: str, seed: int | None) -> None:
        """Put away what is left of plays of this level that were cut short: they are runs among the others."""
        while (found := self._unfinished(level, seed)) is not None:
            path = found.run.path
            assert self.app is not None
            try:
                self.app.paths.runs.mkdir(parents=True, exist_ok=True)
                path.replace(free_name(self.app.paths.runs, level, found.run.header.seed))
            except OSError:
                return

    def jump(self, debrief: Debrief, turn: Turn) -> Screen[Any]:
        """A play screen that stands at the last winnable moment of that play."""
        answers = tuple(self._ended[debrief.level].session.world.answers)
        screen = self._screen(debrief.level, debrief.seed, answers, paused=True)
        screen.bridge.session.stand(turn.event, turn.answers)
        screen.bridge.session.take_over()  # the record must not answer what was gone back to
        if turn.answers == 0:
            to_first_look(screen.bridge.session)
        return screen

    def lines(self, debrief: Debrief) -> Screen[Any]:
        """The screen of this play's lines beside each other."""
        from tui.screens.lines import LinesScreen

        assert debrief.lines is not None
        return LinesScreen(self._ended[debrief.level], debrief.lines())

    def scripted(self, level: str, bridge: Bridge | None = None) -> Screen[Any]:
        """The screen of the player's script of a level: of his moves in this play, or in the last one that has ended.
        Raises ValueError in words, OSError where its file cannot be written."""
        from tui.scripting import sweep_of

        assert self.app is not None
        bridge = bridge or self._ended.get(level)
        found = bridge.level if bridge is not None else self.level_of(level)[0]
        return sweep_of(found, None if bridge is None else bridge.session.world, self.app, self._aside)

    def _aside(self, level: Level, seed: int, answers: Sequence[Answered]) -> Screen[Any]:
        """A play screen above another, which shows a run that is none of the player's; nothing of it is remembered."""
        from tui.screens.play import PlayScreen

        session = session_of(level, seed, answers, lifted=True)
        bridge = Bridge(level, session, self._par(level, seed))
        title = self.levels[level.id][1] if level.id in self.levels else level.world

        def finish(screen: PlayScreen) -> Ending | None:
            if not session.over:
                return None
            debrief = debrief_of(bridge, title, result_of(session.world), "")
            return Ending(debrief, said("This was the script's run."), "")

        return PlayScreen(bridge, title, finish, film=False, closes=lambda play: play.dismiss())

    def situation(self, situation: Situation, done: Callable[[Played], None]) -> Screen[Any]:
        """A play screen that stands at a situation of the daily; nothing of it is remembered but what `done` is told
        once: when its run has ended, or it is left after the answer."""
        from tui.daily import Played
        from tui.screens.daily_cards import WORDS
        from tui.screens.play import PlayScreen

        level, session = situation.level, session_at(situation)
        bridge = Bridge(level, session, self._par(level, situation.seed))
        told: list[Mark] = []

        def tell() -> None:
            if not told and situation.verdict(session.world) is not None:
                told.append(situation.mark(session.world))
                done(Played(told[0], *situation.figure(session.world)))

        def finish(screen: PlayScreen) -> Ending | None:
            if not session.over:
                return None
            tell()
            debrief = debrief_of(bridge, level.world, result_of(session.world), "")
            words = said("Your answer was {what}.").format(what=said(WORDS[told[0]])) if told else ""
            return Ending(debrief, words, "")

        def closes(screen: PlayScreen) -> None:
            tell()
            screen.dismiss()

        return PlayScreen(bridge, said("the daily"), finish, film=False, closes=closes, turns=1)

    def race(self, level: str, tape: Tape) -> None:
        """From now on this run is a ghost beside whoever plays its level on its seed."""
        self.ghost = (level, tape)

    def own_tape(self, debrief: Debrief) -> Tape:
        """The play that has ended, as a ghost for the next one."""
        world = self._ended[debrief.level].session.world
        return Tape(said("you, before"), world.scenario.seed, tuple(world.answers))

    def tapes(self, level: str) -> list[Tape]:
        """The runs among the player's own that can be a ghost of this level, the newest first."""
        assert self.app is not None
        return list(tapes_in(self.app.paths.runs, self.level_of(level)[0]))

    def watch(self, debrief: Debrief) -> Screen[Any]:
        """A play screen that shows this play again from its start, without the fog."""
        answers = tuple(self._ended[debrief.level].session.world.answers)
        return self._screen(debrief.level, debrief.seed, answers, lifted=True)

    def _screen(
        self,
        name: str,
        seed: int | None,
        answers: Sequence[Answered] = (),
        *,
        paused: bool = False,
        goes_on: Unfinished | None = None,
        lifted: bool = False,
    ) -> PlayScreen:
        from tui.screens.play import PlayScreen

        level, world = self.level_of(name)
        seed = self._seed(level) if seed is None else seed
        stands = self._stands(level, answers)
        session = (
            session_of(level, seed, answers, lifted=True) if lifted
            else self.session_for(level, seed, answers, paused or stands)
        )  # fmt: skip
        if stands and not session.is_live:
            session.run_to(0)  # whoever begins has begun: there is something to look at, and to set
        if goes_on is not None:
            run = goes_on.run
            gone_on = session_of(level, seed, run.answers)
            try:
                gone_on.go_on(run.by, hints=run.hints, whys=run.whys, rewinds=run.rewinds)
                session = gone_on
            except DivergedError:
                goes_on = None  # other rules by now: it begins anew
        number = session.scenario.seed
        bridge = Bridge(level, session, self._par(level, number), self._best(level))
        if self.ghost is not None and not answers and (self.ghost[0], self.ghost[1].seed) == (name, number):
            bridge.reading.rival = Rival(self.ghost[1], session)
        self.opened(bridge)
        play = Play(world, self.app, self.record)
        again = level.path in self._lost
        if level.of > 1 and not answers:
            anew = level.act == 1 and not again
            self._tries[level.path] = 1 if anew else self._tries_before(level) + 1
            self._lost.discard(level.path)
        looked_at = lifted or (session.scenario.live and not session.is_live)  # what came from outside is another's run
        if self.app is not None and not answers and not looked_at:
            seeds = self.app.progress.seeds(name)
            if self.script is not None or (goes_on is not None and goes_on.scripted):
                play.scripted = True  # what a script began is the script's: it is in nobody's progress
            elif goes_on is None or not goes_on.play:  # plain play begins none
                play.unseen = bool(seeds) and number not in seeds
                self.app.entries_with_stars()  # which editions there are is noted before anything of them is played
                play.number = self.app.progress.begin(name, number)
            else:
                play.unseen, play.number = goes_on.unseen, goes_on.play
            play.write_down(level, session, goes_on)
            bridge.closers.append(lambda: play.closed(session))
        file = None if lifted or session.is_live else self._file(level)
        return PlayScreen(bridge, world, lambda screen: self.finish(screen, play), film=not again, file=file)

    def _tries_before(self, level: Level) -> int:
        """How often this level's acts were begun since the first was begun anew; if that was in an earlier session,
        since the level was won last: no better than it was."""
        if level.path in self._tries or self.app is None:
            return self._tries.get(level.path, 0)
        first, progress = level.id.partition("#")[0], self.app.progress
        acts = [act for act in self.levels if act.partition("#")[0] == first]
        return progress.tries_since_won(acts, progress.before_edition(first))

    def _stands(self, level: Level, answers: Sequence[Answered]) -> bool:
        """Does the clock stand until the player lets it run? Not for scripts, nor where a run is watched."""
        return level.play.stands and not answers and self.script is None and not level.scenario.live

    def session_for(self, level: Level, seed: int | None, answers: Sequence[Answered], paused: bool) -> Session:
        """What plays the level."""
        if self.script is None or answers:
            return session_of(level, seed, answers, paused=paused)
        hidden = hidden_of(level.scenario)
        seat = ScriptSeat(self.script, seed=level.scenario.seed if seed is None else seed, hidden=hidden)
        return session_of(level, seed, answers, paused=paused, seat=seat)

    def opened(self, bridge: Bridge) -> None:
        """What else a new play needs."""

    # Files that are being edited

    def _file(self, level: Level) -> WatchedFile | None:
        """The level's file, if it is looked at."""
        if not self.watches or not Path(level.path).is_file():
            return None
        return self._files.setdefault(level.path, WatchedFile(Path(level.path)))

    def _refresh(self, name: str) -> None:
        """Read a level anew whose file has changed; one that is broken now stays as it was."""
        if self.watches and self.app is not None and name in self.levels:
            level, _ = self.levels[name]
            file = self._file(level)
            if file is not None and file.changed():
                try:
                    self._read_anew(level)
                except LevelError as error:
                    self.app.notify(f"{error.problems[0]}", severity="warning", timeout=12, markup=False)

    def _read_anew(self, level: Level) -> None:
        """Put what the level's file says now in the place of it and its acts. Raises LevelError, UnknownLevelError."""
        path = Path(level.path)
        anew = from_text(read_text(path), path, level.within)
        self.worlds = [
            replace(
                world,
                levels=tuple(anew if one.path == level.path else one for one in world.levels),
                finales=tuple(anew if one.path == level.path else one for one in world.finales),
            )
            for world in self.worlds
        ]
        self.__dict__.pop("levels", None)  # they are found anew

    def reloaded(self, bridge: Bridge) -> tuple[Screen[Any], str]:
        """A play screen of the level as its file says it now, at the same place; and what is to be said of that.

        Raises LevelError, UnknownLevelError: the level stays as it was.
        """
        level, played = bridge.level, bridge.session
        own = played.scenario.seed == self._seed(level)
        self._read_anew(level)
        anew, _ = self.level_of(level.id)
        seed = self._seed(anew) if own else played.scenario.seed
        found = refit(session_of(anew, seed).scenario, played.world.answers, played.world.now)
        screen = self._screen(level.id, seed, found.answers, paused=True)
        session = screen.bridge.session
        session.stand(found.event, len(found.answers))
        session.take_over()
        if not played.paused and not played.over:
            session.resume()
        if found.whole:
            return screen, said("Read anew.")
        return screen, said("Read anew. From {time} on your answers do not fit any more.", time=show_duration(found.at))

    # After

    def finish(self, screen: PlayScreen, play: Play) -> Ending | None:
        """Remember a play that ended, or was left. None if it was left."""
        bridge = screen.bridge
        session = bridge.session
        run_file = ""
        if play.recorder is not None:
            play.put_away(session)
            run_file = str(play.recorder.path)
        if not session.over:
            return None
        recorder = play.recorder
        result = (recorder.result if recorder is not None else None) or result_of(
            session.world, hints=session.hints_used, rewinds=session.rewinds, unseen=play.unseen
        )
        level = bridge.level
        if level.of > 1 and not result.won:
            self._lost.add(level.path)
        elif level.of > 1:
            self._won[level.path, level.act] = session.world
            self._keep_trap(level)
        if result.stars > 1 and level.tries and self._tries.get(level.path, 0) > level.tries:
            result = replace(result, stars=1)
        if play.number is not None and self.app is not None:
            self.app.progress.finish(
                play.number, won=result.won, stars=result.stars, messages=result.messages, time_us=result.time_us,
                hints=result.hints, run_file=run_file,
            )  # fmt: skip
            if not play.scripted:
                self.app.progress.measured(play.number, session.world.measures())
        self._ended[bridge.level.id] = bridge
        debrief = debrief_of(bridge, play.world, result, run_file)
        if (rival := bridge.reading.rival) is not None:
            rival.follow()
            lost = rival.world.outcome is None or not rival.world.outcome.won
            place = point_of(rival.world, axes_of(session.scenario))
            name = said("{name} (lost)", name=rival.name) if lost else rival.name
            ghost = Ghost(name, *place, "", said("the ghost beside you"))
            debrief = replace(debrief, ghosts=(ghost,))
        words = (
            f"{star_glyphs(result.stars)}  {said(STAR_WORDS[result.stars])}"
            if result.won
            else said("No star this time.")
        )
        if play.scripted:
            script = said("This is the script's, not yours.")
            words = f"{words} {script}"
        if self.cut:
            debrief = replace(debrief, cut=f"{self.cut[0].upper()}{self.cut[1:]}.", won=False, stars=0)
            words = said("That is no end, and no result.")
        return Ending(debrief, words, run_file)

    def _keep_trap(self, won: Level) -> None:
        """The acts that this one feeds, with what was done in it, as level files: to play again, and to give away."""
        for act in self._acts_of(won):
            if act.fed != won.act or self.app is None:
                continue
            path = self.app.paths.traps / f"{act.id.replace('/', '-').replace('#', '-')}.toml"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self.level_of(act.id)[0].text, "utf-8", newline="\n")
            except OSError as error:
                self.app.notify(
                    said("The trap cannot be saved: {error}", error=error_words(error)),
                    severity="warning",
                    markup=False,
                )
        if self.app is not None and won.act == won.of and any(act.fed for act in self._acts_of(won)):
            self.app.notify(
                said("Your traps are levels of their own now: {folder}", folder=self.app.paths.traps), markup=False
            )

    def _acts_of(self, level: Level) -> list[Level]:
        return [act for act, _ in self.levels.values() if act.path == level.path]


def par_words(measure: Measure, par: int) -> str:
    """A par as the brief says it: "12 messages of lookups", "624 ms"."""
    value = str(Figure("", par, None, measure.unit)).strip()
    if measure.name == "time":
        return value
    named = said(measure.words)
    words = f"{named}: {value}" if measure.unit in ("B", "µs") else f"{par} {named}"
    return said("{what} at least").format(what=words) if measure.higher else words
