"""Whatever is asked can be answered by typing, of however many options; what is not recognised answers nothing."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from core.kernel.choice import Answer, Choice, Domain, Kind, Value
from core.kernel.domains import Duration, Fields, NodeOf, Number, OneOf, OrderOf, SomeOf
from core.kernel.scenario import NodeSpec, PlayerSeat
from core.record import read
from levels.schema import Asks, CampaignWorld, Level
from tests.kernel.actors import scenario, sends
from tests.patience import until
from tests.tui.helpers import drive, shown
from tests.tui.test_play import level_of, play_screen
from tui.app import AckademyApp
from tui.bridge import Bridge, session_of
from tui.controls import control_for
from tui.controls.choosing import Choosing
from tui.plain import play
from tui.platform import find_paths
from tui.screens.play import PlayScreen
from tui.stage import Stage

COUNTS = (3, 40, 1000)


def names(count: int) -> tuple[str, ...]:
    """`count` nodes: the last is e1, the others w1, w2 …"""
    return (*(f"w{number}" for number in range(1, count)), "e1")


def asking(domain: Domain, book: Value, asks: Asks = Asks.CHOOSE, candidates: tuple[Value, ...] = ()) -> Level:
    """A level that asks one question of this domain."""
    choice = Choice(
        name="stage.what", question="Which?", domain=domain, book=lambda asked: book, source="none", inaction=book,
        answers={"book": Answer(Kind.BOOK, "yes"), "other": Answer(Kind.WRONG, "no")},
        **({"candidates": lambda asked: candidates} if candidates else {}),
    )  # fmt: skip

    def on_message(self: Any, ctx: Any, source: str, message: object) -> None:
        ctx.choose(choice)

    asked = scenario(
        choices=(choice,),
        roles={"a": sends(1), "b": {"on_message": on_message}},
        nodes=(NodeSpec("a", "stage", "a"), NodeSpec("b", "stage", "b")),
        player=(PlayerSeat("b", ("stage.what",)),),
    )
    level = level_of()
    return replace(level, scenario=asked, play=replace(level.play, asks=asks))


def playing(home: Path, level: Level, steps: Callable[[Pilot[None], PlayScreen], Awaitable[None]]) -> None:
    made = Stage([CampaignWorld("test", "The test", "", (level,))])
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    app = AckademyApp(stage=made, paths=paths, first_level=level.id)
    made.app = app

    async def body(pilot: Pilot[None]) -> None:
        screen = play_screen(app)
        screen.bridge.session.to_question()
        await until(lambda: screen.bridge.session.waiting)
        await pilot.pause()
        await steps(pilot, screen)

    drive(app, body)


def given(screen: PlayScreen) -> list[Value]:
    return [answer.value for answer in screen.bridge.session.world.answers]


ONE = [
    *((f"{kind.__name__} of {count}", kind(names(count)), "e1", "e1") for kind in (OneOf, NodeOf) for count in COUNTS),
    *((f"SomeOf of {count}", SomeOf(names(count), 2), "w2|enter|e1|enter", ("w2", "e1")) for count in COUNTS),
    *((f"SomeOf of {count}, spelled out", SomeOf(names(count), 2), "e1,w2|enter", ("w2", "e1")) for count in COUNTS),
    ("OrderOf of 3", OrderOf(names(3)), "e1,w2,w1|enter", ("e1", "w2", "w1")),
    *((f"Number to {count}", Number(0, count), "2", 2) for count in COUNTS),
    *((f"Duration to {count} s", Duration(0, count * 1_000_000), "2|space|s", 2_000_000) for count in COUNTS),
]
FIELDS = {count: Fields((("who", OneOf(names(count))), ("many", Number(0, 9)))) for count in COUNTS}


def keys_of(text: str) -> list[str]:
    """ "e1|enter" as keys: what is no key's name is typed."""
    keys: list[str] = []
    for part in text.split("|"):
        keys += [part] if part in ("enter", "right", "space", "tab", "escape", "down") else list(part)
    return ["comma" if key == "," else key for key in keys]


@pytest.mark.parametrize("asks", [Asks.CHOOSE, Asks.TYPE])
@pytest.mark.parametrize(("domain", "typed", "value"), [case[1:] for case in ONE], ids=[case[0] for case in ONE])
def test_every_domain_is_answered_by_typing(
    tmp_path: Path, domain: Domain, typed: str, value: Value, asks: Asks
) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press(*keys_of(typed))
        await pilot.pause()
        assert given(screen) == []
        shown(screen.game)  # every line has the screen's width
        await pilot.press("enter")
        await until(lambda: given(screen) == [value])

    playing(tmp_path, asking(domain, value, asks), steps)


