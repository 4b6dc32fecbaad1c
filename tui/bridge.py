"""The bridge: the only file that knows both a session and the screens.

`Bridge` holds one level at play. It turns notices into words, the session's state into what widgets draw, and key
presses into controls of the session; it never draws. It learns of the world through the session's `sight` alone, but
for the end, when the fog has lifted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, is_dataclass, replace
from functools import cached_property

from core.kernel import trace as kinds
from core.kernel.choice import PASS, Asked, Choice, Kind, OneOf, SomeOf, Value, Verdict
from core.kernel.laws import LawKind
from core.kernel.scenario import NETWORK, NetworkSeat
from core.kernel.sight import Sight, entry_words, message_words
from core.kernel.time import show_duration
from core.kernel.trace import Entry
from core.kernel.world import Answered, Question, World
from core.session import AsyncSeat, Session, for_player, notices
from core.session.pace import median_latency
from core.wire.cdr import CdrCodec
from levels.proofs import with_par_figures
from levels.schema import Level
from levels.schema import Sight as LevelSight
from tui.controls import Control, Setting, control_for, shown
from tui.keymap import Scope, in_scope
from tui.pictures import Scene, general_delays, hook
from tui.prose import prose
from tui.widgets.canvas import Ink
from tui.widgets.panels import Bytes, LogLine
from tui.widgets.spacetime import Diagram

SIGNS = {Kind.BOOK: "ok", Kind.FINE: "ok", Kind.COSTLY: "~", Kind.WRONG: "!!"}
INKS = {Kind.BOOK: Ink.GOOD, Kind.FINE: Ink.GOOD, Kind.COSTLY: Ink.COSTLY, Kind.WRONG: Ink.BAD}
BROKEN = "broken: "
"""How a level writes that an always law is to be broken."""
LOG_LIMIT = 400
"""Lines of the log that are kept ready to draw."""
LOOK_LIMIT = 4 * LOG_LIMIT
"""Entries that the log reads at most at once: not each gives a line."""
ENTRY_LIMIT = 600
"""Entries that pictures and diagrams look back at while a level runs."""


@dataclass(frozen=True)
class Words:
    """Something said to the player: a sign, the words, how it is meant; `time` on the watcher's clock."""

    sign: str
    text: str
    ink: Ink = Ink.PLAIN
    time: int = 0


@dataclass(frozen=True)
class Standing:
    """A move or setting with a key of its own. `value`: what the key does at once; None if a control opens."""

    key: str
    choice: Choice
    label: str
    keeps: bool = False


@dataclass
class Doing:
    """What the control at the bottom is for: the open question, a standing move, or a kept answer."""

    asked: Asked
    control: Control
    question: Question | None = None
    how: str = "answer"
    title: str = ""
    always: bool = False
    """It is there whenever nothing is asked: a kept answer of a level in which nobody asks."""


@dataclass(frozen=True)
class Goal:
    """One law of win: reached (or unbroken), still to be reached, or broken for good."""

    text: str
    done: bool
    broken: bool = False

    @property
    def mark(self) -> str:
        """`[x]`, `[ ]` or `[!]`."""
        return "[!]" if self.broken else "[x]" if self.done else "[ ]"


@dataclass
class Figure:
    """One measure beside its par."""

    name: str
    value: int
    par: int | None
    unit: str = ""

    def __str__(self) -> str:
        if self.unit in ("µs", "us"):
            value = self.value // 1000 * 1000
            par = f"/{show_duration(self.par)}" if self.par is not None else ""
            return f"{self.name} {show_duration(value)}{par}"
        if self.unit == "B" and max(self.value, self.par or 0) >= 10_000:
            par = f"/{self.par // 1000}" if self.par is not None else ""
            return f"{self.name} {self.value // 1000}{par} KB"
        par = f"/{self.par}" if self.par is not None else ""
        return f"{self.name} {self.value}{par}{' ' + self.unit if self.unit else ''}"


def session_of(
    level: Level,
    seed: int | None = None,
    answers: Sequence[Answered] = (),
    *,
    paused: bool = False,
    seat: AsyncSeat | None = None,
) -> Session:
    """A session of this level, on this seed (None: the level's own), with recorded answers to watch; `seat` answers in
    the player's place."""
    play = level.play
    scenario = with_par_figures(level, seed)
    return Session(
        scenario,
        seats=for_player(scenario, seat) if seat is not None else None,
        say=str(play.say),
        asks=str(play.asks),
        pace="auto" if play.pace is None else play.pace,
        everything=play.sight is LevelSight.ALL,
        answers=answers,
        hints=level.texts.hints,
        paused=paused,
    )


