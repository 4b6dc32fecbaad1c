"""The exploration of every future of a scenario within a budget of misfortune."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from time import perf_counter
from typing import TypeAlias

from core.kernel.choice import PASS, Asked, Value
from core.kernel.data import clone, packed
from core.kernel.laws import BoundLaw, Evidence, LawKind
from core.kernel.protocol import Normal, State
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.seats import Pending, Player
from core.kernel.world import World
from core.search.misfortune import ANYTIME, MOST_TAKES, Budget
from core.search.states import StateKeys

Progress = Callable[[int, int], None]
"""Called now and then with (states seen, branches waiting)."""

DEFAULT_BOUND = 200_000


@dataclass(frozen=True)
class Broken:
    """A law that broke, and the world in which it did: its trace is the counterexample."""

    law: str
    world: World


@dataclass
class Exploration:
    """What an exploration found.

    stopped     Was the bound hit? Then nothing is proved.
    cut         Did a run that would have gone on, and had not come back to where it was, end at the scenario's limit?
                Then what holds is known up to that time only, and what must come about some time not at all.
    held        the laws that were checked: those whose assumptions the budget keeps.
    seconds     how long it took.
    """

    budget: Budget = field(default_factory=Budget)
    states: int = 0
    ends: int = 0
    stopped: bool = False
    cut: bool = False
    broken: list[Broken] = field(default_factory=list)
    held: tuple[str, ...] = ()
    reached: set[str] = field(default_factory=set)
    unreached: set[str] = field(default_factory=set)
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Was everything seen that can be?"""
        return not (self.stopped or self.cut)

    @property
    def verdict(self) -> str:
        """ "broken", "unknown" (the bound was hit, or runs were cut off at the limit) or "sound"."""
        if self.broken:
            return "broken"
        return "sound" if self.complete else "unknown"

    def verdict_of(self, law: str) -> str:
        """The verdict on one law: also "not tried" (it assumes more than the budget keeps) and, of what some run must
        reach, "reached" or "not reached"."""
        if law in self.reached:
            return "reached"
        if law not in self.held:
            return "not tried"
        if any(broken.law == law for broken in self.broken):
            return "broken"
        if not self.complete or self.broken:
            return "unknown"
        return "not reached" if law in self.unreached else "sound"


class _SearchSeat(Player):
    """Every question waits for the explorer."""

    def answer(self, asked: Asked) -> Value | Pending:
        return PASS if asked.choice.standing else super().answer(asked)


_Chain: TypeAlias = "tuple[bytes, frozenset[str], _Chain | None]"


@dataclass
class _Branch:
    """A world under exploration, with what the laws see of it and remember."""

    world: World
    evidences: list[Evidence]
    watched: int
    crashes: int
    chain: _Chain | None = None
    """The states that led here, the last one first, each with the `eventually` laws that held in it."""
    shares: bool = False
    """Are the memories those of another branch, too?"""

    def fork(self) -> _Branch:
        world = self.world.fork()
        seen = [Evidence(world.facts, evidence.memory) for evidence in self.evidences]
        return _Branch(world, seen, self.watched, self.crashes, self.chain, True)


def laws_of(scenario: Scenario) -> list[BoundLaw]:
    """The scenario's own laws, and every law of its protocols that has no places. Laws of a moment ("at 5 s …") are
    left out: the explorer's states know no absolute time."""
    laws = [law for law in scenario.win if all(kind != "duration" for _, kind in law.law.places)]
    known = {law.text for law in laws}
    for protocol in scenario.protocols.values():
        for law in protocol.laws:
            if not law.places and law.name not in known:
                laws.append(law.bind())
                known.add(law.name)
    return laws


def explore(
    scenario: Scenario,
    *,
    budget: Budget | None = None,
    bound: int = DEFAULT_BOUND,
    laws: Sequence[BoundLaw] | None = None,
    stop_at_first: bool = True,
    shortest: bool = False,
    plain: bool = False,
    progress: Progress | None = None,
) -> Exploration:
    """Walk every future of the scenario: the player's choices and those of chance over all candidates, everything else
    by its seat; packets, crashes and returns within the budget (by default one of each misfortune that its network can
    do). A book that throws dice throws those of the scenario's seed.

    An `always` law is checked after every event, an `eventually` law where a run ends (nothing left to happen, or the
    limit) and where it goes round for ever, each only if the budget, and the network's hand where the player has it,
    keep what it assumes. A state space that comes back to itself is complete, though its runs never end; one that does
    not before the limit is not. At most `bound` states are visited: the deepest first; with `shortest` the nearest
    first, so that the first breach is one of the fewest events and answers (more memory).
    Raises ValueError, in words, for an inspector's level.
    `plain`: whatever rooms declare as normal (`Protocol.normal`), states are told apart as they are.
    """
    if scenario.inspector is not None:
        raise ValueError("an inspector's level has no states to walk: every blow is tried apart")
    began = perf_counter()
    explorer = _Explorer(scenario, Budget.of(scenario) if budget is None else budget, laws, plain)
    explorer.walk(bound, stop_at_first, shortest, progress)
    explorer.result.seconds = perf_counter() - began
    return explorer.result


