"""Levels from their files: `load` one, `campaign` for all in order, `course` for a folder of an instructor's."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from core.kernel.choice import Domain
from core.kernel.hand import MOVE_BY_NAME as HAND_MOVES
from core.kernel.inspector import MOVE_BY_NAME as INSPECTOR_MOVES
from core.kernel.language import said
from core.kernel.scenario import PlayerSeat, Scenario, Spread, Swap
from core.kernel.time import MINUTE, parse_duration, show_duration
from core.kernel.world import World
from core.protocols import BY_NAME
from levels.bets import read_bets
from levels.claims import read_claim
from levels.compile import DEFAULT_LIMIT, Compiler
from levels.feeding import FED, act_fed_by, fed_lines, fed_tables
from levels.goals import read_ends, read_laws, read_par, with_laws
from levels.happenings import read_happenings
from levels.inspecting import circles_of, with_promise
from levels.languages import translated
from levels.lifting import read_show
from levels.packages import add_rooms
from levels.proofs import ProofError, prove, with_par_figures
from levels.reading import LARGEST, ActFile, File, Table, kind_of, too_large
from levels.schema import (
    MOST_SEED,
    MOST_TERM,
    OWN,
    PROGRAMS,
    TAKEN,
    Arc,
    Asks,
    CampaignWorld,
    Card,
    Does,
    How,
    Level,
    LevelError,
    Play,
    Problem,
    Proof,
    ProofStep,
    Say,
    Sight,
    Stops,
    Texts,
    UnknownLevelError,
    Within,
)
from levels.sides import read_sides, read_twin_seat
from levels.translated import put_texts
from levels.values import NAME, did_you_mean
from levels.writing import key_text

add_rooms()  # levels may be about rooms of other packages
HOME = Path(__file__).parent
CAMPAIGN = HOME / "campaign.toml"
MOST_LIMIT = 60 * MINUTE
"""No run of a level goes on for longer: nobody would see its end, and no check of it would end."""
COURSE = "course.toml"
"""What makes a folder a course (levels.courses)."""
COURSE_DEPTH = 4
"""So many folders above a level file the course that it belongs to may begin."""
ACT_MARK = "#"
"""Between a level's id and the number of one of its acts."""
_MARKED = re.compile(rf"#:act ([0-9]+)\n((?:{FED}.*\n)*)")
_COURSE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBERED = re.compile(r"([0-9]+)-(.+)")


def load(name: str | Path) -> Level:
    """The level with this id, or in this file; "pipe/two-kings#2" is its second act.

    Raises LevelError (all problems at once) for a broken file, UnknownLevelError in words if there is none.
    """
    named, _, number = str(name).partition(ACT_MARK)
    if number:
        return _act_of(load(named), number, str(name))
    path = Path(name)
    if path.suffix == ".toml" or os.path.isfile(path):  # Path.is_file raises for a name that no file can have
        return from_text(read_text(path), path, home_of(path))
    files = {level_id(file): file for world in _worlds() for file in _files(HOME / str(world["id"]))}
    file = files.get(str(name))
    if file is None and (heir := retired().get(str(name))):
        raise UnknownLevelError(f"{str(name)!r} is no more: {heir} has taken its place")
    if file is None:
        mend = did_you_mean(str(name), list(files)) if files else "the campaign is empty"
        raise UnknownLevelError(f"no level is called {str(name)!r}: {mend}")
    return from_text(read_text(file), file)


def read_text(path: Path) -> str:
    """The text of a level file. Raises LevelError, or UnknownLevelError if it cannot be opened."""
    try:
        with path.open("rb") as file:  # a device, or a file that grows, has no end
            data = file.read(LARGEST + 1)
    except OSError as error:
        near = [str(other) for other in path.parent.glob("*.toml")] if os.path.isdir(path.parent) else []
        mend = f"; {did_you_mean(str(path), near)}" if near else ""
        raise UnknownLevelError(f"cannot read {path}: {error.strerror or error}{mend}") from None
    if len(data) > LARGEST:
        raise LevelError(too_large(path))
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
        problem = Problem(str(path), line, column, f"byte {data[error.start]:#04x} is not UTF-8", "save it as UTF-8")
        raise LevelError(problem) from None


