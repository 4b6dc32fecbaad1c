"""Maxfind: a ring of nodes looks for the greatest of their numbers, in ways that are decentralised, or only seem so.

Problem      every node has a number; all that live shall name the greatest, whoever dies, whosever clock is wrong, and
             also if somebody comes of whom nobody was told.
Rule         tell the next of those you know, again and again; who hears a smaller number than it knows says so; name
             whatever is the greatest you have heard.
Simplified   numbers do not change; a node tells so often and is silent then; nobody lies.
Source       Tanenbaum & van Steen 2e §1.2.4 (what makes an algorithm decentralised); Demers et al. 1987 §1.3
             (anti-entropy, push and pull).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from core.kernel.choice import Answer, Asked, Choice, Kind, Persona, Value
from core.kernel.domains import Duration, SomeOf
from core.kernel.effects import Key
from core.kernel.language import written
from core.kernel.laws import PART, Evidence, Measure, eventually
from core.kernel.parameters import parameter
from core.kernel.protocol import Cast, Context, Machine, Protocol, UnfitNodesError
from core.kernel.ready_choices import lookup
from core.kernel.ready_laws import Roll, roll_call, sometimes_one
from core.kernel.scenario import ClockJump, Crash, Cut, Happening, LinkSpec, Lose, NodeSpec, PlayerSeat, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.wire.cdr import Long, codec_for

CRITERIA = "Tanenbaum & van Steen 2e §1.2.4"
GOSSIP = "Demers et al. 1987 §1.3"
NONE = -1
"""What a node names that has not named anything."""
NEVER = 3600 * SECOND

# Messages


@dataclass(frozen=True)
class Best:
    """The greatest number that I know."""

    number: Long

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True)
class Report:
    """To the auditor: I name this number."""

    number: Long

    def __str__(self) -> str:
        return f"names {self.number}"


# Choices

START, ROUND, HEARD = "it starts", "a round", "a number comes"


def _book_tells(asked: Asked) -> tuple[str, ...]:
    """The next in turn; and whoever knows less than I do."""
    me = asked.me
    if asked.occasion == HEARD:
        return (asked.source,) if asked.number < me.best else ()
    return () if not me.known else (me.known[me.rounds_done % len(me.known)],)


def _judge_tell(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if not set(asked.book) <= set(value):
        return "silent" if not value else "other"
    return "many"


TELL = Choice(
    name="maxfind.tell",
    question="The greatest number you know is {best}. Whom do you tell?",
    domain=SomeOf(lambda asked: tuple(asked.me.known), lambda asked: len(asked.me.known), stays=False),
    cases=(START, ROUND, HEARD),
    case=lambda asked: asked.occasion,
    book=_book_tells,
    candidates=lambda asked: [_book_tells(asked), (), tuple(asked.me.known), tuple(asked.me.known[:1])],
    inaction=(),
    judge=_judge_tell,
    answers={
        "book": Answer(Kind.BOOK, "One after another, and no one among them is needed for the number to get about."),
        "many": Answer(Kind.COSTLY, "One more way for the number, and one more message; it would have got there."),
        "other": Answer(Kind.FINE, "Another way for the number; somebody else's turn comes later, then."),
        "silent": Answer(Kind.COSTLY, "What you know stays with you; if you die now, it dies with you."),
    },
    source=GOSSIP,
)

WHEN = Choice(
    name="maxfind.when",
    question="How long do you wait, by your own clock, before you speak again?",
    domain=Duration(MILLISECOND, NEVER),
    cases=("after a round",),
    book=lambda asked: asked.me.every,
    candidates=lambda asked: [asked.me.every, MILLISECOND, 10 * asked.me.every, NEVER],
    inaction=NEVER,
    judge=lambda asked, value: "book" if value == asked.book else "soon" if value < asked.book else "late",
    answers={
        "book": Answer(Kind.BOOK, "A pace of your own: no instant counts, so that no clock need be right."),
        "soon": Answer(Kind.COSTLY, "More messages, and hardly anything new between two of them."),
        "late": Answer(Kind.COSTLY, "{answer} in which nobody hears from you what you know."),
    },
    source=CRITERIA,
    keeps=True,
)

NAME_IT, WAIT = "name it", "wait"


def _book_names(asked: Asked) -> str:
    return NAME_IT if asked.me.best != asked.me.named else WAIT


NAME = lookup(
    "maxfind.name",
    "The greatest number you know is {best}. Do you name it to the auditor?",
    {NAME_IT: "and another later, if you hear of a greater one", WAIT: ""},
    right=_book_names,
    cases=("it is news", "it is named"),
    case=lambda asked: "it is news" if asked.me.best != asked.me.named else "it is named",
    mistakes={NAME_IT: "again", WAIT: "waits"},
    inaction=WAIT,
    answers={
        "book": Answer(Kind.BOOK, "What you name is the greatest you know; that is all that anybody can say."),
        "again": Answer(Kind.COSTLY, "The auditor has heard that number from you."),
        "waits": Answer(Kind.COSTLY, "Whoever waits for one node's word, or for all of a list, may wait for ever."),
    },
    source=CRITERIA,
)
CHOICES: tuple[Choice, ...] = (TELL, WHEN, NAME)

# Machine


@dataclass
class Member(Machine):
    """Tells the greatest number that it knows, and names it.

    known     whom it can tell: those it was told of at the start, and those who have written.
    heard     of each from whom something came: when it came last (own clock), how often.
    """

    number: int = parameter(0, "its own number", low=0, high=1_000_000)
    told_of: tuple[str, ...] = parameter((), "whom it was told of at the start; nobody named: all of its kind")
    auditor: str = parameter("", "to whom it names the greatest; empty: to nobody", kind="text")
    every: int = parameter(200 * MILLISECOND, "its pace", kind="duration", low=MILLISECOND)
    rounds: int = parameter(25, "so often it speaks by itself", low=0, high=1000)
    peers: tuple[str, ...] = ()
    best: int = NONE
    named: int = NONE
    known: list[str] = field(default_factory=list)
    heard: dict[str, tuple[int, int]] = field(default_factory=dict)
    rounds_done: int = 0
    spoke_at: int = 0
    """When it spoke last by itself (own clock)."""

    @property
    def listed(self) -> list[str]:
        """Whom it was told of at the start."""
        return sorted(self.told_of) if self.told_of else sorted(peer for peer in self.peers if peer != self.auditor)

    def on_start(self, ctx: Context) -> None:
        self.best = self.number
        # Each begins with the one that follows it, so that no one is everybody's first.
        names = [name for name in self.listed if name != self.name]
        self.known = [*(name for name in names if name > self.name), *(name for name in names if name < self.name)]
        self._speak(ctx, START)

    def on_timer(self, ctx: Context, key: Key) -> None:
        self.rounds_done += 1
        self._speak(ctx, ROUND)

    def _speak(self, ctx: Context, occasion: str) -> None:
        for name in ctx.choose(TELL, occasion=occasion, source="", number=NONE, best=self.best):
            ctx.send(name, Best(self.best))
        self._name(ctx, occasion, "")
        self.spoke_at = ctx.now
        if self.rounds_done < self.rounds:
            ctx.set_timer_at("round", ctx.now + ctx.choose(WHEN))

    def _name(self, ctx: Context, occasion: str, source: str) -> None:
        if ctx.choose(NAME, occasion=occasion, source=source, best=self.best) == NAME_IT:
            self.named = self.best
            ctx.deliver(self.best)
            if self.auditor:
                ctx.send(self.auditor, Report(self.best))

    def on_message(self, ctx: Context, source: str, message: Best | Report) -> None:
        if not isinstance(message, Best):
            return
        if source not in self.known:
            self.known.append(source)
        _, count = self.heard.get(source, (0, 0))
        self.heard[source] = (ctx.now, count + 1)
        self.best = max(self.best, message.number)
        tells = ctx.choose(TELL, occasion=HEARD, source=source, number=message.number, best=self.best)
        for name in tells:
            ctx.send(name, Best(self.best))
        self._name(ctx, HEARD, source)

    def view(self) -> dict[str, str | int]:
        return {
            "own number": self.number,
            "greatest known": self.best,
            "names": "nothing yet" if self.named == NONE else self.named,
            "knows": ", ".join(self.known) or "nobody",
        }

    def badge(self) -> str:
        if self.named == NONE:
            return written("has {number}", number=self.number)
        return written("has {number}, names {named}", number=self.number, named=self.named)


@dataclass
class Auditor(Machine):
    """Takes down what every node names."""

    reports: dict[str, int] = field(default_factory=dict)

    def on_message(self, ctx: Context, source: str, message: Best | Report) -> None:
        if isinstance(message, Report):
            self.reports[source] = message.number

    def view(self) -> dict[str, str | int]:
        return {name: written("names {number}", number=number) for name, number in sorted(self.reports.items())} or {
            "reports": "none yet"
        }

    def badge(self) -> str:
        return written("{count} reports", count=len(self.reports))


# Personas: ways that only seem to need no one

NOON = 2 * SECOND
SETTLED = 600 * MILLISECOND
LATE, FINAL = 2 * SECOND, 2400 * MILLISECOND
"""When a late hub shows itself, and when it has the last word."""


def _everybody(asked: Asked) -> list[str]:
    """All that this one was told of, and itself: the same list for all, but for newcomers."""
    return sorted({*asked.me.listed, asked.me.name})


def _hub(asked: Asked) -> str:
    return _everybody(asked)[0]


def _hub_tells(asked: Asked) -> tuple[str, ...]:
    me = asked.me
    if me.name != _hub(asked):
        return (_hub(asked),) if asked.occasion == START and _hub(asked) in me.known else ()
    return tuple(me.known) if asked.occasion == HEARD else ()


def _hub_names(asked: Asked) -> str:
    word = asked.me.name == _hub(asked) or asked.source == _hub(asked)
    return NAME_IT if word and asked.me.best != asked.me.named else WAIT


def _token_goes(asked: Asked) -> tuple[str, ...]:
    """The starter's token goes round twice: the first time it gathers, the second time it tells."""
    me, ring = asked.me, _everybody(asked)
    after = ring[(ring.index(me.name) + 1) % len(ring)]
    if after not in me.known:
        return ()
    if asked.occasion == START:
        return (after,) if me.name == ring[0] else ()
    laps = sum(count for _, count in me.heard.values())
    return (after,) if asked.occasion == HEARD and laps <= (1 if me.name == ring[0] else 2) else ()


