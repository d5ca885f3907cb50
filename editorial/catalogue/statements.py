"""The statements behind the catalogue, and the rule that all of them take: `visible`.

Lists read columns only, never a body, and follow the indexes on (standing, date) and (section, standing, date). A
statement is built once and kept, because building one takes longer than running it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from editorial.models import Article, ArticleStanding, Asset, Edition, Imprint, Revision, Section, Slogan
from editorial.workflow import State

Query = Select[*tuple[Any, ...]]
LATEST = 8  # beside the lead, on the home page
IN_A_BLOCK = 4  # of each section, on the home page
RELATED = 5
NO_SECTION = 0

_SECTION = (Section.id, Section.slug, Section.name, Section.name_en, Section.description, Section.description_en)
_OF_SECTION = tuple(column.label(f"section_{column.key}") for column in _SECTION)
_PUBLICATION = (Article.id, Article.slug, Article.first_published_at, Article.changed_at, Edition.major, Edition.minor)
NEWEST_FIRST = (Article.first_published_at.desc(), Article.id.desc())


def visible() -> ColumnElement[bool]:
    """The one visibility rule, over Article and Edition: the article stands live, this edition is its published one.

    It joins the two tables by itself, so that no query that takes it can pair an article with an edition that waits.
    """
    return and_(
        Article.standing == ArticleStanding.LIVE,
        Article.live_edition_id == Edition.id,
        Edition.state == State.PUBLISHED,
    )


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
def sections() -> Query:
    return select(*_SECTION).order_by(Section.position, Section.id)


def _candidates(block: int, *of_section: ColumnElement[bool]) -> Select[int, int]:
    """The newest articles that stand live, from an index alone; what is shown of them, `visible` says."""
    return (
        select(literal_column(str(block), Integer).label("block"), Article.id.label("id"))
        .where(Article.standing == ArticleStanding.LIVE, *of_section)
        .order_by(*NEWEST_FIRST)
    )


def _shown(candidates: Subquery) -> Query:
    """The visible ones of the candidates, in no order: asked for one, SQLite would run a union over and over."""
    return _teasers(candidates.c.block).join(candidates, candidates.c.id == Article.id)


@cache
def front(sections: int) -> Query:
    """The newest of all (block 0) and of each section (from 1 on). A window function would read every article."""
    blocks = [_candidates(NO_SECTION).limit(1 + LATEST).subquery()]
    for n in range(sections):
        of_section = Article.section_id == bindparam(f"section_{n}")
        blocks.append(_candidates(n + 1, of_section).limit(IN_A_BLOCK).subquery())
    return _shown(union_all(*(select(block) for block in blocks)).subquery())


@cache
def section_page() -> Query:
    candidates = _candidates(NO_SECTION, Article.section_id == bindparam("section"))
    return _shown(candidates.limit(bindparam("limit")).offset(bindparam("offset")).subquery())


@cache
def count_in_section() -> Query:
    """Of the candidates: an article that stands live without a published edition would make a page shorter, no more."""
    live = Article.standing == ArticleStanding.LIVE
    return select(func.count()).where(live, Article.section_id == bindparam("section"))


@cache
def story_by_number() -> Query:
    return _stories().where(Article.id == bindparam("article"))


@cache
def newest_stories() -> Query:
    return _stories().order_by(*NEWEST_FIRST).limit(bindparam("limit"))


@cache
def newest_of_section() -> Query:
    """One more than are shown as related to an article, which may be one of them."""
    return _teasers().where(Article.section_id == bindparam("section")).order_by(*NEWEST_FIRST).limit(RELATED + 1)


@cache
def public_use() -> Query:
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
def signboard() -> Query:
    day: BindParameter[date] = bindparam("day")
    imprint = select(func.max(Imprint.valid_from)).where(Imprint.valid_from <= day).scalar_subquery()
    slogan = select(func.max(Slogan.valid_from)).where(Slogan.valid_from <= day).scalar_subquery()
    one_row = select(literal_column("1").label("one")).subquery()
    query = select(Imprint.__table__, Slogan.__table__).select_from(one_row)
    return query.outerjoin(Imprint, Imprint.valid_from == imprint).outerjoin(Slogan, Slogan.valid_from == slogan)
