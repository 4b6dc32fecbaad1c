"""What there is to see of a level at play: the session's state as pictures, panels and the header need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from core.kernel import trace as kinds
from core.kernel.choice import PASS, Choice, Kind, Value, Verdict
from core.kernel.hand import MOVE_BY_NAME as HAND_MOVES
from core.kernel.inspector import MOVE_BY_NAME as INSPECTOR_MOVES
from core.kernel.laws import MESSAGES, PART, LawKind
from core.kernel.scenario import NETWORK, Scenario, Side
from core.kernel.sight import Sight
from core.kernel.time import show_duration
from core.kernel.told import entry_words, message_words
from core.kernel.trace import Entry
from core.kernel.world import Question, World
from core.session import Session
from core.session.pace import median_latency
from core.wire.cdr import SOURCE as CDR_SOURCE
from core.wire.cdr import CdrCodec
from levels.lifting import Lifted, lifted
from levels.schema import Level
from tui.bridge.history import History, act_words
from tui.bridge.moves import moves_of
from tui.bridge.words import (
    ENTRY_LIMIT,
    LOG_LIMIT,
    LOOK_LIMIT,
    Doing,
    Figure,
    Goal,
    Standing,
    Words,
    goal_words,
    log_line,
    short,
    turn_line,
)
from tui.language import later, retold, said
from tui.look.palette import Ink, node_ink
from tui.look.ribbon import Mark, Moment
from tui.pictures import Scene, packet_name
from tui.pictures.rows import Row
from tui.rival import Rival
from tui.widgets.disk import Disks
from tui.widgets.panels import Bytes, LogLine
from tui.widgets.spacetime import Diagram

LINE_LIMIT = 60
"""Events of a line that are told from a moment on."""
EARLY_WORLDS = frozenset({"premise", "wire"})
"""The first worlds: in them no word is used that no level of theirs teaches."""
TEACHES_IDL = frozenset({"marshal"})
"""The rooms that are about how messages are declared and packed."""


class Reading:
    """What there is to see of a level at play. It changes nothing, draws nothing, and knows nothing of what the player
    is about to do.

    pars   measure → the level's par; `best`: the same, what the player's best earlier run came to.
    rival  a recorded run that plays beside this one, as a ghost; None if none does.
    """

    def __init__(
        self, level: Level, session: Session, pars: Mapping[str, int], best: Mapping[str, int] | None = None
    ) -> None:
        self.level = level
        self.session = session
        self.pars = pars
        self.best = best or {}
        self.rival: Rival | None = None
        self._truth: tuple[World, Sight] | None = None
        self._side_truths: tuple[World, tuple[Sight, ...]] | None = None
        self._seen: Sight | None = None
        self._lines: list[LogLine] = []
        self._looked = 0
        self._turned = 0
        self._disks: Disks | None = None
        self._counted_sight: Sight | None = None
        self._counted = 0
        self._own = 0

    # What there is

    @property
    def you(self) -> str:
        """The player's node, or "network"."""
        return self.session.player

    @property
    def lifted(self) -> bool:
        """Is everything in sight?"""
        return self.session.sight.everything or (self.session.over and self.session.fog_lifts)

    @property
    def sight(self) -> Sight:
        """What may be seen: once the run is over, everything."""
        session = self.session
        if not (session.over and session.fog_lifts):
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
        return {choice.name: choice for choice in self.level.choices}

    @cached_property
    def _every_choice(self) -> Mapping[str, Choice]:
        """Every choice of the level's protocols, and every move of the network's hand and of an inspector, by name,
        whoever answers it."""
        protocols = self.level.scenario.protocols.values()
        bets = {bet.name: bet.choice for bet in self.level.scenario.bets}
        choices = {choice.name: choice for protocol in protocols for choice in protocol.choices}
        return {**HAND_MOVES, **INSPECTOR_MOVES, **choices, **bets}

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        """The moves and settings that have a key, in the protocol's order."""
        return moves_of(self.level)

    def show(self, choice: str, value: Value) -> str:
        """An answer to a choice, as a person reads it."""
        if value is PASS:
            return said("nothing")
        found = self._every_choice.get(choice)
        return str(value) if found is None else found.domain.show(value)

    def goal(self) -> list[Goal]:
        """Every law of win, as it stands: in the fog, as far as the own node knows."""
        return [
            Goal(goal_words(law.words), stands, law.law.kind is LawKind.ALWAYS and stands is False, tally)
            for (law, stands), tally in zip(self.sight.goals(), self.sight.tallies(), strict=True)
        ]

    def figures(self) -> list[Figure]:
        """The par measures as they stand. In the fog the own part of each, so far as there is one to be known; of
        messages, those sent and received here; of time, the own clock."""
        found = []
        for par in self.level.scenario.par:
            measure = par.measure
            name, value = measure.name, self.sight.measure(measure)
            if measure.known == PART and value is not None and not self.lifted:
                name = said("own {measure}", measure=said(name))
            if measure is MESSAGES and not self.lifted:
                name, value = later("seen"), self._known_messages()
            wanted, ghost = self.pars.get(measure.name), self.best.get(measure.name)
            if self.rival is not None:
                self.rival.follow()
                ghost = self.rival.measure(measure)
            found.append(Figure(name, value, wanted, measure.unit, measure.higher, ghost))
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

    def scene_in_fog(self) -> Scene:
        """What a picture would draw now if the fog had not lifted."""
        return replace(self._scene_of(self.session.sight, self.session.world), lifted=False)

    @property
    def lifted_things(self) -> list[Lifted]:
        """What the level's lift shows, once the run is over."""
        show = self.level.texts.show
        return lifted(show, self.sight) if show and self.session.over else []

    def scene(self, doing: Doing | None) -> Scene:
        """What a picture may draw now, while the player is at this."""
        session = self.session
        question = doing.question if doing and doing.question else self.question
        return replace(
            self._scene_of(self.sight, session.world),
            question=question,
            asked=doing.asked if doing else None,
            draft=doing.control.draft if doing else None,
            at_hand=doing.control.at_hand if doing else None,
            written=doing.control.written if doing else {},
            listed=doing.control.listed if doing else (),
            kept={name: value for (_, name), value in session.kept.items()},
            wagers=session.wagers,
            settled=session.settled if session.over else (),
        )

    def _scene_of(self, sight: Sight, world: World) -> Scene:
        """What a picture may draw of a world that nobody is at."""
        node = world.nodes.get(self.you)
        return Scene(
            sight=sight,
            scenario=world.scenario,
            you=self.you,
            now=sight.clock(),
            lifted=self.lifted,
            entries=list(sight.entries(max(0, len(sight) - ENTRY_LIMIT))),
            me=node.machine if node is not None and node.up else None,
        )

    # Worlds beside this one

    def own_row(self, scene: Scene) -> Row:
        """This world beside the others. How a fair trap stands, the header says."""
        if self.session.scenario.twin is not None:
            return Row(f"1  {said('this is to break')}", scene)
        outcome = self.session.outcome
        return Row(f"1  {said('yours')}", scene, self.state_of(self.sight), None if outcome is None else outcome.won)

    def sides(self) -> list[Row]:
        """The worlds beside this one: their titles, how they stand, what may be seen of them."""
        session = self.session
        sights = session.sides
        if session.over and sights:
            if self._side_truths is None or self._side_truths[0] is not session.world:
                self._side_truths = (session.world, session.side_truths)
            sights = self._side_truths[1]
        rows = []
        for place, (side, sight) in enumerate(zip(session.world.sides, sights, strict=True), 2):
            kept = {choice: value for node, choice, value in side.side.kept if node == self.you}
            scene = replace(self._scene_of(sight, side.world), kept=kept)
            ended = side.world.outcome if self.lifted else None
            is_trap = side.side.keeps is not None
            broken = ended is not None and not ended.won
            state = said("broken, too") if is_trap and broken else self.state_of(sight)
            title = f"{place}  {side_title(side.side, session.scenario)}"
            rows.append(Row(title, scene, state, None if ended is None or is_trap else ended.won))
        return rows

    @staticmethod
    def state_of(sight: Sight) -> str:
        """The par measures of a world as they stand, as far as they may be known."""
        found = []
        for par in sight.pars:
            value = sight.measure(par.measure)
            if value is not None:
                found.append(str(Figure(par.measure.name, value, None, par.measure.unit)))
        return "  ".join(found)

    def entries(self, last: int | None = None) -> list[Entry]:
        """What is known to have happened, oldest first; only the `last` entries."""
        sight = self.sight
        if last is None:
            return list(sight.entries())
        return list(sight.entries(max(0, len(sight) - last)))

    def history(self, scene: Scene, judged: Sequence[Verdict]) -> list[Moment]:
        """The player's own line of events, with what the book said where its word is known."""
        return self._line().moments(scene.entries_at_hand, judged)

    def rival_line(self) -> list[Moment]:
        """The line of events of the ghost that plays beside this run, as far as it has come."""
        if self.rival is None:
            return []
        self.rival.follow()
        return self._line().moments(self.rival.entries(ENTRY_LIMIT), ())

    def _line(self) -> History:
        choices = self.choices
        return History(
            self.you,
            self._names,
            self.latency,
            lambda name: name in choices and not (choices[name].keeps and not choices[name].standing),
            self.show,
            self._called,
        )

    def _called(self, message: object) -> str:
        """What whoever sees all calls a message."""
        return packet_name(self.session.scenario, message)

    def moments_of(self, world: World, since: int, until: int | None = None) -> list[Moment]:
        """The player's own line of events in any world, the fog lifted: from entry number `since` of its trace on, up
        to `until`. The network and an inspector have no line of their own: it is what they did, and what came."""
        entries = list(world.trace.since(since))[: None if until is None else until - since]
        if self.you in world.nodes:
            own = [entry for entry in entries if entry.node == self.you]
            return self._line().moments(own[:LINE_LIMIT] if until is None else own, ())
        found = []
        for entry in entries:
            if entry.kind == kinds.MOVE and entry.node == self.you:
                cause = world.trace[entry.cause] if entry.cause >= 0 else None
                found.append(Moment(Mark.DECIDED, act_words(entry, cause, self._called), Ink.YOU))
            elif entry.kind == kinds.RECEIVE:
                word = f"{entry.node} {self._called(entry.detail)}"
                found.append(Moment(Mark.GOT, word, node_ink(entry.node, self._names)))
        return found[:LINE_LIMIT] if until is None else found

    def scene_of(self, world: World) -> Scene:
        """What a picture may draw of any world once the fog has lifted."""
        sight = Sight(world, self.you if self.you in world.nodes else "", True)
        return replace(self._scene_of(sight, world), lifted=True)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(node.name for node in self.level.scenario.nodes)

    def silence(self) -> int:
        """For how many median link delays nothing has come or gone here."""
        last = next((entry for entry in reversed(self.entries(ENTRY_LIMIT)) if entry.node == self.you), None)
        return 0 if last is None else max(0, self.clock - last.time) // max(1, self.latency)

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
            tuple(node.name for node in self.level.scenario.nodes),
            self.you,
            self.clock,
            self.lifted,
            answered,
            show=self.show,
            keeps=keeps,
            yours=frozenset(self.choices),
            spans=self.sight.spans(),
            latency=self.latency,
            shown=frozenset(number for one in self.lifted_things for number in one.entries),
        )

    def story(self) -> Diagram:
        """The whole run, the fog lifted, wrong moves marked."""
        diagram = self.diagram()
        events = {verdict.event for verdict in self.session.world.verdicts if verdict.kind in (Kind.WRONG, Kind.COSTLY)}
        # A verdict names the event at which the answer was given; the handler that it completed is in that one, too.
        mine = [entry for entry in diagram.entries if entry.node == self.you and entry.answers]
        return replace(diagram, wrong={entry.number for entry in mine if entry.event in events})

    # Log

    def _look(self) -> None:
        """Have a line for everything that has become known since the last look, as far back as the log goes."""
        sight = self.sight
        if sight is not self._seen:
            self._seen, self._lines, self._looked, self._turned = sight, [], 0, 0
        for entry in sight.entries(max(self._looked, len(sight) - LOOK_LIMIT)):
            if (line := log_line(entry, self.you, sight.everything, self.show)) is not None:
                self._lines.append(line)
        self._looked = len(sight)
        turns = sight.turns(self._turned)
        self._turned += len(turns)
        fresh = [line for line in map(turn_line, turns[-LOOK_LIMIT:]) if line is not None]
        if fresh:
            self._lines = sorted([*self._lines, *fresh], key=lambda line: line.time)
        del self._lines[:-LOG_LIMIT]

    def log(self, words: Sequence[Words]) -> list[LogLine]:
        """What happened and what was said, oldest first."""
        self._look()
        told = [LogLine(one.time, one.sign, one.text, one.ink) for one in words]
        return sorted([*self._lines, *told], key=lambda line: line.time) if told else self._lines

    def disks(self) -> Disks:
        """The disks that may be seen, and how what is on them came there."""
        if self._disks is None or self._disks.sight is not self.sight:
            self._disks = Disks(self.sight)
        return self._disks

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
        return self._bytes(
            message,
            ends,
            said("{words} from {peer}, at hand", words=message_words(message), peer=ends[0]),
            field,
            spec.protocol,
        )

    @property
    def speaks_idl(self) -> bool:
        """Is it said how messages are declared, by which standard? In the first worlds only where it is taught."""
        return self.level.world not in EARLY_WORLDS or self.level.protocol in TEACHES_IDL

    def _bytes(self, message: object, ends: tuple[str, str], title: str, field: int, protocol: str) -> Bytes:
        codec = self.level.scenario.protocols[protocol].codec
        data = codec.encode(message, self.session.world.envelope(*ends))
        spans = codec.spans(data)
        idl: Sequence[str] = ()
        if not self.speaks_idl:
            spans = [span._replace(source="") if span.source.startswith(CDR_SOURCE) else span for span in spans]
        elif isinstance(codec, CdrCodec):
            idl = codec.declaration(type(message)).splitlines()
        return Bytes(title, data, spans, max(0, min(field, len(spans) - 1)), tuple(idl))

    # What may be done

    def standing_now(self) -> list[Standing]:
        """The standing moves that can be made now, and the settings."""
        offered = {asked.choice.name: asked for asked in self.session.offers()}
        return [
            replace(one, preview=offered[one.choice.name].preview) if one.choice.name in offered else one
            for one in self.standing
            if (one.keeps and self.is_there) or one.choice.name in offered
        ]

    @property
    def is_there(self) -> bool:
        """Does the own node run?"""
        node = self.session.world.nodes.get(self.you)
        return node is not None and node.up

    def kept_line(self) -> list[str]:
        """The answers in force, in words."""
        lines = []
        for (_, name), value in self.session.kept.items():
            label = next((one.label for one in self.standing if one.choice.name == name), short(name))
            lines.append(f"{label}: {self.show(name, value)}")
        return lines

    def absence(self) -> str:
        """Why there is nothing to see of the own node; "" if there is."""
        absence = self.sight.look(self.you).absence
        if not absence:
            return ""
        mine, down = self.you == "you", absence.startswith("down")
        since = retold(absence)
        if mine:
            text = later("you are {since}: all that you had not saved is lost.")
            if not down:
                text, since = (
                    later("you start at {since}: until then you are not there."),
                    absence.rpartition(" at ")[2],
                )
        else:
            text = later("{node} is {since}: all that it had not saved is lost.")
            if not down:
                text = later("{node} {since}: until then it is not there.")
        return said(text, node=self.you, since=since)

    def waiting_words(self) -> str:
        """One word or two on whether the clock runs, in English."""
        waiting = self.session.waiting
        words = {"": later("runs"), "question": later("your turn"), "seat": later("thinking")}
        return words.get(waiting, waiting)


def side_title(side: Side, scenario: Scenario) -> str:
    """What a world beside the first is called: its title, or what is other there."""
    title = said(side.name) if side.name else said("the book") if side.book else _differing(side, scenario)
    return title if side.keeps is None else said("this must hold: {title}", title=title)


def _differing(side: Side, scenario: Scenario) -> str:
    """What is other in a world beside the first."""
    words = []
    for node in scenario.nodes:
        values = side.parameters.get(node.name, {})
        kinds_of = (
            {one.name: one.kind for one in scenario.protocols[node.protocol].parameters_of(node.role)} if values else {}
        )
        for name, value in values.items():
            shown = show_duration(value) if kinds_of[name] == "duration" else value
            what = said(name.replace("_", " "))
            words.append(said("{node}'s {what} {value}", node=node.name, what=what, value=shown))
    return ", ".join(words)
