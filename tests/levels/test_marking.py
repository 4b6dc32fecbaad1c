"""A class of forty, from each platform's own download, in one command; points, lateness, refusals, tables, report."""

import csv
import io
import json
import shutil
import stat
import zipfile
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from core.record import new_identity
from core.recorder import Recorder
from core.session import Session
from levels.courses.classreport import by_persona, report_of
from levels.courses.course import open_course
from levels.courses.manifest import Late
from levels.courses.marking import Class, course_digest, mark_class
from levels.courses.packing import without_answers
from levels.courses.platforms import PlatformError, handed_in
from levels.courses.releasing import class_of
from levels.courses.roster import RosterError, Student, read_roster
from levels.courses.seeds import seed_of
from levels.courses.submission import SubmissionError, read_submission, written
from levels.courses.tree import OF_CLASS, open_tree
from levels.loader import from_text
from levels.proofs import with_par_figures
from tests.levels import classes
from tests.levels.classes import BERLIN, CLASS, run_bytes, zip_bytes
from tests.levels.test_courses import RECEIPTS, change, course, home, run

__all__ = ["course", "home"]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return tmp_path_factory.mktemp("played")


@pytest.fixture
def class_course(course):
    (course / "roster.csv").write_text(classes.roster(), "utf-8")
    return course


def marks_of(folder, path, names=("a1",)):
    """Student's id → his row."""
    with open_course(folder) as course, open_tree(path, OF_CLASS, portable=False) as tree:
        handed = handed_in(tree, course.manifest.timezone)
        wanted = [one for one in course.manifest.assignments if one.id in names]
        found = mark_class(course, tree, handed, class_of(course), wanted, processes=1)
    return {one.student.id: one for one in found}


