"""What Moodle, Canvas and Gradescope hand out: a class's submissions, under the names that they give them.

Moodle ("Download all submissions", mod_assign): a folder "<full name>_<number>_assignsubmission_file" for each student
(with a "_" behind it in older versions), or, without folders, files that begin so; with blind marking the name is
"Participant". A grading worksheet, if it lies beside them, says who the numbers are and when each was handed in.

Canvas ("Download Submissions"): files "<sortable name in small letters, letters and digits only>[_LATE]_<user>_<file>_
<its own name>", or "[LATE_]anon_<id>_<file>_<its own name>" of anonymous assignments.

Gradescope ("Export Submissions"): folders, and a `submission_metadata.yml` that says of each who handed it in and when.

And what is none of these: a folder with a file or a folder for each student; or one student's file as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any

from core.kernel.text import harmless
from levels.courses.roster import RosterError, head_of, read_csv
from levels.courses.submission import NOTE, RUNS, SUFFIX, student_said
from levels.courses.tree import Tree, TreeError

METADATA = "submission_metadata.yml"
_MOODLE = re.compile(r"(?P<name>.*?)_(?P<number>[0-9]+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<rest>.*)")
_HIDDEN = ("Participant", "Teilnehmer")
"""What Moodle calls whose name it hides, in English and in German."""
_CANVAS = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<user>[0-9]+)_(?P<file>[0-9]+)_(?P<rest>.+)")
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<user>[A-Za-z0-9]+)_(?P<file>[0-9]+)_(?P<rest>.+)")
_MOODLE_DATES = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p", "%d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M",
                 "%Y-%m-%d %H:%M", "%d/%m/%y, %H:%M", "%A, %d. %B %Y, %H:%M")  # fmt: skip
_LATE_WORDS = re.compile(r"([0-9]+)\s*(day|hour|min|sec|tag|stunde|sek)[a-z]*")
_UNITS = {"day": 86400, "tag": 86400, "hour": 3600, "stunde": 3600, "min": 60, "sec": 1, "sek": 1}
_LATE_ENDS = ("late", "zu spät")
"""What Moodle says behind how late something was, in English and in German."""
_GERMAN_DATE = re.compile(r"(?:\w+, )?([0-9]{1,2})\. (\w+) ([0-9]{4}), ([0-9]{1,2}):([0-9]{2})")
_GERMAN_MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember",
)  # fmt: skip
MOST_METADATA = 64 * 1024 * 1024


class PlatformError(ValueError):
    """What a platform handed out cannot be read, in words."""


@dataclass(frozen=True)
class HandIn:
    """What one student (or one group) handed in, as the platform tells it.

    who    what is known of each of them: "name", "email", "id" (what the school calls him), "moodle_id", "canvas_id";
           where no platform tells who it is, "said": the id that a submission gives itself.
    at     the platform's stamp; None if it gave none. `late`: what it says of that; None if it says nothing.
    files  the names of the files in the tree.
    """

    who: tuple[Mapping[str, str], ...]
    files: tuple[str, ...]
    at: datetime | None = None
    late: bool | None = None
    late_by: int | None = None
    """Seconds, where the platform says them and no stamp."""

    @property
    def shown(self) -> str:
        """Who it is, for people."""
        names = [one.get("name") or one.get("email") or one.get("id") or "somebody" for one in self.who]
        return harmless(", ".join(names))[:120]


@dataclass(frozen=True)
class Handed:
    """All that was handed in. `platform`: who handed it out; `remarks`: what is to be known of it."""

    platform: str
    hand_ins: tuple[HandIn, ...]
    remarks: tuple[str, ...] = ()
    known: tuple[Mapping[str, str], ...] = field(default=())
    """Everybody whom the platform's own list names, also those who handed in nothing."""


def handed_in(tree: Tree, zone: tzinfo, worksheet: tuple[str, bytes] | None = None) -> Handed:
    """What a class handed in, whichever platform handed it out.

    zone       of times that name none.
    worksheet  the name and the text of Moodle's grading worksheet, if it lies elsewhere.
    Raises PlatformError, TreeError, RosterError.
    """
    metadata = [name for name in tree.names if PurePosixPath(name).name == METADATA]
    if metadata:
        return _gradescope(tree, min(metadata, key=lambda name: name.count("/")))
    names = [name for name in tree.names if not PurePosixPath(name).name.startswith("._")]
    top = _common(names)
    inner = {name: name.removeprefix(top) for name in names}
    sheets = [worksheet] if worksheet is not None else list(_worksheets(tree, inner))
    if any(_MOODLE.match(short) for short in inner.values()):
        return _moodle(inner, zone, sheets)
    flat = {name: short for name, short in inner.items() if "/" not in short}
    canvas = [short for short in flat.values() if _CANVAS.fullmatch(short) or _ANONYMOUS.fullmatch(short)]
    if canvas and 2 * len(canvas) > len(flat):
        return _canvas(flat)
    if NOTE in inner.values() and all(short == NOTE or short.startswith(RUNS) for short in inner.values()):
        return _one_submission(tree, inner, top.rstrip("/") or tree.path.stem)
    return _plain(tree, inner)


