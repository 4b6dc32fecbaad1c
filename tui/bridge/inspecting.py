"""The inspector at the screen: which suspect is looked at, where the hammer points, and the run that a blow has
changed, beside the old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.kernel.inspector import ACCUSE_MOVE, HIT_MOVE, SIGN_MOVE, Inspection, Struck, entries_of, struck
from core.kernel.scenario import Scenario
from core.kernel.sight import Sight
from core.kernel.suspects import ACCUSE, HIT, JOIN, KILL, LOSS, SIGN, SKEW, Blow, Inspector, Suspect
from core.kernel.time import MILLISECOND, SECOND, show_duration
from core.kernel.trace import Entry
from core.kernel.world import World
from core.session import Session
from tui.language import later, retold, said
from tui.pictures import Scene

HAMMER_KEYS = {KILL: "k", SKEW: "c", JOIN: "n", LOSS: "l"}
"""The letters that take up a hammer."""
RUN_IN = 300 * MILLISECOND
"""A changed run is shown from so long before its blow on: till there both are the same."""
RERUN_SECONDS = 7.0
"""Screen seconds that a changed run takes from its blow to its end, at most."""
MOST_CHANGED = 3
"""So many changed nodes are told of by name."""
AGAIN_SECONDS = 8.0
"""Screen seconds that the free run takes when it is watched again."""


def hammer_words(inspector: Inspector, hammer: str, node: str) -> str:
    """What a hammer does to a node, in a few words."""
    texts = {
        KILL: later("{node} dies"),
        SKEW: later("{node}'s clock {time} ahead") if inspector.skew > 0 else later("{node}'s clock {time} back"),
        JOIN: later("a stranger joins {node}"),
        LOSS: later("{node} unheard for {time}"),
    }
    nobody = {
        KILL: later("it dies"),
        SKEW: later("its clock {time} ahead") if inspector.skew > 0 else later("its clock {time} back"),
        JOIN: later("a stranger joins it"),
        LOSS: later("it is unheard for {time}"),
    }
    time = show_duration(abs(inspector.skew) if hammer == SKEW else inspector.loss)
    return said((nobody if node == "it" else texts)[hammer], node=node, time=time)


class Run:
    """One run of a suspect's world, to be looked at at any time of it."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._world = World(scenario)

    def at(self, time: int) -> World:
        """The world at this time (µs), or at its end if that is earlier."""
        if time < self._world.now:
            self._world = World(self.scenario)
        self._world.run(until=time)
        return self._world

    def scene(self, time: int, at_hand: str = "") -> Scene:
        """What a picture of it may draw, with the frame on a node."""
        world = self.at(time)
        sight = Sight(world, "", True)
        return Scene(
            sight=sight, scenario=self.scenario, you="", now=world.now, at_hand=at_hand or None, lifted=True,
            entries=list(sight.entries()),
        )  # fmt: skip


@dataclass
class Rerun:
    """The old run and the changed one beside it, on the way from shortly before the blow to the end."""

    blow: Struck
    before: Run
    after: Run
    now: int
    end: int
    rate: float
    """µs in a second on the screen."""
    scrubbed: bool = False
    """Has the needle been moved since, so that both are shown at its time?"""

    @property
    def plays(self) -> bool:
        """Is it still under way?"""
        return self.now < self.end

    def changed(self, time: int) -> dict[str, str]:
        """Who is otherwise than in the old run at this time, and how, in words; but for whom the blow was for."""
        old = Sight(self.before.at(time), "", True).looks()
        new = Sight(self.after.at(time), "", True).looks()
        found = {}
        for name in (node.name for node in self.after.scenario.nodes):
            look, was = new[name], old.get(name)
            if name == self.blow.blow.node and self.blow.blow.hammer == KILL:
                continue
            now = look.absence or look.badge
            before = "" if was is None else was.absence or was.badge
            if was is None:
                found[name] = retold(now)
            elif now != before:
                same = now.split(", ")
                other = ", ".join(part for part in before.split(", ") if part not in same)
                found[name] = said("{now} (before: {other})", now=retold(now), other=retold(other or before))
        return found


