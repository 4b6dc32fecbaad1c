"""Level + seed + answers = the same trace, byte for byte: every level, whoever answered, in another process too."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.kernel.choice import PASS
from core.kernel.seats import Book, Random
from core.kernel.world import World, replayed
from core.record import header_of, read, result_of, verify, write
from core.session import Session
from levels.loader import every_act, from_text
from tests import traces
from tui import plain
from tui.cli import main

ROOT = Path(__file__).parents[1]
LEVELS = {level.id: level for level in every_act()}
SEED = 11
MOST_STEPS = 100_000
"""What a person does and what happens in a level, taken together, before a test says that it never ends."""


class InParts:
    """A script that knows some answers only: every other one is left to chance, every third offer is taken up."""

    waits = False

    def __init__(self):
        self.count = 0

    def answer(self, asked):
        self.count += 1
        if asked.choice.standing:
            moves = [value for value in asked.candidates if value is not PASS]
            return moves[self.count % len(moves)] if moves and self.count % 3 == 0 else PASS
        return (Book() if self.count % 2 else Random(SEED)).answer(asked)


def compiled(text, seed):
    """Without par figures, which take a run of the proof each."""
    return from_text(text, "a level").scenario.reseeded(seed)


def record_all(folder):
    """Every level by chance and by a script that answers in parts; the run files."""
    files = []
    for name, level in LEVELS.items():
        for who, seat in (("random", Random(SEED)), ("parts", InParts())):
            world = World(compiled(level.text, SEED), seat)
            world.run()
            path = folder / f"{name.replace('/', '-')}-{who}.run"
            write(path, header_of(world.scenario, level.id, level.text), world.answers, result_of(world), by=who)
            files.append(path)
    return files


CHILD = """
import sys
from pathlib import Path
from core.record import read, verify
from tests.test_determinism import compiled
assert not __debug__
for path in sorted(Path(sys.argv[1]).glob("*.run")):
    found = verify(read(path), compiled)
    print(path.name, "same" if found.verified else found.why)
