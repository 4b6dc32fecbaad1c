"""Marks for a class: what each student handed in, executed again, and what it counts."""

from __future__ import annotations

import hashlib
import json
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache, partial
from itertools import permutations
from pathlib import Path
from typing import Any

from core.grading import Row, Standing, Try, Wanted, grade_runs
from core.kernel.scenario import Scenario
from levels.courses.course import Course
from levels.courses.manifest import Assignment
from levels.courses.packing import without_answers
from levels.courses.platforms import Handed, HandIn
from levels.courses.roster import Student
from levels.courses.seeds import seed_of
from levels.courses.submission import SubmissionError, header_of, read_submission
from levels.courses.tree import OF_SUBMISSION, Tree, TreeError
from levels.graded import compiled_to_grade
from levels.loader import whole_text

MOST_NAMES = 4
"""Of a name of so many words every order is tried: platforms write it in theirs."""
_KEYS = ("id", "canvas_id", "moodle_id", "email", "login", "sis_id")


@dataclass(frozen=True)
class Mark:
    """What a student has of one level.

    points   of `of`, after lateness. `row`: the run that counts, executed; None if there is none.
    why      why it is not all of it, in words; "" if it is.
    """

    level: str
    assignment: str
    points: Fraction
    of: Fraction
    row: Row | None = None
    why: str = ""


@dataclass(frozen=True)
class Marked:
    """One student's row.

    handed    what he handed in; None: nothing. `late`: by so many seconds each assignment is late, None: not known.
    rows      all his runs, executed. `remarks`: what is to be known besides.
    """

    student: Student
    marks: Mapping[str, Mark]
    handed: HandIn | None = None
    late: Mapping[str, int | None] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    remarks: tuple[str, ...] = ()
    is_known: bool = True
    """Is he in the roster?"""

    @property
    def total(self) -> Fraction:
        """All his points."""
        return sum((mark.points for mark in self.marks.values()), Fraction(0))

    @property
    def missing(self) -> bool:
        """Did he hand in nothing?"""
        return self.handed is None


# Which level a run is of


