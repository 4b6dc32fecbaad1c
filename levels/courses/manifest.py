"""`course.toml`: what a course is called, its levels in order, what is handed in by when, and what it counts.

A full example::

    [course]
    id       = "distsys-24"              # small letters, digits, hyphens; its levels are distsys-24/<level>
    title    = "Distributed systems"
    summary  = "Winter 2026, with Prof. Example."
    engine   = ">=0.1, <1"               # versions of Ackademy that play it; left out: any
    levels   = ["first-ping", "lost"]    # their order, by their files' names without numbers; left out: by the numbers
    language = "en"                      # of the texts as they stand; others lie in languages/<code>.toml
    zone     = "Europe/Berlin"           # of dates without one, here and in what platforms hand out
    roster   = "roster.csv"              # the class: see levels.courses.roster
    salt     = "a phrase of your own"    # gives every student seeds of his own; left out: the levels' own seeds
    seeds    = "open"                    # open (default): computed from the salt, which students have, too |
                                         # released: the salt stays with you, `ackademy release --seeds` hands them out

    [[chapter]]                          # a station of its line on the map; left out: one chapter of all levels
    title   = "Receipts"
    summary = "Did it come?"
    levels  = ["first-ping", "lost"]     # every level of the course stands in one chapter

    [[assignment]]
    id       = "a1"                      # named by `submit` and `grade`; part of every student's seed
    title    = "Receipts"
    levels   = { first-ping = 10, lost = 20 }    # points; or a list, and points = 30, shared evenly
    due      = 2026-11-02T23:59:00+01:00         # with its zone; or "2026-11-02 23:59 Europe/Berlin"; left out: never
    late     = "10% a day, at most 3 days"       # none (default: what is late counts nothing) | full | platform (it
                                                 # takes off what it likes; nothing is taken off here)
    grace    = "10min"                   # so much later is not late; default none
    won      = "70%"                     # of the points for winning; the rest for winning within par. default 100%
    hints    = 1                         # so many hints a run may have taken; left out: any number
    attempts = 3                         # so many attempts at a level count, the first ones; left out: all

    [curriculum]                         # rows of your own, beside those of levels/curriculum.toml, for `covers`
    leases-expire = "who holds a lease holds it only for a time"

Level files lie anywhere in the folder, one file a level; what a level is called among the others is its file's name
without the number in front, so that no two may have the same, in whatever folders they lie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from core.kernel.time import parse_duration
from levels.courses.tree import name_problem
from levels.courses.versions import Range
from levels.loader import COURSE, curriculum
from levels.reading import File, Table, kind_of
from levels.schema import TAKEN
from levels.values import did_you_mean

MANIFEST = COURSE
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_ID = 40
LONGEST_TITLE = 60
MOST_POINTS = 10_000
MOST_COUNTED = 1_000
"""Of hints and attempts."""
_ID_MEND = f"small letters, digits and single hyphens, {LONGEST_ID} at most"
_COST = re.compile(
    r"([0-9]{1,3})\s*%\s*(?:a|an|per|every)\s+(hour|day|week)"
    r"(?:,?\s*at most\s+([0-9]{1,4})\s+(hour|day|week)s?)?"
)
_SECONDS = {"hour": 3600, "day": 86400, "week": 7 * 86400}
_LATE_MEND = 'such as late = "10% a day, at most 3 days"; or none, full, platform'
_ZONED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)\s*([A-Za-z0-9_+/-]*)")
_PERCENT = re.compile(r"([0-9]{1,3})\s*%")
_DUE_MEND = 'such as due = 2026-11-02T23:59:00+01:00, or "2026-11-02 23:59 Europe/Berlin"'


@dataclass(frozen=True)
class Late:
    """What being late costs.

    kind   "none": it counts nothing; "full": it costs nothing; "platform": the platform sees to it; "cost".
    cost   so many per cent of the points, for every `every` seconds begun; after `most` seconds nothing counts.
    """

    kind: str = "none"
    cost: int = 0
    every: int = 0
    most: int | None = None

    @property
    def words(self) -> str:
        """The rule, for people."""
        if self.kind != "cost":
            return {"none": "counts nothing", "full": "costs nothing", "platform": "is the platform's"}[self.kind]
        unit = next(name for name, seconds in _SECONDS.items() if seconds == self.every)
        return f"costs {self.cost}% a {unit}"

    def share(self, seconds: int | None) -> Fraction:
        """The share of the points that is left to whoever is so late; None: it is not known how late."""
        if self.kind in ("full", "platform") or seconds == 0:
            return Fraction(1)
        if self.kind == "none":
            return Fraction(0)
        late = 1 if seconds is None else seconds
        if self.most is not None and late > self.most:
            return Fraction(0)
        return max(Fraction(0), 1 - Fraction(self.cost, 100) * -(-late // self.every))


@dataclass(frozen=True)
class Assignment:
    """What is handed in together.

    points   level → its points. `won`: the share of them for winning; the rest for winning within par.
    due      by when; None: whenever. `grace`: so many seconds later is not late.
    hints, attempts   how many are allowed; None: any number.
    """

    id: str
    title: str
    points: Mapping[str, Fraction]
    due: datetime | None = None
    late: Late = field(default_factory=Late)
    grace: int = 0
    won: Fraction = field(default=Fraction(1))
    hints: int | None = None
    attempts: int | None = None

    @property
    def total(self) -> Fraction:
        """All its points."""
        return sum(self.points.values(), Fraction(0))

    def seconds_late(self, at: datetime | None, more: int = 0) -> int:
        """How late something is that came at this moment: seconds after the due date, 0 within the grace. `more`: so
        many seconds more this student has."""
        if self.due is None or at is None:
            return 0
        late = int((at - self.due).total_seconds()) - more
        return late if late > self.grace else 0


@dataclass(frozen=True)
class Chapter:
    """Levels of a course that belong together: one line of its map."""

    title: str
    summary: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What `course.toml` says. `packed`: what was taken out of a students' file."""

    id: str
    title: str
    summary: str = ""
    levels: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    engine: Range = field(default_factory=Range)
    language: str = "en"
    zone: str = ""
    roster: str = ""
    salt: str = ""
    seeds: str = "open"
    rows: Mapping[str, str] = field(default_factory=dict)
    packed: tuple[str, ...] = ()

    @property
    def timezone(self) -> tzinfo:
        """The zone of dates that name none."""
        return ZoneInfo(self.zone) if self.zone else UTC

    def assignment_of(self, level: str) -> Assignment | None:
        """The assignment in which a level stands."""
        return next((one for one in self.assignments if level in one.points), None)

    def assignment(self, name: str) -> Assignment | None:
        """The assignment of this id."""
        return next((one for one in self.assignments if one.id == name), None)


