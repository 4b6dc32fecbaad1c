"""The README promises two lines, commands and files; these tests hold it to them."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tui.commands import NAMES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = [line for block in re.findall(r"^```sh\n(.*?)^```$", README, re.M | re.S) for line in block.splitlines()]


def test_one_line_plays_and_one_line_tests():
    plays = [line for line in SHELL if line.endswith("/ackademy")]
    tests = [line for line in SHELL if "-m pytest" in line]
    assert len(plays) == len(tests) == 1
    assert all(line.startswith("python3 -m venv .venv && ") for line in plays + tests)


def test_the_line_that_plays_shows_progress():
    """A minute of silence looks like a hang."""
    (plays,) = (line for line in SHELL if line.endswith("/ackademy"))
    assert "pip install ." in plays
    assert not {"-q", "--quiet", ">"} & set(plays.split())


def test_its_picture_is_there_and_is_one():
    (name,) = re.findall(r"^!\[[^\]]*\]\(([^)]+)\)", README, re.M)
    data = (ROOT / name).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < 100_000


def test_the_extras_of_the_test_line_exist():
    extras = re.search(r"'\.\[(.*?)\]'", README)
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert extras is not None
    assert set(extras[1].split(",")) <= set(known)


def test_ci_takes_its_test_command_from_the_readme():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    extraction = re.search(r"^tests=\$\((.*)\)$", script, re.M)
    assert extraction is not None
    installed = re.findall(r"pip install (.*?)(?: \|\||$)", script, re.M)
    assert installed == ["-q -e '.[peers]'"]  # what the tests need beyond other people's programs, the README installs
    found = subprocess.run(["bash", "-c", extraction[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [found.stdout.strip()] == [line for line in SHELL if "-m pytest" in line]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\backademy ([a-z]+(?:-[a-z]+)*)\b", README))))
def test_every_command_named_exists(command):
    assert command in NAMES


def test_every_command_there_is_is_named():
    assert set(re.findall(r"`ackademy ([a-z]+(?:-[a-z]+)*)", README)) == set(NAMES)


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:core|levels|tui|tests|\.ci)\b[\w./]*)`|\]\((\w+)\)", README)))
)
def test_every_file_named_exists(path):
    assert (ROOT / "".join(path)).exists()


def test_it_shows_other_programs_at_work_on_what_we_made():
    """A session of curl's with our TCP, and what tshark reads in a capture of ours."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", README, re.M | re.S)
    sessions = [line.split() for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    answered = [words[1] for words in sessions if len(words) > 1]
    assert {"curl", "tshark"} <= set(answered)
    for block in blocks:
        lines = block.splitlines()
        for place, line in enumerate(lines):
            if line.startswith(("$ curl", "$ tshark")):
                assert place + 1 < len(lines)
                assert not lines[place + 1].startswith("$")  # what it says follows