PLATFORMS = {
    "moodle": (classes.moodle, "Moodle"), "canvas": (classes.canvas, "Canvas"),
    "gradescope": (classes.gradescope, "Gradescope"), "plain": (classes.plain, "a folder"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_class_of_forty_is_graded_by_one_command(class_course, tmp_path, played, capsys, name):
    make, platform = PLATFORMS[name]
    path = tmp_path / "download.zip"
    path.write_bytes(make(played))
    status, out, err = run(capsys, "grade", path, "--course", class_course, "--assignment", "a1", "--json")
    assert status == 0, err
    found = json.loads(out)
    assert (found["platform"], found["of"], len(found["students"])) == (platform, 30, 40)
    for pupil, row in zip(CLASS, found["students"], strict=True):
        assert (row["id"], row["known"], row["missing"]) == (pupil.id, True, not pupil.hands_in)
        points = pupil.points
        if pupil.late and name == "canvas":
            points = 27  # it does not say by how much
        if pupil.late and name == "plain":
            points = 30  # nobody says when
        assert row["total"] == points, (pupil.id, row)
        assert row["remarks"] == []
    if name in ("moodle", "gradescope"):
        assert found["students"][8]["late_s"] == {"a1": 30 * 3600}


@pytest.mark.parametrize("options", [
    {"folders": False}, {"blind": True}, {"old": True}, {"worksheet": False}, {"german": True},
    {"german": True, "blind": True},
])  # fmt: skip
def test_moodle_in_all_of_its_ways(class_course, tmp_path, played, options):
    path = tmp_path / "download.zip"
    path.write_bytes(classes.moodle(played, **options))
    found = marks_of(class_course, path)
    worksheet = options.get("worksheet", True)
    assert [row.total for row in found.values()] == [
        30 if pupil.late and not worksheet else pupil.points for pupil in CLASS
    ]


def test_a_folder_that_was_unpacked_is_as_good_as_the_zip(class_course, tmp_path, played):
    for name, make in (("m", classes.moodle), ("g", classes.gradescope)):
        zipfile.ZipFile(io.BytesIO(make(played))).extractall(tmp_path / name / "all of it")
        found = marks_of(class_course, tmp_path / name)
        assert [row.total for row in found.values()] == [pupil.points for pupil in CLASS]


def test_without_a_roster_the_class_is_whom_the_platform_names(class_course, tmp_path, played, capsys):
    change(class_course, "course.toml", ('roster = "roster.csv"\n', ""), ('salt = "five green bottles"\n', ""))
    path = tmp_path / "download.zip"
    path.write_bytes(classes.moodle(played))
    out = run(capsys, "grade", path, "--course", class_course, "--assignment", "a1", "--json")[1]
    rows = json.loads(out)["students"]
    assert {row["id"] for row in rows} == {pupil.id for pupil in CLASS}
    assert sum(row["missing"] for row in rows) == 4
    why = next(row["levels"]["by-heart"]["why"] for row in rows if not row["missing"])
    assert why.startswith("played on seed")  # no salt: the levels' own seeds are wanted


def test_what_platforms_import_is_as_they_want_it(class_course, tmp_path, played, capsys):
    path, sheet, book = tmp_path / "d.zip", tmp_path / "sheet.csv", tmp_path / "book.csv"
    path.write_bytes(classes.moodle(played))
    sheet.write_bytes(classes.moodle_worksheet().encode("utf-8-sig"))
    book.write_text(classes.canvas_gradebook(), "utf-8")
    words = (path, "--course", class_course, "--assignment", "a1")
    run(capsys, "grade", *words, "--moodle", tmp_path / "m1.csv")
    run(capsys, "grade", *words, "--moodle", tmp_path / "m2.csv", "--template", sheet)
    run(capsys, "grade", *words, "--canvas", tmp_path / "c1.csv")
    run(capsys, "grade", *words, "--canvas", tmp_path / "c2.csv", "--template", book)
    run(capsys, "grade", *words, "--gradescope", tmp_path / "g.csv")

    def rows(name):
        return list(csv.DictReader(io.StringIO((tmp_path / name).read_text("utf-8"), newline="")))

    for name in ("m1.csv", "m2.csv"):  # what assignfeedback_offline looks for
        by = {row["Identifier"]: row for row in rows(name)}
        assert {"Identifier", "Grade", "Last modified (grade)"} <= set(rows(name)[0])
        for pupil in CLASS:
            if pupil.hands_in:
                assert by[f"Participant {pupil.moodle}"]["Grade"] == f"{pupil.points:.2f}"
    original = list(csv.DictReader(io.StringIO(classes.moodle_worksheet())))
    for before, after in zip(original, rows("m2.csv"), strict=True):
        assert {**before, "Grade": "", "Feedback comments": ""} == {**after, "Grade": "", "Feedback comments": ""}
    head = (tmp_path / "c1.csv").read_text("utf-8").splitlines()[:2]
    assert head == ["Student,ID,SIS User ID,SIS Login ID,Section,Pings", "    Points Possible,,,,,30"]
    found = {row["ID"]: row for row in rows("c1.csv")}
    filled = {row["ID"]: row for row in rows("c2.csv")}
    for pupil in CLASS:
        points = str(pupil.points) if pupil.hands_in else ""
        assert found[str(pupil.canvas)]["Pings"] == filled[str(pupil.canvas)]["Pings (4711)"] == points
        assert filled[str(pupil.canvas)]["Essay (4712)"] == "7"
    scores = {row["SID"]: row for row in rows("g.csv")}
    assert scores["s008"]["Lateness (H:M:S)"] == "30:00:00"
    assert (scores["s009"]["Status"], scores["s009"]["Total Score"]) == ("Missing", "")


def test_the_class_in_one_table(class_course, tmp_path, played, capsys):
    path = tmp_path / "d.zip"
    path.write_bytes(classes.gradescope(played))
    assert run(capsys, "grade", path, "--course", class_course, "--csv", tmp_path / "marks.csv")[0] == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "marks.csv").read_text("utf-8"))))
    assert list(rows[0])[4:8] == ["first-ping", "by-heart", "capitals", "total"]
    assert [float(row["total"]) for row in rows] == [pupil.points for pupil in CLASS]
    assert rows[8]["late"].startswith("a1 by 1 d 6 h")
    assert rows[9]["handed in"] == "missing"
    out = run(capsys, "grade", path, "--course", class_course)[1]
    assert "36 handed in by Gradescope, 4 missing, of 45 points" in out


