"""A small campaign and an app on it, for the screens' tests."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from tests.patience import ENOUGH, until
from tui.app import AckademyApp, Options
from tui.keymap import Scope, in_scope
from tui.model import Brief, CampaignEntry, Debrief, Facts, Ghost, Page, Turn
from tui.platform import find_paths
from tui.screens.base import AckademyScreen, bindings

LEVELS = [("wire", "The Wire", 3), ("ring", "The Ring", 20)]
ENTRIES = [
    CampaignEntry(f"{w}/{n}", world, f"Level {n} of {world}", f"About *{n}* [b].", "tcp", ("row-one", "row-two"))
    for w, world, count in LEVELS
    for n in range(count)
]
SIZES = [(80, 24), (120, 40)]


def make_debrief(level: str = "wire/0", **changes: Any) -> Debrief:
    values: dict[str, Any] = {
        "level": level, "world": "The Wire", "title": "T", "won": True, "stars": 2, "reason": "all is well",
        "point": (44, 3_900_000), "par": (48, 5_400_000),
        "ghosts": (Ghost("book", 40, 2_700_000),), "mistakes": ("you said `1501`",), "text": "Why it is so.",
        "sources": ("RFC 9293",), "seed": 7, "run_file": "/x/y [1].run",
    }  # fmt: skip
    return Debrief(**{**values, **changes})


class FakePlay(AckademyScreen[None]):
    SCOPE = Scope.PLAY
    BINDINGS = [*bindings(SCOPE)]  # noqa: RUF012

    def __init__(self, level: str, seed: int | None) -> None:
        super().__init__()
        self.level, self.seed = level, seed
        self.done: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static("play")

    def action_panel(self, number: int) -> None:
        self.done.append(f"panel {number}")

    def action_scroll(self, pages: int) -> None:
        self.done.append(f"scroll({pages})")

    def __getattr__(self, name: str) -> Any:
        action = name.removeprefix("action_")
        if action != name and action in {one.action.partition("(")[0] for one in in_scope(Scope.PLAY)}:
            return lambda *given: self.done.append(f"{action}({', '.join(map(str, given))})" if given else action)
        raise AttributeError(name)


class FakeStage:
    def __init__(self) -> None:
        self.jumped: list[tuple[str, int]] = []

    def pages(self) -> list[Page]:
        return []

    def brief(self, level: str) -> Brief:
        return Brief(
            level, "The Wire", "T", "bob", "Do **it**.", "all is well", 60_000_000, ("48 messages", "5.4 s"), "nothing"
        )

    def title(self) -> None:
        return None

    def facts(self, level: str) -> Facts:
        return Facts(("48 messages", "5.4 s"), (48, 5_400_000))

    def glimpse(self, level: str, palette: Any) -> None:
        return None

    def play(self, level: str, seed: int | None) -> Screen[Any]:
        return FakePlay(level, seed)

    def unfinished(self, level: str, seed: int | None) -> str:
        return ""

    def go_on(self, level: str, seed: int | None) -> Screen[Any]:
        return FakePlay(level, seed)

    def forget(self, level: str, seed: int | None) -> None:
        pass

    def lines(self, debrief: Debrief) -> Screen[Any]:
        return FakePlay(debrief.level, debrief.seed)

    def watch(self, debrief: Debrief) -> Screen[Any]:
        return FakePlay(debrief.level, debrief.seed)

    def jump(self, debrief: Debrief, turn: Turn) -> Screen[Any]:
        self.jumped.append((debrief.level, turn.event))
        return FakePlay(debrief.level, debrief.seed)


def make_app(home: Path, options: Options | None = None, **more: Any) -> AckademyApp:
    paths = find_paths({"ACKADEMY_HOME": str(home)})
    return AckademyApp(options, **{"entries": ENTRIES, "stage": FakeStage(), "paths": paths, **more})


def drive(app: AckademyApp, steps: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)) -> None:
    """Run the app headless and `steps` on it. Sync, because pytest-trio would run an async test under trio."""
    import asyncio

    app.NOTIFICATION_TIMEOUT = ENOUGH  # what was said is still there when a busy machine comes to look at it

    async def body() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot)

    asyncio.run(body())


async def resize(pilot: Pilot[Any], width: int, height: int) -> None:
    """Give the terminal another size, and wait until the screen that is on top then has been laid out for it."""
    await pilot.resize_terminal(width, height)
    await until(lambda: is_laid_out(pilot.app))


def is_laid_out(app: App[Any]) -> bool:
    """Whether every line of the screen on top is as wide as the terminal."""
    strips = app.screen._compositor.render_strips(app.size)
    return len(strips) == app.size.height and all(strip.cell_length == app.size.width for strip in strips)


def shown(app: AckademyApp) -> str:
    """Return the text of the screen, line by line."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    assert len(strips) == height
    assert all(strip.cell_length == width for strip in strips)
    return "\n".join(strip.text for strip in strips)
