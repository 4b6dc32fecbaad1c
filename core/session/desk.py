"""The desk: who answers what. A person, somebody who takes their time, what is kept, or a case that runs by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING

from core.kernel.choice import PASS, Asked, Choice, Value, Verdict
from core.kernel.scenario import NETWORK, Scenario
from core.kernel.seats import Seat
from core.kernel.suspects import INSPECTOR
from core.kernel.world import Question, World
from core.session.mastery import Case, Mastery
from core.session.seats import AsyncSeat

if TYPE_CHECKING:
    import trio


class Who(Enum):
    """Who answers a question."""

    PERSON = "person"
    SEAT = "seat"
    KEPT = "kept"
    AUTOPILOT = "autopilot"


class Desk:
    """The seats of one scenario's player, and who is at work on what.

    asks    "choose", "type" or "notice": see Session.
    policy  a seat that answers at once instead of a person.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        asks: str,
        policy: Seat | None = None,
        seats: Mapping[str, AsyncSeat] | None = None,
        handed_over: Iterable[Case] = (),
        may_hand_over: bool | Collection[str] = True,
    ) -> None:
        if asks not in ("choose", "type", "notice"):
            raise ValueError(f'asks is "choose", "type" or "notice", not {asks!r}')
        self.asks = asks
        self.policy = policy
        self._nodes = tuple(dict.fromkeys(place.node for place in scenario.player))
        if scenario.hand is not None:
            self._nodes = (*self._nodes, NETWORK)
        if scenario.inspector is not None:
            self._nodes = (*self._nodes, INSPECTOR)
        self._seats = dict(seats or {})
        self._mastery = Mastery(handed_over, may_hand_over)
        self._at_work: dict[int, trio.CancelScope] = {}
        self._round: trio.CancelScope | None = None

    # Who answers

    def who(self, question: Question) -> Who:
        """Who answers this question."""
        if question.node in self._seats:
            return Who.SEAT
        if self.asks == "notice" and question.asked.choice.keeps and not question.asked.is_odd:
            return Who.KEPT
        return Who.AUTOPILOT if self._mastery.runs(question.asked) else Who.PERSON

    def for_person(self, world: World, watching: bool) -> tuple[Question, ...]:
        """The open questions that no asynchronous seat answers; all of them while recorded answers are watched."""
        if not self._seats or watching:
            return tuple(world.questions)
        return tuple(question for question in world.questions if question.node not in self._seats)

    def for_seats(self, world: World) -> list[Question]:
        """The open questions that asynchronous seats answer."""
        return [question for question in world.questions if question.node in self._seats]

    def offers(self, world: World) -> list[Asked]:
        """The standing offers that a person may take up now."""
        if self.policy is not None or self._seats:
            return []
        return [asked for name in self._nodes for asked in world.offers(name)]

    # What is kept

    def kept_at_first(self, world: World) -> list[tuple[str, Choice]]:
        """With `asks = "notice"`: (node, choice) of what the player keeps and what starts as inaction, because inaction
        needs no question."""
        if self.asks != "notice":
            return []
        return [
            (node.name, choice)
            for node in world.nodes.values()
            if node.protocol is not None and node.name not in self._seats
            for choice in node.protocol.choices
            if choice.name in node.played and choice.keeps and not callable(choice.inaction)
        ]

    @staticmethod
    def left_of_kept(world: World, question: Question) -> Value:
        """What was kept does not fit this question: what is left of it does (chairs of peers who went stay empty), else
        inaction."""
        asked = question.asked
        kept = world.nodes[question.node].kept.get(asked.choice.name)
        left = asked.choice.domain.left_of(asked, kept)
        return asked.inaction if left is PASS else left

    # What runs by itself

    @property
    def offered(self) -> tuple[Case, ...]:
        """The cases that may be handed over, the latest last."""
        return self._mastery.offered

    @property
    def handed_over(self) -> tuple[Case, ...]:
        """The cases that run by themselves, the latest last."""
        return self._mastery.handed_over

    def count(self, asked: Asked, verdict: Verdict) -> Case | None:
        """Count a first answer; the case, if it is offered to be handed over by it."""
        return self._mastery.count(asked, verdict)

    def recount(self, choice: Choice | None, verdict: Verdict, by: str) -> None:
        """The same for an answer that was given before; `choice` is None for the network's."""
        self._mastery.recount(choice, verdict, by)

    def hand_over(self, case: Case | None = None) -> Case | None:
        """Let an offered case (the latest, if none is named) run by itself; None if it is not offered."""
        return self._mastery.hand_over(case)

    def take_back(self) -> Case | None:
        """Take back the latest case that was handed over; None if there is none."""
        return self._mastery.take_back()

    # Who takes their time

    @property
    def has_seats(self) -> bool:
        """Do asynchronous seats answer?"""
        return bool(self._seats)

    def seat_of(self, node: str) -> AsyncSeat:
        """The asynchronous seat of a node. Raises KeyError."""
        return self._seats[node]

    def round_waits(self, world: World) -> bool:
        """Are there standing offers that an asynchronous seat has still to be put?"""
        return world.offers_wait in self._seats

    def holds(self, world: World) -> bool:
        """Does the world wait for an asynchronous seat, whatever its questions' deadlines?"""
        if self._round is not None or self.round_waits(world):
            return True
        return any(self._seats[question.node].stops for question in self.for_seats(world))

    def at_work(self, number: int) -> bool:
        """Is somebody at work on the question of this number?"""
        return number in self._at_work

    def begin_work(self, number: int) -> trio.CancelScope:
        """Somebody begins to work on a question; the scope to do it in."""
        import trio

        self._at_work[number] = scope = trio.CancelScope()
        return scope

    def end_work(self, number: int, scope: trio.CancelScope) -> bool:
        """The work is done; was it still wanted?"""
        if self._at_work.get(number) is not scope:
            return False
        del self._at_work[number]
        return True

    @property
    def in_round(self) -> bool:
        """Is a seat being put standing offers?"""
        return self._round is not None

    def begin_round(self) -> trio.CancelScope:
        """A seat begins to be put standing offers; the scope to do it in."""
        import trio

        self._round = trio.CancelScope()
        return self._round

    def is_round(self, scope: trio.CancelScope) -> bool:
        """Is the round of this scope still wanted?"""
        return self._round is scope

    def end_round(self) -> None:
        """All offers have been put."""
        self._round = None

    def let_go(self, number: int) -> None:
        """A question went: whoever is at work on it need not be."""
        scope = self._at_work.pop(number, None)
        if scope is not None:
            scope.cancel()

    def let_all_go(self) -> None:
        """Nobody need be at work on anything."""
        for number in list(self._at_work):
            self.let_go(number)
        if self._round is not None:
            self._round.cancel()
            self._round = None

    def empty(self, seat: AsyncSeat, world: World) -> None:
        """Whoever sat there is gone: from now on a person answers."""
        nodes = [node for node, other in self._seats.items() if other is seat]
        for node in nodes:
            del self._seats[node]
        for question in world.questions:
            if question.node in nodes:
                self.let_go(question.number)
        seat.close()

    def empty_all(self, world: World) -> bool:
        """Everybody who sat there is gone; was there anybody?"""
        if not self._seats:
            return False
        for seat in dict.fromkeys(self._seats.values()):
            self.empty(seat, world)
        self.let_all_go()
        return True

    def close(self) -> None:
        """Let those who sit there let go of what they hold; they sit there still."""
        self.let_all_go()
        for seat in dict.fromkeys(self._seats.values()):
            seat.close()
