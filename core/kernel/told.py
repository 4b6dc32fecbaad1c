"""Entries of a trace, messages, effects and values in words, fit to be shown."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from core.kernel import trace as kinds
from core.kernel.effects import AdjustClock, CancelTimer, Close, Deliver, Effect, Key, Open, Save, Send, SetTimer, Torn
from core.kernel.language import later, retold, said
from core.kernel.text import harmless
from core.kernel.time import show_duration
from core.kernel.trace import Entry


def message_words(message: Any) -> str:
    """A message as a person reads it: its own str() if its class has one, else its name and its fields' values. Fit to
    be shown, whatever a peer has put into it."""
    kind = type(message)
    own_words = getattr(kind, "__str__", None) is not getattr(object, "__str__", None)
    if own_words or not is_dataclass(message):
        return harmless(str(message))
    parts = [f"{said(field.name)} {_part_words(getattr(message, field.name))}" for field in fields(message)]
    return " ".join([_name_of(kind.__name__), ", ".join(parts)]).rstrip()


@cache
def _name_of(kind: str) -> str:
    """The name of a message's class as words: NOT INTERESTED."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).upper()


def value_words(value: Any) -> str:
    """A timer's key, or what is saved, and under which key, as a person reads it."""
    return " ".join(map(_part_words, value)) if isinstance(value, tuple) else _part_words(value)


def timer_words(key: Key) -> str:
    """A timer's key: its name in the language that is used, and what it is about."""
    name, *parts = key if isinstance(key, tuple) else (key,)
    return " ".join([said(name) if isinstance(name, str) else _part_words(name), *map(_part_words, parts)])


def _part_words(value: Any) -> str:
    if isinstance(value, bytes):
        if value.isascii() and (text := value.decode()).isprintable() and len(text) <= 24:
            return repr(text)
        return value.hex() if len(value) <= 8 else said("{count} bytes", count=len(value))
    if isinstance(value, tuple | list):
        shown = [_part_words(item) for item in value[:8]]
        return "[" + ", ".join(shown) + (", …]" if len(value) > 8 else "]")
    return message_words(value) if is_dataclass(value) else harmless(str(value))


_DOING = {
    kinds.SEND: later("{words} sent to {peer}"),
    kinds.RECEIVE: later("{words} from {peer}"),
    kinds.FORWARD: later("{words} forwarded to {peer}"),
    kinds.DROP: later("{words} to {peer} lost: {note}"),
    kinds.GARBLED: later("something unreadable from {peer}"),
    kinds.START: later("{node} started"),
    kinds.RESTART: later("{node} restarted"),
    kinds.CRASH: later("{node} crashed"),
    kinds.TIMER: later("the timer {words} rang"),
    kinds.REQUEST: later("asked from above: {words}"),
    kinds.DELIVER: later("handed up: {words}"),
    kinds.SAVE: later("saved: {words}"),
    kinds.OPEN: later("a stream to {peer} asked for"),
    kinds.OPENED: later("a stream with {peer} stands"),
    kinds.CLOSE: later("the stream with {peer} ended here"),
    kinds.CLOSED: later("the stream with {peer} was ended"),
    kinds.CUT: later("cut: {words}"),
    kinds.HEAL: later("whole again: {words}"),
    kinds.WAVE: later("from now on {words}"),
    kinds.CALM: later("no longer {words}"),
    kinds.MOVE: later("moved: {words}"),
    kinds.KEEP: later("kept: {words}"),
    kinds.BET: later("bet: {words}"),
}


def entry_words(entry: Entry) -> str:
    """What happened, in a few words, without the time: "PONG number 1 from server"."""
    if entry.kind == kinds.CLOCK:
        return said("the clock {how} by {time}", how=retold(entry.note), time=show_duration(entry.detail))
    if entry.kind in (kinds.MOVE, kinds.KEEP, kinds.BET):
        name, value = entry.detail
        words = f"{name} {_part_words(value)}" if value is not None else str(name)
    elif entry.kind in (kinds.CUT, kinds.HEAL):
        words = ", ".join(f"{source} -> {destination}" for source, destination in entry.detail)
    elif entry.kind in (kinds.WAVE, kinds.CALM):
        words = _wave_words(*entry.detail)
    elif entry.kind in kinds.CARRIES_MESSAGE or entry.kind == kinds.REQUEST:
        words = message_words(entry.detail)
    elif entry.kind == kinds.SAVE:
        words = saved_words(*entry.detail)
    elif isinstance(entry.detail, Torn):
        return said("{node} crashed; {words}", node=entry.node, words=torn_words(entry.detail))
    elif entry.kind == kinds.TIMER and isinstance(entry.detail, tuple | str):
        words = timer_words(entry.detail)
    else:
        words = _part_words(entry.detail)
    return said(_DOING[entry.kind], words=words, peer=entry.peer, node=entry.node, note=retold(entry.note))


def _wave_words(where: str | tuple[tuple[str, str], ...], changes: tuple[tuple[str, Any], ...]) -> str:
    """What a wave changes, and where: "latency 300 ms, loss 25%: client -> server"."""
    if isinstance(where, str):
        return f"{where}: " + ", ".join(f"{name} {_part_words(value)}" for name, value in changes)
    shown = []
    for name, value in changes:
        if name == "latency":
            value = show_duration(value)
        elif name == "loss":
            value = f"{value / 10:g}%"
        elif value is None:
            value = said("without limit")
        shown.append(f"{said(name)} {value}")
    return f"{', '.join(shown)}: {', '.join(f'{source} -> {destination}' for source, destination in where)}"


def saved_words(key: Key, value: Any) -> str:
    """What is written into a cell of stable storage: "vote = yes"."""
    return f"{value_words(key)} = {value_words(value)}"


def torn_words(torn: Torn) -> str:
    """What a crash between two effects left of a handler: "done: decided yes saved; not done: YES to b"."""
    done = ", ".join(map(effect_words, torn.happened)) or said("nothing")
    undone = ", ".join(map(effect_words, torn.undone)) or said("nothing more was to be done")
    return said("done: {done}; not done: {undone}", done=done, undone=undone)


def effect_words(effect: Effect) -> str:
    """An effect in a few words, whether it happened or not: "PING number 1 to server"."""
    if isinstance(effect, Send):
        return said("{words} to {peer}", words=message_words(effect.message), peer=effect.to or effect.connection)
    if isinstance(effect, SetTimer):
        return said("timer {words} set", words=timer_words(effect.key))
    if isinstance(effect, CancelTimer):
        return said("timer {words} stopped", words=timer_words(effect.key))
    if isinstance(effect, Save):
        return said("{words} saved", words=saved_words(*effect))
    if isinstance(effect, Deliver):
        return said("{words} handed up", words=_part_words(effect.value))
    if isinstance(effect, AdjustClock):
        return said("clock adjusted by {time}", time=show_duration(effect.by))
    if isinstance(effect, Open):
        return said("stream to {peer} opened", peer=effect.to)
    text = later("stream {peer} closed") if isinstance(effect, Close) else later("stream {peer} reset")
    return said(text, peer=effect.connection)
