"""The script seat: a student's own Python function answers the player's choices.

    def answer(question, memory):
        return question.candidates[0]

It runs in a process of its own, with a time limit for each answer; questions and answers go over pipes as JSON lines.
`question` has `.choice` (name), `.case`, `.words`, `.view` (dict), `.candidates` (tuple), `.now` (the node's clock, in
µs), `.node` and `.subject` (dict); the parts of the subject are attributes, too. It sees what the chair sees: what
would say the answer (`Choice.hides`) is in none of them. `memory` is a dict that lasts for the run. What the script
prints goes to stderr.

`Script` is the seat for headless runs: it answers at once, as far as the world can tell. `ScriptSeat` is the same for a
session that is played: its answers come from a worker thread, so that no script holds up the screen.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Collection
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from core import script_child
from core.kernel.choice import PASS, Asked, Value
from core.kernel.data import from_json
from core.kernel.scenario import Scenario
from core.kernel.unbiased import unbiased

ANSWER_SECONDS = 2.0
"""The time limit of one answer."""
START_SECONDS = 20.0
"""The time limit of Python's start and of the script's own top level."""


class ScriptError(Exception):
    """The script failed: str() names file, line (if known) and what is wrong."""

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        super().__init__(f"{path}, line {line}: {message}" if line else f"{path}: {message}")
        self.path = path
        self.line = line
        self.message = message


_CHILD = inspect.getsource(script_child)


def hidden_of(scenario: Scenario) -> frozenset[str]:
    """What of a question would say the answer to what the player answers here: nobody in that chair sees it."""
    rooms = {node.name: scenario.protocols[node.protocol] for node in scenario.nodes if node.protocol}
    return frozenset(
        name
        for seat in scenario.player
        if seat.node in rooms
        for choice in rooms[seat.node].choices
        if "*" in seat.choices or choice.name in seat.choices
        for name in choice.hides
    )


def seen(asked: Asked, seed: int, hidden: Collection[str] = ()) -> dict[str, Any]:
    """A question as a script sees it, part by part."""
    found: dict[str, Any] = script_child.value_of(_question(asked, seed, hidden))
    return found


class Script:
    """The seat. A context manager: the process ends with it.

    with Script(Path("policy.py")) as seat: World(scenario, player=seat).run()

    Raises ScriptError when the file cannot be loaded, and out of `World.run` when an answer fails or is impossible.
    """

    waits = False

    def __init__(
        self,
        path: Path | str,
        *,
        seed: int = 0,
        hidden: Collection[str] = (),
        seconds: float = ANSWER_SECONDS,
        load: bool = True,
    ) -> None:
        """`seed`: the run's, by which candidates are ordered (see `core.kernel.unbiased`); `hidden`: see `hidden_of`.
        `load`: wait until the script is there; otherwise `load` must be called before anything is asked."""
        self.path = Path(path)
        self._seconds = seconds
        self._seed = seed
        self._hidden = hidden
        if not self.path.is_file():
            raise ScriptError(self.path, None, "there is no such file")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="script", daemon=True)
        self._reader.start()
        if load:
            self.load()

    def load(self) -> None:
        """Wait until the script is there. Raises ScriptError."""
        try:
            self._hear(START_SECONDS, "did not load")
        except BaseException:
            self.close()
            raise

    def again(self, seed: int) -> None:
        """Another run, on this seed: the script is loaded anew, its memory is empty. Raises ScriptError."""
        self._seed = seed
        try:
            self._write(json.dumps("again") + "\n")
            self._hear(START_SECONDS, "did not load")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Script:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, at once. Harmless twice."""
        process = self._process
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._reader.join(timeout=5)

    def _read(self) -> None:
        """In a thread of its own: a read with a time limit that works on every platform."""
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put("")

    def _hear(self, seconds: float, late: str) -> Any:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise ScriptError(self.path, None, f"it {late} within {seconds:g} s") from None
        if not line:
            code = self._process.wait()
            raise ScriptError(self.path, None, f"its process ended (exit status {code})")
        data = json.loads(line)
        if "error" in data:
            raise ScriptError(self.path, data["line"], data["error"])
        return data.get("value")

    def answer(self, asked: Asked) -> Value:
        """The script's answer. Raises ScriptError."""
        if asked.choice.chance:
            return asked.book
        value = self.exchange(_question_line(asked, self._seed, self._hidden), asked.choice.name)
        self.check(asked, value)
        return value

    def exchange(self, line: str, choice: str) -> Value:
        """One question to the script, its answer back; touches nothing of the world's. Raises ScriptError."""
        self._write(line)
        try:
            return from_json(self._hear(self._seconds, f"did not answer {choice}"))
        except ScriptError:
            self.close()
            raise

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except (OSError, ValueError):  # ValueError: another thread has closed it
            raise ScriptError(self.path, None, "its process has ended") from None

    def check(self, asked: Asked, value: Value) -> None:
        """Is this an answer to the question? Raises ScriptError."""
        _check(self.path, asked, value)


