"""Clocks and timers, crashes and stable storage, questions, offers, forks, replay, goals."""

from dataclasses import replace

import pytest

from core.kernel.choice import PASS, Answer, Choice, Kind
from core.kernel.domains import Duration, Number, OneOf
from core.kernel.effects import AdjustClock, CancelTimer, Close, Deliver, Open, Reset, Save, Send, SetTimer, Torn
from core.kernel.laws import always, eventually
from core.kernel.scenario import ClockJump, Crash, Cut, DiceSpec, Forge, LinkSpec, NodeSpec, PlayerSeat, Request, Strike
from core.kernel.seats import Book, Idle
from core.kernel.told import effect_words, entry_words, torn_words
from core.kernel.world import Answered, DivergedError, World, replayed
from tests.kernel.actors import Note, scenario, sends

MS, S = 1_000, 1_000_000


def run(*args, until=None, seat=None, **more):
    world = World(scenario(*args, **more), seat)
    world.run(until)
    return world


def log(world, node="a"):
    return world.nodes[node].machine.log


def kinds(world, *wanted):
    return [(entry.kind, entry.detail) for entry in world.trace if entry.kind in wanted]


# Clocks


def timers(after=(), at=(), **handlers):
    def on_start(self, ctx):
        for time in after:
            ctx.set_timer(("after", time), time)
        for time in at:
            ctx.set_timer_at(("at", time), time)

    return {"a": {"on_start": on_start, **handlers}}


def rings(world):
    return {entry.detail: entry.time for entry in world.trace if entry.kind == "timer"}


@pytest.mark.parametrize(
    ("spec", "after", "at"),
    [
        ({}, 10 * S, 10 * S),
        ({"clock": 2 * S}, 10 * S, 8 * S),  # ahead: its 10 s come 2 s earlier
        ({"clock": -2 * S}, 10 * S, 12 * S),
        ({"drift": 100_000}, 9_090_910, 9_090_910),  # a tenth too fast
        ({"drift": -500_000}, 20 * S, 20 * S),
    ],
)
def test_skew_and_drift(spec, after, at):
    world = run(roles=timers([10 * S], [10 * S]), nodes=(NodeSpec("a", "stage", "a", **spec),))
    assert rings(world) == {("after", 10 * S): after, ("at", 10 * S): at}
    start = {"after": spec.get("clock", 0), "at": 0}
    assert all(10 * S <= reading - start[key[0]] <= 10 * S + 2 for reading, key in log(world))


@pytest.mark.parametrize(("by", "at"), [(3 * S, 7 * S), (-3 * S, 13 * S), (20 * S, S)])
def test_a_jump_moves_the_alarms_at_a_reading_and_not_those_after_a_while(by, at):
    world = run(roles=timers([10 * S], [10 * S]), nodes=(NodeSpec("a", "stage", "a"),),
                happenings=(ClockJump(S, "a", by),))  # fmt: skip
    assert rings(world) == {("after", 10 * S): 10 * S, ("at", 10 * S): at}


def test_a_slew_bends_the_clock_and_ends():
    def on_start(self, ctx):
        ctx.set_timer_at("near", 5_500 * MS)
        ctx.set_timer_at("far", 21 * S)
        ctx.adjust_clock(S, over=10 * S)

    world = run(roles={"a": {"on_start": on_start}}, nodes=(NodeSpec("a", "stage", "a"),), until=40 * S)
    gained = world.nodes["a"].clock.read(world.now) - world.now
    assert abs(gained - S) < 100 * MS  # the slew lasts 10 s of a clock that runs a tenth fast
    assert abs(rings(world)["near"] - 5 * S) < MS
    assert abs(rings(world)["far"] - 20 * S) < 100 * MS


