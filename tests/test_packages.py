"""Rooms, pictures and courses of other packages: a small one, installed without a network and without a trace here."""

import importlib.util
import os
import re
import subprocess
import sys
import types
from importlib import metadata
from pathlib import Path

import pytest

from core.protocols import BY_NAME, add
from core.protocols.premise import echo
from levels import packages
from tests.patience import ENOUGH

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "tests/packages/guestbook"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the example in it; hatchling, which builds it, is one of the tests' own libraries."""
    folder = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "guestbook"
    for path in EXAMPLE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            there = source / path.relative_to(EXAMPLE)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "--target", str(folder), str(source)], capture_output=True, text=True, timeout=ENOUGH
    )
    assert done.returncode == 0, done.stderr
    return folder


def python(folder, home, *arguments):
    """What a process says in which the package is installed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "ACKADEMY_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=ENOUGH
    )
    return done.returncode, done.stdout, done.stderr


def test_the_example_is_the_room_of_the_guide():
    guide = (ROOT / "core/protocols/README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", guide, re.M | re.S)
    text = (EXAMPLE / "ackademy_guestbook/guestbook.py").read_text(encoding="utf-8")
    assert text.split() == "\n\n".join(blocks).split()


def test_its_room_is_known(installed, tmp_path):
    status, out, err = python(installed, tmp_path, "-m", "tui", "reference", "guestbook")
    assert (status, err) == (0, "")
    assert "`guestbook.keep`" in out
    status, out, err = python(installed, tmp_path, "-m", "tui", "explore", "guestbook")
    assert status == 0, err


def test_its_course_is_there_by_name_and_its_level_is_won(installed, tmp_path):
    status, out, err = python(installed, tmp_path, "-m", "tui", "list")
    assert (status, err) == (0, "")
    assert "visitors/ring-again" in out
    script = (
        "from contextlib import ExitStack\nfrom tui.courses import find\nfrom levels.proofs import prove\n"
        "with ExitStack() as stack:\n    found = find('visitors', stack)\n"
        "    (level,) = found.worlds[0].levels\n    print(level.id, prove(level).outcome.won)\n"
    )
    status, out, err = python(installed, tmp_path, "-c", script)
    assert (status, out.strip(), err) == (0, "visitors/ring-again True", "")


def test_a_new_level_of_its_room_passes_the_check_as_it_is(installed, tmp_path):
    """A decision from the start: neither writing every time nor never does it."""
    path = tmp_path / "01-mine.toml"
    status, _, err = python(installed, tmp_path, "-m", "tui", "new", str(path), "--protocol", "guestbook")
    assert status == 0, err
    assert "stumble" not in path.read_text("utf-8")
    status, out, err = python(installed, tmp_path, "-m", "tui", "check", str(path), "--quick")
    assert (status, out.splitlines()[0]) == (0, f"{path}: sound"), err


def test_its_picture_is_drawn(installed, tmp_path):
    script = "import levels.loader\nfrom tui.pictures import hook\nprint(hook('guestbook', 'draw').__module__)\n"
    status, out, err = python(installed, tmp_path, "-c", script)
    assert (status, out.strip(), err) == (0, "ackademy_guestbook.picture", "")


def test_here_nothing_of_it_is_known():
    assert "guestbook" not in BY_NAME
    assert packages.add_rooms() == () or "guestbook" not in packages.add_rooms()


# What can be wrong with a package


class Entries:
    def __init__(self, *entries):
        self.entries = entries

    def __call__(self, group):
        return [entry for entry in self.entries if entry.group == group]


def entry(name, value, group=packages.ROOMS):
    return metadata.EntryPoint(name, value, group)


@pytest.fixture
def brings(monkeypatch):
    def these(*entries, **modules):
        monkeypatch.setattr(packages.metadata, "entry_points", Entries(*entries))
        monkeypatch.setattr(packages, "_troubles", {})
        for name, module in modules.items():
            monkeypatch.setitem(sys.modules, name, module)

    packages.add_rooms.cache_clear()
    packages.courses.cache_clear()
    packages._pictures.cache_clear()
    yield these
    packages.add_rooms.cache_clear()
    packages.courses.cache_clear()
    packages._pictures.cache_clear()


def module(name, **content):
    made = types.ModuleType(name)
    for key, value in content.items():
        setattr(made, key, value)
    return made


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "has no PROTOCOL"),
        ({"PROTOCOL": "echo"}, "has no PROTOCOL"),
        ({"PROTOCOL": echo.PROTOCOL}, "there is a room 'echo' already, in core.protocols.premise.echo"),
    ],
)
def test_a_room_that_is_none_is_said_and_left_out(content, words, brings):
    before = dict(BY_NAME)
    brings(entry("mine", "mine_room"), mine_room=module("mine_room", **content))
    assert packages.add_rooms() == ()
    (trouble,) = packages.troubles()
    assert words in str(trouble)
    assert str(trouble).startswith("the package ? brings the room 'mine', which cannot be used: ")
    assert before == BY_NAME


def test_a_package_that_breaks_breaks_nothing_else(brings, tmp_path, monkeypatch):
    (tmp_path / "breaks_badly.py").write_text("raise RuntimeError('boom')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    brings(entry("a", "breaks_badly"), entry("b", "no_such_module"))
    assert packages.add_rooms() == ()
    assert [trouble.words for trouble in packages.troubles()] == [
        "RuntimeError: boom", "ModuleNotFoundError: No module named 'no_such_module'",
    ]  # fmt: skip


def test_a_picture_draws_and_a_course_has_its_file(brings, tmp_path):
    brings(
        entry("p", "no_picture", packages.PICTURES),
        entry("c", "importlib", packages.COURSES),
        entry("d", "no_such_package", packages.COURSES),
        no_picture=module("no_picture"),
    )
    assert packages.picture_of("p") is None
    assert dict(packages.courses()) == {}
    assert {trouble.words for trouble in packages.troubles()} == {
        "no_picture has no draw(canvas, scene)",
        "there is no package no_such_package",
        f"there is no course.toml in {folder_of('importlib')}",
    }


def folder_of(name):
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def test_the_same_room_may_be_added_again():
    assert add(echo) is echo.PROTOCOL