"""


def test_every_level_runs_the_same_way_in_another_process(tmp_path):
    """With other string hashes (so another order of sets), without assertions."""
    files = record_all(tmp_path)
    # Chance takes up one offer in ten: where a hand has few moments it may well do nothing, but hardly both of them.
    answered = {path.name.rpartition("-")[0] for path in files if read(path).answers}
    assert len(answered) > len(LEVELS) * 0.9
    done = subprocess.run(
        [sys.executable, "-O", "-c", CHILD, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=900,
        env={**os.environ, "PYTHONHASHSEED": "4242"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = done.stdout.splitlines()
    assert [line for line in told if not line.endswith(" same")] == []
    assert len(told) == len(files)


def interpreters():
    """Every Python from 3.11 on that is found here, on the path or where pyenv keeps them, by its version."""
    names = ["python3", *(f"python3.{minor}" for minor in range(11, 20))]
    paths = [path for name in names if (path := shutil.which(name))]
    paths += map(str, sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin/python3")))
    found = {}
    for path in paths:
        told = subprocess.run([path, "-c", VERSION], capture_output=True, text=True, timeout=60)
        if told.returncode == 0 and tuple(map(int, told.stdout.split("."))) >= (3, 11):
            found.setdefault(told.stdout.strip(), path)
    return found or {"this one": sys.executable}


VERSION = "import sys; print(*sys.version_info[:2], sep='.')"
INTERPRETERS = interpreters()


@pytest.mark.parametrize("version", list(INTERPRETERS))
def test_every_level_has_the_trace_that_it_had(version):
    """By its proof, by chance and by nobody, on every interpreter found: see tests/traces.py."""
    done = subprocess.run(
        [INTERPRETERS[version], "-m", "tests.traces"], cwd=ROOT, capture_output=True, text=True, timeout=900,
        env={**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    now, before = json.loads(done.stdout), traces.kept()
    assert now.keys() == before.keys(), "python -m tests.traces --write keeps the traces of new levels"
    moved = [name for name, found in now.items() if found != before[name]]
    unmeant = [name for name in moved if now[name]["rules"] == before[name]["rules"]]
    assert not unmeant, f"{unmeant} have other traces, and no room of theirs has other rules"
    assert not moved, f"{moved} have other traces, as their rules say: python -m tests.traces --write keeps them"


def test_a_run_that_differs_is_noticed(tmp_path):
    level = LEVELS["premise/echo"]
    world = World(compiled(level.text, SEED), Random(SEED))
    world.run()
    path = tmp_path / "one.run"
    write(path, header_of(world.scenario, level.id, level.text), world.answers, result_of(world))
    assert verify(read(path), compiled).verified
    told = path.read_text().replace(world.trace_sha256(), "0" * 64)
    path.write_text(told)
    assert verify(read(path), compiled).why == "its trace is another one"


@pytest.mark.parametrize(
    ("name", "player"),
    [
        ("pipe/nobody-asks-you", "random"), ("wire/shuffle", "random"), ("crown/two-kings", "random"),
        ("premise/echo", "book"), ("crown/make-two-kings", "book"), ("ring/two-truths", "idle"),
    ],
)  # fmt: skip
def test_run_replay_and_export_tell_of_one_trace(name, player, tmp_path, capsys, monkeypatch):
    run, lines = tmp_path / "one.run", tmp_path / "one.jsonl"
    assert main(["run", name, "--player", player, "--seed", "3", "--record", str(run), "--json"]) in (0, 1)
    told = json.loads(capsys.readouterr().out)
    sessions = []

    def session_of(*words, **more):
        sessions.append(plain_session(*words, **more))
        return sessions[-1]

    plain_session = plain.session_of
    monkeypatch.setattr(plain, "session_of", session_of)
    assert main(["replay", str(run), "--plain"]) == 0
    said = capsys.readouterr()
    assert ("WON" if told["won"] else "LOST") in said.out
    assert said.err.endswith("verified: its answers come to the end that it claims; unsigned\n")
    assert [session.world.trace_sha256() for session in sessions] == [told["trace_sha256"]]
    assert main(["export", str(run), "--jsonl", str(lines)]) == 0
    first, *rest = lines.read_text().splitlines()
    assert json.loads(first)["trace_sha256"] == told["trace_sha256"]
    assert len(rest) == json.loads(first)["entries"] == len(sessions[0].world.trace)
    assert read(run).result.trace_sha256 == told["trace_sha256"]


@pytest.mark.parametrize("name", ["pipe/bathtub-with-a-hole", "wire/jigsaw", "crown/two-kings", "ring/mine-or-yours"])
def test_a_branch_is_a_fresh_run_with_its_answers(name):
    """A real level: a fork with an open question, and a session that steps back and branches."""
    scenario = compiled(LEVELS[name].text, SEED)
    world = World(scenario)
    for _ in range(3):
        world.run()
        world.answer(world.questions[0].asked.book)
    world.run()
    assert world.questions
    fork = world.fork(player=Random(5))
    fork.run()
    assert replayed(scenario, fork.answers).trace_sha256() == fork.trace_sha256()

    session = Session(scenario, answers=fork.answers)
    while not session.over:
        assert session.step()
    assert session.world.trace_sha256() == fork.trace_sha256()
    session.jump(world.count)
    assert session.question is None or session.world.answers == world.answers
    session.take_over()
    question = session.question
    assert question is not None
    other = next(value for value in question.asked.candidates if value != fork.answers[len(world.answers)].value)
    session.answer(other)
    while not session.over:
        if session.question is None:
            session.step()
        else:
            session.answer(session.question.asked.book)
    assert session.branch == 1
    branch = session.world
    again = replayed(scenario, branch.answers)
    assert again.trace_sha256() == branch.trace_sha256() != fork.trace_sha256()
    assert again.verdicts == branch.verdicts


def live_through(world, dice):
    """A person: answers in any order and late, takes up offers between events, keeps answers; the world is forked.
    Offers are taken up so seldom that what they cause is over sooner: else a level never ends in which one may always
    do what causes three events."""
    nodes = dict.fromkeys(seat.node for seat in world.scenario.player)
    for _ in range(MOST_STEPS):
        if world.over:
            return world
        luck = dice.random()
        if world.questions and (world.stopped or luck < 0.3):
            question = dice.choice(world.questions)
            world.answer(dice.choice(list(question.asked.candidates)), question)
        elif 0.3 <= luck < 0.35:
            upcoming = world.next_time()
            if upcoming is not None:
                world.advance(dice.randint(world.now, upcoming))
            offers = [asked for node in nodes for asked in world.offers(node)]
            moves = [(asked, value) for asked in offers for value in asked.candidates if value is not PASS]
            if moves:
                asked, value = dice.choice(moves)
                world.move(asked.node, asked.choice.name, value)
        elif luck < 0.37:
            kept = [
                (node, choice)
                for node in nodes
                for choice in world.nodes[node].protocol.choices
                if choice.keeps and choice.name in world.nodes[node].played and not callable(choice.inaction)
            ]
            if kept:
                node, choice = dice.choice(kept)
                world.keep(node, choice.name, choice.inaction)
        elif luck < 0.39:
            world = world.fork()
        else:
            world.step()
    raise AssertionError(f"not over after {MOST_STEPS} steps, at {world.now} us")


def test_whatever_a_person_does_replays():
    """In every level but those of the swarm, which take a hundred times as long."""
    hows = set()
    for level in LEVELS.values():
        if level.world == "swarm":
            continue
        for seed in range(3):
            scenario = level.scenario.reseeded(seed)
            world = live_through(World(scenario), random.Random(seed))
            again = replayed(scenario, world.answers)
            assert again.trace_sha256() == world.trace_sha256(), (level.id, seed)
            assert (again.verdicts, again.outcome) == (world.verdicts, world.outcome), (level.id, seed)
            hows |= {given.how for given in world.answers}
    assert hows == {"answer", "move", "keep"}
