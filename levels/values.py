"""The values of level files in their written forms: durations, rates, sizes, names by pattern, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from core.kernel.time import parse_duration

_RATE_UNITS = {
    "bit/s": 1, "kbit/s": 1_000, "Mbit/s": 1_000_000, "Gbit/s": 1_000_000_000,
    "B/s": 8, "KB/s": 8_000, "kB/s": 8_000, "MB/s": 8_000_000, "KiB/s": 8 * 1024, "MiB/s": 8 * 1024**2,
}  # fmt: skip
_SIZE_UNITS = {"B": 1, "KB": 1_000, "kB": 1_000, "MB": 1_000_000, "KiB": 1024, "MiB": 1024**2}
_NUMBER_UNIT = re.compile(r"\s*([0-9]+)(?:\.([0-9]+))?\s*([A-Za-z/]+)\s*")
_RANGE = re.compile(r"(.*?)([0-9]+)\.\.(.*?)([0-9]+)")
_ARROW = re.compile(r"\s*(.+?)\s*(<->|->)\s*(.+?)\s*")
_PERCENT = re.compile(r"book(?:\s*\+\s*([0-9]+)\s*%)?")
NAME = re.compile(r"[\w.-]+")
"""What a node may be called: a name that a law's text can mention."""
MOST_NODES = 256
"""So many nodes a level may have: more than anybody sees on a screen, and few enough to be run hundreds of times."""


def did_you_mean(word: str, names: Sequence[str]) -> str:
    """What would have been right: the nearest of the names, or all of them if none is near."""
    if not names:
        return "nothing can stand here"
    lowered = {name.lower(): name for name in names}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.55)
    if near:
        return f"did you mean '{lowered[near[0]]}'?"
    shown = ", ".join(f"'{name}'" for name in names[:12])
    return f"there {'is' if len(names) == 1 else 'are'} {shown}{' …' if len(names) > 12 else ''}"


def parse_signed_duration(text: str) -> int:
    """µs in a duration that may have a sign: "-300ms". Raises ValueError in words."""
    stripped = text.strip()
    if stripped[:1] in "+-" and stripped:
        return (-1 if stripped[0] == "-" else 1) * parse_duration(stripped[1:])
    return parse_duration(stripped)


def parse_duration_range(text: str) -> tuple[int, int]:
    """(low, high) in µs of "0..80ms", "10ms..80ms" or "80ms" (from 0). Raises ValueError in words."""
    low, dots, high = text.partition("..")
    if not dots:
        return (0, parse_duration(text))
    top = parse_duration(high)
    unit = high.strip().lstrip("0123456789. ")
    bottom = parse_duration(low if low.strip()[-1:].isalpha() else f"{low.strip()}{unit}")
    if bottom > top:
        raise ValueError(f"{text!r} runs backwards")
    return (bottom, top)


def _with_unit(text: str, units: dict[str, int], what: str, example: str) -> int:
    match = _NUMBER_UNIT.fullmatch(text)
    if match is None or match[3] not in units:
        raise ValueError(f'{text!r} is not a {what}: write a number and {", ".join(units)}, such as "{example}"')
    unit, part = units[match[3]], match[2] or ""
    return int(match[1]) * unit + (int(part) * unit // 10 ** len(part) if part else 0)


def parse_rate(text: str) -> int:
    """bit/s in "1Mbit/s" or "60KB/s". Raises ValueError in words."""
    rate = _with_unit(text, _RATE_UNITS, "rate", "1Mbit/s")
    if rate <= 0:
        raise ValueError(f"{text!r}: nothing would ever pass; leave the rate out for no limit, or cut the link")
    return rate


def parse_size(text: str) -> int:
    """Bytes in "16KiB". Raises ValueError in words."""
    return _with_unit(text, _SIZE_UNITS, "size", "16KiB")


def parse_names(text: str) -> tuple[str, ...]:
    """The names that a pattern makes: "bob", "ana, moe, ivy", "peer1..peer8". Raises ValueError in words."""
    names: list[str] = []
    for part in text.split(","):
        names += _names_of_part(part.strip(), text)
    doubled = sorted({name for name in names if names.count(name) > 1}) if len(names) < 1000 else []
    if doubled or len(set(names)) < len(names):
        raise ValueError(f"{text!r} names {doubled[0] if doubled else 'a node'} twice")
    return tuple(names)


def _names_of_part(part: str, text: str) -> list[str]:
    if ".." in part:
        match = _RANGE.fullmatch(part)
        if match is None or match[3] not in ("", match[1]) or int(match[2]) > int(match[4]):
            raise ValueError(f'{text!r} is not a row of names: write the first and the last, such as "peer1..peer8"')
        if int(match[4]) - int(match[2]) >= MOST_NODES:
            raise ValueError(f"{text!r} makes more than {MOST_NODES} names, and a level has no more nodes")
        width = len(match[2]) if match[2].startswith("0") else 0
        names = [f"{match[1]}{number:0{width}d}" for number in range(int(match[2]), int(match[4]) + 1)]
    else:
        names = [part]
    for name in names[:1]:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a name: letters, digits, '_', '-' and '.', no spaces")
    return names


def parse_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """The (source, destination) pairs of "a -> b" or "a <-> b", patterns of names on both sides.

    Raises ValueError in words. Pairs of a name with itself are left out.
    """
    match = _ARROW.fullmatch(text)
    if match is None:
        raise ValueError(f'{text!r} is not a link: write "alice -> bob" for one way, "alice <-> bob" for both')
    left, right = parse_names(match[1]), parse_names(match[3])
    pairs = [(a, b) for a in left for b in right if a != b]
    if match[2] == "<->":
        pairs += [(b, a) for a, b in pairs]
    if not pairs:
        raise ValueError(f"{text!r} leads from a node to itself")
    return tuple(dict.fromkeys(pairs))


def parse_over_book(text: str) -> int:
    """The percentage of "book + 20%"; 0 for "book". Raises ValueError in words."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'{text!r} is not a par: write "book + 20%", "book", or a figure')
    return int(match[1] or 0)
