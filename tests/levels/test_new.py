"""`ackademy new`: what flags say, what is asked on a terminal, and that what is written is sound."""

import io
import json
import tomllib

import pytest

from core.protocols import BY_NAME
from levels import json_schema, template
from levels.check import QUICK, check_file
from levels.courses.course import open_course
from levels.report import Status
from levels.template import NoTemplateError, new_level
from levels.template_hand import new_hand_level
from tui.cli import main
from tui.commands import new


def run(capsys, *arguments):
    try:
        status = main(["new", *map(str, arguments)])
    except SystemExit as error:
        status = error.code
    return status, capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def typed(monkeypatch):
    """A terminal at which these lines are typed."""

    def sit(*lines):
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(new.sys.stderr, "isatty", lambda: True, raising=False)

    return sit


def test_the_schema_lies_beside_the_level_that_names_it(capsys, tmp_path):
    path = tmp_path / "x.toml"
    assert run(capsys, path)[0] == 0
    first = path.read_text("utf-8").splitlines()[0]
    name = first.removeprefix("#:schema ./")
    assert name == json_schema.NAME == template.SCHEMA_FILE
    assert json.loads((tmp_path / name).read_text("utf-8"))["$id"].startswith("urn:ackademy:level:")


def test_it_asks_on_a_terminal(capsys, tmp_path, monkeypatch, typed):
    monkeypatch.chdir(tmp_path)
    typed("ledger", "", "1", "mine.toml")
    status, err = run(capsys)
    assert status == 0, err
    assert "Which protocol?" in err
    assert "Whose chair" in err
    assert "ledger." in (tmp_path / "mine.toml").read_text("utf-8")
    typed("no such thing", "99", "2", "one", "node", "two.toml")
    status, err = run(capsys)
    assert status == 0, err
    assert "a number from 1 to" in err
    second = tomllib.loads((tmp_path / "two.toml").read_text("utf-8"))
    assert all(node["runs"].startswith(f"{list(BY_NAME)[1]}.") for node in second["nodes"].values())


def test_the_end_of_what_is_typed_ends_it(capsys, tmp_path, monkeypatch, typed):
    monkeypatch.chdir(tmp_path)
    typed("echo")
    assert run(capsys)[0] == 130
    assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_nothing_is_asked(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    status, err = run(capsys)
    assert status == 2
    assert "which file?" in err


def test_a_chair_is_a_node_or_a_role(capsys, tmp_path):
    path = tmp_path / "x.toml"
    assert run(capsys, path, "--chair", "client")[0] == 0
    assert "player" in tomllib.loads(path.read_text("utf-8"))["seats"]["client"]
    status, err = run(capsys, tmp_path / "y.toml", "--chair", "clerk")
    assert status == 2
    assert "nobody in the scenarios of echo is called 'clerk'" in err


def test_the_networks_chair(tmp_path):
    text = new_hand_level(BY_NAME["tcp"], str(tmp_path / "x.toml"))
    seats = tomllib.loads(text)["seats"]
    assert "hand" in seats["network"]
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    assert check_file(path, QUICK).status is Status.SOUND


def test_a_room_of_which_no_hand_makes_a_level_says_where_the_pattern_is(capsys, tmp_path):
    status, err = run(capsys, tmp_path / "x.toml", "--protocol", "marshal", "--chair", "network")
    assert status == 2
    assert "levels/README.md has the pattern" in err


def test_the_inspectors_chair(capsys, tmp_path):
    path = tmp_path / "x.toml"
    assert run(capsys, path, "--chair", "inspector")[0] == 0
    assert "inspector" in tomllib.loads(path.read_text("utf-8"))["seats"]


def test_an_arc_is_a_sound_course(capsys, tmp_path):
    folder = tmp_path / "My arc"
    status, err = run(capsys, folder, "--arc", "three")
    assert status == 0, err
    with open_course(folder) as course:
        assert course.id == "my-arc"
        assert list(course.levels) == ["break-it", "be-it", "see-it-fail"]
        chairs = [level.you for level in course.levels.values()]
    assert chairs[0] in ("network", "inspector")
    texts = {path.read_text("utf-8") for path in folder.glob("0*.toml")}
    assert len(texts) == 3
    for path in sorted(folder.glob("0*.toml")):
        report = check_file(path, QUICK)
        assert report.status is Status.SOUND, [str(found) for found in report.findings]
    assert run(capsys, folder, "--arc", "three")[0] == 2  # it is there already
    assert run(capsys, tmp_path / "x", "--arc", "three", "--chair", "node")[0] == 2


def test_nothing_is_left_of_an_arc_that_cannot_be(capsys, tmp_path, monkeypatch):
    def none(*_):
        raise NoTemplateError("no")

    monkeypatch.setattr("levels.template.new_level", none)
    assert run(capsys, tmp_path / "arc", "--arc", "three")[0] == 2
    assert not (tmp_path / "arc").exists()


def test_another_one_is_another_one(tmp_path):
    path = str(tmp_path / "x.toml")
    first = new_level(BY_NAME["echo"], path)
    assert new_level(BY_NAME["echo"], path, faulty=True, unlike=first) != first
