"""Texts that are typed, and places in a text that are cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from core.kernel.choice import Asked, Domain, Value
from core.kernel.domains.numbers import Bound, bound
from core.kernel.domains.options import Options, options_of
from core.kernel.domains.words import how_many, listed, quoted, spaced, unquoted
from core.kernel.language import counted, said


class Form(Enum):
    """What a text is made of; the value is what its units are called.

    LETTERS  letters: a str.
    PATTERN  the same, and some of them stand for others: a str.
    BITS     0 and 1: a str of these.
    HEX      bytes, typed as hexadecimal digits: bytes.
    BYTES    bytes, typed as letters (in UTF-8) and escapes, \\0 \\n \\r \\t \\\\ \\xHH: bytes.
    """

    LETTERS = "letters"
    PATTERN = "signs"
    BITS = "bits"
    HEX = "bytes in hexadecimal digits"
    BYTES = "bytes"

    @property
    def unit(self) -> str:
        """What its length counts."""
        return "bytes" if self is Form.HEX else self.value


def _anything(asked: Asked, value: Any) -> str:
    return ""


LONGEST = 1_000
"""Units of a text whose room does not say how many."""
SOME = 64
"""A candidate of one and the same letter is no longer than this, if it need not be."""
PLACES_TRIED = 9
"""So many single cuts are candidates."""


@dataclass(frozen=True)
class Text(Domain):
    """A text of `least` to `most` letters, signs, bits or bytes.

    alphabet  the only letters that may occur; "" for all that can be printed.
    stock     texts that are often wanted: found by their beginning, and candidates.
    fits      what else is wrong with one, in words; "" if nothing is.

    `Choice.means` says what a text selects (`selecting`) or decodes to, while it is being typed.
    """

    form: Form = Form.LETTERS
    least: Bound = 0
    most: Bound = LONGEST
    alphabet: str = ""
    stock: Options = ()
    fits: Callable[[Asked, Any], str] = _anything

    control = "text"
    whole = False

    def limits(self, asked: Asked) -> tuple[int, int]:
        """The least and the greatest length."""
        return (bound(self.least, asked), bound(self.most, asked))

    def problem(self, asked: Asked, value: Value) -> str | None:
        least, most = self.limits(asked)
        unit = self.form.unit
        if not isinstance(value, bytes if self.form in (Form.HEX, Form.BYTES) else str):
            return said("{text} is no text of {unit}", text=repr(value), unit=said(unit))
        if isinstance(value, str):
            allowed = "01" if self.form is Form.BITS else self.alphabet
            for letter in value:
                if not letter.isprintable():
                    return said("{letter} cannot be printed", letter=repr(letter))
                if allowed and letter not in allowed:
                    return said("{letter} is none of {allowed}", letter=repr(letter), allowed=" ".join(allowed))
        if not least <= len(value) <= most:
            given = f"{len(value)} {said(unit[:-1] if len(value) == 1 else unit)}"
            return said("{given}: {wanted} are wanted", given=given, wanted=how_many(least, most))
        return self.fits(asked, value) or None

    def parse(self, asked: Asked, text: str) -> Value:
        value = self._read(text)
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def _read(self, text: str) -> Value:
        quotes = unquoted(text.strip())
        inside = text.strip() if quotes is None else quotes
        if not inside and quotes is None:
            raise ValueError(said('nothing is typed: an empty answer is typed as ""'))
        if self.form is Form.BITS:
            return re.sub(r"[\s_]", "", inside)
        if self.form is Form.HEX:
            digits = re.sub(r"[\s:_]|^0x", "", inside)
            wrong = re.search(r"[^0-9a-fA-F]", digits)
            if wrong:
                raise ValueError(said("{text} is no hexadecimal digit", text=repr(wrong[0])))
            if len(digits) % 2:
                raise ValueError(said("half a byte at the end: two digits are one byte"))
            return bytes.fromhex(digits)
        if self.form is Form.BYTES:
            return _unescaped(inside)
        return inside

    def show(self, value: Value) -> str:
        if self.form is Form.HEX:
            return value.hex(" ") or said("no bytes")
        if self.form is Form.BYTES:
            return _escaped(value) or said("no bytes")
        if self.form is Form.BITS:
            return _grouped(value) or said("no bits")
        return value or said("an empty text")

    def write(self, value: Value) -> str:
        if self.form is Form.HEX:
            text = value.hex(" ")
        else:
            text = _grouped(value) if self.form is Form.BITS else _escaped(value) if self.form is Form.BYTES else value
        return quoted(text) if not text or text != text.strip() or text[:1] == '"' else text

    def how(self, asked: Asked) -> str:
        least, most = self.limits(asked)
        count = how_many(least, most)
        more = f" of {' '.join(self.alphabet)}" if self.alphabet else ""
        escapes = r"; \0 \n \r \t \\ \xHH for bytes that are no letters" if self.form is Form.BYTES else ""
        stock = [self.write(value) for value in options_of(self.stock, asked)]
        return f"{count} {self.form.value}{more}{escapes}{f', such as {listed(stock)}' if stock else ''}"

    def completions(self, asked: Asked, text: str) -> Sequence[str]:
        begun = text.strip().lower()
        written = [self.write(value) for value in options_of(self.stock, asked)]
        return [one for one in written if begun and one.lower().startswith(begun)]

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        stock = options_of(self.stock, asked)
        if not stock:
            return value
        return stock[(stock.index(value) + by) % len(stock)] if value in stock else stock[0 if by > 0 else -1]

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        found = list(options_of(self.stock, asked))
        least, most = self.limits(asked)
        for length in dict.fromkeys((least, max(least, min(most, SOME)))):
            if self.form in (Form.HEX, Form.BYTES):
                found += [bytes(length), b"\xff" * length, b"a" * length]
            else:
                for letter in "01" if self.form is Form.BITS else self.alphabet[:1] + self.alphabet[-1:] or "a":
                    found.append(letter * length)
        return [value for value in dict.fromkeys(found) if self.problem(asked, value) is None]

    def spread(self, asked: Asked) -> Sequence[Value]:
        return self.default_candidates(asked)


def _grouped(bits: str) -> str:
    """Bits in groups of eight."""
    return " ".join(bits[place : place + 8] for place in range(0, len(bits), 8))


_ESCAPES = {"0": b"\0", "n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}


def _unescaped(text: str) -> bytes:
    found = b""
    for plain, escape in re.findall(r"([^\\]+)|\\(x[0-9a-fA-F]{2}|.?)", text, re.DOTALL):
        if plain:
            found += plain.encode("utf-8", "surrogatepass")
        elif escape[:1] == "x" and len(escape) == 3:
            found += bytes.fromhex(escape[1:])
        elif escape in _ESCAPES:
            found += _ESCAPES[escape]
        else:
            raise ValueError(f"\\{escape} is no escape: \\0 \\n \\r \\t \\\\ or \\x and two hexadecimal digits")
    return found


def _escaped(data: bytes) -> str:
    """The letters that the bytes are in UTF-8, all others escaped."""
    text = data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(
        letter if letter.isprintable() else "\\0" if letter == "\0" else _hexadecimal(letter) for letter in text
    )


def _hexadecimal(letter: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8"))


def selecting(
    among: Options, selects: Callable[[Any, Any], bool], what: str = "selects"
) -> Callable[[Asked, Value], str]:
    """`Choice.means` of a text that selects: "selects 2 of 5: a/b and a/c"; `selects(text, one)` says which."""

    def means(asked: Asked, value: Value) -> str:
        options = options_of(among, asked)
        found = [one for one in options if selects(value, one)]
        return f"{what} {len(found)} of {len(options)}{f': {listed(found)}' if found else ''}"

    return means


@dataclass(frozen=True)
class Places(Domain):
    """Cuts in a line of text or bytes, as scissors make them: a tuple of places, in rising order.

    Place n has n letters (or bytes) before it; the ends are no places, unless `ends`.

    line  the text (str) or the bytes.
    at    the only places where it may be cut; () for all.
    most  None: everywhere.
    none  what it is called to cut nowhere.
    """

    line: str | bytes | Callable[[Asked], str | bytes]
    most: Bound | None = None
    least: Bound = 0
    at: Options = ()
    ends: bool = False
    none: str = "nowhere"

    control = "scissors"
    whole = False

    def line_of(self, asked: Asked) -> str | bytes:
        """The line of this question."""
        return self.line(asked) if callable(self.line) else self.line

    def of(self, asked: Asked) -> Sequence[int]:
        """The places where it may be cut."""
        length = len(self.line_of(asked))
        first, last = (0, length) if self.ends else (1, length - 1)
        at = options_of(self.at, asked)
        return sorted(place for place in at if first <= place <= last) if at else range(first, last + 1)

    def limits(self, asked: Asked) -> tuple[int, int]:
        """How many cuts must be made, and how many may."""
        places = len(self.of(asked))
        return (bound(self.least, asked), places if self.most is None else min(places, bound(self.most, asked)))

    def parts(self, asked: Asked, value: Value) -> list[str | bytes]:
        """What the line is cut into."""
        line = self.line_of(asked)
        ends = [0, *value, len(line)]
        return [line[start:stop] for start, stop in pairwise(ends)]

    def problem(self, asked: Asked, value: Value) -> str | None:
        if not isinstance(value, tuple) or not all(type(place) is int for place in value):
            return said("{text} are no places", text=repr(value))
        places = self.of(asked)
        for place in value:
            if place not in places:
                if isinstance(places, range) and places:
                    only = said("places {first} to {last}", first=places[0], last=places[-1])
                else:
                    only = listed(places) or said("there is none")
                return said("{place} is no place to cut at: {places}", place=place, places=only)
        if any(one >= other for one, other in pairwise(value)):
            return said("the cuts stand in rising order, each once")
        least, most = self.limits(asked)
        if not least <= len(value) <= most:
            return counted(
                "{count} cut: {wanted} are wanted", "{count} cuts: {wanted} are wanted", len(value),
                wanted=how_many(least, most),
            )  # fmt: skip
        return None

    def parse(self, asked: Asked, text: str) -> Value:
        """Places with blanks between, "8 14"; or the line itself with a bar at each cut, "GET |/index"."""
        if "|" in text:
            value = self._barred(asked, text)
        elif text.strip() in ("", self.none, said(self.none)):
            value = ()
        else:
            words = [word for word in re.split(r"[\s,]+", text) if word]
            wrong = next((word for word in words if not word.isdecimal()), None)
            if wrong is not None:
                raise ValueError(said("{text} is no place: a number, how many come before the cut", text=repr(wrong)))
            value = tuple(sorted({int(word) for word in words}))
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def _barred(self, asked: Asked, text: str) -> tuple[int, ...]:
        line = self.line_of(asked)
        parts: list[str | bytes] = []
        for part in text.split("|"):
            try:
                parts.append(part if isinstance(line, str) else bytes.fromhex(part))
            except ValueError:
                raise ValueError(said("{text} are no bytes in hexadecimal digits", text=repr(part))) from None
        if (b"" if isinstance(line, bytes) else "").join(parts) != line:  # type: ignore[arg-type]
            raise ValueError(said("that is not the line, with bars in it"))
        places = [sum(map(len, parts[:count])) for count in range(1, len(parts))]
        return tuple(places)

    def show(self, value: Value) -> str:
        return said("at {places}", places=", ".join(map(str, value))) if value else said(self.none)

    def write(self, value: Value) -> str:
        return " ".join(map(str, value)) or self.none

    def how(self, asked: Asked) -> str:
        line = self.line_of(asked)
        least, most = self.limits(asked)
        unit = "letters" if isinstance(line, str) else "bytes"
        count = how_many(least, most)
        cuts = "cut" if most == 1 else "cuts"
        at = f", of places {listed(self.of(asked))}" if options_of(self.at, asked) else ""
        return (
            f"the line is {line if isinstance(line, str) else line.hex(' ')} ({len(line)} {unit}). {count} {cuts}{at}: "
            f"how many {unit} come before each, with blanks between, or the line with a bar at each cut; "
            f"an empty line is {self.none}"
        )

    def step(self, asked: Asked, value: Value, by: int) -> Value:
        places = self.of(asked)
        if not isinstance(value, tuple) or len(value) != 1 or value[0] not in places:
            return value
        return (places[max(0, min(len(places) - 1, places.index(value[0]) + by))],)

    def left_of(self, asked: Asked, value: Value) -> Value:
        left = tuple(place for place in value if place in self.of(asked)) if isinstance(value, tuple) else ()
        left = left[: self.limits(asked)[1]]
        return left if self.problem(asked, left) is None else None

    def default_candidates(self, asked: Asked) -> Sequence[Value]:
        places = tuple(self.of(asked))
        least, most = self.limits(asked)
        found = [(), tuple(spaced(places, most)) if most > 1 else (), places[:most], places[len(places) - most :]]
        found += [(place,) for place in spaced(places, PLACES_TRIED)]
        found += [places[:least]]
        return [value for value in dict.fromkeys(found) if self.problem(asked, value) is None]

    def spread(self, asked: Asked) -> Sequence[Value]:
        return self.default_candidates(asked)
