"""What RFC 9110 and RFC 9112 leave to a server and to a browser, as questions.

The server: which status, what follows the head, which Content-Length, whose turn it is, does the connection stay.
The browser: on which connection the next request goes.
"""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Number, OneOf, OrderOf
from core.kernel.ready_choices import duty
from core.protocols.applications.http.messages import REASONS

# The server

USUAL = (200, 304, 400, 404, 405, 501)
"""What is offered beside the right answer."""


def _statuses(asked: Asked) -> tuple[int, ...]:
    return USUAL if asked.due in USUAL else tuple(sorted((*USUAL, asked.due)))


def _status_case(asked: Asked) -> str:
    if asked.fault:
        return "bytes that are no request"
    if asked.due == 200:
        return "a copy that is out of date" if asked.condition else "a page that is here"
    cases = {
        304: "a copy that still holds", 404: "no such page", 400: "Host is missing", 405: "a method not allowed here",
        412: "a condition that does not hold",
    }  # fmt: skip
    return cases.get(asked.due, "something unknown is asked for")


def _judge_status(asked: Asked, value: Value) -> str:
    if value == asked.due:
        return "book"
    if asked.due == 304:
        return "again" if value == 200 else "refused"
    if value == 304:
        return "stale" if asked.condition else "unasked"
    if asked.due == 200:
        return "refused"
    if asked.due == 412 and value == 200:
        return "another version"
    return "pretended" if value == 200 else "other"


STATUS = Choice(
    name="http.status",
    question="{line}: which status?",
    domain=OneOf(_statuses, REASONS),
    cases=(
        "a page that is here", "a copy that still holds", "a copy that is out of date", "no such page",
        "Host is missing", "a method not allowed here", "a condition that does not hold",
        "something unknown is asked for", "bytes that are no request",
    ),
    case=_status_case,
    book=lambda asked: asked.due,
    candidates=_statuses,
    inaction=lambda asked: 400 if asked.due != 400 else 404,
    judge=_judge_status,
    answers={
        "book": Answer(Kind.BOOK, "{answer} is what happened, said in three digits."),
        "again": Answer(Kind.COSTLY, "The copy still holds: the whole page travels once more for nothing.",
                        "RFC 9110 §13.1.2, §13.1.3"),
        "stale": Answer(Kind.WRONG, "304 says: keep what you have. What it has is not what lies here.",
                        "RFC 9110 §15.4.5"),
        "unasked": Answer(Kind.WRONG, "304 without a condition: the client has no copy to go back to.",
                          "RFC 9110 §15.4.5"),
        "refused": Answer(Kind.WRONG, "{answer} refuses what is here and asked for as it should be; {book} was due."),
        "another version": Answer(Kind.WRONG, "It was asked for on a condition, and what lies here does not "
                                              "meet it.", "RFC 9110 §13.1.1, §13.2.1"),
        "pretended": Answer(Kind.WRONG, "200 says that all is well; then the body is no page, and is taken for one."),
        "other": Answer(Kind.WRONG, "A refusal, but the client learns the wrong reason: {book} was due."),
    },
    source="RFC 9110 §15",
)  # fmt: skip

NOTHING, LENGTH_TOLD, CHUNKS, CLOSING = "nothing", "Content-Length", "chunked", "close"
BODIES = {
    NOTHING: "the head is all",
    LENGTH_TOLD: "so many bytes",
    CHUNKS: "piece by piece, each with its size",
    CLOSING: "all that comes until the connection closes",
}


def _body_case(asked: Asked) -> str:
    if asked.method == "HEAD":
        return "an answer to HEAD"
    if not asked.made:
        return "a file"
    return "made while it is sent" if asked.version != "HTTP/1.0" else "made while it is sent, to HTTP/1.0"


def _body_book(asked: Asked) -> str:
    if asked.method == "HEAD":
        return NOTHING
    if not asked.made:
        return LENGTH_TOLD
    return CLOSING if asked.version == "HTTP/1.0" else CHUNKS


def _judge_body(asked: Asked, value: Value) -> str:
    if value == _body_book(asked):
        return "the old way" if value == CLOSING else "book"
    if asked.method == "HEAD":
        return "after head"
    if value == NOTHING:
        return "empty"
    if value == CHUNKS:
        return "old" if asked.version == "HTTP/1.0" else "chunks"
    if value == CLOSING:
        return "hung up" if asked.stays else "hung up anyway"
    return "held back"


