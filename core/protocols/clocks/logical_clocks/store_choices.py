"""Which vector a version gets, and which versions stay on the shelf."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import Fields, Number, SomeOf
from core.protocols.clocks.logical_clocks.messages import Version
from core.protocols.clocks.logical_clocks.vectors import covers, joined, label, newest

DYNAMO = "DeCandia et al. 2007 (Dynamo) §4.4"
VECTORS = "Fidge 1988; Mattern 1989; Tanenbaum & van Steen 2e §6.2.2"
STORES = 3
"""So many stores there are: a vector has a number for each."""
MOST = 999
"""The largest number that is typed."""

READ_ONE, READ_MORE, UNREAD = "one version was read", "several versions were read", "nothing was read"


def _written(asked: Asked) -> Value:
    """Of every number the largest that was read, and the own one beyond all that were given."""
    me, context = asked.me, asked.context
    own = max(context[me.place], me.count) + 1
    return (*context[: me.place], own, *context[me.place + 1 :])


def _own_only(asked: Asked) -> Value:
    me = asked.me
    return tuple(me.count + 1 if place == me.place else 0 for place in range(STORES))


def _context_case(asked: Asked) -> str:
    if not any(asked.context):
        return UNREAD
    return READ_ONE if asked.context in [version.vector for version in asked.me.shelf] else READ_MORE


def _judge_vector(asked: Asked, value: Value) -> str:
    me, book = asked.me, asked.book
    if value == book:
        return "book"
    others = [place for place in range(STORES) if place != me.place]
    if any(value[place] < book[place] for place in others):
        return "no max"
    if any(value[place] > book[place] for place in others):
        return "claims"
    return "again" if value[me.place] < book[me.place] else "ahead"


VECTOR = Choice(
    name="logical_clocks.vector",
    question="{source} adds {item}, and had read {read}. You have given {me.count} so far. Which vector?",
    domain=Fields((("s1", Number(0, MOST)), ("s2", Number(0, MOST)), ("s3", Number(0, MOST)))),
    cases=(READ_ONE, READ_MORE, UNREAD),
    case=_context_case,
    book=_written,
    candidates=lambda asked: [
        _written(asked),
        asked.context,
        _own_only(asked),
        joined([_written(asked), *(version.vector for version in asked.me.shelf)], STORES),
        tuple(each + 1 for each in asked.context),
    ],
    inaction=_own_only,
    judge=_judge_vector,
    answers={
        "book": Answer(Kind.BOOK, "All that its writer had read, and one more of yours."),
        "no max": Answer(Kind.WRONG, "Its writer had read more than that: by {answer} it has not seen {read}."),
        "claims": Answer(Kind.WRONG, "By {answer} its writer had seen what it never read: that would be thrown away."),
        "again": Answer(Kind.WRONG, "Your number {me.count} was given: two versions would claim to be the same."),
        "ahead": Answer(Kind.FINE, "A number is left out, and nobody minds."),
    },
    source=VECTORS,
)

REPLACES, BESIDE_EACH, OUT = "it replaces all", "it stands beside", "it is old"
IN_PART = "it replaces some"


def versions_of(asked: Asked) -> tuple[Version, ...]:
    """What stands on the shelf, and what has come, each once."""
    return tuple(dict.fromkeys((*asked.me.shelf, asked.version)))


def labels_of(asked: Asked) -> tuple[str, ...]:
    """What they are called: two that claim to be the same have one name."""
    return tuple(dict.fromkeys(map(label, versions_of(asked))))


def _staying(asked: Asked) -> Value:
    return tuple(dict.fromkeys(map(label, newest(versions_of(asked)))))


def _shelf_case(asked: Asked) -> str:
    shelf, new = asked.me.shelf, asked.version
    covered = [covers(new.vector, version.vector) for version in shelf]
    if new in shelf or any(covers(version.vector, new.vector) for version in shelf):
        return OUT
    return REPLACES if all(covered) else IN_PART if any(covered) else BESIDE_EACH


def _judge_shelf(asked: Asked, value: Value) -> str:
    book = set(asked.book)
    if not book <= set(value):
        return "lost"
    return "book" if set(value) == book else "stale"


def by_sum(asked: Asked) -> Value:
    """The one that whoever adds up the numbers takes for the newest."""
    return (label(max(versions_of(asked), key=lambda version: sum(version.vector))),)


SHELF = Choice(
    name="logical_clocks.shelf",
    question="{new} has come. Which versions stay on the shelf?",
    domain=SomeOf(labels_of, lambda asked: len(labels_of(asked)), none="none", taken="stay", stays=False),
    cases=(REPLACES, BESIDE_EACH, IN_PART, OUT),
    case=_shelf_case,
    book=_staying,
    candidates=lambda asked: [_staying(asked), labels_of(asked), by_sum(asked), (label(asked.version),)],
    inaction=labels_of,
    judge=_judge_shelf,
    answers={
        "book": Answer(Kind.BOOK, "What a writer had seen goes, what he had not stays."),
        "lost": Answer(Kind.WRONG, "{me.missed} What he had not read he could not mean to replace."),
        "stale": Answer(Kind.COSTLY, "An old cart beside a new one: the next customer gets both, and frowns."),
    },
    source=DYNAMO,
)

CHOICES: tuple[Choice, ...] = (VECTOR, SHELF)
