"""Courses: a folder or a zip with a course.toml, played, listed, installed; nothing dropped, nothing mistaken."""

import asyncio
import json
import shutil
import zipfile
from contextlib import ExitStack
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from levels.courses.course import CourseError, open_course, seeds_of
from levels.courses.manifest import read_manifest
from levels.courses.seeds import seed_of
from levels.courses.shelf import Shelf, ShelfError
from levels.courses.tree import TreeError
from levels.courses.versions import Range
from levels.loader import HOME, load
from levels.schema import LevelError, UnknownLevelError
from tests.levels.helpers import SOUND
from tests.patience import until
from tui.app import AckademyApp, Options
from tui.cli import main
from tui.courses import find
from tui.platform import find_paths
from tui.screens.play import PlayScreen
from tui.stage import Stage

RECEIPTS = Path(__file__).parents[1] / "courses" / "receipts"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def course(tmp_path):
    return Path(shutil.copytree(RECEIPTS, tmp_path / "receipts"))


def zipped(folder, path, top=""):
    with zipfile.ZipFile(path, "w") as made:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                made.write(file, f"{top}{file.relative_to(folder).as_posix()}")
    return path


def run(capsys, *words):
    """(exit status, standard output, standard error)"""
    try:
        status = main([str(word) for word in words])
    except SystemExit as error:
        status = error.code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


def problems(folder):
    with pytest.raises(CourseError) as caught, open_course(folder):
        pass
    return "\n".join(f"{Path(one.path).name}:{one.line}: {one.found}: {one.mend}" for one in caught.value.problems)


def change(folder, name, *pairs):
    path = folder / name
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


# What it is


def test_the_course_of_the_tests_says_all_that_there_is():
    with open_course(RECEIPTS) as found:
        assert [level.id for level in found.levels.values()] == [
            "receipts/first-ping", "receipts/by-heart", "receipts/capitals",
        ]  # fmt: skip
        assert [(world.title, len(world.levels)) for world in found.worlds()] == [("Did it come?", 2), ("Who asks?", 1)]
        first, second = found.manifest.assignments
        assert first.points == {"first-ping": 10, "by-heart": 20}
        assert first.due == datetime(2026, 11, 2, 22, 59, tzinfo=UTC)
        assert (first.hints, first.attempts, first.won) == (1, 3, Fraction(7, 10))
        assert second.due == datetime(2026, 11, 16, 22, 59, tzinfo=UTC)
        assert second.points == {"capitals": 15}
        assert found.languages == ("de", "en")


@pytest.mark.parametrize("top", ["", "receipts-main/"])
def test_a_zip_is_the_same_course(tmp_path, top):
    path = zipped(RECEIPTS, tmp_path / "any name.zip", top)
    with open_course(path) as found, open_course(RECEIPTS) as folder:
        assert found.manifest == folder.manifest
        assert [(one.id, one.text) for one in found.levels.values()] == [
            (one.id, one.text) for one in folder.levels.values()
        ]


def test_a_level_is_known_by_its_course_and_its_name_wherever_it_lies(course):
    deep = course / "week one" / "pipe"
    deep.mkdir(parents=True)
    (course / "levels/01-first-ping.toml").rename(deep / "99-first-ping.toml")
    with open_course(course) as found:
        assert "receipts/first-ping" in [level.id for level in found.levels.values()]
    assert load(deep / "99-first-ping.toml").id == "receipts/first-ping"


def test_texts_in_another_language_play_the_same(course):
    with open_course(course) as english, open_course(course, language="de_AT") as german:
        ours, theirs = english.levels["first-ping"], german.levels["first-ping"]
        assert theirs.title == "Ist da jemand?"
        assert theirs.texts.hints[2] == "Immer die Nummer dieses Pings."
        assert theirs.texts.sources == ours.texts.sources
        assert german.levels["by-heart"].texts.brief == english.levels["by-heart"].texts.brief
        assert (theirs.text, theirs.scenario.digest()) == (ours.text, ours.scenario.digest())
    with open_course(course, language="fr") as french:
        assert french.levels["first-ping"].title == ours.title


# Whose stars


