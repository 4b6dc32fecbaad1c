"""Stars, and the par that they are counted by."""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.scenario import Par, Scenario
from core.kernel.seats import Book
from core.kernel.world import World


def par_of(scenario: Scenario) -> dict[str, int]:
    """Every par measure's bound by its name: the level's number, or what the book needs on this seed plus a percentage
    (minus, for a measure of which more is better). {} if the scenario has no par."""
    if not scenario.par:
        return {}
    figures: Mapping[str, int] = {}
    if any(par.number is None for par in scenario.par):
        world = World(scenario, player=Book(), intervals=False)
        world.run()
        figures = world.measures()
    return {par.measure.name: _bound(par, figures) for par in scenario.par}


def _bound(par: Par, book: Mapping[str, int]) -> int:
    if par.number is not None:
        return par.number
    percent = 100 - par.over_book if par.measure.higher else 100 + par.over_book
    return book[par.measure.name] * percent // 100


def within_par(scenario: Scenario, measures: Mapping[str, int], bounds: Mapping[str, int] | None = None) -> bool:
    """Is every measure within its par? `bounds`: what `par_of` said, if it is at hand."""
    bounds = par_of(scenario) if bounds is None else bounds
    return all(
        measures[par.measure.name] >= bounds[par.measure.name]
        if par.measure.higher
        else measures[par.measure.name] <= bounds[par.measure.name]
        for par in scenario.par
    )


def stars(
    world: World,
    *,
    hints: int = 0,
    rewinds: int = 0,
    unseen: bool = False,
    bounds: Mapping[str, int] | None = None,
) -> int:
    """The stars of a run: 0 not won; 1 won; 2 within par on every axis; 3 that on a seed not played before (`unseen`)
    with no hint and no rewind."""
    if world.outcome is None or not world.outcome.won:
        return 0
    if not within_par(world.scenario, world.measures(), bounds):
        return 1
    return 3 if unseen and not hints and not rewinds else 2
