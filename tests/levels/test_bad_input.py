"""Bad input: mutated levels, courses, zips and runs end in a clear error or a sound level.

Never a traceback, a hang, or a file outside the place named. A seeded sample runs always; all ten thousand with --soak.
"""

import os
import random
import stat
import struct
import time
import zipfile
from contextlib import ExitStack

import pytest

from core.grading import Standing, grade_run
from core.kernel.seats import Book, Random
from core.kernel.world import World
from core.record import RunFileError, read
from levels.courses.course import CourseError, open_course
from levels.courses.shelf import Shelf
from levels.courses.submission import SubmissionError, read_submission
from levels.courses.tree import OF_CLASS, OF_COURSE, Bounds, TreeError, open_tree
from levels.graded import compiled_to_grade
from levels.loader import HOME, every_act_of, from_text, of_run
from levels.schema import LevelError
from tests.levels.classes import run_bytes, zip_bytes
from tests.levels.helpers import SOUND
from tests.levels.test_courses import RECEIPTS
from tests.patience import ENOUGH

SEED = 20261102
SAMPLE = {"level": 120, "course": 60, "zip": 80, "run": 60}
ALL = {"level": 4000, "course": 2000, "zip": 2000, "run": 2000}
LEVELS = sorted(HOME.glob("*/*.toml"))
WORDS = (
    '"', "'", "[", "]", "{", "}", "=", "\n", "\\", "\x00", "\x1b[31m", "\u202e", "é", "🙂", "0", "-1", "1e999", "nan",
    "9" * 20, "true", "[[", "]]", '"""', "#", ",", ".", " ", "= {", "9" * 400, "[" * 200,
)  # fmt: skip


EVENTS = 3_000
"""So far every level that was not refused is played by the book."""


def mutated(text, dice):
    """The text with one to four things in it changed: taken away, doubled, moved, put in."""
    for _ in range(dice.randint(1, 4)):
        lines = text.split("\n")
        kind = dice.randrange(7)
        at = dice.randrange(len(text) + 1)
        line = dice.randrange(len(lines))
        if kind == 0:
            text = text[:at] + dice.choice(WORDS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + dice.randint(1, 30) :]
        elif kind == 2:
            lines.insert(dice.randrange(len(lines)), lines[line])
            text = "\n".join(lines)
        elif kind == 3:
            lines.pop(line)
            text = "\n".join(lines)
        elif kind == 4:
            other = dice.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
            text = "\n".join(lines)
        elif kind == 5:
            numbers = [place for place, letter in enumerate(text) if letter.isdigit()]
            if numbers:
                place = dice.choice(numbers)
                text = text[:place] + dice.choice(("0", "9", "99", "-3", "1.5", "9" * 20)) + text[place + 1 :]
        else:
            text = text[:at]
    return text