def test_no_foreign_file_earns_the_stars_of_the_campaign(tmp_path, capsys):
    folder = tmp_path / "pipe"
    folder.mkdir()
    file = folder / "02-next-byte-please.toml"
    file.write_text(SOUND, "utf-8")
    assert load(file).id == "own/next-byte-please"
    assert load("pipe/next-byte-please").id == "pipe/next-byte-please"
    assert load(HOME / "pipe" / "02-next-byte-please.toml").id == "pipe/next-byte-please"
    status, out, _ = run(capsys, "check", file, "--quick", "--json")
    assert (status, json.loads(out)[0]["id"]) == (0, "own/next-byte-please")


@pytest.mark.parametrize("name", ["pipe", "premise", "own", "live", "inspect"])
def test_no_course_is_called_as_what_is_there_already(course, name):
    change(course, "course.toml", ('id = "receipts"', f'id = "{name}"'))
    assert f"course.toml:3: '{name}' is what levels are called" in problems(course)
    assert load(course / "levels/01-first-ping.toml").id.startswith("own/")


@pytest.mark.parametrize("place", ["levels/06-first-ping.toml", "other/first-ping.toml"])
def test_two_levels_of_one_id_are_an_error(course, place):
    (course / place).parent.mkdir(exist_ok=True)
    shutil.copy(course / "levels/01-first-ping.toml", course / place)
    assert "there is another level that is called 'first-ping'" in problems(course)


def test_two_of_one_id_are_an_error_in_a_folder_without_a_course_too(tmp_path, capsys):
    for name in ("06-x.toml", "07-x.toml"):
        (tmp_path / name).write_text(SOUND, "utf-8")
    status, _, err = run(capsys, "play", tmp_path, "--plain")
    assert status == 2
    assert "there is another level that is called 'x'" in err


# What is wrong is said


def test_a_broken_level_is_never_dropped_in_silence(course, capsys):
    change(course, "levels/02-by-heart.toml", ("echo.server", "echo.sever"))
    assert "02-by-heart.toml:11" in problems(course)
    for words in (("play", course, "--plain"), ("list", course), ("install", course), ("check", course, "--quick")):
        status, out, err = run(capsys, *words)
        assert status == 2
        assert "did you mean 'echo.server'" in out + err
    (course / "course.toml").unlink()  # and in a mere folder of levels
    status, _, err = run(capsys, "play", course / "levels", "--plain")
    assert (status, "did you mean 'echo.server'" in err) == (2, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "receipts"', "", "there is no id"),
        ('id = "receipts"', 'id = "My Course"', "id is 'My Course': small letters, digits"),
        ('title = "Receipts: did it come?"', 'tilte = "x"', "there is no title"),
        ('engine = ">=0.1, <1"', 'engine = ">=9"', "this course is for Ackademy >=9"),
        ('engine = ">=0.1, <1"', 'engine = "new"', "no range of versions"),
        ('zone = "Europe/Berlin"', 'zone = "Europe/Berlln"', "no zone is called"),
        ('zone = "Europe/Berlin"', 'zone = "../../etc/passwd"', "no zone is called"),
        ('roster = "roster.csv"', 'roster = "../roster.csv"', "leads out of its folder"),
        ('roster = "roster.csv"', 'roster = "class.csv"', "there is no 'class.csv' in the course"),
        ('levels = ["first-ping", "by-heart"]', 'levels = ["first-pong", "by-heart"]', "did you mean 'first-ping'"),
        ('levels = ["first-ping", "by-heart"]', 'levels = ["first-ping"]', "stand in no chapter: 'by-heart'"),
        ("by-heart = 20 }", "by-hearth = 20 }", "no level is called 'by-hearth'"),
        ("by-heart = 20 }", "by-heart = -1 }", "by-heart: -1 points"),
        ("by-heart = 20 }", "by-heart = nan }", "by-heart: nan points"),
        ('levels = ["capitals"]\npoints', 'levels = ["first-ping"]\npoints', "is handed in twice"),
        ("due = 2026-11-02T23:59:00+01:00", "due = 2026-11-02", "a day, without the time"),
        ("due = 2026-11-02T23:59:00+01:00", 'due = "2026-11-02 25:59 Europe/Berlin"', "hour must be"),
        ('late = "10% a day, at most 3 days"', 'late = "a bit"', "late is 'a bit'"),
        ('late = "10% a day, at most 3 days"', 'late = "110% a day"', "late costs 110%"),
        ('won = "70%"', 'won = "seventy"', "is no share"),
        ("attempts = 3", "attempts = 0", "attempts is 0"),
        ('id = "a2"', 'id = "a1"', "two assignments are called 'a1'"),
        ("seen-before =", "no-monitor =", "the curriculum has a row 'no-monitor' already"),
        ("[curriculum]", "[curriculums]", "a course has no 'curriculums'"),
        ('salt = "five green bottles"', 'seeds = "released"', "seeds cannot be released without a salt"),
    ],
)
def test_what_is_wrong_with_a_course_is_said_where_it_stands(course, old, new, said):
    change(course, "course.toml", (old, new))
    assert said in problems(course)