class _Explorer:
    """One exploration."""

    def __init__(self, scenario: Scenario, budget: Budget, laws: Sequence[BoundLaw] | None, plain: bool) -> None:
        checked = laws_of(scenario) if laws is None else list(laws)
        hand = scenario.hand
        worst = budget if hand is None else budget.with_hand(hand)
        self._laws = [law for law in checked if all(worst.allows(assumed) for assumed in law.law.assumes)]
        self._watchers = [(place, law) for place, law in enumerate(self._laws) if law.law.watch is not None]
        self._wanted = frozenset(law.text for law in self._laws if law.law.kind is LawKind.EVENTUALLY)
        self._chance = {choice.name for room in scenario.protocols.values() for choice in room.choices if choice.chance}
        self._budget = budget
        self._back = budget.back if isinstance(budget.back, int) else None
        self._returns = budget.back == ANYTIME
        self._keys = StateKeys(None if plain else _normal_of(scenario), orderless=scenario.hand is None)
        self.result = Exploration(
            budget,
            held=tuple(law.text for law in self._laws),
            unreached={law.text for law in self._laws if law.law.kind is LawKind.SOMETIMES},
        )
        self._start = World(within(scenario, budget), _SearchSeat(), intervals=False)

    def walk(self, bound: int, stop_at_first: bool, shortest: bool, progress: Progress | None) -> None:
        """Visit states until there are no more, a law breaks, or the bound is hit."""
        result = self.result
        seen: set[bytes] = set()
        evidences = [self._start.evidence() for _ in self._laws]
        waiting = deque([_Branch(self._start, evidences, 0, self._budget.crashes)])
        while waiting:
            branch = waiting.popleft() if shortest else waiting.pop()
            if len(seen) >= bound:
                result.stopped = True
                break
            held = self._holds_for_ever(branch.world)
            for successor in self._successors(branch):
                fine = self._check(successor)
                result.cut |= successor.world.over and not held
                if fine:
                    key = self._key(successor)
                    if key in seen:
                        fine = self._check_circle(successor, key)
                    else:
                        seen.add(key)
                        result.states = len(seen)
                        successor.chain = (key, self._reached_in(successor), branch.chain)
                        if progress is not None and len(seen) % 256 == 0:
                            progress(len(seen), len(waiting))
                        ended = self._ended(successor.world)
                        if not ended:
                            waiting.append(successor)
                        if ended or self._holds_for_ever(successor.world):
                            result.ends += 1
                            fine = self._check_end(successor)
                if not fine and stop_at_first:
                    return

    def _key(self, branch: _Branch) -> bytes:
        state = self._keys.of(branch.world)
        return blake2b(
            state + packed([branch.crashes, *(evidence.memory for evidence in branch.evidences)]), digest_size=16
        ).digest()

    # What can follow

    def _ended(self, world: World) -> bool:
        return world.over or (self._rests(world) and not (world.hand is not None and world.hand.held))

    def _holds_for_ever(self, world: World) -> bool:
        """Is nothing left to happen unless the network's hand lets go of what it may keep?"""
        return world.hand is not None and bool(world.hand.held) and self._rests(world)

    def _rests(self, world: World) -> bool:
        return world.idle and not (self._returns and self._down(world))

    def _down(self, world: World) -> list[str]:
        """The nodes that have crashed and are to come back."""
        return [node.name for node in world.nodes.nodes if not node.up and node.machine is not None]

    def _successors(self, branch: _Branch) -> Iterator[_Branch]:
        """Every world one decision, one event, one crash or one return further. Each is to be checked before the next
        is asked for: the last one is the branch itself, gone on."""
        acts = self._acts(branch.world)
        for act in acts if branch.crashes else acts[:-1]:
            yield from self._struck(branch, act)
        if acts and not branch.crashes:
            acts[-1](branch.world)
            yield branch

    def _acts(self, world: World) -> list[Callable[[World], object]]:
        """What can happen next, one or the other."""
        if world.questions:
            question = world.questions[0]
            return [
                partial(_answer, number=question.number, value=value)
                for value in question.asked.candidates
                if question.asked.choice.domain.problem(question.asked, value) is None
            ]
        acts: list[Callable[[World], object]] = [
            partial(World.move, name=name, choice_name=choice, value=value) for name, choice, value in moves(world)
        ]
        if self._returns:
            down = self._down(world)
            acts += [partial(World.restart, name=name) for name in down]
            if down and world.idle:
                return acts  # nothing happens until one of them comes back, and back they come
        following = world.simultaneous()
        if len(following) == 1:
            return [*acts, World.step]
        return acts + [partial(_step, number=number, place=place) for place, number in enumerate(following)]

    def _struck(self, branch: _Branch, act: Callable[[World], object]) -> Iterator[_Branch]:
        """What an act leads to; and, while there are crashes left, with each node that does something in it crashing
        before it (it has not happened then, and may happen to the dead node), or after each of its effects."""
        plain = branch.fork()
        act(plain.world)
        yield plain
        if not branch.crashes:
            return
        before, after = branch.world.nodes.nodes, plain.world.nodes.nodes
        for was, now in zip(before, after, strict=True):
            if was is now or not (was.up or now.up):
                continue
            for left in range(now.effects - was.effects + 1):
                successor = branch.fork()
                successor.crashes -= 1
                if left or not was.up:
                    successor.world.strike(now.name, left, self._back)
                    act(successor.world)
                else:
                    successor.world.crash(now.name, self._back)
                yield successor

    # Laws

    def _check(self, branch: _Branch) -> bool:
        """Fold the new entries into the laws' memories; False if an `always` law is broken now."""
        evidences = branch.evidences
        if self._watchers:
            if branch.shares:
                branch.shares = False
                for place, _ in self._watchers:
                    evidences[place].memory = clone(evidences[place].memory)
            for entry in branch.world.trace.since(branch.watched):
                for place, law in self._watchers:
                    law.watch(evidences[place], entry)
            branch.watched = len(branch.world.trace)
        result = self.result
        for law, evidence in zip(self._laws, evidences, strict=True):
            kind = law.law.kind
            if kind is LawKind.ALWAYS and not law.holds(evidence):
                result.broken.append(Broken(law.text, branch.world))
                return False
            if kind is LawKind.SOMETIMES and law.text not in result.reached and law.holds(evidence):
                result.reached.add(law.text)
                result.unreached.discard(law.text)
        return True

    def _check_end(self, branch: _Branch) -> bool:
        missing = sorted(self._wanted - self._reached_in(branch))
        self.result.broken += [Broken(text, branch.world) for text in missing]
        return not missing

    def _reached_in(self, branch: _Branch) -> frozenset[str]:
        """The `eventually` laws that hold now."""
        if not self._wanted:
            return frozenset()
        return frozenset(
            law.text
            for law, evidence in zip(self._laws, branch.evidences, strict=True)
            if law.text in self._wanted and law.holds(evidence)
        )

    def _check_circle(self, branch: _Branch, key: bytes) -> bool:
        """False if the branch has come back to a state that led to it and an `eventually` law held nowhere on the way:
        it can go on like this for ever. Not said where chance is asked on the way, as it would have to answer alike for
        ever, nor while a node is down that will come back some time."""
        wanted = set(self._wanted)
        if not wanted or self._asks_chance(branch.world) or (self._returns and self._down(branch.world)):
            return True
        chain = branch.chain
        while chain is not None and wanted:
            wanted -= chain[1]
            if chain[0] == key:
                self.result.broken += [Broken(text, branch.world) for text in sorted(wanted)]
                return not wanted
            chain = chain[2]
        return True

    def _asks_chance(self, world: World) -> bool:
        return any(answered.choice in self._chance for answered in world.answers)


