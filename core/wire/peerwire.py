"""BitTorrent's peer wire protocol (BEP 3, "peer protocol"): the handshake and the messages after it.

A connection begins with one handshake each way. Then come messages, each led by its length; length 0 keeps the
connection alive. A stream keeps no boundaries: `StreamDecoder` gathers bytes until messages are whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from core.wire.table import Codec, CodecError, Envelope, Field, Octets, Span, Table, Values, When

SOURCE = "BEP 3, peer protocol"
CODEC = "peer wire"
PROTOCOL = b"BitTorrent protocol"
HANDSHAKE = 68
"""Bytes of a handshake."""
BLOCK = 1 << 14
"""Bytes that one request asks for, usually; peers may close the connection at more."""
LIMIT = 1 << 17
"""Bytes after the length prefix that a decoder puts up with unless told otherwise."""
_BEGINNING = bytes((len(PROTOCOL),)) + PROTOCOL


@dataclass(frozen=True)
class Handshake:
    """The first 68 bytes each way; `info_hash` and `peer_id` have 20 bytes, `reserved` has 8."""

    info_hash: bytes
    peer_id: bytes
    reserved: bytes = bytes(8)
    size: ClassVar[int] = HANDSHAKE


@dataclass(frozen=True)
class KeepAlive:
    """Sent about every two minutes, as connections are closed after some silence."""

    size: ClassVar[int] = 4


@dataclass(frozen=True)
class Choke:
    """I send you nothing until I unchoke you."""

    size: ClassVar[int] = 5


@dataclass(frozen=True)
class Unchoke:
    """I answer your requests."""

    size: ClassVar[int] = 5


@dataclass(frozen=True)
class Interested:
    """You have pieces that I want."""

    size: ClassVar[int] = 5


@dataclass(frozen=True)
class NotInterested:
    """You have nothing that I want."""

    size: ClassVar[int] = 5


@dataclass(frozen=True)
class Have:
    """I completed piece `index` and checked its hash."""

    index: int
    size: ClassVar[int] = 9


@dataclass(frozen=True)
class Bitfield:
    """The pieces that I have, one bit each; only ever the first message. See `bits_of` and `pieces_of`."""

    bits: bytes

    @property
    def size(self) -> int:
        return 5 + len(self.bits)


@dataclass(frozen=True)
class Request:
    """Send me `length` bytes from byte `begin` of piece `index`."""

    index: int
    begin: int
    length: int
    size: ClassVar[int] = 17


@dataclass(frozen=True)
class Piece:
    """Bytes of piece `index` from byte `begin` on."""

    index: int
    begin: int
    block: bytes

    @property
    def size(self) -> int:
        return 13 + len(self.block)


@dataclass(frozen=True)
class Cancel:
    """Forget my request; sent in endgame mode."""

    index: int
    begin: int
    length: int
    size: ClassVar[int] = 17


Message: TypeAlias = (
    Handshake | KeepAlive | Choke | Unchoke | Interested | NotInterested | Have | Bitfield | Request | Piece | Cancel
)
_TYPES: tuple[type[Any], ...] = (Choke, Unchoke, Interested, NotInterested, Have, Bitfield, Request, Piece, Cancel)
"""By their numbers on the wire."""
_NAMES = ("choke", "unchoke", "interested", "not interested", "have", "bitfield", "request", "piece", "cancel")
_NUMBERS: dict[type[Any], int] = {python: number for number, python in enumerate(_TYPES)}

HANDSHAKE_TABLE = Table(
    CODEC,
    Field("protocol_length", 8, "length of the protocol's name", SOURCE, equals=len(PROTOCOL)),
    Octets("protocol", lambda _: len(PROTOCOL), "the protocol's name", SOURCE, lambda name: repr(name)[1:], PROTOCOL),
    Octets("reserved", lambda _: 8, "extensions; all zero without", SOURCE, bytes.hex),
    Octets("info_hash", lambda _: 20, "SHA-1 of the bencoded info value", SOURCE, bytes.hex),
    Octets("peer_id", lambda _: 20, "who is speaking", SOURCE, lambda name: repr(name)[1:]),
    label="handshake",
)


def _is(*types: type[Any]) -> Any:
    numbers = frozenset(_NUMBERS[python] for python in types)
    return lambda values: values["id"] in numbers


def _left(used: int) -> Any:
    return lambda values: values["prefix"] - used


_INDEX = Field("index", 32, "which piece, from 0", SOURCE)
_BEGIN = Field("begin", 32, "offset in the piece", SOURCE, lambda value: f"from byte {value}")
MESSAGE_TABLE = Table(
    CODEC,
    Field("prefix", 32, "length of the message", SOURCE, lambda n: f"{n} bytes follow" if n else "0, keep-alive"),
    When(
        lambda values: values["prefix"] > 0,
        (
            Field("id", 8, "type of the message", SOURCE, lambda n: f"{n}, {_NAMES[n] if n < 9 else 'unknown'}"),
            When(_is(Have), (_INDEX,)),
            When(_is(Bitfield), (Octets("bits", _left(1), "pieces the sender has", SOURCE, bytes.hex),)),
            When(_is(Request, Cancel), (_INDEX, _BEGIN, Field("length", 32, "bytes asked for", SOURCE))),
            When(_is(Piece), (_INDEX, _BEGIN, Octets("block", _left(9), "data", SOURCE))),
        ),
    ),
)


def bits_of(pieces: Iterable[int], count: int) -> bytes:
    """A bitfield of `count` pieces: piece 0 is the high bit of the first byte, spare bits are zero."""
    number = 0
    for piece in pieces:
        if not 0 <= piece < count:
            raise CodecError(CODEC, 0, f"there is no piece {piece} among {count}")
        number |= 1 << (count - 1 - piece)
    size = (count + 7) // 8
    return (number << (size * 8 - count)).to_bytes(size, "big")


def pieces_of(bits: bytes, count: int) -> tuple[int, ...]:
    """The pieces, in order, that a bitfield of `count` pieces names. Raises CodecError for a bitfield of another
    length or with spare bits set, at which BEP 3 has peers close the connection."""
    size = (count + 7) // 8
    number = int.from_bytes(bits, "big")
    spare = size * 8 - count
    if len(bits) != size:
        raise CodecError(CODEC, 5, f"a bitfield of {len(bits)} bytes, but {count} pieces take {size}")
    if number & ((1 << spare) - 1):
        raise CodecError(CODEC, 4 + size, "a bitfield with spare bits set")
    return tuple(piece for piece in range(count) if bits[piece // 8] >> (7 - piece % 8) & 1)


def encode(message: Message) -> bytes:
    """Raises CodecError for numbers that do not fit 32 bits and hashes of another length."""
    if isinstance(message, Handshake):
        return HANDSHAKE_TABLE.pack(
            {"reserved": message.reserved, "info_hash": message.info_hash, "peer_id": message.peer_id}
        )
    if isinstance(message, KeepAlive):
        return MESSAGE_TABLE.pack({"prefix": 0})
    number = _NUMBERS.get(type(message))
    if number is None:
        raise CodecError(CODEC, 0, f"{message!r} is no message of the peer wire protocol")
    return MESSAGE_TABLE.pack({"prefix": message.size - 4, "id": number, **vars(message)})


def decode(data: bytes) -> Message:
    """Exactly one message, or a handshake. Raises CodecError.

    No message can be taken for a handshake: as a length, its first four bytes would mean 323 megabytes.
    """
    if data[:20] == _BEGINNING:
        values, position = HANDSHAKE_TABLE.unpack(data)
        _nothing_left(data, position)
        return Handshake(values["info_hash"], values["peer_id"], values["reserved"])
    values, position = MESSAGE_TABLE.unpack(data)
    if values["prefix"] == 0:
        _nothing_left(data, position)
        return KeepAlive()
    if values["id"] >= len(_TYPES):
        raise CodecError(CODEC, 4, f"no message has number {values['id']}")
    if position - 4 != values["prefix"]:
        raise CodecError(CODEC, 0, f"{_NAMES[values['id']]} has {position - 4} bytes, not {values['prefix']}")
    _nothing_left(data, position)
    return _made(values)


def _made(values: Values) -> Message:
    number = values.pop("id")
    del values["prefix"]
    made: Message = _TYPES[number](**values)
    return made


def _nothing_left(data: bytes, position: int) -> None:
    if position != len(data):
        raise CodecError(CODEC, position, f"{len(data) - position} bytes after the end")


class PeerWire:
    """The codec of single messages and handshakes; the envelope is not used."""

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        return encode(message)

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        return decode(data)

    def spans(self, data: bytes) -> list[Span]:
        return (HANDSHAKE_TABLE if data[:20] == _BEGINNING else MESSAGE_TABLE).spans(data)


PEER_WIRE: Codec[Message] = PeerWire()


@dataclass
class StreamDecoder:
    """Turns the bytes of one direction of a connection into messages; plain data, so a node's state may hold it.

    `handshake` says that the next message is the handshake. `limit` is the most that may follow a length prefix.
    """

    handshake: bool = True
    limit: int = LIMIT
    buffer: bytes = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete, however the stream was cut.

        Raises CodecError as soon as the bytes can no longer become a message, with the messages completed before in
        its `decoded`; the connection is of no use then, and the decoder stays where the fault is.
        """
        waiting = self.buffer + data
        position = 0
        messages: list[Message] = []
        try:
            while (size := self._size_of_next(waiting, position)) is not None and position + size <= len(waiting):
                messages.append(decode(waiting[position : position + size]))
                position += size
                self.handshake = False
        except CodecError as error:
            raise CodecError(error.codec, error.offset, error.message, tuple(messages)) from error
        finally:
            self.buffer = waiting[position:]
        return messages

    def _size_of_next(self, waiting: bytes, position: int) -> int | None:
        """Bytes of the message that begins at `position`, None if too few are there to tell."""
        if self.handshake:
            if not _BEGINNING.startswith(waiting[position : position + len(_BEGINNING)]):
                raise CodecError(CODEC, 0, "no handshake of BitTorrent")
            return HANDSHAKE
        if len(waiting) < position + 4:
            return None
        prefix = int.from_bytes(waiting[position : position + 4], "big")
        if prefix > self.limit:
            raise CodecError(CODEC, 0, f"a message of {prefix} bytes is longer than {self.limit}")
        return 4 + prefix
