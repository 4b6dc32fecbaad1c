"""One run file, executed again in all its attempts, and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.grading.rows import Figure, FirstAnswer, Row, Standing, Try, Wanted
from core.kernel.choice import Kind, Verdict
from core.kernel.scenario import Scenario
from core.kernel.seats import Player
from core.kernel.world import Answered, DivergedError, World
from core.record import (
    EXPLORED,
    FORMAT,
    Compile,
    IdentityError,
    NewerFormatError,
    OtherRulesError,
    Result,
    Run,
    RunFileError,
    Sealed,
    clean,
    contradiction,
    engine_version,
    read,
    result_of,
    scenario_of,
    sealing_of,
)
from core.session import par_of

MOST_EVENTS = 5_000_000
"""Events that all attempts of one run may need: far more than anybody plays, and an end to what has none."""
MOST_ANSWERS = 1_000_000
"""Answers, counted anew in every attempt that keeps them, that one run may have."""
MOST_FORKS = 64
"""Moments of going back that are kept while a run is executed."""
NOT_OWN = frozenset({"autopilot", "kept", "book", "replay", "tape", "explorer"})
BY = {"replay": "book", "kept": "you", "tape": "you", "policy": "script"}
"""Who gave an answer, as a row calls it, where a run file has another word."""


class _ContradictionError(Exception):
    """Something in the file is not so; in words."""


def grade_run(path: Path | str, compile_level: Compile, wanted: Wanted | None = None, data: bytes | None = None) -> Row:
    """Judge the run in a file, or in the `data` of a file of that name which is somewhere else.

    compile_level  a level's text and a seed → its scenario with its pars as figures (levels.graded.compiled_to_grade).
                   Raises ValueError in words.
    wanted         what it should be of; None: anything.
    """
    wanted = wanted or Wanted()
    row = Row(str(path), Standing.UNREADABLE)
    try:
        run = read(path, data)
    except NewerFormatError as error:
        return replace(row, standing=Standing.OTHER_VERSION, why=clean(error.problem, 200))
    except RunFileError as error:
        return replace(row, why=f"line {error.line}: {error.problem}" if error.line else error.problem)
    except OSError as error:
        return replace(row, why=clean(error.strerror or str(error), 200))
    except ValueError as error:  # a name that no file can have
        return replace(row, why=clean(str(error), 200))
    row = _of_header(row, run, wanted)
    try:
        sealing = sealing_of(run)
    except IdentityError as error:
        return replace(row, why=str(error))
    row = replace(row, sealed=sealing.sealed)
    refused = replace(row, standing=Standing.REFUSED)
    nobody_ended = all(attempt.result is None for attempt in run.attempts)
    if sealing.problem and nobody_ended and not run.seals:
        return replace(row, standing=Standing.UNFINISHED, why=sealing.problem)
    if sealing.problem:
        return replace(refused, player="", why=sealing.problem)
    if wanted.signed and sealing.sealed is not Sealed.SIGNED:
        return replace(refused, why="nobody has signed it")
    if run.header.kind == EXPLORED:
        return replace(refused, why="nobody played it: an explorer found it")
    if wanted.level and wanted.level != row.digest:
        return replace(refused, why=f"its level, {clean(row.level)}, is another text than the one that was wanted")
    if sum(attempt.kept + len(attempt.own) for attempt in run.attempts) > MOST_ANSWERS:
        return replace(refused, why=f"all its attempts have more than {MOST_ANSWERS:,} answers")
    return _executed(row, run, compile_level)


def _of_header(row: Row, run: Run, wanted: Wanted) -> Row:
    """What a run says of itself, and how that fits what was wanted."""
    header = run.header
    remarks = []
    if wanted.seed is not None and wanted.seed != header.seed:
        remarks.append(f"played on seed {header.seed}, not on {wanted.seed}, which was given out")
    if wanted.player and not header.player:
        remarks.append("not signed")
    elif wanted.player and wanted.player != header.player:
        remarks.append(f"signed by another key: {header.player}")
    if header.format < FORMAT:
        remarks.append(f"of format {header.format}, which has no seal")
    if header.engine != engine_version():
        remarks.append(f"played by Ackademy {clean(header.engine)}")
    last = run.attempts[-1]
    return replace(
        row, id=run.checksum, level=clean(header.level, 200), digest=wanted.digest_of(header.text), seed=header.seed,
        engine=clean(header.engine), rules=dict(header.rules), player=header.player, remarks=tuple(remarks),
        attempts=len(run.attempts), ended=sum(attempt.result is not None for attempt in run.attempts),
        hints=last.hints, rewinds=last.rewinds, began=clean(header.began),
        handed_over=tuple(dict.fromkeys(f"{one.choice} {clean(one.case)}" for one in run.handed if one.over)),
        thought_ms=run.took,
    )  # fmt: skip


def _executed(row: Row, run: Run, compile_level: Compile) -> Row:
    """The row of a run that is what it says it is, if its answers come to what it claims."""
    header = run.header
    other_engine = header.engine != engine_version()

    def not_so(why: str) -> Row:
        """Something does not fit. Only where the same engine says so is it the file that is wrong."""
        if other_engine:
            return replace(row, standing=Standing.OTHER_VERSION, why=f"{why}; {_with_version(header.engine)}")
        return replace(row, standing=Standing.REFUSED, why=why)

    try:
        scenario = scenario_of(run, compile_level)
    except OtherRulesError as error:
        why = f"{clean(str(error), 200)}; {_with_version(header.engine)}"
        return replace(row, standing=Standing.OTHER_VERSION, why=why)
    except ValueError as error:
        return not_so(clean(str(error), 400))
    if not row.ended:
        why = run.cut_words or "the game was left before its end"
        return replace(row, standing=Standing.UNFINISHED, why=why)
    walk = _Walk(scenario, run)
    try:
        ends = list(walk.ends())
        walk.check_firsts()
    except DivergedError as error:
        return not_so(f"its answers do not fit: {clean(str(error), 200)}")
    except _ContradictionError as error:
        return not_so(str(error))
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:  # an answer of a kind that no game gives
        return not_so(f"its answers cannot be given: {clean(str(error), 200)}")
    best = max(ends, key=lambda end: (end.found.won, end.found.stars))  # of equals the earliest
    pars = par_of(scenario)
    units = {par.measure.name: (par.measure.unit, par.measure.higher) for par in scenario.par}
    figures = {
        name: Figure(value, pars.get(name), *units.get(name, ("", False)))
        for name, value in best.found.measures.items()
    }
    found = best.found
    return replace(
        row, standing=Standing.VERIFIED, won=found.won, stars=found.stars, reason=clean(found.reason, 400),
        time_us=found.time_us, figures=figures, mistakes=best.mistakes, first=walk.firsts, hints=found.hints,
        rewinds=found.rewinds, unseen=found.unseen, by=best.by,
        tries=tuple(Try(end.number, end.found.won, end.found.stars, end.found.hints) for end in ends),
    )  # fmt: skip


def _with_version(engine: str) -> str:
    return f"grade it with Ackademy {clean(engine)}: pip install ackademy=={clean(engine)}"


@dataclass(frozen=True)
class _End:
    """One attempt that came to its end, as it was found to. `number`: its place among all, from 1."""

    number: int
    found: Result
    mistakes: Mapping[str, int]
    by: Mapping[str, int]


class _Walk:
    """All attempts of a run, executed one after the other; what they share is executed once."""

    def __init__(self, scenario: Scenario, run: Run) -> None:
        self._scenario = scenario
        self._run = run
        self._forks: dict[int, World] = {}
        """Number of answers → the world right after the last of them, on the present line of play."""
        self._events = 0
        self._firsts: dict[tuple[str, str], FirstAnswer] = {}

    @property
    def firsts(self) -> tuple[FirstAnswer, ...]:
        """The first answers to each case, in order."""
        return tuple(self._firsts.values())

    def ends(self) -> Iterator[_End]:
        """Execute every attempt; how those ended that did. Raises DivergedError, _ContradictionError."""
        attempts = self._run.attempts
        for place, (attempt, answers, by) in enumerate(self._run.lines()):
            kept = attempts[place + 1].kept if place + 1 < len(attempts) else None
            self._forks = {count: world for count, world in self._forks.items() if count <= attempt.kept}
            world = self._walk(answers, by, kept)
            if attempt.result is None:
                continue
            self._go(world, None)
            if world.outcome is None:
                raise _ContradictionError("its answers end before the run does")
            self._check(world, attempt.result, attempt.hints, attempt.rewinds)
            claimed = attempt.result
            found = result_of(world, hints=claimed.hints, rewinds=claimed.rewinds, unseen=claimed.unseen)
            wrong = (one for one in world.verdicts if one.kind in (Kind.WRONG, Kind.COSTLY))
            mistakes = Counter(f"{one.choice} {one.label}" for one in wrong)
            who = Counter(clean(BY.get(name, name)) for name in by)
            yield _End(place + 1, found, dict(sorted(mistakes.items())), dict(sorted(who.items())))

    def _check(self, world: World, claimed: Result, hints: int, rewinds: int) -> None:
        """Raises _ContradictionError."""
        if why := contradiction(world, claimed):
            raise _ContradictionError(why)
        exact = self._run.header.format >= FORMAT
        for name, said, true in (("hints", claimed.hints, hints), ("rewinds", claimed.rewinds, rewinds)):
            if said < true or (exact and said != true):
                raise _ContradictionError(f"it claims {said} {name}, but tells of {true}")

    def _walk(self, answers: Sequence[Answered], by: Sequence[str], kept: int | None) -> World:
        """The world right after the last of these answers. `kept`: how many of them the next attempt keeps."""
        count = max(self._forks, default=0)
        world = self._forks[count].fork(player=Player()) if count else World(self._scenario, intervals=False)
        for place in range(count, len(answers)):
            self._go(world, answers[place].after)
            before = len(world.verdicts)
            world.take(answers[place])
            for verdict in world.verdicts[before:]:
                self._judged(verdict, answers[place], by[place])
            if place + 1 == kept and len(self._forks) < MOST_FORKS:
                self._forks[kept] = world.fork(player=Player())
        return world

    def _go(self, world: World, event: int | None) -> None:
        """On to just after this event; None: to where nothing happens by itself. Raises DivergedError."""
        while (event is None or world.count < event) and world.step():
            self._events += 1
            if self._events > MOST_EVENTS:
                raise _ContradictionError(f"it needs more than {MOST_EVENTS:,} events")
        if event is not None and world.count != event:
            raise DivergedError(f"no event {event}: the run stands at event {world.count}")

    def _judged(self, verdict: Verdict, given: Answered, by: str) -> None:
        """An answer was judged."""
        if (verdict.node, verdict.choice) != (given.node, given.choice):
            return
        if by == "autopilot" and verdict.kind not in (Kind.BOOK, Kind.FINE):
            raise _ContradictionError(f"of {given.choice} it says that it ran by itself, which the book does not do so")
        if by in NOT_OWN:
            return
        first = FirstAnswer(
            verdict.node, verdict.choice, verdict.case, verdict.value, verdict.kind.value, verdict.label,
            verdict.persona, verdict.source,
        )  # fmt: skip
        self._firsts.setdefault((verdict.choice, verdict.case), first)

    def check_firsts(self) -> None:
        """Are the first answers those that the file tells of? Raises _ContradictionError."""
        for said in self._run.firsts:
            true = self._firsts.get((said.choice, said.case))
            if true is None or (true.value, true.label) != (said.value, said.label):
                raise _ContradictionError(f"its first answer to {said.choice}, {clean(said.case)}, is another one")
