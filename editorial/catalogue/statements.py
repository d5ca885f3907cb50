"""The statements behind the catalogue, and the rule that all of them take: `visible`.

Lists read columns only, never a body, and follow the indexes on (standing, date) and (section, standing, date). A
statement is built once and kept, because building one takes longer than running it.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    tuple_,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from editorial.db import UtcDateTime
from editorial.models import Article, ArticleStanding, ArticleTerm, Asset, Edition, Imprint, Revision, Section, Slogan
from editorial.workflow import State

Query = Select[*tuple[Any, ...]]
LATEST = 8  # beside the lead, on the home page
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
    return select(*_SECTION, Section.parent_id).order_by(Section.position, Section.id)


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
    blocks = [_candidates(NO_SECTION).limit(bindparam("limit_0")).subquery()]
    for n in range(1, sections + 1):
        of_section = Article.section_id == bindparam(f"section_{n}")
        blocks.append(_candidates(n, of_section).limit(bindparam(f"limit_{n}")).subquery())
    return _shown(union_all(*(select(block) for block in blocks)).subquery())


@cache
def teasers_by_number() -> Query:
    return _teasers().where(Article.id.in_(bindparam("articles", expanding=True)))


@cache
def section_page(sections: int) -> Query:
    """A page of so many sections together."""
    return _shown(_in_order(sections).limit(bindparam("limit")).offset(bindparam("offset")).subquery())


def _in_order(sections: int, *narrowed: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The live articles of so many sections together, newest first; of all, when none is named.

    Each section comes in order from the index, and the two databases merge them.
    """
    kept = (literal_column(str(NO_SECTION), Integer).label("block"), Article.id, Article.first_published_at)
    live = select(*kept).where(Article.standing == ArticleStanding.LIVE, *narrowed)
    each = [live.where(Article.section_id == bindparam(f"section_{n}")) for n in range(sections)] or [live]
    return each[0].order_by(*NEWEST_FIRST) if len(each) == 1 else _merged(each)


def _merged(each: Sequence[Select[*tuple[Any, ...]]]) -> Query:
    parts = (select(one.order_by(*NEWEST_FIRST).subquery()) for one in each)  # in order, or PostgreSQL sorts them all
    together = union_all(*parts).subquery()
    return select(together).order_by(together.c.first_published_at.desc(), together.c.id.desc())


@cache
def count() -> Query:
    """Of all articles, as `count_in_section`."""
    return select(func.count()).select_from(Article).where(Article.standing == ArticleStanding.LIVE)


@cache
def count_in_section() -> Query:
    """Of the candidates: an article that stands live without a published edition would make a page shorter, no more."""
    live = Article.standing == ArticleStanding.LIVE
    return select(func.count()).where(live, Article.section_id == bindparam("section"))


@cache
def story_by_number() -> Query:
    return _stories().where(Article.id == bindparam("article"))


@cache
def page_of_stories(sections: int) -> Query:
    """The newest, with their texts; which of them are on the page, the index alone says."""
    candidates = _in_order(sections).limit(bindparam("limit")).offset(bindparam("offset")).subquery()
    return _stories().join(candidates, candidates.c.id == Article.id)


@cache
def teasers_before(sections: int, changed: bool, has_begun: bool) -> Query:
    """The newest before one of them (`has_begun`), where `changed` of those with other words since a moment."""
    narrowed: list[ColumnElement[bool]] = []
    if changed:
        narrowed.append(Article.changed_at >= bindparam("since", type_=UtcDateTime))
    if has_begun:
        last = tuple_(bindparam("published_at", type_=UtcDateTime), bindparam("article", type_=Integer))
        narrowed.append(tuple_(Article.first_published_at, Article.id) < last)
    return _shown(_in_order(sections, *narrowed).limit(bindparam("limit")).subquery())


@cache
def published_since() -> Query:
    since = Article.first_published_at >= bindparam("since")
    return _shown(_candidates(NO_SECTION, since).limit(bindparam("limit")).subquery())


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


@cache
def in_order_of_term() -> Query:
    """The newest that bear a term, from the index of terms."""
    return _shown(_bearing(NO_SECTION).limit(bindparam("limit")).offset(bindparam("offset")).subquery())


def _bearing(block: int) -> Select[int, int]:
    return (
        select(literal_column(str(block), Integer).label("block"), ArticleTerm.article_id.label("id"))
        .join(Article, Article.id == ArticleTerm.article_id)
        .where(Article.standing == ArticleStanding.LIVE, *_THIS_TERM)
        .order_by(ArticleTerm.first_published_at.desc(), ArticleTerm.article_id.desc())
    )


@cache
def count_of_term() -> Query:
    bearing = select(func.count()).select_from(ArticleTerm).join(Article, Article.id == ArticleTerm.article_id)
    return bearing.where(Article.standing == ArticleStanding.LIVE, *_THIS_TERM)


@cache
def label_of_term() -> Query:
    """As the newest visible text has it."""
    labels = select(ArticleTerm.label).join(Article, Article.id == ArticleTerm.article_id).join(Edition, visible())
    newest = labels.where(*_THIS_TERM).order_by(ArticleTerm.first_published_at.desc(), ArticleTerm.article_id.desc())
    return newest.limit(1)


_THIS_TERM = (
    ArticleTerm.kind == bindparam("kind", type_=ArticleTerm.kind.type),
    ArticleTerm.slug == bindparam("term"),
)
OLDER, NEWER, OF_TOPIC = 1, 2, 3
OTHERS_OF_TOPIC = 5


@cache
def around(of_section: bool, of_topic: bool) -> Query:
    """The one before and the one after an article in its section, and the newest of its topic, in one query."""
    here = tuple_(bindparam("published_at", type_=UtcDateTime), bindparam("article", type_=Integer))
    place, blocks = tuple_(Article.first_published_at, Article.id), []
    if of_section:
        section = Article.section_id == bindparam("section")
        blocks.append(_candidates(OLDER, section, place < here).limit(1).subquery())
        newer = _candidates(NEWER, section, place > here).order_by(None)
        blocks.append(newer.order_by(Article.first_published_at, Article.id).limit(1).subquery())
    if of_topic:
        blocks.append(_bearing(OF_TOPIC).limit(OTHERS_OF_TOPIC + 1).subquery())
    return _shown(union_all(*(select(block) for block in blocks)).subquery())


@cache
def between() -> Query:
    """What came out first from one moment until before another."""
    candidates = _candidates(NO_SECTION, *_BETWEEN)
    return _shown(candidates.limit(bindparam("limit")).offset(bindparam("offset")).subquery())


@cache
def moments_between() -> Query:
    return select(Article.first_published_at).join(Edition, visible()).where(*_BETWEEN)


@cache
def edge(before: bool | None, newest: bool) -> Query:
    """When the newest or the oldest came out first: of all, or of those `before` a moment, or from it on."""
    moment = bindparam("moment", type_=UtcDateTime)
    order = NEWEST_FIRST if newest else (Article.first_published_at, Article.id)
    found = select(Article.first_published_at).join(Edition, visible()).order_by(*order).limit(1)
    if before is None:
        return found
    return found.where(Article.first_published_at < moment if before else Article.first_published_at >= moment)


_BETWEEN = (
    Article.first_published_at >= bindparam("begin", type_=UtcDateTime),
    Article.first_published_at < bindparam("end", type_=UtcDateTime),
)
