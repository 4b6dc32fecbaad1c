"""A class of forty that plays the course of the tests, and what Moodle, Canvas and Gradescope make of what it hands in.

The names of files, folders and columns are those that the platforms' own sources and exports have: mod_assign's
downloader and offline worksheet, Canvas's ContentZipper and GradebookImporter, Gradescope's submission_metadata.yml.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from core.kernel.seats import Idle
from core.record import header_of, result_of, write
from levels.courses.course import open_course
from levels.courses.seeds import seed_of
from levels.courses.submission import written
from levels.proofs import play, prove_scenario, with_par_figures
from tests.levels.test_courses import RECEIPTS

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 11, 2, 23, 59, tzinfo=BERLIN)
FIRST = ("Aroha", "Ben", "Carla", "Dan", "Erin", "Félix", "Grace", "Hemi", "Ines", "Jack")
LAST = ("Example", "Fixture", "O'Sample", "van der Test")
COUNT = 40


class Pupil:
    """One of the class, by number from 0: every tenth hands in nothing, every tenth is late, every tenth loses."""

    def __init__(self, number):
        self.number = number
        self.id = f"s{number:03}"
        self.first, self.last = FIRST[number % 10], LAST[number // 10]
        self.name = f"{self.first} {self.last}"
        self.email = f"{self.id}@example.edu"
        self.canvas, self.moodle = 9000 + number, 8880000 + number
        self.hands_in = number % 10 != 9
        self.late = timedelta(hours=30) if number % 10 == 8 else timedelta(0)
        self.loses = number % 10 == 7
        self.at = DUE - timedelta(hours=number + 1) if not self.late else DUE + self.late

    @property
    def points(self):
        """Of the 30 of a1 and the 15 of a2: the book wins within par, whoever does nothing loses; 30 h are two days."""
        if not self.hands_in:
            return 0
        return 0 if self.loses else 24 if self.late else 30


CLASS = tuple(Pupil(number) for number in range(COUNT))


def roster():
    """The class as the course has it."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(["id", "name", "email", "canvas_id"])
    rows.writerows([one.id, one.name, one.email, one.canvas] for one in CLASS)
    return made.getvalue()


def run_bytes(folder, name, seed, *, idle=False, edit=lambda level: level, text=lambda level: level.text, signer=None):
    """A run file of a level of the course of the tests, by its proof, or of whoever does nothing; `text`: what it says
    that its level is."""
    with open_course(RECEIPTS) as course:
        level = edit(course.levels[name])
        scenario = with_par_figures(level, seed)
        world = play(scenario, Idle()) if idle else prove_scenario(level, scenario)
        path = folder / f"{name}-{seed}-{idle}.run"
        result = result_of(world, unseen=seed != level.scenario.seed)
        write(path, header_of(world.scenario, level.id, text(level)), world.answers, result, signer=signer)
    return path.read_bytes()


@cache
def _submissions(folder):
    found = {}
    for one in CLASS:
        if one.hands_in:
            seed = seed_of("five green bottles", "a1", one.id)
            runs = {f"{name}.run": run_bytes(folder, name, seed, idle=one.loses) for name in ("first-ping", "by-heart")}
            found[one.id] = zip_bytes(written("receipts", one.id, "", runs))
    return found


