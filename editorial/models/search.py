"""The search index, as far as it is made of ordinary tables. `search_tokens`, which the two databases build each in its
own way, is made by the migration and known to `editorial.search` alone.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model

_PLACE = BigInteger().with_variant(Integer(), "sqlite")  # there, only an INTEGER key is the row's own number
_BY_LETTERS = String(80).with_variant(String(80, collation="C"), "postgresql")  # so that a beginning is a range


class SearchEntry(Model):
    """A public text as the search knows it. `place` orders the results: when it first came out, then its number."""

    __tablename__ = "search_entry"

    place: Mapped[int] = mapped_column(_PLACE, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    words: Mapped[str] = mapped_column(Text)  # without marks, between single spaces: what long phrases are looked up in


class SearchWord(Model):
    """A word that public articles use, in lower case: what is suggested when nothing is found."""

    __tablename__ = "search_word"
    __table_args__ = (
        CheckConstraint("articles > 0", name="in_use"),
        Index("ix_search_word_folded", "folded"),
    )

    word: Mapped[str] = mapped_column(_BY_LETTERS, primary_key=True)
    folded: Mapped[str] = mapped_column(_BY_LETTERS)
    articles: Mapped[int]
