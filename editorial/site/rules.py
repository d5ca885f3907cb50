"""What has to hold beyond single fields, kind by kind: asked before every act and before every undoing of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from editorial import vietnamese
from editorial.db import db, now
from editorial.manuscript import Fault
from editorial.models import Archive, Imprint, Redirect, Section, Slide, Slogan
from editorial.site.kinds import NO_PATH, Kind, Refused
from editorial.words import N_

NOTICE = 7  # working days between the announcement of an outage and its beginning (Decree 224/2026 Art 13)
MOST_SHOWN = 20
Values = dict[str, Any]


def check(kind: Kind, wanted: Values, row: Any = None) -> None:
    """Raises Refused unless a row of the kind may hold these values; `row` is the one that is to hold them.

    It completes `wanted` where a value follows from another, and brings it into the form in which it is kept.
    """
    rule = _RULES.get(kind.name)
    if rule and (faults := list(rule(wanted, row))):
        raise Refused(*faults)


def check_removal(row: Any) -> None:
    """Raises Refused when the site cannot do without the row. Who else names it is asked elsewhere."""
    if isinstance(row, Imprint) and row.valid_from <= _today():
        raise Refused(Fault("", N_("An imprint that holds or held is kept: articles of its days name it.")))


def working_days(first: date, last: date) -> int:
    """How many working days lie between the two, without the last: Monday to Friday."""
    days = (first + timedelta(days=n) for n in range(max(0, (last - first).days)))
    return sum(day.weekday() < 5 for day in days)


def latest_notice(begins: date) -> date:
    """The last day on which an outage that begins then can still be announced in time."""
    day = begins
    while working_days(day, begins) < NOTICE:
        day -= timedelta(days=1)
    return day


def old_address(text: str) -> str:
    """An address of the older site as it is kept: path and query, without the site's name and the mark in the page."""
    parts = urlsplit(text)
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def _section(wanted: Values, row: Section | None) -> Iterator[Fault]:
    if row is None:
        wanted["slug"] = slug = wanted.get("slug") or vietnamese.slug(wanted["name"])
        if slug != vietnamese.slug(slug) or not slug:
            yield Fault("slug", N_("Only small letters without marks, digits, and hyphens between them."))
        elif _other(Section, None, slug=slug):
            yield Fault("slug", N_("There is a section with this name in addresses already."))
    if (parent_id := wanted.get("parent_id")) is None:
        return
    parent = db.session.get(Section, parent_id)
    if parent is None or parent.parent_id is not None:
        yield Fault("parent_id", N_("Choose a section that stands in the menu itself: there are two levels."))
    elif row is not None and parent is row:
        yield Fault("parent_id", N_("A section cannot be part of itself."))
    elif row is not None and _other(Section, None, parent_id=row.id):
        yield Fault("parent_id", N_("This section has parts of its own, and there are two levels only."))


def _block(wanted: Values, _row: Any) -> Iterator[Fault]:
    if not 1 <= wanted["number_shown"] <= MOST_SHOWN:
        yield Fault("number_shown", N_("Between 1 and %(most)d."), {"most": MOST_SHOWN})
    if wanted["section_id"] is None and not wanted["title"]:
        yield Fault("title", N_("A block without a section needs a heading."))


def _slide(wanted: Values, row: Slide | None) -> Iterator[Fault]:
    if _other(Slide, row, slideshow_id=wanted["slideshow_id"], caption=wanted["caption"]):
        yield Fault("caption", N_("Another picture of this slideshow has the same caption."))


def _slogan(wanted: Values, row: Slogan | None) -> Iterator[Fault]:
    if _other(Slogan, row, valid_from=wanted["valid_from"]):
        yield Fault("valid_from", N_("Another one begins on this day already. Change that one."))


