"""The explorer: every answer, every order of simultaneous events, every fate and crash within a budget.

`explore` walks a scenario completely (or says that it could not) and reports which laws broke, with the world that
broke them. `find_win` and `find_loss` look for the shortest list of a player's answers that wins or loses a level.

A state is known by canonical bytes: node states, packets and timers relative to now, open questions, law memories and
budgets; never by absolute time, sequence numbers or trace.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from typing import Any, TypeAlias

from core.kernel import agenda as kernel
from core.kernel.choice import PASS, Asked, Value
from core.kernel.data import canonical, clone
from core.kernel.laws import BoundLaw, Evidence, LawKind
from core.kernel.network import Packet
from core.kernel.scenario import NETWORK, DiceSpec, NetworkSeat, Scenario
from core.kernel.seats import Pending, Player
from core.kernel.world import Answered, World

Progress = Callable[[int, int], None]
"""Called now and then with (states seen, branches waiting)."""

DEFAULT_BOUND = 200_000


@dataclass(frozen=True)
class Budget:
    """What misfortune may do in an exploration: how many packets may be lost, come twice, come late; crashes."""

    lost: int = 0
    twice: int = 0
    late: int = 0
    crashes: int = 0

    @classmethod
    def of(cls, scenario: Scenario) -> Budget:
        """One of each misfortune that the scenario's network can do."""
        network = scenario.network
        if isinstance(network, DiceSpec):
            return cls(int(network.loss > 0), int(network.duplicate > 0), int(network.jitter[1] > 0))
        if isinstance(network, NetworkSeat):
            return cls(*(network.budget.get(word, 0) for word in ("lost", "twice", "late")))
        return cls()

    def allows(self, assumption: str) -> bool:
        """Does this budget keep the assumption of a law? Raises ValueError for one that it does not know."""
        if assumption == "no_loss":
            return self.lost == 0
        if assumption == "no_duplicates":
            return self.twice == 0
        if assumption == "bounded_delay":
            return self.late == 0
        if assumption == "unbounded_delay":
            return self.late > 0
        if assumption == "no_crash":
            return self.crashes == 0
        if assumption.startswith("crashes <= "):
            return self.crashes <= int(assumption.removeprefix("crashes <= "))
        raise ValueError(f"unknown assumption {assumption!r}")


@dataclass(frozen=True)
class Broken:
    """A law that broke, and the world in which it did: its trace is the counterexample."""

    law: str
    world: World


@dataclass
class Exploration:
    """What an exploration found. `complete` is False if the bound was hit: then nothing is proved."""

    states: int = 0
    ends: int = 0
    complete: bool = True
    broken: list[Broken] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    unreached: set[str] = field(default_factory=set)

    @property
    def verdict(self) -> str:
        """ "broken", "unknown" (the bound was hit) or "sound"."""
        if self.broken:
            return "broken"
        return "sound" if self.complete else "unknown"


class _SearchSeat(Player):
    """Every question waits for the explorer."""

    def answer(self, asked: Asked) -> Value | Pending:
        return PASS if asked.choice.standing else super().answer(asked)


_Chain: TypeAlias = "tuple[bytes, frozenset[str], _Chain | None]"


@dataclass
class _Branch:
    """A world under exploration, with the memories of the laws that watch it."""

    world: World
    memories: list[Any]
    watched: int
    crashes: int
    chain: _Chain | None = None
    """The states that led here, the last one first, each with the `eventually` laws that held in it."""

    def fork(self) -> _Branch:
        return _Branch(self.world.fork(), clone(self.memories), self.watched, self.crashes, self.chain)

    def key(self) -> bytes:
        return blake2b(state_key(self.world) + canonical((self.memories, self.crashes)), digest_size=16).digest()