BODY = Choice(
    name="http.body",
    question="200 for {line}. What follows the head, and what tells where it ends?",
    domain=OneOf(tuple(BODIES), BODIES),
    cases=("a file", "an answer to HEAD", "made while it is sent", "made while it is sent, to HTTP/1.0"),
    case=_body_case,
    book=_body_book,
    candidates=lambda asked: tuple(BODIES),
    inaction=NOTHING,
    judge=_judge_body,
    answers={
        "book": Answer(Kind.BOOK, "The client knows where it ends, and the stream stays in step."),
        "the old way": Answer(Kind.BOOK, "HTTP/1.0 knows no other way: the page ends where the connection does."),
        "after head": Answer(Kind.WRONG, "HEAD wants the head only: the body is read as the next answer.",
                             "RFC 9110 §9.3.2"),
        "empty": Answer(Kind.WRONG, "The client is told that the page is empty."),
        "old": Answer(Kind.WRONG, "HTTP/1.0 knows no chunks: their sizes are read as text of the page.",
                      "RFC 9112 §6.1"),
        "chunks": Answer(Kind.FINE, "Chunks do as well; the length was known, so they are some bytes more."),
        "hung up": Answer(Kind.COSTLY, "The connection's end ends the page, so the next one needs a new connection.",
                          "RFC 9112 §6.3"),
        "hung up anyway": Answer(Kind.COSTLY, "It ends anyway; but a cable that is cut looks just the same to the "
                                              "client: say an end that you can say.", "RFC 9112 §6.3, §8"),
        "held back": Answer(Kind.COSTLY, "The length is known when the last line is made: until then nothing is sent.",
                            "RFC 9112 §7.1"),
    },
    source="RFC 9112 §6.3",
)  # fmt: skip


def _length_case(asked: Asked) -> str:
    if asked.method == "HEAD":
        return "an answer to HEAD"
    return "plain letters" if asked.characters == asked.octets else "letters of several bytes"


def _judge_length(asked: Asked, value: Value) -> str:
    if value == asked.octets:
        return "book"
    if asked.method == "HEAD":
        return "head"
    return "short" if value < asked.octets else "long"


LENGTH = Choice(
    name="http.length",
    question="{line}. The page, UTF-8:  {text}  Content-Length?",
    domain=Number(0, lambda asked: max(9_999, 2 * asked.octets), "bytes"),
    cases=("plain letters", "letters of several bytes", "an answer to HEAD"),
    case=_length_case,
    book=lambda asked: asked.octets,
    candidates=lambda asked: (
        asked.octets, asked.characters, asked.octets + 2, max(0, asked.octets - 1), 0 if asked.octets else 1,
    ),
    inaction=0,
    judge=_judge_length,
    answers={
        "book": Answer(Kind.BOOK, "{answer}: the reader stops exactly where the next answer begins."),
        "short": Answer(Kind.WRONG, "The page has {octets} bytes: what lies behind {answer} is read as "
                                    "the next answer."),
        "long": Answer(Kind.WRONG, "The page has {octets} bytes: the client waits for {answer} and takes the next "
                                   "answer for the rest."),
        "head": Answer(Kind.WRONG, "HEAD is told the length that GET would find: {octets}.", "RFC 9110 §8.6"),
    },
    source="RFC 9110 §8.6",
)  # fmt: skip

HOLD, SEND_NOW = "hold", "send"


TURN = duty(
    "http.turn",
    "{target} is ready. An earlier request of this connection, {earlier}, is not answered yet.",
    {HOLD: "until the earlier one is answered", SEND_NOW: "now, as it is ready"},
    inaction=HOLD,
    cases=("ready before its turn",),
    answers={
        "book": Answer(Kind.BOOK, "Answers have no numbers: their order is all that tells whose they are."),
        "overtaken": Answer(Kind.WRONG, "The client takes this for the answer to {earlier}."),
    },
    source="RFC 9112 §9.3.2",
)

KEEP, CLOSE = "keep", "close"


