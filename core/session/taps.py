"""Taps: who is told what happens. At once, or (asynchronous ones: a disk, a screen elsewhere) in a task of their own.

Nothing that a tap does or fails to do ends the level.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.kernel.language import later
from core.session.notices import Notice, Trouble
from core.session.wake import Wake

if TYPE_CHECKING:
    import trio

Item = TypeVar("Item")

PATIENCE = 1.0
"""Seconds that the world waits for a tap before people are told why it stands."""
LAST_WORDS = 2.0
"""Seconds that taps have to take what is left when a session closes."""
ROOM = 64
"""Items that a tap's channel holds, unless it says otherwise."""


class Lag(Enum):
    """What happens when a tap is slower than what it is told."""

    WAIT = "wait"
    """Nothing is lost: the world waits until the tap has caught up."""
    NEWEST = "newest"
    """The newest matters: the oldest that was not taken yet is lost, and counted as `missed`."""


class AsyncTap(Generic[Item]):
    """One who is told what happens through a bounded memory channel, in a task of its own while the session runs.

    name  who this is, for people.
    pick  what of a notice to take (None: nothing); called at once, while the session stands as the notice says.
    take  takes one item. What it raises ends the tap, and people are told in words. An item over which it is cancelled
          counts as not taken.

    What is told while the session does not run waits for it; what was not taken when it ended is in `rest`.
    """

    def __init__(
        self,
        name: str,
        pick: Callable[[Notice], Item | None],
        take: Callable[[Item], Awaitable[object]],
        *,
        lag: Lag = Lag.WAIT,
        room: int = ROOM,
    ) -> None:
        if room < 1:
            raise ValueError(f"a tap needs room for one item at least, not {room}")
        self.name = name
        self.lag = lag
        self.missed = 0
        self._pick = pick
        self._take = take
        self._room = room
        self._waiting: deque[Item] = deque()
        self._at_hand: list[Item] = []
        self._send: trio.MemorySendChannel[Item] | None = None
        self._receive: trio.MemoryReceiveChannel[Item] | None = None
        self._taken: trio.Event | None = None

    @property
    def running(self) -> bool:
        """Has it a task?"""
        return self._send is not None

    @property
    def behind(self) -> bool:
        """Is there more to take than the channel holds? Only a tap for which the world waits ever is."""
        return bool(self._waiting)

    @property
    def pending(self) -> int:
        """How much was not taken yet."""
        held = self._receive.statistics().current_buffer_used if self._receive is not None else 0
        return len(self._waiting) + held + len(self._at_hand)

    def tell(self, notice: Notice) -> None:
        """Take note of a notice. Raises what `pick` raises."""
        item = self._pick(notice)
        if item is not None:
            self._waiting.append(item)
            self._fill()

    def rest(self) -> list[Item]:
        """What was not taken, oldest first; from now on it is the caller's. For after the session has run."""
        found = list(self._waiting)
        self._waiting.clear()
        return found

    def _fill(self) -> None:
        """Into the channel with what waits, as far as there is room."""
        if self._send is None or self._receive is None:
            while self.lag is Lag.NEWEST and len(self._waiting) > self._room:
                self._waiting.popleft()
                self.missed += 1
            return
        import trio

        while self._waiting:
            try:
                self._send.send_nowait(self._waiting[0])
            except trio.WouldBlock:
                if self.lag is Lag.WAIT:
                    return
                self._receive.receive_nowait()
                self.missed += 1
            else:
                self._waiting.popleft()

    async def caught_up(self, within: int | None = None) -> None:
        """Wait until nothing waits outside of the channel, or until at most `within` items are not taken; not for a tap
        that has no task."""
        import trio

        await trio.lowlevel.checkpoint()  # a task that is only about to run has its turn
        while self.running and (self.behind if within is None else self.pending > within):
            if self._taken is None:
                self._taken = trio.Event()
            await self._taken.wait()

    def _took(self) -> None:
        if self._taken is not None:
            self._taken.set()
            self._taken = None

    async def run(self) -> None:
        """Take what comes, until cancelled. Raises what `take` raises."""
        import trio

        self._send, self._receive = trio.open_memory_channel[Item](self._room)
        self._fill()
        try:
            async for item in self._receive:
                self._at_hand = [item]
                await self._take(item)
                self._at_hand = []
                self._fill()
                self._took()
        finally:
            left = list(self._at_hand)
            while self._receive.statistics().current_buffer_used:
                left.append(self._receive.receive_nowait())
            self._send.close()
            self._receive.close()
            self._send = self._receive = None
            self._at_hand = []
            self._waiting.extendleft(reversed(left))
            self._took()


