"""What BitTorrent's nodes say: the tracker's two messages here, the peers' messages in `core.wire.peerwire`; the file.

Sizes are bytes on the wire. A block is bytes that many nodes hold and many traces mention, so equal blocks are one
object: that is what the caches are for, and they change nothing that anybody can see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1, shake_128
from typing import Any, TypeAlias

from core.wire import bencode, peerwire
from core.wire.peerwire import (
    Bitfield,
    Cancel,
    Choke,
    Handshake,
    Have,
    Interested,
    KeepAlive,
    NotInterested,
    Piece,
    Request,
    Unchoke,
)
from core.wire.table import CodecError, Envelope, Span

CODEC = "bittorrent"
PORT = 6881
"""Where downloaders usually listen (BEP 3, "trackers")."""
STARTED, COMPLETED, STOPPED, REGULAR = "started", "completed", "stopped", ""
EVENTS = (STARTED, COMPLETED, STOPPED, REGULAR)
_PREFIX = b"-AK0100-"
_NAME = 12
"""Bytes of a peer id that are left for a name after the client's mark (BEP 20)."""


@dataclass(frozen=True)
class AnnounceRequest:
    """To the tracker: here I am (BEP 3, "trackers"). `left`: bytes still missing; 0 means a seed."""

    info_hash: bytes
    peer_id: bytes
    port: int
    uploaded: int
    downloaded: int
    left: int
    event: str = REGULAR


@dataclass(frozen=True)
class PeerAddress:
    """A peer as the tracker names it; `ip` is an address or a DNS name (BEP 3), here the node's name."""

    peer_id: bytes
    ip: str
    port: int = PORT


@dataclass(frozen=True)
class AnnounceResponse:
    """From the tracker: these are some of the others; come back in `interval` seconds. Or only a `failure`."""

    interval: int
    peers: tuple[PeerAddress, ...] = ()
    failure: str = ""


Message: TypeAlias = AnnounceRequest | AnnounceResponse | peerwire.Message
MESSAGES = (
    AnnounceRequest, AnnounceResponse, Handshake, KeepAlive, Choke, Unchoke, Interested, NotInterested, Have, Bitfield,
    Request, Piece, Cancel,
)  # fmt: skip


def peer_id_of(alias: str) -> bytes:
    """The 20 bytes by which a peer calls itself: the client's mark and its name (a digest, if that is too long)."""
    name = alias.encode()
    if len(name) > _NAME or name.endswith(b"-"):
        name = sha1(name).hexdigest()[:_NAME].encode()
    return _PREFIX + name.ljust(_NAME, b"-")


@lru_cache(maxsize=1024)
def label_of(peer_id: bytes) -> str:
    """A peer id as people read it: the name in it; of another client than ours its mark, and some digits of a digest,
    as the rest of its id is chance."""
    if peer_id.startswith(_PREFIX):
        return peer_id[len(_PREFIX) :].rstrip(b"-").decode("ascii", "backslashreplace")
    mark = "".join(char for char in peer_id[: len(_PREFIX)].decode("latin-1") if char.isascii() and char.isprintable())
    return f"{mark.strip('-')}~{sha1(peer_id).hexdigest()[:4]}"


# The file


@dataclass(frozen=True)
class Torrent:
    """A torrent: the file's name (from which its content follows), how many pieces, bytes of each."""

    name: str
    count: int
    piece_length: int

    @property
    def length(self) -> int:
        """Bytes of the file; every piece is whole."""
        return self.count * self.piece_length

    @property
    def info(self) -> dict[bytes, bencode.Encodable]:
        """The info dictionary (BEP 3, "metainfo files")."""
        return {
            b"length": self.length,
            b"name": self.name.encode(),
            b"piece length": self.piece_length,
            b"pieces": b"".join(_hash_of(self, index) for index in range(self.count)),
        }

    @property
    def info_hash(self) -> bytes:
        """SHA-1 of the bencoded info dictionary."""
        return _info_hash(self)

    def hash_of(self, index: int) -> bytes:
        """SHA-1 of a piece, as the torrent file lists it."""
        return _hash_of(self, index)

    def block(self, index: int, begin: int, length: int) -> bytes:
        """Bytes of the true file."""
        return _block(self, index, begin, length)


@lru_cache(maxsize=1024)
def torrent_of(name: str, count: int, piece_length: int) -> Torrent:
    """The torrent of these three; one object for all who share it."""
    return Torrent(name, count, piece_length)


@lru_cache(maxsize=32)
def _piece(torrent: Torrent, index: int) -> bytes:
    return shake_128(f"{torrent.name}/{index}".encode()).digest(torrent.piece_length)


@lru_cache(maxsize=8192)
def _block(torrent: Torrent, index: int, begin: int, length: int) -> bytes:
    return _piece(torrent, index)[begin : begin + length]


@lru_cache(maxsize=8192)
def _hash_of(torrent: Torrent, index: int) -> bytes:
    return sha1(_piece(torrent, index)).digest()


@lru_cache(maxsize=64)
def _info_hash(torrent: Torrent) -> bytes:
    return sha1(bencode.encode(torrent.info)).digest()