def _persist_case(asked: Asked) -> str:
    if asked.fault:
        return "after bytes that were no request"
    if asked.version == "HTTP/1.0":
        return "an old version that asks to stay" if asked.stays else "an old version"
    return "the new version" if asked.stays else "the new version that asks to close"


def _judge_persist(asked: Asked, value: Value) -> str:
    if value == (KEEP if asked.stays else CLOSE):
        return "the last one" if asked.fault else "book"
    if value == CLOSE:
        return "hung up"
    return "out of step" if asked.fault else "kept"


PERSIST = Choice(
    name="http.persist",
    question="{line} is answered with {status}. And the connection?",
    domain=OneOf((KEEP, CLOSE), {KEEP: "for the next request", CLOSE: "after this answer"}),
    cases=(
        "the new version", "the new version that asks to close", "an old version", "an old version that asks to stay",
        "after bytes that were no request",
    ),
    case=_persist_case,
    book=lambda asked: KEEP if asked.stays else CLOSE,
    inaction=KEEP,
    judge=_judge_persist,
    answers={
        "book": Answer(Kind.BOOK, "As the two ends agreed."),
        "the last one": Answer(Kind.BOOK, "Where the next request would begin nobody knows: this answer is the last.",
                               "RFC 9112 §9.6"),
        "hung up": Answer(Kind.COSTLY, "The next request opens a new connection: one more round trip."),
        "kept": Answer(Kind.WRONG, "The client expects the end of the connection: it waits, and so does your port.",
                       "RFC 9112 §9.6"),
        "out of step": Answer(Kind.WRONG, "Nobody knows where the next request begins: what is read now is a guess.",
                              "RFC 9112 §9.6"),
    },
    source="RFC 9112 §9.3",
)  # fmt: skip

# The browser

NEW, WAIT = "new", "wait"


def _lanes(asked: Asked) -> tuple[str, ...]:
    """Existing connections by number, a new one if that is allowed, and waiting."""
    lanes: tuple[str, ...] = asked.me.lane_names()
    return (*lanes, *((NEW,) if asked.me.may_open() else ()), WAIT)


def _fetch_case(asked: Asked) -> str:
    if asked.me.is_made(asked.target):
        return "a page that must be made first"
    return "a connection is free" if asked.me.free_lane() else "all connections are busy"


def _fetch_book(asked: Asked) -> str:
    """What is quickest: a connection that stands costs one round trip, a new one two, behind a slow page anything."""
    me = asked.me
    quick: str | None = me.quick_lane()
    if me.is_made(asked.target):
        # Nothing should wait behind it, so it takes the last free connection only if nothing else wants that.
        if me.may_open() and (me.left_after(asked.target) or quick is None):
            return NEW
        return str(me.free_lane() or quick or (NEW if me.may_open() else WAIT))
    return quick or (NEW if me.may_open() else WAIT)


def _judge_fetch(asked: Asked, value: Value) -> str:
    me, book = asked.me, _fetch_book(asked)
    if value == book:
        return "book"
    if value == WAIT:
        return "idle" if not me.busy() else "waited"
    if value == NEW:
        return "opened"
    if me.is_slow(value):
        return "gamble" if book == WAIT else "behind"
    if me.is_made(asked.target) and (me.left_after(asked.target) or book == NEW):
        return "blocks"
    return "opened" if book != NEW and me.is_standing(book) and not me.is_standing(value) else "fine"


FETCH = Choice(
    name="http.fetch",
    question="Next: {target} ({left} left after it). On which connection?",
    domain=OneOf(_lanes, {NEW: "a new connection", WAIT: "until something has arrived"}),
    cases=("a connection is free", "all connections are busy", "a page that must be made first"),
    case=_fetch_case,
    book=_fetch_book,
    candidates=_lanes,
    inaction=WAIT,
    judge=_judge_fetch,
    answers={
        "book": Answer(Kind.BOOK, "Nothing brings it sooner."),
        "fine": Answer(Kind.FINE, "As soon as by connection {book}."),
        "waited": Answer(Kind.COSTLY, "A round trip passes in which this request could travel too.", "RFC 9112 §9.3.2"),
        "idle": Answer(Kind.WRONG, "Nothing is under way: nothing will arrive, and the page is never whole."),
        "opened": Answer(Kind.COSTLY, "To open a connection takes a round trip; connection {book} answers sooner."),
        "gamble": Answer(Kind.FINE, "All that stands is busy with a page that is made: as soon as that, soon or late."),
        "behind": Answer(Kind.COSTLY, "Answers come in order: this one stands behind a page that is being made."),
        "blocks": Answer(Kind.COSTLY, "All that is asked on this connection later stands in line behind it."),
    },
    source="RFC 9112 §9.3, §9.4",
)

