"""What frames the articles, taken over from a file: sections, the imprint and the slogan of a board."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import inspect, select

from editorial import record
from editorial.db import Model, db
from editorial.models import Imprint, Section, Slogan, User
from editorial.models.site import MANDATORY
from editorial.site import acts
from editorial.vietnamese import normalise


class SiteError(ValueError):
    """The file cannot be taken over; its text says which entry is wrong, and why."""


def apply(values: dict[str, Any], *, by: User | None) -> list[str]:
    """Take over `[[section]]`, `[[imprint]]` and `[[slogan]]` entries; those that are there already are brought up
    to date.

    A section is known by its slug, an imprint and a slogan by the day from which they are valid; nothing is ever
    removed. What the law demands of an imprint has to be there (Decree 174/2026 Art 93). Returns what was entered or
    changed, a line each. Raises SiteError, and then nothing has changed.
    """
    kinds: dict[str, tuple[type[Model], str]] = {
        "section": (Section, "slug"),
        "imprint": (Imprint, "valid_from"),
        "slogan": (Slogan, "valid_from"),
    }
    if unknown := sorted(set(values) - set(kinds)):
        raise SiteError(f"“{unknown[0]}” is not known; the file may hold [[section]], [[imprint]] and [[slogan]].")
    done, changes = [], []
    for kind, (model, key) in kinds.items():
        for position, entry in enumerate(values.get(kind, ())):
            if kind == "section":
                entry = {"position": position} | entry
            if change := _enter(kind, model, key, entry):
                done.append(f"{kind} {entry[key]}")
                changes.append(change)
    if done:
        record.add(by, acts.APPLIED, "site:frame", entries=done, changes=acts.noted(changes))
        db.session.commit()
    return done


def _enter(kind: str, model: type[Model], key: str, entry: dict[str, Any]) -> acts.Change | None:
    """Enter one row, or bring it up to date; the change, if anything differed."""
    columns = {column.key for column in inspect(model).columns} - {"id"}
    if unknown := sorted(set(entry) - columns):
        raise SiteError(f"[[{kind}]] has no “{unknown[0]}”.")
    if key not in entry:
        raise SiteError(f"[[{kind}]] needs “{key}”.")
    if key == "valid_from" and type(entry[key]) is not date:
        raise SiteError(f"[[{kind}]] needs a day such as 2025-07-01 for “valid_from”.")
    entry = {name: normalise(value).strip() if isinstance(value, str) else value for name, value in entry.items()}
    needed = {"section": ("slug", "name"), "imprint": MANDATORY, "slogan": ("text",)}[kind]
    row = db.session.scalars(select(model).where(getattr(model, key) == entry[key])).first()
    for name in needed:
        if not (entry.get(name) or (row is not None and name not in entry)):
            raise SiteError(f"[[{kind}]] {entry[key]} needs “{name}”; it cannot be empty.")
    before = acts.plain(row) if row is not None else None
    if row is None:
        row = model(**entry)
        db.session.add(row)
    for name, value in entry.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    db.session.flush()
    return acts.made_by_hand(model, row, before)