def state_key(world: World) -> bytes:
    """The canonical bytes of all that the future of this world depends on, relative to now."""
    now = world.now
    nodes = []
    for node in world.nodes.values():
        timers = {key: target - node.clock.read(now) for key, (_, target, _) in node.timers.items()}
        clock = () if node.clock.perfect else (node.clock.read(now) - now, node.clock.drift, node.clock.slewing)
        question = node.question
        asking = None
        if question is not None:
            asking = (question.kind, _plain(question.payload), question.given, question.asked.choice.name)
        inbox = [(kind, _plain(payload[:1] if kind == "timer" else payload)) for kind, payload, _ in node.inbox]
        access = (max(0, node.up_free - now), max(0, node.down_free - now))
        strike = node.strike
        nodes.append(
            (node.up, node.machine if node.up else None, node.stored, node.delivered, timers, clock, asking, inbox,
             node.kept, access, strike, [(blow.effect, blow.what, blow.before, left) for blow, left in node.strikes])
        )  # fmt: skip
    under_way = [
        (event[0] - now, event[2], event[3], _plain(event[4]))
        for event in world.agenda
        if event[2] not in (kernel.TIMER, kernel.LIMIT, kernel.DEADLINE, kernel.GRACE)
    ]
    fates = [_plain(question.payload) for question in world.questions if question.node == NETWORK]
    return canonical((nodes, under_way, fates, world.network_key()))


def _plain(payload: tuple[Any, ...]) -> tuple[Any, ...]:
    """A heap payload without the numbers of trace entries."""
    return tuple(
        (item.source, item.destination, item.message, item.ttl, item.flips) if isinstance(item, Packet) else _name(item)
        for item in payload
    )


def _name(item: Any) -> Any:
    return getattr(item, "name", item) if type(item).__name__ == "Choice" else item


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
    progress: Progress | None = None,
) -> Exploration:
    """Walk every future of the scenario: the player's choices and those of chance over all candidates, everything else
    by its seat; packets, crashes within the budget (by default one of each misfortune that its network can do).

    An `always` law is checked after every event, an `eventually` law where a run ends (nothing left to happen, or the
    limit), each only if the budget keeps what it assumes. At most `bound` states are visited: the deepest first; with
    `shortest` the nearest first, so that the first breach is one of the fewest events and answers (more memory).
    """
    budget = Budget.of(scenario) if budget is None else budget
    checked = laws_of(scenario) if laws is None else list(laws)
    held = [law for law in checked if all(budget.allows(assumed) for assumed in law.law.assumes)]
    result = Exploration(unreached={law.text for law in held if law.law.kind is LawKind.SOMETIMES})
    misfortunes = {"lost": budget.lost, "twice": budget.twice, "late": budget.late}
    late = scenario.network.late if isinstance(scenario.network, NetworkSeat) else _late(scenario)
    network = NetworkSeat({word: count for word, count in misfortunes.items() if count}, late)
    seat = _SearchSeat()
    world = World(replace(scenario, win=(), lose=(), network=network if network.budget else None), seat, seat)
    seen: set[bytes] = set()
    waiting = deque([_Branch(world, [None for _ in held], 0, budget.crashes)])
    while waiting:
        branch = waiting.popleft() if shortest else waiting.pop()
        if len(seen) >= bound:
            result.complete = False
            break
        for successor in _successors(branch):
            if not _check(successor, held, result):
                if stop_at_first:
                    result.states = len(seen)
                    return result
                continue
            key = successor.key()
            if key in seen:
                if not _check_circle(successor, key, held, result) and stop_at_first:
                    result.states = len(seen)
                    return result
                continue
            seen.add(key)
            successor.chain = (key, _reached_in(successor, held), branch.chain)
            if progress is not None and len(seen) % 256 == 0:
                progress(len(seen), len(waiting))
            if _ended(successor.world):
                result.ends += 1
                if not _check_end(successor, held, result) and stop_at_first:
                    result.states = len(seen)
                    return result
            else:
                waiting.append(successor)
    result.states = len(seen)
    return result


