"""Broken level files: the place, what was found, what would be right, all at once, never another error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levels.loader import course, from_text, load
from levels.schema import LevelError, UnknownLevelError
from levels.values import parse_duration_range, parse_names, parse_pairs, parse_rate, parse_signed_duration, parse_size
from tests.levels.helpers import SOUND, changed, problems_of

CLIENT = '"echo.client", count = 4, patience = "200ms"'
SEAT = 'server = { player = ["echo.number"] }'

GOLDEN = [
    (("echo.server", "echo.srever"), "10:19: nothing is called 'echo.srever': did you mean 'echo.server'?"),
    (("count = 4", "count = 0"), "9:42: count: 0 is too little, at least 1: how many pings"),
    (("count = 4", "count = 5000"), "9:42: count: 5000 is too much, at most 1000: how many pings"),
    (("count = 4", 'count = "4"'), "9:42: count: this is a text, but a whole number is wanted: how many pings"),
    (("count = 4", "cuont = 4"), "9:34: nodes.client has no 'cuont': did you mean 'count'?"),
    (
        ('"200ms"', '"200"'),
        "9:56: patience: '200' is not a duration: write a number and us, ms, s or min, such as \"40ms\": "
        "the book's wait for an answer",
    ),
    (
        (CLIENT, CLIENT + ', server = "sever"'),
        "9:74: server: there is no node 'sever', did you mean 'server'?: whom the client asks",
    ),
    (("default = {", '"client -> srever" = {'), "13:1: there is no node 'srever', did you mean 'server'?"),
    (
        ("default = {", '"client to server" = {'),
        '13:1: \'client to server\' is not a link: write "alice -> bob" for one way, "alice <-> bob" for both',
    ),
    (('latency = "40ms"', 'latencey = "40ms"'), "13:13: links.default has no 'latencey': did you mean 'latency'?"),
    (('["echo.number"]', '["echo.nmber"]'), "16:22: echo asks no 'echo.nmber': did you mean 'echo.number'?"),
    (
        (SEAT, SEAT + '\nclient = { persona = "in a hury" }'),
        "17:22: echo knows no 'in a hury': did you mean 'in a hurry'?",
    ),
    (
        (SEAT, SEAT + "\nnetwork = { dice = { loss = 1.5 } }"),
        "17:29: loss is 1.5: a probability is a number from 0 to 1",
    ),
    (
        (SEAT, SEAT + "\n[play]\nhand_over = 3"),
        "18:13: hand_over is a whole number: true, false, or a list of the player's choices",
    ),
    (
        (SEAT, SEAT + '\n[play]\nhand_over = ["echo.nmber"]'),
        "18:14: the player is not asked 'echo.nmber': did you mean 'echo.number'?",
    ),
    (
        (SEAT, SEAT + '\n[play]\nstops = "dew"'),
        "18:9: stops is 'dew': did you mean 'due'?",
    ),
    (
        (SEAT, SEAT + "\n[play]\nstands = 1"),
        "18:10: stands is a whole number: true or false is wanted",
    ),
    (
        (SEAT, SEAT + '\n[play]\nbell = "no"'),
        "18:8: bell is a text: true or false is wanted",
    ),
    ((SEAT, ""), '15:1: nobody plays: write bob = { player = "*" }'),
    (
        ('lose = "server -> client"\nnth = 2', 'crash = "server"\nafter = "says Pong"'),
        '20:9: \'says Pong\' is nothing that a node does: write one of "save …", "send …", "deliver …"',
    ),
    (
        ('lose = "server -> client"\nnth = 2', 'crash = "server"\nbefore = "send Pog"'),
        "20:10: echo has no message 'Pog': did you mean 'Pong'?",
    ),
    (
        ('lose = "server -> client"\nnth = 2', 'crash = "server"\nafter = "send Pong"\nbefore = "deliver"'),
        "21:10: the crash is before one thing and after another: one of them",
    ),
    (
        ("nth = 2", 'message = "Pong "'),
        "20:11: echo has no message 'Pong ': did you mean 'Pong'?",
    ),
    (
        ('"echo.server"', '"echo.server", starts = "1s..0s"'),
        "10:43: '1s..0s' runs backwards",
    ),
    (("nth = 2", ""), "18:1: which packet?: write nth = 3, counted from 1"),
    (
        ('lose = "server', 'lsoe = "server'),
        "18:1: nothing happens here: each [[happens]] has one of crash, cut, lose, clock, ask, forge, link, node",
    ),
    (
        ('once", "no', 'twice", "no'),
        "23:8: no law says 'client has every answer, in order, twice': the nearest say "
        "'<client> has every answer, in order, once'; 'a ping is answered twice'",
    ),
    (('"client has', '"clint has'), "23:8: there is no node 'clint', did you mean 'client'?"),
    (('"5s"', "5"), '24:9: limit is a whole number: a duration such as "60s" is wanted'),
    (("messages =", "mesages ="), "27:1: nothing measures 'mesages': did you mean 'messages'?"),
    (('"book + 20%"', '"book + some"'), '28:8: \'book + some\' is not a par: write "book + 20%", "book", or a figure'),
    (
        ("message-purposes", "message-porpoises"),
        "5:12: the curriculum has no 'message-porpoises': did you mean 'message-purposes'?",
    ),
    (("a new ping", "a nwe ping"), "5:32: echo.number has no case 'a nwe ping': did you mean 'a new ping'?"),
    (('proof = "book"', 'proof = "bok"'), "6:9: proof is 'bok': did you mean 'book'?"),
    (('proof = "book"', 'proof = "../x.run"'), "6:9: '../x.run' leads elsewhere: the run file lies beside the level"),
    (
        ('proof = "book"', 'proof = "../../etc/passwd"'),
        "6:9: '../../etc/passwd' leads elsewhere: the run file lies beside the level",
    ),
    (
        ('proof = "book"', 'proof = "book"\nexempt = { "in a hurry" = "" }'),
        '7:27: in a hurry gives no reason: write "in a hurry" = "why"',
    ),
    (("seed = 4", "seed = -4"), "4:8: seed is -4: from 0 to 9223372036854775807"),
    (("seed = 4", f"seed = {1 << 63}"), "4:8: seed is 9223372036854775808: from 0 to 9223372036854775807"),
    (("[text]", "[texts]"), "30:2: a level has no 'texts': did you mean 'text'?"),
    (('summary = "', 'summary = 1979-05-27 # "'), "3:11: summary is a date: a text is wanted"),
    (
        ('title = "Anybody', 'title = "Any\\u001b[31mbody'),
        "2:9: the character U+001B would reach the terminal: leave it out",
    ),
    (('"a nudge"', '"a \\u202enudge"'), "32:10: the character U+202E would reach the terminal: leave it out"),
    (('"a nudge"', '"a \\u061cnudge"'), "32:10: the character U+061C would reach the terminal: leave it out"),
    (('"a nudge"', '"a \\U000E0041nudge"'), "32:10: the character U+E0041 would reach the terminal: leave it out"),
    (
        ('title = "Anybody there?"', 'title = "Anybody there?'),
        '2:24: a text does not end on its line, the line ends here: close it with ", or begin and end it with """',
    ),
    (
        ("seed = 4", "seed = "),
        "4:8: a value should stand here, the line ends here: texts stand in quotes, numbers without",
    ),
    (
        ("seed = 4", "seed = 4\nseed = 5"),
        "5:1: this name is there already, found 'seed = 5': each name once in a table",
    ),
]


