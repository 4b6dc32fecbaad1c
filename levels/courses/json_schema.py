"""The JSON Schema of a `course.toml`, for editors: the keys of levels.courses.keys, whose words they show. Draft 7, as
that of levels (levels.json_schema). A file that is sound passes; one that passes may still name levels that there are
not, which `check` says."""

from __future__ import annotations

from typing import Any

from levels.courses.keys import TABLES, VERSION
from levels.json_schema import told
from levels.keys import Keys

Schema = dict[str, Any]


def course_schema() -> Schema:
    """The schema."""
    (top,) = (table for table in TABLES if not table.path)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"urn:ackademy:course:{VERSION}",
        "title": f"A course of Ackademy, format {VERSION}",
        **_object(top),
    }


def _object(table: Keys) -> Schema:
    found: Schema = {"type": "object", "description": table.words, "properties": {}}
    for key in table.keys:
        shape: Schema = dict(key.shape.schema)
        for inner in TABLES:
            if inner.path == (key.name,) and not table.path:
                shape = _object(inner)
            elif inner.path == (key.name, "[]") and not table.path:
                shape = {"type": "array", "items": _object(inner)}
        found["properties"][key.name] = {**shape, **told(key)}
    if wanted := [key.name for key in table.keys if key.wanted]:
        found["required"] = wanted
    found["additionalProperties"] = dict(table.other.schema) if table.other is not None else False
    return found
