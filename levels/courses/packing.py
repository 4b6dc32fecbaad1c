"""A course's file for students: what would give it away is taken out, and it plays the same.

Taken out are proofs that say how a level is won, the third hint, all comments, the roster, and, if it is wanted, the
debriefs; the salt, where seeds are handed out. What is no level and no text of one is left out, too. A level has the
same hash packed and whole, so that runs of the one are verified with the other; where that cannot be, it is refused.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.kernel.scenario import Par
from levels.courses.course import LANGUAGES, Course, open_course
from levels.courses.manifest import MANIFEST
from levels.courses.tree import put_folder
from levels.loader import every_act_of, feed, whole_text
from levels.places import find_spans
from levels.proofs import ProofError, prove
from levels.schema import HINTS, How, KeyPath, Level
from levels.writing import value_text

SECRET = (How.ANSWERS, How.RUN)
"""Proofs that tell how a level is won; that the book wins, or that a search finds it, tells nothing."""


class PackError(ValueError):
    """A course cannot be packed, in words: every level for which that is so, and what would be right."""


@dataclass(frozen=True)
class Packed:
    """The files for students, and the names of what was left out."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...]


def level_hashes(level: Level) -> tuple[str, ...]:
    """The hashes of a level's scenarios, act by act."""
    return tuple(act.scenario.digest() for act in every_act_of(level))


def packed(course: Course, *, debriefs: bool = True, released: Iterable[str] = ()) -> Packed:
    """The files for students.

    debriefs  keep them; False takes them out.
    released  assignments whose levels are given away whole.
    Raises PackError.
    """
    given = frozenset(released)
    whole = {level for one in course.manifest.assignments if one.id in given for level in one.points}
    closed = {name: level for name, level in course.levels.items() if name not in whole}
    problems = [problem for name, level in closed.items() for problem in _needs(name, level)]
    if problems:
        raise PackError("; ".join(problems))
    files = {MANIFEST: _manifest(course, debriefs).encode()}
    for name, file in course.files.items():
        text = _read(course, file)
        files[file] = (text if name in whole else without_answers(text, debriefs=debriefs)).encode()
        proof = course.levels[name].proof
        if name in whole and proof.how is How.RUN:
            inner = (Path(file).parent / proof.run).as_posix()
            files[inner] = (course.folder / inner).read_bytes()
    for path in sorted((course.folder / LANGUAGES).glob("*.toml")):
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        files[f"{LANGUAGES}/{path.name}"] = _language(text, whole, debriefs).encode()
    _compare(course, files)
    every = sorted(path.relative_to(course.folder).as_posix() for path in course.folder.rglob("*") if path.is_file())
    return Packed(files, tuple(name for name in every if name not in files))


