"""When readers get something else without anybody having acted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, union_all

from editorial.db import db
from editorial.models import Outage


def next_change(after: datetime) -> datetime | None:
    """The next moment at which a notice appears, changes or goes; None if none is planned.

    What begins with a day in Vietnam (an imprint, a slogan, the archive) is not among them: every day does.
    """
    moments = (Outage.shown_from, Outage.begins_at, Outage.ends_at)
    nearest = union_all(*(select(func.min(moment).label("at")).where(moment > after) for moment in moments)).subquery()
    return min((at for (at,) in db.session.execute(select(nearest.c.at)) if at is not None), default=None)
