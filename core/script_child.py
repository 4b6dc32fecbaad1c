"""What runs in a script's own process (see core.script): it loads the script, reads questions, writes answers.

Its text is handed to Python as it is, so that the process needs nothing of the game: it imports what comes with Python
alone.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any, NoReturn


class Part:
    """A thing with parts, as a script sees it."""

    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)

    def __repr__(self) -> str:
        return "(" + ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items()) + ")"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(repr(self))


def value_of(data: Any) -> Any:
    """What came as JSON."""
    if isinstance(data, list):
        return tuple(value_of(item) for item in data)
    if isinstance(data, dict):
        if set(data) == {"hex"}:
            return bytes.fromhex(data["hex"])
        if set(data) == {"parts"}:
            return Part(**{name: value_of(item) for name, item in data["parts"].items()})
        return {value_of(name): value_of(item) for name, item in data["items"]}
    return data


def json_of(value: Any) -> Any:
    """An answer as JSON keeps it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return {"hex": bytes(value).hex()}
    if isinstance(value, (tuple, list)):
        return [json_of(item) for item in value]
    raise TypeError(f"an answer is a whole number, a text, bytes, None or a tuple of these, not {value!r}")


class Child:
    """The loop. Its own standard output is kept for answers; what the script prints goes to standard error."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._answer: Any = None
        self._memory: dict[Any, Any] = {}

    def run(self) -> None:
        """Load the script, then answer line by line; `again` begins another run, with nothing left of the last."""
        sys.path.insert(0, os.path.dirname(os.path.abspath(self._path)))
        self._load()
        for text in sys.stdin:
            data = json.loads(text)
            if data == "again":
                self._load()
                continue
            data = value_of(data)
            question = Part(**{**data["subject"], **data})
            try:
                self._say({"value": json_of(self._answer(question, self._memory))})
            except BaseException as error:
                self._fail(error)

    def _load(self) -> None:
        try:
            names: dict[str, Any] = {"__name__": "ackademy_script", "__file__": self._path}
            with open(self._path, "rb") as file:
                source = file.read()
            exec(compile(source, self._path, "exec"), names)
            self._answer, self._memory = names.get("answer"), {}
            if not callable(self._answer):
                raise NameError("it has no function answer(question, memory)")
        except BaseException as error:
            self._fail(error)
        self._say({"ready": True})

    def _say(self, data: Any) -> None:
        self._out.write(json.dumps(data) + "\n")
        self._out.flush()

    def _fail(self, error: BaseException) -> NoReturn:
        line = None
        if isinstance(error, SyntaxError) and error.filename == self._path:
            line = error.lineno
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename == self._path:
                line = frame.lineno
        words = error.msg if isinstance(error, SyntaxError) else str(error)
        name = type(error).__name__
        self._say({"error": f"{name}: {words}" if words else name, "line": line})
        sys.exit(1)


if __name__ == "__main__":
    Child(sys.argv[1]).run()
