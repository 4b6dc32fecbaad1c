"""Levels for grading (core.grading): what runs are executed in, and which text is which."""

from __future__ import annotations

from functools import lru_cache

from core.grading import text_digest
from core.kernel.scenario import Scenario
from levels.loader import of_run, whole_text
from levels.proofs import ProofError, with_par_figures
from levels.schema import Level, LevelError


@lru_cache(maxsize=64)
def _level(text: str) -> Level:
    return of_run(text, "the run's level")


@lru_cache(maxsize=256)
def compiled_to_grade(text: str, seed: int) -> Scenario:
    """A level's text and a seed → its scenario, pars as figures (core.record.Compile): `levels.loader.compiled` for a
    class, of whom most have played the same. Raises ValueError in words."""
    try:
        return with_par_figures(_level(text), seed)
    except (LevelError, ProofError) as error:
        raise ValueError(str(error)) from None


def level_digest(text: str) -> str:
    """Which level a text is: every act of a level is of the same text, and so is what an act was fed by."""
    return text_digest(whole_text(text))
