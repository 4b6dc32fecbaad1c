"""A real browser without a window, steered over its DevTools line: what it loads, what it is sent, what it shows."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.patience import ENOUGH

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = next((found for name in NAMES if (found := shutil.which(name))), None)
ESCAPES = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|.)", re.DOTALL)


class Browser:
    """One page of a browser. `requests`: every address that it has asked for; `frames`: what came over its sockets."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.frames: list[bytes] = []
        self.problems: list[str] = []
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> Browser:
        import aiohttp  # it comes with what is tested by this

        port_file = self._start()
        await self._until(lambda: port_file.exists() and port_file.read_text().count("\n"))
        port = port_file.read_text().splitlines()[0]
        self._http = aiohttp.ClientSession()
        pages: list[dict[str, str]] = []
        while not pages:
            async with self._http.get(f"http://127.0.0.1:{port}/json") as answer:
                pages = [page for page in await answer.json() if page["type"] == "page"]
        self._line = await self._http.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0)
        self._reading = asyncio.create_task(self._read())
        for domain in ("Network", "Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        # A window's size is that of its page in some browsers, and counts what stands around the page in others.
        await self.call("Emulation.setDeviceMetricsOverride", width=900, height=560, deviceScaleFactor=1, mobile=False)
        return self

    def _start(self) -> Path:
        """The file in which it says where its line is."""
        assert PROGRAM is not None
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [
                PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--remote-debugging-port=0", f"--user-data-dir={self._folder.name}",
                "--disable-background-networking", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return Path(self._folder.name) / "DevToolsActivePort"

    async def __aexit__(self, *error: object) -> None:
        self._reading.cancel()
        await self._line.close()
        await self._http.close()
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    async def _read(self) -> None:
        async for message in self._line:
            said = json.loads(message.data)
            what = said.get("params", {})
            match said.get("method"):
                case None:
                    self._answers.pop(said["id"]).set_result(said)
                case "Network.requestWillBeSent":
                    self.requests.append(what["request"]["url"])
                case "Network.webSocketCreated":
                    self.requests.append(what["url"])
                case "Network.webSocketFrameReceived":
                    frame = what["response"]
                    data = frame["payloadData"]
                    self.frames.append(base64.b64decode(data) if frame["opcode"] == 2 else data.encode())
                case "Log.entryAdded":
                    self.problems.append(what["entry"]["text"])
                case "Runtime.exceptionThrown":
                    self.problems.append(str(what["exceptionDetails"]))

    async def call(self, method: str, **words: Any) -> dict[str, Any]:
        """One command of the DevTools protocol."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": number, "method": method, "params": words})
        said = await asyncio.wait_for(self._answers[number], ENOUGH)
        assert "error" not in said, said
        result: dict[str, Any] = said["result"]
        return result

    async def open(self, address: str) -> None:
        """Go there."""
        await self.call("Page.navigate", url=address)

    async def type(self, text: str) -> None:
        """Press these keys."""
        for letter in text:
            key = {"\r": ("Enter", 13)}.get(letter, (letter, ord(letter.upper())))
            await self.call(
                "Input.dispatchKeyEvent", type="keyDown", key=key[0], windowsVirtualKeyCode=key[1], text=letter
            )
            await self.call("Input.dispatchKeyEvent", type="keyUp", key=key[0], windowsVirtualKeyCode=key[1])

    async def run(self, script: str) -> Any:
        """The value of some JavaScript."""
        return (await self.call("Runtime.evaluate", expression=script))["result"].get("value")

    async def picture(self) -> bytes:
        """What it shows, as a PNG."""
        return base64.b64decode((await self.call("Page.captureScreenshot"))["data"])

    @property
    def text(self) -> str:
        """All letters that came over the sockets, without what places and colours them."""
        return ESCAPES.sub("", b"".join(self.frames).decode(errors="replace"))

    async def read_until(self, text: str) -> None:
        """Wait until this was painted."""
        await self._until(lambda: text in self.text)

    async def until(self, script: str) -> None:
        """Wait until some JavaScript is true."""
        for _ in range(ENOUGH * 100):
            if await self.run(script):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"it does not come to that: {script}")

    async def _until(self, condition: Callable[[], object]) -> None:
        for _ in range(ENOUGH * 100):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"it does not come to that: {getattr(self, 'text', '')[-500:]!r}; {self.problems}")
