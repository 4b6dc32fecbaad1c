"""The pages of a server as plain data, and the short text in which a level writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.kernel.time import parse_duration
from core.wire import http_date
from core.wire.http1 import Request, head_of, path_of, value_of, values_of
from core.wire.table import CodecError

KNOWN = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
"""Methods that a server knows, whether or not a page allows them (RFC 9110 §9.3, RFC 5789)."""
ALLOWED = ("GET", "HEAD")
_TWO = "([0-9]{2})"
_MOMENT = re.compile(rf"([0-9]{{4}})-{_TWO}-{_TWO}(?:T{_TWO}:{_TWO}(?::{_TWO})?Z?)?")
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_HOURS = 3600
_FIELD = re.compile(r"[\x21-\x7e]*")
KEYS = ("type", "etag", "modified", "after", "every", "max-age", "age", "size")
"""What may be said of a page in the text of a level."""
LARGEST = 1 << 24
"""Bytes of the largest page that a level may ask for."""


@dataclass(frozen=True)
class Page:
    """What a server has under a path.

    etag      its entity tag with the quotation marks; "" for none.
    modified  Unix time (s); -1 if nobody knows.
    parts     of a page that is made while it is sent: the pieces in which it comes, `every` µs apart; () for a file.
    after     µs that the server takes until it has the page, or the first part.
    max_age   s for which the server says that a copy stays fresh (RFC 9111 §5.2.2.1); -1 if it says nothing.
    age       of a copy: s that have passed since it left the server (RFC 9111 §4.2.3).
    """

    path: str
    body: bytes
    kind: str = "text/html; charset=utf-8"
    etag: str = ""
    modified: int = -1
    parts: tuple[bytes, ...] = ()
    every: int = 0
    after: int = 0
    max_age: int = -1
    age: int = 0

    @property
    def shown(self) -> str:
        """The body as a question shows it: short, with its line ends written out."""
        text = self.body.decode("utf-8", "replace")
        text = text.replace("\r", "\\r").replace("\n", "\\n")
        return text if len(text) <= 60 else f"{text[:57]}... ({len(self.body)} bytes)"


def site_of(text: str) -> dict[str, Page]:
    r"""The pages in a text. Raises ValueError in words.

    A page begins with a line `= /path key=value ...`; the lines up to the next one are its body, joined with LF. Keys:
    `type` (no blanks: "text/plain"), `etag` (without quotation marks), `modified` (1994-11-06T08:49:37Z), `after` and
    `every` (durations), `max-age` and `age` (whole seconds), `size` (the body is repeated up to so many bytes). With
    `every`, each line is a part that is made while the page is sent. `\n` in a line is a line feed, `\r` a carriage
    return.
    """
    pages: dict[str, Page] = {}
    for block in re.split(r"^= ", text.strip("\n"), flags=re.M):
        head, _, rest = block.partition("\n")
        if not head.strip():
            continue
        path, *words = head.split()
        if path in pages:
            raise ValueError(f"{path} is there twice")
        pages[path_named(path)] = _page(path, words, rest.rstrip("\n"))
    return pages


def served_of(text: str) -> dict[str, Page]:
    """The pages of a server: as `site_of` reads them; a server finds them by their paths alone. Raises ValueError."""
    pages = site_of(text)
    for path in pages:
        if "?" in path or "#" in path:
            raise ValueError(f"{path}: a server's page is found by its path, which ends before any ? or #")
    return pages


def _page(path: str, words: list[str], text: str) -> Page:
    settings: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in KEYS:
            raise ValueError(f"{path}: {word!r} is not {', '.join(f'{name}=' for name in KEYS[:-1])} or {KEYS[-1]}=")
        if key in ("type", "etag") and (not _FIELD.fullmatch(value) or (key == "etag" and '"' in value)):
            raise ValueError(f"{path}: {value!r} cannot stand in a field: visible ASCII only, no quotation marks")
        settings[key] = value
    lines = [line.replace("\\r", "\r").replace("\\n", "\n").encode() for line in text.split("\n")]
    body = b"\n".join(lines)
    for key, what in (("size", "a size is a number of bytes"), ("max-age", "a max-age is a whole number of seconds"),
                      ("age", "an age is a whole number of seconds")):  # fmt: skip
        if key in settings and not (settings[key].isascii() and settings[key].isdecimal()):
            raise ValueError(f"{path}: {what}, not {settings[key]!r}")
    if "size" in settings:
        size = int(settings["size"])
        if size > LARGEST:
            raise ValueError(f"{path}: {size} bytes are too many, {LARGEST} at most")
        body = (body * (size // max(1, len(body)) + 1))[:size]
    every = parse_duration(settings["every"]) if "every" in settings else 0
    parts = tuple(line for line in lines if line) if every else ()
    return Page(
        path,
        b"".join(parts) if parts else body,
        settings.get("type", "text/html; charset=utf-8"),
        f'"{settings["etag"]}"' if "etag" in settings else "",
        moment_of(settings["modified"]) if "modified" in settings else -1,
        parts,
        every,
        parse_duration(settings["after"]) if "after" in settings else 0,
        int(settings.get("max-age", -1)),
        int(settings.get("age", 0)),
    )


def path_named(path: str) -> str:
    """The path itself. Raises ValueError for what no request could ask for: it begins with /, visible ASCII follows."""
    if not path.startswith("/"):
        raise ValueError(f"a page has a path that begins with /, not {path!r}")
    try:
        head_of(Request("GET", path))
    except CodecError as error:
        raise ValueError(f"{path!r} is no path, {error.message}: other letters are written as %C3%A9") from error
    return path


def is_path(text: str) -> bool:
    """Could a request ask for it here?"""
    try:
        path_named(text)
    except ValueError:
        return False
    return True


def moment_of(text: str) -> int:
    """Unix time (s) of "1994-11-06T08:49:37Z" or "1994-11-06". Raises ValueError."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no moment like 1994-11-06T08:49:37Z")
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"{text!r} is no moment of the calendar")
    days = http_date.days_before(year, month, day)
    if days < 0 or http_date.date_of(days) != (year, month, day):
        raise ValueError(f"{text!r} is no day of the calendar since 1970")
    return days * http_date.DAY + hour * _HOURS + minute * 60 + second


