"""What is given to a class, and when: the answers after the due date, the seeds at the start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from levels.courses.course import Course
from levels.courses.manifest import Assignment
from levels.courses.roster import Student, read_roster
from levels.courses.seeds import seed_of
from levels.values import did_you_mean


class ReleaseError(ValueError):
    """Something is not to be given away, or not yet, in words."""


def class_of(course: Course) -> list[Student]:
    """The course's class. Raises RosterError, OSError; ReleaseError if it has none."""
    if not course.manifest.roster or "roster" in course.manifest.packed:
        raise ReleaseError(f'{course.id} has no roster: write roster = "roster.csv" in course.toml')
    return read_roster((course.folder / course.manifest.roster).read_bytes(), course.manifest.roster)


def assignments_of(course: Course, names: Sequence[str]) -> list[Assignment]:
    """The assignments of these ids, all if none is named. Raises ReleaseError."""
    known = {one.id: one for one in course.manifest.assignments}
    if not known:
        raise ReleaseError(f"{course.id} has no assignments")
    for name in names:
        if name not in known:
            raise ReleaseError(f"no assignment is called {name!r}: {did_you_mean(name, list(known))}")
    return [one for one in known.values() if not names or one.id in names]


def last_moment(one: Assignment, students: Iterable[Student]) -> datetime | None:
    """When nothing that is handed in for it can count any more; None: that never comes to be."""
    if one.due is None:
        return None
    late = timedelta(seconds=one.grace)
    if one.late.kind == "cost":
        if one.late.most is None and not one.late.cost:
            return None
        until = one.late.most if one.late.most is not None else -(-100 // one.late.cost) * one.late.every
        late = max(late, timedelta(seconds=until))
    return one.due + late + timedelta(seconds=max((student.extension for student in students), default=0))


def refuse_early(assignments: Iterable[Assignment], students: Sequence[Student], now: datetime) -> None:
    """Raise ReleaseError if something can still be handed in that counts."""
    for one in assignments:
        last = last_moment(one, students)
        if last is None:
            raise ReleaseError(f"{one.id} is never due: --early gives its answers away all the same")
        if now < last:
            shown = f"{last:%Y-%m-%d %H:%M} {last.tzname()}"
            raise ReleaseError(f"{one.id} can be handed in until {shown}: --early gives its answers away all the same")


def seeds_for(
    course: Course, students: Iterable[Student], assignments: Sequence[Assignment]
) -> dict[str, dict[str, int]]:
    """Student → assignment → seed. Raises ReleaseError if there is no salt."""
    salt = course.manifest.salt
    if not salt:
        raise ReleaseError(f'{course.id} has no salt: write salt = "a phrase of your own" in course.toml')
    return {student.id: {one.id: seed_of(salt, one.id, student.id) for one in assignments} for student in students}
