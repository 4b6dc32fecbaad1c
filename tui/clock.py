"""Times as the screen writes them: a reading of a clock, and a length of virtual time."""

from __future__ import annotations


def show_clock(time: int) -> str:
    """A reading of a clock (µs), to the millisecond: "3.214 s"."""
    sign = "-" if time < 0 else ""
    whole, part = divmod(abs(time) // 1000, 1000)
    return f"{sign}{whole}.{part:03d} s"


def seconds(time_us: int) -> str:
    """Write virtual time as a person reads it: `3.214 s`, `60 s`, or `850 ms` below one second."""
    if time_us < 1_000_000:
        return f"{time_us / 1000:.4g} ms"
    return f"{time_us / 1_000_000:.3f}".rstrip("0").rstrip(".") + " s"


def nice(least: int) -> int:
    """The smallest 1, 2 or 5 times a power of ten that is no less."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= least:
                return step * power
        power *= 10
