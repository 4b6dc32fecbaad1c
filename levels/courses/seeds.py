"""Every student's own seeds: individual, so that a neighbour's answers do not fit, and no secret by themselves.

A seed is a digest of the course's salt, the assignment, and the student's id in the roster. Whoever knows the three
computes it: `grade` does, and so does the student's own game where the salt comes with the course. Where it does not,
the seeds are handed out (`ackademy release --seeds`), and nobody can know them before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FORMAT = 1
MOST = 1_000_000_000
"""Seeds have nine digits at most: they are read out, typed and shown on screens."""


class SeedFileError(ValueError):
    """A file of seeds cannot be used, in words."""


def seed_of(salt: str, assignment: str, student: str) -> int:
    """The seed on which this student plays the levels of this assignment."""
    told = json.dumps(["ackademy seed", 1, salt, assignment, student.strip()], ensure_ascii=True)
    return int.from_bytes(hashlib.sha256(told.encode("ascii")).digest()[:8], "big") % MOST


def seed_file(course: str, seeds: Mapping[str, Mapping[str, int]]) -> str:
    """Seeds to be handed out: student → assignment → seed."""
    whole = {"ackademy": "seeds", "format": FORMAT, "course": course, "seeds": seeds}
    return json.dumps(whole, ensure_ascii=True, indent=1, sort_keys=True) + "\n"


def read_seed_file(text: str) -> tuple[str, dict[str, dict[str, int]]]:
    """(course, student → assignment → seed). Raises SeedFileError in words."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise SeedFileError("this is no file of seeds: it is not JSON") from None
    if not isinstance(data, dict) or data.get("ackademy") != "seeds":
        raise SeedFileError('this is no file of seeds: it lacks "ackademy": "seeds"')
    if data.get("format") != FORMAT:
        raise SeedFileError(f"its format is {data.get('format')!r}; this version reads {FORMAT}: update Ackademy")
    course, seeds = data.get("course"), data.get("seeds")
    if not isinstance(course, str) or not isinstance(seeds, dict):
        raise SeedFileError('"course" must be a text, and "seeds" an object')
    found: dict[str, dict[str, int]] = {}
    for student, own in seeds.items():
        if not isinstance(own, dict) or not all(type(seed) is int and 0 <= seed < MOST for seed in own.values()):
            raise SeedFileError("every student's seeds are an object of assignments and whole numbers")
        found[student] = own
    return course, found
