"""The explorer finds what is there, says when it cannot know, and knows states by what their future depends on."""

from dataclasses import replace

import pytest

from core.kernel.agenda import RECEIVE
from core.kernel.choice import PASS, Answer, Choice, Kind
from core.kernel.domains import OneOf
from core.kernel.laws import always, eventually, sometimes
from core.kernel.scenario import Cut, Hand, LinkSpec, NetworkSeat, PlayerSeat, Request
from core.kernel.seats import Book, Player
from core.kernel.world import World, replayed
from core.protocols.premise import echo
from core.search import ANYTIME, NEVER, Budget, counterexample, explore, find_loss, find_win, state_key
from core.search.states import StateKeys
from tests.kernel.actors import Note, scenario, sends

TWO = {"a": sends(1, to="c"), "b": sends(2, to="c")}


def heard(evidence):
    return [entry[1] for entry in evidence.machine("c").log] if evidence.up("c") else []


def law(kind, text, holds, **more):
    return kind(text, lambda evidence: holds(heard(evidence)), **more).bind()


def orders():
    return [law(sometimes, f"c hears {first} first", lambda log, n=first: log[:1] == [n]) for first in (1, 2)]


def test_every_order_of_simultaneous_events_is_walked():
    found = explore(scenario("a b c", roles=TWO), laws=orders())
    assert found.verdict == "sound"
    assert found.reached == {"c hears 1 first", "c hears 2 first"}


@pytest.mark.parametrize(
    ("budget", "bad"),
    [
        (Budget(), None),
        (Budget(lost=1), "c hears two"),
        (Budget(twice=1), "c hears nothing twice"),
        (Budget(crashes=1), "c hears two"),
    ],
)
def test_misfortune_within_a_budget(budget, bad):
    laws = [
        law(eventually, "c hears two", lambda log: len(set(log)) == 2),
        law(always, "c hears nothing twice", lambda log: len(set(log)) == len(log)),
    ]
    found = explore(scenario("a b c", roles=TWO), laws=laws, budget=budget)
    assert found.complete
    assert [broken.law for broken in found.broken] == ([bad] if bad else [])
    assert found.verdict == ("broken" if bad else "sound")


def test_a_law_is_asked_only_within_what_it_assumes():
    fragile = law(eventually, "c hears two", lambda log: len(log) == 2, assumes=("no_loss", "crashes <= 0"))
    for budget in (Budget(lost=1), Budget(crashes=1)):
        assert explore(scenario("a b c", roles=TWO), laws=[fragile], budget=budget).verdict == "sound"
    assert Budget(crashes=1).allows("crashes <= 1")
    with pytest.raises(ValueError, match="unknown assumption"):
        Budget().allows("fair weather")


def test_a_bound_that_is_hit_proves_nothing():
    found = explore(echo.PROTOCOL.scenarios[1], bound=50)
    assert (found.complete, found.verdict) == (False, "unknown")


def test_all_that_is_broken_is_found_when_asked():
    laws = [
        law(always, "c hears no 1", lambda log: 1 not in log),
        law(always, "c hears no 2", lambda log: 2 not in log),
    ]
    found = explore(scenario("a b c", roles=TWO), laws=laws, stop_at_first=False)
    assert {broken.law for broken in found.broken} == {"c hears no 1", "c hears no 2"}


def test_a_state_is_known_by_its_future_and_not_by_its_past():
    worlds = [World(replace(scenario("a b c", roles=TWO), seed=seed)) for seed in (1, 2)]
    for world in worlds:
        world.run(limit=3)
    assert state_key(worlds[0]) == state_key(worlds[1])
    worlds[0].step()
    assert state_key(worlds[0]) != state_key(worlds[1])