def _token_names(asked: Asked) -> str:
    me = asked.me
    laps = sum(count for _, count in me.heard.values())
    done = laps >= (1 if me.name == _everybody(asked)[0] else 2)
    return NAME_IT if done and me.best != me.named else WAIT


def _noon_tells(asked: Asked) -> tuple[str, ...]:
    """All at noon; and from then on a stranger who knows less."""
    me = asked.me
    if asked.occasion == HEARD:
        stranger = asked.source not in me.listed
        return (asked.source,) if stranger and asked.number < me.best and asked.now >= NOON else ()
    return tuple(me.known) if asked.occasion == ROUND and me.rounds_done == 1 else ()


def _noon_waits(asked: Asked) -> int:
    if asked.me.rounds_done == 0:
        return max(MILLISECOND, NOON - asked.now)
    return SETTLED if asked.me.rounds_done == 1 else NEVER


def _noon_names(asked: Asked) -> str:
    return NAME_IT if asked.occasion == ROUND and asked.me.rounds_done == 2 else WAIT


def _list_tells(asked: Asked) -> tuple[str, ...]:
    return tuple(asked.me.known) if asked.occasion == START else ()


def _list_names(asked: Asked) -> str:
    me = asked.me
    complete = set(me.listed) - {me.name} <= set(me.heard)
    return NAME_IT if complete and me.named == NONE else WAIT


