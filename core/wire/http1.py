"""HTTP/1.1 messages on a connection (RFC 9112; fields and methods by RFC 9110).

A message is a start line, field lines, an empty line and perhaps a body. A stream keeps no boundaries, so where the
body ends must be told: by Content-Length, by chunks, or by the connection's end. `StreamDecoder` gathers bytes until
messages are whole, however the stream was cut; `encode` and `decode` are for one whole message.

Choices where the RFC leaves one: a single LF ends a line of the head, never one of the chunked coding (§2.2); folded
field lines are refused in requests and joined in responses (§5.2); a message with both Content-Length and
Transfer-Encoding is refused (§6.1, §6.3); a Content-Length repeated with the same value counts once (RFC 9110 §8.6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias

from core.wire.table import Codec, CodecError, Envelope, Span, close, octets_in_words

SOURCE = "RFC 9112"
CODEC = "HTTP/1.1"
VERSION = "HTTP/1.1"
TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VISIBLE = re.compile(rb"[\x21-\x7e]+")
_TEXT = re.compile(rb"[\t \x21-\x7e\x80-\xff]*")
_VERSION = re.compile(rb"HTTP/([0-9])\.[0-9]")
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://.+")
_AUTHORITY = re.compile(rb"[^/?#@]+:[0-9]+")
_STATUS_LINE = re.compile(rb"(HTTP/[0-9]\.[0-9]) ([1-9][0-9]{2})(?: ([\t \x21-\x7e\x80-\xff]*))?")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)(?:[ \t]*;.*)?")
_DIGITS = re.compile(r"[0-9]+")
_FOREIGN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r[^\n]")
"""Control characters, and a CR that no LF follows: no line has them (§2.2, RFC 9110 §5.5)."""
_BLANKS = b" \t"
_HOST = re.compile(r"(?:\[[0-9A-Za-z:.~!$&'()*+,;=_-]+\]|(?:[0-9A-Za-z._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?")
"""A host and perhaps a port: a name, an IPv4 address, or another address in brackets (RFC 9110 §7.2, RFC 3986 §3.2)."""

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


class Ending(Enum):
    """How a body ends (§6.3)."""

    NONE = "no body"
    LENGTH = "Content-Length"
    CHUNKED = "chunked"
    CLOSE = "until the connection closes"


# What the fields say


def values_of(headers: Headers, name: str) -> list[str]:
    """All values of a field, in order; names are compared without regard to case."""
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]


def value_of(headers: Headers, name: str) -> str | None:
    """A field's value, several joined with ", " (RFC 9110 §5.3); None if there is none."""
    values = values_of(headers, name)
    return ", ".join(values) if values else None


def tokens_of(headers: Headers, name: str) -> list[str]:
    """The members of a field that is a list of tokens, in lower case."""
    return [word for value in values_of(headers, name) for part in value.split(",") if (word := part.strip().lower())]


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
    members = [part.strip() for value in values_of(headers, "Content-Length") for part in value.split(",")]
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


# Encoding


def head_of(message: Message) -> bytes:
    """Start line, field lines and the empty line, whatever the fields say of the body.

    Raises CodecError for what no line can hold.
    """
    if isinstance(message, Request):
        _fits(TOKEN, message.method, "a method")
        _fits(_VISIBLE, message.target, "a request target")
        if not _target_fits(_octets(message.method), _octets(message.target)):
            raise CodecError(CODEC, 0, f"{message.target!r} is no target of {message.method}")
        start = f"{message.method} {message.target} {message.version}"
    else:
        if not 100 <= message.status <= 999:
            raise CodecError(CODEC, 0, f"a status has three digits, not {message.status}")
        _fits(_TEXT, message.reason, "a reason phrase")
        start = f"{message.version} {message.status} {message.reason}"
    version = _VERSION.fullmatch(_octets(message.version))
    if version is None or version[1] != b"1":
        raise CodecError(CODEC, 0, f"{message.version!r} is not version 1 of HTTP")
    return _octets(start) + b"\r\n" + _lines(message.headers) + b"\r\n"