def test_a_zone_that_there_is_not_is_the_only_thing_blamed(course):
    change(course, "course.toml", ("due = 2026-11-02T23:59:00+01:00", 'due = "2026-11-02 23:59"'))
    change(course, "course.toml", ('zone = "Europe/Berlin"', 'zone = "Europe/Berlln"'))
    assert "no zone is called" in problems(course)
    assert "in no zone" not in problems(course)


@pytest.mark.parametrize("command", [("check", "--quick"), ("play", "--plain"), ("install",)])
def test_what_is_called_a_zip_and_is_none_is_said_to_be_none(tmp_path, capsys, command):
    path = tmp_path / "course.zip"
    path.write_text("not one", "utf-8")
    status, out, err = run(capsys, command[0], path, *command[1:])
    assert (status, "this is no zip that can be read" in out + err) == (2, True)


def test_a_date_without_a_zone_has_the_course_s(course):
    change(course, "course.toml", ("due = 2026-11-02T23:59:00+01:00", "due = 2026-11-02T23:59:00"))
    with open_course(course) as found:
        assert found.manifest.assignments[0].due.astimezone(UTC) == datetime(2026, 11, 2, 22, 59, tzinfo=UTC)
    change(course, "course.toml", ('zone = "Europe/Berlin"\n', ""))
    assert "a due date in no zone" in problems(course)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[capitals]", "[capital]", "no level is called 'capital'"),
        ('title = "Auswendig"', "title = 3", "title: it is of another kind"),
        ('hints = ["Was weiß client von dir?", ', "hints = [", "hints: 2 texts for 3"),
        ('title = "Auswendig"', 'titel = "Auswendig"', "did you mean 'title'"),
        ('title = "Auswendig"', 'nudge = "Los!"', "the level has no nudge"),
    ],
)
def test_what_is_wrong_with_a_translation_is_said(course, old, new, said):
    change(course, "languages/de.toml", (old, new))
    assert said in problems(course)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">=0.1, <1", ("0.1", "0.1.0", "0.9.9", "0"), ("1", "1.0", "0.0.9")),
        ("==1.2", ("1.2", "1.2.0", "1.2rc1"), ("1.2.1",)),
        (">1", ("1.0.1", "2"), ("1.0.0", "1")),
    ],
)
def test_ranges_of_versions(text, inside, outside):
    found = Range.parse(text)
    assert all(map(found.has, inside))
    assert not any(map(found.has, outside))


# Seeds


def test_a_student_s_seed_is_his_own_and_the_same_everywhere():
    assert seed_of("salt", "a1", "s001") == seed_of("salt", "a1", " s001 ") == 271_911_918
    every = {seed_of(salt, one, who) for salt in "xy" for one in ("a1", "a2") for who in ("s001", "s002")}
    assert len(every) == 8
    with open_course(RECEIPTS, student="s001") as ada, open_course(RECEIPTS) as nobody:
        assert ada.seeds["first-ping"] == ada.seeds["by-heart"] == seed_of("five green bottles", "a1", "s001")
        assert not nobody.seeds
        assert seeds_of(ada.manifest, "s001", {"a1": 5}) == {**ada.seeds, "first-ping": 5, "by-heart": 5}


# Commands


