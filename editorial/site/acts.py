"""Changing what stands round the articles. An act is one transaction and one event, which holds what changed by row.

A change of a row is noted with the values before and after, only those that differ. So the record alone is the history,
and undoing is an act like any other: it puts back what was there before, as long as everything still stands as the act
had left it, and can be undone in its turn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, func, select
from sqlalchemy.exc import IntegrityError

from editorial import record
from editorial.db import Model, UtcDateTime, db
from editorial.manuscript import Fault
from editorial.models import Event, User
from editorial.site import rules
from editorial.site.kinds import BY_TABLE, KINDS, Kind, Refused, columns, kind_of
from editorial.words import N_
from editorial.workflow import NotAllowed

ADDED, CHANGED, REMOVED, MOVED = "site-added", "site-changed", "site-removed", "site-moved"
IMPORTED, UNDONE, APPLIED = "site-imported", "site-undone", "site"
Values = dict[str, Any]

OVERTAKEN = N_("It cannot be undone any more: “%(what)s” has changed since.")
HOLDERS = {  # what may name a row that somebody wants to remove
    "article": N_("articles"),
    "edition": N_("texts on the desk"),
    "assignment": N_("people who are assigned to it"),
    "section": N_("sections below it"),
    "home_block": N_("blocks of the home page"),
}


class Stale(Exception):
    """Somebody changed the row meanwhile; nothing was done. `row` is what stands there now, None when it is gone."""

    def __init__(self, row: Any) -> None:
        super().__init__("stale")
        self.row = row


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did to one row: `before` is None where it made the row, `after` where it removed it."""

    table: str
    number: int
    before: Values | None
    after: Values | None

    @property
    def kind(self) -> Kind:
        return BY_TABLE[self.table]

    @property
    def name(self) -> str:
        """What people know the row by, as far as the change tells."""
        return self.kind.name_of(self.after or {}) or self.kind.name_of(self.before or {})


def fingerprint(row: Any) -> str:
    """Names what the row holds, for a form to say what it was made from. The order of rows is no part of it."""
    values = {name: value for name, value in plain(row).items() if name != "position"}
    return hashlib.sha256(_canonical(values).encode()).hexdigest()[:32]


def rows(kind: Kind, **values: Any) -> list[Any]:
    """The rows of a kind in their order, or those that hold these values."""
    return list(db.session.scalars(select(kind.model).filter_by(**values).order_by(*kind.order())))


def find(kind: Kind, number: int) -> Any:
    return db.session.get(kind.model, number)


def add(kind: Kind, given: Mapping[str, Any], *, by: User | None, once: str | None = None) -> Any:
    """Make a row of what was typed; among its siblings it comes last. Raises NotAllowed or Refused."""
    check_may(kind, by)
    wanted = kind.read(given)
    rules.check(kind, wanted)
    row, change = _make(kind, wanted)
    _keep(by, ADDED, row, [change], once, reason=wanted.get("reason"))
    return row


def change(row: Any, given: Mapping[str, Any], *, by: User | None, seen: str, once: str | None = None) -> Any:
    """Give the row the values that were typed; `seen` is the fingerprint of what was on screen.

    Values that are all there already are no act. Raises NotAllowed, Stale or Refused, and then nothing has changed.
    """
    kind = kind_of(row)
    check_may(kind, by)
    if seen != fingerprint(row):
        raise Stale(row)
    wanted = kind.read(given, row)
    rules.check(kind, wanted, row)
    if kind.siblings and kind.is_ordered and wanted[kind.siblings] != getattr(row, kind.siblings):
        wanted["position"] = _last(kind, wanted)
    made = _set(row, wanted)
    if made is not None:
        _keep(by, CHANGED, row, [made], once, reason=wanted.get("reason"))
    return row


def remove(row: Any, *, by: User | None, seen: str, once: str | None = None) -> None:
    """Remove the row, and the rows that are part of it. Raises NotAllowed, Stale, or Refused while others need it."""
    kind = kind_of(row)
    check_may(kind, by)
    if seen != fingerprint(row):
        raise Stale(row)
    rules.check_removal(row)
    parts = [part for child in kind.children for part in rows(child, **{child.within: row.id})]
    _check_unused(kind, row)
    gone = [Change(part.__tablename__, part.id, plain(part), None) for part in (*parts, row)]
    of = _of(row)
    subject = _subject(row)
    for each in (*parts, row):
        db.session.delete(each)
        db.session.flush()
    _record(by, REMOVED, subject, gone, once, of=of)


def move(row: Any, *, up: bool, by: User | None, once: str | None = None) -> None:
    """Let the row change places with its neighbour; at the end of the list nothing happens. Raises NotAllowed."""
    kind = kind_of(row)
    check_may(kind, by)
    if not kind.is_ordered:
        raise Refused(Fault("", N_("This list has an order of its own.")))
    among = _siblings(kind, {kind.siblings: getattr(row, kind.siblings)} if kind.siblings else {})
    here = among.index(row)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(among):
        return
    among[here], among[there] = among[there], among[here]
    made = [_set(each, {"position": position}) for position, each in enumerate(among)]
    _keep(by, MOVED, row, [each for each in made if each], once)


