"""Moves as a policy: what a player did in one run, as a Python function that does the same, for `core.script`.

The run is played again, and of every answer it is taken down what the chair could see then (`core.script.seen`, so no
more than a script will see) and what was said. For each choice, and if need be for each of its cases, the simplest rule
is looked for that tells all of these answers: one value, a part of what was seen, such a part and a little, two parts
together, a bound, a table. Where nothing tells them they are listed in their order. So the policy does on the run's own
seed what the player did, as far as somebody who is asked at the same moments can, and it is a text to go on from.
"""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.kernel.choice import PASS, Asked, Choice, Value
from core.kernel.domains import Number
from core.kernel.scenario import Scenario
from core.kernel.text import harmless
from core.kernel.world import Answered, World
from core.script import hidden_of, seen
from core.script_child import Part

WIDTH = 80
"""Columns of a line of a policy, where it can be broken."""
PLAIN = 16
"""Numbers up to this are counts and flags: that one equals something seen tells nothing."""
LITTLE = (1, -1, 2, -2)
"""What may be added to a part of what was seen."""
MOST_PARTS = 40
"""Parts of what was seen that are looked at: a room's own first."""
MOST_ROWS = 12
"""Rows of a table."""
LONG_KEY = 24
"""Letters of a row's key: what is longer is a state of its own, and does not come again."""
MOST_DECLINED = 2_000
"""Offers that were not taken up and are remembered, of one choice."""


@dataclass(frozen=True)
class Example:
    """One answer: what could be seen, and what was said; PASS of an offer that was not taken up."""

    case: str
    parts: dict[str, Any]
    """Expression → what it came to."""
    now: int
    value: Value
    listed: bool
    """Was it one of the candidates?"""


@dataclass
class Moves:
    """All that a run tells of one choice.

    given    the answers, the moves; `declined`: offers that were let pass; `kept`: (local µs, value) of a setting.
    words    the question when it was first put.
    """

    choice: Choice
    given: list[Example] = field(default_factory=list)
    declined: list[Example] = field(default_factory=list)
    kept: list[tuple[int, Value]] = field(default_factory=list)
    words: str = ""


class NoPolicyError(Exception):
    """Of this run no policy can be made; in words."""


def policy_of(
    scenario: Scenario, answers: Sequence[Answered], title: str = "", level: str = "", until: int | None = None
) -> str:
    """The source of a policy that answers as these answers do. `title` and `level`: what its head says it is of;
    `until`: the event to which the run has come, None if it has ended.

    Raises NoPolicyError in words, DivergedError if the answers do not fit.
    """
    if scenario.live:
        raise NoPolicyError("this run was played against programs outside, which no script can meet again")
    if not scenario.player and scenario.hand is None and scenario.inspector is None:
        raise NoPolicyError("nobody plays in it: there is nothing to answer")
    return _Writer(scenario.seed, title, level).source(moves_of(scenario, answers, until))


# What was done


def moves_of(scenario: Scenario, answers: Sequence[Answered], until: int | None = None) -> list[Moves]:
    """What the run, up to event `until`, tells of each of the player's choices, in the order in which they came up."""
    return _Reader(scenario).read(answers, until)


