"""The keys of a level's moves and settings, and texts that name them."""

from __future__ import annotations

from core.kernel.choice import Choice
from levels.schema import NAMED_KEY, Level
from tui.bridge.words import Standing, label_of
from tui.keymap import Scope, in_scope


def moves_of(level: Level) -> tuple[Standing, ...]:
    """The player's moves and settings that have a key, in the protocol's order.

    A key that a room declares is the move's, also where a command has it (which has another, then); others are letters
    of the move's name that nothing else has.
    """
    moves = list(level.moves.values())
    taken = {key for scope in (Scope.PLAY, Scope.EVERYWHERE) for action in in_scope(scope) for key in action.keys}
    taken |= {choice.key for choice in moves if choice.key} | {key.key for key in level.bet_keys}
    found: list[Standing] = []
    for choice in moves:
        key = choice.key or next((letter for letter in _letters(choice) if letter not in taken), "")
        if key:
            taken.add(key)
            found.append(Standing(key, choice, label_of(choice), choice.keeps and not choice.standing))
    return tuple(found)


def _letters(choice: Choice) -> list[str]:
    label = label_of(choice)
    initials = [word[0] for word in label.split()]  # "wait ok" is easier to find under o than under i
    return [*initials, *label.replace(" ", ""), *"acdfgijklmnopstvxyz"]


def with_keys(text: str, level: Level, *, typed: bool = False) -> str:
    """A level's text with the keys that it names filled in; `typed`: with what is typed in plain play instead."""
    keys = {one.choice.name.rpartition(".")[2]: one.label if typed else one.key for one in moves_of(level)}
    return NAMED_KEY.sub(lambda match: keys.get(match[1], match[1]), text)
