"""What the network's hand sees in rooms that have a picture of their own, and of the second row of a fair trap."""

from dataclasses import replace

from levels.loader import load
from tui.bridge import Bridge, session_of
from tui.pictures.general import picture_of
from tui.screens.play_painting import hand_view
from tui.widgets.canvas import Canvas


def at(name: str, time: int) -> Bridge:
    """The level at that time (true µs), nobody having touched anything."""
    bridge = Bridge(load(name), session_of(load(name), paused=True))
    while bridge.session.world.now < time:
        assert bridge.session.step()
    bridge.freshen()
    return bridge


def drawn(bridge: Bridge, width: int = 47) -> str:
    canvas = Canvas(width, 9)
    picture_of(bridge.level.protocol)(canvas, bridge.scene())
    return str(canvas)


def test_a_tile_and_a_fuse_at_the_chairs_and_the_other_fuse_beside() -> None:
    bridge = at("crown/make-two-kings", 600_000)
    words = drawn(bridge)
    assert ">PROBE number 1<" in words
    assert "~~~* 300 ms" in words
    holding = bridge.holding
    assert holding is not None
    assert hand_view(holding, bridge.scene().now)["row 2: p2"] == "obeys 3, alarm in 900 ms"
    assert "(PROBE" not in words
    assert not holding.grasp()
    assert holding.walk(1)
    assert hand_view(holding, bridge.scene().now)["pockets"] == "1 of 2 full"


def test_an_act_that_hits_nothing_in_the_second_row_is_told() -> None:
    bridge = at("crown/make-two-kings", 640_000)
    holding = bridge.holding
    assert holding is not None
    assert "missed" not in hand_view(holding, bridge.scene().now)
    assert not holding.grasp()
    while not any(tile.name.startswith("Election") for tile in bridge.session.world.hand.tiles()):
        assert bridge.session.step()
    assert holding.point("Election p2 -> p3")
    assert not holding.grasp()
    assert hand_view(holding, bridge.scene().now)["missed"] == "1 in row 2"


def test_on_the_ring_what_is_under_way_is_a_tile_that_may_be_clicked() -> None:
    bridge = at("ring/two-truths", 140_000)
    canvas = Canvas(47, 9)
    picture_of("dht_chord")(canvas, bridge.scene())
    assert "FIND" in str(canvas)
    assert "~~~* 300 ms" in str(canvas)
    (grab,) = [hot.target for hot in canvas.hots if getattr(hot.target, "name", "") == "Find 48 -> 60"]
    assert grab.source == "48"
    holding = bridge.holding
    assert holding is not None
    assert hand_view(holding, bridge.scene().now)["row 2: 48"].startswith("(40, 48], alarm in 300 ms")


def test_while_it_is_held_the_hand_of_the_client_turns_at_half_the_speed() -> None:
    bridge = at("clocks/the-long-way-round", 2_310_000)
    holding = bridge.holding
    assert holding is not None
    while "Packet server -> client" not in [tile.name for tile in bridge.session.world.hand.tiles()]:
        assert bridge.session.step()
    assert "held" not in drawn(bridge)
    assert not holding.grasp()
    taken = bridge.session.world.now
    canvas = Canvas(47, 9)
    scene = bridge.scene()
    grabs = holding.grabs(taken + 300_000)
    assert [grab.waited for grab in grabs] == [300_000]
    assert holding.waited(taken + 300_000) == "300 ms"
    draw = picture_of("sntp")
    draw(canvas, replace(scene, grabs=grabs))
    held, wrong = (next(line for line in str(canvas).splitlines() if word in line) for word in ("300 ms", "150 ms"))
    assert held.count("█") == 2 * wrong.count("█") > 0
    assert "late" in wrong


def test_texts_on_the_wire_with_what_the_sender_was_told_and_what_both_readers_read() -> None:
    bridge = at("wire/the-the-quick", 300_000)
    holding = bridge.holding
    assert holding is not None
    words = drawn(bridge)
    assert ">ACK<" in words
    assert "[0]" in words
    assert "~* 820 ms" in words, "the candle of the first text that is not answered, not the pause before the next one"
    assert words.splitlines()[2].split() == ["ok", "ok", "..", "..", "..", ".."]
    assert holding.point("Frame alice -> bob #2")
    assert not holding.act("copy")
    while bridge.session.step():
        bridge.freshen()
    *_, bob, second = drawn(bridge).splitlines()
    assert bob.strip() == "BOB reads: PAY BEN 200 AND ANA 1000 TODAY"
    assert second.strip() == "row 2 reads: PAY BEN 200 AND ANA 100 TODAY"