def _imprint(wanted: Values, row: Imprint | None) -> Iterator[Fault]:
    if _other(Imprint, row, valid_from=wanted["valid_from"]):
        yield Fault("valid_from", N_("Another one begins on this day already. Change that one."))
    local, _, domain = wanted["email"].rpartition("@")
    if not (local and domain) or " " in wanted["email"]:
        yield Fault("email", N_("This is not an e-mail address."))
    if row is not None and row.valid_from <= _today() < wanted["valid_from"]:
        holds = select(func.count()).where(Imprint.valid_from <= _today(), Imprint.id != row.id)
        if not db.session.scalar(holds):
            yield Fault("valid_from", N_("Today would be without an imprint, which the law asks for."))


def _outage(wanted: Values, row: Any) -> Iterator[Fault]:
    shown, begins, ends = wanted["shown_from"], wanted["begins_at"], wanted["ends_at"]
    if ends <= begins:
        yield Fault("ends_at", N_("It has to end after it begins."))
    if shown > begins:
        yield Fault("shown_from", N_("It has to be announced before it begins."))
    same = row is not None and (row.shown_from, row.begins_at) == (shown, begins)
    announced = max(shown, now()) if row is None or row.shown_from > now() else min(shown, row.shown_from)
    if same or wanted.get("reason") or working_days(_day(announced), _day(begins)) >= NOTICE:
        return
    latest = latest_notice(_day(begins))
    yield Fault(
        "reason",
        N_("The law asks for seven working days' notice: until %(day)s. If it cannot wait, say why."),
        {"day": vietnamese.short_date(latest)},
    )


def _redirect(wanted: Values, row: Redirect | None) -> Iterator[Fault]:
    wanted["source"] = source = old_address(wanted["source"])
    target = urlsplit(wanted["target"])._replace(fragment="").geturl()
    if not source.startswith("/") or source.startswith("//") or " " in source or "\\" in source:
        yield Fault("source", NO_PATH)
    elif source == "/":
        yield Fault("source", N_("The home page cannot lead elsewhere."))
    elif source == target:
        yield Fault("target", N_("It would lead to itself."))
    elif _other(Redirect, row, source=source):
        yield Fault("source", N_("This old address leads somewhere already. Change that entry."))
    elif _other(Redirect, row, source=target):
        yield Fault("target", N_("This is an old address itself. Name the page that it leads to."))
    elif leads_here := db.session.scalars(_leading_to(source, row)).first():
        yield Fault(
            "source",
            N_("“%(source)s” leads to this address, so both would be steps of a chain."),
            {"source": leads_here},
        )


def _leading_to(address: str, row: Redirect | None) -> Any:
    leads = (Redirect.target == address) | Redirect.target.startswith(f"{address}#", autoescape=True)
    query = select(Redirect.source).where(leads)
    return query if row is None else query.where(Redirect.id != row.id)


def _archive(wanted: Values, row: Archive | None) -> Iterator[Fault]:
    begins, ends = wanted["valid_from"], wanted["valid_until"]
    if ends is not None and ends <= begins:
        yield Fault("valid_until", N_("It has to end after it begins."))
    for other in db.session.scalars(select(Archive)):
        if other is row:
            continue
        if (ends is None or other.valid_from < ends) and (other.valid_until is None or begins < other.valid_until):
            yield Fault("valid_from", N_("Another archive period covers these days already."))
            return


def _other(model: type[Any], row: Any, **values: Any) -> bool:
    """Whether a row other than this one holds these values."""
    query = select(model.id).filter_by(**values).limit(1)
    if row is not None:
        query = query.where(model.id != row.id)
    return db.session.scalar(query) is not None


def _day(moment: datetime) -> date:
    return vietnamese.local(moment).date()


def _today() -> date:
    return _day(now())


_RULES: dict[str, Callable[[Values, Any], Iterator[Fault]]] = {
    "sections": _section,
    "blocks": _block,
    "slides": _slide,
    "slogans": _slogan,
    "imprints": _imprint,
    "outages": _outage,
    "redirects": _redirect,
    "archive": _archive,
}
