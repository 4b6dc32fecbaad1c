"""The film: a play of the level in a world of its own, shown instead of the level itself. Nothing remembers it.

Before the first key of a bare stage it is the level as it goes if nobody touches it; after a false oath, that nothing
can be done, the run that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.kernel.world import Answered
from tui.bridge import Bridge, session_of
from tui.guest import GuestJob
from tui.language import said
from tui.screens.bare import BareStage
from tui.screens.base import AckademyScreen
from tui.screens.play_painting import PlayPainting

LINGERS = 1.0
"""Seconds that the last picture of a film stays on a bare stage."""


class PlayFilm:
    """The film of one play screen. `shown`: what is shown instead of the level itself; None if that is."""

    def __init__(
        self,
        screen: AckademyScreen[None],
        bridge: Bridge,
        painting: PlayPainting,
        bare: BareStage | None,
        *,
        wound_back: Callable[[], None],
    ) -> None:
        """`wound_back`: called when the level itself stands there again."""
        self.shown: Bridge | None = None
        self._screen = screen
        self._bridge = bridge
        self._painting = painting
        self._bare = bare
        self._wound_back = wound_back
        self._job: GuestJob | None = None

    def begin(self, start: int) -> None:
        """Show the level as it goes if nobody touches it, from this time (µs) on."""
        film = self._another()
        film.session.run_to(start)
        self._show(film)

    def refute(self) -> None:
        """If it was sworn falsely that nothing can be done: show the run that does it."""
        hand = self._bridge.session.world.hand
        if hand is None or hand.sworn is None or not hand.sworn.answers:
            return
        film = self._another(hand.sworn.answers)
        film.session.faster()
        self._show(film, said("This does it."))

    def _another(self, answers: Sequence[Answered] = ()) -> Bridge:
        level = self._bridge.level
        return Bridge(level, session_of(level, self._bridge.session.scenario.seed, answers))

    def _show(self, film: Bridge, tells: str = "") -> None:
        self._put(film, tells)
        film.changed = self._bridge.changed
        film.session.resume()
        self._job = self._screen.game.host.start(film.session.run, name=f"film of {self._bridge.level.id}")

    def _put(self, film: Bridge | None, tells: str = "") -> None:
        self.shown = self._painting.film = film
        if self._bare is not None:
            self._bare.film, self._bare.tells = film, tells

    def look(self) -> None:
        """Something has changed: on a bare stage a film that has come to its end is wound back soon."""
        if self.shown is not None and self.shown.over is not None and self._bare is not None:
            self._screen.set_timer(LINGERS, self._is_over)

    async def _is_over(self) -> None:
        if self.shown is not None:
            await self.end()
            self._bridge.changed()

    async def end(self) -> None:
        """Wind it back: the level stands as it was."""
        film, job = self.shown, self._job
        if film is None:
            return
        film.changed = lambda: None
        film.close()
        self._put(None)
        self._wound_back()
        if job is not None:
            job.cancel()
            await job.wait()
