"""The schema of a course.toml, its hover texts and the reference come from one table, and that is what is read."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from levels import reading
from levels.courses.json_schema import course_schema
from levels.courses.keys import NAME, TABLES, VERSION
from levels.courses.manifest import read_manifest
from levels.loader import HOME
from levels.reference import course_reference
from levels.schema import LevelError
from tui.cli import main

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "courses/receipts/course.toml", ROOT / "packages/guestbook/ackademy_guestbook/course/course.toml"]
EVERYTHING = """\
[course]
id = "distsys-24"
title = "Distributed systems"
summary = "Winter 2026."
engine = ">=0.1, <1"
levels = ["first-ping", "lost"]
language = "en"
zone = "Europe/Berlin"
roster = "roster.csv"
salt = "a phrase of your own"
seeds = "released"
packed = []

[[chapter]]
title = "Receipts"
summary = "Did it come?"
levels = ["first-ping", "lost"]

[[assignment]]
id = "a1"
title = "Receipts"
levels = { first-ping = 10, lost = 20.5 }
due = 2026-11-02T23:59:00+01:00
late = "10% a day, at most 3 days"
grace = "10min"
won = "70%"
hints = 1
attempts = 3

[[assignment]]
id = "a2"
levels = ["third"]
points = 30
due = "2026-11-02 23:59 Europe/Berlin"
late = "platform"

[curriculum]
leases-expire = "who holds a lease holds it only for a time"
"""
SCHEMA = course_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def errors(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(tomllib.loads(text))]


def test_it_is_a_schema_and_says_its_version() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == f"urn:ackademy:course:{VERSION}"
    assert f".{VERSION}." in NAME


@pytest.mark.parametrize("text", [EVERYTHING, *(path.read_text("utf-8") for path in FILES)])
def test_what_is_read_fits_it(text: str) -> None:
    assert read_manifest(text, "course.toml").id
    assert errors(text) == []


def test_every_key_that_is_said_is_read_and_every_key_that_is_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[tuple[str, ...], set[str]] = {}
    raw = reading.Table.raw

    def note(table: reading.Table, name: str) -> Any:
        home = tuple("[]" if isinstance(part, int) else part for part in table.path)
        read.setdefault(home, set()).add(name)
        return raw(table, name)

    monkeypatch.setattr(reading.Table, "raw", note)
    read_manifest(EVERYTHING, "course.toml")
    said = {table.path: {key.name for key in table.keys} for table in TABLES}
    assert read.pop(("curriculum",)) == {"leases-expire"}
    read = {home: names for home, names in read.items() if home[-1:] != ("levels",)}  # of points: levels' own names
    assert {home: names for home, names in said.items() if home != ("curriculum",)} == read


WRONG = [
    ('id = "distsys-24"', 'id = "Distsys 24"'),
    ('id = "distsys-24"\n', ""),
    ('title = "Distributed systems"', "title = 3"),
    ('title = "Distributed systems"', f'title = "{"x" * 61}"'),
    ('seeds = "released"', 'seeds = "closed"'),
    ('zone = "Europe/Berlin"', 'zones = "Europe/Berlin"'),
    ('levels = ["first-ping", "lost"]\n\n', "levels = []\n\n"),
    ("first-ping = 10", "first-ping = -10"),
    ("lost = 20.5", 'lost = "20"'),
    ("points = 30", 'points = "30"'),
    ('won = "70%"', "won = 0.7"),
    ("hints = 1", "hints = -1"),
    ("attempts = 3", "attempts = 0"),
    ('grace = "10min"', "grace = 10"),
    ('late = "10% a day, at most 3 days"', "late = 10"),
    ('[[assignment]]\nid = "a2"', '[[assignments]]\nid = "a2"'),
    ('leases-expire = "who holds a lease holds it only for a time"', "leases-expire = 3"),
]


@pytest.mark.parametrize(("old", "new"), WRONG)
def test_what_it_refuses_the_reader_refuses_too(old: str, new: str) -> None:
    assert old in EVERYTHING
    text = EVERYTHING.replace(old, new, 1)
    with pytest.raises(LevelError):
        read_manifest(text, "course.toml")
    assert errors(text)


def test_what_an_editor_says_are_the_words_of_the_reference() -> None:
    schema, page = json.dumps(SCHEMA, ensure_ascii=False), course_reference()
    assert page.rstrip() in (HOME / "README.md").read_text("utf-8")
    for table in TABLES:
        for key in table.keys:
            assert key.words[0].isupper()
            assert key.words[-1] in ".:?"
            assert json.dumps(key.words, ensure_ascii=False)[1:-1] in schema
            assert key.words in page


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "course"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA
    assert main(["schema", "course", "--write", str(tmp_path)]) == 0
    assert f"#:schema ./{NAME}" in capsys.readouterr().err
    assert json.loads((tmp_path / NAME).read_text("utf-8")) == SCHEMA
    assert main(["reference", "course"]) == 0
    assert "`attempts`" in capsys.readouterr().out
