"""What readers say of the articles: how satisfied they are, and what they find wrong."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, UtcDateTime
from editorial.models.articles import Article, Edition
from editorial.models.outbox import Message
from editorial.models.people import User
from editorial.models.words import Word, one_of


class Level(StrEnum):
    """How satisfied a reader is."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class ReportState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CORRECTED = "corrected"  # readers have the corrected text
    REJECTED = "rejected"  # looked into, and no error
    SPAM = "spam"


class Vote(Model):
    """A rating that its reader may still change. Of who gave it only a hash is kept, another one for each article.

    When that time is over the row is counted into its Tally and removed.
    """

    __tablename__ = "vote"
    __table_args__ = (
        one_of("level", Level),
        CheckConstraint("length(voter) = 64", name="voter_is_hashed"),
        Index("ix_vote_given_at", "given_at"),
    )

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    voter: Mapped[str] = mapped_column(String(64), primary_key=True)
    level: Mapped[Level] = mapped_column(Word(Level))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Tally(Model):
    """How many readers gave an article a level, of those whose vote stands for good."""

    __tablename__ = "tally"
    __table_args__ = (one_of("level", Level), CheckConstraint("votes > 0", name="counts_some"))

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    level: Mapped[Level] = mapped_column(Word(Level), primary_key=True)
    votes: Mapped[int]


class Report(Model):
    """What a reader found wrong in a published edition, or (without one) wants to tell the board."""

    __tablename__ = "report"
    __table_args__ = (
        one_of("state", ReportState),
        CheckConstraint("length(trim(message)) > 0", name="says_something"),
        CheckConstraint("(article_id IS NULL) = (edition_id IS NULL)", name="is_about_an_edition_or_the_site"),
        CheckConstraint("block IS NULL OR edition_id IS NOT NULL", name="is_placed_in_an_edition"),
        CheckConstraint("(closed_at IS NULL) = (state = 'open')", name="closed_at_a_time"),
        CheckConstraint("(closed_by_id IS NULL) = (state = 'open')", name="closed_by_somebody"),
        CheckConstraint("(correction_id IS NOT NULL) = (state = 'corrected')", name="corrected_by_an_edition"),
        CheckConstraint("state NOT IN ('answered', 'rejected') OR length(trim(answer)) > 0", name="answered_in_words"),
        CheckConstraint("language IN ('vi', 'en')", name="language_known"),
        Index("ix_report_due", "state", "due_at"),
        Index("ix_report_article", "article_id"),
        Index(
            "ix_report_contact",
            "closed_at",
            sqlite_where=text("contact <> ''"),
            postgresql_where=text("contact <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ReportState] = mapped_column(Word(ReportState), default=ReportState.OPEN)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))  # the one that the reader read
    passage: Mapped[str] = mapped_column(Text, default="")
    block: Mapped[int | None]  # where in the edition's body the passage stands, if it was found
    message: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(255), default="")  # a mail address; removed some time after closing
    language: Mapped[str] = mapped_column(String(2), default="vi")  # of the form, and so of the answer
    form: Mapped[str] = mapped_column(String(64), unique=True)  # a digest: the same form sent again is no second report
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))  # the mail with the answer
    version: Mapped[int] = mapped_column()  # optimistic lock, and what a decision has to name

    article: Mapped[Article | None] = relationship()
    edition: Mapped[Edition | None] = relationship(foreign_keys=[edition_id])
    correction: Mapped[Edition | None] = relationship(foreign_keys=[correction_id])
    closed_by: Mapped[User | None] = relationship()
    mail: Mapped[Message | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it once

    @property
    def section_slug(self) -> str:
        """The section whose desk it lands on; empty: that of the whole site."""
        return self.article.section.slug if self.article and self.article.section else ""
