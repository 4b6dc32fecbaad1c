'''Pictures: what the left of the play screen shows of a protocol.

The general picture (`tui.pictures.general`) draws any protocol. A protocol whose players think in another picture (a
byte line, a ring, a row of chairs) has a module of its own here, named as the protocol is, in the folder of its
subject: `tui/pictures/<subject>/<protocol>.py` is found by its name. It has one function, and may have three more:

    def draw(canvas: Canvas, scene: Scene) -> None:          # the picture
    def delays(scene: Scene, asked: Asked) -> Sequence[int]: # µs: the dots on the ruler of an alarm
    def notes(scene: Scene, asked: Asked) -> Mapping[Value, str]:   # a few words on each option of a chairs control
    def packet_words(message) -> str:                        # what stands on a packet of the network's hand
    def carries(scene: Scene, asked: Asked, width: int) -> bool:    # is this control on the picture itself, so wide?
    def shows(scene: Scene) -> Collection[str]:              # entries of the own view that the picture itself says

`draw` is called whenever something has happened, and in between where it reads the clock, with a blank canvas of
whatever size there is: at 80x24 that is some 80 x 12 cells, at 120x40 some 84 x 28. What of the own view `shows` does
not name stands below or beside the picture. It must be quick (a few ms), never wrong at a smaller size (the canvas cuts
off what lies outside), and must show nothing but what the scene has: `scene.view` and `scene.me` (the own machine;
`scene.own` has it in the middle of an event), `scene.setting` (a setting, also while it is being entered),
`scene.flights`, `scene.entries`, and of other nodes `scene.view_of(name)`, which is {} in the fog, and
`scene.look_of(name)`.
Glyphs: ASCII, box drawing, ▓░ and ▁▂▃▄▅▆▇█ (all have ASCII likenesses, by themselves). Inks have a meaning
(`Ink.YOU`, `Ink.PACKET`, `Ink.QUIET` ...): colour is never the only signal.

An example, whole:

    """The echo picture: the pings in a row, answered or not."""

    from tui.look.places import between
    from tui.pictures import Canvas, Ink, Scene
    from tui.pictures.flights import glide

    def draw(canvas: Canvas, scene: Scene) -> None:
        heard = str(scene.view.get("heard", ""))
        canvas.put(2, 1, "answered", Ink.QUIET)
        canvas.put(12, 1, heard or "none yet", Ink.STRONG)
        for flight in scene.flights:                          # packets that may be seen
            glide(canvas, scene, flight, between((2, 3), (canvas.width - 3, 3)))
        if scene.draft is not None:                           # the answer under construction, before Enter
            canvas.put(2, 5, f"you would say {scene.draft}", Ink.CHOSEN)
        canvas.hot(2, 1, 8, "server")                         # a click there means the node "server" (NodeOf, SomeOf)

A click on a hot part goes to the control of what is asked. What it may mean: an option (of OneOf, NodeOf, PlaceOf,
Track, SomeOf, RankedOf), a cell (row, column) of a Grid, ("cut", place) of Places, ("ruler", number) of a Duration or a
Slider, ("handle", name, number) of Handles. ("setting", choice's name) opens a setting's control, or makes a move: so a
lever is drawn where it acts, with what `scene.kept` says. `scene.at_hand` says where the control is, so that a picture
can light it; what it `carries` has no second one below, so it draws `scene.listed` (`tui.pictures.listed`) or what is
typed, `scene.written`.

Helpers to reuse: `tui.pictures.flights.glide` (a packet on its way, in 20 pictures a second, with all that may become
of it), `tui.pictures.general.places` (nodes on a circle), `draw_node`, `draw_flights`; `tui.pictures.crowd.draw` (a
cell a node). A room without a picture of its own can still say much: its machine's
`badge()`, and the protocol's `shade` and `intervals` (see `core.kernel.shown`).
'''

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import ModuleType
from typing import Any, TypeVar, overload