def test_what_is_held_hangs_under_its_lane() -> None:
    bridge = at("wire/the-the-quick", 60_000)
    holding = bridge.holding
    assert holding is not None
    assert not holding.grasp()
    assert holding.walk(1)
    lane, below = drawn(bridge).splitlines()[3:5]
    assert ">20<" in lane
    assert below.strip() == "(PAY BEN)"


def test_clients_of_datagrams_with_their_fuses_and_what_either_row_has_printed() -> None:
    bridge = at("sockets/hello-hello#3", 60_000)
    holding = bridge.holding
    assert holding is not None
    assert holding.point("Text server -> ana")
    assert not holding.grasp()
    ana, _, held, ben, *_ = drawn(bridge).splitlines()
    assert "~~~* 240 ms" in ana
    assert '"HELLO"<' in held
    assert "*" not in ben, "it has no alarm"
    bridge.session.run_to(560_000)
    assert not holding.act("let_go")
    while bridge.session.step():
        bridge.freshen()
    ana, _, second, *_ = drawn(bridge).splitlines()
    assert ana.split(maxsplit=1)[1] == "HELLO, HOW ARE YOU, HELLO"
    assert second.strip() == "row 2: HELLO, HOW ARE YOU"
    wide, _, held, *_ = drawn(bridge, 80).splitlines()
    assert wide.rstrip().endswith("  row 2: HELLO, HOW ARE YOU")
    assert not held.strip(), "where there is room it does not lie where packets are held"
    assert bridge.session.world.outcome.won


def test_pieces_of_a_letter_on_their_way_what_came_and_what_either_row_read() -> None:
    bridge = at("wire/shuffle", 340_000)
    holding = bridge.holding
    assert holding is not None
    lane = drawn(bridge).splitlines()[2]
    places = [lane.index(word) for word in ("[Ana]", "[STAY.]", "[QUIET:]", "[RUN.]", ">BELL:<")]
    assert places == sorted(places), "nothing hides anything: the whole letter is on the wire"
    for piece, time in (("#2", 350_000), ("#2", 360_000)):
        bridge.session.run_to(time)
        assert holding.point(f"Frame gate -> ben {piece}")
        assert not holding.grasp()
    held = drawn(bridge).splitlines()[3]
    assert held.strip() == ">QUIET:<(RUN.)"
    for piece, time in (("#2", 440_000), ("", 510_000)):
        bridge.session.run_to(time)
        assert holding.point(f"Frame gate -> ben, held {piece}".rstrip())
        assert not holding.grasp()
    while bridge.session.step():
        bridge.freshen()
    *_, came, _, ben, second = drawn(bridge).splitlines()
    assert came.split()[1:] == ["[BELL:]", "[STAY.]", "[QUIET:]", "[RUN.]", "[Ana]"]
    assert ben.split()[1:] == ["BELL:", "STAY.", "QUIET:", "RUN.", "Ana"]
    assert second.split()[2:] == ["BELL:", "RUN.", "QUIET:", "STAY.", "Ana"]


def test_guests_of_a_server_who_is_here_who_has_left_and_who_sits_there() -> None:
    bridge = at("pipe/two-is-not-enough", 0)
    holding = bridge.holding
    assert holding is not None
    before = drawn(bridge).splitlines()
    assert "ann is here" in before[0]
    assert ">SYN<" in before[1]
    assert "cat comes at 800 ms" in before[6]
    bridge.session.run_to(10_000)
    assert not holding.grasp()
    assert not holding.act("copy")
    bridge.session.run_to(100_000)
    *_, chair, held = drawn(bridge).splitlines()[:3]
    assert "[  ann  ]" in chair
    assert held.split()[1:] == ["row", "2:", "[", "ann?", "]"], "there nobody sits before he has answered"
    bridge.session.run_to(510_000)
    assert "ann has left" in drawn(bridge)
    assert holding.point("Segment ann -> server, held")
    assert not holding.grasp()
    bridge.session.run_to(620_000)
    assert "[ GHOST ]" in drawn(bridge).splitlines()[1]
    assert "[ ann?  ]" in drawn(bridge).splitlines()[2]


def test_a_guest_whose_goodbye_is_held_is_no_ghost() -> None:
    bridge = at("pipe/two-is-not-enough", 0)
    holding = bridge.holding
    assert holding is not None
    bridge.session.run_to(330_000)
    assert holding.point("Segment ann -> server")
    assert holding.framed is not None
    assert not holding.framed.message.payload, "the last thing that she says"
    assert not holding.grasp()
    bridge.session.run_to(900_000)
    words = drawn(bridge)
    assert "ann has left" in words
    assert "[  ann  ]" in words
    assert "GHOST" not in words