def from_text(text: str, path: str | Path, within: Within | None = None) -> Level:
    """The level in this text; `path` names it in errors and run files, and in its id what it is called; `within`: the
    course that it belongs to.

    A text that begins with "#:act 2" is that act of it alone, with what it is fed by (levels.feeding) if that follows.
    Raises LevelError with all problems at once.
    """
    marked = _MARKED.match(text)
    if marked is not None:  # it may be named as the act is
        path = str(path).removesuffix(f"{ACT_MARK}{marked[1]}")
    file = File(whole_text(text), str(path))
    is_fed = marked is not None and bool(marked[2])
    if marked is not None and is_fed:
        _put_blows(file, int(marked[1]), marked[2])
    texts = translated(file.values) if within is None else within.texts
    if texts:
        put_texts(file.values, texts)
    level = _read(file, Path(path), within)
    file.finish()
    if marked is None:
        return _fed_by_proofs(level)
    try:
        return replace(_act_of(level if is_fed else _fed_by_proofs(level), marked[1], str(path)), text=text)
    except UnknownLevelError as error:
        raise LevelError(Problem(str(path), 1, 1, str(error))) from None


def feed(level: Level, world: World) -> Level:
    """The act, fed by what the hand did in this world of the act that it names; itself if that did nothing."""
    lines = fed_lines(world)
    if not lines:
        return level
    return from_text(f"#:act {level.act}\n{lines}{whole_text(level.text)}", level.path, level.within)


def _put_blows(file: File, number: int, lines: str) -> None:
    """Let what an act is fed by happen in it, behind what happens there by itself."""
    acts = file.values.get("act")
    if not isinstance(acts, list) or not 0 <= number - 2 < len(acts) or not isinstance(acts[number - 2], dict):
        return  # what is wrong with that is said elsewhere
    try:
        blows = fed_tables(lines)
    except ValueError as error:
        file.problem((), f"what act {number} is fed by cannot be read: {error}")
        return
    act = acts[number - 2]
    own = act.get("happens", file.values.get("happens", []))
    act["happens"] = [*own, *blows] if isinstance(own, list) else own


def _fed_by_proofs(level: Level) -> Level:
    """Every act that is fed by an earlier one, fed by the proof of that; as it stands if there is none."""
    acts = [level, *level.acts]
    for place, act in enumerate(acts):
        if act.fed:
            try:
                acts[place] = replace(feed(act, prove(acts[act.fed - 1])), of=act.of)
            except ProofError:
                continue  # `check` says of that act that its proof is none
    return replace(level, acts=tuple(acts[1:]))


def _act_of(level: Level, number: str, name: str) -> Level:
    """One act of a level. Raises UnknownLevelError, in words, if there is none of this number."""
    found = [one for one in every_act_of(level) if str(one.act) == number]
    if not found:
        many = f"{level.id} has {len(level.acts) + 1} acts" if level.acts else f"{level.id} has no acts"
        raise UnknownLevelError(f"no level is called {name!r}: {many}")
    return replace(found[0], acts=())


def compiled(text: str, seed: int) -> Scenario:
    """A level's text and a seed → its scenario, pars as figures: what run files are replayed in (core.record.Compile).

    Raises ValueError in words.
    """
    try:
        return with_par_figures(of_run(text, "the run's level"), seed)
    except (LevelError, ProofError) as error:
        raise ValueError(str(error)) from None


def whole_text(text: str) -> str:
    """The text of the whole file, of a text that is one act of it."""
    marked = _MARKED.match(text)
    return text if marked is None else text[marked.end() :]


