"""What people stumbled over who played the levels for the first time stays mended."""

from __future__ import annotations

import pytest

from core.kernel.choice import Kind
from core.kernel.seats import Book, PersonaSeat
from core.kernel.world import World
from core.protocols.premise.tapes.choices import NOBODY_KNOWS
from core.protocols.premise.tapes.slack import EVEN, slack_at
from core.session import scoring
from levels.loader import campaign, load
from levels.proofs import personas_of, play, prove, with_par_figures
from tui.app import AckademyApp, Options
from tui.bridge import Bridge, reason_words, session_of
from tui.platform import find_paths
from tui.stage import Stage


class Gives:
    """These answers, by choice, each a function of the question; the book's to all others."""

    waits = False

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def answer(self, asked):
        self.asked.append(asked.choice.name)
        given = self.answers.get(asked.choice.name.partition(".")[2])
        return asked.book if given is None else given(asked)


def questions(name):
    """(bridge, question) at every question of a level that the book plays."""
    session = session_of(level := load(name), paused=True)
    bridge = Bridge(level, session, {})
    while not session.over:
        if session.question is None:
            session.step()
            continue
        bridge.refresh_doing()
        yield bridge, session.question
        session.answer(session.question.asked.book)
    bridge.close()


def within_par(level, world):
    scenario = with_par_figures(level)
    return world.outcome.won and scoring.within_par(scenario, world.measures())


def test_next_byte_the_number_that_is_asked_stands_nowhere():
    for bridge, question in questions("pipe/next-byte-please"):
        scene = bridge.scene()
        assert "next expected" not in scene.view
        assert str(question.asked.book) not in bridge.doing.title
        shown = {name: str(value).split() for name, value in scene.view.items() if name != "last ACK"}
        assert not [name for name, words in shown.items() if str(question.asked.book) in words], (
            "but what one said oneself"
        )


def test_jigsaw_an_offset_is_translated_once():
    asked = [
        bridge.doing.title for bridge, question in questions("wire/jigsaw") if question.asked.choice.name == "ip.place"
    ]
    assert len(asked) == len(set(asked)) == 3


@pytest.mark.parametrize("service", ["telemetry", "bank", "voice"])
def test_policy_desk_no_other_design_of_one_service_is_within_par(service):
    level = load("wire/policy-desk")
    tried = {}
    for _, question in questions("wire/policy-desk"):
        if question.asked.case == service:
            tried = {value: None for value in question.asked.candidates if value != question.asked.book}
    assert len(tried) == 7
    for value in tried:
        if (service, value) == ("telemetry", ("numbers",)):
            continue  # that costs bytes, and no datagram
        world = play(level.scenario, Gives(policy=lambda asked, v=value: v if asked.case == service else asked.book))
        assert not within_par(level, world), (service, value)


def test_customs_whatever_loses_it_is_one_of_its_goals():
    level = load("wire/customs")
    goals = [law.text for law in (*level.scenario.win, *level.scenario.lose)]
    seats = [PersonaSeat(persona) for persona in personas_of(level)]
    wrong_sum = Gives(header=lambda asked: (asked.book[0], asked.book[1] ^ 1))
    ends = [play(level.scenario, seat).outcome for seat in (*seats, wrong_sum)]
    lost = [outcome for outcome in ends if not outcome.won]
    assert len(lost) >= 6
    for outcome in lost:
        assert any(goal in outcome.reason for goal in goals), outcome.reason
    assert "every packet leaves a router with a true checksum" in goals


def test_last_words_every_question_says_whose_line_it_is_about():
    friends = ["alice", "carol", "dan", "eve"]
    met = []
    for bridge, _ in questions("pipe/last-words"):
        named = [name for name in friends if name in bridge.doing.title]
        assert len(named) == 1, bridge.doing.title
        met += named
    assert set(met) == set(friends)


def test_fair_share_no_constant_window_wins_and_the_question_says_whose_bytes_it_is_about():
    level = load("pipe/fair-share")
    for bridge, _ in questions("pipe/fair-share"):
        assert "bytes of yours to bob" in bridge.doing.title
    assert [v for v in range(500, 12_001, 250)
            if play(level.scenario, Gives(cwnd=lambda asked, v=v: v)).outcome.won] == []  # fmt: skip
    assert prove(level).outcome.won
    calm = play(level.scenario, Book())
    assert calm.measures()["retransmissions"] > 0, "the gate hurts the book, too"


def test_two_kings_the_second_dial_does_no_harm_until_it_is_moved():
    """Whoever sets the alarm alone is never king beside a king: the wait for an OK starts longer than any freeze."""
    level = load("crown/two-kings")
    session = session_of(level, paused=True)
    kept = session.world.nodes["p6"].kept["election_bully.wait_ok"]
    waits = play(level.scenario, Gives(alarm=lambda asked: 1_000_000, wait_ok=lambda asked: kept))
    book = prove(level)
    assert kept == 1_000_000, "as long as the alarm, and twice as long as the book's"
    assert waits.measures()["forked"] <= book.measures()["forked"]


def test_leech_doing_wrong_first_is_called_wrong_as_its_brief_says():
    level = load("swarm/leech")
    assert "First do wrong, and hear it said" in level.texts.brief
    verdicts = [verdict for verdict in prove(level).verdicts if verdict.choice == "bittorrent.unchoke"]
    said = [verdict.words for verdict in verdicts if verdict.value == () and verdict.kind is not Kind.BOOK]
    assert said
    assert all("You seat nobody" in words for words in said)


def test_signposts_the_first_error_decides_nothing():
    level = load("wire/signposts")
    first = []

    def wrong_once(asked):
        if first:
            return asked.book
        first.append(asked.subject if hasattr(asked, "subject") else True)
        return next(value for value in asked.candidates if value != asked.book)

    seat = Gives(next_hop=wrong_once)
    world = play(level.scenario, seat)
    assert world.outcome.won
    assert len(seat.asked) >= 10


