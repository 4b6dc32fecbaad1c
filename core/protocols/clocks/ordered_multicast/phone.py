"""A member of a forum with a phone: posts notes that name others, and hangs a note after those that it names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from core.kernel.choice import Choice
from core.kernel.effects import Key
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND
from core.protocols.clocks.ordered_multicast.phone_choices import AFTER
from core.protocols.clocks.ordered_multicast.phone_messages import (
    Call,
    Lacking,
    Note,
    Say,
    Shown,
    author_of,
    name_of,
)


@dataclass(frozen=True)
class Sheet:
    """A note that lies on the shelf, or hangs: when it came, and when it was hung (local µs)."""

    author: str
    number: int
    after: tuple[str, ...]
    words: str
    came: int
    hung: int = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return name_of(self.author, self.number)


@dataclass
class Caller(Machine):
    """Hangs a note once all that it names hang; what its user hears on the phone no note says by itself.

    wall    the notes that hang, in the order in which they were hung; `shelf`: those that came and do not hang yet.
    outbox  the own ones, for whoever lacks one; `drafts`: those that wait for a word on the phone.
    meant   what each of the own ones is about, as only its writer knows.
    calls   who phoned; `fresh`: how many of the calls came since the own last note.
    since   named notes that are not here, and since when (local µs).
    """

    peers: tuple[str, ...] = ()
    patience: int = parameter(2 * SECOND, "how long it waits before it asks for a named note", kind="duration", low=1)
    phone: int = parameter(2 * SECOND, "how long it takes to ask somebody on the phone", kind="duration", low=1)
    recent: int = parameter(6, "how many of the last notes can be named", low=1, high=12)
    wall: list[Sheet] = field(default_factory=list)
    shelf: list[Sheet] = field(default_factory=list)
    outbox: list[Note] = field(default_factory=list)
    drafts: list[Note] = field(default_factory=list)
    meant: dict[str, tuple[str, ...]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    fresh: int = 0
    since: dict[str, int] = field(default_factory=dict)
    ink: int = 0
    """Names written under own notes so far."""
    delayed: int = 0
    """µs that own notes waited for a word on the phone that was on the wall already, all together."""

    offers: ClassVar[tuple[Choice, ...]] = ()

    # What it knows

    @property
    def hanging(self) -> tuple[str, ...]:
        """The names of what hangs."""
        return tuple(sheet.name for sheet in self.wall)

    @property
    def last(self) -> tuple[str, ...]:
        """The names of what was hung last."""
        return self.hanging[-self.recent :]

    @property
    def callers(self) -> tuple[str, ...]:
        """Who has phoned since the own last note."""
        return tuple(dict.fromkeys(call.caller for call in self.calls[len(self.calls) - self.fresh :]))

    @property
    def nameable(self) -> tuple[str, ...]:
        """What can be named: the last notes, and whoever has phoned, for the one that he spoke of."""
        return (*self.last, *self.callers)

    def spoken_of(self, caller: str) -> str:
        """The note that somebody meant when he phoned last; "" if none."""
        return next((call.note for call in reversed(self.calls) if call.caller == caller), "")

    def read(self, name: str) -> Sheet | None:
        """What hangs under this name."""
        return next((sheet for sheet in self.wall if sheet.name == name), None)

    def behind(self, names: tuple[str, ...]) -> frozenset[str]:
        """These notes, and all that hang before them because they name them, as far as they hang here."""
        found: set[str] = set()
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                sheet = self.read(name)
                ahead += sheet.after if sheet is not None else ()
        return frozenset(found)

    @property
    def missing(self) -> tuple[str, ...]:
        """Notes that others name, and that are not here."""
        here = {*self.hanging, *(sheet.name for sheet in self.shelf)}
        return tuple(dict.fromkeys(name for sheet in self.shelf for name in sheet.after if name not in here))

    # Notes

    def on_request(self, ctx: Context, request: Say | Call) -> None:
        if isinstance(request, Call):
            self.calls.append(request)
            self.fresh += 1
            return
        number = len(self.outbox) + len(self.drafts) + 1
        self.meant[name_of(self.name, number)] = request.about
        chosen: tuple[str, ...] = ctx.choose(AFTER, number=number, text=request.words)
        asks = [name for name in chosen if name in self.callers]
        named = [self.spoken_of(name) if name in asks else name for name in chosen]
        note = Note(number, tuple(dict.fromkeys(filter(None, named))), request.words)
        self.ink += len(note.after)
        self.fresh = 0
        if asks:
            if {self.spoken_of(name) for name in asks} <= {"", *self.hanging}:
                self.delayed += self.phone
            self.drafts.append(note)
            ctx.set_timer(("phone", number), self.phone)
        else:
            self._post(ctx, note)

    def _post(self, ctx: Context, note: Note) -> None:
        self.outbox.append(note)
        for peer in self.peers:
            ctx.send(peer, note)
        self._shelve(ctx, self.name, note)

    def on_message(self, ctx: Context, source: str, message: Note | Lacking) -> None:
        if isinstance(message, Note):
            self._shelve(ctx, source, message)
            return
        for note in self.outbox:
            if note.number == message.number:
                ctx.send(source, note)

    def _shelve(self, ctx: Context, author: str, note: Note) -> None:
        sheet = Sheet(author, note.number, note.after, note.words, ctx.came)
        if sheet.name not in self.hanging and all(sheet.name != other.name for other in self.shelf):
            self.shelf.append(sheet)
        while fitting := [sheet for sheet in self.shelf if set(sheet.after) <= set(self.hanging)]:
            self.shelf.remove(fitting[0])
            self.wall.append(replace(fitting[0], hung=ctx.now))
            ctx.deliver(Shown(fitting[0].name))
        self._mind(ctx)

    # What is missing

    def _mind(self, ctx: Context) -> None:
        """Which named note is not here now?"""
        missing = self.missing
        for name in missing:
            if name not in self.since and author_of(name) in self.peers:
                self.since[name] = ctx.now
                ctx.set_timer(("gap", name), self.patience)
        for name in [name for name in self.since if name not in missing]:
            del self.since[name]
            ctx.cancel_timer(("gap", name))

    def on_timer(self, ctx: Context, key: Key) -> None:
        assert isinstance(key, tuple)
        if key[0] == "phone":
            note = next(note for note in self.drafts if note.number == key[1])
            self.drafts.remove(note)
            self._post(ctx, note)
            return
        name = str(key[1])
        ctx.send(author_of(name), Lacking(int(name.rpartition(".")[2])))
        self.since[name] = ctx.now
        ctx.set_timer(key, self.patience)

    def view(self) -> dict[str, str | int]:
        return {
            "wall": " ".join(self.hanging) or "nothing",
            "notes": " / ".join(sheet.words for sheet in self.wall) or "nothing",
            "shelf": " ".join(sheet.name for sheet in self.shelf) or "empty",
            "phone": " / ".join(f"{call.caller}: {call.words}" for call in self.calls) or "silent",
            "names written": self.ink,
        }

    def badge(self) -> str:
        return f"{len(self.wall)} hang"
