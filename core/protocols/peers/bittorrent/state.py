"""What a peer keeps: its neighbours, the pieces under way, the chairs; and what a person may know of that."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.kernel.parameters import parameter
from core.kernel.protocol import Machine
from core.kernel.time import MINUTE, SECOND
from core.protocols.peers.bittorrent.choices import NOBODY
from core.protocols.peers.bittorrent.messages import Torrent, torrent_of

ROUND = 10 * SECOND
"""Between two rankings (BEP 3: "once every ten seconds")."""
TURNS = 3
"""Rounds between two optimistic unchokes: 30 s (BEP 3)."""
WINDOW = 20 * SECOND
"""Over which rates are measured (BEP 3 leaves it open: "a rolling 20-second average" is Cohen's)."""
SNUBBED = MINUTE
"""Silence after which a peer counts as snubbing us (Cohen 2003 §3.4)."""
SETTLE = SECOND
"""Before the first round: time for the first connections."""
QUIET = 2 * MINUTE
"""After which a keep-alive is sent (BEP 3)."""
MUTE = MINUTE
"""Without a handshake, after which whoever called is hung up on: it holds a place that others want."""
MOST_WANTS = 500
"""Requests of a neighbour that may wait; what it asks beyond is forgotten, as choked requests are."""
LIMIT = 1 << 14
"""Bytes that a request may ask for; who asks for more is hung up on (BEP 3), unless blocks here are larger."""
FOUR_AND_ONE, THREE_AND_ONE = "4+1", "3+1"

History = tuple[tuple[int, int], ...]
Block = tuple[int, int]
"""(piece, begin)."""


def within(history: History, now: int, window: int) -> int:
    """Bytes in the last `window` µs."""
    since = now - window
    return sum(count for time, count in history if time > since)


def recorded(history: History, now: int, count: int) -> History:
    """The history with `count` more bytes, without what is too old to matter."""
    if history and history[0][0] <= now - WINDOW:
        history = tuple(item for item in history if item[0] > now - WINDOW)
    return (*history, (now, count))


@dataclass
class Neighbour:
    """What a peer knows of one at the other end of a connection. `label` is the name in its peer id."""

    connection: str
    address: str
    mine: bool
    since: int
    label: str = ""
    peer_id: bytes = b""
    ready: bool = False
    has: int = 0
    interested: bool = False
    interesting: bool = False
    unchoked: bool = False
    unchokes: bool = False
    wants: list[tuple[int, int, int]] = field(default_factory=list)
    asked: list[Block] = field(default_factory=list)
    gave: History = ()
    got: History = ()
    gave_all: int = 0
    given: int = 0
    """The pieces that we sent it blocks of, as bits."""
    first: int = 0
    """The pieces that none of our neighbours had before it."""
    heard: int = 0
    """When it last gave a block, or began to owe us one."""
    spoken: int = 0
    """When we last sent it anything."""


@dataclass
class Partial:
    """A piece under way: blocks that came (by begin), begins nobody was asked for, who sent what."""

    todo: list[int]
    blocks: dict[int, bytes] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    only: str = ""
    """After a failed hash: the one connection from which all of it is asked."""
    picked: tuple[str, ...] = ()
    """Whom it may come from, by name; (): anybody."""
    by: dict[int, str] = field(default_factory=dict)
    """Who sent the block that begins there."""


def numbers(bits: int) -> list[int]:
    """The places of the bits that are set, in order."""
    numbers = []
    while bits:
        low = bits & -bits
        numbers.append(low.bit_length() - 1)
        bits ^= low
    return numbers


@dataclass
class Sharing(Machine):
    """Who has to do with one file: the peers, and their tracker."""

    file: str = parameter("lecture.ogg", "the file; its content follows from its name")
    pieces: int = parameter(4, "how many pieces the file has", low=1, high=4096)
    piece_length: int = parameter(16384, "bytes of a piece", kind="size", low=1)


@dataclass
class PeerState(Sharing):
    """All that a peer keeps, and what others may read of it: choices, personas, laws, the view.

    Pieces are bits of whole numbers: bit i of `have` is piece i.
    """

    tracker: str = parameter("", "whom it announces itself to", kind="node")
    knows: tuple[str, ...] = parameter((), "peers that it calls without a tracker")
    block: int = parameter(16384, "bytes that one request asks for", kind="size", low=1)
    upload: int = parameter(480_000, "what it can upload", kind="rate", low=1)
    variant: str = parameter(
        FOUR_AND_ONE,
        "4+1: four chairs and a gamble (lecture); 3+1: the gamble counts (BEP 3)",
        options=(FOUR_AND_ONE, THREE_AND_ONE),
    )
    seed: bool = parameter(False, "has it the whole file?")
    holds: tuple[int, ...] = parameter((), "the pieces that it has at the start")
    share: int = parameter(0, "per cent of all pieces that it has at the start, drawn by name", low=0, high=100)
    leaves: int = parameter(0, "how long after its start it leaves; 0: never", kind="duration", low=0)
    friends: tuple[str, ...] = parameter((), "whom a friend-seater seats")
    aliases: str = parameter("", "names under which it may return")
    pipeline: int = parameter(5, "requests that wait at one neighbour", low=1, high=100)
    most: int = parameter(50, "the most connections", low=1, high=200)
    wishes: bool = parameter(False, "does it keep a list of wishes, and ask for all else in order?")
    picks: bool = parameter(False, "does it fetch one piece at a time, and choose from whom?")

    alias: str = ""
    lives: int = 0
    have: int = 0
    stored: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    partial: dict[int, Partial] = field(default_factory=dict)
    begun: int = 0
    open: list[int] = field(default_factory=list)
    doubted: list[int] = field(default_factory=list)
    availability: list[int] = field(default_factory=list)
    neighbours: dict[str, Neighbour] = field(default_factory=dict)
    directory: dict[str, str] = field(default_factory=dict)
    """The connection to the neighbour of a name."""
    calling: list[str] = field(default_factory=list)
    announcing: dict[str, str] = field(default_factory=dict)
    chairs: int = 0
    regular: tuple[str, ...] = ()
    gambler: str = NOBODY
    gambled: dict[str, int] = field(default_factory=dict)
    round: int = 0
    banned: tuple[str, ...] = ()
    endgame: bool | None = None
    sending: tuple[str, int, int, int] | None = None
    served: str = ""
    received: int = 0
    sent: int = 0
    wasted: int = 0
    completed: int = -1
    gone: bool = False
    wish: tuple[int, ...] = ()
    """The list of wishes as it was answered last; `listed`: of every piece how many had it then; `departed`: who has
    left since."""
    listed: list[int] | None = None
    departed: tuple[str, ...] = ()
    picked: int = 0
    """Pieces that were begun one at a time; `suspects`: who may have sent noise, by what good and bad pieces tell."""
    suspects: list[str] = field(default_factory=list)
    convicted: list[str] = field(default_factory=list)
    """Who was the only one left that a bad piece can have come from."""
    bad_pieces: int = 0
    last_was_bad: bool = False
    contradicted: bool = False
    """Has a piece been bad though all who sent it were cleared?"""
    last_words: str = ""
    evidence: dict[int, list[dict[int, tuple[str, bytes]]]] = field(default_factory=dict)
    """Of bad pieces the blocks that were kept: begin → who sent it, its bytes."""
    results: list[tuple[int, tuple[str, ...], bool]] = field(default_factory=list)
    """Of every piece that was whole: its place, who sent it, was it good?"""

    # What others may read: choices, personas, laws, the view

    @property
    def torrent(self) -> Torrent:
        """The file that it is after."""
        return torrent_of(self.file, self.pieces, self.piece_length)

    @property
    def everything(self) -> int:
        """All pieces, as bits."""
        return (1 << self.pieces) - 1

    @property
    def complete(self) -> bool:
        """Has it every piece?"""
        return self.have == self.everything

    @property
    def slots(self) -> int:
        """Chairs by the book, beside the gamble: four (lecture), or three as the gamble counts among four (BEP 3)."""
        return 3 if self.variant == THREE_AND_ONE else 4

    @property
    def label(self) -> str:
        """The name under which it is in the swarm."""
        return self.alias or self.name

    def ready(self) -> list[Neighbour]:
        """The neighbours that have shaken hands, oldest connection first."""
        return [neighbour for neighbour in self.neighbours.values() if neighbour.ready]

    def labels(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(neighbour.label for neighbour in self.neighbours.values() if neighbour.ready)

    def neighbour(self, label: str) -> Neighbour | None:
        """The neighbour of that name."""
        connection = self.directory.get(label)
        return None if connection is None else self.neighbours[connection]

    def worth(self, label: str, now: int, window: int = WINDOW) -> int:
        """Bytes by which a neighbour is ranked: what it gave us lately, or as we are a seed, what it took from us."""
        neighbour = self.neighbour(label)
        if neighbour is None:
            return 0
        return within(neighbour.got if self.complete else neighbour.gave, now, window)

    def wants_us(self, label: str) -> bool:
        """Does it want a piece that we have?"""
        neighbour = self.neighbour(label)
        return neighbour is not None and neighbour.interested

    def snubs(self, neighbour: Neighbour, now: int) -> bool:
        """Has it given nothing for a minute though we want something of it?"""
        return not self.complete and neighbour.interesting and neighbour.heard <= now - SNUBBED

    def eligible(self, now: int) -> list[str]:
        """Who may sit on a regular chair: wants something of us and does not snub us."""
        return [n.label for n in self.ready() if n.interested and not self.snubs(n, now)]

    def standing(self) -> list[str]:
        """Who wants something of us and has no regular chair: one of them may be gambled on."""
        return [n.label for n in self.ready() if n.interested and n.label not in self.regular]

    def passed_on(self, neighbour: Neighbour) -> tuple[int, int]:
        """(how many, of how many): of the pieces that this neighbour had first, those that others have by now whom we
        did not send them. So a seed can see who carries pieces on; super-seeding (BEP 16) waits for that."""
        elsewhere = 0
        for other in self.ready():
            if other is not neighbour:
                elsewhere |= other.has & ~other.given
        return (neighbour.first & elsewhere).bit_count(), neighbour.first.bit_count()

    def is_new(self, label: str, now: int) -> bool:
        """Did it come since the last gamble?"""
        neighbour = self.neighbour(label)
        return neighbour is not None and neighbour.since > now - TURNS * ROUND

    def disappointed(self, label: str) -> bool:
        """Was it gambled on before, in full, and never gave anything? To a seed nobody gives."""
        if self.complete:
            return False
        neighbour = self.neighbour(label)
        if label not in self.gambled or neighbour is None or neighbour.gave_all:
            return False
        return label != self.gambler or self.round - self.gambled[label] >= TURNS

    def choosable(self, label: str) -> list[int]:
        """The pieces that this neighbour has and that nobody has been asked for."""
        neighbour = self.neighbour(label)
        bits = self.untouched() & neighbour.has if neighbour else 0
        return numbers(bits)

    def missing(self) -> list[int]:
        """The pieces that it has not, under way or not."""
        return numbers(self.everything & ~self.have)

    @property
    def news(self) -> str:
        """Who has left since the last list of wishes, as a question begins with it; "" if nobody has."""
        if not self.departed:
            return ""
        return f"{' and '.join(self.departed)} {'has' if len(self.departed) == 1 else 'have'} left. "

    def untouched(self) -> int:
        """Pieces that are neither here nor under way, as bits."""
        return self.everything & ~self.have & ~self.begun


def view_of(peer: PeerState) -> dict[str, str | int]:
    """What a person may know: the file, the chairs, and of each neighbour what it gave and got and has."""
    view: dict[str, str | int] = {
        "name": peer.label,
        "file": f"{peer.have.bit_count()} of {peer.pieces}",
        "pieces": pieces_row(peer),
        "seen": "".join(str(min(count, 9)) for count in peer.availability),
        "received": f"{peer.received // 1000} KB",
        "sent": f"{peer.sent // 1000} KB",
        "chairs": ", ".join(peer.regular) or "nobody",
        "gamble": peer.gambler,
        "banned": ", ".join(peer.banned) or "nobody",
    }
    for neighbour in peer.ready():
        view[neighbour.label] = row_of(peer, neighbour)
    return view


def share_of(peer: PeerState) -> int:
    """Of 100 pieces, how many it has."""
    return 100 * peer.have.bit_count() // peer.pieces


def pieces_row(peer: PeerState) -> str:
    """The file: # is a piece kept, + one under way, . one that is missing."""
    return "".join(
        "#" if peer.have >> index & 1 else "+" if peer.begun >> index & 1 else "." for index in range(peer.pieces)
    )


def row_of(peer: PeerState, neighbour: Neighbour) -> str:
    """One neighbour as the peer knows it: KB of the last 20 s (they end at the last block either way), its pieces that
    are new to us (to a seed: all that it has, and what became of those that it had
    first), does it unchoke us, does it want something."""
    now = max([time for other in peer.ready() for time, _ in (*other.gave[-1:], *other.got[-1:])], default=0)
    gave, got = within(neighbour.gave, now, WINDOW) // 1000, within(neighbour.got, now, WINDOW) // 1000
    new = (neighbour.has & ~peer.have).bit_count()
    pieces = f"new {new}"
    if peer.complete:
        passed, of = peer.passed_on(neighbour)
        pieces = f"has {neighbour.has.bit_count()}, passed on {passed} of {of}"
    parts = [f"gave {gave}", f"got {got} KB", pieces]
    if neighbour.unchokes:
        parts.append("gives")
    if neighbour.interested:
        parts.append("wants")
    return ", ".join(parts)
