"""Courses from their files: a folder or a zip with a `course.toml`, read whole: nothing is dropped in silence."""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from core.record import engine_version
from levels.courses.manifest import MANIFEST, Chapter, Manifest, read_manifest, unknown_levels
from levels.courses.seeds import seed_of
from levels.courses.tree import OF_COURSE, Tree, TreeError, name_problem, open_tree, put_folder
from levels.loader import from_text, slug_of, world_ids
from levels.places import find_places
from levels.reading import LARGEST, File, too_large
from levels.schema import Arc, CampaignWorld, Level, LevelError, Problem, Within
from levels.translated import text_problems

LANGUAGES = "languages"
"""The folder of texts in other languages."""
_SLUG_MEND = "a file's name of small letters, digits and hyphens, such as 03-lost-receipt.toml"


class CourseError(LevelError):
    """A course is broken: `problems` has all that is wrong with all of its files."""


@dataclass(frozen=True)
class Course:
    """A course that was read whole.

    path    where it was opened, `folder`: where its files are now (of a zip, while it is open).
    files   level → its file, by the name within the course.
    levels  level → the level, in the course's order.
    """

    manifest: Manifest
    path: Path
    folder: Path
    files: Mapping[str, str]
    levels: Mapping[str, Level]
    languages: tuple[str, ...] = ()
    student: str = ""
    seeds: Mapping[str, int] = field(default_factory=dict)
    """Level → the seed that this student plays it on; of what is not there, the level's own."""

    @property
    def id(self) -> str:
        """What it is called."""
        return self.manifest.id

    def level(self, name: str) -> Level | None:
        """The level of this id, with the course's in front or without."""
        return self.levels.get(name.removeprefix(f"{self.id}/"))

    def worlds(self) -> list[CampaignWorld]:
        """Its chapters, as worlds of a map."""
        manifest = self.manifest
        chapters = manifest.chapters or (Chapter(manifest.title, manifest.summary, tuple(self.levels)),)
        return [
            CampaignWorld(
                self.id, one.title, one.summary, tuple(self.levels[name] for name in one.levels), rows=manifest.rows
            )
            for one in chapters
        ]

    def world(self) -> CampaignWorld:
        """The whole of it as one world, a line of the campaign's map: its chapters are the stations."""
        manifest = self.manifest
        arcs = tuple(Arc(one.title, {self.levels[name].id: "" for name in one.levels}) for one in manifest.chapters)
        return CampaignWorld(
            self.id, manifest.title, manifest.summary, tuple(self.levels.values()), rows=manifest.rows, line=self.id,
            arcs=arcs,
        )  # fmt: skip

    def seeds_of_ids(self) -> dict[str, int]:
        """The student's seeds, by the levels' whole ids."""
        return {self.levels[name].id: seed for name, seed in self.seeds.items()}


def is_course(path: Path | str) -> bool:
    """Is this a folder with a `course.toml`, or a zip, or called one?"""
    where = Path(path)
    try:
        if not where.is_file():
            return (where / MANIFEST).is_file()
        with where.open("rb") as file:
            return file.read(2) == b"PK" or where.suffix.lower() == ".zip"
    except (OSError, ValueError):
        return False


@contextmanager
def open_course(
    path: Path | str, *, student: str = "", language: str = "", seeds: Mapping[str, int] | None = None
) -> Iterator[Course]:
    """A course, while it is open; of a zip its files lie in a folder for that long.

    student   whose seeds are played, by the id of the roster; "" for the levels' own.
    seeds     assignment → seed, as they were handed out; of what is not there, as the salt gives it.
    Raises CourseError with all problems, TreeError.
    """
    with open_tree(path, OF_COURSE) as tree:
        top = _top(tree)
        if tree.path.is_dir():
            yield _read(tree, top, tree.path / top, student, language, seeds)
            return
        with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
            inner = Path(folder) / "course"
            put_folder(inner, {name.removeprefix(top).lstrip("/"): tree.read(name) for name in tree.below(top)})
            try:
                yield _read(tree, top, inner, student, language, seeds)
            except CourseError as error:
                raise CourseError(*(_told(problem, inner, tree, top) for problem in error.problems)) from None


