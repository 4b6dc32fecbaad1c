"""The traces of every level, as hashes: `python -m tests.traces` prints what they are, `--write` keeps them.

A trace is a promise: level, seed and answers give it, byte for byte, on every Python. `traces.json` holds what every
level gave by its proof, by chance and by nobody, and the rules versions of its rooms then. Whoever means to change one
raises `Protocol.rules` of the room and writes the file anew; `tests/test_determinism.py` finds who did not mean to.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")


def traces_of(ids: Iterable[str] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """(level id, its rooms' rules and the hash of its trace by each player), for these levels, or all."""
    from core.kernel.seats import Idle, Random
    from levels.loader import every_act
    from levels.proofs import play, prove

    wanted = set(ids)
    for level in every_act():
        if wanted and level.id not in wanted:
            continue
        scenario = level.scenario
        yield (
            level.id,
            {
                "rules": {name: room.rules for name, room in sorted(scenario.protocols.items())},
                "proof": prove(level).trace_sha256(),
                "random": play(scenario, Random(scenario.seed)).trace_sha256(),
                "idle": play(scenario, Idle()).trace_sha256(),
            },
        )


def kept() -> dict[str, dict[str, Any]]:
    """What the file holds."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def main(words: list[str]) -> None:
    """Print the traces of the levels named (all, if none), or keep them in the file."""
    found = dict(traces_of(word for word in words if not word.startswith("-")))
    if "--write" in words:
        found = {**(kept() if FILE.exists() and len(words) > 1 else {}), **found}
        FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    else:
        json.dump(found, sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