def read_manifest(text: str, path: str, taken: tuple[str, ...] = ()) -> Manifest:
    """What a `course.toml` says. `taken`: ids that no course may have. Raises LevelError with all problems."""
    file = File(text, path, "a course")
    top = Table(file, (), file.values)
    head = top.table("course", wanted='write [course] with id = "…" and title = "…"')
    name = _id(head, "id", 'write id = "…"')
    if name in (*TAKEN, *taken):
        head.problem("id", f"{name!r} is what levels are called that are not this course's", "another id")
    zone = _zone_of(head)
    manifest = Manifest(
        name,
        _title(head),
        head.get("summary", str, "").strip(),
        head.texts("levels"),
        _chapters(top),
        _assignments(top, zone),
        head.parsed("engine", Range.parse, Range(), 'a range such as ">=0.1, <1"'),
        head.parsed("language", _language, "en", "a language's code such as de"),
        zone,
        _file_name(head, "roster"),
        _one_line(head, "salt"),
        head.word("seeds", ["open", "released"], "open"),
        _rows(top),
        head.texts("packed"),
    )
    if manifest.seeds == "released" and not manifest.salt and not manifest.packed:
        head.problem("seeds", "seeds cannot be released without a salt", 'salt = "a phrase of your own"')
    head.done()
    top.done()
    file.finish()
    return manifest


def _one_line(table: Table, name: str) -> str:
    text = table.get(name, str, "").strip()
    if "\n" in text:
        table.problem(name, f"{name} has more than one line", "one line")
    return text


