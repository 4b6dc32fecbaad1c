"""What the fields of an HTTP/1.1 message say: of the host, of the connection, and of where the body ends.

Sections without a name are of RFC 9112.
"""

from __future__ import annotations

import re
from enum import Enum

from core.wire.http1.messages import Headers, HttpError, Message, Request, Response

BLANKS = " \t"
"""Optional whitespace (RFC 9110 §5.6.3)."""
_DIGITS = re.compile(r"[0-9]+")
_HOST = re.compile(r"(?:\[[0-9A-Za-z:.~!$&'()*+,;=_-]+\]|(?:[0-9A-Za-z._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?")
"""A host and perhaps a port: a name, an IPv4 address, or another address in brackets (RFC 9110 §7.2, RFC 3986 §3.2)."""


class Ending(Enum):
    """How a body ends (§6.3)."""

    NONE = "no body"
    LENGTH = "Content-Length"
    CHUNKED = "chunked"
    CLOSE = "until the connection closes"


def values_of(headers: Headers, name: str) -> list[str]:
    """All values of a field, in order; names are compared without regard to case."""
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]


def value_of(headers: Headers, name: str) -> str | None:
    """A field's value, several joined with ", " (RFC 9110 §5.3); None if there is none."""
    values = values_of(headers, name)
    return ", ".join(values) if values else None


def members_of(headers: Headers, name: str) -> list[str]:
    """The members of a field that is a list, empty ones too (RFC 9110 §5.6.1). Around them is optional whitespace: SP
    and HTAB, and no other octet that some alphabet takes for blank (§5.6.3)."""
    return [part.strip(BLANKS) for value in values_of(headers, name) for part in value.split(",")]


def tokens_of(headers: Headers, name: str) -> list[str]:
    """The members of a field that is a list of tokens, in lower case."""
    return [member.lower() for member in members_of(headers, name) if member]


def keeps_open(message: Message) -> bool:
    """May the connection serve another exchange after this message, as far as its fields tell (§9.3)?"""
    options = tokens_of(message.headers, "Connection")
    if "close" in options:
        return False
    return message.version != "HTTP/1.0" or "keep-alive" in options


def host_problem(request: Request) -> str | None:
    """Why a server must answer 400 for the Host field (§3.2), in words; None if it is as it must be."""
    hosts = values_of(request.headers, "Host")
    if len(hosts) > 1:
        return "more than one Host"
    if not hosts and request.version != "HTTP/1.0":
        return "no Host"
    if hosts and not _HOST.fullmatch(hosts[0]):
        return f"{hosts[0]!r} is no host"
    return None


def path_of(request: Request) -> str:
    """The path that a target names, without its query: of "/a?b" and of "http://host/a" it is "/a" (§3.2)."""
    target = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", request.target)
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    return path or "/"


def content_length(headers: Headers) -> int | None:
    """The number in Content-Length; None if there is none. Raises HttpError (400) for no number and for several."""
    members = members_of(headers, "Content-Length")
    if not members:
        return None
    for member in members:
        if not _DIGITS.fullmatch(member):
            raise HttpError(0, f"Content-Length is {member!r}, which is no number", 400)
    digits = {member.lstrip("0") or "0" for member in members}
    if len(digits) > 1:
        raise HttpError(0, f"Content-Length is {' and '.join(members)}", 400)
    number = digits.pop()
    if len(number) > 18:
        raise HttpError(0, f"a Content-Length of {len(number)} digits", 413)
    return int(number)


def ending_of(message: Message, method: str = "") -> tuple[Ending, int]:
    """How the body ends (§6.3), and its length if that is told; `method` is the request's that a response answers.

    Raises HttpError where the fields contradict each other.
    """
    if isinstance(message, Response) and (
        method == "HEAD"
        or message.status // 100 == 1
        or message.status in (204, 304)
        or (method == "CONNECT" and message.status // 100 == 2)
    ):
        return Ending.NONE, 0
    if not values_of(message.headers, "Transfer-Encoding"):
        length = content_length(message.headers)
        if length is not None:
            return Ending.LENGTH, length
        return (Ending.NONE, 0) if isinstance(message, Request) else (Ending.CLOSE, 0)
    if message.version == "HTTP/1.0":
        raise HttpError(0, "Transfer-Encoding in a message of HTTP/1.0", 400)
    if values_of(message.headers, "Content-Length"):
        raise HttpError(0, "both Content-Length and Transfer-Encoding", 400)
    codings = tokens_of(message.headers, "Transfer-Encoding")
    if not codings or codings.count("chunked") > 1:
        raise HttpError(0, "Transfer-Encoding names chunked twice" if codings else "Transfer-Encoding is empty", 400)
    if codings[-1] != "chunked":
        if isinstance(message, Response):
            return Ending.CLOSE, 0
        raise HttpError(0, f"nothing tells where the body ends: the last transfer coding is {codings[-1][:40]!r}", 400)
    if isinstance(message, Request) and len(codings) > 1:
        raise HttpError(0, f"the transfer coding {codings[0][:40]!r} is not implemented", 501)
    return Ending.CHUNKED, 0