@pytest.mark.parametrize("asks", [Asks.CHOOSE, Asks.TYPE])
@pytest.mark.parametrize("count", COUNTS)
def test_a_card_is_carried_to_anothers_place(tmp_path: Path, count: int, asks: Asks) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        doing = screen.bridge.doing
        assert doing is not None
        lie = list(screen.bridge.pieces(doing.asked))
        place = lie.index("w2")
        lie.remove("e1")
        lie.insert(place, "e1")
        await pilot.press(*keys_of("e1|enter|w2|enter"))
        await pilot.press("enter")
        await until(lambda: given(screen) == [tuple(lie)])

    playing(tmp_path, asking(OrderOf(names(count)), names(count), asks), steps)


def test_cards_lie_in_an_order_that_says_nothing_of_the_book() -> None:
    book = ("copy", "insert", "notify", "take")
    level = asking(OrderOf(book), book, Asks.CHOOSE)
    as_the_book = 0
    for seed in range(60):
        session = session_of(level, seed)
        while session.question is None and session.step():
            pass
        assert session.question is not None
        bridge = Bridge(level, session)
        lie = tuple(bridge.pieces(session.question.asked))
        control = control_for(bridge.setting(session.question.asked, session.question))
        assert control.draft == lie  # Enter at once gives no more than that
        as_the_book += lie == book
    assert as_the_book < 10  # of 24 orders it is one


@pytest.mark.parametrize(("line", "value"), [("2 1 3", (1, 0, 2)), ("3 2 1", (2, 1, 0))])
@pytest.mark.parametrize(
    "book", [("copy", "insert", "notify"), ("24.2", "30.1", "30.10")]
)  # and one begins with a digit
def test_places_are_those_in_which_the_cards_lie(
    book: tuple[str, ...], line: str, value: tuple[int, ...], tmp_path: Path
) -> None:
    level = asking(OrderOf(book), book, Asks.CHOOSE)
    told: list[str] = []
    record = tmp_path / "a.run"
    play(level, record=record, lines=io.StringIO(f"{line}\n"), out=told.append)
    lie = [one.split()[1] for one in told if one.startswith("  ") and one.split()[-1] in book]
    assert sorted(lie) == sorted(book)
    assert [answer.value for answer in read(record).answers] == [tuple(lie[place] for place in value)]


@pytest.mark.parametrize("count", COUNTS)
def test_a_field_of_options_is_typed_and_completed(tmp_path: Path, count: int) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("e")
        await pilot.pause()
        assert "= e1   Tab complete" in shown(screen.game)
        await pilot.press("tab", "right", "4", "enter")
        await until(lambda: given(screen) == [("e1", 4)])

    playing(tmp_path, asking(FIELDS[count], ("e1", 4), Asks.TYPE), steps)


@pytest.mark.parametrize("count", COUNTS)
def test_listed_fields_are_found_by_their_words(tmp_path: Path, count: int) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press(*"who", "space", *"e1", "enter")
        await until(lambda: given(screen) == [("e1", 0)])

    playing(tmp_path, asking(FIELDS[count], ("e1", 0)), steps)


PASTED = [
    (OneOf(names(40)), "e1", "e1"),
    (SomeOf(names(3), 2), "e1,w2", ("w2", "e1")),
    (Number(0, 4000), "1501", 1501),
    (Duration(0, 9_000_000), " 2 s ", 2_000_000),
    (FIELDS[3], "e1", None),
]


@pytest.mark.parametrize(("domain", "text", "value"), PASTED, ids=[type(case[0]).__name__ for case in PASTED])
def test_what_is_pasted_is_typed_and_neither_a_command_nor_an_answer(
    tmp_path: Path, domain: Domain, text: str, value: Value
) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        screen.game.post_message(events.Paste(f"{text}\r\nqq\rr"))
        await pilot.pause()
        assert screen.game.screen is screen
        assert given(screen) == []
        doing = screen.bridge.doing
        assert doing is not None
        assert doing.control.typing
        if value is not None:
            await pilot.press(*["enter"] * (2 if isinstance(domain, SomeOf) else 1))  # chosen, then answered
            await until(lambda: given(screen) == [value])

    playing(tmp_path, asking(domain, ("e1", 4) if value is None else value, Asks.TYPE), steps)


UNKNOWN = [
    *((f"{kind.__name__} of {count}", kind(names(count))) for kind in (OneOf, NodeOf, OrderOf) for count in COUNTS),
    *((f"SomeOf of {count}", SomeOf(names(count), 2)) for count in COUNTS),
    ("Number", Number(0, 1000)),
    ("Duration", Duration(0, 9_000_000)),
    ("Fields", FIELDS[40]),
]


