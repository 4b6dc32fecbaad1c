"""Ready-made kinds of choice: what most rooms ask, with its domain, candidates and judge. Whatever else a `Choice` has
can be given, too, and outranks what is ready-made.

    alarm    how long to wait for an answer: "early" (none can be back), "late" (its lack was long certain), "near"
    lookup   one of a few options, by the case: each case has its right one, each wrong option its label
    duty     what is right in every case, or not
    move     a standing offer with one option
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.kernel.choice import PASS, Answer, Asked, Choice, Value
from core.kernel.domains import Duration, OneOf


def alarm(
    name: str,
    question: str,
    *,
    least: int,
    most: int,
    book: Callable[[Asked], int],
    early: Callable[[Asked], int],
    late: Callable[[Asked], int],
    mistakes: Callable[[Asked], Sequence[int]],
    answers: Mapping[str, Answer],
    source: str,
    **more: Any,
) -> Choice:
    """How long a silence is believed, in µs from `least` to `most`: it stays in force, and nobody else waits for ever.

    early     an answer cannot be back sooner than this; an alarm that rings in the same moment rings too: "early".
    late      who waits for more than this could have known long ago: "late". What lies between is "book" if it is the
              book's, else "near" (if `answers` has words for it).
    mistakes  candidates beside the book's answer.
    """

    def judge(asked: Asked, value: Value) -> str:
        if value <= early(asked):
            return "early"
        if value > late(asked):
            return "late"
        return "book" if value == asked.book or "near" not in answers else "near"

    ready: dict[str, Any] = {
        "domain": Duration(least, most),
        "candidates": lambda asked: [book(asked), *mistakes(asked)],
        "inaction": most,
        "judge": judge,
        "keeps": True,
    }
    return Choice(name=name, question=question, book=book, answers=answers, source=source, **ready | more)


def lookup(
    name: str,
    question: str,
    options: Sequence[Value] | Mapping[Value, str],
    *,
    right: Mapping[str, Value] | Callable[[Asked], Value],
    mistakes: Mapping[Value, str],
    inaction: Value,
    answers: Mapping[str, Answer],
    source: str,
    **more: Any,
) -> Choice:
    """One of a few options; `options` may say in words what each means ("" if it says so itself).

    right     the book: the right option of every case, or of a question.
    mistakes  the label of every option where it is wrong.
    """

    def book(asked: Asked) -> Value:
        return right(asked) if callable(right) else right[asked.case]

    def judge(asked: Asked, value: Value) -> str:
        return "book" if value == book(asked) else mistakes[value]

    if isinstance(right, Mapping):
        more = {"cases": tuple(right), **more}
    words = {option: text for option, text in options.items() if text} if isinstance(options, Mapping) else {}
    ready: dict[str, Any] = {"domain": OneOf(tuple(options), words), "judge": judge}
    return Choice(
        name=name, question=question, book=book, inaction=inaction, answers=answers, source=source, **ready | more
    )


def duty(
    name: str,
    question: str,
    options: Sequence[Value] | Mapping[Value, str],
    *,
    inaction: Value,
    answers: Mapping[str, Answer],
    source: str,
    **more: Any,
) -> Choice:
    """The first of the options is right in every case; any other is the other of the two `answers`, or, if there are
    more, the one that is called as the option. Raises ValueError in words if there is none for it."""
    first, *others = options
    labels = [label for label in answers if label != "book"]
    mistakes = dict.fromkeys(others, labels[0]) if len(labels) == 1 else {other: str(other) for other in others}
    missing = [label for label in mistakes.values() if label not in labels]
    if missing:
        raise ValueError(
            f"{name}: no answer for {', '.join(map(repr, missing))}: a duty has one for all that is wrong, or one for "
            "each, called as the option"
        )
    return lookup(
        name, question, options, right=lambda asked: first, mistakes=mistakes,
        inaction=inaction, answers=answers, source=source, **more,
    )  # fmt: skip


def move(
    name: str,
    question: str,
    option: Value,
    *,
    available: Callable[[Asked], bool],
    answers: Mapping[str, Answer],
    source: str,
    words: str = "",
    due: Callable[[Asked], bool] = lambda asked: False,
    label: Callable[[Asked], str] = lambda asked: "book",
    called: str = "",
    **more: Any,
) -> Choice:
    """A standing offer that can be taken up in one way only; the book does when it is `due`, and else passes.

    words   what taking it up means, if the option does not say so itself.
    label   the key of `answers` for taking it up.
    called  what it is called on the screen, if not by its name: the choice's `label`.
    """
    ready: dict[str, Any] = {
        "domain": OneOf((option,), {option: words} if words else {}),
        "book": lambda asked: option if due(asked) else PASS,
        "candidates": lambda asked: [option],
        "inaction": PASS,
        "judge": lambda asked, value: label(asked),
        "available": available,
        "standing": True,
        "label": called,
    }
    return Choice(name=name, question=question, answers=answers, source=source, **ready | more)
