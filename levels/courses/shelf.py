"""Courses that were installed: a folder of them, one below it for each, by its id, and who the student is there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from levels.courses.course import Course, CourseError, open_course
from levels.courses.manifest import ID
from levels.courses.seeds import SeedFileError, read_seed_file
from levels.courses.tree import OF_COURSE, open_tree, put_folder
from levels.values import did_you_mean


class ShelfError(LookupError):
    """Something cannot be installed, taken away or found, in words."""


@dataclass(frozen=True)
class Enrolled:
    """Who the student is in a course: the id of the roster, and the seeds that were handed out, by assignment."""

    student: str = ""
    seeds: Mapping[str, int] = field(default_factory=dict)


class Shelf:
    """The installed courses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The ids of all that is installed."""
        try:
            found = [path.name for path in self.folder.iterdir() if path.is_dir() and ID.fullmatch(path.name)]
        except OSError:
            return []
        return sorted(found)

    def enrolled(self, name: str) -> Enrolled:
        """Who the student is there; nobody, if it was never said or cannot be read."""
        try:
            data: Any = json.loads(self._note(name).read_text("utf-8"))
            student, seeds = data.get("student", ""), data.get("seeds", {})
            if isinstance(student, str) and all(type(seed) is int for seed in seeds.values()):
                return Enrolled(student, dict(seeds))
        except (OSError, ValueError, AttributeError, RecursionError):
            pass
        return Enrolled()

    def open(self, name: str, stack: ExitStack, *, language: str = "") -> Course:
        """An installed course, open as long as the stack is. Raises ShelfError, CourseError, TreeError."""
        if name not in self.names():
            raise ShelfError(f"no course is called {name!r}: {self._near(name)}")
        enrolled = self.enrolled(name)
        return stack.enter_context(
            open_course(self.folder / name, student=enrolled.student, language=language, seeds=enrolled.seeds)
        )

    def _near(self, name: str) -> str:
        names = self.names()
        return did_you_mean(name, names) if names else "none is installed (ackademy install COURSE)"

    def install(self, path: Path, student: str | None = None) -> tuple[Course, bool]:
        """Install a course, a folder or a zip: the course, and whether it has taken the place of an older one.

        student  who one is there; None leaves that as it was.
        Raises CourseError, TreeError if it is broken, OSError; what was there before is there still then.
        """
        with open_course(path) as course, open_tree(course.folder, OF_COURSE) as tree:
            home = self.folder / course.id
            draft = self.folder / f".new-{course.id}-{os.getpid()}"
            old = self.folder / f".old-{course.id}-{os.getpid()}"
            try:
                put_folder(draft, {name: tree.read(name) for name in tree.names})
                replaced = home.exists()
                if replaced:
                    home.replace(old)
                try:
                    draft.replace(home)
                except OSError:
                    if replaced:
                        old.replace(home)
                    raise
            finally:
                shutil.rmtree(draft, ignore_errors=True)
                shutil.rmtree(old, ignore_errors=True)
            if student is not None:
                self._enrol(course.id, Enrolled(student, {} if replaced else self.enrolled(course.id).seeds))
            return course, replaced

    def take_seeds(self, text: str, student: str | None = None) -> tuple[str, Enrolled]:
        """Note the seeds that were handed out: the course's id, and who plays them. Raises SeedFileError,
        ShelfError."""
        course, seeds = read_seed_file(text)
        if course not in self.names():
            raise ShelfError(f"these seeds are for {course!r}, and that is not installed: {self._near(course)}")
        name = student if student is not None else self.enrolled(course).student
        if not name and len(seeds) == 1:
            name = next(iter(seeds))
        if name not in seeds:
            said = f"there are no seeds for {name!r} in it" if name else "it is not known who you are"
            raise ShelfError(f"{said}: say it with --as ID, your id in the class's roster")
        enrolled = Enrolled(name, {**self.enrolled(course).seeds, **seeds[name]})
        self._enrol(course, enrolled)
        return course, enrolled

    def remove(self, name: str) -> None:
        """Take a course away; what was played in it stays. Raises ShelfError, OSError."""
        if name not in self.names():
            raise ShelfError(f"no course is called {name!r}: {self._near(name)}")
        shutil.rmtree(self.folder / name)
        self._note(name).unlink(missing_ok=True)

    def enrol(self, name: str, student: str) -> None:
        """Say who one is in an installed course."""
        self._enrol(name, Enrolled(student, self.enrolled(name).seeds))

    def _note(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _enrol(self, name: str, enrolled: Enrolled) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        data = json.dumps({"student": enrolled.student, "seeds": dict(enrolled.seeds)}, ensure_ascii=True)
        draft = self.folder / f".{name}.{os.getpid()}"
        draft.write_text(data + "\n", "utf-8")
        draft.replace(self._note(name))


__all__ = ["CourseError", "Enrolled", "SeedFileError", "Shelf", "ShelfError"]
