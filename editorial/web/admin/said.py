"""Values as people read them, in lists, histories and comparisons, and as forms hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from editorial import site, vietnamese
from editorial.models import Event
from editorial.site import Field, Kind, Sort
from editorial.web import language
from editorial.web.admin import blueprint
from editorial.words import N_

POSITION = N_("Place in the order")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one row, before and after an act; None where there was no row."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Deed:
    """One row in an act: what it is called, what became of it, field by field."""

    kind: str
    title: str
    differences: list[Difference]
    cut: int = 0  # how many further rows the act changed, which are not listed


MOST_ROWS = 20  # of one act that a history lists


def shown(asked: Field, value: Any) -> str:
    """The value as people read it; one out of the record is plain text and number."""
    if asked.sort is Sort.FLAG:
        return gettext("Yes") if value else gettext("No")
    if value is None or value == "":
        return "–"
    lang = language.current()
    if asked.sort is Sort.DAY:
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return vietnamese.short_date(day, lang)
    if asked.sort is Sort.MOMENT:
        return vietnamese.moment(datetime.fromisoformat(value) if isinstance(value, str) else value, lang)
    if asked.sort is Sort.CHOICE:
        return gettext(asked.choices[value]) if value in asked.choices else str(value)
    if asked.sort is Sort.ROW:
        row = site.find(site.KINDS[asked.of], value)
        return blueprint.title(row) if row is not None else gettext("No. %(number)s", number=value)
    return f"{value[:12]}…" if asked.sort is Sort.PICTURE else str(value)


def typed(asked: Field, value: Any) -> Any:
    """The value as a form's field holds it."""
    if value is None:
        return ""
    if asked.sort is Sort.DAY:
        return value.isoformat()
    if asked.sort is Sort.MOMENT:
        return vietnamese.local(value).strftime("%Y-%m-%dT%H:%M")
    return str(value) if asked.sort in (Sort.ROW, Sort.CHOICE, Sort.NUMBER) else value


def row_in_words(kind: Kind, row: Any) -> list[tuple[str, str]]:
    """All that the row holds: labels and values."""
    return [(gettext(each.label), shown(each, getattr(row, each.name))) for each in kind.fields if each.is_column]


def deeds(event: Event) -> list[Deed]:
    """What the act did, row by row; the rows that only changed places are told by that of the act alone."""
    changes = site.changes(event)
    told = [change for change in changes if f"{change.table}:{change.number}" == event.subject] or changes
    found = []
    for change in told[:MOST_ROWS]:
        row = site.find(change.kind, change.number) if not change.name else None
        title = change.name or (blueprint.title(row) if row is not None else gettext(change.kind.one))
        found.append(Deed(gettext(change.kind.one), title, _differences(change)))
    if found and len(told) > MOST_ROWS:
        found[-1] = Deed(found[-1].kind, found[-1].title, found[-1].differences, len(told) - MOST_ROWS)
    return found


def _differences(change: site.Change) -> list[Difference]:
    found = []
    for each in change.kind.fields:
        before, after = ((values or {}).get(each.name) for values in (change.before, change.after))
        if each.is_column and (before or after):
            found.append(
                Difference(
                    gettext(each.label),
                    None if change.before is None else shown(each, before),
                    None if change.after is None else shown(each, after),
                )
            )
    if change.before and change.after and "position" in change.before:
        places = (str(values["position"] + 1) for values in (change.before, change.after))
        found.append(Difference(gettext(POSITION), *places))
    return found
