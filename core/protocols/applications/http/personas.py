"""Named wrong or lazy servers and browsers."""

from __future__ import annotations

from core.kernel.choice import Asked, Persona
from core.protocols.applications.http.choices import (
    ANEW,
    BODY,
    BY_DATE,
    BY_TAG,
    CHUNKS,
    CLOSE,
    CLOSING,
    CONDITION,
    FETCH,
    KEEP,
    KEPT,
    LENGTH,
    LENGTH_TOLD,
    NEW,
    PERSIST,
    SEND_NOW,
    STATUS,
    TURN,
    WAIT,
)

TRUE_LAW = "no client takes a page for what it is not"
READABLE_LAW = "every answer can be read"


def _whatever(asked: Asked) -> int:
    """200 for all that names a page, whether or not it is new to the client."""
    return 200 if asked.due == 304 else int(asked.due)


def _free_or_wait(asked: Asked) -> str:
    return asked.me.free_lane() or (WAIT if asked.me.busy() or not asked.me.may_open() else NEW)


def _always_new(asked: Asked) -> str:
    return NEW if asked.me.may_open() else asked.me.free_lane() or WAIT


def _first_lane(asked: Asked) -> str:
    names: tuple[str, ...] = asked.me.lane_names()
    return names[0] if names else NEW


PERSONAS = (
    Persona(
        "counts letters",
        "takes the letters of a page for its bytes",
        {LENGTH.name: lambda asked: asked.characters},
        fault=TRUE_LAW,
    ),
    Persona("counts one too many", "counts an end that is not there", {LENGTH.name: lambda asked: asked.octets + 1}),
    Persona(
        "nothing ever changes",
        "answers 304 whenever a condition is named",
        {STATUS.name: lambda asked: 304 if asked.condition and asked.due == 200 else asked.due},
        fault=TRUE_LAW,
    ),
    Persona("sends it again", "never believes in a client's copy", {STATUS.name: _whatever}),
    Persona(
        "all is well",
        "answers 200, whether or not there is such a page",
        {STATUS.name: lambda asked: asked.due if asked.due == 304 else 200},
        fault=TRUE_LAW,
    ),
    Persona(
        "not found",
        "refuses with 404, whatever the reason",
        {STATUS.name: lambda asked: asked.due if asked.due in (200, 304) else 404},
    ),
    Persona(
        "deaf to HEAD",
        "answers HEAD as if it were GET",
        {BODY.name: lambda asked: LENGTH_TOLD if asked.method == "HEAD" else asked.book},
        fault=READABLE_LAW,
    ),
    Persona(
        "chunks for all",
        "sends everything in chunks, to HTTP/1.0 too",
        {BODY.name: lambda asked: CHUNKS if asked.method != "HEAD" else asked.book},
        fault=TRUE_LAW,
    ),
    Persona(
        "hangs up after each",
        "closes the connection after every answer",
        {
            PERSIST.name: lambda asked: CLOSE,
            BODY.name: lambda asked: CLOSING if asked.method != "HEAD" else asked.book,
        },
    ),
    Persona("never hangs up", "keeps every connection", {PERSIST.name: lambda asked: KEEP}),
    Persona("first done, first out", "sends what is ready", {TURN.name: lambda asked: SEND_NOW}, fault=TRUE_LAW),
    Persona("one at a time", "asks for nothing while it waits for an answer", {FETCH.name: _free_or_wait}),
    Persona("a connection each", "opens a connection for everything", {FETCH.name: _always_new}),
    Persona("trusts its copies", "shows what it kept", {CONDITION.name: lambda asked: KEPT}, fault=TRUE_LAW),
    Persona(
        "goes by the date",
        "asks by the date of its copy, even if it knows the tag",
        {CONDITION.name: lambda asked: BY_DATE if asked.date else asked.book},
        fault=TRUE_LAW,
    ),
    Persona("never kept anything", "asks for all of it again", {CONDITION.name: lambda asked: ANEW}),
    Persona(
        "believes no promise",
        "asks for what is fresh, too",
        {CONDITION.name: lambda asked: BY_TAG if asked.tag else BY_DATE if asked.date else ANEW},
    ),
    Persona("all in one line", "asks for everything on its first connection", {FETCH.name: _first_lane}),
)
