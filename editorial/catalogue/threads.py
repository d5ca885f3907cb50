"""The ways from one article to others: what came before and after, the topic, a tag, an author, a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from editorial import vietnamese
from editorial.catalogue import statements
from editorial.catalogue.memory import remembered
from editorial.catalogue.rows import asked, newest_first, teaser
from editorial.catalogue.statements import visible
from editorial.catalogue.values import InBothLanguages, Page, Story, Teaser
from editorial.models import Article, ArticleTerm, Edition, TermKind, Topic

ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class TermLink(InBothLanguages):
    """A tag, an author or a topic as readers meet it. A topic has a name in each language, the others one."""

    kind: str
    slug: str
    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What leads on from an article: its neighbours in the section by date, its topic and the newest others of that."""

    older: Teaser | None = None
    newer: Teaser | None = None
    topic: TermLink | None = None
    of_topic: list[Teaser] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thread:
    """A topic in the list of all, with the number of its articles and when the newest came out."""

    topic: TermLink
    total: int
    newest_at: datetime


def surroundings(story: Story, language: str = "vi") -> Surroundings:
    """In one query. A topic that is named by a text and kept by nobody does not exist."""
    topic = next((link for link in _topics(language) if link.slug == story.manuscript.topic), None)
    if story.section is None and topic is None:
        return Surroundings()
    values: dict[str, Any] = {"published_at": story.first_published_at, "article": story.article_id}
    if story.section:
        values["section"] = story.section.id
    if topic:
        values |= {"kind": TermKind.TOPIC, "term": topic.slug}
    found: dict[int, list[Teaser]] = {}
    query = statements.around(story.section is not None, topic is not None)
    for row in newest_first(asked(query, values)):
        found.setdefault(row.block, []).append(teaser(row, language))
    others = [item for item in found.get(statements.OF_TOPIC, []) if item.article_id != story.article_id]
    return Surroundings(
        older=next(iter(found.get(statements.OLDER, [])), None),
        newer=next(iter(found.get(statements.NEWER, [])), None),
        topic=topic,
        of_topic=others[: statements.OTHERS_OF_TOPIC],
    )


def term_page(kind: str, slug: str, number: int = 1, language: str = "vi") -> tuple[TermLink, Page[Teaser]] | None:
    """A page of what bears a tag, an author's name or a topic; None where nothing public does, or on no such page."""
    link = _link(kind, slug, language)
    if link is None:
        return None
    values = {"kind": TermKind(kind), "term": slug}
    total = asked(statements.count_of_term(), values).scalar_one()
    page = _page(statements.in_order_of_term(), total, number, values, language)
    return None if page is None else (link, page)


def topics(language: str = "vi") -> list[Thread]:
    """The topics that have public articles, the one with the newest first."""
    counted = (
        select(ArticleTerm.slug, func.count(), func.max(ArticleTerm.first_published_at))
        .join(Article, Article.id == ArticleTerm.article_id)
        .join(Edition, visible())
        .where(ArticleTerm.kind == TermKind.TOPIC)
        .group_by(ArticleTerm.slug)
    )
    known = {link.slug: link for link in _topics(language)}
    threads = [Thread(known[slug], total, newest) for slug, total, newest in asked(counted) if slug in known]
    return sorted(threads, key=lambda thread: (thread.newest_at, thread.topic.slug), reverse=True)


def term_slugs(kind: str, limit: int) -> list[str]:
    """The addresses of lists that have something in them, for sitemaps; those of the most articles first."""
    query = (
        select(ArticleTerm.slug)
        .join(Article, Article.id == ArticleTerm.article_id)
        .join(Edition, visible())
        .where(ArticleTerm.kind == TermKind(kind))
        .group_by(ArticleTerm.slug)
        .order_by(func.count().desc(), ArticleTerm.slug)
        .limit(limit)
    )
    return list(asked(query).scalars())


def day_page(day: date, number: int = 1, language: str = "vi") -> Page[Teaser] | None:
    """What came out first on a day in Vietnam; None on a day on which nothing did, or on no such page."""
    values = _span(day, day + timedelta(days=1))
    total = len(_moments(values))
    return _page(statements.between(), total, number, values, language) if total else None


def days_around(day: date) -> tuple[date | None, date | None]:
    """The last day before this one and the first after it on which something came out."""
    begin, end = _span(day, day + timedelta(days=1)).values()
    return _edge(True, True, begin), _edge(False, False, end)


def days_of_month(first: date) -> Counter[date]:
    """How many articles came out on each day of the month that begins with this day."""
    after = (first + timedelta(days=31)).replace(day=1)
    return Counter(vietnamese.local(moment).date() for moment in _moments(_span(first, after)))


def first_and_last_day() -> tuple[date, date] | None:
    """Between which days everything public came out; None as long as nothing has."""
    oldest, newest = remembered("first and last day", lambda: (_edge(None, False), _edge(None, True)))
    return None if oldest is None or newest is None else (oldest, newest)


def _topics(language: str) -> list[TermLink]:
    columns = (Topic.slug, Topic.name, Topic.name_en, Topic.description, Topic.description_en)
    read = select(*columns).order_by(Topic.id)
    return remembered(
        ("topics", language), lambda: [TermLink("topic", **row._mapping, language=language) for row in asked(read)]
    )


def _link(kind: str, slug: str, language: str) -> TermLink | None:
    label = asked(statements.label_of_term(), {"kind": TermKind(kind), "term": slug}).scalar()
    if label is None:
        return None
    if kind == TermKind.TOPIC:
        return next((link for link in _topics(language) if link.slug == slug), None)
    return TermLink(kind, slug, label, language=language)


def _page(
    statement: statements.Query, total: int, number: int, values: dict[str, Any], language: str
) -> Page[Teaser] | None:
    pages = max(1, -(-total // ON_A_PAGE))
    if not 1 <= number <= pages:
        return None
    cut = {"offset": (number - 1) * ON_A_PAGE, "limit": ON_A_PAGE}
    rows = newest_first(asked(statement, values | cut))
    return Page([teaser(row, language) for row in rows], number, pages, total)


def _moments(values: dict[str, datetime]) -> list[datetime]:
    return list(asked(statements.moments_between(), values).scalars())


def _edge(before: bool | None, newest: bool, moment: datetime | None = None) -> date | None:
    found = asked(statements.edge(before, newest), {} if moment is None else {"moment": moment}).scalar()
    return None if found is None else vietnamese.local(found).date()


def _span(first: date, after: date) -> dict[str, datetime]:
    """From the midnight in Vietnam that a day begins with until the one that another begins with."""
    begin, end = (datetime.combine(day, time(), vietnamese.ZONE).astimezone(UTC) for day in (first, after))
    return {"begin": begin, "end": end}
