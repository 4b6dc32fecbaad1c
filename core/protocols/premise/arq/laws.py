"""What must hold of texts, and of a rover's way; what is counted: coins, copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.kernel.laws import OWN, PART, Evidence, Measure, Tally, always, eventually, sometimes
from core.kernel.ready_laws import sometimes_one
from core.kernel.trace import DELIVER, RECEIVE, START, Entry
from core.protocols.premise.arq.choices import ON_PAPER, ORDERED
from core.protocols.premise.arq.machine import TOLD, Receiver, Rover, Sender
from core.protocols.premise.arq.messages import Frame


def _pairs(evidence: Evidence) -> Iterator[tuple[Sender, Receiver]]:
    """Every sender that has started, and who reads its texts."""
    for name in evidence.nodes:
        sender = evidence.machine(name, Sender)
        receiver = None if sender is None else evidence.machine(sender.receiver, Receiver)
        if sender is not None and receiver is not None:
            yield sender, receiver


@dataclass
class Readings:
    """Whose texts were read otherwise than once and in order; how many of whom were read rightly."""

    wrong: bool = False
    right: dict[str, int] = field(default_factory=dict)


def _watch_reading(evidence: Evidence, entry: Entry) -> None:
    readings = evidence.recall(Readings)
    if entry.kind != DELIVER:
        return
    for sender, receiver in _pairs(evidence):
        if receiver.name == entry.node and sender.stop >= ORDERED:
            count = readings.right.get(receiver.name, 0)
            plan = sender.plan
            if count < len(plan) and entry.detail == plan[count]:
                readings.right[receiver.name] = count + 1
            else:
                readings.wrong = True


def _all_read(evidence: Evidence) -> bool:
    if evidence.unstarted:
        return False
    return all(set(sender.plan) <= set(receiver.read) and len(receiver.read) >= len(sender.plan)
               for sender, receiver in _pairs(evidence))  # fmt: skip


@dataclass
class Doubt:
    """Has a sender that wants its texts written taken one for written that is not?"""

    false: bool = False


def _watch_disk(evidence: Evidence, entry: Entry) -> None:
    machine = evidence.machine(entry.node, Sender)
    if machine is None or machine.stop < ON_PAPER:
        return
    receiver = evidence.machine(machine.receiver, Receiver)
    written = 0 if receiver is None else len(receiver.read)
    evidence.recall(Doubt).false |= machine.told.count(TOLD) > written


ONCE = always(
    "texts are read once and in order",
    lambda evidence: not evidence.recall(Readings).wrong,
    watch=_watch_reading,
    assumes=("bounded_delay", "no_crash"),
)
ON_DISK = always(
    "what counts as written is written",
    lambda evidence: not evidence.recall(Doubt).false,
    watch=_watch_disk,
    assumes=("bounded_delay", "no_crash"),
)
EVERYTHING = eventually("every text is read", _all_read, assumes=("no_crash",))
COPY = sometimes_one("a copy comes", Receiver, lambda receiver: receiver.copies > 0)


def as_read(texts: Sequence[str]) -> str:
    """What somebody reads who gets these texts one after another: figures that follow figures are one number."""
    line = ""
    for text in texts:
        line += text if text.isdigit() and line[-1:].isdigit() else f" {text}"
    return line.strip()


def _reads(evidence: Evidence, reader: str, text: str) -> bool:
    machine = evidence.machine(reader, Receiver)
    return machine is not None and as_read(machine.read) == text


def _all_told(evidence: Evidence, sender: str) -> bool:
    machine = evidence.machine(sender, Sender)
    return machine is not None and len(machine.told) > 0 and set(machine.told) == {TOLD}


def _telling(evidence: Evidence, sender: str) -> Tally | None:
    machine = evidence.machine(sender, Sender)
    return None if machine is None or not machine.told else Tally(machine.told.count(TOLD), len(machine.told))


@dataclass
class Readers:
    """When each receiver had read so many texts."""

    count: dict[str, int] = field(default_factory=dict)
    at: dict[tuple[str, int], int] = field(default_factory=dict)


def _watch_deadline(evidence: Evidence, entry: Entry, reader: str, count: int, by: int) -> None:
    if entry.kind == DELIVER and entry.node == reader:
        readers = evidence.recall(Readers)
        read = readers.count.get(reader, 0) + 1
        readers.count[reader] = read
        readers.at.setdefault((reader, read), evidence.now)


def _in_time(evidence: Evidence, reader: str, count: int, by: int) -> bool:
    return evidence.recall(Readers).at.get((reader, count), evidence.now) <= by


IN_TIME = always("{reader:node} has read {count:number} texts by {by:duration}", _in_time, watch=_watch_deadline)
READS = sometimes("{reader:node} reads {text:text}", _reads, known="reader")
ALL_TOLD = eventually(
    "{sender:node} has a receipt for every text", _all_told, assumes=("no_crash",), known="sender", tally=_telling
)

# A rover's


def _fell(evidence: Evidence, rover: str, pit: str = "") -> bool:
    machine = evidence.machine(rover, Rover)
    return machine is not None and machine.pit != "" and pit in ("", machine.pit)


def _at_flag(evidence: Evidence, rover: str) -> bool:
    machine = evidence.machine(rover, Rover)
    return machine is not None and machine.at_flag


FALLS_INTO = sometimes("{rover:node} falls into {pit:word}", _fell, known="rover")
FALLS = sometimes("{rover:node} falls", _fell, known="rover")
FLAG = eventually("{rover:node} reaches the flag", _at_flag, known="rover")
ENDS = eventually(
    "{rover:node} reaches the flag, or falls",
    lambda evidence, rover: _at_flag(evidence, rover) or _fell(evidence, rover),
    known="rover",
)


@dataclass
class Arrived:
    """How many frames came to each receiver, read or not."""

    of: dict[str, int] = field(default_factory=dict)


def _watch_arrivals(evidence: Evidence, entry: Entry, receiver: str, count: int) -> None:
    if entry.node == receiver and entry.kind in (RECEIVE, START):
        arrived = evidence.recall(Arrived).of
        arrived[receiver] = arrived.get(receiver, 0) + (entry.kind == RECEIVE and isinstance(entry.detail, Frame))


ALL_ARRIVED = eventually(
    "{count:number} frames come to {receiver:node}",
    lambda evidence, receiver, count: evidence.recall(Arrived).of.get(receiver, 0) >= count,
    watch=_watch_arrivals,
    known="receiver",
    tally=lambda evidence, receiver, count: Tally(evidence.recall(Arrived).of.get(receiver, 0), count),
)


@dataclass
class Purse:
    """What a sender has paid: kept here, as two states that differ in nothing else are the same to everybody else (see
    `normal`)."""

    coins: int = 0


def _watch_purse(evidence: Evidence, entry: Entry, sender: str, coins: int) -> None:
    machine = evidence.machine(sender, Sender)
    if entry.node == sender and machine is not None:
        evidence.recall(Purse).coins = machine.coins


PURSE = always(
    "{sender:node} pays at most {coins:number} coins",
    lambda evidence, sender, coins: evidence.recall(Purse).coins <= coins,
    watch=_watch_purse,
)

LAWS = (ONCE, ON_DISK, EVERYTHING, COPY, READS, ALL_TOLD, IN_TIME, FALLS_INTO, FALLS, FLAG, ENDS, ALL_ARRIVED, PURSE)


def _coins(evidence: Evidence, node: str) -> int:
    return sum(sender.coins for sender in evidence.running(Sender) if node in ("", sender.name))


def _copies(evidence: Evidence, node: str) -> int:
    return sum(receiver.copies for receiver in evidence.running(Receiver) if node in ("", receiver.name))


MEASURES = (
    Measure("coins", "coins: one a text, one a bit of its number", _coins, known=OWN, roles=(Sender,)),
    Measure("copies", "texts that came once more", _copies, known=PART, roles=(Receiver,)),
)
