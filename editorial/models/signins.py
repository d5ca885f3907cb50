"""Where people are signed in: one row for each browser, so that signing out ends what a copied cookie could do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model, UtcDateTime


class SignIn(Model):
    """One browser in which a person is signed in; removed at sign-out, so that an old cookie is worth nothing.

    Of the key in the browser's cookie only the SHA-256 is kept: who reads this table cannot take anybody's place.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        CheckConstraint("length(key_hash) = 64", name="key_is_hashed"),
        Index("ix_sign_in_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