def undo(event: Event, *, by: User, once: str | None = None) -> None:
    """Put back what was there before the act, as a new act.

    Raises NotAllowed; and Refused when a row is no longer as the act left it, or what it was no longer fits.
    """
    deeds = changes(event)
    if not deeds:
        raise Refused(Fault("", N_("This cannot be undone.")))
    for kind in {deed.kind.name: deed.kind for deed in deeds}.values():
        check_may(kind, by)
    _fetch(deeds)
    try:
        made = [_revert(deed) for deed in reversed(deeds)]
        db.session.flush()
    except (Refused, IntegrityError) as refusal:
        db.session.rollback()
        raise refusal if isinstance(refusal, Refused) else _overtaken(deeds[0]) from None
    detail = json.loads(event.detail)
    _record(by, UNDONE, event.subject, made, once, undone=event.sequence, of=detail.get("of"))


def changes(event: Event) -> list[Change]:
    """What the act changed, as far as it is on record row by row."""
    found = []
    for each in json.loads(event.detail).get("changes", ()):
        table, _, number = each["row"].partition(":")
        found.append(Change(table, int(number), each["before"], each["after"]))
    return found


def history(kind: Kind, row: Any = None, limit: int = 100) -> list[Event]:
    """The acts on this kind of row and on what is part of it, newest first; or those on one row alone."""
    tables = [kind.table, *(child.table for child in kind.children)]
    about = Event.subject == "site:frame"
    for table in tables:
        about |= Event.subject.startswith(f"{table}:", autoescape=True)
    query = select(Event).where(about, Event.action.startswith("site")).order_by(Event.sequence.desc())
    found = []
    for event in db.session.scalars(query.limit(limit if row is None else 20 * limit)):
        deeds = changes(event)
        if any(deed.table in tables for deed in deeds) and (row is None or _concerns(event, deeds, row)):
            found.append(event)
    return found[:limit]


def check_may(kind: Kind, by: User | None) -> None:
    """Raises NotAllowed unless the person may change rows of this kind. Nobody in person is the command line."""
    if by is not None and not kind.is_for(by):
        raise NotAllowed(
            N_("This is for administrators.")
            if kind.by == KINDS["imprints"].by
            else N_("This is for editors and heads who are assigned to all sections.")
        )


def plain(row: Any) -> Values:
    """What the row holds, as the record keeps it."""
    return {name: _plain(getattr(row, name)) for name in columns(type(row))}


def record_imported(made: Iterable[Any], *, by: User | None, once: str | None = None) -> None:
    """Put new rows of one kind on record together. The caller has checked them and the person."""
    added = list(made)
    db.session.add_all(added)
    db.session.flush()
    deeds = [Change(row.__tablename__, row.id, None, plain(row)) for row in added]
    _record(by, IMPORTED, f"{added[0].__tablename__}:import", deeds, once)


def noted(deeds: list[Change]) -> list[Values]:
    """The changes as the record keeps them."""
    return [{"row": f"{deed.table}:{deed.number}", "before": deed.before, "after": deed.after} for deed in deeds]


def _make(kind: Kind, wanted: Values) -> tuple[Any, Change]:
    values = {name: value for name, value in wanted.items() if name in columns(kind.model)}
    if kind.is_ordered:
        values["position"] = _last(kind, wanted)
    row = kind.model(**values)
    db.session.add(row)
    db.session.flush()
    if _is_on_record(row):  # SQLite gives the number of a removed row out again, and the record knows that one by it
        row.id = 1 + max(
            int(subject.partition(":")[2])
            for subject in db.session.scalars(select(Event.subject).where(Event.subject.startswith(f"{kind.table}:")))
            if subject.partition(":")[2].isdecimal()
        )
        db.session.flush()
    return row, Change(kind.table, row.id, None, plain(row))


def _set(row: Any, wanted: Values) -> Change | None:
    """Give the row values; the change, if any of them differs."""
    before = plain(row)
    for name, value in wanted.items():
        if name in before:
            setattr(row, name, value)
    after = plain(row)
    differing = [name for name in before if before[name] != after[name]]
    if not differing:
        return None
    return Change(
        row.__tablename__,
        row.id,
        {name: before[name] for name in differing},
        {name: after[name] for name in differing},
    )