def encode(message: Message) -> bytes:
    """Raises CodecError for a body that does not end where the fields say, and for what no line can hold."""
    head = head_of(message)
    ending, length = ending_of(message)
    body = message.body
    if ending is Ending.CHUNKED:
        if isinstance(message, Response) and not (message.chunks or body or message.trailers):
            return head  # the answer to HEAD
        return head + _chunked(message)
    if message.chunks or message.trailers:
        raise CodecError(CODEC, len(head), "chunks or trailers in a message that is not chunked")
    if ending is Ending.NONE and body:
        raise CodecError(CODEC, len(head), f"{octets_in_words(body)} where the fields leave no room for a body")
    if ending is Ending.LENGTH and len(body) != length and (body or isinstance(message, Request)):
        raise CodecError(CODEC, len(head), f"a body of {octets_in_words(body)}, but Content-Length is {length}")
    return head + body


def _chunked(message: Message) -> bytes:
    sizes = message.chunks
    if sum(sizes) != len(message.body) or sizes[-1:] != (0,) or any(size <= 0 for size in sizes[:-1]):
        raise CodecError(CODEC, 0, f"chunks {sizes} for a body of {octets_in_words(message.body)}; the last is 0")
    out, at = bytearray(), 0
    for size in sizes[:-1]:
        out += b"%x\r\n%b\r\n" % (size, message.body[at : at + size])
        at += size
    return bytes(out) + b"0\r\n" + _lines(message.trailers) + b"\r\n"


def _lines(headers: Headers) -> bytes:
    for name, value in headers:
        _fits(TOKEN, name, "a field name")
        _fits(_TEXT, value, "a field value")
        if value != value.strip(" \t"):
            raise CodecError(CODEC, 0, f"the value of {name} has whitespace around it")
    return b"".join(_octets(f"{name}: {value}".rstrip(" ")) + b"\r\n" for name, value in headers)


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise CodecError(CODEC, 0, f"{text!r} has characters beyond ISO 8859-1") from None


def _fits(pattern: re.Pattern[bytes], text: str, what: str) -> None:
    if not pattern.fullmatch(_octets(text)):
        raise CodecError(CODEC, 0, f"{text!r} is not {what}")


def _target_fits(method: bytes, target: bytes) -> bool:
    """Is it origin-form, absolute-form, or the form that this method has (§3.2)?"""
    if method == b"CONNECT":
        return _AUTHORITY.fullmatch(target) is not None
    if target == b"*":
        return method == b"OPTIONS"
    return target.startswith(b"/") or _ABSOLUTE.fullmatch(target) is not None


# Decoding


class Phase(Enum):
    """What a decoder reads next."""

    START = "start line"
    HEADERS = "field lines"
    LENGTH = "a body of known length"
    CLOSE = "a body until the connection closes"
    CHUNK = "a chunk's size"
    DATA = "a chunk's data"
    END = "a chunk's end"
    TRAILERS = "trailer fields"
    FAILED = "nothing more"


