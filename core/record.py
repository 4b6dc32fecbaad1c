"""Run files: a run as its answers, written as they are given, so that a killed game loses nothing.

FORMAT 1, UTF-8 text, one JSON object a line:

    {"ackademy": "run", "format": 1, "engine": "0.1.0", "rules": {"echo": 1}, "level": "premise/echo",
     "text": "[level]…", "scenario": "<SHA-256 of the compiled scenario>", "seed": 7}
    {"after": 3, "at": 40000, "node": "server", "choice": "echo.number", "value": 1, "how": "answer", "by": "you"}
    {"back": 0}                      the answers from number 0 on are taken back: what follows is another branch
    {"hint": 1}  {"why": "echo.number"}
    {"result": {"won": true, "reason": "…", "stars": 2, "measures": {"messages": 4, "time": 160000}, "time_us": 160000,
                "messages": 4, "answers": 2, "mistakes": 0, "hints": 0, "rewinds": 0, "unseen": false,
                "trace_sha256": "…"}}

A live run (core.live) is format 2: the level names nodes that stand for those outside, and between the answers is the
journal of all that came from there, with its bytes; the scenario with these arrivals runs the same way again:

    {"came": 52107, "from": "curl", "to": "server", "what": "datagram", "hex": "4500…"}
    {"came": 60233, "from": "curl", "to": "server", "what": "data", "stream": "curl>server#1", "hex": "…"}
    {"ended": 731102}                its last moment, before the result

`after` counts events (World.count), `at` is true time in µs, a value is an integer, a text, null, a list of these, or
{"hex": "…"} for bytes. A last line without its end, as a kill may leave it, is left out. What compiles a level's text
into a scenario is passed in: this module knows no level files.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from core.kernel.choice import Kind
from core.kernel.data import as_json, from_json
from core.kernel.scenario import ARRIVALS, Arrival, Scenario
from core.kernel.text import harmless
from core.kernel.world import Answered, DivergedError, World, replayed
from core.session import stars

FORMAT = 1
LIVE_FORMAT = 2
MOST_BYTES = 64 * 1024 * 1024
"""A run file larger than this is not read."""

_NAME = re.compile(r"[\w./:*-]{1,200}")
_HOW = ("answer", "move", "keep")

Compile = Callable[[str, int], Scenario]
"""A level's text and a seed → its scenario. Raises ValueError in words."""


class RunFileError(ValueError):
    """A run file cannot be read: str() names file, line and what is wrong, in words."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}" if line else f"{path}: {problem}")
        self.path = Path(path)
        self.line = line
        self.problem = problem


@dataclass(frozen=True)
class Header:
    """What was played, and by which rules. `level` is an id or a file's name, `text` the whole level."""

    level: str
    text: str
    scenario: str
    seed: int
    rules: Mapping[str, int]
    engine: str
    format: int = FORMAT


@dataclass(frozen=True)
class Result:
    """How a run ended, as its last line claims."""

    won: bool
    reason: str
    stars: int
    measures: Mapping[str, int]
    time_us: int
    messages: int
    answers: int
    mistakes: int
    trace_sha256: str
    hints: int = 0
    rewinds: int = 0
    unseen: bool = False


@dataclass(frozen=True)
class Run:
    """A run file, read. `result` is None if the game ended early; `branches`: the answers that were taken back;
    `torn`: the last line was left unfinished and is left out; `by`: who gave each answer."""

    path: Path
    header: Header
    answers: tuple[Answered, ...]
    result: Result | None
    by: tuple[str, ...] = ()
    branches: tuple[tuple[Answered, ...], ...] = ()
    hints: int = 0
    whys: int = 0
    torn: bool = False
    journal: tuple[Arrival, ...] = ()
    """What came from outside, of a live run."""
    ended: int | None = None
    """When a live run was ended, true µs."""


@dataclass(frozen=True)
class Verification:
    """What re-executing a run showed. `why` in words if it is not verified; `world` where it stands at the end."""

    verified: bool
    why: str = ""
    world: World | None = field(default=None, compare=False)


def engine_version() -> str:
    """The version of this engine, "0" if it runs uninstalled."""
    try:
        return metadata.version("ackademy")
    except metadata.PackageNotFoundError:
        return "0"


