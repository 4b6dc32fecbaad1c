"""Dates as HTTP writes them (RFC 9110 §5.6.7): written as `Sun, 06 Nov 1994 08:49:37 GMT`, read in three forms.

A date is the number of seconds since 1970-01-01 00:00:00 UTC, without leap seconds.
"""

from __future__ import annotations

import re

from core.wire.table import CodecError

CODEC = "HTTP-date"
DAY = 86_400
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST = 253_402_300_799
"""The last second of the year 9999: years have four digits."""
_FIFTY_YEARS = 50 * 365 * DAY + 12 * DAY
_NAMES = "|".join(MONTHS)
_SHORT = "|".join(day[:3] for day in DAYS)
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_FORMS = (
    re.compile(rf"(?P<name>{_SHORT}), (?P<day>[0-9]{{2}}) (?P<month>{_NAMES}) (?P<year>[0-9]{{4}}) {_CLOCK} GMT"),
    re.compile(
        rf"(?P<name>{'|'.join(DAYS)}), (?P<day>[0-9]{{2}})-(?P<month>{_NAMES})-(?P<year>[0-9]{{2}}) {_CLOCK} GMT"
    ),
    re.compile(rf"(?P<name>{_SHORT}) (?P<month>{_NAMES}) (?P<day>[ 0-9][0-9]) {_CLOCK} (?P<year>[0-9]{{4}})"),
)


def days_before(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to this day of the Gregorian calendar."""
    # Years that begin in March have their leap day at the end, so that months have fixed places.
    shifted = year - (month <= 2)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + day_of_year - 719_468


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day, so many days after 1970-01-01."""
    year = days * 400 // 146_097 + 1971
    while days_before(year, 1, 1) > days:
        year -= 1
    month = 12
    while days_before(year, month, 1) > days:
        month -= 1
    return year, month, days - days_before(year, month, 1) + 1


def show(seconds: int) -> str:
    """The date in the form that must be sent. Raises CodecError before 1970 and after 9999."""
    if not 0 <= seconds <= LAST:
        raise CodecError(CODEC, 0, f"{seconds} s is not between 1970 and 9999")
    days, rest = divmod(seconds, DAY)
    year, month, day = date_of(days)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{DAYS[(days + 3) % 7][:3]}, {day:02d} {MONTHS[month - 1]} {year:04d} {clock} GMT"


def parse(text: str, now: int = LAST) -> int:
    """The seconds that a date in any of the three forms means. Raises CodecError for anything else.

    `now` settles the century of the old form with two digits: what would lie more than 50 years ahead is past.
    """
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is not None:
            break
    else:
        raise CodecError(CODEC, 0, f"{text!r} is no date")
    year, day = int(match["year"]), int(match["day"])
    month = MONTHS.index(match["month"]) + 1
    if len(match["year"]) == 2:
        century = min(date_of(now // DAY)[0], 9999) // 100 * 100
        # `now` may be late in its century: the year meant can lie in the next one.
        year = next(
            y for y in (century + 100 + year, century + year, century - 100 + year)
            if y <= 9999 and days_before(y, month, 1) * DAY <= now + _FIFTY_YEARS
        )  # fmt: skip
    hour, minute, second = (int(match[part]) for part in ("hour", "minute", "second"))
    days = days_before(year, month, day)
    name = DAYS[(days + 3) % 7]
    if date_of(days) != (year, month, day) or hour > 23 or minute > 59 or second > 60:
        raise CodecError(CODEC, 0, f"{text!r} is no date of the calendar")
    if len(match["year"]) == 4 and match["name"] != name[:3]:
        raise CodecError(CODEC, 0, f"{text!r} is a {name}")
    seconds = days * DAY + hour * 3600 + minute * 60 + second
    if seconds > LAST:
        raise CodecError(CODEC, 0, f"{text!r} is after the last second that can be written")
    return seconds
