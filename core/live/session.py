"""A live world at play: the player is the node that faces those outside, who do not wait."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import trio

from core.kernel.scenario import Scenario
from core.kernel.time import SECOND
from core.live.seam import Live
from core.record import with_journal
from core.session import Session, Speech, notices

FRAME = 1 / 20
"""Seconds between two looks at the clock while nothing happens: it is shown, and those outside need no look."""


class LiveSession(Session):
    """A session of a live scenario. Its ports are attached to `live` before `run`.

    As long as it is live the world keeps the time of day (see core.session.outside). When the run has ended it is an
    ordinary session of the scenario with its journal, to look back at.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        say: str | Speech = "at-once",
        asks: str = "type",
        everything: bool = False,
        hints: Sequence[str] = (),
        may_hand_over: bool | Collection[str] = True,
    ) -> None:
        if Speech(say) is Speech.WHEN_IT_SHOWS:
            raise ValueError("what would have come of another answer, nobody outside can tell: say at-once or after")
        super().__init__(
            scenario, say=say, asks=asks, pace=SECOND, everything=everything, hints=hints, may_hand_over=may_hand_over
        )
        self.began: float | None = None
        """The time of day (s since 1970) at which the world's time is 0; that of `run`, if None."""
        self.live = Live(self.world, advance=self.run_to)
        self.live.tap(
            arrived=lambda arrival: self.tell(notices.Came(arrival)),
            leaving=lambda at: self.tell(notices.Leaving(at)),
            ending=lambda at: self.tell(notices.Ending(at)),
        )
        self.face(self.live)

    async def run(self) -> None:
        """Face those outside until the run has ended, then let it be looked back at, until `close` or cancelled."""
        if self.is_live:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._tick)
                await self.live.run(began=self.began)
                nursery.cancel_scope.cancel()
            if self.live.failed is not None:
                self.complain("transport", f"{self.live.failed}. It is over with that.")
            self.rescript(with_journal(self.scenario, self.live.journal, self.live.ended))
        await super().run()

    async def _tick(self) -> None:
        while True:
            await trio.sleep(FRAME)
            self.live.catch_up()