def course_digest(text: str) -> str:
    """Which level a text is, whatever of it was kept from students: all that is in a packed file, and nothing else."""
    try:
        bare = tomllib.loads(without_answers(whole_text(text.replace("\r\n", "\n")), debriefs=False))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return ""
    told = json.dumps(_without_emptied(bare), ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def _without_emptied(values: dict[str, Any]) -> dict[str, Any]:
    """Without what a packed file has and a whole one has not, or the other way round."""
    for table in (values, *values.get("act", [])):
        texts = table.get("text", {})
        for name in ("debrief", "lift"):
            texts.pop(name, None)
    return values


@lru_cache(maxsize=256)
def digest_of(text: str) -> str:
    return course_digest(text)


def compiled_of_course(wholes: Mapping[str, str], text: str, seed: int) -> Scenario:
    """A run's level and a seed → its scenario, from the course's own file: what the run has may lack its proof.

    `wholes`: digest → the course's text. Raises ValueError in words.
    """
    whole = wholes.get(digest_of(text))
    if whole is None:
        raise ValueError("its level is none of the course's")
    given = whole_text(text)
    return compiled_to_grade(text[: len(text) - len(given)] + whole, seed)


def texts_of(course: Course) -> dict[str, str]:
    """Digest → the text of each of the course's levels."""
    return {digest_of(level.text): level.text for level in course.levels.values()}


# Who it is


class Class:
    """The students, and whom of them a platform means."""

    def __init__(self, students: Sequence[Student]) -> None:
        self.students = tuple(students)
        self._by: dict[tuple[str, str], list[Student]] = {}
        for student in students:
            for key in _KEYS:
                if value := getattr(student, key):
                    self._by.setdefault((key, value.strip().lower()), []).append(student)
            for name in _orders(student.name):
                self._by.setdefault(("name", name), []).append(student)

    def whom(self, who: Mapping[str, str]) -> Student | None:
        """The student that is meant; None if none is, or several could be."""
        for key in (*_KEYS, "name"):
            value = who.get(key, "")
            found = self._by.get((key, _plain(value) if key == "name" else value.strip().lower()), [])
            if value and len(set(found)) == 1:
                return found[0]
        for part in ("name", "said"):  # a file or a folder may be called by the id, or a submission say it
            for key in ("id", "login"):
                found = self._by.get((key, who.get(part, "").strip().lower()), [])
                if len(found) == 1:
                    return found[0]
        return None

    def by_key(self, key: str) -> Student | None:
        """Whose key this is."""
        return next((one for one in self.students if key and key in one.keys), None)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _orders(name: str) -> set[str]:
    words = [word for word in name.replace(",", " ").split() if _plain(word)]
    if not words or len(words) > MOST_NAMES:
        return {_plain(name)} - {""}
    return {_plain("".join(order)) for order in permutations(words)}


# Marks


@dataclass(frozen=True)
class _Task:
    """A run that is to be executed: whose, of which level."""

    place: int
    level: str
    name: str
    path: Path
    wanted: Wanted


def mark_class(
    course: Course,
    tree: Tree,
    handed: Handed,
    students: Sequence[Student],
    assignments: Sequence[Assignment],
    *,
    signed: bool = False,
    advance: Callable[[int, int], None] = lambda done, total: None,
    processes: int | None = None,
    dask: str = "",
) -> list[Marked]:
    """A row for every student, those of the roster first, in its order.

    students  the roster; if it is empty, whoever handed in something, and whom the platform names.
    signed    refuse what nobody has signed.
    advance   called with how many runs are executed, of how many.
    dask      the address of a scheduler whose workers execute them; "": this machine does. Raises ClusterError.
    """
    known = Class(students or _from_platform(handed))
    drafts = list(_drafts(known, handed, bool(students)))
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        tasks: list[_Task] = []
        for place, draft in enumerate(drafts):
            found, remarks = _tasks(course, tree, draft, assignments, Path(folder), place, len(tasks))
            tasks += found
            drafts[place] = replace(draft, remarks=(*draft.remarks, *remarks))
        rows: dict[int, Row] = {}
        compile_level = partial(compiled_of_course, texts_of(course))
        advance(0, len(tasks))
        given = [(task.path, replace(task.wanted, signed=signed)) for task in tasks]
        for number, row in grade_runs(given, compile_level, processes=processes, dask=dask):
            rows[number] = row
            advance(len(rows), len(tasks))
    own: dict[int, list[tuple[str, Row]]] = {}
    for number, task in enumerate(tasks):
        row = replace(rows[number], file=task.name)
        own.setdefault(task.place, []).append((task.level, row))
    return [_marked(known, draft, own.get(place, []), assignments) for place, draft in enumerate(drafts)]


def _from_platform(handed: Handed) -> list[Student]:
    """The class as the platform knows it, where there is no roster."""
    found: dict[str, Student] = {}
    everybody = [*handed.known, *(who for one in handed.hand_ins for who in one.who)]
    for who in everybody:
        number = (
            who.get("id") or who.get("moodle_id") or who.get("canvas_id") or who.get("email") or who.get("name", "")
        )
        if number and not any(one.moodle_id and one.moodle_id == who.get("moodle_id") for one in found.values()):
            found.setdefault(
                number,
                Student(
                    number, who.get("name", ""), who.get("email", ""), who.get("login", ""),
                    canvas_id=who.get("canvas_id", ""), moodle_id=who.get("moodle_id", ""),
                ),
            )  # fmt: skip
    return list(found.values())


def _drafts(known: Class, handed: Handed, has_roster: bool) -> Iterator[Marked]:
    """Every student with what he handed in, then what was handed in by nobody of the roster."""
    mine: dict[str, HandIn] = {}
    twice: dict[str, str] = {}
    strangers: list[HandIn] = []
    for one in handed.hand_ins:
        people = [student for who in one.who if (student := known.whom(who)) is not None]
        if not people:
            strangers.append(one)
        for student in people:
            before = mine.get(student.id)
            if before is not None:
                twice[student.id] = f"handed in twice, as {before.shown} and as {one.shown}: the files of both count"
                one = replace(one, files=(*before.files, *one.files))
            mine[student.id] = one
    for student in known.students:
        remark = (twice[student.id],) if student.id in twice else ()
        yield Marked(student, {}, mine.get(student.id), remarks=remark)
    for one in strangers:
        who = dict(one.who[0])
        number = next((who[key] for key in (*_KEYS, "name") if who.get(key)), "?")
        draft = Student(number, one.shown, who.get("email", ""))
        remark = ("in no line of the roster",) if has_roster else ()
        yield Marked(draft, {}, one, remarks=remark, is_known=False)


def _tasks(
    course: Course, tree: Tree, draft: Marked, assignments: Sequence[Assignment], folder: Path, place: int, count: int
) -> tuple[list[_Task], list[str]]:
    """The runs that a student handed in, each as a file, and what is to be remarked."""
    if draft.handed is None:
        return [], []
    remarks: list[str] = []
    files: dict[str, bytes] = {}
    for name in draft.handed.files:
        try:
            if sum(map(len, files.values())) > OF_SUBMISSION.total:
                raise tree.fail(name, "is not looked at: too much was handed in beside it")
            files[name] = tree.read(name)
        except TreeError as error:
            remarks.append(str(error))
    try:
        submission = read_submission(files, draft.handed.shown)
    except SubmissionError as error:
        return [], [*remarks, str(error)]
    if submission.course not in ("", course.id):
        remarks.append(f"handed in for another course, {submission.course!r}")
    if submission.student and draft.is_known and submission.student.strip() != draft.student.id:
        remarks.append(f"it says that it is of {submission.student!r}")
    wanted_levels = {level: one for one in assignments for level in one.points}
    tasks: list[_Task] = []
    for name, data in sorted(submission.runs.items()):
        said = str(header_of(data).get("level", ""))
        head, _, tail = said.partition("/")
        level = tail.partition("#")[0]
        if head != course.id or level not in wanted_levels:
            continue
        if course.levels[level].last.id != said:
            continue  # of several acts the last one's stars are the level's
        path = folder / f"{count + len(tasks):06}.run"
        path.write_bytes(data)
        assignment = wanted_levels[level]
        seed = _seed(course, assignment, draft.student, level)
        digest = digest_of(course.levels[level].text)
        wanted = Wanted(
            level=digest,
            seed=seed,
            player=draft.student.keys[0] if len(draft.student.keys) == 1 else "",
            digest_of=digest_of,
        )
        tasks.append(_Task(place, level, name, path, wanted))
    if not tasks and submission.runs:
        remarks.append(f"none of its {len(submission.runs)} runs is of this")
    return tasks, remarks


def _seed(course: Course, one: Assignment, student: Student, level: str) -> int:
    if course.manifest.salt:
        return seed_of(course.manifest.salt, one.id, student.id)
    return course.levels[level].scenario.seed


def _marked(known: Class, draft: Marked, rows: list[tuple[str, Row]], assignments: Sequence[Assignment]) -> Marked:
    """The student's row, with his marks."""
    late = {one.id: _late(draft, one) for one in assignments}
    marks: dict[str, Mark] = {}
    for one in assignments:
        for level, points in one.points.items():
            mine = [row for name, row in rows if name == level]
            marks[level] = _mark(known, draft, one, level, points, mine, late[one.id])
    remarks = [*draft.remarks, *(f"{row.file}: {said}" for _, row in rows for said in _key_remarks(known, draft, row))]
    return replace(
        draft, marks=marks, late=late, rows=tuple(row for _, row in rows), remarks=tuple(dict.fromkeys(remarks))
    )


def _late(draft: Marked, one: Assignment) -> int | None:
    """By how many seconds it is late: 0 in time, None: late, and it is not known by how much."""
    handed = draft.handed
    if handed is None or one.due is None:
        return 0
    if handed.at is not None:
        return one.seconds_late(handed.at, draft.student.extension)
    if handed.late_by is not None:
        left = handed.late_by - draft.student.extension
        return left if left > one.grace else 0
    return None if handed.late and not draft.student.extension else 0


def _key_remarks(known: Class, draft: Marked, row: Row) -> Iterable[str]:
    other = known.by_key(row.player) if row.player else None
    if other is not None and other.id != draft.student.id:
        yield f"signed with the key of {other.shown}"
    elif draft.student.keys:
        yield from (said for said in row.remarks if "sign" in said)


def _mark(
    known: Class, draft: Marked, one: Assignment, level: str, points: Fraction, rows: list[Row], late: int | None
) -> Mark:
    """What the runs of one level come to: the best attempt that counts. Where only so many count, these are the ones
    that were begun first, over all runs: a run of more attempts counts with those of its first that are left."""
    none = Mark(level, one.id, Fraction(0), points)
    if draft.handed is None:
        return replace(none, why="missing")
    if not rows:
        return replace(none, why="no run of it")
    best, begun = none, 0
    for row in sorted(rows, key=lambda row: (row.began or "~", row.file)):
        left = None if one.attempts is None else one.attempts - begun
        begun += max(1, row.attempts)
        share = Fraction(0)
        why = _refused(known, draft, row)
        if not why:
            tried = max(_counting(one, row.tries, left), key=lambda tried: (tried.won, tried.stars), default=None)
            if tried is not None and tried.won:
                share = Fraction(1) if tried.stars >= 2 else one.won
            better = row.won and (tried is None or (row.won, row.stars) > (tried.won, tried.stars))
            why = _not_counting(one, row, left) if tried is None or better else ""
            why = why or ("" if share == 1 else "won, not within par" if share else "lost")
        rest = one.late.share(late)
        if rest < 1 and share:
            why = "; ".join(filter(None, [why, f"late{'' if late is None else f' by {span(late)}'}"]))
        mark = Mark(level, one.id, points * share * rest, points, row, why)
        if best.row is None or (mark.points, row.verified) > (best.points, best.row.verified):
            best = mark
    return best


def _counting(one: Assignment, tries: Sequence[Try], left: int | None) -> Iterator[Try]:
    """Of a run's attempts that ended those that count: `left` is how many of its first ones do."""
    for tried in tries:
        if (left is None or tried.number <= left) and (one.hints is None or tried.hints <= one.hints):
            yield tried


def _not_counting(one: Assignment, row: Row, left: int | None) -> str:
    """Why the best attempt of a run does not count, in words."""
    best = max(row.tries, key=lambda tried: (tried.won, tried.stars))
    if left is not None and best.number > left:
        assert one.attempts is not None
        return (
            f"{'won' if best.won else 'ended'} at attempt {one.attempts - left + best.number}, and {one.attempts} count"
        )
    return f"{best.hints} hints, and {one.hints} may be taken"


def _refused(known: Class, draft: Marked, row: Row) -> str:
    """Why a run does not count, in words; "" if it does."""
    if row.standing is not Standing.VERIFIED:
        return f"{row.standing.value}: {row.why}"
    if seed := next((said for said in row.remarks if said.startswith("played on seed")), ""):
        return seed
    other = known.by_key(row.player) if row.player else None
    if other is not None and other.id != draft.student.id:
        return f"signed with the key of {other.shown}"
    return ""


def span(seconds: int) -> str:
    """A span of time as people say it."""
    days, rest = divmod(seconds, 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = [f"{days} d"] * bool(days) + [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes and not days)
    return " ".join(parts) or f"{seconds} s"


__all__ = ["Class", "Mark", "Marked", "compiled_of_course", "course_digest", "mark_class", "span", "texts_of"]