def test_what_is_asked_of_a_class_needs_a_course_and_the_other_way_round(course, capsys):
    assert "name its course by --course" in run(capsys, "grade", course, "--report", "-")[2]
    assert "does not go with --course" in run(capsys, "grade", course, "--course", course, "--seed", 3)[2]
    assert run(capsys, "grade", course, "--course", "nothing")[0] == 2
    assert run(capsys, "grade", course, course, "--course", course)[0] == 2
    assert "no assignment is called 'a9'" in run(capsys, "grade", course, "--course", course, "--assignment", "a9")[2]


# One student


@pytest.fixture
def hand_in(class_course, tmp_path):
    """Grades one student, s001, who handed in these runs; his row."""

    def graded(runs, *, names=("a1",), student="s001"):
        path = tmp_path / "one"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        (path / "s001.ackademy").write_bytes(zip_bytes(written("receipts", student, "", runs)))
        return marks_of(class_course, path, names)["s001"]

    return graded


@pytest.fixture
def mine():
    return seed_of("five green bottles", "a1", "s001")


def test_a_neighbour_s_run_or_one_of_another_seed_counts_nothing(hand_in, tmp_path, mine):
    other = seed_of("five green bottles", "a1", "s002")
    row = hand_in({"a.run": run_bytes(tmp_path, "first-ping", other)}, student="s002")
    assert row.total == 0
    assert row.marks["first-ping"].why == f"played on seed {other}, not on {mine}, which was given out"
    assert row.marks["by-heart"].why == "no run of it"
    assert row.remarks == ("it says that it is of 's002'",)


def test_whose_key_it_is_is_told_and_a_neighbour_s_counts_nothing(hand_in, tmp_path, mine, class_course):
    pytest.importorskip("cryptography")
    ben, carla = new_identity("Ben"), new_identity("Carla")
    rows = classes.roster().replace("canvas_id\n", "canvas_id,key\n").splitlines()
    keys = {"s001": ben.player, "s002": carla.player}
    text = "\n".join([rows[0], *(f"{row},{keys.get(row[:4], '')}" for row in rows[1:])])
    (class_course / "roster.csv").write_text(text, "utf-8")

    def of(signer):
        row = hand_in({"a.run": run_bytes(tmp_path, "first-ping", mine, signer=signer)})
        return row.marks["first-ping"].points, row.marks["first-ping"].why, row.remarks

    assert of(ben) == (10, "", ())
    assert of(None) == (10, "", ("s001.ackademy/runs/a.run: not signed",))
    points, why, remarks = of(carla)
    assert (points, why) == (0, "signed with the key of Carla Example")
    assert remarks == ("s001.ackademy/runs/a.run: signed with the key of Carla Example",)
    points, why, remarks = of(new_identity("Dan"))
    assert (points, why, "signed by another key" in remarks[0]) == (10, "", True)
    signed = run_bytes(tmp_path, "first-ping", mine, signer=ben)
    forged = hand_in({"a.run": signed.replace(b'"value": 1', b'"value": 2', 1)})
    assert forged.marks["first-ping"].why.startswith("refused: ")


def test_an_edited_run_counts_nothing_and_says_why(hand_in, tmp_path, mine):
    lost = run_bytes(tmp_path, "first-ping", mine, idle=True)
    row = hand_in({"a.run": lost.replace(b'"won": false', b'"won": true')})
    assert row.total == 0
    assert row.marks["first-ping"].why.startswith("refused: ")


def test_a_level_that_was_made_easier_is_refused_and_a_packed_one_is_not(hand_in, tmp_path, mine, class_course):
    def packed(level):
        return from_text(without_answers(level.text, debriefs=False), level.path, level.within)

    row = hand_in({"a.run": run_bytes(tmp_path, "first-ping", mine)})
    assert row.marks["first-ping"].points == 10
    row = hand_in({"a.run": run_bytes(tmp_path, "first-ping", mine, edit=packed)})
    assert (row.marks["first-ping"].points, row.marks["first-ping"].why) == (10, "")
    text = (class_course / "levels/02-by-heart.toml").read_text("utf-8")
    assert (
        course_digest(text)
        == course_digest(without_answers(text))
        == course_digest(without_answers(text, debriefs=False))
    )
    for change_of in (
        ("count = 6", "count = 5"),
        ("messages = 16", "messages = 99"),
        ('"1s"', '"9s"'),
        ("Send it", "Hm"),
    ):
        assert course_digest(text.replace(*change_of)) != course_digest(text)

    def easier(level):
        return from_text(level.text.replace("count = 4", "count = 3"), level.path, level.within)

    easy = run_bytes(tmp_path, "first-ping", mine, edit=easier)
    row = hand_in({"a.run": easy})
    assert row.marks["first-ping"].points == 0
    assert "is another text than the one that was wanted" in row.marks["first-ping"].why


