"""The inspector: whoever sits in this chair looks at a free run of several suspects, strikes blows, and settles who is
sound.

`hit` runs the world anew from zero with one blow and says what came of it; `sign` clears a suspect; `accuse` names a
node and the entry of its log that proves that nobody by the book sits there. All are moves that nobody asks for,
recorded as such at the node "inspector"; nothing here knows of any protocol. What a sound suspect promises are laws of
the level; who is unsound follows from the seats.

A suspect is refuted by the first blow that breaks its promise. The run is won when all are settled rightly, and lost by
a false signature, a false accusation, or when the blows are used up while one stands that only a blow could refute. The
free run itself goes to the scenario's limit; before that the clock stands as long as a person sits here, which is the
session's business (`World.free_run_is_over`).

Evidence against a node: an entry of an event in which its answer was wrong or costly where the book's would not have
been (core.kernel.choice.judge).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from core.kernel import trace as kinds
from core.kernel.choice import PASS, Answer, Asked, Choice, Kind, Value, Verdict
from core.kernel.course import Course
from core.kernel.desk import Desk
from core.kernel.domains import Duration, Fields, Number, OneOf
from core.kernel.goals import Goals
from core.kernel.language import later, written
from core.kernel.laws import PART, BoundLaw, Evidence, Law, LawKind, Measure
from core.kernel.node import Node, Outcome
from core.kernel.scenario import (
    ClockJump,
    Crash,
    Cut,
    Forge,
    Happening,
    Lose,
    LoseMessage,
    NodeSpec,
    Request,
    Scenario,
    Strike,
    Wave,
)
from core.kernel.seats import Pending, Seat
from core.kernel.suspects import ACCUSE, HIT, INSPECTOR, JOIN, KILL, LOSS, SIGN, SKEW, Blow, Inspector, Suspect
from core.kernel.trace import Entry, Trace

REFUTED, ACCUSED, SIGNED = later("refuted"), later("accused"), later("signed")
MOST_EVENTS = 200_000
"""A run with a blow that has not ended after so many events keeps no promise."""
ROUNDS = 64
"""So often the moves are put to a seat that answers at once, when the free run has ended."""
ENTRIES_EACH = 6
"""Entries of a node that are candidates for an accusation: spaced evenly, as any may be named."""

_REPEATABLE = "Tanenbaum & van Steen 2e §1.2.4"
_FAILURES = "Cristian 1991, Understanding Fault-Tolerant Distributed Systems"


# Running apart


def struck(scenario: Scenario, suspect: Suspect, blow: Blow | None = None) -> Scenario:
    """What is run from zero: the suspect's own world (where all are in one: the whole), with one blow or none, and the
    promise as what is wanted."""
    inspector = scenario.inspector
    assert inspector is not None
    among = frozenset(suspect.nodes if inspector.apart else (node.name for node in scenario.nodes))
    nodes = tuple(node for node in scenario.nodes if node.name in among)
    happenings = tuple(one for one in scenario.happenings if _ends(one) <= among)
    seats = {name: persona for name, persona in scenario.seats.items() if name in among}
    links = {pair: link for pair, link in scenario.links.items() if among.issuperset(pair)}
    if blow is not None and blow.hammer == JOIN:
        beside = next(node for node in nodes if node.name == blow.node)
        stranger = _stranger(inspector, beside, blow.time, {node.name for node in scenario.nodes})
        nodes = (*nodes, stranger)
        links |= _links_of_stranger(links, beside.name, stranger.name)
        if beside.name in seats:
            seats[stranger.name] = seats[beside.name]
    elif blow is not None:
        happenings = (*happenings, _happening(inspector, blow, sorted(among - {blow.node})))
    places = dict(zip(inspector.suspects[0].nodes, suspect.nodes, strict=True)) if inspector.apart else {}
    return replace(
        scenario, nodes=nodes, links=links, seats=seats, happenings=happenings,
        win=tuple(_of_places(law, places) for law in inspector.promise),
        lose=tuple(_of_places(law, places) for law in scenario.lose), par=(), spreads=(), swaps=(), sides=(),
        inspector=None,
    )  # fmt: skip


def _of_places(bound: BoundLaw, places: Mapping[str, str]) -> BoundLaw:
    """The law of this suspect: who is named in it stands for whoever has that place."""
    named = {place for place, kind in bound.law.places if kind == "node"}
    if not any(bound.arguments[place] in places for place in named):
        return bound
    return bound.law.bind(**{
        place: places.get(value, value) if place in named else value for place, value in bound.arguments.items()
    })  # fmt: skip


def _stranger(inspector: Inspector, beside: NodeSpec, at: int, taken: set[str]) -> NodeSpec:
    """Somebody as the node beside which they come, but for what the level says."""
    stem = beside.name.rstrip("0123456789")
    number = 1 + sum(1 for name in taken if name.startswith(stem))
    while f"{stem}{number}" in taken:
        number += 1
    parameters = {**beside.parameters, **inspector.newcomer}
    return replace(beside, name=f"{stem}{number}", parameters=parameters, starts=at, unannounced=True)


def _links_of_stranger(links: Mapping[tuple[str, str], Any], beside: str, stranger: str) -> dict[tuple[str, str], Any]:
    """Links as those of the node beside which the stranger comes."""
    new = {_instead(pair, beside, stranger): link for pair, link in links.items() if beside in pair}
    return {pair: link for pair, link in new.items() if pair[0] != pair[1]}


def _instead(pair: tuple[str, str], was: str, now: str) -> tuple[str, str]:
    """The pair with one name for another."""
    return (now if pair[0] == was else pair[0], now if pair[1] == was else pair[1])


def _happening(inspector: Inspector, blow: Blow, others: Sequence[str]) -> Happening:
    if blow.hammer == KILL:
        return Crash(blow.time, blow.node)
    if blow.hammer == SKEW:
        return ClockJump(blow.time, blow.node, inspector.skew)
    assert blow.hammer == LOSS
    return Cut(blow.time, tuple((blow.node, other) for other in others), inspector.loss)


def _ends(happening: Happening) -> frozenset[str]:
    """The nodes that something happens to."""
    if isinstance(happening, Crash | Strike | ClockJump | Request):
        return frozenset({happening.node})
    if isinstance(happening, Cut):
        return frozenset(name for pair in happening.pairs for name in pair)
    if isinstance(happening, Wave):
        return frozenset({happening.node} if happening.node else (name for pair in happening.pairs for name in pair))
    assert isinstance(happening, Lose | LoseMessage | Forge)
    return frozenset({happening.source, happening.destination})


class Row(Protocol):
    """A world, as far as it is used here: core.kernel.world knows this file, and this one not that."""

    @property
    def nodes(self) -> Mapping[str, Node]: ...
    @property
    def trace(self) -> Trace: ...
    @property
    def count(self) -> int: ...
    @property
    def rolled(self) -> bool: ...
    @property
    def outcome(self) -> Outcome | None: ...
    def run(self, until: int | None = None, limit: int = ...) -> int:
        """Run events."""


class Effect(NamedTuple):
    """What came of a blow: did the promise break, and which, in words."""

    ruined: bool
    reason: str


@dataclass(frozen=True)
class Struck:
    """A blow that was struck: on whom, and what came of it. `own`: by the engine, to show what a signature is worth."""

    suspect: str
    blow: Blow
    ruined: bool
    reason: str
    own: bool = False


class Trials:
    """Blows and what comes of them; who is unsound, and what betrays it. Each is run once."""

    __slots__ = ("_digest", "_inspector", "_make", "_scenario")

    def __init__(self, scenario: Scenario, make: Callable[[Scenario], Row]) -> None:
        assert scenario.inspector is not None
        self._scenario, self._inspector, self._make = scenario, scenario.inspector, make
        self._digest = ""

    def _key(self, *about: Hashable) -> tuple[Hashable, ...]:
        """Under which that is remembered: the same level, with the same done to it."""
        self._digest = self._digest or self._scenario.digest()
        return (self._digest, self._scenario.happenings, *about)

    def _known(self, key: tuple[Hashable, ...]) -> Any:
        """What was found, if no die was thrown for it or the seed is the same; None if nothing was."""
        memo = self._inspector.memo
        return memo.get(key) or memo.get((*key, self._scenario.seed))

    def _remember(self, key: tuple[Hashable, ...], found: Any, world: Row) -> None:
        self._inspector.memo[(*key, self._scenario.seed) if world.rolled else key] = found

    def unsound(self, suspect: Suspect) -> bool:
        """Does somebody sit there who does not play by the book?"""
        return any(name in self._scenario.seats for name in suspect.nodes)

    def effect(self, suspect: Suspect, blow: Blow | None) -> Effect:
        """What comes of a blow; without one, of the free run."""
        among = suspect.nodes if self._inspector.apart else tuple(node.name for node in self._scenario.nodes)
        key = self._key(suspect.name, tuple(self._scenario.seats.get(node) for node in among), blow)
        known: Effect | None = self._known(key)
        if known is not None:
            return known
        world = self._make(struck(self._scenario, suspect, blow))
        world.run(limit=MOST_EVENTS)
        end = world.outcome
        effect = Effect(True, later("it does not end")) if end is None else Effect(not end.won, end.reason)
        self._remember(key, effect, world)
        return effect

    def blows(self, suspect: Suspect, hammers: Sequence[str] = ()) -> Iterator[Blow]:
        """Every blow that may be struck on this suspect; only with these hammers, if some are named."""
        for hammer in hammers or self._inspector.hammers:
            for node in suspect.nodes:
                for time in self._inspector.times:
                    yield Blow(hammer, node, time)

    def refuting(self, suspect: Suspect, hammers: Sequence[str] = ()) -> Blow | None:
        """The first blow that breaks this suspect's promise; None if there is none."""
        return next((blow for blow in self.blows(suspect, hammers) if self.effect(suspect, blow).ruined), None)

    def evidence(self) -> Mapping[str, frozenset[int]]:
        """Of every node the numbers of the entries in its log (from 1) that prove it does not play by the book."""
        key = self._key("evidence", tuple(self._scenario.seats.items()))
        known: Mapping[str, frozenset[int]] | None = self._known(key)
        if known is not None:
            return known
        world = self._make(self._scenario)
        guilty: dict[str, set[int]] = {}
        for node in world.nodes.values():
            if node.name in self._scenario.seats:
                node.seat = _Watched(node.seat, guilty.setdefault(node.name, set()), world)
        world.run(limit=MOST_EVENTS)
        found = {
            name: frozenset(
                place for place, entry in enumerate(entries_of(world.trace, name), 1) if entry.event in events
            )
            for name, events in guilty.items()
        }
        self._remember(key, found, world)
        return found