from core.kernel.bets import Settled, Wager
from core.kernel.choice import Asked, Value
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.shown import HIDDEN, Look, Shade
from core.kernel.sight import Flight, Sight, look_at
from core.kernel.told import message_words
from core.kernel.trace import RECEIVE, SEND, Entry
from core.kernel.world import Question
from core.protocols import BY_NAME, place_of
from levels.packages import picture_of
from tui.controls import Option
from tui.widgets.canvas import Canvas, Ink

M = TypeVar("M")
__all__ = ["Canvas", "Draw", "Flight", "Grab", "Ink", "Scene", "general_delays", "hook", "packet_name", "packet_words"]


@dataclass(frozen=True)
class Grab:
    """A packet as the network's hand sees it: how far it is on its way (0 to 1), whether it is held and for how long
    (µs), and whether the frame is on it. In a world beside the first: the name of the packet there of which this is the
    twin (`thread`); `hollow`: there is none here, an act missed it."""

    name: str
    source: str
    destination: str
    message: Any
    part: float
    held: bool = False
    framed: bool = False
    waited: int = 0
    thread: str = ""
    hollow: bool = False


@dataclass(frozen=True)
class Alarm:
    """A running alarm as the network's hand sees it: at which node, in how many µs it rings, and by what key."""

    node: str
    left: int
    key: Any = None


class Moment:
    """A clock that is remembered to have been read: a picture that did so is another at any other time."""

    @overload
    def __get__(self, scene: None, kind: type) -> Moment: ...

    @overload
    def __get__(self, scene: object, kind: type) -> int: ...

    def __get__(self, scene: object | None, kind: type) -> Moment | int:
        if scene is None:
            raise AttributeError  # no default: a scene has a time
        scene.__dict__["clock_was_read"] = True
        found: int = scene.__dict__["moment"]
        return found

    def __set__(self, scene: object, value: int) -> None:
        scene.__dict__["moment"] = value