def _common(names: list[str]) -> str:
    """The one folder in which everything lies, with its "/"; "" if there is none. A student's own folder is none."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or not all("/" in name for name in names):
        return ""
    top = tops.pop()
    return "" if _MOODLE.match(top) else f"{top}/"


# Moodle


def _worksheets(tree: Tree, inner: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for name, short in inner.items():
        if short.lower().endswith(".csv") and "/" not in short:
            yield short, tree.read(name)


@dataclass(frozen=True)
class Worksheet:
    """Moodle's grading worksheet: its rows, and where its columns are."""

    rows: list[list[str]]
    columns: Mapping[str, int]

    def cell(self, row: list[str], name: str) -> str:
        """What stands in a row under a column; "" if there is none."""
        place = self.columns.get(name, -1)
        return row[place].strip() if 0 <= place < len(row) else ""


def read_worksheet(data: bytes, name: str) -> Worksheet | None:
    """The worksheet in a CSV; None if it is none. Raises RosterError."""
    rows = [row for row in read_csv(data, name) if any(row)]
    if not rows:
        return None
    columns = {cell: place for place, cell in enumerate(head_of(rows[0]))}
    return Worksheet(rows, columns) if {"identifier", "grade"} <= set(columns) else None


def moodle_number(identifier: str) -> str:
    """The number in "Participant 8880001"."""
    found = re.search(r"([0-9]+)\s*$", identifier)
    return found[1] if found else ""


def _moodle(inner: Mapping[str, str], zone: tzinfo, sheets: list[tuple[str, bytes]]) -> Handed:
    found: dict[str, HandIn] = {}
    for name, short in sorted(inner.items()):
        match = _MOODLE.match(short)
        if match is None or match["kind"] != "file":
            continue
        who = {"name": harmless(match["name"]), "moodle_id": match["number"]}
        if who["name"].startswith(_HIDDEN):  # blind marking: that is nobody's name
            del who["name"]
        before = found.get(match["number"], HandIn((who,), ()))
        found[match["number"]] = replace(before, files=(*before.files, name))
    known: list[Mapping[str, str]] = []
    remarks: list[str] = []
    dated = False
    for sheet_name, data in sheets:
        sheet = read_worksheet(data, sheet_name)
        if sheet is None:
            continue
        dated = True
        for row in sheet.rows[1:]:
            number = moodle_number(sheet.cell(row, "identifier"))
            who = {
                "moodle_id": number, "name": sheet.cell(row, "full name"), "email": sheet.cell(row, "email address"),
                "id": sheet.cell(row, "id number"), "login": sheet.cell(row, "username"),
            }  # fmt: skip
            who = {key: value for key, value in who.items() if value}
            known.append(who)
            if number in found:
                told = sheet.cell(row, "last modified (submission)")
                status = sheet.cell(row, "status").lower()
                late = any(f" {end}" in status for end in _LATE_ENDS)
                at = _moodle_date(told, zone)
                if at is None and told not in ("", "-"):
                    remarks.append(
                        f"{sheet_name}: the date {told!r} cannot be read: have Moodle in English for a moment"
                    )
                by = _late_by(status) if late else 0 if status else None
                found[number] = replace(
                    found[number],
                    who=({**found[number].who[0], **who},),
                    at=at,
                    late=late if status else None,
                    late_by=by,
                )
    if not dated:
        remarks.append("Moodle's files tell no times: put the grading worksheet beside them, or name it by --worksheet")
    return Handed("Moodle", tuple(found.values()), tuple(dict.fromkeys(remarks)), tuple(known))


def _moodle_date(text: str, zone: tzinfo) -> datetime | None:
    clean = re.sub(r"\s+", " ", text.replace("\u202f", " ")).strip()
    for form in _MOODLE_DATES:
        try:
            return datetime.strptime(clean, form).replace(tzinfo=zone)
        except ValueError:
            continue
    found = _GERMAN_DATE.fullmatch(clean)
    if found is None or found[2].lower() not in _GERMAN_MONTHS:
        return None
    try:
        month = _GERMAN_MONTHS.index(found[2].lower()) + 1
        return datetime(int(found[3]), month, int(found[1]), int(found[4]), int(found[5]), tzinfo=zone)
    except ValueError:
        return None


def _late_by(status: str) -> int | None:
    """The seconds in a status such as "submitted for grading - 3 mins 31 secs late", or "… - 3 minuten 31 sekunden zu
    spät"."""
    part = next((one for one in status.split(" - ") if one.strip().endswith(_LATE_ENDS)), "")
    found = _LATE_WORDS.findall(part)
    return sum(int(number) * _UNITS[unit] for number, unit in found) if found else None


# Canvas


