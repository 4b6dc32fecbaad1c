"""`ackademy explore`: try every answer, order, crash and loss of a protocol's smallest scenario, or of a level."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from tui.commands.numbers import positive, whole
from tui.platform import EXIT_USAGE, error_words

if TYPE_CHECKING:
    from core.kernel.scenario import Scenario
    from core.kernel.trace import Entry
    from core.kernel.world import Answered
    from core.search import Budget, Exploration, Progress
    from levels.exploring import Made, Subject

SUMMARY = "try every answer, order, crash and loss of a protocol's smallest scenario, or of a level"
EXAMPLES = """\
  ackademy explore echo
  ackademy explore tcp --scenario 2                 its second scenario
  ackademy explore ledger --crashes 1 --persona "begins anew@keeper"
  ackademy explore premise/echo --bound 100000 --json
  ackademy explore echo --persona "counts on its own@server" --late 1 --save broken.run
  ackademy explore election_bully --dask tcp://host:8786   each of its searches by a worker of a dask scheduler
  ackademy replay broken.run                        opens where the decisive move is still to be made

Without a word on misfortune a protocol is tried with none, then with one packet lost, twice and late, each by itself (a
stream hides what befalls packets), and, if it saves or restarts, with one crash after which the node comes back; a
level with what its network may do. What goes on for ever is sound if it comes back to where it was; if the scenario's
limit ends it before, nothing is known of later.

exit status: 0 no law broke (a search that hit its bound says so), 1 a law broke
"""
BOUND = 20_000
LINES = 40
"""So much of a counterexample is printed; all of it is in the JSON."""


class _UnknownError(Exception):
    """There is nothing of that name; the text says what there is."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("subject", metavar="PROTOCOL|LEVEL", help="a protocol's name, a level's id, or a level file")
    parser.add_argument(
        "--bound",
        type=positive,
        default=BOUND,
        metavar="N",
        help=f"give up after so many states, and say so (default: {BOUND})",
    )
    parser.add_argument(
        "--scenario", type=positive, metavar="N", help="which of the protocol's scenarios (default: 1, the smallest)"
    )
    for word, help_words in (
        ("crashes", "crashes at any point, also between two effects of a handler"),
        ("lost", "packets that may be lost"),
        ("twice", "packets that may come twice"),
        ("late", "packets that may be overtaken"),
    ):
        parser.add_argument(f"--{word}", type=_count, metavar="N", help=f"so many {help_words}")
    parser.add_argument(
        "--back",
        default="anytime",
        metavar="WHEN",
        help='when who crashed comes back: "anytime" (every later point in turn; the default), "never", "200ms" later',
    )
    parser.add_argument(
        "--persona", action="append", default=[], metavar="NAME@NODE", help="let this persona sit at this node"
    )
    parser.add_argument(
        "--save",
        metavar="F.run",
        help="write a counterexample into this run file: ackademy replay opens it in the game",
    )
    parser.add_argument(
        "--dask", metavar="ADDRESS", default="", help="let the workers of this dask scheduler do it, a search each"
    )
    parser.add_argument("--json", action="store_true", help="the result as JSON on standard output")


def main(args: argparse.Namespace) -> int:
    """Explore; return 0 if no law broke, 1 if one did, 2 if there is no such protocol, scenario or level."""
    from core.cluster import ClusterError
    from levels.schema import LevelError, UnknownLevelError

    try:
        subject = _find(args.subject, args.scenario)
        subject = replace(subject, seats=_seats(subject.scenario, args.persona))
        scenario, is_level = subject.scenario, not subject.room
        found = _made(subject, _budgets(args, scenario, is_level), args.bound, args.dask)
    except (_UnknownError, UnknownLevelError, LevelError, ClusterError) as error:
        print(f"ackademy explore: {error}", file=sys.stderr)
        return EXIT_USAGE
    figures = _figures(args.subject, scenario, found.tried)
    if is_level:
        for name, answers in (("shortest_win", found.win), ("shortest_loss", found.loss)):
            figures[name] = None if answers is None else [_answered(scenario, answer) for answer in answers]
    try:
        figures["saved"] = _save(args.save, args.subject, is_level, scenario, found.tried[-1])
    except OSError as error:
        print(f"ackademy explore: {error_words(error)}", file=sys.stderr)
        return EXIT_USAGE
    if args.json:
        print(json.dumps(figures, indent=2))
    else:
        _print(figures, args.bound)
    return 1 if figures["broken"] else 0


