"""`ackademy run`: play a level without a screen."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui.platform import EXIT_USAGE

if TYPE_CHECKING:
    from core.kernel.world import World
    from levels.schema import Level

SUMMARY = "play a level without a screen"
EXAMPLES = """\
  ackademy run wire/bathtub                     by the level's proof
  ackademy run wire/bathtub --player idle       what happens if nobody acts
  ackademy run my-level.toml --player script:policy.py --seed 3 --json
"""
PLAYERS = "book, idle, random, persona:NAME, script:FILE.py"


class CannotRunError(Exception):
    """Why the level cannot be run, in words."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("level", metavar="LEVEL|FILE", help="an id from `ackademy list`, or a level file")
    parser.add_argument("--player", default="book", metavar="WHO", help=f"who answers: {PLAYERS} (default: book)")
    parser.add_argument("--seed", type=_seed, metavar="N", help="another seed than the level's own")
    parser.add_argument("--record", metavar="FILE.run", help="write the run to this file")
    parser.add_argument("--json", action="store_true", help="the result as JSON on standard output")


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 0")
    return int(text)


def main(args: argparse.Namespace) -> int:
    """Play the level; return 0 if it was won, 1 if it was lost, 2 if it could not run."""
    from levels.proofs import ProofError, result
    from levels.schema import LevelError, UnknownLevelError

    try:
        level = _load(args.level)
        world = _play(level, args.player, args.seed)
        figures = result(level, world)
        if args.record:
            _record(args.record, level, world)
    except (LevelError, UnknownLevelError, ProofError, CannotRunError, OSError) as error:
        print(f"ackademy run: {error}", file=sys.stderr)
        return EXIT_USAGE
    if args.json:
        print(json.dumps(figures))
    else:
        _print(level, world, figures)
    return 0 if figures["won"] else 1


def _load(name: str) -> Level:
    from levels.loader import load

    return load(name)


def _play(level: Level, player: str, seed: int | None) -> World:
    from core.kernel.seats import Idle, Random
    from levels.proofs import play, prove

    scenario = level.scenario if seed is None else level.scenario.reseeded(seed)
    kind, _, name = player.partition(":")
    if player == "book":
        return prove(level, seed)
    if player == "idle":
        return play(scenario, Idle())
    if player == "random":
        return play(scenario, Random(scenario.seed))
    if kind == "persona" and name:
        return _play_persona(level, scenario.seed, name)
    if kind == "script" and name:
        return _play_script(level, scenario.seed, Path(name))
    raise CannotRunError(f"nobody is called {player!r}: there are {PLAYERS}")


def _play_persona(level: Level, seed: int, name: str) -> World:
    from levels.proofs import persona_seat, personas_of, play
    from levels.values import did_you_mean

    personas = {persona.name: persona for persona in personas_of(level)}
    if name not in personas:
        raise CannotRunError(
            f"no persona of the player's choices is called {name!r}: {did_you_mean(name, [*personas])}"
        )
    return play(level.scenario.reseeded(seed), persona_seat(personas[name]))


def _play_script(level: Level, seed: int, path: Path) -> World:
    raise CannotRunError("scripts are not built yet")


def _record(path: str, level: Level, world: World) -> None:
    raise CannotRunError("run files are not built yet")


def _print(level: Level, world: World, figures: dict[str, object]) -> None:
    from core.kernel.time import show_duration

    assert world.outcome is not None
    print(f"{level.id}: {'won' if figures['won'] else 'lost'}, {world.outcome.reason}")
    print(
        f"stars {figures['stars']}, messages {figures['messages']}, time {show_duration(world.now)}, "
        f"answers {figures['answers']}, mistakes {figures['mistakes']}"
    )
    print(f"trace {figures['trace_sha256']}")
