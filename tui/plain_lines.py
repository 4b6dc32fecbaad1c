"""A play as lines of text: what is told of it, what is asked, and what a line of input does.

Everything that happens and may be known is one line; a question is asked in words and answered with a line of input.
Words that are commands: hint, why, view, nodes, who, rows, disk, moves, wait, quit, help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import TextIO

from core.kernel.bets import SURE
from core.kernel.choice import Asked, Choice, Value
from core.kernel.domains import OneOf, OrderOf, by_places, spelled
from core.kernel.scenario import NETWORK
from core.kernel.suspects import INSPECTOR
from core.kernel.text import harmless
from core.kernel.time import SECOND, parse_duration, show_duration
from core.kernel.world import Outcome
from core.session.scoring import stars
from tui.bridge import (
    Bridge,
    Figure,
    Words,
    log_line,
    reason_words,
    turn_line,
    with_keys,
    words_of,
)
from tui.controls import shown
from tui.controls.choosing import FEW
from tui.costs import cost_lines
from tui.ending import SECONDS, is_turned, luck_words, near_words, told_in_lines, turns
from tui.language import said
from tui.look.strip import told
from tui.pictures.crowd import counts
from tui.pictures.general import CROWD
from tui.plain_inspector import begin, tell_blow, tell_log
from tui.prose import unmarked
from tui.row_lines import row_lines
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
        note = self.notes(asked)
        lines = [f"{spelled(piece)}{note(piece)}" for piece in self.bridge.pieces(asked)]
        self.print_options([f"{place}  {line}" if domain.numbered else line for place, line in enumerate(lines, 1)])
        if not options and (how := domain.how(asked)):
            self.out(f"({how})")
        numbered = self.numbered(asked, options)
        picked = all(self.picks(asked, number, option, numbered) for number, option in numbered.items())
        self.print_options(
            [
                f"{number if picked else '-'}  {shown(asked, option)}{note(option)}"
                for number, option in numbered.items()
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
            self.session.answer(self.value_of(asked, text, self.numbered(asked, options)))
        except (LookupError, ValueError) as error:
            self.out(f"!! {error}")
            return False
        return True

    def tell_meaning(self, asked: Asked, text: str, options: Sequence[Value]) -> None:
        """Say what an answer would be, and what that means; it is not given."""
        try:
            value = self.value_of(asked, text, self.numbered(asked, options))
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
            value = self.value_of(asked, text, self.numbered(asked, self.options(asked)))
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

    def notes(self, asked: Asked) -> Callable[[Value], str]:
        """What gives a few words on an option, as the screen's list has them: ": it never arrives"."""
        noted = self.bridge.setting(asked, self.session.question).notes
        domain = asked.choice.domain

        def note(option: Value) -> str:
            words = noted.get(option, "")
            if not words and isinstance(domain, OneOf):
                words = domain.words.get(option, "")
            return f": {words}" if words else ""

        return note

    def numbered(self, asked: Asked, options: Sequence[Value]) -> dict[int, Value]:
        """By number what of these is listed."""
        listed = set(options)
        return {number: option for option, number in self.bridge.numbers(asked).items() if option in listed}

    def value_of(self, asked: Asked, text: str, numbered: Mapping[int, Value]) -> Value:
        """The value of a line: the number of an option, or what was typed. Raises ValueError in words."""
        domain = asked.choice.domain
        whole = isinstance(domain, OrderOf)
        if domain.numbered and (placed := by_places(self.bridge.pieces(asked), text, whole=whole)) is not None:
            text = domain.show(placed)
        try:
            return domain.parse(asked, text)
        except ValueError:
            if text.isdigit() and int(text) in numbered:
                return numbered[int(text)]
            raise

    def picks(self, asked: Asked, number: int, option: Value, numbered: Mapping[int, Value]) -> bool:
        """Is this option what a line with this number alone says?"""
        try:
            return bool(self.value_of(asked, str(number), numbered) == option)
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
    return " ".join(unmarked(text).split())