class Taps:
    """All taps of a session, and what went wrong beside the level."""

    def __init__(self, wake: Wake) -> None:
        """`wake` is roused when a tap wants the pump's attention."""
        self.troubles: list[Trouble] = []
        """What went wrong with seats and taps."""
        self._wake = wake
        self._plain: list[Callable[[Notice], None]] = []
        self._failing: list[Callable[[Notice], None]] = []
        self._async: list[AsyncTap[Any]] = []
        self._scopes: dict[AsyncTap[Any], trio.CancelScope] = {}
        self._slow: list[AsyncTap[Any]] = []

    def tap(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call `callback` with every notice from now on; returns what ends it."""
        self._plain.append(callback)

        def untap() -> None:
            if callback in self._plain:
                self._plain.remove(callback)

        return untap

    def attach(self, tap: AsyncTap[Any]) -> Callable[[], None]:
        """Let `tap` be told of every notice from now on, in a task of its own; returns what ends it."""
        self._async.append(tap)
        self._wake.rouse()

        def detach() -> None:
            if tap in self._async:
                self._async.remove(tap)
            if tap in self._scopes:
                self._scopes.pop(tap).cancel()

        return detach

    def tell(self, notice: Notice) -> None:
        """Tell everybody."""
        for callback in tuple(self._plain):
            try:
                callback(notice)
            except Exception as error:
                if callback not in self._failing:
                    self._failing.append(callback)
                    self.complain("a tap", f"{type(error).__name__}: {error}", error)
        for tap in tuple(self._async):
            try:
                tap.tell(notice)
            except Exception as error:
                self._async.remove(tap)
                self.complain(tap.name, f"{type(error).__name__}: {error}", error)
            if tap.behind:
                self._wake.rouse()

    def complain(self, who: str, words: str, error: Exception | None = None) -> None:
        """Something went wrong beside the level: say so once, and play on."""
        trouble = Trouble(who, words, error)
        self.troubles.append(trouble)
        self.tell(trouble)

    # Tasks

    def serve(self, nursery: trio.Nursery) -> None:
        """Start the tasks that are wanted and not there yet."""
        import trio

        for tap in self._async:
            if tap not in self._scopes:
                self._scopes[tap] = scope = trio.CancelScope()
                nursery.start_soon(self._run, tap, scope, name=tap.name)

    async def _run(self, tap: AsyncTap[Any], scope: trio.CancelScope) -> None:
        try:
            with scope:  # of its own: the tap may have been taken away before this task has its first turn
                await tap.run()
        except Exception as error:
            if tap in self._async:
                self._async.remove(tap)
            self.complain(tap.name, sentence(error), error)
            self._wake.rouse()
        finally:
            if self._scopes.get(tap) is scope:
                del self._scopes[tap]

    @property
    def behind(self) -> bool:
        """Is there a tap for which the world has to wait?"""
        return any(tap.behind for tap in self._async)

    async def catch_up(self) -> None:
        """Wait for the taps that may lose nothing; people are told if it takes long."""
        import trio

        for tap in [tap for tap in self._async if tap.behind]:
            with trio.move_on_after(PATIENCE):
                await tap.caught_up()
                continue
            if tap.behind and tap not in self._slow:
                self._slow.append(tap)
                self.complain(tap.name, later("It is slow: the world waits for it."))
            await tap.caught_up()

    async def hear_out(self) -> None:
        """At the end of a session that closes: what is left is taken, within a time limit."""
        import trio

        with trio.move_on_after(LAST_WORDS):
            for tap in list(self._async):
                await tap.caught_up(within=0)


def sentence(error: Exception) -> str:
    """What went wrong, as a sentence."""
    words = str(error).strip() or type(error).__name__
    if type(error).__module__ == "builtins" and not isinstance(error, ValueError | OSError):
        words = f"{type(error).__name__}: {words}"
    return words if words.endswith(".") else f"{words}."
