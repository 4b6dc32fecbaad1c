"""What a linter lets through in silence: a mend that is wrong, one cause with seven errors, the gravest said last."""

import os
from pathlib import Path

import pytest

from core.kernel.text import columns, harmless
from levels.check import QUICK, Effort, Severity, check, check_file
from levels.loader import every_act, from_text
from levels.report import Finding, Gravity, Report, Work
from levels.schema import Problem
from levels.wording import rows_of, wrong_words
from tests.levels.helpers import SOUND, changed, problems_of
from tui.cli import main
from tui.commands.check import Patience

FEW = Effort(chance=20, personas=8, shortest=False)


def found_in(text, effort=FEW):
    return [(one.severity, one.words) for one in check(from_text(text, "course/a.toml"), effort).findings]


LIST = 'a comma is missing in a list, found \'"a hint", "the number"]\': put a comma between two things of a list'
TABLE = "a comma is missing in a table, found 'count = 4, patience = \"200ms\" ': "
TABLE_MEND = "put a comma between two things of a table"
LINES = (
    "a table in { } stands on one line, the line ends here: "
    "write it all on the line on which it began, and close it with }"
)
QUOTES = "names with other letters than a to z stand in quotes"
NOTHING = "a name or a heading should stand here, found '= 4': name = value, or [name] above several of them"
CLOSE = "close it with as many ] as it began with ["
MENDS = [
    ('"a nudge", "a', '"a nudge" "a', "32:20: " + LIST),
    ('"a nudge", "a', '"a nudge"\n"a', "33:1: " + LIST),
    ('862"]', '862"\n[play]\nsay = "after"', "36:1: a list does not end, found '[play]': close it with ]"),
    ('862"]', '862"\nnudge = "so"', "36:1: a list does not end, found 'nudge = \"so\"': close it with ]"),
    ('echo.client", count', 'echo.client" count', "9:33: " + TABLE + TABLE_MEND),
    ('echo.client", count', 'echo.client",\ncount', "9:33: " + LINES),
    ("{ latency", "{  # slow\nlatency", "13:14: " + LINES),
    ('"40ms" }', '"40ms",}', "13:30: a table in { } ends with a comma, found '}': leave the last comma out"),
    ("[goal]", "goal]", "22:5: a heading does not begin, found ']': open it with [, such as [goal]"),
    ("[goal]", "[goal", "22:6: a heading does not end, the line ends here: " + CLOSE),
    ("[goal]", "[the goal]", "22:6: a heading is one name, found 'goal]': names with spaces stand in quotes"),
    ("[goal]", "[]", "22:2: a heading has no name, found ']': such as [goal]"),
    ("seed = 4", "seed: 4", "4:5: an '=' should stand here, found ': 4': name = value"),
    ("seed = 4", "größe = 4", "4:3: an '=' should stand here, found 'öße = 4': " + QUOTES),
    ("seed = 4", "= 4", "4:1: " + NOTHING),
]


@pytest.mark.parametrize(("old", "new", "said"), MENDS, ids=[said for *_, said in MENDS])
def test_the_mend_of_what_is_no_toml_fits(old, new, said):
    assert problems_of(changed((old, new))) == [said]


