"""Plain play: the same levels as lines of text, on any terminal, for a screen reader, or over a pipe.

Everything that happens and may be known is one line; a question is asked in words and answered with a line of input.
Words that are commands: hint, why, view, nodes, who, rows, disk, moves, wait, quit, help.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TextIO

from core.kernel.bets import SURE
from core.kernel.choice import Asked, Choice, Value
from core.kernel.domains import OneOf, by_places, spelled
from core.kernel.scenario import NETWORK
from core.kernel.shown import Turn
from core.kernel.suspects import INSPECTOR
from core.kernel.text import harmless
from core.kernel.time import SECOND, parse_duration, show_duration
from core.kernel.trace import SEND
from core.kernel.world import Answered, DivergedError, Outcome, World
from core.record import Replay, result_of
from core.recorder import Recorder, Unfinished, journal_name, unfinished
from core.session import Session, par_of
from core.session.scoring import stars
from levels.daily import Situation
from levels.loader import feed
from levels.schema import Level
from tui.bridge import (
    Bridge,
    Figure,
    Words,
    log_line,
    reason_words,
    session_at,
    session_of,
    turn_line,
    with_keys,
    words_of,
)
from tui.bridge.doom import Doom
from tui.controls import shown
from tui.controls.choosing import FEW
from tui.costs import cost_lines
from tui.ending import SECONDS, is_turned, luck_words, near_words, proof_of, told_in_lines, turns
from tui.language import said
from tui.look.strip import told
from tui.model import STAR_WORDS, star_glyphs
from tui.pictures.crowd import counts
from tui.pictures.general import CROWD
from tui.plain_inspector import begin, tell_blow, tell_log
from tui.platform import EXIT_USAGE, error_words, find_paths, free_name
from tui.progress import Progress
from tui.row_lines import row_lines
from tui.signing import now, signer_of
from tui.widgets.disk import NOTHING_SAVED, disk_lines
from tui.widgets.panels import LogLine

MOST_LINES = 20
"""Options that are printed at most."""
HELP = """\
Answer with a line. A number of the list, or a beginning that only one has, is as good as its words. With a = before
it a line is only tried: what it says and means is told, and nothing is answered. Other words:
  hint   why   view (your node's own state)   nodes (who is how, as far as you may know; or: nodes p3)
  who (is inside, as you believe)   rows (the worlds beside this one)   disk (what a crash would leave)
  moves (what you may do unasked)   quit
While nobody asks: an empty line lets the world run on to the next thing that happens; "wait 2 s" for that long;
the name of a move does it, with a value if it wants one: "alarm 900 ms". Where there is something to bet on, "bet"
says on what, and "bet lost 70 %" lays a chip."""


def play_acts(level: Level, *, seed: int | None = None, record: Path | None = None) -> int:
    """Play a level by lines, one act after the other as far as they are won; the last exit status. See `play`."""
    worlds: dict[int, World] = {}
    with closing(Progress(find_paths().progress)) as progress:
        if progress.problem:
            print(progress.problem, file=sys.stderr)
        if level.edition != 1:  # what was won before is noted before anything of it is played
            first = level.id.partition("#")[0]
            progress.stars_by_edition(first, f"{first}#{level.of}" if level.of > 1 else first, level.edition)
        status = play(level, seed=seed, record=record, ended=partial(worlds.__setitem__, level.act), progress=progress)
        for begun, act in enumerate(level.acts, 2):
            if status != 0 or record is not None:
                break
            print()
            played = feed(act, worlds[act.fed]) if act.fed else act
            ended = partial(worlds.__setitem__, act.act)
            status = play(played, seed=seed, ended=ended, progress=progress, begun=begun)
    return status


def play(
    level: Level,
    *,
    seed: int | None = None,
    record: Path | None = None,
    lines: TextIO | None = None,
    out: Callable[[str], None] = print,
    ended: Callable[[World], None] = lambda world: None,
    progress: Progress | None = None,
    begun: int = 1,
    start: Callable[[int | None], Session] | None = None,
    go: Callable[[Lines], int] | None = None,
) -> int:
    """Play one level by lines; the exit status: 0 won, 1 lost or left, 2 if it cannot be recorded where it should.

    `ended` is told the world as it was left. `progress`: where it is remembered; None: nowhere. `begun`: how many acts
    of the level have been, this one included. `start` begins a session on a seed, and `go` plays it: those of a level
    that waits for its player, if they are not given."""
    start = start or (lambda seed: session_of(level, seed, paused=True, by_hand=True))
    go = go or Lines.play
    source = sys.stdin if lines is None else lines
    paths = find_paths()
    found = unfinished(paths.journals, level.id, level.scenario.digest(), seed) if record is None else None
    session: Session | None = None
    if found is not None:
        out(f"You were in the middle of this level: {found.words}.")
        out("An empty line goes on where you were; anything else begins anew. >")
        session = _gone_on(level, found) if not source.readline().strip() else None
    if session is None:
        if found is not None:  # a run among the others
            try:
                paths.runs.mkdir(parents=True, exist_ok=True)
                found.run.path.replace(free_name(paths.runs, level.id, found.run.header.seed))
            except OSError as error:
                out(f"The play before stays in {found.run.path}: {error_words(error)}")
        session, found = start(seed), None
    kept = _Remembered(level, session, found, progress, begun)
    bridge = Bridge(level, session, par_of(session.scenario))
    target = record or free_name(paths.runs, level.id, session.scenario.seed)
    name = journal_name(target.stem, kept.number, kept.unseen)
    path = record or (found.run.path if found is not None else paths.journals / name)
    run = found.run if found is not None else None
    if session.sight.everything:  # elsewhere nobody may know it before the end
        bridge.doom = Doom(session, proof_of(level, session.scenario))
    plain = Lines(bridge, source, out)
    signer, unsigned = signer_of(paths)
    if unsigned:
        out(unsigned)
    try:
        recorder = Recorder(
            path, session, level=level.id, text=level.text, unseen=kept.unseen, goes_on=run, signer=signer, began=now()
        )
    except OSError as error:
        if record is not None:
            print(f"ackademy play: {error_words(error)}", file=sys.stderr)
            return EXIT_USAGE
        out(f"This run cannot be saved: {error_words(error)}")
        status = go(plain)
        kept.finish(out)
        ended(session.world)
        return status
    with recorder:
        status = go(plain)
        ended(session.world)
        if path != target:
            try:
                recorder.move(target)
            except OSError as error:
                out(f"It could not be put among the runs: {error_words(error)}")
    kept.finish(out, str(recorder.path))
    if recorder.error is not None:
        out(f"Not all of this run could be saved as {recorder.path}: {error_words(recorder.error)}")
    else:
        out(f"The run is saved as {recorder.path}")
    return status


def play_situation(
    situation: Situation, *, lines: TextIO | None = None, out: Callable[[str], None] = print
) -> World | None:
    """One answer of a daily, by lines: what is known by then, the question, and how the book plays on from the answer.
    The world at its end; None if it was left before the answer."""
    session = session_at(situation)
    bridge = Bridge(situation.level, session, par_of(session.scenario))
    plain = Lines(bridge, sys.stdin if lines is None else lines, out)
    plain.head()
    plain.tell()
    question = session.question
    if question is None or not plain.ask(question.asked):
        plain.out("You have left it.")
        bridge.close()
        return None
    while not session.over:
        if session.question is not None:
            session.answer(session.question.asked.book)
        elif not session.step():
            break
    plain.tell()
    plain.end_as(session.outcome, bridge.reading.figures())
    bridge.close()
    return session.world


class _Remembered:
    """One play in the progress file, if there is one: begun now, or before it was cut short."""

    def __init__(
        self, level: Level, session: Session, found: Unfinished | None, progress: Progress | None, begun: int
    ) -> None:
        self._level = level
        self._session = session
        self._progress = progress
        self._begun = begun
        self.number, self.unseen = (0, False) if found is None else (found.play, found.unseen)
        if progress is not None and not self.number:
            seeds, seed = progress.seeds(level.id), session.scenario.seed
            self.unseen = bool(seeds) and seed not in seeds
            self.number = progress.begin(level.id, seed)

    def finish(self, out: Callable[[str], None], run_file: str = "") -> None:
        """Remember how it ended, and say the stars; nothing where it was left."""
        session, level = self._session, self._level
        if not session.over:
            return
        result = result_of(session.world, hints=session.hints_used, rewinds=session.rewinds, unseen=self.unseen)
        stars = min(result.stars, 1) if level.tries and self._begun > level.tries else result.stars
        if result.won:
            out(f"{star_glyphs(stars)}  {STAR_WORDS[stars]}")
        if self._progress is not None:
            self._progress.finish(
                self.number, won=result.won, stars=stars, messages=result.messages, time_us=result.time_us,
                hints=result.hints, run_file=run_file,
            )  # fmt: skip
            if self._progress.problem:
                out(self._progress.problem)


def _gone_on(level: Level, found: Unfinished) -> Session | None:
    """A session that stands where a play was cut short; None if it does not fit any more."""
    run = found.run
    session = session_of(level, run.header.seed, run.answers, paused=True, by_hand=True)
    try:
        session.go_on(run.by, hints=run.hints, whys=run.whys, rewinds=run.rewinds)
    except DivergedError:
        return None
    return session


def tell_run(
    level: Level, answers: Sequence[Answered], seed: int, out: Callable[[str], None] = print, cut: str = ""
) -> None:
    """A recorded run as lines: what its player knew, what was said of the answers, and how it ended; or that it was
    `cut` short, in words."""
    session = session_of(level, seed, answers, paused=True)
    bridge = Bridge(level, session, par_of(session.scenario))
    told = Lines(bridge, sys.stdin, out)
    told.head()
    while not session.over and session.step():
        told.tell()
    told.tell()
    if cut:
        told.out(f"{cut[0].upper()}{cut[1:]}.")
    else:
        told.end()
    bridge.close()


def tell_replay(level: Level, replay: Replay, out: Callable[[str], None] = print, cut: str = "") -> None:
    """A run that is only watched as lines, as `tell_run` tells it, while it happens again: however long it is, it is
    not held. Raises DivergedError, or ValueError in words, if its file does not fit."""
    bridge = Bridge(level, session_of(level, paused=True), {})
    told = Lines(bridge, sys.stdin, out)
    told.head()
    world = replay.world
    sent = turned = 0
    for entries in replay.steps():
        for entry in entries:
            sent += entry.kind == SEND
            told.tell_line(log_line(entry, bridge.reading.you, True, bridge.reading.show))
        changes = [] if world.changes is None else world.changes.rows
        for change in changes[turned:]:
            time = entries[change.number - entries[0].number].time
            told.tell_line(turn_line(Turn(time, change.node, change.interval, change.opened)))
        turned = len(changes)
    if cut:
        told.out(f"{cut[0].upper()}{cut[1:]}.")
    else:
        told.end_as(world.outcome, [Figure("messages", sent, None)])
    bridge.close()


class Lines:
    """A play as lines: what is told of it, what is asked, and what a line of input does."""

    def __init__(self, bridge: Bridge, source: TextIO, out: Callable[[str], None]) -> None:
        self.bridge = bridge
        self.session = bridge.session
        self.source = source
        self._print = out
        self._told = 0
        self._turned = 0
        self._said = 0

    def out(self, text: str) -> None:
        """Print lines; what peers and files have put into them is nothing that a terminal obeys."""
        self._print(harmless(text, kept="\n"))

    def play(self) -> int:
        """Until the level is over or left; the exit status."""
        self.head()
        self.out('Type "help" for the words that work here.')
        if self.bridge.inspecting is not None:
            begin(self.bridge, self.out)
            self._told = len(self.session.sight)
        while not self.session.over:
            self.tell()
            question = self.session.question
            sits = self.bridge.scene().me is not None or self.bridge.reading.you in (NETWORK, INSPECTOR)
            able = sits and (self.bridge.reading.standing_now() or self.bridge.betting.open())
            if question is None and not able:
                if not self.session.step():
                    break
                continue
            if not (self.ask(question.asked) if question is not None else self.idle()):
                self.out("You have left the level.")
                return 1
        self.tell()
        self.end()
        return 0 if self.session.outcome is not None and self.session.outcome.won else 1

    def head(self) -> None:
        """Who and what for."""
        bridge, level = self.bridge, self.bridge.level
        chairs = {NETWORK: "the network", INSPECTOR: "the inspector", "": "nobody: you watch"}
        you = chairs.get(bridge.reading.you, bridge.reading.you)
        self.out(f"{level.title}{'' if level.title.endswith('?') else '.'} You are {you}.")
        self.out(flat(with_keys(level.texts.brief, level, typed=True)))
        goal = "; ".join(goal.text for goal in bridge.reading.goal()) or "none"
        self.out(f"Goal: {goal}, until {show_duration(level.scenario.limit)}.")

    def end(self) -> None:
        """How it ended."""
        self.end_as(self.session.outcome, self.bridge.reading.figures())
        if self.session.outcome is not None and (lines := cost_lines(self.bridge)):
            self.out("What cost you:")
            for line in lines:
                self.out(flat(line))
        if self.session.outcome is not None:
            self.tell_turn()

    def tell_turn(self) -> None:
        """The last winnable moment, by how little it was missed, and whether a win was luck."""
        won = self.session.outcome is not None and self.session.outcome.won
        if near := near_words(self.bridge):
            self.out(f"{near}: again?")
        if is_turned(self.bridge, stars(self.session.world, bounds=self.bridge.pars)):
            until = monotonic() + SECONDS
            *_, turn = turns(self.bridge, lambda: monotonic() > until)
            for line in told_in_lines(turn):
                self.out(line)
        if won and not self.session.scenario.live:
            for words in luck_words(self.bridge):
                if words:
                    self.out(words)

    def end_as(self, outcome: Outcome | None, figures: Sequence[Figure]) -> None:
        """That it ended so, with these figures."""
        bridge = self.bridge
        if outcome is not None:
            rows = bridge.rows()
            for line in row_lines(rows) if rows else ():
                self.out(line)
            self.out(f"{'WON' if outcome.won else 'LOST'}: {reason_words(outcome.reason)}")
            self.out("; ".join(map(str, figures)))
            for line in self.refutation():
                self.out(line)
            for line in bridge.bet_words():
                self.out(line)
            for words in (
                bridge.end_words(),
                bridge.level.texts.lift if outcome.won or not bridge.level.play.bare else "",
            ):
                if words:
                    self.out(flat(words))
            for line in told(bridge.scene()):
                self.out(f"  {line}")
            for one in bridge.reading.lifted_things:
                self.out(f"  {one.words}")
            if bridge.level.texts.debrief:
                self.out(flat(with_keys(bridge.level.texts.debrief, bridge.level, typed=True)))
        else:
            self.out("Here the run was left.")

    def refutation(self) -> Iterator[str]:
        """If it was sworn falsely that nothing can be done: how it is done."""
        hand = self.session.world.hand
        for given in () if hand is None or hand.sworn is None else hand.sworn.answers or ():
            act = given.choice.partition(".")[2].replace("_", " ")
            value = self.bridge.reading.show(given.choice, given.value)
            yield f"  This does it: {act} {value}, at {show_duration(given.at)}"

    def tell(self) -> None:
        """Print what has become known, and what was said."""
        words: Sequence[Words] = self.bridge.words
        sight = self.session.sight  # the fog stays: the debrief says what there is to say
        for entry in sight.entries(self._told):
            self._told += 1
            line = log_line(entry, self.bridge.reading.you, sight.everything, self.bridge.reading.show)
            self.tell_line(line)
        for turn in sight.turns(self._turned):
            self._turned += 1
            line = turn_line(turn)
            self.tell_line(line)
        before = ("", "")
        for one in words[self._said :]:
            if (one.sign, one.text) != before:  # of many answers that were alike one line says it
                self.out(f"{one.sign} {one.text}")
            before = (one.sign, one.text)
        self._said = len(words)
        doom = self.bridge.doom
        while doom.at_work:
            doom.work()
        if doom.tell():
            self.out(f"! {doom.words}.")
        if self.bridge.inspecting is not None:
            tell_blow(self.bridge.inspecting, self.out)

    def tell_line(self, line: LogLine | None) -> None:
        """A line of the log, with its time."""
        if line is not None:
            self.out(f"{line.time / SECOND:9.3f} s  {line.words}")

    def line(self, prompt: str) -> str | None:
        """One line of input; None at its end, or when the player leaves."""
        self.out(prompt)
        text = self.source.readline()
        return None if not text or text.strip() in ("quit", "exit") else text.strip()

    def ask(self, asked: Asked) -> bool:
        """Ask the open question until it is answered; False if the player leaves."""
        self.put(asked)
        while (text := self.line(">")) is not None:
            if self.reply(asked, text):
                return True
        return False

    def put(self, asked: Asked) -> None:
        """Say what is asked, and what may be answered. Options are numbered where these numbers pick them:
        where a number is asked for, 1 is the number 1, and not the first of the list."""
        options = self.options(asked)
        self.out(f"? {words_of(asked)}")
        domain = asked.choice.domain
        lines = [f"{spelled(piece)}{self.note(asked, piece)}" for piece in self.bridge.pieces(asked)]
        self.print_options([f"{place}  {line}" if domain.numbered else line for place, line in enumerate(lines, 1)])
        if not options and (how := domain.how(asked)):
            self.out(f"({how})")
        numbers = {option: number for option, number in self.bridge.numbers(asked).items() if option in options}
        picked = all(self.picks(asked, number, option, options) for option, number in numbers.items())
        self.print_options(
            [
                f"{number if picked else '-'}  {shown(asked, option)}{self.note(asked, option)}"
                for option, number in numbers.items()
            ]
        )

    def reply(self, asked: Asked, text: str) -> bool:
        """A line while that is asked: a command, or an answer; is it answered by it?"""
        options = self.options(asked)
        if text[:1] == "=":
            self.tell_meaning(asked, text[1:], options)
            return False
        if self.command(text):
            return False
        try:
            self.session.answer(self.value_of(asked, text, options))
        except (LookupError, ValueError) as error:
            self.out(f"!! {error}")
            return False
        return True

    def tell_meaning(self, asked: Asked, text: str, options: Sequence[Value]) -> None:
        """Say what an answer would be, and what that means; it is not given."""
        try:
            value = self.value_of(asked, text, options)
        except ValueError as error:
            self.out(f"!! {error}")
            return
        means = asked.choice.means
        self.out(f"= {shown(asked, value)}{f': {means(asked, value)}' if means else ''}")

    def print_options(self, lines: Sequence[str]) -> None:
        """What may be chosen, a line each: all of a few; of many the first, or none where answers are typed."""
        many = 0 if self.session.asks == "type" else MOST_LINES
        first = len(lines) if len(lines) <= FEW else many
        for line in lines[:first]:
            self.out(f"  {line}")
        if len(lines) > first:
            self.out(f"  ({len(lines) - first}{' more' if first else ''}: type the beginning of one)")

    def idle(self) -> bool:
        """Nobody asks: let the player move, or let the world go on."""
        text = self.line(f"[{' / '.join(self.able())}, or empty to go on] >")
        if text is None:
            return False
        self.act(text)
        return True

    def able(self) -> list[str]:
        """What may be done unasked now, by its names."""
        able = [one.label for one in self.bridge.reading.standing_now()]
        return able + [move.label for move in self.bridge.betting.moves() if move.alive]

    def act(self, text: str) -> None:
        """A line while nobody asks: a command, a move, or that the world is to go on."""
        if self.command(text):
            return
        word, _, rest = text.partition(" ")
        if not text:
            self.session.step()
        elif word == "wait" and not self.names_move(text):
            self.wait(rest)
        elif word == "bet" or self.bridge.betting.key(text) is not None:
            self.bet(text, rest.strip())
        else:
            self.move(text)

    def wait(self, text: str) -> None:
        """Let so much of the own clock's time pass, or until something is asked. Whoever sets it meanwhile does not
        make that longer or shorter."""
        try:
            duration = parse_duration(text)
        except ValueError as error:
            self.out(f"!! {error}")
            return
        until = self.session.world.now + self.session.sight.lasts(duration)
        while self.session.question is None and (left := until - self.session.world.now) > 0:
            if not self.session.wait(left):
                break
            self.tell()

    def names_move(self, text: str) -> bool:
        """Does it begin with the name of something that can be done now, such as "wait ok"?"""
        return any(f"{text} ".startswith(f"{one.label} ") for one in self.bridge.reading.standing_now())

    def move(self, text: str) -> None:
        """Make a move by its name, with a value behind it if it wants one."""
        for one in sorted(self.bridge.reading.standing_now(), key=lambda one: -len(one.label)):
            verb = one.key if text.split()[0] == one.key else one.label
            if text == verb or text.startswith(verb + " "):
                chair = self.bridge.holding or self.bridge.inspecting
                if chair is not None and text != verb:  # there is no frame here: it is named
                    problem = self.reach(one.choice, text[len(verb) :].strip())
                    if problem:
                        self.out(f"!! {problem}")
                    return
                problem = self.bridge.start(one)
                doing = self.bridge.doing
                if not problem and doing is not None:
                    rest = text[len(verb) :].strip()
                    problem = self.give(doing.asked, doing.how, rest)
                    self.bridge.doing = None
                if problem:
                    self.out(f"!! {problem}")
                return
        self.out(f'!! {text!r} is nothing that can be done now; "help" says what can')

    def bet(self, text: str, rest: str) -> None:
        """Lay a chip: by the level's key, or by a chance; without one, say what may be bet on now."""
        betting = self.bridge.betting
        key = betting.key(text)
        if key is not None:
            problem = betting.lay(key)
            self.out(f"!! {problem}" if problem else f". bet {key.side} {SURE} %")
            return
        found = betting.open()
        if not found:
            self.out(f"!! {betting.nothing}")
            return
        asked: Asked | None = found[0]
        if len(found) > 1:
            number, _, rest = rest.partition(" ")
            asked = found[int(number) - 1] if number.isdigit() and 1 <= int(number) <= len(found) else None
        if asked is None or not rest:
            for place, one in enumerate(found, 1):
                number = f"{place} " if len(found) > 1 else ""
                self.out(f"  bet {number}({one.choice.domain.how(one)}): {words_of(one)}")
            self.out(f"  chips left: {betting.chips}")
            return
        try:
            share = asked.choice.domain.parse(asked, rest)
        except ValueError as error:
            self.out(f"!! {error}")
            return
        problem = betting.give(asked, share)
        self.out(f"!! {problem}" if problem else f". bet {shown(asked, share)}")

    def reach(self, choice: Choice, text: str) -> str:
        """An act of the network's hand, or of an inspector, on what is named."""
        offers = {asked.choice.name: asked for asked in self.session.offers()}
        return self.give(offers[choice.name], "move", text)

    def give(self, asked: Asked, how: str, text: str) -> str:
        try:
            value = self.value_of(asked, text, self.options(asked))
            do = self.session.move if how == "move" else self.session.keep
            do(asked.choice.name, value, asked.node)
            if how == "keep":
                self.out(f". {asked.choice.name.rpartition('.')[2]}: {shown(asked, value)}, {asked.holds}")
        except (LookupError, ValueError) as error:
            return str(error)
        return ""

    def options(self, asked: Asked) -> list[Value]:
        """What is listed: the few words of the question, or candidates where the level lists them."""
        return list(self.bridge.options(asked)) if asked.choice.domain.whole else []

    def note(self, asked: Asked, option: Value) -> str:
        """A few words on an option, as the screen's list has them: ": it never arrives"."""
        setting = self.bridge.setting(asked, self.session.question)
        words = setting.notes.get(option, "")
        if not words and isinstance(asked.choice.domain, OneOf):
            words = asked.choice.domain.words.get(option, "")
        return f": {words}" if words else ""

    def value_of(self, asked: Asked, text: str, options: Sequence[Value]) -> Value:
        """The value of a line: the number of an option, or what was typed. Raises ValueError in words."""
        domain = asked.choice.domain
        if domain.numbered and (placed := by_places(self.bridge.pieces(asked), text)) is not None:
            text = domain.show(placed)
        try:
            return domain.parse(asked, text)
        except ValueError:
            numbered = {number: option for option, number in self.bridge.numbers(asked).items() if option in options}
            if text.isdigit() and int(text) in numbered:
                return numbered[int(text)]
            raise

    def picks(self, asked: Asked, number: int, option: Value, options: Sequence[Value]) -> bool:
        """Is this option what a line with this number alone says?"""
        try:
            return bool(self.value_of(asked, str(number), options) == option)
        except (LookupError, ValueError):
            return False

    def command(self, text: str) -> bool:
        """A word that is a command; was it one?"""
        if text == "help":
            self.out(HELP)
        elif text == "hint":
            hint = self.session.hint() or "there are no more"
            self.out(f"hint: {with_keys(hint, self.bridge.level, typed=True)}")
        elif text == "why":
            if self.session.why() is None:
                self.out("There is nothing left to say on your answers so far.")
        elif text == "view":
            if absence := self.bridge.reading.absence():
                self.out(f"  {absence}")
            for name, value in self.bridge.scene().view.items():
                self.out(f"  {name}: {value}")
            for line in self.bridge.reading.kept_line():
                self.out(f"  {line}")
        elif text.split()[:1] == ["log"] and self.bridge.inspecting is not None:
            tell_log(self.bridge, text.removeprefix("log").strip(), MOST_LINES, self.out)
        elif text.split()[:1] == ["nodes"]:
            self.nodes(text.split()[1:])
        elif text == "who":
            for line in told(self.bridge.scene()) or ["Nobody here can be inside anything."]:
                self.out(f"  {line}")
        elif text == "rows":
            for line in row_lines(self.bridge.rows()):
                self.out(f"  {line}")
        elif text == "disk":
            lines = [line for line, _ in disk_lines(self.bridge.reading.disks().look())]
            for line in lines or [said(NOTHING_SAVED)]:
                self.out(f"  {line}")
        elif text == "moves":
            for one in self.bridge.reading.standing_now():
                self.out(f"  {one.label}{f': {one.preview}' if one.preview else ''}")
            for move in self.bridge.betting.moves():
                if move.alive:
                    self.out(f"  {move.label}{f' (or: {move.key})' if move.label != 'bet' else ''}")
        else:
            return False
        self._said = len(self.bridge.words)
        return True

    def nodes(self, names: Sequence[str]) -> None:
        """What is known of each node, a line each; of a crowd, how many are how, and those that are named."""
        scene = self.bridge.scene()
        for name in names:
            if name not in scene.nodes:
                self.out(f"!! there is no node {name!r}")
        known = [name for name in scene.nodes if not scene.look_of(name).hidden]
        chosen = [name for name in scene.nodes if name in names]
        if not names and len(known) > CROWD:
            self.out(f"  {len(known)} nodes: {'; '.join(counts(scene))}")
        elif not names:
            chosen = known
        for name in chosen:
            hidden = scene.look_of(name).hidden
            self.out(f"  {name}: {'not to be known' if hidden else scene.said_of(name) or 'nothing to be said'}")
        if not names and len(known) < len(scene.nodes):
            self.out("  Of the others nothing is known.")


def flat(text: str) -> str:
    """A level's text as one line without its markup."""
    return " ".join(text.replace("**", "").replace("`", "").split())