class _Reader:
    """Plays a run again, and looks over the player's shoulder."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._hidden = hidden_of(scenario)
        self._world = World(scenario, intervals=False)
        self._found: dict[str, Moves] = {}

    def read(self, answers: Sequence[Answered], until: int | None) -> list[Moves]:
        """What it tells. Raises DivergedError if the answers do not fit."""
        world = self._world
        for given in answers:
            while world.count < given.after and world.step():
                self._note_offers()
            self._note(given)
            world.take(given)
        while (until is None or world.count < until) and world.step():
            self._note_offers()
        return list(self._found.values())

    def _moves(self, asked: Asked) -> Moves:
        moves = self._found.setdefault(asked.choice.name, Moves(asked.choice))
        moves.words = moves.words or asked.words
        return moves

    def _example(self, asked: Asked, value: Value, now: int | None = None) -> Example:
        data = seen(asked, self._scenario.seed, self._hidden)
        return Example(
            asked.case, dict(_parts(data)), asked.now if now is None else now, value, value in asked.candidates
        )

    def _note(self, given: Answered) -> None:
        """An answer, before it is given."""
        world = self._world
        before = world.now  # a script moves right after an event, not between two
        world.advance(given.at)
        if given.how == "answer":
            for question in world.questions:
                if question.node == given.node and question.asked.choice.name == given.choice:
                    self._moves(question.asked).given.append(self._example(question.asked, given.value))
                    return
        elif given.how == "move":
            for asked in world.offers(given.node):
                if asked.choice.name == given.choice:
                    moves = self._moves(asked)
                    node = world.nodes.get(given.node)
                    now = before if node is None else node.clock.read(before)
                    if moves.declined and moves.declined[-1].now == now:
                        moves.declined.pop()  # the same offer: it was taken up after all
                    moves.given.append(self._example(asked, given.value, now))
        elif given.how == "keep" and given.node in world.nodes:
            node = world.nodes[given.node]
            if node.protocol is not None:
                choice = node.protocol.choice(given.choice)
                moves = self._found.setdefault(choice.name, Moves(choice))
                moves.kept.append((node.clock.read(given.at), given.value))

    def _note_offers(self) -> None:
        """What could be done now and is not."""
        world = self._world
        waits = world.offers_wait
        if not waits or world.questions:
            return
        for asked in world.offers(waits):
            moves = self._moves(asked)
            if len(moves.declined) < MOST_DECLINED:
                moves.declined.append(self._example(asked, PASS))


def _parts(data: Any) -> Iterator[tuple[str, Any]]:
    """Whatever a question shows, each with the expression that reads it in a policy."""
    subject = data["subject"]
    for name, value in subject.items():
        own = f"question.{name}" if _is_name(name, data) else f"question.subject[{name!r}]"
        yield from _parts_of(own, value)
    for name, value in data["view"].items():
        yield from _parts_of(f"question.view[{name!r}]", value)


def _parts_of(expression: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Part):
        for name, inner in vars(value).items():
            if name.isidentifier() and not keyword.iskeyword(name):
                yield from _parts_of(f"{expression}.{name}", inner)
    elif value is not None and not isinstance(value, dict):
        yield expression, value


def _is_name(name: str, data: Any) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name not in data


# Rules


@dataclass(frozen=True)
class Rule:
    """What tells a value from what is seen: the expression for it, and the part that it reads; "" if it reads none.
    `rows`: of the table that it looks into, if it does."""

    expression: str
    reads: str = ""
    rows: tuple[str, ...] = ()

    def table(self, pad: str) -> Iterator[str]:
        """The lines of its table."""
        if self.rows:
            yield f"{pad}table = {{"
            yield from _rows(self.rows, f"{pad}    ")
            yield f"{pad}}}"


def _plainly(examples: Sequence[Example]) -> Rule | None:
    """One value for all of these, or a part of what was seen, or a sum; None if that does not tell them."""
    values = [example.value for example in examples]
    number = type(values[0]) is int
    large = number and any(type(value) is int and abs(value) > PLAIN for value in values)
    if all(_same(value, values[0]) for value in values):
        formula = _formula(examples) if large else None
        if formula is not None and (len(examples) == 1 or _varies(examples, formula.reads)):
            return formula  # a large number that was seen just then is no constant
        return Rule(repr(values[0]))
    return _formula(examples) if number else _same_as(examples)


def _told(examples: Sequence[Example]) -> Rule | None:
    """The simplest rule that tells all of these answers; None if none was found."""
    return _plainly(examples) or _bound(examples) or _table(examples)


def _same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and bool(one == other)


def _varies(examples: Sequence[Example], expression: str) -> bool:
    return len({repr(example.parts.get(expression)) for example in examples}) > 1


def _shared(examples: Sequence[Example], kinds: type | tuple[type, ...]) -> list[str]:
    """The expressions that every one of these could read, and that are of this kind."""
    found = [
        name for name, value in examples[0].parts.items() if isinstance(value, kinds) and not isinstance(value, bool)
    ]
    return [
        name
        for name in found
        if all(isinstance(other.parts.get(name), kinds) and not isinstance(other.parts.get(name), bool)
               for other in examples)
    ][:MOST_PARTS]  # fmt: skip


def _same_as(examples: Sequence[Example]) -> Rule | None:
    """A part that is the answer, of whatever kind."""
    for name in examples[0].parts:
        if all(name in one.parts and _same(one.parts[name], one.value) for one in examples):
            return Rule(name)
    return None


def _formula(examples: Sequence[Example]) -> Rule | None:
    """A part that is the number answered; that and a little; two parts together."""
    if any(type(one.value) is not int for one in examples):
        return None
    names = _shared(examples, int)
    for more in (0, *LITTLE):
        for name in names:
            if all(one.parts[name] + more == one.value for one in examples):
                return Rule(f"{name} {'+' if more > 0 else '-'} {abs(more)}" if more else name, name)
    if len(examples) < 2:
        return None  # two of so many numbers make any third
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            if all(one.parts[name] + one.parts[other] == one.value for one in examples):
                return Rule(f"{name} + {other}", name)
    for name in names:
        for other in names:
            if name != other and all(one.parts[name] - one.parts[other] == one.value for one in examples):
                return Rule(f"{name} - {other}", name)
    return None


def _bound(examples: Sequence[Example]) -> Rule | None:
    """One value up to a bound of a number, another one from it on."""
    values = _distinct(examples)
    if len(values) != 2:
        return None
    for name in _shared(examples, int):
        split = _split([(one.parts[name], _same(one.value, values[0])) for one in examples])
        if split is not None:
            bound, first_above = split
            above, below = (values[0], values[1]) if first_above else (values[1], values[0])
            return Rule(f"{above!r} if {name} >= {bound} else {below!r}")
    return None


def _split(pairs: Sequence[tuple[int, bool]]) -> tuple[int, bool] | None:
    """(the least number of the upper side, which side that is), if a bound parts the true from the false."""
    yes = [number for number, side in pairs if side]
    no = [number for number, side in pairs if not side]
    if not yes or not no:
        return None
    if min(yes) > max(no):
        return min(yes), True
    if min(no) > max(yes):
        return min(no), False
    return None


def _table(examples: Sequence[Example]) -> Rule | None:
    """What one part of what was seen decides: in half as many rows as there were answers, so that it says something."""
    usual = Counter(repr(one.value) for one in examples).most_common(1)[0][0]
    best: dict[str, str] | None = None
    read = ""
    for name in _shared(examples, (int, str)):
        rows: dict[str, str] = {}
        fits = all(rows.setdefault(repr(one.parts[name]), repr(one.value)) == repr(one.value) for one in examples)
        short = all(len(key) <= LONG_KEY for key in rows)
        if fits and short and 2 * len(rows) <= len(examples) and (best is None or len(rows) < len(best)):
            best, read = rows, name
    if best is None or len(best) > MOST_ROWS:
        return None
    return Rule(f"table.get({read}, {usual})", read, tuple(f"{key}: {value}" for key, value in best.items()))


def _distinct(examples: Sequence[Example]) -> list[Value]:
    found: list[Value] = []
    for one in examples:
        if not any(_same(one.value, other) for other in found):
            found.append(one.value)
    return found


def _when(given: Sequence[Example], declined: Sequence[Example]) -> str | None:
    """The condition that holds whenever a move was made, and never when it was not; None if none was found."""
    if not declined:
        return "True"
    cases, others = {one.case for one in given}, {one.case for one in declined}
    if not cases & others:
        return _is_one_of("question.case", sorted(cases))
    for one in sorted(cases - others):  # of several, those that say it are no help while another does not
        if all(other.case == one for other in given):
            return f"question.case == {one!r}"
    both = [*given, *declined]
    for name in _shared(both, int):
        split = _split([(one.parts[name], True) for one in given] + [(one.parts[name], False) for one in declined])
        if split is not None:
            bound, above = split
            return f"{name} {'>=' if above else '<'} {bound}"
    for name in _shared(both, (str, int, tuple)):
        values = {repr(one.parts[name]) for one in given}
        if len(values) <= 3 and not values & {repr(one.parts[name]) for one in declined}:
            return f"{name} in ({', '.join(sorted(values))},)"
    return None


def _is_one_of(name: str, values: Sequence[str]) -> str:
    return f"{name} == {values[0]!r}" if len(values) == 1 else f"{name} in {tuple(values)!r}"


# The text


HELPERS = {
    "fitting": '''
def fitting(question, value):
    """Your answer where it can be given here; else the first that can."""
    return value if value in question.candidates else question.candidates[0]
''',
    "if_possible": '''
def if_possible(question, value):
    """Your move where it can be made now; else none."""
    return value if value in question.candidates else None
''',
    "in_turn": '''
def in_turn(question, memory, values):
    """Your answers in their order; the last one from then on."""
    name = question.choice, question.case
    memory[name] = turn = memory.get(name, -1) + 1
    return values[min(turn, len(values) - 1)]
''',
    "since": '''
def since(now, settings):
    """What you had set last at this moment (this node's clock, microseconds)."""
    return [value for time, value in settings if time <= now or time == settings[0][0]][-1]
''',
    "in_time": '''
def in_time(question, memory, moves):
    """Your moves, each once, when its time (microseconds) has come and it can be."""
    done = memory.get(question.choice, 0)
    if done < len(moves) and question.now >= moves[done][0]:
        value = moves[done][1]
        if value in question.candidates or not moves[done][2]:
            memory[question.choice] = done + 1
            return value
    return None
''',
}
"""What a policy may call: it is a file of its own, and has them in it."""


class _Writer:
    """Writes the policy of one run."""

    def __init__(self, seed: int, title: str, level: str) -> None:
        self._seed = seed
        self._title = harmless(title)
        self._level = harmless(level)
        self._helpers: dict[str, None] = {}

    def source(self, found: Sequence[Moves]) -> str:
        body = [*self._body(found)]
        of = f" of {self._title}" if self._title else ""
        head = [
            f"# Your moves{of}, as a policy; seed {self._seed}.",
            f"# On many seeds: ackademy sweep {self._level or 'LEVEL'} --script THIS.py",
            "# question: .choice .case .words .view .candidates .now .node, and what it",
            "# is about; memory: a dict that lasts for a run.",
            "",
        ]
        helpers = [line for name in self._helpers for line in ["", *HELPERS[name].strip("\n").split("\n"), ""]]
        return (
            "\n".join([*head, *helpers, "", "def answer(question, memory):", *body]).replace("\n\n\n\n", "\n\n\n")
            + "\n"
        )

    def _body(self, found: Sequence[Moves]) -> Iterator[str]:
        offers = [moves.choice.name for moves in found if moves.choice.standing and not moves.given]
        for moves in found:
            if moves.given or moves.kept:
                yield f"    if question.choice == {moves.choice.name!r}:"
                if moves.words:
                    yield from _comment(moves.words, 8)
                yield from self._choice(moves)
        if offers:
            yield f"    if {_is_one_of('question.choice', offers)}:"
            yield "        return None  # you did nothing of this kind"
        yield "    # What you were never asked: the first that is listed. Yours to write."
        yield "    return question.candidates[0]"

    def _choice(self, moves: Moves) -> Iterator[str]:
        if moves.choice.standing:
            yield from self._offer(moves)
            return
        by_case: dict[str, list[Example]] = {}
        for one in moves.given:
            by_case.setdefault(one.case, []).append(one)
        if moves.kept:
            for case, examples in by_case.items():
                yield f"        if question.case == {case!r}:{_times(len(examples))}"
                yield from self._answers(moves.choice, examples, 12)
            settings = ", ".join(f"({time}, {value!r})" for time, value in moves.kept)
            if len(moves.kept) == 1:
                yield f"        return {self._fit(moves.choice, repr(moves.kept[0][1]), listed=False)}"
            else:
                self._helpers["since"] = None
                yield f"        return since(question.now, [{settings}])"
            return
        if (
            _plainly(moves.given) is not None
            or len(by_case) == 1
            or (
                _told(moves.given) is not None
                and not all(_plainly(examples) is not None for examples in by_case.values())
            )
        ):
            cases = f" in {len(by_case)} cases" if len(by_case) > 1 else ""
            yield from self._answers(moves.choice, moves.given, 8, f"{_times(len(moves.given))}{cases}")
            return
        for case, examples in by_case.items():
            yield f"        if question.case == {case!r}:{_times(len(examples))}"
            yield from self._answers(moves.choice, examples, 12)

    def _answers(self, choice: Choice, examples: Sequence[Example], indent: int, remark: str = "") -> Iterator[str]:
        """The lines that answer as these did."""
        pad = " " * indent
        rule = _told(examples)
        if rule is not None:
            listed = all(one.listed for one in examples)
            yield from rule.table(pad)
            yield f"{pad}return {self._fit(choice, rule.expression, listed=listed)}{remark}"
            return
        self._helpers["in_turn"] = None
        yield f"{pad}# No rule was found for these: they are yours, in order.{remark.replace('#', '')}"
        listed = all(one.listed for one in examples)
        values = [repr(one.value) for one in examples]
        rows = _rows(values, f"{pad}    ")
        call = self._fit(choice, "in_turn(question, memory, values)", listed=listed)
        yield f"{pad}values = ["
        yield from rows
        yield f"{pad}]"
        yield f"{pad}return {call}"

    def _fit(self, choice: Choice, expression: str, *, listed: bool) -> str:
        """An answer that was one of a list is given where it is listed again."""
        if not listed or isinstance(choice.domain, Number):
            return expression
        self._helpers["fitting"] = None
        return f"fitting(question, {expression})"

    def _offer(self, moves: Moves) -> Iterator[str]:
        when = _when(moves.given, moves.declined)
        rule = _told(moves.given)
        if when is not None and rule is not None:
            made = f"{_times(len(moves.given))}, and let pass {_times(len(moves.declined)).strip(' #')}"
            value = rule.expression
            if all(one.listed for one in moves.given) and value != "True":
                self._helpers["if_possible"] = None
                value = f"if_possible(question, {value})"
            if when != "True":
                yield f"        if {when}:{made}"
                yield from rule.table(" " * 12)
                yield f"            return {value}"
                yield "        return None"
            else:
                yield from rule.table(" " * 8)
                yield f"        return {value}{_times(len(moves.given))}, whenever you could"
            return
        self._helpers["in_time"] = None
        yield "        # No rule was found for when you do this: it is done at your times."
        yield "        moves = ["
        yield from _rows([f"({one.now}, {one.value!r}, {one.listed})" for one in moves.given], " " * 12)
        yield "        ]"
        yield "        return in_time(question, memory, moves)"


def _times(count: int) -> str:
    return f"  # {'once' if count == 1 else f'{count} times'}"


def _comment(text: str, indent: int) -> Iterator[str]:
    line = ""
    for word in harmless(text).split():
        if line and len(line) + 1 + len(word) > WIDTH - indent - 2:
            yield f"{' ' * indent}# {line}"
            line = ""
        line = f"{line} {word}".strip()
    if line:
        yield f"{' ' * indent}# {line}"


def _rows(values: Iterable[str], pad: str) -> list[str]:
    """Values of a list in lines."""
    rows: list[str] = []
    for value in values:
        if rows and len(rows[-1]) + len(value) + 2 <= WIDTH:
            rows[-1] += f" {value},"
        else:
            rows.append(f"{pad}{value},")
    return rows
