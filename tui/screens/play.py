"""The play screen: a level at play, its keys and clicks, and when what is drawn anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.timer import Timer

from tui.bridge import Bridge, session_of, to_first_look
from tui.bridge.doom import Doom
from tui.bridge.holding import Holding
from tui.bridge.inspecting import Inspecting
from tui.controls import Press
from tui.ending import SECONDS, Decided, proof_of
from tui.guest import GuestJob
from tui.keymap import ACTIONS, Scope, in_scope, key_name, works_while_typing
from tui.language import later, said
from tui.look.effects import LEAST_MOTION
from tui.look.wipe import FRAMES
from tui.model import Ending
from tui.pictures import Grab
from tui.pictures.signs import GENERAL as GENERAL_SIGNS
from tui.pictures.signs import signs_of
from tui.reloading import EVERY, WatchedFile
from tui.screens.bare import ALWAYS, BLINK, HOP, HOP_AFTER, NUDGE_AFTER, BareStage
from tui.screens.base import AckademyScreen, bindings
from tui.screens.inspector import InspectorStage
from tui.screens.inspector_keys import inspector_clicked, inspector_took
from tui.screens.play_header import PlayHeader
from tui.screens.play_keys import TypedAhead, command_key, is_typed
from tui.screens.play_layout import PlayLayout
from tui.screens.play_motion import PlayMotion
from tui.screens.play_painting import PlayPainting
from tui.screens.play_panels import BOOK, BYTES, PANELS, PlayPanels
from tui.screens.play_terms import PlayTerms, meet_term, terms_met
from tui.screens.play_words import END_KEY, PlayWords
from tui.screens.terms import TermsScreen
from tui.widgets.bars import KeyBar
from tui.widgets.canvas import Ink
from tui.widgets.view import CanvasView

READ_AFTER = 1.0
"""Seconds in which nobody has read a screen yet: Enter then was meant for what lay there before, and the network's hand
takes nothing, unless its frame was moved."""
DEAF = 0.4
"""Seconds after the end of a run in which keys do nothing: whoever types is still at what was before."""
LIFT_FRAMES = FRAMES
LIFT_SPEED = 20
"""Pictures of a lift in a second."""
RECKON = 0.02
"""Seconds between two slices of what is reckoned beside the play."""
SLICE_GAP = 0.006
"""Seconds between two slices: one is painted by then."""


class PlayScreen(AckademyScreen[None]):
    """One level at play. `finish` is called once, when the run has ended, and says how it is to be remembered."""

    SCOPE = Scope.PLAY
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(SCOPE)]

    class Changed(Message):
        """Something other than time has changed."""

    def __init__(
        self,
        bridge: Bridge,
        world_title: str,
        finish: Callable[[PlayScreen], Ending | None],
        *,
        film: bool = True,
        file: WatchedFile | None = None,
        closes: Callable[[PlayScreen], object] | None = None,
        turns: int | None = None,
    ) -> None:
        """`film`: is the level's film shown before the first key, if it has one? `file`: the level's, if it is being
        edited: it is read anew when it changes. `closes`: what leaving it does, and going on from its end, where it
        lies above a screen that is no map. `turns`: so many answers are the player's, the book gives the rest."""
        super().__init__()
        self._file = file
        self._closes = closes
        self._turns = turns
        self._answered = self._answers_of(bridge)
        self._has_film = film
        self.bridge = bridge
        self.panels = PlayPanels(bridge)
        self.ending: Ending | None = None
        self._world_title = world_title
        self._finish = finish
        self._header: PlayHeader  # these are made with the app's keys and glyphs, when that is there
        self._painting: PlayPainting
        self._words: PlayWords
        self._terms: PlayTerms
        self._layout: PlayLayout
        self._job: GuestJob | None = None
        self._timer: Timer | None = None
        self._posted = False
        self._over_shown = False
        self._over_since = 0.0
        self._reckoning: Timer | None = None
        self._ends = False  # is the rest only watched, the book answering?
        self._lift_timer: Timer | None = None
        self._leaving = False  # asked whether to
        self._bare: BareStage | None = None
        self._film_job: GuestJob | None = None
        self._views: dict[str, CanvasView] = {}
        self._stale: list[tuple[str, ...]] = []
        self._hear_no_more: Callable[[], None] = lambda: None
        self._motion: PlayMotion
        self._is_drawn = False  # all of it, since the world stands
        self._shown_since = monotonic()
        self._looked = False  # the frame was moved: who does that has seen it
        self._typed_ahead = TypedAhead()

    # Life

    def compose(self) -> ComposeResult:
        ascii_only = self.game.options.ascii
        keymap = self.game.keymap

        def brief_key() -> str:
            return key_name(command_key(keymap, "play.brief", self.bridge.doing))

        self._header = PlayHeader(self.bridge, self._world_title, brief_key, ascii_only=ascii_only)
        self._painting = painting = PlayPainting(self.bridge, ascii_only=ascii_only, brief_key=brief_key)
        self._words = PlayWords(self.bridge, keymap, ascii_only=ascii_only)
        self._words.aside = self._closes is not None
        self._terms = PlayTerms(self.bridge.level, terms_met(self.game), partial(meet_term, self.game))
        self._layout = PlayLayout(self, self.bridge, self._header, painting, self._words, self.panels)
        world = self.bridge.level.world
        draw_header, draw_picture = self._header.draw, painting.draw_picture
        if self.bridge.level.play.bare:
            stage = BareStage if self.bridge.inspecting is None else InspectorStage
            self._bare = bare = stage(self.bridge, self._world_title, ascii_only=ascii_only)
            draw_header, draw_picture = bare.draw_header, bare.draw
            self.add_class("-bare")
        yield CanvasView(draw_header, id="head", ascii_only=ascii_only, world=world)
        yield CanvasView(self._header.draw_goal, id="goal", ascii_only=ascii_only, world=world)
        with Container(id="middle"):
            yield CanvasView(draw_picture, id="picture", ascii_only=ascii_only, world=world)
            with Vertical(id="side"):
                yield CanvasView(painting.draw_view, id="view", ascii_only=ascii_only, world=world)
                yield CanvasView(self.panels.draw, id="panel", ascii_only=ascii_only, world=world)
        yield CanvasView(painting.draw_ribbon, id="ribbon", ascii_only=ascii_only, world=world)
        yield CanvasView(self._words.draw, id="control", ascii_only=ascii_only, world=world)
        without = frozenset() if self.bridge.betting.any else frozenset({"play.bet"})
        yield KeyBar(self.SCOPE, self.game.keymap, moves=self._taken_keys(), without=without)

    def on_mount(self) -> None:
        bridge = self.bridge
        self._views = {view.id or "": view for view in self.query(CanvasView)}
        self._motion = PlayMotion(
            self._views,
            self._painting if self._bare is None else self._bare,
            lambda: self._film or bridge,
            self._redraw_in_slices,
            backlog=lambda: self.game.backlog,
            written=lambda: self.game.written,
            fps=self.game.fps,
            still=self.game.less_motion,
        )
        bridge.changed = self._something_changed
        self._shown_since = monotonic()
        self.game.crash_context.update(level=bridge.level.id, seed=bridge.session.scenario.seed)
        self._timer = self.set_interval(1 / self.game.fps, self._tick, pause=True)
        self._reckoning = self.set_interval(RECKON, self._reckon, pause=True)
        if bridge.session.sight.everything:  # elsewhere nobody may know it before the end
            bridge.doom = Doom(bridge.session, proof_of(bridge.level, bridge.session.scenario))
        self._job = self.game.host.start(bridge.session.run, name=f"session of {bridge.level.id}")
        self._hear_no_more = self.game.hear_of_input(bridge.session.stand_aside)
        if self._file is not None:
            self.set_interval(EVERY, self._look_at_file)
        if self._bare is not None:
            film = bridge.level.play.film
            if film is not None and self._has_film and bridge.level.act == 1 and not bridge.session.world.answers:
                self._show_film(self._bare, film)
            else:
                self._wait_for_a_hand()
        self._something_changed()

    async def on_unmount(self) -> None:
        self._hear_no_more()
        await self._end_film()
        self.bridge.changed = lambda: None
        self.bridge.close()
        if self._job is not None:
            self._job.cancel()
            await self._job.wait()

    def on_resize(self) -> None:
        self._lay_out()

    def on_screen_suspend(self) -> None:
        """A help page or the palette lies above: the world waits."""
        if not self.bridge.session.paused and not self.bridge.session.over:
            self._resume_later = True
            self.bridge.session.pause()

    _resume_later = False

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self._resume_later:
            self._resume_later = False
            self.bridge.session.resume()
        self._something_changed()

    def _look_at_file(self) -> None:
        """The level's file has changed: the game shows what it says now."""
        if self._file is not None and self.is_current and self._file.changed():
            self.game.reload(self.bridge)

    # The bare stage

    def _show_film(self, bare: BareStage, start: int) -> None:
        """The level as it goes if nobody touches it, in a play of its own that nothing remembers."""
        film = bare.film = Bridge(self.bridge.level, session_of(self.bridge.level, self.bridge.session.scenario.seed))
        film.session.run_to(start)
        self._run_film(film)

    def _show_refutation(self) -> None:
        """If it was sworn falsely that nothing can be done: the run that does it."""
        hand, scenario = self.bridge.session.world.hand, self.bridge.session.scenario
        if hand is None or hand.sworn is None or not hand.sworn.answers:
            return
        film = Bridge(self.bridge.level, session_of(self.bridge.level, scenario.seed, hand.sworn.answers))
        self._painting.film = film
        if self._bare is not None:
            self._bare.film, self._bare.tells = film, said("This does it.")
        film.session.faster()
        self._run_film(film)

    def _run_film(self, film: Bridge) -> None:
        film.changed = self._something_changed
        film.session.resume()
        self._film_job = self.game.host.start(film.session.run, name=f"film of {self.bridge.level.id}")

    @property
    def _film(self) -> Bridge | None:
        """What is shown instead of the level itself; None if that is."""
        return self._painting.film if self._bare is None else self._bare.film

    async def _end_film(self) -> None:
        """Wind it back: the level stands as it was."""
        film, job = self._film, self._film_job
        if film is None:
            return
        film.changed = lambda: None
        film.close()
        self._painting.film = None
        if self._bare is not None:
            self._bare.film, self._bare.tells = None, ""
        self._shown_since = monotonic()
        self._wait_for_a_hand()
        if job is not None:
            job.cancel()
            await job.wait()

    async def _film_is_over(self) -> None:
        if self._film is not None:
            await self._end_film()
            self._something_changed()

    def _wait_for_a_hand(self) -> None:
        """The level stands there, and it is the player's turn: whoever does nothing is shown what can be done."""
        if self._bare is not None:
            self.set_timer(NUDGE_AFTER, self._nudge)
            self.set_timer(HOP_AFTER, self._hop)

    @property
    def _idle(self) -> bool:
        """Has nobody done anything yet?"""
        session = self.bridge.session
        return self._film is None and not self._looked and not session.world.answers and not session.over

    def _nudge(self) -> None:
        if self._bare is not None and self._film is None and not self.bridge.session.world.answers:
            self._bare.nudges = True
            self._something_changed()

    def _hop(self) -> None:
        """The frame shows that it can be moved."""
        holding = self.bridge.holding
        if holding is not None and self._idle and holding.walk(1):
            self._redraw("picture")
            self.set_timer(HOP, self._hop_back)

    def _hop_back(self) -> None:
        if self.bridge.holding is not None and self._idle:
            self.bridge.holding.walk(-1)
            self._redraw("picture")

    def _blink(self) -> None:
        """That key does nothing here: the line of those that do stands out for a moment."""
        bare = self._bare
        if bare is not None:
            bare.blinks = True
            self.set_timer(BLINK, self._blink_no_more)
            self._redraw("picture")

    def _blink_no_more(self) -> None:
        if self._bare is not None:
            self._bare.blinks = False
            self._redraw("picture")

    # Drawing anew

    def _something_changed(self) -> None:
        """May be called from the session: only leaves a note."""
        if not self._posted:
            self._posted = True
            self.post_message(self.Changed())

    def on_play_screen_changed(self) -> None:
        self._posted = False
        if not self.is_attached:
            return
        bridge = self.bridge
        film = self._film
        if film is not None and film.over is not None and self._bare is not None:
            self.set_timer(1.0, self._film_is_over)
        if bridge.refresh_doing():
            self.panels.leave_bytes()
        bridge.freshen()  # the clock that does so else stands, and the last event has brought something
        if bridge.over is not None and not self._over_shown:
            self._over_shown = True
            self._over_since = monotonic()
            self._ended(self._finish(self))
            self._show_refutation()
            self._lift()
        elif bridge.over is None:
            if self._over_shown and self._painting.film is not None:
                self.call_later(self._end_film)  # gone back to before it was sworn
            self._over_shown = False
            self._ended(None)
        if bridge.doom.at_work and self._reckoning is not None:
            self._reckoning.resume()
        self._tell_doom()
        turns_taken = self._answers_of(bridge) - self._answered
        if self._turns is not None and turns_taken >= self._turns and not self._ends and bridge.over is None:
            self._watch_end()
        if self._ends and bridge.session.question is not None:
            bridge.session.answer(bridge.session.question.asked.book)
        self._lay_out()
        # While the world runs the next picture shows the rest, and the next key need not wait for it.
        self._is_drawn = self._is_drawn or bool(bridge.session.waiting)
        self._redraw(*(() if bridge.session.waiting else ("head", "goal", "ribbon", "control")))
        if self._bare is None:
            self._tell_keys()  # how many pages there are is known once they are drawn
        self._watch_time()
        self._look_for_terms()

    # Words that come up for the first time

    def _look_for_terms(self) -> None:
        """Explain what stands on the screen and was never met."""
        if self._film is None and self._terms.look("\n".join(str(view.canvas) for view in self._views.values())):
            self._explain()
            self._lay_out()
            self._redraw("picture", "control")
            self.call_after_refresh(self._terms_explained)

    def _explain(self) -> None:
        self._words.terms = self._terms.now
        if self._bare is not None:
            self._bare.terms = self._terms.now

    def _terms_explained(self) -> None:
        self._terms.shown((self._bare or self._words).explained)
        self._explain()

    def _acts(self) -> None:
        """The player does something: what was explained has been read."""
        if self._terms.now:
            self._terms.go_on()
            self._explain()

    def _reckon(self) -> None:
        """A slice of what is reckoned beside the play, unless somebody types just now."""
        if self.bridge.session.aside > 0:
            return
        doom = self.bridge.doom
        doom.work()
        self._tell_doom()
        if not doom.at_work and self._reckoning is not None:
            self._reckoning.pause()

    def _tell_doom(self) -> None:
        """Say once that it is lost, and what can be done."""
        if self.bridge.doom.tell():
            self.bridge.say(".", f"{self.bridge.doom.words}.", Ink.COSTLY)

    # The lift

    def _lift(self) -> None:
        """Wipe the fog away, picture by picture; at once where pictures are few."""
        bridge = self.bridge
        moves = self.game.fps >= LEAST_MOTION and not self._motion.less
        if LIFT_FRAMES and not bridge.session.sight.everything and moves:
            self._show_lift(1)
            self._lift_timer = self.set_interval(1 / LIFT_SPEED, self._lift_on)

    def _lift_on(self) -> None:
        """The next picture of it."""
        frame = self._painting.lift + 1
        done = frame > LIFT_FRAMES or self.bridge.over is None
        if done and self._lift_timer is not None:
            self._lift_timer.stop()
            self._lift_timer = None
        self._show_lift(0 if done else frame)
        self._redraw("picture", "control")

    def _show_lift(self, frame: int) -> None:
        self._painting.lift = self._words.lift = frame
        if self._bare is not None:
            self._bare.lift = frame

    def _ended(self, ending: Ending | None) -> None:
        self.ending = self._words.ending = ending

    def _watch_time(self) -> None:
        """The timer runs while the world does: a screen at rest costs nothing."""
        if self._timer is not None:
            if self._rests and self._is_drawn and not self._lasts:
                self._timer.pause()
            else:
                self._timer.resume()

    @property
    def _lasts(self) -> bool:
        """Does something go on though the world stands? While it is paused only words that are still coming in."""
        return self._motion.speaks if self._is_paused else self._motion.is_lively

    @property
    def _is_paused(self) -> bool:
        return self.bridge.session.waiting == "paused"

    @property
    def _rests(self) -> bool:
        """Does nothing move, neither the world nor a film of it, nor what an inspector has changed?"""
        film = self._film
        inspecting = self.bridge.inspecting
        if inspecting is not None and inspecting.moves:
            return False
        return bool(self.bridge.session.waiting) and (film is None or bool(film.session.waiting))

    def _tick(self) -> None:
        self.bridge.freshen()
        if self.bridge.doing is None and self.bridge.has_rest:
            self._something_changed()  # its node is there now, and can be told something
        if self.bridge.inspecting is not None:
            self.bridge.inspecting.advance(1 / self.game.fps)
        if not self._rests:
            self._is_drawn = False
            self._motion.frame()
        elif not self._is_drawn:
            self._is_drawn = True
            self._redraw()
        elif self._lasts:
            self._motion.rest(paused=self._is_paused)
        self._watch_time()

    def _redraw(self, *names: str) -> None:
        """Draw these views anew, at once; without names all of them."""
        for name in names or self._views:
            self._motion.redraw(name)
        self._watch_time()  # words that come in have begun to move

    def _redraw_in_slices(self, slices: Sequence[tuple[str, ...]]) -> None:
        """A frame of a running world, cut up so that a key press never waits for a whole one."""
        pending = bool(self._stale)
        self._stale = list(slices)
        if not pending:
            self.set_timer(SLICE_GAP, self._redraw_slice)

    def _redraw_slice(self) -> None:
        if not self._stale or not self.is_attached:
            return
        if (aside := self.bridge.session.aside) > 0:
            self.set_timer(aside, self._redraw_slice)
            return
        for name in self._stale.pop(0):
            self._motion.redraw(name)
        if self._stale:
            self.set_timer(SLICE_GAP, self._redraw_slice)

    def _taken_keys(self) -> set[str]:
        """The keys that moves, bets and the control have: no command answers to them."""
        doing = self.bridge.doing
        taken = {one.key for one in self.bridge.reading.standing} | {one.key for one in self.bridge.level.bet_keys}
        if doing is not None and self.bridge.over is None:
            if doing.control.takes_space:
                taken.add("space")
            keymap = self.game.keymap
            taken |= {key for action in ACTIONS for key in keymap.keys_of(action.id) if is_typed(doing.control, key)}
        return taken

    def _dead_actions(self) -> set[str]:
        """The commands that would do nothing now: the footer does not have them."""
        session, over = self.bridge.session, self.bridge.over is not None
        asked = session.question is not None
        dead = set()
        if over or session.is_live:
            dead.add("play.pause")
        if over or asked:
            dead.add("play.step")
        if session.is_live or self._turns is not None or not (session.world.count or session.world.answers):
            dead.add("play.back")
        if over:
            dead |= {"play.faster", "play.hint"}
        elif session.hints_used >= len(session.hints):
            dead.add("play.hint")
        if not self._words.has_more:
            dead.add("play.more")
        if over or not (session.offered or session.handed_over):
            dead.add("play.hand_over")
        if over or asked or not self.bridge.betting.open():
            dead.add("play.bet")
        ended = self.bridge.over
        lost = self.bridge.doom.told if ended is None else not ended.outcome.won
        if not lost or self._turns is not None:
            dead.add("play.moment")
        if (not over and not lost) or self._closes is not None:
            dead.add("play.restart")
        if not over and not self._panel_lies_there:
            dead.add("play.leave")
        return dead

    @property
    def _panel_lies_there(self) -> bool:
        """Is there a panel that Esc closes?"""
        return self.panels.opened or (self.panels.shown and not self._layout.beside)

    def _lay_out(self) -> None:
        if self._bare is not None:
            return
        self._layout.apply()
        self._tell_keys()

    def _tell_keys(self) -> None:
        """Let the footer have the keys that do something now."""
        session = self.bridge.session
        for bar in self.query(KeyBar):
            bar.yield_to(self._taken_keys(), self._dead_actions())
            bar.call("play.pause", said("go on") if session.paused else said("pause"))
            bar.call("play.leave", said("close") if self._panel_lies_there else said("leave"))
            bar.call("play.hand_over", said("let it run by itself") if session.offered else said("take it back"))

    # Keys and clicks

    async def on_key(self, event: events.Key) -> None:
        """The control first, then the panel, then moves with a key of their own; what is left are commands."""
        if self._is_deaf and event.key not in self.game.keymap.keys_of("app.quit"):
            event.stop()
            event.prevent_default()
        elif (
            self._bare is not None
            and self._bare.film is not None
            and event.key not in self.game.keymap.keys_of("app.quit")
        ):
            await self._end_film()  # any key: my turn
            event.stop()
            event.prevent_default()
            self._something_changed()
        elif self._took(event.key, event.character):
            event.stop()
            event.prevent_default()
            self._lay_out()
            self._redraw()

    @property
    def _is_deaf(self) -> bool:
        """Has the run ended just now?"""
        over = self.bridge.over is not None
        return DEAF > 0 and over and (not self._over_shown or monotonic() - self._over_since < DEAF)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is typed where something can be, and is never a command."""
        event.stop()
        doing = self.bridge.doing
        if doing is not None and self.bridge.over is None and not self.panels.in_bytes:
            doing.control.paste(event.text)
            self._something_changed()

    def _took(self, key: str, character: str | None) -> bool:
        bridge = self.bridge
        if self._leaving and key not in self.game.keymap.keys_of("play.leave"):
            self._leaving = False
            self.bridge.take_back(self._leaving_words)
        if self.panels.in_bytes and self.panels.bytes_key(key):
            return True
        if bridge.inspecting is not None and self._inspector_took(bridge.inspecting, key, character):
            return True
        if bridge.over is not None:
            if key == "enter":
                self._to_debrief()
                return True
            means = key in self.game.keymap.keys_of("play.moment")
            return self._bare is not None and not means and not self._still_means(key)
        if bridge.doom.told and key == END_KEY:
            self._watch_end()
            return True
        doing = bridge.doing
        if self._typed_ahead.has(doing, key, character):
            bridge.say_until_answered(said("That was typed before this question came: read it first."))
            return True
        if doing is not None:
            if bridge.at_once and key == "enter" and not doing.control.typing:
                if bridge.stands_at_start:
                    self.action_pause()  # what stands there is meant: the world runs by it
                    return True
                move = bridge.first_move()
                if move is not None:
                    self._start(move.key)
                return True
            before = doing.control.draft
            press = doing.control.press(key, character)
            if press is Press.CHANGED and bridge.at_once and not doing.control.typing:
                if doing.control.draft != before and doing.control.draft is not None:
                    self._give()
                return True
            if press is Press.GIVE:
                stood = doing.always and bridge.stands_at_start
                self._give()
                if stood and not doing.control.problem:
                    self.action_pause()  # what stands there is meant: the world runs by it
                return True
            if press is Press.CHANGED:
                return True
            if key == "escape" and doing.how != "answer" and not doing.always:
                bridge.doing = None
                self._something_changed()
                return True
            if doing.control.typing and not works_while_typing(key):
                return True
        if bridge.holding is not None and (doing is None or doing.always) and self._hand_took(bridge.holding, key):
            return True
        if self._bare is not None and key == "enter" and (only := bridge.only_move()) is not None:
            self._start(only.key)
            return True
        if doing is None and key == "enter" and bridge.session.paused:
            self.action_pause()  # there is nothing to answer: on
            return True
        if doing is None and key in ("up", "down", "left", "right") and self._bare is None:
            if self.panels.open == BYTES:
                return self.panels.bytes_key(key)
            self.panels.scroll(-1 if key in ("up", "left") else 1, 1)
            return True
        for one in bridge.reading.standing:
            if character == one.key and (doing is None or not doing.control.typing):
                self._start(one.key)
                return True
        laid = self.bridge.betting.key(character)
        if laid is not None and (doing is None or not doing.control.typing):
            self._say_problem(self.bridge.betting.lay(laid))
            return True
        if self._bare is not None and not self._still_means(key):
            return True
        if doing is None or doing.always or key in self._commands:
            return False
        if character is None or not character.isprintable() or character.isspace():
            return False
        # What is nobody's command is typed: Enter must not answer over its head.
        return doing.control.take_character(character) is Press.CHANGED

    def _still_means(self, key: str) -> bool:
        """Is the key one of the few commands that a bare stage has? Of another the line of keys blinks."""
        if key in ALWAYS or (self.bridge.betting.any and key in self.game.keymap.keys_of("play.bet")):
            return True
        self._blink()
        return False

    def _hand_took(self, holding: Holding, key: str) -> bool:
        """A key of the network's hand: the arrows move its frame, Enter takes what is in it or lets go of it."""
        if key in ("left", "right"):
            self._looked = True
            return holding.walk(-1 if key == "left" else 1, self._across())
        if key == "enter" and holding.framed is not None:
            if self._unread:
                self._look_first(holding)
            else:
                self._acts()
                self._say_problem(holding.grasp())
            return True
        return False

    def _across(self) -> list[str]:
        """The packets on the picture by their names, from left to right, one above the other from the top."""
        hots = self.query_one("#picture", CanvasView).canvas.hots
        mine = {grab.name for grab in self.bridge.scene().grabs}
        at: dict[str, tuple[int, int]] = {}
        for hot in hots:
            if isinstance(hot.target, Grab) and hot.target.name in mine:
                at.setdefault(hot.target.name, (2 * hot.x + hot.width, hot.y))
        return sorted(at, key=lambda name: at[name])

    @property
    def _unread(self) -> bool:
        """Can nobody have read this yet?"""
        begun = self._looked or bool(self.bridge.session.world.answers)
        return not begun and monotonic() - self._shown_since < READ_AFTER

    def _look_first(self, holding: Holding) -> None:
        if self._bare is not None:
            self._blink()
            return
        words = said("The frame is on {packet}. Enter takes that, arrows go to another.", packet=holding.framed_words)
        self.bridge.say(".", words, Ink.ACCENT)

    def _inspector_took(self, inspecting: Inspecting, key: str, character: str | None) -> bool:
        problem = inspector_took(inspecting, key, character, over=self.bridge.over is not None)
        if problem is not None:
            self._say_problem(problem)
        return problem is not None

    @cached_property
    def _commands(self) -> frozenset[str]:
        """The keys that are commands here, whatever is being answered."""
        actions = [*in_scope(self.SCOPE), *in_scope(Scope.EVERYWHERE)]
        return frozenset(key for action in actions for key in self.game.keymap.keys_of(action.id))

    def _give(self) -> None:
        self._acts()
        doing = self.bridge.doing
        problem = self.bridge.give()
        if problem and doing is not None:
            doing.control.problem = problem
        self.panels.forget_message()
        self._something_changed()

    def _start(self, key: str) -> None:
        self._acts()
        stood = self.bridge.stands_at_start
        standing = next(one for one in self.bridge.reading.standing if one.key == key)
        self._say_problem(self.bridge.start(standing))
        if stood and self.bridge.session.world.answers and not standing.keeps:
            self.action_pause()  # a move was made: the world runs

    def _say_problem(self, problem: str) -> None:
        """Say why something was not possible, until it may be."""
        if problem:
            self.bridge.say_until_answered(problem, "~", Ink.COSTLY)
        self._something_changed()

    def _bet_clicked(self, key: str) -> None:
        laid = self.bridge.betting.key(key)
        self._say_problem(self.bridge.start_bet() if laid is None else self.bridge.betting.lay(laid))

    def _start_named(self, choice: str) -> None:
        """Open the control of a setting, or make a move, by the name of its choice: what a picture knows of it."""
        for one in self.bridge.reading.standing:
            if one.choice.name == choice:
                self._start(one.key)

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        target, delta = event.target, event.delta
        name = event.view.id
        if name == "panel" and delta:
            self.panels.scroll(delta, 2)
        elif target in ("enter", "escape"):
            self._took(str(target), None)
        elif target == "more":
            self.action_more()
        elif target == "terms":
            self.action_terms()
        elif name in ("control", "picture") and self._clicked_control(target, delta, name):
            pass
        elif target == "pause":
            self.action_pause()
        elif isinstance(target, tuple) and len(target) == 2 and not delta:
            kind, value = target
            if kind == "panel":
                self.action_panel(value + 1)
            elif kind == "standing":
                self._start(value)
            elif kind == "bet":
                self._bet_clicked(value)
            elif kind == "setting":
                self._start_named(value)
            elif kind == "span":
                self.panels.point(value)
            elif kind == "entry":
                self.panels.point_at(value)
        self._lay_out()
        self._redraw()

    def _clicked_control(self, target: object, delta: int, name: str) -> bool:
        doing = self.bridge.doing
        if name == "picture" and self.bridge.inspecting is not None and not delta:
            problem = inspector_clicked(self.bridge.inspecting, target, over=self.bridge.over is not None)
            if problem is not None:
                self._say_problem(problem)
            return problem is not None
        if name == "picture" and self.bridge.holding is not None and isinstance(target, Grab) and not delta:
            if target.framed:
                self._say_problem(self.bridge.holding.grasp())
            self._looked = True
            return target.framed or self.bridge.holding.point(target.name)
        if doing is None or (name == "picture" and delta):
            return False
        press = doing.control.click(target, delta)
        if press is Press.GIVE or (press is Press.CHANGED and self.bridge.at_once and not doing.control.typing):
            self._give()
        return press is not Press.NOT_MINE

    # Actions

    def action_pause(self) -> None:
        self._acts()
        session = self.bridge.session
        if session.over:
            return
        if session.is_live:
            self.bridge.say(".", said("Live: those outside do not wait, so there is no pausing."), Ink.QUIET)
        else:
            session.toggle()
            if session.question is not None and session.world.stopped:
                stands, goes_on = (
                    later("The world stands when you have answered, too."),
                    later("The world goes on when you have answered."),
                )
                self.bridge.say_until_answered(said(stands if session.paused else goes_on))
        self._something_changed()

    def action_step(self) -> None:
        self._acts()
        session = self.bridge.session
        if session.question is not None:
            self.bridge.say("?", said("It is your turn: answer first."), Ink.ACCENT)
        else:
            session.step()
        self._something_changed()

    def action_back(self) -> None:
        if self._turns is not None:
            self.bridge.say(".", said("One answer: there is no going back here."), Ink.QUIET)
            self._something_changed()
            return
        if not self.bridge.session.back():
            live = self.bridge.session.is_live
            words = said("Live: nothing can be taken back before it is over.") if live else said("This is the start.")
            self.bridge.say(".", words, Ink.QUIET)
        self.bridge.doing = None
        self._something_changed()

    def action_faster(self) -> None:
        self.bridge.session.faster()
        self._redraw("head")

    def action_slower(self) -> None:
        self.bridge.session.slower()
        self._redraw("head")

    def action_to_question(self) -> None:
        self.bridge.session.to_question()
        self._something_changed()

    def action_next_panel(self) -> None:
        self._turn(1)

    def action_previous_panel(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        if self._layout.beside:
            self.panels.shown = True  # it always is
        self.panels.turn(step)
        self._lay_out()
        self._redraw()

    def action_panel(self, number: int) -> None:
        if 1 <= number <= len(PANELS):
            self.panels.toggle(number - 1, beside=self._layout.beside)
            self._lay_out()
            self._redraw()

    def action_zoom(self) -> None:
        self._layout.zoomed = not self._layout.zoomed
        self.panels.shown = self.panels.shown or self._layout.zoomed
        self._lay_out()
        self._redraw()

    def action_more(self) -> None:
        if self._words.has_more:
            self._words.more()
        else:
            self.bridge.say(".", said("That was all that was said."), Ink.QUIET)
        self._redraw("control")

    def action_terms(self) -> None:
        hand = self.bridge.holding is not None
        signs = [*signs_of(self.bridge.level.protocol, hand=hand), *(GENERAL_SIGNS if self._bare is None else ())]
        self.app.push_screen(TermsScreen(self.game.text(self.bridge.level.title), self._terms.met, signs))

    def action_scroll(self, pages: int) -> None:
        if not self.panels.shown and not self._layout.beside and self._words.has_more:
            self.action_more()
            return
        self.panels.scroll(pages, max(1, self.query_one("#panel").size.height - 1))
        self._redraw()

    def action_event(self, step: int) -> None:
        self._in_diagram(lambda: self.panels.other_event(step))

    def action_zoom_diagram(self, step: int) -> None:
        self._in_diagram(lambda: self.panels.zoom_diagram(step))

    def action_rescale(self) -> None:
        self._in_diagram(self.panels.rescale)

    def _in_diagram(self, change: Callable[[], None]) -> None:
        change()
        self._lay_out()
        self._redraw()

    def action_bytes(self) -> None:
        self.panels.toggle_bytes()
        self._lay_out()
        self._redraw()

    def action_bet(self) -> None:
        doing = self.bridge.doing
        if not self.bridge.session.over and (doing is None or doing.how != "answer"):
            self._say_problem(self.bridge.start_bet())

    def action_brief(self) -> None:
        self.action_panel(BOOK + 1)

    def action_script(self) -> None:
        self._acts()
        if self._closes is None:
            self.game.show_script(self.bridge.level.id, self.bridge)

    def action_hint(self) -> None:
        if self.bridge.session.hint() is None:
            self.bridge.say("?", said("There are no more hints."), Ink.QUIET)
        self._something_changed()

    def action_why(self) -> None:
        if self.bridge.session.why() is None:
            self.bridge.say("-", said("There is nothing left to say on your answers so far."), Ink.QUIET)
        self._something_changed()

    def action_hand_over(self) -> None:
        session = self.bridge.session
        if session.hand_over() is None and session.take_back() is None:
            words = said("Nothing runs by itself: three right first answers in a row, and you may hand a case over.")
            self.bridge.say("-", words, Ink.QUIET)
        self._something_changed()

    def action_moment(self) -> None:
        """Back to the last winnable moment, of a run that is lost."""
        if self._turns is not None:
            return
        over = self.bridge.over
        if self.bridge.session.is_live or not (self.bridge.doom.told or (over is not None and not over.outcome.won)):
            self.bridge.say(".", said("Nothing is lost yet, as far as may be known here."), Ink.QUIET)
            self._something_changed()
            return
        self.bridge.session.pause()
        self.bridge.say(".", said("Looking for the last moment you could win ..."), Ink.QUIET)
        self.run_worker(self._to_moment(), name="moment", exclusive=True)

    async def _to_moment(self) -> None:
        until = monotonic() + SECONDS
        decided = Decided(self.bridge)
        for _ in decided.turns(lambda: monotonic() > until):
            await asyncio.sleep(0.001)
        found = decided.found.moment
        if found is None:
            self.bridge.say(".", said("None was found: r begins again."), Ink.QUIET)
        else:
            self._ends = False
            self.bridge.session.stand(found.event, found.answers)
            self.bridge.session.take_over()
            if found.answers == 0:
                to_first_look(self.bridge.session)
            self.bridge.doing = None
        self._something_changed()

    @staticmethod
    def _answers_of(bridge: Bridge) -> int:
        """How many questions have been answered."""
        return sum(given.how == "answer" for given in bridge.session.world.answers)

    def _watch_end(self) -> None:
        """The rest is lost anyway: let it run to its end, the book answering."""
        self._ends = True
        self.bridge.doing = None
        self.bridge.session.resume()
        self.bridge.session.to_question()
        self._something_changed()

    def action_restart(self) -> None:
        if self._closes is not None:
            return
        self.game.start_level(self.bridge.level.id, seed=self.bridge.session.scenario.seed, brief=False)

    @property
    def _leaving_words(self) -> str:
        """What the first Esc says, until any other key is pressed."""
        if self.bridge.acted or self.bridge.level.act > 1:
            return said("Once more, and you leave this level; your run is kept.")
        return said("Once more, and you leave this level.")

    def action_leave(self) -> None:
        if self._panel_lies_there:  # Esc closes first what lies above
            self.panels.close(beside=self._layout.beside)
            self._layout.zoomed = False
            self._lay_out()
            self._redraw()
            return
        session = self.bridge.session
        if not session.over and not self._leaving:
            self._leaving = True  # Esc has other uses here: one too many should not end a level
            self.bridge.say("?", self._leaving_words, Ink.ACCENT)
            return
        if self.ending is None:
            self._finish(self)
        if self._closes is not None:
            self._closes(self)
            return
        outcome = session.outcome
        self.game.show_map(self.bridge.level.id, won=outcome is not None and outcome.won)

    def _to_debrief(self) -> None:
        if self._closes is not None:
            self._closes(self)
            return
        ends_here = self._bare is not None and not self.bridge.level.play.debrief
        if ends_here and self.bridge.over is not None:
            if self.bridge.over.outcome.won:
                self.game.go_on_after(self.bridge.level.id)
            else:
                self.action_restart()
        elif self.ending is not None:
            self.game.show_debrief(self.ending.debrief)
