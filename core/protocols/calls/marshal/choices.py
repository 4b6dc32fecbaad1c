"""What a clerk decides of every value that it writes, and an archive of every record that it reads."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, OneOf, OrderOf
from core.kernel.ready_choices import lookup
from core.protocols.calls.marshal.messages import octets


def swapped_first(names: Sequence[Value]) -> tuple[Value, ...]:
    return (*names[1::-1], *names[2:])


ORDER = Choice(
    name="marshal.order",
    question="Record {number}: {values}. The interface: {interface}. In which order are they written?",
    domain=OrderOf(lambda asked: asked.names),
    cases=("a record to write",),
    book=lambda asked: asked.names,
    candidates=lambda asked: list(
        dict.fromkeys([asked.names, asked.names[::-1], swapped_first(asked.names), tuple(sorted(asked.names))])
    ),
    inaction=lambda asked: asked.names[::-1],
    answers={
        "book": Answer(Kind.BOOK, "As declared: no name and no type is sent, the place alone says which member it is."),
        "other": Answer(
            Kind.WRONG, "The bytes do not say what they are: {archive} reads {book}, whatever order was meant."
        ),
    },
    source="CORBA 3.3 part 2, 9.3.2.2",
)


def _judge_gap(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book" if value else "none"
    return "tight" if value == 0 else "off"


GAP = Choice(
    name="marshal.gap",
    question="So far {written}. Next: {what}. How many bytes of gap before it?",
    domain=Number(0, 7, "bytes"),
    cases=("at its boundary", "off its boundary"),
    case=lambda asked: "off its boundary" if asked.count % asked.boundary else "at its boundary",
    book=lambda asked: -asked.count % asked.boundary,
    candidates=lambda asked: list(dict.fromkeys([-asked.count % asked.boundary, *range(8)])),
    inaction=0,
    judge=_judge_gap,
    answers={
        "book": Answer(
            Kind.BOOK, "At a multiple of {boundary} {kind} begins, after a gap of {answer}: that may hold anything."
        ),
        "none": Answer(Kind.BOOK, "{count} is a multiple of {boundary} already."),
        "tight": Answer(
            Kind.WRONG,
            "{archive} skips to the next multiple of {boundary} anyway, and begins in the middle of the value.",
        ),
        "off": Answer(
            Kind.WRONG, "{archive} looks for {kind} at the next multiple of {boundary}, after {book}: no more, no less."
        ),
    },
    source="CORBA 3.3 part 2, 9.3.1.1",
)


def _judge_length(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value == asked.bytes:
        return "no NUL"
    return "letters" if value in (asked.letters, asked.letters + 1) else "other"


LENGTH = Choice(
    name="marshal.length",
    question='The string {name}: "{text}", {letters} letters. Which length stands before its bytes?',
    domain=Number(0, 2**32 - 1),
    cases=("a byte a letter", "letters of more bytes"),
    case=lambda asked: "a byte a letter" if asked.letters == asked.bytes else "letters of more bytes",
    book=lambda asked: asked.bytes + 1,
    candidates=lambda asked: list(
        dict.fromkeys(
            [
                asked.bytes + 1,
                asked.bytes,
                asked.letters,
                asked.letters + 1,
                (asked.bytes + 4) // 4 * 4,
                asked.bytes + 5,
            ]
        )
    ),
    inaction=0,
    judge=_judge_length,
    answers={
        "book": Answer(Kind.BOOK, "{bytes} bytes and the NUL that closes them: {answer}."),
        "no NUL": Answer(
            Kind.WRONG, "The closing NUL counts: {book}. After {answer}, {archive} finds no NUL in its place."
        ),
        "letters": Answer(Kind.WRONG, "The length counts bytes, not letters, and the NUL: {book}."),
        "other": Answer(Kind.WRONG, "The length is that of the bytes and the NUL, without any gap: {book}."),
    },
    source="CORBA 3.3 part 2, 9.3.2.7",
)


def _number_forms(asked: Asked) -> tuple[str, ...]:
    size, value = asked.size, asked.number
    digits = f"{value:0{2 * size}d}"[-2 * size :]
    forms = (octets(value, size, asked.little), octets(value, size, not asked.little), bytes.fromhex(digits).hex(" "))
    found = tuple(sorted(set(forms)))
    turn = value % len(found)  # or the first would be right every time
    return found[turn:] + found[:turn]


OCTETS = Choice(
    name="marshal.octets",
    question="The {kind} {name}: {number}. The flag says {order}. Which bytes?",
    domain=OneOf(_number_forms),
    cases=("big endian", "little endian"),
    case=lambda asked: asked.order,
    book=lambda asked: octets(asked.number, asked.size, asked.little),
    inaction=lambda asked: octets(asked.number, asked.size, not asked.little),
    answers={
        "book": Answer(Kind.BOOK, "In the order that the flag tells: {answer}."),
        "other": Answer(Kind.WRONG, "The flag says {order}, and so {archive} reads it: another number. Right: {book}."),
    },
    source="CORBA 3.3 part 2, 9.3.1.2",
)  # fmt: skip
SWAP, AS_IT_IS = "swap", "as it is"
READ = lookup(
    "marshal.read",
    "Record {number} of {source}: the flag says {order}, this machine is {mine}. How do you read its numbers?",
    {AS_IT_IS: "", SWAP: "byte by byte from the other end"},
    right={"the same order": AS_IT_IS, "the other order": SWAP},
    mistakes={AS_IT_IS: "other", SWAP: "other"},
    inaction=AS_IT_IS,
    case=lambda asked: "the same order" if asked.order == asked.mine else "the other order",
    candidates=lambda asked: [AS_IT_IS, SWAP],
    answers={
        "book": Answer(
            Kind.BOOK, "The receiver makes it right: between two machines of one kind nobody swaps anything."
        ),
        "other": Answer(
            Kind.WRONG, "Sent {order}, read otherwise: every number of more than one byte becomes another, lengths too."
        ),
    },
    source="CORBA 3.3 part 2, 9.3",
)

CHOICES = (ORDER, GAP, LENGTH, OCTETS, READ)