def test_a_slew_that_replaces_another_of_the_same_rate_lasts_its_own_time():
    def on_start(self, ctx):
        ctx.adjust_clock(S, over=10 * S)
        ctx.set_timer("again", 6 * S)

    def on_timer(self, ctx, key):
        ctx.adjust_clock(S, over=10 * S)

    world = run(roles={"a": {"on_start": on_start, "on_timer": on_timer}}, nodes=(NodeSpec("a", "stage", "a"),),
                until=50 * S)  # fmt: skip
    gained = world.nodes["a"].clock.read(world.now) - world.now
    assert abs(gained - S * 16 // 11) < MS  # 6 s and then 10 s of a clock that runs a tenth fast


def test_a_timer_of_the_same_key_is_replaced_and_a_cancelled_one_is_silent():
    def on_start(self, ctx):
        ctx.set_timer("x", S)
        ctx.set_timer("x", 2 * S)
        ctx.set_timer("y", S)
        ctx.cancel_timer("y")
        ctx.cancel_timer("never set")

    assert log(run("a", roles={"a": {"on_start": on_start}})) == [(2 * S, "x")]


# Crashes


def saves(self, ctx):
    for n in range(3):
        ctx.save("n", n)
        ctx.send("b", Note(n))


def restarts(self, ctx):
    self.log.append((ctx.now, "back", ctx.stored.get("n"), len(self.log)))


def test_a_handler_reads_what_it_has_saved_so_far():
    def on_start(self, ctx):
        self.log.append(dict(ctx.stored))
        ctx.save("n", 1)
        self.log.append(ctx.stored["n"])
        ctx.save("n", 2)
        ctx.save("m", 3)
        self.log.append(dict(ctx.stored))
        with pytest.raises(TypeError):
            ctx.stored["n"] = 4
        ctx.set_timer("later", 1)

    def on_timer(self, ctx, key):
        self.log.append(dict(ctx.stored))
        with pytest.raises(TypeError):
            ctx.stored["n"] = 4

    both = {"n": 2, "m": 3}
    assert log(run("a", roles={"a": {"on_start": on_start, "on_timer": on_timer}})) == [{}, 1, both, both]


def test_a_handler_that_is_stopped_has_saved_nothing():
    def on_request(self, ctx, request):
        before = dict(ctx.stored)
        ctx.save("n", request)
        ctx.deliver((before, ctx.choose(NUMBER, number=request)))

    world = World(
        scenario("a", choices=(NUMBER,), roles={"a": {"on_request": on_request}}, player=(PlayerSeat("a", ("*",)),),
                 happenings=(Request(S, "a", 1),))
    )  # fmt: skip
    world.run()
    assert world.nodes["a"].stored == {}
    world.answer(5)
    assert (world.nodes["a"].stored, world.nodes["a"].delivered) == ({"n": 1}, [({}, 5)])


def test_what_was_saved_does_not_change_with_what_the_machine_does_then():
    def on_start(self, ctx):
        ctx.save("log", self.log)
        self.log.append("after")

    assert run("a", roles={"a": {"on_start": on_start}}).nodes["a"].stored == {"log": []}


@pytest.mark.parametrize("effects", range(7))
def test_a_crash_between_any_two_effects(effects):
    world = run(roles={"a": {"on_request": lambda self, ctx, request: saves(self, ctx), "on_restart": restarts}},
                happenings=(Crash(0, "a", back=S, effects=effects), Request(S, "a", "go")))  # fmt: skip
    done = [("save", ("n", 0)), ("send", Note(0)), ("save", ("n", 1)), ("send", Note(1)), ("save", ("n", 2)),
            ("send", Note(2))][:effects]  # fmt: skip
    assert kinds(world, "save", "send") == done
    saved = [detail[1] for kind, detail in done if kind == "save"]
    assert log(world) == [(2 * S, "back", saved[-1] if saved else None, 0)]
    assert [entry[1] for entry in log(world, "b")] == [detail.number for kind, detail in done if kind == "send"]
    # The crash tells what it tore: all effects in their order, each once.
    (torn,) = [entry.detail for entry in world.trace if entry.kind == "crash"]
    every = [effect for n in range(3) for effect in (Save("n", n), Send("b", Note(n)))]
    assert torn == Torn(tuple(every[:effects]), tuple(every[effects:]))


def test_a_strike_counts_over_handlers_and_tears_only_the_last():
    world = run("a", roles=timers([S, 2 * S, 3 * S], on_timer=lambda self, ctx, key: ctx.save("rung", key)),
                happenings=(Crash(S // 2, "a", effects=2),))  # fmt: skip
    (crash,) = [entry for entry in world.trace if entry.kind == "crash"]
    assert crash.time == 2 * S
    assert crash.detail == Torn((Save("rung", world.trace[crash.cause].detail),), ())
    assert entry_words(crash).endswith("saved; not done: nothing more was to be done")


def test_a_crash_outside_a_handler_tears_nothing():
    world = run("a", happenings=(Crash(S, "a"),))
    assert [entry.detail for entry in world.trace if entry.kind == "crash"] == [None]


def test_every_effect_has_words_whether_it_happened_or_not():
    effects = [
        Send("b", Note(1)), Send("", Note(1), "a>b#1"), SetTimer("silence", S), SetTimer(("ack", 3), None, S),
        CancelTimer("silence"), Save(("vote", 1), "yes"), AdjustClock(-S), Deliver(7), Open("b", "a>b#1"),
        Close("a>b#1"), Reset("a>b#1"),
    ]  # fmt: skip
    assert [effect_words(effect) for effect in effects] == [
        "NOTE number 1 to b", "NOTE number 1 to a>b#1", "timer silence set", "timer ack 3 set",
        "timer silence stopped", "vote 1 = yes saved", "clock adjusted by -1 s", "7 handed up", "stream to b opened",
        "stream a>b#1 closed", "stream a>b#1 reset",
    ]  # fmt: skip
    assert torn_words(Torn((), (Deliver(7),))) == "done: nothing; not done: 7 handed up"


def test_timers_and_state_die_with_a_node():
    world = run("a", roles=timers([S, 5 * S], on_restart=restarts), happenings=(Crash(S // 2, "a", back=S),))
    assert log(world) == [(S * 3 // 2, "back", None, 0)]


# Questions

NUMBER = Choice(
    name="stage.number", question="Which number?", domain=Number(0, 99), book=lambda asked: asked.number,
    answers={"book": Answer(Kind.BOOK, "{book}."), "other": Answer(Kind.WRONG, "{answer}, not {book}.")},
    source="here", inaction=9, candidates=lambda asked: [asked.number, 0, 1],
)  # fmt: skip
HURRIED = Choice(
    name="stage.hurried", question="Quick?", domain=Number(0, 99), book=lambda asked: 1, answers=NUMBER.answers,
    source="here", inaction=9, deadline=lambda asked: 2 * S,
)  # fmt: skip
OFFER = Choice(
    name="stage.offer", question="Ring?", domain=OneOf(("ring",)), book=lambda asked: PASS, answers=NUMBER.answers,
    source="here", inaction=PASS, standing=True, available=lambda asked: len(asked.me.log) > 0,
    candidates=lambda asked: [PASS, asked.dice.pick(["ring"])],
)  # fmt: skip
ROLL = Choice(
    name="stage.roll", question="Roll", domain=Number(0, 10**9), book=lambda asked: asked.dice.below(10**9),
    answers={}, source="here", inaction=0, chance=True,
)  # fmt: skip
RUNS = []


def twice(choice):
    """Asks twice about each message, then sends both answers."""

    def on_message(self, ctx, source, message):
        RUNS.append(message.number)
        self.log.append((ctx.now, "got", message.number))
        ctx.send("b", Note(ctx.choose(choice, number=message.number)))
        ctx.send("b", Note(ctx.choose(choice, number=message.number + 50)))

    return {"on_message": on_message}


def asking(choice=NUMBER, seat=None, numbers=(3, 4), happenings=(), **more):
    world = World(
        scenario("c a b", choices=(choice,), roles={"c": sends(*numbers, to="a"), "a": twice(choice), **more},
                 player=(PlayerSeat("a", ("*",)),), happenings=happenings), seat,
    )  # fmt: skip
    world.run()
    return world


def arrived(world):
    return [entry[1] for entry in log(world, "b")] if world.nodes["b"].up else []


def test_the_handler_runs_again_and_the_world_waits():
    RUNS.clear()
    world = asking()
    assert (world.stopped, world.now, world.next_time(), world.step()) == (True, 40 * MS, None, False)
    assert log(world) == []  # what the handler did before it asked is undone
    assert world.questions[0].asked.words == "Which number?"
    verdicts = [world.answer(value) for value in (3, 7)]
    assert [(v.kind, v.words) for v in verdicts] == [(Kind.BOOK, "3."), (Kind.WRONG, "7, not 53.")]
    world.run()
    assert RUNS == [3, 3, 3, 4]
    world.answer(5)
    world.answer(6)
    world.run()
    assert arrived(world) == [3, 7, 5, 6]
    assert [entry[1:] for entry in log(world)] == [("got", 3), ("got", 4)]


def test_answers_out_of_place_are_refused():
    world = asking()
    before = world.trace_sha256()
    for bad in (100, -1, "3", True, None):
        with pytest.raises(ValueError):
            world.answer(bad)
    assert world.trace_sha256() == before
    question = world.questions[0]
    world.answer(3)
    with pytest.raises(LookupError):
        world.answer(3, question)
    with pytest.raises(LookupError):
        asking(seat=Book()).answer(1)


def test_a_deadline_takes_inaction_and_does_not_stop_the_world():
    world = asking(HURRIED, numbers=(3,))
    assert not world.questions
    assert [entry.time for entry in world.trace if entry.kind == "send" and entry.node == "a"] == [4 * S + 40 * MS] * 2
    assert arrived(world) == [9, 9]
    assert arrived(asking(seat=Idle(), numbers=(3,))) == [9, 9]


def test_arrivals_and_timers_wait_in_the_inbox():
    world = asking(HURRIED, numbers=(3, 4, 5))
    assert [entry[2] for entry in log(world)] == [3, 4, 5]
    assert arrived(world) == [9] * 6
    assert log(world)[1][0] == log(world)[0][0] + 4 * S  # the second was asked when the first was done


def test_what_waits_knows_when_it_came():
    """Each is answered 2 × 2 s after it is asked; a clock that is stepped meanwhile does not change what it read."""

    def on_message(self, ctx, source, message):
        self.log.append((ctx.came, ctx.now))
        ctx.choose(HURRIED, number=message.number)
        self.log.append((ctx.came, ctx.now))
        ctx.choose(HURRIED, number=message.number)
        ctx.adjust_clock(S)
        self.log.append((ctx.came, ctx.now))

    world = asking(HURRIED, numbers=(3, 4), a={"on_message": on_message})
    came = 40 * MS
    assert world.nodes["a"].machine.log == [(came, came + 4 * S)] * 3 + [(came, came + 9 * S)] * 3


def test_a_crash_withdraws_the_question():
    world = asking(HURRIED, happenings=(Crash(S, "a"),))
    assert (world.questions, arrived(world)) == ([], [])
    assert len(kinds(world, "crash")) == 1


# Offers and kept answers


def ringing():
    def on_move(self, ctx, choice, value):
        ctx.deliver(value)

    return World(scenario("c a", choices=(OFFER,), roles={"c": sends(1, to="a"), "a": {
        "offers": (OFFER,), "on_move": on_move}}, player=(PlayerSeat("a", ("*",)),)))  # fmt: skip


READY = replace(
    OFFER, name="stage.ready", book=lambda asked: PASS if asked.me.log else "ring", available=lambda asked: True
)
"""A move that the book makes once, whatever happens first."""


@pytest.mark.parametrize("happening", [ClockJump(S, "b", 9), Request(S, "b", "go"), Forge(S, "ghost", "b", Note(9))])
@pytest.mark.parametrize("played", [False, True])
def test_what_happens_at_a_node_offers_moves_to_that_node(happening, played):
    def move(self, ctx, choice, value):
        self.log.append(value)

    quiet = {"offers": (READY,), "on_move": move, "on_message": lambda *_: None, "on_request": lambda *_: None}
    late = (NodeSpec("b", "stage", "b"), NodeSpec("a", "stage", "a"))
    for nodes in (late, late[::-1]):
        world = World(
            scenario(
                nodes=nodes, choices=(READY,), roles={"a": quiet, "b": quiet}, happenings=(happening,),
                player=(PlayerSeat("b", ("*",)),) if played else (),
            )
        )  # fmt: skip
        world.run(until=S - 1)
        for name in "ab":  # as if nothing had come of the start
            world.nodes[name].machine.log.clear()
        world.run(until=S)
        if played:
            assert world.offers_wait == "b"
        else:
            assert (log(world, "a"), log(world, "b")) == ([], ["ring"])


def test_what_happens_to_no_node_offers_nothing():
    quiet = {"offers": (READY,), "on_move": lambda self, ctx, choice, value: self.log.append(value)}
    world = World(scenario(roles={"a": quiet}, choices=(READY,), happenings=(Cut(S, (("a", "b"),), S),)))
    world.run(until=S - 1)
    log(world).clear()
    world.run()
    assert log(world) == []


def test_an_offer_stands_when_it_is_available_and_looking_leaves_no_mark():
    world = ringing()
    world.run(until=S)
    untouched = world.fork()
    assert [asked.choice.name for asked in world.offers("a")] == ["stage.offer"]
    assert [asked.candidates for asked in world.offers("a")] == [(PASS, "ring")]
    assert [asked.dice_key for asked in world.offers("a")] == [asked.dice_key for asked in untouched.offers("a")]
    world.move("a", "stage.offer", "ring")
    assert kinds(world, "deliver") == [("deliver", "ring")]
    assert world.answers[-1].how == "move"
    with pytest.raises(ValueError):
        world.move("a", "stage.offer", "sing")
    with pytest.raises(LookupError):
        ringing().move("a", "stage.offer", "ring")  # not yet


def test_a_kept_answer_answers_until_changed():
    world = asking()
    world.keep("a", "stage.number", 8)
    world.answer(3)
    world.run()
    assert arrived(world) == [3, 8, 8, 8]
    assert [answered.how for answered in world.answers] == ["keep", "answer"]


@pytest.mark.parametrize(("node", "choice"), [("b", "stage.number"), ("a", "stage.offer"), ("gate", "stage.number")])
def test_what_is_not_the_players_cannot_be_kept(node, choice):
    """Else a run file could answer for the others, and pass for one that was played."""
    nodes = (NodeSpec("a", "stage", "actor"), NodeSpec("b", "stage", "actor"), NodeSpec("gate", router=True))
    world = run(choices=(NUMBER,), nodes=nodes, player=(PlayerSeat("a", ("stage.number",)),))
    with pytest.raises(LookupError, match="not the player's"):
        world.keep(node, choice, 8)
    with pytest.raises(DivergedError, match="not the player's"):
        replayed(world.scenario, [Answered(0, 0, node, choice, 8, "keep")])


@pytest.mark.parametrize("value", ["x", None, (1, "x"), b"\0"])
def test_what_is_no_answer_cannot_be_kept(value):
    """No question is there to check it against; screens and exports could not show it."""
    world = asking(replace(NUMBER, domain=Duration(0, 9)))
    with pytest.raises(ValueError, match=r"answers no stage\.number"):
        world.keep("a", "stage.number", value)
    with pytest.raises(DivergedError, match=r"answers no stage\.number"):
        replayed(world.scenario, [Answered(0, 0, "a", "stage.number", value, "keep")])


# Forks and replay


def test_forks_with_an_open_question_go_apart():
    world = asking()
    by_book, mine = world.fork(player=Book()), world.fork()
    by_book.run()
    mine.answer(0)
    assert arrived(by_book) == [3, 53, 4, 54]
    assert len(world.questions) == 1
    assert log(world) == []
    world.answer(3)
    assert mine.answers[0].value == 0
    for other in (world, mine):
        other.sit(Book())
        other.run()
    assert world.trace_sha256() == by_book.trace_sha256() != mine.trace_sha256()


def test_a_reseeded_fork_has_other_luck_from_here_on():
    def on_timer(self, ctx, key):
        self.log.append(ctx.choose(ROLL, n=key))

    world = run("a", choices=(ROLL,), roles=timers([S, 2 * S], on_timer=on_timer), until=3 * S // 2)
    twins = [world.fork(), world.fork(seed=5), world.fork(seed=6)]
    for twin in twins:
        twin.run()
    assert len({log(twin)[0] for twin in twins}) == 1
    assert len({log(twin)[1] for twin in twins}) == 3


def test_the_same_asked_again_rolls_again_and_forks_share_no_luck():
    def on_timer(self, ctx, key):
        self.log.append(ctx.choose(ROLL))
        ctx.save("last", ctx.now)

    world = run("a", choices=(ROLL,), roles=timers([S, 2 * S, 3 * S], on_timer=on_timer), until=3 * S // 2)
    first, second = world.fork(), world.fork()
    first.run()
    second.run()
    assert len(set(log(first))) == 3
    assert log(second) == log(first)
    assert world.nodes["a"].stored == {"last": S}


def played():
    world = asking()
    world.answer(3)
    world.keep("a", "stage.number", 8)
    world.answer(7)
    world.run()
    return world


def test_a_replay_is_the_same_run():
    world = played()
    again = replayed(world.scenario, world.answers)
    assert again.trace_sha256() == world.trace_sha256()
    assert (again.now, again.answers, len(again.verdicts)) == (world.now, world.answers, len(world.verdicts))


def test_a_replay_stops_at_any_event_and_goes_on():
    world = played()
    for until in range(world.count + 1):
        part = replayed(world.scenario, world.answers, until=until)
        assert part.count <= until or not until
        rows = world.trace.rows[: len(part.trace)]
        assert part.trace.rows == rows
        assert all(row[-1] > until for row in world.trace.rows[len(part.trace) :] if row[-1] != part.count)


@pytest.mark.parametrize(
    "spoil",
    [
        {"value": 100}, {"choice": "stage.other"}, {"node": "b"}, {"how": "move"}, {"value": "x"},
    ],
)  # fmt: skip
def test_answers_that_do_not_fit_diverge(spoil):
    world = played()
    first, *rest = world.answers
    with pytest.raises(DivergedError):
        replayed(world.scenario, [replace(first, **spoil), *rest])


def test_dice_of_the_network_are_the_same_again():
    bad = DiceSpec(loss=0.3, duplicate=0.3, garble=0.2, jitter=(0, S))
    runs = [run(roles={"a": sends(*range(30))}, network=bad, seed=seed) for seed in (1, 1, 2)]
    hashes = [world.trace_sha256() for world in runs]
    assert hashes[0] == hashes[1] != hashes[2]


# Goals


def has(count):
    return eventually("b has {count:number}", lambda evidence, count: len(arrived(evidence._world)) >= count).bind(
        count=count
    )


def test_winning_losing_and_time():
    silent = always("b hears nothing odd", lambda evidence: all(n % 2 == 0 for n in arrived(evidence._world))).bind()
    three = {"a": sends(2, 4, 6)}
    cases = [
        ({"win": (has(2),)}, True, "b has 2", 40 * MS),
        ({"win": (has(9),), "limit": S}, False, "time is up: b has 9", S),
        ({"win": (has(2),), "lose": (has(1),)}, False, "b has 1", 40 * MS),
        ({"win": (silent,), "limit": S}, True, "b hears nothing odd", S),
        ({"win": (has(3), silent), "roles": {"a": sends(2, 3, 4)}}, False, "broken: b hears nothing odd", 40 * MS),
    ]
    for more, won, reason, at in cases:
        outcome = run(**{"roles": three, "default_link": LinkSpec(40 * MS), **more}).outcome
        assert (outcome.won, outcome.reason, outcome.at) == (won, reason, at)
    world = run(roles=three, win=(has(2), has(9)), limit=S)
    assert [reached for _, reached in world.goals()] == [True, False]


# What is due

LATE = replace(
    READY,
    name="stage.late",
    book=lambda asked: "ring" if len(asked.me.log) == 1 else PASS,
    grace=2 * S,
    answers={**READY.answers, "omitted": Answer(Kind.WRONG, "You did nothing, not even {book}.", "there")},
)
"""Due from the first thing that is heard to the second."""


def late(*numbers, seat=None, choice=LATE, played=True, happenings=(), **node):
    """A world in which a person at b, who hears these at whole seconds, may ring."""

    def speak(self, ctx):
        for number in numbers:
            ctx.set_timer(number, number * S - 40 * MS)

    def on_move(self, ctx, choice, value):
        self.log.append(value)

    talks = {"on_start": speak, "on_timer": lambda self, ctx, key: ctx.send("b", Note(key))}
    nodes = (NodeSpec("a", "stage", "a"), NodeSpec("b", "stage", "b", **node))
    return World(
        scenario(
            nodes=nodes, choices=(choice,), roles={"a": talks, "b": {"offers": (choice,), "on_move": on_move}},
            player=(PlayerSeat("b", ("*",)),) if played else (), happenings=happenings, limit=20 * S,
        ), seat,
    )  # fmt: skip


def test_a_move_is_due_from_when_the_book_would_make_it_until_it_would_not():
    world = late(1, 2)
    world.run(until=S - 1)
    assert world.due("b") == []
    world.run(until=S)
    assert world.due("b") == ["stage.late"]
    world.run(until=2 * S)
    assert world.due("b") == []
    world.run()
    assert not world.verdicts  # it was due for a second only


def test_what_is_left_undone_past_its_grace_is_judged_once():
    for seat in (None, Idle()):
        world = late(1, seat=seat)
        world.run()
        (verdict,) = world.verdicts
        assert (verdict.time, verdict.node, verdict.choice, verdict.label) == (3 * S, "b", "stage.late", "omitted")
        assert (verdict.kind, verdict.value, verdict.book) == (Kind.WRONG, PASS, "ring")
        assert (verdict.words, verdict.source) == ("You did nothing, not even ring.", "there")
        assert not world.answers


def test_grace_is_by_the_nodes_own_clock():
    world = late(1, drift=100_000)  # a tenth too fast
    world.run()
    assert world.verdicts[0].time == S + 2 * S * 10 // 11 + 1


def test_who_makes_the_move_in_time_or_by_the_book_has_left_nothing_out():
    world = late(1)
    world.run(until=2 * S)
    world.move("b", "stage.late", "ring")
    assert world.due("b") == []
    world.run()
    assert [verdict.label for verdict in world.verdicts] == ["book"]
    by_book = late(1, seat=Book())
    by_book.run()
    assert [(verdict.label, verdict.time) for verdict in by_book.verdicts] == [("book", S)]
    nobodys = late(1, played=False)
    nobodys.run(until=S)
    assert nobodys.due("b") == []


def test_a_move_that_stays_due_after_it_was_made_has_another_grace():
    always = replace(LATE, book=lambda asked: "ring" if asked.me.log else PASS)
    world = late(1, choice=always)
    world.run(until=2 * S)
    world.move("b", "stage.late", "ring")
    world.run()
    assert [(verdict.label, verdict.time) for verdict in world.verdicts] == [("book", 2 * S), ("omitted", 4 * S)]


def test_a_crash_ends_what_was_due():
    world = late(1, happenings=(Crash(2 * S, "b"),))
    world.run()
    assert (world.due("b"), world.verdicts) == ([], [])


def test_omissions_come_again_in_a_replay_and_in_a_fork():
    world = late(1)
    world.run(until=2 * S)
    fork = world.fork()
    for one in (world, fork):
        one.run()
    again = replayed(world.scenario, world.answers)
    assert again.verdicts == fork.verdicts == world.verdicts
    assert again.count == world.count


@pytest.mark.parametrize("key", [*".,+-?hjrub", "ab", "1", " "])
def test_a_move_has_one_letter_that_no_command_keeps_for_itself(key):
    with pytest.raises(ValueError, match=r"the key of stage\.offer"):
        replace(OFFER, key=key)
    assert replace(OFFER, key="R").key == "R"


def test_a_grace_needs_words():
    with pytest.raises(ValueError, match=r"stage\.offer has a grace"):
        replace(OFFER, grace=S)
    with pytest.raises(ValueError, match=r"stage\.number has a grace"):
        replace(NUMBER, grace=S, answers=LATE.answers)


# Struck by meaning


@pytest.mark.parametrize(
    ("blow", "done"),
    [
        (Strike("a", "save", "n"), ["save"]),
        (Strike("a", "save", before=True), []),
        (Strike("a", "save", nth=2), ["save", "send", "save"]),
        (Strike("a", "send", "Note", before=True, nth=2), ["save", "send", "save"]),
        (Strike("a", "send", "Note", nth=2), ["save", "send", "save", "send"]),
        (Strike("a", "send", "Load"), ["save", "send"] * 3),
        (Strike("a", "deliver"), ["save", "send"] * 3),
        (Strike("a", "save", "m"), ["save", "send"] * 3),
        (Strike("b", "save", "n"), ["save", "send"] * 3),
    ],
)
def test_a_node_is_struck_by_what_it_does(blow, done):
    struck = {"a": {"on_request": lambda self, ctx, request: saves(self, ctx), "on_restart": restarts}}
    world = run(roles=struck, happenings=(replace(blow, back=S), Request(S, "a", "go")))
    assert [kind for kind, _ in kinds(world, "save", "send")] == done
    assert [entry.time for entry in world.trace if entry.kind == "crash"] == [S] * (len(done) < 6)
    assert [entry.time for entry in world.trace if entry.kind == "restart"] == [2 * S] * (len(done) < 6)


def test_a_blow_counts_from_its_time_on_and_falls_once():
    handlers = {"on_request": lambda self, ctx, request: saves(self, ctx), "on_restart": restarts}
    requests = tuple(Request(second * S, "a", "go") for second in (1, 3, 5))
    world = run(roles={"a": handlers}, happenings=(Strike("a", "save", at=2 * S, back=S), *requests))
    assert [entry.time for entry in world.trace if entry.kind == "crash"] == [3 * S]
    twice = run(
        roles={"a": handlers},
        happenings=(Strike("a", "save", back=S), Strike("a", "send", nth=2, back=S), *requests),
    )
    assert [entry.time for entry in twice.trace if entry.kind == "crash"] == [1 * S, 3 * S]


def test_a_fork_is_struck_as_its_world_is():
    struck = {"a": {"on_request": lambda self, ctx, request: saves(self, ctx)}}
    world = World(
        scenario(roles=struck, happenings=(Strike("a", "save", nth=5), Request(S, "a", 1), Request(2 * S, "a", 2)))
    )
    world.run(until=S)
    fork = world.fork()
    for one in (world, fork):
        one.run()
    assert world.trace_sha256() == fork.trace_sha256()
    ((_, torn),) = kinds(world, "crash")
    assert [effect for effect in torn.happened if isinstance(effect, Save)] == [Save("n", 0), Save("n", 1)]
