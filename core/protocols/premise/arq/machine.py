"""The sender, the receiver, and the rover that does what it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from core.kernel.choice import Choice, Value
from core.kernel.effects import Key
from core.kernel.language import counted, later, said, written
from core.kernel.parameters import parameter
from core.kernel.protocol import Context, Machine
from core.kernel.time import SECOND
from core.protocols.premise.arq.choices import (
    AGAIN,
    ANSWERED,
    BITS,
    COUNTED,
    FORGET,
    MOST_BITS,
    MOST_PLACES,
    NEXT,
    ON_PAPER,
    ORDERED,
    PLACE,
    SHELF,
    SHELF_KEEPS,
    STOP,
    WIDTH,
)
from core.protocols.premise.arq.ground import FLAG, Spot, check_map, on, pit_at, start_of, stepped
from core.protocols.premise.arq.messages import Complaint, Disk, Frame, Receipt, Say, Written

UNSENT, OUT, SILENT, TOLD, ASSUMED, SENT = "unsent", "out", "silent", "told", "assumed", "sent"
"""What the sender knows of a text: not sent yet; out, and its candle burns; its candle went out; a receipt told it;
nothing told it and the sender went on; sent, and nobody is asked to tell anything."""


def texts_of(text: str) -> tuple[str, ...]:
    """The texts in a parameter: parted by bars if it has any, else by blanks."""
    return tuple(part.strip() for part in text.split("|")) if "|" in text else tuple(text.split())


@dataclass
class Sender(Machine):
    """Has texts to be read at the far end, one after another.

    base    the first text of which it does not know that it was taken; `top` the first that it has not sent.
    told    of every text what it knows of it.
    owed    the texts (from 1) that are to be said again, the first to be said first.
    heard   what came last: "receipt", "old receipt", "complaint"; "" since it sent anything.
    """

    receiver: str = parameter("receiver", "who is to read the texts", kind="node")
    texts: str = parameter("^ ^ > ^", "what is to be read: words, or texts with | between them")
    bits: int = parameter(1, "bits of a number, by the book", low=0, high=MOST_BITS)
    width: int = parameter(1, "texts under way at once, by the book", low=1, high=MOST_PLACES)
    shelf: bool = parameter(False, "does the far side keep what comes before its turn, by the book?")
    stop: int = parameter(ORDERED, "how sure it wants to be, by the book", low=FORGET, high=ON_PAPER)
    patience: int = parameter(3 * SECOND, "how long a candle burns", kind="duration", low=1)
    every: int = parameter(0, "between two new texts", kind="duration", low=0)
    price: int = parameter(1, "coins for a text, and for each bit of its number", low=0, high=1000)
    known_price: int = -1
    """What a text cost when width and shelf were settled last."""
    told: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    base: int = 0
    top: int = 0
    owed: list[int] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)
    lit: list[int] = field(default_factory=list)
    """Of every text when it was sent last, by the own clock."""
    resting: bool = False
    """Is it too soon for a new text?"""
    width_now: int = 1
    bits_now: int = 0
    shelf_now: bool = False
    services: list[int] = field(default_factory=list)
    coins: int = 0
    """The price for every text that was sent, and for every bit of its number."""
    floor: int = 0
    """Receipts that told nothing new."""
    heard: str = ""

    offers: ClassVar[tuple[Choice, ...]] = (NEXT, AGAIN)

    # What it looks like

    @property
    def plan(self) -> tuple[str, ...]:
        """All texts."""
        return (*texts_of(self.texts), *self.more)

    @property
    def outstanding(self) -> list[int]:
        """The texts (from 1) that nobody has answered yet."""
        return [place + 1 for place in range(self.base, self.top) if self.told[place] in (OUT, SILENT)]

    @property
    def oldest(self) -> int:
        """The oldest text (from 1) that is not answered."""
        return self.base + 1

    @property
    def may_go_on(self) -> bool:
        """Is there another text, and time for it?"""
        return self.top < len(self.plan) and not self.resting

    @property
    def crowded(self) -> bool:
        """Are as many texts under way as may be?"""
        return self.top - self.base >= self.width_now

    @property
    def window_now(self) -> int:
        """How many places from the awaited one on the far side may keep."""
        return self.width_now if self.shelf_now or self.stop == ANSWERED else 1

    @property
    def frame_price(self) -> str:
        """What a text with its number costs, in words."""
        coins = self.price * (1 + self.bits_now)
        return counted("{count} coin", "{count} coins", coins)

    @property
    def count_words(self) -> str:
        """How many numbers there are."""
        return said("{bits} bits make {count} numbers", bits=self.bits_now, count=1 << self.bits_now)

    # What it does

    def on_start(self, ctx: Context) -> None:
        self.told = [UNSENT] * len(self.plan)
        self.copies = [0] * len(self.plan)
        self.lit = [0] * len(self.plan)
        self.services = [0] * len(self.plan)
        self.bits_now = self.bits
        self.known_price = self.price
        self._settle(ctx)

    def on_request(self, ctx: Context, request: Say) -> None:
        self.more.append(request.text)
        self.told.append(UNSENT)
        self.copies.append(0)
        self.lit.append(0)
        self.services.append(0)

    def _settle(self, ctx: Context) -> None:
        """How wide, and with a shelf or without: asked whenever something new is known."""
        self.shelf_now = ctx.choose(SHELF) == SHELF_KEEPS
        self.width_now = ctx.choose(WIDTH)
        self.known_price = self.price

    def on_move(self, ctx: Context, choice: Choice, value: Value) -> None:
        if choice is AGAIN:
            self._send(ctx, value - 1)
            return
        while self.crowded:
            self._assume(ctx, self.base)
        self.owed.clear()
        place = self.top
        self.services[place] = ctx.choose(STOP)
        self.top += 1
        self._send(ctx, place)
        if self.every:
            self.resting = True
            ctx.set_timer(later("rest"), self.every)

    def _assume(self, ctx: Context, place: int) -> None:
        """Take a text as read of which nobody said so, if it has not been answered."""
        if self.told[place] != TOLD:
            self.told[place] = ASSUMED
        ctx.cancel_timer(("silence", place))
        self.base += 1

    def _send(self, ctx: Context, place: int) -> None:
        service = self.services[place]
        self.bits_now = bits = 0 if service == FORGET else ctx.choose(BITS)
        self.coins += self.price * (1 + bits)
        self.copies[place] += 1
        self.lit[place] = ctx.now
        self.heard = ""
        if place + 1 in self.owed:
            self.owed.remove(place + 1)
        ctx.send(self.receiver, Frame(place % (1 << bits), bits, self._window_of(service), service, self.plan[place]))
        if service >= ANSWERED:
            self.told[place] = OUT
            ctx.set_timer((later("silence"), place), self.patience)
        else:
            self.told[place] = SENT
            if place == self.base:
                self.base += 1

    def _window_of(self, service: int) -> int:
        """How many places the far side may keep. While more are out than may be, since the width has just become less,
        it is one: the numbers suffice for what is out, and for no more."""
        if service == ANSWERED:
            return self.width_now
        return self.width_now if self.shelf_now and self.top - self.base <= self.width_now else 1

    def on_timer(self, ctx: Context, key: Key) -> None:
        if key == "rest":
            self.resting = False
            return
        _, place = key if isinstance(key, tuple) else (key, 0)
        assert isinstance(place, int)
        self._miss(ctx, place)

    def _miss(self, ctx: Context, place: int) -> None:
        """This one is not answered: it is owed, and without a shelf all that follow it."""
        self._settle(ctx)
        owed = [place + 1] if self.shelf_now else self.outstanding
        for number in owed:
            self.told[number - 1] = SILENT
            ctx.cancel_timer(("silence", number - 1))
        self.owed = sorted({*self.owed, *owed})

    def on_message(self, ctx: Context, source: str, message: Frame | Receipt | Complaint | Written) -> None:
        if isinstance(message, Complaint):
            self._take_back(ctx, message.wanted, message.bits)
            self.heard = "complaint"
            if self.outstanding and self.base + 1 in self.outstanding:
                self._miss(ctx, self.base)
        elif isinstance(message, Receipt | Written):
            news = self._take_back(ctx, message.last, message.bits, 1)
            if message.this != message.last:
                news = self._take_one(ctx, message.this, message.bits) or news
            self.heard = "receipt" if news else "old receipt"
            self.floor += not news
            if news:
                self._settle(ctx)

    def _take_back(self, ctx: Context, number: int, bits: int, beyond: int = 0) -> bool:
        """All texts before the one of this number were taken (with `beyond` 1: it was, too), if the number names one
        that is out. The oldest that it can name is meant: on a wire that keeps the order it is."""
        count = (number - self.base) % (1 << bits) + beyond
        if not 0 < count <= self.top - self.base:
            return False
        for place in range(self.base, self.base + count):
            self._hear(ctx, place)
        return True

    def _take_one(self, ctx: Context, number: int, bits: int) -> bool:
        """This text was taken, before its turn."""
        for place in range(self.base, self.top):
            if place % (1 << bits) == number and self.told[place] in (OUT, SILENT):
                self._hear(ctx, place)
                return True
        return False

    def _hear(self, ctx: Context, place: int) -> None:
        self.told[place] = TOLD
        ctx.cancel_timer(("silence", place))
        if place + 1 in self.owed:
            self.owed.remove(place + 1)
        while self.base < self.top and self.told[self.base] not in (OUT, SILENT):
            self.base += 1

    def view(self) -> dict[str, str | int]:
        out = ", ".join(f"{number} {self.plan[number - 1]}" for number in self.outstanding)
        return {
            "sent": written("{part} of {whole}", part=self.top, whole=len(self.plan)),
            "answered": ", ".join(str(place + 1) for place, told in enumerate(self.told) if told == TOLD) or "none",
            "not answered": out or "none",
            "silent": ", ".join(map(str, self.owed)) or "none",
            "number": written(ONE_BIT if self.bits_now == 1 else SO_MANY_BITS, count=self.bits_now),
            "coins": self.coins,
        }

    def badge(self) -> str:
        return written("waits for {number}", number=self.oldest) if self.outstanding else ""


ONE_BIT, SO_MANY_BITS = later("{count} bit"), later("{count} bits")


@dataclass
class Receiver(Machine):
    """Reads texts, each once and in their order, as far as their numbers tell it.

    awaited  the place (from 0) of the next text that is to be read in order.
    early    texts that came before their turn, by place; handed on already or not.
    """

    complains: bool = parameter(False, "does it say so when a frame comes in pieces, or too early?")
    places: int = parameter(MOST_PLACES, "places of its sheet", low=1, high=MOST_PLACES)
    awaited: int = 0
    early: dict[int, str] = field(default_factory=dict)
    handed: list[int] = field(default_factory=list)
    """Places beyond the awaited one that were read before their turn."""
    counted: list[int] = field(default_factory=list)
    """Places of texts that were numbered and not to be answered."""
    highest: int = -1
    read: list[str] = field(default_factory=list)
    copies: int = 0
    complained: bool = False
    full: bool = False
    """Is its reader's disk full?"""
    missed: int = 0
    """Texts that came to a full disk and were answered all the same."""
    bits: int = 0

    def place_of(self, number: int, bits: int, window: int) -> int:
        """The place that a stamp means: one of the window, or else an old one."""
        count = 1 << bits
        ahead = (number - self.awaited) % count
        if ahead < max(1, min(window, count)) or self.awaited + ahead - count < 0:
            return min(self.awaited + ahead, self.places - 1)
        return self.awaited + ahead - count

    def on_message(self, ctx: Context, source: str, message: Frame | Receipt | Complaint | Written) -> None:
        if not isinstance(message, Frame):
            return
        self.bits = message.bits
        if message.service <= FORGET:
            self._read(ctx, message.text)
        elif message.service == COUNTED:
            self._count(ctx, message)
        else:
            self._take(ctx, source, message)

    def on_garbled(self, ctx: Context, source: str, data: bytes) -> None:
        if self.complains and not self.complained:
            self.complained = True
            wanted = self.awaited % (1 << self.bits)
            ctx.send(source, Complaint(wanted, wanted, self.bits))

    def _count(self, ctx: Context, frame: Frame) -> None:
        """A text that nobody asks an answer for: read unless its number was heard already."""
        count = 1 << frame.bits
        ahead = (frame.number - self.highest - 1) % count
        place = self.highest + 1 + ahead - (count if ahead >= max(1, count // 2) else 0)
        if place in self.counted:
            self.copies += 1
            return
        self.counted = [*(old for old in self.counted if old > place - count), place]
        self.highest = max(self.highest, place)
        self._read(ctx, frame.text)

    def _take(self, ctx: Context, source: str, frame: Frame) -> None:
        count = 1 << frame.bits
        place = ctx.choose(PLACE, number=frame.number, bits=frame.bits, window=frame.window, text=frame.text)
        if frame.service == ON_PAPER and self.full and place >= self.awaited:
            return  # nothing is written, and nothing is said
        taken = self._lay(ctx, place, frame)
        if not taken and place > self.awaited and self.complains and not self.complained:
            self.complained = True
            ctx.send(source, Complaint(self.awaited % count, frame.number, frame.bits))
            return
        last = (self.awaited - 1) % count
        this = frame.number if taken and place > self.awaited else last
        answer = Written if frame.service == ON_PAPER else Receipt
        ctx.send(source, answer(last, this, frame.bits))

    def _lay(self, ctx: Context, place: int, frame: Frame) -> bool:
        """Put a text at its place of the sheet, and read what can be read. Was there room for it?"""
        if place < self.awaited or place in self.early:
            self.copies += 1
            return True
        if place >= self.awaited + max(1, frame.window):
            return False
        self.early[place] = frame.text
        if frame.service == ANSWERED and place > self.awaited:
            self.handed.append(place)
            self._read(ctx, frame.text)
        while self.awaited in self.early:
            text = self.early.pop(self.awaited)
            if self.awaited in self.handed:
                self.handed.remove(self.awaited)
            else:
                self._read(ctx, text)
            self.awaited += 1
            self.complained = False
        return True

    def _read(self, ctx: Context, text: str) -> None:
        """Hand a text to the reader, who writes it down if there is room."""
        if self.full:
            self.missed += 1
            return
        self.read.append(text)
        ctx.deliver(text)

    def on_request(self, ctx: Context, request: Disk) -> None:
        self.full = request.full

    def view(self) -> dict[str, str | int]:
        return {
            "read": " ".join(self.read) or "nothing yet",
            "waits for place": self.awaited,
            "kept before its turn": ", ".join(map(str, sorted(self.early))) or "none",
            "copies": self.copies,
        }

    def badge(self) -> str:
        return written("has read {count}", count=len(self.read)) if self.read else ""


@dataclass
class Rover(Receiver):
    """A receiver whose texts are arrows: it takes a step for each, and falls into what lies there."""

    map: str = parameter(
        "..F/.O./S..", "the ground, rows from the north: S start, F flag, others pits", check=check_map
    )
    spot: Spot = field(default_factory=lambda: Spot(0, 0))
    track: list[Spot] = field(default_factory=list)
    pit: str = ""

    @property
    def at_flag(self) -> bool:
        """Does it stand at the flag?"""
        return not self.pit and on(self.map, self.spot) == FLAG

    def on_start(self, ctx: Context) -> None:
        self.spot = start_of(self.map)
        self.track = [self.spot]

    def on_message(self, ctx: Context, source: str, message: Frame | Receipt | Complaint | Written) -> None:
        if not self.pit:  # from a pit nothing is heard any more
            super().on_message(ctx, source, message)

    def _read(self, ctx: Context, text: str) -> None:
        super()._read(ctx, text)
        if self.full:
            return
        self.spot = stepped(self.map, self.spot, text)
        self.track.append(self.spot)
        self.pit = pit_at(self.map, self.spot)

    def view(self) -> dict[str, str | int]:
        where = written("in pit {pit}", pit=self.pit) if self.pit else "at the flag" if self.at_flag else "on its way"
        stands = written("{east} east, {north} north", east=self.spot.x, north=self.spot.y)
        return {"stands": stands, "is": where, **super().view()}

    def badge(self) -> str:
        if self.pit:
            return written("fell into {pit}", pit=self.pit)
        return "at the flag" if self.at_flag else written("step {count}", count=len(self.read))
