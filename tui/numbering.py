"""The numbers by which options are picked: one that is offered again has the number that it had before."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.choice import Value


class Numbers:
    """What number each option of each choice has, from one question to the next.

    A number is free once its option is not offered any more: the next new one takes it, so that numbers stay small.
    """

    def __init__(self) -> None:
        self._of: dict[str, dict[Value, int]] = {}

    def of(self, choice: str, options: Sequence[Value]) -> dict[Value, int]:
        """The numbers of these options of a choice, counted from 1; smallest first."""
        known = self._of.setdefault(choice, {})
        taken = {known[option] for option in options if option in known}
        free = (number for number in range(1, len(options) + len(taken) + 1) if number not in taken)
        for option in options:
            if option not in known:
                number = next(free)
                for other in [other for other, its in known.items() if its == number]:
                    del known[other]
                known[option] = number
        return dict(sorted(((option, known[option]) for option in options), key=lambda pair: pair[1]))
