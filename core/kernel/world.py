"""The world: one agenda of events, the nodes, the network, the questions that are open, and the trace.

`World.step` runs one event; `World.answer` answers an open question; `World.move` takes up a standing offer;
`World.fork` copies everything, open questions too; `replayed` runs a scenario with recorded answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from core.kernel import trace as kinds
from core.kernel.asking import Asking
from core.kernel.choice import Value
from core.kernel.data import clone
from core.kernel.effects import (
    AdjustClock,
    CancelTimer,
    Close,
    Deliver,
    Effect,
    Open,
    Save,
    Send,
    SetTimer,
)
from core.kernel.goals import Goals
from core.kernel.network import (
    INTACT,
)
from core.kernel.node import (
    CLOSED,
    DEADLINE,
    DOWNLINK,
    HAPPEN,
    HEAL,
    HOP,
    LIMIT,
    OPENED,
    RECEIVE,
    RESTART,
    RETRY,
    SLEWED,
    START,
    TIMER,
    Answered,
    DivergedError,
    Node,
    Outcome,
    Question,
)
from core.kernel.outside import Outside
from core.kernel.protocol import Context, SuspendedError
from core.kernel.scenario import (
    NETWORK,
    Arrival,
    ClockJump,
    Crash,
    Cut,
    Forge,
    Happening,
    Request,
    Scenario,
)

__all__ = ["Answered", "DivergedError", "Node", "Outcome", "Question", "World", "replayed"]

SENT, RECEIVED = kinds.SEND, kinds.RECEIVE


class World(Asking, Outside, Goals):
    """A scenario at work. Everything in it follows from the scenario, its seed and the answers."""

    def step(self) -> bool:
        """Run the next event. False if there is none: a question stops the world, or the run is over."""
        if self.outcome is not None or (self.questions and self.stopped):
            return False
        agenda = self.agenda
        while agenda:
            time, seq, kind, index, payload, cause = agenda.pop()
            if kind == RECEIVE:
                self.now = time
                self.count += 1
                node = self._list[index]
                source, message, connection = payload
                if connection is None and node.up and not node.waits:
                    ctx = self._ctx
                    ctx._node = node
                    effects: list[Effect] = []
                    ctx._effects = effects
                    ctx.connection = None
                    node.machine.on_message(ctx, source, message)
                    answers: tuple[tuple[str, Value], ...] = ()
                    if ctx._answers:
                        answers = tuple(ctx._answers)
                        ctx._answers.clear()
                    rows = self.trace.rows
                    number = len(rows)
                    rows.append((time, node.name, RECEIVED, source, message, cause, answers, "", self.count))
                    if effects:
                        self._apply(node, effects, number)
                elif connection is None and node.up:
                    self._handle(node, kinds.RECEIVE, payload, cause)
                elif payload[2] is not None:
                    self._receive_on_stream(node, payload, cause)
                else:
                    self._drop(payload[0], node.name, payload[1], cause, "the node is down")
            elif kind == TIMER:
                node = self._list[index]
                timer = node.timers.get(payload[0])
                if timer is None or timer[0] != seq:
                    continue
                self.now = time
                self.count += 1
                if node.question is not None:
                    node.inbox.append((kinds.TIMER, (payload[0], seq), cause))
                else:
                    del node.timers[payload[0]]
                    self._handle(node, kinds.TIMER, payload, cause)
            elif kind == DEADLINE and self._find(payload[0]) is None:
                continue  # answered in time: a seat that never waits leaves no deadline behind either
            else:
                self.now = time
                self.count += 1
                node = self._list[index]
                self._do(kind, node, payload, cause)
            if self._monitors or self._gauges:
                self._monitor()
            if self.changes is not None:
                self._note_changes()
            if node.offers:
                self._offer(node)
            if self.questions and not self.player.waits:
                self._answer_all()
            return True
        return False

    def run(self, until: int | None = None, limit: int = 10_000_000) -> int:
        """Run events up to the true time `until` (all, if None), at most `limit`; how many were run."""
        done = 0
        while done < limit:
            if until is not None:
                time = self.next_time()
                if time is None or time > until:
                    break
            if not self.step():
                break
            done += 1
        if until is not None and not self.stopped and self.outcome is None:
            self.advance(until)
        return done

    def _do(self, kind: int, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        if kind == START:
            node.machine = self._fresh_machine(node)
            node.up = True
            self._handle(node, kinds.START, (), cause)
        elif kind == HAPPEN:
            self._happen(payload[0])
        elif kind == DEADLINE:
            self._deadline(payload[0])
        elif kind == HOP:
            self._hop(node.name, payload[0], INTACT)
        elif kind == DOWNLINK:
            self._downlink(node, payload, cause)
        elif kind == OPENED:
            self._opened(node, payload, cause)
        elif kind == CLOSED:
            self._closed(node, payload, cause)
        elif kind == RETRY:
            self._retry(node, payload[0])
        elif kind == HEAL:
            self._heal(payload[0], cause)
        elif kind == RESTART:
            self._restart(node, cause)
        elif kind == SLEWED:
            self._slewed(node, payload[0])
        elif kind == LIMIT:
            self._end_at_limit()

    # Handlers

    def _handle(
        self, node: Node, kind: str, payload: tuple[Any, ...], cause: int, given: tuple[Value, ...] = ()
    ) -> None:
        """Run one handler; `given` are the answers that it already has."""
        if not node.up:
            return
        if node.question is not None:
            node.inbox.append((kind, payload, cause))
            return
        ctx = self._ctx
        ctx._node = node
        effects: list[Effect] = []
        ctx._effects = effects
        answers: list[tuple[str, Value]] = []
        ctx._answers = answers
        ctx._given = given
        ctx._opened = 0
        ctx.connection = None
        machine = node.machine
        saved = clone(machine) if node.waits else None
        try:
            if kind == kinds.RECEIVE:
                source, message, connection = payload
                ctx.connection = connection
                machine.on_message(ctx, source, message)
                peer, detail, note = source, message, connection or ""
            elif kind == kinds.TIMER:
                detail = payload[0]
                peer = note = ""
                machine.on_timer(ctx, detail)
            else:
                peer, detail, note = self._call(machine, ctx, kind, payload)
        except SuspendedError:
            ctx._answers = []
            node.machine = saved
            self._open_question(node, self.last_asked, kind, payload, cause, answers)
            return
        rows = self.trace.rows
        number = len(rows)
        rows.append((self.now, node.name, kind, peer, detail, cause, tuple(answers), note, self.count))
        ctx._answers = []
        ctx._given = ()
        if effects:
            self._apply(node, effects, number)
        if node.inbox:
            self._reopen_inbox(node)

    def _call(self, machine: Any, ctx: Context, kind: str, payload: tuple[Any, ...]) -> tuple[str, Any, str]:
        """Call the handler of a rarer event; (peer, detail, note) of its trace entry."""
        if kind == kinds.START:
            machine.on_start(ctx)
            return "", None, ""
        if kind == kinds.RESTART:
            machine.on_restart(ctx)
            return "", None, ""
        if kind == kinds.REQUEST:
            machine.on_request(ctx, payload[0])
            return "", payload[0], ""
        if kind == kinds.MOVE:
            choice, value = payload
            machine.on_move(ctx, choice, value)
            return "", (choice.name, value), ""
        if kind == kinds.OPENED:
            connection, peer = payload
            machine.on_open(ctx, connection, peer)
            return peer, connection, connection
        if kind == kinds.CLOSED:
            connection, peer, reset = payload
            machine.on_close(ctx, connection, peer, reset)
            return peer, connection, "reset" if reset else ""
        if kind == kinds.GARBLED:
            source, data, *stream = payload
            ctx.connection = stream[0] if stream else None
            machine.on_garbled(ctx, source, data)
            return source, data, "flipped bits: the codec refuses it"
        raise AssertionError(f"no handler for {kind}")

    def _reopen_inbox(self, node: Node) -> None:
        """What waited during a question happens now, in the order of its arrival."""
        while node.inbox and node.question is None:
            kind, payload, cause = node.inbox.popleft()
            if kind == kinds.TIMER:
                key, seq = payload
                if node.timers.get(key, (0,))[0] != seq:
                    continue
                del node.timers[key]
                payload = (key,)
            waiting = node.inbox
            node.inbox = deque()
            self._handle(node, kind, payload, cause)
            node.inbox.extend(waiting)

    # Effects

    def _apply(self, node: Node, effects: Iterable[Effect], cause: int) -> None:
        rows = self.trace.rows
        now, name, count = self.now, node.name, self.count
        for effect in effects:
            if node.strike is not None:
                left, back = node.strike
                if left == 0:
                    self._crash(node, back, cause)
                    return
                node.strike = (left - 1, back)
            kind = type(effect)
            if kind is Send:
                send: Any = effect
                to, message, connection = send
                node.sent += 1
                number = len(rows)
                if connection is None:
                    rows.append((now, name, SENT, to, message, cause, (), "", count))
                    fast = node.links.get(to)
                    if fast is not None:
                        self.seq += 1
                        self.agenda.push((now + fast[1], self.seq, RECEIVE, fast[0], (name, message, None), number))
                    else:
                        self._send(node, to, message, number)
                else:
                    self._send_on(node, connection, message, cause)
            elif kind is SetTimer:
                self._set_timer(node, effect, cause)  # type: ignore[arg-type]
            else:
                self._apply_rare(node, effect, cause)
        if node.strike is not None and node.strike[0] == 0:
            self._crash(node, node.strike[1], cause)

    def _apply_rare(self, node: Node, effect: Effect, cause: int) -> None:
        if isinstance(effect, CancelTimer):
            node.timers.pop(effect.key, None)
        elif isinstance(effect, Save):
            node.stored[effect.key] = effect.value
            self._note(node.name, kinds.SAVE, (effect.key, effect.value), cause=cause)
        elif isinstance(effect, Deliver):
            node.delivered.append(effect.value)
            self._note(node.name, kinds.DELIVER, effect.value, cause=cause)
        elif isinstance(effect, Open):
            self._open(node, effect, cause)
        elif isinstance(effect, Close):
            self._close(node, effect.connection, False, cause)
        elif isinstance(effect, AdjustClock):
            self._adjust(node, effect, cause)
        else:
            assert not isinstance(effect, Send | SetTimer)
            self._close(node, effect.connection, True, cause)

    # Timers and clocks

    def _set_timer(self, node: Node, effect: SetTimer, cause: int) -> None:
        key, after, at = effect
        clock = node.clock
        if after is not None:
            target = clock.read(self.now) + max(0, after)
            true = self.now + max(0, after) if clock.perfect else clock.true_at(target)
        else:
            assert at is not None
            target = at
            true = max(self.now, clock.true_at(at))
        seq = self._push(true, TIMER, node.index, (key,), cause)
        node.timers[key] = (seq, target, after is None)

    def _adjust(self, node: Node, effect: AdjustClock, cause: int) -> None:
        if effect.over <= 0:
            self._step_clock(node, effect.by, cause)
            return
        self._note(node.name, kinds.CLOCK, effect.by, cause=cause, note=f"slewed over {effect.over} µs")
        rate = effect.by * 1_000_000 // effect.over
        node.clock.slew(self.now, rate)
        self._reset_timers(node)
        node.clock.slew_ends = node.clock.true_at(node.clock.read(self.now) + effect.over)
        self._push(node.clock.slew_ends, SLEWED, node.index, (rate,))

    def _slewed(self, node: Node, rate: int) -> None:
        if node.clock.slewing == rate and self.now >= node.clock.slew_ends:  # not a slew that another one replaced
            node.clock.slew(self.now, 0)
            self._reset_timers(node)

    def _step_clock(self, node: Node, by: int, cause: int = -1) -> None:
        self._note(node.name, kinds.CLOCK, by, cause=cause, note="stepped")
        node.clock.step(self.now, by)
        node.timers = {key: (seq, target if at else target + by, at) for key, (seq, target, at) in node.timers.items()}
        self._reset_timers(node)

    def _reset_timers(self, node: Node) -> None:
        """Timers ring by the local clock: after it was adjusted they ring at other true times."""
        for key, (_, target, at) in list(node.timers.items()):
            true = max(self.now, node.clock.true_at(target))
            node.timers[key] = (self._push(true, TIMER, node.index, (key,)), target, at)

    # Happenings

    def _happen(self, happening: Happening) -> None:
        if isinstance(happening, Crash):
            node = self.nodes[happening.node]
            if happening.effects is None:
                self._crash(node, happening.back)
            else:
                node.strike = (happening.effects, happening.back)
        elif isinstance(happening, Cut):
            for pair in happening.pairs:
                link = self._link(*pair)
                if link is not None:
                    link.cuts += 1
            number = self._note(NETWORK, kinds.CUT, happening.pairs)
            if happening.length is not None:
                self._push(self.now + happening.length, HEAL, 0, (happening.pairs,), number)
        elif isinstance(happening, ClockJump):
            self._step_clock(self.nodes[happening.node], happening.by)
        elif isinstance(happening, Request):
            self._handle(self.nodes[happening.node], kinds.REQUEST, (happening.request,), -1)
        elif isinstance(happening, Arrival):
            self._arrive(happening)
        elif isinstance(happening, Forge):
            node = self.nodes[happening.destination]
            if node.up:
                self._handle(node, kinds.RECEIVE, (happening.source, happening.message, None), -1)

    def _heal(self, pairs: tuple[tuple[str, str], ...], cause: int) -> None:
        for pair in pairs:
            link = self._link(*pair)
            if link is not None:
                link.cuts -= 1
        self._note(NETWORK, kinds.HEAL, pairs, cause=cause)

    def crash(self, name: str) -> None:
        """Stop a node now: for the explorer."""
        self._crash(self.nodes[name], None)

    def _crash(self, node: Node, back: int | None, cause: int = -1) -> None:
        node.strike = None
        if not node.up:
            return
        node.up = False
        node.timers.clear()
        node.inbox.clear()
        if node.question is not None:
            self.questions.remove(node.question)
            node.question = None
        number = self._note(node.name, kinds.CRASH, None, cause=cause)
        for connection in [c for c in self.connections.values() if node.name in (c.a, c.b)]:
            peer = connection.peer(node.name)
            del self.connections[connection.name]
            arrival = self.now + self._latency(node.name, peer)
            if peer in self.nodes:
                self._push(arrival, CLOSED, self.nodes[peer].index, (connection.name, node.name, True), number)
        if back is not None:
            self._push(self.now + back, RESTART, node.index, (), number)

    def _restart(self, node: Node, cause: int) -> None:
        if node.up:
            return
        node.machine = self._fresh_machine(node)
        node.up = True
        self._handle(node, kinds.RESTART, (), cause)


def replayed(scenario: Scenario, answers: Sequence[Answered], until: int | None = None) -> World:
    """The world after event number `until` (None: after the last answer, run to the next question or the end).

    Raises DivergedError if the answers do not fit.
    """
    world = World(scenario)
    for answered in answers:
        if until is not None and answered.after >= until:
            break
        while world.count < answered.after and world.step():
            pass
        if world.count != answered.after:
            raise DivergedError(f"no event {answered.after}: the run stands at event {world.count}")
        world.take(answered)
    while (until is None or world.count < until) and world.step():
        pass
    return world
