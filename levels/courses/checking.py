"""The check of a course: its files hang together, and every level is sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from levels.courses.course import Course, CourseError, open_course, relabelled
from levels.courses.manifest import MANIFEST
from levels.courses.packing import PackError, packed
from levels.courses.roster import RosterError, read_roster
from levels.courses.tree import TreeError
from levels.report import Finding, Gravity, Report, Severity
from levels.schema import HINTS, Level, Problem

WITHOUT_SOLUTION = f"{HINTS - 1} hints"
"""What is found in a level of a students' file, and is no fault of it: the solution was taken out."""


def check_course(path: Path, check: Callable[[Level], Report]) -> list[Report]:
    """The reports on a course's `course.toml` and on all of its levels; on broken files alone if any is broken.

    `check` makes the report on a level.
    """
    try:
        with open_course(path) as course:
            reports = [_of_course(course)]
            for level in course.levels.values():
                report = check(level)
                findings = [
                    replace(one, problem=relabelled(one.problem, course))
                    for one in report.findings
                    if not ("hints" in course.manifest.packed and one.problem.found == WITHOUT_SOLUTION)
                ]
                place = relabelled(Problem(report.path, 1, 1, ""), course).path
                reports.append(replace(report, path=place, findings=findings))
            return reports
    except CourseError as error:
        files: dict[str, list[Problem]] = {}
        for problem in error.problems:
            files.setdefault(problem.path, []).append(problem)
        return [
            Report(name, "", [Finding(Severity.ERROR, problem) for problem in problems], broken=True)
            for name, problems in files.items()
        ]
    except TreeError as error:
        problem = Problem(str(path), 1, 1, str(error).removeprefix(f"{path}: "))
        return [Report(str(path), "", [Finding(Severity.ERROR, problem)], broken=True)]


def _of_course(course: Course) -> Report:
    """The report on what is the course's own."""
    place = str(course.path / MANIFEST)
    report = Report(place, course.id)
    for severity, found, mend in _findings(course):
        report.findings.append(Finding(severity, Problem(place, 1, 1, found, mend), grave=Gravity.WORDS))
    return report


def _findings(course: Course) -> Iterator[tuple[Severity, str, str]]:
    manifest = course.manifest
    for one in manifest.assignments:
        if one.due is None:
            yield Severity.NOTE, f"{one.id} is never due", "due = …, if it is to be"
    if manifest.salt and not manifest.assignments:
        yield Severity.WARNING, "there is a salt, and no assignment: nobody gets a seed of his own", "[[assignment]]"
    if manifest.roster and "roster" not in manifest.packed:
        try:
            students = read_roster((course.folder / manifest.roster).read_bytes(), manifest.roster)
            if not students:
                yield Severity.WARNING, f"there is nobody in {manifest.roster}", "one row a student"
        except (RosterError, OSError) as error:
            yield Severity.ERROR, str(error), "a table with a column id, and one row a student"
    if not manifest.packed:
        try:
            packed(course)
        except PackError as error:
            yield Severity.WARNING, f"it cannot be packed for students: {error}", ""


__all__ = ["check_course"]
