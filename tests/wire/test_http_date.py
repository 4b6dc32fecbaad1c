"""Dates of HTTP (RFC 9110 §5.6.7)."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire.http_date import LAST, parse, show
from core.wire.table import CodecError

MOMENT = 784_111_777


@pytest.mark.parametrize(
    "text", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
)
def test_the_three_forms_of_the_rfc(text):
    assert parse(text, now=1_700_000_000) == MOMENT


def test_it_is_written_in_the_first_form():
    assert show(MOMENT) == "Sun, 06 Nov 1994 08:49:37 GMT"


@given(st.integers(0, LAST))
def test_it_agrees_with_the_calendar(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    assert show(seconds) == moment.strftime("%a, %d %b ") + f"{moment.year:04d}" + moment.strftime(" %H:%M:%S GMT")
    assert parse(show(seconds)) == seconds


@given(st.dates())
def test_dates_before_1970_are_read_too(day):
    moment = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
    text = f"{moment:%a}, {day.day:02d} {moment:%b} {day.year:04d} 00:00:00 GMT"
    assert parse(text) == (day - datetime.date(1970, 1, 1)).days * 86_400


@pytest.mark.parametrize(("year", "meant"), [("94", 1994), ("76", 2076), ("79", 1979)])
def test_two_digits_are_never_more_than_50_years_ahead(year, meant):
    now = int(datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC).timestamp())
    then = parse(f"Sunday, 06-Nov-{year} 08:49:37 GMT", now)
    assert datetime.datetime.fromtimestamp(then, datetime.UTC).year == meant


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1993 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 GMT ",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(CodecError):
        parse(text)


@pytest.mark.parametrize("seconds", [-1, LAST + 1])
def test_other_years_are_not_written(seconds):
    with pytest.raises(CodecError):
        show(seconds)
