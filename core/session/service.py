"""Service: the tasks in which asynchronous seats think, one for every question, one for a round of standing offers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.kernel.choice import PASS, Asked, Value
from core.kernel.world import Question
from core.session.play import Play
from core.session.seats import AsyncSeat
from core.session.taps import Taps, sentence

if TYPE_CHECKING:
    import trio


class Service:
    """Puts the questions of a play to its asynchronous seats. Nothing that they do or fail to do ends the level.

    acted   called when a seat has answered: the world may go on.
    """

    def __init__(self, play: Play, taps: Taps, acted: Callable[[], None]) -> None:
        self._play = play
        self._desk = play.desk
        self._taps = taps
        self._acted = acted
        self._urged = False

    def urge(self) -> None:
        """Let a seat be asked although the clock is stopped, this once."""
        self._urged = True

    def serve(self, nursery: trio.Nursery, paused: bool) -> None:
        """Start the tasks that are wanted and not there yet."""
        play, desk = self._play, self._desk
        if not desk.has_seats or play.watching or play.world.over or (paused and not self._urged):
            return
        self._urged = False
        for question in desk.for_seats(play.world):
            if not desk.at_work(question.number):
                seat, scope = desk.seat_of(question.node), desk.begin_work(question.number)
                nursery.start_soon(partial(self._ask, seat, question, scope), name=seat.name)
        if desk.round_waits(play.world) and not desk.in_round:
            nursery.start_soon(self._put_offers, desk.begin_round())

    async def _ask(self, seat: AsyncSeat, question: Question, scope: trio.CancelScope) -> None:
        """Put one question to a seat, and give its answer if the question is still there."""
        value: Value = None
        error: Exception | None = None
        with scope:
            value, error = await _answer_of(seat, question.asked)
        if not self._desk.end_work(question.number, scope):
            return
        if error is not None:
            self._failed(seat, error)
            return
        self._play.put(value, question, seat.name)
        self._acted()

    async def _put_offers(self, scope: trio.CancelScope) -> None:
        """Put the standing offers of the last event's node to whoever sits there, one after the other."""
        world = self._play.world
        seat = self._desk.seat_of(world.offers_wait)
        offers = world.offer_round()
        value: Value = PASS
        failed: Exception | None = None
        with scope:
            while True:
                try:
                    asked = offers.send(value)
                except StopIteration:
                    break
                self._play.look(seat.name)
                value = PASS
                if failed is None:
                    value, failed = await _answer_of(seat, asked)
                if not self._desk.is_round(scope):
                    return
        if not self._desk.is_round(scope):
            return
        self._desk.end_round()
        if failed is not None:
            self._failed(seat, failed)
        self._play.look(seat.name)
        self._acted()

    def _failed(self, seat: AsyncSeat, error: Exception) -> None:
        """Tell people, and let a person answer from here on."""
        self._desk.empty(seat, self._play.world)
        self._taps.complain(seat.name, f"{sentence(error)} From here on the answers are yours.", error)
        self._play.ask_anew()
        self._acted()

    def take_over(self) -> None:
        """A person answers from here on, nobody in their place, and no recorded answers are watched."""
        emptied = self._desk.empty_all(self._play.world)
        if self._play.watching:
            self._play.stop_watching()
        elif emptied:
            self._play.ask_anew()
        else:
            return
        self._acted()


async def _answer_of(seat: AsyncSeat, asked: Asked) -> tuple[Value, Exception | None]:
    """A seat's answer, or what is wrong with it."""
    try:
        value = await seat.answer(asked)
    except Exception as error:
        return None, error
    if value is PASS and asked.choice.standing:
        return PASS, None
    problem = asked.choice.domain.problem(asked, value)
    return value, ValueError(f"{value!r} is no answer to {asked.choice.name}: {problem}") if problem else None
