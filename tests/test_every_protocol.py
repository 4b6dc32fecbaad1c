"""What every room must be, whatever its protocol: a new room needs no edit here, only its line in core.protocols.

Each promise is a function `check_…(protocol)` that raises AssertionError. The last tests plant faults in echo and
demand that the promise they break is the one that says so.
"""

import inspect
import os
import random
import re
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import pytest

from core.kernel.choice import PASS, Answer, Kind, Persona, judge
from core.kernel.data import canonical
from core.kernel.domains import Duration, Number, OneOf
from core.kernel.happenings import Happenings
from core.kernel.inspector import Trials, struck
from core.kernel.laws import LawKind, always, sometimes
from core.kernel.ready_laws import eventually_each
from core.kernel.scenario import NETWORK, Crash, Cut, DiceSpec, Hand, Lose, NetworkSeat, PlayerSeat, Request, Side
from core.kernel.seats import Book, PersonaSeat, Random
from core.kernel.suspects import ACCUSE, HAMMERS, HIT, INSPECTOR, JOIN, Blow, Inspector, Suspect
from core.kernel.time import MILLISECOND
from core.kernel.trace import CLOCK, MOVE, REQUEST, RESTART, SEND, START
from core.kernel.world import World, replayed
from core.protocols import BY_NAME, PROTOCOLS, module_of, place_of
from core.protocols.premise import echo
from core.record import read, verify
from core.search import ANYTIME, Budget, counterexample, explore
from levels.explored import level_found, save, scenario_found
from tests.test_search import counting, relative

ROOT = Path(__file__).parents[1]
BOUND = 30_000
"""States within which the smallest scenario must be walked completely."""
MOST_EVENTS = 25_000
"""Of one run: random seats may keep a protocol busy for ever."""
RETURNS = Budget(crashes=1, back=ANYTIME)
PACKETS = (Budget(lost=1), Budget(twice=1), Budget(late=1))
BUDGETS = (Budget(), *PACKETS, Budget(crashes=1), RETURNS)
"""What may go wrong while a faulty persona is looked for, from nothing on."""
NEAR = 150
"""States within which an explorer looks for what a plain run has shown already."""
RECOVERY = 1_500
"""States of a room with one crash and a return which are visited in every run of the suite; with --soak, all."""

HAPPENED = (REQUEST, MOVE, START, RESTART, CLOCK)
"""What comes over a node without any message or timer."""

every_protocol = pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.name)


# Runs


def run(scenario, seat=None, events=MOST_EVENTS):
    world = World(scenario, seat or Book())
    world.run(limit=events)
    return world


_BOOK_RUNS = {}


def book_runs(protocol):
    """The book's run of every scenario; kept, as several promises look at them."""
    if id(protocol) not in _BOOK_RUNS:
        _BOOK_RUNS[id(protocol)] = protocol, [run(scenario) for scenario in protocol.scenarios]
    return _BOOK_RUNS[id(protocol)][1]


def all_played(scenario):
    """The same scenario with every choice of every node in the player's seat, and no budget for the network."""
    network = None if isinstance(scenario.network, NetworkSeat) else scenario.network
    seats = tuple(PlayerSeat(node.name, ("*",)) for node in scenario.nodes if not node.router)
    return replace(scenario, player=seats, network=network)


def messages(protocol):
    """Every message that the book's runs send, once, with its envelope."""
    found = {}
    for world in book_runs(protocol):
        for entry in world.trace:
            if entry.kind == SEND and world.protocol_of(entry).name == protocol.name:
                envelope = world.envelope(*world.ends(entry))
                found.setdefault((protocol.codec.encode(entry.detail, envelope), envelope), entry.detail)
    return [(message, data, envelope) for (data, envelope), message in found.items()]


def hashes(protocol):
    """The trace hash of every scenario by the book and by chance."""
    runs = [run(scenario, seat) for scenario in protocol.scenarios for seat in (Book(), Random(3))]
    runs += [run(all_played(scenario), Random(4), 2_000) for scenario in protocol.scenarios]
    return [world.trace_sha256() for world in runs]


# Promises


def check_docstring(docstring):
    for heading in ("Problem", "Rule", "Simplified", "Source"):
        assert re.search(rf"^{heading} +\S", docstring or "", re.M), f"the docstring says nothing of its {heading}"


