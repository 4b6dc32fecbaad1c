"""The stage: makes what a level shows, before, during and after it, from level files and sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.kernel.choice import Kind, Verdict
from core.kernel.scenario import NETWORK, NetworkSeat, Scenario
from core.kernel.seats import Book, PersonaSeat, Seat
from core.kernel.world import Answered, World
from core.session import par_of, stars
from levels.schema import CampaignWorld, Level, UnknownLevelError
from tui.bridge import Bridge, session_of
from tui.model import STAR_WORDS, Brief, CampaignEntry, Debrief, Ghost, star_glyphs

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.app import AckademyApp
    from tui.screens.play import PlayScreen

GHOST_EVENTS = 200_000
"""Events after which a ghost's run is given up."""


@dataclass(frozen=True)
class Ending:
    """How a play ended, for its screen."""

    debrief: Debrief
    stars_words: str
    run_file: str


@dataclass
class Stage:
    """The levels that can be played: the campaign's, an instructor's course, or one file.

    record   where the next finished play is written, besides the usual place.
    """

    worlds: Sequence[CampaignWorld]
    record: Path | None = None
    app: AckademyApp | None = None
    _pars: dict[tuple[str, int], Mapping[str, int]] = field(default_factory=dict)
    _ended: dict[str, tuple[Bridge, Verdict | None]] = field(default_factory=dict)

    @cached_property
    def levels(self) -> dict[str, tuple[Level, str]]:
        """Level id → the level and its world's title."""
        return {level.id: (level, world.title) for world in self.worlds for level in world.levels}

    def entries(self) -> list[CampaignEntry]:
        """The campaign's map."""
        return [
            CampaignEntry(level.id, world, level.title, level.summary, level.protocol, level.covers)
            for level, world in self.levels.values()
        ]

    def add(self, level: Level, world: str) -> None:
        """Have one more level, or another version of one."""
        self.levels[level.id] = (level, world)

    def _level(self, name: str) -> tuple[Level, str]:
        try:
            return self.levels[name]
        except KeyError:
            raise UnknownLevelError(f"no level is called {name!r}") from None

    def _par(self, level: Level, seed: int) -> Mapping[str, int]:
        if (level.id, seed) not in self._pars:
            self._pars[level.id, seed] = par_of(level.scenario.reseeded(seed))
        return self._pars[level.id, seed]

    # Before, during

    def brief(self, level: str) -> Brief:
        """A level's brief."""
        found, world = self._level(level)
        scenario = found.scenario
        par = self._par(found, scenario.seed)
        you = "the network" if found.you == NETWORK else found.you
        return Brief(
            found.id, world, found.title, you, found.texts.brief, "; ".join(law.text for law in scenario.win),
            scenario.limit, par.get("messages"), par.get("time"), _simplified(found.protocol), found.texts.sources,
        )  # fmt: skip

    def play(self, level: str, seed: int | None) -> Screen[Any]:
        """A new play screen; a seed of None is the level's own."""
        return self._screen(level, seed)

    def replay(self, level: str, seed: int, answers: Sequence[Answered], *, paused: bool = False) -> Screen[Any]:
        """A play screen that plays recorded answers."""
        return self._screen(level, seed, answers, paused=paused)

    def jump(self, debrief: Debrief) -> Screen[Any]:
        """A play screen that stands at the move that decided that play."""
        bridge, verdict = self._ended[debrief.level]
        answers = tuple(bridge.session.world.answers)
        screen = self._screen(debrief.level, debrief.seed, answers, paused=True)
        if verdict is not None:
            screen.bridge.session.jump(verdict.event)
            screen.bridge.session.back()
        return screen

    def _screen(
        self, name: str, seed: int | None, answers: Sequence[Answered] = (), *, paused: bool = False
    ) -> PlayScreen:
        from tui.screens.play import PlayScreen

        level, world = self._level(name)
        session = session_of(level, seed, answers, paused=paused)
        number = session.scenario.seed
        bridge = Bridge(level, session, self._par(level, number))
        unseen = True
        play = None
        if self.app is not None and not answers:
            unseen = bool(self.app.progress.seeds(name)) and number not in self.app.progress.seeds(name)
            play = self.app.progress.begin(name, number)
        return PlayScreen(bridge, world, lambda screen: self._finish(screen, world, play, unseen))

    # After

    def _finish(self, screen: PlayScreen, world: str, play: int | None, unseen: bool) -> Ending | None:
        """Remember a play that ended, or was left."""
        bridge = screen.bridge
        session = bridge.session
        if not session.world.answers and not session.over:
            return None
        run_file = self._save(bridge)
        if not session.over or session.outcome is None:
            return None
        count = stars(
            session.world, hints=session.hints_used, rewinds=session.rewinds, unseen=unseen, bounds=bridge.pars
        )
        messages, time = session.world.evidence().sent(), session.world.now
        if play is not None and self.app is not None:
            self.app.progress.finish(
                play, won=session.outcome.won, stars=count, messages=messages, time_us=time,
                hints=session.hints_used, run_file=run_file,
            )  # fmt: skip
        verdict = decisive(session.world.verdicts)
        self._ended[bridge.level.id] = (bridge, verdict)
        debrief = debrief_of(bridge, world, count, messages, time, run_file, verdict)
        words = f"{star_glyphs(count)}  {STAR_WORDS[count]}" if session.outcome.won else "Lost: no star this time."
        return Ending(debrief, words, run_file)

    def _save(self, bridge: Bridge) -> str:
        """Write the run; where, or "" if there was no place for it."""
        return ""


