"""From a query to the articles, best first: the same ones in the same order on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    TableClause,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from editorial.catalogue import visible
from editorial.db import db
from editorial.models import Article, Edition, SearchEntry, SearchWord
from editorial.search.index import SECOND
from editorial.search.tokens import Group, Query, Tier, in_section, tiers
from editorial.vietnamese import ZONE

Kind = Literal["sqlite", "postgresql"]
MOST = 1000  # results that one can page through; a reader with more is better off with a word more
MOST_BEGINNINGS = 30  # words that what was typed may be the beginning of
LAST_PLACE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Filters:
    """What else an article has to be: of one of the sections, and first published from one day to another."""

    sections: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    article_id: int
    exact: bool  # it has the words with the marks that the reader typed


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found."""

    hits: list[Hit]
    total: int  # at most MOST
    more: bool = False  # there are more than MOST


def hits(query: Query, filters: Filters, number: int, on_a_page: int) -> Hits:
    """The page of that number; empty when there is none."""
    wanted, needed = _wanted(query, filters), min(number * on_a_page, MOST)
    found: list[Hit] = []
    if not query.terms or wanted is None:
        return Hits([], 0)
    with _by_the_index():
        order = tiers(query)
        for tier in order:
            places = _newest(tier, order, wanted, needed - len(found))
            found += [Hit(place % SECOND, tier.exact) for place in places]
            if len(found) >= needed:
                break
        total = len(found) if len(found) < needed else _count(order[-1], wanted, MOST + 1)
    return Hits(found[(number - 1) * on_a_page : needed], min(total, MOST), total > MOST)


def finds(query: Query, filters: Filters) -> bool:
    wanted = _wanted(query, filters)
    if not query.terms or wanted is None:
        return False
    with _by_the_index():
        return _count(tiers(query)[-1], wanted, 1) > 0


def with_beginning(query: Query) -> Query | None:
    """The query with its last word as the beginning of longer ones; None where no article uses any."""
    last = query.terms[-1]
    begun = last.words[0].folded
    if last.is_phrase or len(begun) < 2 or query.beginnings:
        return None
    longer = SearchWord.folded > begun, SearchWord.folded < begun + chr(0x10FFFF)
    known = (
        select(SearchWord.folded)
        .where(*longer)
        .group_by(SearchWord.folded)
        .order_by(func.sum(SearchWord.articles).desc(), SearchWord.folded)
        .limit(MOST_BEGINNINGS)
    )
    beginnings = tuple(db.session.connection().execute(known).scalars())
    return replace(query, beginnings=beginnings) if beginnings else None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What every tier asks for beside the words."""

    sections: Group  # tokens
    oldest: int
    newest: int
    phrases: list[str]


def _wanted(query: Query, filters: Filters) -> _Wanted | None:
    """None where nothing can be found."""
    oldest = _first_place(filters.since) if filters.since else 0
    newest = _first_place(filters.until + timedelta(days=1)) - 1 if filters.until else LAST_PLACE
    if newest < oldest:
        return None
    sections = tuple(in_section(number) for number in filters.sections)
    return _Wanted(sections, oldest, newest, query.long_phrases)


def _first_place(day: date) -> int:
    return max(0, int(datetime.combine(day, time(), ZONE).timestamp())) * SECOND


def _newest(tier: Tier, order: Sequence[Tier], wanted: _Wanted, most: int) -> list[int]:
    """The places of the tier's newest articles that readers may see, and that hold each phrase as a whole.

    The newest that have the words are looked at, some more than are needed; nearly always that is enough.
    """
    statement, values, window = _candidates(_kind(), len(wanted.phrases)), _values(tier, order, wanted), most + 10
    while True:
        rows = db.session.connection().execute(statement, values | {"window": window}).all()
        found = sorted((place for place, public in rows if public), reverse=True)
        if len(found) >= most or len(rows) < window:
            return found[:most]
        window *= 20


def _count(tier: Tier, wanted: _Wanted, most: int) -> int:
    """How many there are, as far as `most`."""
    values = _values(tier, (), wanted) | {"most": most}
    return db.session.connection().execute(_number(_kind(), len(wanted.phrases)), values).scalar_one()


def _values(tier: Tier, order: Sequence[Tier], wanted: _Wanted) -> dict[str, Any]:
    above = [order[number].groups for number in tier.after] if order else []
    groups = (*tier.groups, *([wanted.sections] if wanted.sections else []))
    write = _fts if _kind() == "sqlite" else _tsquery
    phrases = {f"phrase_{n}": phrase for n, phrase in enumerate(wanted.phrases)}
    return {"words": write(groups, above), "oldest": wanted.oldest, "newest": wanted.newest} | phrases


def _fts(groups: Iterable[Group], above: Sequence[Iterable[Group]]) -> str:
    """The condition in the words of SQLite's FTS5. Tokens hold nothing that would have to be escaped."""

    def every(groups: Iterable[Group]) -> str:
        return " AND ".join("(" + " OR ".join(f'"{token}"' for token in group) + ")" for group in groups)

    return f"({every(groups)})" + "".join(f" NOT ({every(taken)})" for taken in above)


