"""What IP leaves to a router: does a packet pass, what becomes of it, which neighbour gets it, with which header.

And in which pieces, and who is told of what goes wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Fields, NodeOf, Number, OneOf
from core.protocols.internet.ip import routing as r
from core.wire.fragments import UNIT

BOOK, FINE, COSTLY, WRONG = Kind.BOOK, Kind.FINE, Kind.COSTLY, Kind.WRONG


class Hexadecimal(Number):
    """A number as headers are read: `0xb861`, typed with or without its 0x."""

    def parse(self, asked: Asked, text: str) -> Value:
        try:
            value = int(text.strip().replace("_", ""), 16)
        except ValueError:
            raise ValueError(f"{text!r} is no hexadecimal number") from None
        problem = self.problem(asked, value)
        if problem:
            raise ValueError(problem)
        return value

    def show(self, value: Value) -> str:
        return f"{value:#06x}" if isinstance(value, int) else str(value)


FORGED = tuple(case for case in r.GENUINE if case != r.SOUND)
PASS, COMPLAIN, DISCARD = "pass", "complain", "discard"
_LET_IN = {
    r.BAD_SUM: "mended", r.BAD_HEADER: "nonsense passed on", r.BAD_SOURCE: "let in", r.BAD_DESTINATION: "to nobody",
    r.BAD_PARAMETER: "nonsense passed on",
}  # fmt: skip


def _judge_check(asked: Asked, value: Value) -> str:
    case = asked.case
    if value == asked.book:
        return "told" if case == r.BAD_PARAMETER else "book"
    if case == r.SOUND:
        return "stopped"
    if value == PASS:
        return _LET_IN[case]
    if case == r.BAD_PARAMETER:
        return "not told"
    if case == r.BAD_DESTINATION:
        return "about nobody"
    return "may be told" if case == r.BAD_HEADER and asked.senseless else "answered a forgery"


def _book_check(asked: Asked) -> str:
    if asked.case == r.SOUND:
        return PASS
    return COMPLAIN if asked.case == r.BAD_PARAMETER else DISCARD


CHECK = Choice(
    name="ip.check",
    question="From {source}, {size} bytes: {packet}. Its header's words add up to {total}. Does it pass?",
    domain=OneOf(
        (PASS, DISCARD, COMPLAIN),
        {PASS: "its header can be believed", DISCARD: "without a word", COMPLAIN: "drop it, and write to its source"},
    ),
    cases=r.GENUINE,
    case=lambda asked: asked.situation,
    book=_book_check,
    inaction=DISCARD,
    judge=_judge_check,
    answers={
        "book": Answer(BOOK, "Sum, version, lengths, source: in this order, before any field is believed."),
        "told": Answer(
            BOOK, "The header is its source's own, and cannot be acted on: a parameter problem points at the octet.",
        ),
        "mended": Answer(
            WRONG, "It leaves with a new sum, which is right: what was garbled is true now, and nobody can tell.",
            "RFC 1812 §5.2.2",
        ),
        "nonsense passed on": Answer(
            WRONG, "It takes room on every link until somebody looks, and it can be of no use to anybody.",
            "RFC 1812 §5.2.2",
        ),
        "let in": Answer(
            WRONG, "Who answers it writes to somebody who never sent it; further in, nobody can tell.",
            "RFC 1812 §5.3.7; RFC 2827",
        ),
        "to nobody": Answer(WRONG, "No host has that address; what is for many is not passed on here.",
                            "RFC 1812 §5.3.5, §5.3.7"),
        "about nobody": Answer(
            WRONG, "About what goes to many no error may be sent, or many would; of the rest a log is enough.",
            "RFC 1812 §4.3.2.7, §5.3.7",
        ),
        "not told": Answer(
            COSTLY, "Nothing says that its source is a lie, and its source does not know what goes wrong.",
            "RFC 1812 §5.2.2, §4.3.3.5",
        ),
        "may be told": Answer(
            FINE, "Sum and version are right: of lengths that make no sense you may tell the source, or not.",
            "RFC 1812 §5.2.2",
        ),
        "answered a forgery": Answer(
            WRONG, "Nothing in that header can be believed, least of all its source: you write to a stranger.",
            "RFC 1812 §5.2.2",
        ),
        "stopped": Answer(WRONG, "Nothing was wrong with it, and it never arrives."),
    },
    source="RFC 1812 §5.2.2, §5.3.7, §5.3.8; RFC 2827",
)  # fmt: skip

FORWARD, FRAGMENT = "forward", "fragment"
TIME_EXCEEDED, UNREACHABLE, TOO_BIG = "time exceeded", "net unreachable", "fragmentation needed"
ERRORS = (TIME_EXCEEDED, UNREACHABLE, TOO_BIG)
PASSES = (FORWARD, FRAGMENT)
_BY_THE_BOOK = {
    r.FITS: FORWARD, r.DYING: TIME_EXCEEDED, r.NO_ROUTE: UNREACHABLE, r.TOO_LARGE: FRAGMENT, r.TOO_LARGE_DF: TOO_BIG,
}  # fmt: skip

MUTE = (r.DYING_MUTE, r.NO_ROUTE_MUTE, r.TOO_LARGE_MUTE)


def _judge_verdict(asked: Asked, value: Value) -> str:
    case, book = asked.case, asked.book
    if value == book:
        return "book"
    if case in (r.FITS, r.TOO_LARGE):
        if value in PASSES:
            return "nothing to cut" if case == r.FITS else "too large for the link"
        return "stopped" if case == r.FITS or value != TOO_BIG else "made a fuss"
    if value in PASSES:
        if case in (r.DYING, r.DYING_MUTE):
            return "dead and walking"
        if case in (r.NO_ROUTE, r.NO_ROUTE_MUTE):
            return "nowhere" if case == r.NO_ROUTE else "nowhere anyway"
        if value == FORWARD:
            return "too large for the link" if case == r.TOO_LARGE_DF else "swallowed anyway"
        return "cut against its will"
    if case in MUTE:
        return "error about an error"
    return "silent" if value == DISCARD else "another error"


VERDICT = Choice(
    name="ip.verdict",
    question="From {source}, {size} bytes: {packet}. What do you do?",
    domain=OneOf(
        (FORWARD, FRAGMENT, DISCARD, *ERRORS),
        {
            FORWARD: "one hop further",
            FRAGMENT: "in pieces that fit the link",
            DISCARD: "without a word",
            TIME_EXCEEDED: "drop it, and say so by ICMP",
            UNREACHABLE: "drop it, and say so by ICMP",
            TOO_BIG: "drop it, and tell the MTU by ICMP",
        },
    ),
    cases=r.OUTLOOKS,
    case=lambda asked: asked.situation,
    book=lambda asked: _BY_THE_BOOK.get(asked.case, DISCARD),
    inaction=DISCARD,
    judge=_judge_verdict,
    answers={
        "book": Answer(BOOK, "That is what the router requirements ask for."),
        "nothing to cut": Answer(FINE, "It fits: there is nothing to cut."),
        "too large for the link": Answer(
            WRONG, "{size} bytes do not pass through an MTU of {mtu}: the link swallowed it, and nobody knows.",
            "RFC 1812 §5.2.6",
        ),
        "stopped": Answer(WRONG, "Nothing was wrong with it, and it never arrives."),
        "made a fuss": Answer(WRONG, "It allowed you to cut it: no reason to send it back.", "RFC 1812 §5.2.6"),
        "dead and walking": Answer(
            WRONG, "Its last hop was yours: if routers let it live, every loop runs for ever.", "RFC 1812 §5.3.1",
        ),
        "swallowed anyway": Answer(
            FINE, "An MTU of {mtu} does not take {size} bytes: it ends here, and nobody may be told. The link was busy "
            "for nothing.",
        ),
        "nowhere": Answer(
            WRONG, "No route leads there: it ended here, without a word to its sender.", "RFC 1812 §5.2.7.1",
        ),
        "nowhere anyway": Answer(FINE, "No route leads there: it ended here, and nobody may be told."),
        "cut against its will": Answer(
            WRONG, "Don't fragment is set: whoever set it would rather lose the packet than have it cut.",
            "RFC 791 §3.1",
        ),
        "error about an error": Answer(
            WRONG, "No error about an error, about a later fragment, or about what goes to many: one message would "
            "bring forth the next, and the next.", "RFC 1122 §3.2.2; RFC 1812 §4.3.2.7",
        ),
        "silent": Answer(
            WRONG, "Its sender waits for a word that only you can say: {book}.", "RFC 1812 §5.3.1, §5.2.7.1",
        ),
        "another error": Answer(WRONG, "{answer} is not what happened: {book}.", "RFC 792"),
    },
    source="RFC 1812 §5.2.2, §5.3; RFC 792",
)  # fmt: skip


def _judge_hop(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value in asked.equal:
        return "as near"
    return "shorter prefix" if value in asked.fit else "astray"


def _hop_case(asked: Asked) -> str:
    if len(asked.fit) > 1:
        return "several routes fit"
    return "only the default fits" if asked.default else "one route fits"


NEXT_HOP = Choice(
    name="ip.next_hop",
    question="To {destination}: {packet}. Which neighbour gets it?",
    domain=NodeOf(lambda asked: asked.neighbours),
    cases=("one route fits", "several routes fit", "only the default fits"),
    case=_hop_case,
    book=lambda asked: asked.fit[0],
    candidates=lambda asked: (*asked.fit, *asked.neighbours),
    inaction=lambda asked: asked.neighbours[-1],
    judge=_judge_hop,
    answers={
        "book": Answer(BOOK, "The longest prefix that fits: the most that is known about {destination}."),
        "shorter prefix": Answer(
            COSTLY, "A route to {answer} fits, but another one says more: {book}. The packet takes the long way, or "
            "comes back to you.",
        ),
        "as near": Answer(FINE, "Two routes of one length lead there: which of them it is, the standard leaves open."),
        "astray": Answer(WRONG, "No route to {destination} leads by {answer}: {book} was the way."),
    },
    source="RFC 1812 §5.2.4.3",
)  # fmt: skip


def _sum_with(asked: Asked, ttl: int) -> int:
    """A checksum with which the header adds up to 0xffff, whatever its TTL: that is the high byte of its word."""
    return int(asked.right_sum + ((asked.right_ttl - ttl) << 8)) % 0xFFFF


def _judge_header(asked: Asked, value: Value) -> str:
    ttl, total = value
    if value == asked.book:
        return "recorded" if asked.recorded else "book"
    if ttl > asked.right_ttl:
        return "free ride"
    if total % 0xFFFF == _sum_with(asked, ttl):
        return "robbed" if ttl < asked.right_ttl else "the other zero"
    if ttl == asked.right_ttl and total == asked.sum:
        return "old sum"
    return "wrong sum, recorded" if asked.recorded else "wrong sum"


def _header_candidates(asked: Asked) -> Sequence[Value]:
    ttl, total = asked.right_ttl, asked.right_sum
    robbed = (ttl - 1, _sum_with(asked, ttl - 1)) if ttl else (ttl, total)
    return [
        (ttl, total), (ttl, asked.sum), (asked.ttl, asked.sum), robbed,
        (ttl, (asked.sum - 0x100) % 0xFFFF), (ttl, (asked.sum + 1) % 0xFFFF),
    ]  # fmt: skip


HEADER = Choice(
    name="ip.header",
    question="{packet}. It came with TTL {ttl} and checksum {sum_words}. What stands in its header when it leaves?",
    domain=Fields((("TTL", Number(0, 255)), ("checksum", Hexadecimal(0, 0xFFFF)))),
    cases=("no carry", "a carry"),
    case=lambda asked: "no carry" if asked.sum + 0x100 <= 0xFFFF else "a carry",
    book=lambda asked: (asked.right_ttl, asked.right_sum),
    candidates=_header_candidates,
    inaction=lambda asked: (asked.ttl, asked.sum),
    judge=_judge_header,
    answers={
        "book": Answer(
            BOOK, "One hop less. TTL is the high byte of its word, so that word lost 0x0100 and the checksum gains it."
        ),
        "recorded": Answer(
            BOOK, "One hop less, and your address stands in its record route: so the whole header is added up again."
        ),
        "the other zero": Answer(
            FINE, "0x0000 and 0xffff are the same number here: who adds up is content. Made anew, the sum is 0x0000.",
            "RFC 1624 §3",
        ),
        "free ride": Answer(
            WRONG, "Every router takes 1 from the TTL: a packet that pays nothing circles for ever in a loop.",
            "RFC 1812 §5.3.1",
        ),
        "robbed": Answer(COSTLY, "One hop costs 1; with less left than it should have, it may die on its way."),
        "old sum": Answer(
            WRONG, "The header has changed and its checksum has not: the next router discards it without a word.",
            "RFC 1141; RFC 1624",
        ),
        "wrong sum": Answer(
            WRONG, "The next one adds up the words, finds another sum, and discards it in silence. A hop takes 0x0100 "
            "from the TTL's word, so the checksum gains 0x0100 (and a carry comes in again at the right): {book}.",
            "RFC 1141; RFC 1624",
        ),
        "wrong sum, recorded": Answer(
            WRONG, "The next one finds another sum, and discards it in silence. The TTL is not all that is new: your "
            "address stands in its record route, and counts: {book}.", "RFC 791 §3.1",
        ),
    },
    source="RFC 791 §3.1; RFC 1141",
)  # fmt: skip


def _judge_cut(asked: Asked, value: Value) -> str:
    if value == asked.book:
        return "book"
    if value > asked.room:
        return "no room for the header"
    if value % UNIT:
        return "no multiple of 8"
    return "as many pieces" if -(-asked.length // value) == -(-asked.length // asked.book) else "crumbs"


def _cut_candidates(asked: Asked) -> Sequence[Value]:
    """The book's, the whole MTU, a little less than what fits, half of it, and the MTU in another unit."""
    least = asked.book
    near = least - UNIT // 2 if least > UNIT else least + 1
    return [least, asked.mtu, near, max(UNIT, least // 2 // UNIT * UNIT), max(UNIT, asked.mtu // UNIT)]


CUT = Choice(
    name="ip.cut",
    question="{length} bytes of data, a header of {head} bytes, and a link that takes {mtu}. How many bytes of data go "
    "into each fragment but the last?",
    domain=Number(1, 65515, "bytes"),
    cases=("a multiple of 8 fits", "the rest must stay free"),
    case=lambda asked: "the rest must stay free" if asked.room % UNIT else "a multiple of 8 fits",
    book=lambda asked: asked.room // UNIT * UNIT,
    candidates=_cut_candidates,
    inaction=lambda asked: asked.mtu,
    judge=_judge_cut,
    answers={
        "book": Answer(BOOK, "What the header leaves of the MTU, down to a multiple of 8."),
        "no room for the header": Answer(
            WRONG, "With its header of {head} bytes that makes more than {mtu}: the link takes none of it."
        ),
        "no multiple of 8": Answer(
            WRONG, "Offsets count in 8 bytes: after {answer} no piece can begin, so the second one cannot be put in "
            "its place, and the datagram is lost.", "RFC 791 §3.1",
        ),
        "as many pieces": Answer(FINE, "A little less than fits, in as many pieces."),
        "crumbs": Answer(COSTLY, "{book} would have fitted: every further piece is a header more, and one to lose."),
    },
    source="RFC 791 §3.2",
)  # fmt: skip


TO_SOURCE, TO_DESTINATION, TO_NEIGHBOUR = "source", "destination", "neighbour"


def _judge_tell(asked: Asked, value: Value) -> str:
    if value == TO_SOURCE:
        return "book"
    if value == TO_DESTINATION:
        return "other end"
    return "one and the same" if asked.direct else "neighbour"


TELL = Choice(
    name="ip.tell",
    question="{error} about {packet}, which came by way of {source}. Who gets the message?",
    domain=OneOf((TO_SOURCE, TO_DESTINATION, TO_NEIGHBOUR)),
    cases=("about a datagram",),
    book=lambda asked: TO_SOURCE,
    inaction=TO_NEIGHBOUR,
    judge=_judge_tell,
    answers={
        "book": Answer(BOOK, "The source asked for the packet to be carried: only it can do something about it."),
        "neighbour": Answer(
            WRONG,
            "{source} only handed on what it was given: it can do nothing about it, and the source waits.",
            "RFC 792",
        ),
        "one and the same": Answer(FINE, "Here the neighbour is the source: what {source} handed you, it had made."),
        "other end": Answer(
            WRONG,
            "{to_address} knows nothing of the packet: the message cannot come there, or comes for nothing.",
            "RFC 792",
        ),
    },
    source="RFC 792; RFC 1812 §4.3.2",
)
