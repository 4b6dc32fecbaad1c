"""The layer contract: an import goes only downwards, and the lower layers touch neither clocks nor dice nor sockets."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import ENOUGH

ROOT = Path(__file__).parents[1]

LAYERS = ("core.kernel", "core.wire", "core.protocols", "core", "levels", "tui")
"""From the bottom up. `core` is what lies in it beside the three: session, search, record, judging, bench …"""

PURE = {"core.kernel", "core.wire", "core.protocols"}
IMPURE = {
    "asyncio", "datetime", "multiprocessing", "os", "random", "secrets", "select", "selectors", "signal", "socket",
    "ssl", "subprocess", "tempfile", "textual", "threading", "time", "trio", "uuid",
}  # fmt: skip
"""What the pure layers may not import: wall clocks, chance, processes, sockets, and the engines of shell and screen."""

ALLOWED_OUTSIDE = {
    "core.kernel": set(),
    "core.wire": set(),
    "core.protocols": set(),
    "core": {"trio", "simpy", "cryptography", "distributed"},  # the last one comes with the extra `cluster`
    "levels": {"polib", "yaml"},  # comes with the extra `class`
    "tui": {"trio", "outcome", "textual", "rich", "platformdirs", "aiohttp", "textual_serve"},  # outcome: what trio
    # ends with; the last two come with the extra `web`
}
"""Packages that do not come with Python, layer by layer."""

FILES = sorted(path for folder in ("core", "levels", "tui") for path in (ROOT / folder).rglob("*.py"))


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module):
    """The layer of a module of ours, the narrowest that fits; None for a module of others."""
    for layer in sorted(LAYERS, key=len, reverse=True):
        if module == layer or module.startswith(layer + "."):
            return layer
    return None


def imports(source, module, package=False):
    """Every module that the source imports, wherever in the file, also only for the type checker."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = module.split(".")
                base = base[: len(base) - node.level + package]
                yield from (
                    ".".join([*base, *([node.module] if node.module else []), alias.name]) for alias in node.names
                )
            elif node.module.split(".")[0] in ("core", "levels", "tui"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def breaches(source, module, package=False):
    """What of the contract this source breaks, in words."""
    layer = layer_of(module)
    assert layer is not None, module
    found = []
    for imported in imports(source, module, package):
        top = imported.split(".")[0]
        other = layer_of(imported)
        if other is not None:
            if LAYERS.index(other) > LAYERS.index(layer):
                found.append(f"{module} imports {imported}, which is above it")
        elif layer in PURE and top in IMPURE:
            found.append(f"{module} imports {imported}: there is no clock, chance or socket down here")
        elif top not in sys.stdlib_module_names and top not in ALLOWED_OUTSIDE[layer]:
            found.append(f"{module} imports {imported}, which its layer may not")
    return found


HOUSES = ("core", "levels", "tui")
"""Layers in which no import circle is left, type-only ones included."""


def graph_of(sources):
    """Module → the modules among these that it imports. `sources`: module → its source, and whether it is a package."""
    graph = {}
    for module, (source, package) in sources.items():
        graph[module] = set()
        for imported in imports(source, module, package):
            while imported and imported not in sources:
                imported = imported.rpartition(".")[0]
            if imported and imported != module:
                graph[module].add(imported)
    return graph


def circles(graph):
    """The import circles, each as its modules in order: the strongly connected parts of more than one (Tarjan 1972)."""
    number, low, waiting, found = {}, {}, [], []

    def visit(module):
        number[module] = low[module] = len(number)
        waiting.append(module)
        for other in sorted(graph[module]):
            if other not in number:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in waiting:
                low[module] = min(low[module], number[other])
        if low[module] == number[module]:
            place = waiting.index(module)
            part = waiting[place:]
            del waiting[place:]
            if len(part) > 1:
                found.append(sorted(part))

    for module in sorted(graph):
        if module not in number:
            visit(module)
    return found


@pytest.mark.parametrize("layer", HOUSES)
def test_no_file_imports_one_that_imports_it(layer):
    sources = {
        module_of(path): (path.read_text(encoding="utf-8"), path.name == "__init__.py")
        for path in FILES
        if module_of(path).startswith(layer)
    }
    assert len(sources) > 10
    assert circles(graph_of(sources)) == []


def test_a_circle_is_found_also_one_for_the_type_checker_alone():
    sources = {
        "tui.a": ("if TYPE_CHECKING:\n    from tui.b import B", False),
        "tui.b": ("def f():\n    from tui.c import C", False),
        "tui.c": ("import tui.a", False),
        "tui.d": ("from tui import a\nfrom tui.e import E", False),
        "tui.e": ("", False),
    }
    assert circles(graph_of(sources)) == [["tui.a", "tui.b", "tui.c"]]


def test_there_are_files_to_look_at():
    assert {layer_of(module_of(path)) for path in FILES} == set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_go_only_downwards(path):
    source = path.read_text(encoding="utf-8")
    assert breaches(source, module_of(path), path.name == "__init__.py") == []


@pytest.mark.parametrize(
    ("module", "source", "words"),
    [
        ("core.kernel.world", "from core.protocols import echo", "above"),
        ("core.kernel.world", "def f():\n    import core.session", "above"),
        ("core.kernel.world", "from core import search", "above"),
        ("core.kernel.world", "from ..protocols import echo", "above"),
        ("core.wire.tcp", "from . import cdr\nfrom ..search import explore", "above"),
        ("core.search", "import levels.schema", "above"),
        ("levels.loader", "from tui.app import App", "above"),
        ("core.protocols.premise.echo", "import random", "no clock"),
        ("core.protocols.premise.echo", "from time import monotonic", "no clock"),
        ("core.protocols.transport.tcp", "if TYPE_CHECKING:\n    import asyncio.events", "no clock"),
        ("core.search", "import textual.app", "may not"),
        ("core.search", "import rich", "may not"),
        ("core.protocols.premise.echo", "import numpy", "may not"),
    ],
)
def test_a_breach_is_found(module, source, words):
    assert any(words in breach for breach in breaches(source, module))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.protocols.premise.echo", "from core.wire.cdr import ULong\nimport dataclasses"),
        ("core.kernel", "from . import world"),
        ("core.search", "import trio\nfrom core.protocols import BY_NAME"),
        ("tui.app", "import time\nimport textual"),
    ],
)
def test_no_breach_is_invented(module, source):
    assert breaches(source, module, package=module == "core.kernel") == []