def decisive(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The move that decided a play: the first wrong one, else the first costly one."""
    for kind in (Kind.WRONG, Kind.COSTLY):
        for verdict in verdicts:
            if verdict.kind is kind:
                return verdict
    return None


def debrief_of(
    bridge: Bridge, world: str, count: int, messages: int, time: int, run_file: str, verdict: Verdict | None
) -> Debrief:
    """What there is to say about a play that ended; its ghosts come later, see `ghosts`."""
    level, session = bridge.level, bridge.session
    assert session.outcome is not None
    return Debrief(
        level=level.id,
        world=world,
        title=level.title,
        won=session.outcome.won,
        stars=count,
        reason=session.outcome.reason,
        messages=messages,
        time_us=time,
        par_messages=bridge.pars.get("messages"),
        par_time_us=bridge.pars.get("time"),
        mistakes=tuple(dict.fromkeys(bridge.mistakes)),
        text=level.texts.debrief,
        sources=level.texts.sources,
        seed=session.scenario.seed,
        run_file=run_file,
        can_jump=verdict is not None,
    )


def ghost_seats(scenario: Scenario) -> list[tuple[str, Seat]]:
    """Who else might have sat in the player's seat: the book, and every persona that would answer otherwise."""
    seats: list[tuple[str, Seat]] = [("book", Book())]
    if isinstance(scenario.network, NetworkSeat) or not scenario.player:
        return seats
    played = {name for seat in scenario.player for name in seat.choices}
    spec = next(node for node in scenario.nodes if node.name == scenario.player[0].node)
    for persona in scenario.protocols[spec.protocol].personas:
        if "*" in played or any(name in played for name in persona.answers):
            seats.append((persona.name, PersonaSeat(persona)))
    return seats


def ghosts(scenario: Scenario, slice_events: int = 400) -> Iterator[Ghost | None]:
    """The same level, headless, with others in the player's seat: each one's point on the plane.

    Yields None after every `slice_events` events, so that a screen can breathe meanwhile. Who does not win is named
    so: a point that is cheap because it lost is no example.
    """
    for name, seat in ghost_seats(scenario):
        world = World(scenario, player=seat)
        done = 0
        while not world.over and done < GHOST_EVENTS and (ran := world.run(limit=slice_events)):
            done += ran
            yield None
        lost = world.outcome is None or not world.outcome.won
        yield Ghost(f"{name} (lost)" if lost else name, world.evidence().sent(), world.now)


def _simplified(protocol: str) -> str:
    """The room's own word on what it simplifies."""
    import re

    from tui.widgets.panels import rule_of

    found = re.search(r"^Simplified\s+(.*?)(?=^\S|\Z)", rule_of(protocol), re.DOTALL | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""


__all__ = ["Ending", "Stage", "debrief_of", "decisive", "ghosts"]
