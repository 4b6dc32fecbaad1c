"""The linter: proves of a level that it can be won, lost and learnt from, before a student meets it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from core.kernel import trace as kinds
from core.kernel.choice import Persona
from core.kernel.laws import Measure
from core.kernel.scenario import (
    NETWORK,
    Arrival,
    ClockJump,
    DiceSpec,
    LoseAlike,
    LoseMessage,
    LoseWhere,
    MarkedWave,
    Request,
    Scenario,
    Spread,
    Strike,
)
from core.kernel.suspects import INSPECTOR
from core.kernel.text import columns
from core.kernel.time import show_duration
from core.kernel.world import Answered, DivergedError, World, replayed
from core.session.scoring import par_of
from levels.bets import problems_of
from levels.claims import problem_of
from levels.cost import dear_laws
from levels.hinted import wrong_hint
from levels.inspecting import findings, players
from levels.lifting import missing
from levels.loader import CAMPAIGN, COURSE, from_text, home_of, read_text, whole_text
from levels.mistakes import needless
from levels.places import Places, find_places
from levels.players import Blind, Chance, Constant, Listed, Nobody
from levels.proofs import ProofError, personas_of, prove, prove_scenario
from levels.report import BLIND, Finding, Gravity, Report, Severity, Status
from levels.schema import BRIEF_WORDS, HINTS, LIFT_LETTERS, Asks, How, KeyPath, Level, LevelError, Problem
from levels.traps import UNSPRUNG
from levels.traps import problem_of as every_grab
from levels.trials import Count, Tally, Trials
from levels.wording import wrong_words

CHANCE_SEEDS = 200
CHANCE_WINS = 20
"""Chance may win on so many of them."""
QUICK_CHANCE_SEEDS = 40
PERSONA_SEEDS = 32
BLIND_WINS = 3
"""Whoever else knows nothing may win on so many of as many seeds as a persona is tried on."""
MANY_CONSTANTS = 9
"""Of more constants than that those that never win are tried on fewer seeds."""
QUICK_PERSONA_SEEDS = 8
FAULT_SEEDS = 8
MOST_QUESTIONS = 25
REPEATS = 3
"""After so many right answers a case may be handed over (core.session): where a level lives from that, more of it is
not counted."""
OVER_BOOK = 100
"""So many per cent above the book a par may be: with twice the cost nobody is told anything by it."""
MOST_NAMED = 6
"""So many answers of a win are named."""
SHORTEST_BOUND = 300
SHORTEST_EVENTS = 20_000
"""The search for the shortest win and loss looks at so many worlds at most, fewer where a run is long."""

_WORDS: Mapping[type, str] = {
    Strike: "crash",
    LoseMessage: "lose",
    LoseAlike: "lose",
    LoseWhere: "lose",
    MarkedWave: "wave",
    ClockJump: "clock jump",
}
"""What a level file calls a happening, where its name is another."""

NOT_LEVELS = frozenset({CAMPAIGN.name, COURSE, "curriculum.toml", "pyproject.toml"})


Progress = Callable[[str, int, int], None]
"""Called with (what is being tried, how many are done, of how many)."""


TELLING = 4
"""Seeds on which a persona must have answered otherwise than the book before it is judged, if there are so many."""


@dataclass(frozen=True)
class Effort:
    """How many seeds the linter tries: `chance` for chance, `personas` for everybody else. A count ends early where no
    further seed can change what is said.

    idle_first  where doing nothing wins within par, which is an error whatever others do, nobody else who knows
                nothing is tried: enough for whoever only asks whether a level is sound.
    """

    chance: int = CHANCE_SEEDS
    personas: int = PERSONA_SEEDS
    shortest: bool = True
    hints: bool = True
    idle_first: bool = False


FULL = Effort()
QUICK = Effort(QUICK_CHANCE_SEEDS, QUICK_PERSONA_SEEDS, False, False)


def left_out(effort: Effort) -> str:
    """What a check of less effort than the full one does not look at, in a sentence; "" of the full one."""
    parts = [
        *(["whoever follows the last hint is not played"] if not effort.hints else []),
        *(["the shortest win and loss are not looked for"] if not effort.shortest else []),
        *(
            [f"chance has {effort.chance} seeds instead of {FULL.chance}, all others {effort.personas} instead of "
             f"{FULL.personas}"] if (effort.chance, effort.personas) != (FULL.chance, FULL.personas) else []
        ),
    ]  # fmt: skip
    return f"left to the full check: {'; '.join(parts)}" if parts else ""


def allowed(most: int, seeds: int, of: int) -> int:
    """So many wins are let pass on `seeds` seeds where `most` are on `of`; on a few, luck gets the benefit of the
    doubt."""
    return most if seeds >= of else min(most, -(-2 * most * seeds // of))


def level_files(path: Path) -> list[Path]:
    """The level files that a path names: itself, or all below a folder. [] if there are none."""
    if os.path.isdir(path):
        return sorted(file for file in path.rglob("*.toml") if file.name not in NOT_LEVELS)
    return [path]


def check_file(path: Path, effort: Effort = FULL, progress: Progress | None = None) -> Report:
    """The report on a file. Raises UnknownLevelError if it cannot be opened."""
    try:
        level = from_text(read_text(path), path, home_of(path))
    except LevelError as error:
        return Report(str(path), "", [Finding(Severity.ERROR, problem) for problem in error.problems], broken=True)
    return check(level, effort, progress)


def check(level: Level, effort: Effort = FULL, progress: Progress | None = None) -> Report:
    """The report on a level, all of its acts."""
    linter = _Linter(level, effort, progress or (lambda what, done, total: None))
    linter.run()
    report = linter.report
    for act in level.acts:
        name = f"act {act.act}"
        found = check(act, effort, progress)
        for one in found.findings:
            problem = replace(one.problem, found=f"{name}: {one.problem.found}")
            report.findings.append(replace(one, problem=problem))
        report.figures[name] = found.figures
        report.work |= {f"{name}: {part}": work for part, work in found.work.items()}
    if level.acts and level.last.tries:
        linter.judge_tries()
    report.findings.sort(key=lambda finding: finding.order)
    return report


IDLE = "doing nothing"
AT_FIRST = 0.1
"""On so many seeds a player who knows nothing may come through all acts of a level at the first try of each."""


def _players_in(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of all players who know nothing, by their names."""
    counts = {"chance": figures["chance"], "nobody": figures["nobody"]} if "chance" in figures else {}
    return {**counts, **figures.get("lists", {}), **figures.get("constants", {})}


