"""What a name on the command line plays: a level or a course, of the campaign, installed, or in a file or folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from levels.daily import MONTHS
from tui.language import said
from tui.platform import find_paths, language

if TYPE_CHECKING:
    from levels.courses.course import Course
    from levels.courses.shelf import Shelf
    from levels.schema import CampaignWorld, Level


def _day(due: datetime, zone: str) -> str:
    """When something is due: "01 Dec 2026 23:59 UTC"."""
    return f"{due:%d} {said(MONTHS[due.month - 1])} {due:%Y %H:%M} {zone}"


@dataclass(frozen=True)
class Found:
    """What was found.

    worlds  the levels of a map. `first`: the one to begin with; None for a course, whose map comes first.
    seeds   level id → the seed of this student. `course`: the course that it is of; None of any other.
    handed_in  level id → with what it is handed in in its course, and by when, in words.
    problems   why an installed course is not beside the campaign, in words, one each.
    """

    worlds: Sequence[CampaignWorld]
    first: Level | None
    seeds: Mapping[str, int] = field(default_factory=dict)
    course: Course | None = None
    handed_in: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[str] = ()

    def seed(self, level: Level) -> int | None:
        """The student's seed for this level; None: the level's own."""
        return self.seeds.get(level.id.partition("#")[0])


def handed_in(course: Course) -> dict[str, str]:
    """Level id → with what it is handed in, and by when, in words."""
    found = {}
    for one in course.manifest.assignments:
        zone = "" if one.due is None else f"{one.due:%Z}".removeprefix("UTC") or "UTC"
        for name, points in one.points.items():
            words = said("{title}: {points} points", title=one.title, points=f"{float(points):g}")
            if one.due is not None:
                words = said("{words}, by {time}", words=words, time=_day(one.due, zone))
            found[course.levels[name].id] = words
    return found


@dataclass(frozen=True)
class Library:
    """All that is here to be played.

    worlds    the campaign's, and behind them one for every installed course.
    courses   the courses. `seeds`: level id → the student's seed. `handed_in`: level id → with what it is handed in.
    problems  why a course is not among them, in words, one each.
    """

    worlds: Sequence[CampaignWorld]
    courses: Sequence[Course]
    seeds: Mapping[str, int]
    handed_in: Mapping[str, str]
    problems: Sequence[str]


def library() -> Library:
    """The campaign and the installed courses, of this user and of packages."""
    from levels.courses.tree import TreeError
    from levels.loader import campaign
    from levels.schema import LevelError

    courses: dict[str, Course] = {}
    problems = []
    for name in names():
        try:
            with ExitStack() as stack:  # they lie in folders, which stay when they are closed
                course = find_installed(name, stack)
        except (LevelError, TreeError, OSError) as error:
            problems.append(str(error))
        else:
            courses.setdefault(course.id, course)
    found = list(courses.values())
    return Library(
        [*campaign(), *(course.world() for course in found)],
        found,
        {level: seed for course in found for level, seed in course.seeds_of_ids().items()},
        {level: words for course in found for level, words in handed_in(course).items()},
        problems,
    )


def shelf() -> Shelf:
    """The installed courses of this user."""
    from levels.courses.shelf import Shelf

    return Shelf(find_paths().courses)


def names() -> list[str]:
    """The names of all courses that are here: those that were installed, and those that packages bring."""
    from levels.packages import courses

    return sorted({*shelf().names(), *courses()})


def find_course(name: str, stack: ExitStack, student: str | None = None) -> Course | None:
    """The course of this name, installed or in a folder or zip, open as long as the stack is; None if it is none.

    `student`: whose seeds are played; None: who one is in the installed course. Raises CourseError, TreeError.
    """
    from levels.courses.course import is_course, open_course
    from levels.packages import courses

    installed = shelf()
    if is_course(name):
        if student is None:  # the same course may be installed, and know who one is
            course = stack.enter_context(open_course(name, language=language()))
            enrolled = installed.enrolled(course.id)
            if not enrolled.student and not enrolled.seeds:
                return course
            options = {"student": enrolled.student, "seeds": enrolled.seeds}
            return stack.enter_context(open_course(name, language=language(), **options))  # type: ignore[arg-type]
        return stack.enter_context(open_course(name, student=student, language=language()))
    return find_installed(name, stack, student) if name in {*installed.names(), *courses()} else None


def find_installed(name: str, stack: ExitStack, student: str | None = None) -> Course:
    """A course of `names()`, open as long as the stack is. Raises CourseError, TreeError, ShelfError."""
    from levels.courses.course import open_course
    from levels.packages import courses

    installed = shelf()
    brought = courses()
    if name in brought and name not in installed.names():
        return stack.enter_context(open_course(brought[name], student=student or "", language=language()))
    if student is not None:
        return stack.enter_context(open_course(installed.folder / name, student=student, language=language()))
    return installed.open(name, stack, language=language())


def find(name: str, stack: ExitStack, student: str | None = None) -> Found:
    """What is played by this name; a course of a zip is open as long as the stack is.

    Raises LevelError, UnknownLevelError, TreeError in words; no broken level is left out in silence.
    """
    from levels.inspected import PREFIX, inspect_level
    from levels.loader import campaign, course, every_act_of, load
    from levels.schema import CampaignWorld, LevelError, UnknownLevelError
    from levels.values import did_you_mean

    opened = find_course(name, stack, student)
    if opened is not None:
        return Found(opened.worlds(), None, opened.seeds_of_ids(), opened, handed_in(opened))
    if os.path.isdir(name):
        world = course(name)
        if world.problems:
            raise LevelError(*world.problems)
        return Found([world], None)
    known = names()
    head, _, tail = name.partition("/")
    if head in known and tail and not os.path.exists(name):
        opened = find_course(head, stack, student)
        assert opened is not None
        slug, _, act = tail.partition("#")
        level = opened.level(slug)
        if level is None:
            raise UnknownLevelError(f"{head} has no level {slug!r}: {did_you_mean(slug, [*opened.levels])}")
        acts = [one for one in every_act_of(level) if not act or str(one.act) == act]
        if not acts:
            raise UnknownLevelError(f"no level is called {name!r}: {level.id} has {len(level.acts) + 1} acts")
        return Found(opened.worlds(), acts[0], opened.seeds_of_ids(), opened, handed_in(opened))
    try:
        level = inspect_level(name) if name.startswith(PREFIX) else load(name)
    except UnknownLevelError as error:
        near = did_you_mean(name, known) if known else ""
        if not near.startswith("did you mean"):
            raise
        raise UnknownLevelError(f"{error}; of the installed courses, {near}") from None
    acts = [act for world in campaign() for other in world.all for act in every_act_of(other)]
    if not any(level.id == act.id and level.path == act.path for act in acts):
        return Found([CampaignWorld(level.world, level.world, "", (level,))], level)
    here = library()
    return Found(here.worlds, level, here.seeds, None, here.handed_in, here.problems)
