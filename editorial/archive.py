"""Archive mode: a site that stands for a unit that is no more. It is read as before, and nothing new gets in or out.

This is the one place that knows the rule: acts on texts ask `check_open`, pages show what `in_force` says.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select

from editorial import vietnamese
from editorial.db import db, now
from editorial.models import Archive
from editorial.words import N_
from editorial.workflow import NotAllowed


def in_force(day: date | None = None) -> Archive | None:
    """The record that makes the site an archive on a day in Vietnam (today unless given); None on an ordinary one."""
    day = vietnamese.local(now()).date() if day is None else day
    holds = (Archive.valid_from <= day) & or_(Archive.valid_until.is_(None), Archive.valid_until > day)
    return db.session.scalars(select(Archive).where(holds).order_by(Archive.valid_from.desc()).limit(1)).first()


def check_open() -> None:
    """Raises NotAllowed while the site is an archive: no text is written, handed in, decided on or let out."""
    if in_force() is not None:
        raise NotAllowed(
            N_("This site is an archive now: it can be read, but nothing in it is written, submitted or published.")
        )