def _count(text: str) -> int:
    """A whole number, 0 too."""
    return whole(text, 0)


def _seats(scenario: Scenario, personas: Sequence[str]) -> dict[str, str]:
    """Node → persona, of texts that are each NAME@NODE. Raises _UnknownError."""
    from levels.values import did_you_mean

    seats = {}
    nodes = {node.name: node for node in scenario.nodes}
    for text in personas:
        name, _, where = text.rpartition("@")
        if where not in nodes:
            raise _UnknownError(f"--persona {text}: there is no node {where!r}: {did_you_mean(where, list(nodes))}")
        room = scenario.protocols.get(nodes[where].protocol)
        known = [persona.name for persona in room.personas] if room else []
        if name not in known:
            raise _UnknownError(f"--persona {text}: there is no persona {name!r}: {did_you_mean(name, known)}")
        seats[where] = name
    return seats


def _budgets(args: argparse.Namespace, scenario: Scenario, is_level: bool) -> list[Budget]:
    """What misfortune is tried, one exploration each. Raises _UnknownError for no time to come back."""
    from core.kernel.time import parse_duration
    from core.search import ANYTIME, NEVER, Budget, recovers

    try:
        back = {"anytime": ANYTIME, "never": NEVER}.get(args.back) or parse_duration(args.back)
    except ValueError:
        raise _UnknownError(f'--back {args.back}: "anytime", "never", or a time such as "200ms"') from None
    wanted = {word: getattr(args, word) for word in ("lost", "twice", "late", "crashes")}
    if any(count is not None for count in wanted.values()):
        return [Budget(**{word: count or 0 for word, count in wanted.items()}, back=back)]
    found = [Budget.of(scenario)]
    if not is_level:
        if any(room.service == "datagram" for room in scenario.protocols.values()):
            found += [Budget(lost=1), Budget(twice=1), Budget(late=1)]
        if recovers(scenario):
            found.append(Budget(crashes=1, back=back))
    return list(dict.fromkeys(found))


def _find(subject: str, number: int | None) -> Subject:
    """What is explored. Raises _UnknownError, UnknownLevelError, LevelError."""
    from core.protocols import BY_NAME
    from levels import loader
    from levels.exploring import Subject
    from levels.values import did_you_mean

    if subject in BY_NAME:
        scenarios = BY_NAME[subject].scenarios
        number = number or 1
        if number > len(scenarios):
            names = ", ".join(f"{place} {scenario.name!r}" for place, scenario in enumerate(scenarios, 1))
            raise _UnknownError(f"{subject} has no scenario {number}: there {_are(len(scenarios))} {names}")
        return Subject(subject, number)
    if not any(mark in subject for mark in "/\\."):
        levels = [level.id for world in loader.campaign() for level in world.levels]
        raise _UnknownError(f"no protocol or level is called {subject!r}: {did_you_mean(subject, [*BY_NAME, *levels])}")
    if number is not None:
        raise _UnknownError("--scenario is for protocols: a level is one scenario")
    level = loader.load(subject)
    if level.scenario.inspector is not None:
        words = "an inspector's level has no states to walk: its free run is one, and every blow is tried apart"
        raise _UnknownError(f"{subject}: {words}: ackademy check does that")
    return Subject(level=level.id, text=level.text)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


# Searching


