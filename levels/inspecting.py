"""The inspector's seat of a level file, and the players who must lose before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from core.kernel.choice import PASS, Asked, Value
from core.kernel.inspector import HIT_MOVE, SIGN_MOVE, Trials
from core.kernel.laws import BoundLaw
from core.kernel.scenario import NodeSpec, Scenario
from core.kernel.suspects import ACCUSE, ACTS, HAMMERS, HIT, INSPECTOR, JOIN, LOSS, SIGN, SKEW, Inspector, Suspect
from core.kernel.time import parse_duration, show_duration
from core.kernel.world import World
from levels.players import Blind
from levels.reading import Table, kind_of
from levels.values import did_you_mean, parse_names, parse_signed_duration


class Names(Protocol):
    """The nodes of a file, as far as they are used here: levels.compile knows this file, and this one not that."""

    def node_named(self, name: str) -> str:
        """A node that there is. Raises ValueError in words."""

    def read_changes(self, table: Table, node: str) -> tuple[tuple[str, Any], ...]:
        """Parameters of a node that are others."""


def circles_of(values: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The nodes of each suspect in a file's tables, where these are worlds of their own; what is wrong is said when the
    seat is read."""
    seats = values.get("seats")
    seat = seats.get(INSPECTOR) if isinstance(seats, dict) else None
    suspects = seat.get("suspects") if isinstance(seat, dict) else None
    found = []
    for text in suspects.values() if isinstance(suspects, dict) else ():
        with suppress(ValueError):
            found.append(parse_names(text) if isinstance(text, str) else ())
    return found


def read_inspector(compiler: Names, table: Table, personas: dict[str, str]) -> Inspector | None:
    """The seat, but for its promise: that is what the goal names. None if it cannot be read."""
    usual = Inspector((), ())
    apart, suspects = _read_suspects(compiler, table)
    acts = _read_words(table, "acts", ACTS) or ((HIT, SIGN) if apart else (ACCUSE,) if "hits" not in table else
                                                (HIT, ACCUSE))  # fmt: skip
    hits = table.number("hits", 0, 0)
    hammers = _read_words(table, "hammers", HAMMERS)
    every = table.parsed("every", parse_duration, usual.every, 'a duration such as "500ms"')
    until = table.parsed("until", parse_duration, usual.until, 'a duration such as "5s"')
    skew = table.parsed("skew", parse_signed_duration, usual.skew, 'a duration such as "-1s"')
    loss = table.parsed("loss", parse_duration, usual.loss, 'a duration such as "500ms"')
    newcomer = {}
    if "newcomer" in table and suspects:
        newcomer = dict(compiler.read_changes(table.table("newcomer"), suspects[0].nodes[0]))
    table.done()
    if HIT in acts:
        if not hits and ("hits" in table or not table.file.problems):
            table.problem("hits", "an inspector who may strike no blow", "write hits = 9, or acts without hit",
                          key="hits" in table)  # fmt: skip
        if not hammers and not table.file.problems:
            mend = f"some of {', '.join(HAMMERS)}"
            table.problem("hammers", "there is nothing to strike with", mend, key="hammers" in table)
        if every == 0 or until < every:
            found = f"no blow can fall: every {show_duration(every)}, until {show_duration(until)}"
            table.problem("until", found, "at least once", key=True)
    for name, hammer, zero in (("skew", SKEW, not skew), ("loss", LOSS, not loss), ("newcomer", JOIN, False)):
        if name in table and hammer not in hammers:
            table.problem(name, f"{name} without the hammer {hammer}", f'hammers = ["{hammer}"]', key=True)
        elif name in table and zero:
            table.problem(name, f"a {name} of nothing", f'such as {name} = "1s"')
    if not suspects or table.file.problems:
        return None
    _judge_suspects(table, suspects, acts, personas)
    return Inspector(
        suspects, (), hits, hammers, acts, apart, max(1, every), until, skew, loss, newcomer,
    )  # fmt: skip


def _read_words(table: Table, name: str, words: Sequence[str]) -> tuple[str, ...]:
    found = table.texts(name)
    for place, word in enumerate(found):
        if word not in words:
            table.file.problem((*table.at(name), place), f"no {name[:-1]} is called {word!r}",
                               did_you_mean(word, words))  # fmt: skip
        elif word in found[:place]:
            table.file.problem((*table.at(name), place), f"{word} stands there twice", "once")
    return tuple(word for word in dict.fromkeys(found) if word in words)


def _read_suspects(compiler: Names, table: Table) -> tuple[bool, tuple[Suspect, ...]]:
    """Whether each is a world of its own, and who they are."""
    raw = table.raw("suspects")
    mend = 'write { a = "a1..a6", b = "b1..b6" }, each a world of its own; or "p1..p6", all in one'
    if isinstance(raw, str):
        return False, tuple(Suspect(name, (name,)) for name in _names(compiler, table, "suspects", raw))
    if not isinstance(raw, dict) or not raw:
        table.problem("suspects", f"suspects is {kind_of(raw)}" if raw is not None else "whom to inspect?", mend,
                      key="suspects" in table)  # fmt: skip
        return True, ()
    inner = table.table("suspects")
    suspects = []
    for name, text in inner.items():
        if not isinstance(text, str):
            inner.problem(name, f"this suspect is {kind_of(text)}", 'the names of its nodes: "a1..a6"')
            continue
        suspects.append(Suspect(name, _names(compiler, inner, name, text)))
    return True, tuple(one for one in suspects if one.nodes)


