"""What readers may read, and nothing else: every page, list, feed, sitemap and picture asks here.

`visible` is the one rule; no other module decides what is public. Lists read columns only, never a body, and follow
the indexes on (standing, date) and (section, standing, date). Statements are built once and kept, because building one
takes longer than running it.

`language` is that of the reader: it chooses which of a section's two names `SectionLink.label` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from editorial import manuscript as manuscripts
from editorial.db import LARGEST_ID, db
from editorial.manuscript import Manuscript
from editorial.models import Article, ArticleStanding, Asset, Edition, Imprint, Revision, Section, Slogan
from editorial.workflow import State

T = TypeVar("T")
Query = Select[*tuple[Any, ...]]
ON_A_PAGE = 20
LATEST = 8  # beside the lead, on the home page
IN_A_BLOCK = 4  # of each section, on the home page
RELATED = 5
ADDRESSES_IN_A_PART = 45_000  # a sitemap may name 50,000; the rest is left for home and sections
NO_SECTION = 0
ASSET_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SectionLink:
    id: int
    slug: str
    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""
    language: str = "vi"

    @property
    def label(self) -> str:
        """Its name in the reader's language; the Vietnamese one when nobody has translated it."""
        return (self.language == "en" and self.name_en) or self.name

    @property
    def about(self) -> str:
        """Its description in the reader's language, as `label`."""
        return (self.language == "en" and self.description_en) or self.description


