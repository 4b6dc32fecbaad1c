"""Progress: what is kept, and that no file, kill or second game can stop or spoil it."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.patience import ENOUGH
from tui import progress as progress_module
from tui.progress import FORMAT, LevelProgress, Progress

ROOT = Path(__file__).resolve().parents[2]


def play(progress: Progress, level: str, **ending: int) -> None:
    number = progress.begin(level, ending.pop("seed", 7))
    progress.finish(number, **{"won": 1, "stars": 1, "messages": 10, "time_us": 5, **ending})


def test_the_best_of_each_axis_and_all_attempts_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "progress.sqlite"
    first = Progress(path, clock=lambda: 100.0)
    assert first.problem is None
    assert first.is_first_start
    play(first, "wire/bathtub", stars=2, messages=40, time_us=9, hints=1)
    play(first, "wire/bathtub", stars=1, messages=26, time_us=12, seed=8)
    play(first, "wire/bathtub", won=0, stars=3, messages=1, time_us=1)  # a lost play is no record and has no stars
    first.begin("wire/bathtub", 9)  # left unfinished
    first.close()
    again = Progress(path)
    assert again.levels() == {"wire/bathtub": LevelProgress(2, 26, 9, 4, 2, 1, 100.0)}
    assert again.seeds("wire/bathtub") == {7, 8, 9}
    assert not again.is_first_start
    assert again.level("never/played") == LevelProgress()
    again.close()


def test_numbers_that_the_file_cannot_hold_do_not_end_the_game(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.sqlite")
    play(progress, "wire/bathtub", seed=1 << 70, time_us=1 << 64, messages=-(1 << 64))
    assert progress.problem is None
    assert progress.level("wire/bathtub").best_time_us == (1 << 63) - 1
    progress.close()


def test_settings_survive(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    first = Progress(path)
    first.set_setting("theme", "one")
    first.set_setting("theme", "two")
    first.close()
    again = Progress(path)
    assert again.setting("theme") == "two"
    assert again.setting("fps", "12") == "12"
    again.close()


@pytest.mark.parametrize("content", [b"this is no database at all" * 99, b"SQLite format 3\0" + b"\x5a" * 4096])
def test_a_broken_file_is_kept_aside_and_the_game_goes_on(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "progress.sqlite"
    path.write_bytes(content)
    progress = Progress(path)
    assert progress.problem is not None
    assert "broken" in progress.problem
    (aside,) = tmp_path.glob("progress.broken-*.sqlite")
    assert str(aside) in progress.problem
    assert aside.read_bytes() == content
    play(progress, "a/b")
    progress.close()
    again = Progress(path)
    assert again.level("a/b").stars == 1
    again.close()


def test_damage_inside_a_real_file_is_found_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    first = Progress(path)
    for number in range(300):
        play(first, f"world/level-{number}")
    first.close()
    data = bytearray(path.read_bytes())
    data[4096:20480] = b"\xee" * (20480 - 4096)
    path.write_bytes(data)
    progress = Progress(path)
    assert progress.problem is not None
    assert progress.levels() == {}
    assert list(tmp_path.glob("progress.broken-*"))
    progress.close()


def test_another_programs_database_is_not_touched_but_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE play (bicycle)")
    other.commit()
    other.close()
    progress = Progress(path)
    assert progress.problem is not None
    play(progress, "a/b")
    assert progress.level("a/b").attempts == 1
    progress.close()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    newer = sqlite3.connect(path)
    newer.execute("CREATE TABLE future (x)")
    newer.execute(f"PRAGMA user_version = {FORMAT + 1}")
    newer.commit()
    newer.close()
    progress = Progress(path)
    assert progress.problem is not None
    assert "newer" in progress.problem
    assert progress.in_memory
    play(progress, "a/b")
    assert progress.level("a/b").stars == 1
    progress.close()
    kept = sqlite3.connect(path)
    assert kept.execute("SELECT name FROM sqlite_master").fetchall() == [("future",)]
    kept.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    progress = Progress(tmp_path / "file" / "progress.sqlite")
    assert progress.problem is not None
    assert progress.in_memory
    play(progress, "a/b")
    assert progress.level("a/b").stars == 1
    progress.close()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file modes of POSIX")
def test_a_read_only_file_still_shows_its_stars() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "progress.sqlite"
        first = Progress(path)
        play(first, "a/b", stars=3)
        first.close()
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        was = os.geteuid()
        if was == 0:
            os.seteuid(65534)  # modes do not bind root
        try:
            progress = Progress(path)
            assert progress.problem is not None
            assert "cannot be written" in progress.problem
            assert progress.level("a/b").stars == 3
            play(progress, "c/d")
            assert progress.level("c/d").stars == 1
            progress.close()
        finally:
            if was == 0:
                os.seteuid(0)
            Path(folder).chmod(0o755)


def test_a_file_that_fails_while_the_game_runs(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    progress = Progress(path)
    said: list[str] = []
    progress.on_problem = said.append
    play(progress, "a/b", stars=2)
    progress._db.execute("PRAGMA query_only = ON")  # writes fail from here on, as on a full disk
    play(progress, "c/d")
    assert len(said) == 1
    assert "no longer saved" in said[0]
    assert progress.level("a/b").stars == 2
    assert progress.level("c/d").stars == 1
    progress.close()


def test_our_own_mistakes_are_not_hidden() -> None:
    progress = Progress(None)
    with pytest.raises(sqlite3.OperationalError):
        progress._write("INSERT INTO nowhere VALUES (1)", ())
    progress.close()


_WRITER = """
import sys
from pathlib import Path
from tui.progress import Progress
progress = Progress(Path(sys.argv[1]))
assert progress.problem is None, progress.problem
for number in range(int(sys.argv[2])):
    play = progress.begin("a/b", number)
    progress.finish(play, won=True, stars=1, messages=number, time_us=1)
    progress.set_setting(sys.argv[3], str(number))
    print(number, flush=True)