def test_a_state_is_known_anew_once_something_happens_in_it():
    """Keys keep what they know of a node until somebody writes to it, be it in this world or in a fork."""
    keys = StateKeys()
    world = World(scenario("a b c", roles=TWO))
    for done in range(1, 6):
        world.step()
        fresh, fork = World(world.scenario), world.fork()
        fresh.run(limit=done)
        assert keys.of(fork) == keys.of(world) == StateKeys().of(fresh)
        fork.crash("a")
        fresh.crash("a")
        assert keys.of(world) != keys.of(fork) == StateKeys().of(fresh)


def on_their_way(level):
    """The world once two notes are on their way."""
    world = World(level)
    while len([event for event in world.agenda if event[2] == RECEIVE]) < 2:
        assert world.step()
    return world


def keys_of(worlds, **more):
    return len({StateKeys(**more).of(world) for world in worlds})


def test_the_order_of_planning_tells_nothing_where_every_order_is_walked():
    """Two notes that come at the same moment, whichever of them left first."""

    def level(first):
        def on_start(self, ctx):
            ctx.set_timer("send", 1_000 if self.name == first else 1_001)

        def on_timer(self, ctx, key):
            ctx.send("c", Note(7))

        links = {(name, "c"): LinkSpec(10_000 if name == first else 9_999) for name in "ab"}
        role = {"on_start": on_start, "on_timer": on_timer}
        return scenario("a b c", roles={"a": role, "b": role}, links=links)

    worlds = [on_their_way(level(first)) for first in "ab"]
    assert [world.now for world in worlds] == [1_001, 1_001]
    assert (keys_of(worlds), keys_of(worlds, orderless=True)) == (2, 1)


def test_what_comes_on_one_stream_keeps_its_order():
    def level(*numbers):
        def on_open(self, ctx, connection, peer):
            for number in numbers:
                ctx.send_on(connection, Note(number))

        return scenario("a c", roles={"a": {"on_start": lambda self, ctx: ctx.open("c"), "on_open": on_open}})

    assert keys_of([on_their_way(level(1, 2)), on_their_way(level(2, 1))], orderless=True) == 2


# Shortest win and loss

TURN = Choice(
    name="stage.turn", question="Left or right?", domain=OneOf(("left", "right")), book=lambda asked: "left",
    answers={"book": Answer(Kind.BOOK, "Left."), "other": Answer(Kind.WRONG, "Right.")}, source="here",
    inaction="right",
)  # fmt: skip


def maze(*way, turns=4):
    """Won as soon as the last turns were `way`; lost after four turns."""

    def on_start(self, ctx):
        ctx.set_timer("turn", 1)

    def on_timer(self, ctx, key):
        self.log.append(ctx.choose(TURN, turn=len(self.log)))
        ctx.set_timer("turn", 1)

    def log_of(evidence):
        return evidence.machine("a").log if evidence.up("a") else []

    return scenario(
        "a", choices=(TURN,), roles={"a": {"on_start": on_start, "on_timer": on_timer}},
        player=(PlayerSeat("a", ("*",)),),
        win=(eventually("out", lambda evidence: tuple(log_of(evidence)[-len(way) :]) == way).bind(),),
        lose=(eventually("lost", lambda evidence: len(log_of(evidence)) >= turns).bind(),),
    )  # fmt: skip


@pytest.mark.parametrize("way", [("left",), ("right", "left"), ("right", "right", "left")])
def test_the_shortest_win(way):
    level = maze(*way)
    answers = find_win(level)
    assert tuple(answered.value for answered in answers) == way
    assert replayed(level, answers).outcome.won


def test_the_shortest_loss_and_none():
    level = maze("right", "left", turns=3)
    answers = find_loss(level)
    assert len(answers) == 3
    assert not replayed(level, answers).outcome.won
    assert find_win(maze(*["left"] * 4)) is None
    assert find_win(maze("right", "right", "right"), bound=3) is None