BY_TAG, BY_DATE, ANEW, KEPT = "tag", "date", "anew", "keep"
CONDITIONS = {
    BY_TAG: "If-None-Match: send it unless the tag is still this",
    BY_DATE: "If-Modified-Since: send it if it is newer",
    ANEW: "send it, whatever I have",
    KEPT: "ask nobody, show the copy",
}


def _conditions(asked: Asked) -> tuple[str, ...]:
    """What its copy gives it to ask with."""
    return (*((BY_TAG,) if asked.tag else ()), *((BY_DATE,) if asked.date else ()), ANEW, KEPT)


def _condition_book(asked: Asked) -> str:
    return KEPT if asked.fresh else _conditions(asked)[0]


def _condition_case(asked: Asked) -> str:
    if asked.fresh:
        return "a copy that is fresh"
    return "a copy with a tag" if asked.tag else "a copy with a date only" if asked.date else "a copy with neither"


def _judge_condition(asked: Asked, value: Value) -> str:
    if asked.fresh:
        return "fresh" if value == KEPT else "again" if value == ANEW else "asked of the fresh"
    if value == _condition_book(asked):
        return "nothing to ask by" if value == ANEW else "book"
    if value == KEPT and asked.limited:
        return "expired"
    return {BY_DATE: "coarse", ANEW: "again", KEPT: "blind"}[value]


CONDITION = Choice(
    name="http.condition",
    question="You have a copy of {target}, {what}. What do you ask?",
    domain=OneOf(_conditions, CONDITIONS),
    cases=("a copy with a tag", "a copy with a date only", "a copy with neither", "a copy that is fresh"),
    case=_condition_case,
    book=_condition_book,
    candidates=_conditions,
    inaction=KEPT,
    judge=_judge_condition,
    answers={
        "book": Answer(Kind.BOOK, "The best that the copy can say of itself: if it still holds, no body travels."),
        "nothing to ask by": Answer(Kind.BOOK, "Without tag and date a copy can say nothing of itself: it comes anew."),
        "fresh": Answer(Kind.BOOK, "Younger than the server said it would hold: nobody need be asked.",
                        "RFC 9111 §4.2"),
        "asked of the fresh": Answer(Kind.COSTLY, "It is fresh: a round trip for what you may take as it is.",
                                     "RFC 9111 §4.2"),
        "expired": Answer(Kind.WRONG, "It is older than the server said it would hold: ask before you show it.",
                          "RFC 9111 §4.2.4"),
        "coarse": Answer(Kind.WRONG, "A date has whole seconds: two versions of one second look alike. Use the tag."),
        "again": Answer(Kind.COSTLY, "The whole body travels, though the copy may still hold.", "RFC 9110 §13.1.2"),
        "blind": Answer(Kind.COSTLY, "Nobody said how long the copy stays fresh. A cache may guess, and it pays with "
                                     "pages that are no longer true.", "RFC 9111 §4.2.2"),
    },
    source="RFC 9110 §8.8.4",
)  # fmt: skip


# The readers' whims


def _shuffled(asked: Asked) -> tuple[int, ...]:
    return tuple(asked.dice.sample(range(1, asked.count + 1), asked.count))


ORDER = Choice(
    name="http.order",
    question="{count} things are to be asked for. In which order?",
    domain=OrderOf(lambda asked: tuple(range(1, asked.count + 1))),
    book=_shuffled,
    candidates=lambda asked: [tuple(range(1, asked.count + 1)), tuple(range(asked.count, 0, -1))],
    answers={},
    inaction=lambda asked: tuple(range(1, asked.count + 1)),
    source="RFC 9110 §3.3 (each request stands for itself)",
    chance=True,
)

CHOICES = (STATUS, BODY, LENGTH, TURN, PERSIST, FETCH, CONDITION, ORDER)
