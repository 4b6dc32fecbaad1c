"""What a downloader may decide beforehand, and keep: which pieces it wishes for, whom the next piece comes from, and
whether bad blocks are kept as evidence."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import RankedOf, SomeOf
from core.kernel.ready_choices import lookup
from core.protocols.peers.bittorrent.choices import COHEN

WISHES = 4
"""Pieces on a list of wishes."""
FIRST, EMPTY, GONE, AS_BEFORE = "the first list", "the list is empty", "an owner has gone", "as before"
ALL_WELL, MISHAP, START = "all is well", "a piece was bad", "the first piece"
KEPT, FORGOTTEN = "keep bad blocks", "throw bad blocks away"
FORESEEN, STRANGE = "nothing contradicts", "a cleared one lies"
LIBTORRENT = "libtorrent, smart_ban: a digest of each bad block is held against the good one (here the block itself)"

# Which pieces


def _missing(asked: Asked) -> Sequence[int]:
    missing: Sequence[int] = asked.me.missing()
    return missing


def _wish_case(asked: Asked) -> str:
    me = asked.me
    if me.listed is None:
        return FIRST
    if any(me.availability[index] < me.listed[index] for index in me.missing()):
        return GONE
    return AS_BEFORE if any(me.untouched() >> index & 1 for index in me.wish) else EMPTY


def _free(asked: Asked) -> list[int]:
    """What nobody was asked for yet and somebody has, the rarest first."""
    me = asked.me
    free = [index for index in me.missing() if me.untouched() >> index & 1 and me.availability[index]]
    return sorted(free, key=lambda index: (me.availability[index], index))


def _judge_wish(asked: Asked, value: Value) -> str:
    counts: list[int] = asked.me.availability
    free = _free(asked)
    wished = [index for index in value if index in free]
    behind = sorted(index for index in free if index not in value)  # they come in order
    first, later = (wished + behind)[:WISHES], (wished + behind)[WISHES:]
    rarest = min((counts[index] for index in later), default=WISHES)
    if all(counts[index] <= rarest for index in first):
        return "book"
    if len(value) < WISHES:
        return "short"
    return "danger" if rarest <= 1 else "common"


def _wish_candidates(asked: Asked) -> list[Value]:
    """The book's, the first and the last that are missing, and those that most have."""
    me, missing = asked.me, list(_missing(asked))
    common = sorted(missing, key=lambda index: (-me.availability[index], index))
    return [asked.book, tuple(missing[:WISHES]), tuple(missing[-WISHES:][::-1]), tuple(common[:WISHES]), ()]


WISH = Choice(
    name="bittorrent.wish",
    question="{me.news}Which pieces do you wish for first, four at most? What is not on the list comes in order.",
    domain=RankedOf(_missing, WISHES),
    cases=(FIRST, EMPTY, GONE, AS_BEFORE),
    case=_wish_case,
    book=lambda asked: tuple(_free(asked)[:WISHES]),
    candidates=_wish_candidates,
    inaction=(),
    judge=_judge_wish,
    keeps=True,
    odd=(FIRST, EMPTY, GONE),
    holds="what is on its way comes; the next request goes by the list",
    answers={
        "book": Answer(Kind.BOOK, "Nothing that is left out is rarer."),
        "short": Answer(Kind.COSTLY, "The list has room: behind it pieces come in order, whoever else may have them."),
        "common": Answer(Kind.COSTLY, "Something rarer is left out; the book wishes for {book}."),
        "danger": Answer(
            Kind.COSTLY, "A piece with a single owner is left out: if that one leaves, nobody completes the file."
        ),
    },
    source=f"{COHEN} §2.4.2 (rarest first)",
    key="w",
)

# From whom


def _names(asked: Asked) -> Sequence[str]:
    labels: Sequence[str] = asked.me.labels()
    return labels


