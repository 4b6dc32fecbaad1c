"""The session: a level at play, under trio. One pump over the world, paced for a person; controls that any code of the
same thread may call; seats that take their time over an answer; taps that are told what happened.

    session = Session(scenario)
    untap = session.tap(callback)          # called with a core.session.notices.Notice
    job = app.host.start(session.run)      # or: await session.run()
    session.answer(7)                      # plain calls, from handlers of the screen
"""

from core.session.clock import SPEEDS
from core.session.lines import Branch
from core.session.mastery import Case
from core.session.scoring import par_of, stars, within_par
from core.session.seats import AsyncSeat, for_player
from core.session.session import Session
from core.session.taps import AsyncTap, Lag
from core.session.words import Speech, VerdictLine

__all__ = [
    "SPEEDS",
    "AsyncSeat",
    "AsyncTap",
    "Branch",
    "Case",
    "Lag",
    "Session",
    "Speech",
    "VerdictLine",
    "for_player",
    "par_of",
    "stars",
    "within_par",
]
