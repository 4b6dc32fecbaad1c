"""What chord nodes say to each other, and what their users ask of them. Numbers are identifiers on the circle."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.cdr import ULong, codec_for


@dataclass(frozen=True)
class Record:
    """One (key, value) pair."""

    key: ULong
    value: str


@dataclass(frozen=True)
class Find:
    """Recursive lookup `number` of node `origin`, handed on; `hops`: messages so far, this one included."""

    key: ULong
    origin: ULong
    number: ULong
    hops: ULong

    def __str__(self) -> str:
        return f"FIND {self.key} for {self.origin}"


@dataclass(frozen=True)
class Found:
    """To the origin: `owner` has the key (and this value); between which neighbours the owner stands."""

    key: ULong
    number: ULong
    hops: ULong
    owner: ULong
    predecessor: ULong | None
    successor: ULong
    value: str | None

    def __str__(self) -> str:
        return f"FOUND {self.key} at {self.owner}"


@dataclass(frozen=True)
class Got:
    """Receipt for the lookup `number` of `origin`: handed on, no answer yet."""

    origin: ULong
    number: ULong

    def __str__(self) -> str:
        return "GOT IT"


@dataclass(frozen=True)
class Ask:
    """Iterative lookup: whom should I ask next for `key`?"""

    key: ULong
    number: ULong

    def __str__(self) -> str:
        return f"ASK {self.key}"


@dataclass(frozen=True)
class Told:
    """The answer to Ask: it is mine (with its value), or these nodes are nearer, the best first."""

    key: ULong
    number: ULong
    mine: bool
    nodes: tuple[ULong, ...]
    value: str | None

    def __str__(self) -> str:
        return f"MINE {self.key}" if self.mine else f"TRY {', '.join(map(str, self.nodes))}"


@dataclass(frozen=True)
class Store:
    """Keep this record; `number` is the putter's."""

    record: Record
    number: ULong

    def __str__(self) -> str:
        return f"STORE {self.record.key}"


@dataclass(frozen=True)
class Stored:
    """The record of `number` is kept."""

    key: ULong
    number: ULong

    def __str__(self) -> str:
        return f"STORED {self.key}"


@dataclass(frozen=True)
class Ping:
    """Are you there, and who are your neighbours?"""

    def __str__(self) -> str:
        return "PING"


@dataclass(frozen=True)
class Pong:
    """I am here; between my predecessor and my successors."""

    predecessor: ULong | None
    successors: tuple[ULong, ...]

    def __str__(self) -> str:
        return f"PONG {', '.join(map(str, self.successors))}"


@dataclass(frozen=True)
class Notify:
    """I believe that I am your predecessor (Chord's notify); `dead`: whom I buried between us."""

    dead: tuple[ULong, ...]

    def __str__(self) -> str:
        return f"NOTIFY, dead {', '.join(map(str, self.dead))}" if self.dead else "NOTIFY"


@dataclass(frozen=True)
class Copy:
    """A joining node asks its successor: give me copies of the keys in (after, me]."""

    after: ULong

    def __str__(self) -> str:
        return f"COPY after {self.after}"


@dataclass(frozen=True)
class Insert:
    """A joining node to its predecessor: from now on I am your successor."""

    def __str__(self) -> str:
        return "INSERT"


@dataclass(frozen=True)
class Inserted:
    """The predecessor has done so."""

    def __str__(self) -> str:
        return "INSERTED"


@dataclass(frozen=True)
class Keys:
    """Records that now belong to the receiver; `moved`: the sender drops them once they are taken."""

    records: tuple[Record, ...]
    moved: bool

    def __str__(self) -> str:
        return f"KEYS {' '.join(str(record.key) for record in self.records) or 'none'}"


@dataclass(frozen=True)
class Taken:
    """These keys are safe with me."""

    keys: tuple[ULong, ...]

    def __str__(self) -> str:
        return f"TAKEN {' '.join(map(str, self.keys)) or 'none'}"


@dataclass(frozen=True)
class Leaving:
    """I go: my neighbours close the gap."""

    predecessor: ULong | None
    successors: tuple[ULong, ...]

    def __str__(self) -> str:
        return "LEAVING"


MESSAGES = (
    Find, Found, Got, Ask, Told, Store, Stored, Ping, Pong, Notify, Copy, Insert, Inserted, Keys, Taken, Leaving,
)  # fmt: skip
CODEC = codec_for(*MESSAGES)

# What users ask


@dataclass(frozen=True)
class Lookup:
    """Which node owns the key, and what does it hold there?"""

    key: int


@dataclass(frozen=True)
class Put:
    """Keep `value` under the name `name`, whose hash is `number`."""

    name: str
    number: int
    value: str


@dataclass(frozen=True)
class Get:
    """What is kept under the name `name`, whose hash is `number`?"""

    name: str
    number: int


@dataclass(frozen=True)
class Leave:
    """Leave the ring in order."""


REQUESTS = {"lookup": Lookup, "put": Put, "get": Get, "leave": Leave}

# What users are told


@dataclass(frozen=True)
class Answer:
    """A lookup's answer: the owner, after how many messages, begun at which local µs; `value` None: nothing there."""

    key: int
    owner: int
    hops: int
    started: int
    value: str | None


@dataclass(frozen=True)
class Lost:
    """The caller hung up: no answer in time."""

    key: int


@dataclass(frozen=True)
class Kept:
    """A put is done: the record lies at `owner`."""

    key: int
    owner: int
    value: str