def spoiled(data, dice):
    """The bytes with some of them changed, taken away or put in."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        if not found:
            break
        at = dice.randrange(len(found))
        kind = dice.randrange(5)
        if kind == 0:
            found[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del found[at : at + dice.randint(1, 40)]
        elif kind == 2:
            found[at:at] = dice.randbytes(dice.randint(1, 20))
        elif kind == 3:
            found[at : at + 4] = struct.pack("<I", dice.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, dice.getrandbits(32))))
        else:
            other = dice.randrange(len(found))
            found[at : at + 8] = found[other : other + 8]
    return bytes(found)


def counts(kind):
    return [
        pytest.param(0, SAMPLE[kind], id="a sample"),
        pytest.param(SAMPLE[kind], ALL[kind], id="all", marks=pytest.mark.soak),
    ]


@pytest.fixture
def nowhere_else(tmp_path):
    """A folder beside which nothing may appear."""
    place = tmp_path / "outer" / "inner"
    place.mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    yield place
    outside = [path for path in sorted(tmp_path.rglob("*")) if place not in path.parents and path not in before]
    assert outside == []


def said(error):
    """Words for people, and nothing that a terminal obeys."""
    words = str(error)
    assert words
    assert "Traceback" not in words
    assert "\x1b" not in words
    assert "\x00" not in words


@pytest.mark.parametrize(("first", "last"), counts("level"))
def test_mutated_levels_are_refused_in_words_or_are_levels(first, last):
    texts = [path.read_text("utf-8") for path in LEVELS]
    outcomes = {"refused": 0, "read": 0}
    for number in range(first, last):
        dice = random.Random(f"{SEED} level {number}")
        text = mutated(dice.choice(texts), dice)
        began = time.monotonic()
        try:
            level = from_text(text, "course/mutated.toml")
            for act in every_act_of(level):
                world = World(act.scenario, Book(), intervals=False)
                world.run(limit=EVENTS)
                world.measures()
            outcomes["read"] += 1
        except LevelError as error:
            said(error)
            outcomes["refused"] += 1
        assert time.monotonic() - began < ENOUGH, f"number {number} hangs"
    assert min(outcomes.values()) > 0


@pytest.mark.parametrize(("first", "last"), counts("course"))
def test_mutated_courses_are_refused_in_words_or_are_courses(first, last, nowhere_else):
    files = {path.relative_to(RECEIPTS).as_posix(): path.read_bytes() for path in RECEIPTS.rglob("*") if path.is_file()}
    folder = nowhere_else / "course"
    outcomes = {"refused": 0, "read": 0}
    for number in range(first, last):
        dice = random.Random(f"{SEED} course {number}")
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        name = dice.choice(["course.toml", "course.toml", "languages/de.toml", "roster.csv"])
        changed = mutated(files[name].decode("utf-8"), dice).encode("utf-8", "surrogatepass")
        if not dice.randrange(8):
            changed = spoiled(changed, dice)
        (folder / name).write_bytes(changed)
        try:
            with open_course(folder, student="s001") as course:
                assert len(course.levels) == 3
            outcomes["read"] += 1
        except (CourseError, TreeError) as error:
            said(error)
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 0


@pytest.mark.parametrize(("first", "last"), counts("zip"))
def test_mutated_zips_are_refused_in_words_or_are_courses(first, last, nowhere_else):
    whole = zip_bytes(
        {path.relative_to(RECEIPTS).as_posix(): path.read_bytes() for path in RECEIPTS.rglob("*") if path.is_file()}
    )
    outcomes = {"refused": 0, "installed": 0}
    for number in range(first, last):
        dice = random.Random(f"{SEED} zip {number}")
        data = spoiled(whole, dice)
        path = nowhere_else / "course.zip"
        path.write_bytes(data)
        try:
            Shelf(nowhere_else / "shelf").install(path)
            outcomes["installed"] += 1
        except (CourseError, TreeError) as error:
            said(error)
            outcomes["refused"] += 1
        with ExitStack() as stack:  # what was there before is whole
            shelf = Shelf(nowhere_else / "shelf")
            for name in shelf.names():
                assert shelf.open(name, stack).levels
        try:
            read_submission({"x.ackademy": data}, "x")
        except SubmissionError as error:
            said(error)
    assert outcomes["refused"] > 0


@pytest.mark.parametrize(("first", "last"), counts("run"))
def test_mutated_runs_are_refused_in_words_or_are_what_they_were(first, last, tmp_path):
    whole = run_bytes(tmp_path, "first-ping", 7)
    path = tmp_path / "mutated.run"
    verified = 0
    for number in range(first, last):
        dice = random.Random(f"{SEED} run {number}")
        if dice.randrange(2):
            data = mutated(whole.decode("utf-8"), dice).encode("utf-8", "surrogatepass")
        else:
            data = spoiled(whole, dice)
        path.write_bytes(data)
        row = grade_run(path, compiled_to_grade)
        if row.verified:
            assert (row.won, row.seed) == (True, 7)
            verified += 1
        else:
            said(row.why)
        try:
            run = read(path)
            of_run(run.header.text, run.header.level)
        except (RunFileError, LevelError) as error:
            said(error)
        assert row.standing in Standing
    assert verified < (last - first) // 4


# What is made to do harm


def entry(name, data=b"x", mode=None, method=zipfile.ZIP_DEFLATED):
    found = zipfile.ZipInfo(name)
    found.compress_type = method
    found.create_system = 3
    if mode is not None:
        found.external_attr = mode << 16
    return found, data


def zip_of(path, *entries):
    with zipfile.ZipFile(path, "w") as made:
        for found, data in entries:
            made.writestr(found, data)
    return path


MANIFEST = entry("course.toml", b'[course]\nid = "x"\ntitle = "X"\n')


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil.toml", "leads out"), ("levels/../../evil.toml", "leads out"), ("/etc/evil.toml", "leads out"),
        ("C:/evil.toml", "leads out"), ("..\\evil.toml", "leads out"), ("levels\\..\\..\\evil.toml", "leads out"),
        ("\\\\server\\share\\evil.toml", "leads out"), ("a:b.toml", "leads out"), ("con.toml", "not every system"),
        ("levels/NUL", "not every system"), ("evil.toml.", "not every system"), ("a/./b.toml", "has an empty part"),
        ("a//b.toml", "has an empty part"), ("x\x1b[2J.toml", "a terminal might obey"),
        ("\u202egnp.toml", "a terminal might obey"), ("/".join("abcdefghijklmnop"), "too long"),
        ("a" * 300, "too long"),
    ],
)  # fmt: skip
def test_no_name_leads_out_of_the_place(nowhere_else, name, why):
    path = zip_of(nowhere_else / "evil.zip", MANIFEST, entry(name))
    with pytest.raises(TreeError, match=why), open_course(path):
        pass
    with pytest.raises(TreeError, match=why):
        Shelf(nowhere_else / "shelf").install(path)
    assert not (nowhere_else / "shelf").exists() or not list((nowhere_else / "shelf").iterdir())


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFCHR | 0o644])
def test_a_link_or_a_device_in_a_zip_is_refused(nowhere_else, mode):
    path = zip_of(nowhere_else / "evil.zip", MANIFEST, entry("levels/01-a.toml", b"/etc/passwd", mode))
    with pytest.raises(TreeError, match=r"is a link|no ordinary file"), open_course(path):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_link_or_a_pipe_in_a_folder_is_refused(tmp_path):
    (tmp_path / "course.toml").write_bytes(MANIFEST[1])
    (tmp_path / "levels").symlink_to("/etc")
    with pytest.raises(TreeError, match="'levels' is a link"), open_course(tmp_path):
        pass
    (tmp_path / "levels").unlink()
    os.mkfifo(tmp_path / "a.toml")
    with pytest.raises(TreeError, match="no ordinary file"), open_course(tmp_path):
        pass


def test_bombs_are_left_before_they_have_grown(tmp_path):
    large = zip_of(tmp_path / "large.zip", MANIFEST, entry("levels/01-a.toml", b"\0" * (OF_COURSE.each + 1)))
    assert large.stat().st_size < 100_000
    with pytest.raises(TreeError, match="is too large"), open_course(large):
        pass
    many = zip_of(tmp_path / "many.zip", MANIFEST, *(entry(f"l/{n}.toml", b"") for n in range(OF_COURSE.files + 1)))
    with pytest.raises(TreeError, match="more than 2,000 files"), open_course(many):
        pass
    wide = [entry(f"l/{n}.bin", b"\0" * OF_COURSE.each) for n in range(OF_COURSE.total // OF_COURSE.each)]
    with (
        pytest.raises(TreeError, match="more than 64 MiB in all"),
        open_course(zip_of(tmp_path / "w.zip", MANIFEST, *wide)),
    ):
        pass


def test_a_zip_that_lies_about_its_sizes_is_left_where_they_end(tmp_path):
    data = bytearray(zip_bytes({"course.toml": b"#" * 100_000}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)  # the size that the directory says
    (tmp_path / "lies.zip").write_bytes(data)
    tree = open_tree(tmp_path / "lies.zip", Bounds(5, 1000, 1000))
    with tree, pytest.raises(TreeError, match="cannot be unpacked"):
        tree.read("course.toml")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(tmp_path, method):
    path = zip_of(tmp_path / "x.zip", MANIFEST, entry("a.toml", method=method))
    with pytest.raises(TreeError, match="packed in a way that is not read"), open_course(path):
        pass


def test_an_encrypted_file_and_two_of_one_name_are_refused(tmp_path):
    data = bytearray(zip_bytes({"course.toml": MANIFEST[1]}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
        data[at] |= 1
    (tmp_path / "secret.zip").write_bytes(data)
    with pytest.raises(TreeError, match="is encrypted"), open_course(tmp_path / "secret.zip"):
        pass
    with (
        pytest.raises(TreeError, match="is there twice"),
        open_course(zip_of(tmp_path / "twice.zip", MANIFEST, entry("A.toml"), entry("a.toml"))),
    ):
        pass


def test_zips_in_zips_are_not_followed_without_end(tmp_path):
    data = b"x"
    for _ in range(50):
        data = zip_bytes({"deeper.ackademy": data})
    with pytest.raises(SubmissionError, match="no run in what was handed in"):
        read_submission({"x.ackademy": data}, "x")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/proc/self/mem", "no such file", "a\0b", "x" * 5000])
def test_what_is_no_file_is_no_course(path):
    with pytest.raises(TreeError):
        open_tree(path, OF_CLASS)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("crown/03-cant-hear-you.toml", 'alarm = "800ms"', 'alarm = "8099999999999999999999ms"'),
        ("sockets/02-shout.toml", 'patience = "400ms"', 'patience = "1500us"'),
        ("premise/07-echo.toml", 'patience = "200ms"', 'patience = "90min"'),
    ],
)
def test_a_parameter_beyond_what_may_be_answered_is_the_nearest_that_may(name, old, new):
    """The book waits as long as a level says, and a player may not wait for so long, or so short."""
    text = (HOME / name).read_text("utf-8")
    assert old in text
    for seat in (Book(), Random(7)):
        world = World(from_text(text.replace(old, new), "course/a.toml").scenario, seat, intervals=False)
        world.run(limit=EVENTS)
        assert world.count > 3


def test_a_name_that_is_none_is_said_of_a_further_act_too():
    text = SOUND + '\n[[act]]\ntitle = "Again"\n[act.nodes]\n"a b" = { runs = "echo.server" }\n'
    with pytest.raises(LevelError, match="'a b' is not a name"):
        from_text(text, "course/a.toml")