@pytest.mark.parametrize(("change", "said"), GOLDEN, ids=[said for _, said in GOLDEN])
def test_one_mistake_one_problem_at_its_place(change, said):
    assert problems_of(changed(change)) == [said]


def test_a_default_that_names_no_node_is_said_where_the_node_is():
    text = changed(("server =", "sam ="), ('"server -> client"', '"sam -> client"'))
    said = "9:10: server (whom the client asks) is missing: there is no node 'server', so say which: client, sam"
    assert problems_of(text) == [said]


def test_the_sound_level_has_no_problem():
    assert problems_of(SOUND) == []


def test_all_problems_come_at_once_in_the_order_of_the_file():
    text = changed(("seed = 4", "seed = -4"), ("echo.server", "echo.sever"), ('"5s"', "5"))
    assert [problem.split(" ")[0] for problem in problems_of(text)] == ["4:8:", "10:19:", "24:9:"]


def test_an_empty_file_says_what_is_missing():
    said = problems_of("")
    assert all(any(f"[{name}]" in line for line in said) for name in ("level", "nodes", "seats", "goal"))


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "x" * 600_000, "a = {", "[", "\x00", '"'])
def test_hostile_texts_are_refused_in_words(text):
    with pytest.raises(LevelError) as caught:
        from_text(text, "a.toml")
    assert caught.value.problems[0].path == "a.toml"


