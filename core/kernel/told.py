"""Entries of a trace, messages, effects and values in words, fit to be shown."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from core.kernel import trace as kinds
from core.kernel.effects import AdjustClock, CancelTimer, Close, Deliver, Effect, Key, Open, Save, Send, SetTimer, Torn
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
    parts = [f"{field.name} {_part_words(getattr(message, field.name))}" for field in fields(message)]
    return " ".join([_name_of(kind.__name__), ", ".join(parts)]).rstrip()


@cache
def _name_of(kind: str) -> str:
    """The name of a message's class as words: NOT INTERESTED."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).upper()


def value_words(value: Any) -> str:
    """A timer's key, or what is saved, and under which key, as a person reads it."""
    return " ".join(map(_part_words, value)) if isinstance(value, tuple) else _part_words(value)


def _part_words(value: Any) -> str:
    if isinstance(value, bytes):
        if value.isascii() and (text := value.decode()).isprintable() and len(text) <= 24:
            return repr(text)
        return value.hex() if len(value) <= 8 else f"{len(value)} bytes"
    if isinstance(value, tuple | list):
        shown = [_part_words(item) for item in value[:8]]
        return "[" + ", ".join(shown) + (", …]" if len(value) > 8 else "]")
    return message_words(value) if is_dataclass(value) else harmless(str(value))


_DOING = {
    kinds.SEND: "{words} sent to {peer}",
    kinds.RECEIVE: "{words} from {peer}",
    kinds.FORWARD: "{words} forwarded to {peer}",
    kinds.DROP: "{words} to {peer} lost: {note}",
    kinds.GARBLED: "something unreadable from {peer}",
    kinds.START: "{node} started",
    kinds.RESTART: "{node} restarted",
    kinds.CRASH: "{node} crashed",
    kinds.TIMER: "the timer {words} rang",
    kinds.REQUEST: "asked from above: {words}",
    kinds.DELIVER: "handed up: {words}",
    kinds.SAVE: "saved: {words}",
    kinds.OPEN: "a stream to {peer} asked for",
    kinds.OPENED: "a stream with {peer} stands",
    kinds.CLOSE: "the stream with {peer} ended here",
    kinds.CLOSED: "the stream with {peer} was ended",
    kinds.CUT: "cut: {words}",
    kinds.HEAL: "whole again: {words}",
    kinds.WAVE: "from now on {words}",
    kinds.CALM: "no longer {words}",
    kinds.MOVE: "moved: {words}",
    kinds.KEEP: "kept: {words}",
    kinds.BET: "bet: {words}",
}


def entry_words(entry: Entry) -> str:
    """What happened, in a few words, without the time: "PONG number 1 from server"."""
    if entry.kind == kinds.CLOCK:
        return f"the clock {entry.note} by {show_duration(entry.detail)}"
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
        return f"{entry.node} crashed; {torn_words(entry.detail)}"
    elif entry.kind == kinds.TIMER and isinstance(entry.detail, tuple):
        words = value_words(entry.detail)
    else:
        words = _part_words(entry.detail)
    return _DOING[entry.kind].format(words=words, peer=entry.peer, node=entry.node, note=entry.note)


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
            value = "without limit"
        shown.append(f"{name} {value}")
    return f"{', '.join(shown)}: {', '.join(f'{source} -> {destination}' for source, destination in where)}"


def saved_words(key: Key, value: Any) -> str:
    """What is written into a cell of stable storage: "vote = yes"."""
    return f"{value_words(key)} = {value_words(value)}"


def torn_words(torn: Torn) -> str:
    """What a crash between two effects left of a handler: "done: decided yes saved; not done: YES to b"."""
    done = ", ".join(map(effect_words, torn.happened)) or "nothing"
    return f"done: {done}; not done: {', '.join(map(effect_words, torn.undone)) or 'nothing more was to be done'}"


def effect_words(effect: Effect) -> str:
    """An effect in a few words, whether it happened or not: "PING number 1 to server"."""
    if isinstance(effect, Send):
        return f"{message_words(effect.message)} to {effect.to or effect.connection}"
    if isinstance(effect, SetTimer):
        return f"timer {value_words(effect.key)} set"
    if isinstance(effect, CancelTimer):
        return f"timer {value_words(effect.key)} stopped"
    if isinstance(effect, Save):
        return f"{saved_words(*effect)} saved"
    if isinstance(effect, Deliver):
        return f"{_part_words(effect.value)} handed up"
    if isinstance(effect, AdjustClock):
        return f"clock adjusted by {show_duration(effect.by)}"
    if isinstance(effect, Open):
        return f"stream to {effect.to} opened"
    return f"stream {effect.connection} {'closed' if isinstance(effect, Close) else 'reset'}"