@dataclass(frozen=True)
class Scene:
    """All that a picture may draw.

    sight      the one filter: what may be seen.
    scenario   names of the nodes and the physics; not what the seats are.
    you        the player's node; "network" if the player is the network; "" if nobody plays.
    now        the watcher's clock (µs), between events too. A picture that reads it is drawn anew all the time; what
               only glides is put down with `tui.pictures.flights.glide`, and the rest is drawn once for each event.
    question   the open question; None if there is none.
    asked      what is being answered: the question's, or a standing offer's or kept answer's that is being changed.
    draft      the answer under construction: what Enter would give now; None if it is none yet.
    at_hand    what of it the next key is about: an option, a cell of a grid, a place of a line, the name of a field or
               of a handle. None: nothing in particular.
    written    what has been typed of it, by the names of its fields ("" where there are none).
    listed     what there is to choose from, as the control lists it.
    kept       the answers in force without a question, by choice name.
    lifted     the fog has lifted, or there never was any.
    entries    what is known to have happened, oldest first.
    me         the player's own machine, to read only: a node knows itself. None for the network, and while it is down.
    grabs      for the network's hand: every packet in flight or held; `alarms`: every running alarm.
    has_hand   is the player the network's hand?
    wordless   is it shown before the first key? Then nothing is to be read in it but what lies on things.
    second     of a fair trap all of the second row; None where there is none. `grabs_of_second`: what flies or is held
               there, the twin of the framed packet framed.
    wagers     the player's chips, by what they lie on; `settled`: all that could have been bet on with what was true,
               once the run is over.
    """

    sight: Sight
    scenario: Scenario
    you: str
    now: Moment = Moment()
    question: Question | None = None
    asked: Asked | None = None
    draft: Value | None = None
    at_hand: Value | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    listed: Sequence[Option] = ()
    kept: Mapping[str, Value] = field(default_factory=dict)
    lifted: bool = False
    entries: Sequence[Entry] = ()
    me: Any = None
    grabs: Sequence[Grab] = ()
    alarms: Sequence[Alarm] = ()
    has_hand: bool = False
    wordless: bool = False
    second: Sight | None = None
    wagers: Sequence[Wager] = ()
    settled: Sequence[Settled] = ()
    grabs_of_second: Sequence[Grab] = ()

    @property
    def is_timeless(self) -> bool:
        """Has nobody asked this scene what time it is? Then it is the same until something happens."""
        return not self.has_hand and "clock_was_read" not in self.__dict__

    @property
    def drawn_at(self) -> int:
        """The watcher's clock (µs), for what knows by itself where it will be later."""
        found: int = self.__dict__["moment"]
        return found

    @property
    def twin(self) -> Grab | None:
        """In the second row the twin of the framed packet; None if it has none there."""
        return next((grab for grab in self.grabs_of_second if grab.framed), None)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """All nodes, in the level's order."""
        return tuple(node.name for node in self.scenario.nodes)

    @cached_property
    def flights(self) -> list[Flight]:
        """The packets that may be seen now, oldest first."""
        return self.sight.flights()

    @cached_property
    def first_copies(self) -> Mapping[tuple[int, str], Flight]:
        """Of the packets that may be seen the first copy of each, by its number and where it left."""
        found: dict[tuple[int, str], Flight] = {}
        for flight in self.flights:
            found.setdefault((flight.number, flight.source), flight)
        return found

    @cached_property
    def view(self) -> Mapping[str, str | int]:
        """What the player's node says of its own state; {} for the network.

        While a question of its own is open, as it stands in the middle of that event: what has just come is there."""
        seen = self.view_of(self.you)
        shown = self._half_way.view() if seen and self._half_way is not None else seen
        return {name: value for name, value in shown.items() if name not in self._hidden}

    @cached_property
    def _hidden(self) -> frozenset[str]:
        """Entries of the own view that would say the answer to what is played."""
        if self.lifted:
            return frozenset()
        own = next((spec.protocol for spec in self.scenario.nodes if spec.name == self.you), None)
        choices = self.scenario.protocols[own].choices if own else ()
        return frozenset(name for choice in choices if self.plays(choice.name) for name in choice.hides)

    def plays(self, choice: str) -> bool:
        """Does the player answer this choice?"""
        seats = [seat.choices for seat in self.scenario.player if seat.node == self.you]
        return any("*" in choices or choice in choices for choices in seats)

    def own(self, kind: type[M]) -> M | None:
        """The player's own machine, if it is of this kind: in the middle of the event in which it asks, where something
        of it is being answered, else as it is."""
        asked = self.asked.me if self.asked is not None and self.asked.node == self.you else None
        me = asked if isinstance(asked, kind) else self.me
        return me if isinstance(me, kind) else None

    def setting(self, choice: str, otherwise: M) -> M:
        """A setting as it is being entered, else as it is kept, else as `otherwise` says, whose type it has."""
        if self.asked is not None and self.asked.choice.name == choice and isinstance(self.draft, type(otherwise)):
            return self.draft
        kept = self.kept.get(choice, otherwise)
        return kept if isinstance(kept, type(otherwise)) else otherwise

    @cached_property
    def _half_way(self) -> Any:
        """The own machine in the middle of the event in which it asks; None if it does not."""
        asked, question = self.asked, self.question
        if question is None or asked is None or asked is not question.asked or asked.node != self.you:
            return None
        # Of a stack it may be another machine than the one that speaks for the node.
        return asked.me if type(asked.me) is type(self.me) else None

    def view_of(self, node: str) -> Mapping[str, str | int]:
        """What may be known of a node's state; {} in the fog."""
        return self.sight.view(node) if node and node != NETWORK else {}

    @cached_property
    def looks(self) -> Mapping[str, Look]:
        """Badge, shade and absence of every node of which they may be known."""
        looks = self.sight.looks()
        if self._half_way is None:
            return looks
        own = next(spec.protocol for spec in self.scenario.nodes if spec.name == self.you)
        return {**looks, self.you: look_at(self._half_way, self.scenario.protocols[own])}

    def look_of(self, node: str) -> Look:
        """Badge, shade and absence of a node; hidden in the fog."""
        return self.looks.get(node, HIDDEN)

    def said_of(self, node: str) -> str:
        """What is known of a node at once, in words: "down since 1.2 s", "asks 8"; "" for nothing."""
        look, shade = self.look_of(node), self.shade
        words = [look.absence or look.badge]
        if look.shade is not None and shade is not None:
            words.append(shade.said(look.shade))
        return ", ".join(word for word in words if word)

    @cached_property
    def shade(self) -> Shade | None:
        """What the shades of the level's nodes mean; None if its rooms have none."""
        return next((room.shade for room in self.scenario.protocols.values() if room.shade is not None), None)

    @cached_property
    def entries_at_hand(self) -> Sequence[Entry]:
        """The entries, and the arrival that the open question is about: it is in none before the answer is given."""
        question = self.question
        if question is None or question.kind != RECEIVE or question.node != self.you:
            return self.entries
        source, message = question.payload[:2]
        return [*self.entries, Entry(-1, self.now, self.you, RECEIVE, source, message, -1, (), "", -1)]

    def progress(self, flight: Flight) -> float:
        """How far a packet is on its way, 0 to 1."""
        length = flight.arrival - flight.departed
        return 1.0 if length <= 0 else min(1.0, max(0.0, (self.now - flight.departed) / length))

    @staticmethod
    def words(message: object) -> str:
        """A message in a few words: "Ping 3"."""
        return message_words(message)