def every_act_of(level: Level) -> tuple[Level, ...]:
    """A level's acts, the first one first; of one without acts, itself."""
    return (level, *level.acts)


def every_act() -> list[Level]:
    """Every act of every level of the campaign, in order."""
    return [act for world in campaign() for level in world.levels for act in every_act_of(level)]


def level_id(path: Path, within: Within | None = None) -> str:
    """<folder>/<slug>: of levels/ring/03-fingers.toml it is ring/fingers; in a course <course>/<slug>."""
    return f"{within.course if within is not None else path.absolute().parent.name}/{slug_of(path)}"


def slug_of(path: Path) -> str:
    """What a level is called among the others: its file's name, without the number."""
    numbered = _NUMBERED.fullmatch(path.stem)
    return numbered[2] if numbered else path.stem


def of_run(text: str, name: str) -> Level:
    """The level in a run file, which is called `name` there; the course that it belongs to need not be here.

    Raises LevelError."""
    return from_text(text, name, Within(name.partition("/")[0], None) if "/" in name else Within(OWN, None))


def home_of(path: Path) -> Within | None:
    """What a file that was opened by its name belongs to: the campaign, if it is one of its files (None), the course in
    whose folder it lies, else nobody.

    A folder that is called as a world of the campaign is does not make its levels the campaign's.
    """
    folder = path.resolve().parent
    if folder.parent == HOME.resolve() and folder.name in world_ids():
        return None
    for above in (folder, *folder.parents[:COURSE_DEPTH]):
        if (above / COURSE).is_file():
            return _within(above / COURSE)
    return Within(OWN)


def _within(path: Path) -> Within:
    """The course that this `course.toml` is of; whether that is sound is not asked here."""
    try:
        values = tomllib.loads(read_text(path))
        name, rows = values["course"]["id"], values.get("curriculum", {})
    except (LevelError, UnknownLevelError, ValueError, LookupError, TypeError, RecursionError):
        return Within(OWN)
    rows = rows if isinstance(rows, dict) else {}
    if not isinstance(name, str) or not _COURSE_ID.fullmatch(name) or name in (*world_ids(), *TAKEN):
        return Within(OWN, rows)
    return Within(name, rows)


def world_ids() -> tuple[str, ...]:
    """The ids of the campaign's worlds, which no course may have."""
    return tuple(str(world["id"]) for world in _worlds())


def campaign() -> list[CampaignWorld]:
    """The worlds in the order of campaign.toml, each with its levels in the order of their numbers.

    A world without levels is left out; the problems of broken files are in the worlds. Cheap: a few ms a world.
    """
    worlds = []
    for world in _worlds():
        levels, problems = _load_all(_files(HOME / str(world["id"])))
        finales = tuple(level for level in levels if level.program)
        levels = [level for level in levels if not level.program]
        if levels or problems:
            names = world["id"], said(world["title"]), said(world["summary"])
            cards = tuple(Card(**{key: said(text) for key, text in card.items()}) for card in world.get("card", ()))
            arcs = tuple(
                Arc(said(arc["name"]), {f"{world['id']}/{slug}": step for slug, step in arc["levels"].items()})
                for arc in world.get("arc", ())
            )
            worlds.append(
                CampaignWorld(
                    *names,
                    tuple(levels),
                    tuple(problems),
                    world.get("early", 0),
                    cards,
                    world.get("line", ""),
                    arcs,
                    finales=finales,
                )
            )
    return worlds


def course(folder: str | Path) -> CampaignWorld:
    """The levels in an instructor's folder, in the order of their numbers (or names).

    Raises UnknownLevelError if there is no such folder, or no level file in it.
    """
    path = Path(folder)
    files = _files(path)
    if not files:
        raise UnknownLevelError(f"{path} is not a folder with level files")
    levels, problems = _load_all(files)
    problems += twice(levels)
    return CampaignWorld(path.absolute().name, path.absolute().name, "", tuple(levels), tuple(problems))


