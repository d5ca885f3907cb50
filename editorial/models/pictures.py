"""Stored pictures: files named by what they hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model, UtcDateTime


class Asset(Model):
    """A picture as it was re-encoded at upload. `id` is the SHA-256 of its bytes, so the same picture is stored
    once.
    """

    __tablename__ = "asset"
    __table_args__ = (
        CheckConstraint("length(id) = 64", name="id_is_a_digest"),
        CheckConstraint("width > 0 AND height > 0 AND size > 0", name="has_a_size"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]  # bytes
    name: Mapped[str] = mapped_column(String(200), default="")  # as uploaded: shown, never a path
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
