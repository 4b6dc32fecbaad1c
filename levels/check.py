"""The linter: proves of a level that it can be won, lost and learnt from, before a student meets it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.kernel import trace as kinds
from core.kernel.choice import Persona
from core.kernel.scenario import NETWORK, DiceSpec, Lose, LoseMessage, Scenario, Spread, Strike
from core.kernel.seats import Idle, Random
from core.kernel.time import show_duration
from core.kernel.world import World
from levels.loader import CAMPAIGN, HOME, campaign, course, from_text, read_text
from levels.places import Places, find_places
from levels.proofs import (
    ProofError,
    persona_seat,
    personas_of,
    play,
    prove,
    prove_scenario,
    with_par_figures,
    within_par,
)
from levels.schema import BRIEF_WORDS, HINTS, Asks, How, KeyPath, Level, LevelError, Problem, UnknownLevelError

CHANCE_SEEDS = 200
QUICK_CHANCE_SEEDS = 40
PERSONA_SEEDS = 32
QUICK_PERSONA_SEEDS = 8
FAULT_SEEDS = 8
MOST_QUESTIONS = 25
REPEATS = 3
"""After so many right answers a case may be handed over (core.session), so that more of it need not be asked."""
SHORTEST_BOUND = 300

_WORDS: Mapping[type, str] = {Strike: "crash", LoseMessage: "lose"}
"""What a level file calls a happening, where its name is another."""

NOT_LEVELS = frozenset({CAMPAIGN.name, "curriculum.toml", "pyproject.toml"})


class Severity(StrEnum):
    """How bad a finding is: an error fails the level."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that the linter says of a level, with its place."""

    severity: Severity
    problem: Problem

    def __str__(self) -> str:
        return f"{self.problem.path}:{self.problem.line}:{self.problem.column}: {self.severity}: {self.words}"

    @property
    def words(self) -> str:
        """What is said, without the place."""
        return f"{self.problem.found}{': ' + self.problem.mend if self.problem.mend else ''}"


class Status(StrEnum):
    """What came of a file."""

    SOUND = "sound"
    FAILS = "fails"
    BROKEN = "broken"


@dataclass
class Report:
    """All that was found out about one file."""

    path: str
    id: str = ""
    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    broken: bool = False

    @property
    def status(self) -> Status:
        """Broken if it cannot be read; fails if there is an error."""
        if self.broken:
            return Status.BROKEN
        failed = any(finding.severity is Severity.ERROR for finding in self.findings)
        return Status.FAILS if failed else Status.SOUND

    def as_json(self) -> dict[str, Any]:
        """The report as JSON keeps it."""
        return {
            "path": self.path,
            "id": self.id,
            "status": str(self.status),
            "findings": [{"severity": str(one.severity), **one.problem.as_json()} for one in self.findings],
            "figures": self.figures,
        }


Progress = Callable[[str, int, int], None]
"""Called with (what is being tried, how many are done, of how many)."""


@dataclass(frozen=True)
class Effort:
    """How many seeds the linter tries. A persona is tried until no further seed can change what is said of it;
    `hurried`: chance, too."""

    chance: int = CHANCE_SEEDS
    personas: int = PERSONA_SEEDS
    shortest: bool = True
    hurried: bool = False


FULL = Effort()
QUICK = Effort(QUICK_CHANCE_SEEDS, QUICK_PERSONA_SEEDS, False)


def level_files(path: Path) -> list[Path]:
    """The level files that a path names: itself, or all below a folder. [] if there are none."""
    if os.path.isdir(path):
        return sorted(file for file in path.rglob("*.toml") if file.name not in NOT_LEVELS)
    return [path]


def check_file(path: Path, effort: Effort = FULL, progress: Progress | None = None) -> Report:
    """The report on a file. Raises UnknownLevelError if it cannot be opened."""
    try:
        level = from_text(read_text(path), path)
    except LevelError as error:
        return Report(str(path), "", [Finding(Severity.ERROR, problem) for problem in error.problems], broken=True)
    return check(level, effort, progress)


def check(level: Level, effort: Effort = FULL, progress: Progress | None = None) -> Report:
    """The report on a level."""
    linter = _Linter(level, effort, progress or (lambda what, done, total: None))
    linter.run()
    linter.report.findings.sort(key=lambda finding: (finding.problem.line, finding.problem.column))
    return linter.report


