"""A value that is pushed by the arrows, or typed instead."""

from __future__ import annotations

from core.kernel.choice import Value
from tui.controls.base import Press, Setting
from tui.controls.typed import TypedControl


class PushedControl(TypedControl):
    """`value` stands there, and `push` moves it, until something is typed: then that counts, if it can be read."""

    value: Value

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.value = None

    def push(self, key: str) -> bool:
        """A key while nothing is typed; was it one that pushes?"""
        raise NotImplementedError

    @property
    def draft(self) -> Value | None:
        return super().draft if self.line.text else self.value

    def check(self) -> str:
        return super().check() if self.line.text else (self.domain.problem(self.asked, self.value) or "")

    def key(self, key: str, character: str | None) -> Press:
        if not self.line.text and self.push(key):
            return Press.CHANGED
        if key in ("up", "down"):
            return Press.CHANGED
        return super().key(key, character)

    def may_begin(self, character: str) -> bool:
        return character.isdigit()
