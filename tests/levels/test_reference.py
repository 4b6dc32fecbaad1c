"""The keys of a level file as authors read them: the reference, the JSON Schema, and the guide around them."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from core.protocols import BY_NAME, PROTOCOLS
from levels import loader, reading
from levels.check import QUICK, check
from levels.courses.manifest import read_manifest
from levels.json_schema import NAME, level_schema
from levels.keys import TABLES, VERSION
from levels.loader import HOME, from_text
from levels.reference import BEGINS, ENDS, UnmarkedError, reference, with_reference
from levels.report import Status
from levels.schema import LevelError
from tests.levels.helpers import SOUND, changed, problems_of
from tui import cli

GUIDE = (HOME / "README.md").read_text(encoding="utf-8")
PROSE = GUIDE[: GUIDE.index(BEGINS)]
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PROSE, re.M | re.S)
FILES = sorted(HOME.glob("*/*.toml"))
SCHEMA = level_schema(BY_NAME)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
FREE = [("seats", "twin"), ("seats",), ("links",), ("par",), ("bets",)]
AS_NAMES = {"network", "inspector", "book"}
"""Keys of these that are told from names of nodes by comparing them."""
TABLES_OF_NAMES = {("nodes",), ("links",), ("seats",), ("bets",)}

EVERYTHING = """\
[level]
title = "Every key"
summary = "All that the campaign does not use."
seed = 3
swaps = ["c1, c2"]
pays = "why"

[nodes]
client = { runs = "echo.client", clock = "-3ms", drift = 50, down = "1Mbit/s", up = "60KB/s", starts = "0..1s" }
"c1, c2" = { runs = "echo.client", count = { each = [1, 2] } }
server = { runs = "echo.server" }
gate = { router = true }

[links]
default = { latency = "40ms", rate = "1Mbit/s", queue = 20, mtu = 1500 }
"client <-> gate" = { latency = "5ms" }

[seats]
server = { player = "*", persona = "counts on its own" }
network = { dice = { loss = 0.1, duplicate = 0.1, garble = 0.1, jitter = "0..80ms" } }

[[beside]]
title = "in a hurry"
seats = { client = "in a hurry" }
nodes = { client = { patience = "60ms" } }
keep = { server = { number = 4 } }

[[beside]]
title = "by the book"
book = true

[play]
hand_over = ["echo.number"]
hands_over = true

[[happens]]
at = "2s"
crash = "client"
back = "500ms"
effects = 2

[[happens]]
crash = "client"
before = "send Ping"
nth = 2

[[happens]]
crash = "client"
after = "send Ping"
nth = 3

[[happens]]
at = "2s"
cut = ["client -> server"]
for = "500ms"

[[happens]]
at = "2s"
node = "client"
set = { patience = "300ms" }
for = "5s"

[[happens]]
at = "2s"
link = "client <-> server"
set = { latency = "300ms", rate = "1Mbit/s", queue = 3, loss = 0.25 }

[[happens]]
link = "client <-> server"
from = { sent = "client -> server", message = "Ping", key = [2], where = { number = 2 } }
for = "1s"
set = { loss = 1.0 }

[[happens]]
lose = "client -> server"
message = "Ping"
after = "9s"
key = [3]
fate = "late"
late = "100ms"

[[happens]]
lose = "client -> server"
message = "Ping"
where = { number = 2 }

[[happens]]
at = "3s"
clock = "server"
by = "-300ms"

[[happens]]
at = "1s"
ask = "client"
request = "ask"
count = 2

[[happens]]
at = "4s"
forge = "client -> server"
message = "Ping"
number = 3

[goal]
win = ["client has every answer, in order, once"]
lose = ["broken: no answer is believed that was not asked for"]
limit = "60s"

[par]
tries = 3
repeats = 2