def _names(compiler: Names, table: Table, key: str, text: str) -> tuple[str, ...]:
    try:
        return tuple(compiler.node_named(name) for name in parse_names(text))
    except ValueError as error:
        table.problem(key, str(error))
        return ()


def judge_suspects(table: Table, suspects: Sequence[Suspect], nodes: Sequence[NodeSpec]) -> None:
    """Are they alike, so that nothing but what they do tells one from the other?"""
    kinds = {node.name: (node.protocol, node.role) for node in nodes}
    taken: set[str] = set()
    for suspect in suspects:
        if twice := sorted(taken & set(suspect.nodes)):
            table.problem("suspects", f"{twice[0]} belongs to two suspects", "each node to one")
        taken |= set(suspect.nodes)
        if [kinds[name] for name in suspect.nodes] != [kinds[name] for name in suspects[0].nodes]:
            found = f"{suspect.name} runs something else than {suspects[0].name}"
            table.problem("suspects", found, "suspects are alike, for the seed deals who is which")


def _judge_suspects(table: Table, suspects: Sequence[Suspect], acts: Sequence[str], personas: dict[str, str]) -> None:
    """Is there anything to be found out?"""
    unsound = [one for one in suspects if any(name in personas for name in one.nodes)]
    if not unsound:
        table.problem("suspects", "all suspects are sound: nothing is to be found", "give one of them a persona")
    elif SIGN in acts and len(unsound) == len(suspects):
        table.problem("suspects", "no suspect is sound: there is nothing to sign", "leave one of them to the book")


def with_promise(inspector: Inspector, promise: Sequence[BoundLaw], seed: int) -> Inspector:
    """The seat, with what the goal names, at home on this seed."""
    return replace(inspector, promise=tuple(promise), home=seed)


# What `check` asks


def findings(scenario: Scenario) -> list[tuple[str, str]]:
    """(found, mend) for suspects who cannot be settled as they should: unsound, and no blow or entry shows it; sound,
    and a blow ruins them; ruined with no blow at all."""
    inspector = scenario.inspector
    assert inspector is not None
    trials = Trials(scenario, lambda one: World(one, intervals=False))
    found = []
    for suspect in inspector.suspects:
        seats = {name: scenario.seats[name] for name in suspect.nodes if name in scenario.seats}
        who = f"{suspect.name} ({', '.join(sorted(set(seats.values())))})" if seats else suspect.name
        if HIT in inspector.acts and inspector.apart:
            if (free := trials.effect(suspect, None)).ruined:
                found.append((f"{who} is ruined without a blow: {free.reason}", "a goal that a free run reaches"))
                continue
            blow = trials.refuting(suspect)
            proven = ACCUSE in inspector.acts and any(trials.evidence().get(name) for name in suspect.nodes)
            if seats and blow is None and not proven:
                found.append((f"{who} is unsound, and no blow refutes it", "another hammer, more times, or the book"))
            if not seats and blow is not None:
                found.append((f"{who} plays by the book, and {blow} ruins it", "a goal that it keeps; fewer blows"))
        elif seats and not any(trials.evidence().get(name) for name in suspect.nodes):
            found.append((f"{who} does nothing that the book would not do", "another persona, or another run"))
    return found


class Signs(Blind):
    """Strikes no blow, and signs for everybody."""

    def pick(self, asked: Asked) -> Value:
        return asked.candidates[0] if asked.choice.name == SIGN_MOVE.name else PASS


class Guesses(Blind):
    """Strikes no blow, and signs for one, by chance; it knows how many are sound."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def pick(self, asked: Asked) -> Value:
        if asked.choice.name != SIGN_MOVE.name:
            return PASS
        return asked.candidates[self._number % len(asked.candidates)]


class OneHammer(Blind):
    """Knows whom this hammer refutes, and where and when to strike; signs for the others."""

    def __init__(self, scenario: Scenario, hammer: str) -> None:
        super().__init__()
        inspector = scenario.inspector
        assert inspector is not None
        trials = Trials(scenario, lambda one: World(one, intervals=False))
        found = [trials.refuting(suspect, (hammer,)) for suspect in inspector.suspects]
        self._blows = [tuple(blow) for blow in found if blow is not None]

    def pick(self, asked: Asked) -> Value:
        if asked.choice.name == HIT_MOVE.name:
            return self._blows.pop(0) if self._blows else PASS
        return asked.candidates[0] if asked.choice.name == SIGN_MOVE.name and not self._blows else PASS


def players(scenario: Scenario) -> list[tuple[str, Callable[[int], Blind]]]:
    """Who must lose before this inspector's desk, by name; each made for the number of a seed."""
    inspector = scenario.inspector
    assert inspector is not None
    found: list[tuple[str, Callable[[int], Blind]]] = []
    if SIGN in inspector.acts:
        found += [("signing for all", lambda number: Signs()), ("signing for one without a blow", Guesses)]
        if HIT in inspector.acts and inspector.apart and len(inspector.hammers) > 1:
            found += [(f"nothing but {hammer}", _with(scenario, hammer)) for hammer in inspector.hammers]
    return found


def _with(scenario: Scenario, hammer: str) -> Callable[[int], Blind]:
    return lambda number: OneHammer(scenario.reseeded(scenario.seed + number), hammer)


__all__ = ["INSPECTOR", "circles_of", "findings", "judge_suspects", "players", "read_inspector", "with_promise"]