def check_names(protocol):
    laws = Counter(law.name for law in protocol.laws)
    choices = Counter(choice.name for choice in protocol.choices)
    assert protocol.scenarios, "no scenarios"
    assert max([*laws.values(), *choices.values(), 1]) == 1, "a name is used twice"
    for choice in protocol.choices:
        assert choice.name.startswith(f"{protocol.name}."), choice.name
    for persona in protocol.personas:
        assert persona.words, persona.name
        assert persona.answers.keys() <= choices.keys(), f"{persona.name} answers what is not asked"
        assert persona.fault in ("", *laws), f"{persona.name}: no law {persona.fault!r}"
    for law in protocol.laws:
        assert all(Budget().allows(assumed) in (True, False) for assumed in law.assumes)
    fields = {name for role in protocol.roles.values() for name in role.__dataclass_fields__}
    for parameter in protocol.parameters:
        assert parameter.name in fields, f"no machine has the parameter {parameter.name}"
        assert set(parameter.roles) <= set(protocol.roles), parameter.name


def check_codec_is_the_identity(protocol):
    sent = messages(protocol)
    assert sent, "the scenarios send nothing"
    for message, data, envelope in sent:
        assert protocol.codec.decode(data, envelope) == message
    missing = set(protocol.messages) - {type(message) for message, _, _ in sent}
    assert len(missing) < len(protocol.messages), f"never sent: {missing}"


def check_codec_refuses_in_words(protocol, tries=1_500):
    """Cut short, flipped, spliced, or noise: a message, or ValueError; and a message that came out can go in again."""
    chance = random.Random(7)
    sent = messages(protocol)
    shortest = {type(message): (data, envelope) for message, data, envelope in sorted(sent, key=lambda s: -len(s[1]))}
    inputs = [(data[:cut], envelope) for data, envelope in shortest.values() for cut in range(min(len(data), 200))]
    for _ in range(tries):
        _, data, envelope = chance.choice(sent)
        garbled = bytearray(data)
        for _ in range(chance.randrange(1, 4)):
            garbled[chance.randrange(len(garbled))] ^= chance.randrange(1, 256)
        if chance.random() < 0.2:
            garbled += chance.choice(sent)[1][: chance.randrange(20)]
        inputs.append((bytes(garbled), envelope))
        inputs.append((chance.randbytes(chance.randrange(64)), envelope))
    for data, envelope in inputs:
        try:
            message = protocol.codec.decode(data, envelope)
        except ValueError:
            continue
        except Exception as error:
            raise AssertionError(f"{data!r} raises {error!r}") from error
        protocol.codec.encode(message, envelope)


def check_bytes_carry_all(protocol):
    """Encoded and decoded on their way, messages do what they did."""
    for plain in book_runs(protocol):
        count = Counter()
        protocols = {name: _over_bytes(room, count, plain) for name, room in plain.scenario.protocols.items()}
        world = run(replace(plain.scenario, protocols=protocols))
        assert world.trace_sha256() == plain.trace_sha256(), plain.scenario.name
        assert count["received"] or not any(entry.kind == SEND for entry in plain.trace)


def _over_bytes(room, count, plain):
    def over_bytes(role):
        def on_message(self, ctx, source, message):
            count["received"] += 1
            envelope = plain.envelope(source, ctx.name)
            role.on_message(self, ctx, source, room.codec.decode(room.codec.encode(message, envelope), envelope))

        return type(role.__name__, (role,), {"on_message": on_message, "__qualname__": role.__qualname__})

    return replace(room, roles={name: over_bytes(role) for name, role in room.roles.items()})


def check_garbled_packets_harm_nobody(protocol):
    if protocol.service == "datagram":
        for scenario in protocol.scenarios:
            for seed in range(3):
                world = run(replace(scenario, network=DiceSpec(garble=0.3), seed=seed), events=2_000)
                assert len(world.trace_sha256()) == 64


class Examiner:
    """Answers as another seat does, and looks every question over: the first of each case, and some more."""

    waits = False
    often = 12

    def __init__(self, protocol, seat, asked):
        self.protocol, self.seat, self.asked = protocol, seat, asked

    def answer(self, asked):
        examine = asked.choice.name in {choice.name for choice in self.protocol.choices}
        if examine and not (asked.choice.standing and not asked.choice.available(asked)):
            self.asked[asked.choice.name, asked.case] += 1
            if self.asked[asked.choice.name, asked.case] <= self.often:
                self.asked[asked.choice.name] = max(self.asked[asked.choice.name], self.examine(asked))
        return self.seat.answer(asked)

    def examine(self, asked):
        """How many candidates it has."""
        choice, candidates = asked.choice, asked.candidates
        where = f"{choice.name}, {asked.case}"
        assert asked.case in choice.cases, where
        assert asked.words, where
        moves = [value for value in candidates if value is not PASS or not choice.standing]
        others = [] if choice.standing else [asked.book, asked.inaction]
        others += [p.answers[choice.name](asked) for p in self.protocol.personas if choice.name in p.answers]
        others = [value for value in others if value is not PASS or not choice.standing]
        for value in (*moves, *others):
            problem = choice.domain.problem(asked, value)
            assert problem is None, f"{where}: {problem}"
        if choice.chance:
            return len(candidates)
        if not choice.standing:
            assert asked.book in candidates, f"{where}: the book's answer is no candidate"
        for value in (*moves, *others):
            label = choice.judge(asked, value)
            assert label in choice.answers, f"{where}: no words for {label!r}"
            verdict = judge(asked, value, 0, 0, self.protocol.personas)
            assert verdict.words, where
            assert verdict.source, where
            assert "{" not in verdict.words, f"{where}: {verdict.words}"
            fine = verdict.kind in (Kind.BOOK, Kind.FINE)
            assert fine or value != asked.book, f"{where}: the book is blamed: {verdict.words}"
        return len(candidates)