@pytest.mark.parametrize("domain", [case[1] for case in UNKNOWN], ids=[case[0] for case in UNKNOWN])
def test_enter_on_what_is_not_recognised_answers_nothing_and_says_so(tmp_path: Path, domain: Domain) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press(*"xq7", "enter")
        await pilot.pause()
        assert given(screen) == []
        doing = screen.bridge.doing
        assert doing is not None
        assert "xq7" in doing.control.problem
        assert "!! " in shown(screen.game)
        await pilot.press("escape")
        assert not doing.control.typing

    playing(tmp_path, asking(domain, "e1", Asks.TYPE), steps)


@pytest.mark.parametrize("kind", [OneOf, NodeOf])
@pytest.mark.parametrize("count", COUNTS)
def test_what_it_would_select_is_shown_as_it_is_typed(tmp_path: Path, kind: type[OneOf], count: int) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        doing = screen.bridge.doing
        assert doing is not None
        panel = screen.panels.open
        await pilot.press("e")
        await pilot.pause()
        assert screen.panels.open == panel  # the letter was typed, it is no command now
        assert "e_  = e1" in shown(screen.game)
        assert doing.control.draft == "e1"
        await pilot.press("tab")
        await pilot.pause()
        assert "e1_  = e1" in shown(screen.game)
        await pilot.press("escape", "w")
        await pilot.pause()
        assert doing.control.draft is None
        assert isinstance(doing.control, Choosing)
        first, second = [name for name in doing.control.options if name != "e1"][:2]  # as they are listed
        assert f"w_  {first}{' or ' if count == 3 else ', '}{second}" in shown(screen.game)
        await pilot.press("enter")
        await pilot.pause()
        assert given(screen) == []
        assert f"'w' may be {first}" in shown(screen.game)
        await pilot.press("down", "down", "enter")  # the arrows go through those that it may mean
        await until(lambda: given(screen) == [second])

    playing(tmp_path, asking(kind(names(count)), "e1"), steps)


@pytest.mark.parametrize("count", COUNTS)
def test_listed_numbers_are_typed_as_numbers(tmp_path: Path, count: int) -> None:
    """A digit that begins an option is no place in the list."""
    listed = tuple(range(1, count + 1))

    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("3", "enter")
        await until(lambda: given(screen) == [3])

    playing(tmp_path, asking(Number(1, count), 2, candidates=listed[::-1]), steps)


def test_letters_that_begin_nothing_stay_commands_where_options_are_few(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("z")
        assert screen.panels.shown
        await pilot.press("z", "2", "enter")
        await until(lambda: given(screen) == ["no"])

    playing(tmp_path, asking(OneOf(("yes", "no")), "yes"), steps)


def test_a_level_that_has_its_answers_typed_shows_none_of_many(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        assert "type the beginning of one of 40" in shown(screen.game)
        assert "w17" not in shown(screen.game)
        await pilot.press("w")
        await pilot.pause()
        assert "w17" in shown(screen.game)

    playing(tmp_path, asking(NodeOf(names(40)), "e1", Asks.TYPE), steps)


PLAIN = [
    *((f"{kind.__name__} of {count}", kind(names(count)), "e", "e1") for kind in (OneOf, NodeOf) for count in COUNTS),
    *((f"SomeOf of {count}", SomeOf(names(count), 2), "e, w2", ("w2", "e1")) for count in COUNTS),
    ("OrderOf of 3", OrderOf(names(3)), "e > w2 > w1", ("e1", "w2", "w1")),
    *((f"Number to {count}", Number(0, count), "2", 2) for count in COUNTS),
    ("Duration", Duration(0, 9_000_000), "2 s", 2_000_000),
    *((f"Fields of {count}", FIELDS[count], "e 4", ("e1", 4)) for count in COUNTS),
]


@pytest.mark.parametrize("asks", [Asks.CHOOSE, Asks.TYPE])
@pytest.mark.parametrize(("domain", "line", "value"), [case[1:] for case in PLAIN], ids=[case[0] for case in PLAIN])
def test_plain_play_takes_the_same_and_refuses_the_same(
    tmp_path: Path, domain: Domain, line: str, value: Value, asks: Asks
) -> None:
    told: list[str] = []
    record = tmp_path / "a.run"
    play(asking(domain, value, asks), record=record, lines=io.StringIO(f"xq7\n{line}\n"), out=told.append)
    assert [answer.value for answer in read(record).answers] == [value]
    refusals = [one for one in told if one.startswith("!! ")]
    assert len(refusals) == 1
    assert len(max(told, key=len)) < 400
    many = [one for one in told if "type the beginning of one" in one]
    if isinstance(domain, OneOf | SomeOf | OrderOf):
        options = len(domain.of(None))  # type: ignore[arg-type]
        assert len(told) < 40
        assert bool(many) == (options > 9)
        printed = [one for one in told if one.startswith("  ") and one.split()[-1].startswith("w")]
        assert bool(printed) == (options <= 9 or asks is Asks.CHOOSE)