def test_the_network_as_player_wins_by_the_one_packet_that_counts():
    level = replace(
        echo.PROTOCOL.scenarios[0], network=NetworkSeat({"lost": 1}),
        win=(eventually("a ping goes out twice", lambda evidence: evidence.sent("client", echo.Ping) > 2).bind(),),
        lose=(eventually("all is heard", lambda evidence: evidence.up("client")
                         and len(evidence.machine("client").heard) == 2).bind(),),
    )  # fmt: skip
    assert not _book(level).outcome.won
    answers = find_win(level)
    assert [answered.value for answered in answers].count("lost") == 1
    assert replayed(level, answers).outcome.won


def _book(level):
    world = World(level, Book())
    world.run()
    return world


def test_messages_are_what_they_were():
    """The planted check of this file's own stage: two notes arrive at c."""
    world = _book(scenario("a b c", roles=TWO))
    assert [entry.detail for entry in world.trace if entry.kind == "receive"] == [Note(1), Note(2)]


# Crashes


REQUEST = (Request(1_000, "a", "remember"),)


def told(evidence):
    return [entry[1] for entry in evidence.machine("c").log] if evidence.up("c") else []


def written_before_told():
    return always("what is told is written", lambda e: not told(e) or e.stored("a").get("number") == 1).bind()


@pytest.mark.parametrize("order", ["told first", "written first"])
def test_every_effect_counts_when_a_crash_falls_between_two(order):
    """Three timers are cancelled first: the explorer counts what the world counts, and a user's request is struck."""

    def on_request(self, ctx, request):
        for key in "xyz":
            ctx.cancel_timer(key)
        if order == "written first":
            ctx.save("number", 1)
        ctx.send("c", Note(1))
        ctx.save("number", 1)

    level = scenario("a c", roles={"a": {"on_request": on_request}}, happenings=REQUEST)
    found = explore(level, laws=[written_before_told()], budget=Budget(crashes=1))
    assert found.verdict == ("broken" if order == "told first" else "sound")
    assert explore(level, laws=[written_before_told()]).verdict == "sound"


def _asked_first(self, ctx, request):
    ctx.choose(TURN)
    ctx.send("c", Note(1))
    ctx.save("number", 1)


def test_a_handler_that_asked_the_player_is_struck_between_its_effects():
    level = scenario(
        "a c", choices=(TURN,), roles={"a": {"on_request": _asked_first}}, happenings=REQUEST,
        player=(PlayerSeat("a", ("*",)),),
    )  # fmt: skip
    assert explore(level, laws=[written_before_told()], budget=Budget(crashes=1)).verdict == "broken"
    assert explore(level, laws=[written_before_told()]).verdict == "sound"


def test_a_move_is_struck_between_its_effects():
    offer = replace(TURN, name="stage.offer", standing=True, book=lambda asked: PASS, inaction=PASS)

    def on_move(self, ctx, choice, value):
        ctx.send("c", Note(1))
        ctx.save("number", 1)

    level = scenario(
        "a c", choices=(offer,), roles={"a": {"offers": (offer,), "on_move": on_move}},
        player=(PlayerSeat("a", ("*",)),),
    )  # fmt: skip
    assert explore(level, laws=[written_before_told()], budget=Budget(crashes=1), bound=2_000).verdict == "broken"


def remembers(presumes):
    """Two nodes: a keeps what it was told to, and after a crash says what it believes it had kept."""

    def on_request(self, ctx, request):
        ctx.save("number", 7)
        ctx.send("c", Note(7))

    def on_restart(self, ctx):
        ctx.send("c", Note(ctx.stored.get("number", presumes)))

    return scenario("a c", roles={"a": {"on_request": on_request, "on_restart": on_restart}}, happenings=REQUEST)


@pytest.mark.parametrize("back", [NEVER, ANYTIME, 0, 500, 5_000])
def test_a_node_that_comes_back_is_explored(back):
    """Whoever presumes after a restart what was never written is caught, if anybody comes back."""
    only_seven = always("c hears only 7", lambda e: set(told(e)) <= {7}).bind()
    budget = Budget(crashes=1, back=back)
    assert explore(remembers(7), laws=[only_seven], budget=budget).verdict == "sound"
    found = explore(remembers(8), laws=[only_seven], budget=budget)
    assert found.verdict == ("sound" if back == NEVER else "broken")
    if found.broken:
        assert "restart" in [entry.kind for entry in found.broken[0].world.trace]