def _late(scenario: Scenario) -> int:
    if isinstance(scenario.network, DiceSpec) and scenario.network.jitter[1]:
        return scenario.network.jitter[1]
    return 200_000


def _ended(world: World) -> bool:
    return world.over or world.idle


def _successors(branch: _Branch) -> Iterator[_Branch]:
    """Every world one decision or one event further."""
    world = branch.world
    if world.questions:
        question = world.questions[0]
        for value in question.asked.candidates:
            if question.asked.choice.domain.problem(question.asked, value) is not None:
                continue
            successor = branch.fork()
            open_question = next(other for other in successor.world.questions if other.number == question.number)
            successor.world.answer(value, open_question)
            yield successor
        return
    for name, choice, value in _moves(world):
        successor = branch.fork()
        successor.world.move(name, choice, value)
        yield successor
    order = world.simultaneous()
    for seq in order:
        successor = branch.fork()
        if len(order) > 1:
            successor.world.prefer(seq)
        effects = _step(successor)
        yield successor
        if branch.crashes:
            yield from _crashes(branch, seq, len(order) > 1, effects)


def _step(branch: _Branch) -> int:
    """Run one event; how many effects its node applied (0 if a question stopped it)."""
    before = len(branch.world.trace)
    branch.world.step()
    return sum(1 for entry in branch.world.trace.since(before + 1) if entry.kind in ("send", "save", "deliver"))


def _crashes(branch: _Branch, seq: int, choose: bool, effects: int) -> Iterator[_Branch]:
    """The same event, with its node crashing before it, or after each of its effects."""
    event = next(event for event in branch.world.agenda if event[1] == seq)
    node = branch.world.nodes[list(branch.world.nodes)[event[3]]]
    if event[2] not in (kernel.RECEIVE, kernel.TIMER, kernel.START) or (not node.up and event[2] != kernel.START):
        return
    for left in range(effects + 1):
        successor = branch.fork()
        if choose:
            successor.world.prefer(seq)
        successor.crashes -= 1
        if left == 0 and event[2] != kernel.START:
            successor.world.crash(node.name)
        else:
            successor.world.strike(node.name, left)
        successor.world.step()
        yield successor


def _moves(world: World) -> Iterator[tuple[str, str, Value]]:
    """Every standing offer that the player could take up now."""
    for seat in world.scenario.player:
        for asked in world.offers(seat.node):
            for value in asked.candidates:
                if value is not PASS and asked.choice.domain.problem(asked, value) is None:
                    yield seat.node, asked.choice.name, value


def _evidences(branch: _Branch) -> list[Evidence]:
    return [Evidence(branch.world, memory) for memory in branch.memories]


def _check(branch: _Branch, laws: Sequence[BoundLaw], result: Exploration) -> bool:
    """Fold the new entries into the laws' memories; False if an `always` law is broken now."""
    evidences = _evidences(branch)
    for entry in branch.world.trace.since(branch.watched):
        for law, evidence in zip(laws, evidences, strict=True):
            law.watch(evidence, entry)
    branch.watched = len(branch.world.trace)
    branch.memories = [evidence.memory for evidence in evidences]
    for law, evidence in zip(laws, evidences, strict=True):
        kind = law.law.kind
        if kind is LawKind.ALWAYS and not law.holds(evidence):
            result.broken.append(Broken(law.text, branch.world))
            return False
        if kind is LawKind.SOMETIMES and law.text not in result.reached and law.holds(evidence):
            result.reached.add(law.text)
            result.unreached.discard(law.text)
    return True


def _check_end(branch: _Branch, laws: Sequence[BoundLaw], result: Exploration) -> bool:
    for law, evidence in zip(laws, _evidences(branch), strict=True):
        if law.law.kind is LawKind.EVENTUALLY and not law.holds(evidence):
            result.broken.append(Broken(law.text, branch.world))
            return False
    return True


