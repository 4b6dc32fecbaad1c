"""Domain names (RFC 1035, 2.3.4 and 5.1; RFC 4343): tuples of labels, in text and in numbers of octets.

A name is a tuple of labels, the root is (); `name` and `show` turn it into text and back. Labels keep the case they
were sent in, and names are the same if they differ by case only (`same`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

LABEL_GREATEST = 63
"""Octets of the longest label."""
NAME_GREATEST = 255
"""Octets of the longest name, with the length octet of every label and of the root."""

Name: TypeAlias = tuple[bytes, ...]


def name(text: str) -> Name:
    """`www.example.com` as labels; a last dot may be there. `\\.` is a dot in a label, `\\DDD` any octet.

    Raises ValueError for an empty label, for a label of more than 63 octets and for a name of more than 255.
    """
    if text in ("", "."):
        return ()
    if not text.isascii():
        raise ValueError(f"{text!r} is no domain name: other letters than ASCII are written as xn--… (RFC 5890)")
    labels: list[bytes] = []
    label = bytearray()
    ended = False
    characters = iter(text)
    for character in characters:
        ended = character == "."
        if ended:
            labels.append(bytes(label))
            label = bytearray()
        elif character == "\\":
            label += _escaped(next(characters, ""), characters)
        else:
            label += character.encode()
    if not ended:
        labels.append(bytes(label))
    found = tuple(labels)
    found_problem = problem(found)
    if found_problem:
        raise ValueError(f"{text!r} is no domain name: {found_problem}")
    return found


def _escaped(first: str, rest: Iterator[str]) -> bytes:
    if not first:
        raise ValueError("nothing follows the last backslash")
    if not first.isdigit():
        return first.encode()
    digits = first + next(rest, "") + next(rest, "")
    if len(digits) < 3 or not digits.isdigit() or int(digits) > 255:
        raise ValueError(f"a backslash and {digits!r} are no octet: three digits of at most 255 are needed")
    return bytes([int(digits)])


def show(labels: Name) -> str:
    """The name as text, without a last dot; the root is `.`. What `name` could not read so is escaped."""
    return ".".join("".join(map(_shown, label)) for label in labels) or "."


def _shown(octet: int) -> str:
    if octet in b".\\":
        return "\\" + chr(octet)
    return chr(octet) if 32 < octet < 127 else f"\\{octet:03d}"


def same(one: Name, other: Name) -> bool:
    """Names are equal whatever the case of their ASCII letters (RFC 4343, 3)."""
    return [label.lower() for label in one] == [label.lower() for label in other]


def problem(labels: Name) -> str | None:
    """Why this cannot be a name, in words; None if it can."""
    for label in labels:
        if not isinstance(label, bytes) or not label:
            return "a label is empty"
        if len(label) > LABEL_GREATEST:
            return f"a label has {len(label)} octets, {LABEL_GREATEST} at most"
    octets = length(labels)
    return f"it has {octets} octets, {NAME_GREATEST} at most" if octets > NAME_GREATEST else None


def length(labels: Name) -> int:
    """Bytes of a name that is not compressed."""
    return sum(1 + len(label) for label in labels) + 1