@dataclass
class Bridge:
    """A level at play. `changed` is called (in the session's thread) when something other than time has changed."""

    level: Level
    session: Session
    pars: Mapping[str, int] = field(default_factory=dict)
    changed: Callable[[], None] = lambda: None
    closers: list[Callable[[], None]] = field(default_factory=list)
    """What else ends when this play does: whoever writes it down."""

    def __post_init__(self) -> None:
        self.words: list[Words] = []
        self.doing: Doing | None = None
        self.last_given: dict[str, Value] = {}
        self.last_asked: dict[str, Asked] = {}
        self.mistakes: list[str] = []
        self.over: notices.Over | None = None
        self._truth: tuple[World, Sight] | None = None
        self._seen: Sight | None = None
        self._lines: list[LogLine] = []
        self._looked = 0
        self._counted_sight: Sight | None = None
        self._counted = 0
        self._own = 0
        self._fresh = 0
        self._untap = self.session.tap(self._take)

    def close(self) -> None:
        """Listen no more, and let the session end."""
        self._untap()
        self.session.close()
        for close in self.closers:
            close()

    # What there is

    @property
    def you(self) -> str:
        """The player's node, or "network"."""
        return self.session.player

    @property
    def lifted(self) -> bool:
        """Is everything in sight?"""
        return self.session.over or self.session.sight.everything

    @property
    def sight(self) -> Sight:
        """What may be seen: once the run is over, everything."""
        session = self.session
        if not session.over:
            return session.sight
        if self._truth is None or self._truth[0] is not session.world:
            self._truth = (session.world, session.truth)
        return self._truth[1]

    @cached_property
    def latency(self) -> int:
        """A median link delay (µs): the natural scale of time."""
        return median_latency(self.level.scenario)

    @cached_property
    def choices(self) -> Mapping[str, Choice]:
        """The player's choices, by name."""
        found: dict[str, Choice] = {}
        for seat in self.level.scenario.player:
            spec = next(node for node in self.level.scenario.nodes if node.name == seat.node)
            for choice in self.level.scenario.protocols[spec.protocol].choices:
                if "*" in seat.choices or choice.name in seat.choices:
                    found[choice.name] = choice
        return found

    @cached_property
    def _every_choice(self) -> Mapping[str, Choice]:
        """Every choice of the level's protocols, by name, whoever answers it."""
        return {
            choice.name: choice for protocol in self.level.scenario.protocols.values() for choice in protocol.choices
        }

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        """The moves and settings that have a key, in the protocol's order. A key is a letter of the move's name."""
        taken = {key for scope in (Scope.PLAY, Scope.EVERYWHERE) for action in in_scope(scope) for key in action.keys}
        found: list[Standing] = []
        for choice in self.choices.values():
            if not (choice.standing or choice.keeps):
                continue
            label = choice.name.rpartition(".")[2].replace("_", " ")
            initials = [word[0] for word in label.split()]  # "wait ok" is easier to find under o than under i
            letters = [*initials, *label.replace(" ", ""), *"acdfgijklmnopstvxyz"]
            key = next((letter for letter in letters if letter not in taken), "")
            if key:
                taken.add(key)
                found.append(Standing(key, choice, label, choice.keeps and not choice.standing))
        return tuple(found)

    def show(self, choice: str, value: Value) -> str:
        """An answer to a choice, as a person reads it."""
        if value is PASS:
            return "nothing"
        found = self._every_choice.get(choice)
        return str(value) if found is None else found.domain.show(value)

    def goal(self) -> list[Goal]:
        """Every law of win, as it stands."""
        return [
            Goal(goal_words(law.text), done, law.law.kind is LawKind.ALWAYS and not done)
            for law, done in self.session.world.goals()
        ]

    def figures(self) -> list[Figure]:
        """The par measures as they stand. In the fog only messages that are known are counted, and the own clock."""
        world = self.session.world
        found = []
        values = world.measures()
        for par in self.level.scenario.par:
            name = par.measure.name
            value = values[name]
            if name == "messages" and not self.lifted:
                name, value = "seen", self._known_messages()
            elif name == "time" and not self.lifted:
                value = self.session.sight.clock()
            found.append(Figure(name, value, self.pars.get(par.measure.name), par.measure.unit))
        if not found:
            found.append(Figure("messages", self._known_messages(), None))
        return found

    def _known_messages(self) -> int:
        """Messages sent and, in the fog, received, as far as they are known."""
        sight = self.sight
        if sight is not self._counted_sight:
            self._counted_sight, self._counted, self._own = sight, 0, 0
        kinds_counted = (kinds.SEND,) if sight.everything else (kinds.SEND, kinds.RECEIVE)
        for entry in sight.entries(self._counted):
            self._own += entry.kind in kinds_counted
        self._counted = len(sight)
        return self._own

    @property
    def question(self) -> Question | None:
        """The question to answer now. While recorded answers are watched there is none, until the watcher pauses."""
        session = self.session
        if session.over:
            return None
        if session.question is None and session.watching and session.paused and session.world.questions:
            return session.world.questions[0]
        return session.question

    @property
    def clock(self) -> int:
        """The watcher's clock (µs)."""
        return self.sight.clock()

    @property
    def moment(self) -> int:
        """What the diagram leads up to (µs): now; of a run that is over, the last thing that happened, since a limit
        may lie long after it."""
        last = self.entries(1) if self.session.over else []
        return min(self.clock, last[0].time + 4 * self.latency) if last else self.clock

    def scene(self) -> Scene:
        """What a picture may draw now."""
        session = self.session
        world = session.world
        doing = self.doing
        node = world.nodes.get(self.you)
        question = doing.question if doing and doing.question else self.question
        return Scene(
            sight=self.sight,
            scenario=session.scenario,
            you=self.you,
            now=self.clock,
            question=question,
            asked=doing.asked if doing else None,
            draft=doing.control.draft if doing else None,
            kept={name: value for (_, name), value in session.kept.items()},
            lifted=self.lifted,
            entries=self.entries(ENTRY_LIMIT),
            me=node.machine if node is not None and node.up else None,
        )

    def entries(self, last: int | None = None) -> list[Entry]:
        """What is known to have happened, oldest first; only the `last` entries."""
        sight = self.sight
        if last is None:
            return list(sight.entries())
        return list(sight.entries(max(0, len(sight) - last)))

    def diagram(self, last: int | None = None) -> Diagram:
        """The space-time diagram of what is known."""
        entries = self.entries(last)
        keeps = {name for name, choice in self.choices.items() if choice.keeps and not choice.standing}
        answered = {
            entry.number
            for entry in entries
            if entry.node == self.you and any(name in self.choices and name not in keeps for name, _ in entry.answers)
        }
        return Diagram(
            entries,
            self.scene().nodes,
            self.you,
            self.clock,
            self.lifted,
            answered,
            show=self.show,
            keeps=keeps,
            yours=frozenset(self.choices),
            latency=self.latency,
        )

    def story(self, decisive: Verdict | None) -> Diagram:
        """The whole run, the fog lifted, wrong moves marked; it points at the move that decided it."""
        diagram = self.diagram()
        events = {verdict.event for verdict in self.session.world.verdicts if verdict.kind in (Kind.WRONG, Kind.COSTLY)}
        # A verdict names the event at which the answer was given; the handler that it completed is in that one, too.
        mine = [entry for entry in diagram.entries if entry.node == self.you and entry.answers]
        wrong = {entry.number for entry in mine if entry.event in events}
        at = -1
        if decisive is not None:
            at = next((entry.number for entry in mine if entry.event >= decisive.event), -1)
        return replace(diagram, wrong=wrong, at=at)

    # Log

    def _look(self) -> None:
        """Have a line for everything that has become known since the last look, as far back as the log goes."""
        sight = self.sight
        if sight is not self._seen:
            self._seen, self._lines, self._looked = sight, [], 0
        for entry in sight.entries(max(self._looked, len(sight) - LOOK_LIMIT)):
            if (line := log_line(entry, self.you, sight.everything, self.show)) is not None:
                self._lines.append(line)
        self._looked = len(sight)
        del self._lines[:-LOG_LIMIT]

    def log(self) -> list[LogLine]:
        """What happened and what was said, oldest first."""
        self._look()
        said = [LogLine(words.time, words.sign, words.text, words.ink) for words in self.words]
        return sorted([*self._lines, *said], key=lambda line: line.time) if said else self._lines

    def messages(self) -> list[Entry]:
        """Known entries that carry a message, oldest first."""
        return [entry for entry in self.entries(ENTRY_LIMIT) if entry.kind in (kinds.SEND, kinds.RECEIVE)]

    def bytes_of(self, entry: Entry, field: int) -> Bytes:
        """The bytes of the message in a known entry."""
        world = self.session.world
        ends = (entry.node, entry.peer) if entry.kind == kinds.SEND else (entry.peer, entry.node)
        return self._bytes(entry.detail, ends, f"{entry_words(entry)}", field, world.nodes[entry.node].spec.protocol)

    def bytes_asked(self, field: int) -> Bytes | None:
        """The bytes of the message that the open question is about; None if it is about none."""
        question = self.question
        if question is None or question.kind not in (kinds.RECEIVE, kinds.SEND):
            return None
        if question.node == NETWORK:
            packet = question.payload[0]
            ends, message = (packet.source, packet.destination), packet.message
        elif question.kind == kinds.RECEIVE:
            ends, message = (question.payload[0], question.node), question.payload[1]
        else:
            return None
        spec = self.session.world.nodes[ends[0] if ends[0] in self.session.world.nodes else ends[1]].spec
        return self._bytes(message, ends, f"{message_words(message)} from {ends[0]}, at hand", field, spec.protocol)

    def _bytes(self, message: object, ends: tuple[str, str], title: str, field: int, protocol: str) -> Bytes:
        codec = self.level.scenario.protocols[protocol].codec
        data = codec.encode(message, self.session.world.envelope(*ends))
        spans = codec.spans(data)
        idl = codec.declaration(type(message)).splitlines() if isinstance(codec, CdrCodec) else ()
        return Bytes(title, data, spans, max(0, min(field, len(spans) - 1)), tuple(idl))

    # Notices

    def _take(self, notice: notices.Notice) -> None:
        if isinstance(notice, notices.Stepped):
            return  # the clock's own timer draws that
        if isinstance(notice, notices.Answered):
            self.last_given[notice.given.choice] = notice.given.value
            if notice.by == "autopilot":
                self.say(
                    ".",
                    f"{_short(notice.given.choice)}: {self.show(notice.given.choice, notice.given.value)}, by itself",
                    Ink.QUIET,
                )
        elif isinstance(notice, notices.Consequence):
            self._say_consequence(notice)
        elif isinstance(notice, notices.Expired):
            value = shown(notice.question.asked, notice.value)
            self.say("~", f"Too late: {value}, since nobody answered.", Ink.COSTLY)
        elif isinstance(notice, notices.Withdrawn):
            self.say(".", "The question is gone.", Ink.QUIET)
        elif isinstance(notice, notices.Mastered):
            self.say(
                "*", f"{_short(notice.choice)}, {notice.case}: runs by itself from now on (u takes it back).", Ink.DONE
            )
        elif isinstance(notice, notices.Released):
            self.say("*", f"{_short(notice.choice)}, {notice.case}: yours again.", Ink.DONE)
        elif isinstance(notice, notices.Hinted):
            self.say("?", f"Hint {notice.stage} of {notice.stages}: {prose(notice.words).plain}", Ink.ACCENT)
        elif isinstance(notice, notices.Branched):
            self.say("/", f"From here on another branch, number {notice.branch + 1}; the old one is kept.", Ink.DONE)
        elif isinstance(notice, notices.Trouble):
            self.say("!!", f"{notice.who}: {notice.words}", Ink.BAD)
        elif isinstance(notice, notices.Over):
            self.over = notice
            for consequence in notice.remaining:
                self._say_consequence(consequence)
        elif isinstance(notice, notices.Jumped):
            self.over = self.doing = None
            self.words = [words for words in self.words if words.time <= self.clock]
        self.changed()

    def say(self, sign: str, text: str, ink: Ink = Ink.PLAIN) -> None:
        """Say something to the player, here and in the log."""
        self.words.append(Words(sign, text, ink, self.session.sight.clock()))
        del self.words[:-LOG_LIMIT]
        self.changed()

    def _say_consequence(self, notice: notices.Consequence) -> None:
        verdict = notice.verdict
        parts = [verdict.words]
        if verdict.kind in (Kind.WRONG, Kind.COSTLY):
            if notice.instead:
                parts.append(f"Had the book answered: {notice.instead.removesuffix('.')}.")
            if verdict.persona:
                parts.append(f'So answers one who is called "{verdict.persona}".')
            if verdict.source:
                parts.append(f"({verdict.source})")
            self.mistakes.append(f"{_short(verdict.choice)}, {verdict.case}: {' '.join(parts)}")
        self.say(SIGNS[verdict.kind], " ".join(parts), INKS[verdict.kind])

    # What the player does

    def refresh_doing(self) -> bool:
        """Have the control that fits what is asked; whether it is another one than before."""
        question = self.question
        doing = self.doing
        if question is not None:
            if doing is not None and doing.question is not None and doing.question.number == question.number:
                return False
            self.doing = self._ask(question.asked, question=question)
            return True
        if doing is not None and (doing.question is not None or self.session.over):
            self.doing = doing = None
            self.doing = self._resting()
            return True
        if doing is None and (resting := self._resting()) is not None:
            self.doing = resting
            return True
        return False

    def _resting(self) -> Doing | None:
        """What the control is for while nothing is asked: in a level in which nobody asks, the first kept answer."""
        if self.session.asks != "notice" or self.session.over or self.session.watching:
            return None
        for one in self.standing:
            if one.keeps and (asked := self._asked_to_keep(one.choice)) is not None:
                doing = self._ask(asked, how="keep")
                doing.always = True
                return doing
        return None

    def freshen(self) -> None:
        """Let the control have newer delays and notes, if anything new is known."""
        doing = self.doing
        if doing is None or (doing.question is not None and self.session.waiting) or len(self.sight) == self._fresh:
            return
        self._fresh = len(self.sight)
        if doing.question is None:
            asked = self._asked_to_keep(doing.asked.choice) if doing.how == "keep" else None
            doing.asked = asked or doing.asked
        doing.control.freshen(self.setting(doing.asked, doing.question))

    def _ask(self, asked: Asked, *, question: Question | None = None, how: str = "answer") -> Doing:
        if question is not None:
            self.last_asked[asked.choice.name] = asked
        return Doing(asked, control_for(self.setting(asked, question)), question, how, words_of(asked))

    def setting(self, asked: Asked, question: Question | None) -> Setting:
        choice = asked.choice
        options = self._options(asked, question)
        kept = {name: value for (_, name), value in self.session.kept.items()}
        stays = choice.keeps or isinstance(choice.domain, SomeOf)  # chairs persist on the screen
        previous = kept.get(choice.name, self.last_given.get(choice.name) if stays else None)
        protocol = choice.name.partition(".")[0]
        scene = self.scene()
        delays_of, notes_of = hook(protocol, "delays"), hook(protocol, "notes")
        delays: Sequence[int] = delays_of(scene, asked) if delays_of else general_delays(scene)
        notes: Mapping[Value, str] = notes_of(scene, asked) if notes_of else {}
        return Setting(asked, options, previous, delays, notes)

    def _options(self, asked: Asked, question: Question | None) -> tuple[Value, ...]:
        """What is listed. One of a few words is a list always; numbers and fields only where the level says so."""
        if isinstance(asked.choice.domain, OneOf):
            return tuple(value for value in asked.choice.domain.of(asked) if value is not PASS)
        if self.session.asks != "choose":
            return ()
        if question is not None and self.session.options:
            return self.session.options
        listed = [value for value in asked.candidates if value is not PASS]
        numbers = all(isinstance(value, int) for value in listed)
        return tuple(sorted(listed)) if numbers else tuple(sorted(listed, key=repr))

    def give(self) -> str:
        """Give what stands in the control. Returns why that was not possible, in words; "" if it was."""
        doing = self.doing
        assert doing is not None
        value = doing.control.draft
        name = doing.asked.choice.name
        try:
            if doing.how == "move":
                self.session.move(name, value, doing.asked.node)
            elif doing.how == "keep":
                self.session.keep(name, value, doing.asked.node)
                self.say(".", f"{_short(name)}: {shown(doing.asked, value)} from now on", Ink.DONE)
            else:
                self.session.answer(value, doing.question)
        except (LookupError, ValueError) as error:
            return str(error.args[0] if error.args else error)
        self.last_given[name] = value
        self.doing = None
        return ""

    def start(self, standing: Standing) -> str:
        """A standing move's or setting's key: do it, or open its control. Why that was not possible; "" if it was."""
        choice = standing.choice
        if standing.keeps:
            asked = self._asked_to_keep(choice)
            if asked is None:
                return f"{standing.label} cannot be set yet"
            self.doing = self._ask(asked, how="keep")
            return ""
        for offer in self.session.offers():
            if offer.choice.name == choice.name:
                asked = _apart(offer)
                moves = [value for value in asked.candidates if value is not PASS]
                self.doing = self._ask(asked, how="move")
                if len(moves) == 1 and self.doing.control.draft in (None, moves[0]):
                    return self._move_at_once(asked, moves[0])
                return ""
        return f"{standing.label}: not now"

    def _move_at_once(self, asked: Asked, value: Value) -> str:
        self.doing = None
        try:
            self.session.move(asked.choice.name, value, asked.node)
        except (LookupError, ValueError) as error:
            return str(error.args[0] if error.args else error)
        return ""

    def _asked_to_keep(self, choice: Choice) -> Asked | None:
        """A question to set a kept answer with: the last one asked, or one that is about nothing in particular."""
        node = self.session.world.nodes.get(self.you)
        if node is None or not node.up:
            return None
        last = self.last_asked.get(choice.name)
        subject = last.subject if last is not None else {}
        asked = _apart(Asked(choice, self.you, node.machine, subject, self.session.sight.clock()))
        with suppress(AttributeError, KeyError):
            control_for(Setting(asked)).rows(80)
            return asked
        return None

    def standing_now(self) -> list[Standing]:
        """The standing moves that can be made now, and the settings."""
        offered = {asked.choice.name for asked in self.session.offers()}
        return [one for one in self.standing if one.keeps or one.choice.name in offered]

    def kept_line(self) -> list[str]:
        """The answers in force, in words."""
        lines = []
        for (_, name), value in self.session.kept.items():
            lines.append(f"{_short(name)}: {self.show(name, value)}")
        return lines

    def absence(self) -> str:
        """Why there is nothing to see of the own node."""
        spec = next((node for node in self.level.scenario.nodes if node.name == self.you), None)
        if spec is not None and self.session.world.now < spec.starts and not self.session.over:
            return f"You start at {show_duration(spec.starts)}: until then you are not there."
        return "You are down: nothing is known, nothing can be done."

    def waiting_words(self) -> str:
        """One word or two on whether the clock runs."""
        waiting = self.session.waiting
        words = {"": "runs", "question": "your turn", "seat": "thinking"}
        return words.get(waiting, waiting)

    def budget(self) -> str:
        """What the network's player may still do; "" for a node."""
        if not isinstance(self.level.scenario.network, NetworkSeat):
            return ""
        left = self.session.world.left
        return ", ".join(f"{word} {count}" for word, count in left.items())


