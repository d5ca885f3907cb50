"""The readers' search. It finds what is public by the one rule of the catalogue, whatever the index holds.

`tokens` says what is compared and what ranks above what, `index` writes, `finding` asks the database, `excerpts` shows
where the words stand, `suggesting` helps when nothing is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from editorial import manuscript as manuscripts
from editorial.catalogue import Teaser, rows, statements, visible
from editorial.db import db
from editorial.models import Article, Edition, Revision
from editorial.search import excerpts, finding
from editorial.search.excerpts import Piece, Pieces
from editorial.search.finding import MOST, Filters
from editorial.search.index import enter, is_empty, lacking, rebuild, remove
from editorial.search.suggesting import Suggestion, suggestions
from editorial.search.tokens import Query, parse

__all__ = [
    "MOST",
    "MOST_WORDS",
    "ON_A_PAGE",
    "Filters",
    "Found",
    "Piece",
    "Results",
    "Suggestion",
    "TooMuch",
    "enter",
    "find",
    "is_empty",
    "lacking",
    "rebuild",
    "remove",
    "suggestions",
]

ON_A_PAGE = 20
LONGEST, MOST_WORDS = 300, 64  # of a query: any title fits in
_TEXTS = (
    select(Article.id, Revision.text)
    .join(Edition, visible())
    .join(Revision, Revision.id == Edition.head_id)
    .where(Article.id.in_(bindparam("articles", expanding=True)))
)


class TooMuch(ValueError):
    """The query is longer than any title."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article with the words that were asked for marked in its title and in some lines of its text."""

    teaser: Teaser
    title: Pieces
    excerpt: Pieces


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found."""

    items: list[Found] = field(default_factory=list)
    number: int = 1
    total: int = 0  # at most MOST
    more: bool = False  # there are more than can be paged through
    begun: str = ""  # the last word, where no article has it and those are shown that have longer ones
    query: Query = field(default_factory=lambda: Query(()))

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // ON_A_PAGE))


def find(text: str, filters: Filters, number: int = 1, language: str = "vi") -> Results:
    """The articles that have all the words, best first. Raises TooMuch.

    Without any word nothing is asked, so nothing is found. Where no article has the words, the last one is taken for
    the beginning of a longer one.
    """
    if len(text) > LONGEST:
        raise TooMuch
    query, begun = parse(text), ""
    if len(query.words) > MOST_WORDS:
        raise TooMuch
    if not query.terms:
        return Results()
    got = finding.hits(query, filters, number, ON_A_PAGE)
    if not got.total and (longer := finding.with_beginning(query)) and (others := _hits(longer, filters, number)):
        query, begun, got = longer, query.terms[-1].words[0].folded, others
    return Results(_shown(got.hits, query, language), number, got.total, got.more, begun, query)


def _hits(query: Query, filters: Filters, number: int) -> finding.Hits | None:
    got = finding.hits(query, filters, number, ON_A_PAGE)
    return got if got.total else None


def _shown(hits: list[finding.Hit], query: Query, language: str) -> list[Found]:
    if not hits:
        return []
    numbers = {"articles": [hit.article_id for hit in hits]}
    teasers = {row.id: rows.teaser(row, language) for row in rows.asked(statements.teasers_by_number(), numbers)}
    texts = {row.id: row.text for row in db.session.connection().execute(_TEXTS, numbers)}
    return [
        _marked(teasers[hit.article_id], texts[hit.article_id], query, hit.exact)
        for hit in hits
        if hit.article_id in teasers
    ]


def _marked(teaser: Teaser, text: str, query: Query, exact: bool) -> Found:
    title = excerpts.marked(teaser.title, query, exact)
    return Found(teaser, title, excerpts.excerpt(teaser.lede, manuscripts.read(text).body, query, exact))
