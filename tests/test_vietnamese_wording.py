"""Dates, times and numbers as the Vietnamese press writes them, and their English counterparts."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial import vietnamese


def test_dates_in_vietnamese() -> None:
    assert vietnamese.header_date(date(2016, 2, 26)) == "Thứ Sáu, ngày 26/02/2016"
    week = [vietnamese.header_date(date(2016, 2, day)).split(",")[0] for day in range(22, 29)]
    assert week == ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"]
    assert vietnamese.formal_date(date(2020, 3, 5)) == "ngày 05 tháng 3 năm 2020"
    assert vietnamese.formal_date(date(2020, 2, 15)) == "ngày 15 tháng 02 năm 2020"
    assert vietnamese.formal_date(date(2020, 1, 1)) == "ngày 01 tháng 01 năm 2020"
    assert vietnamese.formal_date(date(2020, 10, 15)) == "ngày 15 tháng 10 năm 2020"
    assert vietnamese.short_date(date(2016, 2, 6)) == "06/02/2016"
    morning = datetime(2016, 2, 26, 1, 5, tzinfo=UTC)
    assert vietnamese.moment(morning) == "08:05, ngày 26/02/2016"
    assert vietnamese.moment_with_zone(morning) == "08:05, ngày 26/02/2016 (GMT+7)"


def test_dates_in_english() -> None:
    assert vietnamese.header_date(date(2016, 2, 26), "en") == "Friday, 26 February 2016"
    assert vietnamese.formal_date(date(2016, 2, 6), lang="en") == "6 February 2016"
    assert vietnamese.short_date(date(2016, 9, 6), "en") == "6 Sep 2016"
    morning = datetime(2016, 2, 26, 1, 5, tzinfo=UTC)
    assert vietnamese.moment(morning, "en") == "26 February 2016, 08:05"
    assert vietnamese.moment_with_zone(morning, "en") == "26 February 2016, 08:05 (GMT+7)"


def test_the_day_changes_at_midnight_in_ha_noi() -> None:
    last = datetime(2016, 2, 26, 16, 59, 59, tzinfo=UTC)
    assert vietnamese.header_date(last) == "Thứ Sáu, ngày 26/02/2016"
    assert vietnamese.header_date(last + timedelta(seconds=1)) == "Thứ Bảy, ngày 27/02/2016"
    assert vietnamese.formal_date(last + timedelta(seconds=1)) == "ngày 27 tháng 02 năm 2016"
    assert vietnamese.local(last).isoformat() == "2016-02-26T23:59:59+07:00"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        vietnamese.moment(datetime(2016, 2, 26, 8, 5))  # noqa: DTZ001


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.times())
def test_a_form_gives_back_the_moment_it_was_given(day: date, hour: time) -> None:
    clock = datetime.combine(day, hour)
    parsed = vietnamese.parse_local(clock.strftime("%Y-%m-%dT%H:%M"))
    assert parsed is not None
    assert parsed.utcoffset() == timedelta(0)
    assert vietnamese.local(parsed).replace(tzinfo=None) == clock.replace(second=0, microsecond=0)


def test_forms_of_a_moment() -> None:
    moment = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    assert vietnamese.parse_local(" 2026-11-23T08:05 ") == moment
    assert vietnamese.parse_local("2026-11-23 08:05") == moment
    assert vietnamese.parse_local("2026-11-23T08:05:00") == moment
    assert vietnamese.parse_local("2026-11-23T08:05:00.000") == moment


NO_MOMENTS = {
    "no form": [
        "",
        "T",
        "2026-11-23",
        "23/11/2026 08:05",
        "20261-11-23T08:05",
        "2026-11-23T08:05:00.0",
        "2026-11-23T08:05\x00",
    ],
    "no time": ["2026-02-30T08:05", "2026-13-01T08:05", "2026-11-23T24:00", "2026-11-23T08:60"],
    "no year": ["0000-01-01T00:00", "0001-01-01T00:00", "1800-01-01T00:00", "2101-01-01T00:00", "9999-12-31T23:59"],
    "a zone": ["2026-11-23T08:05Z", "2026-11-23T08:05+07:00"],
    "other figures": ["２０２６-11-23T08:05"],
}


@pytest.mark.parametrize("text", [text for texts in NO_MOMENTS.values() for text in texts])
def test_no_moment(text: str) -> None:
    assert vietnamese.parse_local(text) is None


@given(st.text(alphabet="0123456789-T: .Z+", max_size=30))
def test_whatever_comes_for_a_moment_raises_nothing(text: str) -> None:
    parsed = vietnamese.parse_local(text)
    assert parsed is None or 1989 < parsed.year < 2102


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234567, "1.234.567", "1,234,567"),
        (-1234, "-1.234", "-1,234"),
        (97.5, "97,5", "97.5"),
        (97.0, "97", "97"),
        (1e21, "1.000.000.000.000.000.000.000", "1,000,000,000,000,000,000,000"),
        (1e-7, "0,0000001", "0.0000001"),
        (-0.0, "0", "0"),
        (Decimal("2530000.50"), "2.530.000,50", "2,530,000.50"),
    ],
)
def test_numbers(value: int | float | Decimal, vi: str, en: str) -> None:
    assert vietnamese.number(value) == vi
    assert vietnamese.number(value, "en") == en


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_no_number(value: float | Decimal) -> None:
    with pytest.raises(ValueError, match="finite"):
        vietnamese.number(value)
