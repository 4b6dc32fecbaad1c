"""CI brings what the tests are held against, and with `--all-peers` a test whose peer is missing fails."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import ENOUGH

ROOT = Path(__file__).parents[1]
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
NAMED = re.compile(r'(?:which|needs)\("([\w-]+)"\)')
ESSENTIAL = {"nsenter", "setpriv", "unshare"}
"""Of util-linux, without which there is no Debian."""
SOME = """
import shutil
import pytest

@pytest.fixture
def program():
    pytest.skip("program is not installed")

def test_fixture(program): pass

@pytest.mark.skipif(shutil.which("no-such-program") is None, reason="no-such-program is not installed")
def test_mark(): pass

def test_library(): pytest.importorskip("no_such_library")

@pytest.mark.soak
def test_soak(): pass

@pytest.mark.xfail(reason="known")
def test_known(): assert False

def test_fine(): pass
"""


def suite(folder, *words):
    """What a suite of these few tests says, with the options of ours."""
    (folder / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text(encoding="utf-8"))
    (folder / "test_some.py").write_text(SOME)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, *words], cwd=folder, env=environ, capture_output=True, text=True, timeout=ENOUGH)
    return done.returncode, done.stdout


def test_a_missing_peer_is_a_skip_with_its_reason(tmp_path):
    status, said = suite(tmp_path, "-rs")
    assert status == 0, said
    assert "1 passed, 4 skipped, 1 xfailed" in said
    for reason in ("program is not installed", "no-such-program is not installed", "no_such_library"):
        assert reason in said


def test_with_all_peers_it_is_a_failure_with_its_reason(tmp_path):
    status, said = suite(tmp_path, "--all-peers")
    assert status == 1, said
    assert (
        "1 failed, 1 passed, 1 skipped, 1 xfailed, 2 errors" in said
    )  # where it skips before the test, it is an error
    for reason in (
        "program is not installed",
        "no-such-program is not installed",
        "could not import 'no_such_library'",
    ):
        assert reason in said


def test_ci_asks_for_all_peers():
    """As the variable says that every service of continuous integration sets; at home a test may skip."""
    assert re.search(r'\[ "\$\{CI:-\}" = true \].*--all-peers', CI)


def programs():
    return sorted({name for path in (ROOT / "tests").rglob("*.py") for name in NAMED.findall(path.read_text("utf-8"))})


def test_the_programs_are_found():
    assert {"aria2c", "curl", "tshark", "nc", "ntpdig", "chronyd"} <= set(programs())


@pytest.mark.parametrize("program", sorted(set(programs()) - ESSENTIAL - {"no-such-program"}))
def test_ci_installs_every_program_that_a_test_may_miss(program):
    listed = re.search(r"for needed in (.*?); do", CI, re.S)
    assert listed is not None
    assert program in {word.partition(":")[0] for word in listed[1].replace("\\\n", " ").split()}
