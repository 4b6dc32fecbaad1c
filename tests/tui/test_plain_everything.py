"""Plain play plays everything: the proof of every level, typed line by line, wins as many stars as on the screen."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.kernel.choice import Asked
from core.kernel.suspects import INSPECTOR
from core.kernel.world import Answered
from core.session import Session
from core.session.scoring import stars as stars_of_world
from levels.loader import every_act
from levels.proofs import prove_scenario, with_par_figures
from levels.schema import Level
from tui import plain
from tui.bridge import session_of
from tui.bridge.words import label_of
from tui.platform import find_paths
from tui.progress import Progress

ACTS = {level.id: level for level in every_act() if not level.scenario.live}


class Typist(io.StringIO):
    """Types what a recorded run did: an answer when it is asked for, a move or a setting when its time has come.

    Where nobody asks for a setting, an answer of the run is set as soon as the one before it was used; if `late`, as
    where a setting acts at once, when the run used it.
    """

    def __init__(self, level: Level, answers: list[Answered], *, late: bool = False) -> None:
        super().__init__()
        self.level = level
        self.session: Session | None = None
        self.typed: list[str] = []
        self.keeps = {choice.name for choice in level.moves.values() if choice.keeps and level.play.asks == "notice"}
        self.answers = [given for given in answers if given.how in ("answer", "keep")]
        self.asked: dict[str, list[Answered]] = defaultdict(list)
        self.plan: list[tuple[int, Answered]] = []
        used: dict[tuple[str, str], Answered] = {}
        for given in answers:
            key = given.node, given.choice
            if given.how in ("move", "bet"):
                self.plan.append((given.at, given))
            elif given.choice not in self.keeps:
                self.asked[given.choice].append(given)
            elif given.how == "keep" or key not in used or used[key].value != given.value:
                asked_late = given.how == "keep" or (late and key in used)
                since = given.at if asked_late else used[key].at + 1 if key in used else 0
                self.plan.append((since, given))
            if given.how == "answer":
                used[key] = given
        self.plan.sort(key=lambda each: each[0])

    def readline(self, size: int = -1, /) -> str:
        line = self.next_line()
        self.typed.append(line)
        assert len(self.typed) < 5000, self.typed[-20:]
        return f"{line}\n"

    def next_line(self) -> str:
        session = self.session
        assert session is not None
        if session.question is not None:
            return self.answer(session.question.asked)
        if not self.plan:
            return ""
        at, given = self.plan[0]
        if at > session.world.now and not session.world.free_run_is_over:
            return f"wait {max(1, self.by_own_clock(at) - self.by_own_clock(session.world.now))} us"
        if given.how in ("move", "bet"):
            if given.choice not in {asked.choice.name for asked in (*session.offers(), *session.bets())}:
                return ""  # at the same moment, but after an event
            del self.plan[0]
        elif self.is_set(given):
            del self.plan[0]
            return self.next_line()
        choice = next(choice for choice in self.level.moves.values() if choice.name == given.choice)
        line = f"{label_of(choice)} {choice.domain.show(given.value)}".strip()
        return "" if self.typed[-1:] == [line] and given.choice in self.keeps else line  # it cannot be set yet

    def by_own_clock(self, at: int) -> int:
        """What the clock that the player goes by will read at a true time, if nobody bends it until then."""
        session = self.session
        assert session is not None
        return at if session.sight.everything else session.world.nodes[session.player].clock.read(at)

    def is_set(self, given: Answered) -> bool:
        assert self.session is not None
        return self.session.kept.get((given.node, given.choice)) == given.value

    def answer(self, asked: Asked) -> str:
        """The run's next answer to this choice; of a setting the one that is in force by now."""
        assert self.session is not None
        found, now = self.asked[asked.choice.name], self.session.world.now
        if asked.choice.name in self.keeps or found[0].how == "keep":
            those = [given for given in self.answers if given.choice == asked.choice.name]
            ahead = [given for given in those if given.at >= now and given.how == "answer"]
            given = ahead[0] if ahead else [given for given in those if given.at <= now][-1]
        else:
            given = found.pop(0) if len(found) > 1 else found[0]
        return asked.choice.domain.show(given.value)


def typed(
    level: Level,
    answers: list[Answered],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: Sequence[str] = (),
    *,
    late: bool = False,
) -> tuple[Typist, int, str, Progress]:
    """Type this run of this level; what was typed, the status, what was told, and what is remembered."""
    monkeypatch.setenv("ACKADEMY_HOME", str(home))
    typist = Typist(level, answers, late=late)

    def watched(*words: object, **how: object) -> Session:
        typist.session = session_of(*words, **how)  # type: ignore[arg-type]
        return typist.session

    monkeypatch.setattr(plain, "session_of", watched)
    progress = Progress(find_paths().progress)
    told: list[str] = []
    say: Callable[[str], None] = told.append
    source = io.StringIO("".join(f"{line}\n" for line in lines)) if lines else typist
    status = plain.play(level, lines=source, out=say, progress=progress)
    return typist, status, "\n".join(told), progress


@pytest.mark.parametrize("name", ACTS)
def test_the_proof_earns_the_same_stars_by_lines(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    level = ACTS[name]
    proof = prove_scenario(level, with_par_figures(level))
    for late in (False, True):
        typist, status, text, progress = typed(
            level, list(proof.answers), tmp_path / f"late {late}", monkeypatch, late=late
        )
        if status == 0:
            break
        progress.close()
    assert status == 0, (typist.typed[-10:], text[-800:])
    assert progress.level(name).stars == stars_of_world(proof) == 2
    assert progress.level(name).wins == 1
    assert "**.  won within par" in text
    assert typist.session is not None
    assert not typist.session.troubles
    progress.close()


def test_there_is_a_proof_of_every_chair() -> None:
    chairs = {level.you for level in ACTS.values()}
    assert {"network", INSPECTOR} <= chairs
    assert len(ACTS) > 60


def test_a_move_whose_name_begins_as_a_command_does_is_the_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    level = ACTS["crown/two-kings"]
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    told: list[str] = []
    plain.play(level, lines=io.StringIO("wait ok 500 ms\nwait 1 ms\nquit\n"), out=told.append)
    assert "is not a duration" not in "\n".join(told)


def test_it_waits_to_the_microsecond(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    level = ACTS["crown/two-kings"]
    typist, *_ = typed(level, [], tmp_path, monkeypatch, lines=["wait 123457 us", "quit"])
    assert typist.session is not None
    assert typist.session.sight.clock() - session_of(level, paused=True).sight.clock() == 123457


def test_stars_are_said_and_remembered_and_a_play_that_was_left_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    level = ACTS["wire/bring-me-the-ack"]
    _, status, text, progress = typed(level, [], tmp_path, monkeypatch, lines=["quit"])
    assert status == 1
    assert "won" not in text.rpartition("left the level")[2]
    standing = progress.level(level.id)
    assert (standing.attempts, standing.wins, standing.stars) == (1, 0, 0)
    progress.close()


def test_the_command_line_remembers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACKADEMY_HOME", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO("copy 1\nquit\n"))
    plain.play_acts(ACTS["premise/wrong-turn"])
    progress = Progress(find_paths().progress)
    assert progress.level("premise/wrong-turn").attempts == 1
    progress.close()