@pytest.mark.parametrize(
    ("run", "heavy"),
    [
        ("import core.protocols", ["trio", "asyncio", "socket", "textual", "random", "levels", "tui"]),
        ("import core.protocols, trio", []),
        (
            "import sys\nfrom tui.cli import main\n"
            "try:\n    main(['--version'])\nexcept SystemExit as end:\n    assert not end.code",
            ["textual", "trio", "asyncio", "rich"],
        ),
        (
            "import tui.app, tui.screens.title, tui.screens.too_small, tui.cropping; tui.cropping.is_checked()",
            [
                "trio",
                "levels",
                "core.kernel.choice",
                "core.kernel.trace",
                "core.protocols",
                "importlib.metadata",
                "tui.model",
            ],
        ),
    ],
    ids=["the protocols", "the check itself", "--version", "the first paint"],
)
def test_what_is_loaded(run, heavy):
    """In a process of its own, what is loaded really, by whatever way."""
    watched = [
        "trio",
        "asyncio",
        "socket",
        "textual",
        "random",
        "rich",
        "levels",
        "tui",
        "core.kernel",
        "core.kernel.choice",
        "core.kernel.trace",
        "core.protocols",
        "importlib.metadata",
        "tui.model",
    ]
    script = f"{run}\nimport sys\nprint('loaded', *[name for name in {watched} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=ENOUGH)
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.splitlines()[-1].split()[1:]
    if not heavy:
        assert "trio" in loaded
    assert set(loaded).isdisjoint(heavy)
