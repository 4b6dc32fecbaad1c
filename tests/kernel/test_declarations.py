"""What a room declares: names that it may not use, parameters that stand in the machine's fields."""

from dataclasses import dataclass, replace

import pytest

from core.kernel.chance import WorldAsked
from core.kernel.choice import RESERVED
from core.kernel.names import number_of
from core.kernel.parameters import Parameter, fixed, parameter, parameters_of
from core.kernel.protocol import Cast, Machine, UnfitNodesError
from core.kernel.seats import Book
from core.kernel.world import World
from core.protocols.premise import echo


def test_every_name_of_a_question_is_reserved():
    assert {name for name in dir(WorldAsked) if name[0] != "_"} <= RESERVED


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_question_is_not_about_what_it_has_itself(name):
    @dataclass
    class Server(echo.Server):
        def on_message(self, ctx, source, message):
            ctx.choose(echo.NUMBER, source=source, number=message.number, **{name: 1})

    room = replace(echo.PROTOCOL, roles={**echo.PROTOCOL.roles, "server": Server})
    world = World(replace(echo.PROTOCOL.scenarios[0], protocols={"echo": room}), Book())
    with pytest.raises(ValueError, match=f"echo.number cannot be asked about '{name}'"):
        world.run()


@pytest.mark.parametrize("name", ["words", "book", "answer", "candidates", "inaction"])
def test_the_text_of_a_question_names_nothing_that_comes_after_it(name):
    with pytest.raises(ValueError, match=f"the question of echo.number cannot contain {{{name}}}"):
        replace(echo.NUMBER, question=f"Which number goes back? {{{name}}}")


@dataclass
class Base(Machine):
    server: str = parameter("server", "whom it asks", kind="node")
    count: int = parameter(3, "how often", low=1, high=9)
    verbose: bool = parameter(False, "does it talk?")
    how: str = parameter("slow", "how fast", options=("slow", "quick"))
    heard: int = 0


@dataclass
class Derived(Base):
    count: int = 5
    verbose: bool = fixed(True)
    own: tuple[int, ...] = parameter((), "its own")


def test_parameters_stand_in_the_fields():
    found = {each.name: each for each in parameters_of({"base": Base})}
    assert list(found) == ["server", "count", "verbose", "how"]
    assert found["server"] == Parameter("server", "node", "server", "whom it asks")
    assert found["count"] == Parameter("count", "number", 3, "how often", low=1, high=9)
    assert found["verbose"].kind == "flag"
    assert found["how"].kind == "word"
    assert Base(name="b", count=4).count == 4


def test_a_subclass_keeps_what_it_does_not_say_anew():
    found = parameters_of({"base": Base, "derived": Derived})
    assert [(each.name, each.roles, each.default) for each in found] == [
        ("server", (), "server"),
        ("count", ("base",), 3),
        ("verbose", ("base",), False),
        ("how", (), "slow"),
        ("count", ("derived",), 5),
        ("own", ("derived",), ()),
    ]
    assert found[4].words == "how often"
    assert found[4].high == 9
    assert Derived().verbose


@pytest.mark.parametrize(("name", "number"), [("p7", 7), ("12", 12), ("node-007", 7)])
def test_the_number_of_a_name(name, number):
    assert number_of(name) == number


def test_a_name_without_a_number_says_so():
    with pytest.raises(ValueError, match="ana has no number at the end of its name"):
        number_of("ana")


def test_every_node_of_a_cast_has_a_number_of_its_own():
    def cast(*names):
        return Cast({"process": names}, {})

    assert cast("p0", "q2").numbers() == {0: "p0", 2: "q2"}
    with pytest.raises(UnfitNodesError, match="q1 has the number of p1"):
        cast("p1", "q1").numbers()
    with pytest.raises(UnfitNodesError, match="ana has no number"):
        cast("p1", "ana").numbers()
