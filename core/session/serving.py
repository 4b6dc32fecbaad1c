"""Serving those who take their time: a task for every question that waits for an asynchronous seat, and one for every
asynchronous tap. All of them live in the session's one nursery."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from core.kernel.choice import PASS, Asked, Value
from core.kernel.world import Question
from core.session.rewinding import Rewinding
from core.session.seats import AsyncSeat
from core.session.taps import AsyncTap

if TYPE_CHECKING:
    import trio

PATIENCE = 1.0
"""Seconds that the world waits for a tap before people are told why it stands."""
LAST_WORDS = 2.0
"""Seconds that taps have to take what is left when a session closes."""


class Serving(Rewinding):
    """Seats and taps that have tasks. Nothing that they do or fail to do ends the level."""

    def attach(self, tap: AsyncTap[Any]) -> Callable[[], None]:
        """Let `tap` be told of every notice from now on, in a task of its own; returns what ends it."""
        self._async_taps.append(tap)
        self._rouse()

        def detach() -> None:
            if tap in self._async_taps:
                self._async_taps.remove(tap)
            if tap in self._tap_scopes:
                self._tap_scopes.pop(tap).cancel()

        return detach

    def _serve(self, nursery: trio.Nursery) -> None:
        """Start the tasks that are wanted and not there yet."""
        import trio

        for tap in self._async_taps:
            if tap not in self._tap_scopes:
                self._tap_scopes[tap] = scope = trio.CancelScope()
                nursery.start_soon(self._run_tap, tap, scope, name=tap.name)
        if not self._seats or self._watching or self._world.over or (self._paused and not self._urged):
            return
        self._urged = False
        for question in self._world.questions:
            seat = self._seats.get(question.node)
            if seat is not None and question.number not in self._at_work:
                self._at_work[question.number] = scope = trio.CancelScope()
                nursery.start_soon(partial(self._ask, seat, question, scope), name=seat.name)
        if self._offers_for_seat() and self._round is None:
            self._round = trio.CancelScope()
            nursery.start_soon(self._put_offers, self._round)

    # Seats

    async def _ask(self, seat: AsyncSeat, question: Question, scope: trio.CancelScope) -> None:
        """Put one question to a seat, and give its answer if the question is still there."""
        value: Value = None
        error: Exception | None = None
        with scope:
            value, error = await self._answer_of(seat, question.asked)
        if self._at_work.get(question.number) is not scope:
            return
        del self._at_work[question.number]
        if error is not None:
            self._seat_failed(seat, error)
            return
        self._by = seat.name
        self._put(value, question)
        self._mark_time()
        self._rouse()

    async def _answer_of(self, seat: AsyncSeat, asked: Asked) -> tuple[Value, Exception | None]:
        """A seat's answer, or what is wrong with it."""
        try:
            value = await seat.answer(asked)
        except Exception as error:
            return None, error
        if value is PASS and asked.choice.standing:
            return PASS, None
        problem = asked.choice.domain.problem(asked, value)
        return value, ValueError(f"{value!r} is no answer to {asked.choice.name}: {problem}") if problem else None

    async def _put_offers(self, scope: trio.CancelScope) -> None:
        """Put the standing offers of the last event's node to whoever sits there, one after the other."""
        seat = self._seats[self._world.offered[0]]
        offers = self._world.offer_round()
        value: Value = PASS
        failed: Exception | None = None
        with scope:
            while True:
                self._by = seat.name
                try:
                    asked = offers.send(value)
                except StopIteration:
                    break
                self._after_change()
                value = PASS
                if failed is None:
                    value, failed = await self._answer_of(seat, asked)
                if self._round is not scope:
                    return
        if self._round is not scope:
            return
        self._round = None
        if failed is not None:
            self._seat_failed(seat, failed)
        self._after_change()
        self._mark_time()
        self._rouse()

    def _seat_failed(self, seat: AsyncSeat, error: Exception) -> None:
        """Tell people, and let a person answer from here on."""
        self._unseat(seat)
        self._complain(seat.name, f"{_words(error)} From here on the answers are yours.", error)
        self._by = "you"
        self._told_questions = {}
        self._after_change()
        self._rouse()

    def _unseat(self, seat: AsyncSeat) -> None:
        nodes = [node for node, other in self._seats.items() if other is seat]
        for node in nodes:
            del self._seats[node]
        for question in self._world.questions:
            if question.node in nodes:
                self._let_go(question.number)
        seat.close()

    def take_over(self) -> None:
        """Stop watching recorded answers, and empty the seats of those who answer in the person's place: from here on
        the person plays. Nothing happens if there is neither."""
        if self._seats:
            for seat in dict.fromkeys(self._seats.values()):
                self._unseat(seat)
            self._let_all_go()
            self._by = "you"
            self._told_questions = {}
            if not self._watching:
                self._after_change()
                self._mark_time()
                self._rouse()
        super().take_over()

    # Taps

    async def _run_tap(self, tap: AsyncTap[Any], scope: trio.CancelScope) -> None:
        try:
            with scope:  # of its own: the tap may have been taken away before this task has its first turn
                await tap.run()
        except Exception as error:
            if tap in self._async_taps:
                self._async_taps.remove(tap)
            self._complain(tap.name, _words(error), error)
            self._rouse()
        finally:
            if self._tap_scopes.get(tap) is scope:
                del self._tap_scopes[tap]

    async def _let_taps_catch_up(self) -> None:
        """The world waits for the taps that may lose nothing; people are told if it takes long."""
        import trio

        for tap in [tap for tap in self._async_taps if tap.behind]:
            with trio.move_on_after(PATIENCE):
                await tap.caught_up()
                continue
            if tap.behind and tap not in self._slow_taps:
                self._slow_taps.append(tap)
                self._complain(tap.name, "It is slow: the world waits for it.")
            await tap.caught_up()

    async def _hear_taps_out(self) -> None:
        """At the end of a session that closes: what is left is taken, within a time limit."""
        import trio

        with trio.move_on_after(LAST_WORDS):
            for tap in list(self._async_taps):
                await tap.caught_up(within=0)


def _words(error: Exception) -> str:
    """What went wrong, as a sentence."""
    words = str(error).strip() or type(error).__name__
    if type(error).__module__ == "builtins" and not isinstance(error, ValueError | OSError):
        words = f"{type(error).__name__}: {words}"
    return words if words.endswith(".") else f"{words}."