[text]
terms = { "coin" = "what an ACK costs here." }
"""
HAND = changed(
    ('server = { player = ["echo.number"] }',
     'network = { hand = { pockets = 2, takes = 3, hold = "3s", lose = 1, copy = 1, garble = 1, crash = 1, cut = 1, '
     'push_clock = 1, back = "never", heals = "1s", push = "1s", since = "1ms" }, only = ["client -> server"] }\n'
     'twin = { title = "x", client = { patience = "300ms" } }\nclaim = false'),
    ('"client has every answer, in order, once"', '"starves: client has every answer, in order, once"'),
)  # fmt: skip
INSPECTOR = """
[level]
title = "x"
[nodes]
"a1..a3" = { runs = "maxfind.node", number = { each = [1, 2, 3] } }
"b1..b3" = { runs = "maxfind.node", number = { each = [1, 2, 3] } }
[seats]
"a1..a3" = { persona = "hub" }
[seats.inspector]
suspects = { a = "a1..a3", b = "b1..b3" }
hits = 3
hammers = ["kill", "skew", "join", "loss"]
acts = ["hit", "sign"]
every = "200ms"
until = "3s"
skew = "1s"
loss = "300ms"
newcomer = { number = 40 }
[goal]
win = ["at 5 s all the living name the greatest"]
"""
OUTSIDE = '[level]\ntitle = "x"\n[nodes]\nweb = { outside = "tcp" }\n[links]\n[seats]\n[goal]\nlimit = "1s"\n'
MORE = [EVERYTHING, HAND, INSPECTOR, OUTSIDE]


# What the loader reads is what the tables say


def at_home(path):
    """Where in levels.keys a table of a file stands: names of nodes and the like are "*", places of lists "[]"."""
    home = []
    for part in path[2:] if path[:1] == ("act",) else path:
        if isinstance(part, int):
            home.append("[]")
        elif tuple(home) in TABLES_OF_NAMES and not (home == ["seats"] and part in ("network", "inspector", "twin")):
            home.append("*")
        else:
            home.append(part)
    if home[:2] == ["happens", "[]"] and home[-1] == "until":
        home[-1] = "from"
    if home[-1:] == ["where"]:
        home = ["happens", "[]", "where"]
    return tuple(home)


@pytest.fixture(scope="module")
def read_keys():
    """(place, what happens there) → the keys that the loader knows, over all levels that there are and some more."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        done = reading.Table.done

        def note(table):
            home = at_home(table.path)
            mark = ""
            if home[:2] == ("happens", "[]") and home[-1] != "where":
                outer = table.file.values["happens"][table.path[table.path.index("happens") + 1]]
                marks = ("ask", "forge", *(one.marks[0] for one in TABLES if one.path == ("happens", "[]")))
                mark = next(one for one in marks if one in outer) if home[-1] in ("[]", "set") else ""
            known = {name for name in table.known if isinstance(name, str)}
            found.setdefault((home, mark), []).append((known, set(table.values)))
            done(table)

        raw = reading.Table.raw

        def note_raw(table, name):
            found.setdefault((at_home(table.path), "raw"), set()).add(name)
            return raw(table, name)

        patch.setattr(reading.Table, "done", note)
        patch.setattr(reading.Table, "raw", note_raw)
        for text in [*(path.read_text(encoding="utf-8") for path in FILES), *MORE]:
            from_text(text, "course/a-level.toml")
    return found


@pytest.mark.parametrize("table", [one for one in TABLES if one.keys], ids=lambda table: table.heading)
def test_every_key_that_is_said_is_read_and_every_key_that_is_read_is_said(table, read_keys):
    if table.path == ("act", "[]"):  # an act is read as a file of its own
        tables = {key.name for one in TABLES if not one.path for key in one.keys}
        assert {key.name for key in table.keys} == {*reading.OF_LEVEL, *tables} - {"level", "act"}
        return
    if table.path in FREE:  # what else was read are names of the files' own
        assert {key.name for key in table.keys} - AS_NAMES <= read_keys[table.path, "raw"]
        return
    mark = table.marks[0] if table.marks else ""
    seen = read_keys[table.path, mark]
    read = set().union(*(known for known, _ in seen))
    said = {key.name for key in table.keys}
    assert said <= read
    if table.free:  # parameters of a role, fields of a request
        own = {one.name for room in PROTOCOLS for one in room.parameters}
        kinds = {kind for room in PROTOCOLS for kind in (*room.requests.values(), *room.messages)}
        own |= {name for kind in kinds for name in kind.__dataclass_fields__}
        assert read - said <= own
    else:
        assert read - ({"fed"} if table.path == ("level",) else set()) == said  # fed: in the first act an error


