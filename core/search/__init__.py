"""The explorer: every answer, every order of simultaneous events, every fate and crash within a budget.

`explore` walks a scenario completely (or says that it could not) and reports which laws broke, with the world that
broke them. `find_win` and `find_loss` look for the shortest list of a player's answers that wins or loses a level;
`last_winnable` for the last moment of a run from which it could still be won.
"""

from core.search.counterexample import Counterexample, counterexample, scenario_within
from core.search.explorer import Broken, Exploration, Progress, explore, laws_of
from core.search.misfortune import ANYTIME, NEVER, Budget, recovers
from core.search.shortest import find, find_loss, find_win
from core.search.states import Normal, State, state_key
from core.search.winnable import (
    BY_BOOK,
    Future,
    Moment,
    Turning,
    future_of,
    has_won,
    last_winnable,
    winnable_from,
    world_at,
)

__all__ = [
    "ANYTIME", "BY_BOOK", "NEVER", "Broken", "Budget", "Counterexample", "Exploration", "Future", "Moment", "Normal",
    "Progress", "State", "Turning", "counterexample", "explore", "find", "find_loss", "find_win", "future_of",
    "has_won", "last_winnable", "laws_of", "recovers", "scenario_within", "state_key", "winnable_from", "world_at",
]  # fmt: skip