def test_a_par_is_the_course_s_although_the_packed_level_has_no_proof(hand_in, tmp_path, mine):
    for name, points in (("by-heart", 20), ("first-ping", 10)):
        data = run_bytes(tmp_path, name, mine, text=lambda level: without_answers(level.text, debriefs=False))
        mark = hand_in({"a.run": data}).marks[name]
        assert (mark.points, mark.why) == (points, "")
        assert all(figure.par for measure, figure in mark.row.figures.items() if measure in ("messages", "time"))


def test_hints_and_attempts_are_counted(hand_in, tmp_path, mine, class_course):
    good, lost = run_bytes(tmp_path, "first-ping", mine), run_bytes(tmp_path, "first-ping", mine, idle=True)
    runs = {f"{place}.run": lost for place in range(2)}
    assert hand_in({**runs, "9.run": good}).marks["first-ping"].points == 10
    mark = hand_in({**runs, "2.run": lost, "9.run": good}).marks["first-ping"]
    assert mark.points == 0
    change(class_course, "course.toml", ("attempts = 3\n", ""))
    assert hand_in({**runs, "2.run": lost, "9.run": good}).marks["first-ping"].points == 10


def attempts_bytes(folder, seed, wins):
    """A run file with an attempt for each of these: won by the book, or lost by wrong numbers, then gone back to the
    first question."""
    with open_course(RECEIPTS) as course:
        level = course.levels["first-ping"]
    session = Session(with_par_figures(level, seed))
    path = folder / f"attempts-{len(wins)}-{sum(wins)}.run"
    with Recorder(path, session, level=level.id, text=level.text):
        first = None
        for place, won in enumerate(wins):
            if place:
                session.jump(first)
            while not session.over:
                if (question := session.question) is None:
                    session.step()
                    continue
                verdict = session.answer(question.asked.book + (0 if won else 70), question)
                first = verdict.event if first is None else first
    return path.read_bytes()


def test_of_a_run_with_more_attempts_than_are_allowed_the_first_ones_count(hand_in, tmp_path, mine, class_course):
    """Whoever won in time loses nothing by going on, and nobody wins by trying until it fits."""
    early, late = (attempts_bytes(tmp_path, mine, wins) for wins in ((0, 1, 0, 0, 1), (0, 0, 0, 1)))
    mark = hand_in({"a.run": early}).marks["first-ping"]
    assert (mark.row.attempts, [tried.number for tried in mark.row.tries if tried.won]) == (5, [2, 5])
    assert mark.points == 10
    mark = hand_in({"a.run": late}).marks["first-ping"]
    assert (mark.points, mark.why) == (0, "won at attempt 4, and 3 count")
    lost = attempts_bytes(tmp_path, mine, (0, 0))
    mark = hand_in({"0.run": lost, "1.run": early}).marks["first-ping"]  # of the second run only the first is left
    assert (mark.points, mark.why) == (0, "lost")
    assert hand_in({"0.run": early, "1.run": lost}).marks["first-ping"].points == 10
    change(class_course, "course.toml", ("attempts = 3\n", ""))
    assert hand_in({"a.run": late}).marks["first-ping"].points == 10


