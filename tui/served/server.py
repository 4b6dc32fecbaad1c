"""Lets visitors in: one page, and for each that opens it a game of his own in a process of his own.

Between the two go textual-serve's messages. What this adds is bounds: how many visitors there are, how long one may sit
there and do nothing, how much he may keep; who may speak to the game (this page, and no other that a browser has open);
and that no process outlives its visitor.

A visitor is known by a cookie. His progress lies in a folder of his own, for as long as the server runs, or where
`keep` says so for longer; without the cookie for as long as his page is open.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
import shlex
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import textual_serve
from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager
from textual_serve.server import Server

import tui
from tui.platform import HOME_VARIABLE

COOKIE = "ackademy"
STATIC = Path(textual_serve.__file__).parent / "static"
PAGE = Path(__file__).with_name("page.html")
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A browser loads nothing from elsewhere, and lays this page into no other."""
WIDEST, HIGHEST = 240, 80
"""Cells: a larger page stays empty beyond."""
MOST_MESSAGE = 1 << 16
"""Bytes of one message of a page: much pasted text."""
MOST_FOLDERS = 500
"""Visitors of whom progress is kept; who came longest ago is forgotten first."""
MOST_KEPT = 64 << 20
"""Bytes that one visitor's folder may have."""
GRACE = 5.0
"""Seconds in which a game ends by itself before its pipe is closed."""
WATCH = 1.0
"""Seconds between two looks at whether a session still goes on."""
FULL = "\r\n  {most} play here now, and there is room for no more. Try again in a while.\r\n"


@dataclass(frozen=True)
class Bounds:
    """How many at once, and seconds after which one who does nothing leaves."""

    visitors: int = 20
    idle: float = 1800.0


class Game(AppService):
    """A visitor's process. textual-serve keeps to itself what it has started, and takes it to have ended when there is
    nobody to write to; so this keeps it, too."""

    process: Process | None = None

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self.process = await super()._open_app_process(width, height)
        return self.process

    async def end(self) -> None:
        """Have the game end, and wait until it has: it is asked to, then finds its pipe closed, then is killed."""
        ending = asyncio.ensure_future(self.stop())
        await asyncio.wait([ending], timeout=GRACE)
        process = self.process
        if process is not None:
            self.stdin.close()
            draining = asyncio.gather(*(_drain(pipe) for pipe in (process.stdout, process.stderr)), process.wait())
            await asyncio.wait([draining], timeout=GRACE)
            with suppress(ProcessLookupError):
                process.kill()
            await draining
        ending.cancel()
        await asyncio.wait([ending])


async def _drain(pipe: asyncio.StreamReader | None) -> None:
    """Read to the end what nobody waits for any more; else the pipe would stay, and who writes to it."""
    with suppress(RuntimeError, OSError):  # another still reads it
        while pipe is not None and await pipe.read(1 << 16):
            pass