def _tsquery(groups: Iterable[Group], above: Sequence[Iterable[Group]]) -> str:
    """The same in the words of PostgreSQL."""

    def every(groups: Iterable[Group]) -> str:
        return " & ".join("(" + " | ".join(f"'{token}'" for token in group) + ")" for group in groups)

    return f"({every(groups)})" + "".join(f" & !({every(taken)})" for taken in above)


@contextmanager
def _by_the_index() -> Iterator[None]:
    """Keep PostgreSQL from reading every article: it does not know that to unpack its tokens is what takes the time."""
    if _kind() == "sqlite":
        yield
        return
    plan = text("SELECT set_config('enable_seqscan', :on, false)")
    db.session.connection().execute(plan, {"on": "off"})
    try:
        yield
    finally:
        db.session.connection().execute(plan, {"on": "on"})


@cache
def _candidates(kind: Kind, phrases: int) -> Select[Any]:
    """The newest that have the tokens, each with whether it may be shown."""
    tokens, place = _tokens(kind)
    # On PostgreSQL the sum keeps it from walking through all articles from the newest on, as if that cost nothing.
    order = place if kind == "sqlite" else place + literal_column("0")
    newest = select(place.label("place")).select_from(tokens).where(_has(kind)).order_by(order.desc())
    found = newest.limit(bindparam("window")).subquery()
    return select(found.c.place, _may_be_shown(found.c.place, kind, phrases))


@cache
def _number(kind: Kind, phrases: int) -> Select[Any]:
    tokens, place = _tokens(kind)
    shown: Select[Any] = (
        select(literal_column("1")).select_from(tokens).where(_has(kind), _may_be_shown(place, kind, phrases))
    )
    return select(func.count()).select_from(shown.limit(bindparam("most")).subquery())


def _may_be_shown(place: ColumnElement[Any], kind: Kind, phrases: int) -> ColumnElement[bool]:
    """Whether the entry of that place is of the text that is public now, and holds each phrase."""
    position = func.instr if kind == "sqlite" else func.strpos
    held = [position(SearchEntry.words, bindparam(f"phrase_{n}")) > 0 for n in range(phrases)]
    entry = (
        select(func.count())
        .select_from(SearchEntry)
        .join(Article, Article.id == SearchEntry.article_id)
        .join(Edition, and_(visible(), Edition.id == SearchEntry.edition_id))
        .where(SearchEntry.place == place, *held)
    )
    return entry.scalar_subquery() == 1


def _has(kind: Kind) -> ColumnElement[bool]:
    tokens, place = _tokens(kind)
    oldest, newest = (bindparam(name, type_=BigInteger) for name in ("oldest", "newest"))
    if kind == "sqlite":
        return and_(literal_column("search_tokens").op("MATCH")(bindparam("words")), place.between(oldest, newest))
    has = tokens.c.tokens.op("@@")(cast(bindparam("words", type_=Text), TSQUERY))
    return and_(has, (place + literal_column("0")).between(oldest, newest))


@cache
def _tokens(kind: Kind) -> tuple[TableClause, ColumnElement[Any]]:
    """The table that each database builds in its own way, and its column of places."""
    tokens = table("search_tokens", column("tokens"), column("rowid" if kind == "sqlite" else "place", BigInteger))
    return tokens, tokens.c.rowid if kind == "sqlite" else tokens.c.place


def _kind() -> Kind:
    return "sqlite" if db.engine.dialect.name == "sqlite" else "postgresql"
