"""`ackademy serve`: each visitor has a game of his own, and bounds; the page works in a real browser."""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.patience import ENOUGH, until
from tests.tui.browser import ESCAPES, PROGRAM, Browser
from tui import cli
from tui.platform import find_paths
from tui.progress import Progress

aiohttp = pytest.importorskip("aiohttp")
server = pytest.importorskip("tui.served.server")

ROOT = Path(__file__).parents[2]


def children(parent: int) -> set[int]:
    """The processes that this one has started and that have not ended."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, above = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(above) == parent and state != "Z":
            found.add(int(stat.parent.name))
    return found


class Page:
    """A page's end of the line, without a browser."""

    def __init__(self, line: Any) -> None:
        self.line = line
        self.data = b""

    async def read_until(self, text: str) -> None:
        """Read until this was painted."""
        while text not in ESCAPES.sub("", self.data.decode(errors="replace")):
            message = await self.line.receive(timeout=ENOUGH)
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), (message, self.data[-300:])
            if message.type is aiohttp.WSMsgType.BINARY:
                self.data += message.data

    async def read_to_its_end(self) -> None:
        """Read until the server has closed it."""
        while (await self.line.receive(timeout=ENOUGH)).type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT):
            pass

    async def type(self, text: str) -> None:
        """Press these keys."""
        await self.line.send_json(["stdin", text])