@contextmanager
def _progress(what: str, bound: int) -> Iterator[Progress]:
    """Says on standard error how far a search is; nothing if that is not a terminal."""
    from rich.console import Console

    with Console(stderr=True).status(what) as status:

        def show(seen: int, waiting: int) -> None:
            status.update(f"{what}: {seen:,} of at most {bound:,} states, {waiting:,} to go on from")

        yield show


def _made(subject: Subject, budgets: Sequence[Budget], bound: int, dask: str) -> Made:
    """All searches, here, or by the workers of the scheduler at this address. Raises ClusterError."""
    from rich.console import Console

    from levels.exploring import explored_here, explored_there

    if not dask:
        return explored_here(subject, budgets, bound, _progress)
    with Console(stderr=True).status("exploring") as status:
        return explored_there(
            subject, budgets, bound, dask, lambda done, of: status.update(f"exploring: {done} of {of} searches")
        )


def _save(path: str | None, subject: str, is_level: bool, scenario: Scenario, found: Exploration) -> str | None:
    """Write the first counterexample into a run file, if one is wanted and there is one; where. Raises OSError."""
    from core.search import counterexample, laws_of
    from levels import explored, loader

    if path is None or not found.broken:
        return None
    broken = found.broken[0]
    law = next(law for law in laws_of(scenario) if law.text == broken.law)
    run = counterexample(scenario, found.budget, law, broken.world.answers)
    whose = loader.load(subject) if is_level else subject
    explored.save(path, run, whose, scenario.seats, found.budget)
    return path


# Saying


def _worst(verdicts: Sequence[str]) -> str:
    """Of several explorations' verdicts the one that counts for all."""
    order = ("broken", "reached", "unknown", "sound", "not reached", "not tried")
    return min(verdicts, key=order.index)


def _figures(subject: str, scenario: Scenario, tried: Sequence[Exploration]) -> dict[str, Any]:
    from core.search import laws_of

    kinds = {law.text: law.law.kind.value for law in laws_of(scenario)}
    reached = set[str]().union(*(one.reached for one in tried))
    hand = "" if scenario.hand is None else ", and what the network's hand may do"
    states, seconds = sum(one.states for one in tried), sum(one.seconds for one in tried)
    result = tried[-1]
    return {
        "subject": subject,
        "scenario": scenario.name,
        "verdict": _worst([one.verdict for one in tried]),
        "states": states,
        "states_per_second": round(states / seconds) if seconds else None,
        "ends": sum(one.ends for one in tried),
        "complete": all(one.complete for one in tried) and not result.broken,
        "limit_us": scenario.limit if any(one.cut for one in tried) else None,
        "tried": [
            {
                "misfortune": one.budget.words + hand,
                "budget": asdict(one.budget),
                "verdict": one.verdict,
                "stopped": one.stopped,
                "states": one.states,
                "seconds": round(one.seconds, 3),
            }
            for one in tried
        ],
        "laws": [
            {"law": text, "kind": kind, "verdict": _worst([one.verdict_of(text) for one in tried])}
            for text, kind in kinds.items()
        ],
        "reached": sorted(reached),
        "unreached": sorted(set[str]().union(*(one.unreached for one in tried)) - reached),
        "broken": [
            {
                "law": broken.law,
                "kind": kinds[broken.law],
                "acts": [_answered(scenario, answer) for answer in broken.world.answers],
                "trace": [_entry(scenario, entry) for entry in broken.world.trace],
            }
            for broken in result.broken
        ],
    }


def _entry(scenario: Scenario, entry: Entry) -> dict[str, Any]:
    from core.kernel.told import entry_words

    return {
        "number": entry.number,
        "time_us": entry.time,
        "node": entry.node,
        "kind": entry.kind,
        "peer": entry.peer,
        "words": entry_words(entry),
        "answers": [{"choice": name, "value": _value(scenario, name, value)} for name, value in entry.answers],
        "cause": entry.cause,
    }