def test_liveness_after_recovery_can_be_stated():
    hears = eventually("a tells", lambda e: e.sent("a") > 0, assumes=("crashed nodes come back",)).bind()
    level = remembers(7)
    for budget in (Budget(), Budget(crashes=1, back=ANYTIME)):
        found = explore(level, laws=[hears], budget=budget)
        assert (found.verdict, found.held) == ("sound", (hears.text,))
    assert explore(level, laws=[hears], budget=Budget(crashes=1)).held == ()
    bold = eventually("a tells", lambda e: e.sent("a") > 0).bind()
    assert explore(level, laws=[bold], budget=Budget(crashes=1)).verdict == "broken"
    always_up = eventually("a is up", lambda e: e.up("a")).bind()
    assert explore(level, laws=[always_up], budget=Budget(crashes=1)).verdict == "broken"
    assert explore(level, laws=[always_up], budget=Budget(crashes=1, back=ANYTIME)).verdict == "sound"


# The network's hand


def later(self, ctx, key=None):
    if key is None:
        ctx.set_timer("later", 100_000)
    else:
        ctx.send("c", Note(2))


ONE_BY_ONE = {"a": sends(1, to="c"), "b": {"on_start": later, "on_timer": later}}


def test_what_the_hand_can_do_is_explored():
    plain = scenario("a b c", roles=ONE_BY_ONE)
    assert explore(plain, laws=orders()).reached == {"c hears 1 first"}
    handed = replace(plain, hand=Hand(1, 1))
    assert explore(handed, laws=orders()).reached == {"c hears 1 first", "c hears 2 first"}
    assert explore(replace(plain, hand=Hand(copy=1)), laws=orders()).reached == {"c hears 1 first"}


@pytest.mark.parametrize(
    ("hand", "bad"),
    [
        (Hand(1, 1, 30_000), None),
        (Hand(1, 1), "c hears two"),
        (Hand(1), "c hears two"),
        (Hand(lose=1), "c hears two"),
        (Hand(garble=1), "c hears two"),
        (Hand(copy=1), "c hears nothing twice"),
        (Hand(crash=1, back=1_000), "c hears two"),
        (Hand(cut=1, heals=1_000_000), "c hears two"),
        (Hand(push_clock=1), None),
    ],
)
def test_a_hand_within_its_budget(hand, bad):
    laws = [
        law(eventually, "c hears two", lambda log: {1, 2} <= set(log)),
        law(always, "c hears nothing twice", lambda log: len(set(log)) == len(log)),
    ]
    level = replace(scenario("a b c", roles=ONE_BY_ONE), hand=hand)
    found = explore(level, laws=laws, budget=Budget())
    assert [broken.law for broken in found.broken] == ([bad] if bad else [])
    assert found.verdict == ("broken" if bad else "sound")
    if bad:
        acts = found.broken[0].world.answers
        assert any(act.choice.startswith("network.") for act in acts)
        again = counterexample(level, Budget(), next(law for law in laws if law.text == bad), acts)
        assert again.world.outcome.reason.endswith(bad)


def test_a_law_is_asked_only_within_what_it_assumes_of_the_hand():
    fragile = law(eventually, "c hears two", lambda log: len(log) == 2, assumes=("no_loss",))
    level = scenario("a b c", roles=ONE_BY_ONE)
    for hand, held in ((Hand(1, 1, 30_000), True), (Hand(1, 1), False), (Hand(lose=1), False)):
        found = explore(replace(level, hand=hand), laws=[fragile])
        assert (found.verdict, bool(found.held)) == ("sound", held)


# Chance


