"""What readers may read, and nothing else: every page, list, feed, sitemap and picture asks here.

`visible` is the one rule; no other module decides what is public. `language` is that of the reader: it chooses which of
a section's two names `SectionLink.label` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Row, func, select

from editorial import manuscript as manuscripts
from editorial.catalogue import statements
from editorial.catalogue.memory import remembered, version
from editorial.catalogue.statements import NO_SECTION, visible
from editorial.catalogue.values import Address, FrontPage, Page, SectionLink, Signboard, Story, Teaser
from editorial.db import LARGEST_ID, db
from editorial.models import Article, ArticleStanding, Edition, Imprint, Revision, Slogan

__all__ = [
    "ASSET_ID",
    "Address",
    "FrontPage",
    "Page",
    "SectionLink",
    "Signboard",
    "Story",
    "Teaser",
    "addresses",
    "editions_showing",
    "front_page",
    "newest",
    "parts_of_addresses",
    "picture_is_public",
    "remembered",
    "section_page",
    "sections",
    "signboard",
    "story",
    "version",
    "visible",
]

M = TypeVar("M", Imprint, Slogan)
ON_A_PAGE = 20
ADDRESSES_IN_A_PART = 45_000  # a sitemap may name 50,000; the rest is left for home and sections
ASSET_ID = re.compile(r"[0-9a-f]{64}")


def sections(language: str = "vi") -> list[SectionLink]:
    """All sections in the order the board gave them."""
    return [SectionLink(**row._mapping, language=language) for row in _asked(statements.sections())]


def front_page(among: list[SectionLink] | None = None) -> FrontPage:
    """The home page, in one query whatever the number of sections. `among`: the sections, where they are at hand."""
    among = sections() if among is None else among
    values = {f"section_{n}": link.id for n, link in enumerate(among)}
    language = among[0].language if among else "vi"
    blocks: dict[int, list[Teaser]] = {}
    for row in _newest_first(_asked(statements.front(len(among)), values)):
        blocks.setdefault(row.block, []).append(_teaser(row, language))
    newest_of_all = blocks.get(NO_SECTION, [])
    return FrontPage(
        lead=newest_of_all[0] if newest_of_all else None,
        latest=newest_of_all[1:],
        by_section=[(link, blocks[n]) for n, link in enumerate(among, 1) if n in blocks],
    )


def section_page(
    slug: str, number: int = 1, among: list[SectionLink] | None = None
) -> tuple[SectionLink, Page[Teaser]] | None:
    """A page of a section's articles; None when there is no such section, or no such page of it. `among` as above."""
    link = next((link for link in (sections() if among is None else among) if link.slug == slug), None)
    if link is None:
        return None
    total = _asked(statements.count_in_section(), {"section": link.id}).scalar_one()
    pages = max(1, -(-total // ON_A_PAGE))
    if not 1 <= number <= pages:
        return None
    values = {"section": link.id, "offset": (number - 1) * ON_A_PAGE, "limit": ON_A_PAGE}
    rows = _newest_first(_asked(statements.section_page(), values))
    return link, Page([_teaser(row, link.language) for row in rows], number, pages, total)


def story(article_id: int, language: str = "vi") -> Story | None:
    """The published article of this number with its text and what is related to it; None for everything else alike."""
    if not 0 < article_id <= LARGEST_ID:
        return None
    row = _asked(statements.story_by_number(), {"article": article_id}).first()
    return None if row is None else _story(row, language, _related(article_id, row.section_id, language))


def newest(limit: int, language: str = "vi") -> list[Story]:
    """The newest articles with their texts, for feeds; nothing is related to them."""
    return [_story(row, language, []) for row in _asked(statements.newest_stories(), {"limit": limit})]


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
    """Whether a published text shows this picture now."""
    if not ASSET_ID.fullmatch(asset_id):
        return False
    return _asked(statements.public_use(), {"asset": asset_id}).first() is not None


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


def _asked(statement: statements.Query, values: dict[str, Any] | None = None) -> CursorResult[*tuple[Any, ...]]:
    """Columns, straight from the connection: the session would keep books for them, at twice the price."""
    return db.session.connection().execute(statement, values)


def _related(article_id: int, section_id: int | None, language: str) -> list[Teaser]:
    """The newest others of the same section."""
    if section_id is None:
        return []
    newest = remembered(("section", section_id, language), lambda: _newest_of(section_id, language))
    return [teaser for teaser in newest if teaser.article_id != article_id][: statements.RELATED]


def _newest_of(section_id: int, language: str) -> list[Teaser]:
    return [_teaser(row, language) for row in _asked(statements.newest_of_section(), {"section": section_id})]


def _newest_first(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    return sorted(rows, key=lambda row: (row.first_published_at, row.id), reverse=True)


def _teaser(row: Row[Any], language: str) -> Teaser:
    return Teaser(
        article_id=row.id,
        slug=row.slug,
        title=row.title,
        lede=row.lede,
        section=_section_link(row, language),
        first_published_at=row.first_published_at,
        changed_at=row.changed_at,
        updated=_is_updated(row),
        cover=row.cover_asset,
        cover_alt=row.cover_alt,
    )


def _story(row: Row[Any], language: str, related: list[Teaser]) -> Story:
    return Story(
        article_id=row.id,
        slug=row.slug,
        manuscript=manuscripts.read(row.text),
        section=_section_link(row, language),
        first_published_at=row.first_published_at,
        changed_at=row.changed_at,
        updated=_is_updated(row),
        number=f"{row.major}.{row.minor}",
        words=row.words,
        cover_size=(row.width, row.height) if row.width else None,
        related=related,
    )


def _is_updated(row: Row[Any]) -> bool:
    return (row.major, row.minor) > (1, 0)


def _section_link(row: Row[Any], language: str) -> SectionLink | None:
    if row.section_id is None:
        return None
    return SectionLink(
        row.section_id,
        row.section_slug,
        row.section_name,
        row.section_name_en,
        row.section_description,
        row.section_description_en,
        language,
    )
