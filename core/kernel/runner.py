"""Nodes at work: handlers run, what they cause is applied; nodes crash and come back, timers ring, clocks err."""

from __future__ import annotations

from typing import Any

from core.kernel import trace as kinds
from core.kernel.agenda import RECEIVE, RESTART, SLEWED, TIMER
from core.kernel.choice import Value
from core.kernel.course import Course
from core.kernel.data import clone
from core.kernel.datagrams import Datagrams
from core.kernel.desk import Desk
from core.kernel.effects import (
    AdjustClock,
    CancelTimer,
    Close,
    Deliver,
    Effect,
    Open,
    Reset,
    Save,
    Send,
    SetTimer,
    Torn,
    named,
)
from core.kernel.handling import Handling, SuspendedError
from core.kernel.language import later
from core.kernel.machines import Machines
from core.kernel.node import Node, Roster
from core.kernel.protocol import Context
from core.kernel.scenario import Strike
from core.kernel.streams import Streams

SENT, RECEIVED = kinds.SEND, kinds.RECEIVE


class Runner:
    """Runs one handler after another. All that it is given to run it may write to: see `Roster.own`."""

    __slots__ = ("_context", "_course", "_datagrams", "_desk", "_handling", "_machines", "_roster", "_streams")

    def __init__(
        self, machines: Machines, course: Course, roster: Roster, desk: Desk, datagrams: Datagrams, streams: Streams
    ) -> None:
        self._machines = machines
        self._course, self._roster, self._desk = course, roster, desk
        self._datagrams, self._streams = datagrams, streams
        self._handling = Handling(course, desk, roster.nodes[0])
        self._context = Context(self._handling)

    def fork(self, course: Course, roster: Roster, desk: Desk, datagrams: Datagrams, streams: Streams) -> Runner:
        """The same, among the parts of a fork."""
        return Runner(self._machines, course, roster, desk, datagrams, streams)

    # Handlers

    def receive(self, node: Node, payload: tuple[Any, ...], cause: int) -> None:
        """A message has arrived at a node."""
        source, message, connection = payload
        if connection is not None:
            if self._streams.hears(node, connection):
                self.handle(node, RECEIVED, payload, cause)
            else:
                self._datagrams.drop(source, node.name, message, cause, later("the stream is closed"))
        elif node.direct:
            # What a world does most; `handle` does the same for all that is less simple.
            handling, context, course = self._handling, self._context, self._course
            handling.host = node
            context.connection = None
            node.machine.on_message(context, source, message)
            trace = course.trace
            rows = trace.tail
            number = trace.base + len(rows)
            answers = handling.taken() if handling.answers else ()
            rows.append((course.now, node.name, RECEIVED, source, message, cause, answers, "", course.count))
            if handling.effects:
                self._apply(node, number)
        elif node.up:
            self.handle(node, RECEIVED, payload, cause)
        else:
            self._datagrams.drop(source, node.name, message, cause, later("the node is down"))

    def handle(
        self,
        node: Node,
        kind: str,
        payload: tuple[Any, ...],
        cause: int,
        given: tuple[Value, ...] = (),
        came: int | None = None,
    ) -> None:
        """Run one handler; `given` are the answers that it already has. It waits if the node is asked something.

        `came`: what the node's clock read when this came, if it has waited.
        """
        if not node.up:
            return
        if node.question is not None:
            node.inbox.append((kind, payload, cause, self._read(node)))
            return
        handling, context = self._handling, self._context
        handling.host = node
        handling.given = given
        handling.came = came
        context.connection = None
        machine = node.machine
        saved = clone(machine) if node.thinks and self._desk.waits else None
        try:
            peer, detail, note = self._call(machine, context, kind, payload)
        except SuspendedError:
            handling.effects.clear()
            node.machine = saved
            handling.came = None
            came = self._read(node) if came is None else came
            self._desk.open(node, kind, payload, cause, tuple(value for _, value in handling.taken()), came)
            return
        handling.came = None
        course = self._course
        trace = course.trace
        rows = trace.tail
        number = trace.base + len(rows)
        rows.append((course.now, node.name, kind, peer, detail, cause, handling.taken(), note, course.count))
        if handling.effects:
            self._apply(node, number)
        if node.inbox:
            self._open_inbox(node)

    def _call(self, machine: Any, context: Context, kind: str, payload: tuple[Any, ...]) -> tuple[str, Any, str]:
        """Call the handler of an event; (peer, detail, note) of its trace entry."""
        if kind == RECEIVED:
            source, message, context.connection = payload
            machine.on_message(context, source, message)
            return source, message, context.connection or ""
        if kind == kinds.TIMER:
            machine.on_timer(context, payload[0])
            return "", payload[0], ""
        if kind == kinds.START:
            machine.on_start(context)
            return "", None, ""
        if kind == kinds.RESTART:
            machine.on_restart(context)
            return "", None, ""
        if kind == kinds.REQUEST:
            machine.on_request(context, payload[0])
            return "", payload[0], ""
        if kind == kinds.MOVE:
            choice, value = payload
            machine.on_move(context, choice, value)
            return "", (choice.name, value), ""
        if kind == kinds.KEEP:
            choice, value = payload
            machine.on_keep(context, choice, value)
            return "", (choice.name, value), ""
        if kind == kinds.OPENED:
            connection, peer = payload
            machine.on_open(context, connection, peer)
            return peer, connection, connection
        if kind == kinds.CLOSED:
            connection, peer, reset = payload
            machine.on_close(context, connection, peer, reset)
            return peer, connection, "reset" if reset else ""
        if kind == kinds.GARBLED:
            source, data, *stream = payload
            context.connection = stream[0] if stream else None
            machine.on_garbled(context, source, data)
            return source, data, later("flipped bits: the codec refuses it")
        raise AssertionError(f"no handler for {kind}")

    def _open_inbox(self, node: Node) -> None:
        """What waited during a question happens now, in the order of its arrival."""
        while node.inbox and node.question is None:
            kind, payload, cause, came = node.inbox.pop(0)
            if kind == kinds.TIMER:
                key, number = payload
                if node.timers.get(key, (0,))[0] != number:
                    continue
                del node.timers[key]
                payload = (key,)
            waiting, node.inbox = node.inbox, []
            self.handle(node, kind, payload, cause, came=came)
            node.inbox.extend(waiting)

    # Effects

    def _apply(self, node: Node, cause: int) -> None:
        """What the handler has caused happens, one by one; a crash may fall between any two."""
        if node.strike is not None or node.strikes:
            self._apply_struck(node, cause)
            return
        effects = self._handling.effects
        node.effects += len(effects)
        for effect in effects:
            if type(effect) is tuple:
                self._send(node, effect[0], effect[1], cause)
            else:
                self._apply_one(node, effect, cause)
        effects.clear()

    def _apply_struck(self, node: Node, cause: int) -> None:
        """The same where a crash is to fall."""
        effects = [named(effect) for effect in self._handling.effects]
        self._handling.effects.clear()
        before = node.effects
        for effect in effects:
            if self._is_struck(node, effect):
                break
            node.effects += 1
            self._apply_one(node, effect, cause)
            if node.strike is not None and node.strike[0] == 0:
                break
        if node.strike is not None and node.strike[0] == 0:
            happened = node.effects - before
            torn = Torn(tuple(effects[:happened]), tuple(effects[happened:]))
            self.crash(node, node.strike[1], cause, torn)

    def _is_struck(self, node: Node, effect: Effect) -> bool:
        """Does the node stop before this effect? If it is to stop right after it, its strike has no effects left."""
        if node.strike is not None:
            left, back = node.strike
            if left == 0:
                return True
            node.strike = (left - 1, back)
        for place, (blow, times) in enumerate(node.strikes):
            if self._course.now < blow.at or not _is_of(blow, effect):
                continue
            rest = () if times == 1 else ((blow, times - 1),)
            node.strikes = (*node.strikes[:place], *rest, *node.strikes[place + 1 :])
            if times == 1:
                node.strike = (0, blow.back)
                return blow.before
        return False

    def _send(self, node: Node, to: str, message: Any, cause: int) -> None:
        """A datagram leaves."""
        node.sent += 1
        course = self._course
        trace = course.trace
        rows = trace.tail
        number = trace.base + len(rows)
        rows.append((course.now, node.name, SENT, to, message, cause, (), "", course.count))
        straight = node.links.get(to)
        if straight is not None:
            course.agenda.plan(course.now + straight[1], RECEIVE, straight[0], (node.name, message, None), number)
        else:
            self._datagrams.send(node, to, message, number)

    def _apply_one(self, node: Node, effect: Effect, cause: int) -> None:
        """One effect happens, whichever it is."""
        if isinstance(effect, SetTimer):
            self._set_timer(node, effect, cause)
        elif isinstance(effect, Send):
            to, message, connection = effect
            if connection is None:
                self._send(node, to, message, cause)
            else:
                node.sent += 1
                self._streams.send(node, connection, message, cause)
        elif isinstance(effect, CancelTimer):
            node.timers.pop(effect.key, None)
        elif isinstance(effect, Save):
            node.stored[effect.key] = effect.value
            self._course.note(node.name, kinds.SAVE, (effect.key, effect.value), cause=cause)
        elif isinstance(effect, Deliver):
            node.delivered.append(effect.value)
            self._course.note(node.name, kinds.DELIVER, effect.value, cause=cause)
        elif isinstance(effect, Open):
            self._streams.open(node, effect, cause)
        elif isinstance(effect, Close | Reset):
            self._streams.close(node, effect.connection, isinstance(effect, Reset), cause)
        else:
            assert isinstance(effect, AdjustClock)
            self._adjust(node, effect, cause)

    # Timers and clocks

    def _read(self, node: Node) -> int:
        """What the node's clock reads."""
        return node.clock.read(self._course.now)

    def ring(self, node: Node, key: Any, number: int, cause: int) -> None:
        """A timer rings that is still set."""
        if node.question is not None:
            node.inbox.append((kinds.TIMER, (key, number), cause, self._read(node)))
        else:
            del node.timers[key]
            self.handle(node, kinds.TIMER, (key,), cause)

    def _set_timer(self, node: Node, effect: SetTimer, cause: int) -> None:
        key, after, at = effect
        clock, now = node.clock, self._course.now
        if after is not None:
            target = clock.read(now) + max(0, after)
            true = now + max(0, after) if clock.perfect else clock.true_at(target)
        else:
            assert at is not None
            target = at
            true = max(now, clock.true_at(at))
        number = self._course.agenda.plan(true, TIMER, node.index, (key,), cause)
        node.timers[key] = (number, target, after is None)

    def _adjust(self, node: Node, effect: AdjustClock, cause: int) -> None:
        if effect.over <= 0:
            self.step_clock(node, effect.by, cause)
            return
        course, clock = self._course, node.clock
        course.note(node.name, kinds.CLOCK, effect.by, cause=cause, note=f"slewed over {effect.over} µs")
        rate = effect.by * 1_000_000 // effect.over
        clock.slew(course.now, rate)
        self._reset_timers(node)
        clock.slew_ends = clock.true_at(clock.read(course.now) + effect.over)
        course.agenda.plan(clock.slew_ends, SLEWED, node.index, (rate,))

    def slewed(self, node: Node, rate: int) -> None:
        """A slew is over, if it was not replaced by another."""
        if node.clock.slewing == rate and self._course.now >= node.clock.slew_ends:
            node.clock.slew(self._course.now, 0)
            self._reset_timers(node)

    def step_clock(self, node: Node, by: int, cause: int = -1) -> None:
        """The node's clock jumps by `by` µs."""
        self._course.note(node.name, kinds.CLOCK, by, cause=cause, note="stepped")
        node.clock.step(self._course.now, by)
        node.timers = {key: (seq, target if at else target + by, at) for key, (seq, target, at) in node.timers.items()}
        self._reset_timers(node)

    def set_drift(self, node: Node, drift: int) -> None:
        """The node's clock drifts by so many parts per million from now on: it grew warm, or cold."""
        ends = node.clock.rush(self._course.now, drift)
        self._reset_timers(node)
        if node.clock.slewing:
            self._course.agenda.plan(ends, SLEWED, node.index, (node.clock.slewing,))

    def _reset_timers(self, node: Node) -> None:
        """Timers ring by the local clock: after it was adjusted they ring at other true times."""
        for key, (_, target, at) in list(node.timers.items()):
            true = max(self._course.now, node.clock.true_at(target))
            node.timers[key] = (self._course.agenda.plan(true, TIMER, node.index, (key,)), target, at)

    # Life and death

    def start(self, node: Node, cause: int) -> None:
        """The node starts."""
        node.rise(self._machines.fresh(node))
        self.handle(node, kinds.START, (), cause)

    def crash(self, node: Node, back: int | None, cause: int = -1, torn: Torn | None = None) -> None:
        """The node stops, and comes back after `back` µs, if not None. Nothing if it is down already. `torn` is what it
        leaves of the handler in which it happens."""
        node.strike = None
        if not node.up:
            return
        if node.question is not None:
            self._desk.close(node.question)
        node.fall()
        number = self._course.note(node.name, kinds.CRASH, torn, cause=cause)
        self._streams.break_all(node, number)
        if back is not None:
            self._course.agenda.plan(self._course.now + back, RESTART, node.index, (), number)

    def restart(self, node: Node, cause: int) -> None:
        """The node comes back, with its stable storage only. Nothing if it is up."""
        if not node.up:
            node.rise(self._machines.fresh(node))
            self.handle(node, kinds.RESTART, (), cause)


def _is_of(blow: Strike, effect: Effect) -> bool:
    """Is this what the blow waits for?"""
    if isinstance(effect, Send):
        return blow.effect == "send" and blow.what in ("", type(effect.message).__name__)
    if isinstance(effect, Save):
        key = effect.key[0] if isinstance(effect.key, tuple) and effect.key else effect.key
        return blow.effect == "save" and blow.what in ("", str(key))
    return blow.effect == "deliver" and isinstance(effect, Deliver) and blow.what in ("", str(effect.value))
