"""How much the site is read: numbers by the day, and for half an hour a hash of who is reading, never an address."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model, UtcDateTime


class VisitDay(Model):
    """What was counted on one day in Vietnam. A visit belongs to the day on which it began."""

    __tablename__ = "visit_day"
    __table_args__ = (CheckConstraint("people >= 0 AND bots >= 0 AND pages >= 0 AND bot_pages >= 0", name="counts_up"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(BigInteger, default=0)  # their visits
    bots: Mapped[int] = mapped_column(BigInteger, default=0)  # theirs
    pages: Mapped[int] = mapped_column(BigInteger, default=0)  # looked at by people
    bot_pages: Mapped[int] = mapped_column(BigInteger, default=0)


class ArticleDay(Model):
    """How often people opened an article on one day in Vietnam."""

    __tablename__ = "article_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    pages: Mapped[int] = mapped_column(BigInteger, default=0)


class Visitor(Model):
    """Who is reading, as a hash that nobody can turn back, forgotten half an hour after the last page."""

    __tablename__ = "visitor"
    __table_args__ = (Index("ix_visitor_seen_at", "seen_at"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    bot: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VisitSalt(Model):
    """What a day's hashes are made with, drawn by lot; removed with the last of them."""

    __tablename__ = "visit_salt"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))


class VisitsBefore(Model):
    """How many visits an older site had counted: one row or none."""

    __tablename__ = "visits_before"
    __table_args__ = (CheckConstraint("id = 1 AND people >= 0", name="one_number"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int] = mapped_column(BigInteger)