def check_choices(protocol):
    for choice in protocol.choices:
        assert choice.source, f"{choice.name} has no source"
        assert choice.cases, f"{choice.name} has no cases"
        assert choice.question, f"{choice.name} has no question"
        assert choice.answers or choice.chance, f"{choice.name} has no words"
    asked = Counter()
    seats = [Book(), Random(1), Random(2), *(PersonaSeat(persona) for persona in protocol.personas)]
    for scenario, seat in product(protocol.scenarios, seats):
        run(all_played(scenario), Examiner(protocol, seat, asked), 4_000)
    for choice in protocol.choices:
        assert asked[choice.name], f"{choice.name} is never asked in the protocol's own scenarios"
        least = 1 if choice.chance or choice.standing else 2
        assert asked[choice.name] >= least, f"{choice.name} has but {asked[choice.name]} candidates"


def check_same_again(protocol):
    assert hashes(protocol) == hashes(protocol)


def check_same_in_another_process(protocol):
    mine = hashes(protocol)
    for seed in ("1", "2718"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, __file__, protocol.name], env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == mine, f"PYTHONHASHSEED={seed}"


# Laws


def bindings(law, scenario):
    """The law of this scenario's nodes, in every way; of numbers and words and texts, as its goals have it; of 1 ms."""
    bound = [goal for goal in (*scenario.win, *scenario.lose) if goal.law.name == law.name]
    nodes = [node.name for node in scenario.nodes if not node.router]
    values = {"node": nodes, "duration": [MILLISECOND], "number": [], "word": [], "text": []}
    names = [name for name, _ in law.places]
    bound += [
        law.bind(**dict(zip(names, chosen, strict=True)))
        for chosen in product(*(values[kind] for _, kind in law.places))
    ]
    return list({goal.text: goal for goal in bound}.values())


def assumed(protocol, law, scenario):
    """Does the scenario keep what the law assumes? A time that chance decides (a freeze) is a delay without bound."""
    budget = Budget.of(scenario)
    crashes = sum(isinstance(happening, Crash) for happening in scenario.happenings)
    fates = [happening.fate for happening in scenario.happenings if isinstance(happening, Lose)]
    fates += ["lost" for happening in scenario.happenings if isinstance(happening, Cut)]
    chances = {choice.name for choice in protocol.choices if choice.chance and isinstance(choice.domain, Duration)}
    world = next(world for world in book_runs(protocol) if world.scenario.name == scenario.name)
    frozen = sum(1 for entry in world.trace for choice, value in entry.answers if choice in chances and value)
    budget = Budget(
        budget.lost + fates.count("lost"), budget.twice + fates.count("twice"),
        budget.late + fates.count("late") + frozen, crashes,
    )  # fmt: skip
    return all(budget.allows(assumption) for assumption in law.assumes)


def watched(scenario, law):
    """The outcome of a run by the book that one law watches; None where it cannot be asked of these nodes."""
    try:
        world = run(replace(scenario, win=(law,), lose=()))
    except AttributeError:
        return None  # a node of another role than the law speaks of
    return world.outcome


def check_explored(protocol):
    """The smallest scenario is walked completely, also with one packet lost, twice or late; it breaks no law that does
    not say that it assumes otherwise, and with the others reaches every `sometimes`."""
    for budget in PACKETS:
        found = explore(protocol.scenarios[0], budget=budget, bound=BOUND)
        where = f"{found.verdict}, {budget.words}, after {found.states}: {[broken.law for broken in found.broken]}"
        assert found.verdict == "sound", where
    found = explore(protocol.scenarios[0], bound=BOUND)
    assert found.verdict == "sound", f"{found.verdict} after {found.states}: {[broken.law for broken in found.broken]}"
    assert found.ends
    for law in protocol.laws:
        # Of a law about a number or a word only its author knows which: then a scenario names it, or a level does.
        if law.kind is LawKind.SOMETIMES and any(bindings(law, scenario) for scenario in protocol.scenarios):
            assert law.name in found.reached or _reached(protocol, law), f"never reached: {law.name}"