def header_of(scenario: Scenario, level: str, text: str) -> Header:
    """The header of a run of this scenario."""
    rules = {name: protocol.rules for name, protocol in sorted(scenario.protocols.items())}
    form = LIVE_FORMAT if scenario.live else FORMAT
    return Header(level, text, scenario.digest(), scenario.seed, rules, engine_version(), form)


def result_of(world: World, *, hints: int = 0, rewinds: int = 0, unseen: bool = False) -> Result:
    """The result of a world that has ended. Raises LookupError if it has not."""
    if world.outcome is None:
        raise LookupError("the run has not ended")
    mistakes = sum(1 for verdict in world.verdicts if verdict.kind in (Kind.WRONG, Kind.COSTLY))
    return Result(
        won=world.outcome.won,
        reason=world.outcome.reason,
        stars=stars(world, hints=hints, rewinds=rewinds, unseen=unseen),
        measures=world.measures(),
        time_us=world.outcome.at,
        messages=world.evidence().sent(),
        answers=len(world.answers),
        mistakes=mistakes,
        trace_sha256=world.trace_sha256(),
        hints=hints,
        rewinds=rewinds,
        unseen=unseen,
    )


# Writing


def line_of(data: Mapping[str, Any]) -> str:
    """One line of a run file."""
    return json.dumps(data, ensure_ascii=True, separators=(", ", ": ")) + "\n"


def header_line(header: Header) -> str:
    """The first line of a run file."""
    return line_of(
        {
            "ackademy": "run",
            "format": header.format,
            "engine": header.engine,
            "rules": dict(header.rules),
            "level": header.level,
            "text": header.text,
            "scenario": header.scenario,
            "seed": header.seed,
        }
    )


def answer_line(given: Answered, by: str) -> str:
    """The line of one answer."""
    data = {name: getattr(given, name) for name in ("after", "at", "node", "choice")}
    return line_of({**data, "value": as_json(given.value), "how": given.how, "by": by})


def journal_line(arrival: Arrival) -> str:
    """The line of one arrival in a live run's file."""
    data: dict[str, Any] = {
        "came": arrival.at, "from": arrival.source, "to": arrival.destination, "what": arrival.what
    }  # fmt: skip
    if arrival.connection:
        data["stream"] = arrival.connection
    if arrival.what in ("datagram", "data"):
        data["hex"] = arrival.data.hex()
    return line_of(data)


def write(
    path: Path | str,
    header: Header,
    answers: Sequence[Answered],
    result: Result | None = None,
    by: str = "you",
    *,
    journal: Sequence[Arrival] = (),
    ended: int | None = None,
) -> None:
    """A whole run at once (a headless one, say). The file is there in full or not at all. Raises OSError."""
    target = Path(path)
    lines = [header_line(header), *map(journal_line, journal), *(answer_line(given, by) for given in answers)]
    if ended is not None:
        lines.append(line_of({"ended": ended}))
    if result is not None:
        lines.append(line_of({"result": asdict(result)}))
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


# Reading


