"""Marks as tables: one row a student, a column a level, and the files that Moodle, Canvas and Gradescope import.

Where a platform's own export is given (`template`), its rows and columns stay as they are, and only the marks are
filled in: that is what it takes back without a word. Without one, the columns that its import asks for are written.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from levels.courses.manifest import Assignment
from levels.courses.marking import Class, Marked, span
from levels.courses.platforms import moodle_number
from levels.courses.roster import RosterError, head_of, read_csv

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes what begins so for a formula."""


def number(points: Fraction) -> str:
    """Points as a table has them: two decimals at most."""
    return f"{float(round(points, 2)):g}" if points != int(points) else str(int(points))


def safe(text: str) -> str:
    """A text of somebody else's that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(rows: Iterable[Sequence[str]]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def total_of(assignments: Sequence[Assignment]) -> Fraction:
    """All the points that there are."""
    return sum((one.total for one in assignments), Fraction(0))


def late_words(marked: Marked) -> str:
    """How late what was handed in is, in words; "" if it is not."""
    said = []
    for name, seconds in marked.late.items():
        if seconds is None:
            said.append(f"{name} late")
        elif seconds:
            said.append(f"{name} by {span(seconds)}")
    return ", ".join(said)


def class_csv(marked: Sequence[Marked], assignments: Sequence[Assignment]) -> str:
    """One row a student, a column a level, for whoever goes on with it."""
    levels = [level for one in assignments for level in one.points]
    head = ["id", "name", "email", "section", *levels, "total", "of", "handed in", "late", "remarks"]
    rows = [head]
    for one in marked:
        at = "" if one.handed is None else "yes" if one.handed.at is None else one.handed.at.isoformat()
        why = [f"{mark.level}: {mark.why}" for mark in one.marks.values() if mark.why and not one.missing]
        rows.append(
            [
                *(safe(cell) for cell in (one.student.id, one.student.name, one.student.email, one.student.section)),
                *(number(one.marks[level].points) for level in levels),
                number(one.total),
                number(total_of(assignments)),
                "missing" if one.missing else at,
                late_words(one),
                safe("; ".join([*why, *one.remarks])),
            ]
        )
    return _csv(rows)


def class_json(marked: Sequence[Marked], assignments: Sequence[Assignment], platform: str) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "platform": platform,
        "assignments": [one.id for one in assignments],
        "of": float(total_of(assignments)),
        "students": [
            {
                "id": one.student.id,
                "name": one.student.name,
                "email": one.student.email,
                "known": one.is_known,
                "missing": one.missing,
                "total": float(one.total),
                "at": None if one.handed is None or one.handed.at is None else one.handed.at.isoformat(),
                "late_s": dict(one.late),
                "remarks": list(one.remarks),
                "levels": {
                    name: {
                        "assignment": mark.assignment,
                        "points": float(mark.points),
                        "of": float(mark.of),
                        "why": mark.why,
                        "run": None if mark.row is None else mark.row.as_json(),
                    }
                    for name, mark in one.marks.items()
                },
            }
            for one in marked
        ],
    }


def feedback(one: Marked) -> str:
    """What a student is told about his marks, in a line a level."""
    lines = [
        f"{mark.level}: {number(mark.points)} of {number(mark.of)}{f' ({mark.why})' if mark.why else ''}"
        for mark in one.marks.values()
    ]
    return "\n".join(lines)


# Moodle


MOODLE_HEAD = ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)",
               "Feedback comments")  # fmt: skip


def moodle_csv(
    marked: Sequence[Marked], assignments: Sequence[Assignment], template: tuple[str, bytes] | None = None
) -> str:
    """Moodle's grading worksheet, to be uploaded as it is ("Upload grading worksheet"). Raises RosterError."""
    most = number(total_of(assignments))
    if template is None:
        rows = [list(MOODLE_HEAD)]
        for one in marked:
            if identifier := _moodle_id(one):
                student = one.student
                rows.append(
                    [
                        f"Participant {identifier}",
                        safe(student.name),
                        student.email,
                        _grade(one),
                        most,
                        "-",
                        feedback(one),
                    ]
                )
        return _csv(rows)
    rows = _rows(template)
    columns = _columns(rows, template[0], "Identifier", "Grade")
    known = Class([one.student for one in marked])
    mine = {one.student.id: one for one in marked}
    by_number = {_moodle_id(one): one for one in marked}
    for row in rows[1:]:
        identifier = moodle_number(_cell(row, columns, "identifier"))
        named = (("id", "id number"), ("email", "email address"), ("name", "full name"), ("login", "username"))
        who = {"moodle_id": identifier, **{key: _cell(row, columns, column) for key, column in named}}
        meant = known.whom(who)
        filled = by_number.get(identifier) or (mine[meant.id] if meant is not None else None)
        if filled is not None and not filled.missing:
            _put(row, columns, "grade", _grade(filled))
            _put(row, columns, "feedback comments", feedback(filled))
    return _csv(rows)


def _moodle_id(one: Marked) -> str:
    told = next((who["moodle_id"] for who in (one.handed.who if one.handed else ()) if who.get("moodle_id")), "")
    return told or one.student.moodle_id


def _grade(one: Marked) -> str:
    return f"{float(one.total):.2f}"


# Canvas


