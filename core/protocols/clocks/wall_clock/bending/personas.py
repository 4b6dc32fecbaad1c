"""Machines that mend their clocks too hard, too gently, or at once."""

from __future__ import annotations

from collections.abc import Callable

from core.kernel.choice import PASS, Asked, Persona, Value
from core.protocols.clocks.wall_clock.bending.choices import FAST, RIGHT, SET, SLOPE, STEEPEST, STEP, TRIFLE, case_of
from core.protocols.clocks.wall_clock.bending.laws import IN_TIME, NOBODY_BURIED, STAMPS_RISE


def _toward(per_cent: int) -> Callable[[Asked], Value]:
    def slope(asked: Asked) -> Value:
        case = case_of(asked)
        return 0 if case == RIGHT else -per_cent if case == FAST else per_cent

    return slope


def _steps(asked: Asked) -> Value:
    return SET if abs(asked.me.ahead_at(asked.now)) > TRIFLE else PASS


def _never_lets_go(asked: Asked) -> Value:
    """As steep as at the start, whatever has been reached."""
    return -asked.me.slow if asked.me.ahead > 0 else asked.me.fast


PERSONAS = (
    Persona("leaves it", "lives with a wrong clock", {SLOPE.name: lambda asked: 0}, IN_TIME.name),
    Persona("steps", "sets its clock at once", {STEP.name: _steps, SLOPE.name: lambda asked: 0}, STAMPS_RISE.name),
    Persona("crawls", "bends its clock by a hundredth", {SLOPE.name: _toward(1)}, IN_TIME.name),
    Persona("brakes hard", "bends its clock as far as it goes", {SLOPE.name: _toward(STEEPEST)}, NOBODY_BURIED.name),
    Persona("never lets go", "bends on when its clock is right", {SLOPE.name: _never_lets_go}, IN_TIME.name),
)
