"""The player's own script of a level: of his moves so far, on many seeds, and one of these watched as a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from core.kernel.world import Answered, DivergedError, World
from core.policy import NoPolicyError, policy_of
from core.script import Script, ScriptError, hidden_of
from levels.proofs import ProofError, play, with_par_figures
from levels.schema import Level
from levels.sweeping import main_measure, why_not
from tui.language import said
from tui.platform import error_words
from tui.policies import PolicyFile
from tui.screens.sweep import Mine, SweepScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui.game import Game


def sweep_of(
    level: Level, world: World | None, app: Game, aside: Callable[[Level, int, Sequence[Answered]], Screen[Any]]
) -> SweepScreen:
    """The screen of the script of a level, which is made of the moves in this world, if there is none yet. `aside`: a
    play screen above another that shows a run of these answers.

    Raises ValueError in words, OSError where its file cannot be written."""
    if problem := why_not(level):
        raise ValueError(problem)
    scenario = level.scenario if world is None else world.scenario
    try:
        answers, until = (world.answers, world.count) if world is not None else ((), 0)
        text = policy_of(scenario, answers, level.title, level.id, until)
    except (NoPolicyError, DivergedError) as error:
        raise ValueError(str(error)) from None
    policy = PolicyFile(app.paths.policies, level.id, text, app.progress)
    policy.prepare()
    mine = None
    if world is not None and world.outcome is not None:
        known = {"messages": world.evidence().sent(), "time": world.now, **world.measures()}
        mine = Mine(world.outcome.won, known.get(main_measure(scenario).name))

    def watch(screen: SweepScreen, seed: int) -> None:
        """Play the script once more on this seed, and open that as a run, above the screen that asks for it."""
        try:
            with Script(screen.policy.path, seed=seed, hidden=hidden_of(with_par_figures(level, seed))) as seat:
                played = play(with_par_figures(level, seed), seat)
        except (OSError, ScriptError, ProofError, ValueError) as error:
            words = said("It cannot be played: {error}", error=error_words(error))
            app.notify(words, severity="error", markup=False)
            return
        app.lay_above(aside(level, seed, tuple(played.answers)))

    return SweepScreen(level, policy, watch=watch, today=app.today(), mine=mine)