def check_recovery(protocol, bound=RECOVERY):
    """One node crashes at any point, also between two effects, and comes back at any later one: no law breaks that does
    not say that it assumes otherwise."""
    found = explore(protocol.scenarios[0], budget=RETURNS, bound=bound)
    assert not found.broken, f"broken by a crash and a return: {[broken.law for broken in found.broken]}"
    return found


def check_normal(protocol, bound=RECOVERY):
    """What a room declares to be the same state is: exploring with and without it breaks the same laws, by the book and
    with every planted fault; with a fault that breaks one also where a node crashes and comes back."""
    if protocol.normal is None:
        return
    first = protocol.scenarios[0]
    faults = [persona.name for persona in protocol.personas if persona.fault]
    faulty = [replace(first, seats={**first.seats, node: name}) for name in faults for node in _nodes(protocol, first)]
    for scenario in (first, *faulty):
        if _same_laws(scenario, None, bound):
            _same_laws(scenario, RETURNS, bound)


def _same_laws(scenario, budget, bound):
    """The laws that break, plain and normalised alike."""
    plain, normal = (explore(scenario, budget=budget, bound=bound, plain=plain) for plain in (True, False))
    laws = [sorted(broken.law for broken in found.broken) for found in (plain, normal)]
    assert laws[0] == laws[1] or plain.verdict == "unknown", f"{scenario.seats}: plain {laws[0]}, normalised {laws[1]}"
    return laws[0]


def _reached(protocol, law):
    scenarios = [
        replace(scenario, seats=dict.fromkeys(_nodes(protocol, scenario), persona) if persona else scenario.seats)
        for persona in ("", *(persona.name for persona in protocol.personas))
        for scenario in protocol.scenarios
    ]
    return any(
        outcome is not None and outcome.won
        for scenario in scenarios
        for bound in bindings(law, scenario)
        for outcome in [watched(scenario, bound)]
    )


def _nodes(protocol, scenario):
    return [node.name for node in scenario.nodes if node.protocol == protocol.name]


def check_laws_hold_in_every_scenario(protocol):
    for scenario in protocol.scenarios:
        for law in protocol.laws:
            if law.kind is LawKind.ALWAYS and not law.places and assumed(protocol, law, scenario):
                outcome = watched(scenario, law.bind())
                assert outcome is None or outcome.won, f"{scenario.name}: {outcome.reason}"
    outcome = book_runs(protocol)[0].outcome
    assert outcome is not None
    assert outcome.won, f"the book does not win {protocol.scenarios[0].name}: {outcome.reason}"


def check_faults_are_caught(protocol):
    """Every fault is found, and the run that breaks its law is one that can be played again from its run file."""
    for persona in protocol.personas:
        if persona.fault:
            found = caught(protocol, persona)
            assert found, f"{persona.name} is not caught breaking: {persona.fault}"
            check_run_is_found_again(protocol, *found)
            scenario, law, budget, _ = found
            for other in BUDGETS if budget is None else ():
                explored = explore(scenario, budget=other, laws=[law], bound=NEAR, shortest=True)
                if explored.broken:
                    check_run_is_found_again(protocol, scenario, law, other, explored.broken[0].world.answers)
                    break


def check_run_is_found_again(protocol, scenario, law, budget, answers):
    """Saved, and read again, a counterexample ends as it did; one that goes on for ever, where that was seen."""
    found = counterexample(scenario, budget, law, answers)
    assert found.world.outcome is None or found.world.outcome.reason.endswith(law.text), found.world.outcome
    assert found.world.outcome is not None or law.law.kind is LawKind.EVENTUALLY, f"{law.text} is not seen broken"
    with TemporaryDirectory() as folder:
        path = Path(folder, "found.run")
        save(path, found, protocol.name, scenario.seats, budget)
        run = read(path)
        rooms = {protocol.name: protocol}
        verified = verify(run, lambda text, seed: scenario_found(run.header, rooms))
        assert verified.verified or (found.world.outcome is None and run.result is None), verified.why
        assert run.answers == found.answers
        assert level_found(run, rooms).scenario.digest() == run.header.scenario
    assert run.header.explored.opens <= found.world.count


def caught(protocol, persona):
    """Where a persona breaks its law: first in plain runs, then with every order of events and some bad luck.
    (scenario, law, what went wrong, answers); None if it is not caught."""
    law = next(law for law in protocol.laws if law.name == persona.fault)
    seated = [
        (replace(scenario, seats={**scenario.seats, node: persona.name}), bound)
        for scenario in protocol.scenarios
        for node in _nodes(protocol, scenario)
        for bound in bindings(law, scenario)
    ]
    for scenario, bound in seated:
        outcome = watched(scenario, bound) if assumed(protocol, law, scenario) else None
        # Of nodes of the wrong role a law may be untrue from the start: that is nobody's fault.
        if outcome is not None and not outcome.won and _won_by_book(protocol, scenario, bound):
            return scenario, bound, None, ()
    for budget in BUDGETS:
        for scenario, bound in seated:
            if scenario.name == protocol.scenarios[0].name and _won_by_book(protocol, scenario, bound):
                found = explore(scenario, budget=budget, laws=[bound], bound=BOUND)
                if found.broken:
                    return scenario, bound, budget, found.broken[0].world.answers
    return None