def test_list_and_run_and_play_by_name(course, capsys, monkeypatch):
    assert run(capsys, "list", course)[1].count("receipts/") == 3
    assert run(capsys, "run", "receipts/first-ping")[0] == 2
    status, _, err = run(capsys, "install", zipped(course, course.parent / "r.zip"), "--as", "s001")
    assert (status, err.count("installed receipts")) == (0, 1)
    shutil.rmtree(course)
    rows = json.loads(run(capsys, "list", "receipts", "--json")[1])
    assert [row["assignment"] for row in rows] == ["a1", "a1", "a2"]
    assert rows[0]["seed"] == seed_of("five green bottles", "a1", "s001")
    ids = [row["id"] for row in json.loads(run(capsys, "list", "--json")[1])]
    assert ids[-3:] == [row["id"] for row in rows]
    path = course.parent / "mine.run"
    status, out, _ = run(capsys, "run", "receipts/first-ping", "--json", "--record", path)
    assert (status, json.loads(out)["won"]) == (0, True)
    header = json.loads(path.read_text("utf-8").splitlines()[0])
    assert (header["level"], header["seed"]) == ("receipts/first-ping", rows[0]["seed"])
    assert run(capsys, "replay", path, "--plain")[0] == 0  # covers a row that only the course has
    status, out, _ = run(capsys, "play", "receipts/capital", "--plain")
    assert status == 2
    status, _, err = run(capsys, "run", "receipt")
    assert "did you mean 'receipts'" in err
    json_rows = json.loads(run(capsys, "install", "--json")[1])
    assert json_rows == [
        {"id": "receipts", "title": "Receipts: did it come?", "levels": 3, "student": "s001", "problem": ""}
    ]
    assert run(capsys, "install", "--remove", "receipts")[0] == 0
    assert run(capsys, "install", "--json")[1].strip() == "[]"


def test_plain_play_of_an_installed_course_is_on_the_student_s_seed(course, capsys, monkeypatch):
    import io

    run(capsys, "install", course, "--as", "s002")
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n2\n3\n4\n4\n4\n"))
    run(capsys, "play", "receipts/first-ping", "--plain")
    (path,) = (course.parent / "home" / "runs").glob("*.run")
    assert json.loads(path.read_text("utf-8").splitlines()[0])["seed"] == seed_of("five green bottles", "a1", "s002")


def test_check_of_a_course_says_of_all_of_its_files(course, capsys):
    status, out, _ = run(capsys, "check", zipped(course, course.parent / "r.zip"), "--quick", "--json")
    rows = json.loads(out)
    assert status == 0
    assert [row["status"] for row in rows] == ["sound"] * 4
    assert rows[0]["path"].endswith("r.zip/course.toml")
    assert rows[1]["path"].endswith("r.zip/levels/01-first-ping.toml")


def test_an_installed_course_takes_the_place_of_an_older_one_or_leaves_it(course, tmp_path):
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.install(course, "s001")[1] is False
    change(course, "course.toml", ('title = "Receipts: did it come?"', 'title = "Anew"'))
    assert shelf.install(course)[1] is True
    with ExitStack() as stack:
        found = shelf.open("receipts", stack)
        assert (found.manifest.title, found.student) == ("Anew", "s001")
    change(course, "course.toml", ('title = "Anew"', ""))
    with pytest.raises(LevelError):
        shelf.install(course)
    with ExitStack() as stack:
        assert shelf.open("receipts", stack).manifest.title == "Anew"
    assert sorted(path.name for path in shelf.folder.iterdir()) == ["receipts", "receipts.json"]
    with pytest.raises(ShelfError, match="did you mean 'receipts'"):
        shelf.open("receipt", ExitStack())


def test_a_folder_that_is_no_course_is_none(tmp_path, capsys):
    with pytest.raises(TreeError), open_course(tmp_path):
        pass
    assert run(capsys, "list", tmp_path)[0] == 2
    with pytest.raises(UnknownLevelError):
        load("receipts/first-ping")


def test_a_manifest_alone_is_read_without_files():
    found = read_manifest('[course]\nid = "x"\ntitle = "X"\n', "course.toml")
    assert (found.id, found.assignments, found.timezone) == ("x", (), UTC)


def test_the_map_of_a_course_says_by_when_and_plays_on_the_student_s_seed():
    async def look(app):
        async with app.run_test(size=(120, 40)):
            app.start_level("receipts/first-ping", brief=False)
            await until(lambda: isinstance(app.screen, PlayScreen))
            seed = app.screen.bridge.session.scenario.seed
            assert seed == seed_of("five green bottles", "a1", "s001")

    with ExitStack() as stack:
        found = find(str(RECEIPTS), stack, "s001")
        stage = Stage(found.worlds, seeds=found.seeds, handed_in=found.handed_in)
        entry = stage.entries()[0]
        assert (entry.course, entry.handed_in) == ("receipts", "Pings: 10 points, by 02 Nov 2026 23:59 +01:00")
        assert "whoever answers twice answers the same" in entry.covers
        stage.app = AckademyApp(Options(), entries=stage.entries(), stage=stage, paths=find_paths())
        asyncio.run(look(stage.app))
