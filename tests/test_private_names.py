"""A name that begins with `_` is its file's own: no other file touches it. Ours as little as a library's."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("core", "tui") for path in (ROOT / folder).rglob("*.py"))

ALLOWED = {
    # Textual has no public hook for an error that ends an app; the file says so.
    "tui/crashing.py": {"_exception", "_fatal_error"},
    # Nor for what its driver does at SIGCONT, whose file it writes to, and how much of that waits.
    "tui/input_first.py": {"_file", "_must_signal_resume", "_queue", "_sigcont_application"},
    # Nor for which driver an app has.
    "tui/app.py": {"_driver"},
    # Nor for the text that stands on the screen.
    "tui/copying.py": {"_compositor"},
    # Nor has textual-serve one for the process that it starts: whoever would wait for it, or kill it.
    "tui/served/server.py": {"_open_app_process"},
}
"""File → private names of others that it may touch, each for a reason that the file gives."""

HOUSES = ("core", "tui")
"""Where the rule holds."""


PUBLIC = {"_replace", "_asdict", "_fields", "_make", "_exit"}
"""Public, whatever they look like: of named tuples, and `os._exit`."""


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def own_names(tree):
    """Every name that the source itself binds: functions, classes, variables, attributes, slots, fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                yield node.attr
        elif isinstance(node, ast.Assign) and any(getattr(one, "id", "") == "__slots__" for one in node.targets):
            yield from (part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant))


def touched(source):
    """The private names of other files that a source touches: imported, or an attribute that it binds nowhere."""
    tree = ast.parse(source)
    own = set(own_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if is_private(alias.name))
        elif isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            yield node.attr


def inherited(sources):
    """(file, name) of private names that a class binds though a base of another file of ours binds them, too: what its
    base keeps to itself is the subclass's by accident only."""
    bases, binds, place = {}, {}, {}
    for file, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                binds[node.name] = {name for name in own_names(node) if is_private(name)}
                place[node.name] = file
    for name, file in place.items():
        above, seen = list(bases[name]), set()
        while above:
            base = above.pop()
            if base not in place or base in seen:
                continue
            seen.add(base)
            above += bases[base]
            if place[base] != file:
                yield from ((file, shared) for shared in sorted(binds[name] & binds[base]))


IN_HOUSES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in FILES
    if path.relative_to(ROOT).parts[0] in HOUSES
}


@pytest.mark.parametrize("file", IN_HOUSES)
def test_no_private_name_of_another_file_is_touched(file):
    assert set(touched(IN_HOUSES[file])) - ALLOWED.get(file, set()) == set()


def test_no_class_takes_over_what_its_base_in_another_file_keeps_to_itself():
    assert sorted(set(inherited(IN_HOUSES))) == []


def test_what_is_allowed_is_needed():
    for file, names in ALLOWED.items():
        assert names <= set(touched((ROOT / file).read_text(encoding="utf-8"))) | set(
            own_names(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        )


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(other):\n    return other._private", {"_private"}),
        ("from tui.stage import _played", {"_played"}),
        ("class A:\n    def __init__(self):\n        self._own = 1\n    def f(self):\n        return self._own", set()),
        ("class A:\n    __slots__ = ('_own',)\n    def f(self, other):\n        return other._own", set()),
        ("x.__class__", set()),
    ],
)
def test_a_touch_is_found_and_none_invented(source, found):
    assert set(touched(source)) == found


def test_a_shadowed_name_is_found():
    sources = {
        "a.py": "class A:\n    def _load(self):\n        pass",
        "b.py": "class B(A):\n    def _load(self):\n        pass",
        "c.py": "class C(A):\n    def load(self):\n        pass",
    }
    assert list(inherited(sources)) == [("b.py", "_load")]