def _revert(deed: Change) -> Change:
    """Take one change back. Raises Refused."""
    kind, row = deed.kind, db.session.get(deed.kind.model, deed.number)
    stands = plain(row) if row is not None else None
    if deed.before is None:
        if row is None or not _holds(stands, deed.after, but_order=True):
            raise _overtaken(deed)
        rules.check_removal(row)
        if any(rows(child, **{child.within: row.id}) for child in kind.children):
            raise _overtaken(deed)
        _check_unused(kind, row)
        db.session.delete(row)
        db.session.flush()
        return Change(deed.table, deed.number, stands, None)
    former = _typed(kind, deed.before)
    if deed.after is None:
        if row is not None:
            raise _overtaken(deed)
        rules.check(kind, former)
        row = kind.model(id=deed.number, **former)
        db.session.add(row)
        db.session.flush()
        return Change(deed.table, deed.number, None, plain(row))
    if row is None or not _holds(stands, deed.after):
        raise _overtaken(deed)
    if set(deed.before) != {"position"}:
        rules.check(kind, _typed(kind, plain(row)) | former | {"reason": "undone"}, row)
    made = _set(row, former)
    db.session.flush()
    return made or deed


def _holds(stands: Values | None, left: Values | None, but_order: bool = False) -> bool:
    """Whether the row stands as the act left it, in what the act changed."""
    return stands is not None and all(
        stands.get(name) == value for name, value in (left or {}).items() if not (but_order and name == "position")
    )


def _check_unused(kind: Kind, row: Any) -> None:
    """Raises Refused while any row that is no part of it names this one: whatever table there will ever be."""
    holders = []
    for table in db.metadata.sorted_tables:
        if table.name in {child.table for child in kind.children}:
            continue
        for key in table.foreign_keys:
            if key.column.table is kind.model.__table__ and db.session.scalar(
                select(func.count()).select_from(table).where(key.parent == row.id)
            ):
                holders.append(HOLDERS.get(table.name, N_("other entries")))
    if holders:
        raise Refused(*(Fault("", N_("It cannot be removed yet. There are still %(what)s."), {"what": each})
                        for each in dict.fromkeys(holders)))  # fmt: skip


def _keep(
    by: User | None, action: str, row: Any, made: list[Change], once: str | None, reason: str | None = None
) -> None:
    _record(by, action, _subject(row), made, once, of=_of(row), reason=reason)


def _record(
    by: User | None, action: str, subject: str, made: list[Change], once: str | None, **detail: Any
) -> None:  # fmt: skip
    given = {name: value for name, value in detail.items() if value}
    record.add(by, action, subject, once=once, changes=noted(made), **given)
    db.session.commit()


def _concerns(event: Event, deeds: list[Change], row: Any) -> bool:
    subject = _subject(row)
    return json.loads(event.detail).get("of") == subject or any(f"{d.table}:{d.number}" == subject for d in deeds)


def _subject(row: Any) -> str:
    return f"{row.__tablename__}:{row.id}"


def _of(row: Any) -> str | None:
    kind = kind_of(row)
    return f"{kind.parent.table}:{getattr(row, kind.within)}" if kind.parent else None


def _last(kind: Kind, wanted: Values) -> int:
    among = _siblings(kind, {kind.siblings: wanted[kind.siblings]} if kind.siblings else {})
    return 1 + max((each.position for each in among), default=-1)


def _siblings(kind: Kind, values: Values) -> list[Any]:
    return rows(kind, **values)


def _is_on_record(row: Any) -> bool:
    return db.session.scalar(select(Event.sequence).where(Event.subject == _subject(row)).limit(1)) is not None


def _fetch(deeds: list[Change]) -> None:
    """Read all rows of a large act at once; `get` then finds them in the session."""
    for table in {deed.table for deed in deeds}:
        model, numbers = BY_TABLE[table].model, [deed.number for deed in deeds if deed.table == table]
        for start in range(0, len(numbers), 500):
            for _ in db.session.scalars(select(model).where(model.id.in_(numbers[start : start + 500]))):
                pass


def _overtaken(deed: Change) -> Refused:
    row = db.session.get(deed.kind.model, deed.number)
    name = deed.kind.name_of(plain(row)) if row is not None else deed.name
    return Refused(Fault("", OVERTAKEN, {"what": name}))


def _typed(kind: Kind, values: Values) -> Values:
    """What the record keeps, as the columns hold it."""
    return {name: _value(column, values[name]) for name, column in columns(kind.model).items() if name in values}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _value(column: Any, kept: Any) -> Any:
    if kept is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(kept)
    return date.fromisoformat(kept) if isinstance(column.type, Date) else kept


def _canonical(values: Values) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def made_by_hand(model: type[Model], row: Any, before: Values | None) -> Change | None:
    """The change of a row that something else made: from `before` to what it holds now."""
    if before is None:
        return Change(model.__tablename__, row.id, None, plain(row))
    after = plain(row)
    differing = [name for name in before if before[name] != after[name]]
    chosen = ({name: values[name] for name in differing} for values in (before, after))
    return Change(model.__tablename__, row.id, *chosen) if differing else None