assert progress.problem is None, progress.problem
"""


def writer(path: Path, times: int, name: str = "game") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, str(path), str(times), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)


def test_two_games_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    games = [writer(path, 150, name) for name in ("one", "two")]
    for game in games:
        game.communicate(timeout=ENOUGH)
        assert game.returncode == 0
    progress = Progress(path)
    assert progress.level("a/b").attempts == progress.level("a/b").wins == 300
    assert progress.setting("one") == progress.setting("two") == "149"
    progress.close()


def test_kill_9_in_the_middle_of_writing(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    told = 0
    for round_number in range(4):
        with writer(path, 1_000_000) as game:
            assert game.stdout is not None
            lines = [game.stdout.readline() for _ in range(5 + round_number)]
            time.sleep(0.01 * round_number)
            game.kill()
            lines += game.stdout.readlines()
            told += sum(line.endswith("\n") for line in lines)
        progress = Progress(path)
        assert progress.problem is None
        assert progress.level("a/b").wins >= told  # whatever was told to be saved is there
        assert progress.level("a/b").attempts <= told + 2 * (round_number + 1)
        progress.close()


def test_a_file_already_replaced_by_another_game_is_not_moved(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    path.write_bytes(b"fresh")
    progress_module._move_aside(path, (1, 1))
    assert path.read_bytes() == b"fresh"


def test_stars_of_an_earlier_edition_stay_and_are_told_apart(tmp_path):
    """What was played before an edition was first seen is older; a level that becomes two acts earns by its second."""
    path = tmp_path / "progress.sqlite"
    progress = Progress(path)
    progress.finish(progress.begin("wire/sorting-office", 1), won=True, stars=3, messages=1, time_us=1)
    assert progress.stars_by_edition("wire/sorting-office", "wire/sorting-office#2", 2) == (3, 0)
    progress.finish(progress.begin("wire/sorting-office", 1), won=True, stars=2, messages=1, time_us=1)
    assert progress.stars_by_edition("wire/sorting-office", "wire/sorting-office#2", 2) == (3, 0)
    progress.finish(progress.begin("wire/sorting-office#2", 1), won=True, stars=1, messages=1, time_us=1)
    progress.close()
    again = Progress(path)
    assert again.stars_by_edition("wire/sorting-office", "wire/sorting-office#2", 2) == (3, 1)
    assert again.stars_by_edition("pipe/say-it-thrice", "pipe/say-it-thrice", 2) == (0, 0)
    again.close()
