"""How dates, times and numbers are worded, in Vietnamese (Decree 30/2020 and the habit of portals) and in English.

Neither is Babel's: its Vietnamese says `26 tháng 2, 2016` and writes the year with two figures.
Every moment is shown in the time of Hà Nội.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEARS = range(1990, 2101)  # a year outside of these was not meant

_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LOCAL = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.(?:[0-9]{3}){1,2})?)?")


def local(moment: datetime) -> datetime:
    """The same moment by the clock of Hà Nội. Raises ValueError on a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZONE)


def header_date(day: date, lang: str = "vi") -> str:
    """`Thứ Sáu, ngày 26/02/2016`; `Friday, 26 February 2016`."""
    day = _day(day)
    weekday = _WEEKDAYS["en" if lang == "en" else "vi"][day.weekday()]
    return f"{weekday}, {formal_date(day, 'en')}" if lang == "en" else f"{weekday}, ngày {short_date(day)}"


def formal_date(day: date, lang: str = "vi") -> str:
    """`ngày 05 tháng 3 năm 2020`: a nought before days under 10 and months 1 and 2 only (Decree 30/2020, Annex I)."""
    day = _day(day)
    if lang == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def short_date(day: date, lang: str = "vi") -> str:
    """`26/02/2016`; in English `26 Feb 2016`, because half of its readers take 02/03 for the third of February."""
    day = _day(day)
    if lang == "en":
        return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def weekdays(lang: str = "vi") -> list[tuple[str, str]]:
    """The heads of a calendar from Monday on, each short and in full: `T2`, `CN`; `Mon`."""
    whole = _WEEKDAYS["en" if lang == "en" else "vi"]
    short = [name[:3] for name in whole] if lang == "en" else ["T2", "T3", "T4", "T5", "T6", "T7", "CN"]
    return list(zip(short, whole, strict=True))


def month(day: date, lang: str = "vi") -> str:
    """`tháng 02/2016`; `February 2016`."""
    return f"{_MONTHS[day.month - 1]} {day.year}" if lang == "en" else f"tháng {day.month:02d}/{day.year}"


def moment(when: datetime, lang: str = "vi") -> str:
    """`08:05, ngày 26/02/2016`; `26 February 2016, 08:05`."""
    when = local(when)
    clock = f"{when.hour:02d}:{when.minute:02d}"
    return f"{formal_date(when, 'en')}, {clock}" if lang == "en" else f"{clock}, ngày {short_date(when)}"


def moment_with_zone(when: datetime, lang: str = "vi") -> str:
    """`moment` for readers who may be elsewhere: `08:05, ngày 26/02/2016 (GMT+7)`."""
    return f"{moment(when, lang)} (GMT+7)"


def parse_local(text: str) -> datetime | None:
    """The moment, in UTC, behind the value of a datetime-local field, which is read by the clock of Hà Nội.

    None where it is no such value, no day of the calendar, or of a year that was not meant.
    """
    match = _LOCAL.fullmatch(text.strip())
    if match is None or int(match[1]) not in YEARS:
        return None
    try:
        return datetime.fromisoformat(match[0]).replace(tzinfo=ZONE).astimezone(UTC)
    except ValueError:
        return None


def number(value: int | float | Decimal, lang: str = "vi") -> str:
    """`1.234.567` and `97,5`; in English `1,234,567` and `97.5`. As exact as the value: round it first."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError("not a finite number")
    if isinstance(value, float) and exact == exact.to_integral_value():
        exact = exact.to_integral_value()
    text = f"{exact or abs(exact):,f}"
    return text if lang == "en" else text.translate(_SWAPPED)


_SWAPPED = str.maketrans(".,", ",.")


def _day(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value