def test_the_words_of_every_key_are_sentences():
    for table in TABLES:
        for key in table.keys:
            assert key.words[-1] in ".:?", (table.heading, key.name)
            assert key.words[0].isupper(), (table.heading, key.name)


# The schema


def test_the_schema_is_one_and_says_its_version():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == f"urn:ackademy:level:{VERSION}"
    assert f".{VERSION}." in NAME


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_level_fits_the_schema(path):
    assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("text", [SOUND, *MORE], ids=["sound", "everything", "hand", "inspector", "outside"])
def test_every_key_fits_the_schema(text):
    from_text(text, "course/a-level.toml")
    assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(text))] == []


WRONG = [
    ("title = ", "titel = "),
    ('summary = "Answer pings over a wire that loses one."', "summary = 3"),
    ("seed = 4", "seed = -4"),
    ("seed = 4", 'edition = "two"'),
    ('"echo.client"', '"echo.klient"'),
    ("count = 4", 'count = "four"'),
    ("count = 4", "count = 4, pieces = 3"),
    ('patience = "200ms"', "patience = 200"),
    ('patience = "200ms"', 'patience = "200"'),
    ('latency = "40ms"', 'latency = "40ms", speed = "1Mbit/s"'),
    ('player = ["echo.number"]', 'player = ["echo.nummer"]'),
    ('player = ["echo.number"]', 'spieler = "*"'),
    ("nth = 2", "nth = 2\nfate = \"eaten\""),
    ("nth = 2", "nth = 0"),
    ("nth = 2", "nth = 2\nfor = \"3s\""),
    ('lose = "server -> client"', 'loose = "server -> client"'),
    ('"client has every answer, in order, once"', '"client is happy"'),
    ('limit = "5s"', "limit = 5"),
    ('messages = "book"', 'messages = "cook"'),
    ('messages = "book"', 'massages = "book"'),
    ('hints = ["a nudge", "a hint", "the number"]', 'hints = "a nudge"'),
    ('sources = ["RFC 862"]', 'sources = ["RFC 862"]\nsauce = "x"'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), WRONG, ids=[new for _, new in WRONG])
def test_what_the_schema_refuses_the_loader_refuses_too(old, new):
    text = changed((old, new))
    assert problems_of(text)
    if "massages" not in new:  # a measure of another room's is one more property
        assert list(VALIDATOR.iter_errors(tomllib.loads(text)))


def test_what_an_editor_says_are_the_words_of_the_reference():
    text = json.dumps(SCHEMA, ensure_ascii=False)
    words = {json.loads(f'"{said}"') for said in re.findall(r'"description": "((?:[^"\\]|\\.)*)"', text)}
    for table in TABLES:
        for key in table.keys:
            assert key.words in GUIDE
            if table.path != ("act", "[]"):  # its tables say what the first act's say
                assert any(key.words in one for one in words), (table.heading, key.name)
    for room in PROTOCOLS:
        for parameter in room.parameters:
            assert any(parameter.words in one for one in words)


# The reference


def test_the_guide_has_the_reference_as_it_is_now():
    assert with_reference(GUIDE, BY_NAME) == GUIDE, "ackademy reference --write levels/README.md"


@pytest.mark.parametrize("room", PROTOCOLS, ids=lambda room: room.name)
def test_the_reference_names_all_that_a_file_can_name(room):
    text = reference(BY_NAME)
    named = [choice.name for choice in room.choices] + [persona.name for persona in room.personas]
    named += [measure.name for measure in room.measures] + [bet.name for bet in room.bets]
    named += [*room.requests, *(parameter.name for parameter in room.parameters)]
    named += [kind.__name__ for kind in room.messages] + [interval.name for interval in room.intervals]
    assert [name for name in named if f"`{name}`" not in text] == []
    for law in room.laws:
        assert re.sub(r"\{(\w+)(:node)?\}", r"<\1>", re.sub(r"\{(\w+):(?!node)(\w+)\}", r"<\1: \2>", law.name)) in text