def _pick(asked: Asked) -> tuple[str, ...]:
    """Everybody while nothing was bad; else whoever is cleared and half of those who are not (group testing)."""
    me, labels = asked.me, list(_names(asked))
    suspects = [label for label in labels if label in me.suspects]
    if not me.bad_pieces:
        return tuple(labels)
    tried = suspects[: len(suspects) // 2]
    return tuple(label for label in labels if label not in me.convicted and (label not in suspects or label in tried))


def _judge_sources(asked: Asked, value: Value) -> str:
    me = asked.me
    everybody = tuple(_names(asked))  # naming all and naming nobody is the same
    chosen = tuple(value) or everybody
    if chosen == (tuple(asked.book) or everybody):
        return "book"
    suspects = [label for label in _names(asked) if label in me.suspects]
    tried = [label for label in chosen if label in suspects]
    if me.bad_pieces and (set(me.convicted) & set(chosen) or (suspects and set(suspects) <= set(chosen))):
        return "blind"
    if not me.bad_pieces:
        return "few"
    if suspects and not tried:
        return "safe"
    if not suspects:
        return "few"
    return "as good" if abs(2 * len(tried) - len(suspects)) <= 1 else "one"


def _source_candidates(asked: Asked) -> list[Value]:
    labels = list(_names(asked))
    half = len(labels) // 2
    me = asked.me
    cleared = tuple(label for label in labels if label not in me.suspects and label not in me.convicted)
    return [asked.book, tuple(labels), tuple(labels[:half]), tuple(labels[half:]), tuple(labels[:1]), cleared]


SOURCES = Choice(
    name="bittorrent.sources",
    question="Whom does the next piece come from? {me.last_words}",
    domain=SomeOf(_names, lambda asked: len(_names(asked)), none="everybody", taken="asked", means_all=True),
    cases=(START, MISHAP, ALL_WELL),
    case=lambda asked: (
        START if not asked.me.picked else MISHAP if asked.me.last_was_bad else ALL_WELL
    ),
    book=_pick,
    candidates=_source_candidates,
    inaction=(),
    judge=_judge_sources,
    keeps=True,
    odd=(START, MISHAP),
    holds="from the next piece on",
    answers={
        "book": Answer(Kind.BOOK, "Whatever comes of it halves the suspects, or nobody is suspect."),
        "as good": Answer(Kind.FINE, "About half of the suspects are tried: whatever comes tells as much."),
        "blind": Answer(Kind.COSTLY, "Whoever lies is among them for sure: it will be bad, and tell you nothing new."),
        "few": Answer(Kind.COSTLY, "Nobody is suspect: those who are not asked could have sent, too."),
        "safe": Answer(Kind.COSTLY, "Only cleared ones: the liar is never found, and innocent suspects send nothing."),
        "one": Answer(Kind.COSTLY, "Most likely that tells little: half of the suspects tells most."),
    },
    source="Dorfman 1943, The Detection of Defective Members of Large Populations (group testing)",
    key="s",
)  # fmt: skip

EVIDENCE = lookup(
    "bittorrent.evidence",
    "What becomes of the blocks of a bad piece? Kept, they take as much room again, until the piece is good.",
    (FORGOTTEN, KEPT),
    right={FORESEEN: FORGOTTEN, STRANGE: KEPT},
    mistakes={KEPT: "room", FORGOTTEN: "lost"},
    inaction=FORGOTTEN,
    case=lambda asked: STRANGE if asked.me.contradicted else FORESEEN,
    keeps=True,
    key="v",
    holds="from the next bad piece on",
    answers={
        "book": Answer(Kind.BOOK, "What good and bad pieces tell is enough, or is not any more."),
        "room": Answer(Kind.COSTLY, "Bad blocks fill the disk, and good and bad pieces alone tell who lies."),
        "lost": Answer(
            Kind.COSTLY,
            "Who lies now and then is cleared by a good piece. Block against block would tell.",
        ),
    },
    source=LIBTORRENT,
)

CHOICES = (WISH, SOURCES, EVIDENCE)