class _StaleError(Exception):
    """Nobody waits for this answer any more."""


class ScriptSeat:
    """The same as an asynchronous seat (core.session.AsyncSeat): a session's screen goes on while the script thinks.

    The process starts with the first question. A question that was withdrawn while the script thought about it is
    answered all the same, to nobody; a script that never ends is told so in words when its time is up.
    """

    name = "policy"
    stops = True

    def __init__(
        self, path: Path | str, *, seed: int = 0, hidden: Collection[str] = (), seconds: float = ANSWER_SECONDS
    ) -> None:
        """`seed` is the run's, by which candidates are ordered; `hidden`: see `hidden_of`.

        Raises ScriptError if there is no such file."""
        self.path = Path(path)
        if not self.path.is_file():
            raise ScriptError(self.path, None, "there is no such file")
        self._seconds = seconds
        self._seed = seed
        self._hidden = hidden
        self._script: Script | None = None
        self._one_at_a_time = threading.Lock()
        self._turn = 0

    async def answer(self, asked: Asked) -> Value:
        """The script's answer. Raises ScriptError."""
        import trio  # headless runs do without it

        if asked.choice.chance:
            return asked.book
        # In the session's thread, since it reads the world; the worker thread sees only the line.
        line = _question_line(asked, self._seed, self._hidden)
        self._turn += 1
        value = await trio.to_thread.run_sync(
            self._exchange, self._turn, line, asked.choice.name, abandon_on_cancel=True
        )
        _check(self.path, asked, value)
        return value

    def _exchange(self, turn: int, line: str, choice: str) -> Value:
        with self._one_at_a_time:
            if turn != self._turn:
                raise _StaleError
            if self._script is None:
                self._script = script = Script(self.path, seconds=self._seconds, load=False)
                script.load()
            script = self._script
            if script is None or turn != self._turn:
                raise _StaleError
            return script.exchange(line, choice)

    def close(self) -> None:
        """End the process, at once; the next question starts another. Harmless twice."""
        self._turn += 1
        script, self._script = self._script, None
        if script is not None:
            script.close()


def _check(path: Path, asked: Asked, value: Value) -> None:
    if value is PASS and asked.choice.standing:
        return
    problem = asked.choice.domain.problem(asked, value)
    if problem:
        raise ScriptError(path, None, f"it answered {value!r} to {asked.choice.name}: {problem}")


def _question_line(asked: Asked, seed: int, hidden: Collection[str]) -> str:
    return json.dumps(_question(asked, seed, hidden)) + "\n"


def _question(asked: Asked, seed: int, hidden: Collection[str]) -> Any:
    """The question as JSON: what the player would be shown, no more."""
    hidden = {*hidden, *asked.choice.hides}
    view = asked.me.view() if asked.me is not None else {}
    return _sent(
        {
            "choice": asked.choice.name,
            "case": asked.case,
            "words": asked.words,
            "view": {name: value for name, value in view.items() if name not in hidden},
            "candidates": unbiased(asked.choice, asked.candidates, seed),
            "now": asked.now,
            "node": asked.node,
            "subject": {name: value for name, value in asked.subject.items() if name not in hidden},
        }
    )


def _sent(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if is_dataclass(value):
        return {"parts": {field.name: _sent(getattr(value, field.name)) for field in fields(value)}}
    if isinstance(value, dict):
        return {"items": [[_sent(key), _sent(item)] for key, item in value.items()]}
    if isinstance(value, tuple | list):
        return [_sent(item) for item in value]
    if isinstance(value, set | frozenset):
        return [_sent(item) for item in sorted(value)]
    return str(value)
