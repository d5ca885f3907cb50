"""The demo's readers of the past weeks: made-up counts, so that the counter and its tables show something.

They come by lot, but by the same lot each time.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from sqlalchemy import insert

from editorial import statistics
from editorial.db import db
from editorial.models import Article, ArticleDay, ArticleStanding, VisitDay

WEEKS = 5
OLD_SITE = 184_206  # what the portal that it replaces had counted
QUIET = (5, 6)  # Saturday and Sunday


def come(today: date) -> None:
    """Up to yesterday; today begins empty."""
    lot = random.Random(today.isoformat())  # noqa: S311  nothing secret hangs on it
    days, opened = [], []
    articles = [
        (number, first.date())
        for number, first in db.session.execute(
            db.select(Article.id, Article.first_published_at).where(Article.standing == ArticleStanding.LIVE)
        )
    ]
    for back in range(7 * WEEKS, 0, -1):
        day = today - timedelta(days=back)
        people = lot.randint(60, 110) if day.weekday() in QUIET else lot.randint(130, 240)
        bots = lot.randint(20, 60)
        days.append(
            {
                "day": day,
                "people": people,
                "bots": bots,
                "pages": people * 3 + lot.randint(0, 90),
                "bot_pages": bots * 7,
            }
        )
        for number, first in articles:
            if first < day and (pages := int(people * 0.6 * lot.random() / (day - first).days)):
                opened.append({"day": day, "article_id": number, "pages": pages})
    db.session.execute(insert(VisitDay), days)
    if opened:
        db.session.execute(insert(ArticleDay), opened)
    statistics.start_at(OLD_SITE, by=None)