def twice(levels: Sequence[Level]) -> list[Problem]:
    """The problems of levels that have the same id."""
    first: dict[str, Level] = {}
    found = []
    for level in levels:
        if first.setdefault(level.id, level) is not level:
            slug = level.id.partition("/")[2]
            words = f"there is another level that is called {slug!r}: {first[level.id].path}"
            mend = "another name: stars and runs stand under it, whatever the number in front"
            found.append(Problem(level.path, 1, 1, words, mend))
    return found


@cache
def curriculum() -> dict[str, str]:
    """Row id → what it is about, in a few words."""
    rows: dict[str, str] = tomllib.loads((HOME / "curriculum.toml").read_text("utf-8"))["rows"]
    return rows


def retired() -> dict[str, str]:
    """Ids of levels that are no more → the level that has taken the place of each."""
    found: dict[str, str] = tomllib.loads(CAMPAIGN.read_text("utf-8")).get("retired", {})
    return found


def _worlds() -> list[dict[str, Any]]:
    worlds: list[dict[str, Any]] = tomllib.loads(CAMPAIGN.read_text("utf-8"))["world"]
    return worlds


def _files(folder: Path) -> list[Path]:
    """Level files of a folder: numbered ones in the order of their numbers, then the others by name."""

    def place(path: Path) -> tuple[bool, int, str]:
        numbered = _NUMBERED.fullmatch(path.stem)
        return (numbered is None, int(numbered[1]) if numbered else 0, path.stem)

    return sorted((path for path in folder.glob("*.toml") if path.name != CAMPAIGN.name), key=place)


def _load_all(files: list[Path]) -> tuple[list[Level], list[Problem]]:
    levels: list[Level] = []
    problems: list[Problem] = []
    for file in files:
        try:
            levels.append(from_text(read_text(file), file, home_of(file)))
        except LevelError as error:
            problems += error.problems
    return levels, problems


# One file


def _read(file: File, path: Path, within: Within | None) -> Level:
    """The level, with its further acts."""
    level = _read_act(file, path, 1, within)
    raw = file.values.get("act", [])
    if not isinstance(raw, list) or not all(isinstance(act, dict) for act in raw):
        file.problem(("act",), f"act is {kind_of(raw)}", "write [[act]], once for each further act")
        return level
    if not raw:
        return level
    acts = [_read_act(ActFile(file, place), path, place + 2, within) for place in range(len(raw))]
    of = len(raw) + 1
    every = [level, *acts]
    for act in acts:
        if act.fed and every[act.fed - 1].scenario.hand is None and not file.problems:
            found = f"in act {act.fed} the player is not the network's hand, so that there is nothing to be fed by"
            file.problem(("act", act.act - 2, "fed"), found, "an act with network = { hand = {…} }")
    whole = replace(level, of=of, acts=tuple(replace(act, of=of) for act in acts))
    if not file.problems:
        _refuse_overlap(file, whole)
    return whole


def _refuse_overlap(file: File, level: Level) -> None:
    """No act is another one once more: then winning the one has won the other."""
    played: dict[tuple[str, Play, int], int] = {}
    for act in every_act_of(level):
        before = played.setdefault((act.scenario.digest(), act.play, act.fed), act.act)
        if before != act.act:
            found = f"act {act.act} plays the same as act {before}"
            file.problem(("act", act.act - 2), found, "other seats, another goal, other nodes or happenings", key=True)


