"""The play screen: a level at play. What a key, a click or a change of the play goes to; its parts do the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.message import Message

from tui.bridge import Bridge
from tui.guest import GuestJob
from tui.keymap import Scope, key_name
from tui.language import said
from tui.model import Ending
from tui.pictures.signs import GENERAL as GENERAL_SIGNS
from tui.pictures.signs import signs_of
from tui.reloading import EVERY, WatchedFile
from tui.screens.bare import BareStage
from tui.screens.base import AckademyScreen, bindings
from tui.screens.inspector import InspectorStage
from tui.screens.play_decided import PlayDecided
from tui.screens.play_doing import PlayDoing
from tui.screens.play_film import PlayFilm
from tui.screens.play_footer import PlayFooter
from tui.screens.play_frames import PlayFrames
from tui.screens.play_hand import PlayHand
from tui.screens.play_header import PlayHeader
from tui.screens.play_input import PlayInput
from tui.screens.play_keys import command_key
from tui.screens.play_layout import PlayLayout
from tui.screens.play_lift import PlayLift
from tui.screens.play_nudges import PlayNudges
from tui.screens.play_painting import PlayPainting
from tui.screens.play_panels import BOOK, PANELS, PlayPanels
from tui.screens.play_terms import Explaining, PlayTerms, meet_term, terms_met
from tui.screens.play_words import PlayWords
from tui.screens.terms import TermsScreen
from tui.widgets.bars import KeyBar
from tui.widgets.canvas import Ink
from tui.widgets.view import CanvasView

DEAF = 0.4
"""Seconds after the end of a run in which keys do nothing: whoever types is still at what was before."""


class PlayScreen(AckademyScreen[None]):
    """One level at play. `finish` is called once, when the run has ended, and says how it is to be remembered.

    panels   what lies over the stage, or beside it.
    frames   when its parts are drawn anew; `film`: what is shown instead of the level itself; `nudges`: what whoever
             does nothing is shown.
    ending   how it ended, once it has.
    """

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
        self.bridge = bridge
        self.panels = PlayPanels(bridge)
        self.frames: PlayFrames  # the parts are made with the app's keys and glyphs, when that is there
        self.film: PlayFilm
        self.nudges: PlayNudges
        self.ending: Ending | None = None
        self._file = file
        self._closes = closes
        self._turns = turns
        self._has_film = film
        self._world_title = world_title
        self._finish = finish
        self._bare: BareStage | None = None
        self._header: PlayHeader
        self._painting: PlayPainting
        self._words: PlayWords
        self._layout: PlayLayout
        self._footer: PlayFooter
        self._terms: PlayTerms
        self._explaining: Explaining
        self._lift: PlayLift
        self._decided: PlayDecided
        self._doing: PlayDoing
        self._input: PlayInput
        self._views: dict[str, CanvasView] = {}
        self._job: GuestJob | None = None
        self._hear_no_more: Callable[[], None] = lambda: None
        self._posted = False
        self._resume_later = False
        self._over_shown = False
        self._over_since = 0.0
        self._leaving = False  # asked whether to

    # Life

    def compose(self) -> ComposeResult:
        bridge, keymap, ascii_only = self.bridge, self.game.keymap, self.game.options.ascii

        def brief_key() -> str:
            return key_name(command_key(keymap, "play.brief", bridge.doing))

        self._header = PlayHeader(bridge, self._world_title, brief_key, ascii_only=ascii_only)
        self._painting = painting = PlayPainting(bridge, ascii_only=ascii_only, brief_key=brief_key)
        self._words = PlayWords(bridge, keymap, ascii_only=ascii_only)
        self._words.aside = self._closes is not None
        self._layout = PlayLayout(self, bridge, self._header, painting, self._words, self.panels)
        self._footer = PlayFooter(bridge, keymap, self._words, self._layout)
        world = bridge.level.world
        draw_header, draw_picture = self._header.draw, painting.draw_picture
        if bridge.level.play.bare:
            stage = BareStage if bridge.inspecting is None else InspectorStage
            self._bare = bare = stage(bridge, self._world_title, ascii_only=ascii_only)
            draw_header, draw_picture = bare.draw_header, bare.draw
            self.add_class("-bare")
        self._terms = PlayTerms(bridge.level, terms_met(self.game), partial(meet_term, self.game))
        self._explaining = Explaining(self._terms, self._bare or self._words)
        self.film = PlayFilm(self, bridge, painting, self._bare, wound_back=lambda: self.nudges.begin())
        yield CanvasView(draw_header, id="head", ascii_only=ascii_only, world=world)
        yield CanvasView(self._header.draw_goal, id="goal", ascii_only=ascii_only, world=world)
        with Container(id="middle"):
            yield CanvasView(draw_picture, id="picture", ascii_only=ascii_only, world=world)
            with Vertical(id="side"):
                yield CanvasView(painting.draw_view, id="view", ascii_only=ascii_only, world=world)
                yield CanvasView(self.panels.draw, id="panel", ascii_only=ascii_only, world=world)
        yield CanvasView(painting.draw_ribbon, id="ribbon", ascii_only=ascii_only, world=world)
        yield CanvasView(self._words.draw, id="control", ascii_only=ascii_only, world=world)
        without = frozenset() if bridge.betting.any else frozenset({"play.bet"})
        yield KeyBar(self.SCOPE, keymap, moves=self._footer.taken(), without=without)

    def on_mount(self) -> None:
        bridge, film = self.bridge, self.film
        bridge.changed = self._something_changed
        self.game.crash_context.update(level=bridge.level.id, seed=bridge.session.scenario.seed)
        self._views = {view.id or "": view for view in self.query(CanvasView)}
        artist = self._painting if self._bare is None else self._bare
        self.frames = frames = PlayFrames(self, bridge, self._views, artist, lambda: film.shown or bridge)
        self.nudges = PlayNudges(self, bridge, self._bare, film, lambda: frames.redraw("picture"))
        self._lift = PlayLift(self, bridge, (self._painting, self._words, artist), frames)
        self._decided = PlayDecided(self, bridge, self._turns)
        self._doing = PlayDoing(bridge, self.panels, self._explaining)
        holding = bridge.holding
        hand = None if holding is None else PlayHand(bridge, holding, self._views, self._doing, self.nudges)
        self._input = PlayInput(
            bridge, self.game.keymap, self.panels, hand, self._doing, self.nudges, self._decided, self._to_debrief
        )
        self._job = self.game.host.start(bridge.session.run, name=f"session of {bridge.level.id}")
        self._hear_no_more = self.game.hear_of_input(bridge.session.stand_aside)
        if self._file is not None:
            self.set_interval(EVERY, self._look_at_file)
        start = bridge.level.play.film if self._bare is not None else None
        if start is not None and self._has_film and bridge.level.act == 1 and not bridge.session.world.answers:
            film.begin(start)
        else:
            self.nudges.begin()
        self._something_changed()

    async def on_unmount(self) -> None:
        self._hear_no_more()
        await self.film.end()
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

    # What has changed

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
        self.film.look()
        if bridge.refresh_doing():
            self.panels.leave_bytes()
        bridge.freshen()  # the clock that does so else stands, and the last event has brought something
        if bridge.over is not None and not self._over_shown:
            self._over_shown = True
            self._over_since = monotonic()
            self._ended(self._finish(self))
            self.film.refute()
            self._lift.begin()
        elif bridge.over is None:
            if self._over_shown and self.film.shown is not None:
                self.call_later(self.film.end)  # gone back to before it was sworn
            self._over_shown = False
            self._ended(None)
        self._decided.look()
        self._lay_out()
        self.frames.catch_up()
        if self._bare is None:
            self._tell_keys()  # how many pages there are is known once they are drawn
        if self.film.shown is None:
            self._explain()

    def _ended(self, ending: Ending | None) -> None:
        self.ending = self._words.ending = ending

    def _explain(self) -> None:
        """Explain what stands on the screen and was never met."""
        seen = "\n".join(str(view.canvas) for view in self._views.values())
        if self._explaining.look(seen.replace(self._header.world_words, "")):  # a name uses no word: STAMPS, no stamp
            self._lay_out()
            self.frames.redraw("picture", "control")
            self.call_after_refresh(self._explaining.drawn)

    def _lay_out(self) -> None:
        if self._bare is None:
            self._layout.apply()
            self._tell_keys()

    def _tell_keys(self) -> None:
        """Let the footer have the keys that do something now."""
        for bar in self.query(KeyBar):
            self._footer.tell(bar, self._decided)

    def _redraw(self) -> None:
        """Something was pressed: lay it all out anew, and draw it."""
        self._lay_out()
        self.frames.redraw()

    # Keys and clicks

    async def on_key(self, event: events.Key) -> None:
        """What is nobody's here is a command."""
        quits = event.key in self.game.keymap.keys_of("app.quit")
        if self._is_deaf and not quits:
            pass
        elif self._bare is not None and self.film.shown is not None and not quits:
            await self.film.end()  # any key: my turn
            self._something_changed()
        elif self._took(event.key, event.character):
            self._redraw()
        else:
            return
        event.stop()
        event.prevent_default()

    @property
    def _is_deaf(self) -> bool:
        """Has the run ended just now?"""
        over = self.bridge.over is not None
        return DEAF > 0 and over and (not self._over_shown or monotonic() - self._over_since < DEAF)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._input.pasted(event.text)

    def _took(self, key: str, character: str | None) -> bool:
        if self._leaving and key not in self.game.keymap.keys_of("play.leave"):
            self._leaving = False
            self.bridge.take_back(self._leaving_words)
        return self._input.took(key, character)

    def on_canvas_view_clicked(self, event: CanvasView.Clicked) -> None:
        target, delta, name = event.target, event.delta, event.view.id
        if name == "panel" and delta:
            self.panels.scroll(delta, 2)
        elif target in ("enter", "escape"):
            self._took(str(target), None)
        elif target == "more":
            self.action_more()
        elif target == "terms":
            self.action_terms()
        elif name in ("control", "picture") and self._input.clicked(target, delta, on_picture=name == "picture"):
            pass
        elif target == "pause":
            self.action_pause()
        elif isinstance(target, tuple) and len(target) == 2 and not delta:
            kind, value = target
            if kind == "panel":
                self.action_panel(value + 1)
            elif kind == "standing":
                self._doing.start(value)
            elif kind == "bet":
                self._doing.bet(value)
            elif kind == "setting":
                self._doing.start_named(value)
            elif kind == "span":
                self.panels.point(value)
            elif kind == "entry":
                self.panels.point_at(value)
        self._redraw()

    # Actions

    def action_pause(self) -> None:
        self._doing.pause()

    def action_step(self) -> None:
        self._doing.acts()
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
        self.frames.redraw("head")

    def action_slower(self) -> None:
        self.bridge.session.slower()
        self.frames.redraw("head")

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
        self._redraw()

    def action_panel(self, number: int) -> None:
        if 1 <= number <= len(PANELS):
            self.panels.toggle(number - 1, beside=self._layout.beside)
            self._redraw()

    def action_zoom(self) -> None:
        self._layout.zoomed = not self._layout.zoomed
        self.panels.shown = self.panels.shown or self._layout.zoomed
        self._redraw()

    def action_more(self) -> None:
        if self._words.has_more:
            self._words.more()
        else:
            self.bridge.say(".", said("That was all that was said."), Ink.QUIET)
        self.frames.redraw("control")

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
        self.panels.other_event(step)
        self._redraw()

    def action_zoom_diagram(self, step: int) -> None:
        self.panels.zoom_diagram(step)
        self._redraw()

    def action_rescale(self) -> None:
        self.panels.rescale()
        self._redraw()

    def action_bytes(self) -> None:
        self.panels.toggle_bytes()
        self._redraw()

    def action_bet(self) -> None:
        doing = self.bridge.doing
        if not self.bridge.session.over and (doing is None or doing.how != "answer"):
            self._doing.start_bet()

    def action_brief(self) -> None:
        self.action_panel(BOOK + 1)

    def action_script(self) -> None:
        self._doing.acts()
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
        self._decided.go_back()

    def action_restart(self) -> None:
        if self._closes is None:
            self.game.start_level(self.bridge.level.id, seed=self.bridge.session.scenario.seed, brief=False)

    @property
    def _leaving_words(self) -> str:
        """What the first Esc says, until any other key is pressed."""
        if self.bridge.acted or self.bridge.level.act > 1:
            return said("Once more, and you leave this level; your run is kept.")
        return said("Once more, and you leave this level.")

    def action_leave(self) -> None:
        if self._layout.has_panel_to_close:  # Esc closes first what lies above
            self.panels.close(beside=self._layout.beside)
            self._layout.zoomed = False
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
        ends_here = self._bare is not None and not self.bridge.level.play.debrief
        if self._closes is not None:
            self._closes(self)
        elif ends_here and self.bridge.over is not None:
            if self.bridge.over.outcome.won:
                self.game.go_on_after(self.bridge.level.id)
            else:
                self.action_restart()
        elif self.ending is not None:
            self.game.show_debrief(self.ending.debrief)
