"""People and what they are assigned to."""

from __future__ import annotations

from datetime import datetime

from flask_security import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, UtcDateTime
from editorial.models.site import Section
from editorial.models.words import one_of
from editorial.workflow import Role


class User(Model, UserMixin):
    """A member of the board or of its staff. Never deleted, only made inactive: the record names people for good."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="name_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(200), default="")
    pen_name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)  # ties sessions; changed to end them all
    language: Mapped[str] = mapped_column(String(2), default="vi")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    assignments: Mapped[list[Assignment]] = relationship(lazy="selectin", back_populates="user")

    def holds(self, role: Role, section: str) -> bool:
        """Whether an assignment gives this person the role for the section; one without a section gives it for all."""
        return self.active and any(
            a.role == role and (a.section is None or a.section.slug == section) for a in self.assignments
        )

    def has(self, *roles: Role) -> bool:
        """Whether this person has one of the roles anywhere."""
        return self.active and any(a.role in roles for a in self.assignments)

    @property
    def roles(self) -> list[str]:  # type: ignore[override]
        """What Flask-Security asks for; permissions here come from assignments, never from it."""
        return sorted({a.role for a in self.assignments})


class Assignment(Model):
    """One role, for one section or (without one) for all."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("role", Role),
        UniqueConstraint("user_id", "role", "section_id"),
        Index(
            "uq_assignment_everywhere",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("section_id IS NULL"),
            postgresql_where=text("section_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str] = mapped_column(String(20))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))

    user: Mapped[User] = relationship(back_populates="assignments")
    section: Mapped[Section | None] = relationship(lazy="joined")