def _read(course: Course, name: str) -> str:
    return (course.folder / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def _needs(name: str, level: Level) -> Iterator[str]:
    """The pars that are figures above a proof which is taken out."""
    for act in every_act_of(level):
        if act.proof.how not in SECRET:
            continue
        for par in act.scenario.par:
            if par.number is None:
                where = f"{name}, act {act.act}" if level.acts else name
                yield f"{where}: its par {_written(par)} needs the proof that is taken out: write a figure"


def _written(par: Par) -> str:
    return f'{par.measure.name} = "book{f" + {par.over_book}%" if par.over_book else ""}"'


# Texts


def without_answers(text: str, *, debriefs: bool = True) -> str:
    """A level's text without what would give it away; `debriefs`: with those."""
    values = tomllib.loads(text)
    places: list[tuple[KeyPath, Mapping[str, Any]]] = [((), values)]
    acts = values.get("act", [])
    places += [(("act", place), act) for place, act in enumerate(acts)]
    changes: dict[KeyPath, str | None] = {}
    for path, table in places:
        head = path or ("level",)
        proof = (values.get("level", {}) if not path else table).get("proof")
        if isinstance(proof, dict | list) or (isinstance(proof, str) and proof.endswith(".run")):
            changes[(*head, "proof")] = '"withheld"'
        texts = table.get("text", {})
        changes |= _of_texts((*path, "text"), texts, debriefs)
    return _changed(text, changes)


def _of_texts(path: KeyPath, texts: Mapping[str, Any], debriefs: bool) -> dict[KeyPath, str | None]:
    changes: dict[KeyPath, str | None] = {}
    hints = texts.get("hints", [])
    for place in range(HINTS - 1, len(hints)):
        changes[(*path, "hints", place)] = None
    if not debriefs:
        changes |= {(*path, name): '""' for name in ("debrief", "lift") if texts.get(name)}
    return changes


def _language(text: str, whole: set[str], debriefs: bool) -> str:
    changes: dict[KeyPath, str | None] = {}
    for name, said in tomllib.loads(text).items():
        if name in whole:
            continue
        changes |= _of_texts((name,), said, debriefs)
        for place, act in enumerate(said.get("act", [])):
            changes |= _of_texts((name, "act", place), act, debriefs)
    return _changed(text, changes)


def _manifest(course: Course, debriefs: bool) -> str:
    text = _read(course, MANIFEST)
    manifest = course.manifest
    out = ["proofs", "hints", *([] if debriefs else ["debriefs"])]
    changes: dict[KeyPath, str | None] = {}
    if manifest.roster:
        changes["course", "roster"] = '""'
        out.append("roster")
    if manifest.salt and manifest.seeds == "released":
        changes["course", "salt"] = '""'
        out.append("salt")
    said = value_text(out)
    if "packed" in tomllib.loads(text)["course"]:
        changes["course", "packed"] = said
        return _changed(text, changes)
    name = find_spans(text).values["course", "id"]
    written = text[name[0] : name[1]]
    inline = ("course",) in find_spans(text).values
    changes["course", "id"] = f"{written}{', ' if inline else chr(10)}packed = {said}"
    return _changed(text, changes)


def _changed(text: str, changes: Mapping[KeyPath, str | None]) -> str:
    """The text without comments, with other values, or (None) without items of lists."""
    spans = find_spans(text)
    edits: list[tuple[int, int, str]] = [(start, end, "") for start, end in spans.comments]
    for path, said in changes.items():
        start, end = spans.values[path]
        if said is None:
            assert isinstance(path[-1], int)
            start = spans.values[(*path[:-1], path[-1] - 1)][1]  # with the comma in front of it
            said = ""
        edits.append((start, end, said))
    pieces: list[str] = []
    at = 0
    for start, end, said in sorted(edits):
        if start < at:
            continue  # a comment within what is taken out
        pieces += [text[at:start], said]
        at = end
    whole = "".join([*pieces, text[at:]])
    lines = [line.rstrip() for line in whole.split("\n")] if '"""' not in whole and "'''" not in whole else [whole]
    return "\n".join(line for place, line in enumerate(lines) if line or (place and lines[place - 1]))


# Is it the same?


def _compare(course: Course, files: Mapping[str, bytes]) -> None:
    """Raise PackError if a packed level is another one."""
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        put_folder(Path(folder) / "packed", dict(files))
        with open_course(Path(folder) / "packed") as made:
            problems = [
                f"{name}: packed it would be another level: {why}"
                for name, level in course.levels.items()
                if (why := _difference(level, made.levels[name]))
            ]
    if problems:
        raise PackError("; ".join(problems))


def _difference(level: Level, made: Level) -> str:
    """In what a packed level is another one than the whole; "" if it is the same."""
    if len(level.acts) != len(made.acts):
        return "it has other acts"
    every = every_act_of(level)
    for act, other in zip(every, every_act_of(made), strict=True):
        if act.fed:  # as it would be played: fed by what was done in the act before
            try:
                other = feed(other, prove(every[act.fed - 1]))
            except ProofError:
                continue
        if act.scenario.digest() != other.scenario.digest():
            return f"act {act.act} has another hash" if level.acts else "its hash is another one"
        if act.play != other.play or act.bet_keys != other.bet_keys or act.tries != other.tries:
            return "it is played otherwise"
        if [(par.measure.name, par.number, par.over_book) for par in act.scenario.par] != [
            (par.measure.name, par.number, par.over_book) for par in other.scenario.par
        ]:
            return "its pars are others"
    return ""


def same_level(text: str, whole: str) -> bool:
    """Is `text`, from a run, the level `whole` of the course, or what was given of it to students? Comments and how it
    is written do not count, and neither does which of its acts it is."""
    try:
        given = tomllib.loads(whole_text(text.replace("\r\n", "\n")))
    except (ValueError, RecursionError):
        return False
    kept = (whole, without_answers(whole), without_answers(whole, debriefs=False))
    return any(given == tomllib.loads(one) for one in kept)