def _apart(asked: Asked) -> Asked:
    """The same question with dice of its own: looking at it must not use up any of the world's chance."""
    return Asked(asked.choice, asked.node, asked.me, asked.subject, asked.now, ("looking", asked.choice.name))


def goal_words(text: str) -> str:
    """A law of win as the player's task: one that is to be broken is said so."""
    return f"break this: {text.removeprefix(BROKEN)}" if text.startswith(BROKEN) else text


def reason_words(reason: str) -> str:
    """How a run ended, in words; a law that was to be broken and was not "still holds"."""
    return reason.replace(f"time is up: {BROKEN}", "time is up, and this still holds: ")


def words_of(asked: Asked) -> str:
    """The question in words, with messages as a person reads them; for a setting without a subject, its name."""
    try:
        words = asked.words
    except (AttributeError, KeyError):
        return f"Your {_short(asked.choice.name)}, until you change it:"
    for value in asked.subject.values():
        if is_dataclass(value):
            words = words.replace(str(value), message_words(value))
    return words


def _short(choice: str) -> str:
    return choice.rpartition(".")[2].replace("_", " ")


_SIGNS = {
    kinds.SEND: "->",
    kinds.RECEIVE: "<-",
    kinds.TIMER: "!",
    kinds.DROP: "x",
    kinds.CRASH: "X",
    kinds.DELIVER: "^",
    kinds.MOVE: "*",
    kinds.KEEP: "*",
}
_SILENT = frozenset({kinds.START, kinds.SAVE, kinds.FORWARD})


def log_line(entry: Entry, you: str, everything: bool, show: Callable[[str, Value], str]) -> LogLine | None:
    """An entry as a line of the log; None for what needs no line. `show`: an answer as a person reads it."""
    if entry.kind in _SILENT:
        return None
    words = entry_words(entry)
    if entry.kind in (kinds.MOVE, kinds.KEEP):
        name, value = entry.detail
        words = f"{_short(name)}: {show(name, value)}{' from now on' if entry.kind == kinds.KEEP else ''}"
    if everything and entry.node != NETWORK:
        words = f"{entry.node}: {words}"
    ink = Ink.BAD if entry.kind in (kinds.DROP, kinds.CRASH) else Ink.PLAIN if entry.node == you else Ink.QUIET
    return LogLine(entry.time, _SIGNS.get(entry.kind, "."), words, ink, entry.number)
