"""core/protocols/README.md: its example is a room, and what it says is ready-made is there."""

import importlib.util
import inspect
import re
import sys
from pathlib import Path

import pytest

from core.kernel import domains, ready_choices, ready_laws
from core.kernel.choice import RESERVED, Domain
from core.kernel.protocol import Context, Machine
from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols.premise import echo
from tests import test_every_protocol as suite

GUIDE = (Path(echo.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.M | re.S)


@pytest.fixture(scope="module")
def guestbook(tmp_path_factory):
    """The room that the blocks of the guide make."""
    path = tmp_path_factory.mktemp("rooms") / "guestbook.py"
    path.write_text("\n\n".join(BLOCKS), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("guestbook", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["guestbook"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["guestbook"]


IN_THIS_PROCESS = [check for check in suite.CHECKS if check is not suite.check_same_in_another_process]
"""The other process would have to find the room on the list."""


@pytest.mark.parametrize("check", IN_THIS_PROCESS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_the_example_is_what_every_room_must_be(check, guestbook):
    check(guestbook.PROTOCOL)


def test_the_example_says_what_it_is(guestbook):
    suite.check_docstring(inspect.getdoc(guestbook))


def test_the_example_shows_what_the_guide_promises(guestbook):
    room = guestbook.PROTOCOL
    assert room.requests
    assert room.measures
    assert any(role.offers for role in room.roles.values())
    assert any(law.watch is guestbook._watch for law in room.laws)
    world = World(room.scenarios[1], Book())
    world.run()
    assert world.outcome.won
    assert {"save", "crash", "restart"} <= {entry.kind for entry in world.trace}


@pytest.mark.parametrize(
    "name",
    [
        name
        for module in (ready_choices, ready_laws)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    ],
)
def test_what_is_ready_made_is_named(name):
    assert f"`{name}`" in GUIDE


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, value in vars(domains).items()
        if inspect.isclass(value) and issubclass(value, Domain) and value is not domains.Selection
    ],
)
def test_every_domain_is_named(name):
    assert f"`{name}`" in GUIDE


@pytest.mark.parametrize("name", [name for name in vars(Machine) if name.startswith("on_")])
def test_every_handler_is_named(name):
    assert f"`{name}`" in GUIDE


def test_effects_and_reserved_names_are_there():
    effects = re.search(r"\*\*Effects\*\* \((.*?)\)", GUIDE, re.S)[1]
    for name in re.findall(r"`(\w+)`", effects):
        assert hasattr(Context, name), name
    reserved = re.search(r"every question has itself \((.*?)\)", GUIDE, re.S)[1]
    assert set(re.findall(r"`(\w+)`", reserved)) <= RESERVED


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:core|tests|tui|premise)/[\w./]+)`", GUIDE))))
def test_every_file_named_exists(path):
    root = Path(echo.__file__).parents[3]
    names = path.replace("SUBJECT/NAME", "premise/echo").replace("SUBJECT/test_NAME", "premise/test_echo")
    if "NAME" in path and path.startswith("tui"):
        return  # a picture of its own is for those who need one
    assert any((base / names).exists() for base in (root, root / "core/protocols")), path
