"""What the live commands have in common: a run written down like a play, and words for people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import find_paths

if TYPE_CHECKING:
    from core.live.seam import Live
    from core.record import Result
    from levels.schema import Level


def save(live: Live, level: Level, wanted: str | None) -> tuple[Path, Result]:
    """Write the run to `wanted`, or beside the runs of plays; where it is, and what came of it. Raises OSError."""
    from core.record import header_of, result_of, write
    from tui.stage import free_name

    path = Path(wanted) if wanted else free_name(find_paths().runs, level.id, level.scenario.seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    result = result_of(live.world)
    header = header_of(level.scenario, level.id, level.text)
    write(path, header, live.world.answers, result, journal=live.journal, ended=live.ended)
    return path, result


def say(text: str) -> None:
    """Words for people: standard output is for what came of it."""
    print(text, file=sys.stderr, flush=True)
