"""A new level file, made from a protocol's first scenario: it already passes the check, and says what to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.kernel.choice import Choice
from core.kernel.parameters import Parameter
from core.kernel.protocol import Protocol
from core.kernel.scenario import (
    DiceSpec,
    LinkSpec,
    Lose,
    NetworkSeat,
    NodeSpec,
    PlayerSeat,
    Request,
    Scenario,
)
from core.kernel.time import MILLISECOND
from levels.report import BLIND, Report, Severity, Status, Work
from levels.schema import How, Level, LevelError
from levels.values import did_you_mean
from levels.wording import TITLE
from levels.writing import UnwrittenError, duration, happening_table, inline_table, key_text, quoted, value_text

MOST_TRIES = 80
MOST_EASY = 12
"""Sound levels that chance wins too often before the best of them is taken."""
LOOKED_AT = 3
"""Of those, so many are proved on more seeds, the shorter ones first, and the best of them taken."""
MOST_EVENTS = 40_000
"""So many events the search may run before it takes what it has, or the campaign's example."""
SELDOM = 0.1
STUMBLE = "a beginning, to be made a decision: then take this line out"
FAULTED_PACKETS = 3
SCHEMA_FILE = "ackademy-level.1.schema.json"
"""What `#:schema` lines name: as levels.json_schema.NAME, which needs all that a level can be."""
HEAD = """\
# What every line can be: levels/README.md, or `ackademy reference keys`.
# Prove it after every change:  ackademy check THIS-FILE --quick --watch
"""


class NoTemplateError(UnwrittenError):
    """No level of this protocol's scenarios passes the check by itself."""


def new_level(protocol: Protocol, path: str, chair: str = "", faulty: bool = False, unlike: str = "") -> str:
    """The text of a level of this protocol that passes the check. `path` is where it will lie.

    chair   a node of its scenarios, or a role, whose the player's is to be; "": any.
    faulty  only with a fault: one of the scenario's own, or one packet lost, doubled or late.
    unlike  the text of a level that is there already.

    Tries the protocol's scenarios in their order, the choices that a node is asked in them, and one fault of the
    network, until the linter has nothing against it and chance seldom wins; failing that, the one of a few that chance
    wins least, which then says that it can be stumbled through; failing that, the campaign's smallest level of it.
    Raises NoTemplateError.
    """
    easy: list[tuple[float, int, str]] = []
    against = ""
    examples = examples_of(protocol)
    work: list[Work] = []
    variants = [
        (scenario, seat)
        for scenario, seat in _variants(protocol)
        if (not chair or chair in (seat.node, _role(scenario, seat.node)))
        and (not faulty or any(not isinstance(one, Request) for one in scenario.happenings))
    ]
    if chair and not variants:
        raise NoTemplateError(_no_chair(protocol, chair))
    for tried, (scenario, seat) in enumerate(variants):
        before = _events(work)
        if tried >= MOST_TRIES or len(easy) >= MOST_EASY:
            break
        if examples and before >= MOST_EVENTS:
            break
        scenario = _hurried(scenario, seat)
        try:
            text = written(protocol, scenario, node_part(protocol, scenario, seat))
        except UnwrittenError as error:
            against = against or f"{scenario.name!r}: {error}"
            continue
        if text == unlike:
            continue
        luck = luck_of(text, path, work, hasty=True)
        if isinstance(luck, Against):
            against = against or f"{scenario.name!r}, {seat.node} plays {', '.join(seat.choices)}: {luck.words}"
            if luck.blind:
                text = written(protocol, scenario, node_part(protocol, scenario, seat, STUMBLE))
                if text == unlike:
                    continue
                luck = luck_of(text, path, work, hasty=True)
        elif luck < SELDOM:
            return text
        if not isinstance(luck, Against):
            easy.append((luck, _events(work) - before, text))
    looked_at = [(luck_of(text, path, work), text) for _, _, text in sorted(easy)[:LOOKED_AT]]
    if sound := [(luck, text) for luck, text in looked_at if not isinstance(luck, Against)]:
        return min(sound)[1]
    for level in examples:
        fits = not chair or chair in (level.you, _role(level.scenario, level.you))
        if fits and isinstance(luck_of(level.text, path, work, again=True), float):
            return copied(level)
    raise NoTemplateError(
        f"no scenario of {protocol.name} makes a level that passes the check by itself; "
        f"against the first that was tried ({against or 'none has a question'})"
    )