def zip_bytes(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return made.getvalue()


def moodle(folder, *, worksheet=True, folders=True, blind=False, old=False, german=False):
    """Moodle's "Download all submissions", with the grading worksheet beside."""
    files = {}
    for pupil, data in ((pupil, _submissions(folder).get(pupil.id)) for pupil in CLASS):
        if data is not None:
            name = ("Teilnehmer_in" if german else "Participant") if blind else pupil.name.replace("'", "")
            prefix = f"{name}_{pupil.moodle}_assignsubmission_file"
            inner = f"{'_' if old else ''}/" if folders else "_"
            files[f"{prefix}{inner}receipts-{pupil.id}.ackademy"] = data
            files[f"{name}_{pupil.moodle}_assignsubmission_onlinetext/onlinetext.html"] = b"<p>done</p>"
    if worksheet:
        sheet = moodle_worksheet_in_german() if german else moodle_worksheet()
        files["Grades-DS-Pings-4711.csv"] = sheet.encode("utf-8-sig")
    return zip_bytes(files)


def moodle_worksheet():
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    rows.writerow(
        ["Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade",
         "Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"]
    )  # fmt: skip
    for one in CLASS:
        at = f"{one.at:%A, %d %B %Y, %I:%M %p}" if one.hands_in else "-"
        status = "Submitted for grading - " if one.hands_in else "No submission - "
        if one.late:
            status += "1 day 6 hours late - "
        rows.writerow(
            [f"Participant {one.moodle}", one.name, one.id, one.email, status, "", "30.00", "Yes", at, "-", ""]
        )
    return made.getvalue()


MONTHS_IN_GERMAN = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
DAYS_IN_GERMAN = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def moodle_worksheet_in_german():
    """The same, from a Moodle that speaks German (language pack of mod_assign)."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    rows.writerow(
        ["ID", "Vollständiger Name", "ID-Nummer", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung",
         "Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)",
         "Feedback als Kommentar"]
    )  # fmt: skip
    for one in CLASS:
        day, month = DAYS_IN_GERMAN[one.at.weekday()], MONTHS_IN_GERMAN[one.at.month - 1]
        at = f"{day}, {one.at.day}. {month} {one.at:%Y, %H:%M}" if one.hands_in else "-"
        status = "Zur Bewertung abgegeben - " if one.hands_in else "Keine Abgabe - "
        if one.late:
            status += "1 Tag 6 Stunden zu spät - "
        rows.writerow(
            [f"Teilnehmer/in {one.moodle}", one.name, one.id, one.email, status, "", "30,00", "Ja", at, "-", ""]
        )
    return made.getvalue()


def canvas(folder, *, anonymous=False):
    """Canvas's "Download Submissions"."""
    files = {}
    for one in CLASS:
        if one.hands_in:
            name = "".join(letter for letter in f"{one.last}{one.first}".lower() if letter.isalnum())
            late = ["LATE"] if one.late else []
            who = [*late, f"anon_{one.id}"] if anonymous else [name, *late, str(one.canvas)]
            files["_".join([*who, str(550000 + one.number), "receipts-1.ackademy"])] = _submissions(folder)[one.id]
    return zip_bytes(files)


def canvas_gradebook():
    rows = ["Student,ID,SIS User ID,SIS Login ID,Section,Pings (4711),Essay (4712),Current Score"]
    rows.append("    Points Possible,,,,,30,10,(read only)")
    rows += [f'"{one.last}, {one.first}",{one.canvas},{one.id},{one.email},DS,,7,' for one in CLASS]
    rows.append('"Student, Test",1,,x,DS,,,')
    return "\n".join(rows) + "\n"


def gradescope(folder):
    """Gradescope's "Export Submissions"."""
    files, lines = {}, ["---"]
    for one in CLASS:
        if one.hands_in:
            key = f"submission_{70000 + one.number}"
            stamp = f"{one.at.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%S}.437617000 Z"
            files[f"assignment_99_export/{key}/receipts.ackademy"] = _submissions(folder)[one.id]
            lines += [
                f"{key}:", "  :submitters:", f'  - :name: "{one.name}"', f"    :sid: '{one.id}'",
                f"    :email: {one.email}", f"  :created_at: {stamp}",
                "  :score: 0.0", "  :status: processed", "  :results:", "    tests: []", "  :history: []",
            ]  # fmt: skip
    files["assignment_99_export/submission_metadata.yml"] = "\n".join(lines).encode()
    return zip_bytes(files)


def plain(folder):
    """A folder with a file for each."""
    return zip_bytes({f"{one.id}.ackademy": _submissions(folder)[one.id] for one in CLASS if one.hands_in})