CANVAS_HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def canvas_csv(
    marked: Sequence[Marked], assignments: Sequence[Assignment], template: tuple[str, bytes] | None = None
) -> str:
    """Canvas's gradebook, to be imported as it is: a column for each assignment. Raises RosterError."""
    titles = {one.id: one.title for one in assignments}
    if template is None:
        rows = [
            [*CANVAS_HEAD, *titles.values()],
            ["    Points Possible", *[""] * 4, *(number(one.total) for one in assignments)],
        ]
        for one in marked:
            student = one.student
            rows.append(
                [safe(student.name), _canvas_id(one), student.sis_id, student.login, student.section,
                 *("" if one.missing else number(_of(one, each)) for each in assignments)]
            )  # fmt: skip
        return _csv(rows)
    rows = _rows(template)
    columns = _columns(rows, template[0], "Student", "ID")
    places = {each.id: _place(rows[0], each.title) for each in assignments}
    for each in assignments:
        if places[each.id] is None:
            rows[0].append(each.title)
            places[each.id] = len(rows[0]) - 1
            for row in rows[1:]:
                row += [""] * (len(rows[0]) - len(row))
                if "points possible" in row[0].lower():
                    row[-1] = number(each.total)
    known = Class([one.student for one in marked])
    mine = {one.student.id: one for one in marked}
    by_number = {_canvas_id(one): one for one in marked}
    for row in rows[1:]:
        if "points possible" in row[0].lower():
            continue
        who = {
            "canvas_id": _cell(row, columns, "id"), "sis_id": _cell(row, columns, "sis user id"),
            "login": _cell(row, columns, "sis login id"), "name": _cell(row, columns, "student"),
        }  # fmt: skip
        meant = known.whom(who)
        found = by_number.get(who["canvas_id"]) or (mine[meant.id] if meant is not None else None)
        if found is not None and not found.missing:
            for each in assignments:
                place = places[each.id]
                assert place is not None
                row += [""] * (place + 1 - len(row))
                row[place] = number(_of(found, each))
    return _csv(rows)


def _of(marked: Marked, one: Assignment) -> Fraction:
    return sum((marked.marks[level].points for level in one.points), Fraction(0))


def _canvas_id(one: Marked) -> str:
    told = next((who["canvas_id"] for who in (one.handed.who if one.handed else ()) if who.get("canvas_id")), "")
    return told or one.student.canvas_id


def _place(head: Sequence[str], title: str) -> int | None:
    """The column of an assignment: Canvas writes its number behind the title, "Pings (4711)"."""
    for place, cell in enumerate(head):
        if cell.strip() == title or (cell.startswith(f"{title} (") and cell.rstrip().endswith(")")):
            return place
    return None


# Gradescope


GRADESCOPE_HEAD = ("First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status",
                   "Submission Time", "Lateness (H:M:S)")  # fmt: skip


def gradescope_csv(marked: Sequence[Marked], assignments: Sequence[Assignment]) -> str:
    """The columns of Gradescope's own grades, with one for each level behind them."""
    levels = {level: points for one in assignments for level, points in one.points.items()}
    rows = [[*GRADESCOPE_HEAD, *(f"{name} ({number(points)} pts)" for name, points in levels.items())]]
    for one in marked:
        first, _, last = one.student.name.rpartition(" ")
        late = max((seconds or 0 for seconds in one.late.values()), default=0)
        at = "" if one.handed is None or one.handed.at is None else one.handed.at.strftime("%Y-%m-%d %H:%M:%S %z")
        rows.append(
            [
                safe(first),
                safe(last),
                safe(one.student.id),
                safe(one.student.email),
                safe(one.student.section),
                "" if one.missing else number(one.total),
                number(total_of(assignments)),
                "Missing" if one.missing else "Graded",
                at,
                "" if one.missing else f"{late // 3600:02}:{late % 3600 // 60:02}:{late % 60:02}",
                *("" if one.missing else number(one.marks[level].points) for level in levels),
            ]
        )
    return _csv(rows)


def gradescope_results(one: Marked, assignments: Sequence[Assignment]) -> str:
    """The results.json of a Gradescope autograder, for one student: a test for each level."""
    tests = [
        {
            "name": mark.level, "score": float(mark.points), "max_score": float(mark.of),
            "output": mark.why or "won within par", "visibility": "visible",
        }
        for mark in one.marks.values()
    ]  # fmt: skip
    whole = {"score": float(one.total), "output": "\n".join(one.remarks), "visibility": "visible", "tests": tests}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


# What they all do


def _rows(template: tuple[str, bytes]) -> list[list[str]]:
    rows = read_csv(template[1], template[0])
    if not rows:
        raise RosterError(f"{template[0]}: there is nothing in it")
    return rows


def _columns(rows: list[list[str]], name: str, *wanted: str) -> Mapping[str, int]:
    columns = {cell: place for place, cell in enumerate(head_of(rows[0]))}
    for one in wanted:
        if one.lower() not in columns:
            raise RosterError(f"{name}: no column is called {one!r}: there are {', '.join(rows[0][:12])}")
    return columns


def _cell(row: Sequence[str], columns: Mapping[str, int], name: str) -> str:
    place = columns.get(name, -1)
    return row[place].strip() if 0 <= place < len(row) else ""


def _put(row: list[str], columns: Mapping[str, int], name: str, value: str) -> None:
    place = columns.get(name, -1)
    if 0 <= place < len(row):
        row[place] = value
