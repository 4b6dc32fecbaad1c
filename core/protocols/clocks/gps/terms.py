"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "µs": "a millionth of a second: a radio signal goes 300 m in it.",
    "fix": "a place that is written into the log, found by beacons.",
    "UTC": "the time of day that people agree on: atomic seconds, with one put in now and then to stay with the sun.",
    "TAI": "atomic time: seconds counted since 1958, none of them ever put in.",
    "GPS time": "the time that the satellites of GPS count: set to UTC once, in 1980, and left to run.",
}
