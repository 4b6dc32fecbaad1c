"""Reads HTTP/1.1 messages out of a stream of bytes, however it was cut.

Sections without a name are of RFC 9112.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum

from core.wire.http1.fields import Ending, ending_of
from core.wire.http1.messages import (
    TOKEN,
    VERSIONS,
    VISIBLE,
    HttpError,
    Limits,
    Message,
    Request,
    Response,
    shown,
    target_fits,
)
from core.wire.table import Span, octets_in_words

_STATUS_LINE = re.compile(rb"(HTTP/[0-9]\.[0-9]) ([1-9][0-9]{2})(?: ([\t \x21-\x7e\x80-\xff]*))?")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)(?:[ \t]*;.*)?")
_FOREIGN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r[^\n]")
"""Control characters, and a CR that no LF follows: no line has them (§2.2, RFC 9110 §5.5)."""
_BLANKS = b" \t"
_USUAL = Limits()


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
    limits: Limits = _USUAL
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
            raise HttpError(at, f"{shown(method)} is no method", 400)
        second = at + len(method) + 1
        if not VISIBLE.fullmatch(target) or not target_fits(method, target):
            raise HttpError(second, f"{shown(target)} is no target of {shown(method)}", 400)
        third = second + len(target) + 1
        known = VERSIONS.fullmatch(version)
        if known is None:
            raise HttpError(third, f"{shown(version)} is no version of HTTP", 400)
        if known[1] != b"1":
            raise HttpError(third, f"{shown(version)} is not spoken here", 505)
        first = tuple(part.decode("ascii") for part in parts)
        self._note(found, "method", at, second, first[0], first[0], "what to do", "RFC 9112 §3.1")
        self._note(found, "request-target", second, third, first[1], first[1], "with what", "RFC 9112 §3.2")
        self._note(found, "HTTP-version", third, after, first[2], first[2], "the sender's version", "RFC 9112 §2.3")
        return first

    def _status_line(self, line: bytes, at: int, after: int, found: list[Span] | None) -> tuple[str, ...]:
        match = _STATUS_LINE.fullmatch(line)
        if match is None:
            raise HttpError(at, f"{shown(line)} is no status line", 502)
        if not match[1].startswith(b"HTTP/1."):
            raise HttpError(at, f"{shown(match[1])} is not spoken here", 502)
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
            raise HttpError(at, f"{shown(line)} is no field line: there is no colon", 400)
        if not TOKEN.fullmatch(key):
            blank = key[-1:] in (b" ", b"\t") and TOKEN.fullmatch(key.rstrip(_BLANKS))
            words = "whitespace between a field name and its colon" if blank else f"{shown(key)} is no field name"
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
            raise HttpError(at, f"{shown(text)} is no chunk size", 400)
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