BELOW = 7
"""Rows of a bare stage below the picture, where words and keys stand."""
Draw = Callable[[Canvas, Scene], None]


def hook(protocol: str, name: str) -> Callable[..., Any] | None:
    """The function `name` of the protocol's own picture module; None if it has none."""
    module = _module(protocol)
    found = getattr(module, name, None) if module else None
    return found if callable(found) else None


@cache
def _module(protocol: str) -> ModuleType | None:
    if protocol not in BY_NAME:
        return None
    if (installed := picture_of(protocol)) is not None:
        return installed
    name = ".".join((__name__, *place_of(protocol)))
    return None if importlib.util.find_spec(name) is None else importlib.import_module(name)


def packet_name(scenario: Scenario, message: object) -> str:
    """What a packet of the network's hand is called where there is room for some words: in its own words, as far as
    they say what stands on its tile, too; else only what stands there."""
    words, tile = message_words(message), packet_words(scenario, message)
    return words if tile in words else tile


def packet_words(scenario: Scenario, message: object) -> str:
    """What stands on a packet of the network's hand: what the picture of its room calls it, or else its words."""
    for name, room in scenario.protocols.items():
        own = hook(name, "packet_words") if isinstance(message, room.messages) else None
        if own is not None:
            return str(own(message))
    return message_words(message)


def general_delays(scene: Scene) -> list[int]:
    """The answer times seen so far (µs): from a message to somebody to the next one from them.

    Of what was said twice nobody knows which copy was answered, so that gives no time (Karn & Partridge 1987); nor does
    the same answer once more, which is one to another copy.
    """
    said: dict[str, tuple[Any, int, int]] = {}
    """To whom: the last message, when it was sent, how often."""
    heard: dict[str, tuple[Any, int]] = {}
    """From whom: the last answer, and how many copies of the question may still bring it again."""
    found: list[int] = []
    for entry in scene.entries_at_hand:
        if entry.node != scene.you:
            continue
        peer, message = entry.peer, entry.detail
        if entry.kind == SEND:
            before, _, copies = said.get(peer, (None, 0, 0))
            said[peer] = (message, entry.time, copies + 1 if before == message else 1)
        elif entry.kind == RECEIVE:
            last, more = heard.get(peer, (None, 0))
            if more and last == message:
                heard[peer] = (last, more - 1)
            elif peer in said:
                _, sent, copies = said.pop(peer)
                heard[peer] = (message, copies - 1)
                if copies == 1:
                    found.append(entry.time - sent)
    return found
