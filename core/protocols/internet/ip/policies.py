"""What a program builds on top of UDP, because nothing below it promises anything."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import SomeOf

TELEMETRY, BANK, VOICE = "telemetry", "bank", "voice"
NUMBERS, RECEIPTS, COPIES = "numbers", "receipts", "copies"
FEATURES = (NUMBERS, RECEIPTS, COPIES)
NEEDS = {
    TELEMETRY: "most of them should come; the next one is worth more than the last one again",
    BANK: "each must be booked, and none twice, however long it takes",
    VOICE: "what is older than 150 ms is of no use, and holes and echoes are heard",
}
_WANTED: dict[str, tuple[str, ...]] = {TELEMETRY: (), BANK: (NUMBERS, RECEIPTS), VOICE: (NUMBERS, COPIES)}


def _judge_policy(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    again = RECEIPTS in value or COPIES in value
    if asked.case == TELEMETRY:
        return "wasted" if again else "as good"
    if again and NUMBERS not in value:
        return "twice"
    if asked.case == BANK:
        return "wasted" if RECEIPTS in value else "lost"
    if RECEIPTS in value:
        return "too late" if COPIES not in value else "wasted"
    return "holes"


POLICY = Choice(
    name="ip.policy",
    question="{count} items: {needs}. What do you build for it on top of UDP?",
    domain=SomeOf(FEATURES, 3, none="nothing", stays=False),
    cases=(TELEMETRY, BANK, VOICE),
    case=lambda asked: asked.service,
    book=lambda asked: _WANTED[asked.case],
    candidates=lambda asked: [
        tuple(feature for place, feature in enumerate(FEATURES) if chosen >> place & 1) for chosen in range(8)
    ],
    inaction=(),
    judge=_judge_policy,
    answers={
        "book": Answer(Kind.BOOK, "What {service} needs, and nothing more."),
        "as good": Answer(
            Kind.FINE, "A number costs no datagram. This service could do without: the next reading mends an old one."
        ),
        "wasted": Answer(Kind.COSTLY, "That gains {service} nothing: {book} would have done, with fewer datagrams."),
        "twice": Answer(
            Kind.WRONG,
            "A lost receipt, or a copy, and it is there twice: without a number nobody can tell.",
            "RFC 791 §1.2",
        ),
        "lost": Answer(Kind.WRONG, "Nobody notices that a transfer is lost: without receipts nobody sends it again."),
        "too late": Answer(
            Kind.WRONG,
            "What is sent again when its receipt is missed comes after its time: the hole has been heard.",
        ),
        "holes": Answer(
            Kind.COSTLY, "A lost frame is heard as a hole: a copy that comes in time would fill most of them."
        ),
    },
    source="Kurose & Ross 8e §3.3; RFC 791 §1.2",
)