def _title(table: Table) -> str:
    title = _one_line(table, "title")
    if not title:
        table.file.problem(table.path, "there is no title", 'write title = "…"')
    elif len(title) > LONGEST_TITLE:
        table.problem("title", f"the title has {len(title)} letters", f"{LONGEST_TITLE} at most: it stands in one line")
    return title


def _id(table: Table, name: str, mend: str) -> str:
    found = table.get(name, str, "")
    if name not in table:
        if table.values:
            table.file.problem(table.path, f"there is no {name}", mend)
        return ""
    if not ID.fullmatch(found) or len(found) > LONGEST_ID:
        table.problem(name, f"{name} is {found!r}", _ID_MEND)
    return found


def _file_name(table: Table, name: str) -> str:
    found = table.get(name, str, "")
    if found and (problem := name_problem(found)):
        table.problem(name, f"{found!r} {problem}", "a file of the course's folder")
    return found


def _zone_of(head: Table) -> str:
    """The zone of dates without one; UTC in place of one that there is not, so that no date is blamed for it."""
    return head.parsed("zone", _zone, "UTC" if "zone" in head else "", "a zone such as Europe/Berlin")


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, LookupError, OSError):
        raise ValueError(f"no zone is called {text!r}: such as Europe/Berlin, or UTC") from None
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,8})?", text):
        raise ValueError(f"{text!r} is no language's code: such as de, or pt-BR")
    return text


def _rows(top: Table) -> dict[str, str]:
    table = top.table("curriculum")
    rows: dict[str, str] = {}
    for name in table.values:
        said = table.get(name, str, "").strip()
        if not ID.fullmatch(name):
            table.problem(name, f"a row is called {name!r}", _ID_MEND, key=True)
        elif name in curriculum():
            table.problem(name, f"the curriculum has a row {name!r} already", "another name, or use that one", key=True)
        elif not said or "\n" in said:
            table.problem(name, "a row says what it is about", "in one line")
        else:
            rows[name] = said
    return rows


def _tables(top: Table, name: str) -> list[Table]:
    raw = top.get(name, list, [])
    if not all(isinstance(one, dict) for one in raw):
        top.problem(name, f"{name} is no list of tables", f"write [[{name}]] for each")
        return []
    return [Table(top.file, (name, place), one) for place, one in enumerate(raw)]


def _chapters(top: Table) -> tuple[Chapter, ...]:
    found: list[Chapter] = []
    for table in _tables(top, "chapter"):
        title = _title(table)
        if title in [one.title for one in found]:
            table.problem("title", f"two chapters are called {title!r}", "another title")
        levels = table.texts("levels")
        if not levels:
            table.file.problem(table.path, "a chapter without levels", "write levels = [ids]")
        found.append(Chapter(title, table.get("summary", str, "").strip(), levels))
        table.done()
    return tuple(found)


def _assignments(top: Table, zone: str) -> tuple[Assignment, ...]:
    found: list[Assignment] = []
    for table in _tables(top, "assignment"):
        name = _id(table, "id", 'write id = "a1"')
        if name in [one.id for one in found]:
            table.problem("id", f"two assignments are called {name!r}", "another id")
        points = _points(table)
        for level in points:
            if other := next((one for one in found if level in one.points), None):
                table.problem("levels", f"{level!r} is handed in twice, also with {other.id!r}", "in one of them")
        found.append(
            Assignment(
                name,
                _one_line(table, "title") or name,
                points,
                _due(table, zone),
                table.parsed("late", _late, Late(), _LATE_MEND),
                table.parsed("grace", parse_duration, 0, 'a duration such as "10min"') // 1_000_000,
                table.parsed("won", _share, Fraction(1), 'a share such as "70%"'),
                _count(table, "hints", 0),
                _count(table, "attempts", 1),
            )
        )
        table.done()
    return tuple(found)


def _count(table: Table, name: str, least: int) -> int | None:
    return table.number(name, least, least, MOST_COUNTED) if name in table else table.raw(name)


