"""The network's hand at the screen: a frame on one of the packets in flight or held, and what is done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.kernel.agenda import Event
from core.kernel.beside import Beside
from core.kernel.hand import MOVE_BY_NAME, NetworkHand, Tile
from core.kernel.sight import Sight
from core.kernel.trace import MOVE
from core.kernel.world import World
from core.session import Session
from core.session.stillness import Stillness, is_over, stillness
from tui.language import later, retold, said
from tui.pictures import Alarm, Grab, packet_name

ON_TILES = ("take", "let_go", "lose", "copy", "garble")
"""Acts on the packet in the frame; the others are about a node or a link."""


class Holding:
    """What the player in the network's chair is at. It is there in levels of the hand; the session itself knows no
    frame."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._framed: Event | None = None
        self._place = 0

    @property
    def _hand(self) -> NetworkHand:
        hand = self._session.world.hand
        assert hand is not None
        return hand

    def _tiles(self) -> list[tuple[Tile, bool]]:
        """Every packet with whether it is held, in the order of arrival; a held one keeps its place."""
        hand = self._hand
        tiles = [(tile, False) for tile in hand.tiles()] + [(tile, True) for tile in hand.pockets()]
        return sorted(tiles, key=lambda pair: pair[0].event[:2])

    def _at(self, tiles: list[tuple[Tile, bool]]) -> int:
        """The place of the frame: on what it was on, or else on what has come to that place."""
        for place, (tile, _) in enumerate(tiles):
            if tile.event is self._framed:
                self._place = place
                return place
        self._place = min(self._place, len(tiles) - 1)
        self._framed = tiles[self._place][0].event
        return self._place

    @property
    def framed(self) -> Tile | None:
        """The packet in the frame; None if there is none at all."""
        tiles = self._tiles()
        return tiles[self._at(tiles)][0] if tiles else None

    @property
    def framed_words(self) -> str:
        """The packet in the frame, and whose it is; "" if there is none."""
        framed = self.framed
        if framed is None:
            return ""
        return said(
            "{packet} from {source} to {destination}",
            packet=packet_name(self._session.scenario, framed.message),
            source=framed.source,
            destination=framed.destination,
        )

    def grabs(self, clock: int) -> list[Grab]:
        """Every packet as a picture draws it, at the watcher's clock (µs)."""
        tiles = self._tiles()
        at = self._at(tiles) if tiles else -1
        world = self._session.world
        found = []
        for place, (tile, held) in enumerate(tiles):
            waited = max(0, clock - self._taken(tile)) if held else 0
            found.append(replace(_grab(world, tile, clock, held), framed=place == at, waited=waited))
        return found

    def grabs_beside(self, side: Beside[World]) -> list[Grab]:
        """The same of a world beside the first: of each packet that is framed or held here, its twin there; where there
        is none for what is held, an empty pocket."""
        world, hand = side.world, side.world.hand
        assert hand is not None
        tiles = self._tiles()
        at = self._at(tiles) if tiles else -1
        twins: dict[int, tuple[str, bool, int]] = {}
        found = []
        for place, (tile, held) in enumerate(tiles):
            if place != at and not held:
                continue
            twin = side.counterpart(tile)
            if twin is not None:
                waited = max(0, self._session.world.now - self._taken(tile)) if held else 0
                twins[id(twin.event)] = (tile.name, place == at, waited)
            elif held:
                empty = _grab(self._session.world, tile, 0, True)
                found.append(replace(empty, framed=place == at, thread=tile.name, hollow=True))
        for tile, held in [*((tile, False) for tile in hand.tiles()), *((tile, True) for tile in hand.pockets())]:
            thread, framed, waited = twins.get(id(tile.event), ("", False, 0))
            found.append(replace(_grab(world, tile, world.now, held), framed=framed, thread=thread, waited=waited))
        return found

    def grabs_of_second(self) -> list[Grab]:
        """Every packet of a fair trap's second row; framed is the twin of the framed one."""
        beside = self._session.world.beside
        if beside is None:
            return []
        beside.catch_up(self._session.world.now)
        return [grab for grab in self.grabs_beside(beside) if not grab.hollow]

    def _taken(self, tile: Tile) -> int:
        """When what is held was taken (true µs)."""
        world = self._session.world
        moves = (entry for entry in reversed(world.trace) if entry.kind == MOVE and entry.cause == tile.event[5])
        return next((entry.time for entry in moves if entry.detail[0] == "network.take"), world.now)

    @property
    def stillness(self) -> Stillness | None:
        """Why there is nothing to do but to wait; None if there is. Quiet is only what stays so."""
        world = self._session.world
        found = stillness(world) if world.answers else None
        return None if found is Stillness.QUIET and not is_over(world) else found

    def waited(self, clock: int) -> str:
        """For how long what is in the pockets is held at the watcher's clock, in words; "" if nothing is."""
        held = [max(0, clock - self._taken(tile)) for tile in self._hand.pockets()]
        return ", ".join(f"{time // 1000} ms" for time in held)

    def alarms(self, clock: int) -> list[Alarm]:
        """Every running alarm, at the watcher's clock (µs)."""
        return alarms_of(self._session.world, clock)

    @property
    def pockets(self) -> tuple[int, int]:
        """How many packets are held, and how many may be at a time."""
        hand = self._session.scenario.hand
        return len(self._hand.held), 0 if hand is None else hand.pockets

    def left(self) -> dict[str, int | None]:
        """What may be done at all, and how often still (None: any number of times)."""
        hand = self._session.scenario.hand
        return {
            act: left
            for act, left in self._hand.left.items()
            if hand is not None
            and act not in ("swear", "acts")
            and (hand.pockets if act == "take" else getattr(hand, act))
        }

    @property
    def second(self) -> Sight | None:
        """All of the second row of a fair trap, up to now; None where there is none."""
        beside = self._session.world.beside
        if beside is not None:
            beside.catch_up(self._session.world.now)
        return self._session.beside

    def second_row(self) -> dict[str, str]:
        """Of the second row of a fair trap: whoever is another there, with what may be said of it and its next alarm,
        and what was done that had nothing to hit there. Empty where there is none."""
        session, beside, second = self._session, self._session.world.beside, self.second
        twin = session.scenario.twin
        if beside is None or twin is None or second is None:
            return {}
        hand = beside.world.hand
        assert hand is not None
        looks, now = second.looks(), beside.world.now
        found = {}
        for name in session.scenario.seats if twin.book else twin.parameters:
            look = looks.get(name)
            rings = min((fuse.rings for fuse in hand.fuses() if fuse.node == name), default=None)
            words = [] if look is None else [retold(look.absence or look.badge)]
            words += [] if rings is None else [said("alarm in {time} ms", time=(rings - now) // 1000)]
            found[said("row 2: {name}", name=name)] = ", ".join(filter(None, words)) or said("as in row 1")
        if beside.missed:
            found[said("missed")] = said("{count} in row 2", count=len(beside.missed))
        return found

    # What is done

    def walk(self, step: int, across: Sequence[str] = ()) -> bool:
        """The frame goes to the next packet, or the one before; it wraps. False if there is none. `across`: the names
        of those that are seen, in the order in which to go; the others come after them, in the order of arrival."""
        tiles = self._tiles()
        if not tiles:
            return False
        framed, names = tiles[self._at(tiles)][0].name, [tile.name for tile, _ in tiles]
        order = [name for name in across if name in names]
        order += [name for name in names if name not in order]
        return self.point(order[(order.index(framed) + step) % len(order)])

    def point(self, name: str) -> bool:
        """The frame goes to the packet of this name."""
        for place, (tile, _) in enumerate(self._tiles()):
            if tile.name == name:
                self._place, self._framed = place, tile.event
                return True
        return False

    def grasp(self) -> str:
        """Take the packet in the frame, or let go of it if it is held. Why that cannot be; "" if it could."""
        tiles = self._tiles()
        if not tiles:
            return said("There is nothing under way.")
        _, held = tiles[self._at(tiles)]
        return self.act("let_go" if held else "take")

    def act(self, name: str) -> str:
        """Do this to the packet in the frame. Why that cannot be, in words; "" if it could."""
        framed = self.framed
        if framed is None:
            return said("There is nothing under way.")
        choice = MOVE_BY_NAME[f"network.{name}"]
        offer = next((asked for asked in self._session.offers() if asked.choice is choice), None)
        if offer is None or framed.name not in offer.options:
            return self._why_not(name, framed)
        stands = self._session.paused and not self._session.world.answers
        held = {id(kept.event) for kept in self._hand.held}
        self._session.move(choice.name, framed.name)
        if name == "let_go":  # it flies on as another event: the frame stays with it
            fresh = [tile for tile in self._hand.tiles() if tile.message is framed.message]
            self._framed = next((tile.event for tile in fresh if id(tile.event) not in held), None)
        if stands:
            self._session.resume()
        return ""

    def _why_not(self, name: str, framed: Tile) -> str:
        held, most = self.pockets
        if name == "take" and not most:
            return "You have no pockets here: packets fly as they will."
        if name == "take" and held >= most:
            return said("Your pockets are full: let go of something first.")
        if self.left().get(name) == 0:
            return said(_NO_MORE[name])
        if framed.stream:
            return said("That travels on a stream: it can be held, nothing else.")
        return said("Not that one, not now.")


_NO_MORE = {
    "take": later("Nothing more can be taken: that was all you had."),
    "lose": later("Nothing more can be lost: that was all you had."),
    "copy": later("Nothing more can be copied: that was all you had."),
    "garble": later("Nothing more can be garbled: that was all you had."),
}


def _grab(world: World, tile: Tile, clock: int, held: bool) -> Grab:
    rest = tile.time - (world.now if held else clock)
    whole = max(1, world.latency(tile.source, tile.destination))
    part = min(1.0, max(0.0, 1 - rest / whole))
    return Grab(tile.name, tile.source, tile.destination, tile.message, part, held)


def alarms_of(world: World, clock: int | None = None) -> list[Alarm]:
    """Every running alarm of a world that has a hand, at this clock (µs): now, if none is given."""
    now = world.now if clock is None else clock
    fuses = [] if world.hand is None else world.hand.fuses()
    return [Alarm(fuse.node, max(0, fuse.rings - now), fuse.key) for fuse in fuses]
