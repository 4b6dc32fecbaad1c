"""Rows of graded runs in the formats of others: CSV, JUnit's XML, Gradescope's JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from core.grading.rows import Figure, Row, Standing
from core.kernel.time import show_duration

MOST_STARS = 2
"""What re-execution proves: won, and within par. The third star also says that the seed was new, which is claimed."""
COLUMNS = (
    "file", "student", "player", "level", "seed", "verified", "standing", "why", "remarks", "sealed", "won", "stars",
    "messages", "messages_par", "time_us", "time_us_par", "other_measures", "mistakes", "mistakes_by_rule", "attempts",
    "attempts_ended", "cases", "cases_right_at_first", "handed_over", "claimed_hints", "claimed_rewinds", "claimed_by",
    "claimed_new_seed", "claimed_began", "claimed_seconds_thought", "engine", "id",
)  # fmt: skip


def as_csv(rows: Sequence[Row]) -> str:
    """One line a run, below a line with the columns' names. No cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = _cells(row)
        writer.writerow([harmless_cell(cells[name]) for name in COLUMNS])
    return out.getvalue()


def harmless_cell(value: object) -> str:
    """What a cell says; a text that a spreadsheet would compute stands behind an apostrophe."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _cells(row: Row) -> dict[str, object]:
    figures = row.figures
    main: dict[str, int | None] = {}
    for name, column in (("messages", "messages"), ("time", "time_us")):
        one = figures.get(name)
        main[column], main[f"{column}_par"] = (None, None) if one is None else (one.value, one.par)
    others = [
        f"{name} {one.value}" + ("" if one.par is None else f" (par {one.par})")
        for name, one in figures.items()
        if name not in ("messages", "time")
    ]
    played = row.verified
    return {
        "file": row.file, "student": row.student, "player": row.player, "level": row.level,
        "seed": row.seed if row.level else None, "verified": row.verified, "standing": row.standing.value,
        "why": row.why, "remarks": "; ".join(row.remarks), "sealed": row.sealed.value,
        "won": row.won if played else None, "stars": row.stars if played else None, **main,
        "other_measures": "; ".join(others), "mistakes": sum(row.mistakes.values()) if played else None,
        "mistakes_by_rule": mistakes_words(row), "attempts": row.attempts, "attempts_ended": row.ended,
        "cases": len(row.first), "cases_right_at_first": sum(answer.right for answer in row.first),
        "handed_over": "; ".join(row.handed_over), "claimed_hints": row.hints, "claimed_rewinds": row.rewinds,
        "claimed_by": by_words(row), "claimed_new_seed": row.unseen, "claimed_began": row.began,
        "claimed_seconds_thought": round(sum(row.thought_ms) / 1000), "engine": row.engine, "id": row.id,
    }  # fmt: skip


def _shown(figure: Figure, value: int) -> str:
    return show_duration(value) if figure.unit == "µs" else f"{value} {figure.unit}".rstrip()


def mistakes_words(row: Row) -> str:
    """The mistakes of a run by rule, in words."""
    return "; ".join(f"{rule} {count}" for rule, count in row.mistakes.items())


def by_words(row: Row) -> str:
    """Who gave the answers of a run, as it claims, in words: with figures if several did."""
    if len(row.by) == 1:
        return next(iter(row.by))
    return ", ".join(f"{who} {count}" for who, count in row.by.items())


def as_junit(rows: Sequence[Row]) -> str:
    """A test a run, as JUnit's XML: it fails if it was lost, or is not verified; a run of another version is an error,
    for nobody can tell."""
    counts = {name: sum(_junit_kind(row) == name for row in rows) for name in ("failure", "error")}
    suite = ElementTree.Element(
        "testsuite", name="ackademy grade", tests=str(len(rows)), failures=str(counts["failure"]),
        errors=str(counts["error"]), skipped="0",
    )  # fmt: skip
    for row in rows:
        case = ElementTree.SubElement(suite, "testcase", classname=_xml(row.level or "run"), name=_xml(row.file))
        kind = _junit_kind(row)
        if kind:
            message = _xml(row.why or f"lost: {row.reason}")
            ElementTree.SubElement(case, kind, type=row.standing.value if row.why else "lost", message=message)
        out = ElementTree.SubElement(case, "system-out")
        out.text = _xml(words_of(row))
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _junit_kind(row: Row) -> str:
    if row.standing in (Standing.OTHER_VERSION, Standing.UNREADABLE):
        return "error"
    return "" if row.verified and row.won else "failure"


def _xml(text: str) -> str:
    """Only what XML 1.0 can hold: names of files may have anything."""
    return "".join(
        letter if letter in "\t\n" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter > "\uffff"
        else "?" for letter in text
    )  # fmt: skip


def as_gradescope(rows: Sequence[Row]) -> str:
    """A test a run, as the results.json of a Gradescope autograder: a point for a win, one more within par."""
    tests: list[dict[str, Any]] = []
    for row in rows:
        points = min(row.stars, MOST_STARS) if row.verified else 0
        tests.append(
            {
                "name": f"{row.level or 'no level'} ({row.file})", "score": points, "max_score": MOST_STARS,
                "status": "passed" if row.verified and row.won else "failed", "output": words_of(row),
                "visibility": "visible",
            }
        )  # fmt: skip
    score = sum(test["score"] for test in tests)
    return json.dumps({"score": score, "tests": tests}, indent=1) + "\n"


def words_of(row: Row) -> str:
    """What is to be said of a run, in some lines."""
    lines = [row.standing.value if not row.why else f"{row.standing.value}: {row.why}", *row.remarks]
    if row.verified:
        lines.append(f"{'won' if row.won else 'lost'}, {row.reason}; stars {row.stars}")
        for name, one in row.figures.items():
            lines.append(
                f"{name} {_shown(one, one.value)}" + ("" if one.par is None else f", par {_shown(one, one.par)}")
            )
        if row.mistakes:
            lines.append(f"mistakes: {mistakes_words(row)}")
        lines.append(f"claimed: by {by_words(row) or 'nobody'}, hints {row.hints}, rewinds {row.rewinds}")
    return "\n".join(lines)