def relabelled(problem: Problem, course: Course) -> Problem:
    """The problem, with its file as people know it: of a zip, within it."""
    if course.path == course.folder:
        return problem
    start = f"{course.folder}/"
    return replace(problem, path=f"{course.path}/{Path(problem.path).as_posix().removeprefix(start)}")


def _told(problem: Problem, folder: Path, tree: Tree, top: str) -> Problem:
    inner = Path(problem.path).as_posix().removeprefix(f"{folder.as_posix()}/")
    return replace(problem, path=tree.place(f"{top}/{inner}" if top else inner))


def _top(tree: Tree) -> str:
    """The folder within in which `course.toml` lies: "" for the top itself."""
    if MANIFEST in tree:
        return ""
    folders = {name.partition("/")[0] for name in tree.names}
    if len(folders) == 1 and (only := folders.pop()) and f"{only}/{MANIFEST}" in tree:
        return only
    raise TreeError(f"{tree.path}: there is no {MANIFEST} in it: a course has one at its top")


def _read(tree: Tree, top: str, folder: Path, student: str, language: str, seeds: Mapping[str, int] | None) -> Course:
    names = [name.removeprefix(top).lstrip("/") for name in tree.below(top)]
    problems: list[Problem] = []
    text = _text(tree, top, MANIFEST, folder, problems)
    if text is None:
        raise CourseError(*problems)
    place = str(folder / MANIFEST)
    try:
        manifest = read_manifest(text, place, world_ids())
    except LevelError as error:
        raise CourseError(*error.problems) from None
    if not manifest.engine.has(engine_version()):
        found = f"this course is for Ackademy {manifest.engine}, and this is {engine_version()}"
        raise CourseError(Problem(place, 1, 1, found, "another version of Ackademy"))
    files = _level_files(names, folder, problems)
    own, languages = _texts(tree, top, names, folder, manifest, language, problems)
    levels: dict[str, Level] = {}
    for slug, name in files.items():
        level_text = _text(tree, top, name, folder, problems)
        if level_text is None:
            continue
        try:
            said = own.get(slug, {})
            levels[slug] = from_text(level_text, folder / name, Within(manifest.id, manifest.rows, said))
        except LevelError as error:
            problems += error.problems
    if not files:
        problems.append(Problem(place, 1, 1, "there are no level files in this course", "one file a level"))
    places = find_places(text)
    for path, found, mend in unknown_levels(manifest, tuple(files)):
        problems.append(Problem(place, *places.of_value(path), found, mend))
    if manifest.roster and manifest.roster not in names and "roster" not in manifest.packed:
        found = f"there is no {manifest.roster!r} in the course"
        problems.append(Problem(place, *places.of_value(("course", "roster")), found, "the class, as a CSV"))
    if problems:
        raise CourseError(*problems)
    order = _order(manifest, files)
    dealt = seeds_of(manifest, student, seeds)
    return Course(manifest, tree.path, folder, files, {name: levels[name] for name in order}, languages, student, dealt)


def _order(manifest: Manifest, files: Mapping[str, str]) -> list[str]:
    if manifest.levels:
        return list(manifest.levels)
    if manifest.chapters:
        return [name for chapter in manifest.chapters for name in chapter.levels]
    return list(files)


def seeds_of(manifest: Manifest, student: str, handed_out: Mapping[str, int] | None = None) -> dict[str, int]:
    """Level → the seed that this student plays it on: as it was handed out for its assignment, else as the salt gives
    it; of what is not there, the level's own."""
    found: dict[str, int] = {}
    for one in manifest.assignments:
        if handed_out and one.id in handed_out:
            found |= dict.fromkeys(one.points, handed_out[one.id])
        elif student and manifest.salt:
            found |= dict.fromkeys(one.points, seed_of(manifest.salt, one.id, student))
    return found