NESTS = (("[", "", "]"), ("{ a = ", "1", " }"))


@pytest.mark.parametrize("nest", NESTS, ids=["lists", "tables"])
@pytest.mark.parametrize(
    "before", ["[level]\nx = ", "[nodes.a]\nx = ", "[level]\nproof = { answers = ", 'y = "\\u001b"\nx = ']
)
def test_what_lies_too_deep_is_said_wherever_python_would_give_up(before, nest):
    """The parser, and what looks for places after it, have different depths at which they raise RecursionError."""
    opened, core, closed = nest
    end = " }" if before.endswith("answers = ") else ""
    for depth in (60, *range(160, 170), *range(325, 335), *range(485, 500), 2_000):
        said = problems_of(before + opened * depth + core + closed * depth + end)
        assert said == ["1:1: lists or tables lie too deep in each other"], depth


def test_what_is_quoted_of_a_file_is_nothing_that_a_terminal_obeys():
    text = changed(("covers = {", 'covers = { "\\u001b[31mrow" = 5,'), ("count = 4", '"\\u009bcount" = 4'))
    said = problems_of(text)
    assert any(line.endswith("?[31mrow is a whole number: a list is wanted") for line in said)
    assert all(line.isprintable() for line in said)


WORDS = st.sampled_from(
    [
        "",
        '"',
        "'",
        "[",
        "]",
        "{",
        "}",
        "=",
        ",",
        "\n",
        "0",
        "-1",
        "true",
        '"x"',
        "1e999",
        "nan",
        "[[happens]]",
        "\x1b",
        '"server"',
        "[1]",
        "{ a = 1 }",
        "router = true",
        "crash = 3",
        "at = []",
        '"*"',
        "1979-05-27",
        "é",
        '"book + 9%"',
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(SOUND)), st.integers(0, 30), WORDS)
def test_no_edit_raises_anything_but_a_level_error(at, length, word):
    """Whatever is typed over any part of a level: it loads, or its problems are said."""
    text = SOUND[:at] + word + SOUND[at + length :]
    try:
        from_text(text, "course/a.toml")
    except LevelError as error:
        lines = text.count("\n") + 1
        for problem in error.problems:
            assert problem.found
            assert 1 <= problem.line <= lines
            assert problem.column >= 1


def test_values_of_the_wrong_type_anywhere(tmp_path):
    """Every value of the sound level replaced by one of each other type."""
    for number, line in enumerate(SOUND.split("\n")):
        if "=" not in line:
            continue
        name = line.split("=")[0]
        for other in ("3", "1.5", "true", '"text"', "[]", "[[1]]", "{}", "{ a = { b = 1 } }", "1979-05-27"):
            lines = SOUND.split("\n")
            lines[number] = f"{name}= {other}"
            problems_of("\n".join(lines))