@pytest.mark.parametrize(
    ("rule", "seconds", "share"),
    [
        (Late(), 0, 1), (Late(), 1, 0), (Late(), None, 0), (Late("full"), 10**6, 1), (Late("platform"), None, 1),
        (Late("cost", 10, 86400, 3 * 86400), 1, Fraction(9, 10)),
        (Late("cost", 10, 86400, 3 * 86400), 86400, Fraction(9, 10)),
        (Late("cost", 10, 86400, 3 * 86400), 86401, Fraction(8, 10)),
        (Late("cost", 10, 86400, 3 * 86400), 3 * 86400 + 1, 0), (Late("cost", 60, 3600), 7201, 0),
        (Late("cost", 10, 86400), None, Fraction(9, 10)),
    ],
)  # fmt: skip
def test_what_is_late_costs_what_the_rule_says(rule, seconds, share):
    assert rule.share(seconds) == share


def test_grace_and_extensions():
    with open_course(RECEIPTS) as found:
        first = found.manifest.assignments[0]
        assert first.seconds_late(first.due) == 0
        late = first.due.replace(day=3, hour=0, minute=9)
        assert first.seconds_late(late) == 0  # within the grace
        later = first.due.replace(day=3, hour=0, minute=10)
        assert first.seconds_late(later) == 660
        assert first.seconds_late(later, 3600) == 0


# Who it is


def test_names_are_known_in_every_order_and_two_of_one_name_are_nobody():
    ada, ben = Student("1", "Ada van der Test"), Student("2", "Ben Félix")
    found = Class([ada, ben])
    for name in ("Ada van der Test", "vandertestada", "Test, Ada van der", "VAN DER TEST ADA"):
        assert found.whom({"name": name}) is ada
    assert found.whom({"name": "félixben"}) is ben
    assert found.whom({"name": "Ada"}) is None
    assert Class([ada, Student("3", "Ada van der Test")]).whom({"name": "Ada van der Test"}) is None
    assert Class([ada, Student("3", "Ada van der Test", canvas_id="7")]).whom({"name": "x", "canvas_id": "7"}).id == "3"


def test_what_nobody_of_the_roster_handed_in_is_said(class_course, tmp_path, mine):
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "stranger.ackademy").write_bytes(zip_bytes(written("receipts", "", "", {"a.run": b"{}"})))
    (folder / "s002.ackademy").write_bytes(b"what is this?")
    found = marks_of(class_course, folder)
    assert found["stranger"].remarks[0] == "in no line of the roster"
    assert not found["stranger"].is_known
    assert found["s002"].remarks == ("there is no run in what was handed in: x/s002.ackademy",) or (
        "there is no run" in found["s002"].remarks[0]
    )


def test_one_student_s_odd_file_stops_no_class(class_course, tmp_path, mine, played, capsys):
    path = tmp_path / "d.zip"
    path.write_bytes(classes.moodle(played))
    with zipfile.ZipFile(path, "a") as made:
        folder = f"Aroha Example_{CLASS[0].moodle}_assignsubmission_file/"
        made.writestr(f"{folder}../../evil.run", b"x")
        made.writestr(f"{folder}notes \u202e.txt", b"x")
        link = zipfile.ZipInfo(f"{folder}link.run")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr(f"{folder}other.ackademy", b"PK\x03\x04 broken")
    status, out, err = run(capsys, "grade", path, "--course", class_course, "--assignment", "a1", "--json")
    assert status == 0
    assert json.loads(out)["students"][0]["total"] == 30
    assert err.count("not looked at: ") == 3
    assert "leads out of its folder" in err
    assert "\u202e" not in err


def test_a_german_moodle_gets_its_own_worksheet_back(class_course, tmp_path, played, capsys):
    path, sheet, filled = tmp_path / "d.zip", tmp_path / "sheet.csv", tmp_path / "m.csv"
    path.write_bytes(classes.moodle(played, german=True))
    sheet.write_bytes(classes.moodle_worksheet_in_german().encode("utf-8-sig"))
    run(capsys, "grade", path, "--course", class_course, "--assignment", "a1", "--moodle", filled, "--template", sheet)
    original = list(csv.DictReader(io.StringIO(classes.moodle_worksheet_in_german())))
    rows = list(csv.DictReader(io.StringIO(filled.read_text("utf-8"), newline="")))
    ours = {"Bewertung": "", "Feedback als Kommentar": ""}
    for before, after, pupil in zip(original, rows, CLASS, strict=True):
        assert {**before, **ours} == {**after, **ours}
        assert after["Bewertung"] == (f"{pupil.points:.2f}" if pupil.hands_in else "")


