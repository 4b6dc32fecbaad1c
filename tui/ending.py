"""How a play ended, and where it was decided: the last moment at which it could still be won, and both ways from there.

It is looked for a slice at a time, so that a screen can breathe, and for as long as whoever asks has time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from core.kernel.scenario import Scenario
from core.kernel.world import Answered, DivergedError, World
from core.luck import luck_of
from core.near import NEAR, near_miss
from core.search import BY_BOOK, Moment, Turning, has_won, last_winnable
from core.session.scoring import within_par
from levels.proofs import ProofError, prove_scenario
from levels.schema import How, Level
from tui.bridge import Bridge, Figure
from tui.bridge.words import short
from tui.clock import seconds
from tui.comparing import Line, lines_of
from tui.costs import mistakes_of
from tui.language import later, said
from tui.look.fork import Fork, Side, fork_of
from tui.look.ribbon import Mark
from tui.model import Enough, Turn

SECONDS = 5.0
"""So long somebody waits for the moment."""
BEFORE = 6
"""Events of the own line that are told before the moment."""
ALIKE = 20
"""Letters in which both ways begin alike at most before that is left out."""
TOLD = 5
"""Events of each way that are told in lines."""
DID = {
    Mark.SENT: later("sent"),
    Mark.GOT: later("got"),
    Mark.DECIDED: later("decided"),
    Mark.STARTED: later("came back"),
    Mark.FELL: later("fell"),
}
LAST = later("the last moment you could win")
LAST_WITHIN_PAR = later("the last moment within par")
LATEST = later("the latest moment found")
NONE = later("From no moment of this run would the book have won on this seed.")
NONE_OF_HAND = later("From no moment of this run does the way that we know still lead there.")
A_WAY_TO_WIN = later("a way to win")
A_WAY = later("A WAY")
STILL_THERE = later("here there still was one; which, is yours to find")
NOT_IN_TIME = later("No moment was found in time from which it could still be won.")


def is_turned(bridge: Bridge, stars: int) -> bool:
    """Was something lost by the player: the run, or the stars beyond the first?"""
    return bool(bridge.session.player) and stars < 2


def proof_of(level: Level, scenario: Scenario) -> Sequence[Answered]:
    """The answers of the level's own proof on this seed, where it has one that wins and is no search."""
    if level.proof.how not in (How.ANSWERS, How.RUN):
        return ()
    with suppress(ProofError):
        world = prove_scenario(level, scenario)
        return tuple(world.answers) if has_won(world) else ()
    return ()


def turnings(level: Level, run: World, pars: Mapping[str, int], enough: Enough) -> Iterator[Turning]:
    """The last moment from which a run that was lost could be won, or one that was won could be so within par; as far
    as it has been looked for, and last what was found when there was no time left."""
    won = has_won(run)

    def wins(other: World) -> bool:
        return has_won(other) and (not won or within_par(other.scenario, other.measures(), pars))

    found = Turning()
    with suppress(DivergedError):
        for found in last_winnable(run, proof=proof_of(level, run.scenario), wins=wins):
            if enough():
                break
            yield replace(found, final=False)
    yield found


class Decided:
    """Where a play was decided. `found`: the last winnable moment, as far as it has been looked for."""

    def __init__(self, bridge: Bridge) -> None:
        self.found = Turning()
        self._bridge = bridge

    def turns(self, enough: Enough) -> Iterator[Turn]:
        """Look for it, and say in words how far that is."""
        bridge = self._bridge
        won = has_won(bridge.session.world)
        for self.found in turnings(bridge.level, bridge.session.world, bridge.pars, enough):
            what = said(LAST_WITHIN_PAR if won else LAST)
            words = said("looking for {what}: {tried} of {most} tried")
            yield Turn(progress=words.format(what=what, tried=self.found.tried, most=self.found.of))
        yield _told(bridge, self.found, won)

    def lines(self) -> list[Line]:
        """The lines of play, to be laid beside each other: this run, the better way from the moment, other branches."""
        return lines_of(self._bridge, self.found, proof_of(self._bridge.level, self._bridge.session.scenario))


def turns(bridge: Bridge, enough: Enough) -> Iterator[Turn]:
    """The last winnable moment of a play in words, as far as it has been looked for."""
    return Decided(bridge).turns(enough)


def near_words(bridge: Bridge) -> str:
    """By how little the run, or par, was missed; "" if it was not, or by much."""
    world = bridge.session.world
    if not has_won(world):
        miss = near_miss(world)
        return "" if miss is None else miss.words
    measures = world.measures()
    over = [par.measure for par in world.scenario.par
            if par.measure.name in bridge.pars and not par.measure.higher
            and measures[par.measure.name] > bridge.pars[par.measure.name]]  # fmt: skip
    if len(over) != 1:
        return ""
    (measure,) = over
    par = bridge.pars[measure.name]
    more = measures[measure.name] - par
    if more * 100 > par * NEAR:
        return ""
    return said("{figure} above par").format(figure=Figure(measure.name, more, None, measure.unit))