class _Watched:
    """A seat whose wrong and costly answers are noted, by their events."""

    waits = False

    def __init__(self, seat: Seat, events: set[int], world: Row) -> None:
        self._seat, self._events, self._world = seat, events, world

    def answer(self, asked: Asked) -> Value | Pending:
        value = self._seat.answer(asked)
        choice = asked.choice
        if choice.chance or asked.book_draws or value == asked.book:
            return value
        if value is PASS or choice.answers[choice.judge(asked, value)].kind in (Kind.WRONG, Kind.COSTLY):
            self._events.add(self._world.count)
        return value


def entries_of(trace: Trace, node: str) -> Iterator[Entry]:
    """The log of one node: the entry numbered n is the n-th of these, from 1."""
    return (entry for entry in trace if entry.node == node)


# Moves


class _Instant(Duration):
    """A time at which a blow may fall."""

    def problem(self, asked: Asked, value: Value) -> str | None:
        problem = super().problem(asked, value)
        if problem is None and value not in asked.times:
            problem = f"a blow falls at a multiple of {self.show(asked.times[0])}"
        return problem

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        times: Sequence[Value] = asked.times
        return times


def _nodes(asked: Asked) -> Sequence[Value]:
    nodes: Sequence[Value] = asked.nodes
    return nodes


