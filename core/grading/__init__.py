"""Grading: a run file is executed again and judged, without trusting a word of it.

    from core.grading import Wanted, grade_run, grade_runs
    from levels.graded import compiled_to_grade, level_digest

    row = grade_run(path, compiled_to_grade)                                  one file
    wanted = Wanted(level=level_digest(text), seed=7, player=key, digest_of=level_digest)
    for place, row in grade_runs([(path, wanted), …], compiled_to_grade):     many, on all cores, as they are done

Neither raises for what is in a file: a row says what it is, or why it is nothing (`Row.standing`, `Row.why`). What a
row gives as won, stars, figures, mistakes and first answers is what re-execution found, and not what the file claims.
"""

from core.grading.many import cores, grade_batch, grade_runs
from core.grading.one import grade_run
from core.grading.roster import Roster, RosterError, read_roster
from core.grading.rows import Figure, FirstAnswer, Row, Standing, Try, Wanted, text_digest
from core.grading.tables import as_csv, as_gradescope, as_junit, by_words, harmless_cell, mistakes_words, words_of

__all__ = [
    "Figure", "FirstAnswer", "Roster", "RosterError", "Row", "Standing", "Try", "Wanted", "as_csv", "as_gradescope",
    "as_junit", "by_words", "cores", "grade_batch", "grade_run", "grade_runs", "harmless_cell", "mistakes_words",
    "read_roster", "text_digest", "words_of",
]  # fmt: skip
