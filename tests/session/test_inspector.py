"""The inspector in a session: a person has all the time at the end of the free run, a script is asked there."""

from core.kernel.choice import PASS
from core.session import Session, for_player
from tests.kernel.test_inspector import MS, S, audit


def test_a_persons_free_run_stands_at_its_end_until_all_is_settled():
    session = Session(audit(hammers=("kill", "skew", "join")), paused=True)
    while session.step():
        pass
    assert not session.over
    assert session.world.free_run_is_over
    assert session.world.now < 5 * S
    session.resume()
    assert session.waiting == "seat"
    session.move("inspector.hit", ("kill", "a1", 200 * MS))
    session.move("inspector.hit", ("skew", "b1", 400 * MS))
    session.move("inspector.sign", "c")
    assert session.outcome.won
    assert session.back(), "it can be gone back"
    assert session.world.inspection.settled.get("c") is None


def test_recorded_answers_are_watched_to_their_end():
    played = Session(audit(), paused=True)
    while played.step():
        pass
    played.move("inspector.sign", "a")
    watched = Session(audit(), answers=played.world.answers, paused=True)
    while not watched.over and watched.step():
        pass
    assert watched.outcome == played.outcome
    assert watched.world.trace_sha256() == played.world.trace_sha256()


class Sitter:
    """Strikes once, and passes then."""

    name, stops = "sitter", True

    def __init__(self):
        self.asked = []

    async def answer(self, asked):
        self.asked.append(asked.choice.name)
        return ("kill", "a1", 200 * MS) if self.asked == ["inspector.hit"] else PASS

    def close(self):
        pass


async def test_a_script_in_the_chair_is_asked_until_it_passes(nursery):
    sitter = Sitter()
    scenario = audit()
    session = Session(scenario, seats=for_player(scenario, sitter), pace=100 * S)
    nursery.start_soon(session.run)
    outcome = await session.until_over()
    session.close()
    assert outcome.reason == "nobody has settled b, c"
    assert sitter.asked[:2] == ["inspector.hit", "inspector.sign"]
