"""Every value of a TOML text is found where it stands."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levels.places import Place, find_places
from levels.writing import quoted

TEXT = '''\
# a comment with [brackets] and = signs
top = 1 # behind
"a key" . b = "x # y"
[one]
two = { three = [ 1, "]", { four = 'its' } ], five.six = true }

  [ "one"."p -> q" ]
long = """
[not a table]
a = \\"b\\"
"""
raw = \'\'\'
[[nor this]]\'\'\'
after = 2
[[rows]]
n = 1
[[rows]]
n = [
  1, # one
  2,
]
[rows.inner]
m = 3
[[rows.deep]]
k = 1
'''


def test_values_and_keys_stand_where_they_are_said_to_stand():
    places = find_places(TEXT)
    lines = TEXT.split("\n")

    def at(place):
        return lines[place.line - 1][place.column - 1 :]

    assert at(places.of_value(("top",))).startswith("1 # behind")
    assert at(places.of_key(("a key",))).startswith('"a key"')
    assert at(places.of_key(("a key", "b"))).startswith("b =")
    assert at(places.of_value(("a key", "b"))) == '"x # y"'
    assert at(places.of_value(("one", "two", "three", 1))).startswith('"]"')
    assert at(places.of_value(("one", "two", "three", 2, "four"))).startswith("'its'")
    assert at(places.of_value(("one", "two", "five", "six"))).startswith("true")
    assert at(places.of_key(("one", "p -> q"))).startswith('"p -> q"')
    assert at(places.of_value(("one", "p -> q", "after"))) == "2"
    assert at(places.of_value(("rows", 0, "n"))) == "1"
    assert at(places.of_value(("rows", 1, "n", 1))) == "2,"
    assert at(places.of_value(("rows", 1, "inner", "m"))) == "3"
    assert at(places.of_value(("rows", 1, "deep", 0, "k"))) == "1"
    assert at(places.of_value(("rows", 1))) == "[[rows]]"


def test_what_is_missing_stands_where_its_table_is():
    places = find_places(TEXT)
    assert places.of_value(("one", "nothing")) == places.of_value(("one",))
    assert places.of_key(("nothing",)) == Place(1, 1)


SCALARS = st.one_of(st.integers(-999, 999), st.booleans(), st.text("ab ]}#=,'\"\\\n[{.", max_size=6))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("ab -]#\"'", max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def written(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[ # ]\n" + ",\n".join(map(written, value)) + "]"
    return "{" + ", ".join(f"{quoted(key)} = {written(inner)}" for key, inner in value.items()) + "}"


def every(value, path=()):
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from every(inner, (*path, place))


@given(st.dictionaries(st.text("ab -]#", min_size=1, max_size=3), VALUES, max_size=4))
def test_what_stands_there_reads_as_the_value(values):
    text = "".join(f"{quoted(key)} = {written(value)}\n" for key, value in values.items())
    assert tomllib.loads(text) == values
    places = find_places(text)
    lines = text.split("\n")
    for path, value in every(values):
        if path:
            place = places.values[path]
            rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
            assert rest.startswith(written(value))


@pytest.mark.parametrize("text", ["", "\n", "# only a comment"])
def test_nothing_is_there(text):
    assert find_places(text).of_value(("level",)) == Place(1, 1)
