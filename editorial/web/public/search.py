"""The readers' search: the form, what was found, and what to try when nothing was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup, escape

from editorial import search as searching
from editorial.catalogue import SectionLink, Teaser
from editorial.search import Filters, Found, Results
from editorial.search.excerpts import Pieces
from editorial.web import frame, language
from editorial.web.public import head
from editorial.web.public.blueprint import public
from editorial.words import N_

PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)|(\d\d?)[/.-](\d\d?)[/.-](\d{4})", re.ASCII)
YEARS = range(1990, 2101)
TEXT, SECTION, SINCE, UNTIL = "q", "chuyen-muc", "tu", "den"  # as the address and the form name them
FAULTS = {
    TEXT: N_("That is more than any title has: at most %(most)d words, please."),
    SECTION: N_("This section does not exist. Choose one of the list."),
    SINCE: N_("This is no day of the calendar. Write it as 2026-02-28."),
    UNTIL: N_("This is no day of the calendar. Write it as 2026-02-28."),
}
TURNED_ROUND = N_("The last day is before the first one.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asks for, as typed, with what is wrong about it, by field."""

    given: Mapping[str, str]
    filters: Filters
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, str], sections: list[SectionLink]) -> Self:
        given = {name: given.get(name, "").strip() for name in (TEXT, SECTION, SINCE, UNTIL)}
        link = next((link for link in sections if link.slug == given[SECTION]), None)
        days = {name: _day(given[name]) for name in (SINCE, UNTIL)}
        faults = {name: gettext(FAULTS[name]) for name, day in days.items() if given[name] and day is None}
        if given[SECTION] and link is None:
            faults[SECTION] = gettext(FAULTS[SECTION])
        since, until = days[SINCE], days[UNTIL]
        if since and until and until < since:
            faults[UNTIL] = gettext(TURNED_ROUND)
        return cls(given, Filters(tuple(link.ids) if link else (), since, until), faults)

    @property
    def text(self) -> str:
        return self.given[TEXT]

    def parts(self, **others: str) -> dict[str, Any]:
        """What goes into the address of the same search, or of one with other parts."""
        return {name: value for name, value in (dict(self.given) | others).items() if value}

    def in_words(self, text: str, *, anywhere: bool) -> dict[str, Any]:
        """The same for a suggestion."""
        return {TEXT: text} if anywhere else self.parts(**{TEXT: text})


@public.get("/tim-kiem")
def search() -> ResponseReturnValue:
    number = request.args.get("trang", "1")
    if not PAGE_NUMBER.fullmatch(number) or (int(number) - 1) * searching.ON_A_PAGE >= searching.MOST:
        abort(404)
    asked = Asked.of(request.args, frame.here().sections_for_sure if request.args.get(SECTION) else [])
    results = _results(asked, int(number))
    if int(number) > results.pages:
        abort(404)
    nothing = bool(results.query.terms) and not results.total
    page = render_template(
        "public/search.html",
        asked=asked,
        results=results,
        items=[_marked(found) for found in results.items],
        nothing=nothing,
        suggestions=searching.suggestions(results.query, asked.filters) if nothing else [],
        most=searching.MOST,
        head=head.of_page(gettext("Search"), "", "public.search", indexed=False),
    )
    return page, 400 if asked.faults else 200


def _results(asked: Asked, number: int) -> Results:
    """Nothing is looked for as long as something is wrong about what is asked."""
    if asked.faults or not asked.text:
        return Results()
    try:
        return searching.find(asked.text, asked.filters, number, language.current())
    except searching.TooMuch:
        asked.faults[TEXT] = gettext(FAULTS[TEXT], most=searching.MOST_WORDS)
        return Results()


def _marked(found: Found) -> Teaser:
    return replace(found.teaser, title=_html(found.title), lede=_html(found.excerpt))


def _html(pieces: Pieces) -> Markup:
    mark = Markup("<mark>{}</mark>")
    return Markup("").join(mark.format(piece.text) if piece.marked else escape(piece.text) for piece in pieces)


def _day(text: str) -> date | None:
    """The day that a date field sends, or that somebody typed where there is none: 2026-02-28, 28/02/2026."""
    found = DAY.fullmatch(text)
    if found is None:
        return None
    parts = found.group("year", "month", "day") if found["year"] else (found[6], found[5], found[4])
    year, month, day = map(int, parts)
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None