def _won_by_book(protocol, scenario, bound):
    original = next(other for other in protocol.scenarios if other.name == scenario.name)
    outcome = watched(original, bound)
    return outcome is not None and outcome.won


def check_offers_follow_what_happens(protocol):
    """After each event of a node, requests and blows included, an automated node makes the moves that its book would:
    as somebody does who sits at all nodes, is shown what may be done after each event, and knows the book."""
    for scenario, book in zip(protocol.scenarios, book_runs(protocol), strict=True):
        seats = [
            PlayerSeat(node.name, tuple(choice.name for choice in protocol.roles[node.role].offers))
            for node in scenario.nodes
            if node.protocol == protocol.name and protocol.roles[node.role].offers
        ]
        if not seats or scenario.player:
            continue
        world = World(replace(scenario, player=tuple(seats)))
        for _ in range(MOST_EVENTS):
            told = len(world.trace)
            if not world.step():
                break
            for entry in world.trace.since(told):
                due = (
                    [asked for asked in world.offers(entry.node) if asked.book is not PASS]
                    if entry.node in world.nodes
                    else []
                )
                if entry.kind in HAPPENED and due:
                    assert world.offers_wait == entry.node, (
                        f"{scenario.name}: {entry.node} is not offered {due[0].choice.name}"
                    )
            while world.offers_wait:
                offers = world.offer_round()
                with suppress(StopIteration):
                    asked = next(offers)
                    while True:
                        asked = offers.send(asked.book)
        assert [moved(entry) for entry in world.trace] == [moved(entry) for entry in book.trace], scenario.name


HANDS = (Hand(2, 6, 60 * MILLISECOND), Hand(2, 6, 90 * MILLISECOND, 1, 2, 1, 1, 1, 1))
"""A hand that only holds, and one that does all it can."""


def check_hand(protocol):
    """In the network's hand every room goes on, the same again from its record; and what must hold whatever the delay
    holds while packets are only held."""
    acts = Counter()
    for scenario in protocol.scenarios:
        network = None if isinstance(scenario.network, NetworkSeat) else scenario.network
        for hand, seed in product(HANDS, range(3)):
            handed = replace(scenario, hand=hand, network=network)
            world = World(handed, Random(seed))
            world.run(limit=2_000)
            acts.update(given.choice for given in world.answers)
            again = replayed(handed, world.answers, world.count)
            assert again.trace_sha256() == world.trace_sha256(), f"{scenario.name}, {seed}: another run"
            assert again.outcome == world.outcome
    check_twins(protocol)
    assert acts[f"{NETWORK}.take"], "the hand never took a packet"
    assert len(acts) > 2, f"the hand made no other moves than {sorted(acts)}"
    for law in protocol.laws:
        if law.kind is LawKind.ALWAYS and not law.places and all(map(Budget(late=1).allows, law.assumes)):
            for scenario, seed in product(protocol.scenarios, range(3)):
                held = replace(scenario, hand=HANDS[0], win=(law.bind(),), lose=())
                if assumed(protocol, law, scenario) and watched(scenario, law.bind()) is not None:
                    outcome = run(held, Random(seed), 2_000).outcome
                    assert outcome is None or outcome.won, f"{scenario.name}, {seed}: held packets: {outcome.reason}"


def check_bets(protocol):
    """What a room lets be bet on can be bet on in its scenarios, comes out both ways, and tells nothing before."""
    sides = {bet.name: set() for bet in protocol.bets}
    for bet in protocol.bets:
        assert bet.name.startswith(f"{protocol.name}."), bet.name
        assert bet.truth is not None, f"{bet.name} is a law's"
        assert bet.source, f"{bet.name} has no source"
        assert all(issubclass(role, tuple(protocol.roles.values())) for role in bet.roles), bet.name
    for scenario in protocol.scenarios if protocol.bets else ():
        betting = replace(all_played(scenario), bets=protocol.bets, chips=len(protocol.bets))
        world = World(betting, Book())
        plain = run(replace(betting, bets=()), events=2_000)
        while world.count < 2_000 and world.step():
            if not world.over:
                with pytest.raises(LookupError):
                    world.betting.settled()
            for seat in betting.player:
                for asked in world.betting.open(seat.node):
                    assert asked.words, asked.choice.name
                    canonical(tuple(asked.subject.items()))
        if not world.over:
            continue
        assert world.trace_sha256() == plain.trace_sha256(), f"{scenario.name}: what can be bet on changes the run"
        for one in world.betting.settled():
            assert one.truth in (True, False, None), f"{one.bet.name}: {one.truth!r}"
            assert one.what, one.bet.name
            sides[one.bet.name].add(one.came)
    for name, came in sides.items():
        assert len(came - {""}) == 2, f"{name} comes out as {sorted(came)} in the room's own scenarios"


