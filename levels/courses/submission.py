"""What a student hands in: one file with all that he has played of a course, which he gives to whoever wants it.

A zip that is called so that no platform unpacks it, with `submission.json` (which course, and whose, as he says) and
the runs as they are. Nothing is sent anywhere. What a run proves stands in the run itself, whatever this file says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from levels.courses.tree import OF_SUBMISSION, TreeError, is_zip, open_zip, shown

SUFFIX = ".ackademy"
NOTE = "submission.json"
RUNS = "runs/"
FORMAT = 1
MOST_RUNS = 500
MOST_HEADER = 4 * 1024 * 1024


class SubmissionError(ValueError):
    """Something that was handed in cannot be read, in words."""


@dataclass(frozen=True)
class Submission:
    """What was handed in: the runs, by their files' names. `course` and `student` are what it says; "" if nothing."""

    course: str
    student: str
    runs: Mapping[str, bytes]


def written(course: str, student: str, edition: str, runs: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a submission. `edition`: which edition of the course the student has (course.digest_of)."""
    note = {"ackademy": "submission", "format": FORMAT, "course": course, "student": student, "edition": edition}
    files = {NOTE: (json.dumps(note, ensure_ascii=True) + "\n").encode("ascii")}
    return files | {f"{RUNS}{name}": data for name, data in runs.items()}


def header_of(data: bytes) -> dict[str, Any]:
    """What the first line of a run file says, unverified; {} if it is none."""
    line, _, _ = data[:MOST_HEADER].partition(b"\n")
    try:
        header = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return header if isinstance(header, dict) and header.get("ackademy") == "run" else {}


def read_submission(files: Mapping[str, bytes], name: str) -> Submission:
    """What these files, of one student, hand in: a submission, one that was unpacked, or runs as they are.

    Raises SubmissionError in words.
    """
    runs: dict[str, bytes] = {}
    said: dict[str, str] = {}
    problems: list[str] = []
    for file, data in files.items():
        inner = {file: data}
        if is_zip(data):
            try:
                with open_zip(data, f"{name}/{file}", OF_SUBMISSION) as tree:
                    inner = {f"{file}/{one}": tree.read(one) for one in tree.names}
            except TreeError as error:
                problems.append(str(error))
                continue
        for one, content in inner.items():
            if PurePosixPath(one).name == NOTE:
                said |= _note(content, name)
            elif header_of(content):
                runs[one] = content
    if len(runs) > MOST_RUNS:
        raise SubmissionError(f"{shown(name)}: more than {MOST_RUNS} runs")
    if not runs:
        why = (
            problems[0] if problems else f"there is no run in what was handed in: {', '.join(map(shown, files))[:200]}"
        )
        raise SubmissionError(why)
    return Submission(said.get("course", ""), said.get("student", ""), runs)


def student_said(files: Mapping[str, bytes]) -> str:
    """Whose these files say they are, unverified: of a submission, or of one that was unpacked; "" if they do not."""
    for file, data in files.items():
        try:
            if PurePosixPath(file).name == NOTE:
                return _note(data, file).get("student", "").strip()
            if is_zip(data):
                with open_zip(data, file, OF_SUBMISSION) as tree:
                    if NOTE in tree:
                        return _note(tree.read(NOTE), file).get("student", "").strip()
        except (TreeError, SubmissionError):
            continue
    return ""


def _note(data: bytes, name: str) -> dict[str, str]:
    try:
        note = json.loads(data)
    except (ValueError, RecursionError):
        note = None
    if not isinstance(note, dict) or note.get("ackademy") != "submission":
        raise SubmissionError(f"{shown(name)}: its {NOTE} is none that can be read")
    number = note.get("format")
    if type(number) is not int or number > FORMAT:
        raise SubmissionError(f"{shown(name)}: its format is {number!r}; this version reads up to {FORMAT}")
    return {key: note[key][:200] for key in ("course", "student") if isinstance(note.get(key), str)}
