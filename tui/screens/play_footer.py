"""The footer of the play screen: the keys that do something now."""

from __future__ import annotations

from tui.bridge import Bridge
from tui.keymap import ACTIONS, Keymap
from tui.language import said
from tui.screens.play_decided import PlayDecided
from tui.screens.play_keys import is_typed
from tui.screens.play_layout import PlayLayout
from tui.screens.play_words import PlayWords
from tui.widgets.bars import KeyBar


class PlayFooter:
    """Lets the key bar of one play screen have the keys that are alive. It changes nothing of the play."""

    def __init__(self, bridge: Bridge, keymap: Keymap, words: PlayWords, layout: PlayLayout) -> None:
        self._bridge = bridge
        self._keymap = keymap
        self._words = words
        self._layout = layout

    def taken(self) -> set[str]:
        """The keys that moves, bets and the control have: no command answers to them."""
        bridge = self._bridge
        doing = bridge.doing
        taken = {one.key for one in bridge.reading.standing} | {one.key for one in bridge.level.bet_keys}
        if doing is not None and bridge.over is None:
            if doing.control.takes_space:
                taken.add("space")
            keys = (key for action in ACTIONS for key in self._keymap.keys_of(action.id))
            taken |= {key for key in keys if is_typed(doing.control, key)}
        return taken

    def _dead(self, decided: PlayDecided) -> set[str]:
        """The commands that would do nothing now: the footer does not have them."""
        bridge = self._bridge
        session, over = bridge.session, bridge.over is not None
        asked = session.question is not None
        dead = set()
        if over or session.is_live:
            dead.add("play.pause")
        if over or asked:
            dead.add("play.step")
        if session.is_live or decided.turns is not None or not (session.world.count or session.world.answers):
            dead.add("play.back")
        if over:
            dead |= {"play.faster", "play.hint"}
        elif session.hints_used >= len(session.hints):
            dead.add("play.hint")
        if not self._words.has_more:
            dead.add("play.more")
        if over or not (session.offered or session.handed_over):
            dead.add("play.hand_over")
        if over or asked or not bridge.betting.open():
            dead.add("play.bet")
        if not decided.is_lost or decided.turns is not None:
            dead.add("play.moment")
        if (not over and not decided.is_lost) or self._words.aside:
            dead.add("play.restart")
        if not over and not self._layout.has_panel_to_close:
            dead.add("play.leave")
        return dead

    def tell(self, bar: KeyBar, decided: PlayDecided) -> None:
        """Let the bar have the keys that do something now."""
        session = self._bridge.session
        bar.yield_to(self.taken(), self._dead(decided))
        bar.call("play.pause", said("go on") if session.paused else said("pause"))
        bar.call("play.leave", said("close") if self._layout.has_panel_to_close else said("leave"))
        bar.call("play.hand_over", said("let it run by itself") if session.offered else said("take it back"))