def test_rosters_of_platforms_are_read():
    canvas = read_roster(classes.canvas_gradebook().encode(), "book.csv")
    assert [one.canvas_id for one in canvas] == [str(pupil.canvas) for pupil in CLASS]
    assert canvas[0].id == "s000"
    moodle = read_roster(classes.moodle_worksheet().encode("utf-8-sig"), "sheet.csv")
    assert (moodle[3].id, moodle[3].moodle_id, moodle[3].email) == ("s003", "8880003", "s003@example.edu")
    german = read_roster(classes.moodle_worksheet_in_german().encode("utf-8-sig"), "sheet.csv")
    assert german == moodle
    scope = read_roster(b"First Name;Last Name;SID;Email\r\nAda;Example;1;a@b\r\n", "r.csv")
    assert (scope[0].id, scope[0].name) == ("1", "Ada Example")
    keys = read_roster(b"student,key\ns1,aa\ns1,bb\ns2,cc\n", "r.csv")
    assert [(one.id, one.keys) for one in keys] == [("s1", ("aa", "bb")), ("s2", ("cc",))]
    for text in (b"", b"a,b\n1,2\n", b"\xff\xfe", b"id\n1\n1\n", b"id,extension\n1,soon\n"):
        with pytest.raises(RosterError):
            read_roster(text, "r.csv")


def test_a_formula_stays_text_in_the_tables(class_course, tmp_path, played, capsys):
    text = (class_course / "roster.csv").read_text("utf-8").replace("Aroha Example", "=HYPERLINK(1)")
    (class_course / "roster.csv").write_text(text, "utf-8")
    path = tmp_path / "d.zip"
    path.write_bytes(classes.plain(played))
    run(capsys, "grade", path, "--course", class_course, "--csv", tmp_path / "marks.csv")
    assert "'=HYPERLINK(1)" in (tmp_path / "marks.csv").read_text("utf-8")


@pytest.mark.parametrize(
    "text", ["a: &a [1]\nb: *a\n", "- 1\n", "a: [", "a: 1\n", "submission_1:\n  :submitters: 3\n", "\x00"]
)
def test_metadata_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "submission_metadata.yml").write_text(text, "utf-8")
    with open_tree(tmp_path, OF_CLASS) as tree, pytest.raises(PlatformError):
        handed_in(tree, BERLIN)


def test_a_submission_is_read_packed_and_unpacked_and_runs_alone(tmp_path, mine):
    data = run_bytes(tmp_path, "first-ping", mine)
    files = written("receipts", "s001", "", {"a.run": data})
    packed = read_submission({"x.ackademy": zip_bytes(files)}, "x")
    assert (packed.course, packed.student, list(packed.runs)) == ("receipts", "s001", ["x.ackademy/runs/a.run"])
    assert read_submission(files, "x").student == "s001"
    assert list(read_submission({"mine.run": data, "notes.txt": b"hi"}, "x").runs) == ["mine.run"]
    for wrong in ({}, {"a.pdf": b"%PDF"}, {"x.zip": b"PK\x03\x04junk"}, {**files, "submission.json": b"[]"}):
        with pytest.raises(SubmissionError):
            read_submission(wrong, "x")


# The report