def check_twins(protocol):
    """Beside every room a second row runs, by the book where somebody else sits in the first, the same again."""
    scenario = protocol.scenarios[0]
    network = None if isinstance(scenario.network, NetworkSeat) else scenario.network
    for persona in protocol.personas[:2]:
        seats = dict.fromkeys(_nodes(protocol, scenario), persona.name)
        trap = replace(scenario, seats=seats, hand=HANDS[1], network=network, sides=(Side(book=True, keeps=()),))
        world = World(trap, Random(5))
        world.run(limit=1_000)
        again = replayed(trap, world.answers, world.count)
        again.advance(world.now)
        rows = [(row.trace_sha256(), row.beside.world.trace_sha256(), row.beside.missed) for row in (world, again)]
        assert rows[0] == rows[1], f"{persona.name}: the second row is another one"


def check_inspected(protocol):
    """Every room can be inspected: its free run is the run without an inspector, every hammer falls on every node in a
    run that goes on, and whoever betrays himself is accused by what he did, the same again from the record."""
    scenario = protocol.scenarios[0]
    names = _nodes(protocol, scenario)
    suspects = tuple(Suspect(name, (name,)) for name in names)
    once = {"every": MILLISECOND, "until": MILLISECOND}
    inspector = Inspector(suspects, (), len(names), HAMMERS, (HIT, ACCUSE), apart=False, **once)
    plain = replace(scenario, player=(), network=None, win=(), lose=(), par=())
    for persona in protocol.personas[:2]:
        seats = dict.fromkeys(names, persona.name)
        free = World(replace(plain, seats=seats))
        free.run(until=plain.limit - 1, limit=1_000)
        inspected = replace(plain, seats=seats, inspector=inspector)
        world = World(inspected)
        world.run(until=inspected.limit - 1, limit=1_000)
        stories = [[moved(entry) for entry in one.trace] for one in (free, world)]
        assert stories[0] == stories[1], f"{persona.name}: the free run of an inspector is another one"
        for suspect, hammer in product(suspects, HAMMERS):
            blown = World(struck(inspected, suspect, Blow(hammer, suspect.name, MILLISECOND)))
            blown.run(limit=300)
            assert len(blown.nodes) == len(scenario.nodes) + (hammer == JOIN)
        if not world.free_run_is_over:
            continue  # a long run: its end is not looked for here
        trials = Trials(inspected, lambda one: World(one, intervals=False))
        proofs = [(name, min(entries)) for name, entries in trials.evidence().items() if entries]
        for name, entry in proofs:
            world.move(INSPECTOR, "inspector.accuse", (name, entry))
        assert set(world.inspection.settled) == {name for name, _ in proofs}
        again = replayed(inspected, world.answers)
        assert again.trace_sha256() == world.trace_sha256(), f"{persona.name}: another run"


def moved(entry):
    return (entry.time, entry.node, entry.kind, entry.peer, str(entry.detail))


# The promises, kept


@every_protocol
def test_the_docstring_says_what_it_is(protocol):
    module = module_of(protocol.name)
    check_docstring(inspect.getdoc(module))


CHECKS = (
    check_names,
    check_codec_is_the_identity,
    check_codec_refuses_in_words,
    check_bytes_carry_all,
    check_garbled_packets_harm_nobody,
    check_choices,
    check_same_again,
    check_same_in_another_process,
    check_explored,
    check_recovery,
    check_normal,
    check_laws_hold_in_every_scenario,
    check_faults_are_caught,
    check_offers_follow_what_happens,
    check_hand,
    check_bets,
    check_inspected,
)


@every_protocol
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_every_protocol(check, protocol):
    check(protocol)


def test_the_model_room_recovers_whatever_the_crash():
    assert check_recovery(BY_NAME["ledger"]).verdict == "sound"


@pytest.mark.soak
@every_protocol
def test_every_room_recovers_whatever_the_crash(protocol):
    """Completely: also who calls without end comes back to where it was."""
    assert check_recovery(protocol, 1_000_000).verdict == "sound"


def test_every_room_is_on_the_list():
    subjects = [path for path in (ROOT / "core/protocols").iterdir() if path.is_dir() and path.name[0] != "_"]
    rooms = {(subject.name, path.stem) for subject in subjects for path in subject.iterdir() if path.name[0] != "_"}
    assert {place_of(protocol.name) for protocol in PROTOCOLS} == rooms


