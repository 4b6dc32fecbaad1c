"""The bets of a level: the table [bets], and whether they can be laid and come out both ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.kernel.bets import MOST_BETS, Bet, law_bet
from core.kernel.choice import RESERVED_KEYS, Choice
from core.kernel.scenario import PlayerSeat
from core.kernel.world import World
from levels.compile import Compiler
from levels.goals import read_law
from levels.reading import Table
from levels.schema import BetKey
from levels.values import did_you_mean

CHIPS = "chips"


def read_bets(
    compiler: Compiler, table: Table, player: Sequence[PlayerSeat]
) -> tuple[tuple[Bet, ...], int, tuple[BetKey, ...]]:
    """The bets in the order of the file, the chips, and the keys that lay them."""
    chips = table.number(CHIPS, MOST_BETS, 1, MOST_BETS)
    table.known.append(CHIPS)
    rooms = dict.fromkeys(compiler.room_of[seat.node].name for seat in player if seat.node in compiler.room_of)
    declared = {bet.name: bet for name in rooms for bet in compiler.protocols[name].bets}
    taken = _keys_of(compiler, player)
    bets: list[Bet] = []
    keys: list[BetKey] = []
    for name, _ in table.items():
        if name == CHIPS:
            continue
        bet = declared.get(name) or _on_law(compiler, table, name, list(declared))
        if bet is None:
            table.table(name)
            continue
        bets.append(bet)
        keys += _read_keys(table.table(name), bet, taken)
    if len(bets) > MOST_BETS:
        table.file.problem(table.path, f"{len(bets)} bets", f"at most {MOST_BETS}: a wager is an aside")
    if bets and not player and not table.file.problems:
        table.file.problem(table.path, "the network knows all that could be bet on", "bets are for a node's chair")
    return tuple(bets), chips if bets else 0, tuple(keys)


def _keys_of(compiler: Compiler, player: Sequence[PlayerSeat]) -> dict[str, str]:
    """Key → what it does already: the moves of the player's whose room gives them a key."""
    choices: Iterable[Choice] = (
        choice
        for seat in player
        if seat.node in compiler.room_of
        for choice in compiler.room_of[seat.node].choices
        if choice.key and ("*" in seat.choices or choice.name in seat.choices)
    )
    return {choice.key: choice.name for choice in choices}


def _on_law(compiler: Compiler, table: Table, name: str, declared: Sequence[str]) -> Bet | None:
    """A bet on a law of the level; None, and a problem, if there is no such law."""
    try:
        return law_bet(read_law(compiler, name))
    except ValueError as error:
        if not compiler.incomplete:
            near = did_you_mean(name, declared) if declared else "no room of the player's has bets of its own"
            table.problem(name, f"nothing of the name {name!r} can be bet on: {error}", near, key=True)
        return None


def _read_keys(table: Table, bet: Bet, taken: dict[str, str]) -> list[BetKey]:
    found: list[BetKey] = []
    for key in list(table.values):
        side = table.get(key, str, "")
        if len(key) != 1 or not key.isalpha() or key in RESERVED_KEYS:
            table.problem(key, f"{key!r} can be no key of a bet", f"one letter, and none of {RESERVED_KEYS}", key=True)
        elif key in taken:
            table.problem(key, f"the key {key!r} is {taken[key]}'s already", "another letter", key=True)
        elif side not in bet.sides:
            table.problem(key, f"{bet.name} has no side {side!r}", did_you_mean(side, bet.sides))
        else:
            taken[key] = bet.name
            found.append(BetKey(key, bet.name, side, bet.share(side)))
    table.done()
    return found


@dataclass
class Outcomes:
    """How often each side of each bet came out ("" for never), over the runs that were looked at."""

    sides: dict[str, Counter[str]] = field(default_factory=dict)

    def look(self, world: World) -> None:
        """Count a run that is over."""
        assert world.betting is not None
        for one in world.betting.settled():
            self.sides.setdefault(one.bet.name, Counter())[one.came] += 1


def problems_of(bets: Sequence[Bet], seeds: int, played: Callable[[int], World]) -> Mapping[str, tuple[str, str]]:
    """Bet → what is wrong with it, and the mend. `played`: the run of the proof on the n-th seed, to its end."""
    outcomes = Outcomes()
    for number in range(seeds):
        outcomes.look(played(number))
    found: dict[str, tuple[str, str]] = {}
    for bet in bets:
        sides = outcomes.sides.get(bet.name, Counter())
        known = [side for side in bet.sides if sides[side]]
        if not sides:
            found[bet.name] = "can never be laid on the way of the proof", "a moment at which it is open"
        elif not known:
            found[bet.name] = "never comes out", "a run in which it shows what was true"
        elif len(known) == 1:
            words = f"always comes out as {known[0]!r}, on {seeds} seeds: nobody doubts it for long"
            found[bet.name] = words, "a level in which it is now this, now that"
    return found
