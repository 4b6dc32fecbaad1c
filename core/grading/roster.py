"""A class: whose key is whose, and who was given which seed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.grading.rows import Row
from core.record import clean

MOST_BYTES = 16 * 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")
_SEED = re.compile(r"[0-9]{1,19}")


class RosterError(ValueError):
    """A roster cannot be read: str() names file, line and what is wrong."""


@dataclass(frozen=True)
class Roster:
    """Key → student, and student → the seed that he was given (of whom none is known, he was given none)."""

    students: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, int] = field(default_factory=dict)

    def named(self, row: Row) -> Row:
        """The row with its student, and with what is to be reported of the key and the seed."""
        if not row.player:
            return row
        student = self.students.get(row.player)
        if student is None:
            return replace(row, remarks=(*row.remarks, "signed by a key that is in no line of the roster"))
        row = replace(row, student=student)
        seed = self.seeds.get(student)
        if seed is None or seed == row.seed:
            return row
        owners = [name for name, given in self.seeds.items() if given == row.seed]
        whose = f", which is that of {', '.join(owners)}" if owners else ""
        remark = f"played on seed {row.seed}{whose}; {student} was given {seed}"
        return replace(row, remarks=(*row.remarks, remark))


def read_roster(path: Path | str) -> Roster:
    """A roster in a CSV file whose first line names its columns: student, key, and seed if seeds were given out; others
    are nobody's concern here. One student may have several keys, a line each. Raises RosterError, OSError."""
    with Path(path).open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise RosterError(f"{path}: more than {MOST_BYTES // 1024 // 1024} MiB is no roster")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError(f"{path}: this is not UTF-8 text") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    students: dict[str, str] = {}
    seeds: dict[str, int] = {}
    try:
        columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        for name in ("student", "key"):
            if name not in columns:
                raise RosterError(f"{path}, line 1: there is no column {name!r} among {_shown(columns)}")
        for line in reader:
            _take(line, columns, students, seeds, f"{path}, line {reader.line_num}")
    except csv.Error as error:
        raise RosterError(f"{path}, line {reader.line_num}: {clean(str(error))}") from None
    return Roster(students, seeds)


def _take(
    line: Mapping[str, str | None], columns: Mapping[str, str], students: dict[str, str], seeds: dict[str, int], at: str
) -> None:
    """Take note of one line."""

    def cell(name: str) -> str:
        return (line.get(columns[name]) or "").strip() if name in columns else ""

    student, key, seed = clean(cell("student")), cell("key").lower(), cell("seed")
    if not student and not key:
        return
    if not student:
        raise RosterError(f"{at}: a key without a student")
    if key and not _KEY.fullmatch(key):
        raise RosterError(f"{at}: a key is what `ackademy sign-in` prints, 64 hexadecimal digits, not {clean(key)!r}")
    if key and students.setdefault(key, student) != student:
        raise RosterError(f"{at}: {student} has the key of {students[key]}")
    if seed:
        if not _SEED.fullmatch(seed):
            raise RosterError(f"{at}: a seed is a whole number, not {clean(seed)!r}")
        if seeds.setdefault(student, int(seed)) != int(seed):
            raise RosterError(f"{at}: {student} was given seed {seeds[student]} before")


def _shown(names: Iterable[str]) -> str:
    return clean(", ".join(name for name in names if name)) or "none"