class _Linter:
    def __init__(self, level: Level, effort: Effort, progress: Progress) -> None:
        self.level = level
        self.scenario = level.scenario
        self.effort = effort
        self.progress = progress
        self.report = Report(level.path, level.id)
        self.trials = Trials(level)
        self._places: Places | None = None
        self._stories: dict[int, list[tuple[Any, ...]]] = {}

    def say(
        self,
        severity: Severity,
        path: KeyPath,
        found: str,
        mend: str = "",
        rule: str = "",
        grave: Gravity | None = None,
    ) -> None:
        """Note a finding at a place of the file."""
        if grave is None:
            grave = Gravity.WORDS if path[:1] == ("text",) else Gravity.LEARNT if rule == BLIND else Gravity.PLAYS
        if self._places is None:
            self._places = find_places(whole_text(self.level.text))
        place = self._places.of_value(self._path_in_act(path))
        self.report.findings.append(Finding(severity, Problem(self.level.path, *place, found, mend), rule, grave))

    def _path_in_act(self, path: KeyPath) -> KeyPath:
        """Where that stands in the file: in the act, or else in the first one."""
        if self.level.act == 1:
            return path
        assert self._places is not None
        inner = ("act", self.level.act - 2, *(path[1:] if path[:1] == ("level",) else path))
        return inner if inner[:3] in self._places.values else path

    def run(self) -> None:
        """All that is asked of a level."""
        if self.level.proof.how is How.WITHHELD:
            mend = "check the course itself: whoever has the proof can"
            self.say(Severity.ERROR, ("level", "proof"), "its proof is withheld", mend, grave=Gravity.WON)
            return
        self._check_texts()
        if self._check_suspects() or self._check_live():
            return
        trials = self.trials
        self.report.work = trials.work
        with trials.part("proof"):
            try:
                world = trials.note(prove(self.level))
            except ProofError as error:
                mend = UNSPRUNG if self.scenario.twin else ""
                self.say(Severity.ERROR, ("level", "proof"), str(error), mend, grave=Gravity.WON)
                return
            assert world.outcome is not None
            self.report.figures = {
                "questions": self._questions(world), "time_us": world.now, "messages": world.evidence().sent(),
                **{f"proof {name}": figure for name, figure in world.measures().items()},
            }  # fmt: skip
            if not world.outcome.won:
                path = ("level", "proof") if self.level.proof.how is not How.BOOK else ("goal",)
                mend = "" if self.scenario.twin is None else UNSPRUNG
                found = f"its proof does not win: {world.outcome.reason}"
                self.say(Severity.ERROR, path, found, mend, grave=Gravity.WON)
                return
            if trials.note(prove(self.level)).trace_sha256() != world.trace_sha256():
                found = "two runs of the proof differ"
                self.say(Severity.ERROR, ("level",), found, "a machine uses something undetermined", grave=Gravity.WON)
            self._check_pars(world)
            self._check_questions(world)
            self._check_shown(world)
            if (mistake := needless(trials, world)) is not None:
                self.say(Severity.WARNING, ("level", "proof"), *mistake)
            if found := every_grab(self.scenario):
                self.say(Severity.ERROR, ("seats", "twin"), found, "a law that only the right packet breaks")
            if found := problem_of(self.scenario):
                self.say(Severity.ERROR, ("seats", "claim"), found, "fewer packets, a shorter limit, a smaller budget")
        with trials.part("laws"):
            self._check_laws()
        if self.scenario.bets:
            with trials.part("bets"):
                self._check_bets()
        with trials.part("faults"):
            self._check_faults(world)
        try:
            self._check_blind()
            with trials.part("personas"):
                self._check_personas()
        except ProofError as error:  # the proof ends, and somebody else's run does not
            self.say(Severity.ERROR, ("goal", "limit"), f"in others' hands {error}", "a shorter limit")
        if self.effort.hints:
            with trials.part("hints"):
                if (wrong := wrong_hint(trials, self.effort.personas, self.progress)) is not None:
                    self.say(Severity.ERROR, ("text", "hints", HINTS - 1), *wrong)
        if self.effort.shortest:
            with trials.part("shortest"):
                self._note_shortest(min(SHORTEST_BOUND, SHORTEST_EVENTS // max(1, world.count)))

    # Suspects

    def _check_suspects(self) -> bool:
        """Of an inspector's level: who cannot be settled as they should; is there anybody?"""
        if self.scenario.inspector is None:
            return False
        with self.trials.part("suspects"):
            found = findings(self.scenario)
        for words, mend in found:
            self.say(Severity.ERROR, ("seats", INSPECTOR, "suspects"), words, mend)
        return bool(found)

    # Real programs

    def _check_live(self) -> bool:
        """Of a level that real programs come to: what can be said before they do; is it one?"""
        if not self.scenario.live:
            return False
        if not self.level.program:
            mend = "program = one of the programs of the reference, or play it by `ackademy live`"
            self.say(Severity.NOTE, ("level",), "no program comes to it when it is played", mend)
        elif not self.scenario.win:
            self.say(Severity.ERROR, ("goal",), "this cannot be won", "write win = [a law]")
        for par in self.scenario.par:
            if par.number is None:
                found = f"par {par.measure.name} is counted by the book's own run, and no book plays a live level"
                self.say(Severity.ERROR, ("par", par.measure.name), found, "a number")
        found = "somebody outside takes part: what they do a live run shows, so that its texts alone are judged"
        self.say(Severity.NOTE, ("nodes",), found)
        return True

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
        for path, found, mend in wrong_words(self.level):
            self.say(Severity.ERROR, path, found, mend, grave=Gravity.WORDS)
        for name, text in (("debrief", texts.debrief), ("sources", texts.sources)):
            if not text:
                self.say(Severity.WARNING, ("text", name), f"there is no {name}")
        self._check_lift()
        if not self.level.summary:
            self.say(Severity.WARNING, ("level", "summary"), "there is no summary", "one line for the campaign map")
        if not self.level.covers and not self.level.stumble:
            self.say(Severity.WARNING, ("level", "covers"), "it covers nothing", "name rows of the curriculum")

    def _check_lift(self) -> None:
        """One sentence is said while the fog is wiped away; of several acts, in the last."""
        lift = self.level.texts.lift
        if not lift and self.level.act < self.level.of:
            return
        if not lift:
            mend = "the one sentence that this level is there for, said while the fog is wiped away"
            self.say(Severity.WARNING, ("text", "lift"), "there is no lift", mend)
        elif columns(lift) > LIFT_LETTERS or "\n" in lift:
            wide = f"{len(lift)} letters" if columns(lift) == len(lift) else f"{columns(lift)} columns"
            found = f"the lift has {wide if columns(lift) > LIFT_LETTERS else 'several lines'}"
            self.say(
                Severity.WARNING, ("text", "lift"), found, f"one sentence, {LIFT_LETTERS} at most: it is seen once"
            )

    def _check_shown(self, world: World) -> None:
        """What the lift shows is there on the way of the proof."""
        for place, found, mend in missing(self.level.texts.show, world):
            self.say(Severity.ERROR, ("text", "show", place), found, mend)

    # The proof's line

    def _questions(self, world: World) -> int:
        """How often a player who answers as the proof does is asked, and hands nothing over; in a level that lives from
        handing over, by whoever hands over what may be."""
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
            questions += asked[key] <= REPEATS or not self.level.play.hands_over
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
        self.report.figures["proof acts"] = len(world.answers)
        if not world.answers:
            found = "its proof makes no act: nobody is asked anything, and no move is made"
            self.say(Severity.ERROR, ("level", "proof"), found, "a proof in which the player does something")
        for place, row in enumerate(self.level.covers if not self.level.shows else ()):
            found = f"nothing shows that it covers {row}"
            mend = f'covers = {{ {row} = ["{min(names, default="choice")}"] }}: what is asked that is about it'
            self.say(Severity.ERROR, ("level", "covers", place), found, mend)
        for row, shown in self.level.shows.items():
            if not shown:
                mend = "the choices, or their cases, that are about it"
                self.say(Severity.ERROR, ("level", "covers", row), f"nothing shows that it covers {row}", mend)
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
        for par in self.scenario.par:
            if par.number is None and par.over_book > OVER_BOOK:
                found = f"par is the book's {par.measure.name} and {par.over_book} % more: nobody pays that much"
                self.say(Severity.ERROR, ("par", par.measure.name), found, f"at most {OVER_BOOK} %")
        if len(self.scenario.par) < 2:
            found = f"{len(self.scenario.par)} measure{'' if len(self.scenario.par) == 1 else 's'} of par"
            self.say(Severity.WARNING, ("par",), found, "two currencies in tension make a decision")
        if not self.trials.within_par(self.scenario.seed, world):
            self._say_beyond_par(world)

    def _say_beyond_par(self, world: World) -> None:
        """Each measure that the proof does not keep, with both figures."""
        bounds, figures = par_of(self.trials.with_pars(self.scenario.seed)), world.measures()
        for par in self.scenario.par:
            measure, bound, figure = par.measure, bounds[par.measure.name], figures[par.measure.name]
            if figure < bound if measure.higher else figure > bound:
                needs = f"{measure.name} {_amount(measure, figure)}, and par is {_amount(measure, bound)}"
                found = f"its proof is not within par: {needs}"
                self.say(Severity.ERROR, ("par", measure.name), found, "a par that its proof keeps")

    def _check_laws(self) -> None:
        for name, place, share in dear_laws(self.level):
            found = f"this law costs {share:.1f} times the work of the protocol and all else"
            self.say(Severity.WARNING, ("goal", name, place), found, "let it look only at what an event has changed")

    def _check_bets(self) -> None:
        """What may be bet on is open at some time, and comes out now so, now so."""
        seed = self.scenario.seed
        seeds = self.effort.personas
        try:
            found = problems_of(self.scenario.bets, seeds, lambda number: self.trials.proved(seed + number))
        except ProofError as error:
            self.say(Severity.ERROR, ("level", "proof"), f"while its bets were looked at, {error}")
            return
        for name, (words, mend) in found.items():
            self.say(Severity.ERROR, ("bets", name), f"the bet {name!r} {words}", mend)

    # Others in the player's place

    def _check_blind(self) -> None:
        """Players who know nothing do not win."""
        once, seeds = self.trials.once, self.effort.personas
        counts: list[tuple[str, Count, int]] = []
        most = allowed(BLIND_WINS, seeds, PERSONA_SEEDS)
        if self.effort.idle_first and not self.level.stumble:
            with self.trials.part("constants"):
                nobody = self._count("nobody", seeds, most, lambda number: Nobody(once), "nobody")
            if nobody.starred > most:
                self._judge_blind([(f"{IDLE} wins", nobody, most)])
                return
        with self.trials.part("chance"):
            chance = self._count("chance", self.effort.chance, CHANCE_WINS, lambda number: Chance(number, once))
            counts.append(("chance wins", chance, allowed(CHANCE_WINS, self.effort.chance, CHANCE_SEEDS)))
        acting = [("chance", chance)]
        with self.trials.part("lists"):
            for words, place in (("the first of every list", 0), ("the last of every list", -1)):
                count = self._count(words, seeds, most, partial(_at_place, place, once))
                counts.append((f"{words} wins", count, most))
                acting.append((words, count))
        with self.trials.part("constants"):
            nobody = self._count("nobody", seeds, most, lambda number: Nobody(once), "nobody")
            counts.append((f"{IDLE} wins", nobody, most))
            constants = {constant.words: self._constant(constant, most) for constant in self.trials.survey.constants()}
            counts += [(f"{words!r} wins", count, most) for words, count in constants.items()]
        if self.scenario.inspector is not None:
            with self.trials.part("inspectors"):
                for words, player in players(self.scenario):
                    count = self._count(words, seeds, most, player)
                    counts.append((f"{words} wins", count, most))
                    acting.append((words, count))
        self.report.figures["chance"] = chance.as_json()
        self.report.figures["lists"] = {words: count.as_json() for words, count in acting[1:]}
        self.report.figures["nobody"] = nobody.as_json()
        self.report.figures["constants"] = {words: count.as_json() for words, count in constants.items()}
        for words, count in acting:
            if not count.acts:
                found = f"{words} has nothing to do on {count.seeds} seeds, so that its losing proves nothing"
                self.say(Severity.ERROR, ("seats",), found, "questions, or offers, for whoever plays")
        self._judge_blind(counts)
        for choice, case, text in self.trials.survey.given_away():
            found = f"{choice} asks {text!r}, which names its case, {case!r}"
            mend = "the cases have different right answers: the question must not tell which it is"
            self.say(Severity.ERROR, ("seats",), found, mend)

    def judge_tries(self) -> None:
        """Who knows nothing may not come through all acts at the first try, each, on more than one seed in ten."""
        figures = self.report.figures
        acts = [figures, *(figures[f"act {act.act}"] for act in self.level.acts)]
        shares: dict[str, float] = {}
        for name in {name for act in acts for name in _players_in(act)}:
            share = 1.0
            for act in acts:
                count = _players_in(act).get(name)
                share *= count["wins"] / max(1, count["seeds"]) if count else 0.0
            shares[name] = share
        for name, share in sorted(shares.items()):
            if share > AT_FIRST:
                found = f"{name} comes through all acts at the first try on {share:.0%} of seeds"
                self.say(Severity.ERROR, ("par", "tries"), found, f"on at most {AT_FIRST:.0%}", BLIND)
        figures["first try"] = shares

    @property
    def _earns_stars(self) -> bool:
        """Are there stars for this one by itself? Not for what is stumbled through before the last act, nor where it
        counts how often all acts were begun."""
        return not self.level.tries and (self.level.act == self.level.of or not self.level.stumble)

    def _judge_blind(self, counts: list[tuple[str, Count, int]]) -> None:
        unlosable = all(count.wins == count.seeds for _, count, _ in counts)
        by_par = unlosable or bool(self.level.pays)
        counts = self._by_one_cause(counts, by_par)
        for words, count, most in counts:
            wins = count.starred if by_par else count.wins
            share = f"{words} {'within par ' if by_par else ''}on {wins} of {count.seeds} seeds"
            if wins > most and not self.level.stumble:
                idle = words.startswith(IDLE)
                path: KeyPath = ("goal", "win") if idle else ("goal",)
                mend = f"on at most {most}: make it a decision, or say why it exists to be stumbled through"
                self.say(Severity.ERROR, path, share, mend, BLIND, Gravity.DECIDED if idle else None)
            elif count.thrice and not by_par and self._earns_stars:
                stars = f"{words} with three stars: within par on {count.starred} of {count.seeds} seeds, two in a row"
                self.say(Severity.ERROR, ("par",), stars, "whoever knows nothing may not do it again", BLIND)
        if unlosable and not self.level.stumble:
            self.say(Severity.NOTE, ("goal",), "nobody loses it, so that its par is what is played for")
        if self.level.pays and len(self.scenario.par) < 2:
            found = "who knows nothing pays by a par of one measure: a constant may just be dear enough"
            self.say(Severity.ERROR, ("par",), found, "two measures in tension")

    def _by_one_cause(self, counts: list[tuple[str, Count, int]], by_par: bool) -> list[tuple[str, Count, int]]:
        """Where doing nothing wins too often, that alone: whoever else wins knows no less than nothing."""

        def wins(count: Count) -> int:
            return count.starred if by_par else count.wins

        idle = [one for one in counts if one[0].startswith(IDLE) and wins(one[1]) > one[2]]
        return idle or counts

    def _count(self, words: str, seeds: int, most: int, player: Callable[[int], Blind], name: Hashable = None) -> Count:
        """Runs of a player over seeds. `name`: of one who does the same on all of them."""
        count = Count()
        for number in range(seeds):
            self.progress(words, number, seeds)
            count.add(self.trials.blind(player(number), number, name))
            if most < count.wins < count.seeds and not self.level.pays:
                break  # it wins too often, and it can lose
        return count

    def _constant(self, constant: Constant, most: int) -> Count:
        """Runs of a constant over seeds. Of more than MANY_CONSTANTS those that win on none of the first seeds, a
        quarter of all, are let be; whoever wins there once is looked at on all."""
        player = partial(_constantly, constant, self.trials.once)
        if constant.of > MANY_CONSTANTS:
            first = self._count(constant.words, -(-self.effort.personas // 4), most, player, constant)
            if not first.wins:
                return first
        return self._count(constant.words, self.effort.personas, most, player, constant)

    def _check_personas(self) -> None:
        personas = personas_of(self.level)
        if not personas:
            return
        total = self.effort.personas * len(personas)
        tallies = {
            persona.name: self._tally(persona, place * self.effort.personas, total)
            for place, persona in enumerate(personas)
        }
        self.report.figures["personas"] = {name: tally.as_json() for name, tally in tallies.items()}
        for name, tally in tallies.items():
            fails = 2 * tally.bad <= tally.seeds
            if name in self.level.exempt:
                if not fails:
                    path: KeyPath = ("level", "exempt", name)
                    self.say(Severity.WARNING, path, f"{name!r} loses or pays without an exemption", "leave it out")
            elif fails and not tally.seeds:
                found = f"{name!r} never has cause to answer otherwise than the book"
                self.say(Severity.ERROR, ("seats",), found, "give it one, or leave its choice to the book")
            elif fails:
                found = (
                    f"{name!r} wins within par on {tally.passes} of {tally.seeds} seeds: the level does not teach that"
                )
                mend = "let it lose, or cost more than par; leave its choice to the book; or exempt it, with a reason"
                self.say(Severity.ERROR, ("seats",), found, mend, grave=Gravity.LEARNT)
        for name in self.level.exempt:
            if name not in tallies:
                found = f"{name!r} answers none of the player's choices otherwise than the book"
                self.say(Severity.WARNING, ("level", "exempt", name), found, "leave it out")

    def _tally(self, persona: Persona, done: int, total: int) -> Tally:
        """Its runs over seeds. Where it answers as the book on most of them, as many more as it takes until TELLING
        have told something: a majority of two is none."""
        tally = Tally()
        for number in range(max(self.effort.personas, PERSONA_SEEDS)):
            self.progress(persona.name, min(done + number, total), total)
            tally.add(self.trials.persona(persona, number))
            left = self.effort.personas - number - 1
            if tally.settled(max(left, TELLING - tally.seeds)) or (left <= 0 and tally.seeds >= TELLING):
                break
        return tally

    # Faults

    def _check_faults(self, world: World) -> None:
        proved = _story(world)
        for number, happening in enumerate(self.scenario.happenings):
            happenings = tuple(other for other in self.scenario.happenings if other is not happening)
            if not self._differs(replace(self.scenario, happenings=happenings, spreads=()), proved):
                word = _WORDS.get(type(happening), type(happening).__name__.lower())
                found = f"this {word} changes nothing on the way of the proof"
                self.say(Severity.ERROR, ("happens", number), found, "is there such a packet, is the time right?")
        late: dict[tuple[int, ...], list[Spread]] = {}
        for spread in self.scenario.spreads:
            if spread.part == "at":
                late.setdefault(spread.lateness, []).append(spread)
                continue
            for number in spread.numbers:
                self._check_spread(spread, number)
        for together in late.values():
            for which in range(1, len(together[0].numbers)):
                self._check_late(together, which)
        for path, found, without in self._idle_parts():
            if not any(self._bites(without, seed) for seed in range(FAULT_SEEDS)):
                self.say(Severity.ERROR, path, f"{found} changes nothing on {FAULT_SEEDS} seeds")

    def _check_spread(self, spread: Spread, number: int) -> None:
        """A packet that another seed strikes: there must be one, and the level must still be won."""
        others, happenings = list(self.scenario.happenings), list(self.scenario.happenings)
        happenings[spread.place] = spread.struck(others.pop(spread.place), number)
        name = {"nth": "nth", "key": "keys"}.get(spread.part, "where")
        path: KeyPath = ("happens", spread.place, name)
        try:
            scenario = replace(self.scenario, happenings=tuple(happenings), spreads=())
            world = self.trials.note(prove_scenario(self.level, scenario))
        except ProofError as error:
            self.say(Severity.ERROR, path, f"with {name} = {number}: {error}")
            return
        if world.outcome is None or not world.outcome.won:
            self.say(Severity.ERROR, path, f"with {name} = {number} its proof does not win")
        elif not self._differs(replace(self.scenario, happenings=tuple(others), spreads=()), _story(world)):
            self.say(Severity.ERROR, path, f"{name} = {number} changes nothing on the way of the proof")

    def _check_late(self, together: list[Spread], which: int) -> None:
        """Waves that come later on another seed: the level must still be won."""
        happenings = list(self.scenario.happenings)
        for spread in together:
            happenings[spread.place] = spread.struck(happenings[spread.place], spread.numbers[which])
        path: KeyPath = ("happens", together[0].place, "later")
        found = f"{show_duration(together[0].lateness[which])} later"
        try:
            scenario = replace(self.scenario, happenings=tuple(happenings), spreads=())
            world = self.trials.note(prove_scenario(self.level, scenario))
        except ProofError as error:
            self.say(Severity.ERROR, path, f"{found}: {error}")
            return
        if world.outcome is None or not world.outcome.won:
            self.say(Severity.ERROR, path, f"{found} its proof does not win")

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
            # Of a fair trap whoever can be hit may be the same; only one of them is.
            alike = [other for other, seat in self.scenario.seats.items() if seat == persona]
            gone = [node] if self.scenario.twin is None else alike
            if node != gone[0]:
                continue
            others = {other: seat for other, seat in self.scenario.seats.items() if other not in gone}
            words = f"{persona!r} of {', '.join(gone)}"
            yield ("seats", node, "persona"), words, replace(self.scenario, seats=others)

    def _bites(self, without: Scenario, number: int) -> bool:
        seed = self.scenario.seed + number
        if seed not in self._stories:
            try:
                self._stories[seed] = _story(self.trials.note(prove(self.level, seed)))
            except ProofError:
                return False
        return self._differs(without.reseeded(seed), self._stories[seed])

    def _differs(self, scenario: Scenario, proved: list[tuple[Any, ...]]) -> bool:
        try:
            return _story(self.trials.note(prove_scenario(self.level, scenario))) != proved
        except ProofError:
            return True

    # Shortest

    def _check_story(self, answers: Sequence[Answered]) -> None:
        """Does the shortest win meet what goes wrong? What it never meets is no part of the level, unless that is there
        to be stumbled through: whoever falls at once has met what it is about."""
        if self.level.stumble:
            return
        met = self._told(self.scenario, answers)
        for number, happening in enumerate(self.scenario.happenings):
            if isinstance(happening, Request | Arrival):
                continue  # what users want is no fault
            others = tuple(other for other in self.scenario.happenings if other is not happening)
            if met == self._told(replace(self.scenario, happenings=others, spreads=()), answers):
                word = _WORDS.get(type(happening), type(happening).__name__.lower())
                found = f"the shortest win never meets this {word}: {_answers_words(answers)}"
                mend = "let it come before, or let nobody win without having met it"
                self.say(Severity.WARNING, ("happens", number), found, mend)

    def _told(self, scenario: Scenario, answers: Sequence[Answered]) -> list[tuple[Any, ...]] | None:
        """What happens in a run of these answers; None if they do not fit."""
        try:
            return _story(self.trials.note(replayed(scenario, answers, intervals=False)))
        except DivergedError:
            return None

    def _note_shortest(self, bound: int) -> None:
        from core.search import find_loss, find_win

        for name, find in (("win", find_win), ("loss", find_loss)):
            self.progress(f"shortest {name}", 0, 1)
            answers = find(self.scenario, bound)
            if answers is not None:
                if name == "win":
                    self._check_story(answers)
                self.report.figures[f"shortest_{name}"] = len(answers)
                last = f", at {show_duration(answers[-1].at)}" if answers else ""
                self.say(
                    Severity.NOTE,
                    ("goal",),
                    f"the shortest {name} takes {len(answers)} answer{'' if len(answers) == 1 else 's'}{last}",
                )


def _answers_words(answers: Sequence[Answered]) -> str:
    """Answers as people read them, the first few."""
    words = [f"{one.choice} {one.value!r}" for one in answers[:MOST_NAMED]]
    more = len(answers) - len(words)
    return ", ".join([*words, *([f"and {more} more"] if more else [])]) or "nothing at all"


def _amount(measure: Measure, figure: int) -> str:
    """A figure as people read it."""
    return show_duration(figure) if measure.unit == "µs" else f"{figure:,} {measure.unit}".rstrip()


def _at_place(place: int, once: bool, number: int) -> Blind:
    return Listed(place, once)


def _constantly(constant: Constant, once: bool, number: int) -> Blind:
    return constant.seat(once)


def _story(world: World) -> list[tuple[Any, ...]]:
    """What happened, without the marks of the faults themselves and without numbers that shift with them."""
    marks = (kinds.CUT, kinds.HEAL, kinds.WAVE, kinds.CALM, kinds.CRASH, kinds.CLOCK)
    return [
        (entry.time, entry.node, entry.kind, entry.peer, entry.detail, entry.answers, entry.note)
        for entry in world.trace
        if entry.kind not in marks
    ]


__all__ = [
    "FULL", "QUICK", "Effort", "Finding", "Report", "Severity", "Status", "check", "check_file", "level_files",
]  # fmt: skip