def _late_hub(asked: Asked) -> str:
    return _everybody(asked)[2 % len(_everybody(asked))]


def _late_tells(asked: Asked) -> tuple[str, ...]:
    """As gossip; but the late hub speaks to all when it shows itself, and once more with the last word."""
    me = asked.me
    first = me.spoke_at < LATE <= asked.now
    last = me.spoke_at < FINAL <= asked.now
    if me.name == _late_hub(asked) and asked.occasion == ROUND and (first or last):
        return tuple(me.known)
    return _book_tells(asked)


def _late_names(asked: Asked) -> str:
    """Nobody names before the end; then whoever has seen the hub waits for its word, and else for nobody's."""
    me, hub = asked.me, _late_hub(asked)
    news = me.best != me.named
    if asked.now < FINAL or not news:
        return WAIT
    seen, _ = me.heard.get(hub, (0, 0))
    if me.name == hub or (asked.source == hub) or seen < LATE:
        return NAME_IT
    return NAME_IT if me.named != NONE else WAIT


PERSONAS = (
    Persona("hub", "all tell the first, and the first tells all", {
        TELL.name: _hub_tells, NAME.name: _hub_names, WHEN.name: lambda asked: NEVER}),
    Persona("starter", "one token goes round, from the first on", {
        TELL.name: _token_goes, NAME.name: _token_names, WHEN.name: lambda asked: NEVER}),
    Persona("noon", "all tell all at noon, and name the greatest a little later", {
        TELL.name: _noon_tells, NAME.name: _noon_names, WHEN.name: _noon_waits}),
    Persona("full list", "names the greatest when all on its list have written", {
        TELL.name: _list_tells, NAME.name: _list_names, WHEN.name: lambda asked: NEVER}),
    Persona("late hub", "gossips, and leaves the last word to the third", {
        TELL.name: _late_tells, NAME.name: _late_names}),
)  # fmt: skip
SOUND = "gossip"
"""What the book's way is called where the others have names."""