def test_unknown_names_suggest_the_nearest(tmp_path):
    with pytest.raises(UnknownLevelError, match="did you mean 'premise/echo'"):
        load("premise/ehco")
    (tmp_path / "good.toml").write_text(SOUND)
    with pytest.raises(UnknownLevelError, match=r"did you mean '.*good\.toml'"):
        load(tmp_path / "god.toml")
    with pytest.raises(UnknownLevelError, match="not a folder"):
        course(tmp_path / "none")


def test_bytes_that_are_no_text_are_named_with_their_place(tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[level]\ntitle = "caf\xe9"\n')
    with pytest.raises(LevelError) as caught:
        load(path)
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == (2, 13)
    assert "0xe9" in problem.found


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert load(path).title == "Anybody there?"


def test_a_course_is_a_folder_in_the_order_of_its_numbers(tmp_path):
    for name in ("10-last", "2-second", "01-first", "zebra"):
        (tmp_path / f"{name}.toml").write_text(SOUND)
    (tmp_path / "3-broken.toml").write_text("[level")
    world = course(tmp_path)
    assert [level.id for level in world.levels] == [f"own/{s}" for s in ("first", "second", "last", "zebra")]
    assert len(world.problems) == 1


def test_markup_in_a_level_stays_text():
    level = from_text(changed(("Anybody there?", "[red]Any[/red] {body}")), "a/b.toml")
    assert level.title == "[red]Any[/red] {body}"


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_rate, "1Mbit/s", 1_000_000),
        (parse_rate, "1.5 Mbit/s", 1_500_000),
        (parse_rate, "60KB/s", 480_000),
        (parse_rate, "1KiB/s", 8192),
        (parse_size, "16KiB", 16_384),
        (parse_size, "2KB", 2_000),
        (parse_signed_duration, "-300ms", -300_000),
        (parse_signed_duration, "+2s", 2_000_000),
        (parse_duration_range, "0..80ms", (0, 80_000)),
        (parse_duration_range, "10ms..1s", (10_000, 1_000_000)),
        (parse_duration_range, "5ms", (0, 5_000)),
        (parse_names, "peer1..peer3", ("peer1", "peer2", "peer3")),
        (parse_names, "p08..p10, ana", ("p08", "p09", "p10", "ana")),
        (parse_pairs, "a <-> b", (("a", "b"), ("b", "a"))),
        (parse_pairs, "a1..a2 -> a1", (("a2", "a1"),)),
    ],
)
def test_written_values(parse, text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_rate, "0Mbit/s"),
        (parse_rate, "1Mbps"),
        (parse_rate, "fast"),
        (parse_size, "-1KB"),
        (parse_size, ""),
        (parse_signed_duration, "-"),
        (parse_signed_duration, "--1s"),
        (parse_duration_range, "80..10ms"),
        (parse_names, "a, a"),
        (parse_names, "p3..p1"),
        (parse_names, "p1..q2"),
        (parse_names, "p1..p99999999"),
        (parse_names, ""),
        (parse_names, "a b"),
        (parse_pairs, "a"),
        (parse_pairs, "a -> a"),
    ],
)
def test_what_is_no_value_is_refused(parse, text):
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)


CLERKS = """\
[level]
title = "Records"
[nodes]
clerk = { runs = "marshal.clerk", records = "%s" }
archive = { runs = "marshal.archive" }
[links]
default = { latency = "40ms" }
[seats]
[goal]
limit = "5s"
"""


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ("Smith, London", "'Smith, London' has 2 values, the interface 3 members"),
        ("Smith, London, long ago", "'long ago' is no unsigned long: a whole number from 0 to 4294967295"),
        ("Smith, London, 4294967296", "'4294967296' is no unsigned long: a whole number from 0 to 4294967295"),
    ],
)
def test_parameters_that_do_not_go_together_are_said_where_the_node_is(records, said):
    (problem,) = problems_of(CLERKS % records)
    assert problem == f"4:9: {said}: these parameters do not go together"
