"""Plain data has one byte form and true copies; dice depend on their question alone."""

from dataclasses import dataclass, field
from enum import Enum
from sys import intern

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.data import as_json, canonical, clone, from_json, packed
from core.kernel.dice import Dice


class Colour(Enum):
    RED = 1


@dataclass
class State:
    items: list = field(default_factory=list)
    table: dict = field(default_factory=dict)


atoms = st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.just(Colour.RED)
answers = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
)
plain = st.recursive(
    atoms,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
        | st.builds(State, st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3))
        | st.sets(st.integers() | st.text(), max_size=4)
    ),
)


def same(one, other):
    """Equal, and of the same types all the way down: 1 is not True."""
    if type(one) is not type(other):
        return False
    if isinstance(one, State):
        return same(one.items, other.items) and same(one.table, other.table)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(item, other[key]) for key, item in one.items())
    return one == other


@given(plain, plain)
def test_bytes_are_the_same_exactly_when_the_data_is(one, other):
    assert (canonical(one) == canonical(other)) == (packed(one) == packed(other)) == same(one, other)


@given(st.dictionaries(st.text() | st.integers(), plain), st.randoms())
def test_order_of_keys_is_not_in_the_bytes(table, chance):
    shuffled = list(table.items())
    chance.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(table)
    assert canonical({key for key, _ in shuffled}) == canonical(set(table))
    assert packed(dict(shuffled)) == packed(table)
    assert packed({key for key, _ in shuffled}) == packed(set(table))


@given(plain)
def test_a_clone_is_equal_and_shares_nothing_mutable(value):
    before = canonical(value)
    copy = clone(value)
    assert canonical(copy) == before
    spoil(copy)
    assert canonical(value) == before


def spoil(value):
    if isinstance(value, State):
        spoil(value.items)
        spoil(value.table)
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            spoil(item)
        value.clear()
    elif isinstance(value, set):
        value.add("spoilt")


@pytest.mark.parametrize("value", [1.5, [1.5], {"a": (1.5,)}, object(), State([object()]), bytearray()])
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(TypeError, match="not plain data"):
        canonical(value)
    with pytest.raises(TypeError, match="not plain data"):
        packed(value)


@given(plain)
def test_packed_bytes_do_not_tell_whether_parts_are_one_object(value):
    assert packed([value, value]) == packed([value, clone(value)])
    name = "".join(["na", "me"])
    assert packed((name, intern(name))) == packed((intern(name), "".join(["n", "ame"])))


def test_packed_bytes_tell_kinds_apart():
    values = [(), [], set(), frozenset(), {}, None, False, 0, "", b"", State(), Colour.RED, "RED", ("a", 1), {"a": 1}]
    assert len({packed(value) for value in values}) == len(values)


@given(answers)
def test_answers_survive_json(value):
    assert same(from_json(as_json(value)), value)


@pytest.mark.parametrize("value", [1.5, {"hex": "zz"}, {"hex": 1}, {"a": 1}])
def test_json_that_is_no_answer_is_refused(value):
    with pytest.raises(ValueError):
        from_json(value)


@given(st.integers(), st.integers(1, 2**70))
def test_draws_stay_in_bounds_and_repeat(seed, bound):
    rolled = [Dice(seed, "a").below(bound) for _ in range(2)]
    assert rolled[0] == rolled[1]
    assert 0 <= rolled[0] < bound


def test_draws_differ_by_every_part_of_the_key_and_are_even():
    assert len({Dice(*key).bits() for key in [(1, "a"), (2, "a"), (1, "b"), (1, "a", 0), (1, ("a",))]}) == 5
    dice = Dice(1, "even")
    counts = [0] * 6
    for _ in range(6000):
        counts[dice.below(6)] += 1
    assert all(850 < count < 1150 for count in counts)
    assert sorted(dice.sample("abc", 9)) == ["a", "b", "c"]
    assert not dice.chance(0.0)
    assert all(dice.chance(1.0) for _ in range(99))
    with pytest.raises(ValueError, match="positive"):
        dice.below(0)