# Laws


def _stand(member: Member) -> tuple[int, int]:
    return member.number, member.named


_call = roll_call(Member, _stand)


def _all_name_the_greatest(evidence: Evidence) -> bool:
    """All that live name one number, somebody's, and no living one has a greater."""
    roll = evidence.recall(Roll)
    if not roll.complete or not roll.count:
        return False
    named = {name for _, name in roll.count}
    return len(named) == 1 and min(named) >= max(number for number, _ in roll.count)


ALL_NAME = eventually(
    "all the living name the greatest", _all_name_the_greatest, watch=_call, assumes=("no_loss", "crashes <= 1")
)
AT_LAST = eventually(
    "at {time:duration} all the living name the greatest",
    lambda evidence, time: evidence.now >= time and _all_name_the_greatest(evidence),
    watch=lambda evidence, entry, time: _call(evidence, entry),
    assumes=("no_loss", "crashes <= 1"),
)
CORRECTED = sometimes_one(
    "somebody names another number than its own", Member, lambda member: member.named > member.number
)
LAWS = (ALL_NAME, AT_LAST, CORRECTED)
MEASURES = (
    Measure("told", "numbers that were told", lambda evidence, node: evidence.sent(node or None, Best), known=PART),
)


def _admits(cast: Cast) -> None:
    """Somebody looks for the greatest; who names it to an auditor has one."""
    for name, values in cast.parameters.items():
        auditor = values.get("auditor", "")
        if auditor and auditor not in cast.names["auditor"]:
            raise UnfitNodesError(f"auditor of {name} is {auditor}, and no auditor has that name", name)


_ROOM = Protocol(
    name="maxfind",
    title="The greatest",
    roles={"node": Member, "auditor": Auditor},
    messages=(Best, Report),
    codec=codec_for(Best, Report),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    measures=MEASURES,
    admits=_admits,
)
NUMBERS = (14, 3, 27, 8, 52, 31)
"""The numbers of the six."""


def ring(count: int = 6, prefix: str = "n", auditor: str = "", **parameters: Any) -> tuple[NodeSpec, ...]:
    """So many nodes that were told of each other."""
    names = tuple(f"{prefix}{place + 1}" for place in range(count))
    told = {"auditor": auditor, **parameters}
    return tuple(
        NodeSpec(name, "maxfind", "node", {"number": NUMBERS[place], "told_of": _but(names, name), **told})
        for place, name in enumerate(names)
    )


def _but(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)


def newcomer(nodes: tuple[NodeSpec, ...], number: int, at: int, name: str = "n7") -> NodeSpec:
    """Somebody of whom none of these was told, and who was told of the first three of them, starting at `at` (µs)."""
    told = tuple(node.name for node in nodes[:3])
    return NodeSpec(name, "maxfind", "node", {**nodes[0].parameters, "number": number, "told_of": told}, starts=at)


def _scenario(
    name: str,
    nodes: tuple[NodeSpec, ...],
    *happenings: Happening,
    goal: str = "at 5 s all the living name the greatest",
) -> Scenario:
    return Scenario(
        name=name,
        protocols={"maxfind": _ROOM},
        nodes=nodes,
        default_link=LinkSpec(latency=40 * MILLISECOND),
        happenings=happenings,
        win=(_ROOM.goal(goal),),
        limit=6 * SECOND,
    )


_SIX = ring(rounds=27)
PROTOCOL = _ROOM.with_scenarios(
    _scenario("two nodes", ring(2, rounds=2), goal="all the living name the greatest"),
    replace(
        _scenario(
            "one that was told of nobody, and the wire is cut at first",
            (
                NodeSpec("n1", "maxfind", "node", {"number": 52, "told_of": ("n2",), "rounds": 9}),
                NodeSpec("n2", "maxfind", "node", {"number": 3, "told_of": ("n2",), "rounds": 0}),
            ),
            Cut(0, (("n1", "n2"),), 100 * MILLISECOND),
            Lose("n1", "n2", 2),
            Lose("n1", "n2", 3),
            goal="all the living name the greatest",
        ),
        player=(PlayerSeat("n1", (TELL.name, WHEN.name, NAME.name)),),
    ),
    _scenario("six nodes and an auditor", (*ring(auditor="audit", rounds=27), NodeSpec("audit", "maxfind", "auditor"))),
    _scenario("one dies", _SIX, Crash(SECOND, "n3")),
    _scenario("a clock is wrong", _SIX, ClockJump(SECOND, "n5", -SECOND)),
    _scenario("somebody comes of whom nobody was told", (*_SIX, newcomer(_SIX, 99, 1500 * MILLISECOND))),
)
