"""The bare stage: a picture from edge to edge, what is to be done, one spoken line, and the keys that are alive now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.kernel.choice import Kind
from core.kernel.domains import Duration
from core.kernel.time import show_duration
from core.session.stillness import Stillness
from tui.bridge import Bridge, reason_words
from tui.bridge.words import SIGNS, label_of
from tui.language import later, said, said_each
from tui.look import strip
from tui.look.palette import Ink
from tui.look.parts import keycaps
from tui.look.wipe import typed_letters, wipe
from tui.pictures import BELOW, hook
from tui.pictures.general import picture_of
from tui.pictures.rows import SIDE_BY_SIDE, draw_rows, lies
from tui.prose import prose, to_ascii
from tui.widgets.canvas import Canvas, cut, wrapped

NUDGE_AFTER = 8.0
"""Seconds of doing nothing, once the level stands there, after which the level's nudge is said."""
HOP_AFTER, HOP = 4.0, 0.6
"""Seconds of doing nothing after which the frame hops to the next packet, and those after which it hops back: it shows
that it can be moved."""
LINE, LINE_ROWS = 76, 3
"""Columns and rows of the spoken line."""
BLINK = 0.25
"""Seconds that the keys blink after one that does nothing here."""
ALWAYS = frozenset(
    ("space", "f9", "escape", "question_mark", "f1", "f2", "f7", "ctrl+g", "h", "ctrl+q", "ctrl+p", "plus", "minus")
)  # fmt: skip
"""Keys that are commands on a bare stage, too."""


