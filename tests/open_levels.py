"""Levels that are not what they should be yet, and those whose proof is long.

`python -m tests.open_levels` prints the files of all others: what `ackademy check` must find sound in no time.
"""

from levels.check import Effort
from levels.loader import campaign

REDONE = (
    "wire/the-the-quick", "sockets/hello-hello", "pipe/two-is-not-enough", "crown/make-two-kings",
    "clocks/the-long-way-round", "premise/who-said-that", "pipe/patience",
)  # fmt: skip
"""Levels that are played anew once the network has a hand; until then some of them can be won blindly."""
BLIND_SO_FAR = dict.fromkeys(REDONE, "the network's hand makes another level of it") | {
    "swarm/quid-pro-quo": "four chairs for the four who give most win from the first minute to the last",
    "swarm/blind-date": "whoever is tried first, chance finds out in time",
    "swarm/last-copy": "chance wins on two seeds in five",
    "swarm/matchmaker": "a handout that never changes wins",
    "swarm/race-the-server": "chance wins on three seeds in ten",
    "swarm/tragedy": "the first of every list wins on two seeds in three",
}
"""Levels that whoever knows nothing can win so far, each with the reason. Nothing else is let pass in them."""

LARGE = ("swarm/",)
"""Beginnings of the ids of levels whose full proof takes minutes; without --soak it is made on fewer seeds."""
FEW = Effort(chance=20, personas=4, shortest=False)


def is_large(name: str) -> bool:
    """Does the full proof of the level with this id take minutes?"""
    return name.startswith(LARGE)


if __name__ == "__main__":
    for world in campaign():
        for level in world.levels:
            if level.id not in BLIND_SO_FAR and not is_large(level.id):
                print(level.path)
