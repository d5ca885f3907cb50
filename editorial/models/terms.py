"""By what readers find published articles: the topics that editors keep, and the tags and authors that texts name."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model, UtcDateTime
from editorial.models.words import Word, one_of


class TermKind(StrEnum):
    TAG = "tag"
    AUTHOR = "author"
    TOPIC = "topic"


class Topic(Model):
    """A dòng sự kiện: articles that follow one matter over time. Its slug is its name in addresses and in manuscripts,
    and never changes; what it is called may.
    """

    __tablename__ = "topic"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0 AND length(slug) > 0", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    name_en: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(String(600), default="")
    description_en: Mapped[str] = mapped_column(String(600), default="")


class ArticleTerm(Model):
    """One term that the live text of an article bears, written at its publication, so that a list is an index lookup.

    It says nothing of who may see the article. The date is the article's own, which never changes.
    """

    __tablename__ = "article_term"
    __table_args__ = (
        one_of("kind", TermKind),
        CheckConstraint("length(slug) > 0", name="has_an_address"),
        Index("ix_article_term_newest", "kind", "slug", "first_published_at", "article_id"),
    )

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    kind: Mapped[TermKind] = mapped_column(Word(TermKind), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    label: Mapped[str] = mapped_column(String(300))  # as the text has it
    first_published_at: Mapped[datetime] = mapped_column(UtcDateTime)
