"""Reads DNS messages, and notes their spans on the way."""

from __future__ import annotations

from dataclasses import dataclass

from core.wire.dns.messages import (
    AAAA,
    CNAME,
    MX,
    NS,
    PTR,
    SOA,
    TXT,
    A,
    Data,
    Message,
    Question,
    Record,
    Type,
    Unknown,
    is_known,
)
from core.wire.dns.tables import (
    ADDRESS,
    ADDRESS_6,
    CODEC,
    FLAGS,
    HEADER,
    PREFERENCE,
    QUESTION,
    RECORD,
    SECTIONS,
    STRING,
    TABLE,
    UNKNOWN,
    ZONE,
)
from core.wire.domain import NAME_GREATEST, Name, length, show
from core.wire.table import CodecError, Span, Table, Values, octets_in_words

MOST_POINTERS = NAME_GREATEST // 2
"""Pointers that one name may follow: it cannot have more labels than that."""
POINTER = 3
"""The two bits that tell a pointer from a label (RFC 1035, 4.1.4)."""
UNREADABLE = "unreadable"
FARTHEST = 0x3FFF
"""The last byte of a message that a pointer's 14 bits can name."""


@dataclass
class Reader:
    """Walks a message from byte `at` on, and notes what it reads if `found` is a list."""

    data: bytes
    found: list[Span] | None = None
    at: int = 0
    label: str = CODEC

    def error(self, message: str, offset: int | None = None) -> CodecError:
        return CodecError(CODEC, self.at if offset is None else offset, message)

    def values(self, table: Table, end: int | None = None) -> Values:
        """What a table reads from here on; not beyond `end`."""
        try:
            values, after = table.unpack(self.data, self.at, end)
        except CodecError:
            self._note(table, end)
            raise
        self._note(table, after)
        self.at = after
        return values

    def _note(self, table: Table, end: int | None) -> None:
        if self.found is not None:
            spans = table.spans(self.data, self.at, end)
            self.found += [span._replace(name=f"{self.label}.{span.name}") for span in spans if span.name != UNREADABLE]

    def name(self, part: str, meaning: str, source: str, end: int | None = None) -> Name:
        """A name, its pointers followed.

        Each pointer must lead to before the labels just read, so that none leads round in a circle; and a name that
        follows more of them than it can have labels is refused, so that no chain of pointers keeps anybody busy.
        """
        start = self.at
        labels, after = self._labels(len(self.data) if end is None else end)
        self.at = after
        if self.found is not None:
            words = show(labels)
            if after - start != length(labels):
                words += ", compressed"
            place = (start * 8, (after - start) * 8)
            self.found.append(Span(f"{self.label}.{part}", *place, labels, words, meaning, source))
        return labels

    def _labels(self, limit: int) -> tuple[Name, int]:
        labels: list[bytes] = []
        position = back = self.at
        size, jumps = 1, 0
        after: int | None = None  # where the message goes on: behind the first pointer
        while True:
            if position >= limit:
                raise self.error("a name is cut short", position)
            octet = self.data[position]
            if octet >> 6 == POINTER:
                if position + 2 > limit:
                    raise self.error("a pointer is cut short", position)
                target = int.from_bytes(self.data[position : position + 2], "big") & FARTHEST
                if not HEADER <= target < back:
                    raise self.error(f"a pointer to byte {target} leads to no earlier name", position)
                jumps += 1
                if jumps > MOST_POINTERS:
                    raise self.error(f"a name follows more than {MOST_POINTERS} pointers", position)
                if after is None:
                    after, limit = position + 2, len(self.data)
                position = back = target
            elif octet >> 6:
                raise self.error(f"a label of the reserved type {octet >> 6}", position)
            elif octet:
                if position + 1 + octet > limit:
                    raise self.error("a label is cut short", position)
                size += 1 + octet
                if size > NAME_GREATEST:
                    raise self.error(f"a name has more than {NAME_GREATEST} octets", position)
                labels.append(bytes(self.data[position + 1 : position + 1 + octet]))
                position += 1 + octet
            else:
                return tuple(labels), position + 1 if after is None else after

    def question(self) -> Question:
        """The question that begins here."""
        asked = self.name("name", "QNAME", "RFC 1035, 4.1.2")
        values = self.values(QUESTION)
        return Question(asked, values["type"], values["class"])

    def record(self) -> Record:
        """The record that begins here. Raises CodecError if its data do not fill their length."""
        owner = self.name("name", "whose record it is", "RFC 1035, 4.1.3")
        values = self.values(RECORD)
        end = self.at + values["length"]
        if end > len(self.data):
            there = len(self.data) - self.at
            raise self.error(f"cut short: {values['length']} bytes of data are needed, {there} are there")
        data: Data
        if is_known(values["type"], values["class"]):
            data = self.known(values["type"], end)
        else:
            data = Unknown(values["type"], self.values(UNKNOWN, end)["data"])
        if self.at != end:
            raise self.error(f"{octets_in_words(self.data[self.at : end])} of data too many")
        return Record(owner, values["ttl"], data, values["class"])

    def known(self, type_: int, end: int) -> Data:
        """The data of a record of a type that is known here, up to `end` at most."""
        match type_:
            case Type.A:
                return A(self.values(ADDRESS, end)["address"])
            case Type.AAAA:
                return AAAA(self.values(ADDRESS_6, end)["address"])
            case Type.NS:
                return NS(self.name("host", "a server of the zone", "RFC 1035, 3.3.11", end))
            case Type.CNAME:
                return CNAME(self.name("canonical", "the name it is an alias of", "RFC 1035, 3.3.1", end))
            case Type.PTR:
                return PTR(self.name("target", "some other name", "RFC 1035, 3.3.12", end))
            case Type.MX:
                preference = self.values(PREFERENCE, end)["preference"]
                return MX(preference, self.name("exchange", "takes mail for the owner", "RFC 1035, 3.3.9", end))
            case Type.TXT:
                strings = [self.values(STRING, end)["string"]]
                while self.at < end:
                    strings.append(self.values(STRING, end)["string"])
                return TXT(tuple(strings))
        primary = self.name("primary", "the zone's first server", "RFC 1035, 3.3.13", end)
        mailbox = self.name("mailbox", "who answers for the zone", "RFC 1035, 3.3.13", end)
        return SOA(primary, mailbox, **self.values(ZONE, end))

    def message(self) -> Message:
        """The whole message. Raises CodecError for missing bytes, and for bytes after the end."""
        values = self.values(TABLE, min(len(self.data), HEADER))
        sections: Values = {}
        for part in SECTIONS:
            found = []
            for place in range(values[f"{part}_count"]):
                self.label = f"{CODEC}.{part}[{place}]"
                found.append(self.question() if part == "questions" else self.record())
            sections[part] = tuple(found)
        if self.at < len(self.data):
            raise self.error(f"{octets_in_words(self.data[self.at :])} after the end")
        read: Values = {flag: bool(values[flag]) for flag in FLAGS}
        return Message(id=values["id"], opcode=values["opcode"], code=values["code"], **read, **sections)
