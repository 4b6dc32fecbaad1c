"""Sessions of levels: played, watched, or set down at a situation."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.world import Answered
from core.session import AsyncSeat, Session, for_player
from levels.daily import Situation
from levels.proofs import with_par_figures
from levels.schema import Level
from levels.schema import Sight as LevelSight


def session_of(
    level: Level,
    seed: int | None = None,
    answers: Sequence[Answered] = (),
    *,
    paused: bool = False,
    seat: AsyncSeat | None = None,
    by_hand: bool = False,
    lifted: bool = False,
) -> Session:
    """A session of this level, on this seed (None: the level's own), with recorded answers to watch; `seat` answers in
    the player's place; `by_hand`: no case is offered to run by itself; `lifted`: there is no fog."""
    play = level.play
    scenario = with_par_figures(level, seed)
    session = Session(
        scenario,
        seats=for_player(scenario, seat) if seat is not None else None,
        say=str(play.say),
        asks=str(play.asks),
        pace="auto" if play.pace is None else play.pace,
        everything=lifted or play.sight is LevelSight.ALL,
        answers=answers,
        hints=level.texts.hints,
        paused=paused or scenario.hand is not None,  # the hand moves first
        may_hand_over=play.hand_over and not by_hand,
        bell=play.bell,
        stops=str(play.stops),
    )
    if not answers:
        to_first_look(session)
    return session


def session_at(situation: Situation) -> Session:
    """A session that stands at a situation of the daily, its question open."""
    session = session_of(situation.level, situation.seed, situation.given, paused=True, by_hand=True)
    session.stand(situation.event, len(situation.given))
    session.take_over()
    return session


def to_first_look(session: Session) -> None:
    """Let a world of the network's hand run to where it may act and there is something to touch, unless it is there. It
    stands then."""
    hand = session.scenario.hand
    if hand is None:
        return
    if session.world.now < hand.since:
        session.run_to(hand.since)
    here = session.world.hand
    while here is not None and not here.tiles() and session.step():
        pass
    session.pause()
