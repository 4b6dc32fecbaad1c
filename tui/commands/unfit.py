"""Says in a line that a level file does not pass the check, before it is played."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from levels.schema import Level


def say_if_unfit(name: str, level: Level) -> None:
    """One line on standard error, if `name` is a file whose level fails on a first look."""
    if not os.path.isfile(name):
        return  # levels of the campaign are checked before they are given to anybody
    from levels.check import Effort, Severity, check

    report = check(level, Effort(chance=8, personas=4, shortest=False, hints=False))
    errors = [one for one in report.findings if one.severity is Severity.ERROR]
    if errors:
        more = f", and {len(errors) - 1} more" if errors[1:] else ""
        print(f"{name}: fails the check: {errors[0].problem.found}{more} (ackademy check says all)", file=sys.stderr)