@dataclass
class StreamDecoder:
    """Turns the bytes of one direction of a connection into messages; plain data, so a node's state may hold it.

    A decoder of `responses` must be told by `expect` of every request that is sent: what ends a response depends on
    its request's method. Between messages `phase` is START and `buffer` is empty: `between` says so.
    """

    responses: bool = False
    limits: Limits = Limits()
    methods: list[str] = field(default_factory=list)
    buffer: bytes = b""
    offset: int = 0
    """Bytes of the stream before `buffer`."""
    phase: Phase = Phase.START
    first: tuple[str, ...] = ()
    headers: list[tuple[str, str]] = field(default_factory=list)
    trailers: list[tuple[str, str]] = field(default_factory=list)
    lines: int = 0
    """Bytes of this message's field lines so far."""
    body: list[bytes] = field(default_factory=list)
    size: int = 0
    left: int = 0
    chunks: list[int] = field(default_factory=list)
    fault: tuple[int, str, int] = (0, "", 0)

    def expect(self, method: str) -> None:
        """A request with this method was sent: its response is to come, after those that are still to come."""
        self.methods.append(method)

    @property
    def between(self) -> bool:
        """Is no message under way?"""
        return self.phase is Phase.START and not self.buffer

    @property
    def head(self) -> Message | None:
        """The message whose head is whole and whose body is still to come; None if there is none."""
        return None if self.phase in (Phase.START, Phase.HEADERS, Phase.FAILED) else self._head()

    def feed(self, data: bytes, found: list[Span] | None = None) -> list[Message]:
        """The messages that these bytes complete, however the stream was cut; what was read is added to `found`.

        Raises HttpError as soon as the bytes can no longer become a message, with the messages completed before in
        its `decoded`; the connection is of no use then, and the decoder says the same ever after.
        """
        if self.phase is Phase.FAILED:
            raise HttpError(*self.fault)
        waiting = self.buffer + data if self.buffer else data
        at = 0
        messages: list[Message] = []
        try:
            while (after := self._step(waiting, at, messages, found)) is not None:
                at = after
        except HttpError as error:
            status = 502 if self.responses else error.status
            self.fault = (self.offset + max(at, error.offset), error.message, status)
            self.phase = Phase.FAILED
            raise HttpError(*self.fault, tuple(messages)) from None
        finally:
            self.buffer = waiting[at:]
            self.offset += at
        return messages

    def close(self) -> list[Message]:
        """The connection has ended: the message that this completes, if any.

        Raises HttpError if a message is cut short (§8); then the bytes of it that came are of no use.
        """
        if self.phase is Phase.CLOSE:
            return [self._done()]
        if self.phase is Phase.FAILED:
            raise HttpError(*self.fault)
        if not self.between:
            where = f"in {self.phase.value}"
            if self.phase is Phase.LENGTH:
                where = f"{self.left} bytes before its end"
            raise HttpError(self.offset + len(self.buffer), f"cut short {where}", 502 if self.responses else 400)
        return []

    def _step(self, data: bytes, at: int, messages: list[Message], found: list[Span] | None) -> int | None:
        """Read one line or one piece of a body; where the next begins, or None if more bytes are needed."""
        phase = self.phase
        if phase is Phase.START:
            return self._read_start(data, at, found)
        if phase in (Phase.HEADERS, Phase.TRAILERS):
            return self._read_field(data, at, messages, found)
        if phase in (Phase.LENGTH, Phase.DATA, Phase.CLOSE):
            return self._read_body(data, at, messages, found)
        if phase is Phase.CHUNK:
            return self._read_chunk_size(data, at, found)
        if phase is Phase.END:
            if not b"\r\n".startswith(data[at : at + 2]):
                raise HttpError(at, "a chunk's data does not end where its size says", 400)
            if len(data) < at + 2:
                return None
            self.phase = Phase.CHUNK
            self._note(found, "chunk-end", at, at + 2, None, "CRLF", "a chunk's data ends", "RFC 9112 §7.1")
            return at + 2
        return None

    def _line(
        self, data: bytes, at: int, limit: int, status: int, what: str, strict: bool = False
    ) -> tuple[bytes, int] | None:
        """A line without its end and where the next begins; None if its end is not there yet.

        The first fault in the order of the bytes is the one that is reported, so that cuts make no difference.
        """
        end = data.find(b"\n", at, at + limit + 2)
        stop = end if end >= 0 else min(len(data), at + limit + 2)
        foreign = _FOREIGN.search(data, at, stop)
        if foreign is not None and foreign.start() - at < limit:
            raise HttpError(foreign.start(), f"{foreign[0][:1]!r} in {what}", 400)
        returned = stop > at and data[stop - 1] == 0x0D
        if stop - returned - at > limit:
            raise HttpError(at, f"{what} is longer than {limit} bytes", status)
        if end < 0:
            return None
        if strict and not returned:
            raise HttpError(end, f"{what} ends with LF alone", 400)
        return data[at : end - returned], end + 1

    # Heads

    def _read_start(self, data: bytes, at: int, found: list[Span] | None) -> int | None:
        limit = self.limits.start_line
        status = 414 if b" " in data[at : at + limit] else 501  # a long target, or a method as long as that (§3)
        line = self._line(data, at, limit, status, "the start line")
        if line is None:
            return None
        text, after = line
        if not text and not self.responses:
            self._note(found, "blank", at, after, None, "an empty line", "ignored before a request", "RFC 9112 §2.2")
            return after
        if self.responses:
            self.first = self._status_line(text, at, after, found)
        else:
            self.first = self._request_line(text, at, after, found)
        self.phase = Phase.HEADERS
        return after

    def _request_line(self, line: bytes, at: int, after: int, found: list[Span] | None) -> tuple[str, ...]:
        parts = line.split(b" ")
        if len(parts) != 3:
            raise HttpError(at, f"a request line is method, target and version, not {len(parts)} words", 400)
        method, target, version = parts
        if not TOKEN.fullmatch(method):
            raise HttpError(at, f"{_shown(method)} is no method", 400)
        second = at + len(method) + 1
        if not _VISIBLE.fullmatch(target) or not _target_fits(method, target):
            raise HttpError(second, f"{_shown(target)} is no target of {_shown(method)}", 400)
        third = second + len(target) + 1
        known = _VERSION.fullmatch(version)
        if known is None:
            raise HttpError(third, f"{_shown(version)} is no version of HTTP", 400)
        if known[1] != b"1":
            raise HttpError(third, f"{_shown(version)} is not spoken here", 505)
        first = tuple(part.decode("ascii") for part in parts)
        self._note(found, "method", at, second, first[0], first[0], "what to do", "RFC 9112 §3.1")
        self._note(found, "request-target", second, third, first[1], first[1], "with what", "RFC 9112 §3.2")
        self._note(found, "HTTP-version", third, after, first[2], first[2], "the sender's version", "RFC 9112 §2.3")
        return first

    def _status_line(self, line: bytes, at: int, after: int, found: list[Span] | None) -> tuple[str, ...]:
        match = _STATUS_LINE.fullmatch(line)
        if match is None:
            raise HttpError(at, f"{_shown(line)} is no status line", 502)
        if not match[1].startswith(b"HTTP/1."):
            raise HttpError(at, f"{_shown(match[1])} is not spoken here", 502)
        version, status, reason = (part.decode("latin-1") for part in match.groups(b""))
        second, third = at + len(version) + 1, at + match.end(2)
        self._note(found, "HTTP-version", at, second, version, version, "the sender's version", "RFC 9112 §2.3")
        self._note(found, "status-code", second, third, int(status), status, "what became of it", "RFC 9112 §4")
        self._note(found, "reason-phrase", third, after, reason, reason or "none", "for people only", "RFC 9112 §4")
        return version, status, reason

    def _read_field(self, data: bytes, at: int, messages: list[Message], found: list[Span] | None) -> int | None:
        trailing = self.phase is Phase.TRAILERS
        line = self._line(data, at, self.limits.headers - self.lines, 431, "the fields", strict=trailing)
        if line is None:
            return None
        text, after = line
        self.lines += after - at
        if text:
            self._take_field(text, at, after, self.trailers if trailing else self.headers, found)
            return after
        self._note(found, "end of fields", at, after, None, "an empty line", "the fields end here", "RFC 9112 §2.1")
        if trailing:
            messages.append(self._done())
        else:
            self._begin_body(messages)
        return after

    def _take_field(
        self, line: bytes, at: int, after: int, fields: list[tuple[str, str]], found: list[Span] | None
    ) -> None:
        if line[:1] in (b" ", b"\t"):
            if not self.responses or not fields:
                raise HttpError(at, "a field line begins with whitespace", 400)
            name, value = fields[-1]
            more = line.strip(_BLANKS).decode("latin-1")
            fields[-1] = (name, f"{value} {more}".strip(" "))
            self._note(found, name, at, after, more, more, "a folded line, obsolete", "RFC 9112 §5.2")
            return
        key, colon, rest = line.partition(b":")
        if not colon:
            raise HttpError(at, f"{_shown(line)} is no field line: there is no colon", 400)
        if not TOKEN.fullmatch(key):
            blank = key[-1:] in (b" ", b"\t") and TOKEN.fullmatch(key.rstrip(_BLANKS))
            words = "whitespace between a field name and its colon" if blank else f"{_shown(key)} is no field name"
            raise HttpError(at, words, 400)
        name, value = key.decode("ascii"), rest.strip(_BLANKS).decode("latin-1")
        fields.append((name, value))
        self._note(found, name, at, after, value, value or "empty", "field line", "RFC 9112 §5")

    # Bodies

    def _begin_body(self, messages: list[Message]) -> None:
        head = self._head()
        answered = ""
        if isinstance(head, Response) and self.methods:
            answered = self.methods[0] if head.status // 100 == 1 else self.methods.pop(0)
        ending, length = ending_of(head, answered)
        if length > self.limits.body:
            raise HttpError(0, f"a body of {length} bytes is longer than {self.limits.body}", 413)
        if ending is Ending.CHUNKED:
            self.phase = Phase.CHUNK
        elif ending is Ending.CLOSE:
            self.phase = Phase.CLOSE
        elif length:
            self.phase, self.left = Phase.LENGTH, length
        else:
            messages.append(self._done())

    def _read_body(self, data: bytes, at: int, messages: list[Message], found: list[Span] | None) -> int | None:
        there = len(data) - at
        if there == 0:
            return None
        taken = there if self.phase is Phase.CLOSE else min(there, self.left)
        piece = data[at : at + taken]
        self.size += taken
        if self.size > self.limits.body:
            raise HttpError(at, f"a body is longer than {self.limits.body} bytes", 413)
        self.body.append(piece)
        words = octets_in_words(piece)
        if self.phase is Phase.CLOSE:
            words = f"{words}, until the connection closes"
        else:
            words = words if taken == self.left else f"{words} of {self.left}"
            self.left -= taken
        name = "chunk-data" if self.phase is Phase.DATA else "body"
        self._note(found, name, at, at + taken, piece, words, "content", "RFC 9112 §6")
        if self.left == 0 and self.phase is Phase.LENGTH:
            messages.append(self._done())
        elif self.left == 0 and self.phase is Phase.DATA:
            self.phase = Phase.END
        return at + taken

    def _read_chunk_size(self, data: bytes, at: int, found: list[Span] | None) -> int | None:
        line = self._line(data, at, self.limits.chunk_line, 400, "a chunk's line", strict=True)
        if line is None:
            return None
        text, after = line
        match = _CHUNK_SIZE.fullmatch(text)
        if match is None:
            raise HttpError(at, f"{_shown(text)} is no chunk size", 400)
        size = int(match[1], 16)
        if self.size + size > self.limits.body:
            raise HttpError(at, f"a body is longer than {self.limits.body} bytes", 413)
        self.chunks.append(size)
        self.left = size
        self.phase = Phase.DATA if size else Phase.TRAILERS
        words = f"{match[1].decode()} in hexadecimal: {size} bytes follow" if size else "0: no more chunks"
        name = "chunk-size" if size else "last-chunk"
        self._note(found, name, at, after, size, words, "size of a chunk", "RFC 9112 §7.1")
        return after

    def _head(self) -> Message:
        headers = tuple(self.headers)
        if self.responses:
            version, status, reason = self.first
            return Response(int(status), reason, headers, version=version)
        method, target, version = self.first
        return Request(method, target, headers, version=version)

    def _done(self) -> Message:
        """The message that is whole now; the decoder is ready for the next."""
        body = b"".join(self.body)
        message = replace(self._head(), body=body, chunks=tuple(self.chunks), trailers=tuple(self.trailers))
        self.phase, self.first = Phase.START, ()
        self.headers, self.trailers, self.body, self.chunks = [], [], [], []
        self.lines = self.size = self.left = 0
        return message

    def _note(
        self, found: list[Span] | None, name: str, at: int, after: int, value: object, words: str, meaning: str,
        source: str,
    ) -> None:  # fmt: skip
        if found is not None:
            found.append(Span(name, (self.offset + at) * 8, (after - at) * 8, value, words, meaning, source))