def _read_act(file: File, path: Path, number: int, within: Within | None) -> Level:
    top = Table(file, (), file.values)
    top.known.append("act")
    head = top.table("level", wanted='write [level] with title = "…"')
    title = _wanted(head, "title")
    summary = head.get("summary", str, "")
    seed = head.number("seed", 1, 0, MOST_SEED)
    compiler = Compiler(BY_NAME)
    compiler.circles = circles_of(file.values)
    compiler.read_nodes(top.table("nodes", wanted='write [nodes] with alice = { runs = "protocol.role" }'))
    links, default = compiler.read_links(top.table("links"))
    chairs = top.table("seats", wanted="write [seats] with who plays")
    personas, player, network, hand = compiler.read_seats(chairs)
    twin = None
    if compiler.twin is not None:
        twin = read_twin_seat(compiler, chairs, compiler.twin, personas, hand is not None)
    fed = _read_fed(head, number)
    happenings = read_happenings(compiler, top)
    goal = top.table("goal", wanted="write [goal] with win = [a law]")
    win, lose = read_laws(compiler, goal, "win"), read_laws(compiler, goal, "lose")
    twin = with_laws(twin, goal, win, read_laws(compiler, goal, "spare"))
    claim = read_claim(compiler, chairs, hand, network, win)
    live = any(node.outside for node in compiler.nodes)
    sides = read_sides(compiler, top, player, twin, live)
    if not win and goal.values and not file.problems and not live:
        file.problem(goal.path, "this cannot be won", "write win = [a law]")
    limit = goal.parsed("limit", parse_duration, DEFAULT_LIMIT, 'a duration such as "60s"')
    if limit == 0:
        goal.problem("limit", "a limit of nothing", 'such as limit = "60s"')
    if limit > MOST_LIMIT and not live:  # whoever faces real programs ends a live run when he likes
        goal.problem("limit", f"a limit of {goal.values['limit'].strip()!r}", f"at most {show_duration(MOST_LIMIT)}")
        limit = DEFAULT_LIMIT
    goal.done()
    pars = top.table("par")
    tries = pars.number("tries", 0, 1)
    par = read_par(compiler, pars)
    play = _read_play(top.table("play"), compiler, player)
    inspector = None if compiler.inspector is None else with_promise(compiler.inspector, win, seed)
    if inspector is not None:
        win = ()  # the suspects' promise, not what the player is to reach
        for other, mend in (("beside", "a blow shows its run beside the old one"), ("bets", "a signature is the bet")):
            if other in top:
                top.problem(other, f"{other} in an inspector's level", mend, key=True)
        if "swaps" in head:
            head.problem("swaps", "swaps in an inspector's level", "its suspects change places by themselves", key=True)
    bets, chips, bet_keys = read_bets(compiler, top.table("bets"), player)
    texts = _read_texts(compiler, top.table("text"))
    proof = _read_proof(head, compiler)
    swaps = compiler.read_swaps(head, player)
    exempt, stumble = _read_exempt(head, compiler), _reason(head, "stumble")
    pays = _reason(head, "pays")
    program = _read_program(head, compiler, live)
    edition = head.number("edition", 1, 1)
    covers, shows = _read_covers(head, compiler, {} if within is None else within.rows)
    head.done()
    top.done()
    name = level_id(path, within) if number == 1 else f"{level_id(path, within)}{ACT_MARK}{number}"
    scenario = Scenario(
        name, compiler.protocols, compiler.nodes, links, default, personas, player, network, happenings,
        win, lose, limit, seed, par,
        tuple(Spread(place, numbers, seed, part) for place, numbers, part in compiler.spreads),
        hand,
        swaps=tuple(Swap(names, seed) for names in swaps),
        sides=(*(() if twin is None else (twin,)), *sides),
        claim=claim,
        bets=bets,
        chips=chips,
        inspector=inspector,
    )  # fmt: skip
    return Level(
        scenario.name, scenario.name.partition("/")[0], title, summary, covers, shows, texts, play, proof, scenario,
        file.text if number == 1 else f"#:act {number}\n{file.text}", str(path), exempt, stumble, tries, number,
        fed=fed,
        bet_keys=bet_keys,
        pays=pays,
        edition=edition, program=program,
        within=within,
    )  # fmt: skip