@asynccontextmanager
async def visitor(address: str, cookie: str = "", **headers: str) -> AsyncIterator[Page]:
    """A page that has been opened, with a cookie of its own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=headers) as http:
        async with http.get(address) as answer:
            assert answer.status == 200
        if cookie:
            http.cookie_jar.update_cookies({"ackademy": cookie}, aiohttp.client.URL(address))
        async with http.ws_connect(address.replace("http", "ws") + "ws?width=80&height=24") as line:
            yield Page(line)


def serving(
    tmp_path: Path,
    what: Callable[[Any, str], Awaitable[None]],
    *,
    clock: Callable[[], float] | None = None,
    **bounds: Any,
) -> None:
    """Serve on a free port, and do this meanwhile with who is in the house, and its address."""

    async def body() -> None:
        more = {} if clock is None else {"clock": clock}
        house = server.House(tmp_path, server.Bounds(**bounds), alone=True, **more)
        addresses: asyncio.Queue[str] = asyncio.Queue()
        stop = asyncio.Event()
        job = asyncio.create_task(server.serve(house, "127.0.0.1", 0, addresses.put_nowait, stop))
        try:
            await what(house, await addresses.get())
        finally:
            stop.set()
            await job
        assert house.here == 0

    before = children(os.getpid())
    asyncio.run(body())
    assert children(os.getpid()) <= before  # nobody is left behind


def folders(home: Path) -> list[Path]:
    return sorted(home.glob("visitor-*"))


def test_each_visitor_has_a_game_and_progress_of_his_own(tmp_path: Path) -> None:
    async def what(house: Any, address: str) -> None:
        async with visitor(address) as one, visitor(address) as other:
            await one.read_until("my turn")
            await other.read_until("my turn")
            assert house.here == 2
            await one.type("x")
            await one.read_until("You are the wire")
        await until(lambda: house.here == 0)

    serving(tmp_path, what)
    assert len(folders(tmp_path)) == 2
    assert all((folder / "data" / "progress.sqlite").exists() for folder in folders(tmp_path))


def test_who_comes_again_finds_what_he_had_and_who_has_no_cookie_leaves_nothing(tmp_path: Path) -> None:
    token = "0123456789abcdef" * 2

    async def what(house: Any, address: str) -> None:
        async with visitor(address, token) as page:
            await page.read_until("my turn")
        await until(lambda: house.here == 0)
        (folder,) = folders(tmp_path)
        progress = Progress(find_paths({"ACKADEMY_HOME": str(folder)}).progress)
        assert not progress.is_first_start
        progress.close()
        async with visitor(address, token) as page:
            await page.read_until("go on: ")  # the title: it is not his first start
        async with visitor(address, "../../etc") as page:
            await page.read_until("my turn")
        await until(lambda: house.here == 0)

    serving(tmp_path, what)
    assert len(folders(tmp_path)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_there_are_no_more_visitors_than_said(tmp_path: Path) -> None:
    async def what(house: Any, address: str) -> None:
        async with visitor(address) as first:
            await first.read_until("my turn")
            async with visitor(address) as second:
                await second.read_until("there is room for no more")
                await second.read_to_its_end()
            assert house.here == 1
        await until(lambda: house.here == 0)
        async with visitor(address) as third:
            await third.read_until("my turn")

    serving(tmp_path, what, visitors=1)


def test_who_sits_there_and_does_nothing_leaves(tmp_path: Path) -> None:
    now = [0.0]

    async def what(house: Any, address: str) -> None:
        async with visitor(address) as page:
            await page.read_until("my turn")
            now[0] = 59.0
            await page.type("x")
            await page.read_until("You are the wire")
            now[0] = 118.0
            await page.line.send_json(["ping", "7"])
            assert house.here == 1
            now[0] = 120.0
            await page.read_to_its_end()

    serving(tmp_path, what, clock=lambda: now[0], idle=60.0)


def test_a_folder_that_is_full_ends_the_session_and_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_KEPT", 1 << 20)

    async def what(house: Any, address: str) -> None:
        async with visitor(address) as page:
            await page.read_until("my turn")
            (folder,) = folders(tmp_path)
            (folder / "runs").mkdir(exist_ok=True)
            (folder / "runs" / "much").write_bytes(b"x" * (2 << 20))
            await page.read_to_its_end()

    serving(tmp_path, what)
    (folder,) = folders(tmp_path)
    assert not (folder / "runs").exists()
    assert (folder / "data" / "progress.sqlite").exists()


def test_who_came_longest_ago_is_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_FOLDERS", 2)
    for age, name in ((300, "visitor-oldest"), (200, "visitor-old"), (100, "visitor-young")):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (age and 10**9 - age,) * 2)

    async def what(house: Any, address: str) -> None:
        async with visitor(address) as page:
            await page.read_until("my turn")

    serving(tmp_path, what)
    assert len(folders(tmp_path)) == 2
    assert (tmp_path / "visitor-young") in folders(tmp_path)


def test_a_page_that_says_nonsense_plays_on_and_no_screen_is_larger_than_a_screen(tmp_path: Path) -> None:
    async def what(house: Any, address: str) -> None:
        async with visitor(address) as page:
            await page.read_until("my turn")
            for nonsense in ("", "{", "7", "[]", '["stdin"]', '["stdin", 7]', '["resize", {"width": "x"}]', '["zzz"]'):
                await page.line.send_str(nonsense)
            await page.line.send_bytes(b"\x00\xff")
            await page.line.send_json(["resize", {"width": 10**9, "height": 10**9}])
            await page.line.send_json(["resize", {"width": -5, "height": 0}])
            await page.line.send_json(["resize", {"width": 80, "height": 24}])
            await page.type("x")
            await page.read_until("You are the wire")

    serving(tmp_path, what)


@pytest.mark.parametrize(
    ("width", "height", "fitted"), [(10**9, 10**9, (240, 80)), (-1, 0, (80, 24)), (90, 30, (90, 30))]
)
def test_sizes(width: int, height: int, fitted: tuple[int, int]) -> None:
    assert server.fitted(width, height) == fitted


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://elsewhere.example"}, {"Host": "elsewhere.example"}, {"Origin": "null"},
     {"Host": "127.0.0.1.example:80"}],
    ids=str,
)  # fmt: skip
def test_another_page_of_the_same_browser_may_not_play(tmp_path: Path, headers: dict[str, str]) -> None:
    async def what(house: Any, address: str) -> None:
        async with aiohttp.ClientSession(headers=headers) as http:
            for path in ("", "ws"):
                async with http.get(address + path) as answer:
                    assert answer.status == 403
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await http.ws_connect(address.replace("http", "ws") + "ws")
        assert house.here == 0

    serving(tmp_path, what)


def test_the_page_names_nothing_elsewhere_and_forbids_it(tmp_path: Path) -> None:
    async def what(house: Any, address: str) -> None:
        async with aiohttp.ClientSession() as http:
            async with http.get(address) as answer:
                page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
                cookie = answer.headers["Set-Cookie"]
            assert not re.search(r"(?:https?:)?//[a-z]", page)
            found = re.findall(r'(?:src|href)="(.*?)"|url\("(.*?)"\)', page)
            paths = [one or other for one, other in found if (one or other).startswith("static/")]
            assert len(paths) == 4
            for path in paths:
                async with http.get(address + path) as answer:
                    assert answer.status == 200
            async with http.get(address + "static/../visitor") as answer:
                assert answer.status == 404
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy.replace("HttpOnly", "")
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie

    serving(tmp_path, what)


def started(tmp_path: Path) -> tuple[subprocess.Popen[bytes], str]:
    """`ackademy serve` as a program, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "serve", "--port", "0", "--keep", str(tmp_path / "kept")],
        cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "EDITOR": "vi", "SECRET": "x"},
    )  # fmt: skip
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], ENOUGH)[0]
    found = re.search(rb"http://\S+", process.stdout.readline())
    assert found is not None
    return process, found[0].decode()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_however_the_server_ends_no_game_goes_on(tmp_path: Path, number: int) -> None:
    process, address = started(tmp_path)

    async def body() -> None:
        async with visitor(address) as page:
            await page.read_until("my turn")
            (game,) = children(process.pid)
            assert b"SECRET" not in environment_of(game)
            os.kill(process.pid, number)
            await until(lambda: is_dead(game))

    try:
        asyncio.run(body())
        status = process.wait(ENOUGH)
        assert status == (-number if number == signal.SIGKILL else 0)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    assert not list((tmp_path / "kept").glob("*/reports/*"))
    (folder,) = (tmp_path / "kept").glob("visitor-*")
    progress = Progress(find_paths({"ACKADEMY_HOME": str(folder)}).progress)
    assert progress.problem is None
    assert not progress.is_first_start


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def is_dead(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_it_is_this_machine_alone_unless_told_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    args = cli.make_parser(["serve"]).parse_args(["serve"])
    assert server.is_this_machine(args.host)
    for host in ("localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "::1", "127.3.2.1"):
        assert server.is_this_machine(host), host
    for host in ("0.0.0.0", "example.org", "localhost.example.org", "127.0.0.1.example.org:80", "", "10.0.0.1:80"):
        assert not server.is_this_machine(host), host


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert cli.main(["serve", "--host", "127.0.0.1", "--port", str(taken.getsockname()[1])]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ackademy serve: ")
    assert error.count("\n") == 1


def test_without_the_extra_it_says_what_is_missing(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    assert cli.main(["serve"]) == 2
    assert "pip install 'ackademy[web]'" in capsys.readouterr().err


@pytest.mark.skipif(PROGRAM is None, reason="no browser here")
def test_a_real_browser_plays_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    async def what(house: Any, address: str) -> None:
        async with Browser() as browser:
            await browser.open(address)
            await browser.read_until("my turn")
            await browser.type("x")
            await browser.read_until("You are the wire")
            assert await browser.run("document.fonts.check('16px \"Roboto Mono\"')")
            assert await browser.run("getComputedStyle(document.getElementById('wait')).display") == "none"
            browser.frames.clear()
            await browser.open(address)  # once more: what he has begun is there
            await browser.read_until("go on: ")
            await browser.type("q")
            await browser.until("document.body.classList.contains('-closed')")
            own = {address, address.replace("http", "ws")}
            assert all(any(url.startswith(one) for one in own) for url in browser.requests if url != "data:,")
            assert any(url.endswith(".ttf") for url in browser.requests)
            assert not [problem for problem in browser.problems if "Security Policy" in problem or "Error" in problem]
            assert not json.loads(await browser.run("JSON.stringify(Object.keys(localStorage))"))

    serving(tmp_path, what)
    assert len(folders(tmp_path)) == 1
