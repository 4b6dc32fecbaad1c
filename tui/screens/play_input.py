"""To whom a key of the play screen goes, or a click on what is asked: the control first, then the hand, moves and bets.
What is left are commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from tui.bridge import Bridge, Doing
from tui.controls import Press
from tui.keymap import Keymap, Scope, in_scope, works_while_typing
from tui.language import said
from tui.pictures import Grab
from tui.screens.bare import ALWAYS
from tui.screens.inspector_keys import inspector_clicked, inspector_took
from tui.screens.play_decided import PlayDecided
from tui.screens.play_doing import PlayDoing
from tui.screens.play_hand import PlayHand
from tui.screens.play_keys import TypedAhead
from tui.screens.play_nudges import PlayNudges
from tui.screens.play_panels import BYTES, PlayPanels
from tui.screens.play_words import END_KEY


class PlayInput:
    """Keys and clicks of one play screen. `to_debrief`: goes on from the end of the level."""

    def __init__(
        self,
        bridge: Bridge,
        keymap: Keymap,
        panels: PlayPanels,
        hand: PlayHand | None,
        doing: PlayDoing,
        nudges: PlayNudges,
        decided: PlayDecided,
        to_debrief: Callable[[], None],
    ) -> None:
        self._bridge = bridge
        self._is_bare = bridge.level.play.bare
        self._keymap = keymap
        self._panels = panels
        self._hand = hand
        self._doing = doing
        self._nudges = nudges
        self._decided = decided
        self._to_debrief = to_debrief
        self._typed_ahead = TypedAhead()

    # Keys

    def took(self, key: str, character: str | None) -> bool:
        """Do what a key does, by Textual's name. Did it do anything? Else it is a command, if anything."""
        bridge = self._bridge
        if self._panels.in_bytes and self._panels.bytes_key(key):
            return True
        if bridge.inspecting is not None and self._told(
            inspector_took(bridge.inspecting, key, character, over=bridge.over is not None)
        ):
            return True
        if bridge.over is not None:
            return self._took_at_end(key)
        if bridge.doom.told and key == END_KEY:
            self._decided.watch_end()
            return True
        doing = bridge.doing
        if self._typed_ahead.has(doing, key, character):
            bridge.say_until_answered(said("That was typed before this question came: read it first."))
            return True
        if doing is not None and (done := self._control_took(doing, key, character)) is not None:
            return done
        if self._took_unasked(key, character, doing):
            return True
        if self._is_bare and not self._still_means(key):
            return True
        if doing is None or doing.always or key in self._commands:
            return False
        if character is None or not character.isprintable() or character.isspace():
            return False
        # What is nobody's command is typed: Enter must not answer over its head.
        return doing.control.take_character(character) is Press.CHANGED

    def _took_at_end(self, key: str) -> bool:
        if key == "enter":
            self._to_debrief()
            return True
        means = key in self._keymap.keys_of("play.moment")
        return self._is_bare and not means and not self._still_means(key)

    def _control_took(self, doing: Doing, key: str, character: str | None) -> bool | None:
        """What is being answered: did it take the key? None: it is to be asked further, of whom else it is."""
        bridge = self._bridge
        if bridge.at_once and key == "enter" and not doing.control.typing:
            move = bridge.first_move()
            if bridge.stands_at_start:
                self._doing.pause()  # what stands there is meant: the world runs by it
            elif move is not None:
                self._doing.start(move.key)
            return True
        before = doing.control.draft
        press = doing.control.press(key, character)
        if press is Press.CHANGED and bridge.at_once and not doing.control.typing:
            if doing.control.draft != before and doing.control.draft is not None:
                self._doing.give()
            return True
        if press is Press.GIVE:
            stood = doing.always and bridge.stands_at_start
            self._doing.give()
            if stood and not doing.control.problem:
                self._doing.pause()  # what stands there is meant: the world runs by it
            return True
        if press is Press.CHANGED:
            return True
        if key == "escape" and doing.how != "answer" and not doing.always:
            bridge.doing = None
            bridge.changed()
            return True
        if doing.control.typing and not works_while_typing(key):
            return True
        return None

    def _took_unasked(self, key: str, character: str | None, doing: Doing | None) -> bool:
        """The hand, moves and bets with a key of their own, and what Enter and arrows do while nothing is asked."""
        bridge = self._bridge
        if self._hand is not None and (doing is None or doing.always) and self._hand.took(key):
            return True
        if self._is_bare and key == "enter" and (only := bridge.only_move()) is not None:
            self._doing.start(only.key)
            return True
        if doing is None and key == "enter" and bridge.session.paused:
            self._doing.pause()  # there is nothing to answer: on
            return True
        if doing is None and key in ("up", "down", "left", "right") and not self._is_bare:
            if self._panels.open == BYTES:
                return self._panels.bytes_key(key)
            self._panels.scroll(-1 if key in ("up", "left") else 1, 1)
            return True
        if doing is not None and doing.control.typing:
            return False
        for one in bridge.reading.standing:
            if character == one.key:
                self._doing.start(one.key)
                return True
        return self._doing.lay(character)

    def _still_means(self, key: str) -> bool:
        """Is the key one of the few commands that a bare stage has? Of another the line of keys blinks."""
        if key in ALWAYS or (self._bridge.betting.any and key in self._keymap.keys_of("play.bet")):
            return True
        self._nudges.blink()
        return False

    @cached_property
    def _commands(self) -> frozenset[str]:
        """The keys that are commands here, whatever is being answered."""
        actions = [*in_scope(Scope.PLAY), *in_scope(Scope.EVERYWHERE)]
        return frozenset(key for action in actions for key in self._keymap.keys_of(action.id))

    def _told(self, problem: str | None) -> bool:
        """Say what an inspector's key or click came to; None if it was none."""
        if problem is not None:
            self._doing.tell(problem)
        return problem is not None

    # Pastes and clicks

    def pasted(self, text: str) -> None:
        """What is pasted is typed where something can be, and is never a command."""
        bridge = self._bridge
        if bridge.doing is not None and bridge.over is None and not self._panels.in_bytes:
            bridge.doing.control.paste(text)
            bridge.changed()

    def clicked(self, target: object, delta: int, *, on_picture: bool) -> bool:
        """A click (or a turn of the wheel, by `delta`) on control or picture: is it the inspector's, the hand's or the
        control's?"""
        bridge, doing = self._bridge, self._bridge.doing
        if on_picture and bridge.inspecting is not None and not delta:
            return self._told(inspector_clicked(bridge.inspecting, target, over=bridge.over is not None))
        if on_picture and self._hand is not None and isinstance(target, Grab) and not delta:
            return self._hand.clicked(target)
        if doing is None or (on_picture and delta):
            return False
        press = doing.control.click(target, delta)
        if press is Press.GIVE or (press is Press.CHANGED and bridge.at_once and not doing.control.typing):
            self._doing.give()
        return press is not Press.NOT_MINE