def _reached_in(branch: _Branch, laws: Sequence[BoundLaw]) -> frozenset[str]:
    """The `eventually` laws that hold now."""
    return frozenset(
        law.text
        for law, evidence in zip(laws, _evidences(branch), strict=True)
        if law.law.kind is LawKind.EVENTUALLY and law.holds(evidence)
    )


def _check_circle(branch: _Branch, key: bytes, laws: Sequence[BoundLaw], result: Exploration) -> bool:
    """False if the branch has come back to a state that led to it and an `eventually` law held nowhere on the way: it
    can go on like this for ever. Not said where chance is asked on the way: it would have to answer alike for ever."""
    wanted = {law.text for law in laws if law.law.kind is LawKind.EVENTUALLY}
    if not wanted or _asks_chance(branch.world):
        return True
    chain = branch.chain
    while chain is not None and wanted:
        wanted -= chain[1]
        if chain[0] == key:
            for text in sorted(wanted):
                result.broken.append(Broken(text, branch.world))
            return not wanted
        chain = chain[2]
    return True


def _asks_chance(world: World) -> bool:
    chance = {c.name for p in world.scenario.protocols.values() for c in p.choices if c.chance}
    return any(answered.choice in chance for answered in world.answers)


def find_win(scenario: Scenario, bound: int = 20_000, progress: Progress | None = None) -> list[Answered] | None:
    """The fewest answers of the player that win, chance being what the seed makes it; None if there are none within the
    bound (see `find`)."""
    found = find(scenario, lambda world: world.outcome is not None and world.outcome.won, bound, progress)
    return None if found is None else found.answers


def find_loss(scenario: Scenario, bound: int = 20_000, progress: Progress | None = None) -> list[Answered] | None:
    """The fewest answers of the player that lose; None if there are none within the bound."""
    found = find(scenario, lambda world: world.outcome is not None and not world.outcome.won, bound, progress)
    return None if found is None else found.answers


def find(
    scenario: Scenario, wanted: Callable[[World], bool], bound: int = 20_000, progress: Progress | None = None
) -> World | None:
    """The first world, by number of answers, that is `wanted`, over all candidates of the player's choices (standing
    offers are taken up at the earliest after an event of the player's node); None after `bound` worlds."""
    waiting = deque([World(scenario)])
    seen: set[bytes] = set()
    tried = 0
    while waiting:
        world = waiting.popleft()
        for option in _options(world):
            if tried >= bound:
                return None
            tried += 1
            if progress is not None and tried % 64 == 0:
                progress(tried, len(waiting))
            fork = world.fork()
            option(fork)
            if wanted(fork):
                return fork
            if fork.over:
                continue
            key = blake2b(state_key(fork) + canonical(fork.now), digest_size=16).digest()
            if key not in seen:
                seen.add(key)
                waiting.append(fork)
    return None


def _options(world: World) -> list[Callable[[World], None]]:
    """What the player can do at the next point of decision; passing runs the world to the point after it."""
    while not world.questions and not world.over:
        if list(_moves(world)):
            break
        world.step()
    if world.over:
        return [lambda fork: None]
    if world.questions:
        asked = world.questions[0].asked
        good = [value for value in asked.candidates if asked.choice.domain.problem(asked, value) is None]
        return [partial(_after_answer, value=value) for value in good]
    return [_pass, *(partial(_take_up, name=name, choice=choice, value=value) for name, choice, value in _moves(world))]


def _take_up(world: World, name: str, choice: str, value: Value) -> None:
    world.move(name, choice, value)


def _after_answer(world: World, value: Value) -> None:
    world.answer(value)
    while not world.questions and not world.over and not list(_moves(world)):
        world.step()


def _pass(world: World) -> None:
    """Let time go on until something happens at the player's node."""
    while not world.over and not world.questions:
        before = len(world.trace)
        world.step()
        played = {seat.node for seat in world.scenario.player}
        if any(entry.node in played for entry in world.trace.since(before)) and list(_moves(world)):
            return
