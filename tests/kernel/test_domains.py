"""Domains: what is inside, how it is typed, kept in a run file, and tried blindly. All of them, by the same tests."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.choice import PASS
from core.kernel.data import as_json, canonical, from_json
from core.kernel.domains import (
    BudgetedFields,
    Form,
    Grid,
    Handles,
    Number,
    OneOf,
    Places,
    RankedOf,
    Shape,
    Slider,
    Text,
    Tokens,
    Track,
    selecting,
)
from core.kernel.domains.words import pieces, quoted, unquoted
from tests.domains import DOMAINS, LETTERS, TOPICS, asked_of, selects, values

EACH = pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS.keys())


def test_one_of_each_is_there():
    from core.kernel import domains
    from core.kernel.choice import Domain

    kinds = [getattr(domains, name) for name in domains.__all__]
    wanted = {kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Domain)} - {domains.Selection}
    assert {type(domain) for domain in DOMAINS.values()} == wanted


@EACH
def test_what_is_plausible_or_tried_blindly_is_inside(domain):
    asked = asked_of(domain)
    assert domain.default_candidates(asked)
    for value in (*domain.default_candidates(asked), *domain.spread(asked)):
        assert domain.problem(asked, value) is None, value


@EACH
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_and_a_run_file_keeps_it(domain, data):
    asked = asked_of(domain)
    value = data.draw(values(domain))
    assert domain.problem(asked, None)
    if domain.problem(asked, value) is not None:
        with pytest.raises(ValueError):
            domain.parse(asked, domain.write(value))
        return
    assert domain.parse(asked, domain.write(value)) == value
    assert domain.show(value)
    assert from_json(json.loads(json.dumps(as_json(value)))) == value
    assert canonical(value)


@EACH
@settings(max_examples=60, deadline=None)
@given(text=LETTERS | st.text(' ,;:|>-="\\01ab', max_size=12))
def test_whatever_is_typed_is_read_or_refused_in_words(domain, text):
    asked = asked_of(domain)
    try:
        value = domain.parse(asked, text)
    except ValueError as error:
        words = str(error)
    else:
        words = "it is read"
        assert domain.problem(asked, value) is None
    assert words
    for completion in domain.completions(asked, text):
        assert completion.lower().startswith(text.strip().lower())


@EACH
@pytest.mark.parametrize("value", [None, 3.5, (), ("x",), (None,), "x\n", "x", b"\xff", 10**9, ((1,), 2), True])
def test_what_is_no_answer_is_refused_in_words(domain, value):
    problem = domain.problem(asked_of(domain), value)
    assert problem is None or len(problem) > 8


@EACH
@settings(max_examples=40, deadline=None)
@given(data=st.data(), by=st.integers(-20, 20))
def test_a_step_stays_inside(domain, data, by):
    asked = asked_of(domain)
    value = data.draw(values(domain))
    if domain.problem(asked, value) is None:
        assert domain.problem(asked, domain.step(asked, value, by)) is None


@EACH
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_left_of_a_kept_answer_is_inside(domain, data):
    asked = asked_of(domain)
    left = domain.left_of(asked, data.draw(values(domain)))
    assert left is PASS or domain.problem(asked, left) is None
    assert domain.left_of(asked, 7) is PASS or domain.problem(asked, domain.left_of(asked, 7)) is None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=6), max_size=5))
def test_quotes_keep_any_text(texts):
    assert [unquoted(piece) for piece in pieces(", ".join(map(quoted, texts)), ",")] == texts


# What each reads


def read(name, text):
    domain = DOMAINS[name]
    return domain.parse(asked_of(domain), text)


def test_the_forms_of_a_text():
    assert read("bits", "0010 0100_1") == "001001001"
    assert read("hexadecimal", "00:ff 0A") == b"\x00\xff\x0a"
    assert read("hexadecimal", '""') == b""
    assert read("bytes", r"Smith\0\xff ö") == b"Smith\0\xff \xc3\xb6"
    assert read("letters", '"  view "') == "  view "
    for name, text, words in [
        ("bits", "0012", "'2' is none of 0 1"),
        ("bits", "01", "2 bits: 5 to 20 are wanted"),
        ("hexadecimal", "0g", "'g' is no hexadecimal digit"),
        ("hexadecimal", "012", "half a byte"),
        ("bytes", r"\q", r"\q is no escape"),
        ("letters", "", 'an empty answer is typed as ""'),
        ("letters of a few", "abc", "'c' is none of a b ."),
        ("pattern", "/x", "no"),
    ]:
        with pytest.raises(ValueError, match=words.replace("\\", r"\\").replace(".", r"\.")):
            read(name, text)


def test_a_pattern_says_what_it_selects():
    means = selecting(TOPICS, selects)
    assert means(None, "cafe/*") == "selects 2 of 3: cafe/orders and cafe/tables"
    assert means(None, "x") == "selects 0 of 3"


def test_cuts_are_numbers_or_bars_in_the_line():
    assert read("cuts in a text", "7, 19") == read("cuts in a text", "http://|www.bank.com|:8080/index.html") == (7, 19)
    assert read("cuts in a text", "nowhere") == ()
    assert DOMAINS["cuts in a text"].parts(asked_of(DOMAINS["cuts in a text"]), (7, 19))[1] == "www.bank.com"
    assert read("a cut in bytes", "14") == (14,)
    for text, words in [
        ("99", "places 1 to 34"),
        ("http|//www", "that is not the line"),
        ("1 2 3 4 5", "5 cuts: up to 4"),
        ("a", "'a' is no place"),
    ]:
        with pytest.raises(ValueError, match=words):
            read("cuts in a text", text)
    with pytest.raises(ValueError, match="0 cuts: 1 are wanted"):
        read("a cut in bytes", "")


def test_blanks_of_budgeted_fields_mean_something():
    assert read("budgeted fields", "who=bob c, many=3") == (None, 3, "bob c", None)
    assert read("budgeted fields", '"a, b" - - -') == ("a, b", None, None, None)
    assert read("budgeted fields", 'name=""') == ("", None, None, None)
    assert read("budgeted fields", 'name="-"') == ("-", None, None, None)
    assert read("budgeted fields", "-") == (None, None, None, None)
    assert DOMAINS["budgeted fields"].show((None, 3, None, None)) == "many 3"
    with pytest.raises(ValueError, match="3 are filled in: at most 2 of 4"):
        read("budgeted fields", "a 3 ana -")
    sheet = BudgetedFields((("a", Number(0, 9)), ("b", Number(0, 9))), 2, 1)
    with pytest.raises(ValueError, match="at least 1"):
        sheet.parse(asked_of(sheet), "- -")


def test_fields_are_typed_in_order_or_by_name():
    assert read("fields", "ana 3 x") == read("fields", "many=3, who=ana, hint=x") == ("ana", 3, "x")
    assert read("fields", "who ana, many 3, hint a b") == ("ana", 3, "a b")
    for text in ("ana 3", "ana 3 x y", "who=ana, who=bob, many=3"):
        with pytest.raises(ValueError, match="3 values: who, many, hint"):
            read("fields", text)


def test_a_grid_is_typed_row_by_row_or_cell_by_cell():
    assert read("grid", "in: w1 w2; out: w9") == (("in", "w1"), ("in", "w2"), ("out", "w9"))
    assert read("grid", "out w9, in w1") == (("in", "w1"), ("out", "w9"))
    assert read("grid with shut cells", "all") == read("grid with shut cells", "1: *; 3: *")
    assert read("grid", "none") == ()
    with pytest.raises(ValueError, match="at most 6"):
        read("grid", "in: *")
    grid = DOMAINS["grid with shut cells"]
    assert grid.problem(asked_of(grid), ((2, "a b"),)).startswith("2 a b is not one of 1 a b, 1 c")
    assert DOMAINS["grid"].show((("in", "w1"), ("out", "w2"), ("out", "w3"))) == "in: w1; out: w2, w3"


def test_a_ranking_is_typed_by_name_or_number():
    assert read("ranked", "deny > rule 1") == ("deny", "rule 1")
    assert read("ranked", "4") == ("deny",)
    for text, words in [("", "at least 1"), ("deny, deny", "named twice"), ("4 3 2 1", "at most 3")]:
        with pytest.raises(ValueError, match=words):
            read("ranked", text)


def test_a_peg_a_share_and_a_place():
    track, slider = DOMAINS["track"], DOMAINS["slider in steps"]
    assert track.step(asked_of(track), "done", 1) == "done"
    assert track.step(asked_of(track), "done", -2) == "tray"
    assert read("slider in steps", "6 MB/s") == read("slider in steps", "6") == 6
    with pytest.raises(ValueError, match="none of 2 MB/s, 4 MB/s and so on"):
        read("slider in steps", "7")
    assert slider.near(asked_of(slider), 7) in (6, 8)
    assert read("place", "bob o") == ("bob", "out")
    assert DOMAINS["place"].show(("bob", "out")) == "bob out"


def test_handles_are_what_can_be_pushed():
    with pytest.raises(ValueError, match="is no handle"):
        Handles((("x", OneOf(("a",))),))
    with pytest.raises(ValueError, match="two handles, not 1"):
        Handles((("x", Number(0, 1)),), Shape.BRACKET)
    with pytest.raises(ValueError, match="from 4 is beyond to 2"):
        read("bracket", "4 2")
    with pytest.raises(ValueError, match="not both"):
        read("points", "done 100")


def test_tokens_are_read_as_they_are_typed():
    line = DOMAINS["tokens"].line_of(None)
    assert read("tokens", "if(W+1)%n==R") == line
    assert read("tokens", "if (R + 0) % n == R") == (*line[:2], "R", "+", "0", *line[5:])
    for text, words in [
        ("if (x", "place 3 wants W, R, 0, 1 or W [+] 1, and there is 'x'"),
        ("if (W", "place 4 wants [+].* and there is the end"),
        ("if(W+1)%n==R R", "'R' is more than the line has places"),
        ("if(R+R)%n==0", "3 tokens are others: at most 2"),
        ("if(0+1)%n==R", "0 is no place"),
    ]:
        with pytest.raises(ValueError, match=words):
            read("tokens", text)


def test_what_is_typed_of_a_number_may_have_its_unit():
    assert read("number", "1 tile") == 1
    assert read("number", "12 tiles") == 12
    assert DOMAINS["duration"].write(1_234_567) == "1234567 us"
    assert read("signed duration", "-300ms") == read("signed duration", "-300") == -300_000


@pytest.mark.parametrize(
    "domain",
    [
        Text(most=0), Text(Form.HEX, 2, 2), Places("", 3), Places("x", 1, 1), Grid((), ()), RankedOf((), 3), Track(()),
        Tokens((), ("a",)), Slider(5, 5),
    ],
)  # fmt: skip
def test_what_is_empty_breaks_nothing(domain):
    asked = asked_of(domain)
    for value in (*domain.default_candidates(asked), *domain.spread(asked)):
        assert domain.problem(asked, value) is None
    assert domain.how(asked) or isinstance(domain, Track)
