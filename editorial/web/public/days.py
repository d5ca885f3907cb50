"""The archive by date: what came out on a day, the days of a month, and the months there are."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editorial import catalogue, vietnamese
from editorial.web import language
from editorial.web.addresses import address
from editorial.web.public import head
from editorial.web.public.blueprint import public
from editorial.web.public.threads import listed, page_asked

YEAR, TWO_DIGITS = re.compile(r"(?:19|20|21)[0-9]{2}"), re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the archive, by its first day."""

    first: date

    @property
    def parts(self) -> dict[str, Any]:
        """Of its address."""
        return {"year": f"{self.first:%Y}", "month": f"{self.first:%m}"}

    @property
    def label(self) -> str:
        return vietnamese.month(self.first, language.current())

    @property
    def weeks(self) -> list[list[date | None]]:
        """Its days in rows from Monday to Sunday, with gaps before the first and after the last."""
        weeks = calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)
        return [[day if day.month == self.first.month else None for day in week] for week in weeks]

    def moved(self, months: int) -> Month:
        number = self.first.year * 12 + self.first.month - 1 + months
        return Month(date(number // 12, number % 12 + 1, 1))


@public.get("/luu-tru")
def archive() -> ResponseReturnValue:
    """All months between the first article and the newest, a year in a row, the last year first."""
    years: dict[int, list[Month]] = {}
    for month in _months():
        years.setdefault(month.first.year, []).insert(0, month)
    described = head.of_page(gettext("Archive by date"), "", "public.archive")
    return render_template("public/archive.html", years=years, head=described)


@public.get("/luu-tru/<year>/<month>")
def archive_month(year: str, month: str) -> ResponseReturnValue:
    """A calendar. Every month between the first article and the newest has one, also one in which nothing came out."""
    here, span = Month(_date(year, month)), catalogue.first_and_last_day()
    if span is None or not span[0].replace(day=1) <= here.first <= span[1]:
        abort(404)
    before, after = here.moved(-1), here.moved(1)
    title = gettext("Archive: %(month)s", month=here.label)
    return render_template(
        "public/month.html",
        month=here,
        weekdays=vietnamese.weekdays(language.current()),
        counts=catalogue.days_of_month(here.first),
        before=before if before.first >= span[0].replace(day=1) else None,
        after=after if after.first <= span[1] else None,
        title=title,
        head=head.of_page(title, "", "public.archive_month", **here.parts),
    )


@public.get("/luu-tru/<year>/<month>/<day>")
def archive_day(year: str, month: str, day: str) -> ResponseReturnValue:
    here = _date(year, month, day)
    page = catalogue.day_page(here, page_asked(), language.current())
    if page is None:
        abort(404)
    values = parts_of(here)
    if page.number == 1 and "trang" in request.args:  # one page, one address
        return redirect(url_for(".archive_day", **values), 301)
    before, after = catalogue.days_around(here)
    title = gettext("Published on %(day)s", day=vietnamese.header_date(here, language.current()))
    further = {"trang": page.number} if page.number > 1 else {}
    return render_template(
        "public/day.html",
        day=here,
        month=Month(here.replace(day=1)),
        page=page,
        before=before,
        after=after,
        parts_of=parts_of,
        title=title,
        head=head.of_list(title, "", "public.archive_day", listed(page), **values, **further),
    )


def parts_of(day: date) -> dict[str, Any]:
    """Of the address of a day."""
    return {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}


def places() -> Iterator[str]:
    """The addresses for a sitemap: the months, from which the days follow."""
    yield address("public.archive")
    for month in _months():
        yield address("public.archive_month", **month.parts)


def _months() -> Iterator[Month]:
    """Between the first article and the newest, newest first."""
    span = catalogue.first_and_last_day()
    if span:
        month = Month(span[1].replace(day=1))
        while month.first >= span[0].replace(day=1):
            yield month
            month = month.moved(-1)


def _date(year: str, month: str, day: str = "01") -> date:
    """The day that an address names; a 404 for one that no calendar has, and for one that is written otherwise."""
    if not (YEAR.fullmatch(year) and TWO_DIGITS.fullmatch(month) and TWO_DIGITS.fullmatch(day)):
        abort(404)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        abort(404)
