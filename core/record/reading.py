"""Run files: reading what somebody else may have written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from core.kernel.choice import Value
from core.kernel.data import from_json
from core.kernel.scenario import ARRIVALS, Arrival
from core.kernel.text import harmless
from core.kernel.world import ACTS, Answered
from core.record.run import (
    EXPLORED,
    FORMAT,
    KIND_OF_FORMAT,
    KINDS,
    LIVE,
    Attempt,
    Explored,
    First,
    Handed,
    Header,
    NewerFormatError,
    Result,
    Run,
    RunFileError,
    Seal,
)

MOST_BYTES = 64 * 1024 * 1024
"""A run file larger than this is not held as a whole, and no line of one is longer."""

_NAME = re.compile(r"[\w./:*-]{1,200}")
_HEX_32, _HEX_64 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
_HOW = ("answer", "move", "keep", "bet")


def read(path: Path | str, data: bytes | None = None) -> Run:
    """The run in the file `path`, or in the `data` of a file of that name which is somewhere else. Raises RunFileError
    in words, OSError if there is no such file."""
    source = Path(path)
    if data is not None:
        reader = _Reader(source)
        return reader.run(tuple(reader.arrivals(BytesIO(data))))
    if source.stat().st_size > MOST_BYTES:
        raise RunFileError(source, 0, f"more than {MOST_BYTES // 1024 // 1024} MiB is no run file")
    reader = _Reader(source)
    with source.open("rb") as file:
        journal = tuple(reader.arrivals(file))
    return reader.run(journal)


def read_but_journal(path: Path | str) -> Run:
    """The run in the file `path`, but for what came from outside, however much that is: see `journal_in`. Raises as
    `read`."""
    reader = _Reader(Path(path))
    with reader.path.open("rb") as file:
        for _ in reader.arrivals(file):
            pass
    return reader.run(())


def journal_in(path: Path | str) -> Iterator[Arrival]:
    """What came from outside in the run in the file `path`, line by line as it is wanted. Raises as `read`."""
    reader = _Reader(Path(path))
    with reader.path.open("rb") as file:
        yield from reader.arrivals(file)


class _Reader:
    """Reads one file, line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        self.answers: list[Answered] = []
        self.by: list[str] = []
        self.attempts: list[Attempt] = []
        self.kept = 0
        """How many of the answers are those of the attempt before this one."""
        self.result: Result | None = None
        self.hints = 0
        self.rewinds = 0
        self.whys = 0
        self.live = False
        self.sealed = False
        """Is it of a format whose files are sealed, and tell of first answers?"""
        self.firsts: list[First] = []
        self.handed: list[Handed] = []
        self.took: list[int] = []
        self.seals: list[Seal] = []
        self.sum = sha256()
        self.before = ""
        """The checksum of all lines before the present one."""
        self.cr_lf = False
        self.how: tuple[str, ...] = _HOW
        self.head: Header | None = None
        self.torn = False
        self.reached = 0
        self.ended: int | None = None
        self.over = False

    def fail(self, problem: str) -> RunFileError:
        return RunFileError(self.path, self.number, problem)

    def arrivals(self, file: IO[bytes]) -> Iterator[Arrival]:
        """Read the whole file; what came from outside is handed out."""
        for line in self.lines(file):
            data = self.parse(line)
            if self.head is None:
                self.head = self.header(data)
            elif (arrival := self.take(data)) is not None:
                yield arrival
        if self.head is None:
            self.number = 1
            raise self.fail("this is not a run file: its first line is missing or unfinished")

    def lines(self, file: IO[bytes]) -> Iterator[str]:
        """The lines that have an end."""
        while line := file.readline(MOST_BYTES):
            self.number += 1
            if not line.endswith(b"\n"):
                if len(line) == MOST_BYTES:
                    raise self.fail(f"a line of more than {MOST_BYTES // 1024 // 1024} MiB is none of a run file")
                self.torn = True
                return
            if self.sealed and line.startswith(b'{"seal"'):
                self.before = self.sum.hexdigest()
            self.sum.update(line)
            self.cr_lf = self.cr_lf or line.endswith(b"\r\n")
            try:
                yield line.decode("utf-8")[:-1]
            except UnicodeDecodeError:
                raise self.fail("this is not UTF-8 text") from None

    def run(self, journal: tuple[Arrival, ...]) -> Run:
        """What was read, once all was."""
        assert self.head is not None
        answers, by = tuple(self.answers), tuple(self.by)
        return Run(
            self.path, self.head, answers, self.result, by, (*self.attempts, self.attempt()), self.hints, self.rewinds,
            self.whys, self.torn, journal, self.reached, self.ended, self.over, tuple(self.firsts), tuple(self.handed),
            tuple(self.took), tuple(self.seals), self.number - self.torn, self.sum.hexdigest(), self.cr_lf,
        )  # fmt: skip

    def attempt(self) -> Attempt:
        """What was tried since it was last gone back."""
        own, by = tuple(self.answers[self.kept :]), tuple(self.by[self.kept :])
        return Attempt(self.kept, own, by, self.result, self.hints, self.rewinds)

    def parse(self, line: str) -> dict[str, Any]:
        try:
            data = json.loads(line, parse_float=_no_float, parse_constant=_no_float)
        except json.JSONDecodeError as error:
            if self.number == 1:
                raise self.fail("this is not a run file, whose lines are JSON") from None
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
        if number > FORMAT:
            words = f"this is format {number}; this engine reads up to {FORMAT}: update Ackademy"
            raise NewerFormatError(self.path, self.number, words)
        kind = data.get("kind") if number == FORMAT else KIND_OF_FORMAT[number]
        if kind not in KINDS:
            raise self.fail(f'"kind" must be one of {", ".join(KINDS)}')
        self.sealed = number == FORMAT
        self.live = kind == LIVE
        explored = self.explored(data.get("explored")) if kind == EXPLORED else None
        self.how = (*_HOW, *ACTS) if kind == EXPLORED else _HOW
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
        player = self.hexadecimal(data, "player", _HEX_32, "a public key") if self.sealed and "player" in data else ""
        began = self.text(data, "began") if self.sealed and "began" in data else ""
        level, engine = self.text(data, "level"), self.text(data, "engine")
        return Header(level, text, digest, seed, rules, engine, kind, explored, player, began, number)

    def explored(self, data: Any) -> Explored:
        """What an explorer says of the run that it found."""
        if not isinstance(data, dict):
            raise self.fail('"explored" must be an object')
        personas: Any = data.get("personas")
        budget: Any = data.get("budget")
        for name, table, kinds in (("personas", personas, (str,)), ("budget", budget, (int, str))):
            if not isinstance(table, dict) or not all(
                _NAME.fullmatch(key) and type(value) in kinds and not _controls(str(value))
                for key, value in table.items()
            ):
                raise self.fail(f'"{name}" must be an object of names and their values')
        texts = [self.text(data, key) for key in ("room", "scenario", "law")]
        return Explored(texts[0], texts[1], personas, budget, texts[2], self.number_of(data, "opens", 0))

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

    def hexadecimal(self, data: dict[str, Any], key: str, form: re.Pattern[str], words: str) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise self.fail(f'"{key}" must be {words} in hexadecimal digits')
        return value

    def number_of(self, data: dict[str, Any], key: str, least: int | None = None) -> int:
        value = data.get(key)
        if type(value) is not int or (least is not None and value < least):
            raise self.fail(f'"{key}" must be a whole number' + (f" of at least {least}" if least is not None else ""))
        return value

    def take(self, data: dict[str, Any]) -> Arrival | None:
        """Take note of a line; what came from outside, if it tells of that."""
        if "choice" in data:
            self.result = None
            self.answers.append(self.answer(data))
            if self.sealed and "took" in data:
                self.took.append(self.number_of(data, "took", 0))
            self.by.append(self.name(data, "by") if "by" in data else "you")
        elif "back" in data:
            place = self.number_of(data, "back", 0)
            if place > len(self.answers):
                raise self.fail(f"it goes back to answer {place}, but there are only {len(self.answers)}")
            self.attempts.append(self.attempt())
            del self.answers[place:], self.by[place:]
            self.kept = place
            self.result = None
            # Before format 4 nobody wrote how often: not that the same answers were given once more.
            self.rewinds = self.number_of(data, "rewinds", self.rewinds) if self.sealed else self.rewinds + 1
        elif "hint" in data:
            self.hints += 1
        elif "why" in data:
            self.whys += 1
        elif "result" in data:
            self.result = self.result_in(data["result"])
            self.over = True
        elif self.live and "came" in data:
            arrival = self.arrival(data)
            self.reached = arrival.at
            return arrival
        elif self.live and "reached" in data:
            self.reached = self.number_of(data, "reached", self.reached)
        elif self.live and "ended" in data:
            self.ended = self.number_of(data, "ended", self.reached + 1)
            self.over = True
        elif self.sealed and "first" in data:
            self.firsts.append(
                First(self.name(data, "first"), self.text(data, "case"), self.value(data), self.text(data, "label"))
            )
        elif self.sealed and ("handed" in data or "returned" in data):
            over = "handed" in data
            self.handed.append(Handed(self.name(data, "handed" if over else "returned"), self.text(data, "case"), over))
        elif self.sealed and "seal" in data:
            said = self.hexadecimal(data, "seal", _HEX_32, "a SHA-256")
            signature = self.hexadecimal(data, "signature", _HEX_64, "a signature") if "signature" in data else ""
            self.seals.append(Seal(self.number, said, self.before, signature))
        else:
            raise self.fail("this is neither an answer nor a result")
        return None

    def answer(self, data: dict[str, Any]) -> Answered:
        value = self.value(data)
        how = data.get("how", "answer")
        if how not in self.how:
            raise self.fail(f'"how" must be one of {", ".join(self.how)}')
        return Answered(
            self.number_of(data, "after", 0), self.number_of(data, "at", 0), self.name(data, "node"),
            self.text(data, "choice") if how == "bet" else self.name(data, "choice"), value, how,
        )  # fmt: skip

    def value(self, data: dict[str, Any]) -> Value:
        if "value" not in data:
            raise self.fail('an answer needs a "value"')
        try:
            value: Value = from_json(data["value"])
        except (ValueError, RecursionError) as error:
            raise self.fail(clean(str(error))) from None
        if any(_controls(text) for text in _texts(value)):
            raise self.fail('"value" holds control characters')
        return value

    def arrival(self, data: dict[str, Any]) -> Arrival:
        what = data.get("what")
        if what not in ARRIVALS:
            raise self.fail(f'"what" must be one of {", ".join(ARRIVALS)}')
        try:
            came = bytes.fromhex(self.text(data, "hex")) if what in ("datagram", "data") else b""
        except ValueError:
            raise self.fail('"hex" must be bytes in hexadecimal digits') from None
        stream = "" if what in ("datagram", "start") else self.text(data, "stream")
        at = self.number_of(data, "came", self.reached + 1)
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
