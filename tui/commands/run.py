"""`ackademy run`: play a level without a screen."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.numbers import seed
from tui.commands.unfit import say_if_unfit
from tui.platform import EXIT_USAGE, error_words, find_paths

if TYPE_CHECKING:
    from core.kernel.scenario import Scenario
    from core.kernel.seats import Seat
    from core.kernel.world import World
    from core.record import Result
    from levels.schema import Level

SUMMARY = "play a level without a screen"
EXAMPLES = """\
  ackademy run premise/echo                     by the level's proof
  ackademy run premise/echo --player idle       what happens if nobody acts
  ackademy run my-level.toml --player script:policy.py --seed 3 --json
"""
FIGURES = ("won", "stars", "messages", "time_us", "answers", "mistakes", "trace_sha256")
PLAYERS = "book, idle, random, persona:NAME, script:FILE.py"


class CannotRunError(Exception):
    """Why the level cannot be run, in words."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("level", metavar="LEVEL|FILE", help="an id from `ackademy list`, or a level file")
    parser.add_argument("--player", default="book", metavar="WHO", help=f"who answers: {PLAYERS} (default: book)")
    parser.add_argument("--seed", type=seed, metavar="N", help="another seed than the level's own")
    parser.add_argument("--as", dest="student", metavar="ID", help="in a course: whose seed, by the class's roster")
    parser.add_argument("--record", metavar="FILE.run", help="write the run to this file")
    parser.add_argument("--json", action="store_true", help="the result as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Play the level; return 0 if it was won, 1 if it was lost, 2 if it could not run."""
    with ExitStack() as stack:
        return _main(args, stack)


def _main(args: argparse.Namespace, stack: ExitStack) -> int:
    """The same; a course of a zip is open as long as the stack is."""
    from core.record import result_of
    from core.script import ScriptError
    from levels.courses.tree import TreeError
    from levels.proofs import ProofError, with_par_figures
    from levels.schema import LevelError, UnknownLevelError
    from tui.courses import find

    try:
        found = find(args.level, stack, args.student)
        if found.first is None:
            raise CannotRunError(f"{args.level} is a course: name one of its levels (ackademy list {args.level})")
        level = found.first
        if level.program:
            raise CannotRunError(f"a real program plays {level.id}, by a real clock: ackademy play {level.id} --plain")
        if found.course is None:
            say_if_unfit(args.level, level)
        scenario = with_par_figures(level, found.seed(level) if args.seed is None else args.seed)
        world = _play(level, scenario, args.player)
        result = result_of(world, unseen=scenario.seed != level.scenario.seed)
        if args.record:
            _record(args.record, level, world, result, args.player)
    except (LevelError, UnknownLevelError, TreeError, ProofError, ScriptError, CannotRunError, OSError) as error:
        print(f"ackademy run: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    moment = None if result.won else _last_winnable(level, world)
    if args.json:
        print(json.dumps({**{name: getattr(result, name) for name in FIGURES}, "last_winnable": moment}))
    else:
        _print(level, result)
        if moment is not None:
            print(f"last winnable moment {moment['at_us']} us, after event {moment['event']}, by the {moment['by']}")
    return 0 if result.won else 1


def _play(level: Level, scenario: Scenario, player: str) -> World:
    from core.kernel.seats import Idle, Random
    from levels.proofs import play, prove_scenario

    kind, _, name = player.partition(":")
    if player == "book":
        return prove_scenario(level, scenario)
    if player == "idle":
        return play(scenario, Idle())
    if player == "random":
        return play(scenario, Random(scenario.seed))
    if kind == "persona" and name:
        return play(scenario, _persona_seat(level, name))
    if kind == "script" and name:
        from core.script import Script, hidden_of

        with Script(Path(name), seed=scenario.seed, hidden=hidden_of(scenario)) as seat:
            return play(scenario, seat)
    raise CannotRunError(f"nobody is called {player!r}: there are {PLAYERS}")


def _last_winnable(level: Level, run: World) -> dict[str, object] | None:
    """The last moment from which a lost run could be won; None if none was found. `final`: none later could be."""
    from time import monotonic

    from tui.ending import SECONDS, turnings

    until = monotonic() + SECONDS
    *_, found = turnings(level, run, {}, lambda: monotonic() > until)
    if found.moment is None:
        return None
    moment = found.moment
    return {"event": moment.event, "answers": moment.answers, "at_us": moment.at, "by": found.by, "final": found.final}


def _persona_seat(level: Level, name: str) -> Seat:
    from levels.proofs import persona_seat, personas_of
    from levels.values import did_you_mean

    personas = {persona.name: persona for persona in personas_of(level)}
    if name not in personas:
        raise CannotRunError(
            f"no persona of the player's choices is called {name!r}: {did_you_mean(name, [*personas])}"
        )
    return persona_seat(personas[name])


def _record(path: str, level: Level, world: World, result: Result, player: str) -> None:
    from core.record import header_of, write
    from tui.signing import now, signer_of

    header = replace(header_of(world.scenario, level.id, level.text), began=now())
    signer, unsigned = signer_of(find_paths())
    if unsigned:
        print(f"ackademy run: {unsigned}", file=sys.stderr)
    write(path, header, world.answers, result, by=player.partition(":")[0], signer=signer)
    print(f"run recorded in {path}", file=sys.stderr)


def _print(level: Level, result: Result) -> None:
    from core.kernel.time import show_duration

    print(f"{level.id}: {'won' if result.won else 'lost'}, {result.reason}")
    print(
        f"stars {result.stars}, messages {result.messages}, time {show_duration(result.time_us)}, "
        f"answers {result.answers}, mistakes {result.mistakes}"
    )
    print(f"trace {result.trace_sha256}")