def read(path: Path | str) -> Run:
    """The run in the file `path`. Raises RunFileError in words, OSError if there is no such file."""
    source = Path(path)
    if source.stat().st_size > MOST_BYTES:
        raise RunFileError(source, 0, f"more than {MOST_BYTES // 1024 // 1024} MiB is no run file")
    data = source.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RunFileError(source, data[: error.start].count(b"\n") + 1, "this is not UTF-8 text") from None
    return _Reader(source).read(text)


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        self.answers: list[Answered] = []
        self.by: list[str] = []
        self.branches: list[tuple[Answered, ...]] = []
        self.result: Result | None = None
        self.hints = 0
        self.whys = 0
        self.live = False
        self.journal: list[Arrival] = []
        self.ended: int | None = None

    def fail(self, problem: str) -> RunFileError:
        return RunFileError(self.path, self.number, problem)

    def read(self, text: str) -> Run:
        lines = text.split("\n")
        torn = bool(lines[-1])
        self.number = 1
        if len(lines) < 2:
            raise self.fail("this is not a run file: its first line is missing or unfinished")
        header = self.header(self.parse(lines[0]))
        for self.number, line in enumerate(lines[1:-1], 2):
            self.take(self.parse(line))
        return Run(
            self.path, header, tuple(self.answers), self.result, tuple(self.by), tuple(self.branches), self.hints,
            self.whys, torn, tuple(self.journal), self.ended,
        )  # fmt: skip

    def parse(self, line: str) -> dict[str, Any]:
        try:
            data = json.loads(line, parse_float=_no_float, parse_constant=_no_float)
        except json.JSONDecodeError as error:
            raise self.fail(f"this is not JSON: {error.msg} at column {error.colno}") from None
        except (ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise self.fail(f"this cannot be read: {clean(reason)}") from None
        if not isinstance(data, dict):
            raise self.fail("every line of a run file is a JSON object")
        return data

    def header(self, data: dict[str, Any]) -> Header:
        if data.get("ackademy") != "run":
            raise self.fail('this is not a run file: its first line lacks "ackademy": "run"')
        number = self.number_of(data, "format", 1)
        if number > LIVE_FORMAT:
            raise self.fail(f"this is format {number}; this engine reads up to {LIVE_FORMAT}: update Ackademy")
        self.live = number == LIVE_FORMAT
        rules = data.get("rules")
        if not isinstance(rules, dict) or not all(
            _NAME.fullmatch(name) and type(version) is int for name, version in rules.items()
        ):
            raise self.fail('"rules" must give every protocol a version number')
        text = self.text(data, "text", lines=True)
        digest = self.text(data, "scenario")
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise self.fail('"scenario" must be a SHA-256 in hexadecimal digits')
        seed = self.number_of(data, "seed")
        return Header(self.text(data, "level"), text, digest, seed, rules, self.text(data, "engine"), number)

    def text(self, data: dict[str, Any], key: str, lines: bool = False) -> str:
        value = data.get(key)
        if not isinstance(value, str):
            raise self.fail(f'"{key}" must be a text')
        if _controls(value, "\n\r\t" if lines else ""):
            raise self.fail(f'"{key}" holds control characters')
        return value

    def name(self, data: dict[str, Any], key: str) -> str:
        value = self.text(data, key)
        if not _NAME.fullmatch(value):
            raise self.fail(f'"{key}" must be a name, not {clean(value)!r}')
        return value

    def number_of(self, data: dict[str, Any], key: str, least: int | None = None) -> int:
        value = data.get(key)
        if type(value) is not int or (least is not None and value < least):
            raise self.fail(f'"{key}" must be a whole number' + (f" of at least {least}" if least is not None else ""))
        return value

    def take(self, data: dict[str, Any]) -> None:
        if "choice" in data:
            self.result = None
            self.answers.append(self.answer(data))
            self.by.append(self.name(data, "by") if "by" in data else "you")
        elif "back" in data:
            place = self.number_of(data, "back", 0)
            if place > len(self.answers):
                raise self.fail(f"it goes back to answer {place}, but there are only {len(self.answers)}")
            self.branches.append(tuple(self.answers))
            del self.answers[place:], self.by[place:]
            self.result = None
        elif "hint" in data:
            self.hints += 1
        elif "why" in data:
            self.whys += 1
        elif "result" in data:
            self.result = self.result_in(data["result"])
        elif self.live and "came" in data:
            self.journal.append(self.arrival(data))
        elif self.live and "ended" in data:
            last = self.journal[-1].at if self.journal else 0
            self.ended = self.number_of(data, "ended", last + 1)
        else:
            raise self.fail("this is neither an answer nor a result")

    def answer(self, data: dict[str, Any]) -> Answered:
        if "value" not in data:
            raise self.fail('an answer needs a "value"')
        try:
            value = from_json(data["value"])
        except (ValueError, RecursionError) as error:
            raise self.fail(clean(str(error))) from None
        if any(_controls(text) for text in _texts(value)):
            raise self.fail('"value" holds control characters')
        how = data.get("how", "answer")
        if how not in _HOW:
            raise self.fail(f'"how" must be one of {", ".join(_HOW)}')
        return Answered(
            self.number_of(data, "after", 0), self.number_of(data, "at", 0), self.name(data, "node"),
            self.name(data, "choice"), value, how,
        )  # fmt: skip

    def arrival(self, data: dict[str, Any]) -> Arrival:
        what = data.get("what")
        if what not in ARRIVALS:
            raise self.fail(f'"what" must be one of {", ".join(ARRIVALS)}')
        try:
            came = bytes.fromhex(self.text(data, "hex")) if what in ("datagram", "data") else b""
        except ValueError:
            raise self.fail('"hex" must be bytes in hexadecimal digits') from None
        stream = "" if what == "datagram" else self.text(data, "stream")
        last = self.journal[-1].at if self.journal else 0
        at = self.number_of(data, "came", last + 1)
        return Arrival(at, self.name(data, "from"), self.name(data, "to"), what, came, stream)

    def result_in(self, data: Any) -> Result:
        if not isinstance(data, dict):
            raise self.fail('"result" must be an object')
        measures = data.get("measures")
        if not isinstance(measures, dict) or not all(type(number) is int for number in measures.values()):
            raise self.fail('"measures" must give every measure a whole number')
        if any(_controls(name) for name in measures):
            raise self.fail('"measures" holds control characters')
        flags: dict[str, Any] = {key: data.get(key, False) for key in ("won", "unseen")}
        if not all(isinstance(value, bool) for value in flags.values()):
            raise self.fail('"won" and "unseen" must be true or false')
        numbers: dict[str, Any] = {
            key: self.number_of(data, key, 0)
            for key in ("stars", "time_us", "messages", "answers", "mistakes", "hints", "rewinds")
        }
        return Result(
            won=flags["won"],
            unseen=flags["unseen"],
            measures=measures,
            reason=self.text(data, "reason"),
            trace_sha256=self.text(data, "trace_sha256"),
            **numbers,
        )


def _no_float(text: str) -> Any:
    raise ValueError(f"numbers here are whole, not {text[:20]}")


def _controls(text: str, allowed: str = "") -> bool:
    """Does the text hold control, format or surrogate characters: what a terminal might obey?"""
    return harmless(text, "", allowed) != text


def _texts(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def clean(text: str, most: int = 80) -> str:
    """Foreign text, fit to be shown anywhere: one short line, no control characters, no brackets of markup."""
    safe = harmless(text[: most + 1]).replace("[", "(").replace("]", ")")
    return safe if len(safe) <= most else safe[: most - 1] + "…"


# Verifying


def scenario_of(run: Run, compile_level: Compile) -> Scenario:
    """The scenario that a run was played on, from the level inside it. Raises ValueError in words if it is not to be
    had: the level does not compile, or it is another one under this engine's rules."""
    scenario = compile_level(run.header.text, run.header.seed)
    for name, version in run.header.rules.items():
        here = scenario.protocols.get(name)
        if here is not None and here.rules != version:
            raise ValueError(f"played by version {version} of the rules of {name}; this engine has {here.rules}")
    if scenario.digest() != run.header.scenario:
        raise ValueError("the level in it compiles to another scenario than the one that was played")
    return with_journal(scenario, run.journal, run.ended)


def with_journal(scenario: Scenario, journal: Sequence[Arrival], ended: int | None = None) -> Scenario:
    """A live scenario with all that came from outside: it runs as it ran then. Raises ValueError in words if the
    journal is not this scenario's."""
    if not journal and ended is None:
        return scenario
    outside = {node.name for node in scenario.nodes if node.outside}
    inside = {node.name for node in scenario.nodes if not node.outside and not node.router}
    for arrival in journal:
        if arrival.source not in outside or arrival.destination not in inside:
            raise ValueError(f"in its journal something comes from {arrival.source} to {arrival.destination}")
    limit = scenario.limit if ended is None else ended
    return replace(scenario, happenings=(*scenario.happenings, *journal), limit=limit)


def verify(run: Run, compile_level: Compile) -> Verification:
    """Re-execute a run: does it end as its last line claims?"""
    try:
        scenario = scenario_of(run, compile_level)
    except ValueError as error:
        return Verification(False, clean(str(error), 400))
    try:
        world = replayed(scenario, run.answers)
    except DivergedError as error:
        return Verification(False, f"its answers do not fit: {clean(str(error), 200)}")
    claimed = run.result
    if claimed is None:
        return Verification(False, "it has no result: the game was ended early", world)
    if world.outcome is None:
        return Verification(False, "its answers end before the run does", world)
    found = result_of(world, hints=claimed.hints, rewinds=claimed.rewinds, unseen=claimed.unseen)
    if claimed.hints < run.hints:
        return Verification(False, f"it claims {claimed.hints} hints, but {run.hints} were taken", world)
    for name in ("trace_sha256", "won", "stars", "messages", "time_us", "answers", "mistakes", "measures"):
        said, true = getattr(claimed, name), getattr(found, name)
        if said != true:
            words = "its trace is another one" if name == "trace_sha256" else f"it claims {name} {said}, it is {true}"
            return Verification(False, clean(words, 200), world)
    return Verification(True, "", world)