def _normal_of(scenario: Scenario) -> Normal | None:
    """What the scenario's rooms do to a state, one after the other."""
    rooms = scenario.protocols.values()
    normals = [room.normal for room in rooms if room.normal is not None]
    if not normals:
        return None
    on_streams = sum(room.service == "stream" for room in rooms)

    def normal(state: State) -> None:
        nameless = 0
        for one in normals:
            state.nameless = False
            one(state)
            nameless += state.nameless
        state.nameless = 0 < on_streams <= nameless  # a name may stand in any of them

    return normal


def within(scenario: Scenario, budget: Budget) -> Scenario:
    """The scenario as it is explored: without goals, its network and all that chance decides in the explorer's seat."""
    hand = scenario.hand
    if hand is not None and hand.takes is None:
        hand = replace(hand, takes=MOST_TAKES)
    return replace(scenario, win=(), lose=(), par=(), network=budget.network(scenario), hand=hand, decided=True,
                   sides=(), bets=(), claim=None)  # fmt: skip


def _step(world: World, number: int, place: int) -> None:
    """Run the event of this number, at this place of those that are next."""
    world.prefer(number, place)
    world.step()


def _answer(world: World, number: int, value: Value) -> None:
    """Answer the open question of this number, if it is open still."""
    for question in world.questions:
        if question.number == number:
            world.answer(value, question)
            return


def moves(world: World) -> list[tuple[str, str, Value]]:
    """Every standing offer that the player could take up now: (node, choice, value)."""
    nodes = [seat.node for seat in world.scenario.player]
    return [
        (node, asked.choice.name, value)
        for node in (nodes if world.hand is None else [*nodes, NETWORK])
        for asked in world.offers(node)
        for value in asked.candidates
        if value is not PASS and asked.choice.domain.problem(asked, value) is None
    ]
