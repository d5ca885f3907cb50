"""The record: one row for every act, each holding the hash of the one before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, UtcDateTime
from editorial.models.people import User


class Event(Model):
    """One act, for good: a trigger refuses to change or remove it. `editorial.record` writes and verifies these."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("actor_id", "once"),
        CheckConstraint("length(hash) = 64 AND length(previous) = 64", name="is_chained"),
        CheckConstraint("length(action) > 0", name="action_named"),
        Index("ix_event_subject", "subject", "sequence"),
        Index("ix_event_article", "article_id", "sequence"),
    )

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # nobody: the clock
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))  # "edition:7"
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    detail: Mapped[str] = mapped_column(Text, default="{}")  # canonical JSON
    once: Mapped[str | None] = mapped_column(String(64))  # the form's one-time key: an act repeated is found by it
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
