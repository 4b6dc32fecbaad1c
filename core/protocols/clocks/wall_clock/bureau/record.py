"""The record of the Earth's turning that this room lives by: how far it is behind atomic time, twice a year.

Published   UT1-UTC of 1 January and 1 July, 0h UTC, by the International Earth Rotation and Reference Systems Service:
            IERS EOP 20 C04 (`eopc04.1962-now`, Paris Observatory), less TAI-UTC (`Leap_Second.dat`, Paris Observatory),
            rounded to ms: UT1-TAI.
From        the Python package astropy-iers-data 0.2026.11.2.0.34.55 (BSD-3-Clause, Astropy Developers), which hands
            both files on. From 1972.0 on, as UTC has stepped by whole seconds since then.
Made anew   by tests/protocols/clocks/test_wall_clock_bureau_record.py, where that package is installed.
"""

from __future__ import annotations

BEGINS = 1972
"""The year of the first entry; there are two a year."""

UT1_TAI = (
    -10_045, -10_638, -11_189, -11_771, -12_301, -12_814, -13_292, -13_799, -14_274, -14_812,
    -15_336, -15_850, -16_351, -16_917, -17_402, -17_918, -18_355, -18_792, -19_196, -19_629,
    -19_983, -20_391, -20_773, -21_250, -21_602, -21_902, -22_159, -22_451, -22_686, -22_929,
    -23_138, -23_397, -23_636, -23_910, -24_116, -24_386, -24_671, -25_039, -25_381, -25_774,
    -26_125, -26_557, -26_938, -27_401, -27_800, -28_217, -28_601, -29_061, -29_445, -29_813,
    -30_111, -30_473, -30_782, -31_100, -31_283, -31_480, -31_645, -31_796, -31_907, -32_028,
    -32_116, -32_229, -32_289, -32_367, -32_390, -32_469, -32_504, -32_615, -32_661, -32_805,
    -32_962, -33_157, -33_273, -33_445, -33_593, -33_767, -33_886, -34_057, -34_141, -34_291,
    -34_419, -34_587, -34_723, -34_943, -35_097, -35_302, -35_460, -35_677, -35_918, -36_212,
    -36_409, -36_641, -36_784, -36_929, -37_036, -37_174, -37_177, -37_240, -37_175, -37_167,
    -37_111, -37_069, -37_020, -37_036, -36_991, -37_004, -36_954, -36_957, -36_926, -36_986,
)  # fmt: skip
"""UT1-TAI (ms) at 1972.0, 1972.5 and so on to 2026.5."""

TAI_UTC_AT_FIRST = 10
"""TAI-UTC (s) at 1972.0."""
LEAPS = (
    1, 2, 4, 6, 8, 10, 12, 14, 16, 19, 21, 23, 27, 32, 36, 38, 41, 43, 45, 48, 51, 54, 68, 74, 81, 87, 90,
)  # fmt: skip
"""At which entries a second had just been inserted, one at each: 1972.5, 1973.0 … 2017.0. None was ever omitted."""


def tai_utc(place: int) -> int:
    """TAI-UTC (s) at an entry, and after the last one as at the last."""
    return TAI_UTC_AT_FIRST + sum(leap <= place for leap in LEAPS)


def ahead(place: int, before: bool = False) -> int:
    """UT1-UTC (ms) at an entry: with the second that had just been inserted, or before it was."""
    return UT1_TAI[place] + 1000 * tai_utc(place - before)


def last_leap(place: int) -> int:
    """The last entry up to this one at which a second had just been inserted; 0 before there was one."""
    return max((leap for leap in LEAPS if leap <= place), default=0)


def year_of(place: int) -> str:
    """When an entry was, as astronomers write it: "1998.5"."""
    return f"{BEGINS + place // 2}.{5 * (place % 2)}"