def test_the_report_counts_first_answers_by_rule_and_persona(class_course, tmp_path, played, capsys):
    path = tmp_path / "d.zip"
    path.write_bytes(classes.gradescope(played))
    found = list(marks_of(class_course, path).values())
    report = report_of(found, Fraction(30))
    assert (report.students, report.missing) == (40, 4)
    assert {(rule.level, rule.broken, rule.of) for rule in report.rules} >= {("first-ping", 4, 36)}  # who did nothing
    first = found[0].rows[0].first[0]
    wrong = replace(first, kind="wrong", label="the other number", persona="counts on its own")
    rows = (
        replace(found[0].rows[0], first=(wrong, first)),
        replace(found[0].rows[0], first=(replace(wrong, label="x"),)),
    )
    report = report_of([replace(found[0], rows=rows)], Fraction(30))
    assert [(rule.label, rule.broken) for rule in report.rules] == [("the other number", 1)]  # the second is no first
    assert by_persona(report) == [("counts on its own", 1)]
    for ending in ("txt", "csv", "svg"):
        words = ("--course", class_course, "--report", tmp_path / f"r.{ending}", "--histogram")
        assert run(capsys, "grade", path, *words)[0] == 0
    text = (tmp_path / "r.txt").read_text("utf-8")
    assert "36 of 40 handed in something" in text
    assert "27 to 30 points" in text or "40.5 to 45 points" in text
    assert ElementTree.parse(tmp_path / "r.svg").getroot().tag.endswith("svg")
    assert (tmp_path / "r.csv").read_text("utf-8").startswith("level,choice,case,rule,persona")


# From the student's side


def test_from_pack_to_marks(class_course, tmp_path, capsys):
    students = tmp_path / "students.zip"
    run(capsys, "pack", class_course, "-o", students)
    run(capsys, "install", students, "--as", "s004")
    assert run(capsys, "submit", "receipts")[0] == 2
    runs = tmp_path / "home" / "runs"
    runs.mkdir(parents=True)
    run(capsys, "run", "receipts/first-ping", "--record", runs / "mine.run")
    (runs / "other.run").write_bytes(run_bytes(tmp_path, "first-ping", 1).replace(b"receipts/", b"another/"))
    path = tmp_path / "in" / "mine.ackademy"
    path.parent.mkdir()
    status, _, err = run(capsys, "submit", "receipts", "--assignment", "a1", "-o", path)
    assert (status, "first-ping: 1 run\n" in err, "by-heart: 0 runs, which is missing" in err) == (0, True, True)
    assert "nothing was sent" in err
    assert sorted(zipfile.ZipFile(path).namelist()) == ["runs/mine.run", "submission.json"]
    path.rename(path.with_name("s004.ackademy"))
    status, out, _ = run(capsys, "grade", path.parent, "--course", class_course, "--assignment", "a1", "--json")
    row = next(one for one in json.loads(out)["students"] if one["id"] == "s004")
    assert (status, row["total"], row["levels"]["by-heart"]["why"]) == (0, 10, "no run of it")
    results = tmp_path / "results.json"
    words = (path.parent, "--course", class_course, "--assignment", "a1", "--gradescope", results)
    assert run(capsys, "grade", *words)[0] == 0
    told = json.loads(results.read_text("utf-8"))
    assert (told["score"], [test["max_score"] for test in told["tests"]]) == (10, [10, 20])


@pytest.mark.parametrize("how", ["the file", "a folder of it", "unpacked", "unpacked in a folder"])
def test_a_submission_is_graded_as_submit_names_it(class_course, tmp_path, how):
    """`submit` writes receipts-s004.ackademy, which is nobody's name in the roster: what it says is whose it is."""
    data = run_bytes(tmp_path, "first-ping", seed_of("five green bottles", "a1", "s004"))
    files = written("receipts", "s004", "", {"a.run": data})
    path = tmp_path / "in"
    path.mkdir()
    if how.startswith("unpacked"):
        folder = path / "mine" if how.endswith("folder") else path
        (folder / "runs").mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    else:
        (path / "receipts-s004.ackademy").write_bytes(zip_bytes(files))
        path = path / "receipts-s004.ackademy" if how == "the file" else path
    marked = marks_of(class_course, path)
    assert set(marked) == {student.id for student in CLASS}
    assert marked["s004"].total == 10


def test_what_a_submission_says_counts_only_where_nobody_else_says_who_it_is(class_course, tmp_path):
    path = tmp_path / "x"
    path.mkdir()
    data = run_bytes(tmp_path, "first-ping", seed_of("five green bottles", "a1", "s002"))
    (path / "s002.ackademy").write_bytes(zip_bytes(written("receipts", "s004", "", {"a.run": data})))
    marked = marks_of(class_course, path)
    assert (marked["s002"].total, marked["s004"].missing) == (10, True)
    assert "it says that it is of 's004'" in marked["s002"].remarks
