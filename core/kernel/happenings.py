"""What befalls a world by its scenario: crashes, cuts, waves, jumps of clocks, requests, forgeries, arrivals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import CALM, HAPPEN, HEAL, NOBODY
from core.kernel.course import Course
from core.kernel.datagrams import Datagrams
from core.kernel.links import Links
from core.kernel.node import Roster
from core.kernel.outside import Outside
from core.kernel.runner import Runner
from core.kernel.scenario import (
    DRIFT,
    NETWORK,
    Arrival,
    ClockJump,
    Crash,
    Cut,
    Forge,
    Happening,
    Lose,
    LoseMessage,
    MarkedWave,
    Request,
    Scenario,
    Strike,
    Wave,
)
from core.kernel.streams import Streams


class Happenings:
    """How they happen. What follows a message or an effect by its meaning is not among them: see Datagrams, Runner."""

    __slots__ = ("_course", "_links", "_outside", "_roster", "_runner")

    def __init__(
        self, course: Course, roster: Roster, links: Links, datagrams: Datagrams, streams: Streams, runner: Runner
    ) -> None:
        self._course, self._roster, self._links, self._runner = course, roster, links, runner
        self._outside = Outside(course, roster, datagrams, streams, runner)

    def plan(self, scenario: Scenario) -> None:
        """Plan all that the scenario has a time for."""
        for happening in scenario.happenings:
            if not isinstance(happening, Lose | LoseMessage | MarkedWave | Strike):
                self._course.agenda.plan(happening.at, HAPPEN, self.place_of(happening), (happening,))

    def heal(self, pairs: Any, cause: int) -> None:
        """A cut is over."""
        self._links.heal(pairs)
        self._course.note(NETWORK, kinds.HEAL, pairs, cause=cause)

    def calm(self, payload: tuple[Any, ...], cause: int) -> None:
        """A wave has passed."""
        where, changes, before, number = payload
        self._take_back(where, changes, before, number)
        self._course.note(NETWORK, kinds.CALM, (where, changes), cause=cause)

    def place_of(self, happening: Happening) -> int:
        """The index of the node at which something happens."""
        if isinstance(happening, Crash | ClockJump | Request):
            return self._roster[happening.node].index
        if isinstance(happening, Forge | Arrival):
            return self._roster[happening.destination].index
        return NOBODY

    def happen(self, happening: Happening) -> None:
        """It happens, now."""
        runner, own = self._runner, self._roster.own_named
        if isinstance(happening, Crash):
            if happening.effects is None:
                runner.crash(own(happening.node), happening.back)
            else:
                own(happening.node).strike = (happening.effects, happening.back)
        elif isinstance(happening, Cut):
            self._links.cut(happening.pairs)
            number = self._course.note(NETWORK, kinds.CUT, happening.pairs)
            if happening.length is not None:
                self._course.agenda.plan(self._course.now + happening.length, HEAL, NOBODY, (happening.pairs,), number)
        elif isinstance(happening, Wave):
            self._wave(happening)
        elif isinstance(happening, ClockJump):
            runner.step_clock(own(happening.node), happening.by)
        elif isinstance(happening, Request):
            runner.handle(own(happening.node), kinds.REQUEST, (happening.request,), -1)
        elif isinstance(happening, Arrival):
            self._outside.arrive(happening)
        elif isinstance(happening, Forge):
            payload = (happening.source, happening.message, None)
            runner.handle(own(happening.destination), kinds.RECEIVE, payload, -1)

    def _wave(self, wave: Wave) -> None:
        """Physics change, for a while."""
        course = self._course
        where = wave.pairs or wave.node
        number = course.note(NETWORK, kinds.WAVE, (where, wave.changes))
        before: tuple[tuple[str, Any], ...] = ()
        if wave.pairs:
            self._links.wave(wave.pairs, number, wave.changes)
        else:
            before = self._change(wave.node, wave.changes)
        if wave.length is not None:
            course.agenda.plan(course.now + wave.length, CALM, NOBODY, (where, wave.changes, before, number), number)

    def _change(self, name: str, changes: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
        """Of a node its clock's drift, and its machine's parameters, are others; what they were. Of a node that is down
        only the clock is there to be changed."""
        before = []
        for what, value in changes:
            if what == DRIFT:
                node = self._roster.own_named(name)
                before.append((what, node.clock.drift))
                self._runner.set_drift(node, value)
            elif self._roster[name].up:
                machine = self._roster.own_named(name).machine
                before.append((what, getattr(machine, what)))
                setattr(machine, what, value)
        return tuple(before)

    def _take_back(self, where: Any, changes: Any, before: tuple[tuple[str, Any], ...], number: int) -> None:
        """What it had changed is as before, unless it is something else by now. Of the machine of a node that was down
        meanwhile there is nothing to take back."""
        if not isinstance(where, str):
            self._links.calm(where, number)
            return
        changed = dict(changes)
        node = self._roster[where]
        for what, value in before:
            now = node.clock.drift if what == DRIFT else getattr(node.machine, what) if node.up else value
            if now == changed[what]:
                self._change(where, ((what, value),))