def _canvas(flat: Mapping[str, str]) -> Handed:
    found: dict[str, HandIn] = {}
    left: list[str] = []
    for name, short in sorted(flat.items()):
        match = _ANONYMOUS.fullmatch(short) or _CANVAS.fullmatch(short)
        if match is None:
            left.append(short)
            continue
        who = {"canvas_id": match["user"]}
        if "name" in match.groupdict():
            who["name"] = match["name"]
        before = found.get(match["user"], HandIn((who,), (), None, False))
        found[match["user"]] = replace(before, files=(*before.files, name), late=before.late or bool(match["late"]))
    remarks = [f"not one of Canvas's names: {harmless(name)[:120]}" for name in left]
    if any(one.late for one in found.values()):
        remarks.append("Canvas says who is late, and not by how much: a rule that counts days counts one")
    return Handed("Canvas", tuple(found.values()), tuple(remarks))


# Gradescope


def _gradescope(tree: Tree, metadata: str) -> Handed:
    data = tree.read(metadata)
    if len(data) > MOST_METADATA:
        raise PlatformError(f"{metadata}: more than {MOST_METADATA // 1024 // 1024} MiB")
    told = _yaml(data, metadata)
    folder = metadata.removesuffix(METADATA)
    found: list[HandIn] = []
    for key, one in told.items():
        if not isinstance(key, str) or not isinstance(one, dict):
            raise PlatformError(f"{metadata}: every submission is a table")
        start = f"{folder}{key}"
        files = tuple(name for name in tree.names if name == start or name.startswith(f"{start}/"))
        people = one.get(":submitters") or []
        if not isinstance(people, list) or not all(isinstance(person, dict) for person in people):
            raise PlatformError(f"{metadata}: who handed in {harmless(key)[:60]!r} cannot be read")
        who = tuple(
            {
                name: harmless(str(person[f":{part}"]))
                for name, part in (("name", "name"), ("id", "sid"), ("email", "email"))
                if person.get(f":{part}")
            }
            for person in people
        )
        found.append(HandIn(who or ({"name": key},), files, _stamp(one.get(":created_at"))))
    listed = {name for one in found for name in one.files}
    left = [name for name in tree.below(folder.removesuffix("/")) if name not in listed and name != metadata]
    remarks = [f"in no line of {METADATA}: {harmless(name)[:120]}" for name in left[:20]]
    return Handed("Gradescope", tuple(found), tuple(remarks))


def _yaml(data: bytes, name: str) -> dict[Any, Any]:
    """What a YAML says. Aliases, of which a small file can make a large one, are refused."""
    try:
        import yaml
    except ImportError:
        raise PlatformError(
            f"{name} is YAML, and what reads that is not installed: pip install 'ackademy[class]'"
        ) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(data, Loader=loader)):
            raise PlatformError(f"{name}: aliases are not read")
        told = yaml.load(data, Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, PlatformError):
            raise
        raise PlatformError(f"{name}: this is not YAML that can be read: {harmless(str(error))[:200]}") from None
    if not isinstance(told, dict):
        raise PlatformError(f"{name}: there are no submissions in it")
    return told


def _stamp(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date) or not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip().replace(" Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


# Anybody


def _one_submission(tree: Tree, inner: Mapping[str, str], name: str) -> Handed:
    """One student's submission, as `submit` wrote it or unpacked."""
    note = next(full for full, short in inner.items() if short == NOTE)
    who = _with_said({"name": name}, tree, (note,))
    remark = "one submission: who it is of is what its name says, or it itself; no times are known"
    return Handed("a file", (HandIn((who,), tuple(sorted(inner))),), (remark,))


def _with_said(who: Mapping[str, str], tree: Tree, files: Iterable[str]) -> Mapping[str, str]:
    """Who handed these files in, and what id his submission gives itself."""
    read: dict[str, bytes] = {}
    for name in files:
        if name.endswith(SUFFIX) or PurePosixPath(name).name == NOTE:
            try:
                read[name] = tree.read(name)
            except TreeError:  # said when the files are read to be graded
                continue
    said = student_said(read)
    return {**who, "said": said} if said else who


def _plain(tree: Tree, inner: Mapping[str, str]) -> Handed:
    found: dict[str, list[str]] = {}
    for name, short in sorted(inner.items()):
        head = short.partition("/")[0]
        if "/" not in short and PurePosixPath(short).suffix.lower() in (".csv", ".txt", ".md"):
            continue
        found.setdefault(head, []).append(name)
    hand_ins = []
    for head, files in found.items():
        name = PurePosixPath(head).stem if len(files) == 1 and inner[files[0]] == head else head
        hand_ins.append(HandIn((_with_said({"name": name}, tree, files),), tuple(files)))
    remarks = [
        "none of Moodle's, Canvas's or Gradescope's names: who each is is what a file or folder is called, or what is"
        " said in it; no times are known"
    ]
    return Handed("a folder", tuple(hand_ins), tuple(remarks) if hand_ins else ())


__all__ = [
    "HandIn",
    "Handed",
    "PlatformError",
    "RosterError",
    "TreeError",
    "handed_in",
    "moodle_number",
    "read_worksheet",
]