def _candidates(asked: Asked) -> Sequence[Value]:
    options: Sequence[Value] = asked.options
    return options


def _hammers(asked: Asked) -> Sequence[Value]:
    hammers: Sequence[Value] = asked.hammers
    return hammers


def _act(name: str, key: str, question: str, answers: Mapping[str, Answer], source: str, domain: Any) -> Choice:
    """One of the inspector's moves. The book makes none of them: what it would do is found by trying."""
    return Choice(
        name=f"{INSPECTOR}.{name}",
        question=question,
        domain=domain,
        book=lambda asked: PASS,
        answers=answers,
        judge=lambda asked, value: asked.tried(value),
        candidates=_candidates,
        cases=("the inspector's chair",),
        source=source,
        inaction=PASS,
        standing=True,
        key=key,
    )


HIT_MOVE = _act(
    HIT, "H", "Which blow, at whom, when?",
    {
        "ruined": Answer(Kind.FINE, "Ruined: what was promised breaks."),
        "stands": Answer(Kind.FINE, "It stands: what was promised holds."),
    },
    _FAILURES,
    Fields((
        ("hammer", OneOf(_hammers)),
        ("node", OneOf(_nodes)),
        ("time", _Instant(lambda asked: asked.times[0], lambda asked: asked.times[-1])),
    )),
)  # fmt: skip
ACCUSE_MOVE = _act(
    ACCUSE, "a", "Whom do you accuse, and by which entry of its log?",
    {
        "proven": Answer(Kind.BOOK, "Proven: nobody by the book does that there."),
        "innocent": Answer(Kind.WRONG, "That proves nothing: whoever plays by the book does the same there."),
    },
    _REPEATABLE,
    Fields((("node", OneOf(_nodes)), ("entry", Number(1, lambda asked: asked.longest)))),
)  # fmt: skip
SIGN_MOVE = _act(
    SIGN, "s", "Whom do you sign for?",
    {
        "sound": Answer(Kind.BOOK, "Signed: no single blow ruins it."),
        "false": Answer(Kind.WRONG, "A false signature: {answer} does not keep what it promises."),
    },
    _REPEATABLE,
    OneOf(_candidates),
)  # fmt: skip
MOVES = (HIT_MOVE, ACCUSE_MOVE, SIGN_MOVE)
MOVE_BY_NAME = {choice.name: choice for choice in MOVES}


