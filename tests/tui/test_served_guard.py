"""A visitor's game starts no other program, calls nobody, and leaves every file but his own alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import ENOUGH

ROOT = Path(__file__).parents[2]

TRY = """
import sys
from pathlib import Path
from tui.served import guard
guard.enter(Path(sys.argv[1]))
OUT = Path(sys.argv[2])
try:
    exec(sys.argv[3])
except BaseException as error:
    print(type(error).__name__, error)
else:
    print("done")
"""


def tried(tmp_path: Path, code: str) -> str:
    """What came of this in a visitor's process; `OUT` is a folder that is not his."""
    own, out = tmp_path / "own", tmp_path / "out"
    own.mkdir(exist_ok=True)
    out.mkdir(exist_ok=True)
    (out / "secret").write_text("hidden")
    (own / "mine").write_text("mine")
    environ = {**os.environ, "ACKADEMY_HOME": str(own), "TMPDIR": str(own)}
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(own), str(out), code],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=ENOUGH,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.stdout.strip()


PROGRAMS = {
    "an editor": "import subprocess; subprocess.run(['vi', 'x'])",
    "a shell": "import os; os.system('true')",
    "by exec": "import os; os.execvp('true', ['true'])",
    "by fork": "import os; os.fork()",
    "by spawn": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "a terminal": "import pty; pty.spawn('true')",
    "a browser": "import webbrowser; webbrowser.GenericBrowser('true').open('x')",
    "a script": "from core.script import Script; Script(Path('mine'), seed=1).__enter__().ask",
}
CALLS = {
    "connect": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "bind": "import socket; socket.socket().bind(('127.0.0.1', 0))",
    "name": "import socket; socket.getaddrinfo('localhost', 80)",
    "send": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "a live peer": """
import trio
from core.live.sockets import *
async def main():
    await trio.open_tcp_listeners(0, host='127.0.0.1')
trio.run(main)
""",
}
FILES = {
    "write": "open(OUT / 'new', 'w')",
    "append": "open(OUT / 'secret', 'ab')",
    "write by os": "import os; os.open(OUT / 'new', os.O_WRONLY | os.O_CREAT)",
    "read": "open(OUT / 'secret').read()",
    "read the system's": "open('/etc/passwd').read()",
    "read by another name": "open('../out/secret').read()",
    "look": "import os; os.listdir(OUT)",
    "move out": "import os; os.rename('mine', OUT / 'mine')",
    "move in": "import os; os.rename(OUT / 'secret', 'taken')",
    "remove": "(OUT / 'secret').unlink()",
    "make a folder": "(OUT / 'new').mkdir()",
    "link": "import os; os.link(OUT / 'secret', 'taken')",
    "a way round": "import os; os.symlink(OUT, 'way'); open('way/secret').read()",
    "a database": "import sqlite3; sqlite3.connect(OUT / 'new.sqlite')",
    "a run to open": "from core.record import read; read(OUT / 'secret')",
    "a run to save": """
from core.recorder import Recorder
from levels.loader import load
from tui.bridge import session_of
level = load("premise/echo")
Recorder(OUT / "x.run", session_of(level), level=level.id, text=level.text)
""",
}


@pytest.mark.parametrize("what", [*PROGRAMS, *CALLS, *FILES])
def test_what_is_not_for_visitors_is_refused_as_the_system_refuses_it(tmp_path: Path, what: str) -> None:
    said = tried(tmp_path, {**PROGRAMS, **CALLS, **FILES}[what])
    assert said.startswith("PermissionError"), said
    assert "Not here" in said
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["secret"]
    assert (tmp_path / "out" / "secret").read_text() == "hidden"


@pytest.mark.parametrize(
    "code",
    [
        "open('note', 'w').write('x'); assert open('note').read() == 'x'; Path('note').rename('b'); Path('b').unlink()",
        "import sqlite3; sqlite3.connect('own.sqlite').execute('CREATE TABLE t (x)')",
        "from tui.progress import Progress; p = Progress(Path('d/p.sqlite')); p.begin('a', 1); assert not p.problem",
        "from levels.loader import campaign; assert campaign()",
        "import tempfile; tempfile.TemporaryFile().write(b'x')",
        "import asyncio; asyncio.run(asyncio.sleep(0))",
        "import trio; trio.run(trio.sleep, 0)",
        "open('/dev/null', 'w').write('x')",
    ],
)
def test_what_the_game_needs_is_not(tmp_path: Path, code: str) -> None:
    assert tried(tmp_path, code) == "done"


def test_memory_and_files_have_bounds(tmp_path: Path) -> None:
    assert tried(tmp_path, "bytearray(2 << 30)").startswith("MemoryError")
    assert tried(tmp_path, "open('much', 'wb').write(b'x' * (9 << 20))").startswith("OSError")