def thrower(seed, **more):
    """A node whose *book* throws a coin every second, which nobody is asked for; state does not keep what came."""
    coin = replace(TURN, name="stage.coin", book=lambda asked: asked.dice.pick(("left", "right")))

    def on_start(self, ctx):
        ctx.set_timer("throw", 1_000)

    def on_timer(self, ctx, key):
        if ctx.choose(coin) == "right":
            ctx.deliver("right")
        else:
            ctx.set_timer("throw", 1_000)

    return scenario("a", choices=(coin,), roles={"a": {"on_start": on_start, "on_timer": on_timer}}, seed=seed, **more)


def throws(seed):
    """How often a left comes before the first right."""
    world = World(thrower(seed), Book())
    world.run()
    return len([entry for entry in world.trace if entry.kind == "timer"]) - 1


LATE_RIGHT = next(seed for seed in range(1, 50) if throws(seed) >= 3)


def test_a_book_that_throws_dice_is_not_called_sound_before_its_dice_have_fallen():
    no_right = always("a throws no right", lambda e: not e.delivered("a")).bind()
    assert explore(thrower(LATE_RIGHT), laws=[no_right]).verdict == "broken"


def test_a_book_that_throws_dice_does_not_go_round_for_ever_where_its_dice_lead_out():
    right = eventually("a throws right", lambda e: bool(e.delivered("a"))).bind()
    assert explore(thrower(LATE_RIGHT), laws=[right]).verdict == "sound"


def test_looking_at_what_chance_could_answer_throws_no_dice():
    coin = replace(TURN, name="stage.coin", book=lambda asked: asked.dice.pick(("left", "right")), chance=True)

    def on_timer(self, ctx, key):
        ctx.choose(coin)
        ctx.set_timer("throw", 1_000)

    level = scenario("a", choices=(coin,), roles={"a": {
        "on_start": lambda self, ctx: ctx.set_timer("throw", 1_000), "on_timer": on_timer}})  # fmt: skip
    found = explore(level, laws=[], bound=100)
    assert (found.verdict, found.states <= 6) == ("sound", True)


# What never ends


def heartbeats():
    """Two nodes that tell each other every second that they are alive, for ever."""

    def beat(self, ctx, key=None):
        ctx.send("b" if self.name == "a" else "a", Note(0))
        ctx.set_timer("beat", 1_000_000)

    def on_message(self, ctx, source, message):
        self.log = [source]

    handlers = {"on_start": beat, "on_timer": beat, "on_message": on_message}
    return scenario("a b", roles={"a": handlers, "b": handlers}, limit=1 << 60)


def test_a_state_space_that_comes_back_to_itself_is_complete():
    alive = sometimes("both know", lambda e: len([m for m in e.running() if m.log]) == 2).bind()
    both = eventually("b has heard", lambda e: bool(e.machine("b") and e.machine("b").log)).bind()
    found = explore(heartbeats(), laws=[alive, both])
    assert (found.verdict, found.reached, found.ends) == ("sound", {"both know"}, 0)
    never = eventually("b has heard twice", lambda e: False).bind()
    assert [broken.law for broken in explore(heartbeats(), laws=[never]).broken] == ["b has heard twice"]


def counting(wrong=0):
    """Two nodes with Lamport's clocks, which only grow: each answers the other's note with one of a later stamp."""

    def on_message(self, ctx, source, message):
        self.log = [max(message.number, *self.log) + 1]
        if wrong and self.log[0] % wrong == 0:
            ctx.deliver("wrong")
        ctx.send(source, Note(self.log[0]))

    def on_start(self, ctx):
        self.log = [0]
        if self.name == "a":
            ctx.send("b", Note(0))

    handlers = {"on_start": on_start, "on_message": on_message}
    return scenario("a b", roles={"a": handlers, "b": handlers}, limit=1 << 60)


def relative(state):
    """How far each clock is from the least."""
    clocks = [machine.log[0] for machine in state.machines if machine and machine.log]
    least = min([*clocks, *(message.number for message in state.messages)], default=0)
    for machine in state.machines:
        if machine and machine.log:
            machine.log = [machine.log[0] - least]
    state.messages[:] = [Note(message.number - least) for message in state.messages]