def test_a_room_that_has_more_is_noticed():
    more = {**BY_NAME, "echo": replace(BY_NAME["echo"], title="Echo, changed")}
    assert with_reference(GUIDE, more) != GUIDE
    with pytest.raises(UnmarkedError, match="no place for the reference"):
        with_reference("nothing", BY_NAME)


def test_the_commands(tmp_path, capsys):
    assert cli.main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(SCHEMA))
    assert cli.main(["schema", "--write", str(tmp_path)]) == 0
    assert json.loads((tmp_path / NAME).read_text("utf-8"))["$id"] == SCHEMA["$id"]
    assert cli.main(["schema", "--write", str(tmp_path / "none")]) == 2
    capsys.readouterr()
    assert cli.main(["reference", "ledger"]) == 0
    assert "`books every copy`" in capsys.readouterr().out
    assert cli.main(["reference", "keys"]) == 0
    assert "`hammers`" in capsys.readouterr().out
    assert cli.main(["reference", "curriculum"]) == 0
    assert "`message-purposes`" in capsys.readouterr().out
    assert cli.main(["reference", "leger"]) == 2
    assert "did you mean 'ledger'?" in capsys.readouterr().err
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGINS}\nold\n{ENDS}\nafter\n", encoding="utf-8")
    assert cli.main(["reference", "--write", str(page)]) == 0
    assert reference(BY_NAME) in page.read_text("utf-8")
    page.write_text("no marks", encoding="utf-8")
    assert cli.main(["reference", "--write", str(page)]) == 2
    assert page.read_text("utf-8") == "no marks"


# The guide


def is_whole(block):
    return block.startswith("[level]")


COURSE = next(block for block in BLOCKS if "[course]" in block)


def test_the_course_of_the_guide_is_read():
    manifest = read_manifest(COURSE, "course.toml", loader.world_ids())
    assert [one.id for one in manifest.assignments] == ["a1"]


@pytest.mark.parametrize("block", [one for one in BLOCKS if is_whole(one)], ids=lambda block: block.splitlines()[1])
def test_every_whole_level_of_the_guide_is_sound(block):
    try:
        report = check(from_text(block, "receipts/02-a-level.toml"), QUICK)
    except LevelError as error:
        pytest.fail(str(error))
    if "outside" in block:
        assert {finding.words for finding in report.findings if "outside takes part" in finding.words}
    else:
        assert report.status is Status.SOUND, [str(finding) for finding in report.findings]


def test_every_other_pattern_stands_in_the_level_that_it_names():
    for before, block in zip(re.split(r"^```toml\n.*?^```$", PROSE, flags=re.M | re.S), BLOCKS, strict=False):
        if is_whole(block) or block.startswith("[course]"):
            continue
        (name,) = re.findall(r"\]\((\w+/[\w-]+\.toml)\)", before.rsplit("### ", 1)[-1])[-1:]
        text = (HOME / name).read_text(encoding="utf-8")
        for line in filter(None, block.splitlines()):
            assert line in text, (name, line)


def test_every_level_and_command_that_the_guide_names_is_there():
    from tui.commands import NAMES

    for name in re.findall(r"\]\((\w+/[\w-]+\.toml)\)", PROSE):
        assert (HOME / name).exists(), name
    assert set(re.findall(r"\backademy ([a-z]+(?:-[a-z]+)*)", PROSE)) <= set(NAMES)
    for name in re.findall(r"levels/[\w/.]+\.(?:toml|md|py)", PROSE):
        assert (Path(loader.HOME).parent / name).exists(), name


def test_the_courses_of_the_guide_can_be_read():
    courses = [block for block in BLOCKS if block.startswith("[course]")]
    assert courses
    for block in courses:
        assert read_manifest(block, "course.toml", ("premise",)).assignments