def _role(scenario: Scenario, name: str) -> str:
    return next((node.role for node in scenario.nodes if node.name == name), "")


def _no_chair(protocol: Protocol, chair: str) -> str:
    """That nobody is called so who is asked anything."""
    known = sorted({name for scenario, seat in _variants(protocol) for name in (seat.node, _role(scenario, seat.node))})
    return f"nobody in the scenarios of {protocol.name} is called {chair!r}: {did_you_mean(chair, known)}"


def copied(level: Level) -> str:
    """The text of a level that is a copy of the campaign's."""
    return f"#:schema ./{SCHEMA_FILE}\n# A copy of the campaign's level {level.id}.\n{HEAD}\n{level.text}"


def examples_of(protocol: Protocol) -> list[Level]:
    """The campaign's levels of this protocol whose text is enough, the smallest first."""
    from levels.loader import campaign

    levels = [
        level
        for world in campaign()
        for level in world.levels
        if level.protocol == protocol.name and level.proof.how is not How.RUN
    ]
    return sorted(levels, key=lambda level: len(level.scenario.nodes) * level.scenario.limit)


@dataclass(frozen=True)
class Against:
    """Why a level does not pass the check. `blind`: only because whoever knows nothing wins it."""

    words: str
    blind: bool = False


def luck_of(text: str, path: str, work: list[Work], *, hasty: bool = False, again: bool = False) -> float | Against:
    """On which share of the seeds chance wins the level in this text; if it does not pass the check, why not.

    work   gets what that took.
    hasty  where chance does not win seldom, few seeds are enough to say so.
    again  it has passed before, as the campaign's levels have: few seeds are enough.
    """
    from levels.check import QUICK, check
    from levels.loader import from_text
    from levels.proofs import ProofError

    try:
        level = from_text(text, path)
        report = check(level, replace(QUICK, chance=4, personas=4, idle_first=True))
        work += report.work.values()
        if report.status is Status.SOUND and not again and not (hasty and _luck(report) >= SELDOM):
            report = check(level, QUICK)
            work += report.work.values()
    except (LevelError, ProofError) as error:
        return Against(str(error))
    if report.status is not Status.SOUND:
        errors = [one for one in report.findings if one.severity is Severity.ERROR]
        first, *more = (one.words for one in errors)
        words = f"{first}; and {len(more)} more" if more else first
        return Against(words, all(one.rule == BLIND for one in errors))
    return _luck(report)


def _events(work: Sequence[Work]) -> int:
    return sum(part.events for part in work)


def _luck(report: Report) -> float:
    chance = report.figures["chance"]
    return float(chance["wins"] / chance["seeds"])