@pytest.mark.parametrize("folder", ["tui/pictures", "tests/protocols"])
def test_pictures_and_tests_lie_in_the_folder_of_their_subject(folder):
    places = [place_of(protocol.name) for protocol in PROTOCOLS]
    for path in (ROOT / folder).glob("*/*.py"):
        if path.name != "__init__.py":
            name = path.stem.removeprefix("test_")
            assert any(path.parent.name == subject and name.startswith(room) for subject, room in places), path


# Planted faults


def mutant(**changes):
    """Echo with something changed, in its scenarios too."""
    room = replace(echo.PROTOCOL, **changes)
    scenarios = changes.get("scenarios", room.scenarios)
    return replace(room, scenarios=tuple(replace(scenario, protocols={"echo": room}) for scenario in scenarios))


def asking(**changes):
    """Echo whose server asks a changed question."""
    choice = replace(echo.NUMBER, **changes)

    @dataclass
    class Server(echo.Server):
        def on_message(self, ctx, source, message):
            if isinstance(message, echo.Ping):
                ctx.send(source, echo.Pong(ctx.choose(choice, source=source, number=message.number)))
                self.highest = max(self.highest, message.number)
                self.answered += 1

    return mutant(choices=(choice, *echo.CHOICES[1:]), roles={"client": echo.Client, "server": Server})


class Codec:
    """Echo's codec, with something done to what it gives."""

    def __init__(self, decoded=lambda message, data: message, refusal=None):
        self.decoded, self.refusal = decoded, refusal

    def encode(self, message, envelope):
        return echo.PROTOCOL.codec.encode(message, envelope)

    def decode(self, data, envelope):
        try:
            return self.decoded(echo.PROTOCOL.codec.decode(data, envelope), data)
        except ValueError as error:
            raise (self.refusal or type(error))("refused") from None


class Restless:
    count = 0


@dataclass
class Remembering(echo.Client):
    """Keeps something outside its state: the second run differs from the first."""

    def on_start(self, ctx):
        Restless.count += 1
        self.patience += 1000 * Restless.count
        super().on_start(ctx)


@dataclass
class Believing(echo.Server):
    """Answers pings that nobody has sent yet."""

    def on_message(self, ctx, source, message):
        ctx.send(source, echo.Pong(message.number + 2))


@dataclass
class Presuming(echo.Client):
    """Tells its user after a crash of an answer that it never got."""

    def on_restart(self, ctx):
        ctx.deliver(99)


def forget(state):
    """Takes states for the same that are not: the clocks are forgotten."""
    state.machines.clear()
    state.messages.clear()


def room_that(normal, wrong):
    """Two nodes with clocks that only grow, of which something is wrong at every `wrong`th stamp."""
    level = counting(wrong)
    (room,) = level.protocols.values()
    room = replace(room, normal=normal, laws=(always("nothing is wrong", lambda e: not e.delivered("a")),))
    return replace(room, scenarios=(replace(level, protocols={room.name: room}),))


forgetful = room_that(forget, 4)


def test_a_room_that_says_well_what_is_normal_passes():
    check_normal(room_that(relative, 1))


def betting_on(**changed):
    return mutant(bets=(replace(echo.SILENCE, **changed),))


def roles(**changed):
    return {**echo.PROTOCOL.roles, **changed}


blameless = Persona("blameless", "plays by the book", {}, fault="no answer is believed that was not asked for")
never = sometimes("nobody ever sees this", lambda evidence: False)
unexcused = eventually_each("all is answered", echo.Client, lambda client: client.heard == [1, 2])
broken = always("no message is sent", lambda evidence: evidence.sent() == 0)
endless = replace(echo.PROTOCOL.scenarios[0], nodes=tuple(
    replace(node, parameters={"count": 9}) if node.name == "client" else node
    for node in echo.PROTOCOL.scenarios[0].nodes
), network=DiceSpec(loss=0.1, duplicate=0.1, jitter=(0, 9)))  # fmt: skip