def _answered(scenario: Scenario, answer: Answered) -> dict[str, Any]:
    return {
        "time_us": answer.at,
        "node": answer.node,
        "choice": answer.choice,
        "value": _value(scenario, answer.choice, answer.value),
        "how": answer.how,
    }


def _value(scenario: Scenario, name: str, value: Any) -> str:
    """An answer as its control shows it."""
    from core.kernel.choice import PASS

    if value is PASS:
        return "nothing"
    choices = {choice.name: choice for room in scenario.protocols.values() for choice in room.choices}
    return choices[name].domain.show(value) if name in choices else str(value)


def _print(figures: dict[str, Any], bound: int) -> None:
    verdict = {"sound": "sound: explored completely, no law broke", "unknown": _unknown(figures, bound)}.get(
        figures["verdict"], "broken"
    )
    name = figures["subject"]
    if "shortest_win" not in figures:  # a protocol has several scenarios, a level is one
        name += f", {figures['scenario']!r}"
    print(f"{name}: {verdict}")
    print(f"tried {'; '.join(one['misfortune'] for one in figures['tried'])}")
    print(f"states {figures['states']:,}, ends {figures['ends']:,}")
    for law in figures["laws"]:
        if law["verdict"] == "not tried":
            print(f"not tried    {law['law']} (it assumes that less goes wrong)")
    for text in figures["reached"]:
        print(f"reached      {text}")
    for text in figures["unreached"]:
        print(f"not reached  {text}{' (the search stopped early)' if not figures['complete'] else ''}")
    for broken in figures["broken"]:
        print(f"\nbroken: {broken['law']}")
        _print_trace(broken["trace"])
        if broken["kind"] == "eventually":
            print("  here the run ends, or goes round for ever, without it")
    if figures["saved"] is not None:
        print(f"\nsaved: watch it with  ackademy replay {figures['saved']}")
    for name in ("shortest_win", "shortest_loss"):
        if name in figures:
            print()
            _print_way(name.replace("_", " "), figures[name], bound)


def _unknown(figures: dict[str, Any], bound: int) -> str:
    """Why nothing is proved."""
    from core.kernel.time import show_duration

    stopped = f"the search stopped at its bound of {bound:,} states; nothing is proved"
    limit = figures["limit_us"]
    if limit is None:
        return f"unknown: no law broke, but {stopped}"
    until = f"runs that would go on were cut off at the scenario's limit of {show_duration(limit)}"
    if any(one["stopped"] for one in figures["tried"]):
        return f"unknown: no law broke, but {until}, and {stopped}"
    return f"unknown: no law broke, but {until}: what comes later is not known"


def _print_trace(trace: Sequence[dict[str, Any]]) -> None:
    from core.kernel.time import show_duration

    shown = trace[-LINES:]
    if len(shown) < len(trace):
        print(f"  … and {len(trace) - len(shown)} before these (--json has them all)")
    nodes = max((len(entry["node"]) for entry in shown), default=0)
    for entry in shown:
        answers = ", ".join(f"{answer['choice']} {answer['value']}" for answer in entry["answers"])
        chosen = f"   [{answers}]" if answers else ""
        print(f"  {show_duration(entry['time_us']):>11}  {entry['node']:<{nodes}}  {entry['words']}{chosen}")


def _print_way(name: str, answers: Sequence[dict[str, Any]] | None, bound: int) -> None:
    from core.kernel.time import show_duration

    if answers is None:
        print(f"{name}: none found within {bound:,} tries")
        return
    print(f"{name}: {len(answers)} {'answer' if len(answers) == 1 else 'answers'}")
    for answer in answers:
        how = "" if answer["how"] == "answer" else f" ({answer['how']})"
        print(f"  {show_duration(answer['time_us']):>11}  {answer['node']}  {answer['choice']} {answer['value']}{how}")