class Inspecting:
    """What the player in the inspector's chair is at. It is there in levels of the inspector; the session itself knows
    no needle.

    aims    is one suspect looked at closely, with the hammer at hand? Else all of them are seen.
    reads   is the log of a node open, to touch an entry of it?
    hammer  the one at hand; `time`: when it would fall (true µs).
    rerun   the run that was changed last, beside the old one.
    again   where the runs are that are watched once more, from zero (µs); None: nothing is.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        scenario = session.scenario
        assert scenario.inspector is not None
        self.inspector: Inspector = scenario.inspector
        self.aims = False
        self.reads = False
        self.hammer = self.inspector.hammers[0] if self.inspector.hammers else ""
        self.time = self.inspector.times[0]
        self.rerun: Rerun | None = None
        self.again: int | None = None
        self.entry = 1
        self._place = 0
        self._node: dict[str, int] = {}
        self._free: dict[str, Run] = {}
        self._shown = 0
        self._sure = ""

    # What there is

    @property
    def inspection(self) -> Inspection:
        """What was struck and settled."""
        found = self._session.world.inspection
        assert found is not None
        return found

    @property
    def suspects(self) -> tuple[Suspect, ...]:
        """All of them."""
        return self.inspector.suspects

    @property
    def suspect(self) -> Suspect:
        """The one in the frame."""
        return self.suspects[self._place]

    @property
    def node(self) -> str:
        """The node in the frame."""
        nodes = self.suspect.nodes
        return nodes[self._node.get(self.suspect.name, 0) % len(nodes)]

    @property
    def limit(self) -> int:
        """When the runs end (µs)."""
        return self._session.scenario.limit

    @property
    def clock(self) -> int:
        """At which time the free run is shown (µs): as far as it has come, or as it is watched again."""
        if self.again is not None:
            return self.again
        return self.limit if self.ended else self._session.world.now

    @property
    def ended(self) -> bool:
        """Has the free run come to its end?"""
        return self._session.world.free_run_is_over or self._session.over

    def may(self, act: str) -> bool:
        """May the player do this at all?"""
        return act in self.inspector.acts

    def free_run(self, suspect: Suspect) -> Run:
        """The suspect's run without a blow."""
        if suspect.name not in self._free:
            self._free[suspect.name] = Run(struck(self._session.scenario, suspect))
        return self._free[suspect.name]

    def stamp(self, suspect: Suspect) -> str:
        """What the suspect is settled as; "" while it is not, or while what settles it is still being shown."""
        rerun = self.rerun
        if rerun is not None and rerun.plays and rerun.blow.suspect == suspect.name:
            return ""
        return self.inspection.settled.get(suspect.name, "")

    def blows(self, suspect: Suspect) -> list[Struck]:
        """The blows that were struck on it, oldest first, but for the one that is still being shown."""
        found = [one for one in self.inspection.struck if one.suspect == suspect.name]
        return found[:-1] if self.rerun is not None and self.rerun.plays and found[-1:] == [self.rerun.blow] else found

    @property
    def blow(self) -> Blow:
        """The blow that Enter would strike."""
        return Blow(self.hammer, self.node, self.time)

    @property
    def plays(self) -> bool:
        """Is a changed run being shown?"""
        return self.rerun is not None and self.rerun.plays

    @property
    def moves(self) -> bool:
        """Does anything move by the screen's time?"""
        return self.plays or self.again is not None

    @property
    def shown_time(self) -> int:
        """At which time of the runs they are shown (true µs): that of the needle, but for what has just been struck."""
        if self.again is not None and not self.plays:
            return self.again
        rerun = self.rerun
        return self.time if rerun is None or rerun.scrubbed else rerun.now

    def log(self) -> Sequence[Entry]:
        """The log of the node in the frame, so far; the entry numbered n is the n-th."""
        return list(entries_of(self._session.world.trace, self.node))

    def told(self) -> str:
        """What the last blow has come to, in words; "" if nothing is to be told of it now."""
        rerun = self.rerun
        if rerun is None:
            return ""
        if rerun.plays:
            blow = retold(str(rerun.blow.blow))
            return said("The engine swings the hammer: {blow}.", blow=blow) if rerun.blow.own else f"{blow}."
        changed = [f"{name} {words}" for name, words in rerun.changed(rerun.end).items()]
        if len(changed) > MOST_CHANGED:
            changed[MOST_CHANGED:] = [said("and {count} more", count=len(changed) - MOST_CHANGED)]
        words = "; ".join(changed) or said("All others end as they did")
        ended = said("RUINED") if rerun.blow.ruined else said("It stands")
        return f"{ended}: {retold(str(rerun.blow.blow))}. {words}."

    # What is done

    def look(self) -> None:
        """Something may have been struck: show the newest blow beside the old run."""
        blows = self.inspection.struck
        if len(blows) < self._shown:  # gone back
            self._shown, self.rerun = len(blows), None
        if len(blows) == self._shown:
            return
        self._shown = len(blows)
        blow = blows[-1]
        suspect = self.inspector.named(blow.suspect)
        self._place = self.suspects.index(suspect)
        self._node[suspect.name] = suspect.nodes.index(blow.blow.node)
        self.aims, self.reads = True, False
        start = max(0, blow.blow.time - RUN_IN)
        after = Run(struck(self._session.scenario, suspect, blow.blow))
        before = Run(struck(self._session.scenario, suspect))
        rate = max(SECOND / 2, (self.limit - start) / RERUN_SECONDS)
        self.rerun, self.again = Rerun(blow, before, after, start, self.limit, rate), None

    def advance(self, seconds: float) -> None:
        """Let so much of the screen's time pass for what is being shown."""
        if self.rerun is not None and self.rerun.plays:
            self.rerun.now = min(self.rerun.end, self.rerun.now + round(seconds * self.rerun.rate))
        elif self.again is not None:
            self.again += round(seconds * self.limit / AGAIN_SECONDS)
            self.again = None if self.again >= self.limit else self.again

    def watch(self) -> None:
        """The runs are seen once more, from zero; or no more, if they are."""
        self.again = 0 if self.again is None else None

    def finish(self) -> None:
        """Let what is being shown be over."""
        if self.rerun is not None:
            self.rerun.now = self.rerun.end

    def walk(self, step: int) -> None:
        """The frame goes to another suspect."""
        self._place = (self._place + step) % len(self.suspects)
        self._forget()

    def point(self, name: str) -> bool:
        """The frame goes to this suspect, or node; False if there is none of the name."""
        for place, suspect in enumerate(self.suspects):
            if name == suspect.name or name in suspect.nodes:
                if place != self._place:
                    self._forget()
                self._place = place
                if name in suspect.nodes:
                    self._node[suspect.name] = suspect.nodes.index(name)
                self.entry = 1
                return True
        return False

    def _forget(self) -> None:
        self._sure, self.entry = "", 1
        self.rerun = None if self.rerun is None or not self.rerun.plays else self.rerun

    def next_node(self, step: int) -> None:
        """The frame goes to another node of the suspect."""
        if len(self.suspect.nodes) == 1:
            self.walk(step)
            return
        nodes = self.suspect.nodes
        self._node[self.suspect.name] = (nodes.index(self.node) + step) % len(nodes)
        self.entry = 1

    def push(self, step: int) -> None:
        """The blow falls so many moments later."""
        times = self.inspector.times
        self._needle(times[max(0, min(len(times) - 1, times.index(self.time) + step))])

    def push_to(self, time: int) -> None:
        """The blow falls at the moment nearest to this one (µs)."""
        self._needle(min(self.inspector.times, key=lambda each: abs(each - time)))

    def _needle(self, time: int) -> None:
        self.time, self.again = time, None
        if self.rerun is not None and not self.rerun.plays:
            self.rerun.scrubbed = True

    def scroll(self, step: int) -> None:
        """Another entry of the log."""
        self.entry = max(1, min(len(self.log()), self.entry + step))

    def strike(self) -> str:
        """Strike the blow that is aimed. Why that cannot be, in words; "" if it was struck."""
        if not self.may(HIT):
            return said("There is nothing to strike with.")
        if not self.inspection.left:
            return said("No blow is left.")
        if self.suspect.name in self.inspection.settled:
            return self._settled(self.suspect.name)
        if any(one.blow == self.blow for one in self.inspection.struck):
            blow = retold(str(self.blow))
            return said("You have struck that: {blow}. Another node, another moment, another hammer?", blow=blow)
        return self._move(HIT_MOVE.name, tuple(self.blow))

    def sign(self) -> str:
        """Sign for the suspect in the frame, when it is said twice. Why that cannot be, in words; "" if it was."""
        if not self.may(SIGN):
            return said("Nobody signs here.")
        name = self.suspect.name
        if name in self.inspection.settled:
            return self._settled(name)
        if self._sure != f"sign {name}":
            self._sure = f"sign {name}"
            return said("Sign for {name}? Once more, and your name is on it.", name=name)
        self._sure = ""
        return self._move(SIGN_MOVE.name, name)

    def accuse(self) -> str:
        """Accuse the node in the frame by the entry that is touched, when it is said twice. As `sign`."""
        if not self.may(ACCUSE):
            return said("Nobody is accused here.")
        words = f"accuse {self.node} {self.entry}"
        if self._sure != words:
            self._sure = words
            return said("Accuse {node} by this line? Once more, and it is said.", node=self.node)
        self._sure = ""
        return self._move(ACCUSE_MOVE.name, (self.node, self.entry))

    def _settled(self, name: str) -> str:
        how = said(self.inspection.settled[name])
        return said("{name} is {how}: that stands.", name=name, how=how)

    def _move(self, choice: str, value: object) -> str:
        try:
            self._session.move(choice, value)
        except (LookupError, ValueError) as error:
            return retold(str(error.args[0] if error.args else error))
        return ""