FAULTS = [
    (check_names, mutant(personas=(replace(blameless, fault="no such law"),)), "no law"),
    (check_names, mutant(personas=(replace(blameless, answers={"echo.n": lambda asked: 1}),)), "not asked"),
    (check_names, mutant(laws=(*echo.LAWS, echo.ONLY_ASKED)), "twice"),
    (check_codec_is_the_identity, mutant(codec=Codec(lambda message, data: echo.Ping(1))), ""),
    (check_codec_refuses_in_words, mutant(codec=Codec(refusal=IndexError)), "raises IndexError"),
    (check_bytes_carry_all, mutant(codec=Codec(lambda message, data: type(message)(1))), "two pings"),
    (check_choices, asking(source=""), "no source"),
    (check_choices, asking(judge=lambda asked, value: "other"), "no words for 'other'"),
    (check_choices, asking(candidates=lambda asked: [asked.number]), "but 1 candidates"),
    (check_choices, asking(candidates=lambda asked: [0, 7]), "no candidate"),
    (check_choices, asking(case=lambda asked: "out of the blue"), "out of the blue"),
    (check_choices, asking(inaction=-1), "not between"),
    (check_choices, asking(domain=Number(0, 1)), "not between"),
    (check_choices, asking(judge=lambda asked, value: "old"), "the book is blamed"),
    (check_choices, mutant(roles=roles(server=Believing)), "never asked"),
    (check_same_again, mutant(roles=roles(client=Remembering)), ""),
    (check_same_in_another_process, mutant(roles=roles(client=Remembering)), "PYTHONHASHSEED=1"),
    (check_explored, mutant(roles=roles(server=Believing)), "broken"),
    (check_normal, forgetful, "normalised []"),
    (check_recovery, mutant(roles=roles(client=Presuming)), "broken by a crash and a return"),
    (check_recovery, mutant(laws=(*echo.LAWS, unexcused)), "broken by a crash and a return: ['all is answered']"),
    (check_explored, mutant(laws=(*echo.LAWS, broken)), "no message is sent"),
    (check_explored, mutant(laws=(*echo.LAWS, never)), "never reached: nobody"),
    (check_explored, mutant(scenarios=(endless,)), "unknown"),
    (check_laws_hold_in_every_scenario, mutant(roles=roles(server=Believing)), "broken: no answer"),
    (check_faults_are_caught, mutant(personas=(blameless,)), "blameless is not caught"),
    (check_hand, mutant(roles=roles(client=Remembering)), "another run"),
    (check_inspected, mutant(roles=roles(client=Remembering)), "another run"),
    (check_hand, mutant(laws=(*echo.LAWS, broken)), "held packets: broken: no message is sent"),
    (check_bets, betting_on(truth=lambda evidence, node, **subject: False), "comes out as ['slow']"),
    (check_bets, betting_on(truth=lambda evidence, node, **subject: "lost"), "'lost'"),
    (check_bets, betting_on(about=lambda client, now: None), "comes out as []"),
    (check_bets, betting_on(name="silence"), "silence"),
    (check_bets, betting_on(source=""), "no source"),
]


@pytest.mark.parametrize(
    ("check", "room", "words"), FAULTS, ids=[f"{n}-{check.__name__}" for n, (check, _, _) in enumerate(FAULTS)]
)
def test_a_planted_fault_is_found(check, room, words, monkeypatch):
    if words == "unknown":
        monkeypatch.setitem(globals(), "BOUND", 300)
    with pytest.raises(AssertionError) as found:
        check(room)
    assert words in str(found.value)


@dataclass(frozen=True)
class Knock:
    """What somebody asks of the eager server."""


EAGER = replace(
    echo.NUMBER,
    name="echo.eager",
    domain=OneOf(("hello",)),
    cases=("knocked",),
    case=lambda asked: "knocked",
    candidates=lambda asked: [PASS, "hello"],
    book=lambda asked: "hello" if asked.me.knocked else PASS,
    judge=lambda asked, value: "book",
    answers={"book": Answer(Kind.BOOK, "{answer}.")},
    inaction=PASS,
    standing=True,
)


@dataclass
class Eager(echo.Server):
    """Says hello by itself, as soon as somebody has knocked."""

    knocked: bool = False
    offers: ClassVar = (EAGER,)

    def on_request(self, ctx, request):
        self.knocked = True

    def on_move(self, ctx, choice, value):
        self.knocked = False
        ctx.send("client", echo.Pong(0))


def test_a_world_that_offers_moves_to_another_node_is_found(monkeypatch):
    pings = echo.PROTOCOL.scenarios[0]
    room = mutant(
        roles=roles(server=Eager), choices=(*echo.PROTOCOL.choices, EAGER), requests={"knock": Knock},
        scenarios=(replace(pings, happenings=(Request(MILLISECOND, "server", Knock()),)),),
    )  # fmt: skip
    check_offers_follow_what_happens(room)
    _BOOK_RUNS.clear()
    monkeypatch.setattr(Happenings, "place_of", lambda happenings, happening: 0)
    with pytest.raises(AssertionError, match=r"server is not offered echo\.eager"):
        check_offers_follow_what_happens(room)


def test_a_docstring_without_source_is_found():
    with pytest.raises(AssertionError, match="Source"):
        check_docstring("Echo.\n\nProblem  a\nRule  b\nSimplified  c\n")


if __name__ == "__main__":
    print("\n".join(hashes(next(protocol for protocol in PROTOCOLS if protocol.name == sys.argv[1]))))
