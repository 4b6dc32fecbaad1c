"""IEEE 754 binary128, the bytes of a long double, as a number of 128 bits: to and from Python's doubles."""

from __future__ import annotations

import math
import struct

_FRACTION = 112
_BIAS = 16_383
_ENDLESS = 0x7FFF


def to_quad(value: float) -> int:
    """Exact: every double is a quad."""
    bits = int.from_bytes(struct.pack(">d", value), "big")
    sign, exponent, fraction = bits >> 63, bits >> 52 & 0x7FF, bits & ((1 << 52) - 1)
    if exponent == 0x7FF:  # infinite, or not a number
        exponent, fraction = _ENDLESS, fraction << 60
    elif exponent:
        exponent, fraction = exponent - 1023 + _BIAS, fraction << 60
    elif fraction:  # a subnormal double is a normal quad
        length = fraction.bit_length()
        exponent, fraction = _BIAS - 1075 + length, (fraction << (113 - length)) & ((1 << _FRACTION) - 1)
    return sign << 127 | exponent << _FRACTION | fraction


def from_quad(bits: int) -> float:
    """The nearest double. Raises OverflowError if it is larger than any."""
    sign = -1.0 if bits >> 127 else 1.0
    exponent, fraction = bits >> _FRACTION & 0x7FFF, bits & ((1 << _FRACTION) - 1)
    if exponent == _ENDLESS:
        return math.nan if fraction else sign * math.inf
    if not exponent:  # zero, or smaller than the least double by far
        return sign * 0.0
    return sign * math.ldexp(float((1 << _FRACTION) | fraction), exponent - _BIAS - _FRACTION)
