"""Nothing on the screen tells what the node cannot know.

Every level in the fog has twins with one hidden blow each: another node crashes, a packet elsewhere is lost, another
clock jumps. As long as the node's own sight is the same in both, so is every text on the screen.
"""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from core.kernel.dice import Dice
from core.kernel.laws import LawKind
from core.kernel.scenario import NETWORK, ClockJump, Crash, Lose
from core.kernel.seats import Book
from core.kernel.sight import Sight
from core.kernel.world import World
from core.session import Session
from levels.loader import every_act
from levels.schema import Sight as LevelSight
from tui.bridge import Bridge, Reading
from tui.screens.play_header import PlayHeader
from tui.screens.play_painting import PlayPainting
from tui.widgets.canvas import Canvas

FOGGY = {level.id: level for level in every_act() if level.play.sight is not LevelSight.ALL and level.you != NETWORK}
BLOWS = 8
"""A level: every kind of them, in every run of the suite."""
TOLD = 40
"""Of the player's entries that are compared; with --soak five times as many."""
EVENTS = 3000
"""Of the world that are followed; with --soak all of them."""

BY_THE_CLOCK = {"round trips"}
"""Measures that go on with the own clock, though they count no time."""
BLIND = {"premise/did-you-get-it", "premise/did-you-get-it#2"}
"""Levels in which no blow was followed by an entry of the player's that does not know of it: the twins show nothing."""


@dataclass
class Shot:
    """What is known at one of the player's entries, and what the screen shows then."""

    sight: str
    text: str
    now: int


def shots(level, scenario):
    """At each of the player's entries, the player answering by the book."""
    play = level.play
    session = Session(scenario, say=str(play.say), asks=str(play.asks), paused=True, hints=level.texts.hints)
    bridge = Bridge(level, session, {par.measure.name: 100 for par in scenario.par})
    header = PlayHeader(bridge, "The world", lambda: "i", ascii_only=True)
    painting = PlayPainting(bridge, ascii_only=True)
    try:
        while not session.over:  # at its end the fog lifts
            bridge.refresh_doing()
            bridge.freshen()
            known = session.sight
            question = session.question
            asked = question and (question.asked.choice.name, dict(question.asked.subject), question.payload)
            sight = repr((list(known.entries()), known.view(), known.clock(), known.inbox(), asked))
            canvases = [Canvas(120, 1), Canvas(120, 3), Canvas(84, 18), Canvas(36, 18), Canvas(120, 2)]
            for draw, canvas in zip(
                (header.draw, header.draw_goal, painting.draw_picture, painting.draw_view, painting.draw_ribbon),
                canvases,
                strict=True,
            ):
                draw(canvas)
            log = "\n".join(f"{line.time} {line.sign} {line.words}" for line in bridge.log())
            yield Shot(sight, "\n".join([*map(str, canvases), log]), session.world.now)
            if question is not None:
                session.answer(question.asked.book, question)
            elif not session.step():
                return
    finally:
        bridge.close()


def blow_of(level, number, until):
    """The level's blow of this number: what happens elsewhere before `until`; None if there is no elsewhere."""
    dice = Dice(level.scenario.seed, "blow", number)
    others = [node.name for node in level.scenario.nodes if node.name != level.you and node.protocol]
    if not others:
        return None
    at = dice.below(max(1, until * 2 // 3))
    kind = ("crash", "lose", "crash", "jump")[number % 4]
    if kind == "crash":
        return Crash(at, dice.pick(others))
    if kind == "jump":
        return ClockJump(at, dice.pick(others), dice.between(-2_000_000, 2_000_000))
    pairs = [(a, b) for a in others for b in others if a != b] or [(a, level.you) for a in others]
    return Lose(*dice.pick(pairs), dice.between(1, 4))


def compare(level, blows, entries):
    """How many of the player's entries came after a blow and did not know of it; asserts that no text told of it."""
    whole = []
    for shot in shots(level, level.scenario):
        whole.append(shot)
        if entries is not None and len(whole) >= entries:
            break
    unknowing = 0
    for number in range(blows):
        blow = blow_of(level, number, whole[-1].now)
        if blow is None:
            continue
        twin = replace(level.scenario, happenings=(*level.scenario.happenings, blow))
        for ours, theirs in zip(whole, shots(level, twin), strict=False):
            if ours.sight != theirs.sight:
                break
            assert ours.text == theirs.text, f"{level.id}: the screen tells of {blow}"
            unknowing += ours.now > getattr(blow, "at", 0)
    return unknowing


@pytest.mark.parametrize("level", FOGGY)
def test_the_screen_shows_nothing_that_the_node_cannot_know(level, request):
    soak = request.config.getoption("--soak")
    unknowing = compare(FOGGY[level], BLOWS, 5 * TOLD if soak else TOLD)
    if soak:
        assert bool(unknowing) != (level in BLIND)


@pytest.mark.parametrize("level", FOGGY)
def test_between_two_entries_of_the_players_nothing_goes_on_but_time(level, request):
    """A figure that moves while the node hears, sends and does nothing tells of something elsewhere."""
    level = FOGGY[level]
    world = World(level.scenario, player=Book())
    sight = Sight(world, level.you)
    reading = Reading(level, SimpleNamespace(world=world, sight=sight, over=False), {})
    measures = [par.measure for par in level.scenario.par]
    timeless = {measure.name for measure in measures if measure.unit != "µs" and measure.name not in BY_THE_CLOCK}

    def known():
        figures = [str(figure) for figure in reading.figures() if figure.name.removeprefix("own ") in timeless]
        return figures, reading.goal()

    before = None
    events = range(10**6 if request.config.getoption("--soak") else EVENTS)
    for _ in events:
        if not world.step() or world.over:
            break
        state = (len(sight), sight.up(level.you))
        if before is not None and before[0] == state:
            assert known() == before[1], f"{level.id}, {world.now} µs"
        else:
            before = (state, known())


@pytest.mark.parametrize("level", FOGGY)
def test_what_the_node_can_know_it_learns(level):
    """A law that is known where the player sits is reached there when it is in truth: it can be told from that node."""
    level = FOGGY[level]
    world = World(level.scenario, player=Book())
    sight = Sight(world, level.you)
    while world.step() and not world.over:
        sight.goals()  # a goal that was reached stays so
    for (law, truth), (_, known) in zip(world.goals(), sight.goals(), strict=True):
        assert known in (None, truth) or (law.law.late and not known), law.text


def test_who_may_know_is_declared_for_what_players_see():
    """Of a measure that nobody may know no player in the fog sees a number, of a law no mark."""
    for level in FOGGY.values():
        world = World(level.scenario, player=Book())
        world.step()
        sight = Sight(world, level.you)
        for par in level.scenario.par:
            measure, machine = par.measure, world.nodes[level.you].machine
            partless = measure.roles and not isinstance(machine, measure.roles)
            assert (sight.measure(measure) is None) == (not measure.known or bool(partless))
        for law, stands in sight.goals():
            hidden = law.law.kind is not LawKind.ALWAYS and law.arguments.get(law.law.known) != level.you
            assert (stands is None) == hidden
