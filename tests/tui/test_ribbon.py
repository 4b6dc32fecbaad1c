"""The ribbon: the own line of events, spaced by events, and what the book said where its word is known."""

from core.kernel.seats import Book
from core.kernel.world import World
from levels.loader import load
from levels.proofs import prove
from tui.bridge import Bridge, session_of
from tui.bridge.history import History
from tui.look import ribbon
from tui.look.palette import Ink
from tui.look.ribbon import Mark, Moment
from tui.widgets.canvas import Canvas


def drawn(moments: list[Moment], width: int = 60, rows: int = 2, **more: object) -> list[str]:
    canvas = Canvas(width, rows)
    ribbon.draw(canvas, "you", moments, **more)
    return str(canvas).splitlines()


def test_events_are_spaced_alike_however_long_they_took_and_a_long_wait_is_dotted() -> None:
    line = drawn([Moment(Mark.GOT, "a"), Moment(Mark.SENT, "b"), Moment(Mark.DECIDED, "c", waited=True)])[0]
    assert line.rstrip() == "you   ──◂a──▸b┄┄┄┄■c┄┄"


def test_the_end_waits_for_an_answer_or_is_silent() -> None:
    asked, silent = (drawn([Moment(Mark.GOT, "a")], asked=asked, silent=5)[0] for asked in (True, False))
    assert asked.endswith("◂a──?")
    assert silent.endswith("◂a┄┄┄┄┄┄┄")


def test_what_has_no_room_at_the_left_is_left_out() -> None:
    line = drawn([Moment(Mark.SENT, f"event {n}") for n in range(20)], width=40)[0]
    assert "event 19" in line
    assert "event 0" not in line
    assert len(line) <= 40


def test_the_book_has_a_line_where_it_said_something_else_and_none_beyond_what_was_judged() -> None:
    same = [Moment(Mark.SENT, "1", book="1"), Moment(Mark.SENT, "2", book="2")]
    assert drawn(same)[1:] in ([], [""])
    line, book = drawn([*same, Moment(Mark.SENT, "2", Ink.BAD, book="3", differs=True), Moment(Mark.GOT, "x")])
    assert book.startswith("book")
    assert book.index("▸3") == line.index("▸2", line.index("▸2") + 1)
    assert len(book.rstrip()) <= line.index("◂x")


def test_an_answer_and_what_left_with_it_are_one_event_and_the_same_word_to_many_is_one() -> None:
    level = load("crown/two-kings")
    world = World(level.scenario, player=Book())
    world.run(until=14_000_000)
    choices = {choice.name: choice for choice in level.choices}
    names = [node.name for node in level.scenario.nodes]
    made = History(level.you, names, 40_000, choices.__contains__, lambda name, value: choices[name].domain.show(value))
    said = [moment.said for moment in made.moments(list(world.trace), ())]
    assert "◂p5 ELECTION" in said
    assert "▸6x COORDINATOR"[:14] in {one[:14] for one in said}
    assert not any("▸p0 COORD" in one for one in said)


def test_no_name_of_a_figure_stands_without_its_figure() -> None:
    for name in ("pipe/next-byte-please", "pipe/last-words", "pipe/patience"):
        level = load(name)
        world = prove(level)
        shows = {choice.name: choice.domain.show for choice in level.choices}
        nodes = [node.name for node in level.scenario.nodes]
        made = History(level.you, nodes, 40_000, shows.__contains__, lambda choice, value: shows[choice](value))  # noqa: B023
        words = [moment.said for moment in made.moments(list(world.trace), ())]
        assert any("ACK" in word for word in words)
        assert not [word for word in words if word.endswith((" win", " seq", " ack", " len"))]
        assert not [word for word in words if word.count('"') % 2]


def test_the_network_has_what_it_did_and_what_came_of_it() -> None:
    level = load("clocks/the-long-way-round")
    world = prove(level)
    made = History(level.you, [node.name for node in level.scenario.nodes], 100_000, lambda name: False, str)
    said = [moment.said for moment in made.moments(list(world.trace), ())]
    assert said[0].startswith("◂server")
    taken = next(place for place, words in enumerate(said) if words.startswith("■take"))
    gone = next(place for place, words in enumerate(said) if words.startswith("■let go"))
    assert taken < gone
    assert said[gone + 1].startswith("◂client")


def test_the_message_at_hand_stands_on_the_line_before_it_is_answered() -> None:
    level = load("premise/echo")
    bridge = Bridge(level, session_of(level, paused=True))
    while bridge.session.question is None and bridge.session.step():
        pass
    bridge.refresh_doing()
    moments = bridge.reading.history(bridge.scene(), bridge.judged)
    assert [moment.said for moment in moments] == ["◂PING number 1"]
    bridge.session.answer(9, bridge.session.question)
    while bridge.session.question is None and bridge.session.step():
        pass
    bridge.session.why()
    judged = [moment for moment in bridge.reading.history(bridge.scene(), bridge.judged) if moment.book]
    assert [(moment.said, moment.book, moment.differs) for moment in judged] == [("▸PONG number 9", "1", True)]
    bridge.close()


def test_no_word_is_cut_where_there_is_room_and_the_newest_is_whole() -> None:
    moments = [Moment(Mark.GOT, f"a message number {number}") for number in range(6)]
    wide = drawn(moments, width=170)[0]
    assert ".." not in wide
    assert wide.count("a message number") == 6
    narrow = drawn(moments, width=66)[0]
    assert "a message number 5" in narrow
    assert "a message nu.." in narrow, "the older ones make room"
    assert len(narrow) <= 66
    tight = drawn([Moment(Mark.SENT, "x" * 60)], width=40)[0]
    assert "xx.." in tight
    assert len(tight) <= 40