def _points(table: Table) -> dict[str, Fraction]:
    raw = table.raw("levels")
    if isinstance(raw, dict):
        if "points" in table:
            table.problem("points", "points are given twice", "leave this out, or make levels a list", key=True)
            table.known.append("points")
        inner = Table(table.file, table.at("levels"), raw)
        return {name: _amount(inner, name) for name in raw}
    levels = table.texts("levels")
    if not levels:
        table.file.problem(table.path, "an assignment without levels", "write levels = { first = 10, second = 20 }")
        return {}
    if len(set(levels)) < len(levels):
        table.problem("levels", "a level stands there twice", "each once")
    total = _amount(table, "points") if "points" in table else Fraction(10 * len(levels))
    return {name: total / len(levels) for name in levels}


def _amount(table: Table, name: str) -> Fraction:
    value = table.raw(name)
    if type(value) not in (int, float):
        table.problem(name, f"{name}: points are {kind_of(value)}", "a number is wanted")
        return Fraction(0)
    if not 0 <= value <= MOST_POINTS:  # a number that is none is in no range, either
        table.problem(name, f"{name}: {value} points", f"from 0 to {MOST_POINTS}")
        return Fraction(0)
    return Fraction(str(value))


def _share(text: str) -> Fraction:
    found = _PERCENT.fullmatch(text.strip())
    if not found or int(found[1]) > 100:
        raise ValueError(f"{text!r} is no share: from 0% to 100%")
    return Fraction(int(found[1]), 100)


def _late(text: str) -> Late:
    words = text.strip().lower()
    if words in ("none", "full", "platform"):
        return Late(words)
    found = _COST.fullmatch(words)
    if not found:
        raise ValueError(f"late is {text!r}: {_LATE_MEND}")
    most = None if found[3] is None else int(found[3]) * _SECONDS[found[4]]
    if int(found[1]) > 100:
        raise ValueError(f"late costs {found[1]}%: 100% at most")
    return Late("cost", int(found[1]), _SECONDS[found[2]], most)


def _due(table: Table, zone: str) -> datetime | None:
    value: Any = table.raw("due")
    if value is None:
        return None
    if isinstance(value, str):
        value = _written(table, value, zone)
    if isinstance(value, datetime):
        if value.tzinfo is None and not zone:
            table.problem("due", "a due date in no zone", _DUE_MEND)
            return None
        return value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo(zone))
    if value is not None:
        found = "a day, without the time" if isinstance(value, date) else kind_of(value)
        table.problem("due", f"due is {found}", _DUE_MEND)
    return None


def _written(table: Table, text: str, zone: str) -> datetime | None:
    """A date written as text, with the name of its zone."""
    found = _ZONED.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError(f"due is {text!r}")
        named = found[3] or zone
        if not named:
            raise ValueError("a due date in no zone")
        if named[0] in "+-" or named in ("Z", "z"):
            return datetime.fromisoformat(f"{found[1]}T{found[2]}{named.upper()}")
        return datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=ZoneInfo(_zone(named)))
    except ValueError as error:
        table.problem("due", str(error), _DUE_MEND)
    return None


def unknown_levels(manifest: Manifest, levels: tuple[str, ...]) -> list[tuple[tuple[str | int, ...], str, str]]:
    """What names levels that are not there, or leaves out some that are: where, what, and the mend."""
    found: list[tuple[tuple[str | int, ...], str, str]] = []
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("course", "levels", place), one) for place, one in enumerate(manifest.levels)
    ]
    for number, chapter in enumerate(manifest.chapters):
        named += [(("chapter", number, "levels", place), one) for place, one in enumerate(chapter.levels)]
    for number, assignment in enumerate(manifest.assignments):
        named += [(("assignment", number, "levels"), one) for one in assignment.points]
    for path, one in named:
        if one not in levels:
            found.append((path, f"no level is called {one!r}", did_you_mean(one, levels)))
    for table, lists in (("course", [manifest.levels]), ("chapter", [one.levels for one in manifest.chapters])):
        every = [name for names in lists for name in names]
        if every and (left := [name for name in levels if name not in every]):
            where: tuple[str | int, ...] = ("course", "levels") if table == "course" else ("chapter", 0)
            words = ", ".join(repr(name) for name in left)
            found.append((where, f"levels that stand in no {table}: {words}", "name each of them"))
        if twice := [name for name in dict.fromkeys(every) if every.count(name) > 1]:
            where = ("course", "levels") if table == "course" else ("chapter", 0)
            found.append((where, f"named twice: {', '.join(map(repr, twice))}", "each once"))
    return found