class House:
    """Who is here. `folder`: where visitors' folders lie; `alone`: is only this machine to get in?"""

    def __init__(
        self, folder: Path, bounds: Bounds, *, alone: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder = folder
        self.bounds = bounds
        self.here = 0
        self._alone = alone
        self._clock = clock
        self._downloads = DownloadManager()
        self._in_use: Counter[Path] = Counter()
        self._sockets: set[web.WebSocketResponse] = set()
        self._page = PAGE.read_text("utf-8")
        self._server = Server("ackademy")
        self._server.download_manager = self._downloads

    def application(self) -> web.Application:
        """What aiohttp serves."""
        application = web.Application(middlewares=[self._only_asked])
        application.add_routes(
            [
                web.get("/", self._index),
                web.get("/ws", self._play),
                web.get("/download/{key}", self._server.handle_download),
                web.static("/static", STATIC),
            ]
        )
        application.on_response_prepare.append(self._harden)
        application.on_shutdown.append(self._send_home)
        return application

    async def _send_home(self, application: web.Application) -> None:
        """The server ends: every page is told so, and every game with it."""
        await asyncio.gather(*(socket.close() for socket in self._sockets), return_exceptions=True)

    # Who may ask

    @web.middleware
    async def _only_asked(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Turn away what another page in somebody's browser asks, by this machine's name or under another."""
        host = request.headers.get("Host", "")
        if self._alone and not is_this_machine(host):
            raise web.HTTPForbidden(text="This game is for this machine only.")
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != host:
            raise web.HTTPForbidden(text="Another page may not play here.")
        response: web.StreamResponse = await handler(request)
        return response

    async def _harden(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce="none"))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"

    async def _index(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        response = web.Response(text=self._page.replace("NONCE", nonce), content_type="text/html")
        response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
        response.headers["Cache-Control"] = "no-store"
        if not known(request.cookies.get(COOKIE, "")):
            year = 365 * 24 * 3600
            response.set_cookie(COOKIE, secrets.token_hex(16), max_age=year, httponly=True, samesite="Strict")
        return response

    # A session

    async def _play(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=MOST_MESSAGE)
        await socket.prepare(request)
        if self.here >= self.bounds.visitors:
            await socket.send_bytes(FULL.format(most=self.bounds.visitors).encode())
            await socket.close()
            return socket
        self.here += 1
        self._sockets.add(socket)
        try:
            with ExitStack() as stack:
                await self._session(request, socket, self._folder_of(request.cookies.get(COOKIE, ""), stack))
        finally:
            self.here -= 1
            self._sockets.discard(socket)
        return socket

    async def _session(self, request: web.Request, socket: web.WebSocketResponse, folder: Path) -> None:
        async def close() -> None:
            await socket.close()

        service = Game(
            command_for(folder),
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=self._downloads,
        )
        size = (_number(request.query.get(name)) for name in ("width", "height"))
        await service.start(*fitted(*size))
        heard = [self._clock()]
        watching = asyncio.create_task(self._watch(service, socket, heard, folder))
        try:
            await self._hear(service, socket, heard)
        finally:
            watching.cancel()
            await asyncio.shield(service.end())

    async def _hear(self, service: Game, socket: web.WebSocketResponse, heard: list[float]) -> None:
        """Hand on what the page says, until it is closed. What is no message of the page's is nothing."""
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                said = json.loads(message.data)
            except ValueError:
                continue
            match said:
                case ["stdin", str(text)]:
                    heard[0] = self._clock()
                    await service.send_bytes(text.encode("utf-8", "replace"))
                case ["resize", {"width": int(width), "height": int(height)}]:
                    await service.set_terminal_size(*fitted(width, height))
                case ["ping", str(text)]:
                    await socket.send_json(["pong", text])
                case ["focus"]:
                    await service.focus()
                case ["blur"]:
                    await service.blur()

    async def _watch(self, service: Game, socket: web.WebSocketResponse, heard: list[float], folder: Path) -> None:
        """Close the page's line when its game has ended in whatever way, when nobody sits there, or has all it may."""
        while not service.stdin.is_closing():
            await asyncio.sleep(WATCH)
            if self._clock() - heard[0] > self.bounds.idle or size_of(folder) > MOST_KEPT:
                break
        await socket.close()

    # Folders

    def _folder_of(self, token: str, stack: ExitStack) -> Path:
        """A visitor's own folder: the same each time while his cookie lasts; of one without it a new one."""
        if not known(token):
            return Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self.folder, prefix="nobody-")))
        folder = self.folder / f"visitor-{hashlib.sha256(token.encode()).hexdigest()[:32]}"
        self._in_use[folder] += 1
        stack.callback(self._left, folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(folder)
        self._forget_others()
        return folder

    def _left(self, folder: Path) -> None:
        self._in_use[folder] -= 1
        if not self._in_use[folder]:
            del self._in_use[folder]
            if size_of(folder) > MOST_KEPT:
                shutil.rmtree(folder / "runs", ignore_errors=True)

    def _forget_others(self) -> None:
        found = sorted(self.folder.glob("visitor-*"), key=lambda path: path.stat().st_mtime)
        for old in [path for path in found if path not in self._in_use][: max(0, len(found) - MOST_FOLDERS)]:
            shutil.rmtree(old, ignore_errors=True)


def command_for(folder: Path) -> str:
    """The line that starts a visitor's game, with no more of this process's environment than it needs."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ") if name in os.environ}
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    environ = {
        **kept,
        HOME_VARIABLE: str(folder),
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(Path(tui.__file__).parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "2",  # else each thread takes its share of address space, of which there is a bound
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
    }
    words = [f"{name}={value}" for name, value in environ.items()]
    game = [sys.executable, "-P", "-m", "tui.served.visitor"]
    # The size is what textual-serve puts into the environment, which else is left behind.
    return f'exec env -i COLUMNS="$COLUMNS" ROWS="$ROWS" {shlex.join([*words, *game])}'


def is_this_machine(host: str) -> bool:
    """Does a Host header, or an address, name this machine to itself? A name that somebody has lead here does not."""
    name, _, port = host.rpartition(":")
    if not port.isdigit() or (":" in name.strip("[]") and not name.endswith("]")):
        name = host  # no port, or an address of colons
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"


def known(token: str) -> bool:
    """Is this a cookie such as the server gives?"""
    return len(token) == 32 and all(letter in "0123456789abcdef" for letter in token)


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else 0


def fitted(width: int, height: int) -> tuple[int, int]:
    """A size in cells that a screen may have."""
    return min(width or 80, WIDEST) if width >= 0 else 80, min(height or 24, HIGHEST) if height >= 0 else 24


async def serve(house: House, host: str, port: int, ready: Callable[[str], None], stop: asyncio.Event) -> None:
    """Serve until `stop`. `ready` is told the address once it can be opened. Raises OSError where it cannot."""
    runner = web.AppRunner(house.application(), shutdown_timeout=2 * GRACE)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        (bound, *_) = runner.addresses
        ready(f"http://{f'[{host}]' if ':' in host else host}:{bound[1]}/")
        await stop.wait()
    finally:
        await runner.cleanup()
