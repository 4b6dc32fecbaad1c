"""Every key of a `course.toml`: where it stands, what it takes, what it means.

The reference in levels/README.md, the JSON Schema of `ackademy schema course` and the hover texts of editors are
written from these tables; a test compares them with what levels.courses.manifest reads.
"""

from __future__ import annotations

from typing import Any

from levels.courses.manifest import LONGEST_ID, LONGEST_TITLE, MOST_COUNTED, MOST_POINTS
from levels.keys import ANY, LINE, TABLE, TEXT, TEXTS, Key, Keys, Shape, either, listed, one_of, whole

VERSION = 1
"""Of the format: raised when a file that was sound is sound no more."""
NAME = f"ackademy-course.{VERSION}.schema.json"
"""The file that `#:schema` lines name."""

_ID = Shape(
    "small letters, digits, hyphens",
    {"type": "string", "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": LONGEST_ID},
)
_TITLE = Shape("a text of one line", {**LINE.schema, "maxLength": LONGEST_TITLE})
_ABOUT = Shape("what it is about, in one line", {"type": "string", "pattern": r"^[^\n]+$"})
_LEVELS = listed(TEXT, "a list of levels")
_POINTS: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": MOST_POINTS}

COURSE = (
    Key("id", _ID, f"What the course is called where files are: its levels are `<id>/<level>`. {LONGEST_ID} letters at "
        "most.", wanted=True),
    Key("title", _TITLE, f"What it is called for people: {LONGEST_TITLE} letters at most.", wanted=True),
    Key("summary", TEXT, "One line for the map."),
    Key("engine", Shape('versions, `">=0.1, <1"`', {"type": "string"}), "The versions of Ackademy that play it.",
        "any"),
    Key("levels", _LEVELS, "The order of its levels, by their files' names without the numbers.",
        "the order of the chapters, or of the files' numbers"),
    Key("language", Shape("a language's code, `\"de\"`", {"type": "string"}), "The language of the texts as they "
        "stand; others lie in `languages/<code>.toml`.", '`"en"`'),
    Key("zone", Shape('a zone, `"Europe/Berlin"`', {"type": "string"}), "The zone of due dates that name none, and of "
        "what platforms hand out.", "UTC; and each due date must name its own"),
    Key("roster", Shape("a file of the course", {"type": "string"}), "The class: a CSV file with one row a student. It "
        "is never packed."),
    Key("salt", LINE, "A phrase of your own, from which every student has seeds of his own.", "the levels' own seeds"),
    Key("seeds", one_of("open", "released"), "Open: computed from the salt, which is in the students' file. Released: "
        "the salt stays with you, and `ackademy release --seeds` hands them out.", '`"open"`'),
    Key("packed", TEXTS, "What was taken out of a students' file; `ackademy pack` writes it, and nobody else."),
)  # fmt: skip

CHAPTER = (
    Key("title", _TITLE, "What the chapter is called.", wanted=True),
    Key("summary", TEXT, "One line for the map."),
    Key("levels", listed(TEXT, "a list of levels", minItems=1), "Its levels, in order: every level of the course "
        "stands in one chapter.", wanted=True),
)  # fmt: skip

ASSIGNMENT = (
    Key("id", _ID, "What `submit` and `grade` call it; part of every student's seed.", wanted=True),
    Key("title", LINE, "What it is called for people.", "its id"),
    Key("levels", Shape(
            "`{ first = 10, second = 20 }`, or a list of levels",
            {"anyOf": [
                {"type": "object", "additionalProperties": _POINTS},
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
            ]},
        ), "Its levels, each with its points.", wanted=True),
    Key("points", Shape("a number", _POINTS), "Where levels is a list: all its points, shared evenly.",
        "10 a level"),
    Key("due", Shape('`2026-11-02T23:59:00+01:00`, `"2026-11-02 23:59 Europe/Berlin"`', ANY.schema), "By when it is "
        "handed in.", "never"),
    Key("late", either('`"10% a day, at most 3 days"`, `"none"`, `"full"`, `"platform"`', TEXT), "What is left of late "
        "work: nothing, all of it, all of it because the platform takes something off, or so much less for every day "
        "(hour, week) begun.", '`"none"`'),
    Key("grace", Shape('a duration, `"10min"`', {"type": "string"}), "So much later is not late.", "none"),
    Key("won", Shape('a share, `"70%"`', {"type": "string", "pattern": r"^\s*[0-9]{1,3}\s*%\s*$"}), "The share of the "
        "points for winning; the rest is for winning within par.", '`"100%"`'),
    Key("hints", whole(0, MOST_COUNTED), "So many hints a run may have taken.", "any number"),
    Key("attempts", whole(1, MOST_COUNTED), "So many attempts at a level count: those that were begun "
        "first, over all runs and within each.", "all"),
)  # fmt: skip

TABLES: tuple[Keys, ...] = (
    Keys((), "The tables of a `course.toml`, in any order.", (
        Key("course", TABLE, "What the course is.", wanted=True),
        Key("chapter", listed(TABLE, "`[[chapter]]` each"), "The stations of its line on the map; where the course is "
            "played by itself, a line each.", "one of all levels"),
        Key("assignment", listed(TABLE, "`[[assignment]]` each"), "What is handed in together."),
        Key("curriculum", TABLE, "Rows of its own for `covers`, beside those of the curriculum."),
    ), title="The whole `course.toml`"),
    Keys(("course",), "What the course is called, and what holds for all of it.", COURSE),
    Keys(("chapter", "[]"), "Levels that belong together.", CHAPTER),
    Keys(("assignment", "[]"), "What is handed in together, by when, and what it counts.", ASSIGNMENT),
    Keys(("curriculum",), "Rows of the course's own.", free="a row", other=_ABOUT),
)  # fmt: skip
