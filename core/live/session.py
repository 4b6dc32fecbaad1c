"""A live world at play: the player is the node that faces those outside, who do not wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import trio

from core.kernel.choice import Value, Verdict
from core.kernel.scenario import Scenario
from core.kernel.time import SECOND
from core.kernel.world import Question
from core.live.seam import Live
from core.record import with_journal
from core.session import Session, Speech, notices
from core.session.history import History
from core.session.mastery import Case

FRAME = 1 / 20
"""Seconds between two looks at the clock while nothing happens: it is shown, and those outside need no look."""


class LiveSession(Session):
    """A session of a live scenario. Its ports are attached to `live` before `run`.

    As long as it is live the world keeps the time of day: no pausing, no other pace, no stepping, no going back. When
    the run has ended it is an ordinary session of the scenario with its journal, to look back at.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        say: str | Speech = "at-once",
        asks: str = "type",
        everything: bool = False,
        hints: Sequence[str] = (),
        mastered: Iterable[Case] = (),
    ) -> None:
        if Speech(say) is Speech.WHEN_IT_SHOWS:
            raise ValueError("what would have come of another answer, nobody outside can tell: say at-once or after")
        super().__init__(
            scenario, say=say, asks=asks, pace=SECOND, everything=everything, hints=hints, mastered=mastered
        )
        self.began: float | None = None
        """The time of day (s since 1970) at which the world's time is 0; that of `run`, if None."""
        self.live = Live(self._world, advance=self._keep_up)
        self.live.tap(
            arrived=lambda arrival: self._tell(notices.Came(arrival)),
            leaving=lambda at: self._tell(notices.Leaving(at)),
            ending=lambda at: self._tell(notices.Ending(at)),
        )

    @property
    def is_live(self) -> bool:
        """Are those outside still there?"""
        return not self.live.over

    async def run(self) -> None:
        """Face those outside until the run has ended, then let it be looked back at, until `close` or cancelled."""
        if self.is_live:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._tick)
                await self.live.run(began=self.began)
                nursery.cancel_scope.cancel()
            if self.live.failed is not None:
                self._complain("transport", f"{self.live.failed}. It is over with that.")
            self.scenario = with_journal(self.scenario, self.live.journal, self.live.ended)
            self._world.scenario = self.scenario
            self._history = History(self.scenario)
        await super().run()

    async def _tick(self) -> None:
        while True:
            await trio.sleep(FRAME)
            self.live.catch_up()

    def _keep_up(self, until: int) -> None:
        """Let the world run up to this time, and tell of it."""
        world = self._world
        first = world.count
        while (upcoming := world.next_time()) is not None and upcoming <= until:
            self._event()
        world.advance(until)
        self._mark_time()
        if world.count > first:
            self._tell(notices.Stepped(first, world.count, world.now))

    # Controls

    def answer(self, value: Value, question: Question | None = None) -> Verdict:
        """As in any session, at the present time."""
        if not self.is_live:
            return super().answer(value, question)
        self.live.catch_up()
        verdict = super().answer(value, question)
        self.live.changed()
        return verdict

    def move(self, choice: str, value: Value, node: str = "") -> Verdict:
        """As in any session, at the present time."""
        if not self.is_live:
            return super().move(choice, value, node)
        self.live.catch_up()
        verdict = super().move(choice, value, node)
        self.live.changed()
        return verdict

    def keep(self, choice: str, value: Value, node: str = "") -> None:
        """As in any session, at the present time."""
        if not self.is_live:
            super().keep(choice, value, node)
            return
        self.live.catch_up()
        super().keep(choice, value, node)
        self.live.changed()

    def _set_paused(self, paused: bool) -> None:
        if not self.is_live:
            super()._set_paused(paused)

    def set_speed(self, speed: float) -> None:
        """Nothing, while it is live: those outside have the time of day."""
        if not self.is_live:
            super().set_speed(speed)

    def to_question(self) -> None:
        """Nothing, while it is live."""
        if not self.is_live:
            super().to_question()

    def step(self) -> bool:
        """As in any session, once it is not live any more."""
        return not self.is_live and super().step()

    def back(self) -> bool:
        """As in any session, once it is not live any more."""
        return not self.is_live and super().back()

    def forward(self) -> bool:
        """As in any session, once it is not live any more."""
        return not self.is_live and super().forward()

    def jump(self, event: int, answered: bool = False) -> None:
        """As in any session, once it is not live any more."""
        if not self.is_live:
            super().jump(event, answered)

    def restart(self) -> None:
        """As in any session, once it is not live any more: the same arrivals come again, whatever is answered."""
        if not self.is_live:
            super().restart()

    def go(self, branch: int) -> None:
        """As in any session, once it is not live any more."""
        if not self.is_live:
            super().go(branch)