def normalised(level):
    return replace(level, protocols={name: replace(room, normal=relative) for name, room in level.protocols.items()})


def test_a_room_says_how_its_states_are_made_normal():
    law = always("nothing is wrong", lambda e: not e.delivered("a") + e.delivered("b")).bind()
    assert explore(counting(), laws=[law], bound=300).verdict == "unknown"
    found = explore(normalised(counting()), laws=[law], bound=300)
    assert (found.verdict, found.states < 20) == ("sound", True)
    assert explore(normalised(counting()), laws=[law], bound=300, plain=True).verdict == "unknown"
    for level in (counting(3), normalised(counting(3))):
        assert explore(level, laws=[law], bound=300).broken


def test_the_machines_themselves_stay_what_they_are():
    found = explore(normalised(counting(3)), laws=[always("no stamp is 2", lambda e: "wrong" not in e.delivered("a") +
                                                          e.delivered("b")).bind()])  # fmt: skip
    stamps = [entry.detail.number for entry in found.broken[0].world.trace if entry.kind == "send"]
    assert stamps == sorted(stamps)
    assert stamps[-1] >= 2


def parks(first, wrong=0):
    """Node a opens a stream to b; later, the way is cut, it says a stamp of its clock on it, which waits."""

    def on_start(self, ctx):
        self.log = [first]
        if self.name == "a":
            ctx.open("b")

    def on_open(self, ctx, connection, peer):
        if self.name == "a":
            ctx.set_timer(("say", connection), 1_000_000)

    def on_timer(self, ctx, key):
        self.log = [self.log[0] + 1]
        ctx.send_on(key[1], Note(self.log[0]))

    def on_message(self, ctx, source, message):
        self.log = [max(message.number, *self.log) + 1]
        if wrong and self.log[0] % wrong == 0:
            ctx.deliver("wrong")

    handlers = {"on_start": on_start, "on_open": on_open, "on_timer": on_timer, "on_message": on_message}
    cut = Cut(500_000, (("a", "b"), ("b", "a")), 3_000_000)
    return scenario("a b", roles={"a": handlers, "b": handlers}, happenings=(cut,))


def asks(first):
    """Node a sends b two stamps of its clock; b's player is asked about the first, and the second waits for it."""

    def on_start(self, ctx):
        self.log = [first]
        if self.name == "a":
            ctx.send("b", Note(first))
            ctx.send("b", Note(first))

    def on_message(self, ctx, source, message):
        ctx.choose(TURN)

    handlers = {"on_start": on_start, "on_message": on_message}
    roles = {"a": handlers, "b": handlers}
    return scenario("a b", choices=(TURN,), roles=roles, player=(PlayerSeat("b", ("*",)),))


@pytest.mark.parametrize("level", [parks, asks])
def test_what_waits_is_made_normal_like_what_is_under_way(level):
    """Parked before a cut, or at a node that is asked something: its stamp counts from the least, too."""
    worlds = [World(level(first), player=Player()) for first in (1, 5)]
    for world in worlds:
        world.run(1_500_000)
    assert keys_of(worlds) == 2
    assert keys_of(worlds, normal=relative) == 1


def test_plain_and_normal_break_the_same_laws_where_messages_are_parked():
    law = always("nothing is wrong", lambda e: "wrong" not in e.delivered("b")).bind()
    for wrong, broken in ((3, True), (7, False)):
        for level in (parks(1, wrong), normalised(parks(1, wrong))):
            assert bool(explore(level, laws=[law]).broken) is broken