HEADINGS = {
    "level": (1, "title"), "nodes": (8, "client"), "links": (12, "default"), "seats": (15, "server"),
    "[happens]": (18, "lose"), "goal": (22, "win"), "par": (26, "messages"), "text": (30, "brief"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADINGS)
def test_a_lost_heading_is_one_problem_where_it_was(name):
    line, key = HEADINGS[name]
    said = f"{key} belongs under [{name}], and there is no [{name}]: write [{name}] on a line above it"
    assert problems_of(changed((f"[{name}]\n", ""))) == [f"{line}:1: {said}"]


def test_what_else_is_wrong_is_said_of_a_file_that_lost_a_heading_too():
    text = changed(("[goal]\n", ""), ('"5s"', '"5"'), ("echo.server", "echo.sever"))
    assert [line.split(" ")[0] for line in problems_of(text)] == ["10:19:", "22:1:", "23:9:"]


def test_fields_of_a_request_are_no_par():
    """Whoever leaves [par] out may still have a happening whose field is called as a measure."""
    text = SOUND.replace('[par]\nmessages = "book"\ntime = "book + 20%"\n', "")
    text = text.replace(
        "nth = 2", 'nth = 2\n[[happens]]\nat = "1s"\nforge = "client -> server"\nmessage = "Ping"\ntime = 3'
    )
    assert not any("par" in line for line in problems_of(text))


@pytest.mark.parametrize("row", ["p1..p1000000", "p1..p9999", "p1..p300"])
def test_too_many_nodes_are_one_problem(row):
    """What names the nodes elsewhere is no second mistake."""
    said = f"'{row}' makes more than 256 names, and a level has no more nodes"
    text = changed(("server = { runs", f'"{row}" = {{ runs'))
    assert problems_of(text) == [f"10:1: {said}"]


def test_nodes_of_several_rows_count_together():
    said = "258 nodes, with those above: at most 256 in a level"
    rows = 'server = { runs = "echo.server" }\n"p1..p256" = { runs = "echo.client" }'
    assert problems_of(changed(('server = { runs = "echo.server" }', rows))) == [f"11:1: {said}"]


def test_a_goal_of_nodes_that_run_nothing_says_so():
    text = changed(('{ runs = "echo.client", count = 4, patience = "200ms" }', "{ router = true }"))
    text = text.replace('{ runs = "echo.server" }', "{ router = true }")
    said = [line for line in problems_of(text) if "no law says" in line]
    assert said
    assert all(line.endswith("no node runs anything") for line in said)


def test_a_proof_beyond_par_names_the_measure_and_has_times_as_people_read_them():
    text = changed(('time = "book + 20%"', 'time = "500ms"'))
    said = "its proof is not within par: time 520 ms, and par is 500 ms: a par that its proof keeps"
    assert (Severity.ERROR, said) in found_in(text)
    assert not any("messages" in words for _, words in found_in(text) if "par" in words)


def test_doing_nothing_comes_first_and_alone():
    """Whoever else wins without knowing anything wins for the same reason."""
    text = changed(
        ('"client has every answer, in order, once", ', ""), ('"RFC 862"', ""), ('"a hint", ', ""), ("summary =", "#")
    )
    errors = [words for severity, words in found_in(text) if severity is Severity.ERROR]
    assert errors[0].startswith("doing nothing wins on 8 of 8 seeds")
    assert [words for words in errors if " wins on " in words] == errors[:1]
    assert any(words.startswith("2 hints") for words in errors[1:])


def test_errors_come_before_warnings_and_the_gravest_first():
    rows = [
        (Severity.WARNING, Gravity.WON, 1), (Severity.ERROR, Gravity.WORDS, 1), (Severity.ERROR, Gravity.PLAYS, 4),
        (Severity.ERROR, Gravity.PLAYS, 3), (Severity.ERROR, Gravity.WON, 9), (Severity.NOTE, Gravity.WON, 0),
    ]  # fmt: skip
    findings = [Finding(severity, Problem("a", line, 1, "so"), grave=grave) for severity, grave, line in rows]
    said = [(one.severity, one.problem.line) for one in sorted(findings, key=lambda one: one.order)]
    error = Severity.ERROR
    assert said == [(error, 9), (error, 3), (error, 4), (error, 1), (Severity.WARNING, 1), (Severity.NOTE, 0)]


# What is read


def read_of(*pairs):
    level = from_text(changed(*pairs), "course/a.toml")
    return [f"{found}: {mend}" for _, found, mend in wrong_words(level)]


CUT = "is cut on a small screen: it takes"
WORDS = [
    ('"a hint"', '""', "hint 2 says nothing: a nudge, a hint, the solution"),
    ('"a hint"', '" ... "', "hint 2 says nothing: a nudge, a hint, the solution"),
    ('"a hint"', '"A  Nudge"', "hint 2 says the same as hint 1: each says more than the last"),
    ('"a hint"', f'"{"so it is " * 30}"', f"hint 2 {CUT} 4 rows of 76: at most 3"),
    ("Anybody there?", "so it is " * 60, "the title is 539 columns wide: at most 60"),
    ("Anybody there?", "誰" * 31, "the title is 62 columns wide: at most 60"),
    ("Answer pings", "答" * 77, "the summary is 182 columns wide: at most 152"),
    ("Send the number back.", "数" * 300, "the brief is 620 columns wide: at most 608"),
    ("was lost.", "a" * 200_000, "a word of 200,000 letters, 'aaaaaaaaaaaa' …: at most 60"),
    ("was lost.", "б" * 61, "a word of 61 letters, 'бббббббббббб' …: at most 60"),
    ("was lost.", "so it is " * 400, "the debrief is 3,617 columns wide: at most 3,040"),
    ("RFC 862", "RFC " * 50, "the source is 200 columns wide: at most 152"),
    ("sources =", f'task = "{"so it is " * 30}"\nsources =', f"the task {CUT} 4 rows of 76: at most 2"),
    ("sources =", f'line = "{"so it is " * 30}"\nsources =', f"the line {CUT} 4 rows of 76: at most 3"),
    ("sources =", f'nudge = "{"so it is " * 30}"\nsources =', f"the nudge {CUT} 4 rows of 76: at most 3"),
]


@pytest.mark.parametrize(("old", "new", "said"), WORDS, ids=[said for *_, said in WORDS])
def test_what_has_no_room_or_says_nothing_is_said(old, new, said):
    assert read_of((old, new)) == [said]
    assert read_of() == []


def test_what_is_said_of_an_end_has_room_too():
    ends = f'ends = {{ "client has every answer, in order, once" = "{"so it is " * 30}" }}\nsources ='
    assert read_of(("sources =", ends)) == [f"what is said of this end {CUT} 4 rows of 76: at most 3"]


@pytest.mark.parametrize(
    ("old", "place"),
    [
        ("Anybody there?", "title"),
        ("Answer pings", "summary"),
        ("a nudge", "hints"),
        ("The second answer was lost,", "lift"),
        ('"The second answer was lost."', "debrief"),
        ("Send the number", "brief"),
        ("862", "sources"),
    ],
)
def test_a_key_of_no_move_is_said_in_every_text(old, place):
    new = '"{key:enter}"' if old.startswith('"') else "{key:enter}"
    level = from_text(changed((old, new)), "course/a.toml")
    assert [(place in path, found) for path, found, _ in wrong_words(level)] == [
        (True, "no move of the player's is called 'enter'")
    ]


def test_an_error_of_words_fails_a_level():
    assert any("says nothing" in words for severity, words in found_in(changed(('"a hint"', '""'))))


def test_every_text_of_the_campaign_has_room():
    assert [(act.id, *one) for act in every_act() for one in wrong_words(act)] == []


def test_rows_are_counted_without_the_marks_of_letters():
    assert rows_of("a " * 38) == 1
    assert rows_of("**a** " * 38) == 1
    assert rows_of("a " * 39) == 2
    assert rows_of("字" * 39) == 2


def test_a_lift_in_wide_letters_is_measured_by_what_it_takes():
    said = found_in(changed(("The second answer was lost, and nobody knew.", "字" * 70)))
    assert any(words.startswith("the lift has 140 columns") for _, words in said)


# Amounts without bounds


def test_a_par_that_nobody_exceeds_is_none():
    said = "par is the book's time and 900 % more: nobody pays that much: at most 100 %"
    assert (Severity.ERROR, said) in found_in(changed(("20%", "900%")))


@pytest.mark.parametrize("limit", ["10000000000000000s", "61min"])
def test_a_limit_has_an_end(limit):
    assert problems_of(changed(('"5s"', f'"{limit}"'))) == [f"24:9: a limit of '{limit}': at most 60 min 00 s"]
    assert problems_of(changed(('"5s"', '"60min"'))) == []


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no such device here")
def test_a_file_without_an_end_is_too_large():
    (finding,) = check_file(Path("/dev/zero")).findings
    assert finding.problem.found == "this file is too large"


def test_of_a_large_file_no_more_is_read_than_shows_it(tmp_path):
    file = tmp_path / "large.toml"
    file.write_bytes(b"\xff" * 600_000)  # not even text: that is not what is said of it
    (finding,) = check_file(file).findings
    assert finding.problem.found == "this file is too large"


# Letters that are text


@pytest.mark.parametrize("text", ["👩\u200d💻", "❤️\u200d🔥", "می\u200cخواهم", "क्\u200dष", "\u0601٢", "🏳️\u200d🌈!"])
def test_joiners_where_they_join_are_text(text):
    assert problems_of(changed(("a nudge", text))) == []
    assert harmless(text) == text


@pytest.mark.parametrize(
    "text", ["a\u200db", "\u200dक", "👩\u200d", "👩\u200d\u200d💻", "a\u200c", "می\u202eخ", "\ufeffa"]
)
def test_joiners_that_join_nothing_are_none(text):
    assert problems_of(changed(("a nudge", text)))
    assert "?" in harmless(text)


@pytest.mark.parametrize(
    ("text", "wide"), [("abc", 3), ("日本", 4), ("é", 1), ("e\u0301", 1), ("👩\u200d💻", 4), ("", 0)]
)
def test_columns_are_what_a_terminal_gives(text, wide):
    assert columns(text) == wide


# Hints that are tried, and what a level says that it covers


PATIENT = (
    ('server = { player = ["echo.number"] }', 'client = { player = ["echo.patience"] }'),
    ('covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }', "covers = []"),
)
TRIED = Effort(chance=1, personas=32, shortest=False)


def tried(hint, *changes):
    found = check(from_text(changed(('"the number"', f'"{hint}"'), *changes), "course/a.toml"), TRIED).findings
    return [one.words for one in found if "the last hint" in one.words]


@pytest.mark.parametrize("hint", ["Send 3.", "It is `3`.", "**3**", "3"])
def test_a_last_hint_that_names_a_wrong_answer_is_tried_on_all_seeds(hint):
    said = "the last hint names '3', and whoever follows it loses on 32 of 32 seeds: "
    assert tried(hint) == [said + "the answer that wins, or words that say on what it depends"]


@pytest.mark.parametrize("hint", ["Wait 300 ms.", "`300 ms` is long enough, but not for ever."])
def test_a_last_hint_that_wins_is_sound(hint):
    assert tried(hint, *PATIENT) == []


def test_a_last_hint_that_loses_by_waiting_too_long_is_not():
    (said,) = tried("Wait 2 s.", *PATIENT, ('limit = "5s"', 'limit = "1s"'))
    assert said.startswith("the last hint names '2 s', and whoever follows it loses on 32 of 32 seeds")


@pytest.mark.parametrize("hint", ["If it is new send 3.", "First 3; then 4.", "`3` or `4`", "The number that came."])
def test_what_depends_on_something_names_no_answer(hint):
    assert tried(hint) == []


def test_a_quick_check_tries_no_hint():
    assert not any("the last hint" in words for _, words in found_in(changed(('"the number"', '"3"')), QUICK))


def test_a_list_of_rows_shows_nothing():
    """Any row of the curriculum could stand there."""
    old = 'covers = { message-purposes = ["echo.number: a new ping", "echo.number: a ping seen before"] }'
    mend = 'covers = { tcp-data-ack = ["echo.number"] }: what is asked that is about it'
    said = f"nothing shows that it covers tcp-data-ack: {mend}"
    assert (Severity.ERROR, said) in found_in(changed((old, 'covers = ["tcp-data-ack"]')))
    said = "nothing shows that it covers tcp-data-ack: the choices, or their cases, that are about it"
    assert (Severity.ERROR, said) in found_in(changed((old, "covers = { tcp-data-ack = [] }")))


# A story that is optional


def test_a_fault_that_the_shortest_win_never_meets_is_said_with_that_win():
    text = changed(
        ('"client has every answer, in order, once", ', ""),
        ("count = 4", "count = 2"),
        ('lose = "server -> client"\nnth = 2', 'at = "4500ms"\nclock = "server"\nby = "1s"'),
    )
    report = check(from_text(text, "course/a.toml"), Effort(1, 1, hints=False))
    (said,) = [one for one in report.findings if "never meets" in one.words]
    assert said.severity is Severity.WARNING
    assert said.words.startswith("the shortest win never meets this clock jump: echo.number 1")
    sound = check(from_text(SOUND, "course/a.toml"), Effort(1, 1, hints=False))
    assert not any("never meets" in one.words for one in sound.findings)
    stumbled = text.replace("seed = 4", 'seed = 4\nstumble = "a first step"')
    told = check(from_text(stumbled, "course/a.toml"), Effort(1, 1, hints=False))
    assert not any("never meets" in one.words for one in told.findings)


# A check that takes long


def test_a_check_that_takes_long_says_what_it_does_and_at_last_why(capsys):
    now = iter([0.0, 9.0, 10.0, 10.0, 12.0, 31.0, 31.0, 40.0])
    patience = Patience("slow.toml", lambda: next(now))
    patience.note("chance", 1, 200)
    patience.note("chance", 2, 200)
    patience.note("chance", 3, 200)
    patience.note("personas", 5, 64)
    report = Report("slow.toml", work={"chance": Work(40, 4_000, 9.0), "personas": Work(50, 100_000, 30.0)})
    patience.explain(report)
    assert capsys.readouterr().err.splitlines() == [
        "slow.toml: 10 s so far, now chance, 2 of 200",
        "slow.toml: 31 s so far, now personas, 5 of 64",
        "slow.toml: this took 40 s, most of it personas: 50 runs of 2,000 events each",
    ]


def test_a_check_that_is_quick_says_nothing_of_its_time(capsys):
    now = iter([0.0, 1.0, 2.0])
    patience = Patience("quick.toml", lambda: next(now))
    patience.note("chance", 1, 200)
    patience.explain(Report("quick.toml", work={"chance": Work(1, 1, 1.0)}))
    assert capsys.readouterr().err == ""


def test_the_command_has_patience_where_no_bar_is_shown(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("tui.commands.check.SLOW_S", 0.0)
    file = tmp_path / "a.toml"
    file.write_text(SOUND)
    assert main(["check", "--quick", str(file)]) == 0
    said = capsys.readouterr().err
    assert "s so far, now chance, 0 of 40" in said
    assert "a.toml: this took" in said.splitlines()[-2]
    assert said.splitlines()[-1].startswith("--quick: left to the full check: ")