def first_of_its_protocol(level: Level) -> bool:
    """Does no level before it (in the campaign, or else in its folder) play the same protocol?"""
    path = Path(level.path).absolute()
    try:
        worlds = campaign() if HOME in path.parents else [course(path.parent)]
    except UnknownLevelError:
        return True
    same = [other for world in worlds for other in world.levels if other.protocol == level.protocol]
    return not same or Path(same[0].path).absolute() == path


class _Linter:
    def __init__(self, level: Level, effort: Effort, progress: Progress) -> None:
        self.level = level
        self.scenario = level.scenario
        self.effort = effort
        self.progress = progress
        self.report = Report(level.path, level.id)
        self._places: Places | None = None
        self._pars: dict[int, Scenario] = {}

    def say(self, severity: Severity, path: KeyPath, found: str, mend: str = "") -> None:
        """Note a finding at a place of the file."""
        if self._places is None:
            self._places = find_places(self.level.text)
        place = self._places.of_value(path)
        self.report.findings.append(Finding(severity, Problem(self.level.path, *place, found, mend)))

    def run(self) -> None:
        """All that is asked of a level."""
        self._check_texts()
        try:
            world = prove(self.level)
        except ProofError as error:
            self.say(Severity.ERROR, ("level", "proof"), str(error))
            return
        assert world.outcome is not None
        self.report.figures = {
            "questions": self._questions(world), "time_us": world.now, "messages": world.evidence().sent(),
            **{f"proof {name}": figure for name, figure in world.measures().items()},
        }  # fmt: skip
        if not world.outcome.won:
            path = ("level", "proof") if self.level.proof.how is not How.BOOK else ("goal",)
            self.say(Severity.ERROR, path, f"its proof does not win: {world.outcome.reason}")
            return
        if prove(self.level).trace_sha256() != world.trace_sha256():
            self.say(
                Severity.ERROR, ("level",), "two runs of the proof differ", "a machine uses something undetermined"
            )
        self._check_pars(world)
        self._check_questions(world)
        self._check_faults(world)
        try:
            self._check_idle()
            self._check_chance()
            self._check_personas()
        except ProofError as error:  # the proof ends, and somebody else's run does not
            self.say(Severity.ERROR, ("goal", "limit"), f"in others' hands {error}", "a shorter limit")
        if self.effort.shortest:
            self._note_shortest()

    # Texts

    def _check_texts(self) -> None:
        texts = self.level.texts
        words = len(texts.brief.split())
        if not words:
            self.say(Severity.ERROR, ("text",), "there is no brief", "what the player must know before the first move")
        elif words > BRIEF_WORDS:
            mend = f"at most {BRIEF_WORDS}: play comes first"
            self.say(Severity.ERROR, ("text", "brief"), f"the brief has {words} words", mend)
        if len(texts.hints) != HINTS:
            found = f"{len(texts.hints)} hint{'' if len(texts.hints) == 1 else 's'}"
            self.say(Severity.ERROR, ("text", "hints"), found, "three: a nudge, a hint, the solution")
        for name, text in (("debrief", texts.debrief), ("sources", texts.sources)):
            if not text:
                self.say(Severity.WARNING, ("text", name), f"there is no {name}")
        if not self.level.summary:
            self.say(Severity.WARNING, ("level", "summary"), "there is no summary", "one line for the campaign map")
        if not self.level.covers:
            self.say(Severity.WARNING, ("level", "covers"), "it covers nothing", "name rows of the curriculum")

    # The proof's line

    def _questions(self, world: World) -> int:
        """How often a player who answers as the proof does is really asked."""
        asked: Counter[tuple[str, str, str]] = Counter()
        questions = 0
        moves = {(one.node, one.choice) for one in world.answers if one.how != "answer"}
        keeping = {
            choice.name
            for room in self.scenario.protocols.values()
            for choice in room.choices
            if choice.keeps or choice.chance or choice.standing
        }
        for verdict in world.verdicts:
            key = (verdict.node, verdict.choice, verdict.case)
            if (verdict.node, verdict.choice) in moves:
                continue
            if self.level.play.asks is Asks.NOTICE and verdict.choice in keeping:
                continue
            asked[key] += 1
            questions += verdict.node == NETWORK or asked[key] <= REPEATS
        return questions

    def _check_questions(self, world: World) -> None:
        questions = self.report.figures["questions"]
        if questions > MOST_QUESTIONS:
            self.say(
                Severity.ERROR, ("seats",), f"the player is asked {questions} times", f"at most {MOST_QUESTIONS}"
            )  # fmt: skip
        asked = {(verdict.choice, verdict.case) for verdict in world.verdicts}
        names = {choice for choice, _ in asked}
        for seat in self.scenario.player:
            for name in seat.choices:
                if name != "*" and name not in names:
                    path: KeyPath = ("seats", seat.node, "player")
                    self.say(Severity.ERROR, path, f"{name} is never asked on the way of the proof", "give it a cause")
        if not names:
            self.say(Severity.ERROR, ("seats",), "the player is never asked anything")
        for row, shown in self.level.shows.items():
            for place, text in enumerate(shown):
                name, _, case = (part.strip() for part in text.partition(":"))
                if (name, case) not in asked and (case or name not in names):
                    found = f"{text!r} is never asked on the way of the proof, so {row} is not covered"
                    self.say(Severity.ERROR, ("level", "covers", row, place), found)

    def _check_pars(self, world: World) -> None:
        if self.level.proof.how is How.SEARCH:
            for par in self.scenario.par:
                if par.number is None:
                    found = "nobody has a figure at hand for a proof by search"
                    self.say(Severity.ERROR, ("par", par.measure.name), found, "write a figure")
        if len(self.scenario.par) < 2:
            found = f"{len(self.scenario.par)} measure{'' if len(self.scenario.par) == 1 else 's'} of par"
            self.say(Severity.WARNING, ("par",), found, "two currencies in tension make a decision")
        if not within_par(self._with_pars(self.scenario.seed), world):
            figures = ", ".join(f"{name} {figure}" for name, figure in world.measures().items())
            self.say(Severity.ERROR, ("par",), f"its proof is not within par ({figures})")

    def _with_pars(self, seed: int) -> Scenario:
        """The scenario of that seed, its pars as figures: known once."""
        if seed not in self._pars:
            self._pars[seed] = with_par_figures(self.level, seed)
        return self._pars[seed]

    # Others in the player's place

    def _check_idle(self) -> None:
        world = play(self.scenario, Idle())
        if world.outcome is not None and world.outcome.won:
            self.say(Severity.ERROR, ("goal", "win"), "doing nothing wins", "give the goal something that needs a move")

    def _check_chance(self) -> None:
        wins = 0
        count = self.effort.chance
        for number in range(count):
            self.progress("chance", number, count)
            world = play(self.scenario.reseeded(self.scenario.seed + number), Random(number))
            wins += bool(world.outcome and world.outcome.won)
            if self.effort.hurried and (2 * wins >= count or 2 * (number + 1 - wins) > count):
                count = number + 1
                break
        self.report.figures["chance"] = {"wins": wins, "seeds": count}
        share = f"chance wins on {wins} of {count} seeds"
        if 2 * wins >= count and not first_of_its_protocol(self.level):
            self.say(Severity.ERROR, ("goal",), share, "under half, or nothing was learnt by winning")
        elif 10 * wins >= count:
            self.say(Severity.WARNING, ("goal",), share, "under a tenth is better")

    def _check_personas(self) -> None:
        personas = personas_of(self.level)
        if not personas:
            return
        total = self.effort.personas * len(personas)
        tally: dict[str, dict[str, int]] = {}
        for place, persona in enumerate(personas):
            tally[persona.name] = self._tally(persona, place, total)
        self.report.figures["personas"] = tally
        for name, counts in tally.items():
            bad, seeds = counts["loses"] + counts["pays"], sum(counts.values()) - counts["alike"]
            if 2 * bad <= seeds:
                found = (
                    f"{name!r} wins within par on {counts['passes']} of {seeds} seeds: the level does not teach that"
                )
                mend = "let it lose, or cost more than par; or leave its choice to the book"
                if not seeds:
                    found = f"{name!r} never has cause to answer otherwise than the book"
                    mend = "give it one, or leave its choice to the book"
                self.say(Severity.ERROR, ("seats",), found, mend)

    def _tally(self, persona: Persona, place: int, total: int) -> dict[str, int]:
        counts = {"loses": 0, "pays": 0, "passes": 0, "alike": 0}
        for number in range(self.effort.personas):
            self.progress(persona.name, place * self.effort.personas + number, total)
            seed = self.scenario.seed + number
            world = play(self.scenario.reseeded(seed), persona_seat(persona))
            if world.outcome is None or not world.outcome.won:
                counts["loses"] += 1
            elif not within_par(self._with_pars(seed), world):
                counts["pays"] += 1
            else:
                same = all(verdict.value == verdict.book for verdict in world.verdicts)
                counts["alike" if same else "passes"] += 1
            left = self.effort.personas - number - 1
            bad, seeds = counts["loses"] + counts["pays"], number + 1 - counts["alike"]
            if 2 * bad > seeds + left or 2 * (bad + left) <= seeds + left:
                break  # whatever comes, the majority stands
        return counts

    # Faults

    def _check_faults(self, world: World) -> None:
        proved = _story(world)
        for number, happening in enumerate(self.scenario.happenings):
            happenings = tuple(other for other in self.scenario.happenings if other is not happening)
            if not self._differs(replace(self.scenario, happenings=happenings, spreads=()), proved):
                word = _WORDS.get(type(happening), type(happening).__name__.lower())
                found = f"this {word} changes nothing on the way of the proof"
                self.say(Severity.ERROR, ("happens", number), found, "is there such a packet, is the time right?")
        for spread in self.scenario.spreads:
            for number in spread.numbers:
                self._check_spread(spread, number)
        for path, found, without in self._idle_parts():
            if not any(self._bites(without, seed) for seed in range(FAULT_SEEDS)):
                self.say(Severity.ERROR, path, f"{found} changes nothing on {FAULT_SEEDS} seeds")

    def _check_spread(self, spread: Spread, number: int) -> None:
        """A packet that another seed strikes: there must be one, and the level must still be won."""
        others, happenings = list(self.scenario.happenings), list(self.scenario.happenings)
        lose = others.pop(spread.place)
        assert isinstance(lose, Lose | LoseMessage)
        happenings[spread.place] = replace(lose, nth=number)
        path: KeyPath = ("happens", spread.place, "nth")
        try:
            world = prove_scenario(self.level, replace(self.scenario, happenings=tuple(happenings), spreads=()))
        except ProofError as error:
            self.say(Severity.ERROR, path, f"with nth = {number}: {error}")
            return
        if world.outcome is None or not world.outcome.won:
            self.say(Severity.ERROR, path, f"with nth = {number} its proof does not win")
        elif not self._differs(replace(self.scenario, happenings=tuple(others), spreads=()), _story(world)):
            self.say(Severity.ERROR, path, f"nth = {number} changes nothing on the way of the proof")

    def _idle_parts(self) -> Iterator[tuple[KeyPath, str, Scenario]]:
        """Every chance of the network and every persona of others, with the scenario without it."""
        network = self.scenario.network
        if isinstance(network, DiceSpec):
            nothing: dict[str, Any] = {"loss": 0.0, "duplicate": 0.0, "garble": 0.0, "jitter": (0, 0)}
            for name, none in nothing.items():
                if getattr(network, name) != none:
                    less = replace(network, **{name: none})
                    yield ("seats", NETWORK, "dice", name), name, replace(self.scenario, network=less)
        for node, persona in self.scenario.seats.items():
            others = {other: seat for other, seat in self.scenario.seats.items() if other != node}
            yield ("seats", node, "persona"), f"{persona!r} of {node}", replace(self.scenario, seats=others)

    def _bites(self, without: Scenario, number: int) -> bool:
        seed = self.scenario.seed + number
        try:
            proved = _story(prove(self.level, seed))
        except ProofError:
            return False
        return self._differs(without.reseeded(seed), proved)

    def _differs(self, scenario: Scenario, proved: list[tuple[Any, ...]]) -> bool:
        try:
            return _story(prove_scenario(self.level, scenario)) != proved
        except ProofError:
            return True

    # Shortest

    def _note_shortest(self) -> None:
        from core.search import find_loss, find_win

        for name, find in (("win", find_win), ("loss", find_loss)):
            self.progress(f"shortest {name}", 0, 1)
            answers = find(self.scenario, SHORTEST_BOUND)
            if answers is not None:
                self.report.figures[f"shortest_{name}"] = len(answers)
                last = f", at {show_duration(answers[-1].at)}" if answers else ""
                self.say(
                    Severity.NOTE,
                    ("goal",),
                    f"the shortest {name} takes {len(answers)} answer{'' if len(answers) == 1 else 's'}{last}",
                )


def _story(world: World) -> list[tuple[Any, ...]]:
    """What happened, without the marks of the faults themselves and without numbers that shift with them."""
    marks = (kinds.CUT, kinds.HEAL, kinds.CRASH, kinds.CLOCK)
    return [
        (entry.time, entry.node, entry.kind, entry.peer, entry.detail, entry.answers, entry.note)
        for entry in world.trace
        if entry.kind not in marks
    ]