def draw(file: str, peer: str, index: int) -> int:
    """A number below 100 that follows from these: has this peer got that piece when the story begins?"""
    return int.from_bytes(sha1(f"{file}/{peer}/{index}".encode()).digest()[:4], "big") % 100


@lru_cache(maxsize=1024)
def noise(index: int, begin: int, length: int) -> bytes:
    """Bytes that are in no file: what a poisoner sends."""
    return shake_128(f"noise/{index}/{begin}".encode()).digest(length)


@lru_cache(maxsize=16384)
def sha1_of(blocks: tuple[bytes, ...]) -> bytes:
    """SHA-1 over the blocks of a piece, in order."""
    digest = sha1()
    for block in blocks:
        digest.update(block)
    return digest.digest()


# The codec


class BitTorrentCodec:
    """Bencoding for what the tracker hears and says, peer wire for the rest.

    A bencoded dictionary begins with `d`; as a length prefix that would mean a message of 1.6 gigabytes.
    """

    name = CODEC

    def encode(self, message: Message, envelope: Envelope) -> bytes:
        if isinstance(message, AnnounceRequest):
            return bencode.encode(_request_values(message))
        if isinstance(message, AnnounceResponse):
            return bencode.encode(_response_values(message))
        return peerwire.encode(message)

    def decode(self, data: bytes, envelope: Envelope) -> Message:
        if data[:1] != b"d":
            return peerwire.decode(data)
        values = bencode.decode(data)
        assert isinstance(values, dict)
        return _request(values) if b"info_hash" in values else _response(values)

    def spans(self, data: bytes) -> Sequence[Span]:
        return bencode.spans(data) if data[:1] == b"d" else peerwire.PEER_WIRE.spans(data)


def _request_values(message: AnnounceRequest) -> dict[bytes, bencode.Encodable]:
    values: dict[bytes, bencode.Encodable] = {
        b"info_hash": message.info_hash,
        b"peer_id": message.peer_id,
        b"port": message.port,
        b"uploaded": message.uploaded,
        b"downloaded": message.downloaded,
        b"left": message.left,
    }
    if message.event:
        values[b"event"] = message.event.encode()
    return values


def _response_values(message: AnnounceResponse) -> dict[bytes, bencode.Encodable]:
    if message.failure:
        return {b"failure reason": message.failure.encode()}
    peers: list[bencode.Encodable] = [
        {b"peer id": peer.peer_id, b"ip": peer.ip.encode(), b"port": peer.port} for peer in message.peers
    ]
    return {b"interval": message.interval, b"peers": peers}


def _request(values: dict[bytes, Any]) -> AnnounceRequest:
    event = _text(values, b"event") if b"event" in values else REGULAR
    if event not in EVENTS or (b"event" in values and not event):
        raise CodecError(CODEC, 0, f"no event is called {event!r}")
    _only(values, b"info_hash", b"peer_id", b"port", b"uploaded", b"downloaded", b"left", b"event")
    return AnnounceRequest(
        _digest(values, b"info_hash"),
        _digest(values, b"peer_id"),
        _number(values, b"port"),
        _number(values, b"uploaded"),
        _number(values, b"downloaded"),
        _number(values, b"left"),
        event,
    )


def _response(values: dict[bytes, Any]) -> AnnounceResponse:
    if b"failure reason" in values:
        _only(values, b"failure reason")
        failure = _text(values, b"failure reason")
        if not failure:
            raise CodecError(CODEC, 0, "a failure without a reason")
        return AnnounceResponse(0, (), failure)
    _only(values, b"interval", b"peers")
    entries = values.get(b"peers")
    if not isinstance(entries, list):
        raise CodecError(CODEC, 0, "no list of peers")
    return AnnounceResponse(_number(values, b"interval"), tuple(_address(entry) for entry in entries))


def _address(entry: Any) -> PeerAddress:
    if not isinstance(entry, dict):
        raise CodecError(CODEC, 0, "a peer is a dictionary")
    _only(entry, b"peer id", b"ip", b"port")
    return PeerAddress(_digest(entry, b"peer id"), _text(entry, b"ip"), _number(entry, b"port"))


def _only(values: dict[bytes, Any], *keys: bytes) -> None:
    foreign = sorted(set(values) - set(keys))
    if foreign:
        raise CodecError(CODEC, 0, f"no place for the key {foreign[0]!r}")


def _digest(values: dict[bytes, Any], key: bytes) -> bytes:
    value = values.get(key)
    if not isinstance(value, bytes) or len(value) != 20:
        raise CodecError(CODEC, 0, f"{key.decode()} has 20 bytes")
    return value


def _number(values: dict[bytes, Any], key: bytes) -> int:
    value = values.get(key)
    if not isinstance(value, int) or value < 0:
        raise CodecError(CODEC, 0, f"{key.decode()} is a number from 0")
    return value


def _text(values: dict[bytes, Any], key: bytes) -> str:
    value = values.get(key)
    try:
        return value.decode() if isinstance(value, bytes) else _refuse(key)
    except UnicodeDecodeError:
        return _refuse(key)


def _refuse(key: bytes) -> str:
    raise CodecError(CODEC, 0, f"{key.decode()} is a text")


BITTORRENT = BitTorrentCodec()
