r"""Three ways to tell on a stream where a message ends: a length before it, a flag behind it, a line with a dot.

netstring   `5:hello,`          the length in decimal (D. J. Bernstein 1997, Netstrings)
flag        `hello~`            0x7E ends a frame; inside, 0x7E and 0x7D become 0x7D and the byte XOR 0x20
                                (RFC 1662 §4.2: the octet stuffing of HDLC, without its other fields)
dot         `hello\r\n.\r\n`    lines; a dot alone ends them, and a line that begins with a dot gets another
                                (RFC 5321 §4.5.2: the text of a mail)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.wire.table import CodecError

CODEC = "framing"
FLAG, ESCAPE, FLIP = 0x7E, 0x7D, 0x20
LIMIT = 1 << 20
"""Bytes of a message that a reader puts up with."""
DOT = b"\r\n.\r\n"
_PREFIX = re.compile(rb"(0|[1-9][0-9]*):")
_DIGITS = re.compile(rb"0|[1-9][0-9]{0,7}")


@dataclass(frozen=True)
class Framing:
    """One way. `frame` may raise CodecError for a message that it cannot carry.

    end_of   bytes of the first frame in a stream's bytes; 0 if its end is not there yet. Raises CodecError if these
             bytes cannot become a frame any more.
    opened   the message in a whole frame. Raises CodecError for bytes that are none.
    bare     the message with what ends it, nothing escaped: wrong, if the message has the same inside.
    naive    where a frame seems to end if one overlooks that the same bytes may lie inside; 0: nowhere yet.
    """

    name: str
    frame: Callable[[bytes], bytes]
    end_of: Callable[[bytes], int]
    opened: Callable[[bytes], bytes]
    bare: Callable[[bytes], bytes]
    naive: Callable[[bytes], int]


def _whole(framing_end: Callable[[bytes], int], frame: bytes) -> None:
    end = framing_end(frame)
    if end == 0 or end != len(frame):
        raise CodecError(CODEC, end, "cut short" if end == 0 else f"{len(frame) - end} bytes after the end")


# Netstrings


def _netstring(message: bytes) -> bytes:
    return b"%d:%b," % (len(message), message)


def _netstring_end(data: bytes) -> int:
    match = _PREFIX.match(data)
    if match is None:
        if data and not _DIGITS.fullmatch(data[:9]):
            raise CodecError(CODEC, 0, "a netstring begins with its length in decimal and a colon")
        return 0
    length = int(match[1]) if len(match[1]) <= 8 else LIMIT + 1
    if length > LIMIT:
        raise CodecError(CODEC, 0, f"a message longer than {LIMIT} bytes")
    end = match.end() + length + 1
    if len(data) < end:
        return 0
    if data[end - 1 : end] != b",":
        raise CodecError(CODEC, end - 1, "no comma where the length says that the message ends")
    return end


def _netstring_opened(frame: bytes) -> bytes:
    _whole(_netstring_end, frame)
    return frame[frame.index(b":") + 1 : -1]


# Flags


def _flag(message: bytes) -> bytes:
    if not message:
        raise CodecError(CODEC, 0, "two flags in a row are no message")
    out = bytearray()
    for octet in message:
        out += bytes((ESCAPE, octet ^ FLIP)) if octet in (FLAG, ESCAPE) else bytes((octet,))
    return bytes(out) + bytes((FLAG,))


def _flag_end(data: bytes) -> int:
    end = data.find(FLAG) + 1
    if end == 1:
        raise CodecError(CODEC, 0, "two flags in a row are no message")
    if end > 1 and data[end - 2] == ESCAPE:
        raise CodecError(CODEC, end - 2, "the frame is aborted: nothing follows its escape")
    if max(end, 0 if end else len(data)) > 2 * LIMIT:
        raise CodecError(CODEC, 0, f"a message longer than {LIMIT} bytes")
    return end


def _flag_opened(frame: bytes) -> bytes:
    _whole(_flag_end, frame)
    out, escaped = bytearray(), False
    for octet in frame[:-1]:
        if escaped:
            out.append(octet ^ FLIP)
            escaped = False
        elif octet == ESCAPE:
            escaped = True
        else:
            out.append(octet)
    return bytes(out)


# A line with a dot


def _dot(message: bytes) -> bytes:
    lines = message.split(b"\r\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + DOT[2:]


def _dot_end(data: bytes) -> int:
    if data.startswith(DOT[2:]):
        raise CodecError(CODEC, 0, "a message has one line at least")
    place = data.find(DOT)
    if place < 0 and len(data) > 2 * LIMIT:
        raise CodecError(CODEC, 0, f"a message longer than {LIMIT} bytes")
    return place + len(DOT) if place >= 0 else 0


def _dot_opened(frame: bytes) -> bytes:
    _whole(_dot_end, frame)
    lines = frame[: -len(DOT)].split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


NETSTRING = Framing(
    "netstring", _netstring, _netstring_end, _netstring_opened, _netstring, lambda data: data.find(b",") + 1
)
FLAGGED = Framing(
    "flag", _flag, _flag_end, _flag_opened, lambda message: message + bytes((FLAG,)), lambda data: data.find(FLAG) + 1
)
DOTTED = Framing(
    "dot",
    _dot,
    _dot_end,
    _dot_opened,
    lambda message: message + DOT,
    lambda data: data.find(b".") + 1,
)
FRAMINGS: Mapping[str, Framing] = {framing.name: framing for framing in (NETSTRING, FLAGGED, DOTTED)}


@dataclass
class StreamDecoder:
    """Turns the bytes of one direction of a connection into messages; plain data, so a node's state may hold it."""

    framing: str
    buffer: bytes = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that these bytes complete, however the stream was cut.

        Raises CodecError as soon as the bytes can no longer become a frame, with the messages completed before in its
        `decoded`; the connection is of no use then, and the decoder stays where the fault is.
        """
        framing = FRAMINGS[self.framing]
        waiting, found, at = self.buffer + data, [], 0
        try:
            while size := framing.end_of(waiting[at:]):
                found.append(framing.opened(waiting[at : at + size]))
                at += size
        except CodecError as error:
            raise CodecError(error.codec, error.offset, error.message, tuple(found)) from error
        finally:
            self.buffer = waiting[at:]
        return found