def _shown(octets: bytes) -> str:
    text = octets.decode("latin-1")
    return repr(text if len(text) <= 40 else text[:37] + "...")


def decode(data: bytes, method: str | None = None) -> Message:
    """Exactly one message; what begins with `HTTP/` is a response, to a request with `method`.

    Without `method`, a response that ends with its head though its fields promise a body is an answer to HEAD.
    Raises HttpError.
    """
    decoder = StreamDecoder(responses=data[:5] == b"HTTP/")
    decoder.expect(method or "GET")
    messages = decoder.feed(data)
    if len(messages) == 1 and decoder.between:
        return messages[0]
    if messages:
        raise HttpError(0, "more than one message", 502 if decoder.responses else 400)
    head_only = decoder.responses and not decoder.buffer and not decoder.chunks and not decoder.body
    if head_only and method is None and decoder.phase in (Phase.LENGTH, Phase.CHUNK):
        return decode(data, "HEAD")
    done = decoder.close()
    if not done:
        raise HttpError(0, "no message", 400)
    return done[0]


class Http:
    """The codec of whole messages; the envelope is not used."""

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        return encode(message)

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        return decode(data)

    def spans(self, data: bytes) -> list[Span]:
        found: list[Span] = []
        decoder = StreamDecoder(responses=data[:5] == b"HTTP/")
        try:
            decoder.feed(data, found)
            close(found, data, "unreadable", f"cut short in {decoder.phase.value}")
        except CodecError as error:
            close(found, data, "unreadable", error.message)
        return found


HTTP1: Codec[Message] = Http()