def moves_of(inspector: Inspector) -> list[Choice]:
    """The moves that this inspector may make at all."""
    return [choice for choice in MOVES if choice.name.partition(".")[2] in inspector.acts]


# Measures


def _struck_with(hammer: str) -> Callable[[Evidence, str], int]:
    def count(evidence: Evidence, node: str) -> int:
        moves = (entry for entry in evidence.trace if entry.kind == kinds.MOVE and entry.node == INSPECTOR)
        return sum(1 for entry in moves if entry.detail[0] == HIT_MOVE.name and hammer in ("", entry.detail[1][0]))

    return count


MEASURES = (
    Measure("hits", "blows that were struck", _struck_with(""), known=PART),
    Measure("killed", "nodes that were killed", _struck_with(KILL), known=PART),
)


def _settled_law(name: str) -> BoundLaw:
    return Law(name, LawKind.EVENTUALLY, lambda evidence: False).bind()


class Inspection:
    """An inspection under way: what was struck, who is settled, what may still be done."""

    __slots__ = (
        "_after",
        "_asked",
        "_course",
        "_desk",
        "_ended",
        "_goals",
        "_inspector",
        "_trials",
        "left",
        "settled",
        "struck",
    )

    def __init__(self, trials: Trials, inspector: Inspector, course: Course, desk: Desk, goals: Goals) -> None:
        self._trials, self._inspector = trials, inspector
        self._course, self._desk, self._goals = course, desk, goals
        self.left = inspector.hits
        """How many blows may still be struck."""
        self.struck: tuple[Struck, ...] = ()
        """Every blow that was struck, in order."""
        self.settled: dict[str, str] = {}
        """Suspect → REFUTED, ACCUSED or SIGNED."""
        self._asked = 0
        self._after = -1
        self._ended = False
        goals.judge = self._judge
        goals.active = True

    def fork(self, course: Course, desk: Desk, goals: Goals) -> Inspection:
        """The same, among the parts of a fork."""
        copy = Inspection(self._trials, self._inspector, course, desk, goals)
        copy.left, copy.struck, copy.settled = self.left, self.struck, self.settled.copy()
        copy._asked, copy._after, copy._ended = self._asked, self._after, self._ended
        return copy

    # How it stands

    @property
    def open(self) -> bool:
        """May anything still be done?"""
        return self._goals.outcome is None and not self._ended

    def goals(self) -> list[tuple[BoundLaw, bool]]:
        """What is still to be done, in the place of laws of win."""
        signs = SIGN in self._inspector.acts
        found = []
        if HIT in self._inspector.acts and self._inspector.apart:
            found.append(later("every unsound one is refuted"))
        if ACCUSE in self._inspector.acts:
            found.append(later("who does not play by the book is accused"))
        if signs:
            found.append(later("only the sound are signed"))
        over = self._goals.outcome
        return [(_settled_law(name), over is not None and over.won) for name in found]

    def _standing(self) -> list[Suspect]:
        return [one for one in self._inspector.suspects if one.name not in self.settled]

    def _judge(self, outcome: Outcome | None, now: int) -> Outcome | None:
        """The free run decides nothing; its end without anybody in this chair is lost."""
        if not self._ended:
            return None
        names = ", ".join(one.name for one in self._standing())
        return Outcome(False, written("nobody has settled {names}", names=names), now)

    def _decide(self) -> None:
        """Is everybody settled, or can somebody be no more?"""
        goals, now = self._goals, self._course.now
        if goals.outcome is not None:
            return
        inspector, unsound = self._inspector, self._trials.unsound
        standing = self._standing()
        wanted = [one for one in standing if unsound(one) or SIGN in inspector.acts]
        if not wanted:
            goals.outcome = Outcome(True, later("everybody is settled rightly"), now)
            return
        by_blow_only = HIT in inspector.acts and ACCUSE not in inspector.acts
        if by_blow_only and self.left == 0 and (left := [one for one in standing if unsound(one)]):
            self._swing(left[0])
            names = ", ".join(one.name for one in left)
            text = (
                later("no blow is left, and {names} stands unrefuted")
                if len(left) == 1
                else later("no blow is left, and {names} stand unrefuted")
            )
            goals.outcome = Outcome(False, written(text, names=names), now)

    def _swing(self, suspect: Suspect) -> Blow | None:
        """The engine strikes the blow that refutes a suspect."""
        blow = self._trials.refuting(suspect)
        if blow is not None:
            effect = self._trials.effect(suspect, blow)
            self.struck = (*self.struck, Struck(suspect.name, blow, effect.ruined, effect.reason, own=True))
        return blow

    # What may be done

    def offers(self) -> list[Asked]:
        """The moves that can be made now."""
        return [asked for choice in MOVES if (asked := self._offer(choice)) is not None] if self.open else []

    def _offer(self, choice: Choice) -> Asked | None:
        act = choice.name.partition(".")[2]
        standing = self._standing()
        if act not in self._inspector.acts or not standing or (act == HIT and not self.left):
            return None
        subject: dict[str, Any] = {"nodes": tuple(name for one in standing for name in one.nodes)}
        if act == HIT:
            times = self._inspector.times
            subject |= {"hammers": self._inspector.hammers, "times": times, "left": self.left, "tried": self._try_hit}
            subject["options"] = tuple(tuple(blow) for one in standing for blow in self._trials.blows(one))
        elif act == ACCUSE:
            lengths = {name: sum(1 for _ in entries_of(self._course.trace, name)) for name in subject["nodes"]}
            options = [(name, place) for name, length in lengths.items() for place in _spaced(length)]
            if not options:
                return None
            subject |= {"tried": self._try_accuse, "longest": max(lengths.values()), "options": tuple(options)}
        else:
            subject |= {"tried": self._try_sign, "options": tuple(one.name for one in standing)}
        asked = self._desk.asked(INSPECTOR, choice, None, subject, self._course.now)
        asked.fixed = (self._course.count, INSPECTOR, choice.name, b"", self._asked)
        return asked

    def _suspect_of(self, node: str) -> Suspect:
        suspect = self._inspector.suspect_of(node)
        assert suspect is not None
        return suspect

    def _try_hit(self, value: Value) -> str:
        return "ruined" if self._trials.effect(self._suspect_of(value[1]), Blow(*value)).ruined else "stands"

    def _try_accuse(self, value: Value) -> str:
        return "proven" if value[1] in self._trials.evidence().get(value[0], frozenset()) else "innocent"

    def _try_sign(self, value: Value) -> str:
        return "false" if self._trials.unsound(self._inspector.named(value)) else "sound"

    # Moves

    def move(self, name: str, value: Value) -> Verdict:
        """Make a move now; the verdict. Raises LookupError if it cannot be made now, ValueError in words if the value
        is not in its domain."""
        asked = self._desk.taken(self.offers(), name, value)
        verdict = self._desk.record(asked, value, "move", ())
        self._course.count += 1
        self._course.note(INSPECTOR, kinds.MOVE, (name, value))
        {HIT_MOVE.name: self._hit, ACCUSE_MOVE.name: self._accuse, SIGN_MOVE.name: self._sign}[name](value)
        self._decide()
        return verdict

    def _hit(self, value: Value) -> None:
        blow = Blow(*value)
        suspect = self._suspect_of(blow.node)
        effect = self._trials.effect(suspect, blow)
        self.left -= 1
        self.struck = (*self.struck, Struck(suspect.name, blow, effect.ruined, effect.reason))
        if effect.ruined and self._inspector.apart:
            self.settled[suspect.name] = REFUTED

    def _sign(self, value: Value) -> None:
        suspect = self._inspector.named(value)
        self.settled[value] = SIGNED
        if self._trials.unsound(suspect):
            blow = self._swing(suspect) if self._inspector.apart else None
            text = (
                later("a false signature for {node}: {blow}, and it breaks")
                if blow is not None
                else later("a false signature for {node}: it does not play by the book")
            )
            self._goals.outcome = Outcome(False, written(text, node=value, blow=blow), self._course.now)

    def _accuse(self, value: Value) -> None:
        node, entry = value
        if self._try_accuse(value) == "proven":
            self.settled[self._suspect_of(node).name] = ACCUSED
        else:
            words = written("a false accusation: entry {entry} of {node} proves nothing", entry=entry, node=node)
            self._goals.outcome = Outcome(False, words, self._course.now)

    def settle(self) -> None:
        """The free run is over: a seat that answers at once does what it will."""
        for _ in range(ROUNDS):
            for _ in self.round() if self.open else ():
                pass

    def end(self) -> None:
        """The run's time is up."""
        self._ended = True

    # Put to a seat

    @property
    def waits(self) -> bool:
        """Have the moves not been put to a seat since something was done?"""
        return self.open and self._after != self._course.count

    def round(self) -> Generator[Asked, Value, None]:
        """Put every move that can be made now to the player's seat, once each, as `World.offer_round`."""
        desk = self._desk
        self._after = self._course.count
        for choice in MOVES:
            asked = self._offer(choice) if self.open else None
            self._asked += 1
            if asked is None:
                continue
            value: Value | Pending = (yield asked) if desk.player.waits else desk.player.answer(asked)
            if value is not PASS and not isinstance(value, Pending):
                self.move(choice.name, value)


def _spaced(length: int) -> Sequence[int]:
    """Some of the entries from 1 to `length`, evenly spaced, both ends among them."""
    if length <= ENTRIES_EACH:
        return range(1, length + 1)
    return [1 + place * (length - 1) // (ENTRIES_EACH - 1) for place in range(ENTRIES_EACH)]


__all__ = [
    "ACCUSED", "MEASURES", "MOVES", "MOVE_BY_NAME", "REFUTED", "SIGNED", "Effect", "Inspection", "Struck", "Trials",
    "entries_of", "moves_of", "struck",
]  # fmt: skip
