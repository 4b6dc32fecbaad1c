"""What is special about marshalling: the 28 bytes, what each mistake does to the reader, the interface as text."""

from dataclasses import replace

import pytest

from core.kernel.choice import Asked, judge
from core.kernel.scenario import Forge, NodeSpec, PlayerSeat
from core.kernel.seats import Book, PersonaSeat
from core.kernel.trace import SEND
from core.kernel.world import World
from core.protocols.calls.marshal import PROTOCOL
from core.protocols.calls.marshal.machine import Clerk
from core.protocols.calls.marshal.messages import Deposit, Receipt, members_of, records_of
from core.wire import cdr

SMITH, LITTLE, WIDE = PROTOCOL.scenarios
PERSON = tuple[str, str, cdr.ULong]


def run(scenario, persona="", **clerk):
    nodes = tuple(
        replace(node, parameters={**node.parameters, **clerk}) if node.name == "clerk" else node
        for node in scenario.nodes
    )
    seats = {"clerk": persona} if persona else {}
    world = World(replace(scenario, nodes=nodes, seats=seats))
    world.sit(Book())
    world.run()
    return world


def deposits(world):
    return [entry.detail for entry in world.trace if entry.kind == SEND and isinstance(entry.detail, Deposit)]


def test_curriculum_corba_cdr_the_book_writes_the_28_bytes():
    (deposit,) = deposits(run(SMITH))
    assert deposit.record.hex(" ") == (
        "00 00 00 06 53 6d 69 74 68 00 00 00 00 00 00 07 4c 6f 6e 64 6f 6e 00 00 00 00 07 8e"
    )


@pytest.mark.parametrize("scenario", PROTOCOL.scenarios, ids=lambda scenario: scenario.name)
def test_the_book_writes_what_the_codec_writes(scenario):
    world = run(scenario)
    clerk = world.nodes["clerk"].machine
    kinds = tuple({"string": str, "octet": cdr.Octet, "unsigned short": cdr.UShort, "unsigned long": cdr.ULong,
                   "unsigned long long": cdr.ULongLong}[kind] for kind, _ in members_of(clerk.interface))  # fmt: skip
    written = [cdr.encode_value(tuple[kinds], values, clerk.little) for values in clerk.meant]
    assert [deposit.record for deposit in deposits(world)] == written
    assert world.outcome.won


def filed(world):
    return [values for _, _, values in world.nodes["archive"].machine.filed]


def test_another_order_of_members_is_read_without_a_murmur():
    world = run(SMITH, "older interface")
    assert filed(world) == [("London", "Smith", 1934)]
    assert world.nodes["archive"].machine.refused == 0


def test_the_other_endian_is_another_number():
    assert filed(run(SMITH, "other endian")) == [("Smith", "London", 2_382_823_424)]  # curriculum, endianness


@pytest.mark.parametrize("persona", ["packs tight", "forgets the NUL"])
def test_what_cannot_be_read_comes_back_until_the_clerk_gives_up(persona):
    world = run(SMITH, persona)
    assert filed(world) == []
    assert world.nodes["archive"].machine.refused == Clerk.tries == len(deposits(world))
    assert not world.outcome.won


def test_letters_are_bytes_until_one_has_two():
    assert run(SMITH, "counts letters").outcome.won
    assert not run(LITTLE, "counts letters").outcome.won


def test_a_reader_of_another_interface_reads_something_else():
    """Same bytes, members declared the other way round."""
    other = NodeSpec("archive", "marshal", "archive", {"interface": "string place, string name, unsigned long year"})
    world = World(replace(SMITH, nodes=(SMITH.nodes[0], other)))
    world.sit(Book())
    world.run()
    assert filed(world) == [("Smith", "London", 1934)]  # as place and name
    assert world.nodes["archive"].machine.view()["last"] == "Smith, London, 1934"


def test_the_receiver_makes_it_right():
    for scenario, swaps in ((SMITH, 0), (LITTLE, 1), (WIDE, 2)):
        assert run(scenario).nodes["archive"].machine.swapped == swaps


def test_a_record_is_written_again_and_filed_once():
    answers = iter([0, 2])

    def gap(asked):
        return next(answers, asked.book) if asked.count == 10 else asked.book

    careless = replace(PROTOCOL.persona("packs tight"), answers={"marshal.gap": gap})
    world = World(SMITH)
    world.nodes["clerk"].seat = PersonaSeat(careless)
    world.run()
    assert filed(world) == [("Smith", "London", 1934)]
    assert world.nodes["clerk"].machine.refusals == 1


@pytest.mark.parametrize(
    "interface", ["", "name", "text name", "string name, string name", "unsigned long 7", "string a;b", "long long"]
)
def test_what_is_no_interface(interface):
    with pytest.raises(ValueError, match="is no member"):
        members_of(interface)


def test_interfaces_and_records_as_text():
    assert members_of(" string  name ,unsigned long year") == (("string", "name"), ("unsigned long", "year"))
    assert records_of("Smith, 1934; Zoé, 7", "string name, unsigned long year") == (("Smith", 1934), ("Zoé", 7))
    with pytest.raises(ValueError, match="'Smith' has 1 values, the interface 2 members"):
        records_of("Smith", "string name, unsigned long year")


def test_corba_9_3_2_7_no_string_holds_a_nul():
    with pytest.raises(ValueError, match="NUL"):
        records_of("Sm\0th, 1934", "string name, unsigned long year")


def said(name, value, **subject):
    return judge(Asked(PROTOCOL.choice(name), "clerk", None, subject, 0), value, 0, 0).words


def test_the_words_of_a_gap_are_english():
    of_two = {"kind": "an unsigned short", "boundary": 2, "written": "", "what": "", "archive": "a"}
    assert said("marshal.gap", 1, count=1, **of_two) == (
        "At a multiple of 2 an unsigned short begins, after a gap of 1 byte: that may hold anything."
    )
    world = World(replace(WIDE, player=(PlayerSeat("clerk", ("marshal.gap",)),)))
    world.run()
    assert world.questions[0].asked.kind == "an unsigned long long"


def test_messages_in_words():
    assert str(Deposit(1, True, bytes(28))) == "DEPOSIT 1, 28 bytes"
    assert str(Receipt(2, ("Smith", "1934"))) == "FILED 2: Smith, 1934"
    assert str(Receipt(2, ())) == "SENT BACK 2: unreadable"


@pytest.mark.parametrize(
    ("archive", "more"), [("clerk", ()), ("archive", (NodeSpec("other", "marshal", "clerk", {"archive": "clerk"}),))]
)
def test_a_clerk_that_is_somebody_s_archive_writes_its_own_records_and_no_more(archive, more):
    nodes = (replace(SMITH.nodes[0], parameters={"archive": archive}), SMITH.nodes[1], *more)
    world = World(replace(SMITH, nodes=nodes, win=()))
    world.run()
    assert filed(world) == ([("Smith", "London", 1934)] if archive == "archive" else [])


def test_receipts_that_nobody_waits_for_count_for_nothing():
    forged = tuple(
        Forge(at * 500, "archive", "clerk", Receipt(number, ("x",))) for at in range(1, 400) for number in (0, 1, 2)
    )
    world = World(replace(SMITH, happenings=forged, win=()))
    world.run()
    assert filed(world) == [("Smith", "London", 1934)]
    assert world.nodes["clerk"].machine.receipts == [("Smith", "London", "1934")]