@dataclass(frozen=True, slots=True)
class Teaser:
    """A published article as lists show it."""

    article_id: int
    slug: str
    title: str
    lede: str
    section: SectionLink | None
    first_published_at: datetime
    changed_at: datetime
    updated: bool  # readers got other words since the first publication
    cover: str | None  # the asset's id
    cover_alt: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, newest first."""

    items: list[T]
    number: int
    pages: int  # at least 1: an empty list has one empty page
    total: int


@dataclass(frozen=True, slots=True)
class Story:
    """A published article with its whole text."""

    article_id: int
    slug: str
    manuscript: Manuscript
    section: SectionLink | None
    first_published_at: datetime
    changed_at: datetime
    updated: bool
    number: str  # of the edition: "2.0"
    words: int
    cover_size: tuple[int, int] | None = None  # width and height in pixels, as stored
    related: list[Teaser] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrontPage:
    lead: Teaser | None  # the newest of all
    latest: list[Teaser]  # those after it
    by_section: list[
        tuple[SectionLink, list[Teaser]]
    ]  # the newest of each section that has any, in the sections' order


@dataclass(frozen=True, slots=True)
class Address:
    """What a sitemap says of an article."""

    article_id: int
    slug: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signboard:
    """What stands over and under every page on one day. Either is missing on a site that was never set up."""

    imprint: Imprint | None
    slogan: Slogan | None


def visible() -> ColumnElement[bool]:
    """The one visibility rule, over Article and Edition: the article stands live, this edition is its published one.

    It joins the two tables by itself, so that no query that takes it can pair an article with an edition that waits.
    """
    return and_(
        Article.standing == ArticleStanding.LIVE,
        Article.live_edition_id == Edition.id,
        Edition.state == State.PUBLISHED,
    )


def sections(language: str = "vi") -> list[SectionLink]:
    """All sections in the order the board gave them."""
    return [SectionLink(**row._mapping, language=language) for row in db.session.execute(_sections())]


def front_page(among: list[SectionLink] | None = None) -> FrontPage:
    """The home page, in one query whatever the number of sections. `among`: the sections, where they are at hand."""
    among = sections() if among is None else among
    values = {f"section_{n}": link.id for n, link in enumerate(among)}
    language = among[0].language if among else "vi"
    blocks: dict[int, list[Teaser]] = {}
    for row in db.session.execute(_front(len(among)), values):
        blocks.setdefault(row.block, []).append(_teaser(row, language))
    for teasers in blocks.values():
        teasers.sort(key=lambda teaser: (teaser.first_published_at, teaser.article_id), reverse=True)
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
    total = db.session.scalar(_count_in_section(), {"section": link.id}) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    if not 1 <= number <= pages:
        return None
    values = {"section": link.id, "offset": (number - 1) * ON_A_PAGE, "limit": ON_A_PAGE}
    rows = db.session.execute(_section_page(), values)
    return link, Page([_teaser(row, link.language) for row in rows], number, pages, total)


def story(article_id: int, language: str = "vi") -> Story | None:
    """The published article of this number with its text and what is related to it; None for everything else alike."""
    if not 0 < article_id <= LARGEST_ID:
        return None
    row = db.session.execute(_story_by_number(), {"article": article_id}).first()
    return None if row is None else _story(row, language, _related(article_id, row.section_id, language))


def newest(limit: int, language: str = "vi") -> list[Story]:
    """The newest articles with their texts, for feeds; nothing is related to them."""
    return [_story(row, language, []) for row in db.session.execute(_newest_stories(), {"limit": limit})]


def parts_of_addresses() -> int:
    """In how many parts `addresses` comes: at least 1. Each holds a span of article numbers, so none ever shifts."""
    highest = db.session.scalar(select(func.max(Article.id)).join(Edition, visible())) or 0
    return max(1, -(-highest // ADDRESSES_IN_A_PART))


def addresses(part: int = 1) -> Iterator[Address]:
    """One part of all public articles, newest first, streamed from the database."""
    after = (part - 1) * ADDRESSES_IN_A_PART
    query = (
        select(Article.id, Article.slug, Article.changed_at)
        .join(Edition, visible())
        .where(Article.id > after, Article.id <= after + ADDRESSES_IN_A_PART)
        .order_by(*_NEWEST_FIRST)
        .execution_options(yield_per=1000)
    )
    return (Address(*row) for row in db.session.execute(query))


def picture_is_public(asset_id: str) -> bool:
    """Whether a published text shows this picture now."""
    if not ASSET_ID.fullmatch(asset_id):
        return False
    return db.session.execute(_public_use(), {"asset": asset_id}).first() is not None


def editions_showing(asset_id: str) -> list[Edition]:
    """Every edition with a revision that shows this picture, public or not: who may see one, the workflow says."""
    if not ASSET_ID.fullmatch(asset_id):
        return []
    query = select(Edition).where(Edition.id.in_(select(Revision.edition_id).where(Revision.cover_asset == asset_id)))
    return list(db.session.scalars(query.order_by(Edition.id)))


def signboard(day: date) -> Signboard:
    """The imprint and the slogan that hold on a day in Vietnam, in one query."""
    row = db.session.execute(_signboard(), {"day": day}).one()
    return Signboard(row[0], row[1])


_SECTION = (Section.id, Section.slug, Section.name, Section.name_en, Section.description, Section.description_en)
_OF_SECTION = tuple(column.label(f"section_{column.key}") for column in _SECTION)
_PUBLICATION = (Article.id, Article.slug, Article.first_published_at, Article.changed_at, Edition.major, Edition.minor)
_NEWEST_FIRST = (Article.first_published_at.desc(), Article.id.desc())


def _with_section(*columns: Any) -> Query:
    """The public articles, each with its published edition, the text of that, and its section."""
    return (
        select(*_PUBLICATION, *columns, *_OF_SECTION)
        .select_from(Article)
        .join(Edition, visible())
        .join(Revision, Revision.id == Edition.head_id)
        .outerjoin(Section, Section.id == Article.section_id)
    )


def _teasers(*columns: Any) -> Query:
    return _with_section(*columns, Revision.title, Revision.lede, Revision.cover_asset, Revision.cover_alt)


def _stories() -> Query:
    columns = (Revision.text, Revision.words, Asset.width, Asset.height)
    return _with_section(*columns).outerjoin(Asset, Asset.id == Revision.cover_asset)


@cache
def _sections() -> Query:
    return select(*_SECTION).order_by(Section.position, Section.id)


@cache
def _front(sections: int) -> Query:
    """The newest of all (block 0) and of each section (from 1 on), picked from the indexes alone; of them, the visible.

    A window function would read every article; an ORDER BY would make SQLite run the union over and over.
    """
    blocks = [_candidates(NO_SECTION, 1 + LATEST)]
    for n in range(sections):
        blocks.append(_candidates(n + 1, IN_A_BLOCK, Article.section_id == bindparam(f"section_{n}")))
    picked = union_all(*(select(block) for block in blocks)).subquery()
    return _teasers(picked.c.block).join(picked, picked.c.id == Article.id)


def _candidates(block: int, limit: int, *of_section: ColumnElement[bool]) -> Subquery:
    return (
        select(literal_column(str(block)).label("block"), Article.id.label("id"))
        .where(Article.standing == ArticleStanding.LIVE, *of_section)
        .order_by(*_NEWEST_FIRST)
        .limit(limit)
        .subquery()
    )


@cache
def _count_in_section() -> Query:
    return (
        select(func.count())
        .select_from(Article)
        .join(Edition, visible())
        .where(Article.section_id == bindparam("section"))
    )


@cache
def _section_page() -> Query:
    query = _teasers().where(Article.section_id == bindparam("section")).order_by(*_NEWEST_FIRST)
    return query.limit(bindparam("limit")).offset(bindparam("offset"))


@cache
def _story_by_number() -> Query:
    return _stories().where(Article.id == bindparam("article"))


@cache
def _newest_stories() -> Query:
    return _stories().order_by(*_NEWEST_FIRST).limit(bindparam("limit"))


@cache
def _others_in_section() -> Query:
    query = _teasers().where(Article.section_id == bindparam("section"), Article.id != bindparam("article"))
    return query.order_by(*_NEWEST_FIRST).limit(RELATED)


@cache
def _public_use() -> Query:
    """From the picture to the texts that show it, to the editions they belong to, to the rule."""
    return (
        select(literal_column("1"))
        .select_from(Revision)
        .join(Edition, Edition.id == Revision.edition_id)
        .join(Article, and_(Article.id == Edition.article_id, visible()))
        .where(Revision.cover_asset == bindparam("asset"), Edition.head_id == Revision.id)
        .limit(1)
    )


@cache
def _signboard() -> Query:
    day: BindParameter[date] = bindparam("day")
    imprint = select(func.max(Imprint.valid_from)).where(Imprint.valid_from <= day).scalar_subquery()
    slogan = select(func.max(Slogan.valid_from)).where(Slogan.valid_from <= day).scalar_subquery()
    one_row = select(literal_column("1").label("one")).subquery()
    query = select(Imprint, Slogan).select_from(one_row)
    return query.outerjoin(Imprint, Imprint.valid_from == imprint).outerjoin(Slogan, Slogan.valid_from == slogan)


def _related(article_id: int, section_id: int | None, language: str) -> list[Teaser]:
    """The newest others of the same section."""
    if section_id is None:
        return []
    rows = db.session.execute(_others_in_section(), {"section": section_id, "article": article_id})
    return [_teaser(row, language) for row in rows]


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