def _text(tree: Tree, top: str, name: str, folder: Path, problems: list[Problem]) -> str | None:
    """The text of one of its files; None if it is none, which is a problem then."""
    place = str(folder / name)
    data = tree.read(f"{top}/{name}" if top else name)
    if len(data) > LARGEST:
        problems.append(too_large(place))
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
        found = f"byte {data[error.start]:#04x} is not UTF-8"
        problems.append(Problem(place, line, column, found, "save it as UTF-8"))
        return None


def _level_files(names: list[str], folder: Path, problems: list[Problem]) -> dict[str, str]:
    """Level → its file, those with numbers first, in the order of these."""

    def place(name: str) -> tuple[bool, int, str]:
        stem = PurePosixPath(name).stem
        number = stem.partition("-")[0]
        return (not number.isdecimal(), int(number[:9]) if number.isdecimal() else 0, name)

    found: dict[str, str] = {}
    for name in sorted(names, key=place):
        path = PurePosixPath(name)
        if path.suffix != ".toml" or name == MANIFEST or path.parts[0] == LANGUAGES:
            continue
        slug = slug_of(Path(name))
        if not slug.replace("-", "").isalnum() or not slug.isascii() or slug != slug.lower() or len(slug) > 60:
            problems.append(Problem(str(folder / name), 1, 1, f"a level is called {slug!r}", _SLUG_MEND))
        elif slug in found:
            words = f"there is another level that is called {slug!r}: {found[slug]}"
            mend = "another name: stars and runs stand under it, whatever the folder or the number in front"
            problems.append(Problem(str(folder / name), 1, 1, words, mend))
        else:
            found[slug] = name
    return found


# Languages


def _texts(
    tree: Tree, top: str, names: list[str], folder: Path, manifest: Manifest, language: str, problems: list[Problem]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Level → its texts in that language, and the languages that there are."""
    files = [name for name in names if name.startswith(f"{LANGUAGES}/") and name.endswith(".toml")]
    codes = {PurePosixPath(name).stem: name for name in files}
    wanted = language.replace("-", "_").lower()
    near = next((code for code in codes if code.replace("-", "_").lower() == wanted), None) or next(
        (code for code in codes if wanted and code.lower() == wanted.partition("_")[0]), None
    )
    chosen: dict[str, Any] = {}
    for code, name in codes.items():
        said = _language_file(tree, top, name, folder, names, problems)
        if code == near and code != manifest.language:
            chosen = said
    return chosen, tuple(sorted({manifest.language, *codes}))


def _language_file(
    tree: Tree, top: str, name: str, folder: Path, names: list[str], problems: list[Problem]
) -> dict[str, Any]:
    """Level → its texts, of one language's file; what is wrong with them is told at its places."""
    text = _text(tree, top, name, folder, problems)
    if text is None:
        return {}
    try:
        file = File(text, str(folder / name), "a file of texts")
    except LevelError as error:
        problems += error.problems
        return {}
    files = {slug_of(Path(one)): one for one in names if one.endswith(".toml") and name_problem(one) == ""}
    found: dict[str, Any] = {}
    for slug, said in file.values.items():
        if not isinstance(said, dict):
            file.problem((slug,), f"{slug} is no table", "one table a level: [first-ping] with its texts", key=True)
        elif slug not in files or files[slug] == MANIFEST:
            file.problem((slug,), f"no level is called {slug!r}", "the name of a level's file, without its number")
        else:
            found[slug] = said
            values = _values(tree, top, files[slug])
            for path, words, mend in text_problems(values, said):
                file.problem((slug, *path), words, mend)
    problems += file.problems
    return found


def _values(tree: Tree, top: str, name: str) -> dict[str, Any]:
    """What a level's file says; nothing, if it is broken, which is said elsewhere."""
    try:
        return tomllib.loads(tree.read(f"{top}/{name}" if top else name).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 (hex) over files and their names: which edition of a course somebody has."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{len(name.encode())}:{name}:{len(files[name])}:".encode())
        whole.update(files[name])
    return whole.hexdigest()


__all__ = ["Course", "CourseError", "digest_of", "is_course", "open_course", "relabelled", "seeds_of"]