def _read_fed(head: Table, number: int) -> int:
    """By which earlier act this one is fed; 0 for none."""
    fed = head.parsed("fed", act_fed_by, 0, 'an earlier act, such as "act 1"')
    if "fed" in head and not 0 < fed < number and not head.file.problems:
        head.problem("fed", f"act {fed} does not come before this one", 'an earlier act, such as "act 1"')
        return 0
    return fed


def _wanted(table: Table, name: str) -> str:
    text = table.get(name, str, "")
    if not text.strip() and (table.values or name in table):
        table.file.problem(table.path, f"there is no {name}", f'write {name} = "…"')
    if "\n" in text:
        table.problem(name, f"{name} has more than one line", "one line")
    return text.strip()


def _reason(table: Table, name: str) -> str:
    """Why something is let pass; "" if it is not. What is let pass without a reason is a problem."""
    text = table.get(name, str, "").strip()
    if name in table and not text:
        table.problem(name, f"{name} gives no reason", f'write {key_text(name)} = "why"')
    return text


def _read_exempt(head: Table, compiler: Compiler) -> dict[str, str]:
    """Personas that may win, each with the reason."""
    table = head.table("exempt")
    known = [persona.name for room in compiler.protocols.values() for persona in room.personas]
    for name in table.values:
        if name not in known and not compiler.incomplete:
            table.problem(name, f"there is no persona {name!r}", did_you_mean(name, known), key=True)
    return {name: _reason(table, name) for name in table.values}


def _read_play(table: Table, compiler: Compiler, player: Sequence[PlayerSeat]) -> Play:
    sight = Sight(table.word("sight", list(Sight), Sight.MINE))
    say = Say(table.word("say", list(Say), Say.WHEN_IT_SHOWS))
    asks = Asks(table.word("asks", list(Asks), Asks.CHOOSE))
    pace = None
    if table.values.get("pace", "auto") != "auto":
        pace = table.parsed("pace", parse_duration, None, '"auto", or a duration such as "200ms"')
    table.known.append("pace")
    yours = [
        choice
        for seat in player
        for choice in compiler.room_of[seat.node].choices
        if "*" in seat.choices or choice.name in seat.choices
    ]
    if asks is Asks.TYPE:
        for choice in yours:
            if type(choice.domain).parse is Domain.parse:
                found = f"{choice.name} cannot be typed: {type(choice.domain).__name__} reads no text"
                table.problem("asks", found, 'asks = "choose"')
    hand_over = _read_hand_over(table, [choice.name for choice in yours])
    hands_over = table.get("hands_over", bool, False)
    if hands_over and not hand_over:
        table.problem("hands_over", "nothing can be handed over here", "hand_over = true")
    stops = Stops(table.word("stops", list(Stops), Stops.QUESTIONS))
    bell = table.get("bell", bool, True)
    bare = table.get("bare", bool, False)
    never: int | None = None
    film = table.parsed("film", parse_duration, never, 'a duration such as "5s"')
    if film is not None and not bare:
        table.problem("film", "a film needs a bare stage", "bare = true")
    stands = table.get("stands", bool, asks is Asks.NOTICE)
    debrief = table.get("debrief", bool, False)
    at_once = _read_at_once(table, [choice.name for choice in yours if choice.keeps])
    table.done()
    if compiler.inspector is not None:  # a stage of its own, and nothing to wait for before words are said
        return Play(Sight.ALL, Say.AT_ONCE, Asks.TYPE, pace, False, stops, False, True, film, stands)
    return Play(sight, say, asks, pace, hand_over, stops, bell, bare, film, stands, at_once, debrief, hands_over)


