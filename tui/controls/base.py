"""What every control is: keys and clicks in, a value out, drawn on a canvas. Nothing of Textual here."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from core.kernel.choice import PASS, Asked, Value
from tui.controls.line import LONGEST
from tui.language import later, said
from tui.widgets.canvas import Canvas

TAB, CLEAR = later("Tab complete"), later("Esc clear")
"""What two keys do while something is typed."""


class Press(Enum):
    """What a key or click meant to a control."""

    NOT_MINE = "not mine"
    CHANGED = "changed"
    GIVE = "give"
    """The value is complete and meant: take `Control.draft`."""


@dataclass(frozen=True)
class Option:
    """One of several that a control lists, for a picture that carries them.

    number   the digit that picks it; 0 if none does. `note`: a few words on it.
    here     is it at hand? `taken`: is it part of the answer?
    """

    value: Value
    name: str
    number: int = 0
    note: str = ""
    here: bool = False
    taken: bool = False


@dataclass(frozen=True)
class Setting:
    """What a control is made from.

    options   the candidates to list, in an order that betrays nothing; () when the value is to be typed.
    pieces    what an answer is made of, in an order that betrays nothing.
    previous  the answer in force, or the last one given: where chairs and alarms start from. None if there is none.
    delays    past delays (µs): dots on an alarm's ruler.
    notes     a few words on options, from the protocol's picture.
    numbers   by which number each option is picked; by its place in the list, if it has none.
    unlisted  where there are many options they are typed, and none is shown before its beginning is.
    carried   the picture carries the control: options stand there in a row, and in no list below it.
    """

    asked: Asked
    options: Sequence[Value] = ()
    previous: Value | None = None
    delays: Sequence[int] = ()
    notes: Mapping[Value, str] = field(default_factory=dict)
    unlisted: bool = False
    numbers: Mapping[Value, int] = field(default_factory=dict)
    pieces: Sequence[Value] = ()
    carried: bool = False


class Control:
    """One way to enter a value. `draft` is what would be given now, None if nothing valid stands there.

    `typing`: a value is being typed, so letters are no commands. `problem`: what would be right, after an Enter that
    could not be; it goes when something changes. `keys`: what the keys do here. `status`: the line under the control:
    what is being typed and what that means, else what the keys do.
    """

    keys: ClassVar[str] = ""
    caps: ClassVar[Sequence[tuple[str, str]]] = ()
    """Keys and what they do, as caps; (): left and right change it."""
    longest: ClassVar[int] = LONGEST
    """Letters that can be typed, or pasted."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.asked = setting.asked
        self.domain = setting.asked.choice.domain
        self.problem = ""

    @property
    def draft(self) -> Value | None:
        raise NotImplementedError

    @property
    def takes_space(self) -> bool:
        """Is the space bar one of its keys? Then the clock has another."""
        return "space" in self.keys.split()

    @property
    def at_hand(self) -> Value | None:
        """What of the answer the next key is about: an option, a cell, a place, a field's name. None: all of it."""
        return None

    @property
    def meaning(self) -> str:
        """What the answer that stands there selects, decodes to or comes to; "" if there is nothing to say."""
        means, draft = self.asked.choice.means, self.draft
        return means(self.asked, draft) if means is not None and draft is not None else ""

    @property
    def typed(self) -> str:
        """What has been typed so far."""
        return ""

    @property
    def typing(self) -> bool:
        return bool(self.typed)

    def may_begin(self, character: str) -> bool:
        """May a value begin so, while nothing is typed yet? Then the character is typed, and no command."""
        return False

    @property
    def written(self) -> Mapping[str, str]:
        """What has been typed so far, by the names of its fields; where there are none, under ""."""
        return {"": self.typed} if self.typed else {}

    @property
    def listed(self) -> Sequence[Option]:
        """What there is to choose from, as it is listed; () where nothing is."""
        return ()

    @property
    def keys_here(self) -> str:
        """What the keys do here and now."""
        return self.keys

    @property
    def caps_here(self) -> Sequence[tuple[str, str]]:
        """Keys and what they do, here and now."""
        return self.caps

    @property
    def status(self) -> str:
        return self.keys_here

    def take_character(self, character: str) -> Press:
        """A character that is nobody's command: typed, so that Enter can say that it is not recognised."""
        return Press.NOT_MINE

    def paste(self, text: str) -> Press:
        """Text that was pasted: its first line is typed, as far as there is room, and Enter stays the player's."""
        characters = [one for one in text.strip().partition("\n")[0].partition("\r")[0] if one.isprintable()]
        took = [self.take_character(one) for one in characters[: self.longest]]
        return Press.CHANGED if Press.CHANGED in took else Press.NOT_MINE

    def freshen(self, setting: Setting) -> None:
        """Have newer delays and notes; what stands in the control stays."""
        self.setting = setting
        self.asked = setting.asked

    def resume(self, before: Control) -> None:
        """Be where an earlier control of the same setting was: the keys go on from there."""

    def rows(self, width: int) -> int:
        """How many rows it wants at this width."""
        raise NotImplementedError

    def draw(self, canvas: Canvas) -> None:
        """Draw it."""
        raise NotImplementedError

    def press(self, key: str, character: str | None = None) -> Press:
        """A key, by Textual's name, with its character if it has one."""
        if key == "enter":
            return self._enter()
        before, self.problem = self.problem, ""
        result = self.key(key, character)
        if result is not Press.CHANGED:
            self.problem = before
        return result

    def key(self, key: str, character: str | None) -> Press:
        """A key other than Enter."""
        raise NotImplementedError

    def click(self, target: Hashable, delta: int = 0) -> Press:
        """A hot part of this control, or of the picture, was clicked or (`delta` -1, 1) wheeled over."""
        return Press.NOT_MINE

    def check(self) -> str:
        """Why what stands there cannot be given, in words; "" if it can."""
        if self.draft is None:
            return said("choose one first")
        return self.domain.problem(self.asked, self.draft) or ""

    def _enter(self) -> Press:
        self.problem = self.check()
        return Press.CHANGED if self.problem else Press.GIVE


def number_in(target: Hashable, kind: str, most: int | None = None) -> int | None:
    """The number of a click's target (kind, number), from 0 to below `most` where that is given; None if it is no
    such target."""
    if not isinstance(target, tuple) or len(target) != 2 or target[0] != kind or type(target[1]) is not int:
        return None
    number: int = target[1]
    return None if most is not None and not 0 <= number < most else number


def shown(asked: Asked, value: Value) -> str:
    """A value as a person reads it; declining a standing offer is "nothing"."""
    if value is PASS and asked.choice.standing:
        return said("nothing")
    return asked.choice.domain.show(value)
