"""What a class got wrong at first: which rule was broken by how many, and who answers so.

Only first answers count: the first that a student gave to a case, in whichever attempt. What he did after he was told
is no sign of what he thought.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape

from core.grading import FirstAnswer, Row
from core.kernel.text import columns, harmless
from levels.courses.marking import Marked

BINS = 10
_BAR = 30


@dataclass(frozen=True)
class Rule:
    """One way of being wrong. `broken`: by how many students at first, of `of` who were asked; `students`: who."""

    level: str
    choice: str
    case: str
    label: str
    persona: str
    source: str
    broken: int
    of: int
    students: tuple[str, ...]

    @property
    def words(self) -> str:
        """The rule, for people."""
        said = f"{self.choice}, {self.case}: {self.label}" if self.case else f"{self.choice}: {self.label}"
        return harmless(f"{said} ({self.persona})" if self.persona else said)


@dataclass(frozen=True)
class Report:
    """A class in figures. `totals`: the points of each student who handed in something, of `most`."""

    rules: tuple[Rule, ...]
    totals: tuple[Fraction, ...]
    most: Fraction
    students: int
    missing: int


def report_of(marked: Sequence[Marked], most: Fraction) -> Report:
    """The report on a class."""
    asked: dict[tuple[str, str, str], set[str]] = {}
    broken: dict[tuple[str, str, str, str, str], list[str]] = {}
    sources: dict[tuple[str, str, str, str, str], str] = {}
    for one in marked:
        for level, first in _first_answers(one):
            asked.setdefault((level, first.choice, first.case), set()).add(one.student.id)
            if not first.right:
                key = (level, first.choice, first.case, first.label, first.persona)
                broken.setdefault(key, []).append(one.student.shown)
                sources[key] = first.source
    rules = [
        Rule(*key, sources[key], len(students), len(asked[key[:3]]), tuple(students))
        for key, students in broken.items()
    ]
    rules.sort(key=lambda rule: (-rule.broken, rule.level, rule.choice, rule.case, rule.label, rule.persona))
    totals = tuple(one.total for one in marked if not one.missing)
    return Report(tuple(rules), totals, most, len(marked), sum(one.missing for one in marked))


def _first_answers(one: Marked) -> Iterable[tuple[str, FirstAnswer]]:
    """A student's first answer to each case of each level, over all his runs that happened so, by when they began."""
    found: dict[tuple[str, str, str], FirstAnswer] = {}
    for row in sorted(filter(_happened, one.rows), key=lambda row: (row.began or "~", row.file)):
        level = row.level.partition("#")[0].partition("/")[2]
        for first in row.first:
            found.setdefault((level, first.choice, first.case), first)
    return ((key[0], first) for key, first in found.items())


def _happened(row: Row) -> bool:
    return row.verified


def histogram(report: Report) -> list[tuple[str, int]]:
    """How many students have how many points, in BINS steps."""
    counts = [0] * BINS
    for total in report.totals:
        counts[min(BINS - 1, int(total * BINS / report.most)) if report.most else 0] += 1
    step = report.most / BINS
    return [(f"{float(place * step):g} to {float((place + 1) * step):g}", count) for place, count in enumerate(counts)]


def as_text(report: Report, *, with_histogram: bool = False) -> str:
    """The report in lines."""
    handed = report.students - report.missing
    lines = [f"{handed} of {report.students} handed in something"]
    if with_histogram:
        lines += ["", *_bars([(f"{name} points", count) for name, count in histogram(report)])]
    lines += ["", "First answers that broke a rule, by how many students:"]
    if not report.rules:
        return "\n".join([*lines, "  none"]) + "\n"
    for level in dict.fromkeys(rule.level for rule in report.rules):
        lines += ["", level]
        lines += [f"  {rule.broken:>3} of {rule.of:<3} {rule.words}" for rule in report.rules if rule.level == level]
    lines += ["", "By persona:"]
    lines += _bars(by_persona(report))
    return "\n".join(lines) + "\n"


def by_persona(report: Report) -> list[tuple[str, int]]:
    """Persona → how many first answers were as it answers; "" for what nobody is known to answer."""
    counts: dict[str, int] = {}
    for rule in report.rules:
        name = harmless(rule.persona) or "nobody in particular"
        counts[name] = counts.get(name, 0) + rule.broken
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _bars(rows: Sequence[tuple[str, int]]) -> list[str]:
    wide = max((columns(name) for name, _ in rows), default=0)
    most = max((count for _, count in rows), default=0)
    return [
        f"  {name}{' ' * (wide - columns(name))}  {count:>3} {'#' * (-(-_BAR * count // most) if most else 0)}".rstrip()
        for name, count in rows
    ]


def as_csv(report: Report) -> str:
    """The report's rules as a table."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(["level", "choice", "case", "rule", "persona", "source", "broken by", "of"])
    for one in report.rules:
        cells = (one.level, one.choice, one.case, one.label, one.persona, one.source)
        rows.writerow([*map(harmless, cells), one.broken, one.of])
    return made.getvalue()


def as_svg(report: Report, title: str, *, with_histogram: bool = False) -> str:
    """The report as a picture: bars, each with its words and its number."""
    groups: list[tuple[str, list[tuple[str, int, int]]]] = []
    if with_histogram:
        of = max(1, len(report.totals))
        groups.append(("Points", [(f"{name} points", count, of) for name, count in histogram(report)]))
    for level in dict.fromkeys(rule.level for rule in report.rules):
        rules = [(rule.words, rule.broken, rule.of) for rule in report.rules if rule.level == level]
        groups.append((f"{level}: first answers that broke a rule", rules))
    said = max(1, sum(rule.broken for rule in report.rules))
    groups.append(("By persona", [(name, count, said) for name, count in by_persona(report)]))
    parts: list[str] = []
    y = 40
    for head, rows in groups:
        y += 16
        parts.append(f'<text x="20" y="{y}" font-weight="bold">{escape(head)}</text>')
        for name, count, of in rows:
            y += 24
            wide = round(300 * count / of, 1) if of else 0
            parts.append(f'<rect x="20" y="{y - 12}" width="300" height="16" fill="#e8e8e8"/>')
            parts.append(f'<rect x="20" y="{y - 12}" width="{wide}" height="16" fill="#2b6cb0"/>')
            parts.append(f'<text x="330" y="{y}">{count} of {of}</text><text x="400" y="{y}">{escape(name)}</text>')
        y += 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1100 {y + 20}" '
        'font-family="sans-serif" font-size="13">\n'
        f'<rect width="1100" height="{y + 20}" fill="#ffffff"/>\n'
        f'<text x="20" y="28" font-size="17" font-weight="bold">{escape(harmless(title))}</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
