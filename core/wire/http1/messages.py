"""What HTTP/1.1 messages are: requests, responses, what is wrong with one; and the forms of their parts.

Sections without a name are of RFC 9112.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from core.wire.table import CodecError

SOURCE = "RFC 9112"
CODEC = "HTTP/1.1"
VERSION = "HTTP/1.1"
TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
VISIBLE = re.compile(rb"[\x21-\x7e]+")
TEXT = re.compile(rb"[\t \x21-\x7e\x80-\xff]*")
VERSIONS = re.compile(rb"HTTP/([0-9])\.[0-9]")
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://.+")
_AUTHORITY = re.compile(rb"[^/?#@]+:[0-9]+")

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Field lines in their order: (name, value), without the whitespace around the value; octets as ISO 8859-1."""


class HttpError(CodecError):
    """What is wrong with a message, and the `status` with which a server answers it (§2.2, §3, §6.3).

    A fault in a response has the status 502, with which a gateway would pass it on; a user agent discards it.
    """

    def __init__(self, offset: int, message: str, status: int, decoded: tuple[Message, ...] = ()) -> None:
        super().__init__(CODEC, offset, message, decoded)
        self.status = status


@dataclass(frozen=True)
class Limits:
    """The most that a decoder puts up with, in bytes: a start line, all field lines together, a chunk's line, a body.

    §3 recommends that request lines of at least 8000 octets be supported.
    """

    start_line: int = 8000
    headers: int = 32_768
    chunk_line: int = 1024
    body: int = 1 << 26


@dataclass(frozen=True)
class Request:
    """Do `method` with `target`. `chunks`: the sizes of the chunks in which the body travels, the last one 0."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    version: str = VERSION
    chunks: tuple[int, ...] = ()
    trailers: Headers = ()

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


@dataclass(frozen=True)
class Response:
    """The answer to a request. `chunks` as in a request; an answer to HEAD has no body, whatever its fields say."""

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""
    version: str = VERSION
    chunks: tuple[int, ...] = ()
    trailers: Headers = ()

    def __str__(self) -> str:
        return f"{self.status} {self.reason}".rstrip()


Message: TypeAlias = Request | Response


def target_fits(method: bytes, target: bytes) -> bool:
    """Is it origin-form, absolute-form, or the form that this method has (§3.2)?"""
    if method == b"CONNECT":
        return _AUTHORITY.fullmatch(target) is not None
    if target == b"*":
        return method == b"OPTIONS"
    return target.startswith(b"/") or _ABSOLUTE.fullmatch(target) is not None


def shown(octets: bytes) -> str:
    """Octets as an error names them: quoted, 40 characters at most."""
    text = octets.decode("latin-1")
    return repr(text if len(text) <= 40 else text[:37] + "...")