class BareStage:
    """Draws a level on a bare stage; it changes nothing of the play.

    film     a play of the same level that nobody here touches, while that is shown; None otherwise. `tells`: what is
             said of it.
    blinks   does the line of keys stand out, because another key was pressed?
    nudges   has nothing been done for a while?
    lift     which picture of the lift this is, from 1; 0: the fog has lifted, or is there still.
    below    rows below the picture.
    timeless   did the last picture not show the clock? `drawn_at`: the watcher's clock (µs) when it was drawn.
    terms    words that have just come up, each with its sentence; `explained`: for how many of them there was room.
    """

    below = BELOW

    def __init__(self, bridge: Bridge, world_title: str, *, ascii_only: bool) -> None:
        self.film: Bridge | None = None
        self.tells = ""
        self.blinks = False
        self.nudges = False
        self.lift = self.drawn_at = 0
        self.timeless = False
        self.terms: Sequence[tuple[str, str]] = ()
        self.explained = 0
        self._bridge = bridge
        self._world_title = world_title
        self._ascii = ascii_only
        own = hook(bridge.level.protocol, "draw_bare")
        self._whole = own is not None
        self._draw = own or picture_of(bridge.level.protocol)

    def _text(self, text: str) -> str:
        return to_ascii(text) if self._ascii else text

    def draw_header(self, canvas: Canvas) -> None:
        """Where this is, and which task of how many; before the first key nothing of it."""
        if self.film is not None and not self.tells:
            return
        level = self._bridge.level
        x = canvas.put(1, 0, self._text(self._world_title).upper(), Ink.WORLD)
        canvas.put(x + 1, 0, cut(self._text(level.title), canvas.width - x - 16), Ink.STRONG)
        if (rival := self._bridge.reading.rival) is not None:
            rival.follow()
            words = f"{said('ghost')} {cut(self._text(rival.name), 12)}: {rival.words()}"
            canvas.right(0, words, Ink.QUIET, 1 if level.of == 1 else 18)
        if level.of > 1:
            beads = " ".join("●" if place <= level.act else "○" for place in range(1, level.of + 1))
            place = said("task {place} of {most}").format(place=level.act, most=level.of)
            canvas.right(0, place if self._ascii else f"{said('task')}  {beads}", Ink.QUIET, 1)

    def draw(self, canvas: Canvas) -> None:
        """All the rest."""
        canvas.sky()
        bridge = self.film or self._bridge
        self.draw_stage(canvas, bridge)
        keys_row = canvas.height - 1
        canvas.put(0, keys_row, " " * canvas.width)
        canvas.raise_row(keys_row)
        keycaps(canvas, keys_row, self.keys())
        if self.blinks:
            canvas.paint(0, keys_row, canvas.width, Ink.LIVE)
            canvas.tint(0, keys_row, canvas.width, 1, Ink.YOU, 0.5)
        middle = canvas.width // 2
        if self.film is not None:
            canvas.centre(middle, canvas.height - self.below, self.tells, Ink.BAD)
            return
        doing = bridge.doing if bridge.over is None else None
        bottom = keys_row
        if doing is not None and not bridge.at_once:  # such a setting is on the picture
            bottom = self._draw_control(canvas, keys_row)
            if not doing.always:
                return
        task, line, ink = self.said()
        y = canvas.height - self.below
        for text, its_ink, rows in ((task, Ink.STRONG, 2), (line, ink, LINE_ROWS)):
            for row in wrapped(text, canvas.width - 4, rows) if text else ():
                canvas.centre(middle, y, row, its_ink)
                y += 1
        counts = self._counts(bridge)
        y = self._explain(canvas, y, bottom - bool(counts))
        if counts:
            least = canvas.height - (4 if bridge.over is None else 3)
            canvas.centre(middle, max(y, least), cut(counts, canvas.width), Ink.QUIET)

    def _explain(self, canvas: Canvas, y: int, bottom: int) -> int:
        """What words mean that have just come up, as far as whole sentences have room above `bottom`; the row after."""
        self.explained = 0
        for term, meaning in self.terms:
            lines = wrapped(self._text(f"{term}: {meaning}"), canvas.width - 4)
            if y + len(lines) > bottom:
                break
            for row in lines:
                canvas.centre(canvas.width // 2, y, row, Ink.HINT)
                y += 1
            self.explained += 1
        return y

    def _counts(self, bridge: Bridge) -> str:
        """What the hand's pockets hold; at the end what the run came to."""
        if bridge.over is not None and bridge.level.scenario.par:
            return self._text("   ".join(figure.spelt for figure in bridge.reading.figures()))
        if bridge.over is None and bridge.holding is not None:
            held, most = bridge.holding.pockets
            if most > 1 or held:
                full, free = ("#", ".") if self._ascii else ("●", "○")
                return f"{said('pockets')} {' '.join([full] * held + [free] * (most - held))}"
        return ""

    def draw_stage(self, canvas: Canvas, bridge: Bridge) -> None:
        """The picture."""
        scene, worlds = bridge.scene(), bridge.rows()
        if self.film is not None:  # nobody's hand is in it
            grabs = [replace(grab, framed=False) for grab in scene.grabs]
            scene = replace(scene, grabs=grabs, wordless=not self.tells)
        if self._whole:
            self._draw(canvas, scene)
        else:
            stage = canvas.part(canvas.width, max(0, canvas.height - self.below - strip.rows_of(scene)))
            if worlds:
                draw_rows(stage, self._draw, worlds, wide=canvas.width >= SIDE_BY_SIDE, lies=lies(worlds))
            else:
                self._draw(stage, scene)
            canvas.blit(stage, 0, 0)
            if strips := strip.rows_of(scene):
                inner = canvas.part(canvas.width, strips)
                strip.draw(inner, scene)
                canvas.blit(inner, 0, stage.height)
        if self.lift:
            fogged = canvas.part(canvas.width, canvas.height - (0 if self._whole else self.below))
            fogged.sky()
            self._draw(fogged, bridge.reading.scene_in_fog())
            wipe(canvas, fogged, self.lift)
        self.drawn_at, self.timeless = scene.drawn_at, scene.is_timeless and not worlds and not self.lift

    def _draw_control(self, canvas: Canvas, bottom: int) -> int:
        """What is being answered, above the keys; the row in which it begins."""
        doing = self._bridge.doing
        assert doing is not None
        carried = self._bridge.carried(doing.asked)
        rows = 1 if carried else doing.control.rows(canvas.width - 4)
        rows = max(1, min(rows, self.below - (4 if doing.always else 1)))
        inner = canvas.part(canvas.width - 4, rows)
        if carried:
            typed = f"{doing.control.typed}_" if doing.control.typing else doing.control.meaning
            inner.centre(inner.width // 2, 0, cut(self._text(typed), inner.width), Ink.QUIET)
        else:
            doing.control.draw(inner)
        ink = Ink.QUIET if doing.always else Ink.STRONG  # a setting stands below what is to be done
        middle, top = canvas.width // 2, bottom - rows
        lines = [(line, ink) for line in wrapped(self._text(doing.title), canvas.width - 2)]
        if not doing.always:
            passing = self._bridge.passing
            above = self.said()[0] if passing is None else self._text(passing.text)
            first = Ink.STRONG if passing is None else passing.ink
            lines = [*((line, first) for line in wrapped(above, canvas.width - 2)), *lines]
        if doing.control.typing and not carried:
            lines.append((cut(self._text(said_each(doing.control.status)), canvas.width - 2), Ink.ACCENT))
        for line, its_ink in reversed(lines):
            top -= 1
            canvas.centre(middle, top, line, its_ink)
        canvas.blit(inner, 2, bottom - rows)
        problem = wrapped(self._text(doing.control.problem), canvas.width - 2) if doing.control.problem else []
        for place, line in enumerate(problem):
            canvas.put(0, bottom - len(problem) + place, " " * canvas.width)
            canvas.centre(middle, bottom - len(problem) + place, line, Ink.BAD)
        return top

    # What is said

    def said(self) -> tuple[str, str, Ink]:
        """The task, the spoken line below it, and the line's ink."""
        bridge = self._bridge
        texts = bridge.level.texts
        if bridge.over is not None:
            won = bridge.over.outcome.won
            reason = reason_words(bridge.over.outcome.reason)
            words = bridge.end_words() or ("" if won else f"{reason[:1].upper()}{reason[1:]}")
            score = next(iter(bridge.bet_words()), "")
            wrong = next((one for one in reversed(bridge.words) if one.sign == SIGNS[Kind.WRONG]), None)
            if not won and wrong is not None:  # the answer that lost it
                return self._text(words or score), self._text(wrong.parts[0] if wrong.parts else wrong.text), wrong.ink
            lift = self._text(texts.lift if won else "")
            return self._text(words or score), lift[: typed_letters(lift, self.lift)], Ink.HINT
        if alone := self._left_alone():
            return self._text(texts.task), alone, Ink.PLAIN
        task = texts.task or "; ".join(goal.text for goal in bridge.reading.goal())
        told = (words for words in reversed(bridge.words) if words.sign != "." or words.ink is Ink.DONE)
        last = bridge.passing or next(told, None)
        if last is not None:
            return self._text(task), self._text(last.fitting(LINE, LINE_ROWS)), last.ink
        idle = self.nudges and not bridge.session.world.answers
        line = texts.nudge if idle and texts.nudge else texts.line
        return self._text(task), self._text(prose(line).plain), Ink.QUIET

    def _left_alone(self) -> str:
        """What is said where nothing is under way any more but what the hand holds, if it holds anything; "" else."""
        holding, hand = self._bridge.holding, self._bridge.level.scenario.hand
        still = None if holding is None else holding.stillness
        if hand is None or still in (None, Stillness.WATCHING):
            return ""
        if still is Stillness.QUIET:
            return said("Nothing is under way any more.")
        if hand.hold:
            return said("All else is in. Enter lets this one go.")
        return said("All else is in. Enter lets this one go; kept, it is lost.")

    def _turning(self, keys: str) -> list[tuple[str, str]]:
        """What the arrows do, of what the keys of a control do, as a cap."""
        for words, plain, drawn in ((later("left right"), "<- ->", "← →"), (later("up down"), "up down", "↑ ↓")):
            if keys.startswith(f"{words} "):
                whole = said(keys.partition("   ")[0])
                return [(plain if self._ascii else drawn, whole.removeprefix(f"{said(words)} "))]
        return []

    def keys(self) -> list[tuple[str, str]]:
        """The keys that are alive now, each with what it does."""
        return [(key, said(words)) for key, words in self._keys()]

    def _keys(self) -> list[tuple[str, str]]:
        """The same, as tables have them."""
        bridge = self._bridge
        if self.film is not None:
            return [(later("any key"), later("my turn"))]
        if bridge.over is not None:
            if bridge.level.play.debrief:
                return [("Enter", later("what there is to learn"))]
            if bridge.over.outcome.won:
                return [("Enter", later("go on"))]
            return [("Enter", later("again")), ("j", later("back to the last moment for it"))]
        doing = bridge.doing
        caps = list(doing.control.caps_here) if doing is not None else []
        if doing is not None and not doing.always:
            if doing.how == "bet":
                caps = caps or [("<- ->" if self._ascii else "← →", later("how sure"))]
            caps = caps or self._turning(doing.control.keys_here)
            return [*caps, ("Enter", later("so be it")), *([] if doing.question else [("Esc", later("leave it"))])]
        arrows = "<- ->" if self._ascii else "← →"
        found: list[tuple[str, str]] = []
        stands = bridge.stands_at_start
        first = bridge.first_move() if bridge.at_once and not stands else None
        only = bridge.only_move()
        if doing is not None and bridge.at_once:
            domain = doing.asked.choice.domain
            if isinstance(domain, Duration) and domain.fine:
                found.append((arrows, said("A by {time}").format(time=show_duration(domain.fine))))
                found.append(("up down" if self._ascii else "↑ ↓", show_duration(domain.coarse)))
            else:
                both = "arrows" if self._ascii else "← → ↑ ↓"
                found.append((both, later("move A") if isinstance(domain, Duration) else label_of(doing.asked.choice)))
            found += [("Enter", later("so be it, and go"))] if stands else []
            found += (
                []
                if first is None
                else [(f" {said('or')} ".join(filter(None, ("Enter", first.choice.key))), first.label)]
            )
        elif doing is not None:
            enter = later("so be it, and go") if stands else later("set it")
            found += [*(caps or [(arrows, label_of(doing.asked.choice))]), ("Enter", enter)]
        now = {one.choice.name: one for one in bridge.reading.standing_now()}
        holding = bridge.holding
        if holding is not None and holding.framed is not None:
            found.append((arrows, later("choose")))
            if "network.let_go" in now and ", held" in holding.framed.name:
                found.append(("Enter", later("let it go")))
            elif "network.take" in now:
                found.append(("Enter", later("take")))
        for one in now.values():
            if one.keeps and doing is not None and one.choice.name == doing.asked.choice.name:
                continue
            if first is not None and one.choice is first.choice:
                continue
            if one.choice.name not in ("network.let_go", "network.take"):
                key = f"Enter {said('or')} {one.key}" if only is not None and one.choice is only.choice else one.key
                found.append((key, one.label if not one.preview else f"{one.label} ({one.preview})"))
        clock = "F9" if any(key == "space" for key, _ in caps) else "space"
        moves = bridge.betting.moves()
        found += [(move.key, move.label.removeprefix("bet ")) for move in moves if move.alive]
        if not bridge.session.paused and bridge.session.question is None:
            found.append((clock, later("stop the clock")))
        elif bridge.session.paused and bridge.session.world.answers:
            found.append((clock, later("wait on") if bridge.session.stands_for_move else later("go on")))
        elif only is not None:
            pass  # Enter makes it, and the world goes on
        elif bridge.session.paused and bridge.level.play.stands and not any("go" in word.split() for _, word in found):
            found.append(("Enter" if first is None and holding is None else clock, later("let it run")))
        return found