def test_nobody_asks_you_starts_on_a_key():
    level = load("pipe/nobody-asks-you")
    assert level.play.stands
    stage = Stage(campaign())
    screen = stage.play("pipe/nobody-asks-you", None)
    assert screen.bridge.session.paused
    world = World(level.scenario)
    assert screen.bridge.session.world.now == world.now == 0


def test_the_map_advises_crown_swarm_and_ring_right_after_the_premise(tmp_path):
    worlds = campaign()
    stage = Stage(worlds)
    app = AckademyApp(
        Options(), entries=stage.entries(), stage=stage, paths=find_paths({"ACKADEMY_HOME": str(tmp_path)})
    )
    order = []
    for _ in stage.entries():
        advised = app.advised()
        if advised is None or advised.stars:
            break
        if not order or order[-1] != advised.world:
            order.append(advised.world)
        play_number = app.progress.begin(advised.counts, 1)
        app.progress.finish(play_number, won=True, stars=1, messages=1, time_us=1, hints=0, run_file="")
    titles = {world.id: world.title for world in worlds}
    assert order[:4] == [titles[name] for name in ("premise", "crown", "swarm", "ring")]
    assert len(order) == len(worlds)
    app.progress.close()


def at_first_question(name="premise/two-tapes"):
    """A bridge of a level in which nobody asks, where the first move of the player's is due."""
    session = session_of(level := load(name), paused=True)
    bridge = Bridge(level, session, {})
    while not session.world.due(session.player):
        session.step()
    bridge.refresh_doing()
    return bridge


def test_two_tapes_what_is_said_of_the_tape_does_not_hide_what_is_said_of_the_verdict():
    bridge = at_first_question()
    bridge.session.keep("tapes.shift", -400, "archivist")
    bridge.session.move("tapes.first", "bob", "archivist")
    said = bridge.words[-1]
    assert said.sign == "!!"
    assert "Nobody knows" in said.text
    assert any("No letter is there before it left" in words.text for words in bridge.words), "that is in the log"
    bridge.close()


def test_two_tapes_a_leaning_tape_is_worse_than_a_right_verdict_and_is_said_last():
    bridge = at_first_question()
    bridge.session.move("tapes.first", "nobody knows", "archivist")
    assert bridge.words[-1].sign == "!!"
    assert "before it left" in bridge.words[-1].text
    bridge.close()


def test_two_tapes_the_letters_prove_what_the_picture_shows_at_both_ends():
    """As long as the clocks may run alike: the ends of the slack, as drawn, and no stretch that nobody sees."""
    session = session_of(load("premise/two-tapes"), paused=True)
    met = set()
    while not session.over:
        due = session.world.due(session.player)
        if not due:
            session.step()
            continue
        name = due[0]
        me = session.world.nodes["archivist"].machine
        if name == "tapes.letters":
            session.move(name, "letters", "archivist")
            continue
        proved = me.proved(me.number)
        slack = slack_at(me.arrows, EVEN)
        if slack.fits:
            mine, theirs = me.notes[me.number]["alice"], me.notes[me.number]["bob"]
            ends = {"alice" if mine < theirs + shift else "bob" for shift in (slack.low, slack.high)}
            assert proved == (ends.pop() if len(ends) == 1 else NOBODY_KNOWS)
            met.add(proved)
        if proved == NOBODY_KNOWS:
            assert "alice" in me.doubt_words
            assert "bob" in me.doubt_words
            assert "both can be true" in me.doubt_words
        session.keep("tapes.stretch", me.best_stretch, "archivist")
        session.keep("tapes.shift", me.middle_at(me.best_stretch), "archivist")
        session.move(name, proved, "archivist")
    assert session.world.outcome.won
    assert NOBODY_KNOWS in met
    assert len(met) > 1


def test_two_tapes_a_push_is_in_force_and_its_control_stays():
    bridge = at_first_question()
    stretch = next(one for one in bridge.reading.standing if one.choice.name == "tapes.stretch")
    assert bridge.start(stretch) == ""
    bridge.doing.control.press("right", "")
    bridge.give()
    assert bridge.doing.asked.choice.name == "tapes.stretch"
    assert dict(bridge.session.kept)["archivist", "tapes.stretch"] > EVEN
    assert bridge.first_move().choice.name == "tapes.first", "Enter asks who was first, and buys no letters"
    bridge.session.keep("tapes.stretch", EVEN, "archivist")
    bridge.session.keep("tapes.shift", -400, "archivist")
    bridge.session.move("tapes.first", NOBODY_KNOWS, "archivist")
    assert "tapes.letters" in {one.choice.name for one in bridge.reading.standing_now()}
    assert bridge.first_move() is None
    bridge.close()


def test_show_and_tell_one_blow_is_one():
    for act in ("", "#3", "#5"):
        session = session_of(load(f"premise/show-and-tell{act}"))
        session.move("network.copy", session.world.hand.tiles()[0].name)
        assert not session.offers()
    session = session_of(load("premise/show-and-tell"))
    session.move("network.take", session.world.hand.tiles()[0].name)
    assert {asked.choice.name for asked in session.offers()} == {"network.let_go"}


def test_show_and_tell_a_fallen_second_rover_ends_the_second_trap_at_once():
    session = session_of(load("premise/show-and-tell#3"))
    session.move("network.lose", session.world.hand.tiles()[0].name)
    while not session.over:
        session.step()
    assert session.world.now < 3_000_000
    bridge = Bridge(load("premise/show-and-tell#3"), session, {})
    assert reason_words(session.world.outcome.reason) == "row 2 was not spared: there mars falls"
    bridge.close()