def luck_words(bridge: Bridge) -> Iterator[str]:
    """What is to be said of a win that was a lucky one; "" while that is not known, and where nothing is."""
    world = bridge.session.world
    found = None
    with suppress(DivergedError):
        for found in luck_of(world):
            if found is None:
                yield ""
    if found is None or not found.was_needed:
        return
    mine = world.measures()
    means = ", ".join(
        f"{Figure(par.measure.name, round(found.means[par.measure.name]), None, par.measure.unit)}"
        for par in world.scenario.par
    )
    yours = ", ".join(f"{Figure(par.measure.name, mine[par.measure.name], None, par.measure.unit)}"
                      for par in world.scenario.par)  # fmt: skip
    beside = f" {said('On the mean: {means}; yours: {yours}.').format(means=means, yours=yours)}" if means else ""
    luck = said("Won by luck: from {time} on, with other dice, {won} of {most} runs are won, though by the book.")
    time = seconds(found.at // 1000 * 1000)
    yield f"{luck.format(time=time, won=found.won, most=found.of)}{beside}"


def told_in_lines(turn: Turn) -> Iterator[str]:
    """The moment and both ways from it as lines, for whoever has no screen."""
    if turn.fork is None:
        yield said(turn.head)
        return
    head = said(turn.head)
    yield f"{head[:1].upper()}{head[1:]}: {turn.when}."
    for side in (turn.fork.yours, turn.fork.other):
        events = ", ".join(f"{said(DID[moment.mark])} {moment.word}" for moment in side.moments[:TOLD])
        end, then = said("won") if side.won else said("lost"), f"; {said('then')} {events}"
        yield f"  {side.name.lower()}: {side.said}{then if events else ''} ... {end}"


def _told(bridge: Bridge, found: Turning, won: bool) -> Turn:
    if found.moment is None or found.world is None:
        chair = bridge.session.scenario.hand is not None or bridge.session.scenario.inspector is not None
        return Turn(head=NOT_IN_TIME if not found.final else NONE_OF_HAND if chair else NONE)
    moment = found.moment
    head = LATEST if not found.final else LAST_WITHIN_PAR if won else LAST
    when = seconds(moment.at // 1000 * 1000)
    place, cause, decides = -1, "", False
    for number, (text, verdicts) in enumerate(mistakes_of(bridge).items()):
        if any(verdict.event >= moment.event for verdict in verdicts):
            place, cause = number, text
            at_once = any(moment.event <= verdict.event <= moment.event + 1 for verdict in verdicts)
            decides = found.final and not won and at_once  # whoever else might win from later was tried
            break
    fork = _fork(bridge, moment, found.world, when, said("the book") if found.by == BY_BOOK else said(A_WAY_TO_WIN))
    return Turn(
        "", head, moment.event, moment.answers, moment.at, when, cause, _entry(bridge, moment), place, decides, fork
    )  # fmt: skip


def _entry(bridge: Bridge, moment: Moment) -> int:
    """The first thing that the player decided from there on."""
    later = bridge.session.world.trace.since(moment.entries)
    return next((entry.number for entry in later if entry.node == bridge.reading.you and entry.answers), -1)


def _fork(bridge: Bridge, moment: Moment, other: World, when: str, name: str) -> Fork:
    reading, world = bridge.reading, bridge.session.world
    before = reading.moments_of(world, 0, moment.entries)[-BEFORE:]
    yours = reading.moments_of(world, moment.entries)
    won = has_won(world), has_won(other)
    fork = fork_of(when, before, yours, [], name, won)
    if reading.you not in world.nodes:  # what does it is for the player to find
        return replace(fork, other=Side(said(A_WAY), (), said(STILL_THERE), won[1]))
    fork = fork_of(when, before, yours, reading.moments_of(other, moment.entries), name, won)
    mine, theirs = apart(_done(bridge, world, moment) or said("you did nothing then"),
                         _done(bridge, other, moment) or fork.other.said)  # fmt: skip
    return replace(fork, yours=replace(fork.yours, said=mine), other=replace(fork.other, said=theirs))


def apart(one: str, other: str) -> tuple[str, str]:
    """Two texts that begin alike for long, each without most of that: what differs would be cut off."""
    first, second = one.split(" "), other.split(" ")
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    if one == other or len(" ".join(first[:same])) < ALIKE:
        return one, other
    head, tail = first[0], same - 1
    return " ".join([head, "..", *first[tail:]]), " ".join([head, "..", *second[tail:]])


def _done(bridge: Bridge, world: World, moment: Moment) -> str:
    """What was done at the moment itself, in words; "" if nothing was."""
    given = world.answers[moment.answers] if moment.answers < len(world.answers) else None
    if given is None or given.after > moment.event + 1:
        return ""
    return f"{short(given.choice)}: {bridge.reading.show(given.choice, given.value)}"
