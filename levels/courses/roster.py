"""The class: who is in it, as a CSV with a row for each student.

Columns, by their names, in any order and in capitals or not; of those in a line, the first that is there:

    id                    who it is; also: student, student id, sid, id number, username
    name                  also: full name, student name; or first name and last name
    email                 also: email address, e-mail
    login                 also: sis login id, login id
    sis_id                also: sis user id
    canvas_id             Canvas's number for him, which is in the names of the files it hands out
    moodle_id             Moodle's, likewise: the number of "Participant 8880001"
    section               also: group, sections
    key                   the key that he signs with (`ackademy sign-in`); whoever has several has a line for each
    extension             how much later everything is due for him, such as 2d or 36h

What a platform exports as its class is taken, too: Canvas's gradebook (its "ID" is canvas_id), Moodle's grading
worksheet ("Identifier" is moodle_id), Gradescope's roster ("SID").
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.kernel.text import harmless

MOST_STUDENTS = 20_000
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "student id", "sid", "id number", "student", "username"),
    "name": ("name", "full name", "student name"),
    "first": ("first name", "firstname"),
    "last": ("last name", "lastname", "surname"),
    "email": ("email", "email address", "e-mail"),
    "login": ("login", "sis login id", "login id"),
    "sis_id": ("sis_id", "sis user id"),
    "canvas_id": ("canvas_id", "canvas id"),
    "moodle_id": ("moodle_id", "moodle id", "identifier"),
    "section": ("section", "sections", "group"),
    "key": ("key", "public key"),
    "extension": ("extension",),
}
_EXTENSION = re.compile(r"([0-9]{1,4})\s*(m|min|h|d|w)")
_SECONDS = {"m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class RosterError(ValueError):
    """A class cannot be read, in words: which row, and what is wrong with it."""


@dataclass(frozen=True)
class Student:
    """One of the class. What is not known is ""; `extension`: so many seconds later everything is due."""

    id: str
    name: str = ""
    email: str = ""
    login: str = ""
    sis_id: str = ""
    canvas_id: str = ""
    moodle_id: str = ""
    section: str = ""
    keys: tuple[str, ...] = ()
    extension: int = 0

    @property
    def shown(self) -> str:
        """Who it is, for people."""
        return self.name or self.id


def read_csv(data: bytes, name: str) -> list[list[str]]:
    """The rows of a CSV that a spreadsheet or a platform has written: with or without a byte-order mark, commas or
    semicolons. Raises RosterError in words."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError(f"{name}: this is not UTF-8: save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator, strict=False))
    except csv.Error as error:
        raise RosterError(f"{name}: this is no CSV: {error}") from None
    if len(rows) > MOST_STUDENTS:
        raise RosterError(f"{name}: more than {MOST_STUDENTS:,} rows")
    return [[harmless(cell, "", "\n") for cell in row] for row in rows]


_MOODLE_IN_GERMAN = {
    "id": "identifier", "vollständiger name": "full name", "e-mail-adresse": "email address", "id-nummer": "id number",
    "anmeldename": "username", "bewertung": "grade", "bestwertung": "maximum grade",
    "zuletzt geändert (abgabe)": "last modified (submission)", "zuletzt geändert (bewertung)": "last modified (grade)",
    "feedback als kommentar": "feedback comments",
}  # fmt: skip
"""Headings of Moodle's grading worksheet in its German language pack (mod_assign), and what they are in English."""


def head_of(row: Sequence[str]) -> list[str]:
    """The headings of a table in small letters; those of Moodle's German grading worksheet as the English one has
    them."""
    head = [cell.strip().lower() for cell in row]
    return [_MOODLE_IN_GERMAN.get(cell, cell) for cell in head] if {"id", "bewertung"} <= set(head) else head


def read_roster(data: bytes, name: str) -> list[Student]:
    """The class in a CSV. Raises RosterError in words."""
    rows = [row for row in read_csv(data, name) if any(cell.strip() for cell in row)]
    if not rows:
        raise RosterError(f"{name}: there is nothing in it: its first row names the columns")
    head = head_of(rows[0])
    named = {part: [word for word in words if word in head] for part, words in _COLUMNS.items()}
    places = {part: head.index(words[0]) for part, words in named.items() if words}
    if {"student", "id", "sis login id"} <= set(head):  # Canvas's own gradebook
        places |= {"name": head.index("student"), "canvas_id": head.index("id")}
        places["id"] = head.index("sis user id") if "sis user id" in head else head.index("sis login id")
    elif "identifier" in head and "id" not in head and "id number" not in head:
        places["id"] = places.get("email", places["moodle_id"])
    if "id" not in places:
        raise RosterError(f"{name}: no column is called id: there are {', '.join(rows[0][:12])}")
    students: dict[str, Student] = {}
    for number, row in enumerate(rows[1:], 2):
        student = _student(row, places, f"{name}, row {number}")
        if student is None:
            continue
        before = students.get(student.id)
        if before is not None and before.keys and student.keys and replace(student, keys=before.keys) == before:
            student = replace(before, keys=(*before.keys, *student.keys))
        elif before is not None:
            raise RosterError(f"{name}, row {number}: {student.id!r} is there twice")
        students[student.id] = student
    return list(students.values())


def _student(row: list[str], places: Mapping[str, int], where: str) -> Student | None:
    def cell(part: str) -> str:
        place = places.get(part, -1)
        return row[place].strip() if 0 <= place < len(row) else ""

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    if "points possible" in (cell("id").lower(), name.lower()) or name == "Student, Test":
        return None  # rows of Canvas's that are no students
    if not (number := cell("id") or cell("sis_id") or cell("login")):
        raise RosterError(f"{where}: there is no id")
    moodle = re.sub(r"\D", "", cell("moodle_id"))
    return Student(
        number, name, cell("email"), cell("login"), cell("sis_id"), cell("canvas_id"), moodle, cell("section"),
        tuple(cell("key").split()), _extension(cell("extension"), where),
    )  # fmt: skip


def _extension(text: str, where: str) -> int:
    if not text:
        return 0
    found = _EXTENSION.fullmatch(text.lower())
    if not found:
        raise RosterError(f"{where}: the extension is {text!r}: such as 2d or 36h")
    return int(found[1]) * _SECONDS[found[2]]
