"""What a member of a forum decides who posts: after which notes his own hangs."""

from __future__ import annotations

from core.kernel.choice import Answer, Asked, Choice, Kind, Value
from core.kernel.domains import SomeOf
from core.protocols.clocks.ordered_multicast.phone_messages import name_of

END_TO_END = "Saltzer, Reed & Clark 1984; Cheriton & Skeen 1993 §3"

NOTHING, READ = "the words make sense alone", "the words answer what hangs here"
HERE, AWAY = (
    "somebody spoke of it on the phone, and it hangs here",
    "somebody spoke of it on the phone, and it is not here",
)


def about(asked: Asked) -> tuple[str, ...]:
    """The notes without which the words that are asked about make no sense."""
    names: tuple[str, ...] = asked.me.meant[name_of(asked.me.name, asked.number)]
    return names


def _case(asked: Asked) -> str:
    me, names = asked.me, about(asked)
    if not names:
        return NOTHING
    if not set(names) <= set(me.hanging):
        return AWAY
    return HERE if any(me.spoken_of(caller) in names for caller in me.callers) else READ


def _book(asked: Asked) -> Value:
    """What the words are about, by name where it hangs, else by asking who spoke of it."""
    me, names = asked.me, about(asked)
    asks = [caller for caller in me.callers if me.spoken_of(caller) in names and me.spoken_of(caller) not in me.last]
    return tuple(name for name in me.nameable if name in names or name in asks)


def _named(asked: Asked, value: Value) -> tuple[str, ...]:
    """The notes that an answer names in the end."""
    me = asked.me
    found = [me.spoken_of(name) if name in me.callers else name for name in value]
    return tuple(filter(None, found))


def _label(asked: Asked, value: Value) -> str:
    me, names, needed = asked.me, _named(asked, value), set(about(asked))
    lacks = needed - me.behind(names)
    if lacks:
        return "phone" if lacks & {me.spoken_of(caller) for caller in me.callers} else "read"
    if not set(names) <= me.behind(tuple(needed)):
        return "needless"
    if any(name in me.callers and name not in asked.book for name in value):
        return "asked"
    return "book" if len(value) <= len(asked.book) else "twice"


AFTER = Choice(
    name="ordered_multicast.after",
    question='You write "{text}" After which notes does it hang?',
    domain=SomeOf(lambda asked: asked.me.nameable, lambda asked: len(asked.me.nameable), none="none", stays=False),
    cases=(HERE, READ, AWAY, NOTHING),
    case=_case,
    book=_book,
    inaction=(),
    judge=_label,
    answers={
        "book": Answer(Kind.BOOK, "What it makes no sense without, and no more."),
        "phone": Answer(Kind.WRONG, "The phone is in no vector: what was said on it nobody's wall waits for."),
        "read": Answer(Kind.WRONG, "It answers a note that need not have come everywhere, and does not say so."),
        "needless": Answer(Kind.COSTLY, "It waits on every wall for a note that it has nothing to do with."),
        "asked": Answer(Kind.COSTLY, "That call told you nothing that did not hang on your wall."),
        "twice": Answer(Kind.COSTLY, "A note that you name hangs after the other already: the ink says nothing new."),
    },
    source=END_TO_END,
    label="after",
)

CHOICES: tuple[Choice, ...] = (AFTER,)
