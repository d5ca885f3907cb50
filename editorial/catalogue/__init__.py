"""What readers may read, and nothing else: every page, list, feed, sitemap and picture asks here.

`visible` is the one rule; no other module decides what is public. `language` is that of the reader: it chooses which of
a section's two names `SectionLink.label` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Row, func, select

from editorial.catalogue import statements
from editorial.catalogue.front import front_page, imprints, outages, sections, slideshows, websites
from editorial.catalogue.memory import remembered, version
from editorial.catalogue.rows import asked as _asked
from editorial.catalogue.rows import newest_first as _newest_first
from editorial.catalogue.rows import story as _story
from editorial.catalogue.rows import teaser as _teaser
from editorial.catalogue.statements import visible
from editorial.catalogue.threads import (
    Surroundings,
    TermLink,
    Thread,
    day_page,
    days_around,
    days_of_month,
    first_and_last_day,
    surroundings,
    term_page,
    term_slugs,
    topics,
)
from editorial.catalogue.values import (
    Address,
    Block,
    FrontPage,
    Page,
    SectionLink,
    Show,
    Signboard,
    Story,
    Teaser,
    Websites,
)
from editorial.db import LARGEST_ID, db
from editorial.models import Article, ArticleStanding, Edition, Imprint, Revision, Slogan

__all__ = [
    "ASSET_ID",
    "Address",
    "Block",
    "FrontPage",
    "Page",
    "SectionLink",
    "Show",
    "Signboard",
    "Story",
    "Surroundings",
    "Teaser",
    "TermLink",
    "Thread",
    "Websites",
    "addresses",
    "day_page",
    "days_around",
    "days_of_month",
    "editions_showing",
    "first_and_last_day",
    "front_page",
    "imprints",
    "outages",
    "parts_of_addresses",
    "picture_is_public",
    "published_since",
    "remembered",
    "section_page",
    "sections",
    "signboard",
    "slideshows",
    "stories",
    "story",
    "surroundings",
    "teasers_before",
    "term_page",
    "term_slugs",
    "topics",
    "version",
    "visible",
    "websites",
]

M = TypeVar("M", Imprint, Slogan)
ON_A_PAGE = 20
ADDRESSES_IN_A_PART = 45_000  # a sitemap may name 50,000; the rest is left for home and sections
ASSET_ID = re.compile(r"[0-9a-f]{64}")


def section_page(
    slug: str, number: int = 1, among: list[SectionLink] | None = None
) -> tuple[SectionLink, Page[Teaser]] | None:
    """A page of the articles of a section and of those under it; None when there is no such section, or no such page.

    `among`: the sections, where they are at hand.
    """
    link = next((link for link in (sections() if among is None else among) if link.slug == slug), None)
    if link is None:
        return None
    total = sum(remembered(("count", section), partial(_count, section)) for section in link.ids)
    pages = max(1, -(-total // ON_A_PAGE))
    if not 1 <= number <= pages:
        return None
    values = _numbered(link.ids) | {"offset": (number - 1) * ON_A_PAGE, "limit": ON_A_PAGE}
    rows = _newest_first(_asked(statements.section_page(len(link.ids)), values))
    return link, Page([_teaser(row, link.language) for row in rows], number, pages, total)


def story(article_id: int, language: str = "vi") -> Story | None:
    """The published article of this number with its text and what is related to it; None for everything else alike."""
    if not 0 < article_id <= LARGEST_ID:
        return None
    row = _asked(statements.story_by_number(), {"article": article_id}).first()
    return None if row is None else _story(row, language, _related(article_id, row.section_id, language))


def stories(number: int = 1, sections: Sequence[int] = (), on_a_page: int = 30) -> Page[Story] | None:
    """A page of articles with their texts, of these sections or of all, for feeds; None when there is no such page.

    Nothing is related to them, and sections bear their Vietnamese names.
    """
    total = sum(remembered(("count", section), partial(_count, section)) for section in sections or (None,))
    pages = max(1, -(-total // on_a_page))
    if not 1 <= number <= pages:
        return None
    values = {"offset": (number - 1) * on_a_page, "limit": on_a_page} | _numbered(sections)
    rows = _newest_first(_asked(statements.page_of_stories(len(sections)), values))
    return Page([_story(row, "vi", []) for row in rows], number, pages, total)


def teasers_before(
    last: tuple[datetime, int] | None, limit: int, sections: Sequence[int] = (), since: datetime | None = None
) -> list[Teaser]:
    """The newest articles older than `last` (when it came out first, its number): so a list is walked through in
    pieces, and nothing is missed or told twice when an article is added meanwhile.

    `since`: only those of which readers got other words from that moment on.
    """
    values: dict[str, Any] = {"since": since, "limit": limit} | _numbered(sections)
    if last is not None:
        values |= {"published_at": last[0], "article": last[1]}
    asked = statements.teasers_before(len(sections), since is not None, last is not None)
    return [_teaser(row, "vi") for row in _newest_first(_asked(asked, values))]


def published_since(since: datetime, limit: int) -> list[Teaser]:
    """What came out first at that moment or later, newest first."""
    values = {"since": since, "limit": limit}
    return [_teaser(row, "vi") for row in _newest_first(_asked(statements.published_since(), values))]


def _numbered(sections: Sequence[int]) -> dict[str, int]:
    return {f"section_{n}": section for n, section in enumerate(sections)}


def _count(section_id: int | None) -> int:
    asked = statements.count() if section_id is None else statements.count_in_section()
    return int(_asked(asked, {} if section_id is None else {"section": section_id}).scalar_one())


def parts_of_addresses() -> int:
    """In how many parts `addresses` comes: at least 1. Each holds a span of article numbers, so none ever shifts."""
    highest = db.session.scalar(select(func.max(Article.id)).where(Article.standing == ArticleStanding.LIVE)) or 0
    return max(1, -(-highest // ADDRESSES_IN_A_PART))


def addresses(part: int = 1) -> Iterator[Address]:
    """One part of all public articles, newest first."""
    after = (part - 1) * ADDRESSES_IN_A_PART
    query = (
        select(Article.id, Article.slug, Article.changed_at)
        .join(Edition, visible())
        .where(Article.id > after, Article.id <= after + ADDRESSES_IN_A_PART)
        .order_by(*statements.NEWEST_FIRST)
    )
    return (Address(*row) for row in db.session.execute(query))


def picture_is_public(asset_id: str) -> bool:
    """Whether a published text or a slideshow of the home page shows this picture now."""
    if not ASSET_ID.fullmatch(asset_id):
        return False
    if _asked(statements.public_use(), {"asset": asset_id}).first() is not None:
        return True
    return any(slide.asset == asset_id for show in slideshows() for slide in show.slides)


def editions_showing(asset_id: str) -> list[Edition]:
    """Every edition with a revision that shows this picture, public or not: who may see one, the workflow says."""
    if not ASSET_ID.fullmatch(asset_id):
        return []
    query = select(Edition).where(Edition.id.in_(select(Revision.edition_id).where(Revision.cover_asset == asset_id)))
    return list(db.session.scalars(query.order_by(Edition.id)))


def signboard(day: date) -> Signboard:
    """The imprint and the slogan that hold on a day in Vietnam, in one query."""
    row = _asked(statements.signboard(), {"day": day}).one()
    return Signboard(_copy(Imprint, row), _copy(Slogan, row))


def _copy(model: type[M], row: Row[Any]) -> M | None:
    """What the row holds of the model, in the hands of no session: nothing that happens later can make it ask again."""
    said, columns = row._mapping, model.__table__.c
    return None if said[columns.id] is None else model(**{column.key: said[column] for column in columns})


def _related(article_id: int, section_id: int | None, language: str) -> list[Teaser]:
    """The newest others of the same section."""
    if section_id is None:
        return []
    newest = remembered(("section", section_id, language), lambda: _newest_of(section_id, language))
    return [teaser for teaser in newest if teaser.article_id != article_id][: statements.RELATED]


def _newest_of(section_id: int, language: str) -> list[Teaser]:
    return [_teaser(row, language) for row in _asked(statements.newest_of_section(), {"section": section_id})]