def calling(to="#1", service="stream"):
    """Node a calls b for ever, a second after each call's end; b hangs up at once, and minds who is called as `to` has
    it."""

    def call(self, ctx, key=None):
        self.log = [ctx.open("b")] if self.name == "a" else []

    def on_open(self, ctx, connection, peer):
        if self.name == "b":
            if connection.endswith(to):
                ctx.deliver("wrong")
            ctx.reset(connection)

    def on_close(self, ctx, connection, peer, reset):
        if self.log == [connection]:
            ctx.set_timer(("again", connection), 1_000_000)

    handlers = {"on_start": call, "on_timer": call, "on_open": on_open, "on_close": on_close}
    level = scenario("a b", roles={"a": handlers, "b": handlers}, limit=1 << 60)
    return replace(level, protocols={name: replace(room, service=service) for name, room in level.protocols.items()})


def nameless(state):
    state.nameless = True


def rooms_with(level, normal):
    return replace(level, protocols={name: replace(room, normal=normal) for name, room in level.protocols.items()})


def test_who_calls_for_ever_comes_back_to_where_it_was_if_names_of_streams_are_names_and_no_more():
    law = always("nothing is wrong", lambda e: "wrong" not in e.delivered("b")).bind()
    assert explore(calling("never"), laws=[law], bound=200).verdict == "unknown"
    found = explore(rooms_with(calling("never"), nameless), laws=[law], bound=200)
    assert (found.verdict, found.states < 12) == ("sound", True)
    assert explore(rooms_with(calling("never"), lambda state: None), laws=[law], bound=200).verdict == "unknown"
    for level in (calling(), rooms_with(calling(), nameless)):
        assert explore(level, laws=[law], bound=200).verdict == "broken"


def test_where_another_room_minds_the_names_of_streams_they_are_kept():
    level = rooms_with(calling("never"), nameless)
    (room,) = level.protocols.values()
    other = replace(level, protocols={**level.protocols, "other": replace(room, name="other", normal=None)})
    assert explore(level, laws=[], bound=200).verdict == "sound"
    assert explore(other, laws=[], bound=200).verdict == "unknown"


def two_calls(held, timed):
    """Node a has opened two streams to b; b holds one and has a timer about one."""

    def on_start(self, ctx):
        if self.name == "a":
            ctx.open("b")
            ctx.open("b")

    def on_open(self, ctx, connection, peer):
        if self.name == "b" and connection.endswith(held):
            self.log = [connection]
        if self.name == "b" and connection.endswith(timed):
            ctx.set_timer(connection, 1_000_000)

    handlers = {"on_start": on_start, "on_open": on_open}
    world = World(scenario("a b", roles={"a": handlers, "b": handlers}))
    world.run(500_000)
    return world


def test_two_streams_are_still_two():
    """Whether the call that b holds is the one that its timer is about."""
    worlds = [two_calls("#1", timed) for timed in ("#1", "#2")]
    assert keys_of(worlds) == keys_of(worlds, normal=nameless) == 2


def test_what_is_cut_off_at_the_limit_is_not_sound():
    """The clocks grow on: nothing came back to where it was, and what would have come later nobody has seen."""
    late = always("no stamp is 9", lambda e: "wrong" not in e.delivered("a") + e.delivered("b")).bind()
    short = replace(counting(9), limit=200_000)
    found = explore(short, laws=[late])
    assert (found.verdict, found.cut, found.stopped) == ("unknown", True, False)
    assert explore(replace(short, limit=1_000_000), laws=[late]).verdict == "broken"
    assert not explore(replace(heartbeats(), limit=5_000_000), laws=[]).cut
    assert explore(replace(counting(9), limit=320_000), laws=[late]).cut  # a note comes at this very moment


def test_who_comes_back_some_time_comes_back_before_the_limit():
    """That nothing happens until then is no end, and nothing that the limit has cut off."""
    roles = {**TWO, "c": {"on_restart": lambda self, ctx: self.log.append("back")}}
    back = eventually("c is up", lambda e: e.up("c")).bind()
    found = explore(scenario("a b c", roles=roles), laws=[back], budget=Budget(crashes=1, back=ANYTIME))
    assert (found.verdict, found.cut) == ("sound", False)