def _names(tags: str, page: Page, *, weakly: bool) -> bool:
    """Does a list of entity tags name what the page is now, or any page by *? Compared weakly, W/"1" is "1"; strongly,
    a weak tag is like no other (RFC 9110 §8.8.3.2)."""
    if tags == "*":
        return True
    here, named = page.etag, _TAG.findall(tags)
    if weakly:
        return bool(here) and here.removeprefix("W/") in [tag.removeprefix("W/") for tag in named]
    return bool(here) and not here.startswith("W/") and here in named


def _date_of(request: Request, name: str, now: int) -> int | None:
    """The date in a field; None if there is none, if there are several, or if it is no date: it is ignored then."""
    dates = values_of(request.headers, name)
    try:
        return http_date.parse(dates[0], now) if len(dates) == 1 else None
    except CodecError:
        return None


def refused(request: Request, page: Page, now: int) -> bool:
    """Is it asked for on a condition that does not hold (RFC 9110 §13.1.1, §13.1.4, §13.2.2)? `now` is Unix time (s).

    If-Unmodified-Since is ignored beside If-Match, with a date that is none, and where nobody knows when the page was
    changed.
    """
    tags = value_of(request.headers, "If-Match")
    if tags is not None:
        return not _names(tags, page, weakly=False)
    date = _date_of(request, "If-Unmodified-Since", now)
    return date is not None and page.modified > date


def unchanged(request: Request, page: Page, now: int) -> bool | None:
    """Does the client's copy still hold (RFC 9110 §13.2.2)? None if the request names no condition that counts.

    If-Modified-Since is ignored beside If-None-Match, and with a date that is none (§13.1.3). `now` is Unix time (s).
    """
    tags = value_of(request.headers, "If-None-Match")
    if tags is not None:
        return _names(tags, page, weakly=True)
    date = _date_of(request, "If-Modified-Since", now)
    return None if date is None or page.modified < 0 else page.modified <= date


def status_for(request: Request, pages: dict[str, Page], problem: str | None, now: int) -> int:
    """The status of RFC 9110 §15 for a request; `problem` is what is wrong with its Host, if anything is."""
    if problem is not None:
        return 400
    if request.method not in KNOWN:
        return 501
    expectation = value_of(request.headers, "Expect")
    if expectation is not None and expectation.lower() != "100-continue":
        return 417
    path = path_of(request)
    page = pages.get(path)
    if page is None:  # OPTIONS * and CONNECT host:port ask for no page: what they ask for is done for none
        return 404 if path.startswith("/") else 405
    if request.method not in ALLOWED:
        return 405
    if refused(request, page, now):
        return 412
    return 304 if unchanged(request, page, now) else 200