def _read_program(head: Table, compiler: Compiler, live: bool) -> str:
    """The real program that comes to a live level."""
    if "program" not in head:
        return ""
    name = head.word("program", list(PROGRAMS), "")
    if name and not live and not compiler.incomplete:
        head.problem("program", "a program comes, and nobody is outside", 'a node such as curl = { outside = "tcp" }')
    room = PROGRAMS.get(name, "").partition(".")[0]
    spoken = {node.protocol for node in compiler.nodes if node.outside}
    machines = [f"{node.protocol}.{node.role}" for node in compiler.nodes if not node.outside]
    if name and live and spoken != {room}:
        found = f"{name!r} speaks {room}, not {', '.join(sorted(spoken))}"
        head.problem("program", found, f'outside = "{room}"')
    elif name and live and PROGRAMS[name] not in machines and not compiler.incomplete:
        head.problem("program", f"{name!r} comes to nobody here", f'a node that runs "{PROGRAMS[name]}"')
    return name


def _read_at_once(table: Table, settings: Sequence[str]) -> tuple[str, ...]:
    """The settings that hold with every push."""
    names = table.texts("at_once")
    for place, name in enumerate(names):
        if name not in settings:
            mend = did_you_mean(name, settings) if settings else "nothing that the player sets"
            table.file.problem((*table.at("at_once"), place), f"{name!r} is no setting of the player's", mend)
    return names


def _read_hand_over(table: Table, yours: Sequence[str]) -> bool | tuple[str, ...]:
    value = table.raw("hand_over")
    if value is None or isinstance(value, bool):
        return value is not False
    if not isinstance(value, list):
        table.problem("hand_over", f"hand_over is {kind_of(value)}", "true, false, or a list of the player's choices")
        return True
    names = table.texts("hand_over")
    for place, name in enumerate(names):
        if name not in yours:
            mend = did_you_mean(name, yours)
            table.file.problem((*table.at("hand_over"), place), f"the player is not asked {name!r}", mend)
    return names


def _read_texts(compiler: Compiler, table: Table) -> Texts:
    task, line, nudge, lift = (table.get(name, str, "").strip() for name in ("task", "line", "nudge", "lift"))
    texts = Texts(
        table.get("brief", str, "").strip(), table.texts("hints"), table.get("debrief", str, "").strip(),
        table.texts("sources"), task, line, nudge, lift, read_ends(compiler, table.table("ends")),
        read_show(compiler, table), _read_terms(table.table("terms")),
    )  # fmt: skip
    table.done()
    return texts


def _read_terms(table: Table) -> dict[str, str]:
    """Words, each with its sentence."""
    terms = {name: table.get(name, str, "").strip() for name in table.values}
    for name, sentence in terms.items():
        if len(sentence) > MOST_TERM or "\n" in sentence or not sentence:
            found = f"{name!r} has {len(sentence)} letters"
            table.problem(name, found, f"one plain sentence, {MOST_TERM} letters at most")
    table.done()
    return terms


