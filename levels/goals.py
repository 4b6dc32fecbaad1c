"""Goals and pars of a level file: laws by their English names, measures by theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from core.kernel.inspector import MEASURES as INSPECTOR_MEASURES
from core.kernel.laws import COMMON_MEASURES, BoundLaw, Law, LawKind, Measure
from core.kernel.scenario import Par, Side
from core.kernel.time import parse_duration
from levels.compile import Compiler
from levels.reading import Table, kind_of
from levels.records import typed
from levels.schema import PAR_AXES
from levels.values import did_you_mean, parse_over_book

TRIES = "tries"
"""The par that counts how often a level's acts are begun."""
_BROKEN = "broken: "
_STARVES = "starves: "
_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")


def read_laws(compiler: Compiler, table: Table, name: str) -> tuple[BoundLaw, ...]:
    """The laws that a goal names."""
    bound: list[BoundLaw] = []
    for place, text in enumerate(table.texts(name)):
        try:
            bound.append(read_law(compiler, text))
        except ValueError as error:
            if not compiler.incomplete:
                table.file.problem((*table.at(name), place), str(error))
    return tuple(bound)


def read_ends(compiler: Compiler, table: Table) -> tuple[tuple[BoundLaw, str], ...]:
    """What is said of an end, by the law that holds then: laws by their English names, "broken: " in front of always
    laws."""
    found = []
    for name, words in table.items():
        if not isinstance(words, str):
            table.problem(name, f"this is {kind_of(words)}", "a text is wanted")
            continue
        if compiler.incomplete:
            continue
        try:
            found.append((read_law(compiler, name), words.strip()))
        except ValueError as error:
            table.problem(name, str(error), key=True)
    return tuple(found)


def with_laws(twin: Side | None, table: Table, win: Sequence[BoundLaw], spare: Sequence[BoundLaw] = ()) -> Side | None:
    """The second row of a fair trap, with the laws that it must keep: those that are to break in the first, and what it
    is to be spared besides."""
    if twin is None:
        if spare and not table.file.problems:
            table.problem("spare", "there is no second row to spare", "with a twin in [seats] alone", key=True)
        return None
    keeps = tuple(kept for law in win if (kept := _kept(law)) is not None)
    if not keeps and win and not table.file.problems:
        found = "nothing is to break here, so that the second row has nothing to keep"
        table.problem("win", found, 'for a twin: "broken: …", "starves: …", or what some run reaches')
    spared = tuple(_kept(law) or law for law in spare)
    return replace(twin, keeps=(*keeps, *(law for law in spared if law.text not in {kept.text for kept in keeps})))


def _kept(bound: BoundLaw) -> BoundLaw | None:
    """What the second row must keep if this is to come about in the first; None if it is nothing that breaks."""
    law = bound.law
    if isinstance(law, _Against):
        return law.of.bind(**bound.arguments)
    if law.kind is not LawKind.SOMETIMES:
        return None
    return _against(law, f"never: {law.name}", LawKind.ALWAYS).bind(**bound.arguments)


def read_law(compiler: Compiler, text: str) -> BoundLaw:
    """The law that says this, broken or starving, too. Raises ValueError in words."""
    laws = [law for room in compiler.protocols.values() for law in room.laws]
    wanted = text.strip()
    broken, starves = wanted.startswith(_BROKEN), wanted.startswith(_STARVES)
    wanted = wanted.removeprefix(_BROKEN).removeprefix(_STARVES)
    for law in laws:
        bound = law.read(wanted)
        if bound is None:
            continue
        if broken and law.kind is not LawKind.ALWAYS:
            raise ValueError(f"{law.name!r} need not always hold, so it cannot be broken")
        if starves and law.kind is not LawKind.EVENTUALLY:
            raise ValueError(f"{law.name!r} is nothing that must come about some time, so nobody starves of it")
        for place, kind in law.places:
            if kind == "node":
                compiler.node_named(bound.arguments[place])
        if broken or starves:
            return (_broken(law) if broken else _starves(law)).bind(**bound.arguments)
        return bound
    if not laws:
        rooms = ", ".join(compiler.protocols)
        why = f"{rooms} has no laws" if rooms else "no node runs anything"
        raise ValueError(f"no law says {text!r}: {why}")
    shown = [_PLACE.sub(r"<\1>", law.name) for law in laws]
    near = get_close_matches(wanted, shown, n=3, cutoff=0.4) or shown[:12]
    raise ValueError(f"no law says {text!r}: the nearest say {'; '.join(map(repr, near))}")


def read_par(compiler: Compiler, table: Table) -> tuple[Par, ...]:
    """The pars, in the order of the file."""
    own = () if compiler.inspector is None else INSPECTOR_MEASURES
    measures: dict[str, Measure] = {measure.name: measure for measure in (*COMMON_MEASURES, *own)}
    for room in compiler.protocols.values():
        measures.update({measure.name: measure for measure in room.measures})
    pars: list[Par] = []
    for name, value in table.items():
        if name == TRIES:
            continue  # of the level, not of a run
        measure = measures.get(name)
        if measure is None and compiler.incomplete:
            continue
        if measure is None:
            table.problem(name, f"nothing measures {name!r}", did_you_mean(name, list(measures)), key=True)
            continue
        try:
            pars.append(_par(measure, value))
        except ValueError as error:
            table.problem(name, str(error))
    if len(pars) > PAR_AXES:
        table.file.problem(table.path, f"{len(pars)} measures", f"at most {PAR_AXES}: a point in a plane")
    return tuple(pars)


@dataclass(frozen=True, eq=False)
class _Against(Law):
    """A law that another does not hold."""

    of: Law = field(kw_only=True)


def _against(law: Law, name: str, kind: LawKind) -> Law:
    return _Against(name, kind, lambda evidence, **places: not law.holds(evidence, **places), law.watch, of=law)


def _broken(law: Law) -> Law:
    """The law that this always law is broken: it holds from then on that it was once seen broken."""
    return _against(law, _BROKEN + law.name, LawKind.SOMETIMES)


def _starves(law: Law) -> Law:
    """The law that this eventually law is not reached before the run ends."""
    return _against(law, _STARVES + law.name, LawKind.ALWAYS)


def _par(measure: Measure, value: Any) -> Par:
    if isinstance(value, int) and not isinstance(value, bool):
        return Par(measure, value)
    text = typed(value, str, 'a figure or "book + 20%"')
    if measure.unit == "µs" and not text.startswith("book"):
        return Par(measure, parse_duration(text))
    return Par(measure, None, parse_over_book(text))