def _hurried(scenario: Scenario, seat: PlayerSeat) -> Scenario:
    """The scenario with no more time than three of the book's runs: trying for long enough is no way to win."""
    from core.kernel.seats import Book
    from core.kernel.world import World

    world = World(replace(scenario, player=(seat,)), Book(), intervals=False)
    world.run(limit=100_000)
    tight = -(-3 * world.now // (100 * MILLISECOND)) * 100 * MILLISECOND
    won = world.outcome is not None and world.outcome.won
    return replace(scenario, limit=tight) if won and 0 < tight < scenario.limit else scenario


def _variants(protocol: Protocol) -> Iterator[tuple[Scenario, PlayerSeat]]:
    """Scenarios with a player in them: as they are, then with one packet lost, or doubled, or late."""
    seated = [(scenario, list(scenario.player) or list(_seats(protocol, scenario))) for scenario in protocol.scenarios]
    yield from ((scenario, seat) for scenario, seats in seated for seat in seats)
    for scenario, seats in seated if protocol.service == "datagram" else ():  # a stream hides what packets meet
        for nth in range(1, FAULTED_PACKETS + 1):
            for fate in ("lost", "twice", "late"):
                for source, destination in _pairs(scenario):
                    fault = Lose(source, destination, nth, fate)
                    faulted = replace(scenario, happenings=(*scenario.happenings, fault))
                    for seat in seats:
                        yield faulted, seat


def _seats(protocol: Protocol, scenario: Scenario) -> Iterator[PlayerSeat]:
    """Every choice that a node is really asked in the scenario, one by one."""
    from core.kernel.seats import Book
    from core.kernel.world import World

    nodes = [node.name for node in scenario.nodes if node.protocol == protocol.name]
    seats = tuple(PlayerSeat(name, ("*",)) for name in nodes)
    world = World(replace(scenario, player=seats), Book(), intervals=False)
    world.run(limit=100_000)
    asked = {(verdict.node, verdict.choice) for verdict in world.verdicts}
    judged: list[Choice] = [choice for choice in protocol.choices if not choice.chance]
    for choice in judged:
        for name in nodes:
            if (name, choice.name) in asked:
                yield PlayerSeat(name, (choice.name,))


def _pairs(scenario: Scenario) -> list[tuple[str, str]]:
    names = [node.name for node in scenario.nodes if not node.router]
    return [(a, b) for a in names for b in names if a != b][:6]


# Writing


def _parameter(parameter: Parameter | None, value: Any) -> Any:
    if parameter is not None and parameter.kind == "duration":
        return duration(value)
    if parameter is not None and parameter.kind == "rate":
        return f"{value} bit/s"
    return value


def node_table(protocol: Protocol, node: NodeSpec) -> str:
    """A node, as [nodes] has it."""
    if node.router:
        return inline_table({"router": True})
    known = {parameter.name: parameter for parameter in protocol.parameters}
    values: dict[str, Any] = {"runs": f"{node.protocol}.{node.role}"}
    values |= {name: _parameter(known.get(name), value) for name, value in node.parameters.items()}
    if node.clock:
        values["clock"] = duration(node.clock)
    if node.drift:
        values["drift"] = node.drift
    values |= {name: f"{rate} bit/s" for name, rate in (("up", node.up), ("down", node.down)) if rate is not None}
    if node.starts:
        values["starts"] = duration(node.starts)
    return inline_table(values)


def link_text(link: LinkSpec | None) -> str:
    """A link, as [links] has it."""
    if link is None:
        return '"none"'
    values: dict[str, Any] = {"latency": duration(link.latency)}
    if link.rate is not None:
        values["rate"] = f"{link.rate} bit/s"
    values |= {name: value for name, value in (("queue", link.queue), ("mtu", link.mtu)) if value is not None}
    return inline_table(values)


@dataclass(frozen=True)
class Part:
    """What is the player's in a level that is written.

    seats    the lines of [seats]. `win`: the laws. `proof`: how it is won, as the file says it.
    stumble  why it may be won by whoever knows nothing, "" if it may not.
    play     lines of [play].
    """

    seats: Sequence[str]
    win: Sequence[str]
    brief: str
    sources: Sequence[str]
    proof: str = '"book"'
    stumble: str = ""
    play: Sequence[str] = (
        'sight = "mine"                   # "all": the player sees everything',
        'say = "when-it-shows"            # "at-once", "after"',
        'asks = "choose"                  # "type", "notice"',
    )


def node_part(protocol: Protocol, scenario: Scenario, seat: PlayerSeat, stumble: str = "") -> Part:
    """The player is a node."""
    choices = [choice for choice in protocol.choices if "*" in seat.choices or choice.name in seat.choices]
    seats = [
        f"{key_text(seat.node)} = {inline_table(_seat(scenario, seat))}",
        *(
            f"{key_text(name)} = {inline_table({'persona': who})}"
            for name, who in scenario.seats.items()
            if name != seat.node
        ),
        *network_lines(scenario.network),
    ]
    sources = [choice.source for choice in choices][:2]
    return Part(seats, [law.text for law in scenario.win], _brief(seat, choices), sources, stumble=stumble)


def written(protocol: Protocol, scenario: Scenario, part: Part) -> str:
    """The file's text."""
    lines = [
        f"#:schema ./{SCHEMA_FILE}\n# A level of your own.\n{HEAD}",
        "[level]",
        f"title = {quoted(_title(protocol, scenario))}",
        f"summary = {quoted('One line for the campaign map.')}",
        f"seed = {scenario.seed}",
        "covers = {}                      # `ackademy reference curriculum`: rows, each with the cases that show it",
        f'proof = {part.proof}                   # how it is won; "book": the book in your chair wins',
        *([f"stumble = {quoted(part.stumble)}"] if part.stumble else []),
        "",
        "[nodes]                          # name = what it runs, and its parameters",
        *_parameter_comments(protocol),
        *(f"{key_text(node.name)} = {node_table(protocol, node)}" for node in scenario.nodes),
        "",
        "[links]",
        f"default = {link_text(scenario.default_link)}",
        *(f"{quoted(f'{a} -> {b}')} = {link_text(link)}" for (a, b), link in scenario.links.items()),
        "",
        "[seats]                          # who is not named plays by the book",
        f"# choices: {', '.join(choice.name for choice in protocol.choices)}",
        f"# personas: {', '.join(repr(persona.name) for persona in protocol.personas)}",
        *part.seats,
        "",
        "[play]",
        *part.play,
        "",
    ]
    for happening in scenario.happenings:
        values = happening_table(protocol, happening)
        lines += ["[[happens]]", *(f"{key_text(name)} = {value_text(value)}" for name, value in values.items()), ""]
    lines += [
        "[goal]                           # laws by their English names:",
        *(f"#   {law.kind.value}: {law.name}" for law in protocol.laws),
        f"win = {value_text(part.win)}",
        *([f"lose = {value_text([law.text for law in scenario.lose])}"] if scenario.lose else []),
        f"limit = {quoted(duration(scenario.limit))}",
        "",
        "[par]                            # two currencies in tension make a decision",
        'messages = "book + 20%"',
        'time = "book + 20%"',
        "",
        "[text]",
        f"brief = {quoted(part.brief)}",
        "hints = [",
        f"  {quoted('A nudge: what does the other side know by now?')},",
        f"  {quoted('A hint: read the rule.')},",
        f"  {quoted('The solution: what would the book do?')},",
        "]",
        f"lift = {quoted('One sentence: what the fog hid all the while.')}",
        f"debrief = {quoted('What the player could not see, and why the rule is as it is.')}",
        f"sources = {value_text(list(part.sources))}",
        "",
    ]
    return "\n".join(lines)


def _seat(scenario: Scenario, seat: PlayerSeat) -> dict[str, Any]:
    found: dict[str, Any] = {"player": "*" if "*" in seat.choices else seat.choices}
    return {**found, "persona": scenario.seats[seat.node]} if seat.node in scenario.seats else found


def _parameter_comments(protocol: Protocol) -> list[str]:
    return [
        f"# {'/'.join(parameter.roles) or 'any'}: {parameter.name} ({parameter.kind}): {parameter.words}"
        for parameter in protocol.parameters
    ]


def network_lines(network: DiceSpec | NetworkSeat | None) -> list[str]:
    """The network's seat, or how it could be."""
    if not isinstance(network, DiceSpec):
        return ['# network = { dice = { loss = 0.1, duplicate = 0.05, jitter = "0..80ms" } }']
    low, high = network.jitter
    dice: dict[str, Any] = {
        name: value
        for name, value in (("loss", network.loss), ("duplicate", network.duplicate), ("garble", network.garble))
        if value
    }
    if high:
        dice["jitter"] = f"{duration(low)}..{duration(high)}"
    return [f"network = {inline_table({'dice': dice})}"]


def _title(protocol: Protocol, scenario: Scenario) -> str:
    whole = f"{protocol.title}: {scenario.name}"
    return whole if len(whole) <= TITLE else protocol.title


def _brief(seat: PlayerSeat, choices: list[Choice]) -> str:
    first = choices[0]
    return f"You are **{seat.node}**. You decide `{first.name}`; all others play by the rules."
