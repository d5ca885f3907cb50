"""How satisfied readers are with an article (Decree 224/2026, Article 10: asked online, with their privacy kept).

One vote for each reader and article within a window, which may be changed meanwhile. Who votes is known by a random
word in a cookie alone; kept is a hash of it that differs from article to article, so that nobody can put together what
one reader rated, and when the window closes only a number is left.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select, union_all

from editorial import archive
from editorial.catalogue import Page, visible
from editorial.db import db, now
from editorial.models import Article, Edition, Level, Revision, Tally, Vote

WINDOW = timedelta(hours=12)
ON_A_PAGE = 50
BATCH = 500


@dataclass(frozen=True, slots=True)
class Votes:
    """How many readers gave which level."""

    good: int = 0
    fair: int = 0
    poor: int = 0

    @property
    def total(self) -> int:
        return self.good + self.fair + self.poor


@dataclass(frozen=True, slots=True)
class Rated:
    """An article in the list of those that readers rated."""

    article_id: int
    slug: str
    title: str
    votes: Votes


def give(article_id: int, level: Level, voter: str) -> str | None:
    """Count a reader's vote, or change the one they gave before. Returns the article's slug; None when readers cannot
    read it.

    `voter` is the random word of the reader's browser. The caller has taken the writer's place. Raises NotAllowed
    on a site that is an archive.
    """
    archive.check_open()
    slug = db.session.scalar(select(Article.slug).join(Edition, visible()).where(Article.id == article_id))
    if slug is None:
        return None
    hashed = _hashed(article_id, voter)
    vote = db.session.get(Vote, (article_id, hashed))
    if vote is None:
        db.session.add(Vote(article_id=article_id, voter=hashed, level=level, given_at=now()))
    else:
        vote.level = level
    db.session.commit()
    return slug


def of_article(article_id: int) -> Votes:
    """All votes for an article, those that may still be changed among them."""
    rows = db.session.execute(_counted(article_id))
    return Votes(**{level.value: int(number) for _, level, number in rows})


def rated(number: int = 1) -> Page[Rated] | None:
    """The public articles that readers rated, those with most dissatisfied readers first; None: no such page."""
    votes: dict[int, dict[str, int]] = {}
    for article_id, level, count in db.session.execute(_counted()):
        votes.setdefault(article_id, {})[level.value] = int(count)
    order = sorted(votes, key=lambda each: (-votes[each].get("poor", 0), -sum(votes[each].values()), -each))
    pages = max(1, -(-len(order) // ON_A_PAGE))
    if not 1 <= number <= pages:
        return None
    shown = order[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    query = (
        select(Article.id, Article.slug, Revision.title)
        .join(Edition, visible())
        .join(Revision, Revision.id == Edition.head_id)
        .where(Article.id.in_(shown))
    )
    named = {row.id: row for row in db.session.execute(query)}
    items = [Rated(each, named[each].slug, named[each].title, Votes(**votes[each])) for each in shown if each in named]
    return Page(items, number, pages, len(order))


def closing() -> bool:
    """Whether the window of some vote is over."""
    return db.session.scalar(select(Vote.given_at).where(Vote.given_at <= now() - WINDOW).limit(1)) is not None


def close() -> int:
    """Count the votes whose window is over for good, and forget who gave them. Returns how many there were.

    Run it as often as you like; needs the writer's place, a batch at a time.
    """
    due = list(
        db.session.scalars(select(Vote).where(Vote.given_at <= now() - WINDOW).order_by(Vote.given_at).limit(BATCH))
    )
    for vote in due:
        tally = db.session.get(Tally, (vote.article_id, vote.level))
        if tally is None:
            db.session.add(Tally(article_id=vote.article_id, level=vote.level, votes=1))
            db.session.flush()
        else:
            tally.votes += 1
        db.session.delete(vote)
    db.session.commit()
    return len(due)


def _counted(article_id: int | None = None) -> Select[int, Level, int]:
    """(article, level, number) over both tables."""
    for_good = select(Tally.article_id, Tally.level, Tally.votes.label("number"))
    open_ = select(Vote.article_id, Vote.level, func.count().label("number")).group_by(Vote.article_id, Vote.level)
    if article_id is not None:
        for_good, open_ = for_good.where(Tally.article_id == article_id), open_.where(Vote.article_id == article_id)
    both = union_all(for_good, open_).subquery()
    return select(both.c.article_id, both.c.level, func.sum(both.c.number)).group_by(both.c.article_id, both.c.level)


def _hashed(article_id: int, voter: str) -> str:
    return hashlib.sha256(f"{article_id}:{voter}".encode()).hexdigest()
