"""Levels that are not what they should be yet.

`python -m tests.open_levels` prints the files of all others: what `ackademy check` must find sound in no time.
"""

from levels.loader import campaign

REDONE: tuple[str, ...] = ()
"""Levels that are played anew once the network has a hand; until then some of them can be won blindly."""
BLIND_SO_FAR = dict.fromkeys(REDONE, "the network's hand makes another level of it")
"""Levels that whoever knows nothing can win so far, each with the reason. Nothing else is let pass in them."""

if __name__ == "__main__":
    for world in campaign():
        for level in world.levels:
            if level.id not in BLIND_SO_FAR:
                print(level.path)
