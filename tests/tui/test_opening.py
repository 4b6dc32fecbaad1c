"""The first minute: the first start opens Wrong turn itself, and ten keys win its three tasks."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from levels.loader import campaign, load
from levels.proofs import prove
from tests.patience import until
from tests.tui.helpers import SIZES, drive, shown
from tests.tui.test_play import play_screen
from tui.app import AckademyApp, Options
from tui.platform import find_paths
from tui.screens.bare import HOP, HOP_AFTER, NUDGE_AFTER
from tui.screens.play import PlayScreen
from tui.screens.title import TitleScreen
from tui.stage import Stage


def game(home: Path, options: Options | None = None) -> AckademyApp:
    def read(app: AckademyApp):
        stage = Stage(campaign(), app=app)
        return stage.entries(), stage

    return AckademyApp(options, load=read, paths=find_paths({"ACKADEMY_HOME": str(home)}))


async def opened(pilot: Pilot[None]) -> PlayScreen:
    await until(lambda: isinstance(pilot.app.screen, PlayScreen))
    await pilot.pause()
    return play_screen(pilot.app)


async def to(pilot: Pilot[None], screen: PlayScreen, time: int) -> None:
    """Let the world run to this time (µs), at once, and stand there."""
    screen.bridge.session.pause()
    screen.bridge.session.run_to(time)
    screen._something_changed()
    await pilot.pause()


async def next_act(pilot: Pilot[None], screen: PlayScreen) -> PlayScreen:
    assert shown(pilot.app).splitlines()[-1].split() == ["Enter", "go", "on"]
    await pilot.press("enter")
    await until(lambda: pilot.app.screen is not screen)
    return await opened(pilot)


@pytest.mark.parametrize("size", SIZES)
def test_the_first_start_opens_it_and_ten_keys_win(tmp_path: Path, size: tuple[int, int]) -> None:
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        screen = await opened(pilot)
        assert screen.bridge.level.id == "premise/wrong-turn"
        assert shown(app).splitlines()[-1].split() == ["any", "key", "my", "turn"]
        await pilot.press("x")  # 1
        rows = shown(app).splitlines()
        assert rows[size[1] - 7].find("Make it fall into A.") > 0
        assert "You are the wire." in rows[size[1] - 6]
        assert rows[-1].split() == ["←", "→", "choose", "Enter", "take"]
        assert screen.bridge.session.world.now == 5_500_000
        await pilot.press("left", "left", "enter")  # 2 to 4
        await until(lambda: "Taken: what comes behind it passes." in shown(app))
        assert "Frame" not in shown(app)  # nothing has a name yet
        await to(pilot, screen, 15_000_000)
        assert "It never came: LOST." in shown(app)
        screen = await next_act(pilot, screen)
        assert "Into B; all four must arrive." in shown(app)
        await pilot.press("left", "enter")  # 5, 6: the second step hangs in the hand
        await to(pilot, screen, 7_600_000)
        assert "let it go" in shown(app).splitlines()[-1]
        await pilot.press("enter")  # 7
        await to(pilot, screen, 20_000_000)
        assert "It came late: LATE." in shown(app)
        screen = await next_act(pilot, screen)
        assert "Into C." in shown(app)
        await pilot.press("right", "c")  # 8, 9
        await to(pilot, screen, 20_000_000)
        assert "It came twice: TWICE." in shown(app)
        assert "Earth saw this three times" in shown(app)
        await pilot.press("enter")  # 10
        await until(lambda: app.screen is not screen)
        assert app.progress.levels()["premise/wrong-turn#3"].stars == 2
        assert {entry.id: entry.stars for entry in app.entries_with_stars()}["premise/wrong-turn"] == 2

    drive(app, steps, size)


def test_more_than_three_tries_are_no_par(tmp_path: Path) -> None:
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        screen = await opened(pilot)
        await pilot.press("x", "enter")  # the first arrow: it turns too early
        await to(pilot, screen, 15_000_000)
        assert "Without that step it turned too early." in shown(app)
        assert shown(app).splitlines()[-1].split()[:3] == ["Enter", "again", "j"]
        await pilot.press("j")  # back to when it still could be done, as far as it is known how
        await until(lambda: screen.bridge.over is None)
        assert screen.bridge.session.paused
        assert 0 < screen.bridge.session.world.now < 15_000_000
        await to(pilot, screen, 15_000_000)
        await pilot.press("enter")
        await until(lambda: app.screen is not screen)
        screen = await opened(pilot)
        assert screen.bridge.level.act == 1
        assert "my turn" not in shown(app), "there is no second film"
        for keys, times in (
            (["left", "left", "enter"], [15]),
            (["left", "enter", "", "enter"], [7.6, 20]),
            (["right", "c"], [20]),
        ):
            left = list(times)
            for key in keys:
                if key:
                    await pilot.press(key)
                else:
                    await to(pilot, screen, round(left.pop(0) * 1e6))
            await to(pilot, screen, round(left.pop(0) * 1e6))
            await pilot.press("enter")
            await until(lambda screen=screen: app.screen is not screen)
            if keys[-1] != "c":
                screen = await opened(pilot)
        assert app.progress.levels()["premise/wrong-turn#3"].stars == 1

    drive(app, steps)


def test_the_film_takes_any_key_but_the_one_that_leaves_the_game(tmp_path: Path) -> None:
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        assert "my turn" in shown(app)
        await pilot.press("ctrl+q")
        await until(lambda: app.return_code is not None)

    drive(app, steps)


def test_from_the_second_start_on_it_is_the_title(tmp_path: Path) -> None:
    app = game(tmp_path)
    app.progress.begin("premise/wrong-turn", 1)

    async def steps(pilot: Pilot[None]) -> None:
        await until(lambda: app.levels_are_loaded)
        await pilot.pause()
        assert isinstance(app.screen, TitleScreen)

    drive(app, steps)


@pytest.mark.parametrize("act", ["premise/wrong-turn", "premise/wrong-turn#2", "premise/wrong-turn#3"])
def test_each_act_says_how_each_of_its_ends_came(act: str) -> None:
    level = load(act)
    world = prove(level)
    assert world.outcome.won
    assert {law.text for law in level.scenario.lose} <= {law.text for law, _ in level.texts.ends}


def test_in_ascii_every_sign_is_ascii(tmp_path: Path) -> None:
    app = game(tmp_path, Options(ascii=True))

    async def steps(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("x")
        assert shown(app).isascii()

    drive(app, steps)


def test_kings_swarm_and_ring_are_advised_right_after_the_premise(tmp_path: Path) -> None:
    app = game(tmp_path)
    worlds = []
    while (advised := app.advised()) is not None and advised.stars == 0:
        world = advised.id.partition("/")[0]
        if world not in worlds:
            worlds.append(world)
        play = app.progress.begin(advised.counts, 1)
        app.progress.finish(play, won=True, stars=1, messages=1, time_us=1)
    assert worlds[:4] == ["premise", "crown", "swarm", "ring"]
    assert sorted(worlds) == sorted({entry.id.partition("/")[0] for entry in app.entries})


def test_in_plain_play_the_acts_follow_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    from io import StringIO

    from tui.plain import play_acts

    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    on = "\n" * 30
    monkeypatch.setattr("sys.stdin", StringIO(f"t Frame earth -> mars #3\n{on}"))
    assert play_acts(load("premise/wrong-turn")) == 1
    told = capsys.readouterr().out
    assert "It never came: LOST." in told
    assert "Goal: mars falls into B" in told
    assert "Nothing had passed it" in told
    lines = ["t Frame earth -> mars #2", "wait 2 s", "l Frame earth -> mars, held", *[""] * 30]
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(lines)))
    assert play_acts(load("premise/wrong-turn#2")) == 0
    assert "It came late: LATE." in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", StringIO(f"c Frame earth -> mars #9\nc Frame earth -> mars #4\n{on}"))
    assert play_acts(load("premise/wrong-turn#3")) == 0
    told = capsys.readouterr().out
    assert "!! 'Frame earth -> mars #9' is not one of" in told
    assert "Earth saw this three times" in told


def at_level(home: Path, level: str, steps, size: tuple[int, int] = (80, 24), options: Options | None = None) -> None:
    """Play this level from its start; nothing moves but by keys and `to`."""
    app = game(home, options)
    app.progress.begin("premise/wrong-turn", 1)

    async def body(pilot: Pilot[None]) -> None:
        await until(lambda: app.levels_are_loaded)
        app.start_level(level, brief=False)
        await steps(pilot, await opened(pilot))

    drive(app, body, size)


def test_a_stub_says_what_it_means_once_and_a_lever_what_it_is_set_to(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("up", "enter")
        assert "bits: 1 bit, from now on" in shown(pilot.app)
        await pilot.press("n")
        await to(pilot, screen, 2_900_000)  # it runs since the lever was set: for how long depends on this machine
        assert '(ACK 0) = "got it"' in shown(pilot.app)
        await pilot.press("a")
        assert "There is nothing to repeat" in shown(pilot.app)
        await pilot.press("n")
        await to(pilot, screen, 6_000_000)
        assert '"got it"' not in shown(pilot.app)

    at_level(tmp_path, "premise/did-you-get-it#2", steps)


def test_coins_are_counted_where_they_are_asked_for(tmp_path: Path) -> None:
    for level, counted in (("premise/did-you-get-it", False), ("premise/did-you-get-it#2", True)):

        async def steps(pilot: Pilot[None], screen: PlayScreen, counted: bool = counted) -> None:
            assert ("coins 0" in shown(pilot.app)) is counted

        at_level(tmp_path / level.replace("/", "-"), level, steps)


def test_a_bet_closes_with_the_silence_that_it_is_about(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await to(pilot, screen, 40_000)
        await pilot.press("b")
        assert "How likely is it that it is lost?" in shown(pilot.app)
        assert shown(pilot.app).splitlines()[-1].split()[:4] == ["←", "→", "how", "sure"]
        await to(pilot, screen, 90_000)
        screen.frames.tick()
        await pilot.pause()
        assert "How likely" not in shown(pilot.app)
        assert "what could be bet on has gone on" in shown(pilot.app)
        assert "A by 10 ms" in shown(pilot.app)

    at_level(tmp_path, "premise/silence", steps)


def test_the_floor_is_told_of_once_something_lies_on_it(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await to(pilot, screen, 40_000)
        assert "floor" not in shown(pilot.app)
        await pilot.press("enter")  # asked again at once: both are answered
        await to(pilot, screen, 130_000)
        assert "on the floor: 1 answer to what had been answered already" in shown(pilot.app)

    at_level(tmp_path, "premise/silence", steps)


def test_before_the_first_key_nothing_is_read_but_that_any_key_will_do(tmp_path: Path) -> None:
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        seen = []
        while not isinstance(app.screen, PlayScreen):
            seen.append(shown(app))
            await pilot.pause(0.01)
        assert not "".join(seen).strip(), "a title that nobody can read"
        screen = await opened(pilot)
        words = [word for word in shown(app).split() if word.isalpha() and len(word) > 1]
        assert words == ["any", "key", "my", "turn"]
        await pilot.press("x")
        for word in ("PREMISE", "Wrong", "EARTH", "MARS", "sent", "arrived"):
            assert word in shown(app)
        assert screen.bridge.level.id == "premise/wrong-turn"

    drive(app, steps)


def test_the_frame_hops_for_whoever_does_nothing_and_the_nudge_waits_for_the_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: dict[str, float] = {}
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        screen = await opened(pilot)

        def wait(delay: float, callback) -> None:
            waits[callback.__name__] = delay

        monkeypatch.setattr(screen, "set_timer", wait)
        await pilot.press("x")
        await until(lambda: {"nudge", "hop"} <= waits.keys())
        assert (waits["nudge"], waits["hop"]) == (NUDGE_AFTER, HOP_AFTER), "counted from the end of the film on"
        holding = screen.bridge.holding
        first = holding.framed.name
        screen.nudges.hop()
        assert holding.framed.name != first
        assert waits["hop_back"] == HOP
        screen.nudges.hop_back()
        assert holding.framed.name == first
        screen.nudges.nudge()
        await until(lambda: "Enter takes it off the wire. Try." in shown(app))
        await pilot.press("right")
        moved = holding.framed.name
        screen.nudges.hop()
        assert holding.framed.name == moved, "whoever has moved it knows"
        await pilot.press("enter")
        await until(lambda: "Try." not in shown(app))

    drive(app, steps)


def test_with_an_empty_wire_it_says_what_is_left_to_do(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[None], screen: PlayScreen) -> None:
        await pilot.press("right", "enter")
        await to(pilot, screen, 9_000_000)
        await until(lambda: "what comes behind it passes" in shown(pilot.app))
        await to(pilot, screen, 13_000_000)
        await until(lambda: "All else is in. Enter lets this one go; kept, it is lost." in shown(pilot.app))
        await to(pilot, screen, 20_000_000)
        await until(lambda: "It stopped one step short, and fell into nothing." in shown(pilot.app))

    at_level(tmp_path, "premise/wrong-turn#2", steps)


def extent(rows: list[str], letters: str) -> tuple[int, int]:
    """Over how many columns and rows these letters of the map lie."""
    spots = [(x, y) for y, row in enumerate(rows[1:-1]) for x, char in enumerate(row) if char in letters]
    xs, ys = zip(*spots, strict=True)
    return max(xs) - min(xs), max(ys) - min(ys)


def test_the_rovers_ground_grows_with_the_stage(tmp_path: Path) -> None:
    found = {}
    for size in (*SIZES, (160, 50)):

        async def steps(pilot: Pilot[None], screen: PlayScreen, size: tuple[int, int] = size) -> None:
            rows = [row[size[0] // 2 :] for row in shown(pilot.app).splitlines()]
            found[size] = extent(rows[2:-8], "CB·")

        at_level(tmp_path / str(size[0]), "premise/wrong-turn#2", steps, size)
    assert found[80, 24][1] < found[120, 40][1] < found[160, 50][1]
    assert found[120, 40][1] >= 15


def test_the_silence_fills_a_large_stage(tmp_path: Path) -> None:
    found = {}
    for size in SIZES:

        async def steps(pilot: Pilot[None], screen: PlayScreen, size: tuple[int, int] = size) -> None:
            await to(pilot, screen, 40_000)
            rows = shown(pilot.app).splitlines()
            marks = [y for y, row in enumerate(rows) if "ping 1" in row or "silent" in row or "asked once" in row]
            found[size] = max(marks) - min(marks)

        at_level(tmp_path / str(size[0]), "premise/silence", steps, size)
    assert found[80, 24] < 12
    assert found[120, 40] > 18


def test_enter_makes_the_only_move_and_none_where_there_are_two(tmp_path: Path) -> None:
    """Did you get it?: at first an arrow can be sent, and nothing else; at a silence Enter is neither of two."""
    app = game(tmp_path)

    async def steps(pilot: Pilot[None]) -> None:
        app.start_level("premise/did-you-get-it", brief=False)
        await until(lambda: bool(getattr(app.screen, "bridge", None)))
        screen = await opened(pilot)
        bridge = screen.bridge
        assert "Enter or n  send next" in shown(app)
        assert "let it run" not in shown(app)
        for sent in (1, 2, 3):
            await pilot.press("enter")
            assert [given.choice for given in bridge.session.world.answers] == ["arq.next"] * sent
            bridge.session.faster()
            await until(lambda: bridge.session.stands_for_move)
            await pilot.pause()
        assert {one.choice.name for one in bridge.reading.standing_now()} == {"arq.next", "arq.again"}
        assert "Enter or" not in shown(app)
        assert "a  send again" in shown(app)

    drive(app, steps, SIZES[0])