def _read_covers(
    head: Table, compiler: Compiler, own: Mapping[str, str] | None
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The rows that are covered, and what shows each; `own`: the course's own rows."""
    raw = head.raw("covers")
    if raw is None or isinstance(raw, list):
        covers, shows = head.texts("covers"), {}
    else:
        table = head.table("covers")
        shows = {name: table.texts(name) for name in table.values}
        covers = tuple(shows)
        for name, texts in shows.items():
            for place, text in enumerate(texts):
                problem = _shown_problem(text, compiler)
                if problem:
                    head.file.problem((*table.at(name), place), *problem)
    if own is None:
        return covers, shows
    rows = {**curriculum(), **own}
    for place, row in enumerate(covers):
        if row not in rows:
            path = (*head.at("covers"), row if shows else place)
            head.file.problem(path, f"the curriculum has no {row!r}", did_you_mean(row, list(rows)), key=bool(shows))
    return covers, shows


def _shown_problem(text: str, compiler: Compiler) -> tuple[str, str] | None:
    """What is wrong with "<choice>" or "<choice>: <case>"; None if nothing is."""
    if compiler.incomplete:
        return None
    name, _, case = (part.strip() for part in text.partition(":"))
    choices = {choice.name: choice for room in compiler.protocols.values() for choice in room.choices}
    if name in (*HAND_MOVES, *INSPECTOR_MOVES):
        return None
    if name not in choices:
        return f"nothing asks {name!r}", did_you_mean(name, list(choices))
    if case and case not in choices[name].cases:
        return f"{name} has no case {case!r}", did_you_mean(case, choices[name].cases)
    return None


# Proofs


def _read_proof(head: Table, compiler: Compiler) -> Proof:
    raw = head.raw("proof")
    if raw is None:
        return Proof()
    if isinstance(raw, str):
        if raw.endswith(".run") or "/" in raw:
            if not NAME.fullmatch(raw):
                head.problem("proof", f"{raw!r} leads elsewhere", "the run file lies beside the level")
            return Proof(How.RUN, run=raw)
        return Proof(How(head.word("proof", [How.BOOK, How.SEARCH, How.WITHHELD], How.BOOK)))
    table = head.table("proof")
    steps = table.get("answers", list, [])
    table.done()
    if isinstance(raw, dict) and "answers" not in raw:
        head.problem("proof", "a proof without answers", "write { answers = [...] }")
    path = table.at("answers")
    return Proof(
        How.ANSWERS, tuple(_read_step(head.file, (*path, place), step, compiler) for place, step in enumerate(steps))
    )


def _read_step(file: File, path: tuple[str | int, ...], raw: Any, compiler: Compiler) -> ProofStep:
    if not isinstance(raw, dict) or set(raw) == {"hex"}:
        return ProofStep(Does.ANSWER, _answer(file, path, raw))
    table = Table(file, path, raw)
    named = [does for does in (Does.MOVE, Does.KEEP, Does.BET) if does in table]
    does = named[0] if named else Does.ANSWER
    choice = _choice_named(table, "choice" if does is Does.ANSWER else str(does), compiler)
    case = table.get("case", str, "") if does is Does.ANSWER else ""
    at = None if does is Does.ANSWER else table.parsed("at", parse_duration, None, 'a time such as "1.2s"')
    nth = table.number("nth", 1, 1) if does is Does.ANSWER else 1
    node = table.get("node", str, "")
    value = table.raw("value")
    if value is None:
        file.problem(path, "what is the answer?", "write value = …")
    table.done()
    return ProofStep(does, _answer(file, (*path, "value"), value), choice, case, nth, at, node)


def _choice_named(table: Table, key: str, compiler: Compiler) -> str:
    name = table.get(key, str, "")
    names = {choice.name: choice.name for room in compiler.protocols.values() for choice in room.choices}
    names |= {name: name for name in (*HAND_MOVES, *INSPECTOR_MOVES)}
    if key == Does.BET:
        names = {bet.name: bet.name for room in compiler.protocols.values() for bet in room.bets} | {name: name}
    short = {full.partition(".")[2]: full for full in names}
    if name and name not in names and name not in short and not compiler.incomplete:
        table.problem(key, f"nothing asks {name!r}", did_you_mean(name, list(names)))
    return names.get(name) or short.get(name, "")


def _answer(file: File, path: tuple[str | int, ...], raw: Any) -> Any:
    """An answer as the kernel takes it: lists are tuples, { hex = "00ff" } is bytes."""
    if isinstance(raw, list):
        return tuple(_answer(file, (*path, place), item) for place, item in enumerate(raw))
    if isinstance(raw, dict) and set(raw) == {"hex"} and isinstance(raw["hex"], str):
        try:
            return bytes.fromhex(raw["hex"])
        except ValueError:
            file.problem(path, f"{raw['hex']!r} are no bytes", 'two hexadecimal digits each, such as { hex = "00ff" }')
    return raw


__all__ = [
    "campaign", "compiled", "course", "curriculum", "feed", "from_text", "home_of", "level_id", "load", "of_run",
    "read_text", "retired", "slug_of", "world_ids",
]  # fmt: skip
