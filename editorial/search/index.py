"""What the index holds: one entry for each public article, written and removed in the act's own transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, text

from editorial import manuscript as manuscripts
from editorial.catalogue import visible
from editorial.db import db
from editorial.models import Article, Edition, Revision, SearchEntry, SearchWord
from editorial.search.tokens import Prepared, prepare

SECOND = 2**31  # places in a second: one for each number that an article can have
AT_ONCE = 500


def place(first_published_at: datetime | None, article_id: int) -> int:
    """Where an article stands among all: by the second at which it first came out, then by its number."""
    assert first_published_at is not None  # the database dates whatever is public
    return int(first_published_at.timestamp()) * SECOND + article_id


def enter(article: Article) -> None:
    """Let readers find the text that is public now, in place of the former one's. In the transaction of the act."""
    edition = db.session.get(Edition, article.live_edition_id) if article.live_edition_id else None
    assert edition is not None
    remove(article.id)
    _write(
        [
            (
                place(article.first_published_at, article.id),
                article.id,
                edition.id,
                prepare(edition.head.manuscript, article.section_id),
            )
        ]
    )


def remove(article_id: int) -> None:
    """Let nobody find the article any more, nor get one of its words suggested. In the transaction of the act."""
    connection = db.session.connection()
    found = connection.execute(
        select(SearchEntry.place, Revision.text)
        .join(Edition, Edition.id == SearchEntry.edition_id)
        .join(Revision, Revision.id == Edition.head_id)
        .where(SearchEntry.article_id == article_id)
    ).first()
    if found is None:
        return
    connection.execute(text(f"DELETE FROM search_tokens WHERE {_key()} = :place"), {"place": found.place})  # noqa: S608
    connection.execute(delete(SearchEntry).where(SearchEntry.place == found.place))
    _count(Counter(prepare(manuscripts.read(found.text), None).spellings.items()), -1)


def rebuild() -> int:
    """Make the whole index anew from what is public; returns how many articles it holds. Needs `db.writing`.

    Readers find what they found before until it is done.
    """
    connection = db.session.connection()
    all_at_once = "INSERT INTO search_tokens(search_tokens) VALUES('delete-all')"
    connection.execute(text(all_at_once if _on_sqlite() else "DELETE FROM search_tokens"))
    connection.execute(delete(SearchEntry))
    connection.execute(delete(SearchWord))
    spellings: Counter[tuple[str, str]] = Counter()
    numbers = iter(connection.execute(select(Article.id).join(Edition, visible()).order_by(Article.id)).scalars().all())
    entered = 0
    while some := list(islice(numbers, AT_ONCE)):
        rows = connection.execute(
            select(Article.id, Article.first_published_at, Article.section_id, Edition.id, Revision.text)
            .join(Edition, visible())
            .join(Revision, Revision.id == Edition.head_id)
            .where(Article.id.in_(some))
        ).all()
        entries = [
            (place(published, number), number, edition, prepare(manuscripts.read(words), section))
            for number, published, section, edition, words in rows
        ]
        _write(entries, count=False)
        spellings.update(spelling for *_, prepared in entries for spelling in prepared.spellings.items())
        entered += len(entries)
    _count(spellings, +1)
    db.session.commit()
    return entered


def lacking() -> int:
    """How many public articles the index does not know as they are now. Above 0: `rebuild`."""
    known = select(SearchEntry.place).where(SearchEntry.edition_id == Edition.id)
    query = select(func.count()).select_from(Article).join(Edition, visible()).where(~known.exists())
    return db.session.connection().execute(query).scalar_one()


def is_empty() -> bool:
    return db.session.connection().execute(select(SearchEntry.place).limit(1)).first() is None


Entry = tuple[int, int, int, Prepared]  # place, article, edition


def _write(entries: Iterable[Entry], *, count: bool = True) -> None:
    connection, entries = db.session.connection(), list(entries)
    if not entries:
        return
    rows = [
        {"place": place, "article_id": article, "edition_id": edition, "words": prepared.words}
        for place, article, edition, prepared in entries
    ]
    connection.execute(insert(SearchEntry.__table__), rows)  # type: ignore[arg-type]
    if _on_sqlite():
        how = text("INSERT INTO search_tokens (rowid, tokens) VALUES (:place, :tokens)")
        values: list[dict[str, Any]] = [{"place": n, "tokens": " ".join(it.tokens)} for n, _, _, it in entries]
    else:
        how = text("INSERT INTO search_tokens VALUES (:place, array_to_tsvector(CAST(:tokens AS text[])))")
        values = [{"place": n, "tokens": it.tokens} for n, _, _, it in entries]
    connection.execute(how, values)
    if count:
        _count(Counter(spelling for *_, prepared in entries for spelling in prepared.spellings.items()), +1)


def _count(spellings: Counter[tuple[str, str]], by: int) -> None:
    """So many articles more, or fewer, use each of these words."""
    if not spellings:
        return
    connection = db.session.connection()
    rows = "json_each(:rows)" if _on_sqlite() else "jsonb_array_elements(CAST(:rows AS jsonb)) AS each(value)"
    # The rows go into a statement as one value each time: some hundred words are one question to the database.
    if by > 0:
        known = text(
            "INSERT INTO search_word (word, folded, articles) "  # noqa: S608
            f"SELECT value->>0, value->>1, CAST(value->>2 AS integer) FROM {rows} WHERE true "
            "ON CONFLICT (word) DO UPDATE SET articles = search_word.articles + excluded.articles"
        )
        for some in _portions(sorted((word, folded, n) for (word, folded), n in spellings.items())):
            connection.execute(known, {"rows": some})
        return
    of_these = f"WHERE word IN (SELECT value->>0 FROM {rows})"  # noqa: S608
    gone = text(f"DELETE FROM search_word {of_these} AND articles = 1")  # noqa: S608
    fewer = text(f"UPDATE search_word SET articles = articles - 1 {of_these}")  # noqa: S608
    for some in _portions(sorted((word, folded) for word, folded in spellings)):
        connection.execute(gone, {"rows": some})
        connection.execute(fewer, {"rows": some})


def _portions(rows: list[Any]) -> Iterator[str]:
    for start in range(0, len(rows), 5000):
        yield json.dumps(rows[start : start + 5000], ensure_ascii=False)


def _key() -> str:
    return "rowid" if _on_sqlite() else "place"


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
