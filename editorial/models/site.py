"""What frames the articles: sections, the imprint and the slogan, the latter two by date."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model

MANDATORY = ("outlet", "owner", "responsible", "responsible_position", "address", "phone", "email", "notice")


class Section(Model):
    """A chuyên mục. Its slug is its name in addresses and in manuscripts, and never changes."""

    __tablename__ = "section"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0 AND length(slug) > 0", name="named"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(String(300), default="")
    description_en: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)  # among those of the same parent
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))  # none: it stands in the menu itself
    wants_endorsement: Mapped[bool] = mapped_column(default=False)


class Imprint(Model):
    """Who owns the site and answers for it, from one day on until the next record begins.

    What the law demands (Decree 174/2026 Art 93) cannot be empty: the database refuses it.
    """

    __tablename__ = "imprint"
    __table_args__ = tuple(CheckConstraint(f"length(trim({name})) > 0", name=f"{name}_given") for name in MANDATORY)

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, unique=True)
    outlet: Mapped[str] = mapped_column(String(200))
    outlet_en: Mapped[str] = mapped_column(String(200), default="")
    owner: Mapped[str] = mapped_column(String(200))
    owner_en: Mapped[str] = mapped_column(String(200), default="")
    responsible: Mapped[str] = mapped_column(String(200))  # with the form of address: "Bà …"
    responsible_position: Mapped[str] = mapped_column(String(200))
    responsible_position_en: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300))
    address_en: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(60))
    fax: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(120))
    licence: Mapped[str] = mapped_column(String(200), default="")
    licence_en: Mapped[str] = mapped_column(String(200), default="")
    notice: Mapped[str] = mapped_column(Text)  # what republishers are asked for, in one sentence
    notice_en: Mapped[str] = mapped_column(Text, default="")


class Slogan(Model):
    """The line under the masthead, from one day on."""

    __tablename__ = "slogan"
    __table_args__ = (CheckConstraint("length(trim(text)) > 0", name="text_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, unique=True)
    text: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300), default="")
